//! Sequences: the largest number of matches that share no moment, in one walk over a customer's events.
//!
//! What a match is says the language page; here is why one walk finds the most of them.
//!
//! **Moments.** Events are looked at moment by moment. All events of an earlier moment are strictly earlier. Within a moment
//! those of one table that have an order are strictly one after the other by it (those of one order beside each other), and no
//! others: so a moment falls into *lanes*, one for each table with orders, and one for each event without. A lane is a row of
//! *levels*; an event is strictly earlier than another of the moment if it is of a lower level of the same lane.
//!
//! **Partial matches.** A match that has come to step i at an event is known by three things: until when the next step may come
//! (`within`), until when the last may (`all within`), and how many matches there are at most before its first step. Two facts
//! let us forget nearly all of it:
//!
//! - Say `count` is the largest number of matches that end before this moment. A partial match with fewer before it is of no
//!   use: complete, it makes `count` at most, and that was reached earlier already, so that whatever may follow it may follow
//!   what reached it. So all that are kept have `count` before them, and when `count` grows all are dropped. Inside of a lane
//!   the same holds with the lane's own count and its levels: whatever is strictly later than an event of the lane is later
//!   than those of its lower levels, and than the others of its own. Lanes do not see each other; what comes after the moment
//!   sees the largest count of all lanes, and of their partial matches those with so many before.
//! - Of two partial matches at one step, that which may end later is better if it may also go on as long. So each step has a
//!   heap, the one that may end last on top; one on top that may not go on any more never may again, as time only grows. (A
//!   calendar's `within` does not grow with the time that it begins: 30 January 12:00 + 1 month is later than 31 January 10:00
//!   + 1 month. So neither is the latest start the best, nor would a queue by time do.)
//!
//! **Forbidden events** (`without`, and any event for `directly`) end all partial matches that are strictly before them for what
//! is strictly after them: after the moment, all of the moments before, and of its own lane those of lower levels.
//!
//! **`matching`** gives each value its own heaps; the counts are of all values together. Events without a known value have no
//! part in it but that they are some event, for `directly`.
//!
//! So each event is looked at once, and each heap gets at most one partial match of each lane's values a moment: the work is n
//! log n. `tests` holds all of it against every choice of events, on small logs with many ties.

use std::collections::BinaryHeap;

use crate::faults::fault;
use crate::plan::PlanSequence;
use crate::program::calendar::{Calendar, Length};

/// What an event may be, as bits: step i, what step i is `without`, what `then no` says, any event.
pub(super) type Roles = u64;

const WITHOUT: u32 = 31;
const THEN_NO: Roles = 1 << 62;
const ANYTHING: Roles = 1 << 63;
/// So many steps have a bit each.
pub(super) const MOST_STEPS: usize = 31;

/// The role of being a step.
pub(super) fn step(number: usize) -> Roles {
    1 << (number.min(MOST_STEPS - 1) as u32)
}

/// The roles of being any step.
pub(super) fn any_step() -> Roles {
    (1 << WITHOUT) - 1
}

/// The role of not being allowed before a step.
pub(super) fn without(number: usize) -> Roles {
    step(number) << WITHOUT
}

/// The role of not being allowed after the last step.
pub(super) fn then_no() -> Roles {
    THEN_NO
}

/// The role of being some event.
pub(super) fn anything() -> Roles {
    ANYTHING
}

/// An event that plays a part. They come sorted by time, table and order, those of a table without an order first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Event {
    /// When.
    pub time: i64,
    /// The table it is of.
    pub table: u32,
    /// Its place by the order column among the events of its table and time; equal orders have equal places.
    pub order: Option<u32>,
    /// The number of its value, for `matching`; else 0.
    pub value: u32,
    /// What it may be.
    pub roles: Roles,
}

/// A partial match: until when the last step may come, and the next one.
type Partial = (i64, i64);

