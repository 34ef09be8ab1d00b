//! What is made of the values and times of a stretch taken together: the median, the most common value, the gaps.

use std::cmp::Ordering;

use num_bigint::BigInt;

use super::kernel::double;
use super::spec::Meaning;
use super::sums::{self, ExactSum};
use crate::faults::fault;
use crate::program::arithmetic::round_ratio;

/// The middle of some words, which it puts in another order; of an even number the mean of the middle two, rounded once.
/// `None` is none, or one that does not fit.
pub(super) fn median(meaning: Meaning, words: &mut [u64]) -> Option<u64> {
    match meaning {
        Meaning::Double => words.sort_unstable_by(|a, b| f64::from_bits(*a).total_cmp(&f64::from_bits(*b))),
        Meaning::Whole | Meaning::Units | Meaning::Text => words.sort_unstable_by_key(|word| word.cast_signed()),
    }
    let high = *words.get(words.len() / 2)?;
    let low = if words.len().is_multiple_of(2) { *words.get(words.len() / 2 - usize::from(!fault(68)))? } else { high };
    let sum = i128::from(low.cast_signed()) + i128::from(high.cast_signed());
    match meaning {
        Meaning::Double => double(ExactSum::of(&[f64::from_bits(low), f64::from_bits(high)]).over(2)),
        Meaning::Units => round_ratio(BigInt::from(sum), BigInt::from(2)).map(i64::cast_unsigned),
        Meaning::Whole | Meaning::Text => double(sums::average(sum, 2)),
    }
}

/// The word that stands there most often, of several the smallest; it puts them in another order.
pub(super) fn most_common(words: &mut [u64], compare: impl Fn(u64, u64) -> Ordering) -> Option<u64> {
    words.sort_unstable();
    let runs = words.chunk_by(|a, b| a == b).filter_map(|run| Some((run.len(), *run.first()?)));
    let best =
        runs.max_by(|(n, a), (m, b)| n.cmp(m).then_with(|| if fault(69) { compare(*a, *b) } else { compare(*b, *a) }));
    best.map(|(_, word)| word)
}

/// The average time between rows whose times ascend, rounded half to even.
pub(super) fn average_gap(times: &[i64]) -> Option<u64> {
    let (first, last) = (times.first()?, times.last()?);
    let gaps = times.len().checked_sub(usize::from(!fault(70)))?;
    round_ratio(BigInt::from(i128::from(*last) - i128::from(*first)), BigInt::from(gaps)).map(i64::cast_unsigned)
}

/// The longest time between rows whose times ascend.
pub(super) fn longest_gap(times: &[i64]) -> Option<u64> {
    times.windows(2).filter_map(|pair| pair.last()?.checked_sub(*pair.first()?)).max().map(i64::cast_unsigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn median_of(meaning: Meaning, words: &[i64]) -> Option<i64> {
        let mut words: Vec<u64> = words.iter().map(|n| n.cast_unsigned()).collect();
        median(meaning, &mut words).map(u64::cast_signed)
    }

    #[test]
    fn the_median_of_an_even_number_is_the_mean_of_the_middle_two_rounded_once() {
        assert_eq!(median_of(Meaning::Units, &[]), None);
        assert_eq!(median_of(Meaning::Units, &[9, -4, 5]), Some(5));
        assert_eq!(median_of(Meaning::Units, &[1, 100, 2, -7]), Some(2));
        assert_eq!(median_of(Meaning::Units, &[3, 4]), Some(4));
        assert_eq!(median_of(Meaning::Units, &[-2, -1]), Some(-2));
        assert_eq!(median_of(Meaning::Units, &[i64::MAX, i64::MAX - 2]), Some(i64::MAX - 1));
        let of_counts = |words: &[i64]| median_of(Meaning::Whole, words).map(|n| f64::from_bits(n.cast_unsigned()));
        assert_eq!(of_counts(&[3, 1, 2, 5]), Some(2.5));
        assert_eq!(of_counts(&[7]), Some(7.0));
        let doubles = |words: &[f64]| {
            let mut words: Vec<u64> = words.iter().map(|x| x.to_bits()).collect();
            median(Meaning::Double, &mut words).map(f64::from_bits)
        };
        // As doubles the sum would be infinite, and half of the smallest double is 0.
        assert_eq!(doubles(&[f64::MAX, f64::MAX]), Some(f64::MAX));
        assert_eq!(doubles(&[5e-324, 0.0]), Some(0.0));
        assert_eq!(doubles(&[-1.0, 0.5, -3.0]), Some(-1.0));
    }

    #[test]
    fn of_several_most_common_ones_the_smallest_counts() {
        let of = |words: &[i64]| {
            let mut words: Vec<u64> = words.iter().map(|n| n.cast_unsigned()).collect();
            most_common(&mut words, |a, b| a.cast_signed().cmp(&b.cast_signed())).map(u64::cast_signed)
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[2, -3, 2, -3, 1]), Some(-3));
        assert_eq!(of(&[5, 4, 5]), Some(5));
    }

    #[test]
    fn gaps_lie_between_two_that_follow_one_another() {
        assert_eq!((average_gap(&[]), longest_gap(&[])), (None, None));
        assert_eq!((average_gap(&[7]), longest_gap(&[7])), (None, None));
        assert_eq!((average_gap(&[7, 7]), longest_gap(&[7, 7])), (Some(0), Some(0)));
        // 5 / 2 goes to the even 2, 7 / 2 to 4.
        assert_eq!((average_gap(&[1, 2, 6]), longest_gap(&[1, 2, 6])), (Some(2), Some(4)));
        assert_eq!(average_gap(&[0, 3, 7]), Some(4));
    }
}
