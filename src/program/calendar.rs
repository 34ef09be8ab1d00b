//! Days, weeks and months in the project's zone, and the intervals that windows mean for an as-of time T.
//!
//! Moments are microseconds since 1970-01-01T00:00:00Z; days are counted from 1970-01-01. Arithmetic in days and longer units
//! goes by the wall clock of the zone: a local time that a change of clocks skips is moved on by the gap, one that exists
//! twice is the first (LANGUAGE.md 4, Windows). Hours and shorter units are exact.

pub mod anniversaries;
pub mod parts;

use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span as JiffSpan, Timestamp, ToSpan, ZonedDateTime};

use super::{OnEvent, Value};
use crate::faults::fault;

/// The earliest moment: 0001-01-01T00:00:00Z.
pub const FIRST_MOMENT: i64 = -62_135_596_800_000_000;
/// The moment after the last: 10000-01-01T00:00:00Z.
pub const END_OF_TIME: i64 = 253_402_300_800_000_000;
/// A day of 24 hours in microseconds.
pub const DAY: i64 = 86_400_000_000;

/// The project's zone and first day of the week.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// Where days, weeks and months begin.
    pub zone: TimeZone,
    /// The day that weeks begin on.
    pub week_starts_on: civil::Weekday,
}

/// The units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// 1 second
    Second,
    /// 60 seconds
    Minute,
    /// 60 minutes
    Hour,
    /// a calendar day
    Day,
    /// 7 calendar days
    Week,
    /// a calendar month
    Month,
    /// 3 calendar months
    Quarter,
    /// 12 calendar months
    Year,
}

impl Unit {
    /// Days and longer go by the calendar; hours and shorter are exact.
    pub fn is_calendar(self) -> bool {
        self >= Unit::Day
    }

    /// Its exact length in microseconds, a day being 24 hours; `None` of months, quarters and years.
    pub fn micros(self) -> Option<i64> {
        match self {
            Unit::Second => Some(1_000_000),
            Unit::Minute => Some(60_000_000),
            Unit::Hour => Some(3_600_000_000),
            Unit::Day => Some(DAY),
            Unit::Week => Some(7 * DAY),
            Unit::Month | Unit::Quarter | Unit::Year => None,
        }
    }
}

/// `30 days`: a whole number of at least 1 of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Length {
    /// How many.
    pub count: u32,
    /// Of which.
    pub unit: Unit,
}

/// When, for an as-of time T. What each means: [`Calendar::events`] and [`Calendar::attribute`].
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// `ever`
    Ever,
    /// `in last 30 days`
    Last(Length),
    /// `in the 30 days before last 14 days`
    BeforeLast {
        /// `30 days`
        length: Length,
        /// `14 days`, taken off first
        last: Length,
    },
    /// `between 30 and 60 days ago`
    Ago {
        /// `30 days`
        near: Length,
        /// `60 days`
        far: Length,
    },
    /// `today`, `in this week`
    This(Unit),
    /// `yesterday`, `in previous month`
    Previous(Unit),
    /// `since 2024-01-01`, as a day
    Since(i32),
    /// `before 2024-01-01`, as a day
    Before(i32),
    /// `from 2024-01-01 to 2024-03-31`, both days in
    FromTo(i32, i32),
    /// `more than 30 days ago`
    MoreThanAgo(Length),
    /// `in first 7 days after signed_up_at`; the anchor is a Date (its first instant) or Timestamp attribute
    FirstAfter {
        /// `7 days`
        length: Length,
        /// `signed_up_at`
        anchor: Box<Value>,
    },
    /// `between 7 and 14 days after signed_up_at`
    BetweenAfter {
        /// `7 days`
        near: Length,
        /// `14 days`
        far: Length,
        /// `signed_up_at`
        anchor: Box<Value>,
    },
    /// `since last purchase`, `in first 30 days after first purchase`: of events alone
    OnEvent(Box<OnEvent>),
    /// `between 60 and 90 days from now`: only of attributes
    FromNow {
        /// `60 days`
        near: Length,
        /// `90 days`
        far: Length,
    },
    /// `in next 14 days`: only of attributes
    Next(Length),
}

