//! Server-sent events, without I/O.
//!
//! The format is the one of the HTML standard (`text/event-stream`), with one leniency: a last event whose blank line is
//! missing is still given, marked as unterminated, because some providers close right behind `data: [DONE]`.

use std::fmt;
use std::mem;
use std::ops::Range;

use memchr::memchr2;

/// The largest event a decoder takes unless told otherwise: 1 MiB.
pub const DEFAULT_EVENT_LIMIT: usize = 1024 * 1024;

/// One event, borrowed from the decoder until the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The `event:` field, for example `error`; empty when it was not sent.
    pub name: &'a str,
    /// The `data:` lines joined with `\n`; bytes that are not UTF-8 are replaced by U+FFFD.
    pub data: &'a str,
    /// Whether the blank line that ends an event was seen. False only for the last event of a stream that stopped
    /// short.
    pub terminated: bool,
}

impl Event<'_> {
    /// Whether this is the `[DONE]` that ends a chat stream.
    pub fn is_done(&self) -> bool {
        self.data.trim() == "[DONE]"
    }
}

/// An event, or one line of it, is larger than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SseError {
    limit: usize,
}

impl SseError {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit }
    }

    /// The limit that was passed, in bytes.
    pub fn limit(&self) -> usize {
        self.limit
    }
}

impl fmt::Display for SseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event of the stream is larger than the limit of {} bytes", self.limit)
    }
}

impl std::error::Error for SseError {}

/// Cuts bytes, however they arrive, into events.
///
/// Memory stays below the event limit plus the largest slice fed and not yet read out.
///
/// ```
/// use openclaw_hf_client::SseDecoder;
///
/// let mut decoder = SseDecoder::new();
/// decoder.feed(b": keepalive\r\ndata: {\"a\"");
/// assert!(decoder.next_event().is_none());
/// decoder.feed(b":1}\r\n\r\n");
/// let event = decoder.next_event().expect("a whole event")?;
/// assert_eq!(event.data, r#"{"a":1}"#);
///
/// // What does not fit is an error, and the end of the decoder.
/// let mut small = SseDecoder::with_limit(16);
/// small.feed(b"data: more than sixteen bytes\n\n");
/// assert!(small.next_event().is_some_and(|event| event.is_err()));
/// assert!(small.next_event().is_none());
/// # Ok::<(), openclaw_hf_client::SseError>(())
/// ```
#[derive(Clone)]
pub struct SseDecoder {
    limit: usize,
    /// Bytes fed; those before `start` are consumed, those before `scanned` hold no line end.
    buffer: Vec<u8>,
    start: usize,
    scanned: usize,
    /// A line ended in CR: a LF right behind it belongs to the same end.
    after_cr: bool,
    first_line: bool,
    data: Data,
    /// Room for [`Data::Joined`].
    joined: Vec<u8>,
    name: Vec<u8>,
    /// What the last event borrowed, where the bytes were not UTF-8.
    repaired_data: String,
    repaired_name: String,
    /// The fields belong to an event already given out and are cleared on the next call.
    given: bool,
    ended: bool,
    failed: bool,
}

/// The value of the event that is being read.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Data {
    None,
    /// One line, which nearly every event has, where it stands in the buffer.
    Line(Range<usize>),
    /// Lines in `joined`.
    Joined,
}

impl Default for SseDecoder {
    fn default() -> Self {
        Self::with_limit(DEFAULT_EVENT_LIMIT)
    }
}

