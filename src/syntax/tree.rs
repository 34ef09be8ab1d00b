//! The tree as written: what stands in a `.seg` file, before any name is looked up or any type known.
//!
//! Every node carries its span. Nothing after `check` reads this tree.

mod exports;
mod groups;
mod literals;
mod windows;

use crate::source::Span;
pub use exports::*;
pub use groups::*;
pub use literals::*;
pub use windows::*;

/// A whole `.seg` file. What could not be read is left out here and stands among the diagnostics.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The declarations, in the order of the text.
    pub declarations: Vec<Declaration>,
    /// All comments, for the formatter: `# to the end of the line`.
    pub comments: Vec<Comment>,
}

/// `# a comment`, from the `#` to the end of the line.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// The text, `#` included.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A name as the user means it: without backquotes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// The name itself.
    pub text: String,
    /// Where it stands, backquotes included.
    pub span: Span,
}

/// `"Spend, 90 days"`: a text in quotes, with `""` already one quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text without its quotes.
    pub value: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// One declaration of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Declaration {
    /// `event contact "Any sign of life" = session or app_open`
    Event(EventDeclaration),
    /// `trait spend_90d "Spend" = sum(purchase.amount) in last 90 days`
    Trait(TraitDeclaration),
    /// `segment win_back "Slipping" { where … }`
    Segment(SegmentDeclaration),
    /// `test "who went quiet is won back" { as of 2024-06-01 … }`
    Test(super::test_tree::TestDeclaration),
    /// `stages lifecycle { new when …  lapsed otherwise }`
    Stages(StagesDeclaration),
    /// `points lead_score { add 20 when … }`
    Points(PointsDeclaration),
    /// `funnel checkout_path within 3 days { product_view, purchase }`
    Funnel(FunnelDeclaration),
    /// `priority spring { win_back, newsletter }`
    Priority(PriorityDeclaration),
    /// A declaration of a later part of the language: `measure win_back_effect { … }`. Its inside is not read yet.
    Later(LaterDeclaration),
    /// A declaration whose text could not be read whole. Its name is taken all the same, so that checking must neither complain of
    /// it nor of those who refer to it: what is wrong stands among the diagnostics already.
    Broken(BrokenDeclaration),
}

/// `event big_purchase = purchase where amount > 100 EUR`
#[derive(Debug, Clone, PartialEq)]
pub struct EventDeclaration {
    /// `big_purchase`
    pub name: Name,
    /// `"Any sign of life"`
    pub title: Option<Text>,
    /// `purchase where amount > 100 EUR`, or several with `or`.
    pub event: Event,
    /// The whole declaration.
    pub span: Span,
}

/// `trait spend_90d "Spend, 90 days" = sum(purchase.amount) in last 90 days`
#[derive(Debug, Clone, PartialEq)]
pub struct TraitDeclaration {
    /// `spend_90d`
    pub name: Name,
    /// `"Spend, 90 days"`
    pub title: Option<Text>,
    /// What it is.
    pub value: Expr,
    /// The whole declaration.
    pub span: Span,
}

/// `segment staff "People who work here" { where … }`
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentDeclaration {
    /// `staff`
    pub name: Name,
    /// `"People who work here"`
    pub title: Option<Text>,
    /// The clauses, as written; the syntax room has made sure that `where` stands first and once.
    pub clauses: Vec<Clause>,
    /// The whole declaration.
    pub span: Span,
}

/// `funnel checkout_path "Checkout" within 3 days { product_view, add_to_cart, purchase }`
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelDeclaration {
    /// `checkout_path`
    pub name: Name,
    /// `"Checkout"`
    pub title: Option<Text>,
    /// `3 days`
    pub within: Duration,
    /// `product_view`, `(add_to_cart where amount > 5 EUR)`: each an event, with a filter in parentheses if one likes
    pub steps: Vec<Event>,
    /// The whole declaration.
    pub span: Span,
}

/// A declaration that this version knows by its first word alone.
#[derive(Debug, Clone, PartialEq)]
pub struct LaterDeclaration {
    /// `model`, `measure`
    pub keyword: String,
    /// The name that follows, where there is one.
    pub name: Option<Name>,
    /// The keyword and the name: what an error points at.
    pub span: Span,
}

