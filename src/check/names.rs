//! The one flat space of names: what the `.seg` files declare, twice or in the way of the data, and what a name means where a
//! value of a customer is needed.

use std::collections::HashMap;

use super::Checker;
use super::order::Node;
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{AttributeId, Value, ValueKind};
use crate::project::catalog::Catalog;
use crate::source::Span;
use crate::syntax::test_tree::TestDeclaration;
use crate::syntax::{not_yet, tree};

/// What a name is declared as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    /// An index into [`Names::events`].
    Event(usize),
    /// A trait, stages or points: an index into [`Names::definitions`].
    Trait(usize),
    /// A segment: likewise.
    Segment(usize),
    /// A funnel: an index into [`Names::funnels`].
    Funnel(usize),
    /// A priority.
    Priority,
    /// Something that could not be read or that a later version has: it was complained of where it is declared.
    Silent,
}

/// A trait, stages, points or a segment as written.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Trait(&'a tree::TraitDeclaration),
    Stages(&'a tree::StagesDeclaration),
    Points(&'a tree::PointsDeclaration),
    Segment(&'a tree::SegmentDeclaration),
}

impl<'a> Source<'a> {
    /// Its name.
    pub fn name(self) -> &'a tree::Name {
        match self {
            Source::Trait(declaration) => &declaration.name,
            Source::Stages(declaration) => &declaration.name,
            Source::Points(declaration) => &declaration.name,
            Source::Segment(declaration) => &declaration.name,
        }
    }

    /// What it is, for a message.
    pub fn what(self) -> &'static str {
        match self {
            Source::Trait(_) => "a trait",
            Source::Stages(_) => "a set of stages",
            Source::Points(_) => "a number of points",
            Source::Segment(_) => "a segment",
        }
    }
}

/// All that the files declare.
pub(super) struct Names<'a> {
    by_name: HashMap<&'a str, Declared>,
    /// The declared events, in the order of the texts.
    pub events: Vec<&'a tree::EventDeclaration>,
    /// The funnels, in the order of the texts.
    pub funnels: Vec<&'a tree::FunnelDeclaration>,
    /// The traits, stages, points and segments, in the order of the texts.
    pub definitions: Vec<Source<'a>>,
    /// The priorities, in the order of the texts.
    pub priorities: Vec<&'a tree::PriorityDeclaration>,
    /// The tests, in the order of the texts.
    pub tests: Vec<&'a TestDeclaration>,
}

impl<'a> Names<'a> {
    /// Takes in all names of the files, and says which stand twice or hide something.
    pub fn collect(files: &'a [tree::File], catalog: &Catalog, said: &mut Vec<Diagnostic>) -> Names<'a> {
        let mut names = Names {
            by_name: HashMap::new(),
            events: Vec::new(),
            funnels: Vec::new(),
            definitions: Vec::new(),
            priorities: Vec::new(),
            tests: Vec::new(),
        };
        let mut places: HashMap<&str, Span> = HashMap::new();
        let of_data = of_data(catalog);
        for declaration in files.iter().flat_map(|f| &f.declarations) {
            let (name, declared) = match declaration {
                tree::Declaration::Event(event) => {
                    names.events.push(event);
                    (&event.name, Declared::Event(names.events.len() - 1))
                }
                tree::Declaration::Trait(declaration) => {
                    names.definitions.push(Source::Trait(declaration));
                    (&declaration.name, Declared::Trait(names.definitions.len() - 1))
                }
                tree::Declaration::Stages(declaration) => {
                    names.definitions.push(Source::Stages(declaration));
                    (&declaration.name, Declared::Trait(names.definitions.len() - 1))
                }
                tree::Declaration::Points(declaration) => {
                    names.definitions.push(Source::Points(declaration));
                    (&declaration.name, Declared::Trait(names.definitions.len() - 1))
                }
                tree::Declaration::Segment(declaration) => {
                    names.definitions.push(Source::Segment(declaration));
                    (&declaration.name, Declared::Segment(names.definitions.len() - 1))
                }
                // A test has a title and no name.
                tree::Declaration::Test(test) => {
                    names.tests.push(test);
                    continue;
                }
                tree::Declaration::Funnel(funnel) => {
                    names.funnels.push(funnel);
                    (&funnel.name, Declared::Funnel(names.funnels.len() - 1))
                }
                tree::Declaration::Priority(priority) => {
                    names.priorities.push(priority);
                    (&priority.name, Declared::Priority)
                }
                tree::Declaration::Later(later) => {
                    said.push(not_yet(&format!("`{}`", later.keyword), later.span));
                    let Some(name) = &later.name else { continue };
                    (name, Declared::Silent)
                }
                tree::Declaration::Broken(broken) => {
                    let Some(name) = &broken.name else { continue };
                    (name, Declared::Silent)
                }
            };
            if let Some(first) = places.get(name.text.as_str()) {
                said.push(
                    Diagnostic::new(codes::names::DUPLICATE, format!("The name `{}` is declared twice", name.text))
                        .at(name.span)
                        .label(*first, "the first one is here")
                        .consequence("Whoever uses the name could mean either of the two.")
                        .help("Give one of them another name."),
                );
                continue;
            }
            // Nothing names a priority, so it hides nothing of the data.
            if declared == Declared::Priority && of_data.contains_key(name.text.as_str()) {
                places.insert(&name.text, name.span);
                continue;
            }
            // A funnel, too, is named after `in` alone.
            let is_segment = matches!(declaration, tree::Declaration::Segment(_) | tree::Declaration::Funnel(_));
            if let Some((what, is_bare)) = of_data.get(name.text.as_str())
                && (*is_bare || !is_segment)
            {
                said.push(
                    Diagnostic::new(codes::names::SHADOWING, format!("The name `{}` is taken: it is {what}", name.text))
                        .at(name.span)
                        .consequence("Where the name is used, both could be meant.")
                        .help("Give the declaration another name."),
                );
            }
            places.insert(&name.text, name.span);
            names.by_name.insert(&name.text, declared);
        }
        names
    }

    /// What a name is declared as.
    pub fn get(&self, name: &str) -> Option<Declared> {
        self.by_name.get(name).copied()
    }

    /// All declared names of a kind, sorted.
    fn all(&self, is_meant: impl Fn(Declared) -> bool) -> Vec<&'a str> {
        let mut out: Vec<&str> = self.by_name.iter().filter(|(_, d)| is_meant(**d)).map(|(name, _)| *name).collect();
        out.sort_unstable();
        out
    }
}

