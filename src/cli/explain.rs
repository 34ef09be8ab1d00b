//! `segue explain`: the page of a code, or how a definition will be computed.

use std::path::{Path, PathBuf};

use super::{Format, open, show, talk};
use crate::diagnostics::Status;
use crate::session;
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  segue explain E0401            what the message E0401 means, with an example
  segue explain win_back --plan  what is computed for `win_back`, from which data";

/// What `segue explain` takes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A code such as E0401, or the name of a segment or trait
    #[arg(value_name = "CODE|NAME")]
    what: String,
    /// Show what is computed for the definition
    #[arg(long)]
    plan: bool,
    /// As of when the plan's windows are shown: a day, a time, or `now` [default: the newest time in the lock]
    #[arg(long, value_name = "WHEN")]
    as_of: Option<String>,
    /// The project's folder
    folder: Option<PathBuf>,
}

/// Shows a page, or a plan.
pub fn run(args: &Args, project: Option<&Path>) -> Status {
    match session::page(&args.what) {
        Ok(Some(page)) => return talk::out(page),
        Ok(None) => {}
        Err(error) => return show(&[error], &Sources::new(), Format::Human),
    }
    let project = match open(args.folder.as_deref(), project) {
        Ok(project) => project,
        Err(error) => return show(&[error], &Sources::new(), Format::Human),
    };
    match project.explain(&args.what, args.plan, args.as_of.as_deref(), super::run::now()) {
        Ok(text) => talk::out(&text),
        Err(found) => show(&found, &project.sources, Format::Human),
    }
}
