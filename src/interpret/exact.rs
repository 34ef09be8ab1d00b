//! Exact sums and averages. LANGUAGE.md 6: "The sum of doubles is the exact sum rounded once, so that no sum depends on the
//! order of addition."
//!
//! A double is a whole number of 2⁻¹⁰⁷⁴, so a sum of doubles is one big whole number of them.

use num_bigint::{BigInt, Sign};

use crate::program::Scalar;
use crate::program::arithmetic;

/// The power of two that every double is a whole number of.
const SMALLEST: i64 = -1074;

/// A finite double as a whole number of 2⁻¹⁰⁷⁴.
fn to_units(x: f64) -> BigInt {
    let bits = x.to_bits();
    let exponent = (bits >> 52) & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    let size = if exponent == 0 { BigInt::from(fraction) } else { BigInt::from(fraction | (1 << 52)) << (exponent - 1) };
    if x < 0.0 { -size } else { size }
}

/// The sum of doubles; missing where no double holds it.
pub(super) fn sum(values: &[f64]) -> Option<Scalar> {
    average_of(values, 1)
}

/// The average of doubles; missing of none.
pub(super) fn average(values: &[f64]) -> Option<Scalar> {
    average_of(values, values.len())
}

fn average_of(values: &[f64], by: usize) -> Option<Scalar> {
    let total: BigInt = values.iter().map(|x| to_units(*x)).sum();
    arithmetic::number(nearest(total, BigInt::from(by), SMALLEST)?)
}

/// The double nearest to `total / by`; `None` for a `by` of 0.
pub(super) fn ratio(total: i128, by: usize) -> Option<Scalar> {
    arithmetic::number(nearest(BigInt::from(total), BigInt::from(by), 0)?)
}

/// The double nearest to `top / bottom × 2^power`, half to even; infinite where it is too large. `bottom` is not negative.
fn nearest(top: BigInt, bottom: BigInt, power: i64) -> Option<f64> {
    let zero = BigInt::from(0);
    if bottom == zero {
        return None;
    }
    let (sign, top) = (top.sign(), BigInt::from(top.magnitude().clone()));
    // The unit of the last place: of 2^e the quotient has 53 bits, or fewer where 2^e is the smallest double.
    let mut e = power + top.bits() as i64 - bottom.bits() as i64 - 54;
    loop {
        e = e.max(SMALLEST);
        // top / bottom × 2^power / 2^e
        let shift = power - e;
        let (top, bottom) = if shift >= 0 { (&top << shift, bottom.clone()) } else { (top.clone(), &bottom << -shift) };
        let mut quotient = &top / &bottom;
        if quotient.bits() > 53 {
            e += 1;
            continue;
        }
        let twice_the_rest: BigInt = (&top % &bottom) * 2;
        if twice_the_rest > bottom || (twice_the_rest == bottom && quotient.bit(0)) {
            quotient += 1;
        }
        let whole = u64::try_from(quotient).ok()? as f64;
        let size = if e > 971 { f64::INFINITY } else { whole * power_of_two(e) };
        return Some(if sign == Sign::Minus { -size } else { size });
    }
}

/// 2^e for -1074 ≤ e ≤ 971.
fn power_of_two(e: i64) -> f64 {
    if e < -1022 { f64::from_bits(1 << (e - SMALLEST)) } else { f64::from_bits(((e + 1023) as u64) << 52) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(x: f64) -> Option<Scalar> {
        Some(Scalar::Number(x))
    }

    #[test]
    fn a_sum_of_doubles_is_exact_and_rounded_once() {
        assert_eq!(sum(&[1e308, 1e308, -1e308]), number(1e308));
        assert_eq!(sum(&[1e16, 1.0, -1e16]), number(1.0));
        assert_eq!(sum(&[0.1; 10]), number(1.0));
        assert_eq!(sum(&[1e308, 1e308]), None);
        assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX]), number(f64::MAX));
        assert_eq!(sum(&[5e-324, 5e-324]), number(1e-323));
        assert_eq!(sum(&[]), number(0.0));
        assert_eq!(sum(&[-1.0, 1.0]).map(|s| format!("{s:?}")), Some("Number(0.0)".to_owned()));
        // 2⁵³ + 1 lies half-way and goes to the even 2⁵³; a trace more goes up.
        assert_eq!(sum(&[9007199254740992.0, 1.0]), number(9007199254740992.0));
        assert_eq!(sum(&[9007199254740992.0, 1.0, 5e-324]), number(9007199254740994.0));
    }

    #[test]
    fn an_average_is_one_rounding_of_the_exact_quotient() {
        assert_eq!(average(&[]), None);
        assert_eq!(average(&[1.0, 2.0]), number(1.5));
        assert_eq!(average(&[f64::MAX, f64::MAX]), number(f64::MAX));
        assert_eq!(average(&[5e-324, 0.0]), number(0.0));
        assert_eq!(average(&[5e-324, 5e-324, 0.0]), number(5e-324));
        assert_eq!(ratio(1, 3), number(1.0 / 3.0));
        assert_eq!(ratio(-7, 2), number(-3.5));
        assert_eq!(ratio(i128::from(i64::MAX) * 3, 3), number(i64::MAX as f64));
        assert_eq!(ratio(1, 0), None);
    }

    #[test]
    fn of_two_doubles_the_sum_is_the_processors() {
        let mut x: u64 = 1;
        for _ in 0..20_000 {
            x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let a = f64::from_bits(x);
            x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let b = f64::from_bits((x & !(0x7ff << 52)) | (a.to_bits() & (0x7ff << 52)) ^ (x >> 60 << 52));
            if a.is_finite() && b.is_finite() {
                assert_eq!(sum(&[a, b]), arithmetic::number(a + b), "{a:e} + {b:e}");
            }
        }
    }
}
