//! Comparisons, ranges and windows.

use std::cmp::Ordering;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::error::Result;
use num_bigint::BigInt;

use super::column::{Column, known_and, wholes};
use super::internal;
use crate::engine::canonical::scalar;
use crate::faults::fault;
use crate::plan::{Comparison, Frequency};
use crate::program::arithmetic::{self, Operand};
use crate::program::calendar::Interval;
use crate::program::types::{Decimal, Scalar, Type};

/// One side of a comparison or of arithmetic: its values, and what they are.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) column: &'a Column,
    pub(super) ty: &'a Type,
}

/// A side that is read row by row.
pub(super) enum Single<'a> {
    Same(Option<Scalar>),
    Decimal(Decimal),
    Array(&'a ArrayRef, &'a Type),
    Bits(&'a BooleanBuffer),
}

/// A value of one row, or a decimal of the text.
pub(super) enum One {
    Scalar(Scalar),
    Decimal(Decimal),
}

impl One {
    pub(super) fn operand(&self) -> Operand<'_> {
        match self {
            One::Scalar(scalar) => Operand::Scalar(scalar),
            One::Decimal(decimal) => Operand::Decimal(*decimal),
        }
    }
}

impl<'a> Side<'a> {
    pub(super) fn single(self) -> Single<'a> {
        match self.column {
            Column::Same(scalar) => Single::Same(scalar.clone()),
            Column::Decimal(decimal) => Single::Decimal(*decimal),
            Column::Array(array) => Single::Array(array, self.ty),
            Column::Bits(bits) => Single::Bits(bits),
        }
    }

    /// Whether it is the same for all rows.
    pub(super) fn is_same(self) -> bool {
        matches!(self.column, Column::Same(_) | Column::Decimal(_))
    }
}

impl Single<'_> {
    pub(super) fn at(&self, row: usize) -> Option<One> {
        match self {
            Single::Same(scalar) => scalar.clone().map(One::Scalar),
            Single::Decimal(decimal) => Some(One::Decimal(*decimal)),
            Single::Array(array, ty) => scalar(array.as_ref(), ty, row).map(One::Scalar),
            Single::Bits(bits) => (row < bits.len()).then(|| One::Scalar(Scalar::Boolean(bits.value(row)))),
        }
    }
}

/// Where `left comparison right` holds; false where one is missing.
pub(super) fn compare(comparison: Comparison, left: Side<'_>, right: Side<'_>, rows: usize) -> Result<BooleanBuffer> {
    if left.is_same() && right.is_same() {
        let holds = one_pair(comparison, left.single().at(0), right.single().at(0));
        return Ok(if holds { BooleanBuffer::new_set(rows) } else { BooleanBuffer::new_unset(rows) });
    }
    if left.is_same() {
        return compare(comparison.swapped(), right, left, rows);
    }
    if let Some(bits) = fast(comparison, left, right, rows) {
        return Ok(bits);
    }
    let (a, b) = (left.single(), right.single());
    Ok(BooleanBuffer::collect_bool(rows, |row| one_pair(comparison, a.at(row), b.at(row))))
}

fn one_pair(comparison: Comparison, a: Option<One>, b: Option<One>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => arithmetic::compare(a.operand(), b.operand()).is_some_and(|order| comparison.holds(order)),
        _ => false,
    }
}

/// The pairs that nearly all comparisons are of, in loops without a branch. `None`: one by one.
fn fast(comparison: Comparison, left: Side<'_>, right: Side<'_>, rows: usize) -> Option<BooleanBuffer> {
    let Column::Array(a) = left.column else { return None };
    match right.column {
        Column::Same(None) => Some(BooleanBuffer::new_unset(rows)),
        Column::Same(Some(scalar)) => with_scalar(comparison, a, left.ty, scalar),
        Column::Decimal(decimal) => with_decimal(comparison, a, left.ty, *decimal),
        Column::Array(b) => with_array(comparison, a, left.ty, b, right.ty),
        Column::Bits(_) => None,
    }
}

