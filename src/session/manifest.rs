//! `run.json`: what a run was asked, what it read, what came out. Its fields are described in `docs/run-json.md`. All of it
//! but `timings` is the same for the same definitions, data and as-of time.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Report, as_of};
use crate::diagnostics::json::Entry;
use crate::source::Sources;

/// The version of the form.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Manifest<'a> {
    program: &'a str,
    format: u32,
    version: &'a str,
    project: &'a str,
    as_of: String,
    as_of_local: String,
    timezone: String,
    definition_hash: &'a str,
    data_fingerprint: &'a str,
    customers: u64,
    segments: Vec<Segment<'a>>,
    stages: Vec<Stages<'a>>,
    ranks: Vec<Rank<'a>>,
    data: Vec<Data<'a>>,
    computed_missing: u64,
    warnings: Vec<Entry<'a>>,
    files: Vec<File<'a>>,
    timings: Map<String, Value>,
}

#[derive(Serialize)]
struct Segment<'a> {
    name: &'a str,
    title: Option<&'a str>,
    left: Vec<Left<'a>>,
    members: u64,
    held_out: Option<u64>,
    arms: Option<Vec<Arm<'a>>>,
    exported_before: Option<u64>,
    exported: u64,
    file: &'a str,
}

#[derive(Serialize)]
struct Arm<'a> {
    arm: &'a str,
    members: u64,
}

#[derive(Serialize)]
struct Stages<'a> {
    name: &'a str,
    title: Option<&'a str>,
    stages: Vec<Stage<'a>>,
    file: &'a str,
}

#[derive(Serialize)]
struct Stage<'a> {
    stage: &'a str,
    customers: u64,
}

#[derive(Serialize)]
struct Left<'a> {
    after: &'a str,
    customers: u64,
}

#[derive(Serialize)]
struct Rank<'a> {
    rank: &'a str,
    cut: Option<&'a str>,
    known: u64,
    taken: u64,
    tied: u64,
    ties_are_out: bool,
    groups: Option<u64>,
}

#[derive(Serialize)]
struct Data<'a> {
    source: &'a str,
    rows: u64,
    counted: u64,
    left_out: Map<String, Value>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    rows: u64,
    bytes: u64,
    blake3: &'a str,
}

/// The text of `run.json`, with a line end.
pub fn write(report: &Report, definition_hash: &str, data_fingerprint: &str, sources: &Sources) -> String {
    let manifest = Manifest {
        program: "segue",
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION"),
        project: &report.project,
        as_of: as_of::rfc3339(report.as_of),
        as_of_local: as_of::shown(report.as_of, &report.calendar),
        timezone: as_of::zone(&report.calendar),
        definition_hash,
        data_fingerprint,
        customers: report.customers,
        segments: report
            .segments
            .iter()
            .map(|s| Segment {
                name: &s.name,
                title: s.title.as_deref(),
                left: s.left.iter().map(|(after, customers)| Left { after, customers: *customers }).collect(),
                members: s.members,
                held_out: s.held_out,
                arms: (!s.arms.is_empty())
                    .then(|| s.arms.iter().map(|(arm, members)| Arm { arm, members: *members }).collect()),
                exported_before: s.exported_before,
                exported: s.exported,
                file: &s.file,
            })
            .collect(),
        stages: report
            .stages
            .iter()
            .map(|s| Stages {
                name: &s.name,
                title: s.title.as_deref(),
                stages: s.stages.iter().map(|(stage, customers)| Stage { stage, customers: *customers }).collect(),
                file: &s.file,
            })
            .collect(),
        ranks: report
            .ranks
            .iter()
            .map(|r| Rank {
                rank: &r.text,
                cut: r.cut.as_deref(),
                known: r.known,
                taken: r.taken,
                tied: r.tied,
                ties_are_out: r.ties_are_out,
                groups: r.groups,
            })
            .collect(),
        data: report
            .sources
            .iter()
            .map(|s| Data {
                source: &s.source,
                rows: s.read,
                counted: s.counted,
                left_out: s.left_out.iter().map(|(why, n)| (why.clone(), Value::from(*n))).collect(),
                notes: &s.notes,
            })
            .collect(),
        computed_missing: report.unfit,
        warnings: report.warnings.iter().map(|d| Entry::of(d, sources)).collect(),
        files: report
            .files
            .iter()
            .map(|f| File { path: &f.path, rows: f.rows, bytes: f.bytes, blake3: &f.blake3 })
            .collect(),
        timings: report.timings.iter().map(|(what, seconds)| ((*what).to_owned(), milliseconds(*seconds))).collect(),
    };
    serde_json::to_string_pretty(&manifest).unwrap_or_default() + "\n"
}

/// Seconds to the millisecond: more would say nothing.
fn milliseconds(seconds: f64) -> Value {
    Value::from((seconds * 1000.0).round() / 1000.0)
}
