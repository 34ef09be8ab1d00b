//! Mistakes that look like several things at once and are one: each gets one message that says what was meant.

use super::scope::Scope;
use super::{Checker, visit};
use crate::diagnostics::{Diagnostic, Fix, codes};
use crate::source::Span;
use crate::syntax::tree::{self, EventKind, ExprKind};

impl Checker<'_> {
    /// `count(purchase) >= 3 in last 90 days`: the window stands behind the comparison. Whether it was that, and was said.
    pub(super) fn window_behind_comparison(&mut self, left: &tree::Expr, right: &tree::Expr, scope: Scope<'_>) -> bool {
        let ExprKind::Windowed(inner, window) = &right.kind else { return false };
        if scope.window.is_some() || scope.row.is_some() || !visit::lacks_window(left) {
            return false;
        }
        if visit::lacks_window(inner) {
            self.one_window_for_two(left, inner, window);
            return true;
        }
        let is_literal = matches!(inner.kind, ExprKind::Literal(_)) || matches!(inner.kind, ExprKind::Negate(_));
        if !is_literal {
            return false;
        }
        let (value, when) = (self.words(left.span), self.words(window.span));
        let mut says = Diagnostic::new(
            codes::time::MISSING_WINDOW,
            format!("The window belongs to what is counted: `{value} {when}`, and then the comparison"),
        )
        .at(left.span)
        .label(window.span, "this window stands behind the comparison")
        .help(format!("Write `{value} {when}` before the comparison."));
        // With the blank before it.
        let gap = Span { start: inner.span.end, ..window.span };
        says.fix = Some(Fix {
            title: "move the window".to_owned(),
            edits: vec![(after(left.span), format!(" {when}")), (gap, String::new())],
        });
        self.said.push(says);
        true
    }

    /// `count(a) / count(b) in last 30 days`: the window belongs to the second alone.
    pub(super) fn one_window_for_two(&mut self, left: &tree::Expr, right: &tree::Expr, window: &tree::Window) {
        let both = left.span.to(right.span);
        let (value, when) = (self.words(left.span), self.words(window.span));
        let mut says = Diagnostic::new(
            codes::time::MISSING_WINDOW,
            format!("`{when}` belongs to `{}` alone, so `{value}` does not say when", self.words(right.span)),
        )
        .at(left.span)
        .label(window.span, "this window belongs to what stands right before it")
        .help(format!("For both, put them in parentheses: `({}) {when}`.", self.words(both)));
        says.fix = Some(Fix {
            title: "put both in parentheses".to_owned(),
            edits: vec![(before(both), "(".to_owned()), (after(both), ")".to_owned())],
        });
        self.said.push(says);
    }

    /// `did purchase where category = "shoes" and amount > 50 EUR in last 30 days`: without parentheses `where` takes one
    /// comparison. Whether it was that, and was said.
    pub(super) fn two_comparisons_after_where(&mut self, conditions: &[tree::Expr], scope: Scope<'_>) -> bool {
        let [.., did, last] = conditions else { return false };
        let ExprKind::Did(written) = &did.kind else { return false };
        let Some(filter) = &written.event.filter else { return false };
        let has_window = written.window.is_some() || written.streak.is_some();
        if has_window || scope.window.is_some() || scope.row.is_some() {
            return false;
        }
        let mut names = Vec::new();
        visit::first_names(last, &mut names);
        let event = super::events::shown(&written.event.kind);
        let is_column = |name: &&tree::Name| {
            self.catalog.attribute(&name.text).is_none()
                && self.names.get(&name.text).is_none()
                && self.events_with_column(&name.text).into_iter().any(|e| e == event)
        };
        let Some(column) = names.into_iter().find(is_column) else { return false };
        let Some((end, when)) = comparison_and_window(last) else { return false };
        let all = filter.span.to(Span { end, ..last.span });
        let (all_shown, when_shown) = (self.words(all), self.words(when));
        let mut says = Diagnostic::new(
            codes::names::UNKNOWN_ATTRIBUTE,
            format!(
                "Without parentheses `where` takes one comparison, so `{}` was looked for among the customer's columns",
                column.text
            ),
        )
        .at(column.span)
        .label(written.event.span, "this `where` ends here")
        .help(format!("For one `{event}` with both: `did {event} where ({all_shown}) {when_shown}`."));
        says.fix = Some(Fix {
            title: "put the comparisons in parentheses".to_owned(),
            edits: vec![(before(filter.span), "(".to_owned()), (after(all), ")".to_owned())],
        });
        self.said.push(says);
        true
    }

    /// `did email_open or email_click in last 90 days`: `or` between events. Whether it was that, and was said.
    pub(super) fn events_joined_by_or(&mut self, conditions: &[tree::Expr], scope: Scope<'_>) -> bool {
        let [first, others @ ..] = conditions else { return false };
        let ExprKind::Did(did) = &first.kind else { return false };
        let has_window = did.window.is_some() || did.streak.is_some();
        if has_window || did.event.filter.is_some() || scope.window.is_some() || scope.row.is_some() {
            return false;
        }
        let event = |expr: &tree::Expr| match &expr.kind {
            ExprKind::Name(name) if self.is_event(&name.text) => Some(name.clone()),
            ExprKind::Windowed(inner, _) => match &inner.kind {
                ExprKind::Name(name) if self.is_event(&name.text) => Some(name.clone()),
                _ => None,
            },
            _ => None,
        };
        let names: Option<Vec<tree::Name>> = others.iter().map(event).collect();
        let (Some(names), EventKind::Named(_)) = (names, &did.event.kind) else { return false };
        let Some(last) = names.last() else { return false };
        let all = did.event.span.to(last.span);
        let shown = self.words(all);
        let mut says = Diagnostic::new(
            codes::names::WRONG_KIND,
            format!("`{}` alone is not a condition, and `{}` has no window here", last.text, self.words(first.span)),
        )
        .at(last.span)
        .label(first.span, "this has no window")
        .help(format!("For any of them, put them in parentheses: `did ({shown}) in last 90 days`."));
        says.fix = Some(Fix {
            title: format!("write `({shown})`"),
            edits: vec![(before(all), "(".to_owned()), (after(all), ")".to_owned())],
        });
        self.said.push(says);
        true
    }
}

/// Where a comparison ends that a window stands behind, and the window: `amount > 50 EUR in last 30 days`.
fn comparison_and_window(expr: &tree::Expr) -> Option<(u32, Span)> {
    match &expr.kind {
        ExprKind::Windowed(inner, window) => Some((inner.span.end, window.span)),
        ExprKind::Compare(_, _, right) | ExprKind::Between(_, _, right) => comparison_and_window(right),
        _ => None,
    }
}

/// The place right before something.
fn before(span: Span) -> Span {
    Span { end: span.start, ..span }
}

/// The place right behind something.
pub(super) fn after(span: Span) -> Span {
    Span { start: span.end, ..span }
}
