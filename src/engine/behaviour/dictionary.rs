//! The run's dictionary: a code of 64 bits for each text that a record holds. Which code a text gets depends on who came
//! first, so codes say only whether two texts are the same one; what comes first of two is asked of the texts.

use std::cmp::Ordering;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use datafusion::arrow::array::{Array, StringViewArray};
use datafusion::common::HashMap;

/// Into how many parts the texts fall, so that threads seldom wait for one another.
const SHARDS: usize = 16;

/// Texts and their codes. Grows, and never forgets.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    codes: [Mutex<HashMap<Arc<str>, u64>>; SHARDS],
    texts: RwLock<Vec<Arc<str>>>,
}

impl Dictionary {
    /// The codes of a column of texts; of a missing one 0, which means nothing. Of a row that is not `wanted` likewise.
    pub fn codes(&self, texts: &StringViewArray, wanted: impl Fn(usize) -> bool) -> Vec<u64> {
        // Of one batch each text is looked up once: few differ, and the shared map is the slow one.
        let mut seen: HashMap<&str, u64> = HashMap::default();
        let mut last = ("", None);
        let mut codes = Vec::with_capacity(texts.len());
        for row in 0..texts.len() {
            if texts.is_null(row) || !wanted(row) {
                codes.push(0);
                continue;
            }
            let text = texts.value(row);
            let code = match last {
                (same, Some(code)) if same == text => code,
                _ => *seen.entry(text).or_insert_with(|| self.code(text)),
            };
            last = (text, Some(code));
            codes.push(code);
        }
        codes
    }

    /// The code of a text, a new one if need be.
    pub fn code(&self, text: &str) -> u64 {
        let shard = (hash(text) as usize) % SHARDS;
        let Some(shard) = self.codes.get(shard) else { return 0 };
        let mut codes = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(code) = codes.get(text) {
            return *code;
        }
        let text: Arc<str> = Arc::from(text);
        let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        let code = texts.len() as u64;
        texts.push(Arc::clone(&text));
        drop(texts);
        codes.insert(text, code);
        code
    }

    /// All texts so far, to be asked for by code.
    pub fn read(&self) -> Texts<'_> {
        Texts(self.texts.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The texts of a dictionary.
pub(super) struct Texts<'a>(RwLockReadGuard<'a, Vec<Arc<str>>>);

impl Texts<'_> {
    /// The text of a code.
    pub fn get(&self, code: u64) -> &str {
        usize::try_from(code).ok().and_then(|code| self.0.get(code)).map_or("", AsRef::as_ref)
    }

    /// How two texts stand to each other, by code points; UTF-8 keeps their order.
    pub fn compare(&self, a: u64, b: u64) -> Ordering {
        if a == b { Ordering::Equal } else { self.get(a).as_bytes().cmp(self.get(b).as_bytes()) }
    }
}

fn hash(text: &str) -> u64 {
    std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default().hash_one(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_code_whoever_asks_and_order_is_that_of_the_texts() {
        let dictionary = Dictionary::default();
        let words: Vec<String> = (0..500).map(|i| format!("word {}", (i * 7919) % 501)).collect();
        std::thread::scope(|scope| {
            for shift in 0..4 {
                let (dictionary, words) = (&dictionary, &words);
                scope.spawn(move || {
                    for i in 0..words.len() {
                        dictionary.code(&words[(i + shift * 125) % 500]);
                    }
                });
            }
        });
        let texts = dictionary.read();
        for a in &words {
            // Asking for a known text while the texts are being read does not wait.
            let code = dictionary.code(a);
            assert_eq!(texts.get(code), a);
            for b in words.iter().take(20) {
                assert_eq!(texts.compare(code, dictionary.code(b)), a.cmp(b));
            }
        }
    }

    #[test]
    fn missing_and_unwanted_rows_put_nothing_in() {
        let dictionary = Dictionary::default();
        let column = StringViewArray::from(vec![Some("a"), None, Some("b"), Some("a"), Some("c")]);
        let codes = dictionary.codes(&column, |row| row != 4);
        assert_eq!((codes[0], codes[2], codes[3]), (0, 1, 0));
        assert_eq!(dictionary.read().0.len(), 2);
    }
}
