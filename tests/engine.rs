//! Whole runs on small CSV projects, worked out by hand from the language page: what the conformance cases do not ask for.
//! How many are left after each clause, where a rank was cut, what is told of values that do not fit, `--only`.

use std::collections::BTreeMap;

use segue::program::types::{Key, Scalar};
use segue::session::Outcome;

use crate::outputs;
use crate::projects::{Scratch, request};

const SHOP: &str = r#"
[project]
name = "shop"

[customers]
path = "customers.csv"
key = "id"
since = "joined"
static = ["joined", "country"]

[events.buy]
path = "buy.csv"
key = "id"
time = "at"
money = { amount = "EUR" }

[consent]
mail = "opt_in"

[every_segment]
except = 'country = "XX"'
"#;

const CUSTOMERS: &str = "\
id,joined,country,opt_in,household,score
1,2024-01-01,DE,true,a,1
2,2024-01-01,DE,true,a,2
3,2024-01-01,FR,true,,3
4,2024-01-01,XX,true,b,4
5,2024-01-01,FR,false,b,5
6,2024-01-01,FR,true,b,
7,2024-07-01,DE,true,c,9
8,,DE,true,c,9
";

const BUY: &str = "\
id,at,amount,pieces
1,2024-01-03T00:00:00Z,10.00,1
1,2024-05-31T23:59:59Z,5.50,2
2,2024-01-08T00:00:00Z,1.00,9223372036854775807
2,2024-01-09T00:00:00Z,1.00,1
3,2024-06-01T00:00:00Z,99.00,1
7,2024-02-01T00:00:00Z,99.00,1
99,2024-02-01T00:00:00Z,99.00,1
";

struct Ran {
    outcome: Outcome,
    members: BTreeMap<String, Vec<(i64, bool)>>,
    traits: BTreeMap<String, BTreeMap<Key, Option<Scalar>>>,
}

/// Runs definitions as of 2024-06-01T00:00Z.
fn run(definitions: &str, only: &[&str]) -> Ran {
    let scratch =
        Scratch::of(&[("segue.toml", SHOP), ("customers.csv", CUSTOMERS), ("buy.csv", BUY), ("all.seg", definitions)]);
    let (seen, found, _) = scratch.schema();
    assert!(seen, "{found:?}");
    let asked = segue::session::Request {
        only: only.iter().map(|name| (*name).to_owned()).collect(),
        ..request(Some("2024-06-01"))
    };
    let outcome = scratch.open().run(&asked, &|_| {}).unwrap();
    let out = scratch.path().join("out");
    let number = |key: &Key| if let Key::Number(n) = key { *n } else { panic!("{key} is no number") };
    let members = outputs::membership(&out);
    let members = members.into_iter().map(|(s, all)| (s, all.iter().map(|(k, out)| (number(k), *out)).collect()));
    Ran { members: members.collect(), traits: outputs::traits(&out), outcome }
}

impl Ran {
    fn of(&self, segment: &str) -> Vec<i64> {
        self.members.get(segment).map(|all| all.iter().map(|(key, _)| *key).collect()).unwrap_or_default()
    }

    fn value(&self, name: &str, key: i64) -> Option<Scalar> {
        self.traits[name][&Key::Number(key)].clone()
    }
}

#[test]
fn each_clause_takes_off_and_the_run_says_how_many_are_left() {
    let ran = run(
        "segment one {\n  where everyone\n  except score = 3\n  purpose mail\n  limit 1 per household by highest score\n}\n",
        &[],
    );
    // 7 joins after T, of 8 it is not known. Then 3 has the score, 4 is of XX, 5 has not agreed.
    // 1 and 2 share a household; in b there is 6 alone.
    assert_eq!(ran.of("one"), [2, 6]);
    assert_eq!(ran.outcome.report.customers, 6);
    let left: Vec<_> = ran.outcome.report.segments[0].left.iter().map(|(what, n)| (what.as_str(), *n)).collect();
    assert_eq!(left, [("where", 6), ("except", 5), ("every segment", 4), ("purpose mail", 3), ("limit", 2)]);
}

