//! Trends: `count(session) fell by at least 30% over 14 days`, `change in count(session) over 14 days`. What rises or falls is
//! made of aggregates without a window, and is understood twice: over the time named, and over the time before.

use super::Checker;
use super::literals::calendar_length;
use super::names::{Declared, Source, as_written};
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Comparison, Condition, ConditionKind, Trend, TrendBy, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind, WindowKind};

impl Checker<'_> {
    /// `count(session) fell by at least 30% over 14 days from at least 5`
    pub(super) fn trend(&mut self, trend: &tree::Trend, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        self.only_of_customers("A trend", span, scope)?;
        let sides = self.now_and_before(&trend.value, &trend.over, scope);
        let by = match &trend.by {
            None => Some(None),
            Some(by) => self.trend_by(by).map(Some),
        };
        let (now, base) = sides?;
        let smallest_base = match &trend.over.at_least {
            None => None,
            Some(literal) => Some(self.smallest_base(base.clone(), literal)?),
        };
        let trend = Trend { falls: trend.falls, now, base, by: by?, smallest_base };
        Some(Meaning::Condition(Condition { kind: ConditionKind::Trend(Box::new(trend)), span }))
    }

    /// `change in count(session) over 14 days`
    pub(super) fn change(&mut self, of: &tree::Expr, over: &tree::Over, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        self.only_of_customers("A trend", span, scope)?;
        if let Some(literal) = &over.at_least {
            return self.refuse(
                Diagnostic::new(
                    codes::types::WRONG_ARGUMENT,
                    "A smallest base belongs to `rose` and `fell`: a change is a number for everybody",
                )
                .at(literal.span)
                .help("Leave `from at least …` out, and ask for the base beside it: `… and count(session) in the 14 days before last 14 days >= 5`."),
            );
        }
        let (now, base) = self.now_and_before(of, over, scope)?;
        let kind = ValueKind::Change(Box::new(now), Box::new(base));
        Some(Meaning::Value(Value { kind, ty: Type::Percent, span }))
    }

    fn trend_by(&mut self, by: &tree::TrendBy) -> Option<TrendBy> {
        let value = self.literal(&by.share)?;
        match value.kind {
            ValueKind::Decimal(share) => Some(TrendBy { share, more_than: by.more_than }),
            _ => None,
        }
    }

    /// `from at least 5`: what the base has to be.
    fn smallest_base(&mut self, base: Value, literal: &tree::Literal) -> Option<Condition> {
        let span = literal.span;
        let base = Value { span, ..base };
        let written = tree::Expr { kind: ExprKind::Literal(literal.clone()), span };
        if let Some((literal, text, of)) = calendar_length(&written) {
            return self.compare_length(Comparison::GreaterOrEqual, base, literal, text, of, span);
        }
        let least = self.literal(literal)?;
        let shown = self.words(span);
        match (&base.ty, &least.ty) {
            // What cannot be compared is said of the base, which stands elsewhere.
            (Type::Count | Type::Number | Type::Percent, Type::Money(_) | Type::Duration | Type::Text | Type::Boolean)
            | (Type::Money(_) | Type::Duration, Type::Percent | Type::Text | Type::Boolean)
            | (Type::Money(_), Type::Duration)
            | (Type::Duration, Type::Money(_) | Type::Count | Type::Number)
            | (Type::Count, Type::Percent)
            | (_, Type::Date | Type::Timestamp) => {
                let says = format!("The smallest base `{shown}` is {}, and what is compared is {}", least.ty, base.ty);
                self.refuse(
                    Diagnostic::new(codes::types::MISMATCH, says)
                        .at(span)
                        .help("Write it in the unit of what rises or falls: `from at least 5`, `from at least 50 EUR`."),
                )
            }
            _ => self.compare_values(Comparison::GreaterOrEqual, base, least, span),
        }
    }

    /// What rises or falls, over the time named and over the time that it is compared with.
    fn now_and_before(&mut self, of: &tree::Expr, over: &tree::Over, scope: Scope<'_>) -> Option<(Value, Value)> {
        let lengths = (self.length(&over.length), over.against.as_ref().map(|against| self.length(against)));
        self.is_of_aggregates(of, over)?;
        lengths.0?;
        if let Some(against) = lengths.1 {
            against?;
        }
        let last = over.against.clone().unwrap_or_else(|| over.length.clone());
        let now = tree::Window { kind: WindowKind::Last(over.length.clone()), span: over.span };
        let before = tree::Window { kind: WindowKind::BeforeLast { length: over.length.clone(), last }, span: over.span };
        let now = self.value(of, scope.with_window(&now))?;
        let said = self.said.len();
        let base = self.value(of, scope.with_window(&before));
        self.said.truncate(said);
        if !matches!(now.ty, Type::Count | Type::Number | Type::Percent | Type::Money(_) | Type::Duration) {
            let shown = self.words(of.span);
            return self.refuse(
                Diagnostic::new(
                    codes::types::WRONG_ARGUMENT,
                    format!("`{shown}` is {}: only numbers, money and lengths of time rise and fall", now.ty),
                )
                .at(of.span)
                .help("Count something: `count(session) fell by at least 30% over 14 days`."),
            );
        }
        Some((now, base?))
    }

    /// Refuses what has no value of its own for each of the two times.
    fn is_of_aggregates(&mut self, of: &tree::Expr, over: &tree::Over) -> Option<()> {
        match misfit(of) {
            Ok(true) => Some(()),
            Ok(false) => self.refuse(
                Diagnostic::new(codes::types::WRONG_ARGUMENT, "Nothing in this is counted, so it neither rises nor falls")
                    .at(of.span)
                    .help("A trend is of what customers did: `count(session) fell by at least 30% over 14 days`."),
            ),
            Err(part) => self.no_trend_of(part, over),
        }
    }

    fn no_trend_of<T>(&mut self, part: &tree::Expr, over: &tree::Over) -> Option<T> {
        let shown = self.words(part.span);
        let over = self.words(over.span);
        let says = |what: String| Diagnostic::new(codes::types::WRONG_ARGUMENT, what).at(part.span);
        let says = match &part.kind {
            ExprKind::Name(name) => match self.names.get(&name.text) {
                Some(Declared::Silent) => return None,
                Some(Declared::Trait(i)) => {
                    let says = says(format!("A trend is of what is counted, not of a trait: `{shown}` has its own times"))
                        .consequence("It cannot be looked at in the time before.");
                    match self.names.definitions.get(i) {
                        Some(Source::Trait(declaration)) => {
                            match windowless(&declaration.value) {
                                Some(inner) => {
                                    let text = self.sources.text(inner.span).to_owned();
                                    let shown = self.words(inner.span);
                                    says.help(format!("Write what it is made of, without its window: `{shown} … {over}`."))
                                        .fix(format!("write `{shown}`"), part.span, text)
                                }
                                None => says.help("Write what it is made of, each aggregate without its window."),
                            }
                        }
                        _ => says.help("Write what it is made of, each aggregate without its window."),
                    }
                }
                _ if self.is_event(&name.text) => {
                    let written = as_written(&name.text);
                    says(format!("`{shown}` is an event: what of it rises or falls?"))
                        .help(format!("For how many, write `count({written})`."))
                        .fix(format!("write `count({written})`"), part.span, format!("count({written})"))
                }
                _ => says(format!("`{shown}` is no count or sum, so it has no value for the time before"))
                    .help("A trend is of what customers did: `count(session)`, `sum(purchase.amount)`."),
            },
            ExprKind::Windowed(inner, window) => {
                let (inner, when) = (self.words(inner.span), self.words(window.span));
                says(format!("A trend says itself over which time: `{over}`"))
                    .label(window.span, "this is a second time")
                    .help(format!("Leave `{when}` out: `{inner} … {over}`."))
                    .fix(format!("leave `{when}` out"), window.span, "")
            }
            _ => says(format!("`{shown}` has no value for the time before, so it neither rises nor falls"))
                .help("A trend is of aggregates without a window: `count(session)`, `(count(a) / count(b))`."),
        };
        self.refuse(says)
    }
}

/// Whether an aggregate stands in it; the part that may not stand in a trend.
fn misfit(of: &tree::Expr) -> Result<bool, &tree::Expr> {
    match &of.kind {
        ExprKind::Aggregate(_) => Ok(true),
        ExprKind::Literal(_) => Ok(false),
        ExprKind::Negate(x) => misfit(x),
        ExprKind::Arithmetic(_, a, b) | ExprKind::OrElse(a, b) => Ok(misfit(a)? | misfit(b)?),
        ExprKind::Function(_, parts) => {
            let mut has = false;
            for part in parts {
                has |= misfit(part)?;
            }
            Ok(has)
        }
        _ => Err(of),
    }
}

/// A trait's value without the window behind it, if a trend may take it.
fn windowless(value: &tree::Expr) -> Option<&tree::Expr> {
    match &value.kind {
        ExprKind::Windowed(inner, _) if misfit(inner) == Ok(true) => Some(inner),
        _ => None,
    }
}
