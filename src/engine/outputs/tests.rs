//! What is written comes back, in the documented types, and twice the same bytes.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use datafusion::arrow::array::{Float64Array, Int64Array, StringViewArray};
use datafusion::arrow::datatypes::Decimal128Type;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::super::quality::Report;
use super::super::run::{StagesResult, TraitResult};
use super::*;

fn result() -> RunResult {
    let keys: ArrayRef = Arc::new(StringViewArray::from(vec!["a", "b", "c", "d"]));
    let spend: ArrayRef = Arc::new(Int64Array::from(vec![Some(29_900_000), None]));
    let wait: ArrayRef = Arc::new(Int64Array::from(vec![Some(90_000_000), Some(-1), None, Some(0)]));
    let score: ArrayRef = Arc::new(Float64Array::from(vec![Some(0.5), None, Some(1.0), Some(2.0)]));
    let segment = SegmentResult {
        name: "vip".into(),
        title: None,
        members: BooleanArray::from(vec![true, false, true, true]),
        split: None,
        exported_before: None,
        held_out: Some(BooleanArray::from(vec![false, false, true, false])),
        steps: Vec::new(),
        exported: UInt32Array::from(vec![0, 3]),
        columns: vec![("spend".into(), Type::Money("EUR".into()), spend)],
    };
    let other = SegmentResult {
        name: "all".into(),
        title: None,
        members: BooleanArray::from(vec![true, true, false, false]),
        split: None,
        exported_before: None,
        held_out: None,
        steps: Vec::new(),
        exported: UInt32Array::from(vec![0, 1]),
        columns: Vec::new(),
    };
    let stages = StagesResult {
        name: "life".into(),
        title: None,
        stages: vec!["new".into(), "=old".into()],
        of: UInt32Array::from(vec![1, 0, 1, 1]),
        counts: vec![1, 3],
        gives: vec![(
            "worth".into(),
            Type::Money("EUR".into()),
            Arc::new(Int64Array::from(vec![Some(1_500_000), None])) as ArrayRef,
        )],
    };
    RunResult {
        as_of: 0,
        keys,
        segments: vec![other, segment],
        stages: vec![stages],
        traits: vec![
            TraitResult { name: "score".into(), ty: Type::Number, values: score },
            TraitResult { name: "wait".into(), ty: Type::Duration, values: wait },
        ],
        cuts: Vec::new(),
        quality: Report::default(),
        unfit: 0,
        ties: Vec::new(),
        timings: vec![("events", Duration::from_secs(1))],
        partitions: 1,
        features: 0,
    }
}

fn read(bytes: Vec<u8>) -> RecordBatch {
    let mut reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap().build().unwrap();
    reader.next().unwrap().unwrap()
}

fn types(batch: &RecordBatch) -> BTreeMap<String, DataType> {
    batch.schema().fields().iter().map(|f| (f.name().clone(), f.data_type().clone())).collect()
}

#[test]
fn membership_has_every_member_by_segment_and_key() {
    let mut bytes = Vec::new();
    membership(&result(), "customer", &mut bytes).unwrap();
    let batch = read(bytes);
    let texts =
        |i: usize| batch.column(i).as_string::<i32>().iter().map(|t| t.unwrap_or("-").to_owned()).collect::<Vec<_>>();
    assert_eq!(texts(0), ["a", "b", "a", "c", "d"]);
    assert_eq!(texts(1), ["all", "all", "vip", "vip", "vip"]);
    assert_eq!(batch.column(2).as_boolean().values().iter().collect::<Vec<_>>(), [false, false, false, true, false]);
    assert_eq!(batch.column(3).null_count(), 5);
    assert_eq!(batch.schema().field(0).name(), "customer");
}

#[test]
fn an_export_leaves_out_who_is_held_out_and_money_is_a_decimal() {
    let result = result();
    let mut bytes = Vec::new();
    export(&result, &result.segments[1], "id", &mut bytes).unwrap();
    let batch = read(bytes);
    assert_eq!(types(&batch)["spend"], DataType::Decimal128(19, 6));
    assert_eq!(batch.column(1).as_primitive::<Decimal128Type>().value(0), 29_900_000);
    assert!(batch.column(1).is_null(1));
    let mut text = Vec::new();
    export_csv(&result, &result.segments[1], "id", &mut text).unwrap();
    assert_eq!(String::from_utf8(text).unwrap(), "id,spend\r\na,29.9\r\nd,\r\n");
}

#[test]
fn stages_have_everybody_with_what_their_stage_gives() {
    let result = result();
    let mut bytes = Vec::new();
    stages(&result, &result.stages[0], "id", &mut bytes).unwrap();
    let batch = read(bytes);
    let names = batch.column(1).as_string::<i32>().iter().flatten().collect::<Vec<_>>();
    assert_eq!(names, ["=old", "new", "=old", "=old"]);
    assert_eq!(types(&batch)["worth"], DataType::Decimal128(19, 6));
    let worth = batch.column(2).as_primitive::<Decimal128Type>();
    assert_eq!((worth.value(1), worth.null_count()), (1_500_000, 3));
    let mut text = Vec::new();
    stages_csv(&result, &result.stages[0], "id", &mut text).unwrap();
    assert_eq!(String::from_utf8(text).unwrap(), "id,stage,worth\r\na,'=old,\r\nb,new,1.5\r\nc,'=old,\r\nd,'=old,\r\n");
}

#[test]
fn traits_have_everybody_and_the_same_result_gives_the_same_bytes() {
    let (mut once, mut twice) = (Vec::new(), Vec::new());
    traits(&result(), "id", &mut once).unwrap();
    let mut later = result();
    later.timings[0].1 = Duration::from_secs(7);
    later.partitions = 7;
    traits(&later, "id", &mut twice).unwrap();
    assert_eq!(once, twice);
    let batch = read(once);
    assert_eq!(batch.num_rows(), 4);
    assert_eq!(types(&batch)["wait"], DataType::Duration(TimeUnit::Microsecond));
    assert_eq!(types(&batch)["score"], DataType::Float64);
}

struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told_as_one() {
    assert_eq!(traits(&result(), "id", Full).map_err(|e| e.kind()), Err(io::ErrorKind::StorageFull));
    let result = result();
    let told = export_csv(&result, &result.segments[1], "id", Full).map_err(|e| e.kind());
    assert_eq!(told, Err(io::ErrorKind::StorageFull));
}
