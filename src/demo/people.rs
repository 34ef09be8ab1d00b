//! The customers, and what is true of each: the group, when they begin to slip away, whom a discount moves, who never gets
//! past the checkout. All of it is drawn from the seed and the customer's number alone, so that nobody has to be kept.

use super::catalogue::CITIES;
use super::random::Random;
use super::world::{FUTURE, World};

/// The groups. Their order is that of [`GROUPS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Persona {
    /// Come every other day, buy steadily, need no discount.
    Regular,
    /// Come on Saturdays and Sundays, by phone.
    Weekend,
    /// Come on working days between twelve and two.
    LunchHour,
    /// Look at much, buy little, unless it is cheaper.
    Bargain,
    /// Come before Christmas and the like, and buy dear things.
    Presents,
}

/// What is true of a group.
#[derive(Debug)]
pub struct Group {
    /// Which.
    pub persona: Persona,
    /// `"weekend"`
    pub name: &'static str,
    /// In words, for the README.
    pub title: &'static str,
    /// Its share of all customers.
    pub share: f64,
    /// The chance of a session on each day of the week, Monday first.
    pub visits: [f64; 7],
    /// From which hour to which, and how often.
    pub hours: &'static [((i32, i32), f64)],
    /// The share of sessions by phone.
    pub mobile: f64,
    /// The chance to look at one product more.
    pub pages: f64,
    /// The share of sessions in which something is put into the cart.
    pub cart: f64,
    /// The categories they look at.
    pub favourites: [usize; 2],
    /// Whether they take the dearer things.
    pub is_dear: bool,
    /// The share of days on which one of them begins to slip away.
    pub hazard: f64,
    /// How many are moved by a discount, would buy anyway, never will, are put off.
    pub responses: [(Response, f64); 4],
}

/// What a discount does to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Response {
    /// Buys because of it, and comes back for it.
    Moved,
    /// Takes it and would have bought anyway.
    Anyway,
    /// Buys seldom, with it or without.
    Never,
    /// Finds it cheap, and stays away for two weeks.
    PutOff,
}

impl Response {
    /// `"moved"`
    pub fn name(self) -> &'static str {
        match self {
            Response::Moved => "moved",
            Response::Anyway => "anyway",
            Response::Never => "never",
            Response::PutOff => "put off",
        }
    }
}

/// Where journeys end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stall {
    /// Fills the cart and leaves it.
    Cart,
    /// Goes to the checkout, and the payment fails.
    Checkout,
}

impl Stall {
    /// `"checkout"`
    pub fn name(self) -> &'static str {
        match self {
            Stall::Cart => "cart",
            Stall::Checkout => "checkout",
        }
    }
}

const DAYTIME: &[((i32, i32), f64)] = &[((7, 12), 0.25), ((12, 18), 0.4), ((18, 22), 0.35)];
const EVENING: &[((i32, i32), f64)] = &[((9, 13), 0.3), ((13, 18), 0.3), ((18, 22), 0.4)];
const LUNCH: &[((i32, i32), f64)] = &[((12, 14), 0.85), ((8, 12), 0.05), ((17, 22), 0.1)];

