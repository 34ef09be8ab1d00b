//! A segment's clauses (LANGUAGE.md 8, `segment`): "members are those for whom `where` holds, `except` and `[every_segment]`'s
//! do not, and the `purpose`'s consent holds; then `limit` […]; then `holdout`", or `split`.

use std::cmp::Ordering;

use super::exports::{Lot, hash};
use super::{Scope, World, order};
use crate::faults::fault;
use crate::program::{Condition, Limit, LimitBy, Scalar, Segment};

/// A segment's answer; lists are by customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Members {
    /// Who is a member, held out or not.
    pub members: Vec<bool>,
    /// Which members are held out: recorded and never exported.
    pub held_out: Vec<bool>,
    /// Of a split: in which arm each member is, by its place.
    pub arms: Vec<Option<usize>>,
    /// How many are left after each clause, in this order: `where`, each `except`, `[every_segment]`'s if there is one, each
    /// `purpose`, `limit` if there is one, `holdout` or `split` if there is one.
    pub left: Vec<usize>,
    /// The values of each `include`, of all customers.
    pub include: Vec<Vec<Option<Scalar>>>,
}

impl<'a> World<'a> {
    /// The answer of a segment of this name.
    pub(super) fn members(&self, name: &str, segment: &'a Segment) -> Members {
        let count = |members: &[bool]| members.iter().filter(|m| **m).count();
        let mut members = vec![true; self.customers.len()];
        let mut left = Vec::new();
        let mut keep = |condition: &'a Condition, wanted: bool| {
            for (customer, member) in members.iter_mut().enumerate() {
                *member = *member && self.holds(condition, Scope::of(customer)) == wanted;
            }
            left.push(count(&members));
        };
        keep(&segment.condition, true);
        for except in segment.except.iter().chain(&self.program.every_segment_except) {
            keep(except, false);
        }
        for (_, consent) in &segment.purposes {
            keep(consent, true);
        }
        if let Some(limit) = &segment.limit {
            members = self.limit(name, limit, &members);
            left.push(count(&members));
        }
        let lots: Vec<Option<Lot>> = self.each(|c| {
            let experiment = segment.experiment.as_ref().filter(|_| members[c])?;
            Some(Lot::of(experiment, &self.customers[c].key))
        });
        let held_out: Vec<bool> = lots.iter().map(|lot| lot.as_ref().is_some_and(|lot| lot.held_out)).collect();
        let arms = lots.iter().map(|lot| lot.as_ref().and_then(|lot| lot.arm)).collect();
        if segment.experiment.is_some() {
            left.push(count(&members) - count(&held_out));
        }
        let include = segment.include.iter().map(|(_, value)| self.each(|c| self.fitting(value, Scope::of(c)))).collect();
        Members { members, held_out, arms, left, include }
    }

    /// Which members a limit keeps.
    fn limit(&self, name: &str, limit: &'a Limit, members: &[bool]) -> Vec<bool> {
        let (value, highest, is_random) = match &limit.by {
            LimitBy::Highest(value) => (Some(value), true, false),
            LimitBy::Lowest(value) => (Some(value), false, false),
            LimitBy::Random => (None, false, true),
        };
        let mut queue: Vec<(usize, Option<Scalar>, [u8; 16])> = (0..members.len())
            .filter(|c| members[*c])
            .map(|c| {
                let value = value.and_then(|v| self.fitting(v, Scope::of(c)));
                // "by the 32 hex digits of md5(name ":" key), smallest first": digits sort as bytes do
                let digest = if is_random { hash(name, &self.customers[c].key) } else { [0; 16] };
                (c, value, digest)
            })
            .collect();
        // 6: "`limit` break ties by the key, smallest first […]; a missing value in `limit … by` comes last." Customers stand in
        // the order of their keys.
        queue.sort_by(|(x, a, p), (y, b, q)| {
            let by_value = match (a, b) {
                (Some(a), Some(b)) if highest => order(b, a),
                (Some(a), Some(b)) => order(a, b),
                (Some(_), None) if fault(82) => Ordering::Greater,
                (None, Some(_)) if fault(82) => Ordering::Less,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            };
            by_value.then(p.cmp(q)).then(x.cmp(y))
        });
        let mut kept = vec![false; members.len()];
        // Each group with how many of it are kept; without `per` all are one group.
        let mut groups: Vec<(Option<Scalar>, u64)> = Vec::new();
        for (customer, _, _) in queue {
            let group = limit.per.as_ref().map(|per| self.fitting(per, Scope::of(customer)));
            let same = |other: &Option<Scalar>| match (&group, other) {
                (None, _) => true,
                (Some(Some(a)), Some(b)) => order(a, b).is_eq(),
                // "who has none is a group alone"
                _ => false,
            };
            let at = match groups.iter().position(|(other, _)| same(other)) {
                Some(at) => at,
                None => {
                    groups.push((group.flatten(), 0));
                    groups.len() - 1
                }
            };
            if groups[at].1 < limit.count {
                groups[at].1 += 1;
                kept[customer] = true;
            }
        }
        kept
    }
}
