//! What the data has of what was planted, counted while it is written: the figures of the README.

use super::day::{Row, Web, What, buys, good_for, has_discount};
use super::people::{GROUPS, Person, Response, Stall};
use super::truth::Truth;
use super::world::{OFFER_DAYS, World};

/// The first customers, of whom it is counted: enough for any share, and a shop of ten millions needs no longer for it.
pub const COUNTED: u64 = 100_000;

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Rows of each table of events, in the order of `tables::EVENTS`.
    pub rows: [u64; 5],
    /// The most rows that were held at once.
    pub held: usize,
    /// Customers of whom was counted.
    pub customers: u64,
    /// Each group.
    pub groups: [OfGroup; 5],
    /// Those who began to slip, of whom two weeks before and four weeks after are in the data.
    pub slipped: Slipped,
    /// How journeys end: of all others, of those who leave the cart, of those whose payment fails.
    pub journeys: [Journeys; 3],
    /// What offers did, by what a discount does to them.
    pub offers: [Offers; 4],
    last: Option<Person>,
}

/// Of one group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfGroup {
    /// How many there are.
    pub customers: u64,
    /// Who began to slip and has not left yet.
    pub slipping: u64,
    /// Who has left.
    pub left: u64,
    /// Their sessions.
    pub sessions: u64,
    /// Those on a Saturday or Sunday.
    pub weekend: u64,
    /// Those on a working day from twelve to two.
    pub lunch: u64,
    /// Those by phone.
    pub mobile: u64,
    /// What they bought.
    pub purchases: u64,
    /// What they paid, in cents.
    pub cents: u64,
}

/// Of those who slipped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Slipped {
    /// How many.
    pub customers: u64,
    /// Sessions in the two weeks before, in the first two after, and in the next two.
    pub sessions: [u64; 3],
    /// Tickets in the same weeks.
    pub tickets: [u64; 3],
}

/// Of journeys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Journeys {
    /// Customers who walk so.
    pub customers: u64,
    /// Carts with something in.
    pub carts: u64,
    /// Checkouts.
    pub checkouts: u64,
    /// Purchases.
    pub purchases: u64,
}

/// Of offers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Offers {
    /// Customers who are so.
    pub customers: u64,
    /// The sum of what a discount adds to the chance of a purchase in 14 days, as of the end, by the truth.
    pub uplift: f64,
    /// Offers with a discount, and how many of them were followed by a purchase while they were good.
    pub with: (u64, u64),
    /// Offers without.
    pub without: (u64, u64),
}

/// The places of the responses.
pub const RESPONSES: [Response; 4] = [Response::Moved, Response::Anyway, Response::Never, Response::PutOff];

impl Figures {
    /// Nothing counted yet.
    pub fn new() -> Figures {
        Figures::default()
    }

    /// Counts a customer.
    pub fn customer(&mut self, world: &World, person: &Person, truth: &Truth) {
        if person.index >= COUNTED {
            return;
        }
        self.customers += 1;
        let has_slipped = person.slips_at.is_some_and(|day| day < world.end);
        if let Some(group) = self.groups.get_mut(person.group) {
            group.customers += 1;
            group.left += u64::from(person.has_left(world.end));
            group.slipping += u64::from(has_slipped && !person.has_left(world.end));
        }
        self.slipped.customers += u64::from(is_seen_slipping(world, person));
        self.journeys[journey(person)].customers += 1;
        let place = RESPONSES.iter().position(|r| *r == person.response).unwrap_or(0);
        let offers = &mut self.offers[place];
        offers.customers += 1;
        offers.uplift += truth.uplift();
        for sent in (0..world.end - OFFER_DAYS + 1).filter(|day| world.day(*day).has_offer) {
            let Some(is_treated) = person.offered(world, sent) else { continue };
            let bought = good_for(sent).any(|day| buys(world, person, day, has_discount(world, person, day)));
            let group = if is_treated { &mut offers.with } else { &mut offers.without };
            group.0 += 1;
            group.1 += u64::from(bought);
        }
    }

    /// Counts a row.
    pub fn event(&mut self, world: &World, row: &Row) {
        let index = (row.customer - 100_001).unsigned_abs();
        if index >= COUNTED {
            return;
        }
        if self.last.as_ref().is_none_or(|person| person.index != index) {
            self.last = Some(Person::of(world, index));
        }
        let Some(person) = &self.last else { return };
        let day = world.day_at(row.second);
        let today = world.day(day);
        let journeys = &mut self.journeys[journey(person)];
        let group = &mut self.groups[person.group % GROUPS.len()];
        let weeks = person.slips_at.filter(|_| is_seen_slipping(world, person)).map(|since| (day - since).div_euclid(14));
        let weeks = weeks.and_then(|weeks| usize::try_from(weeks + 1).ok());
        match row.what {
            What::Web { event: Web::Session, device, .. } => {
                let hour = (row.second - today.starts) / 3_600;
                group.sessions += 1;
                group.weekend += u64::from(today.weekday >= 5);
                group.lunch += u64::from(today.weekday < 5 && (12..14).contains(&hour));
                group.mobile += u64::from(device == 1);
                if let Some(count) = weeks.and_then(|weeks| self.slipped.sessions.get_mut(weeks)) {
                    *count += 1;
                }
            }
            What::Web { event: Web::Cart, .. } => journeys.carts += 1,
            What::Web { event: Web::Checkout, .. } => journeys.checkouts += 1,
            What::Purchase { cents, .. } => {
                journeys.purchases += 1;
                group.purchases += 1;
                group.cents += u64::from(cents);
            }
            What::Ticket { .. } => {
                if let Some(count) = weeks.and_then(|weeks| self.slipped.tickets.get_mut(weeks)) {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
}

/// Whether the two weeks before somebody began to slip and the four after lie in the data.
fn is_seen_slipping(world: &World, person: &Person) -> bool {
    person.slips_at.is_some_and(|day| day - 14 >= person.signed_up.max(0) && day + 28 <= world.end)
}

fn journey(person: &Person) -> usize {
    match person.stall {
        None => 0,
        Some(Stall::Cart) => 1,
        Some(Stall::Checkout) => 2,
    }
}