/// A half-open range of moments (or of days): `start <= x < end`. Empty where `end <= start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interval {
    /// the first that is in
    pub start: i64,
    /// the first that is out again
    pub end: i64,
}

impl Interval {
    /// Nothing lies in it.
    pub const EMPTY: Interval = Interval { start: 0, end: 0 };

    /// Whether a moment (or day) lies in it.
    pub fn contains(self, x: i64) -> bool {
        self.start <= x && x < self.end
    }
}

impl Calendar {
    /// The day, in the zone, that holds a moment.
    pub fn day_of(&self, moment: i64) -> i32 {
        days_of(self.local(moment).date())
    }

    /// The first instant of a day in the zone.
    pub fn start_of_day(&self, day: i32) -> i64 {
        self.moment(date_of(day).at(0, 0, 0, 0))
    }

    /// A local time as a moment: one that is skipped moves on by the gap, one that exists twice is the first.
    pub fn moment(&self, local: civil::DateTime) -> i64 {
        match self.zone.to_ambiguous_zoned_datetime(local).compatible() {
            Ok(zoned) => clamp(zoned.timestamp()),
            Err(_) if local.year() < 5000 => FIRST_MOMENT,
            // The library's moments end a day before those of the language: from there on by the last distance to UTC.
            Err(_) => micros_of(local).saturating_sub(self.last_offset()).clamp(FIRST_MOMENT, END_OF_TIME),
        }
    }

    /// A moment's wall clock in the zone.
    pub fn local(&self, moment: i64) -> civil::DateTime {
        if moment > Timestamp::MAX.as_microsecond() {
            let local = moment.min(END_OF_TIME - 1).saturating_add(self.last_offset());
            return local_of(local).unwrap_or(civil::DateTime::MAX);
        }
        self.zoned(moment).datetime()
    }

    /// How far, in microseconds, the zone is ahead of UTC at the end of time.
    fn last_offset(&self) -> i64 {
        i64::from(self.zone.to_offset(Timestamp::MAX).seconds()).saturating_mul(1_000_000)
    }

    /// `moment + n × length` (n may be negative), by the rules of this page; held within the years 1 to 9999.
    pub fn shift(&self, moment: i64, length: Length, n: i64) -> i64 {
        let amount = i64::from(length.count).saturating_mul(n);
        if !length.unit.is_calendar() || fault(74) && length.unit == Unit::Day {
            let micros = length.unit.micros().unwrap_or(0);
            return moment.saturating_add(amount.saturating_mul(micros)).clamp(FIRST_MOMENT, END_OF_TIME);
        }
        let span = match length.unit {
            Unit::Week => JiffSpan::new().try_days(amount.saturating_mul(7)),
            Unit::Month => JiffSpan::new().try_months(amount),
            Unit::Quarter => JiffSpan::new().try_months(amount.saturating_mul(3)),
            Unit::Year => JiffSpan::new().try_months(amount.saturating_mul(12)),
            _ => JiffSpan::new().try_days(amount),
        };
        match span.and_then(|span| self.local(moment).checked_add(span)) {
            Ok(local) => self.moment(local),
            Err(_) if amount < 0 => FIRST_MOMENT,
            Err(_) => END_OF_TIME,
        }
    }

    /// The first instant of the calendar unit that lies `n` whole units from the one that holds `moment`.
    pub fn start_of_unit(&self, moment: i64, unit: Unit, n: i64) -> i64 {
        let local = self.local(moment);
        let date = local.date();
        let start = match unit {
            Unit::Second | Unit::Minute | Unit::Hour => return self.shift(moment, Length { count: 1, unit }, n),
            Unit::Day => date,
            Unit::Week => {
                let first = if fault(75) { civil::Weekday::Monday } else { self.week_starts_on };
                let back = i64::from(date.weekday().since(first));
                date.checked_sub(back.days()).unwrap_or(date)
            }
            Unit::Month => date.first_of_month(),
            Unit::Quarter => {
                let month = (date.month() - 1) / 3 * 3 + 1;
                civil::Date::new(date.year(), month, 1).unwrap_or(date)
            }
            Unit::Year => date.first_of_year(),
        };
        let midnight = self.moment(start.at(0, 0, 0, 0));
        if n == 0 { midnight } else { self.shift_date(start, unit, n) }
    }

