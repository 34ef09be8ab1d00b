//! Stages and points (LANGUAGE.md 8).

use super::{Scope, World};
use crate::program::{Points, Scalar, Stages};

impl<'a> World<'a> {
    /// "exclusive and exhaustive: the first `when` that holds; the last is `otherwise`. Used as a text value."
    pub(super) fn stage(&self, stages: &'a Stages, customer: usize) -> Option<Scalar> {
        let holds = |when| self.holds(when, Scope::of(customer));
        let stage = stages.stages.iter().find(|stage| stage.when.as_ref().is_none_or(holds))?;
        Some(Scalar::Text(stage.name.clone()))
    }

    /// "a whole number, the sum of what holds"
    pub(super) fn points(&self, points: &'a Points, customer: usize) -> Option<Scalar> {
        let of_those_that_hold = points.parts.iter().filter(|(_, when)| self.holds(when, Scope::of(customer)));
        Some(Scalar::Count(of_those_that_hold.map(|(points, _)| points).sum()))
    }
}
