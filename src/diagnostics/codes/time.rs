//! Family 04: missing windows, and looks into the future.

family! {
    MISSING_WINDOW = "E0401", "missing-window", Definitions, "behaviour that does not say when";
}
