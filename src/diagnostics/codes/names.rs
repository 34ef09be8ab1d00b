//! Family 02: names that are not there, stand twice, hide another, or lead in a circle.

family! {
    UNKNOWN_ATTRIBUTE = "E0201", "unknown-attribute", Definitions, "a name that neither the customers nor the definitions have";
    UNKNOWN_EVENT = "E0202", "unknown-event", Definitions, "an event that the project does not have";
    UNKNOWN_COLUMN = "E0203", "unknown-column", Definitions, "a column that the event does not have";
    UNKNOWN_SEGMENT = "E0204", "unknown-segment", Definitions, "a segment that is not declared";
    UNKNOWN_PURPOSE = "E0205", "unknown-purpose", Definitions, "a purpose that `[consent]` does not have";
    UNKNOWN_LOOK_UP = "E0206", "unknown-look-up", Definitions, "a dot that leads to no look-up table, or to no column of it";
    DUPLICATE = "E0208", "duplicate-name", Definitions, "two declarations of one name";
    SHADOWING = "E0209", "shadowing-name", Definitions, "a declaration named like something that the data has";
    CYCLE = "E0210", "definitions-in-a-circle", Definitions, "definitions that use each other in a circle";
    WRONG_KIND = "E0212", "name-in-the-wrong-place", Definitions, "a name of another kind than this place takes";
    NOT_OF_THE_ROW = "E0213", "not-of-the-row", Definitions, "a name inside `where` that the event's rows do not have";
    COLUMN_WITHOUT_EVENT = "E0214", "column-without-event", Definitions, "a column in an aggregate that does not say of which event";
    EVENT_INSIDE_WHERE = "E0215", "event-inside-where", Definitions, "a column inside `where` that repeats the event's name";
    EVERY_SEGMENT_NAMES_SEGMENT = "E0216", "every-segment-names-a-segment", Definitions, "what is taken off every segment refers to a segment";
    COLUMN_OUTSIDE_AGGREGATE = "E0217", "column-outside-aggregate", Definitions, "a column of an event where one value for each customer is needed";
    TEST_DECLARED_EVENT = "E0225", "test-of-a-declared-event", Definitions, "a test in which a declared event happens";
    TEST_CUSTOMER = "E0226", "unknown-customer-of-test", Definitions, "something expected of a customer whom the test does not give";
    UNKNOWN_STEP = "E0230", "unknown-step", Definitions, "a funnel that is not declared, or a step that it does not have";
    STEP_TWICE = "E0231", "step-twice", Definitions, "a step that a funnel has twice";
    UNKNOWN_LIST = "E0240", "unknown-list", Definitions, "a list that segue.toml does not have";
}
