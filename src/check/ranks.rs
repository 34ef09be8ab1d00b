//! Ranks: `spend_90d in top 20% of segment active`.

use super::Checker;
use super::names::{Declared, as_written};
use super::order::Node;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Band, Condition, ConditionKind, Rank, RankAmount, RankOf, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree::{self, LiteralKind};

impl Checker<'_> {
    /// `spend_90d in top 20%`
    pub(super) fn rank(&mut self, rank: &tree::Rank, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        self.only_of_customers("A rank", span, scope)?;
        let value = self.value(&rank.value, scope).and_then(|value| self.with_size(value, "ranked"));
        let amount = match &rank.amount.kind {
            LiteralKind::Number(_) => self.whole(&rank.amount, 1, "A rank").map(RankAmount::Count),
            _ => self.share(&rank.amount, "A rank").map(RankAmount::Share),
        };
        let of = match &rank.of {
            None => Some(RankOf::Everyone),
            Some(tree::RankOf::Segment(name)) => self.segment_name(name).map(RankOf::Segment),
            Some(tree::RankOf::Trait(name)) => self.rank_of_trait(name),
            Some(tree::RankOf::Each(each)) => self.value(each, scope).and_then(|v| self.groups(v)).map(RankOf::Each),
        };
        let rank = Rank { value: value?, top: rank.top, amount: amount?, of: of? };
        Some(Meaning::Condition(Condition { kind: ConditionKind::Rank(Box::new(rank)), span }))
    }

    /// `quintile(spend)`
    pub(super) fn band(&mut self, band: &tree::Band, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        self.only_of_customers("A band", span, scope)?;
        let value = self.value(&band.value, scope).and_then(|value| self.with_size(value, "put into bands"))?;
        let band = Band { bands: band.bands, lowest: band.lowest, value };
        Some(Meaning::Value(Value { kind: ValueKind::Band(Box::new(band)), ty: Type::Count, span }))
    }

    /// A value whose equals are a group.
    fn groups(&mut self, value: Value) -> Option<Box<Value>> {
        if !matches!(value.ty, Type::List(_)) {
            return Some(Box::new(value));
        }
        let shown = self.words(value.span);
        self.refuse(
            Diagnostic::new(codes::types::NO_SIZE, format!("`{shown}` is {}: nobody is in one group by it", value.ty))
                .at(value.span)
                .help("Take a column with one value of each customer: `of each country`."),
        )
    }

    fn rank_of_trait(&mut self, name: &tree::Name) -> Option<RankOf> {
        let written = as_written(&name.text);
        match self.names.get(&name.text) {
            Some(Declared::Trait(i)) => {
                self.uses_those_of(Node::Definition(i));
                let (id, ty) = (*self.ids.get(&i)?, self.trait_types.get(&i)?.clone());
                if ty == Type::Boolean {
                    return Some(RankOf::Trait(id));
                }
                self.refuse(
                    Diagnostic::new(
                        codes::types::NOT_A_CONDITION,
                        format!("`{}` is {ty}: it does not say who is ranked", name.text),
                    )
                    .at(name.span)
                    .help("Name a trait that is true or false, or a segment: `in top 20% of segment active`."),
                )
            }
            Some(Declared::Segment(_)) => self.refuse(
                Diagnostic::new(codes::names::WRONG_KIND, format!("`{}` is a segment", name.text))
                    .at(name.span)
                    .help(format!("Write `of segment {written}`."))
                    .fix(format!("write `segment {written}`"), name.span, format!("segment {written}")),
            ),
            Some(Declared::Event(_) | Declared::Funnel(_) | Declared::Priority) => {
                let _ = self.customer_value(name);
                None
            }
            Some(Declared::Silent) => None,
            None => {
                let value = self.customer_value(name)?;
                self.refuse(
                    Diagnostic::new(
                        codes::names::WRONG_KIND,
                        format!("`{}` is an attribute; a rank is among a segment's members or those of a trait", name.text),
                    )
                    .at(value.span)
                    .help(format!("Declare a trait: `trait those = {written}`, and write `of those`.")),
                )
            }
        }
    }

    /// A value that can be put in order by size.
    pub(super) fn with_size(&mut self, value: Value, how: &str) -> Option<Value> {
        if matches!(
            value.ty,
            Type::Count | Type::Number | Type::Percent | Type::Money(_) | Type::Duration | Type::Date | Type::Timestamp
        ) {
            return Some(value);
        }
        let shown = self.words(value.span);
        self.refuse(
            Diagnostic::new(codes::types::NO_SIZE, format!("`{shown}` is {}, which has no size to be {how} by", value.ty))
                .at(value.span)
                .consequence("Nobody is first or last by it.")
                .help("Take a number, money, a length of time or a date."),
        )
    }
}
