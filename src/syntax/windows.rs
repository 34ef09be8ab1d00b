//! Windows, `in last 30 days` and all others: whether one begins here, and which it is.

use super::reader::{Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{Expr, ExprKind, Window, WindowKind};
use super::words;
use crate::diagnostics::codes;

impl Reader<'_, '_> {
    /// The number of tokens that a `the` after `n` others takes: 1 or 0.
    pub(super) fn the(&self, n: usize) -> usize {
        usize::from(self.is_word_at(n, "the") && matches!(self.word_at(n + 1), "last" | "next" | "first" | "previous"))
    }

    fn is_date_at(&self, n: usize) -> bool {
        matches!(self.nth(n).kind, Kind::Date | Kind::Timestamp | Kind::OddDate)
    }

    /// Whether the next words begin a window, one that could be mended included.
    pub(super) fn is_window(&self) -> bool {
        let number_at = |n: usize| self.nth(n).kind == Kind::Number;
        match self.word_at(0) {
            "ever" | "today" | "yesterday" | "since" | "before" => true,
            "in" => {
                let the = usize::from(self.is_word_at(1, "the"));
                matches!(self.word_at(1 + the), "last" | "next" | "previous" | "first" | "this") || number_at(1 + the)
            }
            "between" => self.is_between_window(),
            "from" => self.is_date_at(1),
            "more" | "less" => {
                self.is_word_at(1, "than")
                    && number_at(2)
                    && words::unit(self.word_at(3)).is_some()
                    && self.is_word_at(4, "ago")
            }
            "within" | "over" | "during" => {
                let the = usize::from(self.is_word_at(1, "the"));
                matches!(self.word_at(1 + the), "last" | "previous" | "next" | "past") && number_at(2 + the)
            }
            "last" | "next" | "past" => number_at(1) && words::unit(self.word_at(2)).is_some(),
            _ => false,
        }
    }

    /// Whether these are `between 30 and 60 days ago`, `… after signed_up_at` or `… from now`.
    fn is_between_window(&self) -> bool {
        if self.nth(1).kind != Kind::Number {
            return false;
        }
        let unit = usize::from(words::unit(self.word_at(2)).is_some());
        self.is_word_at(2 + unit, "and")
            && self.nth(3 + unit).kind == Kind::Number
            && words::unit(self.word_at(4 + unit)).is_some()
            && (matches!(self.word_at(5 + unit), "ago" | "after")
                || (self.is_word_at(5 + unit, "from") && self.is_word_at(6 + unit, "now")))
    }

    /// Reads the window that begins here.
    pub(super) fn window(&mut self) -> Read<Window> {
        let from = self.at;
        let kind = match self.word_at(0) {
            "ever" => {
                self.next();
                WindowKind::Ever
            }
            "today" => {
                self.next();
                WindowKind::This(super::tree::Unit::Day)
            }
            "yesterday" => {
                self.next();
                WindowKind::Previous(super::tree::Unit::Day)
            }
            "since" | "before" => self.since_or_before()?,
            "between" => self.between_window()?,
            "from" => {
                self.next();
                let start = self.literal(false)?;
                self.expect_word("to", "The last day should follow: `from 2024-01-01 to 2024-03-31`.")?;
                let end = self.literal(false)?;
                WindowKind::FromTo(start, end)
            }
            "more" => {
                self.at += 2;
                let length = self.duration("more than 30 days ago")?;
                self.expect_word("ago", "`ago` should follow: `more than 30 days ago`.")?;
                WindowKind::MoreThanAgo(length)
            }
            "less" => {
                self.at += 2;
                let length = self.duration("in last 30 days")?;
                self.next();
                self.other_window(from, &format!("in last {}", self.text_at(&length)));
                WindowKind::Last(length)
            }
            "within" | "over" | "during" | "last" | "next" | "past" => {
                if matches!(self.word_at(0), "within" | "over" | "during") {
                    self.next();
                }
                self.take_word("the");
                let is_next = self.is_word("next");
                self.next();
                let length = self.duration("in last 30 days")?;
                let word = if is_next { "next" } else { "last" };
                self.other_window(from, &format!("in {word} {}", self.text_at(&length)));
                if is_next { WindowKind::Next(length) } else { WindowKind::Last(length) }
            }
            _ => self.in_window(from)?,
        };
        Ok(Window { kind, span: self.since(from) })
    }

    /// A duration as it is typed: `1 month`.
    pub(super) fn text_at(&self, length: &super::tree::Duration) -> String {
        let number = match &length.count.kind {
            super::tree::LiteralKind::Number(number) => number.as_str(),
            _ => "30",
        };
        let unit = if number == "1" { words::singular(length.unit) } else { words::plural(length.unit) };
        format!("{number} {unit}")
    }

    /// Says that a window is written otherwise.
    fn other_window(&mut self, from: usize, mended: &str) {
        let span = self.since(from);
        let shown = shorten(self.text_since(from), 40);
        let found = self
            .error(codes::syntax::OTHER_WORDS, format!("`{shown}` is written `{mended}`"), span)
            .help(format!("Write `{mended}`."))
            .fix(format!("write `{mended}`"), span, mended);
        self.report(found);
    }

    fn in_window(&mut self, from: usize) -> Read<WindowKind> {
        self.next();
        let the = self.take_word("the");
        let word = self.peek();
        if word.kind == Kind::Number {
            let length = self.duration("in last 30 days")?;
            if self.take_word("before") {
                self.at += self.the(0);
                self.expect_word("last", "`last` should follow: `in the 30 days before last 14 days`.")?;
                let last = self.duration("in the 30 days before last 14 days")?;
                return Ok(WindowKind::BeforeLast { length, last });
            }
            let shown = self.text_at(&length);
            let span = self.since(from);
            let what = if the { "before what?" } else { "looks back or forward?" };
            let found = self
                .error(codes::syntax::OTHER_WORDS, format!("`{}` {what}", shorten(self.text_since(from), 40)), span)
                .help(format!(
                    "The time up to now is `in last {shown}`; a time before that `in the {shown} before last 14 days`; the time to come, of a date, `in next {shown}`."
                ))
                .fix(format!("write `in last {shown}`"), span, format!("in last {shown}"));
            self.report(found);
            return Ok(WindowKind::Last(length));
        }
        self.next();
        match &*word.text {
            "last" if words::unit(self.word_at(0)).is_some() => self.last_without_number(from),
            "last" => Ok(WindowKind::Last(self.duration("in last 30 days")?)),
            "next" if words::unit(self.word_at(0)).is_some() => {
                let unit = self.next();
                let span = self.since(from);
                let found = self
                    .error(
                        codes::syntax::LAST_WITHOUT_NUMBER,
                        format!("How many? `{}` lacks a number", self.text_since(from)),
                        span,
                    )
                    .help(format!("Write `in next 1 {}`.", unit.text))
                    .fix(format!("write `in next 1 {}`", unit.text), span, format!("in next 1 {}", unit.text));
                self.fail(found)
            }
            "next" => Ok(WindowKind::Next(self.duration("in next 14 days")?)),
            "first" => {
                let length = self.duration("in first 7 days after signed_up_at")?;
                self.expect_word("after", "After what? A date should follow: `in first 7 days after signed_up_at`.")?;
                Ok(WindowKind::FirstAfter { length, anchor: Box::new(self.anchor()?) })
            }
            // `this`, `previous`
            which => {
                let Some(unit) = words::unit(self.word_at(0)) else {
                    if self.nth(0).kind == Kind::Number && words::unit(self.word_at(1)).is_some() {
                        let shown = format!("{} {}", self.nth(0).text, self.word_at(1));
                        return self.unexpected(&format!(
                            "The time up to now is `in last {shown}`; whole ones, each of them, `in each of previous {shown}`."
                        ));
                    }
                    return self.unexpected(&format!(
                        "A unit should follow: `in {which} week`, `in {which} month`, `in {which} year`."
                    ));
                };
                self.next();
                Ok(if which == "this" { WindowKind::This(unit) } else { WindowKind::Previous(unit) })
            }
        }
    }

    /// `in last month`: which one?
    fn last_without_number(&mut self, from: usize) -> Read<WindowKind> {
        let unit = self.next();
        let span = self.since(from);
        let name = words::unit(&unit.text).map_or("month", words::singular);
        let found = self
            .error(codes::syntax::LAST_WITHOUT_NUMBER, format!("Which {name}? `{}` has two readings", self.text_since(from)), span)
            .help(format!(
                "The whole calendar {name} before this one: `in previous {name}`. The {name} up to now: `in last 1 {name}`. This {name} so far: `in this {name}`."
            ))
            .fix(format!("write `in previous {name}`"), span, format!("in previous {name}"));
        self.fail(found)
    }

    fn since_or_before(&mut self) -> Read<WindowKind> {
        let is_since = self.next().text == "since";
        if self.is_date_at(0) {
            let date = self.literal(false)?;
            return Ok(if is_since { WindowKind::Since(date) } else { WindowKind::Before(date) });
        }
        if let Some(moment) = self.event_anchor() {
            let anchor = Box::new(moment?);
            return Ok(if is_since { WindowKind::SinceEvent(anchor) } else { WindowKind::BeforeEvent(anchor) });
        }
        let word = if is_since { "since" } else { "before" };
        self.unexpected(&format!("A day should follow, as in `{word} 2024-01-01`, or `first` or `last` and an event: `{word} last purchase`. Two dates are compared by `<` and `>`."))
    }

    fn between_window(&mut self) -> Read<WindowKind> {
        let from = self.at;
        self.next();
        let near = self.bare_number("")?;
        let first_unit = words::unit(self.word_at(0));
        let unit_at = self.at;
        if first_unit.is_some() {
            self.next();
        }
        self.next();
        let far = self.duration("between 30 and 60 days ago")?;
        if let Some(unit) = first_unit {
            let span = self.span_between(from, self.at);
            let found = self.error(codes::syntax::UNIT, "Here one unit stands for both numbers", span);
            let found = if unit == far.unit {
                let unit_span = self.token_span(unit_at);
                found.help("Write it once, after the second number: `between 30 and 60 days ago`.").fix(
                    "leave the first unit out",
                    unit_span,
                    "",
                )
            } else {
                found.help("Write both numbers in the same unit, once: `between 30 and 60 days ago`.")
            };
            if unit != far.unit {
                return self.fail(found);
            }
            self.report(found);
        }
        let near = super::tree::Duration { span: near.span, count: near, unit: far.unit };
        match &*self.next().text {
            "ago" => Ok(WindowKind::Ago { near, far }),
            "after" => Ok(WindowKind::BetweenAfter { near, far, anchor: Box::new(self.anchor()?) }),
            _ => {
                self.next();
                Ok(WindowKind::FromNow { near, far })
            }
        }
    }

    /// What a window hangs on: a date attribute, or the first or last of an event.
    fn anchor(&mut self) -> Read<Expr> {
        match self.event_anchor() {
            Some(moment) => moment,
            None => self.named(
                "A date should stand here, such as `signed_up_at`, or `first` or `last` and an event: `first purchase`.",
            ),
        }
    }

    /// `first purchase`, `the last (purchase where amount > 50 EUR)`; none where no event begins.
    fn event_anchor(&mut self) -> Option<Read<Expr>> {
        let from = self.at;
        let moment = self.moment()?;
        Some(moment.map(|(end, event)| Expr { kind: ExprKind::Moment(end, event), span: self.since(from) }))
    }

    /// A name or names with dots between, and nothing else.
    pub(super) fn named(&mut self, wanted: &str) -> Read<Expr> {
        let from = self.at;
        let mut names = vec![self.name(wanted)?];
        while self.is_symbol(".") && names.len() < 3 {
            self.next();
            names.push(self.name("A name should follow the point.")?);
        }
        if self.is_symbol(".") {
            return self.unexpected("At most three names are joined by points: `purchase.product_id.category`.");
        }
        let span = self.since(from);
        let kind = match names.len() {
            1 => names.pop().map_or(ExprKind::Everyone, ExprKind::Name),
            _ => ExprKind::Path(names),
        };
        Ok(Expr { kind, span })
    }
}
