//! Opens a project: its `segue.toml`, its lock and all its `.seg` files. What is wrong with one file never hides what is
//! wrong with another.
#![allow(clippy::disallowed_methods, reason = "this is where a project's texts are read")]

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::diagnostics::{Diagnostic, codes};
use crate::project::config::{self, Config};
use crate::project::lock::{self, Lock};
use crate::source::{FileId, Source, Sources, Span};
use crate::syntax::{self, tree};

/// The file that makes a folder a project.
pub const CONFIG: &str = "segue.toml";
/// What the data looks like.
pub const LOCK: &str = "segue.lock";
/// Where a run writes, unless told otherwise.
pub const OUT: &str = "out";

/// The largest file of definitions, in bytes.
const LARGEST_DEFINITIONS: u64 = 16 << 20;
/// The largest `segue.toml`.
const LARGEST_CONFIG: u64 = 16 << 20;
/// The largest lock: a thousand values for each of many thousand columns.
const LARGEST_LOCK: u64 = 1 << 30;

/// A project as it stands on disk.
#[derive(Debug)]
pub struct Project {
    /// Its folder.
    pub root: PathBuf,
    /// All its texts, for showing places in them.
    pub sources: Sources,
    /// `segue.toml`, or what is wrong with it.
    pub config: Result<Config, Vec<Diagnostic>>,
    /// `segue.lock`, or what is wrong with it: that it is not there, too.
    pub lock: Result<Lock, Diagnostic>,
    /// Whether there is a `segue.lock`.
    pub has_lock: bool,
    /// The `.seg` files in the order of their paths.
    pub(super) files: Vec<tree::File>,
    /// What is wrong with the texts of the `.seg` files.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The nearest folder upwards, itself included, that has a `segue.toml`.
pub fn find(from: &Path) -> Option<PathBuf> {
    from.ancestors().find(|folder| folder.join(CONFIG).is_file()).map(Path::to_owned)
}

/// Reads the texts of the project in a folder. It fails only where there is no project.
pub fn open(root: &Path) -> Result<Project, Diagnostic> {
    if !root.join(CONFIG).is_file() {
        return Err(no_project(root));
    }
    let mut sources = Sources::new();
    let config = match read(&root.join(CONFIG), CONFIG, LARGEST_CONFIG, &mut sources) {
        Ok(file) => config::read(file, &sources.get(file).text),
        Err(problem) => Err(vec![problem.settings(CONFIG)]),
    };
    let has_lock = fs::symlink_metadata(root.join(LOCK)).is_ok();
    let lock = if has_lock {
        match read(&root.join(LOCK), LOCK, LARGEST_LOCK, &mut sources) {
            Ok(file) => lock::read(file, &sources.get(file).text),
            Err(problem) => Err(problem.settings(LOCK)),
        }
    } else {
        Err(no_lock())
    };
    let mut diagnostics = Vec::new();
    let mut found = Vec::new();
    walk(root, "", &mut found, &mut diagnostics);
    found.sort();
    let mut files = Vec::new();
    for (shown, path) in found {
        match read(&path, &shown, LARGEST_DEFINITIONS, &mut sources) {
            Ok(file) => {
                let parsed = syntax::parse(file, &sources.get(file).text);
                files.push(parsed.file);
                diagnostics.extend(parsed.diagnostics);
            }
            Err(problem) => diagnostics.push(problem.definitions(&shown)),
        }
    }
    Ok(Project { root: root.to_owned(), sources, config, lock, has_lock, files, diagnostics })
}

/// Collects the `.seg` files under a folder. Hidden folders, the folder of outputs and projects inside the project are
/// left alone; links to folders are not followed, so that no circle of links can trap it.
fn walk(root: &Path, below: &str, found: &mut Vec<(String, PathBuf)>, diagnostics: &mut Vec<Diagnostic>) {
    let shown = |name: &str| if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
    let folder = if below.is_empty() { root.to_owned() } else { root.join(below) };
    let entries = match fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => {
            let name = if below.is_empty() { root.display().to_string() } else { below.to_owned() };
            diagnostics.push(cannot_read(&name, &error));
            return;
        }
    };
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder {
            let is_output = below.is_empty() && name == OUT;
            if !is_output && !path.join(CONFIG).is_file() && entry.file_name().to_str().is_some() {
                walk(root, &shown(&name), found, diagnostics);
            }
        } else if name.ends_with(".seg") {
            found.push((shown(&name), path));
        }
    }
}

