//! Events: kinds of the data, `any event`, `(a or b)`, filters, and the `event` declarations.

use std::collections::HashMap;

use super::Checker;
use super::names::{Declared, as_written};
use super::order;
use super::rows::these;
use super::scope::{Row, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Condition, ConditionKind, Event, EventPart, KindId};
use crate::source::Span;
use crate::syntax::tree::{self, EventKind};

/// How many parts, and how many conditions in all their filters, an event may have: declarations of declarations can multiply.
const MOST_PARTS: usize = 10_000;
const MOST_CONDITIONS: usize = 50_000;
/// Equal parts are looked for among so many.
const MOST_COMPARED: usize = 1_000;

impl Checker<'_> {
    /// Works out the declared events, each after those it is made of.
    pub(super) fn declared_events(&mut self) {
        let declarations = self.names.events.clone();
        self.events = vec![None; declarations.len()];
        let uses: Vec<Vec<(usize, Span)>> = declarations
            .iter()
            .map(|declaration| {
                let mut names = Vec::new();
                event_names(&declaration.event, &mut names);
                let used = |name: &tree::Name| match self.names.get(&name.text) {
                    Some(Declared::Event(i)) => Some((i, name.span)),
                    _ => None,
                };
                names.into_iter().filter_map(used).collect()
            })
            .collect();
        for part in order::connected(&uses) {
            if part.len() > 1 || part.iter().any(|i| uses[*i].iter().any(|(j, _)| i == j)) {
                let way = order::way_round(&uses, &part);
                let steps: Vec<(String, Span)> =
                    way.iter().map(|(i, span)| (format!("`{}`", declarations[*i].name.text), *span)).collect();
                let diagnostic = order::circle(&steps).map(|d| d.consequence("Nobody can say which events it has."));
                self.said.extend(diagnostic);
                continue;
            }
            for i in part {
                let declaration = declarations[i];
                if has_any(&declaration.event) {
                    self.said.push(
                        Diagnostic::new(
                            codes::names::WRONG_KIND,
                            format!("`{}` cannot be made of any event: a declared event names its parts", declaration.name.text),
                        )
                        .at(declaration.event.span)
                        .help("Name the events, joined with `or`; for all of them, write `anything` or `any event` where you use it."),
                    );
                    continue;
                }
                self.events[i] = self.event(&declaration.event);
            }
        }
    }

    /// An event as written.
    pub(super) fn event(&mut self, event: &tree::Event) -> Option<Event> {
        let found = match &event.kind {
            EventKind::Named(name) => self.named_event(name)?,
            EventKind::Any => self.any_event(),
            EventKind::Inner(inner) => self.event(inner)?,
            EventKind::OneOf(parts) => {
                // All of them, so that each unknown name is said.
                let found: Vec<Option<Event>> = parts.iter().map(|part| self.event(part)).collect();
                let mut all = Event { parts: Vec::new() };
                for part in found {
                    all.parts.extend(part?.parts);
                }
                without_repeats(all)
            }
        };
        let found = match &event.filter {
            Some(filter) => self.filtered(found, filter, &event.kind)?,
            None => found,
        };
        let conditions: usize = found.parts.iter().filter_map(|p| p.filter.as_ref()).map(size).sum();
        if found.parts.len() > MOST_PARTS || conditions > MOST_CONDITIONS {
            return self.refuse(
                Diagnostic::new(
                    codes::types::TOO_LARGE,
                    format!("This event has {} parts with {conditions} conditions in all", found.parts.len()),
                )
                .at(event.span)
                .help("Say the same with fewer: put what is common to all parts into one filter."),
            );
        }
        Some(found)
    }

    /// All kinds of the data.
    pub(super) fn any_event(&self) -> Event {
        Event { parts: (0..self.catalog.kinds.len()).map(|i| EventPart { kind: KindId(i), filter: None }).collect() }
    }

    fn named_event(&mut self, name: &tree::Name) -> Option<Event> {
        match self.names.get(&name.text) {
            Some(Declared::Event(i)) => return self.events.get(i)?.clone(),
            Some(Declared::Silent) => return None,
            Some(Declared::Trait(_)) => return self.not_an_event(name, "a trait"),
            Some(Declared::Segment(_)) => return self.not_an_event(name, "a segment"),
            Some(Declared::Funnel(_)) => return self.funnel_as_value(name),
            Some(Declared::Priority) => return self.priority_as_value(name),
            None => {}
        }
        if let Some(kind) = self.catalog.kind(&name.text) {
            return Some(Event { parts: vec![EventPart { kind: KindId(kind), filter: None }] });
        }
        if self.catalog.attribute(&name.text).is_some() {
            return self.not_an_event(name, "an attribute of customers");
        }
        let says = Diagnostic::new(codes::names::UNKNOWN_EVENT, format!("There is no event `{}`", name.text))
            .at(name.span)
            .consequence("It is not known what the customers should have done.");
        let mut names = self.declared(|d| matches!(d, Declared::Event(_)));
        names.extend(self.catalog.kinds.iter().map(|k| k.name.as_str()));
        let otherwise = match names.as_slice() {
            [] => "The project has no events yet: see `[events]` in segue.toml.".to_owned(),
            names => these("The events are", names),
        };
        let says = self.suggest(says, name, names, &otherwise);
        self.refuse(says)
    }

    fn not_an_event<T>(&mut self, name: &tree::Name, what: &str) -> Option<T> {
        let written = as_written(&name.text);
        self.refuse(
            Diagnostic::new(codes::names::WRONG_KIND, format!("`{}` is {what}, not an event", name.text))
                .at(name.span)
                .consequence("It is not known what the customers should have done.")
                .help(if what == "a segment" {
                    format!("For its members, write `in segment {written}`.")
                } else {
                    format!("Use `{written}` without `did`, `count` or `last` before it.")
                }),
        )
    }

    /// The events that fit a filter, which is checked once for each table that they come from.
    pub(super) fn filtered(&mut self, event: Event, filter: &tree::Expr, kind: &EventKind) -> Option<Event> {
        let tables = self.tables_of(&event);
        let columns = self.columns_of(&tables);
        let shown = shown(kind);
        let mut conditions: HashMap<usize, Condition> = HashMap::new();
        let before = self.said.len();
        for (i, table) in tables.iter().enumerate() {
            let row = Row { table: *table, columns: columns.clone(), event: &shown, is_qualified: false };
            let condition = self.condition(filter, Scope::of_row(&row));
            if i > 0 {
                // What is wrong was said of the first table; the columns are of the same types in all.
                self.said.truncate(before);
            }
            conditions.insert(*table, condition?);
        }
        let parts = event.parts.into_iter().map(|part| {
            let table = self.catalog.kinds.get(part.kind.0)?.table;
            let own = conditions.get(&table)?.clone();
            let filter = Some(match part.filter {
                Some(filter) => both(filter, own),
                None => own,
            });
            Some(EventPart { kind: part.kind, filter })
        });
        Some(Event { parts: parts.collect::<Option<_>>()? })
    }

    /// The tables that an event comes from, each once.
    pub(super) fn tables_of(&self, event: &Event) -> Vec<usize> {
        let mut seen = vec![false; self.catalog.event_tables.len()];
        let mut out = Vec::new();
        for part in &event.parts {
            let Some(kind) = self.catalog.kinds.get(part.kind.0) else { continue };
            if let Some(seen) = seen.get_mut(kind.table)
                && !std::mem::replace(seen, true)
            {
                out.push(kind.table);
            }
        }
        out
    }
}

