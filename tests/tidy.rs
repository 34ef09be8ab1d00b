//! What holds of the code itself: who may import whom, who may write files, that every code of a diagnostic has its page,
//! that files are small and say what they hold. ARCHITECTURE.md tells the same in words.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a room may import of the crate, itself apart. `program::types` allows that part alone.
const ROOMS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("faults", &[]),
    ("diagnostics", &["source"]),
    ("syntax", &["source", "diagnostics"]),
    ("program", &["faults", "source"]),
    ("project", &["source", "diagnostics", "program::types", "program::calendar"]),
    ("check", &["faults", "source", "diagnostics", "syntax", "project", "program"]),
    ("plan", &["faults", "source", "program", "project"]),
    ("interpret", &["faults", "source", "program"]),
    ("explain", &["source", "program", "interpret"]),
    (
        "engine",
        &[
            "faults",
            "source",
            "diagnostics",
            "plan",
            "project",
            "program::types",
            "program::calendar",
            "program::arithmetic",
            "program::texts",
        ],
    ),
    ("store", &["source", "diagnostics"]),
    // The shop that never was: its rows go out through the engine's Parquet and the store.
    ("demo", &["source", "diagnostics", "program::calendar", "engine::outputs", "engine::errors", "store"]),
    // The public API: load, check, run.
    (
        "session",
        &[
            "source",
            "diagnostics",
            "syntax",
            "project",
            "program",
            "check",
            "plan",
            "interpret",
            "explain",
            "engine",
            "store",
            "demo",
        ],
    ),
    (
        "cli",
        &[
            "source",
            "diagnostics",
            "syntax",
            "project",
            "program",
            "check",
            "plan",
            "interpret",
            "explain",
            "engine",
            "store",
            "session",
            "demo",
        ],
    ),
];

struct Code {
    path: PathBuf,
    text: String,
}

impl Code {
    /// The first part of the path under `src`: the room.
    fn room(&self) -> String {
        let inside = self.path.strip_prefix(root().join("src")).unwrap();
        inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned()
    }

    fn shown(&self) -> String {
        self.path.strip_prefix(root()).unwrap().display().to_string()
    }

    /// The lines that run in a release: without comments and without the tests at the end.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("tests.rs"));
        let end = if is_test { 0 } else { self.text.find("\n#[cfg(test)]\nmod tests {").unwrap_or(self.text.len()) };
        self.text[..end]
            .lines()
            .enumerate()
            .map(|(i, line)| (i + 1, line.split("// ").next().unwrap_or(line)))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn code_under(folder: &str) -> Vec<Code> {
    fn walk(folder: &Path, out: &mut Vec<Code>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(Code { text: fs::read_to_string(&path).unwrap(), path });
            }
        }
    }
    let mut out = Vec::new();
    walk(&root().join(folder), &mut out);
    out.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!out.is_empty());
    out
}

fn none(found: Vec<String>, rule: &str) {
    assert!(found.is_empty(), "{rule}\n  {}", found.join("\n  "));
}

/// All paths that a text names below a word: of `use crate::{a::b, c}` below `crate`: `a::b` and `c`.
fn paths_below(word: &str, text: &str) -> BTreeSet<String> {
    fn expand(prefix: &str, text: &str, out: &mut BTreeSet<String>) {
        let text = text.trim_start();
        if let Some(inner) = text.strip_prefix('{') {
            let mut depth = 0;
            let mut start = 0;
            for (i, c) in inner.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth > 0 => depth -= 1,
                    ',' | '}' if depth == 0 => {
                        if !inner[start..i].trim().is_empty() {
                            expand(prefix, &inner[start..i], out);
                        }
                        start = i + 1;
                        if c == '}' {
                            return;
                        }
                    }
                    _ => {}
                }
            }
            return;
        }
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}::{name}") };
        match rest.strip_prefix("::") {
            Some(rest) => expand(&path, rest, out),
            None => drop(out.insert(path)),
        }
    }
    let mut out = BTreeSet::new();
    let needle = format!("{word}::");
    let mut rest = text;
    while let Some(at) = rest.find(&needle) {
        let is_word = !rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        rest = &rest[at + needle.len()..];
        if is_word {
            expand("", rest, &mut out);
        }
    }
    out
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    assert_eq!(
        paths_below("crate", "use crate::{a::{B, c::D}, e}; crate::f::g()").into_iter().collect::<Vec<_>>(),
        ["a::B", "a::c::D", "e", "f::g"]
    );
    let mut found = Vec::new();
    for code in code_under("src") {
        let room = code.room();
        if room == "lib" {
            continue;
        }
        if room == "main" {
            for path in paths_below("segue", &code.text) {
                if !path.starts_with("cli") {
                    found.push(format!("{}: main only calls cli, not `{path}`", code.shown()));
                }
            }
            continue;
        }
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            found.push(format!("{}: the room `{room}` is not in the table", code.shown()));
            continue;
        };
        let text: String = code.lines().flat_map(|(_, line)| [line, "\n"]).collect();
        for path in paths_below("crate", &text) {
            let is_allowed = path == room
                || path.starts_with(&format!("{room}::"))
                || allowed.iter().any(|a| path == *a || path.starts_with(&format!("{a}::")));
            if !is_allowed {
                found.push(format!("{}: `crate::{path}`", code.shown()));
            }
        }
    }
    none(found, "A room imports what the table of rooms does not allow it:");
}

