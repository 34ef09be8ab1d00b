//! D3: keys: missing, different on both sides, with leading zeros, at the ends of 64 bits, of several forms of Unicode.

use datafusion::arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, StringArray, UInt64Array,
};
use segue::program::types::Type;

use super::{Data, array, cases, column_of};

fn list(text: &str) -> Vec<&str> {
    if text.is_empty() { Vec::new() } else { text.split(',').collect() }
}

#[test]
fn keys_on_both_sides() {
    let all = cases("keys.txt");
    assert!(all.len() >= 25);
    for case in all {
        let [customers, events, ty, customer_keys, event_keys] = <[String; 5]>::try_from(case.clone()).unwrap();
        let field = |key: &&str| if *key == "_" { String::new() } else { (*key).to_owned() };
        let c: String = list(&customers).iter().map(|key| format!("{},x\n", field(key))).collect();
        let e: String = list(&events).iter().map(|key| format!("{},2024-01-01\n", field(key))).collect();
        let data = Data::plain(&format!("id,n\n{c}"), &format!("id,ts\n{e}"));
        let lock = data.lock();
        for source in ["customers", "events.e"] {
            assert_eq!(format!("{:?}", column_of(&lock, source, "id").ty), ty, "{source} of {case:?}");
        }
        let opened = data.open();
        let keys: Vec<String> = opened.customers().iter().map(|r| r.key.as_ref().unwrap().to_string()).collect();
        assert_eq!(keys, list(&customer_keys), "customers of {case:?}");
        let keys = |key: Option<&segue::program::types::Key>| key.map_or("-".to_owned(), ToString::to_string);
        let read: Vec<String> = opened.events().iter().map(|r| keys(r.key.as_ref())).collect();
        assert_eq!(read, list(&event_keys), "events of {case:?}");
        let (rows, report) = opened.counted().unwrap();
        let without = list(&event_keys).iter().filter(|k| **k == "-").count() as u64;
        assert_eq!((rows as u64, report.read, report.without_key), (report.read, list(&events).len() as u64, without));
        assert_eq!(report.counted, report.read - without);
        let customers_report = opened.sources.quality().report().sources.remove(0);
        let empty = list(&customers).iter().filter(|key| **key == "_").count() as u64;
        assert_eq!((customers_report.source.as_str(), customers_report.without_key), ("customers", empty), "{case:?}");
    }
}

/// Keys as Parquet stores them: the column of customers, that of events, the type, the events' keys.
fn stored() -> Vec<(ArrayRef, ArrayRef, Type, Vec<&'static str>)> {
    vec![
        (array(Int64Array::from(vec![1, 2])), array(Int32Array::from(vec![1, 2])), Type::Count, vec!["1", "2"]),
        (array(Int64Array::from(vec![1, 2])), array(Float64Array::from(vec![Some(1.0), None])), Type::Count, vec!["1", "-"]),
        (array(Int64Array::from(vec![1, 2])), array(Float64Array::from(vec![1.0, f64::NAN])), Type::Count, vec!["1", "-"]),
        (array(Int64Array::from(vec![1, 2])), array(StringArray::from(vec!["1", "2"])), Type::Text, vec!["1", "2"]),
        (array(StringArray::from(vec!["1", "2"])), array(Int64Array::from(vec![1, 2])), Type::Text, vec!["1", "2"]),
        (array(StringArray::from(vec!["1", "2"])), array(Float64Array::from(vec![1.0, 2.0])), Type::Text, vec!["1", "2"]),
        (
            array(Decimal128Array::from(vec![1, 2]).with_precision_and_scale(38, 0).unwrap()),
            array(Decimal128Array::from(vec![100, 200]).with_precision_and_scale(10, 2).unwrap()),
            Type::Count,
            vec!["1", "2"],
        ),
        (array(StringArray::from(vec!["a ", "a"])), array(StringArray::from(vec!["a", "a "])), Type::Text, vec!["a", "a "]),
        // é as one character and as two: what looks alike is not the same.
        (
            array(StringArray::from(vec!["\u{e9}", "e\u{301}"])),
            array(StringArray::from(vec!["e\u{301}", "\u{e9}"])),
            Type::Text,
            vec!["e\u{301}", "\u{e9}"],
        ),
        (array(StringArray::from(vec!["", "b"])), array(StringArray::from(vec![Some(""), None])), Type::Text, vec!["", "-"]),
        (
            array(UInt64Array::from(vec![1, 2])),
            array(UInt64Array::from(vec![1, 1 << 62])),
            Type::Count,
            vec!["1", "4611686018427387904"],
        ),
    ]
}

#[test]
fn keys_of_every_stored_form() {
    for (customers, events, ty, keys) in stored() {
        let toml = super::PLAIN.replace("c.csv", "c.parquet").replace("e.csv", "e.parquet");
        let times = array(Date32Array::from(vec![19_000; events.len()]));
        let data = Data::new(&toml)
            .with_parquet("c.parquet", vec![("id", customers)])
            .with_parquet("e.parquet", vec![("id", events), ("ts", times)]);
        let lock = data.lock();
        assert_eq!(column_of(&lock, "customers", "id").ty, ty);
        assert_eq!(column_of(&lock, "events.e", "id").ty, ty);
        let read = data.open().events();
        let read: Vec<String> = read.iter().map(|r| r.key.as_ref().map_or("-".into(), ToString::to_string)).collect();
        assert_eq!(read, keys);
    }
}

