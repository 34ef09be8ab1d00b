//! Numbers, money, dates and lengths of time as people write them. All texts are English.

use crate::program::calendar::{Calendar, DAY, END_OF_TIME, FIRST_MOMENT, Interval, Length, Unit, date_of};
use crate::program::{Decimal, Scalar, Type};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `5,000`
pub fn count(n: u64) -> String {
    grouped(&n.to_string())
}

/// A whole number with commas between thousands; of a decimal, of what stands before the point.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// `no event`, `1 event`, `2 events`
pub fn several(n: u64, one: &str, many: &str) -> String {
    match n {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        _ => format!("{} {many}", count(n)),
    }
}

/// `a`, `a or b`, `a, b or c`
pub fn list(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} {word} {last}", before.join(", ")),
    }
}

/// A sentence of a clause: a capital letter before, a full stop behind.
pub fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if clause.ends_with(['.', ':']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// An exact decimal: `1.19`; of a percent `30%`.
pub fn decimal(decimal: Decimal, ty: &Type) -> String {
    match ty {
        Type::Percent => percent(decimal),
        _ => grouped(&decimal.to_string()),
    }
}

/// `0.3` as `30%`
pub fn percent(share: Decimal) -> String {
    grouped(&share.as_percent())
}

/// Without zeros at the end of a fraction.
fn trimmed(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// `500 EUR`, `19.90 EUR`
fn money(micros: i64, currency: &str) -> String {
    let mut text = trimmed(&Decimal { digits: i128::from(micros), scale: 6 }.to_string());
    if let Some((_, fraction)) = text.split_once('.')
        && fraction.len() == 1
    {
        text.push('0');
    }
    format!("{} {currency}", grouped(&text))
}

/// A value of a type as people write it; a text in quotes.
pub fn scalar(value: &Scalar, ty: &Type, calendar: &Calendar) -> String {
    match (value, ty) {
        (Scalar::Boolean(holds), _) => holds.to_string(),
        (Scalar::Count(n), _) => grouped(&n.to_string()),
        (Scalar::Number(x), Type::Percent) => {
            // The shortest digits that are this double, so that 0.07 is 7% and not 7.000000000000001%.
            match Decimal::parse(&x.to_string()) {
                Some(share) => percent(share),
                None => format!("{}%", x * 100.0),
            }
        }
        (Scalar::Number(x), _) => grouped(&x.to_string()),
        (Scalar::Money(micros), Type::Money(currency)) => money(*micros, currency),
        (Scalar::Money(micros), _) => trimmed(&Decimal { digits: i128::from(*micros), scale: 6 }.to_string()),
        (Scalar::Duration(micros), _) => duration(*micros),
        (Scalar::Date(day), _) => date(*day),
        (Scalar::Timestamp(time), _) => moment(*time, calendar),
        (Scalar::Text(text), _) => quoted(text),
        (Scalar::List(items), _) => {
            let of = if let Type::List(of) = ty { of } else { ty };
            list(&items.iter().map(|item| scalar(item, of, calendar)).collect::<Vec<_>>(), "and")
        }
    }
}

/// A text in quotes, as the language writes it.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// `1 June 2024`
pub fn date(day: i32) -> String {
    let date = date_of(day);
    format!("{} {} {}", date.day(), month(date.month()), date.year())
}

fn month(number: i8) -> &'static str {
    usize::try_from(number).ok().and_then(|n| MONTHS.get(n.checked_sub(1)?)).copied().unwrap_or_default()
}

/// `1 June 2024, 09:30`; seconds where there are some.
pub fn moment(moment: i64, calendar: &Calendar) -> String {
    let local = calendar.local(moment);
    let mut text = format!("{}, {:02}:{:02}", date(calendar.day_of(moment)), local.hour(), local.minute());
    let parts = local.subsec_nanosecond() / 1000;
    if local.second() != 0 || parts != 0 {
        text.push_str(&format!(":{:02}", local.second()));
    }
    if parts != 0 {
        text.push_str(&format!(".{parts:06}"));
    }
    text
}

/// A moment that begins a day is named by its day alone.
fn is_midnight(moment: i64, calendar: &Calendar) -> bool {
    calendar.start_of_day(calendar.day_of(moment)) == moment
}

/// The days or moments of an interval of moments: `3 March to 31 May 2024`. Nothing for one without bounds.
pub fn interval(interval: Interval, calendar: &Calendar) -> Option<String> {
    let Interval { start, end } = interval;
    if start >= end {
        return Some("no time at all".to_owned());
    }
    let (has_start, has_end) = (start > FIRST_MOMENT, end < END_OF_TIME);
    let whole = |moment: i64| is_midnight(moment, calendar);
    let day = |moment: i64| calendar.day_of(moment);
    match (has_start, has_end) {
        (false, false) => None,
        (false, true) if whole(end) => Some(format!("before {}", date(day(end)))),
        (false, true) => Some(format!("before {}", moment(end, calendar))),
        (true, false) if whole(start) => Some(format!("from {} on", date(day(start)))),
        (true, false) => Some(format!("from {} on", moment(start, calendar))),
        (true, true) if whole(start) && whole(end) => Some(days(day(start), day(end).saturating_sub(1))),
        (true, true) => Some(format!("from {} up to but not including {}", moment(start, calendar), moment(end, calendar))),
    }
}

/// The days of an interval of days.
pub fn interval_of_days(interval: Interval) -> Option<String> {
    let Interval { start, end } = interval;
    let day = |x: i64| i32::try_from(x).ok().filter(|x| (-719_162..2_932_897).contains(x));
    match (day(start), day(end)) {
        _ if start >= end => Some("no day at all".to_owned()),
        (Some(start), Some(end)) => Some(days(start, end.saturating_sub(1))),
        (Some(start), None) => Some(format!("from {} on", date(start))),
        (None, Some(end)) => Some(format!("before {}", date(end))),
        (None, None) => None,
    }
}

/// From one day to another, both in: `31 May 2024`, `3 to 31 May 2024`, `3 March to 31 May 2024`.
pub fn days(first: i32, last: i32) -> String {
    let (a, b) = (date_of(first), date_of(last));
    if first == last {
        date(last)
    } else if a.year() != b.year() {
        format!("{} to {}", date(first), date(last))
    } else if a.month() != b.month() {
        format!("{} {} to {}", a.day(), month(a.month()), date(last))
    } else {
        format!("{} to {}", a.day(), date(last))
    }
}

/// `day`, `days`
pub fn unit(unit: Unit, n: u64) -> &'static str {
    let (one, many) = match unit {
        Unit::Second => ("second", "seconds"),
        Unit::Minute => ("minute", "minutes"),
        Unit::Hour => ("hour", "hours"),
        Unit::Day => ("day", "days"),
        Unit::Week => ("week", "weeks"),
        Unit::Month => ("month", "months"),
        Unit::Quarter => ("quarter", "quarters"),
        Unit::Year => ("year", "years"),
    };
    if n == 1 { one } else { many }
}

