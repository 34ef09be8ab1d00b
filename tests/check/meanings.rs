//! What a sentence is taken to mean: two that say the same have one hash, two that do not have two.

use super::*;

/// The hash of a condition, beside definitions that it may use.
fn of(condition: &str) -> String {
    let text = format!(
        "segment it {{ where {condition} }}\nevent contact = session or email_open\ntrait half = lifetime_value / 2\nsegment old {{ where age > 60 }}"
    );
    let program = Project::shop(&[("a.seg", &text)]).program();
    let hashes = hash::hash(&program);
    let at = program.definitions.iter().position(|d| &*d.name == "it").unwrap();
    hash::to_hex(&hashes.definitions[at])
}

#[test]
fn two_ways_to_say_the_same() {
    for (a, b) in [
        ("lifetime_value > 100", "lifetime_value > 100 EUR"),
        ("100 < lifetime_value", "100 EUR < lifetime_value"),
        ("lifetime_value + 5 > 100", "lifetime_value + 5 EUR > 100 EUR"),
        ("(lifetime_value or else 0) > 5", "(lifetime_value or else 0 EUR) > 5 EUR"),
        ("least(lifetime_value, 5) > 3", "least(lifetime_value, 5 EUR) > 3 EUR"),
        ("lifetime_value in (1, 2)", "lifetime_value in (1 EUR, 2 EUR)"),
        ("height > 1_000", "height > 1000"),
        ("height > 50%", "height > 50.0%"),
        ("height in (1, 2.5)", "height in (1.0, 2.50)"),
        ("30 days < time since last purchase", "time since last purchase > 30 days"),
        ("time since last purchase > 36 hours", "time since last purchase > 1.5 days"),
        ("time since last purchase / 1 day > 3", "time since last purchase / 24 hours > 3"),
        ("age between 25 and 34", "age >= 25 and age <= 34"),
        (
            "time since birthday between 18 years and 30 years",
            "time since birthday >= 18 years and time since birthday <= 30 years",
        ),
        ("2024-01-31 >= signed_up_at", "signed_up_at <= 2024-01-31"),
        (
            "(count(session) / count(purchase)) in last 30 days > 5",
            "count(session) in last 30 days / count(purchase) in last 30 days > 5",
        ),
        ("(did session and did purchase) in last 3 days", "did session in last 3 days and did purchase in last 3 days"),
        (
            "(count(session) in last 60 days + count(session)) in last 30 days > 5",
            "count(session) in last 60 days + count(session) in last 30 days > 5",
        ),
        ("did purchase in last 3 days", "did purchase at least once in last 3 days"),
        ("did purchase more than 3 times ever", "did purchase at least 4 times ever"),
        ("did purchase fewer than 3 times ever", "did purchase at most 2 times ever"),
        ("did purchase exactly twice ever", "did purchase between 2 and 2 times ever"),
        ("did not purchase ever", "not (did purchase ever)"),
        ("did nothing in last 3 days", "not (did any event in last 3 days)"),
        ("did anything in the last 3 days", "did any event in last 3 days"),
        ("did contact ever", "did (session or email_open) ever"),
        ("did contact ever", "did (session or email_open or session) ever"),
        ("did (purchase or (purchase where gift)) ever", "did purchase ever"),
        (
            "did contact where device = \"web\" ever",
            "did ((session where device = \"web\") or (email_open where device = \"web\")) ever",
        ),
        ("did purchase in each of last 4 weeks", "did purchase in at least 4 of last 4 weeks"),
        ("any of { age > 3, email_opt_in }", "age > 3 or email_opt_in"),
        ("all of { age > 3, email_opt_in }", "age > 3 and email_opt_in"),
        ("none of { age > 3, email_opt_in }", "not (age > 3 or email_opt_in)"),
        ("age > 1 and (age > 2 and age > 3)", "age > 1 and age > 2 and age > 3"),
        ("not in segment old", "not (in segment old)"),
        ("phone is unknown", "not (phone is known)"),
        ("age > -3", "age > - 3"),
        ("did purchase today", "did purchase  today"),
    ] {
        assert_eq!(of(a), of(b), "`{a}` and `{b}` mean the same");
    }
}

