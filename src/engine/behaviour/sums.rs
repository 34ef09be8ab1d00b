//! Exact sums and averages of doubles (LANGUAGE.md 6): the exact sum rounded once, so that no sum depends on the order of
//! addition, and the exact sum over the count rounded once.
//!
//! Why it is right. A double is `m × 2^e` with whole `m` below 2⁵³. Let `low` be the smallest `e` of the values: then each is a
//! whole number of `2^low`, and so is their sum, which whole-number addition gets exactly: in 128 bits where the exponents
//! lie close enough together for it not to overflow (nearly always: amounts do), else in a [`BigInt`]. An average is that
//! whole number divided with so many bits that at least 55 are left, and whether anything was cut off ("sticky"). What
//! remains in both cases is one number of at most 128 bits, perhaps with a trace more, times a power of two; [`nearest`]
//! alone rounds it.

use num_bigint::{BigInt, BigUint, Sign};

/// The exponent of the smallest double's unit.
const SMALLEST: i32 = -1074;
/// Bits of a double's whole part.
const PRECISION: i32 = 53;

/// The exact sum of doubles.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ExactSum {
    whole: Whole,
    /// It is `whole × 2^exponent`.
    exponent: i32,
}

#[derive(Debug, Clone, PartialEq)]
enum Whole {
    Narrow(i128),
    Wide(BigInt),
}

impl ExactSum {
    /// The sum of finite doubles, in any order.
    pub fn of(values: &[f64]) -> ExactSum {
        let exponents = || values.iter().filter(|x| **x != 0.0).map(|x| split(*x).1);
        let low = exponents().min().unwrap_or(0);
        let high = exponents().max().unwrap_or(0);
        // |sum| < n × 2^(53 + high − low): it fits where that is at most 2^126.
        let bits = PRECISION + (high - low) + (usize::BITS - values.len().leading_zeros()) as i32;
        let whole = if bits <= 126 {
            let shifted = |x: &f64| {
                let (whole, exponent) = split(*x);
                if whole == 0 { 0 } else { i128::from(whole) << (exponent - low) }
            };
            Whole::Narrow(values.iter().map(shifted).sum())
        } else {
            let shifted = |x: &f64| {
                let (whole, exponent) = split(*x);
                if whole == 0 { BigInt::from(0) } else { BigInt::from(whole) << (exponent - low) }
            };
            Whole::Wide(values.iter().map(shifted).sum())
        };
        ExactSum { whole, exponent: low }
    }

    /// The double nearest to it; infinite where it is too large.
    pub fn rounded(&self) -> f64 {
        self.over(1)
    }

    /// The double nearest to it over `count`, which is not 0; infinite where that is too large.
    pub fn over(&self, count: u64) -> f64 {
        match &self.whole {
            Whole::Narrow(whole) => ratio(*whole, count, self.exponent),
            Whole::Wide(whole) => wide_ratio(whole, count, self.exponent),
        }
    }
}

/// The double nearest to `total / count`; `count` is not 0.
pub(super) fn average(total: i128, count: u64) -> f64 {
    ratio(total, count, 0)
}

/// A finite double as `whole × 2^exponent`.
fn split(x: f64) -> (i64, i32) {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)).cast_signed();
    let whole = if exponent == 0 { fraction } else { fraction | (1 << 52) };
    (if x < 0.0 { -whole } else { whole }, exponent.max(1) - 1 + SMALLEST)
}

/// The double nearest to `top / bottom × 2^exponent`.
fn ratio(top: i128, bottom: u64, exponent: i32) -> f64 {
    let size = top.unsigned_abs();
    let bottom = u128::from(bottom.max(1));
    if size == 0 {
        return 0.0;
    }
    // Moved up so that its highest bit is the highest of all: the quotient then has at least 64 bits.
    let shift = size.leading_zeros() as i32;
    let size = size << shift;
    let nearest = nearest(size / bottom, !size.is_multiple_of(bottom), exponent - shift);
    // From 0, so that −0 is 0.
    if top < 0 { 0.0 - nearest } else { nearest }
}

