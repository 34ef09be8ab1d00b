//! As written: what sorts customers into groups and what is told them: stages, points.

use super::{Expr, Literal, Name, Text};
use crate::source::Span;

/// `stages lifecycle "Where a customer stands" { new when … gives { … }  lapsed otherwise }`
#[derive(Debug, Clone, PartialEq)]
pub struct StagesDeclaration {
    /// `lifecycle`
    pub name: Name,
    /// `"Where a customer stands"`
    pub title: Option<Text>,
    /// The stages as written, at least one; the syntax room has made sure that the last one and no other is `otherwise`.
    pub stages: Vec<Stage>,
    /// The whole declaration.
    pub span: Span,
}

/// `new "Just arrived" when signed_up_at in last 30 days gives { message: "welcome" }`
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// `new`
    pub name: Name,
    /// `"Just arrived"`
    pub title: Option<Text>,
    /// `when …`; none is `otherwise`
    pub when: Option<Expr>,
    /// `gives { message: "welcome" }`
    pub gives: Vec<Given>,
    /// The whole of it.
    pub span: Span,
}

/// `message: "welcome"`: a column of an export and its value
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// `message`
    pub name: Name,
    /// `"welcome"`
    pub value: Literal,
}

/// `points lead_score "Readiness" { add 20 when …  subtract 15 when … }`
#[derive(Debug, Clone, PartialEq)]
pub struct PointsDeclaration {
    /// `lead_score`
    pub name: Name,
    /// `"Readiness"`
    pub title: Option<Text>,
    /// At least one.
    pub parts: Vec<PointsPart>,
    /// The whole declaration.
    pub span: Span,
}

/// `add 20 when did visit_pricing at least twice in last 14 days`
#[derive(Debug, Clone, PartialEq)]
pub struct PointsPart {
    /// `subtract` is true, `add` is false
    pub subtract: bool,
    /// `20`
    pub count: Literal,
    /// `did visit_pricing at least twice in last 14 days`
    pub when: Expr,
    /// The whole of it.
    pub span: Span,
}

/// `quintile(spend)`, `quartile(lowest spend)`, `decile(spend)`
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// 5, 4 or 10
    pub bands: u8,
    /// `lowest`: the highest band is for the lowest values
    pub lowest: bool,
    /// `spend`
    pub value: Expr,
}
