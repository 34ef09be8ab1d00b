//! The plan: what has to be computed, as plain data. The program's trees become graphs in which equal parts stand once, its
//! windows become intervals, its events become selections of rows. The engine reads this and nothing of `program` but its
//! types, its calendar and its exact arithmetic.
//!
//! What holds of every [`Plan`]: ids point into it; a node comes after those it uses; every event condition is a row
//! condition of one table; nothing in it lies at or after T.

mod groups;
pub mod lower;
mod sequences;
pub mod show;

use std::sync::Arc;

use crate::faults::fault;
use crate::program::calendar::{Calendar, Interval, Length};
use crate::program::types::{Decimal, Scalar, Type};
pub use crate::program::{
    AttributeId, CalendarPart, Chance, Comparison, DefinitionId, End, EventSide, Frequency, Function, HistoryId, ListId,
    LookUpId, Operator, RankAmount, Surroundings, TableId, TextTest, TextTestKind,
};
pub use groups::*;

pub use sequences::{PlanReached, PlanSequence, PlanStep, PlanThenNo};

/// Everything that a run has to compute.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Zone and first day of the week.
    pub calendar: Calendar,
    /// T, in microseconds since 1970 (UTC).
    pub as_of: i64,
    /// `since`: only those customers exist whose value is known and before T. `None`: everybody in the customers table, or,
    /// without one, every key with an event of any table before T.
    pub since: Option<AttributeId>,
    /// Whether there is a customers table.
    pub has_customers: bool,
    /// The attributes that are needed, sorted; the key among them only if a definition uses it.
    pub attributes: Vec<AttributeId>,
    /// The histories that are needed, sorted.
    pub histories: Vec<HistoryId>,
    /// The look-up columns that are needed, sorted; the key is read anyway.
    pub look_ups: Vec<(LookUpId, Vec<usize>)>,
    /// The lists that are needed, sorted.
    pub lists: Vec<ListId>,
    /// The event tables to be read, by table. Without `[customers]` all of them, if only to know who exists.
    pub tables: Vec<TableScan>,
    /// Windows that hang on an attribute: an interval for each customer.
    pub hanging: Vec<Hanging>,
    /// Windows that hang on an event, by [`OnEventId`].
    pub on_events: Vec<OnEvent>,
    /// What the pass computes for each customer, by [`FeatureId`].
    pub features: Vec<Feature>,
    /// Values and conditions over customers.
    pub graph: Graph,
    /// Ranks, by [`RankId`].
    pub ranks: Vec<Rank>,
    /// Bands, by [`BandId`].
    pub bands: Vec<Band>,
    /// Traits, stages, points and segments, each after those it uses. One that is asked as of several times stands here for each of them; those
    /// that nothing needs do not stand here.
    pub definitions: Vec<PlanDefinition>,
    /// Segments of which each is exported without those exported with one before it in its row. One that is not wanted may be
    /// among them, before one that is.
    pub priorities: Vec<Vec<PlanDefinitionId>>,
    /// Attributes that are known only as they were exported, and where they are used: of a past T they tell what was not known then.
    pub as_exported: Vec<AsExported>,
}

/// An index into [`Graph::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub usize);
/// An index into [`Plan::features`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FeatureId(pub usize);
/// An index into [`Plan::ranks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RankId(pub usize);
/// An index into [`Plan::hanging`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HangingId(pub usize);
/// An index into [`Plan::on_events`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OnEventId(pub usize);
/// A set of events, counted through over all tables: a bit of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SelectionId(pub usize);
/// A value of a row that an aggregate needs, counted through over all tables: a slot of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotId(pub usize);
/// An index into [`Plan::definitions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlanDefinitionId(pub usize);