/// What is planted of each group.
pub const GROUPS: [Group; 5] = [
    Group {
        persona: Persona::Regular,
        name: "regular",
        title: "Come every other day, buy steadily, need no discount",
        share: 0.25,
        visits: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
        hours: DAYTIME,
        mobile: 0.45,
        pages: 0.45,
        cart: 0.24,
        favourites: [2, 5],
        is_dear: false,
        hazard: 0.0012,
        responses: [(Response::Moved, 0.15), (Response::Anyway, 0.6), (Response::Never, 0.1), (Response::PutOff, 0.15)],
    },
    Group {
        persona: Persona::Weekend,
        name: "weekend",
        title: "Come on Saturdays and Sundays, by phone",
        share: 0.22,
        visits: [0.06, 0.06, 0.06, 0.06, 0.2, 0.88, 0.88],
        hours: EVENING,
        mobile: 0.85,
        pages: 0.5,
        cart: 0.24,
        favourites: [0, 1],
        is_dear: false,
        hazard: 0.0018,
        responses: [(Response::Moved, 0.35), (Response::Anyway, 0.3), (Response::Never, 0.25), (Response::PutOff, 0.1)],
    },
    Group {
        persona: Persona::LunchHour,
        name: "lunch hour",
        title: "Come on working days between twelve and two, at a desk",
        share: 0.18,
        visits: [0.58, 0.58, 0.58, 0.58, 0.58, 0.03, 0.03],
        hours: LUNCH,
        mobile: 0.1,
        pages: 0.3,
        cart: 0.18,
        favourites: [3, 4],
        is_dear: false,
        hazard: 0.0016,
        responses: [(Response::Moved, 0.25), (Response::Anyway, 0.35), (Response::Never, 0.3), (Response::PutOff, 0.1)],
    },
    Group {
        persona: Persona::Bargain,
        name: "bargain",
        title: "Look at much, buy little, unless it is cheaper",
        share: 0.2,
        visits: [0.32, 0.32, 0.32, 0.32, 0.32, 0.36, 0.36],
        hours: EVENING,
        mobile: 0.6,
        pages: 0.72,
        cart: 0.12,
        favourites: [1, 2],
        is_dear: false,
        hazard: 0.0024,
        responses: [(Response::Moved, 0.7), (Response::Anyway, 0.05), (Response::Never, 0.2), (Response::PutOff, 0.05)],
    },
    Group {
        persona: Persona::Presents,
        name: "presents",
        title: "Come before Christmas and the like, and buy dear things",
        share: 0.15,
        visits: [0.05, 0.05, 0.05, 0.05, 0.07, 0.09, 0.09],
        hours: EVENING,
        mobile: 0.5,
        pages: 0.5,
        cart: 0.5,
        favourites: [4, 5],
        is_dear: true,
        hazard: 0.0004,
        responses: [(Response::Moved, 0.2), (Response::Anyway, 0.4), (Response::Never, 0.3), (Response::PutOff, 0.1)],
    },
];

/// The share of carts that go on to the checkout, and of checkouts that are paid.
pub const CHECKOUT: f64 = 0.65;
/// See [`CHECKOUT`].
pub const PAID: f64 = 0.8;
/// The same of those whose payment fails, and of those who leave their carts.
pub const SELDOM: f64 = 0.04;

/// What is true of a customer.
#[derive(Debug, Clone)]
pub struct Person {
    /// From 0.
    pub index: u64,
    /// The group's place in [`GROUPS`].
    pub group: usize,
    /// The day they signed up: below 0 where that was before the data begins.
    pub signed_up: i32,
    /// The second of that day.
    pub signed_up_second: i32,
    /// The place in [`CITIES`].
    pub city: usize,
    /// More or fewer visits than the group.
    pub liveliness: f64,
    /// From when engagement falls; only where that is before the end of what the truth knows.
    pub slips_at: Option<i32>,
    /// How many days it takes until nothing is left.
    pub slips_for: i32,
    /// What a discount does.
    pub response: Response,
    /// Where journeys end.
    pub stall: Option<Stall>,
    /// Agreed to mails when signing up.
    pub opted_in: bool,
    /// Took that back.
    pub unsubscribes_at: Option<i32>,
    /// The share of newsletters that are opened.
    pub opens: f64,
    /// From when to when a paying member.
    pub plus: Option<(i32, Option<i32>)>,
}

/// What a customer's days are drawn from, each purpose by itself.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub enum Purpose {
    /// Who they are.
    Person = 1,
    /// What they say of themselves.
    Profile,
    /// The session of a day, and what follows from it.
    Day,
    /// Tickets of a day.
    Ticket,
    /// The newsletter of a day.
    Mail,
    /// The offer of a day.
    Offer,
    /// What a vendor believes of them.
    Vendor,
}

