//! Which files a path means: one file, a glob, or a folder, with the values that hive folders (`name=value`) give all rows
//! below them. The order is that of the paths, whatever order the disk gives them in.
#![allow(clippy::disallowed_methods, reason = "this is where the engine reads files and folders")]

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::data;

/// What a file is, by the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `.parquet`, `.pq`
    Parquet,
    /// `.csv`
    Csv,
    /// `.ndjson`, `.jsonl`, `.json`
    Ndjson,
}

/// A file of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct DataFile {
    /// where it is
    pub path: PathBuf,
    /// as messages show it: relative to the project, with `/`
    pub shown: String,
    /// what it is
    pub format: Format,
    /// its size
    pub bytes: u64,
    /// the hive folders above it, outermost first; a missing value is `None`
    pub folders: Vec<(String, Option<String>)>,
}

impl DataFile {
    /// Opens it.
    pub fn open(&self) -> Result<File, Diagnostic> {
        File::open(&self.path).map_err(|error| cannot_read(&self.shown, &error))
    }

    /// It has not a single byte.
    pub fn empty(&self) -> Diagnostic {
        Diagnostic::new(data::EMPTY_FILE, format!("`{}` is empty: it has not a single byte.", self.shown))
            .in_file(&*self.shown)
            .help("Export it again; an export without rows still has the names of its columns. Or take the file away.")
    }
}

/// A file or folder that may not be read, or failed while it was.
pub fn cannot_read(shown: &str, error: &io::Error) -> Diagnostic {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "it is not there",
        io::ErrorKind::PermissionDenied => "you may not read it",
        io::ErrorKind::IsADirectory => "it is a folder",
        _ => "the disk says no",
    };
    Diagnostic::new(data::CANNOT_READ, format!("`{shown}` cannot be read: {why}.")).in_file(shown)
}

/// The files of a path as `segue.toml` has it, relative to `root`; at least one. `source` is for messages.
pub fn find(root: &Path, path: &str, source: &str) -> Result<Vec<DataFile>, Diagnostic> {
    if let Some((scheme, _)) = path.split_once("://") {
        return Err(Diagnostic::new(
            data::NOT_LOCAL,
            format!("`{path}` of `{source}` is an address (`{scheme}://`); only files on this machine are read now."),
        )
        .help("Copy the export next to the project and write its path, for example `exports/orders/*.parquet`."));
    }
    let full = root.join(path);
    let has_pattern = path.contains(['*', '?', '[']);
    let mut paths = BTreeSet::new();
    let base;
    if has_pattern && !full.exists() {
        base = full.components().take_while(|c| !is_pattern(c)).collect::<PathBuf>();
        // What the root is called is no pattern, whatever characters it has.
        let escaped = glob::Pattern::escape(&root.to_string_lossy());
        let pattern = Path::new(&escaped).join(path);
        let found = glob::glob(&pattern.to_string_lossy()).map_err(|error| {
            Diagnostic::new(data::NO_FILE, format!("The path `{path}` of `{source}` is no pattern: {}.", error.msg))
                .help("`*` stands for any part of a name, `**` for any folders, `[ab]` for one of these characters.")
        })?;
        for entry in found {
            let entry = entry.map_err(|error| cannot_read(&shown(root, error.path()), error.error()))?;
            if entry.is_dir() {
                walk(root, &entry, &mut Vec::new(), &mut paths)?;
            } else {
                paths.insert(entry);
            }
        }
    } else if full.is_dir() {
        base = full.clone();
        walk(root, &full, &mut Vec::new(), &mut paths)?;
    } else {
        base = full.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        std::fs::metadata(&full).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => no_file(path, source, has_pattern),
            _ => cannot_read(&shown(root, &full), &error),
        })?;
        paths.insert(full);
    }
    if paths.is_empty() {
        return Err(no_file(path, source, has_pattern));
    }
    paths.into_iter().map(|path| data_file(root, &base, path)).collect()
}

