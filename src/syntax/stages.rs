//! Stages: `stages lifecycle { new when …  active when …  lapsed otherwise }`, and what a stage (or an arm) `gives`.

use super::conditions::A_CONDITION;
use super::reader::{Broken, Read, Reader};
use super::repairs::shorten;
use super::tokens::Kind;
use super::tree::{Declaration, Given, Name, Stage, StagesDeclaration};
use crate::diagnostics::codes;

/// What may stand among stages.
const A_STAGE: &str = "A stage is a name, `when` and a condition: `active when did purchase in last 90 days`; the last one is for all others: `lapsed otherwise`.";

impl Reader<'_, '_> {
    /// `stages lifecycle "Where a customer stands" { … }`, the first word being read.
    pub(super) fn stages(&mut self, from: usize) -> Read<Declaration> {
        let (name, title) = self.name_and_title("stages")?;
        let stages = self.entries("stages", &name, "new when signed_up_at in last 30 days", Self::stage)?;
        self.are_exhaustive(&name, &stages)?;
        Ok(Declaration::Stages(StagesDeclaration { name, title, stages, span: self.since(from) }))
    }

    /// What stands between the braces of a declaration, an entry after the other. With a broken one among them all are read
    /// all the same, so that each gives its error.
    pub(super) fn entries<T>(
        &mut self,
        keyword: &str,
        name: &Name,
        example: &str,
        read: fn(&mut Self) -> Read<T>,
    ) -> Read<Vec<T>> {
        if !self.is_symbol("{") {
            let shown = shorten(&name.text, 40);
            return self.unexpected(&format!("A `{{` should follow the name: `{keyword} {shown} {{ {example} … }}`."));
        }
        let (open, known) = (self.at, self.diagnostics.len());
        self.next();
        let mut entries = Vec::new();
        let mut is_broken = false;
        loop {
            if self.take_symbol("}") {
                break;
            }
            if self.is_done() {
                return if self.diagnostics.len() == known {
                    self.close(open, "}", "").and(Err(Broken))
                } else {
                    Err(Broken)
                };
            }
            let item = self.at;
            match read(self).and_then(|entry| self.entry_ends().map(|()| entry)) {
                Ok(entry) => entries.push(entry),
                Err(Broken) => {
                    is_broken = true;
                    self.recover_in_lines(item);
                }
            }
        }
        if is_broken {
            return Err(Broken);
        }
        if entries.is_empty() {
            let found = self
                .error(codes::syntax::EMPTY_BLOCK, format!("`{}` has nothing in it", name.text), self.since(open))
                .help(format!("Write for example `{example}`."));
            return self.fail(found);
        }
        Ok(entries)
    }

    /// `new "Just arrived" when signed_up_at in last 30 days gives { message: "welcome" }`
    fn stage(&mut self) -> Read<Stage> {
        let from = self.at;
        if self.is_word("else") || (self.is_word("otherwise") && !self.is_word_at(1, "otherwise")) {
            return self.otherwise_without_name();
        }
        let name = self.name(A_STAGE)?;
        let title = if self.peek().kind == Kind::Text { Some(self.quoted("")?) } else { None };
        let when = if self.take_word("when") {
            if self.is_symbol("}") || self.is_done() {
                return self.unexpected(A_CONDITION);
            }
            Some(*self.condition()?.expr)
        } else if self.take_word("otherwise") {
            None
        } else {
            return self.neither_when_nor_otherwise();
        };
        let gives = self.gives()?;
        Ok(Stage { name, title, when, gives, span: self.since(from) })
    }

    /// `else …`, `otherwise lapsed`: the name of the last stage comes first.
    fn otherwise_without_name<T>(&mut self) -> Read<T> {
        let from = self.at;
        let word = self.next().text.clone();
        let follows = self.peek();
        let has_name = matches!(follows.kind, Kind::Word | Kind::Name) && self.on_same_line(0);
        let said = if word == "else" {
            "`else` is written `otherwise`, behind the name of the last stage"
        } else {
            "The name of the last stage stands before `otherwise`"
        };
        if !has_name {
            let here = self.since(from);
            let found = self
                .error(codes::syntax::OTHERWISE, said, here)
                .help("Give those who are in no other stage a name: `lapsed otherwise`.");
            return self.fail(found);
        }
        let raw = self.text_between(self.at, self.at + 1).to_owned();
        self.next();
        let span = self.since(from);
        let mended = format!("{raw} otherwise");
        let found = self.error(codes::syntax::OTHERWISE, said, span).help(format!("Write `{mended}`.")).fix(
            format!("write `{mended}`"),
            span,
            mended,
        );
        self.fail(found)
    }

