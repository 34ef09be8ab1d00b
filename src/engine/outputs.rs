//! The files of a run as bytes: `membership.parquet`, `segments/NAME.parquet`, `stages/NAME.parquet`, `traits.parquet`, and
//! exports as CSV ([`csv`]).
//! The same result gives the same bytes. Where they are put is for `store`.
//!
//! Rows go out in batches, so that a file of any size needs the room of one row group.

mod csv;
pub mod table;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, DurationMicrosecondArray, RecordBatch, StringArray,
    UInt32Array, new_null_array,
};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema, TimeUnit, UInt32Type};
use datafusion::arrow::error::ArrowError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};

use super::canonical::data_type;
use super::run::{RunResult, SegmentResult, StagesResult};
use crate::program::types::Type;

pub use csv::{export_csv, stages_csv};

/// Rows that are made ready at once.
const BATCH: usize = 16_384;
/// Rows of a row group.
const ROW_GROUP: usize = 131_072;

/// Every member of every segment: the key (under `key_name`), `segment`, `held_out`, `arm` (null where the segment has no split);
/// by segment, then by key.
pub fn membership(result: &RunResult, key_name: &str, out: impl Write + Send) -> io::Result<()> {
    let fields = vec![
        Field::new(key_name, key_type(&result.keys), false),
        Field::new("segment", DataType::Utf8, false),
        Field::new("held_out", DataType::Boolean, false),
        Field::new("arm", DataType::Utf8, true),
    ];
    let mut file = File::begin(fields, properties().build(), out)?;
    for segment in &result.segments {
        let mut rows = segment.members.values().set_indices();
        loop {
            let some: UInt32Array = rows.by_ref().take(BATCH).map(|row| u32::try_from(row).ok()).collect();
            if some.is_empty() {
                break;
            }
            let held_out: ArrayRef = match &segment.held_out {
                Some(held_out) => taken(held_out, &some)?,
                None => Arc::new(BooleanArray::from(vec![false; some.len()])),
            };
            let name = StringArray::from_iter_values(std::iter::repeat_n(segment.name.as_ref(), some.len()));
            let arm = match &segment.split {
                Some(split) => {
                    let names = StringArray::from_iter_values(split.arms.iter().map(AsRef::as_ref));
                    let of = taken(&split.of, &some)?;
                    let Some(of) = of.as_primitive_opt::<UInt32Type>() else { return Err(not_canonical()) };
                    taken(&names, of)?
                }
                None => new_null_array(&DataType::Utf8, some.len()),
            };
            file.write(vec![keys(result, &some)?, Arc::new(name), held_out, arm])?;
        }
    }
    file.finish()
}

/// What is exported of a segment: the key and its columns, by key.
pub fn export(result: &RunResult, segment: &SegmentResult, key_name: &str, out: impl Write + Send) -> io::Result<()> {
    let mut fields = vec![Field::new(key_name, key_type(&result.keys), false)];
    fields.extend(segment.columns.iter().map(|(name, ty, _)| Field::new(name.as_ref(), stored_type(ty), true)));
    let mut file = File::begin(fields, properties().build(), out)?;
    let mut at = 0;
    while at < segment.exported.len() {
        let length = BATCH.min(segment.exported.len() - at);
        let mut columns = vec![keys(result, &segment.exported.slice(at, length))?];
        for (_, ty, values) in &segment.columns {
            columns.push(stored(&values.slice(at, length), ty)?);
        }
        file.write(columns)?;
        at += length;
    }
    file.finish()
}

/// Who is in which of some stages: the key, `stage` and the columns of `gives`, by key.
pub fn stages(result: &RunResult, stages: &StagesResult, key_name: &str, out: impl Write + Send) -> io::Result<()> {
    let mut fields = vec![Field::new(key_name, key_type(&result.keys), false), Field::new("stage", DataType::Utf8, false)];
    fields.extend(stages.gives.iter().map(|(name, ty, _)| Field::new(name.as_ref(), stored_type(ty), true)));
    let names = StringArray::from_iter_values(stages.stages.iter().map(AsRef::as_ref));
    let mut file = File::begin(fields, properties().build(), out)?;
    let mut at = 0;
    while at < result.keys.len() {
        let length = BATCH.min(result.keys.len() - at);
        let of = stages.of.slice(at, length);
        let mut columns = vec![as_stored_key(&result.keys.slice(at, length))?, taken(&names, &of)?];
        for (_, ty, values) in &stages.gives {
            columns.push(stored(&taken(values.as_ref(), &of)?, ty)?);
        }
        file.write(columns)?;
        at += length;
    }
    file.finish()
}

