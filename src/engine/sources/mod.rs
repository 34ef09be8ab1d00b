//! Reading: every file's rows in one canonical form, whatever they were stored as. What cannot be read as the locked type is
//! missing, and counted; no row is lost without a count.
//!
//! [`files`] finds, [`looked`] looks at a file before its rows are read, `csv`, `ndjson` and `parquet` give rows as they are
//! stored, `convert` makes them canonical, `scan` does so for a whole source and counts. Here is what the rest of the engine
//! asks for.

pub(in crate::engine) mod clock;
pub(in crate::engine) mod convert;
mod csv;
mod drift;
pub mod files;
pub mod looked;
pub(in crate::engine) mod memory;
pub(in crate::engine) mod ndjson;
pub(in crate::engine) mod number;
pub mod one;
mod parquet;
pub(in crate::engine) mod scan;
pub(in crate::engine) mod text;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Int64Type, SchemaRef};
use datafusion::catalog::streaming::StreamingTable;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::DataFrame;

pub use self::memory::{CustomerRows, LookUpRows};
use super::machine::Machine;
use super::quality::{Counters, Quality};
use super::{canonical, errors};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::data;
use crate::program::calendar::Calendar;
use crate::program::types::{Key, Scalar, Type};
use crate::project::catalog::{Catalog, Column};
use crate::project::lock::{Lock, LockedSource};
use clock::Clock;
use drift::Known;
use looked::{Looked, Part, Place, RawBatch};
use scan::{Scan, ScanColumn};

/// The files of a project, found and looked at: footers, headers, keys and times against the lock.
#[derive(Debug)]
pub struct Sources {
    catalog: Arc<Catalog>,
    lock: Arc<Lock>,
    quality: Quality,
    customers: Vec<Vec<Looked>>,
    events: Vec<Vec<Looked>>,
    look_ups: Vec<Vec<Looked>>,
    lists: Vec<Vec<Looked>>,
    histories: Vec<Vec<Looked>>,
}

/// Events of one table, ready for a plan.
pub struct EventRows {
    /// Columns `key` (Int64 or Utf8View), `time` (Int64, microseconds UTC) and `c<index>` for each column that was asked for;
    /// all rows of the files, those without key or time too.
    pub rows: DataFrame,
    /// The counters of this source: the reading counts rows read, without key and without time; the pass those of nobody and
    /// in the future. They are right when the plan has run once, to its end.
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
    /// Finds all files of a project and looks at each: what is missing or damaged, and whether keys and times are as the lock
    /// says. All errors at once.
    pub fn open(machine: &Machine, root: &Path, catalog: &Catalog, lock: &Lock) -> Result<Sources, Vec<Diagnostic>> {
        let mut errors = Vec::new();
        let mut look = |path: &str, source: &str, needed: &[(&str, &Type)]| {
            let files = open_source(machine, root, path, source).and_then(|files| {
                needed.iter().try_for_each(|(name, ty)| check_needed(&files, source, name, ty)).map(|()| files)
            });
            files.map_err(|error| errors.push(error)).unwrap_or_default()
        };
        let customers = catalog.customer_sources.iter().map(|source| {
            let key = (source.key.as_str(), &catalog.key_type);
            look(&source.path, &source.name, &[key])
        });
        let customers = customers.collect();
        let events = catalog.event_tables.iter().map(|table| {
            let mut needed = vec![(table.key.as_str(), &catalog.key_type)];
            needed.extend(table.columns.get(table.time).map(|column| (column.name.as_str(), &column.ty)));
            look(&table.path, &table.name, &needed)
        });
        let events = events.collect();
        let look_ups = catalog.look_ups.iter().map(|table| {
            let key = table.columns.get(table.key).map(|column| (column.name.as_str(), &column.ty));
            look(&table.path, &format!("tables.{}", table.name), key.as_slice())
        });
        let look_ups = look_ups.collect();
        let lists =
            catalog.lists.iter().map(|list| look(&list.path, &format!("lists.{}", list.name), &[(&list.key, &list.ty)]));
        let lists = lists.collect();
        let histories = catalog.histories.iter().map(|history| {
            let key = (history.key.as_str(), &catalog.key_type);
            look(&history.path, &history.name, &[key, (history.from.name.as_str(), &history.from.ty)])
        });
        let histories = histories.collect();
        if errors.is_empty() {
            let (catalog, lock) = (Arc::new(catalog.clone()), Arc::new(lock.clone()));
            Ok(Sources { catalog, lock, quality: Quality::default(), customers, events, look_ups, lists, histories })
        } else {
            Err(errors)
        }
    }