/// What the data has, by name, in words for a message, and whether it is named outside an event's `where` too. A segment is
/// named after `in segment` alone, never inside a `where`, so it hides no column of an event.
fn of_data(catalog: &Catalog) -> HashMap<&str, (String, bool)> {
    let mut out: HashMap<&str, (String, bool)> = HashMap::new();
    for table in &catalog.event_tables {
        for column in &table.columns {
            out.entry(&column.name).or_insert_with(|| (format!("a column of `[{}]`", table.name), false));
        }
    }
    for attribute in &catalog.attributes {
        let source = catalog.customer_sources.get(attribute.source).map_or("customers", |s| s.name.as_str());
        out.insert(&attribute.name, (format!("a column of `[{source}]`"), true));
    }
    for kind in &catalog.kinds {
        out.insert(&kind.name, ("an event of the data".to_owned(), true));
    }
    out
}

/// A name as it is written in a text: in backquotes where it has other characters than names have.
pub(super) fn as_written(name: &str) -> String {
    let is_plain = name.chars().next().is_some_and(|c| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain { name.to_owned() } else { format!("`{}`", name.replace('`', "``")) }
}

impl<'a> Checker<'a> {
    /// The declared names of a kind, to suggest from, as long as there is anything to suggest.
    pub(super) fn declared(&self, is_meant: impl Fn(Declared) -> bool) -> Vec<&'a str> {
        if self.near_left == 0 { Vec::new() } else { self.names.all(is_meant) }
    }
}

