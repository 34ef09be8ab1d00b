//! Explains: the page of a code, what a definition says in plain English, or what will be computed for it.

use super::{Project, as_of};
use crate::diagnostics::{Diagnostic, codes, near};
use crate::explain::{self, Explanation};
use crate::plan::{lower, show};
use crate::program::calendar::{Calendar, days_of};
use crate::program::{DefinitionId, Program};

/// The page of a code, if it is one: `E0401`, whatever its case. A name in the form of a code that no message has is refused.
pub fn page(code: &str) -> Result<Option<&'static str>, Diagnostic> {
    let page = codes::all().find(|row| row.code.eq_ignore_ascii_case(code.trim())).map(|row| row.page);
    let has_digits = code.len() == 5 && code.get(1..).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    if page.is_none() && has_digits && code.starts_with(['E', 'W']) {
        return Err(unknown(&format!("No message of this Segue has the code `{code}`."), code, &[]));
    }
    Ok(page)
}

impl Project {
    /// What a definition is, in plain English. Its periods are told in days as of `as_of`, else as of the newest time in the lock.
    pub fn explain(&self, name: &str, as_of: Option<&str>, now: i64) -> Result<Explanation, Vec<Diagnostic>> {
        let program = self.checked()?;
        let moment = match as_of {
            Some(text) => Some(as_of::parse(text, &program.calendar, now).map_err(|error| vec![error])?),
            None => self.newest_in_lock(&program.calendar).map(|newest| as_of::after(newest, &program.calendar)),
        };
        let shown = moment.map(|moment| (moment, as_of::shown(moment, &program.calendar)));
        explain::of_name(&program, name, shown).ok_or_else(|| vec![no_definition(&program, name)])
    }

    /// What is computed for a definition, from which data.
    pub fn explain_plan(&self, name: &str, as_of: Option<&str>, now: i64) -> Result<String, Vec<Diagnostic>> {
        let (program, _) = self.definition(name)?;
        let moment = match as_of {
            Some(text) => as_of::parse(text, &program.calendar, now).map_err(|error| vec![error])?,
            None => self.newest_in_lock(&program.calendar).map_or(now, |newest| as_of::after(newest, &program.calendar)),
        };
        let plan = lower::lower_only(&program, moment, &|definition| *definition.name == *name);
        let head = format!("As of {}:\n\n", as_of::shown(moment, &program.calendar));
        Ok(head + &show::definition(&plan, &program, name))
    }

    fn checked(&self) -> Result<Program, Vec<Diagnostic>> {
        let checked = self.check();
        checked.program.ok_or(checked.diagnostics)
    }

    /// The checked project, and one of its definitions.
    pub(super) fn definition(&self, name: &str) -> Result<(Program, DefinitionId), Vec<Diagnostic>> {
        let program = self.checked()?;
        let id = find(&program, name).map_err(|error| vec![error])?;
        Ok((program, id))
    }

    /// The newest time of an event that the lock knows of: the data itself is not read.
    pub(super) fn newest_in_lock(&self, calendar: &Calendar) -> Option<i64> {
        let (Ok(config), Ok(lock)) = (&self.config, &self.lock) else { return None };
        let newest = |kind: &str, name: &str, time: &str| {
            let source = lock.sources.iter().find(|s| s.name == format!("{kind}.{name}"))?;
            let (_, newest) = source.columns.iter().find(|c| c.name == time)?.range.as_ref()?;
            match newest.parse::<jiff::Timestamp>() {
                Ok(moment) => Some(moment.as_microsecond()),
                Err(_) => newest.parse().ok().map(|day| calendar.start_of_day(days_of(day))),
            }
        };
        let events = config.events.iter().filter_map(|e| newest("events", &e.name.text, &e.time.text));
        let streams = config.streams.iter().filter_map(|e| newest("streams", &e.name.text, &e.time.text));
        events.chain(streams).max()
    }
}

/// The definition of a name.
pub(super) fn find(program: &Program, name: &str) -> Result<DefinitionId, Diagnostic> {
    let found = program.definitions.iter().position(|d| *d.name == *name).map(DefinitionId);
    found.ok_or_else(|| no_definition(program, name))
}

fn no_definition(program: &Program, name: &str) -> Diagnostic {
    let names: Vec<&str> = program.definitions.iter().map(|d| &*d.name).collect();
    unknown(&format!("There is no definition `{name}` in this project."), name, &names)
}

/// The names that there are, some of them where they are many.
fn all(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match (names.len(), names.len().saturating_sub(SHOWN)) {
        (0, _) => "The project declares none yet: write one in a .seg file.".to_owned(),
        (_, 0) => format!("There are {}.", shown.join(", ")),
        (_, more) => format!("There are {} and {more} more.", shown.join(", ")),
    }
}

/// A name that is not there, with those that may have been meant.
pub(super) fn unknown(message: &str, name: &str, names: &[&str]) -> Diagnostic {
    let error = Diagnostic::new(codes::session::UNKNOWN_DEFINITION, message);
    match near::one_of(&near::nearest(name, names.iter().copied())) {
        Some(meant) => error.help(format!("Did you mean {meant}?")),
        None => error.help(all(names)),
    }
}
