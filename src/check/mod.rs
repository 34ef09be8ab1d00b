//! From the tree as written to the program as meant: names, types, units, windows. One file a construct.
//!
//! Every mistake of a project is found in one go, and each once: what could not be understood has no type, and nothing that
//! uses it is blamed for that. Nothing here recurses over definitions, only over the depth of one condition, which the
//! syntax room bounds; definitions refer to each other by id, so that a trait used ten thousand times stands once.

mod aggregates;
mod anniversaries;
mod arithmetic;
mod compare;
mod data;
mod did;
mod distances;
mod events;
mod exports;
mod functions;
mod funnels;
mod groups;
mod history;
mod list_columns;
mod lists;
mod literals;
mod mistaken;
mod moments;
mod names;
mod order;
mod parts;
mod ranks;
mod rows;
mod scope;
mod segments;
mod sequences;
mod stages;
mod test_declaration;
mod texts;
mod times;
mod trends;
mod visit;
mod windows;

use std::collections::HashMap;
use std::rc::Rc;

use crate::diagnostics::{Diagnostic, codes, near};
use crate::program::calendar::Calendar;
use crate::program::{self, Condition, ConditionKind, Definition, DefinitionId, DefinitionKind, Program, Type, Value};
use crate::project::catalog::Catalog;
use crate::source::{Sources, Span};
use crate::syntax::tree;

use names::{Names, Source};
use order::Node;
use scope::{Columns, Meaning, Scope};

/// What checking gives.
#[derive(Debug)]
pub struct Checked {
    /// The program as meant; only when there is no error.
    pub program: Option<Program>,
    /// All that was found, in the order of the texts.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks all files of a project, and the conditions of its `segue.toml`, against what the data looks like.
pub fn check(files: &[tree::File], catalog: &Catalog, sources: &Sources) -> Checked {
    let mut said = Vec::new();
    let project = data::conditions(catalog, &mut said);
    let names = Names::collect(files, catalog, &mut said);
    let mut checker = Checker {
        catalog,
        sources,
        calendar: Calendar { zone: catalog.zone.clone(), week_starts_on: catalog.week_starts_on },
        names,
        project: &project,
        events: Vec::new(),
        funnels: Vec::new(),
        ids: HashMap::new(),
        trait_types: HashMap::new(),
        columns: HashMap::new(),
        exported: times::Exported::new(),
        exported_by: HashMap::new(),
        said,
        near_left: NEAR_BUDGET,
    };
    let program = checker.program();
    let mut diagnostics = checker.said;
    // Stable: two findings at one place stay in the order in which they were found.
    diagnostics.sort_by_key(|d| d.span.map(|s| (s.file, s.start, s.end)));
    // A window behind parentheses is looked at once for each thing inside that takes it.
    diagnostics.dedup();
    let has_error = diagnostics.iter().any(Diagnostic::is_error);
    let program = program.filter(|_| !has_error);
    if program.is_none() && !has_error && !files.iter().flat_map(|f| &f.declarations).any(is_broken) {
        // Never silence.
        diagnostics.push(Diagnostic::new(
            codes::data::ENGINE,
            "The definitions could not be understood, and Segue cannot say why: that is a fault of Segue itself",
        ));
    }
    Checked { program, diagnostics }
}

/// Whether a declaration could not be read whole, which the syntax room has said.
fn is_broken(declaration: &tree::Declaration) -> bool {
    match declaration {
        tree::Declaration::Broken(_) => true,
        tree::Declaration::Segment(segment) => !segment.clauses.iter().any(|c| matches!(c.kind, tree::ClauseKind::Where(_))),
        _ => false,
    }
}

/// How many names are compared at most with misspelt ones, in all: enough for a thousand mistakes in a usual project, and not
/// seconds for a text that is no project at all.
const NEAR_BUDGET: usize = 100_000;

/// What is known while checking.
struct Checker<'a> {
    catalog: &'a Catalog,
    sources: &'a Sources,
    calendar: Calendar,
    names: Names<'a>,
    project: &'a data::Conditions,
    /// What each declared event is; `None` where that is not known.
    events: Vec<Option<program::Event>>,
    /// What each declared funnel is; `None` where that is not known.
    funnels: Vec<Option<funnels::Funnel>>,
    /// The id of each trait and segment, by its place among [`Names::definitions`].
    ids: HashMap<usize, DefinitionId>,
    /// The type of each trait that could be understood.
    trait_types: HashMap<usize, Type>,
    /// The columns that several tables have in common.
    columns: HashMap<Vec<usize>, Rc<Columns>>,
    /// What was used so far, in what is checked now, of attributes that are known only as exported.
    exported: times::Exported,
    /// The same of all that was checked before.
    exported_by: HashMap<Node, times::Exported>,
    said: Vec<Diagnostic>,
    near_left: usize,
}

