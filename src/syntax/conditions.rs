//! Conditions: `or`, `and`, `not`, comparisons, and the blocks `all of { … }`.

use super::reader::{Broken, Node, Read, Reader};
use super::readings;
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{CompareOp, Did, Expr, ExprKind, GroupKind, How, LiteralKind, Rank, RankOf, TextTest};
use crate::diagnostics::codes;

/// What should stand where a condition should.
pub(super) const A_CONDITION: &str =
    "A condition should stand here, such as `country = \"DE\"` or `did purchase in last 30 days`.";

/// What should stand where a value should.
pub(super) const A_VALUE: &str =
    "A value should stand here, such as `30`, \"DE\", `country` or `sum(purchase.amount) in last 90 days`.";

/// One part of an `and` or `or`, and its tokens.
pub(super) struct Part {
    pub expr: Expr,
    pub from: usize,
    pub to: usize,
}

impl Reader<'_, '_> {
    /// A condition or value, as loose as can be: `a or b or c`.
    pub(super) fn condition(&mut self) -> Read<Node> {
        self.deeper(|reader| {
            let was = std::mem::replace(&mut reader.in_filter, false);
            let result = reader.joined();
            reader.in_filter = was;
            result
        })
    }

    fn joined(&mut self) -> Read<Node> {
        let from = self.at;
        let first = self.comparison()?;
        if !self.is_word("and") && !self.is_word("or") {
            return Ok(first);
        }
        let mut highest = first.height;
        let mut parts = vec![Part { expr: *first.expr, from, to: self.at }];
        // Whether each part but the first is joined by `and`, and where that word stands.
        let mut joins: Vec<(bool, usize)> = Vec::new();
        while self.is_word("and") || self.is_word("or") {
            let is_and = self.is_word("and");
            joins.push((is_and, self.at));
            self.next();
            if let Some(part) = parts.last()
                && self.is_lonely_event(part)
            {
                return self.or_of_events(from, is_and);
            }
            let part_from = self.at;
            let open_filter = parts.last().is_some_and(|part| self.is_open_filter(&part.expr));
            let node = match self.comparison_after(open_filter, parts.last()) {
                Ok(node) => node,
                Err(Broken) => return Err(Broken),
            };
            highest = highest.max(node.height);
            parts.push(Part { expr: *node.expr, from: part_from, to: self.at });
        }
        let span = self.since(from);
        let ands = joins.iter().filter(|(is_and, _)| *is_and).count();
        if ands > 0 && ands < joins.len() {
            return self.node_of_mixed(parts, &joins, span, highest);
        }
        let exprs = parts.into_iter().map(|part| part.expr).collect();
        self.node(if ands > 0 { ExprKind::And(exprs) } else { ExprKind::Or(exprs) }, span, highest)
    }

    /// The tree of `and` beside `or`, `and` first, so that what is inside is still checked.
    #[cold]
    #[inline(never)]
    fn node_of_mixed(
        &mut self,
        parts: Vec<Part>,
        joins: &[(bool, usize)],
        span: crate::source::Span,
        highest: u32,
    ) -> Read<Node> {
        let found = readings::and_beside_or(self, &parts, joins);
        self.report(found);
        let mut runs: Vec<Vec<Expr>> = vec![Vec::new()];
        for (i, part) in parts.into_iter().enumerate() {
            let begins_run = i.checked_sub(1).and_then(|i| joins.get(i)).is_some_and(|(is_and, _)| !is_and);
            if begins_run {
                runs.push(Vec::new());
            }
            if let Some(run) = runs.last_mut() {
                run.push(part.expr);
            }
        }
        let terms = runs
            .into_iter()
            .filter_map(|mut run| match run.len() {
                0 | 1 => run.pop(),
                _ => {
                    let span = run.first().zip(run.last()).map_or(span, |(a, b)| a.span.to(b.span));
                    Some(Expr { kind: ExprKind::And(run), span })
                }
            })
            .collect();
        self.node(ExprKind::Or(terms), span, highest + 1)
    }

    /// Whether a part is a `did` without a window, and what follows a name with one: `did email_open or email_click in …`.
    fn is_lonely_event(&self, part: &Part) -> bool {
        let ExprKind::Did(did) = &part.expr.kind else { return false };
        let is_bare = did.window.is_none() && did.streak.is_none() && did.how == How::Once && did.event.filter.is_none();
        let is_name = matches!(self.peek().kind, Kind::Word | Kind::Name);
        let ahead = |n: usize| {
            (self.is_word_at(n, "in") && matches!(self.word_at(n + 1), "last" | "the" | "previous" | "this"))
                || matches!(self.word_at(n), "ever" | "today" | "yesterday")
                || (self.is_word_at(n, "at") && matches!(self.word_at(n + 1), "least" | "most"))
        };
        let mut n = 1;
        while is_bare
            && matches!(self.word_at(n), "or" | "and")
            && matches!(self.nth(n + 1).kind, Kind::Word | Kind::Name)
            && n < 16
        {
            n += 2;
        }
        is_bare && is_name && ahead(n)
    }

