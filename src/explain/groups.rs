//! Stages, points and bands in words.

use super::conditions::ONE;
use super::{Point, Section, Words, words};
use crate::program::{Band, Condition, Decimal, Given, Points, Scalar, Stages};

impl Words<'_> {
    /// `stages lifecycle { … }`
    pub(super) fn of_stages(&self, stages: &Stages) -> Section {
        let point = |(i, stage): (usize, &crate::program::Stage)| {
            let title = stage.title.as_ref().map(|title| format!(" ({})", words::quoted(title))).unwrap_or_default();
            let name = format!("{}{title}", words::quoted(&stage.name));
            let mut point = match &stage.when {
                Some(when) => self.said_of(&format!("{name}: customers for whom"), when),
                None => Point::new(format!("{name}: all others.")),
            };
            point.notes.extend(self.given(&stages.gives, i));
            point
        };
        let heading = "Each customer is in exactly one stage, the first of these that fits".to_owned();
        Section { heading, points: stages.stages.iter().enumerate().map(point).collect() }
    }

    /// `points lead_score { … }`
    pub(super) fn of_points(&self, points: &Points) -> Section {
        let point = |(n, when): &(i64, Condition)| {
            let number = words::count(n.unsigned_abs());
            let what = if *n < 0 { "subtracted" } else { "added" };
            self.said_of(
                &format!("{number} {} {what} for customers for whom", if number == "1" { "is" } else { "are" }),
                when,
            )
        };
        let heading = "It is a whole number of each customer, never unknown: the sum of what fits".to_owned();
        Section { heading, points: points.parts.iter().map(point).collect() }
    }

    /// `quintile(spend)`
    pub(super) fn band(&self, band: &Band) -> String {
        let (k, best) = (band.bands, if band.lowest { "lowest" } else { "highest" });
        let value = self.value(&band.value);
        format!("the number, 1 to {k}, of the {k} equal bands of all customers by {value} ({k} has the {best})")
    }

    /// What a stage or an arm gives, as a sentence.
    pub(super) fn given(&self, gives: &[Given], at: usize) -> Option<String> {
        let known = gives.iter().filter_map(|given| Some((&given.name, given.values.get(at)?.as_ref()?)));
        let shown: Vec<String> = known.map(|(name, value)| format!("`{name}` {}", shown(value))).collect();
        (!shown.is_empty()).then(|| format!("Its export has {}.", words::list(&shown, "and")))
    }

    /// A sentence that begins so and ends with a condition.
    pub(super) fn said_of(&self, begin: &str, condition: &Condition) -> Point {
        let (head, points) = self.points(condition);
        match points.as_slice() {
            [only] if head == ONE => {
                Point { text: format!("{begin} this holds: {}", super::clauses::lower(&only.text)), ..only.clone() }
            }
            _ => Point { text: format!("{begin} {head}:"), notes: Vec::new(), points },
        }
    }
}

/// A value that was written out.
fn shown(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) => words::quoted(text),
        Scalar::List(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Scalar::Boolean(holds) => holds.to_string(),
        Scalar::Count(n) => n.to_string(),
        Scalar::Number(x) => x.to_string(),
        Scalar::Money(n) | Scalar::Duration(n) => {
            let text = Decimal { digits: i128::from(*n), scale: 6 }.to_string();
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        Scalar::Date(day) => crate::program::calendar::date_of(*day).to_string(),
        Scalar::Timestamp(moment) => {
            jiff::Timestamp::from_microsecond(*moment).map_or_else(|_| String::new(), |moment| moment.to_string())
        }
    }
}
