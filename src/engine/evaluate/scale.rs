//! Money and durations times or divided by a number, exact and rounded once, half to even: in 128 bits where these do, which
//! is nearly always, else as `program::arithmetic` does it.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{Float64Type, Int64Type};

use super::Unfit;
use super::column::Column;
use super::compare::Side;
use crate::plan::Operator;
use crate::program::arithmetic::{self, Operand};
use crate::program::types::{Decimal, Scalar, Type};

/// `a op b` where one is money or a duration and the other a number; `None` where that is not so.
pub(super) fn scale(operator: Operator, left: Side<'_>, right: Side<'_>, rows: usize, unfit: &Unfit) -> Option<ArrayRef> {
    let is_amount = |side: Side<'_>| matches!(side.ty, Type::Money(_) | Type::Duration);
    let is_number = |side: Side<'_>| matches!(side.ty, Type::Count | Type::Number | Type::Percent);
    let (amount, by) = match operator {
        Operator::Multiply if is_amount(left) && is_number(right) => (left, right),
        Operator::Multiply if is_number(left) && is_amount(right) => (right, left),
        Operator::Divide if is_amount(left) && is_number(right) => (left, right),
        _ => return None,
    };
    let Column::Array(array) = amount.column else { return None };
    let amounts = array.as_primitive_opt::<Int64Type>()?;
    let by = Factor::of(by)?;
    let nulls = NullBuffer::union(amounts.nulls(), by.nulls());
    let wrap: fn(i64) -> Scalar = if *amount.ty == Type::Duration { Scalar::Duration } else { Scalar::Money };
    let mut lost = 0u64;
    let values: Int64Array = (0..rows)
        .map(|row| {
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                return None;
            }
            let (n, factor) = (amounts.value(row), by.at(row));
            if operator == Operator::Divide && factor.is_zero() {
                return None;
            }
            let result = match factor.ratio().and_then(|ratio| in_128_bits(operator, n, ratio)) {
                Some(result) => i64::try_from(result).ok(),
                None => whole(arithmetic::binary(operator, Operand::Scalar(&wrap(n)), factor.operand(&mut None))),
            };
            lost += u64::from(result.is_none());
            result
        })
        .collect();
    unfit.add(lost);
    Some(Arc::new(values))
}

fn whole(scalar: Option<Scalar>) -> Option<i64> {
    match scalar {
        Some(Scalar::Money(n) | Scalar::Duration(n)) => Some(n),
        _ => None,
    }
}

/// The numbers that amounts are scaled by.
enum Factor<'a> {
    Same(One),
    Counts(&'a Int64Array),
    Doubles(&'a Float64Array),
}

/// One of them.
#[derive(Clone, Copy)]
enum One {
    Count(i64),
    Double(f64),
    Decimal(Decimal),
}

impl<'a> Factor<'a> {
    fn of(side: Side<'a>) -> Option<Factor<'a>> {
        match side.column {
            Column::Same(Some(Scalar::Count(n))) => Some(Factor::Same(One::Count(*n))),
            Column::Same(Some(Scalar::Number(x))) => Some(Factor::Same(One::Double(*x))),
            Column::Decimal(decimal) => Some(Factor::Same(One::Decimal(*decimal))),
            Column::Array(array) => match array.as_primitive_opt::<Float64Type>() {
                Some(doubles) => Some(Factor::Doubles(doubles)),
                None => array.as_primitive_opt::<Int64Type>().map(Factor::Counts),
            },
            _ => None,
        }
    }

    fn nulls(&self) -> Option<&NullBuffer> {
        match self {
            Factor::Same(_) => None,
            Factor::Counts(array) => array.nulls(),
            Factor::Doubles(array) => array.nulls(),
        }
    }

    fn at(&self, row: usize) -> One {
        match self {
            Factor::Same(one) => *one,
            Factor::Counts(array) => One::Count(array.value(row)),
            Factor::Doubles(array) => One::Double(array.value(row)),
        }
    }
}

impl One {
    fn is_zero(self) -> bool {
        match self {
            One::Count(n) => n == 0,
            One::Double(x) => x == 0.0,
            One::Decimal(decimal) => decimal.digits == 0,
        }
    }

    /// As a fraction, its bottom above 0; `None` where 128 bits do not do.
    fn ratio(self) -> Option<(i128, i128)> {
        match self {
            One::Count(n) => Some((i128::from(n), 1)),
            One::Decimal(decimal) => Some((decimal.digits, 10i128.checked_pow(decimal.scale)?)),
            One::Double(x) => {
                let bits = x.to_bits();
                let exponent = i64::try_from((bits >> 52) & 0x7ff).ok()?;
                let fraction = i128::from(bits & ((1 << 52) - 1));
                let mantissa = if exponent == 0 { fraction } else { fraction | (1 << 52) };
                let mantissa = if x < 0.0 { -mantissa } else { mantissa };
                let power = exponent.max(1) - 1075;
                let two_to = |n: i64| u32::try_from(n).ok().filter(|n| *n <= 126).map(|n| 1i128 << n);
                if power >= 0 { Some((mantissa.checked_mul(two_to(power)?)?, 1)) } else { Some((mantissa, two_to(-power)?)) }
            }
        }
    }

    /// As arithmetic takes it; `place` keeps the value.
    fn operand(self, place: &mut Option<Scalar>) -> Operand<'_> {
        match self {
            One::Decimal(decimal) => Operand::Decimal(decimal),
            One::Count(n) => Operand::Scalar(place.insert(Scalar::Count(n))),
            One::Double(x) => Operand::Scalar(place.insert(Scalar::Number(x))),
        }
    }
}

/// `n × top / bottom`, or divided by that, to the nearest whole number, half to even; `None` where 128 bits do not do.
fn in_128_bits(operator: Operator, n: i64, (top, bottom): (i128, i128)) -> Option<i128> {
    let (top, bottom) = if operator == Operator::Divide { (bottom, top) } else { (top, bottom) };
    let product = i128::from(n).checked_mul(top)?;
    let (product, bottom) = if bottom < 0 { (product.checked_neg()?, bottom.checked_neg()?) } else { (product, bottom) };
    if bottom == 0 {
        return None;
    }
    let (quotient, rest) = (product.div_euclid(bottom), product.rem_euclid(bottom));
    let up = match rest.checked_mul(2)?.cmp(&bottom) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => quotient % 2 != 0,
    };
    quotient.checked_add(i128::from(up))
}
