//! The public API: open a project, check it, look at its data, run it. Everything that a command does, without its talk.
//!
//! [`open`] reads the texts of a project; [`Project::check`] needs nothing more; [`Project::schema`] and [`Project::run`]
//! read the data. Nothing here prints, asks the clock or looks at the surroundings: what a run depends on is handed in.

pub mod as_of;
mod check;
mod demo;
mod explain;
#[cfg(feature = "engine")]
mod fingerprint;
#[cfg(feature = "engine")]
mod manifest;
mod open;
#[cfg(feature = "engine")]
mod read_out;
mod report;
mod request;
mod run;
mod schema;
mod test;
#[cfg(feature = "engine")]
mod ties;
mod why;
#[cfg(feature = "engine")]
mod world;

pub use as_of::shown;
pub use check::Checked;
pub use demo::{Demo, demo};
pub use explain::page;
pub use open::{Project, find, open, two_projects};
pub use report::{FileReport, RankReport, Report, SegmentReport, SourceQuality, StagesReport};
pub use request::{Progress, Request, Resources};
pub use run::Outcome;
pub use schema::Schema;
pub use test::{Failure, TestReport, TestResult};
pub use why::{WhyReport, WhyRequest};
#[cfg(feature = "engine")]
pub use world::world;

/// A command that needs the engine, in a Segue built without it.
#[cfg(not(feature = "engine"))]
fn small_build(what: &str) -> crate::diagnostics::Diagnostic {
    use crate::diagnostics::{Diagnostic, codes};
    Diagnostic::new(codes::session::SMALL_BUILD, format!("This Segue was built without the engine, so it cannot {what}."))
        .help("Use the full one: build it without `--no-default-features`.")
}
