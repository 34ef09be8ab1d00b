//! `+ - * /`, `-x` and `or else`: which units come out.

use super::Checker;
use super::literals::{is_plain_number, plain_decimal};
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Decimal, Operator, Scalar, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree::{self, ArithmeticOp, ExprKind, LiteralKind};

impl Checker<'_> {
    /// `a + b`
    pub(super) fn arithmetic(
        &mut self,
        op: ArithmeticOp,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        if self.is_one_window_for_two(left, right, scope) {
            return None;
        }
        let (a, b) = (self.value(left, scope), self.value(right, scope));
        self.compute(operator(op), a?, b?, span, scope).map(Meaning::Value)
    }

    fn compute(&mut self, op: Operator, a: Value, b: Value, span: Span, scope: Scope<'_>) -> Option<Value> {
        use Operator::{Add, Divide, Multiply, Subtract};
        use Type::{Count, Date, Duration, Money, Number, Percent, Timestamp};
        let value = |a: Value, b: Value, ty: Type| {
            Some(Value { kind: ValueKind::Arithmetic(op, Box::new(a), Box::new(b)), ty, span })
        };
        match (op, &a.ty, &b.ty) {
            (Add | Subtract | Multiply, Count, Count) => value(a, b, Count),
            (Add | Subtract, Percent, Count) | (Add | Subtract, Count, Percent) => self.cannot_compute(op, &a, &b, scope),
            (Add | Subtract, Percent, Percent) => value(a, b, Percent),
            (_, Count | Number | Percent, Count | Number | Percent) => value(a, b, Number),
            (Add | Subtract | Divide, Money(x), Money(y)) if x != y => self.two_currencies(&a, &b),
            (Add | Subtract, Money(_), Money(_)) | (Add | Subtract, Duration, Duration) => {
                let ty = a.ty.clone();
                value(a, b, ty)
            }
            (Divide, Money(_), Money(_)) | (Divide, Duration, Duration) => value(a, b, Number),
            (Add | Subtract, Money(currency), Count | Number) if is_plain_number(&b) => {
                let (currency, ty) = (currency.clone(), a.ty.clone());
                let b = self.as_money(b, currency)?;
                value(a, b, ty)
            }
            (Add | Subtract, Count | Number, Money(currency)) if is_plain_number(&a) => {
                let (currency, ty) = (currency.clone(), b.ty.clone());
                let a = self.as_money(a, currency)?;
                value(a, b, ty)
            }
            (Multiply | Divide, Money(_) | Duration, Count | Number | Percent) => {
                let ty = a.ty.clone();
                value(a, b, ty)
            }
            (Multiply, Count | Number | Percent, Money(_) | Duration) => {
                let ty = b.ty.clone();
                value(a, b, ty)
            }
            // Two times of a row subtract to a length.
            (Subtract, Date | Timestamp, Date | Timestamp) if scope.row.is_some() => {
                Some(Value { kind: ValueKind::TimeFrom(Box::new(b), Box::new(a)), ty: Duration, span })
            }
            _ => self.cannot_compute(op, &a, &b, scope),
        }
    }

    fn cannot_compute<T>(&mut self, op: Operator, a: &Value, b: &Value, scope: Scope<'_>) -> Option<T> {
        use Type::{Count, Date, Duration, Money, Number, Percent, Timestamp};
        let (shown_a, shown_b) = (self.words(a.span), self.words(b.span));
        let verb = match op {
            Operator::Add => "added",
            Operator::Subtract => "subtracted",
            Operator::Multiply => "multiplied",
            Operator::Divide => "divided",
        };
        let says = |code| {
            Diagnostic::new(code, format!("`{shown_a}` is {} and `{shown_b}` is {}: they cannot be {verb}", a.ty, b.ty))
                .at(a.span.to(b.span))
                .label(a.span, a.ty.to_string())
                .label(b.span, b.ty.to_string())
        };
        let says = match (op, &a.ty, &b.ty) {
            (Operator::Add | Operator::Subtract, Duration, Count | Number) if is_plain_number(b) => says(
                codes::types::WITHOUT_UNIT,
            )
            .help(format!("Write the unit: `{shown_b} days`."))
            .fix(format!("write `{shown_b} days`"), b.span, format!("{shown_b} days")),
            (Operator::Add | Operator::Subtract, Count | Number, Duration) if is_plain_number(a) => says(
                codes::types::WITHOUT_UNIT,
            )
            .help(format!("Write the unit: `{shown_a} days`."))
            .fix(format!("write `{shown_a} days`"), a.span, format!("{shown_a} days")),
            (_, Percent, Count | Money(_) | Duration) | (_, Count | Money(_) | Duration, Percent) => {
                says(codes::types::PERCENT).help("Multiply to take a part of it: `… * 10%`.")
            }
            (Operator::Subtract, Date | Timestamp, Date | Timestamp) if scope.row.is_none() => {
                says(codes::types::ARITHMETIC)
                    .help(format!("For the time between them, write `time from {shown_b} to {shown_a}`."))
                    .fix(
                        format!("write `time from {shown_b} to {shown_a}`"),
                        a.span.to(b.span),
                        format!("time from {shown_b} to {shown_a}"),
                    )
            }
            (_, Date | Timestamp, Duration) | (_, Duration, Date | Timestamp) => says(codes::types::ARITHMETIC).help(
                "Lengths of time are not added to dates. Say how long ago it was: `time since signed_up_at > 30 days`.",
            ),
            (_, Type::Text, _) | (_, _, Type::Text) => {
                says(codes::types::ARITHMETIC).help("Texts cannot be reckoned with; compare them: `country = \"DE\"`.")
            }
            (_, Type::Boolean, _) | (_, _, Type::Boolean) => says(codes::types::ARITHMETIC).help(
                "True and false cannot be reckoned with; join them with `and` or `or`, or write `at least 2 of { … }`.",
            ),
            (Operator::Add | Operator::Subtract, _, _) => says(codes::types::ARITHMETIC)
                .help("Only things of one unit can be added; divide first, so that both are of one."),
            _ => says(codes::types::ARITHMETIC).help(
                "Money and lengths of time can be multiplied with and divided by numbers, and divided by their own kind.",
            ),
        };
        self.refuse(says)
    }

    /// `-x`: of a literal the literal below 0.
    pub(super) fn negate(&mut self, value: &tree::Expr, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        if let ExprKind::Literal(literal) = &value.kind
            && let Some(negative) = negative(&literal.kind)
        {
            let value = self.literal(&tree::Literal { kind: negative, span })?;
            return Some(Meaning::Value(value));
        }
        let value = self.value(value, scope)?;
        let ty = value.ty.clone();
        if matches!(ty, Type::Count | Type::Number | Type::Percent | Type::Money(_) | Type::Duration) {
            return Some(Meaning::Value(Value { kind: ValueKind::Negate(Box::new(value)), ty, span }));
        }
        let shown = self.words(value.span);
        self.refuse(
            Diagnostic::new(codes::types::ARITHMETIC, format!("`{shown}` is {ty}, which has no negative"))
                .at(span)
                .help("Leave the `-` out."),
        )
    }

    /// `x or else 0`
    pub(super) fn or_else(
        &mut self,
        value: &tree::Expr,
        other: &tree::Expr,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let (a, b) = (self.value(value, scope), self.value(other, scope));
        let mut both = self.of_one_type(vec![a?, b?])?.into_iter();
        let (a, b) = (both.next()?, both.next()?);
        let ty = a.ty.clone();
        Some(Meaning::Value(Value { kind: ValueKind::OrElse(Box::new(a), Box::new(b)), ty, span }))
    }

    /// Values that stand for one another have one type: plain numbers take the unit of the others, and beside a number a count
    /// is one.
    pub(super) fn of_one_type(&mut self, mut values: Vec<Value>) -> Option<Vec<Value>> {
        let Some(lead) = values.iter().position(|v| !is_plain_number(v)).or(Some(0)).filter(|i| *i < values.len()) else {
            return Some(values);
        };
        for i in 0..values.len() {
            if i != lead {
                let (a, b) = self.in_one_unit(values[lead].clone(), values[i].clone())?;
                values[lead] = a;
                values[i] = b;
            }
        }
        let ty = if values.iter().all(|v| v.ty == values[lead].ty) { values[lead].ty.clone() } else { Type::Number };
        if matches!(ty, Type::Number | Type::Percent) {
            return Some(values.into_iter().map(|v| as_double(v, &ty)).collect());
        }
        Some(values)
    }
}

