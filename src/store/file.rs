//! One file, replaced in one step: what reads it sees the former text or the new one.

use std::io::{self, Write};
use std::path::Path;

use super::{disk, errors, litter};
use crate::diagnostics::Diagnostic;

/// Writes a file whole, or leaves the former one as it is.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let fail = |error: io::Error| errors::cannot_write(&error, path, path);
    let absolute = std::path::absolute(path).map_err(fail)?;
    let parent = absolute.parent().unwrap_or(&absolute);
    let _lock = litter::lock_folder(parent, path)?;
    litter::sweep(parent, &absolute)?;
    let beside = litter::name_beside(&absolute);
    litter::remember(&beside);
    let result = write_beside(&beside, bytes).and_then(|()| {
        let _swapping = litter::swapping();
        swap(&beside, &absolute, parent)
    });
    let _ = disk::remove(&beside);
    litter::forget(&beside);
    result.map_err(fail)
}

/// Puts the new file in the target's place. Where the folder cannot be synced, the former one comes back.
fn swap(beside: &Path, target: &Path, parent: &Path) -> io::Result<()> {
    if target.exists() && disk::exchange(beside, target)? {
        return disk::sync_folder(parent).inspect_err(|_| {
            let _ = disk::exchange(beside, target);
        });
    }
    disk::rename(beside, target)?;
    disk::sync_folder(parent)
}

fn write_beside(beside: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = disk::create_file(beside)?;
    let _ = file.try_lock();
    let mut writer = Through(file);
    writer.write_all(bytes)?;
    disk::sync(&writer.0)
}

/// A file whose writes go through [`disk`].
#[derive(Debug)]
pub struct Through(pub std::fs::File);

impl Write for Through {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        disk::write(&mut self.0, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
