//! The only room that writes files. What it promises: a file or a folder of outputs is whole or it is the former one,
//! whenever the process is killed, the disk is full or the power goes; what is not Segue's is never touched.
//!
//! [`write_file`] replaces one file, [`OutputFolder`] a whole folder. Both write beside the target under a name of their
//! own ([`litter`]), sync, and swap in one step. Every system call goes through [`disk`], where a test can make it fail.
#![allow(clippy::disallowed_methods, reason = "this is the room that writes files")]

mod disk;
mod errors;
#[cfg(debug_assertions)]
mod faults;
mod file;
mod folder;
mod litter;
pub mod names;

pub use file::write_file;
pub use folder::{OutputFile, OutputFolder, Written};
pub use litter::clean_up_and_forbid_more;
