//! The short way, where there is memory enough and customers have numbers: each thread writes the records that it reads into a
//! log of its own, by number; then parts of 4096 customers are taken out of all logs and worked out, each at its place in the
//! columns. Nothing is hashed, nothing goes from thread to thread but whole parts.

use std::sync::{Mutex, PoisonError};

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::dataframe::DataFrame;
use datafusion::execution::{SendableRecordBatchStream, SessionState};
use datafusion::logical_expr::LogicalPlan;
use futures::StreamExt;
use tokio::task::JoinSet;

use super::gather::ByNumber;
use super::kernel::Kernel;
use super::log::{ByGroup, Log, PART, Part};
use super::spec::Spec;
use crate::diagnostics::Diagnostic;
use crate::engine::machine::Machine;
use crate::engine::sources::scan::each;
use crate::faults::fault;

/// The records of a plan with `who` and `record`, a log for each of its partitions.
pub(super) async fn collect(state: SessionState, plan: LogicalPlan, width: usize) -> Result<Vec<Log>> {
    let streams = DataFrame::new(state, plan).execute_stream_partitioned().await?;
    let mut tasks = JoinSet::new();
    for stream in streams {
        tasks.spawn(of_stream(stream, width));
    }
    let mut logs = Vec::new();
    while let Some(log) = tasks.join_next().await {
        logs.push(log.map_err(|error| exec_datafusion_err!("a part of the pass ended: {error}"))??);
    }
    Ok(logs)
}

async fn of_stream(mut stream: SendableRecordBatchStream, width: usize) -> Result<Log> {
    let mut log = Log::new(width);
    while let Some(batch) = stream.next().await {
        add(&mut log, &batch?)?;
    }
    Ok(log)
}

fn add(log: &mut Log, batch: &RecordBatch) -> Result<()> {
    let [who, records] = batch.columns() else { return Err(exec_datafusion_err!("records of nobody")) };
    let who = who.as_primitive_opt::<Int64Type>().ok_or_else(|| exec_datafusion_err!("customers are numbered"))?;
    let records = records.as_fixed_size_binary_opt().ok_or_else(|| exec_datafusion_err!("records are binary"))?;
    for (row, number) in who.values().iter().enumerate() {
        if records.is_valid(row)
            && who.is_valid(row)
            && let Ok(number) = usize::try_from(*number)
        {
            log.add(number, records.value(row));
        }
    }
    Ok(())
}

/// Works out every feature of all customers of whom the logs have records.
pub(super) fn features(machine: &Machine, spec: &Spec, customers: &mut ByNumber, logs: Vec<Log>) -> Result<(), Diagnostic> {
    let mut works: Vec<Work<'_>> =
        customers.parts(PART).into_iter().map(|columns| Work { chunks: Vec::new(), columns }).collect();
    for log in logs {
        for (work, chunks) in works.iter_mut().zip(log.into_parts()) {
            work.chunks.push(chunks);
        }
    }
    let works: Vec<Mutex<Option<Work<'_>>>> = works.into_iter().map(|work| Mutex::new(Some(work))).collect();
    each(machine, works.len(), |part| {
        let work = works.get(part).and_then(|work| work.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(work) = work {
            work.run(spec, part * PART);
        }
        Ok(())
    })?;
    Ok(())
}

/// A part of the customers: what the logs have of them, and their places in the columns.
struct Work<'a> {
    chunks: Vec<Part>,
    columns: Vec<(&'a mut [u64], &'a mut [u8])>,
}

impl Work<'_> {
    fn run(mut self, spec: &Spec, first: usize) {
        let mut kernel = Kernel::new(spec);
        let groups = ByGroup::new(std::mem::take(&mut self.chunks), PART, spec.layout.bytes());
        for (at, log) in groups.iter().enumerate() {
            if log.is_empty() {
                continue;
            }
            kernel.run(Some(first + at), log, |feature, word| {
                let Some((words, known)) = self.columns.get_mut(feature) else { return };
                if let (Some(place), Some(word)) = (words.get_mut(at), word) {
                    *place = word;
                }
                if let Some(bits) = known.get_mut(at / 8) {
                    let bit = 1 << (at % 8);
                    *bits = if word.is_some() || fault(36) { *bits | bit } else { *bits & !bit };
                }
            });
        }
        kernel.tell_ties();
    }
}
