//! `behaviour(who, log)`: all features of a customer, as a struct with a column of words for each. What a word means is the
//! specification's; the words become canonical columns when the customers are put together.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StructArray, UInt64Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Int64Type};
use datafusion::common::{Result, exec_datafusion_err, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use super::gather::blank;
use super::kernel::Kernel;
use super::spec::Spec;

/// The function.
#[derive(Debug)]
pub(super) struct Behaviour {
    spec: Arc<Spec>,
    /// Whether `who` is a customer's number; else it is a key.
    is_numbered: bool,
    fields: Fields,
    signature: Signature,
}

impl Behaviour {
    /// The function of a specification, which has at least one feature.
    pub fn new(spec: &Arc<Spec>, is_numbered: bool) -> Behaviour {
        let fields = (0..spec.features.len()).map(|i| Field::new(format!("f{i}"), DataType::UInt64, true)).collect();
        Behaviour { spec: Arc::clone(spec), is_numbered, fields, signature: Signature::any(2, Volatility::Volatile) }
    }
}

impl PartialEq for Behaviour {
    fn eq(&self, other: &Behaviour) -> bool {
        Arc::ptr_eq(&self.spec, &other.spec)
    }
}

impl Eq for Behaviour {}

impl Hash for Behaviour {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.spec).hash(state);
    }
}

impl ScalarUDFImpl for Behaviour {
    fn name(&self) -> &str {
        "behaviour"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(self.fields.clone()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [who, logs] = arrays.as_slice() else { return exec_err!("`behaviour` takes a customer and a log") };
        let numbers = if self.is_numbered { who.as_primitive_opt::<Int64Type>() } else { None };
        let logs = logs.as_binary_view_opt().ok_or_else(|| exec_datafusion_err!("logs are binary"))?;
        let rows = logs.len();
        let mut columns = blank(&self.spec, rows);
        let mut kernel = Kernel::new(&self.spec);
        for row in 0..rows {
            let customer = numbers.filter(|n| n.is_valid(row)).and_then(|n| usize::try_from(n.value(row)).ok());
            let log = if logs.is_valid(row) { logs.value(row) } else { &[] };
            kernel.run(customer, log, |feature, word| {
                let Some((words, known)) = columns.get_mut(feature) else { return };
                known.set_bit(row, word.is_some());
                if let (Some(place), Some(word)) = (words.get_mut(row), word) {
                    *place = word;
                }
            });
        }
        kernel.tell_ties();
        let arrays = columns.into_iter().map(|(words, mut known)| {
            Arc::new(UInt64Array::new(words.into(), Some(NullBuffer::new(known.finish())))) as ArrayRef
        });
        Ok(ColumnarValue::Array(Arc::new(StructArray::try_new(self.fields.clone(), arrays.collect(), None)?)))
    }
}
