//! Whole definitions in words: the clauses of a segment, what a trait is, and the rules that hold of all sentences.

use super::conditions::ONE;
use super::{Point, Rule, Section, Words, unknown, words};
use crate::program::{
    Condition, ConditionKind, Definition, DefinitionId, DefinitionKind, Experiment, Limit, LimitBy, Segment, Type, Value,
    ValueKind,
};

const WHO: &str = "Who is meant: ";
const EXPORTED: &str = "What is exported of each member";
const ABOUT: &str = "About it";

impl Words<'_> {
    /// What a definition says, without what the definitions mean that it uses.
    pub(super) fn sections(&self, id: DefinitionId) -> Vec<Section> {
        match self.program.definitions.get(id.0).map(|d| &d.kind) {
            None => Vec::new(),
            Some(DefinitionKind::Trait(value)) => vec![self.of_trait(value)],
            Some(DefinitionKind::Stages(stages)) => vec![self.of_stages(stages)],
            Some(DefinitionKind::Points(points)) => vec![self.of_points(points)],
            Some(DefinitionKind::Segment(segment)) => self.of_segment(id, segment),
        }
    }

    /// What a definition means that another one uses.
    pub(super) fn meaning(&self, id: DefinitionId) -> Option<Point> {
        let definition = self.program.definitions.get(id.0)?;
        let name = named(definition);
        let sections = self.sections(id);
        let mut points = Vec::new();
        let mut text = format!("{name}.");
        for (i, section) in sections.into_iter().enumerate() {
            // Of a segment that is used it matters who its members are, not what is done with them.
            if section.heading == EXPORTED || section.heading == ABOUT {
                continue;
            }
            if i == 0 && section.points.len() == 1 && matches!(definition.kind, DefinitionKind::Trait(_)) {
                let point = section.points.into_iter().next()?;
                return Some(Point { text: format!("{name}: {}", lower(&point.text)), ..point });
            }
            if i == 0 {
                text = format!("{name}: {}:", section.heading.trim_start_matches(WHO));
                points = section.points;
            } else {
                points.push(Point { text: format!("{}:", section.heading), notes: Vec::new(), points: section.points });
            }
        }
        Some(Point { text, notes: Vec::new(), points })
    }

    fn of_trait(&self, value: &Value) -> Section {
        if let ValueKind::Condition(condition) = &value.kind {
            let (head, points) = self.points(condition);
            return Section { heading: format!("It is true of customers for whom {head}"), points };
        }
        let heading = "What it is, of each customer".to_owned();
        let mut notes = Vec::new();
        let reasons = unknown::of(self, value);
        if reasons.is_empty() {
            let is_of_events = matches!(value.kind, ValueKind::Aggregate(_));
            notes.push(if is_of_events { "Without such an event it is 0." } else { "It is never unknown." }.to_owned());
        } else {
            notes.push(words::sentence(&format!("where {}, it is unknown", words::list(&reasons, "or"))));
        }
        let unit = match &value.ty {
            Type::Money(currency) => Some(format!("It is money in {currency}.")),
            _ => None,
        };
        notes.extend(unit);
        Section { heading, points: vec![Point { text: words::sentence(&self.value(value)), notes, points: Vec::new() }] }
    }

    fn of_segment(&self, id: DefinitionId, segment: &Segment) -> Vec<Section> {
        let (head, points) = self.points(&segment.condition);
        let mut out = vec![Section { heading: format!("{WHO}customers for whom {head}"), points }];
        let mut off: Vec<Point> = segment.except.iter().map(|except| self.taken_off(except, "")).collect();
        let every = self.program.every_segment_except.iter();
        off.extend(every.map(|except| self.taken_off(except, " (from every segment of this project)")));
        if !off.is_empty() {
            out.push(Section { heading: "Of these are taken off".to_owned(), points: off });
        }
        if !segment.purposes.is_empty() {
            let points = segment.purposes.iter().map(|(purpose, consent)| self.consent(purpose, consent)).collect();
            out.push(Section { heading: "Only with consent".to_owned(), points });
        }
        let mut numbers: Vec<Point> = segment.limit.iter().map(|limit| self.limit(limit)).collect();
        numbers.extend(segment.experiment.iter().flat_map(|experiment| self.experiment(experiment)));
        if !numbers.is_empty() {
            out.push(Section { heading: "How many".to_owned(), points: numbers });
        }
        out.push(self.exported(id, segment));
        let about = self.about(segment);
        if !about.is_empty() {
            out.push(Section { heading: ABOUT.to_owned(), points: about });
        }
        out
    }

    fn taken_off(&self, condition: &Condition, which: &str) -> Point {
        if let ConditionKind::InSegment(id) = &condition.kind {
            return Point::new(format!("Members of the segment {}{which}.", self.definition(*id)));
        }
        let (head, points) = self.points(condition);
        match points.as_slice() {
            [only] if head == ONE => Point {
                text: words::sentence(&format!("customers for whom this holds{which}: {}", lower(&only.text))),
                ..only.clone()
            },
            _ => Point { text: words::sentence(&format!("customers for whom {head}{which}:")), notes: Vec::new(), points },
        }
    }

    fn consent(&self, purpose: &str, condition: &Condition) -> Point {
        let (head, points) = self.points(condition);
        let text = format!("For the purpose `{purpose}` only customers who consented to it are kept: those for whom");
        match points.as_slice() {
            [only] if head == ONE => Point { text: format!("{text} this holds: {}", lower(&only.text)), ..only.clone() },
            _ => Point { text: format!("{text} {head}:"), notes: Vec::new(), points },
        }
    }

    fn limit(&self, limit: &Limit) -> Point {
        let (n, who, are) = match limit.count {
            1 => ("1".to_owned(), "member", "is"),
            n => (words::count(n), "members", "are"),
        };
        let per = limit.per.as_ref().map(|per| format!(" of each {}", self.value(per))).unwrap_or_default();
        let head = format!("At most {n} {who}{per} {are} kept");
        let (text, mut notes) = match &limit.by {
            LimitBy::Highest(value) | LimitBy::Lowest(value) => {
                let which = if matches!(limit.by, LimitBy::Highest(_)) { "highest" } else { "lowest" };
                let whom = if limit.count == 1 { "the one" } else { "those" };
                let mut notes = vec!["Of equal ones, those with the smaller key come first.".to_owned()];
                let reasons = unknown::of(self, value);
                if !reasons.is_empty() {
                    notes.push(words::sentence(&format!("where {}, the customer comes last", words::list(&reasons, "or"))));
                }
                (format!("{head}: {whom} with the {which} value of {}.", self.value(value)), notes)
            }
            LimitBy::Random => {
                let note = "Chance decides, from the name of the segment and the customer's key: it is the same customers every time.";
                (format!("{head}, chosen at random."), vec![note.to_owned()])
            }
        };
        if let Some(per) = &limit.per {
            notes.push(format!("Whoever has no {} counts alone.", self.value(per)));
        }
        Point { text, notes, points: Vec::new() }
    }

    fn exported(&self, id: DefinitionId, segment: &Segment) -> Section {
        let mut points = Vec::new();
        let is_split = matches!(segment.experiment, Some(Experiment::Split(_)));
        if segment.include.is_empty() && !is_split {
            points.push(Point::new("The customer's key, and nothing else about them."));
        } else {
            points.push(Point::new("The customer's key."));
        }
        for (name, value) in &segment.include {
            let is_personal = match &value.kind {
                ValueKind::Attribute(id) => self.program.attributes.get(id.0).is_some_and(|a| a.is_pii),
                _ => false,
            };
            let shown = self.value(value);
            let what = if shown == format!("`{name}`") { shown } else { format!("`{name}`: {shown}") };
            let personal = if is_personal { ", which is personal data" } else { "" };
            points.push(Point::new(format!("{what}{personal}.")));
        }
        points.extend(segment.experiment.iter().flat_map(|experiment| self.columns(experiment)));
        points.extend(self.priority(id));
        Section { heading: EXPORTED.to_owned(), points }
    }

    fn about(&self, segment: &Segment) -> Vec<Point> {
        let mut out = Vec::new();
        out.extend(segment.owner.iter().map(|owner| Point::new(format!("It belongs to {owner}."))));
        if !segment.tags.is_empty() {
            let tags: Vec<String> = segment.tags.iter().map(|tag| tag.to_string()).collect();
            out.push(Point::new(format!("Tags: {}.", tags.join(", "))));
        }
        out.extend(segment.note.iter().map(|note| Point::new(words::sentence(note))));
        out
    }

    /// What holds of all its sentences.
    pub(super) fn rules_said(&self, definition: &Definition) -> Vec<Point> {
        let rules = self.rules.borrow();
        let mut out = Vec::new();
        let since = self.program.customers.as_ref().and_then(|customers| customers.since);
        let exists = match (since, &self.program.customers) {
            (Some(id), _) => format!(
                "Only customers who exist at that moment are looked at: those whose `{}` is known and earlier.",
                self.attribute(id.0)
            ),
            (None, Some(_)) => "All customers of the project are looked at.".to_owned(),
            (None, None) => "A customer is whoever had an event of any kind before that moment.".to_owned(),
        };
        out.push(Point::new(match self.as_of.get() {
            Some(moment) => format!(
                "Everything is as of {} (by the clock of {}), which is also the end of what is looked at: what happened at that \
                 very moment, or later, does not count. {exists}",
                words::moment(moment, &self.program.calendar),
                self.program.calendar.zone.iana_name().unwrap_or("the project's zone"),
            ),
            None => format!(
                "Everything is as of a moment that is given when it is computed, which is also the end of what is looked at: what \
                 happened at that very moment, or later, does not count. {exists}"
            ),
        }));
        for rule in rules.iter() {
            out.push(Point::new(rule.said()));
        }
        if matches!(&definition.kind, DefinitionKind::Segment(s) if !s.purposes.is_empty()) {
            out.push(Point::new("A consent that is not known is not given."));
        }
        out
    }
}

