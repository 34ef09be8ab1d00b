//! How Segue talks: one [`Diagnostic`] for each thing that is wrong, with a code of the ONE table in [`codes`], a place, what
//! it does to the members, and what to type instead. Rendering for people and machines is in the renderers of this room;
//! nothing here prints.

pub mod codes;
pub mod json;
pub mod near;
pub mod place;
pub mod terminal;
pub mod visible;

use crate::source::Span;

/// A code of the table: `E0201`. Its page is shown by `segue explain E0201`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// `E0201`: E or W, two digits of the family, two of the thing.
    pub code: &'static str,
    /// A name that reads after "allow": `unknown-attribute`.
    pub name: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    /// Which exit status an error of it has.
    pub status: Status,
    /// The page, in Markdown: what it means, an example that has it, and the same mended.
    pub page: &'static str,
}

/// A row of the table, compared by its code.
pub type Code = &'static Row;

/// The exit statuses of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// 0: fine
    Fine,
    /// 1: the `.seg` files have errors, tests or contracts fail
    Definitions,
    /// 2: wrong usage, or `segue.toml` or the lock is wrong
    Usage,
    /// 3: the data or the machine failed
    Data,
    /// 130: interrupted
    Interrupted,
}

impl Status {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Status::Fine => 0,
            Status::Definitions => 1,
            Status::Usage => 2,
            Status::Data => 3,
            Status::Interrupted => 130,
        }
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing runs until it is mended.
    Error,
    /// It runs; read this first.
    Warning,
}

/// One thing that is wrong, for a person at 5 pm before a campaign: no words of Rust, Arrow or grammars in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// Its row in the table.
    pub code: Code,
    /// Whether it stops the work; by the first letter of the code.
    pub severity: Severity,
    /// What is wrong, in one sentence, with the user's own words in backticks.
    pub message: String,
    /// Where: in a text of the project …
    pub span: Option<Span>,
    /// … or in a file that is no text of the project (a data file, a folder).
    pub file: Option<String>,
    /// Other places that are part of it, with a word on each.
    pub labels: Vec<(Span, String)>,
    /// What it would do to the members of the segment, or to the run.
    pub consequence: Option<String>,
    /// What to type or do, in whole sentences.
    pub help: Option<String>,
    /// The corrected text, where one exists.
    pub fix: Option<Fix>,
}

/// A correction that can be applied as it is: each span replaced by its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What it does: `write \`country\``.
    pub title: String,
    /// The replacements; they do not overlap.
    pub edits: Vec<(Span, String)>,
}

impl Diagnostic {
    /// A diagnostic that names neither place nor file yet.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        let severity = if code.code.starts_with('W') { Severity::Warning } else { Severity::Error };
        Diagnostic {
            code,
            severity,
            message: message.into(),
            span: None,
            file: None,
            labels: Vec::new(),
            consequence: None,
            help: None,
            fix: None,
        }
    }

    /// Points at a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Diagnostic {
        self.span = Some(span);
        self
    }

    /// Names a file that is no text of the project.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Diagnostic {
        self.file = Some(file.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push((span, text.into()));
        self
    }

    /// Says what it does to the members.
    #[must_use]
    pub fn consequence(mut self, text: impl Into<String>) -> Diagnostic {
        self.consequence = Some(text.into());
        self
    }

    /// Says what to type.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }

    /// Gives the corrected text for one place.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix { title: title.into(), edits: vec![(span, text.into())] });
        self
    }

    /// Whether it stops the work.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
