//! Definitions in plain English, made from the program: what `segue explain NAME` says. Every condition, period and rule about
//! what is unknown has its sentence; the `match`es have no `_`, so that a part of the language without its sentence does not
//! compile.
//!
//! Nothing here computes anything, and no value of a customer is known here.

mod clauses;
mod conditions;
mod events;
mod exports;
mod groups;
mod named;
mod sequences;
mod show;
mod times;
mod trends;
mod unknown;
mod values;
pub mod why;
mod windows;
pub mod words;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::program::{DefinitionId, DefinitionKind, Program};
pub use show::{json, text};

/// A definition in plain English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// `win_back`
    pub name: String,
    /// `Slipping regulars`
    pub title: Option<String>,
    /// `segment`, `trait`, `stages`, `points`, `priority`, `event` or `funnel`
    pub kind: &'static str,
    /// As of when, as it is shown; `None` where it was not known, and then no days are named.
    pub as_of: Option<String>,
    /// What it says.
    pub sections: Vec<Section>,
    /// The definitions that it uses, itself or through others.
    pub uses: Vec<String>,
    /// The definitions that use it themselves; `None` where that is not looked for: of events, funnels and priorities.
    pub used_by: Option<Vec<String>>,
}

/// A part of an explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// `A customer is a member where all of this holds`
    pub heading: String,
    /// What stands below it.
    pub points: Vec<Point>,
}

/// A sentence, with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The sentence.
    pub text: String,
    /// What it means for those of whom something is unknown.
    pub notes: Vec<String>,
    /// Its parts.
    pub points: Vec<Point>,
}

impl Point {
    fn new(text: impl Into<String>) -> Point {
        Point { text: text.into(), notes: Vec::new(), points: Vec::new() }
    }
}

/// What holds of all sentences of a kind and is said once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    Periods,
    Days,
    FirstAndLast,
    Unknown,
    Rank,
    Ties,
    ExactRank,
}

/// What is known while sentences are made.
struct Words<'a> {
    program: &'a Program,
    /// T, where it is known; moved back inside of `as of`.
    as_of: Cell<Option<i64>>,
    /// The definitions that sentences named so far, in that order, and as a set.
    named: RefCell<(Vec<DefinitionId>, BTreeSet<DefinitionId>)>,
    /// Of each definition whether its value may be unknown. Worked out in the order of the definitions, each of which stands after
    /// those it uses, so that no chain of them is followed down.
    may_be_unknown: Rc<RefCell<Vec<bool>>>,
    rules: RefCell<BTreeSet<Rule>>,
}

/// Explains whatever has this name: a definition, or else an event, a funnel or a priority.
pub fn of_name(program: &Program, name: &str, as_of: Option<(i64, String)>) -> Option<Explanation> {
    match program.definitions.iter().position(|definition| *definition.name == *name) {
        Some(at) => explain(program, DefinitionId(at), as_of),
        None => named::named(program, name).or_else(|| exports::priority(program, name)),
    }
}

/// Explains a definition. `as_of` is a moment in microseconds since 1970, UTC, and how it is shown.
pub fn explain(program: &Program, id: DefinitionId, as_of: Option<(i64, String)>) -> Option<Explanation> {
    let definition = program.definitions.get(id.0)?;
    let words = Words::new(program, as_of.as_ref().map(|(moment, _)| *moment));
    let mut sections = words.sections(id);
    let mut uses: Vec<DefinitionId> = Vec::new();
    let mut meanings = Vec::new();
    // What they use themselves is named while they are explained, so this list grows while it is read.
    let mut at = 0;
    while let Some(next) = words.named_at(at) {
        at += 1;
        if next != id {
            uses.push(next);
            meanings.extend(words.meaning(next));
        }
    }
    if !meanings.is_empty() {
        sections.push(Section { heading: "What is meant by".to_owned(), points: meanings });
    }
    sections.push(Section { heading: "How this is to be read".to_owned(), points: words.rules_said(definition) });
    let name = |id: &DefinitionId| program.definitions.get(id.0).map(|d| d.name.to_string()).unwrap_or_default();
    let users = (0..program.definitions.len()).map(DefinitionId).filter(|other| words.names(*other, id));
    Some(Explanation {
        name: definition.name.to_string(),
        title: definition.title.as_ref().map(|title| title.to_string()),
        kind: match definition.kind {
            DefinitionKind::Trait(_) => "trait",
            DefinitionKind::Stages(_) => "stages",
            DefinitionKind::Points(_) => "points",
            DefinitionKind::Segment(_) => "segment",
        },
        as_of: as_of.map(|(_, shown)| shown),
        sections,
        uses: uses.iter().map(name).collect(),
        used_by: Some(users.map(|user| name(&user)).collect()),
    })
}

impl<'a> Words<'a> {
    fn new(program: &'a Program, as_of: Option<i64>) -> Words<'a> {
        let words = Words::beside(program, as_of, Rc::default());
        for definition in &program.definitions {
            let may_be = match &definition.kind {
                DefinitionKind::Trait(value) => !unknown::of(&words, value).is_empty(),
                // Known of everybody.
                DefinitionKind::Stages(_) | DefinitionKind::Points(_) | DefinitionKind::Segment(_) => false,
            };
            words.may_be_unknown.borrow_mut().push(may_be);
        }
        Words::beside(program, as_of, words.may_be_unknown)
    }

    fn beside(program: &'a Program, as_of: Option<i64>, may_be_unknown: Rc<RefCell<Vec<bool>>>) -> Words<'a> {
        Words { program, as_of: Cell::new(as_of), named: RefCell::default(), may_be_unknown, rules: RefCell::default() }
    }

    /// Whether the sentences of a definition name another one.
    fn names(&self, id: DefinitionId, other: DefinitionId) -> bool {
        let words = Words::beside(self.program, None, Rc::clone(&self.may_be_unknown));
        words.sections(id);
        words.named.into_inner().1.contains(&other)
    }

    /// The name of a definition, which is remembered.
    fn definition(&self, id: DefinitionId) -> String {
        let (named, set) = &mut *self.named.borrow_mut();
        if set.insert(id) {
            named.push(id);
        }
        self.program.definitions.get(id.0).map(|d| format!("`{}`", d.name)).unwrap_or_default()
    }

    fn named_at(&self, at: usize) -> Option<DefinitionId> {
        self.named.borrow().0.get(at).copied()
    }

    fn note(&self, rule: Rule) {
        self.rules.borrow_mut().insert(rule);
    }
}
