//! Arithmetic, functions and times. What is exact or rounded once is left to `program::arithmetic`; loops are for the pairs
//! in which nothing is rounded but by the processor.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use datafusion::error::Result;

use super::column::{Column, array_of, decimal_in};
use super::compare::{One, Side};
use super::{Unfit, internal};
use crate::engine::behaviour::days::Days;
use crate::engine::canonical::scalar;
use crate::faults::fault;
use crate::plan::{Function, Operator, Surroundings};
use crate::program::arithmetic::{self, Operand};
use crate::program::calendar::Calendar;
use crate::program::types::{Scalar, Type};

/// Each row's value by itself.
fn each(rows: usize, ty: &Type, mut value: impl FnMut(usize) -> Option<Scalar>) -> Result<Column> {
    Ok(Column::Array(array_of(ty, (0..rows).map(&mut value))?))
}

/// The first instant of a Date's day.
pub(super) fn first_instant(side: Side<'_>, rows: usize, calendar: &Calendar) -> Result<Column> {
    let days = side.single();
    each(rows, &Type::Timestamp, |row| match days.at(row) {
        Some(One::Scalar(Scalar::Date(day))) => Some(Scalar::Timestamp(calendar.start_of_day(day))),
        _ => None,
    })
}

/// The day that holds a Timestamp.
pub(super) fn day_of(side: Side<'_>, rows: usize, calendar: &Calendar) -> Result<Column> {
    let moments = side.single();
    let mut days = Days::new(calendar);
    each(rows, &Type::Date, |row| match moments.at(row) {
        Some(One::Scalar(Scalar::Timestamp(moment))) => Some(Scalar::Date(days.day_of(moment))),
        _ => None,
    })
}

/// `to − from`.
pub(super) fn elapsed(from: Side<'_>, to: Side<'_>, rows: usize, unfit: &Unfit) -> Result<Column> {
    let (from, to) = (from.single(), to.single());
    each(rows, &Type::Duration, |row| match (from.at(row), to.at(row)) {
        (Some(One::Scalar(Scalar::Timestamp(from))), Some(One::Scalar(Scalar::Timestamp(to)))) => {
            let difference = to.checked_sub(from);
            unfit.add(u64::from(difference.is_none()));
            difference.map(Scalar::Duration)
        }
        _ => None,
    })
}

/// `-x`
pub(super) fn negate(side: Side<'_>, ty: &Type, rows: usize, unfit: &Unfit) -> Result<Column> {
    let values = side.single();
    each(rows, ty, |row| {
        let scalar = match values.at(row)? {
            One::Scalar(scalar) => scalar,
            One::Decimal(decimal) => decimal_in(decimal, side.ty)?,
        };
        let negated = arithmetic::negate(&scalar);
        unfit.add(u64::from(negated.is_none()));
        negated
    })
}

/// `a + b`
pub(super) fn arithmetic(
    operator: Operator,
    left: Side<'_>,
    right: Side<'_>,
    ty: &Type,
    rows: usize,
    unfit: &Unfit,
) -> Result<Column> {
    if let Some(array) = wholes(operator, left, right, ty, rows, unfit) {
        return Ok(Column::Array(array));
    }
    if let Some(array) = doubles(operator, left, right, ty, rows, unfit) {
        return Ok(Column::Array(array));
    }
    if let Some(array) = super::scale::scale(operator, left, right, rows, unfit) {
        return Ok(Column::Array(array));
    }
    let (a, b) = (left.single(), right.single());
    // How many rows one of the results stands for.
    let stands_for = if left.is_same() && right.is_same() { rows as u64 } else { 1 };
    let pair = |row: usize| {
        let (a, b) = (a.at(row)?, b.at(row)?);
        let result = arithmetic::binary(operator, a.operand(), b.operand());
        if result.is_none() && !(operator == Operator::Divide && is_zero(&b)) {
            unfit.add(stands_for);
        }
        result
    };
    if left.is_same() && right.is_same() {
        return Ok(Column::Same(if rows == 0 { None } else { in_type(pair(0), ty) }));
    }
    each(rows, ty, pair)
}

/// A division by zero is missing, but it is no number that does not fit.
fn is_zero(x: &One) -> bool {
    match x {
        One::Scalar(Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n)) => *n == 0,
        One::Scalar(Scalar::Number(x)) => *x == 0.0,
        One::Scalar(_) => false,
        One::Decimal(decimal) => decimal.digits == 0,
    }
}

