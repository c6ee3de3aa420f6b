//! Text to tape, in one pass over the bytes and without recursion.

mod tokens;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::Limits;
use crate::chars::{is_identifier_part, is_identifier_start, is_line_terminator, is_space};
use crate::error::{Expected, Found, ParseError, ParseErrorKind as K, line_column};
use crate::tape::{Kind, Node, Tape, to_u32};

/// Boxed, so that the way without errors moves little.
type Result<T = ()> = core::result::Result<T, Box<ParseError>>;

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Value,
    ItemOrEnd,
    KeyOrEnd,
    AfterValue,
}

/// Words that people write where JSON5 wants a value: a message may repeat them.
const KNOWN_WORDS: [&str; 16] = [
    "undefined",
    "nil",
    "none",
    "None",
    "NULL",
    "Null",
    "True",
    "TRUE",
    "False",
    "FALSE",
    "yes",
    "no",
    "on",
    "off",
    "infinity",
    "nan",
];

pub(crate) fn parse(text: &str, limits: &Limits) -> core::result::Result<Tape, ParseError> {
    let max_bytes = limits.max_bytes.min(u32::MAX as usize - 1);
    let mut parser = Parser { text, bytes: text.as_bytes(), pos: 0, nodes: Vec::new(), open: Vec::new() };
    if text.len() > max_bytes {
        let mut at = max_bytes;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let (expected, found) = (Expected::Bytes(max_bytes), Found::Bytes(text.len()));
        return Err(*parser.error(K::TooLarge, at, text.len(), expected, found));
    }
    // a dense config has a node for every dozen bytes; pages that are not used cost nothing
    parser.nodes.reserve(text.len() / 12 + 1);
    parser.run(limits.max_depth.min(Limits::MAX_DEPTH)).map_err(|error| *error)?;
    parser.nodes.shrink_to_fit();
    Ok(Tape { nodes: parser.nodes })
}

/// The end of the string literal that begins `text`, or why it is none.
pub(crate) fn string_literal(text: &str) -> Result<usize> {
    let mut parser = Parser { text, bytes: text.as_bytes(), pos: 0, nodes: Vec::new(), open: Vec::new() };
    parser.string(Kind::Plain, Kind::Escaped)?;
    Ok(parser.pos)
}

/// Is the whole of `text` one JSON5 number?
pub(crate) fn is_number(text: &str) -> bool {
    let mut parser = Parser { text, bytes: text.as_bytes(), pos: 0, nodes: Vec::new(), open: Vec::new() };
    let begins =
        text.starts_with(['+', '-', '.', 'I', 'N']) || text.starts_with(|c: char| c.is_ascii_digit());
    begins && parser.number().is_ok() && parser.pos == text.len()
}

/// The first byte after the white space at `pos`.
pub(crate) fn skip_space(text: &str, pos: usize) -> usize {
    let rest = text.get(pos..).unwrap_or_default();
    pos + rest.len() - rest.trim_start_matches(is_space).len()
}

/// The end of the comment that begins at `pos`, where the parser has found one before.
/// A line comment ends before its line terminator.
pub(crate) fn comment_end(text: &str, pos: usize) -> usize {
    let rest = text.get(pos..).unwrap_or_default();
    let length = if rest.starts_with("//") {
        rest.find(is_line_terminator)
    } else {
        rest.get(2..).and_then(|inside| inside.find("*/")).map(|at| at + 4)
    };
    length.map_or(text.len(), |length| pos + length)
}

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    pos: usize,
    nodes: Vec<Node>,
    /// the nodes of the containers around `pos`, outermost first
    open: Vec<u32>,
}