/// A number, percent or count as a double.
pub(super) fn as_double(value: Value, ty: &Type) -> Value {
    let span = value.span;
    if let Some(decimal) = plain_decimal(&value) {
        return Value { kind: ValueKind::Literal(Scalar::Number(decimal.to_f64())), ty: ty.clone(), span };
    }
    if value.ty == Type::Count {
        // A count in doubles: arithmetic with a decimal is in doubles, and by 1 changes nothing.
        let one = Value { kind: ValueKind::Decimal(Decimal::whole(1)), ty: Type::Number, span };
        let kind = ValueKind::Arithmetic(Operator::Multiply, Box::new(value), Box::new(one));
        return Value { kind, ty: Type::Number, span };
    }
    Value { ty: ty.clone(), ..value }
}

fn negative(kind: &LiteralKind) -> Option<LiteralKind> {
    let minus = |text: &str| match text.strip_prefix('-') {
        Some(rest) => rest.to_owned(),
        None => format!("-{text}"),
    };
    match kind {
        LiteralKind::Number(text) => Some(LiteralKind::Number(minus(text))),
        LiteralKind::Percent(text) => Some(LiteralKind::Percent(minus(text))),
        LiteralKind::Money(text, currency) => Some(LiteralKind::Money(minus(text), currency.clone())),
        LiteralKind::Duration(text, unit) => Some(LiteralKind::Duration(minus(text), *unit)),
        _ => None,
    }
}

fn operator(op: ArithmeticOp) -> Operator {
    match op {
        ArithmeticOp::Add => Operator::Add,
        ArithmeticOp::Subtract => Operator::Subtract,
        ArithmeticOp::Multiply => Operator::Multiply,
        ArithmeticOp::Divide => Operator::Divide,
    }
}
