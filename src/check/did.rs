//! `did`: what, how often, when.

use super::scope::{Meaning, Scope};
use super::{Checker, groups, windows};
use crate::diagnostics::{Diagnostic, codes};
use crate::faults::fault;
use crate::program::{Condition, ConditionKind, Did, Frequency, How, StreakIntervals};
use crate::source::Span;
use crate::syntax::tree;

/// The most intervals of a streak: each is looked at for each customer.
const MOST_INTERVALS: u32 = 10_000;

impl Checker<'_> {
    /// `did purchase at least 3 times in last 90 days`
    pub(super) fn did(&mut self, did: &tree::Did, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        self.only_of_customers("`did`", span, scope)?;
        let event = self.event(&did.event);
        let how = self.how(did, span, scope);
        let condition = Condition { kind: ConditionKind::Did(Box::new(Did { event: event?, how: how? })), span };
        Some(Meaning::Condition(groups::negated_if(condition, did.negated)))
    }

    fn how(&mut self, did: &tree::Did, span: Span, scope: Scope<'_>) -> Option<How> {
        let frequency = match &did.how {
            tree::How::Once | tree::How::FirstTime => Some(Frequency { least: 1, most: u64::MAX }),
            tree::How::Times(frequency) | tree::How::Days(frequency) => self.frequency(frequency),
        };
        let on_days = matches!(did.how, tree::How::Days(_));
        if let Some(streak) = &did.streak {
            if did.how == tree::How::FirstTime {
                return self.refuse(
                    Diagnostic::new(
                        codes::time::WINDOW_OF_NOTHING,
                        "The first time is one moment: it cannot lie in several intervals",
                    )
                    .at(streak.span)
                    .consequence("Nobody would fit this.")
                    .help("Write one window: `for the first time in last 30 days`."),
                );
            }
            let (frequency, streak) = (frequency, self.streak(streak));
            let (at_least, intervals) = streak?;
            return Some(How::Streak { frequency: frequency?, on_days, at_least, intervals });
        }
        let window = self.event_window(did.window.as_ref(), scope)?;
        let Some(window) = window else { return self.did_without_window(did, span) };
        let frequency = frequency?;
        Some(match did.how {
            tree::How::Once | tree::How::Times(_) => How::Times(frequency, window),
            tree::How::Days(_) => How::Days(frequency, window),
            tree::How::FirstTime => How::FirstTime(window),
        })
    }

    fn did_without_window<T>(&mut self, did: &tree::Did, span: Span) -> Option<T> {
        let shown = self.words(span);
        let how = self.words(Span { start: did.event.span.end, ..span });
        let in_which = match did.how {
            tree::How::Once => format!("`{shown}`: in which time?"),
            tree::How::FirstTime => "For the first time in which time?".to_owned(),
            _ => format!("`{}`: in which time?", how.trim()),
        };
        self.refuse(
            Diagnostic::new(codes::time::MISSING_WINDOW, in_which)
                .at(span)
                .consequence("It is not known how far to look back.")
                .help("Add a window behind it: `in last 90 days`, or `ever` for the whole history.")
                .fix("look at the whole history: add `ever`", super::mistaken::after(span), " ever"),
        )
    }

    /// `at least 3`; 0 is allowed.
    pub(super) fn frequency(&mut self, frequency: &tree::Frequency) -> Option<Frequency> {
        let mut number = |literal: &tree::Literal| self.whole(literal, 0, "How often");
        Some(match frequency {
            tree::Frequency::AtLeast(n) => Frequency { least: number(n)?, most: u64::MAX },
            tree::Frequency::AtMost(n) => Frequency { least: 0, most: number(n)? },
            tree::Frequency::Exactly(n) => {
                let n = number(n)?;
                Frequency { least: n, most: n }
            }
            tree::Frequency::MoreThan(n) => {
                Frequency { least: number(n)?.saturating_add(u64::from(!fault(78))), most: u64::MAX }
            }
            // Fewer than 0 is an empty range.
            tree::Frequency::FewerThan(n) => match number(n)?.checked_sub(1) {
                Some(most) => Frequency { least: 0, most },
                None => Frequency { least: 1, most: 0 },
            },
            tree::Frequency::Between(low, high) => {
                let (least, most) = (number(low), number(high));
                let (least, most) = (least?, most?);
                if least > most {
                    let (shown_low, shown_high) = (self.words(low.span), self.words(high.span));
                    return self.refuse(
                        Diagnostic::new(
                            codes::types::NUMBER_RANGE,
                            format!("Nothing lies between {shown_low} and {shown_high}: the first is the larger one"),
                        )
                        .at(low.span.to(high.span))
                        .consequence("Nobody would fit this.")
                        .help(format!("Write `between {shown_high} and {shown_low}`."))
                        .fix(
                            "change the numbers round",
                            low.span.to(high.span),
                            format!("{shown_high} and {shown_low}"),
                        ),
                    );
                }
                Frequency { least, most }
            }
        })
    }

    /// `in each of last 4 weeks`: in how many of which intervals.
    fn streak(&mut self, streak: &tree::Streak) -> Option<(u64, StreakIntervals)> {
        let at_least = match &streak.at_least {
            Some(number) => self.whole(number, 1, "`at least … of`").map(Some),
            None => Some(None),
        };
        let length = self.length(&streak.length)?;
        if length.count > MOST_INTERVALS {
            return self.refuse(
                Diagnostic::new(
                    codes::types::NUMBER_RANGE,
                    format!("`{}` are more intervals than can be looked at", self.words(streak.length.span)),
                )
                .at(streak.length.span)
                .help(format!("Take at most {MOST_INTERVALS}, or a larger unit.")),
            );
        }
        let all = u64::from(length.count);
        let at_least = at_least?.unwrap_or(all);
        if at_least > all {
            return self.refuse(
                Diagnostic::new(codes::types::NUMBER_RANGE, format!("At least {at_least} of {all} can never be"))
                    .at(streak.span)
                    .consequence("Nobody would fit this.")
                    .help(format!("Write a number up to {all}.")),
            );
        }
        let intervals = if streak.previous {
            if !windows::unit(streak.length.unit).is_calendar() {
                return self.refuse(
                    Diagnostic::new(
                        codes::types::NUMBER_RANGE,
                        "Only days, weeks, months, quarters and years are whole units",
                    )
                    .at(streak.length.span)
                    .help("For shorter times, write `in each of last 24 hours`."),
                );
            }
            StreakIntervals::Previous(length.count, length.unit)
        } else {
            StreakIntervals::Last(length.count, length.unit)
        };
        Some((at_least, intervals))
    }
}
