//! What leaves of a run: arms and what they give, and of several segments of a priority the first one.

use serde_json::{Value, json};

use crate::outputs;
use crate::projects::{Scratch, request, resources};
use segue::session::{Request, WhyRequest};

/// Of ten customers nine are in `big`, five in `early`, all in `all_of_them`; `early` is split.
fn shop() -> Scratch {
    let mut customers = "customer_id,n\n".to_owned();
    (1..=10).for_each(|n| customers += &format!("{n},{n}\n"));
    let scratch = Scratch::of(&[
        (
            "segue.toml",
            "[project]\nname = \"shop\"\ntimezone = \"UTC\"\n\n[customers]\npath = \"c.csv\"\nkey = \"customer_id\"\n",
        ),
        ("c.csv", &customers),
        (
            "a.seg",
            "priority mails \"Who gets what\" { early, big, all_of_them }\n\
             segment all_of_them \"Everybody\" { where everyone include n }\n\
             segment big { where n > 1 holdout 30% salt \"s\" }\n\
             segment early { where n <= 5\n  split salt \"s\" {\n    control 30% held out\n    ten 40% gives { offer: \"TEN\", off: 10 }\n\
             \x20   ship 30% gives { offer: \"SHIP\" }\n  }\n  include n\n}\n\
             segment beside { where n > 8 }\n",
        ),
    ]);
    assert!(scratch.schema().0);
    scratch
}

fn run(scratch: &Scratch, only: &[&str]) -> Value {
    let request =
        Request { only: only.iter().map(|name| (*name).to_owned()).collect(), csv: true, ..request(Some("2024-06-01")) };
    let project = scratch.open();
    project.run(&request, &|_| {}).unwrap_or_else(|found| panic!("{found:?}"));
    let text = std::fs::read_to_string(scratch.path().join("out/run.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn segment<'a>(run: &'a Value, name: &str) -> &'a Value {
    run["segments"].as_array().unwrap().iter().find(|segment| segment["name"] == name).unwrap()
}

fn csv(scratch: &Scratch, name: &str) -> String {
    std::fs::read_to_string(scratch.path().join(format!("out/segments/{name}.csv"))).unwrap().replace("\r\n", "\n")
}

// The first 8 hex digits of md5("s:" key) as a share of 2³², by Python's hashlib: 1: 0.72, 2: 0.31, 3: 0.41, 4: 0.27, 5: 0.80,
// 6: 0.32, 7: 0.45, 8: 0.29, 9: 0.76, 10: 0.01.

#[test]
fn arms_and_what_they_give_are_columns_and_counts() {
    let scratch = shop();
    let found = run(&scratch, &[]);
    assert_eq!(
        csv(&scratch, "early"),
        "customer_id,n,arm,offer,off\n1,1,ship,SHIP,\n2,2,ten,TEN,10\n3,3,ten,TEN,10\n5,5,ship,SHIP,\n"
    );
    let early = segment(&found, "early");
    let arms = json!([{"arm": "control", "members": 1}, {"arm": "ten", "members": 2}, {"arm": "ship", "members": 2}]);
    assert_eq!(early["arms"], arms);
    assert_eq!((&early["held_out"], &early["exported"], &early["exported_before"]), (&json!(1), &json!(4), &json!(0)));
    assert_eq!(segment(&found, "big")["arms"], Value::Null);
    let of = &outputs::arms(&scratch.path().join("out"))["early"];
    assert_eq!(of.keys().collect::<Vec<_>>(), ["control", "ship", "ten"]);
    assert_eq!(of["control"].len(), 1);
}

#[test]
fn each_of_a_priority_goes_without_those_who_went_before() {
    let scratch = shop();
    let found = run(&scratch, &[]);
    // 4, 8 and 10 are held out of `big`, and free for the next one.
    assert_eq!(csv(&scratch, "big"), "customer_id\n6\n7\n9\n");
    assert_eq!(csv(&scratch, "all_of_them"), "customer_id,n\n4,4\n8,8\n10,10\n");
    assert_eq!(csv(&scratch, "beside"), "customer_id\n9\n10\n");
    let told = |name: &str| {
        let segment = segment(&found, name);
        [&segment["members"], &segment["held_out"], &segment["exported_before"], &segment["exported"]].map(Value::clone)
    };
    assert_eq!(told("big"), [json!(9), json!(3), json!(3), json!(3)]);
    assert_eq!(told("all_of_them"), [json!(10), Value::Null, json!(7), json!(3)]);
    assert_eq!(told("beside"), [json!(2), Value::Null, Value::Null, json!(2)]);
}

#[test]
fn a_segment_asked_for_alone_goes_without_them_too() {
    let scratch = shop();
    let found = run(&scratch, &["all_of_them"]);
    assert_eq!(csv(&scratch, "all_of_them"), "customer_id,n\n4,4\n8,8\n10,10\n");
    // What was only needed is not written.
    assert_eq!(found["segments"].as_array().unwrap().len(), 1);
    assert!(!scratch.path().join("out/segments/big.parquet").exists());
    let members = outputs::membership(&scratch.path().join("out"));
    assert_eq!(members.keys().collect::<Vec<_>>(), ["all_of_them"]);
    // What comes later in the priority is not needed.
    let found = run(&scratch, &["early"]);
    assert_eq!(found["segments"].as_array().unwrap().len(), 1);
}

#[test]
fn why_tells_the_arm_and_with_which_segment_one_goes() {
    let scratch = shop();
    let answer = |customer: &str, name: &str| {
        let request = WhyRequest {
            customer: customer.to_owned(),
            name: name.to_owned(),
            as_of: Some("2024-06-01".to_owned()),
            now: 0,
            resources: resources(),
        };
        scratch.open().why(&request, &|_| {}).unwrap().answer
    };
    let at = "as of 2024-06-01 00:00 UTC";
    assert_eq!(answer("1", "early"), format!("Customer 1 is a member of `early`, in the arm `ship`, {at}."));
    assert_eq!(answer("4", "early"), format!("Customer 4 is a member of `early`, and held out in the arm `control`, {at}."));
    assert_eq!(answer("4", "all_of_them"), format!("Customer 4 is a member of `all_of_them`, {at}."));
    assert_eq!(
        answer("7", "all_of_them"),
        format!("Customer 7 is a member of `all_of_them`, {at}. It is exported with `big`, which comes first.")
    );
}

#[test]
fn a_priority_can_be_explained() {
    let scratch = shop();
    let told = segue::explain::text(&scratch.open().explain("mails", None, 0).unwrap());
    assert_eq!(
        told,
        "Priority `mails` \"Who gets what\"\n\nWhoever is a member of several of these is exported with the first of them that does not hold them \
         out, and with no later one:\n  - `early`\n  - `big`\n  - `all_of_them` (\"Everybody\")\n\nIt depends on `early`, `big` and \
         `all_of_them`.\n"
    );
}
