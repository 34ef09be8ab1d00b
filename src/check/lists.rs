//! `in list no_contact`, `country in list eu`, `in random 5% salt "2026"`.

use super::Checker;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Chance, Condition, ConditionKind, ListId, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree::{self, Literal};

impl Checker<'_> {
    /// `in list no_contact` of the customer's own key, `country in list eu` of a value.
    pub(super) fn in_list(
        &mut self,
        value: Option<&tree::Expr>,
        list: &tree::Name,
        negated: bool,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let value = match value {
            Some(expr) => {
                let value = self.value(expr, scope);
                let (value, id) = (value, self.list(list));
                return self.listed(value?, id?, negated, span);
            }
            None => {
                self.only_of_customers("`in list` without a column before it", span, scope)?;
                Value { kind: ValueKind::Key, ty: self.catalog.key_type.clone(), span }
            }
        };
        let id = self.list(list)?;
        self.listed(value, id, negated, span)
    }

    /// The condition: what is missing is in no list, and `not in list` is a comparison, which a missing value never fits.
    fn listed(&mut self, value: Value, list: ListId, negated: bool, span: Span) -> Option<Meaning> {
        if !matches!(value.ty, Type::Count | Type::Text) {
            let shown = self.words(value.span);
            if value.ty == Type::Boolean {
                return self.two_in_one(&shown, span);
            }
            return self.refuse(
                Diagnostic::new(
                    codes::types::NOT_LISTED,
                    format!("`{shown}` is {}, and lists are of texts and whole numbers", value.ty),
                )
                .at(value.span)
                .consequence("Nothing in the list could equal it.")
                .help("Name a key, a code or another column of texts or whole numbers: `country in list eu`."),
            );
        }
        let is_key = value.kind == ValueKind::Key;
        let condition = |kind| Condition { kind, span };
        let inside = condition(ConditionKind::InList(value.clone(), list));
        Some(Meaning::Condition(match (negated, is_key) {
            (false, _) => inside,
            (true, true) => condition(ConditionKind::Not(Box::new(inside))),
            (true, false) => condition(ConditionKind::All(vec![
                condition(ConditionKind::Known(value)),
                condition(ConditionKind::Not(Box::new(inside))),
            ])),
        }))
    }

    /// `vip` and on the next line `in list no_contact`, read as one.
    fn two_in_one<T>(&mut self, shown: &str, span: Span) -> Option<T> {
        self.refuse(
            Diagnostic::new(
                codes::types::NOT_LISTED,
                format!("`{shown}` is true or false, and lists are of texts and whole numbers"),
            )
            .at(span)
            .consequence("Nothing in the list could equal it.")
            .help(format!("If these are two conditions, put `and` between them; in a block a comma: `{shown},`.")),
        )
    }

    /// The list of a name.
    fn list(&mut self, name: &tree::Name) -> Option<ListId> {
        if let Some(i) = self.catalog.lists.iter().position(|list| list.name == name.text) {
            return Some(ListId(i));
        }
        let says = Diagnostic::new(codes::names::UNKNOWN_LIST, format!("There is no list `{}`", name.text))
            .at(name.span)
            .consequence("It is not known who or what is in it.");
        let names: Vec<&str> = self.catalog.lists.iter().map(|list| list.name.as_str()).collect();
        let otherwise = match names.as_slice() {
            [] => format!(
                "Lists stand in segue.toml: `[lists.{}]` with a `path` and the `key`, the column that is listed.",
                super::names::as_written(&name.text)
            ),
            _ => super::rows::these("The lists of segue.toml are", &names),
        };
        let says = self.suggest(says, name, names, &otherwise);
        self.refuse(says)
    }

    /// `in random 5% salt "2026"`
    pub(super) fn in_random(
        &mut self,
        share: &Literal,
        salt: &tree::Text,
        negated: bool,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        self.only_of_customers("`in random`", span, scope)?;
        let share = self.share(share, "`in random`")?;
        let chance = Chance { share, salt: salt.value.as_str().into() };
        let inside = Condition { kind: ConditionKind::InRandom(chance), span };
        Some(Meaning::Condition(match negated {
            false => inside,
            true => Condition { kind: ConditionKind::Not(Box::new(inside)), span },
        }))
    }
}
