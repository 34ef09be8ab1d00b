//! Events → selections of rows, arguments → slots, aggregates → features; and the scans that these need.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::intern::Builder;
use super::{Lowering, Scope};
use crate::faults::fault;
use crate::plan::{
    Bounds, Feature, FeatureId, FeatureKind, NodeId, NodeKind, OnEvent, SelectionId, SlotId, TableId, TableScan,
};
use crate::program::{Aggregate, Event, EventPart, Program, Type};

impl Lowering<'_> {
    /// The rows that fit one of the parts: a condition for each table. A row counts once, whatever parts it fits.
    pub(super) fn selection(&mut self, event: &Event) -> SelectionId {
        let mut by_table: BTreeMap<TableId, Vec<NodeId>> = BTreeMap::new();
        for part in &event.parts {
            if let Some((table, condition)) = self.part(part) {
                by_table.entry(table).or_default().push(condition);
            }
        }
        let conditions: Vec<_> =
            by_table.into_iter().map(|(table, parts)| (table, self.graph(Scope::Rows(table)).any(parts))).collect();
        self.select(conditions)
    }

    /// The rows that fit: a condition for each table.
    pub(super) fn select(&mut self, conditions: Vec<(TableId, NodeId)>) -> SelectionId {
        let next = SelectionId(self.selections.len());
        *self.selections.entry(conditions).or_insert(next)
    }

    fn part(&mut self, part: &EventPart) -> Option<(TableId, NodeId)> {
        let program = self.program;
        let kind = program.kinds.get(part.kind.0)?;
        let scope = Scope::Rows(kind.table);
        let filters = kind
            .filter
            .iter()
            .filter(|_| !fault(12))
            .chain(part.filter.iter().filter(|_| !fault(13)))
            .map(|filter| self.condition(scope, filter))
            .collect();
        Some((kind.table, self.graph(scope).all(filters)))
    }

    /// The value of a row that an aggregate needs: an expression for each table.
    pub(super) fn slot(&mut self, aggregate: &Aggregate) -> SlotId {
        let mut by_table = BTreeMap::new();
        for (part, argument) in aggregate.event.parts.iter().zip(&aggregate.argument) {
            let Some(kind) = self.program.kinds.get(part.kind.0) else { continue };
            let node = self.value(Scope::Rows(kind.table), argument);
            by_table.entry(kind.table).or_insert(node);
        }
        self.slot_of(by_table.into_iter().collect())
    }

    /// The slot of these values, one for each table.
    pub(super) fn slot_of(&mut self, values: Vec<(TableId, NodeId)>) -> SlotId {
        let next = SlotId(self.slots.len());
        *self.slots.entry(values).or_insert(next)
    }

    /// The node of what the pass computes.
    pub(super) fn feature(&mut self, selection: SelectionId, kind: FeatureKind, ty: &Type) -> NodeId {
        let feature = Feature { selection, kind, ty: ty.clone() };
        let next = FeatureId(self.features.len());
        let id = *self.feature_places.entry(feature.clone()).or_insert(next);
        if id == next {
            self.features.push(feature);
        }
        self.customers.node(NodeKind::Feature(id), ty)
    }
}

/// What is asked of the selections.
pub(super) struct Asked<'a> {
    pub features: &'a [Feature],
    pub on_events: &'a [OnEvent],
}

/// A scan of each table that a feature needs; of every one where only the events tell who exists.
pub(super) fn scans(
    program: &Program,
    as_of: i64,
    selections: &HashMap<Vec<(TableId, NodeId)>, SelectionId>,
    slots: &HashMap<Vec<(TableId, NodeId)>, SlotId>,
    asked: &Asked<'_>,
    graphs: Vec<Builder>,
) -> Vec<TableScan> {
    let mut oldest_of: HashMap<SelectionId, i64> = HashMap::new();
    let mut orders = BTreeSet::new();
    for on in asked.on_events {
        oldest_of.insert(on.selection, i64::MIN);
        orders.insert(on.selection);
    }
    for feature in asked.features {
        let is_on_event = matches!(feature.kind.bounds(), Some(Bounds::OnEvent(_)));
        for selection in feature.selections() {
            let oldest = oldest_of.entry(selection).or_insert(as_of);
            *oldest = (*oldest).min(feature.kind.oldest());
            if is_on_event || feature.kind.needs_order() {
                orders.insert(selection);
            }
        }
    }
    let mut scans = Vec::new();
    for (i, graph) in graphs.into_iter().enumerate() {
        let table = TableId(i);
        let of_table =
            |conditions: &[(TableId, NodeId)]| conditions.iter().find(|(other, _)| *other == table).map(|(_, node)| *node);
        let mut scan = TableScan {
            table,
            columns: columns(&graph),
            needs_order: false,
            graph: graph.finish(),
            selections: Vec::new(),
            slots: Vec::new(),
            oldest: as_of,
        };
        for (conditions, id) in selections {
            if let Some(node) = of_table(conditions) {
                scan.selections.push((*id, node));
                scan.needs_order |= orders.contains(id);
                scan.oldest =
                    scan.oldest.min(oldest_of.get(id).copied().unwrap_or(as_of).saturating_add(i64::from(fault(14))));
            }
        }
        scan.slots.extend(slots.iter().filter_map(|(values, id)| Some((*id, of_table(values)?))));
        scan.selections.sort_unstable();
        scan.slots.sort_unstable();
        scan.needs_order &= !fault(15) && program.tables.get(i).is_some_and(|table| table.order.is_some());
        if program.customers.is_none() {
            scan.oldest = i64::MIN;
        }
        if !scan.selections.is_empty() || program.customers.is_none() {
            scans.push(scan);
        }
    }
    scans
}

fn columns(graph: &Builder) -> Vec<usize> {
    let of_node = |kind: &NodeKind| if let NodeKind::Column(index) = kind { Some(*index) } else { None };
    let columns: BTreeSet<usize> = graph.nodes().iter().filter_map(|node| of_node(&node.kind)).collect();
    columns.into_iter().collect()
}
