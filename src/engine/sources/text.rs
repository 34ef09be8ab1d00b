//! Texts as values: which types can read a text (CSV, NDJSON and hive folders have texts alone), and what it then means. The
//! rules are LANGUAGE.md 2; nothing is trimmed, guessed at or mended.

use jiff::civil;

use super::clock::Clock;
use crate::program::calendar::days_of;
use crate::program::types::Type;

/// What a type makes of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Read<T> {
    /// a value
    Known(T),
    /// ±∞, or a number beyond all doubles: missing, and counted
    Infinite,
    /// a time outside the years 1 to 9999: missing, and counted
    OutOfYears,
    /// `NaN`, which a number is when it is none: missing
    Nothing,
    /// nothing of this type: missing, and counted
    Unreadable,
}

impl<T> Read<T> {
    /// The same for the value within.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Read<U> {
        match self {
            Read::Known(x) => Read::Known(f(x)),
            Read::Infinite => Read::Infinite,
            Read::OutOfYears => Read::OutOfYears,
            Read::Nothing => Read::Nothing,
            Read::Unreadable => Read::Unreadable,
        }
    }

    /// The value.
    pub fn known(self) -> Option<T> {
        match self {
            Read::Known(x) => Some(x),
            _ => None,
        }
    }
}

/// The parts of a number as written: sign, digits before the point, digits after it, exponent.
struct Written<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i32,
    is_whole: bool,
}

/// Digits with an optional sign `-`, point and exponent, and no leading zero: `12`, `-2.5`, `1e3`; not `+5`, `.5`, `5.`, `007`.
fn written(text: &str) -> Option<Written<'_>> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = rest.split_at(digits(rest));
    if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
        return None;
    }
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(digits(rest)),
        None => ("", rest),
    };
    let has_point =
        text.len() > usize::from(negative) + whole.len() && text[usize::from(negative) + whole.len()..].starts_with('.');
    if has_point && fraction.is_empty() {
        return None;
    }
    let exponent = match rest.strip_prefix(['e', 'E']) {
        Some(rest) => {
            let (minus, amount) = match rest.strip_prefix('-') {
                Some(amount) => (true, amount),
                None => (false, rest.strip_prefix('+').unwrap_or(rest)),
            };
            if amount.is_empty() || digits(amount) != amount.len() {
                return None;
            }
            // Beyond this every number is 0 or infinite.
            let amount = amount.parse::<i32>().unwrap_or(1_000_000).min(1_000_000);
            if minus { -amount } else { amount }
        }
        None if rest.is_empty() => 0,
        None => return None,
    };
    let is_whole = !has_point && whole.len() + usize::from(negative) == text.len();
    Some(Written { negative, whole, fraction, exponent, is_whole })
}

/// A whole number of 64 bits, as written: no point, no exponent, no leading zero.
pub fn whole(text: &str) -> Option<i64> {
    let written = written(text)?;
    written.is_whole.then(|| text.parse().ok()).flatten()
}

/// What a column of whole numbers makes of a text: also `2.0`, as tools write whole numbers beside missing ones.
pub fn count(text: &str) -> Read<i64> {
    if let Some(n) = whole(text) {
        return Read::Known(n);
    }
    if text == "NaN" {
        return Read::Nothing;
    }
    match written(text) {
        Some(w) if w.exponent == 0 && !w.is_whole && w.fraction.bytes().all(|b| b == b'0') => {
            let digits = w.whole.parse::<i64>().ok().map(|n| if w.negative { -n } else { n });
            digits.map_or(Read::Unreadable, Read::Known)
        }
        _ => Read::Unreadable,
    }
}

/// A number: the double nearest to it. `NaN` is a number that is missing.
pub fn number(text: &str) -> Read<f64> {
    if text == "NaN" {
        return Read::Nothing;
    }
    if written(text).is_none() {
        return Read::Unreadable;
    }
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() => Read::Known(x + 0.0),
        Ok(_) => Read::Infinite,
        Err(_) => Read::Unreadable,
    }
}

/// Whole millionths, of the decimal as written, to the nearest, half to even.
pub fn money(text: &str) -> Read<i64> {
    let Some(w) = written(text) else {
        return if text == "NaN" { Read::Nothing } else { Read::Unreadable };
    };
    let digits: Vec<u8> = w.whole.bytes().chain(w.fraction.bytes()).map(|b| b - b'0').collect();
    let Some(first) = digits.iter().position(|d| *d != 0) else { return Read::Known(0) };
    // digits × 10^shift are the millionths.
    let shift = i64::from(w.exponent) - w.fraction.len() as i64 + 6;
    let length = (digits.len() - first) as i64;
    if length + shift > 19 {
        return if number(text) == Read::Infinite { Read::Infinite } else { Read::Unreadable };
    }
    let kept = usize::try_from((length + shift.min(0)).max(0)).unwrap_or(0);
    let mut n: i128 = 0;
    for d in digits.iter().skip(first).take(kept) {
        n = n * 10 + i128::from(*d);
    }
    if shift < 0 && length + shift >= 0 {
        let rest = &digits[first + kept..];
        let half = rest.first().copied().unwrap_or(0);
        let more = rest.iter().skip(1).any(|d| *d != 0);
        if half > 5 || (half == 5 && (more || n % 2 == 1)) {
            n += 1;
        }
    }
    for _ in 0..shift.max(0) {
        n *= 10;
    }
    i64::try_from(if w.negative { -n } else { n }).map_or(Read::Unreadable, Read::Known)
}

