//! Family 06: `segue.toml`, the lock, the data and the machine.

family! {
    SETTING = "E0601", "setting", Usage, "a place in segue.toml that cannot be read";
    UNKNOWN_SETTING = "E0602", "unknown-setting", Usage, "a setting that its table in segue.toml does not have";
    MISSING_SETTING = "E0603", "missing-setting", Usage, "a setting that segue.toml has to have";
    SETTING_VALUE = "E0604", "setting-value", Usage, "a value in segue.toml that its setting cannot have";
    NAME_TWICE = "E0605", "name-twice", Usage, "a name that segue.toml or the data has twice where it may stand once";
    NO_LOCK = "E0606", "no-lock", Usage, "a project without a segue.lock";
    LOCK = "E0607", "lock-damaged", Usage, "a segue.lock that cannot be read";
    LOCK_VERSION = "E0608", "lock-version", Usage, "a segue.lock of another version of Segue";
    LOCK_BEHIND = "E0609", "lock-behind", Usage, "a table of segue.toml that segue.lock does not know yet";
    COLUMN_TYPE = "E0610", "column-type", Usage, "a column that does not hold what segue.toml says of it";
    KEYS_APART = "E0611", "keys-apart", Usage, "keys that are joined but cannot be of one type";
    NO_FILE = "E0630", "no-file", Data, "no file where segue.toml says that a source is";
    NOT_LOCAL = "E0631", "not-local", Usage, "a path that is the address of an object store";
    FILE_KIND = "E0632", "file-kind", Data, "a file that is neither Parquet nor CSV nor NDJSON";
    DAMAGED = "E0633", "damaged-file", Data, "a Parquet file that is cut, damaged or contradicts itself";
    MALFORMED = "E0634", "malformed-text", Data, "a CSV or NDJSON file that is not well formed";
    EMPTY_FILE = "E0635", "empty-file", Data, "a file without a single byte";
    COLUMN_GONE = "E0636", "column-gone", Data, "a column that the lock has and the data no longer";
    COLUMN_CHANGED = "E0637", "column-changed", Data, "a column that cannot be read as the type in the lock";
    NO_SUCH_COLUMN = "E0638", "no-such-column", Usage, "a column named in segue.toml that the data does not have";
    COLUMN_TWICE = "E0639", "column-twice", Data, "two columns of one name in a file";
    NOT_A_KEY = "E0640", "not-a-key", Usage, "a key that is neither a whole number nor a text";
    NOT_A_TIME = "E0641", "not-a-time", Usage, "a time that is neither a date nor a date with a time";
    KEY_TWICE = "E0642", "key-twice", Data, "a key that stands twice where each stands once";
    KIND_UNKNOWN = "E0643", "kind-unknown", Usage, "a kind of event in the data that `kinds` does not have";
    CANNOT_READ = "E0644", "cannot-read", Data, "a file or folder that may not be read";
    MEMORY = "E0650", "out-of-memory", Data, "more memory is needed than `--memory` allows";
    SCRATCH = "E0651", "no-scratch-space", Data, "no room on the disk for what does not fit in memory";
    INTERRUPTED = "E0652", "interrupted", Interrupted, "the work was interrupted";
    ENGINE = "E0653", "engine-failed", Data, "a fault of Segue itself";
    CANNOT_WRITE = "E0671", "cannot-write", Data, "an output that could not be written";
    NOT_AN_OUTPUT = "E0672", "not-an-output-folder", Usage, "a folder that holds other things than the output of a run";
    BUSY = "E0673", "output-busy", Data, "another run is writing the same output";
    NOT_EMPTY = "E0674", "folder-not-empty", Usage, "a folder for something new that is not empty";
    PII_WITHOUT_PURPOSE = "E0690", "pii-without-purpose", Definitions, "a personal column included without a purpose";
    PII_NOT_BY_NAME = "E0691", "pii-not-by-name", Definitions, "a personal column that would leave under another name";
    LEFT_OUT = "W0660", "columns-left-out", Fine, "columns that hold records, maps or bytes are left out";
    TIES = "W0662", "events-at-one-time", Fine, "many events of sequences have the same time, and no order";
    PARTLY_TIMES = "W0661", "partly-times", Fine, "some values of a time cannot be read as one";
}
