//! Tables of settings: a walk over TOML that notes every fault at its place and goes on. What the settings mean is in
//! `config`; the lock is read by the same walk.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::catalog::ConditionText;
use super::config::Word;
use crate::diagnostics::codes::data;
use crate::diagnostics::{Diagnostic, near};
use crate::source::{FileId, Span};

/// A walk over one file.
pub(super) struct Walk<'a> {
    file: FileId,
    text: &'a str,
    /// What was found wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// Part of the file could not be read: what seems to be missing may stand there, so it is not reported.
    pub is_damaged: bool,
    /// The bracket of a list that is not closed.
    open_list: Option<usize>,
}

/// A table with its settings.
pub(super) struct Table<'t> {
    /// As its header stands: `[events.purchase]`.
    pub name: String,
    /// The header's last word.
    pub span: Span,
    /// The settings.
    pub entries: &'t DeTable<'t>,
    /// It is the file as a whole.
    pub is_top: bool,
}

impl<'t> Table<'t> {
    /// A setting's own name and its value.
    pub fn get(&self, key: &str) -> Option<(&'t Spanned<std::borrow::Cow<'t, str>>, &'t Spanned<DeValue<'t>>)> {
        self.entries.get_key_value(key)
    }
}

impl<'a> Walk<'a> {
    /// Reads the text; what is no TOML is among the diagnostics already.
    pub fn start(file: FileId, text: &'a str) -> (Walk<'a>, Spanned<DeTable<'a>>) {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut walk = Walk { file, text, diagnostics: Vec::new(), is_damaged: !errors.is_empty(), open_list: None };
        let place = |error: &toml::de::Error| error.span().unwrap_or(text.len()..text.len());
        // A list that is not closed takes in what follows it: nothing after it can be trusted.
        let runs_on = |e: &&toml::de::Error| e.message().contains("in array") || e.message().contains("unclosed array");
        walk.open_list = errors.iter().find(runs_on).and_then(|e| opening(text, place(e).start));
        if let Some(at) = walk.open_list {
            let span = walk.span(at..at + 1);
            walk.diagnostics.push(
                Diagnostic::new(data::SETTING, "This list is not closed.")
                    .at(span)
                    .consequence("What stands below it could not be read either.")
                    .help("A list is written such as `static = [\"country\", \"birthday\"]`."),
            );
        }
        for error in &errors {
            let span = walk.span(place(error));
            if walk.open_list.is_some_and(|at| span.start as usize >= at) {
                continue;
            }
            // One slip makes the reader stumble several times on a line: the first says enough.
            let line = walk.line(span.start);
            if walk.diagnostics.iter().any(|d| d.span.is_some_and(|s| walk.line(s.start) == line)) {
                continue;
            }
            let (message, help) = slip(error.message());
            walk.diagnostics.push(Diagnostic::new(data::SETTING, message).at(span).help(help));
        }
        (walk, root)
    }

