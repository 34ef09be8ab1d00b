//! Conditions in words. A clause says one of them in one breath; a point says it on a line of its own, with what becomes of those of
//! whom something is unknown, and with its parts below it.

use super::events::complement;
use super::{Point, Rule, Words, unknown, words};
use crate::program::{
    Chance, Comparison, Condition, ConditionKind, Did, How, Length, ListId, Near, Rank, RankAmount, RankOf, Scalar,
    Surroundings, TextTest, TextTestKind, Type, Value, ValueKind, Window,
};

/// What stands before a condition that is one point.
pub(super) const ONE: &str = "this holds";

impl Words<'_> {
    /// The points of a condition that has to hold, with the words that stand before them.
    pub(super) fn points(&self, condition: &Condition) -> (String, Vec<Point>) {
        let each = |parts: &[Condition]| parts.iter().map(|part| self.point(part)).collect();
        let all = |parts: &[Condition]| {
            let mut out: Vec<Point> = Vec::new();
            let mut rest = parts;
            while let Some((first, after)) = rest.split_first() {
                let range = after.first().and_then(|next| self.range(first, next));
                rest = if range.is_some() { after.get(1..).unwrap_or_default() } else { after };
                out.push(range.unwrap_or_else(|| self.point(first)));
            }
            out
        };
        match &condition.kind {
            ConditionKind::All(parts) if parts.len() > 1 => match all(parts) {
                points if points.len() == 1 => (ONE.to_owned(), points),
                points => ("all of this holds".to_owned(), points),
            },
            ConditionKind::Any(parts) if parts.len() > 1 => ("at least one of these holds".to_owned(), each(parts)),
            ConditionKind::AtLeast(n, parts) => {
                let verb = if *n == 1 { "holds" } else { "hold" };
                let of = words::count(parts.len() as u64);
                (format!("at least {} of these {of} {verb}", words::count(*n)), each(parts))
            }
            ConditionKind::Not(part) => match &part.kind {
                ConditionKind::Any(parts) if parts.len() > 1 => ("none of this holds".to_owned(), each(parts)),
                ConditionKind::All(parts) if parts.len() > 1 => ("not all of this holds".to_owned(), each(parts)),
                ConditionKind::AtLeast(n, parts) => (format!("fewer than {} of these hold", words::count(*n)), each(parts)),
                _ => (ONE.to_owned(), vec![self.point(condition)]),
            },
            _ => (ONE.to_owned(), vec![self.point(condition)]),
        }
    }

    /// `between 25 and 34`, which is two comparisons of one value.
    fn range(&self, first: &Condition, second: &Condition) -> Option<Point> {
        if let Some(text) = self.known_and_unlisted(first, second) {
            return Some(Point { text: words::sentence(&text), notes: Vec::new(), points: Vec::new() });
        }
        let (
            ConditionKind::Compare(Comparison::GreaterOrEqual, a, least),
            ConditionKind::Compare(Comparison::LessOrEqual, b, most),
        ) = (&first.kind, &second.kind)
        else {
            return None;
        };
        (a == b).then(|| {
            let text = format!("{} is {} to {}, both included.", self.value(a), self.value(least), self.value(most));
            Point { text: words::sentence(&text), notes: self.notes(first), points: Vec::new() }
        })
    }

    /// `country not in list eu`, which is two conditions.
    fn known_and_unlisted(&self, first: &Condition, second: &Condition) -> Option<String> {
        let (ConditionKind::Known(known), ConditionKind::Not(part)) = (&first.kind, &second.kind) else { return None };
        let ConditionKind::InList(value, list) = &part.kind else { return None };
        (known == value).then(|| format!("{} is known and is not in the list {}", self.value(value), self.list(*list)))
    }

    fn point(&self, condition: &Condition) -> Point {
        let is_block = match &condition.kind {
            ConditionKind::All(parts) | ConditionKind::Any(parts) | ConditionKind::AtLeast(_, parts) => parts.len() > 1,
            ConditionKind::Not(part) => {
                matches!(&part.kind, ConditionKind::All(p) | ConditionKind::Any(p) | ConditionKind::AtLeast(_, p) if p.len() > 1)
            }
            _ => false,
        };
        if is_block {
            let (head, points) = self.points(condition);
            return Point { text: words::sentence(&format!("{head}:")), notes: Vec::new(), points };
        }
        Point { text: words::sentence(&self.clause(condition)), notes: self.notes(condition), points: Vec::new() }
    }

    /// What becomes of those of whom something is unknown.
    fn notes(&self, condition: &Condition) -> Vec<String> {
        let (leaf, holds) = match &condition.kind {
            ConditionKind::Not(part) => (part.as_ref(), "this holds: those customers are let in"),
            _ => (condition, "this does not hold"),
        };
        // These say it themselves.
        let says_so = match &condition.kind {
            ConditionKind::Known(_) | ConditionKind::NotOneOf(..) => true,
            ConditionKind::Compare(Comparison::NotEqual, left, right) => {
                unknown::of(self, left).len() + unknown::of(self, right).len() == 1
            }
            ConditionKind::Not(part) => matches!(part.kind, ConditionKind::Known(_) | ConditionKind::Holds(_)),
            _ => false,
        };
        let reasons = unknown::of_condition(self, leaf);
        if says_so || reasons.is_empty() {
            return Vec::new();
        }
        self.note(Rule::Unknown);
        vec![words::sentence(&format!("where {}, {holds}", words::list(&reasons, "or")))]
    }

    /// A condition in one breath.
    pub(super) fn clause(&self, condition: &Condition) -> String {
        let joined = |parts: &[Condition], word: &str| {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| match &part.kind {
                    ConditionKind::All(p) | ConditionKind::Any(p) | ConditionKind::AtLeast(_, p) if p.len() > 1 => {
                        format!("({})", self.clause(part))
                    }
                    _ => self.clause(part),
                })
                .collect();
            parts.join(word)
        };
        match &condition.kind {
            ConditionKind::Everyone => "the customer exists (so everyone fits)".to_owned(),
            ConditionKind::All(parts) => joined(parts, " and "),
            ConditionKind::Any(parts) => joined(parts, " or "),
            ConditionKind::AtLeast(n, parts) => format!("at least {n} of these hold: {}", joined(parts, "; ")),
            ConditionKind::Not(part) => self.denied(part),
            ConditionKind::Compare(comparison, left, right) => self.compared(*comparison, left, right),
            ConditionKind::CompareLength(comparison, value, length) => self.compared_length(*comparison, value, *length),
            ConditionKind::CompareDay(comparison, left, right) => {
                format!("the day of {} is {} {}", self.value(left), than(*comparison, &Type::Date), self.value(right))
            }
            ConditionKind::OneOf(value, items) => format!("{} is {}", self.value(value), self.items(items, &value.ty, "or")),
            ConditionKind::NotOneOf(value, items) => {
                format!("{} is known and is not {}", self.value(value), self.items(items, &value.ty, "or"))
            }
            ConditionKind::Text(value, test) => format!("{} {}", self.value(value), text_test(test, "")),
            ConditionKind::Known(value) => format!("{} is known", self.value(value)),
            ConditionKind::Holds(value) => match value.kind {
                ValueKind::Trait(_) => format!("{} holds", self.value(value)),
                _ => format!("{} is true", self.value(value)),
            },
            ConditionKind::InWindow(value, window) => {
                format!("{} lies {}", self.value(value), self.of_dates(window, &value.ty))
            }
            ConditionKind::Did(did) => self.did(did),
            ConditionKind::Trend(trend) => self.trend(trend),
            ConditionKind::Sequence(sequence) => self.sequence(sequence),
            ConditionKind::Reached(reached) => self.reached(reached),
            ConditionKind::InSegment(id) => format!("the customer is a member of the segment {}", self.definition(*id)),
            ConditionKind::Anniversary(value, window) => self.anniversary(value, window, "an"),
            ConditionKind::Near(near) => self.near(near, "lies"),
            ConditionKind::ListContains(list, item) => {
                format!("{} contains {}", self.value(list), self.scalar(item, element(&list.ty)))
            }
            ConditionKind::InList(value, list) => format!("{} is in the list {}", self.value(value), self.list(*list)),
            ConditionKind::InRandom(chance) => self.drawn(chance, "is"),
            ConditionKind::Rank(rank) => self.ranked(rank, "is"),
            ConditionKind::Changed(id, change, window) => {
                let ty = self.history(*id).map_or(Type::Text, |attribute| attribute.ty.clone());
                let change = change
                    .as_ref()
                    .map(|(from, to)| format!(" from {} to {}", self.scalar(from, &ty), self.scalar(to, &ty)));
                let name = self.history(*id).map_or("", |attribute| &attribute.name);
                format!("`{name}` changed{} {}", change.unwrap_or_default(), self.of_events(window))
            }
            ConditionKind::Was(id, value, window) => {
                let ty = self.history(*id).map_or(Type::Text, |attribute| attribute.ty.clone());
                let name = self.history(*id).map_or("", |attribute| &attribute.name);
                format!("`{name}` was {} at some moment {}", self.scalar(value, &ty), self.of_events(window))
            }
            ConditionKind::AsOf(inner, ago) => {
                let (when, what) = self.earlier(*ago, |words| words.clause(inner));
                format!("{when} the customer existed, and this held then: {what}")
            }
            ConditionKind::Entered(id, ago) => {
                let (when, segment) = self.earlier(*ago, |words| words.definition(*id));
                format!("the customer is a member of the segment {segment}, and was not {when}")
            }
            ConditionKind::Left(id, ago) => {
                let (when, segment) = self.earlier(*ago, |words| words.definition(*id));
                format!("the customer was a member of the segment {segment} {when}, and is not now")
            }
        }
    }

    /// The opposite of a condition in one breath.
    pub(super) fn denied(&self, condition: &Condition) -> String {
        match &condition.kind {
            ConditionKind::Everyone => "the customer does not exist (so nobody fits)".to_owned(),
            ConditionKind::Not(part) => self.clause(part),
            ConditionKind::Known(value) => format!("{} is unknown", self.value(value)),
            ConditionKind::Holds(value) => match value.kind {
                ValueKind::Trait(_) => format!("{} does not hold", self.value(value)),
                _ => format!("{} is not true (it is false or unknown)", self.value(value)),
            },
            ConditionKind::Compare(Comparison::Equal, left, right) => {
                format!("{} is not {}", self.value(left), self.value(right))
            }
            ConditionKind::OneOf(value, items) => {
                format!("{} is not {}", self.value(value), self.items(items, &value.ty, "or"))
            }
            ConditionKind::Text(value, test) => format!("{} {}", self.value(value), text_test(test, "does not ")),
            ConditionKind::InWindow(value, window) => {
                format!("{} does not lie {}", self.value(value), self.of_dates(window, &value.ty))
            }
            ConditionKind::InSegment(id) => {
                format!("the customer is not a member of the segment {}", self.definition(*id))
            }
            ConditionKind::Anniversary(value, window) => self.anniversary(value, window, "no"),
            ConditionKind::Near(near) => self.near(near, "does not lie"),
            ConditionKind::ListContains(list, item) => {
                format!("{} does not contain {}", self.value(list), self.scalar(item, element(&list.ty)))
            }
            ConditionKind::InList(value, list) => {
                format!("{} is not in the list {}", self.value(value), self.list(*list))
            }
            ConditionKind::InRandom(chance) => self.drawn(chance, "is not"),
            ConditionKind::Rank(rank) => self.ranked(rank, "is not"),
            ConditionKind::Did(did) => self.did_not(did),
            ConditionKind::Sequence(sequence) => self.no_sequence(sequence),
            ConditionKind::All(_)
            | ConditionKind::Any(_)
            | ConditionKind::AtLeast(..)
            | ConditionKind::Compare(..)
            | ConditionKind::CompareLength(..)
            | ConditionKind::CompareDay(..)
            | ConditionKind::AsOf(..)
            | ConditionKind::Changed(..)
            | ConditionKind::Was(..)
            | ConditionKind::Entered(..)
            | ConditionKind::Left(..)
            | ConditionKind::Trend(_)
            | ConditionKind::NotOneOf(..)
            | ConditionKind::Reached(_) => format!("it is not so that {}", self.clause(condition)),
        }
    }

    fn anniversary(&self, value: &Value, window: &Window, which: &str) -> String {
        format!("{which} anniversary of {} lies {}", self.value(value), self.of_dates(window, &value.ty))
    }

    fn near(&self, near: &Near, verb: &str) -> String {
        let Surroundings { latitude, longitude, km } = near.of;
        format!(
            "the place at latitude {} and longitude {} {verb} within {km} km of latitude {latitude}, longitude {longitude}",
            self.value(&near.latitude),
            self.value(&near.longitude)
        )
    }

    fn list(&self, list: ListId) -> String {
        format!("`{}`", self.program.lists.get(list.0).map_or("", |list| &*list.name))
    }

    fn drawn(&self, chance: &Chance, verb: &str) -> String {
        format!(
            "the customer {verb} among the {} that the salt {} draws at random (by the key, so always the same customers)",
            words::percent(chance.share),
            words::quoted(&chance.salt)
        )
    }

    fn items(&self, items: &[Scalar], ty: &Type, word: &str) -> String {
        let items: Vec<String> = items.iter().map(|item| self.scalar(item, ty)).collect();
        words::list(&items, word)
    }

    pub(super) fn compared(&self, comparison: Comparison, left: &Value, right: &Value) -> String {
        let (a, b) = (self.value(left), self.value(right));
        let is_about_one = unknown::of(self, left).len() + unknown::of(self, right).len() == 1;
        if let (ValueKind::TimeSince(since), ValueKind::Literal(_)) = (&left.kind, &right.kind) {
            return self.ago(since, comparison, &b);
        }
        match comparison {
            Comparison::NotEqual if is_about_one => {
                let known = if unknown::of(self, left).is_empty() { &b } else { &a };
                if *known == a { format!("{a} is known and is not {b}") } else { format!("{a} is not {b}") }
            }
            _ => format!("{a} is {}{b}", with_blank(&than(comparison, &left.ty))),
        }
    }

    /// A length of days or longer: with the day that it leads to, where that is known.
    fn compared_length(&self, comparison: Comparison, value: &Value, length: Length) -> String {
        let shown = words::length(length);
        let since = match &value.kind {
            ValueKind::TimeSince(x) => x,
            ValueKind::TimeUntil(x) => {
                let how = match comparison {
                    Comparison::Equal => format!("exactly {shown} ahead"),
                    Comparison::NotEqual => format!("not exactly {shown} ahead"),
                    Comparison::Less => format!("less than {shown} ahead"),
                    Comparison::LessOrEqual => format!("at most {shown} ahead"),
                    Comparison::Greater => format!("more than {shown} ahead"),
                    Comparison::GreaterOrEqual => format!("at least {shown} ahead"),
                };
                let past = match comparison {
                    Comparison::Less | Comparison::LessOrEqual | Comparison::NotEqual => ", or already past",
                    Comparison::Equal | Comparison::Greater | Comparison::GreaterOrEqual => "",
                };
                return format!("{} is {how}{past}", self.value(x));
            }
            _ => return format!("{} is {}{shown}", self.value(value), with_blank(&than(comparison, &Type::Duration))),
        };
        self.note(Rule::Periods);
        let calendar = &self.program.calendar;
        let is_date = since.ty == Type::Date;
        let bound = self.as_of.get().map(|as_of| calendar.shift(as_of, length, -1)).map(|bound| {
            let day = calendar.day_of(bound);
            let begins_a_day = calendar.start_of_day(day) == bound;
            let (moment, day) = (words::moment(bound, calendar), words::date(day));
            match comparison {
                Comparison::Less if is_date => format!("after {day}"),
                Comparison::Equal => format!("at exactly {moment}"),
                Comparison::NotEqual => format!("at another time than {moment}"),
                Comparison::Less => format!("after {moment}"),
                Comparison::LessOrEqual if begins_a_day => format!("on {day} or later"),
                Comparison::LessOrEqual => format!("at {moment} or later"),
                Comparison::Greater if begins_a_day => format!("before {day}"),
                Comparison::Greater => format!("before {moment}"),
                Comparison::GreaterOrEqual if is_date => format!("on {day} or earlier"),
                Comparison::GreaterOrEqual => format!("at {moment} or earlier"),
            }
        });
        let days = bound.map(|bound| format!(" ({bound})")).unwrap_or_default();
        format!("{}{days}", self.ago(since, comparison, &words::length(length)))
    }

    /// `the customer's last visit was more than 30 days ago`
    fn ago(&self, since: &Value, comparison: Comparison, length: &str) -> String {
        let how = match comparison {
            Comparison::Equal => "exactly",
            Comparison::NotEqual => "not exactly",
            Comparison::Less => "less than",
            Comparison::LessOrEqual => "at most",
            Comparison::Greater => "more than",
            Comparison::GreaterOrEqual => "at least",
        };
        let verb = if matches!(since.kind, ValueKind::Moment(..)) { "was" } else { "is" };
        format!("{} {verb} {how} {length} ago", self.value(since))
    }

    fn ranked(&self, rank: &Rank, verb: &str) -> String {
        self.note(Rule::Rank);
        let which = if rank.top { "highest" } else { "lowest" };
        let among = match &rank.of {
            RankOf::Everyone => "of all customers for whom it is known".to_owned(),
            RankOf::Segment(id) => format!("of the members of the segment {} for whom it is known", self.definition(*id)),
            RankOf::Each(each) => {
                format!("of those customers of the same {} for whom it is known", self.value(each))
            }
            RankOf::Trait(id) => {
                format!("of those customers for whom {} holds and it is known", self.definition(*id))
            }
        };
        let value = self.value(&rank.value);
        match rank.amount {
            RankAmount::Share(share) => {
                self.note(Rule::Ties);
                format!("{value} {verb} among the {which} {} {among}", words::percent(share))
            }
            RankAmount::Count(n) => {
                self.note(Rule::ExactRank);
                match n {
                    1 => format!("{value} {verb} the {which} one {among}"),
                    _ => format!("{value} {verb} among the {} {which} {among}", words::count(n)),
                }
            }
        }
    }

    fn did(&self, did: &Did) -> String {
        let nouns = self.nouns(&did.event);
        match &did.how {
            How::Times(frequency, window) => {
                format!("the customer had {} {}{}", nouns.number(*frequency), self.of_events(window), nouns.which)
            }
            How::Days(frequency, window) => {
                let days = self.on_days(*frequency);
                format!("on {days} {}, the customer had at least one {}", self.of_events(window), nouns.single())
            }
            How::FirstTime(window) => {
                format!("the first {} that the customer ever had was {}", nouns.single(), self.of_events(window))
            }
            How::Streak { frequency, on_days, at_least, intervals } => {
                let when = self.of_streak(*at_least, *intervals);
                if *on_days {
                    let days = self.on_days(*frequency);
                    return format!("{when}, the customer had at least one {} on {days}", nouns.single());
                }
                format!("{when}, the customer had {}{}", nouns.number(*frequency), nouns.which)
            }
        }
    }

    fn did_not(&self, did: &Did) -> String {
        let nouns = self.nouns(&did.event);
        match &did.how {
            How::Times(frequency, window) => match complement(*frequency) {
                Some(other) => {
                    format!("the customer had {} {}{}", nouns.number(other), self.of_events(window), nouns.which)
                }
                None => format!("it is not so that {}", self.did(did)),
            },
            How::FirstTime(window) => {
                format!("the customer never had any {}, or the first one was not {}", nouns.single(), self.of_events(window))
            }
            How::Days(..) | How::Streak { .. } => format!("it is not so that {}", self.did(did)),
        }
    }

    fn on_days(&self, frequency: crate::program::Frequency) -> String {
        self.note(Rule::Days);
        let nouns = super::events::Nouns {
            one: "different day".to_owned(),
            many: "different days".to_owned(),
            which: String::new(),
        };
        match frequency.least {
            1 if frequency.most == u64::MAX => "at least one day".to_owned(),
            _ => nouns.number(frequency),
        }
    }
}

