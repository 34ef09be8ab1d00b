//! What a person is shown at the end: the table of a run, the sources of a schema, what was checked.

use std::fmt::Write;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::diagnostics::visible::visible;
use crate::program::{DefinitionKind, Program};
use crate::session::{Report, Schema, SegmentReport, SourceQuality, shown};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// The table of a run.
pub fn run(report: &Report) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{BOLD}{}{BOLD:#} as of {BOLD}{}{BOLD:#}, {}",
        visible(&report.project),
        shown(report.as_of, &report.calendar),
        count(report.customers, "customer"),
    );
    out.push('\n');
    segments(&mut out, report);
    for stages in &report.stages {
        let title = stages.title.as_ref().map(|title| format!("  {}", visible(title))).unwrap_or_default();
        let _ = writeln!(out, "\n{BOLD}{}{BOLD:#}{title}", visible(&stages.name));
        let width = stages.stages.iter().map(|(name, _)| visible(name).width()).max().unwrap_or(0);
        for (name, customers) in &stages.stages {
            let name = visible(name);
            let pad = width.saturating_sub(name.width());
            let _ =
                writeln!(out, "  {name}{:pad$}  {:>10}  {:>6}", "", number(*customers), share(*customers, report.customers));
        }
    }
    if !report.ranks.is_empty() {
        let _ = writeln!(out, "\n{BOLD}Ranks{BOLD:#}");
        for rank in &report.ranks {
            let _ = write!(out, "  {}: ", visible(&rank.text));
            let _ = write!(out, "{} of {}", number(rank.taken), number(rank.known));
            if let Some(cut) = &rank.cut {
                let _ = write!(out, ", cut at {}", visible(cut));
            }
            if let Some(groups) = rank.groups {
                let _ = write!(out, ", in {}", count(groups, "group"));
            }
            if rank.ties_are_out {
                let _ = write!(out, "; {} with the value next to it tie and are out", number(rank.tied));
            } else if rank.tied > 1 {
                let _ = write!(out, ", where {} tie", number(rank.tied));
            }
            out.push('\n');
        }
    }
    let _ = writeln!(out, "\n{BOLD}Data{BOLD:#}");
    quality(&mut out, &report.sources);
    if report.unfit > 0 {
        let values = count(report.unfit, "value");
        let _ = writeln!(out, "  {values} came out too large for 64 bits, or infinite, and count as missing");
    }
    let seconds: f64 = report.timings.iter().map(|(_, seconds)| seconds).sum();
    let _ = writeln!(
        out,
        "\n{} in {BOLD}{}{BOLD:#}, {seconds:.1} s",
        count(report.files.len() as u64 + 1, "file"),
        visible(&report.out.display().to_string())
    );
    out
}

/// A line a segment: name, members, share, held out, title; below it how many are left after each clause.
fn segments(out: &mut String, report: &Report) {
    if report.segments.is_empty() {
        out.push_str("  No segment is declared.\n");
        return;
    }
    let names: Vec<String> = report.segments.iter().map(|s| visible(&s.name).into_owned()).collect();
    let width = names.iter().map(|n| n.width()).max().unwrap_or(0).max("segment".len());
    let has_held_out = report.segments.iter().any(|s| s.held_out.is_some());
    let held_out_head = if has_held_out { "  held out" } else { "" };
    let _ = writeln!(out, "  {DIM}{:width$}  {:>10}  {:>6}{held_out_head}{DIM:#}", "segment", "members", "share");
    for (segment, name) in report.segments.iter().zip(&names) {
        let pad = width.saturating_sub(name.width());
        let mut line = String::new();
        let _ = write!(
            line,
            "  {BOLD}{name}{BOLD:#}{:pad$}  {:>10}  {:>6}",
            "",
            number(segment.members),
            share(segment.members, report.customers)
        );
        if has_held_out {
            let _ = write!(line, "  {:>8}", segment.held_out.map(number).unwrap_or_default());
        }
        if let Some(title) = &segment.title {
            let _ = write!(line, "  {}", visible(title));
        }
        let _ = writeln!(out, "{}", line.trim_end());
        if let Some(steps) = steps(segment) {
            let _ = writeln!(out, "  {:width$}  {DIM}{steps}{DIM:#}", "");
        }
        if !segment.arms.is_empty() {
            let arms: Vec<String> =
                segment.arms.iter().map(|(arm, members)| format!("{} {}", visible(arm), number(*members))).collect();
            let _ = writeln!(out, "  {:width$}  {DIM}{}{DIM:#}", "", arms.join(", "));
        }
    }
}

