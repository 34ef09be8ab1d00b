//! Funnels: how far an attempt comes that begins at an event, for all of them in one walk back through time.
//!
//! `soonest(i, j)` is the soonest moment at which step j can be reached from an event of step i, each step strictly later than
//! the one before. For i = j it is the event's own time; for i < j the least of what the events of step i + 1 have that are
//! strictly later. Those of later moments all are, so one number a step is enough between moments; inside of a moment, events
//! with an order are looked at lane by lane from the last level to the first (`sequence` says what lanes are), each from what is
//! known after the moment. An attempt reaches step j if the soonest moment is not past its end. (Sooner is never worse: what an
//! attempt has to keep to is one end for all of its steps.)

use super::sequence::{Event, step};
use crate::faults::fault;
use crate::plan::PlanReached;
use crate::program::calendar::Calendar;

/// What no event can reach.
const NEVER: i64 = i64::MAX;

/// The walk; what it allocates serves many customers.
#[derive(Debug, Default)]
pub(super) struct FunnelWalk {
    to: Soonest,
    not: Soonest,
}

/// For one step: the soonest moment at which it can be reached from the events of each step.
#[derive(Debug, Default)]
struct Soonest {
    /// After the present moment.
    later: Vec<i64>,
    /// Of the present lane, above the present level.
    lane: Vec<i64>,
    /// Of the present level.
    level: Vec<i64>,
    /// Of all lanes of the moment.
    moment: Vec<i64>,
}

impl Soonest {
    fn begin(&mut self, steps: usize) {
        for list in [&mut self.later, &mut self.lane, &mut self.level, &mut self.moment] {
            list.clear();
            list.resize(steps, NEVER);
        }
    }

    /// The soonest moment at which `target` is reached from an event as step `number`.
    fn from(&mut self, number: usize, target: usize, time: i64) -> i64 {
        if number > target {
            return NEVER;
        }
        let soonest = if number == target {
            time
        } else {
            let next = |list: &Vec<i64>| list.get(number + 1).copied().unwrap_or(NEVER);
            next(&self.later).min(if fault(107) { NEVER } else { next(&self.lane) })
        };
        lower(&mut self.level, number, soonest);
        soonest
    }

    fn end_of_level(&mut self) {
        take(&mut self.level, &mut self.lane);
    }

    fn end_of_lane(&mut self) {
        take(&mut self.lane, &mut self.moment);
    }

    fn end_of_moment(&mut self) {
        take(&mut self.moment, &mut self.later);
    }
}

/// Sets a place to a smaller value.
fn lower(list: &mut [i64], place: usize, value: i64) {
    if let Some(old) = list.get_mut(place) {
        *old = value.min(*old);
    }
}

/// Moves what one list knows into another.
fn take(from: &mut [i64], to: &mut [i64]) {
    for (from, to) in from.iter_mut().zip(to) {
        *to = (*to).min(*from);
        *from = NEVER;
    }
}

impl FunnelWalk {
    /// Whether the step was reached that is asked for, and the other one not. The events come in their order.
    pub fn is_reached(&mut self, reached: &PlanReached, calendar: &Calendar, events: &[Event]) -> bool {
        let steps = reached.steps.len();
        self.to.begin(steps);
        self.not.begin(steps);
        // Whether an attempt that counts got to the one step, and to the other.
        let (mut is_reached, mut is_beyond) = (false, false);
        // Where the attempts began that began last: no other of those that got there began strictly later.
        for moment in events.chunk_by(|a, b| a.time == b.time).rev() {
            if reached.last && is_reached && !fault(110) {
                break;
            }
            for lane in moment.chunk_by(|a, b| a.table == b.table && a.order.is_some() && b.order.is_some()) {
                // Of a lane, the attempts of the highest level that has one; lanes do not see each other.
                let mut is_in_lane = false;
                for level in lane.chunk_by(|a, b| a.order == b.order).rev() {
                    let mut is_in_level = false;
                    for event in level {
                        let (reaches, goes_beyond) = self.event(reached, calendar, event, steps);
                        if reaches && !(reached.last && is_in_lane) {
                            is_in_level = true;
                            is_reached = true;
                            is_beyond |= goes_beyond;
                        }
                    }
                    is_in_lane |= is_in_level;
                    self.to.end_of_level();
                    self.not.end_of_level();
                }
                self.to.end_of_lane();
                self.not.end_of_lane();
            }
            self.to.end_of_moment();
            self.not.end_of_moment();
        }
        is_reached && (fault(109) || !is_beyond)
    }

    /// What an event is worth as each step; and if it begins an attempt, whether that gets to the one step, and to the other.
    fn event(&mut self, reached: &PlanReached, calendar: &Calendar, event: &Event, steps: usize) -> (bool, bool) {
        let mut result = (false, false);
        for number in (0..steps).filter(|number| event.roles & step(*number) != 0) {
            let to = self.to.from(number, reached.to, event.time);
            let not = reached.but_not.map_or(NEVER, |not| self.not.from(number, not, event.time));
            if number == 0 && to != NEVER {
                let end = calendar.shift(event.time, reached.within, 1);
                result = (to <= end - i64::from(fault(108)), not != NEVER && not <= end);
            }
        }
        result
    }
}
