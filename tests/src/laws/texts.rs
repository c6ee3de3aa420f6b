//! What can be said of JSON5 texts from outside.

/// Whether `part` is left of `whole` when some characters are taken away.
pub(super) fn is_subsequence(part: &str, whole: &str) -> bool {
    let mut whole = whole.chars();
    part.chars().all(|c| whole.by_ref().any(|other| other == c))
}

/// The comments of a text that is JSON5, without the line ends behind them.
pub(super) fn comments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' | '\'' => string_length(rest, c),
            '/' => {
                let length = if rest.starts_with("/*") {
                    rest.get(2..).and_then(|inside| inside.find("*/")).map_or(rest.len(), |at| at + 4)
                } else {
                    rest.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(rest.len())
                };
                found.push(rest.get(..length).unwrap_or_default());
                length
            }
            _ => c.len_utf8(),
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    found
}

fn string_length(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The first comment of `before` that `after` does not have as often.
pub(super) fn lost_comment<'t>(before: &'t str, after: &str) -> Option<&'t str> {
    let mut left = comments(after);
    comments(before).into_iter().find(|comment| match left.iter().position(|other| other == comment) {
        Some(at) => {
            left.swap_remove(at);
            false
        }
        None => true,
    })
}

/// What stands in front of the first line `---`, and behind it; a text without that line is all behind it.
pub(super) fn split_script(text: &str) -> (&str, &str) {
    if let Some(rest) = text.strip_prefix("---\n") {
        return ("", rest);
    }
    text.split_once("\n---\n").unwrap_or(("", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_found_and_strings_are_none() {
        let text = "/*/a*/{'//x': /**/ \"/* \\\" */\", // b\r\n}//c";
        assert_eq!(comments(text), ["/*/a*/", "/**/", "// b", "//c"]);
        assert_eq!(lost_comment(text, "//c\n// b\n/**/"), Some("/*/a*/"));
        assert_eq!(lost_comment("//c\n//c\n1", "//c\n1"), Some("//c"));
        assert_eq!(lost_comment("//c\n1", "/*x*/ //c\n1"), None);
    }

    #[test]
    fn a_script_ends_at_its_line() {
        assert_eq!(split_script("set a 1\n---\n{}"), ("set a 1", "{}"));
        assert_eq!(split_script("---\n{}"), ("", "{}"));
        assert_eq!(split_script("{}"), ("", "{}"));
    }
}
