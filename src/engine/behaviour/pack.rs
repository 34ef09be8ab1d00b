//! `customer(key)`: the customer's number. `pack(who, key, time, order, columns)`: the record of a row that some feature needs,
//! else nothing. Row conditions and values of all segments are evaluated once a batch.
//!
//! Both count what they leave out, so they are volatile: the engine may neither repeat nor move them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, FixedSizeBinaryArray, Int64Array};
use datafusion::arrow::buffer::{Buffer, NullBuffer};
use datafusion::arrow::compute::filter;
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, exec_datafusion_err, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use super::keys::KeyIndex;
use super::record::Layout;
use super::spec::Spec;
use crate::engine::evaluate::{Evaluation, Leaf, Leaves, LookUps, Prepared, Unfit, internal};
use crate::engine::quality::Counters;
use crate::faults::fault;
use crate::plan::{NodeId, TableScan};

/// `customer(key)`.
#[derive(Debug)]
pub(super) struct Customer {
    keys: Arc<KeyIndex>,
    signature: Signature,
}

impl Customer {
    pub fn new(keys: Arc<KeyIndex>) -> Customer {
        Customer { keys, signature: Signature::any(1, Volatility::Volatile) }
    }
}

impl PartialEq for Customer {
    fn eq(&self, other: &Customer) -> bool {
        Arc::ptr_eq(&self.keys, &other.keys)
    }
}

impl Eq for Customer {}

impl Hash for Customer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.keys).hash(state);
    }
}

impl ScalarUDFImpl for Customer {
    fn name(&self) -> &str {
        "customer"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [keys] = arrays.as_slice() else { return exec_err!("`customer` takes a key") };
        Ok(ColumnarValue::Array(Arc::new(self.keys.look_up(keys)?)))
    }
}

/// `pack(who, key, time, order, columns)` of one table; `order` only where the scan needs it.
pub(super) struct Pack {
    spec: Arc<Spec>,
    scan: TableScan,
    prepared: Prepared,
    /// Without `[customers]` a row that no feature needs still says that its customer exists.
    keeps_all: bool,
    look_ups: Arc<dyn LookUps>,
    unfit: Arc<Unfit>,
    counters: Arc<Counters>,
    signature: Signature,
}

impl Pack {
    /// The function of a table's scan.
    pub fn new(
        spec: &Arc<Spec>,
        scan: &TableScan,
        keeps_all: bool,
        look_ups: &Arc<dyn LookUps>,
        unfit: &Arc<Unfit>,
        counters: &Arc<Counters>,
    ) -> Result<Pack> {
        Ok(Pack {
            spec: Arc::clone(spec),
            scan: scan.clone(),
            prepared: Prepared::new(&scan.graph, &spec.calendar)?,
            keeps_all,
            look_ups: Arc::clone(look_ups),
            unfit: Arc::clone(unfit),
            counters: Arc::clone(counters),
            signature: Signature::variadic_any(Volatility::Volatile),
        })
    }

    /// Which rows are of customers and before T; the others are counted.
    fn rows_that_count(&self, who: &ArrayRef, key: &ArrayRef, time: &Int64Array) -> BooleanArray {
        let (mut of_nobody, mut in_future) = (0, 0);
        let counts = (0..time.len()).map(|row| {
            if key.is_null(row) || time.is_null(row) {
                // Counted where they were read.
                false
            } else if who.is_null(row) {
                of_nobody += 1;
                false
            } else if time.value(row) >= self.spec.as_of.saturating_add(i64::from(fault(39))) {
                in_future += 1;
                false
            } else {
                self.keeps_all || time.value(row) >= self.scan.oldest
            }
        });
        let counts = counts.collect::<Vec<bool>>().into();
        self.counters.of_nobody.add(of_nobody);
        self.counters.in_future.add(in_future);
        counts
    }

