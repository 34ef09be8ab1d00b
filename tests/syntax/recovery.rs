//! L3: one broken declaration gives one error, and leaves the others as they were. And the examples of the grammar.

use super::mutations::Random;
use super::{files, rendered, root};
use segue::source::FileId;
use segue::syntax::{self, tree::Declaration};
use std::fs;

/// A declaration without the places in it.
pub fn shown(declaration: &Declaration) -> String {
    let text = format!("{declaration:?}");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Span {") {
        out.push_str(&rest[..at]);
        rest = rest[at..].split_once('}').map_or("", |(_, after)| after.trim_start_matches([' ', '}', ')']));
    }
    out + rest
}

/// Declarations of the conformance cases, each with its text; those that are laid out as the formatter would.
fn declarations() -> Vec<String> {
    let mut found = Vec::new();
    for path in files("tests/conformance/cases", "seg") {
        let text = fs::read_to_string(path).unwrap();
        for declaration in syntax::parse(FileId(0), &text).file.declarations {
            let span = match &declaration {
                Declaration::Event(d) => d.span,
                Declaration::Trait(d) => d.span,
                Declaration::Segment(d) => d.span,
                _ => continue,
            };
            found.push(text[span.range()].to_owned());
        }
    }
    found
}

/// The words, numbers, texts and signs of a declaration, with the blanks before them.
fn pieces(text: &str) -> Vec<(String, String)> {
    let mut pieces: Vec<(String, String)> = Vec::new();
    let mut blank = String::new();
    let mut chars = text.chars().peekable();
    let mut piece = String::new();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            blank.push(c);
            continue;
        }
        piece.push(c);
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if is_word(c) {
            while let Some(next) = chars.next_if(|c| is_word(*c)) {
                piece.push(next);
            }
        } else if c == '"' || c == '`' {
            for next in chars.by_ref() {
                piece.push(next);
                if next == c {
                    break;
                }
            }
        }
        pieces.push((std::mem::take(&mut blank), std::mem::take(&mut piece)));
    }
    pieces
}

#[test]
fn one_fault_is_one_error_and_the_others_stay_as_they_were() {
    let all = declarations();
    let (mut faults, mut errors) = (0usize, 0usize);
    let mut random = Random::new(0);
    let cases = std::env::var("SEGUE_L3_CASES").map_or(10_000, |cases| cases.parse().unwrap());
    for case in 0..cases {
        let mut texts: Vec<String> = (0..5).map(|_| all[random.below(all.len())].clone()).collect();
        let whole = texts.join("\n");
        let before: Vec<String> = syntax::parse(FileId(0), &whole).file.declarations.iter().map(shown).collect();
        assert_eq!(before.len(), 5);
        let at = random.below(5);
        let mut broken = pieces(&texts[at]);
        let token = random.below(broken.len());
        if random.below(2) == 0 || token + 1 == broken.len() {
            broken.remove(token);
        } else {
            let (first, second) = (broken[token].1.clone(), broken[token + 1].1.clone());
            (broken[token].1, broken[token + 1].1) = (second, first);
        }
        texts[at] =
            broken.iter().map(|(blank, token)| format!("{blank}{token}")).collect::<String>().trim_start().to_owned();
        let text = texts.join("\n");
        let parsed = syntax::parse(FileId(0), &text);
        let after: Vec<String> = parsed.file.declarations.iter().map(shown).collect();
        for (i, former) in before.iter().enumerate() {
            let j = if i > at { (after.len() + i).checked_sub(before.len()) } else { Some(i) };
            assert!(
                i == at || j.and_then(|j| after.get(j)) == Some(former),
                "case {case}: a fault in declaration {at} changed declaration {i}:\n{text}\n{}\n{}\n{after:?}",
                former,
                rendered("case.seg", &text)
            );
        }
        faults += usize::from(!parsed.diagnostics.is_empty());
        errors += parsed.diagnostics.len();
    }
    assert!(faults > 5_000, "{faults} faults");
    assert!(errors * 10 <= faults * 12, "{errors} errors for {faults} faults");
}

