//! Text to tape, in one pass over the bytes and without recursion.

use alloc::string::String;
use alloc::vec::Vec;

use crate::Limits;
use crate::chars::{is_identifier_part, is_identifier_start, is_line_terminator, is_space};
use crate::error::{Expected, Found, ParseError, ParseErrorKind as K, line_column};
use crate::tape::{Kind, Node, Tape, to_u32};

type Result<T = ()> = core::result::Result<T, ParseError>;

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

pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Tape> {
    let max_bytes = limits.max_bytes.min(u32::MAX as usize - 1);
    let mut parser = Parser { text, bytes: text.as_bytes(), pos: 0, nodes: Vec::new(), open: Vec::new() };
    if text.len() > max_bytes {
        let mut at = max_bytes;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let (expected, found) = (Expected::Bytes(max_bytes), Found::Bytes(text.len()));
        return Err(parser.error(K::TooLarge, at, text.len(), expected, found));
    }
    parser.nodes.reserve(text.len() / 24 + 1);
    parser.run(limits.max_depth.min(Limits::MAX_DEPTH))?;
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
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C) => self.pos += 1,
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

    fn string(&mut self, plain: Kind, escaped: Kind) -> Result {
        let start = self.pos;
        let quote = self.peek().unwrap_or(b'"');
        let mut kind = plain;
        self.pos += 1;
        loop {
            let stops = |byte: &u8| *byte == quote || matches!(byte, b'\\' | b'\n' | b'\r');
            let rest = self.rest();
            self.pos += rest.iter().position(stops).unwrap_or(rest.len());
            match self.peek() {
                Some(b'\\') => {
                    kind = escaped;
                    self.escape()?;
                }
                Some(byte) if byte == quote => {
                    self.pos += 1;
                    self.push(kind, start);
                    return Ok(());
                }
                other => {
                    let expected =
                        if quote == b'"' { "`\"` to end the string" } else { "`'` to end the string" };
                    let mut error = self.unexpected(expected);
                    error.kind = if other.is_none() { K::UnclosedString } else { K::LineBreakInString };
                    error.opened = Some((start, start + 1));
                    return Err(error);
                }
            }
        }
    }

    /// One escape inside a string, the `\` of which is at `pos`.
    fn escape(&mut self) -> Result {
        let start = self.pos;
        self.pos += 1;
        let Some(c) = self.char_at(self.pos) else {
            let mut error = self.unexpected("a character after `\\`");
            error.kind = K::UnclosedString;
            return Err(error);
        };
        self.pos += c.len_utf8();
        match c {
            'x' => self.hex_digits(2, "two hexadecimal digits after `\\x`").map(|_| ()),
            'u' => self.unicode_escape(start).map(|_| ()),
            '0' if !matches!(self.peek(), Some(b'0'..=b'9')) => Ok(()),
            '0'..='9' => {
                let end = self.pos + usize::from(c == '0');
                let expected = Expected::Text("an escape that is not octal, such as `\\x07`");
                Err(self.error(K::InvalidEscape, start, end, expected, self.escape_found(start, end)))
            }
            '\r' if self.peek() == Some(b'\n') => {
                self.pos += 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn escape_found(&self, start: usize, end: usize) -> Found {
        self.text.get(start..end).map_or(Found::End, |escape| Found::Escape(String::from(escape)))
    }

    fn hex_digits(&mut self, count: usize, expected: &'static str) -> Result<u32> {
        let mut value = 0;
        for _ in 0..count {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                let mut error = self.unexpected(expected);
                error.kind = K::InvalidEscape;
                return Err(error);
            };
            value = value * 16 + digit;
            self.pos += 1;
        }
        Ok(value)
    }

    /// The digits of a `\u` escape that began at `start`; a surrogate must come as a pair.
    fn unicode_escape(&mut self, start: usize) -> Result<char> {
        const DIGITS: &str = "four hexadecimal digits after `\\u`";
        let unit = self.hex_digits(4, DIGITS)?;
        if let Some(c) = char::from_u32(unit) {
            return Ok(c);
        }
        let end = self.pos;
        let is_high = unit < 0xDC00;
        if is_high && self.rest().starts_with(b"\\u") {
            self.pos += 2;
            let low = self.hex_digits(4, DIGITS)?;
            if let Some(c) = crate::decode::join_surrogates(unit, low) {
                return Ok(c);
            }
        }
        let expected = if is_high {
            "a low surrogate, `\\uDC00` to `\\uDFFF`, after a high one"
        } else {
            "a high surrogate, `\\uD800` to `\\uDBFF`, before a low one"
        };
        let found = self.escape_found(start, end);
        let found = if let Found::Escape(escape) = found { Found::Alone(escape) } else { found };
        Err(self.error(K::LoneSurrogate, start, end, Expected::Text(expected), found))
    }

    /// A key without quotes.
    fn name(&mut self) -> Result {
        let start = self.pos;
        let mut kind = Kind::NameKey;
        loop {
            match self.peek() {
                Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$') => self.pos += 1,
                Some(b'0'..=b'9') if self.pos > start => self.pos += 1,
                Some(b'\\') => {
                    kind = Kind::EscapedNameKey;
                    self.name_escape(start)?;
                }
                Some(0x80..) => match self.char_at(self.pos) {
                    Some(c) if is_identifier_start(c) || (self.pos > start && is_identifier_part(c)) => {
                        self.pos += c.len_utf8();
                    }
                    _ => break,
                },
                _ => break,
            }
        }
        if self.pos == start {
            return Err(self.unexpected("a key or `}`"));
        }
        self.push(kind, start);
        Ok(())
    }

    fn name_escape(&mut self, name_start: usize) -> Result {
        let start = self.pos;
        self.pos += 1;
        if self.peek() != Some(b'u') {
            let mut error = self.unexpected("`u` after `\\` in a key without quotes");
            error.kind = if self.peek().is_none() { K::UnexpectedEnd } else { K::InvalidEscape };
            return Err(error);
        }
        self.pos += 1;
        let c = self.unicode_escape(start)?;
        let (fits, expected) = if start == name_start {
            (is_identifier_start(c), "the escape of a letter, `$` or `_`")
        } else {
            (is_identifier_part(c), "the escape of a letter, digit, `$` or `_`")
        };
        if fits {
            return Ok(());
        }
        let found = self.escape_found(start, self.pos);
        Err(self.error(K::InvalidIdentifier, start, self.pos, Expected::Text(expected), found))
    }

    fn number_value(&mut self) -> Result<State> {
        let start = self.pos;
        self.number()?;
        self.push(Kind::Number, start);
        Ok(State::AfterValue)
    }

    fn number(&mut self) -> Result {
        if matches!(self.peek(), Some(b'+' | b'-')) {
            self.pos += 1;
        }
        match self.peek() {
            Some(b'I') => return self.number_word("Infinity"),
            Some(b'N') => return self.number_word("NaN"),
            Some(b'0') => {
                self.pos += 1;
                match self.peek() {
                    Some(b'x' | b'X') => {
                        self.pos += 1;
                        let length = self.rest().iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
                        self.pos += length;
                        return if length == 0 {
                            Err(self.bad_number("a hexadecimal digit after `0x`"))
                        } else {
                            self.number_end()
                        };
                    }
                    Some(b'0'..=b'9') => return Err(self.bad_number("no digit after a leading `0`")),
                    _ => {}
                }
                if self.peek() == Some(b'.') {
                    self.pos += 1;
                    self.digits();
                }
            }
            Some(b'1'..=b'9') => {
                self.digits();
                if self.peek() == Some(b'.') {
                    self.pos += 1;
                    self.digits();
                }
            }
            Some(b'.') => {
                self.pos += 1;
                if self.digits() == 0 {
                    return Err(self.bad_number("a digit"));
                }
            }
            _ => return Err(self.bad_number("a digit, `.`, `Infinity` or `NaN`")),
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.pos += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.pos += 1;
            }
            if self.digits() == 0 {
                return Err(self.bad_number("a digit of the exponent"));
            }
        }
        self.number_end()
    }

    fn digits(&mut self) -> usize {
        let length = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.pos += length;
        length
    }

    fn number_word(&mut self, word: &'static str) -> Result {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.bad_number("a digit, `.`, `Infinity` or `NaN`"));
        }
        self.pos += word.len();
        self.number_end()
    }

    /// A number must not run into a letter, a digit or a second point.
    fn number_end(&mut self) -> Result {
        match self.peek() {
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' | b'.' | b'\\') => {
                Err(self.bad_number("the end of the number"))
            }
            _ => Ok(()),
        }
    }

    fn bad_number(&self, expected: &'static str) -> ParseError {
        let mut error = self.unexpected_char(expected);
        if error.found != Found::End {
            error.kind = K::InvalidNumber;
        }
        error
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
    fn unexpected(&self, expected: &'static str) -> ParseError {
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
    fn unexpected_char(&self, expected: &'static str) -> ParseError {
        let expected = Expected::Text(expected);
        match self.char_at(self.pos) {
            Some(c) => self.error(K::Unexpected, self.pos, self.pos + c.len_utf8(), expected, Found::Char(c)),
            None => self.error(K::UnexpectedEnd, self.pos, self.pos, expected, Found::End),
        }
    }

    #[cold]
    fn error(&self, kind: K, start: usize, end: usize, expected: Expected, found: Found) -> ParseError {
        let (line, column) = line_column(self.text, start);
        let opened = self.open.last().and_then(|&index| self.nodes.get(index as usize));
        let opened = opened.map(|node| (node.start as usize, node.start as usize + 1));
        ParseError { kind, start, end, line, column, expected, found, opened }
    }
}
