//! D5: texts that are not plain: other encodings, marks, characters that cannot be seen, very long cells, strange names.

use datafusion::arrow::array::{Date32Array, Int64Array, StringArray};
use segue::diagnostics::codes::data;
use segue::program::types::Scalar;

use super::{Data, array};

/// Texts that have to come through as they are.
fn strange() -> Vec<String> {
    let mut all: Vec<String> = [
        "a\u{0}b",
        "\u{0}",
        "\u{feff}inside",
        "\u{202e}desrever",
        "\u{200b}",
        "a\u{200d}b",
        "\u{7f}",
        "\u{1b}[31mred",
        "\r\n",
        "\n",
        "\"",
        "\"\"",
        ",",
        ",,",
        "a,\"b\"",
        " leading",
        "trailing ",
        "\t",
        "\u{a0}",
        "日本語",
        "🛒",
        "👩‍👩‍👧",
        "ﬁ",
        "İ",
        "ß",
        "ǅ",
        "e\u{301}",
        "\u{10ffff}",
        "NULL",
        "null",
        "None",
        "nan",
        "-",
        "'",
        "`",
        "\\",
        "\\N",
        "%00",
        "=1+1",
        "{\"a\": 1}",
        "true ",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    all.push("x".repeat(10 << 20));
    all.push("ü".repeat(1 << 20));
    all
}

#[test]
fn texts_come_through_as_they_are() {
    let texts = strange();
    assert!(texts.len() >= 40);
    let csv: String = texts.iter().map(|t| format!("1,2024-01-01,\"{}\"\n", t.replace('"', "\"\""))).collect();
    let ndjson: String =
        texts.iter().map(|t| format!("{}\n", serde_json::json!({"id": 1, "ts": "2024-01-01", "x": t}))).collect();
    let parquet = super::parquet(vec![
        ("id", array(Int64Array::from(vec![1; texts.len()]))),
        ("ts", array(Date32Array::from(vec![1; texts.len()]))),
        ("x", array(StringArray::from(texts.clone()))),
    ]);
    for (path, bytes) in [
        ("e.csv", format!("\u{feff}id,ts,x\r\n{csv}").into_bytes()),
        ("e.ndjson", ndjson.into_bytes()),
        ("e.parquet", parquet),
    ] {
        let data = Data::events_in(path).with(path, bytes);
        let opened = data.open();
        let read = opened.events();
        assert_eq!(read.len(), texts.len(), "{path}");
        for (row, text) in read.iter().zip(&texts) {
            let start: String = text.chars().take(30).collect();
            assert!(matches!(&row.values[2], Some(Scalar::Text(x)) if **x == **text), "{path}: {start:?}");
        }
    }
}

#[test]
fn an_empty_field_of_csv_is_missing_and_an_empty_text_elsewhere_is_not() {
    let csv = Data::events_in("e.csv").with("e.csv", "id,ts,x\n1,2024-01-01,\n1,2024-01-01,\"\"\n1,2024-01-01,NA\n");
    assert_eq!(csv.open().column("x"), ["-", "-", "\"NA\""]);
    let ndjson = "{\"id\": 1, \"ts\": \"2024-01-01\", \"x\": \"\"}\n{\"id\": 1, \"ts\": \"2024-01-01\", \"x\": null}\n";
    assert_eq!(Data::events_in("e.ndjson").with("e.ndjson", ndjson).open().column("x"), ["\"\"", "-"]);
    let parquet = super::parquet(vec![
        ("id", array(Int64Array::from(vec![1, 1]))),
        ("ts", array(Date32Array::from(vec![1, 1]))),
        ("x", array(StringArray::from(vec![Some(""), None]))),
    ]);
    assert_eq!(Data::events_in("e.parquet").with("e.parquet", parquet).open().column("x"), ["\"\"", "-"]);
}

#[test]
fn text_in_parquet_that_is_not_utf_8_is_damage() {
    let parquet = super::parquet(vec![
        ("id", array(Int64Array::from(vec![1]))),
        ("ts", array(Date32Array::from(vec![1]))),
        ("x", array(StringArray::from(vec!["needle"]))),
    ]);
    let at: Vec<usize> = (0..parquet.len() - 6).filter(|i| &parquet[*i..*i + 6] == b"needle").collect();
    assert!(!at.is_empty());
    let mut bytes = parquet;
    at.iter().for_each(|at| bytes[*at] = 0xff);
    let error = Data::events_in("e.parquet").with("e.parquet", bytes).refused();
    assert_eq!(error.code, data::DAMAGED);
    assert!(error.message.contains("e.parquet"));
}

#[test]
fn a_quote_that_is_never_closed_does_not_fill_the_memory() {
    let mut bytes = b"id,ts,x\n1,2024-01-01,\"".to_vec();
    bytes.resize(80 << 20, b'x');
    let error = Data::events_in("e.csv").with("e.csv", bytes).refused();
    assert_eq!(error.code, data::MALFORMED);
    assert!(error.message.contains("Line 2"), "{}", error.message);
}

#[test]
fn names_of_columns_that_look_alike_are_not_the_same() {
    // The first is in Latin letters, the second has a Cyrillic one.
    let data = Data::events_in("e.csv").with("e.csv", "id,ts,cost,\u{441}ost,a b,\"q\"\"\n1,2024-01-01,1,2,3,4\n");
    let error = data.observe();
    assert!(error.is_err(), "a quote never closed");
    let data = Data::events_in("e.csv").with("e.csv", "id,ts,cost,\u{441}ost,a b,\"q\"\"\"\n1,2024-01-01,1,2,3,4\n");
    let opened = data.open();
    assert_eq!(
        [opened.column("cost"), opened.column("\u{441}ost"), opened.column("a b"), opened.column("q\"")],
        [["1"], ["2"], ["3"], ["4"]]
    );
}

#[test]
fn columns_without_a_name_are_not_read() {
    // The index that some tools write first.
    let data = Data::events_in("e.csv").with("e.csv", ",id,ts,\n0,1,2024-01-01,x\n1,2,2024-01-02,y\n");
    let names: Vec<String> = data.lock().sources[0].columns.iter().map(|c| c.name.clone()).collect();
    assert_eq!(names, ["id", "ts"]);
    assert_eq!(data.open().events().len(), 2);
}
