//! `segue.toml` as written: where the data is and what its columns mean. Reading it gives every error of the file at once,
//! each at its place; what only the data can tell (whether a column is there, of which type) is for `catalog` and `schema`.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use toml::de::{DeTable, DeValue};

use super::catalog::ConditionText;
use super::settings::{Table, Walk};
use crate::diagnostics::codes::data;
use crate::diagnostics::{Diagnostic, near};
use crate::source::{FileId, Span};

/// A whole `segue.toml`.
#[derive(Debug, Clone)]
pub struct Config {
    /// `[project] name`
    pub name: String,
    /// `timezone`: where days, weeks and months begin
    pub zone: TimeZone,
    /// `timestamps`: zone of timestamps stored without one
    pub stored_zone: TimeZone,
    /// `week_starts_on`
    pub week_starts_on: Weekday,
    /// `[customers]` first, then each `[customers.X]` by name; empty without `[customers]`
    pub customers: Vec<CustomersConfig>,
    /// each `[events.X]`, by name
    pub events: Vec<EventsConfig>,
    /// each `[streams.X]`, by name
    pub streams: Vec<EventsConfig>,
    /// each `[tables.X]`, by name
    pub tables: Vec<TableConfig>,
    /// each `[history.X]`, by name
    pub histories: Vec<HistoryConfig>,
    /// each `[lists.X]`, by name
    pub lists: Vec<ListConfig>,
    /// `[consent]`: purpose → condition, by name
    pub consents: Vec<(String, ConditionText)>,
    /// `[every_segment] except`
    pub every_segment_except: Option<ConditionText>,
}

/// A word of the file with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// the word, without quotes
    pub text: String,
    /// where it stands
    pub span: Span,
}

/// `[customers]` or `[customers.X]`.
#[derive(Debug, Clone)]
pub struct CustomersConfig {
    /// `customers` or `customers.support`
    pub name: String,
    /// the header: what a message points at when a setting is missing
    pub span: Span,
    /// `path`
    pub path: Word,
    /// `key`
    pub key: Word,
    /// `since`; only of `[customers]`
    pub since: Option<Word>,
    /// `static`
    pub static_columns: Vec<Word>,
    /// `money`: column and currency
    pub money: Vec<(Word, Word)>,
    /// `outcome`
    pub outcome: Vec<Word>,
    /// `pii`
    pub pii: Vec<Word>,
}

/// `[events.X]` or `[streams.X]`.
#[derive(Debug, Clone)]
pub struct EventsConfig {
    /// `purchase`, `web`: the name after the dot
    pub name: Word,
    /// `path`
    pub path: Word,
    /// `key`
    pub key: Word,
    /// `time`
    pub time: Word,
    /// `order`
    pub order: Option<Word>,
    /// `where`; only of `[events.X]` and of streams alike
    pub filter: Option<ConditionText>,
    /// `money`: column and currency
    pub money: Vec<(Word, Word)>,
    /// `later`
    pub later: Vec<Word>,
    /// of a stream: `event`, the column that holds the kind
    pub event: Option<Word>,
    /// of a stream: `kinds`
    pub kinds: Vec<Word>,
}

/// `[tables.X]`.
#[derive(Debug, Clone)]
pub struct TableConfig {
    /// `products`: the name after the dot
    pub name: Word,
    /// `path`
    pub path: Word,
    /// `key`
    pub key: Word,
    /// `money`: column and currency
    pub money: Vec<(Word, Word)>,
}

/// `[lists.X]`.
#[derive(Debug, Clone)]
pub struct ListConfig {
    /// `no_contact`: the name after the dot
    pub name: Word,
    /// `path`
    pub path: Word,
    /// `key`: the column with what is listed
    pub key: Word,
}

/// `[history.X]`.
#[derive(Debug, Clone)]
pub struct HistoryConfig {
    /// `plan`: the name after the dot, which is the attribute's
    pub name: Word,
    /// `path`
    pub path: Word,
    /// `key`
    pub key: Word,
    /// `value`: the column with the value
    pub value: Word,
    /// `from`: the column with the time from which it holds
    pub from: Word,
    /// `money`: column and currency
    pub money: Vec<(Word, Word)>,
}

