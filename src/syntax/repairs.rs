//! What was typed otherwise than Segue writes it, but can be meant in one way only: typographic quotes, capital letters,
//! single quotes. Each is an error with a fix; reading goes on with what is meant. One mistake that runs through a file is
//! said once, at its first place, with one fix for all of them.

use super::places::Places;
use crate::diagnostics::{Diagnostic, Fix, codes};
use std::collections::BTreeMap;

/// Gathers repairs while a text is read.
pub(super) struct Repairs<'a> {
    /// Where the bytes stand.
    pub places: Places,
    text: &'a str,
    typographic: Vec<Edit>,
    has_quotes: bool,
    has_other: bool,
    shouted: Vec<Edit>,
    bare_names: BTreeMap<String, Vec<Edit>>,
    others: Vec<Diagnostic>,
}

/// A replacement of bytes by a text.
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

impl<'a> Repairs<'a> {
    pub(super) fn new(places: Places, text: &'a str) -> Repairs<'a> {
        Repairs {
            places,
            text,
            typographic: Vec::new(),
            has_quotes: false,
            has_other: false,
            shouted: Vec::new(),
            bare_names: BTreeMap::new(),
            others: Vec::new(),
        }
    }

    /// `“shoes”`: gives straight quotes.
    pub(super) fn curly_text(&mut self, raw: &str, start: usize, end: usize) {
        self.has_quotes = true;
        let first = raw.chars().next().map_or(0, char::len_utf8);
        let last = raw.chars().next_back().map_or(0, char::len_utf8);
        for (start, end) in [(start, start + first), (end - last, end)] {
            if self.text.get(start..end) != Some("\"") {
                self.typographic.push(Edit { start, end, text: "\"".to_owned() });
            }
        }
    }

    /// `≥`: gives what it means.
    pub(super) fn lookalike(&mut self, raw: &str, start: usize, end: usize) -> &'static str {
        self.has_other = true;
        let means = match raw {
            "\u{2265}" => ">=",
            "\u{2264}" => "<=",
            "\u{2260}" => "!=",
            "\u{2212}" | "\u{2013}" | "\u{2014}" | "\u{2010}" | "\u{2011}" | "\u{2012}" | "\u{2015}" => "-",
            "\u{00D7}" => "*",
            "\u{00F7}" | "\u{2215}" => "/",
            "\u{FF1D}" => "=",
            "\u{FF08}" => "(",
            "\u{FF09}" => ")",
            "\u{FF0C}" => ",",
            "\u{200B}" | "\u{200C}" | "\u{200D}" | "\u{2060}" | "\u{00AD}" => "",
            _ => " ",
        };
        self.typographic.push(Edit { start, end, text: means.to_owned() });
        means
    }

    /// `AND`: a word of the language in capital letters.
    pub(super) fn upper_case(&mut self, raw: &str, start: usize, end: usize) {
        self.shouted.push(Edit { start, end, text: raw.to_ascii_lowercase() });
    }

    /// `Country`, `größe`: a name that needs backquotes.
    pub(super) fn needs_backquotes(&mut self, raw: &str, start: usize, end: usize) {
        self.bare_names.entry(raw.to_owned()).or_default().push(Edit { start, end, text: format!("`{raw}`") });
    }

    /// `Order Completed`: the name that was begun by the word before goes on.
    pub(super) fn joins_name(&mut self, whole: &str, start: usize, end: usize) {
        self.bare_names.retain(|_, edits| {
            edits.retain(|edit| edit.start != start);
            !edits.is_empty()
        });
        self.needs_backquotes(whole, start, end);
    }

    /// `= DE`: a text that has lost its quotes.
    pub(super) fn text_without_quotes(&mut self, raw: &str, start: usize, end: usize) {
        let span = self.places.span(start, end);
        self.others.push(
            Diagnostic::new(codes::syntax::BARE_NAME, format!("`{raw}` has no quotes"))
                .at(span)
                .help(format!(
                    "A text stands in quotes: \"{raw}\". If a column is called so, its capital letters need backquotes: `{raw}`."
                ))
                .fix(format!("write \"{raw}\""), span, format!("\"{raw}\"")),
        );
    }

    /// `'shoes'` in a `.seg` file.
    pub(super) fn single_quotes(&mut self, raw: &str, start: usize, end: usize) {
        let span = self.places.span(start, end);
        let inner = raw.get(1..raw.len() - 1).unwrap_or("").replace("''", "'").replace('"', "\"\"");
        let shown = shorten(&format!("\"{inner}\""), 40);
        self.others.push(
            Diagnostic::new(codes::syntax::SINGLE_QUOTES, "This text stands in single quotes")
                .at(span)
                .help(format!("A text in a .seg file stands in double quotes: {shown}."))
                .fix(format!("write {shown}"), span, format!("\"{inner}\"")),
        );
    }

