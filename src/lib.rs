//! Segue: a compiler for predictive customer segments. This is the map, in the order in which data flows:
//!
//! [`source`] texts and places in them → [`syntax`] the tree as written → [`project`] what the data looks like →
//! [`check`] makes the [`program`], the tree as meant → [`interpret`] gives it its meaning, one customer at a time;
//! [`plan`] lowers it, `engine` runs it over the data → [`store`] writes what came out → [`cli`] shows it.
//! [`diagnostics`] is how all of them talk, [`session`] the way through all of them: open, check, run.
//! [`demo`] makes a shop to try it on.

pub mod check;
pub mod cli;
pub mod demo;
pub mod diagnostics;
#[cfg(feature = "engine")]
pub mod engine;
pub mod explain;
pub mod faults;
pub mod interpret;
pub mod plan;
pub mod program;
pub mod project;
pub mod session;
pub mod source;
pub mod store;
pub mod syntax;
