//! Family 06: `segue.toml`, the lock, the data and the machine.

family! {
    SETTING = "E0601", "setting", Usage, "a setting in segue.toml that cannot be read";
    CANNOT_WRITE = "E0671", "cannot-write", Data, "an output that could not be written";
    NOT_AN_OUTPUT = "E0672", "not-an-output-folder", Usage, "a folder that holds other things than the output of a run";
    BUSY = "E0673", "output-busy", Data, "another run is writing the same output";
}
