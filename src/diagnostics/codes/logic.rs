//! Family 07: what can never hold, always holds, or says nothing.

family! {
    NO_SUCH_STAGE = "W0740", "no-such-stage", Fine, "a comparison with a stage that the stages do not have";
}
