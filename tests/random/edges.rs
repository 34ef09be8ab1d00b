//! What hangs on rare things of the data: events at one time that an order column sorts, averages of doubles without an end.

use segue::program::Type;

use super::project::Project;
use super::world::Role;
use super::writer::Writer;

impl Writer<'_> {
    /// For each project, if its data has such: the last of what an order column sorts, and an average.
    pub fn edges(&mut self, project: &mut Project) {
        let ordered =
            self.of_a_kind(|writer, table, column| writer.world.tables[table].order.is_some_and(|order| order != column));
        if !ordered.is_empty() {
            let (end, column) = (*self.dice.pick(&["first", "last"]), self.dice.pick(&ordered).clone());
            project.declarations.push(format!("trait e_0 = {end}({column}) ever"));
        }
        let doubles = self.of_a_kind(|writer, table, column| {
            let column = &writer.world.tables[table].columns[column];
            column.ty == Type::Number && column.name != "position"
        });
        if !doubles.is_empty() {
            let column = self.dice.pick(&doubles).clone();
            project.declarations.push(format!("trait e_1 = average({column}) ever"));
        }
    }

    /// The columns of kinds of events that are meant, and no lists: `purchase.amount`.
    fn of_a_kind(&self, is_meant: impl Fn(&Self, usize, usize) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        for kind in &self.world.kinds {
            let table = &self.world.tables[kind.table];
            for (at, column) in table.columns.iter().enumerate() {
                let is_told = table.role == Role::Events && at != table.key && at != table.time && table.stream != Some(at);
                if is_told && !matches!(column.ty, Type::List(_)) && is_meant(self, kind.table, at) {
                    found.push(format!("{}.{}", kind.name, column.name));
                }
            }
        }
        found
    }
}
