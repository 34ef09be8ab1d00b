//! What happens to members on their way out (LANGUAGE.md 8): who is held out, which arm of a split a member is in, and with which
//! segment of a priority one is exported.

use md5::{Digest, Md5};
use num_bigint::BigInt;

use super::{Answer, Members, World};
use crate::faults::fault;
use crate::program::{Decimal, DefinitionId, DefinitionKind, Experiment, Key, Priority};

/// What chance does with one customer, a member or not.
pub(super) struct Lot {
    /// Held out: recorded and never exported.
    pub held_out: bool,
    /// Of a split: which arm, by its place.
    pub arm: Option<usize>,
}

impl Lot {
    /// The lot of the customer of this key.
    pub(super) fn of(experiment: &Experiment, key: &Key) -> Lot {
        match experiment {
            // "held out is whose first 8 hex digits of md5(salt ":" key), as a number, are below share × 2³²"
            Experiment::Holdout(holdout) => Lot { held_out: is_drawn(key, holdout.share, &holdout.salt), arm: None },
            // "arms take the same number's range in turn and add up to 100%"
            Experiment::Split(split) => {
                let mut reached = Decimal::whole(0);
                for (i, arm) in split.arms.iter().enumerate() {
                    reached = reached.plus(arm.share).unwrap_or(Decimal::whole(1));
                    if is_drawn(key, reached, &split.salt) {
                        return Lot { held_out: arm.held_out, arm: Some(i) };
                    }
                }
                Lot { held_out: false, arm: None }
            }
        }
    }
}

/// "`in random 5% salt "2026"` (the rule of `holdout`; the salt is required)"
pub(super) fn is_drawn(key: &Key, share: Decimal, salt: &str) -> bool {
    let [a, b, c, d, ..] = hash(salt, key);
    let Decimal { digits, scale } = share;
    let number = BigInt::from(u32::from_be_bytes([a, b, c, d]));
    number * BigInt::from(10).pow(scale) < BigInt::from(digits) << 32
}

/// md5(salt ":" key)
pub(super) fn hash(salt: &str, key: &Key) -> [u8; 16] {
    Md5::digest(format!("{salt}:{key}").as_bytes()).into()
}

impl World<'_> {
    /// Who is exported with a segment.
    pub(super) fn exported(&self, id: DefinitionId) -> Vec<bool> {
        self.each(|customer| self.is_sent(id, customer) && self.exported_before(id, customer).is_none())
    }

    /// The earlier segment of the same priority with which a customer is exported: "each exported without those exported with an
    /// earlier one".
    pub(super) fn exported_before(&self, id: DefinitionId, customer: usize) -> Option<DefinitionId> {
        let is_of = |priority: &&Priority| priority.segments.contains(&id);
        let priority = self.program.priorities.iter().find(is_of)?;
        let earlier = priority.segments.iter().copied().take_while(|other| *other != id);
        // Who is held out of an earlier one is not exported with it.
        let is_sent = |other: &DefinitionId| match fault(120) {
            true => self.is_member(*other, customer),
            false => self.is_sent(*other, customer),
        };
        earlier.into_iter().find(is_sent)
    }

    /// Whether a customer is a member of a segment and not held out.
    fn is_sent(&self, id: DefinitionId, customer: usize) -> bool {
        match &*self.answer(id) {
            Answer::Segment(Members { members, held_out, .. }) => members[customer] && !held_out[customer],
            Answer::Trait(_) => false,
        }
    }

    /// Who is exported with each definition that is a segment.
    pub(super) fn all_exported(&self) -> Vec<Vec<bool>> {
        let exported = |(i, kind): (usize, &DefinitionKind)| match kind {
            DefinitionKind::Segment(_) => self.exported(DefinitionId(i)),
            _ => Vec::new(),
        };
        self.program.definitions.iter().map(|d| &d.kind).enumerate().map(exported).collect()
    }
}
