//! Anniversaries: a whole number of years later, at least one; 29 February counts as the 28th in other years.

use jiff::ToSpan;

use super::{Calendar, Interval, Length, Unit, date_of, days_of};

impl Calendar {
    /// The day so many years after a day; `None` after the year 9999.
    pub fn day_years_later(&self, day: i32, years: i64) -> Option<i32> {
        let span = jiff::Span::new().try_years(years).unwrap_or_else(|_| 0.years());
        // The library takes the last day of the month where there is no such day, and 29 February alone can be none.
        date_of(day).checked_add(span).ok().filter(|_| years < 10_000).map(days_of)
    }

    /// The moment so many years after a moment, on the zone's wall clock; held within the years 1 to 9999.
    pub fn moment_years_later(&self, moment: i64, years: i64) -> i64 {
        self.shift(moment, Length { count: 1, unit: Unit::Year }, years)
    }

    /// Whether an anniversary of a day lies in an interval of days. Of all years but two or three it is clear by the year alone.
    pub fn has_anniversary_day(&self, day: i32, interval: Interval) -> bool {
        let start = i32::try_from(interval.start.max(i64::from(i32::MIN))).unwrap_or(i32::MAX);
        let years = i64::from(date_of(start).year()) - i64::from(date_of(day).year());
        let mut later = (years - 1).max(1)..10_000;
        let first = later.find_map(|n| match self.day_years_later(day, n) {
            Some(day) if i64::from(day) < interval.start => None,
            found => Some(found),
        });
        first.flatten().is_some_and(|day| interval.contains(i64::from(day)))
    }

    /// Whether an anniversary of a moment lies in an interval of moments.
    pub fn has_anniversary_moment(&self, moment: i64, interval: Interval) -> bool {
        let years = i64::from(self.local(interval.start).year()) - i64::from(self.local(moment).year());
        let mut later = (years - 1).max(1)..10_000;
        let first = later.find_map(|n| Some(self.moment_years_later(moment, n)).filter(|at| *at >= interval.start));
        first.is_some_and(|at| interval.contains(at))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};
    use jiff::tz::TimeZone;

    use super::*;

    fn calendar(zone: &str) -> Calendar {
        Calendar { zone: TimeZone::get(zone).expect("a zone"), week_starts_on: Weekday::Monday }
    }

    #[test]
    fn the_29th_of_february_is_the_28th_in_other_years() {
        let utc = calendar("UTC");
        let born = days_of(date(2000, 2, 29));
        assert_eq!(utc.day_years_later(born, 1), Some(days_of(date(2001, 2, 28))));
        assert_eq!(utc.day_years_later(born, 4), Some(days_of(date(2004, 2, 29))));
        assert_eq!(utc.day_years_later(born, 7999), Some(days_of(date(9999, 2, 28))));
        assert_eq!(utc.day_years_later(born, 8000), None);
    }

    #[test]
    fn the_short_way_finds_what_the_long_way_finds() {
        let berlin = calendar("Europe/Berlin");
        let days = [(1, 1, 1), (1600, 2, 29), (1970, 1, 1), (1996, 2, 29), (2000, 12, 31), (2023, 2, 28), (2030, 1, 1)];
        let bounds = [(1, 1, 1), (1995, 12, 31), (2024, 2, 28), (2024, 2, 29), (2024, 3, 1), (2025, 1, 1), (9999, 12, 31)];
        for (year, month, day) in days {
            let day = days_of(date(year, month, day));
            let moment = berlin.start_of_day(day) + 7_500_000_000;
            for from in bounds {
                for length in [-1, 0, 1, 2, 365, 366, 800] {
                    let start = i64::from(days_of(date(from.0, from.1, from.2)));
                    let interval = Interval { start, end: start + length };
                    let later = |n| berlin.day_years_later(day, n).map(i64::from);
                    let all = (1..9999).map_while(later).take_while(|x| *x < interval.end).any(|x| interval.contains(x));
                    assert_eq!(berlin.has_anniversary_day(day, interval), all, "{day} {interval:?}");
                    let interval = Interval {
                        start: berlin.start_of_day(start as i32) + 3_600_000_000,
                        end: berlin.start_of_day((start + length) as i32) + 7_500_000_001,
                    };
                    let later = (1..9999).map(|n| berlin.moment_years_later(moment, n));
                    let all = later.take_while(|x| *x < interval.end).any(|x| interval.contains(x));
                    assert_eq!(berlin.has_anniversary_moment(moment, interval), all, "{moment} {interval:?}");
                }
            }
        }
        let ever = Interval { start: i64::MIN, end: i64::from(days_of(date(2024, 1, 1))) };
        assert!(berlin.has_anniversary_day(days_of(date(2000, 1, 1)), ever));
        assert!(!berlin.has_anniversary_day(days_of(date(2023, 1, 1)), ever));
    }
}
