//! Writes to the terminal: data to stdout, talk to stderr. A reader that has gone (`segue … | head`) is no failure.

use std::io::{self, Write};

use crate::diagnostics::{Diagnostic, Status, terminal};
use crate::source::Sources;

/// Writes data to stdout; colours in it are taken off where no terminal is.
pub fn out(text: &str) -> Status {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            say("error: The answer could not be written to where it was sent.\n");
            Status::Data
        }
        _ => Status::Fine,
    }
}

/// Writes talk to stderr; there is nobody to tell if that fails.
pub fn say(text: &str) {
    if !super::interrupt::is_interrupted() {
        last_word(text);
    }
}

/// Writes talk to stderr though the process is about to end.
pub fn last_word(text: &str) {
    let mut stderr = anstream::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

/// Shows diagnostics to a person.
pub fn diagnostics(diagnostics: &[Diagnostic], sources: &Sources) {
    say(&terminal::render(diagnostics, sources, true));
    let summary = terminal::summary(diagnostics);
    if diagnostics.len() > 1 {
        say(&format!("{summary}\n"));
    }
}
