//! A whole run: customers, what they did, conditions, ranks, members. From a [`Plan`] and opened [`Sources`] to a
//! [`RunResult`], in memory; nothing here writes.

use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::{ArrayRef, BooleanArray, UInt32Array};

use super::errors;
use super::machine::Machine;
use super::quality::Report;
use super::sources::Sources;
use crate::diagnostics::Diagnostic;
use crate::plan::Plan;
use crate::program::types::Type;

/// What of a run is wanted beside the members.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// the values of all traits that the plan has
    pub traits: bool,
}

/// How far a run is; told several times a second while data is read, from a thread of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress<'a> {
    /// what is being done: `reading customers`, `reading events`, `finding members`
    pub doing: &'a str,
    /// rows read so far, of all sources
    pub rows: u64,
}

/// What came out.
#[derive(Debug)]
pub struct RunResult {
    /// T, in microseconds since 1970 (UTC)
    pub as_of: i64,
    /// the keys of all customers who exist at T, sorted: Int64 or Utf8View
    pub keys: ArrayRef,
    /// the segments, by name
    pub segments: Vec<SegmentResult>,
    /// the traits, by name; empty unless asked for
    pub traits: Vec<TraitResult>,
    /// where the ranks were cut
    pub cuts: Vec<RankCut>,
    /// what was read and what was left out
    pub quality: Report,
    /// results that are missing because they do not fit: overflow, or an infinite number
    pub unfit: u64,
    /// how long each stage took, in order
    pub timings: Vec<(&'static str, Duration)>,
    /// into how many parts the work was split
    pub partitions: usize,
    /// how many features the pass computed
    pub features: usize,
}

/// A segment's members.
#[derive(Debug)]
pub struct SegmentResult {
    /// its name
    pub name: Arc<str>,
    /// its title
    pub title: Option<Arc<str>>,
    /// which customers are members, held out or not; by customer number
    pub members: BooleanArray,
    /// which of the members are held out; `None` without a `holdout`
    pub held_out: Option<BooleanArray>,
    /// how many are left after each clause, in order
    pub steps: Vec<Step>,
    /// the customer numbers of those who are exported: members who are not held out, ascending
    pub exported: UInt32Array,
    /// the columns of the export beside the key, for those in `exported`
    pub include: Vec<(Arc<str>, Type, ArrayRef)>,
}

/// A clause, and how many are left after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `where`, `except`, `every segment`, `purpose email_marketing`, `limit`, `holdout`
    pub clause: String,
    /// how many are left
    pub left: u64,
}

/// A trait's values.
#[derive(Debug)]
pub struct TraitResult {
    /// its name
    pub name: Arc<str>,
    /// its type
    pub ty: Type,
    /// its values, by customer number
    pub values: ArrayRef,
}

/// Where a rank was cut.
#[derive(Debug, Clone, PartialEq)]
pub struct RankCut {
    /// the definitions whose own text has the rank, by name
    pub definitions: Vec<Arc<str>>,
    /// `top 20%`, `bottom 1000`
    pub amount: String,
    /// among how many customers with a known value
    pub among: u64,
    /// how many are in
    pub within: u64,
    /// the value of the last who is in, canonical, and its type; `None` where nobody is in
    pub last: Option<(crate::program::types::Scalar, Type)>,
    /// how many have that value
    pub tied: u64,
    /// all who tie with the last are out, for theirs is the smallest value of all (of `bottom`, the largest)
    pub ties_are_out: bool,
}

impl RunResult {
    /// How many customers exist at T.
    pub fn customers(&self) -> u64 {
        self.keys.len() as u64
    }
}

impl SegmentResult {
    /// How many members there are.
    pub fn count(&self) -> u64 {
        self.members.true_count() as u64
    }

    /// How many of them are held out.
    pub fn held_out_count(&self) -> u64 {
        self.held_out.as_ref().map_or(0, |held_out| held_out.true_count() as u64)
    }
}

/// Runs a plan.
///
/// # Errors
/// What reading or the machine does, and an interruption.
pub fn run(
    machine: &Machine,
    _sources: &Sources,
    plan: &Plan,
    _options: &Options,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<RunResult, Diagnostic> {
    progress(Progress { doing: "reading customers", rows: 0 });
    let _ = (machine.settings(), plan.as_of);
    Err(errors::fault("running"))
}
