//! `segue.lock`: what the data looks like, so that checking needs no data. `segue schema` makes it; it is stable, sorted and
//! easy to review: a change of one column is a change of one line, and equal value sets stand once.
//!
//! It is TOML. A table for each source with a line for each column; a value set that does not fit on the column's line stands
//! below `[values]`, a line a value, under the name of the first column that has it:
//!
//! ```toml
//! version = 1
//!
//! ["customers"]
//! rows = 801
//! columns = [
//!     { name = "customer_id", type = "whole number", range = ["1", "2500"] },
//!     { name = "age", type = "text", missing = 12, values = ["19-24", "25-34"] },
//!     { name = "country", type = "text", values = "customers.country" },
//! ]
//!
//! [values]
//! "customers.country" = [
//!     "AD",
//!     "AE",
//! ]
//! ```
//!
//! What changed from one lock to the next is told by [`super::drift`].

use std::collections::BTreeMap;
use std::fmt::Write;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use super::drift::drift;
use crate::diagnostics::codes::data;
use crate::diagnostics::{Diagnostic, visible};
use crate::program::types::Type;
use crate::source::{FileId, Span};

/// The version of the form. A lock of another version is refused by name.
pub const VERSION: u32 = 1;

/// What the data looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct Lock {
    /// Each source: `customers`, `customers.support`, `events.purchase`, `streams.web`, `tables.products`; sorted by name.
    pub sources: Vec<LockedSource>,
}

/// What one source looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct LockedSource {
    /// `events.purchase`
    pub name: String,
    /// how many rows it had
    pub rows: u64,
    /// its columns in the order of the files (of several: of the first that has them); without those left out
    pub columns: Vec<LockedColumn>,
    /// columns that Segue cannot read (struct, map, binary), by name
    pub left_out: Vec<String>,
    /// of a stream: the kinds found in the data, sorted
    pub kinds: Vec<String>,
}

/// What one column looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct LockedColumn {
    /// its name
    pub name: String,
    /// its type as stored or guessed, before currencies: never Percent, Money or Duration. A joined key has the type that all
    /// joined keys agreed on.
    pub ty: Type,
    /// how many values are missing (null, NaN, infinite, out of range, unreadable)
    pub missing: u64,
    /// all values of a text, sorted by code points, where there are at most 1,000 and it is no `pii`
    pub values: Option<Vec<String>>,
    /// the smallest and largest known number, date (as `YYYY-MM-DD`) or time (RFC 3339, UTC), as text; none of `pii` columns, of
    /// texts, and where nothing is known
    pub range: Option<(String, String)>,
}

/// Reads a `segue.lock`; `text` is that of `file`. A lock that was damaged or edited by hand is refused at the first line that
/// cannot be.
pub fn read(file: FileId, text: &str) -> Result<Lock, Diagnostic> {
    let reader = Reader { file };
    if let Some(at) = merge_mark(text) {
        return Err(reader.damaged(at, "`segue.lock` holds the marks of two versions that were put together."));
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let first = errors.iter().map(|e| e.span().unwrap_or(text.len()..text.len())).min_by_key(|r| (r.start, r.end));
    if let Some(at) = first {
        return Err(reader.damaged(at, "`segue.lock` cannot be read from here on."));
    }
    reader.lock(root.get_ref())
}

/// The text of a lock: the same for equal locks, to the byte.
pub fn write(lock: &Lock) -> String {
    let mut sources: Vec<&LockedSource> = lock.sources.iter().collect();
    sources.sort_by(|a, b| a.name.cmp(&b.name));

    let mut sets = Sets::default();
    let mut out = String::from(HEAD);
    let _ = writeln!(out, "version = {VERSION}");
    for source in sources {
        let _ = write!(out, "\n[{}]\nrows = {}\n", quoted(&source.name), source.rows);
        if !source.kinds.is_empty() {
            list(&mut out, "kinds", &source.kinds);
        }
        if !source.left_out.is_empty() {
            list(&mut out, "left_out", &source.left_out);
        }
        out.push_str("columns = [\n");
        for column in &source.columns {
            line(&mut out, &source.name, column, &mut sets);
        }
        out.push_str("]\n");
    }
    if !sets.named.is_empty() {
        out.push_str("\n[values]\n");
        for (name, values) in &sets.named {
            rows(&mut out, &quoted(name), values);
        }
    }
    out
}

const HEAD: &str = "\
# What the data of this project looks like: columns, types, values. Never the values of a `pii` column.
# Made by `segue schema`, not by hand; keep it with the project, and read what changes in it.
";

/// The longest line of a column that holds its values, or of a list.
const LINE: usize = 120;

/// The value sets that do not fit on a line, by name and by content.
#[derive(Default)]
struct Sets<'a> {
    named: BTreeMap<String, &'a [String]>,
    names: BTreeMap<&'a [String], String>,
}

