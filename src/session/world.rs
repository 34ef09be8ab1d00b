//! The data of a project as plain rows, for the reference meaning: what the engine reads, read by the same readers and then
//! looked at one row at a time.

use super::{Project, Resources};
use crate::diagnostics::Diagnostic;
use crate::engine::machine::Machine;
use crate::engine::sources::{PlainRow, Sources};
use crate::interpret::{CustomerRow, Data, EventRow, HistoryRow};
use crate::project::catalog::Catalog;

/// The data as rows, and the newest time of an event that has a key and a time.
pub fn world(project: &Project, catalog: &Catalog, resources: &Resources) -> Result<(Data, Option<i64>), Vec<Diagnostic>> {
    let one = |error: Diagnostic| vec![error];
    let lock = project.lock.as_ref().map_err(|error| vec![error.clone()])?;
    let machine = Machine::new(resources.settings()).map_err(one)?;
    let sources = Sources::open(&machine, &project.root, catalog, lock)?;
    let customers = if catalog.customer_sources.is_empty() {
        None
    } else {
        let rows = sources.plain_customers(&machine).map_err(one)?;
        Some(rows.into_iter().filter_map(|r| Some(CustomerRow { key: r.key?, attributes: r.values })).collect())
    };
    let mut events = Vec::new();
    for table in 0..catalog.event_tables.len() {
        let rows = sources.plain_events(&machine, table).map_err(one)?;
        events.push(rows.into_iter().map(|r| EventRow { key: r.key, time: r.time, columns: r.values }).collect());
    }
    let mut look_ups = Vec::new();
    for look_up in 0..catalog.look_ups.len() {
        let rows = sources.plain_look_up(&machine, look_up).map_err(one)?;
        look_ups.push(rows.into_iter().map(|r| r.values).collect());
    }
    let mut lists = Vec::new();
    for list in 0..catalog.lists.len() {
        lists.push(sources.plain_list(&machine, list).map_err(one)?);
    }
    let mut histories = Vec::new();
    for history in 0..catalog.histories.len() {
        let rows = sources.plain_history(&machine, history).map_err(one)?;
        let row = |r: PlainRow| HistoryRow { key: r.key, from: r.time, value: r.values.into_iter().next().flatten() };
        histories.push(rows.into_iter().map(row).collect());
    }
    let newest = sources.newest_event(&machine).map_err(one)?;
    Ok((Data { customers, events, look_ups, lists, histories }, newest))
}
