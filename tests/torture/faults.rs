//! Every call that changes the disk may fail: the run ends with 3 and says why, and the former output is as it was. Calls
//! that a signal interrupts, or that write only a part, are no failures.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{Stage, done, is_full, names_in, output, run, shop};

/// Lets the k-th call of a kind fail in a way, for each k until none fails.
fn fail_each(stage: &Stage, call: &str, how: &str) {
    for k in 1.. {
        stage.reset();
        let result = stage.run(&format!("{call}:{k}:{how}")).output().unwrap();
        let said = String::from_utf8_lossy(&result.stderr);
        if result.status.success() {
            // The fault lay beyond the last call, or in a step that has nothing to lose, such as removing the former output.
            assert_eq!(stage.found(), Some(&stage.new));
            if k > 40 || !has_call(stage, call, k) {
                return;
            }
            continue;
        }
        assert_eq!(result.status.code(), Some(3), "{call}:{k}:{how}: {said}");
        assert!(said.contains("error[E067"), "{call}:{k}:{how}: {said}");
        assert_eq!(stage.found(), Some(&stage.former), "{call}:{k}:{how}");
        assert_eq!(names_in(&stage.shop.path()), stage.names, "{call}:{k}:{how} leaves something beside");
    }
}

/// Whether a run makes so many calls of a kind.
fn has_call(stage: &Stage, call: &str, k: u32) -> bool {
    stage.reset();
    let killed = stage.run(&format!("{call}:{k}:kill")).output().unwrap();
    if killed.status.code().is_none() {
        stage.next_run_is_fine();
        return true;
    }
    false
}

#[test]
fn each_write_may_find_the_disk_full() {
    let stage = Stage::set();
    fail_each(&stage, "write", "ENOSPC");
    fail_each(&stage, "open", "EACCES");
}

#[test]
fn each_sync_and_rename_may_fail() {
    let stage = Stage::set();
    fail_each(&stage, "sync", "EIO");
    fail_each(&stage, "rename", "EIO");
    if is_full() {
        for call in ["open", "write", "sync", "rename"] {
            for how in ["ENOSPC", "EIO", "EACCES"] {
                fail_each(&stage, call, how);
            }
        }
    }
}

#[test]
fn interrupted_and_short_calls_are_made_again() {
    let stage = Stage::set();
    let calls = [("open", "EINTR"), ("write", "EINTR"), ("write", "short"), ("sync", "EINTR"), ("rename", "EINTR")];
    for (call, how) in calls {
        for k in 1..=if is_full() { 30 } else { 3 } {
            stage.reset();
            let mut command = stage.run(&format!("{call}:{k}:{how}"));
            let result = command.output().unwrap();
            assert!(result.status.success(), "{call}:{k}:{how}: {}", String::from_utf8_lossy(&result.stderr));
            assert_eq!(stage.found(), Some(&stage.new), "{call}:{k}:{how}");
        }
    }
}

#[test]
fn a_folder_that_may_not_be_written_is_named_and_left_alone() {
    let shop = shop();
    done(run(&shop.path(), &[]));
    let former = output(&shop.path().join("out"));
    // A file in the way; and, unless the test is run by one who may write everywhere, a folder without the right to.
    shop.write("file", "mine");
    let refused = run(&shop.path(), &[]).args(["--out"]).arg(shop.path().join("file/out")).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(3) && said.contains("E0671") && said.contains("file"), "{said}");
    let locked = shop.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    let may_write_anyway = fs::write(locked.join("probe"), "").is_ok();
    let refused = run(&shop.path(), &[]).arg("--out").arg(locked.join("out")).output().unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    if !may_write_anyway {
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(refused.status.code() == Some(3) && said.contains("E0671") && said.contains("--out"), "{said}");
        assert_eq!(names_in(&locked), Vec::<String>::new());
    }
    assert_eq!(output(&shop.path().join("out")), former);
}
