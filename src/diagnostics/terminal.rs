//! Diagnostics for a person at a terminal: code and message, the lines with what is meant underlined, what it does to the
//! members, and what to type. Text of the user's files is shown with what a terminal would obey written out ([`visible`]).

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar;

use super::place::Place;
use super::visible::visible;
use super::{Diagnostic, Severity};
use crate::source::{Source, Sources, Span};

/// The longest piece of a line that is shown, in characters; of a longer line the piece around the mark.
const LINE_WIDTH: usize = 160;

/// The diagnostics, each followed by an empty line. With `colour` it carries ANSI colours: whoever prints it takes them off
/// where no terminal is.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        one(&mut out, diagnostic, sources, &Palette::new(colour, diagnostic.severity));
        out.push('\n');
    }
    out
}

/// `3 errors, 1 warning`; empty where there are neither.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let say = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, 0) => String::new(),
        (e, 0) => say(e, "error"),
        (0, w) => say(w, "warning"),
        (e, w) => format!("{}, {}", say(e, "error"), say(w, "warning")),
    }
}

struct Palette {
    head: Style,
    strong: Style,
    frame: Style,
    label: Style,
    help: Style,
}

impl Palette {
    fn new(colour: bool, severity: Severity) -> Palette {
        let plain = Style::new();
        if !colour {
            return Palette { head: plain, strong: plain, frame: plain, label: plain, help: plain };
        }
        let severity = match severity {
            Severity::Error => AnsiColor::Red,
            Severity::Warning => AnsiColor::Yellow,
        };
        Palette {
            head: severity.on_default().bold(),
            strong: plain.bold(),
            frame: AnsiColor::Blue.on_default(),
            label: AnsiColor::Blue.on_default(),
            help: AnsiColor::Green.on_default(),
        }
    }
}

/// Puts a styled piece; an empty style leaves no trace.
fn put(out: &mut String, style: Style, text: &str) {
    let _ = write!(out, "{style}{text}{style:#}");
}

fn one(out: &mut String, diagnostic: &Diagnostic, sources: &Sources, palette: &Palette) {
    let word = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    put(out, palette.head, &format!("{word}[{}]", diagnostic.code.code));
    put(out, palette.strong, &format!(": {}", lines_of(&diagnostic.message, 2)));
    out.push('\n');

    let mut marks: Vec<Mark> = Vec::new();
    marks.extend(diagnostic.span.map(|span| Mark::new(span, "", true, sources)));
    marks.extend(diagnostic.labels.iter().map(|(span, text)| Mark::new(*span, text, false, sources)));
    let gutter = marks.iter().map(|m| m.place.start.line).max().unwrap_or(1).to_string().len();
    let bar = |out: &mut String, number: &str| {
        put(out, palette.frame, &format!("{number:>gutter$} |"));
    };

    if diagnostic.span.is_none()
        && let Some(file) = &diagnostic.file
    {
        put(out, palette.frame, &format!("{:gutter$}--> ", ""));
        out.push_str(&visible(file));
        out.push('\n');
    }
    let mut shown = Vec::new();
    for i in 0..marks.len() {
        let path = marks[i].place.path;
        if shown.contains(&path) {
            continue;
        }
        shown.push(path);
        let first = &marks[i].place.start;
        put(out, palette.frame, &format!("{:gutter$}--> ", ""));
        let _ = writeln!(out, "{}:{}:{}", visible(path), first.line, first.column);
        bar(out, "");
        out.push('\n');
        let mut of_file: Vec<&Mark> = marks.iter().filter(|m| m.place.path == path).collect();
        of_file.sort_by_key(|m| (m.place.start.line, m.place.start.column));
        let mut last_line = 0;
        for mark in of_file {
            let line = mark.place.start.line;
            if line != last_line {
                if last_line != 0 && line > last_line + 1 {
                    put(out, palette.frame, &format!("{:gutter$} …", ""));
                    out.push('\n');
                }
                bar(out, &line.to_string());
                let text = mark.shown.text.trim_end();
                if !text.is_empty() {
                    let _ = write!(out, " {text}");
                }
                out.push('\n');
                last_line = line;
            }
            bar(out, "");
            let _ = write!(out, " {:indent$}", "", indent = mark.shown.indent);
            let (style, sign) = if mark.is_primary { (palette.head, "^") } else { (palette.label, "-") };
            let mut under = sign.repeat(mark.shown.width.max(1));
            if !mark.text.is_empty() {
                under.push(' ');
                under.push_str(&visible(mark.text));
            }
            put(out, style, &under);
            out.push('\n');
        }
    }
    if !marks.is_empty() {
        bar(out, "");
        out.push('\n');
    }
    let note = |out: &mut String, style: Style, word: &str, text: &str| {
        put(out, palette.frame, &format!("{:gutter$} = ", ""));
        put(out, style, word);
        out.push_str(&lines_of(text, gutter + 3));
        out.push('\n');
    };
    if let Some(text) = &diagnostic.consequence {
        note(out, Style::new(), "", text);
    }
    if let Some(text) = &diagnostic.help {
        note(out, palette.help, "help: ", text);
    }
    if let Some(fix) = &diagnostic.fix {
        note(out, palette.help, "fix: ", &fix.title);
    }
}

/// The text with its line breaks kept and indented, and everything else made visible.
fn lines_of(text: &str, indent: usize) -> String {
    let break_ = format!("\n{:indent$}", "");
    text.lines().map(|line| visible(line).into_owned()).collect::<Vec<_>>().join(&break_)
}

