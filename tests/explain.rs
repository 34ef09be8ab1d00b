//! Definitions in plain English, as they are shown: texts and what is said of them stand together in `tests/corpus/explain`, in the
//! project of the guide.

use std::fs;
use std::path::Path;

use segue::check::check;
use segue::diagnostics::terminal;
use segue::explain;
use segue::program::DefinitionId;
use segue::session::as_of;
use segue::source::{Source, Sources};
use segue::syntax;

use crate::messages;

/// What stands before the explanation of each definition of a case, with the name and, if one likes, the day.
const MARK: &str = "=== ";

/// `SEGUE_BLESS=1` writes the explanations anew, to be read in review: aloud.
#[test]
fn definitions_are_explained_in_plain_english() {
    let mut sources = Sources::new();
    let catalog = messages::shop(&mut sources);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/explain");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let case = fs::read_to_string(&path).unwrap();
        let (text, asked) = case.split_once(&format!("\n{MARK}")).unwrap();
        let text = format!("{text}\n");
        let mut sources = sources.clone();
        let file = sources.add(Source::new("case.seg", &*text));
        let parsed = syntax::parse(file, &text);
        let checked = check(&[parsed.file], &catalog, &sources);
        let said: Vec<_> = parsed.diagnostics.into_iter().chain(checked.diagnostics).filter(|d| d.is_error()).collect();
        assert!(said.is_empty(), "{}", terminal::render(&said, &sources, false));
        let program = checked.program.unwrap();
        let mut out = text.clone();
        for block in asked.split(&format!("\n{MARK}")) {
            let head = block.lines().next().unwrap();
            let (name, day) = head.split_once(' ').unwrap_or((head, ""));
            let moment = (!day.is_empty()).then(|| as_of::parse(day, &program.calendar, 0).unwrap());
            let shown = moment.map(|moment| (moment, as_of::shown(moment, &program.calendar)));
            let explanation = explain::of_name(&program, name, shown).unwrap();
            out.push_str(&format!("{MARK}{head}\n{}\n", explain::text(&explanation)));
            count += 1;
        }
        let out = format!("{}\n", out.trim_end());
        if out != case && std::env::var_os("SEGUE_BLESS").is_some() {
            fs::write(&path, &out).unwrap();
        } else if out != case {
            wrong.push(format!("{}:\n{out}", path.display()));
        }
    }
    assert!(count > 5);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every definition of the guide has its text, and none of them says a word of the machine.
#[test]
fn everything_in_the_guide_can_be_explained() {
    let mut sources = Sources::new();
    let catalog = messages::shop(&mut sources);
    let files: Vec<_> = crate::guide::guide()
        .iter()
        .map(|example| syntax::parse(sources.add(Source::new("example", &**example)), example).file)
        .collect();
    let program = check(&files, &catalog, &sources).program.unwrap();
    for (i, definition) in program.definitions.iter().enumerate() {
        for shown in [None, Some((1_717_192_800_000_000, "2024-06-01 00:00 Europe/Berlin".to_owned()))] {
            let explanation = explain::explain(&program, DefinitionId(i), shown).unwrap();
            let text = explain::text(&explanation);
            for word in ["``", "  - .", " ,", "..", "Some("] {
                assert!(!text.contains(word), "`{}` says {word:?}:\n{text}", definition.name);
            }
            let json: serde_json::Value = serde_json::from_str(&explain::json(&explanation)).unwrap();
            assert_eq!(json["name"], *definition.name);
        }
    }
}