/// One scan of an event table.
#[derive(Debug, Clone)]
pub struct TableScan {
    /// The table.
    pub table: TableId,
    /// Its columns that the graph uses, sorted; key, time and order column are read anyway.
    pub columns: Vec<usize>,
    /// Whether some feature asks for the order of events at one time, and the table has an order column.
    pub needs_order: bool,
    /// Row conditions and row values; its leaves are [`NodeKind::Column`].
    pub graph: Graph,
    /// The selections that rows of this table may be in, with their condition.
    pub selections: Vec<(SelectionId, NodeId)>,
    /// The slots that rows of this table fill, with their value.
    pub slots: Vec<(SlotId, NodeId)>,
    /// No feature needs a row before this moment; `i64::MIN` where one needs all.
    pub oldest: i64,
}

/// A set of nodes without cycles; equal ones stand once.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Each after those it uses.
    pub nodes: Vec<Node>,
}

/// One value or condition of a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its type. Conditions are Boolean and never missing; values may be missing.
    pub ty: Type,
}

/// What a node is. Two kinds that compare by bits (literals with doubles) make `Eq` impossible here: the lowering keeps its
/// own key of each node.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// A value that is the same for all.
    Literal(Scalar),
    /// A value that nobody has, of the node's type.
    Missing,
    /// An exact decimal of the text: see `arithmetic::Operand`.
    Decimal(Decimal),
    /// Of a row: a column of its table.
    Column(usize),
    /// Of a customer: their own key.
    Key,
    /// Of a customer: an attribute.
    Attribute(AttributeId),
    /// Of a customer: the value of an attribute with a history at a moment, by its latest row before that.
    History(HistoryId, i64),
    /// Of a customer: a row of a history lies in the window, whose known value differs from the known one before it; with two
    /// values, from the first to the second.
    Changed(HistoryId, Option<(Scalar, Scalar)>, Bounds),
    /// Of a customer: a history had this value at some moment of the window.
    Was(HistoryId, Scalar, Bounds),
    /// Of a customer: what the pass computed.
    Feature(FeatureId),
    /// Of a customer: whether a segment has them, held out or not.
    Member(PlanDefinitionId),
    /// Of a customer: whether a rank has them.
    Rank(RankId),
    /// Of a customer: in which of some bands they are. Count.
    Band(BandId),
    /// The second, for those for whom the first holds; missing for all others.
    If(NodeId, NodeId),
    /// The column of the look-up row whose key is the value; missing without such a row.
    LookUp(NodeId, LookUpId, usize),
    /// A Date as the first instant of its day: Timestamp.
    FirstInstant(NodeId),
    /// The day that holds a Timestamp: Date.
    DayOf(NodeId),
    /// A part of a Timestamp or Date, in the zone: Count, of a weekday Text.
    Part(CalendarPart, NodeId),
    /// `second − first` of two Timestamps: Duration.
    Elapsed(NodeId, NodeId),
    /// `-x`, see `arithmetic::negate`
    Negate(NodeId),
    /// see `arithmetic::binary`
    Arithmetic(Operator, NodeId, NodeId),
    /// see `arithmetic::function`; `least` and `greatest` of two or more, missing where one is
    Function(Function, Vec<NodeId>),
    /// The value beside the first condition that holds; the last value, one more than conditions, where none does.
    FirstThatHolds(Vec<NodeId>, Vec<Option<Scalar>>),
    /// The sum of the numbers whose condition holds: Count, never too large.
    Points(Vec<(i64, NodeId)>),
    /// how the first is changed against the second, see `arithmetic::change`
    Change(NodeId, NodeId),
    /// the first, or where that is missing the second
    OrElse(NodeId, NodeId),
    /// the same for everybody
    Constant(bool),
    /// all hold
    All(Vec<NodeId>),
    /// one holds
    Any(Vec<NodeId>),
    /// it does not hold
    Not(NodeId),
    /// so many of them hold
    AtLeast(u64, Vec<NodeId>),
    /// see `arithmetic::compare`; false where one is missing
    Compare(Comparison, NodeId, NodeId),
    /// the first against the second times a factor, see `arithmetic::compare_with_part`; false where one is missing
    CompareScaled(Comparison, NodeId, NodeId, Decimal),
    /// a Count in a range; the pass never leaves a count missing
    InRange(NodeId, Frequency),
    /// one of these values; false where missing
    OneOf(NodeId, Vec<Scalar>),
    /// known, and none of these values
    NotOneOf(NodeId, Vec<Scalar>),
    /// a test of a text; false where missing
    Text(NodeId, TextTest),
    /// an anniversary of a Timestamp in an interval of moments, or of a Date in one of days; false where missing
    Anniversary(NodeId, Bounds),
    /// a place, by its latitude and longitude, in some surroundings; false where one is missing
    Near(NodeId, NodeId, Surroundings),
    /// a list that has this value; false where missing
    ListContains(NodeId, Scalar),
    /// a Count or Text that, in decimal, is one of a list's; false where missing
    InList(NodeId, ListId),
    /// Of a customer: their key is drawn
    InRandom(Chance),
    /// it is known
    Known(NodeId),
    /// a boolean value that is true; false where missing
    Holds(NodeId),
    /// a Timestamp in an interval of moments, or a Date in one of days; false where missing
    Within(NodeId, Bounds),
}

