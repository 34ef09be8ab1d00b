//! Literals near a value that occurs: equal, a step below, a step above; and windows that begin or end where an event lies.

use segue::program::calendar::date_of;
use segue::program::{Scalar, Type};

use super::writer::Writer;

/// The comparisons.
pub const COMPARISONS: [&str; 6] = ["=", "!=", "<", "<=", ">", ">="];

impl Writer<'_> {
    /// A value of a type that stands somewhere in the data.
    fn sample(&mut self, ty: &Type) -> Option<Scalar> {
        for _ in 0..30 {
            let table = self.dice.pick(&self.world.tables);
            let column = self.dice.below(table.columns.len());
            if table.columns[column].ty == *ty && !table.rows.is_empty() {
                let row = self.dice.pick(&table.rows);
                if let Some(value) = &row[column].value {
                    return Some(value.clone());
                }
            }
        }
        None
    }

    /// A literal of a type.
    pub fn literal(&mut self, ty: &Type) -> String {
        let sample = self.sample(ty);
        let step = self.dice.between(-1, 1);
        match (ty, sample) {
            (Type::Boolean, _) => (*self.dice.pick(&["true", "false"])).to_owned(),
            (Type::Count, Some(Scalar::Count(n))) => n.saturating_add(step).clamp(i64::MIN + 1, i64::MAX).to_string(),
            (Type::Count, _) => self.dice.between(-1, 5).to_string(),
            (Type::Number | Type::Percent, sample) => self.number(sample, step),
            (Type::Money(currency), sample) => {
                let micros = match sample {
                    Some(Scalar::Money(n)) => n + step * *self.dice.pick(&[1, 10_000, 1_000_000]),
                    _ => self.dice.between(-1, 9) * 500_000,
                };
                let sign = if micros < 0 { "-" } else { "" };
                let micros = micros.unsigned_abs();
                let decimal = decimal(&format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000));
                format!("{decimal} {currency}")
            }
            (Type::Duration, _) => self.duration(false),
            (Type::Date, Some(Scalar::Date(day))) => date_of(day + step as i32).to_string(),
            (Type::Date, _) => date_of(self.world.calendar.day_of(self.world.as_of) + step as i32).to_string(),
            (Type::Timestamp, sample) => {
                let moment = match sample {
                    Some(Scalar::Timestamp(moment)) => moment,
                    _ => self.world.as_of,
                };
                let local = self.world.calendar.local(moment + step * 60_000_000);
                format!("{}T{:02}:{:02}", local.date(), local.hour(), local.minute())
            }
            (_, Some(Scalar::Text(text))) => quoted(&text),
            _ => quoted("shoes"),
        }
    }

    fn number(&mut self, sample: Option<Scalar>, step: i64) -> String {
        let x = match sample {
            Some(Scalar::Number(x)) => x,
            _ => 0.5,
        };
        let x = match step {
            _ if self.dice.chance(70) => x,
            -1 => x.next_down(),
            0 => x + 0.5,
            _ => x.next_up(),
        };
        let text = format!("{x}");
        let text = if x.is_finite() { text } else { "0.5".to_owned() };
        if text.len() > 22 { "0.30000000000000004".into() } else { decimal(&text) }
    }

    /// `30 days`, `36 hours`; of any unit only where the calendar decides.
    pub fn duration(&mut self, by_calendar: bool) -> String {
        if self.dice.chance(30) {
            let moment = self.world.moment(&mut self.dice);
            let hours = (self.world.as_of - moment) / 3_600_000_000;
            if hours > 0 {
                return if hours % 24 == 0 { format!("{} days", hours / 24) } else { format!("{hours} hours") };
            }
        }
        let (unit, most) = *if by_calendar {
            self.dice.pick(&[
                ("second", 90_000),
                ("minute", 3000),
                ("hour", 200),
                ("day", 60),
                ("day", 60),
                ("week", 9),
                ("month", 4),
                ("quarter", 2),
                ("year", 2),
            ])
        } else {
            self.dice.pick(&[("second", 90_000), ("minute", 3000), ("hour", 100), ("day", 30), ("week", 4)])
        };
        let n = self.dice.between(1, most);
        plural(n, unit)
    }

    /// When, of events: each form of the language.
    pub fn window(&mut self) -> String {
        if self.only_window.is_none() && self.dice.chance(20) {
            let form = *self.dice.pick(&["since event", "before event", "first after event", "between after event"]);
            return self.window_on_event(form);
        }
        self.window_without_event()
    }

    /// A window that hangs on the first or last of an event, as the counters call its form.
    pub fn window_on_event(&mut self, form: &str) -> String {
        let end = *self.dice.pick(&["first", "last"]);
        let event = self.event_in_place();
        match form {
            "since event" => format!("since {end} {event}"),
            "before event" => format!("before {end} {event}"),
            "first after event" => format!("in first {} after {end} {event}", self.duration(true)),
            _ => format!("between {} after {end} {event}", self.near_and_far()),
        }
    }

    fn window_without_event(&mut self) -> String {
        if let Some(window) = &self.only_window {
            return window.clone();
        }
        let anchors: Vec<String> = self.anchors();
        match self.dice.below(16) {
            0 | 1 => "ever".into(),
            2..=4 => format!("in last {}", self.duration(true)),
            5 => format!("in the {} before last {}", self.duration(true), self.duration(true)),
            6 => format!("between {} ago", self.near_and_far()),
            7 => (*self.dice.pick(&["today", "in this week", "in this month", "in this quarter", "in this year"])).into(),
            8 => {
                let all = ["yesterday", "in previous week", "in previous month", "in previous quarter", "in previous year"];
                (*self.dice.pick(&all)).into()
            }
            9 => format!("since {}", self.day()),
            10 => format!("before {}", self.day()),
            11 => {
                let (mut a, mut b) = (self.day(), self.day());
                if a > b {
                    std::mem::swap(&mut a, &mut b);
                }
                format!("from {a} to {b}")
            }
            12 => format!("more than {} ago", self.duration(true)),
            13 | 14 if !anchors.is_empty() => {
                let anchor = self.dice.pick(&anchors).clone();
                if self.dice.chance(50) {
                    format!("in first {} after {anchor}", self.duration(true))
                } else {
                    format!("between {} after {anchor}", self.near_and_far())
                }
            }
            _ => format!("in last {}", plural(self.dice.between(1, 60), "day")),
        }
    }

    /// When, of a date or time of a customer: those of events, and those that look ahead.
    pub fn attribute_window(&mut self) -> String {
        match self.dice.below(5) {
            0 => format!("in next {}", self.duration(true)),
            1 => format!("between {} from now", self.near_and_far()),
            _ => loop {
                let window = self.window_without_event();
                if window != "ever" {
                    return window;
                }
            },
        }
    }

    /// The dates and times of customers that a window may hang on.
    pub fn anchors(&self) -> Vec<String> {
        let is_moment = |ty: &Type| matches!(ty, Type::Date | Type::Timestamp);
        self.attributes.iter().filter(|(_, ty)| is_moment(ty)).map(|(name, _)| name.clone()).collect()
    }

    /// `7 and 14 days`
    pub fn near_and_far(&mut self) -> String {
        let (unit, most) = *self.dice.pick(&[("hour", 200), ("day", 60), ("day", 60), ("week", 8), ("month", 4)]);
        let near = self.dice.between(1, most);
        format!("{near} and {}", plural(near + self.dice.between(1, most), unit))
    }

    pub fn day(&mut self) -> String {
        let moment = self.world.moment(&mut self.dice);
        date_of(self.world.calendar.day_of(moment)).to_string()
    }
}

/// `1 day`, `2 days`
pub fn plural(n: i64, unit: &str) -> String {
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

/// `"a ""b"""`
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A decimal as the language writes it without doubt: never exactly three digits after the point with a whole part.
fn decimal(text: &str) -> String {
    let Some((whole, fraction)) = text.split_once('.') else { return text.to_owned() };
    let fraction = fraction.trim_end_matches('0');
    match fraction.len() {
        0 => whole.to_owned(),
        3 => format!("{whole}.{fraction}0"),
        _ => format!("{whole}.{fraction}"),
    }
}