    /// The counters of all that was read so far.
    pub fn quality(&self) -> &Quality {
        &self.quality
    }

    /// All files of all sources, each with the name of its source, by source and path: what the fingerprint of the data covers.
    pub fn files(&self) -> Vec<(String, PathBuf)> {
        let catalog = &self.catalog;
        let customers = catalog.customer_sources.iter().map(|source| source.name.clone()).zip(&self.customers);
        let events = catalog.event_tables.iter().map(|table| table.name.clone()).zip(&self.events);
        let look_ups = catalog.look_ups.iter().map(|table| format!("tables.{}", table.name)).zip(&self.look_ups);
        let lists = catalog.lists.iter().map(|list| format!("lists.{}", list.name)).zip(&self.lists);
        let histories = catalog.histories.iter().map(|history| history.name.clone()).zip(&self.histories);
        let all = customers.chain(events).chain(look_ups).chain(lists).chain(histories);
        all.flat_map(|(name, files)| files.iter().map(move |f| (name.clone(), f.file.path.clone()))).collect()
    }

    /// The customers, with these attributes (indices into `catalog.attributes`).
    pub fn customers(&self, machine: &Machine, attributes: &[usize]) -> Result<CustomerRows, Diagnostic> {
        let catalog = &self.catalog;
        let mut rows: Option<CustomerRows> = None;
        for (i, (source, files)) in catalog.customer_sources.iter().zip(&self.customers).enumerate() {
            let of_source = |id: &&usize| catalog.attributes.get(**id).is_some_and(|a| a.source == i);
            let asked: Vec<usize> = attributes.iter().filter(of_source).copied().collect();
            if i > 0 && asked.is_empty() {
                continue;
            }
            let attributes = asked.iter().filter_map(|id| catalog.attributes.get(*id));
            let columns = attributes.zip(&asked).map(|(attribute, id)| {
                let is_time = catalog.since == Some(*id);
                (attribute.name.as_str(), format!("c{id}"), &attribute.ty, is_time)
            });
            let key = (source.key.as_str(), &catalog.key_type);
            let scan = self.scan(machine, &source.name, files, key, None, columns.collect())?;
            self.quality.add(Arc::clone(&scan.counters));
            let sorted = memory::by_key(&scan, machine, &asked)?;
            rows = Some(match rows {
                None => sorted,
                Some(first) => memory::join(first, &sorted, &scan.counters)?,
            });
        }
        rows.ok_or_else(|| errors::fault("reading customers"))
    }

    /// A look-up table with these columns (indices into `catalog.look_ups[look_up].columns`).
    pub fn look_up(&self, machine: &Machine, look_up: usize, columns: &[usize]) -> Result<LookUpRows, Diagnostic> {
        let (Some(table), Some(files)) = (self.catalog.look_ups.get(look_up), self.look_ups.get(look_up)) else {
            return Err(errors::fault("reading a look-up table"));
        };
        let Some(key) = table.columns.get(table.key) else { return Err(errors::fault("reading a look-up table")) };
        let asked = columns_of(&table.columns, columns, None);
        let source = format!("tables.{}", table.name);
        let scan = self.scan(machine, &source, files, (&key.name, &key.ty), None, asked)?;
        self.quality.add(Arc::clone(&scan.counters));
        let sorted = memory::by_key(&scan, machine, columns)?;
        Ok(LookUpRows::new(sorted.keys, sorted.columns))
    }

