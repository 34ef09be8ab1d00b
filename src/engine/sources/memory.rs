//! Customers and look-up tables in memory: sorted by key, each key once.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt32Array, UInt64Array, new_empty_array};
use datafusion::arrow::compute::{concat_batches, filter_record_batch, sort_to_indices, take};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::arrow::error::ArrowError;

use super::scan::Scan;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::data;
use crate::engine::machine::Machine;
use crate::engine::quality::Counters;
use crate::engine::{canonical, errors};

/// The customers in memory, sorted by key; a row's number is the customer's number.
#[derive(Debug, Clone)]
pub struct CustomerRows {
    /// Int64 or Utf8View, each once, none missing.
    pub keys: ArrayRef,
    /// A column for each attribute that was asked for: its index in `catalog.attributes`, and its values.
    pub columns: Vec<(usize, ArrayRef)>,
}

/// A look-up table in memory.
#[derive(Debug, Clone)]
pub struct LookUpRows {
    /// Int64 or Utf8View, sorted, each once, none missing.
    pub keys: ArrayRef,
    /// A column for each that was asked for: its index in `catalog.look_ups[…].columns`, and its values.
    pub columns: Vec<(usize, ArrayRef)>,
    rows: Arc<RowsByKey>,
}

#[derive(Debug)]
enum RowsByKey {
    Number(HashMap<i64, u32>),
    Text(HashMap<Box<str>, u32>),
}

impl LookUpRows {
    /// A table whose keys are sorted and stand once.
    pub fn new(keys: ArrayRef, columns: Vec<(usize, ArrayRef)>) -> LookUpRows {
        let number = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
        let rows = if let Some(keys) = keys.as_primitive_opt::<Int64Type>() {
            RowsByKey::Number(keys.values().iter().enumerate().map(|(row, key)| (*key, number(row))).collect())
        } else if let Some(keys) = keys.as_string_view_opt() {
            RowsByKey::Text(keys.iter().flatten().enumerate().map(|(row, key)| (Box::from(key), number(row))).collect())
        } else {
            RowsByKey::Number(HashMap::new())
        };
        LookUpRows { keys, columns, rows: Arc::new(rows) }
    }

    /// For each value (Int64 or Utf8View) the row whose key it is; missing without one.
    pub fn find(&self, values: &ArrayRef) -> UInt32Array {
        match (&*self.rows, values.as_primitive_opt::<Int64Type>(), values.as_string_view_opt()) {
            (RowsByKey::Number(rows), Some(values), _) => {
                values.iter().map(|value| value.and_then(|value| rows.get(&value).copied())).collect()
            }
            (RowsByKey::Text(rows), _, Some(values)) => {
                values.iter().map(|value| value.and_then(|value| rows.get(value).copied())).collect()
            }
            _ => UInt32Array::new_null(values.len()),
        }
    }

    /// A column that was asked for.
    pub fn column(&self, index: usize) -> Option<&ArrayRef> {
        self.columns.iter().find(|(i, _)| *i == index).map(|(_, column)| column)
    }
}

/// The rows of a source that have a key, sorted by it. `ids` name its columns after the key, in their order.
pub fn by_key(scan: &Arc<Scan>, machine: &Machine, ids: &[usize]) -> Result<CustomerRows, Diagnostic> {
    let batches = scan.collect(machine)?;
    let fail = |_: ArrowError| errors::fault(&format!("sorting `{}`", scan.source));
    let mut known = Vec::with_capacity(batches.len());
    for batch in batches {
        known.push(match batch.columns().first() {
            Some(key) if key.null_count() > 0 => {
                let is_known: BooleanArray = (0..key.len()).map(|row| Some(key.is_valid(row))).collect();
                filter_record_batch(&batch, &is_known).map_err(fail)?
            }
            _ => batch,
        });
    }
    let all = concat_batches(&scan.schema(), &known).map_err(fail)?;
    drop(known);
    let Some(keys) = all.columns().first() else { return Err(errors::fault("reading keys")) };
    if keys.len() > u32::MAX as usize {
        return Err(errors::out_of_memory(&format!("`{}`", scan.source)));
    }
    let order = sort_to_indices(keys, None, None).map_err(fail)?;
    let mut sorted = Vec::with_capacity(all.num_columns());
    for column in all.columns() {
        sorted.push(take(column, &order, None).map_err(fail)?);
    }
    let mut sorted = sorted.into_iter();
    let keys = sorted.next().unwrap_or_else(|| new_empty_array(&datafusion::arrow::datatypes::DataType::Int64));
    if let Some(error) = key_twice(scan, &keys) {
        return Err(error);
    }
    Ok(CustomerRows { keys, columns: ids.iter().copied().zip(sorted).collect() })
}

/// Keys that stand twice among sorted ones.
fn key_twice(scan: &Scan, keys: &ArrayRef) -> Option<Diagnostic> {
    let same = |row: &usize| -> bool {
        let next = row + 1;
        if let Some(keys) = keys.as_primitive_opt::<Int64Type>() {
            keys.value(*row) == keys.value(next)
        } else if let Some(keys) = keys.as_string_view_opt() {
            keys.value(*row) == keys.value(next)
        } else {
            false
        }
    };
    let mut twice: Vec<usize> = (0..keys.len().saturating_sub(1)).filter(same).collect();
    let again = |pair: &[usize]| pair.first().and_then(|a| pair.get(1).map(|b| a + 1 == *b)).unwrap_or(false);
    let repeats = twice.windows(2).filter(|pair| again(pair)).count();
    let count = twice.len() - repeats;
    twice.truncate(1);
    let key = canonical::key(keys, *twice.first()?)?;
    Some(twice_diagnostic(&scan.source, &scan.columns.first()?.name, &key.to_string(), count as u64))
}

/// A key stands twice; `count` keys do.
pub fn twice_diagnostic(source: &str, column: &str, key: &str, count: u64) -> Diagnostic {
    let others = match count {
        0 | 1 => String::new(),
        2 => "; so does one other key".to_owned(),
        n => format!("; so do {} other keys", n - 1),
    };
    Diagnostic::new(data::KEY_TWICE, format!("The key `{key}` stands more than once in `{column}` of `{source}`{others}."))
        .consequence("Each key has one row there; of several it cannot be told which one is true.")
        .help("Export one row for each key.")
}

/// Adds the columns of another system's customers to those who exist; rows of nobody are counted.
pub fn join(mut customers: CustomerRows, other: &CustomerRows, counters: &Counters) -> Result<CustomerRows, Diagnostic> {
    let rows = LookUpRows::new(Arc::clone(&other.keys), Vec::new()).find(&customers.keys);
    let found = rows.len() - rows.null_count();
    counters.of_nobody.add(other.keys.len().saturating_sub(found) as u64);
    let rows: UInt64Array = rows.iter().map(|row| row.map(u64::from)).collect();
    for (id, column) in &other.columns {
        let joined = take(column, &rows, None).map_err(|_| errors::fault("joining customers"))?;
        customers.columns.push((*id, joined));
    }
    Ok(customers)
}
