//! A plan as text: what `segue explain NAME --plan` shows. For people; its form may change.

use std::fmt::Write;

use super::{
    Bounds, Comparison, End, EventSide, Feature, FeatureKind, Frequency, Function, Graph, HangingBound, HistoryId, Node,
    NodeId, NodeKind, OnEvent, Operator, Plan, PlanArm, PlanDefinitionId, PlanDefinitionKind, PlanExperiment, PlanLimitBy,
    PlanReached, PlanSegment, PlanSequence, RankAmount, TableId, TextTest, TextTestKind,
};
use crate::program::calendar::{END_OF_TIME, FIRST_MOMENT, Interval, Length, Unit, date_of};
use crate::program::{Program, Scalar, Type};

/// A text longer than this is given a name where it is used, so that a plan is never much longer than its graph.
const LONGEST: usize = 120;

/// What is computed for one definition: a plan that was lowered for it alone, and the program for the names.
pub fn definition(plan: &Plan, program: &Program, name: &str) -> String {
    let words = Words { plan, program };
    let mut out = String::new();
    let (customers, named) = words.graph(&plan.graph, None);
    let text = |id: &NodeId| customers.get(id.0).cloned().unwrap_or_default();
    for definition in &plan.definitions {
        let title = definition.title.as_ref().map(|title| format!(" {title:?}")).unwrap_or_default();
        match &definition.kind {
            PlanDefinitionKind::Trait(node) if *definition.name == *name && definition.as_of == plan.as_of => {
                let _ = writeln!(out, "trait {name}{title}\n  {}", text(node));
            }
            PlanDefinitionKind::Stages(stages) if *definition.name == *name => {
                let _ = writeln!(out, "stages {name}{title}\n  {}", text(&stages.stage));
                for given in &stages.gives {
                    let values = stages.names.iter().zip(&given.values);
                    let values: Vec<String> =
                        values.filter_map(|(stage, v)| Some(format!("{stage} {}", words.scalar(v.as_ref()?)))).collect();
                    let _ = writeln!(out, "  gives {}: {}", given.name, values.join(", "));
                }
            }
            PlanDefinitionKind::Segment(segment) => {
                let _ = writeln!(out, "segment {}{}{title}", definition.name, words.as_of(definition.as_of));
                words.segment(&mut out, segment, &text);
            }
            _ => {}
        }
    }
    let name_of = |id: &PlanDefinitionId| plan.definitions.get(id.0).map(|definition| definition.name.to_string());
    let queue = |queue: &Vec<PlanDefinitionId>| queue.iter().filter_map(name_of).collect::<Vec<_>>().join(", then ");
    section(&mut out, "exported, each without those before", plan.priorities.iter().map(queue).collect());
    section(&mut out, "where", named);
    section(
        &mut out,
        "ranks",
        plan.ranks
            .iter()
            .enumerate()
            .map(|(i, rank)| {
                let amount = match rank.amount {
                    RankAmount::Share(share) => format!("{} of", share),
                    RankAmount::Count(count) => format!("{count} of"),
                };
                let among = rank.of.as_ref().map_or_else(|| "all customers".to_owned(), &text);
                let each = rank.each.as_ref().map(|each| format!(", by themselves those of each {}", text(each)));
                format!(
                    "rank {i}: {} {amount} {among} by {}{}",
                    if rank.top { "top" } else { "bottom" },
                    text(&rank.value),
                    each.unwrap_or_default()
                )
            })
            .collect(),
    );
    section(
        &mut out,
        "bands",
        plan.bands
            .iter()
            .enumerate()
            .map(|(i, band)| {
                let among = band.of.as_ref().map_or_else(|| "all customers".to_owned(), &text);
                let best = if band.lowest { "lowest" } else { "highest" };
                format!("band {i}: {} of {among} by {}, the {best} in the last", band.bands, text(&band.value))
            })
            .collect(),
    );
    section(&mut out, "computed for each customer, in one pass over the events", words.features());
    section(&mut out, "windows of their own for each customer", words.hanging(&text));
    let mut rows = Vec::new();
    for scan in &plan.tables {
        let (texts, named) = words.graph(&scan.graph, Some(scan.table));
        let table = words.table(scan.table);
        rows.extend(named);
        for (selection, node) in &scan.selections {
            let is_all = scan.graph.nodes.get(node.0).is_some_and(|n| n.kind == NodeKind::Constant(true));
            let text = texts.get(node.0).cloned().unwrap_or_default();
            let which = if is_all { "all rows".to_owned() } else { format!("where {text}") };
            rows.push(format!("rows {}: {table}, {which}", selection.0));
        }
        for (slot, node) in &scan.slots {
            rows.push(format!("value {}: {table}: {}", slot.0, texts.get(node.0).cloned().unwrap_or_default()));
        }
    }
    section(&mut out, "looked for in the events", rows);
    section(&mut out, "read", words.reads());
    section(
        &mut out,
        "known only as exported: of a past day it tells what may not have been known then",
        words.as_exported(),
    );
    out
}

