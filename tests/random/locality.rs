//! What one customer is, others do not decide (M10): more customers change nothing for those who are there, more events of
//! another kind change nothing for anybody. Ranks and limits are about everybody, and left out of the first.

use segue::interpret::{Answer, Answers, interpret};
use segue::program::{Key, Program, Scalar, Type};

use super::dice::Dice;
use super::meaning::check;
use super::project::Project;
use super::seeds;
use super::world::{Cell, Column, Kind, Role, Table, World};

/// What is about all customers, in words of the language.
const OF_ALL: &[&str] = &[" in top ", " in bottom ", "limit ", "quintile(", "quartile(", "decile("];

/// What is about all kinds of events.
const OF_ALL_KINDS: &[&str] = &["any event", "anything", "nothing", "directly"];

/// Without a table of customers, the events of all kinds say who existed when.
const OF_WHO_EXISTED: &[&str] = &["as of", "entered", "left"];

/// More customers, with events of their own: those of others under new keys.
fn more_customers(world: &World, dice: &mut Dice) -> World {
    let mut more = world.clone();
    let renamed = |cell: &Cell| match &cell.value {
        Some(Scalar::Count(n)) => Cell { value: Some(Scalar::Count(n / 2 + 1_000_003)), dirt: None },
        Some(Scalar::Text(text)) => Cell { value: Some(Scalar::Text(format!("{text}-new").into())), dirt: None },
        _ => cell.clone(),
    };
    let mut seen = std::collections::BTreeSet::new();
    for (at, table) in world.tables.iter().enumerate() {
        let is_one_each = matches!(table.role, Role::Customers | Role::Support);
        if table.role == Role::LookUp {
            continue;
        }
        for row in table.rows.iter().filter(|row| row[table.key].value.is_some()) {
            if dice.chance(30) {
                continue;
            }
            let mut row = row.clone();
            row[table.key] = renamed(&row[table.key]);
            if is_one_each && !seen.insert((at, format!("{:?}", row[table.key].value))) {
                continue;
            }
            more.tables[at].rows.push(row);
        }
    }
    more
}

/// One more kind of events, of the customers who exist.
fn one_more_kind(world: &World, customers: &[Key], dice: &mut Dice) -> World {
    let mut more = world.clone();
    let key_type = world.tables.iter().find(|t| t.role != Role::LookUp).map(|t| t.columns[t.key].ty.clone());
    let column = |name: &str, ty: Type| Column { name: name.into(), ty, is_pii: false };
    let columns =
        vec![column("who", key_type.expect("a table")), column("at", Type::Timestamp), column("channel", Type::Text)];
    let mut rows = Vec::new();
    for key in customers {
        for _ in 0..dice.below(4) {
            let cell = |value| Cell { value: Some(value), dirt: None };
            let key = match key {
                Key::Number(n) => Scalar::Count(*n),
                Key::Text(text) => Scalar::Text(text.clone()),
            };
            rows.push(vec![cell(key), cell(Scalar::Timestamp(world.moment(dice))), cell(Scalar::Text("shoes".into()))]);
        }
    }
    let (name, role) = ("parcels".to_owned(), Role::Events);
    more.tables.push(Table { name, role, columns, rows, key: 0, time: 1, order: None, stream: None });
    more.kinds.push(Kind { name: "parcel".into(), table: more.tables.len() - 1, value: None, filter: None });
    more
}

/// What a definition says of a customer.
fn of(answer: &Answer, at: usize) -> String {
    match answer {
        Answer::Trait(values) => format!("{:?}", values[at]),
        Answer::Segment(segment) => {
            let include: Vec<_> = segment.include.iter().map(|column| &column[at]).collect();
            format!("{} {} {include:?}", segment.members[at], segment.held_out[at])
        }
    }
}

/// The first definition and customer of whom something else is said.
fn changed(program: &Program, before: &Answers, after: &Answers) -> Option<String> {
    for (at, key) in before.customers.iter().enumerate() {
        let Some(now) = after.customers.iter().position(|k| k == key) else { return Some(format!("{key} is gone")) };
        for (definition, (one, two)) in program.definitions.iter().zip(before.definitions.iter().zip(&after.definitions)) {
            let (one, two) = (of(one, at), of(two, now));
            if one != two {
                return Some(format!("{} of {key}: {one} before, {two} after", definition.name));
            }
        }
    }
    None
}

#[test]
fn more_customers_and_more_kinds_of_events_change_nothing() {
    for seed in seeds(150, 150) {
        let drawn = Project::draw(seed);
        let mut dice = Dice::new(seed ^ 0x10ca1);
        let checked = |project: &Project| match check(project) {
            Ok(program) => program,
            Err(fault) => panic!("SEGUE_SEED={seed}: it does not check\n{fault}"),
        };
        let said =
            |project: &Project, program: &Program| interpret(program, &project.world.data(program), project.world.as_of);

        let project = drawn.without(OF_ALL);
        let program = checked(&project);
        let before = said(&project, &program);
        let more = Project { world: more_customers(&project.world, &mut dice), ..project };
        let after = said(&more, &program);
        if let Some(change) = changed(&program, &before, &after) {
            panic!("SEGUE_SEED={seed}: more customers, and {change}\n{}", more.files().join("\n"));
        }

        let has_customers = drawn.world.tables.iter().any(|table| table.role == Role::Customers);
        let others = if has_customers { &[] } else { OF_WHO_EXISTED };
        let project = drawn.without(&[OF_ALL_KINDS, others].concat());
        let program = checked(&project);
        let before = said(&project, &program);
        let more = Project { world: one_more_kind(&project.world, &before.customers, &mut dice), ..project };
        let program = checked(&more);
        let after = said(&more, &program);
        if let Some(change) = changed(&program, &before, &after) {
            panic!("SEGUE_SEED={seed}: one more kind of events, and {change}\n{}", more.files().join("\n"));
        }
    }
}
