//! `collect(record)`: an aggregate that keeps the records of each customer as a log. Its state is its result.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::make_view;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray, BooleanArray, FixedSizeBinaryArray};
use datafusion::arrow::buffer::ScalarBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_datafusion_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility};

use super::log::Log;
use super::record::{Layout, WORD};

/// The aggregate function. Two are the same where their records are.
#[derive(Debug)]
pub(super) struct Collect {
    layout: Arc<Layout>,
    signature: Signature,
}

impl Collect {
    pub fn new(layout: Arc<Layout>) -> Collect {
        Collect { layout, signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl PartialEq for Collect {
    fn eq(&self, other: &Collect) -> bool {
        Arc::ptr_eq(&self.layout, &other.layout)
    }
}

impl Eq for Collect {}

impl Hash for Collect {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.layout).hash(state);
    }
}

impl AggregateUDFImpl for Collect {
    fn name(&self) -> &str {
        "collect"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::BinaryView)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[log]", args.name), DataType::BinaryView, true))])
    }

    fn accumulator(&self, _args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(OneLog(Logs::new(&self.layout))))
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Logs::new(&self.layout)))
    }
}

/// The logs of many customers.
#[derive(Debug)]
struct Logs {
    layout: Arc<Layout>,
    log: Log,
    /// A record in words, to look at its bits.
    words: Vec<u64>,
}

impl Logs {
    fn new(layout: &Arc<Layout>) -> Logs {
        Logs { layout: Arc::clone(layout), log: Log::new(layout.bytes()), words: Vec::new() }
    }

    fn records<'a>(&self, values: &'a [ArrayRef]) -> Result<&'a FixedSizeBinaryArray> {
        let array = values.first().and_then(|array| array.as_fixed_size_binary_opt());
        let fits = |array: &&FixedSizeBinaryArray| usize::try_from(array.value_length()) == Ok(self.layout.bytes());
        array.filter(fits).ok_or_else(|| exec_datafusion_err!("`collect` takes records"))
    }

    /// Whether some feature needs a record; one that none needs only says that its customer exists.
    fn is_needed(&mut self, record: &[u8]) -> bool {
        self.words.clear();
        self.words.extend(words(record));
        self.layout.is_selected(&self.words)
    }
}

/// The words of some records.
pub(super) fn words(records: &[u8]) -> impl Iterator<Item = u64> {
    records.chunks_exact(WORD).map(|word| u64::from_ne_bytes(word.try_into().unwrap_or_default()))
}

fn is_in(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

impl GroupsAccumulator for Logs {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let records = self.records(values)?;
        self.log.grow(total_num_groups);
        for (row, group) in group_indices.iter().enumerate() {
            if records.is_valid(row) && is_in(opt_filter, row) && self.is_needed(records.value(row)) {
                self.log.add(*group, records.value(row));
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        let logs = values.first().and_then(|array| array.as_binary_view_opt());
        let logs = logs.ok_or_else(|| exec_datafusion_err!("`collect` merges logs"))?;
        self.log.grow(total_num_groups);
        for (row, group) in group_indices.iter().enumerate() {
            if logs.is_valid(row) {
                for record in logs.value(row).chunks_exact(self.layout.bytes()) {
                    self.log.add(*group, record);
                }
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(Arc::new(self.log.take(emit_to)?))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(emit_to)?])
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let records = self.records(values)?;
        let mut record = Vec::new();
        // A log of one record is a view of it where it is: nothing is copied.
        let view = |row: usize| {
            let bytes = records.value(row);
            record.clear();
            record.extend(words(bytes));
            let is_needed = records.is_valid(row) && is_in(opt_filter, row) && self.layout.is_selected(&record);
            if is_needed { make_view(bytes, 0, (row * bytes.len()) as u32) } else { 0 }
        };
        let views: Vec<u128> = (0..records.len()).map(view).collect();
        let buffer = records.values().clone();
        let logs = BinaryViewArray::try_new(ScalarBuffer::from(views), vec![buffer], None);
        Ok(vec![Arc::new(logs.map_err(DataFusionError::from)?)])
    }

    fn size(&self) -> usize {
        self.log.size()
    }
}

/// The log of one customer: for plans that group by nothing, which ours never do.
#[derive(Debug)]
struct OneLog(Logs);

impl Accumulator for OneLog {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |array| array.len());
        self.0.update_batch(values, &vec![0; rows], None, 1)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let rows = states.first().map_or(0, |array| array.len());
        self.0.merge_batch(states, &vec![0; rows], 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.0.log.grow(1);
        ScalarValue::try_from_array(&self.0.evaluate(EmitTo::All)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::behaviour::tests::any_layout;

    /// Records with a number as their time, in a selection or not.
    fn records(layout: &Layout, times: &[Option<(i64, bool)>]) -> ArrayRef {
        let mut array = datafusion::arrow::array::FixedSizeBinaryBuilder::new(layout.bytes() as i32);
        for time in times {
            match time {
                None => array.append_null(),
                Some((time, is_selected)) => {
                    let mut record = vec![0; layout.words()];
                    layout.begin(&mut record, *time, crate::plan::TableId(0));
                    if *is_selected {
                        layout.selection(crate::plan::SelectionId(0)).set(&mut record);
                    }
                    let bytes: Vec<u8> = record.iter().flat_map(|word| word.to_ne_bytes()).collect();
                    array.append_value(bytes).unwrap();
                }
            }
        }
        Arc::new(array.finish())
    }

    /// The times of each group's records.
    fn times(layout: &Layout, logs: &ArrayRef) -> Vec<Vec<i64>> {
        let logs = logs.as_binary_view();
        let words = |log: &[u8]| words(log).collect::<Vec<u64>>();
        let times = |log: &[u8]| words(log).chunks_exact(layout.words()).map(|record| layout.time(record)).collect();
        logs.iter().map(|log| times(log.unwrap())).collect()
    }

    #[test]
    fn logs_are_collected_passed_on_and_merged() {
        let layout = Arc::new(any_layout());
        let input = records(&layout, &[Some((1, true)), None, Some((2, false)), Some((3, true)), Some((4, true))]);
        let mut logs = Logs::new(&layout);
        let filter = BooleanArray::from(vec![Some(true), Some(true), Some(true), None, Some(true)]);
        logs.update_batch(&[Arc::clone(&input)], &[0, 1, 2, 0, 3], None, 5).unwrap();
        logs.update_batch(&[Arc::clone(&input)], &[3, 3, 3, 3, 3], Some(&filter), 5).unwrap();
        let state = logs.convert_to_state(&[Arc::clone(&input)], Some(&filter)).unwrap();
        assert_eq!(times(&layout, &state[0]), [vec![1], vec![], vec![], vec![], vec![4]]);
        logs.merge_batch(&state, &[4, 0, 0, 0, 1], 5).unwrap();
        // Where a batch is cut off before, too.
        let state = logs.convert_to_state(&[input.slice(3, 2)], None).unwrap();
        assert_eq!(times(&layout, &state[0]), [vec![3], vec![4]]);
        let first = logs.evaluate(EmitTo::First(2)).unwrap();
        assert_eq!(times(&layout, &first), [vec![1, 3], vec![4]]);
        let rest = logs.state(EmitTo::All).unwrap();
        assert_eq!(times(&layout, &rest[0]), [vec![], vec![4, 1, 4], vec![1]]);
    }
}
