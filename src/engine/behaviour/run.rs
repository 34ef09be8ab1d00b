//! The plan of the pass in DataFusion's own nodes, and running it.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, new_empty_array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::dataframe::DataFrame;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{AggregateUDF, Expr, LogicalPlan, LogicalPlanBuilder, ScalarUDF, Union, col, ident};
use futures::StreamExt;

use super::answer::Behaviour;
use super::collect::Collect;
use super::gather::{ByKey, ByNumber};
use super::keys::KeyIndex;
use super::pack::{Customer, Pack};
use super::spec::Spec;
use super::{Features, Input, TableRows, direct};
use crate::diagnostics::Diagnostic;
use crate::engine::evaluate::Unfit;
use crate::engine::machine::Machine;
use crate::plan::{TableId, TableScan};

/// A pass that is ready to run.
pub(super) struct Pass {
    spec: Arc<Spec>,
    keys: Option<Arc<KeyIndex>>,
    unfit: Arc<Unfit>,
    key_type: DataType,
    plan: Option<(SessionState, LogicalPlan)>,
    /// The plan gives records, and the rest is done here: customers have numbers, and memory has no limit.
    is_direct: bool,
}

impl Pass {
    /// Plans a pass. With `[customers]` a table that no feature needs is not read.
    ///
    /// With `may_spill` the plan ends in the engine's own aggregate, which goes to disk where memory does not do.
    pub fn new(input: Input<'_>, may_spill: bool) -> Result<Pass> {
        let is_text = |table: &TableRows| {
            let column = column_name(table.order?);
            let ty = table.rows.rows.schema().field_with_unqualified_name(&column).ok()?.data_type();
            (*ty == DataType::Utf8View).then_some(table.table)
        };
        let text_orders: Vec<TableId> = input.tables.iter().filter_map(is_text).collect();
        let spec = Arc::new(Spec::new(input.plan, input.hanging, &text_orders)?);
        let keys = input.customers.as_ref().map(KeyIndex::new).transpose()?.map(Arc::new);
        let mut key_type = input.customers.as_ref().map(|keys| keys.data_type().clone());
        let mut state: Option<SessionState> = None;
        let mut records: Vec<Arc<LogicalPlan>> = Vec::new();
        for scan in &input.plan.tables {
            let Some(rows) = input.tables.iter().find(|rows| rows.table == scan.table) else { continue };
            if keys.is_some() && !is_needed(&spec, scan) {
                continue;
            }
            let scan = &TableScan { needs_order: scan.needs_order && rows.order.is_some(), ..scan.clone() };
            let (of_table, table) = rows.rows.rows.clone().into_parts();
            state.get_or_insert(of_table);
            key_type.get_or_insert_with(|| key_type_of(&table));
            let pack = Pack::new(&spec, scan, keys.is_none(), &input.look_ups, &input.unfit, &rows.rows.counters)?;
            records.push(Arc::new(packed(table, scan, rows.order, keys.as_ref(), pack)?));
        }
        let is_direct = keys.is_some() && !may_spill;
        let plan = match state {
            None => None,
            Some(state) if is_direct => Some((state, all(records)?)),
            Some(state) => {
                let records = all(records)?;
                let collect = AggregateUDF::from(Collect::new(Arc::clone(&spec.layout)));
                let logs = collect.call(vec![col("record")]).alias("log");
                let collected = LogicalPlanBuilder::from(records).aggregate([col("who")], [logs])?;
                let plan = if spec.features.is_empty() {
                    collected.project([col("who")])?
                } else {
                    let behaviour = ScalarUDF::from(Behaviour::new(&spec, keys.is_some()));
                    collected.project([col("who"), behaviour.call(vec![col("who"), col("log")]).alias("features")])?
                };
                Some((state, plan.build()?))
            }
        };
        let unfit = input.unfit;
        Ok(Pass { spec, keys, unfit, key_type: key_type.unwrap_or(DataType::Int64), plan, is_direct })
    }

