//! `place(latitude, longitude) within 20 km of (52.52, 13.40)`

use super::reader::{Node, Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{ExprKind, Literal, LiteralKind};
use crate::diagnostics::codes;

impl Reader<'_, '_> {
    /// `place(latitude, longitude)`
    pub(super) fn place(&mut self) -> Read<Node> {
        let from = self.at;
        let (arguments, highest) = self.arguments(from, "place")?;
        let span = self.since(from);
        let mut both = arguments.into_iter().map(Box::new);
        match (both.next(), both.next()) {
            (Some(latitude), Some(longitude)) => self.node(ExprKind::Place(latitude, longitude), span, highest),
            _ => self.unexpected("A place has a latitude and a longitude: `place(latitude, longitude)`."),
        }
    }

    /// Whether `within 20 km` is next.
    pub(super) fn is_within_distance(&self) -> bool {
        let unit = self.word_at(2);
        self.is_word("within")
            && self.nth(1).kind == Kind::Number
            && (unit == "km" || kilometres(unit).is_some() || self.is_word_at(3, "of") || unit == "of")
    }

    /// `within 20 km of (52.52, 13.40)`, behind a place.
    pub(super) fn within_distance(&mut self, from: usize, left: Node) -> Read<Node> {
        self.next();
        let number_from = self.at;
        let distance = self.bare_number("How far should follow: `within 20 km of (52.52, 13.40)`.")?;
        self.kilometres(number_from, &distance)?;
        let wanted = "A place should follow, its latitude and longitude: `within 20 km of (52.52, 13.40)`.";
        self.expect_word("of", wanted)?;
        let open = self.at;
        self.expect_symbol("(", wanted)?;
        let latitude = self.coordinate()?;
        self.expect_symbol(",", "A place has two numbers, with a comma between: `(52.52, 13.40)`.")?;
        let longitude = self.coordinate()?;
        self.close(open, ")", "A place has two numbers, its latitude and its longitude: `(52.52, 13.40)`.")?;
        let span = self.since(from);
        self.node(ExprKind::Near { place: left.expr, distance, latitude, longitude }, span, left.height)
    }

    fn coordinate(&mut self) -> Read<Literal> {
        if self.peek().kind != Kind::Number && !self.is_symbol("-") {
            return self.unexpected("A number of degrees should stand here: `(52.52, 13.40)`.");
        }
        self.list_literal()
    }

    /// `km`; other units are told in it.
    fn kilometres(&mut self, from: usize, number: &Literal) -> Read<()> {
        if self.take_word("km") {
            return Ok(());
        }
        let LiteralKind::Number(text) = &number.kind else { return Ok(()) };
        let unit = self.word_at(0);
        let Some(each) = kilometres(unit) else {
            let span = self.since(from);
            let mended = format!("{text} km");
            let found = self
                .error(codes::syntax::UNIT, format!("{text} of what? A distance is in km"), span)
                .help(format!("Write `{mended}`."))
                .fix(format!("write `{mended}`"), span, mended);
            return self.fail(found);
        };
        self.next();
        let span = self.since(from);
        let written = shorten(self.text_since(from), 30);
        // Two digits, so that nobody can take them for thousands.
        let km = text.parse::<f64>().map_or(1.0, |n| (n * each * 100.0).round() / 100.0);
        let mended = format!("{km} km");
        let found = self
            .error(codes::syntax::UNIT, format!("`{written}`: a distance is in km"), span)
            .help(format!("Write `{mended}`."))
            .fix(format!("write `{mended}`"), span, mended);
        self.fail(found)
    }
}

/// How many km a unit of other tools has.
fn kilometres(unit: &str) -> Option<f64> {
    Some(match unit {
        "kilometers" | "kilometres" | "kilometer" | "kilometre" => 1.0,
        "m" | "meters" | "metres" | "meter" | "metre" => 0.001,
        "miles" | "mile" | "mi" => 1.609_344,
        _ => return None,
    })
}
