//! `segue.toml`, `segue.lock` and the catalog. What a user is told is in `tests/corpus/project`: each case is a `segue.toml`,
//! where it matters a lock, and the messages as they are shown. `SEGUE_BLESS=1` writes the messages anew, to be read in review.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use segue::diagnostics::{Diagnostic, terminal};
use segue::program::types::Type;
use segue::project::catalog::{self, Catalog, KindRows};
use segue::project::config::{self, Config};
use segue::project::keys;
use segue::project::lock::{self, Lock, LockedColumn, LockedSource};
use segue::source::{Source, Sources};

/// Reads a project of texts: the catalog, or all that is wrong, and the texts.
fn open(toml: &str, locked: Option<&str>) -> (Result<Option<Catalog>, Vec<Diagnostic>>, Sources) {
    let mut sources = Sources::new();
    let file = sources.add(Source::new("segue.toml", toml));
    let config = match config::read(file, toml) {
        Ok(config) => config,
        Err(all) => return (Err(all), sources),
    };
    let Some(locked) = locked else { return (Ok(None), sources) };
    let file = sources.add(Source::new("segue.lock", locked));
    let result = lock::read(file, locked).map_err(|d| vec![d]).and_then(|l| catalog::build(&config, &l)).map(Some);
    (result, sources)
}

fn config(toml: &str) -> Config {
    let mut sources = Sources::new();
    let file = sources.add(Source::new("segue.toml", toml));
    config::read(file, toml).unwrap_or_else(|all| panic!("{}", terminal::render(&all, &sources, false)))
}

fn catalog(toml: &str, locked: &str) -> Catalog {
    let (result, sources) = open(toml, Some(locked));
    result.unwrap_or_else(|all| panic!("{}", terminal::render(&all, &sources, false))).unwrap()
}

fn read_lock(text: &str) -> Result<Lock, Diagnostic> {
    let mut sources = Sources::new();
    let file = sources.add(Source::new("segue.lock", text));
    lock::read(file, text)
}

const LOCK_MARK: &str = "=== segue.lock\n";
const SAYS_MARK: &str = "=== says\n";

#[test]
fn says_all_that_is_wrong_each_at_its_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/project");
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        count += 1;
        let case = fs::read_to_string(&path).unwrap();
        let (given, expected) = case.split_once(SAYS_MARK).unwrap_or((&case, ""));
        let (toml, locked) = given.split_once(LOCK_MARK).map_or((given, None), |(t, l)| (t, Some(l)));
        let (result, sources) = open(toml, locked);
        let said = match result {
            Ok(_) => "nothing\n".to_owned(),
            Err(all) => {
                assert!(all.iter().all(Diagnostic::is_error));
                terminal::render(&all, &sources, false)
            }
        };
        if std::env::var_os("SEGUE_BLESS").is_some() {
            fs::write(&path, format!("{given}{SAYS_MARK}{said}")).unwrap();
        } else if said != expected {
            wrong.push(format!("{}\n--- says\n{said}\n--- but should say\n{expected}", path.display()));
        }
    }
    assert!(count >= 10, "the corpus is there");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const SHOP: &str = r#"
[project]
name = "shop"
timezone = "Europe/Berlin"
timestamps = "America/New_York"
week_starts_on = "sunday"

[customers]
path = "exports/customers/*.parquet"
key = "customer_id"
since = "signed_up_at"
static = ["country", "signed_up_at"]
money = { lifetime_value = "EUR" }
outcome = ["churned"]
pii = ["email"]

[customers.support]
path = "exports/support.parquet"
key = "id"

[events.purchase]
path = "exports/orders.parquet"
key = "customer_id"
time = "ts"
order = "line"
where = "status = 'paid'"
money = { amount = "EUR" }

[events.order]
path = "exports/orders.parquet"
key = "customer_id"
time = "ts"
order = "line"
later = ["returned_at"]

[events.return]
path = "exports/orders.parquet"
key = "customer_id"
time = "returned_at"
order = "line"

[streams.web]
path = "exports/web.parquet"
key = "customer_id"
time = "day"
event = "what"
kinds = ["visit", "unsubscribe"]
where = '''device != "bot"'''

