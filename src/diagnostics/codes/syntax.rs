//! Family 01: the text cannot be read, or can be read in two ways.

family! {
    UNEXPECTED = "E0101", "unexpected-text", Definitions, "the text cannot be read here";
    NOT_YET = "E0190", "not-yet", Definitions, "a part of the language that this version does not have yet";
}
