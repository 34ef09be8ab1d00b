//! A file as its declarations. Where one begins is told before any is read, by a line that begins like one; so a broken
//! declaration, even one whose brace is missing, takes none of the others with it.

use super::conditions::A_CONDITION;
use super::events::AN_EVENT;
use super::reader::{Broken, Read, Reader};
use super::repairs::shorten;
use super::tokens::{Kind, Token};
use super::tree::{
    BrokenDeclaration, Declaration, Event, EventDeclaration, EventKind, LaterDeclaration, Name, SegmentDeclaration, Text,
    TraitDeclaration,
};
use super::words;
use crate::diagnostics::codes;

/// What may stand in a file.
const A_DECLARATION: &str =
    "A definition begins with `segment`, `trait` or `event` and a name: `segment vip { where spend > 100 EUR }`.";

impl<'a> Reader<'_, 'a> {
    /// All declarations of the file.
    pub(super) fn declarations(&mut self) -> Vec<Declaration> {
        let all = self.tokens.len() - 1;
        let starts = starts(self.text, &self.tokens[..all]);
        let mut declarations = Vec::new();
        let mut next = 0;
        while self.at < all {
            while starts.get(next).is_some_and(|start| *start <= self.at) {
                next += 1;
            }
            self.end = starts.get(next).copied().unwrap_or(all);
            self.depth = 0;
            self.in_filter = false;
            self.filters = 0;
            let from = self.at;
            declarations.extend(self.declaration());
            if self.at == from {
                self.at += 1;
            }
        }
        declarations
    }

    /// The declaration that begins here, and then to its end; if it is broken, with its name, and then to the next one.
    fn declaration(&mut self) -> Option<Declaration> {
        let from = self.at;
        let Some(keyword) = self.keyword() else {
            let name = self.name_of_broken(from);
            self.at = self.end;
            return name;
        };
        match self.declared(from, keyword) {
            Ok(declaration) => Some(declaration),
            Err(Broken) => {
                let name = self.name_at(from + 1);
                let is_closed = self.before().is_some_and(|t| t.text == "}");
                if !(is_closed && self.begins_declaration()) {
                    self.at = self.end;
                }
                let span = self.since(from);
                Some(Declaration::Broken(BrokenDeclaration { keyword: keyword.to_owned(), name, span }))
            }
        }
    }

    /// The word that begins a declaration; a misspelt one is taken for what it means. Without one the error is said.
    fn keyword(&mut self) -> Option<&'static str> {
        let token = self.peek();
        let word = self.word_at(0);
        if let Some(keyword) = words::DECLARATIONS.iter().find(|known| **known == word) {
            self.next();
            return Some(keyword);
        }
        let here = self.here();
        let names = matches!(self.nth(1).kind, Kind::Word | Kind::Name);
        if names && let Some(near) = words::nearest(word, words::DECLARATIONS) {
            let found = self
                .error(codes::syntax::DECLARATION, format!("`{word}` begins no definition"), here)
                .help(format!("Did you mean `{near}`?"))
                .fix(format!("write `{near}`"), here, near);
            self.report(found);
            self.next();
            return Some(near);
        }
        if self.is_symbol("}") || self.is_symbol(")") {
            let found = self
                .error(codes::syntax::UNEXPECTED, format!("This `{}` closes nothing", token.text), here)
                .help("Take it out, or look whether the one before it stands too early.")
                .fix("take it out", here, "");
            self.report(found);
            return None;
        }
        let is_plain = matches!(token.kind, Kind::Word | Kind::Name | Kind::Number | Kind::Text);
        let continues = self.before().is_some() && !token.first;
        if !is_plain || continues {
            self.unexpected::<()>(A_DECLARATION).ok();
            return None;
        }
        let shown = shorten(&token.text, 30);
        let found =
            self.error(codes::syntax::DECLARATION, format!("`{shown}` begins no definition"), here).help(A_DECLARATION);
        self.report(found);
        None
    }

    /// Where the first word is missing, the name that was meant: `vip { where … }`.
    fn name_of_broken(&mut self, from: usize) -> Option<Declaration> {
        let follows = self.tokens.get(from + 1).map_or("", |t| &*t.text);
        let keyword = match follows {
            "{" => "segment",
            "=" => "trait",
            swapped if words::DECLARATIONS.contains(&swapped) => swapped,
            _ => return None,
        };
        let name = self.name_at(from)?;
        let span = self.token_span(from);
        Some(Declaration::Broken(BrokenDeclaration { keyword: keyword.to_owned(), name: Some(name), span }))
    }

    fn name_at(&self, at: usize) -> Option<Name> {
        let token = self.tokens.get(at).filter(|t| at < self.end && matches!(t.kind, Kind::Word | Kind::Name))?;
        Some(Name { text: token.text.clone().into_owned(), span: self.span(token.start, token.end) })
    }

    fn begins_declaration(&self) -> bool {
        words::DECLARATIONS.contains(&self.word_at(0)) && matches!(self.nth(1).kind, Kind::Word | Kind::Name)
    }

    fn declared(&mut self, from: usize, keyword: &'static str) -> Read<Declaration> {
        match keyword {
            "event" => {
                let (name, title) = self.name_and_title(keyword)?;
                self.defined_by(keyword, &name)?;
                let event = self.declared_event()?;
                self.nothing_behind("The kinds of an event are joined by `or`: `event contact = session or email_click`.")?;
                Ok(Declaration::Event(EventDeclaration { name, title, event, span: self.since(from) }))
            }
            "trait" => {
                let (name, title) = self.name_and_title(keyword)?;
                self.defined_by(keyword, &name)?;
                if self.is_done() {
                    return self.unexpected(
                        "What it is should follow the `=`: `trait spend = sum(purchase.amount) in last 90 days`.",
                    );
                }
                let value = *self.condition()?.expr;
                self.nothing_behind("What the trait is ended before this.")?;
                Ok(Declaration::Trait(TraitDeclaration { name, title, value, span: self.since(from) }))
            }
            "segment" => {
                let (name, title) = self.name_and_title(keyword)?;
                if self.is_symbol("=") {
                    let here = self.here();
                    let found = self
                        .error(codes::syntax::UNEXPECTED, "A segment stands in braces", here)
                        .help(format!("Write `segment {} {{ where … }}`.", shorten(&name.text, 40)));
                    return self.fail(found);
                }
                if !self.is_symbol("{") {
                    return self.unexpected("A `{` should follow the name of a segment: `segment vip { where … }`.");
                }
                let clauses = self.clauses(&name)?;
                Ok(Declaration::Segment(SegmentDeclaration { name, title, clauses, span: self.since(from) }))
            }
            "test" => Ok(Declaration::Test(self.test(from)?)),
            "stages" => self.stages(from),
            "points" => self.points(from),
            "funnel" => self.funnel(from),
            "priority" => self.priority(from),
            _ => self.later_declaration(from, keyword),
        }
    }

    /// `spend_90d "Spend, 90 days"`
    pub(super) fn name_and_title(&mut self, keyword: &str) -> Read<(Name, Option<Text>)> {
        let name = self
            .name(&format!("A name should follow `{keyword}`, in small letters with `_`: `{keyword} loyal_customers`."))?;
        let title = if self.peek().kind == Kind::Text { Some(self.quoted("")?) } else { None };
        if matches!(self.peek().kind, Kind::Word | Kind::Name) && self.on_same_line(0) && title.is_none() {
            let word = self.peek();
            let mended = format!("{}_{}", name.text, word.text);
            let found = self.error(codes::syntax::BARE_NAME, "A name is one word", self.here()).help(format!(
                "Write `{mended}`, and what people should read in quotes behind it: `{mended} \"{} {}\"`.",
                name.text, word.text
            ));
            return self.fail(found);
        }
        Ok((name, title))
    }

    fn defined_by(&mut self, keyword: &str, name: &Name) -> Read<()> {
        if self.take_symbol("=") {
            return Ok(());
        }
        let shown = shorten(&name.text, 40);
        if self.is_symbol("{") || self.is_symbol(":") || self.is_symbol("==") {
            let here = self.here();
            let found = self
                .error(
                    codes::syntax::UNEXPECTED,
                    format!("A `=` should follow the name of {} {keyword}", article(keyword)),
                    here,
                )
                .help(format!("Write `{keyword} {shown} = …`; braces are for segments."));
            return self.fail(found);
        }
        self.unexpected(&format!("A `=` should follow the name: `{keyword} {shown} = …`."))
    }

    /// `session or app_open or purchase where amount > 100 EUR`
    fn declared_event(&mut self) -> Read<Event> {
        let from = self.at;
        if self.is_done() {
            return self.unexpected(AN_EVENT);
        }
        let mut events = vec![self.event()?];
        while self.take_word("or") {
            let at = self.at;
            events.push(self.event()?);
            let filtered_before = events.iter().rev().skip(1).any(|e| e.filter.is_some());
            if filtered_before && matches!(self.symbol_at(0), "=" | "!=" | "<" | "<=" | ">" | ">=") {
                return self.two_after_where(at);
            }
        }
        if self.is_word("and") && events.last().is_some_and(|e| e.filter.is_some()) {
            return self.two_after_where(self.at);
        }
        if self.is_window() {
            let found = self
                .error(codes::syntax::UNEXPECTED, "An event of one's own has no time", self.here())
                .help("Say when where it is used: `did contact in last 30 days`.");
            return self.fail(found);
        }
        let span = self.since(from);
        Ok(match events.len() {
            1 => events.pop().unwrap_or(Event { kind: EventKind::Any, filter: None, span }),
            _ => Event { kind: EventKind::OneOf(events), filter: None, span },
        })
    }

    /// After a declaration without braces: nothing, or the next one.
    fn nothing_behind(&mut self, wanted: &str) -> Read<()> {
        if self.is_done() || self.begins_declaration() || self.is_at_margin() {
            return Ok(());
        }
        if self.is_symbol("}") {
            return Ok(());
        }
        self.leftover(&format!("{wanted} {A_CONDITION}"))
    }

    /// Whether the next token stands where declarations begin: first in its line, without a blank before it.
    fn is_at_margin(&self) -> bool {
        let start = self.peek().start;
        self.peek().first && (start == 0 || self.text.get(..start).is_some_and(|t| t.ends_with('\n')))
    }

    /// A declaration of a later part of the language: its first word and its name, and over the rest.
    fn later_declaration(&mut self, from: usize, keyword: &'static str) -> Read<Declaration> {
        let name = Some(self.name(&format!("A name should follow `{keyword}`."))?);
        let span = self.since(from);
        while !self.is_symbol("{") && !self.is_done() {
            self.next();
        }
        self.skip_block()?;
        Ok(Declaration::Later(LaterDeclaration { keyword: keyword.to_owned(), name, span }))
    }
}