impl Person {
    /// The customer with this number.
    pub fn of(world: &World, index: u64) -> Person {
        let mut random = Random::of(&[world.seed, index, Purpose::Person as u64]);
        let mut left = random.unit();
        let group = GROUPS.iter().position(|g| {
            left -= g.share;
            left < 0.0
        });
        let group = group.unwrap_or(0);
        let habits = &GROUPS[group];
        let is_old = random.chance(0.5);
        let joined = if is_old { -random.between(1, 1_200) } else { random.between(0, (world.end - 1).max(0)) };
        let signed_up_second = random.between(7 * 3600, 22 * 3600);
        let city = random.below(CITIES.len() as u64) as usize;
        let liveliness = random.within(0.8, 1.1);
        let first_day = joined.max(0).saturating_add(1);
        let mut slips_at = first_day.saturating_add(random.days_until(habits.hazard));
        if slips_at >= world.end - WAVE {
            let from = first_day.max(world.end - WAVE);
            slips_at = from.saturating_add(random.days_until(habits.hazard * WORSE));
        }
        let slips_for = random.between(28, 40);
        let response = random.pick(&habits.responses, Response::Never);
        let stall = random.pick(&[(Some(Stall::Checkout), 0.08), (Some(Stall::Cart), 0.05)], None);
        let opted_in = random.chance(0.7);
        let tires_at = joined.max(0).saturating_add(14).saturating_add(random.days_until(0.0005));
        let tires_with_it = random.chance(0.3).then(|| slips_at.saturating_add(random.between(12, 30)));
        let unsubscribes_at = Some(tires_at.min(tires_with_it.unwrap_or(i32::MAX)));
        let opens = random.within(0.15, 0.6);
        let plus = random.chance(0.3).then(|| {
            let from = joined.saturating_add(random.between(5, 200));
            let cancels = if random.chance(0.5) { slips_at.saturating_add(random.between(8, 25)) } else { i32::MAX };
            (from, Some(cancels).filter(|day| *day < world.end && *day > from))
        });
        Person {
            index,
            group,
            signed_up: joined,
            signed_up_second,
            city,
            liveliness,
            slips_at: Some(slips_at).filter(|day| *day < world.end + FUTURE),
            slips_for,
            response,
            stall,
            opted_in,
            unsubscribes_at: unsubscribes_at.filter(|day| opted_in && *day < world.end),
            opens,
            plus: plus.filter(|(from, _)| *from < world.end),
        }
    }

    /// The number that the data knows them by.
    pub fn id(&self) -> i64 {
        100_001_i64.saturating_add(i64::try_from(self.index).unwrap_or(i64::MAX))
    }

    /// The chance that they begin to slip on a day, if they have not yet.
    pub fn hazard(&self, world: &World, day: i32) -> f64 {
        if day >= world.end - WAVE { self.habits().hazard * WORSE } else { self.habits().hazard }
    }

    /// What is true of the group.
    pub fn habits(&self) -> &'static Group {
        &GROUPS[self.group]
    }

    /// Draws for one purpose of one day.
    pub fn random(&self, world: &World, purpose: Purpose, day: i32) -> Random {
        Random::of(&[world.seed, self.index, purpose as u64, day as u32 as u64])
    }

    /// Whether they are on the list of those who are never to be written to.
    pub fn is_no_contact(&self, world: &World) -> bool {
        self.random(world, Purpose::Profile, 1).chance(0.015)
    }

    /// Whether mails may be sent on a day.
    pub fn takes_mail(&self, day: i32) -> bool {
        self.opted_in && self.signed_up < day && self.unsubscribes_at.is_none_or(|end| day <= end)
    }

    /// What an offer that was drawn on a day gave them: a discount, nothing (to compare with), or they were not in it.
    pub fn offered(&self, world: &World, day: i32) -> Option<bool> {
        if !self.takes_mail(day) || self.signed_up > day - 14 {
            return None;
        }
        let mut random = self.random(world, Purpose::Offer, day);
        random.chance(OFFERED).then(|| random.chance(0.5))
    }

    /// Whether they are in it from a day on that is not known yet, without looking at the draw.
    pub fn may_be_offered(&self, day: i32) -> bool {
        self.takes_mail(day) && self.signed_up <= day - 14
    }

    /// Engagement on a day, for somebody who began to slip at `slips_at`: 1 before, then falling evenly to next to nothing.
    pub fn engagement(&self, day: i32, slips_at: Option<i32>) -> f64 {
        match slips_at {
            Some(since) if day >= since => {
                let gone = f64::from(day - since) / f64::from(self.slips_for.max(1));
                if gone >= 1.0 { 0.03 } else { 1.0 - 0.9 * gone }
            }
            _ => 1.0,
        }
    }

    /// Whether nothing but a stray visit is left on a day.
    pub fn has_left(&self, day: i32) -> bool {
        self.slips_at.is_some_and(|since| day - since >= self.slips_for)
    }
}

/// For so many days before the end, and from then on, more begin to slip: the parcels have come late since.
pub const WAVE: i32 = 45;
/// So many times more.
pub const WORSE: f64 = 3.0;

/// The share of those who take mail that is in each offer; half of it gets a discount.
pub const OFFERED: f64 = 0.5;
