//! The behaviour pass: what every customer did, for all segments at once, in one scan of each event table.
//!
//! `scan > project(customer(key), pack(columns)) > filter(record is not null)` for each table, then
//! `union all > aggregate(customer; collect(record)) > project(customer, behaviour(log))`, in DataFusion's own nodes and
//! functions of ours. Where memory has no limit and customers have numbers, what follows the filter is ours instead: `direct`
//! writes the records into logs and works them out in place. Nothing here reads files, evaluates conditions over customers, or writes.
//!
//! `docs/engine.md` explains it. What holds: an answer does not depend on partitions, batches, files, the order of rows, or
//! the memory that there is.

mod anchors;
mod answer;
mod cast;
mod collect;
pub(in crate::engine) mod days;
mod dictionary;
mod direct;
mod funnel;
mod gather;
mod kernel;
mod keys;
mod log;
mod middle;
mod pack;
mod record;
mod run;
mod sequence;
mod spec;
mod sums;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;

pub use cast::Ties;

use super::errors;
use super::evaluate::{LookUps, Unfit};
use super::machine::Machine;
use super::sources::EventRows;
use crate::diagnostics::Diagnostic;
use crate::plan::{Plan, TableId};

/// What the pass works on.
pub struct Input<'a> {
    /// What to compute.
    pub plan: &'a Plan,
    /// The event tables of the plan; one that is not here has no rows.
    pub tables: Vec<TableRows>,
    /// The keys of all customers, sorted, Int64 or Utf8View like the keys of the events: a customer's number is a place in it.
    /// `None` without `[customers]`.
    pub customers: Option<ArrayRef>,
    /// By `HangingId`: a window that hangs on an attribute, for each customer.
    pub hanging: Vec<Intervals>,
    /// The look-up tables that row conditions use.
    pub look_ups: Arc<dyn LookUps>,
    /// Counts results of row expressions and features that do not fit.
    pub unfit: Arc<Unfit>,
}

/// The rows of an event table, opened with the columns of the plan's scan and, where its `needs_order` says so, the order
/// column.
pub struct TableRows {
    /// Which table.
    pub table: TableId,
    /// Its rows. The pass counts those of nobody and in the future.
    pub rows: EventRows,
    /// Which column is its `order`, if it has one.
    pub order: Option<usize>,
}

/// An interval for each customer, by number: half open, empty where the end does not come after the start.
#[derive(Debug, Clone, Default)]
pub struct Intervals {
    /// The first moment that is in.
    pub start: Vec<i64>,
    /// The first that is out again.
    pub end: Vec<i64>,
}

/// What every customer did.
#[derive(Debug, Clone)]
pub struct Features {
    /// Without `[customers]`: the keys of everybody who has an event before T, sorted. A customer's number is a place in it.
    pub keys: Option<ArrayRef>,
    /// By `FeatureId`: a canonical column of the feature's type, by customer number. Who did nothing has 0 or a missing value.
    pub columns: Vec<ArrayRef>,
    /// By `TableId`: of the events that sequences and funnels look at, those that are not in order with another.
    pub ties: Vec<Ties>,
    /// By `FeatureId`: for how many customers it is missing because it does not fit (64 bits, or a double); `unfit`
    /// has counted them too.
    pub too_large: Vec<u64>,
}

/// Computes all features of a plan.
///
/// # Errors
/// What reading or the machine does: a file that cannot be read, memory and disk that do not do.
pub fn compute(machine: &Machine, input: Input<'_>) -> Result<Features, Diagnostic> {
    let doing = "counting what customers did";
    let may_spill = machine.settings().memory.is_some();
    let pass = run::Pass::new(input, may_spill).map_err(|error| errors::tell(&error, doing))?;
    pass.run(machine, doing)
}
