//! Values written out: exact numbers, money in millionths, days and moments in the project's zone.

use super::Checker;
use super::windows::unit;
use crate::diagnostics::{Diagnostic, codes};
use crate::program::calendar::{Length, days_of};
use crate::program::{Decimal, Scalar, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind, Literal, LiteralKind};

impl Checker<'_> {
    /// A literal as it stands, without a unit from elsewhere. A length of months has none of its own and is refused: what can
    /// take it (windows, comparisons) reads it before it gets here.
    pub(super) fn literal(&mut self, literal: &Literal) -> Option<Value> {
        let span = literal.span;
        let value = |scalar, ty| Some(Value { kind: ValueKind::Literal(scalar), ty, span });
        match &literal.kind {
            LiteralKind::Number(text) => self.number(text, span),
            LiteralKind::Percent(text) => {
                let decimal = self.decimal(text, span)?;
                if decimal.scale > 28 {
                    return self.too_precise(span);
                }
                Some(Value { kind: ValueKind::Decimal(decimal.hundredth()), ty: Type::Percent, span })
            }
            LiteralKind::Money(text, currency) => {
                let decimal = self.decimal(text, span)?;
                let micros = self.micros(decimal, span)?;
                value(Scalar::Money(micros), Type::Money(currency.as_str().into()))
            }
            LiteralKind::Duration(text, of) => {
                let micros = self.duration(text, *of, span)?;
                value(Scalar::Duration(micros), Type::Duration)
            }
            LiteralKind::Text(text) => value(Scalar::Text(text.as_str().into()), Type::Text),
            LiteralKind::Date(year, month, day) => match jiff::civil::Date::new(*year, *month, *day) {
                Ok(date) => value(Scalar::Date(days_of(date)), Type::Date),
                Err(_) => self.no_such_day(span),
            },
            LiteralKind::Timestamp(text) => match text.parse::<jiff::civil::DateTime>() {
                Ok(local) => value(Scalar::Timestamp(self.calendar.moment(local)), Type::Timestamp),
                Err(_) => self.no_such_day(span),
            },
            LiteralKind::Boolean(holds) => value(Scalar::Boolean(*holds), Type::Boolean),
        }
    }

    /// `12` is a Count, `2.5` a Number: exact either way.
    fn number(&mut self, text: &str, span: Span) -> Option<Value> {
        let decimal = self.decimal(text, span)?;
        Some(match decimal.to_i64() {
            Some(n) => Value { kind: ValueKind::Literal(Scalar::Count(n)), ty: Type::Count, span },
            None => Value { kind: ValueKind::Decimal(decimal), ty: Type::Number, span },
        })
    }

    pub(super) fn decimal(&mut self, text: &str, span: Span) -> Option<Decimal> {
        match Decimal::parse(text) {
            Some(decimal) => Some(decimal),
            None => self.too_precise(span),
        }
    }

    pub(super) fn micros(&mut self, decimal: Decimal, span: Span) -> Option<i64> {
        match decimal.to_micros() {
            Some(micros) => Some(micros),
            None => self.too_precise(span),
        }
    }

    fn too_precise<T>(&mut self, span: Span) -> Option<T> {
        let shown = self.words(span);
        self.refuse(
            Diagnostic::new(codes::types::NUMBER_RANGE, format!("`{shown}` has more digits than can be kept exactly"))
                .at(span)
                .help("Money has at most six digits after the point and twelve before it; other numbers 36 in all."),
        )
    }

    pub(super) fn too_large<T>(&mut self, span: Span) -> Option<T> {
        let shown = self.words(span);
        self.refuse(
            Diagnostic::new(codes::types::NUMBER_RANGE, format!("`{shown}` is larger than fits here"))
                .at(span)
                .help("Write a smaller number."),
        )
    }

    fn no_such_day<T>(&mut self, span: Span) -> Option<T> {
        let shown = self.words(span);
        self.refuse(
            Diagnostic::new(codes::types::NOT_A_DATE, format!("There is no day or time `{shown}`"))
                .at(span)
                .help("Write a day as `2024-06-01`, a time as `2024-06-01T09:30`."),
        )
    }

    /// A length of time with a day of 24 hours, in microseconds.
    fn duration(&mut self, text: &str, of: tree::Unit, span: Span) -> Option<i64> {
        let Some(micros) = unit(of).micros() else {
            let shown = self.words(span);
            let each = match of {
                tree::Unit::Month => 30,
                tree::Unit::Quarter => 90,
                _ => 365,
            };
            // 1.5 months are about 45 days.
            let days = Decimal::parse(text)
                .and_then(|d| Decimal { digits: d.digits.checked_mul(each)?, ..d }.to_i64())
                .unwrap_or(30);
            let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
            return self.refuse(
                Diagnostic::new(
                    codes::types::MONTH_IN_ARITHMETIC,
                    format!("`{shown}` has no fixed length, so it cannot be reckoned with here"),
                )
                .at(span)
                .help(format!("Months, quarters and years differ in length: write days, such as `{days}`.")),
            );
        };
        let decimal = self.decimal(text, span)?;
        let whole = decimal.digits.checked_mul(i128::from(micros)).zip(10i128.checked_pow(decimal.scale));
        let whole = whole.filter(|(n, power)| n % power == 0).and_then(|(n, power)| i64::try_from(n / power).ok());
        match whole {
            Some(micros) => Some(micros),
            None => self.too_precise(span),
        }
    }

    /// A whole number of at least `least`.
    pub(super) fn whole(&mut self, literal: &Literal, least: u64, what: &str) -> Option<u64> {
        let number = match &literal.kind {
            LiteralKind::Number(text) => Decimal::parse(text).and_then(Decimal::to_i64).and_then(|n| u64::try_from(n).ok()),
            _ => None,
        };
        match number {
            Some(n) if n >= least => Some(n),
            _ => {
                let shown = self.words(literal.span);
                self.refuse(
                    Diagnostic::new(
                        codes::types::NUMBER_RANGE,
                        format!("{what} takes a whole number of at least {least}, not `{shown}`"),
                    )
                    .at(literal.span)
                    .help(format!("Write a whole number, {least} or more.")),
                )
            }
        }
    }

    /// A share between 0% and 100%.
    pub(super) fn share(&mut self, literal: &Literal, what: &str) -> Option<Decimal> {
        let shown = self.words(literal.span);
        let text = match &literal.kind {
            LiteralKind::Percent(text) => text,
            LiteralKind::Number(text) => {
                let says =
                    Diagnostic::new(codes::types::SHARE_RANGE, format!("{what} takes a percent, and `{shown}` is a number"))
                        .at(literal.span);
                let says = match Decimal::parse(text).and_then(Decimal::to_i64) {
                    Some(n @ 0..=100) => {
                        says.help(format!("Write `{n}%`.")).fix(format!("write `{n}%`"), literal.span, format!("{n}%"))
                    }
                    _ => says.help("Write a percent, such as `10%`."),
                };
                return self.refuse(says);
            }
            _ => {
                return self.refuse(
                    Diagnostic::new(codes::types::SHARE_RANGE, format!("{what} takes a percent, not `{shown}`"))
                        .at(literal.span)
                        .help("Write a percent, such as `10%`."),
                );
            }
        };
        let decimal = self.decimal(text, literal.span)?;
        let is_below = decimal.digits < 0;
        let is_above = 10i128.checked_pow(decimal.scale + 2).is_some_and(|hundred| decimal.digits > hundred);
        if is_below || is_above || decimal.scale > 28 {
            return self.refuse(
                Diagnostic::new(
                    codes::types::SHARE_RANGE,
                    format!("{what} takes a share between 0% and 100%, not `{shown}`"),
                )
                .at(literal.span)
                .consequence("There are never more than all of them, nor fewer than none.")
                .help("Write a percent between `0%` and `100%`."),
            );
        }
        Some(decimal.hundredth())
    }
}

