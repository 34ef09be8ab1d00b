//! `in (…)` and the tests of texts.

use std::collections::HashSet;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::error::Result;

use super::column::{Column, decimal_in, known_and, wholes};
use super::compare::{Side, short_view};
use super::internal;
use crate::engine::canonical::scalar;
use crate::faults::fault;
use crate::program::arithmetic::{self, Operand};
use crate::program::texts::Matcher;
use crate::program::types::{Scalar, Type};

/// The values of an `in (…)`.
#[derive(Debug)]
pub(super) enum Set {
    /// texts: short ones by their view, long ones whole
    Texts { short: HashSet<u128>, long: HashSet<Box<str>> },
    /// counts, money, durations, moments or days
    Wholes(HashSet<i64>),
    /// whatever equals one of them
    Others(Vec<Scalar>),
}

impl Set {
    /// The values as a set for values of a type.
    pub(super) fn new(ty: &Type, values: &[Scalar]) -> Set {
        let whole = |scalar: &Scalar| match (ty, scalar) {
            (Type::Count, Scalar::Count(n))
            | (Type::Money(_), Scalar::Money(n))
            | (Type::Duration, Scalar::Duration(n))
            | (Type::Timestamp, Scalar::Timestamp(n)) => Some(*n),
            (Type::Date, Scalar::Date(n)) => Some(i64::from(*n)),
            _ => None,
        };
        let text = |scalar: &Scalar| if let Scalar::Text(text) = scalar { Some(text.clone()) } else { None };
        match values.iter().map(text).collect::<Option<Vec<_>>>() {
            Some(texts) if *ty == Type::Text => {
                let (short, long): (Vec<_>, Vec<_>) = texts.into_iter().partition(|text| text.len() <= 12);
                Set::Texts {
                    short: short.iter().map(|text| short_view(text.as_bytes())).collect(),
                    long: long.iter().map(|text| Box::from(text.as_ref())).collect(),
                }
            }
            _ => match values.iter().map(whole).collect::<Option<HashSet<i64>>>() {
                Some(wholes) if is_whole(ty) => Set::Wholes(wholes),
                _ => Set::Others(values.to_vec()),
            },
        }
    }

    fn has(&self, value: &Scalar) -> bool {
        let equals = |other: &Scalar| {
            arithmetic::compare(Operand::Scalar(value), Operand::Scalar(other)).is_some_and(|order| order.is_eq())
        };
        match (self, value) {
            (Set::Texts { short, long }, Scalar::Text(text)) => {
                if text.len() <= 12 {
                    short.contains(&short_view(text.as_bytes()))
                } else {
                    long.contains(text.as_ref())
                }
            }
            (Set::Wholes(wholes), Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n) | Scalar::Timestamp(n)) => {
                wholes.contains(n)
            }
            (Set::Wholes(wholes), Scalar::Date(n)) => wholes.contains(&i64::from(*n)),
            (Set::Others(values), _) => values.iter().any(equals),
            _ => false,
        }
    }
}

fn is_whole(ty: &Type) -> bool {
    matches!(ty, Type::Count | Type::Money(_) | Type::Duration | Type::Timestamp | Type::Date)
}

/// Where a value is known and one (or, negated, none) of a set.
pub(super) fn one_of(set: &Set, side: Side<'_>, negated: bool, rows: usize) -> Result<BooleanBuffer> {
    let array = match side.column {
        Column::Array(array) => array,
        Column::Bits(bits) => {
            return Ok(bits.iter().map(|bit| set.has(&Scalar::Boolean(bit)) != negated).collect());
        }
        Column::Same(Some(scalar)) => {
            let holds = set.has(scalar) != negated;
            return Ok(if holds { BooleanBuffer::new_set(rows) } else { BooleanBuffer::new_unset(rows) });
        }
        Column::Same(None) => return Ok(BooleanBuffer::new_unset(rows)),
        Column::Decimal(decimal) => {
            let holds = decimal_in(*decimal, side.ty).is_some_and(|value| set.has(&value) != negated);
            return Ok(if holds { BooleanBuffer::new_set(rows) } else { BooleanBuffer::new_unset(rows) });
        }
    };
    let bits = match set {
        Set::Wholes(set) => {
            let values = wholes(array).ok_or_else(|| internal("a set of whole numbers beside other values"))?;
            values.values().iter().map(|n| set.contains(n) != negated).collect()
        }
        Set::Texts { short, long } => {
            let texts = array.as_string_view_opt().ok_or_else(|| internal("a set of texts beside other values"))?;
            let few: Option<Vec<u128>> = (long.is_empty() && short.len() <= 8).then(|| short.iter().copied().collect());
            match few {
                Some(few) => texts.views().iter().map(|view| few.contains(view) != negated).collect(),
                None => texts
                    .views()
                    .iter()
                    .enumerate()
                    .map(|(row, view)| {
                        let length = *view as u32;
                        let has = if length <= 12 { short.contains(view) } else { long.contains(texts.value(row)) };
                        has != negated
                    })
                    .collect(),
            }
        }
        Set::Others(_) => BooleanBuffer::collect_bool(array.len(), |row| {
            scalar(array.as_ref(), side.ty, row).is_some_and(|value| set.has(&value) != negated)
        }),
    };
    if fault(56) {
        return Ok(bits);
    }
    Ok(known_and(bits, array.as_ref()))
}

/// Where a text is known and passes a test.
pub(super) fn text(matcher: &Matcher, side: Side<'_>, rows: usize) -> Result<BooleanBuffer> {
    match side.column {
        Column::Array(array) => {
            let texts = array.as_string_view_opt().ok_or_else(|| internal("a test of a text beside other values"))?;
            let bits =
                BooleanBuffer::collect_bool(texts.len(), |row| texts.is_valid(row) && matcher.holds(texts.value(row)));
            Ok(bits)
        }
        Column::Same(Some(Scalar::Text(text))) if matcher.holds(text) => Ok(BooleanBuffer::new_set(rows)),
        _ => Ok(BooleanBuffer::new_unset(rows)),
    }
}
