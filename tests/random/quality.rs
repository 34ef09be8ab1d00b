//! What a run has to count of a world's tables, worked out from the world itself.

use std::collections::BTreeSet;

use segue::engine::quality::Report;
use segue::interpret::Answers;
use segue::program::{Key, Scalar};

use super::world::{Role, World};

/// What is wrong with the counts of a run; `None` where each row of each table stands in exactly one place.
pub fn fault(world: &World, answers: &Answers, report: &Report) -> Option<String> {
    let exist: BTreeSet<&Key> = answers.customers.iter().collect();
    let customers = world.tables.iter().filter(|table| table.role == Role::Customers);
    let customers: BTreeSet<String> = customers
        .flat_map(|table| table.rows.iter().filter_map(|row| key_of(&row[table.key].value)))
        .map(|key| key.to_string())
        .collect();
    for source in &report.sources {
        let table = (0..world.tables.len()).find(|t| world.source_names(*t).contains(&source.source));
        let Some(table) = table.map(|t| &world.tables[t]) else {
            return Some(format!("no source is called `{}`", source.source));
        };
        let (mut no_key, mut no_time, mut nobody, mut future, mut counted) = (0, 0, 0, 0, 0);
        for row in &table.rows {
            let Some(key) = key_of(&row[table.key].value) else {
                no_key += 1;
                continue;
            };
            match table.role {
                Role::Events | Role::History => {}
                // `[customers]` decides who exists: a row of another system's for nobody there is nobody's.
                Role::Support if !customers.contains(&key.to_string()) => {
                    nobody += 1;
                    continue;
                }
                _ => {
                    counted += 1;
                    continue;
                }
            }
            let time = match &row[table.time].value {
                Some(Scalar::Date(day)) => world.calendar.start_of_day(*day),
                Some(Scalar::Timestamp(moment)) => *moment,
                _ => {
                    no_time += 1;
                    continue;
                }
            };
            match (exist.contains(&key), time < world.as_of) {
                (true, true) => counted += 1,
                (true, false) => future += 1,
                (false, _) => nobody += 1,
            }
        }
        let right = [table.rows.len() as u64, counted, no_key, no_time];
        let got = [source.read, source.counted, source.without_key, source.without_time];
        let rest = (source.of_nobody, source.in_future);
        let adds_up =
            source.read == source.counted + source.without_key + source.without_time + source.of_nobody + source.in_future;
        // Whether a row of nobody at T is of nobody or in the future is for the reader to say: it counts once.
        if got != right || !adds_up || rest.0 + rest.1 != nobody + future {
            return Some(format!(
                "`{}`: read, counted, without key, without time are {got:?}, right is {right:?}; of nobody and in the \
                 future are {rest:?}, right is {:?}",
                source.source,
                (nobody, future)
            ));
        }
    }
    None
}

/// A cell as a key.
fn key_of(value: &Option<Scalar>) -> Option<Key> {
    match value {
        Some(Scalar::Count(n)) => Some(Key::Number(*n)),
        Some(Scalar::Text(text)) => Some(Key::Text(text.clone())),
        _ => None,
    }
}
