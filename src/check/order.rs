//! The order of definitions: each after those it uses; and circles, which have none.
//!
//! The walk is Tarjan's, without recursion, so that a chain of a hundred thousand segments does no harm: strongly connected
//! parts come out each after those it uses, and one of more than one node is a circle.

use std::collections::HashMap;

use super::Checker;
use super::names::{Declared, Source};
use super::visit;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::tree::{self, ClauseKind};

/// What is checked as one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// A trait, stages, points or segment.
    Definition(usize),
    /// A condition of `[consent]`.
    Consent(usize),
    /// `[every_segment] except`.
    EverySegment,
}

/// All definitions and conditions of `segue.toml`, each after those it uses. Those of a circle are said, and come in some order.
pub(super) fn of_definitions(checker: &mut Checker<'_>) -> Vec<Node> {
    let mut nodes = vec![Node::EverySegment];
    nodes.extend((0..checker.project.consents.len()).map(Node::Consent));
    nodes.extend((0..checker.names.definitions.len()).map(Node::Definition));
    let index: HashMap<Node, usize> = nodes.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    let uses: Vec<Vec<(usize, Span)>> = nodes
        .iter()
        .map(|node| uses_of(checker, *node).into_iter().filter_map(|(n, span)| Some((*index.get(&n)?, span))).collect())
        .collect();
    let mut order = Vec::new();
    for part in connected(&uses) {
        let is_circle = part.len() > 1 || part.iter().any(|i| uses[*i].iter().any(|(j, _)| i == j));
        if is_circle {
            say_circle(checker, &nodes, &uses, &part);
        }
        order.extend(part.iter().map(|i| nodes[*i]));
    }
    order
}

/// What a node uses, with the place where it does.
fn uses_of(checker: &Checker<'_>, node: Node) -> Vec<(Node, Span)> {
    let mut out = Vec::new();
    let mut of_expr = |expr: &tree::Expr| {
        visit::names(expr, &mut |name| {
            if let Some(Declared::Trait(i) | Declared::Segment(i)) = checker.names.get(&name.text) {
                out.push((Node::Definition(i), name.span));
            }
        });
    };
    match node {
        Node::Consent(i) => {
            if let Some(expr) = checker.project.consents.get(i).and_then(|c| c.1.as_ref()) {
                of_expr(expr);
            }
        }
        Node::EverySegment => {
            if let Some(expr) = &checker.project.every_segment {
                of_expr(expr);
                // A segment named there is refused where it stands; a circle need not be said as well.
                out.retain(|(node, _)| match node {
                    Node::Definition(i) => !matches!(checker.names.definitions.get(*i), Some(Source::Segment(_))),
                    _ => true,
                });
            }
        }
        Node::Definition(i) => match checker.names.definitions.get(i) {
            Some(Source::Trait(declaration)) => of_expr(&declaration.value),
            Some(Source::Stages(declaration)) => declaration.stages.iter().filter_map(|s| s.when.as_ref()).for_each(of_expr),
            Some(Source::Points(declaration)) => declaration.parts.iter().for_each(|part| of_expr(&part.when)),
            Some(Source::Segment(declaration)) => {
                for clause in &declaration.clauses {
                    match &clause.kind {
                        ClauseKind::Where(expr) | ClauseKind::Except(expr) => of_expr(expr),
                        ClauseKind::Limit(limit) => {
                            limit.per.iter().for_each(&mut of_expr);
                            if let tree::LimitBy::Highest(by) | tree::LimitBy::Lowest(by) = &limit.by {
                                of_expr(by);
                            }
                        }
                        ClauseKind::Include(all) => all.iter().for_each(&mut of_expr),
                        _ => {}
                    }
                }
                for clause in &declaration.clauses {
                    if let ClauseKind::Purpose(name) = &clause.kind
                        && let Some(i) = checker.project.consents.iter().position(|c| c.0 == name.text)
                    {
                        out.push((Node::Consent(i), name.span));
                    }
                }
                if checker.project.every_segment.is_some() {
                    out.push((Node::EverySegment, declaration.name.span));
                }
            }
            None => {}
        },
    }
    out
}

