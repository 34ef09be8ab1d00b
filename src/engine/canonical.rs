//! The one form of values inside the engine: which Arrow type a [`Type`] is, and a [`Scalar`] of an array. A missing value is
//! null; a double is never NaN, infinite or −0.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Field, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};

use crate::program::types::{Key, Scalar, Type};

/// The Arrow type of values of a type.
pub fn data_type(ty: &Type) -> DataType {
    match ty {
        Type::Boolean => DataType::Boolean,
        Type::Count | Type::Money(_) | Type::Duration => DataType::Int64,
        Type::Number | Type::Percent => DataType::Float64,
        Type::Date => DataType::Date32,
        Type::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::Text => DataType::Utf8View,
        Type::List(of) => DataType::List(Arc::new(Field::new_list_field(data_type(of), true))),
    }
}

/// The value of a row; missing where null.
pub fn scalar(array: &dyn Array, ty: &Type, row: usize) -> Option<Scalar> {
    if row >= array.len() || array.is_null(row) {
        return None;
    }
    let whole = || array.as_primitive_opt::<Int64Type>().map(|a| a.value(row));
    match ty {
        Type::Boolean => array.as_boolean_opt().map(|a| Scalar::Boolean(a.value(row))),
        Type::Count => whole().map(Scalar::Count),
        Type::Money(_) => whole().map(Scalar::Money),
        Type::Duration => whole().map(Scalar::Duration),
        Type::Number | Type::Percent => array.as_primitive_opt::<Float64Type>().map(|a| Scalar::Number(a.value(row))),
        Type::Date => array.as_primitive_opt::<Date32Type>().map(|a| Scalar::Date(a.value(row))),
        Type::Timestamp => array.as_primitive_opt::<TimestampMicrosecondType>().map(|a| Scalar::Timestamp(a.value(row))),
        Type::Text => array.as_string_view_opt().map(|a| Scalar::Text(Arc::from(a.value(row)))),
        Type::List(of) => {
            let items = array.as_list_opt::<i32>()?.value(row);
            Some(Scalar::List((0..items.len()).filter_map(|item| scalar(items.as_ref(), of, item)).collect()))
        }
    }
}

/// The key of a row of an array of keys (Int64 or Utf8View).
pub fn key(keys: &ArrayRef, row: usize) -> Option<Key> {
    match scalar(keys.as_ref(), &key_type(keys), row)? {
        Scalar::Count(n) => Some(Key::Number(n)),
        Scalar::Text(text) => Some(Key::Text(text)),
        _ => None,
    }
}

/// Whether an array of keys holds whole numbers or texts.
fn key_type(keys: &ArrayRef) -> Type {
    if *keys.data_type() == DataType::Int64 { Type::Count } else { Type::Text }
}
