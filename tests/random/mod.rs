//! Random projects: what one seed draws has to check, to run, and to mean the same to the interpreter and to the engine, in
//! however many parts, however its files are laid out.
//!
//! Each run takes some seeds that never change and some that nobody has tried. `SEGUE_SEED=42 cargo test --test all random`
//! repeats one project; `SEGUE_SOAK=60m cargo test --test all random` draws new ones until the time is over. What went wrong is
//! made small and kept in `tests/corpus/found`, with the right answer.

mod algebra;
mod conditions;
mod constructs;
mod coverage;
mod dates;
mod dice;
mod edges;
#[cfg(feature = "engine")]
pub mod engine;
mod exports;
#[cfg(feature = "engine")]
mod files;
#[cfg(feature = "engine")]
pub mod found;
mod future;
mod groups;
mod histories;
mod kinds;
mod lists;
mod literals;
mod locality;
mod meaning;
mod pairs;
mod project;
#[cfg(feature = "engine")]
mod quality;
mod reasons;
#[cfg(feature = "engine")]
mod runs;
mod sequences;
mod shifted;
#[cfg(feature = "engine")]
mod shrink;
mod trends;
mod values;
mod windows;
mod world;
mod writer;

use std::time::{Duration, Instant};

/// The seeds to try: one that is asked for, new ones until a time is over, or the first `many` and after them `fresh` new ones,
/// which differ each time. The first new one is printed.
pub fn seeds(many: u64, fresh: u64) -> Box<dyn Iterator<Item = u64>> {
    if let Ok(seed) = std::env::var("SEGUE_SEED") {
        return Box::new(std::iter::once(seed.parse().expect("SEGUE_SEED is a number")));
    }
    let first = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |t| t.as_secs()) << 20;
    println!("new seeds from {first} on");
    let Ok(soak) = std::env::var("SEGUE_SOAK") else { return Box::new((0..many).chain(first..first + fresh)) };
    let unit = if soak.ends_with('h') { 3600 } else { 60 };
    let length: u64 = soak.trim_end_matches(['m', 'h']).parse().expect("SEGUE_SOAK is like `60m` or `8h`");
    let end = Instant::now() + Duration::from_secs(unit * length);
    Box::new((first..).take_while(move |_| Instant::now() < end))
}