/// Parts in which each reaches each, in an order in which a part comes after those it uses.
pub(super) fn connected(uses: &[Vec<(usize, Span)>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut found = vec![NEW; uses.len()];
    let mut lowest = vec![NEW; uses.len()];
    let mut is_open = vec![false; uses.len()];
    let (mut open, mut parts, mut count) = (Vec::new(), Vec::new(), 0);
    for start in 0..uses.len() {
        if found[start] != NEW {
            continue;
        }
        let mut path = vec![(start, 0)];
        while let Some((at, next)) = path.pop() {
            if next == 0 {
                found[at] = count;
                lowest[at] = count;
                count += 1;
                open.push(at);
                is_open[at] = true;
            }
            if let Some((used, _)) = uses[at].get(next) {
                path.push((at, next + 1));
                if found[*used] == NEW {
                    path.push((*used, 0));
                } else if is_open[*used] {
                    lowest[at] = lowest[at].min(found[*used]);
                }
                continue;
            }
            if let Some((parent, _)) = path.last() {
                lowest[*parent] = lowest[*parent].min(lowest[at]);
            }
            if lowest[at] == found[at] {
                let mut part = Vec::new();
                while let Some(node) = open.pop() {
                    is_open[node] = false;
                    part.push(node);
                    if node == at {
                        break;
                    }
                }
                part.reverse();
                parts.push(part);
            }
        }
    }
    parts
}

/// A shortest way round a circle, from the part's first node back to it: the steps, as node and the place where it uses the next.
pub(super) fn way_round(uses: &[Vec<(usize, Span)>], part: &[usize]) -> Vec<(usize, Span)> {
    let Some(first) = part.iter().min().copied() else { return Vec::new() };
    let mut came_from: HashMap<usize, (usize, Span)> = HashMap::new();
    let mut queue = std::collections::VecDeque::from([first]);
    'search: while let Some(at) = queue.pop_front() {
        for (used, span) in &uses[at] {
            if !part.contains(used) || came_from.contains_key(used) {
                continue;
            }
            came_from.insert(*used, (at, *span));
            if *used == first {
                break 'search;
            }
            queue.push_back(*used);
        }
    }
    let mut way = Vec::new();
    let mut at = first;
    while let Some((from, span)) = came_from.get(&at) {
        way.push((*from, *span));
        at = *from;
        if at == first {
            break;
        }
    }
    way.reverse();
    way
}

fn say_circle(checker: &mut Checker<'_>, nodes: &[Node], uses: &[Vec<(usize, Span)>], part: &[usize]) {
    let way = way_round(uses, part);
    let name = |i: usize| match nodes[i] {
        Node::Definition(i) => {
            checker.names.definitions.get(i).map_or_else(String::new, |source| format!("`{}`", source.name().text))
        }
        Node::Consent(i) => format!("the consent `{}`", checker.project.consents.get(i).map_or("", |c| &c.0)),
        Node::EverySegment => "what `[every_segment]` takes off".to_owned(),
    };
    let steps: Vec<(String, Span)> = way.iter().map(|(i, span)| (name(*i), *span)).collect();
    let diagnostic = circle(&steps);
    checker.said.extend(diagnostic);
}

/// The message for a circle of named steps, each with the place where it uses the next.
pub(super) fn circle(steps: &[(String, Span)]) -> Option<Diagnostic> {
    let (first, span) = steps.first()?;
    let says = match steps {
        [_] => Diagnostic::new(codes::names::CYCLE, format!("{first} uses itself")).at(*span),
        _ => {
            let shown = steps.iter().skip(1).take(6).map(|(name, _)| name.as_str()).chain(
                // A long circle is shown by its beginning.
                (steps.len() > 7).then_some("…"),
            );
            let way: Vec<&str> = shown.chain([first.as_str()]).collect();
            let mut says = Diagnostic::new(
                codes::names::CYCLE,
                format!("{first} goes in a circle: it uses {}", way.join(", which uses ")),
            )
            .at(*span);
            for (name, span) in steps.iter().skip(1).take(6) {
                says = says.label(*span, format!("{name} goes on here"));
            }
            says
        }
    };
    Some(
        says.consequence("Nobody can say who is in it: each would have to be known before the other.")
            .help("Write one of them without the other."),
    )
}