/// A declaration that could not be read: `segment vip { where age > > 30 }`
#[derive(Debug, Clone, PartialEq)]
pub struct BrokenDeclaration {
    /// `segment`, `trait`, `event` or one of the later ones
    pub keyword: String,
    /// The name that follows, where there is one.
    pub name: Option<Name>,
    /// What could be told of it: from the keyword to its end.
    pub span: Span,
}

/// One clause of a segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// What it says.
    pub kind: ClauseKind,
    /// The whole clause.
    pub span: Span,
}

/// What a clause says.
#[derive(Debug, Clone, PartialEq)]
pub enum ClauseKind {
    /// `where country = "DE"`
    Where(Expr),
    /// `except in segment staff`
    Except(Expr),
    /// `purpose email_marketing`
    Purpose(Name),
    /// `limit 5_000 by highest churn_risk`, `limit 1 per household_id at random`
    Limit(Limit),
    /// `holdout 10% salt "q3"`
    Holdout {
        /// `10%`
        share: Literal,
        /// `"q3"`
        salt: Option<Text>,
    },
    /// `include email, spend_90d`; also `store_id.region`
    Include(Vec<Expr>),
    /// `owner "retention"`
    Owner(Text),
    /// `tags retention, discount`
    Tags(Vec<Name>),
    /// `note "Agreed with finance in March."`
    Note(Text),
    /// `split salt "q3" { control 10% held out, a 45%, b 45% }`
    Split(Split),
}

/// `limit 5_000 by highest churn_risk`
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// `5_000`
    pub count: Literal,
    /// `per household_id`
    pub per: Option<Expr>,
    /// `by highest churn_risk`
    pub by: LimitBy,
}

/// Which members a limit keeps.
#[derive(Debug, Clone, PartialEq)]
pub enum LimitBy {
    /// `by highest churn_risk`
    Highest(Expr),
    /// `by lowest churn_risk`
    Lowest(Expr),
    /// `at random`
    Random,
}

