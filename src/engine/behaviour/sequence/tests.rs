//! The walks of sequences and funnels against every choice of events, on tens of thousands of small logs with many ties; and
//! how much work they are.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use super::*;
use crate::engine::behaviour::funnel::FunnelWalk;
use crate::plan::{Bounds, PlanReached, PlanStep, PlanThenNo, SelectionId};
use crate::program::calendar::{Interval, Unit};

/// Chance, the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

fn calendar() -> Calendar {
    Calendar { zone: TimeZone::get("Europe/Berlin").unwrap(), week_starts_on: Weekday::Monday }
}

fn length(dice: &mut Dice) -> Length {
    let all = [
        (1, Unit::Month),
        (1, Unit::Month),
        (1, Unit::Day),
        (2, Unit::Day),
        (24, Unit::Hour),
        (1, Unit::Hour),
        (2, Unit::Month),
        (30, Unit::Minute),
    ];
    let (count, unit) = all[dice.below(8) as usize];
    Length { count, unit }
}

fn maybe<T>(dice: &mut Dice, percent: u64, make: impl FnOnce(&mut Dice) -> T) -> Option<T> {
    dice.chance(percent).then(|| make(dice))
}

/// Moments between which the calendar does what one does not expect: months of other lengths, and clocks that change.
fn moments(calendar: &Calendar) -> Vec<i64> {
    let texts = [
        "2024-01-30T12:00",
        "2024-01-31T10:00",
        "2024-02-29T10:00",
        "2024-02-29T12:00",
        "2024-03-30T02:10",
        "2024-03-30T02:50",
        "2024-03-31T03:10",
        "2024-03-31T03:50",
    ];
    texts.iter().map(|text| calendar.moment(text.parse().unwrap())).collect()
}

const T: &str = "2024-04-20T00:00";

fn sequence(dice: &mut Dice) -> PlanSequence {
    let steps = 1 + dice.below(4) as usize;
    let has_wait = steps == 1 || dice.chance(25);
    let step = |number: usize, dice: &mut Dice| {
        let is_first = number == 0;
        PlanStep {
            selection: SelectionId(0),
            within: maybe(dice, if is_first { 0 } else { 40 }, length),
            without: maybe(dice, if is_first { 0 } else { 25 }, |_| SelectionId(0)),
            directly: !is_first && dice.chance(15),
        }
    };
    let steps: Vec<PlanStep> = (0..steps).map(|number| step(number, dice)).collect();
    PlanSequence {
        anything: steps.iter().any(|step| step.directly).then_some(SelectionId(0)),
        steps,
        then_no: maybe(dice, if has_wait { 100 } else { 0 }, |dice| PlanThenNo {
            selection: SelectionId(0),
            within: maybe(dice, 70, length),
        }),
        matching: None,
        all_within: maybe(dice, 35, length),
        bounds: Bounds::Fixed(Interval::EMPTY),
        until: calendar().moment(T.parse().unwrap()),
        enough: u64::MAX,
    }
}

fn log(dice: &mut Dice, steps: usize, values: u64) -> Vec<Event> {
    let all = moments(&calendar());
    let few = 1 + dice.below(all.len() as u64);
    let mut events = Vec::new();
    for _ in 0..1 + dice.below(9) {
        let mut roles = ANYTHING;
        for number in 0..steps {
            roles |= if dice.chance(45) { step(number) } else { 0 };
            roles |= if dice.chance(15) { without(number) } else { 0 };
        }
        roles |= if dice.chance(20) { THEN_NO } else { 0 };
        events.push(Event {
            time: all[dice.below(few) as usize],
            table: dice.below(2) as u32,
            order: maybe(dice, 75, |dice| dice.below(3) as u32),
            value: dice.below(values) as u32,
            roles,
        });
    }
    events.sort_by_key(|e| (e.time, e.table, e.order, e.value, e.roles));
    events
}

fn is_earlier(a: &Event, b: &Event) -> bool {
    if a.time != b.time {
        return a.time < b.time;
    }
    matches!((a.order, b.order), (Some(x), Some(y)) if a.table == b.table && x < y)
}

