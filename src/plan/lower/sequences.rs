//! Sequences and funnels → features.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Lowering, Scope};
use crate::plan::{
    FeatureKind, Frequency, NodeId, NodeKind, PlanReached, PlanSequence, PlanStep, PlanThenNo, SlotId, TableId,
};
use crate::program::{Reached, Sequence, SequenceEvent, Type};

impl Lowering<'_> {
    /// How many matches there are, in the frequency's range.
    pub(super) fn sequence(&mut self, sequence: &Sequence) -> NodeId {
        let steps: Vec<PlanStep> = sequence
            .steps
            .iter()
            .map(|step| PlanStep {
                selection: self.selection(&step.event.event),
                within: step.within,
                without: step.without.as_ref().map(|without| self.selection(&without.event)),
                directly: step.directly.is_some(),
            })
            .collect();
        let anything = sequence.steps.iter().find_map(|step| step.directly.as_ref()).map(|any| self.selection(any));
        let then_no =
            sequence.then_no.as_ref().map(|no| PlanThenNo { selection: self.selection(&no.event.event), within: no.within });
        let matching = self.matching(sequence);
        let Frequency { least, most } = sequence.frequency;
        let Some(first) = steps.first().map(|step| step.selection) else {
            return self.customers.condition(NodeKind::Constant(sequence.frequency.holds(0)));
        };
        let kind = FeatureKind::Sequence(Arc::new(PlanSequence {
            steps,
            anything,
            then_no,
            matching,
            all_within: sequence.all_within,
            bounds: self.event_bounds(&sequence.window),
            until: self.as_of,
            enough: if most == u64::MAX { least } else { most.saturating_add(1) },
        }));
        let matches = self.feature(first, kind, &Type::Count);
        self.customers.condition(NodeKind::InRange(matches, sequence.frequency))
    }

    /// The column in which all events of a sequence match, of each table.
    fn matching(&mut self, sequence: &Sequence) -> Option<SlotId> {
        let steps = sequence.steps.iter().flat_map(|step| std::iter::once(&step.event).chain(&step.without));
        let events: Vec<&SequenceEvent> = steps.chain(sequence.then_no.iter().map(|no| &no.event)).collect();
        let mut by_table: BTreeMap<TableId, NodeId> = BTreeMap::new();
        for event in events {
            for (part, column) in event.event.parts.iter().zip(&event.matching) {
                let Some(kind) = self.program.kinds.get(part.kind.0) else { continue };
                let node = self.value(Scope::Rows(kind.table), column);
                by_table.insert(kind.table, node);
            }
        }
        if by_table.is_empty() { None } else { Some(self.slot_of(by_table.into_iter().collect())) }
    }

    /// Whether a step was reached, as a condition.
    pub(super) fn reached(&mut self, reached: &Reached) -> NodeId {
        // Steps behind those that are asked for do not matter.
        let furthest = reached.but_not.unwrap_or(reached.to);
        let steps: Vec<_> = reached.steps.iter().take(furthest.saturating_add(1)).map(|step| self.selection(step)).collect();
        let Some(first) = steps.first().copied() else { return self.customers.condition(NodeKind::Constant(false)) };
        let kind = FeatureKind::Reached(Arc::new(PlanReached {
            steps,
            within: reached.within,
            to: reached.to,
            but_not: reached.but_not,
            last: reached.last && reached.but_not.is_some(),
            bounds: self.event_bounds(&reached.window),
        }));
        let is_reached = self.feature(first, kind, &Type::Count);
        self.customers.condition(NodeKind::InRange(is_reached, Frequency { least: 1, most: u64::MAX }))
    }
}
