//! How far the work is, in one line on stderr; only where a person looks at a terminal.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::diagnostics::visible::visible;
use crate::session::Progress;

/// The line.
pub struct Bar(Option<ProgressBar>);

impl Bar {
    /// A line, if stderr is a terminal. It appears when the work has taken a moment.
    pub fn new() -> Bar {
        if !std::io::stderr().is_terminal() {
            return Bar(None);
        }
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        Bar(Some(bar))
    }

    /// Says how far the work is.
    pub fn show(&self, progress: &Progress) {
        let Some(bar) = &self.0 else { return };
        if let Some((done, all)) = progress.done.filter(|(_, all)| *all > 0) {
            if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {percent}%") {
                bar.set_style(style.progress_chars("━╸ "));
            }
            bar.set_length(all);
            bar.set_position(done.min(all));
        }
        bar.set_message(visible(&progress.doing).into_owned());
    }

    /// Takes the line away.
    pub fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
