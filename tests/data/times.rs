//! D4: times in every form and unit, where clocks change, and at the ends of what can be a time.

use std::collections::BTreeMap;

use datafusion::arrow::array::{
    ArrayRef, Date32Array, Date64Array, Int64Array, StringArray, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, TimestampSecondArray,
};
use segue::diagnostics::codes::data;
use segue::program::types::Type;

use super::{Data, array, cases, column_of, moment};

fn toml(project: &str, stored: &str, path: &str) -> String {
    format!(
        "[project]\nname = \"shop\"\ntimezone = \"{project}\"\ntimestamps = \"{stored}\"\n\n[events.e]\npath = \"{path}\"\nkey = \"id\"\ntime = \"ts\"\n"
    )
}

#[test]
fn texts_that_are_called_a_time() {
    let mut by_zone: BTreeMap<(String, String), Vec<(String, String)>> = BTreeMap::new();
    let all = cases("times.txt");
    assert!(all.len() >= 45, "{}", all.len());
    for case in all {
        let [project, stored, text, expected] = <[String; 4]>::try_from(case).unwrap();
        by_zone.entry((project, stored)).or_default().push((text, expected));
    }
    for ((project, stored), cases) in by_zone {
        for (file, text) in [
            ("e.csv", format!("id,ts\n{}", cases.iter().map(|(t, _)| format!("1,{t}\n")).collect::<String>())),
            ("e.ndjson", cases.iter().map(|(t, _)| format!("{{\"id\": 1, \"ts\": \"{t}\"}}\n")).collect::<String>()),
        ] {
            let data = Data::new(&toml(&project, &stored, file)).with(file, text);
            let lock = data.lock();
            let ty = column_of(&lock, "events.e", "ts").ty;
            let only_dates = cases.iter().all(|(text, _)| text.len() == 10);
            assert_eq!(ty, if only_dates { Type::Date } else { Type::Timestamp });
            let opened = data.open();
            let mut expected_counts = (0, 0);
            for (row, (text, expected)) in opened.events().iter().zip(&cases) {
                match expected.as_str() {
                    "unreadable" => expected_counts.0 += 1,
                    "out of years" => expected_counts.1 += 1,
                    _ => {}
                }
                let known = !matches!(expected.as_str(), "unreadable" | "out of years");
                assert_eq!(row.time.map(moment), known.then(|| expected.clone()), "{text} in {project}, {stored}");
            }
            let (rows, report) = data.open().counted().unwrap();
            assert_eq!(rows, cases.len());
            assert_eq!(report.without_time, expected_counts.0 + expected_counts.1);
            let counted = report.columns.iter().find(|c| c.column == "ts");
            assert_eq!(counted.map_or((0, 0), |c| (c.unreadable, c.out_of_years)), expected_counts);
            assert_eq!(column_of(&lock, "events.e", "ts").missing, report.without_time);
        }
    }
}

/// A stored column of times, and the moment of each row; `-` where it is missing.
fn units() -> Vec<(&'static str, ArrayRef, Vec<&'static str>)> {
    const MAX: i64 = i64::MAX;
    vec![
        (
            "seconds",
            array(TimestampSecondArray::from(vec![0, -1, 253_402_300_799])),
            vec!["1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"],
        ),
        (
            "seconds beyond",
            array(TimestampSecondArray::from(vec![253_402_300_800, MAX, i64::MIN, 0])),
            vec!["-", "-", "-", "1970-01-01T00:00:00Z"],
        ),
        (
            "milliseconds",
            array(TimestampMillisecondArray::from(vec![1, -1, -62_135_596_800_000])),
            vec!["1970-01-01T00:00:00.001Z", "1969-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z"],
        ),
        (
            "milliseconds beyond",
            array(TimestampMillisecondArray::from(vec![-62_135_596_800_001, MAX, 0])),
            vec!["-", "-", "1970-01-01T00:00:00Z"],
        ),
        (
            "microseconds",
            array(TimestampMicrosecondArray::from(vec![Some(1), None, Some(-1), Some(MAX)])),
            vec!["1970-01-01T00:00:00.000001Z", "-", "1969-12-31T23:59:59.999999Z", "-"],
        ),
        (
            "nanoseconds",
            array(TimestampNanosecondArray::from(vec![1_999, -1, MAX, i64::MIN])),
            vec![
                "1970-01-01T00:00:00.000001Z",
                "1969-12-31T23:59:59.999999Z",
                "2262-04-11T23:47:16.854775Z",
                "1677-09-21T00:12:43.145224Z",
            ],
        ),
        ("UTC", array(TimestampMicrosecondArray::from(vec![0]).with_timezone("UTC")), vec!["1970-01-01T00:00:00Z"]),
        (
            "days",
            array(Date32Array::from(vec![0, -1, 2_932_896, 2_932_897, -719_163, -719_162])),
            vec!["1970-01-01T00:00:00Z", "1969-12-31T00:00:00Z", "9999-12-31T00:00:00Z", "-", "-", "0001-01-01T00:00:00Z"],
        ),
        ("64-bit days", array(Date64Array::from(vec![0, 86_400_000])), vec!["1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z"]),
        (
            "texts",
            array(StringArray::from(vec!["1970-01-02", "x", "1970-01-01 00:00:01"])),
            vec!["1970-01-02T00:00:00Z", "-", "1970-01-01T00:00:01Z"],
        ),
        ("all equal", array(TimestampSecondArray::from(vec![5; 3])), vec!["1970-01-01T00:00:05Z"; 3]),
    ]
}

