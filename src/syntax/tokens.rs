//! The row of words, numbers, texts and signs that a text is, read by `grammar/segue.pest`; and, where what was typed is
//! surely meant as something that Segue knows (typographic quotes, `AND`, `≥`), that something, with the error beside it.

use super::places::Places;
use super::repairs::Repairs;
use super::tree::Comment;
use super::words;
use crate::diagnostics::Diagnostic;
use pest::Parser;
use std::borrow::Cow;

mod grammar {
    #![allow(missing_docs, clippy::all, reason = "made by pest from the grammar")]

    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/segue.pest"]
    pub(super) struct Segue;
}

use grammar::{Rule, Segue};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `purchase`: a word of the language or a name, which of the two is decided where it stands
    Word,
    /// `` `Total Spend` ``: surely a name
    Name,
    /// `12`, `2.5`, `1_000`
    Number,
    /// `2024-06-01`
    Date,
    /// `2024-06-01T09:30`
    Timestamp,
    /// `1.6.2024`
    OddDate,
    /// `"shoes"`
    Text,
    /// `"shoes` without an end
    OpenText,
    /// `` `Total Spend`` without an end
    OpenName,
    /// `€`
    Currency,
    /// `=`, `(`, `%`
    Symbol,
    /// a character that has no meaning
    Other,
    /// the end of what is read
    End,
}

/// A token and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// What it means: the word, the text without its quotes, the number without `_`.
    pub text: Cow<'a, str>,
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
    /// Whether it is the first of its line.
    pub first: bool,
    /// Whether no blank stands before it.
    pub glued: bool,
}

/// What a text is made of.
pub(super) struct Tokens<'a> {
    /// The tokens, in order.
    pub tokens: Vec<Token<'a>>,
    /// The comments, in order.
    pub comments: Vec<Comment>,
    /// What could be mended on the way.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a text into tokens. Never fails: what has no meaning is a token too.
pub(super) fn read<'a>(text: &'a str, places: Places, single_quotes: bool) -> Tokens<'a> {
    let mut lexer = Lexer {
        text,
        single_quotes,
        last_end: 0,
        in_list: false,
        tokens: Vec::new(),
        comments: Vec::new(),
        repairs: Repairs::new(places, text),
    };
    lexer.read(0, text.len(), 3);
    Tokens { tokens: lexer.tokens, comments: lexer.comments, diagnostics: lexer.repairs.done() }
}

struct Lexer<'a> {
    text: &'a str,
    single_quotes: bool,
    /// Where the last token ended.
    last_end: usize,
    /// Whether these are the values of `in (…)`.
    in_list: bool,
    tokens: Vec<Token<'a>>,
    comments: Vec<Comment>,
    repairs: Repairs<'a>,
}

impl<'a> Lexer<'a> {
    /// Reads a part of the text; `again` is how often a rest of a line may be read again with other quotes.
    fn read(&mut self, from: usize, to: usize, again: u8) {
        let part = self.text.get(from..to).unwrap_or("");
        // The grammar reads every text: its last rule takes any character.
        let Ok(mut file) = Segue::parse(Rule::file, part) else { return };
        let Some(file) = file.next() else { return };
        let mut done = from;
        for pair in file.into_inner() {
            let span = pair.as_span();
            let (start, end) = (from + span.start(), from + span.end());
            if start < done {
                continue;
            }
            let raw = self.text.get(start..end).unwrap_or("");
            if pair.as_rule() == Rule::text
                && again > 0
                && let Some(whole) = self.backslash_quotes(start, end)
            {
                let line_end = self.line_end(start);
                let value = self.text.get(start + 1..whole - 1).unwrap_or("").replace("\\\"", "\"");
                self.repairs.backslash_quotes(start, whole);
                self.push(Kind::Text, Cow::Owned(value), start, whole);
                self.read(whole, line_end, again - 1);
                done = line_end;
                continue;
            }
            self.take(pair.as_rule(), raw, start, end);
        }
    }

    fn take(&mut self, rule: Rule, raw: &'a str, start: usize, end: usize) {
        match rule {
            Rule::comment => {
                let span = self.repairs.places.span(start, end);
                self.comments.push(Comment { text: raw.to_owned(), span });
            }
            Rule::word => self.word(raw, start, end),
            Rule::text => self.push(Kind::Text, unquoted(raw, "\"\"", "\""), start, end),
            Rule::name => self.push(Kind::Name, unquoted(raw, "``", "`"), start, end),
            Rule::date => self.push(Kind::Date, raw.into(), start, end),
            Rule::timestamp => self.push(Kind::Timestamp, raw.into(), start, end),
            Rule::odd_date => self.push(Kind::OddDate, raw.into(), start, end),
            Rule::number => {
                let text = if raw.contains('_') { Cow::Owned(raw.replace('_', "")) } else { Cow::Borrowed(raw) };
                self.push(Kind::Number, text, start, end);
            }
            Rule::symbol => {
                self.in_list = match raw {
                    "(" => self.tokens.last().is_some_and(|t| t.kind == Kind::Word && t.text == "in"),
                    "," => self.in_list,
                    _ => false,
                };
                self.push(Kind::Symbol, raw.into(), start, end);
            }
            Rule::lookalike => {
                let means = self.repairs.lookalike(raw, start, end);
                if !means.trim().is_empty() {
                    self.push(Kind::Symbol, means.into(), start, end);
                }
            }
            Rule::curly_text | Rule::mixed_text => {
                self.repairs.curly_text(raw, start, end);
                let inner = raw.get(first_len(raw)..raw.len() - last_len(raw)).unwrap_or("");
                self.push(Kind::Text, inner.into(), start, end);
            }
            Rule::single_text => {
                if !self.single_quotes {
                    self.repairs.single_quotes(raw, start, end);
                }
                self.push(Kind::Text, unquoted(raw, "''", "'"), start, end);
            }
            Rule::open_text => self.push(Kind::OpenText, raw.into(), start, end),
            Rule::open_name => self.push(Kind::OpenName, raw.into(), start, end),
            Rule::foreign_word => {
                self.repairs.needs_backquotes(raw, start, end);
                self.push(Kind::Name, raw.into(), start, end);
            }
            Rule::currency_sign => self.push(Kind::Currency, raw.into(), start, end),
            Rule::EOI => {}
            _ => self.push(Kind::Other, raw.into(), start, end),
        }
    }

