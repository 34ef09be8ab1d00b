//! Windows that hang on an event: where they lie for one customer, and which records of a list lie in them.
//!
//! Only what is strictly later (or earlier) than the event counts. By time that is a stretch of a list. At the event's own moment
//! it is what its table's order puts behind (before) it: of those events, where several tie for the first or last, behind each.
//! They do not lie beside the stretch where records of other tables stand between, so such a list is put together.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use super::dictionary::Texts;
use super::kernel::{Stretch, in_order};
use super::record::Layout;
use super::spec::Spec;
use crate::faults::fault;
use crate::plan::{Bounds, End, EventSide, OnEvent, beside};
use crate::program::calendar::Interval;

/// What a window hangs on, for one customer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    /// There is no such event.
    None,
    /// There is.
    At {
        /// When it was.
        moment: i64,
        /// Where they are all of one table and have one order: the place of one of them among all records. Else nothing at that
        /// moment is later, or earlier, than each of them.
        tie: Option<u32>,
        /// The window, by time alone.
        interval: Interval,
    },
}

/// An event at whose own moment something may lie in the window that hangs on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tied<'a> {
    on: &'a OnEvent,
    moment: i64,
    /// The place of one of those events among all records.
    pub(super) tie: u32,
}

/// Room for lists that are put together.
#[derive(Debug, Default)]
pub(super) struct Room {
    list: Vec<u32>,
    times: Vec<i64>,
}

/// The anchors of one customer, and what is needed to tell by them.
pub(super) struct Anchors<'a> {
    pub(super) spec: &'a Spec,
    pub(super) texts: &'a Texts<'a>,
    /// By `OnEventId`.
    pub(super) all: &'a [Anchor],
}

impl Anchors<'_> {
    fn layout(&self) -> &Layout {
        &self.spec.layout
    }

    /// The records of a list that lie in some bounds.
    pub(super) fn within<'r>(
        &self,
        bounds: Bounds,
        customer: Option<usize>,
        all: Stretch<'r>,
        room: &'r mut Room,
    ) -> Stretch<'r> {
        let Bounds::OnEvent(id) = bounds else { return all.within(self.spec.interval(bounds, customer)) };
        let (Some(on), Some(anchor)) = (self.spec.on_events.get(id.0), self.all.get(id.0)) else {
            return all.within(Interval::EMPTY);
        };
        let (moment, tie, interval) = match *anchor {
            Anchor::None => return all.within(self.without(on)),
            Anchor::At { moment, tie, interval } => (moment, tie, interval),
        };
        let by_time = all.within(interval);
        let Some(tie) = tie.filter(|_| reaches(on, moment, interval)) else { return by_time };
        let tie = all.record(tie);
        let at_moment = all.within(Interval { start: moment, end: moment.saturating_add(1) });
        room.list.clear();
        room.times.clear();
        let is_in = |record: &[u64]| self.is_beyond(on, tie, record);
        let tied = || at_moment.list.iter().filter(|place| is_in(all.record(**place)));
        if tied().next().is_none() {
            return by_time;
        }
        if on.side == EventSide::Before {
            room.list.extend_from_slice(by_time.list);
            room.list.extend(tied());
        } else {
            room.list.extend(tied());
            room.list.extend_from_slice(by_time.list);
        }
        room.times.extend(room.list.iter().map(|place| self.layout().time(all.record(*place))));
        Stretch { list: &room.list, times: &room.times, ..all }
    }

    /// The bounds by time, and what of the anchor's own moment lies in them.
    pub(super) fn by_record(&self, bounds: Bounds, customer: Option<usize>) -> (Interval, Option<Tied<'_>>) {
        let Bounds::OnEvent(id) = bounds else { return (self.spec.interval(bounds, customer), None) };
        let (Some(on), Some(anchor)) = (self.spec.on_events.get(id.0), self.all.get(id.0)) else {
            return (Interval::EMPTY, None);
        };
        match *anchor {
            Anchor::None => (self.without(on), None),
            Anchor::At { moment, tie, interval } => match tie.filter(|_| reaches(on, moment, interval)) {
                None => (interval, None),
                Some(tie) => {
                    let (start, end) = match on.side {
                        EventSide::Before => (interval.start, interval.end.max(moment.saturating_add(1))),
                        _ => (moment, interval.end),
                    };
                    (Interval { start, end }, Some(Tied { on, moment, tie }))
                }
            },
        }
    }

    /// Whether a record by whose time it lies in the bounds lies in them.
    pub(super) fn is_in(&self, tied: Tied<'_>, tie: &[u64], record: &[u64]) -> bool {
        self.layout().time(record) != tied.moment || self.is_beyond(tied.on, tie, record)
    }

    /// Whether the first of a list lies in bounds that hang on an event: where several are first, each of them.
    pub(super) fn first_is_within(&self, bounds: Bounds, all: Stretch<'_>) -> bool {
        let Bounds::OnEvent(id) = bounds else { return false };
        let (Some(on), Some(anchor)) = (self.spec.on_events.get(id.0), self.all.get(id.0)) else { return false };
        let Some((first, first_tie)) = outermost(self.spec, all, End::First) else { return false };
        match *anchor {
            Anchor::None => self.without(on).contains(first),
            Anchor::At { interval, .. } if interval.contains(first) => true,
            Anchor::At { moment, tie, interval } => match (tie, first_tie) {
                (Some(tie), Some(first_tie)) if first == moment && reaches(on, moment, interval) => {
                    self.is_beyond(on, all.record(tie), all.record(first_tie))
                }
                _ => false,
            },
        }
    }

    /// The window of somebody who has no such event.
    fn without(&self, on: &OnEvent) -> Interval {
        beside(on.side, on.until, &self.spec.calendar, None)
    }

    /// Whether a record of the same moment is strictly later than the event, or earlier where that is asked for.
    fn is_beyond(&self, on: &OnEvent, tie: &[u64], record: &[u64]) -> bool {
        let layout = self.layout();
        let is_ordered = layout.order().is_some() && layout.order_known().is_set(record);
        let wanted = if on.side == EventSide::Before { Ordering::Less } else { Ordering::Greater };
        is_ordered
            && (fault(92) || layout.table(record) == layout.table(tie))
            && in_order(self.spec, layout, self.texts, record, tie) == wanted
    }
}

