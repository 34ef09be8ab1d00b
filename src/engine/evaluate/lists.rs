//! `in list`: what stands in a list, made ready for values of one type. A whole number equals a text that is written like it,
//! so a list of either serves values of both.

use std::fmt::Write;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::common::HashSet;
use datafusion::error::Result;

use super::column::{Column, known_and};
use super::compare::{Side, short_view};
use super::internal;
use crate::faults::fault;
use crate::plan::Comparison;
use crate::program::types::{Scalar, Type};

/// What of a list equals values of one type.
#[derive(Debug)]
pub enum Listed {
    /// whole numbers
    Numbers(HashSet<i64>),
    /// texts: those of at most 12 bytes by their view, others whole
    Texts {
        /// the short ones
        short: HashSet<u128>,
        /// the long ones
        long: HashSet<Box<str>>,
    },
}

impl Listed {
    /// What equals whole numbers: of texts those that are one in decimal.
    pub fn numbers(parts: &[ArrayRef]) -> Listed {
        let mut numbers = HashSet::new();
        for part in parts {
            if let Some(part) = part.as_primitive_opt::<Int64Type>() {
                numbers.extend(part.iter().flatten());
            } else if let Some(part) = part.as_string_view_opt() {
                numbers.extend(part.iter().flatten().filter_map(whole_number));
            }
        }
        Listed::Numbers(numbers)
    }

    /// What equals texts: of whole numbers their decimal form.
    pub fn texts(parts: &[ArrayRef]) -> Listed {
        let (mut short, mut long) = (HashSet::new(), HashSet::new());
        let mut take = |text: &str| match text.len() {
            0..=12 => drop(short.insert(short_view(text.as_bytes()))),
            _ if fault(112) => {}
            _ => drop(long.insert(Box::from(text))),
        };
        let mut written = String::new();
        for part in parts {
            if let Some(part) = part.as_primitive_opt::<Int64Type>() {
                for number in part.iter().flatten() {
                    written.clear();
                    // Writing to a text never fails.
                    let _ = write!(written, "{number}");
                    take(&written);
                }
            } else if let Some(part) = part.as_string_view_opt() {
                part.iter().flatten().for_each(&mut take);
            }
        }
        Listed::Texts { short, long }
    }

    /// Where a value is known and in the list.
    pub(super) fn have(&self, side: Side<'_>, rows: usize) -> Result<BooleanBuffer> {
        let array = match side.column {
            Column::Array(array) => array,
            Column::Same(Some(scalar)) if self.has(scalar) => return Ok(BooleanBuffer::new_set(rows)),
            Column::Same(_) => return Ok(BooleanBuffer::new_unset(rows)),
            _ => return Err(internal("a list beside what is neither whole number nor text")),
        };
        let bits = match self {
            Listed::Numbers(numbers) => {
                let values = array.as_primitive_opt::<Int64Type>().ok_or_else(|| internal("a list beside other values"))?;
                values.values().iter().map(|n| numbers.contains(n)).collect()
            }
            Listed::Texts { short, long } => {
                let texts = array.as_string_view_opt().ok_or_else(|| internal("a list beside other values"))?;
                let has = |(row, view): (usize, &u128)| match *view as u32 {
                    0..=12 => short.contains(view),
                    _ => texts.is_valid(row) && long.contains(texts.value(row)),
                };
                texts.views().iter().enumerate().map(has).collect()
            }
        };
        Ok(known_and(bits, array.as_ref()))
    }

    fn has(&self, scalar: &Scalar) -> bool {
        match (self, scalar) {
            (Listed::Numbers(numbers), Scalar::Count(n)) => numbers.contains(n),
            (Listed::Texts { short, long }, Scalar::Text(text)) => match text.len() {
                0..=12 => short.contains(&short_view(text.as_bytes())),
                _ => long.contains(&**text),
            },
            _ => false,
        }
    }
}

/// Where a list is known and has a value: each value of all lists is compared at once, then each list looks at its own.
pub(super) fn contains(side: Side<'_>, item: &Scalar, rows: usize) -> Result<BooleanBuffer> {
    let (Column::Array(array), Type::List(of)) = (side.column, side.ty) else {
        return Err(internal("what is no list contains nothing"));
    };
    let lists = array.as_list_opt::<i32>().ok_or_else(|| internal("a list in another form"))?;
    let values = Column::Array(Arc::clone(lists.values()));
    let wanted = Column::Same(Some(item.clone()));
    let sides = (Side { column: &values, ty: of }, Side { column: &wanted, ty: of });
    let equal = super::compare::compare(Comparison::Equal, sides.0, sides.1, lists.values().len())?;
    let offsets = lists.value_offsets();
    let has = |row: usize| match (offsets.get(row), offsets.get(row + 1)) {
        (Some(start), Some(end)) => (*start..if fault(111) { (*start + 1).min(*end) } else { *end })
            .any(|at| usize::try_from(at).is_ok_and(|at| equal.value(at))),
        _ => false,
    };
    Ok(known_and(BooleanBuffer::collect_bool(rows.min(lists.len()), has), array.as_ref()))
}

/// The whole number that a text is the decimal form of: `7`, `-7`; not `07`, `+7` or `-0`.
fn whole_number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_canonical = match digits.as_bytes() {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if is_canonical { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Int64Array, StringViewArray};

    use super::*;

    #[test]
    fn texts_and_whole_numbers_are_compared_in_decimal() {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), None, Some(-12), Some(i64::MIN)]));
        let texts: ArrayRef = Arc::new(StringViewArray::from(vec![
            Some("7"),
            Some("07"),
            Some("-0"),
            None,
            Some("9223372036854775808"),
            Some("a text of more bytes"),
        ]));
        let have = |listed: Listed, values: &ArrayRef, ty: &Type| -> Vec<bool> {
            let column = Column::Array(Arc::clone(values));
            listed.have(Side { column: &column, ty }, values.len()).unwrap().iter().collect()
        };
        let all = |n: usize, at: &[usize]| (0..n).map(|i| at.contains(&i)).collect::<Vec<_>>();
        assert_eq!(have(Listed::numbers(std::slice::from_ref(&numbers)), &numbers, &Type::Count), all(4, &[0, 2, 3]));
        assert_eq!(have(Listed::numbers(std::slice::from_ref(&texts)), &numbers, &Type::Count), all(4, &[0]));
        assert_eq!(have(Listed::texts(&[numbers]), &texts, &Type::Text), all(6, &[0]));
        assert_eq!(have(Listed::texts(std::slice::from_ref(&texts)), &texts, &Type::Text), all(6, &[0, 1, 2, 4, 5]));
        let zero: ArrayRef = Arc::new(Int64Array::from(vec![0]));
        assert_eq!(have(Listed::numbers(&[texts]), &zero, &Type::Count), [false]);
    }
}
