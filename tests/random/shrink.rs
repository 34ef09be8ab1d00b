//! Makes a project with a fault small: drops declarations, parts of conditions, rows, while the fault stays of its kind.

use super::project::Project;
use super::runs;

/// How many smaller projects are tried.
const STEPS: usize = 300;

struct Shrinking<'a> {
    project: Project,
    fault: String,
    machines: &'a [(usize, usize)],
    steps: usize,
}

/// The smallest project found that has a fault of the same kind, and that fault.
pub fn shrink(project: Project, machines: &[(usize, usize)], fault: String) -> (Project, String) {
    let mut shrinking = Shrinking { project, fault, machines, steps: STEPS };
    loop {
        let before = shrinking.size();
        shrinking.settings();
        shrinking.declarations();
        shrinking.rows();
        shrinking.parts();
        if shrinking.size() == before || shrinking.steps == 0 {
            return (shrinking.project, shrinking.fault);
        }
    }
}

impl Shrinking<'_> {
    fn size(&self) -> usize {
        let rows: usize = self.project.world.tables.iter().map(|t| t.rows.len()).sum();
        rows + self.project.declarations.iter().map(String::len).sum::<usize>() + self.project.consents.len()
    }

    /// Takes a smaller project if its fault is of the same kind.
    fn take(&mut self, smaller: Project) -> bool {
        if self.steps == 0 {
            return false;
        }
        self.steps -= 1;
        let kind = |fault: &str| fault.split(':').next().unwrap_or("").to_owned();
        match runs::fault(&smaller, self.machines) {
            Some(fault) if kind(&fault) == kind(&self.fault) => {
                self.project = smaller;
                self.fault = fault;
                true
            }
            _ => false,
        }
    }

    fn settings(&mut self) {
        let without = |p: &Project| Project { consents: Vec::new(), ..p.clone() };
        if !self.project.consents.is_empty() {
            self.take(without(&self.project));
        }
        if self.project.every_segment_except.is_some() {
            self.take(Project { every_segment_except: None, ..self.project.clone() });
        }
        if self.project.world.since.is_some() {
            let mut smaller = self.project.clone();
            smaller.world.since = None;
            self.take(smaller);
        }
    }

    /// Halves first, then single ones.
    fn declarations(&mut self) {
        let mut size = self.project.declarations.len() / 2;
        while size > 0 {
            let mut at = 0;
            while at < self.project.declarations.len() {
                let mut smaller = self.project.clone();
                let end = (at + size).min(smaller.declarations.len());
                smaller.declarations.drain(at..end);
                if !self.take(smaller) {
                    at += size;
                }
            }
            size /= 2;
        }
    }

    fn rows(&mut self) {
        for table in 0..self.project.world.tables.len() {
            let mut size = self.project.world.tables[table].rows.len().div_ceil(2);
            while size > 0 {
                let mut at = 0;
                while at < self.project.world.tables[table].rows.len() {
                    let mut smaller = self.project.clone();
                    let rows = &mut smaller.world.tables[table].rows;
                    let end = (at + size).min(rows.len());
                    rows.drain(at..end);
                    if !self.take(smaller) {
                        at += size;
                    }
                }
                size /= 2;
            }
        }
    }

    /// Lines of segments, and one side of what stands in parentheses.
    fn parts(&mut self) {
        let mut at = 0;
        while at < self.project.declarations.len() {
            let text = self.project.declarations[at].clone();
            let took = smaller_texts(&text).into_iter().any(|text| {
                let mut smaller = self.project.clone();
                smaller.declarations[at] = text;
                self.take(smaller)
            });
            if !took {
                at += 1;
            }
        }
    }
}

fn smaller_texts(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for skip in 1..lines.len().saturating_sub(1) {
        let rest: Vec<&str> = lines.iter().enumerate().filter(|(i, _)| *i != skip).map(|(_, line)| *line).collect();
        all.push(rest.join("\n"));
    }
    for (open, _) in text.match_indices('(') {
        let mut depth = 0;
        let Some(close) = text[open..].find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        }) else {
            continue;
        };
        let inner = &text[open + 1..open + close];
        for operator in [" and ", " or ", " + ", " or else ", " where "] {
            if let Some((left, right)) = inner.split_once(operator) {
                for side in [left, right] {
                    all.push(format!("{}({side}){}", &text[..open], &text[open + close + 1..]));
                }
            }
        }
    }
    all
}
