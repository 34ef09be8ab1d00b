//! `in segment vip`, `in list no_contact`, `in random 5% salt "2026"`: what a customer is in; and `country in list eu`.

use super::reader::{Node, Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{Expr, ExprKind};
use crate::diagnostics::codes;

impl Reader<'_, '_> {
    /// `in …` or `not in …` where a condition begins.
    pub(super) fn placed(&mut self) -> Read<Node> {
        let from = self.at;
        let negated = self.take_word("not");
        if !self.is_word("in") {
            return self.unexpected(super::conditions::A_VALUE);
        }
        self.next();
        match self.word_at(0) {
            "segment" => {
                self.next();
                let segment = self.name("The name of a segment should stand here: `in segment vip`.")?;
                Ok(Node::leaf(ExprKind::InSegment { segment, negated }, self.since(from)))
            }
            "list" => {
                self.next();
                let list = self.name("The name of a list should stand here: `in list no_contact`.")?;
                Ok(Node::leaf(ExprKind::InList { value: None, list, negated }, self.since(from)))
            }
            "random" => {
                self.next();
                self.random(from, negated)
            }
            name if self.nth(0).kind == Kind::Word || self.nth(0).kind == Kind::Name => {
                let shown = if name.is_empty() { format!("`{}`", self.peek().text) } else { name.to_owned() };
                self.next();
                let span = self.since(from);
                let not = if negated { "not " } else { "" };
                let mended = format!("{not}in segment {shown}");
                let found = self
                    .error(
                        codes::syntax::OTHER_WORDS,
                        format!("In what? `{}` lacks a word", shorten(self.text_since(from), 40)),
                        span,
                    )
                    .help(format!("Write `{mended}` for a segment, `{not}in list {shown}` for a list of segue.toml."))
                    .fix(format!("write `{mended}`"), span, mended);
                self.fail(found)
            }
            _ => self.unexpected("`segment` and a name should stand here: `in segment vip`."),
        }
    }

    /// `5% salt "2026"`, after `in random`.
    fn random(&mut self, from: usize, negated: bool) -> Read<Node> {
        if self.peek().kind != Kind::Number {
            return self.unexpected("How many should follow, and a salt: `in random 5% salt \"2026\"`.");
        }
        let share = self.literal(false)?;
        if self.take_word("salt") {
            let salt = self.quoted("The salt is a text in quotes: `salt \"2026\"`.")?;
            return Ok(Node::leaf(ExprKind::InRandom { share, salt, negated }, self.since(from)));
        }
        let span = self.since(from);
        let written = shorten(self.text_since(from), 40);
        let mended = format!("{written} salt \"2026\"");
        let found = self
            .error(
                codes::syntax::RANDOM_WITHOUT_SALT,
                format!("`{written}` does not say which part of all customers it is"),
                span,
            )
            .consequence("The salt decides who is drawn: the same salt and share, the same customers, today and next year.")
            .help(format!("Add a salt, a text of your own: `{mended}`. Another salt draws others."))
            .fix(format!("write `{mended}`"), span, mended);
        self.fail(found)
    }

    /// `country in list eu`; `in` (or `not in`) and `list` are next, and a name behind them.
    pub(super) fn value_in_list(&mut self, from: usize, left: Node, negated: bool) -> Read<Node> {
        self.at += usize::from(negated) + 2;
        let list = self.name("The name of a list should stand here: `country in list eu`.")?;
        let span = self.since(from);
        let value: Option<Box<Expr>> = Some(left.expr);
        self.node(ExprKind::InList { value, list, negated }, span, left.height)
    }
}
