//! The store's promises that one process can be asked for; those that need a process to die are in `torture`.

use std::fs;
use std::io::Write;
use std::path::Path;

use segue::store::{OutputFolder, names, write_file};

const MANIFEST: &str = "{\"program\": \"segue\"}\n";

fn write(folder: &mut OutputFolder, name: &str, text: &str) {
    let mut file = folder.file(name).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let written = file.finish().unwrap();
    assert_eq!(written.bytes, text.len() as u64);
    assert_eq!(written.blake3, blake3::hash(text.as_bytes()).to_hex().to_string());
}

fn run(out: &Path, text: &str) {
    let mut folder = OutputFolder::begin(out).unwrap();
    write(&mut folder, "segments/a.parquet", text);
    write(&mut folder, "stages/lifecycle.parquet", text);
    write(&mut folder, "run.json", MANIFEST);
    folder.commit().unwrap();
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_folder_comes_whole_replaces_the_former_and_leaves_nothing_beside() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("deep/er/out");
    run(&out, "one");
    assert_eq!(fs::read_to_string(out.join("segments/a.parquet")).unwrap(), "one");
    fs::write(out.join(".gitignore"), "*").unwrap();
    run(&out, "two");
    assert_eq!(fs::read_to_string(out.join("segments/a.parquet")).unwrap(), "two");
    assert_eq!(fs::read_to_string(out.join(".gitignore")).unwrap(), "*", "taken along");
    assert_eq!(names_in(out.parent().unwrap()), ["out"]);
}

#[test]
fn dropped_it_leaves_nothing_not_even_the_folders_above() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = OutputFolder::begin(&dir.path().join("a/b/out")).unwrap();
    write(&mut folder, "run.json", MANIFEST);
    drop(folder);
    assert_eq!(names_in(dir.path()), Vec::<String>::new());
}

#[test]
fn what_is_not_an_output_is_refused_and_untouched() {
    let dir = tempfile::tempdir().unwrap();
    let refuse = |make: &dyn Fn(&Path), word: &str| {
        let out = dir.path().join("out");
        let _ = fs::remove_dir_all(&out);
        make(&out);
        let error = OutputFolder::begin(&out).unwrap_err();
        assert_eq!(error.code.code, "E0672");
        assert!(error.message.contains(word), "{}", error.message);
        if out.is_dir() && !out.is_symlink() {
            fs::remove_dir_all(&out).unwrap();
        } else {
            fs::remove_file(&out).unwrap();
        }
        assert_eq!(names_in(dir.path()), Vec::<String>::new());
    };
    refuse(
        &|out| {
            fs::create_dir(out).unwrap();
            fs::write(out.join("letter.txt"), "mine").unwrap();
        },
        "`letter.txt`",
    );
    refuse(
        &|out| {
            run(out, "one");
            fs::write(out.join("segments/notes.md"), "mine").unwrap();
        },
        "`segments/notes.md`",
    );
    refuse(
        &|out| {
            fs::create_dir(out).unwrap();
            fs::write(out.join("run.json"), "{\"program\": \"other\"}").unwrap();
        },
        "no `run.json`",
    );
    refuse(
        &|out| {
            run(out, "one");
            fs::remove_file(out.join("run.json")).unwrap();
        },
        "no `run.json`",
    );
    refuse(&|out| fs::write(out, "x").unwrap(), "is a file");
    let elsewhere = tempfile::tempdir().unwrap();
    refuse(&|out| std::os::unix::fs::symlink(elsewhere.path(), out).unwrap(), "is a link");
    refuse(
        &|out| {
            run(out, "one");
            fs::remove_dir_all(out.join("segments")).unwrap();
            std::os::unix::fs::symlink(elsewhere.path(), out.join("segments")).unwrap();
        },
        "`segments`",
    );
    assert_eq!(names_in(elsewhere.path()), Vec::<String>::new());
    for special in ["/", "."] {
        assert_eq!(OutputFolder::begin(Path::new(special)).unwrap_err().code.code, "E0672", "{special}");
    }
}

#[test]
fn a_second_run_on_one_folder_is_told_and_litter_of_dead_runs_goes() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    run(&out, "one");
    let first = OutputFolder::begin(&out).unwrap();
    let error = OutputFolder::begin(&out).unwrap_err();
    assert_eq!(error.code.code, "E0673");
    drop(first);

    // Nobody holds a lock on these two, so their run is dead; the third is somebody's own.
    fs::create_dir_all(dir.path().join(".out.segue-01234567-1-0/segments")).unwrap();
    fs::create_dir(dir.path().join(".out.segue-01234567-1-0-former")).unwrap();
    fs::create_dir(dir.path().join(".out.segue-notes")).unwrap();
    run(&out, "two");
    assert_eq!(names_in(dir.path()), [".out.segue-notes", "out"]);
}

