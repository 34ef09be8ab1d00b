//! Key columns that are joined have one type: if one of them is a text, all are, whole numbers written in decimal.
//!
//! Joined are the keys of customers and of events; and the key of a look-up table with each column of events and of customers
//! that is named like it. What shares a column is joined too.

use super::config::{Config, EventsConfig};
use super::lock::Lock;
use crate::program::types::Type;

/// A column of a lock: which source, which of its columns.
pub(super) type Place = (usize, usize);

/// Makes the joined key columns of a lock agree: where one is a text, those that are whole numbers become texts. What the lock
/// knew of the numbers' values goes with it.
pub fn agree(config: &Config, lock: &mut Lock) {
    for group in groups(config, lock) {
        let mut columns: Vec<Place> = group;
        if !columns.iter().any(|p| ty(lock, *p) == Some(&Type::Text)) {
            continue;
        }
        columns.retain(|p| ty(lock, *p) == Some(&Type::Count));
        for (source, column) in columns {
            if let Some(column) = lock.sources.get_mut(source).and_then(|s| s.columns.get_mut(column)) {
                column.ty = Type::Text;
                column.range = None;
            }
        }
    }
}

/// The type of a column.
pub(super) fn ty(lock: &Lock, (source, column): Place) -> Option<&Type> {
    Some(&lock.sources.get(source)?.columns.get(column)?.ty)
}

/// The groups of joined columns.
pub(super) fn groups(config: &Config, lock: &Lock) -> Vec<Vec<Place>> {
    let source = |name: &str| lock.sources.iter().position(|s| s.name == name);
    let place = |name: &str, column: &str| -> Option<Place> {
        let at = source(name)?;
        Some((at, lock.sources.get(at)?.columns.iter().position(|c| c.name == column)?))
    };
    let events: Vec<(String, &EventsConfig)> = tables_of_events(config).collect();

    let mut keys: Vec<Place> = config.customers.iter().filter_map(|c| place(&c.name, &c.key.text)).collect();
    keys.extend(events.iter().filter_map(|(name, e)| place(name, &e.key.text)));
    let histories = || config.histories.iter().map(|h| (h, format!("history.{}", h.name.text)));
    keys.extend(histories().filter_map(|(h, name)| place(&name, &h.key.text)));
    let mut groups = vec![keys];
    for table in &config.tables {
        let key = table.key.text.as_str();
        let mut group: Vec<Place> = place(&format!("tables.{}", table.name.text), key).into_iter().collect();
        group.extend(events.iter().filter_map(|(name, _)| place(name, key)));
        // The key of a second customer source is no attribute, so no look-up hangs on it.
        let attributes = config.customers.iter().enumerate().filter(|(i, c)| *i == 0 || c.key.text != key);
        group.extend(attributes.filter_map(|(_, c)| place(&c.name, key)));
        let named = histories().filter(|(h, _)| h.name.text == key);
        group.extend(named.filter_map(|(h, name)| place(&name, &h.value.text)));
        groups.push(group);
    }
    united(groups)
}

/// Each `[events.X]` and `[streams.X]` with the name of its source in the lock.
pub(super) fn tables_of_events(config: &Config) -> impl Iterator<Item = (String, &EventsConfig)> {
    let events = config.events.iter().map(|e| (format!("events.{}", e.name.text), e));
    events.chain(config.streams.iter().map(|s| (format!("streams.{}", s.name.text), s)))
}

/// Groups that share a column put together.
fn united(groups: Vec<Vec<Place>>) -> Vec<Vec<Place>> {
    let mut out: Vec<Vec<Place>> = Vec::new();
    for mut group in groups {
        let (shared, apart): (Vec<_>, Vec<_>) = out.into_iter().partition(|g| g.iter().any(|p| group.contains(p)));
        let mut whole: Vec<Place> = shared.into_iter().flatten().collect();
        whole.append(&mut group);
        whole.sort_unstable();
        whole.dedup();
        out = apart;
        out.push(whole);
    }
    out
}