    /// A place in the file.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range)
    }

    fn line(&self, byte: u32) -> usize {
        self.text.as_bytes().iter().take(byte as usize).filter(|b| **b == b'\n').count()
    }

    /// All that was found wrong, in the order of the file.
    pub fn found(self) -> Vec<Diagnostic> {
        let after = |d: &Diagnostic| self.open_list.is_some_and(|at| d.span.is_some_and(|s| s.start as usize > at));
        // Of a line that could not be read, what the reader made of it says nothing.
        let slips: Vec<usize> = self
            .diagnostics
            .iter()
            .filter(|d| d.code == data::SETTING)
            .filter_map(|d| d.span)
            .map(|s| self.line(s.start))
            .collect();
        let is_made_up = |d: &Diagnostic| {
            d.code != data::SETTING && !slips.is_empty() && d.span.is_some_and(|s| slips.contains(&self.line(s.start)))
        };
        let mut found: Vec<Diagnostic> = self.diagnostics.iter().filter(|d| !after(d) && !is_made_up(d)).cloned().collect();
        found.sort_by_key(|d| d.span.map(|s| (s.start, s.end)));
        found
    }

    /// Notes a fault.
    pub fn note(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The place of a text inside its quotes, where the file writes it without escapes; else with them.
    pub fn inside(&self, value: &Spanned<DeValue>, content: &str) -> Span {
        let range = value.span();
        let raw = self.text.get(range.clone()).unwrap_or("");
        for (quotes, is_multiline) in [("\"\"\"", true), ("'''", true), ("\"", false), ("'", false)] {
            let Some(inner) = raw.strip_prefix(quotes).and_then(|r| r.strip_suffix(quotes)) else { continue };
            // A line break right after three quotes is not part of the text.
            let trimmed = if is_multiline {
                inner.strip_prefix("\r\n").or_else(|| inner.strip_prefix('\n')).unwrap_or(inner)
            } else {
                inner
            };
            if trimmed == content {
                let start = range.start + quotes.len() + (inner.len() - trimmed.len());
                return self.span(start..start + content.len());
            }
        }
        self.span(range)
    }

    /// Whether a table stands between braces, after a `=`.
    pub fn is_in_braces(&self, value: &Spanned<DeValue>) -> bool {
        self.text.get(value.span()).is_some_and(|raw| raw.starts_with('{'))
    }

    /// A sub-table. Anything else in its place is a fault, for which `example` says what belongs there.
    pub fn table<'t>(
        &mut self,
        name: String,
        key: &Spanned<std::borrow::Cow<str>>,
        value: &'t Spanned<DeValue<'t>>,
        example: &str,
    ) -> Option<Table<'t>> {
        let span = self.span(key.span());
        match value.get_ref() {
            DeValue::Table(entries) => Some(Table { name, span, entries, is_top: false }),
            other => {
                self.note(
                    Diagnostic::new(
                        data::SETTING_VALUE,
                        format!("`{}` is {} here, but has to be a table.", key.get_ref(), kind(other)),
                    )
                    .at(span)
                    .help(format!("Start it with a line of its own, such as `{example}`, and put its settings below.")),
                );
                None
            }
        }
    }

    /// Says which settings a table does not have. `known` are its own; `elsewhere` names the tables that have a setting.
    pub fn unknown(&mut self, table: &Table, known: &[&str], elsewhere: impl Fn(&str) -> Option<String>) {
        for (key, value) in table.entries {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let span = self.span(key.span());
            let is_table = matches!(value.get_ref(), DeValue::Table(_)) && !self.is_in_braces(value);
            let what = if is_table { "table" } else { "setting" };
            let mut diagnostic =
                Diagnostic::new(data::UNKNOWN_SETTING, format!("`{}` has no {what} `{name}`.", table.name)).at(span);
            let near = near::nearest(name, known.iter().copied());
            let all = known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
            let all = format!("The {} here are {all}.", if table.is_top { "tables" } else { "settings" });
            diagnostic = match (elsewhere(name), near::one_of(&near)) {
                (Some(place), _) => diagnostic.help(place),
                (None, Some(names)) => diagnostic.help(format!("Did you mean {names}? {all}")),
                (None, None) => diagnostic.help(all),
            };
            if let [only] = near.as_slice() {
                diagnostic = diagnostic.fix(format!("write `{only}`"), span, *only);
            }
            self.note(diagnostic);
        }
    }

    /// A text that must be there; `example` shows how it is written, `meaning` what it says.
    pub fn needed(&mut self, table: &Table, key: &str, example: &str, meaning: &str) -> Option<Word> {
        if table.get(key).is_none() {
            if !self.is_damaged {
                self.note(
                    Diagnostic::new(data::MISSING_SETTING, format!("`{}` does not say its `{key}`, {meaning}.", table.name))
                        .at(table.span)
                        .help(format!("Add a line such as `{key} = \"{example}\"`.")),
                );
            }
            return None;
        }
        self.optional(table, key)
    }

    /// A text that may be left out.
    pub fn optional(&mut self, table: &Table, key: &str) -> Option<Word> {
        let (_, value) = table.get(key)?;
        self.word(value, key, &table.name)
    }

    /// A value as a word.
    fn word(&mut self, value: &Spanned<DeValue>, key: &str, table: &str) -> Option<Word> {
        let span = self.span(value.span());
        let text = match value.get_ref() {
            DeValue::String(text) => text,
            DeValue::Array(items) if items.len() == 1 => {
                self.note(
                    Diagnostic::new(data::SETTING_VALUE, format!("`{key}` of `{table}` is a list, but has to be one text."))
                        .at(span)
                        .help("Leave the brackets out."),
                );
                return None;
            }
            other => {
                self.note(
                    Diagnostic::new(
                        data::SETTING_VALUE,
                        format!("`{key}` of `{table}` is {}, but has to be a text.", kind(other)),
                    )
                    .at(span)
                    .help(format!("Write it in quotes: `{key} = \"…\"`.")),
                );
                return None;
            }
        };
        if text.is_empty() {
            self.note(Diagnostic::new(data::SETTING_VALUE, format!("`{key}` of `{table}` is empty.")).at(span).help(
                format!("Put a name between the quotes, or take the whole line of `{key}` out where it may be left out."),
            ));
            return None;
        }
        Some(Word { text: text.to_string(), span: self.inside(value, text) })
    }

    /// A list of texts, each once; empty where it is left out.
    pub fn words(&mut self, table: &Table, key: &str) -> Vec<Word> {
        let Some((_, value)) = table.get(key) else { return Vec::new() };
        let span = self.span(value.span());
        let items = match value.get_ref() {
            DeValue::Array(items) => items,
            other => {
                let mut diagnostic = Diagnostic::new(
                    data::SETTING_VALUE,
                    format!("`{key}` of `{}` is {}, but has to be a list.", table.name, kind(other)),
                )
                .at(span)
                .help(format!("Write it in brackets: `{key} = [\"…\", \"…\"]`."));
                if let (DeValue::String(_), Some(raw)) = (other, self.text.get(value.span())) {
                    diagnostic = diagnostic.fix("put it in brackets", span, format!("[{raw}]"));
                }
                self.note(diagnostic);
                return Vec::new();
            }
        };
        let mut words: Vec<Word> = Vec::new();
        for item in items.iter() {
            let Some(word) = self.word(item, key, &table.name) else { continue };
            match words.iter().find(|w| w.text == word.text) {
                Some(first) => {
                    let message = format!("`{}` stands twice in `{key}` of `{}`.", word.text, table.name);
                    let first = first.span;
                    self.note(
                        Diagnostic::new(data::NAME_TWICE, message)
                            .at(word.span)
                            .label(first, "first here")
                            .help("Take one of the two out."),
                    );
                }
                None => words.push(word),
            }
        }
        words
    }

    /// `money`: columns with their currencies.
    pub fn money(&mut self, table: &Table) -> Vec<(Word, Word)> {
        let Some((_, value)) = table.get("money") else { return Vec::new() };
        let DeValue::Table(entries) = value.get_ref() else {
            let span = self.span(value.span());
            self.note(
                Diagnostic::new(
                    data::SETTING_VALUE,
                    format!(
                        "`money` of `{}` is {}, but has to name columns with their currencies.",
                        table.name,
                        kind(value.get_ref())
                    ),
                )
                .at(span)
                .help("Write it such as `money = { amount = \"EUR\" }`."),
            );
            return Vec::new();
        };
        let mut money = Vec::new();
        for (column, value) in entries {
            let Some(currency) = self.word(value, column.get_ref(), &format!("money of {}", table.name)) else { continue };
            if currency.text.len() != 3 || !currency.text.bytes().all(|b| b.is_ascii_uppercase()) {
                let upper = currency.text.to_ascii_uppercase();
                let mut diagnostic = Diagnostic::new(
                    data::SETTING_VALUE,
                    format!("`{}` is no currency: a currency is three capital letters.", currency.text),
                )
                .at(currency.span)
                .help("Write its code, such as `EUR`, `USD` or `GBP`.");
                if upper.len() == 3 && upper.bytes().all(|b| b.is_ascii_uppercase()) {
                    diagnostic = diagnostic.fix(format!("write `{upper}`"), currency.span, upper);
                }
                self.note(diagnostic);
                continue;
            }
            money.push((Word { text: column.get_ref().to_string(), span: self.span(column.span()) }, currency));
        }
        money
    }

    /// A condition of the language.
    pub fn condition(&mut self, table: &Table, key: &str) -> Option<ConditionText> {
        let (_, value) = table.get(key)?;
        let word = self.word(value, key, &table.name)?;
        if word.text.trim().is_empty() {
            self.note(
                Diagnostic::new(data::SETTING_VALUE, format!("`{key}` of `{}` is empty.", table.name))
                    .at(word.span)
                    .help("Write a condition between the quotes, such as `status = 'paid'`."),
            );
            return None;
        }
        Some(ConditionText { text: word.text, span: word.span })
    }
}

