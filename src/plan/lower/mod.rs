//! Program and as-of time → [`Plan`]. Trees become graphs in which equal parts stand once ([`intern`]), traits are taken in
//! where they are named, windows become intervals ([`windows`]), events selections of rows and features ([`events`]).
//!
//! Definitions come in an order in which each stands after those it uses, so each trait's node is there when it is named, and
//! no chain of definitions, however long, is followed down.

mod conditions;
mod events;
mod groups;
mod intern;
#[cfg(test)]
mod tests;
mod uses;
mod values;
mod windows;

use std::collections::{BTreeSet, HashMap};

use super::{
    Feature, FeatureId, Graph, Hanging, HangingId, NodeId, NodeKind, Plan, PlanDefinition, PlanDefinitionId,
    PlanDefinitionKind, PlanLimit, PlanLimitBy, PlanSegment, Rank, RankId, SelectionId, SlotId, TableId,
};
use crate::program::{Definition, DefinitionId, DefinitionKind, Limit, LimitBy, Program, Segment};
use intern::Builder;

/// Everything that a run of a program at T (microseconds, UTC) has to compute.
pub fn lower(program: &Program, as_of: i64) -> Plan {
    lower_only(program, as_of, &|_| true)
}

/// The same for those definitions alone that are wanted, and what they need; the others are `LeftOut`.
pub fn lower_only(program: &Program, as_of: i64, wanted: &dyn Fn(&Definition) -> bool) -> Plan {
    let mut lowering = Lowering::new(program, as_of);
    let needed = needed(program, wanted);
    let mut every_segment = None;
    let mut definitions = Vec::with_capacity(program.definitions.len());
    for (definition, is_needed) in program.definitions.iter().zip(needed) {
        let kind = match &definition.kind {
            _ if !is_needed => PlanDefinitionKind::LeftOut,
            DefinitionKind::Trait(value) => PlanDefinitionKind::Trait(lowering.trait_value(value)),
            DefinitionKind::Stages(stages) => PlanDefinitionKind::Stages(lowering.stages(stages)),
            DefinitionKind::Points(points) => PlanDefinitionKind::Trait(lowering.points(points)),
            DefinitionKind::Segment(segment) => {
                // The traits that it names stand before every segment, and not before the first definition.
                if let (None, Some(except)) = (every_segment, &program.every_segment_except) {
                    every_segment = Some(lowering.condition(Scope::Customers, except));
                }
                PlanDefinitionKind::Segment(lowering.segment(segment, every_segment))
            }
        };
        lowering.traits.push(match &kind {
            PlanDefinitionKind::Trait(node) => Some(*node),
            PlanDefinitionKind::Stages(stages) => Some(stages.stage),
            PlanDefinitionKind::Segment(_) | PlanDefinitionKind::LeftOut => None,
        });
        definitions.push(PlanDefinition {
            name: definition.name.clone(),
            title: definition.title.clone(),
            kind,
            is_wanted: wanted(definition),
        });
    }
    lowering.finish(definitions)
}

/// Which definitions are wanted, or named by one that is.
fn needed(program: &Program, wanted: &dyn Fn(&Definition) -> bool) -> Vec<bool> {
    let mut needed: Vec<bool> = program.definitions.iter().map(wanted).collect();
    let mark = |uses: &[DefinitionId], needed: &mut [bool]| {
        for id in uses {
            if let Some(place) = needed.get_mut(id.0) {
                *place = true;
            }
        }
    };
    let mut uses = Vec::new();
    if let Some(condition) = &program.every_segment_except {
        uses::of_condition(condition, &mut uses);
    }
    mark(&uses, &mut needed);
    // Each stands after those it uses: going back, all who name a definition are known when its turn comes.
    for (i, definition) in program.definitions.iter().enumerate().rev() {
        if needed.get(i) == Some(&true) {
            uses.clear();
            uses::of_definition(definition, &mut uses);
            mark(&uses, &mut needed);
        }
    }
    needed
}

/// Whose values and conditions: of customers, or of the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Customers,
    Rows(TableId),
}

/// What is known so far.
struct Lowering<'a> {
    program: &'a Program,
    as_of: i64,
    customers: Builder,
    /// a graph for each table
    rows: Vec<Builder>,
    /// of each definition so far, the node of a trait
    traits: Vec<Option<NodeId>>,
    selections: HashMap<Vec<(TableId, NodeId)>, SelectionId>,
    slots: HashMap<Vec<(TableId, NodeId)>, SlotId>,
    features: Vec<Feature>,
    feature_places: HashMap<Feature, FeatureId>,
    hanging: Vec<Hanging>,
    ranks: Vec<Rank>,
}

