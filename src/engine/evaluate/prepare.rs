//! What of a graph is the same for all rows, made ready once a run: patterns compiled, sets hashed.

use datafusion::error::Result;

use super::internal;
use super::sets::Set;
use crate::plan::{Graph, Node, NodeId, NodeKind};
use crate::program::calendar::Calendar;
use crate::program::texts::Matcher;

/// A graph that is ready to be put to any number of batches, by several threads at once.
#[derive(Debug)]
pub struct Prepared {
    graph: Graph,
    calendar: Calendar,
    ready: Vec<Ready>,
}

/// What is ready of one node.
#[derive(Debug)]
pub(super) enum Ready {
    Nothing,
    Matcher(Matcher),
    Set(Set),
}

impl Prepared {
    /// Makes a graph ready.
    pub fn new(graph: &Graph, calendar: &Calendar) -> Result<Prepared> {
        let mut ready = Vec::with_capacity(graph.nodes.len());
        for node in &graph.nodes {
            ready.push(match &node.kind {
                NodeKind::Text(_, test) => Ready::Matcher(Matcher::new(test).map_err(internal)?),
                NodeKind::OneOf(x, values) | NodeKind::NotOneOf(x, values) => {
                    let ty = graph.nodes.get(x.0).map(|x| &x.ty).ok_or_else(|| internal("a node that is not there"))?;
                    Ready::Set(Set::new(ty, values))
                }
                _ => Ready::Nothing,
            });
        }
        Ok(Prepared { graph: graph.clone(), calendar: calendar.clone(), ready })
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(super) fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    pub(super) fn node(&self, id: NodeId) -> Result<&Node> {
        self.graph.nodes.get(id.0).ok_or_else(|| internal(format!("node {} is not there", id.0)))
    }

    pub(super) fn ready(&self, id: NodeId) -> &Ready {
        self.ready.get(id.0).unwrap_or(&Ready::Nothing)
    }
}