impl Parser<'_> {
    fn run(&mut self, max_depth: usize) -> Result {
        let mut state = State::Value;
        loop {
            self.trivia()?;
            let byte = self.peek();
            state = match state {
                State::Value | State::ItemOrEnd => match byte {
                    Some(b'{') => self.open(Kind::Object, State::KeyOrEnd, max_depth)?,
                    Some(b'[') => self.open(Kind::Array, State::ItemOrEnd, max_depth)?,
                    Some(b']') if state == State::ItemOrEnd => self.close(),
                    Some(b'"' | b'\'') => {
                        self.string(Kind::Plain, Kind::Escaped)?;
                        State::AfterValue
                    }
                    Some(b'0'..=b'9' | b'+' | b'-' | b'.') => self.number_value()?,
                    _ => self.word(state)?,
                },
                State::KeyOrEnd => match byte {
                    Some(b'}') => self.close(),
                    _ => {
                        match byte {
                            Some(b'"' | b'\'') => self.string(Kind::PlainKey, Kind::EscapedKey)?,
                            _ => self.name()?,
                        }
                        self.trivia()?;
                        if self.peek() != Some(b':') {
                            return Err(self.unexpected("`:` after the key"));
                        }
                        self.pos += 1;
                        State::Value
                    }
                },
                State::AfterValue => {
                    let Some(&container) = self.open.last() else {
                        if byte.is_none() {
                            return Ok(());
                        }
                        let mut error = self.unexpected("the end of the text");
                        error.kind = K::TrailingText;
                        return Err(error);
                    };
                    let is_object =
                        self.nodes.get(container as usize).is_some_and(|n| n.kind == Kind::Object);
                    match (byte, is_object) {
                        (Some(b','), _) => {
                            self.pos += 1;
                            if is_object { State::KeyOrEnd } else { State::ItemOrEnd }
                        }
                        (Some(b'}'), true) | (Some(b']'), false) => self.close(),
                        (_, true) => return Err(self.unexpected("`,` or `}`")),
                        (_, false) => return Err(self.unexpected("`,` or `]`")),
                    }
                }
            };
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.pos..).unwrap_or_default()
    }

    fn char_at(&self, pos: usize) -> Option<char> {
        self.text.get(pos..).and_then(|rest| rest.chars().next())
    }

    fn push(&mut self, kind: Kind, start: usize) {
        let next = to_u32(self.nodes.len() + 1);
        self.nodes.push(Node { kind, start: to_u32(start), end: to_u32(self.pos), next });
    }

    fn open(&mut self, kind: Kind, state: State, max_depth: usize) -> Result<State> {
        if self.open.len() >= max_depth {
            let found = self.char_at(self.pos).map_or(Found::End, Found::Char);
            return Err(self.error(K::TooDeep, self.pos, self.pos + 1, Expected::Depth(max_depth), found));
        }
        self.open.push(to_u32(self.nodes.len()));
        self.pos += 1;
        self.push(kind, self.pos - 1);
        Ok(state)
    }

    fn close(&mut self) -> State {
        self.pos += 1;
        let next = to_u32(self.nodes.len());
        if let Some(node) = self.open.pop().and_then(|index| self.nodes.get_mut(index as usize)) {
            node.end = to_u32(self.pos);
            node.next = next;
        }
        State::AfterValue
    }

    /// White space and comments.
    fn trivia(&mut self) -> Result {
        loop {
            let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C);
            self.pos += self.rest().iter().take_while(blank).count();
            match self.peek() {
                Some(b'/') => self.comment()?,
                Some(0x80..) => match self.char_at(self.pos) {
                    Some(c) if is_space(c) => self.pos += c.len_utf8(),
                    _ => return Ok(()),
                },
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self) -> Result {
        let start = self.pos;
        match self.bytes.get(start + 1) {
            Some(b'/') => {
                self.pos += 2;
                loop {
                    let stops = |byte: &u8| matches!(byte, b'\n' | b'\r' | 0xE2);
                    let rest = self.rest();
                    let Some(at) = rest.iter().position(stops) else {
                        self.pos = self.bytes.len();
                        return Ok(());
                    };
                    let is_end = rest.get(at) != Some(&0xE2)
                        || matches!(rest.get(at + 1..at + 3), Some([0x80, 0xA8 | 0xA9]));
                    if is_end {
                        self.pos += at;
                        return Ok(());
                    }
                    self.pos += at + 1;
                }
            }
            Some(b'*') => {
                self.pos += 2;
                while let Some(at) = self.rest().iter().position(|&byte| byte == b'*') {
                    self.pos += at + 1;
                    if self.peek() == Some(b'/') {
                        self.pos += 1;
                        return Ok(());
                    }
                }
                self.pos = self.bytes.len();
                let mut error = self.unexpected("`*/` to end the comment");
                error.kind = K::UnclosedComment;
                error.opened = Some((start, start + 2));
                Err(error)
            }
            _ => {
                self.pos += 1;
                Err(self.unexpected("`/` or `*` to begin a comment"))
            }
        }
    }

    /// `null`, `true`, `false`, `Infinity`, `NaN`, or an error.
    fn word(&mut self, state: State) -> Result<State> {
        let start = self.pos;
        let rest = self.rest();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\');
        let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let kind = match rest.get(..length) {
            Some(b"null") => Kind::Null,
            Some(b"true") => Kind::True,
            Some(b"false") => Kind::False,
            Some(b"Infinity" | b"NaN") => Kind::Number,
            _ => {
                let is_item = state == State::ItemOrEnd;
                return Err(self.unexpected(if is_item { "a value or `]`" } else { "a value" }));
            }
        };
        self.pos += length;
        self.push(kind, start);
        Ok(State::AfterValue)
    }

    /// What is at `pos` may not stand there.
    #[cold]
    fn unexpected(&self, expected: &'static str) -> Box<ParseError> {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        let length = rest.find(|c| !is_identifier_part(c)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        if !word.starts_with(is_identifier_start) || word.chars().nth(1).is_none() {
            return self.unexpected_char(expected);
        }
        let known = KNOWN_WORDS.into_iter().chain(["null", "true", "false"]).find(|known| *known == word);
        let found = known.map_or(Found::Word, Found::Known);
        self.error(K::Unexpected, self.pos, self.pos + length, Expected::Text(expected), found)
    }

    #[cold]
    fn unexpected_char(&self, expected: &'static str) -> Box<ParseError> {
        let expected = Expected::Text(expected);
        match self.char_at(self.pos) {
            Some(c) => self.error(K::Unexpected, self.pos, self.pos + c.len_utf8(), expected, Found::Char(c)),
            None => self.error(K::UnexpectedEnd, self.pos, self.pos, expected, Found::End),
        }
    }

    #[cold]
    fn error(&self, kind: K, start: usize, end: usize, expected: Expected, found: Found) -> Box<ParseError> {
        let (line, column) = line_column(self.text, start);
        let opened = self.open.last().and_then(|&index| self.nodes.get(index as usize));
        let opened = opened.map(|node| (node.start as usize, node.start as usize + 1));
        Box::new(ParseError { kind, start, end, line, column, expected, found, opened })
    }
}
