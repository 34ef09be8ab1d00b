//! Conditions, which are true or false for everybody (LANGUAGE.md 1.4: "A comparison with a missing value is false; `not` is
//! the plain complement").

use std::rc::Rc;

use super::{Answer, Scope, World, exports, history, value};
use crate::faults::fault;
use crate::program::arithmetic::{self, Operand};
use crate::program::calendar::{Interval, Length};
use crate::program::texts::Matcher;
use crate::program::{
    Comparison, Condition, ConditionKind, DefinitionId, Did, How, Scalar, StreakIntervals, TextTest, Value, Window,
};

impl<'a> World<'a> {
    /// Whether a condition holds.
    pub(super) fn holds(&self, condition: &'a Condition, scope: Scope<'a>) -> bool {
        let each = |conditions: &'a [Condition]| conditions.iter().filter(|c| self.holds(c, scope)).count();
        match &condition.kind {
            ConditionKind::Everyone => true,
            ConditionKind::All(conditions) => each(conditions) == conditions.len(),
            ConditionKind::Any(conditions) => each(conditions) > 0,
            ConditionKind::Not(condition) => !self.holds(condition, scope),
            ConditionKind::AtLeast(n, conditions) => each(conditions) as u64 >= *n,
            ConditionKind::Compare(comparison, left, right) => {
                let (left, right) = (self.term(left, scope), self.term(right, scope));
                let (Some(left), Some(right)) = (left, right) else { return false };
                compare(*comparison, left.operand(), right.operand())
            }
            ConditionKind::CompareLength(comparison, value, length) => {
                self.compare_length(*comparison, self.value(value, scope), *length)
            }
            ConditionKind::CompareDay(comparison, moment, day) => {
                // 4: "a timestamp against a date is compared by its day in the project's zone"
                match (self.value(moment, scope), self.value(day, scope)) {
                    (Some(Scalar::Timestamp(moment)), Some(Scalar::Date(day))) => {
                        comparison.holds(self.program.calendar.day_of(moment).cmp(&day))
                    }
                    _ => false,
                }
            }
            ConditionKind::OneOf(value, items) => self.is_one_of(value, items, scope) == Some(true),
            // 5: "a comparison with a missing value is false, `!=` and `not in` included"
            ConditionKind::NotOneOf(value, items) => self.is_one_of(value, items, scope) == Some(false),
            ConditionKind::Text(value, test) => match self.value(value, scope) {
                Some(Scalar::Text(text)) => self.matcher(test).is_some_and(|matcher| matcher.holds(&text)),
                _ => false,
            },
            // "`interests contains \"golf\"`"; a missing list contains nothing
            ConditionKind::ListContains(list, item) => match self.value(list, scope) {
                Some(Scalar::List(items)) => {
                    items.iter().any(|one| compare(Comparison::Equal, Operand::Scalar(one), Operand::Scalar(item)))
                }
                _ => false,
            },
            ConditionKind::Known(value) => self.value(value, scope).is_some(),
            // 5: "A boolean that is missing is false when it stands alone"
            ConditionKind::Holds(value) => self.value(value, scope) == Some(Scalar::Boolean(true)),
            ConditionKind::InWindow(value, window) => self.is_in(self.value(value, scope), window, scope.customer),
            ConditionKind::Did(did) => self.did(did, scope.customer),
            ConditionKind::Trend(trend) => self.trend(trend, scope),
            ConditionKind::Sequence(sequence) => self.sequence(sequence, scope.customer),
            ConditionKind::Reached(reached) => self.reached(reached, scope.customer),
            // 8: "A trait or another segment that refers to the segment sees all members, held out or not."
            ConditionKind::InSegment(id) => self.is_member(*id, scope.customer),
            // 2: "a list of keys, or of other values"; 4: "A list changes no key's type", so both are compared as they are written
            ConditionKind::InList(value, list) => {
                let written = match self.value(value, scope) {
                    Some(Scalar::Text(text)) => text.to_string(),
                    Some(Scalar::Count(n)) => n.to_string(),
                    _ => return false,
                };
                self.lists.get(list.0).is_some_and(|list| list.contains(&written))
            }
            // 4: "a whole number of years later, at least one; 29 February counts as the 28th in other years"
            ConditionKind::Anniversary(value, window) => {
                let (calendar, anchor) = (&self.program.calendar, self.anchor(window, scope.customer));
                let one_lies_in = |interval: Interval, later: &dyn Fn(i64) -> Option<i64>| {
                    let all = (1..10_000).map_while(later).take_while(|at| *at < interval.end);
                    all.into_iter().any(|at| interval.contains(at))
                };
                match self.value(value, scope) {
                    Some(Scalar::Date(day)) => {
                        let days = calendar.attribute_days(window, self.as_of, anchor);
                        one_lies_in(days, &|years| calendar.day_years_later(day, years).map(i64::from))
                    }
                    Some(Scalar::Timestamp(moment)) => {
                        let moments = calendar.attribute(window, self.as_of, anchor);
                        one_lies_in(moments, &|years| Some(calendar.moment_years_later(moment, years)))
                    }
                    _ => false,
                }
            }
            // 4: "great-circle distance, radius 6371.0088 km"; a missing coordinate is nowhere
            ConditionKind::Near(near) => {
                let degrees = |value: &'a Value| value::double_of(&self.value(value, scope)?);
                match (degrees(&near.latitude), degrees(&near.longitude)) {
                    (Some(latitude), Some(longitude)) => near.of.have(latitude, longitude),
                    _ => false,
                }
            }
            // 4: "the rule of `holdout`"
            ConditionKind::InRandom(chance) => {
                exports::is_drawn(&self.customers[scope.customer].key, chance.share, &chance.salt)
            }
            ConditionKind::Rank(rank) => self.rank(rank).get(scope.customer).copied().unwrap_or(false),
            // 4: "under `as of`, for one who did not exist at the moved T, a condition is false […] (`did not … as of D ago`
            // included: `as of` is outermost)"
            ConditionKind::AsOf(condition, ago) => {
                let then = self.as_of(*ago, scope.customer, |then, customer| then.holds(condition, Scope::of(customer)));
                then == Some(true)
            }
            ConditionKind::Changed(id, change, window) => {
                let interval = self.of_history(window, scope.customer);
                history::changed(&self.customers[scope.customer].histories[id.0], change.as_ref(), interval)
            }
            ConditionKind::Was(id, value, window) => {
                let interval = self.of_history(window, scope.customer);
                history::was(&self.customers[scope.customer].histories[id.0], value, interval)
            }
            // "in it at T and not at T − 7 days"
            ConditionKind::Entered(id, ago) => {
                self.is_member(*id, scope.customer) && !self.was_member(*id, *ago, scope.customer)
            }
            ConditionKind::Left(id, ago) => {
                self.was_member(*id, *ago, scope.customer) && !self.is_member(*id, scope.customer)
            }
        }
    }