#[test]
fn times_of_all_units() {
    for (name, times, expected) in units() {
        let ids = array(Int64Array::from(vec![1; times.len()]));
        let data = Data::new(&toml("UTC", "UTC", "e.parquet")).with_parquet("e.parquet", vec![("id", ids), ("ts", times)]);
        let opened = data.open();
        let read: Vec<String> = opened.events().iter().map(|row| row.time.map_or("-".into(), moment)).collect();
        assert_eq!(read, expected, "{name}");
        let (rows, report) = opened.counted().unwrap();
        let missing = expected.iter().filter(|e| **e == "-").count() as u64;
        assert_eq!((rows as u64, report.without_time), (expected.len() as u64, missing), "{name}");
        assert_eq!(report.read, report.counted + report.without_time, "{name}");
    }
}

#[test]
fn stored_times_without_a_zone_are_local_and_those_with_one_are_not() {
    // 2024-03-31T02:30 and 2024-10-27T02:30 of a clock in Berlin.
    let skipped = 1_711_852_200_000_000;
    let twice = 1_729_996_200_000_000;
    let data = Data::new(&toml("Europe/Berlin", "Europe/Berlin", "e.parquet")).with_parquet(
        "e.parquet",
        vec![
            ("id", array(Int64Array::from(vec![1, 2]))),
            ("ts", array(TimestampMicrosecondArray::from(vec![skipped, twice]))),
            ("utc", array(TimestampMicrosecondArray::from(vec![skipped, twice]).with_timezone("UTC"))),
        ],
    );
    let opened = data.open();
    let read: Vec<_> = opened.events().iter().map(|row| row.time.map(moment).unwrap()).collect();
    assert_eq!(read, ["2024-03-31T01:30:00Z", "2024-10-27T00:30:00Z"]);
    assert_eq!(opened.column("utc"), ["2024-03-31T02:30:00Z", "2024-10-27T02:30:00Z"]);
}

#[test]
fn what_is_no_time_is_refused_with_its_place() {
    for values in ["a\n1,b", "17\n1,18", "true\n1,false", "1.5\n1,2.5"] {
        let data = Data::events_in("e.csv").with("e.csv", format!("id,ts\n1,{values}\n"));
        let refused = data.refused();
        assert_eq!(refused.code, data::NOT_A_TIME, "{values}");
        assert!(refused.span.is_some());
        assert!(refused.message.contains("`ts`") && refused.message.contains("`events.e`"), "{}", refused.message);
    }
    for column in [array(Int64Array::from(vec![1_700_000_000_000])), array(StringArray::from(vec!["soon"]))] {
        let data = Data::events_in("e.parquet")
            .with_parquet("e.parquet", vec![("id", array(Int64Array::from(vec![1]))), ("ts", column)]);
        assert_eq!(data.refused().code, data::NOT_A_TIME);
    }
}

#[test]
fn some_texts_that_are_no_times_are_counted_and_warned_of() {
    let data = Data::events_in("e.csv").with("e.csv", "id,ts\n1,2024-01-01\n2,soon\n3,\n");
    let (lock, warnings) = data.observe().unwrap();
    assert_eq!(warnings.iter().map(|w| w.code).collect::<Vec<_>>(), [data::PARTLY_TIMES]);
    assert!(warnings[0].message.starts_with("1 of 2 values of `ts`"), "{}", warnings[0].message);
    assert_eq!(column_of(&lock, "events.e", "ts").missing, 2);
}

#[test]
fn a_time_of_which_nothing_is_known_is_still_one() {
    for rows in ["", "1,\n"] {
        let data = Data::events_in("e.csv").with("e.csv", format!("id,ts\n{rows}"));
        assert_eq!(data.locked("events.e", "ts").ty, Type::Timestamp);
        let opened = data.open();
        assert_eq!(opened.sources.newest_event(&opened.machine).unwrap(), None);
    }
}

#[test]
fn the_newest_event_has_a_time_and_a_key() {
    let data = Data::plain("id\n1\n", "id,ts\n1,2024-01-02\n,2025-01-01\n7,2024-03-01 10:00:00\n1,\n");
    let opened = data.open();
    let newest = opened.sources.newest_event(&opened.machine).unwrap();
    assert_eq!(newest.map(moment).as_deref(), Some("2024-03-01T10:00:00Z"), "that of a key that is nobody's counts too");
    assert_eq!(opened.sources.quality().report().sources, [], "and nothing is counted");
}

#[test]
fn since_is_a_time_of_customers() {
    let toml = "[project]\nname = \"shop\"\n\n[customers]\npath = \"c.csv\"\nkey = \"id\"\nsince = \"at\"\n";
    let data = Data::new(toml).with("c.csv", "id,at\n1,2024-01-02\n2,2024-01-02 10:00\n3,\n");
    assert_eq!(data.locked("customers", "at").ty, Type::Timestamp);
    let at = data.open().customers().iter().map(|row| super::show(row.values[1].as_ref())).collect::<Vec<_>>();
    assert_eq!(at, ["2024-01-02T00:00:00Z", "2024-01-02T10:00:00Z", "-"]);
}
