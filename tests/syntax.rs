//! Reading `.seg` files: every project of the conformance cases, messages as a marketer sees them, and texts that were
//! broken on purpose. The data is in `tests/corpus/syntax`.

mod mutations;
mod readings;
mod recovery;

use segue::diagnostics::terminal;
use segue::source::{FileId, Source, Sources, Span};
use segue::syntax::{self, tree::Declaration};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

/// What a user sees of a text's errors.
fn rendered(path: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add(Source::new(path, text));
    terminal::render(&syntax::parse(file, text).diagnostics, &sources, false)
}

#[test]
fn every_conformance_case_is_read() {
    for path in files("tests/conformance/cases", "seg") {
        let text = fs::read_to_string(&path).unwrap();
        let parsed = syntax::parse(FileId(0), &text);
        assert!(parsed.diagnostics.is_empty(), "{}\n{}", path.display(), rendered("case.seg", &text));
        assert!(!parsed.file.declarations.iter().any(|d| matches!(d, Declaration::Broken(_))), "{}", path.display());
    }
}

/// The lines that parts of later versions stand on: checking says so there.
fn later_lines(text: &str, parsed: &syntax::Parsed) -> Vec<usize> {
    let source = Source::new("case.seg", text);
    let shown = format!("{:?}", parsed.file);
    let mut lines = Vec::new();
    if shown.contains("Later(") {
        for declaration in &parsed.file.declarations {
            match declaration {
                Declaration::Later(later) => lines.push(source.position(later.span.start as usize).line),
                Declaration::Segment(segment) => {
                    let later = segment.clauses.iter().filter(|c| format!("{:?}", c.kind).starts_with("Later("));
                    lines.extend(later.map(|c| source.position(c.span.start as usize).line));
                }
                _ => {}
            }
        }
    }
    lines
}

#[test]
fn what_the_conformance_cases_call_a_syntax_error_is_one_and_nothing_else_is() {
    for path in files("tests/conformance/invalid", "seg") {
        let text = fs::read_to_string(&path).unwrap();
        let expected = fs::read_to_string(path.with_file_name("expected.json")).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
        let parsed = syntax::parse(FileId(0), &text);
        let source = Source::new("case.seg", &*text);
        let shown = format!("{}\n{}", path.display(), rendered("case.seg", &text));
        let is_syntax = expected["errors"].as_array().is_some_and(|all| all.iter().any(|e| e == "01"));
        let mut lines: Vec<usize> =
            parsed.diagnostics.iter().map(|d| source.position(d.span.unwrap().start as usize).line).collect();
        if !is_syntax {
            assert!(lines.is_empty(), "{shown}");
            continue;
        }
        lines.extend(later_lines(&text, &parsed));
        assert!(!lines.is_empty(), "{shown}");
        for at in expected["at"].as_array().into_iter().flatten() {
            let line = at["line"].as_u64().unwrap() as usize;
            assert!(lines.contains(&line), "line {line} of {shown}");
        }
    }
}

const SAYS_MARK: &str = "=== says\n";

/// Each case is a text and the messages as they are shown. `SEGUE_BLESS=1` writes the messages anew, to be read in review.
#[test]
fn says_all_that_is_wrong_with_a_text_each_at_its_place() {
    let mut wrong = Vec::new();
    for path in files("tests/corpus/syntax", "case") {
        let case = fs::read_to_string(&path).unwrap();
        let (text, expected) = case.split_once(SAYS_MARK).unwrap_or((&case, ""));
        let name = path.with_extension("seg").file_name().unwrap().to_str().unwrap().to_owned();
        let says = rendered(&name, text);
        if says != expected && std::env::var_os("SEGUE_BLESS").is_some() {
            fs::write(&path, format!("{text}{SAYS_MARK}{says}")).unwrap();
        } else if says != expected {
            wrong.push(format!("{}:\n{says}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The pages of family 01: what they show first has the mistake, what they show then has none.
#[test]
fn the_pages_examples_have_the_mistake_and_are_mended() {
    for code in segue::diagnostics::codes::syntax::ALL {
        let mut examples = code.page.split("\n```seg\n").skip(1).map(|rest| rest.split("\n```").next().unwrap());
        let bad = examples.next().unwrap_or_else(|| panic!("{} has no example", code.code));
        let found = syntax::parse(FileId(0), bad).diagnostics;
        // Too deep for a page; and what is not there yet is for checking to say.
        if !matches!(code.code, "E0122" | "E0190") {
            assert!(found.iter().any(|d| d.code == *code), "{}: {}", code.code, rendered("page.seg", bad));
        }
        for good in examples {
            assert!(syntax::parse(FileId(0), good).diagnostics.is_empty(), "{}: {}", code.code, rendered("page.seg", good));
        }
    }
}

#[test]
fn comments_are_kept_and_line_ends_may_be_of_any_kind() {
    for path in files("tests/conformance/cases", "seg") {
        let text = fs::read_to_string(&path).unwrap();
        let parsed = syntax::parse(FileId(0), &text);
        for comment in &parsed.file.comments {
            assert_eq!(text.get(comment.span.range()), Some(&*comment.text));
            assert!(comment.text.starts_with('#') && !comment.text.contains(['\n', '\r']));
        }
        let hashes = text.lines().filter(|line| line.split('"').step_by(2).any(|part| part.contains('#'))).count();
        assert_eq!(parsed.file.comments.len(), hashes, "{}", path.display());
        let shown: Vec<String> = parsed.file.declarations.iter().map(recovery::shown).collect();
        for end in ["\r\n", "\r"] {
            let other = syntax::parse(FileId(0), &text.replace('\n', end));
            assert!(other.diagnostics.is_empty(), "{}", path.display());
            assert_eq!(other.file.comments.len(), parsed.file.comments.len(), "{}", path.display());
            assert_eq!(other.file.declarations.iter().map(recovery::shown).collect::<Vec<_>>(), shown, "{}", path.display());
        }
    }
}

/// A condition of `segue.toml` points at its own part of the span if the two are of one length, else at the whole.
#[test]
fn conditions_of_the_project_file_point_into_it() {
    let text = "country = 'DE' and age > > 3";
    let at = |span: Span| syntax::parse_condition(text, span).unwrap_err()[0].span.unwrap().range();
    assert_eq!(at(Span::new(FileId(3), 100..100 + text.len())), 125..126);
    assert_eq!(at(Span::new(FileId(3), 100..200)), 100..200);
    let read = syntax::parse_condition("country = 'it''s'", Span::new(FileId(3), 5..22)).unwrap();
    assert_eq!(read.span.range(), 5..22);
    for broken in ["", "and", "age > 3 4", "did", "where age > 3", "\"", "(", "a; b"] {
        assert!(!syntax::parse_condition(broken, Span::new(FileId(3), 0..9)).unwrap_err().is_empty(), "{broken}");
    }
}