/// When: fixed, or for each customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bounds {
    /// The same for everybody.
    Fixed(Interval),
    /// An interval for each customer.
    Hanging(HangingId),
    /// Of events alone: what is strictly later, or earlier, than an event.
    OnEvent(OnEventId),
    /// Of what has no order but time, for each customer: what is later, or earlier, than a moment.
    OnMoment(OnMoment),
}

/// A window that hangs on the moment of an event: the first or last before `until`. Where the moment is missing it is empty; `since`
/// is all before `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OnMoment {
    /// When the event was: a Timestamp of a customer.
    pub moment: NodeId,
    /// Which side of it.
    pub side: EventSide,
    /// T: nothing at or past it lies in the window.
    pub until: i64,
}

/// What by time alone lies on a side of an event, up to `until`: of somebody without such an event nothing, but for `since` all.
pub fn beside(side: EventSide, until: i64, calendar: &Calendar, event: Option<i64>) -> Interval {
    let Some(moment) = event else {
        return match side {
            EventSide::Since if !fault(90) => Interval { start: i64::MIN, end: until },
            EventSide::Since | EventSide::Before | EventSide::FirstAfter(_) | EventSide::BetweenAfter { .. } => {
                Interval::EMPTY
            }
        };
    };
    let later = moment.saturating_add(1);
    let after = |length| calendar.shift(moment, length, 1);
    match side {
        EventSide::Since => Interval { start: if fault(89) { moment } else { later }, end: until },
        EventSide::Before => Interval { start: i64::MIN, end: moment },
        EventSide::FirstAfter(length) => Interval { start: later, end: after(length).min(until) },
        EventSide::BetweenAfter { near, far } => Interval { start: after(near).max(later), end: after(far).min(until) },
    }
}

/// A window that hangs on an attribute. Where the attribute is missing the interval is empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Hanging {
    /// The attribute: a Date (its first instant) or a Timestamp. A node of [`Plan::graph`] that needs no feature.
    pub anchor: NodeId,
    /// From where.
    pub start: HangingBound,
    /// To where, excluded.
    pub end: HangingBound,
    /// Of what.
    pub of: HangingOf,
    /// Of events: never at or past this moment, the T that it is asked as of. `i64::MAX` of all others.
    pub until: i64,
}

/// A window that hangs on the first or last event of a selection before a moment: only what is strictly later (earlier) than
/// it lies in it; where several tie for the first or last, than each of them. Strictly later is by time, or at one time by the
/// order column of the table that both come from. Without such an event it is empty; `since` is all before the moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OnEvent {
    /// The events.
    pub selection: SelectionId,
    /// The first or the last of them …
    pub end: End,
    /// … before this moment, T, and so is all that lies in the window.
    pub until: i64,
    /// Which side of the event.
    pub side: EventSide,
}

