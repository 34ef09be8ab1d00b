//! Reads `test "…" { as of … given customer … did … expect … }`. A broken line takes none of the others with it, so that each gives
//! its error.

use super::reader::{Broken, Read, Reader};
use super::repairs::shorten;
use super::test_tree::{Expectation, GivenCustomer, GivenEvents, GivenTime, GivenTimeKind, GivenValue, TestDeclaration};
use super::tokens::Kind;
use super::tree::{Expr, ExprKind, Literal, LiteralKind, Text};
use super::words;
use crate::diagnostics::codes;

/// The words that begin a line of a test.
const LINES: &[&str] = &["as", "given", "did", "expect"];

const A_LINE: &str =
    "A test has `as of` and a day, then `given customer { … }` with what they `did`, then what to `expect`.";
const A_TIME: &str = "Write `40 days ago`, `on 2024-05-30`, `at 2024-05-30T10:00` or `on each of 60 to 15 days ago`.";

/// What a test has so far.
#[derive(Default)]
struct Lines {
    as_of: Option<Literal>,
    customers: Vec<GivenCustomer>,
    expectations: Vec<Expectation>,
}

impl Reader<'_, '_> {
    /// A test; its first word is taken.
    pub(super) fn test(&mut self, from: usize) -> Read<TestDeclaration> {
        let title = self.quoted("A test is known by its title: `test \"who went quiet is won back\" { … }`.")?;
        let head = self.since(from);
        let open = self.at;
        self.expect_symbol("{", "A `{` should follow the title of a test.")?;
        let mut lines = Lines::default();
        let known = self.diagnostics.len();
        let mut is_broken = false;
        while !self.take_symbol("}") {
            if self.is_done() {
                return if is_broken && self.diagnostics.len() > known {
                    Err(Broken)
                } else {
                    self.close(open, "}", A_LINE).and(Err(Broken))
                };
            }
            let start = self.at;
            if self.test_line(&mut lines).is_err() {
                is_broken = true;
                self.recover_in_test(start);
            }
        }
        let span = self.since(from);
        let Lines { as_of, customers, expectations } = lines;
        if is_broken {
            return Err(Broken);
        }
        let Some(as_of) = as_of else {
            let found = self
                .error(codes::syntax::TEST_AS_OF, "A test says as of when", head)
                .consequence("What its customers did `10 days ago` would be another day with each run.")
                .help("Begin it with a day: `as of 2024-06-01`.");
            return self.fail(found);
        };
        if expectations.is_empty() {
            let found = self
                .error(codes::syntax::EMPTY_BLOCK, "This test expects nothing", head)
                .help("Say what should come out: `expect in win_back`, `expect spend_90d = 80 EUR`.");
            return self.fail(found);
        }
        Ok(TestDeclaration { title, as_of, customers, expectations, span })
    }

    fn test_line(&mut self, lines: &mut Lines) -> Read<()> {
        let from = self.at;
        match self.word_at(0) {
            "as" => {
                self.next();
                self.expect_word("of", "`as of` and a day should stand here: `as of 2024-06-01`.")?;
                let day = self.day_or_time("A day should stand here: `as of 2024-06-01`, or `as of 2024-06-01T09:30`.")?;
                if let Some(first) = &lines.as_of {
                    let found = self
                        .error(codes::syntax::CLAUSE_TWICE, "`as of` stands twice in this test", day.span)
                        .label(first.span, "here for the first time")
                        .help("Leave one of the two out, or make two tests of it.");
                    return self.fail(found);
                }
                lines.as_of = Some(day);
            }
            "given" => {
                self.next();
                self.expect_word("customer", "`customer` should follow `given`: `given customer { country: \"DE\" }`.")?;
                let key = self.customer_key()?;
                let span = self.since(from);
                // Also of a broken customer those that follow are read.
                let attributes = self.given_values("attribute", "country: \"DE\"");
                lines.customers.push(GivenCustomer {
                    key,
                    attributes: attributes.clone().unwrap_or_default(),
                    events: Vec::new(),
                    span,
                });
                attributes?;
            }
            "did" => {
                let events = self.given_events()?;
                let Some(customer) = lines.customers.last_mut() else {
                    let found = self
                        .error(codes::syntax::UNEXPECTED, "Who did? No customer is given before this", events.span)
                        .help("Put `given customer` before it.");
                    return self.fail(found);
                };
                customer.events.push(events);
            }
            "expect" => {
                self.next();
                let customer =
                    if self.peek().kind == Kind::Text && self.begins_expectation(1) { Some(self.quoted("")?) } else { None };
                let condition = self.expected()?;
                lines.expectations.push(Expectation { customer, condition, span: self.since(from) });
            }
            _ => return self.no_test_line(),
        }
        if self.is_symbol("}") || self.is_done() || LINES.contains(&self.word_at(0)) || self.peek().first {
            return Ok(());
        }
        self.unexpected(A_LINE)
    }

