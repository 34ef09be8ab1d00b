//! As meant: what has a name and is unfolded wherever it is used: declared events and funnels. Kept for who asks what a name means.

use std::sync::Arc;

use super::{Event, Length};

/// The declared events and funnels.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// `event contact = session or app_open`
    pub events: Vec<NamedEvent>,
    /// `funnel checkout_path within 3 days { view, cart, buy }`
    pub funnels: Vec<NamedFunnel>,
}

/// A declared event.
#[derive(Debug, Clone)]
pub struct NamedEvent {
    /// `contact`
    pub name: Arc<str>,
    /// `"Any sign of life"`
    pub title: Option<Arc<str>>,
    /// What it is made of.
    pub event: Event,
}

/// A declared funnel.
#[derive(Debug, Clone)]
pub struct NamedFunnel {
    /// `checkout_path`
    pub name: Arc<str>,
    /// `"Checkout"`
    pub title: Option<Arc<str>>,
    /// All steps lie at most so long after the first.
    pub within: Length,
    /// The names of the steps, and their events.
    pub steps: Vec<(Arc<str>, Event)>,
}
