//! Rows of a source in canonical form, counted as they go by. Each row is counted once, whatever a plan above does with it: no
//! filter goes below the counters.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringViewArray, new_null_array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::clock::Clock;
use super::convert::{self, Losses};
use super::drift::Known;
use super::looked::{Looked, Part, Place, RawBatch, RawRows};
use super::ndjson::Wanted;
use crate::diagnostics::Diagnostic;
use crate::engine::machine::Machine;
use crate::engine::quality::Counters;
use crate::engine::{canonical, errors};
use crate::program::types::Type;

/// A column that a scan gives.
#[derive(Debug, Clone)]
pub struct ScanColumn {
    /// its name in the files
    pub name: String,
    /// its name in the rows: `key`, `c3`
    pub given: String,
    /// its canonical type
    pub ty: Type,
    /// the project calls it a time
    pub is_time: bool,
    /// what the lock knows of its values
    pub known: Known,
}

/// What is read of a source. The first column is the key; the second, of events, the time.
#[derive(Debug)]
pub struct Scan {
    /// `events.purchase`
    pub source: String,
    /// its files
    pub files: Vec<Looked>,
    /// key, time of events, all others
    pub columns: Vec<ScanColumn>,
    /// whether the second column is the time of events, given as microseconds
    pub has_time: bool,
    /// one for each column
    pub counters: Arc<Counters>,
    /// the zones
    pub clock: Clock,
    /// rows of a batch
    pub batch: usize,
    /// set when the work is to stop
    pub interrupted: Arc<AtomicBool>,
}

