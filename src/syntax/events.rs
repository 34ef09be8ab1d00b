//! Events as they stand after `did`, `first`, `last`, in aggregates and in declarations; and `did` itself.

use super::reader::{Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{Event, EventKind};
use super::words;
use crate::diagnostics::codes;

/// What should stand where an event should.
pub(super) const AN_EVENT: &str =
    "An event should stand here, such as `purchase`; one whose name has blanks in backquotes: `Order Completed`.";

impl Reader<'_, '_> {
    /// An event, with its filter if it has one: `purchase where amount > 50 EUR`.
    pub(super) fn event(&mut self) -> Read<Event> {
        let from = self.at;
        let kind = self.event_kind()?;
        let filter = if self.is_word("where") { Some(Box::new(self.filter()?)) } else { None };
        Ok(Event { kind, filter, span: self.since(from) })
    }

    /// An event without its filter.
    pub(super) fn event_kind(&mut self) -> Read<EventKind> {
        if self.is_symbol("(") {
            return self.deeper(Self::events_in_parentheses);
        }
        if self.take_words(&["any", "event"]) {
            return Ok(EventKind::Any);
        }
        let missing = matches!(self.word_at(0), "in" | "where" | "and" | "or")
            || (self.is_word("at") && matches!(self.word_at(1), "least" | "most"))
            || (self.is_word("exactly") && self.nth(1).kind == Kind::Number);
        if missing {
            let found =
                self.error(codes::syntax::UNEXPECTED, "Which event? Its name is missing", self.here()).help(AN_EVENT);
            return self.fail(found);
        }
        Ok(EventKind::Named(self.name(AN_EVENT)?))
    }

    fn events_in_parentheses(&mut self) -> Read<EventKind> {
        let open = self.at;
        self.next();
        let mut events = vec![self.event()?];
        while self.take_word("or") {
            let from = self.at;
            events.push(self.event()?);
            if !self.is_symbol(")") && !self.is_word("or") && events.iter().rev().skip(1).any(|e| e.filter.is_some()) {
                return self.two_after_where(from);
            }
        }
        if self.is_word("and") && events.iter().any(|e| e.filter.is_some()) {
            return self.two_after_where(self.at);
        }
        self.close(open, ")", "Events in parentheses are joined by `or`: `(email_open or email_click)`.")?;
        Ok(match events.len() {
            1 => events.pop().map_or(EventKind::Any, |event| EventKind::Inner(Box::new(event))),
            _ => EventKind::OneOf(events),
        })
    }

    /// Says that a filter of several comparisons needs parentheses of its own.
    pub(super) fn two_after_where<T>(&mut self, at: usize) -> Read<T> {
        let span = self.token_span(at);
        let found = self
            .error(codes::syntax::TWO_AFTER_WHERE, "Without parentheses `where` takes one comparison", span)
            .help("More go in parentheses: `where (category = \"shoes\" and amount > 50 EUR)`.");
        self.fail(found)
    }

    /// `where category = "shoes"`: one comparison, or more in parentheses; windows after it belong to the `did`.
    pub(super) fn filter(&mut self) -> Read<super::tree::Expr> {
        self.next();
        let was = std::mem::replace(&mut self.in_filter, true);
        let filter = self.deeper(Self::comparison);
        self.in_filter = was;
        let filter = filter?;
        self.filters = self.filters.max(filter.height);
        Ok(*filter.expr)
    }

    /// A moment: `first purchase`, `the last (purchase where amount > 50 EUR)`; none where no moment begins.
    pub(super) fn moment(&mut self) -> Option<Read<(super::tree::End, Event)>> {
        let the = self.the(0);
        let end = match self.word_at(the) {
            "first" => super::tree::End::First,
            "last" => super::tree::End::Last,
            _ => return None,
        };
        let next = self.nth(the + 1);
        let is_event = next.kind == Kind::Name
            || self.is_symbol_at(the + 1, "(")
            || (next.kind == Kind::Word && !matches!(&*next.text, "and" | "or" | "to" | "is" | "between"));
        if !is_event {
            return None;
        }
        self.at += the + 1;
        Some(self.event().map(|event| (end, event)))
    }

    /// What follows a sentence that could be complete, when it cannot belong to it.
    pub(super) fn leftover<T>(&mut self, wanted: &str) -> Read<T> {
        let token = self.peek();
        let is_after_number = self.before().is_some_and(|t| t.kind == Kind::Number);
        let is_unit = token.kind == Kind::Word && (words::unit(&token.text).is_some() || words::is_currency(&token.text));
        if is_after_number && (is_unit || self.is_symbol("%")) && token.first {
            let number = self.before().map_or("", |t| &*t.text);
            let mended = format!("{number} {}", token.text);
            let span = self.token_span(self.at.saturating_sub(1));
            let found = self
                .error(codes::syntax::UNIT, format!("The unit of `{number}` stands on the next line"), span)
                .help(format!("A unit stands on the line of its number: `{mended}`."));
            return self.fail(found);
        }
        let is_condition = token.first
            && (matches!(token.kind, Kind::Word | Kind::Name | Kind::Number))
            && self.before().is_some_and(|t| t.kind != Kind::Symbol || t.text != "{");
        if is_condition && words::nearest(&token.text, words::CLAUSES).is_none() {
            let shown = shorten(&token.text, 30);
            let found = self
                .error(codes::syntax::UNEXPECTED, format!("`{shown}` begins another condition"), self.here())
                .help("Two conditions need `and` or `or` between them, or a block around them: `all of { … }`, `any of { … }`.");
            return self.fail(found);
        }
        self.unexpected(wanted)
    }
}