[tables.products]
path = "exports/products.parquet"
key = "product"
money = { cost = "USD" }

[consent]
mail = "opt_in = true"

[every_segment]
except = """
country = "XX" """
"#;

const SHOP_LOCK: &str = r#"
version = 1
["customers"]
rows = 2
columns = [
    { name = "customer_id", type = "whole number", range = ["1", "2"] },
    { name = "signed_up_at", type = "timestamp" },
    { name = "country", type = "text", missing = 1, values = ["DE"] },
    { name = "email", type = "text", values = ["a@b.c"] },
    { name = "opt_in", type = "true or false" },
    { name = "lifetime_value", type = "whole number" },
    { name = "churned", type = "true or false" },
    { name = "product", type = "whole number", range = ["1", "2"] },
]
["customers.support"]
rows = 2
columns = [{ name = "id", type = "whole number" }, { name = "tickets", type = "whole number" }]
["events.order"]
rows = 2
columns = [
    { name = "customer_id", type = "whole number" },
    { name = "ts", type = "timestamp" },
    { name = "line", type = "whole number" },
    { name = "status", type = "text", values = ["open", "paid"] },
    { name = "amount", type = "number" },
    { name = "returned_at", type = "date", missing = 1 },
    { name = "product", type = "text", values = ["1", "x"] },
]
["events.return"]
rows = 2
columns = [
    { name = "customer_id", type = "whole number" },
    { name = "line", type = "whole number" },
    { name = "returned_at", type = "date", missing = 1 },
]
["streams.web"]
rows = 2
kinds = ["visit"]
columns = [
    { name = "customer_id", type = "whole number" },
    { name = "day", type = "date" },
    { name = "what", type = "text", values = ["visit"] },
    { name = "device", type = "text", values = ["phone"] },
]
["tables.products"]
rows = 2
columns = [
    { name = "product", type = "whole number" },
    { name = "category", type = "text", values = ["shoes"] },
    { name = "cost", type = "number" },
]
"#;

#[test]
fn reads_every_setting() {
    let config = config(SHOP);
    assert_eq!(config.name, "shop");
    assert_eq!(config.zone.iana_name(), Some("Europe/Berlin"));
    assert_eq!(config.stored_zone.iana_name(), Some("America/New_York"));
    assert_eq!(config.week_starts_on, jiff::civil::Weekday::Sunday);
    let names: Vec<&str> = config.customers.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["customers", "customers.support"]);
    let names: Vec<&str> = config.events.iter().map(|e| e.name.text.as_str()).collect();
    assert_eq!(names, ["order", "purchase", "return"]);
    // Places are those of the text inside its quotes, so that what is wrong in a condition is shown where it stands.
    let filter = config.streams[0].filter.clone().unwrap();
    assert_eq!(&SHOP[filter.span.range()], r#"device != "bot""#);
    assert_eq!(&SHOP[config.every_segment_except.clone().unwrap().span.range()], "country = \"XX\" ");
    assert_eq!(&SHOP[config.customers[0].key.span.range()], "customer_id");
    let plain = self::config("[project]\nname = 'x'\n[events.a]\npath = 'a'\nkey = 'k'\ntime = 't'");
    assert_eq!(plain.zone.iana_name(), Some("UTC"));
    assert_eq!(plain.week_starts_on, jiff::civil::Weekday::Monday);
    assert!(plain.customers.is_empty());
    // Written with escapes, a text has another length than its place.
    let escaped =
        self::config("[project]\nname = 'x'\n[events.a]\npath = 'a'\nkey = 'k'\ntime = 't'\nwhere = \"s = \\\"p\\\"\"");
    let filter = escaped.events[0].filter.clone().unwrap();
    assert_eq!(filter.text, "s = \"p\"");
    assert_ne!(filter.text.len(), filter.span.range().len());
}

