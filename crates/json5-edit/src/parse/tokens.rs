//! Strings, keys without quotes, and numbers.

use alloc::boxed::Box;
use alloc::string::String;

use super::{Parser, Result, State};
use crate::chars::{is_identifier_part, is_identifier_start};
use crate::error::{Expected, Found, ParseError, ParseErrorKind as K};
use crate::tape::Kind;

impl Parser<'_> {
    #[inline]
    pub(super) fn string(&mut self, plain: Kind, escaped: Kind) -> Result {
        let start = self.pos;
        let quote = self.peek().unwrap_or(b'"');
        let mut kind = plain;
        self.pos += 1;
        loop {
            self.pos += plain_length(self.rest(), quote);
            match self.peek() {
                Some(b'\\') => {
                    kind = escaped;
                    self.escape().map_err(|mut error| {
                        error.opened = Some((start, start + 1));
                        if error.kind == K::UnexpectedEnd {
                            error.kind = K::UnclosedString;
                        }
                        error
                    })?;
                }
                Some(byte) if byte == quote => {
                    self.pos += 1;
                    self.push(kind, start);
                    return Ok(());
                }
                other => {
                    let expected =
                        if quote == b'"' { "`\"` to end the string" } else { "`'` to end the string" };
                    let mut error = self.unexpected_char(expected);
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
            return Err(self.unexpected_char("a character after `\\`"));
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
        self.text.get(start..end).map_or(Found::End, |escape| Found::Text(String::from(escape)))
    }

    fn hex_digits(&mut self, count: usize, expected: &'static str) -> Result<u32> {
        let mut value = 0;
        for _ in 0..count {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                let mut error = self.unexpected_char(expected);
                if error.found != Found::End {
                    error.kind = K::InvalidEscape;
                }
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
        let found = if let Found::Text(escape) = found { Found::Alone(escape) } else { found };
        Err(self.error(K::LoneSurrogate, start, end, Expected::Text(expected), found))
    }

    /// A key without quotes.
    pub(super) fn name(&mut self) -> Result {
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
            let mut error = self.unexpected_char("`u` after `\\` in a key without quotes");
            if error.found != Found::End {
                error.kind = K::InvalidEscape;
            }
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

    pub(super) fn number_value(&mut self) -> Result<State> {
        let start = self.pos;
        self.number()?;
        self.push(Kind::Number, start);
        Ok(State::AfterValue)
    }

    pub(super) fn number(&mut self) -> Result {
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

    fn bad_number(&self, expected: &'static str) -> Box<ParseError> {
        let mut error = self.unexpected_char(expected);
        if error.found != Found::End {
            error.kind = K::InvalidNumber;
        }
        error
    }
}

/// How many bytes of a string come before its quote, a `\`, a line break or the end of the text.
///
/// Looks at eight bytes at once: most of a config is inside quotes.
fn plain_length(bytes: &[u8], quote: u8) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES << 7;
    let stops = |byte: &u8| *byte == quote || matches!(byte, b'\\' | b'\n' | b'\r');
    // the high bit of each byte that is zero, and perhaps of some above one that is
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let (words, tail) = bytes.as_chunks::<8>();
    for (at, chunk) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*chunk);
        // LF and CR are below 14, and hardly anything else in a text is
        let found = zeros(word ^ (ONES * u64::from(quote)))
            | zeros(word ^ (ONES * u64::from(b'\\')))
            | word.wrapping_sub(ONES * 14) & !word & HIGHS;
        // a bit that is set by mistake is above one that is right
        let first = found.trailing_zeros() as usize / 8;
        if found != 0
            && let Some(inside) = chunk.iter().skip(first).position(stops)
        {
            return at * 8 + first + inside;
        }
    }
    let whole = bytes.len() - tail.len();
    tail.iter().position(stops).map_or(bytes.len(), |at| whole + at)
}
