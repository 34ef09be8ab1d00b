//! Aggregates: `count`, `sum` and their like, over the rows of one event.

use std::collections::HashMap;

use super::names::as_written;
use super::scope::{Meaning, Row, Scope};
use super::{Checker, events, visit};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Aggregate, AggregateFunction, Event, EventPart, Share, Type, Value, ValueKind, Window};
use crate::source::Span;
use crate::syntax::tree::{self, AggregateArgument, AggregateFunction as F};

impl Checker<'_> {
    /// `sum(purchase.amount where category = "shoes") in last 90 days`
    pub(super) fn aggregate(
        &mut self,
        aggregate: &tree::Aggregate,
        window: Option<&tree::Window>,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        self.only_of_customers(&format!("`{}`", aggregate.function.words()), span, scope)?;
        let Some(function) = function(aggregate.function) else {
            return self.share_of_events(aggregate, window, span, scope);
        };
        let argument = match &aggregate.argument {
            AggregateArgument::Event(event) => self.counted(aggregate.function, event),
            AggregateArgument::Value(value) => self.argument(aggregate, value),
        };
        let window = self.aggregate_window(window, span, scope);
        let (event, argument) = argument?;
        let ty = match argument.first() {
            None if matches!(function, AggregateFunction::AverageGap | AggregateFunction::LongestGap) => Type::Duration,
            None => Type::Count,
            Some(value) => self.result(aggregate.function, value)?,
        };
        let aggregate = Aggregate { function, event, argument, window: window? };
        Some(Meaning::Value(Value { kind: ValueKind::Aggregate(Box::new(aggregate)), ty, span }))
    }

    /// `share(session where device = "mobile") in last 30 days`
    fn share_of_events(
        &mut self,
        aggregate: &tree::Aggregate,
        window: Option<&tree::Window>,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let AggregateArgument::Event(event) = &aggregate.argument else {
            let AggregateArgument::Value(value) = &aggregate.argument else { return None };
            return self.of_no_column(aggregate.function, &self.words(value.span), value.span);
        };
        let among = self.event(&tree::Event { kind: event.kind.clone(), filter: None, span: event.span });
        let of = match (&event.filter, &among) {
            (None, _) => self.share_of_all(event),
            (Some(filter), Some(among)) => self.filtered(among.clone(), filter, &event.kind),
            (Some(_), None) => None,
        };
        let window = self.aggregate_window(window, span, scope);
        let share = Share { of: of?, among: among?, window: window? };
        Some(Meaning::Value(Value { kind: ValueKind::Share(Box::new(share)), ty: Type::Percent, span }))
    }

    fn share_of_all<T>(&mut self, event: &tree::Event) -> Option<T> {
        let shown = self.words(event.span);
        self.refuse(
            Diagnostic::new(
                codes::types::WRONG_ARGUMENT,
                format!("`share` needs a `where`: all of `{shown}` are all of it"),
            )
            .at(event.span)
            .consequence("The share would be 100% for everybody who did it.")
            .help(format!("Say which of them are counted: `share({shown} where device = \"mobile\")`.")),
        )
    }

    fn aggregate_window(&mut self, window: Option<&tree::Window>, span: Span, scope: Scope<'_>) -> Option<Window> {
        if let Some(window) = self.event_window(window, scope)? {
            return Some(window);
        }
        let shown = self.words(span);
        self.refuse(
            Diagnostic::new(codes::time::MISSING_WINDOW, format!("`{shown}` does not say when: in which time?"))
                .at(span)
                .consequence("It is not known how far to look back.")
                .help("Add a window behind it: `in last 90 days`, or `ever` for the whole history.")
                .fix("look at the whole history: add `ever`", super::mistaken::after(span), " ever"),
        )
    }

    /// `count(purchase where gift)`, `active days(purchase)`.
    fn counted(&mut self, function: F, event: &tree::Event) -> Option<(Event, Vec<Value>)> {
        if !function.is_of_events() {
            return self.of_no_column(function, &events::shown(&event.kind), event.span);
        }
        Some((self.event(event)?, Vec::new()))
    }

    fn of_no_column<T>(&mut self, function: F, event: &str, span: Span) -> Option<T> {
        let (word, written) = (function.words(), as_written(event));
        self.refuse(
            Diagnostic::new(codes::types::WRONG_ARGUMENT, format!("`{word}` is of a column, and `{event}` is an event"))
                .at(span)
                .help(format!("Name the column: `{word}({written}.amount)`; to count events, `count({written})`.")),
        )
    }

    /// The event and the row expression, which is checked for each table that the event comes from.
    fn argument(&mut self, aggregate: &tree::Aggregate, value: &tree::Expr) -> Option<(Event, Vec<Value>)> {
        let name = self.event_of_argument(aggregate.function, value)?;
        let kind = tree::EventKind::Named(name.clone());
        let event = self.event(&tree::Event { kind: kind.clone(), filter: None, span: name.span })?;
        let tables = self.tables_of(&event);
        let columns = self.columns_of(&tables);
        let before = self.said.len();
        let mut of_tables: HashMap<usize, Value> = HashMap::new();
        let mut found = Some(());
        for (i, table) in tables.iter().enumerate() {
            let row = Row { table: *table, columns: columns.clone(), event: &name.text, is_qualified: true };
            let value = self.value(value, Scope::of_row(&row));
            if i > 0 {
                self.said.truncate(before);
            }
            match value {
                Some(value) => drop(of_tables.insert(*table, value)),
                None => {
                    found = None;
                    break;
                }
            }
        }
        let event = match &aggregate.filter {
            Some(filter) => self.filtered(event, filter, &kind)?,
            None => event,
        };
        found?;
        let of_part = |part: &EventPart| of_tables.get(&self.catalog.kinds.get(part.kind.0)?.table).cloned();
        let argument: Option<Vec<Value>> = event.parts.iter().map(of_part).collect();
        argument.filter(|a| !a.is_empty()).map(|argument| (event, argument))
    }

    /// The one event that an argument is over.
    fn event_of_argument(&mut self, function: F, value: &tree::Expr) -> Option<tree::Name> {
        let word = function.words();
        let mut firsts = Vec::new();
        visit::events_of_argument(value, &mut firsts);
        let known: Vec<&tree::Name> = firsts.iter().copied().filter(|n| self.is_event(&n.text)).collect();
        if let Some(first) = known.first() {
            if let Some(other) = known.iter().find(|n| n.text != first.text) {
                return self.refuse(
                    Diagnostic::new(
                        codes::types::TWO_EVENTS,
                        format!(
                            "`{word}` goes over the rows of one event, and here are two: `{}` and `{}`",
                            first.text, other.text
                        ),
                    )
                    .at(other.span)
                    .label(first.span, "the first one")
                    .consequence("No row of one belongs to a row of the other.")
                    .help("Reckon with two aggregates, each over its own event."),
                );
            }
            return Some((*first).clone());
        }
        let mut names = Vec::new();
        visit::first_names(value, &mut names);
        let Some(name) = firsts.first().or(names.first()).copied() else {
            return self.refuse(
                Diagnostic::new(codes::types::WRONG_ARGUMENT, format!("`{word}` needs a column of an event"))
                    .at(value.span)
                    .help(format!(
                        "Name the event and its column: `{word}(purchase.amount)`; to count events, `count(purchase)`."
                    )),
            );
        };
        if firsts.is_empty() && self.is_event(&name.text) {
            return self.of_no_column(function, &name.text, name.span);
        }
        match self.names.get(&name.text) {
            Some(super::names::Declared::Silent) => return None,
            Some(_) => {
                return self.refuse(
                    Diagnostic::new(codes::names::WRONG_KIND, format!("`{}` is not an event", name.text))
                        .at(name.span)
                        .help(format!("`{word}` takes a column of an event: `{word}(purchase.amount)`.")),
                );
            }
            None => {}
        }
        let having: Vec<String> = self.events_with_column(&name.text).into_iter().map(as_written).collect();
        if firsts.is_empty() && (!having.is_empty() || matches!(value.kind, tree::ExprKind::Name(_))) {
            return self.column_without_event(name, &having, word);
        }
        // An event that is not there.
        let event = tree::Event { kind: tree::EventKind::Named(name.clone()), filter: None, span: name.span };
        self.event(&event)?;
        None
    }

    fn column_without_event<T>(&mut self, name: &tree::Name, having: &[String], word: &str) -> Option<T> {
        let column = as_written(&name.text);
        let says =
            Diagnostic::new(codes::names::COLUMN_WITHOUT_EVENT, format!("`{column}` does not say of which event it is"))
                .at(name.span);
        let says = match having {
            [] => says.help(format!("Name the event and its column: `{word}(purchase.amount)`.")),
            [event] => says.help(format!("Write `{word}({event}.{column})`.")).fix(
                format!("write `{event}.{column}`"),
                name.span,
                format!("{event}.{column}"),
            ),
            _ => {
                let list: Vec<String> = having.iter().take(6).map(|event| format!("`{event}.{column}`")).collect();
                says.help(format!("Name the event: {}.", list.join(" or ")))
            }
        };
        self.refuse(says)
    }

    /// The type that comes out; refuses what cannot go in.
    fn result(&mut self, function: F, argument: &Value) -> Option<Type> {
        let ty = &argument.ty;
        let is_amount = matches!(ty, Type::Count | Type::Number | Type::Percent | Type::Money(_) | Type::Duration);
        Some(match function {
            F::Count | F::ActiveDays | F::Distinct => Type::Count,
            F::AverageGap | F::LongestGap => Type::Duration,
            F::Share => Type::Percent,
            F::Sum if is_amount => match ty {
                Type::Percent => Type::Number,
                _ => ty.clone(),
            },
            F::Average | F::Median if is_amount => match ty {
                Type::Count | Type::Percent => Type::Number,
                _ => ty.clone(),
            },
            F::Min | F::Max if *ty != Type::Boolean => ty.clone(),
            F::First | F::Last | F::MostCommon => ty.clone(),
            F::Sum | F::Average | F::Median | F::Min | F::Max => return self.no_amount(function, argument),
        })
    }

    fn no_amount<T>(&mut self, function: F, argument: &Value) -> Option<T> {
        let (shown, word) = (self.words(argument.span), function.words());
        let help = match argument.ty {
            Type::Boolean => "To count those for which it holds, write `count(purchase where gift)`.".to_owned(),
            Type::Text => {
                format!(
                    "To count its different values, write `distinct({shown})`; for the one that comes most often, `most common({shown})`."
                )
            }
            _ => format!("For the earliest or latest, write `min({shown})` or `max({shown})`."),
        };
        self.refuse(
            Diagnostic::new(
                codes::types::WRONG_ARGUMENT,
                format!("`{shown}` is {}, and `{word}` takes a number, money or a length of time", argument.ty),
            )
            .at(argument.span)
            .help(help),
        )
    }
}

/// What the program calls it; `share` is a kind of value of its own there.
fn function(function: F) -> Option<AggregateFunction> {
    Some(match function {
        F::Count => AggregateFunction::Count,
        F::ActiveDays => AggregateFunction::ActiveDays,
        F::Sum => AggregateFunction::Sum,
        F::Average => AggregateFunction::Average,
        F::Min => AggregateFunction::Min,
        F::Max => AggregateFunction::Max,
        F::Distinct => AggregateFunction::Distinct,
        F::First => AggregateFunction::First,
        F::Last => AggregateFunction::Last,
        F::Median => AggregateFunction::Median,
        F::MostCommon => AggregateFunction::MostCommon,
        F::AverageGap => AggregateFunction::AverageGap,
        F::LongestGap => AggregateFunction::LongestGap,
        F::Share => return None,
    })
}
