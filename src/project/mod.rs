//! A project as it stands on disk: `segue.toml` ([`config`]), `segue.lock` ([`lock`]), and what both together say of the data
//! ([`catalog`]), which is all that checking may ask. Texts are handed in; this room reads no files.

pub mod catalog;
pub mod config;
pub mod keys;
pub mod lock;

mod build;
mod drift;
mod settings;
