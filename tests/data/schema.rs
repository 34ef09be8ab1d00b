//! What `segue schema` writes down: types, missing, value sets, ends, kinds, columns left out.

use datafusion::arrow::array::{
    BinaryArray, Date32Array, Float64Array, Int64Array, ListArray, NullArray, StringArray, StructArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::Int64Type;
use segue::diagnostics::codes::data;
use segue::program::types::Type;

use super::{Data, array, cases, column_of};

/// `TYPE | value | value …`: the type of a CSV column that has these values.
#[test]
fn the_type_of_a_csv_column_is_the_first_that_reads_every_value() {
    for case in cases("csv_types.txt") {
        let values = &case[1..];
        let rows: String = values.iter().map(|v| format!("1,2024-01-01,{v}\n")).collect();
        let data = Data::events_in("e.csv").with("e.csv", format!("id,ts,x\n{rows}"));
        assert_eq!(format!("{:?}", data.locked("events.e", "x").ty), case[0], "{values:?}");
    }
}

#[test]
fn all_rows_of_all_files_decide_the_type() {
    let many: String = (0..20_000).map(|i| format!("{i},2024-01-01,{i}\n")).collect();
    let data = Data::events_in("e/*.csv").with("e/1.csv", format!("id,ts,x\n{many}"));
    assert_eq!(data.locked("events.e", "x").ty, Type::Count);
    data.write("e/2.csv", "id,ts,x\n1,2024-01-01,2.5\n");
    assert_eq!(data.locked("events.e", "x").ty, Type::Number);
    data.write("e/3.csv", "id,ts,x\n1,2024-01-01,\n1,2024-01-01,x\n");
    let column = data.locked("events.e", "x");
    assert_eq!((column.ty, column.missing, column.values), (Type::Text, 1, None));
}

#[test]
fn texts_of_ndjson_are_no_numbers() {
    let lines = [
        r#"{"id": 1, "ts": "2024-01-01", "a": "12", "b": 12, "c": true, "d": "true", "e": 1.0, "f": "2024-05-01", "g": "2024-05-01T10:00", "h": null}"#,
        r#"{"id": 1, "ts": "2024-01-01", "a": "x", "b": 9223372036854775808, "i": [1, 2], "j": {"k": 1}, "k": ["a"]}"#,
    ];
    let lock = Data::events_in("e.ndjson").with("e.ndjson", lines.join("\n")).lock();
    let ty = |name: &str| column_of(&lock, "events.e", name).ty;
    assert_eq!(["a", "b", "c", "d"].map(ty), [Type::Text, Type::Number, Type::Boolean, Type::Text]);
    assert_eq!(["e", "f", "g", "h"].map(ty), [Type::Number, Type::Date, Type::Timestamp, Type::Text]);
    assert_eq!(ty("i"), Type::List(Box::new(Type::Count)));
    assert_eq!(ty("k"), Type::List(Box::new(Type::Text)));
    assert_eq!(lock.sources[0].left_out, ["j"]);
    let names: Vec<&str> = lock.sources[0].columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["id", "ts", "a", "b", "c", "d", "e", "f", "g", "h", "i", "k"], "as the file has them");
}

#[test]
fn hive_folders_are_typed_like_csv() {
    let data = Data::events_in("e")
        .with("e/day=2024-05-01/level=2/code=007/open=true/a.csv", "id,ts\n1,2024-01-01\n2,2024-01-01\n")
        .with("e/day=2024-05-02/level=3/code=7/open=false/a.csv", "id,ts\n3,2024-01-01\n")
        .with("e/day=__HIVE_DEFAULT_PARTITION__/level=3/code=a%20b/open=false/b.csv", "id,ts\n4,2024-01-01\n");
    let lock = data.lock();
    let ty = |name: &str| column_of(&lock, "events.e", name).ty;
    assert_eq!(["day", "level", "code", "open"].map(ty), [Type::Date, Type::Count, Type::Text, Type::Boolean]);
    assert_eq!(column_of(&lock, "events.e", "day").missing, 1);
    assert_eq!(column_of(&lock, "events.e", "code").values, Some(vec!["007".into(), "7".into(), "a b".into()]));
    let opened = data.open();
    assert_eq!(opened.column("level"), ["2", "2", "3", "3"]);
    assert_eq!(opened.column("day"), ["2024-05-01", "2024-05-01", "2024-05-02", "-"]);
    assert_eq!(opened.column("open"), ["true", "true", "false", "false"]);
}

