//! `segue.toml` + `segue.lock` → the catalog: canonical types, tables shared by several events, and every place where what is
//! said of the data is not what the data is.

use std::collections::BTreeMap;

use super::catalog::{Attribute, Catalog, Column, CustomerSource, EventTable, Facts, History, Kind, KindRows, List, LookUp};
use super::config::{Config, CustomersConfig, EventsConfig, Word};
use super::keys;
use super::lock::{Lock, LockedColumn, LockedSource};
use crate::diagnostics::codes::data;
use crate::diagnostics::{Code, Diagnostic, near};
use crate::program::types::Type;
use crate::source::Span;

/// The catalog of a project: what `segue.toml` says of the data and what the lock saw there, in canonical types. All that does
/// not fit together is said at once.
pub fn build(config: &Config, lock: &Lock) -> Result<Catalog, Vec<Diagnostic>> {
    let mut agreed = lock.clone();
    keys::agree(config, &mut agreed);
    let mut build = Build { config, lock: &agreed, diagnostics: Vec::new() };
    build.joined_keys();
    let (customer_sources, mut attributes, since) = build.customers();
    let histories = build.histories(&mut attributes);
    let (event_tables, kinds) = build.events();
    let look_ups = build.look_ups();
    let lists = build.lists();
    let key_type = build.key_type();
    let mut diagnostics = build.diagnostics;
    if !diagnostics.is_empty() {
        diagnostics.sort_by_key(|d| d.span.map(|s| (s.start, s.end)));
        return Err(diagnostics);
    }
    Ok(Catalog {
        name: config.name.clone(),
        zone: config.zone.clone(),
        stored_zone: config.stored_zone.clone(),
        week_starts_on: config.week_starts_on,
        customer_sources,
        attributes,
        since,
        event_tables,
        kinds,
        look_ups,
        consents: config.consents.clone(),
        every_segment_except: config.every_segment_except.clone(),
        histories,
        lists,
        key_type,
    })
}

