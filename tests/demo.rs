//! The demo: the same numbers give the same files, in any order the same rows, memory is flat, and what its README says of what
//! was planted is what the files have.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use segue::demo::{self, Order, Settings, Work};
use segue::diagnostics::terminal;
use segue::interpret::Data;
use segue::program::calendar::Calendar;
use segue::program::types::{Key, Scalar};
use segue::project::catalog::Catalog;
use segue::session::{self, Resources};
use segue::store::OutputFolder;

use crate::projects::{Scratch, request, resources, root};

/// `examples/shop` is `segue demo examples/shop --customers 1000 --seed 2`.
const EXAMPLE: Settings = Settings { customers: 1_000, seed: 2, days: 400, order: Order::Customer };

fn make(target: &Path, settings: &Settings) -> session::Demo {
    session::demo(target, settings, &resources(), &|_| {})
        .unwrap_or_else(|found| panic!("{}", terminal::render(&found, &segue::source::Sources::new(), false)))
}

/// All files below a folder, but for outputs of runs.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, below: &str, out: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{below}{}", entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                if name != "out" {
                    walk(&entry.path(), &format!("{name}/"), out);
                }
            } else {
                out.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(folder, "", &mut out);
    out
}

/// To take over what the generator or its texts say now: `SEGUE_BLESS=1 cargo test --test all demo::`.
#[test]
fn the_example_is_what_the_command_makes() {
    let scratch = tempfile::tempdir().unwrap();
    make(&scratch.path().join("shop"), &EXAMPLE);
    let made = files(&scratch.path().join("shop"));
    let example = root().join("examples/shop");
    if std::env::var_os("SEGUE_BLESS").is_some() {
        if example.exists() {
            for name in files(&example).keys().filter(|name| !made.contains_key(*name)) {
                fs::remove_file(example.join(name)).unwrap();
            }
        }
        for (name, bytes) in &made {
            let path = example.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            if fs::read(&path).ok().as_ref() != Some(bytes) {
                fs::write(path, bytes).unwrap();
            }
        }
    }
    let committed = files(&example);
    assert_eq!(made.keys().collect::<Vec<_>>(), committed.keys().collect::<Vec<_>>());
    for (name, bytes) in &made {
        assert!(committed[name] == *bytes, "examples/shop/{name} is not what `segue demo` makes");
    }
    let size: usize = made.values().map(Vec::len).sum();
    assert!(size < 3_000_000, "the repository stays small: {size} bytes");
}

#[test]
fn the_same_numbers_give_the_same_files() {
    let scratch = tempfile::tempdir().unwrap();
    let settings = Settings { customers: 150, seed: 7, ..Settings::default() };
    make(&scratch.path().join("a"), &settings);
    make(&scratch.path().join("b"), &settings);
    make(&scratch.path().join("c"), &Settings { seed: 8, ..settings.clone() });
    let (a, b, c) = (files(&scratch.path().join("a")), files(&scratch.path().join("b")), files(&scratch.path().join("c")));
    assert!(a == b);
    for name in ["data/web/part-1.parquet", "data/customers.parquet", "data/scores.csv", "truth/customers.parquet"] {
        assert!(a[name] != c[name], "{name}: another seed, another shop");
    }
    // More customers change nothing of those who were there.
    let more = Settings { customers: 200, ..settings };
    make(&scratch.path().join("d"), &more);
    let d = files(&scratch.path().join("d"));
    let (scores, more) = (&a["data/scores.csv"], &d["data/scores.csv"]);
    assert!(more.len() > scores.len() && more.starts_with(scores));
}

/// All rows of a project, as texts, sorted; and those of each table.
fn rows(folder: &Path) -> Vec<Vec<String>> {
    let (data, _) = world(folder);
    let mut tables: Vec<Vec<String>> =
        data.events.iter().map(|t| t.iter().map(|row| format!("{row:?}")).collect()).collect();
    tables.push(data.customers.unwrap().iter().map(|row| format!("{row:?}")).collect());
    for table in &mut tables {
        table.sort();
    }
    tables
}

