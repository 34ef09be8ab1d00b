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
use crate::program::types::Type;

/// Customers by number: who does not come has what an empty feature is.
pub(super) struct ByNumber {
    columns: Vec<(Vec<u64>, BooleanBufferBuilder)>,
}

impl ByNumber {
    /// So many customers of whom nothing is known yet.
    pub fn new(spec: &Spec, customers: usize) -> ByNumber {
        let of_nobody = |feature: &crate::plan::Feature| {
            let mut known = BooleanBufferBuilder::new(customers);
            let word = empty(&feature.kind);
            known.append_n(customers, word.is_some());
            (vec![word.unwrap_or(0); customers], known)
        };
        ByNumber { columns: spec.features.iter().map(of_nobody).collect() }
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
        let arrays = self
            .columns
            .into_iter()
            .map(|(words, mut known)| UInt64Array::new(words.into(), Some(NullBuffer::new(known.finish()))));
        arrays.zip(&spec.features).map(|(words, feature)| canonical(&words, &feature.ty, &spec.dictionary)).collect()
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
            let words = take(&concat(&words)?, &order, None)?;
            columns.push(canonical(words.as_primitive::<UInt64Type>(), &feature.ty, &spec.dictionary));
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

/// Words as values of a type.
fn canonical(words: &UInt64Array, ty: &Type, dictionary: &Dictionary) -> ArrayRef {
    let nulls = words.nulls().cloned().filter(|nulls| nulls.null_count() > 0);
    let values = words.values();
    let whole = || values.iter().map(|word| word.cast_signed());
    match ty {
        Type::Boolean => Arc::new(BooleanArray::new(values.iter().map(|word| *word != 0).collect::<Vec<_>>().into(), nulls)),
        Type::Number | Type::Percent => {
            Arc::new(Float64Array::new(values.iter().map(|word| f64::from_bits(*word)).collect(), nulls))
        }
        Type::Date => Arc::new(Date32Array::new(whole().map(|day| day as i32).collect(), nulls)),
        Type::Timestamp => Arc::new(TimestampMicrosecondArray::new(whole().collect(), nulls).with_timezone("UTC")),
        Type::Text => {
            let texts = dictionary.read();
            let mut column = StringViewBuilder::with_capacity(words.len()).with_deduplicate_strings();
            for code in words {
                column.append_option(code.map(|code| texts.get(code)));
            }
            Arc::new(column.finish())
        }
        Type::Count | Type::Money(_) | Type::Duration | Type::List(_) => Arc::new(Int64Array::new(whole().collect(), nulls)),
    }
}
