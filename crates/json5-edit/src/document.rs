//! The document: a text and its tape.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use core::str::FromStr;

use crate::edit::Edits;
use crate::error::{Cursor, ParseError, line_column};
use crate::parse::parse;
use crate::path::{Path, Segment};
use crate::tape::{Kind, Tape};
use crate::value::Value;

/// How large and how deep a text may be.
///
/// ```
/// use openclaw_json5_edit::{Document, Limits};
///
/// let limits = Limits { max_depth: 2, ..Limits::default() };
/// let error = Document::parse_with("{a: [[1]]}", &limits).unwrap_err();
/// assert_eq!(error.to_string(), "expected at most 2 levels of nesting, found `[` at line 1, column 6");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many brackets may be open at once; at most [`Limits::MAX_DEPTH`]. 128 by default, the
    /// limit of `serde_json`.
    pub max_depth: usize,
    /// How many bytes the text may have; at most 4 GiB. 64 MiB by default.
    pub max_bytes: usize,
}

impl Limits {
    /// The highest depth that can be asked for: a larger `max_depth` counts as this one, so that
    /// owned values, which are trees, can be walked on any thread's stack.
    pub const MAX_DEPTH: usize = 512;
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_depth: 128, max_bytes: 64 << 20 }
    }
}

/// A JSON5 text that has been parsed and keeps every byte.
///
/// ```
/// use openclaw_json5_edit::Document;
///
/// let doc = Document::parse("{ port: 0x50 /* web */, hosts: ['a', 'b'] }")?;
/// assert_eq!(doc.get(&"port".parse()?).and_then(|port| port.as_u64()), Some(80));
/// assert_eq!(doc.get(&"hosts[1]".parse()?).map(|host| host.span()), Some(37..40));
/// assert_eq!(doc.as_str(), "{ port: 0x50 /* web */, hosts: ['a', 'b'] }");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Document {
    pub(crate) text: String,
    pub(crate) tape: Tape,
    pub(crate) limits: Limits,
}

/// A key that an object has more than once. The last one counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The path of the key.
    pub path: Path,
    /// The bytes of each of the keys, in the order of the text: two or more.
    pub spans: Vec<Range<usize>>,
}

impl Document {
    /// Parses a text within the default [`Limits`].
    ///
    /// # Errors
    /// If the text is not JSON5, is nested deeper than 128 levels or has more than 64 MiB.
    /// An empty text is not JSON5.
    pub fn parse(text: impl Into<String>) -> Result<Self, ParseError> {
        Self::parse_with(text, &Limits::default())
    }

    /// Parses a text within limits of your own. Edits keep to them, too.
    ///
    /// # Errors
    /// If the text is not JSON5, or exceeds a limit.
    pub fn parse_with(text: impl Into<String>, limits: &Limits) -> Result<Self, ParseError> {
        let text = text.into();
        let tape = parse(&text, limits)?;
        Ok(Self { text, tape, limits: *limits })
    }

    /// The text, byte for byte as it was parsed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Gives the text back.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }

    /// The outermost value.
    #[must_use]
    pub fn root(&self) -> Value<'_> {
        Value { doc: self, index: 0 }
    }

    /// The value at a path; of duplicate keys the last. `None` if there is none.
    #[must_use]
    pub fn get(&self, path: &Path) -> Option<Value<'_>> {
        path.segments().iter().try_fold(self.root(), |value, segment| match segment {
            Segment::Key(key) => value.get(key),
            Segment::Index(index) => value.at(*index),
        })
    }

    /// Begins a batch of edits. The document itself does not change.
    pub fn edit(&self) -> Edits<'_> {
        Edits::new(self)
    }

    /// Line and column of a byte offset, both counted from 1; the column in characters.
    ///
    /// LF, CR LF and CR end a line. A byte order mark at the beginning has no column. An offset
    /// beyond the end counts as the end. Takes time in proportion to the offset.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        line_column(&self.text, offset)
    }

    /// The same of many offsets; where they ascend, all together take time in proportion to the last one.
    ///
    /// ```
    /// use openclaw_json5_edit::Document;
    ///
    /// let doc = Document::parse("{\n  port: 1,\n  host: 'a',\n}")?;
    /// assert_eq!(doc.line_columns([4, 15]).collect::<Vec<_>>(), [(2, 3), (3, 3)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn line_columns(
        &self,
        offsets: impl IntoIterator<Item = usize>,
    ) -> impl Iterator<Item = (usize, usize)> {
        let mut cursor = Cursor::default();
        offsets.into_iter().map(move |offset| cursor.at(&self.text, offset))
    }

    /// The keys that an object anywhere in the document has more than once.
    #[must_use]
    pub fn duplicates(&self) -> Vec<Duplicate> {
        let mut found = Vec::new();
        let mut path = Vec::new();
        // containers around the current node: what is left of them
        let mut open = Vec::from([(self.tape.children(0), 0_usize)]);
        self.duplicates_in(0, &path, &mut found);
        while let Some((children, index)) = open.last_mut() {
            let Some(child) = children.next() else {
                open.pop();
                path.pop();
                continue;
            };
            let node = self.tape.node(child);
            let (segment, value) = match self.key_text(child) {
                Some(key) => (Segment::Key(key.into_owned()), child + 1),
                None => (Segment::Index(*index), child),
            };
            *index += 1;
            let value_kind = if value == child { node.kind } else { self.tape.node(value).kind };
            if matches!(value_kind, Kind::Array | Kind::Object) {
                path.push(segment);
                open.push((self.tape.children(value), 0));
                if value_kind == Kind::Object {
                    self.duplicates_in(value, &path, &mut found);
                }
            }
        }
        found
    }

    fn duplicates_in(&self, object: u32, path: &[Segment], found: &mut Vec<Duplicate>) {
        let mut keys: BTreeMap<Cow<'_, str>, Vec<u32>> = BTreeMap::new();
        for child in self.tape.children(object) {
            if let Some(key) = self.key_text(child) {
                keys.entry(key).or_default().push(child);
            }
        }
        let mut several: Vec<_> = keys.into_iter().filter(|(_, nodes)| nodes.len() > 1).collect();
        several.sort_by_key(|(_, nodes)| nodes.first().copied());
        for (key, nodes) in several {
            let key = core::iter::once(Segment::Key(key.into_owned()));
            found.push(Duplicate {
                path: path.iter().cloned().chain(key).collect(),
                spans: nodes.into_iter().map(|node| self.tape.node(node).range()).collect(),
            });
        }
    }

    /// What a key node means; `None` for a value node.
    pub(crate) fn key_text(&self, index: u32) -> Option<Cow<'_, str>> {
        let raw = self.raw(index);
        match self.tape.node(index).kind {
            Kind::NameKey => Some(Cow::Borrowed(raw)),
            Kind::EscapedNameKey => Some(crate::decode::unescape(raw)),
            Kind::PlainKey => Some(Cow::Borrowed(unquoted(raw))),
            Kind::EscapedKey => Some(crate::decode::unescape(unquoted(raw))),
            _ => None,
        }
    }

    /// The text of a node.
    pub(crate) fn raw(&self, index: u32) -> &str {
        self.text.get(self.tape.node(index).range()).unwrap_or_default()
    }
}

/// The inside of a string literal.
pub(crate) fn unquoted(raw: &str) -> &str {
    raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default()
}

impl FromStr for Document {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