    /// `"say \"hi\""`: backslashes before quotes.
    pub(super) fn backslash_quotes(&mut self, start: usize, end: usize) {
        let whole = self.text.get(start..end).unwrap_or("");
        let inner = whole.get(1..whole.len().saturating_sub(1)).unwrap_or("");
        let mended = format!("\"{}\"", inner.replace("\\\"", "\"\""));
        self.others.push(backslash(&mended, self.places, start, end));
    }

    /// All that was gathered, as diagnostics.
    pub(super) fn done(mut self) -> Vec<Diagnostic> {
        let mut found = std::mem::take(&mut self.others);
        let typographic = std::mem::take(&mut self.typographic);
        let (message, help) = match (self.has_quotes, self.has_other) {
            (true, false) => {
                ("These are typographic quotes, as mail and slides make them", "Segue wants straight quotes: \"DE\".")
            }
            (false, _) => (
                "This is a typographic sign or blank, as mail and slides make them",
                "Segue wants what the keyboard has: `>=`, `<=`, `!=`, `-`, and plain blanks.",
            ),
            (true, true) => (
                "These are typographic quotes and signs, as mail and slides make them",
                "Segue wants what the keyboard has: \"DE\", `>=`, `<=`, `!=`, `-`, and plain blanks.",
            ),
        };
        found.extend(self.all_at_once(codes::syntax::TYPOGRAPHIC, message.to_owned(), help.to_owned(), typographic));
        let shouted = std::mem::take(&mut self.shouted);
        if let Some(first) = shouted.first() {
            let raw = self.text.get(first.start..first.end).unwrap_or("");
            let message = format!("`{raw}` is written in small letters: `{}`", first.text);
            let help = "The words of the language are in small letters. A column or event with capital letters in its name goes in backquotes.";
            found.extend(self.all_at_once(codes::syntax::UPPER_CASE, message, help.to_owned(), shouted));
        }
        for (name, edits) in std::mem::take(&mut self.bare_names) {
            let why = if name.contains(' ') {
                "blanks and capital letters"
            } else if name.is_ascii() {
                "capital letters"
            } else {
                "other letters than a to z"
            };
            let message = format!("The name `{name}` has {why}");
            let help = format!("Such a name goes in backquotes, `{name}`; a text in quotes, \"{name}\".");
            found.extend(self.all_at_once(codes::syntax::BARE_NAME, message, help, edits));
        }
        found
    }

    /// One diagnostic for all places of a mistake, at the first of them.
    fn all_at_once(
        &self,
        code: crate::diagnostics::Code,
        message: String,
        help: String,
        edits: Vec<Edit>,
    ) -> Option<Diagnostic> {
        let first = edits.first()?;
        let mut found = Diagnostic::new(code, message).at(self.places.span(first.start, first.end)).help(help);
        if !self.places.is_exact() {
            return Some(found);
        }
        for edit in edits.iter().skip(1).take(4) {
            found = found.label(self.places.span(edit.start, edit.end), "and here");
        }
        let title = match edits.len() {
            1 if first.text.is_empty() => "take it out".to_owned(),
            1 => format!("write `{}`", first.text.replace('`', "")),
            n => format!("mend all {n} in this file"),
        };
        let edits = edits.iter().map(|edit| (self.places.span(edit.start, edit.end), edit.text.clone())).collect();
        found.fix = Some(Fix { title, edits });
        Some(found)
    }
}

/// The error of a backslash before a quote, with the text as it should be.
pub(super) fn backslash(mended: &str, places: Places, start: usize, end: usize) -> Diagnostic {
    let span = places.span(start, end);
    let shown = shorten(mended, 40);
    Diagnostic::new(codes::syntax::BACKSLASH_QUOTE, "A backslash before a quote means nothing here")
        .at(span)
        .help(format!("In a text two quotes are one: {shown}."))
        .fix(format!("write {shown}"), span, mended)
}

/// A text of at most so many characters on one line, for a message.
pub(super) fn shorten(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut chars = text.chars();
    let mut count = 0;
    let mut was_blank = false;
    for c in chars.by_ref() {
        let is_blank = c.is_whitespace();
        if is_blank && was_blank {
            continue;
        }
        was_blank = is_blank;
        line.push(if is_blank { ' ' } else { c });
        count += 1;
        if count >= most {
            break;
        }
    }
    if chars.next().is_some() {
        line.push('…');
    }
    line
}
