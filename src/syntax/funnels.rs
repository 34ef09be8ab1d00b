//! Funnels: their declaration, `funnel checkout_path within 3 days { view, cart, buy }`, and `reached cart in checkout_path`.

use super::reader::{Node, Read, Reader};
use super::tree::{Declaration, Event, EventKind, ExprKind, FunnelDeclaration, Reached};
use crate::diagnostics::codes;

const A_FUNNEL: &str =
    "A funnel has a time and steps: `funnel checkout_path within 3 days { product_view, add_to_cart, purchase }`.";
const A_STEP: &str = "A step of the funnel should stand here: `reached add_to_cart in checkout_path in last 14 days`.";

impl Reader<'_, '_> {
    /// `funnel checkout_path within 3 days { product_view, add_to_cart, purchase }`, from its name on.
    pub(super) fn funnel(&mut self, from: usize) -> Read<Declaration> {
        let name = self.name("A name should follow `funnel`: `funnel checkout_path within 3 days { … }`.")?;
        let title = if self.peek().kind == super::tokens::Kind::Text { Some(self.quoted("")?) } else { None };
        if !self.take_word("within") {
            return self.unexpected(A_FUNNEL);
        }
        let within = self.duration("within 3 days")?;
        let open = self.at;
        self.expect_symbol("{", A_FUNNEL)?;
        let mut steps = Vec::new();
        while !self.is_symbol("}") && !self.is_done() {
            steps.push(self.funnel_step()?);
            if !self.take_symbol(",") && !self.is_symbol("}") && !self.is_done() {
                if self.is_word("then") {
                    let here = self.here();
                    let found = self
                        .error(codes::syntax::OTHER_WORDS, "The steps of a funnel are separated by commas", here)
                        .help("Write `{ product_view, add_to_cart, purchase }`.")
                        .fix("write `,`", here, ",");
                    self.report(found);
                    self.next();
                } else if self.on_same_line(0) {
                    return self.unexpected(
                        "The steps of a funnel are separated by commas: `{ product_view, add_to_cart, purchase }`.",
                    );
                }
            }
        }
        if steps.is_empty() && self.is_symbol("}") {
            let span = self.token_span(open);
            let found = self.error(codes::syntax::EMPTY_BLOCK, "This funnel has no steps", span).help(A_FUNNEL);
            return self.fail(found);
        }
        self.close(open, "}", A_FUNNEL)?;
        Ok(Declaration::Funnel(FunnelDeclaration { name, title, within, steps, span: self.since(from) }))
    }

    /// `product_view`, `(add_to_cart where amount > 5 EUR)`
    fn funnel_step(&mut self) -> Read<Event> {
        let from = self.at;
        let event = self.event()?;
        if event.filter.is_some() && !matches!(event.kind, EventKind::Inner(_)) {
            let span = self.since(from);
            let shown = super::repairs::shorten(self.text_since(from), 60);
            let found = self
                .error(codes::syntax::UNEXPECTED, "The filter of a step stands in parentheses", span)
                .help(format!("Write `({shown})`."))
                .fix(format!("write `({shown})`"), span, format!("({})", self.text_since(from)));
            self.report(found);
        }
        Ok(event)
    }

    /// `reached add_to_cart but not purchase in checkout_path in last 14 days`, from `reached` on.
    pub(super) fn reached(&mut self, from: usize, last: bool) -> Read<Node> {
        self.next();
        let step = self.name(A_STEP)?;
        let mut but_not = None;
        if self.take_word("but") {
            self.expect_word(
                "not",
                "`not` and a step should follow: `reached add_to_cart but not purchase in checkout_path`.",
            )?;
            but_not = Some(self.name(A_STEP)?);
        }
        if self.is_window() {
            let span = self.since(from);
            let found = self
                .error(codes::syntax::UNEXPECTED, "In which funnel?", span)
                .help("The funnel stands before the window: `reached add_to_cart in checkout_path in last 14 days`.");
            return self.fail(found);
        }
        self.expect_word("in", "The funnel should follow: `reached add_to_cart in checkout_path in last 14 days`.")?;
        let funnel =
            self.name("The name of a funnel should stand here: `reached add_to_cart in checkout_path in last 14 days`.")?;
        let window = if self.is_window() { Some(self.window()?) } else { None };
        let reached = Reached { last, step, but_not, funnel, window };
        Ok(Node::leaf(ExprKind::Reached(Box::new(reached)), self.since(from)))
    }
}