fn article(keyword: &str) -> &'static str {
    if keyword.starts_with('e') { "an" } else { "a" }
}

/// The tokens at which a line begins like a declaration.
fn starts(text: &str, tokens: &[Token<'_>]) -> Vec<usize> {
    let mut starts = Vec::new();
    // How many blocks are open since the last start.
    let mut braces = 0i64;
    for (at, token) in tokens.iter().enumerate() {
        let is_symbol = |symbol: &str| token.kind == Kind::Symbol && token.text == symbol;
        if token.first && (is_misspelt(text, tokens, at) || (braces == 0 && is_nameless(text, tokens, at))) {
            starts.push(at);
        }
        braces += i64::from(is_symbol("{")) - i64::from(is_symbol("}"));
        if !token.first || token.kind != Kind::Word || !words::DECLARATIONS.contains(&&*token.text) {
            continue;
        }
        let next = tokens.get(at + 1);
        let after = tokens.get(at + 2);
        let is_named = next.is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Name) && !t.first);
        let is_at_margin = token.start == 0 || text.get(..token.start).is_some_and(|t| t.ends_with('\n'));
        let opens = |t: Option<&Token<'_>>| {
            t.is_some_and(|t| t.kind == Kind::Text || (t.kind == Kind::Symbol && matches!(&*t.text, "{" | "=")))
        };
        let is_test =
            matches!(&*token.text, "test" | "segment") && next.is_some_and(|t| t.kind == Kind::Text) && !opens_value(next);
        if (is_named
            && (opens(after) || is_at_margin || (token.text == "funnel" && after.is_some_and(|t| t.text == "within"))))
            || (is_test && after.is_some_and(|t| t.text == "{"))
        {
            starts.push(at);
            braces = 0;
        }
    }
    starts
}

