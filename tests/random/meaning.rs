//! What holds of every drawn project without running it: it checks (L4), its interpretation splits everybody in two (M5) and
//! does not look at the future (M9), and everything that the language has is drawn (M2).

use segue::check::Checked;
use segue::diagnostics::Diagnostic;
use segue::diagnostics::terminal::render;
use segue::interpret::{Answer, Answers, interpret};
use segue::program::Program;
use segue::project::{catalog, config};
use segue::source::{Source, Sources};

use super::coverage::Coverage;
use super::dice::Dice;
use super::future;
use super::project::{Format, Project};
use super::seeds;

/// A project as a program, its data being what the world says; or what is wrong with it.
pub fn check(project: &Project) -> Result<Program, String> {
    let mut sources = Sources::new();
    let toml = project.toml(&vec![Format::Csv; project.world.tables.len()]);
    let file = sources.add(Source::new("segue.toml", toml.as_str()));
    let config = config::read(file, &toml).map_err(|found| render(&found, &sources, false))?;
    let catalog = catalog::build(&config, &project.world.lock()).map_err(|found| render(&found, &sources, false))?;
    let mut files = Vec::new();
    let mut faults = Vec::new();
    for (i, text) in project.files().into_iter().enumerate() {
        let file = sources.add(Source::new(format!("{i}.seg"), text.as_str()));
        let parsed = segue::syntax::parse(file, &text);
        faults.extend(parsed.diagnostics);
        files.push(parsed.file);
    }
    if !faults.is_empty() {
        return Err(render(&faults, &sources, false));
    }
    let Checked { program, mut diagnostics } = segue::check::check(&files, &catalog, &sources);
    diagnostics.retain(Diagnostic::is_error);
    program.ok_or_else(|| render(&diagnostics, &sources, false))
}

/// The members of a segment.
pub fn members<'a>(program: &Program, answers: &'a Answers, name: &str) -> Option<&'a [bool]> {
    let at = program.definitions.iter().position(|d| &*d.name == name)?;
    match &answers.definitions[at] {
        Answer::Segment(segment) => Some(&segment.members),
        Answer::Trait(_) => None,
    }
}

/// A segment and its complement that have somebody in common, or miss somebody.
pub fn not_complements(project: &Project, program: &Program, answers: &Answers) -> Option<String> {
    project.complements.iter().find_map(|(one, other)| {
        let (a, b) = (members(program, answers, one)?, members(program, answers, other)?);
        let both = a.iter().zip(b).position(|(a, b)| a == b)?;
        Some(format!("complement: {} is in both of `{one}` and `{other}`, or in none", answers.customers[both]))
    })
}

#[test]
fn what_is_drawn_checks_and_splits_everybody_in_two_and_knows_nothing_of_the_future() {
    let mut seen = Coverage::default();
    let mut many = 0;
    for seed in seeds(500, 500) {
        let project = Project::draw(seed);
        let program = match check(&project) {
            Ok(program) => program,
            Err(fault) => panic!("SEGUE_SEED={seed}: a drawn project does not check\n{fault}"),
        };
        let data = project.world.data(&program);
        let answers = interpret(&program, &data, project.world.as_of);
        if let Some(fault) = not_complements(&project, &program, &answers) {
            panic!("SEGUE_SEED={seed}: {fault}");
        }
        let other = future::replaced(&project.world, &mut Dice::new(seed)).data(&program);
        assert!(
            answers == interpret(&program, &other, project.world.as_of),
            "SEGUE_SEED={seed}: other events at and after T change what the interpreter says"
        );
        seen.add(&program, &data);
        many += 1;
    }
    println!("{many} projects");
    if many >= 500 {
        assert_eq!(seen.lacking(), Vec::<String>::new(), "constructs that are never drawn");
        let (lacking, of) = seen.pairs_lacking();
        let names: Vec<String> =
            lacking.iter().map(|(outer, inner)| format!("{} in {}", inner.name(), outer.name())).collect();
        println!("{} of {of} pairs of kinds were drawn; not: {}", of - lacking.len(), names.join(", "));
        assert!(lacking.len() * 20 <= of, "fewer than 95% of the pairs of kinds were drawn: {}", names.join(", "));
    }
}
