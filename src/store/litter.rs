//! The names under which outputs are written before they are swapped in, and what to do with those of runs that died:
//! `.out.segue-1f0c2a9b-4711-0` stands beside `out`.
//!
//! A run holds a lock on what it writes for as long as it lives, so whatever is not locked belongs to nobody. Where the file
//! system has no locks, the name tells: 8 digits of the machine's boot id, and the process.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::disk;
use super::errors;
use crate::diagnostics::Diagnostic;

/// What a former output is called for the moment in which it cannot be exchanged in one step.
const FORMER: &str = "-former";

/// A new name beside the target, not taken by any run that lives.
pub fn name_beside(target: &Path) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = prefix(target);
    name.push_str(&format!("{}-{}-{n}", boot(), std::process::id()));
    target.with_file_name(name)
}

/// The name for a former output while the new one takes its place.
pub fn former(beside: &Path) -> PathBuf {
    let mut name = beside.file_name().unwrap_or_default().to_os_string();
    name.push(FORMER);
    beside.with_file_name(name)
}

fn prefix(target: &Path) -> String {
    format!(".{}.segue-", target.file_name().unwrap_or_default().to_string_lossy())
}

/// Removes what dead runs left beside a target, and gives a former output its name back if a run died in between. Refuses
/// when a run that lives is writing the same target. The caller holds the parent's lock.
pub fn sweep(parent: &Path, target: &Path) -> Result<(), Diagnostic> {
    let fail = |error: &io::Error| errors::cannot_write(error, parent, target);
    let prefix = prefix(target);
    for entry in fs::read_dir(parent).map_err(|e| fail(&e))? {
        let entry = entry.map_err(|e| fail(&e))?;
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(&prefix)) else { continue };
        // Only names of exactly our making are removed: someone may call a file `.out.segue-notes`.
        let Some(owner) = Owner::read(rest) else { continue };
        if is_alive(&entry.path(), &owner) {
            return Err(errors::busy(target, &entry.path()));
        }
        if owner.is_former && fs::symlink_metadata(target).is_err() {
            disk::rename(&entry.path(), target).map_err(|e| fail(&e))?;
        } else {
            // What cannot be removed now is tried again by the next run.
            let _ = disk::remove(&entry.path());
        }
    }
    Ok(())
}

/// Who made a name, as the name itself tells.
struct Owner {
    boot: String,
    process: u32,
    is_former: bool,
}

impl Owner {
    fn read(rest: &str) -> Option<Owner> {
        let (rest, is_former) = rest.strip_suffix(FORMER).map_or((rest, false), |rest| (rest, true));
        let mut parts = rest.split('-');
        let boot = parts.next().filter(|b| b.len() == 8)?.to_owned();
        let process = parts.next()?.parse().ok()?;
        let _count: u32 = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some(Owner { boot, process, is_former })
    }
}

fn is_alive(path: &Path, owner: &Owner) -> bool {
    if owner.is_former {
        // It exists only while its run holds the parent's lock, which the caller has.
        return false;
    }
    match File::open(path).map_err(TryLockError::Error).and_then(|file| file.try_lock()) {
        Ok(()) => false,
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => {
            owner.boot == boot()
                && (!Path::new("/proc/self").exists() || Path::new(&format!("/proc/{}", owner.process)).exists())
        }
    }
}

/// 8 digits that change with each start of the machine, where it says so.
fn boot() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.chars().filter(char::is_ascii_hexdigit).chain("00000000".chars()).take(8).collect()
}

/// Holds a folder's lock for a moment, so that two runs do not look and act at the same time. Without locks on this file
/// system it does nothing.
pub fn lock_folder(folder: &Path, target: &Path) -> Result<Option<File>, Diagnostic> {
    let file = disk::open_folder(folder).map_err(|e| errors::cannot_write(&e, folder, target))?;
    for _ in 0..1_000 {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
    Err(errors::busy(target, folder))
}

/// What this process has beside its targets at this moment, to be removed when it is interrupted.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
/// Held while outputs change places.
static SWAPPING: Mutex<()> = Mutex::new(());

/// Remembers something to be removed if the process is interrupted.
pub fn remember(path: &Path) {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
}

/// Forgets it again.
pub fn forget(path: &Path) {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).retain(|p| p != path);
}

/// To be held while outputs change places: an interruption waits for it.
pub fn swapping() -> MutexGuard<'static, ()> {
    SWAPPING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Set when the process is about to end.
static IS_FORBIDDEN: AtomicBool = AtomicBool::new(false);

/// Whether nothing more may be made.
pub fn is_forbidden() -> bool {
    IS_FORBIDDEN.load(Ordering::SeqCst)
}

/// For the moment before an interrupted process ends: waits for a swap under way, then removes what is unfinished. No swap
/// begins after it and nothing more is made: the process has to end next. Called again right before the end, it also removes
/// what was being made when it was called first.
pub fn clean_up_and_forbid_more() {
    if !IS_FORBIDDEN.swap(true, Ordering::SeqCst) {
        std::mem::forget(swapping());
    }
    for path in UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let _ = disk::remove(path);
    }
}
