//! Conditions taken in one after the other: all of them, one of them, so many, the first, the sum of their points.

use std::sync::Arc;

use datafusion::arrow::array::{Int64Array, UInt32Array};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::take;
use datafusion::error::Result;

use super::column::{Column, array_of};
use super::internal;
use crate::faults::fault;
use crate::plan::{Node, NodeKind};

/// What is known after some of the conditions.
pub(super) enum Gathered {
    All(BooleanBuffer),
    Any(BooleanBuffer),
    AtLeast(u64, Vec<u32>),
    /// of each row, which condition was the first that holds; their number where none was
    First(Vec<u32>),
    /// what each condition adds, and the sums so far
    Points(Vec<i64>, Vec<i64>),
}

impl Gathered {
    /// Nothing taken in yet; `None` of what does not gather.
    pub(super) fn of(kind: &NodeKind, rows: usize) -> Option<Gathered> {
        match kind {
            NodeKind::All(_) => Some(Gathered::All(BooleanBuffer::new_set(rows))),
            NodeKind::Any(_) => Some(Gathered::Any(BooleanBuffer::new_unset(rows))),
            NodeKind::AtLeast(least, _) => Some(Gathered::AtLeast(*least, vec![0; rows])),
            NodeKind::FirstThatHolds(whens, _) => {
                Some(Gathered::First(vec![u32::try_from(whens.len()).unwrap_or(u32::MAX); rows]))
            }
            NodeKind::Points(parts) => Some(Gathered::Points(parts.iter().map(|(n, _)| *n).collect(), vec![0; rows])),
            _ => None,
        }
    }

    /// Takes in the condition of this number.
    pub(super) fn take(&mut self, number: usize, bits: &BooleanBuffer) {
        match self {
            Gathered::All(all) => *all = &*all & bits,
            Gathered::Any(any) => *any = &*any | bits,
            Gathered::AtLeast(_, counts) => {
                for row in bits.set_indices() {
                    if let Some(count) = counts.get_mut(row) {
                        *count = count.saturating_add(1);
                    }
                }
            }
            Gathered::First(first) => {
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                for row in bits.set_indices() {
                    if let Some(first) = first.get_mut(row) {
                        // They come in order, so an earlier one stays.
                        *first = if fault(65) { number } else { (*first).min(number) };
                    }
                }
            }
            Gathered::Points(points, sums) => {
                let points = points.get(number).copied().unwrap_or(0);
                for row in bits.set_indices() {
                    if let Some(sum) = sums.get_mut(row) {
                        *sum = sum.saturating_add(if fault(66) { points.abs() } else { points });
                    }
                }
            }
        }
    }

    /// What all of them come to.
    pub(super) fn finish(self, node: &Node) -> Result<Column> {
        Ok(match self {
            Gathered::All(bits) | Gathered::Any(bits) => Column::Bits(bits),
            Gathered::AtLeast(least, counts) => {
                Column::Bits(counts.iter().map(|count| u64::from(*count) >= least).collect())
            }
            Gathered::First(first) => {
                let NodeKind::FirstThatHolds(_, choices) = &node.kind else {
                    return Err(internal("the first of something else"));
                };
                let choices = array_of(&node.ty, choices.iter().cloned())?;
                Column::Array(take(&choices, &UInt32Array::from(first), None)?)
            }
            Gathered::Points(_, sums) => Column::Array(Arc::new(Int64Array::from(sums))),
        })
    }
}
