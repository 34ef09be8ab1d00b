//! The clauses of a segment: `where` once and first, `except` and `purpose` as often as one likes, each other one once.

use super::conditions::A_CONDITION;
use super::reader::{Broken, Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{Clause, ClauseKind, Limit, LimitBy, Name};
use super::words;
use crate::diagnostics::codes;

/// What may stand in a segment.
const A_CLAUSE: &str = "A segment has these parts: `where`, `except`, `purpose`, `limit`, `holdout` or `split`, `include`, `owner`, `tags`, `note`.";

impl Reader<'_, '_> {
    /// The clauses between the braces, the opening one of which is next. With a broken one among them, all are read all the
    /// same, so that each gives its error.
    pub(super) fn clauses(&mut self, name: &Name) -> Read<Vec<Clause>> {
        let open = self.at;
        let known = self.diagnostics.len();
        self.next();
        let mut clauses: Vec<(&str, Clause)> = Vec::new();
        let mut is_broken = false;
        let mut said_where = false;
        loop {
            if self.take_symbol("}") {
                break;
            }
            if self.is_done() {
                if self.diagnostics.len() == known {
                    return self.close(open, "}", "").map(|()| Vec::new());
                }
                return Err(Broken);
            }
            let from = self.at;
            let word = self.word_at(0);
            if !said_where && word != "where" && clauses.is_empty() && words::CLAUSES.contains(&word) {
                said_where = true;
                let found = self
                    .error(codes::syntax::WHERE_FIRST, "`where` comes first in a segment", self.here())
                    .help("Put `where` and who is meant before the other parts; `where everyone` takes all.");
                self.report(found);
            }
            match self.clause() {
                Ok(kind) => {
                    let clause = Clause { kind, span: self.since(from) };
                    if self.stands_twice(&clauses, word, &clause) {
                        continue;
                    }
                    clauses.push((word, clause));
                }
                Err(Broken) => {
                    is_broken = true;
                    said_where |= from == open + 1;
                    self.recover_in_segment(from);
                }
            }
        }
        if is_broken {
            return Err(Broken);
        }
        if !clauses.iter().any(|(word, _)| *word == "where") {
            if !said_where {
                let found = self
                    .error(
                        codes::syntax::WHERE_FIRST,
                        format!("The segment `{}` does not say who is in it", name.text),
                        name.span,
                    )
                    .help("Begin with `where` and a condition; `where everyone` takes all.");
                self.report(found);
            }
            return Err(Broken);
        }
        Ok(clauses.into_iter().map(|(_, clause)| clause).collect())
    }

    /// Says so if a clause that may stand once stands for the second time.
    fn stands_twice(&mut self, clauses: &[(&str, Clause)], word: &str, clause: &Clause) -> bool {
        if matches!(word, "except" | "purpose") {
            return false;
        }
        let other = match word {
            "holdout" => "split",
            "split" => "holdout",
            _ => word,
        };
        let Some((known, first)) = clauses.iter().find(|(known, _)| *known == word || *known == other) else {
            return false;
        };
        if *known != word {
            let found = self
                .error(codes::syntax::CLAUSE_TWICE, "A split stands in place of a holdout", clause.span)
                .label(first.span, format!("the `{known}` is here"))
                .help("Leave the holdout out, and give the split an arm for it: `control 10% held out`.");
            self.report(found);
            return true;
        }
        let help = match word {
            "where" => "Join the two conditions by `and`, or put both in `all of { … }`.",
            "tags" | "include" => "Put all of them into one, with commas between.",
            _ => "Leave one of the two out.",
        };
        let found = self
            .error(codes::syntax::CLAUSE_TWICE, format!("`{word}` stands twice in this segment"), clause.span)
            .label(first.span, "here for the first time")
            .help(help);
        self.report(found);
        true
    }

    fn clause(&mut self) -> Read<ClauseKind> {
        let word = self.word_at(0);
        if !words::CLAUSES.contains(&word) {
            return self.no_clause();
        }
        self.next();
        let kind = match word {
            "where" => ClauseKind::Where(self.clause_condition()?),
            "except" => ClauseKind::Except(self.clause_condition()?),
            "purpose" => {
                let name =
                    self.name("The name of a purpose of `[consent]` should stand here: `purpose email_marketing`.")?;
                if self.is_symbol(",") {
                    return self.unexpected("Each purpose stands on a line of its own: `purpose email_marketing`.");
                }
                ClauseKind::Purpose(name)
            }
            "limit" => ClauseKind::Limit(self.limit()?),
            "holdout" => {
                if self.peek().kind != Kind::Number {
                    return self.unexpected("A share should stand here: `holdout 10%`.");
                }
                let share = self.literal(false)?;
                ClauseKind::Holdout { share, salt: self.salt()? }
            }
            "split" => ClauseKind::Split(self.split()?),
            "include" => {
                let wanted =
                    "The names of columns and traits should stand here, with commas between: `include email, spend_90d`.";
                let mut columns = vec![self.named(wanted)?];
                while self.take_symbol(",") {
                    columns.push(self.named(wanted)?);
                }
                ClauseKind::Include(columns)
            }
            "owner" => ClauseKind::Owner(self.quoted("A text in quotes should stand here: `owner \"retention\"`.")?),
            "tags" => {
                let wanted = "Words should stand here, with commas between: `tags retention, discount`.";
                let mut tags = vec![self.name(wanted)?];
                while self.take_symbol(",") {
                    tags.push(self.name(wanted)?);
                }
                ClauseKind::Tags(tags)
            }
            _ => ClauseKind::Note(self.quoted("A text in quotes should stand here: `note \"Agreed in March.\"`.")?),
        };
        if self.is_symbol("}") || self.is_done() || words::CLAUSES.contains(&self.word_at(0)) {
            return Ok(kind);
        }
        if matches!(kind, ClauseKind::Where(_) | ClauseKind::Except(_)) && !self.looks_like_a_clause() {
            return self.leftover(
                "The condition before it is complete: `and` or `or` joins it with another one, a `}` ends the segment.",
            );
        }
        Ok(kind)
    }

    /// Whether the next words look like a clause whose first word is misspelt.
    fn looks_like_a_clause(&self) -> bool {
        self.peek().first && words::nearest(self.word_at(0), words::CLAUSES).is_some()
    }

    fn clause_condition(&mut self) -> Read<super::tree::Expr> {
        if self.is_symbol("}") || self.is_done() {
            return self.unexpected(A_CONDITION);
        }
        Ok(*self.condition()?.expr)
    }

    /// `limit 5_000 by highest churn_risk`
    fn limit(&mut self) -> Read<Limit> {
        let count = self.bare_number("A number should stand here: `limit 5_000 by highest spend`.")?;
        let per = if self.take_word("per") {
            Some(self.named("A column should stand here: `limit 1 per household_id at random`.")?)
        } else {
            None
        };
        let by = if self.take_words(&["at", "random"]) {
            LimitBy::Random
        } else if self.is_word("by") && matches!(self.word_at(1), "highest" | "lowest") {
            self.next();
            let is_highest = self.next().text == "highest";
            let value = *self.binary(0)?.expr;
            if is_highest { LimitBy::Highest(value) } else { LimitBy::Lowest(value) }
        } else {
            let from = self.at.saturating_sub(if per.is_some() { 4 } else { 2 });
            let is_by = self.is_word("by");
            let here = if is_by { self.here() } else { self.since(from) };
            let found = self
                .error(codes::syntax::LIMIT_BY, "Which of them? A limit says by what it chooses", here)
                .help("Write `by highest spend`, `by lowest spend` or `at random` behind the number.");
            return self.fail(found);
        };
        Ok(Limit { count, per, by })
    }

    /// Something in a segment that begins no clause.
    fn no_clause(&mut self) -> Read<ClauseKind> {
        let token = self.peek();
        let here = self.here();
        if let Some(near) = words::nearest(self.word_at(0), words::CLAUSES) {
            let found = self
                .error(codes::syntax::UNEXPECTED, format!("No part of a segment is called `{}`", token.text), here)
                .help(format!("Did you mean `{near}`?"))
                .fix(format!("write `{near}`"), here, near);
            return self.fail(found);
        }
        let is_condition = matches!(token.kind, Kind::Word | Kind::Name | Kind::Number) || self.is_symbol("(");
        let is_first = self.before().is_some_and(|t| t.kind == Kind::Symbol && t.text == "{");
        if is_condition && is_first {
            let shown = shorten(&token.text, 30);
            let raw = self.text_between(self.at, self.at + 1);
            let found = self
                .error(codes::syntax::WHERE_FIRST, format!("`where` is missing before `{shown}`"), here)
                .help("A segment begins with `where` and who is meant.")
                .fix("write `where`", here, format!("where {raw}"));
            return self.fail(found);
        }
        self.unexpected(A_CLAUSE)
    }

    /// Goes to the next clause of a segment after a broken one that began at `from`, or to the end of the segment.
    fn recover_in_segment(&mut self, from: usize) {
        let mut braces = 0i64;
        let mut at = from;
        while at < self.end {
            let Some(token) = self.tokens.get(at) else { break };
            let is_symbol = token.kind == Kind::Symbol;
            if at >= self.at && braces <= 0 && at > from {
                let begins = token.first && token.kind == Kind::Word && words::CLAUSES.contains(&&*token.text);
                if begins || (is_symbol && token.text == "}") {
                    break;
                }
            }
            if is_symbol && token.text == "{" {
                braces += 1;
            } else if is_symbol && token.text == "}" {
                braces -= 1;
            }
            at += 1;
        }
        self.at = at.max(self.at);
    }

    /// Goes over `{ … }` without reading what is inside.
    pub(super) fn skip_block(&mut self) -> Read<()> {
        let open = self.at;
        self.expect_symbol("{", "A block in braces should stand here.")?;
        let mut braces = 1u64;
        while braces > 0 {
            if self.is_done() {
                return self.close(open, "}", "");
            }
            match self.symbol_at(0) {
                "{" => braces += 1,
                "}" => braces -= 1,
                _ => {}
            }
            self.next();
        }
        Ok(())
    }
}
