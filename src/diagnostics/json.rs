//! Diagnostics for machines: `check --format json`, version 1. Lines and columns count from 1, columns count characters,
//! and an end is the place after the last character. The fields are described in `docs/json.md`.

use serde::Serialize;

use super::place::Place;
use super::{Diagnostic, Severity};
use crate::source::{Sources, Span};

/// The whole document, with a line end.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let document = Document { version: 1, diagnostics: diagnostics.iter().map(|d| Entry::of(d, sources)).collect() };
    // Nothing in it can fail to be written: there are no maps and no numbers but line and column.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<Entry<'a>>,
}

/// One diagnostic; also a part of `run --format json`.
#[derive(Serialize)]
pub struct Entry<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    #[serde(flatten)]
    range: Range,
    labels: Vec<Label<'a>>,
    consequence: Option<&'a str>,
    help: Option<&'a str>,
    fix: Option<FixEntry<'a>>,
}

#[derive(Serialize)]
struct Range {
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

#[derive(Serialize)]
struct Label<'a> {
    message: &'a str,
    file: &'a str,
    #[serde(flatten)]
    range: Range,
}

#[derive(Serialize)]
struct FixEntry<'a> {
    title: &'a str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    file: &'a str,
    #[serde(flatten)]
    range: Range,
    text: &'a str,
}

impl Range {
    fn of(span: Option<Span>, sources: &Sources) -> Range {
        let place = span.map(|span| Place::of(span, sources));
        Range {
            line: place.as_ref().map(|p| p.start.line),
            column: place.as_ref().map(|p| p.start.column),
            end_line: place.as_ref().map(|p| p.end.line),
            end_column: place.as_ref().map(|p| p.end.column),
        }
    }
}

impl<'a> Entry<'a> {
    /// The entry of a diagnostic.
    pub fn of(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Entry<'a> {
        let path = |span: Span| sources.get(span.file).path.as_str();
        Entry {
            code: diagnostic.code.code,
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            message: &diagnostic.message,
            file: diagnostic.span.map(path).or(diagnostic.file.as_deref()),
            range: Range::of(diagnostic.span, sources),
            labels: diagnostic
                .labels
                .iter()
                .map(|(span, message)| Label { message, file: path(*span), range: Range::of(Some(*span), sources) })
                .collect(),
            consequence: diagnostic.consequence.as_deref(),
            help: diagnostic.help.as_deref(),
            fix: diagnostic.fix.as_ref().map(|fix| FixEntry {
                title: &fix.title,
                edits: fix
                    .edits
                    .iter()
                    .map(|(span, text)| Edit { file: path(*span), range: Range::of(Some(*span), sources), text })
                    .collect(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;
    use crate::source::Source;

    #[test]
    fn columns_count_characters_and_ends_are_after_the_last() {
        let mut sources = Sources::new();
        let file = sources.add(Source::new("käufe.seg", "segment a {\n  where ländr = \"DE\"\n}\n"));
        let start = sources.get(file).text.find("ländr").unwrap();
        let span = Span::new(file, start..start + "ländr".len());
        let diagnostic = Diagnostic::new(codes::names::UNKNOWN_ATTRIBUTE, "no `ländr`")
            .at(span)
            .label(Span::new(file, 0..7), "in this segment")
            .fix("write `land`", span, "land");
        let json: serde_json::Value = serde_json::from_str(&render(&[diagnostic], &sources)).unwrap();
        assert_eq!(json["version"], 1);
        let d = &json["diagnostics"][0];
        assert_eq!((&d["code"], &d["severity"], &d["file"]), (&"E0201".into(), &"error".into(), &"käufe.seg".into()));
        let place: Vec<_> =
            ["line", "column", "end_line", "end_column"].map(|k| d[k].as_u64().unwrap()).into_iter().collect();
        assert_eq!(place, [2, 9, 2, 14]);
        assert_eq!(d["labels"][0]["message"], "in this segment");
        assert_eq!(d["fix"]["edits"][0]["text"], "land");
        assert!(d["help"].is_null() && d["consequence"].is_null());
    }

    #[test]
    fn without_a_place_the_fields_are_there_and_null() {
        let d = Diagnostic::new(codes::data::SETTING, "x").in_file("data/a.parquet");
        let json: serde_json::Value = serde_json::from_str(&render(&[d], &Sources::new())).unwrap();
        let d = &json["diagnostics"][0];
        assert_eq!(d["file"], "data/a.parquet");
        for key in ["line", "column", "end_line", "end_column", "help", "fix"] {
            assert!(d.get(key).is_some_and(serde_json::Value::is_null), "{key}");
        }
    }
}
