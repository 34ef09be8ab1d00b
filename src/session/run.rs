//! Runs a project: from its texts and its data to the members of its segments, in a folder that is whole or not there.

use super::{Progress, Project, Report, Request};
use crate::diagnostics::Diagnostic;

/// What came out of a run.
#[derive(Debug)]
pub struct Outcome {
    /// What there is to tell.
    pub report: Report,
    /// The text of `run.json`.
    pub manifest: String,
    /// What to read first; those that hang on the clock are here and not in the outputs.
    pub warnings: Vec<Diagnostic>,
}

impl Project {
    /// Finds the members of every segment and writes the outputs.
    pub fn run(&self, request: &Request, progress: &dyn Fn(Progress)) -> Result<Outcome, Vec<Diagnostic>> {
        let _ = (request, progress);
        Err(vec![Diagnostic::new(crate::diagnostics::codes::session::SMALL_BUILD, "Running comes next.")])
    }
}
