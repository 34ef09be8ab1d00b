//! Where bytes of a text that is being read stand in the project.

use crate::source::{FileId, Span};

/// How bytes become spans.
#[derive(Debug, Clone, Copy)]
pub(super) enum Places {
    /// The text begins at a byte of a file.
    From(FileId, usize),
    /// The text stands somewhere inside this span, changed: every place is the whole of it.
    Whole(Span),
}

impl Places {
    /// The span of bytes `start..end` of the text.
    pub(super) fn span(self, start: usize, end: usize) -> Span {
        match self {
            Places::From(file, base) => Span::new(file, base + start..base + end),
            Places::Whole(span) => span,
        }
    }

    /// Whether a place can be corrected by itself.
    pub(super) fn is_exact(self) -> bool {
        matches!(self, Places::From(..))
    }
}
