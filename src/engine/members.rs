//! A segment's clauses in the order in which they apply, and how many are left after each (LANGUAGE.md 8). Customers stand in
//! the order of their keys, so a tie that goes by key goes by number.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt32Array};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::error::Result;
use md5::{Digest, Md5};
use num_bigint::BigInt;

use super::evaluate::internal;
use super::order::places;
use super::ranks::in_order;
use super::run::Step;
use crate::faults::fault;
use crate::plan::{NodeId, PlanArm, PlanExperiment, PlanLimit, PlanLimitBy, PlanSegment};
use crate::program::types::{Decimal, Type};

/// Answers what a segment's clauses ask of all customers.
pub(crate) trait Asked {
    /// For whom a condition holds.
    fn condition(&mut self, node: NodeId) -> Result<BooleanArray>;
    /// The values of a node, and their type.
    fn values(&mut self, node: NodeId) -> Result<(ArrayRef, Type)>;
}

/// Who is in a segment.
#[derive(Debug)]
pub(crate) struct Members {
    pub(crate) members: BooleanBuffer,
    pub(crate) held_out: Option<BooleanBuffer>,
    /// of a split, in which arm each member is, by its place; missing of who is no member
    pub(crate) arms: Option<UInt32Array>,
    pub(crate) steps: Vec<Step>,
}

/// All nodes that the clauses ask for, each as often as it is asked for.
pub(crate) fn questions(segment: &PlanSegment) -> Vec<NodeId> {
    let mut nodes = vec![segment.condition];
    nodes.extend(&segment.except);
    nodes.extend(segment.every_segment);
    nodes.extend(segment.purposes.iter().map(|(_, node)| *node));
    if let Some(limit) = &segment.limit {
        nodes.extend(limit.per);
        match limit.by {
            PlanLimitBy::Highest(node) | PlanLimitBy::Lowest(node) => nodes.push(node),
            PlanLimitBy::Random => {}
        }
    }
    nodes.extend(segment.include.iter().map(|(_, node)| *node));
    nodes
}

/// Applies the clauses of a segment to the customers of these keys.
pub(crate) fn find(name: &str, segment: &PlanSegment, keys: &ArrayRef, asked: &mut dyn Asked) -> Result<Members> {
    let mut members = asked.condition(segment.condition)?.values().clone();
    let mut steps = Vec::new();
    let mut step = |clause: String, members: &BooleanBuffer| {
        steps.push(Step { clause, left: members.count_set_bits() as u64 });
    };
    step("where".into(), &members);
    for except in segment.except.iter().take(if fault(52) { 1 } else { usize::MAX }) {
        members = &members & &!asked.condition(*except)?.values();
        step("except".into(), &members);
    }
    if let Some(except) = segment.every_segment {
        members = &members & &!asked.condition(except)?.values();
        step("every segment".into(), &members);
    }
    for (purpose, consent) in &segment.purposes {
        members = &members & asked.condition(*consent)?.values();
        step(format!("purpose {purpose}"), &members);
    }
    if let Some(limit) = &segment.limit {
        members = limited(name, limit, &members, keys, asked)?;
        step("limit".into(), &members);
    }
    let (held_out, arms) = match &segment.experiment {
        None => (None, None),
        Some(PlanExperiment::Holdout { share, salt }) => {
            let bits = held_out(*share, salt, &members, keys)?;
            step("holdout".into(), &(&members & &!&bits));
            (Some(bits), None)
        }
        Some(PlanExperiment::Split { salt, arms, .. }) => {
            let (bits, of) = split(arms, salt, &members, keys)?;
            step("split".into(), &(&members & &!&bits));
            (Some(bits), Some(of))
        }
    };
    Ok(Members { members, held_out, arms, steps })
}

fn limited(
    name: &str,
    limit: &PlanLimit,
    members: &BooleanBuffer,
    keys: &ArrayRef,
    asked: &mut dyn Asked,
) -> Result<BooleanBuffer> {
    let groups = match limit.per {
        None => None,
        Some(node) => {
            let (values, ty) = asked.values(node)?;
            Some((places(&values, &ty)?, values))
        }
    };
    let rows: Vec<usize> = members.set_indices().collect();
    let rows = match limit.by {
        PlanLimitBy::Highest(node) | PlanLimitBy::Lowest(node) => {
            let (values, ty) = asked.values(node)?;
            in_order(rows, &values, &ty, matches!(limit.by, PlanLimitBy::Highest(_)))?
        }
        PlanLimitBy::Random => {
            let hash = Hasher::new(name, keys)?;
            // The hex digits of a digest stand in the order of its bytes.
            let mut hashed: Vec<_> = rows.into_iter().map(|row| (hash.digest(row), row)).collect();
            hashed.sort_unstable();
            hashed.into_iter().map(|(_, row)| row).collect()
        }
    };
    let mut taken: HashMap<Option<i64>, u64> = HashMap::new();
    let mut chosen = vec![false; members.len()];
    for row in rows {
        let group = match &groups {
            None => None,
            Some((places, values)) if values.is_valid(row) => Some(places.get(row).copied().unwrap_or(0)),
            // Who has no group is a group alone.
            Some(_) if fault(53) => Some(i64::MIN),
            Some(_) => {
                if let Some(place) = chosen.get_mut(row) {
                    *place = limit.count > 0;
                }
                continue;
            }
        };
        let count = taken.entry(group).or_insert(0);
        if *count < limit.count + u64::from(fault(54)) {
            *count += 1;
            if let Some(place) = chosen.get_mut(row) {
                *place = true;
            }
        }
    }
    Ok(chosen.into_iter().collect())
}