/// A bound of a window that hangs on an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HangingBound {
    /// the attribute itself
    Anchor,
    /// so long after it, by the calendar
    After(Length),
}

/// What lies in a window that hangs on an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HangingOf {
    /// events: the interval is cut at [`Hanging::until`]
    Events,
    /// a Timestamp attribute: moments, not cut
    Moments,
    /// a Date attribute: days, not cut
    Days,
}

/// What the pass computes for each customer: a base aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Feature {
    /// Of which events.
    pub selection: SelectionId,
    /// What.
    pub kind: FeatureKind,
    /// Its type: Count of counts, days, distinct values and streaks; Timestamp of moments; else by the argument.
    pub ty: Type,
}

/// What a feature is. Rows whose slot is missing are skipped. An empty one is 0 of counts, days, sums and distinct values (a streak
/// still counts the intervals in which none is as many as asked), and missing of all others. `first` and `last` are, of the events that no other is strictly earlier (later) than, the one with
/// the smallest value; strictly earlier is by time, or at one time by the order column of the table that both come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FeatureKind {
    /// how many rows
    Count(Bounds),
    /// how many calendar days
    Days(Bounds),
    /// the exact sum; missing where it does not fit
    Sum(SlotId, Bounds),
    /// the exact sum over the count, rounded once
    Average(SlotId, Bounds),
    /// the smallest
    Min(SlotId, Bounds),
    /// the largest
    Max(SlotId, Bounds),
    /// how many different values
    Distinct(SlotId, Bounds),
    /// the value of the first
    First(SlotId, Bounds),
    /// the value of the last
    Last(SlotId, Bounds),
    /// the middle one, of an even number the mean of the middle two, rounded once
    Median(SlotId, Bounds),
    /// the one that the most rows have, of several the smallest
    MostCommon(SlotId, Bounds),
    /// the average time between two rows that follow one another, rounded half to even; missing under two
    AverageGap(Bounds),
    /// the longest time between two rows that follow one another; missing under two
    LongestGap(Bounds),
    /// 1 where the first of the rows lies in a window that hangs on an event (of several that are first, each), else 0. Boolean
    FirstWithin(Bounds),
    /// the time of the first row before a moment
    FirstTime {
        /// that moment: the T that it is asked as of
        until: i64,
    },
    /// the time of the last row before a moment
    LastTime {
        /// that moment: the T that it is asked as of
        until: i64,
    },
    /// In how many of these intervals, each from one bound to the one before it, so many rows (or days) lie. The bounds fall:
    /// `[T, T − 1w, T − 2w]` are two intervals.
    Streak {
        /// bounds in falling order, one more than intervals
        bounds: Arc<[i64]>,
        /// how many rows, or days, each must have
        frequency: Frequency,
        /// days, not rows
        on_days: bool,
    },
    /// how many matches of a sequence; the selection is that of its first step
    Sequence(Arc<PlanSequence>),
    /// 1 where a step of a funnel was reached, else 0; the selection is that of its first step
    Reached(Arc<PlanReached>),
}

/// A rank: LANGUAGE.md 6 says who is in.
#[derive(Debug, Clone, PartialEq)]
pub struct Rank {
    /// By what; a missing value is in no rank.
    pub value: NodeId,
    /// `top` is true, `bottom` is false
    pub top: bool,
    /// How many.
    pub amount: RankAmount,
    /// Among whom: a condition; `None` is all who exist at T. As of another time, it says who existed then.
    pub of: Option<NodeId>,
    /// Those of one value are ranked by themselves; who has none is in no rank.
    pub each: Option<NodeId>,
}

/// An attribute that is neither static nor has a history, where it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AsExported {
    /// The attribute.
    pub attribute: AttributeId,
    /// As of when it is asked; before [`Plan::as_of`] where `as of`, `entered` or `left` move T.
    pub as_of: i64,
    /// The definition whose own text names it.
    pub definition: DefinitionId,
}