impl<'a> Lowering<'a> {
    fn new(program: &'a Program, as_of: i64) -> Lowering<'a> {
        Lowering {
            program,
            as_of,
            customers: Builder::default(),
            rows: program.tables.iter().map(|_| Builder::default()).collect(),
            traits: Vec::new(),
            selections: HashMap::new(),
            slots: HashMap::new(),
            features: Vec::new(),
            feature_places: HashMap::new(),
            hanging: Vec::new(),
            ranks: Vec::new(),
        }
    }

    fn graph(&mut self, scope: Scope) -> &mut Builder {
        match scope {
            // A table that is not there has been ruled out by checking; its nodes would hang in the air, and do no harm.
            Scope::Rows(table) if table.0 < self.rows.len() => &mut self.rows[table.0],
            _ => &mut self.customers,
        }
    }

    fn segment(&mut self, segment: &Segment, every_segment: Option<NodeId>) -> PlanSegment {
        let scope = Scope::Customers;
        let condition = self.condition(scope, &segment.condition);
        let except = segment.except.iter().map(|c| self.condition(scope, c)).collect();
        let purposes = segment.purposes.iter().map(|(name, c)| (name.clone(), self.condition(scope, c))).collect();
        let limit = segment.limit.as_ref().map(|limit| self.limit(limit));
        let include = segment.include.iter().map(|(name, v)| (name.clone(), self.value(scope, v))).collect();
        let holdout = segment.holdout.as_ref().map(|holdout| (holdout.share, holdout.salt.clone()));
        PlanSegment { condition, except, every_segment, purposes, limit, holdout, include }
    }

    fn limit(&mut self, limit: &Limit) -> PlanLimit {
        let per = limit.per.as_ref().map(|value| self.value(Scope::Customers, value));
        let by = match &limit.by {
            LimitBy::Highest(value) => PlanLimitBy::Highest(self.value(Scope::Customers, value)),
            LimitBy::Lowest(value) => PlanLimitBy::Lowest(self.value(Scope::Customers, value)),
            LimitBy::Random => PlanLimitBy::Random,
        };
        PlanLimit { count: limit.count, per, by }
    }

    /// The rank's id: of the one that is there, or of a new one.
    fn rank(&mut self, rank: Rank) -> RankId {
        let place = self.ranks.iter().position(|other| *other == rank);
        RankId(place.unwrap_or_else(|| {
            self.ranks.push(rank);
            self.ranks.len() - 1
        }))
    }

    /// The window's id: of the one that is there, or of a new one.
    fn hang(&mut self, hanging: Hanging) -> HangingId {
        let place = self.hanging.iter().position(|other| *other == hanging);
        HangingId(place.unwrap_or_else(|| {
            self.hanging.push(hanging);
            self.hanging.len() - 1
        }))
    }

    fn finish(self, definitions: Vec<PlanDefinition>) -> Plan {
        let program = self.program;
        let since = program.customers.as_ref().and_then(|customers| customers.since);
        let has_customers = program.customers.is_some();
        let tables = events::scans(program, self.as_of, &self.selections, &self.slots, &self.features, self.rows);
        let graph = self.customers.finish();
        let mut attributes: BTreeSet<_> = since.into_iter().collect();
        let mut look_ups = BTreeSet::new();
        for node in &graph.nodes {
            if let NodeKind::Attribute(id) = &node.kind {
                attributes.insert(*id);
            }
        }
        for graph in tables.iter().map(|scan| &scan.graph).chain([&graph]) {
            look_ups.extend(looked_up(graph));
        }
        let mut by_table: Vec<(_, Vec<usize>)> = Vec::new();
        for (table, column) in look_ups {
            match by_table.last_mut() {
                Some((last, columns)) if *last == table => columns.push(column),
                _ => by_table.push((table, vec![column])),
            }
        }
        Plan {
            calendar: program.calendar.clone(),
            as_of: self.as_of,
            since,
            has_customers,
            attributes: attributes.into_iter().collect(),
            look_ups: by_table,
            tables,
            hanging: self.hanging,
            features: self.features,
            graph,
            ranks: self.ranks,
            definitions,
        }
    }
}

/// The columns of look-up tables that a graph uses.
fn looked_up(graph: &Graph) -> impl Iterator<Item = (super::LookUpId, usize)> {
    graph
        .nodes
        .iter()
        .filter_map(|node| if let NodeKind::LookUp(_, table, column) = node.kind { Some((table, column)) } else { None })
}

/// A definition's id in the plan.
fn plan_id(id: DefinitionId) -> PlanDefinitionId {
    PlanDefinitionId(id.0)
}