/// Reads a `segue.toml`; `text` is that of `file`. All errors of the file are given at once, in their order in the file.
pub fn read(file: FileId, text: &str) -> Result<Config, Vec<Diagnostic>> {
    let (mut walk, root) = Walk::start(file, text);
    let top = Table {
        name: "segue.toml".to_owned(),
        span: walk.span(0..text.len().min(1)),
        entries: root.get_ref(),
        is_top: true,
    };
    walk.unknown(&top, TOP, |name| {
        let owners: Vec<&str> = KINDS.iter().filter(|k| k.1.contains(&name)).map(|k| k.0).collect();
        (!owners.is_empty()).then(|| format!("It belongs below the line of its table: {}.", owners.join(", ")))
    });

    let project = project(&mut walk, &top);
    let customers = customers(&mut walk, &top);
    let events =
        many(&mut walk, &top, "events", "[events.purchase]", |walk, name, table| event_table(walk, name, table, false));
    let streams =
        many(&mut walk, &top, "streams", "[streams.web]", |walk, name, table| event_table(walk, name, table, true));
    let tables = many(&mut walk, &top, "tables", "[tables.products]", |walk, name, table| {
        settings(walk, table, TABLES);
        let path = walk.needed(table, "path", "exports/products.parquet", PATH);
        let key = walk.needed(table, "key", "product_id", "the column by which events and customers reach a row");
        Some(TableConfig { name, path: path?, key: key?, money: walk.money(table) })
    });
    let histories = many(&mut walk, &top, "history", "[history.plan]", |walk, name, table| {
        settings(walk, table, HISTORY);
        let path = walk.needed(table, "path", "exports/plan_changes.parquet", PATH);
        let key = walk.needed(table, "key", "customer_id", KEY);
        let value = walk.needed(table, "value", "plan", "the column with the value");
        let from = walk.needed(table, "from", "changed_at", "the column with the time from which the value holds");
        let money = walk.money(table);
        Some(HistoryConfig { name, path: path?, key: key?, value: value?, from: from?, money })
    });
    let lists = many(&mut walk, &top, "lists", "[lists.no_contact]", |walk, name, table| {
        settings(walk, table, LISTS);
        let path = walk.needed(table, "path", "lists/no_contact.csv", PATH);
        let key = walk.needed(table, "key", "customer_id", "the column with what is listed");
        Some(ListConfig { name, path: path?, key: key? })
    });
    let consents = consents(&mut walk, &top);
    let every_segment_except = only(&mut walk, &top, "every_segment", "[every_segment]").and_then(|table| {
        settings(&mut walk, &table, EVERY_SEGMENT);
        walk.condition(&table, "except")
    });

    let has_data = ["customers", "events", "streams"].iter().any(|t| top.get(t).is_some());
    if !has_data && !walk.is_damaged {
        walk.note(
            Diagnostic::new(data::MISSING_SETTING, "`segue.toml` does not say where customers or events are.").at(top.span).help(
                "Add at least one table of events:\n[events.purchase]\npath = \"exports/orders.parquet\"\nkey = \"customer_id\"\ntime = \"ts\"",
            ),
        );
    }
    if let Some(history) = histories.first()
        && top.get("customers").is_none()
        && !walk.is_damaged
    {
        walk.note(
            Diagnostic::new(data::MISSING_SETTING, format!("`[history.{}]` needs `[customers]`.", history.name.text))
                .at(history.name.span)
                .consequence("A history says what an attribute of a customer was; without a table of customers there are no attributes.")
                .help("Add the table of customers, even if it has nothing but their keys:\n[customers]\npath = \"exports/customers.parquet\"\nkey = \"customer_id\""),
        );
    }
    match project {
        Some((name, zone, stored_zone, week_starts_on)) if walk.diagnostics.is_empty() => Ok(Config {
            name,
            zone,
            stored_zone,
            week_starts_on,
            customers,
            events,
            streams,
            tables,
            histories,
            lists,
            consents,
            every_segment_except,
        }),
        _ => Err(walk.found()),
    }
}

