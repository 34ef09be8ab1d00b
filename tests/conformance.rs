//! The conformance cases: small projects with their right answers, worked out from the text of the language by another
//! program (`tests/conformance/README.md`). The cases are found, not listed. Each is looked at, checked and run, by the
//! reference meaning and by the engine through the files that it writes.
//!
//! A case that needs a part of the language that is not there yet has to be refused with E0190 alone; those stand with the
//! program's own reason in `tests/conformance/not_yet.txt`, which `SEGUE_BLESS=1` writes anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use segue::diagnostics::Diagnostic;
use segue::interpret::{Answer, interpret};
use segue::program::types::{Decimal, Key, Scalar};
use segue::program::{DefinitionKind, Experiment, Program};
use segue::session::{self, as_of};
use segue::source::Sources;
use serde_json::Value;

use crate::outputs;
use crate::projects::{Scratch, request, resources, root};

/// What may be said of a case.
enum Verdict {
    Right,
    /// Refused because a part of the language is not there yet; the reasons.
    NotYet(String),
    Wrong(String),
}

/// The names of all cases of a folder, sorted.
fn cases(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join("tests/conformance").join(folder)).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() > 100, "the cases are there");
    names
}

/// What `expected.json` of a case holds.
fn expected(folder: &str, name: &str) -> Value {
    let path = root().join("tests/conformance").join(folder).join(name).join("expected.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn disputed() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("tests/conformance_disputed.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let Some(cases) = table.get("cases").and_then(toml::Value::as_table) else { return BTreeSet::new() };
    for (name, dispute) in cases {
        for key in ["sentence", "why"] {
            assert!(dispute.get(key).and_then(toml::Value::as_str).is_some(), "{name} says no `{key}`");
        }
    }
    cases.keys().cloned().collect()
}

/// Judges every case of a folder that is not disputed, and fails with all that are wrong. Gives those that are not there yet,
/// a line each.
fn judge(folder: &str, judge: impl Fn(&str) -> Verdict) -> Vec<String> {
    let disputed = disputed();
    let only = std::env::var("SEGUE_CASE").ok();
    let (mut wrong, mut not_yet, mut right) = (Vec::new(), Vec::new(), 0);
    for name in cases(folder) {
        if disputed.contains(&name) || only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        match judge(&name) {
            Verdict::Right => right += 1,
            Verdict::NotYet(why) => not_yet.push(format!("{folder}/{name}: {why}")),
            Verdict::Wrong(why) => wrong.push(format!("{folder}/{name}: {why}")),
        }
    }
    println!("{folder}: {right} right, {} not yet, {} wrong", not_yet.len(), wrong.len());
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    not_yet
}

/// The E0190 among diagnostics, as one line; `None` where another error is among them, or none at all.
fn not_yet(diagnostics: &[Diagnostic]) -> Option<String> {
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.is_error()).collect();
    if errors.is_empty() || errors.iter().any(|d| d.code.code != "E0190") {
        return None;
    }
    let reasons: BTreeSet<&str> = errors.iter().map(|d| d.message.as_str()).collect();
    Some(reasons.into_iter().collect::<Vec<_>>().join(" | "))
}

/// Diagnostics in a line each.
fn told(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for d in diagnostics {
        let place = d.span.map(|span| {
            let source = sources.get(span.file);
            format!("{}:{}", source.path, source.position(span.start as usize).line)
        });
        let place = place.or_else(|| d.file.clone()).unwrap_or_default();
        let _ = write!(out, "\n    {} {place}: {}", d.code.code, d.message);
    }
    out
}

