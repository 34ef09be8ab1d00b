//! Checking, from texts: what is wrong is said at its place, once, with the code that its page tells of. The cases stand in
//! `tests/corpus/check`: in `beside/` the codes stand behind `#!` on their line; in `says/` below the text, as a user sees them
//! (`SEGUE_BLESS=1` writes them anew, to be read in review). All are over the shop of `segue.toml` there.

mod meanings;
mod mutations;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use segue::check::{self, Checked};
use segue::diagnostics::{Diagnostic, codes, terminal};
use segue::program::{Program, hash};
use segue::project::{catalog, config, lock};
use segue::source::{Source, Sources};
use segue::syntax;

/// A project of texts, checked: all that parsing and checking say, and the texts.
struct Project {
    checked: Checked,
    sources: Sources,
}

impl Project {
    fn of(toml: &str, locked: &str, files: &[(&str, &str)]) -> Project {
        let mut sources = Sources::new();
        let file = sources.add(Source::new("segue.toml", toml));
        let config = config::read(file, toml).unwrap_or_else(|all| panic!("{}", terminal::render(&all, &sources, false)));
        let file = sources.add(Source::new("segue.lock", locked));
        let lock = lock::read(file, locked).unwrap_or_else(|d| panic!("{}", terminal::render(&[d], &sources, false)));
        let catalog =
            catalog::build(&config, &lock).unwrap_or_else(|all| panic!("{}", terminal::render(&all, &sources, false)));
        let mut said = Vec::new();
        let mut trees = Vec::new();
        for (path, text) in files {
            let file = sources.add(Source::new(*path, *text));
            let parsed = syntax::parse(file, text);
            said.extend(parsed.diagnostics);
            trees.push(parsed.file);
        }
        let mut checked = check::check(&trees, &catalog, &sources);
        // Never both, never neither; where a text cannot be read, that was said.
        let has_error = checked.diagnostics.iter().any(Diagnostic::is_error);
        assert!(checked.program.is_none() || !has_error);
        assert!(checked.program.is_some() || has_error || said.iter().any(Diagnostic::is_error));
        said.append(&mut checked.diagnostics);
        checked.diagnostics = said;
        Project { checked, sources }
    }

    /// Over the shop.
    fn shop(files: &[(&str, &str)]) -> Project {
        Project::of(&corpus("segue.toml"), &corpus("segue.lock"), files)
    }

    fn line(&self, diagnostic: &Diagnostic) -> (String, usize) {
        let Some(span) = diagnostic.span else { return (String::new(), 0) };
        let source = self.sources.get(span.file);
        (source.path.clone(), source.position(span.start as usize).line)
    }

    fn codes(&self) -> Vec<&str> {
        self.checked.diagnostics.iter().map(|d| d.code.code).collect()
    }

    fn shown(&self) -> String {
        terminal::render(&self.checked.diagnostics, &self.sources, false)
    }