const PATH: &str = "where its files are";
const KEY: &str = "the column that says which customer";

/// The tables of the file.
const TOP: &[&str] =
    &["project", "customers", "events", "streams", "tables", "history", "lists", "consent", "every_segment"];
const PROJECT: &[&str] = &["name", "timezone", "timestamps", "week_starts_on"];
const CUSTOMERS: &[&str] = &["path", "key", "since", "static", "money", "outcome", "pii"];
const MORE_CUSTOMERS: &[&str] = &["path", "key", "static", "money", "outcome", "pii"];
const EVENTS: &[&str] = &["path", "key", "time", "order", "where", "money", "later"];
const STREAMS: &[&str] = &["path", "key", "time", "event", "kinds", "order", "where", "money", "later"];
const TABLES: &[&str] = &["path", "key", "money"];
const HISTORY: &[&str] = &["path", "key", "value", "from", "money"];
const LISTS: &[&str] = &["path", "key"];
const EVERY_SEGMENT: &[&str] = &["except"];
const WEEKDAYS: &[(&str, Weekday)] = &[
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Each kind of table with its settings, for a setting that stands in the wrong one.
const KINDS: &[(&str, &[&str])] = &[
    ("`[project]`", PROJECT),
    ("`[customers]`", CUSTOMERS),
    ("`[events.…]`", EVENTS),
    ("`[streams.…]`", STREAMS),
    ("`[tables.…]`", TABLES),
    ("`[history.…]`", HISTORY),
    ("`[lists.…]`", LISTS),
    ("`[every_segment]`", EVERY_SEGMENT),
];

/// Says which settings of a table are not its own.
fn settings(walk: &mut Walk, table: &Table, known: &[&str]) {
    walk.unknown(table, known, |name| {
        if name == "since" && table.name.starts_with("[customers.") {
            return Some("`[customers]` alone decides who exists: move `since` there.".to_owned());
        }
        // A near setting of this very table is the likelier slip.
        if !near::nearest(name, known.iter().copied()).is_empty() {
            return None;
        }
        let owners: Vec<&str> = KINDS.iter().filter(|k| k.1.contains(&name)).map(|k| k.0).collect();
        (!owners.is_empty()).then(|| format!("It is a setting of {}.", owners.join(", ")))
    });
}

/// A table that stands once.
fn only<'t>(walk: &mut Walk, top: &Table<'t>, name: &str, example: &str) -> Option<Table<'t>> {
    let (key, value) = top.get(name)?;
    walk.table(format!("[{name}]"), key, value, example)
}

/// Each `[group.X]`, by name.
fn many<T>(
    walk: &mut Walk,
    top: &Table,
    group: &str,
    example: &str,
    mut one: impl FnMut(&mut Walk, Word, &Table) -> Option<T>,
) -> Vec<T> {
    let Some(all) = only(walk, top, group, example) else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in all.entries {
        let name = Word { text: key.get_ref().to_string(), span: walk.span(key.span()) };
        if name.text.is_empty() {
            walk.note(
                Diagnostic::new(data::SETTING_VALUE, format!("A table of `[{group}]` has no name."))
                    .at(name.span)
                    .help(format!("Name it, such as `{example}`.")),
            );
            continue;
        }
        if !matches!(value.get_ref(), DeValue::Table(_)) {
            walk.note(
                Diagnostic::new(
                    data::UNKNOWN_SETTING,
                    format!("`[{group}]` has no settings of its own, such as `{}`.", name.text),
                )
                .at(name.span)
                .help(format!("Give the table a name: write `{example}` in place of `[{group}]`.")),
            );
            continue;
        }
        let Some(table) = walk.table(format!("[{group}.{}]", name.text), key, value, example) else { continue };
        // `[events.web.visit]` is a table in a table.
        if let Some((inner, value)) = table.entries.iter().next()
            && matches!(value.get_ref(), DeValue::Table(_))
            && table.entries.len() == 1
            && !walk.is_in_braces(value)
        {
            walk.note(
                Diagnostic::new(
                    data::UNKNOWN_SETTING,
                    format!("`[{group}.{}.{}]` has a point too many.", name.text, inner.get_ref()),
                )
                .at(name.span)
                .help(format!(
                    "A name with a point in it stands in quotes: `[{group}.\"{}.{}\"]`.",
                    name.text,
                    inner.get_ref()
                )),
            );
            continue;
        }
        found.extend(one(walk, name, &table));
    }
    found
}

