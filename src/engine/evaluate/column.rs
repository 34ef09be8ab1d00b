//! The values of one node, and how canonical Arrow columns and single values are made of each other.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, PrimitiveArray, StringViewBuilder,
    TimestampMicrosecondArray, new_null_array,
};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::error::Result;

use super::internal;
use crate::engine::canonical::data_type;
use crate::program::types::{Decimal, Scalar, Type};

/// The values of one node for all rows.
#[derive(Debug, Clone)]
pub(crate) enum Column {
    /// the same for all
    Same(Option<Scalar>),
    /// the same exact decimal for all
    Decimal(Decimal),
    /// a canonical column
    Array(ArrayRef),
    /// a condition: never missing
    Bits(BooleanBuffer),
}

impl Column {
    /// As a canonical column of a type.
    pub(crate) fn to_array(&self, ty: &Type, rows: usize) -> Result<ArrayRef> {
        match self {
            Column::Array(array) => in_type(array, ty),
            Column::Bits(bits) => Ok(Arc::new(BooleanArray::new(bits.clone(), None))),
            Column::Same(None) => Ok(new_null_array(&data_type(ty), rows)),
            Column::Same(Some(scalar)) => array_of(ty, (0..rows).map(|_| Some(scalar.clone()))),
            Column::Decimal(decimal) => {
                let scalar = decimal_in(*decimal, ty);
                array_of(ty, (0..rows).map(|_| scalar.clone()))
            }
        }
    }

    /// Where it is known and true.
    pub(crate) fn to_bits(&self, rows: usize) -> Result<BooleanBuffer> {
        match self {
            Column::Bits(bits) => Ok(bits.clone()),
            Column::Same(Some(Scalar::Boolean(true))) => Ok(BooleanBuffer::new_set(rows)),
            Column::Same(Some(Scalar::Boolean(false)) | None) => Ok(BooleanBuffer::new_unset(rows)),
            Column::Array(array) => {
                let Some(values) = array.as_boolean_opt() else { return Err(internal("a condition that is no boolean")) };
                Ok(known_and(values.values().clone(), array.as_ref()))
            }
            Column::Same(_) | Column::Decimal(_) => Err(internal("a condition that is no boolean")),
        }
    }

    /// Where it is known.
    pub(crate) fn known(&self, rows: usize) -> BooleanBuffer {
        match self {
            Column::Same(None) => BooleanBuffer::new_unset(rows),
            Column::Array(array) => array.logical_nulls().map_or_else(|| BooleanBuffer::new_set(rows), |n| n.into_inner()),
            Column::Same(Some(_)) | Column::Decimal(_) | Column::Bits(_) => BooleanBuffer::new_set(rows),
        }
    }
}

/// Bits, but unset where the array is null.
pub(crate) fn known_and(bits: BooleanBuffer, array: &dyn Array) -> BooleanBuffer {
    match array.nulls() {
        Some(nulls) => &bits & nulls.inner(),
        None => bits,
    }
}

/// A column in the form of a type: a count beside a double is one.
pub(crate) fn in_type(array: &ArrayRef, ty: &Type) -> Result<ArrayRef> {
    match (ty, array.data_type()) {
        (Type::Number | Type::Percent, DataType::Int64) => {
            let counts = array.as_primitive::<Int64Type>();
            Ok(Arc::new(counts.unary::<_, Float64Type>(|n| n as f64)))
        }
        (Type::List(_), _) => Ok(Arc::clone(array)),
        (_, found) if *found == data_type(ty) => Ok(Arc::clone(array)),
        (_, found) => Err(internal(format!("a column of {found} where {ty} is needed"))),
    }
}

/// An exact decimal as a value of a type; `None` where it does not fit.
pub(crate) fn decimal_in(decimal: Decimal, ty: &Type) -> Option<Scalar> {
    match ty {
        Type::Count => decimal.to_i64().map(Scalar::Count),
        Type::Money(_) => decimal.to_micros().map(Scalar::Money),
        Type::Number | Type::Percent => crate::program::arithmetic::number(decimal.to_f64()),
        _ => None,
    }
}

/// A canonical column of single values; a value of another type is missing, but for a count beside a double, which is one.
pub(crate) fn array_of(ty: &Type, values: impl Iterator<Item = Option<Scalar>>) -> Result<ArrayRef> {
    fn whole(values: impl Iterator<Item = Option<Scalar>>) -> Int64Array {
        values
            .map(|value| match value {
                Some(Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n)) => Some(n),
                _ => None,
            })
            .collect()
    }
    Ok(match ty {
        Type::Boolean => {
            Arc::new(values.map(|v| if let Some(Scalar::Boolean(b)) = v { Some(b) } else { None }).collect::<BooleanArray>())
        }
        Type::Count | Type::Money(_) | Type::Duration => Arc::new(whole(values)),
        Type::Number | Type::Percent => Arc::new(
            values
                .map(|value| match value {
                    Some(Scalar::Number(x)) => Some(x),
                    Some(Scalar::Count(n)) => Some(n as f64),
                    _ => None,
                })
                .collect::<Float64Array>(),
        ),
        Type::Date => {
            let dates = values.map(|v| if let Some(Scalar::Date(d)) = v { Some(d) } else { None });
            Arc::new(dates.collect::<Date32Array>())
        }
        Type::Timestamp => {
            let moments = values.map(|v| if let Some(Scalar::Timestamp(t)) = v { Some(t) } else { None });
            Arc::new(moments.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
        Type::Text => {
            let mut builder = StringViewBuilder::new();
            for value in values {
                if let Some(Scalar::Text(text)) = value {
                    builder.append_value(text);
                } else {
                    builder.append_null();
                }
            }
            Arc::new(builder.finish())
        }
        Type::List(_) => return Err(internal("lists are not computed")),
    })
}

/// The whole numbers below a canonical column: counts, millionths, microseconds, days.
pub(crate) fn wholes(array: &ArrayRef) -> Option<PrimitiveArray<Int64Type>> {
    match array.data_type() {
        DataType::Int64 => array.as_primitive_opt::<Int64Type>().cloned(),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let moments = array.as_primitive_opt::<TimestampMicrosecondType>()?;
            Some(Int64Array::new(moments.values().clone(), moments.nulls().cloned()))
        }
        DataType::Date32 => array.as_primitive_opt::<Date32Type>().map(|days| days.unary::<_, Int64Type>(i64::from)),
        _ => None,
    }
}
