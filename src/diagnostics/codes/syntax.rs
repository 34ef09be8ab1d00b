//! Family 01: the text cannot be read, or can be read in two ways.

family! {
    UNEXPECTED = "E0101", "unexpected-text", Definitions, "the text cannot be read here";
    TYPOGRAPHIC = "E0102", "typographic-signs", Definitions, "quotes, dashes or blanks as mail and slides make them";
    OPEN_TEXT = "E0103", "open-text", Definitions, "a quote or backquote that never ends";
    OPEN_BRACE = "E0104", "open-brace", Definitions, "a block or parenthesis that never ends";
    AND_BESIDE_OR = "E0105", "and-beside-or", Definitions, "`and` beside `or` can be read in two ways";
    CHAINED = "E0106", "chained-comparison", Definitions, "two comparisons that share a value";
    NOT_IN_EACH = "E0107", "did-not-in-each", Definitions, "`did not … in each of` can be read in two ways";
    BARE_TIMES = "E0108", "bare-times", Definitions, "a number of times that can be read in two ways";
    LAST_WITHOUT_NUMBER = "E0109", "last-without-number", Definitions, "`in last month` can be read in two ways";
    UNIT = "E0110", "missing-unit", Definitions, "a number whose unit is not there, or not beside it";
    THREE_DIGITS = "E0111", "three-digits", Definitions, "three digits after a point: a thousand, or one?";
    AMOUNT = "E0112", "amount-of-money", Definitions, "a currency or a thousand as other tools write them";
    BARE_NAME = "E0113", "name-without-backquotes", Definitions, "a name that needs backquotes, or a text that needs quotes";
    OTHER_WORDS = "E0114", "words-of-other-tools", Definitions, "a word or sign of another tool";
    UPPER_CASE = "E0115", "upper-case-word", Definitions, "a word of the language in capital letters";
    SINGLE_QUOTES = "E0116", "single-quotes", Definitions, "a text in single quotes";
    BACKSLASH_QUOTE = "E0117", "backslash-quote", Definitions, "a backslash before a quote";
    WINDOW_PLACE = "E0118", "window-after-comparison", Definitions, "a window that stands behind the number it is compared with";
    CLAUSE_TWICE = "E0119", "clause-twice", Definitions, "a clause that may stand once stands twice";
    WHERE_FIRST = "E0120", "where-first", Definitions, "`where` is missing, or not the first clause";
    LIMIT_BY = "E0121", "limit-without-by", Definitions, "a limit that does not say by what it chooses";
    TOO_DEEP = "E0122", "too-deep", Definitions, "conditions inside conditions, more than 256 deep";
    NO_SUCH_DATE = "E0123", "no-such-date", Definitions, "a day or time that does not exist, or is written otherwise";
    OR_OF_EVENTS = "E0124", "or-between-events", Definitions, "`or` between events, with a window behind the last one";
    TWO_AFTER_WHERE = "E0125", "two-comparisons-after-where", Definitions, "two comparisons after `where` without parentheses";
    FIRST_STEP = "E0126", "within-on-first-step", Definitions, "`within` or `without` on a step that has none before it";
    ORDER = "E0127", "order-of-parts", Definitions, "the parts of a `did` stand in another order";
    DECLARATION = "E0128", "no-declaration", Definitions, "a line that begins no definition";
    EMPTY_BLOCK = "E0129", "nothing-inside", Definitions, "a block, list or text with nothing in it";
    TEST_AS_OF = "E0135", "test-without-as-of", Definitions, "a test that does not say as of when";
    AS_OF_PLACE = "E0137", "as-of-place", Definitions, "`as of` that is no length of time ago, or stands behind a condition without parentheses";
    OTHERWISE = "E0140", "stages-without-otherwise", Definitions, "stages whose last one is not for all others";
    RANDOM_WITHOUT_SALT = "E0150", "random-without-salt", Definitions, "a random part that does not say which";
    NOT_YET = "E0190", "not-yet", Definitions, "a part of the language that this version does not have yet";
}