/// Whether a line begins at the margin with `vip {`, its first word missing, or `vip segment {`, the two swapped.
fn is_nameless(text: &str, tokens: &[Token<'_>], at: usize) -> bool {
    let Some(token) = tokens.get(at).filter(|t| matches!(t.kind, Kind::Word | Kind::Name)) else { return false };
    let is_at_margin = token.start == 0 || text.get(..token.start).is_some_and(|t| t.ends_with('\n'));
    let is_brace = |n: usize| tokens.get(at + n).is_some_and(|t| t.kind == Kind::Symbol && t.text == "{" && !t.first);
    let is_equal =
        |n: usize| tokens.get(at + n).is_some_and(|t| t.kind == Kind::Text || (t.kind == Kind::Symbol && t.text == "="));
    let is_keyword = tokens.get(at + 1).is_some_and(|t| words::DECLARATIONS.contains(&&*t.text) && !t.first);
    let opens = is_brace(1) || (is_keyword && (is_brace(2) || is_equal(2)));
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    let is_awaited =
        before.is_some_and(|t| words::DECLARATIONS.contains(&&*t.text) || (t.kind == Kind::Symbol && t.text == "="));
    is_at_margin && opens && !is_awaited
}

/// Whether a line begins at the margin with `segmet vip {`.
fn is_misspelt(text: &str, tokens: &[Token<'_>], at: usize) -> bool {
    let Some(token) = tokens.get(at).filter(|t| t.kind == Kind::Word) else { return false };
    let is_at_margin = token.start == 0 || text.get(..token.start).is_some_and(|t| t.ends_with('\n'));
    let follows = |n: usize| tokens.get(at + n);
    is_at_margin
        && !words::DECLARATIONS.contains(&&*token.text)
        && follows(1).is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Name) && !t.first)
        && follows(2).is_some_and(|t| t.kind == Kind::Text || (t.kind == Kind::Symbol && matches!(&*t.text, "{" | "=")))
        && words::nearest(&token.text, words::DECLARATIONS).is_some()
}

fn opens_value(next: Option<&Token<'_>>) -> bool {
    next.is_some_and(|t| t.first)
}
