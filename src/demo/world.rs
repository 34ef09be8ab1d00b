//! What the shop's days are like: when each begins, which season it is, when offers and newsletters go out.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use crate::program::calendar::{Calendar, date_of, days_of};

/// The shop's zone.
pub const ZONE: &str = "Europe/Berlin";
/// The day after the last one with data.
pub const END: (i16, i8, i8) = (2025, 10, 1);
/// Days after the end that are known to the truth alone.
pub const FUTURE: i32 = 31;
/// Days between two offers.
const OFFER_EVERY: i32 = 42;
/// The last offer went out so many days before the end: its two weeks are over.
const LAST_OFFER: i32 = 16;
/// How many days an offer is good for.
pub const OFFER_DAYS: i32 = 14;

/// One day.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// Its first moment, in seconds since 1970 (UTC).
    pub starts: i64,
    /// Its length in seconds: two days of a year are an hour shorter or longer.
    pub seconds: i32,
    /// Monday is 0.
    pub weekday: usize,
    /// How much more people come than on other days.
    pub visits: f64,
    /// How much more of those who come buy.
    pub buys: f64,
    /// How much more those come who buy presents.
    pub presents: f64,
    /// Whether the newsletter goes out.
    pub has_newsletter: bool,
    /// Whether offers are drawn.
    pub has_offer: bool,
}

/// All days, from the first with data to a month after the last.
#[derive(Debug)]
pub struct World {
    /// What everything is drawn from.
    pub seed: u64,
    /// How many days have data. Day 0 is the first of them, this number the day as of which everything is asked.
    pub end: i32,
    /// The day of the calendar that is day 0, counted from 1970.
    pub first: i32,
    days: Vec<Day>,
}

impl World {
    /// The world in which so many days have data.
    pub fn new(seed: u64, end: i32) -> World {
        let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
        let calendar = Calendar { zone, week_starts_on: Weekday::Monday };
        let last = days_of(jiff::civil::date(END.0, END.1, END.2));
        let first = last - end;
        let days = (0..end + FUTURE).map(|day| look(&calendar, first + day, day, end)).collect();
        World { seed, end, first, days }
    }

    /// A day; of one outside the world, the nearest.
    pub fn day(&self, day: i32) -> &Day {
        let place = usize::try_from(day).unwrap_or(0).min(self.days.len().saturating_sub(1));
        &self.days[place]
    }

    /// The newest offer that went out on or before a day, and is good on it.
    pub fn offer_on(&self, day: i32) -> Option<i32> {
        let since = (day - (self.end - LAST_OFFER)).rem_euclid(OFFER_EVERY);
        let sent = day - since;
        (since < OFFER_DAYS && sent >= 0 && sent < self.end).then_some(sent)
    }

    /// The day that holds a moment in seconds.
    pub fn day_at(&self, second: i64) -> i32 {
        let days = self.days.partition_point(|day| day.starts <= second);
        i32::try_from(days).unwrap_or(i32::MAX).saturating_sub(1).max(0)
    }

    /// A day as the calendar counts it.
    pub fn date(&self, day: i32) -> i32 {
        self.first.saturating_add(day)
    }
}

fn look(calendar: &Calendar, date: i32, day: i32, end: i32) -> Day {
    let starts = calendar.start_of_day(date) / 1_000_000;
    let seconds = calendar.start_of_day(date + 1) / 1_000_000 - starts;
    let civil = date_of(date);
    let (month, of_month) = (civil.month(), civil.day());
    let weekday = usize::try_from(civil.weekday().to_monday_zero_offset()).unwrap_or(0);
    let is_before_christmas = (month == 11 && of_month >= 20) || (month == 12 && of_month <= 22);
    let visits = match month {
        7 | 8 => 0.85,
        _ if is_before_christmas => 1.15,
        _ => 1.0,
    };
    let buys = match month {
        _ if is_before_christmas => 1.5,
        1 => 0.8,
        _ => 1.0,
    };
    // Christmas, Valentine's Day, Mother's Day.
    let is_for_presents = is_before_christmas || (month == 2 && of_month <= 13) || (month == 5 && of_month <= 11);
    Day {
        starts,
        seconds: i32::try_from(seconds).unwrap_or(86_400),
        weekday,
        visits,
        buys,
        presents: if is_for_presents { 5.0 } else { 1.0 },
        has_newsletter: weekday == 1 && (day - end).div_euclid(7) % 2 == 0,
        has_offer: (day - (end - LAST_OFFER)).rem_euclid(OFFER_EVERY) == 0 && day < end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_fit_together() {
        let world = World::new(1, 400);
        for day in 0..400 {
            let today = world.day(day);
            assert_eq!(today.starts + i64::from(today.seconds), world.day(day + 1).starts, "{day}");
            assert_eq!((today.weekday + 1) % 7, world.day(day + 1).weekday);
            if let Some(sent) = world.offer_on(day) {
                assert!(world.day(sent).has_offer && day - sent < OFFER_DAYS);
            }
        }
        // 30 March 2025 has 23 hours, 27 October 2024 has 25.
        assert_eq!((0..400).filter(|d| world.day(*d).seconds != 86_400).count(), 2);
        assert_eq!((0..400).filter(|d| world.day(*d).has_offer).count(), 10);
        assert_eq!((0..400).filter(|d| world.day(*d).has_newsletter).count(), 29);
        assert_eq!(world.day(world.end).starts, 1_759_269_600, "2025-10-01 in Berlin");
    }
}
