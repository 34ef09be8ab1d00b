//! Why a customer is where they are: by the reference meaning, over the rows of that customer. Where ranks and limits decide, the engine
//! is asked about everybody, for the values of those ranks alone.

use super::{Progress, Project, Resources};
use crate::diagnostics::Diagnostic;
use crate::explain::why::Line;

/// Why a customer is where they are, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyReport {
    /// The customer's key.
    pub customer: String,
    /// The definition.
    pub name: String,
    /// As of when, as it is shown.
    pub as_of: String,
    /// The answer, in a sentence.
    pub answer: String,
    /// Of a segment or a condition, whether it holds.
    pub holds: Option<bool>,
    /// What it hangs on.
    pub lines: Vec<Line>,
    /// Of a value, what it is and is made of.
    pub value: Vec<String>,
    /// The nearest change that would turn the answer: all of these.
    pub change: Vec<String>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct WhyRequest {
    /// The customer's key, as written.
    pub customer: String,
    /// The definition.
    pub name: String,
    /// `--as-of` as written; without it the first midnight after the newest event.
    pub as_of: Option<String>,
    /// The clock, in microseconds since 1970 (UTC).
    pub now: i64,
    /// What the work may use.
    pub resources: Resources,
}

#[cfg(not(feature = "engine"))]
impl Project {
    /// Why a customer is where they are.
    pub fn why(&self, _: &WhyRequest, _: &(dyn Fn(Progress) + Sync)) -> Result<WhyReport, Vec<Diagnostic>> {
        Err(vec![super::small_build("look at a customer")])
    }
}

#[cfg(feature = "engine")]
mod full {
    use std::cmp::Ordering;

    use super::super::{as_of, explain, world};
    use super::{Diagnostic, Progress, Project, WhyReport, WhyRequest};
    use crate::diagnostics::{codes, near};
    use crate::engine::canonical;
    use crate::engine::machine::Machine;
    use crate::engine::run::{self, Options, RunResult, TraitResult};
    use crate::engine::sources::Sources;
    use crate::engine::sources::one::OneCustomer;
    use crate::explain::why;
    use crate::interpret::{self, CustomerRow, Data, Others, RankOfAll, Why};
    use crate::plan::lower;
    use crate::program::arithmetic::{Operand, compare};
    use crate::program::{
        Band, Condition, ConditionKind, Definition, DefinitionId, DefinitionKind, Experiment, Key, LimitBy, Program, Rank,
        RankAmount, RankOf, Scalar, Type, Value, ValueKind,
    };
    use crate::project::catalog::Catalog;
    use crate::source::Span;

    /// How often the answer is asked again, with the ranks that it asked for.
    const MOST_ROUNDS: usize = 16;

    impl Project {
        /// Why a customer is where they are.
        pub fn why(&self, request: &WhyRequest, progress: &(dyn Fn(Progress) + Sync)) -> Result<WhyReport, Vec<Diagnostic>> {
            let one = |error: Diagnostic| vec![error];
            let checked = self.check();
            let (Some(program), Some(catalog), Ok(lock)) = (&checked.program, &checked.catalog, &self.lock) else {
                return Err(checked.diagnostics);
            };
            let id = explain::find(program, &request.name).map_err(one)?;
            let calendar = &program.calendar;
            let key = key(&request.customer, catalog).map_err(one)?;
            let given = request.as_of.as_deref().map(|text| as_of::parse(text, calendar, request.now));
            let given = given.transpose().map_err(one)?;
            let machine = Machine::new(request.resources.settings()).map_err(one)?;
            progress(Progress { doing: "looking at the files".to_owned(), done: None });
            let sources = Sources::open(&machine, &self.root, catalog, lock)?;
            let moment = match given {
                Some(moment) => moment,
                None => {
                    let newest = sources.newest_event(&machine).map_err(one)?;
                    as_of::after(newest.ok_or_else(|| vec![as_of::needed()])?, calendar)
                }
            };
            progress(Progress { doing: format!("reading the rows of {key}"), done: None });
            let data = rows(&sources, &machine, catalog, &key).map_err(one)?;
            let all = Everybody { program, sources: &sources, machine: &machine, catalog, key: &key, progress };
            let mut others = Others::default();
            for _ in 0..MOST_ROUNDS {
                let Some(found) = interpret::why(program, &data, moment, id, &others) else {
                    return Err(vec![not_yet(program, &data, &key, moment)]);
                };
                if found.asked.is_empty() {
                    return Ok(self.told(program, id, &key, moment, &found));
                }
                others.limits.extend(all.limits(&found.asked.limits).map_err(one)?);
                others.bands.extend(all.bands(&found.asked.bands).map_err(one)?);
                others.ranks.extend(all.ranks(&found.asked.ranks).map_err(one)?);
            }
            Err(Vec::new())
        }

