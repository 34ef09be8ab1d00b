//! An export as CSV (RFC 4180, UTF-8): for people and their spreadsheets, so no cell of text can be read as a formula.
//!
//! A `'` is put before a character that begins a formula wherever a program that splits lines in its own way could see a cell
//! begin: at the start, and after a quote, a separator or the end of a line. It is put before a `'` there too, so that taking
//! off one `'` at each such place gives the text back. Numbers stay numbers.

use std::borrow::Cow;
use std::io::{self, Write};

use datafusion::arrow::array::{Array, ArrayRef};

use super::{RunResult, SegmentResult, StagesResult};
use crate::engine::canonical;
use crate::program::calendar::date_of;
use crate::program::types::{Decimal, Scalar, Type};

/// What is exported of a segment, as [`super::export`].
pub fn export_csv(result: &RunResult, segment: &SegmentResult, key_name: &str, out: impl Write + Send) -> io::Result<()> {
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let names = segment.columns.iter().map(|(name, _, _)| name.as_ref());
    file.write_record([key_name].into_iter().chain(names).map(|name| harmless(name).into_owned()))?;
    for (place, row) in segment.exported.values().iter().enumerate() {
        let key = canonical::key(&result.keys, *row as usize);
        let mut cells = vec![key.map_or_else(String::new, |key| harmless_key(&key))];
        cells.extend(segment.columns.iter().map(|(_, ty, values)| cell(values, ty, place)));
        file.write_record(&cells)?;
    }
    file.flush()
}

/// Who is in which stage, as [`super::stages`].
pub fn stages_csv(result: &RunResult, stages: &StagesResult, key_name: &str, out: impl Write + Send) -> io::Result<()> {
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let names = stages.gives.iter().map(|(name, _, _)| name.as_ref());
    file.write_record([key_name, "stage"].into_iter().chain(names).map(|name| harmless(name).into_owned()))?;
    for row in 0..result.keys.len() {
        let key = canonical::key(&result.keys, row);
        let stage = if stages.of.is_valid(row) { stages.of.value(row) as usize } else { usize::MAX };
        let name = stages.stages.get(stage).map_or("", |name| &**name);
        let mut cells = vec![key.map_or_else(String::new, |key| harmless_key(&key)), harmless(name).into_owned()];
        cells.extend(stages.gives.iter().map(|(_, ty, values)| cell(values, ty, stage)));
        file.write_record(&cells)?;
    }
    file.flush()
}

fn harmless_key(key: &crate::program::types::Key) -> String {
    match key {
        crate::program::types::Key::Number(n) => n.to_string(),
        crate::program::types::Key::Text(text) => harmless(text).into_owned(),
    }
}

fn cell(values: &ArrayRef, ty: &Type, row: usize) -> String {
    match canonical::scalar(values.as_ref(), ty, row) {
        None => String::new(),
        Some(Scalar::Boolean(b)) => b.to_string(),
        Some(Scalar::Count(n)) => n.to_string(),
        Some(Scalar::Number(x)) => x.to_string(),
        Some(Scalar::Money(n) | Scalar::Duration(n)) => millionths(n),
        Some(Scalar::Date(day)) => date_of(day).to_string(),
        Some(Scalar::Timestamp(moment)) => {
            let moment = jiff::Timestamp::from_microsecond(moment);
            moment.map_or_else(|_| String::new(), |moment| moment.to_string())
        }
        Some(Scalar::Text(text)) => harmless(&text).into_owned(),
        Some(Scalar::List(items)) => json(&items),
    }
}

/// A list as JSON has it, so that a comma in a text parts nothing: `["golf","tea"]`.
fn json(items: &[Scalar]) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let one = |item: &Scalar| match item {
        Scalar::Boolean(b) => b.to_string(),
        Scalar::Count(n) => n.to_string(),
        Scalar::Number(x) => x.to_string(),
        Scalar::Money(n) | Scalar::Duration(n) => millionths(*n),
        Scalar::Date(day) => quoted(&date_of(*day).to_string()),
        Scalar::Timestamp(moment) => {
            let moment = jiff::Timestamp::from_microsecond(*moment);
            moment.map_or_else(|_| "null".to_owned(), |moment| quoted(&moment.to_string()))
        }
        Scalar::Text(text) => quoted(&harmless(text)),
        Scalar::List(items) => json(items),
    };
    format!("[{}]", items.iter().map(one).collect::<Vec<_>>().join(","))
}

/// Money in whole units, durations in seconds: `29.9`.
fn millionths(n: i64) -> String {
    let text = Decimal { digits: i128::from(n), scale: 6 }.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn begins_a_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\0' | '＝' | '＋' | '－' | '＠')
}

/// The text with its marks.
fn harmless(text: &str) -> Cow<'_, str> {
    let needs_mark = |c: char| begins_a_formula(c) || c == '\'';
    let mut marked = String::new();
    let mut taken = 0;
    let mut could_begin = true;
    for (at, c) in text.char_indices() {
        if could_begin && needs_mark(c) {
            marked.push_str(text.get(taken..at).unwrap_or(""));
            marked.push('\'');
            taken = at;
        }
        could_begin = matches!(c, '"' | ',' | ';' | '|' | '\t' | '\n' | '\r');
    }
    if taken == 0 && marked.is_empty() {
        return Cow::Borrowed(text);
    }
    marked.push_str(text.get(taken..).unwrap_or(""));
    Cow::Owned(marked)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes one mark off wherever a cell could begin.
    fn unmarked(text: &str) -> String {
        let mut out = String::new();
        let mut could_begin = true;
        for c in text.chars() {
            if could_begin && c == '\'' {
                could_begin = false;
                continue;
            }
            out.push(c);
            could_begin = matches!(c, '"' | ',' | ';' | '|' | '\t' | '\n' | '\r');
        }
        out
    }

    #[test]
    fn no_text_begins_a_formula_and_every_text_comes_back() {
        let parts =
            ["", "=1+1", "+49", "-", "@x", "\t=", "\r", "\0", "＝1", "a", "'", "\"", ";", ",=", "\n=", "O'Neill", "é"];
        for a in parts {
            for b in parts {
                for c in parts {
                    let text = format!("{a}{b}{c}");
                    let marked = harmless(&text);
                    assert_eq!(unmarked(&marked), text, "{marked:?}");
                    for cell in marked.split(['"', ',', ';', '|', '\t', '\n']) {
                        assert!(!cell.starts_with(begins_a_formula), "{text:?} became {marked:?}");
                    }
                }
            }
        }
        assert_eq!(harmless("O'Neill, 5-7"), "O'Neill, 5-7");
        assert_eq!(harmless("=HYPERLINK(1)"), "'=HYPERLINK(1)");
    }

    #[test]
    fn money_is_written_short() {
        assert_eq!([millionths(29_900_000), millionths(-1), millionths(0)], ["29.9", "-0.000001", "0"]);
        assert_eq!(millionths(100_000_000), "100");
    }
}