/// A trait, stages, points or a segment, as of one time.
#[derive(Debug, Clone)]
pub struct PlanDefinition {
    /// Which one it is in the program.
    pub program: DefinitionId,
    /// As of when.
    pub as_of: i64,
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// What it is.
    pub kind: PlanDefinitionKind,
    /// It was asked for as of [`Plan::as_of`], and is not only needed by another.
    pub is_wanted: bool,
}

/// What a definition is.
#[derive(Debug, Clone)]
pub enum PlanDefinitionKind {
    /// A trait or points: its value.
    Trait(NodeId),
    /// Stages.
    Stages(PlanStages),
    /// A segment.
    Segment(PlanSegment),
}

/// A segment, its clauses in the order in which they apply.
#[derive(Debug, Clone)]
pub struct PlanSegment {
    /// `where`
    pub condition: NodeId,
    /// each `except`
    pub except: Vec<NodeId>,
    /// `[every_segment] except`
    pub every_segment: Option<NodeId>,
    /// each `purpose`, with its consent
    pub purposes: Vec<(Arc<str>, NodeId)>,
    /// `limit`
    pub limit: Option<PlanLimit>,
    /// `holdout` or `split`
    pub experiment: Option<PlanExperiment>,
    /// `include`: the column's name and its value
    pub include: Vec<(Arc<str>, NodeId)>,
}

/// What chance does with members, by the first 8 hex digits of md5(salt ":" key) as a number below 2³².
#[derive(Debug, Clone)]
pub enum PlanExperiment {
    /// Held out is whose number is below share × 2³²; the share is exact.
    Holdout {
        /// between 0 and 1
        share: Decimal,
        /// the salt
        salt: Arc<str>,
    },
    /// A member is in the first arm of which the number is below `reach` × 2³².
    Split {
        /// the salt
        salt: Arc<str>,
        /// in order; the last one reaches to 1
        arms: Vec<PlanArm>,
        /// the columns of `gives`, a value for each arm
        gives: Vec<PlanGiven>,
    },
}

/// An arm of a split.
#[derive(Debug, Clone)]
pub struct PlanArm {
    /// `control`
    pub name: Arc<str>,
    /// its share and those of the arms before it, exact
    pub reach: Decimal,
    /// recorded and never exported
    pub held_out: bool,
}

/// `limit 5_000 by highest churn_risk`: ties by the key, smallest first; a missing value comes last.
#[derive(Debug, Clone)]
pub struct PlanLimit {
    /// how many, of each group where `per` is given
    pub count: u64,
    /// the group; who has none is a group alone
    pub per: Option<NodeId>,
    /// by what
    pub by: PlanLimitBy,
}

/// By what a limit chooses.
#[derive(Debug, Clone)]
pub enum PlanLimitBy {
    /// the largest first
    Highest(NodeId),
    /// the smallest first
    Lowest(NodeId),
    /// by the 32 hex digits of md5(segment's name ":" key), smallest first
    Random,
}

