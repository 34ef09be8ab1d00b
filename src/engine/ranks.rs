//! `spend_90d in top 20%`, `quintile(spend_90d)`: who is in a rank, where it was cut, how many tied there, and in which band
//! everybody is (LANGUAGE.md 6).

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Int64Array};
use datafusion::error::Result;
use num_bigint::BigInt;

use super::canonical;
use super::order::places;
use crate::faults::fault;
use crate::plan::RankAmount;
use crate::program::types::{Decimal, Scalar, Type};

/// Who is in, and where the cut fell.
#[derive(Debug)]
pub(crate) struct Ranked {
    /// by customer number
    pub(crate) members: BooleanArray,
    /// how many have a known value, and are among those who are ranked
    pub(crate) among: u64,
    /// the value at which the cut fell; `None` where the rank takes nobody
    pub(crate) last: Option<Scalar>,
    /// how many have that value
    pub(crate) tied: u64,
    /// all who have that value are out
    pub(crate) ties_are_out: bool,
    /// how many groups were ranked by themselves; `None` where all were ranked together
    pub(crate) groups: Option<u64>,
}

/// Ranks by a value; `of` are those who are ranked, everybody if not given; with `each` those of one value are ranked by
/// themselves. Customers stand in the order of their keys, so a tie that goes by key goes by number.
pub(crate) fn rank(
    values: &ArrayRef,
    ty: &Type,
    top: bool,
    amount: RankAmount,
    of: Option<&BooleanArray>,
    each: Option<(&ArrayRef, &Type)>,
) -> Result<Ranked> {
    let places = places(values, ty)?;
    let is_ranked = |row: usize| (values.is_valid(row) || fault(50)) && of.is_none_or(|of| row < of.len() && of.value(row));
    // The best first: the smallest number is the best one.
    let ranked = places
        .iter()
        .enumerate()
        .filter(|(row, _)| is_ranked(*row))
        .map(|(row, place)| (if top { !*place } else { *place }, row));
    let mut bits = vec![false; values.len()];
    let Some((groups, group_ty)) = each else {
        let mut ranked: Vec<(i64, usize)> = ranked.collect();
        let cut = one(&mut ranked, amount, &mut bits);
        return Ok(Ranked {
            members: BooleanArray::from(bits),
            among: ranked.len() as u64,
            last: cut.as_ref().and_then(|cut| canonical::scalar(values.as_ref(), ty, cut.row)),
            tied: cut.as_ref().map_or(0, |cut| cut.tied),
            ties_are_out: cut.is_some_and(|cut| cut.ties_are_out),
            groups: None,
        });
    };
    let of_group = super::order::places(groups, group_ty)?;
    let mut ranked: Vec<(i64, (i64, usize))> = ranked
        .filter(|(_, row)| groups.is_valid(*row))
        .map(|(place, row)| (of_group.get(row).copied().unwrap_or(0), (place, row)))
        .collect();
    ranked.sort_unstable();
    let among = ranked.len() as u64;
    let mut count = 0;
    for group in ranked.chunk_by(|a, b| a.0 == b.0) {
        let mut group: Vec<(i64, usize)> = group.iter().map(|(_, ranked)| *ranked).collect();
        one(&mut group, amount, &mut bits);
        count += 1;
    }
    let members = BooleanArray::from(bits);
    Ok(Ranked { members, among, last: None, tied: 0, ties_are_out: false, groups: Some(count) })
}

/// Where the cut of one rank fell.
struct Cut {
    /// the row of the last one
    row: usize,
    tied: u64,
    ties_are_out: bool,
}

/// Marks those who are in of some who are ranked together: place (the smallest is the best), row.
fn one(ranked: &mut [(i64, usize)], amount: RankAmount, bits: &mut [bool]) -> Option<Cut> {
    let among = ranked.len();
    let wanted = match amount {
        RankAmount::Count(n) => usize::try_from(n).unwrap_or(usize::MAX).min(among),
        RankAmount::Share(share) => ceiling(share, among),
    };
    let last = wanted.checked_sub(1).filter(|last| *last < among)?;
    let (_, (cut, row), _) = ranked.select_nth_unstable(last);
    let (cut, row) = (*cut, *row);
    let at_cut = ranked.iter().filter(|(place, _)| *place == cut).count();
    let better = ranked.iter().filter(|(place, _)| *place < cut).count();
    let is_worst = ranked.iter().all(|(place, _)| *place <= cut);
    let mut take = |row: usize| {
        if let Some(bit) = bits.get_mut(row) {
            *bit = true;
        }
    };
    let mut ties_are_out = false;
    match amount {
        RankAmount::Count(_) => {
            ranked
                .iter()
                .filter(|(place, tie)| (*place, *tie) <= (cut, row) || fault(49) && *place == cut)
                .for_each(|(_, row)| take(*row));
        }
        RankAmount::Share(_) => {
            ties_are_out = better + at_cut > wanted && is_worst && !fault(47);
            let is_in = |place: i64| if ties_are_out || fault(48) { place < cut } else { place <= cut };
            ranked.iter().filter(|(place, _)| is_in(*place)).for_each(|(_, row)| take(*row));
        }
    }
    Some(Cut { row, tied: at_cut as u64, ties_are_out })
}

