//! Tests of texts: `starts with`, `ends with`, `contains`, `matches`, with or without case.

use regex::{Regex, RegexBuilder};

use super::{TextTest, TextTestKind};

/// The largest compiled pattern, in bytes.
const LARGEST_PATTERN: usize = 1 << 20;

/// A test that is ready to be put to many texts.
#[derive(Debug, Clone)]
pub struct Matcher {
    kind: TextTestKind,
    pattern: String,
    regex: Option<Regex>,
}

impl Matcher {
    /// Makes a test ready. An error is of a pattern of `matches` that is no regular expression in the syntax of Rust's regex
    /// crate, or too large a one; it is the crate's own explanation.
    pub fn new(test: &TextTest) -> Result<Matcher, String> {
        let pattern =
            if test.kind == TextTestKind::Matches { test.pattern.to_string() } else { regex::escape(&test.pattern) };
        let pattern = match test.kind {
            TextTestKind::StartsWith => format!("\\A(?:{pattern})"),
            TextTestKind::EndsWith => format!("(?:{pattern})\\z"),
            TextTestKind::Contains | TextTestKind::Matches => pattern,
        };
        let needs_regex = test.ignoring_case || test.kind == TextTestKind::Matches;
        // The crate compares by Unicode's simple case folding.
        let regex = needs_regex
            .then(|| RegexBuilder::new(&pattern).case_insensitive(test.ignoring_case).size_limit(LARGEST_PATTERN).build())
            .transpose()
            .map_err(|error| error.to_string())?;
        Ok(Matcher { kind: test.kind, pattern: test.pattern.to_string(), regex })
    }

    /// Whether a text passes.
    pub fn holds(&self, text: &str) -> bool {
        match (&self.regex, self.kind) {
            (Some(regex), _) => regex.is_match(text),
            (None, TextTestKind::StartsWith) => text.starts_with(&self.pattern),
            (None, TextTestKind::EndsWith) => text.ends_with(&self.pattern),
            (None, _) => text.contains(&self.pattern),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(kind: TextTestKind, pattern: &str, ignoring_case: bool, text: &str) -> bool {
        Matcher::new(&TextTest { kind, pattern: pattern.into(), ignoring_case }).expect("a pattern").holds(text)
    }

    #[test]
    fn case_counts_unless_it_is_ignored_by_simple_folding() {
        use TextTestKind::{Contains, EndsWith, Matches, StartsWith};
        assert!(holds(StartsWith, "San", false, "San José") && !holds(StartsWith, "san", false, "San José"));
        assert!(holds(StartsWith, "sAN", true, "San José") && holds(EndsWith, "JOSÉ", true, "San José"));
        assert!(holds(Contains, "a.", false, "a.b") && !holds(Contains, "a.", true, "axb"));
        assert!(holds(EndsWith, "n", false, "a\nn") && !holds(EndsWith, "a", true, "a\n"));
        assert!(holds(Matches, "^s.n$", true, "SAN") && !holds(Contains, "STRASSE", true, "straße"));
        assert!(Matcher::new(&TextTest { kind: Matches, pattern: "(".into(), ignoring_case: false }).is_err());
    }
}
