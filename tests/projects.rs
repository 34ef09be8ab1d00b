//! Projects in scratch folders, for tests: copied, looked at, run.
#![cfg_attr(not(feature = "engine"), allow(dead_code, reason = "most tests of projects need their data read"))]

use std::fs;
use std::path::{Path, PathBuf};

use segue::diagnostics::Diagnostic;
use segue::session::{self, Project, Request, Resources};
use segue::source::Sources;

/// A project in a folder of its own, which goes when this does.
pub struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// A copy of a folder of the repository, without what earlier runs left in it.
    pub fn copy_of(folder: &str) -> Scratch {
        let scratch = Scratch { folder: tempfile::tempdir().unwrap() };
        copy(&root().join(folder), &scratch.path());
        scratch
    }

    /// A project of these files: path and text.
    pub fn of(files: &[(&str, &str)]) -> Scratch {
        let scratch = Scratch { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(scratch.path()).unwrap();
        for (path, text) in files {
            scratch.write(path, text);
        }
        scratch
    }

    /// Its folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// Writes one more file.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Opens it.
    pub fn open(&self) -> Project {
        session::open(&self.path()).unwrap()
    }

    /// Looks at its data and writes its lock; what that says, and whether it succeeded.
    pub fn schema(&self) -> (bool, Vec<Diagnostic>, Sources) {
        let project = self.open();
        match project.schema(false, &resources(), &|_| {}) {
            Ok(seen) => (true, seen.diagnostics, project.sources),
            Err(found) => (false, found, project.sources),
        }
    }
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Two threads, as CI has.
pub fn resources() -> Resources {
    Resources { partitions: Some(2), ..Resources::default() }
}

/// A run of everything, with traits, as of a time; the clock stands at 2026-01-01.
pub fn request(as_of: Option<&str>) -> Request {
    Request {
        as_of: as_of.map(str::to_owned),
        now: 1_767_225_600_000_000,
        out: None,
        only: Vec::new(),
        traits: true,
        csv: false,
        resources: resources(),
    }
}

/// Copies a folder with all in it, but for outputs.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            if entry.file_name() != "out" {
                copy(&entry.path(), &target);
            }
        } else {
            // Written anew rather than copied: the copy may be written to whatever the original's permissions are.
            fs::write(&target, fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}
