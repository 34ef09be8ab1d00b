//! Priorities: of each segment those are exported who were not exported with an earlier one.

use datafusion::arrow::array::UInt32Array;
use datafusion::arrow::compute::take;
use datafusion::error::Result;

use crate::engine::run::SegmentResult;
use crate::faults::fault;
use crate::plan::{Plan, PlanDefinitionId};

/// Takes off what is exported of each segment whoever was exported with an earlier one of its priority. `customers` is how many there
/// are.
pub(super) fn apply(plan: &Plan, segments: &mut [(PlanDefinitionId, SegmentResult)], customers: usize) -> Result<()> {
    for queue in &plan.priorities {
        let mut gone = vec![false; customers];
        for id in queue {
            let Some((_, segment)) = segments.iter_mut().find(|(other, _)| other == id) else { continue };
            keep_others(segment, &gone)?;
            if fault(121) {
                gone.fill(false);
            }
            let members: UInt32Array;
            let exported = if fault(119) {
                members = segment.members.values().set_indices().map(|row| u32::try_from(row).ok()).collect();
                &members
            } else {
                &segment.exported
            };
            for row in exported.values() {
                if let Some(gone) = usize::try_from(*row).ok().and_then(|row| gone.get_mut(row)) {
                    *gone = true;
                }
            }
        }
    }
    Ok(())
}

/// Exports a segment without those who are gone.
fn keep_others(segment: &mut SegmentResult, gone: &[bool]) -> Result<()> {
    let is_left = |row: u32| usize::try_from(row).ok().and_then(|row| gone.get(row)) != Some(&true);
    let rows = segment.exported.values();
    let left: UInt32Array = (0..).zip(rows).filter(|(_, row)| is_left(**row)).map(|(at, _)| at as u32).collect();
    segment.exported_before = Some((rows.len() - left.len()) as u64);
    for (_, _, values) in &mut segment.columns {
        *values = take(values.as_ref(), &left, None)?;
    }
    segment.exported =
        left.values().iter().filter_map(|at| rows.get(usize::try_from(*at).ok()?).copied()).collect::<Vec<_>>().into();
    Ok(())
}
