//! What the functions of the pass share: the features, where records have what, and the run's dictionary. They carry it with
//! them; it is no literal of the plan, as this engine runs in one process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::common::Result;

use super::dictionary::Dictionary;
use super::record::{Layout, slot_of};
use super::{Intervals, Ties};
use crate::faults::fault;
use crate::plan::{Bounds, Feature, FeatureKind, OnEvent, Plan, TableId};
use crate::program::calendar::{Calendar, Interval};
use crate::program::types::Type;

/// The specification of a pass.
#[derive(Debug)]
pub(super) struct Spec {
    /// Records.
    pub layout: Arc<Layout>,
    /// Codes of texts.
    pub dictionary: Dictionary,
    /// T.
    pub as_of: i64,
    /// Where days begin.
    pub calendar: Calendar,
    /// By `FeatureId`.
    pub features: Vec<Feature>,
    /// By `SelectionId`: the numbers of the features of it.
    pub by_selection: Vec<Vec<usize>>,
    /// By `SelectionId`: no feature of it needs a row before this moment.
    pub oldest: Vec<i64>,
    /// By `FeatureId`: what its slot's words mean; of those without one, whole numbers.
    pub meanings: Vec<Meaning>,
    /// By `TableId`: whether its order column holds texts.
    pub text_orders: Vec<bool>,
    /// By `HangingId`.
    pub hanging: Vec<Intervals>,
    /// By `OnEventId`.
    pub on_events: Vec<OnEvent>,
    too_large: Vec<AtomicU64>,
    ties: Mutex<Vec<Ties>>,
}

/// What a slot's word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// a whole number of 64 bits with its sign: counts, days, moments, 0 and 1 for false and true
    Whole,
    /// whole units whose average is rounded to whole units: money and durations
    Units,
    /// the bits of a double
    Double,
    /// the code of a text
    Text,
}

impl Meaning {
    /// What the words of a type mean.
    pub fn of(ty: &Type) -> Meaning {
        match ty {
            Type::Number | Type::Percent => Meaning::Double,
            Type::Money(_) | Type::Duration => Meaning::Units,
            Type::Text => Meaning::Text,
            Type::Boolean | Type::Count | Type::Date | Type::Timestamp | Type::List(_) => Meaning::Whole,
        }
    }
}

impl Spec {
    /// The specification of a plan. `text_orders`: the tables whose order column holds texts.
    pub fn new(plan: &Plan, hanging: Vec<Intervals>, text_orders: &[TableId]) -> Result<Spec> {
        let layout = Layout::new(plan)?;
        let mut by_selection = vec![Vec::new(); layout.selections()];
        let mut oldest = vec![i64::MAX; layout.selections()];
        for (number, feature) in plan.features.iter().enumerate() {
            // A selection that no table has is empty: its features keep what an empty one is.
            if let Some(features) = by_selection.get_mut(feature.selection.0) {
                features.push(number);
            }
            for selection in feature.selections() {
                if let Some(oldest) = oldest.get_mut(selection.0) {
                    *oldest = (*oldest).min(feature.kind.oldest().min(plan.as_of));
                }
            }
        }
        for on in &plan.on_events {
            // Whichever is the first, or the last.
            if let Some(oldest) = oldest.get_mut(on.selection.0) {
                *oldest = i64::MIN;
            }
        }
        let meaning = |feature: &Feature| {
            let slot = slot_of(&feature.kind)?;
            let filled = |table: &crate::plan::TableScan| {
                let (_, node) = table.slots.iter().find(|(id, _)| *id == slot)?;
                table.graph.nodes.get(node.0).map(|node| Meaning::of(&node.ty))
            };
            plan.tables.iter().find_map(filled)
        };
        let meanings = plan.features.iter().map(|feature| meaning(feature).unwrap_or(Meaning::Whole)).collect();
        let text_orders = (0..layout.tables()).map(|table| text_orders.contains(&TableId(table))).collect();
        Ok(Spec {
            layout: Arc::new(layout),
            dictionary: Dictionary::default(),
            as_of: plan.as_of,
            calendar: plan.calendar.clone(),
            features: plan.features.clone(),
            by_selection,
            oldest,
            meanings,
            text_orders,
            hanging,
            on_events: plan.on_events.clone(),
            too_large: plan.features.iter().map(|_| AtomicU64::new(0)).collect(),
            ties: Mutex::default(),
        })
    }

    /// The interval that bounds mean for a customer, by number. Those that hang on an event are no interval: `anchors` tells
    /// what lies in them.
    pub fn interval(&self, bounds: Bounds, customer: Option<usize>) -> Interval {
        match bounds {
            Bounds::Fixed(interval) => interval,
            Bounds::OnEvent(_) | Bounds::OnMoment(_) => Interval::EMPTY,
            Bounds::Hanging(id) => {
                let bound = |intervals: &Intervals| {
                    let customer = customer?;
                    Some(Interval { start: *intervals.start.get(customer)?, end: *intervals.end.get(customer)? })
                };
                self.hanging.get(id.0).and_then(bound).unwrap_or(Interval::EMPTY)
            }
        }
    }

    /// Counts a value of a feature that does not fit.
    pub fn count_too_large(&self, feature: usize) {
        if let Some(count) = self.too_large.get(feature) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts events that tie, by table.
    pub fn count_ties(&self, more: &[Ties]) {
        let mut ties = self.ties.lock().unwrap_or_else(PoisonError::into_inner);
        if ties.len() < more.len() {
            ties.resize(more.len(), Ties::default());
        }
        for (ties, more) in ties.iter_mut().zip(more) {
            ties.events += more.events;
            ties.tied += more.tied;
        }
    }

    /// By `TableId`: how many events tie.
    pub fn ties(&self) -> Vec<Ties> {
        self.ties.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// By `FeatureId`: how many values did not fit.
    pub fn too_large(&self) -> Vec<u64> {
        self.too_large.iter().map(|count| count.load(Ordering::Relaxed)).collect()
    }
}

/// What a feature is of somebody without an event of its selection: `None` is missing. Of a streak, each interval in which no
/// event is as many as asked counts: `at most once in each of last 4 weeks`.
pub(super) fn empty(kind: &FeatureKind) -> Option<u64> {
    match kind {
        FeatureKind::Sum(..) | FeatureKind::Distinct(..) if fault(38) => None,
        FeatureKind::Count(_)
        | FeatureKind::Days(_)
        | FeatureKind::Sum(..)
        | FeatureKind::Distinct(..)
        | FeatureKind::FirstWithin(_)
        | FeatureKind::Sequence(_)
        | FeatureKind::Reached(_) => Some(0),
        FeatureKind::Streak { bounds, frequency, .. } => {
            let intervals = bounds.len().saturating_sub(1) as u64;
            Some(if frequency.holds(0) && !fault(37) { intervals } else { 0 })
        }
        FeatureKind::Average(..)
        | FeatureKind::Min(..)
        | FeatureKind::Max(..)
        | FeatureKind::First(..)
        | FeatureKind::Last(..)
        | FeatureKind::Median(..)
        | FeatureKind::MostCommon(..)
        | FeatureKind::AverageGap(_)
        | FeatureKind::LongestGap(_)
        | FeatureKind::FirstTime { .. }
        | FeatureKind::LastTime { .. } => None,
    }
}