/// Why a text could not be taken in.
enum Problem {
    Machine(io::Error),
    TooLarge(u64),
    /// What stands in place of the unreadable bytes.
    NotText(Span, usize),
}

/// Reads a text and takes it in. A byte-order mark at its start is no part of it.
fn read(path: &Path, shown: &str, largest: u64, sources: &mut Sources) -> Result<FileId, Problem> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Problem::Machine)?;
    let size = file.metadata().map_or(0, |data| data.len());
    if size > largest {
        return Err(Problem::TooLarge(largest));
    }
    file.take(largest + 1).read_to_end(&mut bytes).map_err(Problem::Machine)?;
    if bytes.len() as u64 > largest {
        return Err(Problem::TooLarge(largest));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(Source::new(shown, text))),
        Err(error) => {
            // The text up to the first bad byte is what it was, so its end is the place.
            let at = error.valid_up_to();
            let file = sources.add(Source::new(shown, String::from_utf8_lossy(bytes)));
            let line = sources.get(file).position(at).line;
            Err(Problem::NotText(Span::new(file, at..at + char::REPLACEMENT_CHARACTER.len_utf8()), line))
        }
    }
}

impl Problem {
    /// In words, for a file of definitions.
    fn definitions(self, shown: &str) -> Diagnostic {
        match self {
            Problem::Machine(error) => cannot_read(shown, &error),
            Problem::TooLarge(largest) => Diagnostic::new(
                codes::session::TOO_LARGE,
                format!("`{shown}` is larger than {} MB, which no file of definitions is.", largest >> 20),
            )
            .in_file(shown)
            .consequence("None of its definitions was read.")
            .help(
                "If it is data, give it another ending than `.seg`; if it holds definitions, split it into several files.",
            ),
            Problem::NotText(span, line) => Diagnostic::new(
                codes::session::NOT_TEXT,
                format!("`{shown}` is not UTF-8 text: line {line} has bytes that are no character."),
            )
            .at(span)
            .consequence("None of its definitions was read.")
            .help("Save the file with the encoding UTF-8; most editors offer it under \"Save as\"."),
        }
    }

    /// In words, for `segue.toml` or the lock.
    fn settings(self, shown: &str) -> Diagnostic {
        let help = if shown == LOCK {
            "Make it anew from the data with `segue schema`."
        } else {
            "Save it as UTF-8 text, or get it back from where you keep its versions."
        };
        match self {
            Problem::Machine(error) => cannot_read(shown, &error),
            Problem::TooLarge(largest) => Diagnostic::new(
                codes::session::BAD_SETTINGS_FILE,
                format!("`{shown}` is larger than {} MB, which it never is.", largest >> 20),
            )
            .in_file(shown)
            .help(help),
            Problem::NotText(span, line) => Diagnostic::new(
                codes::session::BAD_SETTINGS_FILE,
                format!("`{shown}` is not UTF-8 text: line {line} has bytes that are no character."),
            )
            .at(span)
            .help(help),
        }
    }
}

pub(super) fn cannot_read(shown: &str, error: &io::Error) -> Diagnostic {
    let why = match error.kind() {
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        io::ErrorKind::NotFound => "it is a link to something that is not there".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => "the disk gave an error".to_owned(),
    };
    Diagnostic::new(codes::session::CANNOT_READ, format!("`{shown}` cannot be read: {why}."))
        .in_file(shown)
        .help("Make it readable, or take it out of the project, then try again.")
}

/// There is no project in a folder.
fn no_project(root: &Path) -> Diagnostic {
    let shown = root.display();
    let message = if root.is_dir() {
        format!("`{shown}` is no project: it has no `segue.toml`.")
    } else {
        format!("There is no folder `{shown}`.")
    };
    Diagnostic::new(codes::session::NO_PROJECT, message)
        .in_file(shown.to_string())
        .help("Name the folder that has the `segue.toml`: `segue check FOLDER`.")
}

fn no_lock() -> Diagnostic {
    Diagnostic::new(codes::data::NO_LOCK, "The project has no `segue.lock`, which says what its data looks like.")
        .in_file(LOCK)
        .consequence("Without it no name, type or value in the definitions can be checked.")
        .help("Make it from the data with `segue schema`, and keep it beside `segue.toml`.")
}

/// A folder as an argument and another one as `--project`.
pub fn two_projects(one: &Path, other: &Path) -> Diagnostic {
    Diagnostic::new(
        codes::session::NO_PROJECT,
        format!("Two folders are named, `{}` and `{}`, and a command works on one project.", one.display(), other.display()),
    )
    .help("Leave one of them out: a folder after the command says the same as `--project`.")
}
