//! Writes the data, customer by customer or day by day, with flat memory: by customer it holds the rows of one, by time those
//! of a part of a day that is small enough.

use std::sync::atomic::{AtomicBool, Ordering};

use super::day::{self, Row};
use super::figures::Figures;
use super::people::Person;
use super::series::{Form, Series};
use super::tables;
use super::truth;
use super::world::World;
use super::{Order, Settings};
use crate::diagnostics::Diagnostic;
use crate::engine::errors;
use crate::engine::outputs::table::Cell;
use crate::program::calendar::date_of;
use crate::store::OutputFolder;

/// Rows of a file where files are not those of weeks.
const PART: u64 = 5_000_000;
/// Snapshots of the past for which the chance is written, in days before the end.
const SNAPSHOTS: [i32; 4] = [51, 44, 37, 30];

/// What the writing may use and whom it tells.
pub struct Work<'a> {
    /// The rows that may be held at once where they have to be sorted by time.
    pub held: usize,
    /// Set when the work is to stop.
    pub interrupted: &'a AtomicBool,
    /// What is being done, how much of it is, and of how much.
    pub progress: &'a dyn Fn(&str, u64, u64),
}

/// Writes all data and gives what it counted on the way.
pub fn write(settings: &Settings, folder: &mut OutputFolder, work: &Work<'_>) -> Result<Figures, Diagnostic> {
    let world = World::new(settings.seed, settings.days);
    let mut writer = Writer {
        world: &world,
        settings,
        folder,
        work,
        events: tables::EVENTS.map(Series::new),
        figures: Figures::new(),
        rows: Vec::new(),
    };
    writer.customers()?;
    match settings.order {
        Order::Customer => writer.by_customer()?,
        Order::Time => writer.by_time()?,
    }
    let Writer { events, mut figures, .. } = writer;
    for (series, rows) in events.into_iter().zip(&mut figures.rows) {
        *rows = series.rows;
        let mut series = series;
        if series.rows == 0 {
            // A table without a row is a table still.
            series.begin_file(folder, "part-1")?;
        }
        series.end_file(folder)?;
    }
    Ok(figures)
}

struct Writer<'a> {
    world: &'a World,
    settings: &'a Settings,
    folder: &'a mut OutputFolder,
    work: &'a Work<'a>,
    events: [Series; 5],
    figures: Figures,
    /// The rows that are held.
    rows: Vec<Row>,
}

impl Writer<'_> {
    /// The tables with one row a customer, and those of the shop itself.
    fn customers(&mut self) -> Result<(), Diagnostic> {
        let forms = [
            tables::CUSTOMERS,
            tables::SCORES,
            tables::NO_CONTACT,
            tables::PLANS,
            tables::TRUTH,
            tables::CHANCES,
            tables::PRODUCTS,
            tables::WINTER,
        ];
        let mut all: Vec<(&str, Series)> = forms.iter().map(|form| (form.place, Series::new(*form))).collect();
        for (_, series) in &mut all {
            series.begin_file(self.folder, "all")?;
        }
        let folder = &mut *self.folder;
        let mut push = |form: &Form, cells: &[Cell<'_>]| match all.iter_mut().find(|(place, _)| *place == form.place) {
            Some((_, series)) => series.push(folder, u64::MAX, cells),
            None => Ok(()),
        };
        tables::shop(&mut push)?;
        for index in 0..self.settings.customers {
            if index % 1_000 == 0 {
                tell(self.work, "customers", index, self.settings.customers)?;
            }
            let person = Person::of(self.world, index);
            let known = truth::at_end(self.world, &person);
            tables::customer(self.world, &person, &known, &mut push)?;
            let past = SNAPSHOTS.iter().map(|back| self.world.end - back).filter(|day| *day > person.signed_up.max(0));
            let chances: Vec<(i32, f64)> =
                past.map(|day| (day, truth::no_purchase_in_30_days(self.world, &person, day))).collect();
            tables::truth(self.world, &person, &known, &chances, &mut push)?;
            self.figures.customer(self.world, &person, &known);
        }
        for (_, series) in &mut all {
            series.end_file(self.folder)?;
        }
        Ok(())
    }

    fn by_customer(&mut self) -> Result<(), Diagnostic> {
        for index in 0..self.settings.customers {
            if index % 1_000 == 0 {
                tell(self.work, "events", index, self.settings.customers)?;
            }
            let person = Person::of(self.world, index);
            for day in person.signed_up.max(0)..self.world.end {
                day::rows(self.world, &person, day, &mut self.rows);
            }
            self.flush(PART)?;
        }
        Ok(())
    }

    fn by_time(&mut self) -> Result<(), Diagnostic> {
        for day in 0..self.world.end {
            tell(self.work, "events", day as u64, self.world.end as u64)?;
            if day == 0 || self.world.day(day).weekday == 0 {
                // An export a week, called by its first day.
                let name = date_of(self.world.date(day)).to_string();
                for series in &mut self.events {
                    series.begin_file(self.folder, &name)?;
                }
            }
            let today = self.world.day(day);
            self.part_of_day(day, today.starts, today.starts + i64::from(today.seconds))?;
        }
        Ok(())
    }

    /// The rows of a day from one moment to another; in two halves where they are too many to be held.
    fn part_of_day(&mut self, day: i32, from: i64, to: i64) -> Result<(), Diagnostic> {
        let mut of_one = Vec::new();
        for index in 0..self.settings.customers {
            if index % 10_000 == 0 && self.work.interrupted.load(Ordering::Relaxed) {
                return Err(errors::interrupted());
            }
            let person = Person::of(self.world, index);
            day::rows(self.world, &person, day, &mut of_one);
            self.rows.extend(of_one.drain(..).filter(|row| (from..to).contains(&row.second)));
            if self.rows.len() > self.work.held && to - from > 1 {
                self.rows.clear();
                let middle = from + (to - from) / 2;
                self.part_of_day(day, from, middle)?;
                return self.part_of_day(day, middle, to);
            }
        }
        self.flush(u64::MAX)
    }

    /// Writes the rows that are held, by time.
    fn flush(&mut self, most: u64) -> Result<(), Diagnostic> {
        self.figures.held = self.figures.held.max(self.rows.len());
        self.rows.sort_unstable();
        for row in &self.rows {
            self.figures.event(self.world, row);
            let (cells, length) = tables::event(row);
            if let Some(series) = self.events.get_mut(tables::table_of(&row.what)) {
                series.push(self.folder, most, cells.get(..length).unwrap_or(&cells))?;
            }
        }
        self.rows.clear();
        Ok(())
    }
}

/// Tells how far the work is, and stops it where it is to stop.
fn tell(work: &Work<'_>, doing: &str, done: u64, all: u64) -> Result<(), Diagnostic> {
    if work.interrupted.load(Ordering::Relaxed) {
        return Err(errors::interrupted());
    }
    (work.progress)(doing, done, all);
    Ok(())
}
