//! Replacing ranges of a text, all at once.

use alloc::string::String;
use alloc::vec::Vec;

/// Put `text` in the place of the bytes from `start` to `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Splice {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) text: String,
}

impl Splice {
    pub(crate) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { start: at, end: at, text: text.into() }
    }

    pub(crate) fn delete(start: usize, end: usize) -> Self {
        Self { start, end, text: String::new() }
    }

    pub(crate) fn replace(start: usize, end: usize, text: String) -> Self {
        Self { start, end, text }
    }
}

/// Applies splices to a text. `None` if two overlap or one does not fit the text.
///
/// Of several at one place, insertions come first, in the order in which they were made.
pub(crate) fn apply(text: &str, splices: Vec<Splice>) -> Option<String> {
    apply_within(text, 0, text.len(), splices)
}

/// Applies splices inside a range and returns the new text of the range.
pub(crate) fn apply_within(text: &str, from: usize, to: usize, mut splices: Vec<Splice>) -> Option<String> {
    splices.sort_by_key(|splice| (splice.start, splice.end));
    let added: usize = splices.iter().map(|splice| splice.text.len()).sum();
    let mut out = String::with_capacity(to.saturating_sub(from) + added);
    let mut done = from;
    for splice in &splices {
        out.push_str(text.get(done..splice.start)?);
        out.push_str(&splice.text);
        done = splice.end;
    }
    out.push_str(text.get(done..to)?);
    Some(out)
}
