//! `segue why`: why a customer is in a segment, or is not, with the values that decided.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::progress::Bar;
use super::{Format, interrupt, open, show, talk};
use crate::diagnostics::Status;
use crate::explain::why;
use crate::session::{Resources, WhyReport, WhyRequest};
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  segue why 42 win_back                     is customer 42 in `win_back`, and why?
  segue why 42 win_back --as-of 2024-06-01  the same as of another day
  segue why 42 spend_90d                    what the value is and comes from
  segue why \"a-17\" win_back shop            a key that is a text, in the project `shop`
  segue why 42 win_back --format json       for machines; described in docs/json.md

A `>` stands before the parts that decided. Where ranks or limits decide, all
customers are computed for them. Personal values are never shown, only whether
they are known.";

/// What `segue why` takes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The key of a customer
    customer: String,
    /// The name of a segment or trait
    name: String,
    /// The project's folder
    folder: Option<PathBuf>,
    /// As of when: a day, a time, or `now` [default: the first midnight after the newest event]
    #[arg(long, value_name = "WHEN")]
    as_of: Option<String>,
    /// How to say it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// Looks at a customer, and shows what was found.
pub fn run(args: &Args, project: Option<&Path>) -> Status {
    let project = match open(args.folder.as_deref(), project) {
        Ok(project) => project,
        Err(error) => return show(&[error], &Sources::new(), args.format),
    };
    let request = WhyRequest {
        customer: args.customer.clone(),
        name: args.name.clone(),
        as_of: args.as_of.clone(),
        now: super::run::now(),
        resources: Resources { memory: None, partitions: None, interrupted: interrupt::flag() },
    };
    let bar = Bar::new();
    let result = project.why(&request, &|progress| bar.show(&progress));
    bar.clear();
    match (result, args.format) {
        (Ok(report), Format::Human) => talk::out(&human(&report)),
        (Ok(report), Format::Json) => talk::out(&for_machines(&report)),
        (Err(found), format) => show(&found, &project.sources, format),
    }
}

fn human(report: &WhyReport) -> String {
    let mut out = format!("{}\n", report.answer);
    if !report.lines.is_empty() {
        let _ = writeln!(out, "\n{}", why::text(&report.lines).trim_end());
    }
    for line in &report.value {
        let _ = writeln!(out, "  {line}");
    }
    if !report.change.is_empty() {
        let _ = writeln!(out, "\nThe nearest change that would turn the answer:");
        for change in &report.change {
            let _ = writeln!(out, "  - {change}");
        }
    }
    out
}

fn for_machines(report: &WhyReport) -> String {
    let document = json!({
        "version": 1,
        "customer": report.customer,
        "name": report.name,
        "as_of": report.as_of,
        "answer": report.answer,
        "holds": report.holds,
        "parts": why::json(&report.lines),
        "value": report.value,
        "change": report.change,
    });
    serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
}