/// `410 where → 398 except → 312 purpose email`; nothing where `where` is all there is.
fn steps(segment: &SegmentReport) -> Option<String> {
    let mut parts: Vec<String> =
        segment.left.iter().map(|(clause, left)| format!("{} {}", number(*left), visible(clause))).collect();
    if segment.held_out.is_some() || segment.exported_before.is_some() {
        let before = segment.exported_before.filter(|n| *n > 0);
        let before = before.map(|n| format!(", {} with an earlier segment", number(n))).unwrap_or_default();
        parts.push(format!("{} exported{before}", number(segment.exported)));
    }
    (parts.len() > 1).then(|| parts.join(" → "))
}

/// What was read, in words.
fn quality(out: &mut String, sources: &[SourceQuality]) {
    let width = sources.iter().map(|s| visible(&s.source).width()).max().unwrap_or(0);
    for source in sources {
        let name = visible(&source.source);
        let pad = width.saturating_sub(name.width());
        let _ = write!(out, "  {name}{:pad$}  ", "");
        if source.left_out.is_empty() {
            let all = if source.read == 0 { "" } else { ", all of them counted" };
            let _ = writeln!(out, "{}{all}", count(source.read, "row"));
        } else {
            let reasons: Vec<String> =
                source.left_out.iter().map(|(why, n)| format!("{} {}", number(*n), visible(why))).collect();
            let _ =
                writeln!(out, "{}: {} counted, {}", count(source.read, "row"), number(source.counted), reasons.join(", "));
        }
        for note in &source.notes {
            let _ = writeln!(out, "  {:width$}  {}", "", visible(note));
        }
    }
}

/// What `segue check` says when all is well.
pub fn checked(program: &Program) -> String {
    let is_segment = |kind: &DefinitionKind| matches!(kind, DefinitionKind::Segment(_));
    let segments = program.definitions.iter().filter(|d| is_segment(&d.kind)).count() as u64;
    let stages = program.definitions.iter().filter(|d| matches!(d.kind, DefinitionKind::Stages(_))).count() as u64;
    let points = program.definitions.iter().filter(|d| matches!(d.kind, DefinitionKind::Points(_))).count() as u64;
    let traits = program.definitions.len() as u64 - segments - stages - points;
    let mut parts = vec![count(segments, "segment"), count(traits, "trait")];
    if stages > 0 {
        parts.push(format!("{} of stages", count(stages, "set")));
    }
    if points > 0 {
        parts.push(format!("{} of points", count(points, "set")));
    }
    let last = parts.pop().unwrap_or_default();
    format!("{} and {last}: nothing to mend.\n", parts.join(", "))
}

/// What `segue schema` says: each source with its size.
pub fn schema(schema: &Schema) -> String {
    let mut out = String::new();
    let width = schema.lock.sources.iter().map(|s| visible(&s.name).width()).max().unwrap_or(0);
    for source in &schema.lock.sources {
        let name = visible(&source.name);
        let pad = width.saturating_sub(name.width());
        let kinds = match source.kinds.len() as u64 {
            0 => String::new(),
            n => format!(", {}", count(n, "kind of event").replace("kind of events", "kinds of events")),
        };
        let _ = writeln!(
            out,
            "  {BOLD}{name}{BOLD:#}{:pad$}  {:>14}, {}{kinds}",
            "",
            count(source.rows, "row"),
            count(source.columns.len() as u64, "column")
        );
    }
    for change in &schema.changes {
        let _ = writeln!(out, "  {}", visible(change));
    }
    let what = match (schema.is_written, schema.was_there, schema.changes.is_empty()) {
        (false, ..) => "segue.lock fits the data",
        (true, true, true) => "segue.lock is as it was",
        (true, true, false) => "segue.lock is written anew",
        (true, false, _) => "segue.lock is written",
    };
    let _ = writeln!(out, "{what}");
    out
}

/// `12,400`
pub(super) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 row`, `12,400 rows`
fn count(n: u64, word: &str) -> String {
    format!("{} {word}{}", number(n), if n == 1 { "" } else { "s" })
}

/// `12.5%`; a few of many are `<0.1%`, never `0.0%`.
fn share(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0%".to_owned();
    }
    let percent = part as f64 * 100.0 / whole as f64;
    if part == whole {
        "100%".to_owned()
    } else if percent < 0.1 {
        "<0.1%".to_owned()
    } else {
        format!("{:.1}%", percent.min(99.9))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(count(1, "row"), "1 row");
        assert_eq!(share(0, 10), "0%");
        assert_eq!(share(1, 8), "12.5%");
        assert_eq!(share(1, 100_000), "<0.1%");
        assert_eq!(share(9_999, 10_000), "99.9%", "not quite all");
        assert_eq!(share(3, 3), "100%");
    }
}
