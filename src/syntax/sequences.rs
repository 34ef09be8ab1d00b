//! Sequences: a `did` whose event is followed by `then`. Steps, `then no`, `matching`, `all within`, how often, window: in this
//! order, and what stands in another is understood and said.

use super::reader::{Node, Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{Event, ExprKind, How, Sequence, Step, ThenNo};
use crate::diagnostics::codes;

/// The order of the parts, for messages.
const ORDER: &str =
    "The parts of a sequence stand in this order: the steps, `then no`, `matching`, `all within`, how often, window.";

/// The parts behind the steps, in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Steps,
    Matching,
    AllWithin,
    Times,
    Window,
}

impl Reader<'_, '_> {
    /// `did a then b within 1 day … in last 30 days`, from the first `then` on. `outer`: the height of the filters around it.
    pub(super) fn sequence(&mut self, from: usize, negated: bool, first: Event, outer: u32) -> Read<Node> {
        let first = Step { event: first, within: None, without: None, directly: false };
        let mut sequence = Sequence {
            negated,
            steps: vec![first],
            then_no: None,
            matching: None,
            all_within: None,
            frequency: None,
            window: None,
        };
        while self.is_word("then") {
            self.step(&mut sequence)?;
        }
        self.parts_of_sequence(from, &mut sequence)?;
        let span = self.since(from);
        let highest = std::mem::replace(&mut self.filters, outer);
        self.node(ExprKind::Sequence(Box::new(sequence)), span, highest)
    }

    /// `then purchase within 1 day without ticket`, `then directly purchase`, `then no purchase within 2 hours`
    fn step(&mut self, sequence: &mut Sequence) -> Read<()> {
        let from = self.at;
        self.next();
        if let Some(then_no) = &sequence.then_no {
            let found = self
                .error(codes::syntax::ORDER, "A `then` follows a `then no`, which is the end of a sequence", then_no.span)
                .help("What must not happen between two steps is written behind the second: `did view then purchase without ticket in last 30 days`.");
            return self.fail(found);
        }
        let directly = self.is_word("directly") && self.begins_event(1);
        if directly {
            self.next();
        }
        if matches!(self.word_at(0), "no" | "not" | "never" | "nothing") && (self.is_word("nothing") || self.begins_event(1))
        {
            return self.then_no(from, directly, sequence);
        }
        let event = self.event()?;
        let mut step = Step { event, within: None, without: None, directly };
        loop {
            let at = self.at;
            if self.is_word("within") && !self.is_window() {
                self.next();
                let length = self.duration("within 1 day")?;
                if step.within.replace(length).is_some() {
                    return self.twice(at);
                }
            } else if self.is_word("without") {
                self.next();
                let event = self.event()?;
                if step.without.replace(event).is_some() {
                    let found = self.error(codes::syntax::CLAUSE_TWICE, "A step has one `without`", self.since(at)).help(
                        "Several events that must not lie between stand in parentheses: `without (ticket or refund)`.",
                    );
                    return self.fail(found);
                }
            } else {
                break;
            }
        }
        sequence.steps.push(step);
        Ok(())
    }

    /// Whether an event may begin after `n` tokens, so that the word before it is one of the language.
    fn begins_event(&self, n: usize) -> bool {
        let token = self.nth(n);
        self.is_symbol_at(n, "(")
            || token.kind == Kind::Name
            || (token.kind == Kind::Word
                && !matches!(&*token.text, "then" | "within" | "without" | "matching" | "in" | "ever" | "where" | "since"))
    }

    /// `no purchase within 2 hours`, `no purchase since`
    fn then_no(&mut self, from: usize, directly: bool, sequence: &mut Sequence) -> Read<()> {
        let at = self.at;
        let word = self.next().text.clone();
        if directly {
            let found = self
                .error(codes::syntax::UNEXPECTED, "`then directly no` says two things at once", self.since(from))
                .help("For what did not follow, write `then no purchase within 2 hours`; for nothing between two steps, `then directly purchase`.");
            return self.fail(found);
        }
        if word != "no" {
            let span = self.token_span(at);
            let found = self
                .error(codes::syntax::OTHER_WORDS, format!("What did not follow is written `then no`, not `then {word}`"), span)
                .help("Write `then no` and the event, or `anything`: `did cart then no purchase within 2 days in last 30 days`.");
            let mended = if word == "nothing" { "no (any event)" } else { "no" };
            let found = found.fix(format!("write `{mended}`"), span, mended);
            self.report(found);
        }
        let event = match &*word {
            "nothing" => Event { kind: super::tree::EventKind::Any, filter: None, span: self.since(at) },
            _ if self.is_word("anything") && !self.is_symbol_at(1, "(") => {
                let at = self.at;
                self.next();
                Event { kind: super::tree::EventKind::Any, filter: None, span: self.since(at) }
            }
            _ => self.event()?,
        };
        let mut within = None;
        if self.is_word("within") && !self.is_window() {
            self.next();
            within = Some(self.duration("within 2 days")?);
            if self.is_word("without") {
                return self
                    .unexpected("`then no` has no `without`: what it waits for is one event, or several in parentheses.");
            }
        } else if !self.take_since() {
            let shown = shorten(self.text_since(from), 60);
            let span = self.since(from);
            let found = self
                .error(codes::syntax::UNEXPECTED, format!("`{shown}`: for how long?"), span)
                .help(format!("Say how long to wait, `{shown} within 2 days`, or `{shown} since` for not until now."));
            return self.fail(found);
        }
        sequence.then_no = Some(ThenNo { event, within, span: self.since(from) });
        Ok(())
    }

