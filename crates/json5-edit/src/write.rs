//! New text: strings, keys and values in a given style.

use alloc::string::String;
use core::fmt::Write as _;

use crate::chars::{is_common_identifier, is_line_terminator};
use crate::new_value::NewValue;
use crate::style::{Local, Shape, Style};

/// How many characters a line may have before a new array or object is spread over several.
const WIDTH: usize = 100;

/// Writes a string literal. What JSON5 allows unescaped but readers trip over is escaped: control
/// characters, and the line separators U+2028 and U+2029. The escapes are those of JSON.
pub(crate) fn push_string(out: &mut String, text: &str, quote: char) {
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{C}' => out.push_str("\\f"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            '\0'..='\u{1F}' | '\u{7F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' => {
                // a String takes whatever is written to it
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push(quote);
}

/// Writes a key, without quotes if the style says so and the key is an identifier.
pub(crate) fn push_key(out: &mut String, key: &str, local: &Local) {
    if local.bare_keys && is_common_identifier(key) {
        out.push_str(key);
    } else {
        push_string(out, key, local.key_quote);
    }
}

/// Writes values in the style of a place.
pub(crate) struct Writer<'s> {
    pub(crate) style: &'s Style,
    pub(crate) local: &'s Local,
    /// how many characters stand before the text on its line
    pub(crate) column: usize,
}

impl Writer<'_> {
    /// Writes a value the line of which is indented by `indent`. `is_spread` says whether it may
    /// take several lines, `shape` how the values beside it look.
    pub(crate) fn value(
        &self,
        out: &mut String,
        value: &NewValue,
        indent: &str,
        is_spread: bool,
        shape: Shape,
    ) {
        match value {
            NewValue::Null => out.push_str("null"),
            NewValue::Bool(true) => out.push_str("true"),
            NewValue::Bool(false) => out.push_str("false"),
            NewValue::Number(number) => out.push_str(number.as_str()),
            NewValue::String(text) => push_string(out, text, self.local.quote),
            NewValue::Array(items) if items.is_empty() => out.push_str("[]"),
            NewValue::Object(members) if members.is_empty() => out.push_str("{}"),
            NewValue::Array(items) => {
                let has_containers = items.iter().any(|item| match item {
                    NewValue::Array(items) => !items.is_empty(),
                    NewValue::Object(members) => !members.is_empty(),
                    _ => false,
                });
                let spread = shape.array.unwrap_or(has_containers || self.style.spread_arrays);
                self.fitting(out, is_spread, spread, |out, spread| self.items(out, items, indent, spread));
            }
            NewValue::Object(members) => {
                let spread = shape.object.unwrap_or(true);
                self.fitting(out, is_spread, spread, |out, spread| {
                    self.members(out, members, indent, spread);
                });
            }
        }
    }

    /// Writes something over several lines if it may have them, and should or is too wide for one.
    fn fitting(&self, out: &mut String, may: bool, should: bool, write: impl Fn(&mut String, bool)) {
        let begin = out.len();
        write(out, may && should);
        if may && !should && self.is_wide(out) {
            out.truncate(begin);
            write(out, true);
        }
    }

    /// Is the last line longer than it may be, with the comma that may follow?
    fn is_wide(&self, out: &str) -> bool {
        let (before, line) = match out.rsplit_once(is_line_terminator) {
            Some((_, line)) => (0, line),
            None => (self.column, out),
        };
        before + line.chars().count() + 1 > WIDTH
    }

    fn members(&self, out: &mut String, members: &[(String, NewValue)], indent: &str, spread: bool) {
        out.push('{');
        let inside = self.inside(indent, spread);
        for (at, (key, value)) in members.iter().enumerate() {
            self.separator(out, at, &inside, spread, self.style.object_pad);
            push_key(out, key, self.local);
            self.style.push_colon(out);
            self.value(out, value, &inside, spread, Shape::default());
        }
        self.end(out, indent, spread, self.style.object_pad);
        out.push('}');
    }

    fn items(&self, out: &mut String, items: &[NewValue], indent: &str, spread: bool) {
        out.push('[');
        let inside = self.inside(indent, spread);
        for (at, item) in items.iter().enumerate() {
            self.separator(out, at, &inside, spread, self.style.array_pad);
            self.value(out, item, &inside, spread, Shape::default());
        }
        self.end(out, indent, spread, self.style.array_pad);
        out.push(']');
    }

    fn inside(&self, indent: &str, spread: bool) -> String {
        let mut inside = String::from(indent);
        if spread {
            inside.push_str(&self.style.unit);
        }
        inside
    }

    fn separator(&self, out: &mut String, at: usize, inside: &str, spread: bool, pad: bool) {
        if at > 0 {
            out.push(',');
        }
        if spread {
            out.push_str(self.style.newline);
            out.push_str(inside);
        } else if (at > 0 && self.style.comma_space) || (at == 0 && pad) {
            out.push(' ');
        }
    }

    fn end(&self, out: &mut String, indent: &str, spread: bool, pad: bool) {
        if spread {
            if self.style.trailing_comma {
                out.push(',');
            }
            out.push_str(self.style.newline);
            out.push_str(indent);
        } else if pad {
            out.push(' ');
        }
    }
}
