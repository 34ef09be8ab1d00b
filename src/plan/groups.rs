//! What sorts customers into groups, as plain data: stages, what a stage gives, and bands.

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

/// Bands: of k bands a value is in band 1 + floor(k × number of smaller values / n); missing stays missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// By what.
    pub value: NodeId,
    /// k
    pub bands: u8,
    /// Larger values count in place of smaller ones.
    pub lowest: bool,
    /// Among whom: a condition; `None` is all who exist at T. The others have no band.
    pub of: Option<NodeId>,
}

/// An index into [`Plan::bands`](super::Plan::bands).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BandId(pub usize);
