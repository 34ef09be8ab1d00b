//! The demo: a web shop that never was, drawn from a seed, with known truths planted in it. [`world`] has its days, [`people`]
//! its customers, [`day`] what one of them does on one day, [`truth`] what nobody in the shop knows; [`write`](write()) puts
//! it into files ([`tables`]), [`project`] adds what makes a project of them, [`readme`] says what was planted.
//!
//! Any day of any customer can be drawn by itself, so nothing has to be kept: memory is flat for any number of customers,
//! and the same rows come out by customer and by time.

#[cfg(feature = "engine")]
mod catalogue;
#[cfg(feature = "engine")]
mod day;
#[cfg(feature = "engine")]
mod figures;
#[cfg(feature = "engine")]
mod people;
#[cfg(feature = "engine")]
pub mod project;
#[cfg(feature = "engine")]
mod random;
#[cfg(feature = "engine")]
mod readme;
#[cfg(feature = "engine")]
mod series;
#[cfg(feature = "engine")]
mod tables;
#[cfg(feature = "engine")]
mod truth;
#[cfg(feature = "engine")]
mod world;
#[cfg(feature = "engine")]
mod write;

#[cfg(feature = "engine")]
pub use figures::Figures;
#[cfg(feature = "engine")]
pub use readme::{Came, readme};
#[cfg(feature = "engine")]
pub use write::{Work, write};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How many customers.
    pub customers: u64,
    /// What everything is drawn from.
    pub seed: u64,
    /// How many days have data.
    pub days: i32,
    /// In which order the events stand.
    pub order: Order,
}

/// In which order events stand in their files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Customer by customer: what a database gives that keeps them together.
    Customer,
    /// Week by week, a file each: what an export gives that runs every Monday.
    Time,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { customers: 10_000, seed: 1, days: 400, order: Order::Customer }
    }
}

/// The fewest and the most customers that can be asked for.
pub const CUSTOMERS: std::ops::RangeInclusive<u64> = 100..=100_000_000;
/// The fewest and the most days: what the segments look at needs a year.
pub const DAYS: std::ops::RangeInclusive<i32> = 400..=3_000;
/// Rows that are held at once where they are sorted by time.
#[cfg(feature = "engine")]
pub const HELD: usize = 2_000_000;

/// The tables of events, in the order of `Figures::rows`.
pub const EVENTS: [&str; 5] = ["web", "purchases", "tickets", "mails", "offers"];

#[cfg(feature = "engine")]
impl Settings {
    /// As of when everything is asked: the first moment after the data, in microseconds since 1970.
    pub fn as_of(&self) -> i64 {
        world::World::new(self.seed, self.days).day(self.days).starts.saturating_mul(1_000_000)
    }
}
