//! From a key to the customer's number, for each row of each event table.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, Int64Builder};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{HashMap, Result, exec_err};

/// The customers' keys, indexed.
#[derive(Debug)]
pub(super) struct KeyIndex {
    customers: usize,
    numbers: Numbers,
}

#[derive(Debug)]
enum Numbers {
    /// Whole numbers that lie close together: the number of each key from the smallest on, −1 for nobody's.
    Dense { first: i64, numbers: Vec<i32> },
    /// Other whole numbers.
    Sparse(HashMap<i64, i64>),
    /// Texts.
    Texts(HashMap<Box<str>, i64>),
}

impl KeyIndex {
    /// An index of keys (Int64 or Utf8View, each once, sorted).
    pub fn new(keys: &ArrayRef) -> Result<KeyIndex> {
        let customers = keys.len();
        let numbers = match keys.data_type() {
            DataType::Int64 => whole(keys.as_primitive::<Int64Type>()),
            DataType::Utf8View => {
                let texts = keys.as_string_view().iter().enumerate();
                Numbers::Texts(texts.filter_map(|(i, text)| Some((text?.into(), i as i64))).collect())
            }
            other => return exec_err!("customers' keys of type {other}"),
        };
        Ok(KeyIndex { customers, numbers })
    }

    /// How many customers there are.
    pub fn customers(&self) -> usize {
        self.customers
    }

    /// The numbers of a column of keys; null where missing or nobody's.
    pub fn look_up(&self, keys: &ArrayRef) -> Result<Int64Array> {
        let mut numbers = Int64Builder::with_capacity(keys.len());
        match (&self.numbers, keys.data_type()) {
            (Numbers::Dense { first, numbers: dense }, DataType::Int64) => {
                for key in keys.as_primitive::<Int64Type>() {
                    let at = key.and_then(|key| key.checked_sub(*first)).and_then(|at| usize::try_from(at).ok());
                    let number = at.and_then(|at| dense.get(at)).filter(|number| **number >= 0);
                    numbers.append_option(number.map(|number| i64::from(*number)));
                }
            }
            (Numbers::Sparse(map), DataType::Int64) => {
                for key in keys.as_primitive::<Int64Type>() {
                    numbers.append_option(key.and_then(|key| map.get(&key)).copied());
                }
            }
            (Numbers::Texts(map), DataType::Utf8View) => {
                for key in keys.as_string_view() {
                    numbers.append_option(key.and_then(|key| map.get(key)).copied());
                }
            }
            (_, other) => return exec_err!("events' keys of type {other} beside customers' of another"),
        }
        Ok(numbers.finish())
    }
}

fn whole(keys: &Int64Array) -> Numbers {
    let known = || keys.iter().enumerate().filter_map(|(i, key)| Some((key?, i)));
    let (first, last) = (known().map(|k| k.0).min(), known().map(|k| k.0).max());
    // A table of four bytes a place beats a hash map of sixteen and more a key while at least a quarter of it is used.
    let places = first.zip(last).and_then(|(first, last)| last.checked_sub(first)?.checked_add(1));
    let is_dense = |places: i64| places <= (keys.len() as i64).saturating_mul(4) && keys.len() < i32::MAX as usize;
    match (first, places.filter(|places| is_dense(*places)).and_then(|places| usize::try_from(places).ok())) {
        (Some(first), Some(places)) => {
            let mut numbers = vec![-1; places];
            for (key, i) in known() {
                if let Some(place) = numbers.get_mut((key - first) as usize) {
                    *place = i as i32;
                }
            }
            Numbers::Dense { first, numbers }
        }
        _ => Numbers::Sparse(known().map(|(key, i)| (key, i as i64)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::StringViewArray;

    use super::*;

    fn numbers(customers: ArrayRef, asked: ArrayRef) -> Vec<Option<i64>> {
        KeyIndex::new(&customers).unwrap().look_up(&asked).unwrap().iter().collect()
    }

    #[test]
    fn whole_numbers_close_together_and_far_apart() {
        let whole = |keys: Vec<i64>| Arc::new(Int64Array::from(keys)) as ArrayRef;
        let asked =
            || Arc::new(Int64Array::from(vec![Some(7), None, Some(i64::MIN), Some(5), Some(6), Some(i64::MAX)])) as ArrayRef;
        assert_eq!(numbers(whole(vec![5, 7]), asked()), [Some(1), None, None, Some(0), None, None]);
        let far = whole(vec![i64::MIN, 7, i64::MAX]);
        assert_eq!(numbers(far, asked()), [Some(1), None, Some(0), None, None, Some(2)]);
        assert_eq!(numbers(whole(vec![]), asked()), [None; 6]);
    }

    #[test]
    fn texts() {
        let keys = Arc::new(StringViewArray::from(vec!["", "a", "a key of more than twelve bytes"])) as ArrayRef;
        let asked = StringViewArray::from(vec![Some("a"), None, Some(""), Some("a key of more than twelve byte")]);
        assert_eq!(numbers(keys, Arc::new(asked)), [Some(1), None, Some(0), None]);
    }
}
