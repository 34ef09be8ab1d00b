//! What a marketer reads: the mistakes that come first, through reading and checking, as they are shown. The project is that
//! of the guide (`tests/corpus/guide`), the mistakes are in `tests/corpus/messages`.

use segue::check::check;
use segue::diagnostics::{Diagnostic, terminal};
use segue::project::catalog::Catalog;
use segue::project::{catalog, config, lock};
use segue::source::{Source, Sources};
use segue::syntax;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The project of the guide.
pub fn shop(sources: &mut Sources) -> Catalog {
    let toml = read("tests/corpus/guide/segue.toml");
    let toml_file = sources.add(Source::new("segue.toml", &*toml));
    let locked = read("tests/corpus/guide/segue.lock");
    let lock_file = sources.add(Source::new("segue.lock", &*locked));
    let config = config::read(toml_file, &toml).unwrap_or_else(|all| panic!("{}", terminal::render(&all, sources, false)));
    let lock = lock::read(lock_file, &locked).unwrap_or_else(|one| panic!("{}", terminal::render(&[one], sources, false)));
    catalog::build(&config, &lock).unwrap_or_else(|all| panic!("{}", terminal::render(&all, sources, false)))
}

/// All that is said of one file in that project.
pub fn said(name: &str, text: &str, catalog: &Catalog, mut sources: Sources) -> (Vec<Diagnostic>, Sources) {
    let file = sources.add(Source::new(name, text));
    let parsed = syntax::parse(file, text);
    let mut all = parsed.diagnostics;
    all.extend(check(&[parsed.file], catalog, &sources).diagnostics);
    all.sort_by_key(|d| d.span);
    (all, sources)
}

const SAYS_MARK: &str = "=== says\n";

/// `SEGUE_BLESS=1` writes the messages anew, to be read in review.
#[test]
fn the_mistakes_that_come_first_are_said_as_a_marketer_would() {
    let mut sources = Sources::new();
    let catalog = shop(&mut sources);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/messages");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let case = fs::read_to_string(&path).unwrap();
        let (text, expected) = case.split_once(SAYS_MARK).unwrap_or((&case, ""));
        let name = path.with_extension("seg").file_name().unwrap().to_str().unwrap().to_owned();
        let (all, sources) = said(&name, text, &catalog, sources.clone());
        let says = terminal::render(&all, &sources, false);
        if says != expected && std::env::var_os("SEGUE_BLESS").is_some() {
            fs::write(&path, format!("{text}{SAYS_MARK}{says}")).unwrap();
        } else if says != expected {
            wrong.push(format!("{}:\n{says}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