/// `[project]`: name, zone, zone of stored times, first day of the week.
fn project(walk: &mut Walk, top: &Table) -> Option<(String, TimeZone, TimeZone, Weekday)> {
    if top.get("project").is_none() {
        if !walk.is_damaged {
            walk.note(
                Diagnostic::new(data::MISSING_SETTING, "`segue.toml` has no `[project]`.")
                    .at(top.span)
                    .help("Begin the file with these two lines:\n[project]\nname = \"shop\""),
            );
        }
        return None;
    }
    let table = only(walk, top, "project", "[project]")?;
    settings(walk, &table, PROJECT);
    let name = walk.needed(&table, "name", "shop", "which is shown with every run");
    let zone = zone(walk, &table, "timezone");
    let stored = self::zone(walk, &table, "timestamps");
    let week = match walk.optional(&table, "week_starts_on") {
        None => Some(Weekday::Monday),
        Some(day) => {
            let found = WEEKDAYS.iter().find(|w| w.0 == day.text).map(|w| w.1);
            if found.is_none() {
                let near = near::nearest(&day.text, WEEKDAYS.iter().map(|w| w.0));
                let mut diagnostic = Diagnostic::new(data::SETTING_VALUE, format!("`{}` is no day of the week.", day.text))
                    .at(day.span)
                    .help("Write one of `monday`, `tuesday`, `wednesday`, `thursday`, `friday`, `saturday` or `sunday`.");
                if let [only] = near.as_slice() {
                    diagnostic = diagnostic.fix(format!("write `{only}`"), day.span, *only);
                }
                walk.note(diagnostic);
            }
            found
        }
    };
    Some((name?.text, zone?, stored?, week?))
}

/// A time zone; UTC where it is left out.
fn zone(walk: &mut Walk, table: &Table, key: &str) -> Option<TimeZone> {
    let Some((_, _)) = table.get(key) else { return Some(TimeZone::UTC) };
    let word = walk.optional(table, key)?;
    if let Ok(zone) = TimeZone::get(&word.text) {
        return Some(zone);
    }
    let names: Vec<String> = jiff::tz::db().available().map(|n| n.as_str().to_owned()).collect();
    // `Berlin` means the zone that ends so.
    let city: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|n| n.rsplit('/').next().is_some_and(|c| c.eq_ignore_ascii_case(&word.text.replace(' ', "_"))))
        .collect();
    let near = if city.is_empty() { near::nearest(&word.text, names.iter().map(String::as_str)) } else { city };
    let mut diagnostic = Diagnostic::new(data::SETTING_VALUE, format!("There is no time zone `{}`.", word.text))
        .at(word.span)
        .consequence("Days, weeks and months could not be told apart, so no window could be either.");
    diagnostic = match near::one_of(&near) {
        Some(names) => diagnostic.help(format!("Did you mean {names}?")),
        None => {
            diagnostic.help("Write a zone by its area and city, such as `Europe/Berlin` or `America/New_York`, or `UTC`.")
        }
    };
    if let [only] = near.as_slice() {
        diagnostic = diagnostic.fix(format!("write `{only}`"), word.span, *only);
    }
    walk.note(diagnostic);
    None
}

