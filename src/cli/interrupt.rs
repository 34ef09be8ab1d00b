//! Ctrl-C: the work is told to stop, what is half written is removed, the former output stands, and the process ends with
//! 130 within a second.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::diagnostics::Status;
use crate::store;

/// How long the work has to stop by itself, so that it can remove what it put aside on the disk.
const PATIENCE: Duration = Duration::from_millis(600);

static HAS_ENDED: AtomicBool = AtomicBool::new(false);

/// Set when the work is to stop.
pub fn flag() -> Arc<AtomicBool> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    Arc::clone(FLAG.get_or_init(Arc::default))
}

/// Begins to listen. Without it (no thread to be had) Ctrl-C ends the process at once, and the next run tidies up.
pub fn watch() {
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    let _ = std::thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        if signals.forever().next().is_some() {
            flag().store(true, Ordering::SeqCst);
            store::clean_up_and_forbid_more();
            // On a thread of its own: whoever reads stderr may have stopped reading.
            let _ = std::thread::Builder::new()
                .spawn(|| super::talk::last_word("\nInterrupted: nothing is left half written.\n"));
            let begin = Instant::now();
            while !HAS_ENDED.load(Ordering::SeqCst) && begin.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(5));
            }
            store::clean_up_and_forbid_more();
            signal_hook::low_level::exit(i32::from(Status::Interrupted.code()));
        }
    });
}

/// Whether the process is about to end.
pub fn is_interrupted() -> bool {
    flag().load(Ordering::SeqCst)
}

/// Called at the end: where an interruption is at work, it decides the status, not whatever failed because of it.
pub fn settle() {
    HAS_ENDED.store(true, Ordering::SeqCst);
    if is_interrupted() {
        std::thread::sleep(Duration::from_secs(10));
    }
}