/// Whether a window goes right up to the event, so that something of its own moment may lie in it.
fn reaches(on: &OnEvent, moment: i64, interval: Interval) -> bool {
    match on.side {
        EventSide::Since | EventSide::Before => true,
        EventSide::FirstAfter(_) => interval.end > moment,
        EventSide::BetweenAfter { .. } => false,
    }
}

/// What a window hangs on, given the list of those events.
pub(super) fn anchor(spec: &Spec, on: &OnEvent, list: Stretch<'_>) -> Anchor {
    let before = list.within(Interval { start: i64::MIN, end: on.until });
    let Some((moment, tie)) = outermost(spec, before, on.end) else { return Anchor::None };
    Anchor::At { moment, tie, interval: beside(on.side, on.until, &spec.calendar, Some(moment)) }
}

/// Of a list the moment of those that no other is strictly earlier (later) than; and, where these are all of one table and
/// have one order, the place of one of them.
fn outermost(spec: &Spec, list: Stretch<'_>, end: End) -> Option<(i64, Option<u32>)> {
    let moment = *match end {
        End::First => list.times.first()?,
        End::Last => list.times.last()?,
    };
    let tied = list.within(Interval { start: moment, end: moment.saturating_add(1) });
    let layout = &spec.layout;
    let is_ordered = |record: &[u64]| layout.order().is_some() && layout.order_known().is_set(record);
    // Sorted by table and then by order, those without one first.
    let (first, last) = (*tied.list.first()?, *tied.list.last()?);
    let is_one = layout.table(tied.record(first)) == layout.table(tied.record(last)) && is_ordered(tied.record(first));
    let place = match end {
        End::First => first,
        End::Last => last,
    };
    Some((moment, is_one.then_some(place).filter(|_| !fault(91))))
}
