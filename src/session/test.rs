//! Runs the tests of a project: made-up customers, asked by the reference meaning. No data is needed.

use super::{Project, as_of};
use crate::diagnostics::{Diagnostic, codes, near};
use crate::explain::why::{self, Line};
use crate::interpret::{self, Outcome};
use crate::program::Program;
use crate::program::test::{Expectation, Test};
use crate::source::{Sources, Span};

/// What the tests said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReport {
    /// `[project] name`
    pub project: String,
    /// The tests that were asked for, in the order of the files.
    pub tests: Vec<TestResult>,
}

/// What one test said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// Its title.
    pub title: String,
    /// Its file, relative to the project.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// As of when it asks.
    pub as_of: String,
    /// How many expectations it has.
    pub expectations: usize,
    /// Those that were not met.
    pub failures: Vec<Failure>,
}

/// An expectation that was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Where it stands.
    pub line: usize,
    /// `in win_back`
    pub expected: String,
    /// What came out instead, in a sentence.
    pub actual: String,
    /// The parts that decided.
    pub because: Vec<Line>,
    /// What would have to be so instead.
    pub change: Vec<String>,
}

impl TestReport {
    /// How many failed.
    pub fn failed(&self) -> usize {
        self.tests.iter().filter(|test| !test.failures.is_empty()).count()
    }
}

impl Project {
    /// Runs the tests that are asked for: those of a title, else those with such a part of it, whatever the case of letters; all if
    /// nothing is asked for.
    pub fn test(&self, only: &[String]) -> Result<TestReport, Vec<Diagnostic>> {
        let checked = self.check();
        let Some(program) = checked.program else { return Err(checked.diagnostics) };
        let chosen = chosen(&program, only).map_err(|error| vec![error])?;
        let tests = chosen.into_iter().map(|test| result(&program, test, &self.sources)).collect();
        let project = checked.catalog.map(|catalog| catalog.name).unwrap_or_default();
        Ok(TestReport { project, tests })
    }
}

fn chosen<'p>(program: &'p Program, only: &[String]) -> Result<Vec<&'p Test>, Diagnostic> {
    let mut wanted = vec![only.is_empty(); program.tests.len()];
    for asked in only {
        let part = asked.to_lowercase();
        let is_title = program.tests.iter().any(|test| *test.title == **asked);
        let fits = |test: &Test| if is_title { *test.title == **asked } else { test.title.to_lowercase().contains(&part) };
        if !program.tests.iter().any(fits) {
            let titles: Vec<&str> = program.tests.iter().map(|test| &*test.title).collect();
            let error = Diagnostic::new(
                codes::session::UNKNOWN_DEFINITION,
                format!("There is no test with the title \"{asked}\", and none with that in its title."),
            );
            return Err(match near::one_of(&near::nearest(asked, titles.iter().copied())) {
                Some(meant) => error.help(format!("Did you mean {meant}?")),
                None => error.help("`segue test` without `--only` names them all."),
            });
        }
        for (wanted, test) in wanted.iter_mut().zip(&program.tests) {
            *wanted |= fits(test);
        }
    }
    Ok(program.tests.iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|(test, _)| test).collect())
}

fn result(program: &Program, test: &Test, sources: &Sources) -> TestResult {
    let outcomes = interpret::test(program, test);
    let failures = test.expectations.iter().zip(&outcomes).filter(|(_, outcome)| !outcome.met);
    let failures = failures.map(|(expected, outcome)| failure(program, test, expected, outcome, sources)).collect();
    TestResult {
        title: test.title.to_string(),
        file: sources.get(test.span.file).path.clone(),
        line: line(test.span, sources),
        as_of: as_of::shown(test.as_of, &program.calendar),
        expectations: test.expectations.len(),
        failures,
    }
}

fn failure(program: &Program, test: &Test, expected: &Expectation, outcome: &Outcome<'_>, sources: &Sources) -> Failure {
    let text: Vec<&str> = sources.text(expected.span).split_whitespace().collect();
    let text = text.join(" ");
    let key = test.customers.get(expected.customer).map(|customer| customer.key.to_string()).unwrap_or_default();
    let (actual, because, change) = match &outcome.why {
        Some(reason) => {
            let shown = why::why(&[reason], program, sources, test.as_of);
            let because = shown.lines.into_iter().filter(|line| line.decided).collect();
            (format!("of \"{key}\" it is not so"), because, shown.change)
        }
        None => (format!("\"{key}\" does not exist yet, and is in nothing"), Vec::new(), Vec::new()),
    };
    Failure {
        line: line(expected.span, sources),
        expected: text.strip_prefix("expect ").unwrap_or(&text).to_owned(),
        actual,
        because,
        change,
    }
}

fn line(span: Span, sources: &Sources) -> usize {
    sources.get(span.file).position(span.range().start).line
}
