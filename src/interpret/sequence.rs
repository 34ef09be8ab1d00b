//! Sequences and funnels (LANGUAGE.md 7), by trying every choice of events.

use std::collections::BTreeMap;

use super::{Event, Scope, World, order};
use crate::faults::fault;
use crate::program::calendar::Length;
use crate::program::{self, Reached, Scalar, Sequence, SequenceEvent, SequenceStep};

/// Events, each with the value that it is matched in, if the sequence says `matching`.
type Matched<'a> = Vec<(Event<'a>, Option<Scalar>)>;

/// A step as found in a customer's events: those that may be it, and those that may not lie between it and the step before.
struct Step<'a> {
    events: Matched<'a>,
    without: Matched<'a>,
    directly: Vec<Event<'a>>,
}

impl<'a> World<'a> {
    pub(super) fn sequence(&self, sequence: &'a Sequence, customer: usize) -> bool {
        sequence.frequency.holds(self.most_matches(sequence, customer))
    }

    /// "counts the largest number of matches that share no moment, whatever their `matching` value: each begins strictly after
    /// the last step of the one before"
    pub(super) fn most_matches(&self, sequence: &'a Sequence, customer: usize) -> u64 {
        let steps: Vec<Step<'a>> = sequence.steps.iter().map(|step| self.step(sequence, step, customer)).collect();
        let (Some(firsts), Some(lasts)) = (steps.first(), steps.last()) else { return 0 };
        let is_over = self.waits(sequence, &lasts.events, customer);
        // Of each match, its first step and its last one, by their place in `firsts` and `lasts`.
        let mut matches = Vec::new();
        for (first, begin) in firsts.events.iter().enumerate() {
            for last in self.ends(sequence, &steps, first) {
                // "`all within D`: the last step at most D after the first"
                let end = &lasts.events[last];
                if is_over[last] && self.is_within(begin.0, end.0, sequence.all_within) {
                    matches.push((first, last));
                }
            }
        }
        // Every way to go on from a match to one that begins strictly after it.
        let mut known = BTreeMap::new();
        let all = matches.iter().map(|(_, last)| 1 + self.most_after(*last, &matches, firsts, lasts, &mut known));
        all.max().unwrap_or(0)
    }

    /// How many of the steps, from the first on, some choice of events gets to, whatever is said of all of them together.
    pub(super) fn steps_reached(&self, sequence: &'a Sequence, customer: usize) -> usize {
        let steps: Vec<Step<'a>> = sequence.steps.iter().map(|step| self.step(sequence, step, customer)).collect();
        let gets_to = |many: &usize| {
            let firsts = steps.first().map_or(0, |first| first.events.len());
            (0..firsts).any(|first| !self.ends(sequence, &steps[..*many], first).is_empty())
        };
        (1..=steps.len()).take_while(gets_to).count()
    }

    /// How many matches there are at most, one after the other, that begin after a last step.
    fn most_after(
        &self,
        after: usize,
        matches: &[(usize, usize)],
        firsts: &Step<'a>,
        lasts: &Step<'a>,
        known: &mut BTreeMap<usize, u64>,
    ) -> u64 {
        if let Some(most) = known.get(&after) {
            return *most;
        }
        let mut most = 0;
        for (first, last) in matches {
            if self.is_earlier(lasts.events[after].0, firsts.events[*first].0) {
                most = most.max(1 + self.most_after(*last, matches, firsts, lasts, known));
            }
        }
        known.insert(after, most);
        most
    }

    /// The last steps of all choices of events that begin with this first one: by their place.
    fn ends(&self, sequence: &Sequence, steps: &[Step<'a>], first: usize) -> Vec<usize> {
        let mut reached = vec![first];
        for ((before, step), written) in steps.iter().zip(&steps[1..]).zip(&sequence.steps[1..]) {
            let follows = |place: &usize| {
                let next = &step.events[*place];
                reached.iter().any(|from| self.follows(&before.events[*from], next, step, written))
            };
            reached = (0..step.events.len()).filter(follows).collect();
        }
        reached
    }

    /// Whether an event may be the step after another.
    fn follows(
        &self,
        from: &(Event<'a>, Option<Scalar>),
        to: &(Event<'a>, Option<Scalar>),
        step: &Step<'a>,
        written: &SequenceStep,
    ) -> bool {
        // "`Between` is strictly later than one step and strictly earlier than the other in the same sense."
        let is_between = |row: Event<'a>| self.is_earlier(from.0, row) && self.is_earlier(row, to.0);
        // "each strictly later than the one before"
        self.is_earlier(from.0, to.0)
            // "all steps, the forbidden ones included, have the same known value in column c"
            && is_same(&from.1, &to.1)
            // "at most D after the step before"
            && self.is_within(from.0, to.0, written.within)
            // "no E strictly between that step and the one before"
            && !step.without.iter().any(|(row, value)| is_between(*row) && is_same(&from.1, value))
            // "`then directly`: no event of any declared kind strictly between"
            && !step.directly.iter().any(|row| is_between(*row))
    }

    /// "A match picks one event for each step, all inside the window"
    fn step(&self, sequence: &'a Sequence, step: &'a SequenceStep, customer: usize) -> Step<'a> {
        let rows = self.events_in(&step.event.event, &sequence.window, customer);
        let events = self.matched(&step.event, rows, customer);
        let without = match &step.without {
            Some(event) => self.matched(event, self.events(&event.event, customer), customer),
            None => Vec::new(),
        };
        let directly = step.directly.iter().flat_map(|any| self.events(any, customer)).collect();
        Step { events, without, directly }
    }

    /// Events with their value; one whose value is missing matches nothing.
    fn matched(&self, event: &'a SequenceEvent, rows: Vec<Event<'a>>, customer: usize) -> Matched<'a> {
        if event.matching.is_empty() {
            return rows.into_iter().map(|row| (row, None)).collect();
        }
        let value = |row: Event<'a>| {
            let part = self.part(&event.event, customer, row)?;
            self.value(event.matching.get(part)?, Scope { customer, row: Some(row) })
        };
        rows.into_iter().filter_map(|row| Some((row, Some(value(row)?)))).collect()
    }