#[test]
fn value_sets_ends_and_missing() {
    let data = Data::new(
        "[project]\nname = \"shop\"\n\n[customers]\npath = \"c.csv\"\nkey = \"id\"\npii = [\"email\", \"age\"]\n",
    )
    .with("c.csv", "id,email,age,country,score,born,seen\n3,a@x,30,DE,1.5,2000-01-01,2024-01-01T10:00\n1,b@x,20,,-2,1999-12-31,2024-01-01 09:00:00.5\n2,,,FR,1e999,,\n");
    let (lock, warnings) = data.observe().unwrap();
    assert_eq!(warnings, []);
    let column = |name: &str| column_of(&lock, "customers", name);
    let ends = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
    assert_eq!(lock.sources[0].rows, 3);
    assert_eq!((column("id").ty, column("id").range, column("id").missing), (Type::Count, ends("1", "3"), 0));
    assert_eq!((column("email").values, column("email").range, column("email").missing), (None, None, 1));
    assert_eq!((column("age").ty, column("age").range, column("age").missing), (Type::Count, None, 1));
    assert_eq!(column("country").values, Some(vec!["DE".into(), "FR".into()]));
    assert_eq!((column("score").range, column("score").missing), (ends("-2", "1.5"), 1));
    assert_eq!((column("born").range, column("born").missing), (ends("1999-12-31", "2000-01-01"), 1));
    assert_eq!(column("seen").range, ends("2024-01-01T09:00:00.5Z", "2024-01-01T10:00:00Z"));
}

#[test]
fn a_thousand_values_are_listed_and_one_more_are_not() {
    for (n, listed) in [(1_000, true), (1_001, false)] {
        let rows: String = (0..n).map(|i| format!("1,2024-01-01,x{i}\n")).collect();
        let column = Data::events_in("e.csv").with("e.csv", format!("id,ts,x\n{rows}")).locked("events.e", "x");
        assert_eq!(column.values.map(|v| v.len()), listed.then_some(n));
    }
}

#[test]
fn records_maps_and_bytes_are_left_out_and_named_once() {
    let record = StructArray::from(vec![(
        std::sync::Arc::new(datafusion::arrow::datatypes::Field::new(
            "a",
            datafusion::arrow::datatypes::DataType::Int64,
            true,
        )),
        array(Int64Array::from(vec![1, 2])),
    )]);
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1), None]), None]);
    let data = Data::events_in("e/*.parquet");
    for path in ["e/1.parquet", "e/2.parquet"] {
        let columns = vec![
            ("id", array(Int64Array::from(vec![1, 2]))),
            ("ts", array(TimestampMicrosecondArray::from(vec![0, 1]))),
            ("record", array(record.clone())),
            ("bytes", array(BinaryArray::from(vec![b"a".as_slice(), b"b"]))),
            ("list", array(lists.clone())),
        ];
        data.write(path, super::parquet(columns));
    }
    let (lock, warnings) = data.observe().unwrap();
    assert_eq!(lock.sources[0].left_out, ["record", "bytes"]);
    assert_eq!(column_of(&lock, "events.e", "list").ty, Type::List(Box::new(Type::Count)));
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(warnings[0].code, data::LEFT_OUT);
    assert!(warnings[0].message.contains("`record`, `bytes`"), "{}", warnings[0].message);
    assert_eq!(data.open().events().len(), 4);
}

#[test]
fn kinds_of_a_stream_are_its_values() {
    let toml =
        "[project]\nname = \"shop\"\n\n[streams.web]\npath = \"w.csv\"\nkey = \"id\"\ntime = \"ts\"\nevent = \"what\"\n";
    let data = Data::new(toml).with("w.csv", "id,ts,what\n1,2024-01-01,visit\n1,2024-01-01,\n1,2024-01-01,buy\n");
    assert_eq!(data.lock().sources[0].kinds, ["buy", "visit"]);
    let numbers = Data::new(toml).with("w.csv", "id,ts,what\n1,2024-01-01,10\n1,2024-01-01,9\n");
    assert_eq!(numbers.lock().sources[0].kinds, ["10", "9"]);
    assert_eq!(numbers.locked("streams.web", "what").ty, Type::Text);
}