/// What is known of the partial matches that wait for one step, with one value.
#[derive(Debug, Default)]
struct Waiting {
    /// Those of earlier moments; none where `count` or `epoch` is not what it is now.
    before: BinaryHeap<Partial>,
    count: u64,
    /// For a `directly` step: the moment after which nothing came.
    epoch: u64,
    /// Of the present lane: until when the last step of the best of its levels so far may come.
    local: Option<i64>,
    /// The lane that `local` and `is_cut` are of.
    lane: u64,
    /// Since which level a `directly` step may go on from it.
    local_level: u64,
    /// A forbidden event of the lane ended those of earlier moments.
    is_cut: bool,
    /// Of the present moment: the best of all lanes, with its count.
    pending: Option<(u64, i64)>,
}

/// How `then no` goes on after the last moment of the events, and inside of moments.
#[derive(Debug, Default)]
pub(super) struct Forbidden {
    /// By value, then time: all forbidden events before T.
    pub times: Vec<(u32, i64)>,
}

/// The walk; what it allocates serves many customers.
#[derive(Debug, Default)]
pub(super) struct Walk {
    waiting: Vec<Waiting>,
    /// The places in `waiting` that the present lane has touched.
    touched: Vec<u32>,
    /// The places in `waiting` that have something pending.
    pending: Vec<u32>,
    /// The partial matches of the present level: the place where each waits, until when its last step may come.
    fresh: Vec<(u32, i64)>,
    /// Of each value, the level of the last `then no` of the lane, and the lane.
    last_no: Vec<(u64, u32)>,
    /// How many events and partial matches were looked at: the work, for the tests.
    pub work: u64,
}

/// What stays the same in a walk.
struct Rules<'a> {
    sequence: &'a PlanSequence,
    calendar: &'a Calendar,
    forbidden: &'a Forbidden,
    steps: usize,
    has_directly: bool,
}

/// Where a lane stands.
struct Lane {
    /// Its number, of all lanes so far.
    number: u64,
    /// How many matches end in it or before it at most.
    count: u64,
    /// Whether it has completed one: then nothing of earlier moments counts.
    is_reset: bool,
    /// How many levels have been.
    level: u64,
}

impl Walk {
    /// How many matches there are at most, up to `enough`. The events are those of one customer, `values` says how many values
    /// they have.
    pub fn count(
        &mut self,
        sequence: &PlanSequence,
        calendar: &Calendar,
        events: &[Event],
        values: usize,
        forbidden: &Forbidden,
    ) -> u64 {
        let rules = Rules {
            sequence,
            calendar,
            forbidden,
            steps: sequence.steps.len().min(MOST_STEPS),
            has_directly: sequence.steps.iter().any(|step| step.directly),
        };
        self.waiting.clear();
        self.waiting.resize_with(values.max(1) * rules.steps, Waiting::default);
        self.last_no.clear();
        self.last_no.resize(values.max(1), (0, 0));
        let (mut count, mut epoch, mut lanes) = (0, 0, 0);
        for moment in events.chunk_by(|a, b| a.time == b.time) {
            if count >= sequence.enough {
                return sequence.enough;
            }
            let mut best = count;
            for events in moment.chunk_by(|a, b| a.table == b.table && (fault(96) || a.order.is_some() && b.order.is_some()))
            {
                lanes += 1;
                let mut lane = Lane { number: lanes, count, is_reset: false, level: 0 };
                self.lane(&rules, &mut lane, events, epoch, count);
                best = best.max(lane.count);
            }
            epoch += 1;
            self.end_of_moment(&rules, moment, count, best, epoch);
            count = best;
        }
        count.min(sequence.enough)
    }

