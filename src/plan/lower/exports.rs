//! What happens to members on their way out: holdouts, splits, priorities.

use std::collections::HashMap;

use super::groups;
use crate::plan::{PlanArm, PlanDefinitionId, PlanExperiment};
use crate::program::{Definition, DefinitionId, Experiment, Program, types::Decimal};

/// A holdout or split, with how far each arm reaches.
pub(super) fn experiment(experiment: &Experiment) -> PlanExperiment {
    match experiment {
        Experiment::Holdout(holdout) => PlanExperiment::Holdout { share: holdout.share, salt: holdout.salt.clone() },
        Experiment::Split(split) => {
            let mut reach = Decimal::whole(0);
            let arms = split.arms.iter().map(|arm| {
                // Checking has made sure that they add up to 1.
                reach = reach.plus(arm.share).unwrap_or(Decimal::whole(1));
                PlanArm { name: arm.name.clone(), reach, held_out: arm.held_out }
            });
            PlanExperiment::Split { arms: arms.collect(), salt: split.salt.clone(), gives: groups::given(&split.gives) }
        }
    }
}

/// The segments that have to be known for what is exported of those wanted: in each priority all up to the last one wanted, in
/// order. Priorities of which none is wanted are left out.
pub(super) fn queues<'a>(
    program: &'a Program,
    wanted: &'a dyn Fn(&Definition) -> bool,
) -> impl Iterator<Item = &'a [DefinitionId]> {
    let is_wanted = move |id: &DefinitionId| program.definitions.get(id.0).is_some_and(wanted);
    program.priorities.iter().filter_map(move |priority| {
        let last = priority.segments.iter().rposition(is_wanted)?;
        priority.segments.get(..=last)
    })
}

/// The same in the plan, by place.
pub(super) fn priorities(
    program: &Program,
    as_of: i64,
    wanted: &dyn Fn(&Definition) -> bool,
    places: &HashMap<(DefinitionId, i64), PlanDefinitionId>,
) -> Vec<Vec<PlanDefinitionId>> {
    let place = |id: &DefinitionId| places.get(&(*id, as_of)).copied();
    queues(program, wanted).map(|queue| queue.iter().filter_map(place).collect()).collect()
}
