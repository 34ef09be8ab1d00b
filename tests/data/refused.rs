//! What is refused, with a message that names file, column or key, and no words of the machinery.

use std::os::unix::fs::PermissionsExt;

use datafusion::arrow::array::{Date32Array, Int64Array};
use segue::diagnostics::codes::data;
use segue::diagnostics::{Code, Diagnostic, Status};

use super::{Data, array};

#[track_caller]
fn says(error: &Diagnostic, code: Code, words: &[&str]) {
    assert_eq!(error.code, code, "{error:?}");
    for word in words {
        assert!(error.message.contains(word), "{word} in {}", error.message);
    }
    assert!(matches!(error.code.status, Status::Usage | Status::Data), "exit status 2 or 3");
    let all = format!("{} {:?} {:?}", error.message, error.consequence, error.help);
    for word in ["Arrow", "arrow", "DataFusion", "Utf8", "Int64", "panic", "unwrap", "schema error", "Parquet error"] {
        assert!(!all.contains(word), "{word} in {all}");
    }
}

#[test]
fn files_that_are_not_there() {
    for path in ["nothing.csv", "nothing/*.parquet", "nothing/**/*.csv", "nothing"] {
        let error = Data::events_in(path).refused();
        says(&error, data::NO_FILE, &[path, "events.e"]);
        assert!(error.span.is_some(), "at its place in segue.toml");
    }
    let empty = Data::events_in("folder");
    std::fs::create_dir(empty.path("folder")).unwrap();
    says(&empty.refused(), data::NO_FILE, &["folder"]);
    let data = Data::plain("id\n1\n", "id,ts\n1,2024-01-01\n");
    let lock = data.lock();
    std::fs::remove_file(data.path("c.csv")).unwrap();
    std::fs::remove_file(data.path("e.csv")).unwrap();
    let errors = data.opened(&lock).err().unwrap();
    assert_eq!(errors.len(), 2, "all at once");
    says(&errors[0], data::NO_FILE, &["c.csv", "customers"]);
    says(&errors[1], data::NO_FILE, &["e.csv", "events.e"]);
}

#[test]
fn addresses_of_object_stores() {
    for path in ["s3://bucket/a/*.parquet", "gs://x/y.csv", "https://example.com/a.csv"] {
        says(&Data::events_in(path).refused(), data::NOT_LOCAL, &[path]);
    }
}

#[test]
fn files_of_other_kinds() {
    says(&Data::events_in("e.xlsx").with("e.xlsx", "PK").refused(), data::FILE_KIND, &["e.xlsx"]);
    says(&Data::events_in("e").with("e/a.csv.gz", "x").refused(), data::FILE_KIND, &["e/a.csv.gz"]);
    let data =
        Data::events_in("e").with("e/_SUCCESS", "").with("e/.a.csv.crc", "x").with("e/a.csv", "id,ts\n1,2024-01-01\n");
    assert_eq!(data.lock().sources[0].rows, 1, "notes of tools are no data");
}

#[test]
fn empty_files() {
    for path in ["e.csv", "e.parquet", "e.ndjson"] {
        says(&Data::events_in(path).with(path, "").refused(), data::EMPTY_FILE, &[path]);
    }
    says(&Data::events_in("e.csv").with("e.csv", "\u{feff}").refused(), data::EMPTY_FILE, &["e.csv"]);
}

#[test]
fn csv_that_is_not_well_formed_is_told_with_its_line() {
    let good = "id,ts,x\n1,2024-01-01,a\n";
    for (rest, line) in [
        ("2,2024-01-01\n", "Line 3"),
        ("2,2024-01-01,a,b\n", "Line 3"),
        ("\n\n2,2024-01-01\n", "Line 5"),
        ("2,2024-01-01,\"a\n3,2024-01-01,b\n", "Line 3"),
        ("2,2024-01-01,\"a\"b\n", "Line 3"),
        ("2,2024-01-01,\"a\nb\"\n3\n", "Line 5"),
        ("2,2024-01-01,a\r3,2024-01-01,b\r", "Line 3"),
    ] {
        let data = Data::events_in("e.csv").with("e.csv", format!("{good}{rest}"));
        says(&data.refused(), data::MALFORMED, &[line, "e.csv"]);
    }
    let mut bytes = good.as_bytes().to_vec();
    bytes.extend(b"2,2024-01-01,M\xfcnchen\n");
    let data = Data::events_in("e.csv").with("e.csv", &bytes);
    says(&data.refused(), data::MALFORMED, &["Line 3", "UTF-8", "e.csv"]);
    says(&Data::events_in("e.csv").with("e.csv", b"\xff\xfei\0d\0").refused(), data::MALFORMED, &["UTF-8"]);
}

#[test]
fn ndjson_that_is_not_well_formed_is_told_with_its_line() {
    let good = "{\"id\": 1, \"ts\": \"2024-01-01\"}\n";
    for bad in ["{\"id\": 1", "[1, 2]", "7", "{\"id\": 01}", "{\"id\": 1} {\"id\": 2}", "{'id': 1}", "{\"id\": NaN}"] {
        let data = Data::events_in("e.ndjson").with("e.ndjson", format!("{good}\n{bad}\n"));
        says(&data.refused(), data::MALFORMED, &["Line 3", "e.ndjson"]);
    }
    let deep = format!("{good}{{\"x\": {}1{}}}\n", "[".repeat(10_000), "]".repeat(10_000));
    says(&Data::events_in("e.ndjson").with("e.ndjson", deep).refused(), data::MALFORMED, &["Line 2"]);
    let twice = format!("{good}{{\"id\": 1, \"id\": 2}}\n");
    says(&Data::events_in("e.ndjson").with("e.ndjson", twice).refused(), data::COLUMN_TWICE, &["`id`", "Line 2"]);
    let mut bytes = good.as_bytes().to_vec();
    bytes.extend(b"{\"id\": \"\xff\"}\n");
    says(&Data::events_in("e.ndjson").with("e.ndjson", &bytes).refused(), data::MALFORMED, &["Line 2", "UTF-8"]);
}

