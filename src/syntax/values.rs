//! Values: arithmetic, literals, names, aggregates, functions, times since and until; and what else a condition may begin
//! with.

use super::conditions::{A_CONDITION, A_VALUE};
use super::reader::{Node, Read, Reader};
use super::readings;
use super::tokens::Kind;
use super::tree::{
    Aggregate, AggregateArgument, AggregateFunction, ArithmeticOp, Expr, ExprKind, Function, GroupKind, Name,
};
use super::words;
use crate::diagnostics::codes;

impl Reader<'_, '_> {
    /// Values joined by `or else` (0), `+ -` (1) and `* /` (2), those that bind at least as tight as `least`.
    pub(super) fn binary(&mut self, least: u8) -> Read<Node> {
        let from = self.at;
        let mut left = self.unary()?;
        while let Some((binds, width)) = self.binary_op().filter(|(binds, _)| *binds >= least) {
            let op = match self.symbol_at(0) {
                "+" => Some(ArithmeticOp::Add),
                "-" => Some(ArithmeticOp::Subtract),
                "*" => Some(ArithmeticOp::Multiply),
                "/" => Some(ArithmeticOp::Divide),
                _ => None,
            };
            self.at += width;
            let right = self.binary(binds + 1)?;
            let span = self.since(from);
            let highest = left.height.max(right.height);
            let (a, b) = (left.expr, right.expr);
            let kind = match op {
                Some(op) => ExprKind::Arithmetic(op, a, b),
                None => ExprKind::OrElse(a, b),
            };
            left = self.node(kind, span, highest)?;
        }
        Ok(left)
    }

    /// How tight the next sign binds, and how many tokens it has.
    fn binary_op(&self) -> Option<(u8, usize)> {
        match self.symbol_at(0) {
            "+" | "-" => Some((1, 1)),
            "*" | "/" => Some((2, 1)),
            _ if self.is_word("or") && self.is_word_at(1, "else") => Some((0, 2)),
            _ => None,
        }
    }

    /// `-x`, and a value with its windows behind it.
    #[inline(never)]
    pub(super) fn unary(&mut self) -> Read<Node> {
        let mut minus = Vec::new();
        while self.is_symbol("-") || self.is_symbol("+") {
            if self.is_symbol("+") {
                return self.unexpected(A_VALUE);
            }
            minus.push(self.at);
            self.next();
            if minus.len() > super::reader::DEEPEST as usize {
                return self.too_deep();
            }
        }
        let from = self.at;
        let begins_with_parenthesis = self.is_symbol("(");
        let mut node = self.primary()?;
        let behind_primary = self.at;
        loop {
            let is_literal = matches!(node.expr.kind, ExprKind::Literal(_));
            let in_parentheses = begins_with_parenthesis && self.at == behind_primary;
            if self.is_as_of() && (!is_literal || in_parentheses) {
                node = self.as_of(from, node, in_parentheses)?;
            } else if self.are_words(&["as", "exported"]) {
                self.at += 2;
                node = self.later(from, "`as exported`");
            } else if !self.in_filter && !is_literal && self.is_window() {
                let outer = std::mem::take(&mut self.filters);
                let window = self.window()?;
                let highest = node.height.max(std::mem::replace(&mut self.filters, outer));
                let span = self.since(from);
                node = self.node(ExprKind::Windowed(node.expr, window), span, highest)?;
            } else {
                break;
            }
        }
        for at in minus.into_iter().rev() {
            let span = self.since(at);
            node = self.node(ExprKind::Negate(node.expr), span, node.height)?;
        }
        Ok(node)
    }

    /// A part of a later version, read up to here.
    pub(super) fn later(&self, from: usize, what: &'static str) -> Node {
        Node::leaf(ExprKind::Later(what), self.since(from))
    }

