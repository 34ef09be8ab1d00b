//! The reference meaning, customer by customer: slow, short, to be read against the language page line by line. Rows are plain
//! values, every answer is a loop over them. It reads the [`Program`] and shares nothing with the engine but the calendar, the
//! arithmetic and the tests of texts; the engine has to agree with it bit for bit.
//!
//! Numbers in comments are the sections of the language page that a line follows.

mod aggregate;
mod condition;
mod event;
mod exact;
mod exports;
mod groups;
mod history;
mod made_up;
mod on_event;
mod others;
mod rank;
mod segment;
mod sequence;
#[cfg(test)]
mod tests;
mod trend;
mod value;
mod why;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::program::arithmetic::{self, Operand};
use crate::program::test::{LookedUp, MadeUpEvent, Test};
use crate::program::texts::Matcher;
use crate::program::{Band, DefinitionId, DefinitionKind, Key, Length, Program, Rank, Scalar, TextTest};
pub use made_up::{Outcome, test};
pub use others::{Asked, Others, RankOfAll, Why, why};
pub use segment::Members;
pub use why::{Found, Found1, GroupReason, Of, Place, Reason};

/// A row's values by column; `None` is missing. No double among them is NaN, infinite or −0.
pub type Row = Vec<Option<Scalar>>;

/// The data of a project, as rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Data {
    /// `[customers]`, in any order; `None` without it.
    pub customers: Option<Vec<CustomerRow>>,
    /// The rows of each event table, in any order; by `TableId`.
    pub events: Vec<Vec<EventRow>>,
    /// The rows of each look-up table, in any order; by `LookUpId`. No key stands twice.
    pub look_ups: Vec<Vec<Row>>,
    /// What is in each list, whole numbers in decimal; by `ListId`. A list that is not here is empty.
    pub lists: Vec<BTreeSet<String>>,
    /// The rows of each history, in any order; by `HistoryId`.
    pub histories: Vec<Vec<HistoryRow>>,
}

/// A row of `[customers]`; no key stands twice.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerRow {
    /// The key.
    pub key: Key,
    /// The attributes, by `AttributeId`.
    pub attributes: Row,
}

/// A row of an event table.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// Whose it is.
    pub key: Option<Key>,
    /// When, in microseconds UTC.
    pub time: Option<i64>,
    /// Its columns, key and time among them if the program's table has them.
    pub columns: Row,
}

/// A row of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// Whose it is.
    pub key: Option<Key>,
    /// From when the value holds, in microseconds UTC.
    pub from: Option<i64>,
    /// The value.
    pub value: Option<Scalar>,
}

/// What the definitions say of the customers who exist at T.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// The keys of those customers, sorted. All other lists here are by position in this one.
    pub customers: Vec<Key>,
    /// By `DefinitionId`.
    pub definitions: Vec<Answer>,
    /// By `DefinitionId`: of a segment, who is exported; empty of all others.
    pub exported: Vec<Vec<bool>>,
}

/// What one definition says.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The value of a trait, stages or points for each customer.
    Trait(Vec<Option<Scalar>>),
    /// A segment's members.
    Segment(Members),
}

/// The meaning of a program for its data at T (in microseconds since 1970, UTC).
pub fn interpret(program: &Program, data: &Data, as_of: i64) -> Answers {
    let world = World::new(program, data, as_of);
    // Each definition comes after those it uses.
    let definitions = (0..program.definitions.len()).map(|id| Answer::clone(&world.answer(DefinitionId(id)))).collect();
    let exported = world.all_exported();
    Answers { customers: world.customers.iter().map(|c| c.key.clone()).collect(), definitions, exported }
}

