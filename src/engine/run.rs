//! A whole run: customers, what they did, conditions, ranks, members. From a [`Plan`] and opened [`Sources`] to a
//! [`RunResult`], in memory; nothing here writes.

mod finding;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, UInt32Array};
use datafusion::error::Result as DataFusionResult;

use super::behaviour::{self, Intervals, TableRows};
use super::customers::{self, Customers};
use super::errors;
use super::evaluate::{Evaluation, Leaf, Leaves, LookUps, Prepared, Unfit, internal};
use super::history::{self, History};
use super::look_ups::Tables;
use super::machine::Machine;
use super::quality::Report;
use super::sources::Sources;
use crate::diagnostics::Diagnostic;
use crate::plan::{HistoryId, Plan};
use crate::program::types::{Scalar, Type};
use crate::project::catalog::Catalog;

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
    /// the stages, by name
    pub stages: Vec<StagesResult>,
    /// the traits, points and stages, by name; empty unless asked for
    pub traits: Vec<TraitResult>,
    /// where the ranks were cut
    pub cuts: Vec<RankCut>,
    /// what was read and what was left out
    pub quality: Report,
    /// results that are missing because they do not fit: overflow, or an infinite number
    pub unfit: u64,
    /// by `TableId`: of the events that sequences and funnels look at, those that are not in order with another
    pub ties: Vec<behaviour::Ties>,
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
    /// which of the members are held out; `None` without a `holdout` or `split`
    pub held_out: Option<BooleanArray>,
    /// the arms of a `split`
    pub split: Option<SplitResult>,
    /// of a segment in a priority: how many members are not exported because they were with an earlier one
    pub exported_before: Option<u64>,
    /// how many are left after each clause, in order
    pub steps: Vec<Step>,
    /// the customer numbers of those who are exported: members who are not held out, nor exported with an earlier segment of the
    /// priority; ascending
    pub exported: UInt32Array,
    /// the columns of the export beside the key, for those in `exported`: those of `include`; of a split, `arm` and what it gives
    pub columns: Vec<(Arc<str>, Type, ArrayRef)>,
}

/// The arms of a split, and who is in which.
#[derive(Debug)]
pub struct SplitResult {
    /// the arms, in order
    pub arms: Vec<Arc<str>>,
    /// in which of them each member is, by customer number; missing of who is no member
    pub of: UInt32Array,
    /// how many members are in each, in the order of the arms
    pub counts: Vec<u64>,
}

/// A clause, and how many are left after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `where`, `except`, `every segment`, `purpose email_marketing`, `limit`, `holdout`, `split`
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