fn world(folder: &Path) -> (Data, Catalog) {
    let project = session::open(folder).unwrap();
    let catalog = project.check().catalog.unwrap();
    let (data, _) = session::world(&project, &catalog, &resources()).unwrap();
    (data, catalog)
}

#[test]
fn by_time_there_are_the_same_rows_in_a_file_a_week() {
    let scratch = tempfile::tempdir().unwrap();
    let settings = Settings { customers: 150, seed: 7, ..Settings::default() };
    make(&scratch.path().join("customer"), &settings);
    make(&scratch.path().join("time"), &Settings { order: Order::Time, ..settings });
    let by_time = files(&scratch.path().join("time"));
    for table in demo::EVENTS {
        let weeks = by_time.keys().filter(|name| name.starts_with(&format!("data/{table}/"))).count();
        // 400 days from a Tuesday on: 6 days, and the Mondays of 394 more.
        assert_eq!(weeks, 58, "{table}");
    }
    let (a, b) = (rows(&scratch.path().join("customer")), rows(&scratch.path().join("time")));
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(&b) {
        assert!(a.len() > 100 && a == b);
    }
    let lines = String::from_utf8(by_time["data/tickets/2025-06-02.csv"].clone()).unwrap();
    let times: Vec<&str> = lines.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
    assert!(
        times.is_sorted() && times.first() >= Some(&"2025-06-01T22:00:00Z"),
        "a week begins on Monday in Berlin: {times:?}"
    );
}

/// Rows are counted, not bytes or seconds: by customer those of one customer are held, by time as many as are allowed.
#[test]
fn memory_is_flat() {
    let held = |customers: u64, order: Order, most: usize| {
        let scratch = tempfile::tempdir().unwrap();
        let mut folder = OutputFolder::begin_new(&scratch.path().join("shop")).unwrap();
        let settings = Settings { customers, order, ..Settings::default() };
        let work = Work { held: most, interrupted: &AtomicBool::new(false), progress: &|_, _, _| {} };
        let figures = demo::write(&settings, &mut folder, &work).unwrap();
        (figures.held, figures.rows.iter().sum::<u64>())
    };
    let (few, rows) = held(200, Order::Customer, 0);
    let (many, more_rows) = held(800, Order::Customer, 0);
    assert!(more_rows > 3 * rows && rows > 40_000, "{rows} {more_rows}");
    assert!(few < 1_500 && many < 1_500, "no more than one customer's rows: {few} {many}");
    // At most 90 rows, and those that one more customer has on one day.
    let (few, of_few) = held(200, Order::Time, 90);
    let (many, of_many) = held(800, Order::Time, 90);
    assert!(few <= 110 && many <= 110, "{few} {many}");
    assert_eq!((of_few, of_many), (rows, more_rows), "however small the parts, all rows come");
}

#[test]
fn it_makes_a_new_folder_or_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let settings = Settings { customers: 100, ..Settings::default() };
    let taken = scratch.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("run.json"), "{\"program\": \"segue\"}").unwrap();
    let refused = session::demo(&taken, &settings, &resources(), &|_| {}).unwrap_err();
    assert_eq!(refused[0].code.code, "E0674");
    assert!(refused[0].message.contains("`run.json`"), "{}", refused[0].message);
    assert_eq!(files(&taken).len(), 1);

    // Interrupted in the middle it leaves nothing, and what is interrupted is told so.
    let stop = Arc::new(AtomicBool::new(false));
    let resources = Resources { interrupted: Arc::clone(&stop), ..resources() };
    let new = scratch.path().join("deep/new");
    let stopping = |progress: session::Progress| stop.store(progress.doing == "making events", Ordering::SeqCst);
    let found = session::demo(&new, &Settings { customers: 3_000, ..settings.clone() }, &resources, &stopping).unwrap_err();
    assert_eq!(found[0].code.code, "E0652");
    let left: Vec<_> = fs::read_dir(scratch.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["taken"]);

    // An empty folder will do.
    let empty = scratch.path().join("empty");
    fs::create_dir(&empty).unwrap();
    make(&empty, &settings);
    assert!(empty.join("segue.lock").is_file());
}