/// `[customers]` and each `[customers.X]`.
fn customers(walk: &mut Walk, top: &Table) -> Vec<CustomersConfig> {
    let Some(table) = only(walk, top, "customers", "[customers]") else { return Vec::new() };
    // A table below it is another source, but for `money`, and for a misspelt setting that is written in braces.
    let is_source = |walk: &Walk, key: &str, value: &toml::Spanned<DeValue>| {
        matches!(value.get_ref(), DeValue::Table(_)) && !CUSTOMERS.contains(&key) && !walk.is_in_braces(value)
    };
    let mut own = DeTable::new();
    let mut sources = Vec::new();
    for (key, value) in table.entries {
        if is_source(walk, key.get_ref(), value) {
            sources.push((key, value));
        } else {
            own.insert(key.clone(), value.clone());
        }
    }
    let mut found = Vec::new();
    if own.is_empty() && !sources.is_empty() {
        if !walk.is_damaged {
            walk.note(
                Diagnostic::new(
                    data::MISSING_SETTING,
                    "There is `[customers.…]` but no `[customers]`, which decides who exists.",
                )
                .at(table.span)
                .help("Name one of the sources `[customers]`: the one with a row for each customer."),
            );
        }
    } else {
        let table = Table { name: table.name, span: table.span, entries: &own, is_top: false };
        settings(walk, &table, CUSTOMERS);
        found.extend(source(walk, "customers".to_owned(), &table));
    }
    for (key, value) in sources {
        let name = format!("customers.{}", key.get_ref());
        let Some(table) = walk.table(format!("[{name}]"), key, value, "[customers.support]") else { continue };
        settings(walk, &table, MORE_CUSTOMERS);
        found.extend(source(walk, name, &table));
    }
    found
}

fn source(walk: &mut Walk, name: String, table: &Table) -> Option<CustomersConfig> {
    let path = walk.needed(table, "path", "exports/customers.parquet", PATH);
    let key = walk.needed(table, "key", "customer_id", KEY);
    let since = if name == "customers" { walk.optional(table, "since") } else { None };
    let static_columns = walk.words(table, "static");
    let money = walk.money(table);
    let outcome = walk.words(table, "outcome");
    let pii = walk.words(table, "pii");
    for word in &outcome {
        if let Some(other) = static_columns.iter().find(|w| w.text == word.text) {
            walk.note(
                Diagnostic::new(
                    data::SETTING_VALUE,
                    format!(
                        "`{}` is both `static` and `outcome`: it cannot be known all along and come out afterwards.",
                        word.text
                    ),
                )
                .at(word.span)
                .label(other.span, "static here")
                .help("Take it out of one of the two lists."),
            );
        }
    }
    if let Some(key) = &key
        && let Some(word) = pii.iter().find(|w| w.text == key.text)
    {
        walk.note(
            Diagnostic::new(
                data::SETTING_VALUE,
                format!("The key `{}` cannot be `pii`: it stands in every output.", word.text),
            )
            .at(word.span)
            .label(key.span, "the key")
            .help("Take it out of `pii`. Where the key itself tells who somebody is, export the data with another key."),
        );
    }
    Some(CustomersConfig { name, span: table.span, path: path?, key: key?, since, static_columns, money, outcome, pii })
}

/// `[events.X]` or `[streams.X]`.
fn event_table(walk: &mut Walk, name: Word, table: &Table, is_stream: bool) -> Option<EventsConfig> {
    settings(walk, table, if is_stream { STREAMS } else { EVENTS });
    let path = walk.needed(table, "path", "exports/orders/*.parquet", PATH);
    let key = walk.needed(table, "key", "customer_id", KEY);
    let time = walk.needed(table, "time", "ts", "the column that says when");
    let event = if is_stream {
        Some(walk.needed(table, "event", "event_type", "the column whose values become the events' names"))
    } else {
        None
    };
    let order = walk.optional(table, "order");
    let filter = walk.condition(table, "where");
    let money = walk.money(table);
    let later = walk.words(table, "later");
    let kinds = if is_stream { walk.words(table, "kinds") } else { Vec::new() };
    let event = match event {
        Some(needed) => Some(needed?),
        None => None,
    };
    Some(EventsConfig { name, path: path?, key: key?, time: time?, order, filter, money, later, event, kinds })
}

/// `[consent]`: each purpose with its condition.
fn consents(walk: &mut Walk, top: &Table) -> Vec<(String, ConditionText)> {
    let Some(table) = only(walk, top, "consent", "[consent]") else { return Vec::new() };
    let mut found = Vec::new();
    for key in table.entries.keys() {
        if let Some(condition) = walk.condition(&table, key.get_ref()) {
            found.push((key.get_ref().to_string(), condition));
        }
    }
    found
}
