//! The program `segue`: calls the command line and ends with its status.

use std::process::ExitCode;

/// Many small pieces of text and many threads: this one is quicker at both than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    segue::cli::main()
}
