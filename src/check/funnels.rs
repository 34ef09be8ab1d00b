//! Funnels: their declarations, and how far customers got in one.

use super::names::{Declared, as_written};
use super::rows::these;
use super::scope::{Meaning, Scope};
use super::{Checker, sequences};
use crate::diagnostics::{Diagnostic, codes};
use crate::program::calendar::Length;
use crate::program::{Condition, ConditionKind, Event, Named, NamedEvent, NamedFunnel, Reached};
use crate::source::Span;
use crate::syntax::tree::{self, EventKind};

/// A declared funnel.
#[derive(Clone)]
pub(super) struct Funnel {
    within: Length,
    /// The events of its steps, with the name by which each is known.
    steps: Vec<(String, Event)>,
}

impl Checker<'_> {
    /// Works out the declared funnels. What is wrong with one is said once, not again by those who ask of it.
    pub(super) fn declared_funnels(&mut self) -> bool {
        let declarations = self.names.funnels.clone();
        self.funnels = declarations.iter().map(|declaration| self.funnel(declaration)).collect();
        self.funnels.iter().all(Option::is_some)
    }

    fn funnel(&mut self, declaration: &tree::FunnelDeclaration) -> Option<Funnel> {
        let within = self.length(&declaration.within);
        if declaration.steps.len() > sequences::MOST_STEPS {
            return self.too_many_steps("funnel", declaration.steps.len(), declaration.span);
        }
        let mut steps: Vec<(String, Event)> = Vec::new();
        let mut places: Vec<Span> = Vec::new();
        let mut is_whole = true;
        for step in &declaration.steps {
            let Some(name) = self.step_name(step) else {
                is_whole = false;
                continue;
            };
            if let Some(first) = steps.iter().position(|(other, _)| *other == name.text).and_then(|i| places.get(i)) {
                self.said.push(
                    Diagnostic::new(codes::names::STEP_TWICE, format!("The step `{}` stands twice in this funnel", name.text))
                        .at(step.span)
                        .label(*first, "the first one is here")
                        .consequence("`reached` could mean either of the two.")
                        .help(format!(
                            "Steps are different events. Two kinds of one event can have names of their own: `event first_{} = {} where …`.",
                            name.text,
                            as_written(&name.text)
                        )),
                );
                is_whole = false;
                continue;
            }
            match self.event(step) {
                Some(event) => {
                    places.push(step.span);
                    steps.push((name.text.clone(), event));
                }
                None => is_whole = false,
            }
        }
        let within = within?;
        is_whole.then_some(Funnel { within, steps })
    }

    /// The event that a step is named by.
    fn step_name<'t>(&mut self, step: &'t tree::Event) -> Option<&'t tree::Name> {
        let mut kind = &step.kind;
        loop {
            match kind {
                EventKind::Named(name) => return Some(name),
                EventKind::Inner(inner) => kind = &inner.kind,
                EventKind::Any | EventKind::OneOf(_) => {
                    let shown = self.words(step.span);
                    return self.refuse(
                        Diagnostic::new(
                            codes::names::WRONG_KIND,
                            format!("`{shown}` is several events, so the step has no name"),
                        )
                        .at(step.span)
                        .consequence("Nobody could ask who reached it.")
                        .help("Give them one: `event contact = session or email_click`, and take `contact` as the step."),
                    );
                }
            }
        }
    }

    /// What the declared events and funnels are.
    pub(super) fn named(&self) -> Named {
        let title = |title: &Option<tree::Text>| title.as_ref().map(|title| title.value.as_str().into());
        let events = self.names.events.iter().zip(&self.events);
        let events = events.filter_map(|(declaration, event)| {
            let name = declaration.name.text.as_str().into();
            Some(NamedEvent { name, title: title(&declaration.title), event: event.clone()? })
        });
        let funnels = self.names.funnels.iter().zip(&self.funnels);
        let funnels = funnels.filter_map(|(declaration, funnel)| {
            let funnel = funnel.clone()?;
            let steps = funnel.steps.into_iter().map(|(name, event)| (name.into(), event)).collect();
            let name = declaration.name.text.as_str().into();
            Some(NamedFunnel { name, title: title(&declaration.title), within: funnel.within, steps })
        });
        Named { events: events.collect(), funnels: funnels.collect() }
    }

    /// `reached add_to_cart but not purchase in checkout_path in last 14 days`
    pub(super) fn reached(&mut self, reached: &tree::Reached, span: Span, scope: Scope<'_>) -> Option<Meaning> {
        self.only_of_customers("`reached`", span, scope)?;
        let window = self.event_window(reached.window.as_ref(), scope);
        let funnel = self.funnel_name(&reached.funnel)?;
        let to = self.step(&funnel, &reached.step, &reached.funnel);
        let but_not = reached.but_not.as_ref().map(|step| self.step(&funnel, step, &reached.funnel));
        let (to, but_not) = (to?, if let Some(step) = but_not { Some(step?) } else { None });
        if let (Some(not), Some(written)) = (but_not, &reached.but_not)
            && not <= to
        {
            let (first, second) = (as_written(&reached.step.text), as_written(&written.text));
            let what = if not == to { "is the same step" } else { "comes before it" };
            return self.refuse(
                Diagnostic::new(
                    codes::types::NUMBER_RANGE,
                    format!("Whoever reached `{first}` reached `{second}`: it {what} in the funnel"),
                )
                .at(written.span)
                .consequence("Nobody would fit this.")
                .help("Name a later step behind `but not`."),
            );
        }
        let Some(window) = window? else {
            let shown = self.words(span);
            return self.refuse(
                Diagnostic::new(codes::time::MISSING_WINDOW, format!("`{shown}`: in which time?"))
                    .at(span)
                    .consequence("It is not known how far to look back.")
                    .help("Add a window behind it, in which the whole attempt has to lie: `in last 90 days`, or `ever`.")
                    .fix("look at the whole history: add `ever`", super::mistaken::after(span), " ever"),
            );
        };
        let steps = funnel.steps.into_iter().map(|(_, event)| event).collect();
        let reached = Reached {
            funnel: reached.funnel.text.as_str().into(),
            steps,
            within: funnel.within,
            to,
            but_not,
            last: reached.last,
            window,
        };
        Some(Meaning::Condition(Condition { kind: ConditionKind::Reached(Box::new(reached)), span }))
    }

    /// Which step of a funnel a name is.
    fn step(&mut self, funnel: &Funnel, name: &tree::Name, of: &tree::Name) -> Option<usize> {
        if let Some(place) = funnel.steps.iter().position(|(step, _)| *step == name.text) {
            return Some(place);
        }
        let says =
            Diagnostic::new(codes::names::UNKNOWN_STEP, format!("The funnel `{}` has no step `{}`", of.text, name.text))
                .at(name.span)
                .consequence("It is not known which customers are meant.");
        let names: Vec<&str> = funnel.steps.iter().map(|(name, _)| name.as_str()).collect();
        let otherwise = these("Its steps are", &names);
        let says = self.suggest(says, name, names, &otherwise);
        self.refuse(says)
    }

    /// A name that should be a funnel.
    fn funnel_name(&mut self, name: &tree::Name) -> Option<Funnel> {
        match self.names.get(&name.text) {
            Some(Declared::Funnel(i)) => return self.funnels.get(i)?.clone(),
            Some(Declared::Silent) => return None,
            _ => {}
        }
        let says = Diagnostic::new(codes::names::UNKNOWN_STEP, format!("There is no funnel `{}`", name.text))
            .at(name.span)
            .consequence("It is not known which customers are meant.");
        let names = self.declared(|d| matches!(d, Declared::Funnel(_)));
        let otherwise = "Declare it: `funnel checkout_path within 3 days { product_view, add_to_cart, purchase }`.";
        let says = self.suggest(says, name, names, otherwise);
        self.refuse(says)
    }

    /// A funnel where something else is needed.
    pub(super) fn funnel_as_value<T>(&mut self, name: &tree::Name) -> Option<T> {
        let written = as_written(&name.text);
        self.refuse(
            Diagnostic::new(codes::names::WRONG_KIND, format!("`{}` is a funnel", name.text))
                .at(name.span)
                .help(format!("For those who got to one of its steps, write `reached … in {written} in last 30 days`.")),
        )
    }
}
