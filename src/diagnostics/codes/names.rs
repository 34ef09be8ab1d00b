//! Family 02: names that are not there, stand twice, hide another, or lead in a circle.

family! {
    UNKNOWN_ATTRIBUTE = "E0201", "unknown-attribute", Definitions, "a name that neither the customers nor the definitions have";
}
