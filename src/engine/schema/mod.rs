//! `segue schema`: one pass over every source that says what the data looks like. Memory stays bounded, however many values a
//! column has; keys that have to be different are the one thing kept of each row, in 16 bytes.

mod observed;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::errors;
use super::machine::Machine;
use super::sources::clock::Clock;
use super::sources::convert;
use super::sources::looked::{Form, Looked, Part, Place};
use super::sources::memory::twice_diagnostic;
use super::sources::ndjson::{Lines, single};
use super::sources::{open_source, scan};
use crate::diagnostics::codes::data;
use crate::diagnostics::{Diagnostic, near};
use crate::program::calendar::Calendar;
use crate::program::types::Type;
use crate::project::config::{Config, EventsConfig, Word};
use crate::project::keys;
use crate::project::lock::{Lock, LockedSource};
use observed::{Observed, Role, hash};

/// How far the pass is; told now and then.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress<'a> {
    /// the source that is being read
    pub source: &'a str,
    /// rows read so far, of this source
    pub rows: u64,
    /// bytes of the files done, of all sources
    pub bytes: u64,
    /// bytes of all files
    pub all_bytes: u64,
}

/// What is said of a source before it is read.
struct Asked<'a> {
    name: String,
    path: &'a Word,
    key: &'a Word,
    is_unique: bool,
    /// Of a list nothing but its form is said: who stands in it is nobody's business.
    is_list: bool,
    time: Option<&'a Word>,
    kind: Option<&'a Word>,
    pii: Vec<&'a str>,
}

/// Reads all data of a project and says what it looks like; with it come warnings. All errors at once.
pub fn observe(
    machine: &Machine,
    config: &Config,
    root: &Path,
    progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<(Lock, Vec<Diagnostic>), Vec<Diagnostic>> {
    let asked = all_asked(config);
    let asked_keys: Vec<(String, String)> = asked
        .iter()
        .filter(|asked| !asked.is_list && !asked.name.starts_with("tables."))
        .map(|asked| (asked.name.clone(), asked.key.text.clone()))
        .collect();
    let (mut errors, mut warnings, mut opened) = (Vec::new(), Vec::new(), Vec::new());
    for asked in asked {
        match open_source(machine, root, &asked.path.text, &asked.name) {
            Ok(files) => opened.push((asked, files)),
            Err(error) => errors.push(error.at(asked.path.span)),
        }
    }
    let all_bytes = opened.iter().flat_map(|(_, files)| files).map(|file| file.file.bytes).sum();
    let mut pass = Pass { machine, config, progress: Mutex::new(progress), bytes: AtomicU64::new(0), all_bytes };
    let mut sources: Vec<LockedSource> = Vec::new();
    let mut seen: HashMap<[&str; 4], String> = HashMap::new();
    for (asked, files) in &opened {
        let same = asked.time.map(|time| {
            [&*asked.path.text, &*asked.key.text, &*time.text, asked.kind.map_or("", |kind| kind.text.as_str())]
        });
        // Several events of one table: it was read for the first of them.
        if let Some(name) = same.and_then(|same| seen.get(&same)) {
            if let Some(source) = sources.iter().find(|source| source.name == *name) {
                sources.push(LockedSource { name: asked.name.clone(), ..source.clone() });
            }
            continue;
        }
        match pass.source(asked, files, &mut warnings) {
            Ok(source) => sources.push(source),
            Err(more) => errors.extend(more),
        }
        if let Some(same) = same {
            seen.insert(same, asked.name.clone());
        }
    }
    if let Some(stop) = errors.iter().find(|error| error.code == data::INTERRUPTED) {
        return Err(vec![stop.clone()]);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    let mut lock = Lock { sources };
    keys_of_nothing(&asked_keys, &mut lock);
    keys::agree(config, &mut lock);
    Ok((lock, warnings))
}

/// A key of which no value is known takes the type of the others: an empty file does not make texts of all keys.
fn keys_of_nothing(keys: &[(String, String)], lock: &mut Lock) {
    let is_key = |source: &str, column: &str| keys.iter().any(|(s, c)| s == source && c == column);
    let mut types = Vec::new();
    let mut empty = Vec::new();
    for source in &mut lock.sources {
        for column in &mut source.columns {
            if is_key(&source.name, &column.name) {
                if column.missing == source.rows { empty.push(column) } else { types.push(column.ty.clone()) }
            }
        }
    }
    if !types.is_empty() && types.iter().all(|ty| *ty == Type::Count) {
        empty.into_iter().for_each(|column| (column.ty, column.values) = (Type::Count, None));
    }
}

fn all_asked(config: &Config) -> Vec<Asked<'_>> {
    let customers = config.customers.iter().map(|c| Asked {
        name: c.name.clone(),
        path: &c.path,
        key: &c.key,
        is_unique: true,
        is_list: false,
        time: c.since.as_ref(),
        kind: None,
        pii: c.pii.iter().map(|w| w.text.as_str()).collect(),
    });
    let events = config.events.iter().map(|e| of_events(format!("events.{}", e.name.text), e));
    let streams = config.streams.iter().map(|s| of_events(format!("streams.{}", s.name.text), s));
    let tables = config.tables.iter().map(|t| Asked {
        name: format!("tables.{}", t.name.text),
        path: &t.path,
        key: &t.key,
        is_unique: true,
        is_list: false,
        time: None,
        kind: None,
        pii: Vec::new(),
    });
    let lists = config.lists.iter().map(|l| Asked {
        name: format!("lists.{}", l.name.text),
        path: &l.path,
        key: &l.key,
        is_unique: false,
        is_list: true,
        time: None,
        kind: None,
        pii: Vec::new(),
    });
    let histories = config.histories.iter().map(|h| Asked {
        name: format!("history.{}", h.name.text),
        path: &h.path,
        key: &h.key,
        is_unique: false,
        is_list: false,
        time: Some(&h.from),
        kind: None,
        pii: config
            .customers
            .iter()
            .flat_map(|c| &c.pii)
            .filter(|w| w.text == h.name.text)
            .map(|_| h.value.text.as_str())
            .collect(),
    });
    customers.chain(events).chain(streams).chain(tables).chain(lists).chain(histories).collect()
}

fn of_events(name: String, config: &EventsConfig) -> Asked<'_> {
    let (time, kind) = (Some(&config.time), config.event.as_ref());
    Asked { name, path: &config.path, key: &config.key, is_unique: false, is_list: false, time, kind, pii: Vec::new() }
}

