//! `sum(purchase.amount) in last 90 days` and its like (LANGUAGE.md 4, 5, 6).

use num_bigint::BigInt;

use super::{Event, Scope, World, exact, order, value};
use crate::program::arithmetic::round_ratio;
use crate::program::{Aggregate, AggregateFunction, Scalar, Share, Type};

impl<'a> World<'a> {
    /// 5: "An empty `count`, `sum`, `distinct`, `days` is 0; an empty `average`, `min`, `max`, […] `first`, `last` […] is
    /// missing". `ty` is the type of the result.
    pub(super) fn aggregate(&self, aggregate: &'a Aggregate, ty: &Type, customer: usize) -> Option<Scalar> {
        let events = self.events_in(&aggregate.event, &aggregate.window, customer);
        match aggregate.function {
            AggregateFunction::Count => return count(events.len() as u64),
            AggregateFunction::ActiveDays => return count(self.days(&events)),
            AggregateFunction::AverageGap => return average(&gaps(&events)),
            AggregateFunction::LongestGap => return gaps(&events).into_iter().max_by(order),
            _ => {}
        }
        // 5: "Aggregates skip rows where the value is missing"
        let rows: Vec<(Event<'a>, Scalar)> =
            events.into_iter().filter_map(|row| Some((row, self.argument(aggregate, customer, row)?))).collect();
        let mut values: Vec<Scalar> = rows.iter().map(|(_, value)| value.clone()).collect();
        match aggregate.function {
            AggregateFunction::Sum => sum(&values, ty),
            AggregateFunction::Average => average(&values),
            AggregateFunction::Median => median(values),
            AggregateFunction::MostCommon => most_common(values),
            AggregateFunction::Min => values.into_iter().min_by(order),
            AggregateFunction::Max => values.into_iter().max_by(order),
            AggregateFunction::First => self.outermost(&rows, |a, b| self.is_earlier(a, b)),
            AggregateFunction::Last => self.outermost(&rows, |a, b| self.is_earlier(b, a)),
            AggregateFunction::Distinct => {
                values.sort_by(order);
                values.dedup_by(|a, b| order(a, b).is_eq());
                count(values.len() as u64)
            }
            AggregateFunction::Count
            | AggregateFunction::ActiveDays
            | AggregateFunction::AverageGap
            | AggregateFunction::LongestGap => None,
        }
    }

    /// 4: "`share(session where device = "mobile")` (those of all)"; 5: "an empty […] `share` […] is missing".
    pub(super) fn share(&self, share: &'a Share, customer: usize) -> Option<Scalar> {
        let of = self.events_in(&share.of, &share.window, customer).len();
        let among = self.events_in(&share.among, &share.window, customer).len();
        exact::ratio(of as i128, among)
    }

    /// The row expression of the part that a row fits.
    fn argument(&self, aggregate: &'a Aggregate, customer: usize, row: Event<'a>) -> Option<Scalar> {
        let part = self.part(&aggregate.event, customer, row)?;
        self.fitting(aggregate.argument.get(part)?, Scope { customer, row: Some(row) })
    }

    /// 6: "`first` and `last` are, of the events that no other is strictly earlier (later) than in the sense of section 7, the
    /// one with the smallest value"
    fn outermost(&self, rows: &[(Event<'a>, Scalar)], goes_before: impl Fn(Event<'a>, Event<'a>) -> bool) -> Option<Scalar> {
        let outermost = rows.iter().filter(|(row, _)| !rows.iter().any(|(other, _)| goes_before(*other, *row)));
        outermost.map(|(_, value)| value.clone()).min_by(order)
    }
}

fn count(n: u64) -> Option<Scalar> {
    i64::try_from(n).ok().map(Scalar::Count)
}

/// 6: "counts and money […] are 64-bit, computed in 128: what does not fit is missing"; 5: "A sum over missing values alone
/// is 0".
fn sum(values: &[Scalar], ty: &Type) -> Option<Scalar> {
    let fits = || i64::try_from(wholes(values)).ok();
    match ty {
        Type::Count => fits().map(Scalar::Count),
        Type::Money(_) => fits().map(Scalar::Money),
        Type::Duration => fits().map(Scalar::Duration),
        _ => exact::sum(&doubles(values)),
    }
}

/// 10: "`average` and `median` of counts are Numbers, of money and durations what they are of"; 6: "every operation that
/// gives money is computed exactly and rounded once, half to even", an average of doubles likewise.
fn average(values: &[Scalar]) -> Option<Scalar> {
    let rounded = || round_ratio(BigInt::from(wholes(values)), BigInt::from(values.len()));
    match values.first()? {
        Scalar::Money(_) => rounded().map(Scalar::Money),
        Scalar::Duration(_) => rounded().map(Scalar::Duration),
        Scalar::Count(_) => exact::ratio(wholes(values), values.len()),
        _ => exact::average(&doubles(values)),
    }
}

/// 5: "`median` of an even number is the mean of the middle two"; 10: of what type it is, is as of `average`.
fn median(mut values: Vec<Scalar>) -> Option<Scalar> {
    values.sort_by(order);
    let middle = values.len() / 2;
    average(if values.len().is_multiple_of(2) {
        values.get(middle.checked_sub(1)?..=middle)?
    } else {
        values.get(middle..=middle)?
    })
}

/// 6: "`most common` by the smallest value" where several are
fn most_common(values: Vec<Scalar>) -> Option<Scalar> {
    let times = |value: &Scalar| values.iter().filter(|other| order(other, value).is_eq()).count();
    values.iter().min_by(|a, b| times(b).cmp(&times(a)).then_with(|| order(a, b))).cloned()
}

/// 5: "Gaps are between consecutive events in the window, two at one time 0 apart, missing under two events."
fn gaps(events: &[Event<'_>]) -> Vec<Scalar> {
    let mut times: Vec<i64> = events.iter().map(|row| row.time).collect();
    times.sort_unstable();
    times.windows(2).filter_map(|pair| pair[1].checked_sub(pair[0]).map(Scalar::Duration)).collect()
}

fn wholes(values: &[Scalar]) -> i128 {
    values
        .iter()
        .map(|value| match value {
            Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n) => i128::from(*n),
            _ => 0,
        })
        .sum()
}

fn doubles(values: &[Scalar]) -> Vec<f64> {
    values.iter().filter_map(value::double_of).collect()
}
