//! Bands: `quintile(spend)`, `quartile(lowest spend)`, `decile(spend)`.

use super::reader::{Node, Read, Reader};
use super::tokens::Kind;
use super::tree::{Band, ExprKind};
use crate::diagnostics::codes;

impl Reader<'_, '_> {
    /// `quintile(lowest spend)`; the word before the parenthesis is next.
    pub(super) fn band(&mut self, bands: u8) -> Read<Node> {
        let from = self.at;
        let open = from + 1;
        self.at += 2;
        let was = std::mem::replace(&mut self.in_filter, false);
        // A column may be called `lowest`.
        let is_ordered = matches!(self.nth(1).kind, Kind::Word | Kind::Name | Kind::Number) || self.is_symbol_at(1, "(");
        if self.is_word("highest") && is_ordered {
            let here = self.here();
            let found = self
                .error(codes::syntax::UNEXPECTED, "Without a word the highest values are in the highest band", here)
                .help("Leave `highest` out; where the lowest are the best, write `lowest`.")
                .fix("take it out", here, "");
            self.in_filter = was;
            return self.fail(found);
        }
        let lowest = is_ordered && self.take_word("lowest");
        let read = self.deeper(|reader| reader.binary(0));
        self.in_filter = was;
        let node = read?;
        if self.is_symbol(",") {
            return self.unexpected("A band is of one value: `quintile(spend)`.");
        }
        self.close(open, ")", "A `)` should stand here: `quintile(spend)`.")?;
        let span = self.since(from);
        self.node(ExprKind::Band(Box::new(Band { bands, lowest, value: *node.expr })), span, node.height)
    }
}
