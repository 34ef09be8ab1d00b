//! Who is in which stage, in the form of the outputs.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use datafusion::error::Result;

use crate::engine::evaluate::{array_of, internal};
use crate::engine::run::StagesResult;
use crate::plan::{PlanDefinition, PlanGiven, PlanStages};
use crate::program::types::Type;

/// The answer of stages from the name of each customer's.
pub(super) fn stages(definition: &PlanDefinition, stages: &PlanStages, values: &ArrayRef) -> Result<StagesResult> {
    let Some(texts) = values.as_string_view_opt() else { return Err(internal("stages that are no texts")) };
    let numbers: HashMap<&str, u32> = stages.names.iter().map(|name| &**name).zip(0..).collect();
    let mut counts = vec![0; stages.names.len()];
    let of: UInt32Array = (0..texts.len())
        .map(|row| {
            let number = numbers.get(texts.value(row)).copied()?;
            if let Some(count) = usize::try_from(number).ok().and_then(|number| counts.get_mut(number)) {
                *count += 1;
            }
            Some(number)
        })
        .collect();
    Ok(StagesResult {
        name: definition.name.clone(),
        title: definition.title.clone(),
        stages: stages.names.clone(),
        of,
        counts,
        gives: given(&stages.gives)?,
    })
}

/// The columns of `gives`, a value for each stage or arm.
pub(super) fn given(gives: &[PlanGiven]) -> Result<Vec<(Arc<str>, Type, ArrayRef)>> {
    let column = |given: &PlanGiven| {
        let values = array_of(&given.ty, given.values.iter().cloned())?;
        Ok((given.name.clone(), given.ty.clone(), values))
    };
    gives.iter().map(column).collect()
}
