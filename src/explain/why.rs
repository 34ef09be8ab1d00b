//! Reasons in words: the parts of a condition as they were written, with what was found of a customer, and the nearest change that
//! would turn the answer. Values of personal columns are never shown, only whether they are known.

use serde_json::{Value as Json, json};

use super::{Words, words};
use crate::interpret::{Found, Found1, GroupReason, Of, Place, Reason};
use crate::program::calendar::Interval;
use crate::program::{
    Comparison, Condition, ConditionKind, DefinitionId, How, Length, LimitBy, Program, Scalar, Type, Value, ValueKind,
};
use crate::source::{Sources, Span};

/// A part of an answer, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How deep it stands.
    pub depth: usize,
    /// Whether it holds.
    pub holds: bool,
    /// Whether the answer hangs on it.
    pub decided: bool,
    /// What was asked, as it was written.
    pub text: String,
    /// What was found.
    pub found: Vec<String>,
}

/// An answer, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The parts, each behind what it belongs to.
    pub lines: Vec<Line>,
    /// The nearest change that would turn the answer: all of these; nothing where none is known.
    pub change: Vec<String>,
}

/// A longer text as written is cut here; the words behind it are told by its parts.
const LONGEST: usize = 90;

/// The parts of an answer. `as_of` is the moment that it is of.
pub fn why(reasons: &[&Reason<'_>], program: &Program, sources: &Sources, as_of: i64) -> Shown {
    let telling = Telling { words: Words::new(program, Some(as_of)), program, sources };
    let mut lines = Vec::new();
    for reason in reasons {
        telling.lines(reason, 0, &mut lines);
    }
    let decisive: Vec<&&Reason<'_>> = reasons.iter().filter(|r| r.decided).collect();
    let holds = reasons.iter().all(|r| r.holds);
    let changes = decisive.iter().map(|r| telling.change(r));
    let change = if holds {
        changes.flatten().min_by_key(Vec::len)
    } else {
        changes.collect::<Option<Vec<_>>>().map(|all| all.concat())
    };
    Shown { lines, change: change.unwrap_or_default() }
}

/// What a value is and comes from, a line each.
pub fn found(found: &Found1<'_>, program: &Program, sources: &Sources, as_of: i64) -> Vec<String> {
    let telling = Telling { words: Words::new(program, Some(as_of)), program, sources };
    telling.value_lines(found)
}

/// What stages or points hang on, with a line for each before its parts.
pub fn groups(groups: &[GroupReason<'_>], program: &Program, sources: &Sources, as_of: i64) -> Vec<Line> {
    let telling = Telling { words: Words::new(program, Some(as_of)), program, sources };
    let mut lines = Vec::new();
    for group in groups {
        let mut parts = Vec::new();
        telling.lines(&group.reason, 0, &mut parts);
        if let Some(first) = parts.first_mut() {
            first.text = format!("{}{}", group_name(group), first.text);
        }
        lines.extend(parts);
    }
    lines
}

/// Lines as text: `>` before what decided.
pub fn text(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        let indent = "  ".repeat(line.depth);
        let mark = if line.decided { '>' } else { ' ' };
        let holds = if line.holds { "yes" } else { "no " };
        out.push_str(&format!("{mark} {holds}  {indent}{}\n", line.text));
        for found in &line.found {
            out.push_str(&format!("       {indent}    {found}\n"));
        }
    }
    out
}

/// Lines for machines.
pub fn json(lines: &[Line]) -> Vec<Json> {
    let line = |line: &Line| {
        json!({
            "depth": line.depth,
            "holds": line.holds,
            "decided": line.decided,
            "written": line.text,
            "found": line.found,
        })
    };
    lines.iter().map(line).collect()
}

struct Telling<'a> {
    words: Words<'a>,
    program: &'a Program,
    sources: &'a Sources,
}