    /// `"other"` behind `customer`; a number there lacks its quotes.
    fn customer_key(&mut self) -> Read<Option<Text>> {
        let token = self.peek();
        if token.kind == Kind::Text {
            return self.quoted("").map(Some);
        }
        if !token.first && matches!(token.kind, Kind::Number | Kind::Word | Kind::Name) && !LINES.contains(&&*token.text) {
            let here = self.here();
            let mended = format!("\"{}\"", token.text);
            let found = self
                .error(codes::syntax::BARE_NAME, "The key of a customer stands in quotes", here)
                .help(format!("Write `given customer {mended}`."))
                .fix(format!("write {mended}"), here, mended);
            self.report(found);
            self.next();
            return Ok(Some(Text { value: token.text.clone().into_owned(), span: here }));
        }
        Ok(None)
    }

    /// Whether something that may be expected begins after so many tokens: what stands before is then the key of a customer.
    fn begins_expectation(&self, n: usize) -> bool {
        let token = self.nth(n);
        match token.kind {
            Kind::Word => !matches!(&*token.text, "and" | "or" | "between" | "starts" | "ends" | "contains" | "matches"),
            Kind::Name => true,
            Kind::Symbol => token.text == "(",
            _ => false,
        }
    }

    /// `in win_back`, `not in win_back`, or a condition.
    fn expected(&mut self) -> Read<Expr> {
        let from = self.at;
        let negated = self.is_word("not") && self.is_word_at(1, "in");
        let is_in = negated || self.is_word("in");
        let is_list = is_in && matches!(self.word_at(1 + usize::from(negated)), "list" | "random") && {
            let next = self.nth(2 + usize::from(negated));
            !next.first && matches!(next.kind, Kind::Word | Kind::Name | Kind::Number)
        };
        if is_in && !is_list {
            self.at += 1 + usize::from(negated);
            if self.is_word("segment") && matches!(self.nth(1).kind, Kind::Word | Kind::Name) && self.on_same_line(1) {
                self.next();
            }
            let segment = self.name("The name of a segment should stand here: `expect in win_back`.")?;
            return Ok(Expr { kind: ExprKind::InSegment { segment, negated }, span: self.since(from) });
        }
        if self.is_symbol("}") || self.is_done() || LINES.contains(&self.word_at(0)) && self.peek().first {
            let here = self.token_span(self.at.saturating_sub(1));
            let found = self
                .error(codes::syntax::UNEXPECTED, "Something is missing behind `expect`", here)
                .help("Say what should come out: `expect in win_back`, `expect spend_90d = 80 EUR`.");
            return self.fail(found);
        }
        Ok(*self.condition()?.expr)
    }

    /// `did purchase { amount: 80 EUR } 40 days ago, on 2024-05-30`
    fn given_events(&mut self) -> Read<GivenEvents> {
        let from = self.at;
        self.next();
        if self.is_word("not") && matches!(self.nth(1).kind, Kind::Word | Kind::Name) {
            let found = self
                .error(codes::syntax::UNEXPECTED, "What a made-up customer did not do is not said", self.here())
                .help("Only what is given happened: leave this line out.");
            return self.fail(found);
        }
        let event = self.name("The name of an event should stand here: `did purchase { amount: 80 EUR } 40 days ago`.")?;
        let columns = self.given_values("column", "amount: 80 EUR")?;
        if self.peek().first || self.is_symbol("}") || self.is_done() {
            let shown = shorten(&event.text, 40);
            let found = self.error(codes::syntax::UNEXPECTED, format!("When did this `{shown}` happen?"), self.since(from));
            return self.fail(found.help(A_TIME));
        }
        let mut times = vec![self.given_time()?];
        while self.take_symbol(",") {
            times.push(self.given_time()?);
        }
        Ok(GivenEvents { event, columns, times, span: self.since(from) })
    }

