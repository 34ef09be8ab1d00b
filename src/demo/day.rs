//! One day of one customer: how likely a visit and a purchase are ([`chances`]), and what happened ([`rows`]). The truth is
//! computed from the first, the data drawn from it.

use super::catalogue;
use super::people::{CHECKOUT, PAID, Person, Persona, Purpose, Response, SELDOM, Stall};
use super::random::Random;
use super::world::{OFFER_DAYS, World};

/// What a day is like for somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chances {
    /// A session.
    pub visit: f64,
    /// Something in the cart, of a session.
    pub cart: f64,
    /// The checkout, of a cart.
    pub checkout: f64,
    /// A purchase, of a checkout.
    pub paid: f64,
}

impl Chances {
    /// A purchase on that day.
    pub fn buys(&self) -> f64 {
        self.visit * self.cart * self.checkout * self.paid
    }
}

/// How likely what is on a day, for somebody who began to slip at `slips_at` and has a discount or not.
pub fn chances(world: &World, person: &Person, day: i32, slips_at: Option<i32>, has_discount: bool) -> Chances {
    let habits = person.habits();
    let today = world.day(day);
    let engagement = person.engagement(day, slips_at);
    let mut visit = habits.visits[today.weekday % 7] * person.liveliness * today.visits * engagement;
    let mut cart = habits.cart * today.buys;
    if habits.persona == Persona::Presents {
        visit *= today.presents;
    }
    // Who slips away stops to buy before they stop to come.
    let mut eager = if engagement < 0.1 { 0.0 } else { engagement };
    if has_discount {
        match person.response {
            Response::Moved => {
                eager = if engagement < 0.1 { 0.0 } else { eager.max(0.6) };
                visit *= 1.2;
                cart *= 2.0;
            }
            Response::PutOff => {
                visit *= 0.8;
                cart *= 0.5;
            }
            Response::Anyway | Response::Never => {}
        }
    }
    if person.response == Response::Never {
        cart *= 0.5;
    }
    if person.stall.is_some() {
        cart = cart.max(0.3);
    }
    Chances {
        visit: visit.min(0.95),
        cart: (cart * eager).min(0.9),
        checkout: if person.stall == Some(Stall::Cart) { SELDOM } else { CHECKOUT },
        paid: if person.stall == Some(Stall::Checkout) { SELDOM } else { PAID },
    }
}

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// When, in seconds since 1970 (UTC).
    pub second: i64,
    /// To whom.
    pub customer: i64,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A line of the web shop's log.
    Web {
        /// Which.
        event: Web,
        /// The place in [`catalogue::DEVICES`].
        device: u8,
        /// The place in [`catalogue::REFERRERS`]; of sessions.
        referrer: Option<u8>,
        /// Which product, where it is about one.
        product: Option<u16>,
    },
    /// Something bought.
    Purchase {
        /// Which product.
        product: u16,
        /// How many.
        quantity: u8,
        /// What was paid, in cents.
        cents: u32,
        /// What was taken off, in cents.
        off: u32,
        /// When it came, in minutes after.
        delivered: u32,
        /// When it went back, in minutes after.
        returned: Option<u32>,
    },
    /// A question to the support.
    Ticket {
        /// The place in [`catalogue::TOPICS`].
        topic: u8,
        /// About which product.
        product: Option<u16>,
        /// When it was solved, in minutes after.
        solved: u32,
    },
    /// Something with a mail.
    Mail {
        /// Which.
        event: Mail,
        /// Which newsletter: the day it went out, as the calendar counts it.
        sent: i32,
    },
    /// An offer was drawn.
    Offer {
        /// With a discount; or nothing, to compare with.
        has_discount: bool,
    },
}

/// The kinds of the web shop's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Web {
    /// `session`
    Session,
    /// `product_view`
    View,
    /// `add_to_cart`
    Cart,
    /// `checkout`
    Checkout,
}

/// The kinds of the mail system's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mail {
    /// `email_sent`
    Sent,
    /// `email_open`
    Open,
    /// `email_click`
    Click,
    /// `unsubscribe`
    Unsubscribe,
}

/// The discount, in percent.
pub const DISCOUNT: u32 = 15;

