//! Calendar parts of many moments or days. A part hangs on the wall clock; that of a moment is had from the offsets that
//! [`Days`] keeps, and the date of a day is worked out once for a run of equal days, which data nearly always has.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringViewBuilder};
use datafusion::arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use datafusion::error::Result;

use super::column::Column;
use super::compare::Side;
use super::internal;
use crate::engine::behaviour::days::Days;
use crate::faults::fault;
use crate::plan::CalendarPart;
use crate::program::calendar::parts::WEEKDAYS;
use crate::program::calendar::{Calendar, DAY, date_of};
use crate::program::types::Scalar;

/// A part of each row's moment or day.
pub(super) fn part(part: CalendarPart, side: Side<'_>, rows: usize, calendar: &Calendar) -> Result<Column> {
    let array = match side.column {
        Column::Same(scalar) => return Ok(Column::Same(scalar.as_ref().and_then(|x| calendar.part(part, x)))),
        Column::Array(array) if array.len() == rows => array,
        _ => return Err(internal("a part of something that is no date")),
    };
    if let Some(moments) = array.as_primitive_opt::<TimestampMicrosecondType>() {
        let mut days = Days::new(calendar);
        let mut of_day = OfDay::new(part);
        let mut of_moment = |moment: i64| match days.wall_clock(moment) {
            Some(local) if part == CalendarPart::Hour => {
                if fault(113) { moment } else { local }.rem_euclid(DAY) / 3_600_000_000
            }
            Some(local) => of_day.number(local.div_euclid(DAY) as i32),
            None => number(&part.of(calendar.local(moment))),
        };
        return Ok(finish(part, moments.iter().map(|moment| Some(of_moment(moment?)))));
    }
    if let Some(all) = array.as_primitive_opt::<Date32Type>() {
        let mut of_day = OfDay::new(part);
        return Ok(finish(part, all.iter().map(|day| Some(of_day.number(day?)))));
    }
    Err(internal("a part of something that is no date"))
}

/// The last day, and its part: a weekday from Monday on, which is 0.
struct OfDay {
    part: CalendarPart,
    last: Option<(i32, i64)>,
}

impl OfDay {
    fn new(part: CalendarPart) -> OfDay {
        OfDay { part, last: None }
    }

    fn number(&mut self, day: i32) -> i64 {
        match self.last {
            Some((last, number)) if last == day => number,
            _ => {
                let number = number(&self.part.of(date_of(day).at(0, 0, 0, 0)));
                self.last = Some((day, number));
                number
            }
        }
    }
}

fn number(part: &Scalar) -> i64 {
    match part {
        Scalar::Count(n) => *n,
        Scalar::Text(name) => (0..).zip(WEEKDAYS).find(|(_, day)| **day == **name).map_or(0, |(i, _)| i),
        _ => 0,
    }
}

fn finish(part: CalendarPart, numbers: impl Iterator<Item = Option<i64>>) -> Column {
    if part != CalendarPart::Weekday {
        return Column::Array(Arc::new(numbers.collect::<Int64Array>()));
    }
    let mut names = StringViewBuilder::new();
    for number in numbers {
        names.append_option(number.and_then(|i| WEEKDAYS.get(usize::try_from(i).ok()?)));
    }
    Column::Array(Arc::new(names.finish()) as ArrayRef)
}