#[test]
fn the_engine_alone_names_the_query_engine() {
    let mut found = Vec::new();
    for code in code_under("src") {
        for (number, line) in code.lines() {
            let names = ["datafusion::", "datafusion_", "arrow::", "parquet::", "object_store::", "tokio::"];
            if code.room() != "engine" && names.iter().any(|n| line.contains(n)) {
                found.push(format!("{}:{number}: {}", code.shown(), line.trim()));
            }
        }
    }
    none(found, "Only `engine` names the query engine and its columns:");
}

#[test]
fn only_the_store_writes_files() {
    let writes = [
        "fs::write",
        "File::create",
        "OpenOptions",
        "create_dir",
        "remove_file",
        "remove_dir",
        "fs::rename",
        "fs::copy",
        "set_permissions",
        "hard_link",
        "symlink(",
    ];
    let mut found = Vec::new();
    for code in code_under("src") {
        for (number, line) in code.lines() {
            if code.room() != "store" && writes.iter().any(|w| line.contains(w)) {
                found.push(format!("{}:{number}: {}", code.shown(), line.trim()));
            }
        }
    }
    none(found, "Only `store` writes files:");
}

#[test]
fn nothing_panics_on_purpose() {
    let words = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!(", "dbg!("];
    let mut found = Vec::new();
    for code in code_under("src") {
        for (number, line) in code.lines() {
            if words.iter().any(|w| line.contains(w)) {
                found.push(format!("{}:{number}: {}", code.shown(), line.trim()));
            }
        }
    }
    none(found, "No `unwrap`, `expect`, `panic!` outside tests: give a diagnostic, or a value that does no harm:");
}

#[test]
fn only_the_command_line_prints() {
    let mut found = Vec::new();
    for code in code_under("src") {
        for (number, line) in code.lines() {
            let prints = ["println!(", "print!("].iter().any(|w| line.contains(w));
            if prints && !matches!(code.room().as_str(), "cli" | "main") {
                found.push(format!("{}:{number}: {}", code.shown(), line.trim()));
            }
        }
    }
    none(found, "Only `cli` prints:");
}

#[test]
fn every_file_says_what_it_holds_and_is_small() {
    let mut found = Vec::new();
    for code in code_under("src").into_iter().chain(code_under("tests")) {
        if !code.text.starts_with("//! ") && code.shown() != "tests/all.rs" {
            found.push(format!("{}: does not open with `//!`", code.shown()));
        }
        let lines = code.text.lines().count();
        if lines > 800 {
            found.push(format!("{}: {lines} lines; 150 are good, 500 long, 800 the end", code.shown()));
        }
        let vague = ["util", "utils", "helper", "helpers", "common", "manager", "misc"];
        for part in code.path.strip_prefix(root()).unwrap() {
            let name = part.to_str().unwrap().trim_end_matches(".rs");
            if vague.contains(&name) {
                found.push(format!("{}: `{name}` says nothing of what is in it", code.shown()));
            }
        }
    }
    none(found, "Files:");
}

#[test]
fn every_code_has_a_page_with_a_bad_and_a_good_example() {
    let mut found = Vec::new();
    let mut codes = BTreeSet::new();
    let mut names = BTreeSet::new();
    for code in segue::diagnostics::codes::all() {
        let mut say = |what: &str| found.push(format!("{} ({}): {what}", code.code, code.name));
        if !codes.insert(code.code) {
            say("the code stands twice");
        }
        if !names.insert(code.name) {
            say("the name stands twice");
        }
        if code.page.lines().count() < 2 {
            continue; // not written yet
        }
        let title = format!("# {}: {}", code.code, code.name);
        if code.page.lines().next() != Some(&title) {
            say(&format!("its page does not open with `{title}`"));
        }
        let fences = |language: &str| code.page.matches(&format!("\n```{language}\n")).count();
        let examples =
            fences("seg") + fences("toml") + if ["06", "04"].contains(&&code.code[1..3]) { fences("sh") } else { 0 };
        if examples < 2 {
            say("its page lacks an example that has it, or the same mended");
        }
    }
    let pages = fs::read_dir(root().join("src/diagnostics/pages")).unwrap();
    for page in pages {
        let name = page.unwrap().file_name().into_string().unwrap();
        if !codes.contains(name.trim_end_matches(".md")) {
            found.push(format!("{name}: a page without a code"));
        }
    }
    none(found, "Pages of codes:");
}

#[test]
fn no_dependency_comes_from_elsewhere_than_the_registry() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let registry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    none(
        lock.lines().filter(|l| l.starts_with("source = ") && *l != registry).map(str::to_owned).collect(),
        "Sources of dependencies:",
    );
    let versions = |name: &str| lock.matches(&format!("name = \"{name}\"\n")).count();
    for name in ["arrow", "parquet", "object_store", "datafusion"] {
        assert_eq!(versions(name), 1, "there is one {name}");
    }
}

/// A fault that is planted twice, or told and not planted, would make the figure of those that were found a wrong one.
#[test]
fn each_planted_fault_is_planted_once_and_told() {
    let mut planted: Vec<u32> = Vec::new();
    for code in code_under("src").iter().filter(|code| code.shown() != "src/faults.rs") {
        for (_, line) in code.lines() {
            planted.extend(line.split("fault(").skip(1).filter_map(|rest| rest.split(')').next()?.parse::<u32>().ok()));
        }
    }
    let told: BTreeSet<u32> = segue::faults::FAULTS.iter().map(|(number, _)| *number).collect();
    assert_eq!(told.len(), segue::faults::FAULTS.len(), "a number stands twice");
    assert_eq!(planted.iter().copied().collect::<BTreeSet<_>>(), told);
}
