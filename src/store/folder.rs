//! The output folder of a run: written whole beside its place, then swapped in. Until then the former one stands.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::file::Through;
use super::{disk, errors, litter};
use crate::diagnostics::Diagnostic;

/// Small files that belong to a folder rather than to a run: they are taken along.
const TAKEN_ALONG: [&str; 3] = [".gitignore", ".gitkeep", ".gitattributes"];
/// What file managers leave behind: it is in nobody's way.
const OF_FILE_MANAGERS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// An output folder that is being written. Dropped without [`OutputFolder::commit`], it leaves nothing.
#[derive(Debug)]
pub struct OutputFolder {
    /// Where it will stand.
    target: PathBuf,
    parent: PathBuf,
    /// Where it is written; empty after the swap.
    beside: PathBuf,
    /// Folders above the target that were made for it.
    made: Vec<PathBuf>,
    /// Folders inside it.
    inner: BTreeSet<PathBuf>,
    /// Nothing may stand at the target, not even the output of an earlier run.
    is_new: bool,
    /// Its lock tells other runs that this one lives.
    _lock: File,
}

/// A file of an output folder while it is written.
#[derive(Debug)]
pub struct OutputFile {
    writer: BufWriter<Hashed>,
    path: PathBuf,
    target: PathBuf,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// How many bytes.
    pub bytes: u64,
    /// Their BLAKE3 hash, in 64 hex digits.
    pub blake3: String,
}

impl OutputFolder {
    /// Begins a folder: refuses a target that is not an output of Segue or that another run is writing, and removes what
    /// dead runs left beside it.
    pub fn begin(target: &Path) -> Result<OutputFolder, Diagnostic> {
        OutputFolder::begin_where(target, false)
    }

    /// Begins a folder where nothing is yet: refuses a target that has anything in it.
    pub fn begin_new(target: &Path) -> Result<OutputFolder, Diagnostic> {
        OutputFolder::begin_where(target, true)
    }

    fn begin_where(target: &Path, is_new: bool) -> Result<OutputFolder, Diagnostic> {
        let target = &resolve(target)?;
        let fail = |error: io::Error| errors::cannot_write(&error, target, target);
        let parent = target
            .parent()
            .ok_or_else(|| errors::not_ours(target, format!("`{}` cannot be an output folder.", target.display())))?
            .to_owned();
        let mut made = Made(Vec::new());
        made.folders(&parent).map_err(fail)?;
        let _parent_lock = litter::lock_folder(&parent, target)?;
        litter::sweep(&parent, target)?;
        contents(target, is_new)?;
        let beside = litter::name_beside(target);
        litter::remember(&beside);
        let lock = disk::create_folder(&beside).and_then(|()| disk::open_folder(&beside)).map_err(|error| {
            let _ = disk::remove(&beside);
            litter::forget(&beside);
            fail(error)
        })?;
        // Without locks on this file system the name alone tells who writes it.
        let _ = lock.try_lock();
        let made = std::mem::take(&mut made.0);
        Ok(OutputFolder { target: target.clone(), parent, beside, made, inner: BTreeSet::new(), is_new, _lock: lock })
    }

    /// Begins a file in it, by a path of plain names: `segments/vip.parquet`.
    pub fn file(&mut self, relative: &str) -> Result<OutputFile, Diagnostic> {
        let path = self.beside.join(relative);
        let shown = self.target.join(relative);
        let fail = |error: io::Error| errors::cannot_write(&error, &shown, &self.target);
        if !relative.split('/').all(super::names::is_safe) {
            return Err(fail(io::ErrorKind::InvalidFilename.into()));
        }
        let folders: Vec<&Path> = path.ancestors().skip(1).take_while(|folder| *folder != self.beside).collect();
        for folder in folders.into_iter().rev() {
            if self.inner.insert(folder.to_owned()) {
                disk::create_folder(folder).map_err(fail)?;
            }
        }
        let file = disk::create_file(&path).map_err(fail)?;
        let hashed = Hashed { file: Through(file), hash: blake3::Hasher::new(), bytes: 0 };
        Ok(OutputFile { writer: BufWriter::with_capacity(1 << 16, hashed), path: shown, target: self.target.clone() })
    }

