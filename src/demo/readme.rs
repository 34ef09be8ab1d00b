//! The README of a demo: what was planted, in words and figures, and how well the segments find it. A test counts the figures
//! again from the files.

use std::fmt::Write;

use super::figures::{COUNTED, Figures, RESPONSES};
use super::people::{GROUPS, Person, Persona, Response, Stall};
use super::world::World;
use super::{EVENTS, Order, Settings};
use crate::program::calendar::date_of;

/// How a segment came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The keys of its members.
    pub members: Vec<i64>,
}

/// What a segment is to find: its name, what is true of whom it means, in the language, and the same as code.
struct Meant {
    segment: &'static str,
    truth: &'static str,
    is_so: fn(&World, &Person) -> bool,
}

const MEANT: &[Meant] = &[
    Meant { segment: "slipping", truth: "slipping_since is known and not has_left", is_so: is_slipping },
    Meant { segment: "worth_a_discount", truth: "response = \"moved\"", is_so: |_, p| p.response == Response::Moved },
    Meant { segment: "gone", truth: "has_left", is_so: |world, p| p.has_left(world.end) },
    Meant {
        segment: "stuck_at_checkout",
        truth: "stalls_at = \"checkout\"",
        is_so: |_, p| p.stall == Some(Stall::Checkout),
    },
    Meant { segment: "collectors", truth: "stalls_at = \"cart\"", is_so: |_, p| p.stall == Some(Stall::Cart) },
    Meant { segment: "weekend_shoppers", truth: "persona = \"weekend\"", is_so: |_, p| is_of(p, Persona::Weekend) },
    Meant { segment: "lunch_hour", truth: "persona = \"lunch hour\"", is_so: |_, p| is_of(p, Persona::LunchHour) },
    Meant { segment: "bargain_hunters", truth: "persona = \"bargain\"", is_so: |_, p| is_of(p, Persona::Bargain) },
];

fn is_of(person: &Person, persona: Persona) -> bool {
    person.habits().persona == persona
}

fn is_slipping(world: &World, person: &Person) -> bool {
    person.slips_at.is_some_and(|day| day < world.end) && !person.has_left(world.end)
}

/// The text.
pub fn readme(settings: &Settings, figures: &Figures, came: &[Came]) -> String {
    let world = World::new(settings.seed, settings.days);
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = all(&mut out, settings, &world, figures, came);
    out
}

fn all(out: &mut String, settings: &Settings, world: &World, figures: &Figures, came: &[Came]) -> std::fmt::Result {
    head(out, settings, world, figures)?;
    groups(out, figures)?;
    slipping(out, figures)?;
    discounts(out, figures)?;
    journeys(out, figures)?;
    if !came.is_empty() {
        found(out, settings, world, came)?;
        writeln!(out, "## What comes out\n")?;
        writeln!(out, "As of {}, the midnight after the last event:\n", date_of(world.date(world.end)))?;
        writeln!(out, "| segment | who | members |\n| --- | --- | ---: |")?;
        for segment in came {
            writeln!(out, "| `{}` | {} | {} |", segment.name, segment.title, number(segment.members.len() as u64))?;
        }
    }
    Ok(())
}

fn head(out: &mut String, settings: &Settings, world: &World, figures: &Figures) -> std::fmt::Result {
    let mut options = format!("--customers {}", settings.customers);
    let default = Settings::default();
    if settings.seed != default.seed {
        write!(options, " --seed {}", settings.seed)?;
    }
    if settings.days != default.days {
        write!(options, " --days {}", settings.days)?;
    }
    if settings.order == Order::Time {
        options.push_str(" --order time");
    }
    let rows: u64 = figures.rows.iter().sum();
    write!(
        out,
        "# A web shop that never was\n\n\
         {} customers, {} rows of what they did from {} to {}, made by `segue demo DIR {options}`. Nobody in it is real, and\n\
         what is true of everybody is known: this page says what was planted, and how well the segments find it.\n\n\
         ```sh\nsegue run       # who is in which segment\nsegue test      # customers made up for the tests of the segments\n```\n\n",
        number(settings.customers),
        number(rows),
        date_of(world.date(0)),
        date_of(world.date(world.end - 1)),
    )?;
    writeln!(out, "| file | rows | what |\n| --- | ---: | --- |")?;
    let what = [
        "the log of the web shop: `session`, `product_view`, `add_to_cart`, `checkout`",
        "what was bought, for how much, with a discount or without",
        "questions to the support, as CSV",
        "the log of the mail system: `email_sent`, `email_open`, `email_click`, `unsubscribe`",
        "offers drawn by lot: a discount of 15% for two weeks, or nothing, to compare with",
    ];
    for ((table, rows), what) in EVENTS.iter().zip(figures.rows).zip(what) {
        writeln!(out, "| `data/{table}` | {} | {what} |", number(rows))?;
    }
    out.push_str(
        "\nBeside them there are the customers, which plan they were on and since when, a vendor's scores, the products, two lists; and in\n\
         `truth` what nobody in the shop knows. [segue.toml](segue.toml) says where everything is, [segments](segments) who is asked for.\n\n",
    );
    if settings.customers > COUNTED {
        writeln!(out, "The figures are those of the first {} customers.\n", number(COUNTED))?;
    }
    Ok(())
}

