//! The program `segue`: calls the command line and ends with its status.

fn main() {}
