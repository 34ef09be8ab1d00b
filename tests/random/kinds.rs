//! The kinds of nodes that definitions are made of, and which of them may stand directly in which: by what each gives, what
//! it takes, and over what it is said. A new node of the language has no kind until it stands here, and does not compile.

use segue::program::{ConditionKind, How, ValueKind};

macro_rules! kinds {
    ($($name:ident: $words:literal,)*) => {
        /// A kind of node.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $(#[doc = $words] $name,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &[Kind] = &[$(Kind::$name,)*];

            /// Its name in a report.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$name => $words,)* }
            }
        }
    };
}

kinds! {
    // What holds conditions and values of its own.
    Trait: "trait",
    Where: "where",
    Except: "except",
    Stage: "stage",
    Points: "points",
    Limit: "limit",
    // Conditions.
    Everyone: "everyone",
    All: "all",
    Any: "any",
    Not: "not",
    AtLeast: "at least",
    Compare: "compare",
    CompareLength: "compare length",
    CompareDay: "compare day",
    OneOf: "one of",
    NotOneOf: "not one of",
    Text: "text",
    Known: "known",
    Holds: "holds",
    InWindow: "in window",
    DidTimes: "did times",
    DidDays: "did days",
    DidFirst: "did first time",
    Streak: "streak",
    Sequence: "sequence",
    Reached: "reached",
    InSegment: "in segment",
    InList: "in list",
    InRandom: "in random",
    Changed: "changed",
    Was: "was",
    Anniversary: "anniversary",
    Near: "near",
    ListContains: "list contains",
    Rank: "rank",
    AsOf: "condition as of",
    Entered: "entered",
    Left: "left",
    Trend: "trend",
    // Values.
    Literal: "literal",
    Decimal: "decimal",
    Attribute: "attribute",
    Column: "column",
    LookUp: "look up",
    TraitName: "name of a trait",
    Aggregate: "aggregate",
    Share: "share",
    Band: "band",
    Change: "change",
    Moment: "moment",
    Part: "calendar part",
    Key: "key",
    TimeSince: "time since",
    TimeUntil: "time until",
    TimeFrom: "time from",
    Negate: "negate",
    Arithmetic: "arithmetic",
    Function: "function",
    OrElse: "or else",
    ConditionValue: "condition as value",
    AsOfValue: "value as of",
}

/// The kind of a condition.
pub fn of_condition(condition: &ConditionKind) -> Kind {
    match condition {
        ConditionKind::Everyone => Kind::Everyone,
        ConditionKind::All(_) => Kind::All,
        ConditionKind::Any(_) => Kind::Any,
        ConditionKind::Not(_) => Kind::Not,
        ConditionKind::AtLeast(..) => Kind::AtLeast,
        ConditionKind::Compare(..) => Kind::Compare,
        ConditionKind::CompareLength(..) => Kind::CompareLength,
        ConditionKind::CompareDay(..) => Kind::CompareDay,
        ConditionKind::OneOf(..) => Kind::OneOf,
        ConditionKind::NotOneOf(..) => Kind::NotOneOf,
        ConditionKind::Text(..) => Kind::Text,
        ConditionKind::Known(_) => Kind::Known,
        ConditionKind::Holds(_) => Kind::Holds,
        ConditionKind::InWindow(..) => Kind::InWindow,
        ConditionKind::Did(did) => match did.how {
            How::Times(..) => Kind::DidTimes,
            How::Days(..) => Kind::DidDays,
            How::FirstTime(_) => Kind::DidFirst,
            How::Streak { .. } => Kind::Streak,
        },
        ConditionKind::Sequence(_) => Kind::Sequence,
        ConditionKind::Reached(_) => Kind::Reached,
        ConditionKind::InSegment(_) => Kind::InSegment,
        ConditionKind::InList(..) => Kind::InList,
        ConditionKind::InRandom(_) => Kind::InRandom,
        ConditionKind::Changed(..) => Kind::Changed,
        ConditionKind::Was(..) => Kind::Was,
        ConditionKind::Anniversary(..) => Kind::Anniversary,
        ConditionKind::Near(_) => Kind::Near,
        ConditionKind::ListContains(..) => Kind::ListContains,
        ConditionKind::Rank(_) => Kind::Rank,
        ConditionKind::AsOf(..) => Kind::AsOf,
        ConditionKind::Entered(..) => Kind::Entered,
        ConditionKind::Left(..) => Kind::Left,
        ConditionKind::Trend(_) => Kind::Trend,
    }
}

