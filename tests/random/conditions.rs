//! Conditions, of customers and of rows.

use segue::program::Type;

use super::literals::{COMPARISONS, plural, quoted};
use super::writer::{Scope, Writer};

impl Writer<'_> {
    /// A condition, in parentheses where it is made of parts.
    pub fn condition(&mut self, scope: &Scope) -> String {
        let is_customer = matches!(scope, Scope::Customer);
        if self.may_grow() && self.dice.chance(35) {
            return self.compound_condition(scope);
        }
        if is_customer
            && self.dice.chance(8)
            && let Some(test) = self.stage_test()
        {
            return test;
        }
        if is_customer && self.dice.chance(8) {
            return self.moved_condition(scope);
        }
        if self.dice.chance(6)
            && let Some(part) = self.calendar_part(scope)
        {
            return part;
        }
        if self.dice.chance(6)
            && let Some(listed) = self.in_list(scope)
        {
            return listed;
        }
        if self.dice.chance(4)
            && let Some(contains) = self.list_contains(scope)
        {
            return contains;
        }
        if is_customer && self.dice.chance(3) {
            return self.in_random();
        }
        if self.dice.chance(6)
            && let Some(history) = self.history_condition(scope)
        {
            return history;
        }
        if is_customer
            && self.dice.chance(4)
            && let Some(anniversary) = self.anniversary()
        {
            return anniversary;
        }
        if self.dice.chance(3)
            && let Some(near) = self.near(scope)
        {
            return near;
        }
        match self.dice.below(if is_customer { 22 } else { 10 }) {
            0..=3 => self.comparison(scope),
            4 => self.between(scope),
            5 => self.one_of(scope),
            6 => self.text_test(scope),
            7 => self.known(scope),
            8 => self.name(&Type::Boolean, scope).unwrap_or_else(|| self.comparison(scope)),
            9 => self.comparison(scope),
            10 => self.in_window().unwrap_or_else(|| self.comparison(scope)),
            11..=15 => self.did(),
            16 => match self.segments.is_empty() {
                true => "everyone".into(),
                false => {
                    let segment = self.dice.pick(&self.segments).clone();
                    format!("{}in segment {segment}", if self.dice.chance(30) { "not " } else { "" })
                }
            },
            20 | 21 => self.trend(),
            17 | 18 => self.rank().unwrap_or_else(|| self.did()),
            _ if self.dice.chance(10) => "everyone".into(),
            _ => self.recency(),
        }
    }

    /// A condition as of another time.
    fn moved_condition(&mut self, scope: &Scope) -> String {
        let ago = self.duration(true);
        if self.segments.is_empty() || self.dice.chance(50) {
            return format!("({}) as of {ago} ago", self.condition(scope));
        }
        let segment = self.dice.pick(&self.segments).clone();
        match self.dice.below(4) {
            0 => format!("not in segment {segment} as of {ago} ago"),
            1 => format!("in segment {segment} as of {ago} ago"),
            2 => format!("entered segment {segment} in last {ago}"),
            _ => format!("left segment {segment} in last {ago}"),
        }
    }

    fn compound_condition(&mut self, scope: &Scope) -> String {
        let groups = if matches!(scope, Scope::Customer) { 8 } else { 5 };
        let (a, b) = (self.condition(scope), self.condition(scope));
        match self.dice.below(groups) {
            0 | 1 => format!("({a} and {b})"),
            2 | 3 => format!("({a} or {b})"),
            4 => format!("not ({a})"),
            5 => format!("all of {{\n{a}\n{b}\n}}"),
            6 => {
                let group = *self.dice.pick(&["any of", "none of", "at least 2 of", "at least 1 of"]);
                format!("{group} {{\n{a}\n{b}\n{}\n}}", self.condition(scope))
            }
            _ => format!("({a} and {b} and not ({}))", self.condition(scope)),
        }
    }

    fn comparison(&mut self, scope: &Scope) -> String {
        let types = [
            Type::Count,
            Type::Count,
            Type::Number,
            Type::Number,
            Type::Money("EUR".into()),
            Type::Money("USD".into()),
            Type::Text,
            Type::Date,
            Type::Timestamp,
            Type::Boolean,
            Type::Duration,
            Type::Percent,
        ];
        let mut ty = self.dice.pick(&types).clone();
        if self.names(&ty, scope).is_empty() && self.dice.chance(80) {
            ty = self.dice.pick(&types).clone();
        }
        let mut comparison = *self.dice.pick(&COMPARISONS);
        if ty == Type::Boolean {
            comparison = *self.dice.pick(&["=", "!="]);
        }
        let Some(left) = self.side(&ty, scope) else { return self.known(scope) };
        let right = match ty {
            Type::Percent => match self.dice.below(6) {
                0 => self.aggregate(&ty).unwrap_or_else(|| "0.5".into()),
                1 => "0.25".into(),
                _ => (*self.dice.pick(&["50%", "0%", "100%", "33%", "25%", "66.7%"])).into(),
            },
            Type::Duration => self.duration(matches!(scope, Scope::Customer)),
            Type::Timestamp if self.dice.chance(40) => self.literal(&Type::Date),
            // Between two whole numbers, also below zero.
            Type::Count if self.dice.chance(15) => (*self.dice.pick(&["-1.5", "-0.5", "0.5", "1.5", "-0.01"])).into(),
            // A trait that was drawn as a number may come out whole, `trait t_1 = 2`: beside a count a percent is refused.
            Type::Number if self.dice.chance(10) => (if left.contains("t_") { "0.5" } else { "50%" }).into(),
            Type::Number if self.dice.chance(10) => self.literal(&Type::Count),
            Type::Count if self.dice.chance(10) => "1.5".into(),
            _ if self.dice.chance(75) => self.literal(&ty),
            _ => match self.side(&ty, scope) {
                Some(right) => right,
                None => self.literal(&ty),
            },
        };
        format!("{left} {comparison} {right}")
    }

    /// A side of a comparison that is no literal.
    pub fn side(&mut self, ty: &Type, scope: &Scope) -> Option<String> {
        let has_name = !self.names(ty, scope).is_empty();
        match (ty, scope) {
            (Type::Percent, Scope::Customer) if self.dice.chance(40) => Some(self.change()),
            (Type::Percent, Scope::Customer) => self.aggregate(ty),
            (Type::Boolean | Type::Date | Type::Timestamp | Type::Text, Scope::Customer) => match self.name(ty, scope) {
                Some(name) if self.dice.chance(70) => Some(name),
                _ => self.aggregate(ty),
            },
            (Type::Boolean | Type::Date | Type::Timestamp | Type::Text, Scope::Row(_)) => self.name(ty, scope),
            (Type::Duration, Scope::Row(_)) => {
                let times = self.names(&Type::Timestamp, scope);
                (times.len() > 1).then(|| format!("({} - {})", self.dice.pick(&times).clone(), self.dice.pick(&times)))
            }
            (_, Scope::Row(_)) if !has_name => None,
            (_, Scope::Row(_)) => {
                let name = self.name(ty, scope)?;
                Some(if self.dice.chance(70) { name } else { format!("({name} + {})", self.value(ty, scope)) })
            }
            _ => {
                let value = self.value(ty, scope);
                // A literal against a literal is no condition.
                if value.starts_with(|c: char| c.is_ascii_digit() || c == '-') { self.aggregate(ty) } else { Some(value) }
            }
        }
    }

    fn between(&mut self, scope: &Scope) -> String {
        let ty = self.dice.pick(&[Type::Count, Type::Number, Type::Money("EUR".into()), Type::Date]).clone();
        match self.side(&ty, scope) {
            Some(side) => format!("{side} between {} and {}", self.literal(&ty), self.literal(&ty)),
            None => self.known(scope),
        }
    }

    fn one_of(&mut self, scope: &Scope) -> String {
        let ty = self.dice.pick(&[Type::Text, Type::Text, Type::Count, Type::Number]).clone();
        let not = if self.dice.chance(40) { "not " } else { "" };
        match self.side(&ty, scope) {
            Some(side) => format!("{side} {not}in ({}, {})", self.literal(&ty), self.literal(&ty)),
            None => self.known(scope),
        }
    }

    fn text_test(&mut self, scope: &Scope) -> String {
        let Some(side) = self.side(&Type::Text, scope) else { return self.known(scope) };
        let folded = if self.dice.chance(40) { " ignoring case" } else { "" };
        let part = *self.dice.pick(&["s", "S", "sh", "SHOES", "ß", "k", "a", "juan", ", c", "Ö"]);
        let part = quoted(part);
        let pattern = *self.dice.pick(&["^s.*s$", "[A-Z]", "\\bs", "o{2}|ha", "^$"]);
        match self.dice.below(4) {
            0 => format!("{side} starts with {part}{folded}"),
            1 => format!("{side} ends with {part}{folded}"),
            2 => format!("{side} contains {part}{folded}"),
            _ => format!("{side} matches {}{folded}", quoted(pattern)),
        }
    }

    fn known(&mut self, scope: &Scope) -> String {
        let all: Vec<String> = match scope {
            Scope::Customer => self.attributes.iter().chain(&self.traits).map(|(name, _)| name.clone()).collect(),
            Scope::Row(columns) => columns.iter().map(|(name, _)| name.clone()).collect(),
        };
        let is = *self.dice.pick(&["is known", "is unknown"]);
        let aggregate = match scope {
            Scope::Customer if self.dice.chance(30) || all.is_empty() => self.aggregate(&Type::Number),
            _ => None,
        };
        match aggregate {
            Some(aggregate) => format!("{aggregate} {is}"),
            None if all.is_empty() => "everyone".into(),
            None => format!("{} {is}", self.dice.pick(&all)),
        }
    }

    fn in_window(&mut self) -> Option<String> {
        let ty = if self.dice.chance(50) { Type::Date } else { Type::Timestamp };
        let names: Vec<String> = self.attributes.iter().filter(|(_, t)| *t == ty).map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            return None;
        }
        Some(format!("{} {}", self.dice.pick(&names).clone(), self.attribute_window()))
    }

    fn recency(&mut self) -> String {
        let end = *self.dice.pick(&["first", "last"]);
        let (event, comparison) = (self.event_in_place(), *self.dice.pick(&COMPARISONS));
        format!("time since {end} {event} {comparison} {}", self.duration(true))
    }

    pub fn frequency(&mut self, what: &str) -> String {
        let n = self.dice.between(0, 4);
        match self.dice.below(6) {
            0 => format!("at least {}", plural(n.max(1), what)),
            1 => format!("at most {}", plural(n, what)),
            2 => format!("exactly {}", plural(n, what)),
            3 => format!("more than {}", plural(n, what)),
            4 => format!("fewer than {}", plural(n.max(1), what)),
            _ => format!("between {} and {}", n, plural(n + self.dice.between(1, 3), what)),
        }
    }

    /// What stands after `did`: an event, its filter.
    fn did_event(&mut self) -> String {
        match self.dice.below(8) {
            0 => "anything".into(),
            1 => {
                let columns = self.columns_of(&self.kind_tables());
                format!("any event{}", self.filter(&columns, 60))
            }
            2 if self.events.len() > 1 => {
                let (a, b) = (self.event_in_place(), self.event_in_place());
                format!("({a} or {b})")
            }
            _ => {
                let (name, columns) = self.dice.pick(&self.events).clone();
                format!("{name}{}", self.filter(&columns, 40))
            }
        }
    }

    fn did(&mut self) -> String {
        if self.dice.chance(25) {
            return self.sequence();
        }
        if self.dice.chance(12)
            && let Some(reached) = self.reached()
        {
            return reached;
        }
        let event = self.did_event();
        let not = if self.dice.chance(20) { "not " } else { "" };
        match self.dice.below(10) {
            0..=2 => format!("did {not}{event} {}", self.window()),
            3 if event == "anything" => format!("did nothing {}", self.window()),
            3..=5 => format!("did {event} {} {}", self.frequency("time"), self.window()),
            6 => format!("did {event} on {} {}", self.frequency("day"), self.window()),
            7 => format!("did {event} for the first time {}", self.window()),
            _ => {
                let how = match self.dice.below(3) {
                    0 => String::new(),
                    1 => format!(" {}", self.frequency("time")),
                    _ => format!(" on {}", self.frequency("day")),
                };
                let unit = *self.dice.pick(&["day", "day", "week", "week", "month", "hour"]);
                let n = self.dice.between(1, 5);
                let back = if self.dice.chance(70) || unit == "hour" { "last" } else { "previous" };
                if self.dice.chance(50) {
                    format!("did {event}{how} in each of {back} {}", plural(n, unit))
                } else {
                    format!("did {event}{how} in at least {} of {back} {}", self.dice.between(1, n), plural(n, unit))
                }
            }
        }
    }

    /// `spend_90d in top 20%`
    pub fn rank(&mut self) -> Option<String> {
        let ranked = |ty: &Type| matches!(ty, Type::Count | Type::Number | Type::Money(_) | Type::Duration);
        let names: Vec<String> =
            self.traits.iter().chain(&self.attributes).filter(|(_, ty)| ranked(ty)).map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            return None;
        }
        let name = self.dice.pick(&names).clone();
        let end = *self.dice.pick(&["top", "bottom"]);
        let amount = match self.dice.below(3) {
            0 => self.dice.between(1, 9).to_string(),
            1 => format!("{}%", self.dice.pick(&["10", "20", "25", "33.3", "50", "100", "0.5"])),
            _ => format!("{}%", self.dice.between(1, 100)),
        };
        let buyers = self.traits.iter().filter(|(_, ty)| *ty == Type::Boolean).map(|(name, _)| name.clone());
        let buyers: Vec<String> = buyers.collect();
        let groups: Vec<String> = [Type::Text, Type::Text, Type::Boolean, Type::Count, Type::Date]
            .iter()
            .flat_map(|ty| self.names(ty, &Scope::Customer))
            .collect();
        let of = match self.dice.below(6) {
            4 | 5 if !groups.is_empty() => format!(" of each {}", self.dice.pick(&groups)),
            0 if !self.segments.is_empty() => format!(" of segment {}", self.dice.pick(&self.segments)),
            1 if !buyers.is_empty() => format!(" of {}", self.dice.pick(&buyers)),
            _ => String::new(),
        };
        Some(format!("{name} in {end} {amount}{of}"))
    }
}
