//! What the drawn projects have been made of: each kind of node, each operator with each form of a window, each operator over
//! missing values. No `match` here has a `_`, so a new construct of the language does not compile until it is drawn.

use std::collections::{BTreeMap, BTreeSet};

use segue::interpret::Data;
use segue::program::*;

use super::kinds::{self, Kind};

/// How often each construct was drawn.
#[derive(Debug, Default)]
pub struct Coverage {
    counts: BTreeMap<String, usize>,
    /// Outer and inner kind of nodes that stood in one another.
    pairs: BTreeSet<(Kind, Kind)>,
}

impl Coverage {
    /// What was never drawn.
    pub fn lacking(&self) -> Vec<String> {
        super::constructs::wanted().into_iter().filter(|name| !self.counts.contains_key(name)).collect()
    }

    /// The pairs of kinds that could be drawn and never were, and how many could be. A pair that was drawn though it could not
    /// be is a fault of the table of kinds.
    pub fn pairs_lacking(&self) -> (Vec<(Kind, Kind)>, usize) {
        let all = kinds::pairs();
        for (outer, inner) in &self.pairs {
            // Lists are no type of the table: what holds one is asked whether it does, and nothing else. Of a history only its window
            // may hold something.
            if matches!(outer, Kind::ListContains | Kind::Changed | Kind::Was) {
                continue;
            }
            assert!(
                all.contains(&(*outer, *inner)),
                "{} in {} was drawn, and `kinds` says it cannot be",
                inner.name(),
                outer.name()
            );
        }
        (all.iter().filter(|pair| !self.pairs.contains(pair)).copied().collect(), all.len())
    }

    fn see(&mut self, name: &str) {
        *self.counts.entry(name.to_owned()).or_default() += 1;
    }

    fn see_if(&mut self, is: bool, name: &str) {
        if is {
            self.see(name);
        }
    }

    /// Counts all that a program is made of.
    pub fn add(&mut self, program: &Program, data: &Data) {
        match &program.customers {
            None => self.see("no customers"),
            Some(Customers { since }) => self.see_if(since.is_some(), "since"),
        }
        let mut walk = Walk { program, data, seen: self, around: None, is_moved: false };
        for kind in &program.kinds {
            if let Some(filter) = &kind.filter {
                walk.seen.see("kind filter");
                walk.condition(filter);
            }
        }
        for Priority { name: _, title: _, segments, span: _ } in &program.priorities {
            walk.seen.see_if(segments.len() > 1, "priority");
        }
        if let Some(except) = &program.every_segment_except {
            walk.seen.see("every segment");
            walk.condition(except);
        }
        for definition in &program.definitions {
            match &definition.kind {
                DefinitionKind::Trait(value) => walk.inside(Kind::Trait, |walk| walk.value(value)),
                DefinitionKind::Stages(stages) => {
                    walk.seen.see("stages");
                    walk.seen.see_if(!stages.gives.is_empty(), "gives");
                    stages.stages.iter().filter_map(|s| s.when.as_ref()).for_each(|c| {
                        walk.inside(Kind::Stage, |walk| walk.condition(c));
                    });
                }
                DefinitionKind::Points(points) => {
                    walk.seen.see("points");
                    points.parts.iter().for_each(|(_, c)| walk.inside(Kind::Points, |walk| walk.condition(c)));
                }
                DefinitionKind::Segment(segment) => walk.segment(segment),
            }
        }
    }
}

struct Walk<'a> {
    program: &'a Program,
    data: &'a Data,
    seen: &'a mut Coverage,
    /// The kind of the node around.
    around: Option<Kind>,
    /// inside of `as of`
    is_moved: bool,
}