/// What a value of the file is, for a message.
pub(super) fn kind(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The bracket that opens the list in which a place stands: the last one before it that its line does not close.
fn opening(text: &str, before: usize) -> Option<usize> {
    let mut end = before;
    for line in text.get(..before)?.split_inclusive('\n').rev() {
        let start = end - line.len();
        let content = line.trim_start();
        if !content.starts_with(['#', '['])
            && let Some((_, after)) = line.split_once('=')
            && after.trim_start().starts_with('[')
            && !after.contains(']')
        {
            return line.find('[').map(|at| start + at);
        }
        end = start;
    }
    None
}

/// A slip of writing, in plain words: what is wrong, and what to do.
fn slip(message: &str) -> (String, String) {
    const SLIPS: &[(&[&str], &str, &str)] = &[
        (&["duplicate key"], "This stands twice.", "Keep one of the two, or give one another name."),
        (
            &["string values must be quoted"],
            "A text is written in quotes here.",
            "Put it between straight quotes: `key = \"customer_id\"`.",
        ),
        (
            &["escape", "unicode hexadecimal"],
            "A backslash does not stand for itself between these quotes.",
            "Write a path with `/`, or put the text between single quotes: `'…'`.",
        ),
        (
            &["basic string", "literal string", "opening quote"],
            "A quote is missing, or a text is not closed.",
            "Begin and end a text with the same straight quote, on one line.",
        ),
        (
            &["unclosed table", "unclosed array table"],
            "The line that begins a table is not closed.",
            "It is written such as `[events.purchase]`.",
        ),
        (&["cannot extend"], "This name already stands for something else.", "Give one of the two another name."),
        (
            &["comma between array", "in array", "array"],
            "This list is not written as a list is.",
            "It is written such as `static = [\"country\", \"birthday\"]`, with a comma between two texts.",
        ),
        (
            &["inline table", "comma between key-value"],
            "What stands between the braces is not written as it should be.",
            "It is written such as `money = { amount = \"EUR\", tax = \"EUR\" }`.",
        ),
        (
            &["missing assignment", "key with no value", "missing value"],
            "A setting needs a `=` and a value.",
            "It is written such as `key = \"customer_id\"`. A comment begins with `#`.",
        ),
    ];
    let (what, help) = SLIPS.iter().find(|(parts, _, _)| parts.iter().any(|p| message.contains(p))).map_or(
        (
            "This cannot be read.",
            "A line is a setting, such as `key = \"customer_id\"`, or begins a table, such as `[events.purchase]`; a comment begins with `#`.",
        ),
        |(_, what, help)| (*what, *help),
    );
    (what.to_owned(), help.to_owned())
}
