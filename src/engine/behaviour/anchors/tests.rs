//! Windows that hang on an event, by hand: what ties with the event and what does not.

use super::super::tests::*;
use crate::plan::{Bounds, End, EventSide, FeatureKind as F, OnEvent, OnEventId, SelectionId};
use crate::program::calendar::{Length, Unit};
use crate::program::types::Type;

fn on(selection: SelectionId, end: End, side: EventSide, until: i64) -> OnEvent {
    OnEvent { selection, end, until, side }
}

/// Customer 1: web purchases at 10 (line 1) and 30 (no line); others at 10 (line 2), 20 (no line), 30 (lines 4 and 5); visits at
/// 5, and at 30 of rank x and y. Customers 3 and 4 have two purchases each, none of them on the web; 2 and 5 nothing.
#[test]
fn at_one_moment_the_order_of_the_one_table_decides() {
    let second = |count| Length { count, unit: Unit::Second };
    let far = EventSide::BetweenAfter { near: second(1), far: second(2) };
    let (first, last) = (End::First, End::Last);
    let (since, before) = (EventSide::Since, EventSide::Before);
    let windows = vec![
        on(WEB, first, since, T),
        on(WEB, first, EventSide::FirstAfter(second(1)), T),
        on(WEB, first, far, T),
        on(WEB, first, before, T),
        // At 30, and without a line: later than nothing there, earlier than nothing there.
        on(WEB, last, since, T),
        on(WEB, last, before, T),
        // The one with line 5 and the one without are last together.
        on(PURCHASES, last, before, T),
        // As of 20 the last is line 2 at 10; as of 30 the one at 20.
        on(PURCHASES, last, before, 20),
        on(PURCHASES, last, since, 20),
        on(PURCHASES, last, since, 30),
        // Rank y; x is earlier.
        on(VISITS, last, before, T),
    ];
    let (count, kind) = (Type::Count, |i| Bounds::OnEvent(OnEventId(i)));
    let features = vec![
        (PURCHASES, F::Count(kind(0)), count.clone(), ["5", "0", "2", "2", "0"]),
        (ALL, F::Count(kind(0)), count.clone(), ["7", "0", "2", "2", "0"]),
        (PURCHASES, F::Sum(AMOUNT, kind(0)), money(), ["7000005", "0", "-", "0", "0"]),
        (PURCHASES, F::First(WHERE, kind(0)), Type::Text, ["app", "-", "-", "-", "-"]),
        (PURCHASES, F::Days(kind(0)), count.clone(), ["1", "0", "1", "2", "0"]),
        (PURCHASES, F::Count(kind(1)), count.clone(), ["5", "0", "0", "0", "0"]),
        (PURCHASES, F::Count(kind(2)), count.clone(), ["0"; 5]),
        (PURCHASES, F::Count(kind(3)), count.clone(), ["0"; 5]),
        (VISITS, F::Count(kind(3)), count.clone(), ["1", "0", "0", "0", "0"]),
        (PURCHASES, F::Count(kind(4)), count.clone(), ["0", "0", "2", "2", "0"]),
        (PURCHASES, F::Count(kind(5)), count.clone(), ["3", "0", "0", "0", "0"]),
        (PURCHASES, F::Count(kind(6)), count.clone(), ["3", "0", "1", "1", "0"]),
        (PURCHASES, F::Count(kind(7)), count.clone(), ["1", "0", "1", "0", "0"]),
        (PURCHASES, F::Count(kind(8)), count.clone(), ["0"; 5]),
        (PURCHASES, F::Count(kind(9)), count.clone(), ["0"; 5]),
        (VISITS, F::Count(kind(10)), count.clone(), ["2", "0", "0", "0", "0"]),
        (PURCHASES, F::Count(kind(10)), count, ["3", "0", "0", "0", "0"]),
        // The first purchase is the event itself; without one, the first is in `since`, which is ever.
        (PURCHASES, F::FirstWithin(kind(0)), Type::Boolean, ["false", "false", "true", "true", "false"]),
        // Line 1 at 10 comes before line 2.
        (WEB, F::FirstWithin(kind(7)), Type::Boolean, ["true", "false", "false", "false", "false"]),
    ];
    let mut plan = plan(features_only(&features), "UTC", T);
    plan.on_events = windows;
    for layout in [Layout::of(1, 8192), Layout::of(2, 1), Layout::of(7, 4)] {
        let (computed, _) = layout.run(&plan, &small_world()).unwrap();
        for ((_, kind, _, expected), column) in features.iter().zip(&computed.columns) {
            assert_eq!(shown(column), expected, "{kind:?}");
        }
    }
}
