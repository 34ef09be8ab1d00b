//! Tests mean the same to the engine (M14): the made-up customers of every `test` in the examples, in the guide and in the
//! conformance cases are written as files, and the engine has to say of each expectation what the interpreter says.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use datafusion::arrow::array::{Array, AsArray};
use segue::program::calendar::date_of;
use segue::program::test::{LookedUp, Test};
use segue::program::{Definition, DefinitionKind, Key, Program, Scalar, Type, Value, ValueKind};
use segue::project::lock::{self, Lock, LockedColumn, LockedSource};
use segue::source::FileId;

use crate::projects::root;
use crate::random::engine::{self, OnDisk};

/// Before everything that happens in a test.
const LONG_AGO: &str = "0001-01-02";

/// A row of a file, by column.
type Row = BTreeMap<String, String>;

/// A project as texts.
struct Texts {
    name: String,
    toml: toml::Table,
    lock: Lock,
    seg: Vec<String>,
}

/// The files of a project for one test.
struct Files<'a> {
    program: &'a Program,
    lock: &'a Lock,
    rows: HashMap<String, Vec<Row>>,
    made_up_keys: usize,
}

fn text_of(value: &Scalar) -> String {
    match value {
        Scalar::Boolean(is) => is.to_string(),
        Scalar::Count(n) => n.to_string(),
        Scalar::Number(x) => x.to_string(),
        Scalar::Money(micros) => {
            let sign = if *micros < 0 { "-" } else { "" };
            format!("{sign}{}.{:06}", micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000)
        }
        Scalar::Date(day) => date_of(*day).to_string(),
        Scalar::Timestamp(moment) => jiff::Timestamp::from_microsecond(*moment).expect("a time").to_string(),
        Scalar::Text(text) => text.to_string(),
        Scalar::Duration(_) => panic!("no column is a length of time"),
        // As NDJSON has it.
        Scalar::List(items) => {
            let json = |item: &Scalar| match item {
                Scalar::Text(text) => serde_json::to_string(&**text).expect("a text"),
                other => text_of(other),
            };
            format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(","))
        }
    }
}

impl Files<'_> {
    fn has(&self, source: &str, column: &str) -> bool {
        self.lock.sources.iter().any(|s| s.name == source && s.columns.iter().any(|c| c.name == column))
    }

    /// What was given of look-up tables: a row of its own for each key, which is made up where none was given.
    fn look_ups(&mut self, given: &[LookedUp], columns: &[(usize, String)], row: &mut Row) {
        for looked_up in given {
            let table = &self.program.look_ups[looked_up.look_up.0];
            let column = &columns.iter().find(|(at, _)| *at == looked_up.column).expect("a column").1;
            let key_column = &table.columns[table.key];
            self.made_up_keys += 1;
            let made_up = match key_column.ty {
                Type::Count => (900_000 + self.made_up_keys).to_string(),
                _ => format!("made up {}", self.made_up_keys),
            };
            let key = row.entry(column.clone()).or_insert(made_up).clone();
            let name = format!("tables.{}", table.name);
            let rows = self.rows.entry(name).or_default();
            let at = rows.iter().position(|row| row.get(&*key_column.name) == Some(&key));
            let at = at.unwrap_or_else(|| {
                rows.push(Row::from([(key_column.name.to_string(), key)]));
                rows.len() - 1
            });
            rows[at].insert(table.columns[looked_up.of].name.to_string(), text_of(&looked_up.value));
        }
    }

    fn made_up(&mut self, toml: &toml::Table, test: &Test) {
        let program = self.program;
        let setting = |path: &[&str]| -> Option<String> {
            let (first, rest) = path.split_first()?;
            let found = rest.iter().try_fold(toml.get(*first)?, |at, key| at.get(key));
            found?.as_str().map(str::to_owned)
        };
        let since = program.customers.as_ref().and_then(|c| c.since);
        for customer in &test.customers {
            let key = customer.key.to_string();
            let mut all = Row::new();
            for (at, (attribute, value)) in program.attributes.iter().zip(&customer.attributes).enumerate() {
                let name = attribute.name.to_string();
                let text = match value {
                    Some(value) => text_of(value),
                    // "a customer exists from the beginning unless the `since` attribute is given"
                    None if since.is_some_and(|since| since.0 == at) => LONG_AGO.to_owned(),
                    None => continue,
                };
                all.insert(name, text);
            }
            let columns: Vec<_> = program.attributes.iter().map(|a| a.name.to_string()).enumerate().collect();
            self.look_ups(&customer.looked_up, &columns, &mut all);
            let sources: Vec<String> = self.lock.sources.iter().map(|s| s.name.clone()).collect();
            for source in sources {
                if let Some(name) = source.strip_prefix("history.") {
                    let value = setting(&["history", name, "value"]).expect("a value");
                    let Some(text) = all.get(name) else { continue };
                    let row = Row::from([
                        (setting(&["history", name, "key"]).expect("a key"), key.clone()),
                        (value, text.clone()),
                        (setting(&["history", name, "from"]).expect("a time"), LONG_AGO.to_owned()),
                    ]);
                    self.rows.entry(source).or_default().push(row);
                } else if source == "customers" || source.starts_with("customers.") {
                    let path: Vec<&str> = source.split('.').chain(["key"]).collect();
                    let mut row = all.clone();
                    row.insert(setting(&path).expect("a key"), key.clone());
                    row.retain(|column, _| self.has(&source, column));
                    self.rows.entry(source).or_default().push(row);
                }
            }
            for event in &customer.events {
                let kind = &program.kinds[event.kind.0];
                let table = &program.tables[kind.table.0];
                let own = format!("events.{}", kind.name);
                let is_own = self.lock.sources.iter().any(|s| s.name == own);
                let stream = self
                    .lock
                    .sources
                    .iter()
                    .find(|s| s.name.starts_with("streams.") && s.kinds.iter().any(|k| **k == *kind.name));
                let source = if is_own { own } else { stream.expect("its stream").name.clone() };
                let path = |word| {
                    let parts: Vec<&str> = source.split('.').chain([word]).collect();
                    setting(&parts)
                };
                let columns: Vec<_> = table.columns.iter().map(|c| c.name.to_string()).enumerate().collect();
                let mut row: Row = columns
                    .iter()
                    .filter_map(|(at, name)| Some((name.clone(), text_of(event.columns.get(*at)?.as_ref()?))))
                    .collect();
                row.insert(path("key").expect("a key"), key.clone());
                let time = path("time").expect("a time");
                let is_date = table.columns.iter().any(|c| *c.name == *time && c.ty == Type::Date);
                if !is_date {
                    row.insert(time, text_of(&Scalar::Timestamp(event.time)));
                }
                if let Some(column) = path("event") {
                    row.insert(column, kind.name.to_string());
                }
                self.look_ups(&event.looked_up, &columns, &mut row);
                self.rows.entry(source).or_default().push(row);
            }
        }
    }
}

