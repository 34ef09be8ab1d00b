//! What a command asks for; all that an answer may depend on beside the project and its data.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What a run is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// `--as-of` as written; without it the first midnight after the newest event.
    pub as_of: Option<String>,
    /// The clock, in microseconds since 1970 (UTC): what `--as-of now` means, and what "today" is for a warning.
    pub now: i64,
    /// Where to write; without it `out` in the project.
    pub out: Option<PathBuf>,
    /// Only these segments; all where empty.
    pub only: Vec<String>,
    /// Write `traits.parquet` too.
    pub traits: bool,
    /// Write `segments/NAME.csv` too.
    pub csv: bool,
    /// What the work may use.
    pub resources: Resources,
}

/// What the work may use. No answer depends on it.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    /// At most so many bytes of memory.
    pub memory: Option<usize>,
    /// So many threads; without it one for each of the machine's.
    pub partitions: Option<usize>,
    /// Set when the work is to stop.
    pub interrupted: Arc<AtomicBool>,
}

/// How far the work is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// What is being done: `reading events.purchase`
    pub doing: String,
    /// How much is done, and of how much, where that is known; in bytes.
    pub done: Option<(u64, u64)>,
}

#[cfg(feature = "engine")]
impl Resources {
    /// As the engine takes them.
    pub(super) fn settings(&self) -> crate::engine::machine::Settings {
        let default = crate::engine::machine::Settings::default();
        crate::engine::machine::Settings {
            partitions: self.partitions.unwrap_or(default.partitions),
            memory: self.memory,
            interrupted: Arc::clone(&self.interrupted),
            ..default
        }
    }
}
