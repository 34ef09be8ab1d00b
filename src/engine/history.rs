//! Histories of attributes in memory: of each customer the values, each from its time on. Rows at one time are one, with the
//! smallest known value; rows of nobody, and those at or after T, are counted and left out.

use std::cmp::Ordering;
use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Scalar as One, UInt32Array, make_comparator};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::kernels::cmp;
use datafusion::arrow::compute::{SortOptions, concat_batches, take};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::arrow::error::ArrowError;

use super::errors;
use super::evaluate::{array_of, internal};
use super::machine::Machine;
use super::sources::{LookUpRows, Sources};
use crate::diagnostics::Diagnostic;
use crate::plan::{HistoryId, Plan};
use crate::program::calendar::Interval;
use crate::program::types::{Scalar, Type};

/// The history of an attribute, of all customers who exist.
#[derive(Debug, Clone)]
pub struct History {
    /// By customer number: the first of their rows; one more than customers.
    starts: Vec<usize>,
    /// By row: from when its value holds. They rise within a customer.
    from: Vec<i64>,
    values: ArrayRef,
    ty: Type,
}

/// The histories that a plan needs, of these customers.
pub(crate) fn read(
    machine: &Machine,
    sources: &Sources,
    plan: &Plan,
    keys: &ArrayRef,
) -> Result<HashMap<HistoryId, History>, Diagnostic> {
    let mut histories = HashMap::new();
    for id in &plan.histories {
        histories.insert(*id, History::read(machine, sources, *id, keys, plan.as_of)?);
    }
    Ok(histories)
}

impl History {
    fn read(
        machine: &Machine,
        sources: &Sources,
        id: HistoryId,
        keys: &ArrayRef,
        as_of: i64,
    ) -> Result<History, Diagnostic> {
        let scan = sources.history(machine, id.0)?;
        let batches = scan.collect(machine)?;
        let fail = |_: ArrowError| errors::fault("reading a history");
        let all = concat_batches(&scan.schema(), &batches).map_err(fail)?;
        let [key, time, values] = all.columns() else { return Err(errors::fault("reading a history")) };
        if values.len() > u32::MAX as usize {
            return Err(errors::out_of_memory(&format!("`{}`", scan.source)));
        }
        let Some(times) = time.as_primitive_opt::<Int64Type>() else { return Err(errors::fault("reading a history")) };
        let who = LookUpRows::new(keys.clone(), Vec::new()).find(key);
        let (mut of_nobody, mut in_future) = (0, 0);
        let mut rows: Vec<u32> = Vec::new();
        for row in 0..values.len() {
            if key.is_null(row) || times.is_null(row) {
                // Counted where they were read.
            } else if who.is_null(row) {
                of_nobody += 1;
            } else if times.value(row) >= as_of {
                in_future += 1;
            } else {
                rows.extend(u32::try_from(row));
            }
        }
        scan.counters.of_nobody.add(of_nobody);
        scan.counters.in_future.add(in_future);
        // Of one time the smallest first, and what is missing last.
        let last = SortOptions { descending: false, nulls_first: false };
        let by_value = make_comparator(values, values, last).map_err(fail)?;
        let place = |row: &u32| (who.value(*row as usize), times.value(*row as usize));
        rows.sort_unstable_by(|a, b| place(a).cmp(&place(b)).then_with(|| by_value(*a as usize, *b as usize)));
        rows.dedup_by(|b, a| place(a) == place(b));
        let mut starts = vec![0usize; keys.len() + 1];
        for row in &rows {
            if let Some(count) = starts.get_mut(who.value(*row as usize) as usize + 1) {
                *count += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let from = rows.iter().map(|row| times.value(*row as usize)).collect();
        let values = take(values, &UInt32Array::from(rows), None).map_err(fail)?;
        let ty = scan.columns.get(2).map_or(Type::Text, |column| column.ty.clone());
        Ok(History { starts, from, values, ty })
    }

    fn customers(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// A customer's rows.
    fn rows(&self, customer: usize) -> std::ops::Range<usize> {
        let bound = |i: usize| self.starts.get(i).copied().unwrap_or(0);
        bound(customer)..bound(customer + 1)
    }

    /// The value that each customer's latest row before a moment has.
    pub(crate) fn at(&self, moment: i64) -> datafusion::error::Result<ArrayRef> {
        let latest = (0..self.customers()).map(|customer| {
            let rows = self.rows(customer);
            let before = self.from.get(rows.clone())?.partition_point(|from| *from < moment);
            u32::try_from(rows.start + before.checked_sub(1)?).ok()
        });
        let latest: UInt32Array = latest.collect();
        Ok(take(&self.values, &latest, None)?)
    }

    /// For whom a row in the interval has a known value other than the known one before it; with two values, the second where
    /// that was the first.
    pub(crate) fn changed(
        &self,
        change: Option<&(Scalar, Scalar)>,
        interval: impl Fn(usize) -> Interval,
    ) -> datafusion::error::Result<BooleanBuffer> {
        let compare = make_comparator(&self.values, &self.values, SortOptions::default())?;
        let change = match change {
            Some((from, to)) => Some((self.equal_to(from)?, self.equal_to(to)?)),
            None => None,
        };
        Ok((0..self.customers())
            .map(|customer| {
                let interval = interval(customer);
                let mut before: Option<usize> = None;
                let mut changed = false;
                for row in self.rows(customer).filter(|row| self.values.is_valid(*row)) {
                    if let Some(before) = before {
                        let fits = match &change {
                            Some((from, to)) => from.value(before) && to.value(row),
                            None => true,
                        };
                        let is_in = self.from.get(row).is_some_and(|from| interval.contains(*from));
                        changed |= fits && is_in && compare(before, row) != Ordering::Equal;
                    }
                    before = Some(row);
                }
                changed
            })
            .collect())
    }

    /// Who had a value at some moment of the interval. A row's value holds after its time, up to that of the next, which is in.
    pub(crate) fn was(
        &self,
        value: &Scalar,
        interval: impl Fn(usize) -> Interval,
    ) -> datafusion::error::Result<BooleanBuffer> {
        let equal = self.equal_to(value)?;
        Ok((0..self.customers())
            .map(|customer| {
                let interval = interval(customer);
                let rows = self.rows(customer);
                let end = rows.end;
                let mut equal_rows = rows.filter(|row| equal.value(*row));
                equal_rows.any(|row| {
                    let from = self.from.get(row).copied().unwrap_or(i64::MAX);
                    let until = if row + 1 < end { self.from.get(row + 1).copied() } else { None };
                    let first = interval.start.max(from.saturating_add(1));
                    let last = interval.end.saturating_sub(1).min(until.unwrap_or(i64::MAX));
                    interval.start < interval.end && first <= last
                })
            })
            .collect())
    }

    /// The rows with this value; a missing one is none.
    fn equal_to(&self, value: &Scalar) -> datafusion::error::Result<BooleanBuffer> {
        let one = array_of(&self.ty, std::iter::once(Some(value.clone())))?;
        if one.is_null(0) {
            return Err(internal("a value of another type than its history"));
        }
        let equal: BooleanArray = cmp::eq(&self.values, &One::new(one))?;
        Ok(match equal.nulls() {
            Some(known) => equal.values() & known.inner(),
            None => equal.values().clone(),
        })
    }
}
