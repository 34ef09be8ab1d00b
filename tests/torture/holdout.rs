//! Who is held out: by a hash that stays for ever, that is uniform, and under which the segments have nothing to do with
//! each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use segue::program::types::Key;

use super::is_full;
use crate::outputs;
use crate::projects::{Scratch, request, root};

/// A project of nothing but customers, with these keys; run.
fn held_out(keys: impl Iterator<Item = String>, segments: &str) -> BTreeMap<String, BTreeSet<Key>> {
    let config = "[project]\nname = \"keys\"\n\n[customers]\npath = \"keys.csv\"\nkey = \"id\"\n";
    let scratch = Scratch::of(&[("segue.toml", config), ("all.seg", segments)]);
    let rows: String = keys.map(|key| format!("{key}\n")).collect();
    scratch.write("keys.csv", &format!("id\n{rows}"));
    let (is_fine, said, _) = scratch.schema();
    assert!(is_fine, "{said:?}");
    scratch.open().run(&request(Some("2024-06-01")), &|_| {}).unwrap();
    let members = outputs::membership(&scratch.path().join("out"));
    let out = |members: Vec<(Key, bool)>| members.into_iter().filter(|(_, out)| *out).map(|(key, _)| key).collect();
    members.into_iter().map(|(name, members)| (name, out(members))).collect()
}

#[test]
fn it_is_the_golden_list_for_ever() {
    let golden = fs::read_to_string(root().join("tests/torture/holdout_golden.txt")).unwrap();
    let golden: BTreeSet<&str> = golden.lines().filter(|line| !line.starts_with('#')).collect();
    let segment = "segment spring { where everyone\n holdout 10% salt \"q3\" }\n";
    let numbers = held_out((0..1_000).map(|n| n.to_string()), segment);
    let texts = held_out((0..1_000).map(|n| format!("kunde-{n:04}")), segment);
    let found: BTreeSet<String> = numbers["spring"].iter().chain(&texts["spring"]).map(ToString::to_string).collect();
    assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), golden);
}

#[test]
fn it_is_uniform_and_segments_are_independent() {
    let n: usize = if is_full() { 300_000 } else { 20_000 };
    let mut segments = String::new();
    for tenth in 1..10 {
        segments.push_str(&format!("segment up_to_{tenth} {{ where everyone\n holdout {tenth}0% salt \"one\" }}\n"));
    }
    for i in 0..10 {
        segments.push_str(&format!("segment half_{i} {{ where everyone\n holdout 50% }}\n"));
    }
    let found = held_out((0..n).map(|n| n.to_string()), &segments);

    // One salt: whoever is held out at 10% is at 20%, and each tenth has as many as any other.
    let mut before = 0;
    let mut chi_squared = 0.0;
    let expected = n as f64 / 10.0;
    for tenth in 1..=10 {
        let up_to = if tenth == 10 { n } else { found[&format!("up_to_{tenth}")].len() };
        chi_squared += ((up_to - before) as f64 - expected).powi(2) / expected;
        before = up_to;
        if (2..10).contains(&tenth) {
            assert!(found[&format!("up_to_{}", tenth - 1)].is_subset(&found[&format!("up_to_{tenth}")]));
        }
    }
    assert!(chi_squared < 27.88, "χ² with 9 degrees of freedom is {chi_squared}, which has p < 0.001");

    // Ten salts: that somebody is held out in one says nothing of another.
    for i in 0..10 {
        for j in 0..i {
            let (one, other) = (&found[&format!("half_{i}")], &found[&format!("half_{j}")]);
            let (p, q) = (one.len() as f64 / n as f64, other.len() as f64 / n as f64);
            let both = one.intersection(other).count() as f64 / n as f64;
            let r = (both - p * q) / (p * (1.0 - p) * q * (1.0 - q)).sqrt();
            assert!(r.abs() < 4.5 / (n as f64).sqrt(), "half_{i} and half_{j}: r = {r}");
        }
    }
}