/// The pass over all sources.
struct Pass<'a> {
    machine: &'a Machine,
    config: &'a Config,
    progress: Mutex<&'a mut (dyn FnMut(Progress<'_>) + Send)>,
    bytes: AtomicU64,
    all_bytes: u64,
}

/// What was seen of the columns of a source, by name, and its rows.
#[derive(Default)]
struct Seen {
    rows: u64,
    columns: HashMap<String, Observed>,
}

impl Seen {
    fn column<'s>(&'s mut self, name: &str, role: Role, first: (usize, usize)) -> &'s mut Observed {
        self.columns.entry(name.to_owned()).or_insert_with(|| Observed::new(role, first))
    }

    fn merge(&mut self, other: Seen) {
        self.rows += other.rows;
        for (name, column) in other.columns {
            match self.columns.entry(name) {
                std::collections::hash_map::Entry::Occupied(mut mine) => mine.get_mut().merge(column),
                std::collections::hash_map::Entry::Vacant(empty) => drop(empty.insert(column)),
            }
        }
    }
}

impl Asked<'_> {
    fn role(&self, name: &str) -> Role {
        Role {
            is_key: self.key.text == name,
            is_unique: self.is_unique && self.key.text == name,
            is_time: self.time.is_some_and(|time| time.text == name),
            is_kind: self.kind.is_some_and(|kind| kind.text == name),
            is_pii: self.is_list || self.pii.contains(&name),
        }
    }
}