/// A heading and its lines, or nothing.
fn section(out: &mut String, title: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        let _ = writeln!(out, "\n{title}");
        for line in lines {
            let _ = writeln!(out, "  {line}");
        }
    }
}

struct Words<'a> {
    plan: &'a Plan,
    program: &'a Program,
}

impl Words<'_> {
    fn segment(&self, out: &mut String, segment: &PlanSegment, text: &dyn Fn(&NodeId) -> String) {
        let _ = writeln!(out, "  where {}", text(&segment.condition));
        for except in &segment.except {
            let _ = writeln!(out, "  except {}", text(except));
        }
        if let Some(every) = &segment.every_segment {
            let _ = writeln!(out, "  except of every segment {}", text(every));
        }
        for (purpose, consent) in &segment.purposes {
            let _ = writeln!(out, "  purpose {purpose}: {}", text(consent));
        }
        if let Some(limit) = &segment.limit {
            let per = limit.per.as_ref().map(|per| format!(" per {}", text(per))).unwrap_or_default();
            let by = match &limit.by {
                PlanLimitBy::Highest(value) => format!("by highest {}", text(value)),
                PlanLimitBy::Lowest(value) => format!("by lowest {}", text(value)),
                PlanLimitBy::Random => "at random".to_owned(),
            };
            let _ = writeln!(out, "  limit {}{per} {by}", limit.count);
        }
        match &segment.experiment {
            None => {}
            Some(PlanExperiment::Holdout { share, salt }) => {
                let _ = writeln!(out, "  holdout {} salt {salt:?}", share.as_percent());
            }
            Some(PlanExperiment::Split { salt, arms, .. }) => {
                let arm = |arm: &PlanArm| {
                    let held_out = if arm.held_out { ", held out" } else { "" };
                    format!("{} up to {}{held_out}", arm.name, arm.reach.as_percent())
                };
                let arms: Vec<String> = arms.iter().map(arm).collect();
                let _ = writeln!(out, "  split salt {salt:?}: {}", arms.join("; "));
            }
        }
        for (name, value) in &segment.include {
            let _ = writeln!(out, "  include {name}: {}", text(value));
        }
    }

    fn features(&self) -> Vec<String> {
        self.plan.features.iter().enumerate().map(|(i, f)| format!("f{i}: {}", self.feature(f))).collect()
    }

    fn feature(&self, feature: &Feature) -> String {
        let rows = format!("rows {}", feature.selection.0);
        let of = |what: &str, slot: usize, bounds: &Bounds| {
            format!("{what} value {slot} of {rows} {}", self.bounds(bounds, false))
        };
        match &feature.kind {
            FeatureKind::Count(bounds) => format!("how many {rows} {}", self.bounds(bounds, false)),
            FeatureKind::Days(bounds) => format!("days with {rows} {}", self.bounds(bounds, false)),
            FeatureKind::Sum(slot, bounds) => of("sum of", slot.0, bounds),
            FeatureKind::Average(slot, bounds) => of("average of", slot.0, bounds),
            FeatureKind::Min(slot, bounds) => of("smallest", slot.0, bounds),
            FeatureKind::Max(slot, bounds) => of("largest", slot.0, bounds),
            FeatureKind::Distinct(slot, bounds) => of("different values of", slot.0, bounds),
            FeatureKind::First(slot, bounds) => of("first", slot.0, bounds),
            FeatureKind::Last(slot, bounds) => of("last", slot.0, bounds),
            FeatureKind::Median(slot, bounds) => of("median of", slot.0, bounds),
            FeatureKind::MostCommon(slot, bounds) => of("most common", slot.0, bounds),
            FeatureKind::AverageGap(bounds) => format!("average gap between {rows} {}", self.bounds(bounds, false)),
            FeatureKind::LongestGap(bounds) => format!("longest gap between {rows} {}", self.bounds(bounds, false)),
            FeatureKind::FirstWithin(bounds) => {
                format!("whether the first of {rows} lies {}", self.bounds(bounds, false))
            }
            FeatureKind::FirstTime { until } => format!("time of the first of {rows}{}", self.until(*until)),
            FeatureKind::LastTime { until } => format!("time of the last of {rows}{}", self.until(*until)),
            FeatureKind::Streak { bounds, frequency, on_days } => {
                let what = if *on_days { "days" } else { "rows" };
                let bounds: Vec<String> = bounds.iter().map(|b| self.moment(*b)).collect();
                format!(
                    "in how many of the intervals between {} {} {what} of {rows} lie",
                    bounds.join(", "),
                    range(*frequency)
                )
            }
            FeatureKind::Sequence(sequence) => self.sequence(sequence),
            FeatureKind::Reached(reached) => self.reached(reached),
        }
    }

    fn sequence(&self, sequence: &PlanSequence) -> String {
        let within = |length: Option<Length>| length.map_or_else(String::new, |l| format!(" within {}", self.length(l)));
        let mut out = String::from("matches of ");
        for (number, step) in sequence.steps.iter().enumerate() {
            let then = if number == 0 {
                ""
            } else if step.directly {
                " then directly "
            } else {
                " then "
            };
            let without = step.without.map_or_else(String::new, |s| format!(" without rows {}", s.0));
            let _ = write!(out, "{then}rows {}{}{without}", step.selection.0, within(step.within));
        }
        if let Some(no) = &sequence.then_no {
            let wait = if no.within.is_some() { within(no.within) } else { " since".to_owned() };
            let _ = write!(out, " then no rows {}{wait} until {}", no.selection.0, self.moment(sequence.until));
        }
        if let Some(slot) = sequence.matching {
            let _ = write!(out, " matching value {}", slot.0);
        }
        if sequence.all_within.is_some() {
            let _ = write!(out, " all{}", within(sequence.all_within));
        }
        let _ = write!(out, " {}", self.bounds(&sequence.bounds, false));
        if let Some(any) = sequence.anything {
            let _ = write!(out, "; anything is rows {}", any.0);
        }
        let _ = write!(out, "; {} are enough", sequence.enough);
        out
    }

    fn reached(&self, reached: &PlanReached) -> String {
        let steps: Vec<String> = reached.steps.iter().map(|s| format!("rows {}", s.0)).collect();
        let last = if reached.last { ", in the attempt that began last" } else { "" };
        let not = reached.but_not.map_or_else(String::new, |not| format!(" and not step {}", not + 1));
        format!(
            "whether step {}{not} of {} was reached within {}{last}, {}",
            reached.to + 1,
            steps.join(", "),
            self.length(reached.within),
            self.bounds(&reached.bounds, false)
        )
    }

    fn hanging(&self, text: &dyn Fn(&NodeId) -> String) -> Vec<String> {
        let bound = |bound: &HangingBound| match bound {
            HangingBound::Anchor => String::new(),
            HangingBound::After(length) => format!(" + {}", self.length(*length)),
        };
        let hanging = self.plan.hanging.iter().enumerate();
        hanging
            .map(|(i, h)| {
                let anchor = text(&h.anchor);
                let until = if h.until == i64::MAX { String::new() } else { self.until(h.until) };
                format!("window {i}: from {anchor}{} to {anchor}{}{until}", bound(&h.start), bound(&h.end))
            })
            .collect()
    }

    fn as_exported(&self) -> Vec<String> {
        let used = self.plan.as_exported.iter();
        used.map(|used| {
            let definition = self.program.definitions.get(used.definition.0).map_or("", |d| &*d.name);
            format!("{} in {definition}{}", self.attribute(used.attribute.0), self.as_of(used.as_of))
        })
        .collect()
    }

    fn on_event(&self, on: &OnEvent) -> String {
        let side = match on.side {
            EventSide::Since => "later than".to_owned(),
            EventSide::Before => "earlier than".to_owned(),
            EventSide::FirstAfter(length) => format!("in the first {} after", self.length(length)),
            EventSide::BetweenAfter { near, far } => {
                format!("between {} and {} after", self.length(near), self.length(far))
            }
        };
        let end = match on.end {
            End::First => "first",
            End::Last => "last",
        };
        format!("{side} the {end} of rows {}, before {}", on.selection.0, self.moment(on.until))
    }

    fn reads(&self) -> Vec<String> {
        let mut out = Vec::new();
        let names: Vec<String> = self.plan.attributes.iter().map(|a| self.attribute(a.0)).collect();
        if self.plan.has_customers {
            out.push(format!("customers: their key{}", names.iter().map(|n| format!(", {n}")).collect::<String>()));
        }
        out.extend(self.plan.histories.iter().map(|id| format!("history.{}: key, value, from", self.history(*id))));
        for (look_up, columns) in &self.plan.look_ups {
            let columns: Vec<String> = columns.iter().map(|c| self.look_up(look_up.0, *c)).collect();
            out.push(columns.join(", "));
        }
        out.extend(self.plan.lists.iter().map(|list| format!("list {}", self.list(list.0))));
        for scan in &self.plan.tables {
            let columns: String = scan.columns.iter().map(|c| format!(", {}", self.column(scan.table, *c))).collect();
            let from = if scan.oldest <= FIRST_MOMENT {
                "all of it".to_owned()
            } else {
                format!("from {}", self.moment(scan.oldest))
            };
            out.push(format!("{}: key, time{columns}; {from}", self.table(scan.table)));
        }
        out
    }

    /// The text of each node, and the lines that give names to those that are long or used several times.
    fn graph(&self, graph: &Graph, table: Option<TableId>) -> (Vec<String>, Vec<String>) {
        let mut uses = vec![0_usize; graph.nodes.len()];
        for node in &graph.nodes {
            for used in node.kind.uses() {
                if let Some(count) = uses.get_mut(used.0) {
                    *count += 1;
                }
            }
        }
        let mut texts: Vec<String> = Vec::with_capacity(graph.nodes.len());
        let mut named = Vec::new();
        for (i, node) in graph.nodes.iter().enumerate() {
            let inner = |id: &NodeId| texts.get(id.0).cloned().unwrap_or_default();
            let text = self.node(node, graph, table, &inner);
            let is_composite = !node.kind.uses().is_empty();
            let uses = uses.get(i).copied().unwrap_or(0);
            if is_composite && uses > 0 && (uses > 1 || text.chars().count() > LONGEST) {
                let name = format!("x{i}");
                named.push(format!("{name}: {text}"));
                texts.push(name);
            } else {
                texts.push(text);
            }
        }
        (texts, named)
    }

    fn node(&self, node: &Node, graph: &Graph, table: Option<TableId>, text: &dyn Fn(&NodeId) -> String) -> String {
        let list = |nodes: &[NodeId], word: &str| nodes.iter().map(text).collect::<Vec<_>>().join(word);
        let is_date = |id: &NodeId| graph.nodes.get(id.0).is_some_and(|n| n.ty == Type::Date);
        let values = |values: &[Scalar]| values.iter().map(|v| self.scalar(v)).collect::<Vec<_>>().join(", ");
        match &node.kind {
            NodeKind::Literal(value) => match (value, &node.ty) {
                (Scalar::Money(_), Type::Money(currency)) => format!("{} {currency}", self.scalar(value)),
                _ => self.scalar(value),
            },
            NodeKind::Missing => "missing".to_owned(),
            NodeKind::Decimal(decimal) => decimal.to_string(),
            NodeKind::Column(column) => table.map_or_else(String::new, |table| self.column(table, *column)),
            NodeKind::Key => "key".to_owned(),
            NodeKind::Attribute(id) => self.attribute(id.0),
            NodeKind::History(id, moment) => format!("{}{}", self.history(*id), self.as_of(*moment)),
            NodeKind::Changed(id, change, bounds) => {
                let change = change.as_ref().map(|(a, b)| format!(" from {} to {}", self.scalar(a), self.scalar(b)));
                format!("{} changed{} {}", self.history(*id), change.unwrap_or_default(), self.bounds(bounds, false))
            }
            NodeKind::Was(id, value, bounds) => {
                format!("{} was {} {}", self.history(*id), self.scalar(value), self.bounds(bounds, false))
            }
            NodeKind::Feature(id) => format!("f{}", id.0),
            NodeKind::Member(id) => {
                let Some(definition) = self.plan.definitions.get(id.0) else { return String::new() };
                format!("in segment {}{}", definition.name, self.as_of(definition.as_of))
            }
            NodeKind::Rank(id) => format!("in rank {}", id.0),
            NodeKind::Band(id) => format!("band {}", id.0),
            NodeKind::If(condition, value) => format!("({} where {})", text(value), text(condition)),
            NodeKind::LookUp(key, look_up, column) => format!("{}[{}]", self.look_up(look_up.0, *column), text(key)),
            NodeKind::FirstInstant(x) => format!("first instant of {}", text(x)),
            NodeKind::DayOf(x) => format!("day of {}", text(x)),
            NodeKind::Part(part, x) => format!("{} part of {}", part.word(), text(x)),
            NodeKind::Elapsed(x, y) => format!("({} - {})", text(y), text(x)),
            NodeKind::Negate(x) => format!("-{}", text(x)),
            NodeKind::Arithmetic(operator, x, y) => {
                let sign = match operator {
                    Operator::Add => "+",
                    Operator::Subtract => "-",
                    Operator::Multiply => "*",
                    Operator::Divide => "/",
                };
                format!("({} {sign} {})", text(x), text(y))
            }
            NodeKind::Function(function, arguments) => {
                let name = match function {
                    Function::Abs => "abs",
                    Function::Round => "round",
                    Function::Least => "least",
                    Function::Greatest => "greatest",
                    Function::Ln => "ln",
                    Function::Exp => "exp",
                    Function::Sqrt => "sqrt",
                };
                format!("{name}({})", list(arguments, ", "))
            }
            NodeKind::FirstThatHolds(whens, choices) => {
                let shown = |value: Option<&Option<Scalar>>| match value {
                    Some(Some(value)) => self.scalar(value),
                    _ => "missing".to_owned(),
                };
                let mut parts: Vec<String> = whens
                    .iter()
                    .zip(choices)
                    .map(|(when, value)| format!("{} when {}", shown(Some(value)), text(when)))
                    .collect();
                parts.push(format!("{} otherwise", shown(choices.last())));
                parts.join(", ")
            }
            NodeKind::Points(parts) => {
                let parts: Vec<String> = parts.iter().map(|(n, when)| format!("{n:+} when {}", text(when))).collect();
                format!("the sum of {}", parts.join(", "))
            }
            NodeKind::OrElse(x, y) => format!("({} or else {})", text(x), text(y)),
            NodeKind::Constant(holds) => if *holds { "everyone" } else { "nobody" }.to_owned(),
            NodeKind::All(parts) => format!("({})", list(parts, " and ")),
            NodeKind::Any(parts) => format!("({})", list(parts, " or ")),
            NodeKind::Not(x) => format!("not {}", text(x)),
            NodeKind::AtLeast(n, parts) => format!("at least {n} of ({})", list(parts, ", ")),
            NodeKind::Compare(comparison, x, y) => format!("{} {} {}", text(x), sign(*comparison), text(y)),
            NodeKind::CompareScaled(comparison, x, y, factor) => {
                format!("{} {} {factor} * {}", text(x), sign(*comparison), text(y))
            }
            NodeKind::Change(x, y) => format!("(change from {} to {})", text(y), text(x)),
            NodeKind::InRange(x, frequency) => format!("{} is {}", text(x), range(*frequency)),
            NodeKind::OneOf(x, list) => format!("{} in ({})", text(x), values(list)),
            NodeKind::NotOneOf(x, list) => format!("{} not in ({})", text(x), values(list)),
            NodeKind::Text(x, test) => format!("{} {}", text(x), text_test(test)),
            NodeKind::Anniversary(x, bounds) => {
                format!("anniversary of {} {}", text(x), self.bounds(bounds, is_date(x)))
            }
            NodeKind::Near(x, y, of) => {
                format!("place({}, {}) within {} km of ({}, {})", text(x), text(y), of.km, of.latitude, of.longitude)
            }
            NodeKind::ListContains(x, item) => format!("{} contains {}", text(x), self.scalar(item)),
            NodeKind::InList(x, list) => format!("{} in list {}", text(x), self.list(list.0)),
            NodeKind::InRandom(chance) => {
                format!("in random {}% salt {:?}", chance.share.to_f64() * 100.0, chance.salt)
            }
            NodeKind::Known(x) => format!("{} is known", text(x)),
            NodeKind::Holds(x) => text(x),
            NodeKind::Within(x, bounds) => format!("{} {}", text(x), self.bounds(bounds, is_date(x))),
        }
    }

    fn bounds(&self, bounds: &Bounds, is_days: bool) -> String {
        let shown = |x: i64| if is_days { self.day(x) } else { self.moment(x) };
        match bounds {
            Bounds::Hanging(id) => format!("in window {}", id.0),
            Bounds::OnEvent(id) => self.plan.on_events.get(id.0).map(|on| self.on_event(on)).unwrap_or_default(),
            Bounds::OnMoment(on) => {
                let node = self.plan.graph.nodes.get(on.moment.0).map(|node| &node.kind);
                let moment = match node {
                    Some(NodeKind::Feature(id)) => format!("f{}", id.0),
                    _ => "the event".to_owned(),
                };
                match on.side {
                    EventSide::Since => format!("since {moment}"),
                    EventSide::Before => format!("before {moment}"),
                    EventSide::FirstAfter(_) | EventSide::BetweenAfter { .. } => format!("after {moment}"),
                }
            }
            Bounds::Fixed(Interval { start, end }) if start >= end => "never".to_owned(),
            Bounds::Fixed(Interval { start, end }) => {
                let least = if is_days { i64::from(i32::MIN) } else { FIRST_MOMENT };
                let most = if is_days { i64::from(i32::MAX) } else { END_OF_TIME };
                match (*start > least, *end < most) {
                    (true, true) => format!("from {} until {}", shown(*start), shown(*end)),
                    (true, false) => format!("from {}", shown(*start)),
                    (false, true) => format!("before {}", shown(*end)),
                    (false, false) => "ever".to_owned(),
                }
            }
        }
    }

    fn moment(&self, moment: i64) -> String {
        let local = self.plan.calendar.local(moment);
        let seconds = if local.second() == 0 { String::new() } else { format!(":{:02}", local.second()) };
        format!("{} {:02}:{:02}{seconds}", local.date(), local.hour(), local.minute())
    }

    /// Where it is not the T of the run.
    fn until(&self, moment: i64) -> String {
        if moment == self.plan.as_of { String::new() } else { format!(" before {}", self.moment(moment)) }
    }

    /// Where it is not the T of the run.
    fn as_of(&self, moment: i64) -> String {
        if moment == self.plan.as_of { String::new() } else { format!(" as of {}", self.moment(moment)) }
    }

    fn day(&self, day: i64) -> String {
        i32::try_from(day).map_or_else(|_| "ever".to_owned(), |day| date_of(day).to_string())
    }

    fn length(&self, length: Length) -> String {
        let unit = match length.unit {
            Unit::Second => "second",
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        };
        format!("{} {unit}{}", length.count, if length.count == 1 { "" } else { "s" })
    }

    fn scalar(&self, value: &Scalar) -> String {
        match value {
            Scalar::Boolean(b) => b.to_string(),
            Scalar::Count(n) => n.to_string(),
            Scalar::Number(x) => x.to_string(),
            Scalar::Money(n) => {
                let text = format!("{}", crate::program::Decimal { digits: i128::from(*n), scale: 6 });
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            Scalar::Duration(n) => duration(*n),
            Scalar::Date(day) => date_of(*day).to_string(),
            Scalar::Timestamp(moment) => self.moment(*moment),
            Scalar::Text(text) => format!("{text:?}"),
            Scalar::List(items) => format!("({})", items.iter().map(|x| self.scalar(x)).collect::<Vec<_>>().join(", ")),
        }
    }

    fn history(&self, id: HistoryId) -> String {
        self.program.histories.get(id.0).map(|history| self.attribute(history.attribute.0)).unwrap_or_default()
    }

    fn attribute(&self, id: usize) -> String {
        self.program.attributes.get(id).map(|a| a.name.to_string()).unwrap_or_default()
    }

    fn list(&self, id: usize) -> String {
        self.program.lists.get(id).map(|list| list.name.to_string()).unwrap_or_default()
    }

    fn table(&self, id: TableId) -> String {
        self.program.tables.get(id.0).map(|t| t.name.to_string()).unwrap_or_default()
    }

    fn column(&self, table: TableId, column: usize) -> String {
        let column = self.program.tables.get(table.0).and_then(|t| t.columns.get(column));
        column.map(|c| c.name.to_string()).unwrap_or_default()
    }

    fn look_up(&self, look_up: usize, column: usize) -> String {
        let Some(table) = self.program.look_ups.get(look_up) else { return String::new() };
        format!("{}.{}", table.name, table.columns.get(column).map_or("", |c| &*c.name))
    }
}

/// In the largest unit of which it is a whole number.
fn duration(micros: i64) -> String {
    let units = [(86_400_000_000, "days"), (3_600_000_000, "hours"), (60_000_000, "minutes"), (1_000_000, "seconds")];
    match units.into_iter().find(|(size, _)| micros % size == 0) {
        Some((size, unit)) => format!("{} {unit}", micros / size),
        None => format!("{} seconds", micros as f64 / 1e6),
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn range(frequency: Frequency) -> String {
    match frequency {
        Frequency { least, most } if least > most => "never so many".to_owned(),
        Frequency { least, most: u64::MAX } => format!("at least {least}"),
        Frequency { least: 0, most } => format!("at most {most}"),
        Frequency { least, most } if least == most => format!("exactly {least}"),
        Frequency { least, most } => format!("{least} to {most}"),
    }
}

fn text_test(test: &TextTest) -> String {
    let kind = match test.kind {
        TextTestKind::StartsWith => "starts with",
        TextTestKind::EndsWith => "ends with",
        TextTestKind::Contains => "contains",
        TextTestKind::Matches => "matches",
    };
    format!("{kind} {:?}{}", test.pattern, if test.ignoring_case { " ignoring case" } else { "" })
}