/// A literal length of days or longer, which a comparison takes by the calendar: the number as written and the unit.
pub(super) fn calendar_length(expr: &tree::Expr) -> Option<(&Literal, &str, tree::Unit)> {
    match &expr.kind {
        ExprKind::Literal(literal) => literal_length(literal),
        _ => None,
    }
}

/// The same of a literal.
pub(super) fn literal_length(literal: &Literal) -> Option<(&Literal, &str, tree::Unit)> {
    match &literal.kind {
        LiteralKind::Duration(text, of) if unit(*of).is_calendar() => Some((literal, text, *of)),
        _ => None,
    }
}

/// `30 days` as a length of whole units; none of `0 days` and `1.5 days`, which have no calendar.
pub(super) fn whole_length(text: &str, of: tree::Unit) -> Option<Length> {
    let count = u32::try_from(Decimal::parse(text)?.to_i64()?).ok().filter(|n| *n >= 1)?;
    Some(Length { count, unit: unit(of) })
}

/// Whether a value is a plain number as written, which takes the unit of what stands beside it.
pub(super) fn is_plain_number(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Literal(Scalar::Count(_)) => true,
        ValueKind::Decimal(_) => value.ty != Type::Percent,
        _ => false,
    }
}

/// A plain number as an exact decimal.
pub(super) fn plain_decimal(value: &Value) -> Option<Decimal> {
    match &value.kind {
        ValueKind::Literal(Scalar::Count(n)) => Some(Decimal::whole(*n)),
        ValueKind::Decimal(decimal) => Some(*decimal),
        _ => None,
    }
}