    /// Says how `did email_open or email_click in last 90 days` is written.
    #[cold]
    #[inline(never)]
    fn or_of_events(&mut self, from: usize, is_and: bool) -> Read<Node> {
        let first = shorten(self.text_between(from, self.at.saturating_sub(1)), 40);
        let event = first.strip_prefix("did not ").or_else(|| first.strip_prefix("did ")).unwrap_or(&first).to_owned();
        let did = if first.starts_with("did not ") { "did not" } else { "did" };
        let second = self.peek().text.clone().into_owned();
        let found = self.error(
            codes::syntax::OR_OF_EVENTS,
            format!("`{first}` has no window here, and `{second}` alone is no condition"),
            self.since(from),
        );
        let found = if is_and {
            found.help(format!(
                "For both of them, each has its `did` and its window: `{did} {event} in last 90 days and {did} {second} in last 90 days`."
            ))
        } else {
            let event_from = from + if did == "did not" { 2 } else { 1 };
            let mut last = self.at;
            while matches!(self.tokens.get(last + 1).map_or("", |t| &*t.text), "or") && last + 2 < self.end {
                last += 2;
            }
            let events = shorten(self.text_between(event_from, last + 1), 60);
            let start = self.token_span(event_from);
            let end = self.token_span(last);
            let mut found = found.help(format!("For any of them: `{did} ({events}) in last 90 days`."));
            let text = |span: crate::source::Span, text: String| (span, text);
            let raw = |at: usize| self.text_between(at, at + 1);
            found.fix = Some(crate::diagnostics::Fix {
                title: format!("write `{did} ({events}) …`"),
                edits: vec![text(start, format!("({}", raw(event_from))), text(end, format!("{})", raw(last)))],
            });
            found
        };
        self.fail(found)
    }

    /// Whether it is a `did` whose filter has no parentheses, and that has no window yet.
    fn is_open_filter(&self, expr: &Expr) -> bool {
        let ExprKind::Did(did) = &expr.kind else { return false };
        let Did { event, how: How::Once, streak: None, window: None, .. } = &**did else { return false };
        event.filter.is_some()
    }

    /// A comparison after an `and` or `or`; with an open filter before it, a window behind its number is that of the `did`.
    fn comparison_after(&mut self, open_filter: bool, before: Option<&Part>) -> Read<Node> {
        let known = self.diagnostics.len();
        let result = self.deeper(Self::comparison);
        let Some(before) = before.filter(|_| open_filter && result.is_err()) else { return result };
        let is_window = self.diagnostics.len() == known + 1
            && self.diagnostics.last().is_some_and(|found| found.code == codes::syntax::WINDOW_PLACE);
        let filter_at = (before.from..before.to)
            .find(|at| self.tokens.get(*at).is_some_and(|t| t.kind == Kind::Word && t.text == "where"));
        if let Some(filter_at) = filter_at.filter(|_| is_window) {
            self.diagnostics.truncate(known);
            let to = self.behind;
            return readings::two_after_where(self, filter_at, to);
        }
        result
    }

    /// `not`s and a comparison behind them.
    pub(super) fn comparison(&mut self) -> Read<Node> {
        let from = self.at;
        let is_placed =
            |reader: &Self| reader.is_word_at(1, "in") && matches!(reader.word_at(2), "segment" | "list" | "random");
        let mut nots = Vec::new();
        while self.is_word("not") && !is_placed(self) {
            nots.push(self.at);
            self.next();
            if nots.len() > super::reader::DEEPEST as usize {
                return self.too_deep();
            }
        }
        let value_from = self.at;
        let left = self.binary(0)?;
        let mut node = self.compared(value_from, left)?;
        if self.is_as_of() {
            return self.as_of_needs_parentheses(value_from);
        }
        for at in nots.into_iter().rev() {
            let span = self.since(at);
            node = self.node(ExprKind::Not(node.expr), span, node.height)?;
        }
        if self.at == from {
            return self.unexpected(A_CONDITION);
        }
        Ok(node)
    }

