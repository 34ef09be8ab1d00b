//! L1: texts broken on purpose, byte by byte and token by token, are read without a panic and in time, on the main thread's
//! stack and on one of 2 MiB. L8: shapes that are far too deep, too long or too many.

use super::files;
use segue::check::check;
use segue::diagnostics::terminal;
use segue::project::catalog::Catalog;
use segue::source::{FileId, Source, Sources};
use segue::syntax::{self, tree::Declaration};
use std::fs;
use std::time::{Duration, Instant};

/// Small, seeded, the same on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() >> 16) as usize % n.max(1)
    }
}

/// What a mutation may put in.
const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "\"",
    "'",
    "`",
    ",",
    ".",
    "%",
    "=",
    "!=",
    "<",
    ">=",
    "-",
    "and",
    "or",
    "not",
    "where",
    "did",
    "in last",
    "30",
    "days",
    "EUR",
    "1.000",
    "2024-02-30",
    "segment s {",
    "trait t =",
    "event e =",
    "\n",
    " ",
    "“",
    "”",
    "≥",
    "\u{A0}",
    "€",
    "\\\"",
    "#",
    "then",
    "ever",
    "between",
    "all of {",
    "at least 2 of {",
    "in segment",
    "is",
    "as of",
    "AND",
    "Order Completed",
    "größe",
    "\0",
    "\u{FEFF}",
    "\r\n",
    "\t",
    "time since last",
    "count(",
    "or else",
    "in top 20%",
    "in each of last 4 weeks",
];

fn corpus() -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for (folder, extension) in [("tests/conformance", "seg"), ("tests/corpus/syntax", "case"), ("examples", "seg")] {
        texts.extend(files(folder, extension).iter().map(|path| fs::read_to_string(path).unwrap()));
    }
    texts
}

fn char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// One to five changes: bytes taken out, doubled, swapped, pieces put in, parts of another text spliced in.
fn mutate(text: &str, other: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(5) {
        let at = char_boundary(&text, random.below(text.len() + 1));
        let to = char_boundary(&text, at + random.below(12));
        let (at, to) = (at.min(to), at.max(to));
        match random.below(6) {
            0 => text.replace_range(at..to, ""),
            1 => text.insert_str(at, PIECES[random.below(PIECES.len())]),
            2 => text.replace_range(at..to, PIECES[random.below(PIECES.len())]),
            3 => {
                let words: Vec<&str> = other.split_whitespace().collect();
                let from = random.below(words.len());
                let splice = words[from..(from + 1 + random.below(6)).min(words.len())].join(" ");
                text.insert_str(at, &splice);
            }
            4 => {
                let part = text[at..to].to_owned();
                text.insert_str(at, &part);
            }
            _ => {
                let byte = char::from((random.below(95) + 32) as u8);
                text.replace_range(at..to, &byte.to_string());
            }
        }
    }
    text
}

/// How long something takes on a machine that does other things too: where it is slower than allowed, the best of four.
fn quickest(allowed: Duration, mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..4 {
        let begun = Instant::now();
        work();
        best = best.min(begun.elapsed());
        if best < allowed {
            break;
        }
    }
    best
}

/// Reads a text; a declaration that is broken has to come with a reason.
fn read(text: &str) -> Result<(), String> {
    let mut parsed = syntax::parse(FileId(0), "");
    let took = quickest(Duration::from_millis(100), || parsed = syntax::parse(FileId(0), text));
    if took > Duration::from_millis(100) {
        return Err(format!("took {took:?}"));
    }
    let is_broken = parsed.file.declarations.iter().any(|d| matches!(d, Declaration::Broken(_)));
    if is_broken && parsed.diagnostics.is_empty() {
        return Err("is broken without a reason".to_owned());
    }
    for found in &parsed.diagnostics {
        let Some(span) = found.span else { return Err(format!("{} has no place", found.code.code)) };
        let mut spans: Vec<_> = vec![span];
        spans.extend(found.labels.iter().map(|(span, _)| *span));
        spans.extend(found.fix.iter().flat_map(|fix| fix.edits.iter().map(|(span, _)| *span)));
        for span in spans {
            if text.get(span.range()).is_none() {
                return Err(format!("{} points outside of the text", found.code.code));
            }
        }
    }
    Ok(())
}

fn run(seed: u64, cases: usize) {
    let corpus = corpus();
    let mut random = Random::new(seed);
    for case in 0..cases {
        let text = &corpus[random.below(corpus.len())];
        let other = &corpus[random.below(corpus.len())];
        let broken = mutate(text, other, &mut random);
        // A panic shows the text too: it is said before it is read.
        let result = std::panic::catch_unwind(|| read(&broken)).unwrap_or_else(|_| Err("panics".to_owned()));
        if let Err(why) = result {
            panic!("seed {seed}, case {case}: the text {why}:\n{broken}");
        }
    }
}

