//! What the lock knows of a column's values, to count those that are new since.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use datafusion::arrow::datatypes::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};

use super::clock::Clock;
use super::text;
use crate::engine::quality::ColumnCounters;
use crate::program::types::Type;
use crate::project::lock::LockedColumn;

/// What is known of a column's values.
#[derive(Debug, Clone, Default)]
pub struct Known {
    values: Option<Arc<HashSet<String>>>,
    whole: Option<(i64, i64)>,
    number: Option<(f64, f64)>,
}

impl Known {
    /// What the lock says, for the column's canonical type. The time of events always goes on: its range is not held against
    /// it.
    pub fn of(locked: &LockedColumn, ty: &Type, is_event_time: bool) -> Known {
        let values = match ty {
            Type::Text => locked.values.as_ref().map(|values| Arc::new(values.iter().cloned().collect())),
            _ => None,
        };
        let ends = locked.range.as_ref().filter(|_| !is_event_time);
        let both = |read: &mut dyn FnMut(&str) -> Option<i64>| ends.and_then(|(a, b)| Some((read(a)?, read(b)?)));
        let whole = match ty {
            Type::Count => both(&mut text::whole),
            Type::Money(_) => both(&mut |t| text::money(t).known()),
            Type::Date => both(&mut |t| text::date(t).known().map(i64::from)),
            Type::Timestamp => both(&mut |t| text::moment(t, &mut Clock::utc()).known()),
            _ => None,
        };
        let number = match ty {
            Type::Number | Type::Percent => {
                ends.and_then(|(a, b)| Some((text::number(a).known()?, text::number(b).known()?)))
            }
            _ => None,
        };
        Known { values, whole, number }
    }

    /// Counts what is new in a canonical column.
    pub fn count(&self, array: &ArrayRef, counters: &ColumnCounters) {
        if let (Some(values), Some(texts)) = (&self.values, array.as_string_view_opt()) {
            counters.new_values.add(new_values(values, texts));
        }
        if let Some((low, high)) = self.whole {
            let out = |x: &i64| *x < low || *x > high;
            let n = if let Some(a) = array.as_primitive_opt::<Int64Type>() {
                a.iter().flatten().filter(out).count()
            } else if let Some(a) = array.as_primitive_opt::<TimestampMicrosecondType>() {
                a.iter().flatten().filter(out).count()
            } else if let Some(a) = array.as_primitive_opt::<Date32Type>() {
                a.iter().flatten().filter(|day| out(&i64::from(*day))).count()
            } else {
                0
            };
            counters.out_of_range.add(n as u64);
        }
        if let (Some((low, high)), Some(a)) = (self.number, array.as_primitive_opt::<Float64Type>()) {
            counters.out_of_range.add(a.iter().flatten().filter(|x| *x < low || *x > high).count() as u64);
        }
    }
}

/// How many texts are none of the values.
fn new_values(values: &HashSet<String>, texts: &StringViewArray) -> u64 {
    // A view of a text of up to 12 bytes is the text: those seen before need no look into the set.
    const SHORT: u128 = 12;
    let mut known = [0u128; 256];
    let mut new = 0;
    for (row, view) in texts.views().iter().enumerate() {
        if texts.is_null(row) {
            continue;
        }
        let is_short = (view & 0xffff_ffff) <= SHORT;
        let folded = ((view >> 64) as u64 ^ *view as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let slot = known.get_mut((folded >> 56) as usize);
        match slot {
            // An empty text is the view 0, as an empty slot is: it always goes to the set.
            Some(slot) if is_short && *slot == *view && *view != 0 => {}
            slot => match values.contains(texts.value(row)) {
                true if is_short => {
                    if let Some(slot) = slot {
                        *slot = *view;
                    }
                }
                true => {}
                false => new += 1,
            },
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_values_are_counted_each_time() {
        let values: HashSet<String> =
            (0..500).map(|i| format!("{i}")).chain(["a text of many letters".to_owned()]).collect();
        let mut texts: Vec<Option<String>> = (0..2_000).map(|i| Some(format!("{}", i % 1_000))).collect();
        texts.extend([
            None,
            Some(String::new()),
            Some("a text of many letters".into()),
            Some("another of many letters".into()),
        ]);
        texts.extend(texts.clone());
        let new = texts.iter().flatten().filter(|text| !values.contains(*text)).count() as u64;
        assert_eq!(new_values(&values, &StringViewArray::from_iter(texts)), new);
    }
}
