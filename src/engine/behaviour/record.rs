//! The record: what is kept of a row that some feature needs, in a fixed number of words of 64 bits that the specification
//! decides. It holds no text and no key: texts are codes of the run's dictionary, the customer is the group.
//!
//! | word | holds |
//! | --- | --- |
//! | 0 | the time |
//! | 1 … | bits: 24 for the table, one for a known order, one a selection, one for each place of a slot that is known |
//! | next | the order within a moment, if some feature asks for it |
//! | last | the slots |
//!
//! Slots that no table fills both share a place, so that many tables do not make the records of each wide. A slot that some
//! table of its selection does not fill has a place alone: there its bit says that it is not known.

use datafusion::common::{Result, exec_datafusion_err};

use crate::plan::{FeatureKind, Plan, SelectionId, SlotId, TableId, TableScan};

/// Bytes of a word.
pub(super) const WORD: usize = 8;
const TABLE_BITS: usize = 24;
const HEADER_BITS: usize = TABLE_BITS + 1;

/// Where a record has what.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    words: usize,
    order: Option<usize>,
    selections: usize,
    /// The bits of all selections, from word 1 on.
    selected: Vec<u64>,
    slots: Vec<Slot>,
    tables: usize,
}

/// Where a slot's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// The word with its value.
    pub word: usize,
    /// The bit that says that it is known.
    pub known: Bit,
}

/// One bit of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bit {
    word: usize,
    mask: u64,
}

impl Bit {
    fn new(bit: usize) -> Bit {
        Bit { word: 1 + bit / 64, mask: 1 << (bit % 64) }
    }

    /// Whether it is set.
    pub fn is_set(self, record: &[u64]) -> bool {
        record.get(self.word).is_some_and(|word| word & self.mask != 0)
    }

    /// Sets it.
    pub fn set(self, record: &mut [u64]) {
        if let Some(word) = record.get_mut(self.word) {
            *word |= self.mask;
        }
    }
}

