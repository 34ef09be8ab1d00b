//! Which definitions a definition names, and as of when.

use crate::program::{
    Aggregate, Condition, ConditionKind, Definition, DefinitionId, DefinitionKind, Event, How, Length, LimitBy, RankOf,
    Value, ValueKind, Window,
};

/// The definitions that are named, each with how far T is moved back where it is: one length after the other.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// The definitions, as often as they are named.
    pub found: Vec<(DefinitionId, Vec<Length>)>,
    moved: Vec<Length>,
}

impl Uses {
    fn push(&mut self, id: DefinitionId) {
        self.found.push((id, self.moved.clone()));
    }

    /// What is named where T is moved back once more.
    fn moved(&mut self, ago: Length, inside: impl FnOnce(&mut Uses)) {
        self.moved.push(ago);
        inside(self);
        self.moved.pop();
    }
}

/// The traits and segments that a definition names itself.
pub(super) fn of_definition(definition: &Definition, out: &mut Uses) {
    match &definition.kind {
        DefinitionKind::Trait(value) => of_value(value, out),
        DefinitionKind::Stages(stages) => {
            stages.stages.iter().filter_map(|s| s.when.as_ref()).for_each(|c| of_condition(c, out))
        }
        DefinitionKind::Points(points) => points.parts.iter().for_each(|(_, c)| of_condition(c, out)),
        DefinitionKind::Segment(segment) => {
            of_condition(&segment.condition, out);
            segment.except.iter().for_each(|c| of_condition(c, out));
            segment.purposes.iter().for_each(|(_, c)| of_condition(c, out));
            if let Some(limit) = &segment.limit {
                limit.per.iter().for_each(|v| of_value(v, out));
                match &limit.by {
                    LimitBy::Highest(value) | LimitBy::Lowest(value) => of_value(value, out),
                    LimitBy::Random => {}
                }
            }
            segment.include.iter().for_each(|(_, v)| of_value(v, out));
        }
    }
}

/// Those that a condition names.
pub(super) fn of_condition(condition: &Condition, out: &mut Uses) {
    match &condition.kind {
        ConditionKind::Everyone | ConditionKind::InRandom(_) => {}
        ConditionKind::All(parts) | ConditionKind::Any(parts) | ConditionKind::AtLeast(_, parts) => {
            parts.iter().for_each(|c| of_condition(c, out));
        }
        ConditionKind::Not(part) => of_condition(part, out),
        ConditionKind::Compare(_, a, b) | ConditionKind::CompareDay(_, a, b) => {
            of_value(a, out);
            of_value(b, out);
        }
        ConditionKind::CompareLength(_, value, _)
        | ConditionKind::OneOf(value, _)
        | ConditionKind::NotOneOf(value, _)
        | ConditionKind::Text(value, _)
        | ConditionKind::Known(value)
        | ConditionKind::InList(value, _)
        | ConditionKind::ListContains(value, _)
        | ConditionKind::Holds(value) => of_value(value, out),
        ConditionKind::Near(near) => {
            of_value(&near.latitude, out);
            of_value(&near.longitude, out);
        }
        ConditionKind::InWindow(value, window) | ConditionKind::Anniversary(value, window) => {
            of_value(value, out);
            of_window(window, out);
        }
        ConditionKind::Did(did) => {
            of_event(&did.event, out);
            match &did.how {
                How::Times(_, window) | How::Days(_, window) | How::FirstTime(window) => of_window(window, out),
                How::Streak { .. } => {}
            }
        }
        ConditionKind::Trend(trend) => {
            of_value(&trend.now, out);
            of_value(&trend.base, out);
            trend.smallest_base.iter().for_each(|c| of_condition(c, out));
        }
        ConditionKind::Sequence(sequence) => {
            let steps = sequence.steps.iter().flat_map(|step| std::iter::once(&step.event).chain(&step.without));
            steps.chain(sequence.then_no.iter().map(|no| &no.event)).for_each(|e| of_event(&e.event, out));
            of_window(&sequence.window, out);
        }
        ConditionKind::Reached(reached) => {
            reached.steps.iter().for_each(|event| of_event(event, out));
            of_window(&reached.window, out);
        }
        ConditionKind::InSegment(id) => out.push(*id),
        ConditionKind::Rank(rank) => {
            of_value(&rank.value, out);
            match &rank.of {
                RankOf::Everyone => {}
                RankOf::Segment(id) | RankOf::Trait(id) => out.push(*id),
                RankOf::Each(value) => of_value(value, out),
            }
        }
        ConditionKind::Changed(_, _, window) | ConditionKind::Was(_, _, window) => of_window(window, out),
        ConditionKind::AsOf(inner, ago) => out.moved(*ago, |out| of_condition(inner, out)),
        ConditionKind::Entered(id, ago) | ConditionKind::Left(id, ago) => {
            out.push(*id);
            out.moved(*ago, |out| out.push(*id));
        }
    }
}

fn of_value(value: &Value, out: &mut Uses) {
    match &value.kind {
        ValueKind::Literal(_) | ValueKind::Decimal(_) | ValueKind::Key | ValueKind::Attribute(_) | ValueKind::Column(..) => {
        }
        ValueKind::Trait(id) => out.push(*id),
        ValueKind::Band(band) => of_value(&band.value, out),
        ValueKind::Aggregate(aggregate) => {
            let Aggregate { event, argument, window, .. } = aggregate.as_ref();
            of_event(event, out);
            argument.iter().for_each(|v| of_value(v, out));
            of_window(window, out);
        }
        ValueKind::Share(share) => {
            of_event(&share.of, out);
            of_event(&share.among, out);
            of_window(&share.window, out);
        }
        ValueKind::Moment(_, event) => of_event(event, out),
        ValueKind::LookUp(x, ..)
        | ValueKind::Part(_, x)
        | ValueKind::TimeSince(x)
        | ValueKind::TimeUntil(x)
        | ValueKind::Negate(x) => {
            of_value(x, out);
        }
        ValueKind::Change(a, b) | ValueKind::TimeFrom(a, b) | ValueKind::Arithmetic(_, a, b) | ValueKind::OrElse(a, b) => {
            of_value(a, out);
            of_value(b, out);
        }
        ValueKind::Function(_, parts) => parts.iter().for_each(|v| of_value(v, out)),
        ValueKind::Condition(condition) => of_condition(condition, out),
        ValueKind::AsOf(inner, ago) => out.moved(*ago, |out| of_value(inner, out)),
    }
}

fn of_event(event: &Event, out: &mut Uses) {
    event.parts.iter().filter_map(|part| part.filter.as_ref()).for_each(|c| of_condition(c, out));
}

fn of_window(window: &Window, out: &mut Uses) {
    match window {
        Window::FirstAfter { anchor, .. } | Window::BetweenAfter { anchor, .. } => of_value(anchor, out),
        Window::OnEvent(on) => of_event(&on.event, out),
        _ => {}
    }
}
