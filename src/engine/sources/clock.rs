//! Local times as moments, quickly: a stored time without a zone is one of the `timestamps` zone, a date begins in the
//! project's zone. A local time that a change of clocks skips is moved on by the gap, one that exists twice is the first.

use std::collections::HashMap;

use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::text::Read;
use crate::program::calendar::{Calendar, END_OF_TIME, FIRST_MOMENT, local_of, micros_of};

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;

/// The two zones, with a memory of what was asked before. Each thread has its own.
#[derive(Debug, Clone)]
pub struct Clock {
    project: Calendar,
    stored: TimeZone,
    /// Hour of local time → microseconds to take off, where that is one number for the whole hour.
    hours: HashMap<i64, Option<i64>>,
    days: HashMap<i32, i64>,
}

impl Clock {
    /// The project's calendar, and the zone of times stored without one.
    pub fn new(project: Calendar, stored: TimeZone) -> Clock {
        Clock { project, stored, hours: HashMap::new(), days: HashMap::new() }
    }

    /// All in UTC.
    pub fn utc() -> Clock {
        let project = Calendar { zone: TimeZone::UTC, week_starts_on: civil::Weekday::Monday };
        Clock::new(project, TimeZone::UTC)
    }

    /// The first instant of a day in the project's zone.
    pub fn start_of_day(&mut self, day: i32) -> i64 {
        let project = &self.project;
        *self.days.entry(day).or_insert_with(|| project.start_of_day(day))
    }

    /// The day, in the project's zone, that begins at a moment; `None` where none does.
    pub fn day_that_begins(&mut self, moment: i64) -> Option<i32> {
        let day = self.project.day_of(moment);
        (self.start_of_day(day) == moment).then_some(day)
    }

    /// A local time with its distance to UTC in seconds.
    pub fn fixed(&self, local: civil::DateTime, ahead: i64) -> Read<i64> {
        within(micros_of(local).saturating_sub(ahead.saturating_mul(SECOND)))
    }

    /// A local time stored without a zone.
    pub fn stored(&mut self, local: civil::DateTime) -> Read<i64> {
        self.stored_micros(micros_of(local))
    }

    /// Microseconds since 1970-01-01T00:00 of local time, stored without a zone, as a moment.
    pub fn stored_micros(&mut self, local: i64) -> Read<i64> {
        // A little more than the years: a zone may bring it back in.
        if !(FIRST_MOMENT - 30 * HOUR..END_OF_TIME + 30 * HOUR).contains(&local) {
            return Read::OutOfYears;
        }
        if self.stored == TimeZone::UTC {
            return within(local);
        }
        let hour = local.div_euclid(HOUR);
        let stored = &self.stored;
        if self.hours.len() > 100_000 {
            self.hours.clear();
        }
        let behind = *self.hours.entry(hour).or_insert_with(|| {
            let first = offset_at(stored, hour * HOUR)?;
            (offset_at(stored, hour * HOUR + HOUR - 1)? == first).then_some(first)
        });
        match behind {
            Some(behind) => within(local - behind),
            None => {
                let Some(local) = local_of(local) else { return Read::OutOfYears };
                let calendar = Calendar { zone: stored.clone(), week_starts_on: self.project.week_starts_on };
                within(calendar.moment(local))
            }
        }
    }
}

/// A moment, if it lies in the years 1 to 9999.
pub fn within(moment: i64) -> Read<i64> {
    if (FIRST_MOMENT..END_OF_TIME).contains(&moment) { Read::Known(moment) } else { Read::OutOfYears }
}

/// A day, if it lies in the years 1 to 9999.
pub fn day_within(day: i64) -> Read<i32> {
    match i32::try_from(day) {
        Ok(day) if (-719_162..=2_932_896).contains(&day) => Read::Known(day),
        _ => Read::OutOfYears,
    }
}

/// How far, in microseconds, a zone is ahead of UTC at a local time; `None` where that is not one number.
fn offset_at(zone: &TimeZone, local: i64) -> Option<i64> {
    // Where the library's moments end no offset is known.
    match zone.to_ambiguous_timestamp(local_of(local)?).offset() {
        AmbiguousOffset::Unambiguous { offset } => Some(i64::from(offset.seconds()) * SECOND),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipped_times_move_on_and_double_ones_are_the_first() {
        let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
        let calendar = Calendar { zone: berlin.clone(), week_starts_on: civil::Weekday::Monday };
        let mut clock = Clock::new(calendar.clone(), berlin);
        let mut day = civil::date(2024, 3, 30).at(0, 0, 0, 0);
        for _ in 0..5000 {
            assert_eq!(clock.stored(day), Read::Known(calendar.moment(day)), "{day}");
            day = day.checked_add(jiff::ToSpan::minutes(77)).expect("a time");
        }
        let twice = civil::date(2024, 10, 27).at(2, 30, 0, 0);
        assert_eq!(clock.stored(twice), Read::Known(calendar.moment(twice)));
    }
}