/// `SEGUE_SEED` runs others, `SEGUE_SOAK` new ones for as long as told, `SEGUE_L1_CASES` more of each seed.
fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn mutated_texts_are_read_without_a_panic_and_in_time() {
    for seed in crate::random::seeds(1, 0) {
        let cases = number("SEGUE_L1_CASES", 100_000);
        println!("seed {seed}, {cases} texts");
        run(seed, cases / 2);
        let small = std::thread::Builder::new().stack_size(2 << 20);
        small.spawn(move || run(!seed, cases - cases / 2)).unwrap().join().unwrap();
    }
}

/// The same through checking, in the project of the guide.
#[test]
fn mutated_texts_are_checked_without_a_panic_and_in_time() {
    let cases = number("SEGUE_L1_CASES", 100_000) / 5;
    let mut sources = Sources::new();
    let catalog = crate::messages::shop(&mut sources);
    let mut corpus = corpus();
    // What checks in this project gets further than what names nothing of it.
    let guide = crate::guide::guide();
    corpus.extend((0..8).flat_map(|_| guide.iter().cloned()));
    for seed in crate::random::seeds(1, 0) {
        println!("seed {seed}, {cases} checks");
        let mut random = Random::new(seed);
        for case in 0..cases {
            let text = &corpus[random.below(corpus.len())];
            let broken = mutate(text, &corpus[random.below(corpus.len())], &mut random);
            if let Err(why) = read_and_check(&broken, &catalog, sources.clone()) {
                panic!("seed {seed}, case {case}: the text {why}:\n{broken}");
            }
        }
    }
}

fn read_and_check(text: &str, catalog: &Catalog, mut sources: Sources) -> Result<(), String> {
    let file = sources.add(Source::new("mutated.seg", text));
    let result = std::panic::catch_unwind(|| {
        let mut found = Vec::new();
        let took = quickest(Duration::from_millis(100), || {
            found = check(&[syntax::parse(file, text).file], catalog, &sources).diagnostics;
        });
        // What is said can be shown.
        terminal::render(&found, &sources, false);
        took
    });
    match result {
        Ok(took) if took < Duration::from_millis(100) => Ok(()),
        Ok(took) => Err(format!("took {took:?}")),
        Err(_) => Err("panics".to_owned()),
    }
}

#[test]
fn random_bytes_are_read_too() {
    let mut random = Random::new(7);
    for _ in 0..2_000 {
        let bytes: Vec<u8> = (0..random.below(400)).map(|_| random.next() as u8).collect();
        let text = String::from_utf8_lossy(&bytes);
        read(&text).unwrap_or_else(|why| panic!("{why}: {text:?}"));
    }
}