/// Whether a discount was sent that is good on a day.
pub fn has_discount(world: &World, person: &Person, day: i32) -> bool {
    world.offer_on(day).is_some_and(|sent| sent < day && person.offered(world, sent) == Some(true))
}

/// Adds what a customer did on a day, not in order.
pub fn rows(world: &World, person: &Person, day: i32, out: &mut Vec<Row>) {
    if day < person.signed_up {
        return;
    }
    let today = world.day(day);
    let has_discount = has_discount(world, person, day);
    session(world, person, day, has_discount, out);
    ticket(world, person, day, out);
    if today.has_newsletter && person.takes_mail(day) {
        newsletter(world, person, day, out);
    }
    let mut happened = |hour: i32, random: &mut Random, what: What| {
        let second = today.starts + i64::from(hour * 3600 + random.between(0, 3599));
        out.push(Row { second, customer: person.id(), what });
    };
    if today.has_offer
        && let Some(has_discount) = person.offered(world, day)
    {
        let mut random = person.random(world, Purpose::Mail, day + 100_000);
        happened(10, &mut random, What::Offer { has_discount });
    }
    if person.unsubscribes_at == Some(day) {
        let mut random = person.random(world, Purpose::Mail, day + 200_000);
        let sent = world.date(day);
        happened(20, &mut random, What::Mail { event: Mail::Unsubscribe, sent });
    }
}

/// Whether somebody buys on a day, with a discount or without: the same draws as the session's.
pub fn buys(world: &World, person: &Person, day: i32, has_discount: bool) -> bool {
    let chances = chances(world, person, day, person.slips_at, has_discount);
    let steps = steps(&mut person.random(world, Purpose::Day, day), &chances);
    day >= person.signed_up && steps == Steps::Paid
}

/// How far a day's session went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Steps {
    None,
    Viewed,
    Carted,
    CheckedOut,
    Paid,
}

/// The first four draws of a day.
fn steps(random: &mut Random, chances: &Chances) -> Steps {
    let draws = [random.unit(), random.unit(), random.unit(), random.unit()];
    let is_below = [chances.visit, chances.cart, chances.checkout, chances.paid];
    let passed = draws.iter().zip(is_below).take_while(|(draw, chance)| **draw < *chance).count();
    match passed {
        0 => Steps::None,
        1 => Steps::Viewed,
        2 => Steps::Carted,
        3 => Steps::CheckedOut,
        _ => Steps::Paid,
    }
}