/// Compares the list of what is not there yet with the snapshot of one folder.
fn compare_not_yet(folder: &str, found: &[String]) {
    if std::env::var_os("SEGUE_CASE").is_some() {
        return;
    }
    let path = root().join(format!("tests/conformance/not_yet_{folder}.txt"));
    let text: String = found.iter().flat_map(|line| [line, "\n"]).collect();
    if std::env::var_os("SEGUE_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let snapshot = fs::read_to_string(&path).unwrap_or_default();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (now, then) = (lines(&text), lines(&snapshot));
    let gone: Vec<_> = then.difference(&now).cloned().collect();
    let new: Vec<_> = now.difference(&then).cloned().collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "what is not there yet has changed; SEGUE_BLESS=1 takes it over\nno longer:\n  {}\nnew:\n  {}",
        gone.join("\n  "),
        new.join("\n  ")
    );
}

#[test]
fn the_copy_is_the_shared_one() {
    let shared = root().join("../shared/conformance");
    let copy = root().join("tests/conformance");
    if !shared.is_dir() {
        return; // a stranger's clone
    }
    let listing = |folder: &Path| {
        fn walk(folder: &Path, below: &str, out: &mut Vec<(String, Vec<u8>)>) {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let name = format!("{below}/{}", entry.file_name().to_str().unwrap());
                if entry.file_type().unwrap().is_dir() {
                    walk(&entry.path(), &name, out);
                } else if !name.starts_with("/not_yet") {
                    out.push((name, fs::read(entry.path()).unwrap()));
                }
            }
        }
        let mut out = Vec::new();
        walk(folder, "", &mut out);
        out.sort();
        out
    };
    let (ours, theirs) = (listing(&copy), listing(&shared));
    let names = |list: &[(String, Vec<u8>)]| list.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>();
    assert_eq!(names(&ours), names(&theirs));
    for (one, other) in ours.iter().zip(&theirs) {
        assert!(one == other, "{} differs", one.0);
    }
}

#[test]
fn disputed_cases_exist() {
    let all: BTreeSet<String> = cases("cases").into_iter().chain(cases("invalid")).collect();
    assert!(disputed().is_subset(&all), "{:?}", disputed().difference(&all));
}

/// Everything that a run says of a case, from wherever it came.
#[derive(Debug, Default, PartialEq)]
struct Said {
    members: BTreeMap<String, Vec<(Key, bool)>>,
    traits: BTreeMap<String, BTreeMap<Key, Option<Scalar>>>,
    /// Of each split segment, each arm that has members.
    arms: BTreeMap<String, BTreeMap<String, Vec<Key>>>,
    /// Who is exported with each segment.
    exported: BTreeMap<String, Vec<Key>>,
}

#[test]
fn cases_are_answered_right_by_meaning_and_engine() {
    let found = judge("cases", |name| case(name).unwrap_or_else(Verdict::Wrong));
    compare_not_yet("cases", &found);
}