/// Every choice of events, and of all their rows of matches the longest.
fn every_choice(sequence: &PlanSequence, calendar: &Calendar, events: &[Event]) -> u64 {
    let mut matches = Vec::new();
    choose(sequence, calendar, events, &mut Vec::new(), &mut matches);
    matches.iter().map(|(_, last)| 1 + longest(events, &matches, *last)).max().unwrap_or(0)
}

fn longest(events: &[Event], matches: &[(usize, usize)], after: usize) -> u64 {
    let follows = |(first, _): &&(usize, usize)| is_earlier(&events[after], &events[*first]);
    matches.iter().filter(follows).map(|(_, last)| 1 + longest(events, matches, *last)).max().unwrap_or(0)
}

fn choose(
    sequence: &PlanSequence,
    calendar: &Calendar,
    events: &[Event],
    chosen: &mut Vec<usize>,
    out: &mut Vec<(usize, usize)>,
) {
    let within = |from: &Event, to: &Event, length: Option<Length>| {
        length.is_none_or(|length| to.time <= calendar.shift(from.time, length, 1))
    };
    if chosen.len() == sequence.steps.len() {
        let (first, last) = (chosen[0], chosen[chosen.len() - 1]);
        let is_over = sequence.then_no.as_ref().is_none_or(|no| {
            let is_past = no.within.is_none_or(|length| calendar.shift(events[last].time, length, 1) < sequence.until);
            is_past
                && !events.iter().any(|e| {
                    e.roles & THEN_NO != 0
                        && e.value == events[last].value
                        && is_earlier(&events[last], e)
                        && within(&events[last], e, no.within)
                })
        });
        if is_over && within(&events[first], &events[last], sequence.all_within) && !out.contains(&(first, last)) {
            out.push((first, last));
        }
        return;
    }
    let number = chosen.len();
    for (place, event) in events.iter().enumerate() {
        if event.roles & step(number) == 0 {
            continue;
        }
        if let Some(before) = chosen.last().map(|before| &events[*before]) {
            let rule = &sequence.steps[number];
            let between = |e: &&Event| is_earlier(before, e) && is_earlier(e, event);
            let is_forbidden =
                |e: &Event| rule.without.is_some() && e.roles & without(number) != 0 && e.value == event.value;
            if !is_earlier(before, event)
                || before.value != event.value
                || !within(before, event, rule.within)
                || events.iter().filter(between).any(|e| is_forbidden(e) || rule.directly)
            {
                continue;
            }
        }
        chosen.push(place);
        choose(sequence, calendar, events, chosen, out);
        chosen.pop();
    }
}

/// The roles that a sequence gives: what has no rule in it plays no part.
fn only_asked(sequence: &PlanSequence, events: &mut [Event]) {
    for event in events {
        for (number, rule) in sequence.steps.iter().enumerate() {
            if rule.without.is_none() {
                event.roles &= !without(number);
            }
        }
        if sequence.then_no.is_none() {
            event.roles &= !THEN_NO;
        }
    }
}

fn forbidden(events: &[Event]) -> Forbidden {
    let mut times: Vec<(u32, i64)> = events.iter().filter(|e| e.roles & THEN_NO != 0).map(|e| (e.value, e.time)).collect();
    times.sort_unstable();
    Forbidden { times }
}

#[test]
fn the_walk_finds_as_many_as_every_choice() {
    let calendar = calendar();
    let mut dice = Dice(0x5e90_51e9);
    let mut walk = Walk::default();
    let mut found = [0_u32; 5];
    for round in 0..60_000 {
        let sequence = sequence(&mut dice);
        let values = 1 + dice.below(2);
        let mut events = log(&mut dice, sequence.steps.len(), values);
        only_asked(&sequence, &mut events);
        let expected = every_choice(&sequence, &calendar, &events);
        let is = walk.count(&sequence, &calendar, &events, values as usize, &forbidden(&events));
        assert_eq!(is, expected, "round {round}: {sequence:#?}\n{events:#?}");
        found[expected.min(4) as usize] += 1;
        let enough = PlanSequence { enough: 1 + dice.below(3), ..sequence };
        let is = walk.count(&enough, &calendar, &events, values as usize, &forbidden(&events));
        assert_eq!(is, expected.min(enough.enough), "round {round}");
    }
    // Whatever is never found is not tested.
    assert!(found.iter().all(|times| *times > 200), "{found:?}");
}

