//! Chance that is the same everywhere: SplitMix64 (Steele, Lea, Flood 2014), written here so that no library's version changes
//! what is drawn. A generator is made anew of what it is for (seed, customer, day, purpose), so that any day of any
//! customer can be drawn by itself, in any order.

/// A stream of draws.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream that belongs to these numbers.
    pub fn of(parts: &[u64]) -> Random {
        Random(
            parts.iter().fold(0x5E60_E5E6_0E5E_60E5, |state, part| mixed(state ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15))),
        )
    }

    /// 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.0)
    }

    /// A number from 0 up to, not including, 1: one of 2⁵³.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// True in a share of all draws.
    pub fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A whole number from 0 up to, not including, `n`; 0 where `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// A whole number of the range, both ends in.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = i64::from(high) - i64::from(low) + 1;
        low.saturating_add(self.below(width.max(1) as u64) as i32)
    }

    /// A number of the range.
    pub fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// One of the choices, each as often as its weight says; the last where the weights do not add up to 1.
    pub fn pick<T: Copy>(&mut self, choices: &[(T, f64)], otherwise: T) -> T {
        let mut left = self.unit();
        for (choice, weight) in choices {
            left -= weight;
            if left < 0.0 {
                return *choice;
            }
        }
        otherwise
    }

    /// How many days go by until something happens that happens on a share of days: 0 for at once.
    pub fn days_until(&mut self, share: f64) -> i32 {
        if share <= 0.0 {
            return i32::MAX;
        }
        let days = libm::log(1.0 - self.unit()) / libm::log(1.0 - share);
        if days < 1_000_000.0 { days as i32 } else { i32::MAX }
    }
}

/// Every bit of the answer hangs on every bit of the number.
fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_published() {
        // The first numbers of SplitMix64 from state 1234567, as its authors' C gives them.
        let mut random = Random(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn shares_come_out() {
        let mut random = Random::of(&[1, 2]);
        let n = 100_000;
        let hits = (0..n).filter(|_| random.chance(0.3)).count();
        assert!((29_400..30_600).contains(&hits), "{hits}");
        let days: i64 = (0..n).map(|_| i64::from(random.days_until(0.1))).sum();
        assert!((880_000..920_000).contains(&days), "the mean wait is 9 days: {days}");
        assert!((0..n).all(|_| (3..=5).contains(&random.between(3, 5))));
        assert_eq!(random.between(7, 7), 7);
    }

    #[test]
    fn streams_differ() {
        let first = |parts: &[u64]| Random::of(parts).next();
        let all = [first(&[1, 2]), first(&[2, 1]), first(&[1, 2, 0]), first(&[1]), first(&[1, 3])];
        let distinct: std::collections::BTreeSet<u64> = all.into_iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
