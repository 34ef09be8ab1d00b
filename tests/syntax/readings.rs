//! What is read: conditions beside what they mean, written out with every parenthesis, in `tests/corpus/syntax/readings.txt`.

use super::root;
use segue::source::{FileId, Span};
use segue::syntax::parse_condition;
use segue::syntax::tree::*;
use std::fs;

fn all(exprs: &[Expr], by: &str) -> String {
    exprs.iter().map(expr).collect::<Vec<_>>().join(by)
}

fn literal(literal: &Literal) -> String {
    match &literal.kind {
        LiteralKind::Number(n) => n.clone(),
        LiteralKind::Percent(n) => format!("{n}%"),
        LiteralKind::Money(n, currency) => format!("{n} {currency}"),
        LiteralKind::Duration(n, unit) => format!("{n} {unit:?}"),
        LiteralKind::Text(text) => format!("{text:?}"),
        LiteralKind::Date(y, m, d) => format!("{y:04}-{m:02}-{d:02}"),
        LiteralKind::Timestamp(text) => text.clone(),
        LiteralKind::Boolean(is) => is.to_string(),
    }
}

fn duration(duration: &Duration) -> String {
    format!("{} {:?}", literal(&duration.count), duration.unit)
}

fn window(window: &Window) -> String {
    use WindowKind::*;
    match &window.kind {
        Ever => "ever".into(),
        Last(d) => format!("last {}", duration(d)),
        BeforeLast { length, last } => format!("{} before last {}", duration(length), duration(last)),
        Ago { near, far } => format!("{} to {} ago", duration(near), duration(far)),
        This(unit) => format!("this {unit:?}"),
        Previous(unit) => format!("previous {unit:?}"),
        Since(l) => format!("since {}", literal(l)),
        Before(l) => format!("before {}", literal(l)),
        FromTo(a, b) => format!("from {} to {}", literal(a), literal(b)),
        MoreThanAgo(d) => format!("more than {} ago", duration(d)),
        FirstAfter { length, anchor } => format!("first {} after {}", duration(length), expr(anchor)),
        BetweenAfter { near, far, anchor } => format!("{} to {} after {}", duration(near), duration(far), expr(anchor)),
        FromNow { near, far } => format!("{} to {} from now", duration(near), duration(far)),
        Next(d) => format!("next {}", duration(d)),
        SinceEvent(anchor) => format!("since {}", expr(anchor)),
        BeforeEvent(anchor) => format!("before {}", expr(anchor)),
    }
}

fn event(event: &Event) -> String {
    let kind = match &event.kind {
        EventKind::Named(name) => name.text.clone(),
        EventKind::Any => "ANY".into(),
        EventKind::OneOf(events) => format!("({})", events.iter().map(self::event).collect::<Vec<_>>().join(" or ")),
        EventKind::Inner(inner) => format!("({})", self::event(inner)),
    };
    event.filter.as_ref().map_or(kind.clone(), |filter| format!("{kind} where {}", expr(filter)))
}

fn frequency(frequency: &Frequency) -> String {
    match frequency {
        Frequency::AtLeast(n) => format!(">= {}", literal(n)),
        Frequency::AtMost(n) => format!("<= {}", literal(n)),
        Frequency::Exactly(n) => format!("= {}", literal(n)),
        Frequency::MoreThan(n) => format!("> {}", literal(n)),
        Frequency::FewerThan(n) => format!("< {}", literal(n)),
        Frequency::Between(a, b) => format!("{} to {}", literal(a), literal(b)),
    }
}

fn did(did: &Did) -> String {
    let mut out = format!("{} {}", if did.negated { "DID NOT" } else { "DID" }, event(&did.event));
    match &did.how {
        How::Once => {}
        How::Times(f) => out.push_str(&format!("; times {}", frequency(f))),
        How::Days(f) => out.push_str(&format!("; days {}", frequency(f))),
        How::FirstTime => out.push_str("; first time"),
    }
    if let Some(streak) = &did.streak {
        let which = if streak.previous { "previous" } else { "last" };
        let many = streak.at_least.as_ref().map_or("each".into(), |n| format!("at least {}", literal(n)));
        out.push_str(&format!("; {many} of {which} {}", duration(&streak.length)));
    }
    if let Some(w) = &did.window {
        out.push_str(&format!("; {}", window(w)));
    }
    format!("[{out}]")
}

