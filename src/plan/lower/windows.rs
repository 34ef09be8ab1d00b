//! Windows → intervals: fixed ones at once, those that hang on an attribute for each customer.

use super::{Lowering, Scope};
use crate::faults::fault;
use crate::plan::{Bounds, End, FeatureKind, Hanging, HangingBound, HangingOf, OnEvent, OnMoment};
use crate::program::calendar::{Interval, Length};
use crate::program::{StreakIntervals, Type, Window};

impl Lowering<'_> {
    /// When events count: never at or past T.
    pub(super) fn event_bounds(&mut self, window: &Window) -> Bounds {
        if let Window::OnEvent(on) = window {
            let selection = self.selection(&on.event);
            let on = OnEvent { selection, end: on.end, until: self.as_of, side: on.side };
            return Bounds::OnEvent(self.on_event(on));
        }
        match self.hanging_bounds(window, HangingOf::Events) {
            Some(bounds) => bounds,
            None => fixed(self.program.calendar.events(window, self.as_of, None)),
        }
    }

    /// When rows of a history count, which no order but time puts before or behind an event.
    pub(super) fn moment_bounds(&mut self, window: &Window) -> Bounds {
        let Window::OnEvent(on) = window else { return self.event_bounds(window) };
        let selection = self.selection(&on.event);
        let until = self.as_of;
        let kind = match on.end {
            End::First => FeatureKind::FirstTime { until },
            End::Last => FeatureKind::LastTime { until },
        };
        let moment = self.feature(selection, kind, &Type::Timestamp);
        Bounds::OnMoment(OnMoment { moment, side: on.side, until })
    }

    /// When a Date (in days) or a Timestamp (in moments) counts.
    pub(super) fn attribute_bounds(&mut self, window: &Window, ty: &Type) -> Bounds {
        let of = if *ty == Type::Date { HangingOf::Days } else { HangingOf::Moments };
        let calendar = &self.program.calendar;
        let interval = match of {
            HangingOf::Days => calendar.attribute_days(window, self.as_of, None),
            _ => calendar.attribute(window, self.as_of, None),
        };
        self.hanging_bounds(window, of).unwrap_or_else(|| fixed(interval))
    }

    fn hanging_bounds(&mut self, window: &Window, of: HangingOf) -> Option<Bounds> {
        let (start, end, anchor) = match window {
            Window::FirstAfter { length, anchor } => (HangingBound::Anchor, HangingBound::After(*length), anchor),
            Window::BetweenAfter { near, far, anchor } => {
                (HangingBound::After(if fault(3) { *far } else { *near }), HangingBound::After(*far), anchor)
            }
            _ => return None,
        };
        let anchor = self.moment(Scope::Customers, anchor);
        let until = if of == HangingOf::Events { self.as_of } else { i64::MAX };
        Some(Bounds::Hanging(self.hang(Hanging { anchor, start, end, of, until })))
    }

    /// The bounds of a streak's intervals, from T (or the start of its unit) back.
    pub(super) fn streak_bounds(&self, intervals: StreakIntervals) -> Vec<i64> {
        let calendar = &self.program.calendar;
        match intervals {
            StreakIntervals::Last(count, unit) => {
                let length = Length { count: 1, unit };
                (0..=i64::from(count) - i64::from(fault(4))).map(|k| calendar.shift(self.as_of, length, -k)).collect()
            }
            StreakIntervals::Previous(count, unit) => {
                (0..=i64::from(count)).map(|k| calendar.start_of_unit(self.as_of, unit, -k - i64::from(fault(5)))).collect()
            }
        }
    }
}

/// All empty intervals are one.
fn fixed(interval: Interval) -> Bounds {
    let late = i64::from(fault(1)) + i64::from(fault(2)) * 60_000_000;
    let interval = Interval { start: interval.start.saturating_add(late), ..interval };
    Bounds::Fixed(if interval.end <= interval.start { Interval::EMPTY } else { interval })
}