#[test]
fn files_of_different_types_get_a_type_that_reads_both() {
    let times = || ("ts", array(Date32Array::from(vec![19_000])));
    let id = || ("id", array(Int64Array::from(vec![1])));
    let day = 19_000 * 86_400_000_000;
    let pairs: Vec<(super::ArrayRef, super::ArrayRef, Type, [&str; 2])> = vec![
        (array(Int64Array::from(vec![7])), array(Float64Array::from(vec![2.5])), Type::Number, ["7.0", "2.5"]),
        (array(Int64Array::from(vec![7])), array(StringArray::from(vec!["x"])), Type::Text, ["\"7\"", "\"x\""]),
        (array(Float64Array::from(vec![7.0])), array(StringArray::from(vec!["x"])), Type::Text, ["\"7\"", "\"x\""]),
        (
            array(Date32Array::from(vec![19_000])),
            array(TimestampMicrosecondArray::from(vec![day + 1])),
            Type::Timestamp,
            ["2022-01-08T00:00:00Z", "2022-01-08T00:00:00.000001Z"],
        ),
        (array(NullArray::new(1)), array(Int64Array::from(vec![7])), Type::Count, ["-", "7"]),
    ];
    for (one, two, ty, values) in pairs {
        let data = Data::events_in("e/*.parquet")
            .with_parquet("e/1.parquet", vec![id(), times(), ("x", one)])
            .with_parquet("e/2.parquet", vec![id(), times(), ("x", two)]);
        assert_eq!(data.locked("events.e", "x").ty, ty);
        assert_eq!(data.open().column("x"), values);
    }
}

#[test]
fn the_lock_is_the_same_for_any_number_of_threads() {
    let data = Data::events_in("e/*.csv");
    for i in 0..20 {
        data.write(&format!("e/{i}.csv"), format!("id,ts,c{i},x\n{i},2024-01-{:02},1,v{i}\n", i + 1));
    }
    let first = data.lock();
    for _ in 0..5 {
        assert_eq!(data.lock(), first);
    }
}

#[test]
fn a_stored_column_of_nothing_has_the_type_that_it_was_stored_with() {
    let data = Data::events_in("e.parquet").with_parquet(
        "e.parquet",
        vec![
            ("id", array(Int64Array::new_null(2))),
            ("ts", array(TimestampMicrosecondArray::new_null(2))),
            ("x", array(Float64Array::new_null(2))),
            ("nothing", array(NullArray::new(2))),
        ],
    );
    let lock = data.lock();
    let ty = |name: &str| column_of(&lock, "events.e", name).ty;
    assert_eq!(["id", "ts", "x", "nothing"].map(ty), [Type::Count, Type::Timestamp, Type::Number, Type::Text]);
    assert_eq!(column_of(&lock, "events.e", "x").missing, 2);
}

/// Who must not be written to is nobody's business: the lock says of what form a list is, and nothing of what is in it.
#[test]
fn what_a_list_holds_never_stands_in_the_lock() {
    let data = Data::new(
        "[project]\nname = \"shop\"\n\n[customers]\npath = \"c.csv\"\nkey = \"id\"\n\n[lists.no_contact]\npath = \"l.csv\"\nkey = \"email\"\n\n\
         [lists.codes]\npath = \"n.ndjson\"\nkey = \"code\"\n",
    )
    .with("c.csv", "id\n007\n12\n")
    .with("l.csv", "email,since,name\na@x,2024-01-01,Ann\na@x,,\n,2024-01-02,Bob\n")
    .with("n.ndjson", "{\"code\": 7}\n{\"code\": 7}\n{\"code\": null}\n");
    let (lock, warnings) = data.observe().unwrap();
    assert_eq!(warnings, []);
    let forms = |source: &str| -> Vec<(String, Type, u64)> {
        let source = lock.sources.iter().find(|s| s.name == source).unwrap();
        assert!(source.columns.iter().all(|c| c.values.is_none() && c.range.is_none()), "{source:?}");
        source.columns.iter().map(|c| (c.name.clone(), c.ty.clone(), c.missing)).collect()
    };
    let named = |name: &str, ty: Type, missing: u64| (name.to_owned(), ty, missing);
    assert_eq!(
        forms("lists.no_contact"),
        [named("email", Type::Text, 1), named("since", Type::Date, 1), named("name", Type::Text, 1)]
    );
    // A key may stand twice; and a list of numbers stays one, though the customers' keys are texts.
    assert_eq!(forms("lists.codes"), [named("code", Type::Count, 1)]);
    assert_eq!(column_of(&lock, "customers", "id").ty, Type::Text);
    assert!(!segue::project::lock::write(&lock).contains("a@x"));
}
