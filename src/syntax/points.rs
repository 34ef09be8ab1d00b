//! Points: `points lead_score { add 20 when …  subtract 15 when … }`.

use super::conditions::A_CONDITION;
use super::reader::{Read, Reader};
use super::tokens::Kind;
use super::tree::{Declaration, PointsDeclaration, PointsPart};
use super::words;
use crate::diagnostics::codes;

/// What may stand among points.
const A_PART: &str = "Points are added or subtracted where something holds: `add 20 when did visit in last 14 days`.";

impl Reader<'_, '_> {
    /// `points lead_score "Readiness" { … }`, the first word being read.
    pub(super) fn points(&mut self, from: usize) -> Read<Declaration> {
        let (name, title) = self.name_and_title("points")?;
        let parts = self.entries("points", &name, "add 20 when did visit in last 14 days", Self::points_part)?;
        Ok(Declaration::Points(PointsDeclaration { name, title, parts, span: self.since(from) }))
    }

    /// `add 20 when did visit_pricing at least twice in last 14 days`
    fn points_part(&mut self) -> Read<PointsPart> {
        let from = self.at;
        let subtract = match self.word_at(0) {
            "add" => false,
            "subtract" => true,
            _ => return self.neither_add_nor_subtract(),
        };
        self.next();
        if self.is_word("points") {
            let word = self.here();
            let number = self.text_between(self.at + 1, self.at + 2).to_owned();
            let mut found = self.error(codes::syntax::UNEXPECTED, "The word `points` is not written here", word);
            found = found.help(if number.is_empty() {
                A_PART.to_owned()
            } else {
                format!("The number alone: `add {number} when …`.")
            });
            if self.nth(1).kind == Kind::Number {
                let span = self.span_between(self.at, self.at + 2);
                found = found.at(span).fix(format!("write `{number}`"), span, number);
            }
            return self.fail(found);
        }
        if self.is_symbol("-") || self.is_symbol("+") {
            return self.signed(from, subtract);
        }
        let count = self.bare_number(A_PART)?;
        if self.is_word("points") || self.is_word("point") {
            let here = self.here();
            let found = self
                .error(codes::syntax::UNEXPECTED, "The word `points` is not written here", here)
                .help("The number alone: `add 20 when …`.")
                .fix("take it out", here, "");
            return self.fail(found);
        }
        if matches!(self.word_at(0), "if" | "where" | "for") {
            let here = self.here();
            let found = self
                .error(codes::syntax::OTHER_WORDS, format!("`{}` is written `when` here", self.word_at(0)), here)
                .help(A_PART)
                .fix("write `when`", here, "when");
            return self.fail(found);
        }
        self.expect_word("when", A_PART)?;
        if self.is_symbol("}") || self.is_done() {
            return self.unexpected(A_CONDITION);
        }
        let when = *self.condition()?.expr;
        Ok(PointsPart { subtract, count, when, span: self.since(from) })
    }

    /// `20 when`, `-15 when`, `ad 20 when`: the word before the number is missing, or misspelt.
    fn neither_add_nor_subtract<T>(&mut self) -> Read<T> {
        let from = self.at;
        if self.is_symbol("-") || self.is_symbol("+") || self.peek().kind == Kind::Number {
            return self.signed(from, false);
        }
        if let Some(near) = words::nearest(self.word_at(0), &["add", "subtract"]) {
            let here = self.here();
            let found = self
                .error(codes::syntax::UNEXPECTED, format!("`{}` cannot stand here", self.word_at(0)), here)
                .help(format!("Did you mean `{near}`?"))
                .fix(format!("write `{near}`"), here, near);
            return self.fail(found);
        }
        self.unexpected(A_PART)
    }

    /// A number with a sign, or without a word before it; a word may stand at `from`.
    fn signed<T>(&mut self, from: usize, subtract: bool) -> Read<T> {
        let minus = self.is_symbol("-");
        if minus || self.is_symbol("+") {
            self.next();
        }
        if self.peek().kind != Kind::Number {
            return self.unexpected(A_PART);
        }
        let number = self.text_between(self.at, self.at + 1).to_owned();
        self.next();
        let span = self.since(from);
        let mended = format!("{} {number}", if minus != subtract { "subtract" } else { "add" });
        let found = self
            .error(codes::syntax::UNEXPECTED, "Points have a word before them, and no sign", span)
            .help(format!("Write `{mended} when …`."))
            .fix(format!("write `{mended}`"), span, mended);
        self.fail(found)
    }
}