/// In which of some bands each customer is, by a value: 1 + floor(bands × how many have a smaller value / how many have one);
/// with `lowest` those count that have a larger one. Missing where the value is, and for those who are not among `of`.
pub(crate) fn bands(values: &ArrayRef, ty: &Type, bands: u8, lowest: bool, of: Option<&BooleanArray>) -> Result<ArrayRef> {
    let places = places(values, ty)?;
    let is_among = |row: usize| values.is_valid(row) && of.is_none_or(|of| row < of.len() && of.value(row));
    let mut known: Vec<(i64, usize)> = places
        .iter()
        .enumerate()
        .filter(|(row, _)| is_among(*row))
        .map(|(row, place)| (if lowest { !*place } else { *place }, row))
        .collect();
    known.sort_unstable();
    let n = known.len() as u128;
    let mut out: Vec<Option<i64>> = vec![None; values.len()];
    let mut before = 0u128;
    for equal in known.chunk_by(|a, b| a.0 == b.0) {
        let band = 1 + u128::from(bands) * before / n.max(1);
        for (_, row) in equal {
            if let Some(place) = out.get_mut(*row) {
                *place = i64::try_from(band).ok();
            }
        }
        before += equal.len() as u128;
    }
    Ok(Arc::new(Int64Array::from(out)))
}

/// ceil(share × n), exactly, at most n.
fn ceiling(share: Decimal, n: usize) -> usize {
    let bottom = BigInt::from(10).pow(share.scale);
    let top = BigInt::from(share.digits) * n + if fault(46) { BigInt::from(0) } else { &bottom - 1 };
    usize::try_from(top / bottom).unwrap_or(0).min(n)
}

/// `top 20%`, `bottom 1000`
pub(crate) fn amount_as_written(top: bool, amount: RankAmount) -> String {
    let side = if top { "top" } else { "bottom" };
    match amount {
        RankAmount::Count(n) => format!("{side} {n}"),
        RankAmount::Share(Decimal { digits, scale }) => {
            let percent = match scale.checked_sub(2) {
                Some(scale) => Decimal { digits, scale },
                None => Decimal { digits: digits.saturating_mul(10i128.pow(2 - scale)), scale: 0 },
            };
            format!("{side} {percent}%")
        }
    }
}

