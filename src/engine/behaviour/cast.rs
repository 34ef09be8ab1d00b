//! The cast of a sequence or a funnel: of a customer's records those that play a part in it, with their parts.

use std::collections::HashMap;

use super::anchors::{Anchors, Tied};
use super::kernel::in_order;
use super::record::Slot;
use super::sequence::{self, Event, Forbidden, Roles};
use super::{dictionary::Texts, record::Layout, spec::Spec};
use crate::plan::{PlanReached, PlanSequence, SelectionId};
use crate::program::calendar::Interval;

/// The records of a customer, sorted, and by selection which they are.
#[derive(Clone, Copy)]
pub(super) struct Records<'r> {
    pub spec: &'r Spec,
    pub layout: &'r Layout,
    pub texts: &'r Texts<'r>,
    pub records: &'r [u64],
    pub lists: &'r [Vec<u32>],
    /// Of a window that hangs on an event: what of the event's own moment lies in it.
    pub tied: Option<(&'r Anchors<'r>, Tied<'r>)>,
}

/// Events of a table that sequences and funnels look at. One that is looked at by several counts several times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ties {
    /// those that may be a step
    pub events: u64,
    /// those of them at whose time there is another one, so that neither is strictly later
    pub tied: u64,
}

/// Who plays which part; what it allocates serves many customers.
#[derive(Debug, Default)]
pub(super) struct Cast {
    /// Those with a part, in their order.
    pub events: Vec<Event>,
    /// What must not follow.
    pub forbidden: Forbidden,
    /// How many values the events have.
    pub values: usize,
    places: Vec<u32>,
    /// By table: how many events may be steps, and how many of them tie with another.
    ties: Vec<Ties>,
    numbers: HashMap<u64, u32>,
    roles_of: Vec<Roles>,
}

impl<'r> Records<'r> {
    fn record(self, place: u32) -> &'r [u64] {
        let words = self.layout.words();
        let from = place as usize * words;
        self.records.get(from..from + words).unwrap_or_default()
    }

    /// Whether a record that lies in the interval lies in the window.
    fn is_in(self, place: u32) -> bool {
        self.tied.is_none_or(|(anchors, tied)| anchors.is_in(tied, self.record(tied.tie), self.record(place)))
    }

    /// The places of a selection's records in an interval.
    fn within(self, selection: SelectionId, interval: Interval) -> &'r [u32] {
        let Some(list) = self.lists.get(selection.0) else { return &[] };
        let before = |moment: i64| list.partition_point(|place| self.layout.time(self.record(*place)) < moment);
        let from = before(interval.start);
        list.get(from..before(interval.end).max(from)).unwrap_or_default()
    }
}

impl Cast {
    /// The cast of a sequence in an interval.
    pub fn of_sequence(&mut self, records: Records<'_>, sequence: &PlanSequence, interval: Interval) {
        let mut roles: Vec<(SelectionId, Roles)> = Vec::new();
        for (number, step) in sequence.steps.iter().enumerate() {
            roles.push((step.selection, sequence::step(number)));
            roles.extend(step.without.map(|without| (without, sequence::without(number))));
        }
        roles.extend(sequence.then_no.as_ref().map(|no| (no.selection, sequence::then_no())));
        roles.extend(sequence.anything.map(|any| (any, sequence::anything())));
        let slot = sequence.matching.and_then(|slot| records.layout.slot(slot));
        self.numbers.clear();
        self.gather(records, &roles, slot, interval);
        self.forbidden.times.clear();
        if let Some(no) = &sequence.then_no {
            let until = Interval { start: interval.start, end: sequence.until };
            for place in records.within(no.selection, until) {
                let record = records.record(*place);
                let Some(value) = self.number(record, slot, false) else { continue };
                self.forbidden.times.push((value, records.layout.time(record)));
            }
            self.forbidden.times.sort_unstable();
        }
        self.values = if slot.is_some() { self.numbers.len() } else { 1 };
        let all = (0..sequence.steps.len()).map(sequence::step).fold(0, |all, step| all | step);
        if slot.is_some() {
            self.leave_out_hopeless(all, sequence.anything.is_some());
        }
    }

    /// The cast of a funnel in an interval.
    pub fn of_funnel(&mut self, records: Records<'_>, reached: &PlanReached, interval: Interval) {
        let roles: Vec<_> = reached.steps.iter().enumerate().map(|(i, s)| (*s, sequence::step(i))).collect();
        self.gather(records, &roles, None, interval);
    }

