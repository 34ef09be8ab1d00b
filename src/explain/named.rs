//! Declared events and funnels in words.

use super::{Explanation, Point, Section, Words, words};
use crate::program::Program;

/// Explains the event or funnel of this name, if there is one.
pub fn named(program: &Program, name: &str) -> Option<Explanation> {
    let words = Words::new(program, None);
    let told = |title: &Option<std::sync::Arc<str>>, kind, section| Explanation {
        name: name.to_owned(),
        title: title.as_ref().map(ToString::to_string),
        kind,
        as_of: None,
        sections: vec![section],
        uses: Vec::new(),
        used_by: None,
    };
    if let Some(event) = program.named.events.iter().find(|event| &*event.name == name) {
        let point = Point::new(words::sentence(&format!("each {}", words.nouns(&event.event).single())));
        let heading = "Which events are meant".to_owned();
        return Some(told(&event.title, "event", Section { heading, points: vec![point] }));
    }
    let funnel = program.named.funnels.iter().find(|funnel| &*funnel.name == name)?;
    let step = |(name, event): &(std::sync::Arc<str>, crate::program::Event)| {
        Point::new(format!("`{name}`: a {}.", words.nouns(event).single()))
    };
    let heading = format!(
        "An attempt begins with the first step; each next step is strictly later, and all are at most {} after the first",
        words::length(funnel.within)
    );
    let points = funnel.steps.iter().map(step).collect();
    Some(told(&funnel.title, "funnel", Section { heading, points }))
}
