//! The warning of a run whose sequences look at many events at the same time.

use crate::diagnostics::{Diagnostic, codes};
use crate::engine::behaviour::Ties;
use crate::program::EventTable;

/// One in so many may tie before a run says so.
const FEW: u64 = 20;

/// A warning for each table of which too many events tie. `ties` is by `TableId`.
pub(super) fn warnings(ties: &[Ties], tables: &[EventTable]) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for (ties, table) in ties.iter().zip(tables) {
        if ties.tied.saturating_mul(FEW) <= ties.events {
            continue;
        }
        let help = match table.order {
            Some(_) => "Its `order` column does not tell them apart, or they share their time with events of another table. Finer times help.".to_owned(),
            None => format!("If a column tells their order, name it: `order = \"…\"` in `[{}]`. Else finer times help.", table.name),
        };
        warnings.push(
            Diagnostic::new(
                codes::data::TIES,
                format!(
                    "Of {} events of `{}` that sequences look at, {} share their time with another one, and no order is known",
                    ties.events, table.name, ties.tied
                ),
            )
            .consequence("Two events at the same time are never one after the other, so sequences that are there may not be found.")
            .help(help),
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_twenty_is_few() {
        let table = |name: &str| EventTable { name: name.into(), columns: Vec::new(), order: None };
        let tables = [table("events.cart"), table("events.buy")];
        let of = |tied| warnings(&[Ties { events: 100, tied }, Ties { events: 100, tied: 0 }], &tables);
        assert!(of(5).is_empty());
        let [warning] = &of(6)[..] else { panic!("one table has too many") };
        assert_eq!(warning.code.code, "W0662");
        assert!(warning.message.contains("`events.cart`"), "{}", warning.message);
        assert!(warnings(&[], &tables).is_empty());
    }
}
