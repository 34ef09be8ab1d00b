//! `segue check`: everything that can be said without data.

use std::path::{Path, PathBuf};

use super::{Format, open, show, talk};
use crate::diagnostics::Status;
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  segue check                      the project of this folder
  segue check shop                 the project in `shop`
  segue check --format json shop   for machines: version 1 of the form in docs/json.md, on stdout

Each message has a code; `segue explain CODE` tells more. Warnings alone do not fail.";

/// What `segue check` takes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The project's folder
    folder: Option<PathBuf>,
    /// How to say it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// Checks, and shows what was found.
pub fn run(args: &Args, project: Option<&Path>) -> Status {
    let project = match open(args.folder.as_deref(), project) {
        Ok(project) => project,
        Err(error) => return show(&[error], &Sources::new(), args.format),
    };
    let checked = project.check();
    let status = show(&checked.diagnostics, &project.sources, args.format);
    if let (Format::Human, Status::Fine, Some(program)) = (args.format, status, &checked.program) {
        talk::say(&super::report::checked(program));
    }
    status
}
