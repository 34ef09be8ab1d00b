//! Conditions → nodes.

use super::{Lowering, Scope};
use crate::faults::fault;
use crate::plan::{Bounds, Comparison, FeatureKind, Frequency, NodeId, NodeKind, Rank};
use crate::program::{Condition, ConditionKind, DefinitionId, Did, How, Length, RankOf, Scalar, Type, Value};

impl Lowering<'_> {
    pub(super) fn condition(&mut self, scope: Scope, condition: &Condition) -> NodeId {
        let kind = match &condition.kind {
            ConditionKind::Everyone => NodeKind::Constant(true),
            ConditionKind::All(parts) => {
                let parts = self.conditions(scope, parts);
                return self.graph(scope).all(parts);
            }
            ConditionKind::Any(parts) => {
                let parts = self.conditions(scope, parts);
                return self.graph(scope).any(parts);
            }
            ConditionKind::Not(part) => {
                let part = self.condition(scope, part);
                return self.graph(scope).not(part);
            }
            ConditionKind::AtLeast(0, _) => NodeKind::Constant(true),
            ConditionKind::AtLeast(least, parts) => {
                NodeKind::AtLeast(*least - u64::from(fault(11)), self.conditions(scope, parts))
            }
            ConditionKind::Compare(comparison, a, b) => {
                NodeKind::Compare(*comparison, self.value(scope, a), self.value(scope, b))
            }
            ConditionKind::CompareLength(comparison, value, length) => {
                return self.compare_length(scope, *comparison, value, *length);
            }
            ConditionKind::CompareDay(comparison, moment, day) => {
                let moment = self.value(scope, moment);
                let of_moment = self.graph(scope).node(NodeKind::DayOf(moment), &Type::Date);
                NodeKind::Compare(
                    if fault(9) { comparison.swapped() } else { *comparison },
                    of_moment,
                    self.value(scope, day),
                )
            }
            ConditionKind::OneOf(value, values) => NodeKind::OneOf(self.value(scope, value), values.clone()),
            ConditionKind::NotOneOf(value, values) if fault(10) => {
                let value = self.value(scope, value);
                let is = self.graph(scope).condition(NodeKind::OneOf(value, values.clone()));
                return self.graph(scope).not(is);
            }
            ConditionKind::NotOneOf(value, values) => NodeKind::NotOneOf(self.value(scope, value), values.clone()),
            ConditionKind::Text(value, test) => NodeKind::Text(self.value(scope, value), test.clone()),
            ConditionKind::ListContains(list, item) => NodeKind::ListContains(self.value(scope, list), item.clone()),
            ConditionKind::Known(value) => {
                let value = self.value(scope, value);
                if self.graph(scope).is_condition(value) { NodeKind::Constant(true) } else { NodeKind::Known(value) }
            }
            ConditionKind::Holds(value) => {
                let value = self.value(scope, value);
                return self.graph(scope).holds(value);
            }
            ConditionKind::InWindow(value, window) => {
                let bounds = self.attribute_bounds(window, &value.ty);
                NodeKind::Within(self.value(scope, value), bounds)
            }
            ConditionKind::Did(did) => return self.did(did),
            ConditionKind::Trend(trend) => return self.trend(scope, trend),
            ConditionKind::Sequence(sequence) => return self.sequence(sequence),
            ConditionKind::Reached(reached) => return self.reached(reached),
            ConditionKind::InSegment(id) => return self.member(*id),
            ConditionKind::Anniversary(value, window) => {
                let bounds = self.attribute_bounds(window, &value.ty);
                NodeKind::Anniversary(self.value(scope, value), bounds)
            }
            ConditionKind::Near(near) => {
                NodeKind::Near(self.value(scope, &near.latitude), self.value(scope, &near.longitude), near.of)
            }
            ConditionKind::InList(value, list) => NodeKind::InList(self.value(scope, value), *list),
            ConditionKind::InRandom(chance) => NodeKind::InRandom(chance.clone()),
            ConditionKind::Rank(rank) => return self.ranked(rank),
            ConditionKind::AsOf(condition, ago) => {
                return self.moved(*ago, |this| {
                    let condition = this.condition(Scope::Customers, condition);
                    this.among_existing(condition)
                });
            }
            ConditionKind::Changed(history, change, window) => {
                NodeKind::Changed(*history, change.clone(), self.moment_bounds(window))
            }
            ConditionKind::Was(history, value, window) => NodeKind::Was(*history, value.clone(), self.moment_bounds(window)),
            // Members then are among those who existed then.
            ConditionKind::Entered(id, ago) => {
                let (now, then) = (self.member(*id), self.moved(*ago, |this| this.member(*id)));
                let then = if fault(116) { then } else { self.customers.not(then) };
                return self.customers.all(vec![now, then]);
            }
            ConditionKind::Left(id, ago) => {
                let (now, then) = (self.member(*id), self.moved(*ago, |this| this.member(*id)));
                let now = self.customers.not(now);
                return self.customers.all(vec![then, now]);
            }
        };
        self.graph(scope).condition(kind)
    }

    fn conditions(&mut self, scope: Scope, parts: &[Condition]) -> Vec<NodeId> {
        parts.iter().map(|part| self.condition(scope, part)).collect()
    }

    /// A Duration against a length of the calendar: exactly against T − (T − length).
    fn compare_length(&mut self, scope: Scope, comparison: Comparison, value: &Value, length: Length) -> NodeId {
        let back = match length.unit.micros() {
            Some(unit) if fault(6) => self.as_of.saturating_sub(unit.saturating_mul(i64::from(length.count))),
            _ => self.program.calendar.shift(self.as_of, length, -1),
        };
        let value = self.value(scope, value);
        let length = NodeKind::Literal(Scalar::Duration(self.as_of.saturating_sub(back)));
        let graph = self.graph(scope);
        let length = graph.node(length, &Type::Duration);
        graph.condition(NodeKind::Compare(comparison, value, length))
    }

    fn did(&mut self, did: &Did) -> NodeId {
        let selection = self.selection(&did.event);
        match &did.how {
            How::Times(frequency, window) => {
                let kind = FeatureKind::Count(self.event_bounds(window));
                let count = self.feature(selection, kind, &Type::Count);
                self.customers.condition(NodeKind::InRange(
                    count,
                    Frequency { least: frequency.least + u64::from(fault(7)), ..*frequency },
                ))
            }
            How::Days(frequency, window) => {
                let bounds = self.event_bounds(window);
                let kind = if fault(8) { FeatureKind::Count(bounds) } else { FeatureKind::Days(bounds) };
                let days = self.feature(selection, kind, &Type::Count);
                self.customers.condition(NodeKind::InRange(days, *frequency))
            }
            How::FirstTime(window) => {
                let bounds = self.event_bounds(window);
                if let Bounds::OnEvent(_) = bounds {
                    let is_first = self.feature(selection, FeatureKind::FirstWithin(bounds), &Type::Boolean);
                    return self.customers.holds(is_first);
                }
                let kind = FeatureKind::FirstTime { until: self.as_of };
                let first = self.feature(selection, kind, &Type::Timestamp);
                self.customers.condition(NodeKind::Within(first, bounds))
            }
            How::Streak { frequency, on_days, at_least, intervals } => {
                let bounds = self.streak_bounds(*intervals).into();
                let kind = FeatureKind::Streak { bounds, frequency: *frequency, on_days: *on_days };
                let fitting = self.feature(selection, kind, &Type::Count);
                let range = Frequency { least: *at_least, most: u64::MAX };
                self.customers.condition(NodeKind::InRange(fitting, range))
            }
        }
    }

    /// Whether a segment has them, as of T.
    fn member(&mut self, id: DefinitionId) -> NodeId {
        let kind = match self.places.get(&(id, self.as_of)) {
            Some(place) => NodeKind::Member(*place),
            None => NodeKind::Constant(false),
        };
        self.customers.condition(kind)
    }

    fn ranked(&mut self, rank: &crate::program::Rank) -> NodeId {
        let value = self.value(Scope::Customers, &rank.value);
        let of = match rank.of {
            RankOf::Everyone | RankOf::Each(_) => self.customers.condition(NodeKind::Constant(true)),
            RankOf::Segment(id) => self.member(id),
            RankOf::Trait(id) => match self.traits.get(&(id, self.as_of)) {
                Some(node) => self.customers.holds(*node),
                None => self.customers.condition(NodeKind::Constant(false)),
            },
        };
        // Among those who exist at T; of the run's T, nobody else is looked at.
        let of = self.among_existing(of);
        let of = if self.customers.is_constant(of, true) { None } else { Some(of) };
        let each = match &rank.of {
            RankOf::Each(each) => Some(self.trait_value(each)),
            _ => None,
        };
        let id = self.rank(Rank { value, top: rank.top, amount: rank.amount, of, each });
        self.customers.condition(NodeKind::Rank(id))
    }
}