/// A cell of a CSV file.
fn cell(text: &str) -> String {
    if text.contains(['"', ',', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// CSV has no lists.
fn format_of(source: &LockedSource) -> &'static str {
    if source.columns.iter().any(|c| matches!(c.ty, Type::List(_))) { "ndjson" } else { "csv" }
}

/// A row of an NDJSON file.
fn object(row: &Row, source: &LockedSource) -> String {
    let field = |column: &LockedColumn| {
        let text = row.get(&column.name)?;
        let is_plain = matches!(column.ty, Type::List(_) | Type::Boolean | Type::Count | Type::Number);
        let value = if is_plain { text.clone() } else { serde_json::to_string(text).expect("a text") };
        Some(format!("{}:{value}", serde_json::to_string(&column.name).expect("a name")))
    };
    format!("{{{}}}\n", source.columns.iter().filter_map(field).collect::<Vec<_>>().join(","))
}

/// The settings with a file of its own for each source, and nothing that filters rows; the lock with texts for the keys.
fn with_own_files(texts: &Texts) -> (toml::Table, Lock) {
    let (mut toml, mut lock) = (texts.toml.clone(), texts.lock.clone());
    for source in &mut lock.sources {
        let mut at = &mut toml;
        for part in source.name.split('.') {
            at = at.get_mut(part).and_then(toml::Value::as_table_mut).expect("a source");
        }
        at.insert("path".into(), toml::Value::String(format!("data/{}.{}", source.name, format_of(source))));
        at.remove("where");
        let key = at.get("key").and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        let is_of_customers =
            texts.toml.get("customers").and_then(|c| c.get("key")).and_then(toml::Value::as_str) == Some(&key);
        for column in &mut source.columns {
            if column.name == key
                && !source.name.starts_with("tables.")
                && (is_of_customers || !source.name.starts_with("lists."))
            {
                column.ty = Type::Text;
                column.range = None;
            }
        }
    }
    (toml, lock)
}

/// Writes a test's customers beside the project and opens it.
fn on_disk(texts: &Texts, title: &str) -> (OnDisk, Test) {
    let folder = tempfile::tempdir().expect("a folder");
    let (toml, lock) = with_own_files(texts);
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("segue.toml", &toml::to_string(&toml).expect("settings"));
    write("segue.lock", &lock::write(&lock));
    for (i, text) in texts.seg.iter().enumerate() {
        write(&format!("{i}.seg"), text);
    }
    let opened = segue::session::open(folder.path()).expect("a project");
    let checked = opened.check();
    let shown = segue::diagnostics::terminal::render(&checked.diagnostics, &opened.sources, false);
    let program = checked.program.unwrap_or_else(|| panic!("{}: {shown}", texts.name));
    let test = program.tests.iter().find(|t| *t.title == *title).expect("the test").clone();
    let mut files = Files { program: &program, lock: &lock, rows: HashMap::new(), made_up_keys: 0 };
    files.made_up(&toml, &test);
    fs::create_dir_all(folder.path().join("data")).expect("a folder");
    for source in &lock.sources {
        let columns: Vec<&str> = source.columns.iter().map(|c| c.name.as_str()).collect();
        let rows = files.rows.get(&source.name).into_iter().flatten();
        if format_of(source) == "ndjson" {
            write(&format!("data/{}.ndjson", source.name), &rows.map(|row| object(row, source)).collect::<String>());
            continue;
        }
        let mut text = columns.iter().map(|c| cell(c)).collect::<Vec<_>>().join(",") + "\n";
        for row in rows {
            let cells: Vec<String> = columns.iter().map(|c| row.get(*c).map_or(String::new(), |t| cell(t))).collect();
            text += &(cells.join(",") + "\n");
        }
        write(&format!("data/{}.csv", source.name), &text);
    }
    let mut program = program;
    for (i, expected) in test.expectations.iter().enumerate() {
        let (condition, span) = (expected.condition.clone(), expected.span);
        let value = Value { kind: ValueKind::Condition(Box::new(condition)), ty: Type::Boolean, span };
        let kind = DefinitionKind::Trait(value);
        program.definitions.push(Definition { name: format!("expected {i}").into(), title: None, span, kind });
    }
    let catalog = checked.catalog.expect("a catalog");
    (OnDisk { folder, opened, catalog, program, lock }, test)
}

/// How many expectations of how many tests of a project both say the same of.
fn agree(texts: &Texts, titles: &[String]) -> usize {
    let mut many = 0;
    for title in titles {
        let (disk, test) = on_disk(texts, title);
        let outcomes = segue::interpret::test(&disk.program, &test);
        let result = disk.run(test.as_of, (1, 8192)).unwrap_or_else(|fault| panic!("{}, \"{title}\": {fault}", texts.name));
        let keys = engine::keys(&result.keys);
        for (i, (expected, outcome)) in test.expectations.iter().zip(outcomes).enumerate() {
            let key = Key::Text(test.customers[expected.customer].key.to_string().into());
            // Who does not exist at T is in nothing, also for the engine.
            let Some(row) = keys.iter().position(|k| *k == key) else { continue };
            let found = result.traits.iter().find(|t| *t.name == *format!("expected {i}")).expect("a trait");
            let values = found.values.as_boolean();
            let engine = values.is_valid(row) && values.value(row);
            let text = disk.opened.sources.text(expected.span);
            assert_eq!(engine, outcome.met, "{}, \"{title}\": the engine says {engine} of `{text}`", texts.name);
            many += 1;
        }
    }
    many
}

fn seg_files(folder: &Path, out: &mut Vec<String>) {
    let mut entries: Vec<_> = fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            seg_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "seg") {
            out.push(fs::read_to_string(&path).expect("a file"));
        }
    }
}

