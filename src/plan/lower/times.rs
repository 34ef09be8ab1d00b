//! Other times: which definitions are needed as of when, and who existed then.

use std::collections::BTreeSet;

use super::uses::{self, Uses};
use super::{Lowering, Scope, exports};
use crate::faults::fault;
use crate::plan::{Bounds, FeatureKind, NodeId, NodeKind, TableId};
use crate::program::calendar::Interval;
use crate::program::{Definition, DefinitionId, DefinitionKind, Length, Program, Type};

/// The definitions that are wanted, and those that they name, each as of all the times that it is asked for. They come in an
/// order in which each stands after those it uses: what is used is as of no later a time, and of one time it stands before in the
/// program.
pub(super) fn needed(program: &Program, as_of: i64, wanted: &dyn Fn(&Definition) -> bool) -> BTreeSet<(i64, DefinitionId)> {
    let mut every_segment = Uses::default();
    if let Some(condition) = &program.every_segment_except {
        uses::of_condition(condition, &mut every_segment);
    }
    let wanted_now = |definition| if wanted(definition) { BTreeSet::from([as_of]) } else { BTreeSet::new() };
    let mut times: Vec<BTreeSet<i64>> = program.definitions.iter().map(wanted_now).collect();
    for id in exports::queues(program, wanted).flatten() {
        if let Some(times) = times.get_mut(id.0) {
            times.insert(as_of);
        }
    }
    // Each stands after those it uses: going back, all who name a definition are known when its turn comes.
    for (i, definition) in program.definitions.iter().enumerate().rev() {
        let asked = times.get(i).cloned().unwrap_or_default();
        if asked.is_empty() {
            continue;
        }
        let mut named = Uses::default();
        uses::of_definition(definition, &mut named);
        if matches!(definition.kind, DefinitionKind::Segment(_)) {
            named.found.extend(every_segment.found.iter().cloned());
        }
        for moment in asked {
            for (id, moved) in &named.found {
                let back = |moment, length: &Length| program.calendar.shift(moment, *length, -1);
                if let Some(times) = times.get_mut(id.0) {
                    times.insert(moved.iter().fold(moment, back));
                }
            }
        }
    }
    let places = times.into_iter().enumerate();
    places.flat_map(|(i, times)| times.into_iter().map(move |moment| (moment, DefinitionId(i)))).collect()
}

impl Lowering<'_> {
    /// Lowers something with T moved back.
    pub(super) fn moved<T>(&mut self, ago: Length, inside: impl FnOnce(&mut Self) -> T) -> T {
        let was = self.as_of;
        let back = if fault(71) { Length { unit: crate::program::calendar::Unit::Day, ..ago } } else { ago };
        self.as_of = self.program.calendar.shift(was, back, -1);
        let done = inside(self);
        self.as_of = was;
        done
    }

    /// Who existed at T as it is moved now. Constantly true of the run's T: nobody else is looked at.
    pub(super) fn existing(&mut self) -> NodeId {
        let until = self.as_of;
        let before = Bounds::Fixed(Interval { start: i64::MIN, end: until.saturating_add(i64::from(fault(72))) });
        if until == self.run_as_of || fault(73) {
            return self.customers.condition(NodeKind::Constant(true));
        }
        let moment = match &self.program.customers {
            // "every key with an event before T is a customer at T": of any table, also one that fits no kind.
            None => {
                let mut rows = Vec::new();
                for table in (0..self.program.tables.len()).map(TableId) {
                    rows.push((table, self.graph(Scope::Rows(table)).condition(NodeKind::Constant(true))));
                }
                let selection = self.select(rows);
                self.feature(selection, FeatureKind::FirstTime { until }, &Type::Timestamp)
            }
            Some(customers) => match customers.since {
                None => return self.customers.condition(NodeKind::Constant(true)),
                Some(since) => {
                    let ty = self.program.attributes.get(since.0).map_or(&Type::Timestamp, |attribute| &attribute.ty);
                    let value = self.customers.node(NodeKind::Attribute(since), ty);
                    match ty {
                        Type::Date => self.customers.node(NodeKind::FirstInstant(value), &Type::Timestamp),
                        _ => value,
                    }
                }
            },
        };
        self.customers.condition(NodeKind::Within(moment, before))
    }

    /// A condition of those alone who exist at T as it is moved now.
    pub(super) fn among_existing(&mut self, condition: NodeId) -> NodeId {
        let exists = self.existing();
        self.customers.all(vec![exists, condition])
    }
}