    /// Where it is written until it is swapped in, for what has to look at its files before.
    pub fn path(&self) -> &Path {
        &self.beside
    }

    /// The diagnostic for a write to a file in it that failed.
    pub fn failed(&self, relative: &str, error: &io::Error) -> Diagnostic {
        errors::cannot_write(error, &self.target.join(relative), &self.target)
    }

    /// Swaps it in. On an error the former output stands as it was.
    pub fn commit(mut self) -> Result<(), Diagnostic> {
        let fail = |error: io::Error| errors::cannot_write(&error, &self.target, &self.target);
        let _parent_lock = litter::lock_folder(&self.parent, &self.target)?;
        // Somebody may have put something there in the meantime.
        for name in contents(&self.target, self.is_new)? {
            take_along(&self.target.join(&name), &self.beside.join(&name)).map_err(fail)?;
        }
        for folder in &self.inner {
            disk::sync_folder(folder).map_err(fail)?;
        }
        disk::sync_folder(&self.beside).map_err(fail)?;
        let _swapping = litter::swapping();
        swap(&self.beside, &self.target, &self.parent).map_err(fail)?;
        litter::forget(&self.beside);
        self.made.clear();
        self.beside = PathBuf::new();
        Ok(())
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if self.beside.as_os_str().is_empty() {
            return;
        }
        let _ = disk::remove(&self.beside);
        litter::forget(&self.beside);
        drop(Made(std::mem::take(&mut self.made)));
    }
}

impl OutputFile {
    /// Ends the file: all of it is on the disk.
    pub fn finish(self) -> Result<Written, Diagnostic> {
        let OutputFile { writer, path, target } = self;
        let fail = |error: io::Error| errors::cannot_write(&error, &path, &target);
        let hashed = writer.into_inner().map_err(|error| fail(error.into_error()))?;
        disk::sync(&hashed.file.0).map_err(fail)?;
        Ok(Written { bytes: hashed.bytes, blake3: hashed.hash.finalize().to_hex().to_string() })
    }

