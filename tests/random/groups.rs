//! Stages and points.

use segue::program::Type;

use super::literals::quoted;
use super::project::Project;
use super::writer::{Scope, Writer};

impl Writer<'_> {
    /// Stages and points, or none: named like traits from then on.
    pub fn groups(&mut self, project: &mut Project) {
        for n in 0..self.dice.below(3) {
            let text = if self.dice.chance(50) { self.stages(n) } else { self.points(n) };
            project.declarations.push(text);
        }
    }

    fn stages(&mut self, n: usize) -> String {
        let name = format!("g_{n}");
        let title = if self.dice.chance(30) { " \"Where they stand\"" } else { "" };
        let mut text = format!("stages {name}{title} {{\n");
        let names = ["early", "at_risk", "`Größe 7`", "when", "lapsed"];
        let count = self.dice.between(0, 4) as usize;
        for stage in names.iter().take(count) {
            self.budget = 3;
            text += &format!("  {stage} when {}{}\n", self.condition(&Scope::Customer), self.gives());
        }
        text += &format!("  left_over otherwise{}\n}}", self.gives());
        let known: Vec<String> = names.iter().take(count).map(|name| name.trim_matches('`').to_owned()).collect();
        self.stages.push((name.clone(), known));
        self.traits.push((name, Type::Text));
        text
    }

    /// ` gives { … }`, or nothing.
    pub fn gives(&mut self) -> String {
        if self.dice.chance(50) {
            return String::new();
        }
        let message = quoted(self.dice.pick::<&str>(&["welcome", "=1+1", "say \"hi\"", ""]));
        let mut parts = vec![format!("message: {message}")];
        if self.dice.chance(50) {
            parts.push(format!("weight: {}", self.dice.pick(&["1", "2.5", "-3"])));
        }
        if self.dice.chance(30) {
            parts.push(format!("worth: {}", self.dice.pick(&["10 EUR", "0.5 EUR"])));
        }
        if self.dice.chance(30) {
            parts.push(format!("until: {}", self.dice.pick(&["2024-06-01", "2025-12-31"])));
        }
        format!(" gives {{ {} }}", parts.join(", "))
    }

    /// `quintile(lowest t_1)`
    pub fn band(&mut self) -> Option<String> {
        let types = [Type::Count, Type::Number, Type::Money("EUR".into()), Type::Duration, Type::Date];
        let ty = self.dice.pick(&types).clone();
        let value = match self.name(&ty, &Scope::Customer) {
            Some(name) if self.dice.chance(80) => name,
            _ => self.aggregate(&ty)?,
        };
        let lowest = if self.dice.chance(40) { "lowest " } else { "" };
        Some(format!("{}({lowest}{value})", self.dice.pick(&["quintile", "quartile", "decile"])))
    }

    /// `g_1 = "at_risk"`, `g_1 in ("lapsed", …)`
    pub fn stage_test(&mut self) -> Option<String> {
        if self.stages.is_empty() {
            return None;
        }
        let (name, mut known) = self.dice.pick(&self.stages).clone();
        known.push("left_over".into());
        let (a, b) = (quoted(&self.dice.pick(&known).clone()), quoted(&self.dice.pick(&known).clone()));
        Some(match self.dice.below(4) {
            0 => format!("{name} = {a}"),
            1 => format!("{name} != {a}"),
            2 => format!("{name} in ({a}, {b})"),
            _ => format!("{name} not in ({a}, {b})"),
        })
    }

    fn points(&mut self, n: usize) -> String {
        let name = format!("g_{n}");
        let mut text = format!("points {name} {{\n");
        for _ in 0..self.dice.between(1, 4) {
            self.budget = 3;
            let sign = *self.dice.pick(&["add", "add", "subtract"]);
            let number = *self.dice.pick(&["1", "1", "2", "5", "1_000", "2000000000000000000"]);
            text += &format!("  {sign} {number} when {}\n", self.condition(&Scope::Customer));
        }
        self.traits.push((name, Type::Count));
        text + "}"
    }
}
