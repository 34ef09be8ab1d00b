//! Other times in words.

use super::{Words, words};
use crate::program::Length;

impl Words<'_> {
    /// `30 days earlier (2 May 2024)`, and what is said of that time, with its periods counted from there.
    pub(super) fn earlier(&self, ago: Length, say: impl FnOnce(&Self) -> String) -> (String, String) {
        let calendar = &self.program.calendar;
        let was = self.as_of.get();
        let then = was.map(|as_of| calendar.shift(as_of, ago, -1));
        self.as_of.set(then);
        let said = say(self);
        self.as_of.set(was);
        let day = then.map(|then| {
            let day = calendar.day_of(then);
            if calendar.start_of_day(day) == then { words::date(day) } else { words::moment(then, calendar) }
        });
        let day = day.map(|day| format!(" ({day})")).unwrap_or_default();
        (format!("{} earlier{day}", words::length(ago)), said)
    }
}
