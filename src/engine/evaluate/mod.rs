//! Values and conditions, a column at a time: a [`Graph`](crate::plan::Graph) over canonical Arrow columns. The pass puts it to the
//! rows of each batch, the run to all customers at once.
//!
//! What is the same for all rows (patterns, sets, literals) is made ready once, in [`Prepared`]. An [`Evaluation`] then works
//! out only the nodes that it is asked for, each once, without recursion, and gives a column back as soon as nothing needs
//! it any more. What it answers is, bit for bit, what `program::arithmetic` says of each pair of values.

mod column;
mod compare;
mod compute;
mod dates;
mod gathered;
mod lists;
mod parts;
mod prepare;
mod scale;
mod sets;
mod trends;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, TimestampMicrosecondArray, UInt32Array};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use datafusion::error::Result;

use crate::engine::behaviour::Intervals;
use crate::engine::history::History;
use crate::engine::members;
use crate::faults::fault;
use crate::plan::{
    self, AttributeId, BandId, Bounds, FeatureId, HangingId, HistoryId, ListId, LookUpId, NodeId, NodeKind,
    PlanDefinitionId, RankId,
};
use crate::program::calendar::{Calendar, Interval};
use crate::program::types::Type;

use column::Column;
pub(crate) use column::array_of;
use gathered::Gathered;
pub use lists::Listed;
pub use prepare::Prepared;
use prepare::Ready;

/// A node whose values are handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leaf {
    /// Of a row: a column of its table.
    Column(usize),
    /// Of a customer: their own key.
    Key,
    /// Of a customer: an attribute.
    Attribute(AttributeId),
    /// Of a customer: what the pass computed.
    Feature(FeatureId),
    /// Of a customer: whether a segment has them.
    Member(PlanDefinitionId),
    /// Of a customer: whether a rank has them.
    Rank(RankId),
    /// Of a customer: in which of some bands they are.
    Band(BandId),
}

/// Where the values come from: a batch of rows, or all customers.
pub trait Leaves {
    /// How many rows (or customers) there are.
    fn rows(&self) -> usize;

    /// The canonical column of a leaf, as long as [`Leaves::rows`].
    fn leaf(&self, leaf: Leaf) -> Result<ArrayRef>;

    /// The interval of each customer for a window that hangs on an attribute; rows of events have none.
    fn hanging(&self, id: HangingId) -> Result<&Intervals> {
        Err(internal(format!("no intervals for window {}", id.0)))
    }

    /// The history of an attribute of customers; rows of events have none.
    fn history(&self, id: HistoryId) -> Result<&History> {
        Err(internal(format!("no history {}", id.0)))
    }
}

/// Look-up tables, each with an index by its key.
pub trait LookUps: Send + Sync {
    /// For each key the row of the look-up table that has it; null where the key is missing or no row has it.
    fn rows_of(&self, look_up: LookUpId, keys: &ArrayRef) -> Result<UInt32Array>;

    /// What of a list equals values of a type, Count or Text.
    fn list(&self, list: ListId, _: &Type) -> Result<&Listed> {
        Err(internal(format!("list {} was not read", list.0)))
    }

    /// A column of the look-up table.
    fn column(&self, look_up: LookUpId, column: usize) -> Result<ArrayRef>;
}

/// No look-up tables.
#[derive(Debug, Clone, Copy)]
pub struct NoLookUps;

impl LookUps for NoLookUps {
    fn rows_of(&self, look_up: LookUpId, _: &ArrayRef) -> Result<UInt32Array> {
        Err(internal(format!("look-up table {} was not read", look_up.0)))
    }

    fn column(&self, look_up: LookUpId, _: usize) -> Result<ArrayRef> {
        Err(internal(format!("look-up table {} was not read", look_up.0)))
    }
}

/// How many results are missing because they do not fit: overflow, or an infinite double.
#[derive(Debug, Default)]
pub struct Unfit(AtomicU64);

