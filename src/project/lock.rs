//! `segue.lock`: what the data looks like, so that checking needs no data. `segue schema` makes it; it is stable, sorted and
//! easy to review: a change of one column is a change of one line, and equal value sets stand once.

use crate::diagnostics::Diagnostic;
use crate::program::types::Type;
use crate::source::FileId;

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

/// Reads a `segue.lock`; `text` is that of `file`.
pub fn read(file: FileId, _text: &str) -> Result<Lock, Diagnostic> {
    Err(Diagnostic::new(crate::diagnostics::codes::data::SETTING, "The lock cannot be read yet.")
        .at(crate::source::Span::new(file, 0..0)))
}

/// The text of a lock: the same for equal locks, to the byte.
pub fn write(_lock: &Lock) -> String {
    String::new()
}

/// What changed from one lock to the next, in sentences for each source and column; empty where nothing did.
pub fn drift(_old: &Lock, _new: &Lock) -> Vec<String> {
    Vec::new()
}
