//! Why a text is not JSON5.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::ops::Range;

/// What is wrong, coarsely. [`ParseError`]'s `Display` has the details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The text ended inside a value, or before one.
    UnexpectedEnd,
    /// Something stands where it may not: `[1 2]`, `{a-b: 1}`, `undefined`.
    Unexpected,
    /// Something follows the value: `{} {}`.
    TrailingText,
    /// A string is not closed before the end of the text.
    UnclosedString,
    /// A line break stands inside a string without a `\` before it.
    LineBreakInString,
    /// A `/*` comment is not closed before the end of the text.
    UnclosedComment,
    /// An escape that JSON5 does not have: `\1`, `\x4`, `\u12`.
    InvalidEscape,
    /// Half of a `\uD83D\uDE00` pair, which no Rust string can hold.
    LoneSurrogate,
    /// A number that JSON5 does not have: `01`, `1e`, `0x`, `1n`.
    InvalidNumber,
    /// An escape in an unquoted key that gives a character which may not stand there.
    InvalidIdentifier,
    /// More brackets inside each other than [`Limits::max_depth`](crate::Limits::max_depth).
    TooDeep,
    /// More bytes than [`Limits::max_bytes`](crate::Limits::max_bytes).
    TooLarge,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    Text(&'static str),
    Depth(usize),
    Bytes(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    End,
    Char(char),
    /// A word that people try: the only text of the document that a message repeats, since a
    /// value without quotes may be a password.
    Known(&'static str),
    Word,
    /// an escape, or the index of a path
    Text(String),
    /// a surrogate without its other half
    Alone(String),
    Bytes(usize),
}

/// Why a text is not JSON5, and where.
///
/// A message never repeats more of the text than one character, one escape or one well-known
/// word such as `undefined`: what stands there may be a secret.
///
/// ```
/// use openclaw_json5_edit::{Document, ParseErrorKind};
///
/// let error = Document::parse("{\n  port: 80\n  host: 'a',\n}").unwrap_err();
/// assert_eq!(error.to_string(), "expected `,` or `}`, found a word without quotes at line 3, column 3");
/// assert_eq!(error.kind(), ParseErrorKind::Unexpected);
/// assert_eq!((error.line(), error.column()), (3, 3));
/// assert_eq!(error.span(), 15..19);
/// assert_eq!(error.opened(), Some(0..1));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    pub(crate) kind: ParseErrorKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) expected: Expected,
    pub(crate) found: Found,
    pub(crate) opened: Option<(usize, usize)>,
}

impl ParseError {
    /// What is wrong, coarsely.
    #[must_use]
    pub fn kind(&self) -> ParseErrorKind {
        self.kind
    }

    /// The bytes of the text that are wrong; empty, at the end of the text, if something is missing.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The line of the first wrong character, counted from 1.
    /// LF, CR LF and CR end a line.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column of the first wrong character, in characters (not bytes) and counted from 1.
    /// A byte order mark at the beginning of the text has no column.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// What could have stood there, for example ``"`,` or `}`"``.
    #[must_use]
    pub fn expected(&self) -> String {
        self.expected.to_string()
    }

    pub(crate) fn expected_text(&self) -> &'static str {
        match self.expected {
            Expected::Text(text) => text,
            Expected::Depth(_) | Expected::Bytes(_) => "a smaller text",
        }
    }

    /// What stands there, for example ``"`]`"`` or `"the end of the text"`.
    #[must_use]
    pub fn found(&self) -> String {
        self.found.to_string()
    }

    /// The bytes of the innermost bracket, quote or `/*` that was still open; `None` if none was.
    #[must_use]
    pub fn opened(&self) -> Option<Range<usize>> {
        self.opened.map(|(start, end)| start..end)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)?;
        write!(f, " at line {}, column {}", self.line, self.column)
    }
}

impl core::error::Error for ParseError {}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Depth(levels) => write!(f, "at most {levels} levels of nesting"),
            Self::Bytes(bytes) => write!(f, "at most {bytes} bytes"),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("the end of the text"),
            Self::Char(c) => f.write_str(&show_char(*c)),
            Self::Known(word) => write!(f, "`{word}`"),
            Self::Word => f.write_str("a word without quotes"),
            Self::Text(text) => write!(f, "`{text}`"),
            Self::Alone(escape) => write!(f, "`{escape}` alone"),
            Self::Bytes(bytes) => write!(f, "{bytes}"),
        }
    }
}

/// A character as a message shows it: in backticks, or by its number if it cannot be seen.
pub(crate) fn show_char(c: char) -> String {
    match c {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => "a line break".to_string(),
        '`' => "a backtick".to_string(),
        ' ' => "a space".to_string(),
        '"' | '\'' | '\\' => format!("`{c}`"),
        // what Debug escapes does not show, or joins what stands before it
        c if c.escape_debug().len() > 1 => format!("U+{:04X}", u32::from(c)),
        c => format!("`{c}`"),
    }
}

/// Line and column of a byte offset, both from 1.
pub(crate) fn line_column(text: &str, offset: usize) -> (usize, usize) {
    Cursor::default().at(text, offset)
}

/// A place in a text that is known by line and column, from which those behind it are found.
#[derive(Default)]
pub(crate) struct Cursor {
    offset: usize,
    /// How many lines end before it.
    lines: usize,
    /// How many characters stand before it in its line.
    chars: usize,
}

impl Cursor {
    /// Goes to an offset and tells its line and column; one before the last is counted from the beginning.
    pub(crate) fn at(&mut self, text: &str, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        if offset < self.offset {
            *self = Self::default();
        }
        let begin = self.offset;
        let part = text.get(begin..offset).unwrap_or_default();
        let mut line_start = None;
        for (at, &byte) in part.as_bytes().iter().enumerate() {
            // the LF of a CR LF that the offset splits still belongs to the line
            let ends = match byte {
                b'\n' => true,
                b'\r' => text.as_bytes().get(begin + at + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                self.lines += 1;
                line_start = Some(at + 1);
            }
        }
        let in_line = part.get(line_start.unwrap_or_default()..).unwrap_or_default();
        let is_first = begin == 0 && line_start.is_none();
        let in_line = if is_first { in_line.strip_prefix('\u{FEFF}').unwrap_or(in_line) } else { in_line };
        let chars = in_line.chars().count();
        self.chars = if line_start.is_some() { chars } else { self.chars + chars };
        self.offset = offset;
        (self.lines + 1, self.chars + 1)
    }
}