    /// Runs it.
    pub fn run(self, machine: &Machine, doing: &str) -> Result<Features, Diagnostic> {
        let (spec, unfit) = (Arc::clone(&self.spec), Arc::clone(&self.unfit));
        let (keys, columns) = match (&self.keys, self.is_direct) {
            (Some(keys), true) => {
                let mut customers = ByNumber::new(&spec, keys.customers());
                if let Some((state, plan)) = self.plan {
                    let logs = machine.block_on(doing, direct::collect(state, plan, spec.layout.bytes()))?;
                    direct::features(machine, &spec, &mut customers, logs)?;
                }
                (None, customers.finish(&spec))
            }
            _ => machine.block_on(doing, self.aggregated())?,
        };
        let too_large = spec.too_large();
        unfit.add(too_large.iter().sum());
        Ok(Features { keys, columns, ties: spec.ties(), too_large })
    }

    /// The keys of those who come, if customers have no numbers, and the canonical columns, by the engine's own aggregate.
    async fn aggregated(self) -> Result<(Option<ArrayRef>, Vec<ArrayRef>)> {
        let Pass { spec, keys, key_type, plan, .. } = self;
        let mut stream = match plan {
            None => None,
            Some((state, plan)) => Some(DataFrame::new(state, plan).execute_stream().await?),
        };
        match keys {
            Some(keys) => {
                let mut customers = ByNumber::new(&spec, keys.customers());
                while let Some(batch) = next(&mut stream).await {
                    customers.add(&batch?)?;
                }
                Ok((None, customers.finish(&spec)))
            }
            None => {
                let mut customers = ByKey::default();
                while let Some(batch) = next(&mut stream).await {
                    customers.add(batch?);
                }
                let none: ArrayRef = new_empty_array(&key_type);
                let (keys, columns) = customers.finish(&spec, none)?;
                Ok((Some(keys), columns))
            }
        }
    }
}

/// The records of all tables: one node, for pairs of pairs of them would make the plan deep.
fn all(records: Vec<Arc<LogicalPlan>>) -> Result<LogicalPlan> {
    Ok(match records.as_slice() {
        [records] => LogicalPlan::clone(records),
        _ => LogicalPlan::Union(Union::try_new(records)?),
    })
}

async fn next(
    stream: &mut Option<datafusion::execution::SendableRecordBatchStream>,
) -> Option<Result<datafusion::arrow::array::RecordBatch>> {
    match stream {
        Some(stream) => stream.next().await,
        None => None,
    }
}

/// Whether some feature needs rows of a table.
fn is_needed(spec: &Spec, scan: &TableScan) -> bool {
    let has_features = |selection: usize| spec.oldest.get(selection).is_some_and(|oldest| *oldest < i64::MAX);
    scan.selections.iter().any(|(selection, _)| has_features(selection.0))
}

/// `table > project(who, pack(columns)) > filter(record is not null)`
fn packed(
    table: LogicalPlan,
    scan: &TableScan,
    order: Option<usize>,
    keys: Option<&Arc<KeyIndex>>,
    pack: Pack,
) -> Result<LogicalPlan> {
    let column = |number: &usize| ident(column_name(*number));
    // The number first, in a projection of its own: `pack` and the aggregate both use it.
    let mut columns: Vec<usize> = scan.columns.clone();
    columns.extend(order.filter(|order| scan.needs_order && !scan.columns.contains(order)));
    let who = match keys {
        Some(keys) => ScalarUDF::from(Customer::new(Arc::clone(keys))).call(vec![col("key")]),
        None => col("key"),
    };
    let numbered = LogicalPlanBuilder::from(table)
        .project([who.alias("who"), col("key"), col("time")].into_iter().chain(columns.iter().map(column)))?;
    let order: Option<Expr> = if scan.needs_order { order.as_ref().map(column) } else { None };
    let arguments = [col("who"), col("key"), col("time")].into_iter().chain(order).chain(scan.columns.iter().map(column));
    let record = ScalarUDF::from(pack).call(arguments.collect()).alias("record");
    numbered.project([col("who"), record])?.filter(col("record").is_not_null())?.build()
}

fn column_name(number: usize) -> String {
    format!("c{number}")
}

/// The type of a table's keys.
fn key_type_of(table: &LogicalPlan) -> DataType {
    table.schema().field_with_unqualified_name("key").map_or(DataType::Int64, |field| field.data_type().clone())
}