#[test]
fn who_does_not_exist_is_in_no_complement_and_nothing_at_t_counts() {
    let ran = run(
        "segment bought {\n  where did buy ever\n}\nsegment not_bought {\n  where did not buy ever\n}\n\
         trait spent = sum(buy.amount) ever\n",
        &[],
    );
    assert_eq!((ran.of("bought"), ran.of("not_bought")), (vec![1, 2], vec![3, 5, 6]));
    assert_eq!(ran.value("spent", 1), Some(Scalar::Money(15_500_000)));
    assert_eq!(ran.value("spent", 3), Some(Scalar::Money(0)));
    let buy = ran.outcome.report.sources.iter().find(|s| s.source == "events.buy").unwrap();
    let out: u64 = buy.left_out.iter().map(|(_, n)| n).sum();
    // 99 is nobody, 7 does not exist yet, and one row lies at T.
    assert_eq!((buy.read, buy.counted, out), (7, 4, 3));
}

#[test]
fn windows_after_an_attribute_begin_at_its_first_instant() {
    let ran = run(
        "segment first_week {\n  where did buy in first 7 days after joined\n}\n\
         segment second_week {\n  where did buy between 7 and 14 days after joined\n}\n",
        &[],
    );
    // [1 January, 8 January): the purchase at midnight of the 8th is of the second week.
    assert_eq!((ran.of("first_week"), ran.of("second_week")), (vec![1], vec![2]));
}

#[test]
fn a_rank_says_where_it_was_cut() {
    let ran = run("segment best {\n  where score in top 30%\n}\n", &[]);
    // Of 1 to 5 (6 has none) 30% are 1.5, so 2: 5 and 4; 4 is of XX.
    assert_eq!(ran.of("best"), [5]);
    let [rank] = ran.outcome.report.ranks.as_slice() else { panic!("one rank") };
    assert_eq!((rank.known, rank.taken, rank.tied, rank.cut.as_deref()), (5, 2, 1, Some("4")));
}

#[test]
fn what_does_not_fit_is_missing_and_counted() {
    let ran = run("trait all_pieces = sum(buy.pieces) ever\ntrait doubled = score * 9_000_000_000_000_000_000\n", &[]);
    assert_eq!(ran.value("all_pieces", 1), Some(Scalar::Count(3)));
    assert_eq!(ran.value("all_pieces", 2), None);
    assert_eq!(ran.value("doubled", 1), Some(Scalar::Count(9_000_000_000_000_000_000)));
    assert_eq!(ran.value("doubled", 3), None);
    // One sum, and the scores 2 to 5.
    assert_eq!(ran.outcome.report.unfit, 5);
}

#[test]
fn only_what_is_asked_for_is_told() {
    let text = "segment a {\n  where did buy ever\n}\nsegment b {\n  where in segment a and country = \"DE\"\n}\n\
                segment c {\n  where everyone\n}\n";
    let ran = run(text, &["b"]);
    assert_eq!(ran.members.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(ran.of("b"), [1, 2]);
    assert_eq!(ran.outcome.report.segments.len(), 1);
}

#[test]
fn exports_as_csv_hold_no_formula() {
    let scratch = Scratch::of(&[
        (
            "segue.toml",
            "[project]\nname = \"shop\"\n[customers]\npath = \"c.csv\"\nkey = \"id\"\nmoney = { spent = \"EUR\" }\n",
        ),
        ("c.csv", "id,city,spent\na,=1+1,-5.50\n-b,\"Rome, =x\",\nc,,100\n"),
        ("all.seg", "segment everybody {\n  where everyone\n  include city, spent\n}\n"),
    ]);
    assert!(scratch.schema().0);
    let asked = segue::session::Request { csv: true, ..request(Some("2024-06-01")) };
    scratch.open().run(&asked, &|_| {}).unwrap();
    let text = std::fs::read_to_string(scratch.path().join("out/segments/everybody.csv")).unwrap();
    // By key: `-` comes before `a`. The `=` after a blank begins no cell.
    assert_eq!(text, "id,city,spent\r\n'-b,\"Rome, =x\",\r\na,'=1+1,-5.5\r\nc,,100\r\n");
}
