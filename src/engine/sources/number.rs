//! Numbers from one form to another, exactly: decimals, doubles, millionths, and all of them as texts.

use crate::program::calendar::local_of;

/// A decimal (`digits × 10^−scale`) that is a whole number of 64 bits.
pub fn whole_of_decimal(digits: i128, scale: i8) -> Option<i64> {
    let power = 10i128.checked_pow(u32::from(scale.unsigned_abs()))?;
    let n = if scale < 0 { digits.checked_mul(power)? } else { (digits % power == 0).then_some(digits / power)? };
    i64::try_from(n).ok()
}

/// A double that is a whole number which doubles hold exactly.
pub fn whole_of_double(x: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (x.fract() == 0.0 && x.abs() <= EXACT).then_some(x as i64)
}

/// The double nearest to a decimal.
pub fn double_of_decimal(digits: i128, scale: i8) -> f64 {
    // The standard library's parsing rounds correctly, which multiplying and dividing would not.
    let x: f64 = format!("{digits}e{}", -i32::from(scale)).parse().unwrap_or(f64::NAN);
    x + 0.0
}

/// Millionths nearest to a decimal, half to even.
pub fn micros_of_decimal(digits: i128, scale: i8) -> Option<i64> {
    let shift = 6 - i32::from(scale);
    if shift >= 0 {
        let n = digits.checked_mul(10i128.checked_pow(shift.unsigned_abs())?)?;
        return i64::try_from(n).ok();
    }
    let Some(power) = 10i128.checked_pow(shift.unsigned_abs()) else { return Some(0) };
    let (quotient, rest) = (digits.div_euclid(power), digits.rem_euclid(power));
    let up = match (rest * 2).cmp(&power) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => quotient.rem_euclid(2),
        std::cmp::Ordering::Greater => 1,
    };
    i64::try_from(quotient + up).ok()
}

/// Millionths nearest to a finite double, half to even; `None` beyond 64 bits.
pub fn micros_of_double(x: f64) -> Option<i64> {
    if x == 0.0 {
        return Some(0);
    }
    // x = mantissa × 2^exponent, exactly.
    let bits = x.to_bits();
    let biased = i32::try_from((bits >> 52) & 0x7ff).ok()?;
    let fraction = i128::from(bits & ((1 << 52) - 1));
    let (mantissa, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | (1 << 52), biased - 1075) };
    let scaled = mantissa * 1_000_000;
    let n = if exponent >= 0 {
        // 2^73 × 2^exponent: beyond 2^63 long before 127 bits are.
        if exponent > 50 {
            return None;
        }
        scaled << exponent
    } else if exponent < -126 {
        0
    } else {
        let shift = -exponent;
        let (quotient, rest) = (scaled >> shift, scaled & ((1i128 << shift) - 1));
        let half = 1i128 << (shift - 1);
        quotient + i128::from(rest > half || (rest == half && quotient % 2 == 1))
    };
    i64::try_from(if x < 0.0 { -n } else { n }).ok()
}

/// A decimal without needless zeros: `2.50` is `2.5`, `3.00` is `3`.
pub fn text_of_decimal(digits: i128, scale: i8) -> String {
    if scale <= 0 {
        let zeros = if digits == 0 { 0 } else { usize::from(scale.unsigned_abs()) };
        return format!("{digits}{}", "0".repeat(zeros));
    }
    let scale = usize::from(scale.unsigned_abs());
    let padded = format!("{:0>width$}", digits.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    let fraction = fraction.trim_end_matches('0');
    let sign = if digits < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// The shortest text that reads as this double; a whole one without a point.
pub fn text_of_double(x: f64) -> String {
    format!("{}", x + 0.0)
}

/// A moment as RFC 3339 in UTC.
pub fn text_of_moment(micros: i64) -> String {
    local_of(micros).map(|local| format!("{local}Z")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millionths_of_doubles_are_the_nearest_ones() {
        for (x, micros) in [
            (0.1, Some(100_000)),
            (19.9, Some(19_900_000)),
            (-2.5e-7, Some(0)),
            (0.000_000_5, Some(0)), // the double is a little below one half
            (1.5 / 1_048_576.0, Some(1)),
            (0.5 / 1_000_000.0 * 1.000_001, Some(1)),
            (-0.000_001, Some(-1)),
            (9_223_372_036_854.775, Some(9_223_372_036_854_775_391)),
            (9_223_372_036_855.0, None),
            (f64::MAX, None),
            (f64::MIN_POSITIVE, Some(0)),
            (5e-324, Some(0)),
        ] {
            assert_eq!(micros_of_double(x), micros, "{x}");
        }
        // A tie that doubles hold: 1/2^7 × 10^-6 steps do not; 15625/2^k × 10^6 do.
        assert_eq!(micros_of_double(0.5f64.powi(7)), Some(7812)); // 7812.5 to even
        assert_eq!(micros_of_double(3.0 * 0.5f64.powi(7)), Some(23438)); // 23437.5 to even
    }

    #[test]
    fn decimals_round_half_to_even() {
        assert_eq!(micros_of_decimal(5, 7), Some(0));
        assert_eq!(micros_of_decimal(15, 7), Some(2));
        assert_eq!(micros_of_decimal(-15, 7), Some(-2));
        assert_eq!(micros_of_decimal(-5, 7), Some(0));
        assert_eq!(micros_of_decimal(1999, 2), Some(19_990_000));
        assert_eq!(micros_of_decimal(3, -2), Some(300_000_000));
        assert_eq!(whole_of_decimal(300, 2), Some(3));
        assert_eq!(whole_of_decimal(301, 2), None);
        assert_eq!(text_of_decimal(-250, 2), "-2.5");
        assert_eq!(text_of_decimal(7, -2), "700");
        assert_eq!(text_of_decimal(5, 3), "0.005");
    }
}
