//! Canonical values as whole numbers in the same order, so that ranks and limits sort plain numbers.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use datafusion::error::Result;

use super::evaluate::internal;
use crate::program::types::Type;

/// For each row a number; of two known values the smaller has the smaller number, and equal ones the same. What stands where a
/// value is missing means nothing.
pub(crate) fn places(array: &ArrayRef, ty: &Type) -> Result<Vec<i64>> {
    let places = match ty {
        Type::Boolean => array.as_boolean_opt().map(|a| a.values().iter().map(i64::from).collect()),
        Type::Count | Type::Money(_) | Type::Duration => array.as_primitive_opt::<Int64Type>().map(|a| a.values().to_vec()),
        Type::Number | Type::Percent => {
            array.as_primitive_opt::<Float64Type>().map(|a| a.values().iter().map(|x| place_of(*x)).collect())
        }
        Type::Date => array.as_primitive_opt::<Date32Type>().map(|a| a.values().iter().map(|d| i64::from(*d)).collect()),
        Type::Timestamp => array.as_primitive_opt::<TimestampMicrosecondType>().map(|a| a.values().to_vec()),
        Type::Text => array.as_string_view_opt().map(|texts| {
            let mut rows: Vec<usize> = (0..texts.len()).filter(|row| texts.is_valid(*row)).collect();
            // UTF-8 keeps the order of code points.
            rows.sort_unstable_by(|a, b| texts.value(*a).as_bytes().cmp(texts.value(*b).as_bytes()));
            let mut places = vec![0i64; texts.len()];
            let (mut place, mut former) = (0i64, None);
            for row in rows {
                let text = texts.value(row);
                if former.is_some_and(|former| former != text) {
                    place += 1;
                }
                former = Some(text);
                if let Some(slot) = places.get_mut(row) {
                    *slot = place;
                }
            }
            places
        }),
        Type::List(_) => None,
    };
    places.ok_or_else(|| internal(format!("{ty} cannot be put in order as {}", array.data_type())))
}

/// The bits of a double that is not NaN as a whole number in the same order.
fn place_of(x: f64) -> i64 {
    let bits = (x + 0.0).to_bits() as i64;
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{Float64Array, StringViewArray};

    use super::*;

    #[test]
    fn places_stand_as_values_do() {
        let values = [f64::MIN, -1.5, -1.0, -f64::MIN_POSITIVE, -0.0, f64::MIN_POSITIVE, 1.0, 1.5, f64::MAX];
        let doubles: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
        let ranked = places(&doubles, &Type::Number).unwrap();
        assert!(ranked.windows(2).all(|pair| pair[0] < pair[1]), "{ranked:?}");

        let texts: ArrayRef =
            Arc::new(StringViewArray::from(vec![Some("b"), None, Some(""), Some("b"), Some("é"), Some("z")]));
        let ranked = places(&texts, &Type::Text).unwrap();
        assert_eq!([ranked[0], ranked[2], ranked[3], ranked[4], ranked[5]], [1, 0, 1, 3, 2]);
    }
}