/// A condition or a value: which of the two is known only after checking.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// What a condition or value is. `and` beside `or` without parentheses never gets here.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `a or b or c`: flat, at least two
    Or(Vec<Expr>),
    /// `a and b and c`: flat, at least two
    And(Vec<Expr>),
    /// `not a`
    Not(Box<Expr>),
    /// `all of { … }`, `at least 2 of { … }`
    Group(GroupKind, Vec<Expr>),
    /// `age > 30`
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// `age between 25 and 34`: both ends in
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `plan in ("pro", "team")`, `plan not in (…)`
    In {
        /// `plan`
        value: Box<Expr>,
        /// `not in`
        negated: bool,
        /// `"pro"`, `"team"`
        items: Vec<Literal>,
    },
    /// `city starts with "San" ignoring case`; on a list column `interests contains "golf"`
    TextTest {
        /// `city`
        value: Box<Expr>,
        /// `starts with`
        test: TextTest,
        /// `"San"`; a literal, so that `age contains 3` is a matter of types
        pattern: Literal,
        /// `ignoring case`
        ignoring_case: bool,
    },
    /// `phone is known`; negated: `phone is unknown`
    Known {
        /// `phone`
        value: Box<Expr>,
        /// `is unknown`
        negated: bool,
    },
    /// A value or a group in parentheses with a window behind it: `count(purchase) in last 30 days`,
    /// `signed_up_at in last 90 days`, `(count(a) / count(b)) in last 30 days`
    Windowed(Box<Expr>, Window),
    /// `in segment vip`, `not in segment staff`
    InSegment {
        /// `vip`
        segment: Name,
        /// `not in`
        negated: bool,
    },
    /// `in list no_contact`, `country not in list eu`
    InList {
        /// `country`; without it the customer's own key
        value: Option<Box<Expr>>,
        /// `eu`
        list: Name,
        /// `not in`
        negated: bool,
    },
    /// `in random 5% salt "2026"`
    InRandom {
        /// `5%`
        share: Literal,
        /// `"2026"`
        salt: Text,
        /// `not in`
        negated: bool,
    },
    /// `place(latitude, longitude) within 20 km of (52.52, 13.40)`
    Near {
        /// `place(latitude, longitude)`
        place: Box<Expr>,
        /// `20`, in km
        distance: Literal,
        /// `52.52`
        latitude: Literal,
        /// `13.40`
        longitude: Literal,
    },
    /// `spend in top 20%`, `spend in bottom 10 of segment active`
    Rank(Box<Rank>),
    /// `quintile(spend)`, `decile(lowest spend)`
    Band(Box<Band>),
    /// `did purchase at least 3 times in last 90 days`
    Did(Box<Did>),
    /// `did product_view then purchase within 1 day in last 30 days`
    Sequence(Box<Sequence>),
    /// `last reached add_to_cart but not purchase in checkout_path in last 14 days`
    Reached(Box<Reached>),
    /// `everyone`
    Everyone,
    /// `country`, or an event where one is expected
    Name(Name),
    /// `product_id.category`, `purchase.amount`, `purchase.product_id.category`: two or three names
    Path(Vec<Name>),
    /// `12`, `"shoes"`, `30 days`
    Literal(Literal),
    /// `sum(purchase.amount where category = "shoes")`, its window outside
    Aggregate(Box<Aggregate>),
    /// `count(session) fell by at least 30% over 14 days`
    Trend(Box<Trend>),
    /// `change in count(session) over 14 days`
    Change(Box<Expr>, Box<Over>),
    /// `time since last purchase`, `time since birthday`
    TimeSince(Box<Expr>),
    /// `time until renewal_date`
    TimeUntil(Box<Expr>),
    /// `time from signed_up_at to first purchase`
    TimeFrom(Box<Expr>, Box<Expr>),
    /// `hour of ts`, `weekday of birthday`
    Part(CalendarPart, Box<Expr>),
    /// `anniversary of birthday`: only with a window behind it
    Anniversary(Box<Expr>),
    /// `first purchase`, `last (purchase where amount > 50 EUR)`: only inside the five above
    Moment(End, Event),
    /// `-x`
    Negate(Box<Expr>),
    /// `a + b`
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>),
    /// `least(x, y)`
    Function(Function, Vec<Expr>),
    /// `place(latitude, longitude)`: only before `within`
    Place(Box<Expr>, Box<Expr>),
    /// `x or else 0`
    OrElse(Box<Expr>, Box<Expr>),
    /// `spend_90d as of 30 days ago`
    AsOf {
        /// `spend_90d`
        of: Box<Expr>,
        /// `30 days`
        ago: Duration,
        /// `of` stands in parentheses
        in_parentheses: bool,
    },
    /// `plan changed in last 30 days`, `plan changed from "pro" to "free" in last 30 days`
    Changed {
        /// `plan`
        value: Box<Expr>,
        /// `"pro"`, `"free"`
        change: Option<(Literal, Literal)>,
        /// `in last 30 days`
        window: Option<Window>,
    },
    /// `plan was "pro" in last 30 days`
    Was {
        /// `plan`
        value: Box<Expr>,
        /// `"pro"`
        was: Literal,
        /// `in last 30 days`
        window: Option<Window>,
    },
    /// `entered segment vip in last 7 days`, `left segment vip in last 7 days`
    Moved {
        /// `entered` is true, `left` is false
        entered: bool,
        /// `vip`
        segment: Name,
        /// `in last 7 days`
        window: Option<Window>,
    },
    /// Something of a later part of the language, by the words for it in a message: `a sequence (`then`)`
    Later(&'static str),
}

/// `hour of ts` and its like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CalendarPart {
    /// `hour of`
    Hour,
    /// `weekday of`
    Weekday,
    /// `day of`
    Day,
    /// `month of`
    Month,
    /// `year of`
    Year,
}

/// Which group of conditions.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupKind {
    /// `all of`
    All,
    /// `any of`
    Any,
    /// `none of`
    None,
    /// `at least 2 of`
    AtLeast(Literal),
}

/// `=` `!=` `<` `<=` `>` `>=`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
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

/// `+` `-` `*` `/`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
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
    /// `round(x)`
    Round,
    /// `least(x, y)`: two or more
    Least,
    /// `greatest(x, y)`: two or more
    Greatest,
    /// `ln(x)`
    Ln,
    /// `exp(x)`
    Exp,
    /// `sqrt(x)`
    Sqrt,
}

