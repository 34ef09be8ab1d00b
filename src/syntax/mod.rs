//! From text to the [`tree`] as written, with all of a file's errors in one go.

mod bands;
mod clauses;
mod conditions;
mod declarations;
mod did;
mod distances;
mod events;
mod exports;
mod funnels;
mod literals;
mod parts;
mod placed;
mod places;
mod points;
mod reader;
mod readings;
mod repairs;
mod sequences;
mod stages;
mod test_declaration;
pub mod test_tree;
mod times;
mod tokens;
pub mod tree;
mod trends;
mod values;
mod windows;
mod words;

use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, Span};
use places::Places;
use reader::Reader;
use tokens::{Kind, Token};

/// What was read of a file. Where there are errors the tree holds all that could be read in spite of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The declarations and comments.
    pub file: tree::File,
    /// What is wrong with the text, in its order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a `.seg` file. Parts of the language that are not built yet become `Later` nodes, for `check` to report by [`not_yet`].
pub fn parse(file: FileId, text: &str) -> Parsed {
    let places = Places::From(file, 0);
    let mut read = tokens::read(text, places, false);
    end(&mut read.tokens, text);
    let mut reader = reader(text, &read.tokens, places);
    let declarations = reader.declarations();
    let diagnostics = in_order(read.diagnostics, reader.diagnostics);
    Parsed { file: tree::File { declarations, comments: read.comments }, diagnostics }
}

/// Reads a condition that stands in `segue.toml`; there texts may have single quotes. Where `span` is as long as `text`, each
/// place is its own part of `span`; else each is the whole of it.
pub fn parse_condition(text: &str, span: Span) -> Result<tree::Expr, Vec<Diagnostic>> {
    let is_exact = span.range().len() == text.len();
    let places = if is_exact { Places::From(span.file, span.range().start) } else { Places::Whole(span) };
    let mut read = tokens::read(text, places, true);
    end(&mut read.tokens, text);
    let mut reader = reader(text, &read.tokens, places);
    let condition = reader.condition().and_then(|node| {
        if reader.is_done() { Ok(*node.expr) } else { reader.leftover("The condition is complete before this.") }
    });
    let diagnostics = in_order(read.diagnostics, reader.diagnostics);
    match condition {
        Ok(condition) if diagnostics.is_empty() => Ok(condition),
        _ => Err(diagnostics),
    }
}

/// Says that a part of the language is known but not built yet; `what` is as in the `Later` nodes: "a sequence (`then`)".
pub fn not_yet(what: &str, span: Span) -> Diagnostic {
    let mut letters = what.chars();
    let what: String = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    Diagnostic::new(codes::syntax::NOT_YET, format!("{what} cannot be used in this version of Segue yet"))
        .at(span)
        .help("Leave it out, or keep the definition in a file of its own outside the project until it is there.")
}

fn end(tokens: &mut Vec<Token<'_>>, text: &str) {
    let end = text.len();
    tokens.push(Token { kind: Kind::End, text: "".into(), start: end, end, first: true, glued: false });
}

fn reader<'t, 'a>(text: &'a str, tokens: &'t [Token<'a>], places: Places) -> Reader<'t, 'a> {
    let end = tokens.len().saturating_sub(1);
    Reader { text, tokens, at: 0, end, places, diagnostics: Vec::new(), depth: 0, in_filter: false, filters: 0, behind: 0 }
}

fn in_order(mut first: Vec<Diagnostic>, second: Vec<Diagnostic>) -> Vec<Diagnostic> {
    first.extend(second);
    first.sort_by_key(|found| found.span.map(|span| span.start));
    first
}
