//! `segue explain`: the page of a code, what a definition says in plain English, or how it will be computed.

use std::path::{Path, PathBuf};

use super::{Format, open, show, talk};
use crate::diagnostics::Status;
use crate::source::Sources;
use crate::{explain, session};

const EXAMPLES: &str = "\
Examples:
  segue explain E0401            what the message E0401 means, with an example
  segue explain win_back         who is in `win_back`, in plain English
  segue explain win_back --as-of 2024-06-01
                                 the same with the days that its periods mean then
  segue explain win_back --plan  what is computed for `win_back`, from which data
  segue explain win_back --format json
                                 for machines; described in docs/json.md

No data is read. The text may be pasted into a mail: it names everything that the
definition says, what becomes of customers of whom something is not known, what
it depends on and what depends on it.";

/// What `segue explain` takes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A code such as E0401, or the name of a definition
    #[arg(value_name = "CODE|NAME")]
    what: String,
    /// Show what is computed for the definition instead
    #[arg(long)]
    plan: bool,
    /// As of when periods are told in days: a day, a time, or `now` [default: the newest time in the lock]
    #[arg(long, value_name = "WHEN")]
    as_of: Option<String>,
    /// The project's folder
    folder: Option<PathBuf>,
    /// How to say it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// Shows a page, or a plan.
pub fn run(args: &Args, project: Option<&Path>) -> Status {
    match session::page(&args.what) {
        Ok(Some(page)) => return talk::out(page),
        Ok(None) => {}
        Err(error) => return show(&[error], &Sources::new(), args.format),
    }
    let project = match open(args.folder.as_deref(), project) {
        Ok(project) => project,
        Err(error) => return show(&[error], &Sources::new(), args.format),
    };
    let (name, as_of, now) = (&args.what, args.as_of.as_deref(), super::run::now());
    let text = match (args.plan, args.format) {
        (true, _) => project.explain_plan(name, as_of, now),
        (false, Format::Human) => project.explain(name, as_of, now).map(|explanation| explain::text(&explanation)),
        (false, Format::Json) => project.explain(name, as_of, now).map(|explanation| explain::json(&explanation)),
    };
    match text {
        Ok(text) => talk::out(&text),
        Err(found) => show(&found, &project.sources, args.format),
    }
}