impl Telling<'_> {
    fn lines(&self, reason: &Reason<'_>, depth: usize, out: &mut Vec<Line>) {
        let text = self.asked(reason);
        let mut found = self.found(reason);
        found.dedup();
        let is_alone = matches!(reason.of, Of::Except(_) | Of::EverySegment(_) | Of::Purpose(..))
            && reason.parts.first().is_some_and(|part| part.parts.is_empty());
        if is_alone && let Some(part) = reason.parts.first() {
            found.extend(self.found(part));
            out.push(Line { depth, holds: reason.holds, decided: reason.decided, text, found });
            return;
        }
        // `not` before a leaf is told in one line.
        if let (Of::Condition(Condition { kind: ConditionKind::Not(_), .. }), [part]) = (reason.of, reason.parts.as_slice())
            && part.parts.is_empty()
        {
            found.extend(self.found(part));
            out.push(Line { depth, holds: reason.holds, decided: reason.decided, text, found });
            return;
        }
        out.push(Line { depth, holds: reason.holds, decided: reason.decided, text, found });
        self.then(reason, || {
            for part in &reason.parts {
                self.lines(part, depth + 1, out);
            }
        });
    }

    /// What was asked, as it was written; a block by what it asks of its parts.
    fn asked(&self, reason: &Reason<'_>) -> String {
        match reason.of {
            Of::Condition(condition) => match &condition.kind {
                ConditionKind::All(parts) if parts.len() > 1 => "all of these".to_owned(),
                ConditionKind::Any(parts) if parts.len() > 1 => "at least one of these".to_owned(),
                ConditionKind::AtLeast(n, parts) => {
                    format!("at least {} of these {}", words::count(*n), words::count(parts.len() as u64))
                }
                ConditionKind::Not(part) => match &part.kind {
                    ConditionKind::Any(parts) | ConditionKind::All(parts) if parts.len() > 1 => "not this".to_owned(),
                    _ => self.written(condition),
                },
                // `not in segment` is written in one with its `not`.
                ConditionKind::InSegment(id) => format!("in segment {}", self.name(*id)),
                _ => self.written(condition),
            },
            Of::Except(condition) => format!("except {}", self.written(condition)),
            Of::EverySegment(condition) => format!("except, of every segment, {}", self.written(condition)),
            Of::Purpose(purpose, condition) => format!("purpose {purpose}: {}", self.written(condition)),
            Of::Member(id, ago) => format!("in segment {}{}", self.name(id), self.ago(ago)),
            Of::NoMember(id, ago) => format!("not in segment {}{}", self.name(id), self.ago(ago)),
            Of::Limit(limit) => {
                let by = match &limit.by {
                    LimitBy::Highest(value) => format!("by highest {}", self.value_name(value)),
                    LimitBy::Lowest(value) => format!("by lowest {}", self.value_name(value)),
                    LimitBy::Random => "at random".to_owned(),
                };
                let per = limit.per.as_ref().map(|per| format!(" per {}", self.value_name(per)));
                format!("limit {}{} {by}", words::count(limit.count), per.unwrap_or_default())
            }
        }
    }

    fn ago(&self, ago: Option<Length>) -> String {
        ago.map(|ago| format!(" {} ago", words::length(ago))).unwrap_or_default()
    }

    /// Says something with the days that were meant where a part is asked as of an earlier time.
    fn then<T>(&self, reason: &Reason<'_>, say: impl FnOnce() -> T) -> T {
        let ago = match reason.of {
            Of::Condition(Condition { kind: ConditionKind::AsOf(_, ago), .. }) => Some(*ago),
            Of::Member(_, ago) | Of::NoMember(_, ago) => ago,
            _ => None,
        };
        let was = self.words.as_of.get();
        if let Some(ago) = ago {
            self.words.as_of.set(was.map(|as_of| self.program.calendar.shift(as_of, ago, -1)));
        }
        let said = say();
        self.words.as_of.set(was);
        said
    }

    fn name(&self, id: DefinitionId) -> &str {
        self.program.definitions.get(id.0).map_or("", |d| &d.name)
    }

    fn written(&self, condition: &Condition) -> String {
        match self.text(condition.span) {
            Some(text) => text,
            None => self.words.clause(condition),
        }
    }

    /// The user's own words, on one line; nothing where no words of theirs stand for it.
    fn text(&self, span: Span) -> Option<String> {
        if span.range().is_empty() {
            return None;
        }
        let text: Vec<&str> = self.sources.text(span).split_whitespace().collect();
        let text = text.join(" ");
        if text.is_empty() {
            return None;
        }
        Some(match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        })
    }

    fn found(&self, reason: &Reason<'_>) -> Vec<String> {
        match &reason.found {
            Found::Parts => Vec::new(),
            Found::Values(values) => values.iter().flat_map(|value| self.value_lines(value)).collect(),
            Found::Time(value, interval) => {
                let mut out = self.value_lines(value);
                let calendar = &self.program.calendar;
                let days = match value.value.ty {
                    Type::Date => words::interval_of_days(*interval),
                    _ => words::interval(*interval, calendar),
                };
                out.extend(days.map(|days| format!("asked for: {days}")));
                out
            }
            Found::Times { count, on_days, interval } => {
                let what = if *on_days { words::several(*count, "day", "days") } else { times(*count) };
                vec![format!("{what}{}", self.days(*interval))]
            }
            Found::First(first, interval) => {
                let first = match first {
                    Some(moment) => format!("for the first time on {}", words::moment(*moment, &self.program.calendar)),
                    None => "never".to_owned(),
                };
                let days = words::interval(*interval, &self.program.calendar);
                std::iter::once(first).chain(days.map(|days| format!("asked for: {days}"))).collect()
            }
            Found::Streak { met, of } => vec![format!("so in {} of {}", words::count(*met), words::count(*of))],
            Found::Place(place) => self.place(place),
            Found::Sequence { matches, reached, of } => {
                let is_held_back = reached == of && *matches == 0;
                let but = if is_held_back { ", but not as it is said of all of them" } else { "" };
                vec![format!("{}; {}{but}", times(*matches), steps(*reached, *of))]
            }
            Found::Funnel { reached, of } => vec![steps(*reached, *of)],
            Found::Trend(now, base) => [now, base].map(|found| self.trend_line(found)).into(),
        }
    }

    /// All that was found for a part and its parts.
    fn all_found(&self, reason: &Reason<'_>) -> Vec<String> {
        let inner = reason.parts.iter().flat_map(|part| self.all_found(part));
        self.found(reason).into_iter().map(|line| line.trim().to_owned()).chain(inner).collect()
    }

    fn days(&self, interval: Interval) -> String {
        words::interval(interval, &self.program.calendar).map(|days| format!(" ({days})")).unwrap_or_default()
    }

    fn place(&self, place: &Place<'_>) -> Vec<String> {
        let mut out = self.value_lines(&place.value);
        let of = words::count(place.of as u64);
        out.push(match place.place {
            Some(at) => format!("rank {} of {of}", words::count(at as u64)),
            None => format!("no place among the {of} in the ranking"),
        });
        let (inside, last) = &place.cut;
        let last =
            last.as_ref().map(|value| format!(", the last of them has {}", self.value_shown(place.value.value, value)));
        out.push(format!("the cut is at {}{}", words::count(*inside as u64), last.unwrap_or_default()));
        out
    }

    fn value_lines(&self, found: &Found1<'_>) -> Vec<String> {
        let mut out = vec![self.value_line(found)];
        let is_change = matches!(found.value.kind, ValueKind::Change(..));
        for part in &found.parts {
            if is_change {
                out.push(format!("  {}", self.trend_line(part)));
                continue;
            }
            out.extend(self.value_lines(part).into_iter().map(|line| format!("  {line}")));
        }
        for group in &found.groups {
            let holds = if group.reason.holds { "yes" } else { "no " };
            let found = self.all_found(&group.reason).join("; ");
            let found = if found.is_empty() { found } else { format!(" ({found})") };
            out.push(format!("  {holds} {}{}{found}", group_name(group), self.asked(&group.reason)));
        }
        out
    }

    /// `` `spend_90d` is 12.40 EUR ``
    fn value_line(&self, found: &Found1<'_>) -> String {
        let name = self.value_name(found.value);
        let over = found.events.map(|n| format!(", over {}", words::several(n, "event", "events"))).unwrap_or_default();
        match &found.is {
            None => format!("{name} is unknown{over}"),
            Some(_) if self.is_personal(found.value) => format!("{name} is known"),
            // As it is written, without a sign between thousands.
            Some(Scalar::Count(key)) if matches!(found.value.kind, ValueKind::Key) => format!("{name} is {key}"),
            Some(value) => format!("{name} is {}{over}", self.words.scalar(value, &found.value.ty)),
        }
    }

    /// A side of a trend; both are written in one, so their days tell them apart.
    fn trend_line(&self, found: &Found1<'_>) -> String {
        let is = found.is.as_ref().map(|value| self.value_shown(found.value, value));
        format!("{} is {}", self.words.value(found.value), is.unwrap_or_else(|| "unknown".to_owned()))
    }

    fn value_name(&self, value: &Value) -> String {
        match &value.kind {
            ValueKind::Attribute(_)
            | ValueKind::Column(..)
            | ValueKind::Trait(_)
            | ValueKind::LookUp(..)
            | ValueKind::Key => self.words.value(value),
            _ => self.text(value.span).map(|text| format!("`{text}`")).unwrap_or_else(|| self.words.value(value)),
        }
    }

    fn value_shown(&self, value: &Value, scalar: &Scalar) -> String {
        if self.is_personal(value) { "a value".to_owned() } else { self.words.scalar(scalar, &value.ty) }
    }

    /// Whether a value shows a personal column.
    fn is_personal(&self, value: &Value) -> bool {
        match &value.kind {
            ValueKind::Attribute(id) => self.program.attributes.get(id.0).is_some_and(|a| a.is_pii),
            // No trait holds a personal value: `check` refuses it.
            ValueKind::Trait(_) => false,
            ValueKind::LookUp(x, ..) | ValueKind::TimeSince(x) | ValueKind::TimeUntil(x) | ValueKind::Negate(x) => {
                self.is_personal(x)
            }
            ValueKind::TimeFrom(a, b) | ValueKind::Arithmetic(_, a, b) | ValueKind::OrElse(a, b) => {
                self.is_personal(a) || self.is_personal(b)
            }
            ValueKind::Function(_, arguments) => arguments.iter().any(|x| self.is_personal(x)),
            _ => false,
        }
    }

    /// The fewest changes that turn a part, in words; `None` where none is known.
    fn change(&self, reason: &Reason<'_>) -> Option<Vec<String>> {
        let parts = reason.parts.as_slice();
        self.then(reason, || match reason.of {
            Of::Condition(condition) => match &condition.kind {
                ConditionKind::All(_)
                | ConditionKind::InSegment(_)
                | ConditionKind::Entered(..)
                | ConditionKind::Left(..) => self.turned(parts, parts.len(), reason.holds),
                ConditionKind::Any(_) => self.turned(parts, 1, reason.holds),
                ConditionKind::AtLeast(n, _) => self.turned(parts, usize::try_from(*n).ok()?, reason.holds),
                _ => match parts {
                    [] => Some(vec![self.leaf_change(reason, condition)?]),
                    [part] => self.change(part),
                    _ => None,
                },
            },
            Of::Except(_) | Of::EverySegment(_) | Of::Purpose(..) => self.change(parts.first()?),
            Of::Member(..) => self.turned(parts, parts.len(), reason.holds),
            Of::NoMember(..) => self.turned(parts, parts.len(), !reason.holds),
            Of::Limit(limit) => match &reason.found {
                // Who is kept may be let go by many changes of others; who is not needs more (or less) than the last one kept.
                Found::Place(place) if !reason.holds && limit.count > 0 => {
                    let last = place.cut.1.as_ref();
                    let shown = last.map_or("a known value".to_owned(), |last| self.value_shown(place.value.value, last));
                    let than = if matches!(limit.by, LimitBy::Highest(_)) { "more" } else { "less" };
                    Some(vec![format!(
                        "{} is {than} than the last one that is kept has, {shown}",
                        self.value_name(place.value.value)
                    )])
                }
                _ => None,
            },
        })
    }

    /// The fewest changes after which `needed` of the parts hold, or where they do now, no longer.
    fn turned(&self, parts: &[Reason<'_>], needed: usize, holds: bool) -> Option<Vec<String>> {
        if parts.is_empty() {
            return None;
        }
        let now = parts.iter().filter(|part| part.holds).count();
        // So many of the parts have to turn.
        let turning = if holds { now.checked_sub(needed)? + 1 } else { needed.checked_sub(now)? };
        let of_those = parts.iter().filter(|part| part.holds == holds);
        let mut ways: Vec<Vec<String>> = of_those.filter_map(|part| self.change(part)).collect();
        if turning < ways.len() {
            ways.sort_by_key(Vec::len);
        }
        (ways.len() >= turning).then(|| ways.into_iter().take(turning).flatten().collect())
    }

    /// What would have to be so of one leaf, and how far it is from there.
    fn leaf_change(&self, reason: &Reason<'_>, condition: &Condition) -> Option<String> {
        let wanted = match &condition.kind {
            ConditionKind::Compare(op, a, b) if reason.holds => self.words.compared(negated(*op), a, b),
            _ if reason.holds => self.words.denied(condition),
            _ => self.words.clause(condition),
        };
        let distance = match (&condition.kind, &reason.found) {
            (ConditionKind::Everyone, _) => return None,
            (ConditionKind::Did(did), Found::Times { count, .. }) => match &did.how {
                How::Times(frequency, _) | How::Days(frequency, _) => {
                    far(frequency.least, frequency.most, *count, reason.holds)
                }
                _ => None,
            },
            (ConditionKind::Sequence(sequence), Found::Sequence { matches, .. }) => {
                far(sequence.frequency.least, sequence.frequency.most, *matches, reason.holds)
            }
            (ConditionKind::Compare(op, a, b), Found::Values(found)) => {
                let op = if reason.holds { negated(*op) } else { *op };
                match (found.as_slice(), is_number(&b.kind), is_number(&a.kind)) {
                    ([one], Some(target), _) if !self.is_personal(a) => self.gap(one, op, &target),
                    ([one], _, Some(target)) if !self.is_personal(b) => self.gap(one, op.swapped(), &target),
                    _ => None,
                }
            }
            (ConditionKind::Rank(rank), Found::Place(place)) if !reason.holds => place.cut.1.as_ref().map(|last| {
                let has = format!("the last one in has {}", self.value_shown(place.value.value, last));
                let op = if rank.top { Comparison::GreaterOrEqual } else { Comparison::LessOrEqual };
                let target = is_number(&ValueKind::Literal(last.clone())).filter(|_| !self.is_personal(place.value.value));
                match target.and_then(|target| self.gap(&place.value, op, &target)) {
                    Some(gap) => format!("{has}, {gap}"),
                    None => has,
                }
            }),
            _ => None,
        };
        Some(match distance {
            Some(distance) => format!("{wanted}: {distance}"),
            None => wanted,
        })
    }

    /// `18.20 EUR more`
    fn gap(&self, found: &Found1<'_>, op: Comparison, target: &Target) -> Option<String> {
        let is = found.is.as_ref()?;
        let (has, wants) = match (is, target) {
            (Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n), Target::Whole(wants)) => (*n, *wants),
            (Scalar::Number(x), Target::Double(wants)) => {
                let gap = (wants - x).abs();
                let which = if wants > x { "more" } else { "less" };
                return Some(format!("{} {which}", self.words.scalar(&Scalar::Number(gap), &found.value.ty)));
            }
            _ => return None,
        };
        let gap = wants.checked_sub(has)?;
        let is_count = matches!(is, Scalar::Count(_));
        let strict = matches!(op, Comparison::Greater | Comparison::Less);
        let step = if strict && is_count { 1 } else { 0 };
        let size = gap.checked_abs()?.checked_add(step)?;
        let shown = match is {
            Scalar::Money(_) => self.words.scalar(&Scalar::Money(size), &found.value.ty),
            Scalar::Duration(_) => words::duration(size),
            _ => self.words.scalar(&Scalar::Count(size), &Type::Count),
        };
        if size == 0 {
            return None;
        }
        let over = if strict && !is_count { "over " } else { "" };
        let which = match op {
            Comparison::Greater | Comparison::GreaterOrEqual => "more",
            Comparison::Less | Comparison::LessOrEqual => "less",
            Comparison::Equal if gap > 0 => "more",
            Comparison::Equal => "less",
            Comparison::NotEqual => return None,
        };
        Some(format!("{over}{shown} {which}"))
    }
}

