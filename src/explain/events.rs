//! Events in words: `purchase` events, with what their columns have to say.

use super::{Words, words};
use crate::program::{Condition, Event, EventPart, Frequency};

/// Events as words that stand around a number: at least 3 *`purchase` events* in …, *with `category` "shoes"*.
pub(super) struct Nouns {
    /// `` `purchase` event ``
    pub one: String,
    /// `` `purchase` events ``
    pub many: String,
    /// `` where `category` is "shoes" ``, with a blank before it; nothing without a filter.
    pub which: String,
}

impl Nouns {
    /// `at least 3 `purchase` events`; the filter follows behind the window.
    pub(super) fn number(&self, frequency: Frequency) -> String {
        let Nouns { one, many, .. } = self;
        let noun = |n: u64| if n == 1 { one } else { many };
        match frequency {
            Frequency { least, most } if least > most => format!("fewer than 0 {many}, which nobody has"),
            Frequency { least: 0, most: u64::MAX } => format!("any number of {many} (or none)"),
            Frequency { least: 1, most: u64::MAX } => format!("at least one {one}"),
            Frequency { least, most: u64::MAX } => format!("at least {} {}", words::count(least), noun(least)),
            Frequency { least: 0, most: 0 } => format!("no {one}"),
            Frequency { least: 0, most: 1 } => format!("at most one {one} (or none)"),
            Frequency { least: 0, most } => format!("at most {} {many} (or none)", words::count(most)),
            Frequency { least: 1, most: 1 } => format!("exactly one {one}"),
            Frequency { least, most } if least == most => format!("exactly {} {many}", words::count(least)),
            Frequency { least, most } => format!("{} to {} {many}", words::count(least), words::count(most)),
        }
    }

    /// `` `purchase` event where `category` is "shoes" ``
    pub(super) fn single(&self) -> String {
        format!("{}{}", self.one, self.which)
    }
}

impl Words<'_> {
    pub(super) fn nouns(&self, event: &Event) -> Nouns {
        let filters: Vec<Option<String>> =
            event.parts.iter().map(|part| part.filter.as_ref().map(|filter| self.of_row(filter))).collect();
        let (first, is_shared) = match filters.split_first() {
            Some((first, rest)) => (first.clone(), rest.iter().all(|other| other == first)),
            None => (None, true),
        };
        if !is_shared {
            let each: Vec<String> = event
                .parts
                .iter()
                .zip(&filters)
                .map(|(part, filter)| match filter {
                    Some(filter) => format!("{} where {filter}", self.kind(part)),
                    None => self.kind(part),
                })
                .collect();
            let which = format!(" of one of these kinds: {}", each.join("; or "));
            return Nouns { one: "event".to_owned(), many: "events".to_owned(), which };
        }
        let which = first.map(|filter| format!(" where {filter}")).unwrap_or_default();
        let is_any = event.parts.len() == self.program.kinds.len() && event.parts.len() > 1;
        if is_any {
            return Nouns { one: "event of any kind".to_owned(), many: "events of any kind".to_owned(), which };
        }
        let mut kinds: Vec<String> = event.parts.iter().map(|part| self.kind(part)).collect();
        kinds.dedup();
        let kinds = words::list(&kinds, "or");
        Nouns { one: format!("{kinds} event"), many: format!("{kinds} events"), which }
    }

    fn kind(&self, part: &EventPart) -> String {
        self.program.kinds.get(part.kind.0).map(|kind| format!("`{}`", kind.name)).unwrap_or_default()
    }

    /// A filter, in one breath.
    fn of_row(&self, filter: &Condition) -> String {
        self.clause(filter)
    }
}

/// How often it must not be, where so often is denied: `at least 3` becomes `at most 2`. `None` where there is no one range.
pub(super) fn complement(frequency: Frequency) -> Option<Frequency> {
    match frequency {
        Frequency { least, most } if least > most => Some(Frequency { least: 0, most: u64::MAX }),
        Frequency { least: 0, most: u64::MAX } => None,
        Frequency { least, most: u64::MAX } => Some(Frequency { least: 0, most: least.saturating_sub(1) }),
        Frequency { least: 0, most } => Some(Frequency { least: most.saturating_add(1), most: u64::MAX }),
        Frequency { .. } => None,
    }
}
