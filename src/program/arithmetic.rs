//! How values compare and what arithmetic gives, one value at a time (LANGUAGE.md 5 and 6). Interpreter and engine both use
//! it where exactness is at stake, so there is one place that rounds.
//!
//! Counts are exact and missing where they do not fit 64 bits; money is exact millionths, rounded once, half to even;
//! everything else is in doubles, where infinite and undefined results are missing and −0 is 0.

pub mod distance;

use std::cmp::Ordering;

use num_bigint::BigInt;

use super::types::{Decimal, Scalar};
use super::{Function, Operator};

/// A value in arithmetic or a comparison: one of the data, or an exact decimal of the text.
#[derive(Debug, Clone, Copy)]
pub enum Operand<'a> {
    /// Of the data, or computed.
    Scalar(&'a Scalar),
    /// Written in the text: a Number, a Percent (already in hundredths), or money in whole units.
    Decimal(Decimal),
}

impl Operand<'_> {
    /// As a double; `None` of what is no number.
    fn to_f64(self) -> Option<f64> {
        match self {
            Operand::Scalar(Scalar::Count(n)) => Some(*n as f64),
            Operand::Scalar(Scalar::Number(x)) => Some(*x),
            Operand::Scalar(Scalar::Money(n) | Scalar::Duration(n)) => Some(*n as f64),
            Operand::Scalar(_) => None,
            Operand::Decimal(d) => Some(d.to_f64()),
        }
    }
}

/// How two values of matching types stand to each other. Counts, money and durations compare exactly, with decimals too; a
/// double compares with the double nearest to a decimal, and with a count as a double; texts by code points; false is
/// before true. `None` where the types do not match, which checking has ruled out.
pub fn compare(left: Operand<'_>, right: Operand<'_>) -> Option<Ordering> {
    use Operand::{Decimal as D, Scalar as S};
    match (left, right) {
        (S(Scalar::Count(a)), S(Scalar::Count(b))) => Some(a.cmp(b)),
        (S(Scalar::Money(a)), S(Scalar::Money(b))) | (S(Scalar::Duration(a)), S(Scalar::Duration(b))) => Some(a.cmp(b)),
        (S(Scalar::Timestamp(a)), S(Scalar::Timestamp(b))) => Some(a.cmp(b)),
        (S(Scalar::Date(a)), S(Scalar::Date(b))) => Some(a.cmp(b)),
        // UTF-8 keeps the order of code points.
        (S(Scalar::Text(a)), S(Scalar::Text(b))) => Some(a.as_bytes().cmp(b.as_bytes())),
        (S(Scalar::Boolean(a)), S(Scalar::Boolean(b))) => Some(a.cmp(b)),
        (S(Scalar::Count(a)), D(d)) => Some(compare_scaled(i128::from(*a), 0, d)),
        (S(Scalar::Money(a)), D(d)) => Some(compare_scaled(i128::from(*a), 6, d)),
        (D(_), S(Scalar::Count(_) | Scalar::Money(_))) => compare(right, left).map(Ordering::reverse),
        (D(a), D(b)) => Some(compare_scaled(a.digits, a.scale, b)),
        _ => left.to_f64()?.partial_cmp(&right.to_f64()?),
    }
}

/// How `now` stands to `base × factor`. Counts, money and durations compare exactly; of doubles the product is computed exactly
/// and rounded once (LANGUAGE.md 6).
pub fn compare_with_part(now: &Scalar, base: &Scalar, factor: Decimal) -> Option<Ordering> {
    match (now, base) {
        (Scalar::Count(n), Scalar::Count(b))
        | (Scalar::Money(n), Scalar::Money(b))
        | (Scalar::Duration(n), Scalar::Duration(b)) => {
            let part = BigInt::from(*b) * BigInt::from(factor.digits);
            Some((BigInt::from(*n) * BigInt::from(10).pow(factor.scale)).cmp(&part))
        }
        (Scalar::Number(n), Scalar::Number(b)) => n.partial_cmp(&part_of(*b, factor)?),
        _ => None,
    }
}

/// The double nearest to `x × factor`. Every double is a whole number of tenths of tenths …, and the standard library's parsing
/// rounds correctly.
fn part_of(x: f64, factor: Decimal) -> Option<f64> {
    if factor == Decimal::whole(1) {
        return Some(x);
    }
    let (top, bottom) = exact(Operand::Scalar(&Scalar::Number(x)))?;
    // 1 / 2^k = 5^k / 10^k
    let k = u32::try_from(bottom.bits()).ok()?.saturating_sub(1);
    let digits = top * BigInt::from(factor.digits) * BigInt::from(5).pow(k);
    format!("{digits}e-{}", k.saturating_add(factor.scale)).parse().ok()
}