#[test]
fn the_walk_of_a_funnel_finds_what_every_attempt_finds() {
    let calendar = calendar();
    let mut dice = Dice(0xf0_77e1);
    let mut walk = FunnelWalk::default();
    let mut found = [0_u32; 2];
    for round in 0..60_000 {
        let steps = 1 + dice.below(4) as usize;
        let to = dice.below(steps as u64) as usize;
        let but_not = maybe(&mut dice, 60, |dice| to + 1 + dice.below(3) as usize).filter(|not| *not < steps);
        let reached = PlanReached {
            steps: vec![SelectionId(0); steps],
            within: length(&mut dice),
            to,
            but_not,
            last: but_not.is_some() && dice.chance(60),
            bounds: Bounds::Fixed(Interval::EMPTY),
        };
        let events = log(&mut dice, steps, 1);
        // Of each first step the furthest that an attempt gets to, by all its ways.
        let mut attempts = Vec::new();
        for first in events.iter().filter(|e| e.roles & step(0) != 0) {
            let end = calendar.shift(first.time, reached.within, 1);
            let mut at = vec![first];
            let mut furthest = 0;
            for number in 1..steps {
                let follows =
                    |e: &&Event| e.roles & step(number) != 0 && e.time <= end && at.iter().any(|p| is_earlier(p, e));
                at = events.iter().filter(follows).collect();
                if at.is_empty() {
                    break;
                }
                furthest = number;
            }
            if furthest >= to {
                attempts.push((first, furthest));
            }
        }
        let is_last = |first: &Event| !attempts.iter().any(|(other, _)| is_earlier(first, other));
        let furthest =
            attempts.iter().filter(|(first, _)| !reached.last || is_last(first)).map(|(_, furthest)| *furthest).max();
        let expected = furthest.is_some_and(|furthest| reached.but_not.is_none_or(|not| furthest < not));
        let is = walk.is_reached(&reached, &calendar, &events);
        assert_eq!(is, expected, "round {round}: {reached:#?}\n{events:#?}");
        found[usize::from(expected)] += 1;
    }
    assert!(found.iter().all(|times| *times > 5_000), "{found:?}");
}

/// The work of large logs: each event is looked at a few times, whatever its ties, its values, and what the sequence asks.
#[test]
fn the_work_grows_with_the_events_alone() {
    let calendar = calendar();
    let mut dice = Dice(0xb16);
    let mut walk = Walk::default();
    const EVENTS: usize = 3_000;
    for round in 0..48 {
        let sequence = sequence(&mut dice);
        let steps = sequence.steps.len();
        let values = [1, 2, 500, EVENTS as u64][round % 4];
        let moments = [1, 2, 100, EVENTS as u64][round / 4 % 4];
        let mut events: Vec<Event> = (0..EVENTS)
            .map(|_| Event {
                time: moments_start(&calendar) + dice.below(moments) as i64 * 60_000_000,
                table: dice.below(2) as u32,
                order: maybe(&mut dice, 60, |dice| dice.below(1_000) as u32),
                value: dice.below(values) as u32,
                roles: ANYTHING | (dice.below(1 << steps)) | if dice.chance(3) { without(1) | THEN_NO } else { 0 },
            })
            .collect();
        only_asked(&sequence, &mut events);
        events.sort_by_key(|e| (e.time, e.table, e.order, e.value, e.roles));
        walk.work = 0;
        walk.count(&sequence, &calendar, &events, values as usize, &forbidden(&events));
        assert!(walk.work <= 3 * (EVENTS * steps) as u64, "{}: {sequence:#?}", walk.work);
    }
}

fn moments_start(calendar: &Calendar) -> i64 {
    moments(calendar)[0]
}
