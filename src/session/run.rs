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

#[cfg(not(feature = "engine"))]
impl Project {
    /// Finds the members of every segment and writes the outputs.
    pub fn run(&self, _request: &Request, _progress: &(dyn Fn(Progress) + Sync)) -> Result<Outcome, Vec<Diagnostic>> {
        Err(vec![super::small_build("run segments")])
    }
}

#[cfg(feature = "engine")]
mod full {
    use std::collections::BTreeMap;
    use std::time::Instant;

    use super::super::open::OUT;
    use super::super::report::FileReport;
    use super::super::{as_of, explain, fingerprint, manifest, read_out, ties};
    use super::{Diagnostic, Outcome, Progress, Project, Report, Request};
    use crate::diagnostics::place;
    use crate::engine::machine::Machine;
    use crate::engine::outputs;
    use crate::engine::run::{self, Options, RunResult};
    use crate::engine::sources::Sources;
    use crate::plan::{Bounds, Feature, Plan, lower};
    use crate::program::calendar::Calendar;
    use crate::program::{DefinitionKind, Program};
    use crate::store::{OutputFile, OutputFolder, names};

    impl Project {
        /// Finds the members of every segment and writes the outputs.
        pub fn run(&self, request: &Request, progress: &(dyn Fn(Progress) + Sync)) -> Result<Outcome, Vec<Diagnostic>> {
            let one = |error: Diagnostic| vec![error];
            let checked = self.check();
            let (Some(program), Some(catalog), Ok(lock)) = (&checked.program, &checked.catalog, &self.lock) else {
                return Err(checked.diagnostics);
            };
            are_segments(&request.only, program).map_err(one)?;
            let calendar = &program.calendar;
            let given = request.as_of.as_deref().map(|text| as_of::parse(text, calendar, request.now));
            let given = given.transpose().map_err(one)?;

            let machine = Machine::new(request.resources.settings()).map_err(one)?;
            let mut clock = Clock::new();
            progress(Progress { doing: "looking at the files".to_owned(), done: None });
            let sources = Sources::open(&machine, &self.root, catalog, lock)?;
            let mut folder =
                OutputFolder::begin(&request.out.clone().unwrap_or_else(|| self.root.join(OUT))).map_err(one)?;
            let data_fingerprint = fingerprint::data(&self.root, catalog, &sources.files()).map_err(one)?;
            clock.took("fingerprint");
            let moment = match given {
                Some(moment) => moment,
                None => {
                    let newest = sources.newest_event(&machine).map_err(one)?;
                    as_of::after(newest.ok_or_else(|| vec![as_of::needed()])?, calendar)
                }
            };

            let is_wanted = |kind: &DefinitionKind, name: &str| match kind {
                DefinitionKind::Segment(_) => request.only.is_empty() || request.only.iter().any(|only| only == name),
                DefinitionKind::Stages(_) => {
                    request.traits || request.only.is_empty() || request.only.iter().any(|only| only == name)
                }
                DefinitionKind::Trait(_) | DefinitionKind::Points(_) => request.traits,
            };
            let plan = lower::lower_only(program, moment, &|d| is_wanted(&d.kind, &d.name));
            clock.took("plan");
            let tell = |seen: run::Progress<'_>| {
                let rows = if seen.rows > 0 { format!(", {} rows", seen.rows) } else { String::new() };
                progress(Progress { doing: format!("{}{rows}", seen.doing), done: None });
            };
            let options = Options { traits: request.traits };
            let result = run::run(&machine, &sources, catalog, &plan, &options, &tell).map_err(one)?;
            clock.start = Instant::now();

            let mut warnings = checked.diagnostics;
            warnings.extend(ties::warnings(&result.ties, &program.tables));
            warnings.extend(self.after_data(moment, &plan, calendar, &sources, &machine).map_err(one)?);
            place::sort(&mut warnings, &self.sources);
            progress(Progress { doing: "writing".to_owned(), done: None });
            let mut written = Files { folder: &mut folder, files: Vec::new() };
            let segment_files = names::file_names(result.segments.iter().map(|s| &*s.name));
            let stages_files = names::file_names(result.stages.iter().map(|s| &*s.name));
            written.all(&result, catalog.key_name(), request, (&segment_files, &stages_files)).map_err(one)?;
            let files = written.files;
            clock.took("writing");

            let mut report = Report {
                project: catalog.name.clone(),
                as_of: moment,
                calendar: calendar.clone(),
                customers: result.customers(),
                segments: result.segments.iter().map(|s| read_out::segment(s, &segment_files)).collect(),
                stages: result.stages.iter().map(|s| read_out::stages(s, &stages_files)).collect(),
                ranks: result.cuts.iter().map(|cut| read_out::rank(cut, calendar)).collect(),
                sources: result.quality.sources.iter().map(read_out::source).collect(),
                unfit: result.unfit,
                warnings,
                out: request.out.clone().unwrap_or_else(|| self.root.join(OUT)),
                files,
                timings: clock.parts,
            };
            report.timings.extend(result.timings.iter().map(|(what, took)| (*what, took.as_secs_f64())));
            let manifest = manifest::write(&report, &fingerprint::definitions(program), &data_fingerprint, &self.sources);
            let mut file = folder.file("run.json").map_err(one)?;
            std::io::Write::write_all(&mut file, manifest.as_bytes()).map_err(|error| vec![file.failed(&error)])?;
            file.finish().map_err(one)?;
            folder.commit().map_err(one)?;

