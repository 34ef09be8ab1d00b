//! Who exists at T, with the attributes that are needed, and the intervals that hang on them.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::filter;
use datafusion::arrow::datatypes::{DataType, Date32Type, TimestampMicrosecondType};
use datafusion::error::Result;

use super::behaviour::Intervals;
use super::evaluate::internal;
use super::history::History;
use super::sources::CustomerRows;
use crate::faults::fault;
use crate::plan::{AttributeId, Hanging, HangingBound, HangingOf, HistoryId, Plan};
use crate::program::calendar::Calendar;

/// The customers who exist at T, in the order of their keys.
pub(crate) struct Customers {
    pub(crate) keys: ArrayRef,
    pub(crate) attributes: HashMap<AttributeId, ArrayRef>,
    pub(crate) histories: HashMap<HistoryId, History>,
}

impl Customers {
    /// Those of the rows who exist at T: all, or those whose `since` is known and before T.
    pub(crate) fn at(plan: &Plan, rows: CustomerRows) -> Result<Customers> {
        let columns: HashMap<AttributeId, ArrayRef> = rows.columns.into_iter().map(|(i, c)| (AttributeId(i), c)).collect();
        let Some(since) = plan.since else {
            return Ok(Customers { keys: rows.keys, attributes: columns, histories: HashMap::new() });
        };
        let since = columns.get(&since).ok_or_else(|| internal("`since` was not read"))?;
        let exist: BooleanArray = moments(since, &plan.calendar)?
            .into_iter()
            .map(|x| Some(x.is_some_and(|x| x < plan.as_of.saturating_add(i64::from(fault(43))))))
            .collect();
        let attributes = columns
            .iter()
            .map(|(id, column)| Ok((*id, filter(column.as_ref(), &exist)?)))
            .collect::<Result<HashMap<_, _>>>()?;
        Ok(Customers { keys: filter(rows.keys.as_ref(), &exist)?, attributes, histories: HashMap::new() })
    }
}

/// Timestamps as they are, Dates by their first instant.
fn moments(array: &ArrayRef, calendar: &Calendar) -> Result<Vec<Option<i64>>> {
    match array.data_type() {
        DataType::Date32 => {
            let mut starts: HashMap<i32, i64> = HashMap::new();
            let days = array.as_primitive::<Date32Type>().iter();
            Ok(days.map(|day| day.map(|day| *starts.entry(day).or_insert_with(|| calendar.start_of_day(day)))).collect())
        }
        _ => {
            let moments = array.as_primitive_opt::<TimestampMicrosecondType>();
            Ok(moments.ok_or_else(|| internal("a time that is none"))?.iter().collect())
        }
    }
}

/// The interval of each customer for a window that hangs on an attribute with these values.
pub(crate) fn intervals(plan: &Plan, hanging: &Hanging, anchors: &ArrayRef) -> Result<Intervals> {
    let calendar = &plan.calendar;
    let bound = |anchor: i64, bound: HangingBound| match bound {
        HangingBound::Anchor => anchor,
        HangingBound::After(length) => calendar.shift(anchor, length, 1),
    };
    let day = |moment: i64| i64::from(calendar.day_of(moment));
    let mut intervals = Intervals::default();
    for anchor in moments(anchors, calendar)? {
        let (start, end) = match anchor {
            None => (0, 0),
            Some(anchor) => (bound(anchor, hanging.start), bound(anchor, hanging.end)),
        };
        let (start, end) = match hanging.of {
            _ if anchor.is_none() => (0, 0),
            HangingOf::Events => (start, if fault(44) { end.saturating_sub(1) } else { end.min(hanging.until) }),
            HangingOf::Moments => (start, end),
            HangingOf::Days => (day(start) + i64::from(fault(45)), day(end)),
        };
        intervals.start.push(start);
        intervals.end.push(end);
    }
    Ok(intervals)
}
