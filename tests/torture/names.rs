//! No name of a segment leads out of the folder of outputs, and no `--out` overwrites what is not Segue's.

use std::collections::BTreeSet;
use std::fs;

use super::{done, names_in, run, shop};

/// Names that somebody, or something, could come up with to write elsewhere or to break a file system.
fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "..",
        ".",
        "../up",
        "../../up",
        "a/../../up",
        "/etc/passwd",
        "//server/share",
        "\\\\server\\share",
        "..\\up",
        "C:",
        "C:\\up",
        "c:up",
        "~",
        "~root",
        "$HOME",
        "${HOME}",
        "%HOME%",
        "%2e%2e%2fup",
        "%00",
        "CON",
        "con",
        "NUL",
        "nul.parquet",
        "COM1",
        "LPT9",
        "AUX",
        "PRN",
        "a.parquet",
        "run.json",
        "membership",
        "segments",
        "traits",
        ".hidden",
        "-rf",
        "--out",
        "a b",
        " a",
        "a ",
        "a.",
        "a..",
        "a:b",
        "a*b",
        "a?b",
        "a<b",
        "a>b",
        "a|b",
        "a&b",
        "a;b",
        "a'b",
        "a\"b",
        "a#1",
        "foo.parquet#1",
        "straße",
        "STRASSE",
        "É",
        "E\u{301}",
        "é",
        "e\u{301}",
        "ａ",
        "а",
        "😀",
        "a\u{200b}b",
        "a\u{202e}b",
        "a\u{2028}b",
        "x\u{feff}",
        "`",
        "``",
        "a`b",
        "$(touch up)",
        "{a,b}",
        "[a]",
        "!",
        "=1+1",
        "@a",
        "+a",
        "a,b",
        "a\tb",
        "index.html",
        "desktop.ini",
        "Thumbs.db",
        ".DS_Store",
        ".gitignore",
        "lost+found",
        "a=b",
        "country=DE",
        "_",
        "__proto__",
        "null",
        "true",
        "0",
        "-1",
    ]
    .map(str::to_owned)
    .to_vec();
    for depth in 1..=10 {
        names.push(format!("{}up", "..\\".repeat(depth)));
        names.push(format!("{}up", "%2e%2e%2f".repeat(depth)));
        names.push(format!("a{}", "\\..".repeat(depth)));
    }
    for depth in 1..=20 {
        names.push(format!("{}up", "../".repeat(depth)));
        names.push(format!("a{}", "/..".repeat(depth)));
    }
    for length in [1, 79, 80, 81, 200, 255, 256, 300, 1_000, 5_000] {
        names.push("n".repeat(length));
        names.push("ü".repeat(length));
    }
    for i in 0..30 {
        // Alike where upper and lower case are one.
        names.push(format!("case{}", (0..5).map(|b| if i >> b & 1 == 1 { 'X' } else { 'x' }).collect::<String>()));
    }
    names
}

#[test]
fn no_name_of_a_segment_leads_out_of_the_folder() {
    let shop = shop();
    let quoted = |name: &str| format!("segment `{}` {{ where country = \"DE\" }}\n", name.replace('`', "``"));
    // Names that the language refuses (a backquote, a line end) are none of a segment; each is asked alone.
    let mut accepted: BTreeSet<String> = BTreeSet::new();
    for name in names() {
        shop.write("shop.seg", &quoted(&name));
        // As the language reads it: two backquotes are one.
        if let Some(program) = shop.open().check().program {
            accepted.insert(program.definitions[0].name.to_string());
        }
    }
    assert!(names().len() >= 200 && accepted.len() >= 120, "{} of {}", accepted.len(), names().len());
    shop.write("shop.seg", &accepted.iter().map(|name| quoted(name)).collect::<String>());
    let around = shop.path().parent().unwrap().to_owned();
    let before = (names_in(&around), names_in(&shop.path()));
    done(run(&shop.path(), &[]));
    let mut inside = before.1;
    inside.push("out".to_owned());
    inside.sort();
    assert_eq!((names_in(&around), names_in(&shop.path())), (before.0, inside));
    assert_eq!(names_in(&shop.path().join("out")), ["membership.parquet", "run.json", "segments"]);
    // One file each, and no two are one where case does not count.
    let files = names_in(&shop.path().join("out/segments"));
    let folded: BTreeSet<String> = files.iter().map(|f| f.to_lowercase()).collect();
    assert_eq!((files.len(), folded.len()), (accepted.len(), accepted.len()));
    let run_json = fs::read(shop.path().join("out/run.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&run_json).unwrap();
    let told: BTreeSet<String> =
        json["segments"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap().to_owned()).collect();
    let odd: Vec<_> = told.symmetric_difference(&accepted).collect();
    assert!(odd.is_empty(), "{odd:?}");
    // The next run knows all of it for its own.
    done(run(&shop.path(), &[]));
}

#[test]
fn an_output_folder_that_is_somebody_elses_is_refused() {
    let shop = shop();
    shop.write("letters/one.txt", "mine");
    let outside = shop.path().parent().unwrap().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("precious"), "mine").unwrap();
    std::os::unix::fs::symlink(&outside, shop.path().join("link")).unwrap();
    for out in ["letters", ".", "..", "link", "customers.csv", "/"] {
        let mut command = run(&shop.path(), &["--out", out]);
        let refused = command.current_dir(shop.path()).output().unwrap();
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(matches!(refused.status.code(), Some(2 | 3)), "{out}: {said}");
        assert!(said.contains("error[E067"), "{out}: {said}");
    }
    assert_eq!(fs::read_to_string(outside.join("precious")).unwrap(), "mine");
    assert_eq!(names_in(&shop.path().join("letters")), ["one.txt"]);
    assert_eq!(names_in(&outside), ["precious"]);
}
