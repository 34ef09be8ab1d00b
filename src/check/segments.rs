//! Segments: their clauses, and what may leave with their members.

use std::collections::{HashMap, HashSet};

use super::Checker;
use super::names::{Declared, as_written};
use super::order::Node;
use super::scope::Scope;
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Condition, Experiment, Holdout, Limit, LimitBy, Segment, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree::{self, ClauseKind, ExprKind};

impl Checker<'_> {
    /// A segment from its clauses.
    pub(super) fn segment(
        &mut self,
        declaration: &tree::SegmentDeclaration,
        consents: &HashMap<usize, Condition>,
    ) -> Option<Segment> {
        let has_purpose = declaration.clauses.iter().any(|c| matches!(c.kind, ClauseKind::Purpose(_)));
        let mut condition = None;
        let mut complete = true;
        let (mut except, mut purposes, mut include, mut tags) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut limit, mut holdout, mut split, mut owner, mut note) = (None, None, None, None, None);
        for clause in &declaration.clauses {
            let understood = match &clause.kind {
                ClauseKind::Where(expr) => {
                    condition = self.condition(expr, Scope::CUSTOMER);
                    condition.is_some()
                }
                ClauseKind::Except(expr) => keep(&mut except, self.condition(expr, Scope::CUSTOMER)),
                ClauseKind::Purpose(name) => keep(&mut purposes, self.purpose(name, consents)),
                ClauseKind::Limit(written) => {
                    limit = self.limit(written);
                    limit.is_some()
                }
                ClauseKind::Holdout { share, salt } => {
                    holdout = self.share(share, "A holdout").map(|share| Holdout {
                        share,
                        salt: salt.as_ref().map_or(declaration.name.text.as_str(), |s| &s.value).into(),
                    });
                    holdout.is_some()
                }
                ClauseKind::Include(all) => keep(&mut include, self.include(all, has_purpose)),
                ClauseKind::Owner(text) => {
                    owner = Some(text.value.as_str().into());
                    true
                }
                ClauseKind::Tags(names) => {
                    tags.extend(names.iter().map(|n| n.text.as_str().into()));
                    true
                }
                ClauseKind::Note(text) => {
                    note = Some(text.value.as_str().into());
                    true
                }
                ClauseKind::Split(written) => {
                    split = Some(written);
                    true
                }
            };
            complete &= understood;
        }
        let include: Vec<(std::sync::Arc<str>, Value)> = include.into_iter().flatten().collect();
        let split = split.map(|split| self.split(split, &declaration.name, &include));
        complete.then_some(())?;
        self.uses_those_of(Node::EverySegment);
        let experiment = match split {
            Some(split) => Some(Experiment::Split(split?)),
            None => holdout.map(Experiment::Holdout),
        };
        Some(Segment { condition: condition?, except, purposes, limit, experiment, include, owner, tags, note })
    }

    fn purpose(
        &mut self,
        name: &tree::Name,
        consents: &HashMap<usize, Condition>,
    ) -> Option<(std::sync::Arc<str>, Condition)> {
        let project = self.project;
        let Some(i) = project.consents.iter().position(|c| c.0 == name.text) else {
            let says = Diagnostic::new(codes::names::UNKNOWN_PURPOSE, format!("There is no purpose `{}`", name.text))
                .at(name.span)
                .consequence("It is not known who agreed to it.");
            let names: Vec<&str> = project.consents.iter().map(|c| c.0.as_str()).collect();
            let otherwise = match names.as_slice() {
                [] => {
                    "Purposes stand under `[consent]` in segue.toml, each with the condition of those who agreed.".to_owned()
                }
                _ => format!("`[consent]` in segue.toml has `{}`.", names.join("`, `")),
            };
            let says = self.suggest(says, name, names, &otherwise);
            return self.refuse(says);
        };
        self.uses_those_of(Node::Consent(i));
        consents.get(&i).map(|condition| (name.text.as_str().into(), condition.clone()))
    }

    fn limit(&mut self, limit: &tree::Limit) -> Option<Limit> {
        let count = self.whole(&limit.count, 1, "A limit");
        let per = match &limit.per {
            Some(per) => self.value(per, Scope::CUSTOMER).map(Some),
            None => Some(None),
        };
        let mut by = |expr: &tree::Expr| {
            let value = self.value(expr, Scope::CUSTOMER)?;
            self.with_size(value, "chosen")
        };
        let by = match &limit.by {
            tree::LimitBy::Highest(expr) => by(expr).map(LimitBy::Highest),
            tree::LimitBy::Lowest(expr) => by(expr).map(LimitBy::Lowest),
            tree::LimitBy::Random => Some(LimitBy::Random),
        };
        Some(Limit { count: count?, per: per?, by: by? })
    }

    /// The columns of an export: attributes, traits, what a look-up says.
    fn include(&mut self, all: &[tree::Expr], has_purpose: bool) -> Option<Vec<(std::sync::Arc<str>, Value)>> {
        let mut seen: HashMap<String, Span> = HashMap::new();
        let mut out = Some(Vec::new());
        for expr in all {
            let name = match &expr.kind {
                ExprKind::Name(name) => name.text.clone(),
                ExprKind::Path(names) => names.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join("."),
                // The syntax room lets no other in.
                _ => self.words(expr.span),
            };
            if let ExprKind::Name(name) = &expr.kind
                && matches!(self.names.get(&name.text), Some(Declared::Segment(_)))
            {
                let written = as_written(&name.text);
                self.said.push(
                    Diagnostic::new(
                        codes::names::WRONG_KIND,
                        format!("`{}` is a segment, and `include` takes values", name.text),
                    )
                    .at(name.span)
                    .help(format!(
                        "For a column that says who is in it, declare a trait: `trait inside = in segment {written}`."
                    )),
                );
                out = None;
                continue;
            }
            if let Some(first) = seen.get(&name) {
                self.said.push(
                    Diagnostic::new(codes::names::DUPLICATE, format!("`{name}` is included twice"))
                        .at(expr.span)
                        .label(*first, "the first time")
                        .help("Leave one of them out."),
                );
                out = None;
                continue;
            }
            seen.insert(name.clone(), expr.span);
            match self.value_or_list(expr, Scope::CUSTOMER).and_then(|v| self.refuse_pii_without_purpose(v, has_purpose)) {
                Some(value) => {
                    if let Some(out) = &mut out {
                        out.push((name.as_str().into(), value));
                    }
                }
                None => out = None,
            }
        }
        out
    }

    fn refuse_pii_without_purpose(&mut self, value: Value, has_purpose: bool) -> Option<Value> {
        let ValueKind::Attribute(id) = value.kind else { return Some(value) };
        let is_pii = self.catalog.attributes.get(id.0).is_some_and(|a| a.is_pii);
        if has_purpose || !is_pii {
            return Some(value);
        }
        let (shown, purpose) =
            (self.words(value.span), self.project.consents.first().map_or("email_marketing", |c| &c.0).to_owned());
        self.refuse(
            Diagnostic::new(
                codes::data::PII_WITHOUT_PURPOSE,
                format!("`{shown}` is personal, and this segment has no purpose"),
            )
            .at(value.span)
            .consequence("It would leave for people who may not have agreed to anything.")
            .help(format!(
                "Say what it is for, such as `purpose {purpose}`: then only those who agreed to that are members."
            )),
        )
    }

    /// A trait is written out under its own name, so it may not pass a personal column on.
    pub(super) fn refuse_pii_in_trait(&mut self, declaration: &tree::TraitDeclaration, value: &Value) -> Option<()> {
        let mut found = HashSet::new();
        personal(value, &mut found);
        let named =
            found.into_iter().filter_map(|i| self.catalog.attributes.get(i)).filter(|a| a.is_pii).map(|a| &a.name).min();
        let Some(name) = named else { return Some(()) };
        let (name, shown) = (as_written(name), as_written(&declaration.name.text));
        self.refuse(
            Diagnostic::new(codes::data::PII_NOT_BY_NAME, format!("The trait `{shown}` would pass the personal column `{name}` on"))
                .at(declaration.value.span)
                .consequence("Traits are written out for everybody; personal columns leave only through a segment that includes them by name, for a purpose.")
                .help(format!("Use `{name}` in a condition, such as `{name} is known`, or write `include {name}` in the segment that needs it.")),
        )
    }
}

