//! Attributes with a history: that they changed, and what they were.

use segue::program::Type;

use super::world::Role;
use super::writer::{Scope, Writer};

impl Writer<'_> {
    /// `tier changed in last 30 days`, `tier changed from "free" to "pro" ever`; none without a history.
    pub fn changed(&mut self) -> Option<String> {
        let (name, ty) = self.history()?;
        let change = match self.dice.chance(50) {
            true => format!(" from {} to {}", self.of_history(&ty), self.of_history(&ty)),
            false => String::new(),
        };
        Some(format!("{name} changed{change} {}", self.window()))
    }

    /// `tier was "pro" in last 30 days`; none without a history.
    pub fn was(&mut self) -> Option<String> {
        let (name, ty) = self.history()?;
        Some(format!("{name} was {} {}", self.of_history(&ty), self.window()))
    }

    /// One of both, of customers.
    pub fn history_condition(&mut self, scope: &Scope) -> Option<String> {
        if !matches!(scope, Scope::Customer) {
            return None;
        }
        if self.dice.chance(50) { self.changed() } else { self.was() }
    }

    fn history(&self) -> Option<(String, Type)> {
        let table = self.world.tables.iter().find(|table| table.role == Role::History)?;
        Some((table.name.clone(), table.columns[1].ty.clone()))
    }

    fn of_history(&mut self, ty: &Type) -> String {
        match ty {
            Type::Text => format!("\"{}\"", self.dice.pick(&["free", "pro", "team", "Pro"])),
            Type::Count => self.dice.between(-1, 4).to_string(),
            Type::Boolean => self.dice.chance(50).to_string(),
            _ => self.literal(ty),
        }
    }
}