fn over(over: &Over) -> String {
    let against = over.against.as_ref().map_or(String::new(), |d| format!(" against {}", duration(d)));
    let from = over.at_least.as_ref().map_or(String::new(), |n| format!(" from >= {}", literal(n)));
    format!("over {}{against}{from}", duration(&over.length))
}

fn sequence(sequence: &Sequence) -> String {
    let mut out = if sequence.negated { "not ".to_owned() } else { String::new() };
    for (number, step) in sequence.steps.iter().enumerate() {
        out.push_str(if number == 0 {
            ""
        } else if step.directly {
            " >> "
        } else {
            " > "
        });
        out.push_str(&event(&step.event));
        if let Some(within) = &step.within {
            out.push_str(&format!(" in {}", duration(within)));
        }
        if let Some(without) = &step.without {
            out.push_str(&format!(" without {}", event(without)));
        }
    }
    if let Some(no) = &sequence.then_no {
        let wait = no.within.as_ref().map_or("since".into(), |within| format!("in {}", duration(within)));
        out.push_str(&format!(" > NO {} {wait}", event(&no.event)));
    }
    if let Some(column) = &sequence.matching {
        out.push_str(&format!("; matching {}", expr(column)));
    }
    if let Some(length) = &sequence.all_within {
        out.push_str(&format!("; all in {}", duration(length)));
    }
    if let Some(times) = &sequence.frequency {
        out.push_str(&format!("; {}", frequency(times)));
    }
    if let Some(w) = &sequence.window {
        out.push_str(&format!("; {}", window(w)));
    }
    format!("[{out}]")
}

