//! The files of a run as bytes: `membership.parquet`, `segments/NAME.parquet`, `traits.parquet`, and exports as CSV. The same
//! result gives the same bytes. Where they are put is for `store`.

use std::io::{self, Write};

use super::run::{RunResult, SegmentResult};

/// Every member of every segment: the key (under `key_name`), `segment`, `held_out`, `arm` (null until segments are split);
/// by segment, then by key.
pub fn membership(_result: &RunResult, _key_name: &str, _out: impl Write + Send) -> io::Result<()> {
    Err(io::Error::other("not yet"))
}

/// What is exported of a segment: the key and the columns of `include`, by key.
pub fn export(_result: &RunResult, _segment: &SegmentResult, _key_name: &str, _out: impl Write + Send) -> io::Result<()> {
    Err(io::Error::other("not yet"))
}

/// The same as CSV, in which no cell can be read as a formula.
pub fn export_csv(
    _result: &RunResult,
    _segment: &SegmentResult,
    _key_name: &str,
    _out: impl Write + Send,
) -> io::Result<()> {
    Err(io::Error::other("not yet"))
}

/// Every customer who exists, by key, with every trait.
pub fn traits(_result: &RunResult, _key_name: &str, _out: impl Write + Send) -> io::Result<()> {
    Err(io::Error::other("not yet"))
}
