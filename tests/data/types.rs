//! D2: a column that is stored as one thing and locked as another, for each use of it: 22 stored forms, and the file without
//! the column at all, against each type of the lock and each use. Each has its result or its code.

use datafusion::arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DurationMicrosecondArray, FixedSizeBinaryArray,
    Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, LargeStringArray, ListArray, NullArray,
    StringArray, StringDictionaryBuilder, StringViewArray, StructArray, Time64MicrosecondArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, UInt32Array, UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Int64Type};
use segue::diagnostics::codes::data;
use segue::program::types::Type;
use segue::project::lock::{Lock, LockedColumn, LockedSource};

use super::{Data, array, show};

fn dictionary(values: &[&str]) -> ArrayRef {
    let mut builder = StringDictionaryBuilder::<Int32Type>::new();
    values.iter().for_each(|value| builder.append_value(value));
    array(builder.finish())
}

/// Stored columns of one value, each with its name.
fn stored() -> Vec<(&'static str, ArrayRef)> {
    let record = StructArray::from(vec![(
        std::sync::Arc::new(Field::new("a", DataType::Int64, true)),
        array(Int64Array::from(vec![1])) as ArrayRef,
    )]);
    let day = 19_000 * 86_400_000_000;
    vec![
        ("i8", array(Int8Array::from(vec![7]))),
        ("i16", array(Int16Array::from(vec![7]))),
        ("i32", array(Int32Array::from(vec![7]))),
        ("i64", array(Int64Array::from(vec![7]))),
        ("u32", array(UInt32Array::from(vec![7]))),
        ("u64 max", array(UInt64Array::from(vec![u64::MAX]))),
        ("f32", array(Float32Array::from(vec![7.0]))),
        ("f64", array(Float64Array::from(vec![7.0]))),
        ("f64 with a fraction", array(Float64Array::from(vec![7.5]))),
        ("f64 NaN", array(Float64Array::from(vec![f64::NAN]))),
        ("f64 infinite", array(Float64Array::from(vec![f64::INFINITY]))),
        ("f64 minus zero", array(Float64Array::from(vec![-0.0]))),
        ("decimal", array(Decimal128Array::from(vec![750]).with_precision_and_scale(10, 2).unwrap())),
        ("whole decimal", array(Decimal128Array::from(vec![7]).with_precision_and_scale(38, 0).unwrap())),
        ("text 7", array(StringArray::from(vec!["7"]))),
        ("text 007", array(LargeStringArray::from(vec!["007"]))),
        ("text x", array(StringViewArray::from(vec!["x"]))),
        ("text of a day", dictionary(&["2022-01-08"])),
        ("text of a time", array(StringArray::from(vec!["2022-01-08T01:00"]))),
        ("true", array(BooleanArray::from(vec![true]))),
        ("day", array(Date32Array::from(vec![19_000]))),
        ("midnight", array(TimestampMillisecondArray::from(vec![day / 1000]))),
        ("time", array(TimestampMicrosecondArray::from(vec![day + 1]))),
        ("time with zone", array(TimestampNanosecondArray::from(vec![day * 1000 + 1999]).with_timezone("UTC"))),
        ("nothing", array(NullArray::new(1))),
        ("bytes", array(BinaryArray::from(vec![b"a".as_slice()]))),
        ("fixed bytes", array(FixedSizeBinaryArray::try_from_iter([[1u8, 2]].into_iter()).unwrap())),
        ("time of day", array(Time64MicrosecondArray::from(vec![1]))),
        ("record", array(record)),
        ("list", array(ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1)])]))),
    ]
}

