//! Attributes with a history (LANGUAGE.md 2 and 4): "the value at T is that of the latest row with from < T; of two at one time, the
//! smallest value".

use std::collections::BTreeMap;

use super::{HistoryRow, World, order};
use crate::program::calendar::Interval;
use crate::program::{AttributeId, HistoryId, Key, Scalar};

/// From when which value holds, in the order of time, each time once.
pub(super) type Values = Vec<(i64, Option<Scalar>)>;

impl World<'_> {
    /// The history of an attribute that has one.
    pub(super) fn history(&self, id: AttributeId) -> Option<HistoryId> {
        self.program.attributes.get(id.0)?.history
    }
}

/// The values of a customer. Of one time the smallest; what is missing is no smaller than anything.
pub(super) fn of_customer(rows: &[HistoryRow], key: &Key) -> Values {
    let mut values: BTreeMap<i64, Option<Scalar>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.key.as_ref() == Some(key)) {
        let Some(from) = row.from else { continue };
        let value = values.entry(from).or_default();
        *value = match (value.take(), &row.value) {
            (Some(a), Some(b)) => Some(if order(&a, b).is_le() { a } else { b.clone() }),
            (a, b) => a.or_else(|| b.clone()),
        };
    }
    values.into_iter().collect()
}

/// "the value at T is that of the latest row with from < T"
pub(super) fn at(values: &Values, moment: i64) -> Option<Scalar> {
    values.iter().rfind(|(from, _)| *from < moment)?.1.clone()
}

/// "a row in the window, not the first, whose known value differs from the known one before it"
pub(super) fn changed(values: &Values, change: Option<&(Scalar, Scalar)>, interval: Interval) -> bool {
    let known: Vec<(i64, &Scalar)> = values.iter().filter_map(|(from, value)| Some((*from, value.as_ref()?))).collect();
    let same = |a: &Scalar, b: &Scalar| order(a, b).is_eq();
    known.iter().zip(known.iter().skip(1)).any(|((_, before), (from, value))| {
        let is_meant = change.is_none_or(|(a, b)| same(before, a) && same(value, b));
        interval.contains(*from) && !same(before, value) && is_meant
    })
}

/// "at some moment of the window, its start included, by the rule of `[history]`": the value at its start is one, and those of rows
/// in it whose turn comes before it ends.
pub(super) fn was(values: &Values, value: &Scalar, interval: Interval) -> bool {
    let is = |found: Option<Scalar>| found.is_some_and(|found| order(&found, value).is_eq());
    if interval.start >= interval.end {
        return false;
    }
    let after = values.iter().map(|(from, _)| from.saturating_add(1)).filter(|moment| interval.contains(*moment));
    is(at(values, interval.start)) || after.into_iter().any(|moment| is(at(values, moment)))
}
