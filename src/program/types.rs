//! Types, units and values, shared by everything after the text: what a value is, never how it is stored in a file.

use std::fmt;
use std::sync::Arc;

/// A currency, by its three letters: `EUR`.
pub type Currency = Arc<str>;

/// The type of a value. Each may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// true or false
    Boolean,
    /// A whole number of 64 bits.
    Count,
    /// A double. Never NaN or infinite: those are missing.
    Number,
    /// A Number that is written in hundredths: `30%` is 0.3.
    Percent,
    /// Whole millionths of a currency's unit, 64 bits.
    Money(Currency),
    /// Microseconds, 64 bits.
    Duration,
    /// A day: days since 1970-01-01.
    Date,
    /// A moment: microseconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// A text. A category is a text whose values the lock knows.
    Text,
    /// A list: what is in it may be asked, and whether it is known.
    List(Box<Type>),
}

impl fmt::Display for Type {
    /// The name that a message shows: `a count`, `money in EUR`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Boolean => f.write_str("true or false"),
            Type::Count => f.write_str("a whole number"),
            Type::Number => f.write_str("a number"),
            Type::Percent => f.write_str("a percent"),
            Type::Money(currency) => write!(f, "money in {currency}"),
            Type::Duration => f.write_str("a length of time"),
            Type::Date => f.write_str("a date"),
            Type::Timestamp => f.write_str("a date with a time"),
            Type::Text => f.write_str("a text"),
            Type::List(_) => f.write_str("a list"),
        }
    }
}

/// One known value. A missing one is `None` of `Option<Scalar>`.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// of type Boolean
    Boolean(bool),
    /// of type Count
    Count(i64),
    /// of type Number or Percent: never NaN, never infinite, never −0
    Number(f64),
    /// of type Money: millionths
    Money(i64),
    /// of type Duration: microseconds
    Duration(i64),
    /// of type Date: days since 1970-01-01
    Date(i32),
    /// of type Timestamp: microseconds since 1970-01-01T00:00:00Z
    Timestamp(i64),
    /// of type Text
    Text(Arc<str>),
    /// of type List: those of its values that are known, in their order
    List(Arc<[Scalar]>),
}

/// A customer's key. Within one project all keys are of one kind; whole numbers sort by number, texts by code points.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// `42`
    Number(i64),
    /// `"a-17"`
    Text(Arc<str>),
}

impl fmt::Display for Key {
    /// The key as `holdout` hashes it: decimal digits, or the text as it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Number(n) => write!(f, "{n}"),
            Key::Text(t) => f.write_str(t),
        }
    }
}

/// An exact decimal: `digits × 10^−scale`. Percents and decimal literals are these, so that `top 7%` of 100 is 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The digits with their sign.
    pub digits: i128,
    /// How many of them stand after the point; at most 30.
    pub scale: u32,
}

impl Decimal {
    /// A whole number.
    pub fn whole(n: i64) -> Decimal {
        Decimal { digits: i128::from(n), scale: 0 }
    }

    /// Reads `12`, `-2.5`, `0.125`; `None` for anything else, and for more than 30 digits after the point or 36 in all.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits_only = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty()
            || !digits_only(whole)
            || !digits_only(fraction)
            || (unsigned.contains('.') && fraction.is_empty())
        {
            return None;
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 30 || whole.trim_start_matches('0').len() + fraction.len() > 36 {
            return None;
        }
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        Some(Decimal { digits: if negative { -digits } else { digits }, scale: fraction.len() as u32 })
    }

    /// The double nearest to it.
    pub fn to_f64(self) -> f64 {
        // The standard library's parsing rounds correctly, which multiplying and dividing would not.
        format!("{}e-{}", self.digits, self.scale).parse().unwrap_or(f64::NAN)
    }

    /// The whole number that it is, if it is one and fits 64 bits.
    pub fn to_i64(self) -> Option<i64> {
        let power = 10i128.checked_pow(self.scale)?;
        (self.digits % power == 0).then(|| i64::try_from(self.digits / power).ok()).flatten()
    }

    /// 1 − this, or 1 + this: what a fall or a rise by a share leaves. A share has at most 30 digits after the point.
    #[must_use]
    pub fn from_one(self, falls: bool) -> Decimal {
        let one = 10i128.checked_pow(self.scale).unwrap_or(0);
        Decimal { digits: if falls { one.saturating_sub(self.digits) } else { one.saturating_add(self.digits) }, ..self }
    }

    /// The sum of two, exact; `None` if it does not fit.
    #[must_use]
    pub fn plus(self, other: Decimal) -> Option<Decimal> {
        let scale = self.scale.max(other.scale);
        let digits = |of: Decimal| of.digits.checked_mul(10i128.checked_pow(scale - of.scale)?);
        Some(Decimal { digits: digits(self)?.checked_add(digits(other)?)?, scale })
    }

    /// As a percent, `12.5%`, without zeros at the end.
    pub fn as_percent(self) -> String {
        let text = Decimal { digits: self.digits.saturating_mul(100), scale: self.scale }.to_string();
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        format!("{text}%")
    }

    /// A hundredth of it: what `30%` means.
    pub fn hundredth(self) -> Decimal {
        Decimal { digits: self.digits, scale: self.scale + 2 }
    }

    /// Millionths, when it is a whole number of them and fits 64 bits: money as written.
    pub fn to_micros(self) -> Option<i64> {
        let digits = if self.scale <= 6 {
            self.digits.checked_mul(10i128.pow(6 - self.scale))?
        } else {
            let power = 10i128.checked_pow(self.scale - 6)?;
            (self.digits % power == 0).then_some(self.digits / power)?
        };
        i64::try_from(digits).ok()
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return write!(f, "{}", self.digits);
        }
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = self.scale as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.scale as usize);
        write!(f, "{sign}{whole}.{fraction}")
    }
}