impl Checker<'_> {
    /// A name that stands alone where a value is needed.
    pub(super) fn name(&mut self, name: &tree::Name, scope: super::Scope<'_>) -> Option<Value> {
        match scope.row {
            Some(row) if row.is_qualified => self.bare_in_argument(name, row),
            Some(row) => self.column(name, row),
            None => self.customer_value(name),
        }
    }

    /// A trait or attribute of a customer.
    pub(super) fn customer_value(&mut self, name: &tree::Name) -> Option<Value> {
        match self.names.get(&name.text) {
            Some(Declared::Trait(i)) => {
                self.uses_those_of(Node::Definition(i));
                let (id, ty) = (*self.ids.get(&i)?, self.trait_types.get(&i)?.clone());
                return Some(Value { kind: ValueKind::Trait(id), ty, span: name.span });
            }
            Some(Declared::Silent) => return None,
            Some(Declared::Segment(_)) => return self.segment_as_value(name),
            Some(Declared::Event(_)) => return self.event_as_value(name),
            Some(Declared::Funnel(_)) => return self.funnel_as_value(name),
            Some(Declared::Priority) => return self.priority_as_value(name),
            None => {}
        }
        if let Some(i) = self.catalog.attribute(&name.text) {
            return self.attribute(i, name.span);
        }
        if self.catalog.kind(&name.text).is_some() {
            return self.event_as_value(name);
        }
        self.unknown_value(name)
    }

    fn attribute(&mut self, i: usize, span: Span) -> Option<Value> {
        let attribute = self.catalog.attributes.get(i)?;
        if attribute.is_outcome {
            return self.refuse(
                Diagnostic::new(
                    codes::time::OUTCOME,
                    format!("`{}` is an outcome: it came out after the time that the other columns tell of", attribute.name),
                )
                .at(span)
                .consequence("A segment can only know what has happened; this one would be chosen by what came afterwards.")
                .help("Leave it out; an outcome is for what a model predicts."),
            );
        }
        self.uses_attribute(i, span);
        Some(Value { kind: ValueKind::Attribute(AttributeId(i)), ty: attribute.ty.clone(), span })
    }

    fn segment_as_value<T>(&mut self, name: &tree::Name) -> Option<T> {
        let written = as_written(&name.text);
        self.refuse(
            Diagnostic::new(codes::names::WRONG_KIND, format!("`{}` is a segment", name.text))
                .at(name.span)
                .help(format!("For its members, write `in segment {written}`."))
                .fix(format!("write `in segment {written}`"), name.span, format!("in segment {written}")),
        )
    }

    fn event_as_value<T>(&mut self, name: &tree::Name) -> Option<T> {
        let written = as_written(&name.text);
        self.refuse(
            Diagnostic::new(codes::names::WRONG_KIND, format!("`{}` is an event: a customer may have many of them", name.text))
                .at(name.span)
                .help(format!(
                    "Say what of them: `did {written} in last 30 days`, `count({written}) in last 30 days` or `time since last {written}`."
                )),
        )
    }

    fn unknown_value<T>(&mut self, name: &tree::Name) -> Option<T> {
        let says =
            Diagnostic::new(codes::names::UNKNOWN_ATTRIBUTE, format!("There is no attribute or trait `{}`", name.text))
                .at(name.span)
                .consequence("It is not known which customers are meant.");
        let events = self.events_with_column(&name.text);
        if let Some(event) = events.first() {
            let (event, column) = (as_written(event), as_written(&name.text));
            return self.refuse(says.help(format!(
                "`{column}` is a column of the event `{event}`. For one `{event}`, put the condition behind its `where`, several in parentheses: \
                 `did {event} where ({column} … and …) in last 30 days`; for all of them, `count`, `sum` or `average`: \
                 `count({event} where {column} …) in last 30 days`."
            )));
        }
        let mut names = self.declared(|d| matches!(d, Declared::Trait(_) | Declared::Segment(_)));
        names.extend(self.catalog.attributes.iter().map(|a| a.name.as_str()));
        let end = ["last_", "first_"].iter().find_map(|end| name.text.strip_prefix(end).map(|event| (*end, event)));
        if let Some((end, event)) = end.filter(|(_, event)| self.is_event(event)) {
            let moment = format!("{} {}", end.trim_end_matches('_'), as_written(event));
            return self.refuse(says.help(format!("For how long ago that was, write `time since {moment}`.")));
        }
        let attributes: Vec<&str> = self.catalog.attributes.iter().map(|a| a.name.as_str()).collect();
        let otherwise = super::rows::these("The attributes of customers are", &attributes);
        let mut says = self.suggest(says, name, names, &otherwise);
        if let Some(fix) = &mut says.fix
            && let Some((_, text)) = fix.edits.first_mut()
            && matches!(self.names.get(text.trim_matches('`')), Some(Declared::Segment(_)))
        {
            *text = format!("in segment {text}");
            fix.title = format!("write `{text}`");
        }
        self.refuse(says)
    }

    /// The events of the data that have a column of a name.
    pub(super) fn events_with_column(&self, column: &str) -> Vec<&str> {
        let has =
            |table: usize| self.catalog.event_tables.get(table).is_some_and(|t| t.columns.iter().any(|c| c.name == column));
        self.catalog.kinds.iter().filter(|k| has(k.table)).map(|k| k.name.as_str()).collect()
    }

    /// A name that should be a segment.
    pub(super) fn segment_name(&mut self, name: &tree::Name) -> Option<crate::program::DefinitionId> {
        let written = as_written(&name.text);
        match self.names.get(&name.text) {
            Some(Declared::Segment(i)) => {
                self.uses_those_of(Node::Definition(i));
                return self.ids.get(&i).copied();
            }
            Some(Declared::Silent) => return None,
            Some(Declared::Trait(i)) => {
                let what = self.names.definitions.get(i).map_or("a trait", |source| source.what());
                return self.refuse(
                    Diagnostic::new(codes::names::WRONG_KIND, format!("`{}` is {what}, not a segment", name.text))
                        .at(name.span)
                        .help(format!("A trait stands alone, without `in segment`: `{written}`, or `{written} > 5` where it is a number.")),
                );
            }
            Some(Declared::Event(_)) => return self.event_as_value(name),
            Some(Declared::Funnel(_)) => return self.funnel_as_value(name),
            Some(Declared::Priority) => return self.priority_as_value(name),
            None => {}
        }
        if self.catalog.kind(&name.text).is_some() {
            return self.event_as_value(name);
        }
        if self.catalog.attribute(&name.text).is_some() {
            return self.refuse(
                Diagnostic::new(
                    codes::names::WRONG_KIND,
                    format!("`{}` is an attribute of customers, not a segment", name.text),
                )
                .at(name.span)
                .help(format!("An attribute stands alone, without `in segment`: `{written} = …`.")),
            );
        }
        let says = Diagnostic::new(codes::names::UNKNOWN_SEGMENT, format!("There is no segment `{}`", name.text))
            .at(name.span)
            .consequence("It is not known which customers are meant.");
        let names = self.declared(|d| matches!(d, Declared::Segment(_)));
        let says = self.suggest(says, name, names, "Declare it: `segment name { where … }`.");
        self.refuse(says)
    }
}