#[test]
fn the_catalog_has_canonical_types() {
    let catalog = catalog(SHOP, SHOP_LOCK);
    let attribute = |name: &str| &catalog.attributes[catalog.attribute(name).unwrap()];
    let names: Vec<&str> = catalog.attributes.iter().map(|a| a.name.as_str()).collect();
    // All but the key of the second source, in the order of the lock.
    let expected =
        ["customer_id", "signed_up_at", "country", "email", "opt_in", "lifetime_value", "churned", "product", "tickets"];
    assert_eq!(names, expected);
    assert!(attribute("customer_id").is_key && !attribute("country").is_key);
    assert!(attribute("country").is_static && !attribute("opt_in").is_static);
    assert!(attribute("churned").is_outcome && attribute("email").is_pii);
    assert_eq!(attribute("lifetime_value").ty, Type::Money("EUR".into()));
    assert_eq!(attribute("country").facts.values.as_deref(), Some(&["DE".to_owned()][..]));
    assert!(attribute("country").facts.has_missing && !attribute("opt_in").facts.has_missing);
    assert_eq!(attribute("email").facts.values, None, "never a value of a pii column");
    assert_eq!(attribute("tickets").source, 1);
    assert_eq!(catalog.since, catalog.attribute("signed_up_at"));
    assert_eq!(catalog.key_type, Type::Count);
    // `product` of the orders is a text, so the key of the products and of the customers' favourite is one too.
    assert_eq!(attribute("product").ty, Type::Text);
    let products = &catalog.look_ups[catalog.look_up_by_key("product").unwrap()];
    assert_eq!(products.columns[products.key].ty, Type::Text);
    assert_eq!(products.columns[2].ty, Type::Money("USD".into()));
}

#[test]
fn a_column_of_nothing_is_money_where_it_is_called_so() {
    let toml = "[project]\nname = 'x'\n[events.a]\npath = 'a'\nkey = 'k'\ntime = 't'\nmoney = { v = 'EUR' }";
    let lock = |missing: &str| {
        format!(
            "version = 1\n[\"events.a\"]\nrows = 2\ncolumns = [{{ name = \"k\", type = \"whole number\" }}, \
             {{ name = \"t\", type = \"timestamp\" }}, {{ name = \"v\", type = \"text\", {missing} }}]\n"
        )
    };
    assert_eq!(catalog(toml, &lock("missing = 2")).event_tables[0].columns[2].ty, Type::Money("EUR".into()));
    // With one value that is no number it is a text, and no money.
    assert!(open(toml, Some(&lock("missing = 1, values = [\"5 EUR\"]"))).0.is_err());
}

#[test]
fn events_of_one_table_share_it() {
    let catalog = catalog(SHOP, SHOP_LOCK);
    let kinds: Vec<(&str, &str)> =
        catalog.kinds.iter().map(|k| (k.name.as_str(), catalog.event_tables[k.table].name.as_str())).collect();
    // A return is another table: its time is another. A kind that `kinds` lists exists though the data has none of it.
    assert_eq!(
        kinds,
        [
            ("order", "events.order"),
            ("purchase", "events.order"),
            ("return", "events.return"),
            ("unsubscribe", "streams.web"),
            ("visit", "streams.web")
        ]
    );
    let rows = |name: &str| &catalog.kinds[catalog.kind(name).unwrap()].rows;
    assert_eq!(*rows("order"), KindRows::All);
    assert!(matches!(rows("purchase"), KindRows::Where(c) if c.text == "status = 'paid'"));
    assert!(matches!(rows("visit"), KindRows::Value { value, filter: Some(_) } if value == "visit"));
    let orders = &catalog.event_tables[0];
    assert_eq!((orders.time, orders.order, orders.stream), (1, Some(2), None));
    // What one of them says of a column holds for the table.
    assert_eq!(orders.columns[4].ty, Type::Money("EUR".into()));
    assert!(orders.columns[5].is_later && !orders.columns[4].is_later);
    let web = catalog.event_tables.iter().find(|t| t.name == "streams.web").unwrap();
    assert_eq!(web.stream, Some(2));
    assert_eq!(web.columns[web.time].ty, Type::Date);
}

