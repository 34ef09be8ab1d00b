//! From attributes and features to members: definitions one after the other, each rank and band before the first that needs it.
//! What nothing needs any more is given back as it goes.

mod groups;
mod priorities;

use std::cell::RefCell;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::error::Result;

use super::{Options, RankCut, SegmentResult, StagesResult, TraitResult};
use crate::diagnostics::Diagnostic;
use crate::engine::behaviour::{Features, Intervals};
use crate::engine::customers::Customers;
use crate::engine::errors;
use crate::engine::evaluate::{Evaluation, Leaf, Leaves, LookUps, Prepared, Unfit, internal};
use crate::engine::history::History;
use crate::engine::machine::Machine;
use crate::engine::members::{self, Asked};
use crate::engine::ranks::{self, Ranked};
use crate::plan::{
    BandId, HangingId, HistoryId, NodeId, NodeKind, Plan, PlanDefinitionId, PlanDefinitionKind, PlanExperiment, PlanSegment,
    RankId,
};
use crate::program::types::Type;

/// What was found.
pub(super) struct Found {
    pub(super) keys: ArrayRef,
    pub(super) segments: Vec<SegmentResult>,
    pub(super) stages: Vec<StagesResult>,
    pub(super) traits: Vec<TraitResult>,
    pub(super) cuts: Vec<RankCut>,
}

/// All that conditions over customers look at.
struct Known<'a> {
    plan: &'a Plan,
    customers: Customers,
    hanging: Vec<Intervals>,
    /// Each is one node, which takes it once: it is given away.
    features: RefCell<Vec<Option<ArrayRef>>>,
    members: Vec<Option<BooleanArray>>,
    ranks: Vec<Option<BooleanArray>>,
    bands: Vec<Option<ArrayRef>>,
}

impl Leaves for Known<'_> {
    fn rows(&self) -> usize {
        self.customers.keys.len()
    }

    fn leaf(&self, leaf: Leaf) -> Result<ArrayRef> {
        let bits = |column: Option<&Option<BooleanArray>>| -> Option<ArrayRef> {
            column.and_then(Option::as_ref).map(|bits| Arc::new(bits.clone()) as ArrayRef)
        };
        match leaf {
            Leaf::Column(_) => None,
            Leaf::Key => Some(self.customers.keys.clone()),
            Leaf::Attribute(id) => self.customers.attributes.get(&id).cloned(),
            Leaf::Feature(id) => self.features.borrow_mut().get_mut(id.0).and_then(Option::take),
            Leaf::Member(id) => bits(self.members.get(id.0)),
            Leaf::Rank(id) => bits(self.ranks.get(id.0)),
            Leaf::Band(id) => self.bands.get(id.0).cloned().flatten(),
        }
        .ok_or_else(|| internal(format!("{leaf:?} is not known, or no longer")))
    }

    fn history(&self, id: HistoryId) -> Result<&History> {
        self.customers.histories.get(&id).ok_or_else(|| internal(format!("history {} was not read", id.0)))
    }

    fn hanging(&self, id: HangingId) -> Result<&Intervals> {
        self.hanging.get(id.0).ok_or_else(|| internal(format!("no intervals for window {}", id.0)))
    }
}

/// The work, as far as it is.
pub(super) struct Finding<'a> {
    options: &'a Options,
    prepared: &'a Prepared,
    known: Known<'a>,
    evaluation: Evaluation<'a>,
    /// of each definition, the ranks and bands that it is the first to need, in an order in which each stands after those it uses
    sorts_before: Vec<Vec<Sort>>,
    /// the segments that are wanted, or before one that is in a priority
    segments: Vec<(PlanDefinitionId, SegmentResult)>,
    found: Found,
}