#[test]
fn a_former_output_gets_its_name_back() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    run(&out, "one");
    fs::rename(&out, dir.path().join(".out.segue-01234567-1-0-former")).unwrap();
    drop(OutputFolder::begin(&out).unwrap());
    assert_eq!(fs::read_to_string(out.join("segments/a.parquet")).unwrap(), "one");
    assert_eq!(names_in(dir.path()), ["out"]);
}

#[test]
fn paths_that_lead_out_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = OutputFolder::begin(&dir.path().join("out")).unwrap();
    for path in ["../x", "/etc/x", "a/../../x", "", "segments//x", "C:/x", "nul", "a\\b", "x#1"] {
        assert!(folder.file(path).is_err(), "{path}");
    }
    drop(folder);
    assert_eq!(names_in(dir.path()), Vec::<String>::new());
}

#[test]
fn one_file_is_replaced_and_errors_name_the_path() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("segue.lock");
    write_file(&path, b"one").unwrap();
    write_file(&path, b"two").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "two");
    assert_eq!(names_in(dir.path()), ["segue.lock"]);
    let error = write_file(&path.join("under/a/file"), b"x").unwrap_err();
    assert_eq!(error.code.code, "E0671");
    assert!(error.message.contains("segue.lock/under"), "{}", error.message);
}

/// P4: two hundred names, none of which may become a file outside the folder, or the file of another.
#[test]
fn two_hundred_names_of_segments_become_files_inside() {
    let mut names: Vec<String> = [
        "..",
        ".",
        "...",
        "/",
        "//",
        "../..",
        "../../etc/passwd",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "..\\..\\x",
        "C:",
        "C:\\x",
        "c:x",
        "\\\\server\\share",
        "~",
        "~root",
        "~/x",
        "%2e%2e%2f",
        "%2e",
        "%00",
        "a\0b",
        "\0",
        "\n",
        "a\nb",
        "\r\n",
        "\t",
        " ",
        "  ",
        " a",
        "a ",
        "a.",
        "a..",
        ".a",
        ".hidden",
        "a.b",
        "run.json",
        "run",
        "x.parquet",
        "x.parquet#1",
        "#",
        "#1",
        "a#1",
        "con",
        "CON",
        "Con",
        "prn",
        "aux",
        "nul",
        "NUL",
        "nul.txt",
        "com1",
        "COM1",
        "com¹",
        "lpt9",
        "lpt0",
        "conin$",
        "clock$",
        "-",
        "--",
        "-rf",
        "--help",
        "$HOME",
        "$(id)",
        "`id`",
        "a;b",
        "a|b",
        "a&b",
        "a>b",
        "a<b",
        "a*b",
        "a?b",
        "a\"b",
        "a'b",
        "vip",
        "VIP",
        "Vip",
        "vIp",
        "ß",
        "SS",
        "ss",
        "ẞ",
        "ı",
        "I",
        "i",
        "İ",
        "K",
        "\u{212a}",
        "Å",
        "\u{212b}",
        "A\u{30a}",
        "é",
        "e\u{301}",
        "ﬁ",
        "fi",
        "日本",
        "日本語",
        "שלום",
        "\u{202e}abc",
        "a\u{200b}b",
        "ab",
        "\u{feff}a",
        "a",
        "A",
        "👍",
        "🏴",
        "emoji👍",
        "\u{1b}[31m",
        "a:b",
        "a::$DATA",
        "x,y",
        "x=y",
        "=1+1",
        "@x",
        "+x",
        "segment-",
        "segment",
        "null",
        "true",
        "_",
        "__",
        "0",
        "00",
        "1e9",
        "0x1",
        "desktop.ini",
        ".DS_Store",
        ".gitignore",
        "segments",
        "membership",
        "traits",
    ]
    .map(str::to_owned)
    .to_vec();
    names.extend((0..8).map(|n| "x".repeat(60 << n)));
    names.extend((0..8).map(|n| "ä".repeat(30 << n)));
    names.extend((0..200).map(|n| "../".repeat(n % 40 + 1) + &n.to_string()));
    names.sort();
    names.dedup();
    assert!(names.len() >= 200, "{}", names.len());

    let files = names::file_names(names.iter().map(String::as_str));
    assert_eq!(files.len(), names.len());
    let mut seen: Vec<String> = files.values().map(|f| f.to_lowercase()).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), names.len(), "two names became one file");

    let dir = tempfile::tempdir().unwrap();
    let mut folder = OutputFolder::begin(&dir.path().join("out")).unwrap();
    for (name, file) in &files {
        write(&mut folder, &format!("segments/{file}.parquet"), name);
    }
    write(&mut folder, "run.json", MANIFEST);
    folder.commit().unwrap();
    assert_eq!(names_in(dir.path()), ["out"]);
    assert_eq!(names_in(&dir.path().join("out")), ["run.json", "segments"]);
    assert_eq!(names_in(&dir.path().join("out/segments")).len(), names.len());
    for (name, file) in &files {
        let path = dir.path().join(format!("out/segments/{file}.parquet"));
        assert_eq!(fs::read_to_string(path).unwrap(), *name);
    }
}
