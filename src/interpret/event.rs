//! Which rows are events, when, and in what order (LANGUAGE.md 4, windows, and 7).

use super::{Event, Scope, World, order, value};
use crate::faults::fault;
use crate::program::calendar::Interval;
use crate::program::{self, End, KindId, Scalar, Window};

impl<'a> World<'a> {
    /// A customer's events before T that fit. 8: "A row of a table counts once, whatever kinds or parts it fits."
    pub(super) fn events(&self, event: &'a program::Event, customer: usize) -> Vec<Event<'a>> {
        let all = self.customers[customer].events.iter().copied();
        all.filter(|row| self.part(event, customer, *row).is_some()).collect()
    }

    /// Those of them in a window.
    pub(super) fn events_in(&self, event: &'a program::Event, window: &'a Window, customer: usize) -> Vec<Event<'a>> {
        let events = self.events(event, customer);
        let anchors = self.window_anchors(window, customer);
        events.into_iter().filter(|row| self.lies_in(window, &anchors, *row, customer)).collect()
    }

    /// Whether the first of some events lies in a window: where several are first, each of them.
    pub(super) fn first_is_in(&self, events: &[Event<'a>], window: &'a Window, customer: usize) -> bool {
        let first = self.foremost(events, End::First);
        let anchors = self.window_anchors(window, customer);
        !first.is_empty() && first.iter().all(|row| self.lies_in(window, &anchors, *row, customer))
    }

    fn window_anchors(&self, window: &'a Window, customer: usize) -> Vec<Event<'a>> {
        match window {
            Window::OnEvent(on) => self.anchors(on, customer),
            _ => Vec::new(),
        }
    }

    fn lies_in(&self, window: &'a Window, anchors: &[Event<'a>], row: Event<'a>, customer: usize) -> bool {
        match window {
            Window::OnEvent(on) => self.lies_on(on.side, anchors, row),
            _ => self.interval(window, customer).contains(row.time),
        }
    }

    /// The first part of an event that a row fits: it is of the part's kind, and the part's filter holds.
    pub(super) fn part(&self, event: &'a program::Event, customer: usize, row: Event<'a>) -> Option<usize> {
        event
            .parts
            .iter()
            .position(|part| self.is_of_kind(part.kind, customer, row) && self.passes(&part.filter, customer, row))
    }

    /// Whether a row is of a kind: it comes from the kind's table, and the kind's own `where` holds. 8, `test`: a made-up one is of
    /// the kind that it was made up as, and of no other.
    pub(super) fn is_of_kind(&self, id: KindId, customer: usize, row: Event<'a>) -> bool {
        let kind = &self.program.kinds[id.0];
        match row.made_up {
            Some(made_up) => made_up.kind == id,
            None => kind.table.0 == row.table && self.passes(&kind.filter, customer, row),
        }
    }

    fn passes(&self, filter: &'a Option<program::Condition>, customer: usize, row: Event<'a>) -> bool {
        match filter {
            Some(condition) => self.holds(condition, Scope { customer, row: Some(row) }),
            None => true,
        }
    }

    /// What a window of events means for a customer.
    pub(super) fn interval(&self, window: &'a Window, customer: usize) -> Interval {
        self.program.calendar.events(window, self.as_of, self.anchor(window, customer))
    }

    /// The moment that a window hangs on. 4: "the empty window where the attribute is missing"
    pub(super) fn anchor(&self, window: &'a Window, customer: usize) -> Option<i64> {
        match window {
            Window::FirstAfter { anchor, .. } | Window::BetweenAfter { anchor, .. } => {
                let anchor = self.value(anchor, Scope::of(customer))?;
                value::moment_of(&self.program.calendar, &anchor)
            }
            _ => None,
        }
    }

    /// How many different days of the project's zone.
    pub(super) fn days(&self, events: &[Event<'a>]) -> u64 {
        let mut days: Vec<i32> = events.iter().map(|row| self.program.calendar.day_of(row.time)).collect();
        days.sort_unstable();
        if !fault(83) {
            days.dedup();
        }
        days.len() as u64
    }

    /// 7: "strictly later […]: by time, or, at the same time, by the `order` column of the table that both come from. Events
    /// at the same time without an order are not in sequence"
    pub(super) fn is_earlier(&self, a: Event<'a>, b: Event<'a>) -> bool {
        if a.time != b.time {
            return a.time < b.time;
        }
        let in_order = |row: Event<'a>| -> Option<&'a Scalar> {
            let column = self.program.tables[row.table].order?;
            row.columns.get(column)?.as_ref()
        };
        match (in_order(a), in_order(b)) {
            (Some(x), Some(y)) => a.table == b.table && order(x, y).is_lt(),
            _ => false,
        }
    }
}