impl<'a> Finding<'a> {
    #[allow(clippy::too_many_arguments, reason = "it is called once, from the run that has them all")]
    pub(super) fn new(
        plan: &'a Plan,
        options: &'a Options,
        prepared: &'a Prepared,
        look_ups: &'a dyn LookUps,
        unfit: &'a Unfit,
        customers: Customers,
        features: Features,
        hanging: Vec<Intervals>,
    ) -> Finding<'a> {
        let asked: Vec<Vec<NodeId>> =
            plan.definitions.iter().map(|d| questions(&d.kind, d.is_wanted, options.traits)).collect();
        let sorts_before = sorts_before(plan, &asked);
        let mut all: Vec<NodeId> = asked.into_iter().flatten().collect();
        all.extend(sorts_before.iter().flatten().flat_map(|sort| sort.asks(plan)));
        let rows = customers.keys.len();
        let evaluation = Evaluation::new(prepared, look_ups, unfit, rows).freeing(&all);
        let found = Found {
            keys: customers.keys.clone(),
            segments: Vec::new(),
            stages: Vec::new(),
            traits: Vec::new(),
            cuts: Vec::new(),
        };
        let known = Known {
            plan,
            customers,
            hanging,
            features: RefCell::new(features.columns.into_iter().map(Some).collect()),
            members: vec![None; plan.definitions.len()],
            ranks: vec![None; plan.ranks.len()],
            bands: vec![None; plan.bands.len()],
        };
        Finding { options, prepared, known, evaluation, sorts_before, segments: Vec::new(), found }
    }

    /// All definitions, in order.
    pub(super) fn all(mut self, machine: &Machine) -> Result<Found, Diagnostic> {
        for index in 0..self.known.plan.definitions.len() {
            if machine.is_interrupted() {
                return Err(errors::interrupted());
            }
            self.definition(index).map_err(|error| errors::tell(&error, "finding members"))?;
        }
        priorities::apply(self.known.plan, &mut self.segments, self.found.keys.len())
            .map_err(|error| errors::tell(&error, "finding members"))?;
        let definitions = &self.known.plan.definitions;
        let is_wanted = |id: &PlanDefinitionId| definitions.get(id.0).is_some_and(|definition| definition.is_wanted);
        let wanted = self.segments.into_iter().filter(|(id, _)| is_wanted(id));
        self.found.segments = wanted.map(|(_, segment)| segment).collect();
        self.found.segments.sort_by(|a, b| a.name.cmp(&b.name));
        self.found.stages.sort_by(|a, b| a.name.cmp(&b.name));
        self.found.traits.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(self.found)
    }

    fn definition(&mut self, index: usize) -> Result<()> {
        let plan = self.known.plan;
        let Some(definition) = plan.definitions.get(index) else { return Ok(()) };
        for sort in self.sorts_before.get(index).cloned().unwrap_or_default() {
            match sort {
                Sort::Rank(id) => self.rank(id, &definition.name)?,
                Sort::Band(id) => self.band(id)?,
            }
        }
        match &definition.kind {
            PlanDefinitionKind::Trait(node) if definition.is_wanted && self.options.traits => {
                let (values, ty) = self.values(*node)?;
                self.found.traits.push(TraitResult { name: definition.name.clone(), ty, values });
            }
            PlanDefinitionKind::Stages(stages) if definition.is_wanted => {
                let (values, ty) = self.values(stages.stage)?;
                self.found.stages.push(groups::stages(definition, stages, &values)?);
                if self.options.traits {
                    self.found.traits.push(TraitResult { name: definition.name.clone(), ty, values });
                }
            }
            // Where it is named, its node is worked out.
            PlanDefinitionKind::Trait(_) | PlanDefinitionKind::Stages(_) => {}
            PlanDefinitionKind::Segment(segment) => {
                let result = self.segment(&definition.name, definition.title.clone(), segment)?;
                if let Some(place) = self.known.members.get_mut(index) {
                    *place = Some(result.members.clone());
                }
                let id = PlanDefinitionId(index);
                if definition.is_wanted || plan.priorities.iter().any(|queue| queue.contains(&id)) {
                    self.segments.push((id, result));
                }
            }
        }
        Ok(())
    }

    fn segment(&mut self, name: &Arc<str>, title: Option<Arc<str>>, segment: &PlanSegment) -> Result<SegmentResult> {
        let keys = self.known.customers.keys.clone();
        let found = members::find(name, segment, &keys, self)?;
        let exported = match &found.held_out {
            Some(held_out) => &found.members & &!held_out,
            None => found.members.clone(),
        };
        let exported: UInt32Array = exported.set_indices().map(|row| u32::try_from(row).ok()).collect();
        let mut columns = Vec::with_capacity(segment.include.len());
        for (name, node) in &segment.include {
            let (values, ty) = self.values(*node)?;
            columns.push((name.clone(), ty, take(values.as_ref(), &exported, None)?));
        }
        let split = match (&segment.experiment, found.arms) {
            (Some(PlanExperiment::Split { arms, gives, .. }), Some(of)) => {
                columns.extend(groups::columns(arms, gives, &of, &exported)?);
                Some(groups::split(arms, of))
            }
            _ => None,
        };
        Ok(SegmentResult {
            name: name.clone(),
            title,
            members: BooleanArray::new(found.members, None),
            held_out: found.held_out.map(|bits| BooleanArray::new(bits, None)),
            split,
            exported_before: None,
            steps: found.steps,
            exported,
            columns,
        })
    }

    fn rank(&mut self, id: RankId, definition: &Arc<str>) -> Result<()> {
        let Some(rank) = self.known.plan.ranks.get(id.0) else { return Ok(()) };
        let of = rank.of.map(|of| self.condition(of)).transpose()?;
        let (values, ty) = self.values(rank.value)?;
        let each = rank.each.map(|each| self.values(each)).transpose()?;
        let each = each.as_ref().map(|(values, ty)| (values, ty));
        let Ranked { members, among, last, tied, ties_are_out, groups } =
            ranks::rank(&values, &ty, rank.top, rank.amount, of.as_ref(), each)?;
        self.found.cuts.push(RankCut {
            definitions: vec![definition.clone()],
            amount: ranks::amount_as_written(rank.top, rank.amount),
            among,
            within: members.true_count() as u64,
            last: last.map(|last| (last, ty)),
            tied,
            ties_are_out,
            groups,
        });
        if let Some(place) = self.known.ranks.get_mut(id.0) {
            *place = Some(members);
        }
        Ok(())
    }

    fn band(&mut self, id: BandId) -> Result<()> {
        let Some(band) = self.known.plan.bands.get(id.0) else { return Ok(()) };
        let of = band.of.map(|of| self.condition(of)).transpose()?;
        let (values, ty) = self.values(band.value)?;
        let found = ranks::bands(&values, &ty, band.bands, band.lowest, of.as_ref())?;
        if let Some(place) = self.known.bands.get_mut(id.0) {
            *place = Some(found);
        }
        Ok(())
    }
}

