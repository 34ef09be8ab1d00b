//! `starts with`, `ends with`, `contains`, `matches`.

use super::Checker;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{self, Condition, ConditionKind, TextTestKind, Type, texts};
use crate::source::Span;
use crate::syntax::tree::{self, Literal, LiteralKind, TextTest};

impl Checker<'_> {
    /// `city starts with "San" ignoring case`
    pub(super) fn text_test(
        &mut self,
        value: &tree::Expr,
        test: TextTest,
        pattern: &Literal,
        ignoring_case: bool,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let value = self.value_or_list(value, scope)?;
        if let Type::List(of) = value.ty.clone() {
            return self.list_contains(value, &of, test, pattern, ignoring_case, span);
        }
        if value.ty != Type::Text {
            let shown = self.words(value.span);
            return self.refuse(
                Diagnostic::new(
                    codes::types::NOT_A_TEXT,
                    format!("`{shown}` is {}, and `{}` looks into a text", value.ty, words(test)),
                )
                .at(value.span)
                .consequence("Nobody would fit this.")
                .help(format!("Compare it as it is: `{shown} = …`.")),
            );
        }
        let LiteralKind::Text(text) = &pattern.kind else {
            let shown = self.words(pattern.span);
            return self.refuse(
                Diagnostic::new(codes::types::NOT_A_TEXT, format!("`{}` takes a text, and `{shown}` is none", words(test)))
                    .at(pattern.span)
                    .help(format!("Put it in double quotes: `\"{shown}\"`."))
                    .fix(format!("write \"{shown}\""), pattern.span, format!("\"{shown}\"")),
            );
        };
        let test = program::TextTest { kind: kind(test), pattern: text.as_str().into(), ignoring_case };
        if let Err(error) = texts::Matcher::new(&test) {
            // The last line says what is wrong; those before it draw the pattern.
            let why = error.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            return self.refuse(
                Diagnostic::new(codes::types::BAD_PATTERN, format!("This pattern cannot be read: {why}"))
                    .at(pattern.span)
                    .help("`.` is any character, `*` any number of the one before; for a sign as it is, put `\\` before it, or use `contains`."),
            );
        }
        Some(Meaning::Condition(Condition { kind: ConditionKind::Text(value, test), span }))
    }
}

fn words(test: TextTest) -> &'static str {
    match test {
        TextTest::StartsWith => "starts with",
        TextTest::EndsWith => "ends with",
        TextTest::Contains => "contains",
        TextTest::Matches => "matches",
    }
}

fn kind(test: TextTest) -> TextTestKind {
    match test {
        TextTest::StartsWith => TextTestKind::StartsWith,
        TextTest::EndsWith => TextTestKind::EndsWith,
        TextTest::Contains => TextTestKind::Contains,
        TextTest::Matches => TextTestKind::Matches,
    }
}