/// Who is in which of some stages.
#[derive(Debug)]
pub struct StagesResult {
    /// their name
    pub name: Arc<str>,
    /// their title
    pub title: Option<Arc<str>>,
    /// the stages, in order
    pub stages: Vec<Arc<str>>,
    /// which of them each customer is in, by customer number
    pub of: UInt32Array,
    /// how many are in each, in the order of the stages
    pub counts: Vec<u64>,
    /// the columns that the export has beside, with a value for each stage
    pub gives: Vec<(Arc<str>, Type, ArrayRef)>,
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
    pub last: Option<(Scalar, Type)>,
    /// how many have that value
    pub tied: u64,
    /// all who tie with the last are out, for theirs is the smallest value of all (of `bottom`, the largest)
    pub ties_are_out: bool,
    /// of a rank `of each`: in how many groups it was cut; then no single cut is told
    pub groups: Option<u64>,
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

/// Runs a plan over the data of its catalog.
///
/// # Errors
/// What reading or the machine does, and an interruption.
pub fn run(
    machine: &Machine,
    sources: &Sources,
    catalog: &Catalog,
    plan: &Plan,
    options: &Options,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<RunResult, Diagnostic> {
    let mut clock = Clock { began: Instant::now(), timings: Vec::new() };
    let watch = Watch { sources, progress };
    let unfit = Arc::new(Unfit::default());

    let read = watch.during("reading customers", || read_customers(machine, sources, plan))?;
    let read = match read {
        Some(mut customers) if !plan.histories.is_empty() => {
            customers.histories =
                watch.during("reading histories", || history::read(machine, sources, plan, &customers.keys))?;
            Some(customers)
        }
        read => read,
    };
    let look_ups: Arc<dyn LookUps> =
        Arc::new(watch.during("reading look-up tables", || Tables::read(machine, sources, plan))?);
    clock.took("customers");

    let doing = "working out when each customer's windows lie";
    let prepared = fenced(doing, || Prepared::new(&plan.graph, &plan.calendar))?;
    let hanging = match &read {
        Some(customers) => fenced(doing, || hang(plan, &prepared, look_ups.as_ref(), customers))?,
        None => Vec::new(),
    };
    let features = watch.during("reading events", || {
        let input = behaviour::Input {
            plan,
            tables: open_tables(machine, sources, catalog, plan)?,
            customers: read.as_ref().map(|customers| customers.keys.clone()),
            hanging: hanging.clone(),
            look_ups: look_ups.clone(),
            unfit: unfit.clone(),
        };
        behaviour::compute(machine, input)
    })?;
    clock.took("events");
    let ties = features.ties.clone();

    progress(Progress { doing: "finding members", rows: watch.rows() });
    let customers = match (read, &features.keys) {
        (Some(customers), _) => customers,
        (None, Some(keys)) => Customers { keys: keys.clone(), attributes: HashMap::new(), histories: HashMap::new() },
        (None, None) => return Err(errors::fault("finding out who the customers are")),
    };
    let found = finding::Finding::new(plan, options, &prepared, look_ups.as_ref(), &unfit, customers, features, hanging);
    let result = errors::guard(|| found.all(machine), || errors::fault("finding members"))?;
    clock.took("members");

    Ok(RunResult {
        as_of: plan.as_of,
        keys: result.keys,
        segments: result.segments,
        stages: result.stages,
        traits: result.traits,
        cuts: result.cuts,
        quality: sources.quality().report(),
        unfit: unfit.count(),
        ties,
        timings: clock.timings,
        partitions: machine.settings().partitions,
        features: plan.features.len(),
    })
}

/// The customers who exist at T; `None` without `[customers]`.
fn read_customers(machine: &Machine, sources: &Sources, plan: &Plan) -> Result<Option<Customers>, Diagnostic> {
    if !plan.has_customers {
        return Ok(None);
    }
    let attributes: Vec<usize> = plan.attributes.iter().map(|id| id.0).collect();
    let rows = sources.customers(machine, &attributes)?;
    fenced("reading customers", || Customers::at(plan, rows)).map(Some)
}

/// The intervals of all windows that hang on an attribute.
fn hang(
    plan: &Plan,
    prepared: &Prepared,
    look_ups: &dyn LookUps,
    customers: &Customers,
) -> DataFusionResult<Vec<Intervals>> {
    // What does not fit is counted when members are found.
    let aside = Unfit::default();
    let mut evaluation = Evaluation::new(prepared, look_ups, &aside, customers.keys.len());
    plan.hanging
        .iter()
        .map(|hanging| customers::intervals(plan, hanging, &evaluation.values(hanging.anchor, &Attributes(customers))?))
        .collect()
}

/// The event tables of the plan, opened.
fn open_tables(machine: &Machine, sources: &Sources, catalog: &Catalog, plan: &Plan) -> Result<Vec<TableRows>, Diagnostic> {
    let mut tables = Vec::with_capacity(plan.tables.len());
    for scan in &plan.tables {
        let order = catalog.event_tables.get(scan.table.0).and_then(|table| table.order).filter(|_| scan.needs_order);
        let mut columns: BTreeSet<usize> = scan.columns.iter().copied().collect();
        columns.extend(order);
        let columns: Vec<usize> = columns.into_iter().collect();
        tables.push(TableRows { table: scan.table, rows: sources.events(machine, scan.table.0, &columns)?, order });
    }
    Ok(tables)
}

/// Attributes, before anything else is known.
struct Attributes<'a>(&'a Customers);

impl Leaves for Attributes<'_> {
    fn rows(&self) -> usize {
        self.0.keys.len()
    }

    fn leaf(&self, leaf: Leaf) -> DataFusionResult<ArrayRef> {
        match leaf {
            Leaf::Key => Some(self.0.keys.clone()),
            Leaf::Attribute(id) => self.0.attributes.get(&id).cloned(),
            _ => None,
        }
        .ok_or_else(|| internal(format!("{leaf:?} is not known yet")))
    }

    fn history(&self, id: HistoryId) -> DataFusionResult<&History> {
        self.0.histories.get(&id).ok_or_else(|| internal(format!("history {} was not read", id.0)))
    }
}

/// Work that is ours alone, behind the fence.
fn fenced<T>(doing: &str, work: impl FnOnce() -> DataFusionResult<T>) -> Result<T, Diagnostic> {
    errors::guard(|| work().map_err(|error| errors::tell(&error, doing)), || errors::fault(doing))
}

/// How long each stage takes.
struct Clock {
    began: Instant,
    timings: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn took(&mut self, what: &'static str) {
        self.timings.push((what, self.began.elapsed()));
        self.began = Instant::now();
    }
}

/// Tells how far the reading is.
struct Watch<'a> {
    sources: &'a Sources,
    progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

impl Watch<'_> {
    fn rows(&self) -> u64 {
        self.sources.quality().report().sources.iter().map(|source| source.read).fold(0, u64::saturating_add)
    }

    /// Does some work, and tells several times a second how many rows have gone by.
    fn during<T>(&self, doing: &'static str, work: impl FnOnce() -> Result<T, Diagnostic>) -> Result<T, Diagnostic> {
        (self.progress)(Progress { doing, rows: self.rows() });
        let (done, waiting) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                while waiting.recv_timeout(Duration::from_millis(100)) == Err(mpsc::RecvTimeoutError::Timeout) {
                    (self.progress)(Progress { doing, rows: self.rows() });
                }
            });
            let result = errors::guard(work, || errors::fault(doing));
            drop(done);
            result
        })
    }
}