impl Layout {
    /// The layout of all records of a plan.
    pub fn new(plan: &Plan) -> Result<Layout> {
        let count = |ids: &mut dyn Iterator<Item = usize>| ids.max().map_or(0, |most| most.saturating_add(1));
        let scans = || plan.tables.iter();
        let selections = count(&mut scans().flat_map(|t| t.selections.iter().map(|(id, _)| id.0)));
        let slots = count(&mut scans().flat_map(|t| t.slots.iter().map(|(id, _)| id.0)));
        let tables = count(&mut scans().map(|t| t.table.0));
        if tables >= 1 << TABLE_BITS {
            return Err(exec_datafusion_err!("too many event tables"));
        }
        let taken = places(plan, slots);
        let places = taken.iter().map(|place| place + 1).max().unwrap_or(0);
        let bits = HEADER_BITS + selections + places;
        let first_free = 1 + bits.div_ceil(64);
        let order = scans().any(|t| t.needs_order).then_some(first_free);
        let first_slot = first_free + usize::from(order.is_some());
        let slots = taken
            .iter()
            .map(|place| Slot { word: first_slot + place, known: Bit::new(HEADER_BITS + selections + place) })
            .collect();
        let mut selected = vec![0; (HEADER_BITS + selections).div_ceil(64)];
        for bit in HEADER_BITS..HEADER_BITS + selections {
            if let Some(word) = selected.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
        Ok(Layout { words: first_slot + places, order, selections, selected, slots, tables })
    }

    /// How many words a record has.
    pub fn words(&self) -> usize {
        self.words
    }

    /// How many bytes a record has.
    pub fn bytes(&self) -> usize {
        self.words * WORD
    }

    /// How many tables there may be.
    pub fn tables(&self) -> usize {
        self.tables
    }

    /// How many selections there are.
    pub fn selections(&self) -> usize {
        self.selections
    }

    /// The bit of a selection.
    pub fn selection(&self, selection: SelectionId) -> Bit {
        Bit::new(HEADER_BITS + selection.0)
    }

    /// Where a slot is.
    pub fn slot(&self, slot: SlotId) -> Option<Slot> {
        self.slots.get(slot.0).copied()
    }

    /// The word with the order of a row among those of its table at its moment.
    pub fn order(&self) -> Option<usize> {
        self.order
    }

    /// The bit that says that the order is known.
    pub fn order_known(&self) -> Bit {
        Bit::new(TABLE_BITS)
    }

    /// Writes time and table into an empty record.
    pub fn begin(&self, record: &mut [u64], time: i64, table: TableId) {
        if let [first, header, ..] = record {
            *first = time.cast_unsigned();
            *header |= table.0 as u64 & ((1 << TABLE_BITS) - 1);
        }
    }

    /// The time of a record.
    pub fn time(&self, record: &[u64]) -> i64 {
        record.first().copied().unwrap_or(0).cast_signed()
    }

    /// The table of a record.
    pub fn table(&self, record: &[u64]) -> usize {
        (record.get(1).copied().unwrap_or(0) & ((1 << TABLE_BITS) - 1)) as usize
    }

    /// Whether a record is in a selection; one that is not only says that its customer exists.
    pub fn is_selected(&self, record: &[u64]) -> bool {
        record.iter().skip(1).zip(&self.selected).any(|(word, mask)| word & mask != 0)
    }

    /// Calls `f` with the number of each selection that a record is in.
    pub fn each_selection(&self, record: &[u64], mut f: impl FnMut(usize)) {
        for (at, (word, mask)) in record.iter().skip(1).zip(&self.selected).enumerate() {
            let mut bits = word & mask;
            while bits != 0 {
                f(at * 64 + bits.trailing_zeros() as usize - HEADER_BITS);
                bits &= bits - 1;
            }
        }
    }
}

/// The slot that a feature reads.
pub(super) fn slot_of(kind: &FeatureKind) -> Option<SlotId> {
    match kind {
        FeatureKind::Sum(slot, _)
        | FeatureKind::Average(slot, _)
        | FeatureKind::Min(slot, _)
        | FeatureKind::Max(slot, _)
        | FeatureKind::Distinct(slot, _)
        | FeatureKind::First(slot, _)
        | FeatureKind::Last(slot, _)
        | FeatureKind::Median(slot, _)
        | FeatureKind::MostCommon(slot, _) => Some(*slot),
        FeatureKind::Count(_)
        | FeatureKind::Days(_)
        | FeatureKind::AverageGap(_)
        | FeatureKind::LongestGap(_)
        | FeatureKind::FirstWithin(_)
        | FeatureKind::FirstTime { .. }
        | FeatureKind::LastTime { .. }
        | FeatureKind::Streak { .. }
        | FeatureKind::Reached(_) => None,
        FeatureKind::Sequence(sequence) => sequence.matching,
    }
}

/// The place of each slot, see the page.
fn places(plan: &Plan, slots: usize) -> Vec<usize> {
    let fills = |table: &TableScan, slot: usize| table.slots.iter().any(|(id, _)| id.0 == slot);
    // Slots that are read of records of a table that does not fill them.
    let mut alone = vec![false; slots];
    for feature in &plan.features {
        let Some(slot) = slot_of(&feature.kind) else { continue };
        for table in &plan.tables {
            let is_selected = table.selections.iter().any(|(id, _)| *id == feature.selection);
            if is_selected
                && !fills(table, slot.0)
                && let Some(alone) = alone.get_mut(slot.0)
            {
                *alone = true;
            }
        }
    }
    // The tables that use each place; `None` where nobody else may.
    let mut users: Vec<Option<Vec<TableId>>> = Vec::new();
    let mut places = Vec::with_capacity(slots);
    for (slot, alone) in alone.into_iter().enumerate() {
        let tables: Vec<TableId> = plan.tables.iter().filter(|t| fills(t, slot)).map(|t| t.table).collect();
        let free = |users: &Option<Vec<TableId>>| {
            users.as_ref().is_some_and(|users| tables.iter().all(|table| !users.contains(table)))
        };
        let place = if alone { None } else { users.iter().position(free) };
        match place {
            Some(place) => {
                if let Some(Some(users)) = users.get_mut(place) {
                    users.extend(tables);
                }
                places.push(place);
            }
            None => {
                places.push(users.len());
                users.push((!alone).then_some(tables));
            }
        }
    }
    places
}