    /// What stands in a list (an index into `catalog.lists`): Int64 or Utf8View, in parts, with repeats and nulls.
    pub fn list(&self, machine: &Machine, list: usize) -> Result<Vec<ArrayRef>, Diagnostic> {
        let (Some(list), Some(files)) = (self.catalog.lists.get(list), self.lists.get(list)) else {
            return Err(errors::fault("reading a list"));
        };
        let scan = self.scan(machine, &format!("lists.{}", list.name), files, (&list.key, &list.ty), None, Vec::new())?;
        self.quality.add(Arc::clone(&scan.counters));
        let batches = scan.collect(machine)?;
        Ok(batches.iter().filter_map(|batch| batch.columns().first().cloned()).collect())
    }

    /// The events of a table with these columns (indices into `catalog.event_tables[table].columns`), as a source of a plan.
    pub fn events(&self, machine: &Machine, table: usize, columns: &[usize]) -> Result<EventRows, Diagnostic> {
        let scan = self.event_scan(machine, table, columns)?;
        self.quality.add(Arc::clone(&scan.counters));
        let doing = format!("reading `{}`", scan.source);
        let schema = scan.schema();
        // The largest parts first, each to the stream that has least: that is even, and the same every time.
        let pieces = machine.settings().partitions.max(1);
        let mut parts = scan.parts(pieces);
        parts.sort_by_key(|part| std::cmp::Reverse(part.bytes));
        let mut streams: Vec<(u64, Vec<Part>)> = vec![(0, Vec::new()); pieces.min(parts.len().max(1))];
        for part in parts {
            if let Some((bytes, stream)) = streams.iter_mut().min_by_key(|(bytes, _)| *bytes) {
                *bytes = bytes.saturating_add(part.bytes);
                stream.push(part);
            }
        }
        let streams = streams.into_iter().map(|(_, parts)| {
            let schema = Arc::clone(&schema);
            Arc::new(EventStream { scan: Arc::clone(&scan), parts, schema }) as Arc<dyn PartitionStream>
        });
        let rows = StreamingTable::try_new(Arc::clone(&schema), streams.collect())
            .and_then(|table| machine.context().read_table(Arc::new(table)))
            .map_err(|error| errors::tell(&error, &doing))?;
        Ok(EventRows { rows, counters: Arc::clone(&scan.counters) })
    }

    fn event_scan(&self, machine: &Machine, table: usize, columns: &[usize]) -> Result<Arc<Scan>, Diagnostic> {
        let (Some(files), Some(table)) = (self.events.get(table), self.catalog.event_tables.get(table)) else {
            return Err(errors::fault("reading events"));
        };
        let Some(time) = table.columns.get(table.time) else { return Err(errors::fault("reading events")) };
        let asked = columns_of(&table.columns, columns, Some(table.time));
        let key = (table.key.as_str(), &self.catalog.key_type);
        self.scan(machine, &table.name, files, key, Some((&time.name, &time.ty)), asked)
    }

    /// The rows of a history, to be read: key, time, value.
    pub(in crate::engine) fn history(&self, machine: &Machine, history: usize) -> Result<Arc<Scan>, Diagnostic> {
        let (Some(files), Some(table)) = (self.histories.get(history), self.catalog.histories.get(history)) else {
            return Err(errors::fault("reading a history"));
        };
        let key = (table.key.as_str(), &self.catalog.key_type);
        let time = (table.from.name.as_str(), &table.from.ty);
        let value = vec![(table.value.name.as_str(), "c0".to_owned(), &table.value.ty, false)];
        let scan = self.scan(machine, &table.name, files, key, Some(time), value)?;
        self.quality.add(Arc::clone(&scan.counters));
        Ok(scan)
    }

