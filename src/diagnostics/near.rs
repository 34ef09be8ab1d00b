//! The names nearest to a misspelt one, for "did you mean".

/// The names that somebody who wrote `word` may have meant, the nearest first, at most three; none where nothing is near.
/// Upper and lower case count as the same; ties stand in the order of the alphabet.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let written = folded(word);
    let mut found: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (likeness(&written, &folded(name)), name))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    found.dedup_by(|a, b| a.1 == b.1);
    // Where one is all but certain, others only distract.
    if let Some(best) = found.first().map(|f| f.0) {
        found.retain(|f| f.0 >= best - 0.2);
    }
    found.into_iter().take(3).map(|f| f.1).collect()
}

/// `` `country` `` or `` `country`, `county` or `city` ``: the names as a message shows them; `None` where there are none.
pub fn one_of(names: &[&str]) -> Option<String> {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    let (last, before) = quoted.split_last()?;
    Some(if before.is_empty() { last.clone() } else { format!("{} or {last}", before.join(", ")) })
}

/// Lower case, and with `_`, `-` and blanks as one: `Sign Up` and `sign_up` are near.
fn folded(name: &str) -> String {
    name.to_lowercase().replace(['-', ' '], "_")
}

/// 1 for the same, towards 0 for nothing in common. A word inside the other, or at its end or beginning (`email` for
/// `email_opt_in`), is near however much longer the other is.
fn likeness(a: &str, b: &str) -> f64 {
    // The measure takes time with both lengths; names are short, and nobody means a name by a text of thousands.
    if a.len() > 200 || b.len() > 200 {
        return if a == b { 1.0 } else { 0.0 };
    }
    let by_letters = strsim::normalized_damerau_levenshtein(a, b);
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let is_part = short.chars().count() >= 3 && long.split('_').any(|part| part == short)
        || short.chars().count() >= 4 && (long.starts_with(short) || long.ends_with(short));
    if is_part { by_letters.max(0.7) } else { by_letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let names = ["country", "customer_id", "email", "email_opt_in", "signed_up_at"];
        assert_eq!(nearest("contry", names), ["country"]);
        assert_eq!(nearest("Country", names), ["country"]);
        assert_eq!(nearest("signed up at", names), ["signed_up_at"]);
        assert_eq!(nearest("emails", names), ["email"]);
        assert_eq!(nearest("email_opt", names), ["email_opt_in", "email"]);
        assert_eq!(nearest("opt", names), ["email_opt_in"]);
        assert_eq!(nearest("weather", names), [] as [&str; 0]);
        assert_eq!(nearest("purchases", ["purchase", "refund"]), ["purchase"]);
        assert_eq!(nearest("", names), [] as [&str; 0]);
    }

    #[test]
    fn says_them() {
        assert_eq!(one_of(&[]), None);
        assert_eq!(one_of(&["a"]).as_deref(), Some("`a`"));
        assert_eq!(one_of(&["a", "b", "c"]).as_deref(), Some("`a`, `b` or `c`"));
    }
}
