//! `hour of ts`, `weekday of birthday`: parts of a date; and those that Segue has not, told by what does for them.

use super::reader::{Node, Read, Reader};
use super::tree::{CalendarPart, Expr, ExprKind};
use crate::diagnostics::codes;

impl Reader<'_, '_> {
    /// A calendar part; its word and `of` are next.
    pub(super) fn calendar_part(&mut self) -> Read<Node> {
        let from = self.at;
        let part = match self.word_at(0) {
            "hour" => CalendarPart::Hour,
            "weekday" => CalendarPart::Weekday,
            "day" => CalendarPart::Day,
            "month" => CalendarPart::Month,
            "year" => CalendarPart::Year,
            _ => return self.other_part(),
        };
        if part == CalendarPart::Day && matches!(self.word_at(2), "week" | "month" | "year") && self.word_at(3) == "of" {
            return self.other_part();
        }
        self.at += 2;
        let of = self.part_of()?;
        let span = self.since(from);
        self.node(ExprKind::Part(part, of.expr), span, of.height)
    }

    /// `anniversary of birthday`; its words are next, the window is read behind it.
    pub(super) fn anniversary(&mut self) -> Read<Node> {
        let from = self.at;
        self.at += 2;
        let of = self.part_of()?;
        let span = self.since(from);
        self.node(ExprKind::Anniversary(of.expr), span, of.height)
    }

    /// Of what: a date by its name, the first or last of an event, anything in parentheses.
    fn part_of(&mut self) -> Read<Node> {
        if self.is_symbol("(") {
            return self.deeper(Self::parentheses);
        }
        let outer = std::mem::take(&mut self.filters);
        let from = self.at;
        let expr = match self.moment() {
            Some(moment) => {
                let (end, event) = moment?;
                Expr { kind: ExprKind::Moment(end, event), span: self.since(from) }
            }
            None => self.named("A date should stand here, such as `birthday`.")?,
        };
        let height = std::mem::replace(&mut self.filters, outer).max(1);
        Ok(Node { expr: Box::new(expr), height })
    }

    /// `quarter of x`, `day of week of x`: what does for it.
    #[cold]
    #[inline(never)]
    fn other_part(&mut self) -> Read<Node> {
        let from = self.at;
        let word = self.text_between(from, from + 1);
        let mut width = 2;
        let mended = match (word, self.word_at(2)) {
            ("day", "week") if self.is_word_at(3, "of") => {
                width = 4;
                "weekday of"
            }
            ("day", "month") if self.is_word_at(3, "of") => {
                width = 4;
                "day of"
            }
            ("dayofweek" | "weekdays", _) => "weekday of",
            ("hours", _) => "hour of",
            ("months", _) => "month of",
            ("years", _) => "year of",
            _ => "",
        };
        self.at += width;
        let span = self.since(from);
        let written = self.text_since(from);
        let of = match self.nth(0).text.as_ref() {
            "" | "(" => "ts",
            name => name,
        };
        let found = self.error(codes::syntax::OTHER_WORDS, format!("Segue has no `{written}`"), span);
        let found = match (word, mended) {
            ("quarter", _) => found.help(format!(
                "Name the months: `month of {of} in (1, 2, 3)` for the first quarter. For the quarter of now, a window: `in this quarter`."
            )),
            ("week", _) => found.help(format!(
                "Weeks are windows: `{of} in this week`, `{of} in previous week`. For the day of the week, `weekday of {of} = \"monday\"`."
            )),
            ("minute" | "second", _) => found.help(format!(
                "The hour is the smallest part: `hour of {of} = 9`. Shorter times are windows: `in last 15 minutes`."
            )),
            ("date", _) => found.help(format!("A time is compared with a day as it is: `{of} = 2024-06-01`.")),
            ("day", "") => found.help(format!("It has `month of {of}` and `day of {of}`.")),
            _ => found.help(format!("Did you mean `{mended}`?")).fix(format!("write `{mended}`"), span, mended),
        };
        self.fail(found)
    }
}
