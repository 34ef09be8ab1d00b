//! Tests as meant: customers made up on the spot, and what is expected of them.

use std::sync::Arc;

use super::{Condition, Key, KindId, LookUpId, Scalar};
use crate::source::Span;

/// `test "a regular who went quiet is won back" { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The title; no two tests have the same.
    pub title: Arc<str>,
    /// `as of`, in microseconds since 1970, UTC.
    pub as_of: i64,
    /// The customers, in the order of the text. No key stands twice.
    pub customers: Vec<MadeUpCustomer>,
    /// What is expected, in the order of the text.
    pub expectations: Vec<Expectation>,
    /// The declaration.
    pub span: Span,
}

/// `given customer "other" { country: "FR" } did session 1 day ago`
#[derive(Debug, Clone, PartialEq)]
pub struct MadeUpCustomer {
    /// `"other"`, or `customer`.
    pub key: Key,
    /// What is known, by `AttributeId`; what is not given is missing. Without `since` among it, the customer has always existed.
    pub attributes: Vec<Option<Scalar>>,
    /// What was given of look-up tables: `store.region: "north"`; the column is an `AttributeId`.
    pub looked_up: Vec<LookedUp>,
    /// What the customer did; nothing else happened.
    pub events: Vec<MadeUpEvent>,
}

/// An event that happened, at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeUpEvent {
    /// It is of this kind and of no other, whatever the kinds' own filters say.
    pub kind: KindId,
    /// When, in microseconds since 1970, UTC.
    pub time: i64,
    /// The columns of the kind's table; what is not given is missing, but for the key and the time.
    pub columns: Vec<Option<Scalar>>,
    /// What was given of look-up tables: `product_id.category: "shoes"`.
    pub looked_up: Vec<LookedUp>,
}

/// `product_id.category: "shoes"`: what a look-up table says of this one column, of this one row.
#[derive(Debug, Clone, PartialEq)]
pub struct LookedUp {
    /// `product_id`: an attribute, or a column of the event's table.
    pub column: usize,
    /// The look-up table,
    pub look_up: LookUpId,
    /// and `category`, its column.
    pub of: usize,
    /// `"shoes"`
    pub value: Scalar,
}

/// `expect "other" not in win_back`
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Of whom, by the place among the test's customers.
    pub customer: usize,
    /// What has to hold.
    pub condition: Condition,
    /// All of it.
    pub span: Span,
}
