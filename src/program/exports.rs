//! As meant: what happens to members on their way out: holdouts, splits, priorities.

use std::sync::Arc;

use super::{Decimal, DefinitionId, Given};
use crate::source::Span;

/// What chance does with a segment's members. Membership is not touched.
#[derive(Debug, Clone, PartialEq)]
pub enum Experiment {
    /// `holdout`
    Holdout(Holdout),
    /// `split`
    Split(Split),
}

/// `holdout 10% salt "q3"`: held out is whose first 8 hex digits of md5(salt ":" key), as a number, are below share × 2³².
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdout {
    /// between 0 and 1, exact
    pub share: Decimal,
    /// the salt; by default the segment's name
    pub salt: Arc<str>,
}

/// `split salt "q3" { control 10% held out, a 45%, b 45% }`: the arms take the range of the holdout's number in turn, so that a
/// member is in the first arm for which the number is below the sum of its share and of those before it, × 2³².
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// the salt; by default the segment's name
    pub salt: Arc<str>,
    /// in order, no name twice; their shares add up to 1
    pub arms: Vec<Arm>,
    /// the columns of `gives`, a value for each arm
    pub gives: Vec<Given>,
}

/// An arm of a split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// `control`
    pub name: Arc<str>,
    /// between 0 and 1, exact
    pub share: Decimal,
    /// recorded and never exported
    pub held_out: bool,
}

/// `priority spring { win_back, newsletter }`: of each segment those members are exported who were not exported with an earlier
/// one. Membership is not touched.
#[derive(Debug, Clone)]
pub struct Priority {
    /// `spring`
    pub name: Arc<str>,
    /// `"Spring mailings"`
    pub title: Option<Arc<str>>,
    /// Segments, the first one first; none stands in a second place, here or in another priority.
    pub segments: Vec<DefinitionId>,
    /// The declaration.
    pub span: Span,
}