impl Walk<'_> {
    /// What stands in a node of a kind.
    fn inside(&mut self, kind: Kind, walk: impl FnOnce(&mut Self)) {
        if let Some(around) = self.around {
            self.seen.pairs.insert((around, kind));
        }
        let before = self.around.replace(kind);
        walk(self);
        self.around = before;
    }

    fn segment(&mut self, segment: &Segment) {
        self.inside(Kind::Where, |walk| walk.condition(&segment.condition));
        for except in &segment.except {
            self.seen.see("except");
            self.inside(Kind::Except, |walk| walk.condition(except));
        }
        for (_, consent) in &segment.purposes {
            self.seen.see("purpose");
            self.condition(consent);
        }
        if let Some(limit) = &segment.limit {
            if let Some(per) = &limit.per {
                self.seen.see("limit per");
                self.over("limit per", &[per]);
            }
            match &limit.by {
                LimitBy::Highest(value) => self.limit("limit highest", value),
                LimitBy::Lowest(value) => self.limit("limit lowest", value),
                LimitBy::Random => self.seen.see("limit random"),
            }
        }
        if let Some(experiment) = &segment.experiment {
            super::exports::see(experiment, |what| self.seen.see(what));
        }
        for (_, value) in &segment.include {
            self.seen.see("include");
            self.value(value);
        }
    }

    fn limit(&mut self, name: &str, value: &Value) {
        self.seen.see(name);
        self.inside(Kind::Limit, |walk| walk.over("limit by", &[value]));
    }

    /// The operands of something.
    fn over(&mut self, name: &str, operands: &[&Value]) {
        self.seen.see_if(operands.iter().any(|v| self.may_be_missing(v)), &format!("{name} over missing"));
        for operand in operands {
            self.value(operand);
        }
    }

    fn condition(&mut self, condition: &Condition) {
        self.inside(kinds::of_condition(&condition.kind), |walk| walk.parts_of_condition(condition));
    }

    fn parts_of_condition(&mut self, condition: &Condition) {
        match &condition.kind {
            ConditionKind::Everyone => self.seen.see("everyone"),
            ConditionKind::All(parts) => self.group("all", parts),
            ConditionKind::Any(parts) => self.group("any", parts),
            ConditionKind::Not(part) => self.group("not", std::slice::from_ref(part)),
            ConditionKind::AtLeast(_, parts) => self.group("at least", parts),
            ConditionKind::Compare(comparison, left, right) => {
                let name = format!("compare {}", comparison_name(*comparison));
                self.seen.see(&name);
                self.over(&name, &[left, right]);
            }
            ConditionKind::CompareLength(_, value, _) => {
                self.seen.see("compare length");
                self.over("compare length", &[value]);
            }
            ConditionKind::CompareDay(_, moment, day) => {
                self.seen.see("compare day");
                self.over("compare day", &[moment, day]);
            }
            ConditionKind::OneOf(value, _) => {
                self.seen.see("one of");
                self.over("one of", &[value]);
            }
            ConditionKind::NotOneOf(value, _) => {
                self.seen.see("not one of");
                self.over("not one of", &[value]);
            }
            ConditionKind::Text(value, test) => {
                self.seen.see(match test.kind {
                    TextTestKind::StartsWith => "starts with",
                    TextTestKind::EndsWith => "ends with",
                    TextTestKind::Contains => "contains",
                    TextTestKind::Matches => "matches",
                });
                self.seen.see_if(test.ignoring_case, "ignoring case");
                self.over("text", &[value]);
            }
            ConditionKind::Known(value) => {
                self.seen.see("known");
                self.over("known", &[value]);
            }
            ConditionKind::Holds(value) => {
                self.seen.see("holds");
                self.over("holds", &[value]);
            }
            ConditionKind::InWindow(value, window) => {
                self.window("in window", window);
                self.over("in window", &[value]);
            }
            ConditionKind::Did(did) => self.did(did),
            ConditionKind::Trend(trend) => self.trend(trend),
            ConditionKind::Sequence(sequence) => self.sequence(sequence),
            ConditionKind::Reached(reached) => self.reached(reached),
            ConditionKind::InSegment(_) => self.seen.see("in segment"),
            ConditionKind::InList(value, _) => {
                self.seen.see("in list");
                self.seen.see_if(value.kind == ValueKind::Key, "in list of a key");
                self.seen.see_if(matches!(value.kind, ValueKind::Column(..)), "in list of a row");
                self.over("in list", &[value]);
            }
            ConditionKind::Anniversary(value, window) => {
                self.seen.see(if value.ty == Type::Date { "anniversary of a date" } else { "anniversary of a time" });
                self.window("anniversary", window);
                self.over("anniversary", &[value]);
            }
            ConditionKind::Near(near) => {
                self.seen.see("near");
                self.over("near", &[&near.latitude, &near.longitude]);
            }
            ConditionKind::ListContains(list, _) => {
                self.seen.see("list contains");
                self.seen.see_if(matches!(list.kind, ValueKind::Column(..)), "list contains of a row");
                self.over("list contains", &[list]);
            }
            ConditionKind::InRandom(_) => self.seen.see("in random"),
            ConditionKind::Changed(_, change, window) => {
                self.seen.see(if change.is_some() { "changed from to" } else { "changed" });
                self.window("changed", window);
            }
            ConditionKind::Was(_, _, window) => {
                self.seen.see("was");
                self.window("was", window);
            }
            ConditionKind::Rank(rank) => self.rank(rank),
            ConditionKind::AsOf(inner, _) => {
                self.seen.see("condition as of");
                self.moved(|this| this.condition(inner));
            }
            ConditionKind::Entered(_, _) => self.seen.see("entered"),
            ConditionKind::Left(_, _) => self.seen.see("left"),
        }
    }

    /// What stands inside of `as of`.
    fn moved(&mut self, inside: impl FnOnce(&mut Self)) {
        self.seen.see_if(self.is_moved, "as of inside as of");
        let was = std::mem::replace(&mut self.is_moved, true);
        inside(self);
        self.is_moved = was;
    }

    fn group(&mut self, name: &str, parts: &[impl std::borrow::Borrow<Condition>]) {
        self.seen.see(name);
        for part in parts {
            self.condition(part.borrow());
        }
    }

    fn did(&mut self, did: &Did) {
        self.event(&did.event);
        match &did.how {
            How::Times(_, window) => self.window("did times", window),
            How::Days(_, window) => self.window("did days", window),
            How::FirstTime(window) => self.window("did first time", window),
            How::Streak { frequency: _, on_days, at_least: _, intervals } => {
                self.seen.see(if *on_days { "streak on days" } else { "streak of times" });
                self.seen.see(match intervals {
                    StreakIntervals::Last(_, _) => "streak last",
                    StreakIntervals::Previous(_, _) => "streak previous",
                });
            }
        }
    }

    fn trend(&mut self, trend: &Trend) {
        let direction = if trend.falls { "fell" } else { "rose" };
        self.seen.see(&match trend.by {
            None => format!("{direction} bare"),
            Some(TrendBy { share: _, more_than: true }) => format!("{direction} by more than"),
            Some(TrendBy { share: _, more_than: false }) => format!("{direction} by at least"),
        });
        self.seen.see_if(trend.smallest_base.is_some(), &format!("{direction} from at least"));
        self.seen.see(match trend.now.ty {
            Type::Count => "trend of counts",
            Type::Number => "trend of numbers",
            Type::Percent => "trend of percents",
            Type::Money(_) => "trend of money",
            Type::Duration => "trend of durations",
            Type::Boolean | Type::Date | Type::Timestamp | Type::Text | Type::List(_) => "trend of something else",
        });
        self.over("trend", &[&trend.now, &trend.base]);
    }

    fn sequence(&mut self, sequence: &Sequence) {
        self.window("sequence", &sequence.window);
        let Sequence { steps, then_no, all_within, frequency, window: _ } = sequence;
        self.seen.see(match steps.len() {
            1 => "sequence of one step",
            2 => "sequence of two steps",
            _ => "sequence of more steps",
        });
        let mut matching = Vec::new();
        for step in steps {
            self.event(&step.event.event);
            matching.extend(&step.event.matching);
            self.seen.see_if(step.within.is_some(), "within");
            self.seen.see_if(step.directly.is_some(), "then directly");
            if let Some(without) = &step.without {
                self.seen.see("without");
                self.event(&without.event);
                matching.extend(&without.matching);
            }
        }
        if let Some(no) = then_no {
            self.seen.see(if no.within.is_some() { "then no within" } else { "then no since" });
            self.event(&no.event.event);
            matching.extend(&no.event.matching);
        }
        if !matching.is_empty() {
            self.seen.see("matching");
            self.seen.see_if(matching.iter().any(|v| self.may_be_missing(v)), "matching over missing");
        }
        self.seen.see_if(all_within.is_some(), "all within");
        self.seen.see_if(frequency.most < u64::MAX, "sequence at most");
        self.seen.see_if(frequency.least > 1, "sequence at least");
    }

    fn reached(&mut self, reached: &Reached) {
        self.window("reached", &reached.window);
        self.seen.see(match (reached.last, reached.but_not) {
            (false, None) => "reached",
            (false, Some(_)) => "reached but not",
            (true, None) => "last reached",
            (true, Some(_)) => "last reached but not",
        });
        for step in &reached.steps {
            self.event(step);
        }
    }

    fn rank(&mut self, rank: &Rank) {
        self.seen.see(if rank.top { "rank top" } else { "rank bottom" });
        self.seen.see(match rank.amount {
            RankAmount::Share(_) => "rank share",
            RankAmount::Count(_) => "rank count",
        });
        self.seen.see(match &rank.of {
            RankOf::Everyone => "rank of everyone",
            RankOf::Segment(_) => "rank of segment",
            RankOf::Trait(_) => "rank of trait",
            RankOf::Each(_) => "rank of each",
        });
        self.over("rank", &[&rank.value]);
        if let RankOf::Each(each) = &rank.of {
            self.over("rank of each", &[each]);
        }
    }

    fn event(&mut self, event: &Event) {
        self.seen.see_if(event.parts.len() > 1, "event of parts");
        for part in &event.parts {
            if let Some(filter) = &part.filter {
                self.seen.see("event filter");
                self.condition(filter);
            }
        }
    }

    fn window(&mut self, operator: &str, window: &Window) {
        let name = match window {
            Window::Ever => "ever",
            Window::Last(_) => "in last",
            Window::BeforeLast { .. } => "before last",
            Window::Ago { .. } => "ago",
            Window::This(_) => "this",
            Window::Previous(_) => "previous",
            Window::Since(_) => "since",
            Window::Before(_) => "before",
            Window::FromTo(_, _) => "from to",
            Window::MoreThanAgo(_) => "more than ago",
            Window::FirstAfter { anchor, .. } => {
                self.value(anchor);
                "first after"
            }
            Window::BetweenAfter { anchor, .. } => {
                self.value(anchor);
                "between after"
            }
            Window::OnEvent(on) => {
                self.seen.see(if on.end == End::First { "on the first" } else { "on the last" });
                self.event(&on.event);
                match on.side {
                    EventSide::Since => "since event",
                    EventSide::Before => "before event",
                    EventSide::FirstAfter(_) => "first after event",
                    EventSide::BetweenAfter { .. } => "between after event",
                }
            }
            Window::FromNow { .. } => "from now",
            Window::Next(_) => "next",
        };
        self.seen.see(&format!("{operator}: {name}"));
    }

    fn value(&mut self, value: &Value) {
        self.inside(kinds::of_value(&value.kind), |walk| walk.parts_of_value(value));
    }

    fn parts_of_value(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::Literal(_) => self.seen.see("literal"),
            ValueKind::Decimal(_) => self.seen.see("decimal"),
            ValueKind::Key => self.seen.see("key"),
            ValueKind::Attribute(_) => self.seen.see("attribute"),
            ValueKind::Column(_, _) => self.seen.see("column"),
            ValueKind::LookUp(key, _, _) => {
                self.seen.see("look up");
                self.seen.see_if(matches!(key.kind, ValueKind::Attribute(_)), "look up of customer");
                self.value(key);
            }
            ValueKind::Trait(_) => self.seen.see("trait"),
            ValueKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ValueKind::Band(band) => {
                self.seen.see(&format!("band of {}", band.bands));
                self.seen.see_if(band.lowest, "band of lowest");
                self.over("band", &[&band.value]);
            }
            ValueKind::Share(share) => {
                self.window("share", &share.window);
                self.event(&share.of);
            }
            ValueKind::Change(now, base) => {
                self.seen.see("change");
                self.over("change", &[now, base]);
            }
            ValueKind::Moment(end, event) => {
                self.seen.see(if *end == End::First { "first moment" } else { "last moment" });
                self.event(event);
            }
            ValueKind::TimeSince(x) => {
                self.seen.see("time since");
                self.over("time since", &[x]);
            }
            ValueKind::TimeUntil(x) => {
                self.seen.see("time until");
                self.over("time until", &[x]);
            }
            ValueKind::TimeFrom(from, to) => {
                self.seen.see("time from");
                self.over("time from", &[from, to]);
            }
            ValueKind::Part(part, x) => {
                let name = format!("{} of", part.word());
                self.seen.see(&name);
                self.seen.see_if(x.ty == Type::Date, &format!("{name} a date"));
                self.over("calendar part", &[x]);
            }
            ValueKind::Negate(x) => {
                self.seen.see("negate");
                self.over("negate", &[x]);
            }
            ValueKind::Arithmetic(operator, left, right) => {
                let name = match operator {
                    Operator::Add => "arithmetic +",
                    Operator::Subtract => "arithmetic -",
                    Operator::Multiply => "arithmetic *",
                    Operator::Divide => "arithmetic /",
                };
                self.seen.see(name);
                self.over(name, &[left, right]);
            }
            ValueKind::Function(function, arguments) => {
                let name = match function {
                    Function::Abs => "abs",
                    Function::Round => "round",
                    Function::Least => "least",
                    Function::Greatest => "greatest",
                    Function::Ln => "ln",
                    Function::Exp => "exp",
                    Function::Sqrt => "sqrt",
                };
                self.seen.see(name);
                self.over(name, &arguments.iter().collect::<Vec<_>>());
            }
            ValueKind::OrElse(x, other) => {
                self.seen.see("or else");
                self.over("or else", &[x, other]);
            }
            ValueKind::Condition(condition) => {
                self.seen.see("condition as value");
                self.condition(condition);
            }
            ValueKind::AsOf(inner, _) => {
                self.seen.see("value as of");
                self.moved(|this| this.over("value as of", &[inner]));
            }
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        let name = match aggregate.function {
            AggregateFunction::Count => "count",
            AggregateFunction::ActiveDays => "active days",
            AggregateFunction::Sum => "sum",
            AggregateFunction::Average => "average",
            AggregateFunction::Min => "min",
            AggregateFunction::Max => "max",
            AggregateFunction::Distinct => "distinct",
            AggregateFunction::First => "first",
            AggregateFunction::Last => "last",
            AggregateFunction::Median => "median",
            AggregateFunction::MostCommon => "most common",
            AggregateFunction::AverageGap => "average gap",
            AggregateFunction::LongestGap => "longest gap",
        };
        self.window(name, &aggregate.window);
        self.event(&aggregate.event);
        self.over("aggregate", &aggregate.argument.iter().collect::<Vec<_>>());
    }

    /// Whether somebody lacks a value.
    fn may_be_missing(&self, value: &Value) -> bool {
        let any = |values: &[&Value]| values.iter().any(|v| self.may_be_missing(v));
        match &value.kind {
            ValueKind::Literal(_) | ValueKind::Decimal(_) | ValueKind::Key | ValueKind::Condition(_) => false,
            ValueKind::Attribute(id) => self.data.customers.iter().flatten().any(|row| row.attributes[id.0].is_none()),
            ValueKind::Column(table, column) => self.data.events[table.0].iter().any(|row| row.columns[*column].is_none()),
            ValueKind::LookUp(key, _, _) => any(&[key]),
            ValueKind::Trait(id) => match &self.program.definitions[id.0].kind {
                DefinitionKind::Trait(value) => any(&[value]),
                DefinitionKind::Segment(_) | DefinitionKind::Stages(_) | DefinitionKind::Points(_) => false,
            },
            ValueKind::Aggregate(aggregate) => match aggregate.function {
                AggregateFunction::Count
                | AggregateFunction::ActiveDays
                | AggregateFunction::Sum
                | AggregateFunction::Distinct => false,
                AggregateFunction::Average
                | AggregateFunction::Min
                | AggregateFunction::Max
                | AggregateFunction::First
                | AggregateFunction::Last
                | AggregateFunction::Median
                | AggregateFunction::MostCommon
                | AggregateFunction::AverageGap
                | AggregateFunction::LongestGap => true,
            },
            ValueKind::Band(band) => any(&[&band.value]),
            ValueKind::Moment(_, _) | ValueKind::Share(_) | ValueKind::Change(_, _) | ValueKind::AsOf(..) => true,
            ValueKind::TimeSince(x) | ValueKind::TimeUntil(x) | ValueKind::Negate(x) | ValueKind::Part(_, x) => any(&[x]),
            ValueKind::TimeFrom(x, y) => any(&[x, y]),
            ValueKind::Arithmetic(_, x, y) => any(&[x, y]),
            ValueKind::Function(_, arguments) => any(&arguments.iter().collect::<Vec<_>>()),
            ValueKind::OrElse(_, other) => any(&[other]),
        }
    }
}

fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}