        fn told(&self, program: &Program, id: DefinitionId, key: &Key, moment: i64, found: &Why<'_>) -> WhyReport {
            let definition = program.definitions.get(id.0);
            let name = definition.map(|d| d.name.to_string()).unwrap_or_default();
            let is_segment = matches!(definition.map(|d| &d.kind), Some(DefinitionKind::Segment(_)));
            let reasons: Vec<_> = found.reasons.iter().collect();
            let shown = why::why(&reasons, program, &self.sources, moment);
            let value = found.value.as_ref().map(|value| why::found(value, program, &self.sources, moment));
            let at = as_of::shown(moment, &program.calendar);
            let lines = match found.groups.is_empty() {
                true => shown.lines,
                false => why::groups(&found.groups, program, &self.sources, moment),
            };
            let answer = match (found.holds, is_segment) {
                (None, _) if found.answer.is_some() => {
                    let is = match &found.answer {
                        Some(Scalar::Text(stage)) => format!("in the stage `{stage}` of `{name}`"),
                        Some(Scalar::Count(1)) => format!("at 1 point of `{name}`"),
                        Some(Scalar::Count(points)) => format!("at {points} points of `{name}`"),
                        _ => format!("in `{name}`"),
                    };
                    format!("Customer {key} is {is}, as of {at}.")
                }
                (Some(true), true) if found.is_held_out => {
                    let arm = arm(program, id, found.arm).map(|arm| format!(" in the arm `{arm}`")).unwrap_or_default();
                    format!("Customer {key} is a member of `{name}`, and held out{arm}, as of {at}.")
                }
                (Some(true), true) => {
                    let arm = arm(program, id, found.arm).map(|arm| format!(", in the arm `{arm}`")).unwrap_or_default();
                    let before = found.exported_before.and_then(|other| program.definitions.get(other.0));
                    let before = before.map(|other| format!(" It is exported with `{}`, which comes first.", other.name));
                    format!("Customer {key} is a member of `{name}`{arm}, as of {at}.{}", before.unwrap_or_default())
                }
                (Some(false), true) => format!("Customer {key} is not a member of `{name}`, as of {at}."),
                (Some(true), false) => format!("`{name}` is true of customer {key}, as of {at}."),
                (Some(false), false) => format!("`{name}` is not true of customer {key}, as of {at}."),
                (None, _) => format!("`{name}` of customer {key}, as of {at}:"),
            };
            WhyReport {
                customer: key.to_string(),
                name,
                as_of: at,
                answer,
                holds: found.holds,
                lines,
                value: value.unwrap_or_default(),
                change: shown.change,
            }
        }
    }

    /// The name of an arm of a segment's split.
    fn arm(program: &Program, id: DefinitionId, arm: Option<usize>) -> Option<&str> {
        match program.definitions.get(id.0).map(|definition| &definition.kind) {
            Some(DefinitionKind::Segment(segment)) => match &segment.experiment {
                Some(Experiment::Split(split)) => split.arms.get(arm?).map(|arm| &*arm.name),
                _ => None,
            },
            _ => None,
        }
    }

    /// The key as the project has keys.
    fn key(text: &str, catalog: &Catalog) -> Result<Key, Diagnostic> {
        match (&catalog.key_type, text.trim().parse()) {
            (Type::Text, _) => Ok(Key::Text(text.into())),
            (_, Ok(number)) => Ok(Key::Number(number)),
            (_, Err(_)) => Err(Diagnostic::new(
                codes::session::NO_CUSTOMER,
                format!("`{text}` is no key of a customer: keys of this project are whole numbers."),
            )
            .help("Write a key, as in `segue why 42 win_back`.")),
        }
    }

