//! Definitions in which a node of one kind stands directly in a node of another: what chance alone seldom draws is drawn here
//! in turn. Each kind is written twice, `of_kind` as what stands inside and `around` as what it stands in; neither `match`
//! has a `_`.

use segue::program::Type;

use super::kinds::{self, Is, Kind, Over};
use super::project::Project;
use super::values::Aggregated;
use super::writer::{Named, Scope, Writer};

/// How many pairs a project draws.
const EACH: usize = 5;

/// Where the pair is put.
struct Spot {
    /// What may be named there.
    scope: Scope,
    /// Of a row: the event's name.
    event: String,
    /// Of a row: inside an aggregate's argument, where columns are written with their event.
    is_argument: bool,
}

/// A type of a kind of values.
fn type_of(is: Is) -> Type {
    match is {
        Is::Truth | Is::Boolean => Type::Boolean,
        Is::Count => Type::Count,
        Is::Number => Type::Number,
        Is::Percent => Type::Percent,
        Is::Money => Type::Money("EUR".into()),
        Is::Duration => Type::Duration,
        Is::Date => Type::Date,
        Is::Timestamp => Type::Timestamp,
        Is::Text => Type::Text,
    }
}

impl Writer<'_> {
    /// Draws the pairs whose turn it is.
    pub fn pairs(&mut self, project: &mut Project) {
        let all = kinds::pairs();
        // The turn goes by seed, so that seeds in a row draw them all.
        let first = (project.seed as usize).wrapping_mul(EACH) % all.len();
        self.may_be_personal = false;
        for n in 0..EACH {
            let (outer, inner) = all[(first + n) % all.len()];
            let drawn = (0..12).find_map(|_| self.pair(outer, inner));
            project.declarations.append(&mut self.declared);
            let Some((is, text)) = drawn else { continue };
            let name = format!("p_{n}");
            match is {
                _ if outer == Kind::Except => {
                    project.declarations.push(format!("segment {name} {{\n  where everyone\n  except {text}\n}}"));
                }
                _ if outer == Kind::Stage => {
                    let condition = self.condition(&Scope::Customer);
                    project
                        .declarations
                        .push(format!("stages {name} {{\n  one when {text}\n  two when {condition}\n  three otherwise\n}}"));
                }
                _ if outer == Kind::Points => {
                    project
                        .declarations
                        .push(format!("points {name} {{\n  add 2 when {text}\n  subtract 1 when {text}\n}}"));
                }
                _ if outer == Kind::Limit => {
                    let best = *self.dice.pick(&["highest", "lowest"]);
                    let count = self.dice.between(1, 6);
                    project
                        .declarations
                        .push(format!("segment {name} {{\n  where everyone\n  limit {count} by {best} {text}\n}}"));
                }
                Is::Truth => {
                    project.declarations.push(format!("segment {name} {{\n  where {text}\n}}"));
                    if project.every_segment_except.is_none() {
                        project.declarations.push(format!("segment not_{name} {{\n  where not ({text})\n}}"));
                        project.complements.push((name.clone(), format!("not_{name}")));
                    }
                }
                _ => project.declarations.push(format!("trait {name} = {text}")),
            }
        }
        self.may_be_personal = true;
    }

    /// Something in which the inner kind stands in the outer one, over a customer, and what it is.
    fn pair(&mut self, outer: Kind, inner: Kind) -> Option<(Is, String)> {
        self.budget = 1;
        let places = kinds::places_for(outer, inner);
        let (over, inside, is) = *self.dice.pick(&places);
        let (outside, within) = match (over, inside) {
            (Over::Customer, Over::Customer) => (self.of_customer(), self.of_customer()),
            (Over::Customer, Over::Row) => (self.of_customer(), self.of_a_row(outer == Kind::Aggregate && is != Is::Truth)),
            (Over::Row, _) => {
                let is_argument = self.dice.chance(30);
                let spot = self.of_a_row(is_argument);
                let same = Spot { scope: spot.scope.clone(), event: spot.event.clone(), is_argument };
                (spot, same)
            }
        };
        let text = match outer {
            Kind::Trend | Kind::Change => self.counted(inner, is)?,
            _ => self.of_kind(inner, is, &within.scope)?,
        };
        let (is, text) = self.around(outer, text, is, &within)?;
        Some(match over {
            Over::Customer => (is, text),
            Over::Row => self.out_of_a_row(is, text, &outside)?,
        })
    }

    fn of_customer(&self) -> Spot {
        Spot { scope: Scope::Customer, event: String::new(), is_argument: false }
    }

    fn of_a_row(&mut self, is_argument: bool) -> Spot {
        let (event, columns) = self.dice.pick(&self.events).clone();
        let named = |(name, ty): &Named| (if is_argument { format!("{event}.{name}") } else { name.clone() }, ty.clone());
        Spot { scope: Scope::Row(columns.iter().map(named).collect()), event, is_argument }
    }

    /// What is said of rows, in something said of customers.
    fn out_of_a_row(&mut self, is: Is, text: String, spot: &Spot) -> Option<(Is, String)> {
        let event = &spot.event;
        // An argument of an aggregate names a column of its event.
        if spot.is_argument && !text.contains(&format!("{event}.")) {
            return None;
        }
        Some(match (spot.is_argument, is) {
            (true, Is::Truth) => (Is::Boolean, format!("(first(({text})) ever)")),
            (true, _) => (is, format!("(last({text}) ever)")),
            (false, Is::Truth) => (Is::Truth, format!("did {event} where ({text}) ever")),
            (false, _) => (Is::Truth, format!("did {event} where ({text} is known) ever")),
        })
    }

    /// A value of a type that has a name here, or else what is at hand.
    fn plain(&mut self, is: Is, scope: &Scope) -> Option<String> {
        let ty = type_of(is);
        match (self.name(&ty, scope), scope) {
            (Some(name), _) => Some(name),
            (None, Scope::Customer) if is == Is::Duration => Some("(time since first any event)".into()),
            (None, Scope::Customer) => self.aggregate(&ty),
            (None, Scope::Row(_)) => None,
        }
    }

    /// Any value that has a size, with its type.
    fn any_plain(&mut self, scope: &Scope) -> Option<(String, Is)> {
        let all = [Is::Count, Is::Number, Is::Money, Is::Text, Is::Date];
        let is = *self.dice.pick(&all);
        Some((self.plain(is, scope)?, is))
    }

    /// A literal: of a percent one with its sign, for beside a percent a whole number has none.
    fn literal_of(&mut self, is: Is) -> String {
        if is == Is::Percent { "30%".into() } else { self.literal(&type_of(is)) }
    }

    /// A node of a kind, being such, over such.
    fn of_kind(&mut self, kind: Kind, is: Is, scope: &Scope) -> Option<String> {
        let ty = type_of(is);
        Some(match kind {
            Kind::Trait | Kind::Where | Kind::Except | Kind::Stage | Kind::Points | Kind::Limit => return None,
            Kind::Everyone => "everyone".into(),
            Kind::All => format!("({} and {})", self.condition(scope), self.condition(scope)),
            Kind::Any => format!("({} or {})", self.condition(scope), self.condition(scope)),
            Kind::Not => format!("not ({})", self.condition(scope)),
            Kind::AtLeast => format!("at least 1 of {{\n{}\n{}\n}}", self.condition(scope), self.condition(scope)),
            Kind::Compare => {
                let (side, is) = self.any_plain(scope)?;
                format!("{side} <= {}", self.literal_of(is))
            }
            Kind::CompareLength => format!("time since last any event > {}", self.duration(true)),
            Kind::CompareDay => format!("{} < {}", self.plain(Is::Timestamp, scope)?, self.literal(&Type::Date)),
            Kind::OneOf => {
                let (side, is) = self.any_plain(scope)?;
                format!("{side} in ({})", self.literal_of(is))
            }
            Kind::NotOneOf => {
                let (side, is) = self.any_plain(scope)?;
                format!("{side} not in ({})", self.literal_of(is))
            }
            Kind::Text => format!("{} contains \"s\"", self.plain(Is::Text, scope)?),
            Kind::Known => format!("{} is known", self.any_plain(scope)?.0),
            Kind::Holds => self.plain(Is::Boolean, scope)?,
            Kind::InWindow => format!("{} {}", self.plain(Is::Date, scope)?, self.attribute_window()),
            Kind::DidTimes => format!("did anything {}", self.window()),
            Kind::DidDays => format!("did anything on {} {}", self.frequency("day"), self.window()),
            Kind::DidFirst => format!("did anything for the first time {}", self.window()),
            Kind::Streak => "did anything in each of last 2 weeks".into(),
            Kind::Sequence => self.sequence(),
            Kind::Reached => self.reached()?,
            Kind::InSegment if self.segments.is_empty() => return None,
            Kind::InSegment => format!("in segment {}", self.dice.pick(&self.segments)),
            Kind::InList => self.in_list(scope)?,
            Kind::InRandom => self.in_random(),
            Kind::Changed => self.changed()?,
            Kind::Was => self.was()?,
            Kind::Anniversary => self.anniversary()?,
            Kind::Near => self.near(scope)?,
            Kind::ListContains => self.list_contains(scope)?,
            Kind::Key => return None,
            Kind::Part => format!("(hour of {})", self.plain(Is::Timestamp, scope)?),
            Kind::Rank => self.rank()?,
            Kind::AsOf => format!("(did anything {}) as of {} ago", self.window(), self.duration(true)),
            Kind::Entered | Kind::Left if self.segments.is_empty() => return None,
            Kind::Entered => {
                format!("entered segment {} in last {}", self.dice.pick(&self.segments).clone(), self.duration(true))
            }
            Kind::Left => {
                format!("left segment {} in last {}", self.dice.pick(&self.segments).clone(), self.duration(true))
            }
            Kind::AsOfValue => format!("({} as of {} ago)", self.plain(is, scope)?, self.duration(true)),
            Kind::Trend => self.trend(),
            Kind::Change => self.change(),
            Kind::Literal if matches!(is, Is::Number | Is::Percent) => return None,
            Kind::Literal => self.literal_of(is),
            Kind::Decimal if is == Is::Percent => "30%".into(),
            Kind::Decimal => "2.5".into(),
            Kind::Attribute => self.named(&ty, |name, writer| !name.contains('.') && writer.is_attribute(name))?,
            Kind::Column => match scope {
                Scope::Customer => return None,
                Scope::Row(columns) => {
                    // `a.b` of an argument is a column, and a look-up elsewhere; `a.b.c` is always one.
                    let is_argument =
                        columns.iter().any(|(n, _)| self.events.iter().any(|(e, _)| n.starts_with(&format!("{e}."))));
                    let dots = usize::from(is_argument);
                    let fit = columns.iter().filter(|(n, t)| *t == ty && n.matches('.').count() == dots);
                    let fit: Vec<String> = fit.map(|(n, _)| n.clone()).collect();
                    if fit.is_empty() {
                        return None;
                    }
                    self.dice.pick(&fit).clone()
                }
            },
            Kind::LookUp => match scope {
                Scope::Customer => self.named(&ty, |name, _| name.contains('.'))?,
                Scope::Row(columns) => {
                    let is_argument =
                        columns.iter().any(|(n, _)| self.events.iter().any(|(e, _)| n.starts_with(&format!("{e}."))));
                    let dots = 1 + usize::from(is_argument);
                    let fit = columns.iter().filter(|(n, t)| *t == ty && n.matches('.').count() == dots);
                    let fit: Vec<String> = fit.map(|(n, _)| n.clone()).collect();
                    if fit.is_empty() {
                        return None;
                    }
                    self.dice.pick(&fit).clone()
                }
            },
            Kind::TraitName => self.named(&ty, |name, writer| writer.traits.iter().any(|(t, _)| t == name))?,
            Kind::Aggregate => self.aggregate(&ty)?,
            Kind::Share => self.aggregate(&Type::Percent)?,
            Kind::Band => self.band()?,
            Kind::Moment => format!("last {}", self.event_in_place()),
            Kind::TimeSince => format!("(time since last {})", self.event_in_place()),
            Kind::TimeUntil => format!("(time until {})", self.attribute_moment()?),
            Kind::TimeFrom => match scope {
                Scope::Customer => "(time from first any event to last any event)".into(),
                Scope::Row(_) => format!("({} - {})", self.plain(Is::Timestamp, scope)?, self.plain(Is::Timestamp, scope)?),
            },
            Kind::Negate => format!("(-{})", self.plain(is, scope)?),
            Kind::Arithmetic if is == Is::Duration => format!("({} + 2 hours)", self.plain(is, scope)?),
            Kind::Arithmetic => format!("({} + {})", self.plain(is, scope)?, self.literal_of(is)),
            Kind::Function => format!("least({}, {})", self.plain(is, scope)?, self.literal_of(is)),
            Kind::OrElse => format!("({} or else {})", self.plain(is, scope)?, self.literal_of(is)),
            Kind::ConditionValue => format!("({} is known)", self.any_plain(scope)?.0),
        })
    }

    /// A node of a kind in a trend, which takes aggregates without a window.
    fn counted(&mut self, kind: Kind, is: Is) -> Option<String> {
        let of = self.aggregated(&type_of(is), Aggregated::WithoutWindow)?;
        let other = if is == Is::Duration { "2 hours".to_owned() } else { self.literal_of(is) };
        match kind {
            Kind::Aggregate => (is != Is::Percent).then_some(of),
            Kind::Share => Some(of),
            Kind::Negate => Some(format!("(-{of})")),
            Kind::Arithmetic => Some(format!("({of} + {other})")),
            Kind::Function => Some(format!("greatest({of}, {other})")),
            Kind::OrElse => Some(format!("({of} or else {other})")),
            _ => None,
        }
    }

    /// A name of a type of the customer's that fits.
    fn named(&mut self, ty: &Type, fits: impl Fn(&str, &Self) -> bool) -> Option<String> {
        let names: Vec<String> = self.names(ty, &Scope::Customer).into_iter().filter(|name| fits(name, self)).collect();
        (!names.is_empty()).then(|| self.dice.pick(&names).clone())
    }

    fn is_name(&self, name: &str) -> bool {
        self.attributes.iter().chain(&self.traits).any(|(known, _)| known == name)
    }

    fn is_attribute(&self, name: &str) -> bool {
        self.attributes.iter().any(|(attribute, _)| attribute == name)
    }

    /// A node of a kind around something, and what it is. `spot` is where the inner one stands.
    fn around(&mut self, kind: Kind, inner: String, is: Is, spot: &Spot) -> Option<(Is, String)> {
        let scope = &spot.scope;
        let event = spot.event.clone();
        let truth = |text: String| Some((Is::Truth, text));
        match kind {
            Kind::Trait => Some((if is == Is::Truth { Is::Boolean } else { is }, inner)),
            Kind::Where | Kind::Except | Kind::Stage | Kind::Points => truth(inner),
            Kind::Limit => Some((is, inner)),
            Kind::Everyone
            | Kind::InSegment
            | Kind::Entered
            | Kind::Left
            | Kind::InRandom
            | Kind::Changed
            | Kind::Was
            | Kind::Literal
            | Kind::Decimal => None,
            Kind::AsOf => truth(format!("({inner}) as of {} ago", self.duration(true))),
            Kind::AsOfValue => Some((is, format!("(({inner}) as of {} ago)", self.duration(true)))),
            Kind::Key | Kind::ListContains => None,
            Kind::InList => {
                let list = self.a_list()?;
                truth(format!("{inner} in list {list}"))
            }
            Kind::Near => truth(format!("place({inner}, {}) within 9_000 km of (0, 0)", self.literal_of(Is::Count))),
            Kind::Anniversary => truth(format!("anniversary of {} in next 8 weeks", of_part(&inner))),
            Kind::Part => Some((Is::Count, format!("(month of {})", of_part(&inner)))),
            Kind::Attribute | Kind::Column | Kind::TraitName => None,
            Kind::All => truth(format!("({inner} and {})", self.condition(scope))),
            Kind::Any => truth(format!("({inner} or {})", self.condition(scope))),
            Kind::Not => truth(format!("not ({inner})")),
            Kind::AtLeast => truth(format!("at least 1 of {{\n{inner}\n{}\n}}", self.condition(scope))),
            Kind::Compare if is == Is::Boolean => truth(format!("{inner} != false")),
            Kind::Compare => truth(format!("{inner} >= {}", self.literal_of(is))),
            Kind::CompareLength => truth(format!("{inner} > {}", self.duration(true))),
            Kind::CompareDay if is == Is::Timestamp => truth(format!("{inner} >= {}", self.literal(&Type::Date))),
            Kind::CompareDay => truth(format!("{} >= {inner}", self.plain(Is::Timestamp, scope)?)),
            Kind::OneOf => truth(format!("{inner} in ({}, {})", self.literal_of(is), self.literal_of(is))),
            Kind::NotOneOf => truth(format!("{inner} not in ({})", self.literal_of(is))),
            Kind::Text => truth(format!("{inner} starts with \"s\"")),
            Kind::Known => truth(format!("{inner} is known")),
            Kind::Holds => truth(inner),
            Kind::InWindow => truth(format!("{inner} {}", self.attribute_window())),
            Kind::DidTimes => match &spot.scope {
                Scope::Row(_) => truth(format!("did {event} where ({inner}) at least 2 times {}", self.window())),
                Scope::Customer => truth(format!("did anything in first 30 days after {inner}")),
            },
            Kind::DidDays => match &spot.scope {
                Scope::Row(_) => truth(format!("did {event} where ({inner}) on at least 2 days {}", self.window())),
                Scope::Customer => truth(format!("did anything on at least 2 days in first 30 days after {inner}")),
            },
            Kind::DidFirst => match &spot.scope {
                Scope::Row(_) => truth(format!("did {event} where ({inner}) for the first time {}", self.window())),
                Scope::Customer => truth(format!("did anything for the first time in first 30 days after {inner}")),
            },
            Kind::Sequence => match &spot.scope {
                Scope::Row(_) => truth(format!("did ({event} where ({inner})) then any event {}", self.window())),
                Scope::Customer => truth(format!("did any event then any event in first 30 days after {inner}")),
            },
            Kind::Reached => match &spot.scope {
                Scope::Row(_) => {
                    let name = format!("own_path_{}", self.funnels.len());
                    self.declared.push(format!("funnel {name} within 90 days {{ ({event} where ({inner})) }}"));
                    self.funnels.push((name.clone(), vec![event.clone()]));
                    truth(format!("reached {event} in {name} {}", self.window()))
                }
                Scope::Customer => {
                    let (name, steps) = self.funnels.first()?.clone();
                    truth(format!("reached {} in {name} in first 30 days after {inner}", steps.first()?))
                }
            },
            Kind::Streak => truth(format!("did {event} where ({inner}) in at least 2 of last 4 weeks")),
            Kind::Rank if matches!(is, Is::Boolean | Is::Text) || (self.is_name(&inner) && self.dice.chance(50)) => {
                let value = self.plain(Is::Count, scope)?;
                truth(format!("{value} in bottom 40% of each {inner}"))
            }
            Kind::Rank => truth(format!("{inner} in top {}", self.dice.between(1, 5))),
            Kind::Band => Some((Is::Count, format!("quartile({inner})"))),
            Kind::Trend => {
                let how = *self.dice.pick(&["rose", "fell", "rose by at least 20%", "fell by more than 20%"]);
                truth(format!("{inner} {how} {}", self.over()))
            }
            Kind::Change => Some((Is::Percent, format!("(change in {inner} {})", self.over()))),
            Kind::LookUp => {
                // The key stands in the name of what is looked up.
                let ty = self.dice.pick(&[Is::Text, Is::Money, Is::Number, Is::Date, Is::Timestamp]).to_owned();
                let text = self.of_kind(Kind::LookUp, ty, scope)?;
                Some((ty, text))
            }
            Kind::Aggregate => match (&spot.scope, is) {
                (Scope::Customer, _) => Some((Is::Count, format!("(count(any event) in first 30 days after {inner})"))),
                (Scope::Row(_), Is::Truth) => {
                    Some((Is::Count, format!("(count({event} where ({inner})) {})", self.window())))
                }
                (Scope::Row(_), _) if !inner.contains(&format!("{event}.")) => None,
                (Scope::Row(_), _) => Some((is, format!("(first({inner}) {})", self.window()))),
            },
            Kind::Share => match &spot.scope {
                Scope::Customer => {
                    let (name, columns) = self.dice.pick(&self.events).clone();
                    let filter = Some(self.filter(&columns, 100)).filter(|filter| !filter.is_empty())?;
                    Some((Is::Percent, format!("(share({name}{filter}) in first 30 days after {inner})")))
                }
                Scope::Row(_) => Some((Is::Percent, format!("(share({event} where ({inner})) {})", self.window()))),
            },
            Kind::Moment => Some((Is::Duration, format!("(time since first ({event} where ({inner})))"))),
            Kind::TimeSince => Some((Is::Duration, format!("(time since {inner})"))),
            Kind::TimeUntil => Some((Is::Duration, format!("(time until {inner})"))),
            Kind::TimeFrom => match &spot.scope {
                Scope::Customer => Some((Is::Duration, format!("(time from {inner} to last any event)"))),
                Scope::Row(_) => Some((Is::Duration, format!("({inner} - {})", self.plain(is, scope)?))),
            },
            // One sign is part of a number, two are not.
            Kind::Negate if inner.starts_with(|c: char| c.is_ascii_digit()) => Some((is, format!("(-(-{inner}))"))),
            Kind::Negate => Some((is, format!("(-{inner})"))),
            Kind::Arithmetic => {
                let other = if is == Is::Duration { self.duration(false) } else { self.literal_of(is) };
                Some((is, format!("({inner} + {other})")))
            }
            Kind::Function => Some((is, format!("greatest({inner}, {})", self.literal_of(is)))),
            Kind::OrElse => Some((is, format!("({inner} or else {})", self.literal_of(is)))),
            Kind::ConditionValue => match &spot.scope {
                Scope::Customer => Some((Is::Boolean, format!("({inner})"))),
                Scope::Row(_) => truth(format!("({inner}) = true")),
            },
        }
    }
}

/// What a part is of: the first or last of an event as it stands, all else in parentheses.
fn of_part(inner: &str) -> String {
    let is_moment = inner.starts_with("last ") || inner.starts_with("first ");
    if is_moment { inner.to_owned() } else { format!("({inner})") }
}