            let mut warnings = report.warnings.clone();
            warnings.extend(as_of::after_today(moment, given.is_some(), request.now, calendar));
            Ok(Outcome { report, manifest, warnings })
        }

        /// Warns where a window lies wholly after the newest event. The lock says quickly that none does; only where it does
        /// not, the data itself is asked, which may be newer than the lock.
        fn after_data(
            &self,
            moment: i64,
            plan: &Plan,
            calendar: &Calendar,
            sources: &Sources,
            machine: &Machine,
        ) -> Result<Option<Diagnostic>, Diagnostic> {
            let Some(locked) = self.newest_in_lock(calendar) else { return Ok(None) };
            if windows_after(plan, locked) == 0 {
                return Ok(None);
            }
            let Some(newest) = sources.newest_event(machine)? else { return Ok(None) };
            let empty = windows_after(plan, newest);
            Ok((empty > 0).then(|| as_of::after_data(moment, newest, empty, calendar)))
        }
    }

    /// How many windows of the plan begin after a moment.
    fn windows_after(plan: &Plan, moment: i64) -> usize {
        let start = |feature: &Feature| match feature.kind.bounds() {
            Some(Bounds::Fixed(interval)) => Some(interval),
            _ => None,
        };
        let mut intervals: Vec<_> = plan.features.iter().filter_map(start).map(|i| (i.start, i.end)).collect();
        intervals.sort_unstable();
        intervals.dedup();
        intervals.into_iter().filter(|(start, end)| *start > moment && start < end).count()
    }

    /// Refuses a name that no segment has.
    fn are_segments(only: &[String], program: &Program) -> Result<(), Diagnostic> {
        let is_segment = |kind: &DefinitionKind| matches!(kind, DefinitionKind::Segment(_) | DefinitionKind::Stages(_));
        let segments: Vec<&str> = program.definitions.iter().filter(|d| is_segment(&d.kind)).map(|d| &*d.name).collect();
        match only.iter().find(|name| !segments.contains(&name.as_str())) {
            Some(name) => Err(explain::unknown(&format!("There is no segment `{name}` in this project."), name, &segments)),
            None => Ok(()),
        }
    }

    /// How long each part takes.
    struct Clock {
        start: Instant,
        parts: Vec<(&'static str, f64)>,
    }

    impl Clock {
        fn new() -> Clock {
            Clock { start: Instant::now(), parts: Vec::new() }
        }

        fn took(&mut self, what: &'static str) {
            self.parts.push((what, self.start.elapsed().as_secs_f64()));
            self.start = Instant::now();
        }
    }

    /// The files of a run while they are written.
    struct Files<'a> {
        folder: &'a mut OutputFolder,
        files: Vec<FileReport>,
    }

    impl Files<'_> {
        /// Writes all files but `run.json`.
        fn all(
            &mut self,
            result: &RunResult,
            key: &str,
            request: &Request,
            (names, stages_names): (&BTreeMap<String, String>, &BTreeMap<String, String>),
        ) -> Result<(), Diagnostic> {
            let members = result.segments.iter().map(|s| s.count()).sum();
            self.one("membership.parquet", members, |out| outputs::membership(result, key, out))?;
            for segment in &result.segments {
                let path = read_out::path(&segment.name, names);
                let rows = segment.exported.len() as u64;
                self.one(&path, rows, |out| outputs::export(result, segment, key, out))?;
                if request.csv {
                    let path = format!("{}.csv", path.trim_end_matches(".parquet"));
                    self.one(&path, rows, |out| outputs::export_csv(result, segment, key, out))?;
                }
            }
            for stages in &result.stages {
                let path = read_out::stages_path(&stages.name, stages_names);
                self.one(&path, result.customers(), |out| outputs::stages(result, stages, key, out))?;
                if request.csv {
                    let path = format!("{}.csv", path.trim_end_matches(".parquet"));
                    self.one(&path, result.customers(), |out| outputs::stages_csv(result, stages, key, out))?;
                }
            }
            if request.traits {
                self.one("traits.parquet", result.customers(), |out| outputs::traits(result, key, out))?;
            }
            Ok(())
        }

        fn one(
            &mut self,
            path: &str,
            rows: u64,
            write: impl FnOnce(&mut OutputFile) -> std::io::Result<()>,
        ) -> Result<(), Diagnostic> {
            let mut file = self.folder.file(path)?;
            write(&mut file).map_err(|error| file.failed(&error))?;
            let written = file.finish()?;
            self.files.push(FileReport { path: path.to_owned(), rows, bytes: written.bytes, blake3: written.blake3 });
            Ok(())
        }
    }
}