fn with_scalar(comparison: Comparison, a: &ArrayRef, ty: &Type, scalar: &Scalar) -> Option<BooleanBuffer> {
    match (ty, scalar) {
        (Type::Count, Scalar::Count(n))
        | (Type::Money(_), Scalar::Money(n))
        | (Type::Duration, Scalar::Duration(n))
        | (Type::Timestamp, Scalar::Timestamp(n)) => Some(whole(comparison, a, *n)?),
        (Type::Date, Scalar::Date(n)) => whole(comparison, a, i64::from(*n)),
        (Type::Number | Type::Percent, Scalar::Number(x)) => double(comparison, a, *x),
        (Type::Number | Type::Percent, Scalar::Count(n)) => double(comparison, a, *n as f64),
        (Type::Text, Scalar::Text(text)) => {
            let texts = a.as_string_view_opt()?;
            let wanted = text.as_bytes();
            // UTF-8 keeps the order of code points.
            let bits = match comparison {
                Comparison::Equal if wanted.len() <= 12 => {
                    // A short text stands whole in its view: its length, then its bytes, then zeroes.
                    let view = short_view(wanted);
                    let views = texts.views();
                    BooleanBuffer::collect_bool(texts.len(), |row| views.get(row) == Some(&view))
                }
                Comparison::Equal => BooleanBuffer::collect_bool(texts.len(), |row| texts.value(row).as_bytes() == wanted),
                _ => {
                    BooleanBuffer::collect_bool(texts.len(), |row| comparison.holds(texts.value(row).as_bytes().cmp(wanted)))
                }
            };
            Some(known_and(bits, texts))
        }
        _ => None,
    }
}

/// The view of a text of at most 12 bytes.
pub(super) fn short_view(text: &[u8]) -> u128 {
    let mut bytes = [0u8; 16];
    for (place, byte) in bytes.iter_mut().skip(4).zip(text) {
        *place = *byte;
    }
    for (place, byte) in bytes.iter_mut().zip((text.len() as u32).to_le_bytes()) {
        *place = byte;
    }
    u128::from_le_bytes(bytes)
}

fn whole(comparison: Comparison, a: &ArrayRef, n: i64) -> Option<BooleanBuffer> {
    let numbers = wholes(a)?;
    Some(known_and(each(comparison, numbers.values(), |x| x.cmp(&n)), a.as_ref()))
}

fn double(comparison: Comparison, a: &ArrayRef, x: f64) -> Option<BooleanBuffer> {
    let numbers = a.as_primitive_opt::<Float64Type>()?;
    // Canonical doubles are never NaN.
    Some(known_and(each(comparison, numbers.values(), |y| y.partial_cmp(&x).unwrap_or(Ordering::Less)), a.as_ref()))
}

/// A loop for each comparison, so that the compiler can make each one plain.
fn each<T: Copy>(comparison: Comparison, values: &[T], order: impl Fn(T) -> Ordering) -> BooleanBuffer {
    let bits = |holds: fn(Ordering) -> bool| values.iter().map(|x| holds(order(*x))).collect();
    match comparison {
        Comparison::Equal => bits(Ordering::is_eq),
        Comparison::NotEqual => bits(Ordering::is_ne),
        Comparison::Less => bits(Ordering::is_lt),
        Comparison::LessOrEqual => bits(if fault(58) { Ordering::is_lt } else { Ordering::is_le }),
        Comparison::Greater => bits(Ordering::is_gt),
        Comparison::GreaterOrEqual => bits(if fault(59) { Ordering::is_gt } else { Ordering::is_ge }),
    }
}

/// Counts and money against a decimal, exactly: by the whole number below it.
fn with_decimal(comparison: Comparison, a: &ArrayRef, ty: &Type, decimal: Decimal) -> Option<BooleanBuffer> {
    let scale = match ty {
        Type::Count => 0,
        Type::Money(_) => 6,
        Type::Number | Type::Percent => return double(comparison, a, decimal.to_f64()),
        _ => return None,
    };
    let numbers = wholes(a)?;
    let (floor, is_whole) = floor(decimal, scale);
    let order = |x: i64| match i128::from(x).cmp(&floor) {
        Ordering::Equal if !is_whole => Ordering::Less,
        order => order,
    };
    Some(known_and(each(comparison, numbers.values(), order), a.as_ref()))
}

