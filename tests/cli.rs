//! The program as somebody at a terminal, or a script, meets it: help, exit statuses, what goes to which stream.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::projects::Scratch;

const CONFIG: &str = "\
[project]
name = \"shop\"

[customers]
path = \"customers.csv\"
key = \"customer_id\"

[events.purchase]
path = \"purchases.csv\"
key = \"customer_id\"
time = \"ts\"
money = { amount = \"EUR\" }
";

/// A shop of five customers. The newest purchase is of 31 May 2024.
pub fn shop() -> Scratch {
    Scratch::of(&[
        ("segue.toml", CONFIG),
        ("customers.csv", "customer_id,country\n1,DE\n2,FR\n3,DE\n4,\n5,AT\n"),
        (
            "purchases.csv",
            "customer_id,ts,amount\n1,2024-05-30T10:00:00,20\n1,2024-05-31T10:00:00,30.5\n2,2024-01-01T00:00:00,5\n\
             9,2024-05-01T00:00:00,5\n,2024-05-01T00:00:00,5\n",
        ),
        (
            "shop.seg",
            "trait spend \"Spend, 30 days\" = sum(purchase.amount) in last 30 days\n\n\
             segment german \"From Germany\" { where country = \"DE\" }\n\
             segment recent \"Bought lately\" { where did purchase in last 30 days\n  holdout 50% }\n",
        ),
    ])
}

/// Calls the program in a folder.
pub fn segue(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_segue"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_remove("SEGUE_FAULT")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Fails unless the call ends so, with all these words on stderr.
fn ends(folder: &Path, arguments: &[&str], status: i32, words: &[&str]) -> Output {
    let output = segue(folder, arguments);
    let (out, err) = (stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(status), "{arguments:?}\n{out}\n{err}");
    for word in words {
        assert!(err.contains(word), "{arguments:?} does not say {word:?}\n{err}");
    }
    for word in ["panicked", "RUST_BACKTRACE", "DataFusion", "Arrow error"] {
        assert!(!err.contains(word) && !out.contains(word), "{arguments:?} says {word:?}\n{err}");
    }
    output
}

#[test]
fn every_command_has_help_with_examples() {
    let here = tempfile::tempdir().unwrap();
    for command in [&[][..], &["schema"], &["check"], &["run"], &["test"], &["why"], &["explain"]] {
        let arguments: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let output = ends(here.path(), &arguments, 0, &[]);
        assert!(stdout(&output).contains("Examples:\n"), "{arguments:?}");
        assert!(output.stderr.is_empty(), "help that was asked for is data");
    }
    let version = ends(here.path(), &["--version"], 0, &[]);
    assert_eq!(stdout(&version), format!("segue {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_is_2() {
    let here = tempfile::tempdir().unwrap();
    ends(here.path(), &[], 2, &["Usage: segue"]);
    ends(here.path(), &["rum"], 2, &["run"]);
    ends(here.path(), &["run", "--memory", "lots"], 2, &["500MB"]);
    ends(here.path(), &["check", "--format", "xml"], 2, &["human", "json"]);
    ends(here.path(), &["check"], 2, &["E0681", "segue.toml"]);
    ends(here.path(), &["run", "nowhere"], 2, &["There is no folder `nowhere`"]);
    ends(here.path(), &["check", "one", "--project", "other"], 2, &["`one`", "`other`"]);
    ends(here.path(), &["explain", "E9999"], 2, &["E9999"]);
}

#[test]
fn a_codes_page_needs_no_project() {
    let here = tempfile::tempdir().unwrap();
    for code in ["E0685", "e0685"] {
        let output = ends(here.path(), &["explain", code], 0, &[]);
        assert!(stdout(&output).starts_with("# E0685: as-of\n"));
    }
}

#[test]
fn the_project_is_the_nearest_folder_upwards() {
    let shop = shop();
    shop.write("campaigns/spring/a.seg", "segment broken {");
    let inner = shop.path().join("campaigns/spring");
    // Wherever it is called, paths are the project's.
    ends(&inner, &["check"], 2, &["E0606", "segue schema"]);
    ends(&inner, &["check"], 2, &["campaigns/spring/a.seg:1"]);
    ends(&inner, &["check", "--project", "../.."], 2, &["campaigns/spring/a.seg:1"]);
    ends(&inner, &["check", "../.."], 2, &["campaigns/spring/a.seg:1"]);
}

#[test]
fn a_file_that_is_not_utf8_is_named_with_its_line() {
    let shop = shop();
    std::fs::write(shop.path().join("old.seg"), b"# caf\xc3\xa9\nsegment k { where city = \"K\xf6ln\" }\n").unwrap();
    ends(&shop.path(), &["check"], 2, &["E0195", "old.seg:2:28", "UTF-8"]);
    std::fs::write(shop.path().join("segue.toml"), b"[project]\nname = \"K\xf6ln\"\n").unwrap();
    ends(&shop.path(), &["check"], 2, &["E0684", "segue.toml:2"]);
}

#[test]
fn a_file_that_is_far_too_large_is_refused() {
    let shop = shop();
    let large = |path: &str| std::fs::File::create(shop.path().join(path)).unwrap().set_len(17 << 20).unwrap();
    large("export.seg");
    ends(&shop.path(), &["check"], 2, &["E0196", "export.seg", "16 MB"]);
    large("segue.toml");
    ends(&shop.path(), &["check"], 2, &["E0684", "segue.toml"]);
}

#[test]
fn hidden_folders_outputs_and_projects_inside_are_left_alone() {
    let shop = shop();
    for path in [".git/a.seg", "out/b.seg", "inner/segue.toml", "inner/c.seg", "d.seg.txt"] {
        shop.write(path, "this is no definition\n");
    }
    let err = stderr(&segue(&shop.path(), &["check"]));
    assert!(!err.contains("E01"), "{err}");
    shop.write("deep/er/.x/e.seg", "this is no definition\n");
    shop.write("deep/er/f.seg", "this is no definition\n");
    let err = stderr(&segue(&shop.path(), &["check"]));
    assert!(err.contains("deep/er/f.seg:1:1") && !err.contains("e.seg:"), "{err}");
}

#[test]
fn json_is_on_stdout_and_nothing_else() {
    let here = tempfile::tempdir().unwrap();
    let output = ends(here.path(), &["check", "--format", "json"], 2, &[]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["version"].to_string(), "1");
    assert_eq!(json["diagnostics"][0]["code"], "E0681");
    assert!(output.stderr.is_empty());
}

#[test]
fn colours_are_for_terminals() {
    let here = tempfile::tempdir().unwrap();
    for arguments in [&["check"][..], &["--help"], &["rum"]] {
        let output = segue(here.path(), arguments);
        assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let here = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_segue"))
        .args(["explain", "E0685"])
        .current_dir(here.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[cfg(not(feature = "engine"))]
#[test]
fn what_needs_the_engine_says_so_in_the_small_build() {
    let shop = shop();
    ends(&shop.path(), &["schema"], 2, &["E0688", "without the engine"]);
}

#[cfg(feature = "engine")]
mod with_data {
    use super::*;
    use crate::outputs;

    /// The shop, looked at.
    fn locked() -> Scratch {
        let shop = shop();
        let output = ends(&shop.path(), &["schema"], 0, &[]);
        let out = stdout(&output);
        assert!(out.contains("customers") && out.contains("5 rows") && out.contains("segue.lock is written"), "{out}");
        shop
    }

    #[test]
    fn schema_writes_the_lock_and_says_what_drifted() {
        let shop = locked();
        ends(&shop.path(), &["schema", "--check"], 0, &[]);
        let lock = std::fs::read(shop.path().join("segue.lock")).unwrap();
        shop.write("customers.csv", "customer_id,country\n1,DE\n2,NO\n");
        ends(&shop.path(), &["schema", "--check"], 2, &["E0689", "NO"]);
        assert_eq!(std::fs::read(shop.path().join("segue.lock")).unwrap(), lock, "--check writes nothing");
        ends(&shop.path(), &["schema"], 0, &[]);
        ends(&shop.path(), &["schema", "--check"], 0, &[]);
    }

    #[test]
    fn check_says_what_is_wrong_and_ends_with_1() {
        let shop = locked();
        let fine = ends(&shop.path(), &["check"], 0, &["2 segments and 1 trait"]);
        assert!(fine.stdout.is_empty());
        shop.write("typo.seg", "segment typo { where contry = \"DE\" }\n");
        ends(&shop.path(), &["check"], 1, &["error[E0201]", "typo.seg:1:22", "`country`"]);
        ends(&shop.path(), &["run"], 1, &["error[E0201]"]);
        assert!(!shop.path().join("out").exists());
    }

    #[test]
    fn a_run_shows_its_table_and_writes_its_files() {
        let shop = locked();
        let out = stdout(&ends(&shop.path(), &["run"], 0, &[]));
        for words in [
            "shop as of 2024-06-01 00:00 UTC, 5 customers",
            "From Germany",
            "40.0%",
            "20.0%",
            "5 rows: 3 counted, 1 without a key, 1 of nobody among the customers",
        ] {
            assert!(out.contains(words), "{words:?} is not in\n{out}");
        }
        let folder = shop.path().join("out");
        let members = outputs::membership(&folder);
        assert_eq!(members["german"].len(), 2);
        assert_eq!(members["recent"].len(), 1);
        assert!(folder.join("segments/german.parquet").exists() && !folder.join("traits.parquet").exists());
        let run: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("run.json")).unwrap()).unwrap();
        assert_eq!((&run["program"], &run["as_of"]), (&"segue".into(), &"2024-06-01T00:00:00Z".into()));
        assert_eq!(run["segments"][0]["name"], "german");
        for file in run["files"].as_array().unwrap() {
            let bytes = std::fs::read(folder.join(file["path"].as_str().unwrap())).unwrap();
            assert_eq!(file["blake3"], blake3::hash(&bytes).to_hex().as_str());
            assert_eq!(file["bytes"].to_string(), bytes.len().to_string());
        }
        // The same again, for machines: the document is the file.
        let output = ends(&shop.path(), &["run", "--format", "json"], 0, &[]);
        assert_eq!(output.stdout, std::fs::read(folder.join("run.json")).unwrap());
    }

    #[test]
    fn only_some_segments_and_elsewhere() {
        let shop = locked();
        ends(&shop.path(), &["run", "--only", "german", "--out", "there", "--traits"], 0, &[]);
        let folder = shop.path().join("there");
        assert_eq!(outputs::membership(&folder).keys().collect::<Vec<_>>(), ["german"]);
        assert!(!folder.join("segments/recent.parquet").exists());
        assert_eq!(outputs::traits(&folder)["spend"].len(), 5);
        ends(&shop.path(), &["run", "--only", "germn"], 2, &["E0687", "`german`"]);
        ends(&shop.path(), &["run", "--only", "spend"], 2, &["E0687", "no segment `spend`"]);
    }

    #[test]
    fn as_of_when() {
        let shop = locked();
        let shown = |arguments: &[&str]| stdout(&ends(&shop.path(), arguments, 0, &[]));
        assert!(shown(&["run", "--as-of", "2024-05-31T10:00"]).contains("as of 2024-05-31 10:00 UTC"));
        ends(&shop.path(), &["run", "--as-of", "31.5.2024"], 2, &["E0685", "2024-06-01"]);
        // The future is told of, but is no part of the output.
        ends(&shop.path(), &["run", "--as-of", "9000-01-01"], 0, &["W0491"]);
        let run = std::fs::read_to_string(shop.path().join("out/run.json")).unwrap();
        assert!(!run.contains("W0491") && run.contains("W0492"), "{run}");
        ends(&shop.path(), &["run", "--as-of", "2024-07-05"], 0, &["W0492", "2024-05-31 10:00"]);
        // An event with a time in the future moves the day that is taken by itself.
        shop.write("purchases.csv", "customer_id,ts,amount\n1,2924-05-30T10:00:00,20\n");
        ends(&shop.path(), &["run"], 0, &["W0491", "2924-05-31", "future"]);
    }

    #[test]
    fn without_an_event_as_of_is_required() {
        let shop = shop();
        shop.write("purchases.csv", "customer_id,ts,amount\n,2024-05-30T10:00:00,20\n1,,3\n");
        ends(&shop.path(), &["schema"], 0, &[]);
        ends(&shop.path(), &["run"], 2, &["E0686", "--as-of"]);
        ends(&shop.path(), &["run", "--as-of", "2024-06-01"], 0, &[]);
    }

    #[test]
    fn the_plan_of_a_definition() {
        let shop = locked();
        let out = stdout(&ends(&shop.path(), &["explain", "recent", "--plan"], 0, &[]));
        for words in ["recent", "purchase", "2024-05-02"] {
            assert!(out.contains(words), "{words:?} is not in\n{out}");
        }
        ends(&shop.path(), &["explain", "recnt", "--plan"], 2, &["`recent`"]);
        let out = stdout(&ends(&shop.path(), &["explain", "recent"], 0, &[]));
        // The newest purchase that the lock knows of is of 31 May.
        assert!(out.contains("at least one `purchase` event in the last 30 days (2 to 31 May 2024)"), "{out}");
        let out = stdout(&ends(&shop.path(), &["explain", "recent", "--format", "json", "--as-of", "2024-03-01"], 0, &[]));
        assert!(out.contains("(31 January to 29 February 2024)"), "{out}");
    }

    #[test]
    fn data_that_is_not_there_is_3() {
        let shop = locked();
        std::fs::remove_file(shop.path().join("purchases.csv")).unwrap();
        ends(&shop.path(), &["run"], 3, &["purchases.csv"]);
        assert!(!shop.path().join("out").exists());
    }
}
