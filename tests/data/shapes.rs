//! D6: shapes: no rows, no columns but the needed ones, very many columns or files, one file in many places.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use segue::engine::machine::{Machine, Settings};
use segue::program::types::Type;

use super::{Data, array, column_of};

fn events(n: i64) -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("id", array(Int64Array::from_iter_values(0..n))),
        ("ts", array(Date32Array::from_iter_values((0..n).map(|i| (i % 10_000) as i32)))),
    ]
}

#[test]
fn no_rows_and_one_row() {
    for n in [0, 1] {
        let data = Data::events_in("e.parquet").with_parquet("e.parquet", events(n));
        let (rows, report) = data.open().counted().unwrap();
        assert_eq!((rows, report.read), (n as usize, n as u64));
    }
    let ndjson = Data::events_in("e.ndjson").with("e.ndjson", "\n");
    assert!(ndjson.observe().is_err(), "no line says which columns there are");
    let csv = Data::plain("id\n", "id,ts\n");
    assert_eq!(csv.open().customers(), []);
    assert_eq!(csv.open().counted().unwrap().0, 0);
}

#[test]
fn an_empty_file_does_not_change_the_type_of_all_keys() {
    let data = Data::plain("id\n1\n", "id,ts\n");
    let lock = data.lock();
    assert_eq!([column_of(&lock, "customers", "id").ty, column_of(&lock, "events.e", "id").ty], [Type::Count, Type::Count]);
}

#[test]
fn ten_thousand_columns() {
    let mut columns = events(2);
    let names: Vec<String> = (0..10_000).map(|i| format!("c{i}")).collect();
    columns.extend(names.iter().map(|name| (name.as_str(), array(Int64Array::from(vec![1, 2])))));
    let data = Data::events_in("e.parquet").with_parquet("e.parquet", columns);
    let lock = data.lock();
    assert_eq!(lock.sources[0].columns.len(), 10_002);
    let opened = data.opened(&lock).unwrap();
    let rows = opened.sources.events(&opened.machine, 0, &[9_000]).unwrap().rows;
    let rows = opened.machine.block_on("reading", async move { rows.collect().await }).unwrap();
    assert_eq!(rows.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
    let csv = format!("id,ts,{}\n1,2024-01-01,{}\n", names.join(","), vec!["7"; 10_000].join(","));
    assert_eq!(Data::events_in("e.csv").with("e.csv", csv).lock().sources[0].columns.len(), 10_002);
}

#[test]
fn very_many_files() {
    let data = Data::events_in("e");
    for i in 0..2_000 {
        data.write(&format!("e/day={i}/a.csv"), "id,ts\n1,2024-01-01\n");
    }
    let opened = data.open();
    assert_eq!(opened.column("day").len(), 2_000);
    assert_eq!(opened.counted().unwrap().1.read, 2_000);
}

#[test]
fn files_come_in_the_order_of_their_paths() {
    let data = Data::events_in("e/**/*.csv");
    for path in ["e/b.csv", "e/a/z.csv", "e/c/d/x.csv", "e/a.csv"] {
        data.write(path, format!("id,ts,x\n1,2024-01-01,{path}\n"));
    }
    let mut expected = ["e/a.csv", "e/a/z.csv", "e/b.csv", "e/c/d/x.csv"];
    expected.sort_by_key(|path| path.split('/').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(data.open().column("x"), expected.map(|path| format!("{path:?}")));
}

#[test]
fn a_name_with_the_signs_of_patterns_is_a_file_too() {
    let data = Data::events_in("e[1].csv").with("e[1].csv", "id,ts\n1,2024-01-01\n");
    assert_eq!(data.lock().sources[0].rows, 1);
}

#[test]
fn a_column_in_the_file_goes_before_the_folder() {
    let data = Data::events_in("e").with("e/x=1/a.csv", "id,ts,x\n1,2024-01-01,2\n");
    assert_eq!(data.open().column("x"), ["2"]);
}

#[test]
fn hive_folders_below_a_glob_count_and_those_above_do_not() {
    let data = Data::events_in("a=1/e/**/*.csv").with("a=1/e/b=2/e.csv", "id,ts\n1,2024-01-01\n");
    let names: Vec<String> = data.lock().sources[0].columns.iter().map(|c| c.name.clone()).collect();
    assert_eq!(names, ["id", "ts", "b"]);
}

/// All compressions and pages, many row groups: every row once, by any number of threads and size of batches.
#[test]
fn every_way_to_write_parquet_gives_the_same_rows() {
    let n = 60_000;
    let batch = RecordBatch::try_from_iter(events(n)).unwrap();
    let properties = |i: usize| {
        let all = [
            Compression::UNCOMPRESSED,
            Compression::SNAPPY,
            Compression::LZ4_RAW,
            Compression::ZSTD(ZstdLevel::default()),
            Compression::GZIP(Default::default()),
            Compression::BROTLI(Default::default()),
        ];
        WriterProperties::builder()
            .set_compression(all[i])
            .set_dictionary_enabled(i.is_multiple_of(2))
            .set_statistics_enabled(if i.is_multiple_of(3) { EnabledStatistics::None } else { EnabledStatistics::Page })
            .set_max_row_group_row_count(Some([1_000_000, 10_000, 50_000, 23_457, 7_000, 59_999][i]))
            .build()
    };
    for i in 0..6 {
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties(i))).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let data = Data::events_in("e.parquet").with("e.parquet", bytes);
        let lock = data.lock();
        assert_eq!(lock.sources[0].rows, n as u64);
        for (partitions, batch) in [(1, 8192), (2, 100_000), (7, 1_000)] {
            let machine = Machine::new(Settings { partitions, batch, ..Settings::default() }).unwrap();
            let opened = data.opened_by(&lock, machine).unwrap();
            let rows = opened.sources.events(&opened.machine, 0, &[]).unwrap().rows;
            let rows = opened.machine.block_on("reading", async move { rows.collect().await }).unwrap();
            let ids = rows.iter().flat_map(|batch| {
                let ids = Arc::clone(batch.column(0));
                ids.as_any().downcast_ref::<Int64Array>().unwrap().values().to_vec()
            });
            let mut ids: Vec<i64> = ids.collect();
            ids.sort_unstable();
            assert!(ids.into_iter().eq(0..n), "{i}, {partitions} partitions, batches of {batch}");
        }
    }
}

#[test]
fn an_interrupted_reading_says_so() {
    let data = Data::events_in("e.parquet").with_parquet("e.parquet", events(100_000));
    let lock = data.lock();
    let settings = Settings { partitions: 2, batch: 10, ..Settings::default() };
    let stop = Arc::clone(&settings.interrupted);
    let opened = data.opened_by(&lock, Machine::new(settings).unwrap()).unwrap();
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let interrupted = segue::diagnostics::codes::data::INTERRUPTED;
    assert_eq!(opened.counted().unwrap_err().code, interrupted);
    assert_eq!(opened.sources.newest_event(&opened.machine).unwrap_err().code, interrupted);
    assert_eq!(opened.sources.plain_events(&opened.machine, 0).unwrap_err().code, interrupted);
}