    #[inline(never)]
    fn primary(&mut self) -> Read<Node> {
        if self.is_symbol("(") {
            return self.parentheses();
        }
        if self.is_literal() {
            let literal = self.literal(false)?;
            let span = literal.span;
            return Ok(Node::leaf(ExprKind::Literal(literal), span));
        }
        if self.is_word("did") {
            return self.did();
        }
        if self.is_block() {
            return self.block();
        }
        if self.is_symbol_at(1, "(")
            && self.on_same_line(1)
            && let Some(result) = self.called()
        {
            return result;
        }
        match self.peek().kind {
            Kind::Word => self.worded(),
            Kind::Name => self.name_or_path(),
            _ if self.is_symbol(".") && self.nth(1).kind == Kind::Number && self.nth(1).glued => {
                let span = self.span_between(self.at, self.at + 2);
                let mended = format!("0.{}", self.nth(1).text);
                let found = self
                    .error(codes::syntax::UNEXPECTED, "A number does not begin with a point", span)
                    .help(format!("Write `{mended}`."))
                    .fix(format!("write `{mended}`"), span, mended);
                self.fail(found)
            }
            _ => self.unexpected(A_VALUE),
        }
    }

    /// Whether a block of conditions begins here.
    fn is_block(&self) -> bool {
        match self.word_at(0) {
            "all" | "any" | "none" => self.is_word_at(1, "of") || self.is_symbol_at(1, "{"),
            "at" => self.is_word_at(1, "least"),
            _ => false,
        }
    }

    /// `all of { … }`, `at least 2 of { … }`
    fn block(&mut self) -> Read<Node> {
        let from = self.at;
        let kind = match &*self.next().text {
            "all" => GroupKind::All,
            "any" => GroupKind::Any,
            "none" => GroupKind::None,
            _ => {
                self.next();
                let number = self.bare_number("A number should follow: `at least 2 of { … }`.")?;
                self.expect_word("of", "`of` and a block should follow: `at least 2 of { … }`.")?;
                return self.group(from, GroupKind::AtLeast(number));
            }
        };
        if !self.take_word("of") {
            self.of_is_missing();
        }
        self.group(from, kind)
    }

    /// `all { … }`
    #[cold]
    #[inline(never)]
    fn of_is_missing(&mut self) {
        let at = self.at.saturating_sub(1);
        let word = self.text_between(at, self.at);
        let span = self.token_span(at);
        let found = self
            .error(codes::syntax::UNEXPECTED, format!("`{word} of` begins a block"), span)
            .help(format!("Write `{word} of {{ … }}`."))
            .fix(format!("write `{word} of`"), span, format!("{word} of"));
        self.report(found);
    }

    pub(super) fn parentheses(&mut self) -> Read<Node> {
        let open = self.at;
        self.next();
        if self.is_symbol(")") {
            return self.unexpected(A_CONDITION);
        }
        let mut node = self.condition()?;
        self.close(open, ")", "A `)` should stand here, or `and` or `or` and another condition.")?;
        node.expr.span = self.since(open);
        Ok(node)
    }

    fn name_or_path(&mut self) -> Read<Node> {
        let expr = self.named(A_VALUE)?;
        Ok(Node { expr: Box::new(expr), height: 1 })
    }

