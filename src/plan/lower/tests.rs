//! Small programs and what has to be computed for them, worked out by hand.

use std::sync::Arc;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use super::*;
use crate::plan::{Bounds, FeatureKind, HangingBound, HangingOf, TextTest, TextTestKind};
use crate::program::calendar::{Calendar, DAY, Interval, Length, Unit};
use crate::program::types::Decimal;
use crate::program::*;
use crate::source::{FileId, Span};

/// 2024-06-15T00:00Z
const T: i64 = 19_889 * DAY;

fn span() -> Span {
    Span { file: FileId(0), start: 0, end: 0 }
}

fn condition(kind: ConditionKind) -> Condition {
    Condition { kind, span: span() }
}

fn value(kind: ValueKind, ty: Type) -> Value {
    Value { kind, ty, span: span() }
}

fn days(count: u32) -> Length {
    Length { count, unit: Unit::Day }
}

/// Two kinds, `visit` and `buy`, of one table with an order; one, `call`, of another.
fn program(definitions: Vec<Definition>) -> Program {
    let column = |name: &str, ty| Column { name: name.into(), ty };
    let is_kind = |text: &str| {
        let left = value(ValueKind::Column(TableId(0), 0), Type::Text);
        let right = value(ValueKind::Literal(Scalar::Text(text.into())), Type::Text);
        Some(condition(ConditionKind::Compare(Comparison::Equal, left, right)))
    };
    Program {
        histories: Vec::new(),
        calendar: Calendar { zone: TimeZone::UTC, week_starts_on: Weekday::Monday },
        customers: Some(Customers { since: None }),
        attributes: vec![
            Attribute { name: "born".into(), ty: Type::Date, is_key: false, is_static: true, is_pii: false, history: None },
            Attribute {
                name: "joined".into(),
                ty: Type::Timestamp,
                is_key: false,
                is_static: true,
                is_pii: false,
                history: None,
            },
        ],
        tables: vec![
            EventTable {
                name: "web".into(),
                columns: vec![column("kind", Type::Text), column("amount", Type::Count), column("line", Type::Count)],
                order: Some(2),
            },
            EventTable { name: "call".into(), columns: vec![column("amount", Type::Count)], order: None },
        ],
        kinds: vec![
            Kind { name: "buy".into(), table: TableId(0), filter: is_kind("buy") },
            Kind { name: "call".into(), table: TableId(1), filter: None },
            Kind { name: "visit".into(), table: TableId(0), filter: is_kind("visit") },
        ],
        look_ups: Vec::new(),
        lists: Vec::new(),
        definitions,
        every_segment_except: None,
        named: Named::default(),
        priorities: Vec::new(),
        tests: Vec::new(),
    }
}

fn event(kinds: &[usize]) -> Event {
    Event { parts: kinds.iter().map(|kind| EventPart { kind: KindId(*kind), filter: None }).collect() }
}

fn did(kinds: &[usize], least: u64, window: Window) -> Condition {
    let how = How::Times(Frequency { least, most: u64::MAX }, window);
    condition(ConditionKind::Did(Box::new(Did { event: event(kinds), how })))
}

fn boolean_trait(name: &str, what: Condition) -> Definition {
    named(name, DefinitionKind::Trait(value(ValueKind::Condition(Box::new(what)), Type::Boolean)))
}

fn named(name: &str, kind: DefinitionKind) -> Definition {
    Definition { name: name.into(), title: None, span: span(), kind }
}

fn segment(name: &str, what: Condition) -> Definition {
    named(
        name,
        DefinitionKind::Segment(Segment {
            condition: what,
            except: Vec::new(),
            purposes: Vec::new(),
            limit: None,
            experiment: None,
            include: Vec::new(),
            owner: None,
            tags: Vec::new(),
            note: None,
        }),
    )
}

fn sum(kind: usize, window: Window) -> Value {
    let argument = value(ValueKind::Column(TableId(0), 1), Type::Count);
    let aggregate = Aggregate { function: AggregateFunction::Sum, event: event(&[kind]), argument: vec![argument], window };
    value(ValueKind::Aggregate(Box::new(aggregate)), Type::Count)
}

