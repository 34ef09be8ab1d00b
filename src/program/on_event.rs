//! Windows that hang on an event: `since last purchase`, `in first 30 days after first purchase`.

use super::calendar::Length;
use super::{End, Event};

/// A window that hangs on an event. Only what is strictly later (earlier) than the first or last of its events before T lies in
/// it, in the sense of sequences; where several tie for the first or last, than each of them.
#[derive(Debug, Clone, PartialEq)]
pub struct OnEvent {
    /// The first or the last …
    pub end: End,
    /// … of these, before T.
    pub event: Event,
    /// Which side of it.
    pub side: EventSide,
}

/// Which side of the event a window lies on, and how far it goes. Without such an event it is empty; `since` is `ever`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventSide {
    /// `since last purchase`: what is strictly later than it, before T
    Since,
    /// `before first purchase`: what is strictly earlier than it
    Before,
    /// `in first 30 days after first purchase`: strictly later than it, before it + 30 days and before T
    FirstAfter(Length),
    /// `between 5 and 10 days after last visit`: [event + 5 days, event + 10 days), before T
    BetweenAfter {
        /// 5 days
        near: Length,
        /// 10 days
        far: Length,
    },
}
