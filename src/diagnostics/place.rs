//! Where a diagnostic points, as a person or a machine is told it: path, line and column; and the one order in which
//! diagnostics are shown, so that two runs say the same thing in the same order.

use super::Diagnostic;
use crate::source::{Position, Sources, Span};

/// A place in a text, with both ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'a> {
    /// The path as the user knows it.
    pub path: &'a str,
    /// The first character.
    pub start: Position,
    /// The character after the last one.
    pub end: Position,
}

impl<'a> Place<'a> {
    /// The place of a span.
    pub fn of(span: Span, sources: &'a Sources) -> Place<'a> {
        let source = sources.get(span.file);
        Place { path: &source.path, start: source.position(span.start as usize), end: source.position(span.end as usize) }
    }
}

/// Puts diagnostics in the order in which they are shown: by file, line, column and code, and those without a place first.
/// One that says the same at the same place as another is shown once.
pub fn sort(diagnostics: &mut Vec<Diagnostic>, sources: &Sources) {
    diagnostics.sort_by_cached_key(|d| {
        let place = d.span.map(|span| Place::of(span, sources));
        let path = place.as_ref().map(|p| p.path).or(d.file.as_deref()).unwrap_or("").to_owned();
        let (line, column) = place.map_or((0, 0), |p| (p.start.line, p.start.column));
        (path, line, column, d.code.code, d.message.clone())
    });
    diagnostics.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;
    use crate::source::Source;

    #[test]
    fn order_is_by_file_line_column_and_code() {
        let mut sources = Sources::new();
        let b = sources.add(Source::new("b.seg", "one two\nthree"));
        let a = sources.add(Source::new("a.seg", "one two\nthree"));
        let at = |file, range| Diagnostic::new(codes::syntax::UNEXPECTED, "x").at(Span::new(file, range));
        let mut list = vec![
            at(b, 0..1),
            at(a, 8..9),
            at(a, 4..5),
            at(a, 4..5),
            Diagnostic::new(codes::data::SETTING, "nowhere"),
            Diagnostic::new(codes::names::UNKNOWN_ATTRIBUTE, "x").at(Span::new(a, 4..5)),
        ];
        sort(&mut list, &sources);
        let shown: Vec<_> =
            list.iter().map(|d| (d.code.code, d.span.map(|s| (sources.get(s.file).path.as_str(), s.start)))).collect();
        assert_eq!(
            shown,
            [
                ("E0601", None),
                ("E0101", Some(("a.seg", 4))),
                ("E0201", Some(("a.seg", 4))),
                ("E0101", Some(("a.seg", 8))),
                ("E0101", Some(("b.seg", 0))),
            ]
        );
    }
}
