//! Anniversaries, and places.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use datafusion::common::HashMap;
use datafusion::error::Result;

use super::column::{Column, known_and};
use super::compare::Side;
use super::internal;
use crate::program::calendar::{Calendar, Interval};
use crate::program::types::Scalar;

/// Where an anniversary of a moment (or day) lies in the interval of its row. Equal days with equal intervals are asked once:
/// people have few birthdays.
pub(super) fn anniversary(
    side: Side<'_>,
    interval: impl Fn(usize) -> Interval,
    rows: usize,
    calendar: &Calendar,
) -> Result<BooleanBuffer> {
    let array = match side.column {
        Column::Array(array) if array.len() == rows => array,
        Column::Same(Some(Scalar::Date(day))) => {
            return Ok(BooleanBuffer::collect_bool(rows, |row| calendar.has_anniversary_day(*day, interval(row))));
        }
        Column::Same(Some(Scalar::Timestamp(moment))) => {
            return Ok(BooleanBuffer::collect_bool(rows, |row| calendar.has_anniversary_moment(*moment, interval(row))));
        }
        Column::Same(None) => return Ok(BooleanBuffer::new_unset(rows)),
        _ => return Err(internal("an anniversary of something that is no date")),
    };
    let bits = if let Some(days) = array.as_primitive_opt::<Date32Type>() {
        let mut asked: HashMap<(i32, Interval), bool> = HashMap::new();
        let mut has = |(row, day): (usize, &i32)| {
            let interval = interval(row);
            *asked.entry((*day, interval)).or_insert_with(|| calendar.has_anniversary_day(*day, interval))
        };
        days.values().iter().enumerate().map(&mut has).collect()
    } else if let Some(moments) = array.as_primitive_opt::<TimestampMicrosecondType>() {
        let has = |(row, moment): (usize, &i64)| calendar.has_anniversary_moment(*moment, interval(row));
        moments.values().iter().enumerate().map(has).collect()
    } else {
        return Err(internal("an anniversary of something that is no date"));
    };
    Ok(known_and(bits, array.as_ref()))
}
