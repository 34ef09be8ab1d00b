//! Looks at the data and writes down in `segue.lock` what it looks like.

use super::{Progress, Project, Resources};
use crate::diagnostics::Diagnostic;
use crate::project::lock::Lock;

/// What the data looks like.
#[derive(Debug)]
pub struct Schema {
    /// The lock that fits the data.
    pub lock: Lock,
    /// What changed since the lock that was there, in sentences.
    pub changes: Vec<String>,
    /// Whether there was a lock that could be read.
    pub was_there: bool,
    /// Whether it was to be written; without `--check`.
    pub is_written: bool,
    /// Warnings; with `--check` also that the data drifted.
    pub diagnostics: Vec<Diagnostic>,
}

impl Project {
    /// Looks at the data and writes the lock; with `only_check` it compares and writes nothing.
    #[cfg(not(feature = "engine"))]
    pub fn schema(
        &self,
        _only_check: bool,
        _resources: &Resources,
        _progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Schema, Vec<Diagnostic>> {
        Err(vec![super::small_build("read data")])
    }

    /// Looks at the data and writes the lock; with `only_check` it compares and writes nothing.
    #[cfg(feature = "engine")]
    pub fn schema(
        &self,
        only_check: bool,
        resources: &Resources,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Schema, Vec<Diagnostic>> {
        use super::open::LOCK;
        use crate::diagnostics::{codes, place};
        use crate::engine::{machine::Machine, schema};
        use crate::project::lock;
        use crate::store;

        let config = self.config.as_ref().map_err(Clone::clone)?;
        let machine = Machine::new(resources.settings()).map_err(|error| vec![error])?;
        let mut tell = |seen: schema::Progress<'_>| {
            progress(Progress { doing: format!("reading {}", seen.source), done: Some((seen.bytes, seen.all_bytes)) });
        };
        let (new, mut diagnostics) = schema::observe(&machine, config, &self.root, &mut tell)?;
        let changes = self.lock.as_ref().map(|old| lock::drift(old, &new)).unwrap_or_default();
        if only_check {
            match &self.lock {
                Err(missing) => diagnostics.push(missing.clone()),
                Ok(_) if !changes.is_empty() => diagnostics.push(
                    Diagnostic::new(codes::session::LOCK_DRIFTED, "The data no longer looks as `segue.lock` says.")
                        .in_file(LOCK)
                        .consequence(changes.join("\n"))
                        .help("Look at the changes; to take them over, run `segue schema`."),
                ),
                Ok(_) => {}
            }
        } else {
            let text = lock::write(&new);
            store::write_file(&self.root.join(LOCK), text.as_bytes()).map_err(|error| vec![error])?;
        }
        place::sort(&mut diagnostics, &self.sources);
        Ok(Schema { lock: new, changes, was_there: self.lock.is_ok(), is_written: !only_check, diagnostics })
    }
}