/// `true` or `false`, in small letters.
pub fn boolean(text: &str) -> Read<bool> {
    match text {
        "true" => Read::Known(true),
        "false" => Read::Known(false),
        _ => Read::Unreadable,
    }
}

/// Reads so many digits from the front.
fn digits<'a>(text: &'a str, n: usize, rest: &mut &'a str) -> Option<i16> {
    let head = text.get(..n)?;
    *rest = &text[n..];
    head.bytes().all(|b| b.is_ascii_digit()).then(|| head.parse().ok()).flatten()
}

/// `2024-06-01` from the front, and what is left; year 0 is a date that lies outside the years.
fn date_part(text: &str) -> Option<(civil::Date, &str)> {
    let mut rest = text;
    let year = digits(rest, 4, &mut rest)?;
    rest = rest.strip_prefix('-')?;
    let month = digits(rest, 2, &mut rest)?;
    rest = rest.strip_prefix('-')?;
    let day = digits(rest, 2, &mut rest)?;
    let date = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some((date, rest))
}

/// A date: `2024-06-01`, as days since 1970-01-01.
pub fn date(text: &str) -> Read<i32> {
    match date_part(text) {
        Some((date, "")) if date.year() < 1 => Read::OutOfYears,
        Some((date, "")) => Read::Known(days_of(date)),
        _ => Read::Unreadable,
    }
}

/// A date with a time, `T` or a blank between them, the zone optional: `2024-06-01T09:30`, `2024-06-01 09:30:15.25+02:00`. More
/// than six digits of a second are cut down; second 60 is second 59.
pub fn moment(text: &str, clock: &mut Clock) -> Read<i64> {
    read_moment(text, clock).unwrap_or(Read::Unreadable)
}

fn read_moment(text: &str, clock: &mut Clock) -> Option<Read<i64>> {
    let (date, rest) = date_part(text)?;
    let mut rest = rest.strip_prefix(['T', ' '])?;
    let hour = digits(rest, 2, &mut rest)?;
    rest = rest.strip_prefix(':')?;
    let minute = digits(rest, 2, &mut rest)?;
    let mut second = 0;
    let mut micros: i32 = 0;
    if let Some(after) = rest.strip_prefix(':') {
        rest = after;
        second = digits(rest, 2, &mut rest)?;
        if let Some(after) = rest.strip_prefix('.') {
            let length = after.bytes().take_while(u8::is_ascii_digit).count();
            if length == 0 {
                return None;
            }
            for i in 0..6 {
                let digit = if i < length { after.as_bytes().get(i).map_or(0, |b| i32::from(b - b'0')) } else { 0 };
                micros = micros * 10 + digit;
            }
            rest = &after[length..];
        }
    }
    if second == 60 {
        second = 59;
    }
    let (hour, minute, second) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?);
    let time = civil::Time::new(hour, minute, second, micros * 1000).ok()?;
    let local = date.to_datetime(time);
    Some(match zone(rest)? {
        Some(offset) => clock.fixed(local, offset),
        None => clock.stored(local),
    })
}

/// The seconds that a zone is ahead of UTC; `Some(None)` without a zone.
fn zone(text: &str) -> Option<Option<i64>> {
    match text {
        "" => return Some(None),
        "Z" | " UTC" => return Some(Some(0)),
        _ => {}
    }
    let (sign, mut rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let hours = digits(rest, 2, &mut rest)?;
    let minutes = match rest.strip_prefix(':').unwrap_or(rest) {
        "" if rest.is_empty() => 0,
        minutes if minutes.len() == 2 => digits(minutes, 2, &mut rest)?,
        _ => return None,
    };
    (hours < 24 && minutes < 60).then(|| Some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60)))
}

/// What a column that the project calls a time makes of a text: a date with a time, or a date, which is its first instant in
/// the project's zone.
pub fn time(text: &str, clock: &mut Clock) -> Read<i64> {
    match moment(text, clock) {
        Read::Unreadable => match date(text) {
            Read::Known(day) => Read::Known(clock.start_of_day(day)),
            Read::OutOfYears => Read::OutOfYears,
            _ => Read::Unreadable,
        },
        read => read,
    }
}

/// Which types can read all texts seen so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess {
    /// whole numbers of 64 bits
    pub whole: bool,
    /// `true` and `false`
    pub boolean: bool,
    /// dates
    pub date: bool,
    /// dates with a time
    pub moment: bool,
    /// numbers
    pub number: bool,
    /// any text was seen at all
    pub any: bool,
}

