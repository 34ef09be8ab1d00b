//! Two ways to say one thing choose the same people (M6), and windows add up (M7).

use segue::interpret::{Answer, Answers, interpret};
use segue::program::hash::hash;
use segue::program::{Program, Scalar, Type};

use super::meaning::{check, members};
use super::project::Project;
use super::seeds;
use super::writer::{Scope, Writer};

/// What has to hold between definitions.
#[derive(Debug)]
enum Law {
    /// They have the same members.
    Same(String, String),
    /// They have the same members, and mean the same by their hash, names aside.
    SameMeaning(String, String),
    /// Whoever is in the first is in the second.
    Within(String, String),
    /// The first trait is the sum of the others, for whom none is missing.
    Sum(String, Vec<String>),
    /// The first trait is never above the second.
    NotAbove(String, String),
}

/// Writes definitions and what has to hold of them.
struct Laws<'a, 'w> {
    writer: &'a mut Writer<'w>,
    project: &'a mut Project,
    found: Vec<Law>,
    many: usize,
}

impl Laws<'_, '_> {
    fn segment(&mut self, text: &str) -> String {
        self.many += 1;
        let name = format!("law_{}", self.many);
        self.project.declarations.push(format!("segment {name} {{\n  where {text}\n}}"));
        name
    }

    fn value(&mut self, text: &str) -> String {
        self.many += 1;
        let name = format!("law_{}", self.many);
        self.project.declarations.push(format!("trait {name} = {text}"));
        name
    }

    fn condition(&mut self) -> String {
        self.writer.budget = 3;
        self.writer.condition(&Scope::Customer)
    }

    /// Two sentences for the same people.
    fn same(&mut self, one: &str, other: &str) {
        let law = Law::Same(self.segment(one), self.segment(other));
        self.found.push(law);
    }

    /// Two spellings of the same sentence.
    fn spelt(&mut self, one: &str, other: &str) {
        let law = Law::SameMeaning(self.segment(one), self.segment(other));
        self.found.push(law);
    }

    fn of_conditions(&mut self) {
        let (a, b, c) = (self.condition(), self.condition(), self.condition());
        self.same(&format!("not ({a} and {b})"), &format!("not ({a}) or not ({b})"));
        self.same(&format!("not ({a} or {b})"), &format!("not ({a}) and not ({b})"));
        self.same(&format!("{a} and ({b} or {c})"), &format!("({a} and {b}) or ({a} and {c})"));
        self.same(&format!("{a} or ({b} and {c})"), &format!("({a} or {b}) and ({a} or {c})"));
        self.same(&format!("not (not ({a}))"), &a);
        self.same(&format!("{a} and {b}"), &format!("{b} and {a}"));
        self.same(&format!("at least 1 of {{\n{a}\n{b}\n}}"), &format!("{a} or {b}"));
        self.same(&format!("at least 2 of {{\n{a}\n{b}\n}}"), &format!("{a} and {b}"));
        let majority = format!("({a} and {b}) or ({a} and {c}) or ({b} and {c})");
        self.same(&format!("at least 2 of {{\n{a}\n{b}\n{c}\n}}"), &majority);
        self.spelt(&format!("all of {{\n{a}\n{b}\n}}"), &format!("{a} and {b}"));
        self.spelt(&format!("any of {{\n{a}\n{b}\n}}"), &format!("{a} or {b}"));
        self.spelt(&format!("none of {{\n{a}\n{b}\n}}"), &format!("not ({a} or {b})"));
        self.spelt(&a, &format!("(({a}))  # said once more"));
        // `except` is `and not`.
        self.many += 1;
        let except = format!("law_{}", self.many);
        self.project.declarations.push(format!("segment {except} {{\n  where {a}\n  except {b}\n  except {c}\n}}"));
        let other = self.segment(&format!("{a} and not ({b}) and not ({c})"));
        self.found.push(Law::Same(except, other));
        // A segment in its place, a trait in its place.
        let named = self.segment(&format!("{a} or {b}"));
        self.same(&format!("in segment {named}"), &format!("{a} or {b}"));
        let named = self.value(&format!("({a} and {b})"));
        self.same(&format!("not {named}"), &format!("not ({a} and {b})"));
        self.same(&format!("not in segment {named}_in or {c}"), &format!("not ({a}) or {c}"));
        self.project.declarations.push(format!("segment {named}_in {{\n  where {a}\n}}"));
    }

