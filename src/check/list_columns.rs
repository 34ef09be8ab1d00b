//! Columns of lists: `interests contains "golf"`, `interests is known`; and what else is asked of them in vain.

use super::Checker;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Condition, ConditionKind, Scalar, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree::{self, CompareOp, ExprKind, Literal, TextTest};

impl Checker<'_> {
    /// A value that may be a list, where something can be asked of one.
    pub(super) fn value_or_list(&mut self, expr: &tree::Expr, scope: Scope<'_>) -> Option<Value> {
        match self.meaning(expr, scope)? {
            Meaning::Value(value) => Some(value),
            Meaning::Condition(condition) => {
                let span = condition.span;
                Some(Value { kind: ValueKind::Condition(Box::new(condition)), ty: Type::Boolean, span })
            }
        }
    }

    /// Refuses a list where a single value is needed.
    pub(super) fn no_list(&mut self, value: Value) -> Option<Value> {
        let Type::List(of) = &value.ty else { return Some(value) };
        let shown = self.words(value.span);
        let example = example(of);
        self.refuse(
            Diagnostic::new(codes::types::LIST, format!("`{shown}` is a list: one may hold many values"))
                .at(value.span)
                .consequence("It is not known which of them is meant.")
                .help(format!(
                    "Ask what is in it: `{shown} contains {example}`; or whether it is there: `{shown} is known`."
                )),
        )
    }

    /// `interests = "golf"`: said here, where the fix is known. True where it was.
    pub(super) fn is_list_compared(
        &mut self,
        op: CompareOp,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
        scope: Scope<'_>,
    ) -> bool {
        let (ExprKind::Name(name), ExprKind::Literal(literal), CompareOp::Equal | CompareOp::NotEqual) =
            (&left.kind, &right.kind, op)
        else {
            return false;
        };
        let ty = match scope.row {
            Some(row) => row.columns.get(&name.text).cloned(),
            None if self.names.get(&name.text).is_some() => None,
            None => self.catalog.attribute(&name.text).and_then(|i| self.catalog.attributes.get(i)).map(|a| a.ty.clone()),
        };
        let Some(Type::List(_)) = ty else { return false };
        let (list, item) = (self.words(left.span), self.words(literal.span));
        let contains = format!("{list} contains {item}");
        let mended = if op == CompareOp::Equal { contains } else { format!("not ({contains})") };
        self.said.push(
            Diagnostic::new(codes::types::LIST, format!("`{list}` is a list, and `{item}` a single value"))
                .at(span)
                .consequence("A list is never equal to one value.")
                .help(format!("Ask what is in it: `{mended}`."))
                .fix(format!("write `{mended}`"), span, mended),
        );
        true
    }

    /// `interests contains "golf"`, the value being a list; `contains` alone is for lists.
    pub(super) fn list_contains(
        &mut self,
        list: Value,
        of: &Type,
        test: TextTest,
        item: &Literal,
        ignoring_case: bool,
        span: Span,
    ) -> Option<Meaning> {
        let shown = self.words(list.span);
        let item_shown = self.words(item.span);
        let says = |what: &str| Diagnostic::new(codes::types::LIST, format!("`{shown}` is a list, and {what}"));
        if test != TextTest::Contains || ignoring_case {
            let mended = format!("{shown} contains {item_shown}");
            let what = match ignoring_case && test == TextTest::Contains {
                true => "`contains` finds a whole value of it, as it is written: `ignoring case` is for texts",
                false => "this looks into a text",
            };
            return self.refuse(says(what).at(span).help(format!("Ask for a whole value: `{mended}`.")).fix(
                format!("write `{mended}`"),
                span,
                mended,
            ));
        }
        let value = self.literal(item)?;
        let value = match (&value.kind, of) {
            (ValueKind::Literal(Scalar::Text(_)), Type::Text)
            | (ValueKind::Literal(Scalar::Boolean(_)), Type::Boolean)
            | (ValueKind::Literal(Scalar::Date(_)), Type::Date)
            | (ValueKind::Literal(Scalar::Timestamp(_)), Type::Timestamp)
            | (ValueKind::Literal(Scalar::Count(_)), Type::Count | Type::Number) => value.kind,
            (ValueKind::Decimal(decimal), Type::Count | Type::Number) if value.ty != Type::Percent => {
                ValueKind::Literal(Scalar::Number(decimal.to_f64()))
            }
            _ => {
                return self.refuse(
                    says(&format!("what is in it is {of}; `{item_shown}` is {}", value.ty))
                        .at(item.span)
                        .label(list.span, format!("a list of which each is {of}"))
                        .consequence("Nobody would fit this.")
                        .help(format!("Ask for {of}: `{shown} contains {}`.", example(of))),
                );
            }
        };
        let ValueKind::Literal(item) = value else { return None };
        Some(Meaning::Condition(Condition { kind: ConditionKind::ListContains(list, item), span }))
    }
}

fn example(of: &Type) -> &'static str {
    match of {
        Type::Text => "\"golf\"",
        Type::Boolean => "true",
        Type::Date => "2024-06-01",
        Type::Timestamp => "2024-06-01T09:30",
        _ => "5",
    }
}
