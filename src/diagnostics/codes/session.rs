//! Families 01, 04 and 06: what opening a project says of its files, and a run of what it was asked for.

family! {
    NOT_TEXT = "E0195", "not-utf-8", Definitions, "a file of definitions that is not UTF-8 text";
    TOO_LARGE = "E0196", "file-too-large", Definitions, "a file of definitions that is too large to be one";
    AS_OF_AFTER_TODAY = "W0491", "as-of-after-today", Fine, "a run as of a day that has not come yet";
    AS_OF_AFTER_DATA = "W0492", "as-of-after-data", Fine, "a run as of a day from which the data has nothing";
    NO_PROJECT = "E0681", "no-project", Usage, "no folder with a segue.toml";
    NO_CUSTOMER = "E0682", "no-such-customer", Usage, "a customer on the command line who is not there, or not yet";
    CANNOT_READ = "E0683", "unreadable-file", Data, "a file of the project that cannot be read";
    BAD_SETTINGS_FILE = "E0684", "unreadable-settings", Usage, "a segue.toml or segue.lock that is not text, or far too large";
    AS_OF = "E0685", "as-of", Usage, "a moment that cannot be read";
    AS_OF_NEEDED = "E0686", "as-of-needed", Usage, "no event tells as of when to run";
    UNKNOWN_DEFINITION = "E0687", "unknown-definition", Usage, "a name on the command line that no definition has";
    SMALL_BUILD = "E0688", "small-build", Usage, "a command that needs the engine, in a Segue built without it";
    LOCK_DRIFTED = "E0689", "lock-drifted", Usage, "data that no longer looks as segue.lock says";
}