/// The example with the truth as attributes.
fn shop_with_truth(segments: &str) -> Scratch {
    let scratch = Scratch::copy_of("examples/shop");
    let config = fs::read_to_string(scratch.path().join("segue.toml")).unwrap();
    let with_truth = config
        .replace("# [customers.truth]", "[customers.truth]")
        .replace("# path = \"truth/customers.parquet\"\n# key", "path = \"truth/customers.parquet\"\nkey");
    assert_ne!(config, with_truth);
    scratch.write("segue.toml", &with_truth);
    scratch.write("segments/found.seg", segments);
    let (succeeded, found, sources) = scratch.schema();
    assert!(succeeded, "{}", terminal::render(&found, &sources, false));
    scratch
}

fn readme() -> String {
    fs::read_to_string(root().join("examples/shop/README.md")).unwrap()
}

/// The rows of the table below a line that begins so, without its two lines of head.
fn table(text: &str, head: &str) -> Vec<Vec<String>> {
    let lines: Vec<&str> = text.lines().skip_while(|line| !line.starts_with(head)).collect();
    let rows = lines.iter().skip(2).take_while(|line| line.starts_with('|'));
    let rows: Vec<Vec<String>> =
        rows.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect();
    assert!(!rows.is_empty(), "no table `{head}`");
    rows
}

/// What the README says of segments and truths, asked of Segue itself with the truth as attributes.
#[test]
fn segments_find_what_was_planted_as_often_as_the_readme_says() {
    let told = table(&readme(), "| what is true | segment |");
    let mut segments = String::new();
    for (n, row) in told.iter().enumerate() {
        let (truth, segment) = (row[0].trim_matches('`'), row[1].trim_matches('`'));
        segments +=
            &format!("segment so_{n} {{ where {truth} }}\nsegment found_{n} {{ where in segment {segment} and {truth} }}\n");
    }
    let scratch = shop_with_truth(&segments);
    let project = scratch.open();
    let outcome = project.run(&request(None), &|_| {}).unwrap_or_else(|found| {
        panic!("{}", terminal::render(&found, &project.sources, false));
    });
    let members: BTreeMap<&str, u64> = outcome.report.segments.iter().map(|s| (s.name.as_str(), s.members)).collect();
    // The list of no contact is taken off each segment, also off those that ask for the truth: count those who are in both.
    for (n, row) in told.iter().enumerate() {
        let number = |cell: &str| cell.replace(',', "").parse::<f64>().unwrap();
        let of = |name: &str| members[name] as f64;
        let (all, found) = (of(&format!("so_{n}")), of(&format!("found_{n}")));
        assert_eq!(number(&row[2]), of(row[1].trim_matches('`')), "{row:?}");
        assert_eq!(number(&row[3]), found, "{row:?}");
        assert_eq!(number(&row[4]), all, "{row:?}");
        let lift = found * EXAMPLE.customers as f64 / (number(&row[2]) * all);
        assert_eq!(row[5], format!("{lift:.1}"), "{row:?}");
        assert!(lift > 1.5, "planted truths are found far more often than by chance: {row:?}");
    }
}

/// One customer, from the files alone.
#[derive(Default)]
struct Seen {
    persona: String,
    response: String,
    stalls_at: String,
    has_left: bool,
    since: Option<i32>,
    signed_up: i32,
    uplift: f64,
    /// Day, hour, by phone.
    sessions: Vec<(i32, i8, bool)>,
    purchases: Vec<(i32, i64)>,
    tickets: Vec<i32>,
    offers: Vec<(i32, bool)>,
    carts: u64,
    checkouts: u64,
}