#[test]
fn joined_keys_agree_on_text_if_one_is_text() {
    let mut lock = read_lock(
        &SHOP_LOCK.replace(r#"{ name = "id", type = "whole number" }"#, r#"{ name = "id", type = "text", values = ["a"] }"#),
    )
    .unwrap();
    keys::agree(&config(SHOP), &mut lock);
    let column = |source: &str, column: &str| {
        let source = lock.sources.iter().find(|s| s.name == source).unwrap();
        source.columns.iter().find(|c| c.name == column).unwrap()
    };
    for (source, key) in [
        ("customers", "customer_id"),
        ("customers.support", "id"),
        ("events.order", "customer_id"),
        ("streams.web", "customer_id"),
    ] {
        assert_eq!(column(source, key).ty, Type::Text, "{source}");
    }
    assert_eq!(column("customers", "customer_id").range, None, "it was a range of numbers");
    assert_eq!(column("tables.products", "product").ty, Type::Text);
    assert_eq!(column("customers.support", "tickets").ty, Type::Count, "no key");
    assert_eq!(column("customers.support", "id").values.as_deref(), Some(&["a".to_owned()][..]));
}

#[test]
fn without_customers_the_key_is_that_of_the_events() {
    let toml = "[project]\nname = 'x'\n[events.a]\npath = 'a'\nkey = 'k'\ntime = 't'";
    let locked = "version = 1\n[\"events.a\"]\nrows = 1\ncolumns = [{ name = \"k\", type = \"text\" }, { name = \"t\", type = \"date\" }]";
    let catalog = catalog(toml, locked);
    assert_eq!(catalog.key_type, Type::Text);
    assert!(catalog.customer_sources.is_empty() && catalog.attributes.is_empty() && catalog.since.is_none());
}

fn countries(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("country {i:04}")).collect()
}

/// Fifty columns with the same thousand countries.
fn wide(values: Vec<String>) -> Lock {
    let column = |i: usize| LockedColumn {
        name: format!("country_{i:02}"),
        ty: Type::Text,
        missing: 0,
        values: Some(values.clone()),
        range: None,
    };
    let columns = (0..50).map(column).collect();
    Lock {
        sources: vec![LockedSource { name: "customers".into(), rows: 9, columns, left_out: Vec::new(), kinds: Vec::new() }],
    }
}

fn changed_lines(a: &str, b: &str) -> usize {
    let lines = |s: &str| s.lines().map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (lines(a), lines(b));
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(x, y)| x == y).count();
    a.len().max(b.len()) - start - end
}

