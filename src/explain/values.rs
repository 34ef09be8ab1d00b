//! Values in words, as what stands before `is at least 5`.

use super::{Rule, Words, words};
use crate::program::{
    Aggregate, AggregateFunction, Attribute, End, Function, HistoryId, LookUpId, Operator, Scalar, TableId, Type, Value,
    ValueKind,
};

impl Words<'_> {
    /// A value, without who has it: `` `age` ``, `the number of …`.
    pub(super) fn value(&self, value: &Value) -> String {
        match &value.kind {
            ValueKind::Literal(Scalar::Duration(micros)) => words::duration_as_written(*micros),
            ValueKind::Literal(scalar) => self.scalar(scalar, &value.ty),
            ValueKind::Decimal(decimal) => words::decimal(*decimal, &value.ty),
            ValueKind::Key => "the customer's key".to_owned(),
            ValueKind::Part(part, x) => format!("the {} of {}", part.word(), self.value(x)),
            ValueKind::Attribute(id) => format!("`{}`", self.attribute(id.0)),
            ValueKind::Column(table, column) => format!("`{}`", self.column(*table, *column)),
            ValueKind::LookUp(key, table, column) => self.look_up(key, *table, *column),
            ValueKind::Trait(id) => self.definition(*id),
            ValueKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ValueKind::Band(band) => self.band(band),
            ValueKind::Share(share) => {
                let (of, among) = (self.nouns(&share.of), self.nouns(&share.among));
                let window = self.of_events(&share.window);
                format!("the share, of the customer's {} {window}{}, of those{}", among.many, among.which, of.which)
            }
            ValueKind::Change(now, base) => self.change(now, base),
            ValueKind::Moment(end, event) => {
                let which = match end {
                    End::First => "first",
                    End::Last => "last",
                };
                format!("the customer's {which} {}", self.nouns(event).single())
            }
            ValueKind::TimeSince(x) => format!("the time since {}", self.value(x)),
            ValueKind::TimeUntil(x) => format!("the time until {}", self.value(x)),
            ValueKind::TimeFrom(from, to) => format!("the time from {} to {}", self.value(from), self.value(to)),
            ValueKind::Negate(x) => format!("minus {}", self.operand(x)),
            ValueKind::Arithmetic(operator, left, right) => {
                let word = match operator {
                    Operator::Add => "plus",
                    Operator::Subtract => "minus",
                    Operator::Multiply => "times",
                    Operator::Divide => "divided by",
                };
                format!("{} {word} {}", self.operand(left), self.operand(right))
            }
            ValueKind::Function(function, arguments) => self.function(*function, arguments),
            ValueKind::OrElse(x, other) => {
                format!("{} (or, where that is unknown, {})", self.value(x), self.value(other))
            }
            ValueKind::Condition(condition) => format!("whether {}", self.clause(condition)),
            ValueKind::AsOf(inner, ago) => {
                let (when, what) = self.earlier(*ago, |words| words.value(inner));
                format!("{what}, as it was {when},")
            }
        }
    }

    /// A value inside an operation, in parentheses where it is one itself.
    fn operand(&self, value: &Value) -> String {
        match value.kind {
            ValueKind::Arithmetic(..) | ValueKind::Negate(_) | ValueKind::Aggregate(_) | ValueKind::TimeFrom(..) => {
                format!("({})", self.value(value))
            }
            _ => self.value(value),
        }
    }

    pub(super) fn scalar(&self, scalar: &Scalar, ty: &Type) -> String {
        words::scalar(scalar, ty, &self.program.calendar)
    }

    /// The attribute that a history is of.
    pub(super) fn history(&self, id: HistoryId) -> Option<&Attribute> {
        self.program.attributes.get(self.program.histories.get(id.0)?.attribute.0)
    }

    pub(super) fn attribute(&self, id: usize) -> &str {
        self.program.attributes.get(id).map_or("", |attribute| &attribute.name)
    }

    pub(super) fn column(&self, table: TableId, column: usize) -> &str {
        let columns = self.program.tables.get(table.0).and_then(|table| table.columns.get(column));
        columns.map_or("", |column| &column.name)
    }

    fn look_up(&self, key: &Value, table: LookUpId, column: usize) -> String {
        let name = self.program.look_ups.get(table.0).and_then(|table| table.columns.get(column));
        let name = name.map_or("", |column| &*column.name);
        match &key.kind {
            ValueKind::Attribute(id) => format!("`{}.{name}`", self.attribute(id.0)),
            ValueKind::Column(table, column) => format!("`{}.{name}`", self.column(*table, *column)),
            _ => format!("the `{name}` of {}", self.value(key)),
        }
    }

    fn function(&self, function: Function, arguments: &[Value]) -> String {
        let all: Vec<String> = arguments.iter().map(|x| self.value(x)).collect();
        let together = words::list(&all, "and");
        match function {
            Function::Abs => format!("{together} without its sign"),
            Function::Round => format!("{together}, rounded to a whole number"),
            Function::Least => format!("the smallest of {together}"),
            Function::Greatest => format!("the largest of {together}"),
            Function::Ln => format!("the natural logarithm of {together}"),
            Function::Exp => format!("e to the power of {together}"),
            Function::Sqrt => format!("the square root of {together}"),
        }
    }

    fn aggregate(&self, aggregate: &Aggregate) -> String {
        let (head, which) = self.aggregate_without_window(aggregate);
        format!("{head} {}{which}", self.of_events(&aggregate.window))
    }

    /// What stands before the window, and the filter behind it.
    pub(super) fn aggregate_without_window(&self, aggregate: &Aggregate) -> (String, String) {
        let nouns = self.nouns(&aggregate.event);
        let argument = aggregate.argument.first().map(|x| self.value(x)).unwrap_or_default();
        let of = |what: &str| format!("{what} {argument} over the customer's {}", nouns.many);
        let head = match aggregate.function {
            AggregateFunction::Count => format!("the number of the customer's {}", nouns.many),
            AggregateFunction::ActiveDays => {
                format!("the number of days on which the customer had at least one {}", nouns.one)
            }
            AggregateFunction::Sum => of("the sum of"),
            AggregateFunction::Average => of("the average of"),
            AggregateFunction::Min => of("the smallest"),
            AggregateFunction::Max => of("the largest"),
            AggregateFunction::Distinct => {
                format!("the number of different values of {argument} over the customer's {}", nouns.many)
            }
            AggregateFunction::Median => of("the median of"),
            AggregateFunction::MostCommon => of("the most common"),
            AggregateFunction::AverageGap => {
                format!("the average time from one of the customer's {} to the next", nouns.many)
            }
            AggregateFunction::LongestGap => {
                format!("the longest time from one of the customer's {} to the next", nouns.many)
            }
            AggregateFunction::First => format!("the {argument} of the customer's first {}", nouns.one),
            AggregateFunction::Last => format!("the {argument} of the customer's last {}", nouns.one),
        };
        if matches!(aggregate.function, AggregateFunction::First | AggregateFunction::Last) {
            self.note(Rule::FirstAndLast);
        }
        (head, nouns.which)
    }
}