fn keep<T>(all: &mut Vec<T>, one: Option<T>) -> bool {
    let understood = one.is_some();
    all.extend(one);
    understood
}

/// The attributes that could be worked out of a value: not those that only a condition of it looks at.
fn personal(value: &Value, out: &mut HashSet<usize>) {
    match &value.kind {
        ValueKind::Attribute(id) => drop(out.insert(id.0)),
        ValueKind::Negate(a)
        | ValueKind::TimeSince(a)
        | ValueKind::TimeUntil(a)
        | ValueKind::AsOf(a, _)
        | ValueKind::Part(_, a) => {
            personal(a, out);
        }
        ValueKind::TimeFrom(a, b) | ValueKind::Arithmetic(_, a, b) | ValueKind::OrElse(a, b) => {
            personal(a, out);
            personal(b, out);
        }
        ValueKind::Function(_, all) => all.iter().for_each(|a| personal(a, out)),
        ValueKind::Literal(_)
        | ValueKind::Decimal(_)
        | ValueKind::Key
        | ValueKind::Column(..)
        | ValueKind::LookUp(..)
        | ValueKind::Trait(_)
        | ValueKind::Aggregate(_)
        | ValueKind::Band(_)
        | ValueKind::Share(_)
        | ValueKind::Change(..)
        | ValueKind::Moment(..)
        | ValueKind::Condition(_) => {}
    }
}