/// A project on disk; its lock is made where it has none.
fn texts_of(folder: &Path, seg: Option<Vec<String>>) -> Texts {
    let name = folder.display().to_string();
    let toml: toml::Table = fs::read_to_string(folder.join("segue.toml")).expect("settings").parse().expect("settings");
    let lock = match fs::read_to_string(folder.join("segue.lock")) {
        Ok(text) => lock::read(FileId(0), &text).expect("a lock"),
        Err(_) => {
            let copied = tempfile::tempdir().expect("a folder");
            crate::random::found::copy(folder, copied.path());
            engine::open(copied).unwrap_or_else(|fault| panic!("{name}: {fault}")).lock
        }
    };
    let mut found = Vec::new();
    seg_files(folder, &mut found);
    Texts { name, toml, lock, seg: seg.unwrap_or(found) }
}

#[test]
fn the_engine_says_of_every_test_what_the_interpreter_says() {
    let mut all = vec![texts_of(&root().join("tests/corpus/guide"), Some(crate::guide::guide()))];
    for example in ["grocery", "cdnow", "shop"] {
        all.push(texts_of(&root().join("examples").join(example), None));
    }
    let not_yet = fs::read_to_string(root().join("tests/conformance/not_yet_cases.txt")).unwrap_or_default();
    for entry in fs::read_dir(root().join("tests/conformance/cases")).expect("the cases") {
        let entry = entry.expect("a case");
        let name = entry.file_name().display().to_string();
        if not_yet.lines().any(|line| line.split(':').next() == Some(&*format!("cases/{name}"))) {
            continue;
        }
        let folder = entry.path();
        let text = fs::read_to_string(folder.join("case.seg")).unwrap_or_default();
        if text.lines().any(|line| line.starts_with("test \"")) {
            all.push(texts_of(&folder, None));
        }
    }
    let (mut tests, mut expectations) = (0, 0);
    for texts in &all {
        let titles: Vec<String> = texts
            .seg
            .iter()
            .flat_map(|text| text.lines())
            .filter_map(|line| Some(line.strip_prefix("test \"")?.split_once("\" {")?.0.to_owned()))
            .collect();
        tests += titles.len();
        expectations += agree(texts, &titles);
    }
    println!("{expectations} expectations of {tests} tests");
    assert!(tests > 5 && expectations > 10);
}
