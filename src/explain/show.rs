//! Explanations as a text for a terminal or a mail, and for machines.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{Explanation, Point, words};

/// As text: headings, and points with what belongs to them below.
pub fn text(explanation: &Explanation) -> String {
    let mut out = String::new();
    let title = explanation.title.as_ref().map(|title| format!(" {}", words::quoted(title))).unwrap_or_default();
    let _ = writeln!(out, "{} `{}`{title}", words::sentence(explanation.kind).trim_end_matches('.'), explanation.name);
    for section in &explanation.sections {
        let _ = writeln!(out, "\n{}:", section.heading);
        for point in &section.points {
            write_point(&mut out, point, 1);
        }
    }
    let names = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    let _ = writeln!(out);
    match explanation.uses.as_slice() {
        [] => {}
        some => {
            let _ = writeln!(out, "It depends on {}.", words::list(&names(some), "and"));
        }
    }
    let _ = match explanation.used_by.as_deref() {
        None => Ok(()),
        Some([]) => writeln!(out, "No other definition uses it."),
        Some([one]) => writeln!(out, "`{one}` uses it."),
        Some(some) => writeln!(out, "{} use it.", words::list(&names(some), "and")),
    };
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn write_point(out: &mut String, point: &Point, depth: usize) {
    let indent = "  ".repeat(depth);
    let _ = writeln!(out, "{indent}- {}", point.text);
    for note in &point.notes {
        let _ = writeln!(out, "{indent}  {note}");
    }
    for inner in &point.points {
        write_point(out, inner, depth + 1);
    }
}

/// For machines: docs/json.md.
pub fn json(explanation: &Explanation) -> String {
    let sections: Vec<Value> = explanation
        .sections
        .iter()
        .map(|section| json!({ "heading": section.heading, "points": section.points.iter().map(point).collect::<Vec<_>>() }))
        .collect();
    let document = json!({
        "version": 1,
        "name": explanation.name,
        "title": explanation.title,
        "kind": explanation.kind,
        "as_of": explanation.as_of,
        "sections": sections,
        "depends_on": explanation.uses,
        "used_by": explanation.used_by,
    });
    serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
}

fn point(point: &Point) -> Value {
    json!({
        "text": point.text,
        "notes": point.notes,
        "points": point.points.iter().map(self::point).collect::<Vec<_>>(),
    })
}