/// Everything that a condition may look at, as of one T.
struct World<'a> {
    program: &'a Program,
    source: Source<'a>,
    as_of: i64,
    /// Those who exist at T, sorted by key.
    customers: Vec<Customer<'a>>,
    look_ups: Vec<LookUpRows<'a>>,
    lists: &'a [BTreeSet<String>],
    /// Of the definitions that were asked for so far.
    answers: RefCell<BTreeMap<DefinitionId, Rc<Answer>>>,
    /// The same data as of earlier times, by how much earlier.
    moved: RefCell<Vec<(Length, Rc<World<'a>>)>>,
    /// A rank is about everybody, so it is worked out once and kept.
    ranks: RefCell<Vec<Ranked<'a>>>,
    /// Bands likewise: the known values of everybody, sorted.
    bands: RefCell<Vec<Banded<'a>>>,
    /// Where rows of one customer alone are at hand: what is known of all the others.
    others: Option<Rc<Others<'a>>>,
    /// How many definitions a reason has gone into.
    opened: Rc<Cell<u32>>,
    /// Patterns made ready.
    matchers: RefCell<Vec<(&'a TextTest, Rc<Matcher>)>>,
}

/// Where the customers come from.
#[derive(Clone, Copy)]
enum Source<'a> {
    Data(&'a Data),
    Test(&'a Test),
}

/// A rank, and who is in it.
type Ranked<'a> = (&'a Rank, Rc<[bool]>);

/// Bands, and all the values that they are made of.
type Banded<'a> = (&'a Band, Rc<[Scalar]>);

/// Somebody who exists at T.
struct Customer<'a> {
    key: Key,
    attributes: &'a [Option<Scalar>],
    /// The rows before T, of all event tables.
    events: Vec<Event<'a>>,
    /// By history: from when which value holds, in the order of time.
    histories: Vec<history::Values>,
    /// Of a made-up customer, what was given of look-up tables.
    looked_up: &'a [LookedUp],
}

/// A row of an event table that counts: it has a key and a time, and lies before T.
#[derive(Clone, Copy)]
struct Event<'a> {
    table: usize,
    time: i64,
    columns: &'a [Option<Scalar>],
    /// Of a made-up one, as what it was made up.
    made_up: Option<&'a MadeUpEvent>,
}

/// Of whom a value is asked, and inside a filter or a row expression of which row.
#[derive(Clone, Copy)]
struct Scope<'e> {
    customer: usize,
    row: Option<Event<'e>>,
}

impl Scope<'_> {
    fn of(customer: usize) -> Scope<'static> {
        Scope { customer, row: None }
    }
}

/// A look-up table, sorted by its key.
struct LookUpRows<'a> {
    key: usize,
    rows: Vec<&'a Row>,
}