#[test]
fn the_examples_of_the_grammar_are_read() {
    let grammar = fs::read_to_string(root().join("grammar/segue.pest")).unwrap();
    let (rules, sentences) = grammar.split_once("// Sentences.").unwrap();
    for line in rules.lines().filter(|line| line.contains("= @{") || line.contains("= {") || line.contains("= _{")) {
        let name = line.split(' ').next().unwrap();
        let before = rules[..rules.find(line).unwrap()].lines().last().unwrap_or("");
        let is_inner = name.starts_with("in_") || name.starts_with("odd_rest") || name.starts_with("curly_");
        let is_part = ["piece", "digital", "digits", "rest_of_line"].contains(&name);
        assert!(before.starts_with("//") || is_inner || is_part, "`{name}` has no comment with an example");
    }
    let mut count = 0;
    for line in sentences.lines() {
        let columns: Vec<&str> =
            line.trim_start_matches("//").split("  ").map(str::trim).filter(|c| !c.is_empty()).collect();
        let Some(example) = columns.last().filter(|c| columns.len() > 1 && !c.starts_with('=')) else { continue };
        let word = example.split(' ').next().unwrap();
        let text = match word {
            "test" if example.contains('{') => (*example).to_owned(),
            "given" => format!("test \"t\" {{ as of 2024-06-01 {example} expect in vip }}"),
            "did" if example.contains("{ amount") || example.contains("on each of") => {
                format!("test \"t\" {{ as of 2024-06-01 given customer {example}\nexpect in vip }}")
            }
            "expect" => format!("test \"t\" {{ as of 2024-06-01 given customer \"a\"\n{example} }}"),
            "event" | "trait" | "segment" | "stages" | "points" | "funnel" | "priority" if example.contains(['=', '{']) => {
                (*example).to_owned()
            }
            "where" => format!("segment s {{ {example} }}"),
            "except" | "purpose" | "limit" | "holdout" | "split" | "include" | "owner" | "tags" | "note" => {
                format!("segment s {{ where vip\n{example} }}")
            }
            "declaration" | "event" | "trait" | "segment" | "stages" | "test" => continue,
            _ => format!("segment s {{ where {example} }}"),
        };
        count += 1;
        let found = syntax::parse(FileId(0), &text).diagnostics;
        assert!(found.is_empty(), "{}", rendered("grammar.seg", &text));
    }
    assert!(count >= 80, "{count} examples");
}

/// A text with a correction applied.
fn mended(text: &str, fix: &segue::diagnostics::Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = String::new();
    let mut at = 0;
    for (span, new) in edits {
        assert!(at <= span.range().start, "the edits of `{}` overlap", fix.title);
        out.push_str(&text[at..span.range().start]);
        out.push_str(&new);
        at = span.range().end;
    }
    out + &text[at..]
}

/// A fix takes its error away and brings no other: on each line of the corpus by itself, so that none hides behind another.
#[test]
fn fixes_mend_what_they_say() {
    let mut fixes = 0;
    for path in files("tests/corpus/syntax", "case") {
        let case = fs::read_to_string(path).unwrap();
        let text = case.split("=== says\n").next().unwrap();
        let mut lines: Vec<String> = Vec::new();
        for line in text.lines() {
            match lines.last_mut() {
                Some(last) if line.starts_with([' ', '}']) => *last += &format!("\n{line}"),
                _ => lines.push(line.to_owned()),
            }
        }
        for line in lines {
            let mut text = line.clone();
            for _ in 0..12 {
                let found = syntax::parse(FileId(0), &text).diagnostics;
                let Some(fix) = found.iter().find_map(|d| d.fix.clone()) else { break };
                fixes += 1;
                let better = mended(&text, &fix);
                let left = syntax::parse(FileId(0), &better).diagnostics;
                // What was hidden behind a broken part may come to light, but not the same thing once more.
                let same =
                    |d: &segue::diagnostics::Diagnostic| left.iter().any(|l| l.code == d.code && l.message == d.message);
                let fixed = found.iter().find(|d| d.fix.is_some()).unwrap();
                let before = found.iter().filter(|d| d.message == fixed.message).count();
                let after = left.iter().filter(|d| d.message == fixed.message).count();
                assert!(
                    !same(fixed) || after < before,
                    "`{}` does not mend:\n{}\n{}",
                    fix.title,
                    rendered("before.seg", &text),
                    rendered("after.seg", &better)
                );
                text = better;
            }
        }
    }
    assert!(fixes > 70, "{fixes} fixes");
}
