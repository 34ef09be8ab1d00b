//! The texts that make a project of the data: `segue.toml` and the segments. They stand in `project/` as they are written.

/// The path of each text in the project, and the text.
pub const TEXTS: &[(&str, &str)] = &[
    ("segue.toml", include_str!("project/segue.toml")),
    ("segments/traits.seg", include_str!("project/traits.seg")),
    ("segments/retention.seg", include_str!("project/retention.seg")),
    ("segments/habits.seg", include_str!("project/habits.seg")),
    ("segments/journeys.seg", include_str!("project/journeys.seg")),
    ("segments/value.seg", include_str!("project/value.seg")),
    ("segments/campaigns.seg", include_str!("project/campaigns.seg")),
    ("segments/tests.seg", include_str!("project/tests.seg")),
];
