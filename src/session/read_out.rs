//! The engine's results in the words of a report.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::as_of;
use super::report::{RankReport, SegmentReport, SourceQuality, StagesReport};
use crate::engine::quality::{ColumnReport, SourceReport};
use crate::engine::run::{RankCut, SegmentResult, StagesResult};
use crate::program::calendar::{Calendar, date_of};
use crate::program::{Decimal, Scalar, Type};

/// The path of a segment's export in the folder of outputs.
pub fn path(segment: &str, names: &BTreeMap<String, String>) -> String {
    format!("segments/{}.parquet", names.get(segment).map_or(segment, String::as_str))
}

/// The path of the stages' export in the folder of outputs.
pub fn stages_path(stages: &str, names: &BTreeMap<String, String>) -> String {
    format!("stages/{}.parquet", names.get(stages).map_or(stages, String::as_str))
}

/// The stages' part of the report.
pub fn stages(stages: &StagesResult, names: &BTreeMap<String, String>) -> StagesReport {
    StagesReport {
        name: stages.name.to_string(),
        title: stages.title.as_ref().map(ToString::to_string),
        stages: stages.stages.iter().zip(&stages.counts).map(|(name, n)| (name.to_string(), *n)).collect(),
        file: stages_path(&stages.name, names),
    }
}

/// A segment's part of the report.
pub fn segment(segment: &SegmentResult, names: &BTreeMap<String, String>) -> SegmentReport {
    // Neither takes anybody off the members; it is told apart.
    let is_of_members = |clause: &str| !matches!(clause, "holdout" | "split");
    let left = segment.steps.iter().filter(|s| is_of_members(&s.clause)).map(|s| (s.clause.clone(), s.left)).collect();
    SegmentReport {
        name: segment.name.to_string(),
        title: segment.title.as_ref().map(ToString::to_string),
        left,
        members: segment.count(),
        held_out: segment.held_out.as_ref().map(|_| segment.held_out_count()),
        arms: segment
            .split
            .iter()
            .flat_map(|s| s.arms.iter().zip(&s.counts))
            .map(|(arm, n)| (arm.to_string(), *n))
            .collect(),
        exported_before: segment.exported_before,
        exported: segment.exported.len() as u64,
        file: path(&segment.name, names),
    }
}

/// A rank's part of the report.
pub fn rank(cut: &RankCut, calendar: &Calendar) -> RankReport {
    let names: Vec<&str> = cut.definitions.iter().map(|name| &**name).collect();
    RankReport {
        text: match cut.groups {
            None => format!("{} in {}", cut.amount, names.join(", ")),
            Some(_) => format!("{} of each group in {}", cut.amount, names.join(", ")),
        },
        cut: cut.last.as_ref().map(|(value, ty)| value_shown(value, ty, calendar)),
        known: cut.among,
        taken: cut.within,
        tied: cut.tied,
        ties_are_out: cut.ties_are_out,
        groups: cut.groups,
    }
}

/// A source's part of the report.
pub fn source(report: &SourceReport) -> SourceQuality {
    let left_out = [
        ("without a key", report.without_key),
        ("without a time", report.without_time),
        ("of nobody among the customers", report.of_nobody),
        ("at or after the as-of time", report.in_future),
    ];
    SourceQuality {
        source: report.source.clone(),
        read: report.read,
        counted: report.counted,
        left_out: left_out.into_iter().filter(|(_, n)| *n > 0).map(|(why, n)| (why.to_owned(), n)).collect(),
        notes: report.columns.iter().flat_map(column).chain(report.notes.iter().cloned()).collect(),
    }
}