#[test]
fn two_columns_of_one_name() {
    says(&Data::events_in("e.csv").with("e.csv", "id,ts,x,x\n").refused(), data::COLUMN_TWICE, &["`x`", "e.csv"]);
}

#[test]
fn columns_that_segue_toml_names_and_the_data_does_not_have() {
    let error = Data::events_in("e.csv").with("e.csv", "id,tss\n1,2024-01-01\n").refused();
    says(&error, data::NO_SUCH_COLUMN, &["`ts`", "`events.e`"]);
    assert!(error.help.unwrap().contains("`tss`"));
    assert_eq!(error.fix.unwrap().edits[0].1, "tss");
    let error = Data::events_in("e.csv").with("e.csv", "customer;when\n1;2024-01-01\n").observe().unwrap_err();
    assert_eq!(error.len(), 2, "all at once");
    assert!(error[0].help.as_ref().unwrap().contains("commas"));
}

#[test]
fn keys_that_stand_twice() {
    for (c, key) in [("id\n1\n2\n1\n", "`1`"), ("id\nb\na\nb\na\n", "`b`")] {
        let error = Data::plain(c, "id,ts\n1,2024-01-01\n").refused();
        says(&error, data::KEY_TWICE, &[key, "`id`", "`customers`"]);
    }
    let ids = vec![("id", array(Int64Array::from(vec![Some(5), None, None, Some(7), Some(7)])))];
    let toml = "[project]\nname = \"shop\"\n\n[customers]\npath = \"c.parquet\"\nkey = \"id\"\n";
    says(&Data::new(toml).with_parquet("c.parquet", ids).refused(), data::KEY_TWICE, &["`7`"]);

    let toml = format!("{}\n[tables.products]\npath = \"p.csv\"\nkey = \"product\"\n", super::PLAIN);
    let data = Data::new(&toml).with("c.csv", "id\n1\n").with("e.csv", "id,ts,product\n1,2024-01-01,7\n");
    data.write("p.csv", "product,x\n7,a\n");
    let lock = data.lock();
    data.write("p.csv", "product,x\n7,a\n8,b\n7,c\n8,d\n");
    says(&data.refused(), data::KEY_TWICE, &["`7`", "`tables.products`", "one other key"]);
    let opened = data.opened(&lock).unwrap();
    let error = opened.sources.look_up(&opened.machine, 0, &[]).unwrap_err();
    says(&error, data::KEY_TWICE, &["`7`", "`tables.products`", "one other key"]);
    data.write("c.csv", "id\n1\n2\n2\n2\n");
    let opened = data.opened(&lock).unwrap();
    says(&opened.sources.customers(&opened.machine, &[]).unwrap_err(), data::KEY_TWICE, &["`2`", "`customers`"]);
}

#[test]
fn keys_that_are_no_keys() {
    for values in ["1.5", "true", "2024-01-01", "2024-01-01T10:00"] {
        let error = Data::plain(&format!("id\n{values}\n"), "id,ts\n1,2024-01-01\n").refused();
        says(&error, data::NOT_A_KEY, &["`id`", "`customers`"]);
    }
}

#[test]
fn a_folder_that_leads_back_to_itself() {
    let data = Data::events_in("e").with("e/a.csv", "id,ts\n1,2024-01-01\n");
    std::os::unix::fs::symlink(data.path("e"), data.path("e/again")).unwrap();
    says(&data.refused(), data::CANNOT_READ, &["e/again"]);
    let data = Data::events_in("e").with("e/a.csv", "id,ts\n1,2024-01-01\n");
    std::os::unix::fs::symlink(data.path("e/gone.csv"), data.path("e/b.csv")).unwrap();
    says(&data.refused(), data::CANNOT_READ, &["e/b.csv"]);
}

#[test]
fn a_file_that_may_not_be_read() {
    let data = Data::events_in("e.csv").with("e.csv", "id,ts\n1,2024-01-01\n");
    std::fs::set_permissions(data.path("e.csv"), std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(data.path("e.csv")).is_ok() {
        return; // whoever is root may read all
    }
    says(&data.refused(), data::CANNOT_READ, &["e.csv"]);
}

#[test]
fn a_folder_in_the_place_of_a_file() {
    let data = Data::events_in("e/*.parquet");
    std::fs::create_dir_all(data.path("e/a.parquet")).unwrap();
    says(&data.refused(), data::NO_FILE, &["e/*.parquet"]);
    let columns = vec![("id", array(Int64Array::from(vec![1]))), ("ts", array(Date32Array::from(vec![1])))];
    data.write("e/a.parquet/part-0.parquet", super::parquet(columns));
    assert_eq!(data.lock().sources[0].rows, 1, "a folder of parts, as tools write it");
}