/// A count beside a double is one.
fn in_type(scalar: Option<Scalar>, ty: &Type) -> Option<Scalar> {
    match (scalar, ty) {
        (Some(Scalar::Count(n)), Type::Number | Type::Percent) => Some(Scalar::Number(n as f64)),
        (scalar, _) => scalar,
    }
}

/// Count with Count, and sums of money and of durations, in 64 bits: exact or missing.
fn wholes(operator: Operator, left: Side<'_>, right: Side<'_>, ty: &Type, rows: usize, unfit: &Unfit) -> Option<ArrayRef> {
    let counts = matches!((left.ty, right.ty, ty), (Type::Count, Type::Count, Type::Count));
    let sums = matches!(
        (left.ty, right.ty, ty),
        (Type::Money(_), Type::Money(_), Type::Money(_)) | (Type::Duration, Type::Duration, Type::Duration)
    );
    let operation: fn(i64, i64) -> Option<i64> = match operator {
        Operator::Add if (counts || sums) && fault(61) => |a, b| Some(a.wrapping_add(b)),
        Operator::Add if counts || sums => i64::checked_add,
        Operator::Subtract if counts || sums => i64::checked_sub,
        Operator::Multiply if counts => i64::checked_mul,
        _ => return None,
    };
    let (a, b) = (Wholes::of(left)?, Wholes::of(right)?);
    let nulls = NullBuffer::union(a.nulls(), b.nulls());
    let mut lost = 0u64;
    let array: Int64Array = (0..rows)
        .map(|row| {
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                return None;
            }
            let result = operation(a.at(row), b.at(row));
            lost += u64::from(result.is_none());
            result
        })
        .collect();
    unfit.add(lost);
    Some(Arc::new(array))
}

/// A side of whole numbers; `None` of `of`: it is something else.
enum Wholes<'a> {
    Same(i64),
    Array(&'a Int64Array),
}

impl<'a> Wholes<'a> {
    fn of(side: Side<'a>) -> Option<Wholes<'a>> {
        match side.column {
            Column::Same(Some(Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n))) => Some(Wholes::Same(*n)),
            Column::Array(array) => array.as_primitive_opt::<Int64Type>().map(Wholes::Array),
            _ => None,
        }
    }

    fn nulls(&self) -> Option<&NullBuffer> {
        match self {
            Wholes::Same(_) => None,
            Wholes::Array(array) => array.nulls(),
        }
    }

    fn at(&self, row: usize) -> i64 {
        match self {
            Wholes::Same(n) => *n,
            Wholes::Array(array) => array.value(row),
        }
    }
}

/// What is in doubles: numbers and percents among each other and with counts, and a count divided by a count.
fn doubles(operator: Operator, left: Side<'_>, right: Side<'_>, ty: &Type, rows: usize, unfit: &Unfit) -> Option<ArrayRef> {
    let is_decimal = |side: Side<'_>| matches!(side.column, Column::Decimal(_));
    let is_number = |side: Side<'_>| matches!(side.ty, Type::Count | Type::Number | Type::Percent);
    let two_counts = *left.ty == Type::Count && *right.ty == Type::Count && !is_decimal(left) && !is_decimal(right);
    let in_doubles = is_number(left) && is_number(right) && (!two_counts || operator == Operator::Divide);
    if !in_doubles || !matches!(ty, Type::Number | Type::Percent) {
        return None;
    }
    let (a, b) = (Doubles::of(left)?, Doubles::of(right)?);
    let nulls = NullBuffer::union(a.nulls(), b.nulls());
    let mut lost = 0u64;
    let array: Float64Array = (0..rows)
        .map(|row| {
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                return None;
            }
            let (a, b) = (a.at(row), b.at(row));
            let result = match operator {
                Operator::Add => a + b,
                Operator::Subtract => a - b,
                Operator::Multiply => a * b,
                Operator::Divide if b == 0.0 => return fault(62).then_some(0.0),
                Operator::Divide => a / b,
            };
            if !result.is_finite() && !fault(63) {
                lost += 1;
                return None;
            }
            // −0 is 0.
            Some(result + 0.0)
        })
        .collect();
    unfit.add(lost);
    Some(Arc::new(array))
}

