//! The log: the records of many customers, in the order in which they came, taken out customer by customer at the end.
//!
//! Customers (here: groups) fall into parts of 4096, and a part is a list of chunks that never grow. So records are written
//! one after the other into few streams, nothing large ever moves, and a part's chunks are freed as it is taken out. A part's
//! first chunks are small, as there may be many logs (one for each part of each table) with little in each. Memory counted is
//! memory taken: chunks are counted when they are made.

use datafusion::arrow::array::{BinaryViewArray, make_view};
use datafusion::arrow::buffer::{Buffer, ScalarBuffer};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::EmitTo;

/// Groups of a part: as many as 12 bits can tell apart.
pub(super) const PART: usize = 4096;
/// About so many bytes the first chunk of a part; each next one is twice as large as the one before …
const FIRST_CHUNK: usize = 1536;
/// … up to this.
const CHUNK: usize = 48 * 1024;
/// A buffer of a result is cut before it grows beyond this; places in it have 31 bits.
const BUFFER: usize = 1 << 30;

/// Records by group.
#[derive(Debug)]
pub(super) struct Log {
    /// Bytes of a record.
    width: usize,
    /// How many groups there are; some may have no record.
    groups: usize,
    parts: Vec<Part>,
    /// Bytes of memory of all chunks.
    bytes: usize,
}

/// The chunks of a part.
pub(super) type Part = Vec<Chunk>;

#[derive(Debug)]
pub(super) struct Chunk {
    /// The group of each record, within the part.
    groups: Vec<u16>,
    /// The records.
    bytes: Vec<u8>,
    /// So many fit.
    capacity: usize,
}

impl Chunk {
    fn new(capacity: usize, width: usize) -> Chunk {
        Chunk { groups: Vec::with_capacity(capacity), bytes: Vec::with_capacity(capacity * width), capacity }
    }

    fn size(&self, width: usize) -> usize {
        self.capacity * (width + size_of::<u16>()) + size_of::<Chunk>()
    }
}

impl Log {
    /// A log of records of so many bytes.
    pub fn new(width: usize) -> Log {
        Log { width: width.max(1), groups: 0, parts: Vec::new(), bytes: 0 }
    }

    /// There are so many groups by now.
    pub fn grow(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
    }

    /// Adds a record.
    pub fn add(&mut self, group: usize, record: &[u8]) {
        let part = group / PART;
        if part >= self.parts.len() {
            self.parts.resize_with(part + 1, Vec::new);
        }
        let Some(chunks) = self.parts.get_mut(part) else { return };
        if chunks.last().is_none_or(|chunk| chunk.groups.len() >= chunk.capacity) {
            let bytes = (FIRST_CHUNK << chunks.len().min(8)).min(CHUNK);
            let chunk = Chunk::new((bytes / self.width).max(4), self.width);
            self.bytes += chunk.size(self.width);
            chunks.push(chunk);
        }
        if let Some(chunk) = chunks.last_mut() {
            chunk.groups.push((group % PART) as u16);
            chunk.bytes.extend_from_slice(record);
        }
    }

    /// Bytes of memory that it takes.
    pub fn size(&self) -> usize {
        self.bytes + self.parts.capacity() * size_of::<Vec<Chunk>>()
    }

    /// Its parts, each of 4096 groups.
    pub fn into_parts(self) -> Vec<Part> {
        self.parts
    }

    /// Takes the first groups out, or all: the records of each, one after the other. The rest moves to the front.
    pub fn take(&mut self, emit: EmitTo) -> Result<BinaryViewArray> {
        let EmitTo::First(first) = emit else {
            return std::mem::replace(self, Log::new(self.width)).into_array();
        };
        let (mut head, mut tail) = (Log::new(self.width), Log::new(self.width));
        head.grow(first.min(self.groups));
        tail.grow(self.groups.saturating_sub(first));
        for (part, chunks) in std::mem::take(&mut self.parts).into_iter().enumerate() {
            for chunk in chunks {
                for (group, record) in chunk.groups.iter().zip(chunk.bytes.chunks_exact(self.width)) {
                    let group = part * PART + usize::from(*group);
                    match group.checked_sub(first) {
                        Some(group) => tail.add(group, record),
                        None => head.add(group, record),
                    }
                }
            }
        }
        *self = tail;
        head.into_array()
    }

    fn into_array(self) -> Result<BinaryViewArray> {
        let mut buffers: Vec<Buffer> = Vec::new();
        let mut views: Vec<u128> = Vec::with_capacity(self.groups);
        let mut parts = self.parts.into_iter();
        for begin in (0..self.groups).step_by(PART) {
            let groups = PART.min(self.groups - begin);
            let Some(chunks) = parts.next() else {
                views.resize(views.len() + groups, 0);
                continue;
            };
            put_part(chunks, groups, self.width, &mut buffers, &mut views)?;
        }
        BinaryViewArray::try_new(ScalarBuffer::from(views), buffers, None).map_err(DataFusionError::from)
    }
}

/// The records of one part, out of several logs, by group: those of each one after the other.
pub(super) struct ByGroup {
    bytes: Vec<u8>,
    /// Where each group begins, and where the last one ends.
    starts: Vec<usize>,
}

