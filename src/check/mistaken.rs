//! A mistake that looks like several things at once and is one: it gets one message that says what was meant.

use super::scope::Scope;
use super::{Checker, visit};
use crate::diagnostics::{Diagnostic, Fix, codes};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind};

impl Checker<'_> {
    /// The window behind two things that belongs to the second alone. Whether it was that, and was said.
    pub(super) fn is_one_window_for_two(&mut self, left: &tree::Expr, right: &tree::Expr, scope: Scope<'_>) -> bool {
        let ExprKind::Windowed(inner, window) = &right.kind else { return false };
        let is_mistaken =
            scope.window.is_none() && scope.row.is_none() && visit::lacks_window(left) && visit::lacks_window(inner);
        if is_mistaken {
            self.one_window_for_two(left, inner, window);
        }
        is_mistaken
    }

    /// `did purchase and did session in last 3 days`: likewise. Whether it was that, and was said.
    pub(super) fn is_one_window_for_many(&mut self, conditions: &[tree::Expr], scope: Scope<'_>) -> bool {
        let [first, others @ .., last] = conditions else { return false };
        let window = match &last.kind {
            ExprKind::Did(did) => did.window.as_ref(),
            ExprKind::Sequence(sequence) => sequence.window.as_ref(),
            _ => None,
        };
        let Some(window) = window else { return false };
        let all_lack = std::iter::once(first)
            .chain(others)
            .all(|c| matches!(c.kind, ExprKind::Did(_) | ExprKind::Sequence(_)) && visit::lacks_window(c));
        if !all_lack || scope.window.is_some() || scope.row.is_some() {
            return false;
        }
        let end = self.sources.text(Span { start: last.span.start, end: window.span.start, ..last.span }).trim_end().len();
        let Ok(end) = u32::try_from(end) else { return false };
        let right = Span { end: last.span.start.saturating_add(end), ..last.span };
        self.one_window(first, right, first.span.to(right), window);
        true
    }

    /// `count(a) / count(b) in last 30 days`: the window belongs to the second alone.
    fn one_window_for_two(&mut self, left: &tree::Expr, right: &tree::Expr, window: &tree::Window) {
        self.one_window(left, right.span, left.span.to(right.span), window);
    }

    /// Says that a window belongs to `right` alone and not to all that stands in `both`.
    fn one_window(&mut self, left: &tree::Expr, right: Span, both: Span, window: &tree::Window) {
        let (value, when) = (self.words(left.span), self.words(window.span));
        let mut says = Diagnostic::new(
            codes::time::MISSING_WINDOW,
            format!("`{when}` belongs to `{}` alone, so `{value}` does not say when", self.words(right)),
        )
        .at(left.span)
        .label(window.span, "this window belongs to what stands right before it")
        .help(format!("For all of them, put them in parentheses: `({}) {when}`.", self.words(both)));
        says.fix = Some(Fix {
            title: "put them in parentheses".to_owned(),
            edits: vec![(before(both), "(".to_owned()), (after(both), ")".to_owned())],
        });
        self.said.push(says);
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
