//! Parts of dates.

use segue::program::Type;

use super::literals::COMPARISONS;
use super::writer::{Scope, Writer};

impl Writer<'_> {
    /// `hour of ts between 9 and 17`, `weekday of birthday in ("saturday", "sunday")`; none where there is no date.
    pub fn calendar_part(&mut self, scope: &Scope) -> Option<String> {
        if self.dice.chance(30) {
            let (part, _) = self.part_and_numbers(scope)?;
            let is = *self.dice.pick(&["is known", "is unknown"]);
            return Some(format!("{part} {is}"));
        }
        if self.dice.chance(40) {
            let date = self.date_of_part(scope, false)?;
            let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            let (one, other) = (*self.dice.pick(&days), *self.dice.pick(&days));
            return Some(match self.dice.below(4) {
                0 => format!("weekday of {date} = \"{one}\""),
                1 => format!("weekday of {date} != \"{one}\""),
                2 => format!("weekday of {date} in (\"{one}\", \"{other}\")"),
                _ => format!("weekday of {date} not in (\"{one}\", \"{other}\")"),
            });
        }
        let (part, numbers) = self.part_and_numbers(scope)?;
        let (a, b) = (*self.dice.pick(numbers), *self.dice.pick(numbers));
        let comparison = *self.dice.pick(&COMPARISONS);
        Some(match self.dice.below(3) {
            0 => format!("{part} between {a} and {b}"),
            1 => format!("{part} in ({a}, {b})"),
            _ => format!("{part} {comparison} {a}"),
        })
    }

    /// A part that is a whole number, and numbers near those that it can be.
    pub fn part_and_numbers(&mut self, scope: &Scope) -> Option<(String, &'static [i64])> {
        let (part, numbers): (_, &'static [i64]) = match self.dice.below(4) {
            0 => ("hour", &[0, 1, 2, 3, 6, 9, 12, 17, 18, 23, 24]),
            1 => ("day", &[1, 2, 9, 10, 11, 27, 28, 29, 30, 31]),
            2 => ("month", &[0, 1, 2, 3, 4, 6, 9, 10, 11, 12]),
            _ => ("year", &[1970, 2017, 2018, 2023, 2024]),
        };
        let date = self.date_of_part(scope, part == "hour")?;
        Some((format!("{part} of {date}"), numbers))
    }

    /// A date that a part may be of; for hours one with a time.
    fn date_of_part(&mut self, scope: &Scope, with_time: bool) -> Option<String> {
        let ty = if with_time || self.dice.chance(60) { Type::Timestamp } else { Type::Date };
        match self.name(&ty, scope) {
            Some(name) if self.dice.chance(75) || !matches!(scope, Scope::Customer) => Some(name),
            None if !matches!(scope, Scope::Customer) => None,
            _ if self.dice.chance(60) => {
                let end = *self.dice.pick(&["first", "last"]);
                Some(format!("{end} {}", self.event_in_place()))
            }
            _ => self.aggregate(&ty),
        }
    }

    /// `anniversary of birthday in next 7 days`; none without a date.
    pub fn anniversary(&mut self) -> Option<String> {
        let ty = if self.dice.chance(60) { Type::Date } else { Type::Timestamp };
        let of = match self.name(&ty, &Scope::Customer) {
            Some(name) if self.dice.chance(80) => name,
            _ => format!("first {}", self.event_in_place()),
        };
        let window = loop {
            let window = self.attribute_window();
            if window != "ever" && !window.starts_with("since ") {
                break window;
            }
        };
        Some(format!("anniversary of {of} {window}"))
    }

    /// `place(latitude, longitude) within 20 km of (52.52, 13.40)`; none without numbers.
    pub fn near(&mut self, scope: &Scope) -> Option<String> {
        let mut degrees = || {
            let ty = if self.dice.chance(70) { Type::Number } else { Type::Count };
            self.name(&ty, scope)
        };
        let (mut x, mut y) = (degrees()?, degrees()?);
        let has = |name: &str| self.names(&Type::Number, scope).iter().any(|n| n == name);
        if has("latitude") && has("longitude") && self.dice.chance(80) {
            (x, y) = ("latitude".into(), "longitude".into());
        }
        let km = *self.dice.pick(&["0", "0.5", "20", "100", "1_000", "10_007.5", "20_015.2", "30_000"]);
        let latitude = *self.dice.pick(&["0", "52.52", "-33.87", "90", "-90", "89.99"]);
        let longitude = *self.dice.pick(&["0", "13.40", "151.21", "180", "-180", "-179.5"]);
        Some(format!("place({x}, {y}) within {km} km of ({latitude}, {longitude})"))
    }
}