    /// Writes the records of rows that count, given in arrays of those rows alone.
    fn records(&self, time: &Int64Array, order: Option<&ArrayRef>, columns: Vec<ArrayRef>) -> Result<Vec<u64>> {
        let layout = &self.spec.layout;
        let (rows, words) = (time.len(), layout.words());
        let mut records = vec![0u64; rows * words];
        for (record, time) in records.chunks_exact_mut(words).zip(time.values()) {
            layout.begin(record, *time, self.scan.table);
        }
        let leaves = Columns { rows, numbers: &self.scan.columns, columns };
        let questions: Vec<NodeId> = self
            .scan
            .selections
            .iter()
            .map(|(_, node)| *node)
            .chain(self.scan.slots.iter().map(|(_, node)| *node))
            .collect();
        let mut evaluation = Evaluation::new(&self.prepared, self.look_ups.as_ref(), &self.unfit, rows).freeing(&questions);
        for (selection, node) in &self.scan.selections {
            let holds = evaluation.condition(*node, &leaves)?;
            let bit = layout.selection(*selection);
            // What is too old for every feature of a selection need not be kept for it.
            let oldest = self.spec.oldest.get(selection.0).copied().unwrap_or(i64::MAX);
            for row in holds.values().set_indices() {
                if time.values().get(row).is_some_and(|time| *time >= oldest.saturating_add(i64::from(fault(42))))
                    && let Some(record) = records.get_mut(row * words..(row + 1) * words)
                {
                    bit.set(record);
                }
            }
        }
        // Texts of rows that are in no selection need no code.
        let wanted: Vec<bool> = records.chunks_exact(words).map(|record| layout.is_selected(record)).collect();
        for (slot, node) in &self.scan.slots {
            let values = evaluation.values(*node, &leaves)?;
            let Some(slot) = layout.slot(*slot) else { continue };
            let bits = self.bits(&values, &wanted)?;
            for (row, (record, bits)) in records.chunks_exact_mut(words).zip(bits).enumerate() {
                if values.is_valid(row) || fault(40) {
                    slot.known.set(record);
                    if let Some(word) = record.get_mut(slot.word) {
                        *word = bits;
                    }
                }
            }
        }
        if let (Some(order), Some(at)) = (order, layout.order()) {
            let bits = self.order_bits(order, &wanted)?;
            for (row, (record, bits)) in records.chunks_exact_mut(words).zip(bits).enumerate() {
                if order.is_valid(row) {
                    layout.order_known().set(record);
                    if let Some(word) = record.get_mut(at) {
                        *word = bits;
                    }
                }
            }
        }
        Ok(records)
    }

    /// The words of a canonical column.
    fn bits(&self, values: &ArrayRef, wanted: &[bool]) -> Result<Vec<u64>> {
        let mismatch = || exec_datafusion_err!("a value of type {}", values.data_type());
        let whole = |values: &mut dyn Iterator<Item = i64>| values.map(i64::cast_unsigned).collect();
        Ok(match values.data_type() {
            DataType::Int64 => whole(&mut values.as_primitive::<Int64Type>().values().iter().copied()),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                whole(&mut values.as_primitive::<TimestampMicrosecondType>().values().iter().copied())
            }
            DataType::Date32 => whole(&mut values.as_primitive::<Date32Type>().values().iter().map(|day| i64::from(*day))),
            DataType::Boolean => whole(&mut values.as_boolean().values().iter().map(i64::from)),
            DataType::Float64 => values.as_primitive::<Float64Type>().values().iter().map(|x| (x + 0.0).to_bits()).collect(),
            DataType::Utf8View => {
                let texts = values.as_string_view_opt().ok_or_else(mismatch)?;
                self.spec.dictionary.codes(texts, |row| wanted.get(row).copied().unwrap_or(false))
            }
            _ => return Err(mismatch()),
        })
    }

    /// Words that stand to each other as the values of an order column do; of texts, their codes.
    fn order_bits(&self, values: &ArrayRef, wanted: &[bool]) -> Result<Vec<u64>> {
        let mut bits = self.bits(values, wanted)?;
        match values.data_type() {
            DataType::Utf8View => {}
            DataType::Float64 => {
                bits.iter_mut().for_each(|word| *word ^= if *word >> 63 == 1 && !fault(41) { u64::MAX } else { 1 << 63 })
            }
            _ => bits.iter_mut().for_each(|word| *word ^= 1 << 63),
        }
        Ok(bits)
    }
}