    /// The events of a lane, level by level.
    fn lane(&mut self, rules: &Rules<'_>, lane: &mut Lane, events: &[Event], epoch: u64, count: u64) {
        self.touched.clear();
        if rules.sequence.then_no.is_some() {
            for (level, events) in events.chunk_by(|a, b| a.order == b.order).enumerate() {
                for event in events.iter().filter(|event| event.roles & THEN_NO != 0) {
                    if let Some(last) = self.last_no.get_mut(event.value as usize) {
                        *last = (lane.number, level as u32);
                    }
                }
            }
        }
        for level in events.chunk_by(|a, b| a.order == b.order) {
            let is_complete = self.level(rules, lane, level, epoch, count);
            self.cut(rules, lane, level);
            if is_complete {
                lane.count += 1;
                lane.is_reset = !fault(102);
                for place in self.touched.drain(..) {
                    if let Some(waiting) = self.waiting.get_mut(place as usize) {
                        waiting.local = None;
                    }
                }
            } else {
                self.keep(rules, lane);
            }
            lane.level += 1;
        }
        for place in &self.touched {
            let Some(waiting) = self.waiting.get_mut(*place as usize) else { continue };
            let is_directly = rules.is_directly(*place);
            if let Some(until) = waiting.local.filter(|_| !is_directly || waiting.local_level == lane.level) {
                if waiting.pending.is_none() {
                    self.pending.push(*place);
                }
                waiting.pending = waiting.pending.max(Some((lane.count, until)));
            }
        }
    }

    /// Finds what the events of a level make of the partial matches strictly before them, and whether one is complete.
    fn level(&mut self, rules: &Rules<'_>, lane: &Lane, events: &[Event], epoch: u64, count: u64) -> bool {
        self.fresh.clear();
        let mut is_complete = false;
        for event in events {
            self.work += 1;
            let mut steps = event.roles & (step(rules.steps) - 1);
            while steps != 0 {
                let number = steps.trailing_zeros() as usize;
                steps &= steps - 1;
                let until = match number.checked_sub(1) {
                    None => Some(rules.after(event.time, rules.sequence.all_within.filter(|_| !fault(95)))),
                    Some(before) => self.best(rules, lane, event, rules.place(event.value, before), epoch, count),
                };
                let Some(until) = until.filter(|until| event.time <= *until) else { continue };
                if number + 1 == rules.steps {
                    is_complete |= self.is_over(rules, lane, event);
                } else {
                    self.fresh.push((rules.place(event.value, number), until));
                }
            }
        }
        is_complete
    }

    /// Of the partial matches that wait at a place, strictly before an event and still in time, that which may end last.
    fn best(&mut self, rules: &Rules<'_>, lane: &Lane, event: &Event, place: u32, epoch: u64, count: u64) -> Option<i64> {
        let is_directly = rules.is_directly(place);
        let waiting = self.waiting.get_mut(place as usize)?;
        let is_here = waiting.lane == lane.number;
        let mut best = None;
        if is_here && (!is_directly || waiting.local_level == lane.level) {
            best = waiting.local;
        }
        let is_cut = lane.is_reset || (is_here && waiting.is_cut) || (is_directly && lane.level > 0 && !fault(103));
        if !is_cut && waiting.count == count && (!is_directly || waiting.epoch == epoch || fault(104)) {
            while let Some((until, next)) = waiting.before.peek() {
                if event.time <= *until && (fault(94) || event.time <= *next) {
                    best = best.max(Some(*until));
                    break;
                }
                waiting.before.pop();
                self.work += 1;
            }
        }
        best
    }

    /// Whether `then no` holds of a last step.
    fn is_over(&self, rules: &Rules<'_>, lane: &Lane, event: &Event) -> bool {
        let Some(no) = &rules.sequence.then_no else { return true };
        let until = match no.within {
            Some(length) => rules.calendar.shift(event.time, length, 1),
            None => rules.sequence.until - 1,
        };
        if until >= rules.sequence.until && !fault(98) {
            return false;
        }
        // Strictly later at the same time.
        if event.order.is_some()
            && !fault(97)
            && self
                .last_no
                .get(event.value as usize)
                .is_some_and(|(number, level)| *number == lane.number && u64::from(*level) > lane.level)
        {
            return false;
        }
        let times = &rules.forbidden.times;
        let next = times.partition_point(|(value, time)| (*value, *time) <= (event.value, event.time));
        !times.get(next).is_some_and(|(value, time)| *value == event.value && *time <= until - i64::from(fault(99)))
    }

    /// The forbidden events of a level end what is strictly before it in its lane.
    fn cut(&mut self, rules: &Rules<'_>, lane: &Lane, events: &[Event]) {
        for event in events {
            for before in rules.cut_by(event) {
                let place = rules.place(event.value, before);
                if let Some(waiting) = self.of_lane(place, lane) {
                    waiting.local = None;
                    waiting.is_cut = !fault(100);
                }
            }
        }
    }