/// The rows in the order of a limit: the best first, a missing value last, ties by number.
pub(crate) fn in_order(rows: Vec<usize>, values: &ArrayRef, ty: &Type, highest: bool) -> Result<Vec<usize>> {
    let places = places(values, ty)?;
    let mut rows: Vec<(bool, i64, usize)> = rows
        .into_iter()
        .map(|row| {
            let place = places.get(row).copied().unwrap_or(0);
            match values.is_valid(row) {
                true => (false, if highest { !place } else { place }, row),
                false => (!fault(51), i64::MIN, row),
            }
        })
        .collect();
    rows.sort_unstable();
    Ok(rows.into_iter().map(|(_, _, row)| row).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::Int64Array;

    use super::*;

    fn share(text: &str) -> RankAmount {
        RankAmount::Share(Decimal::parse(text).unwrap().hundredth())
    }

    fn ranked(values: &[Option<i64>], top: bool, amount: RankAmount) -> (Vec<usize>, Ranked) {
        let array: ArrayRef = Arc::new(Int64Array::from(values.to_vec()));
        let ranked = rank(&array, &Type::Count, top, amount, None, None).unwrap();
        (ranked.members.values().set_indices().collect(), ranked)
    }

    #[test]
    fn a_share_is_rounded_up_exactly() {
        let hundred: Vec<_> = (0..100).map(Some).collect();
        // 0.07 × 100 is 7.000000000000001 in doubles.
        assert_eq!(ranked(&hundred, true, share("7")).0, (93..100).collect::<Vec<_>>());
        assert_eq!(ranked(&hundred, true, share("7.01")).0.len(), 8);
        assert_eq!(ranked(&hundred, false, share("0.5")).0, [0]);
        assert_eq!(ranked(&hundred, true, share("0")).0, [0usize; 0]);
        assert_eq!(ranked(&hundred, true, share("100")).0.len(), 100);
        assert_eq!(ranked(&[], true, share("20")).0, [0usize; 0]);
    }

    #[test]
    fn whoever_ties_with_the_last_is_in_and_missing_values_are_in_no_rank() {
        let values = [Some(5), None, Some(9), Some(5), Some(1), Some(5)];
        // n = 5, 40% are 2: 9 and one 5; the others tie with it, and 5 is not the smallest.
        let (members, told) = ranked(&values, true, share("40"));
        assert_eq!((members, told.among, told.tied, told.ties_are_out), (vec![0, 2, 3, 5], 5, 3, false));
        assert_eq!(told.last, Some(Scalar::Count(5)));
    }

    #[test]
    fn where_most_have_the_smallest_value_a_top_share_never_holds_them() {
        let values = [Some(0), Some(0), Some(7), Some(0), Some(0)];
        let (members, told) = ranked(&values, true, share("40"));
        assert_eq!((members, told.tied, told.ties_are_out), (vec![2], 4, true));
        // 100% take all: nobody beyond them ties.
        assert_eq!(ranked(&values, true, share("100")).0.len(), 5);
        // Of `bottom` it is the largest value.
        assert_eq!(ranked(&values, false, share("20")).0, [0, 1, 3, 4]);
        assert_eq!(ranked(&[Some(3), Some(3), Some(3)], false, share("50")).0, [0usize; 0]);
        // One alone is in, for nobody beyond it ties.
        assert_eq!(ranked(&[Some(3)], true, share("1")).0, [0]);
    }

    #[test]
    fn a_number_is_exact_and_ties_go_by_key() {
        let values = [Some(1), Some(2), Some(2), Some(2), None];
        assert_eq!(ranked(&values, true, RankAmount::Count(2)).0, [1, 2]);
        assert_eq!(ranked(&values, false, RankAmount::Count(3)).0, [0, 1, 2]);
        assert_eq!(ranked(&values, true, RankAmount::Count(99)).0, [0, 1, 2, 3]);
        assert_eq!(ranked(&values, true, RankAmount::Count(0)).0, [0usize; 0]);
    }

    #[test]
    fn a_rank_of_a_segment_counts_among_its_members() {
        let array: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 4]));
        let of = BooleanArray::from(vec![true, true, false, false]);
        let ranked = rank(&array, &Type::Count, true, share("50"), Some(&of), None).unwrap();
        assert_eq!((ranked.members.values().set_indices().collect::<Vec<_>>(), ranked.among), (vec![1], 2));
    }

    #[test]
    fn each_group_is_ranked_by_itself_and_who_has_none_is_in_no_rank() {
        let array: ArrayRef = Arc::new(Int64Array::from(vec![Some(9), Some(8), Some(1), Some(1), Some(1), Some(7), None]));
        let groups: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), Some(1), Some(2), Some(2), Some(2), None, Some(1)]));
        let each = Some((&groups, &Type::Count));
        let ranked = |amount| rank(&array, &Type::Count, true, amount, None, each).unwrap();
        let told = ranked(RankAmount::Count(1));
        assert_eq!(told.members.values().set_indices().collect::<Vec<_>>(), [0, 2]);
        assert_eq!((told.among, told.groups, told.last), (5, Some(2), None));
        // In the second group all tie at its smallest value, though others have a smaller one elsewhere.
        let told = ranked(share("50"));
        assert_eq!(told.members.values().set_indices().collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn a_band_counts_those_with_a_smaller_value() {
        let array: ArrayRef =
            Arc::new(Int64Array::from(vec![Some(0), Some(0), Some(0), Some(5), Some(9), None, Some(i64::MIN)]));
        let found = |k, lowest, of: Option<&BooleanArray>| -> Vec<i64> {
            let found = bands(&array, &Type::Count, k, lowest, of).unwrap();
            let found = found.as_any().downcast_ref::<Int64Array>().unwrap();
            found.iter().map(|band| band.unwrap_or(-1)).collect()
        };
        // n = 6; 1 is smaller than the zeros: 1 + floor(5 / 6), 1 + floor(5 × 4 / 6), 1 + floor(5 × 5 / 6).
        assert_eq!(found(5, false, None), [1, 1, 1, 4, 5, -1, 1]);
        // Larger ones: of the zeros 2, of 5 1, of 9 none, of the smallest 5.
        assert_eq!(found(5, true, None), [2, 2, 2, 1, 1, -1, 5]);
        let of = BooleanArray::from(vec![true, false, false, true, false, true, false]);
        assert_eq!(found(10, false, Some(&of)), [1, -1, -1, 6, -1, -1, -1]);
    }

    #[test]
    fn amounts_are_told_as_they_are_written() {
        assert_eq!(amount_as_written(true, share("20")), "top 20%");
        assert_eq!(amount_as_written(false, share("0.5")), "bottom 0.5%");
        assert_eq!(amount_as_written(true, RankAmount::Share(Decimal::whole(1))), "top 100%");
        assert_eq!(amount_as_written(true, RankAmount::Count(1000)), "top 1000");
    }

    #[test]
    fn a_limit_takes_the_best_first_and_the_missing_last() {
        let array: ArrayRef = Arc::new(Int64Array::from(vec![None, Some(3), Some(i64::MIN), Some(3), Some(i64::MAX)]));
        let order = |highest| in_order(vec![0, 1, 2, 3, 4], &array, &Type::Count, highest).unwrap();
        assert_eq!(order(true), [4, 1, 3, 2, 0]);
        assert_eq!(order(false), [2, 1, 3, 4, 0]);
    }
}