/// `starts with` and its like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextTest {
    /// `starts with`
    StartsWith,
    /// `ends with`
    EndsWith,
    /// `contains`
    Contains,
    /// `matches`
    Matches,
}

/// The first or the last of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// `first`
    First,
    /// `last`
    Last,
}

/// `spend in top 20% of segment active`
#[derive(Debug, Clone, PartialEq)]
pub struct Rank {
    /// `spend`
    pub value: Expr,
    /// `top` is true, `bottom` is false
    pub top: bool,
    /// `20%` or `1000`
    pub amount: Literal,
    /// `of segment active`, `of buyers`
    pub of: Option<RankOf>,
}

/// Among whom a rank counts.
#[derive(Debug, Clone, PartialEq)]
pub enum RankOf {
    /// `of segment active`
    Segment(Name),
    /// `of buyers`
    Trait(Name),
    /// `of each country`, `of each store_id.region`
    Each(Expr),
}

/// `count(session) fell by at least 30% over 14 days`
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// `count(session)`
    pub value: Expr,
    /// `fell` is true, `rose` is false
    pub falls: bool,
    /// `by at least 30%`
    pub by: Option<TrendBy>,
    /// `over 14 days`
    pub over: Over,
}

/// `by at least 30%`, `by more than 50%`
#[derive(Debug, Clone, PartialEq)]
pub struct TrendBy {
    /// `30%`
    pub share: Literal,
    /// `more than` is true, `at least` is false
    pub more_than: bool,
}

/// `over 14 days against 1 year before from at least 5`
#[derive(Debug, Clone, PartialEq)]
pub struct Over {
    /// `14 days`
    pub length: Duration,
    /// `1 year`
    pub against: Option<Duration>,
    /// `5`
    pub at_least: Option<Literal>,
    /// The whole of it.
    pub span: Span,
}

/// `did not purchase where … at least 3 times in last 90 days`
#[derive(Debug, Clone, PartialEq)]
pub struct Did {
    /// `did not`; `did nothing` is `did not anything`
    pub negated: bool,
    /// `purchase where …`
    pub event: Event,
    /// `at least 3 times`, `on at least 5 days`; none is "at least once"
    pub how: How,
    /// `in each of last 4 weeks`, `in at least 4 of last 12 weeks`
    pub streak: Option<Streak>,
    /// `in last 90 days`; stands apart from a streak
    pub window: Option<Window>,
}

/// `did not view then directly cart within 1 day then no buy within 2 days matching product all within 3 days at least 2 times in last 30 days`
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// `did not`
    pub negated: bool,
    /// The steps, the first one too; one alone only where `then no` follows.
    pub steps: Vec<Step>,
    /// `then no buy within 2 days`
    pub then_no: Option<ThenNo>,
    /// `matching product`, `matching product_id.category`
    pub matching: Option<Expr>,
    /// `all within 3 days`
    pub all_within: Option<Duration>,
    /// `at least 2 times`; none is "at least once"
    pub frequency: Option<Frequency>,
    /// `in last 30 days`
    pub window: Option<Window>,
}

/// A step of a sequence, and how it follows the one before. The first step is its event alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// `cart where amount > 5 EUR`
    pub event: Event,
    /// `within 1 day`
    pub within: Option<Duration>,
    /// `without support_ticket`
    pub without: Option<Event>,
    /// `then directly`
    pub directly: bool,
}

/// `then no purchase within 2 hours`, `then no purchase since`: the end of a sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct ThenNo {
    /// `purchase`
    pub event: Event,
    /// `within 2 hours`; none is `since`
    pub within: Option<Duration>,
    /// From `then` on.
    pub span: Span,
}

/// `last reached add_to_cart but not purchase in checkout_path in last 14 days`
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    /// `last reached`: in the attempt that began last
    pub last: bool,
    /// `add_to_cart`
    pub step: Name,
    /// `but not purchase`
    pub but_not: Option<Name>,
    /// `checkout_path`
    pub funnel: Name,
    /// `in last 14 days`
    pub window: Option<Window>,
}

/// How often, on days, or for the first time.
#[derive(Debug, Clone, PartialEq)]
pub enum How {
    /// nothing said: at least once
    Once,
    /// `at least 3 times`
    Times(Frequency),
    /// `on at least 5 days`
    Days(Frequency),
    /// `for the first time`
    FirstTime,
}

