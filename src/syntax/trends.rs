//! Trends: `count(session) fell by at least 30% over 14 days`, `change in count(session) over 14 days`.

use super::reader::{Node, Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{ExprKind, LiteralKind, Over, Trend, TrendBy};
use super::words;
use crate::diagnostics::codes;

impl Reader<'_, '_> {
    /// Whether `rose` or `fell` stands here as the word of a trend, or a word of other tools for one.
    pub(super) fn is_trend(&self) -> bool {
        let share_at = |n: usize| self.nth(n).kind == Kind::Number && self.is_symbol_at(n + 1, "%");
        match self.word_at(0) {
            "rose" | "fell" => {
                matches!(self.word_at(1), "by" | "over" | "against")
                    || share_at(1)
                    || (!self.peek().first
                        && (self.window_ahead() || (matches!(self.word_at(1), "at" | "more") && share_at(3))))
            }
            word if of_other_tools(word).is_some() => matches!(self.word_at(1), "by" | "over") || share_at(1),
            _ => false,
        }
    }

    /// Whether `in 14 days` or a window stands behind the next word.
    fn window_ahead(&self) -> bool {
        let the = usize::from(self.is_word_at(2, "the"));
        matches!(self.word_at(1), "in" | "within" | "during")
            && (matches!(self.word_at(2 + the), "last" | "past") || self.nth(2 + the).kind == Kind::Number)
    }

    /// `fell by at least 30% over 14 days against 1 year before from at least 5`
    pub(super) fn trend(&mut self, from: usize, left: Node) -> Read<Node> {
        let word = self.next();
        let mut falls = word.text == "fell";
        if let Some(meant) = of_other_tools(&word.text) {
            let span = self.token_span(self.at.saturating_sub(1));
            let found = self
                .error(codes::syntax::OTHER_WORDS, format!("`{}` is written `{meant}`", word.text), span)
                .help(format!("Write `{meant} by at least 30% over 14 days`, or `{meant} over 14 days` for any change."))
                .fix(format!("write `{meant}`"), span, meant);
            self.report(found);
            falls = meant == "fell";
        }
        let by = self.trend_by()?;
        let over = self.over()?;
        let span = self.since(from);
        let height = left.height;
        self.node(ExprKind::Trend(Box::new(Trend { value: *left.expr, falls, by, over })), span, height)
    }

    /// `by at least 30%`
    fn trend_by(&mut self) -> Read<Option<TrendBy>> {
        let from = self.at;
        let has_by = self.take_word("by");
        let more_than = self.is_word("more") && self.is_word_at(1, "than");
        let has_how = more_than || (self.is_word("at") && self.is_word_at(1, "least"));
        if has_how {
            self.at += 2;
        }
        if !has_by && !has_how && self.nth(0).kind != Kind::Number {
            return Ok(None);
        }
        if self.nth(0).kind != Kind::Number {
            return self.unexpected("How much should follow: `by at least 30%` or `by more than 30%`.");
        }
        let share_from = self.at;
        let share = self.literal(false)?;
        let shown = self.text_since(share_from);
        if !matches!(share.kind, LiteralKind::Percent(_)) {
            let span = share.span;
            let says = format!("By how many percent? `{}` is none", shorten(shown, 30));
            let mut found = self
                .error(codes::syntax::UNEXPECTED, says, span)
                .help("Rises and falls are measured in percent of what was before: `by at least 30%`.");
            if let LiteralKind::Number(number) = &share.kind {
                found = found.fix(format!("write `{number}%`"), span, format!("{number}%"));
            }
            return self.fail(found);
        }
        if !has_by || !has_how {
            let mended = format!("by {} {shown}", if more_than { "more than" } else { "at least" });
            let span = self.since(from);
            let shown = shorten(self.text_since(from), 40);
            let found = self
                .error(codes::syntax::OTHER_WORDS, format!("`{shown}` is written `{mended}`"), span)
                .help(format!("Write `{mended}`."))
                .fix(format!("write `{mended}`"), span, mended);
            self.report(found);
        }
        Ok(Some(TrendBy { share, more_than }))
    }

    /// `change in count(session) over 14 days`
    pub(super) fn change(&mut self, from: usize) -> Read<Node> {
        self.at += 2;
        let of = self.deeper(Self::unary)?;
        let over = self.over()?;
        let span = self.since(from);
        self.node(ExprKind::Change(of.expr, Box::new(over)), span, of.height)
    }

    /// `over 14 days against 1 year before from at least 5`
    fn over(&mut self) -> Read<Over> {
        let from = self.at;
        if !self.take_word("over") {
            return self.over_is_missing();
        }
        let the = usize::from(self.is_word("the"));
        if matches!(self.word_at(the), "last" | "past") && self.nth(the + 1).kind == Kind::Number {
            self.at += the + 1;
            let length = self.duration("over 14 days")?;
            return self.over_otherwise(from, &length);
        }
        let length = self.duration("over 14 days")?;
        let mut against = None;
        if self.take_word("against") {
            against = Some(self.duration("against 1 year before")?);
            self.expect_word("before", "`before` should follow: `against 1 year before`.")?;
        }
        let at_least = if self.take_words(&["from", "at", "least"]) { Some(self.literal(false)?) } else { None };
        Ok(Over { length, against, at_least, span: self.since(from) })
    }

    /// `fell by at least 30% in last 14 days`, or nothing of the kind.
    #[cold]
    #[inline(never)]
    fn over_is_missing(&mut self) -> Read<Over> {
        let from = self.at;
        if matches!(self.word_at(0), "in" | "within" | "during") {
            let the = usize::from(self.is_word_at(1, "the"));
            let last = usize::from(matches!(self.word_at(1 + the), "last" | "past"));
            let n = 1 + the + last;
            if self.nth(n).kind == Kind::Number && words::unit(self.word_at(n + 1)).is_some() {
                self.at += n;
                let length = self.duration("over 14 days")?;
                return self.over_otherwise(from, &length);
            }
        }
        self.unexpected("The time should follow: `over 14 days`, which compares the last 14 days with the 14 days before.")
    }

    /// Says how `in last 14 days` is written of a trend.
    fn over_otherwise<T>(&mut self, from: usize, length: &super::tree::Duration) -> Read<T> {
        let mended = format!("over {}", self.text_at(length));
        let span = self.since(from);
        let shown = shorten(self.text_since(from), 40);
        let found = self
            .error(codes::syntax::OTHER_WORDS, format!("Of a trend, `{shown}` is written `{mended}`"), span)
            .help(format!("Write `{mended}`: it compares that time up to now with as much time before it."))
            .fix(format!("write `{mended}`"), span, mended);
        self.fail(found)
    }
}

/// What Segue calls it.
fn of_other_tools(word: &str) -> Option<&'static str> {
    match word {
        "dropped" | "decreased" | "declined" | "decreases" | "drops" | "falls" | "sank" | "shrank" => Some("fell"),
        "grew" | "increased" | "increases" | "climbed" | "grows" | "rises" | "rise" | "raised" => Some("rose"),
        _ => None,
    }
}
