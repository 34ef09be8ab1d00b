//! Trends → comparisons of what is now with a part of what was.

use super::{Lowering, Scope};
use crate::faults::fault;
use crate::plan::{Comparison, NodeId, NodeKind};
use crate::program::{Decimal, Scalar, Trend, TrendBy, Type};

impl Lowering<'_> {
    pub(super) fn trend(&mut self, scope: Scope, trend: &Trend) -> NodeId {
        let (now, base) = (self.value(scope, &trend.now), self.value(scope, &trend.base));
        let from = trend.smallest_base.as_ref().map(|condition| self.condition(scope, condition));
        let zero = self.zero(scope, &trend.base.ty);
        let graph = self.graph(scope);
        let strictly = graph.condition(match trend.falls {
            true if fault(84) => NodeKind::Compare(Comparison::LessOrEqual, now, base),
            true => NodeKind::Compare(Comparison::Less, now, base),
            false => NodeKind::Compare(Comparison::Greater, now, base),
        });
        let mut all: Vec<NodeId> = from.into_iter().filter(|_| !fault(88)).collect();
        match &trend.by {
            None => all.push(strictly),
            Some(TrendBy { share, more_than }) => {
                let comparison = match (trend.falls, more_than) {
                    (true, false) => Comparison::LessOrEqual,
                    (true, true) => Comparison::Less,
                    (false, false) => Comparison::GreaterOrEqual,
                    (false, true) if fault(85) => Comparison::GreaterOrEqual,
                    (false, true) => Comparison::Greater,
                };
                let factor: Decimal = share.from_one(trend.falls);
                let by = graph.condition(NodeKind::CompareScaled(comparison, now, base, factor));
                if trend.falls && fault(86) {
                    all.push(by);
                } else if trend.falls {
                    all.push(graph.condition(NodeKind::Compare(Comparison::Greater, base, zero)));
                    all.push(by);
                } else {
                    if !fault(87) {
                        all.push(strictly);
                    }
                    let is_low = graph.condition(NodeKind::Compare(Comparison::LessOrEqual, base, zero));
                    all.push(if from.is_none() { graph.any(vec![by, is_low]) } else { by });
                }
            }
        }
        graph.all(all)
    }

    fn zero(&mut self, scope: Scope, ty: &Type) -> NodeId {
        let zero = match ty {
            Type::Count => Scalar::Count(0),
            Type::Money(_) => Scalar::Money(0),
            Type::Duration => Scalar::Duration(0),
            _ => Scalar::Number(0.0),
        };
        self.graph(scope).node(NodeKind::Literal(zero), ty)
    }
}
