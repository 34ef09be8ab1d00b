//! Comparisons: what may stand beside what, and which unit a plain number takes.

use super::Checker;
use super::literals::{calendar_length, is_plain_number, literal_length, plain_decimal, whole_length};
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::faults::fault;
use crate::program::{Comparison, Condition, ConditionKind, Decimal, Scalar, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree::{self, CompareOp, ExprKind, Literal};

impl Checker<'_> {
    /// `age > 30`
    pub(super) fn compare(
        &mut self,
        op: CompareOp,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        if self.is_one_window_for_two(left, right, scope) || self.is_list_compared(op, left, right, span, scope) {
            return None;
        }
        let op = comparison(op);
        if scope.row.is_none() {
            if let Some((literal, text, of)) = calendar_length(right) {
                let value = self.value(left, scope)?;
                return self.compare_length(op, value, literal, text, of, span).map(Meaning::Condition);
            }
            if let Some((literal, text, of)) = calendar_length(left) {
                let value = self.value(right, scope)?;
                return self.compare_length(op.swapped(), value, literal, text, of, span).map(Meaning::Condition);
            }
        }
        // Both, so that the mistakes of both are said.
        let (a, b) = (self.side(left, right, scope), self.side(right, left, scope));
        self.compare_values(op, a?, b?, span).map(Meaning::Condition)
    }

    /// One side of a comparison; a word that is a value of the other side lacks its quotes.
    fn side(&mut self, side: &tree::Expr, other: &tree::Expr, scope: Scope<'_>) -> Option<Value> {
        if let (ExprKind::Name(word), ExprKind::Name(name)) = (&side.kind, &other.kind)
            && self.is_value_without_quotes(word, name, scope)
        {
            return self.refuse(
                Diagnostic::new(codes::names::UNKNOWN_ATTRIBUTE, format!("There is no attribute or trait `{}`", word.text))
                    .at(word.span)
                    .help(format!("A text stands in double quotes: `\"{}\"`.", word.text))
                    .fix(format!("write \"{}\"", word.text), word.span, format!("\"{}\"", word.text)),
            );
        }
        self.value(side, scope)
    }

    fn is_value_without_quotes(&self, word: &tree::Name, name: &tree::Name, scope: Scope<'_>) -> bool {
        if self.names.get(&word.text).is_some() || self.catalog.attribute(&word.text).is_some() {
            return false;
        }
        if scope.row.is_none() && self.has_stage(&name.text, &word.text) {
            return true;
        }
        let facts = match scope.row {
            Some(row) if row.columns.contains_key(&word.text) => return false,
            Some(row) => self
                .catalog
                .event_tables
                .get(row.table)
                .and_then(|t| t.columns.iter().find(|c| c.name == name.text).map(|c| &c.facts)),
            None => self.catalog.attribute(&name.text).and_then(|i| self.catalog.attributes.get(i)).map(|a| &a.facts),
        };
        facts.and_then(|f| f.values.as_ref()).is_some_and(|values| values.contains(&word.text))
    }

    /// `time since x > 30 days`: by the calendar.
    pub(super) fn compare_length(
        &mut self,
        op: Comparison,
        value: Value,
        literal: &Literal,
        text: &str,
        of: tree::Unit,
        span: Span,
    ) -> Option<Condition> {
        if value.ty != Type::Duration {
            let right = Value { kind: ValueKind::Literal(Scalar::Duration(0)), ty: Type::Duration, span: literal.span };
            return self.cannot_compare(&value, &right);
        }
        let is_constant = matches!(value.kind, ValueKind::Literal(_));
        if let (Some(length), false) = (whole_length(text, of), is_constant) {
            return Some(Condition { kind: ConditionKind::CompareLength(op, value, length), span });
        }
        let right = self.literal(literal)?;
        Some(Condition { kind: ConditionKind::Compare(op, value, right), span })
    }

    /// `a op b`, with units.
    pub(super) fn compare_values(&mut self, op: Comparison, a: Value, b: Value, span: Span) -> Option<Condition> {
        let kind = match (&a.ty, &b.ty) {
            (Type::Timestamp, Type::Date) => ConditionKind::CompareDay(op, a, b),
            (Type::Date, Type::Timestamp) => ConditionKind::CompareDay(op.swapped(), b, a),
            _ => {
                self.part_fits(op, &a, &b)?;
                let (a, b) = self.in_one_unit(a, b)?;
                if a.ty == Type::Boolean && !matches!(op, Comparison::Equal | Comparison::NotEqual) {
                    let shown = self.words(a.span);
                    return self.refuse(
                        Diagnostic::new(
                            codes::types::MISMATCH,
                            "True and false are neither larger nor smaller than one another",
                        )
                        .at(span)
                        .help(format!("Write `{shown}` alone, or `not {shown}`.")),
                    );
                }
                self.is_no_stage(&a, &b);
                self.is_no_stage(&b, &a);
                ConditionKind::Compare(op, a, b)
            }
        };
        Some(Condition { kind, span })
    }

    /// Gives a plain number the unit of the other; refuses what has two.
    pub(super) fn in_one_unit(&mut self, a: Value, b: Value) -> Option<(Value, Value)> {
        use Type::{Count, Money, Number, Percent};
        match (&a.ty, &b.ty) {
            (Money(x), Money(y)) if x != y => self.two_currencies(&a, &b),
            (Money(currency), _) if is_plain_number(&b) => {
                let b = self.as_money(b, currency.clone())?;
                Some((a, b))
            }
            (_, Money(currency)) if is_plain_number(&a) => {
                let a = self.as_money(a, currency.clone())?;
                Some((a, b))
            }
            (Percent, Count) | (Count, Percent) if !is_plain_number(&a) && !is_plain_number(&b) => {
                self.percent_beside(&a, &b)
            }
            (Percent | Count | Number, Percent | Count | Number) => Some((a, b)),
            (x, y) if x == y => Some((a, b)),
            _ => self.cannot_compare(&a, &b),
        }
    }

    /// A plain number as money.
    pub(super) fn as_money(&mut self, value: Value, currency: crate::program::Currency) -> Option<Value> {
        let decimal = plain_decimal(&value)?;
        let micros = self.micros(decimal, value.span)?;
        Some(Value { kind: ValueKind::Literal(Scalar::Money(micros)), ty: Type::Money(currency), span: value.span })
    }

    pub(super) fn two_currencies<T>(&mut self, a: &Value, b: &Value) -> Option<T> {
        let says = Diagnostic::new(
            codes::types::OTHER_CURRENCY,
            format!("`{}` is {}, `{}` is {}", self.words(a.span), a.ty, self.words(b.span), b.ty),
        )
        .at(b.span)
        .label(a.span, a.ty.to_string())
        .consequence("Segue knows no rates between currencies, so the two cannot be put together.")
        .help("Write both in one currency.");
        self.refuse(says)
    }

    fn percent_beside<T>(&mut self, a: &Value, b: &Value) -> Option<T> {
        let (percent, other) = if a.ty == Type::Percent { (a, b) } else { (b, a) };
        let (shown, of) = (self.words(percent.span), self.words(other.span));
        self.refuse(
            Diagnostic::new(
                codes::types::PERCENT,
                format!("`{shown}` is a percent, and `{of}` is {}: a percent of what?", other.ty),
            )
            .at(percent.span)
            .label(other.span, other.ty.to_string())
            .help(format!(
                "Write the number itself. For those who are highest among all: `… in top {}`; for a part of a whole, divide: `(a / b) >= {}`.",
                if shown.ends_with('%') { shown.as_str() } else { "20%" },
                if shown.ends_with('%') { shown.as_str() } else { "20%" },
            )),
        )
    }

    /// Two types that never compare.
    pub(super) fn cannot_compare<T>(&mut self, a: &Value, b: &Value) -> Option<T> {
        use Type::{Count, Date, Duration, Money, Number, Percent, Timestamp};
        let (shown_a, shown_b) = (self.words(a.span), self.words(b.span));
        match (&a.ty, &b.ty) {
            (Percent, Money(_) | Duration) | (Money(_) | Duration, Percent) => return self.percent_beside(a, b),
            (Duration, Count | Number) if is_plain_number(b) => return self.number_without_unit(b),
            (Count | Number, Duration) if is_plain_number(a) => return self.number_without_unit(a),
            _ => {}
        }
        let says = Diagnostic::new(
            codes::types::MISMATCH,
            format!("`{shown_a}` is {} and `{shown_b}` is {}: they cannot be compared", a.ty, b.ty),
        )
        .at(a.span.to(b.span))
        .label(a.span, a.ty.to_string())
        .label(b.span, b.ty.to_string())
        .consequence("Nobody would fit this.");
        let says = match (&a.ty, &b.ty) {
            (Date | Timestamp, Duration) => says.help(format!(
                "For how long ago it was, write `time since {shown_a} > {shown_b}`; for those of the last days, `{shown_a} in last {shown_b}`."
            )),
            (Duration, Date | Timestamp) => says.help(format!("For how long ago it was, write `time since {shown_b}`.")),
            (Date | Timestamp, Type::Text) => match literal_text(b) {
                Some(text) if text.parse::<jiff::civil::Date>().is_ok() => {
                    says.help("A date stands without quotes.").fix(format!("write {text}"), b.span, text.to_string())
                }
                _ => says.help("Write a date as `2024-06-01`, without quotes."),
            },
            (Count | Number | Percent | Money(_), Type::Text) => match literal_text(b) {
                Some(text) if Decimal::parse(text).is_some() => {
                    says.help("A number stands without quotes.").fix(format!("write {text}"), b.span, text.to_string())
                }
                _ => says.help("Compare a number with a number."),
            },
            (Type::Text, Count | Number) if is_plain_number(b) => says
                .help(format!("If `{shown_b}` is one of its texts, put it in quotes: `\"{shown_b}\"`."))
                .fix(format!("write \"{shown_b}\""), b.span, format!("\"{shown_b}\"")),
            (Money(_), Count | Number) | (Count | Number, Money(_)) => {
                says.help("Divide first, so that both are of one unit: money by a count is money each.")
            }
            _ => says.help("Compare two things of one kind."),
        };
        self.refuse(says)
    }

    fn number_without_unit<T>(&mut self, number: &Value) -> Option<T> {
        let shown = self.words(number.span);
        self.refuse(
            Diagnostic::new(codes::types::WITHOUT_UNIT, format!("`{shown}` has no unit: {shown} what?"))
                .at(number.span)
                .consequence("Days and hours choose different customers.")
                .help(format!("Write the unit: `{shown} days`."))
                .fix(format!("write `{shown} days`"), number.span, format!("{shown} days")),
        )
    }

    /// `age between 25 and 34`: both ends in.
    pub(super) fn between(
        &mut self,
        value: &tree::Expr,
        low: &tree::Expr,
        high: &tree::Expr,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let of = self.value(value, scope);
        let mut bound = |op: Comparison, bound: &tree::Expr| {
            if scope.row.is_none()
                && let Some((literal, text, unit)) = calendar_length(bound)
            {
                return self.compare_length(op, of.clone()?, literal, text, unit, span);
            }
            let bound = self.value(bound, scope)?;
            self.compare_values(op, of.clone()?, bound, span)
        };
        let low = bound(Comparison::GreaterOrEqual, low)?;
        let high = bound(if fault(77) { Comparison::Less } else { Comparison::LessOrEqual }, high)?;
        Some(Meaning::Condition(Condition { kind: ConditionKind::All(vec![low, high]), span }))
    }

    /// `plan in ("pro", "team")`
    pub(super) fn one_of(
        &mut self,
        value: &tree::Expr,
        negated: bool,
        items: &[Literal],
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let value = self.value(value, scope)?;
        let mut scalars = Vec::with_capacity(items.len());
        // Values that do not compare one to one: days of timestamps, lengths by the calendar.
        let mut others = Vec::new();
        let op = if negated { Comparison::NotEqual } else { Comparison::Equal };
        for item in items {
            if scope.row.is_none()
                && let Some((literal, text, of)) = literal_length(item)
            {
                others.push(self.compare_length(op, value.clone(), literal, text, of, span)?);
                continue;
            }
            let item = self.literal(item)?;
            if matches!((&value.ty, &item.ty), (Type::Timestamp, Type::Date) | (Type::Date, Type::Timestamp)) {
                others.push(self.compare_values(op, value.clone(), item, span)?);
                continue;
            }
            self.part_fits(op, &value, &item)?;
            let item = self.in_unit_of(&value, item)?;
            self.is_no_stage(&value, &item);
            match (item.kind, &value.ty) {
                // A count is never 2.5.
                (ValueKind::Decimal(_), Type::Count) => {}
                (ValueKind::Decimal(decimal), _) => scalars.push(Scalar::Number(decimal.to_f64())),
                (ValueKind::Literal(Scalar::Count(n)), Type::Number | Type::Percent) => {
                    scalars.push(Scalar::Number(n as f64))
                }
                (ValueKind::Literal(scalar), _) => scalars.push(scalar),
                _ => {}
            }
        }
        let condition = |kind| Condition { kind, span };
        let all = if negated { ConditionKind::NotOneOf(value, scalars) } else { ConditionKind::OneOf(value, scalars) };
        if others.is_empty() {
            return Some(Meaning::Condition(condition(all)));
        }
        others.push(condition(all));
        Some(Meaning::Condition(condition(if negated { ConditionKind::All(others) } else { ConditionKind::Any(others) })))
    }

    /// As [`Checker::in_one_unit`] for an item of a list, without a copy of the value for each of many items.
    pub(super) fn in_unit_of(&mut self, value: &Value, item: Value) -> Option<Value> {
        let stand_in = Value { kind: ValueKind::TimeSince(Box::new(item.clone())), ty: value.ty.clone(), span: value.span };
        Some(self.in_one_unit(stand_in, item)?.1)
    }
}

fn literal_text(value: &Value) -> Option<&str> {
    match &value.kind {
        ValueKind::Literal(Scalar::Text(text)) => Some(text),
        _ => None,
    }
}

fn comparison(op: CompareOp) -> Comparison {
    match op {
        CompareOp::Equal => Comparison::Equal,
        CompareOp::NotEqual => Comparison::NotEqual,
        CompareOp::Less => Comparison::Less,
        CompareOp::LessOrEqual => Comparison::LessOrEqual,
        CompareOp::Greater => Comparison::Greater,
        CompareOp::GreaterOrEqual => Comparison::GreaterOrEqual,
    }
}
