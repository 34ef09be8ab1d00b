//! From text to the [`tree`] as written, with all of a file's errors in one go.

pub mod tree;
