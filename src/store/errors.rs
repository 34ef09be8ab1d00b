//! What the machine answered, in words: which path, what to do, and what became of the former output.

use std::io;
use std::path::Path;

use crate::diagnostics::{Diagnostic, codes};

/// A write that failed. `untouched` is what stays as it was.
pub fn cannot_write(error: &io::Error, path: &Path, untouched: &Path) -> Diagnostic {
    use io::ErrorKind as Kind;
    let shown = path.display();
    let (message, help) = match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded => (
            format!("There is no space left to write `{shown}`."),
            "Free some space on this disk, or write to another one with `--out DIR`.".to_owned(),
        ),
        Kind::PermissionDenied => (
            format!("`{shown}` may not be written by you."),
            "Ask for the right to write to this folder, or choose another one with `--out DIR`.".to_owned(),
        ),
        Kind::ReadOnlyFilesystem => (
            format!("`{shown}` is on a disk that can only be read."),
            "Choose a folder on another disk with `--out DIR`.".to_owned(),
        ),
        Kind::NotADirectory => (
            format!("`{shown}` cannot be made, because a part of its path is a file."),
            "Choose another folder with `--out DIR`.".to_owned(),
        ),
        Kind::NotFound => (
            format!("`{shown}` cannot be made, because the folder that it should stand in is gone."),
            "Make that folder, or choose another one with `--out DIR`.".to_owned(),
        ),
        Kind::InvalidFilename => (
            format!("`{shown}` is not a name that this disk can store."),
            "Choose another folder with `--out DIR`.".to_owned(),
        ),
        _ => (
            format!("`{shown}` could not be written: {}.", reason(error)),
            "Look whether the disk is well, or write to another one with `--out DIR`.".to_owned(),
        ),
    };
    Diagnostic::new(codes::data::CANNOT_WRITE, message)
        .in_file(shown.to_string())
        .consequence(format!("Nothing was changed: `{}` is as it was.", untouched.display()))
        .help(help)
}

/// The machine's own words, without the number that Rust adds.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

/// The folder holds what is not Segue's, or is no folder.
pub fn not_ours(path: &Path, message: String) -> Diagnostic {
    Diagnostic::new(codes::data::NOT_AN_OUTPUT, message)
        .in_file(path.display().to_string())
        .consequence("Nothing was written: a run replaces its whole output folder, and what is in there would be lost.")
        .help("Choose a folder of its own with `--out DIR`: a new one, or the output of an earlier run.")
}

/// The folder has something in it, and has to be new.
pub fn not_empty(path: &Path, what: &str) -> Diagnostic {
    Diagnostic::new(codes::data::NOT_EMPTY, format!("`{}` is not empty: it has {what}.", path.display()))
        .in_file(path.display().to_string())
        .consequence("Nothing was written, and what is in there is as it was.")
        .help("Name a folder that is new or empty.")
}

/// Another run is at work on the same target.
pub fn busy(path: &Path, beside: &Path) -> Diagnostic {
    Diagnostic::new(
        codes::data::BUSY,
        format!("Another run of Segue is writing `{}` at this moment.", path.display()),
    )
    .in_file(path.display().to_string())
    .consequence("Nothing was changed by this run.")
    .help(format!(
        "Wait until it has ended, or write elsewhere with `--out DIR`. If you are sure that no other run is at work, delete `{}`.",
        beside.display()
    ))
}
