//! Ctrl-C ends a run within a second with 130; the output is the former one or the new one, and nothing is left beside.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Stage, is_full, mixed, names_in};

#[test]
fn interrupted_at_a_random_moment() {
    let stage = Stage::set();
    let begin = Instant::now();
    stage.next_run_is_fine();
    let whole = begin.elapsed().as_micros() as u64;
    let mut stopped = 0;
    for i in 0..if is_full() { 100 } else { 12 } {
        stage.reset();
        let mut child = stage.run("").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(mixed(1_000 + i) % whole));
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let begin = Instant::now();
        let status = child.wait().unwrap();
        assert!(begin.elapsed() < Duration::from_secs(1), "it took {:?}", begin.elapsed());
        // Before it listens the signal ends it by itself; when it has ended there is nothing to stop.
        if sent.success() && status.code() == Some(130) {
            stopped += 1;
        } else {
            assert!(matches!(status.code(), None | Some(0)), "{status}");
        }
        assert!(stage.found().is_some());
        assert_eq!(names_in(&stage.shop.path()), stage.names, "nothing is left beside the output");
    }
    assert!(stopped > 0, "none of them was stopped");
}
