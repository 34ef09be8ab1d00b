//! Projects on which something went wrong once, made small, with the right answer. They are run for ever.

use std::fs;
use std::path::{Path, PathBuf};

use segue::interpret::{Answer, Answers, interpret};
use segue::program::Program;

use super::engine::{self, MACHINES};
use super::files::{self, Layout};
use super::meaning;
use super::project::Project;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/found")
}

/// Keeps a project; gives the name of its folder.
pub fn keep(project: &Project) -> String {
    let today = jiff::Timestamp::now().to_string();
    let folder = corpus().join(format!("{}-{}", &today[..10], project.seed));
    let layout = Layout::draw(project.seed, &project.world);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("segue.toml"), project.toml(&layout.formats)).expect("a file");
    for (i, text) in project.files().iter().enumerate() {
        fs::write(folder.join(format!("{i}.seg")), text).expect("a file");
    }
    files::write(&project.world, &folder, &layout);
    fs::write(folder.join("as_of"), format!("{}\n", project.world.as_of)).expect("a file");
    // Of the world itself, also where the files of it cannot be read.
    if let Ok(program) = meaning::check(project) {
        let answers = interpret(&program, &project.world.data(&program), project.world.as_of);
        fs::write(folder.join("right"), shown(&program, &answers)).expect("a file");
    }
    folder.display().to_string()
}

/// Answers as a text: a line a segment, a line a trait.
pub fn shown(program: &Program, answers: &Answers) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (definition, answer) in program.definitions.iter().zip(&answers.definitions) {
        let name = &definition.name;
        match answer {
            Answer::Trait(values) => {
                for (key, value) in answers.customers.iter().zip(values) {
                    lines.push(format!("{name} of {key}: {value:?}"));
                }
            }
            Answer::Segment(segment) => {
                let who = |is: &[bool]| -> Vec<String> {
                    answers.customers.iter().zip(is).filter(|(_, is)| **is).map(|(key, _)| key.to_string()).collect()
                };
                lines.push(format!("{name}: {:?}, held out {:?}", who(&segment.members), who(&segment.held_out)));
            }
        }
    }
    lines.sort();
    lines.join("\n") + "\n"
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &place)
        } else {
            fs::copy(entry.path(), place).map(|_| ()).expect("a file")
        }
    }
}

#[test]
fn what_was_found_once_stays_right() {
    let Ok(folders) = fs::read_dir(corpus()) else { return };
    for folder in folders {
        let folder = folder.expect("a folder").path();
        let name = folder.display().to_string();
        if !folder.join("segue.toml").exists() {
            continue;
        }
        let as_of: i64 = fs::read_to_string(folder.join("as_of")).expect("its T").trim().parse().expect("a number");
        let right = fs::read_to_string(folder.join("right"))
            .unwrap_or_else(|_| panic!("{name}: it has no `right`: what should come out of it"));
        let copied = tempfile::tempdir().expect("a folder");
        copy(&folder, copied.path());
        let disk = engine::open(copied).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let answers = interpret(&disk.program, &disk.data().expect("its rows"), as_of);
        assert_eq!(shown(&disk.program, &answers), right, "{name}: the interpreter");
        for machine in MACHINES {
            let result = disk.run(as_of, machine).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            assert_eq!(engine::difference(&disk.program, &answers, &result), None, "{name}: the engine");
        }
    }
}
