//! Calendar parts: which hour, weekday, day, month or year a moment or a day has, in the project's zone.

use jiff::civil;

use super::{Calendar, date_of};
use crate::program::types::{Scalar, Type};

/// `hour of ts` and its like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CalendarPart {
    /// `hour of ts`: 0 to 23; dates have none
    Hour,
    /// `weekday of ts`: `"monday"` to `"sunday"`
    Weekday,
    /// `day of ts`: 1 to 31
    Day,
    /// `month of ts`: 1 to 12
    Month,
    /// `year of ts`
    Year,
}

/// The weekdays as `weekday of` gives them, from Monday on.
pub const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl CalendarPart {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            CalendarPart::Hour => "hour",
            CalendarPart::Weekday => "weekday",
            CalendarPart::Day => "day",
            CalendarPart::Month => "month",
            CalendarPart::Year => "year",
        }
    }

    /// The type of its values.
    pub fn ty(self) -> Type {
        if self == CalendarPart::Weekday { Type::Text } else { Type::Count }
    }

    /// The part of a wall clock.
    pub fn of(self, local: civil::DateTime) -> Scalar {
        match self {
            CalendarPart::Hour => Scalar::Count(i64::from(local.hour())),
            CalendarPart::Weekday => {
                let monday_is_0 = local.weekday().to_monday_zero_offset();
                let name = usize::try_from(monday_is_0).ok().and_then(|i| WEEKDAYS.get(i));
                Scalar::Text(name.copied().unwrap_or_default().into())
            }
            CalendarPart::Day => Scalar::Count(i64::from(local.day())),
            CalendarPart::Month => Scalar::Count(i64::from(local.month())),
            CalendarPart::Year => Scalar::Count(i64::from(local.year())),
        }
    }
}

impl Calendar {
    /// A part of a Timestamp, by the zone's wall clock, or of a Date; `None` of all other values, and of the hour of a Date.
    pub fn part(&self, part: CalendarPart, of: &Scalar) -> Option<Scalar> {
        match of {
            Scalar::Timestamp(moment) => Some(part.of(self.local(*moment))),
            Scalar::Date(day) if part != CalendarPart::Hour => Some(part.of(date_of(*day).at(0, 0, 0, 0))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn parts_go_by_the_wall_clock_of_the_zone() {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        let calendar = Calendar { zone, week_starts_on: civil::Weekday::Sunday };
        // 2023-12-31T23:30Z is half past midnight of the next year in Berlin, a Monday, whatever day weeks begin on.
        let moment = Scalar::Timestamp(1_704_065_400_000_000);
        let parts = [CalendarPart::Hour, CalendarPart::Day, CalendarPart::Month, CalendarPart::Year];
        let of = |part| calendar.part(part, &moment);
        assert_eq!(parts.map(of), [0, 1, 1, 2024].map(|n| Some(Scalar::Count(n))));
        assert_eq!(of(CalendarPart::Weekday), Some(Scalar::Text("monday".into())));
        // The hour that the autumn has twice, both times: 2024-10-27T00:30Z and 01:30Z.
        for moment in [1_729_989_000_000_000, 1_729_992_600_000_000] {
            assert_eq!(calendar.part(CalendarPart::Hour, &Scalar::Timestamp(moment)), Some(Scalar::Count(2)));
        }
        assert_eq!(calendar.part(CalendarPart::Hour, &Scalar::Date(0)), None);
        assert_eq!(calendar.part(CalendarPart::Weekday, &Scalar::Date(0)), Some(Scalar::Text("thursday".into())));
    }
}
