//! `spend_90d in top 20%` and `quintile(spend_90d)` (LANGUAGE.md 6).

use std::rc::Rc;

use num_bigint::BigInt;

use super::{Answer, Scope, World, order};
use crate::faults::fault;
use crate::program::{Band, Decimal, Rank, RankAmount, RankOf, Scalar};

impl<'a> World<'a> {
    /// Who is in a rank, by customer.
    pub(super) fn rank(&self, rank: &'a Rank) -> Rc<[bool]> {
        if let Some(others) = &self.others {
            return vec![others.is_in(rank, self.as_of); self.customers.len()].into();
        }
        let known = self.ranks.borrow().iter().find(|(r, _)| std::ptr::eq(*r, rank)).map(|(_, who)| who.clone());
        if let Some(who) = known {
            return who;
        }
        let who: Rc<[bool]> = self.work_out(rank).into();
        self.ranks.borrow_mut().push((rank, who.clone()));
        who
    }

    fn work_out(&self, rank: &'a Rank) -> Vec<bool> {
        let mut who = vec![false; self.customers.len()];
        for group in self.ranked_together(&rank.of) {
            for customer in self.best_of(rank, group) {
                who[customer] = true;
            }
        }
        who
    }

    /// Who is ranked with whom. "A rank is among all customers who exist at its T, or the members of the segment or trait named";
    /// "Those whose group is missing are in no rank `of each`".
    pub(super) fn ranked_together(&self, of: &'a RankOf) -> Vec<Vec<usize>> {
        let RankOf::Each(value) = of else {
            return vec![(0..self.customers.len()).filter(|c| self.is_ranked(of, *c)).collect()];
        };
        let mut groups: Vec<(Scalar, Vec<usize>)> = Vec::new();
        for customer in 0..self.customers.len() {
            let Some(own) = self.fitting(value, Scope::of(customer)) else { continue };
            match groups.iter_mut().find(|(other, _)| order(other, &own).is_eq()) {
                Some((_, group)) => group.push(customer),
                None => groups.push((own, vec![customer])),
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// Which of those who are ranked together are in.
    fn best_of(&self, rank: &'a Rank, group: Vec<usize>) -> Vec<usize> {
        // "A rank ignores missing values"
        let known = group.into_iter().filter_map(|c| Some((self.fitting(&rank.value, Scope::of(c))?, c)));
        let mut ranked: Vec<(Scalar, usize)> = known.collect();
        // The best first; of equal ones the smallest key first, which is the order of the customers.
        ranked.sort_by(|(a, x), (b, y)| {
            let by_value = if rank.top { order(b, a) } else { order(a, b) };
            by_value.then(if fault(80) { y.cmp(x) } else { x.cmp(y) })
        });
        let chosen = match rank.amount {
            // "`top 1000` […] break ties by the key, smallest first, so that they are exact"
            RankAmount::Count(n) => usize::try_from(n).unwrap_or(usize::MAX).min(ranked.len()),
            RankAmount::Share(share) => share_of(&ranked, share),
        };
        ranked.into_iter().take(chosen).map(|(_, customer)| customer).collect()
    }

    /// "Of k bands a value is in band 1 + floor(k × number of smaller values / n)"; of `lowest` the larger ones count.
    pub(super) fn band(&self, band: &'a Band, customer: usize) -> Option<Scalar> {
        if let Some(others) = &self.others {
            return others.band(band, self.as_of);
        }
        let own = self.fitting(&band.value, Scope::of(customer))?;
        let all = self.known_to_band(band);
        let counted = if band.lowest {
            all.len() - all.partition_point(|other| order(other, &own).is_le())
        } else {
            all.partition_point(|other| order(other, &own).is_lt())
        };
        Some(Scalar::Count((1 + usize::from(band.bands) * counted / all.len()) as i64))
    }

    /// The known values of all who exist at T, sorted.
    fn known_to_band(&self, band: &'a Band) -> Rc<[Scalar]> {
        let known = self.bands.borrow().iter().find(|(b, _)| std::ptr::eq(*b, band)).map(|(_, all)| all.clone());
        if let Some(all) = known {
            return all;
        }
        let all = (0..self.customers.len()).filter_map(|c| self.fitting(&band.value, Scope::of(c)));
        let mut all: Vec<Scalar> = all.collect();
        all.sort_by(order);
        let all: Rc<[Scalar]> = all.into();
        self.bands.borrow_mut().push((band, all.clone()));
        all
    }

    pub(super) fn is_ranked(&self, of: &'a RankOf, customer: usize) -> bool {
        match of {
            RankOf::Everyone => true,
            RankOf::Segment(id) => self.is_member(*id, customer),
            RankOf::Trait(id) => match &*self.answer(*id) {
                Answer::Trait(values) => values.get(customer) == Some(&Some(Scalar::Boolean(true))),
                Answer::Segment(_) => false,
            },
            RankOf::Each(value) => self.fitting(value, Scope::of(customer)).is_some(),
        }
    }
}

/// How many, from the best on, a share takes. "`top 20%` of n known values are the ceil(0.2 n) largest and whoever ties with
/// the last of them; but where others beyond those tie with that last and it is the smallest value of all (of `bottom`, the
/// largest), all that tie are out"
fn share_of(ranked: &[(Scalar, usize)], share: Decimal) -> usize {
    let n = ranked.len();
    let counted = share_rounded_up(share, n).min(n);
    let Some(last) = counted.checked_sub(1).and_then(|i| ranked.get(i)) else { return 0 };
    let ties = |(value, _): &&(Scalar, usize)| order(value, &last.0).is_eq();
    let tie_beyond = ranked.iter().skip(counted).filter(ties).count();
    let is_worst_of_all = ranked.last().as_ref().is_some_and(ties);
    if tie_beyond > 0 && is_worst_of_all { n - ranked.iter().filter(ties).count() } else { counted + tie_beyond }
}

/// ceil(share × n): "Percents […] are exact".
fn share_rounded_up(share: Decimal, n: usize) -> usize {
    let top = BigInt::from(share.digits) * BigInt::from(n);
    let bottom = BigInt::from(10).pow(share.scale);
    let up: BigInt = (top + &bottom - 1) / bottom;
    usize::try_from(up).unwrap_or(0)
}