    /// What begins with a word: of the language, or a name.
    #[inline(never)]
    fn worded(&mut self) -> Read<Node> {
        let from = self.at;
        let (first, second) = (self.word_at(0), self.word_at(1));
        let names_at = |n: usize| matches!(self.nth(n).kind, Kind::Word | Kind::Name);
        match first {
            "everyone" => {
                self.next();
                return Ok(Node::leaf(ExprKind::Everyone, self.since(from)));
            }
            "in" | "not" => return self.placed(),
            "time"
                if matches!(second, "since" | "until" | "from")
                    && !matches!(self.nth(2).kind, Kind::Date | Kind::Timestamp) =>
            {
                return self.time();
            }
            "any" if second == "event" && self.is_symbol_at(2, ".") => {
                self.at += 2;
                let mut names = vec![Name { text: "any event".to_owned(), span: self.since(from) }];
                while self.take_symbol(".") && names.len() < 3 {
                    names.push(self.name("A column should follow the point.")?);
                }
                return Ok(Node::leaf(ExprKind::Path(names), self.since(from)));
            }
            "active" if second == "days" && self.is_symbol_at(2, "(") => {
                return self.aggregate(2, AggregateFunction::ActiveDays);
            }
            "average" | "longest" if second == "gap" && self.is_symbol_at(2, "(") => {
                let function =
                    if first == "average" { AggregateFunction::AverageGap } else { AggregateFunction::LongestGap };
                return self.aggregate(2, function);
            }
            "most" if second == "common" && self.is_symbol_at(2, "(") => {
                return self.aggregate(2, AggregateFunction::MostCommon);
            }
            "change" if second == "in" => return self.change(from),
            "chance" if second == "that" => {
                self.at += 2;
                self.named("The name of a model should stand here.")?;
                self.expect_symbol("=", "A value should follow: `chance that next_category = \"shoes\"`.")?;
                self.literal(false)?;
                return Ok(self.later(from, "a chance (`chance that`)"));
            }
            "anniversary" if second == "of" => return self.anniversary(),
            "hour" | "weekday" | "day" | "month" | "year" | "minute" | "second" | "week" | "quarter" | "date"
            | "dayofweek" | "weekdays" | "hours" | "months" | "years"
                if second == "of" =>
            {
                return self.calendar_part();
            }
            "entered" | "left" if second == "segment" && names_at(2) => return self.entered_or_left(),
            "reached" if names_at(1) && !matches!(second, "and" | "or" | "is" | "between") => {
                return self.reached(from, false);
            }
            "last" if second == "reached" && names_at(2) => {
                self.next();
                return self.reached(from, true);
            }
            "first" | "last" if names_at(1) && self.on_same_line(1) && !self.follows_a_value(1) => {
                return self.bare_moment();
            }
            "today" | "yesterday" | "now"
                if self
                    .before()
                    .is_some_and(|t| t.kind == Kind::Symbol && matches!(&*t.text, "=" | "<" | ">" | "<=" | ">=" | "!=")) =>
            {
                let found = readings::today(self);
                return self.fail(found);
            }
            _ if words::NEVER_FIRST.contains(&first)
                && !matches!(self.symbol_at(1), "=" | "!=" | "<" | "<=" | ">" | ">=" | ".") =>
            {
                let wanted = format!("{A_CONDITION} A column that is called so goes in backquotes.");
                return self.unexpected(&wanted);
            }
            _ => {}
        }
        self.name_or_path()
    }

    /// Whether the token after `n` others can only follow a value.
    fn follows_a_value(&self, n: usize) -> bool {
        matches!(self.symbol_at(n), "=" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "*" | "/" | "." | ")" | "," | "}")
            || matches!(
                self.word_at(n),
                "is" | "and"
                    | "or"
                    | "between"
                    | "in"
                    | "not"
                    | "starts"
                    | "ends"
                    | "contains"
                    | "matches"
                    | "as"
                    | "rose"
                    | "fell"
                    | "changed"
                    | "was"
                    | "ever"
                    | "today"
                    | "yesterday"
                    | "since"
                    | "before"
                    | "from"
                    | "more"
            )
            || self.nth(n).kind == Kind::End
    }

    /// `last purchase < 30 days`: what is it about the last purchase?
    fn bare_moment(&mut self) -> Read<Node> {
        let from = self.at;
        self.next();
        let event = self.next().text.clone();
        let end = self.text_between(from, from + 1);
        let span = self.since(from);
        let found = self
            .error(codes::syntax::OTHER_WORDS, format!("What of the {end} `{event}`?"), span)
            .help(format!(
                "How long it is ago: `time since {end} {event} > 30 days`. One of its columns: `{end}({event}.channel) in last 90 days`."
            ))
            .fix(format!("write `time since {end} {event}`"), span, format!("time since {end} {event}"));
        self.fail(found)
    }

    /// `time since last purchase`, `time until renewal_date`, `time from signed_up_at to first purchase`
    fn time(&mut self) -> Read<Node> {
        let from = self.at;
        let outer = std::mem::take(&mut self.filters);
        self.next();
        let word = self.next().text.clone();
        let start = self.moment_or_date(&word)?;
        let kind = match &*word {
            "since" => ExprKind::TimeSince(Box::new(start)),
            "until" => ExprKind::TimeUntil(Box::new(start)),
            _ => {
                self.expect_word("to", "`to` should follow: `time from signed_up_at to first purchase`.")?;
                let end = self.moment_or_date("to")?;
                ExprKind::TimeFrom(Box::new(start), Box::new(end))
            }
        };
        let highest = std::mem::replace(&mut self.filters, outer).max(1);
        let span = self.since(from);
        self.node(kind, span, highest)
    }

