//! Family 03: types and units that do not fit together.

family! {
    MISMATCH = "E0301", "type-mismatch", Definitions, "two things that cannot be compared";
    OTHER_CURRENCY = "E0302", "other-currency", Definitions, "money of two currencies";
    PERCENT = "E0303", "percent-of-what", Definitions, "a percent beside a count, money or a length of time";
    WITHOUT_UNIT = "E0304", "number-without-unit", Definitions, "a plain number beside a length of time";
    NOT_A_CONDITION = "E0305", "not-a-condition", Definitions, "a value where a condition is needed";
    ARITHMETIC = "E0307", "cannot-compute", Definitions, "two things that cannot be added, subtracted, multiplied or divided";
    WRONG_ARGUMENT = "E0308", "wrong-argument", Definitions, "a sum, average or function of something it cannot take";
    NO_SIZE = "E0309", "no-size", Definitions, "a rank or limit by something that has no size";
    NUMBER_RANGE = "E0310", "number-does-not-fit", Definitions, "a number that does not fit its place";
    SHARE_RANGE = "E0311", "share-does-not-fit", Definitions, "a share that is no percent between 0% and 100%";
    NOT_A_DATE = "E0312", "not-a-date", Definitions, "a window or a length of time of something that is no date";
    NOT_A_TEXT = "E0313", "not-a-text", Definitions, "a text condition on something that is no text";
    MONTH_IN_ARITHMETIC = "E0314", "month-in-arithmetic", Definitions, "arithmetic with months, quarters or years";
    TWO_EVENTS = "E0315", "two-events", Definitions, "an aggregate over columns of two events";
    BAD_PATTERN = "E0316", "bad-pattern", Definitions, "a pattern of `matches` that cannot be read";
    TOO_LARGE = "E0317", "event-too-large", Definitions, "a declared event of too many parts";
    HOUR_OF_DATE = "E0340", "hour-of-a-date", Definitions, "the hour of a date, which has none";
    WEEKDAY = "E0341", "no-such-weekday", Definitions, "a weekday that there is none of, or an order of weekdays";
    NOT_LISTED = "E0342", "not-listed", Definitions, "something that no list can hold";
    NO_PLACE = "E0343", "no-place", Definitions, "a place that is none, or that is not asked how far it is";
    LIST = "E0344", "list-as-a-value", Definitions, "a list where a single value is needed";
}