fn groups(out: &mut String, figures: &Figures) -> std::fmt::Result {
    out.push_str("## What was planted\n\n### Groups\n\n`persona` in `truth/customers.parquet`:\n\n");
    out.push_str(
        "| persona | who | customers | at weekends | at lunch | by phone | purchases in 100 sessions | a purchase, EUR |\n\
         | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for (group, of) in GROUPS.iter().zip(&figures.groups) {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            group.name,
            group.title,
            share(of.customers, figures.customers),
            share(of.weekend, of.sessions),
            share(of.lunch, of.sessions),
            share(of.mobile, of.sessions),
            tenths(of.purchases as f64 * 100.0, of.sessions as f64),
            tenths(of.cents as f64 / 100.0, of.purchases as f64),
        )?;
    }
    out.push_str(
        "\nShares of sessions: on a Saturday or Sunday, on a working day from twelve to two, by phone. Before Christmas everybody comes a little more\n\
         and buys half as much again, in July and August fewer come; those who buy presents come five times as often before Christmas, Valentine's\n\
         Day and Mother's Day.\n\n",
    );
    Ok(())
}

fn slipping(out: &mut String, figures: &Figures) -> std::fmt::Result {
    let now: u64 = figures.groups.iter().map(|g| g.slipping).sum();
    let left: u64 = figures.groups.iter().map(|g| g.left).sum();
    let slipped = &figures.slipped;
    let each = |counts: [u64; 3]| counts.map(|n| hundredths(n as f64, slipped.customers as f64));
    let (sessions, tickets) = (each(slipped.sessions), each(slipped.tickets));
    write!(
        out,
        "### Slipping away\n\n\
         Some customers slip away without a word. From one day on (`slipping_since`) they come less and less, for four to six weeks, ask the support\n\
         more and more, buy ever less, and then never again (`has_left`). Per customer, of the {} who are seen from two weeks before to four weeks after:\n\n\
         | | the 2 weeks before | weeks 1 and 2 | weeks 3 and 4 |\n| --- | ---: | ---: | ---: |\n\
         | sessions | {} | {} | {} |\n| tickets | {} | {} | {} |\n\n\
         On the last day {} customers ({}) are slipping and {} have left. Since the middle of August three times as many begin to slip as before. Who takes\n\
         mail often stops to, who pays for a plan often goes back to the free one.\n\n",
        number(slipped.customers),
        sessions[0],
        sessions[1],
        sessions[2],
        tickets[0],
        tickets[1],
        tickets[2],
        number(now),
        share(now, figures.customers),
        number(left),
    )?;
    let hazards: Vec<String> = GROUPS.iter().map(|g| format!("{} {}%", g.name, hundredths(g.hazard * 100.0, 1.0))).collect();
    write!(
        out,
        "The share that begins to slip on a day: {}; from the middle of August three times that. `no_purchase_30d` is the chance of no purchase in the 30\n\
         days after the data, for one who knows all this, and `bought_next_30d` whether there was one; `truth/chances.parquet` has the chance as of four\n\
         former days, whose 30 days are in the data. No prediction can be better. The vendor's `churn_risk` is that chance with noise.\n\n",
        hazards.join(", ")
    )
}