    /// The rows of one customer.
    fn rows(sources: &Sources, machine: &Machine, catalog: &Catalog, key: &Key) -> Result<Data, Diagnostic> {
        let customers = if catalog.customer_sources.is_empty() {
            None
        } else {
            match sources.one_customer(machine, key)? {
                OneCustomer::Found(row) => Some(vec![CustomerRow { key: key.clone(), attributes: row.values }]),
                OneCustomer::Nobody(keys) => {
                    // A key that is personal itself is not offered.
                    let is_personal = catalog.attributes.iter().any(|a| a.is_key && a.is_pii);
                    let error = Diagnostic::new(
                        codes::session::NO_CUSTOMER,
                        format!("There is no customer {key} in `[customers]`."),
                    );
                    let meant = near::one_of(&near::nearest(&key.to_string(), keys.iter().map(String::as_str)));
                    return Err(match (meant, keys.first()) {
                        (Some(meant), _) if !is_personal => error.help(format!("Did you mean {meant}?")),
                        (None, Some(key)) if !is_personal => error.help(format!("Keys here look like `{key}`.")),
                        _ => error.help("Write the key as the data has it."),
                    });
                }
            }
        };
        let events = (0..catalog.event_tables.len()).map(|table| sources.events_of(machine, table, key));
        world::data(machine, sources, catalog, customers, events.collect::<Result<_, _>>()?)
    }

    /// The customer is there, but does not exist at T.
    fn not_yet(program: &Program, data: &Data, key: &Key, moment: i64) -> Diagnostic {
        let at = as_of::shown(moment, &program.calendar);
        let error = Diagnostic::new(codes::session::NO_CUSTOMER, format!("Customer {key} does not exist as of {at}."));
        let since = program.customers.as_ref().and_then(|c| c.since);
        let Some(since) = since else {
            return error.help("Without `[customers]`, a customer is whoever had an event before that moment.");
        };
        let name = program.attributes.get(since.0).map(|a| a.name.to_string()).unwrap_or_default();
        let row = data.customers.as_ref().and_then(|rows| rows.first());
        match row.and_then(|row| row.attributes.get(since.0)).and_then(Option::as_ref) {
            None => error.help(format!("The `{name}` of the customer is unknown, so they exist at no time.")),
            Some(_) => error.help(format!("The `{name}` of the customer is later. Ask for a later day with `--as-of`.")),
        }
    }