    /// 4, recency: "Any duration compared with a literal of days or longer is compared with T − (T − D)"
    fn compare_length(&self, comparison: Comparison, value: Option<Scalar>, length: Length) -> bool {
        let ago = self.program.calendar.shift(self.as_of, length, -1);
        match (value, self.as_of.checked_sub(ago)) {
            (Some(Scalar::Duration(duration)), Some(length)) => comparison.holds(duration.cmp(&length)),
            _ => false,
        }
    }

    fn is_one_of(&self, value: &'a Value, items: &'a [Scalar], scope: Scope<'a>) -> Option<bool> {
        let value = self.value(value, scope)?;
        Some(items.iter().any(|item| compare(Comparison::Equal, Operand::Scalar(&value), Operand::Scalar(item))))
    }

    /// 4: "a date attribute is compared by days: [day of T, day of T + 14)", a timestamp to the instant.
    fn is_in(&self, value: Option<Scalar>, window: &'a Window, customer: usize) -> bool {
        let anchor = self.anchor(window, customer);
        let calendar = &self.program.calendar;
        match value {
            Some(Scalar::Timestamp(moment)) => calendar.attribute(window, self.as_of, anchor).contains(moment),
            Some(Scalar::Date(day)) => calendar.attribute_days(window, self.as_of, anchor).contains(i64::from(day)),
            _ => false,
        }
    }

    /// `did …` in all its forms.
    fn did(&self, did: &'a Did, customer: usize) -> bool {
        match &did.how {
            // "`at most`, `fewer than` and `exactly 0` include not at all"
            How::Times(frequency, window) => frequency.holds(self.events_in(&did.event, window, customer).len() as u64),
            How::Days(frequency, window) => frequency.holds(self.days(&self.events_in(&did.event, window, customer))),
            // "`for the first time` (with a filter: the first that fits it)"
            How::FirstTime(window) => self.first_is_in(&self.events(&did.event, customer), window, customer),
            How::Streak { frequency, on_days, at_least, intervals } => {
                let events = self.events(&did.event, customer);
                let fits = |interval: &Interval| {
                    let inside: Vec<_> = events.iter().copied().filter(|row| interval.contains(row.time)).collect();
                    frequency.holds(if *on_days { self.days(&inside) } else { inside.len() as u64 })
                };
                self.streak(*intervals).iter().filter(|interval| fits(interval)).count() as u64
                    >= *at_least + u64::from(fault(81))
            }
        }
    }

    /// "each of the intervals [T−1w, T), [T−2w, T−1w), …, the k-th bound taken off T at once"; "`in each of previous 3 months`:
    /// whole calendar units"
    pub(super) fn streak(&self, intervals: StreakIntervals) -> Vec<Interval> {
        let calendar = &self.program.calendar;
        let (count, bound): (u32, Box<dyn Fn(u32) -> i64 + '_>) = match intervals {
            StreakIntervals::Last(count, unit) => {
                (count, Box::new(move |k| calendar.shift(self.as_of, Length { count: 1, unit }, -i64::from(k))))
            }
            StreakIntervals::Previous(count, unit) => {
                (count, Box::new(move |k| calendar.start_of_unit(self.as_of, unit, -i64::from(k))))
            }
        };
        (0..count).map(|k| Interval { start: bound(k.saturating_add(1)), end: bound(k) }).collect()
    }

    pub(super) fn is_member(&self, id: DefinitionId, customer: usize) -> bool {
        match &*self.answer(id) {
            Answer::Segment(segment) => segment.members.get(customer).copied().unwrap_or(false),
            Answer::Trait(_) => false,
        }
    }

    fn was_member(&self, id: DefinitionId, ago: Length, customer: usize) -> bool {
        self.as_of(ago, customer, |then, customer| then.is_member(id, customer)) == Some(true)
    }

    fn matcher(&self, test: &'a TextTest) -> Option<Rc<Matcher>> {
        let known = self.matchers.borrow().iter().find(|(t, _)| std::ptr::eq(*t, test)).map(|(_, m)| m.clone());
        if known.is_some() {
            return known;
        }
        let matcher = Rc::new(Matcher::new(test).ok()?);
        self.matchers.borrow_mut().push((test, matcher.clone()));
        Some(matcher)
    }
}

fn compare(comparison: Comparison, left: Operand<'_>, right: Operand<'_>) -> bool {
    arithmetic::compare(left, right).is_some_and(|order| comparison.holds(order))
}
