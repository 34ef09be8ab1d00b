//! Several runs at once on one folder of outputs: one after the other, or with a message; never a mixture.

use std::process::Stdio;

use super::{Stage, names_in};

#[test]
fn runs_at_once_do_not_mix() {
    let stage = Stage::set();
    for _ in 0..5 {
        stage.reset();
        let spawn = || stage.run("").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let children: Vec<_> = (0..4).map(|_| spawn()).collect();
        let mut done = 0;
        for child in children {
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            match output.status.code() {
                Some(0) => done += 1,
                code => assert!(code == Some(3) && said.contains("E0673"), "{said}"),
            }
        }
        assert!(done > 0, "one of them wins");
        assert_eq!(stage.found(), Some(&stage.new));
        assert_eq!(names_in(&stage.shop.path()), stage.names, "nothing is left beside the output");
    }
}
