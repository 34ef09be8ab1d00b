//! `fell by at least 30% over 14 days` and `change in … over 14 days` (LANGUAGE.md 4, trend, and 5).

use super::{Scope, World};
use crate::faults::fault;
use crate::program::arithmetic;
use crate::program::{Decimal, Scalar, Trend, TrendBy, Value};

impl<'a> World<'a> {
    pub(super) fn trend(&self, trend: &'a Trend, scope: Scope<'a>) -> bool {
        let (Some(now), Some(base)) = (self.fitting(&trend.now, scope), self.fitting(&trend.base, scope)) else {
            return false;
        };
        // How now stands to so many times the base; 6: "trends of counts and money compare exactly; for trends of doubles,
        // b × (1 ∓ p) is computed exactly and rounded once".
        let stands = |factor: Decimal| arithmetic::compare_with_part(&now, &base, factor);
        let Some(against_base) = stands(Decimal::whole(1)) else { return false };
        let is_positive = arithmetic::is_positive(&base);
        // "b ≥ the smallest base"
        let is_from = trend.smallest_base.as_ref().map(|smallest| self.holds(smallest, scope));
        let fits = match &trend.by {
            // "Bare: n < b, n > b."
            None if trend.falls => against_base.is_lt(),
            None => against_base.is_gt(),
            Some(TrendBy { share, more_than }) => {
                let Some(order) = stands(share.from_one(trend.falls)) else { return false };
                if trend.falls {
                    // "b > 0 […] and n ≤ b × (1 − p)"; "`more than` makes the comparison strict"
                    (is_positive || fault(93)) && if *more_than { order.is_lt() } else { order.is_le() }
                } else {
                    // "n > b and n ≥ b × (1 + p); where b ≤ 0, n > b is enough, unless a smallest base is given"
                    let is_enough = if *more_than { order.is_gt() } else { order.is_ge() };
                    against_base.is_gt() && (is_enough || (!is_positive && is_from.is_none()))
                }
            }
        };
        fits && is_from != Some(false)
    }

    /// "`change in` is (n − b) / b, missing where b ≤ 0."
    pub(super) fn change(&self, now: &'a Value, base: &'a Value, scope: Scope<'a>) -> Option<Scalar> {
        arithmetic::change(&self.fitting(now, scope)?, &self.fitting(base, scope)?)
    }
}
