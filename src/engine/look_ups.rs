//! Look-up tables in memory, found by their key.

use std::collections::HashMap;
use std::sync::OnceLock;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringViewArray, UInt32Array};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::error::Result;

use super::evaluate::{Listed, LookUps, internal};
use super::machine::Machine;
use super::sources::{LookUpRows, Sources};
use crate::diagnostics::Diagnostic;
use crate::faults::fault;
use crate::plan::{ListId, LookUpId, Plan};
use crate::program::types::Type;

/// The look-up tables that a plan needs, with the columns that it needs.
pub(crate) struct Tables {
    look_ups: HashMap<LookUpId, Table>,
    lists: HashMap<ListId, List>,
}

struct Table {
    index: Index,
    columns: Vec<(usize, ArrayRef)>,
}

/// The row of each key.
enum Index {
    Numbers(HashMap<i64, u32>),
    Texts(Texts),
}

/// A list as it was read, and what of it equals numbers or texts, made when it is first asked for.
struct List {
    parts: Vec<ArrayRef>,
    numbers: OnceLock<Listed>,
    texts: OnceLock<Listed>,
}

impl List {
    fn new(parts: Vec<ArrayRef>) -> List {
        List { parts, numbers: OnceLock::new(), texts: OnceLock::new() }
    }
}

/// Texts, sorted, each once.
struct Texts(StringViewArray);

impl Tables {
    /// Reads the tables of a plan.
    pub(crate) fn read(machine: &Machine, sources: &Sources, plan: &Plan) -> Result<Tables, Diagnostic> {
        let mut look_ups = HashMap::new();
        for (id, columns) in &plan.look_ups {
            let rows = sources.look_up(machine, id.0, columns)?;
            let table = Table::new(rows).map_err(|error| super::errors::tell(&error, "reading look-up tables"))?;
            look_ups.insert(*id, table);
        }
        let mut lists = HashMap::new();
        for id in &plan.lists {
            lists.insert(*id, List::new(sources.list(machine, id.0)?));
        }
        Ok(Tables { look_ups, lists })
    }

    fn table(&self, look_up: LookUpId) -> Result<&Table> {
        self.look_ups.get(&look_up).ok_or_else(|| internal(format!("look-up table {} was not read", look_up.0)))
    }
}

impl Table {
    fn new(rows: LookUpRows) -> Result<Table> {
        let index = if let Some(numbers) = rows.keys.as_primitive_opt::<Int64Type>() {
            Index::Numbers(numbers.values().iter().copied().zip(0..).collect())
        } else {
            let texts = rows.keys.as_string_view_opt();
            Index::Texts(Texts(texts.ok_or_else(|| internal("keys that are neither whole numbers nor texts"))?.clone()))
        };
        Ok(Table { index, columns: rows.columns })
    }
}

impl Texts {
    fn find(&self, text: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.0.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.0.value(middle).as_bytes().cmp(text.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return u32::try_from(middle).ok(),
            }
        }
        None
    }
}

impl LookUps for Tables {
    fn rows_of(&self, look_up: LookUpId, keys: &ArrayRef) -> Result<UInt32Array> {
        match &self.table(look_up)?.index {
            Index::Numbers(index) => {
                let Some(keys) = keys.as_primitive_opt::<Int64Type>() else {
                    return Err(internal("a look-up by whole numbers with other keys"));
                };
                Ok(keys.iter().map(|key| index.get(&(key? + i64::from(fault(67)))).copied()).collect())
            }
            Index::Texts(texts) => {
                let Some(keys) = keys.as_string_view_opt() else {
                    return Err(internal("a look-up by texts with other keys"));
                };
                Ok(keys.iter().map(|key| texts.find(key?)).collect())
            }
        }
    }

    fn list(&self, list: ListId, ty: &Type) -> Result<&Listed> {
        let found = self.lists.get(&list).ok_or_else(|| internal(format!("list {} was not read", list.0)))?;
        Ok(match ty {
            Type::Count => found.numbers.get_or_init(|| Listed::numbers(&found.parts)),
            _ => found.texts.get_or_init(|| Listed::texts(&found.parts)),
        })
    }

    fn column(&self, look_up: LookUpId, column: usize) -> Result<ArrayRef> {
        let columns = &self.table(look_up)?.columns;
        let found = columns.iter().find(|(index, _)| *index == column);
        found.map(|(_, values)| values.clone()).ok_or_else(|| internal(format!("column {column} was not read")))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::Int64Array;

    use super::*;

    fn rows(keys: ArrayRef, asked: ArrayRef) -> Vec<Option<u32>> {
        let table = Table::new(LookUpRows::new(keys, Vec::new())).unwrap();
        let tables = Tables { look_ups: HashMap::from([(LookUpId(0), table)]), lists: HashMap::new() };
        tables.rows_of(LookUpId(0), &asked).unwrap().iter().collect()
    }

    #[test]
    fn a_key_finds_its_row_or_none() {
        let numbers = Arc::new(Int64Array::from(vec![-1, 5, i64::MAX]));
        let asked = Arc::new(Int64Array::from(vec![Some(5), None, Some(6), Some(i64::MAX), Some(-1)]));
        assert_eq!(rows(numbers, asked), [Some(1), None, None, Some(2), Some(0)]);
        let texts = Arc::new(StringViewArray::from(vec!["", "007", "7", "a longer key than twelve bytes"]));
        let asked = vec![Some("7"), Some("07"), None, Some("a longer key than twelve bytes"), Some("")];
        assert_eq!(rows(texts, Arc::new(StringViewArray::from(asked))), [Some(2), None, None, Some(3), Some(0)]);
    }
}
