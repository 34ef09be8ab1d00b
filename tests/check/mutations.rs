//! RELIABILITY.md, L1 and L6: definitions broken at random are refused or understood, soon, never by a panic; what a message
//! points at is there, and its fix can be applied.

use super::*;

/// A seeded source of numbers, so that a failure can be repeated.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }

    fn of<'a>(&mut self, all: &'a [String]) -> &'a str {
        &all[self.below(all.len())]
    }
}

/// The declarations of the corpus that stand on one line, and all the words in them.
fn material() -> (Vec<String>, Vec<String>) {
    let mut lines = Vec::new();
    for folder in ["beside", "says"] {
        for (_, text) in files_of(folder) {
            let text = text.split("=== says").next().unwrap();
            for line in text.lines() {
                let (code, mistakes) = line.split_once("#!").unwrap_or((line, ""));
                // Those without a mistake oftener, so that some are understood.
                let times = if mistakes.is_empty() && folder == "beside" { 4 } else { 1 };
                lines.extend(vec![code.trim_end().to_owned(); times]);
            }
        }
    }
    lines.retain(|l| ["segment ", "trait ", "event "].iter().any(|k| l.starts_with(k)));
    let words: BTreeSet<String> = lines.iter().flat_map(|l| words(l)).collect();
    (lines, words.into_iter().collect())
}

/// The words of a line, each with the blanks behind it.
fn words(line: &str) -> Vec<String> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 1,
        '<' | '>' | '=' | '!' => 2,
        c if c.is_whitespace() => 3,
        _ => 4,
    };
    let mut out: Vec<String> = Vec::new();
    let (mut before, mut is_text) = (0, false);
    for c in line.chars() {
        let now = kind(c);
        match out.last_mut() {
            Some(last) if is_text || now == 3 || (now == before && now != 4) => last.push(c),
            _ => out.push(c.to_string()),
        }
        before = now;
        is_text ^= c == '"';
    }
    out
}

fn broken(chance: &mut Chance, lines: &[String], all_words: &[String]) -> String {
    let mut of_line = words(chance.of(lines));
    for _ in 0..chance.below(3) {
        let at = chance.below(of_line.len());
        match chance.below(4) {
            0 => drop(of_line.remove(at)),
            1 => of_line[at] = chance.of(all_words).to_owned(),
            2 => of_line.insert(at, chance.of(all_words).to_owned()),
            _ => {
                // The end of another one.
                let other = words(chance.of(lines));
                of_line.truncate(at);
                of_line.extend_from_slice(&other[chance.below(other.len())..]);
            }
        }
        if of_line.is_empty() {
            break;
        }
    }
    of_line.concat()
}

/// Applies the fix of a diagnostic to the texts; `None` for one of another file than `case.seg`.
fn mended(project: &Project, text: &str, diagnostic: &Diagnostic) -> Option<String> {
    let mut edits = diagnostic.fix.as_ref()?.edits.clone();
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    for pair in edits.windows(2) {
        assert!(pair[0].0.end <= pair[1].0.start, "two edits of one place in {text}");
    }
    let mut out = text.to_owned();
    for (span, with) in edits.iter().rev() {
        if project.sources.get(span.file).path != "case.seg" {
            return None;
        }
        assert!(text.get(span.range()).is_some(), "an edit outside of the text: {text}");
        out.replace_range(span.range(), with);
    }
    Some(out)
}

#[test]
fn broken_definitions_do_no_harm() {
    let cases: usize = std::env::var("SEGUE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_500);
    let seed = std::env::var("SEGUE_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(11);
    let mut chance = Chance(seed);
    let (lines, all_words) = material();
    let given = corpus("given.seg") + "trait spend = spend_90d";
    assert!(lines.len() > 150);
    let (mut understood, mut refused, mut fixes) = (0, 0, 0);
    for _ in 0..cases {
        let text: String = (0..2).map(|_| broken(&mut chance, &lines, &all_words) + "\n").collect();
        let start = Instant::now();
        let project = Project::shop(&[("case.seg", &text), ("given.seg", &given)]);
        assert!(start.elapsed() < Duration::from_secs(2), "took {:?}: {text}", start.elapsed());
        for diagnostic in &project.checked.diagnostics {
            let spans = diagnostic.span.iter().chain(diagnostic.labels.iter().map(|(span, _)| span));
            for span in spans {
                let of = &project.sources.get(span.file).text;
                assert!(of.get(span.range()).is_some(), "a place outside of the text: {diagnostic:?} in {text}");
            }
            assert!(diagnostic.span.is_some() && diagnostic.code != codes::data::ENGINE, "{diagnostic:?} in {text}");
            if let Some(mended) = mended(&project, &text, diagnostic) {
                fixes += 1;
                // Another mistake may come to light, but not the same one at the same place.
                let again = Project::shop(&[("case.seg", &mended), ("given.seg", &given)]);
                let same = |d: &&Diagnostic| {
                    d.code == diagnostic.code && d.span == diagnostic.span && d.message == diagnostic.message
                };
                assert!(
                    again.checked.diagnostics.iter().find(same).is_none(),
                    "its fix mends nothing: {diagnostic:?}\n{text}\n{mended}"
                );
            }
        }
        let _ = project.shown();
        if project.checked.diagnostics.iter().any(Diagnostic::is_error) {
            refused += 1;
        } else if let Some(program) = &project.checked.program {
            understood += 1;
            hash::hash(program);
        }
    }
    // All three ways are gone.
    assert!(
        understood > cases / 200 && refused > cases / 4 && fixes > cases / 10,
        "{understood} understood, {refused} refused, {fixes} fixes"
    );
}
