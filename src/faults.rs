//! Faults on purpose, for the tests: whether what is there would find them. They are compiled in with the feature
//! `planted-faults` alone, which no release has; then `SEGUE_PLANTED=17` turns one on. Without it a planted fault is a constant
//! and leaves no trace in what is built. `just faults` runs the tests with each of them.

/// Each fault and what it does.
pub const FAULTS: &[(u32, &str)] = &[
    (1, "a window without its first instant"),
    (2, "a window that begins a minute late"),
    (3, "a window between two times after an attribute is empty"),
    (4, "a streak of one interval less"),
    (5, "whole months: one too far back"),
    (6, "`time since … > 30 days` in days of 24 hours"),
    (7, "`at least 3 times` is at least 4"),
    (8, "days are counted as events"),
    (9, "a time against a date, the sides changed"),
    (10, "`not in` lets missing values in"),
    (11, "`at least 2 of` is at least 1"),
    (12, "the `where` of a kind of events is forgotten"),
    (13, "the filter of an event is forgotten"),
    (14, "the oldest row that is needed is not read"),
    (15, "the order column is not read"),
    (16, "`or else` the wrong way round"),
    (17, "a share of itself"),
    (18, "`time until` is `time since`"),
    (19, "`not (not x)` is `not x`"),
    (20, "`x or everyone` is nobody"),
    (21, "of a stretch, the first instant is out"),
    (22, "of a stretch, the instant of its end is in"),
    (23, "days begin at midnight in UTC"),
    (24, "a day with two events is two days"),
    (25, "a streak counts events in the place of days"),
    (26, "a sum is rounded after each value"),
    (27, "an average is rounded twice"),
    (28, "an average of money is cut, not rounded"),
    (29, "what is below zero is above everything"),
    (30, "`distinct` counts a value as often as it comes"),
    (31, "`first` and `last` do not look at the order column"),
    (32, "of several first ones the largest counts"),
    (33, "`first` does not skip what is missing"),
    (34, "texts in the order in which they came"),
    (35, "order columns of texts in the order in which they came"),
    (36, "what is missing of a customer with events is 0"),
    (37, "a streak of those without events is never one"),
    (38, "an empty sum is missing"),
    (39, "an event at T itself counts"),
    (40, "a missing value of a row is 0"),
    (41, "order columns below zero go backwards"),
    (42, "the oldest row of a selection is dropped"),
    (43, "whose `since` is T exists at T"),
    (44, "a window after an attribute ends an instant early"),
    (45, "a date in a window after an attribute: its first day is out"),
    (46, "`top 20%` is rounded down"),
    (47, "`top 20%` holds those who tie with everybody"),
    (48, "whoever ties at the cut is out"),
    (49, "`top 10` holds all who tie"),
    (50, "a missing value is ranked"),
    (51, "who has no value comes first in a limit"),
    (52, "the second `except` is forgotten"),
    (53, "those without a group are one group"),
    (54, "a limit takes one more"),
    (55, "the hash of the holdout is made otherwise"),
    (56, "`not in` is true of what is missing"),
    (57, "a `not` is lost"),
    (58, "`<` for `<=`"),
    (59, "`>` for `>=`"),
    (60, "a decimal below zero is rounded the wrong way"),
    (61, "a sum that does not fit goes round"),
    (62, "x / 0 is 0"),
    (63, "what is no number is not missing"),
    (64, "`least` skips what is missing"),
    (65, "the last stage that fits, not the first"),
    (66, "points are never taken off"),
    (67, "the row of another key is looked up"),
    (68, "the median of an even number is the higher one"),
    (69, "of several most common ones the largest counts"),
    (70, "an average gap over one gap too many"),
    (71, "`as of 2 weeks ago` is 2 days ago"),
    (72, "who begins at that very moment existed then"),
    (73, "who did not exist then is asked all the same"),
    (74, "a day is 24 hours"),
    (75, "a week always begins on Monday"),
    (76, "`from … to` leaves the last day out"),
    (77, "`between` leaves its end out"),
    (78, "`more than 3` is at least 3"),
    (79, "`none of` is not all of"),
    (80, "interpreter: ties go by the largest key"),
    (81, "interpreter: one interval more of a streak"),
    (82, "interpreter: a limit takes first who has no value"),
    (83, "interpreter: a day with two events is two"),
];

/// Whether the fault of this number is on.
#[cfg(not(feature = "planted-faults"))]
#[inline(always)]
pub(crate) const fn fault(_: u32) -> bool {
    false
}

/// Whether the fault of this number is on.
#[cfg(feature = "planted-faults")]
#[expect(clippy::disallowed_methods, reason = "no release has this")]
pub(crate) fn fault(number: u32) -> bool {
    static ON: std::sync::OnceLock<Option<u32>> = std::sync::OnceLock::new();
    *ON.get_or_init(|| std::env::var("SEGUE_PLANTED").ok()?.parse().ok()) == Some(number)
}
