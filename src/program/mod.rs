//! The tree as meant: names looked up, types and units known, windows in numbers. `check` makes it; `interpret` gives it
//! its meaning, `plan` lowers it for the engine.
//!
//! What holds of every [`Program`]: all ids point into it; definitions stand in an order in which each comes after those it
//! uses; both sides of a comparison are of one type; nothing looks at events after T.
//!
//! Two kinds of things are kept apart, because missing values behave differently in them: a [`Condition`] is true or
//! false for everybody, a [`Value`] may be missing.

pub mod arithmetic;
pub mod calendar;
mod exports;
mod groups;
pub mod hash;
mod named;
mod on_event;
pub mod test;
pub mod texts;
pub mod types;

use std::sync::Arc;

use crate::source::Span;
pub use arithmetic::distance::Surroundings;
pub use calendar::parts::CalendarPart;
pub use calendar::{Length, Unit, Window};
pub use exports::*;
pub use groups::*;
pub use named::{Named, NamedEvent, NamedFunnel};
pub use on_event::{EventSide, OnEvent};
pub use types::{Currency, Decimal, Key, Scalar, Type};

/// A checked project: everything that the meaning of its definitions hangs on.
#[derive(Debug, Clone)]
pub struct Program {
    /// Zone and first day of the week.
    pub calendar: calendar::Calendar,
    /// How customers are known; `None` without `[customers]`: then every key with an event before T is a customer at T.
    pub customers: Option<Customers>,
    /// The attributes of customers: the columns of all customer sources, by [`AttributeId`].
    pub attributes: Vec<Attribute>,
    /// The tables that events come from, by [`TableId`].
    pub tables: Vec<EventTable>,
    /// The kinds of events that the data has, by [`KindId`]: each `[events.X]`, each value of a `[streams.X]`.
    pub kinds: Vec<Kind>,
    /// The look-up tables, by [`LookUpId`].
    pub look_ups: Vec<LookUp>,
    /// The lists, by [`ListId`].
    pub lists: Vec<List>,
    /// The histories of attributes, by [`HistoryId`].
    pub histories: Vec<History>,
    /// All traits, stages, points and segments, each after those it uses.
    pub definitions: Vec<Definition>,
    /// `[every_segment] except`.
    pub every_segment_except: Option<Condition>,
    /// The declared events and funnels, which are unfolded wherever they are used.
    pub named: Named,
    /// The `priority` declarations.
    pub priorities: Vec<Priority>,
    /// The `test` declarations; nothing else looks at them.
    pub tests: Vec<test::Test>,
}

/// An index into [`Program::attributes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttributeId(pub usize);
/// An index into [`Program::tables`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableId(pub usize);
/// An index into [`Program::kinds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindId(pub usize);
/// An index into [`Program::look_ups`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LookUpId(pub usize);
/// An index into [`Program::lists`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListId(pub usize);
/// An index into [`Program::histories`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HistoryId(pub usize);
/// An index into [`Program::definitions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DefinitionId(pub usize);

/// `[customers]`.
#[derive(Debug, Clone)]
pub struct Customers {
    /// `since`: a Date or Timestamp attribute; at T only those exist whose value is known and before T (a date by its first
    /// instant in the project's zone).
    pub since: Option<AttributeId>,
}

/// A column of customers. The key of `[customers]` is one too; the keys of other customer sources are not.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name: `country`.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
    /// It is the key of `[customers]`.
    pub is_key: bool,
    /// `static`, or the key: may be used as of any past day.
    pub is_static: bool,
    /// `pii`.
    pub is_pii: bool,
    /// Its history: what it is at T is what the history says of T.
    pub history: Option<HistoryId>,
}

/// The history of an attribute: rows of a customer, a value and the time from which it holds. Of several at one time the
/// smallest known value counts.
#[derive(Debug, Clone)]
pub struct History {
    /// The attribute whose history it is.
    pub attribute: AttributeId,
}

