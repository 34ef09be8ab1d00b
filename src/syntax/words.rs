//! The words of the language, for telling a misspelt or upper-case one, and the units of time. No word is reserved
//! everywhere: what a word means is decided where it stands.

use super::tree::Unit;

/// The words that begin a declaration.
pub(super) const DECLARATIONS: &[&str] =
    &["event", "trait", "segment", "stages", "funnel", "points", "priority", "test", "model", "measure"];

/// The words that begin a clause of a segment.
pub(super) const CLAUSES: &[&str] =
    &["where", "except", "purpose", "limit", "holdout", "split", "include", "owner", "tags", "note"];

/// Words that cannot be a name where a condition or a value begins: there they need backquotes.
pub(super) const NEVER_FIRST: &[&str] = &["and", "or", "is", "between", "then", "else", "matching", "than", "where"];

/// Words that, in capital letters, are surely meant as the language's.
const KEYWORDS: &[&str] = &[
    "after",
    "ago",
    "all",
    "and",
    "any",
    "anything",
    "as",
    "at",
    "average",
    "before",
    "between",
    "bottom",
    "by",
    "contains",
    "count",
    "days",
    "day",
    "did",
    "distinct",
    "each",
    "ends",
    "ever",
    "everyone",
    "except",
    "exactly",
    "false",
    "fewer",
    "first",
    "for",
    "from",
    "holdout",
    "in",
    "include",
    "is",
    "known",
    "last",
    "least",
    "limit",
    "matches",
    "max",
    "min",
    "month",
    "months",
    "more",
    "most",
    "next",
    "none",
    "not",
    "nothing",
    "of",
    "on",
    "once",
    "or",
    "owner",
    "previous",
    "purpose",
    "random",
    "segment",
    "since",
    "starts",
    "sum",
    "tags",
    "than",
    "the",
    "then",
    "time",
    "times",
    "to",
    "today",
    "top",
    "trait",
    "true",
    "twice",
    "unknown",
    "until",
    "week",
    "weeks",
    "where",
    "with",
    "within",
    "without",
    "year",
    "years",
    "yesterday",
    "event",
    "note",
];

/// Whether a word is one of the language when its letters are made small.
pub(super) fn is_keyword(lower: &str) -> bool {
    KEYWORDS.contains(&lower)
}

/// Whether a word with one capital letter in front is surely meant as the language's: a column may be called `Year`, but `And`?
pub(super) fn is_never_a_title(word: &str) -> bool {
    ["And", "Or", "Not", "Did", "In", "Is", "Where", "Between", "Segment", "Trait", "Ever", "Except"].contains(&word)
}

/// `days`, `day`: the unit that a word names.
pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "second" | "seconds" => Unit::Second,
        "minute" | "minutes" => Unit::Minute,
        "hour" | "hours" => Unit::Hour,
        "day" | "days" => Unit::Day,
        "week" | "weeks" => Unit::Week,
        "month" | "months" => Unit::Month,
        "quarter" | "quarters" => Unit::Quarter,
        "year" | "years" => Unit::Year,
        _ => return None,
    })
}

/// The unit in the plural, for what to type.
pub(super) fn plural(unit: Unit) -> &'static str {
    match unit {
        Unit::Second => "seconds",
        Unit::Minute => "minutes",
        Unit::Hour => "hours",
        Unit::Day => "days",
        Unit::Week => "weeks",
        Unit::Month => "months",
        Unit::Quarter => "quarters",
        Unit::Year => "years",
    }
}

/// The unit in the singular.
pub(super) fn singular(unit: Unit) -> &'static str {
    plural(unit).trim_end_matches('s')
}

/// The unit that an abbreviation of other tools means: `30d`, `5min`.
pub(super) fn short_unit(word: &str) -> Option<Unit> {
    Some(match word {
        "s" | "sec" | "secs" => Unit::Second,
        "min" | "mins" => Unit::Minute,
        "h" | "hr" | "hrs" => Unit::Hour,
        "d" => Unit::Day,
        "w" | "wk" | "wks" => Unit::Week,
        "mo" | "mon" | "mth" | "mths" => Unit::Month,
        "q" => Unit::Quarter,
        "y" | "yr" | "yrs" => Unit::Year,
        _ => return None,
    })
}

/// Whether a word is written like a currency: three capital letters that are no word of the language.
pub(super) fn is_currency(word: &str) -> bool {
    word.len() == 3
        && word.bytes().all(|b| b.is_ascii_uppercase())
        && !["AND", "NOT", "AGO", "FOR", "THE", "DID", "DAY", "ANY", "END"].contains(&word)
}

/// The currency that a small word or a sign means.
pub(super) fn currency_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "eur" | "euro" | "euros" | "€" => "EUR",
        "usd" | "dollar" | "dollars" | "$" => "USD",
        "gbp" | "pound" | "pounds" | "£" => "GBP",
        "jpy" | "yen" | "¥" => "JPY",
        "chf" => "CHF",
        "sek" => "SEK",
        "nok" => "NOK",
        "dkk" => "DKK",
        "pln" => "PLN",
        "czk" => "CZK",
        "cad" => "CAD",
        "aud" => "AUD",
        "inr" => "INR",
        "brl" => "BRL",
        _ => return None,
    })
}

/// The nearest of some words, if one is near enough to be meant.
pub(super) fn nearest<'a>(word: &str, among: &[&'a str]) -> Option<&'a str> {
    if word.chars().count() > 40 {
        return None;
    }
    among
        .iter()
        .map(|known| (strsim::osa_distance(word, known), *known))
        .filter(|(distance, known)| *distance <= if known.len() > 5 { 2 } else { 1 })
        .min()
        .map(|(_, known)| known)
}