/// The kind of a value.
pub fn of_value(value: &ValueKind) -> Kind {
    match value {
        ValueKind::Literal(_) => Kind::Literal,
        ValueKind::Decimal(_) => Kind::Decimal,
        ValueKind::Attribute(_) => Kind::Attribute,
        ValueKind::Column(..) => Kind::Column,
        ValueKind::LookUp(..) => Kind::LookUp,
        ValueKind::Trait(_) => Kind::TraitName,
        ValueKind::Aggregate(_) => Kind::Aggregate,
        ValueKind::Share(_) => Kind::Share,
        ValueKind::Band(_) => Kind::Band,
        ValueKind::Change(..) => Kind::Change,
        ValueKind::Moment(..) => Kind::Moment,
        ValueKind::Part(..) => Kind::Part,
        ValueKind::Key => Kind::Key,
        ValueKind::TimeSince(_) => Kind::TimeSince,
        ValueKind::TimeUntil(_) => Kind::TimeUntil,
        ValueKind::TimeFrom(..) => Kind::TimeFrom,
        ValueKind::Negate(_) => Kind::Negate,
        ValueKind::Arithmetic(..) => Kind::Arithmetic,
        ValueKind::Function(..) => Kind::Function,
        ValueKind::OrElse(..) => Kind::OrElse,
        ValueKind::Condition(_) => Kind::ConditionValue,
        ValueKind::AsOf(..) => Kind::AsOfValue,
    }
}

/// What a node is, seen from the one around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// True or false for everybody.
    Truth,
    /// A value, of this type.
    Boolean,
    Count,
    Number,
    Percent,
    Money,
    Duration,
    Date,
    Timestamp,
    Text,
}

/// Over what a node is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// a customer
    Customer,
    /// a row of an event
    Row,
}

