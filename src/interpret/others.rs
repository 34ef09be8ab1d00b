//! Why one customer is where they are, from the rows of that customer alone. What hangs on all the others, ranks and limits, is handed
//! in by whoever asked it of all; what was asked for and not handed in is told, to be asked.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Answer, Data, Found1, GroupReason, Place, Reason, Scope, World};
use crate::program::{Band, DefinitionId, DefinitionKind, Program, Rank, Scalar, ValueKind};

/// What is known of all customers, each as of a moment.
#[derive(Debug, Clone, Default)]
pub struct Others<'a> {
    /// Where the customer stands in rankings.
    pub ranks: Vec<(&'a Rank, i64, RankOfAll)>,
    /// In which bands the customer is.
    pub bands: Vec<(&'a Band, i64, Option<Scalar>)>,
    /// Where the customer stands in the queue of segments with a limit, and whether the limit keeps them.
    pub limits: Vec<(DefinitionId, i64, RankOfAll)>,
    /// What was asked for and is not among these.
    asked: RefCell<Asked<'a>>,
}

/// What has to be asked of all customers, each as of a moment.
#[derive(Debug, Clone, Default)]
pub struct Asked<'a> {
    /// Rankings.
    pub ranks: Vec<(&'a Rank, i64)>,
    /// Bands.
    pub bands: Vec<(&'a Band, i64)>,
    /// Segments with a limit.
    pub limits: Vec<(DefinitionId, i64)>,
}

/// Where a customer stands in a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct RankOfAll {
    /// Whether the customer is in.
    pub holds: bool,
    /// The place, 1 for the first; `None` for one who has none.
    pub place: Option<usize>,
    /// Among so many.
    pub of: usize,
    /// How many are in, and the value of the last of them.
    pub cut: (usize, Option<Scalar>),
}

/// Why a customer is where they are.
#[derive(Debug)]
pub struct Why<'a> {
    /// Of a segment, whether the customer is a member; of a trait that is a condition, whether it holds.
    pub holds: Option<bool>,
    /// Of a segment, whether the member is held out.
    pub is_held_out: bool,
    /// Of a segment with a split, in which arm the member is, by its place.
    pub arm: Option<usize>,
    /// Of a segment in a priority, the earlier one with which the customer is exported.
    pub exported_before: Option<DefinitionId>,
    /// What it hangs on.
    pub reasons: Vec<Reason<'a>>,
    /// Of any other trait, its value and what that is made of.
    pub value: Option<Found1<'a>>,
    /// Of stages, the stage; of points, how many they are.
    pub answer: Option<Scalar>,
    /// What these hang on.
    pub groups: Vec<GroupReason<'a>>,
    /// What has to be asked of all before this is the answer.
    pub asked: Asked<'a>,
}

/// Why the one customer of these rows is where they are; `None` of one who does not exist at T.
pub fn why<'a>(program: &'a Program, data: &'a Data, as_of: i64, id: DefinitionId, others: &Others<'a>) -> Option<Why<'a>> {
    let mut world = World::new(program, data, as_of);
    let others = Rc::new(others.clone());
    world.others = Some(Rc::clone(&others));
    (world.customers.len() == 1).then_some(())?;
    let customer = 0;
    let mut out = Why {
        holds: None,
        is_held_out: false,
        arm: None,
        exported_before: None,
        reasons: Vec::new(),
        value: None,
        answer: None,
        groups: Vec::new(),
        asked: Asked::default(),
    };
    match &program.definitions.get(id.0)?.kind {
        DefinitionKind::Segment(_) => {
            out.reasons = world.why_member(id, customer);
            out.holds = Some(world.is_member(id, customer));
            if let Answer::Segment(members) = &*world.answer(id) {
                out.is_held_out = members.held_out.first() == Some(&true);
                out.arm = members.arms.first().copied().flatten();
            }
            if out.holds == Some(true) && !out.is_held_out {
                out.exported_before = world.exported_before(id, customer);
            }
        }
        DefinitionKind::Stages(_) | DefinitionKind::Points(_) => {
            out.answer = match &*world.answer(id) {
                Answer::Trait(values) => values.get(customer).cloned().flatten(),
                Answer::Segment(_) => None,
            };
            out.groups = world.group_reasons(id, customer);
        }
        DefinitionKind::Trait(value) => match &value.kind {
            ValueKind::Condition(condition) => {
                out.holds = Some(world.holds(condition, Scope::of(customer)));
                out.reasons = vec![world.why(condition, customer)];
            }
            _ => out.value = Some(world.found(value, customer)),
        },
    }
    out.asked = others.asked.take();
    Some(out)
}

