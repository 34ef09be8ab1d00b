//! The day of each event. `Calendar::day_of` asks the zone each time, which is slow for many millions of events; but within a
//! day of UTC the zone's offset nearly always stays the same, so it is asked once for each such day.

use datafusion::common::HashMap;
use jiff::Timestamp;

use crate::program::calendar::{Calendar, DAY, END_OF_TIME, FIRST_MOMENT};

/// Days of one zone.
#[derive(Debug)]
pub(in crate::engine) struct Days<'a> {
    calendar: &'a Calendar,
    /// By day of UTC: the zone's offset in microseconds; `None` where it changes within that day.
    offsets: HashMap<i64, Option<i64>>,
    last: (i64, Option<i64>),
}

impl<'a> Days<'a> {
    /// Days of a calendar's zone.
    pub fn new(calendar: &'a Calendar) -> Days<'a> {
        Days { calendar, offsets: HashMap::default(), last: (i64::MIN, None) }
    }

    /// What `Calendar::day_of` says.
    pub fn day_of(&mut self, moment: i64) -> i32 {
        match self.wall_clock(moment) {
            Some(local) => local.div_euclid(DAY) as i32,
            None => self.calendar.day_of(moment),
        }
    }

    /// A moment's wall clock, as microseconds since 1970-01-01T00:00 there; `None` on days on which clocks change and at the
    /// ends of time.
    pub fn wall_clock(&mut self, moment: i64) -> Option<i64> {
        let utc = moment.div_euclid(DAY);
        if self.last.0 != utc {
            let calendar = self.calendar;
            self.last = (utc, *self.offsets.entry(utc).or_insert_with(|| offset(calendar, utc)));
        }
        self.last.1.map(|offset| moment + offset)
    }
}

/// The offset that holds all through a day of UTC. At the ends of time, where the calendar holds moments back, there is none.
fn offset(calendar: &Calendar, utc: i64) -> Option<i64> {
    let start = utc.checked_mul(DAY)?;
    let inside = FIRST_MOMENT + 2 * DAY..END_OF_TIME - 3 * DAY;
    if !inside.contains(&start) {
        return None;
    }
    let start = Timestamp::from_microsecond(start).ok()?;
    let end = Timestamp::from_microsecond(start.as_microsecond() + DAY).ok()?;
    let changes = calendar.zone.following(start).next().is_some_and(|change| change.timestamp() < end);
    let offset = i64::from(calendar.zone.to_offset(start).seconds()) * 1_000_000;
    (!changes).then_some(offset)
}

#[cfg(test)]
mod tests {
    use jiff::civil::Weekday;
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn days_are_those_of_the_calendar_where_clocks_change_too() {
        // St John's put its clocks back at one minute past midnight, into the day before; Apia left a day out.
        for zone in ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "America/Havana", "Africa/Monrovia"] {
            let calendar = Calendar { zone: TimeZone::get(zone).unwrap(), week_starts_on: Weekday::Monday };
            let mut days = Days::new(&calendar);
            let mut moment = -2_500_000_000_000_000;
            while moment < 2_000_000_000_000_000 {
                assert_eq!(days.day_of(moment), calendar.day_of(moment), "{zone} {moment}");
                moment += 61_003_000_000 * 7;
            }
            for (from, to) in [(1_130_600_000, 1_130_700_000), (1_325_100_000, 1_325_400_000), (561_900_000, 563_000_000)] {
                for second in (from..to).step_by(31) {
                    let moment = second * 1_000_000 + 999_999;
                    assert_eq!(days.day_of(moment), calendar.day_of(moment), "{zone} {moment}");
                }
            }
            for moment in [FIRST_MOMENT, FIRST_MOMENT + 1, END_OF_TIME - 1, 0, -1] {
                assert_eq!(days.day_of(moment), calendar.day_of(moment), "{zone} {moment}");
            }
        }
    }
}