/// (now − base) / base, in doubles once the difference is known; missing where the base is not above 0.
pub fn change(now: &Scalar, base: &Scalar) -> Option<Scalar> {
    if !is_positive(base) {
        return None;
    }
    let difference = binary(Operator::Subtract, Operand::Scalar(now), Operand::Scalar(base))?;
    binary(Operator::Divide, Operand::Scalar(&difference), Operand::Scalar(base))
}

/// Whether an amount is above 0.
pub fn is_positive(x: &Scalar) -> bool {
    match x {
        Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n) => *n > 0,
        Scalar::Number(x) => *x > 0.0,
        _ => false,
    }
}

/// `digits × 10^−scale` against a decimal, exactly.
fn compare_scaled(digits: i128, scale: u32, decimal: Decimal) -> Ordering {
    let left = BigInt::from(digits) * BigInt::from(10).pow(decimal.scale);
    let right = BigInt::from(decimal.digits) * BigInt::from(10).pow(scale);
    left.cmp(&right)
}

/// `a op b`; `None` where the result is missing: it does not fit, is not defined, or is a division by zero.
///
/// Count (+ − ×) Count is a Count; Money ± Money, Money × number, number × Money, Money / number are Money; Money / Money,
/// Duration / Duration and Count / Count are Numbers; durations likewise with whole microseconds; all else is in doubles.
pub fn binary(operator: Operator, left: Operand<'_>, right: Operand<'_>) -> Option<Scalar> {
    use Operand::Scalar as S;
    let whole = |wrap: fn(i64) -> Scalar, n: Option<i128>| n.and_then(|n| i64::try_from(n).ok()).map(wrap);
    let sum = |a: &i64, b: &i64| match operator {
        Operator::Add => i128::from(*a).checked_add(i128::from(*b)),
        Operator::Subtract => i128::from(*a).checked_sub(i128::from(*b)),
        Operator::Multiply => i128::from(*a).checked_mul(i128::from(*b)),
        Operator::Divide => None,
    };
    match (left, right, operator) {
        (S(Scalar::Count(a)), S(Scalar::Count(b)), Operator::Add | Operator::Subtract | Operator::Multiply) => {
            whole(Scalar::Count, sum(a, b))
        }
        (S(Scalar::Money(a)), S(Scalar::Money(b)), Operator::Add | Operator::Subtract) => whole(Scalar::Money, sum(a, b)),
        (S(Scalar::Duration(a)), S(Scalar::Duration(b)), Operator::Add | Operator::Subtract) => {
            whole(Scalar::Duration, sum(a, b))
        }
        (S(Scalar::Money(a)), Operand::Decimal(d), Operator::Add | Operator::Subtract) => {
            // A literal beside money: check has turned what is whole millionths into money, so this is rounded once.
            let (n, m) = exact(Operand::Decimal(d))?;
            let b = n * 1_000_000;
            let total = if operator == Operator::Add { BigInt::from(*a) * &m + b } else { BigInt::from(*a) * &m - b };
            round_ratio(total, m).map(Scalar::Money)
        }
        (S(Scalar::Money(_)), S(Scalar::Money(_)), Operator::Divide)
        | (S(Scalar::Duration(_)), S(Scalar::Duration(_)), Operator::Divide) => doubles(operator, left, right),
        (S(Scalar::Money(a)), other, Operator::Multiply) | (other, S(Scalar::Money(a)), Operator::Multiply) => {
            scale_by(*a, other, false).map(Scalar::Money)
        }
        (S(Scalar::Money(a)), other, Operator::Divide) => scale_by(*a, other, true).map(Scalar::Money),
        (S(Scalar::Duration(a)), other, Operator::Multiply) | (other, S(Scalar::Duration(a)), Operator::Multiply) => {
            scale_by(*a, other, false).map(Scalar::Duration)
        }
        (S(Scalar::Duration(a)), other, Operator::Divide) => scale_by(*a, other, true).map(Scalar::Duration),
        _ => doubles(operator, left, right),
    }
}