impl fmt::Debug for SseDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes are somebody's answer: they do not belong in a log.
        f.debug_struct("SseDecoder")
            .field("limit", &self.limit)
            .field("pending", &self.buffer.len().saturating_sub(self.start))
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl SseDecoder {
    /// A decoder with [`DEFAULT_EVENT_LIMIT`].
    pub fn new() -> Self {
        Self::default()
    }

    /// A decoder that takes no event, and no line, of more than `limit` bytes.
    pub fn with_limit(limit: usize) -> Self {
        Self {
            limit,
            buffer: Vec::new(),
            start: 0,
            scanned: 0,
            after_cr: false,
            first_line: true,
            data: Data::None,
            joined: Vec::new(),
            name: Vec::new(),
            repaired_data: String::new(),
            repaired_name: String::new(),
            given: false,
            ended: false,
            failed: false,
        }
    }

    /// Adds bytes of the stream. Ignored after [`finish`](Self::finish) and after an error.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.ended || self.failed {
            return;
        }
        // An event that was given is gone, and one that is not whole must outlive the moves below.
        if mem::take(&mut self.given) {
            self.clear_fields();
        }
        self.join_line();
        if self.start == self.buffer.len() {
            self.buffer.clear();
            self.start = 0;
            self.scanned = 0;
        } else if self.start > self.buffer.len() / 2 {
            // Only when most of it is consumed, so that the moves stay linear in the bytes fed.
            self.buffer.drain(..self.start);
            self.scanned -= self.start;
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Says that no byte follows; what is pending is given by the next [`next_event`](Self::next_event).
    pub fn finish(&mut self) {
        self.ended = true;
    }

    /// The next event; `None` when more bytes are needed or the stream is over.
    ///
    /// # Errors
    /// [`SseError`] when an event or a line is larger than the limit; after that only `None` follows.
    pub fn next_event(&mut self) -> Option<Result<Event<'_>, SseError>> {
        if self.failed {
            return None;
        }
        if mem::take(&mut self.given) {
            self.clear_fields();
        }
        loop {
            match self.take_line() {
                Ok(Some((from, to))) => {
                    if from == to {
                        if self.data != Data::None {
                            return Some(Ok(self.give(true)));
                        }
                        // An event without data is dropped, its name with it.
                        self.clear_fields();
                    } else if let Err(error) = self.read_field(from, to) {
                        return Some(Err(self.fail(error)));
                    }
                }
                Ok(None) => break,
                Err(error) => return Some(Err(self.fail(error))),
            }
        }
        if self.ended && self.data != Data::None {
            return Some(Ok(self.give(false)));
        }
        None
    }

    /// The range of the next whole line, without its end.
    fn take_line(&mut self) -> Result<Option<(usize, usize)>, SseError> {
        if self.after_cr && self.start < self.buffer.len() {
            self.after_cr = false;
            if self.buffer.get(self.start) == Some(&b'\n') {
                self.start += 1;
                self.scanned = self.scanned.max(self.start);
            }
        }
        let unseen = self.buffer.get(self.scanned..).unwrap_or_default();
        let (end, next) = match memchr2(b'\n', b'\r', unseen) {
            Some(offset) => {
                let end = self.scanned + offset;
                self.after_cr = self.buffer.get(end) == Some(&b'\r');
                (end, end + 1)
            }
            None => {
                self.scanned = self.buffer.len();
                if self.scanned - self.start > self.limit {
                    return Err(SseError { limit: self.limit });
                }
                if !self.ended || self.start == self.scanned {
                    return Ok(None);
                }
                (self.scanned, self.scanned)
            }
        };
        let mut from = self.start;
        if end - from > self.limit {
            return Err(SseError { limit: self.limit });
        }
        if mem::take(&mut self.first_line)
            && self.buffer.get(from..end).unwrap_or_default().starts_with(b"\xEF\xBB\xBF")
        {
            from += 3;
        }
        self.start = next;
        self.scanned = next;
        Ok(Some((from, end)))
    }

    fn read_field(&mut self, from: usize, to: usize) -> Result<(), SseError> {
        let line = self.buffer.get(from..to).unwrap_or_default();
        if let Some(rest) =
            line.strip_prefix(b"data").filter(|rest| matches!(rest.first(), None | Some(b':')))
        {
            let value = to - value_of(rest).len()..to;
            if self.data == Data::None {
                self.data = Data::Line(value);
                return Ok(());
            }
            self.join_line();
            self.joined.push(b'\n');
            if self.joined.len() + value.len() > self.limit {
                return Err(SseError { limit: self.limit });
            }
            self.joined.extend_from_slice(self.buffer.get(value).unwrap_or_default());
        } else if let Some(rest) =
            line.strip_prefix(b"event").filter(|rest| matches!(rest.first(), None | Some(b':')))
        {
            self.name.clear();
            self.name.extend_from_slice(value_of(rest));
        }
        // `id` and `retry` are about reconnecting, which a POST never does; an empty field is a comment.
        Ok(())
    }

    /// Copies what is only pointed at.
    fn join_line(&mut self) {
        if let Data::Line(range) = &self.data {
            self.joined.clear();
            self.joined.extend_from_slice(self.buffer.get(range.clone()).unwrap_or_default());
            self.data = Data::Joined;
        }
    }

    fn give(&mut self, terminated: bool) -> Event<'_> {
        self.given = true;
        let data = match &self.data {
            Data::Line(range) => self.buffer.get(range.clone()).unwrap_or_default(),
            Data::None | Data::Joined => &self.joined,
        };
        Event {
            name: text_of(&self.name, &mut self.repaired_name),
            data: text_of(data, &mut self.repaired_data),
            terminated,
        }
    }

    fn clear_fields(&mut self) {
        self.data = Data::None;
        self.joined.clear();
        self.name.clear();
    }

    fn fail(&mut self, error: SseError) -> SseError {
        self.failed = true;
        self.buffer = Vec::new();
        self.joined = Vec::new();
        self.data = Data::None;
        error
    }
}

/// What stands behind a field's name: nothing, or a colon, a space that does not count, and the value.
fn value_of(rest: &[u8]) -> &[u8] {
    let value = rest.get(1..).unwrap_or_default();
    value.strip_prefix(b" ").unwrap_or(value)
}

/// The bytes as text, borrowed when they are UTF-8, else repaired into `store`.
fn text_of<'a>(bytes: &'a [u8], store: &'a mut String) -> &'a str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => {
            *store = String::from_utf8_lossy(bytes).into_owned();
            store
        }
    }
}

#[cfg(test)]
mod tests;
