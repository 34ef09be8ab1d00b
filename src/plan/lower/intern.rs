//! Graphs in which equal nodes stand once.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::mem::discriminant;

use crate::faults::fault;
use crate::plan::{Graph, Node, NodeId, NodeKind};
use crate::program::types::{Scalar, Type};

/// A graph that grows.
#[derive(Debug, Default)]
pub(super) struct Builder {
    graph: Graph,
    places: HashMap<Interned, NodeId>,
}

impl Builder {
    /// The node's id: of the one that is there, or of a new one.
    pub(super) fn node(&mut self, kind: NodeKind, ty: &Type) -> NodeId {
        let node = Node { kind, ty: ty.clone() };
        if let Some(id) = self.places.get(&Interned(node.clone())) {
            return *id;
        }
        let id = NodeId(self.graph.nodes.len());
        self.graph.nodes.push(node.clone());
        self.places.insert(Interned(node), id);
        id
    }

    /// A condition's id.
    pub(super) fn condition(&mut self, kind: NodeKind) -> NodeId {
        self.node(kind, &Type::Boolean)
    }

    /// All hold; `all of nothing` holds, and one twice is one.
    pub(super) fn all(&mut self, parts: Vec<NodeId>) -> NodeId {
        let parts = without_repeats(parts, |id| self.is_constant(id, true));
        match parts.as_slice() {
            [] => self.condition(NodeKind::Constant(true)),
            [one] => *one,
            _ => self.condition(NodeKind::All(parts)),
        }
    }

    /// One holds; of nothing none does.
    pub(super) fn any(&mut self, parts: Vec<NodeId>) -> NodeId {
        if parts.iter().any(|id| self.is_constant(*id, true)) {
            return self.condition(NodeKind::Constant(!fault(20)));
        }
        let parts = without_repeats(parts, |id| self.is_constant(id, false));
        match parts.as_slice() {
            [] => self.condition(NodeKind::Constant(false)),
            [one] => *one,
            _ => self.condition(NodeKind::Any(parts)),
        }
    }

    /// It does not hold.
    pub(super) fn not(&mut self, part: NodeId) -> NodeId {
        match self.kind(part) {
            Some(NodeKind::Not(_)) if fault(19) => part,
            Some(NodeKind::Not(inner)) => *inner,
            Some(NodeKind::Constant(holds)) => {
                let holds = !holds;
                self.condition(NodeKind::Constant(holds))
            }
            _ => self.condition(NodeKind::Not(part)),
        }
    }

    /// A value as a condition: where it is known and true.
    pub(super) fn holds(&mut self, value: NodeId) -> NodeId {
        if self.is_condition(value) { value } else { self.condition(NodeKind::Holds(value)) }
    }

    /// A value for those for whom a condition holds, missing for all others.
    pub(super) fn only(&mut self, condition: NodeId, value: NodeId) -> NodeId {
        if self.is_constant(condition, true) {
            return value;
        }
        let ty = self.graph.nodes.get(value.0).map_or(Type::Boolean, |node| node.ty.clone());
        self.node(NodeKind::If(condition, value), &ty)
    }

    /// Whether a node is a condition, which is never missing.
    pub(super) fn is_condition(&self, id: NodeId) -> bool {
        matches!(
            self.kind(id),
            Some(
                NodeKind::Constant(_)
                    | NodeKind::All(_)
                    | NodeKind::Any(_)
                    | NodeKind::Not(_)
                    | NodeKind::AtLeast(..)
                    | NodeKind::Compare(..)
                    | NodeKind::CompareScaled(..)
                    | NodeKind::InRange(..)
                    | NodeKind::OneOf(..)
                    | NodeKind::NotOneOf(..)
                    | NodeKind::Text(..)
                    | NodeKind::Known(_)
                    | NodeKind::Holds(_)
                    | NodeKind::Within(..)
                    | NodeKind::Changed(..)
                    | NodeKind::Was(..)
                    | NodeKind::Member(_)
                    | NodeKind::InList(..)
                    | NodeKind::ListContains(..)
                    | NodeKind::Anniversary(..)
                    | NodeKind::Near(..)
                    | NodeKind::InRandom(_)
                    | NodeKind::Rank(_)
            )
        )
    }

    /// Whether a node is the same for all, and what.
    pub(super) fn is_constant(&self, id: NodeId, holds: bool) -> bool {
        matches!(self.kind(id), Some(NodeKind::Constant(is)) if *is == holds)
    }

    fn kind(&self, id: NodeId) -> Option<&NodeKind> {
        self.graph.nodes.get(id.0).map(|node| &node.kind)
    }

