//! Edits as lines of text, so that an input can be read and any line of it is an edit.
//!
//! ```text
//! set #3.alias 'fast'      a value; `#3` is the fourth place of the document, counted from the root
//! append list 1            to an array
//! insert list 0 1          into an array, at an index
//! before a b 1             a new key `b` in front of `a`
//! follow a b 1             a new key `b` behind `a`
//! name a b                 rename `a` to `b`
//! remove a
//! up a b                   move `a` in front of `b`
//! down a b                 move `a` behind `b`
//! ```

use openclaw_json5_edit::{Document, Edits, NewValue, Path, Value};

const MOST: usize = 16;

/// One edit.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Set(Path, NewValue),
    Append(Path, NewValue),
    InsertAt(Path, usize, NewValue),
    InsertBefore(Path, String, NewValue),
    InsertAfter(Path, String, NewValue),
    Rename(Path, String),
    Remove(Path),
    MoveBefore(Path, Path),
    MoveAfter(Path, Path),
}

/// The edits that the lines say.
pub(super) fn steps(script: &str, doc: &Document) -> Vec<Step> {
    let places = places(doc);
    script.lines().filter(|line| !line.is_empty()).take(MOST).map(|line| step(line, &places)).collect()
}

fn step(line: &str, places: &[Path]) -> Step {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (at, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let path = place(at, places);
    let two = || rest.split_once(' ').unwrap_or((rest, ""));
    let letters = b"saibfnrud";
    let first = verb.bytes().next().unwrap_or_default();
    let known = letters.iter().position(|&letter| letter == first);
    match known.unwrap_or(usize::from(first) % letters.len()) {
        0 => Step::Set(path, value(rest)),
        1 => Step::Append(path, value(rest)),
        2 => Step::InsertAt(path, two().0.parse().unwrap_or_default(), value(two().1)),
        3 => Step::InsertBefore(path, two().0.to_owned(), value(two().1)),
        4 => Step::InsertAfter(path, two().0.to_owned(), value(two().1)),
        5 => Step::Rename(path, rest.to_owned()),
        6 => Step::Remove(path),
        7 => Step::MoveBefore(path, place(rest, places)),
        _ => Step::MoveAfter(path, place(rest, places)),
    }
}

/// JSON5, or else the text itself.
fn value(text: &str) -> NewValue {
    NewValue::parse(text).unwrap_or_else(|_| text.into())
}

/// `#3.key`, or a path as it is; a key where it is neither.
fn place(text: &str, places: &[Path]) -> Path {
    let Some(rest) = text.strip_prefix('#') else {
        return text.parse().unwrap_or_else(|_| Path::keys([text]));
    };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, tail) = rest.split_at(digits);
    let number: usize = number.parse().unwrap_or_default();
    let base = places.get(number % places.len()).cloned().unwrap_or_default();
    let tail = tail.strip_prefix('.').unwrap_or(tail);
    match tail.parse::<Path>() {
        Ok(tail) => base.segments().iter().chain(tail.segments()).cloned().collect(),
        Err(_) => base,
    }
}

/// The places of all values, the root first; of duplicate keys only the last can be reached.
fn places(doc: &Document) -> Vec<Path> {
    fn inside(value: Value<'_>, path: &Path, found: &mut Vec<Path>) {
        found.push(path.clone());
        for member in value.members() {
            if value.get(&member.key()).map(Value::span) == Some(member.value().span()) {
                inside(member.value(), &path.clone().key(member.key()), found);
            }
        }
        for (index, item) in value.items().enumerate() {
            inside(item, &path.clone().index(index), found);
        }
    }
    let mut found = Vec::new();
    inside(doc.root(), &Path::root(), &mut found);
    found
}

impl Step {
    /// Adds the edit to a batch.
    pub(super) fn add(&self, edits: &mut Edits<'_>) {
        match self.clone() {
            Self::Set(path, value) => edits.set(&path, value),
            Self::Append(path, value) => edits.append(&path, value),
            Self::InsertAt(path, index, value) => edits.insert_at(&path, index, value),
            Self::InsertBefore(path, key, value) => edits.insert_before(&path, key, value),
            Self::InsertAfter(path, key, value) => edits.insert_after(&path, key, value),
            Self::Rename(path, key) => edits.rename(&path, key),
            Self::Remove(path) => edits.remove(&path),
            Self::MoveBefore(path, sibling) => edits.move_before(&path, &sibling),
            Self::MoveAfter(path, sibling) => edits.move_after(&path, &sibling),
        };
    }
}