    /// All rows of a history as plain rows, in the order of the files: key, time, and the value.
    pub fn plain_history(&self, machine: &Machine, history: usize) -> Result<Vec<PlainRow>, Diagnostic> {
        let Some(ty) = self.catalog.histories.get(history).map(|history| &history.value.ty) else {
            return Err(errors::fault("reading a history"));
        };
        let mut out = Vec::new();
        for batch in self.history(machine, history)?.collect(machine)? {
            let [key, time, value] = batch.columns() else { continue };
            for row in 0..batch.num_rows() {
                let time = match canonical::scalar(time.as_ref(), &Type::Count, row) {
                    Some(Scalar::Count(micros)) => Some(micros),
                    _ => None,
                };
                let values = vec![canonical::scalar(value.as_ref(), ty, row)];
                out.push(PlainRow { key: canonical::key(key, row), time, values });
            }
        }
        Ok(out)
    }

    /// The newest time of an event that has a time and a key, of all tables; `None` without any. Counts nothing.
    pub fn newest_event(&self, machine: &Machine) -> Result<Option<i64>, Diagnostic> {
        let mut newest = None;
        for table in 0..self.catalog.event_tables.len() {
            let scan = self.event_scan(machine, table, &[])?;
            let parts = scan.parts(machine.settings().partitions);
            let of_parts = scan::each(machine, parts.len(), |i| {
                let mut newest: Option<i64> = None;
                let Some(part) = parts.get(i) else { return Ok(newest) };
                for batch in scan.rows(part)? {
                    let batch = batch?;
                    let (Some(keys), Some(times)) = (batch.columns().first(), batch.columns().get(1)) else { continue };
                    let Some(times) = times.as_primitive_opt::<Int64Type>() else { continue };
                    let rows = (0..times.len()).filter(|row| !times.is_null(*row) && !keys.is_null(*row));
                    newest = newest.max(rows.map(|row| times.value(row)).max());
                }
                Ok(newest)
            })?;
            newest = newest.max(of_parts.into_iter().flatten().max());
        }
        Ok(newest)
    }

    /// All customers as plain rows, sorted by key: `values` by `catalog.attributes`.
    pub fn plain_customers(&self, machine: &Machine) -> Result<Vec<PlainRow>, Diagnostic> {
        let attributes = &self.catalog.attributes;
        let all: Vec<usize> = (0..attributes.len()).collect();
        // What has a history is in no column.
        let rows = self.customers(machine, &all)?;
        let values = |row: usize| {
            let column = |id: usize| rows.columns.iter().find(|(i, _)| *i == id).map(|(_, column)| column);
            let value = |id: usize| canonical::scalar(column(id)?.as_ref(), &attributes.get(id)?.ty, row);
            all.iter().map(|id| value(*id)).collect()
        };
        let row = |row| PlainRow { key: canonical::key(&rows.keys, row), time: None, values: values(row) };
        Ok((0..rows.keys.len()).map(row).collect())
    }

    /// All rows of an event table as plain rows, in the order of the files, those without key or time too.
    pub fn plain_events(&self, machine: &Machine, table: usize) -> Result<Vec<PlainRow>, Diagnostic> {
        let Some(columns) = self.catalog.event_tables.get(table).map(|table| &table.columns) else {
            return Err(errors::fault("reading events"));
        };
        let all: Vec<usize> = (0..columns.len()).collect();
        let mut out = Vec::new();
        for batch in self.event_scan(machine, table, &all)?.collect(machine)? {
            let [key, time, values @ ..] = batch.columns() else { continue };
            for row in 0..batch.num_rows() {
                let value = |(array, column): (&Arc<dyn Array>, &Column)| canonical::scalar(array.as_ref(), &column.ty, row);
                let time = match canonical::scalar(time.as_ref(), &Type::Count, row) {
                    Some(Scalar::Count(micros)) => Some(micros),
                    _ => None,
                };
                let values = values.iter().zip(columns).map(value).collect();
                out.push(PlainRow { key: canonical::key(key, row), time, values });
            }
        }
        Ok(out)
    }