fn case(name: &str) -> Result<Verdict, String> {
    let expected = expected("cases", name);
    let scratch = Scratch::copy_of(&format!("tests/conformance/cases/{name}"));
    let (is_fine, mut said, sources) = scratch.schema();
    if !is_fine {
        return match not_yet(&said) {
            Some(why) => Ok(Verdict::NotYet(why)),
            None => Err(format!("schema failed{}", told(&said, &sources))),
        };
    }
    let project = scratch.open();
    let checked = project.check();
    said.extend(checked.diagnostics.iter().cloned());
    let (Some(program), Some(catalog)) = (&checked.program, &checked.catalog) else {
        return match not_yet(&said) {
            Some(why) => Ok(Verdict::NotYet(why)),
            None => Err(format!("check failed{}", told(&said, &project.sources))),
        };
    };
    let fail = |what: &str, found: Vec<Diagnostic>| format!("{what}{}", told(&found, &project.sources));
    let (data, newest) = session::world(&project, catalog, &resources()).map_err(|found| fail("reading failed", found))?;
    let text = expected["as_of"].as_str();
    let moment = match text {
        Some(text) => as_of::parse(text, &program.calendar, 0).map_err(|d| d.message)?,
        None => as_of::after(newest.ok_or("no event gives an as-of time")?, &program.calendar),
    };
    let resolved = expected["resolved"].as_str().unwrap_or_default();
    if resolved.parse().ok().map(jiff::Timestamp::as_microsecond) != Some(moment) {
        return Err(format!("as of {} instead of {resolved}", as_of::rfc3339(moment)));
    }
    let by_meaning = by_meaning(program, &interpret(program, &data, moment));
    compare(&by_meaning, program, &expected).map_err(|why| format!("the meaning says otherwise: {why}"))?;

    if let Some(wanted) = expected.get("tests").and_then(Value::as_object) {
        let report = project.test(&[]).map_err(|found| fail("the tests did not run", found))?;
        let found: BTreeMap<&str, bool> =
            report.tests.iter().map(|test| (test.title.as_str(), test.failures.is_empty())).collect();
        let wanted: BTreeMap<&str, bool> =
            wanted.iter().map(|(title, is)| (title.as_str(), is.as_bool() == Some(true))).collect();
        if found != wanted {
            return Err(format!("the tests say {found:?} instead of {wanted:?}"));
        }
    }

    let outcome = project.run(&request(text), &|_| {}).map_err(|found| fail("the run failed", found))?;
    if outcome.report.as_of != moment {
        return Err(format!("the run is as of {}", as_of::rfc3339(outcome.report.as_of)));
    }
    let out = scratch.path().join("out");
    let segments = outcome.report.segments.iter();
    let by_engine = Said {
        members: outputs::membership(&out),
        traits: outputs::traits(&out),
        arms: outputs::arms(&out),
        exported: segments.map(|s| (s.name.clone(), outputs::keys(&out.join(&s.file)))).collect(),
    };
    compare(&by_engine, program, &expected).map_err(|why| format!("the engine says otherwise: {why}"))?;
    Ok(Verdict::Right)
}

fn by_meaning(program: &Program, answers: &segue::interpret::Answers) -> Said {
    let mut said = Said::default();
    for (i, (definition, answer)) in program.definitions.iter().zip(&answers.definitions).enumerate() {
        let name = definition.name.to_string();
        let those = |who: &dyn Fn(usize) -> bool| -> Vec<Key> {
            answers.customers.iter().enumerate().filter(|(i, _)| who(*i)).map(|(_, key)| key.clone()).collect()
        };
        if let DefinitionKind::Segment(segment) = &definition.kind {
            said.exported.insert(name.clone(), those(&|customer| answers.exported[i][customer]));
            if let (Some(Experiment::Split(split)), Answer::Segment(found)) = (&segment.experiment, answer) {
                let arms = split
                    .arms
                    .iter()
                    .enumerate()
                    .map(|(arm, of)| (of.name.to_string(), those(&|customer| found.arms[customer] == Some(arm))));
                let arms: BTreeMap<_, _> = arms.filter(|(_, keys)| !keys.is_empty()).collect();
                if !arms.is_empty() {
                    said.arms.insert(name.clone(), arms);
                }
            }
        }
        match answer {
            Answer::Trait(values) => {
                said.traits.insert(name, answers.customers.iter().cloned().zip(values.iter().cloned()).collect());
            }
            Answer::Segment(found) => {
                let all = answers.customers.iter().enumerate().filter(|(i, _)| found.members[*i]);
                let all: Vec<_> = all.map(|(i, key)| (key.clone(), found.held_out[i])).collect();
                if !all.is_empty() {
                    said.members.insert(name, all);
                }
            }
        }
    }
    said
}

