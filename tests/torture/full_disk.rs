//! A disk that is really full, where one can be had; that every write may fail is tested in [`super::faults`] without one.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use super::{done, names_in, output, run, shop};

/// A disk of few bytes, until it is dropped.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(folder: &'a Path, size: &str) -> Option<SmallDisk<'a>> {
        fs::create_dir(folder).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "segue"]).arg(folder);
        mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success()).then_some(SmallDisk(folder))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_leaves_the_former_output() {
    let shop = shop();
    let folder = shop.path().join("disk");
    let Some(_disk) = SmallDisk::mount(&folder, "1m") else { return };
    let to_disk = |as_of: &str| {
        let mut command = run(&shop.path(), &["--as-of", as_of, "--traits"]);
        command.arg("--out").arg(folder.join("out"));
        command
    };
    done(to_disk(super::BEFORE));
    let former = output(&folder.join("out"));
    // Whatever room is left is taken.
    let mut filler = File::create(folder.join("filler")).unwrap();
    while std::io::Write::write(&mut filler, &[0; 512]).is_ok_and(|n| n > 0) {}
    let refused = to_disk(super::AFTER).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(3) && said.contains("no space left"), "{said}");
    assert_eq!(output(&folder.join("out")), former);
    assert_eq!(names_in(&folder), ["filler", "out"]);
    drop(filler);
    fs::remove_file(folder.join("filler")).unwrap();
    done(to_disk(super::AFTER));
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let shop = shop();
    if !Path::new("/dev/full").exists() {
        return; // not every system has one
    }
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    let result = command.args(["check", "--format", "json"]).current_dir(shop.path()).stdout(full).output().unwrap();
    assert_eq!(result.status.code(), Some(3), "{}", String::from_utf8_lossy(&result.stderr));
}
