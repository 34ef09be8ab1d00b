//! Values, which may be missing (LANGUAGE.md 4, 5, 6, 10).

use super::{Answer, Scope, World, history, order};
use crate::program::arithmetic::{self, Operand};
use crate::program::calendar::Calendar;
use crate::program::{End, Function, Key, Scalar, Type, Value, ValueKind};

impl<'a> World<'a> {
    /// What a value is; `None` where it is missing.
    pub(super) fn value(&self, value: &'a Value, scope: Scope<'a>) -> Option<Scalar> {
        let moment = |x: &'a Value| moment_of(&self.program.calendar, &self.value(x, scope)?);
        let elapsed = |from: i64, to: i64| to.checked_sub(from).map(Scalar::Duration);
        match &value.kind {
            ValueKind::Literal(scalar) => Some(scalar.clone()),
            ValueKind::Decimal(decimal) => match value.ty {
                Type::Count => decimal.to_i64().map(Scalar::Count),
                _ => arithmetic::number(decimal.to_f64()),
            },
            ValueKind::Key => Some(match &self.customers[scope.customer].key {
                Key::Number(n) => Scalar::Count(*n),
                Key::Text(text) => Scalar::Text(text.clone()),
            }),
            ValueKind::Attribute(id) if self.history(*id).is_some() => {
                history::at(&self.customers[scope.customer].histories[self.history(*id)?.0], self.as_of)
            }
            ValueKind::Attribute(id) => self.customers[scope.customer].attributes.get(id.0)?.clone(),
            ValueKind::Column(table, column) => {
                let row = scope.row.filter(|row| row.table == table.0)?;
                row.columns.get(*column)?.clone()
            }
            // 2: "a look-up table, joined many to one"; a key that it lacks gives missing values
            ValueKind::LookUp(key, table, column) => {
                if let Some(given) = self.made_up_look_up(key, *table, *column, scope) {
                    return given;
                }
                let row = self.look_ups.get(table.0)?.find(&self.value(key, scope)?)?;
                row.get(*column)?.clone()
            }
            ValueKind::Trait(id) => match &*self.answer(*id) {
                Answer::Trait(values) => values.get(scope.customer)?.clone(),
                Answer::Segment(_) => None,
            },
            ValueKind::Aggregate(aggregate) => self.aggregate(aggregate, &value.ty, scope.customer),
            ValueKind::Band(band) => self.band(band, scope.customer),
            ValueKind::Share(share) => self.share(share, scope.customer),
            ValueKind::Change(now, base) => self.change(now, base, scope),
            // 5: an empty recency is missing
            ValueKind::Moment(end, event) => {
                let events = self.events(event, scope.customer);
                let times = events.iter().map(|row| row.time);
                let time = if *end == End::First { times.min() } else { times.max() };
                time.map(Scalar::Timestamp)
            }
            ValueKind::TimeSince(x) => elapsed(moment(x)?, self.as_of),
            ValueKind::TimeUntil(x) => elapsed(self.as_of, moment(x)?),
            // 4: "below 0 where the second came first"
            ValueKind::TimeFrom(from, to) => elapsed(moment(from)?, moment(to)?),
            // 4: "in the project's zone"
            ValueKind::Part(part, x) => self.program.calendar.part(*part, &self.value(x, scope)?),
            ValueKind::Negate(x) => arithmetic::negate(&self.value(x, scope)?),
            // 5: missing "are division by zero and arithmetic with a missing value"
            ValueKind::Arithmetic(operator, left, right) => {
                let (left, right) = (self.term(left, scope)?, self.term(right, scope)?);
                arithmetic::binary(*operator, left.operand(), right.operand())
            }
            ValueKind::Function(function, arguments) => self.function(*function, arguments, &value.ty, scope),
            // 4: "`x or else 0` where x is missing"
            ValueKind::OrElse(x, other) => {
                let x = self.value(x, scope).or_else(|| self.value(other, scope))?;
                Some(of_type(x, &value.ty))
            }
            ValueKind::Condition(condition) => Some(Scalar::Boolean(self.holds(condition, scope))),
            // 4: "under `as of`, for one who did not exist at the moved T, […] a value [is] missing"
            ValueKind::AsOf(value, ago) => {
                self.as_of(*ago, scope.customer, |then, customer| then.fitting(value, Scope::of(customer)))?
            }
        }
    }

    /// A value in the form of its type: 5: "a Count beside a double is one".
    pub(super) fn fitting(&self, value: &'a Value, scope: Scope<'a>) -> Option<Scalar> {
        self.value(value, scope).map(|x| of_type(x, &value.ty))
    }

    /// 5: "`least` and `greatest` with one missing are missing"
    fn function(&self, function: Function, arguments: &'a [Value], ty: &Type, scope: Scope<'a>) -> Option<Scalar> {
        let values: Option<Vec<Scalar>> = arguments.iter().map(|x| self.value(x, scope).map(|x| of_type(x, ty))).collect();
        match function {
            Function::Least => values?.into_iter().min_by(order),
            Function::Greatest => values?.into_iter().max_by(order),
            _ => arithmetic::function(function, &self.value(arguments.first()?, scope)?),
        }
    }

    /// A side of a comparison or of an operation; 6: "Percents and decimal literals are exact".
    pub(super) fn term(&self, value: &'a Value, scope: Scope<'a>) -> Option<Term> {
        match &value.kind {
            ValueKind::Decimal(decimal) => Some(Term::Decimal(*decimal)),
            _ => self.value(value, scope).map(Term::Scalar),
        }
    }
}

/// A side of a comparison or of an operation.
pub(super) enum Term {
    Scalar(Scalar),
    Decimal(crate::program::Decimal),
}

impl Term {
    pub(super) fn operand(&self) -> Operand<'_> {
        match self {
            Term::Scalar(scalar) => Operand::Scalar(scalar),
            Term::Decimal(decimal) => Operand::Decimal(*decimal),
        }
    }
}

fn of_type(scalar: Scalar, ty: &Type) -> Scalar {
    match (scalar, ty) {
        (Scalar::Count(n), Type::Number | Type::Percent) => Scalar::Number(n as f64),
        (scalar, _) => scalar,
    }
}

/// A count or a double as a double.
pub(super) fn double_of(scalar: &Scalar) -> Option<f64> {
    match scalar {
        Scalar::Count(n) => Some(*n as f64),
        Scalar::Number(x) => Some(*x),
        _ => None,
    }
}

/// A timestamp, or 4: "elsewhere a date is its first instant", in the project's zone.
pub(super) fn moment_of(calendar: &Calendar, scalar: &Scalar) -> Option<i64> {
    match scalar {
        Scalar::Timestamp(moment) => Some(*moment),
        Scalar::Date(day) => Some(calendar.start_of_day(*day)),
        _ => None,
    }
}
