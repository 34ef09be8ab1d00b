//! Putting customers together: from batches of words, in any order, to a canonical column for each feature.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, BooleanBufferBuilder, Date32Array, Float64Array, Int64Array, RecordBatch,
    StringViewBuilder, TimestampMicrosecondArray, UInt32Array, UInt64Array,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{SortOptions, concat, sort_to_indices, take};
use datafusion::arrow::datatypes::{Int64Type, UInt64Type};
use datafusion::common::{Result, exec_datafusion_err};

use super::dictionary::Dictionary;
use super::spec::{Spec, empty};
use crate::faults::fault;
use crate::plan::Feature;
use crate::program::types::Type;

/// The words of a feature by row, and which of them are known.
pub(super) type Words = (Vec<u64>, BooleanBufferBuilder);

/// For each feature so many rows of what it is of somebody of whom nothing is known.
pub(super) fn blank(spec: &Spec, rows: usize) -> Vec<Words> {
    let of_nobody = |feature: &Feature| {
        let mut known = BooleanBufferBuilder::new(rows);
        let word = empty(&feature.kind);
        known.append_n(rows, word.is_some());
        (vec![word.unwrap_or(0); rows], known)
    };
    spec.features.iter().map(of_nobody).collect()
}

/// Customers by number: who does not come has what an empty feature is.
pub(super) struct ByNumber {
    columns: Vec<Words>,
}

impl ByNumber {
    /// So many customers of whom nothing is known yet.
    pub fn new(spec: &Spec, customers: usize) -> ByNumber {
        ByNumber { columns: blank(spec, customers) }
    }

    /// The places of so many customers after so many, of each feature: words, and a bit for each that is known. `customers` is a
    /// multiple of 8.
    pub fn parts(&mut self, customers: usize) -> Vec<Vec<(&mut [u64], &mut [u8])>> {
        let parts = self.columns.first().map_or(0, |(words, _)| words.len().div_ceil(customers));
        let mut all: Vec<Vec<_>> = (0..parts).map(|_| Vec::new()).collect();
        for (words, known) in &mut self.columns {
            let places = words.chunks_mut(customers).zip(known.as_slice_mut().chunks_mut(customers / 8));
            for (part, places) in all.iter_mut().zip(places) {
                part.push(places);
            }
        }
        all
    }

    /// Takes in a batch of numbers and features.
    pub fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let (who, features) = parts(batch)?;
        let numbers = who.as_primitive_opt::<Int64Type>().ok_or_else(|| exec_datafusion_err!("customers are numbered"))?;
        for ((words, known), column) in self.columns.iter_mut().zip(features) {
            for (row, number) in numbers.values().iter().enumerate() {
                let place = usize::try_from(*number).ok().and_then(|number| Some((number, words.get_mut(number)?)));
                if let Some((number, word)) = place {
                    known.set_bit(number, column.is_valid(row) || fault(36));
                    *word = column.value(row);
                }
            }
        }
        Ok(())
    }

    /// The canonical columns.
    pub fn finish(self, spec: &Spec) -> Vec<ArrayRef> {
        let one = |((words, mut known), feature): (Words, &Feature)| {
            canonical(words, Some(NullBuffer::new(known.finish())), &feature.ty, &spec.dictionary)
        };
        self.columns.into_iter().zip(&spec.features).map(one).collect()
    }
}

/// Customers by key: those who come, sorted.
#[derive(Default)]
pub(super) struct ByKey {
    batches: Vec<RecordBatch>,
}

impl ByKey {
    /// Takes in a batch of keys and features.
    pub fn add(&mut self, batch: RecordBatch) {
        self.batches.push(batch);
    }

    /// The keys and the canonical columns; `none` are the keys of nobody.
    pub fn finish(self, spec: &Spec, none: ArrayRef) -> Result<(ArrayRef, Vec<ArrayRef>)> {
        let batches = self.batches.iter().map(parts).collect::<Result<Vec<_>>>()?;
        let keys: Vec<&dyn Array> =
            std::iter::once(none.as_ref()).chain(batches.iter().map(|(keys, _)| keys.as_ref())).collect();
        let keys = concat(&keys)?;
        let order: UInt32Array = sort_to_indices(&keys, Some(SortOptions::default()), None)?;
        let mut columns = Vec::with_capacity(spec.features.len());
        for (number, feature) in spec.features.iter().enumerate() {
            let none = UInt64Array::from(Vec::<u64>::new());
            let mut words: Vec<&dyn Array> = vec![&none];
            for (_, features) in &batches {
                words.extend(features.get(number).map(|column| *column as &dyn Array));
            }
            let taken = take(&concat(&words)?, &order, None)?;
            let (_, words, known) = taken.as_primitive::<UInt64Type>().clone().into_parts();
            // Nobody else has the words: they stay where they are.
            drop(taken);
            columns.push(canonical(words.into(), known, &feature.ty, &spec.dictionary));
        }
        Ok((take(&keys, &order, None)?, columns))
    }
}

/// Who, and the words of each feature.
fn parts(batch: &RecordBatch) -> Result<(ArrayRef, Vec<&UInt64Array>)> {
    let who = batch.columns().first().cloned().ok_or_else(|| exec_datafusion_err!("a batch of nobody"))?;
    let features = match batch.columns().get(1).map(|column| column.as_struct_opt()) {
        None => Vec::new(),
        Some(features) => {
            let features = features.ok_or_else(|| exec_datafusion_err!("features are a struct"))?;
            features.columns().iter().filter_map(|column| column.as_primitive_opt::<UInt64Type>()).collect()
        }
    };
    Ok((who, features))
}

/// Words as values of a type. Words that are as wide as the values stay where they are.
fn canonical(words: Vec<u64>, known: Option<NullBuffer>, ty: &Type, dictionary: &Dictionary) -> ArrayRef {
    let nulls = known.filter(|nulls| nulls.null_count() > 0);
    let whole = |words: Vec<u64>| words.into_iter().map(u64::cast_signed).collect::<Vec<i64>>();
    match ty {
        Type::Boolean => Arc::new(BooleanArray::new(words.iter().map(|word| *word != 0).collect::<Vec<_>>().into(), nulls)),
        Type::Number | Type::Percent => {
            let doubles: Vec<f64> = words.into_iter().map(f64::from_bits).collect();
            Arc::new(Float64Array::new(doubles.into(), nulls))
        }
        Type::Date => {
            let days: Vec<i32> = words.iter().map(|day| day.cast_signed() as i32).collect();
            Arc::new(Date32Array::new(days.into(), nulls))
        }
        Type::Timestamp => Arc::new(TimestampMicrosecondArray::new(whole(words).into(), nulls).with_timezone("UTC")),
        Type::Text => {
            let texts = dictionary.read();
            let mut column = StringViewBuilder::with_capacity(words.len()).with_deduplicate_strings();
            for (row, code) in words.iter().enumerate() {
                let is_known = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
                column.append_option(is_known.then(|| texts.get(*code)));
            }
            Arc::new(column.finish())
        }
        Type::Count | Type::Money(_) | Type::Duration | Type::List(_) => {
            Arc::new(Int64Array::new(whole(words).into(), nulls))
        }
    }
}
