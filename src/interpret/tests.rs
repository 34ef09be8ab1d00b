//! Small cases worked out by hand from the language page.

use jiff::tz::TimeZone;

use super::*;
use crate::program::calendar::{Calendar, DAY};
use crate::program::{self, *};
use crate::source::{FileId, Span};

const T: i64 = 100 * DAY;

fn span() -> Span {
    Span { file: FileId(0), start: 0, end: 0 }
}

fn value(kind: ValueKind, ty: Type) -> Value {
    Value { kind, ty, span: span() }
}

fn condition(kind: ConditionKind) -> Condition {
    Condition { kind, span: span() }
}

/// The attribute `a`, a number.
fn a() -> Value {
    value(ValueKind::Attribute(AttributeId(0)), Type::Number)
}

fn visits() -> program::Event {
    program::Event { parts: vec![EventPart { kind: KindId(0), filter: None }] }
}

fn last(count: u32, unit: Unit) -> Window {
    Window::Last(Length { count, unit })
}

/// `f(visit.price) ever`
fn aggregate(function: AggregateFunction, ty: Type) -> Value {
    let argument = vec![value(ValueKind::Column(TableId(0), 0), Type::Number)];
    value(ValueKind::Aggregate(Box::new(Aggregate { function, event: visits(), argument, window: Window::Ever })), ty)
}

fn program(definitions: Vec<DefinitionKind>) -> Program {
    let column = |name: &str, ty| Column { name: name.into(), ty };
    Program {
        histories: Vec::new(),
        calendar: Calendar { zone: TimeZone::UTC, week_starts_on: jiff::civil::Weekday::Monday },
        customers: Some(Customers { since: None }),
        attributes: vec![Attribute {
            name: "a".into(),
            ty: Type::Number,
            is_key: false,
            is_static: false,
            is_pii: false,
            history: None,
        }],
        tables: vec![EventTable {
            name: "events.visit".into(),
            columns: vec![column("price", Type::Number), column("line", Type::Count)],
            order: Some(1),
        }],
        kinds: vec![Kind { name: "visit".into(), table: TableId(0), filter: None }],
        look_ups: Vec::new(),
        lists: Vec::new(),
        definitions: definitions
            .into_iter()
            .map(|kind| Definition { name: "d".into(), title: None, span: span(), kind })
            .collect(),
        every_segment_except: None,
        named: Named::default(),
        priorities: Vec::new(),
        tests: Vec::new(),
    }
}

fn segment(condition: Condition) -> Segment {
    Segment {
        condition,
        except: Vec::new(),
        purposes: Vec::new(),
        limit: None,
        experiment: None,
        include: Vec::new(),
        owner: None,
        tags: Vec::new(),
        note: None,
    }
}

/// Customers 1, 2, … with these values of `a`.
fn customers(values: &[Option<f64>]) -> Data {
    let row = |(i, x): (usize, &Option<f64>)| CustomerRow {
        key: Key::Number(i as i64 + 1),
        attributes: vec![x.map(Scalar::Number)],
    };
    Data { customers: Some(values.iter().enumerate().map(row).collect()), events: vec![Vec::new()], ..Data::default() }
}

/// A visit of customer 1 at a time, with a price and a line number.
fn visit(time: i64, price: Option<f64>, line: Option<i64>) -> EventRow {
    EventRow {
        key: Some(Key::Number(1)),
        time: Some(time),
        columns: vec![price.map(Scalar::Number), line.map(Scalar::Count)],
    }
}

fn with_visits(visits: &[EventRow]) -> Data {
    Data { events: vec![visits.to_vec()], ..customers(&[None]) }
}

/// The keys of a segment's members.
fn members(segment: Segment, data: &Data) -> Vec<i64> {
    let answers = interpret(&program(vec![DefinitionKind::Segment(segment)]), data, T);
    let Answer::Segment(found) = &answers.definitions[0] else { panic!("a segment") };
    let keys = answers.customers.iter().zip(&found.members).filter(|(_, m)| **m);
    keys.map(|(key, _)| if let Key::Number(n) = key { *n } else { 0 }).collect()
}