#[test]
fn what_is_near_and_not_the_same() {
    for (a, b) in [
        ("time since last purchase > 1 day", "time since last purchase > 24 hours"),
        ("time since last purchase > 7 days", "time since last purchase > 1 week"),
        ("age > 3", "age >= 3"),
        ("plan != \"pro\"", "not (plan = \"pro\")"),
        ("plan not in (\"pro\")", "not (plan in (\"pro\"))"),
        ("did purchase at least 2 times ever", "did purchase on at least 2 days ever"),
        ("did purchase ever", "did purchase for the first time ever"),
        ("did purchase in last 4 weeks", "did purchase in each of last 4 weeks"),
        ("did purchase in each of last 3 months", "did purchase in each of previous 3 months"),
        ("did purchase in last 1 month", "did purchase in previous month"),
        ("did purchase between 1 and 2 days ago", "did purchase in last 2 days"),
        ("count(purchase) in last 3 days > 0", "count(session) in last 3 days > 0"),
        ("time since first purchase > 3 days", "time since last purchase > 3 days"),
        ("half in top 20%", "half in top 20"),
        ("half in top 20%", "half in bottom 20%"),
        ("half in top 20%", "half in top 20% of segment old"),
        ("city contains \"a\"", "city contains \"a\" ignoring case"),
        ("city contains \"a\"", "city matches \"a\""),
        ("lifetime_value > 5", "budget > 5"),
        ("email_opt_in", "email_opt_in is known"),
        ("did purchase where gift ever", "did purchase where (not gift) ever"),
        ("signed_up_at in last 3 days", "renewal_date in last 3 days"),
        ("time from signed_up_at to first purchase > 1 hour", "time from first purchase to signed_up_at > 1 hour"),
        ("height - 1 > 0", "1 - height > 0"),
    ] {
        assert_ne!(of(a), of(b), "`{a}` and `{b}` do not mean the same");
    }
}

/// Definitions stand in an order in which each comes after those it uses, whatever the order of the text.
#[test]
fn definitions_come_after_those_they_use() {
    let text = "segment a { where in segment b and t > 3 purpose mail }\nsegment b { where u and height in top 3 of c limit 3 by highest v }\n\
                trait t = u2 + 1\ntrait u = email_opt_in\ntrait u2 = v\ntrait v = count(purchase) ever\ntrait c = did purchase ever";
    let toml = corpus("segue.toml").replace("mail = \"email_opt_in\"", "mail = \"agreed\"")
        + "\n[every_segment]\nexcept = \"barred\"\n";
    let text = format!("{text}\ntrait agreed = email_opt_in\ntrait barred = age < 18");
    let program = Project::of(&toml, &corpus("segue.lock"), &[("a.seg", &text)]).program();
    let at = |name: &str| program.definitions.iter().position(|d| &*d.name == name).unwrap();
    for (first, second) in [
        ("b", "a"),
        ("t", "a"),
        ("u", "b"),
        ("c", "b"),
        ("v", "b"),
        ("u2", "t"),
        ("v", "u2"),
        ("agreed", "a"),
        ("barred", "a"),
        ("barred", "b"),
    ] {
        assert!(at(first) < at(second), "`{first}` before `{second}`");
    }
    assert_eq!(program.definitions.len(), 9);
    assert!(program.every_segment_except.is_some());
}

/// Mistakes in the conditions of `segue.toml` point there.
#[test]
fn conditions_of_the_project_file_are_checked() {
    let toml = corpus("segue.toml");
    let says = |from: &str, to: &str, seg: &str| {
        let toml = toml.replace(from, to);
        assert!(toml.contains(to));
        let project = Project::of(&toml, &corpus("segue.lock"), &[("a.seg", seg)]);
        let all: Vec<String> = project
            .checked
            .diagnostics
            .iter()
            .map(|d| {
                let text = project.sources.text(d.span.unwrap());
                format!("{} {} {text}", d.code.code, project.line(d).0)
            })
            .collect();
        all
    };
    let mail = "mail = \"email_opt_in\"";
    let segment = "segment s { where age > 3 purpose mail }";
    assert_eq!(says(mail, "mail = \"email_optin\"", segment), ["E0201 segue.toml email_optin"]);
    assert_eq!(says(mail, "mail = \"did purchase in next 7 days\"", segment), ["E0402 segue.toml in next 7 days"]);
    assert_eq!(says(mail, "mail = \"plan = 'pro' and aeg > 3\"", ""), ["E0201 segue.toml aeg"]);
    assert_eq!(says("what = 'open'", "wat = 'open'", ""), ["E0203 segue.toml wat"]);
    assert_eq!(says("what = 'open'", "country = 'DE'", ""), ["E0213 segue.toml country"]);
    assert_eq!(says("what = 'open'", "did purchase ever", ""), ["E0405 segue.toml did purchase ever"]);
    assert_eq!(says(mail, "mail = \"in segment s\"", segment), ["E0210 segue.toml s"]);
    let every = |except: &str| format!("[every_segment]\nexcept = \"{except}\"\n[consent]");
    assert_eq!(says("[consent]", &every("in segment s"), segment), ["E0216 segue.toml s"]);
    assert_eq!(says("[consent]", &every("contry = 'DE'"), segment), ["E0201 segue.toml contry"]);
    let through = "segment s { where age > 3 }\ntrait t = in segment s";
    assert_eq!(says("[consent]", &every("t"), through).len(), 1);
    assert_eq!(says("[consent]", &every("age"), ""), ["E0305 segue.toml age"]);
}