    fn shift_date(&self, date: civil::Date, unit: Unit, n: i64) -> i64 {
        let span = match unit {
            Unit::Week => JiffSpan::new().try_days(n.saturating_mul(7)),
            Unit::Month => JiffSpan::new().try_months(n),
            Unit::Quarter => JiffSpan::new().try_months(n.saturating_mul(3)),
            Unit::Year => JiffSpan::new().try_months(n.saturating_mul(12)),
            _ => JiffSpan::new().try_days(n),
        };
        match span.and_then(|span| date.checked_add(span)) {
            Ok(date) => self.moment(date.at(0, 0, 0, 0)),
            Err(_) if n < 0 => FIRST_MOMENT,
            Err(_) => END_OF_TIME,
        }
    }

    /// The interval of a window for events: never at or past T. `anchor` is the moment that the window hangs on (the first
    /// instant of a date), needed by `FirstAfter` and `BetweenAfter` alone; where it is missing the interval is empty.
    pub fn events(&self, window: &Window, as_of: i64, anchor: Option<i64>) -> Interval {
        let Interval { start, end } = self.open_ended(window, as_of, anchor, as_of);
        Interval { start, end: end.min(as_of) }
    }

    /// The interval of a window for a Timestamp attribute, to the instant: named days and units are not cut at T.
    pub fn attribute(&self, window: &Window, as_of: i64, anchor: Option<i64>) -> Interval {
        self.open_ended(window, as_of, anchor, i64::MAX)
    }

    /// The interval of a window for a Date attribute, in days: each bound is the day that holds it.
    pub fn attribute_days(&self, window: &Window, as_of: i64, anchor: Option<i64>) -> Interval {
        let Interval { start, end } = self.attribute(window, as_of, anchor);
        let day = |moment: i64| match moment {
            i64::MIN | i64::MAX => moment,
            _ => i64::from(self.day_of(moment)),
        };
        Interval { start: day(start), end: day(end) }
    }

    /// The bounds as written; `now_or_never` is the end of what has none: T for events, never for attributes.
    fn open_ended(&self, window: &Window, as_of: i64, anchor: Option<i64>, now_or_never: i64) -> Interval {
        let back = |length: Length| self.shift(as_of, length, -1);
        let on = |length: Length| self.shift(as_of, length, 1);
        let (start, end) = match window {
            Window::Ever => (i64::MIN, now_or_never),
            Window::Last(length) => (back(*length), as_of),
            Window::BeforeLast { length, last } => (self.shift(back(*last), *length, -1), back(*last)),
            Window::Ago { near, far } => (back(*far), back(*near)),
            Window::This(unit) => {
                (self.start_of_unit(as_of, *unit, 0), self.start_of_unit(as_of, *unit, 1).min(now_or_never))
            }
            Window::Previous(unit) => (self.start_of_unit(as_of, *unit, -1), self.start_of_unit(as_of, *unit, 0)),
            Window::Since(day) => (self.start_of_day(*day), now_or_never),
            Window::Before(day) => (i64::MIN, self.start_of_day(*day)),
            Window::FromTo(from, to) => {
                (self.start_of_day(*from), self.start_of_day(to.saturating_add(i32::from(!fault(76)))))
            }
            Window::MoreThanAgo(length) => (i64::MIN, back(*length)),
            Window::FirstAfter { length, .. } => match anchor {
                Some(anchor) => (anchor, self.shift(anchor, *length, 1)),
                None => (0, 0),
            },
            Window::BetweenAfter { near, far, .. } => match anchor {
                Some(anchor) => (self.shift(anchor, *near, 1), self.shift(anchor, *far, 1)),
                None => (0, 0),
            },
            // Each event stands earlier or later than another, which no interval says.
            Window::OnEvent(_) => (0, 0),
            Window::FromNow { near, far } => (on(*near), on(*far)),
            Window::Next(length) => (as_of, on(*length)),
        };
        Interval { start, end }
    }

    fn zoned(&self, moment: i64) -> ZonedDateTime {
        let moment = moment.clamp(FIRST_MOMENT, END_OF_TIME - 1);
        Timestamp::from_microsecond(moment).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned_datetime(self.zone.clone())
    }
}

