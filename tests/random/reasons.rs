//! Reasons agree with the meaning: what the rows of one customer say of that customer alone is what they say among all, unless
//! ranks or limits decide, which is told; an answer is what its parts make of it; and every definition can be told in words.

use segue::explain::{self, why};
use segue::interpret::{self, Answer, Data, Of, Others, Reason, interpret};
use segue::program::{ConditionKind, DefinitionId, DefinitionKind, Key, Program};
use segue::source::{Source, Sources};

use super::meaning::check;
use super::project::{Format, Project};
use super::seeds;

/// The rows of one customer.
fn rows_of(data: &Data, key: &Key) -> Data {
    let mut one = data.clone();
    if let Some(customers) = &mut one.customers {
        customers.retain(|row| row.key == *key);
    }
    for rows in &mut one.events {
        rows.retain(|row| row.key.as_ref() == Some(key));
    }
    one
}

/// What is wrong with an answer and its parts.
fn incoherent(reason: &Reason<'_>) -> Option<String> {
    let held = reason.parts.iter().filter(|part| part.holds).count();
    let all = reason.parts.len();
    let is_right = match reason.of {
        _ if all == 0 => true,
        Of::Condition(condition) => match &condition.kind {
            ConditionKind::All(parts) => parts.len() == all && reason.holds == (held == all),
            ConditionKind::Any(_) => reason.holds == (held > 0),
            ConditionKind::AtLeast(n, _) => reason.holds == (held as u64 >= *n),
            ConditionKind::Not(_) => reason.holds == (held == 0),
            ConditionKind::InSegment(_) | ConditionKind::Entered(..) | ConditionKind::Left(..) => {
                reason.holds == (held == all)
            }
            _ => all == 1 && reason.holds == (held == 1),
        },
        Of::Except(_) | Of::EverySegment(_) => reason.holds == (held == 0),
        Of::Purpose(..) => reason.holds == (held == all),
        Of::Member(..) => reason.holds == (held == all),
        Of::NoMember(..) => reason.holds == (held < all),
        Of::Limit(_) => false,
    };
    // Where it decided, something among its parts did.
    let has_decisive = all == 0 || !reason.decided || reason.parts.iter().any(|part| part.decided);
    if !is_right || !has_decisive {
        return Some(format!("{reason:#?}"));
    }
    reason.parts.iter().find_map(incoherent)
}

/// The texts of a project, as `check` takes them in.
fn texts(project: &Project) -> Sources {
    let mut sources = Sources::new();
    sources.add(Source::new("segue.toml", project.toml(&vec![Format::Csv; project.world.tables.len()])));
    for (i, text) in project.files().into_iter().enumerate() {
        sources.add(Source::new(format!("{i}.seg"), text));
    }
    sources
}

/// How many answers were compared, or what is wrong with one.
fn compared(program: &Program, sources: &Sources, data: &Data, as_of: i64, seed: u64) -> Result<usize, String> {
    let mut compared = 0;
    let answers = interpret(program, data, as_of);
    for (at, key) in answers.customers.iter().enumerate().skip(seed as usize % 3).step_by(5).take(3) {
        let one = rows_of(data, key);
        for (id, (definition, answer)) in program.definitions.iter().zip(&answers.definitions).enumerate() {
            let others = Others::default();
            let name = &definition.name;
            let Some(found) = interpret::why(program, &one, as_of, DefinitionId(id), &others) else {
                return Err(format!("`{name}`: {key} does not exist"));
            };
            if let Some(reason) = found.reasons.iter().find_map(incoherent) {
                return Err(format!("`{name}` of {key}: {reason}"));
            }
            let reasons: Vec<_> = found.reasons.iter().collect();
            let shown = why::why(&reasons, program, sources, as_of);
            assert!(shown.lines.len() >= reasons.len());
            if !found.asked.is_empty() {
                continue;
            }
            let is_same = match (answer, &definition.kind) {
                (Answer::Segment(members), _) => {
                    (found.holds, found.is_held_out) == (Some(members.members[at]), members.held_out[at])
                }
                (Answer::Trait(values), DefinitionKind::Trait(_)) => match (&found.value, found.holds) {
                    (Some(value), _) => value.is == values[at],
                    (None, Some(holds)) => values[at] == Some(segue::program::Scalar::Boolean(holds)),
                    (None, None) => false,
                },
                (Answer::Trait(values), _) => found.answer == values[at],
            };
            if !is_same {
                return Err(format!("`{name}` of {key} is {answer:?} among all, alone {found:#?}"));
            }
            compared += 1;
        }
    }
    Ok(compared)
}

#[test]
fn one_customers_rows_say_why_and_every_definition_can_be_told() {
    let (mut many, mut answers) = (0, 0);
    for seed in seeds(120, 120) {
        let project = Project::draw(seed);
        let program = check(&project).unwrap_or_else(|fault| panic!("SEGUE_SEED={seed}: does not check\n{fault}"));
        let data = project.world.data(&program);
        match compared(&program, &texts(&project), &data, project.world.as_of, seed) {
            Ok(some) => answers += some,
            Err(fault) => panic!("SEGUE_SEED={seed}: {fault}"),
        }
        for id in 0..program.definitions.len() {
            let told = explain::explain(&program, DefinitionId(id), Some((project.world.as_of, "then".to_owned())));
            let text = explain::text(&told.expect("a definition"));
            assert!(!text.contains("``") && !text.contains("  - .") && text.len() > 100, "SEGUE_SEED={seed}: {text}");
        }
        many += 1;
    }
    println!("{many} projects, {answers} answers");
    assert!(answers > 10 * many);
}