/// Compares with `expected.json`: every segment's members in their order, who is held out, every trait of everybody.
fn compare(said: &Said, program: &Program, expected: &Value) -> Result<(), String> {
    let nobody = Value::Array(Vec::new());
    for definition in &program.definitions {
        let name = &*definition.name;
        match definition.kind {
            DefinitionKind::Segment(_) => {
                let all = expected["segments"].get(name).ok_or(format!("segment `{name}` is not expected"))?;
                let found = said.members.get(name).map(Vec::as_slice).unwrap_or_default();
                let keys: Vec<&Key> = found.iter().map(|(key, _)| key).collect();
                is_list(&keys, all).map_err(|why| format!("members of `{name}`: {why}"))?;
                let out: Vec<&Key> = found.iter().filter(|(_, out)| *out).map(|(key, _)| key).collect();
                let wanted = expected["held_out"].get(name).unwrap_or(&nobody);
                is_list(&out, wanted).map_err(|why| format!("held out of `{name}`: {why}"))?;
                let arms = said.arms.get(name);
                let wanted: BTreeMap<&str, &Value> = match expected["arms"].get(name).and_then(Value::as_object) {
                    Some(arms) => arms.iter().map(|(arm, keys)| (arm.as_str(), keys)).collect(),
                    None => BTreeMap::new(),
                };
                let found: Vec<&str> = arms.into_iter().flatten().map(|(arm, _)| arm.as_str()).collect();
                if !found.iter().eq(wanted.keys()) {
                    return Err(format!("arms of `{name}`: {found:?} instead of {:?}", wanted.keys()));
                }
                for (arm, keys) in arms.into_iter().flatten() {
                    let keys: Vec<&Key> = keys.iter().collect();
                    is_list(&keys, wanted[arm.as_str()]).map_err(|why| format!("arm `{arm}` of `{name}`: {why}"))?;
                }
                if let Some(wanted) = expected["exported"].get(name) {
                    let keys: Vec<&Key> = said.exported.get(name).into_iter().flatten().collect();
                    is_list(&keys, wanted).map_err(|why| format!("exported of `{name}`: {why}"))?;
                }
            }
            DefinitionKind::Trait(_) | DefinitionKind::Stages(_) | DefinitionKind::Points(_) => {
                let kind = if matches!(definition.kind, DefinitionKind::Stages(_)) { "stages" } else { "traits" };
                let Some(values) = expected[kind].get(name).and_then(Value::as_object) else {
                    return Err(format!("trait `{name}` is not expected"));
                };
                let found = said.traits.get(name).ok_or(format!("trait `{name}` is missing"))?;
                let by_text: BTreeMap<String, &Option<Scalar>> =
                    found.iter().map(|(key, value)| (key.to_string(), value)).collect();
                let wanted: BTreeSet<&String> = values.keys().collect();
                if wanted != by_text.keys().collect() {
                    return Err(format!("trait `{name}` is of {:?} instead of {wanted:?}", by_text.keys()));
                }
                for (key, value) in values {
                    if !is_value(by_text[key], value) {
                        return Err(format!("`{name}` of {key} is {:?} instead of {value}", by_text[key]));
                    }
                }
            }
        }
    }
    Ok(())
}

fn is_list(found: &[&Key], wanted: &Value) -> Result<(), String> {
    let wanted: Vec<Key> = wanted.as_array().ok_or("no list")?.iter().map(as_key).collect();
    if found.iter().copied().eq(wanted.iter()) {
        return Ok(());
    }
    let shown = |keys: &mut dyn Iterator<Item = &Key>| keys.map(Key::to_string).collect::<Vec<_>>().join(" ");
    Err(format!("[{}] instead of [{}]", shown(&mut found.iter().copied()), shown(&mut wanted.iter())))
}

fn as_key(value: &Value) -> Key {
    match value {
        Value::String(text) => Key::Text(Arc::from(text.as_str())),
        other => Key::Number(other.to_string().parse().unwrap()),
    }
}

