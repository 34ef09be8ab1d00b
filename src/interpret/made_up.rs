//! Tests (LANGUAGE.md 8, `test`): "customers made up on the spot; attributes not given are missing, events not given did not
//! happen, look-ups are given as in the example; a customer exists from the beginning unless the `since` attribute is given".

use super::{Customer, Event, Reason, Scope, Source, World, exists};
use crate::program::test::{MadeUpCustomer, Test};
use crate::program::{Condition, ConditionKind, LookUpId, Program, Scalar, Value, ValueKind};

/// What came out of one expectation of a test.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    /// Whether it is met.
    pub met: bool,
    /// Where it is not met, why; `None` of a customer who does not exist at T.
    pub why: Option<Reason<'a>>,
}

/// What came out of each expectation of a test, in their order.
pub fn test<'a>(program: &'a Program, test: &'a Test) -> Vec<Outcome<'a>> {
    let world = World::made_up(program, test, test.as_of);
    let outcomes = test.expectations.iter().map(|expected| match world.place_of(test, expected.customer) {
        Some(customer) => {
            world.opened.set(0);
            let met = world.holds(&expected.condition, Scope::of(customer));
            Outcome { met, why: (!met).then(|| world.why(&expected.condition, customer)) }
        }
        None => Outcome { met: holds_of_nobody(&expected.condition), why: None },
    });
    outcomes.collect()
}

impl<'a> World<'a> {
    /// The customers of a test who exist at T, its own or an earlier one, sorted by key. "ranks are among the customers of the test"
    pub(super) fn made_up(program: &'a Program, test: &'a Test, as_of: i64) -> World<'a> {
        let mut given: Vec<&MadeUpCustomer> = test.customers.iter().filter(|c| is_there(program, c, as_of)).collect();
        given.sort_by(|a, b| a.key.cmp(&b.key));
        let customers = given
            .into_iter()
            .map(|customer| Customer {
                key: customer.key.clone(),
                attributes: &customer.attributes,
                events: customer
                    .events
                    .iter()
                    // 4: "An event at T itself lies in the future."
                    .filter(|event| event.time < as_of)
                    .map(|event| Event {
                        table: program.kinds[event.kind.0].table.0,
                        time: event.time,
                        columns: &event.columns,
                        made_up: Some(event),
                    })
                    .collect(),
                // "an attribute with a history has the value given, always"
                histories: program
                    .histories
                    .iter()
                    .map(|history| customer.attributes.get(history.attribute.0)?.clone())
                    .map(|given| given.into_iter().map(|value| (i64::MIN, Some(value))).collect())
                    .collect(),
                looked_up: &customer.looked_up,
            })
            .collect();
        World {
            program,
            source: Source::Test(test),
            as_of,
            customers,
            look_ups: Vec::new(),
            // 4: "in a test every list is empty"
            lists: &[],
            answers: Default::default(),
            moved: Default::default(),
            ranks: Default::default(),
            bands: Default::default(),
            others: None,
            opened: Default::default(),
            matchers: Default::default(),
        }
    }

    /// Where a customer of a test stands among those who exist.
    pub(super) fn place_of(&self, test: &Test, customer: usize) -> Option<usize> {
        let key = &test.customers.get(customer)?.key;
        self.customers.iter().position(|c| c.key == *key)
    }

    /// What was given of a look-up table for this row or this customer; `None` where these are not made up.
    pub(super) fn made_up_look_up(
        &self,
        key: &'a Value,
        table: LookUpId,
        of: usize,
        scope: Scope<'a>,
    ) -> Option<Option<Scalar>> {
        let (given, column) = match (&key.kind, scope.row) {
            (ValueKind::Column(_, column), Some(row)) => (row.made_up?.looked_up.as_slice(), *column),
            (ValueKind::Attribute(id), _) => (self.customers[scope.customer].looked_up, id.0),
            _ => return None,
        };
        let found = given.iter().find(|l| (l.column, l.look_up, l.of) == (column, table, of));
        found.map(|l| Some(l.value.clone()))
    }
}

/// "a customer exists from the beginning unless the `since` attribute is given"
fn is_there(program: &Program, customer: &MadeUpCustomer, as_of: i64) -> bool {
    let since = program.customers.as_ref().and_then(|c| c.since);
    let is_given = since.and_then(|since| customer.attributes.get(since.0)).is_some_and(Option::is_some);
    !is_given || exists(program, &customer.attributes, as_of)
}

/// 4: "A customer who does not exist at T is in no segment, no complement, no stage and no rank": no condition holds, and what is
/// expected not to hold does not.
fn holds_of_nobody(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::All(parts) => parts.iter().all(holds_of_nobody),
        ConditionKind::Any(parts) => parts.iter().any(holds_of_nobody),
        ConditionKind::Not(part) => !holds_of_nobody(part),
        _ => false,
    }
}
