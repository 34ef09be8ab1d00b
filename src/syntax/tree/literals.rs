//! As written: values written out, and lengths of time.

use crate::source::Span;

/// `30 days`: a whole number of units as written; whether the number fits is for checking to say
#[derive(Debug, Clone, PartialEq)]
pub struct Duration {
    /// `30`
    pub count: Literal,
    /// `days`
    pub unit: Unit,
    /// The whole of it.
    pub span: Span,
}

/// The units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// `seconds`
    Second,
    /// `minutes`
    Minute,
    /// `hours`
    Hour,
    /// `days`
    Day,
    /// `weeks`
    Week,
    /// `months`
    Month,
    /// `quarters`
    Quarter,
    /// `years`
    Year,
}

/// A value written out.
#[derive(Debug, Clone, PartialEq)]
pub struct Literal {
    /// What it is.
    pub kind: LiteralKind,
    /// Where it stands.
    pub span: Span,
}

/// The literals. Numbers are kept as the text they are, without `_`, so that nothing is rounded here.
#[derive(Debug, Clone, PartialEq)]
pub enum LiteralKind {
    /// `12`, `2.5`, `-3` (a sign only inside a list of values)
    Number(String),
    /// `30%`, as the number before the sign
    Percent(String),
    /// `50 EUR`
    Money(String, String),
    /// `7 days`, `1.5 hours`
    Duration(String, Unit),
    /// `"shoes"`
    Text(String),
    /// `2024-06-01`: year, month, day; a day that exists
    Date(i16, i8, i8),
    /// `2024-06-01T09:30`: the text, valid as a local time
    Timestamp(String),
    /// `true`, `false`
    Boolean(bool),
}
