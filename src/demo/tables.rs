//! The tables of the shop, column by column, and the rows that a customer has in each.

use super::catalogue::{CATEGORIES, CHANNELS, CITIES, DEVICES, FIRST_PRODUCT, NAMES, REFERRERS, TOPICS};
use super::day::{Mail, Row, Web, What};
use super::people::{Person, Purpose};
use super::series::Form;
use super::truth::Truth;
use super::world::World;
use crate::diagnostics::Diagnostic;
use crate::engine::outputs::table::{Cell, Holds};

/// Takes a row of a table.
pub type Push<'a> = &'a mut dyn FnMut(&Form, &[Cell<'_>]) -> Result<(), Diagnostic>;

/// The log of the web shop: a stream of four kinds.
pub const WEB: Form = Form {
    place: "data/web",
    is_csv: false,
    columns: &[
        ("customer_id", Holds::Whole),
        ("ts", Holds::Moment),
        ("event", Holds::Text),
        ("device", Holds::Text),
        ("referrer", Holds::Text),
        ("product_id", Holds::Whole),
    ],
};

/// What was bought.
pub const PURCHASES: Form = Form {
    place: "data/purchases",
    is_csv: false,
    columns: &[
        ("customer_id", Holds::Whole),
        ("ts", Holds::Moment),
        ("product_id", Holds::Whole),
        ("quantity", Holds::Whole),
        ("amount", Holds::Cents),
        ("discount", Holds::Cents),
        ("discounted", Holds::Flag),
        ("delivered_at", Holds::Moment),
        ("returned_at", Holds::Moment),
    ],
};

/// The helpdesk's export: it gives CSV.
pub const TICKETS: Form = Form {
    place: "data/tickets",
    is_csv: true,
    columns: &[
        ("customer_id", Holds::Whole),
        ("ts", Holds::Moment),
        ("topic", Holds::Text),
        ("product_id", Holds::Whole),
        ("solved_at", Holds::Moment),
    ],
};

/// The log of the mail system: a stream of four kinds.
pub const MAILS: Form = Form {
    place: "data/mails",
    is_csv: false,
    columns: &[("customer_id", Holds::Whole), ("ts", Holds::Moment), ("event", Holds::Text), ("issue", Holds::Date)],
};

/// The offers that were drawn by lot: with a discount, and without to compare with.
pub const OFFERS: Form = Form {
    place: "data/offers",
    is_csv: false,
    columns: &[("customer_id", Holds::Whole), ("ts", Holds::Moment), ("kind", Holds::Text), ("percent_off", Holds::Whole)],
};

/// The customers.
pub const CUSTOMERS: Form = Form {
    place: "data/customers.parquet",
    is_csv: false,
    columns: &[
        ("customer_id", Holds::Whole),
        ("email", Holds::Text),
        ("first_name", Holds::Text),
        ("birthday", Holds::Date),
        ("country", Holds::Text),
        ("city", Holds::Text),
        ("latitude", Holds::Number),
        ("longitude", Holds::Number),
        ("signed_up_at", Holds::Moment),
        ("channel", Holds::Text),
        ("interests", Holds::Texts),
        ("email_opt_in", Holds::Flag),
        ("post_opt_in", Holds::Flag),
        ("renewal_date", Holds::Date),
    ],
};

/// Which plan a customer was on since when, and what it costs a month.
pub const PLANS: Form = Form {
    place: "data/plans.parquet",
    is_csv: false,
    columns: &[
        ("customer_id", Holds::Whole),
        ("changed_at", Holds::Moment),
        ("plan", Holds::Text),
        ("monthly_price", Holds::Cents),
    ],
};

/// What a vendor believes: a noisy version of the truth.
pub const SCORES: Form = Form {
    place: "data/scores.csv",
    is_csv: true,
    columns: &[("customer_id", Holds::Whole), ("churn_risk", Holds::Number), ("discount_response", Holds::Number)],
};

/// Who is never to be written to.
pub const NO_CONTACT: Form = Form { place: "lists/no_contact.csv", is_csv: true, columns: &[("customer_id", Holds::Whole)] };

/// What the winter campaign is about.
pub const WINTER: Form = Form { place: "lists/winter_goods.csv", is_csv: true, columns: &[("product_id", Holds::Whole)] };

/// The products.
pub const PRODUCTS: Form = Form {
    place: "data/products.csv",
    is_csv: true,
    columns: &[
        ("product_id", Holds::Whole),
        ("name", Holds::Text),
        ("brand", Holds::Text),
        ("category", Holds::Text),
        ("list_price", Holds::Cents),
    ],
};

/// What is true as of the end and nobody in the shop knows.
pub const TRUTH: Form = Form {
    place: "truth/customers.parquet",
    is_csv: false,
    columns: &[
        ("customer_id", Holds::Whole),
        ("persona", Holds::Text),
        ("slipping_since", Holds::Date),
        ("has_left", Holds::Flag),
        ("stalls_at", Holds::Text),
        ("response", Holds::Text),
        ("no_purchase_30d", Holds::Number),
        ("bought_next_30d", Holds::Flag),
        ("chance_14d", Holds::Number),
        ("chance_14d_with_discount", Holds::Number),
        ("uplift_14d", Holds::Number),
        ("bought_next_14d", Holds::Flag),
        ("bought_next_14d_with_discount", Holds::Flag),
    ],
};

/// The chance of no purchase in the next 30 days as of former days, whose 30 days are in the data.
pub const CHANCES: Form = Form {
    place: "truth/chances.parquet",
    is_csv: false,
    columns: &[("customer_id", Holds::Whole), ("as_of", Holds::Date), ("no_purchase_30d", Holds::Number)],
};

/// The day from which the plan costs more, counted back from the end.
const DEARER: i32 = 240;
/// What `plus` costs a month, in cents, before and after.
const PRICES: (i64, i64) = (399, 499);

/// The table that a row belongs to, as its place in [`EVENTS`].
pub fn table_of(what: &What) -> usize {
    match what {
        What::Web { .. } => 0,
        What::Purchase { .. } => 1,
        What::Ticket { .. } => 2,
        What::Mail { .. } => 3,
        What::Offer { .. } => 4,
    }
}

/// The tables of events.
pub const EVENTS: [Form; 5] = [WEB, PURCHASES, TICKETS, MAILS, OFFERS];

/// A row of events as cells of its table; and how many they are.
pub fn event(row: &Row) -> ([Cell<'static>; 9], usize) {
    let mut cells = [Cell::Missing; 9];
    cells[0] = Cell::Whole(row.customer);
    cells[1] = Cell::Moment(row.second);
    let later = |minutes: u32| Cell::Moment(row.second + i64::from(minutes) * 60);
    let named =
        |names: &[&'static str], place: u8| names.get(usize::from(place)).map_or(Cell::Missing, |name| Cell::Text(name));
    let about = |product: Option<u16>| product.map_or(Cell::Missing, |id| Cell::Whole(i64::from(id)));
    let length = match row.what {
        What::Web { event, device, referrer, product } => {
            cells[2] = Cell::Text(web(event));
            cells[3] = named(&DEVICES, device);
            cells[4] = referrer.map_or(Cell::Missing, |place| named(&REFERRERS, place));
            cells[5] = about(product);
            6
        }
        What::Purchase { product, quantity, cents, off, delivered, returned } => {
            cells[2] = about(Some(product));
            cells[3] = Cell::Whole(i64::from(quantity));
            cells[4] = Cell::Cents(i64::from(cents));
            cells[5] = Cell::Cents(i64::from(off));
            cells[6] = Cell::Flag(off > 0);
            cells[7] = later(delivered);
            cells[8] = returned.map_or(Cell::Missing, later);
            9
        }
        What::Ticket { topic, product, solved } => {
            cells[2] = named(&TOPICS, topic);
            cells[3] = about(product);
            cells[4] = later(solved);
            5
        }
        What::Mail { event, sent } => {
            cells[2] = Cell::Text(mail(event));
            cells[3] = Cell::Date(sent);
            4
        }
        What::Offer { has_discount } => {
            cells[2] = Cell::Text(if has_discount { "discount" } else { "control" });
            cells[3] = Cell::Whole(if has_discount { i64::from(super::day::DISCOUNT) } else { 0 });
            4
        }
    };
    (cells, length)
}

fn web(event: Web) -> &'static str {
    match event {
        Web::Session => "session",
        Web::View => "product_view",
        Web::Cart => "add_to_cart",
        Web::Checkout => "checkout",
    }
}

fn mail(event: Mail) -> &'static str {
    match event {
        Mail::Sent => "email_sent",
        Mail::Open => "email_open",
        Mail::Click => "email_click",
        Mail::Unsubscribe => "unsubscribe",
    }
}

/// A day of the world, also one before its first, as a moment in it.
fn moment(world: &World, day: i32, second: i32) -> i64 {
    let first = day.max(0);
    // Of the days before the data, only how far they lie back matters, not the change of clocks.
    world.day(first).starts + i64::from(day - first) * 86_400 + i64::from(second)
}

/// Adds a customer's rows to the tables that have one row a customer: customers, scores, the list of no contact.
pub fn customer(world: &World, person: &Person, truth: &Truth, push: Push<'_>) -> Result<(), Diagnostic> {
    let id = Cell::Whole(person.id());
    let mut random = person.random(world, Purpose::Profile, 0);
    let name = NAMES[random.below(NAMES.len() as u64) as usize % NAMES.len()];
    let email = format!("{}.{}@example.com", name.to_lowercase(), person.id());
    let birthday = random.between(-9_500, 12_800); // 1943 to 2005
    let has_birthday = random.chance(0.85);
    let (city, country, latitude, longitude) = CITIES[person.city % CITIES.len()];
    let near =
        |random: &mut super::random::Random, x: f64| Cell::Number(libm::round((x + random.within(-0.08, 0.08)) * 1e4) / 1e4);
    let (latitude, longitude) = (near(&mut random, latitude), near(&mut random, longitude));
    let channel = random.pick(&[(0, 0.4), (1, 0.25), (2, 0.15)], 3);
    let habits = person.habits();
    let mut interests: Vec<&str> = habits.favourites.iter().map(|c| CATEGORIES[*c % CATEGORIES.len()].name).collect();
    if random.chance(0.3) {
        interests.truncate(1);
    }
    let has_city = random.chance(0.94);
    let post = random.chance(0.8);
    let end = world.date(world.end);
    let renewal = person.plus.filter(|(_, until)| until.is_none()).map(|(from, _)| {
        let past = (world.end - from).rem_euclid(365);
        Cell::Date(end + 365 - past)
    });
    let missing = |is_known: bool, cell: Cell<'static>| if is_known { cell } else { Cell::Missing };
    push(
        &CUSTOMERS,
        &[
            id,
            Cell::Text(&email),
            Cell::Text(name),
            missing(has_birthday, Cell::Date(birthday)),
            Cell::Text(country),
            missing(has_city, Cell::Text(city)),
            latitude,
            longitude,
            Cell::Moment(moment(world, person.signed_up, person.signed_up_second)),
            Cell::Text(CHANNELS[channel % CHANNELS.len()]),
            Cell::Texts(&interests),
            Cell::Flag(person.takes_mail(world.end)),
            Cell::Flag(post),
            renewal.unwrap_or(Cell::Missing),
        ],
    )?;
    let mut random = person.random(world, Purpose::Vendor, 0);
    let mut noise = |size: f64| (random.unit() + random.unit() + random.unit() - 1.5) * size;
    let churn = (truth.no_purchase_30d + noise(0.2)).clamp(0.01, 0.99);
    let response = truth.uplift() + noise(0.06);
    let rounded = |x: f64, steps: f64| Cell::Number(libm::round(x * steps) / steps);
    let is_scored = person.signed_up < world.end - 7;
    push(&SCORES, &[id, rounded(churn, 100.0), if is_scored { rounded(response, 1_000.0) } else { Cell::Missing }])?;
    if person.is_no_contact(world) {
        push(&NO_CONTACT, &[id])?;
    }
    plans(world, person, push)
}

fn plans(world: &World, person: &Person, push: Push<'_>) -> Result<(), Diagnostic> {
    let id = Cell::Whole(person.id());
    let mut row = |day: i32, second: i32, plan: &'static str, price: i64| {
        push(&PLANS, &[id, Cell::Moment(moment(world, day, second)), Cell::Text(plan), Cell::Cents(price)])
    };
    row(person.signed_up, person.signed_up_second, "basic", 0)?;
    let Some((from, until)) = person.plus else { return Ok(()) };
    let dearer = world.end - DEARER;
    let price = if from >= dearer { PRICES.1 } else { PRICES.0 };
    row(from, 43_200, "plus", price)?;
    if from < dearer && until.is_none_or(|until| until > dearer) {
        row(dearer, 0, "plus", PRICES.1)?;
    }
    match until {
        Some(until) => row(until, 64_800, "basic", 0),
        None => Ok(()),
    }
}

/// Adds what is true of a customer.
pub fn truth(
    world: &World,
    person: &Person,
    truth: &Truth,
    chances: &[(i32, f64)],
    push: Push<'_>,
) -> Result<(), Diagnostic> {
    let id = Cell::Whole(person.id());
    let since = person.slips_at.filter(|day| *day < world.end);
    let share = |x: f64| Cell::Number(libm::round(x * 1e6) / 1e6);
    push(
        &TRUTH,
        &[
            id,
            Cell::Text(person.habits().name),
            since.map_or(Cell::Missing, |day| Cell::Date(world.date(day))),
            Cell::Flag(person.has_left(world.end)),
            person.stall.map_or(Cell::Missing, |stall| Cell::Text(stall.name())),
            Cell::Text(person.response.name()),
            share(truth.no_purchase_30d),
            Cell::Flag(truth.bought_30d),
            share(truth.chance_without),
            share(truth.chance_with),
            share(truth.uplift()),
            Cell::Flag(truth.bought_without),
            Cell::Flag(truth.bought_with),
        ],
    )?;
    for (day, chance) in chances {
        push(&CHANCES, &[id, Cell::Date(world.date(*day)), share(*chance)])?;
    }
    Ok(())
}

/// The tables that do not hang on the customers: products, and the winter's goods.
pub fn shop(push: Push<'_>) -> Result<(), Diagnostic> {
    let mut id = FIRST_PRODUCT;
    for category in &CATEGORIES {
        for (name, brand, price) in category.products {
            let cells = [
                Cell::Whole(id),
                Cell::Text(name),
                Cell::Text(brand),
                Cell::Text(category.name),
                Cell::Cents(i64::from(*price)),
            ];
            push(&PRODUCTS, &cells)?;
            if ["Winter boot", "Wool scarf", "Wool blanket", "Merino pullover", "Hand cream", "House slipper"].contains(name)
            {
                push(&WINTER, &[Cell::Whole(id)])?;
            }
            id += 1;
        }
    }
    Ok(())
}