fn holds(kind: ConditionKind, data: &Data) -> bool {
    !members(segment(condition(kind)), data).is_empty()
}

fn of_first(value: Value, data: &Data) -> Option<Scalar> {
    let answers = interpret(&program(vec![DefinitionKind::Trait(value)]), data, T);
    let Answer::Trait(values) = &answers.definitions[0] else { panic!("a trait") };
    values[0].clone()
}

fn did(how: How) -> ConditionKind {
    ConditionKind::Did(Box::new(Did { event: visits(), how }))
}

const ONCE: Frequency = Frequency { least: 1, most: u64::MAX };

#[test]
fn an_event_at_t_lies_in_the_future_and_one_at_the_windows_start_inside() {
    let week = || did(How::Times(ONCE, last(7, Unit::Day)));
    assert!(!holds(week(), &with_visits(&[visit(T, None, None)])));
    assert!(holds(week(), &with_visits(&[visit(T - 1, None, None)])));
    assert!(holds(week(), &with_visits(&[visit(T - 7 * DAY, None, None)])));
    assert!(!holds(week(), &with_visits(&[visit(T - 7 * DAY - 1, None, None)])));
}

#[test]
fn without_customers_every_key_with_an_event_before_t_is_one() {
    let mut data = with_visits(&[visit(T - 1, None, None), visit(T, None, None)]);
    data.customers = None;
    data.events[0][1].key = Some(Key::Number(2));
    assert_eq!(members(segment(condition(ConditionKind::Everyone)), &data), [1]);
}

#[test]
fn who_came_at_t_or_at_an_unknown_time_does_not_exist() {
    let mut program = program(vec![]);
    program.customers = Some(Customers { since: Some(AttributeId(0)) });
    let mut data = customers(&[None, None, None, None]);
    let since = [Some(Scalar::Timestamp(T - 1)), Some(Scalar::Timestamp(T)), None, Some(Scalar::Date(99))];
    for (row, since) in data.customers.iter_mut().flatten().zip(since) {
        row.attributes[0] = since;
    }
    assert_eq!(interpret(&program, &data, T).customers, [Key::Number(1), Key::Number(4)]);
}

#[test]
fn a_comparison_with_a_missing_value_is_false_and_not_is_its_complement() {
    let equal =
        || ConditionKind::Compare(Comparison::NotEqual, a(), value(ValueKind::Literal(Scalar::Number(1.0)), Type::Number));
    let data = customers(&[Some(1.0), Some(2.0), None]);
    assert_eq!(members(segment(condition(equal())), &data), [2]);
    assert_eq!(members(segment(condition(ConditionKind::Not(Box::new(condition(equal()))))), &data), [1, 3]);
    let not_in = ConditionKind::NotOneOf(a(), vec![Scalar::Number(1.0)]);
    assert_eq!(members(segment(condition(not_in)), &data), [2]);
}

#[test]
fn of_nothing_a_sum_is_0_and_an_average_missing() {
    let data = with_visits(&[visit(1, None, None)]);
    assert_eq!(of_first(aggregate(AggregateFunction::Sum, Type::Number), &data), Some(Scalar::Number(0.0)));
    assert_eq!(of_first(aggregate(AggregateFunction::Count, Type::Count), &data), Some(Scalar::Count(1)));
    assert_eq!(of_first(aggregate(AggregateFunction::Distinct, Type::Count), &data), Some(Scalar::Count(0)));
    for function in [AggregateFunction::Average, AggregateFunction::Min, AggregateFunction::Last] {
        assert_eq!(of_first(aggregate(function, Type::Number), &data), None);
    }
}