    fn moment_or_date(&mut self, word: &str) -> Read<Expr> {
        let from = self.at;
        match self.moment() {
            Some(moment) => {
                let (end, event) = moment?;
                Ok(Expr { kind: ExprKind::Moment(end, event), span: self.since(from) })
            }
            None => self.named(&format!(
                "A date, `first` or `last` and an event should follow: `time {word} last purchase`, `time {word} birthday`."
            )),
        }
    }

    /// What is written like `name(…)`: an aggregate or a function; none if the name is none of them.
    fn called(&mut self) -> Option<Read<Node>> {
        let from = self.at;
        let function = |f| Some(f);
        let word = self.word_at(0);
        let aggregate = match word {
            "count" => function(AggregateFunction::Count),
            "sum" => function(AggregateFunction::Sum),
            "average" => function(AggregateFunction::Average),
            "min" => function(AggregateFunction::Min),
            "max" => function(AggregateFunction::Max),
            "distinct" => function(AggregateFunction::Distinct),
            "first" => function(AggregateFunction::First),
            "last" => function(AggregateFunction::Last),
            "median" => function(AggregateFunction::Median),
            "share" => function(AggregateFunction::Share),
            _ => None,
        };
        if let Some(function) = aggregate {
            return Some(self.aggregate(1, function));
        }
        let function = match word {
            "abs" => Function::Abs,
            "round" => Function::Round,
            "least" => Function::Least,
            "greatest" => Function::Greatest,
            "ln" => Function::Ln,
            "exp" => Function::Exp,
            "sqrt" => Function::Sqrt,
            "place" => return Some(self.place()),
            "quintile" => return Some(self.band(5)),
            "quartile" => return Some(self.band(4)),
            "decile" => return Some(self.band(10)),
            "in" | "not" | "everyone" | "and" | "or" | "is" | "between" | "then" | "else" | "where" => return None,
            "avg" | "mean" | "total" | "maximum" | "minimum" | "number" | "unique" | "uniq" | "countif" | "sumif"
            | "ceil" | "floor" | "coalesce" | "if" | "ifnull" | "lower" | "upper" | "length" | "len" | "datediff"
            | "now" | "mode" => {
                let mended = match word {
                    "avg" | "mean" => "average",
                    "total" | "sumif" => "sum",
                    "maximum" => "max",
                    "minimum" => "min",
                    "number" | "countif" => "count",
                    "unique" | "uniq" => "distinct",
                    "mode" => "most common",
                    "ceil" | "floor" => "round",
                    "coalesce" | "ifnull" => "or else",
                    _ => "",
                };
                return Some(self.other_function(mended));
            }
            _ => {
                let known = [
                    "count", "sum", "average", "min", "max", "median", "distinct", "first", "last", "share", "abs", "round",
                    "least", "greatest", "sqrt",
                ];
                let near = words::nearest(word, &known).unwrap_or("");
                return Some(self.other_function(near));
            }
        };
        Some(self.arguments(from, word).and_then(|(arguments, highest)| {
            let span = self.since(from);
            self.node(ExprKind::Function(function, arguments), span, highest)
        }))
    }

    #[cold]
    #[inline(never)]
    fn other_function(&mut self, mended: &str) -> Read<Node> {
        let here = self.here();
        let word = self.word_at(0);
        let mut found = self.error(codes::syntax::OTHER_WORDS, format!("Segue has no `{word}( )`"), here);
        found = match mended {
            "" => found.help("What it counts with: `count`, `sum`, `average`, `min`, `max`, `median`, `most common`, `distinct`, `first`, `last`, `share`, `active days`, `average gap`, `longest gap`; `abs`, `round`, `least`, `greatest`, `ln`, `exp`, `sqrt`."),
            "or else" => found.help("A value where one is missing is written `score or else 0`."),
            _ => found.help(format!("Did you mean `{mended}`?")).fix(format!("write `{mended}`"), here, mended),
        };
        self.fail(found)
    }