/// The same of a wider whole number.
fn wide_ratio(top: &BigInt, bottom: u64, exponent: i32) -> f64 {
    let size = top.magnitude();
    // Brought to 127 bits, the rest of it a trace: `(whole + trace) / bottom` has the whole quotient of `whole / bottom`, as
    // the trace is less than one; and it is cut off exactly where that remainder or the trace is not zero.
    let down = size.bits() as i64 - 127;
    let (whole, is_cut) = if down > 0 {
        let whole: BigUint = size >> down;
        let is_cut = (&whole << down) != *size;
        (whole, is_cut)
    } else {
        (size << -down, false)
    };
    let whole = u128::try_from(whole).unwrap_or(0);
    let bottom = u128::from(bottom.max(1));
    let exponent = exponent.saturating_add(i32::try_from(down).unwrap_or(i32::MAX));
    let nearest = nearest(whole / bottom, is_cut || !whole.is_multiple_of(bottom), exponent);
    if top.sign() == Sign::Minus { 0.0 - nearest } else { nearest }
}

/// The double nearest to `size × 2^exponent`, half to even; with `has_more`, to a trace more than that, less than one of
/// `size`'s units: `size` then has 55 bits or more, so that the unit lies below half of the double's last place.
fn nearest(size: u128, has_more: bool, exponent: i32) -> f64 {
    if size == 0 {
        return 0.0;
    }
    let bits = (u128::BITS - size.leading_zeros()) as i32;
    // The exponent of the result's last place: 53 bits, or fewer near zero.
    let last = (exponent + bits - PRECISION).max(SMALLEST);
    let cut = last - exponent;
    let whole = if cut <= 0 {
        // Nothing is cut off, and it fits 53 bits after moving up: `exponent + bits − 53 ≤ last`.
        (size << -cut) as u64
    } else if cut > 128 {
        // Less than half of the last place.
        0
    } else {
        let kept = if cut == 128 { 0 } else { (size >> cut) as u64 };
        let half = 1u128 << (cut - 1);
        let rest = if cut == 128 { size } else { size & ((1u128 << cut) - 1) };
        let is_up = rest > half || (rest == half && (has_more || kept % 2 == 1));
        kept + u64::from(is_up)
    };
    // `whole × 2^last` with whole ≤ 2^53: a carry into bit 53 moves on into the exponent by itself.
    let biased = i64::from(last - SMALLEST);
    if whole < 1 << 52 {
        // Near zero, where `last` is the smallest exponent; or zero.
        return f64::from_bits(whole);
    }
    let bits = ((biased as u64) << 52).saturating_add(whole);
    if biased > 2046 || bits >= f64::INFINITY.to_bits() { f64::INFINITY } else { f64::from_bits(bits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that repeat from run to run.
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut x = self.0;
            x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            x ^ (x >> 31)
        }

        fn double(&mut self, exponents: std::ops::Range<i32>) -> f64 {
            let span = (exponents.end - exponents.start) as u64;
            let exponent = (exponents.start + (self.next() % span) as i32 + 1023) as u64;
            let sparse = if self.next().is_multiple_of(3) { u64::MAX << (self.next() % 52) } else { u64::MAX };
            f64::from_bits((self.next() & (1 << 63)) | (exponent << 52) | (self.next() & sparse & ((1 << 52) - 1)))
        }
    }

    /// A finite double in units of 2^−1074.
    fn units(x: f64) -> BigInt {
        let (whole, exponent) = split(x);
        BigInt::from(whole) << (exponent - SMALLEST)
    }

    /// Whether `x` is the double nearest to `total × 2^−1074 / count`, found by trying its neighbours.
    fn is_nearest(x: f64, total: &BigInt, count: u64) -> bool {
        // Twice the distance to each, times count, so that all is whole. What lies beyond the largest double counts as 2^1024.
        let distance = |x: f64| {
            let at = if x.is_infinite() { BigInt::from(1) << (1024 - SMALLEST) } else { units(x) };
            let at = if x == f64::NEG_INFINITY { -at } else { at };
            BigInt::from((at * count - total).magnitude().clone())
        };
        let own = distance(x);
        let is_even = x.is_infinite() || x.to_bits().is_multiple_of(2);
        [x.next_up(), x.next_down()].into_iter().filter(|other| !other.is_nan() && *other != x).all(|other| {
            let others = distance(other);
            own < others || (own == others && is_even)
        })
    }

    fn check(values: &[f64], count: u64) {
        let total: BigInt = values.iter().map(|x| units(*x)).sum();
        let sum = ExactSum::of(values);
        assert!(is_nearest(sum.rounded(), &total, 1), "{values:?}: {:e}", sum.rounded());
        assert!(is_nearest(sum.over(count), &total, count), "{values:?} / {count}: {:e}", sum.over(count));
        assert!([sum.rounded(), sum.over(count)].iter().all(|x| x.to_bits() != (-0.0f64).to_bits()));
    }

    #[test]
    fn sums_of_random_doubles_are_the_nearest() {
        let mut random = Random(1);
        for round in 0..4_000 {
            let exponents = [-1022..1024, -30..30, -1022..-1000, 1000..1024, -3..4, -100..100, 52..58][round % 7].clone();
            let mut values: Vec<f64> = (0..random.next() % 9).map(|_| random.double(exponents.clone())).collect();
            if round % 4 == 0 {
                // Nearly nothing is left.
                let back: Vec<f64> = values.iter().map(|x| -x.next_up()).filter(|x| x.is_finite()).collect();
                values.extend(back);
            }
            if round % 5 == 0 {
                values.push(f64::from_bits(random.next() % 5));
            }
            check(&values, random.next() % 1000 + 1);
        }
    }

    #[test]
    fn halves_go_to_the_even_one_unless_there_is_a_trace_more() {
        let two_to_53 = 9_007_199_254_740_992.0;
        for (values, sum) in [
            (vec![two_to_53, 1.0], two_to_53),
            (vec![two_to_53, 1.0, 5e-324], two_to_53 + 2.0),
            (vec![two_to_53, 1.0, -5e-324], two_to_53),
            (vec![two_to_53 + 2.0, 1.0], two_to_53 + 4.0),
            (vec![0.1; 10], 1.0),
            (vec![1e308, 1e308, -1e308], 1e308),
            (vec![f64::MAX, f64::MAX, -f64::MAX], f64::MAX),
            (vec![f64::MAX, f64::MAX], f64::INFINITY),
            (vec![-f64::MAX, -f64::MAX], f64::NEG_INFINITY),
            (vec![f64::MAX, 1.0], f64::MAX),
            (vec![5e-324, 5e-324], 1e-323),
            (vec![-1.0, 1.0], 0.0),
            (vec![], 0.0),
        ] {
            assert_eq!(ExactSum::of(&values).rounded().to_bits(), f64::to_bits(sum), "{values:?}");
        }
    }

    #[test]
    fn averages_are_one_rounding_of_the_exact_quotient() {
        assert_eq!(ExactSum::of(&[5e-324, 0.0]).over(2), 0.0);
        assert_eq!(ExactSum::of(&[5e-324, 5e-324, 0.0]).over(3), 5e-324);
        assert_eq!(ExactSum::of(&[f64::MAX, f64::MAX]).over(2), f64::MAX);
        assert_eq!(ExactSum::of(&[1e308, 1e-308, 1e308]).over(2), 1e308);
        assert_eq!(average(1, 3), 1.0 / 3.0);
        assert_eq!(average(-7, 2), -3.5);
        assert_eq!(average(i128::from(i64::MAX) * 3, 3), i64::MAX as f64);
        let mut random = Random(2);
        for _ in 0..4_000 {
            let total = (i128::from(random.next().cast_signed()) << (random.next() % 63)) + i128::from(random.next() % 3);
            let count = (random.next() >> (random.next() % 64)).max(1);
            let units = BigInt::from(total) << -SMALLEST;
            assert!(is_nearest(average(total, count), &units, count), "{total} / {count}");
        }
    }

    #[test]
    fn the_order_of_addition_does_not_matter() {
        let mut random = Random(3);
        for _ in 0..200 {
            let mut values: Vec<f64> = (0..20).map(|_| random.double(-60..60)).collect();
            let sum = ExactSum::of(&values).rounded();
            values.sort_by(f64::total_cmp);
            assert_eq!(ExactSum::of(&values).rounded().to_bits(), sum.to_bits());
        }
    }
}