impl<'a> Checker<'a> {
    /// All of the project; `None` where some part of it could not be understood.
    fn program(&mut self) -> Option<Program> {
        self.declared_events();
        let has_funnels = self.declared_funnels();
        let kinds = self.kinds();
        let order = order::of_definitions(self);
        for node in &order {
            if let Node::Definition(i) = *node {
                self.ids.insert(i, DefinitionId(self.ids.len()));
            }
        }
        let mut definitions = Vec::new();
        let mut consents = HashMap::new();
        let mut every_segment_except = None;
        let mut complete = has_funnels;
        for node in order {
            self.exported.clear();
            match node {
                Node::Definition(i) => match self.definition(i, &consents) {
                    Some(definition) => definitions.push(definition),
                    None => complete = false,
                },
                Node::Consent(i) => match self.consent(i) {
                    Some(condition) => drop(consents.insert(i, condition)),
                    None => complete = false,
                },
                Node::EverySegment => match self.every_segment_except() {
                    Some(condition) => every_segment_except = condition,
                    None => complete = false,
                },
            }
            let used = std::mem::take(&mut self.exported);
            if !used.is_empty() {
                self.exported_by.insert(node, used);
            }
        }
        let priorities = self.priorities();
        let tests = self.tests();
        complete.then_some(())?;
        self.data(kinds?, definitions, every_segment_except, priorities?, tests?)
    }

    fn definition(&mut self, i: usize, consents: &HashMap<usize, Condition>) -> Option<Definition> {
        match *self.names.definitions.get(i)? {
            Source::Trait(declaration) => {
                let value = self.value(&declaration.value, Scope::CUSTOMER)?;
                self.refuse_pii_in_trait(declaration, &value)?;
                self.trait_types.insert(i, value.ty.clone());
                Some(Definition {
                    name: declaration.name.text.as_str().into(),
                    title: declaration.title.as_ref().map(|t| t.value.as_str().into()),
                    span: declaration.span,
                    kind: DefinitionKind::Trait(value),
                })
            }
            Source::Stages(declaration) => {
                let stages = self.stages(declaration)?;
                self.trait_types.insert(i, Type::Text);
                Some(Definition {
                    name: declaration.name.text.as_str().into(),
                    title: declaration.title.as_ref().map(|t| t.value.as_str().into()),
                    span: declaration.span,
                    kind: DefinitionKind::Stages(stages),
                })
            }
            Source::Points(declaration) => {
                let points = self.points(declaration)?;
                self.trait_types.insert(i, Type::Count);
                Some(Definition {
                    name: declaration.name.text.as_str().into(),
                    title: declaration.title.as_ref().map(|t| t.value.as_str().into()),
                    span: declaration.span,
                    kind: DefinitionKind::Points(points),
                })
            }
            Source::Segment(declaration) => Some(Definition {
                name: declaration.name.text.as_str().into(),
                title: declaration.title.as_ref().map(|t| t.value.as_str().into()),
                span: declaration.span,
                kind: DefinitionKind::Segment(self.segment(declaration, consents)?),
            }),
        }
    }

    /// What stands there, as a condition.
    fn condition(&mut self, expr: &tree::Expr, scope: Scope<'_>) -> Option<Condition> {
        match self.meaning(expr, scope)? {
            Meaning::Condition(condition) => Some(condition),
            Meaning::Value(value) => self.as_condition(value, scope),
        }
    }

    /// What stands there, as a value.
    fn value(&mut self, expr: &tree::Expr, scope: Scope<'_>) -> Option<Value> {
        let value = self.value_or_list(expr, scope)?;
        self.no_list(value)
    }

