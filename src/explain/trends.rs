//! Trends in words: what is now, beside what was before.

use super::{Words, words};
use crate::program::{Condition, ConditionKind, Trend, TrendBy, Type, Value, ValueKind};

impl Words<'_> {
    /// `count(session) fell by at least 30% over 14 days from at least 5`
    pub(super) fn trend(&self, trend: &Trend) -> String {
        let how = self.by_how_much(trend);
        let from_nothing = match (&trend.by, trend.falls, &trend.smallest_base) {
            (Some(_), true, _) => " (nothing falls from 0 or below)",
            (Some(_), false, None) => " (from 0 or below any rise counts)",
            _ => "",
        };
        let least = trend.smallest_base.as_ref().map(|smallest| self.smallest_base(smallest));
        match self.sides(&trend.now, &trend.base) {
            Some((what, now, base)) => {
                let least = least.map(|least| format!(", where it was at least {least}")).unwrap_or_default();
                format!("{what} was, {now}, {how} {base}{least}{from_nothing}")
            }
            None => {
                let least = least.map(|least| format!(", and the latter is at least {least}")).unwrap_or_default();
                format!("{} is {how} {}{from_nothing}{least}", self.value(&trend.now), self.value(&trend.base))
            }
        }
    }

    /// `at least 30% lower than`, `at least 3 times as high as`
    fn by_how_much(&self, trend: &Trend) -> String {
        let direction = if trend.falls { "lower" } else { "higher" };
        let Some(TrendBy { share, more_than }) = trend.by else { return format!("{direction} than") };
        let how = if more_than { "more than" } else { "at least" };
        // Risen by 200% is three times as much.
        let times = share.to_i64().filter(|n| *n >= 1 && !trend.falls).and_then(|n| n.checked_add(1));
        match times {
            Some(2) => format!("{how} twice as high as"),
            Some(times) => format!("{how} {times} times as high as"),
            None => format!("{how} {} {direction} than", words::decimal(share, &Type::Percent)),
        }
    }

    /// Where both sides are one thing at two times: the thing, and the times.
    fn sides(&self, now: &Value, base: &Value) -> Option<(String, String, String)> {
        let (ValueKind::Aggregate(now), ValueKind::Aggregate(base)) = (&now.kind, &base.kind) else { return None };
        let (head, which) = self.aggregate_without_window(now);
        Some((format!("{head}{which}"), self.of_events(&now.window), self.of_events(&base.window)))
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
        match self.sides(now, base) {
            Some((what, now, base)) => {
                let bare = |window: &str| window.trim_start_matches("in ").to_owned();
                format!("the change of {what} from {} to {}, as a part of what it was", bare(&base), bare(&now))
            }
            None => format!("the change from {} to {}, as a part of the former", self.value(base), self.value(now)),
        }
    }
}