/// L8: name, text, and whether it is to be read without an error.
fn shapes() -> Vec<(&'static str, String, bool)> {
    let many = |n: usize, piece: &str| piece.repeat(n);
    let segment = |condition: &str| format!("segment s {{ where {condition} }}\n");
    let joined = |n: usize, piece: &str, by: &str| vec![piece; n].join(by);
    let (n, words, errors) = (100_000, 10_000, 20_000);
    vec![
        ("open parentheses", segment(&many(n, "(")), false),
        ("nested parentheses", segment(&format!("{}a{}", many(n, "("), many(n, ")"))), false),
        ("250 parentheses", segment(&format!("{}a{}", many(250, "("), many(250, ")"))), true),
        ("parentheses around comparisons", segment(&format!("{}a = 1{}", many(words, "("), many(words, " and b)"))), false),
        ("nots", segment(&format!("{}a", many(errors, "not "))), false),
        ("200 nots", segment(&format!("{}a", many(200, "not "))), true),
        ("minus signs", segment(&format!("a = {}1", many(errors, "- "))), false),
        ("nested blocks", segment(&format!("{}a{}", many(words, "all of { "), many(words, " }"))), false),
        ("open blocks", segment(&many(words, "any of { ")), false),
        ("250 blocks", segment(&format!("{}a{}", many(250, "all of { "), many(250, " }"))), true),
        ("nested at least", segment(&format!("{}a{}", many(words, "at least 1 of { "), many(words, " }"))), false),
        ("flat or", segment(&joined(20_000, "a = 1", " or ")), true),
        ("flat and", segment(&joined(20_000, "a = 1", " and ")), true),
        ("flat block", segment(&format!("all of {{ {} }}", joined(20_000, "a = 1", ", "))), true),
        ("mixed", segment(&joined(10_000, "a and b", " or ")), false),
        ("a list", segment(&format!("a in ({})", joined(20_000, "\"x\"", ", "))), true),
        ("a list without an end", segment(&format!("a in ({}", joined(20_000, "\"x\"", ", "))), false),
        ("sum of many", segment(&format!("{} > 1", joined(errors, "a", " + "))), false),
        ("sum of 200", segment(&format!("{} > 1", joined(200, "a", " + "))), true),
        ("product of many", segment(&format!("{} > 1", joined(errors, "a", " * "))), false),
        ("or else of many", segment(&format!("{} > 1", joined(errors, "a", " or else "))), false),
        ("sums in sums", segment(&format!("{}a{} > 1", many(240, "(a + "), many(240, " + a + a + a)"))), false),
        ("functions in functions", segment(&format!("{}a{} > 1", many(words, "abs("), many(words, ")"))), false),
        ("bands in bands", segment(&format!("{}a{} > 1", many(words, "quintile("), many(words, ")"))), false),
        ("changes in changes", segment(&format!("{}a", many(words, "change in "))), false),
        ("counts in counts", segment(&format!("{}a", many(words, "median(e.a where "))), false),
        ("moments in moments", segment(&format!("{}a", many(words, "time since last (a where "))), false),
        ("windows in windows", segment(&format!("did a {}", many(words, "since last (a where did a "))), false),
        ("least of many", segment(&format!("least({}) > 1", joined(20_000, "a", ", "))), true),
        ("events in parentheses", segment(&format!("did {}a{} ever", many(n, "("), many(n, ")"))), false),
        ("events joined", segment(&format!("did ({}) ever", joined(20_000, "a", " or "))), true),
        (
            "filters in filters",
            segment(&format!("did x where {}a{} ever", many(words, "(did x where "), many(words, ")"))),
            false,
        ),
        (
            "filters in aggregates",
            segment(&format!("{}a{} ever > 1", many(words, "sum(e.a where "), many(words, ")"))),
            false,
        ),
        ("windows behind windows", segment(&format!("a {}", many(words, "ever "))), false),
        ("as of behind as of", segment(&format!("a {}", many(words, "as of 1 day ago "))), false),
        ("points", segment(&joined(errors, "a", ".")), false),
        ("comparisons", segment(&joined(errors, "a", " < ")), false),
        ("a long text", segment(&format!("a = \"{}\"", many(1 << 20, "x"))), true),
        ("a long text of quotes", segment(&format!("a = \"{}\"", many(1 << 19, "\"\""))), true),
        ("a long open text", segment(&format!("a = \"{}", many(1 << 20, "x"))), false),
        ("a long name", segment(&format!("`{}` = 1", many(1 << 20, "x"))), true),
        ("a long word", segment(&format!("{} = 1", many(1 << 20, "x"))), true),
        ("a long number", segment(&format!("a = {}", many(1 << 20, "9"))), true),
        ("a long comment", format!("# {}\n{}", many(1 << 20, "x"), segment("a")), true),
        ("many comments", format!("{}{}", many(errors, "# x\n"), segment("a")), true),
        ("backslashes", segment(&format!("a = {}", many(10_000, "\"\\\"x\\\"\" "))), false),
        ("curly quotes", segment(&joined(20_000, "a = “x”", " or ")), false),
        ("shouting", segment(&joined(20_000, "a", " OR ")), false),
        ("capital names", segment(&joined(20_000, "Country", " or ")), false),
        ("other names", (0..20_000).map(|i| format!("Name{i} ")).collect(), false),
        ("other characters", many(errors, "; "), false),
        ("open braces", many(errors, "segment s {\n"), false),
        ("closed braces", many(errors, "}\n"), false),
        ("keywords alone", many(errors, "segment "), false),
        ("broken segments", many(5_000, "segment s { where age > > 30 }\n"), false),
        ("segments on a line", many(5_000, "segment s { where age > 30 } "), true),
        (
            "many segments",
            (0..5_000).map(|i| format!("segment s{i} {{\n  where age > 30 and country = \"DE\"\n}}\n")).collect(),
            true,
        ),
        ("a chain", (1..1_000).map(|i| format!("segment s{i} {{ where in segment s{} }}\n", i - 1)).collect(), true),
        ("sequences", segment(&format!("did {} ever", joined(20_000, "a", " then "))), true),
        ("clauses", format!("segment s {{ where a\n{} }}", many(20_000, "  except b\n")), true),
        ("misplaced clauses", format!("segment s {{ where a\n{} }}", many(2_000, "  limit 5\n")), false),
        ("titles", format!("segment s \"{}\" {{ where a }}", many(n, "x")), true),
        ("line ends", many(1 << 20, "\n"), true),
        ("nothing", String::new(), true),
    ]
}

#[test]
fn shapes_that_are_too_large_end_by_a_result_or_an_error() {
    let check = || {
        for (name, text, is_fine) in shapes() {
            let took = quickest(Duration::from_secs(2), || {
                let parsed = syntax::parse(FileId(0), &text);
                let codes: std::collections::BTreeSet<&str> = parsed.diagnostics.iter().map(|d| d.code.code).collect();
                assert_eq!(parsed.diagnostics.is_empty(), is_fine, "{name}: {codes:?}");
            });
            assert!(took < Duration::from_secs(2), "{name} took {took:?}");
        }
    };
    check();
    std::thread::Builder::new().stack_size(2 << 20).spawn(check).unwrap().join().unwrap();
}