#[test]
fn a_lock_is_easy_to_review() {
    let text = lock::write(&wide(countries(1000)));
    assert!(text.lines().count() < 1_100, "equal value sets stand once");
    assert!(text.lines().all(|l| l.chars().count() <= 120));
    assert_eq!(read_lock(&text).unwrap(), wide(countries(1000)));

    let mut more = countries(1000);
    more.insert(500, "country 0499b".to_owned());
    assert_eq!(changed_lines(&text, &lock::write(&wide(more))), 1, "one value more is one line more");

    let mut other = wide(countries(1000));
    other.sources[0].columns[7].missing = 12;
    assert_eq!(changed_lines(&text, &lock::write(&other)), 1, "a changed column is a changed line");
    other.sources[0].columns.remove(7);
    assert_eq!(changed_lines(&text, &lock::write(&other)), 1);

    let mut few = wide(vec!["DE".to_owned(), "FR".to_owned()]);
    few.sources[0].columns.truncate(1);
    assert!(lock::write(&few).contains(r#"    { name = "country_00", type = "text", values = ["DE", "FR"] },"#));
}

#[test]
fn a_lock_that_nobody_wrote_is_refused_at_its_line() {
    let good = lock::write(&Lock {
        sources: vec![LockedSource {
            name: "events.a".into(),
            rows: 3,
            kinds: vec!["x".into(), "y".into()],
            left_out: vec!["payload".into()],
            columns: vec![
                LockedColumn {
                    name: "k".into(),
                    ty: Type::Count,
                    missing: 1,
                    values: None,
                    range: Some(("1".into(), "2".into())),
                },
                LockedColumn { name: "c".into(), ty: Type::Text, missing: 0, values: Some(countries(20)), range: None },
            ],
        }],
    });
    read_lock(&good).unwrap();
    let broken: &[(&str, &str, &str, &str)] = &[
        // from, to, the code, a word of the line it points at
        ("version = 1", "version = 2", "E0608", "version = 2"),
        ("version = 1", "version = \"one\"", "E0607", "version"),
        ("version = 1\n", "", "E0607", "#"),
        ("rows = 3", "rows = -3", "E0607", "rows"),
        ("rows = 3\n", "", "E0607", "events.a"),
        ("rows = 3", "rows = 3\nraws = 4", "E0607", "raws"),
        ("\"whole number\"", "\"integer\"", "E0607", "integer"),
        ("range = [\"1\", \"2\"]", "range = [\"1\"]", "E0607", "range"),
        ("kinds = [\"x\", \"y\"]", "kinds = [\"y\", \"x\"]", "E0607", "kinds"),
        ("values = \"events.a.c\"", "values = \"events.a.d\"", "E0607", "events.a.d"),
        ("    \"country 0007\",\n", "    \"country 0009\",\n", "E0607", "country 0008"),
        ("{ name = \"c\"", "{ name = \"k\"", "E0607", "name = \"k\", type = \"text\""),
        ("rows = 3", "<<<<<<< HEAD\nrows = 3\n=======\nrows = 4\n>>>>>>> other", "E0607", "<<<<<<<"),
        ("\"country 0007\",\n", "\"country 0007\n", "E0607", "country 0007"),
    ];
    for (from, to, code, line) in broken {
        assert!(good.contains(from), "{from}\n{good}");
        let text = good.replacen(from, to, 1);
        let error = read_lock(&text).expect_err(to);
        assert_eq!(error.code.code, *code, "{to}");
        assert!(error.help.as_ref().is_some_and(|h| h.contains("segue schema")), "{to}");
        let place = Source::new("segue.lock", &text).position(error.span.unwrap().start as usize);
        let source = Source::new("segue.lock", &text);
        assert!(source.line(place.line).contains(line), "{to}: points at {:?}", source.line(place.line));
    }
    // Cut off anywhere, it is refused, or a source is gone as a whole, which the catalog says.
    for end in (0..good.len()).filter(|i| good.is_char_boundary(*i)) {
        if let Ok(read) = read_lock(&good[..end]) {
            let whole = read_lock(&good).unwrap();
            assert!(read == whole || read.sources.is_empty(), "cut at {end}");
        }
    }
}

#[test]
fn drift_says_what_changed() {
    let mut old = read_lock(SHOP_LOCK).unwrap();
    assert_eq!(lock::drift(&old, &old), [] as [String; 0]);
    let mut new = old.clone();
    let customers = &mut new.sources[0];
    customers.rows = 3;
    customers.columns[0].range = Some(("1".into(), "3".into()));
    customers.columns[2].values = Some(vec!["AT".into(), "FR".into()]);
    customers.columns[2].missing = 0;
    customers.columns[4].ty = Type::Text;
    customers.columns[5].missing = 4;
    customers.columns[6].name = "left".into();
    customers.left_out.push("address".into());
    let (orders, amounts) = (&mut old.sources[2].columns[4], &mut new.sources[2].columns[4]);
    orders.range = Some(("0".into(), "99.9".into()));
    amounts.range = Some(("0".into(), "9990".into()));
    let (products, costs) = (&mut old.sources[5].columns[2], &mut new.sources[5].columns[2]);
    products.range = Some(("0".into(), "99.9".into()));
    costs.range = Some(("0".into(), "120".into()));
    new.sources[4].kinds = vec!["login".into()];
    new.sources.remove(3);
    let mut extra = new.sources[0].clone();
    extra.name = "tables.stores".into();
    new.sources.push(extra);
    assert_eq!(
        lock::drift(&old, &new),
        [
            "`customers`: `country` has no missing values any more.",
            "`customers`: `country` has new values: `AT`, `FR`.",
            "`customers`: `country` has no more `DE`.",
            "`customers`: `opt_in` is a text now; it was true or false.",
            "`customers`: `lifetime_value` has missing values now.",
            "`customers`: the column `churned` is gone; it was true or false.",
            "`customers`: the column `left` is new; it is true or false.",
            "`customers`: the column `address` is new and cannot be read.",
            "`events.order`: `amount` reaches from 0 to 9990 now; it was from 0 to 99.9.",
            "`events.return` is gone.",
            "`streams.web` has new kinds of events: `login`.",
            "`streams.web` has no more events of the kinds `visit`.",
            "`tables.stores` is new.",
        ]
    );
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z_]{1,8}",
        2 => any::<String>(),
        1 => "[\"'\\\\\n\r\t#=\\[\\]{},. \u{0}\u{7f}\u{202e}\u{feff}ä日👨]{0,12}",
    ]
}

