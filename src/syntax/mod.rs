//! From text to the [`tree`] as written, with all of a file's errors in one go.

pub mod tree;

use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, Span};

/// What was read of a file. Where there are errors the tree holds all that could be read in spite of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The declarations and comments.
    pub file: tree::File,
    /// What is wrong with the text, in its order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a `.seg` file. Parts of the language that are not built yet become `Later` nodes, for `check` to report by [`not_yet`].
pub fn parse(_file: FileId, _text: &str) -> Parsed {
    Parsed { file: tree::File { declarations: Vec::new(), comments: Vec::new() }, diagnostics: Vec::new() }
}

/// Reads a condition that stands in `segue.toml`; there texts may have single quotes. Where `span` is as long as `text`, each
/// place is its own part of `span`; else each is the whole of it.
pub fn parse_condition(_text: &str, span: Span) -> Result<tree::Expr, Vec<Diagnostic>> {
    Ok(tree::Expr { kind: tree::ExprKind::Everyone, span })
}

/// Says that a part of the language is known but not built yet; `what` is as in the `Later` nodes: "a sequence (`then`)".
pub fn not_yet(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(codes::syntax::NOT_YET, format!("{what} cannot be used in this version of Segue yet"))
        .at(span)
        .help("Leave it out, or keep the definition in a file of its own outside the project until it is there.")
}
