//! Reads the outputs of a run back from their files, as any other program would.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch, RecordBatchReader};
use datafusion::arrow::datatypes as arrow;
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use segue::program::types::{Key, Scalar};

/// A table: the names of its columns, and its rows.
#[derive(Debug, PartialEq)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<Scalar>>>,
}

/// Reads a Parquet file.
pub fn table(path: &Path) -> Table {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let columns = reader.schema().fields().iter().map(|f| f.name().clone()).collect();
    let mut rows = Vec::new();
    for batch in reader {
        let batch: RecordBatch = batch.unwrap();
        for row in 0..batch.num_rows() {
            rows.push(batch.columns().iter().map(|column| value(column.as_ref(), row)).collect());
        }
    }
    Table { columns, rows }
}

fn value(column: &dyn Array, row: usize) -> Option<Scalar> {
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Boolean => Scalar::Boolean(column.as_boolean().value(row)),
        DataType::Int64 => Scalar::Count(column.as_primitive::<arrow::Int64Type>().value(row)),
        DataType::Float64 => Scalar::Number(column.as_primitive::<arrow::Float64Type>().value(row)),
        DataType::Decimal128(19, 6) => {
            Scalar::Money(i64::try_from(column.as_primitive::<arrow::Decimal128Type>().value(row)).unwrap())
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            Scalar::Duration(column.as_primitive::<arrow::DurationMicrosecondType>().value(row))
        }
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) if &**zone == "UTC" => {
            Scalar::Timestamp(column.as_primitive::<arrow::TimestampMicrosecondType>().value(row))
        }
        DataType::Date32 => Scalar::Date(column.as_primitive::<arrow::Date32Type>().value(row)),
        DataType::Utf8 => Scalar::Text(column.as_string::<i32>().value(row).into()),
        other => panic!("outputs have no columns of {other}"),
    })
}

impl Table {
    fn column(&self, name: &str) -> usize {
        self.columns.iter().position(|c| c == name).unwrap_or_else(|| panic!("no column `{name}` in {:?}", self.columns))
    }
}

fn key(value: &Option<Scalar>) -> Key {
    match value {
        Some(Scalar::Count(n)) => Key::Number(*n),
        Some(Scalar::Text(text)) => Key::Text(Arc::clone(text)),
        other => panic!("{other:?} is no key"),
    }
}

/// Members of each segment with whether they are held out, from `membership.parquet`; segments without members are not in it.
pub fn membership(out: &Path) -> BTreeMap<String, Vec<(Key, bool)>> {
    let table = table(&out.join("membership.parquet"));
    let (segment, held_out) = (table.column("segment"), table.column("held_out"));
    let mut members: BTreeMap<String, Vec<(Key, bool)>> = BTreeMap::new();
    for row in &table.rows {
        let (Some(Scalar::Text(segment)), Some(Scalar::Boolean(held_out))) = (&row[segment], &row[held_out]) else {
            panic!("{row:?}");
        };
        members.entry(segment.to_string()).or_default().push((key(&row[0]), *held_out));
    }
    members
}

/// Who is in which arm of each segment that is split, from `membership.parquet`.
pub fn arms(out: &Path) -> BTreeMap<String, BTreeMap<String, Vec<Key>>> {
    let table = table(&out.join("membership.parquet"));
    let (segment, arm) = (table.column("segment"), table.column("arm"));
    let mut arms: BTreeMap<String, BTreeMap<String, Vec<Key>>> = BTreeMap::new();
    for row in &table.rows {
        if let (Some(Scalar::Text(segment)), Some(Scalar::Text(arm))) = (&row[segment], &row[arm]) {
            let of = arms.entry(segment.to_string()).or_default();
            of.entry(arm.to_string()).or_default().push(key(&row[0]));
        }
    }
    arms
}

/// The keys of an export.
pub fn keys(file: &Path) -> Vec<Key> {
    table(file).rows.iter().map(|row| key(&row[0])).collect()
}

/// Each trait's value of each customer, from `traits.parquet`.
pub fn traits(out: &Path) -> BTreeMap<String, BTreeMap<Key, Option<Scalar>>> {
    let table = table(&out.join("traits.parquet"));
    let names = table.columns.iter().enumerate().skip(1);
    names.map(|(i, name)| (name.clone(), table.rows.iter().map(|row| (key(&row[0]), row[i].clone())).collect())).collect()
}
