//! Text from outside, without what would command the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a terminal would obey this character instead of showing it, or show others in another order for it.
pub(super) fn is_command(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text in one line with commands of the terminal spelled out: `\u{1b}`.
///
/// Names of models, providers and users come from outside; nothing of them may move the cursor, hide a line or turn the
/// order of letters.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_command) { Cow::Owned(spelled(text, |_| false)) } else { Cow::Borrowed(text) }
}

/// Lines ready to print: only colours, line ends and tabs stay; the last net under all that is printed for a person.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_command(c) && !matches!(c, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        let (before, from) = rest.split_at(at);
        shown.push_str(&spelled(before, |c| matches!(c, '\n' | '\t')));
        let length = style_len(from).unwrap_or(1);
        let (escape, behind) = from.split_at(length);
        shown.push_str(&if length > 1 { Cow::Borrowed(escape) } else { printable(escape) });
        rest = behind;
    }
    shown.push_str(&spelled(rest, |c| matches!(c, '\n' | '\t')));
    Cow::Owned(shown)
}

/// The length of the colour or weight that the text begins with: `ESC [ 1 ; 31 m`.
fn style_len(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("\u{1b}[")?;
    let end = inner.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
    inner.get(end..)?.starts_with('m').then_some(end + 3)
}

fn spelled(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    // The `\r` of a line end is no command.
    for c in text.replace("\r\n", "\n").chars() {
        if is_command(c) && !stays(c) {
            // Writing to a String cannot fail.
            let _ = match c {
                '\n' | '\r' | '\t' => write!(shown, "{}", c.escape_default()),
                _ => write!(shown, "{}", c.escape_unicode()),
            };
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The text of a JSON value with such characters as JSON escapes; they can stand in its strings alone.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    let is_raw = |c: char| is_command(c) && !matches!(c, '\n');
    if !text.chars().any(is_raw) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_raw(c) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// What stands for a character in a text whose places must stay: as many bytes.
pub(super) fn stand_in(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        // Alone it ends a line in JSON5, and would overwrite one on a terminal.
        '\r' => '\n',
        c if !is_command(c) => c,
        c if c.len_utf8() == 1 => '?',
        c if c.len_utf8() == 2 => '·',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_reaches_the_terminal() {
        #[track_caller]
        fn check(text: &str, shown: &str) {
            assert_eq!(printable(text), shown);
            assert_eq!(printable(shown), shown);
        }
        check("Qwen3 8B · 日本", "Qwen3 8B · 日本");
        check("a\u{1b}[2Jb", "a\\u{1b}[2Jb");
        check("a\u{9b}2J", "a\\u{9b}2J");
        check("two\nlines\ttab\r", "two\\nlines\\ttab\\r");
        check("x\u{202e}y\u{2066}z\u{200f}\u{7f}", "x\\u{202e}y\\u{2066}z\\u{200f}\\u{7f}");
    }

    #[test]
    fn lines_keep_their_colours_and_nothing_else() {
        #[track_caller]
        fn check(text: &str, shown: &str) {
            assert_eq!(harmless(text), shown);
        }
        check("\u{1b}[1;31merror:\u{1b}[0m a\n\tb\n", "\u{1b}[1;31merror:\u{1b}[0m a\n\tb\n");
        check("a\u{1b}[2Jb\u{1b}[mc\u{1b}", "a\\u{1b}[2Jb\u{1b}[mc\\u{1b}");
        check("a\u{1b}]0;title\u{7}\r\nb\rc\u{85}", "a\\u{1b}]0;title\\u{7}\nb\\rc\\u{85}");
        check("\u{1b}[1\u{1b}[2m\u{202e}", "\\u{1b}[1\u{1b}[2m\\u{202e}");
    }

    #[test]
    fn json_stays_json() {
        let value = serde_json::json!({ "name": "a\u{9b}2J\u{202e}\u{7f}\u{1b}" });
        let text = json(&format!("{value:#}\n")).into_owned();
        assert!(!text.chars().any(|c| is_command(c) && c != '\n'), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).ok(), Some(value));
    }

    #[test]
    fn a_stand_in_takes_as_many_bytes() {
        for c in ['a', '\n', '\r', '\u{1b}', '\u{7f}', '\u{9b}', '\u{200e}', '\u{202e}', '日'] {
            let other = stand_in(c);
            assert_eq!(other.len_utf8(), c.len_utf8(), "{c:?}");
            assert!(!is_command(other) || matches!(other, '\n' | '\t'), "{c:?}");
        }
    }
}