fn root(plan: &Plan, definition: usize) -> NodeId {
    match &plan.definitions[definition].kind {
        PlanDefinitionKind::Trait(node) => *node,
        PlanDefinitionKind::Stages(stages) => stages.stage,
        PlanDefinitionKind::Segment(segment) => segment.condition,
    }
}

fn fixed(start: i64, end: i64) -> Bounds {
    Bounds::Fixed(Interval { start, end })
}

#[test]
fn equal_parts_stand_once() {
    let last = Window::Last(days(30));
    let plan = lower(
        &program(vec![
            segment("a", did(&[0], 1, last.clone())),
            segment("b", did(&[0], 3, last.clone())),
            // The other way to say [T − 30 days, T).
            segment("c", did(&[0], 1, Window::Since(19_859))),
            segment("d", condition(ConditionKind::Not(Box::new(did(&[0], 1, last))))),
        ]),
        T,
    );
    assert_eq!(plan.features.len(), 1);
    assert_eq!(plan.features[0].kind, FeatureKind::Count(fixed(T - 30 * DAY, T)));
    assert_eq!(root(&plan, 0), root(&plan, 2));
    assert_ne!(root(&plan, 0), root(&plan, 1));
    assert_eq!(plan.graph.nodes[root(&plan, 3).0].kind, NodeKind::Not(root(&plan, 0)));
    assert_eq!(plan.tables.len(), 1);
    let scan = &plan.tables[0];
    assert_eq!((scan.table, scan.columns.as_slice(), scan.oldest), (TableId(0), [0usize].as_slice(), T - 30 * DAY));
    assert_eq!((scan.selections.len(), scan.slots.len(), scan.needs_order), (1, 0, false));
}

#[test]
fn a_selection_has_one_condition_for_each_table_and_a_row_counts_once() {
    let plan = lower(&program(vec![segment("a", did(&[0, 1, 2], 1, Window::Ever))]), T);
    assert_eq!((plan.features.len(), plan.tables.len()), (1, 2));
    let [web, call] = plan.tables.as_slice() else { panic!("two scans") };
    let kind = |scan: &super::super::TableScan| scan.graph.nodes[scan.selections[0].1.0].kind.clone();
    assert!(matches!(kind(web), NodeKind::Any(parts) if parts.len() == 2), "buy or visit");
    assert_eq!(kind(call), NodeKind::Constant(true));
    assert_eq!(web.selections[0].0, call.selections[0].0);
    assert_eq!((web.oldest, call.columns.len()), (i64::MIN, 0));
    // In another order it is the same.
    let other = lower(
        &program(vec![segment("a", did(&[2, 1, 0, 1], 1, Window::Ever)), segment("b", did(&[1], 1, Window::Ever))]),
        T,
    );
    assert_eq!(other.features.len(), 2);
}

#[test]
fn without_customers_every_table_is_read_from_its_first_row() {
    let mut program = program(vec![segment("a", did(&[1], 1, Window::Last(days(1))))]);
    program.customers = None;
    let plan = lower(&program, T);
    assert!(!plan.has_customers);
    assert_eq!(plan.tables.iter().map(|scan| scan.oldest).collect::<Vec<_>>(), [i64::MIN, i64::MIN]);
    assert!(plan.tables[0].selections.is_empty());
}

#[test]
fn a_trait_is_taken_in_where_it_is_named() {
    let buyer = did(&[0], 1, Window::Ever);
    let named = value(ValueKind::Trait(DefinitionId(0)), Type::Boolean);
    let plan = lower(
        &program(vec![
            boolean_trait("buyer", buyer.clone()),
            segment("a", condition(ConditionKind::Holds(named))),
            segment("b", buyer),
            segment("c", condition(ConditionKind::InSegment(DefinitionId(1)))),
        ]),
        T,
    );
    assert_eq!(root(&plan, 0), root(&plan, 1));
    assert_eq!(root(&plan, 1), root(&plan, 2));
    assert_eq!(plan.graph.nodes[root(&plan, 3).0].kind, NodeKind::Member(PlanDefinitionId(1)));
}

