//! Values of a wanted type.

use segue::program::Type;

use super::literals::COMPARISONS;
use super::writer::{Named, Scope, Writer};

/// Whether a window stands behind an aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregated {
    /// `(count(visit) in last 30 days)`
    WithWindow,
    /// `count(visit)`
    WithoutWindow,
}

impl Writer<'_> {
    /// A value of a type, in parentheses where it is made of parts.
    pub fn value(&mut self, ty: &Type, scope: &Scope) -> String {
        if self.may_grow() && self.dice.chance(55) {
            if matches!(scope, Scope::Customer)
                && self.dice.chance(60)
                && let Some(value) = self.aggregate(ty)
            {
                return value;
            }
            if matches!((scope, ty), (Scope::Customer, Type::Count))
                && self.dice.chance(15)
                && let Some(band) = self.band()
            {
                return band;
            }
            if let Some(value) = self.compound(ty, scope) {
                return value;
            }
        }
        if matches!(scope, Scope::Customer) && self.dice.chance(6) {
            let ago = self.duration(true);
            return match self.name(ty, scope) {
                Some(name) => format!("{name} as of {ago} ago"),
                None => format!("({}) as of {ago} ago", self.value(ty, scope)),
            };
        }
        if *ty == Type::Count
            && self.dice.chance(10)
            && let Some((part, _)) = self.part_and_numbers(scope)
        {
            return format!("({part})");
        }
        if let Some(name) = self.name(ty, scope) {
            return name;
        }
        match (ty, scope) {
            (Type::Duration, _) => self.elapsed(scope).unwrap_or_else(|| self.fallback(ty)),
            (Type::Number, _) if self.dice.chance(50) => {
                format!("({} / {})", self.fallback(&Type::Count), self.fallback(&Type::Count))
            }
            (_, Scope::Customer) => self.aggregate(ty).unwrap_or_else(|| self.fallback(ty)),
            _ => self.fallback(ty),
        }
    }

    /// Something that is always at hand.
    fn fallback(&mut self, ty: &Type) -> String {
        match ty {
            Type::Duration => format!("({} * 2)", self.duration(false)),
            _ => self.literal(ty),
        }
    }

    fn compound(&mut self, ty: &Type, scope: &Scope) -> Option<String> {
        let which = self.dice.below(9);
        Some(match ty {
            Type::Count | Type::Number if which == 0 => format!("abs({})", self.value(ty, scope)),
            Type::Count | Type::Number if which == 1 => format!("round({})", self.value(ty, scope)),
            Type::Money(_) if which == 0 => format!("round({})", self.value(ty, scope)),
            Type::Money(_) | Type::Duration if which == 1 => format!("abs({})", self.value(ty, scope)),
            Type::Count | Type::Number | Type::Money(_) | Type::Duration if which == 2 => {
                let function = *self.dice.pick(&["least", "greatest"]);
                let other = match ty {
                    Type::Number if self.dice.chance(30) => Type::Count,
                    _ => ty.clone(),
                };
                let (a, b) = (self.value(ty, scope), self.value(&other, scope));
                if self.dice.chance(20) {
                    format!("{function}({a}, {b}, {})", self.value(ty, scope))
                } else {
                    format!("{function}({a}, {b})")
                }
            }
            Type::Count | Type::Number | Type::Money(_) | Type::Duration if which == 3 => {
                format!("(-{})", self.value(ty, scope))
            }
            Type::Boolean => return None,
            _ if which == 4 => {
                let name = self.value(ty, scope);
                let other = if self.dice.chance(70) { self.literal(ty) } else { self.value(ty, scope) };
                format!("({name} or else {other})")
            }
            Type::Count => {
                let operator = *self.dice.pick(&["+", "-", "*"]);
                format!("({} {operator} {})", self.value(ty, scope), self.value(ty, scope))
            }
            Type::Number => self.quotient(scope),
            Type::Money(_) => match which {
                5 => format!("({} + {})", self.value(ty, scope), self.value(ty, scope)),
                6 => format!("({} - {})", self.value(ty, scope), self.value(ty, scope)),
                7 => format!("({} * {})", self.value(ty, scope), self.factor(scope)),
                _ => format!("({} / {})", self.value(ty, scope), self.factor(scope)),
            },
            Type::Duration => match which {
                5 => format!("({} + {})", self.value(ty, scope), self.value(ty, scope)),
                6 => format!("({} - {})", self.value(ty, scope), self.duration(false)),
                7 => format!("({} * {})", self.factor(scope), self.value(ty, scope)),
                _ => return self.elapsed(scope),
            },
            _ => return None,
        })
    }

    /// What money and durations are multiplied with and divided by.
    fn factor(&mut self, scope: &Scope) -> String {
        match self.dice.below(4) {
            0 => self.value(&Type::Count, scope),
            1 => self.value(&Type::Number, scope),
            2 => "1.19".into(),
            _ => "3".into(),
        }
    }

    fn quotient(&mut self, scope: &Scope) -> String {
        let currency = Type::Money("EUR".into());
        match self.dice.below(9) {
            8 if matches!(scope, Scope::Customer) && self.dice.chance(50) => {
                format!("({} * {})", self.change(), self.value(&Type::Count, scope))
            }
            8 if matches!(scope, Scope::Customer) => match self.aggregate(&Type::Percent) {
                Some(share) => format!("({share} * {})", self.value(&Type::Count, scope)),
                None => format!("sqrt({})", self.value(&Type::Number, scope)),
            },
            0 => format!("({} / {})", self.value(&Type::Count, scope), self.value(&Type::Count, scope)),
            1 => format!("({} / {})", self.value(&currency, scope), self.value(&currency, scope)),
            2 => match self.elapsed(scope) {
                Some(elapsed) => format!("({elapsed} / {})", self.duration(false)),
                None => format!("ln({})", self.value(&Type::Number, scope)),
            },
            3 => format!("ln({})", self.value(&Type::Number, scope)),
            4 => format!("exp({})", self.value(&Type::Number, scope)),
            5 => {
                let of = self.dice.pick(&[Type::Number, Type::Count]).clone();
                format!("sqrt({})", self.value(&of, scope))
            }
            _ => {
                let operator = *self.dice.pick(&["+", "-", "*", "/"]);
                let other = match self.dice.below(3) {
                    0 => self.value(&Type::Count, scope),
                    1 => self.literal(&Type::Number),
                    _ => self.value(&Type::Number, scope),
                };
                let x = self.value(&Type::Number, scope);
                if self.dice.chance(50) { format!("({x} {operator} {other})") } else { format!("({other} {operator} {x})") }
            }
        }
    }

    /// A duration: `time since x`, or of a row the difference of two times.
    fn elapsed(&mut self, scope: &Scope) -> Option<String> {
        match scope {
            Scope::Row(_) => {
                let (a, b) = (self.name(&Type::Timestamp, scope)?, self.name(&Type::Timestamp, scope)?);
                Some(format!("({a} - {b})"))
            }
            Scope::Customer => Some(match self.dice.below(6) {
                0..=3 => format!("(time since {})", self.moment()),
                4 => match self.attribute_moment() {
                    Some(moment) => format!("(time until {moment})"),
                    None => format!("(time since {})", self.moment()),
                },
                _ => format!("(time from {} to {})", self.moment(), self.moment()),
            }),
        }
    }

    pub fn attribute_moment(&mut self) -> Option<String> {
        let ty = if self.dice.chance(50) { Type::Date } else { Type::Timestamp };
        let names: Vec<String> = self.attributes.iter().filter(|(_, t)| *t == ty).map(|(name, _)| name.clone()).collect();
        (!names.is_empty()).then(|| self.dice.pick(&names).clone())
    }

    /// `last purchase`, `signed_up_at`
    fn moment(&mut self) -> String {
        if self.dice.chance(30)
            && let Some(moment) = self.attribute_moment()
        {
            return moment;
        }
        let end = *self.dice.pick(&["first", "last"]);
        format!("{end} {}", self.event_in_place())
    }

    /// An aggregate with its window, in parentheses.
    pub fn aggregate(&mut self, ty: &Type) -> Option<String> {
        self.aggregated(ty, Aggregated::WithWindow)
    }

    /// An aggregate with its window or without.
    pub fn aggregated(&mut self, ty: &Type, how: Aggregated) -> Option<String> {
        let functions: &[&str] = match ty {
            Type::Count => &["count", "count", "active days", "distinct", "sum", "min", "max", "first", "last"],
            Type::Number => &["sum", "average", "average", "median", "median", "min", "max", "first", "last", "most common"],
            Type::Money(_) => &["sum", "sum", "average", "median", "min", "max", "first", "last", "most common"],
            Type::Duration => &[
                "sum",
                "average",
                "median",
                "min",
                "max",
                "first",
                "last",
                "average gap",
                "longest gap",
                "average gap",
                "longest gap",
            ],
            Type::Date | Type::Timestamp | Type::Text => &["min", "max", "first", "last", "most common"],
            Type::Boolean => &["first", "last", "most common"],
            Type::Percent => &["share"],
            _ => return None,
        };
        let function = *self.dice.pick(functions);
        if matches!(function, "count" | "active days" | "average gap" | "longest gap" | "share") {
            let (name, columns) = if self.dice.chance(15) {
                ("any event".to_owned(), self.columns_of(&self.kind_tables()))
            } else {
                self.dice.pick(&self.events).clone()
            };
            let filter = self.filter(&columns, if function == "share" { 100 } else { 40 });
            if function == "share" && filter.is_empty() {
                return None;
            }
            return Some(self.with_window(format!("{function}({name}{filter})"), how));
        }
        let wanted = match (function, ty) {
            ("average" | "median", Type::Number) if self.dice.chance(40) => Type::Count,
            ("distinct", _) => self.dice.pick(&[Type::Text, Type::Number, Type::Count, Type::Date, Type::Boolean]).clone(),
            _ => ty.clone(),
        };
        let events = self.events.clone();
        let mut fitting: Vec<&(String, Vec<Named>)> = events
            .iter()
            .filter(|(_, columns)| match wanted {
                Type::Duration => columns.iter().filter(|(_, t)| *t == Type::Timestamp).count() > 1,
                _ => columns.iter().any(|(_, t)| *t == wanted),
            })
            .collect();
        self.dice.shuffle(&mut fitting);
        let (name, columns) = fitting.first()?;
        let qualified: Vec<Named> = columns.iter().map(|(c, t)| (format!("{name}.{c}"), t.clone())).collect();
        let scope = Scope::Row(qualified);
        let argument = match self.name(&wanted, &scope) {
            Some(column) if self.dice.chance(70) => column,
            _ => self.compound_of_columns(&wanted, &scope)?,
        };
        let filter = self.filter(columns, 30);
        Some(self.with_window(format!("{function}({argument}{filter})"), how))
    }

    fn with_window(&mut self, aggregate: String, how: Aggregated) -> String {
        match how {
            Aggregated::WithWindow => format!("({aggregate} {})", self.window()),
            Aggregated::WithoutWindow => aggregate,
        }
    }

    /// A row expression that names at least one column.
    fn compound_of_columns(&mut self, ty: &Type, scope: &Scope) -> Option<String> {
        match ty {
            Type::Duration => self.elapsed(scope),
            _ => {
                let column = self.name(ty, scope)?;
                Some(match (ty, self.dice.below(4)) {
                    (Type::Count | Type::Number, 0) => {
                        format!("{column} * {}", self.name(&Type::Count, scope).unwrap_or_else(|| "2".into()))
                    }
                    (Type::Money(_), 0) => match self.name(&Type::Count, scope) {
                        Some(count) => format!("{column} * {count}"),
                        None => format!("{column} / 3"),
                    },
                    (Type::Money(_), 1) => format!("{column} + {}", self.value(ty, scope)),
                    (Type::Count | Type::Number | Type::Money(_), 2) => format!("abs({column})"),
                    (Type::Boolean, _) => column,
                    (_, _) => format!("({column} or else {})", self.literal(ty)),
                })
            }
        }
    }

    /// ` where …` in so many of a hundred cases, or nothing.
    pub fn filter(&mut self, columns: &[Named], percent: usize) -> String {
        if columns.is_empty() || !self.dice.chance(percent) {
            return String::new();
        }
        let scope = Scope::Row(columns.to_vec());
        let condition = self.condition(&scope);
        if self.dice.chance(50)
            && let Some((name, ty)) = columns.iter().find(|(_, t)| matches!(t, Type::Text | Type::Count))
        {
            let comparison = *self.dice.pick(&COMPARISONS);
            return format!(" where {name} {comparison} {}", self.literal(ty));
        }
        format!(" where ({condition})")
    }

    /// The tables of all kinds.
    pub fn kind_tables(&self) -> Vec<usize> {
        self.world.kinds.iter().map(|k| k.table).collect()
    }

    /// An event where one stands by itself, in parentheses if it has a filter.
    pub fn event_in_place(&mut self) -> String {
        let (name, columns) = self.dice.pick(&self.events).clone();
        let filter = self.filter(&columns, 30);
        if filter.is_empty() { name } else { format!("({name}{filter})") }
    }
}
