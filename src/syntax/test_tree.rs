//! The tree of a `test` declaration as written: made-up customers, what they did, and what is expected of them.

use super::tree::{Duration, Expr, Literal, Name, Text, Unit};
use crate::source::Span;

/// `test "a regular who went quiet is won back" { as of 2024-06-01  given customer … expect in win_back }`
#[derive(Debug, Clone, PartialEq)]
pub struct TestDeclaration {
    /// The title, by which it is known.
    pub title: Text,
    /// `as of 2024-06-01`: a date or a timestamp.
    pub as_of: Literal,
    /// The customers.
    pub customers: Vec<GivenCustomer>,
    /// What is expected.
    pub expectations: Vec<Expectation>,
    /// The whole declaration.
    pub span: Span,
}

/// `given customer "other" { country: "FR" } did session 1 day ago`
#[derive(Debug, Clone, PartialEq)]
pub struct GivenCustomer {
    /// `"other"`; without one the key is `customer`.
    pub key: Option<Text>,
    /// What is known of the customer.
    pub attributes: Vec<GivenValue>,
    /// What the customer did.
    pub events: Vec<GivenEvents>,
    /// `given customer "other"`
    pub span: Span,
}

/// `country: "DE"`, `store.region: "north"`, `interests: ("golf", "ski")`
#[derive(Debug, Clone, PartialEq)]
pub struct GivenValue {
    /// `store`, `region`: one name, or a key and a column of its look-up table.
    pub path: Vec<Name>,
    /// The value, or the values of a list.
    pub values: Vec<Literal>,
    /// Whether it is written as a list.
    pub is_list: bool,
    /// All of it.
    pub span: Span,
}

/// `did purchase { amount: 80 EUR } 40 days ago, on 2024-05-30`
#[derive(Debug, Clone, PartialEq)]
pub struct GivenEvents {
    /// `purchase`
    pub event: Name,
    /// The columns of each of the events.
    pub columns: Vec<GivenValue>,
    /// When.
    pub times: Vec<GivenTime>,
    /// All of it.
    pub span: Span,
}

/// When a made-up event was.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenTime {
    /// How it is written.
    pub kind: GivenTimeKind,
    /// Where it stands.
    pub span: Span,
}

/// How the time of a made-up event is written.
#[derive(Debug, Clone, PartialEq)]
pub enum GivenTimeKind {
    /// `40 days ago`
    Ago(Duration),
    /// `on 2024-05-30`: a date
    On(Literal),
    /// `at 2024-05-31T10:00`: a timestamp
    At(Literal),
    /// `on each of 60 to 15 days ago`
    Each {
        /// `60`
        from: Literal,
        /// `15`
        to: Literal,
        /// `days`
        unit: Unit,
    },
}

/// `expect in win_back`, `expect "other" not in win_back`, `expect spend_90d = 0 EUR`
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Of whom: `"other"`; without one of the customer without a key.
    pub customer: Option<Text>,
    /// What has to hold.
    pub condition: Expr,
    /// All of it.
    pub span: Span,
}