impl Asked for Finding<'_> {
    fn condition(&mut self, node: NodeId) -> Result<BooleanArray> {
        self.evaluation.condition(node, &self.known)
    }

    fn values(&mut self, node: NodeId) -> Result<(ArrayRef, Type)> {
        let ty = self.prepared.graph().nodes.get(node.0).map(|node| node.ty.clone());
        let ty = ty.ok_or_else(|| internal(format!("node {} is not there", node.0)))?;
        Ok((self.evaluation.values(node, &self.known)?, ty))
    }
}

/// What a definition asks for.
fn questions(kind: &PlanDefinitionKind, is_wanted: bool, with_traits: bool) -> Vec<NodeId> {
    match kind {
        PlanDefinitionKind::Trait(node) if is_wanted && with_traits => vec![*node],
        PlanDefinitionKind::Stages(stages) if is_wanted => vec![stages.stage],
        PlanDefinitionKind::Trait(_) | PlanDefinitionKind::Stages(_) => Vec::new(),
        PlanDefinitionKind::Segment(segment) => members::questions(segment),
    }
}

/// What takes a sort of all customers.
#[derive(Debug, Clone, Copy)]
enum Sort {
    Rank(RankId),
    Band(BandId),
}

impl Sort {
    /// What a node is, if it is one.
    fn of(kind: &NodeKind) -> Option<Sort> {
        match kind {
            NodeKind::Rank(id) => Some(Sort::Rank(*id)),
            NodeKind::Band(id) => Some(Sort::Band(*id)),
            _ => None,
        }
    }

    /// The nodes that it asks for.
    fn asks(self, plan: &Plan) -> Vec<NodeId> {
        let asks = match self {
            Sort::Rank(id) => plan.ranks.get(id.0).map(|rank| [Some(rank.value), rank.of, rank.each]),
            Sort::Band(id) => plan.bands.get(id.0).map(|band| [Some(band.value), band.of, None]),
        };
        asks.into_iter().flatten().flatten().collect()
    }
}

/// Of each definition, the ranks and bands that it is the first to need, each after those it uses.
fn sorts_before(plan: &Plan, asked: &[Vec<NodeId>]) -> Vec<Vec<Sort>> {
    enum Visit {
        Node(NodeId),
        Done(Sort),
    }
    let mut seen = vec![false; plan.graph.nodes.len()];
    let mut sorts = Vec::with_capacity(asked.len());
    for questions in asked {
        let mut needed = Vec::new();
        let mut stack: Vec<Visit> = questions.iter().rev().copied().map(Visit::Node).collect();
        while let Some(visit) = stack.pop() {
            let id = match visit {
                Visit::Done(sort) => {
                    needed.push(sort);
                    continue;
                }
                Visit::Node(id) => id,
            };
            let Some(seen) = seen.get_mut(id.0) else { continue };
            if std::mem::replace(seen, true) {
                continue;
            }
            let Some(node) = plan.graph.nodes.get(id.0) else { continue };
            if let Some(sort) = Sort::of(&node.kind) {
                stack.push(Visit::Done(sort));
                stack.extend(sort.asks(plan).into_iter().map(Visit::Node));
            }
            stack.extend(node.kind.uses().into_iter().map(Visit::Node));
        }
        sorts.push(needed);
    }
    sorts
}
