//! D7: rows read = rows counted + rows left out, by reason, exactly; and each value that did not come as the lock says.

use datafusion::arrow::array::{Float64Array, Int64Array, StringArray, TimestampSecondArray};
use segue::engine::quality::ColumnReport;

use super::{Data, array, column_of};

/// A small random number, the same every time.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn dirt_is_counted_exactly() {
    let mut state = 0x5eed_1234_5678_9abc;
    for round in 0..30 {
        let n = 1 + next(&mut state) % 3_000;
        let (mut ids, mut times, mut xs, mut texts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut without_key, mut without_time, mut out_of_years, mut infinite, mut new, mut beyond) = (0, 0, 0, 0, 0, 0);
        for _ in 0..n {
            let id = (!next(&mut state).is_multiple_of(10)).then_some((next(&mut state) % 50) as i64);
            let time = match next(&mut state) % 20 {
                0 => None,
                1 => Some(i64::MAX),
                2 => Some(-62_135_596_801),
                t => Some(t as i64 * 86_400),
            };
            let x = match next(&mut state) % 20 {
                0 => f64::INFINITY,
                1 => f64::NEG_INFINITY,
                2 => f64::NAN,
                3 => -0.0,
                4 => 1_000.0,
                x => x as f64,
            };
            let text = ["a", "b", "c"][(next(&mut state) % 3) as usize];
            without_key += u64::from(id.is_none());
            let is_out = time.is_some_and(|t| !(-62_135_596_800..253_402_300_800).contains(&t));
            out_of_years += u64::from(is_out);
            without_time += u64::from(id.is_some() && (time.is_none() || is_out));
            infinite += u64::from(x.is_infinite());
            beyond += u64::from(x == 1_000.0);
            new += u64::from(text == "c");
            ids.push(id);
            times.push(time);
            xs.push(x);
            texts.push(text);
        }
        let columns = vec![
            ("id", array(Int64Array::from(ids))),
            ("ts", array(TimestampSecondArray::from(times))),
            ("x", array(Float64Array::from(xs))),
            ("text", array(StringArray::from(texts))),
        ];
        // The lock is of cleaner days.
        let lock = Data::events_in("e.parquet")
            .with_parquet(
                "e.parquet",
                vec![
                    ("id", array(Int64Array::from(vec![0, 49]))),
                    ("ts", array(TimestampSecondArray::from(vec![0, 1]))),
                    ("x", array(Float64Array::from(vec![0.0, 19.0]))),
                    ("text", array(StringArray::from(vec!["a", "b"]))),
                ],
            )
            .lock();
        let data = Data::events_in("e.parquet").with_parquet("e.parquet", columns);
        let (rows, report) = data.opened(&lock).unwrap().counted().unwrap();
        assert_eq!(rows as u64, n);
        assert_eq!((report.read, report.without_key, report.without_time), (n, without_key, without_time), "round {round}");
        assert_eq!(report.counted, n - without_key - without_time);
        let column = |name: &str| report.columns.iter().find(|c| c.column == name).cloned().unwrap_or_default();
        assert_eq!(column("ts").out_of_years, out_of_years);
        assert_eq!((column("x").infinite, column("x").out_of_range), (infinite, beyond));
        assert_eq!(column("text").new_values, new);
        // Looked at anew, the missing are those.
        let lock = data.lock();
        assert_eq!(column_of(&lock, "events.e", "ts").missing, n - known_times(&data));
        assert_eq!(lock.sources[0].rows, n);
    }
}

fn known_times(data: &Data) -> u64 {
    data.open().column("ts").iter().filter(|t| *t != "-").count() as u64
}

#[test]
fn values_that_the_locked_type_cannot_read_are_missing_and_counted() {
    let good = "id,ts,n,b,d,t,x,s\n1,2024-01-01,1,true,2024-01-01,2024-01-01T00:00,1.5,a\n";
    let data = Data::events_in("e.csv").with("e.csv", good);
    let lock = data.lock();
    data.write("e.csv", format!("{good}x,soon,2.5,TRUE,x,2024-01-01,1e999,b\n2,2024-01-01,3.0,,2024-01-02,,7,a\n3,0000-01-01,x,x,0000-01-01,0000-01-01T00:00,x,c\n"));
    let opened = data.opened(&lock).unwrap();
    assert_eq!(opened.column("n"), ["1", "-", "3", "-"]);
    assert_eq!(opened.column("b"), ["true", "-", "-", "-"]);
    assert_eq!(opened.column("d"), ["2024-01-01", "-", "2024-01-02", "-"]);
    assert_eq!(opened.column("t"), ["2024-01-01T00:00:00Z", "-", "-", "-"]);
    assert_eq!(opened.column("x"), ["1.5", "-", "7.0", "-"]);
    let (rows, report) = opened.counted().unwrap();
    assert_eq!((rows, report.read, report.without_key, report.without_time, report.counted), (4, 4, 1, 1, 2));
    let counts =
        |c: &ColumnReport| (c.column.clone(), [c.unreadable, c.infinite, c.out_of_years, c.new_values, c.out_of_range]);
    let counted: Vec<_> = report.columns.iter().map(counts).collect();
    let expected = [
        // Keys beyond those of the lock are no drift.
        ("id", [1, 0, 0, 0, 0]),
        ("ts", [1, 0, 1, 0, 0]),
        ("n", [2, 0, 0, 0, 1]),
        ("b", [2, 0, 0, 0, 0]),
        ("d", [1, 0, 1, 0, 1]),
        ("t", [1, 0, 1, 0, 0]),
        ("x", [1, 1, 0, 0, 1]),
        ("s", [0, 0, 0, 2, 0]),
    ];
    for (name, numbers) in expected {
        let found = counted.iter().find(|(column, _)| column == name).map_or([0; 5], |(_, numbers)| *numbers);
        assert_eq!(found, numbers, "{name}");
    }
}

#[test]
fn customers_without_a_key_are_skipped_and_counted() {
    let data = Data::plain("id,x\n1,a\n,b\n2,c\n,\n", "id,ts\n1,2024-01-01\n");
    let opened = data.open();
    assert_eq!(opened.customers().len(), 2);
    let report = opened.sources.quality().report().sources.remove(0);
    assert_eq!((report.read, report.without_key, report.counted), (4, 2, 2));
}
