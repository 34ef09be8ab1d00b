//! What the checker, the plan and the readers may ask of the data: names, types, value sets. It is made of `segue.toml` and
//! the lock alone, so that checking needs no data.
//!
//! All types here are the canonical ones: money has its currency, joined keys have one type, times are times. Readers
//! convert what the files hold to these, and count what cannot be.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

pub use super::build::build;
use crate::program::types::Type;
use crate::source::Span;

/// The data of a project.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// `[project] name`.
    pub name: String,
    /// Where days begin.
    pub zone: TimeZone,
    /// Zone of stored timestamps without one.
    pub stored_zone: TimeZone,
    /// The first day of the week.
    pub week_starts_on: Weekday,
    /// The customer sources: `[customers]` first, then each `[customers.X]`. Empty without `[customers]`.
    pub customer_sources: Vec<CustomerSource>,
    /// The attributes: the columns of all customer sources but the keys of those after the first. By the program's
    /// `AttributeId`.
    pub attributes: Vec<Attribute>,
    /// `since`, as an index into `attributes`.
    pub since: Option<usize>,
    /// The tables that events come from: `[events.X]` with one path, key, time and order share a table, a `[streams.X]` is one.
    /// By the program's `TableId`.
    pub event_tables: Vec<EventTable>,
    /// The kinds of events, sorted by name. By the program's `KindId`.
    pub kinds: Vec<Kind>,
    /// The look-up tables, sorted by name. By the program's `LookUpId`.
    pub look_ups: Vec<LookUp>,
    /// `[consent]`: purpose → condition.
    pub consents: Vec<(String, ConditionText)>,
    /// `[every_segment] except`.
    pub every_segment_except: Option<ConditionText>,
    /// The histories of attributes, sorted by name. By the program's `HistoryId`.
    pub histories: Vec<History>,
    /// The lists, sorted by name. By the program's `ListId`.
    pub lists: Vec<List>,
    /// The type of customers' keys: `Count` or `Text`.
    pub key_type: Type,
}

/// A condition that stands in `segue.toml`; text in it may have single quotes.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionText {
    /// The text, without the quotes of the file.
    pub text: String,
    /// Where that text stands in `segue.toml`. Of the same length as `text`, unless the file writes it with escapes: then
    /// the whole setting.
    pub span: Span,
}

/// `[customers]` or `[customers.X]`.
#[derive(Debug, Clone)]
pub struct CustomerSource {
    /// `customers` or `customers.support`, for messages.
    pub name: String,
    /// The path as written.
    pub path: String,
    /// The column that holds the key.
    pub key: String,
}

/// A column of customers.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name, which is the column's.
    pub name: String,
    /// Which customer source has it; of one with a history, none: the number of sources.
    pub source: usize,
    /// Its history, an index into [`Catalog::histories`].
    pub history: Option<usize>,
    /// Its canonical type.
    pub ty: Type,
    /// It is the key of `[customers]`.
    pub is_key: bool,
    /// `static`.
    pub is_static: bool,
    /// `pii`.
    pub is_pii: bool,
    /// `outcome`: the future, for targets alone.
    pub is_outcome: bool,
    /// What the lock knows of its values.
    pub facts: Facts,
}

/// What the lock knows of a column's values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Some are missing.
    pub has_missing: bool,
    /// All values of a text, sorted, where there are at most 1,000 and it is no `pii`.
    pub values: Option<Vec<String>>,
}

/// A table of events.
#[derive(Debug, Clone)]
pub struct EventTable {
    /// `events.purchase` or `streams.web`: the first that names it.
    pub name: String,
    /// The path as written.
    pub path: String,
    /// The key column's name.
    pub key: String,
    /// The time column, as an index into `columns`; its type is Timestamp, or Date where only dates are stored.
    pub time: usize,
    /// The order column, as an index into `columns`.
    pub order: Option<usize>,
    /// Of a stream: the column with the kind, as an index into `columns`.
    pub stream: Option<usize>,
    /// All columns that can be read, in the order of the lock, key among them.
    pub columns: Vec<Column>,
}

/// A column of an event or look-up table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its canonical type.
    pub ty: Type,
    /// `later`: filled in after the event.
    pub is_later: bool,
    /// What the lock knows of its values.
    pub facts: Facts,
}

/// A kind of event.
#[derive(Debug, Clone)]
pub struct Kind {
    /// `purchase`.
    pub name: String,
    /// Its table, an index into `event_tables`.
    pub table: usize,
    /// Which of its rows.
    pub rows: KindRows,
}

/// Which rows of its table are of a kind.
#[derive(Debug, Clone, PartialEq)]
pub enum KindRows {
    /// all
    All,
    /// those for which `where` of `[events.X]` holds
    Where(ConditionText),
    /// those whose stream column has this value, and for which `where` of `[streams.X]` holds
    Value {
        /// the value, which is the kind's name
        value: String,
        /// `where` of the stream
        filter: Option<ConditionText>,
    },
}

/// A look-up table.
#[derive(Debug, Clone)]
pub struct LookUp {
    /// `products`.
    pub name: String,
    /// The path as written.
    pub path: String,
    /// The key, as an index into `columns`.
    pub key: usize,
    /// All columns that can be read, in the order of the lock.
    pub columns: Vec<Column>,
}

/// A list of texts or whole numbers.
#[derive(Debug, Clone)]
pub struct List {
    /// `no_contact`.
    pub name: String,
    /// The path as written.
    pub path: String,
    /// The column that is listed.
    pub key: String,
    /// Its type: Count or Text. It is joined with nothing, so that a list changes no key's type.
    pub ty: Type,
}

/// `[history.X]`.
#[derive(Debug, Clone)]
pub struct History {
    /// `history.plan`, for messages.
    pub name: String,
    /// The path as written.
    pub path: String,
    /// The key column's name.
    pub key: String,
    /// The column with the value, in its canonical type.
    pub value: Column,
    /// The column with the time from which it holds: a Timestamp or a Date.
    pub from: Column,
    /// The attribute, an index into [`Catalog::attributes`].
    pub attribute: usize,
}

impl Catalog {
    /// What the key's column is called in the outputs.
    pub fn key_name(&self) -> &str {
        self.customer_sources.first().map_or("customer_id", |source| source.key.as_str())
    }

    /// The attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<usize> {
        self.attributes.iter().position(|a| a.name == name)
    }

    /// The kind of a name.
    pub fn kind(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|k| k.name == name)
    }

    /// The look-up table whose key column has a name: `product_id` reaches `[tables.products]`.
    pub fn look_up_by_key(&self, key: &str) -> Option<usize> {
        self.look_ups.iter().position(|t| t.columns[t.key].name == key)
    }
}
