//! The kernel: all features of one customer, from the customer's log.
//!
//! The records are sorted by time, table, order and then all of their words, and each selection gets the list of its records.
//! A window is then a stretch of a list, found by halving; counts are lengths, and everything else one walk over a stretch.
//! Nothing hangs on the order of records that no rule of the language puts in order: sums are exact, and of several events
//! that are first, or last, the smallest value counts.

use std::cmp::Ordering;

use num_bigint::BigInt;

use super::anchors::{self, Anchor, Anchors, Room};
use super::cast::{Cast, Records};
use super::collect::words;
use super::days::Days;
use super::dictionary::Texts;
use super::funnel::FunnelWalk;
use super::middle;
use super::record::{Layout, Slot, slot_of};
use super::sequence::Walk;
use super::spec::{Meaning, Spec};
use super::sums::{self, ExactSum};
use crate::faults::fault;
use crate::plan::{Feature, FeatureKind};
use crate::program::arithmetic::{number, round_ratio};
use crate::program::calendar::Interval;
use crate::program::types::Scalar;

/// Computes features; what it allocates serves all customers of a batch.
pub(super) struct Kernel<'a> {
    spec: &'a Spec,
    layout: &'a Layout,
    texts: Texts<'a>,
    days_of: Days<'a>,
    /// The records of the customer, sorted.
    records: Vec<u64>,
    unsorted: Vec<u64>,
    order: Vec<u32>,
    /// By selection: its records, by their place among all.
    lists: Vec<Vec<u32>>,
    /// The times of a list.
    times: Vec<i64>,
    anchors: Vec<Anchor>,
    room: Room,
    days: Vec<i32>,
    doubles: Vec<f64>,
    bits: Vec<u64>,
    cast: Cast,
    walk: Walk,
    funnels: FunnelWalk,
}

/// A walk over the records of a list that lie in a window.
#[derive(Clone, Copy)]
pub(super) struct Stretch<'r> {
    pub(super) records: &'r [u64],
    pub(super) words: usize,
    /// The places of its records among all.
    pub(super) list: &'r [u32],
    /// Their times.
    pub(super) times: &'r [i64],
}

impl<'r> Stretch<'r> {
    /// The part of it that lies in an interval.
    pub(super) fn within(self, interval: Interval) -> Stretch<'r> {
        let from = self.times.partition_point(|time| *time < interval.start.saturating_add(i64::from(fault(21))));
        let to = self.times.partition_point(|time| *time < interval.end.saturating_add(i64::from(fault(22)))).max(from);
        Stretch {
            list: self.list.get(from..to).unwrap_or_default(),
            times: self.times.get(from..to).unwrap_or_default(),
            ..self
        }
    }

    /// The record at a place among all.
    pub(super) fn record(self, place: u32) -> &'r [u64] {
        let from = place as usize * self.words;
        self.records.get(from..from + self.words).unwrap_or_default()
    }

    /// Its records.
    fn records(self) -> impl DoubleEndedIterator<Item = &'r [u64]> {
        self.list.iter().map(move |place| self.record(*place))
    }

    /// The known words of a slot.
    fn values(self, slot: Slot) -> impl Iterator<Item = u64> {
        self.records().filter_map(move |record| value(record, slot))
    }
}

/// The word of a slot, if it is known.
fn value(record: &[u64], slot: Slot) -> Option<u64> {
    if slot.known.is_set(record) { record.get(slot.word).copied() } else { None }
}

