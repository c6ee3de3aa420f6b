//! Where the variables of a `.env` text are, and how a value is written.

use std::ops::Range;

/// One variable that a line sets, as ranges of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its line or lines, with the line end.
    pub(super) line: Range<usize>,
    pub(super) name: Range<usize>,
    /// The value with its quotes, without white space around it.
    pub(super) value: Range<usize>,
}

/// All variables, in the order of the text.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut scan = Scan { text, dead: [false; 3] };
    let mut found = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < text.len() {
        let end = match scan.entry(at) {
            Some(entry) => {
                let end = entry.line.end;
                found.push(entry);
                end
            }
            None => scan.after_line(at),
        };
        at = end;
    }
    found
}

struct Scan<'a> {
    text: &'a str,
    /// Kinds of quotes of which no closing one was found up to the end: it is not looked for again, so that many
    /// unclosed ones cost no more than one.
    dead: [bool; 3],
}

impl Scan<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn skip(&self, mut at: usize, wanted: impl Fn(u8) -> bool) -> usize {
        while self.byte(at).is_some_and(&wanted) {
            at += 1;
        }
        at
    }

    /// The position of the line end at or after `at`, or the end of the text.
    fn line_end(&self, at: usize) -> usize {
        self.skip(at, |b| b != b'\n' && b != b'\r')
    }

    /// The start of the next line.
    fn after_line(&self, at: usize) -> usize {
        let end = self.line_end(at);
        match (self.byte(end), self.byte(end + 1)) {
            (Some(b'\r'), Some(b'\n')) => end + 2,
            (Some(_), _) => end + 1,
            (None, _) => end,
        }
    }

    fn entry(&mut self, line: usize) -> Option<Entry> {
        let start = self.skip(line, is_blank);
        let name = self.exported(start).unwrap_or_else(|| start..self.skip(start, is_name_byte));
        if name.is_empty() {
            return None;
        }
        let value = self.skip(self.after_sign(name.end)?, is_blank);
        let value = match self.byte(value).and_then(|quote| self.closing(value, quote)) {
            Some(end) => value..end + 1,
            None => self.bare(value),
        };
        Some(Entry { line: line..self.after_line(value.end), name, value })
    }

    /// The name behind `export`, if this is one and not a variable of that name.
    fn exported(&self, start: usize) -> Option<Range<usize>> {
        let word = self.text.get(start..)?.strip_prefix("export")?;
        let gap = word.bytes().take_while(|&b| is_blank(b)).count();
        let name = start + "export".len() + gap;
        let end = self.skip(name, is_name_byte);
        (gap > 0 && end > name).then_some(name..end)
    }

    /// Behind `=`, with blanks in front of it allowed, or behind `:` and a blank.
    fn after_sign(&self, name_end: usize) -> Option<usize> {
        let sign = self.skip(name_end, is_blank);
        match (self.byte(sign), self.byte(name_end), self.byte(name_end + 1)) {
            (Some(b'='), ..) => Some(sign + 1),
            (_, Some(b':'), Some(next)) if is_blank(next) => Some(name_end + 1),
            _ => None,
        }
    }

    /// The position of the quote that closes the one at `open`: behind it only a comment may follow in its line.
    fn closing(&mut self, open: usize, quote: u8) -> Option<usize> {
        let dead = self.dead.get_mut(match quote {
            b'\'' => 0,
            b'"' => 1,
            b'`' => 2,
            _ => return None,
        })?;
        let bytes = self.text.as_bytes();
        let mut candidates = Vec::new();
        let mut closed = false;
        let mut at = open + 1;
        while let Some(&byte) = bytes.get(at) {
            if *dead && matches!(byte, b'\n' | b'\r') {
                break;
            }
            if byte == b'\\' && bytes.get(at + 1) == Some(&quote) {
                // Not a closing one, unless no other is.
                candidates.push(at + 1);
                at += 1;
            } else if byte == quote {
                candidates.push(at);
                closed = true;
                break;
            }
            at += 1;
        }
        if !closed && at >= bytes.len() {
            *dead = true;
        }
        candidates.into_iter().rev().find(|&close| {
            let behind = self.skip(close + 1, is_blank);
            matches!(self.byte(behind), None | Some(b'\n' | b'\r' | b'#'))
        })
    }

    /// A value without quotes: up to a comment or the end of the line.
    fn bare(&self, start: usize) -> Range<usize> {
        let end = self.skip(start, |b| !matches!(b, b'\n' | b'\r' | b'#'));
        let value = self.text.get(start..end).unwrap_or_default();
        let start = start + (value.len() - value.trim_start().len());
        start..start + value.trim().len()
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// What a value as it is written means.
pub(super) fn decode(raw: &str) -> String {
    let quote = raw.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'));
    let inner = match quote {
        Some(quote) => raw.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).unwrap_or(raw),
        None => raw,
    };
    let value = inner.replace("\r\n", "\n").replace('\r', "\n");
    match quote {
        Some('"') => value.replace("\\n", "\n").replace("\\r", "\r"),
        _ => value,
    }
}

/// The ways to write a value, the plainest first. Some may not read back the same: the caller tries.
pub(super) fn encodings(value: &str) -> Vec<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./:@%+,=~".contains(&b);
    let mut ways = Vec::new();
    if !value.is_empty() && value.bytes().all(plain) {
        ways.push(value.to_owned());
    }
    // Single quotes first: a shell that sources the file takes everything in them as it is.
    for quote in ['\'', '"', '`'] {
        if !value.contains(quote) {
            ways.push(format!("{quote}{value}{quote}"));
        }
    }
    ways
}
