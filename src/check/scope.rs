//! Where a condition stands: over a customer, or over one row of an event; and what comes out of checking it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Checker;
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Condition, ConditionKind, Type, Value, ValueKind};
use crate::syntax::tree;

/// A condition or a value, with its type.
pub(super) enum Meaning {
    /// True or false for everybody.
    Condition(Condition),
    /// Perhaps missing.
    Value(Value),
}

/// Columns by name, with their type: what all tables of an event have in common.
pub(super) type Columns = BTreeMap<String, Type>;

/// Where a condition or value stands.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    /// Over a row of an event; else over a customer.
    pub row: Option<&'s Row<'s>>,
    /// The window behind the parentheses around it, for what has none of its own.
    pub window: Option<&'s tree::Window>,
}

/// One row of an event.
pub(super) struct Row<'s> {
    /// The row's table.
    pub table: usize,
    /// What can be seen of it.
    pub columns: Rc<Columns>,
    /// The event as the user names it.
    pub event: &'s str,
    /// In an aggregate's argument columns are written with the event, inside `where` without.
    pub is_qualified: bool,
}

impl<'s> Scope<'s> {
    /// Over a customer, without parentheses that have a window.
    pub const CUSTOMER: Scope<'static> = Scope { row: None, window: None };

    /// Over a row.
    pub fn of_row(row: &'s Row<'s>) -> Scope<'s> {
        Scope { row: Some(row), window: None }
    }

    /// With a window behind the parentheses around it.
    pub fn with_window<'t>(self, window: &'t tree::Window) -> Scope<'t>
    where
        's: 't,
    {
        Scope { row: self.row, window: Some(window) }
    }
}

impl Checker<'_> {
    /// A value that stands where a condition is needed: only true or false can.
    pub(super) fn as_condition(&mut self, value: Value, scope: Scope<'_>) -> Option<Condition> {
        let span = value.span;
        if value.ty == Type::Boolean {
            return Some(match value.kind {
                ValueKind::Condition(condition) => *condition,
                _ => Condition { kind: ConditionKind::Holds(value), span },
            });
        }
        let shown = self.words(span);
        let example = match &value.ty {
            Type::Text => self.stages_as_condition(&value).unwrap_or_else(|| format!("{shown} = \"…\"")),
            Type::Money(currency) => format!("{shown} > 50 {currency}"),
            Type::Percent => format!("{shown} > 50%"),
            Type::Duration => format!("{shown} > 30 days"),
            Type::List(of) if **of == Type::Text => format!("{shown} contains \"…\""),
            Type::List(_) => format!("{shown} contains …"),
            Type::Date | Type::Timestamp if scope.row.is_some() => format!("{shown} >= 2024-01-01"),
            Type::Date | Type::Timestamp => format!("{shown} in last 30 days"),
            _ => format!("{shown} > 5"),
        };
        self.refuse(
            Diagnostic::new(
                codes::types::NOT_A_CONDITION,
                format!("`{shown}` is {}, which is neither true nor false", value.ty),
            )
            .at(span)
            .consequence("It does not say which customers are meant.")
            .help(format!(
                "Compare it with something, such as `{example}`, or ask whether it is there: `{shown} is known`."
            )),
        )
    }

    /// Refuses what stands inside a row's filter or value and looks beyond the row.
    pub(super) fn only_of_customers(&mut self, what: &str, span: crate::source::Span, scope: Scope<'_>) -> Option<()> {
        let Some(row) = scope.row else { return Some(()) };
        let event = row.event;
        let (place, help) = if row.is_qualified {
            ("an aggregate", "Reckon with it outside, behind the aggregate and its window.".to_owned())
        } else {
            ("`where`", format!("Put it beside the condition on `{event}`, joined with `and`."))
        };
        self.refuse(
            Diagnostic::new(
                codes::time::TIME_INSIDE_WHERE,
                format!("{what} cannot stand inside {place}: there, only the columns of one `{event}` are looked at"),
            )
            .at(span)
            .help(help),
        )
    }
}
