//! Going through the tokens: looking ahead, taking, and saying what is wrong. Nothing here goes back: how far a reader may
//! look ahead is bounded, so the time is in proportion to the text.

use super::places::Places;
use super::repairs::{backslash, shorten};
use super::tokens::{Kind, Token};
use super::tree::{Expr, ExprKind, Name, Text};
use super::words;
use crate::diagnostics::{Code, Diagnostic, codes};
use crate::source::Span;

/// Something could not be read; what is wrong stands among the diagnostics already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// What was read, or that it was broken.
pub(super) type Read<T> = Result<T, Broken>;

/// How deep conditions may be nested: more than anyone reads, less than the stack of any thread.
pub(super) const DEEPEST: u32 = 256;

/// A condition or value, and how high its tree is.
#[derive(Debug)]
pub(super) struct Node {
    /// The tree; boxed, so that it costs little stack to hand it on.
    pub expr: Box<Expr>,
    /// One more than that of the highest part.
    pub height: u32,
}

impl Node {
    /// A tree without parts.
    pub(super) fn leaf(kind: ExprKind, span: Span) -> Node {
        Node { expr: Box::new(Expr { kind, span }), height: 1 }
    }
}

/// A place in the tokens, and what was found wrong so far.
pub(super) struct Reader<'t, 'a> {
    /// The text that the tokens are of.
    pub text: &'a str,
    /// All tokens; the last one is the end.
    pub tokens: &'t [Token<'a>],
    /// The next token.
    pub at: usize,
    /// The end of what may be read now: of this declaration.
    pub end: usize,
    /// Where bytes stand in the project.
    pub places: Places,
    /// What is wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// How deep the reader is inside parentheses, blocks and the like.
    pub depth: u32,
    /// Whether this is the filter of an event without parentheses: one comparison, and windows after it belong to the `did`.
    pub in_filter: bool,
    /// Where the last window stood that was behind a number.
    pub behind: usize,
    /// How high the highest filter of an event is that was read since somebody last asked.
    pub filters: u32,
}

impl<'t, 'a> Reader<'t, 'a> {
    /// The next token; past the end the last one, which is [`Kind::End`].
    pub(super) fn peek(&self) -> &'t Token<'a> {
        self.nth(0)
    }

    /// The token after `n` others.
    pub(super) fn nth(&self, n: usize) -> &'t Token<'a> {
        let at = (self.at + n).min(self.tokens.len() - 1);
        if at < self.end { &self.tokens[at] } else { &self.tokens[self.tokens.len() - 1] }
    }

