//! Sequences: `did a then b within 1 day … in last 30 days`.

use std::collections::HashMap;
use std::rc::Rc;

use super::events::shown;
use super::rows::these;
use super::scope::{Meaning, Row, Scope};
use super::{Checker, groups, visit};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{
    Condition, ConditionKind, Event, Frequency, Sequence, SequenceEvent, SequenceStep, ThenNo, Type, Value,
};
use crate::source::Span;
use crate::syntax::tree;

/// The most steps of a sequence or a funnel: what the engine keeps of a row says in 64 bits which it may be.
pub(super) const MOST_STEPS: usize = 30;

impl Checker<'_> {
    /// `did view then cart within 1 day then no buy within 2 days in last 30 days`
    pub(super) fn sequence(&mut self, sequence: &tree::Sequence, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        self.only_of_customers("A sequence", span, scope)?;
        if sequence.steps.len() > MOST_STEPS {
            return self.too_many_steps("sequence", sequence.steps.len(), span);
        }
        // All of it, so that each mistake is said.
        let events = self.events_of(sequence);
        let lengths: Vec<_> =
            sequence.steps.iter().map(|step| step.within.as_ref().map(|length| self.length(length))).collect();
        let wait = sequence.then_no.as_ref().and_then(|no| no.within.as_ref()).map(|length| self.length(length));
        let all_within = sequence.all_within.as_ref().map(|length| self.length(length));
        let frequency = match &sequence.frequency {
            Some(frequency) => self.frequency(frequency),
            None => Some(Frequency { least: 1, most: u64::MAX }),
        };
        let window = self.event_window(sequence.window.as_ref(), scope)?;
        let Some(window) = window else { return self.sequence_without_window(span) };
        let mut events = events?.into_iter();
        let mut steps = Vec::with_capacity(sequence.steps.len());
        for (step, within) in sequence.steps.iter().zip(lengths) {
            let event = events.next()?;
            let without = if step.without.is_some() { Some(events.next()?) } else { None };
            let within = if let Some(within) = within { Some(within?) } else { None };
            let directly = step.directly.then(|| self.any_event());
            steps.push(SequenceStep { event, within, without, directly });
        }
        let then_no = match &sequence.then_no {
            Some(_) => {
                Some(ThenNo { event: events.next()?, within: if let Some(wait) = wait { Some(wait?) } else { None } })
            }
            None => None,
        };
        let all_within = if let Some(length) = all_within { Some(length?) } else { None };
        let sequence_of = Sequence { steps, then_no, all_within, frequency: frequency?, window };
        let condition = Condition { kind: ConditionKind::Sequence(Box::new(sequence_of)), span };
        Some(Meaning::Condition(groups::negated_if(condition, sequence.negated)))
    }

    /// The events of the steps, each followed by that of its `without`, and last that of `then no`; with the column that all of
    /// them match in.
    fn events_of(&mut self, sequence: &tree::Sequence) -> Option<Vec<SequenceEvent>> {
        let steps = sequence.steps.iter().flat_map(|step| std::iter::once(&step.event).chain(&step.without));
        let written: Vec<&tree::Event> = steps.chain(sequence.then_no.iter().map(|no| &no.event)).collect();
        let events: Vec<Option<Event>> = written.iter().map(|event| self.event(event)).collect();
        let events: Vec<Event> = events.into_iter().collect::<Option<_>>()?;
        let Some(column) = &sequence.matching else {
            return Some(events.into_iter().map(|event| SequenceEvent { event, matching: Vec::new() }).collect());
        };
        let mut out = Vec::with_capacity(events.len());
        let mut first: Option<(Type, String)> = None;
        for (written, event) in written.iter().zip(&events) {
            let name = shown(&written.kind);
            let values = self.values_to_match(column, written, &name, event, &events)?;
            let ty = values.values().next()?.ty.clone();
            match &first {
                Some((other, of)) if *other != ty => {
                    let column_shown = self.words(column.span);
                    let message =
                        format!("`{column_shown}` is {other} of `{of}` and {ty} of `{name}`, so the two never match");
                    return self.refuse(
                        Diagnostic::new(codes::types::MISMATCH, message)
                            .at(column.span)
                            .label(written.span, format!("here it is {ty}"))
                            .consequence("Nobody would fit this."),
                    );
                }
                Some(_) => {}
                None => first = Some((ty, name)),
            }
            let mut matching = Vec::with_capacity(event.parts.len());
            for part in &event.parts {
                matching.push(values.get(&self.catalog.kinds.get(part.kind.0)?.table)?.clone());
            }
            out.push(SequenceEvent { event: event.clone(), matching });
        }
        Some(out)
    }

    /// What an event matches in, of each table that it comes from; said where it has no such column.
    fn values_to_match(
        &mut self,
        column: &tree::Expr,
        written: &tree::Event,
        shown: &str,
        event: &Event,
        all: &[Event],
    ) -> Option<HashMap<usize, Value>> {
        let tables = self.tables_of(event);
        let columns = self.columns_of(&tables);
        let mut names = Vec::new();
        visit::first_names(column, &mut names);
        if let Some(name) = names.first().filter(|name| !columns.contains_key(&name.text)) {
            return self.not_to_match(name, written, shown, all);
        }
        let mut values = HashMap::new();
        for table in tables {
            let row = Row { table, columns: Rc::clone(&columns), event: shown, is_qualified: false };
            values.insert(table, self.value(column, Scope::of_row(&row))?);
        }
        Some(values)
    }

    fn not_to_match<T>(&mut self, name: &tree::Name, written: &tree::Event, shown: &str, all: &[Event]) -> Option<T> {
        let says = Diagnostic::new(
            codes::names::UNKNOWN_COLUMN,
            format!("`{shown}` has no column `{}`, so nothing of it can match", name.text),
        )
        .at(name.span)
        .label(written.span, "this event has no such column")
        .consequence("It is not known which events belong together.");
        let shared = self.columns_of_all(all);
        let in_all: Vec<&str> = shared.iter().map(String::as_str).collect();
        let help = match in_all.is_empty() {
            true => "The events of this sequence have no column in common.".to_owned(),
            false => these("All events of this sequence, the forbidden ones included, have", &in_all),
        };
        let says = self.suggest(says, name, in_all, &help);
        self.refuse(says)
    }

    /// The columns that all tables of all these events have.
    fn columns_of_all(&mut self, events: &[Event]) -> Vec<String> {
        let mut tables: Vec<usize> = events.iter().flat_map(|event| self.tables_of(event)).collect();
        tables.sort_unstable();
        tables.dedup();
        self.columns_of(&tables).keys().cloned().collect()
    }

    /// A sequence or a funnel with more steps than can be kept of a row.
    pub(super) fn too_many_steps<T>(&mut self, what: &str, steps: usize, span: Span) -> Option<T> {
        self.refuse(
            Diagnostic::new(codes::types::TOO_LARGE, format!("This {what} has {steps} steps"))
                .at(span)
                .help(format!("At most {MOST_STEPS} are possible.")),
        )
    }

    fn sequence_without_window<T>(&mut self, span: Span) -> Option<T> {
        let shown = self.words(span);
        self.refuse(
            Diagnostic::new(codes::time::MISSING_WINDOW, format!("`{shown}`: in which time?"))
                .at(span)
                .consequence("It is not known how far to look back.")
                .help("Add a window behind it, in which all steps have to lie: `in last 90 days`, or `ever` for the whole history.")
                .fix("look at the whole history: add `ever`", super::mistaken::after(span), " ever"),
        )
    }
}