    /// All nodes so far.
    pub(super) fn nodes(&self) -> &[Node] {
        &self.graph.nodes
    }

    /// The graph, grown.
    pub(super) fn finish(self) -> Graph {
        self.graph
    }
}

fn without_repeats(parts: Vec<NodeId>, is_idle: impl Fn(NodeId) -> bool) -> Vec<NodeId> {
    let mut seen = std::collections::HashSet::new();
    parts.into_iter().filter(|id| !is_idle(*id) && seen.insert(*id)).collect()
}

/// A node as a key. Doubles are never NaN, so equality is one, and never −0, so it goes with their bits.
#[derive(Debug, PartialEq)]
struct Interned(Node);

impl Eq for Interned {}

impl Hash for Interned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.ty.hash(state);
        discriminant(&self.0.kind).hash(state);
        match &self.0.kind {
            NodeKind::Literal(scalar) => hash_scalar(scalar, state),
            NodeKind::Missing | NodeKind::Key => {}
            NodeKind::InList(x, list) => (x, list).hash(state),
            NodeKind::InRandom(chance) => chance.hash(state),
            NodeKind::Decimal(decimal) => decimal.hash(state),
            NodeKind::Column(index) => index.hash(state),
            NodeKind::Attribute(id) => id.hash(state),
            NodeKind::History(id, moment) => (id, moment).hash(state),
            NodeKind::Changed(id, change, bounds) => {
                (id, bounds).hash(state);
                change.iter().for_each(|(from, to)| {
                    hash_scalar(from, state);
                    hash_scalar(to, state);
                });
            }
            NodeKind::Was(id, value, bounds) => {
                (id, bounds).hash(state);
                hash_scalar(value, state);
            }
            NodeKind::Feature(id) => id.hash(state),
            NodeKind::Member(id) => id.hash(state),
            NodeKind::Rank(id) => id.hash(state),
            NodeKind::Band(id) => id.hash(state),
            NodeKind::LookUp(key, table, column) => (key, table, column).hash(state),
            NodeKind::FirstInstant(x)
            | NodeKind::DayOf(x)
            | NodeKind::Negate(x)
            | NodeKind::Not(x)
            | NodeKind::Known(x)
            | NodeKind::Holds(x) => x.hash(state),
            NodeKind::Part(part, x) => (part, x).hash(state),
            NodeKind::CompareScaled(comparison, a, b, factor) => (comparison, a, b, factor).hash(state),
            NodeKind::Elapsed(a, b) | NodeKind::Change(a, b) | NodeKind::OrElse(a, b) | NodeKind::If(a, b) => {
                (a, b).hash(state)
            }
            NodeKind::Arithmetic(operator, a, b) => (operator, a, b).hash(state),
            NodeKind::Compare(comparison, a, b) => (comparison, a, b).hash(state),
            NodeKind::Function(function, parts) => (function, parts).hash(state),
            NodeKind::Constant(holds) => holds.hash(state),
            NodeKind::All(parts) | NodeKind::Any(parts) => parts.hash(state),
            NodeKind::Points(parts) => parts.hash(state),
            NodeKind::FirstThatHolds(parts, values) => {
                parts.hash(state);
                values.iter().flatten().for_each(|value| hash_scalar(value, state));
            }
            NodeKind::AtLeast(least, parts) => (least, parts).hash(state),
            NodeKind::InRange(x, frequency) => (x, frequency).hash(state),
            NodeKind::OneOf(x, values) | NodeKind::NotOneOf(x, values) => {
                x.hash(state);
                values.iter().for_each(|value| hash_scalar(value, state));
            }
            NodeKind::Text(x, test) => (x, test.kind, &test.pattern, test.ignoring_case).hash(state),
            NodeKind::Within(x, bounds) | NodeKind::Anniversary(x, bounds) => (x, bounds).hash(state),
            NodeKind::ListContains(x, item) => {
                x.hash(state);
                hash_scalar(item, state);
            }
            NodeKind::Near(x, y, of) => {
                (x, y, of.latitude.to_bits(), of.longitude.to_bits(), of.km.to_bits()).hash(state);
            }
        }
    }
}

fn hash_scalar<H: Hasher>(scalar: &Scalar, state: &mut H) {
    discriminant(scalar).hash(state);
    match scalar {
        Scalar::Boolean(b) => b.hash(state),
        Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n) | Scalar::Timestamp(n) => n.hash(state),
        Scalar::Number(x) => x.to_bits().hash(state),
        Scalar::Date(n) => n.hash(state),
        Scalar::Text(text) => text.hash(state),
        Scalar::List(items) => items.iter().for_each(|item| hash_scalar(item, state)),
    }
}