fn expr(e: &Expr) -> String {
    use ExprKind::*;
    match &e.kind {
        Or(parts) => format!("({})", all(parts, " or ")),
        And(parts) => format!("({})", all(parts, " and ")),
        Not(inner) => format!("not {}", expr(inner)),
        Group(kind, parts) => {
            let kind = match kind {
                GroupKind::All => "all".into(),
                GroupKind::Any => "any".into(),
                GroupKind::None => "none".into(),
                GroupKind::AtLeast(n) => format!("at least {}", literal(n)),
            };
            format!("{kind} {{{}}}", all(parts, ", "))
        }
        Compare(op, a, b) => {
            let sign = match op {
                CompareOp::Equal => "=",
                CompareOp::NotEqual => "!=",
                CompareOp::Less => "<",
                CompareOp::LessOrEqual => "<=",
                CompareOp::Greater => ">",
                CompareOp::GreaterOrEqual => ">=",
            };
            format!("({} {sign} {})", expr(a), expr(b))
        }
        Between(v, a, b) => format!("({} between {} & {})", expr(v), expr(a), expr(b)),
        In { value, negated, items } => {
            let items: Vec<String> = items.iter().map(literal).collect();
            format!("({} {}in ({}))", expr(value), if *negated { "not " } else { "" }, items.join(", "))
        }
        TextTest { value, test, pattern, ignoring_case } => {
            format!("({} {test:?} {}{})", expr(value), literal(pattern), if *ignoring_case { " any case" } else { "" })
        }
        Known { value, negated } => format!("({} {})", expr(value), if *negated { "UNKNOWN" } else { "KNOWN" }),
        Windowed(inner, w) => format!("<{}: {}>", expr(inner), window(w)),
        InSegment { segment, negated } => format!("[{}in segment {}]", if *negated { "not " } else { "" }, segment.text),
        InList { value, list, negated } => {
            let value = value.as_ref().map_or(String::new(), |v| format!("{} ", expr(v)));
            format!("[{value}{}in list {}]", if *negated { "not " } else { "" }, list.text)
        }
        InRandom { share, salt, negated } => {
            let not = if *negated { "not " } else { "" };
            format!("[{not}in random {} salt {:?}]", literal(share), salt.value)
        }
        Rank(rank) => {
            let of = match &rank.of {
                None => String::new(),
                Some(RankOf::Segment(name)) => format!(" of segment {}", name.text),
                Some(RankOf::Trait(name)) => format!(" of {}", name.text),
                Some(RankOf::Each(by)) => format!(" of each {}", expr(by)),
            };
            format!("[{} {} {}{of}]", expr(&rank.value), if rank.top { "top" } else { "bottom" }, literal(&rank.amount))
        }
        Band(band) => format!("band {} of {}{}", band.bands, if band.lowest { "lowest " } else { "" }, expr(&band.value)),
        Did(inner) => did(inner),
        Sequence(inner) => sequence(inner),
        Reached(r) => {
            let not = r.but_not.as_ref().map_or(String::new(), |not| format!(" not {}", not.text));
            let when = r.window.as_ref().map_or(String::new(), |w| format!("; {}", window(w)));
            format!("[{}reached {}{not} in {}{when}]", if r.last { "last " } else { "" }, r.step.text, r.funnel.text)
        }
        Everyone => "EVERYONE".into(),
        Name(name) => name.text.clone(),
        Path(names) => names.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join("."),
        Literal(l) => literal(l),
        Aggregate(aggregate) => {
            let argument = match &aggregate.argument {
                AggregateArgument::Event(e) => event(e),
                AggregateArgument::Value(v) => expr(v),
            };
            let filter = aggregate.filter.as_ref().map_or(String::new(), |f| format!(" where {}", expr(f)));
            format!("{:?}({argument}{filter})", aggregate.function)
        }
        Trend(trend) => {
            let by = trend
                .by
                .as_ref()
                .map_or(String::new(), |by| format!(" by {} {}", if by.more_than { ">" } else { ">=" }, literal(&by.share)));
            format!("[{} {}{by} {}]", expr(&trend.value), if trend.falls { "FELL" } else { "ROSE" }, over(&trend.over))
        }
        Change(of, o) => format!("CHANGE({} {})", expr(of), over(o)),
        TimeSince(inner) => format!("since({})", expr(inner)),
        TimeUntil(inner) => format!("until({})", expr(inner)),
        TimeFrom(a, b) => format!("from({}, {})", expr(a), expr(b)),
        Part(part, inner) => format!("{part:?}({})", expr(inner)),
        Anniversary(inner) => format!("anniversary({})", expr(inner)),
        Place(a, b) => format!("place({}, {})", expr(a), expr(b)),
        Near { place, distance, latitude, longitude } => {
            format!("[{} {} km of {} {}]", expr(place), literal(distance), literal(latitude), literal(longitude))
        }
        Moment(end, e) => format!("{end:?} {}", event(e)),
        Negate(inner) => format!("-{}", expr(inner)),
        Arithmetic(op, a, b) => {
            let sign = match op {
                ArithmeticOp::Add => "+",
                ArithmeticOp::Subtract => "-",
                ArithmeticOp::Multiply => "*",
                ArithmeticOp::Divide => "/",
            };
            format!("({} {sign} {})", expr(a), expr(b))
        }
        Function(function, values) => format!("{function:?}({})", all(values, ", ")),
        OrElse(a, b) => format!("({} else {})", expr(a), expr(b)),
        AsOf { of, ago, in_parentheses } => {
            format!("{{{}{} as of {}}}", if *in_parentheses { "all: " } else { "" }, expr(of), duration(ago))
        }
        Changed { value, change, window: w } => {
            let change = change.as_ref().map_or(String::new(), |(a, b)| format!(" {} to {}", literal(a), literal(b)));
            format!("[{} changed{change}{}]", expr(value), w.as_ref().map_or(String::new(), |w| format!("; {}", window(w))))
        }
        Was { value, was, window: w } => {
            let w = w.as_ref().map_or(String::new(), |w| format!("; {}", window(w)));
            format!("[{} was {}{w}]", expr(value), literal(was))
        }
        Moved { entered, segment, window: w } => {
            let w = w.as_ref().map_or(String::new(), |w| format!("; {}", window(w)));
            format!("[{} {}{w}]", if *entered { "entered" } else { "left" }, segment.text)
        }
        Later(what) => format!("LATER {what}"),
    }
}

#[test]
fn each_condition_is_read_as_it_is_meant() {
    let text = fs::read_to_string(root().join("tests/corpus/syntax/readings.txt")).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for block in text.split("\n\n").filter(|block| !block.trim().is_empty() && !block.starts_with('#')) {
        let (condition, expected) = block.rsplit_once("\n= ").unwrap_or_else(|| panic!("no reading: {block}"));
        let condition = condition.lines().filter(|line| !line.starts_with("# ")).collect::<Vec<_>>().join("\n");
        count += 1;
        let span = Span::new(FileId(0), 0..condition.len());
        let read = match parse_condition(&condition, span) {
            Ok(read) => expr(&read),
            Err(all) => all.iter().map(|d| format!("{}: {}", d.code.code, d.message)).collect::<Vec<_>>().join("; "),
        };
        if read != expected.trim_end() {
            wrong.push(format!("{condition}\n  wanted: {}\n  read:   {read}", expected.trim_end()));
        }
    }
    assert!(count > 100, "{count} readings");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}
