//! `segue why`: of every customer of the cases, what it answers is what a run answers; and it shows what decided.

use segue::session::WhyRequest;
use serde_json::Value;

use crate::projects::{Scratch, resources, root};

fn request(customer: &str, name: &str, as_of: Option<&str>) -> WhyRequest {
    WhyRequest {
        customer: customer.to_owned(),
        name: name.to_owned(),
        as_of: as_of.map(str::to_owned),
        now: 1_767_225_600_000_000,
        resources: resources(),
    }
}

/// Cases in which ranks, limits, other segments and consent decide.
const CASES: &[&str] = &[
    "segment_clauses",
    "limit",
    "limit_per_missing",
    "rank_of_segment",
    "rank_of_trait",
    "rank_tie_widens",
    "rank_text_keys",
    "every_segment",
    "holdout",
    "split",
    "priority",
    "bands",
    "rank_of_each",
    "limit_at_random",
    "groups",
    "groups_and_as_of",
    "stages",
    "points",
    "history",
    "entered_and_left",
    "seq_frequency",
    "lists",
    "in_random",
];

#[test]
fn it_answers_what_a_run_answers() {
    let mut asked = 0;
    for case in CASES {
        let text = std::fs::read_to_string(root().join(format!("tests/conformance/cases/{case}/expected.json"))).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        let scratch = Scratch::copy_of(&format!("tests/conformance/cases/{case}"));
        assert!(scratch.schema().0, "{case}");
        let project = scratch.open();
        let segments = expected["segments"].as_object().unwrap();
        let as_text = |key: &Value| key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        let members: Vec<(&String, Vec<String>)> =
            segments.iter().map(|(name, keys)| (name, keys.as_array().unwrap().iter().map(as_text).collect())).collect();
        let mut keys: Vec<&String> = members.iter().flat_map(|(_, keys)| keys).collect();
        keys.sort();
        keys.dedup();
        for (name, inside) in &members {
            for key in keys.iter().take(6) {
                let report = project.why(&request(key, name, expected["as_of"].as_str()), &|_| {});
                let report = report.unwrap_or_else(|found| panic!("{case}: {name} of {key}: {found:?}"));
                assert_eq!(report.holds, Some(inside.contains(key)), "{case}: {name} of {key}\n{report:#?}");
                // What decided says what the answer says.
                let decided = report.lines.iter().filter(|line| line.decided && line.depth == 0);
                assert!(decided.clone().all(|line| Some(line.holds) == report.holds), "{case}: {report:#?}");
                assert!(decided.count() > 0, "{case}: {report:#?}");
                asked += 1;
            }
        }
    }
    assert!(asked > 60, "{asked} were asked");
}

const CONFIG: &str = "\
[project]
name = \"shop\"
timezone = \"Europe/Berlin\"

[customers]
path = \"customers.csv\"
key = \"customer_id\"
since = \"signed_up_at\"
pii = [\"email\"]

[events.purchase]
path = \"purchases.csv\"
key = \"customer_id\"
time = \"ts\"
money = { amount = \"EUR\" }

[consent]
mail = \"opt_in = true\"
";

fn shop() -> Scratch {
    let scratch = Scratch::of(&[
        ("segue.toml", CONFIG),
        (
            "customers.csv",
            "customer_id,signed_up_at,email,country,opt_in\n\
             1,2024-01-01,one@shop.example,DE,true\n2,2024-01-01,,FR,true\n3,2024-01-01,three@elsewhere.example,DE,\n\
             4,2024-07-01,four@elsewhere.example,DE,true\n5,,five@elsewhere.example,DE,true\n",
        ),
        (
            "purchases.csv",
            "customer_id,ts,amount\n1,2024-05-30T10:00:00,31.80\n3,2024-05-01T10:00:00,20\n3,2024-05-31T10:00:00,30.5\n\
             2,2024-04-01T00:00:00,5\n",
        ),
        (
            "shop.seg",
            "trait spend = sum(purchase.amount) in last 30 days\n\
             segment staff { where email ends with \"@shop.example\" }\n\
             segment best { where spend in top 1 }\n\
             segment mailed {\n  where did purchase at least twice in last 60 days and country = \"DE\"\n  \
             except in segment staff\n  purpose mail\n}\n\
             segment was_best { where (spend in top 1) as of 45 days ago }\n\
             stages lifecycle {\n  rich when spend >= 31 EUR\n  here when did purchase in last 60 days\n  gone otherwise\n}\n\
             points score { add 20 when did purchase at least twice ever\n  subtract 5 when country = \"FR\" }\n\
             segment scored { where score >= 20 and lifecycle = \"rich\" }\n\
             segment one { where did purchase ever\n  limit 1 by highest spend }\n",
        ),
    ]);
    assert!(scratch.schema().0);
    scratch
}

/// `SEGUE_BLESS=1` writes what is said anew, to be read in review.
#[test]
fn it_shows_what_decided() {
    let shop = shop();
    let mut said = String::new();
    for arguments in [
        ["1", "mailed"],
        ["3", "mailed"],
        ["2", "best"],
        ["1", "best"],
        ["3", "one"],
        ["1", "one"],
        ["3", "spend"],
        ["2", "was_best"],
        ["1", "was_best"],
        ["3", "lifecycle"],
        ["2", "score"],
        ["3", "scored"],
        ["1", "staff"],
        ["4", "staff"],
        ["5", "staff"],
        ["44", "staff"],
        ["x", "staff"],
        ["1", "stuff"],
    ] {
        let all: Vec<&str> = ["why"].into_iter().chain(arguments).chain(["--as-of", "2024-06-01"]).collect();
        let output = crate::cli::segue(&shop.path(), &all);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        let code = output.status.code().unwrap();
        said.push_str(&format!("$ segue {}\n{out}{err}(status {code})\n\n", all.join(" ")));
    }
    for personal in ["one@shop", "elsewhere"] {
        assert!(!said.contains(personal), "{said}");
    }
    let path = root().join("tests/corpus/why.txt");
    if std::env::var_os("SEGUE_BLESS").is_some() {
        std::fs::write(&path, &said).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(said == expected, "{said}");
}
