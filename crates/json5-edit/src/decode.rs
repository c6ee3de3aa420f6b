//! From the text of a string or key to what it means. The text has been checked by the parser.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::chars::is_line_terminator;

/// Decodes the inside of a quoted string, or an unquoted key with escapes.
pub(crate) fn unescape(inner: &str) -> Cow<'_, str> {
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            None => return Cow::Owned(out),
            Some('b') => out.push('\u{8}'),
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('v') => out.push('\u{B}'),
            Some('f') => out.push('\u{C}'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some('x') => {
                let (unit, after) = hex(chars.as_str(), 2);
                out.extend(char::from_u32(unit));
                rest = after;
                continue;
            }
            Some('u') => {
                let (unit, after) = hex(chars.as_str(), 4);
                let (c, after) = match char::from_u32(unit) {
                    Some(c) => (Some(c), after),
                    None => {
                        let (low, after) = hex(after.strip_prefix("\\u").unwrap_or(after), 4);
                        (join_surrogates(unit, low), after)
                    }
                };
                out.extend(c);
                rest = after;
                continue;
            }
            // a line continuation is nothing; CR LF counts as one
            Some('\r') => {
                rest = chars.as_str().strip_prefix('\n').unwrap_or(chars.as_str());
                continue;
            }
            Some(c) if is_line_terminator(c) => {}
            Some(c) => out.push(c),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The scalar value that a pair of UTF-16 surrogates stands for.
pub(crate) fn join_surrogates(high: u32, low: u32) -> Option<char> {
    let is_pair = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
    if !is_pair {
        return None;
    }
    char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
}

fn hex(text: &str, digits: usize) -> (u32, &str) {
    let (head, rest) = text.split_at_checked(digits).unwrap_or((text, ""));
    (u32::from_str_radix(head, 16).unwrap_or(0xFFFD), rest)
}
