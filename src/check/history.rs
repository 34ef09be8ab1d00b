//! `plan changed in last 30 days`, `plan was "pro" in last 30 days`: of attributes with a history.

use super::Checker;
use super::names::as_written;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Condition, ConditionKind, HistoryId, Scalar, Type, Value, ValueKind, Window, arithmetic};
use crate::source::Span;
use crate::syntax::tree;

impl Checker<'_> {
    /// `plan changed from "pro" to "free" in last 30 days`
    pub(super) fn changed(
        &mut self,
        value: &tree::Expr,
        change: Option<&(tree::Literal, tree::Literal)>,
        window: Option<&tree::Window>,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let (value, history) = self.with_history(value, "changed", span, scope)?;
        let change = match change {
            None => Some(None),
            Some((from, to)) => {
                let (from, to) = (self.value_of_history(&value, from), self.value_of_history(&value, to));
                from.zip(to).map(Some)
            }
        };
        let window = self.history_window(window, "changed", span, scope);
        let kind = ConditionKind::Changed(history, change?, window?);
        Some(Meaning::Condition(Condition { kind, span }))
    }

    /// `plan was "pro" in last 30 days`
    pub(super) fn was(
        &mut self,
        value: &tree::Expr,
        was: &tree::Literal,
        window: Option<&tree::Window>,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let (value, history) = self.with_history(value, "was", span, scope)?;
        let was = self.value_of_history(&value, was);
        let window = self.history_window(window, "was", span, scope);
        let kind = ConditionKind::Was(history, was?, window?);
        Some(Meaning::Condition(Condition { kind, span }))
    }

    /// An attribute that has a history.
    fn with_history(&mut self, expr: &tree::Expr, word: &str, span: Span, scope: Scope<'_>) -> Option<(Value, HistoryId)> {
        self.only_of_customers(&format!("`{word}`"), span, scope)?;
        let value = self.value(expr, Scope { row: None, window: None })?;
        let id = if let ValueKind::Attribute(id) = &value.kind { Some(*id) } else { None };
        let attribute = id.and_then(|id| self.catalog.attributes.get(id.0));
        if let Some(history) = attribute.and_then(|a| a.history) {
            return Some((value, HistoryId(history)));
        }
        let shown = self.words(expr.span);
        let says = Diagnostic::new(codes::time::NO_HISTORY, format!("Nothing is known of what `{shown}` was before"))
            .at(expr.span)
            .consequence("Nobody could be chosen by how it changed.");
        let help = match attribute {
            Some(attribute) => {
                let written = as_written(&attribute.name);
                format!(
                    "If its changes are kept, name the table that has them in segue.toml, a row a change: `[history.{written}]` with `path`, `key`, `value` \
                     and `from`. To compare it with what it is now, write `{written} = …`."
                )
            }
            None => format!(
                "Only an attribute with a history, `[history.plan]` in segue.toml, is asked so. For the value at an earlier time, write `{shown} as of 30 days ago`."
            ),
        };
        self.refuse(says.help(help))
    }

    fn history_window(&mut self, window: Option<&tree::Window>, word: &str, span: Span, scope: Scope<'_>) -> Option<Window> {
        if let Some(window) = self.event_window(window, scope)? {
            return Some(window);
        }
        self.refuse(
            Diagnostic::new(codes::time::MISSING_WINDOW, format!("`{word}` does not say when: in which time?"))
                .at(span)
                .consequence("It is not known which changes are meant.")
                .help("Add a window behind it: `in last 90 days`, or `ever` for the whole history."),
        )
    }

    /// A value that an attribute may have had.
    fn value_of_history(&mut self, value: &Value, literal: &tree::Literal) -> Option<Scalar> {
        let item = self.literal(literal)?;
        let item = self.in_unit_of(value, item)?;
        let scalar = match (item.kind, &value.ty) {
            (ValueKind::Decimal(decimal), Type::Count) => decimal.to_i64().map(Scalar::Count),
            (ValueKind::Decimal(decimal), Type::Number | Type::Percent) => arithmetic::number(decimal.to_f64()),
            (ValueKind::Literal(Scalar::Count(n)), Type::Number | Type::Percent) => Some(Scalar::Number(n as f64)),
            (ValueKind::Literal(scalar), ty) if item.ty == *ty => Some(scalar),
            _ => None,
        };
        let (shown, of) = (self.words(literal.span), self.words(value.span));
        let Some(scalar) = scalar else {
            return self.refuse(
                Diagnostic::new(codes::time::NO_HISTORY, format!("`{of}` is {}, so it never was `{shown}`", value.ty))
                    .at(literal.span)
                    .help("Write a value of its type."),
            );
        };
        Some(scalar)
    }
}