#[test]
fn the_first_of_equal_times_is_by_the_order_column_and_then_the_smallest_value() {
    let first = |visits: &[EventRow]| of_first(aggregate(AggregateFunction::First, Type::Number), &with_visits(visits));
    let lines = [visit(5, Some(1.0), Some(2)), visit(5, Some(9.0), Some(1)), visit(6, Some(0.0), Some(0))];
    assert_eq!(first(&lines), Some(Scalar::Number(9.0)));
    // The one without a line stands in no order to the others: it and line 1 are first, and 3 is smaller than 9.
    let unordered = [visit(5, Some(1.0), Some(2)), visit(5, Some(9.0), Some(1)), visit(5, Some(3.0), None)];
    assert_eq!(first(&unordered), Some(Scalar::Number(3.0)));
    // Missing values are skipped first.
    assert_eq!(first(&[visit(4, None, Some(1)), visit(5, Some(7.0), None)]), Some(Scalar::Number(7.0)));
    let last = of_first(aggregate(AggregateFunction::Last, Type::Number), &with_visits(&lines[..2]));
    assert_eq!(last, Some(Scalar::Number(1.0)));
}

fn rank(top: bool, amount: RankAmount) -> Segment {
    segment(condition(ConditionKind::Rank(Box::new(Rank { value: a(), top, amount, of: RankOf::Everyone }))))
}

fn share(text: &str) -> RankAmount {
    RankAmount::Share(Decimal::parse(text).expect("a decimal"))
}

#[test]
fn a_share_keeps_ties_but_never_holds_those_who_tie_at_the_least() {
    let tied = customers(&[Some(5.0), Some(4.0), Some(4.0), Some(1.0), None]);
    // ceil(0.5 × 4) = 2; the second has 4, and so has the third.
    assert_eq!(members(rank(true, share("0.5")), &tied), [1, 2, 3]);
    let mostly_zero = customers(&[Some(5.0), Some(0.0), Some(0.0), Some(0.0)]);
    assert_eq!(members(rank(true, share("0.5")), &mostly_zero), [1]);
    assert_eq!(members(rank(true, share("1")), &mostly_zero), [1, 2, 3, 4]);
    assert_eq!(members(rank(false, share("0.25")), &mostly_zero), [2, 3, 4]);
    let mostly_most = customers(&[Some(5.0), Some(5.0), Some(5.0), Some(0.0)]);
    assert_eq!(members(rank(false, share("0.5")), &mostly_most), [4]);
    assert_eq!(members(rank(true, share("0")), &tied), [0; 0]);
    assert_eq!(members(rank(true, share("0.000001")), &tied), [1]);
}

#[test]
fn a_number_is_exact_and_breaks_ties_by_the_smallest_key() {
    let tied = customers(&[Some(4.0), Some(5.0), Some(4.0), None]);
    assert_eq!(members(rank(true, RankAmount::Count(2)), &tied), [1, 2]);
    assert_eq!(members(rank(false, RankAmount::Count(1)), &tied), [1]);
    assert_eq!(members(rank(true, RankAmount::Count(9)), &tied), [1, 2, 3]);
}

#[test]
fn a_limit_takes_missing_values_last_and_so_many_of_each_group() {
    let limited = |count, per: Option<Value>, by| Segment {
        limit: Some(Limit { count, per, by }),
        ..segment(condition(ConditionKind::Everyone))
    };
    let data = customers(&[None, Some(1.0), Some(2.0), Some(2.0), None]);
    assert_eq!(members(limited(3, None, LimitBy::Highest(a())), &data), [2, 3, 4]);
    assert_eq!(members(limited(4, None, LimitBy::Lowest(a())), &data), [1, 2, 3, 4]);
    // 3 and 4 are one group; 1 and 5 have none, and are a group alone each.
    assert_eq!(members(limited(1, Some(a()), LimitBy::Highest(a())), &data), [1, 2, 3, 5]);
    let digest = |key| Md5Hex::of(&format!("d:{key}"));
    let mut keys = [1, 2, 3, 4, 5];
    keys.sort_by_key(|key| digest(*key));
    let mut two = keys[..2].to_vec();
    two.sort_unstable();
    assert_eq!(members(limited(2, None, LimitBy::Random), &data), two);
}

