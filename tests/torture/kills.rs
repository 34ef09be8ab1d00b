//! A run that is killed leaves the former output or the new one, whole; the next run ends as if nothing had been, and
//! leaves nothing beside. It is killed before each call that changes the disk, and at random moments.

use std::process::Stdio;
use std::time::Duration;

use super::{Stage, is_full, mixed};

/// Kills before the k-th call, for each k until a run ends by itself. Gives how many kills there were.
fn kill_at_each_call(stage: &Stage, can_exchange: bool) -> usize {
    let mut seen = [0, 0, 0];
    for k in 1.. {
        stage.reset();
        let mut command = stage.run(&format!("any:{k}:kill"));
        if !can_exchange {
            command.env("SEGUE_NO_EXCHANGE", "1");
        }
        let output = command.output().unwrap();
        if output.status.success() {
            assert_eq!(stage.found(), Some(&stage.new));
            break;
        }
        assert_eq!(output.status.code(), None, "killed, not failed: {}", String::from_utf8_lossy(&output.stderr));
        match stage.found() {
            Some(found) if *found == stage.former => seen[0] += 1,
            Some(_) => seen[1] += 1,
            // Where two folders cannot change names in one step, there is a moment with neither; see `store::folder`.
            None => {
                assert!(!can_exchange, "the output was gone at call {k}");
                seen[2] += 1;
            }
        }
        stage.next_run_is_fine();
    }
    assert!(seen[0] > 5 && seen[1] > 0, "before and after the swap: {seen:?}");
    assert!(seen[2] <= 1, "{seen:?}");
    seen.iter().sum()
}

#[test]
fn killed_at_any_call_the_output_is_whole() {
    let kills = kill_at_each_call(&Stage::set(), true);
    assert!(kills >= 10, "{kills} kills");
}

#[test]
fn killed_at_any_call_where_folders_cannot_be_exchanged() {
    kill_at_each_call(&Stage::set(), false);
}

#[test]
fn killed_at_a_random_moment_the_output_is_whole() {
    let stage = Stage::set();
    let begin = std::time::Instant::now();
    stage.next_run_is_fine();
    let whole = begin.elapsed().as_micros() as u64;
    let times = if is_full() { 1_000 } else { 30 };
    for i in 0..times {
        stage.reset();
        let mut child = stage.run("").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(mixed(i) % whole));
        let _ = child.kill();
        child.wait().unwrap();
        assert!(stage.found().is_some(), "the output was gone");
    }
    stage.next_run_is_fine();
}