    /// Stages split everybody: the first `when` that holds (M5). Points are the sum of what holds.
    fn of_groups(&mut self) {
        let (a, b) = (self.condition(), self.condition());
        self.many += 1;
        let (stages, points) = (format!("law_{}_stages", self.many), format!("law_{}_points", self.many));
        let text = format!("stages {stages} {{\n  one when {a}\n  two when {b}\n  three otherwise\n}}");
        self.project.declarations.push(text);
        let text = format!("points {points} {{\n  add 5 when {a}\n  subtract 3 when {b}\n}}");
        self.project.declarations.push(text);
        self.same(&format!("{stages} = \"one\""), &a);
        self.same(&format!("{stages} = \"two\""), &format!("{b} and not ({a})"));
        self.same(&format!("{stages} = \"three\""), &format!("not ({a} or {b})"));
        self.same(&format!("{stages} in (\"one\", \"two\", \"three\")"), "everyone");
        self.same(&format!("{points} = 2"), &format!("{a} and {b}"));
        self.same(&format!("{points} > 2"), &format!("{a} and not ({b})"));
        self.same(&format!("{points} < 0"), &format!("{b} and not ({a})"));
        self.same(&format!("{points} = 0"), &format!("not ({a} or {b})"));
    }

    /// A trend is two counts beside one another.
    fn of_trends(&mut self) {
        let event = self.writer.event_in_place();
        let days = self.writer.dice.between(1, 40);
        let now = format!("count({event}) in last {days} days");
        let base = format!("count({event}) in the {days} days before last {days} days");
        let (now, base) = (self.value(&now), self.value(&base));
        let trend = format!("count({event}) fell by at least 30% over {days} days");
        self.same(&trend, &format!("{base} > 0 and 10 * {now} <= 7 * {base}"));
        let trend = format!("count({event}) fell by more than 30% over {days} days from at least 2");
        self.same(&trend, &format!("{base} >= 2 and 10 * {now} < 7 * {base}"));
        let trend = format!("count({event}) rose by at least 50% over {days} days");
        self.same(&trend, &format!("{now} > {base} and 2 * {now} >= 3 * {base}"));
        self.same(&format!("count({event}) rose over {days} days"), &format!("{now} > {base}"));
        self.same(&format!("count({event}) fell over {days} days"), &format!("{now} < {base}"));
        let change = format!("(change in count({event}) over {days} days)");
        self.same(&format!("{change} is known"), &format!("{base} > 0"));
        self.same(&format!("{change} = 0%"), &format!("{base} > 0 and {now} = {base}"));
        self.same(&format!("{days} days < time since last {event}"), &format!("time since last {event} > {days} days"));
    }

    fn of_values(&mut self) {
        for ty in [Type::Count, Type::Number, Type::Money("EUR".into()), Type::Date, Type::Text] {
            self.writer.budget = 2;
            self.writer.may_be_personal = false;
            let side = self.writer.side(&ty, &Scope::Customer);
            self.writer.may_be_personal = true;
            let Some(side) = side else { continue };
            let (low, high) = (self.writer.literal(&ty), self.writer.literal(&ty));
            let named = self.value(&side);
            if ty != Type::Text {
                self.spelt(&format!("{side} between {low} and {high}"), &format!("{side} >= {low} and {side} <= {high}"));
            }
            self.same(&format!("{named} >= {low}"), &format!("{side} >= {low}"));
            self.same(&format!("{side} > {low}"), &format!("{side} >= {low} and {side} != {low}"));
            self.same(&format!("{side} in ({low}, {high})"), &format!("{side} = {low} or {side} = {high}"));
            self.same(&format!("{side} not in ({low}, {high})"), &format!("{side} != {low} and {side} != {high}"));
            self.same(&format!("{side} is known"), &format!("{side} = {low} or {side} != {low}"));
            self.same(&format!("{side} is unknown"), &format!("not ({side} = {low}) and not ({side} != {low})"));
        }
    }

