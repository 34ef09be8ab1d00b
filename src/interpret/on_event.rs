//! Windows that hang on an event (LANGUAGE.md 4, windows: "the same with an event in place of the attribute […], and only what
//! is strictly later (earlier) than it in the sense of section 7").

use super::{Event, World};
use crate::program::calendar::Interval;
use crate::program::{End, EventSide, OnEvent, Window};

impl<'a> World<'a> {
    /// What a window hangs on: "`first E` or `last E` before T"; "where several tie", all of them.
    pub(super) fn anchors(&self, on: &'a OnEvent, customer: usize) -> Vec<Event<'a>> {
        let events = self.events(&on.event, customer);
        self.foremost(&events, on.end)
    }

    /// 6: "of the events that no other is strictly earlier (later) than"
    pub(super) fn foremost(&self, events: &[Event<'a>], end: End) -> Vec<Event<'a>> {
        let goes_before = |a: &Event<'a>, b: &Event<'a>| match end {
            End::First => self.is_earlier(*a, *b),
            End::Last => self.is_earlier(*b, *a),
        };
        events.iter().filter(|row| !events.iter().any(|other| goes_before(other, row))).copied().collect()
    }

    /// When rows of a history lie in a window. They come from no table of events, so beside an event only time puts them in order.
    pub(super) fn of_history(&self, window: &'a Window, customer: usize) -> Interval {
        let Window::OnEvent(on) = window else { return self.interval(window, customer) };
        let calendar = &self.program.calendar;
        let (start, end) = match (self.anchors(on, customer).first().map(|row| row.time), on.side) {
            (None, EventSide::Since) => (i64::MIN, self.as_of),
            (None, _) => return Interval::EMPTY,
            (Some(moment), EventSide::Since) => (moment + 1, self.as_of),
            (Some(moment), EventSide::Before) => (i64::MIN, moment),
            (Some(moment), EventSide::FirstAfter(length)) => (moment + 1, calendar.shift(moment, length, 1)),
            (Some(moment), EventSide::BetweenAfter { near, far }) => {
                ((moment + 1).max(calendar.shift(moment, near, 1)), calendar.shift(moment, far, 1))
            }
        };
        Interval { start, end: end.min(self.as_of) }
    }

    /// Whether a row lies in the window. "without such an event the window is empty, but for `since`: then it is `ever`"
    pub(super) fn lies_on(&self, side: EventSide, anchors: &[Event<'a>], row: Event<'a>) -> bool {
        let calendar = &self.program.calendar;
        let lies = |anchor: &Event<'a>| match side {
            EventSide::Since => self.is_earlier(*anchor, row),
            EventSide::Before => self.is_earlier(row, *anchor),
            EventSide::FirstAfter(length) => {
                self.is_earlier(*anchor, row) && row.time < calendar.shift(anchor.time, length, 1)
            }
            EventSide::BetweenAfter { near, far } => {
                self.is_earlier(*anchor, row)
                    && calendar.shift(anchor.time, near, 1) <= row.time
                    && row.time < calendar.shift(anchor.time, far, 1)
            }
        };
        if anchors.is_empty() { side == EventSide::Since } else { anchors.iter().all(lies) }
    }
}
