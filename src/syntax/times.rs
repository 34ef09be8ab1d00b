//! Other times: `as of 30 days ago`, `entered segment vip in last 7 days`, `plan changed in last 30 days`.

use super::reader::{Node, Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{Duration, ExprKind, Window};
use crate::diagnostics::{Fix, codes};

impl Reader<'_, '_> {
    /// Whether `as of` stands here, for what is before it. Inside a filter without parentheses it belongs to the `did`.
    pub(super) fn is_as_of(&self) -> bool {
        !self.in_filter && self.are_words(&["as", "of"])
    }

    /// `as of 30 days ago`, behind a value or condition that began at `from`.
    pub(super) fn as_of(&mut self, from: usize, node: Node, in_parentheses: bool) -> Read<Node> {
        let ago = self.ago()?;
        let span = self.since(from);
        self.node(ExprKind::AsOf { of: node.expr, ago, in_parentheses }, span, node.height)
    }

    /// `as of 30 days ago`
    fn ago(&mut self) -> Read<Duration> {
        let from = self.at;
        self.at += 2;
        let is_moment = matches!(self.peek().kind, Kind::Date | Kind::Timestamp | Kind::Text);
        if is_moment || matches!(self.word_at(0), "today" | "yesterday" | "now" | "last") {
            return self.not_ago(from);
        }
        let ago = self.duration("as of 30 days ago")?;
        if !self.take_word("ago") {
            let span = self.since(from);
            let mended = format!("{} ago", self.text_since(from));
            let found = self
                .error(codes::syntax::AS_OF_PLACE, "`as of` says how long ago", span)
                .help(format!("Write `{mended}`."))
                .fix(format!("write `{mended}`"), span, mended);
            return self.fail(found);
        }
        Ok(ago)
    }

    /// `as of 2024-06-01`
    #[cold]
    #[inline(never)]
    fn not_ago<T>(&mut self, from: usize) -> Read<T> {
        self.next();
        let shown = shorten(self.text_since(from), 40);
        let found = self
            .error(codes::syntax::AS_OF_PLACE, format!("`{shown}` is no length of time"), self.since(from))
            .consequence("A definition has to mean the same on whatever day it is asked, so it cannot name one.")
            .help(
                "Say how long ago: `as of 30 days ago`. To ask everything as of one day, leave this out and write `segue run --as-of 2024-06-01`.",
            );
        self.fail(found)
    }

    /// `plan = "pro" as of 30 days ago`: behind a condition without parentheses that began at `from`.
    #[cold]
    #[inline(never)]
    pub(super) fn as_of_needs_parentheses<T>(&mut self, from: usize) -> Read<T> {
        let to = self.at;
        let before = self.span_between(from, to);
        let as_of = self.at;
        self.ago()?;
        let condition = shorten(self.text_between(from, to), 60);
        let ago = self.text_since(as_of);
        let mut found = self
            .error(
                codes::syntax::AS_OF_PLACE,
                format!("`{ago}` takes this condition only in parentheses"),
                self.since(as_of),
            )
            .label(before, "is it all of this?")
            .help(format!(
                "For the whole condition, write `({condition}) {ago}`. For one value of it, write `as of` behind that value."
            ));
        let text = self.text_between(from, to).to_owned();
        found.fix = Some(Fix { title: format!("write `({condition}) {ago}`"), edits: vec![(before, format!("({text})"))] });
        self.fail(found)
    }

    /// `plan changed from "pro" to "free" in last 30 days`, from `changed` on
    pub(super) fn changed(&mut self, from: usize, value: Node) -> Read<Node> {
        self.next();
        let mut change = None;
        // Two days with a window behind them are values; without one they are the window.
        let are_days = self.nth(1).kind == Kind::Date && !self.is_window_at(4);
        if self.is_word("from") && !are_days {
            self.next();
            let before = self.list_literal()?;
            self.expect_word("to", "`to` should follow: `plan changed from \"pro\" to \"free\" in last 30 days`.")?;
            change = Some((before, self.list_literal()?));
        }
        let window = self.own_window()?;
        let span = self.since(from);
        self.node(ExprKind::Changed { value: value.expr, change, window }, span, value.height)
    }

    /// `plan was "pro" in last 30 days`, from `was` on
    pub(super) fn was(&mut self, from: usize, value: Node) -> Read<Node> {
        self.next();
        let was = self.list_literal()?;
        let window = self.own_window()?;
        let span = self.since(from);
        self.node(ExprKind::Was { value: value.expr, was, window }, span, value.height)
    }

    fn is_window_at(&mut self, n: usize) -> bool {
        self.at += n;
        let is = self.is_window();
        self.at -= n;
        is
    }

    fn own_window(&mut self) -> Read<Option<Window>> {
        if !self.in_filter && self.is_window() { self.window().map(Some) } else { Ok(None) }
    }

    /// `entered segment vip in last 7 days`, `left segment vip in last 7 days`
    pub(super) fn entered_or_left(&mut self) -> Read<Node> {
        let from = self.at;
        let entered = self.is_word("entered");
        self.at += 2;
        let segment = self.name("The name of a segment should stand here: `entered segment vip in last 7 days`.")?;
        let window = self.own_window()?;
        Ok(Node::leaf(ExprKind::Moved { entered, segment, window }, self.since(from)))
    }
}