fn doubles(operator: Operator, left: Operand<'_>, right: Operand<'_>) -> Option<Scalar> {
    let (a, b) = (left.to_f64()?, right.to_f64()?);
    match operator {
        Operator::Add => number(a + b),
        Operator::Subtract => number(a - b),
        Operator::Multiply => number(a * b),
        Operator::Divide if b == 0.0 => None,
        Operator::Divide => number(a / b),
    }
}

/// A double as a value: missing where it is NaN or infinite; −0 is 0.
pub fn number(x: f64) -> Option<Scalar> {
    x.is_finite().then_some(Scalar::Number(if x == 0.0 { 0.0 } else { x }))
}

/// `n × factor` or `n / factor`, exact, rounded once, half to even.
fn scale_by(n: i64, factor: Operand<'_>, divide: bool) -> Option<i64> {
    let (top, bottom) = exact(factor)?;
    if divide { round_ratio(BigInt::from(n) * bottom, top) } else { round_ratio(BigInt::from(n) * top, bottom) }
}

/// A number as an exact fraction, its bottom above 0.
fn exact(x: Operand<'_>) -> Option<(BigInt, BigInt)> {
    match x {
        Operand::Scalar(Scalar::Count(n)) => Some((BigInt::from(*n), BigInt::from(1))),
        Operand::Decimal(d) => Some((BigInt::from(d.digits), BigInt::from(10).pow(d.scale))),
        Operand::Scalar(Scalar::Number(x)) if x.is_finite() => {
            let bits = x.to_bits();
            let exponent = ((bits >> 52) & 0x7ff) as i64;
            let fraction = (bits & ((1 << 52) - 1)) as i64;
            let mantissa = if exponent == 0 { fraction } else { fraction | (1 << 52) };
            let mantissa = BigInt::from(if *x < 0.0 { -mantissa } else { mantissa });
            let power = exponent.max(1) - 1075;
            if power >= 0 { Some((mantissa << power, BigInt::from(1))) } else { Some((mantissa, BigInt::from(1) << -power)) }
        }
        Operand::Scalar(_) => None,
    }
}

/// `top / bottom` to the nearest whole number, half to even; `None` for a bottom of 0 and where it does not fit 64 bits.
pub fn round_ratio(top: BigInt, bottom: BigInt) -> Option<i64> {
    let zero = BigInt::from(0);
    if bottom == zero {
        return None;
    }
    let (top, bottom) = if bottom < zero { (-top, -bottom) } else { (top, bottom) };
    let mut quotient = &top / &bottom;
    let mut rest = &top % &bottom;
    if rest < zero {
        quotient -= 1;
        rest += &bottom;
    }
    let odd = &quotient % 2 != zero;
    let doubled: BigInt = rest * 2;
    match doubled.cmp(&bottom) {
        Ordering::Greater => quotient += 1,
        Ordering::Equal if odd => quotient += 1,
        _ => {}
    }
    i64::try_from(quotient).ok()
}

/// `-x`; missing where it does not fit.
pub fn negate(x: &Scalar) -> Option<Scalar> {
    match x {
        Scalar::Count(n) => n.checked_neg().map(Scalar::Count),
        Scalar::Money(n) => n.checked_neg().map(Scalar::Money),
        Scalar::Duration(n) => n.checked_neg().map(Scalar::Duration),
        Scalar::Number(x) => number(-x),
        _ => None,
    }
}

/// A function of one value (`least` and `greatest` are comparisons); missing where it is not defined. `ln`, `exp` and `sqrt`
/// are the `libm` crate's, so that they are the same on every machine.
pub fn function(function: Function, x: &Scalar) -> Option<Scalar> {
    match (function, x) {
        (Function::Abs, Scalar::Count(n)) => n.checked_abs().map(Scalar::Count),
        (Function::Abs, Scalar::Money(n)) => n.checked_abs().map(Scalar::Money),
        (Function::Abs, Scalar::Duration(n)) => n.checked_abs().map(Scalar::Duration),
        (Function::Abs, Scalar::Number(x)) => number(x.abs()),
        (Function::Round, Scalar::Count(n)) => Some(Scalar::Count(*n)),
        (Function::Round, Scalar::Number(x)) => number(x.round_ties_even()),
        (Function::Round, Scalar::Money(n)) => {
            round_ratio(BigInt::from(*n), BigInt::from(1_000_000))?.checked_mul(1_000_000).map(Scalar::Money)
        }
        (Function::Ln, _) => of_double(x, |x| if x > 0.0 { libm::log(x) } else { f64::NAN }),
        (Function::Exp, _) => of_double(x, libm::exp),
        (Function::Sqrt, _) => of_double(x, |x| if x >= 0.0 { libm::sqrt(x) } else { f64::NAN }),
        _ => None,
    }
}

