//! Another future: every event at or after T replaced by noise, and one more at exactly T.

use segue::program::{Scalar, Type};

use super::dice::Dice;
use super::world::{Role, World};

/// The same world up to T, another one from then on.
pub fn replaced(world: &World, dice: &mut Dice) -> World {
    let mut other = world.clone();
    for (at, table) in world.tables.iter().enumerate().filter(|(_, t)| matches!(t.role, Role::Events | Role::History)) {
        let is_future = |time: &Option<Scalar>| match time {
            Some(Scalar::Timestamp(moment)) => *moment >= world.as_of,
            Some(Scalar::Date(day)) => world.calendar.start_of_day(*day) >= world.as_of,
            _ => false,
        };
        let rows = &mut other.tables[at].rows;
        let before = rows.len();
        rows.retain(|row| !is_future(&row[table.time].value));
        for _ in 0..if before == 0 { 0 } else { 1 + dice.below(8) } {
            let mut row = dice.pick(&table.rows).clone();
            // Any values of the columns, of any key; the first of them at exactly T.
            for (i, cell) in row.iter_mut().enumerate() {
                if i != table.time {
                    *cell = dice.pick(&table.rows)[i].clone();
                }
            }
            let later = if other.tables[at].rows.len() == before { 0 } else { dice.between(0, 60) };
            let day = world.calendar.day_of(world.as_of);
            row[table.time].dirt = None;
            row[table.time].value = Some(match table.columns[table.time].ty {
                Type::Date if world.calendar.start_of_day(day) == world.as_of => Scalar::Date(day + later as i32),
                Type::Date => Scalar::Date(day + 1 + later as i32),
                _ => Scalar::Timestamp(world.as_of + later * later * 1_800_000_000),
            });
            other.tables[at].rows.push(row);
        }
    }
    other
}
