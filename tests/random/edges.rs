//! What hangs on rare things of the data: events at one time that an order column sorts, averages of doubles without an end.

use segue::program::Type;

use super::project::Project;
use super::world::Role;
use super::writer::{Named, Writer};

impl Writer<'_> {
    /// For each project, if its data has such: what hangs on an order column, and an average.
    pub fn edges(&mut self, project: &mut Project) {
        let ordered =
            self.of_a_kind(|writer, table, column| writer.world.tables[table].order.is_some_and(|order| order != column));
        if !ordered.is_empty() {
            let (end, column) = (*self.dice.pick(&["first", "last"]), self.dice.pick(&ordered).clone());
            project.declarations.push(format!("trait e_0 = {end}({column}) ever"));
        }
        let kinds = self.world.kinds.iter().filter(|kind| self.world.tables[kind.table].order.is_some());
        let names: Vec<String> = kinds.map(|kind| kind.name.clone()).collect();
        let sorted: Vec<(String, Vec<Named>)> =
            self.events.iter().filter(|(name, _)| names.contains(name)).cloned().collect();
        if !sorted.is_empty() {
            // At one moment: what is forbidden, and then the step.
            self.budget = 1;
            let (kind, columns) = self.dice.pick(&sorted).clone();
            let counts: Vec<&Named> = columns.iter().filter(|(_, ty)| *ty == Type::Count).collect();
            let (first, step, forbidden) = if counts.is_empty() {
                (self.filter(&columns, 100), self.filter(&columns, 80), self.filter(&columns, 100))
            } else {
                let name = &self.dice.pick(&counts).0;
                (format!(" where {name} <= 1"), format!(" where {name} >= 3"), format!(" where {name} = 2"))
            };
            let text = format!("did ({kind}{first}) then ({kind}{step}) without ({kind}{forbidden}) ever");
            project.declarations.push(format!("trait e_2 = {text}"));
            // Several matches that end at one moment.
            let (step, times) =
                (self.filter(&columns, 30), *self.dice.pick(&["at least twice", "exactly twice", "at least 3 times"]));
            project.declarations.push(format!("trait e_3 = did {kind} then ({kind}{step}) {times} ever"));
            let last = self.filter(&columns, 100);
            project.declarations.push(format!("event e_last = {kind}{last}"));
            project.declarations.push(format!("funnel e_path within 9 days {{ {kind}, e_last }}"));
            project.declarations.push("trait e_5 = reached e_last in e_path ever".to_owned());
            let (first, step) = (self.filter(&columns, 50), self.filter(&columns, 50));
            project.declarations.push(format!("trait e_4 = did ({kind}{first}) then directly ({kind}{step}) ever"));
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
