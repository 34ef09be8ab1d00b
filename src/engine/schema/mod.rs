//! `segue schema`: one pass over every source that says what the data looks like.

use std::path::Path;

use super::machine::Machine;
use crate::diagnostics::Diagnostic;
use crate::project::config::Config;
use crate::project::lock::Lock;

/// How far the pass is; told now and then, from one thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress<'a> {
    /// the source that is being read
    pub source: &'a str,
    /// rows read so far, of this source
    pub rows: u64,
    /// bytes of the files done, of all sources
    pub bytes: u64,
    /// bytes of all files
    pub all_bytes: u64,
}

/// Reads all data of a project and says what it looks like; with it come warnings. All errors at once.
pub fn observe(
    _machine: &Machine,
    _config: &Config,
    _root: &Path,
    _progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(Lock, Vec<Diagnostic>), Vec<Diagnostic>> {
    Err(Vec::new())
}
