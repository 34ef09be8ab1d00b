//! Calendar parts: `hour of ts`, `weekday of birthday`; and what a weekday may be compared with.

use super::Checker;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::calendar::parts::WEEKDAYS;
use crate::program::{CalendarPart, Comparison, Scalar, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree;

/// The months, as somebody may write them.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Checker<'_> {
    /// `hour of ts`
    pub(super) fn calendar_part(
        &mut self,
        part: tree::CalendarPart,
        of: &tree::Expr,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let of = self.point_in_time(of, scope)?;
        let part = match part {
            tree::CalendarPart::Hour => CalendarPart::Hour,
            tree::CalendarPart::Weekday => CalendarPart::Weekday,
            tree::CalendarPart::Day => CalendarPart::Day,
            tree::CalendarPart::Month => CalendarPart::Month,
            tree::CalendarPart::Year => CalendarPart::Year,
        };
        if part == CalendarPart::Hour && of.ty == Type::Date {
            let shown = self.words(of.span);
            return self.refuse(
                Diagnostic::new(codes::types::HOUR_OF_DATE, format!("`{shown}` is a date, and a date has no hour"))
                    .at(span)
                    .consequence("Nobody would fit this.")
                    .help(format!(
                        "A date has `day of {shown}`, `weekday of {shown}`, `month of {shown}` and `year of {shown}`."
                    )),
            );
        }
        Some(Meaning::Value(Value { kind: ValueKind::Part(part, Box::new(of)), ty: part.ty(), span }))
    }

    /// Refuses a weekday that there is none of, an order of weekdays, and a month by its name.
    pub(super) fn part_fits(&mut self, op: Comparison, a: &Value, b: &Value) -> Option<()> {
        match (&a.kind, &b.kind) {
            (ValueKind::Part(part, _), _) => self.part_beside(*part, op, a, b),
            (_, ValueKind::Part(part, _)) => self.part_beside(*part, op, b, a),
            _ => Some(()),
        }
    }

    fn part_beside(&mut self, part: CalendarPart, op: Comparison, value: &Value, other: &Value) -> Option<()> {
        let shown = self.words(value.span);
        match (part, &other.kind) {
            (CalendarPart::Weekday, ValueKind::Literal(Scalar::Count(n))) => {
                let says =
                    Diagnostic::new(codes::types::WEEKDAY, format!("A weekday has a name, and no number such as {n}"))
                        .at(other.span)
                        .consequence("Some count from Sunday, some from Monday, some from 0.");
                self.refuse(says.help(format!("Write it out: `{shown} = \"monday\"`.")))
            }
            (CalendarPart::Weekday, _) if !matches!(op, Comparison::Equal | Comparison::NotEqual) => self.refuse(
                Diagnostic::new(codes::types::WEEKDAY, "Weekdays go round: none is before or after another")
                    .at(value.span.to(other.span))
                    .consequence("As texts they would stand in the order of the alphabet.")
                    .help(format!("Name those that are meant: `{shown} in (\"saturday\", \"sunday\")`.")),
            ),
            (CalendarPart::Weekday, ValueKind::Literal(Scalar::Text(text))) => self.weekday_named(text, other.span),
            (CalendarPart::Month, ValueKind::Literal(Scalar::Text(text))) => {
                let lower = text.to_lowercase();
                let number = (1..).zip(MONTHS).find(|(_, month)| month.starts_with(&lower) && lower.len() >= 3);
                let says = Diagnostic::new(codes::types::MISMATCH, "A month is a number from 1 to 12")
                    .at(other.span)
                    .consequence("Nobody would fit this.");
                self.refuse(match number {
                    Some((n, _)) => {
                        says.help(format!("Write `{shown} = {n}`.")).fix(format!("write {n}"), other.span, n.to_string())
                    }
                    None => says.help(format!("For May, write `{shown} = 5`.")),
                })
            }
            _ => Some(()),
        }
    }

    /// Refuses a text that is the name of no weekday.
    fn weekday_named(&mut self, text: &str, span: Span) -> Option<()> {
        if WEEKDAYS.contains(&text) {
            return Some(());
        }
        let lower = text.trim().to_lowercase();
        let is_short = |day: &&&str| lower.len() >= 2 && (day.starts_with(&lower) || lower.starts_with(&day[..3]));
        let near = WEEKDAYS.iter().find(is_short).copied();
        let near = near.or_else(|| self.near(&lower, WEEKDAYS.to_vec()).first().copied());
        let says = Diagnostic::new(codes::types::WEEKDAY, format!("There is no weekday \"{text}\""))
            .at(span)
            .consequence("Nothing falls on it, so nobody would fit this.");
        self.refuse(match near {
            Some(day) => says.help(format!("Did you mean \"{day}\"?")).fix(
                format!("write \"{day}\""),
                span,
                format!("\"{day}\""),
            ),
            None => says.help(
                "The weekdays are \"monday\", \"tuesday\", \"wednesday\", \"thursday\", \"friday\", \"saturday\" and \"sunday\".",
            ),
        })
    }
}