struct Md5Hex;

impl Md5Hex {
    fn of(text: &str) -> String {
        use md5::Digest;
        md5::Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[test]
fn a_holdout_is_exact_at_its_edge() {
    let first8 = u32::from_str_radix(&Md5Hex::of("q3:1")[..8], 16).expect("hex");
    let held_out = |digits: i128, scale| {
        let holdout = Holdout { share: Decimal { digits, scale }, salt: "q3".into() };
        let segment =
            Segment { experiment: Some(Experiment::Holdout(holdout)), ..segment(condition(ConditionKind::Everyone)) };
        let answers = interpret(&program(vec![DefinitionKind::Segment(segment)]), &customers(&[None]), T);
        let Answer::Segment(found) = &answers.definitions[0] else { panic!("a segment") };
        assert!(found.members[0]);
        assert_eq!(found.left, [1, usize::from(!found.held_out[0])]);
        found.held_out[0]
    };
    // first8 / 2³² = first8 × 5³² / 10³²: the share that is exactly the number does not hold it out, the least more does.
    let edge = i128::from(first8) * 5i128.pow(32);
    assert!(!held_out(edge, 32) && held_out(edge + 1, 32));
    assert!(!held_out(0, 0) && held_out(1, 0));
}

#[test]
fn a_streak_asks_of_each_interval() {
    let streak = |at_least, visits: &[EventRow]| {
        let intervals = StreakIntervals::Last(3, Unit::Week);
        holds(did(How::Streak { frequency: ONCE, on_days: false, at_least, intervals }), &with_visits(visits))
    };
    let weekly = [visit(T - 1, None, None), visit(T - 14 * DAY, None, None), visit(T - 21 * DAY, None, None)];
    assert!(streak(3, &weekly));
    assert!(!streak(3, &[visit(T - 1, None, None), visit(T - 7 * DAY, None, None), visit(T - 8 * DAY, None, None)]));
    assert!(streak(2, &weekly[1..]));
}

#[test]
fn days_are_those_of_the_calendar_and_the_first_time_is_the_first_ever() {
    let two_days = || did(How::Days(Frequency { least: 2, most: 2 }, Window::Ever));
    assert!(holds(two_days(), &with_visits(&[visit(DAY - 1, None, None), visit(DAY, None, None), visit(DAY, None, None)])));
    let first = || did(How::FirstTime(last(7, Unit::Day)));
    assert!(holds(first(), &with_visits(&[visit(T - DAY, None, None)])));
    assert!(!holds(first(), &with_visits(&[visit(T - DAY, None, None), visit(0, None, None)])));
    assert!(!holds(first(), &with_visits(&[])));
}

#[test]
fn time_since_is_compared_by_the_calendar() {
    let since = |rows: &[EventRow], comparison| {
        let moment = value(ValueKind::Moment(End::Last, visits()), Type::Timestamp);
        let since = value(ValueKind::TimeSince(Box::new(moment)), Type::Duration);
        let month = Length { count: 1, unit: Unit::Month };
        holds(ConditionKind::CompareLength(comparison, since, month), &with_visits(rows))
    };
    // T is 11 April 1970; a month before it is 11 March, 31 days back.
    assert!(!since(&[visit(T - 31 * DAY, None, None)], Comparison::Greater));
    assert!(since(&[visit(T - 31 * DAY - 1, None, None)], Comparison::Greater));
    assert!(since(&[visit(T - 31 * DAY, None, None)], Comparison::LessOrEqual));
    assert!(!since(&[], Comparison::Greater) && !since(&[], Comparison::LessOrEqual));
}
