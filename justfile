# Verbs that wrap plain commands. Nothing here is needed to build or test: `cargo build`, `cargo test`, `.ci/run`.

# What can be said without running anything.
check:
    cargo fmt --check
    cargo clippy --all-targets --no-default-features -- -D warnings
    cargo clippy --all-targets -- -D warnings

# All tests, as in CI.
test:
    cargo test

# Takes over what the snapshots of the tests would have to be; look at the difference before you commit it.
bless:
    SEGUE_BLESS=1 cargo test
    git diff --stat

# The random tests on new seeds for as long as told: `just soak 60m`.
soak time="60m":
    SEGUE_SOAK={{time}} cargo test --release -- random mutated --nocapture

# Kills and faults: every call, and a thousand moments.
torture:
    SEGUE_TORTURE=full cargo test torture -- --nocapture

# Each planted fault in turn: do the tests find it within a minute? Fails under 98 of 100. `just faults 3 17` tries these alone.
faults *numbers:
    .ci/faults {{numbers}}

# How long a run takes on the grocery example.
bench:
    cargo build --release
    ./target/release/segue schema examples/grocery
    time ./target/release/segue run examples/grocery

# Before a release: all of it, at its full size.
release-check: check test torture
    just soak 480m
    cargo run --release -- run examples/grocery
    cargo run --release -- run examples/cdnow
