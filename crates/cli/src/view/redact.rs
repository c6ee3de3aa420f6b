//! Secrets out of what is shown.

mod broken;
mod document;
mod names;
mod words;

use std::ops::Range;

use openclaw_json5_edit::{Document, NewValue, Value};

use super::printable::stand_in;
pub(crate) use names::Place;
pub(crate) use words::mask_tokens;

/// What stands in place of a secret, as in OpenClaw.
pub(crate) const REDACTED: &str = "__OPENCLAW_REDACTED__";

/// Bytes that are not shown.
struct Mask {
    range: Range<usize>,
    /// Whether it is the whole value, rather than a part that looks like a token.
    is_whole: bool,
}

/// A config's text, of the same length in bytes, with secrets masked by asterisks and commands of the terminal by signs.
///
/// Where the text parses, secrets are known by the keys above them; where it does not, all is masked that could be one,
/// except what stands bare under the caret.
pub(crate) fn redact(text: &str, caret: &Range<usize>) -> String {
    let masks = match Document::parse(text) {
        Ok(document) => {
            let mut masks = Vec::new();
            document::masks(document.root(), Place::Plain, &mut masks);
            document::comment_masks(text, 0, &mut masks);
            masks
        }
        Err(_) => broken::masks(text, caret),
    };
    let mut ranges = joined(masks.into_iter().map(|mask| mask.range).collect()).into_iter().peekable();
    let mut shown = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        while ranges.next_if(|range| range.end <= at).is_some() {}
        let is_masked = ranges.peek().is_some_and(|range| range.contains(&at));
        if is_masked && !matches!(c, '\n' | '\r') {
            // One asterisk a byte keeps every place where it was.
            shown.extend(std::iter::repeat_n('*', c.len_utf8()));
        } else if c == '\r' && text.get(at + 1..).is_some_and(|rest| rest.starts_with('\n')) {
            shown.push(c);
        } else {
            shown.push(stand_in(c));
        }
    }
    shown
}

/// Whether a config's text holds a secret; in one that does not parse only what looks like a token counts.
pub(crate) fn holds_secret(text: &str) -> bool {
    match Document::parse(text) {
        Ok(_) => redact(text, &(0..0)) != text,
        Err(_) => mask_tokens(text) != text,
    }
}

/// The text of a value as it stands in its document, with a word in place of every secret.
pub(crate) fn raw_value(value: Value<'_>, place: Place) -> String {
    let (raw, start) = (value.raw(), value.span().start);
    let mut masks = Vec::new();
    document::masks(value, place, &mut masks);
    document::comment_masks(raw, start, &mut masks);
    masks.sort_by_key(|mask| (mask.range.start, usize::MAX - mask.range.end));
    let mut shown = String::with_capacity(raw.len());
    let mut done = 0;
    for mask in masks {
        let (from, to) = (mask.range.start.saturating_sub(start), mask.range.end.saturating_sub(start));
        if to <= done {
            continue;
        }
        if from >= done {
            shown.push_str(raw.get(done..from).unwrap_or_default());
            shown.push_str(if mask.is_whole { REDACTED } else { "********" });
        }
        done = to;
    }
    shown.push_str(raw.get(done..).unwrap_or_default());
    shown
}

/// A text at a place of the config.
pub(crate) fn text_value(text: &str, place: Place) -> String {
    if place.hides_text(text) { REDACTED.to_owned() } else { mask_tokens(text).into_owned() }
}

/// A value as JSON, secrets left out; what JSON cannot hold becomes null.
pub(crate) fn json_value(value: &NewValue, place: Place) -> serde_json::Value {
    match value {
        NewValue::Null => serde_json::Value::Null,
        NewValue::Bool(flag) => (*flag).into(),
        NewValue::Number(_) if place.hides_numbers() => REDACTED.into(),
        NewValue::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(n), _) => n.into(),
            (None, Some(n)) => n.into(),
            (None, None) => number.as_f64().into(),
        },
        NewValue::String(text) => text_value(text, place).into(),
        NewValue::Array(items) => items.iter().map(|item| json_value(item, place.item())).collect(),
        NewValue::Object(members) => members
            .iter()
            .map(|(key, value)| (mask_tokens(key).into_owned(), json_value(value, place.member(key))))
            .collect(),
    }
}

/// Ranges in order, those that touch or overlap as one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

/// The length of the text in quotes that `text` begins with, up to where it must end at the latest.
fn string_len(text: &str, ends: impl Fn(char) -> bool) -> usize {
    let mut chars = text.char_indices();
    let quote = chars.next().map(|(_, c)| c);
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if ends(c) {
            return at;
        } else if Some(c) == quote {
            return at + c.len_utf8();
        }
    }
    text.len()
}

#[cfg(test)]
mod tests;