    /// Asks the engine about everybody.
    struct Everybody<'a> {
        program: &'a Program,
        sources: &'a Sources,
        machine: &'a Machine,
        catalog: &'a Catalog,
        key: &'a Key,
        progress: &'a (dyn Fn(Progress) + Sync),
    }

    impl Everybody<'_> {
        fn run(
            &self,
            program: &Program,
            moment: i64,
            wanted: &dyn Fn(&Definition) -> bool,
        ) -> Result<RunResult, Diagnostic> {
            let plan = lower::lower_only(program, moment, wanted);
            let tell = |seen: run::Progress<'_>| {
                let rows = if seen.rows > 0 { format!(", {} rows", seen.rows) } else { String::new() };
                (self.progress)(Progress { doing: format!("{}{rows}", seen.doing), done: None });
            };
            run::run(self.machine, self.sources, self.catalog, &plan, &Options { traits: true }, &tell)
        }

        /// The customer's number.
        fn number(&self, result: &RunResult) -> Option<usize> {
            (0..result.keys.len()).find(|row| canonical::key(&result.keys, *row).as_ref() == Some(self.key))
        }

        /// Where the customer stands in the queues of these segments with a limit, each as of a moment.
        fn limits(&self, asked: &[(DefinitionId, i64)]) -> Result<Vec<(DefinitionId, i64, RankOfAll)>, Diagnostic> {
            let mut out = Vec::new();
            for (id, moment) in asked {
                let Some(definition) = self.program.definitions.get(id.0) else { continue };
                let DefinitionKind::Segment(segment) = &definition.kind else { continue };
                let Some(limit) = &segment.limit else { continue };
                // What is asked of everybody: who passes all but the limit, by what it chooses, of which group they are.
                let (by, top) = match &limit.by {
                    LimitBy::Highest(value) => (Some(value), true),
                    LimitBy::Lowest(value) => (Some(value), false),
                    LimitBy::Random => (None, false),
                };
                let span = definition.span;
                let denied = |c: &Condition| Condition { kind: ConditionKind::Not(Box::new(c.clone())), span };
                let mut passes = vec![segment.condition.clone()];
                passes.extend(segment.except.iter().chain(&self.program.every_segment_except).map(denied));
                passes.extend(segment.purposes.iter().map(|(_, consent)| consent.clone()));
                let mut program = self.program.clone();
                let questions = [
                    ("passes", Some(of_condition(ConditionKind::All(passes), span))),
                    ("value", by.cloned()),
                    ("group", limit.per.clone()),
                ];
                for (what, value) in questions {
                    let Some(value) = value else { continue };
                    let name = question(0, what).into();
                    program.definitions.push(Definition { name, title: None, span, kind: DefinitionKind::Trait(value) });
                }
                let asked = self.program.definitions.len();
                let mut names: Vec<_> = program.definitions.iter().skip(asked).map(|d| d.name.clone()).collect();
                names.push(definition.name.clone());
                let result = self.run(&program, *moment, &|d| names.contains(&d.name))?;
                let find = |what: &str| result.traits.iter().find(|t| *t.name == *question(0, what));
                let members = result.segments.iter().find(|s| s.name == definition.name).map(|s| &s.members);
                let is_member = |row: usize| members.is_some_and(|members| members.value(row));
                let row = self.number(&result);
                let found = queue(top, row, find("passes"), find("value"), find("group"), &is_member);
                out.push((*id, *moment, found));
            }
            Ok(out)
        }

        /// Where the customer stands in these rankings, each as of a moment.
        fn ranks<'r>(&self, asked: &[(&'r Rank, i64)]) -> Result<Vec<(&'r Rank, i64, RankOfAll)>, Diagnostic> {
            let mut out = Vec::new();
            for moment in moments(asked) {
                let ranks: Vec<&'r Rank> = asked.iter().filter(|(_, at)| *at == moment).map(|(rank, _)| *rank).collect();
                let found = self.ranks_at(&ranks, moment)?;
                out.extend(found.into_iter().map(|(rank, found)| (rank, moment, found)));
            }
            Ok(out)
        }

        fn ranks_at<'r>(&self, ranks: &[&'r Rank], moment: i64) -> Result<Vec<(&'r Rank, RankOfAll)>, Diagnostic> {
            // What is asked of everybody: each rank's value, who is ranked, and who is in.
            let mut program = self.program.clone();
            for (i, rank) in ranks.iter().enumerate() {
                let among = match &rank.of {
                    RankOf::Everyone | RankOf::Each(_) => ConditionKind::Everyone,
                    RankOf::Segment(id) => ConditionKind::InSegment(*id),
                    RankOf::Trait(id) => {
                        ConditionKind::Holds(Value { kind: ValueKind::Trait(*id), ty: Type::Boolean, span: rank.value.span })
                    }
                };
                let questions = [
                    ("value", rank.value.clone()),
                    ("among", of_condition(among, rank.value.span)),
                    ("in", of_condition(ConditionKind::Rank(Box::new((*rank).clone())), rank.value.span)),
                ];
                let group = match &rank.of {
                    RankOf::Each(each) => Some(("group", (**each).clone())),
                    _ => None,
                };
                for (what, value) in questions.into_iter().chain(group) {
                    let span = rank.value.span;
                    let name = question(i, what).into();
                    program.definitions.push(Definition { name, title: None, span, kind: DefinitionKind::Trait(value) });
                }
            }
            let asked = self.program.definitions.len();
            let names: Vec<_> = program.definitions.iter().skip(asked).map(|d| d.name.clone()).collect();
            let result = self.run(&program, moment, &|d| names.contains(&d.name))?;
            let row = self.number(&result);
            let answer = |(i, rank): (usize, &&'r Rank)| {
                let find = |what: &str| result.traits.iter().find(|t| *t.name == *question(i, what));
                (*rank, place(rank, row, find("value"), find("among"), find("in"), find("group")))
            };
            Ok(ranks.iter().enumerate().map(answer).collect())
        }
    }

    /// Bands, as of a moment, and in which of them the customer is.
    type Banded<'b> = (&'b Band, i64, Option<Scalar>);

    impl Everybody<'_> {
        /// In which bands the customer is, each as of a moment.
        fn bands<'b>(&self, asked: &[(&'b Band, i64)]) -> Result<Vec<Banded<'b>>, Diagnostic> {
            let mut out = Vec::new();
            for (band, moment) in asked {
                let span = band.value.span;
                let name: std::sync::Arc<str> = question(0, "band").into();
                let value = Value { kind: ValueKind::Band(Box::new((*band).clone())), ty: Type::Count, span };
                let mut program = self.program.clone();
                let kind = DefinitionKind::Trait(value);
                program.definitions.push(Definition { name: name.clone(), title: None, span, kind });
                let result = self.run(&program, *moment, &|d| d.name == name)?;
                let values = result.traits.iter().find(|t| t.name == name);
                let row = self.number(&result);
                let found = values.and_then(|t| canonical::scalar(t.values.as_ref(), &t.ty, row?));
                out.push((*band, *moment, found));
            }
            Ok(out)
        }
    }

    /// The moments that are asked for, each once.
    fn moments<T>(asked: &[(T, i64)]) -> Vec<i64> {
        let mut moments: Vec<i64> = asked.iter().map(|(_, moment)| *moment).collect();
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// A name that no definition of a user has.
    fn question(rank: usize, what: &str) -> String {
        format!("rank {rank}: {what}")
    }

    fn of_condition(kind: ConditionKind, span: Span) -> Value {
        Value { kind: ValueKind::Condition(Box::new(Condition { kind, span })), ty: Type::Boolean, span }
    }

    /// Where one stands in the queue of a limit: a missing value comes last, of equal ones the smaller key first; who has no group is
    /// one alone.
    fn queue(
        top: bool,
        row: Option<usize>,
        passes: Option<&TraitResult>,
        values: Option<&TraitResult>,
        groups: Option<&TraitResult>,
        is_member: &dyn Fn(usize) -> bool,
    ) -> RankOfAll {
        let mut out = RankOfAll { holds: row.is_some_and(is_member), place: None, of: 0, cut: (0, None) };
        let (Some(row), Some(passes), Some(values)) = (row, passes, values) else { return out };
        let at = |of: &TraitResult, row: usize| canonical::scalar(of.values.as_ref(), &of.ty, row);
        let order = |a: &Option<Scalar>, b: &Option<Scalar>| match (a, b) {
            (Some(a), Some(b)) => {
                let order = compare(Operand::Scalar(a), Operand::Scalar(b)).unwrap_or(Ordering::Equal);
                if top { order.reverse() } else { order }
            }
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        let group = groups.map(|groups| at(groups, row));
        let is_of_group = |other: usize| match (&group, groups) {
            (Some(None), _) => other == row,
            (Some(own), Some(groups)) => at(groups, other) == *own,
            _ => true,
        };
        let own = at(values, row);
        let mut ahead = 0;
        for other in (0..values.values.len()).filter(|other| is_of_group(*other)) {
            if at(passes, other) != Some(Scalar::Boolean(true)) {
                continue;
            }
            out.of += 1;
            let value = at(values, other);
            ahead += usize::from(order(&value, &own).then(other.cmp(&row)).is_lt());
            if is_member(other) {
                out.cut.0 += 1;
                if out.cut.0 == 1 || order(&out.cut.1, &value).is_lt() {
                    out.cut.1 = value;
                }
            }
        }
        out.place = Some(ahead + 1);
        out
    }

    /// Where one stands among all.
    fn place(
        rank: &Rank,
        row: Option<usize>,
        values: Option<&TraitResult>,
        among: Option<&TraitResult>,
        inside: Option<&TraitResult>,
        groups: Option<&TraitResult>,
    ) -> RankOfAll {
        let mut out = RankOfAll { holds: false, place: None, of: 0, cut: (0, None) };
        let (Some(values), Some(among), Some(inside)) = (values, among, inside) else { return out };
        let at = |of: &TraitResult, row: usize| canonical::scalar(of.values.as_ref(), &of.ty, row);
        let is = |of: &TraitResult, row: usize| at(of, row) == Some(Scalar::Boolean(true));
        // Of a rank of each group, the customer's own; who has none is in no rank.
        let group = groups.and_then(|groups| at(groups, row?));
        let is_own = |row: usize| groups.is_none_or(|groups| group.is_some() && at(groups, row) == group);
        let order = |a: &Scalar, b: &Scalar| {
            let order = compare(Operand::Scalar(a), Operand::Scalar(b)).unwrap_or(Ordering::Equal);
            if rank.top { order.reverse() } else { order }
        };
        let own = row.filter(|row| is(among, *row) && is_own(*row)).and_then(|row| at(values, row));
        out.holds = row.is_some_and(|row| is(inside, row));
        let mut ahead = 0;
        for other in 0..values.values.len() {
            let Some(value) = at(values, other).filter(|_| is(among, other) && is_own(other)) else { continue };
            out.of += 1;
            if let (Some(own), Some(row)) = (&own, row) {
                let before = order(&value, own);
                let ties = before.is_eq() && other < row && matches!(rank.amount, RankAmount::Count(_));
                ahead += usize::from(before.is_lt() || ties);
            }
            if is(inside, other) {
                out.cut.0 += 1;
                if out.cut.1.as_ref().is_none_or(|last| order(last, &value).is_lt()) {
                    out.cut.1 = Some(value);
                }
            }
        }
        out.place = own.map(|_| ahead + 1);
        out
    }
}
