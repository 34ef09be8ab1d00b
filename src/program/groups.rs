//! As meant: what sorts customers into groups and what is told them: stages, points, bands.

use std::sync::Arc;

use super::{Condition, Scalar, Type, Value};

/// `stages`: exclusive and exhaustive. A text value: the name of the first stage whose condition holds; never missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Stages {
    /// In order, no name twice; the last one is for all others.
    pub stages: Vec<Stage>,
    /// The columns of `gives`, a value for each stage.
    pub gives: Vec<Given>,
}

/// One stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// `at_risk`
    pub name: Arc<str>,
    /// `"Just arrived"`
    pub title: Option<Arc<str>>,
    /// `when`; `None` is `otherwise`, which the last stage has and no other
    pub when: Option<Condition>,
}

/// A column that `gives` adds to an export: the same value for all of a stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// `message`
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
    /// Its value for each stage, in their order; `None` where the stage gives none.
    pub values: Vec<Option<Scalar>>,
}

/// `points`: a whole number, the sum of what holds; never missing. The parts are such that no sum of them leaves 64 bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// What is added (below 0: subtracted) where the condition holds.
    pub parts: Vec<(i64, Condition)>,
}

/// `quintile(spend)`: of k bands a value is in band 1 + floor(k × number of smaller values / n), n being the known values of all
/// who exist at T; missing stays missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// k
    pub bands: u8,
    /// `lowest`: larger values count in place of smaller ones
    pub lowest: bool,
    /// By what.
    pub value: Value,
}