#[test]
fn keys_of_different_types_in_two_files_are_all_texts() {
    let toml = super::PLAIN.replace("c.csv", "c/*").replace("e.csv", "e/*");
    let ids = |ids: Vec<i64>| vec![("id", array(Int64Array::from(ids)))];
    let data = Data::new(&toml)
        .with_parquet("c/1.parquet", ids(vec![7, 12]))
        .with("c/2.csv", "id\na\n")
        .with("e/1.csv", "id,ts\n7,2024-01-01\n")
        .with("e/2.ndjson", "{\"id\": 12, \"ts\": \"2024-01-01\"}\n{\"id\": \"a\", \"ts\": \"2024-01-01\"}\n");
    assert_eq!(data.locked("customers", "id").ty, Type::Text);
    let opened = data.open();
    let keys: Vec<String> = opened.customers().iter().map(|r| r.key.as_ref().unwrap().to_string()).collect();
    assert_eq!(keys, ["12", "7", "a"]);
    let keys: Vec<String> = opened.events().iter().map(|r| r.key.as_ref().unwrap().to_string()).collect();
    assert_eq!(keys, ["7", "12", "a"]);
    // The same key as a number in one file and as a text in another stands twice.
    data.write("c/2.csv", "id\na\n7\n");
    assert_eq!(data.refused().code, segue::diagnostics::codes::data::KEY_TWICE);
}

#[test]
fn keys_beyond_64_bits_are_no_keys_and_later_ones_are_counted() {
    let big = vec![("id", array(UInt64Array::from(vec![u64::MAX, 1]))), ("ts", array(Date32Array::from(vec![1, 1])))];
    let data = Data::events_in("e.parquet").with_parquet("e.parquet", big);
    assert_eq!(data.refused().code, segue::diagnostics::codes::data::NOT_A_KEY);
    let small = vec![("id", array(UInt64Array::from(vec![2, 1]))), ("ts", array(Date32Array::from(vec![1, 1])))];
    let lock = Data::events_in("e.parquet").with_parquet("e.parquet", small).lock();
    let (_, report) = data.opened(&lock).unwrap().counted().unwrap();
    assert_eq!((report.read, report.without_key, report.counted), (2, 1, 1));
    assert_eq!(report.columns[0].unreadable, 1);
}

#[test]
fn a_look_up_reaches_by_the_same_type() {
    let toml = format!("{}\n[tables.products]\npath = \"p.csv\"\nkey = \"product\"\n", super::PLAIN);
    for (p, e, ty) in [("7", "7", Type::Count), ("007", "7", Type::Text), ("7", "x", Type::Text)] {
        let data = Data::new(&toml).with("c.csv", "id\n1\n").with("e.csv", format!("id,ts,product\n1,2024-01-01,{e}\n"));
        data.write("p.csv", format!("product,x\n{p},a\n,b\n"));
        let lock = data.lock();
        assert_eq!(column_of(&lock, "tables.products", "product").ty, ty);
        assert_eq!(column_of(&lock, "events.e", "product").ty, ty);
        let opened = data.open();
        let rows = opened.sources.look_up(&opened.machine, 0, &[1]).unwrap();
        let found = rows.find(
            &(if ty == Type::Count {
                array(Int64Array::from(vec![Some(7), None, Some(8)]))
            } else {
                array(datafusion::arrow::array::StringViewArray::from(vec![Some(p), None, Some("8")]))
            }),
        );
        assert_eq!(found.iter().collect::<Vec<_>>(), [Some(0), None, None]);
        let report = opened.sources.quality().report().sources.remove(0);
        assert_eq!((report.source.as_str(), report.read, report.without_key), ("tables.products", 2, 1));
    }
}

#[test]
fn another_systems_customers_are_joined_one_to_one() {
    let toml = "[project]\nname = \"shop\"\n\n[customers]\npath = \"c.csv\"\nkey = \"id\"\n\n[customers.support]\npath = \"s.csv\"\nkey = \"customer\"\n";
    let data = Data::new(toml).with("c.csv", "id,a\n3,x\n1,y\n2,z\n").with("s.csv", "customer,b\n2,5\n9,6\n,7\n3,8\n");
    let opened = data.open();
    let shown: Vec<Vec<String>> =
        opened.customers().iter().map(|r| r.values.iter().map(|v| super::show(v.as_ref())).collect()).collect();
    let names: Vec<&str> = opened.catalog.attributes.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["id", "a", "b"]);
    assert_eq!(shown, [["1", "\"y\"", "-"], ["2", "\"z\"", "5"], ["3", "\"x\"", "8"]]);
    let report = opened.sources.quality().report();
    let support = report.sources.iter().find(|s| s.source == "customers.support").unwrap();
    assert_eq!((support.read, support.without_key, support.of_nobody, support.counted), (4, 1, 1, 2));
}
