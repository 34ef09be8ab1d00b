//! `segue schema`: looks at the data and writes `segue.lock`.

use std::path::{Path, PathBuf};

use super::progress::Bar;
use super::{Format, interrupt, open, report, show, talk};
use crate::diagnostics::Status;
use crate::session::Resources;
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  segue schema                look at the data, write segue.lock
  segue schema shop           of the project in `shop`
  segue schema --check shop   say what no longer fits segue.lock, and write nothing

Keep segue.lock under version control: checking reads it in place of the data.
No value of a `pii` column gets into it.";

/// What `segue schema` takes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The project's folder
    folder: Option<PathBuf>,
    /// Only say what differs from segue.lock; fails if anything does
    #[arg(long)]
    check: bool,
}

/// Writes the lock, or compares it.
pub fn run(args: &Args, project: Option<&Path>) -> Status {
    let project = match open(args.folder.as_deref(), project) {
        Ok(project) => project,
        Err(error) => return show(&[error], &Sources::new(), Format::Human),
    };
    let resources = Resources { interrupted: interrupt::flag(), ..Resources::default() };
    let bar = Bar::new();
    let result = project.schema(args.check, &resources, &|progress| bar.show(&progress));
    bar.clear();
    match result {
        Ok(seen) => {
            let status = show(&seen.diagnostics, &project.sources, Format::Human);
            if status == Status::Fine { talk::out(&report::schema(&seen)) } else { status }
        }
        Err(found) => show(&found, &project.sources, Format::Human),
    }
}
