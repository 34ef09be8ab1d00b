//! Everything that can be said of a project without its data.

use super::Project;
use crate::check;
use crate::diagnostics::{Diagnostic, place};
use crate::program::Program;
use crate::project::catalog::{self, Catalog};

/// A project that was checked.
#[derive(Debug)]
pub struct Checked {
    /// What may be asked of the data; only of a readable `segue.toml` and lock that fit each other.
    pub catalog: Option<Catalog>,
    /// The definitions as meant; only without errors.
    pub program: Option<Program>,
    /// All that was found, in the order in which it is shown.
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// Whether something must be mended before anything runs.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

impl Project {
    /// Checks all definitions.
    pub fn check(&self) -> Checked {
        let mut diagnostics = self.diagnostics.clone();
        let catalog = match (&self.config, &self.lock) {
            (Ok(config), Ok(lock)) => catalog::build(config, lock).map_err(|found| diagnostics.extend(found)).ok(),
            (Err(found), lock) => {
                diagnostics.extend(found.iter().cloned());
                // A lock that is not there yet cannot be made before the settings are mended.
                diagnostics.extend(lock.as_ref().err().filter(|_| self.has_lock).cloned());
                None
            }
            (Ok(_), Err(found)) => {
                diagnostics.push(found.clone());
                None
            }
        };
        let mut program = None;
        if let Some(catalog) = &catalog {
            let checked = check::check(&self.files, catalog, &self.sources);
            diagnostics.extend(checked.diagnostics);
            program = checked.program;
        }
        place::sort(&mut diagnostics, &self.sources);
        if diagnostics.iter().any(Diagnostic::is_error) {
            program = None;
        }
        Checked { catalog, program, diagnostics }
    }
}
