//! What a run has to tell: the same facts for the table that a person reads and for `run.json`.

use std::path::PathBuf;

use crate::diagnostics::Diagnostic;
use crate::program::calendar::Calendar;

/// Everything that a run has to tell.
#[derive(Debug, Clone)]
pub struct Report {
    /// `[project] name`
    pub project: String,
    /// T, in microseconds since 1970 (UTC).
    pub as_of: i64,
    /// Zone and first day of the week.
    pub calendar: Calendar,
    /// How many customers exist at T.
    pub customers: u64,
    /// The segments that were asked for, by name.
    pub segments: Vec<SegmentReport>,
    /// The stages, by name.
    pub stages: Vec<StagesReport>,
    /// Where each rank's cut fell.
    pub ranks: Vec<RankReport>,
    /// What was read and what was left out, by source.
    pub sources: Vec<SourceQuality>,
    /// Whole numbers, money and doubles that were computed but did not fit, and are missing.
    pub unfit: u64,
    /// What to read before the answer is believed.
    pub warnings: Vec<Diagnostic>,
    /// The folder with the outputs.
    pub out: PathBuf,
    /// The files in it, but for `run.json`, by path.
    pub files: Vec<FileReport>,
    /// How long each part took, in seconds, in the order of the work.
    pub timings: Vec<(&'static str, f64)>,
}

/// One segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentReport {
    /// `win_back`
    pub name: String,
    /// `"Slipping regulars"`
    pub title: Option<String>,
    /// How many are left after each clause: (`where`, 410), (`except`, 398), (`purpose email_marketing`, 312), …
    pub left: Vec<(String, u64)>,
    /// All members, held out or not.
    pub members: u64,
    /// Those of them held out; `None` without a `holdout` or `split`.
    pub held_out: Option<u64>,
    /// Of a `split`, each arm and how many members are in it, in order.
    pub arms: Vec<(String, u64)>,
    /// Of a segment in a `priority`, how many members are not exported because they were with an earlier one.
    pub exported_before: Option<u64>,
    /// How many are exported.
    pub exported: u64,
    /// Its file in the folder of outputs.
    pub file: String,
}

/// How many are in each of some stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagesReport {
    /// `lifecycle`
    pub name: String,
    /// `"Where a customer stands"`
    pub title: Option<String>,
    /// Each stage and how many are in it, in order; together all customers.
    pub stages: Vec<(String, u64)>,
    /// Their file in the folder of outputs.
    pub file: String,
}

/// Where a rank's cut fell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankReport {
    /// The rank and the definitions that have it: `top 20% in big_spenders`
    pub text: String,
    /// The value of the last one taken, as text; `None` where nobody was.
    pub cut: Option<String>,
    /// How many have a known value.
    pub known: u64,
    /// How many are in.
    pub taken: u64,
    /// How many have the value of the cut.
    pub tied: u64,
    /// All who tie with the last are out, for theirs is the smallest value of all (of `bottom`, the largest).
    pub ties_are_out: bool,
    /// Of a rank `of each`: how many groups there are, each with a cut of its own that is not told.
    pub groups: Option<u64>,
}

/// What was read of one source: `read` is what counts and what was left out, exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceQuality {
    /// `events.purchase`
    pub source: String,
    /// Rows in its files.
    pub read: u64,
    /// Rows that count.
    pub counted: u64,
    /// Rows left out, by reason: (`without a key`, 3). Only those that are not 0.
    pub left_out: Vec<(String, u64)>,
    /// What else there is to know, in sentences: values that could not be read, that are new since the lock.
    pub notes: Vec<String>,
}

/// One file of the outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// Its path in the folder of outputs.
    pub path: String,
    /// Its rows.
    pub rows: u64,
    /// Its bytes.
    pub bytes: u64,
    /// Its BLAKE3 hash.
    pub blake3: String,
}