/// `1 day`, `90 days`
pub fn length(length: Length) -> String {
    format!("{} {}", count(u64::from(length.count)), unit(length.unit, u64::from(length.count)))
}

/// What stands behind `the last`: `day`, `90 days`.
pub fn stretch(of: Length) -> String {
    if of.count == 1 { unit(of.unit, 1).to_owned() } else { length(of) }
}

/// `30 and 60 days`, `30 days and 2 months`
pub fn both(near: Length, far: Length) -> String {
    if near.unit == far.unit {
        format!("{} and {}", count(u64::from(near.count)), length(far))
    } else {
        format!("{} and {}", length(near), length(far))
    }
}

/// A length of time in the largest unit of which it is a whole number: `36 hours`.
pub fn duration_as_written(micros: i64) -> String {
    let units = [(DAY, "day", "days"), (3_600_000_000, "hour", "hours"), (60_000_000, "minute", "minutes")];
    match units.into_iter().find(|(size, ..)| micros > 0 && micros % size == 0) {
        Some((size, one, many)) => several((micros / size).unsigned_abs(), one, many),
        None => duration(micros),
    }
}

/// A length of time in its units: `2 days`, `3 hours and 20 minutes`.
pub fn duration(micros: i64) -> String {
    let sign = if micros < 0 { "minus " } else { "" };
    let mut left = micros.unsigned_abs();
    let mut parts = Vec::new();
    for (size, one, many) in [
        (DAY.unsigned_abs(), "day", "days"),
        (3_600_000_000, "hour", "hours"),
        (60_000_000, "minute", "minutes"),
        (1_000_000, "second", "seconds"),
    ] {
        let n = left / size;
        left %= size;
        if n > 0 {
            parts.push(several(n, one, many));
        }
    }
    if left > 0 {
        parts.push(several(left, "microsecond", "microseconds"));
    }
    match parts.is_empty() {
        true => "0 seconds".to_owned(),
        false => format!("{sign}{}", list(&parts, "and")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::calendar::days_of;
    use jiff::civil;
    use jiff::tz::TimeZone;

    #[test]
    fn numbers_are_grouped_and_money_has_two_digits_or_none() {
        assert_eq!(count(1_204), "1,204");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000_000), "1,000,000");
        let eur = Type::Money("EUR".into());
        let calendar = Calendar { zone: TimeZone::UTC, week_starts_on: civil::Weekday::Monday };
        let shown = |micros| scalar(&Scalar::Money(micros), &eur, &calendar);
        assert_eq!(shown(500_000_000), "500 EUR");
        assert_eq!(shown(19_900_000), "19.90 EUR");
        assert_eq!(shown(-1_234_567_890), "-1,234.56789 EUR");
        assert_eq!(scalar(&Scalar::Number(0.07), &Type::Percent, &calendar), "7%");
        assert_eq!(percent(Decimal { digits: 5, scale: 3 }), "0.5%");
    }

    #[test]
    fn lists_and_plurals() {
        let items = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        assert_eq!(list(&items, "or"), "a, b or c");
        assert_eq!(list(&items[..2], "and"), "a and b");
        assert_eq!(several(1, "day", "days"), "1 day");
        assert_eq!(several(0, "event", "events"), "no event");
        assert_eq!(duration(90_061_000_000), "1 day, 1 hour, 1 minute and 1 second");
        assert_eq!(duration(0), "0 seconds");
    }

    #[test]
    fn days_name_what_differs() {
        let day = |y, m, d| days_of(civil::date(y, m, d));
        assert_eq!(days(day(2024, 5, 31), day(2024, 5, 31)), "31 May 2024");
        assert_eq!(days(day(2024, 5, 3), day(2024, 5, 31)), "3 to 31 May 2024");
        assert_eq!(days(day(2024, 3, 3), day(2024, 5, 31)), "3 March to 31 May 2024");
        assert_eq!(days(day(2023, 12, 1), day(2024, 5, 31)), "1 December 2023 to 31 May 2024");
    }
}
