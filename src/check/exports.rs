//! What happens to members on their way out: splits, priorities.

use std::collections::HashMap;
use std::sync::Arc;

use super::Checker;
use super::names::{Declared, as_written};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Arm, Decimal, DefinitionId, Priority, Split, Value};
use crate::source::Span;
use crate::syntax::tree;

/// The column of an export that says in which arm of the split a member is.
const ARM: &str = "arm";

impl Checker<'_> {
    /// `split salt "q3" { control 10% held out, a 90% }` of the segment of this name, whose export has these columns already.
    pub(super) fn split(
        &mut self,
        split: &tree::Split,
        segment: &tree::Name,
        columns: &[(Arc<str>, Value)],
    ) -> Option<Split> {
        let names: Vec<&tree::Name> = split.arms.iter().map(|arm| &arm.name).collect();
        let mut complete = self.each_once(&names, "arm");
        let mut arms = Vec::with_capacity(split.arms.len());
        for arm in &split.arms {
            match self.share(&arm.share, "An arm") {
                Some(share) => {
                    arms.push(Arm { name: arm.name.text.as_str().into(), share, held_out: arm.held_out });
                }
                None => complete = false,
            }
        }
        if complete {
            complete = self.adds_up(split, &arms);
        }
        if let Some((_, arm)) = columns.iter().find(|(name, _)| &**name == ARM) {
            complete = false;
            self.said.push(
                Diagnostic::new(codes::names::DUPLICATE, format!("The export would have two columns `{ARM}`"))
                    .at(arm.span)
                    .consequence("A split adds a column `arm`, which says in which arm a member is.")
                    .help("Give this one another name with a trait: `trait other_arm = …`, and include that."),
            );
        }
        let taken: Vec<&str> = columns.iter().map(|(name, _)| &**name).chain([ARM]).collect();
        let gives: Vec<&[tree::Given]> = split.arms.iter().map(|arm| arm.gives.as_slice()).collect();
        let gives = self.given(&gives, &taken)?;
        let salt = split.salt.as_ref().map_or(segment.text.as_str(), |salt| &salt.value).into();
        complete.then_some(Split { salt, arms, gives })
    }

    /// Whether the arms take 100% in all; says so if not.
    fn adds_up(&mut self, split: &tree::Split, arms: &[Arm]) -> bool {
        let sum = arms.iter().try_fold(Decimal::whole(0), |sum, arm| sum.plus(arm.share));
        let (Some(sum), Some(last), Some(arm)) = (sum, split.arms.last(), arms.last()) else { return false };
        let left = sum.from_one(true);
        if left.digits == 0 {
            return true;
        }
        let is_over = left.digits < 0;
        let says = Diagnostic::new(
            codes::types::SHARE_RANGE,
            format!("The arms of this split add up to {}, not to 100%", sum.as_percent()),
        )
        .at(last.share.span)
        .consequence(if is_over {
            "Some members would be in two arms."
        } else {
            "Some members would be in no arm, and nobody could say what they get."
        });
        let mended = arm.share.plus(left).filter(|share| share.digits > 0).map(Decimal::as_percent);
        let says = match mended {
            Some(mended) => {
                let name = as_written(&last.name.text);
                says.help(format!("With `{name} {mended}` they add up to 100%."))
            }
            None => says.help("Write smaller shares, which add up to 100%."),
        };
        self.said.push(says);
        false
    }

    /// The priorities, each with its segments; `None` if one could not be understood.
    pub(super) fn priorities(&mut self) -> Option<Vec<Priority>> {
        let declarations = self.names.priorities.clone();
        let mut complete = true;
        let mut places: HashMap<DefinitionId, (Span, &str)> = HashMap::new();
        let mut priorities = Vec::with_capacity(declarations.len());
        for declaration in declarations {
            let mut segments = Vec::with_capacity(declaration.segments.len());
            for name in &declaration.segments {
                let is_value = matches!(self.names.get(&name.text), Some(Declared::Trait(_)))
                    || (self.names.get(&name.text).is_none() && self.catalog.attribute(&name.text).is_some());
                let id = if is_value { self.value_in_priority(name) } else { self.segment_name(name) };
                let Some(id) = id else {
                    complete = false;
                    continue;
                };
                if let Some((first, other)) = places.get(&id) {
                    complete = false;
                    let is_here = *other == declaration.name.text;
                    let message = if is_here {
                        format!("The segment `{}` stands twice in this priority", name.text)
                    } else {
                        format!(
                            "The segment `{}` stands in two priorities, `{other}` and `{}`",
                            name.text, declaration.name.text
                        )
                    };
                    self.said.push(
                        Diagnostic::new(codes::names::DUPLICATE, message)
                            .at(name.span)
                            .label(*first, "its first place is here")
                            .consequence("Its place in the order could not be told.")
                            .help("A segment stands in one place. Take it out of the other."),
                    );
                    continue;
                }
                places.insert(id, (name.span, &declaration.name.text));
                segments.push(id);
            }
            priorities.push(Priority {
                name: declaration.name.text.as_str().into(),
                title: declaration.title.as_ref().map(|title| title.value.as_str().into()),
                segments,
                span: declaration.span,
            });
        }
        complete.then_some(priorities)
    }

    fn value_in_priority<T>(&mut self, name: &tree::Name) -> Option<T> {
        let written = as_written(&name.text);
        self.refuse(
            Diagnostic::new(
                codes::names::WRONG_KIND,
                format!("`{}` is not a segment, and a priority names segments", name.text),
            )
            .at(name.span)
            .help(format!("Declare one for those who are meant: `segment those {{ where {written} … }}`.")),
        )
    }

    /// A priority where a value, an event or a segment is needed.
    pub(super) fn priority_as_value<T>(&mut self, name: &tree::Name) -> Option<T> {
        self.refuse(
            Diagnostic::new(
                codes::names::WRONG_KIND,
                format!("`{}` is a priority, and says nothing of customers", name.text),
            )
            .at(name.span)
            .help("Name one of its segments: `in segment …`."),
        )
    }
}
