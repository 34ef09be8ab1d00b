//! What tests said: for people, as JSON, and as the XML of JUnit.

use std::fmt::Write;

use serde_json::json;

use crate::explain::{why, words};
use crate::session::{Failure, TestReport, TestResult};

/// For people.
pub fn human(report: &TestReport) -> String {
    if report.tests.is_empty() {
        return "The project has no tests yet. One begins with `test \"its title\" {`; docs/language.md shows how.\n"
            .to_owned();
    }
    let mut out = String::new();
    for test in &report.tests {
        let word = if test.failures.is_empty() { "ok    " } else { "FAILED" };
        let _ = writeln!(out, "{word}  {}", test.title);
        for failure in &test.failures {
            for line in told(test, failure).lines() {
                let _ = writeln!(out, "        {line}");
            }
        }
    }
    let (all, failed) = (report.tests.len() as u64, report.failed() as u64);
    let tests = words::several(all, "test", "tests");
    let _ = match failed {
        0 => writeln!(out, "\n{tests} passed."),
        _ => writeln!(out, "\n{tests}: {} passed, {} failed.", words::count(all - failed), words::count(failed)),
    };
    out
}

/// A failure, in some lines.
fn told(test: &TestResult, failure: &Failure) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}:{}: expected {}", test.file, failure.line, failure.expected);
    let _ = writeln!(out, "As of {}, {}{}", test.as_of, failure.actual, if failure.because.is_empty() { "." } else { ":" });
    out.push_str(&why::text(&failure.because));
    if !failure.change.is_empty() {
        let _ = writeln!(out, "It would be so if");
        for change in &failure.change {
            let _ = writeln!(out, "  - {change}");
        }
    }
    out
}

/// For machines: docs/json.md.
pub fn json(report: &TestReport) -> String {
    let failure = |failure: &Failure| {
        json!({
            "line": failure.line,
            "expected": failure.expected,
            "actual": failure.actual,
            "because": why::json(&failure.because),
            "change": failure.change,
        })
    };
    let tests: Vec<_> = report
        .tests
        .iter()
        .map(|test| {
            json!({
                "title": test.title,
                "file": test.file,
                "line": test.line,
                "as_of": test.as_of,
                "passed": test.failures.is_empty(),
                "expectations": test.expectations,
                "failures": test.failures.iter().map(failure).collect::<Vec<_>>(),
            })
        })
        .collect();
    let document = json!({
        "version": 1,
        "project": report.project,
        "tests": report.tests.len(),
        "failed": report.failed(),
        "results": tests,
    });
    serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
}

/// For CI: a suite a file, a case a test.
pub fn junit(report: &TestReport) -> String {
    let mut files: Vec<&str> = report.tests.iter().map(|test| test.file.as_str()).collect();
    files.dedup();
    files.sort_unstable();
    files.dedup();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let failed = report.failed();
    let _ = writeln!(
        out,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" time=\"0\">",
        escaped(&report.project),
        report.tests.len()
    );
    for file in files {
        let tests: Vec<&TestResult> = report.tests.iter().filter(|test| test.file == file).collect();
        let failed = tests.iter().filter(|test| !test.failures.is_empty()).count();
        let shown = escaped(file);
        let _ = writeln!(
            out,
            "  <testsuite name=\"{shown}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"0\" time=\"0\">",
            tests.len()
        );
        for test in tests {
            let title = escaped(&test.title);
            let head = format!(
                "    <testcase classname=\"{shown}\" name=\"{title}\" file=\"{shown}\" line=\"{}\" time=\"0\"",
                test.line
            );
            if test.failures.is_empty() {
                let _ = writeln!(out, "{head}/>");
                continue;
            }
            let expected: Vec<&str> = test.failures.iter().map(|failure| failure.expected.as_str()).collect();
            let text: Vec<String> = test.failures.iter().map(|failure| told(test, failure)).collect();
            let _ = writeln!(out, "{head}>");
            let _ = writeln!(
                out,
                "      <failure message=\"expected {}\" type=\"expectation\">{}</failure>",
                escaped(&expected.join("; ")),
                escaped(&text.join("\n"))
            );
            let _ = writeln!(out, "    </testcase>");
        }
        let _ = writeln!(out, "  </testsuite>");
    }
    out.push_str("</testsuites>\n");
    out
}

/// A text as XML may hold it: its signs written out, characters that XML forbids left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_holds_no_sign_of_its_own_and_no_forbidden_character() {
        assert_eq!(escaped("a < b & \"c\" > 'd'\u{0}\u{1b}\n"), "a &lt; b &amp; &quot;c&quot; &gt; &apos;d&apos;\n");
    }
}
