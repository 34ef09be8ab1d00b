//! What can be read in two ways, or is written otherwise in other tools: the error shows each reading, and what to type.

use super::conditions::Part;
use super::reader::{Node, Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{CompareOp, Expr, ExprKind};
use crate::diagnostics::{Diagnostic, Fix, codes};

/// `a and b or c`: both readings.
pub(super) fn and_beside_or(reader: &Reader<'_, '_>, parts: &[Part], joins: &[(bool, usize)]) -> Diagnostic {
    let texts: Vec<String> = parts.iter().map(|part| shorten(reader.text_between(part.from, part.to), 50)).collect();
    let grouped = |inner_is_and: bool| -> String {
        let mut runs: Vec<Vec<&str>> = vec![vec![texts.first().map_or("", String::as_str)]];
        for (text, (is_and, _)) in texts.iter().skip(1).zip(joins) {
            if *is_and == inner_is_and {
                if let Some(run) = runs.last_mut() {
                    run.push(text);
                }
            } else {
                runs.push(vec![text]);
            }
        }
        let (inner, outer) = if inner_is_and { (" and ", " or ") } else { (" or ", " and ") };
        let runs: Vec<String> =
            runs.iter().map(|run| if run.len() > 1 { format!("({})", run.join(inner)) } else { run.join(inner) }).collect();
        runs.join(outer)
    };
    let first = joins.first().is_some_and(|(is_and, _)| *is_and);
    let other = joins.iter().find(|(is_and, _)| *is_and != first).map_or(0, |(_, at)| *at);
    let word = |is_and: bool| if is_and { "and" } else { "or" };
    let whole = |texts: String| shorten(&texts, 200);
    Diagnostic::new(codes::syntax::AND_BESIDE_OR, "`and` beside `or` has two readings")
        .at(reader.token_span(other))
        .label(
            reader.token_span(joins.first().map_or(0, |(_, at)| *at)),
            format!("`{}` here, `{}` there", word(first), word(!first)),
        )
        .consequence("The two readings have different members.")
        .help(format!(
            "Write parentheses, `{}` or `{}`; or a block: `all of {{ … }}`, `any of {{ … }}`.",
            whole(grouped(true)),
            whole(grouped(false))
        ))
}

/// `where category = "shoes" and amount > 50 EUR in last 30 days`; `where` is the token at `filter_at`.
pub(super) fn two_after_where<T>(reader: &mut Reader<'_, '_>, filter_at: usize, to: usize) -> Read<T> {
    let filter = shorten(reader.text_between(filter_at + 1, to), 80);
    let first = reader.token_span(filter_at + 1);
    let last = reader.token_span(to.saturating_sub(1));
    let raw = |at: usize| reader.text_between(at, at + 1);
    let mut found = reader
        .error(
            codes::syntax::TWO_AFTER_WHERE,
            "Without parentheses `where` takes one comparison, so the second is looked for among the customer's columns",
            reader.span_between(filter_at, to),
        )
        .help(format!("For one event with both: `where ({filter})`."));
    found.fix = Some(Fix {
        title: format!("write `where ({filter})`"),
        edits: vec![(first, format!("({}", raw(filter_at + 1))), (last, format!("{})", raw(to.saturating_sub(1))))],
    });
    reader.fail(found)
}

/// `count(purchase) >= 3 in last 90 days`: the window belongs to the count.
pub(super) fn window_behind<T>(reader: &mut Reader<'_, '_>, from: usize, right_from: usize) -> Read<T> {
    let left_to = right_from.saturating_sub(1);
    let literal_to = reader.at;
    let left = shorten(reader.text_between(from, left_to), 60);
    let compared = shorten(reader.text_between(left_to, literal_to), 60);
    let window_from = reader.at;
    reader.behind = window_from;
    reader.window()?;
    let window = shorten(reader.text_since(window_from), 60);
    let span = reader.since(window_from);
    let mended = format!("{left} {window} {compared}");
    let mut help = format!("The window belongs to what is counted: `{mended}`.");
    if let Some(event) = left.strip_prefix("count(").and_then(|l| l.strip_suffix(')'))
        && let Some(number) = compared.strip_prefix(">= ")
        && !event.contains(['(', ')'])
    {
        help.push_str(&format!(" Shorter: `did {event} at least {number} times {window}`."));
    }
    let before = reader.span_between(from, left_to);
    let whole = reader.span_between(left_to, reader.at);
    let mut found = reader
        .error(codes::syntax::WINDOW_PLACE, format!("`{window}` stands behind the number"), span)
        .label(before, "it belongs behind this")
        .help(help);
    let exact = format!("{} {}", reader.text_since(window_from), reader.text_between(left_to, literal_to));
    found.fix = Some(Fix { title: format!("write `{}`", shorten(&mended, 80)), edits: vec![(whole, exact)] });
    reader.fail(found)
}

/// `last_purchase < 30 days ago`
pub(super) fn ago<T>(reader: &mut Reader<'_, '_>, from: usize, right_from: usize, op: CompareOp) -> Read<T> {
    let left = shorten(reader.text_between(from, right_from.saturating_sub(1)), 40);
    let length = shorten(reader.text_since(right_from), 40);
    reader.next();
    let span = reader.since(from);
    let is_earlier = matches!(op, CompareOp::Less | CompareOp::LessOrEqual);
    let mended = if is_earlier { format!("{left} more than {length} ago") } else { format!("{left} in last {length}") };
    let mut help = format!("For a date: `{mended}`.");
    if let Some(event) = left.strip_prefix("last_").or_else(|| left.strip_prefix("last ")) {
        let sign = if is_earlier { ">" } else { "<" };
        help = format!("For an event: `time since last {event} {sign} {length}`. {help}");
    }
    let found = reader
        .error(codes::syntax::OTHER_WORDS, format!("`{length} ago` is not compared by a sign"), span)
        .help(help)
        .fix(format!("write `{mended}`"), span, mended);
    reader.fail(found)
}

/// `18 < age < 30`
pub(super) fn chained<T>(reader: &mut Reader<'_, '_>, from: usize, right_from: usize, op: CompareOp) -> Read<T> {
    let second_at = reader.at;
    let second = reader.symbol_at(0);
    reader.next();
    let third_from = reader.at;
    reader.binary(0)?;
    let span = reader.since(from);
    let left = shorten(reader.text_between(from, right_from.saturating_sub(1)), 40);
    let first = reader.text_between(right_from.saturating_sub(1), right_from);
    let middle = shorten(reader.text_between(right_from, second_at), 40);
    let right = shorten(reader.text_since(third_from), 40);
    let both = match (op, second) {
        (CompareOp::LessOrEqual, "<=") => format!("{middle} between {left} and {right}"),
        (CompareOp::GreaterOrEqual, ">=") => format!("{middle} between {right} and {left}"),
        _ => format!("({left} {first} {middle} and {middle} {second} {right})"),
    };
    let mut help = format!("Write `{}`.", both.trim_start_matches('(').trim_end_matches(')'));
    if !both.contains(" between ") {
        let is_rising = matches!(op, CompareOp::Less | CompareOp::LessOrEqual) && matches!(second, "<" | "<=");
        if is_rising {
            help.push_str(&format!(" With both ends in: `{middle} between {left} and {right}`."));
        }
    } else {
        help.push_str(" Both ends are in.");
    }
    let found = reader.error(codes::syntax::CHAINED, "Comparisons are not chained", span).help(help).fix(
        format!("write `{both}`"),
        span,
        both,
    );
    reader.fail(found)
}

/// `country is "DE"`, `plan is not "gold"`, `phone is set`: the `is` stands at `is_at` and is taken.
pub(super) fn is(reader: &mut Reader<'_, '_>, from: usize, is_at: usize, left: Node) -> Read<Node> {
    let negated = reader.take_word("not");
    let word = reader.peek();
    let lower = word.text.to_lowercase();
    let known = match &*lower {
        "known" | "set" | "present" | "defined" | "filled" | "available" if word.kind != Kind::Text => Some(true),
        "unknown" | "null" | "missing" | "empty" | "blank" | "undefined" | "none" if word.kind != Kind::Text => Some(false),
        _ => None,
    };
    let say = |reader: &mut Reader<'_, '_>, mended: &str| {
        let span = reader.since(is_at);
        let shown = shorten(reader.text_since(is_at), 30);
        let found = reader
            .error(codes::syntax::OTHER_WORDS, format!("`{shown}` is written `{mended}`"), span)
            .help(format!("Write `{mended}`."))
            .fix(format!("write `{mended}`"), span, mended);
        reader.report(found);
    };
    if let Some(known) = known {
        reader.next();
        let is_known = known != negated;
        say(reader, if is_known { "is known" } else { "is unknown" });
        let span = reader.since(from);
        return reader.node(ExprKind::Known { value: left.expr, negated: !is_known }, span, left.height);
    }
    if matches!(&*lower, "in" | "between" | "like" | "one") && word.kind == Kind::Word {
        let help = match &*lower {
            "in" | "one" if negated => "Write `plan not in (\"pro\", \"team\")`.",
            "in" | "one" => "Write `plan in (\"pro\", \"team\")`.",
            "between" => "Write `age between 25 and 34`.",
            _ => "Write `city starts with \"San\"`, `ends with` or `contains`.",
        };
        let span = reader.since(is_at);
        let found = reader.error(codes::syntax::OTHER_WORDS, "The `is` is too much here", span).help(help);
        return reader.fail(found);
    }
    if reader.is_literal() || matches!(word.kind, Kind::Word | Kind::Name) {
        say(reader, if negated { "!=" } else { "=" });
        let op = if negated { CompareOp::NotEqual } else { CompareOp::Equal };
        let right: Node = reader.binary(0)?;
        let span = reader.since(from);
        let highest = left.height.max(right.height);
        return reader.node(ExprKind::Compare(op, left.expr, right.expr), span, highest);
    }
    reader.unexpected("After `is` stands `known` or `unknown`; for a value write `=` or `!=`.")
}

impl Reader<'_, '_> {
    /// Words of other tools where a comparison could stand: `equals`, `like`, `at least 3`.
    pub(super) fn other_words(&mut self, from: usize) -> Read<()> {
        let words =
            ["equals", "eq", "equal", "like", "includes", "include", "containing", "exists", "at", "more", "less", "fewer"];
        if !words.contains(&self.word_at(0)) {
            return Ok(());
        }
        self.other_word(from)
    }

    #[cold]
    #[inline(never)]
    fn other_word(&mut self, from: usize) -> Read<()> {
        let here = self.here();
        let at_number = |n: usize| {
            self.nth(n).kind == Kind::Number && !matches!(self.word_at(n + 1), "of" | "times" | "time" | "days" | "day")
        };
        let say = |message: String, help: String| Diagnostic::new(codes::syntax::OTHER_WORDS, message).at(here).help(help);
        let found = match (self.word_at(0), self.word_at(1)) {
            ("equals" | "eq" | "equal", _) if !self.peek().first => say(
                "`equals` is written `=`".to_owned(),
                "Write `=`: `country = \"DE\"`.".to_owned(),
            )
            .fix("write `=`", here, "="),
            ("like", _) if self.nth(1).kind == Kind::Text => say(
                "`like` is a word of another tool".to_owned(),
                "Write `city starts with \"San\"`, `ends with` or `contains`.".to_owned(),
            ),
            ("includes" | "include" | "containing", _) if self.nth(1).kind == Kind::Text => say(
                "This is written `contains`".to_owned(),
                "Write `contains`.".to_owned(),
            )
            .fix("write `contains`", here, "contains"),
            ("exists", _) if !self.peek().first => say(
                "`exists` is written `is known`".to_owned(),
                "Write `is known`.".to_owned(),
            )
            .fix("write `is known`", here, "is known"),
            ("at", "least" | "most") | ("more" | "less" | "fewer", "than")
                if !self.in_filter && at_number(2) && !self.is_window() =>
            {
                let sign = match self.word_at(1) {
                    "least" => ">=",
                    "most" => "<=",
                    _ if self.word_at(0) == "more" => ">",
                    _ => "<",
                };
                let words = self.text_between(self.at, self.at + 2);
                let span = self.span_between(self.at, self.at + 2);
                let number = self.nth(2).text.clone();
                Diagnostic::new(codes::syntax::OTHER_WORDS, format!("A value is compared by a sign: `{sign}`"))
                    .at(span)
                    .help(format!("Write `{sign} {number}` for `{words} {number}`; the words are for how often somebody `did` something."))
                    .fix(format!("write `{sign}`"), span, sign)
            }
            _ => return Ok(()),
        };
        if self.at == from {
            return Ok(());
        }
        self.fail(found)
    }
}

/// `renewal_date < today`: `today` is a time, not a value.
pub(super) fn today(reader: &Reader<'_, '_>) -> Diagnostic {
    reader
        .error(codes::syntax::OTHER_WORDS, "`today` is a time in which something is, not a value to compare with", reader.here())
        .help(
            "Write `signed_up_at today`, `signed_up_at in last 30 days`, `renewal_date in next 14 days`; of days gone by `renewal_date more than 1 day ago`.",
        )
}

/// Whether an expression is a bare name, for hints.
pub(super) fn bare_name(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) => Some(&name.text),
        _ => None,
    }
}