    fn neither_when_nor_otherwise<T>(&mut self) -> Read<T> {
        let here = self.here();
        let word = self.word_at(0);
        if matches!(word, "else" | "default" | "rest" | "others") {
            let found = self
                .error(codes::syntax::OTHERWISE, format!("`{word}` is written `otherwise`"), here)
                .help("The last stage is for all who are in no other one: `lapsed otherwise`.")
                .fix("write `otherwise`", here, "otherwise");
            return self.fail(found);
        }
        if matches!(word, "if" | "where" | "is") || self.is_symbol(":") || self.is_symbol("=") {
            let shown = shorten(&self.peek().text, 20);
            let found = self
                .error(codes::syntax::OTHER_WORDS, format!("`{shown}` is written `when` here"), here)
                .help(A_STAGE)
                .fix("write `when`", here, if self.peek().glued { " when" } else { "when" });
            return self.fail(found);
        }
        self.unexpected(A_STAGE)
    }

    /// One stage is for all others, and it is the last one.
    fn are_exhaustive(&mut self, name: &Name, stages: &[Stage]) -> Read<()> {
        let Some(first) = stages.iter().position(|stage| stage.when.is_none()) else {
            let found = self
                .error(codes::syntax::OTHERWISE, format!("`{}` does not say where all others stand", name.text), name.span)
                .consequence("Each customer is in one stage, and some would be in none.")
                .help("End with a stage for those who are in no other one: `lapsed otherwise`.");
            return self.fail(found);
        };
        let Some(after) = stages.get(first + 1) else { return Ok(()) };
        let said = if after.when.is_none() { "`otherwise` stands twice" } else { "A stage stands behind `otherwise`" };
        let mut found = self
            .error(codes::syntax::OTHERWISE, said, after.name.span)
            .consequence("Nobody would be in it: the one before takes all who are left.")
            .help("Put the stage that is for all others last, or take it out.");
        if let Some(otherwise) = stages.get(first) {
            found = found.label(otherwise.span, "this takes all who are left");
        }
        self.fail(found)
    }

    /// `gives { message: "welcome", channel: "email" }`, or nothing. On a line of its own it may be the name of the next one.
    pub(super) fn gives(&mut self) -> Read<Vec<Given>> {
        const WANTED: &str =
            "What it gives stands in braces, names and values: `gives { message: \"welcome\", channel: \"email\" }`.";
        let is_meant = self.is_word("gives") && (self.symbol_at(1) == "{" || !self.peek().first);
        if !is_meant {
            return Ok(Vec::new());
        }
        self.next();
        let open = self.at;
        self.expect_symbol("{", WANTED)?;
        let mut all = Vec::new();
        loop {
            if self.is_symbol("}") || self.is_done() {
                break;
            }
            let name = self.name(WANTED)?;
            if self.is_symbol("=") {
                let here = self.here();
                let found = self
                    .error(codes::syntax::UNEXPECTED, "A `:` stands between the name and its value", here)
                    .help(WANTED)
                    .fix("write `:`", here, ":");
                return self.fail(found);
            }
            self.expect_symbol(":", WANTED)?;
            if !self.is_literal() && !self.is_symbol("-") {
                return self.given_is_no_literal();
            }
            let value = self.list_literal()?;
            all.push(Given { name, value });
            if !self.take_symbol(",") && !self.peek().first {
                break;
            }
        }
        self.close(open, "}", WANTED)?;
        if all.is_empty() {
            let found = self.error(codes::syntax::EMPTY_BLOCK, "`gives` gives nothing", self.since(open)).help(WANTED);
            return self.fail(found);
        }
        Ok(all)
    }

    fn given_is_no_literal<T>(&mut self) -> Read<T> {
        let token = self.peek();
        if !matches!(token.kind, Kind::Word | Kind::Name) {
            return self.unexpected("A text in quotes, a number or a date should stand here: `message: \"welcome\"`.");
        }
        let here = self.here();
        let found = self
            .error(codes::syntax::UNEXPECTED, format!("`{}` is no value that is written out", token.text), here)
            .help("What is given is the same for all of them: a text in quotes, a number or a date.")
            .fix(format!("write \"{}\"", token.text), here, format!("\"{}\"", token.text));
        self.fail(found)
    }

    /// What ends an entry of a block: a comma, a line end, or the end of the block.
    pub(super) fn entry_ends(&mut self) -> Read<()> {
        if self.take_symbol(",") || self.is_symbol("}") || self.peek().first || self.is_done() {
            return Ok(());
        }
        self.leftover("A comma stands between two of them, or each is on a line of its own.")
    }

    /// Goes to the next entry of a block after a broken one that began at `item`: to the next line in it that is not inside
    /// of further braces and stands no deeper than the broken one, or to the end of the block.
    #[cold]
    #[inline(never)]
    pub(super) fn recover_in_lines(&mut self, item: usize) {
        let column = |reader: &Self, at: usize| {
            let start = reader.tokens.get(at).map_or(0, |t| t.start);
            start - reader.text.get(..start).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1)
        };
        let item_column = column(self, item);
        let mut braces = 0i64;
        let mut at = item;
        while at < self.end {
            let Some(token) = self.tokens.get(at) else { break };
            let is_symbol = token.kind == Kind::Symbol;
            if at > item && at >= self.at && braces <= 0 {
                let is_next = token.first && column(self, at) <= item_column;
                if is_next || (is_symbol && token.text == "}") {
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
}
