//! As written: what happens to members on their way out: splits, priorities.

use super::{Given, Literal, Name, Text};
use crate::source::Span;

/// `split salt "q3" { control 10% held out, a 45% gives { offer: "ten" }, b 45% }`
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// `"q3"`
    pub salt: Option<Text>,
    /// At least one.
    pub arms: Vec<Arm>,
}

/// `a 45% gives { offer: "ten" }`
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// `a`
    pub name: Name,
    /// `45%`
    pub share: Literal,
    /// `held out`
    pub held_out: bool,
    /// `gives { offer: "ten" }`
    pub gives: Vec<Given>,
    /// The whole of it.
    pub span: Span,
}

/// `priority spring "Spring mailings" { win_back, newsletter }`
#[derive(Debug, Clone, PartialEq)]
pub struct PriorityDeclaration {
    /// `spring`
    pub name: Name,
    /// `"Spring mailings"`
    pub title: Option<Text>,
    /// At least one, the first one first.
    pub segments: Vec<Name>,
    /// The whole declaration.
    pub span: Span,
}