#[test]
fn only_what_is_wanted_and_what_it_needs_is_computed() {
    let in_segment = |id| condition(ConditionKind::InSegment(DefinitionId(id)));
    let program = program(vec![
        boolean_trait("caller", did(&[1], 1, Window::Ever)),
        boolean_trait("buyer", did(&[0], 1, Window::Ever)),
        segment("a", condition(ConditionKind::Holds(value(ValueKind::Trait(DefinitionId(1)), Type::Boolean)))),
        segment("b", in_segment(2)),
        segment("c", did(&[2], 1, Window::Ever)),
    ]);
    let plan = lower_only(&program, T, &|definition| &*definition.name == "b");
    let found: Vec<_> = plan.definitions.iter().map(|d| (&*d.name, d.is_wanted)).collect();
    assert_eq!(found, [("buyer", false), ("a", false), ("b", true)]);
    assert_eq!((plan.features.len(), plan.tables.len()), (1, 1));
}

#[test]
fn recency_against_days_is_compared_by_the_calendar() {
    let last = value(ValueKind::Moment(End::Last, event(&[0])), Type::Timestamp);
    let since = value(ValueKind::TimeSince(Box::new(last)), Type::Duration);
    let month = Length { count: 1, unit: Unit::Month };
    let plan =
        lower(&program(vec![segment("a", condition(ConditionKind::CompareLength(Comparison::Greater, since, month)))]), T);
    let NodeKind::Compare(Comparison::Greater, elapsed, length) = plan.graph.nodes[root(&plan, 0).0].kind else {
        panic!("a comparison")
    };
    // From 15 May to 15 June there are 31 days.
    assert_eq!(plan.graph.nodes[length.0].kind, NodeKind::Literal(Scalar::Duration(31 * DAY)));
    let NodeKind::Elapsed(from, to) = plan.graph.nodes[elapsed.0].kind else { panic!("a time between two") };
    assert_eq!(plan.graph.nodes[from.0].kind, NodeKind::Feature(FeatureId(0)));
    assert_eq!(plan.graph.nodes[to.0].kind, NodeKind::Literal(Scalar::Timestamp(T)));
    assert_eq!((&plan.features[0].kind, &plan.features[0].ty), (&FeatureKind::LastTime { until: T }, &Type::Timestamp));
}

#[test]
fn windows_that_hang_on_an_attribute_are_intervals_for_each_customer() {
    let born = || Box::new(value(ValueKind::Attribute(AttributeId(0)), Type::Date));
    let joined = || Box::new(value(ValueKind::Attribute(AttributeId(1)), Type::Timestamp));
    let first_week = |anchor| Window::FirstAfter { length: days(7), anchor };
    let in_window = |x: Box<Value>, window| condition(ConditionKind::InWindow(*x, window));
    let later = Window::BetweenAfter { near: days(7), far: days(14), anchor: joined() };
    let plan = lower(
        &program(vec![
            segment("a", did(&[0], 1, first_week(born()))),
            segment("b", did(&[0], 2, first_week(born()))),
            segment("c", in_window(born(), later.clone())),
            segment("d", in_window(joined(), later)),
        ]),
        T,
    );
    let of: Vec<_> = plan.hanging.iter().map(|h| h.of).collect();
    assert_eq!(of, [HangingOf::Events, HangingOf::Days, HangingOf::Moments]);
    // A Date hangs by its first instant.
    let NodeKind::FirstInstant(day) = plan.graph.nodes[plan.hanging[0].anchor.0].kind else { panic!("a first instant") };
    assert_eq!(plan.graph.nodes[day.0].kind, NodeKind::Attribute(AttributeId(0)));
    assert_eq!((plan.hanging[0].start, plan.hanging[0].end), (HangingBound::Anchor, HangingBound::After(days(7))));
    assert_eq!(plan.features[0].kind, FeatureKind::Count(Bounds::Hanging(HangingId(0))));
    assert_eq!(plan.features.len(), 1);
    assert_eq!(plan.attributes, [AttributeId(0), AttributeId(1)]);
    assert_eq!(plan.tables[0].oldest, i64::MIN);
}