    /// The `since` of `then no purchase since`, which is not that of `since 2024-01-01` and `since last purchase`.
    fn take_since(&mut self) -> bool {
        let the = self.the(1);
        let is_window = matches!(self.nth(1).kind, Kind::Date | Kind::Timestamp | Kind::OddDate)
            || matches!(self.word_at(1 + the), "first" | "last");
        !is_window && self.take_word("since")
    }

    /// What stands behind the steps.
    fn parts_of_sequence(&mut self, from: usize, sequence: &mut Sequence) -> Read<()> {
        let mut last = (Part::Steps, self.at);
        loop {
            let at = self.at;
            let part = if self.take_word("matching") {
                sequence.matching =
                    Some(self.named("A column that all steps have should stand here, such as `matching product_id`.")?);
                Part::Matching
            } else if self.take_words(&["all", "within"]) {
                sequence.all_within = Some(self.duration("all within 3 days")?);
                Part::AllWithin
            } else if last.0 != Part::Window && self.is_window() {
                sequence.window = Some(self.window()?);
                Part::Window
            } else if last.0 == Part::Window && !self.on_same_line(0) {
                return Ok(());
            } else if let Some(part) = self.step_too_late(last.0)? {
                part
            } else {
                match self.how(from)? {
                    How::Once => return self.no_streak(last.0),
                    How::Times(frequency) => sequence.frequency = Some(frequency),
                    How::Days(_) | How::FirstTime => return self.not_in_times(at),
                }
                Part::Times
            };
            if part == last.0 && part != Part::Steps {
                return self.twice(at);
            }
            if part < last.0 || part == Part::Steps {
                let (shown, before) = (shorten(self.text_since(at), 60), shorten(self.text_between(last.1, at), 60));
                let span = self.since(at);
                let behind = if before.is_empty() { "the steps".to_owned() } else { format!("`{before}`") };
                let found = self
                    .error(codes::syntax::ORDER, format!("`{shown}` stands behind {behind}"), span)
                    .help(format!("{ORDER} Put `{shown}` before {behind}."));
                return self.fail(found);
            }
            last = (part, at);
        }
    }

    /// A `then`, `within` or `without` that no step has before it any more.
    fn step_too_late(&mut self, last: Part) -> Read<Option<Part>> {
        match self.word_at(0) {
            "then" => {
                self.next();
                self.event()?;
            }
            "within" => {
                self.next();
                self.duration("within 1 day")?;
            }
            "without" => {
                self.next();
                self.event()?;
            }
            "where" if last == Part::Window => {
                self.filter()?;
            }
            _ => return Ok(None),
        }
        Ok(Some(Part::Steps))
    }

    /// Regular habits are asked of events, not of sequences.
    fn no_streak(&mut self, last: Part) -> Read<()> {
        let is_streak = self.are_words(&["in", "each", "of"]) || self.are_words(&["in", "at", "least"]);
        if last == Part::Window || !is_streak {
            return Ok(());
        }
        self.unexpected("A sequence takes one window, such as `in last 30 days`; `in each of` and `in at least … of` stand behind a single event.")
    }

    /// `did a then b on at least 2 days`
    fn not_in_times<T>(&mut self, at: usize) -> Read<T> {
        let shown = shorten(self.text_since(at), 40);
        let span = self.since(at);
        let found = self.error(codes::syntax::UNEXPECTED, format!("`{shown}` cannot be said of a sequence"), span).help(
            "How often a sequence happened is counted in times: `did view then purchase at least 2 times in last 30 days`.",
        );
        self.fail(found)
    }

    /// The same part once more.
    fn twice<T>(&mut self, at: usize) -> Read<T> {
        let shown = shorten(self.text_since(at), 60);
        let span = self.since(at);
        let found = self
            .error(codes::syntax::CLAUSE_TWICE, format!("`{shown}` says a second time what was said before"), span)
            .help("Leave one of the two out.");
        self.fail(found)
    }
}