impl Default for Guess {
    fn default() -> Guess {
        Guess { whole: true, boolean: true, date: true, moment: true, number: true, any: false }
    }
}

impl Guess {
    /// What all of both can read.
    pub fn and(self, other: Guess) -> Guess {
        Guess {
            whole: self.whole && other.whole,
            boolean: self.boolean && other.boolean,
            date: self.date && other.date,
            moment: self.moment && other.moment,
            number: self.number && other.number,
            any: self.any || other.any,
        }
    }

    /// The first type that reads all; a column of nothing is text.
    pub fn ty(self) -> Type {
        match self {
            Guess { any: false, .. } => Type::Text,
            Guess { whole: true, .. } => Type::Count,
            Guess { boolean: true, .. } => Type::Boolean,
            Guess { date: true, .. } => Type::Date,
            Guess { moment: true, .. } => Type::Timestamp,
            Guess { number: true, .. } => Type::Number,
            _ => Type::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess<'a>(texts: impl IntoIterator<Item = &'a str>) -> Guess {
        let mut clock = Clock::utc();
        let mut guess = Guess::default();
        for text in texts {
            guess.any = true;
            guess.whole = guess.whole && whole(text).is_some();
            guess.boolean = guess.boolean && boolean(text) != Read::Unreadable;
            guess.date = guess.date && date(text) != Read::Unreadable;
            guess.moment = guess.moment && moment(text, &mut clock) != Read::Unreadable;
            guess.number = guess.number && number(text) != Read::Unreadable;
        }
        guess
    }

    fn ty(texts: &[&str]) -> Type {
        guess(texts.iter().copied()).ty()
    }

    #[test]
    fn the_first_type_that_reads_every_value() {
        assert_eq!(ty(&["1", "-3", "0"]), Type::Count);
        assert_eq!(ty(&["1", "007"]), Type::Text);
        assert_eq!(ty(&["01067"]), Type::Text);
        assert_eq!(ty(&["1", "2.5", "1e3", "-1E-2"]), Type::Number);
        assert_eq!(ty(&["9223372036854775807"]), Type::Count);
        assert_eq!(ty(&["9223372036854775808"]), Type::Number);
        assert_eq!(ty(&["true", "false"]), Type::Boolean);
        assert_eq!(ty(&["TRUE"]), Type::Text);
        assert_eq!(ty(&["2024-02-29"]), Type::Date);
        assert_eq!(ty(&["2023-02-29"]), Type::Text);
        assert_eq!(ty(&["2024-05-01T10:00", "2024-05-01 10:00:00.5+02"]), Type::Timestamp);
        assert_eq!(ty(&["2024-05-01T10:00", "2024-05-01"]), Type::Text);
        assert_eq!(ty(&["1", "NaN"]), Type::Number);
        assert_eq!(ty(&["x", "NaN"]), Type::Text);
        assert_eq!(ty(&[]), Type::Text);
        for text in ["+5", ".5", "5.", "inf", "nan", "1_000", " 1", "1 ", "1,5", "0x10", "-", "1e", "--1", "NA"] {
            assert_eq!(ty(&[text]), Type::Text, "{text}");
        }
    }

    #[test]
    fn money_is_the_decimal_as_written_to_the_nearest_millionth() {
        for (text, micros) in [
            ("19.90", 19_900_000),
            ("-0.000001", -1),
            ("0.0000005", 0),
            ("0.0000015", 2),
            ("0.00000050000000001", 1),
            ("0.00000049", 0),
            ("0.00000005", 0),
            ("1e3", 1_000_000_000),
            ("9007199254.740993", 9_007_199_254_740_993),
            ("9223372036854.775807", i64::MAX),
            ("0", 0),
            ("-0.0", 0),
        ] {
            assert_eq!(money(text), Read::Known(micros), "{text}");
        }
        assert_eq!(money("9223372036854.775808"), Read::Unreadable);
        assert_eq!(money("1e999"), Read::Infinite);
        assert_eq!(money("1e-999999999999"), Read::Known(0));
    }

    #[test]
    fn times_outside_the_years_are_not_unreadable() {
        assert_eq!(date("0000-01-01"), Read::OutOfYears);
        assert_eq!(date("9999-12-31"), Read::Known(2_932_896));
        let mut clock = Clock::utc();
        assert_eq!(moment("0001-01-01T00:00:00+01:00", &mut clock), Read::OutOfYears);
        assert_eq!(moment("9999-12-31T23:59:59.9999999-01:00", &mut clock), Read::OutOfYears);
        assert_eq!(moment("1970-01-01 00:00:00.1234567Z", &mut clock), Read::Known(123_456));
        assert_eq!(moment("1969-12-31T23:59:60Z", &mut clock), Read::Known(-1_000_000));
        assert_eq!(moment("1970-01-01T24:00Z", &mut clock), Read::Unreadable);
        assert_eq!(time("1970-01-02", &mut clock), Read::Known(86_400_000_000));
    }
}