/// A place to underline.
struct Mark<'a> {
    place: Place<'a>,
    text: &'a str,
    is_primary: bool,
    shown: Shown,
}

/// A line as it is printed, and which cells of it to underline.
struct Shown {
    text: String,
    indent: usize,
    width: usize,
}

impl<'a> Mark<'a> {
    fn new(span: Span, text: &'a str, is_primary: bool, sources: &'a Sources) -> Mark<'a> {
        let place = Place::of(span, sources);
        let shown = Shown::of(&place, sources.get(span.file));
        Mark { place, text, is_primary, shown }
    }
}

impl Shown {
    /// The line where a place begins. A place over several lines is underlined to the end of the first.
    fn of(place: &Place, source: &Source) -> Shown {
        let line: Vec<char> = source.line(place.start.line).chars().collect();
        let start = (place.start.column - 1).min(line.len());
        let end = if place.end.line == place.start.line { (place.end.column - 1).min(line.len()) } else { line.len() };
        let from = if line.len() <= LINE_WIDTH { 0 } else { start.saturating_sub(LINE_WIDTH / 3) };
        let to = line.len().min(from + LINE_WIDTH);
        let piece = |range: std::ops::Range<usize>| -> String {
            line.get(range).unwrap_or_default().iter().map(|c| printed(*c)).collect()
        };
        let before = if from > 0 { "… " } else { "" };
        let after = if to < line.len() { " …" } else { "" };
        Shown {
            indent: cells(before) + cells(&piece(from..start)),
            width: cells(&piece(start..end.clamp(start, to))),
            text: format!("{before}{}{after}", piece(from..to)),
        }
    }
}

/// A character of a source line as it is printed: a tab as four blanks.
fn printed(c: char) -> String {
    if c == '\t' { "    ".to_owned() } else { visible(c.encode_utf8(&mut [0; 4])).into_owned() }
}

/// How many cells of a terminal a text takes.
fn cells(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;

    fn project() -> (Sources, Span, Span) {
        let mut sources = Sources::new();
        let text = "segment a {\n\twhere ländr = \"日本\" and contry = \"DE\"\n}\n";
        let file = sources.add(Source::new("a.seg", text));
        let find = |s: &str| {
            let start = text.find(s).unwrap();
            Span::new(file, start..start + s.len())
        };
        (sources, find("contry"), find("segment"))
    }

    #[test]
    fn shows_line_mark_label_and_help() {
        let (sources, primary, label) = project();
        let d = Diagnostic::new(codes::names::UNKNOWN_ATTRIBUTE, "There is no `contry`.")
            .at(primary)
            .label(label, "in this segment")
            .consequence("Nobody would be in the segment.")
            .help("Did you mean `country`?")
            .fix("write `country`", primary, "country");
        let expected = "\
error[E0201]: There is no `contry`.
 --> a.seg:2:25
  |
1 | segment a {
  | ------- in this segment
2 |     where ländr = \"日本\" and contry = \"DE\"
  |                              ^^^^^^
  |
  = Nobody would be in the segment.
  = help: Did you mean `country`?
  = fix: write `country`

";
        let shown = render(std::slice::from_ref(&d), &sources, false);
        assert_eq!(shown, expected);
        let coloured = render(&[d], &sources, true);
        assert!(coloured.contains("\u{1b}[1m\u{1b}[31merror[E0201]\u{1b}[0m"), "{coloured:?}");
    }

    #[test]
    fn without_a_place_it_names_the_file() {
        let d = Diagnostic::new(codes::data::SETTING, "The file is cut.").in_file("data/\u{1b}]0;x.parquet");
        let shown = render(&[d], &Sources::new(), false);
        assert_eq!(shown, "error[E0601]: The file is cut.\n --> data/\\u{1b}]0;x.parquet\n\n");
    }

    #[test]
    fn of_a_long_line_it_shows_the_piece_around_the_mark() {
        let mut sources = Sources::new();
        let text = format!("{}contry{}", "a ".repeat(5_000), " b".repeat(5_000));
        let file = sources.add(Source::new("a.seg", text));
        let d = Diagnostic::new(codes::names::UNKNOWN_ATTRIBUTE, "x").at(Span::new(file, 10_000..10_006));
        let shown = render(&[d], &sources, false);
        assert!(shown.len() < 1_000, "{}", shown.len());
        let lines: Vec<&str> = shown.lines().collect();
        let caret = lines[4].chars().position(|c| c == '^').unwrap();
        let word: String = lines[3].chars().skip(caret).take(6).collect();
        assert_eq!(word, "contry");
    }

    #[test]
    fn several_lines_and_ends_of_files_do_no_harm() {
        let mut sources = Sources::new();
        let file = sources.add(Source::new("a.seg", "one\n\ntwo ä"));
        for start in 0..12 {
            for end in start..14 {
                let d = Diagnostic::new(codes::syntax::UNEXPECTED, "x").at(Span::new(file, start..end));
                assert!(render(&[d], &sources, false).contains('^'));
            }
        }
    }

    #[test]
    fn summary_counts_both() {
        let error = Diagnostic::new(codes::data::SETTING, "x");
        assert_eq!(summary(&[]), "");
        assert_eq!(summary(std::slice::from_ref(&error)), "1 error");
        let mut warning = error.clone();
        warning.severity = Severity::Warning;
        assert_eq!(summary(&[error.clone(), warning, error]), "2 errors, 1 warning");
    }
}