/// A batch of rows of one table.
struct Columns<'a> {
    rows: usize,
    numbers: &'a [usize],
    columns: Vec<ArrayRef>,
}

impl Leaves for Columns<'_> {
    fn rows(&self) -> usize {
        self.rows
    }

    fn leaf(&self, leaf: Leaf) -> Result<ArrayRef> {
        let Leaf::Column(number) = leaf else { return Err(internal(format!("{leaf:?} of a row"))) };
        let at = self.numbers.iter().position(|other| *other == number);
        let column = at.and_then(|at| self.columns.get(at));
        column.cloned().ok_or_else(|| internal(format!("column {number} was not read")))
    }
}

impl fmt::Debug for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pack({:?})", self.scan.table)
    }
}

impl PartialEq for Pack {
    fn eq(&self, other: &Pack) -> bool {
        Arc::ptr_eq(&self.spec, &other.spec) && self.scan.table == other.scan.table
    }
}

impl Eq for Pack {}

impl Hash for Pack {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.spec).hash(state);
        self.scan.table.hash(state);
    }
}

impl ScalarUDFImpl for Pack {
    fn name(&self) -> &str {
        "pack"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        record_type(&self.spec.layout)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [who, key, time, rest @ ..] = arrays.as_slice() else { return exec_err!("`pack` takes a row") };
        let time = time.as_primitive_opt::<Int64Type>().ok_or_else(|| exec_datafusion_err!("times are Int64"))?;
        let counts = self.rows_that_count(who, key, time);
        let all = counts.true_count() == counts.len();
        let of_those = |array: &ArrayRef| if all { Ok(Arc::clone(array)) } else { filter(array, &counts) };
        let mut rest = rest.iter().map(of_those).collect::<Result<Vec<ArrayRef>, _>>()?.into_iter();
        let time = of_those(&(Arc::new(time.clone()) as ArrayRef))?;
        let order = if self.scan.needs_order { rest.next() } else { None };
        let records = self.records(time.as_primitive::<Int64Type>(), order.as_ref(), rest.collect())?;
        let words = self.spec.layout.words();
        let is_kept = |record: &[u64]| self.keeps_all || self.spec.layout.is_selected(record);
        let (records, known) = if all {
            let known: Vec<bool> = records.chunks_exact(words).map(is_kept).collect();
            (records, known)
        } else {
            let mut spread = vec![0u64; counts.len() * words];
            let mut known = vec![false; counts.len()];
            for (row, record) in counts.values().set_indices().zip(records.chunks_exact(words)) {
                if let (Some(to), Some(known)) = (spread.get_mut(row * words..(row + 1) * words), known.get_mut(row)) {
                    to.copy_from_slice(record);
                    *known = is_kept(record);
                }
            }
            (spread, known)
        };
        let bytes = i32::try_from(self.spec.layout.bytes()).map_err(|_| exec_datafusion_err!("records are too wide"))?;
        let records = FixedSizeBinaryArray::try_new(bytes, Buffer::from_vec(records), Some(NullBuffer::from(known)))?;
        Ok(ColumnarValue::Array(Arc::new(records)))
    }
}

/// The type of records.
fn record_type(layout: &Layout) -> Result<DataType> {
    let bytes = i32::try_from(layout.bytes()).map_err(|_| exec_datafusion_err!("records are too wide"))?;
    Ok(DataType::FixedSizeBinary(bytes))
}