    /// For each last step, whether what `then no` says holds of it: "no E strictly later than the last step and at most D after
    /// its time t, looked for up to T also past the window's end; holds only where t + D < T […] `then no E since`, without a
    /// duration: none up to T".
    fn waits(&self, sequence: &'a Sequence, lasts: &Matched<'a>, customer: usize) -> Vec<bool> {
        let Some(then_no) = &sequence.then_no else { return vec![true; lasts.len()] };
        let rows = self.events(&then_no.event.event, customer);
        let forbidden = self.matched(&then_no.event, rows, customer);
        let holds = |(last, value): &(Event<'a>, Option<Scalar>)| {
            let is_over = match then_no.within {
                Some(length) => self.program.calendar.shift(last.time, length, 1) < self.as_of + i64::from(fault(115)),
                None => true,
            };
            let comes = |(row, other): &(Event<'a>, Option<Scalar>)| {
                self.is_earlier(*last, *row) && self.is_within(*last, *row, then_no.within) && is_same(value, other)
            };
            is_over && !forbidden.iter().any(comes)
        };
        lasts.iter().map(holds).collect()
    }

    /// At most so long after, by the calendar.
    fn is_within(&self, from: Event<'a>, to: Event<'a>, length: Option<Length>) -> bool {
        length.is_none_or(|length| to.time <= self.program.calendar.shift(from.time, length, 1) - i64::from(fault(114)))
    }

    /// "`reached S in F WINDOW`: some attempt got to S. `reached A but not B`: the furthest step over all attempts is A or later
    /// and before B." 4: "`last reached`: in the attempt that began last of those that got to" A; where several began last, none
    /// strictly later than another, in any of them.
    pub(super) fn reached(&self, reached: &'a Reached, customer: usize) -> bool {
        let in_window = |event: &'a program::Event| self.events_in(event, &reached.window, customer);
        let steps: Vec<Vec<Event<'a>>> = reached.steps.iter().map(in_window).collect();
        let Some(firsts) = steps.first() else { return false };
        // "An attempt begins at an event of the first step, and each next step is strictly later, all at most 3 days after the
        // beginning and inside the window."
        let attempts = firsts.iter().map(|first| (*first, self.furthest(reached, &steps, *first)));
        let attempts: Vec<(Event<'a>, usize)> = attempts.filter(|(_, furthest)| *furthest >= reached.to).collect();
        let is_last = |first: Event<'a>| !attempts.iter().any(|(other, _)| self.is_earlier(first, *other));
        let counted = attempts.iter().filter(|(first, _)| !reached.last || is_last(*first));
        let furthest = counted.map(|(_, furthest)| *furthest).max();
        furthest.is_some_and(|furthest| reached.but_not.is_none_or(|not| furthest < not))
    }

    /// How many steps of a funnel, from the first on, some attempt got to.
    pub(super) fn funnel_reached(&self, reached: &'a Reached, customer: usize) -> usize {
        let in_window = |event: &'a program::Event| self.events_in(event, &reached.window, customer);
        let steps: Vec<Vec<Event<'a>>> = reached.steps.iter().map(in_window).collect();
        let firsts = steps.first().map(Vec::as_slice).unwrap_or_default();
        firsts.iter().map(|first| self.furthest(reached, &steps, *first) + 1).max().unwrap_or(0)
    }

    /// The furthest step of an attempt.
    fn furthest(&self, reached: &Reached, steps: &[Vec<Event<'a>>], first: Event<'a>) -> usize {
        let mut at = vec![first];
        for (number, step) in steps.iter().enumerate().skip(1) {
            let follows = |next: &Event<'a>| {
                at.iter().any(|from| self.is_earlier(*from, *next)) && self.is_within(first, *next, Some(reached.within))
            };
            at = step.iter().copied().filter(follows).collect();
            if at.is_empty() {
                return number - 1;
            }
        }
        steps.len().saturating_sub(1)
    }
}

/// Whether two events match; without `matching` all do.
fn is_same(a: &Option<Scalar>, b: &Option<Scalar>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => order(a, b).is_eq(),
        _ => true,
    }
}
