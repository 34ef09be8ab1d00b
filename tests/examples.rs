//! The examples are what a stranger runs first: they check without a word, and come out as their README says.

use segue::diagnostics::terminal;
#[cfg(feature = "engine")]
use std::collections::BTreeMap;
#[cfg(feature = "engine")]
use std::fs;

use crate::projects::root;
#[cfg(feature = "engine")]
use crate::projects::{request, resources};

const EXAMPLES: &[&str] = &["grocery", "cdnow", "shop"];

#[test]
fn examples_check_without_a_word() {
    for name in EXAMPLES {
        let project = segue::session::open(&root().join("examples").join(name)).unwrap();
        let checked = project.check();
        assert!(checked.diagnostics.is_empty(), "{}", terminal::render(&checked.diagnostics, &project.sources, false));
        let program = checked.program.unwrap();
        assert!(program.definitions.len() > 8, "{name}");
        assert!(program.definitions.iter().all(|d| d.title.is_some()), "{name}: every definition has a title");
    }
}

#[test]
fn the_tests_of_the_examples_pass() {
    let mut count = 0;
    for name in EXAMPLES {
        let project = segue::session::open(&root().join("examples").join(name)).unwrap();
        let report = project.test(&[]).unwrap();
        assert_eq!(report.failed(), 0, "{name}: {report:#?}");
        count += report.tests.len();
    }
    assert!(count >= 3);
}

#[cfg(feature = "engine")]
#[test]
fn the_locks_of_the_examples_fit_their_data() {
    for name in EXAMPLES {
        let project = segue::session::open(&root().join("examples").join(name)).unwrap();
        if let Err(all) = project.schema(true, &resources(), &|_| {}) {
            panic!("{name}: {}", terminal::render(&all, &project.sources, false));
        }
    }
}

/// The rows `` | `name` | … | members | `` of a README.
#[cfg(feature = "engine")]
fn members_in_readme(name: &str) -> BTreeMap<String, u64> {
    let text = fs::read_to_string(root().join("examples").join(name).join("README.md")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim().strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
        let segment = cells.first()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((segment.to_owned(), cells.last()?.replace(',', "").parse().ok()?))
    };
    text.lines().filter_map(row).collect()
}

#[cfg(feature = "engine")]
#[test]
fn examples_come_out_as_their_readme_says() {
    for name in EXAMPLES {
        let project = segue::session::open(&root().join("examples").join(name)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut request = request(None);
        request.out = Some(folder.path().join("out"));
        let outcome = project
            .run(&request, &|_| {})
            .unwrap_or_else(|all| panic!("{name}: {}", terminal::render(&all, &project.sources, false)));
        assert!(outcome.warnings.is_empty(), "{}", terminal::render(&outcome.warnings, &project.sources, false));
        let members: BTreeMap<String, u64> = outcome.report.segments.iter().map(|s| (s.name.clone(), s.members)).collect();
        assert_eq!(members, members_in_readme(name), "{name}");
        let customers = outcome.report.customers;
        assert!(members.values().all(|m| *m > 0 && *m < customers), "{name}: none is empty, none is everybody");
    }
}
