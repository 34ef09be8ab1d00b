//! Makes a demo: its data, its lock, its segments and a README that says what is in it, in a folder that is whole or not there.

use std::path::Path;

use super::{Progress, Resources};
use crate::demo::Settings;
use crate::diagnostics::Diagnostic;

/// What was made.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Rows of events, by table.
    pub rows: Vec<(&'static str, u64)>,
    /// The most rows that were held at once.
    pub held: usize,
}

/// Makes a demo in a folder that is new or empty.
#[cfg(not(feature = "engine"))]
pub fn demo(
    _target: &Path,
    _settings: &Settings,
    _resources: &Resources,
    _progress: &(dyn Fn(Progress) + Sync),
) -> Result<Demo, Vec<Diagnostic>> {
    Err(vec![super::small_build("make a demo")])
}

/// Makes a demo in a folder that is new or empty.
#[cfg(feature = "engine")]
pub fn demo(
    target: &Path,
    settings: &Settings,
    resources: &Resources,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Demo, Vec<Diagnostic>> {
    full::demo(target, settings, resources, progress)
}

#[cfg(feature = "engine")]
mod full {
    use std::io::Write;
    use std::path::Path;

    use super::super::open::{LOCK, open};
    use super::super::{Progress, Project, Resources};
    use super::Demo;
    use crate::demo::{self, Came, Settings, Work, project};
    use crate::diagnostics::Diagnostic;
    use crate::engine::canonical;
    use crate::engine::machine::Machine;
    use crate::engine::run::{self, Options};
    use crate::engine::schema;
    use crate::engine::sources::Sources;
    use crate::plan::lower;
    use crate::program::DefinitionKind;
    use crate::program::types::Key;
    use crate::project::lock;
    use crate::store::OutputFolder;

    /// Up to so many customers the segments are run, so that the README can say how they come out.
    const RUN_UP_TO: u64 = 100_000;

    pub fn demo(
        target: &Path,
        settings: &Settings,
        resources: &Resources,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Demo, Vec<Diagnostic>> {
        let one = |error: Diagnostic| vec![error];
        let mut folder = OutputFolder::begin_new(target).map_err(one)?;
        for (path, text) in project::TEXTS {
            put(&mut folder, path, text).map_err(one)?;
        }
        let tell = |doing: &str, done: u64, all: u64| {
            progress(Progress { doing: format!("making {doing}"), done: Some((done, all)) });
        };
        let work = Work { held: demo::HELD, interrupted: &resources.interrupted, progress: &tell };
        let figures = demo::write(settings, &mut folder, &work).map_err(one)?;

        let project = open(folder.path()).map_err(one)?;
        let config = project.config.as_ref().map_err(Clone::clone)?;
        let machine = Machine::new(resources.settings()).map_err(one)?;
        let mut tell = |seen: schema::Progress<'_>| {
            progress(Progress { doing: format!("reading {}", seen.source), done: Some((seen.bytes, seen.all_bytes)) });
        };
        let (seen, _) = schema::observe(&machine, config, folder.path(), &mut tell)?;
        put(&mut folder, LOCK, &lock::write(&seen)).map_err(one)?;

        let mut came = Vec::new();
        if settings.customers <= RUN_UP_TO {
            progress(Progress { doing: "running the segments".to_owned(), done: None });
            came = come_out(&open(folder.path()).map_err(one)?, &machine, settings)?;
        }
        put(&mut folder, "README.md", &demo::readme(settings, &figures, &came)).map_err(one)?;
        folder.commit().map_err(one)?;
        Ok(Demo { rows: demo::EVENTS.into_iter().zip(figures.rows).collect(), held: figures.held })
    }

    fn put(folder: &mut OutputFolder, path: &str, text: &str) -> Result<(), Diagnostic> {
        let mut file = folder.file(path)?;
        file.write_all(text.as_bytes()).map_err(|error| file.failed(&error))?;
        file.finish().map(drop)
    }

    /// Who is in each segment, as of the day after the data.
    fn come_out(project: &Project, machine: &Machine, settings: &Settings) -> Result<Vec<Came>, Vec<Diagnostic>> {
        let one = |error: Diagnostic| vec![error];
        let checked = project.check();
        let (Some(program), Some(catalog), Ok(lock)) = (&checked.program, &checked.catalog, &project.lock) else {
            return Err(checked.diagnostics);
        };
        let sources = Sources::open(machine, &project.root, catalog, lock)?;
        let plan = lower::lower_only(program, settings.as_of(), &|d| matches!(d.kind, DefinitionKind::Segment(_)));
        let options = Options { traits: false };
        let result = run::run(machine, &sources, catalog, &plan, &options, &|_| {}).map_err(one)?;
        let titles = |name: &str| program.definitions.iter().find(|d| *d.name == *name).and_then(|d| d.title.clone());
        let came = result.segments.iter().map(|segment| {
            let rows = segment.members.values().set_indices();
            let keys = rows.filter_map(|row| match canonical::key(&result.keys, row) {
                Some(Key::Number(id)) => Some(id),
                _ => None,
            });
            Came {
                name: segment.name.to_string(),
                title: titles(&segment.name).unwrap_or_default().to_string(),
                members: keys.collect(),
            }
        });
        Ok(came.collect())
    }
}