impl ByGroup {
    /// Puts the records of so many groups together. Each chunk is freed when its records have been copied.
    pub fn new(parts: Vec<Part>, groups: usize, width: usize) -> ByGroup {
        let mut starts = vec![0usize; groups + 1];
        for group in parts.iter().flatten().flat_map(|chunk| &chunk.groups) {
            if let Some(length) = starts.get_mut(usize::from(*group) + 1) {
                *length += width;
            }
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut bytes = vec![0; end];
        let mut next = starts.clone();
        for chunk in parts.into_iter().flatten() {
            for (group, record) in chunk.groups.iter().zip(chunk.bytes.chunks_exact(width)) {
                let Some(place) = next.get_mut(usize::from(*group)) else { continue };
                if let Some(to) = bytes.get_mut(*place..*place + width) {
                    to.copy_from_slice(record);
                }
                *place += width;
            }
        }
        ByGroup { bytes, starts }
    }

    /// The records of each group.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.starts.windows(2).map(|pair| match pair {
            [start, end] => self.bytes.get(*start..*end).unwrap_or_default(),
            _ => &[],
        })
    }
}

/// The records of a part by group, as views into one buffer (or, where that would be too large, several).
fn put_part(part: Part, groups: usize, width: usize, buffers: &mut Vec<Buffer>, views: &mut Vec<u128>) -> Result<()> {
    let ByGroup { bytes, starts } = ByGroup::new(vec![part], groups, width);
    let bytes = Buffer::from_vec(bytes);
    // Where the buffer of the last views begins.
    let mut begin = 0;
    for pair in starts.windows(2) {
        let [start, end] = pair else { continue };
        if i32::try_from(end - start).is_err() {
            return Err(DataFusionError::ResourcesExhausted("one customer has too many events".to_owned()));
        }
        if *start > begin && end - begin > BUFFER {
            buffers.push(bytes.slice_with_length(begin, start - begin));
            begin = *start;
        }
        let data = bytes.get(*start..*end).unwrap_or_default();
        views.push(make_view(data, buffers.len() as u32, (start - begin) as u32));
    }
    buffers.push(bytes.slice(begin));
    Ok(())
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::Array;

    use super::*;

    fn record(group: usize, n: usize) -> [u8; 16] {
        let mut record = [0; 16];
        record[..8].copy_from_slice(&(group as u64).to_le_bytes());
        record[8..].copy_from_slice(&(n as u64).to_le_bytes());
        record
    }

    fn numbers(bytes: &[u8], group: usize) -> Vec<usize> {
        let records = bytes.chunks_exact(16);
        records
            .map(|r| {
                assert_eq!(r[..8], (group as u64).to_le_bytes());
                u64::from_le_bytes(r[8..].try_into().unwrap()) as usize
            })
            .collect()
    }

    #[test]
    fn each_group_gets_its_records_in_the_order_in_which_they_came() {
        let groups = 3 * PART + 5;
        let mut log = Log::new(16);
        let mut expected = vec![Vec::new(); groups];
        for n in 0..200_000 {
            let group = n * 7919 % (2 * PART + 77);
            log.add(group, &record(group, n));
            expected[group].push(n);
        }
        log.grow(groups);
        let array = log.take(EmitTo::All).unwrap();
        assert_eq!(array.len(), groups);
        for (group, expected) in expected.iter().enumerate() {
            assert_eq!(&numbers(array.value(group), group), expected);
        }
        assert_eq!(log.take(EmitTo::All).unwrap().len(), 0);
    }

    #[test]
    fn the_first_groups_go_and_the_others_move_to_the_front() {
        let mut log = Log::new(16);
        let mut first = 0;
        // Like sorted input: groups are taken out while the last is still being filled.
        for group in 0..10_000 {
            for n in 0..group % 4 {
                log.add(group - first, &record(group, n));
            }
            log.grow(group - first + 1);
            if group % 1_000 == 999 {
                let count = group - first;
                let array = log.take(EmitTo::First(count)).unwrap();
                assert_eq!(array.len(), count);
                for i in 0..count {
                    assert_eq!(numbers(array.value(i), first + i), (0..(first + i) % 4).collect::<Vec<_>>());
                }
                first = group;
            }
        }
        let rest = log.take(EmitTo::All).unwrap();
        assert_eq!(rest.len(), 10_000 - first);
    }

    #[test]
    fn memory_counted_is_memory_taken() {
        let mut log = Log::new(40);
        assert_eq!(log.size(), 0);
        for n in 0..100_000 {
            log.add(n % PART, &[0; 40]);
        }
        let taken: usize = log.parts.iter().flatten().map(|c| c.bytes.capacity() + c.groups.capacity() * 2).sum();
        assert!(log.size() >= taken && log.size() <= taken + taken / 10, "{} {taken}", log.size());
        // Little in many parts takes little.
        let mut log = Log::new(40);
        (0..1_000).for_each(|part| log.add(part * PART, &[0; 40]));
        assert!(log.size() < 2_500_000, "{}", log.size());
    }
}
