//! Each operator with each window in turn: what chance alone seldom draws.

use segue::program::Type;

use super::constructs::with_windows;
use super::literals::plural;
use super::project::Project;
use super::writer::{Scope, Writer};

/// How many a project draws.
const EACH: usize = 3;

impl Writer<'_> {
    /// Draws the operators and windows whose turn it is.
    pub fn windows(&mut self, project: &mut Project) {
        let all = with_windows();
        let first = (project.seed as usize).wrapping_mul(EACH) % all.len();
        for n in 0..EACH {
            let (operator, window) = all[(first + n) % all.len()];
            let Some(window) = self.window_called(window) else { continue };
            self.only_window = Some(window);
            self.budget = 1;
            self.may_be_personal = false;
            let drawn = self.operator(operator);
            self.may_be_personal = true;
            self.only_window = None;
            project.declarations.extend(drawn.map(|text| format!("trait w_{n} = {text}")));
        }
    }

    /// A window as the counters call it; nothing of those that they know and this does not, which are left to chance.
    fn window_called(&mut self, name: &str) -> Option<String> {
        let anchors = self.anchors();
        let after = |writer: &mut Self| (!anchors.is_empty()).then(|| writer.dice.pick(&anchors).clone());
        Some(match name {
            "ever" => "ever".into(),
            "in last" => format!("in last {}", self.duration(true)),
            "before last" => format!("in the {} before last {}", self.duration(true), self.duration(true)),
            "ago" => format!("between {} ago", self.near_and_far()),
            "this" => format!("in this {}", self.dice.pick(&["week", "month", "quarter", "year"])),
            "previous" => format!("in previous {}", self.dice.pick(&["week", "month", "quarter", "year"])),
            "since" => format!("since {}", self.day()),
            "before" => format!("before {}", self.day()),
            "from to" => {
                let (a, b) = (self.day(), self.day());
                format!("from {} to {}", a.clone().min(b.clone()), a.max(b))
            }
            "more than ago" => format!("more than {} ago", self.duration(true)),
            "first after" => format!("in first {} after {}", plural(self.dice.between(1, 60), "day"), after(self)?),
            "between after" => format!("between {} after {}", self.near_and_far(), after(self)?),
            form if form.ends_with(" event") => {
                self.budget = 2;
                self.window_on_event(form)
            }
            _ => return None,
        })
    }

    /// An operator, with the window whose turn it is.
    fn operator(&mut self, name: &str) -> Option<String> {
        let event = self.event_in_place();
        let window = self.window();
        Some(match name {
            "did times" => format!("did {event} {} {window}", self.frequency("time")),
            "did days" => format!("did {event} on {} {window}", self.frequency("day")),
            "did first time" => format!("did {event} for the first time {window}"),
            "sequence" => format!("did {event} then any event {window}"),
            "reached" => {
                let (funnel, steps) = self.funnels.first()?.clone();
                format!("reached {} in {funnel} {window}", steps.first()?)
            }
            "in window" => {
                let ty = self.dice.pick(&[Type::Date, Type::Timestamp]).clone();
                format!("{} {window}", self.name(&ty, &Scope::Customer)?)
            }
            function => {
                let types = [
                    Type::Count,
                    Type::Number,
                    Type::Percent,
                    Type::Money("EUR".into()),
                    Type::Duration,
                    Type::Date,
                    Type::Text,
                    Type::Boolean,
                ];
                let start = format!("({function}(");
                (0..200).find_map(|_| {
                    let ty = self.dice.pick(&types).clone();
                    self.aggregate(&ty).filter(|text| text.starts_with(&start))
                })?
            }
        })
    }
}