/// One table of events. Several kinds may come from it; a row of it counts once, whatever kinds it fits.
#[derive(Debug, Clone)]
pub struct EventTable {
    /// A name for messages: that of the first `[events.X]` or `[streams.X]` over it.
    pub name: Arc<str>,
    /// The columns a condition can see (time, key and order column among them), in the order of the lock.
    pub columns: Vec<Column>,
    /// The column `order`, as an index into `columns`.
    pub order: Option<usize>,
}

/// A column of an event or look-up table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
}

/// A kind of event that the data has.
#[derive(Debug, Clone)]
pub struct Kind {
    /// `purchase`.
    pub name: Arc<str>,
    /// Its table.
    pub table: TableId,
    /// Which rows of the table: `where` of `[events.X]`, or `event_type = "visit"` of a stream. A row condition.
    pub filter: Option<Condition>,
}

/// A look-up table, joined many to one; a key that is not in it gives missing values.
#[derive(Debug, Clone)]
pub struct LookUp {
    /// `products`.
    pub name: Arc<str>,
    /// Its columns, in the order of the lock.
    pub columns: Vec<Column>,
    /// Which of them is the key.
    pub key: usize,
}

/// A list of texts or whole numbers. What is in it is compared as it is written in decimal, so that a list changes no type.
#[derive(Debug, Clone)]
pub struct List {
    /// `no_contact`.
    pub name: Arc<str>,
}

/// A trait or a segment.
#[derive(Debug, Clone)]
pub struct Definition {
    /// `win_back`.
    pub name: Arc<str>,
    /// `"Slipping regulars"`.
    pub title: Option<Arc<str>>,
    /// The declaration.
    pub span: Span,
    /// What it is.
    pub kind: DefinitionKind,
}

/// What a definition is.
#[derive(Debug, Clone)]
pub enum DefinitionKind {
    /// A trait that is a value; a boolean one is a [`ValueKind::Condition`] or a boolean column.
    Trait(Value),
    /// Stages: a text value, named like a trait.
    Stages(Stages),
    /// Points: a whole number, named like a trait.
    Points(Points),
    /// A segment.
    Segment(Segment),
}

impl DefinitionKind {
    /// The type of the value that it is; `None` of a segment.
    pub fn value_type(&self) -> Option<Type> {
        match self {
            DefinitionKind::Trait(value) => Some(value.ty.clone()),
            DefinitionKind::Stages(_) => Some(Type::Text),
            DefinitionKind::Points(_) => Some(Type::Count),
            DefinitionKind::Segment(_) => None,
        }
    }
}

/// A segment. Members are those for whom `condition` holds, none of `except` and of [`Program::every_segment_except`] does,
/// and all of `consents` hold; then `limit`; then `holdout` or `split`.
#[derive(Debug, Clone)]
pub struct Segment {
    /// `where`
    pub condition: Condition,
    /// each `except`
    pub except: Vec<Condition>,
    /// each `purpose`, with its consent
    pub purposes: Vec<(Arc<str>, Condition)>,
    /// `limit`
    pub limit: Option<Limit>,
    /// `holdout` or `split`
    pub experiment: Option<Experiment>,
    /// `include`: the name of the export's column and its value
    pub include: Vec<(Arc<str>, Value)>,
    /// `owner`
    pub owner: Option<Arc<str>>,
    /// `tags`
    pub tags: Vec<Arc<str>>,
    /// `note`
    pub note: Option<Arc<str>>,
}

/// `limit 5_000 by highest churn_risk`: ties by the key, smallest first; a missing value comes last.
#[derive(Debug, Clone)]
pub struct Limit {
    /// how many, of each group where `per` is given
    pub count: u64,
    /// `per household_id`; who has none is a group alone
    pub per: Option<Value>,
    /// by what
    pub by: LimitBy,
}

/// By what a limit chooses.
#[derive(Debug, Clone)]
pub enum LimitBy {
    /// `by highest x`
    Highest(Value),
    /// `by lowest x`
    Lowest(Value),
    /// `at random`: by the 32 hex digits of md5(segment's name ":" key), smallest first
    Random,
}

/// `in random 5% salt "2026"`: those whose first 8 hex digits of md5(salt ":" key), as a number, are below share × 2³².
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Chance {
    /// between 0 and 1, exact
    pub share: Decimal,
    /// the salt
    pub salt: Arc<str>,
}

