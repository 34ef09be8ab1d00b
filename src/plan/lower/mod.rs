//! Program and as-of time → [`Plan`]. Trees become graphs in which equal parts stand once ([`intern`]), traits are taken in
//! where they are named, windows become intervals ([`windows`]), events selections of rows and features ([`events`]).
//!
//! Definitions come in an order in which each stands after those it uses, so each trait's node is there when it is named, and
//! no chain of definitions, however long, is followed down. One that `as of` asks for another time is lowered once more for
//! that time ([`times`]): all of it is computed in the same pass.

mod conditions;
mod events;
mod exports;
mod groups;
mod intern;
mod sequences;
#[cfg(test)]
mod tests;
mod times;
mod trends;
mod uses;
mod values;
mod windows;

use std::collections::{BTreeSet, HashMap};

use super::{
    AsExported, Band, Feature, FeatureId, Graph, Hanging, HangingId, NodeId, NodeKind, OnEvent, OnEventId, Plan,
    PlanDefinition, PlanDefinitionId, PlanDefinitionKind, PlanLimit, PlanLimitBy, PlanSegment, Rank, RankId, SelectionId,
    SlotId, TableId,
};
use crate::program::{Definition, DefinitionId, DefinitionKind, Limit, LimitBy, Program, Segment};
use intern::Builder;

/// Everything that a run of a program at T (microseconds, UTC) has to compute.
pub fn lower(program: &Program, as_of: i64) -> Plan {
    lower_only(program, as_of, &|_| true)
}

/// The same for those definitions alone that are wanted, and what they need.
pub fn lower_only(program: &Program, as_of: i64, wanted: &dyn Fn(&Definition) -> bool) -> Plan {
    let mut lowering = Lowering::new(program, as_of);
    let mut definitions = Vec::new();
    for (moment, id) in times::needed(program, as_of, wanted) {
        let Some(definition) = program.definitions.get(id.0) else { continue };
        lowering.as_of = moment;
        lowering.definition = id;
        let kind = match &definition.kind {
            DefinitionKind::Trait(value) => PlanDefinitionKind::Trait(lowering.trait_value(value)),
            DefinitionKind::Stages(stages) => PlanDefinitionKind::Stages(lowering.stages(stages)),
            DefinitionKind::Points(points) => PlanDefinitionKind::Trait(lowering.points(points)),
            DefinitionKind::Segment(segment) => PlanDefinitionKind::Segment(lowering.segment(segment)),
        };
        let named = match &kind {
            PlanDefinitionKind::Trait(node) => Some(*node),
            PlanDefinitionKind::Stages(stages) => Some(stages.stage),
            PlanDefinitionKind::Segment(_) => None,
        };
        if let Some(node) = named {
            lowering.traits.insert((id, moment), node);
        }
        lowering.places.insert((id, moment), PlanDefinitionId(definitions.len()));
        definitions.push(PlanDefinition {
            program: id,
            as_of: moment,
            name: definition.name.clone(),
            title: definition.title.clone(),
            kind,
            is_wanted: moment == as_of && wanted(definition),
        });
    }
    lowering.as_of = as_of;
    let priorities = exports::priorities(program, as_of, wanted, &lowering.places);
    lowering.finish(definitions, priorities)
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
    /// T of the run
    run_as_of: i64,
    /// T of what is lowered now: moved back inside of `as of`
    as_of: i64,
    /// whose own text is lowered now
    definition: DefinitionId,
    customers: Builder,
    /// a graph for each table
    rows: Vec<Builder>,
    /// the nodes of the traits so far, as of each time
    traits: HashMap<(DefinitionId, i64), NodeId>,
    /// the places of the definitions so far, as of each time
    places: HashMap<(DefinitionId, i64), PlanDefinitionId>,
    /// what `[every_segment]` takes off, as of each time
    every_segment: HashMap<i64, NodeId>,
    as_exported: BTreeSet<AsExported>,
    selections: HashMap<Vec<(TableId, NodeId)>, SelectionId>,
    slots: HashMap<Vec<(TableId, NodeId)>, SlotId>,
    features: Vec<Feature>,
    feature_places: HashMap<Feature, FeatureId>,
    hanging: Vec<Hanging>,
    on_events: Vec<OnEvent>,
    ranks: Vec<Rank>,
    bands: Vec<Band>,
}

