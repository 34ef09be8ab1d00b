//! `abs`, `round`, `least`, `greatest`, `ln`, `exp`, `sqrt`.

use super::Checker;
use super::arithmetic::as_double;
use super::scope::{Meaning, Scope};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::{Function, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree;

impl Checker<'_> {
    /// `least(x, y)`
    pub(super) fn function(
        &mut self,
        function: tree::Function,
        arguments: &[tree::Expr],
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        let found: Vec<Option<Value>> = arguments.iter().map(|a| self.value(a, scope)).collect();
        let values: Vec<Value> = found.into_iter().collect::<Option<_>>()?;
        let (word, kind) = of_tree(function);
        let is_choice = matches!(kind, Function::Least | Function::Greatest);
        if values.is_empty() || is_choice == (values.len() == 1) {
            let how = if is_choice { "two things or more" } else { "one thing" };
            return self.refuse(
                Diagnostic::new(
                    codes::types::WRONG_ARGUMENT,
                    format!("`{word}` takes {how}, and here are {}", values.len()),
                )
                .at(span)
                .help(if is_choice {
                    format!("Write `{word}(x, y)`.")
                } else {
                    format!("Write `{word}(x)`.")
                }),
            );
        }
        for value in &values {
            let takes = match kind {
                Function::Abs => is_amount(&value.ty),
                Function::Round => is_amount(&value.ty) && value.ty != Type::Duration,
                Function::Least | Function::Greatest => {
                    is_amount(&value.ty) || matches!(value.ty, Type::Date | Type::Timestamp)
                }
                Function::Ln | Function::Exp | Function::Sqrt => {
                    matches!(value.ty, Type::Count | Type::Number | Type::Percent)
                }
            };
            if !takes {
                let shown = self.words(value.span);
                return self.refuse(
                    Diagnostic::new(
                        codes::types::WRONG_ARGUMENT,
                        format!("`{shown}` is {}, which `{word}` cannot take", value.ty),
                    )
                    .at(value.span)
                    .help(match kind {
                        Function::Ln | Function::Exp | Function::Sqrt => {
                            format!("`{word}` takes a plain number; divide by a unit first: `{word}(x / 1 EUR)`.")
                        }
                        Function::Round => "For whole days, divide first: `round(x / 1 day)`.".to_owned(),
                        _ => format!("`{word}` takes numbers, money and lengths of time."),
                    }),
                );
            }
        }
        let mut values = if is_choice { self.of_one_type(values)? } else { values };
        let mut ty = values.first()?.ty.clone();
        if matches!(kind, Function::Ln | Function::Exp | Function::Sqrt) {
            ty = Type::Number;
            values = values.into_iter().map(|v| as_double(v, &Type::Number)).collect();
        } else if matches!(values.first()?.kind, ValueKind::Decimal(_)) {
            let own = ty.clone();
            values = values.into_iter().map(|v| as_double(v, &own)).collect();
        }
        Some(Meaning::Value(Value { kind: ValueKind::Function(kind, values), ty, span }))
    }
}

fn is_amount(ty: &Type) -> bool {
    matches!(ty, Type::Count | Type::Number | Type::Percent | Type::Money(_) | Type::Duration)
}

fn of_tree(function: tree::Function) -> (&'static str, Function) {
    match function {
        tree::Function::Abs => ("abs", Function::Abs),
        tree::Function::Round => ("round", Function::Round),
        tree::Function::Least => ("least", Function::Least),
        tree::Function::Greatest => ("greatest", Function::Greatest),
        tree::Function::Ln => ("ln", Function::Ln),
        tree::Function::Exp => ("exp", Function::Exp),
        tree::Function::Sqrt => ("sqrt", Function::Sqrt),
    }
}
