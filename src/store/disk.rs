//! Every system call that changes the disk, one function each, so that a test can make the k-th one fail. A call that a
//! signal interrupted is made again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use rustix::fs::{CWD, RenameFlags};

/// The kinds of calls that a test may let fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// opens or makes a file or folder
    Open,
    /// writes
    Write,
    /// syncs a file or folder
    Sync,
    /// renames or exchanges
    Rename,
}

#[cfg(debug_assertions)]
fn before(call: Call) -> io::Result<bool> {
    super::faults::before(call)
}

#[cfg(not(debug_assertions))]
fn before(_: Call) -> io::Result<bool> {
    Ok(false)
}

fn again<T>(call: Call, mut work: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match before(call).and_then(|_| work()) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// An interrupted process makes nothing more.
fn may_make() -> io::Result<()> {
    if super::litter::is_forbidden() { Err(io::Error::other("interrupted")) } else { Ok(()) }
}

/// Makes a folder that is not there yet.
pub fn create_folder(path: &Path) -> io::Result<()> {
    again(Call::Open, || may_make().and_then(|()| fs::create_dir(path)))
}

/// Makes a file that is not there yet.
pub fn create_file(path: &Path) -> io::Result<File> {
    again(Call::Open, || may_make().and_then(|()| fs::OpenOptions::new().write(true).create_new(true).open(path)))
}

/// Opens a folder, to lock or sync it.
pub fn open_folder(path: &Path) -> io::Result<File> {
    again(Call::Open, || File::open(path))
}

/// Writes some of the bytes and says how many.
pub fn write(file: &mut File, bytes: &[u8]) -> io::Result<usize> {
    let is_short = before(Call::Write)?;
    file.write(if is_short { &bytes[..bytes.len().div_ceil(2)] } else { bytes })
}

/// Brings a file's or folder's content to the disk.
pub fn sync(file: &File) -> io::Result<()> {
    again(Call::Sync, || file.sync_all())
}

/// Syncs a folder, so that names in it last.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    sync(&open_folder(path)?)
}

/// Renames; a file that is there under the new name is replaced.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    again(Call::Rename, || fs::rename(from, to))
}

/// Lets two folders change names in one step. `Ok(false)` where the file system cannot.
pub fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    let result = again(Call::Rename, || {
        if cannot_exchange() {
            return Err(io::ErrorKind::Unsupported.into());
        }
        rustix::fs::renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(io::Error::from)
    });
    match result {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput) => Ok(false),
        Err(error) => Err(error),
    }
}

/// In tests the way without an exchange is walked too.
#[cfg(debug_assertions)]
fn cannot_exchange() -> bool {
    std::env::var_os("SEGUE_NO_EXCHANGE").is_some()
}

#[cfg(not(debug_assertions))]
fn cannot_exchange() -> bool {
    false
}

/// Removes a file or a folder with all in it, never what a link in it points at. What is gone already is fine.
pub fn remove(path: &Path) -> io::Result<()> {
    let result = match fs::symlink_metadata(path) {
        Ok(data) if data.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Removes a folder if nothing is in it.
pub fn remove_empty_folder(path: &Path) {
    let _ = fs::remove_dir(path);
}
