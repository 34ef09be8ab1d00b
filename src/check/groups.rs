//! Conditions put together: `and`, `or`, `not`, groups; and those of one name: `is known`, `in segment`.

use super::Checker;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::faults::fault;
use crate::program::{Condition, ConditionKind};
use crate::source::Span;
use crate::syntax::tree::{self, GroupKind};

impl Checker<'_> {
    /// `a or b`
    pub(super) fn or(&mut self, conditions: &[tree::Expr], span: Span, scope: Scope<'_>) -> Option<Meaning> {
        if self.is_one_window_for_many(conditions, scope) {
            return None;
        }
        let all = self.all_conditions(conditions, scope)?;
        Some(Meaning::Condition(Condition { kind: any(all), span }))
    }

    /// `a and b`
    pub(super) fn and(&mut self, conditions: &[tree::Expr], span: Span, scope: Scope<'_>) -> Option<Meaning> {
        if self.is_one_window_for_many(conditions, scope) {
            return None;
        }
        let conditions = self.all_conditions(conditions, scope)?;
        Some(Meaning::Condition(Condition { kind: all(conditions), span }))
    }

    /// All of them, so that the mistakes of all are said.
    fn all_conditions(&mut self, conditions: &[tree::Expr], scope: Scope<'_>) -> Option<Vec<Condition>> {
        let mut out = Some(Vec::with_capacity(conditions.len()));
        for condition in conditions {
            match (self.condition(condition, scope), &mut out) {
                (Some(condition), Some(out)) => out.push(condition),
                (None, _) => out = None,
                _ => {}
            }
        }
        out
    }

    /// `not a`
    pub(super) fn not(&mut self, condition: &tree::Expr, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        let condition = self.condition(condition, scope)?;
        Some(Meaning::Condition(Condition { kind: ConditionKind::Not(Box::new(condition)), span }))
    }

    /// `all of { … }` and its like.
    pub(super) fn group(
        &mut self,
        kind: &GroupKind,
        conditions: &[tree::Expr],
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let found = self.all_conditions(conditions, scope);
        let kind = match kind {
            GroupKind::All => all(found?),
            GroupKind::Any => any(found?),
            GroupKind::None => {
                ConditionKind::Not(Box::new(Condition { kind: if fault(79) { all(found?) } else { any(found?) }, span }))
            }
            GroupKind::AtLeast(number) => {
                let least = self.whole(number, 1, "`at least … of`");
                let (found, least) = (found?, least?);
                if least > found.len() as u64 {
                    return self.refuse(
                        Diagnostic::new(
                            codes::types::NUMBER_RANGE,
                            format!("At least {least} of {} conditions can never hold", found.len()),
                        )
                        .at(number.span)
                        .consequence("Nobody would fit this.")
                        .help(format!("Write a number up to {}.", found.len())),
                    );
                }
                ConditionKind::AtLeast(least, found)
            }
        };
        Some(Meaning::Condition(Condition { kind, span }))
    }

    /// `phone is known`
    pub(super) fn known(&mut self, value: &tree::Expr, negated: bool, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        let value = self.value_or_list(value, scope)?;
        let known = Condition { kind: ConditionKind::Known(value), span };
        Some(Meaning::Condition(negated_if(known, negated)))
    }

    /// `in segment vip`
    pub(super) fn in_segment(
        &mut self,
        segment: &tree::Name,
        negated: bool,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        self.only_of_customers("A segment", span, scope)?;
        let id = self.segment_name(segment)?;
        Some(Meaning::Condition(negated_if(Condition { kind: ConditionKind::InSegment(id), span }, negated)))
    }
}

/// `not` around a condition.
pub(super) fn negated_if(condition: Condition, negated: bool) -> Condition {
    if !negated {
        return condition;
    }
    let span = condition.span;
    Condition { kind: ConditionKind::Not(Box::new(condition)), span }
}

/// All hold: flat.
fn all(conditions: Vec<Condition>) -> ConditionKind {
    let mut out = Vec::with_capacity(conditions.len());
    for condition in conditions {
        match condition.kind {
            ConditionKind::All(parts) => out.extend(parts),
            _ => out.push(condition),
        }
    }
    ConditionKind::All(out)
}

/// One holds: flat.
fn any(conditions: Vec<Condition>) -> ConditionKind {
    let mut out = Vec::with_capacity(conditions.len());
    for condition in conditions {
        match condition.kind {
            ConditionKind::Any(parts) => out.extend(parts),
            _ => out.push(condition),
        }
    }
    ConditionKind::Any(out)
}
