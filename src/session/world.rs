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
    let events = (0..catalog.event_tables.len()).map(|table| sources.plain_events(&machine, table));
    let events = events.collect::<Result<_, _>>().map_err(one)?;
    let data = data(&machine, &sources, catalog, customers, events).map_err(one)?;
    let newest = sources.newest_event(&machine).map_err(one)?;
    Ok((data, newest))
}

/// The rows of these customers and events, with all that may be looked up for them.
pub(super) fn data(
    machine: &Machine,
    sources: &Sources,
    catalog: &Catalog,
    customers: Option<Vec<CustomerRow>>,
    events: Vec<Vec<PlainRow>>,
) -> Result<Data, Diagnostic> {
    let event = |r: PlainRow| EventRow { key: r.key, time: r.time, columns: r.values };
    let look_up = |table| Ok(sources.plain_look_up(machine, table)?.into_iter().map(|r| r.values).collect());
    let value = |r: PlainRow| HistoryRow { key: r.key, from: r.time, value: r.values.into_iter().next().flatten() };
    let history = |table| Ok(sources.plain_history(machine, table)?.into_iter().map(value).collect());
    Ok(Data {
        customers,
        events: events.into_iter().map(|rows| rows.into_iter().map(event).collect()).collect(),
        look_ups: (0..catalog.look_ups.len()).map(look_up).collect::<Result<_, _>>()?,
        lists: (0..catalog.lists.len()).map(|list| sources.plain_list(machine, list)).collect::<Result<_, _>>()?,
        histories: (0..catalog.histories.len()).map(history).collect::<Result<_, _>>()?,
    })
}