/// `at_risk when`, `20 points when`
fn group_name(group: &GroupReason<'_>) -> String {
    match group.stage {
        Some(stage) => format!("{stage} when "),
        None => format!("{} when ", group.points),
    }
}

/// What a value is compared with.
enum Target {
    Whole(i64),
    Double(f64),
}

fn is_number(kind: &ValueKind) -> Option<Target> {
    match kind {
        ValueKind::Literal(Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n)) => Some(Target::Whole(*n)),
        ValueKind::Decimal(decimal) => Some(Target::Double(decimal.to_f64())),
        _ => None,
    }
}

fn negated(op: Comparison) -> Comparison {
    match op {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

/// How many more or fewer bring a number into a range, or out of it.
fn far(least: u64, most: u64, n: u64, out: bool) -> Option<String> {
    let more = |k: u64| format!("{} more", words::count(k));
    let fewer = |k: u64| format!("{} fewer", words::count(k));
    if !out {
        return if n < least {
            Some(more(least.saturating_sub(n)))
        } else if n > most && most != u64::MAX {
            Some(fewer(n.saturating_sub(most)))
        } else {
            None
        };
    }
    let down = (least > 0).then(|| n.saturating_sub(least).saturating_add(1));
    let up = (most != u64::MAX).then(|| most.saturating_sub(n).saturating_add(1));
    match (down, up) {
        (Some(down), Some(up)) if up < down => Some(more(up)),
        (Some(down), _) => Some(fewer(down)),
        (None, Some(up)) => Some(more(up)),
        (None, None) => None,
    }
}

/// `got to step 2 of 4`
fn steps(reached: usize, of: usize) -> String {
    match reached {
        0 => "never took the first step".to_owned(),
        reached if reached == of => format!("got to the last of {of} steps"),
        reached => format!("got to step {reached} of {of}"),
    }
}

fn times(n: u64) -> String {
    match n {
        0 => "not at all".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{} times", words::count(n)),
    }
}