    /// The diagnostic for a write that failed.
    pub fn failed(&self, error: &io::Error) -> Diagnostic {
        errors::cannot_write(error, &self.path, &self.target)
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Counts and hashes what goes to the disk.
#[derive(Debug)]
struct Hashed {
    file: Through,
    hash: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hash.update(bytes.get(..n).unwrap_or(bytes));
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The target as an absolute path without `..`; links above it are followed, it may not be one itself.
fn resolve(target: &Path) -> Result<PathBuf, Diagnostic> {
    let fail = |error: io::Error| errors::cannot_write(&error, target, target);
    if fs::symlink_metadata(target).is_ok_and(|data| data.is_symlink()) {
        return Err(errors::not_ours(target, format!("`{}` is a link to another place, not a folder.", target.display())));
    }
    if target.exists() {
        return target.canonicalize().map_err(fail);
    }
    let absolute = std::path::absolute(target).map_err(fail)?;
    let mut existing = absolute.clone();
    let mut missing = Vec::new();
    while !existing.exists() {
        let name = existing.file_name().map(ToOwned::to_owned);
        let (Some(name), true) = (name, existing.pop()) else { return Err(fail(io::ErrorKind::InvalidInput.into())) };
        missing.push(name);
    }
    let mut resolved = existing.canonicalize().map_err(fail)?;
    resolved.extend(missing.iter().rev());
    Ok(resolved)
}

/// Looks at what stands at the target, and refuses what is not an output of Segue, or anything where it has to be new. Gives
/// the names to be taken along.
fn contents(target: &Path, is_new: bool) -> Result<Vec<String>, Diagnostic> {
    let fail = |error: io::Error| errors::cannot_write(&error, target, target);
    let shown = target.display();
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fail(error)),
        Ok(data) if !data.is_dir() => {
            return Err(errors::not_ours(target, format!("`{shown}` is a file, not a folder.")));
        }
        Ok(_) => {}
    }
    let mut along = Vec::new();
    let mut foreign = Vec::new();
    let mut has_outputs = false;
    for entry in fs::read_dir(target).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let kind = entry.file_type().map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        match name.as_str() {
            "run.json" | "membership.parquet" | "traits.parquet" if kind.is_file() && !is_new => has_outputs = true,
            "segments" | "stages" if kind.is_dir() && !is_new => {
                has_outputs = true;
                for inner in fs::read_dir(entry.path()).map_err(fail)? {
                    let inner = inner.map_err(fail)?;
                    let inner_name = inner.file_name().to_string_lossy().into_owned();
                    let is_export = inner_name.ends_with(".parquet") || inner_name.ends_with(".csv");
                    let is_plain = inner.file_type().map_err(fail)?.is_file();
                    if !(is_plain && (is_export || OF_FILE_MANAGERS.contains(&inner_name.as_str()))) {
                        foreign.push(format!("{name}/{inner_name}"));
                    }
                }
            }
            plain if kind.is_file() && TAKEN_ALONG.contains(&plain) => along.push(name),
            plain if kind.is_file() && OF_FILE_MANAGERS.contains(&plain) => {}
            _ => foreign.push(name),
        }
    }
    foreign.sort();
    if let Some(first) = foreign.first() {
        let more = match foreign.len() - 1 {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        if is_new {
            return Err(errors::not_empty(target, &format!("`{first}`{more}")));
        }
        return Err(errors::not_ours(
            target,
            format!("`{shown}` has files that are not the output of a run: `{first}`{more}."),
        ));
    }
    if has_outputs && !is_manifest(&target.join("run.json")) {
        return Err(errors::not_ours(
            target,
            format!("`{shown}` is not the output of a run of Segue: it has no `run.json` of Segue's."),
        ));
    }
    along.sort();
    Ok(along)
}

/// Whether a file is a `run.json` that Segue wrote.
fn is_manifest(path: &Path) -> bool {
    #[derive(serde::Deserialize)]
    struct Head {
        program: String,
    }
    fs::read(path)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Head>(&bytes).ok())
        .is_some_and(|head| head.program == "segue")
}

fn take_along(from: &Path, to: &Path) -> io::Result<()> {
    let mut file = Through(disk::create_file(to)?);
    file.write_all(&fs::read(from)?)?;
    disk::sync(&file.0)
}

/// Puts the new folder in the target's place and removes the former one. Where a step fails, the steps before it are undone.
fn swap(beside: &Path, target: &Path, parent: &Path) -> io::Result<()> {
    if fs::symlink_metadata(target).is_err() {
        disk::rename(beside, target)?;
        return disk::sync_folder(parent).inspect_err(|_| {
            let _ = fs::rename(target, beside);
        });
    }
    if disk::exchange(beside, target)? {
        disk::sync_folder(parent).inspect_err(|_| {
            let _ = disk::exchange(beside, target);
        })?;
        // The new output stands; what is left of the former one is in nobody's way, and the next run removes it.
        let _ = disk::remove(beside);
        return Ok(());
    }
    // A run that dies between these two leaves no output under its name; the next one gives the former its name back.
    let former = litter::former(beside);
    disk::rename(target, &former)?;
    disk::rename(beside, target).and_then(|()| disk::sync_folder(parent)).inspect_err(|_| {
        if !beside.exists() {
            let _ = fs::rename(target, beside);
        }
        let _ = fs::rename(&former, target);
    })?;
    let _ = disk::remove(&former);
    Ok(())
}

/// Folders that were made on the way to a target; dropped, those that are empty go again.
struct Made(Vec<PathBuf>);

impl Made {
    fn folders(&mut self, path: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = path.ancestors().take_while(|p| !p.exists()).collect();
        for folder in missing.into_iter().rev() {
            match disk::create_folder(folder) {
                Ok(()) => self.0.push(folder.to_owned()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            disk::remove_empty_folder(folder);
        }
    }
}