    /// The token taken last.
    pub(super) fn before(&self) -> Option<&'t Token<'a>> {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at))
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> &'t Token<'a> {
        let token = self.peek();
        if self.at < self.end {
            self.at += 1;
        }
        token
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.peek().kind == Kind::End
    }

    /// Whether the token after `n` others is this word.
    pub(super) fn is_word_at(&self, n: usize, word: &str) -> bool {
        let token = self.nth(n);
        token.kind == Kind::Word && token.text == word
    }

    /// Whether the next token is this word.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.is_word_at(0, word)
    }

    /// Whether the next tokens are these words.
    pub(super) fn are_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, word)| self.is_word_at(i, word))
    }

    /// The word after `n` others, or an empty text where something else stands.
    pub(super) fn word_at(&self, n: usize) -> &'t str {
        let token = self.nth(n);
        if token.kind == Kind::Word { &token.text } else { "" }
    }

    /// Whether the token after `n` others is this sign.
    pub(super) fn is_symbol_at(&self, n: usize, symbol: &str) -> bool {
        let token = self.nth(n);
        token.kind == Kind::Symbol && token.text == symbol
    }

    /// Whether the next token is this sign.
    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.is_symbol_at(0, symbol)
    }

    /// The sign after `n` others, or an empty text.
    pub(super) fn symbol_at(&self, n: usize) -> &'t str {
        let token = self.nth(n);
        if token.kind == Kind::Symbol { &token.text } else { "" }
    }

    /// Whether the token after `n` others stands on the line of the one before it.
    pub(super) fn on_same_line(&self, n: usize) -> bool {
        let token = self.nth(n);
        token.kind != Kind::End && !token.first
    }

    /// Takes this word if it is next.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        self.at += usize::from(is);
        is
    }

    /// Takes these words if they are next.
    pub(super) fn take_words(&mut self, words: &[&str]) -> bool {
        let are = self.are_words(words);
        self.at += if are { words.len() } else { 0 };
        are
    }

    /// Takes this sign if it is next.
    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let is = self.is_symbol(symbol);
        self.at += usize::from(is);
        is
    }

    /// Takes this word, or says what should stand here.
    pub(super) fn expect_word(&mut self, word: &str, wanted: &str) -> Read<()> {
        if self.take_word(word) { Ok(()) } else { self.unexpected(wanted) }
    }

    /// Takes this sign, or says what should stand here.
    pub(super) fn expect_symbol(&mut self, symbol: &str, wanted: &str) -> Read<()> {
        if self.take_symbol(symbol) { Ok(()) } else { self.unexpected(wanted) }
    }

    /// Takes the closing parenthesis of one that was opened at `open`.
    pub(super) fn close(&mut self, open: usize, symbol: &str, wanted: &str) -> Read<()> {
        if self.take_symbol(symbol) {
            return Ok(());
        }
        if self.is_done() || self.is_symbol("}") {
            let opened = self.tokens.get(open).map_or("(", |t| &*t.text);
            let span = self.token_span(open);
            let found = Diagnostic::new(codes::syntax::OPEN_BRACE, format!("This `{opened}` is never closed"))
                .at(span)
                .help(format!("Put a `{symbol}` where it ends."));
            return self.fail(found);
        }
        self.unexpected(wanted)
    }

    /// Where bytes stand.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        self.places.span(start, end)
    }

    /// Where the token with this number stands; for the end, the last thing before it.
    pub(super) fn token_span(&self, at: usize) -> Span {
        match self.tokens.get(at) {
            Some(token) if at < self.end && token.kind != Kind::End => self.span(token.start, token.end),
            _ => {
                let last = self.end.checked_sub(1).and_then(|at| self.tokens.get(at));
                let end = last.map_or(0, |t| t.end);
                let start = last.map_or(0, |t| t.start.max(self.char_before(t.end)));
                self.span(start, end)
            }
        }
    }

    fn char_before(&self, end: usize) -> usize {
        self.text.get(..end).and_then(|t| t.chars().next_back()).map_or(end, |c| end - c.len_utf8())
    }

    /// Where the next token stands.
    pub(super) fn here(&self) -> Span {
        self.token_span(self.at)
    }

    /// From the token with this number to the one taken last.
    pub(super) fn since(&self, from: usize) -> Span {
        let start = self.tokens.get(from).map_or(0, |t| t.start);
        let end = self.before().map_or(start, |t| t.end).max(start);
        self.span(start, end)
    }

    /// The text from the token with this number to the one taken last.
    pub(super) fn text_since(&self, from: usize) -> &'a str {
        let start = self.tokens.get(from).map_or(0, |t| t.start);
        let end = self.before().map_or(start, |t| t.end).max(start);
        self.text.get(start..end).unwrap_or("")
    }

    /// The text from one token up to another, which is not in it.
    pub(super) fn text_between(&self, from: usize, to: usize) -> &'a str {
        let start = self.tokens.get(from).map_or(0, |t| t.start);
        let end = to.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(start, |t| t.end).max(start);
        self.text.get(start..end).unwrap_or("")
    }

    /// Where the tokens from one up to another stand.
    pub(super) fn span_between(&self, from: usize, to: usize) -> Span {
        let start = self.tokens.get(from).map_or(0, |t| t.start);
        let end = to.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(start, |t| t.end).max(start);
        self.span(start, end)
    }

    /// Says what is wrong and goes on.
    #[cold]
    #[inline(never)]
    pub(super) fn report(&mut self, mut found: Diagnostic) {
        if !self.places.is_exact() {
            found.fix = None;
        }
        self.diagnostics.push(found);
    }

    /// Says what is wrong and gives up on what was being read.
    #[cold]
    #[inline(never)]
    pub(super) fn fail<T>(&mut self, found: Diagnostic) -> Read<T> {
        self.report(found);
        Err(Broken)
    }

    /// Says that the next token cannot stand here; `wanted` is a whole sentence on what should.
    #[cold]
    #[inline(never)]
    pub(super) fn unexpected<T>(&mut self, wanted: &str) -> Read<T> {
        let found = self.unexpected_here(wanted);
        self.fail(found)
    }

    fn unexpected_here(&self, wanted: &str) -> Diagnostic {
        let token = self.peek();
        let here = self.here();
        let shown = shorten(self.text.get(token.start..token.end).unwrap_or(""), 30);
        match token.kind {
            Kind::End => {
                let found = Diagnostic::new(codes::syntax::UNEXPECTED, "Something is missing at the end").at(here);
                found.help(wanted)
            }
            Kind::Symbol if token.text == "}" && self.before().is_some_and(|t| t.text != "{" && t.text != ",") => {
                self.missing_behind(wanted)
            }
            Kind::Word
                if token.first
                    && words::CLAUSES.contains(&&*token.text)
                    && self.before().is_some_and(|t| t.kind == Kind::Word || t.text == "=") =>
            {
                self.missing_behind(wanted)
            }
            Kind::OpenText if shown.starts_with('\'') => {
                Diagnostic::new(codes::syntax::OPEN_TEXT, "This quote is never closed")
                    .at(self.span(token.start, token.start + 1))
                    .help("A text stands in double quotes: \"DE\".")
            }
            Kind::OpenText => Diagnostic::new(codes::syntax::OPEN_TEXT, "This text never ends").at(here).help(
                "Put a `\"` where it ends, on the same line. A quote inside of a text is written twice: \"say \"\"hi\"\"\".",
            ),
            Kind::OpenName => Diagnostic::new(codes::syntax::OPEN_TEXT, "This name in backquotes never ends")
                .at(here)
                .help("Put a backquote where it ends, on the same line."),
            Kind::Currency => self.currency_sign(here),
            Kind::Text if self.after_backslash() => {
                let at = self.at.saturating_sub(1);
                let start = self.tokens.get(at).map_or(0, |t| t.start);
                let mended = self.text.get(start..token.end).unwrap_or("").replace("\\\"", "\"\"");
                backslash(&mended, self.places, start, token.end)
            }
            _ if self.after_backslash() => {
                let at = self.at.saturating_sub(1);
                let start = self.tokens.get(at).map_or(0, |t| t.start);
                Diagnostic::new(codes::syntax::BACKSLASH_QUOTE, "A backslash before a quote means nothing here")
                    .at(self.span(start, token.end))
                    .help("The text ends at that quote. In a text two quotes are one: \"say \"\"hi\"\"\".")
            }
            Kind::Symbol if matches!(&*token.text, "&&" | "||") => {
                let word = if token.text == "&&" { "and" } else { "or" };
                Diagnostic::new(codes::syntax::OTHER_WORDS, format!("`{shown}` is written `{word}`"))
                    .at(here)
                    .help(format!("Write `{word}`."))
                    .fix(format!("write `{word}`"), here, word)
            }
            Kind::Symbol | Kind::Other if matches!(&*token.text, "->" | "\u{2192}" | "\u{21D2}") => {
                Diagnostic::new(codes::syntax::OTHER_WORDS, format!("`{shown}` is no sign of Segue"))
                    .at(here)
                    .help("One thing after another is written `then`: `did visit then purchase in last 30 days`.")
            }
            Kind::Symbol | Kind::Other if matches!(&*token.text, "..." | ".." | "\u{2026}") => {
                Diagnostic::new(codes::syntax::OTHER_WORDS, format!("`{shown}` says nothing"))
                    .at(here)
                    .help("Write it out; from one number to another is `age between 25 and 34`.")
            }
            Kind::OddDate => self.odd_date(token, here),
            Kind::Number | Kind::Word
                if token.glued && self.before().is_some_and(|t| matches!(t.kind, Kind::Number | Kind::Word)) =>
            {
                self.glued(here).help(wanted)
            }
            Kind::Other => {
                let name = match &*token.text {
                    ";" => " A line end does for a `;`.",
                    "!" => " `not` is the word for it, `!=` the sign for \"is not\".",
                    "[" | "]" => " Lists stand in parentheses: `(\"DE\", \"FR\")`.",
                    _ => "",
                };
                Diagnostic::new(codes::syntax::UNEXPECTED, format!("`{shown}` means nothing here"))
                    .at(here)
                    .help(format!("{wanted}{name}"))
            }
            _ if shown.is_empty() => {
                Diagnostic::new(codes::syntax::UNEXPECTED, "Something is missing here").at(here).help(wanted)
            }
            _ => Diagnostic::new(codes::syntax::UNEXPECTED, format!("`{shown}` cannot stand here")).at(here).help(wanted),
        }
    }

    /// Something is missing behind the token taken last.
    fn missing_behind(&self, wanted: &str) -> Diagnostic {
        let at = self.at.saturating_sub(1);
        let shown = shorten(self.text_between(at, at + 1), 30);
        Diagnostic::new(codes::syntax::UNEXPECTED, format!("Something is missing behind `{shown}`"))
            .at(self.token_span(at))
            .help(wanted)
    }

    fn glued(&self, here: Span) -> Diagnostic {
        let token = self.peek();
        let before = self.before().map_or("", |t| self.text.get(t.start..t.end).unwrap_or(""));
        let whole = format!("{before}{}", self.text.get(token.start..token.end).unwrap_or(""));
        Diagnostic::new(codes::syntax::UNEXPECTED, format!("`{}` is neither a number nor a name", shorten(&whole, 30)))
            .at(here)
    }

    fn after_backslash(&self) -> bool {
        self.before()
            .is_some_and(|t| t.kind == Kind::Text && self.text.get(t.start..t.end).is_some_and(|raw| raw.ends_with("\\\"")))
    }

    /// `€50`: with the amount behind it, if there is one.
    fn currency_sign(&self, here: Span) -> Diagnostic {
        let sign = self.peek();
        let code = words::currency_of(&sign.text).unwrap_or("EUR");
        let amount = self.nth(1);
        let number = if amount.kind == Kind::Number { &*amount.text } else { "50" };
        let found = Diagnostic::new(codes::syntax::AMOUNT, format!("`{}` is no currency that Segue knows", sign.text))
            .help(format!("The currency stands after the number, as three capital letters: `{number} {code}`."));
        if amount.kind != Kind::Number {
            return found.at(here);
        }
        let span = self.span(sign.start, amount.end);
        found.at(span).fix(format!("write `{number} {code}`"), span, format!("{number} {code}"))
    }

    /// `1.6.2024`
    pub(super) fn odd_date(&self, token: &Token<'a>, here: Span) -> Diagnostic {
        let parts: Vec<&str> = token.text.split(['-', '/', '.']).collect();
        let found =
            Diagnostic::new(codes::syntax::NO_SUCH_DATE, format!("`{}` is not how a date is written", token.text)).at(here);
        let (year, month, day) = match parts.as_slice() {
            [year, month, day] if year.len() == 4 => (*year, *month, *day),
            [day, month, year] => (*year, *month, *day),
            _ => return found.help("A date is year, month and day: `2024-06-01`."),
        };
        let number = |part: &str| part.parse::<u32>().unwrap_or(0);
        let is_day_first = parts.first().is_some_and(|p| p.len() < 4);
        let date = |month: &str, day: &str| format!("{year}-{month:0>2}-{day:0>2}");
        let could_swap = is_day_first && !token.text.contains('.') && number(day) != number(month);
        if could_swap && number(day) <= 12 && number(month) <= 12 {
            return found.help(format!(
                "A date is year, month and day. This one has two readings: `{}` or `{}`.",
                date(month, day),
                date(day, month)
            ));
        }
        let (month, day) = if number(month) > 12 { (day, month) } else { (month, day) };
        let mended = date(month, day);
        found.help(format!("A date is year, month and day: `{mended}`.")).fix(
            format!("write `{mended}`"),
            here,
            mended.clone(),
        )
    }

    /// Reads on one level deeper, unless that is too deep.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= DEEPEST {
            return self.too_deep();
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Says that the nesting is too deep.
    #[cold]
    #[inline(never)]
    pub(super) fn too_deep<T>(&mut self) -> Read<T> {
        let found = Diagnostic::new(codes::syntax::TOO_DEEP, format!("This goes more than {DEEPEST} levels deep"))
            .at(self.here())
            .help("Give parts of it names of their own: a `trait` for a value, a `segment` for a condition.");
        self.fail(found)
    }

    /// A node above others, unless that makes the tree too high.
    pub(super) fn node(&mut self, kind: ExprKind, span: Span, highest: u32) -> Read<Node> {
        if highest >= DEEPEST {
            return self.too_deep();
        }
        Ok(Node { expr: Box::new(Expr { kind, span }), height: highest + 1 })
    }

    /// A name: a word that may be one here, or anything in backquotes.
    pub(super) fn name(&mut self, wanted: &str) -> Read<Name> {
        let token = self.peek();
        if !matches!(token.kind, Kind::Word | Kind::Name) {
            return self.unexpected(wanted);
        }
        if token.text.is_empty() {
            let found = Diagnostic::new(codes::syntax::EMPTY_BLOCK, "This name is empty").at(self.here()).help(wanted);
            return self.fail(found);
        }
        self.next();
        Ok(Name { text: token.text.clone().into_owned(), span: self.span(token.start, token.end) })
    }

    /// A text in quotes.
    pub(super) fn quoted(&mut self, wanted: &str) -> Read<Text> {
        let token = self.peek();
        if token.kind != Kind::Text {
            return self.unexpected(wanted);
        }
        self.next();
        Ok(Text { value: token.text.clone().into_owned(), span: self.span(token.start, token.end) })
    }

    /// An error of this code at these bytes.
    pub(super) fn error(&self, code: Code, message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic::new(code, message).at(span)
    }
}
