//! As of when: `--as-of` as a person writes it, and the day that a run takes by itself.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use crate::diagnostics::{Diagnostic, codes};
use crate::program::calendar::{Calendar, END_OF_TIME, FIRST_MOMENT, days_of};

/// Reads a day (its first moment in the project's zone), a day with a time (in the project's zone unless it names one), or
/// `now`. In microseconds since 1970, UTC.
pub fn parse(text: &str, calendar: &Calendar, now: i64) -> Result<i64, Diagnostic> {
    let moment = if text == "now" { Some(now) } else { day(text, calendar).or_else(|| time(text, calendar)) };
    moment.filter(|m| (FIRST_MOMENT..END_OF_TIME).contains(m)).ok_or_else(|| {
        Diagnostic::new(codes::session::AS_OF, format!("`{text}` is not a moment that Segue can read.")).help(
            "Write a day, as in `--as-of 2024-06-01`, a day with a time, as in `--as-of 2024-06-01T09:30`, or `--as-of now`.",
        )
    })
}

/// `2024-06-01`, in exactly this form: others have two readings.
fn day(text: &str, calendar: &Calendar) -> Option<i64> {
    let is_plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let date: Date = is_plain.then(|| text.parse().ok())??;
    if date.year() < 1 {
        return None;
    }
    Some(calendar.start_of_day(days_of(date)))
}

/// `2024-06-01T09:30`, with seconds, their parts, and a zone if one likes.
fn time(text: &str, calendar: &Calendar) -> Option<i64> {
    let has_both = text.get(..10).is_some_and(|day| day.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
        && matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' '));
    if !has_both {
        return None;
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(micros(moment));
    }
    let has_zone = text.get(11..).is_some_and(|rest| rest.contains(['+', '-', 'Z', 'z', '[']));
    let local: DateTime = (!has_zone).then(|| text.parse().ok())??;
    Some(calendar.moment(local))
}

/// Microseconds, cut down.
fn micros(moment: Timestamp) -> i64 {
    let micros = moment.as_nanosecond().div_euclid(1000);
    i64::try_from(micros).unwrap_or(i64::MAX)
}

/// The first midnight after the newest event.
pub fn after(newest: i64, calendar: &Calendar) -> i64 {
    calendar.start_of_day(calendar.day_of(newest).saturating_add(1))
}

/// A moment as a person reads it: `2024-06-01 00:00 Europe/Berlin`, or with seconds and their parts where it has any.
pub fn shown(moment: i64, calendar: &Calendar) -> String {
    let local = calendar.local(moment);
    let mut text = format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute());
    let parts = local.subsec_nanosecond() / 1000;
    if parts != 0 {
        text.push_str(&format!(":{:02}.{parts:06}", local.second()));
    } else if local.second() != 0 {
        text.push_str(&format!(":{:02}", local.second()));
    }
    format!("{text} {}", zone(calendar))
}

/// The zone's name.
pub fn zone(calendar: &Calendar) -> String {
    match calendar.zone.iana_name() {
        Some(name) => name.to_owned(),
        None => calendar.zone.to_fixed_offset().map_or_else(|_| "its zone".to_owned(), |offset| format!("UTC{offset}")),
    }
}

/// A moment for machines: RFC 3339 in UTC, with the parts of a second that it has.
pub fn rfc3339(moment: i64) -> String {
    match Timestamp::from_microsecond(moment) {
        Ok(moment) => moment.to_string(),
        Err(_) => moment.to_string(),
    }
}

/// No event tells as of when.
pub fn needed() -> Diagnostic {
    Diagnostic::new(
        codes::session::AS_OF_NEEDED,
        "No event in the data has a key and a time, so no day suggests itself to run as of.",
    )
    .help("Say as of when, as in `--as-of 2024-06-01`, or `--as-of now`.")
}