impl<'a> Sets<'a> {
    /// The name under which a set stands: that of the first column that has it.
    fn name(&mut self, source: &str, column: &str, values: &'a [String]) -> String {
        if let Some(name) = self.names.get(values) {
            return name.clone();
        }
        // `customers.a` with a column `b` and `customers` with a column `a.b` are not the same.
        let mut name = format!("{source}.{column}");
        while self.named.contains_key(&name) {
            name.push('\'');
        }
        self.named.insert(name.clone(), values);
        self.names.insert(values, name.clone());
        name
    }
}

fn line<'a>(out: &mut String, source: &str, column: &'a LockedColumn, sets: &mut Sets<'a>) {
    let mut text = format!("    {{ name = {}, type = {}", quoted(&column.name), quoted(&type_name(&column.ty)));
    if column.missing > 0 {
        let _ = write!(text, ", missing = {}", column.missing);
    }
    if let Some((smallest, largest)) = &column.range {
        let _ = write!(text, ", range = [{}, {}]", quoted(smallest), quoted(largest));
    }
    if let Some(values) = &column.values {
        let inline = inline(values);
        if text.chars().count() + inline.chars().count() + ", values =  },".len() <= LINE {
            let _ = write!(text, ", values = {inline}");
        } else {
            let _ = write!(text, ", values = {}", quoted(&sets.name(source, &column.name, values)));
        }
    }
    let _ = writeln!(out, "{text} }},");
}

/// A list on one line, or where that is too long on a line a text.
fn list(out: &mut String, name: &str, texts: &[String]) {
    let inline = inline(texts);
    if name.len() + inline.chars().count() + " = ".len() <= LINE {
        let _ = writeln!(out, "{name} = {inline}");
    } else {
        rows(out, name, texts);
    }
}

fn rows(out: &mut String, name: &str, texts: &[String]) {
    let _ = writeln!(out, "{name} = [");
    for text in texts {
        let _ = writeln!(out, "    {},", quoted(text));
    }
    out.push_str("]\n");
}

fn inline(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(", "))
}

/// A text as TOML has it, on one line, with all that a reviewer could not see written out.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if visible::is_hidden(c) => {
                let _ = if c <= '\u{ffff}' {
                    write!(out, "\\u{:04X}", u32::from(c))
                } else {
                    write!(out, "\\U{:08X}", u32::from(c))
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Boolean => "true or false".to_owned(),
        Type::Count => "whole number".to_owned(),
        // A lock holds types as stored: these three are made of what `segue.toml` says and never stand in one.
        Type::Number | Type::Percent | Type::Money(_) | Type::Duration => "number".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Timestamp => "timestamp".to_owned(),
        Type::Text => "text".to_owned(),
        Type::List(of) => format!("list of {}", type_name(of)),
    }
}

fn type_named(name: &str) -> Option<Type> {
    // Deeper nesting than this is no list that a person made.
    type_named_within(name, 8)
}

fn type_named_within(name: &str, depth: usize) -> Option<Type> {
    Some(match name {
        "true or false" => Type::Boolean,
        "whole number" => Type::Count,
        "number" => Type::Number,
        "date" => Type::Date,
        "timestamp" => Type::Timestamp,
        "text" => Type::Text,
        _ => Type::List(Box::new(type_named_within(name.strip_prefix("list of ")?, depth.checked_sub(1)?)?)),
    })
}

