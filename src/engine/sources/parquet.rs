//! Parquet files: the footer first (magic, length, row counts, places of the columns), then rows, in batches, of some row
//! groups and columns. Damage is told with the file's name; the rows that come are as many as the footer promised.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use datafusion::parquet::basic::Type as Physical;
use datafusion::parquet::file::metadata::ParquetMetaData;

use super::RawBatch;
use super::files::DataFile;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::data;
use crate::engine::errors;

/// A footer that holds together.
#[derive(Debug, Clone)]
pub struct Footer {
    metadata: ArrowReaderMetadata,
}

/// A file that is cut, damaged, or contradicts itself.
pub fn damaged(shown: &str, what: &str) -> Diagnostic {
    Diagnostic::new(data::DAMAGED, format!("`{shown}` is cut or damaged: {what}."))
        .in_file(shown)
        .consequence("No row of it can be trusted, so none is read.")
        .help("Export or copy it again.")
}

impl Footer {
    /// Reads and checks the footer.
    pub fn read(file: &DataFile) -> Result<Footer, Diagnostic> {
        let shown = &file.shown;
        errors::guard(|| Self::read_unguarded(file), || damaged(shown, "its footer cannot be read"))
    }

    fn read_unguarded(file: &DataFile) -> Result<Footer, Diagnostic> {
        let input = file.open()?;
        let fail = |what: &str| damaged(&file.shown, what);
        if file.bytes < 12 {
            return Err(fail("it is too short for a Parquet file"));
        }
        let load = |options: ArrowReaderOptions| ArrowReaderMetadata::load(&input, options).ok();
        // A tool may have written down its own types beside those of Parquet. Where that is damaged, those of Parquet do.
        let plain = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        for (options, is_last) in [(ArrowReaderOptions::new(), false), (plain, true)] {
            let read = || Ok(load(options.clone()));
            let Ok(Some(metadata)) = errors::guard(read, || fail("its footer cannot be read")) else { continue };
            check(metadata.metadata(), file)?;
            let schema = schema(&metadata);
            let parquet = Arc::clone(metadata.metadata());
            match ArrowReaderMetadata::try_new(parquet, options.with_schema(Arc::new(schema))) {
                Ok(metadata) => return Ok(Footer { metadata }),
                Err(_) if is_last => return Ok(Footer { metadata }),
                Err(_) => {}
            }
        }
        Err(fail("it does not end as a Parquet file does, or its footer cannot be read"))
    }

    /// The columns, as they come.
    pub fn schema(&self) -> &Schema {
        self.metadata.schema()
    }

    /// The rows of each row group.
    pub fn row_groups(&self) -> Vec<u64> {
        let groups = self.metadata.metadata().row_groups();
        groups.iter().map(|group| u64::try_from(group.num_rows()).unwrap_or(0)).collect()
    }

    /// The rows of some row groups and columns, which come in the order of the file.
    pub fn rows(
        &self,
        file: &DataFile,
        groups: Vec<usize>,
        columns: &[usize],
        batch: usize,
    ) -> Result<ParquetRows, Diagnostic> {
        let promised = self.row_groups();
        let promised = groups.iter().filter_map(|g| promised.get(*g)).sum();
        let input = file.open()?;
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), columns.iter().copied());
        let metadata = self.metadata.clone();
        let shown = file.shown.clone();
        let build = || {
            ParquetRecordBatchReaderBuilder::new_with_metadata(input, metadata)
                .with_batch_size(batch)
                .with_row_groups(groups)
                .with_projection(mask)
                .build()
                .map_err(|_| damaged(&shown, "its rows cannot be read"))
        };
        let reader = errors::guard(build, || damaged(&shown, "its rows cannot be read"))?;
        // Columns come in the order of the file; give them in the order in which they were asked for.
        let mut sorted: Vec<usize> = columns.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let order = columns.iter().filter_map(|c| sorted.binary_search(c).ok()).collect();
        Ok(ParquetRows { shown: file.shown.clone(), reader: Some(reader), order, promised, seen: 0 })
    }
}

/// What the footer says of rows and places must agree with itself and with the file's length.
fn check(metadata: &ParquetMetaData, file: &DataFile) -> Result<(), Diagnostic> {
    let fail = |what: &str| Err(damaged(&file.shown, what));
    let mut rows: i64 = 0;
    for group in metadata.row_groups() {
        let Some(sum) = rows.checked_add(group.num_rows()).filter(|_| group.num_rows() >= 0) else {
            return fail("its counts of rows make no sense");
        };
        rows = sum;
        for column in group.columns() {
            let flat = column.column_descr().max_rep_level() == 0;
            if flat && column.num_values() != group.num_rows() {
                return fail("its counts of rows contradict each other");
            }
            let start =
                column.dictionary_page_offset().map_or(column.data_page_offset(), |d| d.min(column.data_page_offset()));
            let end = start.checked_add(column.compressed_size());
            let inside = end.is_some_and(|end| u64::try_from(end).is_ok_and(|end| end <= file.bytes));
            if start < 0 || column.compressed_size() < 0 || !inside {
                return fail("it is shorter than its footer says");
            }
        }
    }
    if metadata.file_metadata().num_rows() != rows {
        return fail("its counts of rows contradict each other");
    }
    Ok(())
}

/// The columns as they are to come: texts as views; the old 96-bit times as microseconds, for as nanoseconds they would turn
/// round in 1677 and 2262.
fn schema(metadata: &ArrowReaderMetadata) -> Schema {
    let parquet = metadata.parquet_schema();
    let leaves = parquet.columns().iter().enumerate();
    let int96: HashSet<usize> = leaves
        .filter(|(_, column)| column.physical_type() == Physical::INT96)
        .map(|(leaf, _)| parquet.get_column_root_idx(leaf))
        .collect();
    let fields = metadata.schema().fields().iter().enumerate().map(|(i, field)| {
        let is_int96 = int96.contains(&i);
        let ty = match field.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
            DataType::Dictionary(_, of) if matches!(**of, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) => {
                DataType::Utf8View
            }
            DataType::Timestamp(_, zone) if is_int96 => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
            other => other.clone(),
        };
        Arc::new(Field::clone(field).with_data_type(ty)) as Arc<Field>
    });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), metadata.schema().metadata().clone())
}

/// Rows of a Parquet file.
pub struct ParquetRows {
    shown: String,
    reader: Option<ParquetRecordBatchReader>,
    order: Vec<usize>,
    promised: u64,
    seen: u64,
}

impl Iterator for ParquetRows {
    type Item = Result<RawBatch, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        let shown = &self.shown;
        let mut reader = self.reader.take()?;
        let broken = || damaged(shown, "its rows cannot be read");
        let step = || match reader.next() {
            Some(Ok(batch)) => Ok(Some((batch, reader))),
            Some(Err(_)) => Err(broken()),
            None => Ok(None),
        };
        match errors::guard(step, broken) {
            Ok(Some((batch, reader))) => {
                self.seen += batch.num_rows() as u64;
                if self.seen > self.promised {
                    return Some(Err(damaged(shown, "it has more rows than its footer says")));
                }
                self.reader = Some(reader);
                let columns = self.order.iter().filter_map(|i| batch.columns().get(*i)).map(Arc::clone).collect();
                Some(Ok(RawBatch::new(batch.num_rows(), columns)))
            }
            Ok(None) if self.seen != self.promised => Some(Err(damaged(shown, "it has fewer rows than its footer says"))),
            Ok(None) => None,
            Err(diagnostic) => Some(Err(diagnostic)),
        }
    }
}
