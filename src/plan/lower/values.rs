//! Values → nodes.

use super::{Lowering, Scope};
use crate::faults::fault;
use crate::plan::{AsExported, AttributeId, FeatureKind, NodeId, NodeKind};
use crate::program::{Aggregate, AggregateFunction, End, Operator, Scalar, Type, Value, ValueKind, arithmetic};

impl Lowering<'_> {
    pub(super) fn value(&mut self, scope: Scope, value: &Value) -> NodeId {
        let kind = match &value.kind {
            ValueKind::Literal(scalar) => NodeKind::Literal(scalar.clone()),
            ValueKind::Decimal(decimal) => NodeKind::Decimal(*decimal),
            ValueKind::Key => NodeKind::Key,
            ValueKind::Attribute(id) => return self.attribute(*id, &value.ty),
            ValueKind::Column(_, column) => NodeKind::Column(*column),
            ValueKind::LookUp(key, table, column) => NodeKind::LookUp(self.value(scope, key), *table, *column),
            ValueKind::Trait(id) => match self.traits.get(&(*id, self.as_of)) {
                Some(node) => return *node,
                None => NodeKind::Missing,
            },
            ValueKind::Band(band) => NodeKind::Band(self.band(band)),
            ValueKind::Aggregate(aggregate) => return self.aggregate(aggregate, &value.ty),
            ValueKind::Share(share) => {
                let bounds = self.event_bounds(&share.window);
                let (of, among) =
                    (self.selection(&share.of), self.selection(if fault(17) { &share.of } else { &share.among }));
                let of = self.feature(of, FeatureKind::Count(bounds), &Type::Count);
                let among = self.feature(among, FeatureKind::Count(bounds), &Type::Count);
                NodeKind::Arithmetic(Operator::Divide, of, among)
            }
            ValueKind::Change(now, base) => NodeKind::Change(self.value(scope, now), self.value(scope, base)),
            ValueKind::Moment(end, event) => {
                let selection = self.selection(event);
                let kind = match end {
                    End::First => FeatureKind::FirstTime { until: self.as_of },
                    End::Last => FeatureKind::LastTime { until: self.as_of },
                };
                return self.feature(selection, kind, &Type::Timestamp);
            }
            ValueKind::TimeSince(x) => NodeKind::Elapsed(self.moment(scope, x), self.now(scope)),
            ValueKind::TimeUntil(x) if !fault(18) => NodeKind::Elapsed(self.now(scope), self.moment(scope, x)),
            ValueKind::TimeUntil(x) => NodeKind::Elapsed(self.moment(scope, x), self.now(scope)),
            ValueKind::TimeFrom(from, to) => NodeKind::Elapsed(self.moment(scope, from), self.moment(scope, to)),
            ValueKind::Part(part, x) => NodeKind::Part(*part, self.value(scope, x)),
            ValueKind::Negate(x) => NodeKind::Negate(self.value(scope, x)),
            ValueKind::Arithmetic(operator, a, b) => {
                NodeKind::Arithmetic(*operator, self.value(scope, a), self.value(scope, b))
            }
            ValueKind::Function(function, parts) => {
                NodeKind::Function(*function, parts.iter().map(|part| self.value(scope, part)).collect())
            }
            ValueKind::OrElse(a, b) => NodeKind::OrElse(
                self.value(scope, if fault(16) { b } else { a }),
                self.value(scope, if fault(16) { a } else { b }),
            ),
            ValueKind::Condition(condition) => return self.condition(scope, condition),
            ValueKind::AsOf(value, ago) => {
                return self.moved(*ago, |this| {
                    let value = this.trait_value(value);
                    let exists = this.existing();
                    this.customers.only(exists, value)
                });
            }
        };
        self.graph(scope).node(kind, &value.ty)
    }

    fn attribute(&mut self, id: AttributeId, ty: &Type) -> NodeId {
        let attribute = self.program.attributes.get(id.0);
        if let Some(history) = attribute.and_then(|attribute| attribute.history) {
            let kind = NodeKind::History(history, self.as_of);
            return self.customers.node(kind, ty);
        }
        if attribute.is_some_and(|attribute| !attribute.is_static && !attribute.is_key) {
            self.as_exported.insert(AsExported { attribute: id, as_of: self.as_of, definition: self.definition });
        }
        self.customers.node(NodeKind::Attribute(id), ty)
    }

    /// A trait's value: one of its type, so that where it is named no more is known of it than its type says.
    pub(super) fn trait_value(&mut self, value: &Value) -> NodeId {
        let ValueKind::Decimal(decimal) = &value.kind else { return self.value(Scope::Customers, value) };
        let scalar = match value.ty {
            Type::Count => decimal.to_i64().map(Scalar::Count),
            _ => arithmetic::number(decimal.to_f64()),
        };
        self.customers.node(scalar.map_or(NodeKind::Missing, NodeKind::Literal), &value.ty)
    }

    /// A Date (by its first instant) or a Timestamp as a Timestamp.
    pub(super) fn moment(&mut self, scope: Scope, value: &Value) -> NodeId {
        let node = self.value(scope, value);
        match value.ty {
            Type::Date => self.graph(scope).node(NodeKind::FirstInstant(node), &Type::Timestamp),
            _ => node,
        }
    }

    /// T.
    fn now(&mut self, scope: Scope) -> NodeId {
        let now = NodeKind::Literal(Scalar::Timestamp(self.as_of));
        self.graph(scope).node(now, &Type::Timestamp)
    }

    fn aggregate(&mut self, aggregate: &Aggregate, ty: &Type) -> NodeId {
        let selection = self.selection(&aggregate.event);
        let bounds = self.event_bounds(&aggregate.window);
        let of = |slot: fn(_, _) -> FeatureKind, this: &mut Self| slot(this.slot(aggregate), bounds);
        let kind = match aggregate.function {
            AggregateFunction::Count => FeatureKind::Count(bounds),
            AggregateFunction::ActiveDays => FeatureKind::Days(bounds),
            AggregateFunction::Sum => of(FeatureKind::Sum, self),
            AggregateFunction::Average => of(FeatureKind::Average, self),
            AggregateFunction::Min => of(FeatureKind::Min, self),
            AggregateFunction::Max => of(FeatureKind::Max, self),
            AggregateFunction::Distinct => of(FeatureKind::Distinct, self),
            AggregateFunction::First => of(FeatureKind::First, self),
            AggregateFunction::Last => of(FeatureKind::Last, self),
            AggregateFunction::Median => of(FeatureKind::Median, self),
            AggregateFunction::MostCommon => of(FeatureKind::MostCommon, self),
            AggregateFunction::AverageGap => FeatureKind::AverageGap(bounds),
            AggregateFunction::LongestGap => FeatureKind::LongestGap(bounds),
        };
        self.feature(selection, kind, ty)
    }
}