    /// `(x, y)`; the name before it is next.
    pub(super) fn arguments(&mut self, _from: usize, name: &str) -> Read<(Vec<Expr>, u32)> {
        let open = self.at + 1;
        self.at += 2;
        self.deeper(|reader| {
            let was = std::mem::replace(&mut reader.in_filter, false);
            let mut arguments = Vec::new();
            let mut highest = 0;
            let mut result = Ok(());
            while result.is_ok() {
                match reader.binary(0) {
                    Ok(node) => {
                        highest = highest.max(node.height);
                        arguments.push(*node.expr);
                    }
                    Err(broken) => result = Err(broken),
                }
                if result.is_ok() && !reader.take_symbol(",") {
                    break;
                }
            }
            reader.in_filter = was;
            result?;
            reader.close(open, ")", "Values in parentheses have commas between them.")?;
            let wanted = match name {
                "least" | "greatest" => 2..=usize::MAX,
                "place" => 2..=2,
                _ => 1..=1,
            };
            if !wanted.contains(&arguments.len()) {
                let span = reader.since(open.saturating_sub(1));
                let how_many = match name {
                    "least" | "greatest" => "two values or more",
                    "place" => "two values",
                    _ => "one value",
                };
                let found = reader.error(codes::syntax::UNEXPECTED, format!("`{name}` takes {how_many}"), span);
                return reader.fail(found);
            }
            Ok((arguments, highest))
        })
    }

    /// `sum(purchase.amount where category = "shoes")`; its name has `width` words.
    fn aggregate(&mut self, width: usize, function: AggregateFunction) -> Read<Node> {
        let from = self.at;
        self.at += width;
        let open = self.at;
        self.next();
        if self.is_symbol(")") {
            return self.unexpected(
                "What is counted should stand between the parentheses: `count(purchase)`, `sum(purchase.amount)`.",
            );
        }
        self.deeper(|reader| {
            let was = std::mem::replace(&mut reader.in_filter, false);
            let result = reader.aggregate_inside(from, open, function);
            reader.in_filter = was;
            result
        })
    }

    fn aggregate_inside(&mut self, from: usize, open: usize, function: AggregateFunction) -> Read<Node> {
        let mut highest = 1;
        let outer = std::mem::take(&mut self.filters);
        let aggregate = if function.is_of_events() {
            let event_at = self.at;
            let kind = self.event_kind()?;
            if self.is_symbol(".") {
                let span = self.since(event_at);
                let event = self.text_since(event_at);
                let found = if matches!(function, AggregateFunction::Count | AggregateFunction::ActiveDays) {
                    self.error(codes::syntax::UNEXPECTED, "Events are counted here, not one of their columns", span).help(format!(
                        "Write `count({event})`; how many different values a column has, `distinct({event}.…)`; their sum, `sum({event}.…)`."
                    ))
                } else {
                    let word = function.words();
                    let says = format!("`{word}` is of an event, not of one of its columns");
                    let filter = if function == AggregateFunction::Share { " where …" } else { "" };
                    self.error(codes::syntax::UNEXPECTED, says, span).help(format!("Write `{word}({event}{filter})`."))
                };
                return self.fail(found);
            }
            let filter = self.aggregate_filter(&mut highest)?;
            let event = super::tree::Event { kind, filter: filter.map(Box::new), span: self.since(event_at) };
            Aggregate { function, argument: AggregateArgument::Event(event), filter: None }
        } else {
            let node = self.binary(0)?;
            highest = highest.max(node.height);
            if readings::bare_name(&node.expr).is_some() && self.is_word("of") {
                return self.unexpected("The event stands before its column, with a point: `sum(purchase.amount)`.");
            }
            let filter = self.aggregate_filter(&mut highest)?;
            Aggregate { function, argument: AggregateArgument::Value(*node.expr), filter }
        };
        if self.is_window() {
            let found = self
                .error(codes::syntax::WINDOW_PLACE, "The window stands inside the parentheses", self.here())
                .help("It belongs behind them: `count(purchase) in last 90 days`.");
            return self.fail(found);
        }
        self.close(
            open,
            ")",
            "Behind the event may stand `where` and a condition: `count(purchase where category = \"shoes\")`.",
        )?;
        let span = self.since(from);
        let highest = highest.max(std::mem::replace(&mut self.filters, outer));
        self.node(ExprKind::Aggregate(Box::new(aggregate)), span, highest)
    }

    /// `where …` inside of an aggregate's parentheses: a whole condition.
    fn aggregate_filter(&mut self, highest: &mut u32) -> Read<Option<Expr>> {
        if !self.take_word("where") {
            return Ok(None);
        }
        let node = self.condition()?;
        *highest = (*highest).max(node.height);
        Ok(Some(*node.expr))
    }
}