/// A line that a version control system leaves where two versions do not go together.
fn merge_mark(text: &str) -> Option<std::ops::Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("<<<<<<<") || line.starts_with(">>>>>>>") || line.trim_end() == "=======" {
            return Some(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    None
}

/// A walk over the parts of a lock, each with its place.
struct Reader {
    file: FileId,
}

type Entry<'t> = Spanned<DeValue<'t>>;

impl Reader {
    fn damaged(&self, at: std::ops::Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(data::LOCK, message)
            .at(Span::new(self.file, at))
            .consequence("Nothing can be checked, because it is not certain what the data looks like.")
            .help(
                "Run `segue schema`: it reads the data and writes `segue.lock` anew. What is edited in it by hand is lost.",
            )
    }

    fn lock(&self, root: &DeTable) -> Result<Lock, Diagnostic> {
        let version = root.get("version").ok_or_else(|| self.damaged(0..0, "`segue.lock` does not say its version."))?;
        if self.number(version, "version")? != u64::from(VERSION) {
            let found = match version.get_ref() {
                DeValue::Integer(n) => n.as_str().to_owned(),
                _ => String::new(),
            };
            return Err(Diagnostic::new(
                data::LOCK_VERSION,
                format!("`segue.lock` is of version {found}; this Segue reads version {VERSION}."),
            )
            .at(Span::new(self.file, version.span()))
            .help(
                "Run `segue schema` to write it anew with this Segue. Where others work on the project with a newer one, take that one too.",
            ));
        }
        let mut sets = BTreeMap::new();
        if let Some(values) = root.get("values") {
            for (name, value) in self.entries(values, "values")? {
                sets.insert(name.get_ref().to_string(), self.sorted(value, name.get_ref())?);
            }
        }
        let mut sources = Vec::new();
        for (name, value) in root {
            if !["version", "values"].contains(&&**name.get_ref()) {
                sources.push(self.source(name.get_ref(), value, &sets)?);
            }
        }
        sources.sort_by(|a: &LockedSource, b| a.name.cmp(&b.name));
        Ok(Lock { sources })
    }

    fn source(&self, name: &str, value: &Entry, sets: &BTreeMap<String, Vec<String>>) -> Result<LockedSource, Diagnostic> {
        let mut source =
            LockedSource { name: name.to_owned(), rows: 0, columns: Vec::new(), left_out: Vec::new(), kinds: Vec::new() };
        let entries = self.entries(value, name)?;
        for (key, value) in entries {
            match &**key.get_ref() {
                "rows" => source.rows = self.number(value, "rows")?,
                "kinds" => source.kinds = self.sorted(value, "kinds")?,
                "left_out" => source.left_out = self.texts(value, "left_out")?,
                "columns" => {
                    for item in self.items(value, "columns")? {
                        let column = self.column(item, sets)?;
                        if source.columns.iter().any(|c| c.name == column.name) {
                            return Err(self.damaged(item.span(), format!("The column `{}` stands twice.", column.name)));
                        }
                        source.columns.push(column);
                    }
                }
                other => return Err(self.damaged(key.span(), format!("A source in `segue.lock` has no `{other}`."))),
            }
        }
        for part in ["rows", "columns"] {
            if entries.get(part).is_none() {
                return Err(self.damaged(value.span(), format!("`{name}` has no `{part}` in `segue.lock`.")));
            }
        }
        Ok(source)
    }

    fn column(&self, item: &Entry, sets: &BTreeMap<String, Vec<String>>) -> Result<LockedColumn, Diagnostic> {
        let entries = self.entries(item, "a column")?;
        let part = |name: &str| {
            entries.get(name).ok_or_else(|| self.damaged(item.span(), format!("A column has no `{name}` in `segue.lock`.")))
        };
        let name = self.text(part("name")?, "name")?;
        let written = self.text(part("type")?, "type")?;
        let ty = type_named(&written)
            .ok_or_else(|| self.damaged(item.span(), format!("`{written}` is no type that a column can have.")))?;
        let mut column = LockedColumn { name, ty, missing: 0, values: None, range: None };
        for (key, value) in entries {
            match &**key.get_ref() {
                "name" | "type" => {}
                "missing" => column.missing = self.number(value, "missing")?,
                "range" => match self.texts(value, "range")?.as_slice() {
                    [smallest, largest] => column.range = Some((smallest.clone(), largest.clone())),
                    _ => return Err(self.damaged(value.span(), "A `range` is the smallest and the largest value.")),
                },
                "values" => {
                    column.values = Some(match value.get_ref() {
                        DeValue::String(set) => sets.get(&**set).cloned().ok_or_else(|| {
                            self.damaged(value.span(), format!("There are no values `{set}` below `[values]`."))
                        })?,
                        _ => self.sorted(value, "values")?,
                    });
                }
                other => return Err(self.damaged(key.span(), format!("A column in `segue.lock` has no `{other}`."))),
            }
        }
        if column.values.is_some() && column.ty != Type::Text {
            return Err(self.damaged(item.span(), format!("`{}` is no text, so it has no list of values.", column.name)));
        }
        Ok(column)
    }

    fn entries<'t>(&self, value: &'t Entry<'t>, what: &str) -> Result<&'t DeTable<'t>, Diagnostic> {
        match value.get_ref() {
            DeValue::Table(entries) => Ok(entries),
            _ => Err(self.damaged(value.span(), format!("`{what}` has to be a table in `segue.lock`."))),
        }
    }

    fn items<'t>(&self, value: &'t Entry<'t>, what: &str) -> Result<&'t [Entry<'t>], Diagnostic> {
        match value.get_ref() {
            DeValue::Array(items) => Ok(items),
            _ => Err(self.damaged(value.span(), format!("`{what}` has to be a list in `segue.lock`."))),
        }
    }

    fn text(&self, value: &Entry, what: &str) -> Result<String, Diagnostic> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(self.damaged(value.span(), format!("`{what}` has to be a text in `segue.lock`."))),
        }
    }

    fn texts(&self, value: &Entry, what: &str) -> Result<Vec<String>, Diagnostic> {
        self.items(value, what)?.iter().map(|item| self.text(item, what)).collect()
    }

    /// Texts in the order of their code points, each once.
    fn sorted(&self, value: &Entry, what: &str) -> Result<Vec<String>, Diagnostic> {
        let mut texts: Vec<String> = Vec::new();
        for item in self.items(value, what)? {
            let text = self.text(item, what)?;
            if let Some(before) = texts.last()
                && *before >= text
            {
                let message = format!("`{text}` stands after `{before}` in `segue.lock`, which Segue would not write so.");
                return Err(self.damaged(item.span(), message));
            }
            texts.push(text);
        }
        Ok(texts)
    }

    fn number(&self, value: &Entry, what: &str) -> Result<u64, Diagnostic> {
        let read = match value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        read.ok_or_else(|| self.damaged(value.span(), format!("`{what}` has to be a whole number in `segue.lock`.")))
    }
}