/// `at least 3`, `between 2 and 5`; the numbers as literals, so that checking can point at them
#[derive(Debug, Clone, PartialEq)]
pub enum Frequency {
    /// `at least 3`
    AtLeast(Literal),
    /// `at most 3`
    AtMost(Literal),
    /// `exactly 3`
    Exactly(Literal),
    /// `more than 3`
    MoreThan(Literal),
    /// `fewer than 3`
    FewerThan(Literal),
    /// `between 2 and 5`
    Between(Literal, Literal),
}

/// `in each of last 4 weeks`, `in each of previous 3 months`, `in at least 4 of last 12 weeks`
#[derive(Debug, Clone, PartialEq)]
pub struct Streak {
    /// `at least 4 of`: how many of the intervals; none is `each of`
    pub at_least: Option<Literal>,
    /// `previous` is true, `last` is false
    pub previous: bool,
    /// `4 weeks`: how many intervals, and of which unit
    pub length: Duration,
    /// The whole of it.
    pub span: Span,
}

/// An event as it stands after `did`, in `first E`, in `count(E)` or in an `event` declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Which.
    pub kind: EventKind,
    /// `where category = "shoes"`
    pub filter: Option<Box<Expr>>,
    /// Where it stands, filter included.
    pub span: Span,
}

/// Which events.
#[derive(Debug, Clone, PartialEq)]
pub enum EventKind {
    /// `purchase`
    Named(Name),
    /// `any event`, `anything`, `nothing`
    Any,
    /// `(email_open or email_click)`, or the parts of a declaration: at least two
    OneOf(Vec<Event>),
    /// `(purchase where amount > 50 EUR)`: parentheses around one event
    Inner(Box<Event>),
}

/// `sum(purchase.amount where category = "shoes")`
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// `sum`
    pub function: AggregateFunction,
    /// What it is over.
    pub argument: AggregateArgument,
    /// `where category = "shoes"`, for an argument that is a row expression
    pub filter: Option<Expr>,
}

/// What an aggregate is over.
#[derive(Debug, Clone, PartialEq)]
pub enum AggregateArgument {
    /// `purchase where …` in `count`, `active days`, the gaps and `share`: its filter stands in the event
    Event(Event),
    /// `purchase.price * purchase.quantity` in all others
    Value(Expr),
}

/// `count` and its like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AggregateFunction {
    /// `count(E)`
    Count,
    /// `active days(E)`
    ActiveDays,
    /// `sum(E.c)`
    Sum,
    /// `average(E.c)`
    Average,
    /// `min(E.c)`
    Min,
    /// `max(E.c)`
    Max,
    /// `distinct(E.c)`
    Distinct,
    /// `first(E.c)`
    First,
    /// `last(E.c)`
    Last,
    /// `median(E.c)`
    Median,
    /// `most common(E.c)`
    MostCommon,
    /// `average gap(E)`
    AverageGap,
    /// `longest gap(E)`
    LongestGap,
    /// `share(E where …)`
    Share,
}

impl AggregateFunction {
    /// Whether it is over events, `count(purchase)`, and not over one of their columns.
    pub fn is_of_events(self) -> bool {
        matches!(
            self,
            AggregateFunction::Count
                | AggregateFunction::ActiveDays
                | AggregateFunction::AverageGap
                | AggregateFunction::LongestGap
                | AggregateFunction::Share
        )
    }

    /// The words of the text.
    pub fn words(self) -> &'static str {
        match self {
            AggregateFunction::Count => "count",
            AggregateFunction::ActiveDays => "active days",
            AggregateFunction::Sum => "sum",
            AggregateFunction::Average => "average",
            AggregateFunction::Min => "min",
            AggregateFunction::Max => "max",
            AggregateFunction::Distinct => "distinct",
            AggregateFunction::First => "first",
            AggregateFunction::Last => "last",
            AggregateFunction::Median => "median",
            AggregateFunction::MostCommon => "most common",
            AggregateFunction::AverageGap => "average gap",
            AggregateFunction::LongestGap => "longest gap",
            AggregateFunction::Share => "share",
        }
    }
}
