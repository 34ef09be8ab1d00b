//! Sequences and funnels.

use segue::program::Type;

use super::writer::{Named, Writer};

impl Writer<'_> {
    /// `did a then b within 1 day … in last 30 days`, of all options and their combinations.
    pub fn sequence(&mut self) -> String {
        let mut common: Option<Vec<Named>> = None;
        let not = if self.dice.chance(15) { "not " } else { "" };
        let steps = 1 + self.dice.below(4);
        let mut text = format!("did {not}{}", self.member(&mut common));
        for _ in 1..steps {
            let directly = if self.dice.chance(12) { "directly " } else { "" };
            text += &format!(" then {directly}{}", self.member(&mut common));
            let within = if self.dice.chance(35) { format!(" within {}", self.duration(true)) } else { String::new() };
            let without =
                if self.dice.chance(20) { format!(" without {}", self.member(&mut common)) } else { String::new() };
            text += &if self.dice.chance(50) { within + &without } else { without + &within };
        }
        if steps == 1 || self.dice.chance(25) {
            let event = self.member(&mut common);
            text += &match self.dice.chance(65) {
                true => format!(" then no {event} within {}", self.duration(true)),
                false => format!(" then no {event} since"),
            };
        }
        let columns: Vec<String> = common.unwrap_or_default().into_iter().map(|(name, _)| name).collect();
        if self.dice.chance(30) && !columns.is_empty() {
            text += &format!(" matching {}", self.dice.pick(&columns));
        }
        if self.dice.chance(25) {
            text += &format!(" all within {}", self.duration(true));
        }
        if self.dice.chance(50) {
            text += &format!(" {}", self.frequency("time"));
        }
        let window = if self.dice.chance(60) { "ever".to_owned() } else { self.window() };
        format!("{text} {window}")
    }

    /// An event of a sequence, and the columns that it has in common with those before.
    fn member(&mut self, common: &mut Option<Vec<Named>>) -> String {
        if self.dice.chance(8) {
            let own = self.columns_of(&self.kind_tables());
            keep(common, &own);
            return "(any event)".into();
        }
        let (name, columns) = self.dice.pick(&self.events).clone();
        keep(common, &columns);
        let filter = self.filter(&columns, 15);
        if filter.is_empty() { name } else { format!("({name}{filter})") }
    }

    /// `funnel path within 3 days { a, (b where …), c }`
    pub fn funnel_declaration(&mut self, n: usize) -> String {
        let mut events = self.events.clone();
        self.dice.shuffle(&mut events);
        events.truncate(1 + self.dice.below(4));
        self.budget = 2;
        let steps = events.iter().map(|(name, columns)| {
            let filter = self.filter(columns, 20);
            if filter.is_empty() { name.clone() } else { format!("({name}{filter})") }
        });
        let steps: Vec<String> = steps.collect();
        let name = format!("path_{n}");
        let text = format!("funnel {name} within {} {{ {} }}", self.duration(true), steps.join(", "));
        self.funnels.push((name, events.into_iter().map(|(name, _)| name).collect()));
        text
    }

    /// `last reached a but not b in path in last 30 days`
    pub fn reached(&mut self) -> Option<String> {
        if self.funnels.is_empty() {
            return None;
        }
        let (funnel, steps) = self.dice.pick(&self.funnels).clone();
        let to = self.dice.below(steps.len());
        let later = &steps[to + 1..];
        let not = if self.dice.chance(60) && !later.is_empty() {
            format!(" but not {}", self.dice.pick(later))
        } else {
            String::new()
        };
        let last = if self.dice.chance(40) { "last " } else { "" };
        let window = if self.dice.chance(50) { "ever".to_owned() } else { self.window() };
        Some(format!("{last}reached {}{not} in {funnel} {window}", steps[to]))
    }
}

/// Keeps what both have, that a sequence can match in.
fn keep(common: &mut Option<Vec<Named>>, own: &[Named]) {
    let can = |(_, ty): &Named| !matches!(ty, Type::List(_));
    match common {
        Some(common) => common.retain(|column| own.contains(column)),
        None => *common = Some(own.iter().filter(|column| can(column)).cloned().collect()),
    }
}