/// `place(latitude, longitude) within 20 km of (52.52, 13.40)`
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// degrees: Count or Number
    pub latitude: Value,
    /// degrees: Count or Number
    pub longitude: Value,
    /// the place, and how far from it
    pub of: Surroundings,
}

/// True or false for every customer (or, inside an event's filter, for every row).
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// What it says.
    pub kind: ConditionKind,
    /// Where it stands.
    pub span: Span,
}

/// What a condition says.
#[derive(Debug, Clone, PartialEq)]
pub enum ConditionKind {
    /// `everyone`
    Everyone,
    /// `and`, `all of`; flat
    All(Vec<Condition>),
    /// `or`, `any of`; flat
    Any(Vec<Condition>),
    /// `not`, `none of` (as not any)
    Not(Box<Condition>),
    /// `at least 2 of { … }`
    AtLeast(u64, Vec<Condition>),
    /// `age > 30`. Both of one type (Count, Number and Percent may meet; a literal has already been given the other's unit).
    /// False where either is missing. How each pair compares: [`arithmetic::compare`].
    Compare(Comparison, Value, Value),
    /// A Duration against a literal of days or longer, by the calendar (LANGUAGE.md 4, recency): it is compared exactly with
    /// `T − shift(T, length, −1)`, so that `time since x > 30 days` is `x < T − 30 days`. Arithmetic with a length of days
    /// (`time since x / 1 day`) is no comparison with one: there a day is 24 hours.
    CompareLength(Comparison, Value, Length),
    /// A timestamp against a date: by its day in the project's zone. The left value is a Timestamp, the right one a Date.
    CompareDay(Comparison, Value, Value),
    /// `plan in ("pro", "team")`: false where missing; `not in` is [`ConditionKind::NotOneOf`].
    OneOf(Value, Vec<Scalar>),
    /// `plan not in ("pro", "team")`: false where missing too.
    NotOneOf(Value, Vec<Scalar>),
    /// `city starts with "San"`
    Text(Value, TextTest),
    /// `interests contains "golf"`: one of the list's values equals it; false where missing
    ListContains(Value, Scalar),
    /// `phone is known`
    Known(Value),
    /// a boolean value alone: false where missing
    Holds(Value),
    /// `signed_up_at in last 90 days`: a Date (by days) or Timestamp (to the instant) in a window; false where missing
    InWindow(Value, Window),
    /// `did purchase at least 3 times in last 90 days`; `did not` is a `Not` around it
    Did(Box<Did>),
    /// `count(session) fell by at least 30% over 14 days`: false where one side is missing
    Trend(Box<Trend>),
    /// `did view then purchase within 1 day in last 30 days`; `did not` is a `Not` around it
    Sequence(Box<Sequence>),
    /// `reached add_to_cart but not purchase in checkout_path in last 14 days`
    Reached(Box<Reached>),
    /// `in segment vip`: members, held out or not
    InSegment(DefinitionId),
    /// `country in list eu`: the Count or Text, in decimal, is one of the list's; false where missing. `not in list` is a `Not`
    /// around it, of what is known.
    InList(Value, ListId),
    /// `in random 5% salt "2026"`
    InRandom(Chance),
    /// `anniversary of birthday in next 7 days`: a whole number of years later than a Date (by days) or a Timestamp (to the instant),
    /// at least one, lies in the window; false where missing. The window has an end.
    Anniversary(Value, Window),
    /// `place(latitude, longitude) within 20 km of (52.52, 13.40)`: false where a coordinate is missing, or there is no such place
    Near(Box<Near>),
    /// `spend_90d in top 20%`
    Rank(Box<Rank>),
    /// `(plan = "pro") as of 30 days ago`: the same condition with T moved back; false for one who did not exist then
    AsOf(Box<Condition>, Length),
    /// `entered segment vip in last 7 days`: in it at T, and not at T moved back
    Entered(DefinitionId, Length),
    /// `left segment vip in last 7 days`: in it at T moved back, and not at T
    Left(DefinitionId, Length),
    /// `plan changed in last 30 days`, `plan changed from "pro" to "free" in last 30 days`: a row of the history lies in the window
    /// whose known value differs from the known one before it
    Changed(HistoryId, Option<(Scalar, Scalar)>, Window),
    /// `plan was "pro" in last 30 days`: at some moment of the window
    Was(HistoryId, Scalar, Window),
}