fn is_pattern(component: &Component<'_>) -> bool {
    component.as_os_str().to_string_lossy().contains(['*', '?', '['])
}

fn no_file(path: &str, source: &str, has_pattern: bool) -> Diagnostic {
    let what = if has_pattern { "No file fits" } else { "There is no data at" };
    Diagnostic::new(data::NO_FILE, format!("{what} `{path}`, where `segue.toml` says that `{source}` is."))
        .consequence("Without it nobody can be counted.")
        .help("Put the export there, or correct `path`; it is read from the folder of `segue.toml`.")
}

/// All data files below a folder. Names that begin with `.` or `_` are the notes of tools, not data.
fn walk(root: &Path, folder: &Path, above: &mut Vec<PathBuf>, out: &mut BTreeSet<PathBuf>) -> Result<(), Diagnostic> {
    let fail = |error: &io::Error| cannot_read(&shown(root, folder), error);
    let real = folder.canonicalize().map_err(|e| fail(&e))?;
    if above.contains(&real) {
        return Err(Diagnostic::new(
            data::CANNOT_READ,
            format!("The folder `{}` leads back to a folder that it lies in.", shown(root, folder)),
        )
        .in_file(shown(root, folder))
        .help("Take the link away."));
    }
    above.push(real);
    for entry in std::fs::read_dir(folder).map_err(|e| fail(&e))? {
        let entry = entry.map_err(|e| fail(&e))?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(['.', '_']) {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            walk(root, &path, above, out)?;
        } else {
            out.insert(path);
        }
    }
    above.pop();
    Ok(())
}

fn data_file(root: &Path, base: &Path, path: PathBuf) -> Result<DataFile, Diagnostic> {
    let shown = shown(root, &path);
    let bytes = std::fs::metadata(&path).map_err(|error| cannot_read(&shown, &error))?.len();
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let format = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "parquet" | "pq" => Format::Parquet,
        "csv" => Format::Csv,
        "ndjson" | "jsonl" | "json" => Format::Ndjson,
        _ => {
            return Err(Diagnostic::new(data::FILE_KIND, format!("`{shown}` is neither Parquet nor CSV nor NDJSON."))
                .in_file(shown)
                .consequence("Leaving it out would leave out its rows.")
                .help(
                    "Files are told by the end of their name: `.parquet`, `.csv`, `.ndjson`. Unpack what is packed, and take \
                     away what is no data, or let its name begin with `_`.",
                ));
        }
    };
    let below = path.strip_prefix(base).unwrap_or(&path).parent().map(Path::to_path_buf).unwrap_or_default();
    let folders = below.components().filter_map(|part| hive(&part.as_os_str().to_string_lossy())).collect();
    let file = DataFile { path, shown, format, bytes, folders };
    if bytes == 0 { Err(file.empty()) } else { Ok(file) }
}

/// `name=value` of a folder; values may be written with `%20`.
fn hive(folder: &str) -> Option<(String, Option<String>)> {
    let (name, value) = folder.split_once('=')?;
    if name.is_empty() {
        return None;
    }
    let known = !value.is_empty() && value != "__HIVE_DEFAULT_PARTITION__";
    Some((unescape(name), known.then(|| unescape(value))))
}

fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(byte) = bytes.get(i) {
        let hex = text.get(i + 1..i + 3).filter(|_| *byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(hex) => {
                out.push(hex);
                i += 3;
            }
            None => {
                out.push(*byte);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// A path as messages show it.
fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hive_folders_give_names_and_values() {
        assert_eq!(hive("day=2024-01-01"), Some(("day".into(), Some("2024-01-01".into()))));
        assert_eq!(hive("city=San%20Jose"), Some(("city".into(), Some("San Jose".into()))));
        assert_eq!(hive("x=__HIVE_DEFAULT_PARTITION__"), Some(("x".into(), None)));
        assert_eq!(hive("x=a=b"), Some(("x".into(), Some("a=b".into()))));
        assert_eq!(hive("plain"), None);
        assert_eq!(unescape("50%"), "50%");
    }
}
