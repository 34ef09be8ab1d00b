//! The rows of one customer, for a question about that customer alone. All files are read, since nothing says where the rows are; but
//! only these rows are kept.

use datafusion::arrow::array::Array;

use super::{PlainRow, Sources, scan};
use crate::diagnostics::Diagnostic;
use crate::engine::machine::Machine;
use crate::engine::{canonical, errors};
use crate::program::types::{Key, Scalar, Type};

/// A customer, or the keys of others.
#[derive(Debug)]
pub enum OneCustomer {
    /// the row: `values` by `catalog.attributes`
    Found(PlainRow),
    /// no row has the key; some keys of customers, as texts, where there are not too many to look through
    Nobody(Vec<String>),
}

/// Among more keys than these nobody looks for one that was meant.
const MOST_KEYS: usize = 200_000;

impl Sources {
    /// The row of a customer.
    pub fn one_customer(&self, machine: &Machine, key: &Key) -> Result<OneCustomer, Diagnostic> {
        let attributes = &self.catalog.attributes;
        let all: Vec<usize> = (0..attributes.len()).collect();
        let rows = self.customers(machine, &all)?;
        // Sorted, each once.
        let (mut low, mut high) = (0, rows.keys.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match canonical::key(&rows.keys, middle) {
                Some(other) if other < *key => low = middle + 1,
                _ => high = middle,
            }
        }
        if canonical::key(&rows.keys, low).as_ref() != Some(key) {
            let shown = rows.keys.len() <= MOST_KEYS;
            let keys = (0..rows.keys.len()).filter(|_| shown).filter_map(|row| canonical::key(&rows.keys, row));
            return Ok(OneCustomer::Nobody(keys.map(|key| key.to_string()).collect()));
        }
        let column = |id: usize| rows.columns.iter().find(|(i, _)| *i == id).map(|(_, column)| column);
        let value = |id: &usize| canonical::scalar(column(*id)?.as_ref(), &attributes.get(*id)?.ty, low);
        let values = all.iter().map(value).collect();
        Ok(OneCustomer::Found(PlainRow { key: Some(key.clone()), time: None, values }))
    }

    /// The rows of a customer in an event table, in the order of the files.
    pub fn events_of(&self, machine: &Machine, table: usize, key: &Key) -> Result<Vec<PlainRow>, Diagnostic> {
        let Some(columns) = self.catalog.event_tables.get(table).map(|table| &table.columns) else {
            return Err(errors::fault("reading events"));
        };
        let all: Vec<usize> = (0..columns.len()).collect();
        let scan = self.event_scan(machine, table, &all)?;
        let parts = scan.parts(machine.settings().partitions);
        let found = scan::each(machine, parts.len(), |i| {
            let mut out = Vec::new();
            let Some(part) = parts.get(i) else { return Ok(out) };
            for batch in scan.rows(part)? {
                let batch = batch?;
                let [keys, times, values @ ..] = batch.columns() else { continue };
                for row in (0..batch.num_rows()).filter(|row| canonical::key(keys, *row).as_ref() == Some(key)) {
                    let time = match canonical::scalar(times.as_ref(), &Type::Count, row) {
                        Some(Scalar::Count(micros)) => Some(micros),
                        _ => None,
                    };
                    let value = |(array, column): (&std::sync::Arc<dyn Array>, &crate::project::catalog::Column)| {
                        canonical::scalar(array.as_ref(), &column.ty, row)
                    };
                    let values = values.iter().zip(columns).map(value).collect();
                    out.push(PlainRow { key: Some(key.clone()), time, values });
                }
            }
            Ok(out)
        })?;
        Ok(found.into_iter().flatten().collect())
    }
}