    fn program(self) -> Program {
        let shown = self.shown();
        self.checked.program.unwrap_or_else(|| panic!("{shown}"))
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/check")
}

fn corpus(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

fn files_of(name: &str) -> Vec<(String, String)> {
    let mut out: Vec<_> = fs::read_dir(folder().join(name))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    out.sort();
    assert!(!out.is_empty());
    out
}

#[test]
fn each_mistake_is_said_on_its_line_and_nothing_else() {
    let mut wrong = Vec::new();
    for (name, text) in files_of("beside") {
        let project = Project::shop(&[(&name, &text)]);
        let mut found: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for diagnostic in &project.checked.diagnostics {
            found.entry(project.line(diagnostic).1).or_default().push(diagnostic.code.code);
        }
        for (i, line) in text.lines().enumerate() {
            let mut expected: Vec<&str> = line.split_once("#!").map_or(Vec::new(), |(_, c)| c.split_whitespace().collect());
            let mut found = found.remove(&(i + 1)).unwrap_or_default();
            expected.sort_unstable();
            found.sort_unstable();
            if i > 0 && expected != found {
                wrong.push(format!("{name}:{}: expected {expected:?}, said {found:?}: {}", i + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_user_sees() {
    const MARK: &str = "=== says\n";
    let mut wrong = Vec::new();
    for (name, case) in files_of("says") {
        let (text, expected) = case.split_once(MARK).unwrap_or((&case, ""));
        let project = Project::shop(&[("case.seg", text), ("given.seg", &corpus("given.seg"))]);
        let said = project.shown();
        if said != expected {
            if std::env::var_os("SEGUE_BLESS").is_some() {
                fs::write(folder().join("says").join(&name), format!("{text}{MARK}{said}")).unwrap();
            }
            wrong.push(format!("{name} says:\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}\nSEGUE_BLESS=1 writes them anew.", wrong.join("\n"));
}

/// RELIABILITY.md, L5: the example of a page has its code and no other, the mended one has none. (Family 01: `tests/syntax.rs`.)
#[test]
fn the_examples_of_pages_do_what_the_pages_say() {
    let mut wrong = Vec::new();
    for code in codes::all() {
        if !["E02", "E03", "E04", "E069"].iter().any(|family| code.code.starts_with(family)) {
            continue;
        }
        let examples = examples(code.page);
        let [bad, good] = examples.as_slice() else {
            wrong.push(format!("{}: {} examples", code.code, examples.len()));
            continue;
        };
        let says = |(language, text): &(String, String)| {
            let (toml, seg) = if language == "toml" {
                (format!("{}\n{text}", corpus("segue.toml")), String::new())
            } else {
                (corpus("segue.toml"), text.clone())
            };
            let project =
                Project::of(&toml, &corpus("segue.lock"), &[("page.seg", &seg), ("given.seg", &corpus("given.seg"))]);
            let all: BTreeSet<String> = project.codes().into_iter().map(str::to_owned).collect();
            (all.into_iter().collect::<Vec<_>>(), project.shown())
        };
        let (bad, shown) = says(bad);
        if bad != [code.code] {
            wrong.push(format!("{}: its example has {bad:?}\n{shown}", code.code));
        }
        let (good, shown) = says(good);
        if !good.is_empty() {
            wrong.push(format!("{}: the mended example has {good:?}\n{shown}", code.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The fenced blocks of a page that are part of a project: language and text.
fn examples(page: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => out.extend(open.take()),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    out.retain(|(language, _)| language == "seg" || language == "toml");
    out
}

/// The cases of `tests/conformance/invalid` that need no data: the families of their errors, and the lines.
#[test]
fn the_invalid_projects_are_refused_for_their_reasons() {
    let invalid = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/invalid");
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut names: Vec<_> = fs::read_dir(&invalid).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in names {
        let read = |file: &str| fs::read_to_string(invalid.join(&name).join(file)).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&read("expected.json")).unwrap();
        let families = |key: &str| -> Vec<String> {
            expected[key].as_array().map_or(Vec::new(), |all| all.iter().map(|f| f.as_str().unwrap().to_owned()).collect())
        };
        let toml = read("segue.toml");
        let needs_data = families("errors").iter().any(|f| f == "06") && name != "pii_without_purpose";
        let has_other_sources =
            ["[streams", "[history", "[lists", "[customers.", "order ="].iter().any(|s| toml.contains(s));
        if families("errors").is_empty() || needs_data || has_other_sources {
            continue;
        }
        let mut files = vec![("case.seg".to_owned(), read("case.seg"))];
        for entry in fs::read_dir(invalid.join(&name)).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_name().unwrap().to_str().unwrap().to_owned();
            if file.ends_with(".seg") && file != "case.seg" {
                files.push((file.clone(), read(&file)));
            }
        }
        let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let project = Project::of(&toml, &corpus("invalid.lock"), &files);
        if project.codes().contains(&codes::syntax::NOT_YET.code) {
            continue;
        }
        count += 1;
        let errors: Vec<&Diagnostic> = project.checked.diagnostics.iter().filter(|d| d.is_error()).collect();
        let found: BTreeSet<String> = errors.iter().map(|d| d.code.code[1..3].to_owned()).collect();
        if found.iter().cloned().collect::<Vec<_>>() != families("errors") {
            wrong.push(format!("{name}: expected {:?}, said {found:?}\n{}", families("errors"), project.shown()));
            continue;
        }
        let places: BTreeSet<(String, usize)> = errors.iter().map(|d| project.line(d)).collect();
        for at in expected["at"].as_array().unwrap_or(&Vec::new()) {
            let place = (at["file"].as_str().unwrap().to_owned(), usize::try_from(at["line"].as_u64().unwrap()).unwrap());
            if !places.contains(&place) {
                wrong.push(format!("{name}: nothing at {place:?}\n{}", project.shown()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 60, "{count} cases were looked at");
}

/// RELIABILITY.md, L8: texts that are large or deep in one way each end by a result or a code, soon, on a small stack.
mod shapes {
    use super::*;

    /// Debug builds of the tests are slower than what is promised of a release.
    const AT_MOST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 2 });

    /// Parses and checks on a stack of 2 MiB; the codes, the fewest first.
    fn ends(name: &str, files: Vec<(String, String)>) -> Vec<&'static str> {
        let start = Instant::now();
        let checked = std::thread::Builder::new()
            .stack_size(2 << 20)
            .spawn(move || {
                let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
                let project = Project::shop(&files);
                // The hash walks all of it, too.
                project.checked.program.as_ref().map(hash::hash);
                let all: BTreeSet<&str> = project.checked.diagnostics.iter().map(|d| d.code.code).collect();
                all.into_iter().collect()
            })
            .unwrap()
            .join()
            .unwrap_or_else(|_| panic!("{name}: ended by a panic"));
        let took = start.elapsed();
        assert!(took < AT_MOST, "{name}: took {took:?}");
        checked
    }

    fn one(name: &str, text: String) -> Vec<&'static str> {
        ends(name, vec![("case.seg".to_owned(), text)])
    }

    fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
        (0..n).map(|i| line(i) + "\n").collect()
    }

    fn joined(n: usize, part: &str, by: &str) -> String {
        vec![part; n].join(by)
    }

    #[test]
    fn many_definitions() {
        let fine: &[&str] = &[];
        let segment =
            |i: usize| format!("segment s{i} {{ where did purchase at least {i} times in last 30 days and age > {i} }}");
        assert_eq!(one("5,000 segments", lines(5_000, segment)), fine);
        let files = (0..1_000).map(|i| (format!("f{i}.seg"), segment(i))).collect();
        assert_eq!(ends("1,000 files", files), fine);
        let chain = |i: usize| match i {
            0 => "segment s0 { where age > 30 }".to_owned(),
            _ => format!("segment s{i} {{ where in segment s{} or age > {i} }}", i - 1),
        };
        assert_eq!(one("a chain of segments", lines(1_000, chain)), fine);
        let backwards = |i: usize| match i {
            999 => "segment s999 { where age > 30 }".to_owned(),
            _ => format!("segment s{i} {{ where in segment s{} }}", i + 1),
        };
        assert_eq!(one("a chain of segments, the last first", lines(1_000, backwards)), fine);
        let sums = |i: usize| match i {
            0 => "trait t0 = age".to_owned(),
            _ => format!("trait t{i} = t{} + t{}", i - 1, i - 1),
        };
        assert_eq!(one("a chain of traits, each used twice", lines(1_000, sums)), fine);
        let many = format!(
            "trait t = sum(purchase.amount where (gift or quantity > 1)) ever\n{}",
            lines(10_000, |i| { format!("segment s{i} {{ where t > {i} }}") })
        );
        assert_eq!(one("a trait used 10,000 times", many), fine);
        let events = |i: usize| match i {
            0 => "event e0 = purchase or session".to_owned(),
            _ => format!("event e{i} = e{} or e{}", i - 1, i - 1),
        };
        assert_eq!(one("events of events", lines(200, events)), fine);
    }

    #[test]
    fn many_mistakes() {
        assert_eq!(one("a circle of 5,000", lines(5_000, |i| format!("trait t{i} = t{} + 1", (i + 1) % 5_000))), ["E0210"]);
        let unknown = lines(5_000, |i| format!("segment s{i} {{ where nobody_{i} = 1 and did nothing_{i} ever }}"));
        assert_eq!(one("10,000 unknown names", unknown), ["E0201", "E0202"]);
        assert_eq!(one("one name 5,000 times", lines(5_000, |_| "trait t = age".to_owned())), ["E0208"]);
        let each =
            lines(300, |i| format!("trait t{i} = {}", (0..300).map(|j| format!("t{j}")).collect::<Vec<_>>().join(" + ")));
        // Each uses each; so long a sum may be refused by its depth.
        assert!(!one("a circle of all with all", each).is_empty());
        let doubling = lines(40, |i| match i {
            0 => "event e0 = session where pages > 1".to_owned(),
            _ => format!("event e{i} = (e{} where pages > {i}) or (e{} where pages < {i})", i - 1, i - 1),
        });
        assert_eq!(one("events that double", doubling), ["E0317"]);
    }

    #[test]
    fn wide_conditions() {
        let fine: &[&str] = &[];
        let segment = |condition: String| format!("segment s {{ where {condition} }}");
        for (name, condition) in [
            ("an `or` of 20,000", joined(20_000, "age = 5", " or ")),
            ("an `and` of 20,000", joined(20_000, "did purchase ever", " and ")),
            ("a group of 20,000", format!("any of {{ {} }}", joined(20_000, "age = 5", ", "))),
            ("`at least` of 20,000", format!("at least 3 of {{ {} }}", joined(20_000, "age = 5", "\n"))),
            ("a list of 20,000", format!("country in ({})", joined(20_000, "\"DE\"", ", "))),
            ("a list of days", format!("signed_up_at in ({})", joined(5_000, "2024-01-01", ", "))),
            ("a text of 1 MB", format!("country = \"{}\"", joined(1 << 20, "x", ""))),
            ("`least` of 20,000", format!("least({}) > 3", joined(20_000, "age", ", "))),
        ] {
            assert_eq!(one(name, segment(condition)), fine, "{name}");
        }
        // A chain of operators leans to one side: it may be refused for its depth.
        one("a sum of 20,000", segment(format!("{} > 3", joined(20_000, "age", " + "))));
        one("20,000 `or else`", segment(format!("({}) > 3", joined(20_000, "age", " or else "))));
    }

    #[test]
    fn deep_conditions() {
        let nested = |open: &str, inside: &str, close: &str, n: usize| {
            format!("segment s {{ where {}{inside}{} }}", open.repeat(n), close.repeat(n))
        };
        for n in [10, 100, 200, 250, 255, 256, 300, 20_000] {
            for (name, open, inside, close) in [
                ("parentheses", "(", "age > 3", ")"),
                ("`not`", "not ", "age > 3", ""),
                ("`not` in parentheses", "not (", "age > 3", ")"),
                ("groups", "any of { ", "age > 3", " }"),
                ("groups of two", "none of { age > 1, ", "age > 3", " }"),
                ("functions", "abs(", "age", ") > 3"),
                ("minus", "-(", "age", ")"),
                ("sums", "(age + ", "1", ")"),
                ("`or else`", "(age or else ", "1", ")"),
                ("windows", "(", "count(purchase)", ") in last 3 days"),
                ("`did`", "did (", "purchase", ") ever"),
                ("row filters", "did purchase where (gift or ", "gift", ") ever"),
                ("`time from`", "time from ", "birthday", " to birthday"),
            ] {
                one(&format!("{n} {name}"), nested(open, inside, close, n));
            }
        }
    }
}

/// The hash of a definition: what it means, however it is written.
mod hashes {
    use super::*;

    const BASE: &str = "\
trait spend = sum(purchase.amount where (category = \"shoes\" and gift)) in last 90 days
trait half = spend / 2
event contact = session or email_open
segment quiet \"Quiet\" { where time since last contact > 30 days except spend > 5 EUR purpose mail limit 10 by highest half holdout 10% }
segment others { where not in segment quiet and did contact at least twice in last 60 days }
";

    fn hashes(toml: &str, text: &str) -> (String, BTreeMap<String, String>) {
        let program = Project::of(toml, &corpus("segue.lock"), &[("a.seg", text)]).program();
        let hashes = hash::hash(&program);
        let named = program.definitions.iter().zip(&hashes.definitions);
        (hash::to_hex(&hashes.program), named.map(|(d, h)| (d.name.to_string(), hash::to_hex(h))).collect())
    }

    fn of(text: &str) -> (String, BTreeMap<String, String>) {
        hashes(&corpus("segue.toml"), text)
    }

    /// The definitions whose hash is another one.
    fn changed(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> Vec<String> {
        a.iter().filter(|(name, hash)| b.get(*name) != Some(*hash)).map(|(name, _)| name.clone()).collect()
    }

    #[test]
    fn how_it_is_written_does_not_matter() {
        let base = of(BASE);
        let mut turned: Vec<&str> = BASE.lines().collect();
        turned.reverse();
        assert_eq!(of(&turned.join("\n\n# a comment\n")), base);
        assert_eq!(of(&BASE.replace("where time", "where  \n  time").replace("twice", "2 times").replace("the ", "")), base);
        assert_eq!(of(&BASE.replace("(category = \"shoes\" and gift)", "((category = \"shoes\") and gift)")), base);
        let program = |files: &[(&str, &str)]| hash::hash(&Project::shop(files).program()).program;
        let (first, second) = BASE.split_at(BASE.find("event").unwrap());
        assert_eq!(program(&[("a.seg", BASE)]), program(&[("z/b.seg", second), ("c.seg", first)]));
        assert_eq!(hash::to_hex(&program(&[("a.seg", BASE)])).len(), 64);
    }

    #[test]
    fn names_and_notes_are_of_the_program_alone() {
        let base = of(BASE);
        for (from, to) in [("\"Quiet\"", "\"Silent\""), ("holdout 10%", "holdout 10% owner \"me\" note \"now\" tags a, b")] {
            let other = of(&BASE.replace(from, to));
            assert_eq!(other.1, base.1);
            assert_ne!(other.0, base.0);
        }
        let renamed = of(&BASE.replace("half", "halved"));
        assert_eq!(renamed.1["halved"], base.1["half"]);
        assert_eq!(changed(&base.1, &renamed.1), ["half"]);
        assert_ne!(renamed.0, base.0);
        let event = of(&BASE.replace("contact", "sign_of_life"));
        assert_eq!(event, base);
    }

    #[test]
    fn what_is_used_matters() {
        let base = of(BASE);
        for (from, to, expected) in [
            ("90 days", "91 days", &["half", "others", "quiet", "spend"][..]),
            ("\"shoes\"", "\"hats\"", &["half", "others", "quiet", "spend"]),
            ("/ 2", "/ 3", &["half", "others", "quiet"]),
            ("session or email_open", "session or email_click", &["others", "quiet"]),
            ("> 30 days", ">= 30 days", &["others", "quiet"]),
            ("> 5 EUR", "> 5.000001 EUR", &["others", "quiet"]),
            ("limit 10", "limit 11", &["others", "quiet"]),
            ("highest", "lowest", &["others", "quiet"]),
            ("holdout 10%", "holdout 10% salt \"x\"", &["others", "quiet"]),
            ("holdout 10%", "split { a 10% held out, b 90% }", &["others", "quiet"]),
            ("twice", "once", &["others"]),
            ("in last 60 days", "in last 2 months", &["others"]),
        ] {
            let other = of(&BASE.replace(from, to));
            assert_eq!(changed(&base.1, &other.1), expected, "{from} → {to}");
            assert_ne!(other.0, base.0, "{from} → {to}");
        }
    }

    #[test]
    fn a_priority_is_of_the_program_alone() {
        let base = of(BASE);
        let mails = of(&format!("{BASE}priority mails {{ quiet, others }}"));
        let turned = of(&format!("{BASE}priority mails {{ others, quiet }}"));
        assert!(mails.1 == base.1 && mails.0 != base.0 && turned.0 != mails.0);
    }

    #[test]
    fn the_settings_of_the_project_matter() {
        let toml = corpus("segue.toml");
        let base = hashes(&toml, BASE);
        for (from, to, expected) in [
            ("Europe/Berlin", "Europe/Paris", &["half", "others", "quiet", "spend"][..]),
            ("[project]", "[project]\nweek_starts_on = \"sunday\"", &["half", "others", "quiet", "spend"]),
            ("pii = [", "since = \"signed_up_at\"\npii = [", &["half", "others", "quiet", "spend"]),
            ("what = 'open'", "what = 'opened'", &["others", "quiet"]),
            ("mail = \"email_opt_in\"", "mail = \"not email_opt_in\"", &["others", "quiet"]),
            ("[consent]", "[every_segment]\nexcept = \"age < 18\"\n[consent]", &["others", "quiet"]),
            ("amount = \"EUR\"", "amount = \"EUR\", quantity = \"EUR\"", &[]),
        ] {
            let other = hashes(&toml.replace(from, to), BASE);
            assert_eq!(changed(&base.1, &other.1), expected, "{from} → {to}");
            assert_eq!(other.0 != base.0, !expected.is_empty(), "{from} → {to}");
        }
    }
}