    /// All rows of a look-up table as plain rows, sorted by key.
    pub fn plain_look_up(&self, machine: &Machine, look_up: usize) -> Result<Vec<PlainRow>, Diagnostic> {
        let Some(columns) = self.catalog.look_ups.get(look_up).map(|table| &table.columns) else {
            return Err(errors::fault("reading a look-up table"));
        };
        let all: Vec<usize> = (0..columns.len()).collect();
        let rows = self.look_up(machine, look_up, &all)?;
        let value =
            |row: usize, (i, array): &(usize, Arc<dyn Array>)| canonical::scalar(array.as_ref(), &columns.get(*i)?.ty, row);
        let values = |row: usize| rows.columns.iter().map(|column| value(row, column)).collect();
        let row = |row| PlainRow { key: canonical::key(&rows.keys, row), time: None, values: values(row) };
        Ok((0..rows.keys.len()).map(row).collect())
    }

    /// What stands in a list, whole numbers in decimal.
    pub fn plain_list(&self, machine: &Machine, list: usize) -> Result<BTreeSet<String>, Diagnostic> {
        let parts = self.list(machine, list)?;
        let keys = parts.iter().flat_map(|part| (0..part.len()).filter_map(|row| canonical::key(part, row)));
        Ok(keys.map(|key| key.to_string()).collect())
    }

    /// A scan of a source: key, time of events, then these columns (name, name in the rows, type, whether it is a time).
    fn scan(
        &self,
        machine: &Machine,
        source: &str,
        files: &[Looked],
        key: (&str, &Type),
        time: Option<(&str, &Type)>,
        columns: Vec<(&str, String, &Type, bool)>,
    ) -> Result<Arc<Scan>, Diagnostic> {
        let locked = self.lock.sources.iter().find(|locked| locked.name == source);
        let known = |name: &str, ty: &Type, is_event_time: bool| {
            let column = locked.and_then(|locked| locked.columns.iter().find(|column| column.name == name));
            column.map(|column| Known::of(column, ty, is_event_time)).unwrap_or_default()
        };
        let mut all = Vec::with_capacity(columns.len() + 2);
        let mut add = |name: &str, given: String, ty: &Type, is_time: bool, is_event_time: bool| {
            // New customers have new keys: that is no drift.
            let known = if name == key.0 { Known::default() } else { known(name, ty, is_event_time) };
            all.push(ScanColumn { name: name.to_owned(), given, ty: ty.clone(), is_time, known });
        };
        add(key.0, "key".to_owned(), key.1, false, false);
        if let Some((name, ty)) = time {
            add(name, "time".to_owned(), ty, true, true);
        }
        for (name, given, ty, is_time) in columns {
            check_column(files, source, name, ty)?;
            add(name, given, ty, is_time, time.is_some_and(|(time, _)| time == name));
        }
        let names: Vec<&str> = all.iter().map(|column| column.name.as_str()).collect();
        let counters = Counters::new(source, &names);
        if let (Some(locked), Ok(mut notes)) = (locked, counters.notes.lock()) {
            *notes = columns_that_drifted(files, locked);
        }
        let calendar = Calendar { zone: self.catalog.zone.clone(), week_starts_on: self.catalog.week_starts_on };
        Ok(Arc::new(Scan {
            source: source.to_owned(),
            files: files.to_vec(),
            columns: all,
            has_time: time.is_some(),
            counters: Arc::new(counters),
            clock: Clock::new(calendar, self.catalog.stored_zone.clone()),
            batch: machine.settings().batch.max(1),
            interrupted: Arc::clone(&machine.settings().interrupted),
        }))
    }
}

/// Finds and looks at the files of a source.
pub fn open_source(machine: &Machine, root: &Path, path: &str, source: &str) -> Result<Vec<Looked>, Diagnostic> {
    let files = files::find(root, path, source)?;
    scan::each(machine, files.len(), |i| match files.get(i) {
        Some(file) => Looked::look(file.clone()),
        None => Err(errors::fault("looking at files")),
    })
}

