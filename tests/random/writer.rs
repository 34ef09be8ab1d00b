//! Writes definitions whose types fit, so that each project checks: names first, then values and conditions over them.

use segue::program::Type;

use super::dice::Dice;
use super::world::{Role, World};

/// Something with a name and a type: a column, an attribute, a trait.
pub type Named = (String, Type);

/// Writes the definitions of a project.
pub struct Writer<'w> {
    /// The project's data.
    pub world: &'w World,
    /// Chance.
    pub dice: Dice,
    /// How many more parts of conditions and values may be written.
    pub budget: i32,
    /// The customers' attributes, and the columns of look-up tables that they reach.
    pub attributes: Vec<Named>,
    /// The traits so far.
    pub traits: Vec<Named>,
    /// The stages so far, with the names of some of each.
    pub stages: Vec<(String, Vec<String>)>,
    /// Whether personal columns may be named here: not in the value of a trait, which is written out for everybody.
    pub may_be_personal: bool,
    /// The segments so far.
    pub segments: Vec<String>,
    /// Kinds of events and the declared ones, with the columns that all their rows have.
    pub events: Vec<(String, Vec<Named>)>,
    /// The window whose turn it is: then no other is drawn.
    pub only_window: Option<String>,
    /// The funnels, with the names of their steps.
    pub funnels: Vec<(String, Vec<String>)>,
    /// Declarations that something drawn needs.
    pub declared: Vec<String>,
}

/// Where a value or condition stands: what it may name.
#[derive(Debug, Clone)]
pub enum Scope {
    /// Of a customer.
    Customer,
    /// Of a row: these columns, as they are written.
    Row(Vec<Named>),
}

impl<'w> Writer<'w> {
    /// A writer who has not written anything.
    pub fn new(world: &'w World, dice: Dice) -> Writer<'w> {
        let mut writer = Writer {
            world,
            dice,
            budget: 0,
            attributes: Vec::new(),
            traits: Vec::new(),
            stages: Vec::new(),
            may_be_personal: true,
            segments: Vec::new(),
            events: Vec::new(),
            only_window: None,
            funnels: Vec::new(),
            declared: Vec::new(),
        };
        for table in &world.tables {
            let columns = table.columns.iter().enumerate();
            let own = columns.filter(|(i, _)| table.role == Role::Customers || *i != table.key);
            if matches!(table.role, Role::Customers | Role::Support) {
                let own: Vec<Named> = own.map(|(_, c)| (c.name.clone(), c.ty.clone())).collect();
                writer.attributes.extend(writer.with_look_ups(&own));
            }
        }
        for table in world.tables.iter().filter(|table| table.role == Role::History) {
            writer.attributes.retain(|(name, _)| *name != table.name);
            writer.attributes.push((table.name.clone(), table.columns[1].ty.clone()));
        }
        for kind in &world.kinds {
            writer.events.push((kind.name.clone(), writer.columns_of(&[kind.table])));
        }
        writer
    }

    /// Columns, and those of the look-up tables whose key they are.
    fn with_look_ups(&self, columns: &[Named]) -> Vec<Named> {
        let mut all = columns.to_vec();
        for (name, _) in columns {
            for table in self.world.tables.iter().filter(|t| t.role == Role::LookUp && t.columns[0].name == *name) {
                all.extend(table.columns[1..].iter().map(|c| (format!("{name}.{}", c.name), c.ty.clone())));
            }
        }
        all
    }

    /// The columns that the rows of all these tables have with the same type.
    pub fn columns_of(&self, tables: &[usize]) -> Vec<Named> {
        let columns = |t: &usize| self.world.tables[*t].columns.iter().map(|c| (c.name.clone(), c.ty.clone()));
        let mut common: Vec<Named> = columns(&tables[0]).collect();
        for table in tables {
            let has: Vec<Named> = columns(table).collect();
            common.retain(|c| has.contains(c));
        }
        self.with_look_ups(&common)
    }

    /// The names that may stand for a value of a type here.
    pub fn names(&self, ty: &Type, scope: &Scope) -> Vec<String> {
        let all: Vec<&Named> = match scope {
            Scope::Customer => self.attributes.iter().chain(&self.traits).collect(),
            Scope::Row(columns) => columns.iter().collect(),
        };
        let may = |name: &str| self.may_be_personal || name != "email";
        all.into_iter().filter(|(name, t)| t == ty && may(name)).map(|(name, _)| name.clone()).collect()
    }

    /// One of them.
    pub fn name(&mut self, ty: &Type, scope: &Scope) -> Option<String> {
        let names = self.names(ty, scope);
        (!names.is_empty()).then(|| self.dice.pick(&names).clone())
    }

    /// Whether there is room for something made of parts.
    pub fn may_grow(&mut self) -> bool {
        self.budget -= 1;
        self.budget > 0
    }
}