impl Scan {
    /// The columns of the rows.
    pub fn schema(&self) -> SchemaRef {
        let fields = self.columns.iter().enumerate().map(|(i, column)| {
            let ty = if i == 1 && self.has_time { DataType::Int64 } else { canonical::data_type(&column.ty) };
            Field::new(&column.given, ty, true)
        });
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// All files in parts, in their order.
    pub fn parts(&self, pieces: usize) -> Vec<Part> {
        self.files.iter().enumerate().flat_map(|(i, file)| file.parts(i, pieces)).collect()
    }

    /// The rows of a part.
    pub fn rows(self: &Arc<Self>, part: &Part) -> Result<PartRows, Diagnostic> {
        let Some(file) = self.files.get(part.file) else { return Err(errors::fault("reading")) };
        let (mut columns, mut names) = (Vec::new(), Vec::new());
        let mut from: Vec<From> = Vec::new();
        for (i, column) in self.columns.iter().enumerate() {
            // A column that stands twice is read, and counted, once.
            if let Some(other) =
                self.columns[..i].iter().position(|other| other.name == column.name && other.ty == column.ty)
            {
                from.push(From::Other(other));
                continue;
            }
            from.push(match file.place(&column.name) {
                Place::Column(number, _) => {
                    columns.push(number);
                    From::Raw(columns.len() - 1)
                }
                Place::Name => {
                    names.push(Wanted { name: column.name.clone(), is_list: matches!(column.ty, Type::List(_)) });
                    From::Raw(names.len() - 1)
                }
                Place::Folder(value) => From::Same(value),
                Place::Nowhere => From::Nowhere,
            });
        }
        let raw = file.rows(part, &columns, &names, self.batch)?;
        Ok(PartRows {
            raw,
            from,
            shown: file.file.shown.clone(),
            scan: Arc::clone(self),
            clock: self.clock.clone(),
            schema: self.schema(),
        })
    }

    /// All rows of all files, in their order, read by as many threads as there are.
    pub fn collect(self: &Arc<Self>, machine: &Machine) -> Result<Vec<RecordBatch>, Diagnostic> {
        let parts = self.parts(machine.settings().partitions);
        let read = each(machine, parts.len(), |i| {
            let Some(part) = parts.get(i) else { return Ok(Vec::new()) };
            self.rows(part)?.collect::<Result<Vec<_>, _>>()
        })?;
        Ok(read.into_iter().flatten().collect())
    }
}

/// Does work for each of `n` things by as many threads as there are, and gives the results in their order. The first error, by
/// that order, ends it.
pub fn each<T: Send>(
    machine: &Machine,
    n: usize,
    work: impl Fn(usize) -> Result<T, Diagnostic> + Sync,
) -> Result<Vec<T>, Diagnostic> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let done: Mutex<Vec<(usize, Result<T, Diagnostic>)>> = Mutex::default();
    std::thread::scope(|scope| {
        let worker = || {
            while !failed.load(Ordering::Relaxed) && !machine.is_interrupted() {
                let i = next.fetch_add(1, Ordering::Relaxed);
                if i >= n {
                    break;
                }
                let result = errors::guard(|| work(i), || errors::fault("reading the data"));
                failed.fetch_or(result.is_err(), Ordering::Relaxed);
                done.lock().unwrap_or_else(PoisonError::into_inner).push((i, result));
            }
        };
        for _ in 1..machine.settings().partitions.min(n) {
            let named = std::thread::Builder::new().name(errors::THREADS.to_owned());
            // Without another thread this one does all.
            drop(named.spawn_scoped(scope, worker));
        }
        worker();
    });
    if machine.is_interrupted() {
        return Err(errors::interrupted());
    }
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Where the values of a column of the rows come from.
enum From {
    /// a raw column
    Raw(usize),
    /// one value for all rows
    Same(Option<String>),
    /// the file does not have it
    Nowhere,
    /// another column of the rows, which is the same
    Other(usize),
}

/// The rows of a part, canonical.
pub struct PartRows {
    raw: RawRows,
    from: Vec<From>,
    shown: String,
    scan: Arc<Scan>,
    clock: Clock,
    schema: SchemaRef,
}

impl PartRows {
    fn canonical(&mut self, raw: &RawBatch) -> Result<RecordBatch, Diagnostic> {
        let scan = &self.scan;
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.from.len());
        for ((from, column), counters) in self.from.iter().zip(&scan.columns).zip(&scan.counters.columns) {
            let same;
            let (stored, lost) = match from {
                From::Other(other) => {
                    let Some(array) = columns.get(*other) else { return Err(errors::fault("reading")) };
                    counters.present.add(raw.rows as u64);
                    columns.push(Arc::clone(array));
                    continue;
                }
                From::Same(None) => {
                    counters.present.add(raw.rows as u64);
                    columns.push(new_null_array(&canonical::data_type(&column.ty), raw.rows));
                    continue;
                }
                From::Nowhere => {
                    columns.push(new_null_array(&canonical::data_type(&column.ty), raw.rows));
                    continue;
                }
                From::Same(Some(value)) => {
                    counters.present.add(raw.rows as u64);
                    same = Arc::new(StringViewArray::from_iter_values(std::iter::repeat_n(value, raw.rows))) as ArrayRef;
                    (&same, 0)
                }
                From::Raw(i) => match raw.columns.get(*i) {
                    Some(array) => {
                        counters.present.add(raw.present.get(*i).copied().unwrap_or(0));
                        (array, raw.lost.get(*i).copied().unwrap_or(0))
                    }
                    None => return Err(errors::fault("reading")),
                },
            };
            let mut losses = Losses { unreadable: lost, ..Losses::default() };
            let array = convert::convert(stored, &column.ty, column.is_time, &mut self.clock, &mut losses)
                .ok_or_else(|| super::changed(&scan.source, &column.name, &column.ty, &self.shown))?;
            counters.unreadable.add(losses.unreadable);
            counters.infinite.add(losses.infinite);
            counters.out_of_years.add(losses.out_of_years);
            column.known.count(&array, counters);
            columns.push(array);
        }
        self.count(raw.rows, &mut columns)?;
        let options = RecordBatchOptions::new().with_row_count(Some(raw.rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(|_| errors::fault(&format!("reading `{}`", self.shown)))
    }

    /// Counts rows by what becomes of them, and gives the time as microseconds.
    fn count(&mut self, rows: usize, columns: &mut [ArrayRef]) -> Result<(), Diagnostic> {
        let counters = &self.scan.counters;
        counters.read.add(rows as u64);
        let Some(key) = columns.first().cloned() else { return Ok(()) };
        let without_key = key.null_count();
        counters.without_key.add(without_key as u64);
        if !self.scan.has_time {
            return Ok(());
        }
        let Some(time) = columns.get_mut(1) else { return Ok(()) };
        let micros = convert::micros(time, &mut self.clock).ok_or_else(|| errors::fault("reading times"))?;
        let without = match without_key {
            0 => micros.null_count(),
            _ => (0..rows).filter(|row| micros.is_null(*row) && !key.is_null(*row)).count(),
        };
        counters.without_time.add(without as u64);
        *time = Arc::new(micros);
        Ok(())
    }
}

impl Iterator for PartRows {
    type Item = Result<RecordBatch, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.scan.interrupted.load(Ordering::Relaxed) {
            return Some(Err(errors::interrupted()));
        }
        let raw = match self.raw.next()? {
            Ok(raw) => raw,
            Err(diagnostic) => return Some(Err(diagnostic)),
        };
        let shown = self.shown.clone();
        Some(errors::guard(|| self.canonical(&raw), || errors::fault(&format!("reading `{shown}`"))))
    }
}