/// What each locked type makes of each stored form, in the order of [`stored`]; `!` refuses the column, `-` is missing without
/// a word, `u`, `i` are missing and counted as unreadable, as infinite.
fn expected() -> Vec<(Type, Vec<&'static str>)> {
    let at = "2022-01-08T00:00:00Z";
    let (after, day) = ("2022-01-08T00:00:00.000001Z", "2022-01-08");
    vec![
        (
            Type::Count,
            vec![
                "7", "7", "7", "7", "7", "u", "7", "7", "u", "-", "i", "0", "u", "7", "7", "u", "u", "u", "u", "!", "!",
                "!", "!", "!", "-", "!", "!", "!", "!", "!",
            ],
        ),
        (
            Type::Number,
            vec![
                "7.0",
                "7.0",
                "7.0",
                "7.0",
                "7.0",
                "1.8446744073709552e19",
                "7.0",
                "7.0",
                "7.5",
                "-",
                "i",
                "0.0",
                "7.5",
                "7.0",
                "7.0",
                "u",
                "u",
                "u",
                "u",
                "!",
                "!",
                "!",
                "!",
                "!",
                "-",
                "!",
                "!",
                "!",
                "!",
                "!",
            ],
        ),
        (
            Type::Boolean,
            vec![
                "!", "!", "!", "!", "!", "!", "!", "!", "!", "!", "!", "!", "!", "!", "u", "u", "u", "u", "u", "true", "!",
                "!", "!", "!", "-", "!", "!", "!", "!", "!",
            ],
        ),
        (
            Type::Text,
            vec![
                "\"7\"",
                "\"7\"",
                "\"7\"",
                "\"7\"",
                "\"7\"",
                "\"18446744073709551615\"",
                "\"7\"",
                "\"7\"",
                "\"7.5\"",
                "-",
                "i",
                "\"0\"",
                "\"7.5\"",
                "\"7\"",
                "\"7\"",
                "\"007\"",
                "\"x\"",
                "\"2022-01-08\"",
                "\"2022-01-08T01:00\"",
                "\"true\"",
                "\"2022-01-08\"",
                "\"2022-01-08T00:00:00Z\"",
                "\"2022-01-08T00:00:00.000001Z\"",
                "\"2022-01-08T00:00:00.000001Z\"",
                "-",
                "!",
                "!",
                "!",
                "!",
                "!",
            ],
        ),
        (
            Type::Date,
            vec![
                "!", "!", "!", "!", "!", "!", "!", "!", "!", "!", "!", "!", "!", "!", "u", "u", "u", day, "u", "!", day,
                day, "u", "u", "-", "!", "!", "!", "!", "!",
            ],
        ),
        (
            Type::Timestamp,
            vec![
                "!",
                "!",
                "!",
                "!",
                "!",
                "!",
                "!",
                "!",
                "!",
                "!",
                "!",
                "!",
                "!",
                "!",
                "u",
                "u",
                "u",
                "u",
                "2022-01-08T01:00:00Z",
                "!",
                at,
                at,
                after,
                after,
                "-",
                "!",
                "!",
                "!",
                "!",
                "!",
            ],
        ),
    ]
}

fn lock(key: Type, time: Type, x: Type) -> Lock {
    let column = |name: &str, ty: Type| LockedColumn { name: name.into(), ty, missing: 0, values: None, range: None };
    let columns = vec![column("id", key), column("ts", time), column("x", x)];
    Lock {
        sources: vec![LockedSource { name: "events.e".into(), rows: 1, columns, left_out: Vec::new(), kinds: Vec::new() }],
    }
}

