//! Family 03: types and units that do not fit together.

family! {
    MISMATCH = "E0301", "type-mismatch", Definitions, "two things that cannot be compared";
}