impl Rule {
    fn said(self) -> &'static str {
        match self {
            Rule::Periods => {
                "A period such as \"the last 30 days\" ends right before the moment as of which everything is computed: its first \
                 moment counts, the moment at its end does not. Days and months are those of the calendar. Events without a time \
                 or without a customer count nowhere."
            }
            Rule::Days => "Different days are different days of the calendar, however many events there are on one.",
            Rule::FirstAndLast => {
                "Of several first (or last) events at the same moment, the smallest value is taken, so that the answer never \
                 hangs on the order of the data."
            }
            Rule::Unknown => {
                "What is not known of a customer is never guessed: a comparison with it does not hold, neither the comparison \
                 nor its opposite, unless it says that those customers are let in."
            }
            Rule::Rank => "Whoever has no value has no place in a ranking.",
            Rule::Ties => {
                "A percentage of a ranking is rounded up to whole customers, and whoever ties with the last of them is in as well; \
                 but where all those who tie share the worst value of all, they are out."
            }
            Rule::ExactRank => "Of customers with equal values, a ranking by number takes those with the smaller key.",
        }
    }
}

/// A name with its title.
fn named(definition: &Definition) -> String {
    match &definition.title {
        Some(title) => format!("`{}` ({})", definition.name, words::quoted(title)),
        None => format!("`{}`", definition.name),
    }
}

/// With a small letter before, to stand inside a sentence.
pub(super) fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}