    /// What stands there. Each construct is a function of its own, so that this one needs little of the stack.
    fn meaning(&mut self, expr: &tree::Expr, scope: Scope<'_>) -> Option<Meaning> {
        use tree::ExprKind as E;
        match &expr.kind {
            E::Or(conditions) => self.or(conditions, expr.span, scope),
            E::And(conditions) => self.and(conditions, expr.span, scope),
            E::Not(condition) => self.not(condition, expr.span, scope),
            E::Group(kind, conditions) => self.group(kind, conditions, expr.span, scope),
            E::Compare(op, left, right) => self.compare(*op, left, right, expr.span, scope),
            E::Between(value, low, high) => self.between(value, low, high, expr.span, scope),
            E::In { value, negated, items } => self.one_of(value, *negated, items, expr.span, scope),
            E::TextTest { value, test, pattern, ignoring_case } => {
                self.text_test(value, *test, pattern, *ignoring_case, expr.span, scope)
            }
            E::Known { value, negated } => self.known(value, *negated, expr.span, scope),
            E::Windowed(inner, window) => self.windowed(inner, window, expr.span, scope),
            E::InSegment { segment, negated } => self.in_segment(segment, *negated, expr.span, scope),
            E::InList { value, list, negated } => self.in_list(value.as_deref(), list, *negated, expr.span, scope),
            E::InRandom { share, salt, negated } => self.in_random(share, salt, *negated, expr.span, scope),
            E::Rank(rank) => self.rank(rank, expr.span, scope),
            E::Band(band) => self.band(band, expr.span, scope),
            E::Did(did) => self.did(did, expr.span, scope),
            E::Sequence(sequence) => self.sequence(sequence, expr.span, scope),
            E::Reached(reached) => self.reached(reached, expr.span, scope),
            E::Everyone => Some(Meaning::Condition(Condition { kind: ConditionKind::Everyone, span: expr.span })),
            E::Name(name) => self.name(name, scope).map(Meaning::Value),
            E::Path(names) => self.path(names, expr.span, scope).map(Meaning::Value),
            E::Literal(literal) => self.literal(literal).map(Meaning::Value),
            E::Aggregate(aggregate) => self.aggregate(aggregate, None, expr.span, scope),
            E::Trend(trend) => self.trend(trend, expr.span, scope),
            E::Change(of, over) => self.change(of, over, expr.span, scope),
            E::TimeSince(of) => self.time_since(of, true, expr.span, scope),
            E::TimeUntil(of) => self.time_since(of, false, expr.span, scope),
            E::TimeFrom(from, to) => self.time_from(from, to, expr.span, scope),
            E::Anniversary(of) => self.anniversary(of, None, expr.span, scope),
            E::Place(..) => self.bare_place(expr.span),
            E::Near { place, distance, latitude, longitude } => {
                self.near_place(place, distance, (latitude, longitude), expr.span, scope)
            }
            E::Part(part, of) => self.calendar_part(*part, of, expr.span, scope),
            E::Moment(end, event) => self.moment(*end, event, expr.span, scope).map(Meaning::Value),
            E::Negate(value) => self.negate(value, expr.span, scope),
            E::Arithmetic(op, left, right) => self.arithmetic(*op, left, right, expr.span, scope),
            E::Function(function, arguments) => self.function(*function, arguments, expr.span, scope),
            E::OrElse(value, other) => self.or_else(value, other, expr.span, scope),
            E::AsOf { of, ago, in_parentheses } => self.as_of(of, ago, *in_parentheses, expr.span, scope),
            E::Changed { value, change, window } => self.changed(value, change.as_ref(), window.as_ref(), expr.span, scope),
            E::Was { value, was, window } => self.was(value, was, window.as_ref(), expr.span, scope),
            E::Moved { entered, segment, window } => {
                self.entered_or_left(*entered, segment, window.as_ref(), expr.span, scope)
            }
            E::Later(what) => self.later(what, expr.span),
        }
    }

    /// A part of the language that this version does not have.
    fn later<T>(&mut self, what: &str, span: Span) -> Option<T> {
        self.refuse(crate::syntax::not_yet(what, span))
    }

    /// Says what is wrong; what it stands at has no meaning.
    fn refuse<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.said.push(diagnostic);
        None
    }

    /// The user's own words, for a message: on one line, and not more than fit there.
    fn words(&self, span: Span) -> String {
        let text: Vec<&str> = self.sources.text(span).split_whitespace().collect();
        let text = text.join(" ");
        match text.char_indices().nth(60) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }

    /// The names nearest to a misspelt one. Nobody reads a suggestion for the thousandth mistake.
    fn near<'n>(&mut self, word: &str, names: Vec<&'n str>) -> Vec<&'n str> {
        self.near_left = self.near_left.saturating_sub(names.len());
        if self.near_left == 0 { Vec::new() } else { near::nearest(word, names) }
    }

    /// Adds "Did you mean" and, where one name is meant, the fix.
    fn suggest(&mut self, diagnostic: Diagnostic, written: &tree::Name, names: Vec<&str>, otherwise: &str) -> Diagnostic {
        let found = self.near(&written.text, names);
        match (near::one_of(&found), found.first()) {
            (Some(list), Some(first)) => {
                let text = names::as_written(first);
                let title = if text.starts_with('`') { format!("write {text}") } else { format!("write `{text}`") };
                diagnostic.help(format!("Did you mean {list}?")).fix(title, written.span, text)
            }
            _ if otherwise.is_empty() => diagnostic,
            _ => diagnostic.help(otherwise),
        }
    }
}