/// Members whose first 8 hex digits of md5(salt ":" key), as a number, are below share × 2³².
fn held_out(share: Decimal, salt: &str, members: &BooleanBuffer, keys: &ArrayRef) -> Result<BooleanBuffer> {
    let drawn = Drawn::new(share, salt, keys)?;
    let mut bits = vec![false; members.len()];
    for row in members.set_indices() {
        if let Some(bit) = bits.get_mut(row) {
            *bit = drawn.has(row);
        }
    }
    Ok(bits.into_iter().collect())
}

/// The same of all customers: `in random 5% salt "2026"`.
pub(crate) fn drawn(share: Decimal, salt: &str, keys: &ArrayRef) -> Result<BooleanBuffer> {
    let drawn = Drawn::new(share, salt, keys)?;
    Ok(BooleanBuffer::collect_bool(keys.len(), |row| drawn.has(row)))
}

/// Of each member the arm, and whether it is held out.
fn split(arms: &[PlanArm], salt: &str, members: &BooleanBuffer, keys: &ArrayRef) -> Result<(BooleanBuffer, UInt32Array)> {
    let hash = Hasher::new(salt, keys)?;
    let mut begin = 0;
    let mut bounds = Vec::with_capacity(arms.len());
    for arm in arms {
        let end = bound(arm.reach);
        bounds.push(if fault(117) { end - begin } else { end });
        begin = end;
    }
    let mut held_out = vec![false; members.len()];
    let mut of = vec![None; members.len()];
    for row in members.set_indices() {
        let number = hash.number(row);
        // The last one reaches beyond every number.
        let Some(arm) = bounds.iter().position(|bound| number < *bound) else { continue };
        if let Some(place) = of.get_mut(row) {
            *place = u32::try_from(arm).ok();
        }
        if let (Some(bit), Some(arm)) = (held_out.get_mut(row), arms.get(arm)) {
            *bit = arm.held_out && !fault(118);
        }
    }
    Ok((held_out.into_iter().collect(), of.into_iter().collect()))
}

/// A whole number is below share × 2³² when it is below the next whole number from that on.
fn bound(share: Decimal) -> u64 {
    let bottom = BigInt::from(10).pow(share.scale);
    let bound: BigInt = ((BigInt::from(share.digits) << 32) + &bottom - 1) / bottom;
    u64::try_from(bound).unwrap_or(0)
}

/// Who is drawn by a salt.
struct Drawn<'a> {
    hash: Hasher<'a>,
    bound: u64,
}

impl<'a> Drawn<'a> {
    fn new(share: Decimal, salt: &str, keys: &'a ArrayRef) -> Result<Drawn<'a>> {
        Ok(Drawn { hash: Hasher::new(salt, keys)?, bound: bound(share) })
    }

    fn has(&self, row: usize) -> bool {
        self.hash.number(row) < self.bound
    }
}

/// md5(salt ":" key) of a customer.
struct Hasher<'a> {
    begun: Md5,
    keys: Keys<'a>,
}

enum Keys<'a> {
    Numbers(&'a datafusion::arrow::array::Int64Array),
    Texts(&'a datafusion::arrow::array::StringViewArray),
}

impl<'a> Hasher<'a> {
    fn new(salt: &str, keys: &'a ArrayRef) -> Result<Hasher<'a>> {
        let numbers = keys.as_primitive_opt::<Int64Type>().map(Keys::Numbers);
        let keys = numbers.or_else(|| keys.as_string_view_opt().map(Keys::Texts));
        let keys = keys.ok_or_else(|| internal("keys that are neither whole numbers nor texts"))?;
        Ok(Hasher { begun: Md5::new_with_prefix(salt).chain_update(if fault(55) { "" } else { ":" }), keys })
    }

    /// The first 8 hex digits of the digest, as a number.
    fn number(&self, row: usize) -> u64 {
        let [a, b, c, d, ..] = self.digest(row);
        u64::from(u32::from_be_bytes([a, b, c, d]))
    }

    fn digest(&self, row: usize) -> [u8; 16] {
        let hash = self.begun.clone();
        match &self.keys {
            Keys::Numbers(keys) => hash.chain_update(keys.value(row).to_string()),
            Keys::Texts(keys) => hash.chain_update(keys.value(row)),
        }
        .finalize()
        .into()
    }
}

#[cfg(test)]
mod tests;
