//! `did`: event, filter, how often, and when. Sequences, which are known by their `then`, are in `sequences`.

use super::reader::{Node, Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{Did, Event, EventKind, ExprKind, Frequency, How, Literal, LiteralKind, Streak};
use super::words;
use crate::diagnostics::codes;

impl Reader<'_, '_> {
    /// `did purchase where category = "shoes" at least 3 times in last 90 days`
    pub(super) fn did(&mut self) -> Read<Node> {
        let from = self.at;
        let outer = std::mem::take(&mut self.filters);
        self.next();
        let mut negated = self.take_word("not");
        let event_at = self.at;
        let event = if matches!(self.word_at(0), "anything" | "nothing") {
            if self.next().text == "nothing" {
                if negated {
                    let span = self.since(from);
                    let found = self
                        .error(codes::syntax::UNEXPECTED, "`did not nothing` says no twice", span)
                        .help("Write `did anything` or `did nothing`.")
                        .fix("write `did anything`", span, "did anything");
                    self.report(found);
                }
                negated = !negated;
            }
            let filter = if self.is_word("where") { Some(Box::new(self.filter()?)) } else { None };
            Event { kind: EventKind::Any, filter, span: self.since(event_at) }
        } else {
            self.event()?
        };
        if matches!(self.word_at(0), "within" | "without") && !self.is_window() {
            return self.first_step();
        }
        if self.is_word("then") {
            return self.sequence(from, negated, event, outer);
        }
        let how = self.how(from)?;
        let streak = self.streak()?;
        if negated && let Some(streak) = &streak {
            return self.not_in_each(from, event_at, streak);
        }
        let window = if streak.is_none() && self.is_window() { Some(self.window()?) } else { None };
        self.order_of_parts(from, window.is_some() || streak.is_some())?;
        let span = self.since(from);
        let highest = std::mem::replace(&mut self.filters, outer);
        self.node(ExprKind::Did(Box::new(Did { negated, event, how, streak, window })), span, highest)
    }

    fn first_step<T>(&mut self) -> Read<T> {
        let word = self.peek();
        let found = self
            .error(
                codes::syntax::FIRST_STEP,
                format!("`{}` belongs to a step that has one before it", word.text),
                self.here(),
            )
            .help("It says how far a step is from the one before: `did visit then purchase within 1 day in last 30 days`. The time in which all of it happened is written `in last 30 days`.");
        self.fail(found)
    }

    /// How often: `at least 3 times`, `on at least 5 days`, `for the first time`.
    pub(super) fn how(&mut self, from: usize) -> Read<How> {
        if self.is_word("for") {
            let the = usize::from(self.is_word_at(1, "the"));
            if self.is_word_at(1 + the, "first") && self.is_word_at(2 + the, "time") {
                self.at += 3 + the;
                return Ok(How::FirstTime);
            }
        }
        if self.is_word("on")
            && (self.on_same_line(0) || matches!(self.word_at(1), "at" | "exactly" | "more" | "fewer" | "between"))
        {
            self.next();
            let Some(frequency) = self.frequency("on at least 5 days", &["days", "day"])? else {
                return self.unexpected("A number of days should follow: `on at least 5 days`.");
            };
            return Ok(How::Days(frequency));
        }
        if let Some(frequency) = self.frequency("at least 3 times", &["times", "time"])? {
            return Ok(How::Times(frequency));
        }
        let number = match self.word_at(0) {
            "once" => "once",
            "twice" => "twice",
            "thrice" => "3 times",
            _ if self.nth(0).kind == Kind::Number && matches!(self.word_at(1), "times" | "time") => "",
            _ => return Ok(How::Once),
        };
        let at = self.at;
        let shown = if number.is_empty() { format!("{} {}", self.nth(0).text, self.word_at(1)) } else { number.to_owned() };
        self.at += if number.is_empty() { 2 } else { 1 };
        let before = self.text_between(from, at);
        let span = self.since(at);
        let found = self
            .error(codes::syntax::BARE_TIMES, format!("`{} {shown}` has two readings", shorten(before, 50)), span)
            .help(format!("Write `at least {shown}` if more often is fine too, `exactly {shown}` if not."))
            .fix(format!("write `at least {shown}`"), span, format!("at least {shown}"));
        self.fail(found)
    }

    /// A frequency and the word that it counts; none where none begins.
    fn frequency(&mut self, example: &str, counted: &[&str]) -> Read<Option<Frequency>> {
        let is_group = |n: usize| self.nth(n).kind == Kind::Number && self.is_word_at(n + 1, "of");
        let (length, make): (usize, fn(Literal) -> Frequency) = match (self.word_at(0), self.word_at(1)) {
            ("at", "least") if !is_group(2) => (2, Frequency::AtLeast),
            ("at", "most") if !is_group(2) => (2, Frequency::AtMost),
            ("exactly", _) => (1, Frequency::Exactly),
            ("more", "than") if !self.is_window() => (2, Frequency::MoreThan),
            ("fewer", "than") => (2, Frequency::FewerThan),
            ("less", "than") if !self.is_window() => {
                let here = self.here();
                let found = self
                    .error(codes::syntax::OTHER_WORDS, "`less than` so many times is written `fewer than`", here)
                    .help("Write `fewer than`.")
                    .fix("write `fewer`", here, "fewer");
                self.report(found);
                (2, Frequency::FewerThan)
            }
            ("between", _) if !self.is_window() => {
                self.next();
                let low = self.bare_number(&format!(
                    "A number should follow: `between 2 and 5 {}`.",
                    counted.first().unwrap_or(&"times")
                ))?;
                self.expect_word("and", "The second number should follow: `between 2 and 5 times`.")?;
                let high = self.bare_number("The second number should follow: `between 2 and 5 times`.")?;
                self.counted(&high, example, counted)?;
                return Ok(Some(Frequency::Between(low, high)));
            }
            _ => return Ok(None),
        };
        let words = self.text_between(self.at, self.at + length);
        self.at += length;
        let at = self.at;
        let is_times = counted.contains(&"times");
        if is_times && matches!(self.word_at(0), "once" | "twice") {
            let number = if self.next().text == "once" { "1" } else { "2" };
            let span = self.since(at);
            return Ok(Some(make(Literal { kind: LiteralKind::Number(number.to_owned()), span })));
        }
        let number = self.bare_number(&format!("A number should follow `{words}`: `{example}`."))?;
        self.counted(&number, example, counted)?;
        Ok(Some(make(number)))
    }

    /// `times`, `days`: the word after the number.
    fn counted(&mut self, number: &Literal, example: &str, counted: &[&str]) -> Read<()> {
        if counted.contains(&self.word_at(0)) {
            self.next();
            return Ok(());
        }
        let word = counted.first().unwrap_or(&"times");
        if *word == "times" && matches!(self.word_at(0), "days" | "day") {
            return self.unexpected("Different days are counted by `on`: `did visit on at least 5 days in last 14 days`.");
        }
        let shown = match &number.kind {
            LiteralKind::Number(number) => number.as_str(),
            _ => "3",
        };
        let end = self.since(self.at.saturating_sub(1));
        let found = self
            .error(codes::syntax::UNIT, format!("{shown} of what? `{word}` is missing"), number.span)
            .help(format!("Write `{example}`."))
            .fix(format!("write `{shown} {word}`"), end, format!("{shown} {word}"));
        self.report(found);
        Ok(())
    }

    /// `in each of last 4 weeks`, `in at least 4 of last 12 weeks`; none where none begins.
    fn streak(&mut self) -> Read<Option<Streak>> {
        let from = self.at;
        let at_least = if self.are_words(&["in", "each", "of"]) {
            self.at += 3;
            None
        } else if self.are_words(&["in", "at", "least"]) {
            self.at += 3;
            let number = self.bare_number("A number should follow: `in at least 4 of last 12 weeks`.")?;
            self.expect_word("of", "`of` should follow: `in at least 4 of last 12 weeks`.")?;
            Some(number)
        } else if self.are_words(&["in", "every"])
            || self.are_words(&["in", "each"])
            || (matches!(self.word_at(0), "every" | "each") && self.on_same_line(0))
        {
            return self
                .unexpected("Regular habits are written with the whole time that is meant: `in each of last 4 weeks`.");
        } else {
            return Ok(None);
        };
        self.at += self.the(0);
        let previous = self.is_word("previous");
        if !previous && !self.is_word("last") {
            return self.unexpected("`last` or `previous` should follow: `in each of last 4 weeks`.");
        }
        self.next();
        let length = self.duration("in each of last 4 weeks")?;
        Ok(Some(Streak { at_least, previous, length, span: self.since(from) }))
    }

    /// `did not visit in each of last 4 weeks`: not in every one, or in none?
    fn not_in_each<T>(&mut self, from: usize, event_at: usize, streak: &Streak) -> Read<T> {
        let what = self.text_since(event_at);
        let span = self.since(from);
        let word = if streak.previous { "previous" } else { "last" };
        let length = self.text_at(&streak.length);
        let streak_start = what.find(" in each of").or_else(|| what.find(" in at least")).unwrap_or(what.len());
        let event = shorten(what.get(..streak_start).unwrap_or(what), 60);
        let unit = words::singular(streak.length.unit);
        let complement = format!("not (did {})", shorten(what, 80));
        let found =
            self.error(codes::syntax::NOT_IN_EACH, format!("`did not …` has two readings with single {unit}s"), span);
        let found = match &streak.at_least {
            None => {
                let none = if streak.previous {
                    format!("with one `did not {event} …` for each of the {unit}s, joined by `and`")
                } else {
                    format!("`did not {event} in {word} {length}`")
                };
                found.help(format!("At least one {unit} without it: `{complement}`. No {unit} with it: {none}."))
            }
            Some(_) => found.help(format!(
                "In fewer {unit}s than that: `{complement}`. In none of them: `did not {event} in {word} {length}`."
            )),
        };
        self.fail(found)
    }

    /// What belongs before the window but stands behind it, and `did purchase >= 3`.
    fn order_of_parts(&mut self, from: usize, has_window: bool) -> Read<()> {
        if matches!(self.symbol_at(0), ">=" | "<=" | ">" | "<" | "=" | "==") && self.nth(1).kind == Kind::Number {
            let word = match self.symbol_at(0) {
                ">=" => "at least",
                "<=" => "at most",
                ">" => "more than",
                "<" => "fewer than",
                _ => "exactly",
            };
            let number = self.nth(1).text.clone();
            let found =
                self.error(codes::syntax::OTHER_WORDS, "How often is said in words after `did`", self.here()).help(format!(
                    "Write `{word} {number} times`, before the window: `did purchase {word} {number} times in last 90 days`."
                ));
            return self.fail(found);
        }
        if !has_window {
            return Ok(());
        }
        let at = self.at;
        let is_often = matches!((self.word_at(0), self.word_at(1)), ("at", "least" | "most"))
            && (matches!(self.word_at(2), "once" | "twice")
                || (self.nth(2).kind == Kind::Number && self.is_word_at(3, "times")))
            || (self.is_word("exactly") && self.nth(1).kind == Kind::Number)
            || (matches!((self.word_at(0), self.word_at(1)), ("more" | "fewer", "than"))
                && self.nth(2).kind == Kind::Number
                && self.is_word_at(3, "times"))
            || (self.is_word("on") && matches!(self.word_at(1), "at" | "exactly" | "more" | "fewer" | "between"))
            || (self.is_word("for") && (self.is_word_at(1, "the") || self.is_word_at(1, "first")));
        let is_filter = self.is_word("where") && self.on_same_line(0);
        if is_often {
            self.how(from)?;
        } else if is_filter {
            self.filter()?;
        } else {
            return Ok(());
        }
        let part = shorten(self.text_since(at), 60);
        let span = self.since(at);
        let found = self.error(codes::syntax::ORDER, format!("`{part}` stands behind the window"), span).help(format!(
            "The parts of a `did` stand in this order: event, `where`, how often, window. Put `{part}` before the window."
        ));
        self.fail(found)
    }

    /// Whether these words are how often a `did` happened, and so no part of a filter.
    pub(super) fn is_between_times(&self) -> bool {
        self.is_word("between")
            && self.nth(1).kind == Kind::Number
            && self.is_word_at(2, "and")
            && self.nth(3).kind == Kind::Number
            && match self.word_at(4) {
                "times" => true,
                // `score between 1 and 2`, and on the next line `time since …`
                "time" => {
                    !self.nth(4).first
                        || !matches!(self.word_at(5), "since" | "until" | "from")
                        || matches!(self.nth(6).kind, Kind::Date | Kind::Timestamp)
                }
                _ => false,
            }
    }
}
