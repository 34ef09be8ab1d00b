//! Faults on purpose, for the tests of the promises: `SEGUE_FAULT=write:3:ENOSPC` makes the third write fail. It is compiled
//! only with debug assertions, so a release cannot be made to fail from outside.
//!
//! Kinds of calls: `open`, `write`, `sync`, `rename`, or `any`. What happens: `ENOSPC`, `EIO`, `EACCES`, `EINTR`, `short`
//! (only half is written), `kill` (the process ends on the spot).

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::disk::Call;

struct Fault {
    call: Option<Call>,
    number: u64,
    what: String,
}

static SEEN: AtomicU64 = AtomicU64::new(0);

/// Called before each system call. `Ok(true)` asks for a short write.
pub fn before(call: Call) -> io::Result<bool> {
    static FAULT: OnceLock<Option<Fault>> = OnceLock::new();
    let Some(fault) = FAULT.get_or_init(read) else { return Ok(false) };
    if fault.call.is_some_and(|wanted| wanted != call) || SEEN.fetch_add(1, Ordering::SeqCst) + 1 != fault.number {
        return Ok(false);
    }
    let number = match fault.what.as_str() {
        "kill" => std::process::abort(),
        "short" => return Ok(true),
        "ENOSPC" => 28,
        "EACCES" => 13,
        "EINTR" => 4,
        _ => 5,
    };
    Err(io::Error::from_raw_os_error(number))
}

fn read() -> Option<Fault> {
    let text = std::env::var("SEGUE_FAULT").ok()?;
    let mut parts = text.split(':');
    let call = match parts.next()? {
        "open" => Some(Call::Open),
        "write" => Some(Call::Write),
        "sync" => Some(Call::Sync),
        "rename" => Some(Call::Rename),
        _ => None,
    };
    Some(Fault { call, number: parts.next()?.parse().ok()?, what: parts.next()?.to_owned() })
}
