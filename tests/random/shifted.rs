//! Times mean nothing by themselves (M8): all of them moved by whole weeks, T with them, and everything is as before. In zones
//! that do not change their clocks, and of definitions that name no day and no unit of the calendar longer than a week.

use segue::interpret::{Answer, interpret};
use segue::program::Scalar;
use segue::program::calendar::DAY;

use super::dice::Dice;
use super::meaning::check;
use super::project::Project;
use super::seeds;
use super::world::World;

/// What hangs on the very day, in words of the language. A day that is written out begins with its year.
const BY_THE_CALENDAR: &[&str] =
    &["month", "quarter", "year", " of birthday", "anniversary", "day of ", " 20", "(20", "month of", "place("];

/// All times of a world, T among them, so many days later.
fn moved(world: &World, days: i32) -> World {
    let mut other = world.clone();
    other.as_of += i64::from(days) * DAY;
    for cell in other.tables.iter_mut().flat_map(|t| &mut t.rows).flatten() {
        cell.value = cell.value.take().map(|value| moved_value(value, days));
    }
    other
}

fn moved_value(value: Scalar, days: i32) -> Scalar {
    match value {
        Scalar::Date(day) => Scalar::Date(day + days),
        Scalar::Timestamp(moment) => Scalar::Timestamp(moment + i64::from(days) * DAY),
        other => other,
    }
}

/// Answers with their times moved.
fn moved_answer(answer: Answer, days: i32) -> Answer {
    let value = |value: Option<Scalar>| value.map(|value| moved_value(value, days));
    match answer {
        Answer::Trait(values) => Answer::Trait(values.into_iter().map(value).collect()),
        Answer::Segment(mut segment) => {
            for column in &mut segment.include {
                for cell in column {
                    *cell = cell.take().map(|value| moved_value(value, days));
                }
            }
            Answer::Segment(segment)
        }
    }
}

#[test]
fn other_weeks_are_like_these() {
    let mut many = 0;
    for seed in seeds(600, 400) {
        let drawn = Project::draw(seed);
        if !matches!(drawn.world.zone, "UTC" | "Asia/Kathmandu") {
            continue;
        }
        let mut project = drawn.without(BY_THE_CALENDAR);
        project.world = drawn.world.clone();
        let days = 7 * Dice::new(seed).between(1, 300) as i32 * if seed % 2 == 0 { 1 } else { -1 };
        let program = check(&project).unwrap_or_else(|fault| panic!("SEGUE_SEED={seed}: it does not check\n{fault}"));
        let before = interpret(&program, &project.world.data(&program), project.world.as_of);
        let other = moved(&project.world, days);
        let after = interpret(&program, &other.data(&program), other.as_of);
        assert_eq!(before.customers, after.customers, "SEGUE_SEED={seed}: others exist {days} days later");
        for ((definition, before), after) in program.definitions.iter().zip(before.definitions).zip(after.definitions) {
            let name = &definition.name;
            let text = || project.declarations.iter().find(|d| d.split_whitespace().nth(1) == Some(name));
            assert_eq!(
                moved_answer(before, days),
                after,
                "SEGUE_SEED={seed}: `{name}` is another {days} days later\n{:?}",
                text()
            );
        }
        many += project.declarations.len();
    }
    println!("{many} definitions");
}
