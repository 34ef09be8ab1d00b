//! Family 04: missing windows, and looks into the future.

family! {
    MISSING_WINDOW = "E0401", "missing-window", Definitions, "behaviour that does not say when";
    FUTURE_EVENT = "E0402", "future-event", Definitions, "a segment or trait that looks at events of the future";
    OUTCOME = "E0403", "outcome-column", Definitions, "an outcome outside the target of a prediction";
    WINDOW_OF_NOTHING = "E0404", "window-of-nothing", Definitions, "a window behind something that takes none";
    TIME_INSIDE_WHERE = "E0405", "time-inside-where", Definitions, "something inside `where` that looks beyond the event's own row";
    NO_HISTORY = "E0430", "no-history", Definitions, "a change of something whose history is not known";
    AS_EXPORTED_THEN = "W0410", "as-exported-then", Fine, "an attribute of an earlier time that is known only as it was exported";
}