fn of_double(x: &Scalar, f: impl Fn(f64) -> f64) -> Option<Scalar> {
    match x {
        Scalar::Count(n) => number(f(*n as f64)),
        Scalar::Number(x) => number(f(*x)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Operand<'static> {
        Operand::Decimal(Decimal::parse(text).expect("a decimal"))
    }

    #[test]
    fn money_times_a_number_is_rounded_once_half_to_even() {
        let money = Scalar::Money(5);
        assert_eq!(binary(Operator::Divide, Operand::Scalar(&money), decimal("2")), Some(Scalar::Money(2)));
        let money = Scalar::Money(7);
        assert_eq!(binary(Operator::Divide, Operand::Scalar(&money), decimal("2")), Some(Scalar::Money(4)));
        let money = Scalar::Money(-5);
        assert_eq!(
            binary(Operator::Multiply, Operand::Scalar(&money), Operand::Scalar(&Scalar::Number(0.5))),
            Some(Scalar::Money(-2))
        );
    }

    #[test]
    fn a_part_of_counts_and_money_is_exact_and_one_of_doubles_rounded_once() {
        let tenth = Decimal::parse("0.1").expect("a decimal");
        let count = |now, base, factor| compare_with_part(&Scalar::Count(now), &Scalar::Count(base), factor);
        assert_eq!(count(1, 10, tenth), Some(Ordering::Equal));
        assert_eq!(
            count(i64::MAX, i64::MAX, Decimal::parse("1.0000000000000000001").expect("a decimal")),
            Some(Ordering::Less)
        );
        let number = |now, base, factor| compare_with_part(&Scalar::Number(now), &Scalar::Number(base), factor);
        assert_eq!(number(0.7, 1.0, Decimal::parse("0.7").expect("a decimal")), Some(Ordering::Equal));
        assert_eq!(number(2.1, 3.0, Decimal::parse("0.7").expect("a decimal")), Some(Ordering::Equal));
        assert_eq!(number(5e-324, 5e-324, Decimal::parse("0.5").expect("a decimal")), Some(Ordering::Greater));
        assert_eq!(number(f64::MAX, f64::MAX, Decimal::parse("2").expect("a decimal")), Some(Ordering::Less));
        assert_eq!(number(-0.5, -1.0, Decimal::parse("0.5").expect("a decimal")), Some(Ordering::Equal));
        // 3 × 0.7 in doubles is 2.0999999999999996.
        assert_eq!(3.0 * 0.7, 2.0999999999999996);
    }

    #[test]
    fn a_change_is_missing_where_nothing_was_before() {
        assert_eq!(change(&Scalar::Count(3), &Scalar::Count(4)), Some(Scalar::Number(-0.25)));
        assert_eq!(change(&Scalar::Count(3), &Scalar::Count(0)), None);
        assert_eq!(change(&Scalar::Money(3), &Scalar::Money(-4)), None);
        assert_eq!(change(&Scalar::Money(9), &Scalar::Money(6)), Some(Scalar::Number(0.5)));
        assert_eq!(change(&Scalar::Number(f64::MAX), &Scalar::Number(0.5)), None);
    }

    #[test]
    fn what_does_not_fit_is_missing() {
        let most = Scalar::Count(i64::MAX);
        let one = Scalar::Count(1);
        assert_eq!(binary(Operator::Add, Operand::Scalar(&most), Operand::Scalar(&one)), None);
        assert_eq!(binary(Operator::Divide, Operand::Scalar(&one), Operand::Scalar(&Scalar::Count(0))), None);
    }

    #[test]
    fn a_decimal_is_exact_beside_counts_and_money() {
        assert_eq!(compare(Operand::Scalar(&Scalar::Count(2)), decimal("2.5")), Some(Ordering::Less));
        assert_eq!(compare(Operand::Scalar(&Scalar::Money(3_333_333)), decimal("3.3333331")), Some(Ordering::Less));
        assert_eq!(compare(decimal("0.3"), Operand::Scalar(&Scalar::Number(0.1 + 0.2))), Some(Ordering::Less));
    }
}