    fn of_windows(&mut self) {
        let event = self.writer.event_in_place();
        let (near, far) = (self.writer.dice.between(1, 30), self.writer.dice.between(31, 90));
        let unit = *self.writer.dice.pick(&["day", "day", "hour", "week"]);
        let windows = [
            format!("in last {far} {unit}s"),
            format!("between {near} and {far} {unit}s ago"),
            format!("in last {near} {unit}s"),
        ];
        let ever = ["ever".to_owned(), format!("more than {far} {unit}s ago"), windows[0].clone()];
        for windows in [&windows, &ever] {
            let mut of = vec![format!("count({event})")];
            for ty in [Type::Count, Type::Money("EUR".into())] {
                let fitting = self.writer.events.iter().filter_map(|(e, columns)| {
                    columns.iter().find(|(_, t)| *t == ty).map(|(column, _)| format!("sum({e}.{column})"))
                });
                of.extend(fitting.take(2).collect::<Vec<_>>());
            }
            for aggregate in of {
                let names: Vec<String> = windows.iter().map(|w| self.value(&format!("{aggregate} {w}"))).collect();
                if aggregate.starts_with("count") {
                    self.found.push(Law::NotAbove(names[1].clone(), names[0].clone()));
                    self.found.push(Law::NotAbove(names[2].clone(), names[0].clone()));
                }
                self.found.push(Law::Sum(names[0].clone(), names[1..].to_vec()));
            }
            for counted in ["active days", "longest gap"] {
                let long = self.value(&format!("{counted}({event}) {}", windows[0]));
                let short = self.value(&format!("{counted}({event}) {}", windows[2]));
                self.found.push(Law::NotAbove(short, long));
            }
            let mut more: Option<String> = None;
            for n in 1..5 {
                let long = self.segment(&format!("did {event} at least {n} times {}", windows[0]));
                let short = self.segment(&format!("did {event} at least {n} times {}", windows[2]));
                self.found.push(Law::Within(short, long.clone()));
                self.same(&format!("in segment {long}"), &format!("count({event}) {} >= {n}", windows[0]));
                if let Some(fewer) = more.replace(long.clone()) {
                    self.found.push(Law::Within(long, fewer));
                }
            }
            let exactly = format!("did {event} exactly 2 times {}", windows[0]);
            let between = format!("did {event} at least 2 times {w} and did {event} at most 2 times {w}", w = windows[0]);
            self.same(&exactly, &between);
            self.same(&format!("did not {event} {}", windows[0]), &format!("did {event} exactly 0 times {}", windows[0]));
        }
        let days = format!("{near} days");
        // "the complement, among those who did, of `did X in last D`"
        self.same(
            &format!("time since last {event} > {days}"),
            &format!("did {event} ever and not (did {event} in last {days})"),
        );
    }
}

fn values<'a>(program: &Program, answers: &'a Answers, name: &str) -> &'a [Option<Scalar>] {
    let at = program.definitions.iter().position(|d| &*d.name == name).expect("a definition");
    match &answers.definitions[at] {
        Answer::Trait(values) => values,
        Answer::Segment(_) => panic!("{name} is a segment"),
    }
}

/// An amount in its smallest unit.
fn whole(value: &Option<Scalar>) -> Option<i128> {
    match value {
        Some(Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n)) => Some(i128::from(*n)),
        _ => None,
    }
}

