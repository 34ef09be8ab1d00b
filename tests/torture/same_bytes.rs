//! The same definitions, data and as-of time give the same bytes: on any number of threads, under another locale, time zone,
//! clock and home, in another folder, and however the project's files are laid out.

use std::fs;

use segue::session;

use super::{done, output, run, shop};
use crate::projects::{copy, request};

#[test]
fn threads_surroundings_and_folder_change_nothing() {
    let shop = shop();
    let out = shop.path().join("out");
    let bytes = |set: &dyn Fn(&mut std::process::Command)| {
        let mut command = run(&shop.path(), &["--traits"]);
        set(&mut command);
        done(command);
        output(&out).unwrap()
    };
    let expected = bytes(&|_| {});
    assert!(expected.len() >= 5, "{:?}", expected.keys());
    for partitions in ["1", "2", "8"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_segue"));
        command.args(["run", "--traits", "--partitions", partitions]).current_dir(shop.path());
        done(command);
        assert!(output(&out).unwrap() == expected, "on {partitions} threads");
    }
    for (name, value) in [
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANG", "de_DE.UTF-8"),
        ("TZ", "Pacific/Kiritimati"),
        ("HOME", "/nonexistent"),
        ("COLUMNS", "20"),
        ("NO_COLOR", "1"),
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "full"),
        ("TZDIR", "/nonexistent"),
    ] {
        assert!(
            bytes(&|c| {
                c.env(name, value);
            }) == expected,
            "with {name}={value}"
        );
    }
    assert!(
        bytes(&|c| {
            c.env_clear();
        }) == expected,
        "without any surroundings"
    );

    // In another folder, under another name, called from elsewhere.
    let elsewhere = tempfile::tempdir().unwrap();
    let other = elsewhere.path().join("täglich und anders/x");
    copy(&shop.path(), &other);
    done({
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_segue"));
        command.args(["run", "--traits"]).current_dir(&other);
        command
    });
    assert!(output(&other.join("out")).unwrap() == expected, "in another folder");
}

#[test]
fn the_clock_changes_nothing() {
    let shop = shop();
    let mut expected = None;
    for now in [0, 1_767_225_600_000_000, 9_000_000_000_000_000] {
        let request = segue::session::Request { now, ..request(None) };
        session::open(&shop.path()).unwrap().run(&request, &|_| {}).unwrap();
        let found = output(&shop.path().join("out")).unwrap();
        assert!(expected.is_none() || expected.as_ref() == Some(&found), "at {now}");
        expected = Some(found);
    }
}

#[test]
fn only_what_changes_an_answer_changes_the_hashes() {
    let shop = shop();
    let hashes = || {
        let outcome = shop.open().run(&request(None), &|_| {}).unwrap();
        let json: serde_json::Value = serde_json::from_str(&outcome.manifest).unwrap();
        let text = |key: &str| json[key].as_str().unwrap().to_owned();
        assert_eq!((text("definition_hash").len(), text("data_fingerprint").len()), (64, 64));
        (text("definition_hash"), text("data_fingerprint"))
    };
    let (definitions, data) = hashes();
    // Comments, blanks, and in which file a definition stands.
    let text = fs::read_to_string(shop.path().join("shop.seg")).unwrap();
    let (first, second) = text.split_once("segment best").unwrap();
    shop.write("shop.seg", &format!("# a comment\n\n{}", first.replace("  where", "      where")));
    shop.write("deeper/best.seg", &format!("segment best{second}"));
    assert_eq!(hashes(), (definitions.clone(), data.clone()));
    // A number in a definition.
    shop.write("deeper/best.seg", &format!("segment best{second}").replace("20%", "21%"));
    let (changed, same) = hashes();
    assert!(changed != definitions && same == data);
    // One digit of the data, in a file of the same size.
    let rows = fs::read_to_string(shop.path().join("purchases.csv")).unwrap();
    let at = rows.rfind(['1', '2']).unwrap();
    let digit = if rows[at..].starts_with('1') { "2" } else { "1" };
    shop.write("purchases.csv", &format!("{}{digit}{}", &rows[..at], &rows[at + 1..]));
    let (same, other) = hashes();
    assert!(same == changed && other != data);
}
