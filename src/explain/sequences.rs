//! Sequences and funnels in words.

use super::Words;
use super::events::{Nouns, complement};
use super::words;
use crate::program::{Event, Frequency, Reached, Sequence, SequenceStep};

impl Words<'_> {
    /// `the customer had at least one sequence in the 30 days before …: a `view` event, then within 1 day a `buy` event`
    pub(super) fn sequence(&self, sequence: &Sequence) -> String {
        self.sequence_so_often(sequence, sequence.frequency)
    }

    /// Its opposite.
    pub(super) fn no_sequence(&self, sequence: &Sequence) -> String {
        match complement(sequence.frequency) {
            Some(other) => self.sequence_so_often(sequence, other),
            None => format!("it is not so that {}", self.sequence(sequence)),
        }
    }

    fn sequence_so_often(&self, sequence: &Sequence, frequency: Frequency) -> String {
        let nouns = Nouns { one: "sequence".to_owned(), many: "sequences".to_owned(), which: String::new() };
        let mut out = format!("the customer had {} {}", nouns.number(frequency), self.of_events(&sequence.window));
        if frequency.least > 1 || frequency.most < u64::MAX {
            out.push_str(" (each beginning after the end of the one before)");
        }
        for (number, step) in sequence.steps.iter().enumerate() {
            out.push_str(if number == 0 { ": " } else { ", then " });
            out.push_str(&self.step(step));
        }
        if let Some(no) = &sequence.then_no {
            let event = self.nouns(&no.event.event).single();
            let wait = match no.within {
                Some(length) => format!("within {}, which must be over", words::length(length)),
                None => "since".to_owned(),
            };
            out.push_str(&format!(", and after it no {event} {wait}"));
        }
        if let Some(length) = sequence.all_within {
            out.push_str(&format!("; the last at most {} after the first", words::length(length)));
        }
        if let Some(column) = sequence.steps.first().and_then(|step| step.event.matching.first()) {
            out.push_str(&format!("; all of them with the same known {}", self.value(column)));
        }
        out
    }

    fn step(&self, step: &SequenceStep) -> String {
        let mut before = Vec::new();
        if step.directly.is_some() {
            before.push("with no event of any kind in between".to_owned());
        }
        if let Some(length) = step.within {
            before.push(format!("at most {} later", words::length(length)));
        }
        if let Some(without) = &step.without {
            before.push(format!("without a {} in between", self.nouns(&without.event).single()));
        }
        let event = format!("a {}", self.nouns(&step.event.event).single());
        if before.is_empty() { event } else { format!("{}, {event}", before.join(" and ")) }
    }

    /// `the customer reached the step … of the funnel …`
    pub(super) fn reached(&self, reached: &Reached) -> String {
        let step = |number: usize| reached.steps.get(number).map(|event| self.step_of(event)).unwrap_or_default();
        let steps: Vec<String> = (0..reached.steps.len()).map(step).collect();
        let attempt = if reached.last {
            format!("in the last attempt that got to {}", step(reached.to))
        } else {
            "in some attempt".to_owned()
        };
        let not = match reached.but_not {
            Some(not) if reached.last => format!(", but did not get to {} in it", step(not)),
            Some(not) => format!(", but in none to {}", step(not)),
            None => String::new(),
        };
        format!(
            "{attempt} {}, the customer got to {}{not} (the funnel `{}`: {}, each later than the one before, all at most {} after the first)",
            self.of_events(&reached.window),
            step(reached.to),
            reached.funnel,
            steps.join(", then "),
            words::length(reached.within)
        )
    }

    fn step_of(&self, event: &Event) -> String {
        format!("a {}", self.nouns(event).single())
    }
}
