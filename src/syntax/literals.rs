//! Numbers with what belongs to them (`30%`, `50 EUR`, `7 days`), dates, texts: a unit stands on the line of its number.

use super::reader::{Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{Duration, Literal, LiteralKind, Unit};
use super::words;
use crate::diagnostics::codes;
use crate::source::Span;

impl Reader<'_, '_> {
    /// Whether a literal begins here.
    pub(super) fn is_literal(&self) -> bool {
        match self.peek().kind {
            Kind::Number | Kind::Text | Kind::Date | Kind::Timestamp | Kind::OddDate | Kind::Currency => true,
            Kind::Word => {
                matches!(self.word_at(0), "true" | "false")
                    || (words::is_currency(self.word_at(0)) && self.nth(1).kind == Kind::Number && self.on_same_line(1))
            }
            _ => false,
        }
    }

    /// A literal; `in_list` where commas separate values, so that `1,200` is two.
    pub(super) fn literal(&mut self, in_list: bool) -> Read<Literal> {
        let token = self.peek();
        let from = self.at;
        match token.kind {
            Kind::Number => self.amount(in_list),
            Kind::Text => {
                self.next();
                Ok(Literal { kind: LiteralKind::Text(token.text.clone().into_owned()), span: self.since(from) })
            }
            Kind::Date => {
                self.next();
                let span = self.since(from);
                match token.text.parse::<jiff::civil::Date>() {
                    Ok(date) if date.year() >= 1 => {
                        Ok(Literal { kind: LiteralKind::Date(date.year(), date.month(), date.day()), span })
                    }
                    _ => {
                        self.no_such(&token.text, "There is no such day. A date is year, month and day: `2024-06-01`.", span)
                    }
                }
            }
            Kind::Timestamp => {
                self.next();
                let span = self.since(from);
                let is_time =
                    token.text.len() > 11 && token.text.parse::<jiff::civil::DateTime>().is_ok_and(|t| t.year() >= 1);
                if is_time && !token.text.starts_with("0000") && token.text.get(13..14) == Some(":") {
                    return Ok(Literal { kind: LiteralKind::Timestamp(token.text.clone().into_owned()), span });
                }
                self.no_such(
                    &token.text,
                    "There is no such time. It is written `2024-06-01T09:30`, from 00:00 to 23:59.",
                    span,
                )
            }
            Kind::OddDate => {
                let found = self.odd_date(token, self.here());
                self.fail(found)
            }
            Kind::Word if matches!(&*token.text, "true" | "false") => {
                self.next();
                Ok(Literal { kind: LiteralKind::Boolean(token.text == "true"), span: self.since(from) })
            }
            Kind::Word if words::is_currency(&token.text) && self.nth(1).kind == Kind::Number => {
                let (currency, amount) = (&*token.text, self.nth(1));
                self.next();
                self.next();
                let span = self.since(from);
                let mended = format!("{} {currency}", amount.text);
                let found = self
                    .error(codes::syntax::AMOUNT, "The currency stands before the number", span)
                    .help(format!("It stands after it: `{mended}`."))
                    .fix(format!("write `{mended}`"), span, mended);
                self.report(found);
                Ok(Literal { kind: LiteralKind::Money(amount.text.clone().into_owned(), currency.to_owned()), span })
            }
            _ => self
                .unexpected("A number, a text in quotes or a date should stand here: `30`, `50 EUR`, \"DE\", `2024-06-01`."),
        }
    }

    fn no_such<T>(&mut self, shown: &str, help: &str, span: Span) -> Read<T> {
        let found =
            self.error(codes::syntax::NO_SUCH_DATE, format!("`{}` does not exist", shorten(shown, 40)), span).help(help);
        self.fail(found)
    }

    /// `30`, `30%`, `50 EUR`, `30 days`
    fn amount(&mut self, in_list: bool) -> Read<Literal> {
        let from = self.at;
        let number = self.number_text(in_list)?;
        let next = self.peek();
        let kind = if !self.on_same_line(0) {
            LiteralKind::Number(number)
        } else if self.take_symbol("%") {
            LiteralKind::Percent(number)
        } else if next.kind == Kind::Word && words::is_currency(&next.text) {
            self.next();
            self.blank_before_unit(from, &number, &next.text);
            LiteralKind::Money(number, next.text.clone().into_owned())
        } else if next.kind == Kind::Word
            && let Some(unit) = words::unit(&next.text)
        {
            self.next();
            self.blank_before_unit(from, &number, &next.text);
            LiteralKind::Duration(number, unit)
        } else if matches!(next.kind, Kind::Word | Kind::Currency)
            && let Some(currency) = words::currency_of(&next.text)
        {
            self.next();
            let span = self.since(from);
            let mended = format!("{number} {currency}");
            let found = self
                .error(codes::syntax::AMOUNT, format!("`{}` is no currency that Segue knows", next.text), span)
                .help(format!("A currency is three capital letters after the number: `{mended}`."))
                .fix(format!("write `{mended}`"), span, mended);
            self.report(found);
            LiteralKind::Money(number, currency.to_owned())
        } else if next.kind == Kind::Word && next.glued {
            return self.short_unit(from, number);
        } else {
            LiteralKind::Number(number)
        };
        let span = self.since(from);
        self.three_digits(from, &kind, span);
        Ok(Literal { kind, span })
    }

    /// The digits of a number, without `_`; thousands that other tools separate by a comma are an error.
    fn number_text(&mut self, in_list: bool) -> Read<String> {
        let from = self.at;
        let token = self.next();
        let mut number = token.text.clone().into_owned();
        let is_grouped = |reader: &Self| {
            let part = reader.nth(1);
            reader.is_symbol(",")
                && reader.peek().glued
                && part.kind == Kind::Number
                && part.glued
                && !part.text.contains('.')
        };
        if !is_grouped(self) || number.contains('.') {
            return Ok(number);
        }
        let money_follows = |reader: &Self, n: usize| {
            let unit = reader.nth(n);
            reader.on_same_line(n)
                && (words::is_currency(&unit.text)
                    || unit.kind == Kind::Currency
                    || words::currency_of(&unit.text).is_some())
        };
        let digits = self.nth(1).text.len();
        if digits == 3 && number.len() <= 3 && (!in_list || money_follows(self, 2)) {
            let mut mended = number.clone();
            while is_grouped(self) && self.nth(1).text.len() == 3 {
                self.next();
                let part = self.next();
                number.push_str(&part.text);
                mended.push('_');
                mended.push_str(&part.text);
            }
            let span = self.since(from);
            let found = self
                .error(codes::syntax::AMOUNT, format!("Thousands take no comma: `{}`", self.text_since(from)), span)
                .help(format!("They take an underscore or nothing: `{mended}`. The point stands before the cents: `19.90`."))
                .fix(format!("write `{mended}`"), span, mended);
            self.report(found);
        } else if digits <= 2 && money_follows(self, 2) {
            self.next();
            let cents = self.next();
            let mended = format!("{number}.{}", cents.text);
            let span = self.since(from);
            let found = self
                .error(codes::syntax::AMOUNT, format!("Cents take a point: `{}`", self.text_since(from)), span)
                .help(format!("Write `{mended}`."))
                .fix(format!("write `{mended}`"), span, mended.clone());
            self.report(found);
            number = mended;
        }
        Ok(number)
    }

    /// `50EUR`, `7days`: a blank is missing.
    fn blank_before_unit(&mut self, from: usize, number: &str, unit: &str) {
        if !self.before().is_some_and(|t| t.glued) {
            return;
        }
        let span = self.since(from);
        let mended = format!("{number} {unit}");
        let found = self
            .error(codes::syntax::UNIT, format!("`{number}{unit}` lacks a blank"), span)
            .help(format!("Write `{mended}`."))
            .fix(format!("write `{mended}`"), span, mended);
        self.report(found);
    }

    /// `30d`: a unit as other tools write it.
    fn short_unit(&mut self, from: usize, number: String) -> Read<Literal> {
        let word = self.next();
        let span = self.since(from);
        if let ("k" | "K" | "m" | "M", false) = (&*word.text, number.contains('.')) {
            let zeros = if word.text.eq_ignore_ascii_case("k") { "_000" } else { "_000_000" };
            let mended = format!("{number}{zeros}");
            let found = self
                .error(codes::syntax::AMOUNT, format!("`{number}{}` is written out", word.text), span)
                .help(format!("Write `{mended}`."))
                .fix(format!("write `{mended}`"), span, mended);
            return self.fail(found);
        }
        let Some(unit) = words::short_unit(&word.text) else {
            let found = self
                .error(codes::syntax::UNIT, format!("`{number}{}` is neither a number nor a name", shorten(&word.text, 30)), span)
                .help("A number and its unit have a blank between them, `30 days`; a name that begins with a digit goes in backquotes.");
            return self.fail(found);
        };
        let name = if number == "1" { words::singular(unit) } else { words::plural(unit) };
        let mended = format!("{number} {name}");
        let found = self
            .error(codes::syntax::UNIT, format!("`{}` is no unit that Segue knows", word.text), span)
            .help(format!("Units are written out: `{mended}`."))
            .fix(format!("write `{mended}`"), span, mended);
        self.report(found);
        Ok(Literal { kind: LiteralKind::Duration(number, unit), span })
    }

    /// `1.000`: a thousand, or one?
    fn three_digits(&mut self, from: usize, kind: &LiteralKind, span: Span) {
        let (LiteralKind::Number(number)
        | LiteralKind::Percent(number)
        | LiteralKind::Money(number, _)
        | LiteralKind::Duration(number, _)) = kind
        else {
            return;
        };
        let Some((whole, part)) = number.split_once('.') else { return };
        if part.len() != 3 || whole.bytes().all(|b| b == b'0') {
            return;
        }
        let unit = self
            .text_since(from)
            .split_once('.')
            .map_or("", |(_, rest)| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_'));
        let short = part.trim_end_matches('0');
        let small = if short.is_empty() { format!("{whole}{unit}") } else { format!("{whole}.{short}{unit}") };
        let exact = if short.len() == 3 { format!("{whole}.{part}0{unit}") } else { small };
        let large = format!("{whole}_{part}{unit}");
        let found = self
            .error(codes::syntax::THREE_DIGITS, format!("`{whole}.{part}{unit}` has two readings"), span)
            .help(format!("Write `{exact}` for the small number, `{large}` for the large one."));
        self.report(found);
    }

    /// A literal in a list of values: with a sign if it is a number.
    pub(super) fn list_literal(&mut self) -> Read<Literal> {
        let from = self.at;
        if !self.is_symbol("-") {
            return self.literal(true);
        }
        self.next();
        if self.peek().kind != Kind::Number {
            return self.unexpected("A number should stand after the `-`.");
        }
        let mut literal = self.literal(true)?;
        match &mut literal.kind {
            LiteralKind::Number(n) | LiteralKind::Percent(n) | LiteralKind::Money(n, _) | LiteralKind::Duration(n, _) => {
                n.insert(0, '-')
            }
            _ => {}
        }
        literal.span = self.since(from);
        Ok(literal)
    }

    /// A number alone, as in `at least 3 times`: its unit is another's matter.
    pub(super) fn bare_number(&mut self, wanted: &str) -> Read<Literal> {
        if self.peek().kind != Kind::Number {
            return self.unexpected(wanted);
        }
        let from = self.at;
        let number = self.number_text(false)?;
        let kind = LiteralKind::Number(number);
        let span = self.since(from);
        self.three_digits(from, &kind, span);
        Ok(Literal { kind, span })
    }

    /// `30 days`; `example` is how the whole is written, for the error of one without a unit.
    pub(super) fn duration(&mut self, example: &str) -> Read<Duration> {
        let from = self.at;
        if self.peek().kind != Kind::Number {
            return self.unexpected(&format!("A number of days, weeks or the like should stand here, as in `{example}`."));
        }
        let count = self.bare_number("")?;
        let unit = self.unit_of(from, &count)?;
        Ok(Duration { count, unit, span: self.since(from) })
    }

    /// The unit of a number that was read since `from`.
    pub(super) fn unit_of(&mut self, from: usize, count: &Literal) -> Read<Unit> {
        let shown = match &count.kind {
            LiteralKind::Number(number) => number.clone(),
            _ => String::new(),
        };
        let word = self.peek();
        let unit = if word.kind == Kind::Word { words::unit(&word.text) } else { None };
        match unit {
            Some(unit) if !word.first => {
                self.next();
                self.blank_before_unit(from, &shown, &word.text);
                Ok(unit)
            }
            Some(unit) => {
                self.next();
                let span = self.since(from);
                let mended = format!("{shown} {}", word.text);
                let found = self
                    .error(codes::syntax::UNIT, format!("The unit of `{shown}` stands on the next line"), count.span)
                    .help(format!("A unit stands on the line of its number: `{mended}`."))
                    .fix(format!("write `{mended}` on one line"), span, mended);
                self.report(found);
                Ok(unit)
            }
            None if word.kind == Kind::Word && word.glued && words::short_unit(&word.text).is_some() => {
                let literal = self.short_unit(from, shown)?;
                match literal.kind {
                    LiteralKind::Duration(_, unit) => Ok(unit),
                    _ => Ok(Unit::Day),
                }
            }
            None => {
                let misspelt = if word.kind == Kind::Word && !word.first {
                    let known = [
                        "days", "weeks", "months", "hours", "minutes", "seconds", "quarters", "years", "day", "week",
                        "month", "year",
                    ];
                    words::nearest(&word.text, &known)
                } else {
                    None
                };
                if let Some(near) = misspelt {
                    let here = self.here();
                    let found = self
                        .error(codes::syntax::UNIT, format!("`{}` is no unit of time", word.text), here)
                        .help(format!("Did you mean `{near}`?"))
                        .fix(format!("write `{near}`"), here, near);
                    self.report(found);
                    self.next();
                    return Ok(words::unit(near).unwrap_or(Unit::Day));
                }
                let found = self
                    .error(codes::syntax::UNIT, format!("{shown} of what? A unit is missing"), count.span)
                    .help(format!("Write `{shown} days`, `{shown} weeks` or `{shown} months`."));
                self.fail(found)
            }
        }
    }
}