    /// What a value is compared with, if it is.
    #[inline(never)]
    fn compared(&mut self, from: usize, left: Node) -> Read<Node> {
        self.other_words(from)?;
        if let Some(op) = self.take_compare_op() {
            let right_from = self.at;
            let right = self.binary(0)?;
            self.after_comparison(from, right_from, op, &right.expr)?;
            let span = self.since(from);
            let highest = left.height.max(right.height);
            return self.node(ExprKind::Compare(op, left.expr, right.expr), span, highest);
        }
        let height = left.height;
        match self.word_at(0) {
            "between" if !self.is_between_times() && !self.is_window() => {
                self.next();
                let low = self.binary(0)?;
                self.expect_word("and", "The upper end should follow: `age between 25 and 34`.")?;
                let high_from = self.at;
                let high = self.binary(0)?;
                self.window_behind(from, high_from, &high.expr)?;
                let span = self.since(from);
                let highest = height.max(low.height).max(high.height);
                self.node(ExprKind::Between(left.expr, low.expr, high.expr), span, highest)
            }
            "in" | "not" => self.in_something(from, left),
            "is" => self.is_known(from, left),
            "starts" | "ends" | "contains" | "matches" => self.text_test(from, left),
            "changed" => self.changed(from, left),
            "was"
                if matches!(self.nth(1).kind, Kind::Text | Kind::Number | Kind::Date | Kind::Timestamp)
                    || matches!(self.word_at(1), "true" | "false")
                    || (self.is_symbol_at(1, "-") && self.nth(2).kind == Kind::Number) =>
            {
                self.was(from, left)
            }
            _ if self.is_trend() => self.trend(from, left),
            "within" if self.is_within_distance() => self.within_distance(from, left),
            _ => Ok(left),
        }
    }

    fn take_compare_op(&mut self) -> Option<CompareOp> {
        let op = match self.symbol_at(0) {
            "=" => CompareOp::Equal,
            "!=" => CompareOp::NotEqual,
            "<" => CompareOp::Less,
            "<=" => CompareOp::LessOrEqual,
            ">" => CompareOp::Greater,
            ">=" => CompareOp::GreaterOrEqual,
            other => return self.take_other_op(other),
        };
        self.next();
        Some(op)
    }

    /// `==`, `<>`: taken for what they mean, with an error.
    fn take_other_op(&mut self, symbol: &str) -> Option<CompareOp> {
        let (op, mended) = match symbol {
            "==" => (CompareOp::Equal, "="),
            "<>" => (CompareOp::NotEqual, "!="),
            "=<" => (CompareOp::LessOrEqual, "<="),
            "=>" => (CompareOp::GreaterOrEqual, ">="),
            _ => return None,
        };
        let here = self.here();
        let found = self
            .error(codes::syntax::OTHER_WORDS, format!("`{symbol}` is written `{mended}`"), here)
            .help(format!("Write `{mended}`."))
            .fix(format!("write `{mended}`"), here, mended);
        self.report(found);
        self.next();
        Some(op)
    }

    /// What must not follow a comparison: another one, a window, `ago`.
    fn after_comparison(&mut self, from: usize, right_from: usize, op: CompareOp, right: &Expr) -> Read<()> {
        if self.is_word("ago") {
            return readings::ago(self, from, right_from, op);
        }
        self.window_behind(from, right_from, right)?;
        if matches!(self.symbol_at(0), "=" | "!=" | "<" | "<=" | ">" | ">=" | "==" | "<>") {
            return readings::chained(self, from, right_from, op);
        }
        Ok(())
    }

    /// A window behind the number that something is compared with.
    fn window_behind(&mut self, from: usize, right_from: usize, right: &Expr) -> Read<()> {
        let is_literal = matches!(right.kind, ExprKind::Literal(_));
        if self.in_filter || !is_literal || !self.is_window() {
            return Ok(());
        }
        readings::window_behind(self, from, right_from)
    }

    /// `in ("a", "b")`, `in top 20%`, `in list x`; a window was looked for before.
    fn in_something(&mut self, from: usize, left: Node) -> Read<Node> {
        let negated = self.is_word("not");
        let n = usize::from(negated);
        if negated && !self.is_word_at(1, "in") {
            return Ok(left);
        }
        if self.is_symbol_at(n + 1, "(") {
            self.at += n + 1;
            let items = self.list()?;
            let span = self.since(from);
            return self.node(ExprKind::In { value: left.expr, negated, items }, span, left.height);
        }
        if self.nth(n + 1).text == "[" {
            self.at += n + 1;
            return self.unexpected("The values of a list stand in parentheses.");
        }
        match self.word_at(n + 1) {
            "top" | "bottom" if !negated => self.rank(from, left),
            "list"
                if !is_condition(&left.expr)
                    && matches!(self.nth(n + 2).kind, Kind::Word | Kind::Name)
                    && (!negated || self.on_same_line(0)) =>
            {
                self.value_in_list(from, left, negated)
            }
            _ => Ok(left),
        }
    }

