//! Program and as-of time → [`Plan`].

use super::Plan;
use crate::program::{Definition, Program};

/// Everything that a run of a program at T (microseconds, UTC) has to compute.
pub fn lower(program: &Program, as_of: i64) -> Plan {
    Plan {
        calendar: program.calendar.clone(),
        as_of,
        since: program.customers.as_ref().and_then(|customers| customers.since),
        has_customers: program.customers.is_some(),
        attributes: Vec::new(),
        look_ups: Vec::new(),
        tables: Vec::new(),
        hanging: Vec::new(),
        features: Vec::new(),
        graph: super::Graph::default(),
        ranks: Vec::new(),
        definitions: Vec::new(),
    }
}

/// The same for those definitions alone that are wanted, and what they need; the others are `LeftOut`.
pub fn lower_only(program: &Program, as_of: i64, _wanted: &dyn Fn(&Definition) -> bool) -> Plan {
    lower(program, as_of)
}