struct Build<'a> {
    config: &'a Config,
    /// The lock with joined keys of one type.
    lock: &'a Lock,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Build<'a> {
    fn source(&mut self, name: &str, header: Span) -> Option<&'a LockedSource> {
        let found = self.lock.sources.iter().find(|s| s.name == name);
        if found.is_none() {
            self.diagnostics.push(
                Diagnostic::new(data::LOCK_BEHIND, format!("`segue.lock` does not know `[{name}]` yet."))
                    .at(header)
                    .consequence("Nothing that uses it can be checked.")
                    .help("Run `segue schema`: it reads the data and writes `segue.lock` anew."),
            );
        }
        found
    }

    /// The column that a setting names.
    fn column(&mut self, source: &'a LockedSource, setting: &str, word: &Word) -> Option<(usize, &'a LockedColumn)> {
        let found = source.columns.iter().enumerate().find(|(_, c)| c.name == word.text);
        if found.is_none() {
            let mut diagnostic = Diagnostic::new(
                data::NO_SUCH_COLUMN,
                format!("`{setting}` names `{}`, but `[{}]` has no such column.", word.text, source.name),
            )
            .at(word.span);
            if source.left_out.contains(&word.text) {
                diagnostic = diagnostic.help(
                    "The data has it, but its cells hold more than one value, which Segue does not read. Export it as plain columns.",
                );
            } else {
                let near = near::nearest(&word.text, source.columns.iter().map(|c| c.name.as_str()));
                diagnostic = diagnostic.help(match near::one_of(&near) {
                    Some(names) => format!("Did you mean {names}? If the data has changed since, run `segue schema`."),
                    None => format!("{} If the data has changed since, run `segue schema`.", columns_of(source)),
                });
                if let [only] = near.as_slice() {
                    diagnostic = diagnostic.fix(format!("write `{only}`"), word.span, *only);
                }
            }
            self.diagnostics.push(diagnostic);
        }
        found
    }

    fn wrong_type(&mut self, code: Code, word: &Word, message: String, help: &str) {
        self.diagnostics.push(Diagnostic::new(code, message).at(word.span).help(help));
    }

    /// The key column of a source: a whole number or a text.
    fn key(&mut self, source: &'a LockedSource, word: &Word) -> Option<usize> {
        let (at, column) = self.column(source, "key", word)?;
        if !matches!(column.ty, Type::Count | Type::Text) {
            let help = match column.ty {
                Type::Number => {
                    "A key is a whole number or a text. Some exports write whole numbers with a point (`12.0`) where others are missing."
                }
                _ => "A key is a whole number or a text: name the column that says which customer or which row it is.",
            };
            let message = format!("The key `{}` of `[{}]` is {}.", word.text, source.name, column.ty);
            self.wrong_type(data::NOT_A_KEY, word, message, help);
        }
        Some(at)
    }

    /// A time column of a source.
    fn time(&mut self, source: &'a LockedSource, setting: &str, word: &Word) -> Option<usize> {
        let (at, column) = self.column(source, setting, word)?;
        if !matches!(column.ty, Type::Date | Type::Timestamp) {
            let message = format!("`{setting}` names `{}` of `[{}]`, which is {}.", word.text, source.name, column.ty);
            self.wrong_type(
                data::NOT_A_TIME,
                word,
                message,
                "Name a column of dates or times. Times in files of text are written `2024-05-31` or `2024-05-31T18:30:00`.",
            );
        }
        Some(at)
    }

    /// The columns of a source in canonical types.
    fn columns(
        &mut self,
        source: &'a LockedSource,
        key: &str,
        money: &[(Word, Word)],
        later: &[Word],
        pii: &[Word],
    ) -> Vec<Column> {
        let mut currencies: BTreeMap<&str, &Word> = BTreeMap::new();
        for (word, currency) in money {
            let Some((_, column)) = self.column(source, "money", word) else { continue };
            if column.name == key {
                let message = format!("`{}` is the key of `[{}]`, so it cannot be money.", word.text, source.name);
                self.wrong_type(data::COLUMN_TYPE, word, message, "Take it out of `money`.");
                continue;
            }
            // A column of nothing is a text for want of anything else: what it is called decides.
            let holds_nothing = column.ty == Type::Text && column.missing >= source.rows;
            if !matches!(column.ty, Type::Count | Type::Number) && !holds_nothing {
                let message = format!("`money` names `{}` of `[{}]`, which is {}.", word.text, source.name, column.ty);
                self.wrong_type(
                    data::COLUMN_TYPE,
                    word,
                    message,
                    "Money is a number. Where cells hold signs or thousands' points (`€5`, `1.000,00`), export them as plain numbers.",
                );
                continue;
            }
            match currencies.get(column.name.as_str()) {
                Some(first) if first.text != currency.text => {
                    self.diagnostics.push(
                        Diagnostic::new(
                            data::SETTING_VALUE,
                            format!(
                                "`{}` is {} here and {} elsewhere, though it is one column.",
                                word.text, currency.text, first.text
                            ),
                        )
                        .at(currency.span)
                        .label(first.span, "and here")
                        .help("A column has one currency: keep the right one in both places."),
                    );
                }
                _ => drop(currencies.insert(&column.name, currency)),
            }
        }
        for word in later {
            self.column(source, "later", word);
        }
        let column = |column: &LockedColumn| Column {
            name: column.name.clone(),
            ty: match currencies.get(column.name.as_str()) {
                Some(currency) => Type::Money(currency.text.as_str().into()),
                None => column.ty.clone(),
            },
            is_later: later.iter().any(|w| w.text == column.name),
            facts: facts(column, pii.iter().any(|w| w.text == column.name)),
        };
        source.columns.iter().map(column).collect()
    }

    fn customers(&mut self) -> (Vec<CustomerSource>, Vec<Attribute>, Option<usize>) {
        let mut attributes: Vec<Attribute> = Vec::new();
        let mut since = None;
        for (at, config) in self.config.customers.iter().enumerate() {
            let Some(source) = self.source(&config.name, config.span) else { continue };
            self.key(source, &config.key);
            self.named(source, config);
            for column in self.columns(source, &config.key.text, &config.money, &[], &config.pii) {
                let is_own_key = column.name == config.key.text;
                let is_hidden = self.config.histories.iter().any(|h| h.name.text == column.name);
                if is_own_key && at > 0 || is_hidden {
                    continue;
                }
                if let Some(other) = attributes.iter().find(|a| a.name == column.name) {
                    self.twice(&column.name, config, other.source);
                    continue;
                }
                let names = |words: &[Word]| words.iter().any(|w| w.text == column.name);
                attributes.push(Attribute {
                    is_key: is_own_key,
                    is_static: names(&config.static_columns),
                    is_pii: names(&config.pii),
                    is_outcome: names(&config.outcome),
                    name: column.name,
                    source: at,
                    history: None,
                    ty: column.ty,
                    facts: column.facts,
                });
            }
            if let Some(word) = &config.since {
                self.time(source, "since", word);
                if let Some(history) = self.config.histories.iter().find(|h| h.name.text == word.text) {
                    self.diagnostics.push(
                        Diagnostic::new(data::NAME_TWICE, format!("`since` names `{}`, which has a history.", word.text))
                            .at(word.span)
                            .label(history.name.span, "the history hides the column of its name")
                            .consequence("Since when a customer exists has to be known once and for all.")
                            .help("Give the history another name."),
                    );
                }
                since = attributes.iter().position(|a| a.source == at && a.name == word.text);
            }
        }
        let of = |c: &CustomersConfig| CustomerSource {
            name: c.name.clone(),
            path: c.path.text.clone(),
            key: c.key.text.clone(),
        };
        (self.config.customers.iter().map(of).collect(), attributes, since)
    }

    /// The histories; each is an attribute, which hides a column of its name.
    fn histories(&mut self, attributes: &mut Vec<Attribute>) -> Vec<History> {
        let mut histories = Vec::new();
        for config in &self.config.histories {
            let name = format!("history.{}", config.name.text);
            let Some(source) = self.source(&name, config.name.span) else { continue };
            self.key(source, &config.key);
            let from = self.time(source, "from", &config.from);
            let value = self.column(source, "value", &config.value).map(|(at, _)| at);
            let is_pii = self.config.customers.iter().flat_map(|c| &c.pii).any(|w| w.text == config.name.text);
            let hidden: Vec<Word> = if is_pii { vec![config.value.clone()] } else { Vec::new() };
            let columns = self.columns(source, &config.key.text, &config.money, &[], &hidden);
            let column = |at: Option<usize>| at.and_then(|at| columns.get(at)).cloned();
            let (Some(from), Some(value)) = (column(from), column(value)) else { continue };
            if matches!(value.ty, Type::List(_)) {
                let message = format!("`value` names `{}` of `[{name}]`, which is {}.", value.name, value.ty);
                self.wrong_type(data::COLUMN_TYPE, &config.value, message, "A history has one value at a time.");
                continue;
            }
            let key = self.config.customers.first().map(|c| c.key.text.as_str());
            if key == Some(config.name.text.as_str()) {
                let message = format!("`[{name}]` has the name of the key of `[customers]`, which never changes.");
                self.wrong_type(data::COLUMN_TYPE, &config.name, message, "Give the history another name.");
                continue;
            }
            attributes.push(Attribute {
                name: config.name.text.clone(),
                source: self.config.customers.len(),
                history: Some(histories.len()),
                ty: value.ty.clone(),
                is_key: false,
                is_static: false,
                is_pii,
                is_outcome: false,
                facts: Facts { has_missing: true, values: value.facts.values.clone() },
            });
            histories.push(History {
                name,
                path: config.path.text.clone(),
                key: config.key.text.clone(),
                value,
                from,
                attribute: attributes.len() - 1,
            });
        }
        histories
    }

    /// The columns that lists of `[customers]` name.
    fn named(&mut self, source: &'a LockedSource, config: &CustomersConfig) {
        for (setting, words) in [("static", &config.static_columns), ("outcome", &config.outcome), ("pii", &config.pii)] {
            for word in words {
                self.column(source, setting, word);
            }
        }
    }

    fn twice(&mut self, column: &str, config: &CustomersConfig, other: usize) {
        let mut diagnostic = Diagnostic::new(
            data::NAME_TWICE,
            format!("`[{}]` has a column `{column}`, and so has another source of customers.", config.name),
        )
        .at(config.span)
        .consequence("All columns of customers are one set of names, so it could not be told which one is meant.")
        .help(format!("Rename `{column}` in one of the two exports, or leave it out there."));
        if let Some(other) = self.config.customers.get(other) {
            diagnostic = diagnostic.label(other.span, "here too");
        }
        self.diagnostics.push(diagnostic);
    }

    fn events(&mut self) -> (Vec<EventTable>, Vec<Kind>) {
        let mut tables = Vec::new();
        let mut kinds: Vec<(Kind, Span)> = Vec::new();
        let mut shared: Vec<Vec<&'a EventsConfig>> = Vec::new();
        for config in &self.config.events {
            match shared.iter_mut().find(|s| s.iter().any(|other| is_one_table(config, other))) {
                Some(of) => of.push(config),
                None => shared.push(vec![config]),
            }
        }
        for of in shared {
            let Some(table) = self.event_table(&of, "events") else { continue };
            for config in of {
                let rows = config.filter.clone().map_or(KindRows::All, KindRows::Where);
                kinds.push((Kind { name: config.name.text.clone(), table: tables.len(), rows }, config.name.span));
            }
            tables.push(table);
        }
        for config in &self.config.streams {
            let Some(table) = self.event_table(&[config], "streams") else { continue };
            for (name, span) in self.kinds_of(config) {
                let rows = KindRows::Value { value: name.clone(), filter: config.filter.clone() };
                kinds.push((Kind { name, table: tables.len(), rows }, span));
            }
            tables.push(table);
        }
        kinds.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        for pair in kinds.windows(2) {
            if let [(first, first_at), (second, second_at)] = pair
                && first.name == second.name
            {
                self.diagnostics.push(
                    Diagnostic::new(data::NAME_TWICE, format!("Two events have the name `{}`.", second.name))
                        .at(*second_at)
                        .label(*first_at, "the other one")
                        .consequence("It could not be told which of the two is meant.")
                        .help("Give the `[events.…]` another name, or rename the kind in the export."),
                );
            }
        }
        (tables, kinds.into_iter().map(|k| k.0).collect())
    }

    /// The table that several `[events.X]` share, or that of a stream.
    fn event_table(&mut self, of: &[&'a EventsConfig], group: &str) -> Option<EventTable> {
        let first = of.first()?;
        let name = format!("{group}.{}", first.name.text);
        // The lock may know the table by the name of any of them.
        let known =
            of.iter().map(|c| format!("{group}.{}", c.name.text)).find(|n| self.lock.sources.iter().any(|s| s.name == *n));
        let source = self.source(known.as_ref().unwrap_or(&name), first.name.span)?;
        self.key(source, &first.key);
        let time = self.time(source, "time", &first.time);
        let order = first.order.as_ref().and_then(|word| {
            let (at, column) = self.column(source, "order", word)?;
            if matches!(column.ty, Type::Boolean | Type::List(_)) {
                let message = format!("`order` names `{}` of `[{}]`, which is {}.", word.text, source.name, column.ty);
                self.wrong_type(
                    data::COLUMN_TYPE,
                    word,
                    message,
                    "Name a column of numbers, times or texts that says which event came first.",
                );
            }
            Some(at)
        });
        let stream = first.event.as_ref().and_then(|word| {
            let (at, column) = self.column(source, "event", word)?;
            if column.ty != Type::Text {
                let message = format!("`event` names `{}` of `[{}]`, which is {}.", word.text, source.name, column.ty);
                self.wrong_type(
                    data::COLUMN_TYPE,
                    word,
                    message,
                    "Events are named by a text: name the column that says what happened.",
                );
            }
            Some(at)
        });
        let money: Vec<_> = of.iter().flat_map(|c| c.money.iter().cloned()).collect();
        let later: Vec<_> = of.iter().flat_map(|c| c.later.iter().cloned()).collect();
        let columns = self.columns(source, &first.key.text, &money, &later, &[]);
        Some(EventTable {
            name,
            path: first.path.text.clone(),
            key: first.key.text.clone(),
            time: time?,
            order,
            stream,
            columns,
        })
    }

    /// The kinds of a stream, those that the data has and those that `kinds` lists, each with the place to point at.
    fn kinds_of(&mut self, config: &EventsConfig) -> Vec<(String, Span)> {
        let header = config.event.as_ref().map_or(config.name.span, |e| e.span);
        let name = format!("streams.{}", config.name.text);
        let found: &[String] = self.lock.sources.iter().find(|s| s.name == name).map_or(&[], |s| &s.kinds);
        let listed: BTreeMap<&str, Span> = config.kinds.iter().map(|w| (w.text.as_str(), w.span)).collect();
        let others: Vec<&str> = found.iter().map(String::as_str).filter(|k| !listed.contains_key(k)).collect();
        if !listed.is_empty() && !others.is_empty() {
            let shown = others.iter().take(5).map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
            let more = others.len().saturating_sub(5);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let at = match (config.kinds.first(), config.kinds.last()) {
                (Some(first), Some(last)) => first.span.to(last.span),
                _ => header,
            };
            self.diagnostics.push(
                Diagnostic::new(
                    data::KIND_UNKNOWN,
                    format!("The data of `[{name}]` has events that `kinds` does not list: {shown}{more}."),
                )
                .at(at)
                .help("Add them to `kinds`, or take `kinds` out: then each kind in the data is an event."),
            );
        }
        let mut all: BTreeMap<String, Span> = found.iter().map(|k| (k.clone(), header)).collect();
        all.extend(listed.into_iter().map(|(k, span)| (k.to_owned(), span)));
        all.into_iter().collect()
    }

    fn look_ups(&mut self) -> Vec<LookUp> {
        let mut look_ups = Vec::new();
        for (at, config) in self.config.tables.iter().enumerate() {
            if let Some(other) = self.config.tables.iter().take(at).find(|t| t.key.text == config.key.text) {
                self.diagnostics.push(
                    Diagnostic::new(data::NAME_TWICE, format!("Two look-up tables have the key `{}`.", config.key.text))
                        .at(config.key.span)
                        .label(other.key.span, "the other one")
                        .consequence(format!("It could not be told which of the two `{}.…` reaches.", config.key.text))
                        .help("Put the columns of both into one file, or give one key another name in its export."),
                );
            }
            let name = format!("tables.{}", config.name.text);
            let Some(source) = self.source(&name, config.name.span) else { continue };
            let key = self.key(source, &config.key);
            let columns = self.columns(source, &config.key.text, &config.money, &[], &[]);
            let Some(key) = key else { continue };
            look_ups.push(LookUp { name: config.name.text.clone(), path: config.path.text.clone(), key, columns });
        }
        look_ups
    }

    fn lists(&mut self) -> Vec<List> {
        let mut lists = Vec::new();
        for config in &self.config.lists {
            let name = format!("lists.{}", config.name.text);
            let Some(source) = self.source(&name, config.name.span) else { continue };
            let Some(column) = self.key(source, &config.key).and_then(|at| source.columns.get(at)) else { continue };
            lists.push(List {
                name: config.name.text.clone(),
                path: config.path.text.clone(),
                key: config.key.text.clone(),
                ty: column.ty.clone(),
            });
        }
        lists
    }

    /// Says of joined columns that are neither whole numbers nor texts that they cannot be; those that are keys by their own
    /// table's word are said by `key`.
    fn joined_keys(&mut self) {
        for table in &self.config.tables {
            let key = table.key.text.as_str();
            let of_events = keys::tables_of_events(self.config).map(|(name, e)| (name, e.key.text.as_str()));
            let of_customers = self.config.customers.iter().map(|c| (c.name.clone(), c.key.text.as_str()));
            let joined: Vec<String> =
                of_events.chain(of_customers).filter(|(_, own_key)| *own_key != key).map(|(name, _)| name).collect();
            for name in joined {
                let Some(source) = self.lock.sources.iter().find(|s| s.name == name) else { continue };
                let Some(column) = source.columns.iter().find(|c| c.name == key) else { continue };
                if !matches!(column.ty, Type::Count | Type::Text) {
                    self.diagnostics.push(
                        Diagnostic::new(
                            data::KEYS_APART,
                            format!(
                                "`{key}` of `[{name}]` is {}, so it cannot reach a row of `[tables.{}]`.",
                                column.ty, table.name.text
                            ),
                        )
                        .at(table.key.span)
                        .consequence("Every look-up through it would be missing.")
                        .help("Export it as a whole number or a text, as in the look-up table, or rename one of the two."),
                    );
                }
            }
        }
    }

    /// The type of customers' keys.
    fn key_type(&self) -> Type {
        let customers = self.config.customers.iter().map(|c| (c.name.clone(), &c.key));
        let events = keys::tables_of_events(self.config).map(|(name, e)| (name, &e.key));
        let column = |(name, key): (String, &Word)| {
            let source = self.lock.sources.iter().find(|s| s.name == name)?;
            source.columns.iter().find(|c| c.name == key.text)
        };
        customers.chain(events).find_map(column).map_or(Type::Count, |c| c.ty.clone())
    }
}

/// Whether two `[events.X]` are over one table.
fn is_one_table(a: &EventsConfig, b: &EventsConfig) -> bool {
    let text = |w: &Option<Word>| w.as_ref().map(|w| w.text.clone());
    a.path.text == b.path.text && a.key.text == b.key.text && a.time.text == b.time.text && text(&a.order) == text(&b.order)
}

fn facts(column: &LockedColumn, is_pii: bool) -> Facts {
    let values = if is_pii || column.ty != Type::Text { None } else { column.values.clone() };
    Facts { has_missing: column.missing > 0, values }
}

fn columns_of(source: &LockedSource) -> String {
    const SHOWN: usize = 12;
    let names = source.columns.iter().take(SHOWN).map(|c| format!("`{}`", c.name)).collect::<Vec<_>>().join(", ");
    match source.columns.len().saturating_sub(SHOWN) {
        0 => format!("Its columns are {names}."),
        more => format!("Its columns are {names} and {more} more."),
    }
}
