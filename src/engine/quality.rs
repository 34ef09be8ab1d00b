//! Counts of what a run read and what it left out, and why: rows read = rows counted + rows left out, for every source,
//! exactly. [`Counters`] are added to while rows go by, from many threads; a [`Report`] is read from them afterwards.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The counters of one source, or of one column.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds so many.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// How many so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counters of one source.
#[derive(Debug)]
pub struct Counters {
    /// `events.purchase`, `customers`, `tables.products`
    pub source: String,
    /// rows read from the files
    pub read: Counter,
    /// rows left out because their key is missing
    pub without_key: Counter,
    /// rows with a key left out because their time is missing, cannot be read, or lies outside the years 1 to 9999
    pub without_time: Counter,
    /// rows with key and time left out because the key is no customer's; counted by the pass
    pub of_nobody: Counter,
    /// rows with key and time of a customer left out because they lie at or after T; counted by the pass
    pub in_future: Counter,
    /// columns that were read, key and time among them
    pub columns: Vec<ColumnCounters>,
    /// what else drifted since the lock: columns that are new or gone, types that changed
    pub notes: Mutex<Vec<String>>,
}

/// Counters of one column: values of it that did not come as the lock says. None of them loses a row, but for key and time.
#[derive(Debug)]
pub struct ColumnCounters {
    /// its name
    pub column: String,
    /// rows that have the column at all, known or not: a file, or a line of NDJSON, may be without it
    pub present: Counter,
    /// missing because the type in the lock cannot read them
    pub unreadable: Counter,
    /// missing because infinite
    pub infinite: Counter,
    /// missing because outside the years 1 to 9999
    pub out_of_years: Counter,
    /// known, but not in the lock's set of values
    pub new_values: Counter,
    /// known, but outside the lock's range
    pub out_of_range: Counter,
}

impl ColumnCounters {
    /// All zero.
    pub fn new(column: &str) -> ColumnCounters {
        ColumnCounters {
            column: column.to_owned(),
            present: Counter::default(),
            unreadable: Counter::default(),
            infinite: Counter::default(),
            out_of_years: Counter::default(),
            new_values: Counter::default(),
            out_of_range: Counter::default(),
        }
    }
}

impl Counters {
    /// All zero.
    pub fn new(source: &str, columns: &[&str]) -> Counters {
        Counters {
            source: source.to_owned(),
            read: Counter::default(),
            without_key: Counter::default(),
            without_time: Counter::default(),
            of_nobody: Counter::default(),
            in_future: Counter::default(),
            columns: columns.iter().map(|c| ColumnCounters::new(c)).collect(),
            notes: Mutex::default(),
        }
    }
}

/// The counters of all sources of a run.
#[derive(Debug, Default)]
pub struct Quality {
    sources: Mutex<Vec<Arc<Counters>>>,
}

impl Quality {
    /// Takes a source's counters in.
    pub fn add(&self, counters: Arc<Counters>) {
        self.sources.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(counters);
    }

    /// What was counted, by source.
    pub fn report(&self) -> Report {
        let sources = self.sources.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut sources: Vec<SourceReport> = sources.iter().map(|c| SourceReport::of(c)).collect();
        sources.sort_by(|a, b| a.source.cmp(&b.source));
        Report { sources }
    }
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// by source
    pub sources: Vec<SourceReport>,
}

/// What was counted of one source: `read = counted + without_key + without_time + of_nobody + in_future`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SourceReport {
    /// `events.purchase`
    pub source: String,
    /// rows in its files
    pub read: u64,
    /// rows that count
    pub counted: u64,
    /// see [`Counters`]
    pub without_key: u64,
    /// see [`Counters`]
    pub without_time: u64,
    /// see [`Counters`]
    pub of_nobody: u64,
    /// see [`Counters`]
    pub in_future: u64,
    /// of the columns that were read, those where something is to be told
    pub columns: Vec<ColumnReport>,
    /// what else drifted since the lock
    pub notes: Vec<String>,
}

/// What was counted of one column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ColumnReport {
    /// its name
    pub column: String,
    /// see [`ColumnCounters`]
    pub unreadable: u64,
    /// see [`ColumnCounters`]
    pub infinite: u64,
    /// see [`ColumnCounters`]
    pub out_of_years: u64,
    /// see [`ColumnCounters`]
    pub new_values: u64,
    /// see [`ColumnCounters`]
    pub out_of_range: u64,
}

impl SourceReport {
    fn of(counters: &Counters) -> SourceReport {
        let (read, without_key, without_time) =
            (counters.read.get(), counters.without_key.get(), counters.without_time.get());
        let (of_nobody, in_future) = (counters.of_nobody.get(), counters.in_future.get());
        let out = without_key.saturating_add(without_time).saturating_add(of_nobody).saturating_add(in_future);
        let columns = counters.columns.iter().map(|c| ColumnReport {
            column: c.column.clone(),
            unreadable: c.unreadable.get(),
            infinite: c.infinite.get(),
            out_of_years: c.out_of_years.get(),
            new_values: c.new_values.get(),
            out_of_range: c.out_of_range.get(),
        });
        let mut notes = counters.notes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        // Only now is it known of files that say what they have in each row.
        let nowhere = counters.columns.iter().filter(|column| read > 0 && column.present.get() == 0);
        notes.extend(nowhere.map(|column| format!("`{}` is gone since `segue.lock`", column.column)));
        notes.dedup();
        SourceReport {
            source: counters.source.clone(),
            read,
            counted: read.saturating_sub(out),
            without_key,
            without_time,
            of_nobody,
            in_future,
            columns: columns.filter(ColumnReport::tells).collect(),
            notes,
        }
    }
}

impl ColumnReport {
    /// Whether anything is not zero.
    fn tells(&self) -> bool {
        [self.unreadable, self.infinite, self.out_of_years, self.new_values, self.out_of_range].iter().any(|n| *n > 0)
    }
}
