//! The manual's examples are tests: what `docs/language.md` shows is one project that checks, and what the other pages show
//! is read.

use crate::messages;
use segue::check::check;
use segue::diagnostics::terminal;
use segue::source::{FileId, Source, Sources};
use segue::syntax;
use std::fs;
use std::path::Path;

/// The fenced `seg` examples of a page.
fn examples(page: &str) -> Vec<String> {
    page.split("\n```seg\n").skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned()).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The examples of the guide to the language.
pub fn guide() -> Vec<String> {
    examples(&read("docs/language.md"))
}

#[test]
fn the_guide_to_the_language_is_a_project_that_checks() {
    let mut sources = Sources::new();
    let catalog = messages::shop(&mut sources);
    let mut files = Vec::new();
    let mut said = Vec::new();
    let examples = guide();
    assert!(examples.len() > 15);
    for (i, example) in examples.iter().enumerate() {
        let file = sources.add(Source::new(format!("example {}", i + 1), &**example));
        let parsed = syntax::parse(file, example);
        said.extend(parsed.diagnostics);
        files.push(parsed.file);
    }
    let checked = check(&files, &catalog, &sources);
    said.extend(checked.diagnostics);
    let errors: Vec<_> = said.into_iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{}", terminal::render(&errors, &sources, false));
    let program = checked.program.unwrap();
    assert!(program.definitions.len() > 60, "{} definitions", program.definitions.len());
    assert!(!program.tests.is_empty());
    for test in &program.tests {
        for (expected, outcome) in test.expectations.iter().zip(segue::interpret::test(&program, test)) {
            assert!(outcome.met, "\"{}\" fails: {}", test.title, sources.text(expected.span));
        }
    }
}

#[test]
fn what_the_other_pages_show_is_read() {
    let mut count = 0;
    let docs = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")).unwrap();
    let mut pages =
        vec!["README.md".to_owned(), "examples/grocery/README.md".to_owned(), "examples/cdnow/README.md".to_owned()];
    pages.extend(docs.map(|e| format!("docs/{}", e.unwrap().file_name().to_str().unwrap())).filter(|p| p.ends_with(".md")));
    for page in pages {
        for example in examples(&read(&page)) {
            count += 1;
            let said = syntax::parse(FileId(0), &example).diagnostics;
            let mut sources = Sources::new();
            sources.add(Source::new(&*page, &*example));
            assert!(said.is_empty(), "{}", terminal::render(&said, &sources, false));
        }
    }
    assert!(count > 15);
}