fn discounts(out: &mut String, figures: &Figures) -> std::fmt::Result {
    out.push_str(
        "### Discounts\n\n\
         Every six weeks half of those who take mail are in an offer; the lot decides who gets 15% off for two weeks and who nothing. What it does is\n\
         `response` in `truth/customers.parquet`. Bought within the two weeks:\n\n\
         | response | customers | with a discount | without | difference | true uplift now |\n| --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for (response, offers) in RESPONSES.iter().zip(&figures.offers) {
        let (with, without) = (offers.with, offers.without);
        let rate = |(n, bought): (u64, u64)| if n == 0 { 0.0 } else { bought as f64 / n as f64 };
        writeln!(
            out,
            "| {} | {} | {} of {} | {} of {} | {} points | {} points |",
            response.name(),
            share(offers.customers, figures.customers),
            number(with.1),
            number(with.0),
            number(without.1),
            number(without.0),
            tenths((rate(with) - rate(without)) * 100.0, 1.0),
            tenths(offers.uplift * 100.0, offers.customers as f64),
        )?;
    }
    out.push_str(
        "\nThe true uplift is what a discount, sent on the last day, adds to the chance of a purchase in 14 days, on average of all of them, those who have\n\
         left included; each customer's stands in `uplift_14d`, with what they would do with a discount and without. The vendor's `discount_response` is\n\
         that number with noise.\n\n",
    );
    Ok(())
}

fn journeys(out: &mut String, figures: &Figures) -> std::fmt::Result {
    out.push_str(
        "### Journeys that stall\n\n\
         A session is one or more `product_view`, perhaps an `add_to_cart`, a `checkout`, a `purchase`, minutes apart. Some never get to the end\n\
         (`stalls_at`): they collect in the cart, or their payment fails, and then they sometimes ask the support.\n\n\
         | stalls at | customers | carts | go to the checkout | pay there |\n| --- | ---: | ---: | ---: | ---: |\n",
    );
    for (name, of) in ["nowhere", Stall::Cart.name(), Stall::Checkout.name()].iter().zip(&figures.journeys) {
        writeln!(
            out,
            "| {name} | {} | {} | {} | {} |",
            share(of.customers, figures.customers),
            number(of.carts),
            share(of.checkouts, of.carts),
            share(of.purchases, of.checkouts)
        )?;
    }
    out.push('\n');
    Ok(())
}

fn found(out: &mut String, settings: &Settings, world: &World, came: &[Came]) -> std::fmt::Result {
    out.push_str(
        "## How well segments find it\n\n\
         | what is true | segment | members | of them true | true of all | times as often as by chance |\n\
         | --- | --- | ---: | ---: | ---: | ---: |\n",
    );
    for meant in MEANT {
        let Some(segment) = came.iter().find(|c| c.name == meant.segment) else { continue };
        let is_so = |person: &Person| (meant.is_so)(world, person) && !person.is_no_contact(world);
        let all = (0..settings.customers).filter(|index| is_so(&Person::of(world, *index))).count() as u64;
        let index = |id: i64| (id - 100_001).unsigned_abs();
        let hits = segment.members.iter().filter(|id| is_so(&Person::of(world, index(**id)))).count() as u64;
        let members = segment.members.len() as u64;
        writeln!(
            out,
            "| `{}` | `{}` | {} | {} | {} | {} |",
            meant.truth,
            meant.segment,
            number(members),
            number(hits),
            number(all),
            tenths(hits as f64 * settings.customers as f64, members as f64 * all as f64),
        )?;
    }
    out.push_str(
        "\nWho is on the list of no contact is in no segment and not counted here. `segue demo` counts this when it makes the shop. To count it by yourself, or for segments of your own, tell Segue the truth: take the `#` off\n\
         `[customers.truth]` in [segue.toml](segue.toml), run `segue schema`, and ask, say, for\n\n\
         ```\nsegment found { where in segment slipping and slipping_since is known and not has_left }\n```\n\n",
    );
    Ok(())
}

/// `12,400`
fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `12.3%`
fn share(part: u64, whole: u64) -> String {
    format!("{}%", tenths(part as f64 * 100.0, whole as f64))
}

fn tenths(x: f64, by: f64) -> String {
    if by == 0.0 { "–".to_owned() } else { format!("{:.1}", x / by) }
}

fn hundredths(x: f64, by: f64) -> String {
    if by == 0.0 { "–".to_owned() } else { format!("{:.2}", x / by) }
}