fn any_texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set(any_text(), 0..40).prop_map(|s| s.into_iter().collect())
}

fn any_column() -> impl Strategy<Value = LockedColumn> {
    let ty = prop_oneof![
        Just(Type::Boolean),
        Just(Type::Count),
        Just(Type::Number),
        Just(Type::Date),
        Just(Type::Timestamp),
        Just(Type::List(Box::new(Type::Text))),
    ];
    let missing = 0..=u64::try_from(i64::MAX).unwrap();
    prop_oneof![
        (any_text(), ty, missing, prop::option::of((any_text(), any_text())))
            .prop_map(|(name, ty, missing, range)| LockedColumn { name, ty, missing, values: None, range }),
        (any_text(), 0..9_u64, prop::option::of(any_texts())).prop_map(|(name, missing, values)| LockedColumn {
            name,
            ty: Type::Text,
            missing,
            values,
            range: None
        }),
    ]
}

fn any_source() -> impl Strategy<Value = LockedSource> {
    let name = prop_oneof![Just("customers".to_owned()), any_text().prop_map(|t| format!("events.{t}"))];
    (name, 0..1_000_000_u64, prop::collection::vec(any_column(), 0..8), any_texts(), any_texts()).prop_map(
        |(name, rows, mut columns, left_out, kinds)| {
            let mut seen = std::collections::BTreeSet::new();
            columns.retain(|c| seen.insert(c.name.clone()));
            LockedSource { name, rows, columns, left_out, kinds }
        },
    )
}

fn any_lock() -> impl Strategy<Value = Lock> {
    prop::collection::vec(any_source(), 0..5).prop_map(|mut sources| {
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        sources.dedup_by(|a, b| a.name == b.name);
        Lock { sources }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_lock_comes_back_as_it_was(lock in any_lock()) {
        let text = lock::write(&lock);
        let read = read_lock(&text).map_err(|d| TestCaseError::fail(format!("{d:?}\n{text}")))?;
        prop_assert_eq!(&read, &lock);
        prop_assert_eq!(lock::write(&read), text.clone());
        let hidden = |c: char| c.is_control() && c != '\n' || c == '\u{202e}' || c == '\u{feff}';
        prop_assert!(!text.chars().any(hidden), "a reviewer sees all that stands there");
    }

    #[test]
    fn nothing_that_is_read_makes_it_panic(text in any::<String>(), at in 0..SHOP.len(), cut in 0..40_usize, put in any_text()) {
        let _ = open(&text, Some(&text));
        for whole in [SHOP, SHOP_LOCK] {
            let at = (0..=at.min(whole.len())).rev().find(|i| whole.is_char_boundary(*i)).unwrap_or(0);
            let end = (at..=(at + cut).min(whole.len())).rev().find(|i| whole.is_char_boundary(*i)).unwrap_or(at);
            let mutated = format!("{}{put}{}", &whole[..at], &whole[end..]);
            let (result, sources) = if whole == SHOP { open(&mutated, Some(SHOP_LOCK)) } else { open(SHOP, Some(&mutated)) };
            if let Err(all) = result {
                prop_assert!(!all.is_empty(), "what is refused says why");
                terminal::render(&all, &sources, false);
            }
        }
    }
}

#[test]
fn every_conformance_project_is_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut count = 0;
    for (folder, refused) in [("cases", &[][..]), ("invalid", &["no_such_zone", "unknown_setting"][..])] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(toml) = fs::read_to_string(path.join("segue.toml")) else { continue };
            count += 1;
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let (result, sources) = open(&toml, None);
            let is_refused = refused.contains(&name.as_str());
            match result {
                Ok(_) => assert!(!is_refused, "{name} is refused"),
                Err(all) => assert!(is_refused, "{name}: {}", terminal::render(&all, &sources, false)),
            }
        }
    }
    assert!(count > 200, "{count}");
}