fn columns_of<'a>(columns: &'a [Column], asked: &[usize], time: Option<usize>) -> Vec<(&'a str, String, &'a Type, bool)> {
    let column = |i: &usize| columns.get(*i).map(|c| (c.name.as_str(), format!("c{i}"), &c.ty, time == Some(*i)));
    asked.iter().filter_map(column).collect()
}

/// Keys and times have to be in every file, as the lock says.
fn check_needed(files: &[Looked], source: &str, name: &str, ty: &Type) -> Result<(), Diagnostic> {
    for file in files {
        if file.place(name) == Place::Nowhere {
            return Err(gone(source, name, &file.file.shown));
        }
    }
    check_column(files, source, name, ty)
}

/// A column has to be in one of the files at least, and wherever it is, stored so that its type can be read at all.
fn check_column(files: &[Looked], source: &str, name: &str, ty: &Type) -> Result<(), Diagnostic> {
    let mut found = false;
    for file in files {
        match file.place(name) {
            Place::Column(_, stored) if !convert::fits(&stored, ty) => {
                return Err(changed(source, name, ty, &file.file.shown));
            }
            Place::Nowhere => {}
            _ => found = true,
        }
    }
    match files.first() {
        Some(file) if !found => Err(gone(source, name, &file.file.shown)),
        _ => Ok(()),
    }
}

fn gone(source: &str, name: &str, shown: &str) -> Diagnostic {
    Diagnostic::new(data::COLUMN_GONE, format!("`{source}` no longer has the column `{name}` in `{shown}`."))
        .in_file(shown)
        .consequence("`segue.lock` has it, so definitions may rely on it; without it they would find nobody.")
        .help("Export it again with that column. If it is gone for good, run `segue schema` and then `segue check`.")
}

/// A column is stored in a way that the type in the lock cannot read.
fn changed(source: &str, name: &str, ty: &Type, shown: &str) -> Diagnostic {
    let message = format!("`{name}` of `{source}` is {ty} in `segue.lock`, and something else in `{shown}`.");
    Diagnostic::new(data::COLUMN_CHANGED, message)
        .in_file(shown)
        .consequence("None of its values could be read.")
        .help("Export it as before. If it changed for good, run `segue schema` and then `segue check`.")
}

/// Columns that are new since the lock, or gone.
fn columns_that_drifted(files: &[Looked], locked: &LockedSource) -> Vec<String> {
    let known = |name: &str| locked.columns.iter().any(|c| c.name == name) || locked.left_out.iter().any(|n| n == name);
    let mut new: Vec<&str> = Vec::new();
    for file in files {
        let folders = file.file.folders.iter().map(|(name, _)| name.as_str());
        for name in file.stored_names().into_iter().chain(folders) {
            if !name.is_empty() && !known(name) && !new.contains(&name) {
                new.push(name);
            }
        }
    }
    let is_gone = |name: &str| files.iter().all(|file| file.place(name) == Place::Nowhere);
    let gone = locked.columns.iter().filter(|column| is_gone(&column.name));
    let new = new.into_iter().map(|name| format!("`{name}` is new since `segue.lock`"));
    new.chain(gone.map(|column| format!("`{}` is gone since `segue.lock`", column.name))).collect()
}

/// Some parts of a source, one after the other.
#[derive(Debug)]
struct EventStream {
    scan: Arc<Scan>,
    parts: Vec<Part>,
    schema: SchemaRef,
}

impl PartitionStream for EventStream {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        type Rows = Box<dyn Iterator<Item = Result<RecordBatch, Diagnostic>> + Send>;
        let scan = Arc::clone(&self.scan);
        let rows = self.parts.clone().into_iter().flat_map(move |part| -> Rows {
            match scan.rows(&part) {
                Ok(rows) => Box::new(rows),
                Err(diagnostic) => Box::new(std::iter::once(Err(diagnostic))),
            }
        });
        let rows = futures::stream::iter(rows.map(|batch| batch.map_err(errors::carry)));
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows))
    }
}
