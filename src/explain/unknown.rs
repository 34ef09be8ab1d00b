//! When a value is unknown, in words: what a sentence says of those about whom something is missing.

use super::Words;
use crate::program::{AggregateFunction, Condition, ConditionKind, Function, Operator, Scalar, Value, ValueKind};

/// The ways in which a condition may meet an unknown value, as clauses behind `where`; of its parts none, for they say it themselves.
pub(super) fn of_condition(words: &Words<'_>, condition: &Condition) -> Vec<String> {
    let mut out = Vec::new();
    match &condition.kind {
        ConditionKind::Compare(_, left, right) | ConditionKind::CompareDay(_, left, right) => {
            of_value(words, left, &mut out);
            of_value(words, right, &mut out);
        }
        ConditionKind::CompareLength(_, value, _)
        | ConditionKind::OneOf(value, _)
        | ConditionKind::NotOneOf(value, _)
        | ConditionKind::Text(value, _)
        | ConditionKind::Holds(value)
        | ConditionKind::InList(value, _)
        | ConditionKind::ListContains(value, _)
        | ConditionKind::Anniversary(value, _)
        | ConditionKind::InWindow(value, _) => of_value(words, value, &mut out),
        ConditionKind::Trend(trend) => {
            of_value(words, &trend.now, &mut out);
            of_value(words, &trend.base, &mut out);
        }
        ConditionKind::Near(near) => {
            of_value(words, &near.latitude, &mut out);
            of_value(words, &near.longitude, &mut out);
        }
        ConditionKind::Rank(rank) => of_value(words, &rank.value, &mut out),
        ConditionKind::AsOf(inner, _) => out.extend(of_condition(words, inner)),
        // Never in doubt, or their parts speak for themselves.
        ConditionKind::Everyone
        | ConditionKind::All(_)
        | ConditionKind::Any(_)
        | ConditionKind::Not(_)
        | ConditionKind::AtLeast(..)
        | ConditionKind::Known(_)
        | ConditionKind::Did(_)
        | ConditionKind::InRandom(_)
        | ConditionKind::Sequence(_)
        | ConditionKind::Reached(_)
        | ConditionKind::InSegment(_)
        | ConditionKind::Changed(..)
        | ConditionKind::Was(..)
        | ConditionKind::Entered(..)
        | ConditionKind::Left(..) => {}
    }
    out
}

/// The ways in which a value may be unknown.
pub(super) fn of(words: &Words<'_>, value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    of_value(words, value, &mut out);
    out
}

fn of_value(words: &Words<'_>, value: &Value, out: &mut Vec<String>) {
    let mut add = |reason: String| {
        if !out.contains(&reason) {
            out.push(reason);
        }
    };
    match &value.kind {
        ValueKind::Literal(_) | ValueKind::Decimal(_) | ValueKind::Key | ValueKind::Condition(_) => {}
        ValueKind::Attribute(id) => {
            let is_key = words.program.attributes.get(id.0).is_some_and(|attribute| attribute.is_key);
            if !is_key {
                add(format!("{} is unknown", words.value(value)));
            }
        }
        ValueKind::Column(..) | ValueKind::LookUp(..) => add(format!("{} is unknown", words.value(value))),
        ValueKind::Trait(id) => {
            let may_be = words.may_be_unknown.borrow().get(id.0).copied().unwrap_or(false);
            if may_be {
                add(format!("{} is unknown", words.value(value)));
            }
        }
        ValueKind::Aggregate(aggregate) => match aggregate.function {
            // Of no events these are 0.
            AggregateFunction::Count
            | AggregateFunction::ActiveDays
            | AggregateFunction::Sum
            | AggregateFunction::Distinct => {}
            AggregateFunction::Average
            | AggregateFunction::Min
            | AggregateFunction::Max
            | AggregateFunction::First
            | AggregateFunction::Last
            | AggregateFunction::Median
            | AggregateFunction::MostCommon => {
                let argument = aggregate.argument.first().map(|x| words.value(x)).unwrap_or_default();
                let nouns = words.nouns(&aggregate.event);
                add(format!("there is no such {} with a known {argument}", nouns.one));
            }
            AggregateFunction::AverageGap | AggregateFunction::LongestGap => {
                add(format!("there are fewer than two such {}", words.nouns(&aggregate.event).many));
            }
        },
        ValueKind::Band(band) => of_value(words, &band.value, out),
        ValueKind::Share(share) => add(format!("there is no such {}", words.nouns(&share.among).one)),
        ValueKind::Change(now, base) => {
            of_value(words, now, out);
            of_value(words, base, out);
            out.push(format!("{} is not above 0", words.value(base)));
        }
        ValueKind::Moment(_, event) => {
            add(format!("the customer never had any {}", words.nouns(event).single()));
        }
        ValueKind::TimeSince(x) | ValueKind::TimeUntil(x) | ValueKind::Negate(x) | ValueKind::Part(_, x) => {
            of_value(words, x, out);
        }
        ValueKind::TimeFrom(from, to) => {
            of_value(words, from, out);
            of_value(words, to, out);
        }
        ValueKind::Arithmetic(operator, left, right) => {
            of_value(words, left, out);
            of_value(words, right, out);
            if *operator == Operator::Divide && !is_not_zero(right) {
                out.push(format!("{} is 0", words.value(right)));
            }
        }
        ValueKind::Function(function, arguments) => {
            for argument in arguments {
                of_value(words, argument, out);
            }
            match function {
                Function::Ln => out.push("that logarithm does not exist".to_owned()),
                Function::Sqrt => out.push("that square root does not exist".to_owned()),
                Function::Abs | Function::Round | Function::Least | Function::Greatest | Function::Exp => {}
            }
        }
        ValueKind::OrElse(_, other) => of_value(words, other, out),
        ValueKind::AsOf(inner, ago) => {
            let (when, mut reasons) = (words.earlier(*ago, |_| String::new()).0, of(words, inner));
            out.append(&mut reasons);
            out.push(format!("the customer did not exist yet {when}"));
        }
    }
}

fn is_not_zero(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Decimal(decimal) => decimal.digits != 0,
        ValueKind::Literal(Scalar::Count(n) | Scalar::Money(n) | Scalar::Duration(n)) => *n != 0,
        ValueKind::Literal(Scalar::Number(x)) => *x != 0.0,
        _ => false,
    }
}
