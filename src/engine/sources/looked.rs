//! A file that was looked at: its columns and how its rows are parted for many threads. Rows come as they are stored, in
//! [`RawBatch`]es; making them canonical is for `scan`.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;

use super::csv::CsvRows;
use super::files::{DataFile, Format};
use super::ndjson::{NdjsonRows, Wanted};
use super::parquet::Footer;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::data;

/// Rows as they are stored: of Parquet in its types, of CSV and NDJSON as texts.
#[derive(Debug)]
pub struct RawBatch {
    /// how many
    pub rows: usize,
    /// the columns that were asked for, in that order
    pub columns: Vec<ArrayRef>,
    /// for each column, how many values are missing only because their form was not asked for
    pub lost: Vec<u64>,
    /// for each column, how many rows have it at all
    pub present: Vec<u64>,
}

impl RawBatch {
    /// Rows of which nothing was lost.
    pub fn new(rows: usize, columns: Vec<ArrayRef>) -> RawBatch {
        let (lost, present) = (vec![0; columns.len()], vec![rows as u64; columns.len()]);
        RawBatch { rows, columns, lost, present }
    }
}

/// Rows of a part of a file.
pub type RawRows = Box<dyn Iterator<Item = Result<RawBatch, Diagnostic>> + Send>;

/// A file with its columns.
#[derive(Debug, Clone)]
pub struct Looked {
    /// the file
    pub file: DataFile,
    /// what the look showed
    pub form: Form,
}

/// What a look at a file showed.
#[derive(Debug, Clone)]
pub enum Form {
    /// a footer that holds together
    Parquet(Arc<Footer>),
    /// the names in the header; all columns are texts
    Csv(Arc<Vec<String>>),
    /// its names stand in each line
    Ndjson,
}

/// Rows that one thread reads at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// which of the files
    pub file: usize,
    /// of Parquet: which row groups
    pub groups: Vec<usize>,
    /// how much work it is, in bytes
    pub bytes: u64,
}

/// Where the values of a column come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// a column of the file, by its number, and how it is stored
    Column(usize, DataType),
    /// a name that a line of NDJSON may have
    Name,
    /// a hive folder, the same for all rows
    Folder(Option<String>),
    /// the file does not have it
    Nowhere,
}

impl Looked {
    /// Looks at a file.
    pub fn look(file: DataFile) -> Result<Looked, Diagnostic> {
        let form = match file.format {
            Format::Parquet => Form::Parquet(Arc::new(Footer::read(&file)?)),
            Format::Csv => Form::Csv(Arc::new(CsvRows::open(&file, 1)?.header().to_vec())),
            Format::Ndjson => {
                file.open()?;
                Form::Ndjson
            }
        };
        let looked = Looked { file, form };
        let mut names: Vec<&str> = looked.stored_names().into_iter().filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        if let Some([name, _]) = names.windows(2).find(|pair| pair.first() == pair.last()) {
            let shown = &looked.file.shown;
            return Err(Diagnostic::new(data::COLUMN_TWICE, format!("`{shown}` has two columns of the name `{name}`."))
                .in_file(&**shown)
                .help("Give one of them another name, or leave it out of the export."));
        }
        Ok(looked)
    }

    /// The names that the file itself gives before a row is read, in its order; empty ones for columns without a name.
    pub fn stored_names(&self) -> Vec<&str> {
        match &self.form {
            Form::Parquet(footer) => footer.schema().fields().iter().map(|f| f.name().as_str()).collect(),
            Form::Csv(header) => header.iter().map(String::as_str).collect(),
            Form::Ndjson => Vec::new(),
        }
    }

    /// Where a column is. What the file has goes before what its folders say.
    pub fn place(&self, name: &str) -> Place {
        let stored = match &self.form {
            Form::Parquet(footer) => {
                footer.schema().index_of(name).ok().map(|i| Place::Column(i, footer.schema().field(i).data_type().clone()))
            }
            Form::Csv(header) => header.iter().position(|n| n == name).map(|i| Place::Column(i, DataType::Utf8View)),
            Form::Ndjson => None,
        };
        let folder = || self.file.folders.iter().find(|(n, _)| n == name).map(|(_, value)| Place::Folder(value.clone()));
        match (stored.or_else(folder), &self.form) {
            (Some(place), _) => place,
            (None, Form::Ndjson) => Place::Name,
            (None, _) => Place::Nowhere,
        }
    }

    /// The file in parts, of which each is about one of `pieces` of it where it is large. `file` is its number.
    pub fn parts(&self, file: usize, pieces: usize) -> Vec<Part> {
        let Form::Parquet(footer) = &self.form else {
            return vec![Part { file, groups: Vec::new(), bytes: self.file.bytes }];
        };
        let rows = footer.row_groups();
        let all: u64 = rows.iter().sum();
        let most = (all / pieces.max(1) as u64).max(100_000);
        let mut parts: Vec<(Vec<usize>, u64)> = Vec::new();
        for (group, rows) in rows.iter().enumerate() {
            match parts.last_mut() {
                Some((groups, sum)) if *sum < most => {
                    groups.push(group);
                    *sum += rows;
                }
                _ => parts.push((vec![group], *rows)),
            }
        }
        let share = |rows: u64| (u128::from(self.file.bytes) * u128::from(rows) / u128::from(all.max(1))) as u64;
        parts.into_iter().map(|(groups, rows)| Part { file, groups, bytes: share(rows) }).collect()
    }

    /// The rows of a part, with these columns: by number of Parquet and CSV, by name of NDJSON.
    pub fn rows(&self, part: &Part, columns: &[usize], names: &[Wanted], batch: usize) -> Result<RawRows, Diagnostic> {
        Ok(match &self.form {
            Form::Parquet(footer) => Box::new(footer.rows(&self.file, part.groups.clone(), columns, batch)?),
            Form::Csv(_) => Box::new(CsvRows::open(&self.file, batch)?.only(columns.to_vec())),
            Form::Ndjson => Box::new(NdjsonRows::open(&self.file, names.to_vec(), batch)?),
        })
    }
}
