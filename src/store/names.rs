//! Names of segments become names of files. A plain name stays as it is; one that a disk could not hold, that would lead out
//! of the folder, or that another system gives a meaning of its own, keeps what can be read of it and gets a hash.

use std::collections::BTreeMap;

/// The longest name that stays as it is, in bytes: disks hold 255, an ending is added, and some count in UTF-16.
const LONGEST: usize = 80;

/// A file name, without its ending, for each of the names, no two alike even where upper and lower case are one.
pub fn file_names<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, String> {
    let mut by_folded: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for name in names {
        let file = file_name(name, 8);
        by_folded.entry(file.to_lowercase()).or_default().push((name.to_owned(), file));
    }
    let mut out = BTreeMap::new();
    for group in by_folded.into_values() {
        let clash = group.iter().any(|(name, _)| *name != group[0].0);
        for (name, file) in group {
            let file = if clash { format!("{}-{}", readable(&name), hash(&name, 32)) } else { file };
            out.insert(name, file);
        }
    }
    out
}

/// Whether a name can stand in a folder on any common system without leading elsewhere.
pub fn is_safe(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && !name.starts_with(['.', '-'])
        && !name.ends_with('.')
        && !is_reserved(name.split('.').next().unwrap_or(name))
}

fn file_name(name: &str, digits: usize) -> String {
    if !name.contains('.') && is_safe(name) && name.len() <= LONGEST && !name.chars().any(is_composed_otherwise) {
        name.to_owned()
    } else {
        format!("{}-{}", readable(name), hash(name, digits))
    }
}

/// What can be read of a name: letters, digits and `_`, the rest as `-`.
fn readable(name: &str) -> String {
    let text: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).take(40).collect();
    let text = text.trim_matches('-');
    if text.is_empty() || is_reserved(text) {
        format!("segment-{text}").trim_end_matches('-').to_owned()
    } else {
        text.to_owned()
    }
}

fn hash(name: &str, digits: usize) -> String {
    blake3::hash(name.as_bytes()).to_hex().chars().take(digits).collect()
}

/// Names that Windows keeps for devices, whatever their ending and case.
fn is_reserved(name: &str) -> bool {
    let name = name.to_lowercase();
    matches!(name.as_str(), "con" | "prn" | "aux" | "nul" | "conin$" | "conout$" | "clock$")
        || name
            .strip_prefix("com")
            .or_else(|| name.strip_prefix("lpt"))
            .is_some_and(|n| matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"))
}

/// Letters that some disks store in another form than they were given: two names could become one file.
fn is_composed_otherwise(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{1100}'..='\u{11ff}' | '\u{2126}' | '\u{212a}' | '\u{212b}' | '\u{f900}'..='\u{fb4f}' | '\u{ff00}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_stay() {
        for name in ["win_back", "vip", "Stammkäufer", "a-b", "顧客", "x9"] {
            assert_eq!(file_name(name, 8), name);
        }
    }

    #[test]
    fn others_keep_what_can_be_read() {
        for (name, start) in [
            ("../../etc/passwd", "etc-passwd-"),
            ("con", "segment-con-"),
            ("COM1", "segment-COM1-"),
            ("a b", "a-b-"),
            ("", "segment-"),
            ("..", "segment-"),
            ("part#1", "part-1-"),
            ("x.parquet", "x-parquet-"),
        ] {
            let file = file_name(name, 8);
            assert!(file.starts_with(start) && file.len() == start.len() + 8 && is_safe(&file), "{name:?} → {file:?}");
        }
    }

    #[test]
    fn names_that_differ_in_case_get_files_that_do_not() {
        let files = file_names(["vip", "VIP", "other"]);
        assert_eq!(files["other"], "other");
        assert_ne!(files["vip"].to_lowercase(), files["VIP"].to_lowercase());
        assert!(files["vip"].starts_with("vip-") && files["VIP"].starts_with("VIP-"));
    }
}
