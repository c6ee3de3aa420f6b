//! One pass over JSON that is looked at and passed on, without building anything.
//!
//! It takes less than JSON allows (no escape in a key that is asked for, no deep nesting), and nothing that JSON does not
//! allow: what it refuses is read by `serde_json`, which also knows what is wrong with it.

use memchr::memchr2;

/// What is nested deeper is read by others.
const DEPTH: usize = 32;

/// A place in a document.
pub(crate) struct Scan<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Scan<'a> {
    /// At the first byte of a document; `None` where it is no UTF-8.
    pub(crate) fn new(document: &'a [u8]) -> Option<Self> {
        std::str::from_utf8(document).ok().map(Self::of)
    }

    /// At the first byte of a text.
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// At a place of a document behind its head.
    pub(crate) fn skip_bytes(mut self, bytes: usize) -> Self {
        self.at += bytes;
        self
    }

    /// The first byte of the next value; `None` at the end.
    pub(crate) fn first(&mut self) -> Option<u8> {
        self.white();
        self.byte()
    }

    /// Gives each member of an object to `member`: its key, and where the key's quote stands. It must read the value.
    pub(crate) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &'a str, usize) -> Option<()>,
    ) -> Option<()> {
        self.open(b'{')?;
        if self.first()? == b'}' {
            return self.close();
        }
        loop {
            self.white();
            let start = self.at;
            let key = self.plain_text()?;
            self.white();
            self.expect(b':')?;
            member(self, key, start)?;
            match self.first()? {
                b',' => self.at += 1,
                b'}' => return self.close(),
                _ => return None,
            }
        }
    }

    /// Lets `item` read each item of an array.
    pub(crate) fn array(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.open(b'[')?;
        if self.first()? == b']' {
            return self.close();
        }
        loop {
            item(self)?;
            match self.first()? {
                b',' => self.at += 1,
                b']' => return self.close(),
                _ => return None,
            }
        }
    }

    /// The next value as it is written.
    pub(crate) fn value(&mut self) -> Option<&'a str> {
        let first = self.first()?;
        let start = self.at;
        match first {
            b'"' => _ = self.text()?,
            b'{' => self.members()?,
            b'[' => self.array(|scan| scan.value().map(drop))?,
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'n' => self.word("null")?,
            _ => self.number()?,
        }
        self.text.get(start..self.at)
    }

    /// The next value, or `None` inside where it is `null`.
    pub(crate) fn optional(&mut self) -> Option<Option<&'a str>> {
        self.value().map(|value| Some(value).filter(|value| *value != "null"))
    }

    /// The next value, a text without escapes.
    pub(crate) fn plain_text(&mut self) -> Option<&'a str> {
        self.white();
        self.text().filter(|(_, is_plain)| *is_plain).map(|(text, _)| text)
    }

    /// The next value, a text without escapes, or `None` inside where it is `null`.
    pub(crate) fn optional_text(&mut self) -> Option<Option<&'a str>> {
        match self.first()? {
            b'n' => self.word("null").map(|()| None),
            _ => self.plain_text().map(Some),
        }
    }

    /// The next value, a number without sign, fraction and exponent that `u64` holds.
    pub(crate) fn count(&mut self) -> Option<u64> {
        self.value()?.parse().ok()
    }

    /// Where nothing but white space follows.
    pub(crate) fn end(mut self) -> Option<()> {
        self.first().is_none().then_some(())
    }

    /// How many bytes were read.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn white(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.byte() {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.byte()? == byte).then(|| self.at += 1)
    }

    fn open(&mut self, bracket: u8) -> Option<()> {
        self.white();
        self.expect(bracket)?;
        self.depth += 1;
        (self.depth <= DEPTH).then_some(())
    }

    fn close(&mut self) -> Option<()> {
        self.depth -= 1;
        self.at += 1;
        Some(())
    }

    /// As [`object`](Self::object), of which nothing is asked.
    fn members(&mut self) -> Option<()> {
        self.open(b'{')?;
        if self.first()? == b'}' {
            return self.close();
        }
        loop {
            self.white();
            self.text()?;
            self.white();
            self.expect(b':')?;
            self.value()?;
            match self.first()? {
                b',' => self.at += 1,
                b'}' => return self.close(),
                _ => return None,
            }
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.rest().starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    fn number(&mut self) -> Option<()> {
        if self.byte()? == b'-' {
            self.at += 1;
        }
        match self.byte()? {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// A text between its quotes, and whether it has no escapes.
    fn text(&mut self) -> Option<(&'a str, bool)> {
        self.expect(b'"')?;
        let start = self.at;
        let mut is_plain = true;
        loop {
            self.at += plain(self.rest());
            match self.byte()? {
                b'"' => {
                    let text = self.text.get(start..self.at)?;
                    self.at += 1;
                    return Some((text, is_plain));
                }
                b'\\' => {
                    is_plain = false;
                    self.at += 1;
                    self.escape()?;
                }
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        let length = match self.byte()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 1,
            b'u' => {
                let digits = self.rest().get(1..5)?;
                digits.iter().all(u8::is_ascii_hexdigit).then_some(5)?
            }
            _ => return None,
        };
        self.at += length;
        Some(())
    }
}

/// Which members were seen, a bit each: one that stands there twice is for others to judge.
#[derive(Clone, Copy, Default)]
pub(crate) struct Once(u8);

impl Once {
    /// Marks a member; `None` where it was there before.
    pub(crate) fn mark(&mut self, bit: u8) -> Option<()> {
        let is_new = self.0 & bit == 0;
        self.0 |= bit;
        is_new.then_some(())
    }

    /// Whether a member was there.
    pub(crate) fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }
}

/// How many bytes come before the first quote, backslash or control character.
///
/// Keys are short and are read word by word; what is longer, as far as the next quote or backslash in one go.
fn plain(bytes: &[u8]) -> usize {
    let (mut at, mut rest) = (0, bytes);
    while let Some((word, behind)) = rest.split_first_chunk() {
        if let Some(found) = first_special(*word) {
            return at + found;
        }
        at += word.len();
        rest = behind;
        if at == LONG {
            return at + plain_of_long(rest);
        }
    }
    at + first_special_of(rest)
}

/// From here on a text is long.
const LONG: usize = 16;

fn plain_of_long(bytes: &[u8]) -> usize {
    let end = memchr2(b'"', b'\\', bytes).unwrap_or(bytes.len());
    let text = bytes.get(..end).unwrap_or_default();
    let (words, rest) = text.as_chunks();
    // All at once, without a branch for each.
    let controls = words.iter().fold(0, |controls, word| controls | below(u64::from_le_bytes(*word), b' '));
    if controls & TOPS == 0 && !rest.iter().any(|&byte| is_special(byte)) {
        return end;
    }
    first_special_of(text)
}

/// The place of the first special byte, one by one, or where they end.
fn first_special_of(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| is_special(byte)).unwrap_or(bytes.len())
}

fn is_special(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < b' '
}

/// One in each byte.
const ONES: u64 = u64::from_le_bytes([1; 8]);
/// The top bit of each byte.
const TOPS: u64 = ONES << 7;

/// The place of the first special byte among eight, all of which are looked at in one go.
fn first_special(word: [u8; 8]) -> Option<usize> {
    let word = u64::from_le_bytes(word);
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let found = (is(b'"') | is(b'\\') | below(word, b' ')) & TOPS;
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}

/// The top bit of a byte is set where it is below `limit`; above the first such byte, and in other bits, it means nothing.
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(ONES * u64::from(limit)) & !word
}

#[cfg(test)]
mod tests;
