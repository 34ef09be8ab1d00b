//! What sorts customers into groups, as plain data: stages, and what a stage gives.

use std::sync::Arc;

use super::NodeId;
use crate::program::types::{Scalar, Type};

/// Stages: a text that is never missing.
#[derive(Debug, Clone)]
pub struct PlanStages {
    /// The stage's name.
    pub stage: NodeId,
    /// All names, in order; no name twice.
    pub names: Vec<Arc<str>>,
    /// The columns that the export has beside.
    pub gives: Vec<PlanGiven>,
}

/// A column of an export with one value for all of a stage.
#[derive(Debug, Clone)]
pub struct PlanGiven {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
    /// Its value for each stage, in their order.
    pub values: Vec<Option<Scalar>>,
}