/// `count(session) fell by at least 30% over 14 days from at least 5`. Both sides are of one type: Count, Number, Percent,
/// Money or Duration.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// `fell` is true, `rose` is false
    pub falls: bool,
    /// What there is now: over the last 14 days.
    pub now: Value,
    /// What there was: over the 14 days before the last 14 days, or before the last year with `against 1 year before`.
    pub base: Value,
    /// `by at least 30%`; bare, any difference is enough.
    pub by: Option<TrendBy>,
    /// `from at least 5`: that the base is at least so much.
    pub smallest_base: Option<Condition>,
}

/// `by at least 30%`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrendBy {
    /// `30%`, as 0.3, exact
    pub share: Decimal,
    /// `more than`: the comparison is strict
    pub more_than: bool,
}

/// `=` `!=` `<` `<=` `>` `>=`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// Whether it holds of two things that stand in this order.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        }
    }

    /// The one that says the same with both sides swapped: `<` for `>`.
    pub fn swapped(self) -> Comparison {
        match self {
            Comparison::Equal => Comparison::Equal,
            Comparison::NotEqual => Comparison::NotEqual,
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        }
    }
}

/// A test of a text. Case counts unless `ignoring_case`, which compares by Unicode's simple case folding.
#[derive(Debug, Clone, PartialEq)]
pub struct TextTest {
    /// Which test.
    pub kind: TextTestKind,
    /// `"San"`; of `Matches` a regular expression in the syntax of Rust's regex crate, already known to compile.
    pub pattern: Arc<str>,
    /// `ignoring case`
    pub ignoring_case: bool,
}

/// Which test of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextTestKind {
    /// `starts with`
    StartsWith,
    /// `ends with`
    EndsWith,
    /// `contains`
    Contains,
    /// `matches`: anywhere in the text
    Matches,
}

/// `did purchase where … at least 3 times in last 90 days`, without its `not`.
#[derive(Debug, Clone, PartialEq)]
pub struct Did {
    /// Which events.
    pub event: Event,
    /// How often and when.
    pub how: How,
}

/// How often and when.
#[derive(Debug, Clone, PartialEq)]
pub enum How {
    /// `at least 3 times in last 90 days`; a bare `did` is at least once
    Times(Frequency, Window),
    /// `on at least 5 days in last 14 days`: different calendar days
    Days(Frequency, Window),
    /// `for the first time in last 30 days`: the first ever of `event`, filter included, lies in the window
    FirstTime(Window),
    /// `at least 2 times in each of last 4 weeks`
    Streak {
        /// `at least 2`, of times or days
        frequency: Frequency,
        /// of days, not of times
        on_days: bool,
        /// in how many of the intervals at least; `each of` is all of them
        at_least: u64,
        /// the intervals
        intervals: StreakIntervals,
    },
}

/// The intervals of a streak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreakIntervals {
    /// `last 4 weeks`: [T−1w, T), [T−2w, T−1w), …, the k-th bound taken off T at once
    Last(u32, Unit),
    /// `previous 3 months`: whole calendar units before the one that holds T
    Previous(u32, Unit),
}

/// A sequence, without its `not`. How many matches that share no moment there are at most, each of which begins strictly after
/// the last step of the one before: LANGUAGE.md 7 says what a match is.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// The steps, at least one. Of the first nothing is known but its event.
    pub steps: Vec<SequenceStep>,
    /// `then no purchase within 2 hours`
    pub then_no: Option<ThenNo>,
    /// `all within 3 days`: the last step at most so long after the first
    pub all_within: Option<Length>,
    /// `at least 2 times`
    pub frequency: Frequency,
    /// All steps lie in it.
    pub window: Window,
}