impl<'a> Lowering<'a> {
    fn new(program: &'a Program, as_of: i64) -> Lowering<'a> {
        Lowering {
            program,
            run_as_of: as_of,
            as_of,
            definition: DefinitionId(0),
            customers: Builder::default(),
            rows: program.tables.iter().map(|_| Builder::default()).collect(),
            traits: HashMap::new(),
            places: HashMap::new(),
            every_segment: HashMap::new(),
            as_exported: BTreeSet::new(),
            selections: HashMap::new(),
            slots: HashMap::new(),
            features: Vec::new(),
            feature_places: HashMap::new(),
            hanging: Vec::new(),
            on_events: Vec::new(),
            ranks: Vec::new(),
            bands: Vec::new(),
        }
    }

    fn graph(&mut self, scope: Scope) -> &mut Builder {
        match scope {
            // A table that is not there has been ruled out by checking; its nodes would hang in the air, and do no harm.
            Scope::Rows(table) if table.0 < self.rows.len() => &mut self.rows[table.0],
            _ => &mut self.customers,
        }
    }

    fn segment(&mut self, segment: &Segment) -> PlanSegment {
        let scope = Scope::Customers;
        let condition = self.condition(scope, &segment.condition);
        let condition = self.among_existing(condition);
        let except = segment.except.iter().map(|c| self.condition(scope, c)).collect();
        let every_segment = self.every_segment_except();
        let purposes = segment.purposes.iter().map(|(name, c)| (name.clone(), self.condition(scope, c))).collect();
        let limit = segment.limit.as_ref().map(|limit| self.limit(limit));
        let include = segment.include.iter().map(|(name, v)| (name.clone(), self.value(scope, v))).collect();
        let experiment = segment.experiment.as_ref().map(exports::experiment);
        PlanSegment { condition, except, every_segment, purposes, limit, experiment, include }
    }

    /// What `[every_segment]` takes off. The traits that it names stand before every segment.
    fn every_segment_except(&mut self) -> Option<NodeId> {
        let except = self.program.every_segment_except.as_ref()?;
        if let Some(node) = self.every_segment.get(&self.as_of) {
            return Some(*node);
        }
        let node = self.condition(Scope::Customers, except);
        self.every_segment.insert(self.as_of, node);
        Some(node)
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

    /// The id of a window on an event: of the one that is there, or of a new one.
    fn on_event(&mut self, on: OnEvent) -> OnEventId {
        let place = self.on_events.iter().position(|other| *other == on);
        OnEventId(place.unwrap_or_else(|| {
            self.on_events.push(on);
            self.on_events.len() - 1
        }))
    }

    fn finish(self, definitions: Vec<PlanDefinition>, priorities: Vec<Vec<PlanDefinitionId>>) -> Plan {
        let program = self.program;
        let since = program.customers.as_ref().and_then(|customers| customers.since);
        let has_customers = program.customers.is_some();
        let asked = events::Asked { features: &self.features, on_events: &self.on_events };
        let tables = events::scans(program, self.run_as_of, &self.selections, &self.slots, &asked, self.rows);
        let graph = self.customers.finish();
        let mut attributes: BTreeSet<_> = since.into_iter().collect();
        let mut look_ups = BTreeSet::new();
        let mut lists = BTreeSet::new();
        let mut histories = BTreeSet::new();
        for node in &graph.nodes {
            match &node.kind {
                NodeKind::Attribute(id) => drop(attributes.insert(*id)),
                NodeKind::History(id, _) | NodeKind::Changed(id, ..) | NodeKind::Was(id, ..) => drop(histories.insert(*id)),
                _ => {}
            }
        }
        for graph in tables.iter().map(|scan| &scan.graph).chain([&graph]) {
            look_ups.extend(looked_up(graph));
            lists.extend(listed(graph));
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
            as_of: self.run_as_of,
            since,
            has_customers,
            attributes: attributes.into_iter().collect(),
            histories: histories.into_iter().collect(),
            look_ups: by_table,
            lists: lists.into_iter().collect(),
            tables,
            hanging: self.hanging,
            on_events: self.on_events,
            features: self.features,
            graph,
            ranks: self.ranks,
            bands: self.bands,
            definitions,
            priorities,
            as_exported: self.as_exported.into_iter().collect(),
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

/// The lists that a graph asks.
fn listed(graph: &Graph) -> impl Iterator<Item = super::ListId> {
    graph.nodes.iter().filter_map(|node| if let NodeKind::InList(_, list) = node.kind { Some(list) } else { None })
}
