//! `anniversary of birthday in next 7 days`

use super::Checker;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Condition, ConditionKind};
use crate::source::Span;
use crate::syntax::tree::{self, WindowKind};

impl Checker<'_> {
    /// An anniversary in a window; without one it says nothing.
    pub(super) fn anniversary(
        &mut self,
        of: &tree::Expr,
        window: Option<&tree::Window>,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        self.only_of_customers("An anniversary", span, scope)?;
        let value = self.point_in_time(of, scope)?;
        let shown = self.words(value.span);
        let Some(window) = window else {
            return self.refuse(
                Diagnostic::new(codes::time::MISSING_WINDOW, format!("`anniversary of {shown}` does not say when"))
                    .at(span)
                    .consequence("Everybody has one every year.")
                    .help(format!(
                        "Say when it falls: `anniversary of {shown} in next 7 days`, `… today`, `… in this month`."
                    )),
            );
        };
        if let WindowKind::Ever | WindowKind::Since(_) = window.kind {
            return self.refuse(
                Diagnostic::new(
                    codes::time::WINDOW_OF_NOTHING,
                    "There is an anniversary every year, so everybody with a date has one then",
                )
                .at(window.span)
                .help(format!(
                    "Say until when: `anniversary of {shown} in next 7 days`, `… from 2024-06-01 to 2024-06-30`; or only `{shown} is known`."
                )),
            );
        }
        let window = self.window(window)?;
        Some(Meaning::Condition(Condition { kind: ConditionKind::Anniversary(value, window), span }))
    }
}