    /// The partial matches of a level, for the levels above it.
    fn keep(&mut self, rules: &Rules<'_>, lane: &Lane) {
        let mut fresh = std::mem::take(&mut self.fresh);
        for (place, until) in fresh.drain(..) {
            let is_directly = rules.is_directly(place);
            let level = lane.level + 1;
            if let Some(waiting) = self.of_lane(place, lane) {
                // A `directly` step goes on from the level right before it alone.
                if is_directly && waiting.local_level != level {
                    waiting.local = None;
                }
                waiting.local_level = level;
                waiting.local = waiting.local.max(Some(until));
            }
        }
        self.fresh = fresh;
    }

    /// What waits at a place, made ready for a lane.
    fn of_lane(&mut self, place: u32, lane: &Lane) -> Option<&mut Waiting> {
        let waiting = self.waiting.get_mut(place as usize)?;
        if waiting.lane != lane.number {
            waiting.lane = lane.number;
            waiting.local = None;
            waiting.is_cut = false;
            self.touched.push(place);
        } else if waiting.local.is_none() {
            self.touched.push(place);
        }
        Some(waiting)
    }

    /// The moment is over: what it forbids ends what was before it, and what it began waits from now on.
    fn end_of_moment(&mut self, rules: &Rules<'_>, events: &[Event], count: u64, best: u64, epoch: u64) {
        if best == count && !fault(101) {
            for event in events {
                for before in rules.cut_by(event) {
                    if let Some(waiting) = self.waiting.get_mut(rules.place(event.value, before) as usize) {
                        waiting.before.clear();
                    }
                }
            }
        }
        let mut pending = std::mem::take(&mut self.pending);
        for place in pending.drain(..) {
            let is_directly = rules.is_directly(place);
            let number = place as usize % rules.steps.max(1);
            let within = rules.sequence.steps.get(number + 1).and_then(|step| step.within);
            let time = events.first().map_or(0, |event| event.time);
            let Some(waiting) = self.waiting.get_mut(place as usize) else { continue };
            let Some((of, until)) = waiting.pending.take().filter(|(of, _)| *of == best) else { continue };
            if waiting.count != of || (is_directly && waiting.epoch != epoch) {
                waiting.before.clear();
                (waiting.count, waiting.epoch) = (of, epoch);
            }
            let next = rules.after(time, within);
            // One that may go on as long and end as late makes this one needless.
            if waiting.before.peek().is_none_or(|(end, on)| *end < until || *on < next) {
                waiting.before.push((until, next));
                self.work += 1;
            }
        }
        self.pending = pending;
    }
}

impl Rules<'_> {
    /// Where partial matches with a value wait that have come to a step.
    fn place(&self, value: u32, step: usize) -> u32 {
        (if fault(105) { 0 } else { value as usize } * self.steps + step) as u32
    }

    /// Whether the step that is waited for at a place is `directly`.
    fn is_directly(&self, place: u32) -> bool {
        self.has_directly
            && self.sequence.steps.get(place as usize % self.steps.max(1) + 1).is_some_and(|step| step.directly)
    }

    /// The steps from which an event ends all that waits: those before a step that must come without it.
    fn cut_by(&self, event: &Event) -> impl Iterator<Item = usize> + use<> {
        // Before the first step nothing waits.
        let mut withouts = (event.roles >> WITHOUT) & (step(self.steps) - 1) & !step(0);
        std::iter::from_fn(move || {
            let before = withouts.trailing_zeros().checked_sub(1).filter(|_| withouts != 0)?;
            withouts &= withouts - 1;
            Some(before as usize)
        })
    }

    /// A moment so much later; without a length, no bound.
    fn after(&self, time: i64, length: Option<Length>) -> i64 {
        length.map_or(i64::MAX, |length| self.calendar.shift(time, length, 1) - i64::from(fault(106)))
    }
}

#[cfg(test)]
mod tests;
