//! What happens to members on their way out: holdouts, splits, priorities.

use segue::program::{Experiment, Holdout, Split};

use super::literals::quoted;
use super::project::Project;
use super::writer::Writer;

/// What of holdouts and splits was drawn.
pub fn see(experiment: &Experiment, mut see: impl FnMut(&str)) {
    match experiment {
        Experiment::Holdout(Holdout { share: _, salt: _ }) => see("holdout"),
        Experiment::Split(Split { salt: _, arms, gives }) => {
            see("split");
            if arms.iter().any(|arm| arm.held_out) {
                see("split held out");
            }
            if !gives.is_empty() {
                see("split gives");
            }
        }
    }
}

impl Writer<'_> {
    /// A holdout or a split.
    pub fn experiment(&mut self) -> String {
        let salt = *self.dice.pick(&["q3", "", "ä"]);
        let salt = if self.dice.chance(50) { format!(" salt {}", quoted(salt)) } else { String::new() };
        if self.dice.chance(50) {
            let share = *self.dice.pick(&["10%", "50%", "33.3%", "0%", "100%", "0.5%"]);
            return format!("  holdout {share}{salt}\n");
        }
        let shares: &[&str] = self.dice.pick::<&[&str]>(&[
            &["100%"],
            &["50%", "50%"],
            &["10%", "45%", "45%"],
            &["33.3%", "33.3%", "33.4%"],
            &["0%", "100%"],
            &["20%", "20%", "20%", "20%", "20%"],
        ]);
        let mut text = format!("  split{salt} {{\n");
        for (name, share) in ["control", "a", "`Größe 7`", "held", "gives"].iter().zip(shares) {
            let held_out = if self.dice.chance(25) { " held out" } else { "" };
            text += &format!("    {name} {share}{held_out}{}\n", self.gives());
        }
        text + "  }\n"
    }

    /// Priorities, each of segments that stand in no other.
    pub fn priorities(&mut self, project: &mut Project) {
        let mut left = self.segments.clone();
        self.dice.shuffle(&mut left);
        for n in 0..self.dice.below(3) {
            let count = (self.dice.between(1, 4) as usize).min(left.len());
            let segments: Vec<String> = left.drain(..count).collect();
            if segments.is_empty() {
                return;
            }
            let title = if self.dice.chance(30) { " \"Who comes first\"" } else { "" };
            project.declarations.push(format!("priority q_{n}{title} {{ {} }}", segments.join(", ")));
        }
    }
}