    fn gather(&mut self, records: Records<'_>, roles: &[(SelectionId, Roles)], slot: Option<Slot>, interval: Interval) {
        let (layout, spec) = (records.layout, records.spec);
        self.places.clear();
        for (i, (selection, _)) in roles.iter().enumerate() {
            if !roles.iter().take(i).any(|(other, _)| other == selection) {
                self.places.extend(records.within(*selection, interval));
            }
        }
        // Stable: it takes the sorted lists as they are, and merges them.
        self.places.sort();
        self.places.dedup();
        if records.tied.is_some() {
            self.places.retain(|place| records.is_in(*place));
        }
        let bits: Vec<_> = roles.iter().map(|(selection, role)| (layout.selection(*selection), *role)).collect();
        self.events.clear();
        self.events.reserve(self.places.len());
        let mut before: Option<&[u64]> = None;
        let places = std::mem::take(&mut self.places);
        for place in &places {
            let record = records.record(*place);
            let mut roles = bits.iter().filter(|(bit, _)| bit.is_set(record)).fold(0, |all, (_, role)| all | role);
            let value = match self.number(record, slot, true) {
                Some(value) => value,
                None => {
                    roles &= sequence::anything();
                    0
                }
            };
            let (time, table) = (layout.time(record), layout.table(record) as u32);
            let is_ordered = layout.order().is_some() && layout.order_known().is_set(record);
            let order = is_ordered.then(|| {
                let last = self.events.last().filter(|last| last.time == time && last.table == table);
                match (last.and_then(|last| last.order), before) {
                    (Some(order), Some(before)) => {
                        order.saturating_add(u32::from(in_order(spec, layout, records.texts, before, record).is_ne()))
                    }
                    _ => 0,
                }
            });
            before = Some(record);
            self.events.push(Event { time, table, order, value, roles });
        }
        self.places = places;
        self.count_ties();
    }

    /// Counts those that share their moment with another one and are not in order with it: all where a moment has several
    /// lanes, else those that are not alone in their level.
    fn count_ties(&mut self) {
        for moment in self.events.chunk_by(|a, b| a.time == b.time) {
            let is_in_order = |a: &Event, b: &Event| a.table == b.table && a.order.is_some() && b.order.is_some();
            let is_one_lane = moment.chunk_by(is_in_order).count() == 1;
            for level in moment.chunk_by(|a, b| is_in_order(a, b) && a.order == b.order) {
                let is_tied = !is_one_lane || level.len() > 1;
                for event in level.iter().filter(|event| event.roles & sequence::any_step() != 0) {
                    let table = event.table as usize;
                    if table >= self.ties.len() {
                        self.ties.resize(table + 1, Ties::default());
                    }
                    if let Some(ties) = self.ties.get_mut(table) {
                        ties.events += 1;
                        ties.tied += u64::from(is_tied);
                    }
                }
            }
        }
    }

    /// What was counted since the last time, by table.
    pub fn take_ties(&mut self) -> Vec<Ties> {
        std::mem::take(&mut self.ties)
    }

    /// The number of a record's value, a new one if need be; without `matching` all have one.
    fn number(&mut self, record: &[u64], slot: Option<Slot>, is_new: bool) -> Option<u32> {
        let Some(slot) = slot else { return Some(0) };
        let word = if slot.known.is_set(record) { *record.get(slot.word)? } else { return None };
        if let Some(number) = self.numbers.get(&word) {
            return Some(*number);
        }
        let next = u32::try_from(self.numbers.len()).ok().filter(|_| is_new)?;
        self.numbers.insert(word, next);
        Some(next)
    }

    /// Values that not all steps have lead nowhere: their events are at most some events, and the others get new numbers.
    fn leave_out_hopeless(&mut self, steps: Roles, keeps_all: bool) {
        const HOPELESS: u32 = u32::MAX;
        self.roles_of.clear();
        self.roles_of.resize(self.values, 0);
        for event in &self.events {
            if let Some(roles) = self.roles_of.get_mut(event.value as usize) {
                *roles |= event.roles;
            }
        }
        let mut next = 0;
        let mut renumber = |roles: &Roles| {
            if roles & steps != steps {
                return HOPELESS;
            }
            next += 1;
            next - 1
        };
        let numbers: Vec<u32> = self.roles_of.iter().map(&mut renumber).collect();
        let new = |old: u32| numbers.get(old as usize).copied().filter(|new| *new != HOPELESS);
        for event in &mut self.events {
            match new(event.value) {
                Some(value) => event.value = value,
                None => (event.value, event.roles) = (0, event.roles & sequence::anything()),
            }
        }
        if !keeps_all {
            self.events.retain(|event| event.roles != 0);
        }
        self.forbidden.times.retain_mut(|(value, _)| match new(*value) {
            Some(number) => {
                *value = number;
                true
            }
            None => false,
        });
        self.forbidden.times.sort_unstable();
        self.values = next as usize;
    }
}
