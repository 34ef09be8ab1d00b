//! Windows in words, with the days that they mean where it is known as of when.

use super::{Rule, Words, words};
use crate::program::calendar::{Length, Unit};
use crate::program::{End, EventSide, OnEvent, StreakIntervals, Type, Window};

impl Words<'_> {
    /// When events count: `in the last 90 days (3 March to 31 May 2024)`.
    pub(super) fn of_events(&self, window: &Window) -> String {
        self.note(Rule::Periods);
        let text = match window {
            Window::Ever => return "at any time".to_owned(),
            Window::This(Unit::Day) => "today, as far as it has gone".to_owned(),
            Window::This(unit) => format!("in this {}, as far as it has gone", words::unit(*unit, 1)),
            _ => self.period(window),
        };
        let days = self.as_of.get().filter(|_| !has_own_days(window)).and_then(|as_of| {
            let interval = self.program.calendar.events(window, as_of, None);
            words::interval(interval, &self.program.calendar)
        });
        match days {
            Some(days) => format!("{text} ({days})"),
            None => text,
        }
    }

    /// When a date or a time of the customer counts.
    pub(super) fn of_dates(&self, window: &Window, ty: &Type) -> String {
        let text = match window {
            Window::Ever => return "at any time".to_owned(),
            Window::This(Unit::Day) => "today".to_owned(),
            Window::This(unit) => format!("in this {}", words::unit(*unit, 1)),
            _ => self.period(window),
        };
        let calendar = &self.program.calendar;
        let days = self.as_of.get().filter(|_| !has_own_days(window)).and_then(|as_of| match ty {
            Type::Date => words::interval_of_days(calendar.attribute_days(window, as_of, None)),
            _ => words::interval(calendar.attribute(window, as_of, None), calendar),
        });
        match days {
            Some(days) => format!("{text} ({days})"),
            None => text,
        }
    }

    fn period(&self, window: &Window) -> String {
        let after = |length: &str, anchor| format!("in the first {length} after {}", self.value(anchor));
        match window {
            Window::Ever => "at any time".to_owned(),
            Window::Last(length) => format!("in the last {}", words::stretch(*length)),
            Window::BeforeLast { length, last } => {
                format!("in the {} before the last {}", words::stretch(*length), words::stretch(*last))
            }
            Window::Ago { near, far } => format!("between {} ago", words::both(*near, *far)),
            Window::This(unit) => format!("in this {}", words::unit(*unit, 1)),
            Window::Previous(Unit::Day) => "yesterday".to_owned(),
            Window::Previous(unit) => format!("in the previous calendar {}", words::unit(*unit, 1)),
            Window::Since(day) => format!("on {} or later", words::date(*day)),
            Window::Before(day) => format!("before {}", words::date(*day)),
            Window::FromTo(from, to) => format!("from {}", words::days(*from, *to)),
            Window::MoreThanAgo(length) => format!("more than {} ago", words::length(*length)),
            Window::FirstAfter { length, anchor } => after(&words::stretch(*length), anchor),
            Window::BetweenAfter { near, far, anchor } => {
                format!("between {} after {}", words::both(*near, *far), self.value(anchor))
            }
            Window::OnEvent(on) => self.on_event(on),
            Window::FromNow { near, far } => format!("between {} from now", words::both(*near, *far)),
            Window::Next(length) => format!("in the next {}", words::stretch(*length)),
        }
    }

    /// `since last purchase`
    fn on_event(&self, on: &OnEvent) -> String {
        let which = match on.end {
            End::First => "first",
            End::Last => "last",
        };
        let event = format!("the customer's {which} {}", self.nouns(&on.event).single());
        match on.side {
            EventSide::Since => format!("later than {event} (or at any time, where there is none)"),
            EventSide::Before => format!("earlier than {event}"),
            EventSide::FirstAfter(length) => format!("in the first {} after {event}", words::stretch(length)),
            EventSide::BetweenAfter { near, far } => format!("between {} after {event}", words::both(near, far)),
        }
    }

    /// `in each of the last 4 weeks`, `in at least 8 of the last 12 weeks`
    pub(super) fn of_streak(&self, at_least: u64, intervals: StreakIntervals) -> String {
        self.note(Rule::Periods);
        let (count, unit, units) = match intervals {
            StreakIntervals::Last(count, unit) => {
                (count, unit, format!("the last {}", words::stretch(Length { count, unit })))
            }
            StreakIntervals::Previous(1, unit) => (1, unit, format!("the previous calendar {}", words::unit(unit, 1))),
            StreakIntervals::Previous(count, unit) => {
                let n = u64::from(count);
                (count, unit, format!("the previous {} calendar {}", words::count(n), words::unit(unit, n)))
            }
        };
        let days = self.as_of.get().and_then(|as_of| {
            let calendar = &self.program.calendar;
            let bound = |k: i64| match intervals {
                StreakIntervals::Last(..) => calendar.shift(as_of, Length { count: 1, unit }, -k),
                StreakIntervals::Previous(..) => calendar.start_of_unit(as_of, unit, -k),
            };
            let all = crate::program::calendar::Interval { start: bound(i64::from(count)), end: bound(0) };
            words::interval(all, calendar)
        });
        let days = days.map(|days| format!(" ({days})")).unwrap_or_default();
        match (u64::from(count), at_least) {
            (1, _) => format!("in {units}{days}"),
            (count, least) if least >= count => format!("in each of {units}{days}"),
            (_, least) => format!("in at least {} of {units}{days}", words::count(least)),
        }
    }
}

/// Its words name its days already, or its days are different ones for each customer.
fn has_own_days(window: &Window) -> bool {
    match window {
        Window::Since(_) | Window::Before(_) | Window::FromTo(..) | Window::Ever => true,
        Window::FirstAfter { .. } | Window::BetweenAfter { .. } | Window::OnEvent(_) => true,
        Window::Last(_)
        | Window::BeforeLast { .. }
        | Window::Ago { .. }
        | Window::This(_)
        | Window::Previous(_)
        | Window::MoreThanAgo(_)
        | Window::FromNow { .. }
        | Window::Next(_) => false,
    }
}
