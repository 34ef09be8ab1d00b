//! What is said as of another time is what was said then. And times mean nothing by themselves (M8): all of them moved by whole weeks, T with them, and everything is as before. In UTC, for
//! every other zone has changed its clocks some time, and of definitions that name no day and no unit of the calendar longer than a week.

use segue::interpret::{Answer, Answers, interpret};
use segue::program::Scalar;
use segue::program::calendar::{DAY, Length, Unit};

use super::dice::Dice;
use super::meaning::check;
use super::project::Project;
use super::seeds;
use super::world::World;

/// What hangs on the very day, in words of the language. A day that is written out begins with its year.
const BY_THE_CALENDAR: &[&str] = &[
    "month",
    "quarter",
    "year",
    " of birthday",
    "anniversary",
    "day of ",
    " 19",
    "(19",
    " 20",
    "(20",
    "month of",
    "place(",
];

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
        if drawn.world.zone != "UTC" {
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

#[test]
fn as_of_another_time_is_what_was_said_then() {
    let mut many = 0;
    for seed in seeds(150, 150) {
        let ago = 1 + seed % 60;
        let (project, (traits, segments)) = Project::draw_with(seed, |writer, project| {
            let traits: Vec<String> = writer.traits.iter().map(|(name, _)| name.clone()).collect();
            for name in &traits {
                project.declarations.push(format!("trait then_{name} = {name} as of {ago} days ago"));
            }
            for name in &writer.segments {
                let pairs = [("then", "in"), ("entered", "entered"), ("left", "left")];
                for (start, word) in pairs {
                    let when = if word == "in" { format!("as of {ago} days ago") } else { format!("in last {ago} days") };
                    project
                        .declarations
                        .push(format!("segment {start}_{name} {{\n  where {word} segment {name} {when}\n}}"));
                }
            }
            // It takes them off now, and not then.
            project.every_segment_except = None;
            (traits, writer.segments.clone())
        });
        let program = check(&project).unwrap_or_else(|fault| panic!("SEGUE_SEED={seed}: it does not check\n{fault}"));
        let data = project.world.data(&program);
        let length = Length { count: ago as u32, unit: Unit::Day };
        let then = program.calendar.shift(project.world.as_of, length, -1);
        let (now, then) = (interpret(&program, &data, project.world.as_of), interpret(&program, &data, then));
        let at = |name: &str| program.definitions.iter().position(|d| &*d.name == name).expect("a definition");
        for (place, key) in now.customers.iter().enumerate() {
            let before = then.customers.iter().position(|k| k == key);
            let value = |answers: &Answers, name: &str, place: usize| match &answers.definitions[at(name)] {
                Answer::Segment(segment) => Some(Scalar::Boolean(segment.members[place])),
                Answer::Trait(values) => values[place].clone(),
            };
            for name in &traits {
                let right = before.and_then(|before| value(&then, name, before));
                let says = value(&now, &format!("then_{name}"), place);
                assert_eq!(says, right, "SEGUE_SEED={seed}: {name} of {key} as of {ago} days ago");
            }
            for name in &segments {
                let is = |name: &str| value(&now, name, place) == Some(Scalar::Boolean(true));
                let was = before.is_some_and(|before| value(&then, name, before) == Some(Scalar::Boolean(true)));
                let says = [is(&format!("then_{name}")), is(&format!("entered_{name}")), is(&format!("left_{name}"))];
                let right = [was, is(name) && !was, was && !is(name)];
                assert_eq!(says, right, "SEGUE_SEED={seed}: {key} in {name} then, entered, left");
            }
            many += traits.len() + segments.len();
        }
    }
    println!("{many} answers of other times");
}
