//! A project as it stands on disk: `segue.toml` ([`config`]), `segue.lock` ([`lock`]), and what both together say of the data
//! ([`catalog`]), which is all that checking may ask.

pub mod catalog;
pub mod config;
pub mod lock;