/// A place in a node where another may stand.
enum Place {
    /// Over the same thing as the node.
    Same(&'static [Is]),
    /// Over a row: a filter, an argument.
    OfRow(&'static [Is]),
    /// Over the same thing as the node, where that is a row.
    OverRows(&'static [Is]),
    /// These kinds alone, of these types, over the same thing.
    Only(&'static [Kind], &'static [Is]),
    /// These kinds alone, over a customer: what a window hangs on.
    Anchor(&'static [Kind]),
}

const TRUTH: &[Is] = &[Is::Truth];
const AMOUNTS: &[Is] = &[Is::Count, Is::Number, Is::Percent, Is::Money, Is::Duration];
const TIMES: &[Is] = &[Is::Date, Is::Timestamp];
const ORDERED: &[Is] = &[Is::Count, Is::Number, Is::Percent, Is::Money, Is::Duration, Is::Date, Is::Timestamp];
const VALUES: &[Is] =
    &[Is::Boolean, Is::Count, Is::Number, Is::Percent, Is::Money, Is::Duration, Is::Date, Is::Timestamp, Is::Text];
/// What stands in a table: no length of time, no percent.
const STORED: &[Is] = &[Is::Boolean, Is::Count, Is::Number, Is::Money, Is::Date, Is::Timestamp, Is::Text];

/// What a rank is `of each`: names alone.
const GROUPS: &[Kind] = &[Kind::Attribute, Kind::LookUp, Kind::TraitName];

/// What a window of events may hang on.
const ANCHORS: &[Kind] = &[Kind::Attribute, Kind::LookUp];

/// What `time since` and its like take: a name, or the first or last of an event.
const POINTS: &[Kind] = &[Kind::Attribute, Kind::LookUp, Kind::TraitName, Kind::Moment];

/// What rises and falls: aggregates, and what is made of them.
const COUNTED: &[Kind] = &[Kind::Aggregate, Kind::Share, Kind::Negate, Kind::Arithmetic, Kind::Function, Kind::OrElse];

/// What a kind is to the one around it; nothing of those that stand outermost.
fn gives(kind: Kind) -> &'static [Is] {
    match kind {
        Kind::Trait | Kind::Where | Kind::Except | Kind::Stage | Kind::Points | Kind::Limit => &[],
        Kind::Everyone
        | Kind::All
        | Kind::Any
        | Kind::Not
        | Kind::AtLeast
        | Kind::Compare
        | Kind::CompareLength
        | Kind::CompareDay
        | Kind::OneOf
        | Kind::NotOneOf
        | Kind::Text
        | Kind::Known
        | Kind::Holds
        | Kind::InWindow
        | Kind::DidTimes
        | Kind::DidDays
        | Kind::DidFirst
        | Kind::Streak
        | Kind::Sequence
        | Kind::Reached
        | Kind::InSegment
        | Kind::InList
        | Kind::InRandom
        | Kind::Changed
        | Kind::Was
        | Kind::Anniversary
        | Kind::Near
        | Kind::ListContains
        | Kind::Rank
        | Kind::Trend
        | Kind::AsOf
        | Kind::Entered
        | Kind::Left => TRUTH,
        Kind::Attribute | Kind::Column | Kind::LookUp => STORED,
        Kind::Literal | Kind::TraitName | Kind::Aggregate | Kind::OrElse | Kind::AsOfValue => VALUES,
        Kind::Decimal => &[Is::Count, Is::Number, Is::Percent],
        Kind::Share | Kind::Change => &[Is::Percent],
        Kind::Band => &[Is::Count],
        Kind::Moment => &[Is::Timestamp],
        // A weekday is asked by its name alone: beside `calendar part`, not in pairs.
        Kind::Part => &[Is::Count],
        Kind::Key => &[Is::Count, Is::Text],
        Kind::TimeSince | Kind::TimeUntil | Kind::TimeFrom => &[Is::Duration],
        Kind::Negate | Kind::Arithmetic => AMOUNTS,
        Kind::Function => ORDERED,
        Kind::ConditionValue => &[Is::Boolean],
    }
}

/// Over what a kind may be said.
fn over(kind: Kind) -> &'static [Over] {
    match kind {
        Kind::Trait
        | Kind::Where
        | Kind::Except
        | Kind::Stage
        | Kind::Points
        | Kind::Limit
        | Kind::CompareLength
        | Kind::InWindow
        | Kind::DidTimes
        | Kind::DidDays
        | Kind::DidFirst
        | Kind::Streak
        | Kind::Sequence
        | Kind::Reached
        | Kind::InSegment
        | Kind::InRandom
        | Kind::Changed
        | Kind::Was
        | Kind::Anniversary
        | Kind::Key
        | Kind::Rank
        | Kind::Attribute
        | Kind::TraitName
        | Kind::Aggregate
        | Kind::Share
        | Kind::Band
        | Kind::Trend
        | Kind::Change
        | Kind::Moment
        | Kind::TimeSince
        | Kind::TimeUntil
        | Kind::AsOf
        | Kind::Entered
        | Kind::Left
        | Kind::AsOfValue => &[Over::Customer],
        Kind::Column => &[Over::Row],
        Kind::Everyone
        | Kind::All
        | Kind::Any
        | Kind::Not
        | Kind::AtLeast
        | Kind::Compare
        | Kind::CompareDay
        | Kind::OneOf
        | Kind::NotOneOf
        | Kind::Text
        | Kind::Known
        | Kind::Holds
        | Kind::InList
        | Kind::Near
        | Kind::ListContains
        | Kind::Part
        | Kind::Literal
        | Kind::Decimal
        | Kind::LookUp
        | Kind::TimeFrom
        | Kind::Negate
        | Kind::Arithmetic
        | Kind::Function
        | Kind::OrElse
        | Kind::ConditionValue => &[Over::Customer, Over::Row],
    }
}

/// What may stand directly in a kind.
fn places(kind: Kind) -> &'static [Place] {
    use Place::{Anchor, OfRow, Only, OverRows, Same};
    match kind {
        Kind::Trait => &[Same(VALUES)],
        Kind::Where | Kind::Except | Kind::Stage | Kind::Points => &[Same(TRUTH)],
        Kind::Limit => &[Same(ORDERED)],
        Kind::Everyone | Kind::InSegment | Kind::Entered | Kind::Left | Kind::Literal | Kind::Decimal => &[],
        Kind::Attribute | Kind::Column | Kind::TraitName => &[],
        Kind::All | Kind::Any | Kind::Not | Kind::AtLeast | Kind::ConditionValue | Kind::AsOf => &[Same(TRUTH)],
        Kind::Compare | Kind::OneOf | Kind::NotOneOf | Kind::Known | Kind::OrElse | Kind::AsOfValue => &[Same(VALUES)],
        Kind::CompareLength => &[Same(&[Is::Duration])],
        Kind::CompareDay => &[Same(TIMES)],
        Kind::TimeSince | Kind::TimeUntil => &[Only(POINTS, TIMES)],
        // Of a row, the difference of two times.
        Kind::TimeFrom => &[Only(POINTS, TIMES), OverRows(TIMES)],
        Kind::InWindow => &[Same(TIMES), Anchor(ANCHORS)],
        Kind::Text => &[Same(&[Is::Text])],
        Kind::InRandom | Kind::Changed | Kind::Was | Kind::Key => &[],
        Kind::InList => &[Same(&[Is::Count, Is::Text])],
        Kind::Anniversary | Kind::Part => &[Same(TIMES)],
        Kind::Near => &[Same(&[Is::Count, Is::Number])],
        // Lists are asked alone, and nothing else gives one.
        Kind::ListContains => &[],
        Kind::Holds => &[Same(&[Is::Boolean])],
        Kind::DidTimes | Kind::DidDays | Kind::DidFirst | Kind::Sequence | Kind::Reached => &[OfRow(TRUTH), Anchor(ANCHORS)],
        Kind::Streak | Kind::Moment => &[OfRow(TRUTH)],
        Kind::Share => &[OfRow(TRUTH), Anchor(ANCHORS)],
        Kind::Rank => &[Same(ORDERED), Only(GROUPS, STORED)],
        Kind::Band => &[Same(ORDERED)],
        Kind::Trend | Kind::Change => &[Only(COUNTED, AMOUNTS)],
        Kind::LookUp => &[Only(&[Kind::Attribute, Kind::Column], STORED)],
        Kind::Aggregate => &[OfRow(TRUTH), OfRow(VALUES), Anchor(ANCHORS)],
        Kind::Negate | Kind::Arithmetic => &[Same(AMOUNTS)],
        Kind::Function => &[Same(ORDERED)],
    }
}

/// Pairs that types would allow and that never come out of checking all the same, each with its reason.
fn never(outer: Kind, inner: Kind) -> Option<&'static str> {
    match (outer, inner) {
        (Kind::All, Kind::All) | (Kind::Any, Kind::Any) => Some("checking makes them flat"),
        (Kind::Holds, Kind::ConditionValue) => Some("a condition stands alone without being a value"),
        (Kind::CompareLength, Kind::Literal) => Some("a literal against a literal is compared as it is"),
        (Kind::InWindow, Kind::Literal) => Some("a day that is written out takes no window"),
        (Kind::Function | Kind::OrElse, Kind::Decimal) => Some("there a decimal is the double nearest to it at once"),
        (Kind::AsOfValue, Kind::ConditionValue) => Some("a condition as of another time is a condition"),
        (Kind::AsOf, Kind::Holds) => Some("a boolean value as of another time is a value"),
        (Kind::ConditionValue, Kind::Holds) => Some("a boolean value is a value already"),
        (Kind::TimeSince | Kind::TimeUntil | Kind::TimeFrom | Kind::Part | Kind::Anniversary, Kind::Moment) => None,
        (_, Kind::Moment) => {
            Some("the first or last of an event stands behind `time since` and its like, and in parts of dates")
        }
        (Kind::InList, Kind::Key) => None,
        (_, Kind::Key) => Some("the key has no words of its own: `in list` asks it alone"),
        (Kind::InList, Kind::Decimal) => Some("a list holds whole numbers"),
        (Kind::Aggregate, Kind::Literal | Kind::Decimal) => Some("an argument names a column"),
        _ => None,
    }
}

