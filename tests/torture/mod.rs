//! The promises that need a process to die, a disk to fail or a machine to be another one: outputs are whole or the former
//! ones, and the same input gives the same bytes. `SEGUE_TORTURE=full` tries more moments and more keys than CI has time for.

mod faults;
mod full_disk;
mod holdout;
mod interrupt;
mod kills;
mod names;
mod same_bytes;
mod together;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::projects::Scratch;

const CONFIG: &str = "\
[project]
name = \"shop\"
timezone = \"Europe/Berlin\"

[customers]
path = \"customers.csv\"
key = \"customer_id\"

[events.purchase]
path = \"purchases.csv\"
key = \"customer_id\"
time = \"ts\"
money = { amount = \"EUR\" }
";

const SEGMENTS: &str = "\
trait spend \"Spend, 30 days\" = sum(purchase.amount) in last 30 days
trait mean = average(purchase.score) ever

segment recent \"Bought lately\" {
  where did purchase in last 30 days
  holdout 40%
  include spend
}
segment best { where spend in top 20% }
";

/// Two moments as of which the answers differ.
const BEFORE: &str = "2024-05-01";
const AFTER: &str = "2024-06-01";

fn is_full() -> bool {
    std::env::var("SEGUE_TORTURE").is_ok_and(|how| how == "full")
}

/// A number that looks random, from a number: splitmix64.
fn mixed(n: u64) -> u64 {
    let mut x = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A shop of 60 customers and 400 purchases, already looked at.
fn shop() -> Scratch {
    let scratch = Scratch::of(&[("segue.toml", CONFIG), ("shop.seg", SEGMENTS)]);
    let mut customers = "customer_id,country\n".to_owned();
    for id in 0..60 {
        customers.push_str(&format!("{id},{}\n", ["DE", "FR", ""][id % 3]));
    }
    let mut purchases = "customer_id,ts,amount,score\n".to_owned();
    for i in 0..400_u64 {
        let r = mixed(i);
        let (customer, day, hour) = (r % 60, r / 60 % 28 + 1, r / 2_000 % 24);
        let (month, cents) = (r / 50_000 % 5 + 1, r / 250_000 % 10_000);
        purchases.push_str(&format!(
            "{customer},2024-{month:02}-{day:02}T{hour:02}:00:00,{}.{:02},{}\n",
            cents / 100,
            cents % 100,
            (r % 1_000) as f64 / 7.0
        ));
    }
    scratch.write("customers.csv", &customers);
    scratch.write("purchases.csv", &purchases);
    let (is_fine, said, _) = scratch.schema();
    assert!(is_fine, "{said:?}");
    scratch
}

/// The program, about to run a project.
fn run(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    command.arg("run").arg(folder).args(arguments).args(["--partitions", "2"]).stdin(Stdio::null());
    command.env_remove("SEGUE_FAULT").env_remove("SEGUE_NO_EXCHANGE");
    command
}

fn done(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// All files of an output with their bytes, the timings in `run.json` taken out; `None` where there is no such folder.
fn output(out: &Path) -> Option<BTreeMap<String, Vec<u8>>> {
    fn walk(folder: &Path, below: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{below}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), &format!("{name}/"), files);
            } else {
                files.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    if !out.exists() {
        return None;
    }
    let mut files = BTreeMap::new();
    walk(out, "", &mut files);
    let manifest = files.get_mut("run.json").expect("a manifest");
    *manifest = without_timings(manifest);
    Some(files)
}

fn without_timings(manifest: &[u8]) -> Vec<u8> {
    let mut json: serde_json::Value = serde_json::from_slice(manifest).unwrap();
    assert!(json.as_object_mut().unwrap().remove("timings").is_some());
    serde_json::to_vec_pretty(&json).unwrap()
}

/// What stands in a folder, by name.
fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The former output as of [`BEFORE`], and what the new one as of [`AFTER`] has to be.
struct Stage {
    shop: Scratch,
    former: BTreeMap<String, Vec<u8>>,
    new: BTreeMap<String, Vec<u8>>,
    names: Vec<String>,
}

impl Stage {
    fn set() -> Stage {
        let shop = shop();
        let out = shop.path().join("out");
        done(run(&shop.path(), &["--as-of", AFTER]));
        let new = output(&out).unwrap();
        done(run(&shop.path(), &["--as-of", BEFORE]));
        let former = output(&out).unwrap();
        assert_ne!(former["membership.parquet"], new["membership.parquet"]);
        let names = names_in(&shop.path());
        Stage { shop, former, new, names }
    }

    /// Puts the former output back.
    fn reset(&self) {
        if self.found() != Some(&self.former) || names_in(&self.shop.path()) != self.names {
            done(run(&self.shop.path(), &["--as-of", BEFORE]));
        }
        assert_eq!(names_in(&self.shop.path()), self.names, "nothing is left beside the output");
    }

    /// A run as of [`AFTER`], with a fault.
    fn run(&self, fault: &str) -> Command {
        let mut command = run(&self.shop.path(), &["--as-of", AFTER]);
        command.env("SEGUE_FAULT", fault);
        command
    }

    /// What stands there: the former output or the new one, whole; anything else fails. `None` where nothing does.
    fn found(&self) -> Option<&BTreeMap<String, Vec<u8>>> {
        let found = output(&self.shop.path().join("out"))?;
        if found == self.former {
            Some(&self.former)
        } else if found == self.new {
            Some(&self.new)
        } else {
            let differing: Vec<_> = found.iter().filter(|(name, bytes)| self.new.get(*name) != Some(bytes)).collect();
            panic!("neither the former output nor the new one: {:?}", differing.iter().map(|d| d.0).collect::<Vec<_>>())
        }
    }

    /// The next run ends with the same bytes as one that nothing befell, and leaves nothing beside.
    fn next_run_is_fine(&self) {
        done(run(&self.shop.path(), &["--as-of", AFTER]));
        assert_eq!(self.found(), Some(&self.new));
        assert_eq!(names_in(&self.shop.path()), self.names, "nothing is left beside the output");
    }
}
