//! Family 06: `segue.toml`, the lock, the data and the machine.

family! {
    SETTING = "E0601", "setting", Usage, "a setting in segue.toml that cannot be read";
}
