//! Who is in which stage or arm, in the form of the outputs.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::error::Result;

use crate::engine::evaluate::{array_of, internal};
use crate::engine::run::{SplitResult, StagesResult};
use crate::plan::{PlanArm, PlanDefinition, PlanGiven, PlanStages};
use crate::program::types::{Scalar, Type};

/// The answer of stages from the name of each customer's.
pub(super) fn stages(definition: &PlanDefinition, stages: &PlanStages, values: &ArrayRef) -> Result<StagesResult> {
    let Some(texts) = values.as_string_view_opt() else { return Err(internal("stages that are no texts")) };
    let numbers: HashMap<&str, u32> = stages.names.iter().map(|name| &**name).zip(0..).collect();
    let of: UInt32Array = (0..texts.len()).map(|row| numbers.get(texts.value(row)).copied()).collect();
    Ok(StagesResult {
        name: definition.name.clone(),
        title: definition.title.clone(),
        stages: stages.names.clone(),
        counts: counts(&of, stages.names.len()),
        of,
        gives: given(&stages.gives)?,
    })
}

/// The arms of a split and who is in which.
pub(super) fn split(arms: &[PlanArm], of: UInt32Array) -> SplitResult {
    let arms: Vec<Arc<str>> = arms.iter().map(|arm| arm.name.clone()).collect();
    SplitResult { counts: counts(&of, arms.len()), arms, of }
}

/// What the export of a split has beside, for those who are exported: the arm, and what it gives.
pub(super) fn columns(
    arms: &[PlanArm],
    gives: &[PlanGiven],
    of: &UInt32Array,
    exported: &UInt32Array,
) -> Result<Vec<(Arc<str>, Type, ArrayRef)>> {
    let names = array_of(&Type::Text, arms.iter().map(|arm| Some(Scalar::Text(arm.name.clone()))))?;
    let mut columns = vec![("arm".into(), Type::Text, names)];
    columns.extend(given(gives)?);
    let of = take(of, exported, None)?;
    for (_, _, values) in &mut columns {
        *values = take(values.as_ref(), &of, None)?;
    }
    Ok(columns)
}

/// How many are in each of so many.
fn counts(of: &UInt32Array, groups: usize) -> Vec<u64> {
    let mut counts = vec![0; groups];
    for group in of.iter().flatten() {
        if let Some(count) = usize::try_from(group).ok().and_then(|group| counts.get_mut(group)) {
            *count += 1;
        }
    }
    counts
}

/// The columns of `gives`, a value for each stage or arm.
fn given(gives: &[PlanGiven]) -> Result<Vec<(Arc<str>, Type, ArrayRef)>> {
    let column = |given: &PlanGiven| {
        let values = array_of(&given.ty, given.values.iter().cloned())?;
        Ok((given.name.clone(), given.ty.clone(), values))
    };
    gives.iter().map(column).collect()
}