    /// `("DE", "FR")`
    fn list(&mut self) -> Read<Vec<super::tree::Literal>> {
        let open = self.at;
        self.next();
        if self.is_symbol(")") {
            self.next();
            let found = self
                .error(codes::syntax::EMPTY_BLOCK, "This list is empty: nothing is in it", self.since(open))
                .help("Write its values with commas between: `(\"DE\", \"FR\")`.");
            return self.fail(found);
        }
        let mut items = Vec::new();
        loop {
            if !self.is_literal() && !self.is_symbol("-") {
                if self.peek().kind == Kind::Word || self.peek().kind == Kind::Name {
                    let word = self.peek();
                    let here = self.here();
                    let found = self
                        .error(codes::syntax::UNEXPECTED, format!("`{}` is no value that is written out", word.text), here)
                        .help(format!("A list holds texts in quotes, numbers and dates: \"{}\".", word.text))
                        .fix(format!("write \"{}\"", word.text), here, format!("\"{}\"", word.text));
                    return self.fail(found);
                }
                return self.unexpected(
                    "A value should stand here: a list holds texts in quotes, numbers and dates, with commas between.",
                );
            }
            items.push(self.list_literal()?);
            if !self.take_symbol(",") {
                break;
            }
        }
        self.close(open, ")", "The values of a list have commas between them: `(\"DE\", \"FR\")`.")?;
        Ok(items)
    }

    /// `in top 20% of segment active`
    fn rank(&mut self, from: usize, left: Node) -> Read<Node> {
        self.next();
        let top = self.next().text == "top";
        let amount_from = self.at;
        if self.peek().kind != Kind::Number {
            return self.unexpected("How many should follow: `in top 20%` or `in top 1000`.");
        }
        let number = self.bare_number("")?;
        let amount = match number.kind {
            LiteralKind::Number(n) if self.on_same_line(0) && self.take_symbol("%") => {
                super::tree::Literal { kind: LiteralKind::Percent(n), span: self.since(amount_from) }
            }
            kind => super::tree::Literal { kind, span: number.span },
        };
        let mut height = left.height;
        let of = if !self.take_word("of") {
            None
        } else if self.is_word("segment") && matches!(self.nth(1).kind, Kind::Word | Kind::Name) && self.on_same_line(1) {
            self.next();
            Some(RankOf::Segment(self.name("The name of a segment should stand here.")?))
        } else if self.is_word("each") && matches!(self.nth(1).kind, Kind::Word | Kind::Name) && self.on_same_line(1) {
            self.next();
            let group = self.named("A column should stand here: `in top 10% of each country`.")?;
            height = height.max(2);
            Some(RankOf::Each(group))
        } else {
            Some(RankOf::Trait(
                self.name("`segment` and a name should stand here, or a trait: `of segment active`, `of buyers`.")?,
            ))
        };
        let span = self.since(from);
        self.node(ExprKind::Rank(Box::new(Rank { value: *left.expr, top, amount, of })), span, height)
    }

    /// `is known`, `is unknown`
    fn is_known(&mut self, from: usize, left: Node) -> Read<Node> {
        let is_at = self.at;
        self.next();
        let negated = match self.word_at(0) {
            "known" => false,
            "unknown" => true,
            _ => return readings::is(self, from, is_at, left),
        };
        self.next();
        let span = self.since(from);
        self.node(ExprKind::Known { value: left.expr, negated }, span, left.height)
    }

    /// `starts with "San" ignoring case`
    fn text_test(&mut self, from: usize, left: Node) -> Read<Node> {
        let word = &*self.peek().text;
        let test = match word {
            "starts" | "ends" if !self.is_word_at(1, "with") => return Ok(left),
            "starts" => TextTest::StartsWith,
            "ends" => TextTest::EndsWith,
            "contains" => TextTest::Contains,
            _ => TextTest::Matches,
        };
        self.at += if matches!(word, "starts" | "ends") { 2 } else { 1 };
        if !(self.is_literal() || test == TextTest::Contains && self.is_symbol("-")) {
            return self.unexpected("A text in quotes should follow: `city starts with \"San\"`.");
        }
        let pattern = if self.is_symbol("-") { self.list_literal()? } else { self.literal(false)? };
        let ignoring_case = self.take_words(&["ignoring", "case"]);
        let span = self.since(from);
        self.node(ExprKind::TextTest { value: left.expr, test, pattern, ignoring_case }, span, left.height)
    }

