//! What the program holds of the data: attributes, tables, kinds; and the conditions that stand in `segue.toml`. Their mistakes
//! point there.

use std::rc::Rc;

use super::scope::{Row, Scope};
use super::{Checker, visit};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{
    self, Attribute, Column, Condition, ConditionKind, Customers, Definition, EventTable, History, HistoryId, Kind, LookUp,
    Program, TableId, Type, Value, ValueKind,
};
use crate::project::catalog::{Catalog, ConditionText, KindRows};
use crate::source::{FileId, Span};
use crate::syntax::{self, tree};

/// The conditions of `segue.toml`, read. Where one cannot be read it was said.
pub(super) struct Conditions {
    /// `[consent]`, in the order of the catalog.
    pub consents: Vec<(String, Option<tree::Expr>)>,
    /// `[every_segment] except`.
    pub every_segment: Option<tree::Expr>,
    /// One could not be read.
    pub is_broken: bool,
}

/// Reads the conditions of `segue.toml`.
pub(super) fn conditions(catalog: &Catalog, said: &mut Vec<Diagnostic>) -> Conditions {
    let mut is_broken = false;
    let mut read = |text: &ConditionText| match syntax::parse_condition(&text.text, text.span) {
        Ok(expr) => Some(expr),
        Err(errors) => {
            said.extend(errors);
            is_broken = true;
            None
        }
    };
    let consents = catalog.consents.iter().map(|(name, text)| (name.clone(), read(text))).collect();
    let every_segment = catalog.every_segment_except.as_ref().and_then(&mut read);
    Conditions { consents, every_segment, is_broken }
}

impl Checker<'_> {
    /// A condition of `[consent]`.
    pub(super) fn consent(&mut self, i: usize) -> Option<Condition> {
        let project = self.project;
        let expr = project.consents.get(i)?.1.as_ref()?;
        self.condition(expr, Scope::CUSTOMER)
    }

    /// `[every_segment] except`; the outer `None` where it could not be understood.
    pub(super) fn every_segment_except(&mut self) -> Option<Option<Condition>> {
        let project = self.project;
        let Some(expr) = &project.every_segment else { return (!project.is_broken).then_some(None) };
        let mut segments = Vec::new();
        visit::names(expr, &mut |name| {
            if matches!(self.names.get(&name.text), Some(super::names::Declared::Segment(_))) {
                segments.push(name);
            }
        });
        let refuses = !segments.is_empty();
        for name in segments {
            self.said.push(
                Diagnostic::new(
                    codes::names::EVERY_SEGMENT_NAMES_SEGMENT,
                    format!(
                        "`[every_segment]` is taken off every segment, `{}` too, so it cannot ask who is in it",
                        name.text
                    ),
                )
                .at(name.span)
                .help("Write the condition of that segment here, or a trait."),
            );
        }
        if refuses {
            return None;
        }
        self.condition(expr, Scope::CUSTOMER).map(Some)
    }

    /// The kinds of events that the data has, each with the condition that picks its rows.
    pub(super) fn kinds(&mut self) -> Option<Vec<Kind>> {
        let catalog = self.catalog;
        let mut complete = true;
        let kinds = catalog
            .kinds
            .iter()
            .map(|kind| {
                let (of_value, written) = match &kind.rows {
                    KindRows::All => (None, None),
                    KindRows::Where(text) => (None, Some(text)),
                    KindRows::Value { value, filter } => (self.stream_value(kind.table, value), filter.as_ref()),
                };
                let written = written.and_then(|text| {
                    let condition = self.row_condition_of_text(text, kind.table, &kind.name);
                    complete &= condition.is_some();
                    condition
                });
                let filter = match (of_value, written) {
                    (Some(a), Some(b)) => Some(super::events::both(a, b)),
                    (a, b) => a.or(b),
                };
                Kind { name: kind.name.as_str().into(), table: TableId(kind.table), filter }
            })
            .collect();
        complete.then_some(kinds)
    }

    fn row_condition_of_text(&mut self, text: &ConditionText, table: usize, event: &str) -> Option<Condition> {
        let expr = match syntax::parse_condition(&text.text, text.span) {
            Ok(expr) => expr,
            Err(errors) => {
                self.said.extend(errors);
                return None;
            }
        };
        let columns = Rc::clone(&self.columns_of(&[table]));
        let row = Row { table, columns, event, is_qualified: false };
        self.condition(&expr, Scope::of_row(&row))
    }

    /// `event_type = "visit"`: which rows of a stream are of a kind.
    fn stream_value(&self, table: usize, value: &str) -> Option<Condition> {
        let column = self.catalog.event_tables.get(table)?.stream?;
        let ty = &self.catalog.event_tables.get(table)?.columns.get(column)?.ty;
        let scalar = match ty {
            Type::Count => program::Scalar::Count(value.parse().ok()?),
            _ => program::Scalar::Text(value.into()),
        };
        // No place in a text stands for it.
        let span = Span::new(FileId(0), 0..0);
        let value = |kind| Value { kind, ty: ty.clone(), span };
        let kind = ConditionKind::Compare(
            program::Comparison::Equal,
            value(ValueKind::Column(TableId(table), column)),
            value(ValueKind::Literal(scalar)),
        );
        Some(Condition { kind, span })
    }

    /// The whole program.
    pub(super) fn data(
        &mut self,
        kinds: Vec<Kind>,
        definitions: Vec<Definition>,
        every_segment_except: Option<Condition>,
        priorities: Vec<program::Priority>,
        tests: Vec<program::test::Test>,
    ) -> Option<Program> {
        let catalog = self.catalog;
        let columns = |all: &[crate::project::catalog::Column]| -> Vec<Column> {
            all.iter().map(|c| Column { name: c.name.as_str().into(), ty: c.ty.clone() }).collect()
        };
        Some(Program {
            calendar: self.calendar.clone(),
            customers: (!catalog.customer_sources.is_empty())
                .then_some(Customers { since: catalog.since.map(program::AttributeId) }),
            attributes: catalog
                .attributes
                .iter()
                .map(|a| Attribute {
                    name: a.name.as_str().into(),
                    ty: a.ty.clone(),
                    is_key: a.is_key,
                    is_static: a.is_static || a.is_key,
                    is_pii: a.is_pii,
                    history: a.history.map(HistoryId),
                })
                .collect(),
            tables: catalog
                .event_tables
                .iter()
                .map(|t| EventTable { name: t.name.as_str().into(), columns: columns(&t.columns), order: t.order })
                .collect(),
            kinds,
            look_ups: catalog
                .look_ups
                .iter()
                .map(|t| LookUp { name: t.name.as_str().into(), columns: columns(&t.columns), key: t.key })
                .collect(),
            lists: catalog.lists.iter().map(|list| program::List { name: list.name.as_str().into() }).collect(),
            histories: catalog.histories.iter().map(|h| History { attribute: program::AttributeId(h.attribute) }).collect(),
            definitions,
            every_segment_except,
            named: self.named(),
            priorities,
            tests,
        })
    }
}
