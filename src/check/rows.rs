//! What may stand inside an event's `where` and in an aggregate's argument: the columns of one row, and what a look-up table
//! says of them.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Checker;
use super::names::{Declared, as_written};
use super::scope::{Columns, Row, Scope};
use crate::diagnostics::{Diagnostic, codes, near};
use crate::program::{LookUpId, TableId, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree;

impl Checker<'_> {
    /// The columns that all these tables have with the same type.
    pub(super) fn columns_of(&mut self, tables: &[usize]) -> Rc<Columns> {
        if let Some(known) = self.columns.get(tables) {
            return Rc::clone(known);
        }
        let mut all = tables.iter().filter_map(|t| self.catalog.event_tables.get(*t));
        let mut columns: Columns =
            all.next().map(|t| t.columns.iter().map(|c| (c.name.clone(), c.ty.clone())).collect()).unwrap_or_default();
        for table in all {
            let own: std::collections::HashMap<&str, &Type> =
                table.columns.iter().map(|c| (c.name.as_str(), &c.ty)).collect();
            columns.retain(|name, ty| own.get(name.as_str()).is_some_and(|t| *t == ty));
        }
        let columns = Rc::new(columns);
        self.columns.insert(tables.to_vec(), Rc::clone(&columns));
        columns
    }

    /// A column of the row.
    pub(super) fn column(&mut self, name: &tree::Name, row: &Row<'_>) -> Option<Value> {
        let Some(ty) = row.columns.get(&name.text).cloned() else { return self.no_such_column(name, row) };
        let index = self.catalog.event_tables.get(row.table)?.columns.iter().position(|c| c.name == name.text)?;
        Some(Value { kind: ValueKind::Column(TableId(row.table), index), ty, span: name.span })
    }

    fn no_such_column<T>(&mut self, name: &tree::Name, row: &Row<'_>) -> Option<T> {
        let event = row.event;
        if self.names.get(&name.text) == Some(Declared::Silent) {
            return None;
        }
        let having = self.events_with_column(&name.text);
        let is_partly = having.first().copied();
        let written = as_written(&name.text);
        let (is_trait, is_attribute) = (
            matches!(self.names.get(&name.text), Some(Declared::Trait(_) | Declared::Segment(_))),
            self.catalog.attribute(&name.text).is_some(),
        );
        if is_trait || is_attribute {
            let what = if is_attribute { "an attribute of the customer" } else { "a definition of its own" };
            let (place, help) = if row.is_qualified {
                ("an aggregate", format!("Reckon with `{written}` outside, behind the aggregate and its window."))
            } else {
                ("`where`", format!("Put it beside: `did {} where (…) in last 30 days and {written} …`.", as_written(event)))
            };
            return self.refuse(
                Diagnostic::new(
                    codes::names::NOT_OF_THE_ROW,
                    format!("`{}` is {what}; inside {place} stand the columns of one `{event}` alone", name.text),
                )
                .at(name.span)
                .help(help),
            );
        }
        let says = Diagnostic::new(codes::names::UNKNOWN_COLUMN, format!("`{event}` has no column `{}`", name.text))
            .at(name.span)
            .consequence("It is not known which events are meant.");
        let names: Vec<&str> = row.columns.keys().map(String::as_str).collect();
        let mut otherwise = these("Its columns are", &names);
        if let Some(other) = is_partly {
            otherwise = format!(
                "`{}` is a column of `{other}`. Where an event has several parts, only what all of them have, with the same type, can be used. {otherwise}",
                name.text
            );
        }
        let says = self.suggest(says, name, names, &otherwise);
        self.refuse(says)
    }

    /// A name without an event in an aggregate's argument: `sum(amount)`.
    pub(super) fn bare_in_argument(&mut self, name: &tree::Name, row: &Row<'_>) -> Option<Value> {
        let (event, column) = (as_written(row.event), as_written(&name.text));
        if row.columns.contains_key(&name.text) {
            return self.refuse(
                Diagnostic::new(codes::names::COLUMN_WITHOUT_EVENT, format!("`{column}` does not say of which event it is"))
                    .at(name.span)
                    .help(format!("Write `{event}.{column}`."))
                    .fix(format!("write `{event}.{column}`"), name.span, format!("{event}.{column}")),
            );
        }
        self.no_such_column(name, row)
    }

    /// `product_id.category`, `purchase.amount`, `purchase.product_id.category`.
    pub(super) fn path(&mut self, names: &[tree::Name], span: Span, scope: Scope<'_>) -> Option<Value> {
        match (scope.row, names) {
            (None, [key, column]) => self.customer_path(key, column, span),
            (None, [event, ..]) => self.column_outside_aggregate(event, names, span),
            (Some(row), [event, rest @ ..]) if row.is_qualified && event.text == row.event => match rest {
                [column] => self.column(column, row).map(|value| Value { span, ..value }),
                [key, column] => self.row_look_up(key, column, row, span),
                _ => None,
            },
            (Some(row), [event, rest @ ..])
                if !row.is_qualified && self.is_event(&event.text) && !row.columns.contains_key(&event.text) =>
            {
                let rest: Vec<String> = rest.iter().map(|n| as_written(&n.text)).collect();
                let rest = rest.join(".");
                self.refuse(
                    Diagnostic::new(
                        codes::names::EVENT_INSIDE_WHERE,
                        format!(
                            "Inside `where` the columns stand alone: which event is meant was said before, `{}`",
                            row.event
                        ),
                    )
                    .at(span)
                    .help(format!("Write `{rest}`."))
                    .fix(format!("write `{rest}`"), span, rest.clone()),
                )
            }
            (Some(row), [key, column]) => self.row_look_up(key, column, row, span),
            (Some(row), [key, ..]) => self.no_look_up(key, row.columns.contains_key(&key.text), span),
            (_, []) => None,
        }
    }

    pub(super) fn is_event(&self, name: &str) -> bool {
        matches!(self.names.get(name), Some(Declared::Event(_))) || self.catalog.kind(name).is_some()
    }

    fn row_look_up(&mut self, key: &tree::Name, column: &tree::Name, row: &Row<'_>, span: Span) -> Option<Value> {
        let of = self.column(key, row)?;
        self.look_up(of, key, column, span)
    }

    fn customer_path(&mut self, key: &tree::Name, column: &tree::Name, span: Span) -> Option<Value> {
        if self.catalog.attribute(&key.text).is_none() && self.is_event(&key.text) {
            return self.column_outside_aggregate(key, std::slice::from_ref(column), span);
        }
        if let Some(declared @ (Declared::Trait(_) | Declared::Segment(_))) = self.names.get(&key.text) {
            let what = if matches!(declared, Declared::Trait(_)) { "a trait" } else { "a segment" };
            return self.refuse(
                Diagnostic::new(codes::names::WRONG_KIND, format!("`{}` is {what} and has no columns", key.text))
                    .at(key.span),
            );
        }
        let of = self.customer_value(key)?;
        self.look_up(of, key, column, span)
    }

    pub(super) fn look_up(&mut self, of: Value, key: &tree::Name, column: &tree::Name, span: Span) -> Option<Value> {
        let catalog = self.catalog;
        let Some(table) = catalog.look_up_by_key(&key.text) else { return self.no_look_up(key, true, span) };
        let look_up = catalog.look_ups.get(table)?;
        let Some(index) = look_up.columns.iter().position(|c| c.name == column.text) else {
            let says = Diagnostic::new(
                codes::names::UNKNOWN_LOOK_UP,
                format!("The look-up table `{}` has no column `{}`", look_up.name, column.text),
            )
            .at(column.span)
            .consequence("It is not known which customers are meant.");
            let names: Vec<&str> = look_up.columns.iter().map(|c| c.name.as_str()).collect();
            let otherwise = these("Its columns are", &names);
            let says = self.suggest(says, column, names, &otherwise);
            return self.refuse(says);
        };
        let ty = look_up.columns.get(index)?.ty.clone();
        Some(Value { kind: ValueKind::LookUp(Box::new(of), LookUpId(table), index), ty, span })
    }

    fn no_look_up<T>(&mut self, key: &tree::Name, is_known: bool, span: Span) -> Option<T> {
        let keys: BTreeSet<&str> =
            self.catalog.look_ups.iter().filter_map(|t| Some(t.columns.get(t.key)?.name.as_str())).collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        let what = if is_known { "is the key of no look-up table" } else { "leads nowhere" };
        let says = Diagnostic::new(
            codes::names::UNKNOWN_LOOK_UP,
            format!("`{}` {what}, so nothing stands behind its dot", key.text),
        )
        .at(span);
        self.refuse(
            says.help(match near::one_of(&keys) {
                Some(list) => {
                    format!("A dot follows a column that is named like the key of a `[tables]` in segue.toml: {list}.")
                }
                None => {
                    "A dot follows a column that is named like the key of a `[tables]` in segue.toml; there is none yet."
                        .to_owned()
                }
            }),
        )
    }

    /// `purchase.amount > 50 EUR` where one value for each customer is needed.
    fn column_outside_aggregate<T>(&mut self, event: &tree::Name, rest: &[tree::Name], span: Span) -> Option<T> {
        if !self.is_event(&event.text) {
            return self.no_look_up(event, self.catalog.attribute(&event.text).is_some(), span);
        }
        let path = self.words(span);
        let column = rest.last().map_or(String::new(), |n| as_written(&n.text));
        let written = as_written(&event.text);
        self.refuse(
            Diagnostic::new(
                codes::names::COLUMN_OUTSIDE_AGGREGATE,
                format!("A customer may have many `{}`: `{path}` does not say which", event.text),
            )
            .at(span)
            .help(format!(
                "For all together, `sum({path}) in last 30 days`, `max(…)` or `last({path}) ever`; for one that fits, `did {written} where {column} … in last 30 days`."
            )),
        )
    }
}

/// A sentence that lists names, the first of many; empty without any.
pub(super) fn these(beginning: &str, names: &[&str]) -> String {
    let list: Vec<String> = names.iter().take(12).map(|n| format!("`{n}`")).collect();
    match (list.split_last(), names.len() > list.len()) {
        (None, _) => String::new(),
        (Some((only, [])), _) => format!("{beginning} {only}."),
        (Some(_), true) => format!("{beginning} {} and others.", list.join(", ")),
        (Some((last, before)), false) => format!("{beginning} {} and {last}.", before.join(", ")),
    }
}