impl Unfit {
    /// Counts so many more.
    pub fn add(&self, count: u64) {
        if count > 0 {
            self.0.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A fault of Segue itself: a plan that does not hold what it promises.
pub(crate) fn internal(what: impl Into<String>) -> datafusion::error::DataFusionError {
    datafusion::error::DataFusionError::Internal(what.into())
}

/// The nodes of one batch of rows, or of all customers, as far as they have been asked for.
pub struct Evaluation<'a> {
    prepared: &'a Prepared,
    look_ups: &'a dyn LookUps,
    unfit: &'a Unfit,
    rows: usize,
    columns: Vec<Option<Column>>,
    /// How many nodes and questions to come still need each node; `None`: nothing is given back.
    uses: Option<Vec<u32>>,
    /// Rows of look-up tables already found, by the node of the key.
    found: Vec<(NodeId, LookUpId, UInt32Array)>,
}

impl<'a> Evaluation<'a> {
    /// Begins with nothing worked out. All columns are kept until the end.
    pub fn new(prepared: &'a Prepared, look_ups: &'a dyn LookUps, unfit: &'a Unfit, rows: usize) -> Evaluation<'a> {
        let columns = vec![None; prepared.graph().nodes.len()];
        Evaluation { prepared, look_ups, unfit, rows, columns, uses: None, found: Vec::new() }
    }

    /// Gives each column back after its last use: `questions` are the nodes that will be asked for, each as often as it will be.
    #[must_use]
    pub fn freeing(mut self, questions: &[NodeId]) -> Evaluation<'a> {
        let nodes = &self.prepared.graph().nodes;
        let mut uses = vec![0u32; nodes.len()];
        for question in questions {
            if let Some(count) = uses.get_mut(question.0) {
                *count = count.saturating_add(1);
            }
        }
        // A node comes after those it uses: going back, all uses of a node are known when its turn comes.
        for (i, node) in nodes.iter().enumerate().rev() {
            if uses.get(i).is_some_and(|count| *count > 0) {
                for child in node.kind.uses() {
                    if let Some(count) = uses.get_mut(child.0) {
                        *count = count.saturating_add(1);
                    }
                }
            }
        }
        self.uses = Some(uses);
        self
    }

    /// The values of a node as a canonical column; a condition has no nulls.
    pub fn values(&mut self, node: NodeId, leaves: &dyn Leaves) -> Result<ArrayRef> {
        self.work_out(node, leaves)?;
        let ty = &self.prepared.node(node)?.ty;
        let array = self.column(node)?.to_array(ty, self.rows)?;
        self.release(node);
        Ok(array)
    }

    /// The rows (or customers) for which a condition holds.
    pub fn condition(&mut self, node: NodeId, leaves: &dyn Leaves) -> Result<BooleanArray> {
        self.work_out(node, leaves)?;
        let bits = self.column(node)?.to_bits(self.rows)?;
        self.release(node);
        Ok(BooleanArray::new(bits, None))
    }

    fn column(&self, node: NodeId) -> Result<&Column> {
        self.columns
            .get(node.0)
            .and_then(Option::as_ref)
            .ok_or_else(|| internal(format!("node {} was not worked out", node.0)))
    }

    fn release(&mut self, node: NodeId) {
        let Some(count) = self.uses.as_mut().and_then(|uses| uses.get_mut(node.0)) else { return };
        *count = count.saturating_sub(1);
        if *count == 0
            && let Some(column) = self.columns.get_mut(node.0)
        {
            *column = None;
            self.found.retain(|(key, _, _)| *key != node);
        }
    }

    /// Works out a node and what it uses. `all`, `any`, `at least`, points and stages take in one condition after the other, so
    /// that twenty thousand of them need the room of one.
    fn work_out(&mut self, node: NodeId, leaves: &dyn Leaves) -> Result<()> {
        struct Frame {
            node: NodeId,
            children: Vec<NodeId>,
            next: usize,
            gathered: Option<Gathered>,
        }
        let frame = |this: &Self, node: NodeId| -> Result<Frame> {
            let kind = &this.prepared.node(node)?.kind;
            let gathered = Gathered::of(kind, this.rows);
            Ok(Frame { node, children: kind.uses(), next: 0, gathered })
        };
        if matches!(self.columns.get(node.0), Some(Some(_))) {
            return Ok(());
        }
        let mut stack = vec![frame(self, node)?];
        while let Some(top) = stack.last_mut() {
            if let Some(child) = top.children.get(top.next).copied() {
                if matches!(self.columns.get(child.0), Some(Some(_))) {
                    top.next += 1;
                    if let Some(gathered) = &mut top.gathered {
                        gathered.take(top.next - 1, &self.column(child)?.to_bits(self.rows)?);
                        self.release(child);
                    }
                } else if child.0 >= top.node.0 {
                    return Err(internal(format!("node {} uses node {}, which comes later", top.node.0, child.0)));
                } else {
                    let next = frame(self, child)?;
                    stack.push(next);
                }
                continue;
            }
            let Some(done) = stack.pop() else { break };
            let column = match done.gathered {
                Some(gathered) => gathered.finish(self.prepared.node(done.node)?)?,
                None => {
                    let column = self.compute(done.node, leaves)?;
                    for child in done.children {
                        self.release(child);
                    }
                    column
                }
            };
            if let Some(place) = self.columns.get_mut(done.node.0) {
                *place = Some(column);
            }
        }
        Ok(())
    }

    /// One node, all that it uses being worked out.
    fn compute(&mut self, id: NodeId, leaves: &dyn Leaves) -> Result<Column> {
        let prepared = self.prepared;
        let node = prepared.node(id)?;
        let rows = self.rows;
        let leaf = |leaf: Leaf| -> Result<Column> {
            let array = leaves.leaf(leaf)?;
            if array.len() != rows {
                return Err(internal(format!("{leaf:?} has {} values, not {rows}", array.len())));
            }
            Ok(Column::Array(array))
        };
        let operand = |child: &NodeId| -> Result<compare::Side<'_>> {
            Ok(compare::Side { column: self.column(*child)?, ty: &prepared.node(*child)?.ty })
        };
        let bits = |bits: BooleanBuffer| Ok(Column::Bits(bits));
        match &node.kind {
            NodeKind::Literal(scalar) => Ok(Column::Same(Some(scalar.clone()))),
            NodeKind::Missing => Ok(Column::Same(None)),
            NodeKind::Decimal(decimal) => Ok(Column::Decimal(*decimal)),
            NodeKind::Column(index) => leaf(Leaf::Column(*index)),
            NodeKind::Key => leaf(Leaf::Key),
            NodeKind::Attribute(attribute) => leaf(Leaf::Attribute(*attribute)),
            NodeKind::Feature(feature) => leaf(Leaf::Feature(*feature)),
            NodeKind::History(history, moment) => Ok(Column::Array(leaves.history(*history)?.at(*moment)?)),
            NodeKind::Changed(history, change, bounds) => {
                let moments = self.moments(*bounds)?;
                let interval = interval_of(leaves, *bounds, rows, moments.as_ref(), prepared.calendar())?;
                bits(leaves.history(*history)?.changed(change.as_ref(), interval)?)
            }
            NodeKind::Was(history, value, bounds) => {
                let moments = self.moments(*bounds)?;
                let interval = interval_of(leaves, *bounds, rows, moments.as_ref(), prepared.calendar())?;
                bits(leaves.history(*history)?.was(value, interval)?)
            }
            NodeKind::Member(definition) => leaf(Leaf::Member(*definition)),
            NodeKind::Rank(rank) => leaf(Leaf::Rank(*rank)),
            NodeKind::Band(band) => leaf(Leaf::Band(*band)),
            NodeKind::LookUp(key, table, column) => self.look_up(*key, *table, *column),
            NodeKind::FirstInstant(x) => compute::first_instant(operand(x)?, rows, prepared.calendar()),
            NodeKind::DayOf(x) => compute::day_of(operand(x)?, rows, prepared.calendar()),
            NodeKind::If(condition, value) => {
                let bits = self.column(*condition)?.to_bits(rows)?;
                let values = self.column(*value)?.to_array(&node.ty, rows)?;
                Ok(Column::Array(compute::only(&bits, &values)?))
            }
            NodeKind::Part(part, x) => parts::part(*part, operand(x)?, rows, prepared.calendar()),
            NodeKind::Elapsed(from, to) => compute::elapsed(operand(from)?, operand(to)?, rows, self.unfit),
            NodeKind::Negate(x) => compute::negate(operand(x)?, &node.ty, rows, self.unfit),
            NodeKind::Arithmetic(operator, a, b) => {
                compute::arithmetic(*operator, operand(a)?, operand(b)?, &node.ty, rows, self.unfit)
            }
            NodeKind::Function(function, parts) => {
                let parts = parts.iter().map(operand).collect::<Result<Vec<_>>>()?;
                compute::function(*function, &parts, &node.ty, rows, self.unfit)
            }
            NodeKind::OrElse(a, b) => compute::or_else(operand(a)?, operand(b)?, &node.ty, rows),
            NodeKind::Constant(holds) => Ok(Column::Same(Some(crate::program::types::Scalar::Boolean(*holds)))),
            NodeKind::All(_)
            | NodeKind::Any(_)
            | NodeKind::AtLeast(..)
            | NodeKind::Points(_)
            | NodeKind::FirstThatHolds(..) => Err(internal("gathered conditions are not computed at once")),
            NodeKind::Not(x) if fault(57) => bits(self.column(*x)?.to_bits(rows)?),
            NodeKind::Not(x) => bits(!&self.column(*x)?.to_bits(rows)?),
            NodeKind::Compare(comparison, a, b) => bits(compare::compare(*comparison, operand(a)?, operand(b)?, rows)?),
            NodeKind::CompareScaled(comparison, a, b, factor) => {
                bits(trends::compare_scaled(*comparison, operand(a)?, operand(b)?, *factor, rows))
            }
            NodeKind::Change(a, b) => trends::change(operand(a)?, operand(b)?, rows, self.unfit),
            NodeKind::InRange(x, frequency) => bits(compare::in_range(operand(x)?, *frequency, rows)?),
            NodeKind::OneOf(x, _) | NodeKind::NotOneOf(x, _) => {
                let Ready::Set(set) = prepared.ready(id) else { return Err(internal("a set that was not made ready")) };
                let negated = matches!(node.kind, NodeKind::NotOneOf(..));
                bits(sets::one_of(set, operand(x)?, negated, rows)?)
            }
            NodeKind::Text(x, _) => {
                let Ready::Matcher(matcher) = prepared.ready(id) else {
                    return Err(internal("a test that was not made ready"));
                };
                bits(sets::text(matcher, operand(x)?, rows)?)
            }
            NodeKind::Anniversary(x, bounds) => {
                let interval = interval_of(leaves, *bounds, rows, None, prepared.calendar())?;
                bits(dates::anniversary(operand(x)?, interval, rows, prepared.calendar())?)
            }
            NodeKind::Near(a, b, of) => bits(compute::near(*of, operand(a)?, operand(b)?, rows)?),
            NodeKind::ListContains(x, item) => bits(lists::contains(operand(x)?, item, rows)?),
            NodeKind::InList(x, list) => {
                let listed = self.look_ups.list(*list, &prepared.node(*x)?.ty)?;
                bits(listed.have(operand(x)?, rows)?)
            }
            NodeKind::InRandom(chance) => bits(members::drawn(chance.share, &chance.salt, &leaves.leaf(Leaf::Key)?)?),
            NodeKind::Known(x) => bits(self.column(*x)?.known(rows)),
            NodeKind::Holds(x) => bits(self.column(*x)?.to_bits(rows)?),
            NodeKind::Within(x, bounds) => {
                bits(compare::within(operand(x)?, interval_of(leaves, *bounds, rows, None, prepared.calendar())?, rows)?)
            }
        }
    }

    /// The moments that a window hangs on.
    fn moments(&mut self, bounds: Bounds) -> Result<Option<TimestampMicrosecondArray>> {
        let Bounds::OnMoment(on) = bounds else { return Ok(None) };
        let moments = self.column(on.moment)?.to_array(&Type::Timestamp, self.rows)?;
        let moments = moments.as_primitive_opt::<TimestampMicrosecondType>();
        Ok(Some(moments.cloned().ok_or_else(|| internal("moments of another type"))?))
    }

    fn look_up(&mut self, key: NodeId, table: LookUpId, column: usize) -> Result<Column> {
        let values = self.look_ups.column(table, column)?;
        let found = match self.found.iter().find(|(k, t, _)| *k == key && *t == table) {
            Some((_, _, rows)) => rows.clone(),
            None => {
                let keys = self.column(key)?.to_array(&self.prepared.node(key)?.ty, self.rows)?;
                let rows = self.look_ups.rows_of(table, &keys)?;
                self.found.push((key, table, rows.clone()));
                rows
            }
        };
        Ok(Column::Array(datafusion::arrow::compute::take(&values, &found, None)?))
    }
}

/// The interval of each row; `moments` are those that a window hangs on.
fn interval_of<'l>(
    leaves: &'l dyn Leaves,
    bounds: Bounds,
    rows: usize,
    moments: Option<&'l TimestampMicrosecondArray>,
    calendar: &'l Calendar,
) -> Result<Box<dyn Fn(usize) -> Interval + 'l>> {
    Ok(match bounds {
        Bounds::Fixed(interval) => Box::new(move |_| interval),
        Bounds::OnEvent(id) => return Err(internal(format!("window {} on an event, of no event", id.0))),
        Bounds::OnMoment(on) => {
            let moments = moments.ok_or_else(|| internal("a window on a moment that is not known"))?;
            Box::new(move |row| {
                let is_known = row < moments.len() && moments.is_valid(row);
                plan::beside(on.side, on.until, calendar, is_known.then(|| moments.value(row)))
            })
        }
        Bounds::Hanging(id) => {
            let intervals = leaves.hanging(id)?;
            let (starts, ends) = (intervals.start.as_slice(), intervals.end.as_slice());
            if starts.len() != rows || ends.len() != rows {
                return Err(internal(format!("window {} has {} intervals", id.0, starts.len())));
            }
            Box::new(move |row| match (starts.get(row), ends.get(row)) {
                (Some(start), Some(end)) => Interval { start: *start, end: *end },
                _ => Interval::EMPTY,
            })
        }
    })
}