/// Microseconds since 1970-01-01T00:00 of a wall clock; parts of a microsecond are cut down.
pub fn micros_of(local: civil::DateTime) -> i64 {
    let time = local.time();
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    i64::from(days_of(local.date())) * DAY + seconds * 1_000_000 + i64::from(time.subsec_nanosecond()) / 1000
}

/// The wall clock of so many microseconds since 1970-01-01T00:00; `None` outside the years 1 to 9999.
pub fn local_of(micros: i64) -> Option<civil::DateTime> {
    if !(FIRST_MOMENT..END_OF_TIME).contains(&micros) {
        return None;
    }
    let day = i32::try_from(micros.div_euclid(DAY)).ok()?;
    let rest = micros.rem_euclid(DAY);
    let nanos = i32::try_from(rest % 1_000_000).ok()?.checked_mul(1000)?;
    let part = |unit: i64, of: i64| i8::try_from(rest / unit % of).ok();
    let time = civil::Time::new(part(3_600_000_000, 24)?, part(60_000_000, 60)?, part(1_000_000, 60)?, nanos).ok()?;
    Some(date_of(day).to_datetime(time))
}

/// Days since 1970-01-01 of a date.
pub fn days_of(date: civil::Date) -> i32 {
    let hours = date.duration_since(civil::date(1970, 1, 1)).as_hours();
    i32::try_from(hours.div_euclid(24)).unwrap_or(0)
}

/// The date of so many days since 1970-01-01, held within the years 1 to 9999.
pub fn date_of(days: i32) -> civil::Date {
    let since = SignedDuration::from_hours(i64::from(days) * 24);
    match civil::date(1970, 1, 1).checked_add(since) {
        Ok(date) => date,
        Err(_) if days < 0 => civil::date(1, 1, 1),
        Err(_) => civil::Date::MAX,
    }
}

fn clamp(timestamp: Timestamp) -> i64 {
    timestamp.as_microsecond().clamp(FIRST_MOMENT, END_OF_TIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Calendar {
        Calendar { zone: TimeZone::get("Europe/Berlin").expect("a zone"), week_starts_on: civil::Weekday::Monday }
    }

    fn at(calendar: &Calendar, text: &str) -> i64 {
        calendar.moment(text.parse().expect("a local time"))
    }

    #[test]
    fn a_day_back_is_the_same_wall_clock_also_over_a_change_of_clocks() {
        let calendar = berlin();
        let day = Length { count: 1, unit: Unit::Day };
        let before = calendar.shift(at(&calendar, "2024-03-31T12:00"), day, -1);
        assert_eq!(before, at(&calendar, "2024-03-30T12:00"));
        assert_eq!(calendar.shift(at(&calendar, "2024-04-01T02:30"), day, -1), at(&calendar, "2024-03-31T03:30"));
    }

    #[test]
    fn a_month_back_from_the_31st_is_the_last_of_february() {
        let calendar = berlin();
        let month = Length { count: 1, unit: Unit::Month };
        assert_eq!(calendar.shift(at(&calendar, "2024-03-31T00:00"), month, -1), at(&calendar, "2024-02-29T00:00"));
    }

    #[test]
    fn the_last_day_is_a_day_like_others() {
        let utc = Calendar { zone: TimeZone::UTC, week_starts_on: civil::Weekday::Monday };
        let last = 2_932_896;
        for calendar in [&utc, &berlin()] {
            for day in [last - 2, last - 1, last] {
                assert_eq!(calendar.day_of(calendar.start_of_day(day)), day);
                assert_eq!(calendar.day_of(calendar.start_of_day(day) + DAY - 1), day);
            }
        }
        assert_eq!(utc.start_of_day(last), END_OF_TIME - DAY);
        assert_eq!(utc.shift(END_OF_TIME - 1, Length { count: 1, unit: Unit::Day }, -1), END_OF_TIME - 1 - DAY);
        assert_eq!(
            local_of(micros_of(civil::date(9999, 12, 31).at(23, 59, 59, 999_999_000))).map(micros_of),
            Some(END_OF_TIME - 1)
        );
    }

    #[test]
    fn days_and_dates_are_one_another() {
        for day in [-719_162, -1, 0, 1, 19_000, 2_932_896] {
            assert_eq!(days_of(date_of(day)), day);
        }
    }
}