fn seen(folder: &Path) -> Vec<Seen> {
    let calendar = Calendar { zone: TimeZone::get("Europe/Berlin").unwrap(), week_starts_on: Weekday::Monday };
    let (data, catalog) = world(folder);
    let mut all: BTreeMap<Key, Seen> = BTreeMap::new();
    let place = |name: &str| catalog.attributes.iter().position(|a| a.name == name).unwrap();
    for row in data.customers.unwrap() {
        let value = |name: &str| row.attributes[place(name)].clone();
        let text = |name: &str| match value(name) {
            Some(Scalar::Text(text)) => text.to_string(),
            _ => String::new(),
        };
        let seen = Seen {
            persona: text("persona"),
            response: text("response"),
            stalls_at: text("stalls_at"),
            has_left: value("has_left") == Some(Scalar::Boolean(true)),
            since: value("slipping_since").and_then(|v| if let Scalar::Date(day) = v { Some(day) } else { None }),
            signed_up: match value("signed_up_at") {
                Some(Scalar::Timestamp(moment)) => calendar.day_of(moment),
                other => panic!("{other:?}"),
            },
            uplift: match value("uplift_14d") {
                Some(Scalar::Number(x)) => x,
                other => panic!("{other:?}"),
            },
            ..Seen::default()
        };
        all.insert(row.key, seen);
    }
    for (table, rows) in catalog.event_tables.iter().zip(data.events) {
        let column = |name: &str| table.columns.iter().position(|c| c.name == name);
        let (event, device, amount, kind) = (column("event"), column("device"), column("amount"), column("kind"));
        for row in rows {
            let seen = all.get_mut(&row.key.unwrap()).unwrap();
            let moment = row.time.unwrap();
            let (day, hour) = (calendar.day_of(moment), calendar.local(moment).hour());
            let text = |at: Option<usize>| match at.and_then(|at| row.columns[at].clone()) {
                Some(Scalar::Text(text)) => text.to_string(),
                _ => String::new(),
            };
            match (table.name.as_str(), text(event).as_str()) {
                ("streams.web", "session") => seen.sessions.push((day, hour, text(device) == "mobile")),
                ("streams.web", "add_to_cart") => seen.carts += 1,
                ("streams.web", "checkout") => seen.checkouts += 1,
                ("events.support_ticket", _) => seen.tickets.push(day),
                ("events.offer", _) => seen.offers.push((day, text(kind) == "discount")),
                ("events.purchase", _) => match row.columns[amount.unwrap()] {
                    Some(Scalar::Money(millionths)) => seen.purchases.push((day, millionths / 10_000)),
                    ref other => panic!("{other:?}"),
                },
                _ => {}
            }
        }
    }
    all.into_values().collect()
}

fn percent(part: usize, whole: usize) -> String {
    format!("{:.1}%", part as f64 * 100.0 / whole as f64)
}

