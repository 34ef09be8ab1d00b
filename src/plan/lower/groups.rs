//! Stages, points and bands → nodes.

use super::{Lowering, Scope};
use crate::plan::{Band, BandId, NodeId, NodeKind, PlanGiven, PlanStages};
use crate::program::{self, Given, Points, Scalar, Stages, Type};

impl Lowering<'_> {
    /// Stages: which one, as a text, and what each gives.
    pub(super) fn stages(&mut self, stages: &Stages) -> PlanStages {
        let whens = stages.stages.iter().filter_map(|stage| stage.when.as_ref());
        let whens: Vec<NodeId> = whens.map(|when| self.condition(Scope::Customers, when)).collect();
        let names = stages.stages.iter().map(|stage| Some(Scalar::Text(stage.name.clone()))).collect();
        let stage = self.customers.node(NodeKind::FirstThatHolds(whens, names), &Type::Text);
        PlanStages { stage, names: stages.stages.iter().map(|s| s.name.clone()).collect(), gives: given(&stages.gives) }
    }

    /// The bands' id: of those that are there, or of new ones.
    pub(super) fn band(&mut self, band: &program::Band) -> BandId {
        let value = self.trait_value(&band.value);
        // Among those who exist at T; of the run's T, nobody else is looked at.
        let of = self.existing();
        let of = if self.customers.is_constant(of, true) { None } else { Some(of) };
        let band = Band { value, bands: band.bands, lowest: band.lowest, of };
        let place = self.bands.iter().position(|other| *other == band);
        BandId(place.unwrap_or_else(|| {
            self.bands.push(band);
            self.bands.len() - 1
        }))
    }

    /// Points: a sum.
    pub(super) fn points(&mut self, points: &Points) -> NodeId {
        let parts = points.parts.iter().map(|(n, when)| (*n, self.condition(Scope::Customers, when))).collect();
        self.customers.node(NodeKind::Points(parts), &Type::Count)
    }
}

/// The columns of `gives`.
pub(super) fn given(gives: &[Given]) -> Vec<PlanGiven> {
    let column =
        |Given { name, ty, values }: &Given| PlanGiven { name: name.clone(), ty: ty.clone(), values: values.clone() };
    gives.iter().map(column).collect()
}
