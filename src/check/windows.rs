//! Windows: which may stand where, and their numbers.

use super::names::as_written;
use super::scope::{Meaning, Scope};
use super::{Checker, visit};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::calendar::{Length, Unit, Window, days_of};
use crate::program::{Condition, ConditionKind, End, Event, EventSide, OnEvent, Type, Value, ValueKind};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind, LiteralKind, WindowKind};

impl Checker<'_> {
    /// Something with a window behind it: an aggregate, a date, or parentheses.
    pub(super) fn windowed(
        &mut self,
        inner: &tree::Expr,
        window: &tree::Window,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Meaning> {
        if let ExprKind::Aggregate(aggregate) = &inner.kind {
            return self.aggregate(aggregate, Some(window), span, scope);
        }
        if let ExprKind::Anniversary(of) = &inner.kind {
            return self.anniversary(of, Some(window), span, scope);
        }
        self.only_of_customers("A window", window.span, scope)?;
        if visit::lacks_window(inner) {
            return self.meaning(inner, scope.with_window(window));
        }
        match self.meaning(inner, Scope { row: scope.row, window: None })? {
            Meaning::Value(value) => self.date_in_window(value, window, span).map(Meaning::Condition),
            Meaning::Condition(_) => self.refuse(
                Diagnostic::new(
                    codes::time::WINDOW_OF_NOTHING,
                    format!("Nothing in these parentheses takes the window `{}`", self.words(window.span)),
                )
                .at(window.span)
                .help("Leave it out, or put it behind the event or the date that it is meant for."),
            ),
        }
    }

    /// `signed_up_at in last 90 days`.
    fn date_in_window(&mut self, value: Value, window: &tree::Window, span: Span) -> Option<Condition> {
        if !matches!(value.ty, Type::Date | Type::Timestamp) {
            return self.no_date_for_window(&value, window);
        }
        if window.kind == WindowKind::Ever {
            let shown = self.words(value.span);
            return self.refuse(
                Diagnostic::new(
                    codes::time::WINDOW_OF_NOTHING,
                    format!("Every date is `ever`: this only asks whether `{shown}` is known"),
                )
                .at(window.span)
                .help(format!("Write `{shown} is known`."))
                .fix(format!("write `{shown} is known`"), window.span, "is known"),
            );
        }
        let meant = self.window(window)?;
        if let Window::OnEvent(on) = &meant {
            return self.date_on_event(&value, window, on);
        }
        Some(Condition { kind: ConditionKind::InWindow(value, meant), span })
    }

    /// `renewal_date since last purchase`: what hangs on an event is of events.
    fn date_on_event<T>(&mut self, value: &Value, window: &tree::Window, on: &OnEvent) -> Option<T> {
        let shown = self.words(value.span);
        let moment = visit::anchor(window).map(|anchor| self.words(anchor.span)).unwrap_or_default();
        let mended = match on.side {
            EventSide::Since => format!("time from {moment} to {shown} > 0 seconds"),
            EventSide::Before => format!("time from {shown} to {moment} > 0 seconds"),
            EventSide::FirstAfter(_) | EventSide::BetweenAfter { .. } => {
                let lengths = self.lengths_of(window);
                match lengths.as_slice() {
                    [near, far] => format!("time from {moment} to {shown} between {near} and {far}"),
                    [length] => format!("time from {moment} to {shown} < {length}"),
                    _ => format!("time from {moment} to {shown} < 30 days"),
                }
            }
        };
        self.refuse(
            Diagnostic::new(
                codes::time::WINDOW_OF_NOTHING,
                format!("`{}` is for what customers did, and `{shown}` is a date of theirs", self.words(window.span)),
            )
            .at(window.span)
            .label(value.span, "this is no event")
            .help(format!("Say how far the one is from the other: `{mended}`.")),
        )
    }

    /// The lengths of a window that hangs on something, as they are written.
    fn lengths_of(&self, window: &tree::Window) -> Vec<String> {
        match &window.kind {
            WindowKind::FirstAfter { length, .. } => vec![self.words(length.span)],
            WindowKind::BetweenAfter { near, far, .. } => {
                let far_shown = self.words(far.span);
                let unit = far_shown.split_whitespace().last().unwrap_or_default().to_owned();
                vec![format!("{} {unit}", self.words(near.count.span)), far_shown]
            }
            _ => Vec::new(),
        }
    }

    fn no_date_for_window<T>(&mut self, value: &Value, window: &tree::Window) -> Option<T> {
        let (shown, window_shown) = (self.words(value.span), self.words(window.span));
        let help = match &value.kind {
            ValueKind::TimeSince(_) => {
                "`time since` takes no window: it looks at the whole history. Leave the window out.".to_owned()
            }
            ValueKind::Trait(_) => format!("A trait has its windows in its own definition. Write `{window_shown}` there."),
            _ if value.ty == Type::Boolean => "A window stands behind what somebody did, or behind a date.".to_owned(),
            _ => format!("A window stands behind a date or behind what is counted: `count(…) {window_shown}`."),
        };
        self.refuse(
            Diagnostic::new(codes::types::NOT_A_DATE, format!("`{shown}` is {}, so no time can be said of it", value.ty))
                .at(value.span)
                .label(window.span, "this window needs a date")
                .help(help),
        )
    }

    /// The window of events: the one written, or the one behind the parentheses around it.
    pub(super) fn event_window(&mut self, written: Option<&tree::Window>, scope: Scope<'_>) -> Option<Option<Window>> {
        let Some(window) = written.or(scope.window) else { return Some(None) };
        if let WindowKind::Next(_) | WindowKind::FromNow { .. } = window.kind {
            let shown = self.words(window.span);
            return self.refuse(
                Diagnostic::new(
                    codes::time::FUTURE_EVENT,
                    format!("A segment can only know what has happened; `{shown}` lies in the future"),
                )
                .at(window.span)
                .consequence("Nobody has done it yet, so nobody could be chosen by it.")
                .help(
                    "Look back: `in last 30 days`. To find those likely to do it, a model has to predict it. A date of a customer, \
                     such as a renewal, may lie in the future.",
                ),
            );
        }
        self.window(window).map(Some)
    }

    /// A window in numbers.
    pub(super) fn window(&mut self, window: &tree::Window) -> Option<Window> {
        Some(match &window.kind {
            WindowKind::Ever => Window::Ever,
            WindowKind::Last(length) => Window::Last(self.length(length)?),
            WindowKind::BeforeLast { length, last } => {
                let (length, last) = (self.length(length), self.length(last));
                Window::BeforeLast { length: length?, last: last? }
            }
            WindowKind::Ago { near, far } => {
                let (near, far) = self.rising(near, far)?;
                Window::Ago { near, far }
            }
            WindowKind::This(unit) => Window::This(self.calendar_unit(*unit, window.span)?),
            WindowKind::Previous(unit) => Window::Previous(self.calendar_unit(*unit, window.span)?),
            WindowKind::Since(day) => Window::Since(self.day(day)?),
            WindowKind::Before(day) => Window::Before(self.day(day)?),
            WindowKind::FromTo(from, to) => {
                let (from_day, to_day) = (self.day(from), self.day(to));
                let (from_day, to_day) = (from_day?, to_day?);
                if from_day > to_day {
                    return self.refuse(
                        Diagnostic::new(codes::types::NUMBER_RANGE, "This window ends before it begins")
                            .at(window.span)
                            .consequence("Nothing could lie in it.")
                            .help("Write the earlier day first.")
                            .fix(
                                "change the days round",
                                from.span.to(to.span),
                                format!("{} to {}", self.words(to.span), self.words(from.span)),
                            ),
                    );
                }
                Window::FromTo(from_day, to_day)
            }
            WindowKind::MoreThanAgo(length) => Window::MoreThanAgo(self.length(length)?),
            WindowKind::FirstAfter { length, anchor } => {
                let (length, anchor) = (self.length(length), self.anchor(anchor));
                let length = length?;
                match anchor? {
                    Anchor::Date(anchor) => Window::FirstAfter { length, anchor: Box::new(anchor) },
                    Anchor::Event(end, event) => on_event(end, event, EventSide::FirstAfter(length)),
                }
            }
            WindowKind::BetweenAfter { near, far, anchor } => {
                let (lengths, anchor) = (self.rising(near, far), self.anchor(anchor));
                let (near, far) = lengths?;
                match anchor? {
                    Anchor::Date(anchor) => Window::BetweenAfter { near, far, anchor: Box::new(anchor) },
                    Anchor::Event(end, event) => on_event(end, event, EventSide::BetweenAfter { near, far }),
                }
            }
            WindowKind::SinceEvent(anchor) | WindowKind::BeforeEvent(anchor) => {
                let is_since = matches!(window.kind, WindowKind::SinceEvent(_));
                let side = if is_since { EventSide::Since } else { EventSide::Before };
                match self.anchor(anchor)? {
                    Anchor::Event(end, event) => on_event(end, event, side),
                    // Such a window is written with an event alone.
                    Anchor::Date(_) => return None,
                }
            }
            WindowKind::FromNow { near, far } => {
                let (near, far) = self.rising(near, far)?;
                Window::FromNow { near, far }
            }
            WindowKind::Next(length) => Window::Next(self.length(length)?),
        })
    }

    /// What a window hangs on.
    fn anchor(&mut self, anchor: &tree::Expr) -> Option<Anchor> {
        if let ExprKind::Name(name) = &anchor.kind
            && self.is_event(&name.text)
        {
            let written = as_written(&name.text);
            return self.refuse(
                Diagnostic::new(codes::names::WRONG_KIND, format!("After which `{}`: a customer may have many", name.text))
                    .at(anchor.span)
                    .help(format!("Write `first {written}` or `last {written}`."))
                    .fix(format!("write `first {written}`"), anchor.span, format!("first {written}")),
            );
        }
        if let ExprKind::Moment(end, event) = &anchor.kind {
            let end = match end {
                tree::End::First => End::First,
                tree::End::Last => End::Last,
            };
            return self.event(event).map(|event| Anchor::Event(end, event));
        }
        let value = self.value(anchor, Scope::CUSTOMER)?;
        let is_attribute = matches!(value.kind, ValueKind::Attribute(_) | ValueKind::LookUp(..));
        if is_attribute && matches!(value.ty, Type::Date | Type::Timestamp) {
            return Some(Anchor::Date(value));
        }
        let shown = self.words(anchor.span);
        let what = if is_attribute { value.ty.to_string() } else { "no attribute of the customers".to_owned() };
        self.refuse(
            Diagnostic::new(
                codes::types::NOT_A_DATE,
                format!("A window begins at a date of the customer; `{shown}` is {what}"),
            )
            .at(anchor.span)
            .help("Name an attribute that is a date, or the first or last of an event: `in first 7 days after signed_up_at`, `after first purchase`."),
        )
    }

    /// Two lengths, the first below the second.
    fn rising(&mut self, near: &tree::Duration, far: &tree::Duration) -> Option<(Length, Length)> {
        let (low, high) = (self.length(near), self.length(far));
        let (low, high) = (low?, high?);
        if low.unit == high.unit && low.count >= high.count {
            return self.refuse(
                Diagnostic::new(codes::types::NUMBER_RANGE, "The first number of a window must be below the second")
                    .at(near.span.to(far.span))
                    .consequence("Nothing could lie in this window.")
                    .help("Write the smaller one first: `between 30 and 60 days ago`."),
            );
        }
        Some((low, high))
    }

    /// `30 days` as a whole number of at least 1.
    pub(super) fn length(&mut self, duration: &tree::Duration) -> Option<Length> {
        let count = self.whole(&duration.count, 1, "A length of time")?;
        match u32::try_from(count) {
            Ok(count) => Some(Length { count, unit: unit(duration.unit) }),
            Err(_) => self.too_large(duration.span),
        }
    }

    fn calendar_unit(&mut self, written: tree::Unit, span: Span) -> Option<Unit> {
        let unit = unit(written);
        if unit.is_calendar() {
            return Some(unit);
        }
        self.refuse(
            Diagnostic::new(codes::types::NUMBER_RANGE, "Only days, weeks, months, quarters and years are named so")
                .at(span)
                .help("For shorter times, write `in last 1 hour`."),
        )
    }

    fn day(&mut self, literal: &tree::Literal) -> Option<i32> {
        if let LiteralKind::Date(year, month, day) = literal.kind
            && let Ok(date) = jiff::civil::Date::new(year, month, day)
        {
            return Some(days_of(date));
        }
        let shown = self.words(literal.span);
        self.refuse(
            Diagnostic::new(codes::types::NOT_A_DATE, format!("`{shown}` is not a day"))
                .at(literal.span)
                .help("Write a day as year, month and day: `2024-06-01`."),
        )
    }
}

/// What a window hangs on.
enum Anchor {
    /// A date of the customer.
    Date(Value),
    /// The first or last of an event.
    Event(End, Event),
}

fn on_event(end: End, event: Event, side: EventSide) -> Window {
    Window::OnEvent(Box::new(OnEvent { end, event, side }))
}

/// A unit of the tree as one of the calendar.
pub(super) fn unit(unit: tree::Unit) -> Unit {
    match unit {
        tree::Unit::Second => Unit::Second,
        tree::Unit::Minute => Unit::Minute,
        tree::Unit::Hour => Unit::Hour,
        tree::Unit::Day => Unit::Day,
        tree::Unit::Week => Unit::Week,
        tree::Unit::Month => Unit::Month,
        tree::Unit::Quarter => Unit::Quarter,
        tree::Unit::Year => Unit::Year,
    }
}
