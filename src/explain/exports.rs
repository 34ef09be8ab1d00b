//! What happens to members on their way out, in words: holdouts, splits, priorities.

use super::{Explanation, Point, Section, Words, words};
use crate::program::{Arm, Definition, DefinitionId, Experiment, Program, Split};

/// Explains the priority of this name, if there is one.
pub fn priority(program: &Program, name: &str) -> Option<Explanation> {
    let priority = program.priorities.iter().find(|priority| &*priority.name == name)?;
    let definitions = || priority.segments.iter().filter_map(|id| program.definitions.get(id.0));
    let point = |definition: &Definition| {
        let title = definition.title.as_ref().map(|title| format!(" ({})", words::quoted(title))).unwrap_or_default();
        Point::new(format!("`{}`{title}", definition.name))
    };
    Some(Explanation {
        name: priority.name.to_string(),
        title: priority.title.as_ref().map(ToString::to_string),
        kind: "priority",
        as_of: None,
        sections: vec![Section {
            heading: "Whoever is a member of several of these is exported with the first of them that does not hold them out, and \
                      with no later one"
                .to_owned(),
            points: definitions().map(point).collect(),
        }],
        uses: definitions().map(|definition| definition.name.to_string()).collect(),
        used_by: None,
    })
}

impl Words<'_> {
    /// What chance does with the members.
    pub(super) fn experiment(&self, experiment: &Experiment) -> Vec<Point> {
        match experiment {
            Experiment::Holdout(holdout) => vec![Point::new(format!(
                "About {} of the members are held out: they are recorded as members and never exported, so that it can be seen \
                 what would have happened anyway. {}",
                words::percent(holdout.share),
                chance(&holdout.salt)
            ))],
            Experiment::Split(split) => vec![self.split(split)],
        }
    }

    fn split(&self, split: &Split) -> Point {
        let arm = |(i, arm): (usize, &Arm)| {
            let held_out = match arm.held_out {
                true => {
                    " They are held out: recorded as members and never exported, so that it can be seen what would have happened anyway."
                }
                false => "",
            };
            let text = format!("`{}`: about {} of the members.{held_out}", arm.name, words::percent(arm.share));
            Point { notes: self.given(&split.gives, i).into_iter().collect(), ..Point::new(text) }
        };
        Point {
            points: split.arms.iter().enumerate().map(arm).collect(),
            ..Point::new(format!("Each member is in one arm. {}", chance(&split.salt)))
        }
    }

    /// The columns that a split adds to the export.
    pub(super) fn columns(&self, experiment: &Experiment) -> Vec<Point> {
        let Experiment::Split(split) = experiment else { return Vec::new() };
        let mut points = vec![Point::new("`arm`: the arm that the member is in.")];
        points.extend(split.gives.iter().map(|given| Point::new(format!("`{}`: what the arm gives.", given.name))));
        points
    }

    /// Who is not exported because an earlier segment of its priority has them.
    pub(super) fn priority(&self, id: DefinitionId) -> Option<Point> {
        let priority = self.program.priorities.iter().find(|priority| priority.segments.contains(&id))?;
        // What they mean is not asked here.
        let name = |other: &DefinitionId| self.program.definitions.get(other.0).map(|d| format!("`{}`", d.name));
        let earlier: Vec<String> = priority.segments.iter().take_while(|other| **other != id).filter_map(name).collect();
        let text = if earlier.is_empty() {
            format!("It comes first in the priority `{}`: nobody is kept from it by another segment.", priority.name)
        } else {
            format!(
                "In the priority `{}` it comes after {}: whoever is exported with {} is not exported with this one. They are \
                 members all the same.",
                priority.name,
                words::list(&earlier, "and"),
                if earlier.len() == 1 { "that" } else { "one of those" }
            )
        };
        Some(Point::new(text))
    }
}

fn chance(salt: &str) -> String {
    format!(
        "Chance decides who, from the customer's key and the words {}: it is the same customers every time.",
        words::quoted(salt)
    )
}
