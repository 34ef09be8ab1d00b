//! The public API: open a project, check it, run it.