/// What must be read before the answer is believed, as of the clock: it is told to a person, and is no part of the output,
/// which does not depend on the clock.
///
/// A day that was not asked for is the one after the newest event, so tomorrow is no surprise, and a later one is: some event
/// has a time that has not come yet.
pub fn after_today(moment: i64, is_asked_for: bool, now: i64, calendar: &Calendar) -> Option<Diagnostic> {
    let tolerated = if is_asked_for { 0 } else { 1 };
    if calendar.day_of(moment) <= calendar.day_of(now).saturating_add(tolerated) {
        return None;
    }
    let warning = Diagnostic::new(
        codes::session::AS_OF_AFTER_TODAY,
        format!("The run is as of {}, which has not come yet.", shown(moment, calendar)),
    )
    .consequence(
        "What customers do until then is not known, so whoever did nothing lately looks more idle than they will be.",
    );
    Some(warning.help(if is_asked_for {
        "Leave `--as-of` out to take the newest day in the data, or write `--as-of now`."
    } else {
        "Some event in the data has a time in the future. Say as of when with `--as-of`, or `--as-of now`."
    }))
}

/// The data ends before a window begins.
pub fn after_data(moment: i64, newest: i64, empty: usize, calendar: &Calendar) -> Diagnostic {
    let days = SignedDuration::from_micros(moment.saturating_sub(newest)).as_hours() / 24;
    let windows = if empty == 1 { "One window lies".to_owned() } else { format!("{empty} windows lie") };
    Diagnostic::new(
        codes::session::AS_OF_AFTER_DATA,
        format!("The newest event in the data is of {}, {days} days before the as-of time.", shown(newest, calendar)),
    )
    .consequence(format!("{windows} wholly after it and will be empty for everybody."))
    .help("Export the data again, or leave `--as-of` out to take the newest day in the data.")
}

#[cfg(test)]
mod tests {
    use jiff::civil::Weekday;
    use jiff::tz::TimeZone;

    use super::*;

    fn calendar(zone: &str) -> Calendar {
        Calendar { zone: TimeZone::get(zone).unwrap(), week_starts_on: Weekday::Monday }
    }

    #[test]
    fn forms_of_a_moment() {
        let berlin = calendar("Europe/Berlin");
        let read = |text: &str| parse(text, &berlin, 7).map(rfc3339).map_err(|d| d.code.code);
        assert_eq!(read("2024-06-01").unwrap(), "2024-05-31T22:00:00Z");
        assert_eq!(read("2024-06-01T09:30").unwrap(), "2024-06-01T07:30:00Z");
        assert_eq!(read("2024-06-01 09:30").unwrap(), "2024-06-01T07:30:00Z");
        assert_eq!(read("2024-06-01T09:30:15.5").unwrap(), "2024-06-01T07:30:15.5Z");
        assert_eq!(read("2024-06-01T09:30Z").unwrap(), "2024-06-01T09:30:00Z");
        assert_eq!(read("2024-06-01T09:30:00-04:00").unwrap(), "2024-06-01T13:30:00Z");
        // Skipped by the change of clocks: moved on by the gap. Existing twice: the first.
        assert_eq!(read("2024-03-31T02:30").unwrap(), "2024-03-31T01:30:00Z");
        assert_eq!(read("2024-10-27T02:30").unwrap(), "2024-10-27T00:30:00Z");
        assert_eq!(parse("now", &berlin, 7), Ok(7));
        for bad in
            ["", "yesterday", "06/01/2024", "2024-6-1", "20240601", "2024-13-01", "2024-06-01T", "0000-01-01", "-001-01-01"]
        {
            assert_eq!(read(bad), Err("E0685"), "{bad}");
        }
    }

    #[test]
    fn the_default_is_the_first_midnight_after_the_newest_event() {
        let berlin = calendar("Europe/Berlin");
        let read = |text: &str| parse(text, &berlin, 0).unwrap();
        assert_eq!(after(read("2024-05-31T23:59:59"), &berlin), read("2024-06-01"));
        assert_eq!(after(read("2024-06-01"), &berlin), read("2024-06-02"), "after, not at");
        assert_eq!(after(read("2024-03-31T12:00"), &berlin), read("2024-04-01"), "a day of 23 hours");
    }

    #[test]
    fn shown_as_a_person_reads_it() {
        let berlin = calendar("Europe/Berlin");
        let at = |text: &str| shown(parse(text, &berlin, 0).unwrap(), &berlin);
        assert_eq!(at("2024-06-01"), "2024-06-01 00:00 Europe/Berlin");
        assert_eq!(at("2024-06-01T09:30:05"), "2024-06-01 09:30:05 Europe/Berlin");
        assert_eq!(at("2024-06-01T09:30:05.25"), "2024-06-01 09:30:05.250000 Europe/Berlin");
    }
}
