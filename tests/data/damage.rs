//! D1: damaged Parquet gives a diagnostic with the file's name or all of its rows; never a panic, never quietly fewer rows.

use std::fs;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use datafusion::arrow::array::{Array, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::{WriterProperties, WriterVersion};
use segue::diagnostics::codes::data;
use segue::engine::sources::Sources;
use segue::project::{catalog, config};
use segue::source::FileId;

use super::{Data, Opened, array};

const ROWS: usize = 700;
/// How many damaged files; the nightly figure is by `SEGUE_DAMAGED`.
const FILES: usize = 1_000;

fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// The same rows, written in several ways.
fn good(way: usize) -> Vec<u8> {
    let n = ROWS as i64;
    let columns: Vec<(&str, Arc<dyn Array>)> = vec![
        ("id", array(Int64Array::from_iter_values(0..n))),
        ("ts", array(Date32Array::from_iter_values((0..n as i32).map(|i| i % 50)))),
        ("x", array(Float64Array::from_iter((0..n).map(|i| (i % 7 != 0).then_some(i as f64 / 4.0))))),
        ("text", array(StringArray::from_iter((0..n).map(|i| (i % 5 != 0).then(|| format!("value {}", i % 40)))))),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap();
    let properties = WriterProperties::builder()
        .set_compression([Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::LZ4_RAW][way % 3])
        .set_dictionary_enabled(way.is_multiple_of(2))
        .set_writer_version([WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0][way % 2])
        .set_max_row_group_row_count(Some([ROWS, 100, 333][way % 3]))
        .set_data_page_row_count_limit(64)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// Where the footer begins: its length stands before the last four bytes.
fn footer(bytes: &[u8]) -> usize {
    let at = bytes.len() - 8;
    at - u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

fn damaged(case: usize, state: &mut u64) -> (String, Vec<u8>) {
    static GOOD: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| (0..6).map(good).collect());
    let good = |way: usize| GOOD[way % 6].clone();
    let mut bytes = good(case);
    let length = bytes.len();
    match case % 10 {
        0 => {
            let cut = length * (case / 10 % 200) / 200;
            bytes.truncate(cut);
            (format!("cut at {cut}"), bytes)
        }
        1 => {
            let other = good(case + 1 + (next(state) % 5) as usize);
            let end = other[footer(&other)..].to_vec();
            bytes.truncate(footer(&bytes));
            bytes.extend(end);
            ("another file's footer".to_owned(), bytes)
        }
        2 => {
            let at = [0, length - 4, length - 8, length - 7][(next(state) % 4) as usize];
            bytes[at] ^= 1 << (next(state) % 8);
            (format!("magic or length at {at}"), bytes)
        }
        3..=5 => {
            let start = footer(&bytes);
            let at = start + (next(state) as usize) % (length - start);
            bytes[at] ^= 1 << (next(state) % 8);
            (format!("a bit of the footer at {at}"), bytes)
        }
        6 => {
            let at = (next(state) as usize) % (length - 50);
            bytes.drain(at..at + 1 + (next(state) as usize) % 40);
            (format!("bytes taken out at {at}"), bytes)
        }
        7 => {
            let at = (next(state) as usize) % (length - 40);
            for byte in &mut bytes[at..at + 32] {
                *byte = next(state) as u8;
            }
            (format!("32 random bytes at {at}"), bytes)
        }
        _ => {
            let mut places = Vec::new();
            for _ in 0..1 + next(state) % 3 {
                let at = (next(state) as usize) % length;
                bytes[at] ^= 1 << (next(state) % 8);
                places.push(at);
            }
            (format!("bits at {places:?}"), bytes)
        }
    }
}

#[test]
fn a_damaged_file_is_named_or_read_whole() {
    let toml = "[project]\nname = \"shop\"\n\n[events.e]\npath = \"e.parquet\"\nkey = \"id\"\ntime = \"ts\"\n";
    let scratch = Data::new(toml).with("e.parquet", good(0));
    let lock = scratch.lock();
    let mut opened = scratch.open();
    assert_eq!(opened.counted().unwrap().0, ROWS);
    let files = std::env::var("SEGUE_DAMAGED").ok().and_then(|n| n.parse().ok()).unwrap_or(FILES);
    let seed = std::env::var("SEGUE_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(0x0dd_ba11);
    println!("{files} damaged files from seed {seed}");
    let catalog = catalog::build(&config::read(FileId(0), toml).unwrap(), &lock).unwrap();
    let mut state = seed | 1;
    let (mut refused, mut whole) = (0, 0);
    for case in 0..files {
        let (what, bytes) = damaged(case, &mut state);
        let what = format!("case {case}, {what}");
        fs::write(scratch.path("e.parquet"), &bytes).unwrap();
        let start = Instant::now();
        let read = Sources::open(&opened.machine, scratch.path("").as_path(), &catalog, &lock)
            .map_err(|mut errors| errors.remove(0))
            .and_then(|sources| {
                opened = Opened { sources, catalog: catalog.clone(), machine: super::machine() };
                opened.counted()
            });
        assert!(start.elapsed() < Duration::from_secs(5), "{what} took {:?}", start.elapsed());
        match read {
            Ok((rows, report)) => {
                assert_eq!((rows, report.read), (ROWS, ROWS as u64), "{what}: quietly fewer rows");
                whole += 1;
            }
            Err(error) => {
                let codes = [data::DAMAGED, data::EMPTY_FILE, data::COLUMN_GONE, data::COLUMN_CHANGED, data::COLUMN_TWICE];
                assert!(codes.contains(&error.code), "{what}: {error:?}");
                assert_eq!(error.file.as_deref(), Some("e.parquet"), "{what}: {error:?}");
                refused += 1;
            }
        }
    }
    println!("{refused} refused, {whole} read whole");
    assert!(refused > files / 3 && whole > 0, "{refused} refused, {whole} read whole");
}

/// Looking at damaged files for the lock is no less careful.
#[test]
fn a_damaged_file_makes_no_lock() {
    let mut state = 0x1234_5678_9abc_def1;
    for case in 0..200 {
        let (what, bytes) = damaged(case, &mut state);
        match Data::events_in("e.parquet").with("e.parquet", bytes).observe() {
            Ok((lock, _)) => assert_eq!(lock.sources[0].rows, ROWS as u64, "{what}"),
            Err(errors) => assert!(errors.iter().all(|e| e.code != data::ENGINE), "{what}: {errors:?}"),
        }
    }
}

#[test]
fn what_is_no_parquet_file_at_all() {
    for bytes in [b"x".to_vec(), b"PAR1".to_vec(), b"PAR1PAR1".to_vec(), vec![0; 1000], b"PAR1\0\0\0\0PAR1".to_vec(), {
        let mut bytes = b"PAR1".to_vec();
        bytes.extend(u32::MAX.to_le_bytes());
        bytes.extend(b"PAR1");
        bytes
    }] {
        let error = Data::events_in("e.parquet").with("e.parquet", &bytes).refused();
        assert_eq!(error.code, data::DAMAGED);
        assert!(error.message.contains("`e.parquet`"));
    }
}