impl NodeKind {
    /// The nodes that it uses, in the order in which it names them.
    pub fn uses(&self) -> Vec<NodeId> {
        match self {
            NodeKind::Literal(_)
            | NodeKind::Missing
            | NodeKind::Decimal(_)
            | NodeKind::Column(_)
            | NodeKind::Key
            | NodeKind::InRandom(_)
            | NodeKind::Attribute(_)
            | NodeKind::History(..)
            | NodeKind::Changed(_, _, Bounds::Fixed(_) | Bounds::Hanging(_) | Bounds::OnEvent(_))
            | NodeKind::Was(_, _, Bounds::Fixed(_) | Bounds::Hanging(_) | Bounds::OnEvent(_))
            | NodeKind::Feature(_)
            | NodeKind::Member(_)
            | NodeKind::Rank(_)
            | NodeKind::Band(_)
            | NodeKind::Constant(_) => Vec::new(),
            NodeKind::Changed(_, _, Bounds::OnMoment(on)) | NodeKind::Was(_, _, Bounds::OnMoment(on)) => vec![on.moment],
            NodeKind::LookUp(x, ..)
            | NodeKind::FirstInstant(x)
            | NodeKind::DayOf(x)
            | NodeKind::Part(_, x)
            | NodeKind::Negate(x)
            | NodeKind::Not(x)
            | NodeKind::InRange(x, _)
            | NodeKind::OneOf(x, _)
            | NodeKind::NotOneOf(x, _)
            | NodeKind::Text(x, _)
            | NodeKind::InList(x, _)
            | NodeKind::ListContains(x, _)
            | NodeKind::Known(x)
            | NodeKind::Holds(x)
            | NodeKind::Anniversary(x, _)
            | NodeKind::Within(x, _) => vec![*x],
            NodeKind::Near(a, b, _) => vec![*a, *b],
            NodeKind::Elapsed(a, b)
            | NodeKind::If(a, b)
            | NodeKind::Arithmetic(_, a, b)
            | NodeKind::OrElse(a, b)
            | NodeKind::Change(a, b)
            | NodeKind::CompareScaled(_, a, b, _)
            | NodeKind::Compare(_, a, b) => {
                vec![*a, *b]
            }
            NodeKind::Function(_, parts)
            | NodeKind::All(parts)
            | NodeKind::Any(parts)
            | NodeKind::AtLeast(_, parts)
            | NodeKind::FirstThatHolds(parts, _) => parts.clone(),
            NodeKind::Points(parts) => parts.iter().map(|(_, part)| *part).collect(),
        }
    }
}

impl Feature {
    /// All selections whose rows it looks at, its own first.
    pub fn selections(&self) -> Vec<SelectionId> {
        let mut all = vec![self.selection];
        match &self.kind {
            FeatureKind::Sequence(sequence) => all.extend(sequence.selections()),
            FeatureKind::Reached(reached) => all.extend(&reached.steps),
            _ => {}
        }
        all
    }
}

impl FeatureKind {
    /// No row before this moment counts for it; `i64::MAX` where none does.
    pub fn oldest(&self) -> i64 {
        match (self, self.bounds()) {
            (FeatureKind::Streak { bounds, .. }, _) => bounds.last().copied().unwrap_or(i64::MAX),
            (_, Some(Bounds::Fixed(interval))) if interval.end <= interval.start => i64::MAX,
            (_, Some(Bounds::Fixed(interval))) => interval.start,
            (_, Some(Bounds::Hanging(_) | Bounds::OnEvent(_) | Bounds::OnMoment(_)) | None) => i64::MIN,
        }
    }

    /// The window; `None` of what has none, and of a streak, which has several.
    pub fn bounds(&self) -> Option<Bounds> {
        match self {
            FeatureKind::Count(bounds)
            | FeatureKind::Days(bounds)
            | FeatureKind::Sum(_, bounds)
            | FeatureKind::Average(_, bounds)
            | FeatureKind::Min(_, bounds)
            | FeatureKind::Max(_, bounds)
            | FeatureKind::Distinct(_, bounds)
            | FeatureKind::First(_, bounds)
            | FeatureKind::Last(_, bounds)
            | FeatureKind::Median(_, bounds)
            | FeatureKind::MostCommon(_, bounds)
            | FeatureKind::AverageGap(bounds)
            | FeatureKind::LongestGap(bounds)
            | FeatureKind::FirstWithin(bounds) => Some(*bounds),
            FeatureKind::Sequence(sequence) => Some(sequence.bounds),
            FeatureKind::Reached(reached) => Some(reached.bounds),
            FeatureKind::FirstTime { .. } | FeatureKind::LastTime { .. } | FeatureKind::Streak { .. } => None,
        }
    }

    /// Whether it asks for the order of events at one time.
    pub fn needs_order(&self) -> bool {
        matches!(self, FeatureKind::First(..) | FeatureKind::Last(..) | FeatureKind::Sequence(_) | FeatureKind::Reached(_))
    }
}
