//! Secrets in a text that parses: by the keys above them.

use std::ops::Range;

use openclaw_json5_edit::{Value, ValueKind};

use super::Mask;
use super::names::Place;
use super::words;

/// What to mask in a value of a document, by bytes of the document.
pub(super) fn masks(value: Value<'_>, place: Place, found: &mut Vec<Mask>) {
    match value.kind() {
        ValueKind::Null | ValueKind::Bool => {}
        ValueKind::Number => {
            if place.hides_numbers() {
                found.push(Mask { range: value.span(), is_whole: true });
            }
        }
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            text_masks(value.span(), value.raw(), &text, place.hides_text(&text), found);
        }
        ValueKind::Array => {
            let mut is_behind_flag = false;
            for item in value.items() {
                masks(item, if is_behind_flag { Place::Secret } else { place.item() }, found);
                is_behind_flag = item.as_str().is_some_and(|text| is_secret_flag(&text));
            }
        }
        ValueKind::Object => {
            let document = value.raw();
            for member in value.members() {
                let (key, span) = (member.key(), member.key_span());
                let from = span.start - value.span().start;
                let raw = document.get(from..from + span.len()).unwrap_or_default();
                key_masks(span.start, raw, &key, found);
                masks(member.value(), place.member(&key), found);
            }
        }
    }
}

/// Whether what follows a text in a list of arguments is a secret: `--api-key`.
fn is_secret_flag(text: &str) -> bool {
    let name = text.strip_prefix('-').filter(|name| !name.contains('='));
    name.is_some_and(|name| Place::Plain.member(name.trim_start_matches('-')) == Place::Secret)
}

/// The text between the quotes at `span`.
fn text_masks(span: Range<usize>, raw: &str, text: &str, is_hidden: bool, found: &mut Vec<Mask>) {
    let inner = span.start + 1..span.end.saturating_sub(1).max(span.start + 1);
    let raw = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    if is_hidden {
        found.push(Mask { range: inner, is_whole: true });
    } else if raw == text {
        found.extend(words::ranges(raw).into_iter().map(|range| Mask {
            range: inner.start + range.start..inner.start + range.end,
            is_whole: false,
        }));
    } else if !words::ranges(text).is_empty() {
        // With escapes in it there is no telling which bytes are which.
        found.push(Mask { range: inner, is_whole: true });
    }
}

fn key_masks(start: usize, raw: &str, key: &str, found: &mut Vec<Mask>) {
    let ranges = words::ranges(raw);
    if ranges.is_empty() && !words::ranges(key).is_empty() {
        found.push(Mask { range: start..start + raw.len(), is_whole: true });
    }
    found.extend(
        ranges
            .into_iter()
            .map(|range| Mask { range: start + range.start..start + range.end, is_whole: false }),
    );
}

/// What to mask in the comments of a text that parses: behind a key that is commented out, and what looks secret.
pub(super) fn comment_masks(text: &str, start: usize, found: &mut Vec<Mask>) {
    for comment in comments(text) {
        let mut at = comment.start;
        for line in
            text.get(comment).unwrap_or_default().split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}'])
        {
            let secret = line.match_indices([':', '=']).find(|(colon, _)| {
                let before = line.get(..*colon).unwrap_or_default().trim_end_matches([' ', '\t', '"', '\'']);
                let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
                let name = before.rsplit(|c| !is_name(c)).next().unwrap_or_default();
                matches!(Place::Plain.member(name), Place::Secret | Place::Auth)
            });
            let whole = secret.map(|(colon, _)| colon + 1..line.trim_end().trim_end_matches("*/").len());
            let ranges = words::ranges(line).into_iter().chain(whole.filter(|range| !range.is_empty()));
            found.extend(ranges.map(|range| Mask {
                range: start + at + range.start..start + at + range.end,
                is_whole: false,
            }));
            at += line.len();
        }
    }
}

fn comments(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        at += if rest.starts_with("//") || rest.starts_with("/*") {
            let length = comment_len(rest);
            found.push(at..at + length);
            length
        } else if rest.starts_with(['"', '\'']) {
            super::string_len(rest, |_| false)
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
    }
    found
}

fn comment_len(text: &str) -> usize {
    match text.strip_prefix("/*") {
        Some(inner) => inner.find("*/").map_or(text.len(), |end| end + 4),
        None => text.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(text.len()),
    }
}