/// A step of a sequence, and how it follows the one before.
#[derive(Debug, Clone, PartialEq)]
pub struct SequenceStep {
    /// Which events.
    pub event: SequenceEvent,
    /// At most so long after the step before.
    pub within: Option<Length>,
    /// None of these strictly between this step and the one before.
    pub without: Option<SequenceEvent>,
    /// `then directly`: none of these strictly between, which are all kinds of the data.
    pub directly: Option<Event>,
}

/// The events of a sequence, and what all of them have to have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct SequenceEvent {
    /// Which.
    pub event: Event,
    /// `matching c`: the column, for each part of the event; nothing without `matching`. All are of one type.
    pub matching: Vec<Value>,
}

/// `then no purchase within 2 hours`: none strictly later than the last step and at most so long after it, and the wait is over
/// before T. Without a length, none up to T.
#[derive(Debug, Clone, PartialEq)]
pub struct ThenNo {
    /// Which events.
    pub event: SequenceEvent,
    /// How long.
    pub within: Option<Length>,
}

/// How far customers got in a funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    /// `checkout_path`
    pub funnel: Arc<str>,
    /// The steps of the funnel, each strictly later than the one before, all in the window.
    pub steps: Vec<Event>,
    /// The last step of an attempt lies at most so long after its first.
    pub within: Length,
    /// The step that some attempt got to, from 0.
    pub to: usize,
    /// The later step that none got to.
    pub but_not: Option<usize>,
    /// Of the attempts that got to `to`, only that counts which began last.
    pub last: bool,
    /// When.
    pub window: Window,
}

/// A range of how many, both ends in: `at least 3` is 3 to `u64::MAX`; an empty range (`fewer than 0`) holds for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frequency {
    /// the least
    pub least: u64,
    /// the most; below `least` for an empty range
    pub most: u64,
}

impl Frequency {
    /// Whether so many fit.
    pub fn holds(self, n: u64) -> bool {
        self.least <= n && n <= self.most
    }
}

/// Events: those rows that fit one of the parts. A row counts once, whatever parts it fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The parts; `anything` has one for each kind.
    pub parts: Vec<EventPart>,
}

/// Rows of one kind that fit a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPart {
    /// Which kind; its own filter holds too.
    pub kind: KindId,
    /// A row condition; columns are of the kind's table.
    pub filter: Option<Condition>,
}

/// `spend_90d in top 20% of segment active`: LANGUAGE.md 6 says who is in.
#[derive(Debug, Clone, PartialEq)]
pub struct Rank {
    /// By what; a missing value is in no rank.
    pub value: Value,
    /// `top` is true, `bottom` is false
    pub top: bool,
    /// How many.
    pub amount: RankAmount,
    /// Among whom.
    pub of: RankOf,
}

/// How many a rank takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankAmount {
    /// `20%`, as 0.2, between 0 and 1, exact
    Share(Decimal),
    /// `1000`: exact, ties by the key, smallest first
    Count(u64),
}

/// Among whom a rank counts. Whoever is not among them is not in the rank.
#[derive(Debug, Clone, PartialEq)]
pub enum RankOf {
    /// all customers who exist at T
    Everyone,
    /// the members of a segment
    Segment(DefinitionId),
    /// those for whom a boolean trait holds
    Trait(DefinitionId),
    /// of each group of equal values a rank of its own; who has none is in no rank
    Each(Box<Value>),
}

