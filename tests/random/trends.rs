//! Trends: aggregates without a window, over a time and against the time before.

use segue::program::Type;

use super::literals::plural;
use super::values::Aggregated;
use super::writer::Writer;

impl Writer<'_> {
    /// `(count(visit) / count(buy)) fell by at least 30% over 14 days from at least 0.5`
    pub fn trend(&mut self) -> String {
        let (of, ty) = self.windowless();
        let direction = *self.dice.pick(&["rose", "fell"]);
        let share = *self.dice.pick(&["0%", "10%", "25%", "30%", "33.4%", "50%", "66.6%", "90%", "100%", "150%"]);
        let by = match self.dice.below(3) {
            0 => String::new(),
            1 => format!(" by at least {share}"),
            _ => format!(" by more than {share}"),
        };
        let from = if self.dice.chance(30) { format!(" from at least {}", self.smallest_base(&ty)) } else { String::new() };
        format!("{of} {direction}{by} {}{from}", self.over())
    }

    /// `change in count(visit) over 14 days`
    pub fn change(&mut self) -> String {
        let (of, _) = self.windowless();
        format!("(change in {of} {})", self.over())
    }

    /// `over 14 days`
    pub fn over(&mut self) -> String {
        // Long enough for something to lie in both.
        let length = if self.dice.chance(60) { plural(self.dice.between(5, 90), "day") } else { self.duration(true) };
        if self.dice.chance(25) {
            format!("over {length} against {} before", self.duration(true))
        } else {
            format!("over {length}")
        }
    }

    fn windowless(&mut self) -> (String, Type) {
        for _ in 0..8 {
            let types = [Type::Count, Type::Count, Type::Number, Type::Money("EUR".into()), Type::Percent, Type::Duration];
            let ty = self.dice.pick(&types).clone();
            let Some(of) = self.aggregated(&ty, Aggregated::WithoutWindow) else { continue };
            if self.dice.chance(25)
                && let Some(other) = self.aggregated(&ty, Aggregated::WithoutWindow)
            {
                match (self.dice.below(3), &ty) {
                    (0, _) => return (format!("({of} / {other})"), Type::Number),
                    (1, Type::Count | Type::Money(_) | Type::Duration) => return (format!("({of} - {other})"), ty),
                    _ => return (format!("greatest({of}, {other})"), ty),
                }
            }
            return (of, ty);
        }
        ("count(any event)".into(), Type::Count)
    }

    fn smallest_base(&mut self, ty: &Type) -> String {
        match ty {
            Type::Percent => (*self.dice.pick(&["20%", "50%"])).into(),
            Type::Duration => self.duration(true),
            Type::Number => "0.5".into(),
            Type::Money(_) => self.literal(ty).trim_start_matches('-').to_owned(),
            _ => self.dice.between(0, 3).to_string(),
        }
    }
}