#[test]
fn a_column_that_was_retyped_is_read_or_refused() {
    let mut cells = 0;
    for (ty, expected) in expected() {
        let stored = stored();
        assert_eq!(stored.len(), expected.len());
        for ((name, column), expected) in stored.into_iter().zip(expected) {
            cells += 1;
            let what = format!("{name} locked as {ty:?}");
            let data = Data::events_in("e.parquet").with(
                "e.parquet",
                super::parquet(vec![
                    ("id", array(Int64Array::from(vec![1]))),
                    ("ts", array(Date32Array::from(vec![19_000]))),
                    ("x", column),
                ]),
            );
            let opened = data.opened(&lock(Type::Count, Type::Date, ty.clone())).unwrap();
            let counted = opened.counted();
            if expected == "!" {
                let error = counted.expect_err(&what);
                assert_eq!(error.code, data::COLUMN_CHANGED, "{what}");
                assert!(error.message.contains("`x`") && error.file.as_deref() == Some("e.parquet"), "{what}: {error:?}");
                continue;
            }
            let (rows, report) = counted.unwrap_or_else(|e| panic!("{what}: {e:?}"));
            assert_eq!((rows, report.read, report.counted), (1, 1, 1), "{what}");
            let losses = report.columns.iter().find(|c| c.column == "x").map_or((0, 0), |c| (c.unreadable, c.infinite));
            let value = opened.column("x").remove(0);
            match expected {
                "u" => assert_eq!((value.as_str(), losses), ("-", (1, 0)), "{what}"),
                "i" => assert_eq!((value.as_str(), losses), ("-", (0, 1)), "{what}"),
                _ => assert_eq!((value.as_str(), losses), (expected, (0, 0)), "{what}"),
            }
        }
    }
    assert!(cells >= 180, "{cells}");
}

/// As a key: what it is, `-` where the row has none, `!` where it is refused. Keys locked as whole numbers, then as texts.
#[test]
fn a_key_or_a_time_that_was_retyped_is_read_or_refused() {
    let numbers = [
        "7", "7", "7", "7", "7", "-", "7", "7", "-", "-", "-", "0", "-", "7", "7", "-", "-", "-", "-", "!", "!", "!", "!",
        "!", "-", "!", "!", "!", "!", "!",
    ];
    for ((name, column), expected) in stored().into_iter().zip(numbers) {
        let data = Data::events_in("e.parquet").with(
            "e.parquet",
            super::parquet(vec![
                ("id", column),
                ("ts", array(Date32Array::from(vec![19_000]))),
                ("x", array(Int64Array::from(vec![1]))),
            ]),
        );
        match data.opened(&lock(Type::Count, Type::Date, Type::Count)) {
            Err(errors) => {
                assert_eq!(expected, "!", "{name}: {errors:?}");
                assert_eq!(errors[0].code, data::COLUMN_CHANGED);
            }
            Ok(opened) => {
                let key = opened.events()[0].key.as_ref().map_or("-".to_owned(), ToString::to_string);
                assert_eq!(key, expected, "{name}");
                let (_, report) = opened.counted().unwrap();
                assert_eq!(report.without_key, u64::from(expected == "-"), "{name}");
                assert_eq!(report.read, report.counted + report.without_key, "{name}");
            }
        }
    }
    let is_time = |name: &str| match name {
        "text 7" | "text 007" | "text x" | "nothing" => Some(false),
        "text of a day" | "text of a time" | "day" | "midnight" | "time" | "time with zone" => Some(true),
        _ => None,
    };
    for (name, column) in stored() {
        let data = Data::events_in("e.parquet").with(
            "e.parquet",
            super::parquet(vec![
                ("id", array(Int64Array::from(vec![1]))),
                ("ts", column),
                ("x", array(Int64Array::from(vec![1]))),
            ]),
        );
        match data.opened(&lock(Type::Count, Type::Timestamp, Type::Count)) {
            Err(errors) => assert_eq!((errors[0].code, is_time(name)), (data::COLUMN_CHANGED, None), "{name}"),
            Ok(opened) => assert_eq!(Some(opened.events()[0].time.is_some()), is_time(name), "{name}"),
        }
    }
}