    /// `all of { … }`; the words before the brace are taken already.
    pub(super) fn group(&mut self, from: usize, kind: GroupKind) -> Read<Node> {
        if !self.is_symbol("{") {
            return self.unexpected("A block should follow: `all of { vip, age > 30 }`.");
        }
        let open = self.at;
        self.next();
        let mut conditions = Vec::new();
        let mut highest = 0;
        let mut is_broken = false;
        loop {
            if self.take_symbol("}") {
                break;
            }
            if self.is_done() {
                if is_broken {
                    return Err(Broken);
                }
                return self.close(open, "}", "").map(|()| Node::leaf(ExprKind::Everyone, self.since(from)));
            }
            let item = self.at;
            let read = self.no_minus().and_then(|()| self.condition()).and_then(|node| self.separator().map(|()| node));
            match read {
                Ok(node) => {
                    highest = highest.max(node.height);
                    conditions.push(*node.expr);
                }
                Err(Broken) => {
                    is_broken = true;
                    self.recover_in_group(item);
                }
            }
        }
        if is_broken {
            return Err(Broken);
        }
        let span = self.since(from);
        if conditions.is_empty() {
            return self.empty_block(span);
        }
        self.node(ExprKind::Group(kind, conditions), span, highest)
    }

    #[cold]
    #[inline(never)]
    fn empty_block<T>(&mut self, span: crate::source::Span) -> Read<T> {
        let found = self.error(codes::syntax::EMPTY_BLOCK, "This block has no conditions", span).help(A_CONDITION);
        self.fail(found)
    }

    /// A condition in a block begins with no minus, or it would go on with the line before.
    fn no_minus(&mut self) -> Read<()> {
        if !self.is_symbol("-") {
            return Ok(());
        }
        self.unexpected(
            "A condition in a block does not begin with `-`: write it from the other side, `0 - x`, or in parentheses.",
        )
    }

    /// What ends a condition in a block: a comma, a line end, or the end of the block.
    fn separator(&mut self) -> Read<()> {
        if self.take_symbol(",") || self.is_symbol("}") || self.peek().first || self.is_done() {
            return Ok(());
        }
        self.leftover("In a block each condition stands on a line of its own, or commas stand between them.")
    }

    /// Goes to the next condition of a block after a broken one that began at `item`.
    #[cold]
    #[inline(never)]
    fn recover_in_group(&mut self, item: usize) {
        let column = |reader: &Self, at: usize| {
            let start = reader.tokens.get(at).map_or(0, |t| t.start);
            start - reader.text.get(..start).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1)
        };
        let item_column = column(self, item);
        let is_first = self.tokens.get(item).is_some_and(|t| t.first);
        let (mut braces, mut parens) = (0i64, 0i64);
        let mut at = item;
        while at < self.end {
            let Some(token) = self.tokens.get(at) else { break };
            if at >= self.at && at > item {
                let begins_item = is_first && token.first && column(self, at) <= item_column;
                if braces <= 0 && begins_item && token.text != "}" {
                    break;
                }
                if braces <= 0 && parens <= 0 && token.kind == Kind::Symbol && token.text == "," {
                    at += 1;
                    break;
                }
                if braces <= 0 && token.kind == Kind::Symbol && token.text == "}" {
                    break;
                }
            }
            if token.kind == Kind::Symbol {
                match &*token.text {
                    "{" => braces += 1,
                    "}" => braces -= 1,
                    "(" => parens += 1,
                    ")" => parens -= 1,
                    _ => {}
                }
            }
            at += 1;
        }
        self.at = at.max(self.at);
    }
}

/// Whether it is a condition already, so that what can only follow a value begins another one: `all of { … }`, and on the next
/// line `in list no_contact`.
fn is_condition(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Windowed(inner, _) => {
            matches!(inner.kind, ExprKind::Name(_) | ExprKind::Path(_) | ExprKind::Anniversary(_)) || is_condition(inner)
        }
        ExprKind::Or(_)
        | ExprKind::And(_)
        | ExprKind::Not(_)
        | ExprKind::Group(..)
        | ExprKind::Compare(..)
        | ExprKind::Between(..)
        | ExprKind::In { .. }
        | ExprKind::TextTest { .. }
        | ExprKind::Known { .. }
        | ExprKind::InSegment { .. }
        | ExprKind::InList { .. }
        | ExprKind::InRandom { .. }
        | ExprKind::Near { .. }
        | ExprKind::Rank(_)
        | ExprKind::Did(_)
        | ExprKind::Everyone => true,
        _ => false,
    }
}