impl<'a> World<'a> {
    fn new(program: &'a Program, data: &'a Data, as_of: i64) -> World<'a> {
        let mut events: BTreeMap<&Key, Vec<Event<'a>>> = BTreeMap::new();
        for (table, rows) in data.events.iter().enumerate() {
            for row in rows {
                // 4: "An event without a time or key counts nowhere"; "An event at T itself lies in the future."
                let (Some(key), Some(time)) = (&row.key, row.time) else { continue };
                if time < as_of {
                    events.entry(key).or_default().push(Event { table, time, columns: &row.columns, made_up: None });
                }
            }
        }
        let customers = match &data.customers {
            // 2: "may be left out: then every key with an event before T is a customer at T"
            None => {
                let keys: BTreeSet<&Key> = events.keys().copied().collect();
                keys.into_iter().map(|key| (key, &[] as &[Option<Scalar>])).collect()
            }
            // 4: "an event whose key is no customer counts for nobody"
            Some(rows) => {
                let mut rows: Vec<_> = rows
                    .iter()
                    .filter(|row| exists(program, &row.attributes, as_of))
                    .map(|row| (&row.key, row.attributes.as_slice()))
                    .collect();
                rows.sort_by(|a, b| a.0.cmp(b.0));
                rows
            }
        };
        let customers = customers
            .into_iter()
            .map(|(key, attributes)| Customer {
                key: key.clone(),
                attributes,
                events: events.remove(key).unwrap_or_default(),
                histories: data.histories.iter().map(|rows| history::of_customer(rows, key)).collect(),
                looked_up: &[],
            })
            .collect();
        let look_ups = program.look_ups.iter().zip(&data.look_ups);
        let look_ups = look_ups.map(|(table, rows)| LookUpRows::new(table.key, rows)).collect();
        World {
            program,
            source: Source::Data(data),
            as_of,
            customers,
            look_ups,
            lists: &data.lists,
            answers: RefCell::default(),
            moved: RefCell::default(),
            ranks: RefCell::default(),
            bands: RefCell::default(),
            others: None,
            opened: Rc::default(),
            matchers: RefCell::default(),
        }
    }

    /// What a definition says.
    fn answer(&self, id: DefinitionId) -> Rc<Answer> {
        if let Some(answer) = self.answers.borrow().get(&id) {
            return Rc::clone(answer);
        }
        let definition = &self.program.definitions[id.0];
        let answer = match &definition.kind {
            DefinitionKind::Trait(value) => Answer::Trait(self.each(|c| self.fitting(value, Scope::of(c)))),
            DefinitionKind::Stages(stages) => Answer::Trait(self.each(|c| self.stage(stages, c))),
            DefinitionKind::Points(points) => Answer::Trait(self.each(|c| self.points(points, c))),
            DefinitionKind::Segment(segment) => Answer::Segment(self.members(&definition.name, segment)),
        };
        let answer = Rc::new(self.with_others(id, answer));
        self.answers.borrow_mut().insert(id, Rc::clone(&answer));
        answer
    }

    /// 4: "another time […]: the same definition with T moved". What is asked then of somebody; `None` of one who did not exist.
    fn as_of<T>(&self, ago: Length, customer: usize, ask: impl FnOnce(&World<'a>, usize) -> T) -> Option<T> {
        let known = self.moved.borrow().iter().find(|(other, _)| *other == ago).map(|(_, world)| Rc::clone(world));
        let world = known.unwrap_or_else(|| {
            let then = self.program.calendar.shift(self.as_of, ago, -1);
            let mut world = match self.source {
                Source::Data(data) => World::new(self.program, data, then),
                Source::Test(test) => World::made_up(self.program, test, then),
            };
            world.others = self.others.clone();
            world.opened = Rc::clone(&self.opened);
            let world = Rc::new(world);
            self.moved.borrow_mut().push((ago, Rc::clone(&world)));
            world
        });
        let key = &self.customers[customer].key;
        let then = world.customers.binary_search_by(|other| other.key.cmp(key)).ok()?;
        Some(ask(&world, then))
    }

    /// Something asked of every customer in turn.
    fn each<T>(&self, ask: impl Fn(usize) -> T) -> Vec<T> {
        (0..self.customers.len()).map(ask).collect()
    }
}

/// 2: "`since`: at T only those exist whose value is known and before T; default: everybody"
fn exists(program: &Program, attributes: &[Option<Scalar>], as_of: i64) -> bool {
    match program.customers.as_ref().and_then(|c| c.since) {
        None => true,
        Some(since) => {
            let value = attributes.get(since.0).and_then(Option::as_ref);
            value.and_then(|v| value::moment_of(&program.calendar, v)).is_some_and(|moment| moment < as_of)
        }
    }
}

impl<'a> LookUpRows<'a> {
    fn new(key: usize, rows: &'a [Row]) -> LookUpRows<'a> {
        let known = |row: &&Row| row.get(key).is_some_and(Option::is_some);
        let mut rows: Vec<&Row> = rows.iter().filter(known).collect();
        rows.sort_by(|a, b| match (&a[key], &b[key]) {
            (Some(a), Some(b)) => order(a, b),
            _ => std::cmp::Ordering::Equal,
        });
        LookUpRows { key, rows }
    }

    /// The row whose key is so.
    fn find(&self, key: &Scalar) -> Option<&'a Row> {
        let at = self.rows.binary_search_by(|row| match row.get(self.key) {
            Some(Some(other)) => order(other, key),
            _ => std::cmp::Ordering::Less,
        });
        at.ok().and_then(|i| self.rows.get(i).copied())
    }
}

/// How two known values of one type stand to each other.
fn order(a: &Scalar, b: &Scalar) -> std::cmp::Ordering {
    arithmetic::compare(Operand::Scalar(a), Operand::Scalar(b)).unwrap_or(std::cmp::Ordering::Equal)
}
