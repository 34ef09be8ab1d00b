//! The one integration-test binary: each one more would link the engine again. A module an area.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "tests make folders, read files and say what they saw"
)]

mod project;
mod store;
mod tidy;