impl<'a> Kernel<'a> {
    /// A kernel of a specification.
    pub fn new(spec: &'a Spec) -> Kernel<'a> {
        Kernel {
            spec,
            layout: &spec.layout,
            texts: spec.dictionary.read(),
            days_of: Days::new(&spec.calendar),
            records: Vec::new(),
            unsorted: Vec::new(),
            order: Vec::new(),
            lists: vec![Vec::new(); spec.layout.selections()],
            times: Vec::new(),
            anchors: Vec::new(),
            room: Room::default(),
            days: Vec::new(),
            doubles: Vec::new(),
            bits: Vec::new(),
            cast: Cast::default(),
            walk: Walk::default(),
            funnels: FunnelWalk::default(),
        }
    }

    /// Tells each feature that is not what an empty one is: `set(feature, word)`, `None` where it is missing. `customer` is the
    /// number, where there is one.
    pub fn run(&mut self, customer: Option<usize>, log: &[u8], mut set: impl FnMut(usize, Option<u64>)) {
        self.sort(log);
        let width = self.layout.words();
        self.lists.iter_mut().for_each(Vec::clear);
        for (place, record) in self.records.chunks_exact(width).enumerate() {
            self.layout.each_selection(record, |selection| {
                if let Some(list) = self.lists.get_mut(selection) {
                    list.push(place as u32);
                }
            });
        }
        let records = std::mem::take(&mut self.records);
        let lists = std::mem::take(&mut self.lists);
        let mut times = std::mem::take(&mut self.times);
        let spec = self.spec;
        let mut anchors = std::mem::take(&mut self.anchors);
        let mut room = std::mem::take(&mut self.room);
        anchors.clear();
        for on in &spec.on_events {
            let list = lists.get(on.selection.0).map_or(&[] as &[u32], Vec::as_slice);
            let all = Stretch { records: &records, words: width, list, times: &[] };
            times.clear();
            times.extend(all.records().map(|record| self.layout.time(record)));
            anchors.push(anchors::anchor(spec, on, Stretch { times: &times, ..all }));
        }
        for (list, features) in lists.iter().zip(&spec.by_selection) {
            if list.is_empty() || features.is_empty() {
                continue;
            }
            times.clear();
            let all = Stretch { records: &records, words: width, list, times: &[] };
            times.extend(all.records().map(|record| self.layout.time(record)));
            let all = Stretch { times: &times, ..all };
            for number in features {
                if let Some(feature) = spec.features.get(*number) {
                    let on = Anchors { spec, texts: &self.texts, all: &anchors };
                    // What of all records a sequence or a funnel may look at.
                    let seen = |bounds| {
                        let (interval, tied) = on.by_record(bounds, customer);
                        let (layout, tied) = (self.layout, tied.map(|tied| (&on, tied)));
                        (Records { spec, layout, texts: on.texts, records: &records, lists: &lists, tied }, interval)
                    };
                    let value = match (&feature.kind, feature.kind.bounds()) {
                        (FeatureKind::Sequence(sequence), _) => {
                            let (seen, interval) = seen(sequence.bounds);
                            self.cast.of_sequence(seen, sequence, interval);
                            let Cast { events, forbidden, values, .. } = &self.cast;
                            Some(self.walk.count(sequence, &spec.calendar, events, *values, forbidden))
                        }
                        (FeatureKind::Reached(reached), _) => {
                            let (seen, interval) = seen(reached.bounds);
                            self.cast.of_funnel(seen, reached, interval);
                            Some(u64::from(self.funnels.is_reached(reached, &spec.calendar, &self.cast.events)))
                        }
                        (FeatureKind::FirstWithin(bounds), _) => Some(u64::from(on.first_is_within(*bounds, all))),
                        (_, Some(bounds)) => {
                            let within = on.within(bounds, customer, all, &mut room);
                            self.feature(*number, feature, all, within)
                        }
                        (_, None) => self.feature(*number, feature, all, all),
                    };
                    set(*number, value);
                }
            }
        }
        (self.records, self.lists, self.times) = (records, lists, times);
        (self.anchors, self.room) = (anchors, room);
    }

    /// Tells the specification what was counted of ties.
    pub fn tell_ties(&mut self) {
        let ties = self.cast.take_ties();
        if !ties.is_empty() {
            self.spec.count_ties(&ties);
        }
    }

    /// The log in words and in order.
    fn sort(&mut self, log: &[u8]) {
        let width = self.layout.words();
        self.unsorted.clear();
        self.unsorted.extend(words(log));
        let (layout, texts, spec) = (self.layout, &self.texts, self.spec);
        let compare = |a: &[u64], b: &[u64]| {
            let by_time = layout.time(a).cmp(&layout.time(b)).then_with(|| layout.table(a).cmp(&layout.table(b)));
            by_time.then_with(|| in_order(spec, layout, texts, a, b)).then_with(|| a.cmp(b))
        };
        let unsorted = &self.unsorted;
        if unsorted.chunks_exact(width).is_sorted_by(|a, b| compare(a, b).is_le()) {
            std::mem::swap(&mut self.records, &mut self.unsorted);
            return;
        }
        let record = |place: &u32| {
            let from = *place as usize * width;
            unsorted.get(from..from + width).unwrap_or_default()
        };
        self.order.clear();
        self.order.extend(0..(unsorted.len() / width) as u32);
        self.order.sort_unstable_by(|a, b| compare(record(a), record(b)));
        self.records.clear();
        for place in &self.order {
            self.records.extend_from_slice(record(place));
        }
    }

    /// A feature of a list of records that is not empty, and of those of them that lie in its window.
    fn feature(&mut self, number: usize, feature: &Feature, all: Stretch<'_>, within: Stretch<'_>) -> Option<u64> {
        let slot = slot_of(&feature.kind).and_then(|slot| self.layout.slot(slot));
        let meaning = self.spec.meanings.get(number).copied().unwrap_or(Meaning::Whole);
        match &feature.kind {
            FeatureKind::Count(_) => Some(within.list.len() as u64),
            FeatureKind::Days(_) => Some(self.days(within.times)),
            // Asked of the anchors.
            FeatureKind::FirstWithin(_) => None,
            FeatureKind::FirstTime { until } => {
                all.times.first().filter(|time| *time < until).map(|time| time.cast_unsigned())
            }
            FeatureKind::LastTime { until } => {
                let before = all.within(Interval { start: i64::MIN, end: *until });
                before.times.last().map(|time| time.cast_unsigned())
            }
            FeatureKind::Streak { bounds, frequency, on_days } => {
                let mut intervals = 0;
                for pair in bounds.windows(2) {
                    let [end, start] = pair else { continue };
                    let stretch = all.within(Interval { start: *start, end: *end });
                    let count = if *on_days && !fault(25) { self.days(stretch.times) } else { stretch.list.len() as u64 };
                    intervals += u64::from(frequency.holds(count));
                }
                Some(intervals)
            }
            FeatureKind::Sum(..) => self.sum(number, meaning, within, slot?),
            FeatureKind::Average(..) => self.average(number, meaning, within, slot?),
            FeatureKind::Min(..) => within.values(slot?).min_by(|a, b| self.compare(meaning, *a, *b)),
            FeatureKind::Max(..) => within.values(slot?).max_by(|a, b| self.compare(meaning, *a, *b)),
            FeatureKind::Distinct(..) => {
                self.bits.clear();
                self.bits.extend(within.values(slot?));
                self.bits.sort_unstable();
                if !fault(30) {
                    self.bits.dedup();
                }
                Some(self.bits.len() as u64)
            }
            FeatureKind::First(..) => self.outermost(meaning, within, slot?, false),
            FeatureKind::Last(..) => self.outermost(meaning, within, slot?, true),
            FeatureKind::Median(..) => {
                self.bits.clear();
                self.bits.extend(within.values(slot?));
                middle::median(meaning, &mut self.bits)
            }
            FeatureKind::MostCommon(..) => {
                let mut words = std::mem::take(&mut self.bits);
                words.clear();
                words.extend(within.values(slot?));
                let most_common = middle::most_common(&mut words, |a, b| self.compare(meaning, a, b));
                self.bits = words;
                most_common
            }
            FeatureKind::AverageGap(_) => middle::average_gap(within.times),
            FeatureKind::LongestGap(_) => middle::longest_gap(within.times),
            FeatureKind::Sequence(_) | FeatureKind::Reached(_) => None,
        }
    }

    /// How many different days: the times ascend, and with them nearly always the days. (Where a change of clocks goes back over
    /// midnight, a day comes twice.)
    fn days(&mut self, times: &[i64]) -> u64 {
        self.days.clear();
        for time in times {
            let day = if fault(23) { time.div_euclid(86_400_000_000) as i32 } else { self.days_of.day_of(*time) };
            if self.days.last() != Some(&day) || fault(24) {
                self.days.push(day);
            }
        }
        if !self.days.is_sorted() {
            self.days.sort_unstable();
            self.days.dedup();
        }
        self.days.len() as u64
    }

    fn sum(&mut self, number: usize, meaning: Meaning, stretch: Stretch<'_>, slot: Slot) -> Option<u64> {
        let sum = match meaning {
            Meaning::Double => {
                self.doubles.clear();
                self.doubles.extend(stretch.values(slot).map(f64::from_bits));
                double(if fault(26) { self.doubles.iter().sum() } else { ExactSum::of(&self.doubles).rounded() })
            }
            _ => i64::try_from(stretch.values(slot).map(whole).sum::<i128>()).ok().map(i64::cast_unsigned),
        };
        self.fitting(number, sum)
    }

    fn average(&mut self, number: usize, meaning: Meaning, stretch: Stretch<'_>, slot: Slot) -> Option<u64> {
        let values = stretch.values(slot);
        let count = stretch.values(slot).count() as u64;
        if count == 0 {
            return None;
        }
        let average = match meaning {
            Meaning::Double => {
                self.doubles.clear();
                self.doubles.extend(values.map(f64::from_bits));
                let sum = ExactSum::of(&self.doubles);
                double(if fault(27) { sum.rounded() / count as f64 } else { sum.over(count) })
            }
            Meaning::Units => {
                let sum: i128 = values.map(whole).sum();
                if fault(28) {
                    return i64::try_from(sum / i128::from(count)).ok().map(i64::cast_unsigned);
                }
                round_ratio(BigInt::from(sum), BigInt::from(count)).map(i64::cast_unsigned)
            }
            Meaning::Whole | Meaning::Text => double(sums::average(values.map(whole).sum(), count)),
        };
        self.fitting(number, average)
    }

    /// A result, counted where it does not fit.
    fn fitting(&self, number: usize, result: Option<u64>) -> Option<u64> {
        if result.is_none() {
            self.spec.count_too_large(number);
        }
        result
    }

    fn compare(&self, meaning: Meaning, a: u64, b: u64) -> Ordering {
        match meaning {
            Meaning::Whole | Meaning::Units if fault(29) => a.cmp(&b),
            Meaning::Whole | Meaning::Units => a.cast_signed().cmp(&b.cast_signed()),
            Meaning::Double => f64::from_bits(a).total_cmp(&f64::from_bits(b)),
            Meaning::Text if fault(34) => a.cmp(&b),
            Meaning::Text => self.texts.compare(a, b),
        }
    }

    /// Of the events with a known value that no other such event is strictly earlier than (later than, with `last`), the one
    /// with the smallest value. Those are all at one moment; of each table those without an order, and of those with one the
    /// ones with the smallest (largest).
    fn outermost(&self, meaning: Meaning, stretch: Stretch<'_>, slot: Slot, last: bool) -> Option<u64> {
        let mut known = stretch.records().filter(|record| fault(33) || slot.known.is_set(record));
        let moment = self.layout.time(if last { known.next_back()? } else { known.next()? });
        let at_moment: Vec<&[u64]> =
            stretch.within(Interval { start: moment, end: moment.saturating_add(1) }).records().collect();
        let known = || at_moment.iter().copied().filter(|record| slot.known.is_set(record));
        let mut best: Option<u64> = None;
        // The records are sorted by table and order, those without an order first.
        let mut of_table: Option<(usize, Option<&[u64]>)> = None;
        let ordered: Vec<&[u64]> = if last { known().rev().collect() } else { known().collect() };
        for record in ordered {
            let table = self.layout.table(record);
            let has_order = !fault(31) && self.layout.order().is_some() && self.layout.order_known().is_set(record);
            if of_table.is_none_or(|(other, _)| other != table) {
                of_table = Some((table, None));
            }
            if has_order {
                match of_table {
                    Some((_, Some(first))) => {
                        if in_order(self.spec, self.layout, &self.texts, first, record).is_ne() {
                            continue;
                        }
                    }
                    _ => of_table = Some((table, Some(record))),
                }
            }
            let word = value(record, slot)?;
            best = Some(match best {
                Some(best) if self.compare(meaning, best, word).is_le() != fault(32) => best,
                _ => word,
            });
        }
        best
    }
}

/// How two records of one table and moment stand by their order; one without an order comes first.
pub(super) fn in_order(spec: &Spec, layout: &Layout, texts: &Texts<'_>, a: &[u64], b: &[u64]) -> Ordering {
    let Some(at) = layout.order() else { return Ordering::Equal };
    let known = layout.order_known();
    match (known.is_set(a), known.is_set(b)) {
        (true, true) => {
            let (x, y) = (a.get(at).copied().unwrap_or(0), b.get(at).copied().unwrap_or(0));
            let is_text = spec.text_orders.get(layout.table(a)).copied().unwrap_or(false);
            if is_text && !fault(35) { texts.compare(x, y) } else { x.cmp(&y) }
        }
        (x, y) => x.cmp(&y),
    }
}

fn whole(word: u64) -> i128 {
    i128::from(word.cast_signed())
}

/// A double as a word: missing where it is infinite, never −0.
pub(super) fn double(x: f64) -> Option<u64> {
    match number(x)? {
        Scalar::Number(x) => Some(x.to_bits()),
        _ => None,
    }
}
