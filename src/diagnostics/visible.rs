//! Makes texts that came from files safe to show: what would move the cursor, colour the terminal, or turn the direction
//! of writing is written out as `\u{202e}`. Names and values of a stranger's data end up in messages.

use std::borrow::Cow;

/// The text with everything that a terminal would obey, or an eye would miss, written out. Line ends and tabs are written
/// out too; a renderer that keeps line breaks splits the text at them first.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            match c {
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                _ => out.extend(c.escape_unicode()),
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether a character is written out: control characters, line and paragraph separators, marks of direction, what has no width, and tags.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn writes_out_what_a_terminal_would_obey() {
        assert_eq!(visible("a\u{1b}[31mred\u{7}"), "a\\u{1b}[31mred\\u{7}");
        assert_eq!(visible("abc\u{202e}cba\u{200b}"), "abc\\u{202e}cba\\u{200b}");
        assert_eq!(visible("a\r\n\tb"), "a\\r\\n\\tb");
    }

    #[test]
    fn leaves_languages_alone() {
        for text in ["Käufer", "日本語", "שלום", "👨‍👩‍👧", "می‌خواهم"] {
            assert_eq!(visible(text), text);
        }
    }
}
