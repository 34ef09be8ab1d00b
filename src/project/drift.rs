//! What changed from one lock to the next, in sentences: what `segue schema --check` says, and a run of data that moved on.
//!
//! What moves with every export says nothing: row counts, how many values are missing, a largest amount that is a little
//! larger. Amounts that suddenly reach more than twice as far are told: somebody may have changed their unit.

use super::lock::{Lock, LockedColumn, LockedSource};
use crate::program::types::Type;

/// How many names a sentence lists before it says how many more there are.
const NAMES: usize = 5;

/// What changed from `old` to `new`, sorted by source; empty where nothing did.
pub fn drift(old: &Lock, new: &Lock) -> Vec<String> {
    let mut says = Vec::new();
    let mut names: Vec<&str> = old.sources.iter().chain(&new.sources).map(|s| s.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let find = |lock: &'_ Lock| lock.sources.iter().position(|s| s.name == name);
        match (find(old).and_then(|i| old.sources.get(i)), find(new).and_then(|i| new.sources.get(i))) {
            (Some(old), Some(new)) => source(old, new, &mut says),
            (None, Some(_)) => says.push(format!("`{name}` is new.")),
            (Some(_), None) => says.push(format!("`{name}` is gone.")),
            (None, None) => {}
        }
    }
    says
}

fn source(old: &LockedSource, new: &LockedSource, says: &mut Vec<String>) {
    let name = &old.name;
    if old.rows > 0 && new.rows == 0 {
        says.push(format!("`{name}` has no rows any more."));
    }
    let added = only_in(&new.kinds, &old.kinds);
    if !added.is_empty() {
        says.push(format!("`{name}` has new kinds of events: {}.", listed(&added)));
    }
    let gone = only_in(&old.kinds, &new.kinds);
    if !gone.is_empty() {
        says.push(format!("`{name}` has no more events of the kinds {}.", listed(&gone)));
    }
    for column in &old.columns {
        match new.columns.iter().find(|c| c.name == column.name) {
            Some(now) => self::column(name, column, now, says),
            None if new.left_out.contains(&column.name) => {
                says.push(format!("`{name}`: the column `{}` is of a kind now that cannot be read.", column.name));
            }
            None => says.push(format!("`{name}`: the column `{}` is gone; it was {}.", column.name, column.ty)),
        }
    }
    for column in &new.columns {
        if !old.columns.iter().any(|c| c.name == column.name) {
            says.push(format!("`{name}`: the column `{}` is new; it is {}.", column.name, column.ty));
        }
    }
    let is_same_set =
        old.columns.len() == new.columns.len() && old.columns.iter().all(|c| new.columns.iter().any(|n| n.name == c.name));
    if is_same_set && old.columns.iter().zip(&new.columns).any(|(a, b)| a.name != b.name) {
        says.push(format!("`{name}`: the columns stand in another order."));
    }
    for column in only_in(&new.left_out, &old.left_out) {
        if !old.columns.iter().any(|c| c.name == column) {
            says.push(format!("`{name}`: the column `{column}` is new and cannot be read."));
        }
    }
    for column in only_in(&old.left_out, &new.left_out) {
        if !new.columns.iter().any(|c| c.name == column) {
            says.push(format!("`{name}`: the column `{column}`, which could not be read, is gone."));
        }
    }
}

fn column(source: &str, old: &LockedColumn, new: &LockedColumn, says: &mut Vec<String>) {
    let name = &old.name;
    if old.ty != new.ty {
        says.push(format!("`{source}`: `{name}` is {} now; it was {}.", new.ty, old.ty));
        return;
    }
    if old.missing == 0 && new.missing > 0 {
        says.push(format!("`{source}`: `{name}` has missing values now."));
    }
    if old.missing > 0 && new.missing == 0 {
        says.push(format!("`{source}`: `{name}` has no missing values any more."));
    }
    match (&old.values, &new.values) {
        (Some(before), Some(now)) => {
            let added = only_in(now, before);
            if !added.is_empty() {
                says.push(format!("`{source}`: `{name}` has new values: {}.", listed(&added)));
            }
            let gone = only_in(before, now);
            if !gone.is_empty() {
                says.push(format!("`{source}`: `{name}` has no more {}.", listed(&gone)));
            }
        }
        (Some(_), None) => says.push(format!("`{source}`: the values of `{name}` are not listed any more.")),
        (None, Some(now)) => {
            says.push(format!("`{source}`: `{name}` has few enough values to be listed now: {}.", now.len()))
        }
        (None, None) => {}
    }
    if old.ty == Type::Number
        && let (Some(before), Some(now)) = (&old.range, &new.range)
        && width(now) > 2.0 * width(before)
    {
        says.push(format!(
            "`{source}`: `{name}` reaches from {} to {} now; it was from {} to {}.",
            now.0, now.1, before.0, before.1
        ));
    }
}

fn width((smallest, largest): &(String, String)) -> f64 {
    let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    number(largest) - number(smallest)
}

fn only_in<'a>(these: &'a [String], those: &[String]) -> Vec<&'a str> {
    // Value sets have up to a thousand texts each: a set of references keeps this linear.
    let those: std::collections::BTreeSet<&String> = those.iter().collect();
    these.iter().filter(|t| !those.contains(t)).map(String::as_str).collect()
}

fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(NAMES).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
