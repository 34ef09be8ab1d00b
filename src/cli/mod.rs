//! The command line: one small file a command, with no logic of its own. Nobody imports this room.
//!
//! Data goes to stdout, talk to stderr; colour and progress only to a terminal. The exit statuses are those of
//! [`Status`]: 0 fine, 1 the definitions, 2 usage or settings, 3 the data or the machine, 130 interrupted.

mod check;
mod demo;
mod explain;
mod interrupt;
mod progress;
mod report;
mod run;
mod schema;
mod talk;
mod test;
mod why;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::diagnostics::{Diagnostic, Status};
use crate::session::{self, Project};
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  segue schema shop                  look at the data, write shop/segue.lock
  segue check shop                   is all right in its .seg files? (no data)
  segue run shop                     who is in which segment, as of the newest day
  segue run shop --as-of 2024-06-01  the same as of another day
  segue test shop                    do its made-up customers come out as expected?
  segue why 42 win_back              is customer 42 in it, and why?
  segue explain win_back             who is in it, in plain English
  segue explain E0401                what the message E0401 means
  segue demo shop                    make a project to try all this on

Inside a project's folder its name may be left out.
Exit status: 0 fine, 1 the definitions have errors, 2 wrong usage or settings,
3 the data or the machine failed, 130 interrupted.";

/// A compiler for customer segments: definitions that read aloud, checked before they run, computed in one scan.
#[derive(Parser)]
#[command(name = "segue", version, after_help = EXAMPLES, max_term_width = 110, arg_required_else_help = true)]
struct Cli {
    /// The project's folder [default: the nearest folder upwards with a segue.toml]
    #[arg(long, global = true, value_name = "DIR")]
    project: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Look at the data and write down in segue.lock what it looks like
    Schema(schema::Args),
    /// Say everything about the definitions that can be said without data
    Check(check::Args),
    /// Find the members of every segment
    Run(run::Args),
    /// Ask the tests whether their made-up customers come out as expected
    Test(test::Args),
    /// Make a web shop to try everything on, with known truths planted in it
    Demo(demo::Args),
    /// Say why a customer is in a segment, or is not
    Why(why::Args),
    /// Explain a definition, or the code of a message
    Explain(explain::Args),
}

/// How to say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// for people
    Human,
    /// for machines; described in docs/json.md
    Json,
}

/// Reads the arguments, does what they ask, and gives the exit status.
pub fn main() -> ExitCode {
    interrupt::watch();
    let status = match Cli::try_parse() {
        Ok(cli) => match &cli.command {
            Command::Schema(args) => schema::run(args, cli.project.as_deref()),
            Command::Check(args) => check::run(args, cli.project.as_deref()),
            Command::Run(args) => run::run(args, cli.project.as_deref()),
            Command::Test(args) => test::run(args, cli.project.as_deref()),
            Command::Demo(args) => demo::run(args),
            Command::Why(args) => why::run(args, cli.project.as_deref()),
            Command::Explain(args) => explain::run(args, cli.project.as_deref()),
        },
        Err(error) => {
            let is_asked_for = !error.use_stderr();
            let text = error.render().ansi().to_string();
            if is_asked_for {
                talk::out(&text)
            } else {
                talk::say(&text);
                Status::Usage
            }
        }
    };
    interrupt::settle();
    ExitCode::from(status.code())
}

/// Opens the project that the arguments name.
fn open(argument: Option<&Path>, option: Option<&Path>) -> Result<Project, Diagnostic> {
    session::open(&folder(argument, option)?)
}

#[allow(clippy::disallowed_methods, reason = "where it was called decides which project is meant")]
fn folder(argument: Option<&Path>, option: Option<&Path>) -> Result<PathBuf, Diagnostic> {
    match (argument, option) {
        (Some(one), Some(other)) if one != other => Err(session::two_projects(one, other)),
        (Some(folder), _) | (None, Some(folder)) => Ok(folder.to_owned()),
        (None, None) => {
            let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
            Ok(session::find(&here).unwrap_or(here))
        }
    }
}

/// Shows what was found, for people on stderr, for machines on stdout, and gives the status that it asks for.
fn show(diagnostics: &[Diagnostic], sources: &Sources, format: Format) -> Status {
    let status = status(diagnostics);
    match format {
        Format::Human => {
            talk::diagnostics(diagnostics, sources);
            status
        }
        Format::Json => match talk::out(&crate::diagnostics::json::render(diagnostics, sources)) {
            Status::Fine => status,
            failed => failed,
        },
    }
}

/// The gravest status that an error asks for: data before settings before definitions, because that is mended first.
fn status(diagnostics: &[Diagnostic]) -> Status {
    diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code.status).max_by_key(|s| s.code()).unwrap_or(Status::Fine)
}