impl Pass<'_> {
    fn clock(&self) -> Clock {
        let calendar = Calendar { zone: self.config.zone.clone(), week_starts_on: self.config.week_starts_on };
        Clock::new(calendar, self.config.stored_zone.clone())
    }

    /// What a source looks like.
    fn source(
        &mut self,
        asked: &Asked<'_>,
        files: &[Looked],
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<LockedSource, Vec<Diagnostic>> {
        let all = Mutex::new(Seen::default());
        let rows = AtomicU64::new(0);
        let pieces = self.machine.settings().partitions;
        let parts: Vec<Part> = files.iter().enumerate().flat_map(|(i, file)| file.parts(i, pieces)).collect();
        let this = &*self;
        scan::each(this.machine, parts.len(), |i| {
            let (Some(part), mut seen) = (parts.get(i), Seen::default()) else { return Ok(()) };
            let Some(file) = files.get(part.file) else { return Ok(()) };
            let told = |n: u64| this.tell(&asked.name, rows.fetch_add(n, Ordering::Relaxed) + n);
            this.part(asked, file, part, &mut seen, &told)?;
            this.bytes.fetch_add(part.bytes, Ordering::Relaxed);
            all.lock().unwrap_or_else(PoisonError::into_inner).merge(seen);
            told(0);
            Ok(())
        })
        .map_err(|error| vec![error])?;
        let mut seen = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (i, file) in files.iter().enumerate() {
            let folders = file.file.folders.iter().map(|(name, _)| name.as_str());
            for (place, name) in file.stored_names().into_iter().chain(folders).enumerate() {
                if !name.is_empty() {
                    let column = seen.column(name, asked.role(name), (i, place));
                    column.first = column.first.min((i, place));
                    // A file without a row says of what types its columns are, too.
                    if let (Form::Parquet(_), Place::Column(_, stored)) = (&file.form, file.place(name)) {
                        column.declare(&stored);
                    }
                }
            }
        }
        let mut columns: Vec<(&String, &Observed)> = seen.columns.iter().collect();
        columns.sort_by(|a, b| (a.1.first, a.0).cmp(&(b.1.first, b.0)));
        let errors = self.needed(asked, files, &seen, warnings);
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut clock = self.clock();
        let mut locked = LockedSource {
            name: asked.name.clone(),
            rows: seen.rows,
            columns: Vec::new(),
            left_out: Vec::new(),
            kinds: Vec::new(),
        };
        for (name, column) in columns {
            match column.locked(name, seen.rows, &mut clock) {
                Some(column) => locked.columns.push(column),
                None => locked.left_out.push(name.clone()),
            }
        }
        if let Some(kinds) = asked.kind.and_then(|kind| seen.columns.get(&kind.text)).and_then(Observed::kinds) {
            locked.kinds = kinds;
        }
        if !locked.left_out.is_empty() {
            let names = locked.left_out.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let (s, is) = if locked.left_out.len() == 1 { ("", "is") } else { ("s", "are") };
            warnings.push(
                Diagnostic::new(data::LEFT_OUT, format!("The column{s} {names} of `{}` {is} left out.", asked.name))
                    .at(asked.path.span)
                    .consequence("Records, maps and bytes cannot be read; definitions cannot use them.")
                    .help("Export what is needed of them as columns of their own."),
            );
        }
        Ok(locked)
    }

    fn tell(&self, source: &str, rows: u64) {
        // Whoever cannot tell at once lets it be: another will soon.
        if let Ok(mut progress) = self.progress.try_lock() {
            progress(Progress { source, rows, bytes: self.bytes.load(Ordering::Relaxed), all_bytes: self.all_bytes });
        }
    }

    /// Looks at the rows of a part.
    fn part(
        &self,
        asked: &Asked<'_>,
        file: &Looked,
        part: &Part,
        seen: &mut Seen,
        told: &dyn Fn(u64),
    ) -> Result<(), Diagnostic> {
        let mut clock = self.clock();
        let before = seen.rows;
        if let Form::Ndjson = file.form {
            self.lines(asked, file, part.file, seen, &mut clock, told)?;
        } else {
            let mut columns = Vec::new();
            for (place, name) in file.stored_names().into_iter().enumerate().filter(|(_, name)| !name.is_empty()) {
                let column = seen.column(name, asked.role(name), (part.file, place));
                match file.place(name) {
                    Place::Column(_, stored) if convert::class(convert::element(&stored).unwrap_or(&stored)).is_none() => {
                        column.see_strange();
                    }
                    Place::Column(_, stored) => {
                        if let Form::Parquet(_) = file.form {
                            column.declare(&stored);
                        }
                        columns.push((place, name));
                    }
                    _ => {}
                }
            }
            let wanted: Vec<usize> = columns.iter().map(|(place, _)| *place).collect();
            let is_csv = matches!(file.form, Form::Csv(_));
            for batch in file.rows(part, &wanted, &[], self.machine.settings().batch.max(1))? {
                let batch = batch?;
                for ((place, name), array) in columns.iter().zip(&batch.columns) {
                    let column = seen.column(name, asked.role(name), (part.file, *place));
                    if is_csv { column.see_texts(array, &mut clock) } else { column.see_typed(array, &mut clock) }
                }
                seen.rows += batch.rows as u64;
                told(batch.rows as u64);
                if self.machine.is_interrupted() {
                    return Err(errors::interrupted());
                }
            }
        }
        let rows = seen.rows - before;
        for (place, (name, _)) in file.file.folders.iter().enumerate() {
            if let Place::Folder(Some(value)) = file.place(name) {
                let column = seen.column(name, asked.role(name), (part.file, file.stored_names().len() + place));
                column.see_text_of_all(&value, rows, &mut clock);
            }
        }
        Ok(())
    }

    fn lines(
        &self,
        asked: &Asked<'_>,
        file: &Looked,
        number: usize,
        seen: &mut Seen,
        clock: &mut Clock,
        told: &dyn Fn(u64),
    ) -> Result<(), Diagnostic> {
        let mut lines = Lines::open(&file.file)?;
        while let Some(entries) = lines.next()? {
            for (name, value) in entries {
                let place = seen.columns.len();
                let column = match seen.columns.get_mut(&name) {
                    Some(column) => column,
                    None => seen.column(&name, asked.role(&name), (number, place)),
                };
                match &value {
                    Value::Null => {}
                    Value::Object(_) => column.see_strange(),
                    Value::Array(values) if values.iter().any(|v| v.is_array() || v.is_object()) => column.see_strange(),
                    Value::Array(values) => {
                        let texts = values.iter().map(|v| single(v).map(|text| (text, v.is_string())));
                        column.see_list(&texts.collect::<Vec<_>>(), clock);
                    }
                    value => {
                        if let Some(text) = single(value) {
                            column.see_text(&text, value.is_string(), clock);
                        }
                    }
                }
            }
            seen.rows += 1;
            if seen.rows.is_multiple_of(8192) {
                told(8192);
                if self.machine.is_interrupted() {
                    return Err(errors::interrupted());
                }
            }
        }
        Ok(())
    }

    /// What the project names has to be there and be what it is called.
    fn needed(&self, asked: &Asked<'_>, files: &[Looked], seen: &Seen, warnings: &mut Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut errors = Vec::new();
        let mut there = |word: &Word, what: &str| match seen.columns.get(&word.text) {
            Some(column) => Some(column.clone()),
            None => {
                errors.push(no_such_column(asked, word, what, files, seen));
                None
            }
        };
        let key = there(asked.key, "key");
        let time = asked.time.and_then(|time| Some((time, there(time, "time")?)));
        let kind = asked.kind.and_then(|kind| Some((kind, there(kind, "kind of event")?)));
        if let Some(key) = key {
            let (name, source) = (&asked.key.text, &asked.name);
            match key.ty() {
                Some(Type::Count | Type::Text) => {}
                ty => {
                    let is = ty.map_or("records, maps or bytes".to_owned(), |ty| ty.to_string());
                    errors.push(
                        Diagnostic::new(data::NOT_A_KEY, format!("The key `{name}` of `{source}` is {is}."))
                            .at(asked.key.span)
                            .consequence("Rows could not be told apart by it, nor joined.")
                            .help("A key is a whole number or a text: name another column, or export it as one."),
                    );
                }
            }
            errors.extend(self.twice(asked, files, key));
        }
        if let Some((word, time)) = time {
            let (name, source) = (&word.text, &asked.name);
            let (unreadable, readable) = time.unreadable_times();
            let is_time = matches!(time.ty(), Some(Type::Date | Type::Timestamp));
            if !is_time && (seen.rows > 0 && time.has_any() || time.ty().is_none()) {
                errors.push(
                    Diagnostic::new(data::NOT_A_TIME, format!("`{name}` of `{source}` cannot be read as a time."))
                        .at(word.span)
                        .consequence("Without times no event lies in any window.")
                        .help(
                            "A time is a date (`2024-06-01`) or a date with a time (`2024-06-01T09:30`, `2024-06-01 09:30:00+02:00`); \
                             a bare number does not say since when it counts, nor in what. Name another column, or export it so.",
                        ),
                );
            } else if unreadable > 0 {
                let of = unreadable.saturating_add(readable);
                let message = format!("{unreadable} of {of} values of `{name}` of `{source}` cannot be read as a time.");
                warnings.push(
                    Diagnostic::new(data::PARTLY_TIMES, message)
                        .at(word.span)
                        .consequence(if asked.is_unique {
                            "Such a time is missing, and a customer without it is in no segment."
                        } else {
                            "Such a time is missing, and an event without a time counts nowhere."
                        })
                        .help("Times are written `2024-06-01`, `2024-06-01T09:30` or `2024-06-01 09:30:00+02:00`."),
                );
            }
        }
        if let Some((word, kind)) = kind
            && kind.kinds().is_none()
        {
            let message = format!("`{}` of `{}` has more than 1,000 different values.", word.text, asked.name);
            errors.push(
                Diagnostic::new(data::COLUMN_TYPE, message)
                    .at(word.span)
                    .consequence("Each of them would be an event of its own.")
                    .help("Name the column that says what happened: `visit`, `purchase`, …"),
            );
        }
        errors
    }

    /// Keys that stand twice where each has to stand once.
    fn twice(&self, asked: &Asked<'_>, files: &[Looked], key: Observed) -> Option<Diagnostic> {
        let mut hashes = key.hashes;
        hashes.sort_unstable();
        let mut twice: Vec<u128> = Vec::new();
        for pair in hashes.windows(2) {
            if let [a, b] = pair
                && a == b
                && twice.last() != Some(a)
            {
                twice.push(*a);
            }
        }
        drop(hashes);
        let name = &asked.key.text;
        if twice.is_empty() {
            return None;
        }
        // Only now is it worth to read the keys again, to name the first in the order of the files.
        let mut first = None;
        'files: for (i, file) in files.iter().enumerate() {
            for part in file.parts(i, 1) {
                let Ok(Some(found)) = self.first_of(file, &part, name, &twice) else { continue };
                first = Some(found);
                break 'files;
            }
        }
        let first = first.unwrap_or_default();
        Some(twice_diagnostic(&asked.name, name, &first, twice.len() as u64).at(asked.key.span))
    }

    fn first_of(&self, file: &Looked, part: &Part, name: &str, twice: &[u128]) -> Result<Option<String>, Diagnostic> {
        let found = |text: &String| twice.binary_search(&hash(text)).is_ok();
        if let Form::Ndjson = file.form {
            let mut lines = Lines::open(&file.file)?;
            while let Some(entries) = lines.next()? {
                let text = entries.iter().find(|(n, _)| n == name).and_then(|(_, value)| single(value));
                if let Some(text) = text.filter(found) {
                    return Ok(Some(text));
                }
            }
            return Ok(None);
        }
        let mut clock = self.clock();
        let place = match file.place(name) {
            Place::Column(place, _) => place,
            Place::Folder(value) => return Ok(value.filter(found)),
            _ => return Ok(None),
        };
        for batch in file.rows(part, &[place], &[], 8192)? {
            let batch = batch?;
            let Some(array) = batch.columns.first().and_then(convert::plain) else { continue };
            let Some(cell) = convert::cells(&array) else { continue };
            for row in (0..batch.rows).filter(|row| datafusion::arrow::array::Array::is_valid(&array, *row)) {
                let text = convert::text_of(cell(row), &mut clock).and_then(|read| read.known());
                if let Some(text) = text.filter(found) {
                    return Ok(Some(text));
                }
            }
        }
        Ok(None)
    }
}