#[test]
fn money_of_every_stored_form() {
    let toml = "[project]\nname = \"shop\"\n\n[events.e]\npath = \"e.parquet\"\nkey = \"id\"\ntime = \"ts\"\nmoney = { x = \"EUR\" }\n";
    for (column, expected) in [
        (array(Int64Array::from(vec![Some(19), None, Some(i64::MAX)])), ["19000000", "-", "-"]),
        (array(Float64Array::from(vec![19.9, -0.0, f64::NEG_INFINITY])), ["19900000", "0", "-"]),
        (array(Float64Array::from(vec![0.1 + 0.2, 1e-7, f64::NAN])), ["300000", "0", "-"]),
        (
            array(Decimal128Array::from(vec![1990, -1, 0]).with_precision_and_scale(10, 2).unwrap()),
            ["19900000", "-10000", "0"],
        ),
        (array(Decimal128Array::from(vec![5, 15, 25]).with_precision_and_scale(10, 7).unwrap()), ["0", "2", "2"]),
        (array(Float32Array::from(vec![0.5, 2.25, 1e30])), ["500000", "2250000", "-"]),
    ] {
        let data = Data::new(toml).with_parquet(
            "e.parquet",
            vec![
                ("id", array(Int64Array::from(vec![1, 2, 3]))),
                ("ts", array(Date32Array::from(vec![19_000; 3]))),
                ("x", column.clone()),
            ],
        );
        let shown = data.open().column("x").into_iter().map(|v| v.replace(" millionths", "")).collect::<Vec<_>>();
        assert_eq!(shown, expected, "{column:?}");
    }
}

#[test]
fn lengths_of_time_and_times_of_day_are_no_times() {
    let column = array(DurationMicrosecondArray::from(vec![1]));
    let data = Data::events_in("e.parquet")
        .with_parquet("e.parquet", vec![("id", array(Int64Array::from(vec![1]))), ("ts", column)]);
    assert_eq!(data.refused().code, data::NOT_A_TIME);
}

#[test]
fn a_column_that_is_gone_is_refused_where_it_is_asked_for_and_noted_where_not() {
    let data = Data::events_in("e.csv").with("e.csv", "id,ts,x\n1,2024-01-01,a\n");
    let lock = data.lock();
    data.write("e.csv", "id,ts,y\n1,2024-01-01,a\n");
    let opened = data.opened(&lock).unwrap();
    let error = opened.counted().unwrap_err();
    assert_eq!(error.code, data::COLUMN_GONE);
    assert!(error.message.contains("`x`") && error.message.contains("`e.csv`"), "{}", error.message);
    let opened = data.opened(&lock).unwrap();
    let events = opened.sources.events(&opened.machine, 0, &[]).unwrap();
    let notes = events.counters.notes.lock().unwrap().clone();
    assert_eq!(notes, ["`y` is new since `segue.lock`", "`x` is gone since `segue.lock`"]);
    for (rows, gone) in [("id,x\n1,a\n", "ts"), ("ts,x\n2024-01-01,a\n", "id"), ("ID,ts,x\n1,2024-01-01,a\n", "id")] {
        data.write("e.csv", rows);
        let errors = data.opened(&lock).err().unwrap();
        assert_eq!(errors[0].code, data::COLUMN_GONE);
        assert!(errors[0].message.contains(&format!("`{gone}`")), "{}", errors[0].message);
    }
}

#[test]
fn a_column_that_some_files_lack_is_missing_in_them() {
    let data =
        Data::events_in("e/*.csv").with("e/1.csv", "id,ts\n1,2024-01-01\n").with("e/2.csv", "x,ts,id\n5,2024-01-01,2\n");
    assert_eq!(data.locked("events.e", "x").missing, 1);
    assert_eq!(data.open().column("x"), ["-", "5"]);
    assert_eq!(show(None), "-");
}

#[test]
fn a_column_that_no_line_of_ndjson_has_any_more_is_noted() {
    let data = Data::events_in("e.ndjson").with("e.ndjson", "{\"id\": 1, \"ts\": \"2024-01-01\", \"x\": null}\n");
    let lock = data.lock();
    assert_eq!(data.opened(&lock).unwrap().counted().unwrap().1.notes, [] as [String; 0]);
    data.write("e.ndjson", "{\"id\": 1, \"ts\": \"2024-01-01\"}\n");
    assert_eq!(data.opened(&lock).unwrap().counted().unwrap().1.notes, ["`x` is gone since `segue.lock`"]);
}
