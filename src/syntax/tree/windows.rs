//! As written: when.

use super::{Duration, Expr, Literal, Unit};
use crate::source::Span;

/// When.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// What it says.
    pub kind: WindowKind,
    /// Where it stands, `in` included.
    pub span: Span,
}

/// The windows of the language.
#[derive(Debug, Clone, PartialEq)]
pub enum WindowKind {
    /// `ever`
    Ever,
    /// `in last 30 days`
    Last(Duration),
    /// `in the 30 days before last 14 days`
    BeforeLast {
        /// `30 days`
        length: Duration,
        /// `14 days`
        last: Duration,
    },
    /// `between 30 and 60 days ago`, which is `[T − 60 days, T − 30 days)`
    Ago {
        /// `30 days`
        near: Duration,
        /// `60 days`
        far: Duration,
    },
    /// `today`, `in this week`
    This(Unit),
    /// `yesterday`, `in previous month`
    Previous(Unit),
    /// `since 2024-01-01`
    Since(Literal),
    /// `before 2024-01-01`
    Before(Literal),
    /// `from 2024-01-01 to 2024-03-31`
    FromTo(Literal, Literal),
    /// `more than 30 days ago`
    MoreThanAgo(Duration),
    /// `in first 7 days after signed_up_at`
    FirstAfter {
        /// `7 days`
        length: Duration,
        /// `signed_up_at`, or `first purchase`
        anchor: Box<Expr>,
    },
    /// `between 7 and 14 days after signed_up_at`
    BetweenAfter {
        /// `7 days`
        near: Duration,
        /// `14 days`
        far: Duration,
        /// `signed_up_at`
        anchor: Box<Expr>,
    },
    /// `since last purchase`: the anchor is a [`ExprKind::Moment`]
    SinceEvent(Box<Expr>),
    /// `before first purchase`: likewise
    BeforeEvent(Box<Expr>),
    /// `between 60 and 90 days from now`
    FromNow {
        /// `60 days`
        near: Duration,
        /// `90 days`
        far: Duration,
    },
    /// `in next 14 days`
    Next(Duration),
}