/// Whether a value is the expected one, exactly.
fn is_value(found: &Option<Scalar>, wanted: &Value) -> bool {
    let text = match wanted {
        Value::Null => return found.is_none(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let is_text = wanted.is_string();
    let micros = || Decimal::parse(&text).and_then(Decimal::to_micros);
    match found {
        None => false,
        Some(Scalar::Boolean(b)) => wanted.as_bool() == Some(*b),
        Some(Scalar::Count(n)) => !is_text && text.parse() == Ok(*n),
        Some(Scalar::Number(x)) => !is_text && text.parse::<f64>().is_ok_and(|w| w.to_bits() == x.to_bits()),
        Some(Scalar::Money(n)) => is_text && micros() == Some(*n),
        Some(Scalar::Duration(n)) => !is_text && micros() == Some(*n),
        Some(Scalar::Date(days)) => is_text && segue::program::calendar::date_of(*days).to_string() == text,
        Some(Scalar::Timestamp(moment)) => {
            is_text && text.parse().ok().map(jiff::Timestamp::as_microsecond) == Some(*moment)
        }
        Some(Scalar::Text(found)) => is_text && **found == *text,
        // No trait is a list.
        Some(Scalar::List(_)) => false,
    }
}

#[test]
fn what_must_not_pass_does_not() {
    let found = judge("invalid", |name| invalid(name).unwrap_or_else(Verdict::Wrong));
    compare_not_yet("invalid", &found);
}

/// Families that nothing here says anything about yet: predictions, and warnings that take reasoning about logic.
fn is_later(family: &str, is_warning: bool) -> bool {
    family == "05" || (family == "07" && is_warning)
}

fn invalid(name: &str) -> Result<Verdict, String> {
    let expected = expected("invalid", name);
    let scratch = Scratch::copy_of(&format!("tests/conformance/invalid/{name}"));
    let (is_fine, mut said, mut sources) = scratch.schema();
    if is_fine {
        let project = scratch.open();
        said.extend(project.check().diagnostics);
        sources = project.sources;
    }
    let families = |key: &str| -> BTreeSet<String> {
        let list = expected[key].as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().map(|f| f.as_str().unwrap().to_owned()).collect()
    };
    let (errors, warnings) = (families("errors"), families("warnings"));
    if !errors.is_empty() && errors.iter().any(|f| is_later(f, false)) {
        return Ok(Verdict::NotYet("predictions".to_owned()));
    }
    let family = |d: &Diagnostic| d.code.code[1..3].to_owned();
    let is_of_later = |d: &Diagnostic| d.code.code == "E0190";
    let found: BTreeSet<String> = said.iter().filter(|d| d.is_error() && !is_of_later(d)).map(family).collect();
    if found != errors {
        return match not_yet(&said) {
            Some(why) => Ok(Verdict::NotYet(why)),
            None => Err(format!("errors of {found:?} instead of {errors:?}{}", told(&said, &sources))),
        };
    }
    if errors.is_empty()
        && let Some(why) = not_yet(&said)
    {
        return Ok(Verdict::NotYet(why));
    }
    let warned: BTreeSet<String> = said.iter().filter(|d| !d.is_error()).map(family).collect();
    let (later, now): (Vec<_>, Vec<_>) = warnings.iter().partition(|family| is_later(family, true));
    if let Some(missing) = now.iter().find(|family| !warned.contains(**family)) {
        return Err(format!("no warning of {missing}{}", told(&said, &sources)));
    }
    if !later.is_empty() && !later.iter().all(|family| warned.contains(*family)) {
        return Ok(Verdict::NotYet("warnings about logic".to_owned()));
    }
    for place in expected["at"].as_array().map(Vec::as_slice).unwrap_or_default() {
        if !points_at(&said, &sources, place, !errors.is_empty()) {
            return Err(format!("nothing points at {place}{}", told(&said, &sources)));
        }
    }
    Ok(Verdict::Right)
}

/// Whether a diagnostic points at a line, or at another one with the same text.
fn points_at(said: &[Diagnostic], sources: &Sources, place: &Value, is_error: bool) -> bool {
    let (file, line) = (place["file"].as_str().unwrap(), place["line"].to_string().parse::<usize>().unwrap());
    said.iter().filter(|d| d.is_error() == is_error).filter_map(|d| d.span).any(|span| {
        let source = sources.get(span.file);
        let at = source.position(span.start as usize).line;
        source.path == file && (at == line || source.line(at).trim() == source.line(line).trim())
    })
}
