//! Reading the data: every sentence of the language about files, columns, keys, times and texts, and everything that can be
//! wrong with them (RELIABILITY D1 to D7). Small files are made by the tests themselves.

mod damage;
mod keys;
mod quality;
mod refused;
mod schema;
mod shapes;
mod texts;
mod times;
mod types;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::parquet::arrow::ArrowWriter;
use segue::diagnostics::Diagnostic;
use segue::engine::machine::{Machine, Settings};
use segue::engine::quality::SourceReport;
use segue::engine::schema::observe;
use segue::engine::sources::{PlainRow, Sources};
use segue::program::types::Scalar;
use segue::project::catalog::Catalog;
use segue::project::lock::{Lock, LockedColumn};
use segue::project::{catalog, config};
use segue::source::FileId;

/// A project in a folder of its own.
pub struct Data {
    folder: tempfile::TempDir,
    toml: String,
}

/// Customers `c.csv` by `id`, events `e` by `id` and `ts`; `{}` of the first line are more settings of the project.
pub const PLAIN: &str = "[project]\nname = \"shop\"\n\n[customers]\npath = \"c.csv\"\nkey = \"id\"\n\n[events.e]\npath = \"e.csv\"\nkey = \"id\"\ntime = \"ts\"\n";

impl Data {
    pub fn new(toml: &str) -> Data {
        Data { folder: tempfile::tempdir().unwrap(), toml: toml.to_owned() }
    }

    /// [`PLAIN`] with its customers and events.
    pub fn plain(customers: &str, events: &str) -> Data {
        Data::new(PLAIN).with("c.csv", customers).with("e.csv", events)
    }

    /// Events alone, in a file of this name.
    pub fn events_in(path: &str) -> Data {
        Data::new(&format!("[project]\nname = \"shop\"\n\n[events.e]\npath = \"{path}\"\nkey = \"id\"\ntime = \"ts\"\n"))
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn with(self, path: &str, bytes: impl AsRef<[u8]>) -> Data {
        self.write(path, bytes);
        self
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn with_parquet(self, path: &str, columns: Vec<(&str, ArrayRef)>) -> Data {
        self.write(path, parquet(columns));
        self
    }

    pub fn observe(&self) -> Result<(Lock, Vec<Diagnostic>), Vec<Diagnostic>> {
        let config = config::read(FileId(0), &self.toml).unwrap();
        observe(&machine(), &config, self.folder.path(), &mut |_| {})
    }

    /// The one error that looking at the data ends with.
    pub fn refused(&self) -> Diagnostic {
        let mut errors = self.observe().expect_err("it is refused");
        assert_eq!(errors.len(), 1, "{errors:?}");
        errors.remove(0)
    }

    pub fn lock(&self) -> Lock {
        self.observe().unwrap_or_else(|e| panic!("{e:#?}")).0
    }

    /// The line of the lock of a column.
    pub fn locked(&self, source: &str, column: &str) -> LockedColumn {
        column_of(&self.lock(), source, column)
    }

    pub fn opened(&self, lock: &Lock) -> Result<Opened, Vec<Diagnostic>> {
        self.opened_by(lock, machine())
    }

    pub fn opened_by(&self, lock: &Lock, machine: Machine) -> Result<Opened, Vec<Diagnostic>> {
        let config = config::read(FileId(0), &self.toml).unwrap();
        let catalog = catalog::build(&config, lock)?;
        let sources = Sources::open(&machine, self.folder.path(), &catalog, lock)?;
        Ok(Opened { machine, catalog, sources })
    }

    /// Opened by its own lock.
    pub fn open(&self) -> Opened {
        self.opened(&self.lock()).unwrap_or_else(|e| panic!("{e:#?}"))
    }
}

/// A project whose files are open.
pub struct Opened {
    pub machine: Machine,
    pub catalog: Catalog,
    pub sources: Sources,
}

impl Opened {
    pub fn events(&self) -> Vec<PlainRow> {
        self.sources.plain_events(&self.machine, 0).unwrap_or_else(|e| panic!("{e:#?}"))
    }

    pub fn customers(&self) -> Vec<PlainRow> {
        self.sources.plain_customers(&self.machine).unwrap_or_else(|e| panic!("{e:#?}"))
    }

    /// The values of a column of events, as texts.
    pub fn column(&self, name: &str) -> Vec<String> {
        let at = self.catalog.event_tables[0].columns.iter().position(|c| c.name == name).unwrap();
        self.events().iter().map(|row| show(row.values[at].as_ref())).collect()
    }

    /// Reads the events as a plan does, with all columns, and gives what was counted.
    pub fn counted(&self) -> Result<(usize, SourceReport), Diagnostic> {
        let columns: Vec<usize> = (0..self.catalog.event_tables[0].columns.len()).collect();
        let events = self.sources.events(&self.machine, 0, &columns)?;
        let rows = self.machine.block_on("counting", async move { events.rows.collect().await })?;
        let rows = rows.iter().map(RecordBatch::num_rows).sum();
        let name = &self.catalog.event_tables[0].name;
        let report = self.sources.quality().report();
        Ok((rows, report.sources.into_iter().find(|s| s.source == *name).unwrap()))
    }
}

pub fn machine() -> Machine {
    Machine::new(Settings { partitions: 2, ..Settings::default() }).unwrap()
}

pub fn column_of(lock: &Lock, source: &str, column: &str) -> LockedColumn {
    let source = lock.sources.iter().find(|s| s.name == source).unwrap();
    source.columns.iter().find(|c| c.name == column).unwrap_or_else(|| panic!("no {column} in {source:?}")).clone()
}

/// A Parquet file of these columns.
pub fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// A value as a text: texts in quotes, `-` where it is missing.
pub fn show(value: Option<&Scalar>) -> String {
    match value {
        None => "-".to_owned(),
        Some(Scalar::Boolean(x)) => x.to_string(),
        Some(Scalar::Count(n)) => n.to_string(),
        Some(Scalar::Number(x)) => format!("{x:?}"),
        Some(Scalar::Money(n)) => format!("{n} millionths"),
        Some(Scalar::Duration(n)) => format!("{n} µs"),
        Some(Scalar::Date(day)) => segue::program::calendar::date_of(*day).to_string(),
        Some(Scalar::Timestamp(micros)) => moment(*micros),
        Some(Scalar::Text(text)) => format!("{text:?}"),
        Some(Scalar::List(items)) => {
            format!("[{}]", items.iter().map(|item| show(Some(item))).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A moment in UTC, as RFC 3339.
pub fn moment(micros: i64) -> String {
    format!("{}Z", segue::program::calendar::local_of(micros).unwrap())
}

/// An array behind an `Arc`.
pub fn array(array: impl datafusion::arrow::array::Array + 'static) -> ArrayRef {
    Arc::new(array)
}

/// The cases of a file of `tests/corpus/data`: a line each, its parts between bars; `#` begins a comment.
pub fn cases(file: &str) -> Vec<Vec<String>> {
    let path = crate::projects::root().join("tests/corpus/data").join(file);
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('|').map(|part| part.trim().to_owned()).collect()).collect()
}
