//! What the pass computes of sequences and funnels.

use super::{Bounds, SelectionId, SlotId};
use crate::program::calendar::Length;

/// A sequence: how many matches that share no moment there are at most. The rules are those of the program's `Sequence`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlanSequence {
    /// The steps, at least one.
    pub steps: Vec<PlanStep>,
    /// Any event at all, where some step is `directly`.
    pub anything: Option<SelectionId>,
    /// `then no`
    pub then_no: Option<PlanThenNo>,
    /// All events but `anything` have the same known value here.
    pub matching: Option<SlotId>,
    /// The last step at most so long after the first.
    pub all_within: Option<Length>,
    /// All steps lie in it.
    pub bounds: Bounds,
    /// The T of this sequence: events from then on are none.
    pub until: i64,
    /// More than so many need not be told apart.
    pub enough: u64,
}

/// A step of a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlanStep {
    /// Which events.
    pub selection: SelectionId,
    /// At most so long after the step before.
    pub within: Option<Length>,
    /// None of these strictly between it and the step before.
    pub without: Option<SelectionId>,
    /// Nothing at all strictly between.
    pub directly: bool,
}

/// The end of a sequence: what does not follow.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlanThenNo {
    /// None of these strictly later than the last step.
    pub selection: SelectionId,
    /// At most so long after it, which has to be over before `until`; without a length, up to `until`.
    pub within: Option<Length>,
}

/// Whether a customer got to a step of a funnel and not to another: 1 or 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlanReached {
    /// The events of the steps up to the last that is asked for.
    pub steps: Vec<SelectionId>,
    /// The last step of an attempt lies at most so long after its first.
    pub within: Length,
    /// The step that some attempt got to.
    pub to: usize,
    /// The later step that none got to.
    pub but_not: Option<usize>,
    /// Of the attempts that got to `to`, only that counts which began last.
    pub last: bool,
    /// All steps lie in it.
    pub bounds: Bounds,
}

impl PlanSequence {
    /// All selections of it.
    pub fn selections(&self) -> Vec<SelectionId> {
        let steps = self.steps.iter().flat_map(|step| std::iter::once(step.selection).chain(step.without));
        steps.chain(self.then_no.iter().map(|no| no.selection)).chain(self.anything).collect()
    }
}
