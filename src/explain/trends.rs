//! Trends in words: what is now, beside what was before.

use super::{Words, words};
use crate::program::{Condition, ConditionKind, Trend, TrendBy, Type, Value};

impl Words<'_> {
    /// `count(session) fell by at least 30% over 14 days from at least 5`
    pub(super) fn trend(&self, trend: &Trend) -> String {
        let (now, base) = (self.value(&trend.now), self.value(&trend.base));
        let direction = if trend.falls { "lower" } else { "higher" };
        let mut text = format!("{now} is {direction} than {base}");
        if let Some(TrendBy { share, more_than }) = trend.by {
            let how = if more_than { "more than" } else { "at least" };
            let share = words::decimal(share, &Type::Percent);
            let from_nothing = match (trend.falls, &trend.smallest_base) {
                (true, _) => " (nothing falls from 0 or below)",
                (false, None) => " (from 0 or below any rise counts)",
                (false, Some(_)) => "",
            };
            text.push_str(&format!(" by {how} {share} of the latter{from_nothing}"));
        }
        if let Some(smallest) = &trend.smallest_base {
            text.push_str(&format!(", and the latter is at least {}", self.smallest_base(smallest)));
        }
        text
    }

    fn smallest_base(&self, condition: &Condition) -> String {
        match &condition.kind {
            ConditionKind::Compare(_, _, least) => self.value(least),
            ConditionKind::CompareLength(_, _, length) => words::length(*length),
            _ => self.clause(condition),
        }
    }

    /// `change in count(session) over 14 days`
    pub(super) fn change(&self, now: &Value, base: &Value) -> String {
        format!("the change from {} to {}, as a part of the former", self.value(base), self.value(now))
    }
}
