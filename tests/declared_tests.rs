//! `test` declarations, from the text to what `segue test` shows: in the project of the guide, without data.

use std::fs;
use std::path::Path;

use crate::cli::segue;
use crate::projects::{Scratch, root};

/// The project of the guide with these definitions.
fn project(text: &str) -> Scratch {
    let scratch = Scratch::copy_of("tests/corpus/guide");
    scratch.write("case.seg", text);
    scratch
}

/// What a call of the program says on stdout and stderr, and its exit status.
fn says(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let output = segue(folder, arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr), output.status.code().unwrap())
}

const MARK: &str = "=== says\n";

/// `SEGUE_BLESS=1` writes what is said anew, to be read in review.
#[test]
fn tests_say_what_failed_and_why() {
    let folder = root().join("tests/corpus/tests");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let case = fs::read_to_string(&path).unwrap();
        let (text, expected) = case.split_once(MARK).unwrap_or((&case, ""));
        let (out, err, status) = says(&project(text).path(), &["test"]);
        let found = format!("{out}{err}(status {status})\n");
        assert!(!found.contains("panicked"), "{found}");
        if found != expected && std::env::var_os("SEGUE_BLESS").is_some() {
            fs::write(&path, format!("{text}{MARK}{found}")).unwrap();
        } else if found != expected {
            wrong.push(format!("{}:\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const TWO: &str = "segment adults { where age >= 18 }
test \"one & <two>\" {
  as of 2024-06-01
  given customer { age: 18 }
  expect in adults
}
test \"another one\" {
  as of 2024-06-01
  given customer { age: 17 }
  expect in adults
}
";

#[test]
fn only_takes_a_title_or_a_part_of_one() {
    let project = project(TWO);
    for (only, passed, status) in
        [("one & <two>", 1, 0), ("another one", 0, 1), ("ONE", 1, 1), ("another", 0, 1), ("one & ", 1, 0)]
    {
        let (out, err, found) = says(&project.path(), &["test", "--only", only]);
        assert_eq!(found, status, "{only}: {out}{err}");
        assert_eq!(out.matches("ok  ").count(), passed, "{only}: {out}");
    }
    let (_, err, status) = says(&project.path(), &["test", "--only", "anothr one"]);
    assert!(status == 2 && err.contains("`another one`"), "{err}");
}

#[test]
fn machines_read_json_and_junit() {
    let project = project(TWO);
    let (out, err, status) = says(&project.path(), &["test", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((status, err.as_str()), (1, ""));
    assert_eq!((&json["tests"], &json["failed"]), (&2.into(), &1.into()));
    assert_eq!(json["results"][1]["failures"][0]["line"], 10);
    assert_eq!(json["results"][1]["failures"][0]["because"][1]["written"], "age >= 18");

    let (out, _, status) = says(&project.path(), &["test", "--format", "junit"]);
    assert_eq!(status, 1);
    assert!(out.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "), "{out}");
    assert!(out.contains("<testsuite name=\"case.seg\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\""), "{out}");
    assert!(out.contains("name=\"one &amp; &lt;two&gt;\" file=\"case.seg\" line=\"2\" time=\"0\"/>"), "{out}");
    assert!(out.contains("<failure message=\"expected in adults\""), "{out}");
    is_well_formed(&out);
}

/// Every tag that is opened is closed in turn, and no sign stands bare.
fn is_well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let body = xml.split_once("?>").unwrap().1;
    for (i, piece) in body.split('<').enumerate() {
        if i == 0 {
            assert!(piece.trim().is_empty());
            continue;
        }
        let (tag, text) = piece.split_once('>').unwrap();
        assert!(!text.contains('>'), "{text}");
        for entity in text.split('&').skip(1).chain(tag.split('&').skip(1)) {
            let name = entity.split_once(';').unwrap().0;
            assert!(["amp", "lt", "gt", "quot", "apos"].contains(&name), "{name}");
        }
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty());
}

#[test]
fn checking_says_nothing_of_tests_that_fail() {
    let (out, err, status) = says(&project(TWO).path(), &["check"]);
    assert_eq!(status, 0, "{out}{err}");
    assert!(!err.contains("another"), "{err}");
    let (out, _, status) = says(&project("segment a { where age > 5 }\n").path(), &["test"]);
    assert!(status == 0 && out.starts_with("The project has no tests yet"), "{out}");
}

/// Definitions of definitions can be many and can multiply; neither is followed without end.
#[test]
fn long_chains_are_told_in_time() {
    let mut text = String::from("trait t0 = lifetime_value\nsegment s0 { where t0 > 5 }\n");
    for i in 1..2000 {
        let before = i - 1;
        text.push_str(&format!("trait t{i} = (t{before} + t{before}) / 2\n"));
        text.push_str(&format!("segment s{i} {{ where in segment s{before} and not (t{i} < 5 EUR) }}\n"));
    }
    text.push_str("test \"a\" {\n  as of 2024-06-01\n  given customer { lifetime_value: 4 }\n  expect t1999 = 5 EUR\n  expect in s1999\n}\n");
    let project = project(&text);
    let (out, err, status) = says(&project.path(), &["test"]);
    assert_eq!(status, 1, "{err}");
    assert!(out.len() < 500_000, "{} bytes", out.len());
    for name in ["t1999", "s1999"] {
        let (out, err, status) = says(&project.path(), &["explain", name]);
        assert_eq!(status, 0, "{err}");
        assert!(out.contains("`t0`"));
    }
}
