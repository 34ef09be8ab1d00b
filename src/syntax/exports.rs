//! What happens to members on their way out: `split salt "q3" { control 10% held out, a 90% gives { … } }` in a segment, and
//! `priority spring { win_back, newsletter }`, which is a declaration of its own.

use super::reader::{Read, Reader};
use super::tokens::Kind;
use super::tree::{Arm, Declaration, Name, PriorityDeclaration, Split};
use crate::diagnostics::codes;

const A_SPLIT: &str =
    "The arms of a split stand in braces, each with its share: `split { control 10% held out, a 45%, b 45% }`.";
const AN_ARM: &str = "An arm is a name and a share: `control 10% held out`, or `a 45% gives { offer: \"ten\" }`.";
const A_SEGMENT: &str =
    "The names of segments should stand here, the first one first: `priority spring { win_back, newsletter }`.";

impl Reader<'_, '_> {
    /// `split salt "q3" { control 10% held out, a 45% gives { offer: "ten" }, b 45% }`, the first word being read.
    pub(super) fn split(&mut self) -> Read<Split> {
        let span = self.token_span(self.at - 1);
        let salt = self.salt()?;
        if !self.is_symbol("{") {
            return self.unexpected(A_SPLIT);
        }
        let name = Name { text: "split".to_owned(), span };
        let arms = self.entries("split", &name, "control 10% held out, a 90%", Self::arm)?;
        if self.is_word("salt") && self.on_same_line(0) {
            return self.unexpected("The salt stands before the arms: `split salt \"q3\" { a 50%, b 50% }`.");
        }
        Ok(Split { salt, arms })
    }

    /// `salt "q3"`, where it stands.
    pub(super) fn salt(&mut self) -> Read<Option<super::tree::Text>> {
        if !self.take_word("salt") {
            return Ok(None);
        }
        self.quoted("The salt is a text in quotes: `salt \"q3\"`.").map(Some)
    }

    fn arm(&mut self) -> Read<Arm> {
        let from = self.at;
        let name = self.name(AN_ARM)?;
        if self.peek().kind != Kind::Number {
            return self.unexpected(AN_ARM);
        }
        let share = self.literal(true)?;
        let held_out = self.take_words(&["held", "out"]);
        if !held_out && self.on_same_line(0) && matches!(self.word_at(0), "holdout" | "heldout" | "held") {
            let here = self.here();
            let found = self
                .error(codes::syntax::OTHER_WORDS, "An arm that is recorded and never exported is `held out`", here)
                .help(AN_ARM)
                .fix("write `held out`", here, "held out");
            return self.fail(found);
        }
        let gives = self.gives()?;
        if self.is_word("held") && self.is_word_at(1, "out") {
            return self.unexpected("`held out` stands behind the share: `control 10% held out`.");
        }
        Ok(Arm { name, share, held_out, gives, span: self.since(from) })
    }

    /// `priority spring "Spring mailings" { win_back, newsletter }`, the first word being read.
    pub(super) fn priority(&mut self, from: usize) -> Read<Declaration> {
        let (name, title) = self.name_and_title("priority")?;
        let segments = self.entries("priority", &name, "win_back, newsletter", Self::segment_of_priority)?;
        Ok(Declaration::Priority(PriorityDeclaration { name, title, segments, span: self.since(from) }))
    }

    fn segment_of_priority(&mut self) -> Read<Name> {
        if matches!(self.word_at(0), "in" | "segment") && matches!(self.nth(1).kind, Kind::Word | Kind::Name) {
            let from = self.at;
            while matches!(self.word_at(0), "in" | "segment") && matches!(self.nth(1).kind, Kind::Word | Kind::Name) {
                self.next();
            }
            let here = self.since(from);
            let found = self
                .error(codes::syntax::UNEXPECTED, "The names alone stand in a priority", here)
                .help(A_SEGMENT)
                .fix("take it out", here, "");
            return self.fail(found);
        }
        self.name(A_SEGMENT)
    }
}