/// Where a node of a kind may stand directly in one of another: over what the outer one is said, over what the inner one, and
/// as what.
pub fn places_for(outer: Kind, inner: Kind) -> Vec<(Over, Over, Is)> {
    let mut found = Vec::new();
    if never(outer, inner).is_some() {
        return found;
    }
    for around in over(outer) {
        for place in places(outer) {
            let (inside, takes, kinds) = match place {
                Place::Same(all) => (*around, *all, None),
                Place::OfRow(all) => (Over::Row, *all, None),
                Place::OverRows(_) if *around == Over::Customer => continue,
                Place::OverRows(all) => (Over::Row, *all, None),
                Place::Only(kinds, all) => (*around, *all, Some(*kinds)),
                Place::Anchor(kinds) => (Over::Customer, TIMES, Some(*kinds)),
            };
            let may = over(inner).contains(&inside) && kinds.is_none_or(|kinds| kinds.contains(&inner));
            let as_what = gives(inner).iter().filter(|is| may && takes.contains(is));
            found.extend(as_what.map(|is| (*around, inside, *is)));
        }
    }
    found
}

/// Every pair that may be drawn: outer, inner.
pub fn pairs() -> Vec<(Kind, Kind)> {
    let all = Kind::ALL.iter().flat_map(|outer| Kind::ALL.iter().map(|inner| (*outer, *inner)));
    all.filter(|(outer, inner)| !places_for(*outer, *inner).is_empty()).collect()
}