    fn given_time(&mut self) -> Read<GivenTime> {
        let from = self.at;
        let kind = if self.take_words(&["on", "each", "of"]) {
            let start = self.at;
            let first = self.bare_number("Two numbers should stand here: `on each of 60 to 15 days ago`.")?;
            self.expect_word("to", "`to` and a second number should follow: `on each of 60 to 15 days ago`.")?;
            let to = self.bare_number("A number should stand here: `on each of 60 to 15 days ago`.")?;
            let unit = self.unit_of(start, &to)?;
            self.expect_word("ago", "`ago` should follow: `on each of 60 to 15 days ago`.")?;
            GivenTimeKind::Each { from: first, to, unit }
        } else if self.is_word("on") || self.is_word("at") {
            let is_on = self.next().text == "on";
            let start = self.at;
            let literal = self.day_or_time(A_TIME)?;
            let is_date = matches!(literal.kind, LiteralKind::Date(..));
            if is_on != is_date {
                let (word, other) = if is_date { ("on", "at") } else { ("at", "on") };
                let text = self.text_since(start).to_owned();
                let span = self.since(from);
                let found = self
                    .error(codes::syntax::OTHER_WORDS, format!("`{other}` does not go with `{text}`"), span)
                    .help(format!("A day stands behind `on`, a time behind `at`: `{word} {text}`."))
                    .fix(format!("write `{word} {text}`"), span, format!("{word} {text}"));
                self.report(found);
            }
            if is_date { GivenTimeKind::On(literal) } else { GivenTimeKind::At(literal) }
        } else if self.peek().kind == Kind::Number {
            let length = self.duration("40 days ago")?;
            self.expect_word("ago", "`ago` should follow: `40 days ago`.")?;
            GivenTimeKind::Ago(length)
        } else {
            return self.unexpected(A_TIME);
        };
        Ok(GivenTime { kind, span: self.since(from) })
    }

    fn day_or_time(&mut self, wanted: &str) -> Read<Literal> {
        match self.peek().kind {
            Kind::Date | Kind::Timestamp | Kind::OddDate => self.literal(false),
            _ => self.unexpected(wanted),
        }
    }

    /// `{ country: "DE", store.region: "north" }`, or nothing.
    fn given_values(&mut self, what: &str, example: &str) -> Read<Vec<GivenValue>> {
        let open = self.at;
        let mut out = Vec::new();
        if !self.take_symbol("{") {
            return Ok(out);
        }
        loop {
            if self.take_symbol("}") {
                return Ok(out);
            }
            if self.is_done() {
                return self.close(open, "}", "").and(Err(Broken));
            }
            out.push(self.given_value(what, example)?);
            if !self.take_symbol(",") && !self.is_symbol("}") && !self.peek().first {
                return self.unexpected("A comma or a `}` should follow a value.");
            }
        }
    }

    fn given_value(&mut self, what: &str, example: &str) -> Read<GivenValue> {
        let from = self.at;
        let mut path =
            vec![self.name(&format!("The name of {} {what} should stand here: `{{ {example} }}`.", article(what)))?];
        while self.take_symbol(".") {
            path.push(self.name("The name of a column should follow the dot: `store.region: \"north\"`.")?);
        }
        if self.is_symbol("=") {
            let here = self.here();
            let found = self
                .error(codes::syntax::OTHER_WORDS, "What is given stands behind a `:`", here)
                .help(format!("Write `{example}`."))
                .fix("write `:`", here, ":");
            self.report(found);
            self.next();
        } else {
            self.expect_symbol(":", &format!("A `:` should follow, and the value: `{{ {example} }}`."))?;
        }
        let open = self.at;
        let is_list = self.take_symbol("(");
        let mut values = Vec::new();
        if is_list {
            while !self.is_symbol(")") {
                values.push(self.list_literal()?);
                if !self.take_symbol(",") && !self.is_symbol(")") {
                    return self.close(open, ")", "A comma or a `)` should follow a value.").and(Err(Broken));
                }
            }
            self.next();
        } else if self.is_symbol("-") {
            values.push(self.list_literal()?);
        } else {
            values.push(self.literal(false)?);
        }
        Ok(GivenValue { path, values, is_list, span: self.since(from) })
    }

    /// Something in a test that begins no line of it.
    fn no_test_line(&mut self) -> Read<()> {
        let token = self.peek();
        if let Some(near) = words::nearest(self.word_at(0), LINES).filter(|_| token.kind == Kind::Word) {
            let here = self.here();
            let found = self
                .error(codes::syntax::UNEXPECTED, format!("No line of a test begins with `{}`", token.text), here)
                .help(format!("Did you mean `{near}`?"))
                .fix(format!("write `{near}`"), here, near);
            return self.fail(found);
        }
        self.unexpected(A_LINE)
    }

    /// Goes to the next line of a test after a broken one that began at `from`, or to the end of the test.
    fn recover_in_test(&mut self, from: usize) {
        let mut braces = 0i64;
        let mut at = from;
        while at < self.end {
            let Some(token) = self.tokens.get(at) else { break };
            let is_symbol = |symbol: &str| token.kind == Kind::Symbol && token.text == symbol;
            let begins = token.first && token.kind == Kind::Word && LINES.contains(&&*token.text);
            if at > from && at >= self.at && (begins || (braces <= 0 && is_symbol("}"))) {
                break;
            }
            braces += i64::from(is_symbol("{")) - i64::from(is_symbol("}"));
            at += 1;
        }
        self.at = at.max(self.at);
    }
}

fn article(what: &str) -> &'static str {
    if what.starts_with('a') { "an" } else { "a" }
}
