//! Where a value is: keys and indices from the root.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use core::str::FromStr;

use crate::chars::is_identifier;
use crate::decode::unescape;
use crate::document::unquoted;
use crate::error::Found;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// a key of an object, decoded
    Key(String),
    /// an index of an array, from 0
    Index(usize),
}

/// Where a value is: keys and indices from the root.
///
/// In text, keys are joined by points; `[0]` is an index; a key that is no plain word stands in
/// brackets, with or without quotes; `\` takes the meaning from the character after it. A single
/// point is the root itself. `Display` prints what `FromStr` reads.
///
/// ```
/// use openclaw_json5_edit::{Path, Segment};
///
/// let path: Path = "models['org/Qwen2.5:fastest'].tags[0]".parse()?;
/// assert_eq!(path, Path::keys(["models", "org/Qwen2.5:fastest", "tags"]).index(0));
/// assert_eq!(path.to_string(), r#"models["org/Qwen2.5:fastest"].tags[0]"#);
/// assert_eq!("models[org/Qwen2.5:fastest].tags[0]".parse::<Path>()?, path);
/// assert_eq!(r"models.org/Qwen2\.5:fastest.tags[0]".parse::<Path>()?, path);
///
/// let error = "models[".parse::<Path>().unwrap_err();
/// assert_eq!(error.to_string(), "expected an index or a key after `[`, found the end of the path");
/// assert_eq!(error.span(), 7..7);
/// # Ok::<(), openclaw_json5_edit::PathError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    segments: Vec<Segment>,
}

impl Path {
    /// The path of the root value, `.` in text.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// A path of keys, taken as they are: nothing in them has a meaning.
    pub fn keys<K: Into<String>>(keys: impl IntoIterator<Item = K>) -> Self {
        keys.into_iter().map(|key| Segment::Key(key.into())).collect()
    }

    /// The path of a key inside.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.segments.push(Segment::Key(key.into()));
        self
    }

    /// The path of an item inside.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.segments.push(Segment::Index(index));
        self
    }

    /// The steps from the root.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Is it the path of the root value?
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.segments.is_empty()
    }

    /// The path of the container around; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, before) = self.segments.split_last()?;
        Some(Self { segments: before.to_vec() })
    }

    /// The path of the first `length` steps.
    pub(crate) fn prefix(&self, length: usize) -> Self {
        self.segments.iter().take(length).cloned().collect()
    }
}

impl FromIterator<Segment> for Path {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        Self { segments: segments.into_iter().collect() }
    }
}

impl From<&Path> for Path {
    fn from(path: &Path) -> Self {
        path.clone()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return f.write_str(".");
        }
        for (at, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if is_plain(key) => {
                    f.write_str(if at == 0 { "" } else { "." })?;
                    f.write_str(key)?;
                }
                Segment::Key(key) => {
                    let mut quoted = String::new();
                    crate::write::push_string(&mut quoted, key, '"');
                    write!(f, "[{quoted}]")?;
                }
            }
        }
        Ok(())
    }
}

/// A key that needs no brackets.
fn is_plain(key: &str) -> bool {
    let is_word =
        !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'$'));
    is_word || is_identifier(key)
}

/// What is wrong with the text of a path, coarsely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PathErrorKind {
    /// A key is missing: ``, `a..b`, `a.`.
    NoKey,
    /// Brackets are empty or not closed: `a[]`, `a[0`.
    Bracket,
    /// The quotes in brackets are not closed, or an escape in them is not JSON5.
    Quote,
    /// Something stands after a bracket that is neither `.` nor `[`.
    Unexpected,
    /// An index is larger than any array.
    IndexTooLarge,
}

/// Why a text is not a path, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    kind: PathErrorKind,
    start: usize,
    end: usize,
    expected: &'static str,
    found: Found,
}

impl PathError {
    /// What is wrong, coarsely.
    #[must_use]
    pub fn kind(&self) -> PathErrorKind {
        self.kind
    }

    /// The bytes of the path that are wrong; empty, at its end, if something is missing.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// What could have stood there.
    #[must_use]
    pub fn expected(&self) -> &str {
        self.expected
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found ", self.expected)?;
        match &self.found {
            Found::End => f.write_str("the end of the path"),
            found => found.fmt(f),
        }
    }
}

impl core::error::Error for PathError {}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        if text == "." {
            return Ok(Self::root());
        }
        let mut reader = Reader { text, pos: 0 };
        let mut segments = Vec::new();
        loop {
            segments.push(match reader.peek() {
                Some('[') => reader.bracket()?,
                Some('.') if !segments.is_empty() => {
                    reader.pos += 1;
                    Segment::Key(reader.word("a key after `.`")?)
                }
                _ if segments.is_empty() => Segment::Key(reader.word("a key or `[`")?),
                None => return Ok(Self { segments }),
                Some(_) => return Err(reader.error(PathErrorKind::Unexpected, "`.` or `[`")),
            });
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    pos: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn error(&self, kind: PathErrorKind, expected: &'static str) -> PathError {
        let found = self.peek();
        let end = self.pos + found.map_or(0, char::len_utf8);
        PathError { kind, start: self.pos, end, expected, found: found.map_or(Found::End, Found::Char) }
    }

    /// A key without brackets.
    fn word(&mut self, expected: &'static str) -> Result<String, PathError> {
        let key = self.until(&['.', '[', ']'])?;
        if key.is_empty() { Err(self.error(PathErrorKind::NoKey, expected)) } else { Ok(key) }
    }

    /// The characters before the first of `ends`, a `\` taking the meaning from the next.
    fn until(&mut self, ends: &[char]) -> Result<String, PathError> {
        let mut key = String::new();
        while let Some(c) = self.peek() {
            if ends.contains(&c) {
                break;
            }
            self.pos += c.len_utf8();
            if c != '\\' {
                key.push(c);
                continue;
            }
            let Some(escaped) = self.peek() else {
                return Err(self.error(PathErrorKind::NoKey, "a character after `\\`"));
            };
            self.pos += escaped.len_utf8();
            key.push(escaped);
        }
        Ok(key)
    }

    fn bracket(&mut self) -> Result<Segment, PathError> {
        self.pos += 1;
        let start = self.pos;
        let segment = match self.peek() {
            Some('"' | '\'') => {
                let literal = crate::parse::string_literal(self.rest()).map_err(|error| PathError {
                    kind: PathErrorKind::Quote,
                    start: self.pos + error.start,
                    end: self.pos + error.end,
                    expected: error.expected_text(),
                    found: error.found,
                })?;
                let raw = self.rest().get(..literal).unwrap_or_default();
                self.pos += literal;
                Segment::Key(unescape(unquoted(raw)).into_owned())
            }
            _ => {
                let key = self.until(&[']'])?;
                if key.is_empty() {
                    return Err(self.error(PathErrorKind::Bracket, "an index or a key after `[`"));
                }
                let raw = self.text.get(start..self.pos).unwrap_or_default();
                if raw.bytes().all(|byte| byte.is_ascii_digit()) {
                    let too_large = || PathError {
                        kind: PathErrorKind::IndexTooLarge,
                        start,
                        end: self.pos,
                        expected: "an index that fits a machine word",
                        found: Found::Text(raw.to_owned()),
                    };
                    Segment::Index(raw.parse().map_err(|_| too_large())?)
                } else {
                    Segment::Key(key)
                }
            }
        };
        if self.peek() != Some(']') {
            return Err(self.error(PathErrorKind::Bracket, "`]`"));
        }
        self.pos += 1;
        Ok(segment)
    }
}