fn session(world: &World, person: &Person, day: i32, has_discount: bool, out: &mut Vec<Row>) {
    let chances = chances(world, person, day, person.slips_at, has_discount);
    let mut random = person.random(world, Purpose::Day, day);
    let mut steps = steps(&mut random, &chances);
    let is_first = day == person.signed_up;
    if is_first {
        steps = steps.max(Steps::Viewed);
    }
    if steps == Steps::None {
        return;
    }
    let habits = person.habits();
    let today = world.day(day);
    let (from, to) = random.pick(habits.hours, (18, 22));
    let at = random.between(from * 3600, to * 3600 - 1);
    // The session ends on the same day, whatever the clocks do.
    let at = if is_first { person.signed_up_second + 60 } else { at }.min(today.seconds - 5_400);
    let mut second = today.starts + i64::from(at);
    let device = if random.chance(habits.mobile) { 1 } else { random.pick(&[(0, 0.85), (2, 0.15)], 0) };
    let referrer = random.pick(&[(0, 0.45), (1, 0.3), (2, 0.15), (3, 0.1)], 0);
    let customer = person.id();
    let mut log = |second: i64, event: Web, referrer: Option<u8>, product: Option<u16>| {
        out.push(Row { second, customer, what: What::Web { event, device, referrer, product } });
    };
    log(second, Web::Session, Some(referrer), None);
    let mut seen = Vec::with_capacity(12);
    loop {
        second += i64::from(random.between(8, 140));
        let other = random.below(6) as usize;
        let category = random.pick(&[(habits.favourites[0], 0.45), (habits.favourites[1], 0.35)], other);
        let goods = &catalogue::CATEGORIES[category % 6].products;
        let mut place = random.below(goods.len() as u64) as usize;
        if habits.is_dear {
            // The dearer of two.
            let other = random.below(goods.len() as u64) as usize;
            place = if goods[other].2 > goods[place].2 { other } else { place };
        }
        let (product, price) = catalogue::product(category, place);
        let product = product as u16;
        seen.push((product, price));
        log(second, Web::View, None, Some(product));
        if seen.len() >= 12 || !random.chance(habits.pages) {
            break;
        }
    }
    let chosen = seen[random.below(seen.len() as u64) as usize % seen.len()];
    let (product, price) = chosen;
    if steps >= Steps::Carted {
        second += i64::from(random.between(5, 90));
        log(second, Web::Cart, None, Some(product));
    }
    if steps >= Steps::CheckedOut {
        second += i64::from(random.between(20, 240));
        log(second, Web::Checkout, None, None);
    }
    if steps == Steps::CheckedOut && person.stall == Some(Stall::Checkout) && random.chance(0.12) {
        let solved = random.between(30, 2_000) as u32;
        let what = What::Ticket { topic: 4, product: Some(product), solved };
        out.push(Row { second: second + i64::from(random.between(300, 3_000)), customer, what });
    }
    if steps == Steps::Paid {
        second += i64::from(random.between(15, 180));
        let quantity = random.pick(&[(1, 0.8), (2, 0.15), (3, 0.05)], 1);
        let whole = price * u32::from(quantity);
        let off = if has_discount { whole * DISCOUNT / 100 } else { 0 };
        let delivered = random.between(1_300, 7_000) as u32;
        let returned = random.chance(0.08).then(|| delivered + random.between(1_000, 20_000) as u32);
        let what = What::Purchase { product, quantity, cents: whole - off, off, delivered, returned };
        out.push(Row { second, customer, what });
    }
}

/// The chance of a ticket on a day: rare, but for those who began to slip; and it rises for four weeks.
pub fn ticket_chance(person: &Person, day: i32) -> f64 {
    match person.slips_at.map(|since| day - since) {
        Some(gone) if (0..30).contains(&gone) => 0.03 + 0.006 * f64::from(gone),
        Some(gone) if gone >= 30 => 0.001,
        _ => 0.004,
    }
}

fn ticket(world: &World, person: &Person, day: i32, out: &mut Vec<Row>) {
    let mut random = person.random(world, Purpose::Ticket, day);
    if day == person.signed_up || !random.chance(ticket_chance(person, day)) {
        return;
    }
    let is_slipping = person.slips_at.is_some_and(|since| day >= since);
    let topic = match is_slipping {
        true => random.pick(&[(2, 0.5), (1, 0.25), (3, 0.15)], 0),
        false => random.pick(&[(0, 0.45), (1, 0.3), (3, 0.2)], 2),
    };
    let category = person.habits().favourites[random.below(2) as usize % 2];
    let product = random.chance(0.8).then(|| catalogue::product(category, random.below(8) as usize).0 as u16);
    let solved = random.between(40, if is_slipping { 9_000 } else { 3_000 }) as u32;
    let second = world.day(day).starts + i64::from(random.between(8 * 3600, 20 * 3600));
    out.push(Row { second, customer: person.id(), what: What::Ticket { topic, product, solved } });
}

fn newsletter(world: &World, person: &Person, day: i32, out: &mut Vec<Row>) {
    let mut random = person.random(world, Purpose::Mail, day);
    let mut second = world.day(day).starts + i64::from(random.between(9 * 3600, 11 * 3600));
    let customer = person.id();
    let sent = world.date(day);
    let mut log = |second: i64, event: Mail| out.push(Row { second, customer, what: What::Mail { event, sent } });
    log(second, Mail::Sent);
    if random.chance(person.opens * person.engagement(day, person.slips_at)) {
        second += i64::from(random.between(60, 9 * 3600));
        log(second, Mail::Open);
        if random.chance(0.2) {
            log(second + i64::from(random.between(5, 120)), Mail::Click);
        }
    }
}

/// The days that an offer drawn on a day is good for.
pub fn good_for(sent: i32) -> std::ops::Range<i32> {
    sent + 1..sent + OFFER_DAYS
}
