//! `segue test`: whether the made-up customers of the tests come out as expected.

mod forms;

use std::path::{Path, PathBuf};

use super::{Format, open, show, talk};
use crate::diagnostics::Status;
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  segue test                              all tests of the project of this folder
  segue test shop                         those of the project in `shop`
  segue test --only \"no consent\"          those with this title, else with this in it
  segue test --format junit > tests.xml   for CI; --format json for other machines

No data is read: the customers are those that the tests make up. Of a test that
fails those parts of the definition are shown that decided, with the values that
were found. Exit status: 0 all passed, 1 some failed or the definitions are wrong.";

/// What `segue test` takes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The project's folder
    folder: Option<PathBuf>,
    /// Only tests with this title, else those that have it in theirs; may be given several times
    #[arg(long, value_name = "TITLE")]
    only: Vec<String>,
    /// How to say it
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    format: TestFormat,
}

/// How to say what the tests said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum TestFormat {
    /// for people
    Human,
    /// for machines; described in docs/json.md
    Json,
    /// for CI: the XML of JUnit
    Junit,
}

/// Runs the tests, and shows what they said.
pub fn run(args: &Args, project: Option<&Path>) -> Status {
    let format = if args.format == TestFormat::Json { Format::Json } else { Format::Human };
    let project = match open(args.folder.as_deref(), project) {
        Ok(project) => project,
        Err(error) => return show(&[error], &Sources::new(), format),
    };
    let report = match project.test(&args.only) {
        Ok(report) => report,
        Err(found) => return show(&found, &project.sources, format),
    };
    let written = match args.format {
        TestFormat::Human => talk::out(&forms::human(&report)),
        TestFormat::Json => talk::out(&forms::json(&report)),
        TestFormat::Junit => talk::out(&forms::junit(&report)),
    };
    match written {
        Status::Fine if report.failed() > 0 => Status::Definitions,
        status => status,
    }
}
