//! NDJSON: an object a line. Numbers keep their digits as written; a text is a text, also when it looks like a number. A name
//! that a line does not have, and `null`, are missing.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListBuilder, StringViewBuilder};
use serde_json::Value;

use super::RawBatch;
use super::files::{DataFile, cannot_read};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::data;

/// The longest line that is read, in bytes.
const LONGEST: u64 = 64 << 20;
/// The bytes of a batch.
const BATCH_BYTES: u64 = 32 << 20;

/// The names and values of a line, in its order.
struct Object(Vec<(String, Value)>);

impl<'de> serde::Deserialize<'de> for Object {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry::<String, Value>()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// The lines of an NDJSON file.
pub struct Lines {
    shown: String,
    input: BufReader<File>,
    line: u64,
    text: Vec<u8>,
}

impl Lines {
    /// Opens a file.
    pub fn open(file: &DataFile) -> Result<Lines, Diagnostic> {
        let input = BufReader::with_capacity(1 << 16, file.open()?);
        Ok(Lines { shown: file.shown.clone(), input, line: 0, text: Vec::new() })
    }

    /// The next object: its names and values in their order; `None` at the end. Empty lines are no objects.
    pub fn next(&mut self) -> Result<Option<Vec<(String, Value)>>, Diagnostic> {
        loop {
            self.text.clear();
            let mut limited = (&mut self.input).take(LONGEST);
            let read = limited.read_until(b'\n', &mut self.text).map_err(|e| cannot_read(&self.shown, &e))?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            if read as u64 == LONGEST && !self.text.ends_with(b"\n") {
                return Err(self.refuse("it is longer than 64 MB"));
            }
            let mut text = self.text.as_slice();
            if self.line == 1 {
                text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
                if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
                    return Err(self.refuse("it is not in UTF-8").help("Export the file again, as UTF-8."));
                }
            }
            let text = text.trim_ascii();
            if text.is_empty() {
                continue;
            }
            let Ok(text) = std::str::from_utf8(text) else {
                return Err(self.refuse("it is not in UTF-8").help("Export the file again, as UTF-8."));
            };
            let Ok(Object(entries)) = serde_json::from_str::<Object>(text) else {
                return Err(self
                    .refuse("it is not one JSON object")
                    .consequence("No row of the file is read.")
                    .help("NDJSON has one object a line: `{\"customer_id\": 1, \"country\": \"DE\"}`."));
            };
            for (i, (name, _)) in entries.iter().enumerate() {
                if entries.iter().take(i).any(|(other, _)| other == name) {
                    return Err(Diagnostic::new(
                        data::COLUMN_TWICE,
                        format!("Line {} of `{}` has two values of `{name}`.", self.line, self.shown),
                    )
                    .in_file(&*self.shown));
                }
            }
            return Ok(Some(entries));
        }
    }

    fn refuse(&self, what: &str) -> Diagnostic {
        Diagnostic::new(data::MALFORMED, format!("Line {} of `{}`: {what}.", self.line, self.shown)).in_file(&*self.shown)
    }
}

/// A single value as text, as written; `None` where it is missing, a list or an object.
pub fn single(value: &Value) -> Option<String> {
    match value {
        Value::Bool(x) => Some(x.to_string()),
        Value::Number(n) => Some(n.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A column that is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// its name
    pub name: String,
    /// whether lists are asked for, or single values
    pub is_list: bool,
}

/// An NDJSON file that is being read in batches.
pub struct NdjsonRows {
    lines: Lines,
    wanted: Vec<Wanted>,
    batch: usize,
    done: bool,
}

enum Builder {
    Single(StringViewBuilder),
    List(ListBuilder<StringViewBuilder>),
}

impl NdjsonRows {
    /// Opens a file for these columns.
    pub fn open(file: &DataFile, wanted: Vec<Wanted>, batch: usize) -> Result<NdjsonRows, Diagnostic> {
        Ok(NdjsonRows { lines: Lines::open(file)?, wanted, batch, done: false })
    }

    fn read(&mut self) -> Result<Option<RawBatch>, Diagnostic> {
        let mut builders: Vec<Builder> = self
            .wanted
            .iter()
            .map(|w| match w.is_list {
                false => Builder::Single(StringViewBuilder::new()),
                true => Builder::List(ListBuilder::new(StringViewBuilder::new())),
            })
            .collect();
        let (mut lost, mut present) = (vec![0; self.wanted.len()], vec![0; self.wanted.len()]);
        let (mut rows, mut bytes) = (0, 0);
        while rows < self.batch && bytes < BATCH_BYTES {
            let Some(entries) = self.lines.next()? else { break };
            bytes += self.lines.text.len() as u64;
            let columns = self.wanted.iter().zip(&mut builders).zip(lost.iter_mut().zip(&mut present));
            for ((wanted, builder), (lost, present)) in columns {
                let value = entries.iter().find(|(name, _)| *name == wanted.name).map(|(_, value)| value);
                *present += u64::from(value.is_some());
                *lost += u64::from(!builder.push(value.unwrap_or(&Value::Null)));
            }
            rows += 1;
        }
        if rows == 0 {
            return Ok(None);
        }
        let columns = builders.into_iter().map(Builder::finish).collect();
        Ok(Some(RawBatch { rows, columns, lost, present }))
    }
}

impl Builder {
    /// Takes a value in; false where it is neither missing nor of this form.
    fn push(&mut self, value: &Value) -> bool {
        match (self, value) {
            (Builder::List(list), Value::Array(values)) => {
                for value in values {
                    match single(value) {
                        Some(text) => list.values().append_value(text),
                        None => list.values().append_null(),
                    }
                }
                list.append(true);
                true
            }
            (Builder::List(list), value) => {
                list.append(false);
                value.is_null()
            }
            (Builder::Single(builder), value) => {
                let text = single(value);
                let read = text.is_some() || value.is_null();
                builder.append_option(text);
                read
            }
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Builder::Single(mut builder) => Arc::new(builder.finish()),
            Builder::List(mut builder) => Arc::new(builder.finish()),
        }
    }
}

impl Iterator for NdjsonRows {
    type Item = Result<RawBatch, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let read = self.read();
        self.done = !matches!(read, Ok(Some(_)));
        read.transpose()
    }
}