/// The largest whole number that is not above `decimal × 10^scale` (held within what no 64 bits reach), and whether it is that.
fn floor(decimal: Decimal, scale: u32) -> (i128, bool) {
    let top = BigInt::from(decimal.digits) * BigInt::from(10).pow(scale);
    let bottom = BigInt::from(10).pow(decimal.scale);
    let mut quotient = &top / &bottom;
    let rest = &top - &quotient * &bottom;
    let zero = BigInt::from(0);
    if rest < zero && !fault(60) {
        quotient -= 1;
    }
    let far = if quotient < zero { i128::MIN } else { i128::MAX };
    (i128::try_from(quotient).unwrap_or(far), rest == zero)
}

fn with_array(comparison: Comparison, a: &ArrayRef, ty: &Type, b: &ArrayRef, other: &Type) -> Option<BooleanBuffer> {
    let bits = match (ty, other) {
        (Type::Count, Type::Count)
        | (Type::Money(_), Type::Money(_))
        | (Type::Duration, Type::Duration)
        | (Type::Timestamp, Type::Timestamp)
        | (Type::Date, Type::Date) => {
            let (x, y) = (wholes(a)?, wholes(b)?);
            x.values().iter().zip(y.values()).map(|(x, y)| comparison.holds(x.cmp(y))).collect()
        }
        (Type::Number | Type::Percent, Type::Number | Type::Percent) => {
            let (x, y) = (a.as_primitive_opt::<Float64Type>()?, b.as_primitive_opt::<Float64Type>()?);
            x.values()
                .iter()
                .zip(y.values())
                .map(|(x, y)| x.partial_cmp(y).is_some_and(|order| comparison.holds(order)))
                .collect()
        }
        (Type::Text, Type::Text) => {
            let (x, y) = (a.as_string_view_opt()?, b.as_string_view_opt()?);
            BooleanBuffer::collect_bool(x.len().min(y.len()), |row| {
                comparison.holds(x.value(row).as_bytes().cmp(y.value(row).as_bytes()))
            })
        }
        _ => return None,
    };
    Some(match NullBuffer::union(a.nulls(), b.nulls()) {
        Some(nulls) => &bits & nulls.inner(),
        None => bits,
    })
}

/// Where a count lies in a range.
pub(super) fn in_range(side: Side<'_>, frequency: Frequency, rows: usize) -> Result<BooleanBuffer> {
    let holds = |n: i64| u64::try_from(n).is_ok_and(|n| frequency.holds(n));
    match side.column {
        Column::Array(array) => {
            let counts = wholes(array).ok_or_else(|| internal("a count that is no whole number"))?;
            Ok(known_and(counts.values().iter().map(|n| holds(*n)).collect(), array.as_ref()))
        }
        Column::Same(Some(Scalar::Count(n))) if holds(*n) => Ok(BooleanBuffer::new_set(rows)),
        _ => Ok(BooleanBuffer::new_unset(rows)),
    }
}

/// Where a moment (or day) lies in the interval of its row.
pub(super) fn within(side: Side<'_>, interval: impl Fn(usize) -> Interval, rows: usize) -> Result<BooleanBuffer> {
    match side.column {
        Column::Array(array) => {
            let moments = wholes(array).ok_or_else(|| internal("a moment that is no whole number"))?;
            let bits = moments.values().iter().enumerate().map(|(row, x)| interval(row).contains(*x)).collect();
            Ok(known_and(bits, array.as_ref()))
        }
        Column::Same(Some(Scalar::Timestamp(x))) => Ok(BooleanBuffer::collect_bool(rows, |row| interval(row).contains(*x))),
        Column::Same(Some(Scalar::Date(x))) => {
            Ok(BooleanBuffer::collect_bool(rows, |row| interval(row).contains(i64::from(*x))))
        }
        _ => Ok(BooleanBuffer::new_unset(rows)),
    }
}
