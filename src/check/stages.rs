//! Stages and points: conditions in order, what is given with each, and a comparison with a stage that is none.

use std::collections::HashMap;

use super::Checker;
use super::names::{Declared, Source, as_written};
use super::scope::Scope;
use crate::diagnostics::{Diagnostic, codes, near};
use crate::program::{Decimal, Given, Points, Scalar, Stage, Stages, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree;

impl Checker<'_> {
    /// `stages lifecycle { … }`
    pub(super) fn stages(&mut self, declaration: &tree::StagesDeclaration) -> Option<Stages> {
        let names: Vec<&tree::Name> = declaration.stages.iter().map(|s| &s.name).collect();
        let mut complete = self.each_once(&names, "stage");
        let mut stages = Vec::with_capacity(declaration.stages.len());
        for stage in &declaration.stages {
            let when = match &stage.when {
                None => Some(None),
                Some(when) => self.condition(when, Scope::CUSTOMER).map(Some),
            };
            complete &= when.is_some();
            stages.push(Stage {
                name: stage.name.text.as_str().into(),
                title: stage.title.as_ref().map(|t| t.value.as_str().into()),
                when: when.flatten(),
            });
        }
        let gives: Vec<&[tree::Given]> = declaration.stages.iter().map(|s| s.gives.as_slice()).collect();
        let gives = self.given(&gives, &["stage"]);
        complete.then_some(Stages { stages, gives: gives? })
    }

    /// `points lead_score { … }`
    pub(super) fn points(&mut self, declaration: &tree::PointsDeclaration) -> Option<Points> {
        let mut complete = true;
        let mut parts = Vec::with_capacity(declaration.parts.len());
        for part in &declaration.parts {
            let count = self.whole(&part.count, 1, "`add` and `subtract`").and_then(|n| i64::try_from(n).ok());
            let when = self.condition(&part.when, Scope::CUSTOMER);
            match count.zip(when) {
                Some((count, when)) => parts.push((if part.subtract { -count } else { count }, when)),
                None => complete = false,
            }
        }
        complete.then_some(())?;
        let sum = |is_meant: fn(i64) -> bool| -> i128 {
            parts.iter().map(|(n, _)| *n).filter(|n| is_meant(*n)).map(i128::from).sum()
        };
        let fits = |sum: i128| i64::try_from(sum).is_ok();
        if fits(sum(|n| n > 0)) && fits(sum(|n| n < 0)) {
            return Some(Points { parts });
        }
        let largest = declaration.parts.iter().zip(&parts).max_by_key(|(_, (n, _))| n.unsigned_abs());
        self.refuse(
            Diagnostic::new(
                codes::types::NUMBER_RANGE,
                format!("The points of `{}` could be more than fit in 64 bits", declaration.name.text),
            )
            .at(largest.map_or(declaration.name.span, |(part, _)| part.count.span))
            .consequence("Where all of them hold, the sum would be wrong.")
            .help("Write smaller numbers."),
        )
    }

    /// Says which names stand twice; whether none does.
    pub(super) fn each_once(&mut self, names: &[&tree::Name], what: &str) -> bool {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut once = true;
        for name in names {
            if let Some(first) = seen.insert(&name.text, name.span) {
                seen.insert(&name.text, first);
                once = false;
                self.said.push(
                    Diagnostic::new(codes::names::DUPLICATE, format!("The {what} `{}` stands twice", name.text))
                        .at(name.span)
                        .label(first, "the first one is here")
                        .consequence("It could not be told which of the two is meant.")
                        .help("Give one of them another name."),
                );
            }
        }
        once
    }

    /// What stages or arms give, as columns: a value for each of them. A column has one type, and none of the names that the
    /// export has already.
    pub(super) fn given(&mut self, gives: &[&[tree::Given]], taken: &[&str]) -> Option<Vec<Given>> {
        let mut columns: Vec<(Given, Value)> = Vec::new();
        let mut complete = true;
        for (i, all) in gives.iter().enumerate() {
            let mut seen: HashMap<&str, Span> = HashMap::new();
            for given in *all {
                let name = &given.name;
                let twice = seen.insert(&name.text, name.span);
                if twice.is_some() || taken.contains(&name.text.as_str()) || name.text == self.catalog.key_name() {
                    complete = false;
                    let message = format!("The export would have two columns `{}`", name.text);
                    let mut says = Diagnostic::new(codes::names::DUPLICATE, message)
                        .at(name.span)
                        .help("Give this column another name.");
                    if let Some(first) = twice {
                        says = says.label(first, "the first one is here");
                    }
                    self.said.push(says);
                    continue;
                }
                let Some(value) = self.literal(&given.value) else {
                    complete = false;
                    continue;
                };
                let Some(at) = columns.iter().position(|(column, _)| *column.name == *name.text) else {
                    let mut values = vec![None; gives.len()];
                    let ty = value.ty.clone();
                    if let Some(place) = values.get_mut(i) {
                        *place = scalar_of(&value);
                    }
                    columns.push((Given { name: name.text.as_str().into(), ty, values }, value));
                    continue;
                };
                let Some((column, first)) = columns.get_mut(at) else { continue };
                match common(&column.ty, &value.ty) {
                    Some(ty) => {
                        column.ty = ty;
                        if let Some(place) = column.values.get_mut(i) {
                            *place = scalar_of(&value);
                        }
                    }
                    None => {
                        complete = false;
                        let says = Diagnostic::new(
                            codes::types::MISMATCH,
                            format!("`{}` is {} here and {} elsewhere", name.text, value.ty, column.ty),
                        )
                        .at(value.span)
                        .label(first.span, column.ty.to_string())
                        .consequence("A column of an export has values of one kind.")
                        .help("Write both alike, or give the two columns different names.");
                        self.said.push(says);
                    }
                }
            }
        }
        for (column, _) in &mut columns {
            if column.ty == Type::Number {
                column.values.iter_mut().flatten().for_each(as_number);
            }
        }
        complete.then(|| columns.into_iter().map(|(column, _)| column).collect())
    }

    /// Warns where a text that stages are compared with is none of them.
    pub(super) fn is_no_stage(&mut self, value: &Value, text: &Value) {
        let (ValueKind::Trait(id), ValueKind::Literal(Scalar::Text(written))) = (&value.kind, &text.kind) else { return };
        let Some(declaration) = self.stages_of(*id) else { return };
        let stages: Vec<&str> = declaration.stages.iter().map(|s| s.name.text.as_str()).collect();
        if stages.contains(&&**written) {
            return;
        }
        let shown = self.words(text.span);
        let says = Diagnostic::new(codes::logic::NO_SUCH_STAGE, format!("`{}` has no stage {shown}", declaration.name.text))
            .at(text.span)
            .label(declaration.name.span, "its stages are declared here")
            .consequence("Nobody is ever in it.");
        let near = near::nearest(written, stages.iter().copied());
        let says = match near.first() {
            Some(meant) => {
                let mended = format!("\"{}\"", meant.replace('"', "\"\""));
                says.help(format!("Did you mean `{mended}`?")).fix(format!("write {mended}"), text.span, mended)
            }
            None => {
                let mut shown: Vec<String> = stages.iter().take(8).map(|s| format!("\"{s}\"")).collect();
                if stages.len() > shown.len() {
                    shown.push("…".to_owned());
                }
                says.help(format!("Its stages are {}.", shown.join(", ")))
            }
        };
        self.said.push(says);
    }

    /// The declaration of stages with this id.
    fn stages_of(&self, id: crate::program::DefinitionId) -> Option<&tree::StagesDeclaration> {
        let at = self.ids.iter().find(|(_, known)| **known == id).map(|(at, _)| *at)?;
        match self.names.definitions.get(at) {
            Some(Source::Stages(declaration)) => Some(declaration),
            _ => None,
        }
    }

    /// Whether a name is of stages that have a stage of this name.
    pub(super) fn has_stage(&self, name: &str, stage: &str) -> bool {
        let Some(Declared::Trait(i)) = self.names.get(name) else { return false };
        match self.names.definitions.get(i) {
            Some(Source::Stages(declaration)) => declaration.stages.iter().any(|s| s.name.text == stage),
            _ => false,
        }
    }

    /// Stages where a condition is needed.
    pub(super) fn stages_as_condition(&self, value: &Value) -> Option<String> {
        let ValueKind::Trait(id) = &value.kind else { return None };
        let declaration = self.stages_of(*id)?;
        let first = declaration.stages.first()?;
        Some(format!("{} = \"{}\"", as_written(&declaration.name.text), first.name.text))
    }
}

/// What a literal of `gives` is, as a value of its type.
fn scalar_of(value: &Value) -> Option<Scalar> {
    match &value.kind {
        ValueKind::Literal(scalar) => Some(scalar.clone()),
        ValueKind::Decimal(decimal) => Some(number(*decimal)),
        _ => None,
    }
}

fn number(decimal: Decimal) -> Scalar {
    Scalar::Number(decimal.to_f64())
}

fn as_number(scalar: &mut Scalar) {
    if let Scalar::Count(n) = scalar {
        *scalar = Scalar::Number(*n as f64);
    }
}

/// The type of a column that has values of both types.
fn common(a: &Type, b: &Type) -> Option<Type> {
    match (a, b) {
        (Type::Count, Type::Number) | (Type::Number, Type::Count) => Some(Type::Number),
        (a, b) if a == b => Some(a.clone()),
        _ => None,
    }
}