/// An event as a message names it.
pub(super) fn shown(kind: &EventKind) -> String {
    match kind {
        EventKind::Named(name) => name.text.clone(),
        EventKind::Any => "any event".to_owned(),
        EventKind::Inner(inner) => shown(&inner.kind),
        EventKind::OneOf(parts) => {
            let names: Vec<String> = parts.iter().take(4).map(|p| shown(&p.kind)).collect();
            format!("{}{}", names.join(" or "), if parts.len() > 4 { " or …" } else { "" })
        }
    }
}

/// Both hold.
pub(super) fn both(a: Condition, b: Condition) -> Condition {
    let span = b.span;
    let mut all = Vec::new();
    for condition in [a, b] {
        match condition.kind {
            ConditionKind::All(parts) => all.extend(parts),
            _ => all.push(condition),
        }
    }
    Condition { kind: ConditionKind::All(all), span }
}

fn event_names<'t>(event: &'t tree::Event, out: &mut Vec<&'t tree::Name>) {
    match &event.kind {
        EventKind::Named(name) => out.push(name),
        EventKind::Any => {}
        EventKind::Inner(inner) => event_names(inner, out),
        EventKind::OneOf(parts) => parts.iter().for_each(|part| event_names(part, out)),
    }
}

fn has_any(event: &tree::Event) -> bool {
    match &event.kind {
        EventKind::Named(_) => false,
        EventKind::Any => true,
        EventKind::Inner(inner) => has_any(inner),
        EventKind::OneOf(parts) => parts.iter().any(has_any),
    }
}

/// Each part once; of one kind with and without filter, the one without says all.
fn without_repeats(event: Event) -> Event {
    let whole: std::collections::HashSet<KindId> =
        event.parts.iter().filter(|p| p.filter.is_none()).map(|p| p.kind).collect();
    let mut by_kind: HashMap<KindId, Vec<EventPart>> = HashMap::new();
    let mut order = Vec::new();
    for part in event.parts {
        let of_kind = by_kind.entry(part.kind).or_insert_with(|| {
            order.push(part.kind);
            Vec::new()
        });
        if whole.contains(&part.kind) {
            if of_kind.is_empty() {
                of_kind.push(EventPart { kind: part.kind, filter: None });
            }
        } else if of_kind.len() > MOST_COMPARED || !of_kind.contains(&part) {
            of_kind.push(part);
        }
    }
    Event { parts: order.into_iter().flat_map(|kind| by_kind.remove(&kind).unwrap_or_default()).collect() }
}

/// How many conditions there are in one.
fn size(condition: &Condition) -> usize {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) | ConditionKind::AtLeast(_, parts) => {
            parts.iter().map(size).sum::<usize>() + 1
        }
        ConditionKind::Not(inner) => size(inner) + 1,
        _ => 1,
    }
}