impl<'a> Asked<'a> {
    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.ranks.is_empty() && self.bands.is_empty() && self.limits.is_empty()
    }
}

impl<'a> Others<'a> {
    fn of(&self, rank: &'a Rank, as_of: i64) -> Option<&RankOfAll> {
        let is = |other: &&'a Rank, at: &i64| std::ptr::eq(*other, rank) && *at == as_of;
        let known = self.ranks.iter().find(|(other, at, _)| is(other, at)).map(|(_, _, known)| known);
        let mut asked = self.asked.borrow_mut();
        if known.is_none() && !asked.ranks.iter().any(|(other, at)| is(other, at)) {
            asked.ranks.push((rank, as_of));
        }
        known
    }

    /// In which of some bands the customer is.
    pub(super) fn band(&self, band: &'a Band, as_of: i64) -> Option<Scalar> {
        let is = |other: &&'a Band, at: &i64| std::ptr::eq(*other, band) && *at == as_of;
        if let Some((_, _, known)) = self.bands.iter().find(|(other, at, _)| is(other, at)) {
            return known.clone();
        }
        let mut asked = self.asked.borrow_mut();
        if !asked.bands.iter().any(|(other, at)| is(other, at)) {
            asked.bands.push((band, as_of));
        }
        None
    }

    pub(super) fn is_in(&self, rank: &'a Rank, as_of: i64) -> bool {
        self.of(rank, as_of).is_some_and(|known| known.holds)
    }

    pub(super) fn place(&self, rank: &'a Rank, as_of: i64, value: Found1<'a>) -> Place<'a> {
        match self.of(rank, as_of) {
            Some(known) => Place { value, place: known.place, of: known.of, cut: known.cut.clone() },
            None => Place { value, place: None, of: 0, cut: (0, None) },
        }
    }

    /// Where the customer stands in the queue of a segment with a limit.
    pub(super) fn limit(&self, id: DefinitionId, as_of: i64) -> Option<&RankOfAll> {
        let known = self.limits.iter().find(|(other, at, _)| (*other, *at) == (id, as_of)).map(|(_, _, known)| known);
        let mut asked = self.asked.borrow_mut();
        if known.is_none() && !asked.limits.contains(&(id, as_of)) {
            asked.limits.push((id, as_of));
        }
        known
    }
}

impl<'a> World<'a> {
    /// An answer, with what is known of all where that decides.
    pub(super) fn with_others(&self, id: DefinitionId, mut answer: Answer) -> Answer {
        let Some(others) = &self.others else { return answer };
        let has_limit = match self.program.definitions.get(id.0).map(|d| &d.kind) {
            Some(DefinitionKind::Segment(segment)) => segment.limit.is_some(),
            _ => false,
        };
        if let (true, Answer::Segment(segment)) = (has_limit, &mut answer) {
            let is_member = others.limit(id, self.as_of).is_some_and(|known| known.holds);
            // Who is held out hangs on the key alone, and was worked out as if the limit kept everybody.
            segment.members.iter_mut().for_each(|member| *member = *member && is_member);
            segment.held_out.iter_mut().for_each(|held_out| *held_out = *held_out && is_member);
            segment.arms.iter_mut().for_each(|arm| *arm = arm.filter(|_| is_member));
        }
        answer
    }
}