/// Every customer who exists, by key, with every trait.
pub fn traits(result: &RunResult, key_name: &str, out: impl Write + Send) -> io::Result<()> {
    let mut fields = vec![Field::new(key_name, key_type(&result.keys), false)];
    fields.extend(result.traits.iter().map(|t| Field::new(t.name.as_ref(), stored_type(&t.ty), true)));
    let mut file = File::begin(fields, properties().build(), out)?;
    let mut at = 0;
    while at < result.keys.len() {
        let length = BATCH.min(result.keys.len() - at);
        let mut columns = vec![as_stored_key(&result.keys.slice(at, length))?];
        for t in &result.traits {
            columns.push(stored(&t.values.slice(at, length), &t.ty)?);
        }
        file.write(columns)?;
        at += length;
    }
    file.finish()
}

/// A Parquet file that is being written.
struct File<W: Write + Send> {
    schema: Arc<Schema>,
    writer: ArrowWriter<W>,
}

impl<W: Write + Send> File<W> {
    fn begin(fields: Vec<Field>, properties: WriterProperties, out: W) -> io::Result<File<W>> {
        let schema = Arc::new(Schema::new(fields));
        let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties)).map_err(of_parquet)?;
        Ok(File { schema, writer })
    }

    fn write(&mut self, columns: Vec<ArrayRef>) -> io::Result<()> {
        let batch = RecordBatch::try_new(self.schema.clone(), columns).map_err(of_arrow)?;
        self.writer.write(&batch).map_err(of_parquet)
    }

    fn finish(self) -> io::Result<()> {
        self.writer.close().map(drop).map_err(of_parquet)
    }
}

/// How files are written: nothing of the machine, the moment or the library's version stands in them.
fn properties() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_created_by("segue".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP))
}

fn key_type(keys: &ArrayRef) -> DataType {
    if *keys.data_type() == DataType::Int64 { DataType::Int64 } else { DataType::Utf8 }
}

fn as_stored_key(keys: &ArrayRef) -> io::Result<ArrayRef> {
    cast(keys, &key_type(keys)).map_err(of_arrow)
}

fn keys(result: &RunResult, rows: &UInt32Array) -> io::Result<ArrayRef> {
    as_stored_key(&taken(&result.keys, rows)?)
}

fn taken(values: &dyn Array, rows: &UInt32Array) -> io::Result<ArrayRef> {
    take(values, rows, None).map_err(of_arrow)
}

/// The Arrow type of an output's column.
fn stored_type(ty: &Type) -> DataType {
    match ty {
        Type::Money(_) => DataType::Decimal128(19, 6),
        Type::Duration => DataType::Duration(TimeUnit::Microsecond),
        Type::Text => DataType::Utf8,
        Type::List(of) => DataType::List(Arc::new(Field::new_list_field(stored_type(of), true))),
        _ => data_type(ty),
    }
}

/// A canonical column in the form of an output.
fn stored(values: &ArrayRef, ty: &Type) -> io::Result<ArrayRef> {
    match ty {
        Type::Money(_) | Type::Duration => {
            let Some(wholes) = values.as_primitive_opt::<Int64Type>() else { return Err(not_canonical()) };
            if *ty == Type::Duration {
                let array = DurationMicrosecondArray::new(wholes.values().clone(), wholes.nulls().cloned());
                return Ok(Arc::new(array));
            }
            let decimals: Decimal128Array = wholes.iter().map(|n| n.map(i128::from)).collect();
            Ok(Arc::new(decimals.with_precision_and_scale(19, 6).map_err(of_arrow)?))
        }
        _ => cast(values, &stored_type(ty)).map_err(of_arrow),
    }
}

fn not_canonical() -> io::Error {
    io::Error::other("a column is not in the form of its type")
}

/// The error of the writer below, if it was one: a full disk is to be told as one.
fn of_parquet(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => inner.downcast::<io::Error>().map_or_else(io::Error::other, |error| *error),
        other => io::Error::other(other),
    }
}

fn of_arrow(error: ArrowError) -> io::Error {
    io::Error::other(error)
}