/// The other figures of the README, counted from the files by other code than the one that wrote it.
#[test]
fn what_the_readme_says_was_planted_is_in_the_files() {
    let scratch = shop_with_truth(
        "segment everybody_with_truth { where persona is known and response is known and uplift_14d is known and slipping_since is known }\n",
    );
    let all = seen(&scratch.path());
    let text = readme();
    assert_eq!(all.len() as u64, EXAMPLE.customers);
    let end = segue::program::calendar::days_of(jiff::civil::date(2025, 10, 1));
    let first = end - 400;
    let thousands = |n: usize| if n >= 1_000 { format!("{},{:03}", n / 1_000, n % 1_000) } else { n.to_string() };

    let groups = table(&text, "| persona | who |");
    assert_eq!(groups.len(), 5);
    for row in groups {
        let of: Vec<&Seen> = all.iter().filter(|s| s.persona == row[0]).collect();
        let sessions: Vec<_> = of.iter().flat_map(|s| &s.sessions).collect();
        let weekday = |day: i32| (day + 3).rem_euclid(7); // 1 January 1970 was a Thursday
        let weekend = sessions.iter().filter(|(day, _, _)| weekday(*day) >= 5).count();
        let lunch = sessions.iter().filter(|(day, hour, _)| weekday(*day) < 5 && (12..14).contains(hour)).count();
        let mobile = sessions.iter().filter(|(_, _, mobile)| *mobile).count();
        let purchases: Vec<_> = of.iter().flat_map(|s| &s.purchases).collect();
        let cents: i64 = purchases.iter().map(|(_, cents)| cents).sum();
        let counted = [
            percent(of.len(), all.len()),
            percent(weekend, sessions.len()),
            percent(lunch, sessions.len()),
            percent(mobile, sessions.len()),
            format!("{:.1}", purchases.len() as f64 * 100.0 / sessions.len() as f64),
            format!("{:.1}", cents as f64 / 100.0 / purchases.len() as f64),
        ];
        assert_eq!(row[2..], counted, "{row:?}");
    }

    let slipped: Vec<(&Seen, i32)> = all.iter().filter_map(|s| Some((s, s.since?))).collect();
    let seen_whole: Vec<&(&Seen, i32)> =
        slipped.iter().filter(|(s, since)| since - 14 >= s.signed_up.max(first) && since + 28 <= end).collect();
    let said = table(&text, "| | the 2 weeks before |");
    let each = |days: &dyn Fn(&Seen) -> Vec<i32>| -> Vec<String> {
        [-14, 0, 14]
            .map(|from| {
                let n: usize = seen_whole
                    .iter()
                    .map(|(s, since)| days(s).iter().filter(|day| (since + from..since + from + 14).contains(day)).count())
                    .sum();
                format!("{:.2}", n as f64 / seen_whole.len() as f64)
            })
            .to_vec()
    };
    assert_eq!(said[0][1..], each(&|s| s.sessions.iter().map(|(day, _, _)| *day).collect()));
    assert_eq!(said[1][1..], each(&|s| s.tickets.clone()));
    let left = all.iter().filter(|s| s.has_left).count();
    let now = slipped.len() - left;
    let sentence =
        format!("On the last day {now} customers ({}) are slipping and {left} have left.", percent(now, all.len()));
    assert!(text.contains(&sentence), "{sentence}");
    assert!(text.contains(&format!("of the {} who are seen", seen_whole.len())), "{}", seen_whole.len());

    let discounts = table(&text, "| response | customers |");
    assert_eq!(discounts.len(), 4);
    for row in discounts {
        let of: Vec<&Seen> = all.iter().filter(|s| s.response == row[0]).collect();
        let bought = |treated: bool| {
            let offers: Vec<_> = of.iter().flat_map(|s| s.offers.iter().map(move |(day, t)| (s, *day, *t))).collect();
            let offers: Vec<_> = offers.into_iter().filter(|(_, _, t)| *t == treated).collect();
            let followed = |s: &Seen, sent: i32| s.purchases.iter().any(|(day, _)| (sent + 1..sent + 14).contains(day));
            (offers.iter().filter(|(s, sent, _)| followed(s, *sent)).count(), offers.len())
        };
        let (with, without) = (bought(true), bought(false));
        let rate = |(n, of): (usize, usize)| n as f64 / of as f64;
        let uplift: f64 = of.iter().map(|s| s.uplift).sum::<f64>() / of.len() as f64;
        let counted = [
            percent(of.len(), all.len()),
            format!("{} of {}", thousands(with.0), thousands(with.1)),
            format!("{} of {}", thousands(without.0), thousands(without.1)),
            format!("{:.1} points", (rate(with) - rate(without)) * 100.0),
            format!("{:.1} points", uplift * 100.0),
        ];
        assert_eq!(row[1..], counted, "{row:?}");
    }

    for row in table(&text, "| stalls at | customers |") {
        let name = if row[0] == "nowhere" { "" } else { row[0].as_str() };
        let of: Vec<&Seen> = all.iter().filter(|s| s.stalls_at == name).collect();
        let carts: u64 = of.iter().map(|s| s.carts).sum();
        let checkouts: u64 = of.iter().map(|s| s.checkouts).sum();
        let purchases: usize = of.iter().map(|s| s.purchases.len()).sum();
        let counted = [
            percent(of.len(), all.len()),
            thousands(carts as usize),
            percent(checkouts as usize, carts as usize),
            percent(purchases, checkouts as usize),
        ];
        assert_eq!(row[1..], counted, "{row:?}");
    }

    // A file that is in no table of the README would be one nobody is told of.
    let told: BTreeSet<String> =
        table(&text, "| file | rows |").iter().map(|row| row[0].trim_matches('`').to_owned()).collect();
    assert_eq!(told, demo::EVENTS.iter().map(|table| format!("data/{table}")).collect());
}
