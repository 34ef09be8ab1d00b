//! Why a condition holds of a customer, or does not: the tree of its parts with what was found for each, and which of them decided.
//! The answers are those of the meaning itself, asked part by part.

use super::{Answer, Scope, World, order};
use crate::program::calendar::Interval;
use crate::program::{
    Condition, ConditionKind, DefinitionId, DefinitionKind, How, Length, Limit, LimitBy, Rank, RankAmount, RankOf, Scalar,
    Value, ValueKind, Window,
};

/// So many definitions are gone into for one reason.
const MOST_OPENED: u32 = 100;

/// A part of the answer.
#[derive(Debug, Clone)]
pub struct Reason<'a> {
    /// What was asked.
    pub of: Of<'a>,
    /// Whether it holds.
    pub holds: bool,
    /// Whether the whole answer hangs on it: with the other answer here, and at the others that decided, it would be another.
    pub decided: bool,
    /// What was found.
    pub found: Found<'a>,
    /// Its parts.
    pub parts: Vec<Reason<'a>>,
}

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub enum Of<'a> {
    /// a condition
    Condition(&'a Condition),
    /// `except`: holds of those who are not taken off
    Except(&'a Condition),
    /// what is taken off every segment: likewise
    EverySegment(&'a Condition),
    /// the consent to a purpose of this name
    Purpose(&'a str, &'a Condition),
    /// whether a limit keeps the customer
    Limit(&'a Limit),
    /// whether the customer is a member of a segment, or was so long ago
    Member(DefinitionId, Option<Length>),
    /// whether the customer is not a member of a segment, or was not so long ago
    NoMember(DefinitionId, Option<Length>),
}

/// What was found of a customer for a condition.
#[derive(Debug, Clone)]
pub enum Found<'a> {
    /// Nothing but the answers of the parts.
    Parts,
    /// Values, those written out left away.
    Values(Vec<Found1<'a>>),
    /// A date or time beside the interval that a window means: in microseconds, or in days for a date.
    Time(Found1<'a>, Interval),
    /// So many events, or days with events, in an interval of microseconds.
    Times {
        /// how many
        count: u64,
        /// they are days
        on_days: bool,
        /// the window
        interval: Interval,
    },
    /// When the first event was, and the window.
    First(Option<i64>, Interval),
    /// In how many of how many intervals it was so.
    Streak {
        /// in so many
        met: u64,
        /// of so many
        of: u64,
    },
    /// Where the customer stands in a ranking.
    Place(Place<'a>),
    /// How many matches of a sequence share no moment, and how many of its steps, from the first on, some choice of events gets to.
    Sequence {
        /// so many matches
        matches: u64,
        /// so many steps
        reached: usize,
        /// of so many
        of: usize,
    },
    /// How many steps of a funnel, from the first on, some attempt got to.
    Funnel {
        /// so many
        reached: usize,
        /// of so many
        of: usize,
    },
    /// What a trend compares: now, and what it is compared with.
    Trend(Found1<'a>, Found1<'a>),
}

/// A value, and what it comes from.
#[derive(Debug, Clone)]
pub struct Found1<'a> {
    /// The value as written.
    pub value: &'a Value,
    /// What it is; `None` where it is missing.
    pub is: Option<Scalar>,
    /// Over how many events, where it is of events.
    pub events: Option<u64>,
    /// What it is made of, values written out left away.
    pub parts: Vec<Found1<'a>>,
    /// Of stages and points, what they hang on.
    pub groups: Vec<GroupReason<'a>>,
}

/// What a stage or some points hang on.
#[derive(Debug, Clone)]
pub struct GroupReason<'a> {
    /// Of a stage its name; `None` of points.
    pub stage: Option<&'a str>,
    /// Of points, how many are added where it holds.
    pub points: i64,
    /// Its `when`.
    pub reason: Reason<'a>,
}

/// A place in a ranking.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// By what.
    pub value: Found1<'a>,
    /// The place, 1 for the first; `None` for one who has none.
    pub place: Option<usize>,
    /// Among so many.
    pub of: usize,
    /// How many are in, and the value of the last of them.
    pub cut: (usize, Option<Scalar>),
}

impl<'a> World<'a> {
    /// Why a condition holds of a customer, or does not.
    pub(super) fn why(&self, condition: &'a Condition, customer: usize) -> Reason<'a> {
        let mut reason = self.reason(condition, customer);
        mark(&mut reason, true);
        reason
    }

    /// Why a customer is a member of a segment, or is not: its clauses.
    pub(super) fn why_member(&self, id: DefinitionId, customer: usize) -> Vec<Reason<'a>> {
        let mut parts = self.clauses(id, customer);
        let holds = parts.iter().all(|part| part.holds);
        for part in &mut parts {
            let decided = part.holds == holds;
            mark(part, decided);
        }
        parts
    }

    /// Whether one more definition is gone into: nobody reads more, and definitions of definitions can multiply.
    fn opens(&self) -> bool {
        self.opened.set(self.opened.get().saturating_add(1));
        self.opened.get() <= MOST_OPENED
    }

    /// What a value is made of.
    pub(super) fn found(&self, value: &'a Value, customer: usize) -> Found1<'a> {
        let scope = Scope::of(customer);
        let mut events = None;
        let parts: Vec<&'a Value> = match &value.kind {
            ValueKind::Trait(id) => match self.program.definitions.get(id.0).map(|d| &d.kind) {
                Some(DefinitionKind::Trait(inner)) if self.opens() => vec![inner],
                _ => Vec::new(),
            },
            ValueKind::Aggregate(aggregate) => {
                events = Some(self.events_in(&aggregate.event, &aggregate.window, customer).len() as u64);
                Vec::new()
            }
            ValueKind::TimeSince(x) | ValueKind::TimeUntil(x) | ValueKind::Negate(x) => vec![x],
            ValueKind::TimeFrom(a, b)
            | ValueKind::Arithmetic(_, a, b)
            | ValueKind::OrElse(a, b)
            | ValueKind::Change(a, b) => vec![a, b],
            ValueKind::Function(_, arguments) => arguments.iter().collect(),
            _ => Vec::new(),
        };
        let mut parts: Vec<_> = parts.into_iter().filter(|x| !is_written(x)).map(|x| self.found(x, customer)).collect();
        if let ValueKind::AsOf(inner, ago) = &value.kind {
            parts.extend(self.as_of(*ago, customer, |then, customer| then.found(inner, customer)));
        }
        let groups = match &value.kind {
            ValueKind::Trait(id) => self.group_reasons(*id, customer),
            _ => Vec::new(),
        };
        Found1 { value, is: self.fitting(value, scope), events, parts, groups }
    }

    /// What stages hang on, up to the first that holds; what all points hang on.
    pub(super) fn group_reasons(&self, id: DefinitionId, customer: usize) -> Vec<GroupReason<'a>> {
        let mut out = Vec::new();
        match self.program.definitions.get(id.0).map(|d| &d.kind) {
            Some(DefinitionKind::Stages(_) | DefinitionKind::Points(_)) if !self.opens() => {}
            Some(DefinitionKind::Stages(stages)) => {
                for stage in &stages.stages {
                    let Some(when) = &stage.when else { break };
                    let reason = self.why(when, customer);
                    let holds = reason.holds;
                    out.push(GroupReason { stage: Some(&stage.name), points: 0, reason });
                    if holds {
                        break;
                    }
                }
            }
            Some(DefinitionKind::Points(points)) => {
                for (points, when) in &points.parts {
                    out.push(GroupReason { stage: None, points: *points, reason: self.why(when, customer) });
                }
            }
            Some(DefinitionKind::Trait(_) | DefinitionKind::Segment(_)) | None => {}
        }
        out
    }

    fn reason(&self, condition: &'a Condition, customer: usize) -> Reason<'a> {
        let inner = |parts: &'a [Condition]| -> Vec<Reason<'a>> { parts.iter().map(|c| self.reason(c, customer)).collect() };
        let values = |values: &[&'a Value]| {
            Found::Values(values.iter().filter(|x| !is_written(x)).map(|x| self.found(x, customer)).collect())
        };
        let (found, parts) = match &condition.kind {
            ConditionKind::All(parts) | ConditionKind::Any(parts) | ConditionKind::AtLeast(_, parts) => {
                (Found::Parts, inner(parts))
            }
            ConditionKind::Not(part) => (Found::Parts, vec![self.reason(part, customer)]),
            ConditionKind::Compare(_, a, b) | ConditionKind::CompareDay(_, a, b) => (values(&[a, b]), Vec::new()),
            ConditionKind::CompareLength(_, value, _)
            | ConditionKind::OneOf(value, _)
            | ConditionKind::NotOneOf(value, _)
            | ConditionKind::Text(value, _)
            | ConditionKind::ListContains(value, _)
            | ConditionKind::InList(value, _)
            | ConditionKind::Anniversary(value, _)
            | ConditionKind::Known(value) => (values(&[value]), Vec::new()),
            ConditionKind::Near(near) => (values(&[&near.latitude, &near.longitude]), Vec::new()),
            ConditionKind::Holds(value) => match self.condition_of(value) {
                Some(condition) if self.opens() => (Found::Parts, vec![self.reason(condition, customer)]),
                _ => (values(&[value]), Vec::new()),
            },
            ConditionKind::InWindow(value, window) => {
                (Found::Time(self.found(value, customer), self.window_of(value, window, customer)), Vec::new())
            }
            ConditionKind::Did(did) => (self.what_was_done(did, customer), Vec::new()),
            ConditionKind::InSegment(id) => (Found::Parts, self.clauses(*id, customer)),
            ConditionKind::Rank(rank) => (Found::Place(self.place(rank, customer)), Vec::new()),
            ConditionKind::Sequence(sequence) => {
                let found = Found::Sequence {
                    matches: self.most_matches(sequence, customer),
                    reached: self.steps_reached(sequence, customer),
                    of: sequence.steps.len(),
                };
                (found, Vec::new())
            }
            ConditionKind::Reached(reached) => {
                let found = Found::Funnel { reached: self.funnel_reached(reached, customer), of: reached.steps.len() };
                (found, Vec::new())
            }
            ConditionKind::Trend(trend) => {
                (Found::Trend(self.found(&trend.now, customer), self.found(&trend.base, customer)), Vec::new())
            }
            // "in it at T and not at T − 7 days", and the other way round
            ConditionKind::Entered(id, ago) => (
                Found::Parts,
                vec![self.membership(*id, None, true, customer), self.membership(*id, Some(*ago), false, customer)],
            ),
            ConditionKind::Left(id, ago) => (
                Found::Parts,
                vec![self.membership(*id, None, false, customer), self.membership(*id, Some(*ago), true, customer)],
            ),
            ConditionKind::AsOf(inner, ago) => {
                let then = self.as_of(*ago, customer, |then, customer| then.reason(inner, customer));
                (Found::Parts, then.into_iter().collect())
            }
            _ => (Found::Parts, Vec::new()),
        };
        let holds = self.holds(condition, Scope::of(customer));
        Reason { of: Of::Condition(condition), holds, decided: false, found, parts }
    }

    /// Whether a customer is (or is not) a member of a segment, at T or so long before.
    fn membership(&self, id: DefinitionId, ago: Option<Length>, wanted: bool, customer: usize) -> Reason<'a> {
        let (is_member, parts) = match ago {
            None => (self.is_member(id, customer), self.clauses(id, customer)),
            // One who did not exist then was no member.
            Some(ago) => self
                .as_of(ago, customer, |then, customer| (then.is_member(id, customer), then.clauses(id, customer)))
                .unwrap_or_default(),
        };
        let of = if wanted { Of::Member(id, ago) } else { Of::NoMember(id, ago) };
        Reason { of, holds: is_member == wanted, decided: false, found: Found::Parts, parts }
    }

    /// The condition that a boolean trait stands for.
    fn condition_of(&self, value: &'a Value) -> Option<&'a Condition> {
        match &value.kind {
            ValueKind::Condition(condition) => Some(condition),
            ValueKind::Trait(id) => match &self.program.definitions.get(id.0)?.kind {
                DefinitionKind::Trait(Value { kind: ValueKind::Condition(condition), .. }) => Some(condition),
                _ => None,
            },
            _ => None,
        }
    }

    fn window_of(&self, value: &'a Value, window: &'a Window, customer: usize) -> Interval {
        let anchor = self.anchor(window, customer);
        let calendar = &self.program.calendar;
        match value.ty {
            crate::program::Type::Date => calendar.attribute_days(window, self.as_of, anchor),
            _ => calendar.attribute(window, self.as_of, anchor),
        }
    }

    /// The days that a window of events means; all of time for one that hangs on an event, of which those in it are told alone.
    fn days_meant(&self, window: &'a Window, customer: usize) -> Interval {
        match window {
            Window::OnEvent(_) => Interval { start: i64::MIN, end: i64::MAX },
            _ => self.interval(window, customer),
        }
    }

    fn what_was_done(&self, did: &'a crate::program::Did, customer: usize) -> Found<'a> {
        match &did.how {
            How::Times(_, window) => Found::Times {
                count: self.events_in(&did.event, window, customer).len() as u64,
                on_days: false,
                interval: self.days_meant(window, customer),
            },
            How::Days(_, window) => Found::Times {
                count: self.days(&self.events_in(&did.event, window, customer)),
                on_days: true,
                interval: self.days_meant(window, customer),
            },
            How::FirstTime(window) => {
                let first = self.events(&did.event, customer).into_iter().map(|row| row.time).min();
                Found::First(first, self.days_meant(window, customer))
            }
            How::Streak { frequency, on_days, intervals, .. } => {
                let events = self.events(&did.event, customer);
                let all = self.streak(*intervals);
                let met = all.iter().filter(|interval| {
                    let inside: Vec<_> = events.iter().copied().filter(|row| interval.contains(row.time)).collect();
                    frequency.holds(if *on_days { self.days(&inside) } else { inside.len() as u64 })
                });
                Found::Streak { met: met.count() as u64, of: all.len() as u64 }
            }
        }
    }

    /// The clauses of a segment that make its members, in the order in which they work.
    fn clauses(&self, id: DefinitionId, customer: usize) -> Vec<Reason<'a>> {
        let Some(DefinitionKind::Segment(segment)) = self.program.definitions.get(id.0).map(|d| &d.kind) else {
            return Vec::new();
        };
        if !self.opens() {
            return Vec::new();
        }
        let mut out = vec![self.reason(&segment.condition, customer)];
        let denied = |of: Of<'a>, condition: &'a Condition| {
            let reason = self.reason(condition, customer);
            Reason { of, holds: !reason.holds, decided: false, found: Found::Parts, parts: vec![reason] }
        };
        out.extend(segment.except.iter().map(|except| denied(Of::Except(except), except)));
        out.extend(self.program.every_segment_except.iter().map(|except| denied(Of::EverySegment(except), except)));
        out.extend(segment.purposes.iter().map(|(purpose, consent)| {
            let reason = self.reason(consent, customer);
            let holds = reason.holds;
            Reason { of: Of::Purpose(purpose, consent), holds, decided: false, found: Found::Parts, parts: vec![reason] }
        }));
        if let Some(limit) = &segment.limit {
            out.extend(self.limit_reason(id, limit, customer, out.iter().all(|part| part.holds)));
        }
        out
    }

    /// Whether a limit keeps one who passed all else.
    fn limit_reason(&self, id: DefinitionId, limit: &'a Limit, customer: usize, passed: bool) -> Option<Reason<'a>> {
        if !passed {
            return None;
        }
        let holds = match &*self.answer(id) {
            Answer::Segment(members) => members.members.get(customer).copied().unwrap_or(false),
            Answer::Trait(_) => return None,
        };
        let known = self.others.as_ref().and_then(|others| others.limit(id, self.as_of));
        let found = match (&limit.by, known) {
            (LimitBy::Highest(value) | LimitBy::Lowest(value), Some(known)) => Found::Place(Place {
                value: self.found(value, customer),
                place: known.place,
                of: known.of,
                cut: known.cut.clone(),
            }),
            (LimitBy::Highest(value) | LimitBy::Lowest(value), None) => Found::Values(vec![self.found(value, customer)]),
            (LimitBy::Random, _) => Found::Parts,
        };
        Some(Reason { of: Of::Limit(limit), holds, decided: false, found, parts: Vec::new() })
    }

    /// Where a customer stands in a ranking.
    fn place(&self, rank: &'a Rank, customer: usize) -> Place<'a> {
        if let Some(others) = &self.others {
            return others.place(rank, self.as_of, self.found(&rank.value, customer));
        }
        let who = self.rank(rank);
        let scope = |c: usize| Scope::of(c);
        // Of several groups, the customer's own.
        let groups = self.ranked_together(&rank.of);
        let is_own = |group: &Vec<usize>| !matches!(rank.of, RankOf::Each(_)) || group.contains(&customer);
        let all: Vec<(usize, Scalar)> = groups
            .into_iter()
            .filter(is_own)
            .flatten()
            .filter_map(|c| Some((c, self.fitting(&rank.value, scope(c))?)))
            .collect();
        let better = |a: &Scalar, b: &Scalar| if rank.top { order(a, b).is_gt() } else { order(a, b).is_lt() };
        let own = all.iter().find(|(c, _)| *c == customer).map(|(_, value)| value.clone());
        let place = own.as_ref().map(|own| {
            let ahead = all.iter().filter(|(c, value)| {
                better(value, own)
                    || (matches!(rank.amount, RankAmount::Count(_)) && order(value, own).is_eq() && *c < customer)
            });
            1 + ahead.count()
        });
        let inside = all.iter().filter(|(c, _)| who.get(*c).copied().unwrap_or(false));
        let last = inside.clone().map(|(_, value)| value.clone()).reduce(|a, b| if better(&a, &b) { b } else { a });
        Place { value: self.found(&rank.value, customer), place, of: all.len(), cut: (inside.count(), last) }
    }
}

/// A value that is written out says nothing of a customer.
fn is_written(value: &Value) -> bool {
    matches!(value.kind, ValueKind::Literal(_) | ValueKind::Decimal(_))
}

/// Marks what decided, from the top down.
fn mark(reason: &mut Reason<'_>, decided: bool) {
    reason.decided = decided;
    let holds = reason.holds;
    // Whether the answer of the parts is that of the whole, or its opposite.
    let is_opposite = match reason.of {
        Of::Condition(condition) => matches!(condition.kind, ConditionKind::Not(_)),
        Of::Except(_) | Of::EverySegment(_) | Of::NoMember(..) => true,
        Of::Purpose(..) | Of::Limit(_) | Of::Member(..) => false,
    };
    for part in &mut reason.parts {
        // Where all have to hold, those decide an answer of no that do not; where one is enough, those an answer of yes that do.
        let decides = part.holds == (holds != is_opposite);
        mark(part, decided && decides);
    }
}
