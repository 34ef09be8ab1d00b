//! `time since`, `time until`, `time from … to`, and the moments that they take: a date of the customer, the first or last of
//! an event.

use super::Checker;
use super::names::as_written;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{End, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind};

impl Checker<'_> {
    /// `time since last purchase`, `time until renewal_date`
    pub(super) fn time_since(&mut self, of: &tree::Expr, since: bool, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        let words = if since { "`time since`" } else { "`time until`" };
        self.only_of_customers(words, span, scope)?;
        let of = Box::new(self.point_in_time(of, scope)?);
        let kind = if since { ValueKind::TimeSince(of) } else { ValueKind::TimeUntil(of) };
        Some(Meaning::Value(Value { kind, ty: Type::Duration, span }))
    }

    /// `time from signed_up_at to first purchase`
    pub(super) fn time_from(&mut self, from: &tree::Expr, to: &tree::Expr, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        let (from, to) = (self.point_in_time(from, scope), self.point_in_time(to, scope));
        let kind = ValueKind::TimeFrom(Box::new(from?), Box::new(to?));
        Some(Meaning::Value(Value { kind, ty: Type::Duration, span }))
    }

    /// A date or a moment.
    pub(super) fn point_in_time(&mut self, expr: &tree::Expr, scope: Scope<'_>) -> Option<Value> {
        if let ExprKind::Name(name) = &expr.kind
            && scope.row.is_none()
            && self.is_event(&name.text)
        {
            let written = as_written(&name.text);
            return self.refuse(
                Diagnostic::new(codes::names::WRONG_KIND, format!("Which `{}`: a customer may have many", name.text))
                    .at(expr.span)
                    .help(format!("Write `last {written}` or `first {written}`."))
                    .fix(format!("write `last {written}`"), expr.span, format!("last {written}")),
            );
        }
        let value = self.value(expr, Scope { row: scope.row, window: None })?;
        if matches!(value.ty, Type::Date | Type::Timestamp) {
            return Some(value);
        }
        let shown = self.words(expr.span);
        self.refuse(
            Diagnostic::new(codes::types::NOT_A_DATE, format!("`{shown}` is {}, and here a date is needed", value.ty))
                .at(expr.span)
                .help("Name a date of the customer, or the first or last of an event: `time since last purchase`."),
        )
    }

    /// `first purchase`
    pub(super) fn moment(&mut self, end: tree::End, event: &tree::Event, span: Span, scope: Scope<'_>) -> Option<Value> {
        self.only_of_customers("The first or last of an event", span, scope)?;
        let event = self.event(event)?;
        let end = match end {
            tree::End::First => End::First,
            tree::End::Last => End::Last,
        };
        Some(Value { kind: ValueKind::Moment(end, event), ty: Type::Timestamp, span })
    }
}