enum Doubles<'a> {
    Same(f64),
    Counts(&'a Int64Array),
    Array(&'a Float64Array),
}

impl<'a> Doubles<'a> {
    fn of(side: Side<'a>) -> Option<Doubles<'a>> {
        match side.column {
            Column::Same(Some(Scalar::Count(n))) => Some(Doubles::Same(*n as f64)),
            Column::Same(Some(Scalar::Number(x))) => Some(Doubles::Same(*x)),
            Column::Decimal(decimal) => Some(Doubles::Same(decimal.to_f64())),
            Column::Array(array) => match array.as_primitive_opt::<Float64Type>() {
                Some(doubles) => Some(Doubles::Array(doubles)),
                None => array.as_primitive_opt::<Int64Type>().map(Doubles::Counts),
            },
            _ => None,
        }
    }

    fn nulls(&self) -> Option<&NullBuffer> {
        match self {
            Doubles::Same(_) => None,
            Doubles::Counts(array) => array.nulls(),
            Doubles::Array(array) => array.nulls(),
        }
    }

    fn at(&self, row: usize) -> f64 {
        match self {
            Doubles::Same(x) => *x,
            Doubles::Counts(array) => array.value(row) as f64,
            Doubles::Array(array) => array.value(row),
        }
    }
}

/// `abs(x)` and its like; `least` and `greatest` of two or more.
pub(super) fn function(function: Function, sides: &[Side<'_>], ty: &Type, rows: usize, unfit: &Unfit) -> Result<Column> {
    match function {
        Function::Least | Function::Greatest => {
            let parts = sides.iter().map(|side| side.column.to_array(ty, rows)).collect::<Result<Vec<_>>>()?;
            each(rows, ty, |row| {
                let mut chosen: Option<Scalar> = None;
                for part in &parts {
                    let Some(value) = scalar(part.as_ref(), ty, row) else {
                        if fault(64) {
                            continue;
                        }
                        return None;
                    };
                    let is_better = match &chosen {
                        None => true,
                        Some(best) => {
                            let order = arithmetic::compare(Operand::Scalar(&value), Operand::Scalar(best))?;
                            if function == Function::Least { order.is_lt() } else { order.is_gt() }
                        }
                    };
                    if is_better {
                        chosen = Some(value);
                    }
                }
                chosen
            })
        }
        _ => {
            let [side] = sides else { return Err(internal("a function of one value has one")) };
            let part = side.single();
            each(rows, ty, |row| {
                let scalar = match part.at(row)? {
                    One::Scalar(scalar) => scalar,
                    One::Decimal(decimal) => decimal_in(decimal, side.ty)?,
                };
                let result = arithmetic::function(function, &scalar);
                // `ln` and `sqrt` are undefined for some values, which is no number that does not fit.
                if result.is_none() && !matches!(function, Function::Ln | Function::Sqrt) {
                    unfit.add(1);
                }
                result
            })
        }
    }
}

/// The first, or where that is missing the second.
pub(super) fn or_else(first: Side<'_>, second: Side<'_>, ty: &Type, rows: usize) -> Result<Column> {
    let known = first.column.known(rows);
    if known.count_set_bits() == rows {
        return Ok(Column::Array(first.column.to_array(ty, rows)?));
    }
    let (first, second) = (first.column.to_array(ty, rows)?, second.column.to_array(ty, rows)?);
    let mask = datafusion::arrow::array::BooleanArray::new(known, None);
    Ok(Column::Array(datafusion::arrow::compute::kernels::zip::zip(&mask, &first, &second)?))
}

/// The values where a condition holds; elsewhere they are missing.
pub(super) fn only(condition: &BooleanBuffer, values: &ArrayRef) -> Result<ArrayRef> {
    let others = BooleanArray::new(!condition, None);
    Ok(datafusion::arrow::compute::nullif(values, &others)?)
}

/// Where two coordinates are known, and are those of a place in some surroundings.
pub(super) fn near(of: Surroundings, latitude: Side<'_>, longitude: Side<'_>, rows: usize) -> Result<BooleanBuffer> {
    let is_missing = |side: Side<'_>| matches!(side.column, Column::Same(None));
    if is_missing(latitude) || is_missing(longitude) {
        return Ok(BooleanBuffer::new_unset(rows));
    }
    let (Some(x), Some(y)) = (Doubles::of(latitude), Doubles::of(longitude)) else {
        return Err(internal("a place of something that is no number"));
    };
    let nulls = NullBuffer::union(x.nulls(), y.nulls());
    let is_known = |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
    Ok(BooleanBuffer::collect_bool(rows, |row| is_known(row) && of.have(x.at(row), y.at(row))))
}