/// A value, which may be missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// Its type.
    pub ty: Type,
    /// Where it stands.
    pub span: Span,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueKind {
    /// `"DE"`, `50 EUR`, `2 hours`: already of the type and unit that it is compared or added with
    Literal(Scalar),
    /// `1.19`, `30%`: an exact decimal; beside doubles it is the double nearest to it, beside money it is exact. Its type is
    /// Number or Percent (or Count, for a whole number).
    Decimal(Decimal),
    /// The customer's own key: Count or Text, never missing.
    Key,
    /// A customer's attribute.
    Attribute(AttributeId),
    /// In an event's filter or row expression: a column of the row's table, by index.
    Column(TableId, usize),
    /// `product_id.category`: the column of the look-up row whose key is the value
    LookUp(Box<Value>, LookUpId, usize),
    /// A trait, stages or points.
    Trait(DefinitionId),
    /// `quintile(spend)`. Count.
    Band(Box<Band>),
    /// `sum(purchase.amount) in last 90 days`
    Aggregate(Box<Aggregate>),
    /// `share(session where device = "mobile") in last 30 days`: the double nearest to the quotient. Percent.
    Share(Box<Share>),
    /// `change in count(session) over 14 days`: (now − before) / before, see [`arithmetic::change`]; missing where before is
    /// not above 0. Percent.
    Change(Box<Value>, Box<Value>),
    /// `first purchase`, `last purchase`: the time of the first or last event before T. Timestamp.
    Moment(End, Event),
    /// `time since x`: T − x. x is a Date (its first instant) or Timestamp. Duration.
    TimeSince(Box<Value>),
    /// `time until x`: x − T
    TimeUntil(Box<Value>),
    /// `time from x to y`: y − x. Inside a row filter also `y - x` of two times.
    TimeFrom(Box<Value>, Box<Value>),
    /// `hour of ts`, of a Date or Timestamp, in the project's zone: Count, of a weekday Text
    Part(CalendarPart, Box<Value>),
    /// `-x`
    Negate(Box<Value>),
    /// `a + b`; the type says how, see [`arithmetic::binary`]
    Arithmetic(Operator, Box<Value>, Box<Value>),
    /// `abs(x)`
    Function(Function, Vec<Value>),
    /// `x or else y`
    OrElse(Box<Value>, Box<Value>),
    /// A condition as a value: `trait buyers = did buy ever`. Never missing. Boolean.
    Condition(Box<Condition>),
    /// `spend_90d as of 30 days ago`: the same value with T moved back; missing for one who did not exist then
    AsOf(Box<Value>, Length),
}

/// The first or the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// `first`
    First,
    /// `last`
    Last,
}

/// `+` `-` `*` `/`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// `abs(x)` and its like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// `abs(x)`
    Abs,
    /// `round(x)`: half to even, money to whole units
    Round,
    /// `least(x, y)`: missing where one is
    Least,
    /// `greatest(x, y)`: missing where one is
    Greatest,
    /// `ln(x)`
    Ln,
    /// `exp(x)`
    Exp,
    /// `sqrt(x)`
    Sqrt,
}

/// `sum(purchase.amount where category = "shoes") in last 90 days`
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// What is done.
    pub function: AggregateFunction,
    /// Which events, filters included.
    pub event: Event,
    /// The row expression, one for each part of `event`, each over that part's table; empty for `Count`, `ActiveDays` and the
    /// gaps. All are of one type.
    pub argument: Vec<Value>,
    /// When.
    pub window: Window,
}

/// What an aggregate does with the rows of its events in its window. Rows whose argument is missing are skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AggregateFunction {
    /// how many rows; 0 of none
    Count,
    /// how many calendar days of the project's zone; 0 of none
    ActiveDays,
    /// exact; 0 of none. Count (missing where it does not fit 64 bits), Number, Money or Duration
    Sum,
    /// the exact sum over the count, rounded once: Count and Number give a Number, Money and Duration themselves
    Average,
    /// the smallest; missing of none
    Min,
    /// the largest; missing of none
    Max,
    /// how many different values; 0 of none
    Distinct,
    /// the value of the earliest row; ties by the order column, then the smallest value
    First,
    /// the value of the latest row; ties likewise, by the smallest value
    Last,
    /// the middle one, of an even number the mean of the middle two, rounded once; missing of none. Types as of the average
    Median,
    /// the value that the most rows have, of several the smallest; missing of none
    MostCommon,
    /// the average time between consecutive rows, rounded half to even; missing under two rows. Duration
    AverageGap,
    /// the longest time between consecutive rows, 0 between two at one time; missing under two rows. Duration
    LongestGap,
}

/// `share(session where device = "mobile") in last 30 days`: how many of the rows there are, of all; missing of none.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The events that are counted.
    pub of: Event,
    /// Among which: the same without the filter.
    pub among: Event,
    /// When.
    pub window: Window,
}