#[test]
fn streaks_first_times_and_named_windows_have_their_bounds() {
    let how = How::Streak {
        frequency: Frequency { least: 2, most: u64::MAX },
        on_days: true,
        at_least: 2,
        intervals: StreakIntervals::Previous(2, Unit::Month),
    };
    let streak = condition(ConditionKind::Did(Box::new(Did { event: event(&[0]), how })));
    let first = How::FirstTime(Window::Last(days(1)));
    let first = condition(ConditionKind::Did(Box::new(Did { event: event(&[0]), how: first })));
    let plan = lower(&program(vec![segment("a", streak), segment("b", first)]), T);
    let FeatureKind::Streak { bounds, on_days: true, .. } = &plan.features[0].kind else { panic!("a streak") };
    // 1 June, 1 May, 1 April 2024.
    assert_eq!(bounds.as_ref(), [19_875 * DAY, 19_844 * DAY, 19_814 * DAY]);
    let NodeKind::InRange(_, range) = plan.graph.nodes[root(&plan, 0).0].kind else { panic!("a range") };
    assert_eq!(range, Frequency { least: 2, most: u64::MAX });
    let NodeKind::Within(moment, bounds) = plan.graph.nodes[root(&plan, 1).0].kind else { panic!("a window") };
    assert_eq!(bounds, fixed(T - DAY, T));
    assert_eq!(plan.graph.nodes[moment.0].kind, NodeKind::Feature(FeatureId(1)));
    assert_eq!(plan.features[1].kind, FeatureKind::FirstTime { until: T });
}

#[test]
fn sums_share_their_slot_and_first_needs_the_order() {
    let first = Aggregate {
        function: AggregateFunction::First,
        event: event(&[0]),
        argument: vec![value(ValueKind::Column(TableId(0), 1), Type::Count)],
        window: Window::Ever,
    };
    let first = value(ValueKind::Aggregate(Box::new(first)), Type::Count);
    let plan = lower(
        &program(vec![
            named("a", DefinitionKind::Trait(sum(0, Window::Last(days(3))))),
            named("b", DefinitionKind::Trait(sum(2, Window::Last(days(3))))),
            named("c", DefinitionKind::Trait(first)),
        ]),
        T,
    );
    let scan = &plan.tables[0];
    assert_eq!((plan.features.len(), scan.selections.len(), scan.slots.len()), (3, 2, 1));
    assert!(scan.needs_order);
    assert_eq!(scan.columns, [0, 1]);
}

#[test]
fn equal_ranks_are_one_and_a_share_is_kept_exact() {
    let share = RankAmount::Share(Decimal::parse("20").unwrap().hundredth());
    let ranked = |top| {
        let rank =
            crate::program::Rank { value: sum(0, Window::Ever), top, amount: share, of: RankOf::Segment(DefinitionId(0)) };
        condition(ConditionKind::Rank(Box::new(rank)))
    };
    let everyone = segment("all", condition(ConditionKind::Everyone));
    let plan = lower(
        &program(vec![everyone, segment("a", ranked(true)), segment("b", ranked(true)), segment("c", ranked(false))]),
        T,
    );
    assert_eq!(plan.ranks.len(), 2);
    assert_eq!(root(&plan, 1), root(&plan, 2));
    assert_eq!(plan.ranks[0].amount, share);
    let of = plan.ranks[0].of.unwrap();
    assert_eq!(plan.graph.nodes[of.0].kind, NodeKind::Member(PlanDefinitionId(0)));
}

#[test]
fn literals_are_told_apart_by_type_and_bits_and_texts_by_all_of_their_test() {
    let mut builder = Builder::default();
    let number = |builder: &mut Builder, x| builder.node(NodeKind::Literal(Scalar::Number(x)), &Type::Number);
    let a = number(&mut builder, 0.1 + 0.2);
    let b = number(&mut builder, 0.3);
    assert_ne!(a, b);
    assert_eq!(b, number(&mut builder, 0.3));
    assert_ne!(b, builder.node(NodeKind::Literal(Scalar::Number(0.3)), &Type::Percent));
    let money = |builder: &mut Builder, currency: &str| {
        builder.node(NodeKind::Literal(Scalar::Money(1)), &Type::Money(currency.into()))
    };
    assert_ne!(money(&mut builder, "EUR"), money(&mut builder, "USD"));
    let text = |builder: &mut Builder, ignoring_case| {
        let test = TextTest { kind: TextTestKind::Contains, pattern: Arc::from("a"), ignoring_case };
        builder.condition(NodeKind::Text(a, test))
    };
    assert_ne!(text(&mut builder, true), text(&mut builder, false));
}

