//! `place(latitude, longitude) within 20 km of (52.52, 13.40)`

use super::Checker;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::arithmetic::distance::{Surroundings, is_place};
use crate::program::{Condition, ConditionKind, Decimal, Near, Type, Value};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind, Literal, LiteralKind};

impl Checker<'_> {
    /// A place near another.
    pub(super) fn near_place(
        &mut self,
        place: &tree::Expr,
        distance: &Literal,
        of: (&Literal, &Literal),
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let ExprKind::Place(latitude, longitude) = &place.kind else {
            let shown = self.words(place.span);
            return self.refuse(
                Diagnostic::new(codes::types::NO_PLACE, format!("`{shown}` is no place"))
                    .at(place.span)
                    .help("A place is made of two numbers: `place(latitude, longitude) within 20 km of (52.52, 13.40)`."),
            );
        };
        let (latitude, longitude) = (self.degrees(latitude, scope), self.degrees(longitude, scope));
        let of = self.surroundings(distance, of.0, of.1);
        let near = Near { latitude: latitude?, longitude: longitude?, of: of? };
        Some(Meaning::Condition(Condition { kind: ConditionKind::Near(Box::new(near)), span }))
    }

    /// A place that stands alone.
    pub(super) fn bare_place<T>(&mut self, span: Span) -> Option<T> {
        let shown = self.words(span);
        self.refuse(
            Diagnostic::new(codes::types::NO_PLACE, format!("Where should `{shown}` be?"))
                .at(span)
                .consequence("It does not say which customers are meant.")
                .help(format!("Say how far from where: `{shown} within 20 km of (52.52, 13.40)`.")),
        )
    }

    fn degrees(&mut self, expr: &tree::Expr, scope: Scope<'_>) -> Option<Value> {
        let value = self.value(expr, Scope { row: scope.row, window: None })?;
        if matches!(value.ty, Type::Count | Type::Number) {
            return Some(value);
        }
        let shown = self.words(value.span);
        self.refuse(
            Diagnostic::new(codes::types::NO_PLACE, format!("`{shown}` is {}, and a place is made of degrees", value.ty))
                .at(value.span)
                .consequence("Nobody would be anywhere.")
                .help("Name two columns of plain numbers, the latitude first: `place(latitude, longitude)`."),
        )
    }

    fn surroundings(&mut self, distance: &Literal, latitude: &Literal, longitude: &Literal) -> Option<Surroundings> {
        let mut number = |literal: &Literal| match &literal.kind {
            LiteralKind::Number(text) => self.decimal(text, literal.span).map(Decimal::to_f64),
            _ => {
                let shown = self.words(literal.span);
                self.refuse(
                    Diagnostic::new(codes::types::NO_PLACE, format!("A place is made of plain numbers, not of `{shown}`"))
                        .at(literal.span)
                        .help("Write its latitude and its longitude in degrees: `(52.52, 13.40)`."),
                )
            }
        };
        let (km, x, y) = (number(distance), number(latitude), number(longitude));
        let of = Surroundings { latitude: x?, longitude: y?, km: km? };
        if is_place(of.latitude, of.longitude) {
            return Some(of);
        }
        let (x, y) = (self.words(latitude.span), self.words(longitude.span));
        let span = latitude.span.to(longitude.span);
        let says = Diagnostic::new(codes::types::NO_PLACE, format!("There is no place ({x}, {y})"))
            .at(span)
            .consequence("Nobody would be near it.");
        self.refuse(if is_place(of.longitude, of.latitude) {
            says.help(format!("The latitude stands first: `({y}, {x})`.")).fix(
                format!("write `({y}, {x})`"),
                span,
                format!("{y}, {x}"),
            )
        } else {
            says.help("Latitudes lie between -90 and 90, longitudes between -180 and 180.")
        })
    }
}