fn with_blank(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{text} ") }
}

/// What stands between `is` and what it is compared with.
fn than(comparison: Comparison, ty: &Type) -> String {
    let is_time = matches!(ty, Type::Date | Type::Timestamp);
    let text = match (comparison, ty) {
        (Comparison::Equal, _) => "",
        (Comparison::NotEqual, _) => "not",
        (Comparison::Less, _) if is_time => "before",
        (Comparison::LessOrEqual, _) if is_time => "on or before",
        (Comparison::Greater, _) if is_time => "after",
        (Comparison::GreaterOrEqual, _) if is_time => "on or after",
        (Comparison::Less, Type::Duration) => "shorter than",
        (Comparison::Greater, Type::Duration) => "longer than",
        (Comparison::Less, _) => "less than",
        (Comparison::LessOrEqual, _) => "at most",
        (Comparison::Greater, _) => "more than",
        (Comparison::GreaterOrEqual, _) => "at least",
    };
    text.to_owned()
}

fn text_test(test: &TextTest, not: &str) -> String {
    let (verb, plain) = match test.kind {
        TextTestKind::StartsWith => ("begins with", "begin with"),
        TextTestKind::EndsWith => ("ends with", "end with"),
        TextTestKind::Contains => ("contains", "contain"),
        TextTestKind::Matches => ("fits the pattern", "fit the pattern"),
    };
    let verb = if not.is_empty() { verb.to_owned() } else { format!("{not}{plain}") };
    let case = if test.ignoring_case { " (capital or small letters alike)" } else { "" };
    format!("{verb} {}{case}", words::quoted(&test.pattern))
}

fn element(ty: &Type) -> &Type {
    if let Type::List(of) = ty { of } else { ty }
}
