//! The one integration-test binary: each one more would link the engine again. A module an area.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "tests make folders, read files and say what they saw"
)]

#[cfg(feature = "engine")]
mod both_ways;
mod check;
mod cli;
#[cfg(feature = "engine")]
mod conformance;
#[cfg(feature = "engine")]
mod data;
mod declared_tests;
#[cfg(feature = "engine")]
mod demo;
#[cfg(feature = "engine")]
mod engine;
mod examples;
mod explain;
#[cfg(feature = "engine")]
mod exports;
mod guide;
mod messages;
#[cfg(feature = "engine")]
mod outputs;
mod project;
mod projects;
mod random;
mod store;
mod syntax;
mod tidy;
#[cfg(feature = "engine")]
mod torture;
#[cfg(feature = "engine")]
mod why;