    fn push(&mut self, kind: Kind, text: Cow<'a, str>, start: usize, end: usize) {
        let between = self.text.get(self.last_end..start).unwrap_or("");
        let first = self.tokens.is_empty() || between.contains(['\n', '\r']);
        let glued = between.is_empty() && !self.tokens.is_empty();
        self.last_end = end;
        self.tokens.push(Token { kind, text, start, end, first, glued });
    }

    /// A word; one with capital letters is a currency, a word of the language that someone shouts, or a name.
    fn word(&mut self, raw: &'a str, start: usize, end: usize) {
        if !raw.bytes().any(|b| b.is_ascii_uppercase()) {
            return self.push(Kind::Word, raw.into(), start, end);
        }
        let before = self.tokens.last();
        let after_number = before.is_some_and(|t| t.kind == Kind::Number);
        if words::is_currency(raw) && (after_number || self.before_number(end)) {
            return self.push(Kind::Word, raw.into(), start, end);
        }
        if raw == "NULL" {
            return self.push(Kind::Word, "null".into(), start, end);
        }
        let lower = raw.to_ascii_lowercase();
        let is_shouted = !raw.bytes().any(|b| b.is_ascii_lowercase()) && words::is_keyword(&lower);
        if is_shouted || words::is_never_a_title(raw) || (after_number && words::unit(&lower).is_some()) {
            self.repairs.upper_case(raw, start, end);
            return self.push(Kind::Word, lower.into(), start, end);
        }
        let compared = before.is_some_and(|t| t.kind == Kind::Symbol && matches!(&*t.text, "=" | "!=" | "=="));
        if compared || self.in_list {
            self.repairs.text_without_quotes(raw, start, end);
            return self.push(Kind::Text, raw.into(), start, end);
        }
        let joins = before.is_some_and(|t| {
            t.kind == Kind::Name
                && !self.text[t.start..].starts_with('`')
                && self.text.get(t.end..start) == Some(" ")
                && t.text.starts_with(|c: char| c.is_uppercase())
        });
        if joins && let Some(last) = self.tokens.last_mut() {
            let whole = self.text.get(last.start..end).unwrap_or("");
            last.text = whole.into();
            last.end = end;
            let from = last.start;
            self.last_end = end;
            return self.repairs.joins_name(whole, from, end);
        }
        self.repairs.needs_backquotes(raw, start, end);
        self.push(Kind::Name, raw.into(), start, end);
    }

    /// Whether a number follows on the same line: `EUR 50`.
    fn before_number(&self, end: usize) -> bool {
        let rest = self.text.get(end..).unwrap_or("").trim_start_matches([' ', '\u{A0}']);
        rest.starts_with(|c: char| c.is_ascii_digit())
    }

    fn line_end(&self, from: usize) -> usize {
        self.text.get(from..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |i| from + i)
    }

    /// Where the text really ends if its quotes were meant to be escaped by backslashes: `"say \"hi\""`.
    fn backslash_quotes(&self, start: usize, end: usize) -> Option<usize> {
        let escaped = self.text.get(start..end)?.ends_with("\\\"") && end - start > 2;
        let next = self.text.get(end..)?.chars().next()?;
        if !escaped || !(next.is_alphanumeric() || next == '\\') {
            return None;
        }
        let line = self.text.get(start + 1..self.line_end(start))?;
        let mut is_escaped = false;
        for (i, byte) in line.bytes().enumerate() {
            match byte {
                b'\\' if !is_escaped => is_escaped = true,
                b'"' if !is_escaped => return Some(start + 1 + i + 1).filter(|whole| *whole > end),
                _ => is_escaped = false,
            }
        }
        None
    }
}

fn unquoted<'a>(raw: &'a str, twice: &str, once: &str) -> Cow<'a, str> {
    let inner = raw.get(1..raw.len() - 1).unwrap_or("");
    if inner.contains(twice) { Cow::Owned(inner.replace(twice, once)) } else { Cow::Borrowed(inner) }
}

fn first_len(raw: &str) -> usize {
    raw.chars().next().map_or(0, char::len_utf8)
}

fn last_len(raw: &str) -> usize {
    raw.chars().next_back().map_or(0, char::len_utf8)
}