#[test]
fn all_and_any_drop_what_says_nothing() {
    let mut builder = Builder::default();
    let constant = |builder: &mut Builder, holds| builder.condition(NodeKind::Constant(holds));
    let (yes, no) = (constant(&mut builder, true), constant(&mut builder, false));
    let x = builder.condition(NodeKind::Member(PlanDefinitionId(0)));
    let y = builder.condition(NodeKind::Member(PlanDefinitionId(1)));
    assert_eq!(builder.all(vec![yes, x, x]), x);
    assert_eq!(builder.all(vec![]), yes);
    assert_eq!(builder.any(vec![no, x]), x);
    assert_eq!(builder.any(vec![x, yes]), yes);
    assert_eq!(builder.any(vec![]), no);
    let both = builder.all(vec![x, y, x]);
    assert_eq!(builder.nodes()[both.0].kind, NodeKind::All(vec![x, y]));
    let not = builder.not(both);
    assert_eq!(builder.not(not), both);
    assert_eq!(builder.not(yes), no);
}

#[test]
fn twenty_thousand_conditions_are_one_flat_node() {
    let one = |n: i64| {
        let born = value(ValueKind::Attribute(AttributeId(0)), Type::Date);
        let day = value(ValueKind::Literal(Scalar::Date(n as i32)), Type::Date);
        condition(ConditionKind::Compare(Comparison::Equal, born, day))
    };
    let any = condition(ConditionKind::Any((0..20_000).map(one).collect()));
    let plan = lower(&program(vec![segment("a", any)]), T);
    assert!(matches!(&plan.graph.nodes[root(&plan, 0).0].kind, NodeKind::Any(parts) if parts.len() == 20_000));
    assert!(plan.tables.is_empty());
}

#[test]
fn other_times_are_other_features_of_one_scan() {
    let in_segment = || condition(ConditionKind::InSegment(DefinitionId(0)));
    let ago = |inner, count| condition(ConditionKind::AsOf(Box::new(inner), days(count)));
    let mut program = program(vec![
        segment("buyers", did(&[0], 1, Window::Last(days(7)))),
        segment("a", ago(in_segment(), 10)),
        segment("b", ago(ago(in_segment(), 10), 20)),
        segment("c", condition(ConditionKind::Entered(DefinitionId(0), days(10)))),
    ]);
    program.customers = Some(Customers { since: Some(AttributeId(1)) });
    let plan = lower(&program, T);
    // What is used stands before: the earliest time first, and within one time the order of the program.
    let found: Vec<_> = plan.definitions.iter().map(|d| (&*d.name, (T - d.as_of) / DAY, d.is_wanted)).collect();
    let now = [("buyers", 0, true), ("a", 0, true), ("b", 0, true), ("c", 0, true)];
    assert_eq!(found, [[("buyers", 30, false), ("buyers", 10, false)].as_slice(), now.as_slice()].concat());
    // Three times: three features over one selection of one scan, which reaches back for the earliest.
    let kinds: Vec<_> = plan.features.iter().map(|feature| (feature.selection, feature.kind.clone())).collect();
    let week = |days_ago: i64| {
        let end = T - days_ago * DAY;
        (plan.features[0].selection, FeatureKind::Count(fixed(end - 7 * DAY, end)))
    };
    assert_eq!(kinds, [week(30), week(10), week(0)]);
    assert_eq!((plan.tables.len(), plan.tables[0].selections.len()), (1, 1));
    assert_eq!(plan.tables[0].oldest, T - 37 * DAY);
    // Members then are among those who had joined by then; those of now are all who are looked at.
    let NodeKind::All(parts) = &plan.graph.nodes[root(&plan, 1).0].kind else { panic!("who existed, and bought") };
    assert!(matches!(
        plan.graph.nodes[parts[0].0].kind,
        NodeKind::Within(_, Bounds::Fixed(Interval { start: i64::MIN, end })) if end == T - 10 * DAY
    ));
    assert!(matches!(plan.graph.nodes[root(&plan, 2).0].kind, NodeKind::InRange(..)));
}
