//! Other times: `as of 30 days ago`, `entered` and `left`; and attributes that are known only as they were exported.

use std::collections::BTreeMap;

use super::Checker;
use super::order::Node;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, Fix, codes};
use crate::program::{Condition, ConditionKind, Length, Value, ValueKind, Window};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind};

/// Attributes that are neither static nor have a history, by their place in the catalog, each with a place where it is used.
pub(super) type Exported = BTreeMap<usize, Span>;

impl Checker<'_> {
    /// `spend_90d as of 30 days ago`
    pub(super) fn as_of(
        &mut self,
        of: &tree::Expr,
        ago: &tree::Duration,
        in_parentheses: bool,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        self.only_of_customers("`as of`", span, scope)?;
        let outside = std::mem::take(&mut self.exported);
        let meaning = self.meaning(of, scope);
        self.say_as_exported(span);
        self.exported = outside;
        let (meaning, ago) = (meaning?, self.length(ago)?);
        match meaning {
            Meaning::Value(value) => Some(Meaning::Value(moved(value, ago, span))),
            Meaning::Condition(_) if !in_parentheses && matches!(of.kind, ExprKind::Windowed(..) | ExprKind::Group(..)) => {
                self.needs_parentheses(of, span)
            }
            Meaning::Condition(condition) => {
                let kind = ConditionKind::AsOf(Box::new(condition), ago);
                Some(Meaning::Condition(Condition { kind, span }))
            }
        }
    }

    /// `signed_up_at in last 7 days as of 30 days ago`
    fn needs_parentheses<T>(&mut self, of: &tree::Expr, span: Span) -> Option<T> {
        let as_of = Span { start: of.span.end, ..span };
        let (condition, ago) = (self.words(of.span), self.words(as_of));
        let text = self.sources.text(of.span).to_owned();
        let mut says =
            Diagnostic::new(codes::syntax::AS_OF_PLACE, format!("`{ago}` takes this condition only in parentheses"))
                .at(span)
                .help(format!("Write `({condition}) {ago}`."));
        says.fix = Some(Fix { title: format!("write `({condition}) {ago}`"), edits: vec![(of.span, format!("({text})"))] });
        self.refuse(says)
    }

    /// `entered segment vip in last 7 days`
    pub(super) fn entered_or_left(
        &mut self,
        entered: bool,
        segment: &tree::Name,
        window: Option<&tree::Window>,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let word = if entered { "entered" } else { "left" };
        self.only_of_customers(&format!("`{word}`"), span, scope)?;
        let outside = std::mem::take(&mut self.exported);
        let id = self.segment_name(segment);
        self.say_as_exported(span);
        self.exported = outside;
        let window = self.event_window(window, scope);
        let (id, window) = (id?, window?);
        let Some(Window::Last(ago)) = window else {
            let shown = self.words(segment.span);
            return self.refuse(
                Diagnostic::new(
                    codes::time::MISSING_WINDOW,
                    format!("`{word}` does not say since when: in the last how many days?"),
                )
                .at(span)
                .consequence("It compares who is a member now with who was then, so one earlier time has to be named.")
                .help(format!("Write `{word} segment {shown} in last 7 days`.")),
            );
        };
        let kind = if entered { ConditionKind::Entered(id, ago) } else { ConditionKind::Left(id, ago) };
        Some(Meaning::Condition(Condition { kind, span }))
    }

    /// An attribute is used.
    pub(super) fn uses_attribute(&mut self, i: usize, span: Span) {
        if self.catalog.attributes.get(i).is_some_and(|a| !a.is_static && !a.is_key && a.history.is_none()) {
            self.exported.entry(i).or_insert(span);
        }
    }

    /// A definition or condition is named, and with it what it uses.
    pub(super) fn uses_those_of(&mut self, node: Node) {
        if let Some(used) = self.exported_by.get(&node) {
            for (attribute, span) in used {
                self.exported.entry(*attribute).or_insert(*span);
            }
        }
    }

    /// Warns of what was used as of another time, at `span`, though it is known only as it was exported.
    fn say_as_exported(&mut self, span: Span) {
        let used = std::mem::take(&mut self.exported);
        let is_inside = |place: &Span| place.file == span.file && span.start <= place.start && place.end <= span.end;
        let name = |i: &usize| self.catalog.attributes.get(*i).map_or("", |a| a.name.as_str());
        let names: Vec<&str> = used.keys().map(name).collect();
        let Some(first) = names.first() else { return };
        let message = match names.as_slice() {
            [one] => {
                format!("`{one}` is known only as it was when it was exported, and is asked here as of an earlier time")
            }
            [one, two] => {
                format!(
                    "`{one}` and `{two}` are known only as they were when they were exported, and are asked here as of an earlier time"
                )
            }
            [one, others @ ..] => format!(
                "`{one}` and {} other attributes are known only as they were when they were exported, and are asked here as of an earlier time",
                others.len()
            ),
            [] => return,
        };
        let written = super::names::as_written(first);
        let place = used.values().copied().find(is_inside).unwrap_or(span);
        let mut says = Diagnostic::new(codes::time::AS_EXPORTED_THEN, message)
            .at(place)
            .consequence("Who has changed since then is judged by what they are now, not by what they were then.")
            .help(format!(
                "If it never changes once it is known, add it to `static` in `[customers]`: `static = [\"{first}\"]`. If its changes are kept, give them \
                 as `[history.{written}]`."
            ));
        for place in used.values().copied().filter(|other| *other != place).take(3) {
            says = says.label(place, "also this");
        }
        self.said.push(says);
    }
}

/// A value with T moved back.
fn moved(value: Value, ago: Length, span: Span) -> Value {
    let ty = value.ty.clone();
    Value { kind: ValueKind::AsOf(Box::new(value), ago), ty, span }
}