/// What is wrong with a law.
fn broken(law: &Law, program: &Program, answers: &Answers) -> Option<String> {
    let of = |name: &str| members(program, answers, name).expect("a segment");
    let customer = |at: usize| answers.customers[at].to_string();
    match law {
        Law::Same(one, other) | Law::SameMeaning(one, other) => {
            if let Law::SameMeaning(..) = law {
                let hashes = hash(program);
                let of = |name: &String| {
                    program.definitions.iter().position(|d| *d.name == **name).map(|i| hashes.definitions[i])
                };
                if of(one) != of(other) {
                    return Some("their hashes differ".into());
                }
            }
            let at = of(one).iter().zip(of(other)).position(|(a, b)| a != b)?;
            Some(format!("{} is in one of them", customer(at)))
        }
        Law::Within(small, large) => {
            let at = of(small).iter().zip(of(large)).position(|(a, b)| *a && !*b)?;
            Some(format!("{} is in the first alone", customer(at)))
        }
        Law::Sum(whole_of, parts) => (0..answers.customers.len()).find_map(|at| {
            let sum = whole(&values(program, answers, whole_of)[at])?;
            let parts: Option<Vec<i128>> = parts.iter().map(|p| whole(&values(program, answers, p)[at])).collect();
            let parts = parts?;
            (sum != parts.iter().sum::<i128>()).then(|| format!("of {}: {sum} is not the sum of {parts:?}", customer(at)))
        }),
        Law::NotAbove(small, large) => (0..answers.customers.len()).find_map(|at| {
            let (a, b) = (&values(program, answers, small)[at], &values(program, answers, large)[at]);
            (whole(a)? > whole(b).unwrap_or(i128::MIN)).then(|| format!("of {}: {a:?} is above {b:?}", customer(at)))
        }),
    }
}

#[test]
fn two_ways_to_say_one_thing_mean_the_same_and_windows_add_up() {
    let mut many = 0;
    for seed in seeds(100, 150) {
        let (project, laws) = Project::draw_with(seed, |writer, project| {
            let mut laws = Laws { writer, project, found: Vec::new(), many: 0 };
            laws.of_conditions();
            laws.of_groups();
            laws.of_trends();
            laws.of_values();
            laws.of_windows();
            laws.found
        });
        let program = check(&project).unwrap_or_else(|fault| panic!("SEGUE_SEED={seed}: it does not check\n{fault}"));
        let answers = interpret(&program, &project.world.data(&program), project.world.as_of);
        for law in laws {
            if let Some(fault) = broken(&law, &program, &answers) {
                let text = |name: &String| {
                    project
                        .declarations
                        .iter()
                        .find(|d| d.split_whitespace().nth(1) == Some(name))
                        .cloned()
                        .unwrap_or_default()
                };
                let names: Vec<String> = match &law {
                    Law::Same(a, b) | Law::SameMeaning(a, b) | Law::Within(a, b) | Law::NotAbove(a, b) => {
                        vec![text(a), text(b)]
                    }
                    Law::Sum(a, parts) => std::iter::once(a).chain(parts).map(text).collect(),
                };
                panic!("SEGUE_SEED={seed}: {law:?}: {fault}\n{}", names.join("\n"));
            }
            many += 1;
        }
    }
    println!("{many} laws");
}

/// Traits and events of other names. Segments keep theirs: who is held out hangs on it.
fn renamed(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_') {
        let is_ours = ["t_", "own_", "w_"].iter().any(|start| word.starts_with(start));
        out += if is_ours { "zz_" } else { "" };
        out += word;
    }
    out
}

#[test]
fn names_mean_nothing() {
    for seed in seeds(50, 50) {
        let mut project = Project::draw(seed);
        // The columns of an export are called as what they hold.
        for text in &mut project.declarations {
            *text = text.lines().filter(|line| !line.starts_with("  include ")).collect::<Vec<_>>().join("\n");
        }
        let mut other = project.clone();
        other.declarations.iter_mut().for_each(|text| *text = renamed(text));
        other.consents.iter_mut().for_each(|(_, text)| *text = renamed(text));
        other.every_segment_except = other.every_segment_except.map(|text| renamed(&text));
        let said = |project: &Project| {
            let program = check(project).unwrap_or_else(|fault| panic!("SEGUE_SEED={seed}: it does not check\n{fault}"));
            let answers = interpret(&program, &project.world.data(&program), project.world.as_of);
            let hashes = hash(&program).definitions;
            let mut said: Vec<_> = program
                .definitions
                .iter()
                .zip(answers.definitions)
                .zip(hashes)
                .map(|((definition, answer), hash)| (definition.name.trim_start_matches("zz_").to_owned(), answer, hash))
                .collect();
            said.sort_by(|a, b| a.0.cmp(&b.0));
            said
        };
        for (one, two) in said(&project).iter().zip(&said(&other)) {
            assert_eq!(one, two, "SEGUE_SEED={seed}: other names, another meaning");
        }
    }
}
