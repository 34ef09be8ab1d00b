//! `test` declarations: made-up customers with values that fit their columns, and what is expected of them.

use std::collections::HashMap;

use super::Checker;
use super::literals::plain_decimal;
use super::names::{Declared, as_written};
use super::rows::these;
use super::scope::Scope;
use super::windows::unit;
use crate::diagnostics::{Diagnostic, codes};
use crate::program::calendar::Length;
use crate::program::test::{Expectation, LookedUp, MadeUpCustomer, MadeUpEvent, Test};
use crate::program::{AttributeId, Key, KindId, LookUpId, Scalar, Type, Value, ValueKind, arithmetic};
use crate::source::Span;
use crate::syntax::test_tree::{GivenCustomer, GivenEvents, GivenTime, GivenTimeKind, GivenValue, TestDeclaration};
use crate::syntax::tree;

/// The key of a customer without one.
const UNNAMED: &str = "customer";
/// How many events a line may make.
const MOST_EVENTS: u64 = 100_000;

/// Of what a value is given.
enum Place<'c> {
    Customer,
    Row { table: usize, event: &'c str },
}

impl Checker<'_> {
    /// All tests, in the order of the texts; `None` where one could not be understood.
    pub(super) fn tests(&mut self) -> Option<Vec<Test>> {
        let declarations = self.names.tests.clone();
        let mut titles: HashMap<&str, Span> = HashMap::new();
        let mut out = Vec::new();
        let mut complete = true;
        for declaration in declarations {
            if let Some(first) = titles.insert(&declaration.title.value, declaration.title.span) {
                self.said.push(
                    Diagnostic::new(
                        codes::names::DUPLICATE,
                        format!("Two tests have the title \"{}\"", declaration.title.value),
                    )
                    .at(declaration.title.span)
                    .label(first, "the first one is here")
                    .consequence("Nobody could tell which of the two failed.")
                    .help("Give one of them another title."),
                );
            }
            match self.test(declaration) {
                Some(test) => out.push(test),
                None => complete = false,
            }
        }
        complete.then_some(out)
    }

    fn test(&mut self, declaration: &TestDeclaration) -> Option<Test> {
        let as_of = self.made_up_moment(&declaration.as_of);
        let mut places: HashMap<&str, (usize, Span)> = HashMap::new();
        let mut customers = Vec::new();
        let mut complete = true;
        let is_numbered = self.catalog.key_type == Type::Count
            && declaration.customers.iter().all(|c| c.key.as_ref().is_some_and(|k| k.value.parse::<i64>().is_ok()));
        for given in &declaration.customers {
            let key = given.key.as_ref().map_or(UNNAMED, |key| &key.value);
            let span = given.key.as_ref().map_or(given.span, |key| key.span);
            if let Some((_, first)) = places.get(key) {
                self.said.push(
                    Diagnostic::new(codes::names::DUPLICATE, format!("The customer \"{key}\" is given twice"))
                        .at(span)
                        .label(*first, "here for the first time")
                        .help("Give one of them another key: `given customer \"other\" { … }`."),
                );
                complete = false;
                continue;
            }
            places.insert(key, (customers.len(), span));
            let key = match key.parse() {
                Ok(n) if is_numbered => Key::Number(n),
                _ => Key::Text(key.into()),
            };
            // Without a day all other mistakes are said all the same.
            match self.made_up_customer(given, key, as_of.unwrap_or(0)) {
                Some(customer) => customers.push(customer),
                None => {
                    complete = false;
                    // So that places go on being places.
                    customers.push(MadeUpCustomer {
                        key: Key::Number(0),
                        attributes: Vec::new(),
                        looked_up: Vec::new(),
                        events: Vec::new(),
                    });
                }
            }
        }
        let mut expectations = Vec::new();
        for expected in &declaration.expectations {
            let customer = self.expected_of(expected.customer.as_ref(), expected.span, &places);
            let condition = self.condition(&expected.condition, Scope::CUSTOMER);
            match (customer, condition) {
                (Some(customer), Some(condition)) => {
                    expectations.push(Expectation { customer, condition, span: expected.span });
                }
                _ => complete = false,
            }
        }
        complete.then_some(())?;
        Some(Test {
            title: declaration.title.value.as_str().into(),
            as_of: as_of?,
            customers,
            expectations,
            span: declaration.span,
        })
    }

    /// Which customer is meant.
    fn expected_of(&mut self, key: Option<&tree::Text>, span: Span, places: &HashMap<&str, (usize, Span)>) -> Option<usize> {
        let name = key.map_or(UNNAMED, |key| &key.value);
        if let Some((at, _)) = places.get(name) {
            return Some(*at);
        }
        let mut keys: Vec<String> = places.keys().map(|key| format!("\"{key}\"")).collect();
        keys.sort();
        let says = match key {
            Some(key) => {
                Diagnostic::new(codes::names::TEST_CUSTOMER, format!("This test has no customer \"{}\"", key.value))
                    .at(key.span)
            }
            None => Diagnostic::new(codes::names::TEST_CUSTOMER, "Of whom is this expected?").at(span),
        };
        self.refuse(match (keys.as_slice(), key) {
            ([], _) => says.help("Make one up first: `given customer { … }`."),
            ([only], None) => says.help(format!("Name the customer: `expect {only} …`.")),
            _ => says.help(format!("The customers of this test are {}.", keys.join(", "))),
        })
    }

    fn made_up_customer(&mut self, given: &GivenCustomer, key: Key, as_of: i64) -> Option<MadeUpCustomer> {
        let catalog = self.catalog;
        let mut attributes = vec![None; catalog.attributes.len()];
        let key_value = self.key_value(&key);
        for (attribute, value) in catalog.attributes.iter().zip(&mut attributes) {
            if attribute.is_key {
                *value = key_value.clone();
            }
        }
        let types = |i: usize| catalog.attributes.get(i).map(|a| a.ty.clone());
        let find = |name: &str| catalog.attribute(name);
        let looked_up = self.given_values(&given.attributes, &Place::Customer, &find, &types, &mut attributes);
        let mut events = Vec::new();
        let mut complete = looked_up.is_some();
        for event in &given.events {
            match self.made_up_events(event, &key, as_of) {
                Some(found) => events.extend(found),
                None => complete = false,
            }
        }
        complete.then_some(())?;
        Some(MadeUpCustomer { key, attributes, looked_up: looked_up?, events })
    }

    /// The key as a value of its column, where it can be one.
    fn key_value(&self, key: &Key) -> Option<Scalar> {
        match (&self.catalog.key_type, key) {
            (Type::Text, key) => Some(Scalar::Text(key.to_string().into())),
            (_, Key::Number(n)) => Some(Scalar::Count(*n)),
            (_, Key::Text(text)) => text.parse().ok().map(Scalar::Count),
        }
    }

    fn made_up_events(&mut self, given: &GivenEvents, key: &Key, as_of: i64) -> Option<Vec<MadeUpEvent>> {
        let catalog = self.catalog;
        let kind = self.made_up_kind(&given.event)?;
        let table = catalog.kinds.get(kind)?.table;
        let of_table = catalog.event_tables.get(table)?;
        let mut columns = vec![None; of_table.columns.len()];
        if let Some(at) = of_table.columns.iter().position(|c| c.name == of_table.key) {
            let is_text = of_table.columns.get(at).is_some_and(|c| c.ty == Type::Text);
            let text = || Scalar::Text(key.to_string().into());
            if let Some(column) = columns.get_mut(at) {
                *column = if is_text { Some(text()) } else { self.key_value(key) };
            }
        }
        let types = |i: usize| of_table.columns.get(i).map(|c| c.ty.clone());
        let find = |name: &str| of_table.columns.iter().position(|c| c.name == name);
        let place = Place::Row { table, event: &given.event.text };
        let looked_up = self.given_values(&given.columns, &place, &find, &types, &mut columns);
        let mut times = Vec::new();
        let mut complete = true;
        for time in &given.times {
            match self.made_up_times(time, as_of) {
                Some(found) => times.extend(found),
                None => complete = false,
            }
        }
        complete.then_some(())?;
        let looked_up = looked_up?;
        let is_date = of_table.columns.get(of_table.time).is_some_and(|c| c.ty == Type::Date);
        Some(
            times
                .into_iter()
                .map(|time| {
                    let mut columns = columns.clone();
                    if let Some(column) = columns.get_mut(of_table.time) {
                        *column = Some(match is_date {
                            true => Scalar::Date(self.calendar.day_of(time)),
                            false => Scalar::Timestamp(time),
                        });
                    }
                    // A table of dates has no times of day: an event of it is at the first instant of its day.
                    let time = if is_date { self.calendar.start_of_day(self.calendar.day_of(time)) } else { time };
                    MadeUpEvent { kind: KindId(kind), time, columns, looked_up: looked_up.clone() }
                })
                .collect(),
        )
    }

    /// A kind of the data; a declared event is made of several, so that nobody could say what happened.
    fn made_up_kind(&mut self, name: &tree::Name) -> Option<usize> {
        if let Some(kind) = self.catalog.kind(&name.text) {
            return Some(kind);
        }
        if let Some(Declared::Event(i)) = self.names.get(&name.text) {
            let parts = self.events.get(i).and_then(Option::as_ref).map(|event| event.parts.clone()).unwrap_or_default();
            let mut kinds: Vec<&str> =
                parts.iter().filter_map(|part| self.catalog.kinds.get(part.kind.0)).map(|kind| kind.name.as_str()).collect();
            kinds.dedup();
            let says = Diagnostic::new(
                codes::names::TEST_DECLARED_EVENT,
                format!("`{}` is a declared event; what happens in a test is of the data's own kinds", name.text),
            )
            .at(name.span)
            .consequence("It would not be known what the customer did.");
            return self.refuse(says.help(match kinds.as_slice() {
                [] => "Write the event that happened.".to_owned(),
                [only] => format!("Write the event that happened: `did {} …`.", as_written(only)),
                some => these("Write the event that happened; it is made of", some),
            }));
        }
        if self.names.get(&name.text) == Some(Declared::Silent) {
            return None;
        }
        let says = Diagnostic::new(codes::names::UNKNOWN_EVENT, format!("There is no event `{}`", name.text))
            .at(name.span)
            .consequence("It would not be known what the customer did.");
        let names: Vec<&str> = self.catalog.kinds.iter().map(|k| k.name.as_str()).collect();
        let otherwise = these("The events of the data are", &names);
        let says = self.suggest(says, name, names, &otherwise);
        self.refuse(says)
    }

    /// Puts what is given into its places; what look-up tables say is given back.
    fn given_values(
        &mut self,
        given: &[GivenValue],
        place: &Place<'_>,
        find: &dyn Fn(&str) -> Option<usize>,
        types: &dyn Fn(usize) -> Option<Type>,
        row: &mut [Option<Scalar>],
    ) -> Option<Vec<LookedUp>> {
        let mut looked_up: Vec<LookedUp> = Vec::new();
        let mut said: HashMap<Vec<&str>, Span> = HashMap::new();
        let mut complete = true;
        for value in given {
            let path: Vec<&str> = value.path.iter().map(|name| name.text.as_str()).collect();
            if let Some(first) = said.insert(path, value.span) {
                let shown = self.words(value.span);
                self.said.push(
                    Diagnostic::new(codes::names::DUPLICATE, format!("`{shown}` is given twice"))
                        .at(value.span)
                        .label(first, "here for the first time")
                        .help("Leave one of the two out."),
                );
                complete = false;
                continue;
            }
            let found = match value.path.as_slice() {
                [name] => self.given_column(name, value, place, find, types, row),
                [key, column] => self.given_look_up(key, column, value, place, find).map(|found| looked_up.push(found)),
                _ => self.too_many_dots(value),
            };
            complete &= found.is_some();
        }
        complete.then_some(looked_up)
    }

    fn too_many_dots<T>(&mut self, value: &GivenValue) -> Option<T> {
        self.refuse(
            Diagnostic::new(codes::names::UNKNOWN_LOOK_UP, "One dot leads to a look-up table; two lead nowhere")
                .at(value.span)
                .help("Write a column and what its look-up table says of it: `store.region: \"north\"`."),
        )
    }

    fn given_column(
        &mut self,
        name: &tree::Name,
        value: &GivenValue,
        place: &Place<'_>,
        find: &dyn Fn(&str) -> Option<usize>,
        types: &dyn Fn(usize) -> Option<Type>,
        row: &mut [Option<Scalar>],
    ) -> Option<()> {
        let Some(at) = find(&name.text) else { return self.no_such_place(name, place) };
        self.may_be_given(name, at, place)?;
        let scalar = self.given_scalar(value, &types(at)?)?;
        *row.get_mut(at)? = Some(scalar);
        Some(())
    }

    /// The key and the time stand elsewhere.
    fn may_be_given(&mut self, name: &tree::Name, at: usize, place: &Place<'_>) -> Option<()> {
        let catalog = self.catalog;
        let help = match place {
            Place::Customer if catalog.attributes.get(at).is_some_and(|a| a.is_key) => {
                "The key of a customer stands behind `customer`: `given customer \"other\" { … }`."
            }
            Place::Row { table, .. } if catalog.event_tables.get(*table).is_some_and(|t| t.time == at) => {
                "The time of an event stands behind it: `did purchase { … } 40 days ago`, `at 2024-05-30T10:00`."
            }
            Place::Row { table, .. } if catalog.event_tables.get(*table).is_some_and(|t| t.key == name.text) => {
                "Whose event it is says the `given customer` above it."
            }
            _ => return Some(()),
        };
        self.refuse(
            Diagnostic::new(codes::names::WRONG_KIND, format!("`{}` is not given in braces", name.text))
                .at(name.span)
                .help(help),
        )
    }

    fn no_such_place<T>(&mut self, name: &tree::Name, place: &Place<'_>) -> Option<T> {
        match place {
            Place::Customer => {
                if matches!(self.names.get(&name.text), Some(Declared::Trait(_) | Declared::Segment(_))) {
                    return self.refuse(
                        Diagnostic::new(
                            codes::names::WRONG_KIND,
                            format!("`{}` is worked out, so it cannot be given", name.text),
                        )
                        .at(name.span)
                        .help("Give what it is worked out from: attributes in braces, events with `did`."),
                    );
                }
                let says =
                    Diagnostic::new(codes::names::UNKNOWN_ATTRIBUTE, format!("There is no attribute `{}`", name.text))
                        .at(name.span)
                        .consequence("The made-up customer would not have it.");
                let names: Vec<&str> = self.catalog.attributes.iter().map(|a| a.name.as_str()).collect();
                let otherwise = these("The attributes of customers are", &names);
                let says = self.suggest(says, name, names, &otherwise);
                self.refuse(says)
            }
            Place::Row { table, event } => {
                let says = Diagnostic::new(codes::names::UNKNOWN_COLUMN, format!("`{event}` has no column `{}`", name.text))
                    .at(name.span)
                    .consequence("The made-up event would not have it.");
                let columns = self.catalog.event_tables.get(*table).map(|t| t.columns.as_slice()).unwrap_or_default();
                let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
                let otherwise = these("Its columns are", &names);
                let says = self.suggest(says, name, names, &otherwise);
                self.refuse(says)
            }
        }
    }

    fn given_look_up(
        &mut self,
        key: &tree::Name,
        column: &tree::Name,
        value: &GivenValue,
        place: &Place<'_>,
        find: &dyn Fn(&str) -> Option<usize>,
    ) -> Option<LookedUp> {
        let Some(at) = find(&key.text) else { return self.no_such_place(key, place) };
        // What a dot leads to is said once, where conditions use it.
        let of = Value { kind: ValueKind::Attribute(AttributeId(at)), ty: Type::Text, span: key.span };
        let found = self.look_up(of, key, column, value.span)?;
        let ValueKind::LookUp(_, LookUpId(table), of) = found.kind else { return None };
        let scalar = self.given_scalar(value, &found.ty)?;
        Some(LookedUp { column: at, look_up: LookUpId(table), of, value: scalar })
    }

    /// What is written, as a value of a column's type.
    fn given_scalar(&mut self, given: &GivenValue, ty: &Type) -> Option<Scalar> {
        let shown = given.path.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
        if let Type::List(of) = ty {
            // One value alone is a list of it.
            let values: Vec<Option<Scalar>> = given.values.iter().map(|x| self.fitting_literal(x, of, &shown)).collect();
            return Some(Scalar::List(values.into_iter().collect::<Option<Vec<_>>>()?.into()));
        }
        let [literal] = given.values.as_slice() else { return self.one_value(given, &shown) };
        if given.is_list {
            return self.one_value(given, &shown);
        }
        self.fitting_literal(literal, ty, &shown)
    }

    /// One value, as a value of a type.
    fn fitting_literal(&mut self, literal: &tree::Literal, ty: &Type, shown: &str) -> Option<Scalar> {
        let value = self.literal(literal)?;
        let fits = match (ty, &value.kind, &value.ty) {
            (Type::Money(currency), ValueKind::Literal(Scalar::Money(micros)), Type::Money(own)) if currency == own => {
                Some(Scalar::Money(*micros))
            }
            (Type::Money(_), ..) if plain_decimal(&value).is_some() && value.ty != Type::Percent => {
                let micros = plain_decimal(&value).and_then(|decimal| self.micros(decimal, literal.span))?;
                Some(Scalar::Money(micros))
            }
            (Type::Number | Type::Percent, ValueKind::Literal(Scalar::Count(n)), _) => arithmetic::number(*n as f64),
            (Type::Number | Type::Percent, ValueKind::Decimal(decimal), _) => arithmetic::number(decimal.to_f64()),
            (Type::Timestamp, ValueKind::Literal(Scalar::Date(day)), _) => {
                Some(Scalar::Timestamp(self.calendar.start_of_day(*day)))
            }
            (ty, ValueKind::Literal(scalar), own) if ty == own => Some(scalar.clone()),
            _ => None,
        };
        match fits {
            Some(scalar) => Some(scalar),
            None => {
                let written = self.words(literal.span);
                let example = match ty {
                    Type::Text => format!("`{shown}: \"…\"`"),
                    Type::Money(currency) => format!("`{shown}: 50 {currency}`"),
                    Type::Boolean => format!("`{shown}: true`"),
                    Type::Date => format!("`{shown}: 2024-06-01`"),
                    Type::Timestamp => format!("`{shown}: 2024-06-01T09:30`"),
                    Type::Percent => format!("`{shown}: 50%`"),
                    Type::Duration => format!("`{shown}: 2 days`"),
                    _ => format!("`{shown}: 5`"),
                };
                self.refuse(
                    Diagnostic::new(codes::types::MISMATCH, format!("`{shown}` is {ty}, and `{written}` is {}", value.ty))
                        .at(literal.span)
                        .help(format!("Write {example}; what is not given is unknown.")),
                )
            }
        }
    }

    fn one_value<T>(&mut self, given: &GivenValue, shown: &str) -> Option<T> {
        self.refuse(
            Diagnostic::new(codes::types::MISMATCH, format!("`{shown}` has one value, not a list"))
                .at(given.span)
                .help(format!("Write one value behind `{shown}:`, without parentheses.")),
        )
    }

    /// A date is its first instant.
    fn made_up_moment(&mut self, literal: &tree::Literal) -> Option<i64> {
        match self.literal(literal)?.kind {
            ValueKind::Literal(Scalar::Date(day)) => Some(self.calendar.start_of_day(day)),
            ValueKind::Literal(Scalar::Timestamp(moment)) => Some(moment),
            _ => None,
        }
    }

    fn made_up_times(&mut self, time: &GivenTime, as_of: i64) -> Option<Vec<i64>> {
        match &time.kind {
            GivenTimeKind::Ago(duration) => {
                let length = self.length(duration)?;
                Some(vec![self.calendar.shift(as_of, length, -1)])
            }
            GivenTimeKind::On(literal) | GivenTimeKind::At(literal) => Some(vec![self.made_up_moment(literal)?]),
            GivenTimeKind::Each { from, to, unit: written } => {
                let what = "How long ago something was";
                let (a, b) = (self.whole(from, 1, what), self.whole(to, 1, what));
                let (a, b) = (a?, b?);
                let (near, far) = (a.min(b), a.max(b));
                if far - near >= MOST_EVENTS || u32::try_from(far).is_err() {
                    return self.too_large(time.span);
                }
                // Each is taken off the as-of time at once, as the intervals of a streak are.
                let length = Length { count: 1, unit: unit(*written) };
                Some(
                    (near..=far)
                        .rev()
                        .filter_map(|n| i64::try_from(n).ok())
                        .map(|n| self.calendar.shift(as_of, length, -n))
                        .collect(),
                )
            }
        }
    }
}