/// What there is to know of a column, in sentences.
fn column(report: &ColumnReport) -> Vec<String> {
    let name = &report.column;
    let values = |n: u64| if n == 1 { format!("1 value of `{name}`") } else { format!("{n} values of `{name}`") };
    let mut out = Vec::new();
    let mut say = |n: u64, one: &str, many: &str| {
        if n > 0 {
            out.push(format!("{} {}", values(n), if n == 1 { one } else { many }));
        }
    };
    say(
        report.unreadable,
        "cannot be read as the type in segue.lock and counts as missing",
        "cannot be read as the type in segue.lock and count as missing",
    );
    say(report.infinite, "is infinite and counts as missing", "are infinite and count as missing");
    say(
        report.out_of_years,
        "lies outside the years 1 to 9999 and counts as missing",
        "lie outside the years 1 to 9999 and count as missing",
    );
    say(report.new_values, "is new since segue.lock", "are new since segue.lock");
    say(report.out_of_range, "lies outside the range in segue.lock", "lie outside the range in segue.lock");
    out
}

/// A value as a person writes it.
fn value_shown(value: &Scalar, ty: &Type, calendar: &Calendar) -> String {
    let micros = |digits: i64| Decimal { digits: i128::from(digits), scale: 6 };
    match (value, ty) {
        (Scalar::Boolean(b), _) => b.to_string(),
        (Scalar::Count(n), _) => n.to_string(),
        (Scalar::Number(x), Type::Percent) => format!("{}%", x * 100.0),
        (Scalar::Number(x), _) => x.to_string(),
        (Scalar::Money(n), Type::Money(currency)) => format!("{} {currency}", trimmed(micros(*n), 2)),
        (Scalar::Money(n), _) => trimmed(micros(*n), 2),
        (Scalar::Duration(n), _) => duration(*n),
        (Scalar::Date(days), _) => date_of(*days).to_string(),
        (Scalar::Timestamp(moment), _) => as_of::shown(*moment, calendar),
        (Scalar::Text(text), _) => Arc::clone(text).to_string(),
        (Scalar::List(items), _) => {
            let of = if let Type::List(of) = ty { of } else { ty };
            items.iter().map(|item| value_shown(item, of, calendar)).collect::<Vec<_>>().join(", ")
        }
    }
}

/// A decimal with at least so many digits after the point, and no more than it needs.
fn trimmed(decimal: Decimal, least: usize) -> String {
    let text = decimal.to_string();
    let Some((whole, fraction)) = text.split_once('.') else { return text };
    let fraction = fraction.trim_end_matches('0');
    format!("{whole}.{fraction:0<least$}")
}

/// A length of time in the largest unit of which it has at least one, to a tenth.
fn duration(micros: i64) -> String {
    let seconds = micros as f64 / 1e6;
    let units = [(86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes")];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds.abs() >= *size).unwrap_or((1.0, "seconds"));
    format!("{:.1} {unit}", seconds / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_for_people() {
        let calendar = Calendar { zone: jiff::tz::TimeZone::UTC, week_starts_on: jiff::civil::Weekday::Monday };
        let euro = Type::Money("EUR".into());
        let shown = |value: Scalar, ty: &Type| value_shown(&value, ty, &calendar);
        assert_eq!(shown(Scalar::Money(412_300_000), &euro), "412.30 EUR");
        assert_eq!(shown(Scalar::Money(-5), &euro), "-0.000005 EUR");
        assert_eq!(shown(Scalar::Duration(90_000_000_000 * 36), &Type::Duration), "37.5 days");
        assert_eq!(shown(Scalar::Duration(1_500_000), &Type::Duration), "1.5 seconds");
        assert_eq!(shown(Scalar::Date(19_875), &Type::Date), "2024-06-01");
        assert_eq!(shown(Scalar::Number(0.5), &Type::Number), "0.5");
    }

    #[test]
    fn quality_in_words() {
        let report = SourceReport {
            source: "events.visit".to_owned(),
            read: 10,
            counted: 7,
            without_key: 1,
            in_future: 2,
            columns: vec![ColumnReport { column: "amount".to_owned(), unreadable: 1, new_values: 3, ..Default::default() }],
            ..Default::default()
        };
        let told = source(&report);
        assert_eq!(told.left_out, [("without a key".to_owned(), 1), ("at or after the as-of time".to_owned(), 2)]);
        assert_eq!(
            told.notes,
            [
                "1 value of `amount` cannot be read as the type in segue.lock and counts as missing",
                "3 values of `amount` are new since segue.lock"
            ]
        );
    }
}
