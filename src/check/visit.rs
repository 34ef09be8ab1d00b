//! Walks over a condition as written: which names it uses, and whether something in it still lacks a window.

use crate::syntax::tree::{self, ExprKind as E, WindowKind};

/// Calls `f` with each part that stands directly in `expr`, over the same thing (a customer or a row): what is inside an
/// event's filter or an aggregate is left out.
fn parts<'t>(expr: &'t tree::Expr, f: &mut dyn FnMut(&'t tree::Expr)) {
    match &expr.kind {
        E::Or(all) | E::And(all) | E::Group(_, all) | E::Function(_, all) => all.iter().for_each(f),
        E::Not(a) | E::Negate(a) | E::TimeSince(a) | E::TimeUntil(a) | E::AsOf { of: a, .. } => f(a),
        E::Part(_, a) | E::Anniversary(a) => f(a),
        E::Near { place, .. } => f(place),
        E::Windowed(a, window) => {
            f(a);
            anchor(window).into_iter().for_each(f);
        }
        E::Did(did) => did.window.as_ref().and_then(anchor).into_iter().for_each(f),
        E::Sequence(sequence) => sequence.window.as_ref().and_then(anchor).into_iter().for_each(f),
        E::Reached(reached) => reached.window.as_ref().and_then(anchor).into_iter().for_each(f),
        E::Compare(_, a, b) | E::Arithmetic(_, a, b) | E::OrElse(a, b) | E::TimeFrom(a, b) | E::Place(a, b) => {
            f(a);
            f(b);
        }
        E::Between(a, b, c) => {
            f(a);
            f(b);
            f(c);
        }
        E::InList { value: Some(value), .. } => f(value),
        E::In { value, .. } | E::TextTest { value, .. } | E::Known { value, .. } => f(value),
        E::Band(band) => f(&band.value),
        E::Rank(rank) => {
            f(&rank.value);
            if let Some(tree::RankOf::Each(each)) = &rank.of {
                f(each);
            }
        }
        E::Changed { value, window, .. } | E::Was { value, window, .. } => {
            f(value);
            window.as_ref().and_then(anchor).into_iter().for_each(f);
        }
        E::Moved { window, .. } => window.as_ref().and_then(anchor).into_iter().for_each(f),
        E::InSegment { .. }
        | E::InList { value: None, .. }
        | E::InRandom { .. }
        | E::Everyone
        | E::Name(_)
        | E::Path(_)
        | E::Literal(_)
        | E::Aggregate(_)
        | E::Moment(..)
        // Its aggregates have their times.
        | E::Trend(_)
        | E::Change(..)
        | E::Later(_) => {}
    }
}

/// What a window hangs on.
pub(super) fn anchor(window: &tree::Window) -> Option<&tree::Expr> {
    match &window.kind {
        WindowKind::FirstAfter { anchor, .. }
        | WindowKind::BetweenAfter { anchor, .. }
        | WindowKind::SinceEvent(anchor)
        | WindowKind::BeforeEvent(anchor) => Some(anchor),
        _ => None,
    }
}

/// Calls `f` with each name that may be a trait's or a segment's.
pub(super) fn names<'t>(expr: &'t tree::Expr, f: &mut dyn FnMut(&'t tree::Name)) {
    match &expr.kind {
        E::Name(name) | E::InSegment { segment: name, .. } | E::Moved { segment: name, .. } => f(name),
        E::Rank(rank) => {
            if let Some(tree::RankOf::Segment(name) | tree::RankOf::Trait(name)) = &rank.of {
                f(name);
            }
        }
        _ => {}
    }
    parts(expr, &mut |part| names(part, f));
}

/// Whether an aggregate or a `did` in it has no window: one behind parentheses would go to it.
pub(super) fn lacks_window(expr: &tree::Expr) -> bool {
    match &expr.kind {
        E::Aggregate(_) => true,
        E::Did(did) => did.window.is_none() && did.streak.is_none(),
        E::Moved { window, .. } | E::Changed { window, .. } | E::Was { window, .. } => window.is_none(),
        E::Sequence(sequence) => sequence.window.is_none(),
        E::Reached(reached) => reached.window.is_none(),
        // What lacks one in there gets this one.
        E::Windowed(..) => false,
        _ => {
            let mut found = false;
            parts(expr, &mut |part| found = found || lacks_window(part));
            found
        }
    }
}

/// The first names of the paths of a row expression, which say of which event it is; and the bare names in it.
pub(super) fn events_of_argument<'t>(expr: &'t tree::Expr, out: &mut Vec<&'t tree::Name>) {
    if let E::Path(names) = &expr.kind {
        out.extend(names.first());
    }
    parts(expr, &mut |part| events_of_argument(part, out));
}

/// The names and the first names of paths in it.
pub(super) fn first_names<'t>(expr: &'t tree::Expr, out: &mut Vec<&'t tree::Name>) {
    match &expr.kind {
        E::Name(name) => out.push(name),
        E::Path(names) => out.extend(names.first()),
        _ => {}
    }
    parts(expr, &mut |part| first_names(part, out));
}
