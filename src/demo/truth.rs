//! What is true of a customer as of a day and nobody in the shop knows: how likely no purchase is in the next 30 days, what
//! a discount would change, and what they did then. It is computed from the chances that the data is drawn from.

use super::day::{buys, chances, has_discount};
use super::people::{OFFERED, Person};
use super::world::{OFFER_DAYS, World};

/// How many days ahead a loss is told.
pub const HORIZON: i32 = 30;

/// What is true as of the end of the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// The chance of no purchase in the next 30 days.
    pub no_purchase_30d: f64,
    /// Whether there was one.
    pub bought_30d: bool,
    /// The chance of a purchase in the next 14 days without a discount.
    pub chance_without: f64,
    /// And with one that begins now.
    pub chance_with: f64,
    /// Whether they bought in them without a discount.
    pub bought_without: bool,
    /// And whether they would have with one: the same draws.
    pub bought_with: bool,
}

impl Truth {
    /// What a discount adds to the chance of a purchase in the next 14 days.
    pub fn uplift(&self) -> f64 {
        self.chance_with - self.chance_without
    }
}

/// What is true of a customer as of the end of the data.
pub fn at_end(world: &World, person: &Person) -> Truth {
    let days = world.end..world.end + OFFER_DAYS;
    let without = 1.0 - no_purchase(world, person, world.end, OFFER_DAYS, &|_| false);
    let with = 1.0 - no_purchase(world, person, world.end, OFFER_DAYS, &|_| true);
    Truth {
        no_purchase_30d: no_purchase_in_30_days(world, person, world.end),
        bought_30d: (world.end..world.end + HORIZON).any(|day| buys(world, person, day, false)),
        chance_without: without,
        chance_with: with,
        bought_without: days.clone().any(|day| buys(world, person, day, false)),
        bought_with: days.clone().any(|day| buys(world, person, day, true)),
    }
}

/// The chance, as of the first moment of a day, of no purchase in 30 days from then on: for one who knows the group, whether
/// the customer is slipping by then, and the offers drawn by then, but no later draw.
pub fn no_purchase_in_30_days(world: &World, person: &Person, from: i32) -> f64 {
    let known = |day: i32| world.offer_on(day).is_some_and(|sent| sent < from) && has_discount(world, person, day);
    let drawn = (from..from + HORIZON).find(|day| world.day(*day).has_offer && person.may_be_offered(*day));
    let Some(sent) = drawn else { return no_purchase(world, person, from, HORIZON, &known) };
    let without = no_purchase(world, person, from, HORIZON, &known);
    let with = no_purchase(world, person, from, HORIZON, &|day| known(day) || super::day::good_for(sent).contains(&day));
    without + (with - without) * OFFERED / 2.0
}

/// The chance of no purchase on some days, over all days on which slipping may begin.
fn no_purchase(world: &World, person: &Person, from: i32, length: i32, has_discount: &dyn Fn(i32) -> bool) -> f64 {
    let to = from + length;
    let stays = |first: i32, slips_at: Option<i32>| -> f64 {
        (first..to).map(|day| 1.0 - chances(world, person, day, slips_at, has_discount(day)).buys()).product()
    };
    if let Some(since) = person.slips_at.filter(|since| *since < from) {
        return stays(from, Some(since));
    }
    let mut all = 0.0;
    // The chance of not having begun to slip and not having bought, up to a day.
    let mut before = 1.0;
    for day in from..to {
        let hazard = person.hazard(world, day);
        all += before * hazard * stays(day, Some(day));
        before *= (1.0 - hazard) * (1.0 - chances(world, person, day, None, has_discount(day)).buys());
    }
    all + before
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the truth says is what comes about: of those at 70%, about 70% buy nothing.
    #[test]
    fn chances_are_calibrated() {
        let world = World::new(5, 400);
        let (mut said, mut did, mut with, mut did_with, mut n) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let (mut low_said, mut low_did, mut lows) = (0.0, 0.0, 0.0);
        for index in 0..6_000 {
            let person = Person::of(&world, index);
            let truth = at_end(&world, &person);
            let nothing = f64::from(u8::from(!truth.bought_30d));
            said += truth.no_purchase_30d;
            did += nothing;
            with += truth.uplift();
            did_with += f64::from(u8::from(truth.bought_with)) - f64::from(u8::from(truth.bought_without));
            n += 1.0;
            if truth.no_purchase_30d < 0.4 {
                low_said += truth.no_purchase_30d;
                low_did += nothing;
                lows += 1.0;
            }
            assert!((0.0..=1.0).contains(&truth.no_purchase_30d));
        }
        assert!((said / n - did / n).abs() < 0.015, "{} {}", said / n, did / n);
        assert!((with / n - did_with / n).abs() < 0.015, "{} {}", with / n, did_with / n);
        assert!(
            lows > 500.0 && (low_said / lows - low_did / lows).abs() < 0.04,
            "{lows} {} {}",
            low_said / lows,
            low_did / lows
        );
    }
}