fn no_such_column(asked: &Asked<'_>, word: &Word, what: &str, files: &[Looked], seen: &Seen) -> Diagnostic {
    let source = &asked.name;
    let mut names: Vec<&str> = seen.columns.keys().map(String::as_str).collect();
    names.sort_unstable();
    let mut diagnostic =
        Diagnostic::new(data::NO_SUCH_COLUMN, format!("The data of `{source}` has no column `{}`, its {what}.", word.text))
            .at(word.span);
    let near = near::nearest(&word.text, names.iter().copied());
    let of_semicolons = files.iter().find(|file| match &file.form {
        Form::Csv(header) => header.len() == 1 && header.iter().any(|name| name.contains([';', '\t', '|'])),
        _ => false,
    });
    if let Some(file) = of_semicolons {
        diagnostic = diagnostic.help(format!(
            "`{}` seems to part its columns by something else than commas. Export it with commas.",
            file.file.shown
        ));
    } else if let Some(likely) = near::one_of(&near) {
        diagnostic = diagnostic.help(format!("Did you mean {likely}?"));
        if let [only] = near.as_slice() {
            diagnostic = diagnostic.fix(format!("write `{only}`"), word.span, *only);
        }
    } else {
        let shown: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
        let more = if names.len() > 12 { ", …" } else { "" };
        diagnostic = diagnostic.help(format!("It has {}{more}.", shown.join(", ")));
    }
    diagnostic
}
