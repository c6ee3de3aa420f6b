//! A chat stream passed on: whole events, their bytes untouched, and nothing that is no answer. Without I/O.

use std::mem;

use bytes::{Bytes, BytesMut};
use memchr::{memchr_iter, memchr2};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::decode::ended_in_error;
use crate::wire::{ChatChunk, Once, Scan, UsageWish};
use crate::{DEFAULT_EVENT_LIMIT, Redactor, SseDecoder, SseError, StreamError, Usage, classify_in_band};

/// Passes a chat stream on as whole events, their bytes untouched.
///
/// Nothing is given out before an event says something (text, thought, a tool call or a finish reason), so that a bad
/// start can be tried elsewhere.
/// From then on every event is given as soon as it is whole; `[DONE]` and what follows it are not, so the caller writes
/// its own end.
/// An event that is no JSON object or reports an error ends the relay, and so does an end without a finish reason.
///
/// ```
/// use openclaw_hf_client::{Relay, StreamError, UsageWish};
///
/// let mut relay = Relay::new(UsageWish::Asked);
/// relay.feed(b"data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\ndata: {\"choi");
/// assert!(!relay.is_open() && relay.take().is_empty());
/// relay.feed(b"ces\":[{\"delta\":{\"content\":\"4\"}}]}\n\n");
/// assert!(relay.is_open() && relay.take().ends_with(b"\"4\"}}]}\n\n"));
///
/// // A cut is not an end.
/// let mut cut = relay.clone();
/// cut.finish();
/// assert_eq!(cut.end(), Some(&Err(StreamError::NoFinishReason)));
///
/// relay.feed(b"data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
/// assert_eq!(relay.end(), Some(&Ok(())));
/// ```
#[derive(Clone)]
pub struct Relay {
    wish: UsageWish,
    limit: usize,
    redactor: Redactor,
    /// The beginning of an event whose end has not come.
    pending: Vec<u8>,
    /// Before this place in `pending` there is no end of an event.
    scanned: usize,
    /// Whole events that were not taken yet.
    ready: BytesMut,
    is_open: bool,
    /// How many events came, comments aside.
    number: u64,
    /// By index of an alternative, one bit each: which were seen, and which have finished.
    seen: u64,
    finished: u64,
    /// The last usage that was said, as it was written.
    usage: Vec<u8>,
    end: Option<Result<(), StreamError>>,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The bytes are somebody's answer: they do not belong in a log.
        f.debug_struct("Relay")
            .field("events", &self.number)
            .field("pending", &self.pending.len())
            .field("ready", &self.ready.len())
            .field("is_open", &self.is_open)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

/// What an event means for the relay.
#[derive(Clone, Copy)]
enum Verdict {
    Pass,
    /// It says something of the answer.
    Opens,
    /// It is not for this client.
    Hide,
    Done,
}

impl Relay {
    /// A relay that takes events of at most [`DEFAULT_EVENT_LIMIT`] bytes.
    pub fn new(wish: UsageWish) -> Self {
        Self::with(wish, DEFAULT_EVENT_LIMIT, Redactor::default())
    }

    /// A relay that takes no event of more than `limit` bytes, nor more before the first that says something, and cleans
    /// the texts of errors with `redactor`.
    pub fn with(wish: UsageWish, limit: usize, redactor: Redactor) -> Self {
        Self {
            wish,
            limit,
            redactor,
            pending: Vec::new(),
            scanned: 0,
            ready: BytesMut::new(),
            is_open: false,
            number: 0,
            seen: 0,
            finished: 0,
            usage: Vec::new(),
            end: None,
        }
    }

    /// Adds bytes of the stream. Ignored when it has ended.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.end.is_some() {
            return;
        }
        if self.pending.is_empty() {
            let used = self.read_events(bytes, 0);
            self.pending.extend_from_slice(bytes.get(used..).unwrap_or_default());
        } else {
            let mut pending = mem::take(&mut self.pending);
            pending.extend_from_slice(bytes);
            let used = self.read_events(&pending, self.scanned);
            pending.drain(..used);
            self.pending = pending;
        }
        // The end of an event may have its first byte here and its last in what comes next.
        self.scanned = self.pending.len().saturating_sub(3);
        if self.end.is_none() && self.pending.len() > self.limit {
            self.fail(SseError::new(self.limit));
        }
        if self.end.is_some() {
            self.pending = Vec::new();
        }
    }

    /// Takes a whole reply as one event, which needs no finish reason to prove that it is whole; none is invented.
    /// It may be larger than an event: whoever read it had a limit.
    #[cfg(feature = "http")]
    pub(crate) fn feed_reply(&mut self, event: &[u8]) {
        let limit = mem::replace(&mut self.limit, usize::MAX);
        self.feed(event);
        self.limit = limit;
        if self.end.is_none() {
            self.is_open = true;
            self.end = Some(Ok(()));
        }
    }

    /// Says that no byte follows.
    pub fn finish(&mut self) {
        if self.end.is_some() {
            return;
        }
        let rest = mem::take(&mut self.pending);
        if has_data(&rest) {
            // Some providers close right behind their last line, without the blank one.
            let before = self.number;
            match self.judge(&rest) {
                Ok(Verdict::Done) => return self.close(),
                Ok(verdict) => {
                    let mut whole = rest;
                    let end: &[u8] = if whole.ends_with(b"\n") { b"\n" } else { b"\n\n" };
                    whole.extend_from_slice(end);
                    self.pass(verdict, &whole);
                }
                // An unfinished event behind a finish reason could only have held usage.
                Err(StreamError::NotJson { .. }) if self.is_finished() => self.number = before,
                Err(StreamError::NotJson { .. }) => return self.fail(StreamError::CutEvent),
                Err(error) => return self.fail(error),
            }
        }
        self.close();
    }

    /// Takes the events that may be passed on now; empty where there are none.
    pub fn take(&mut self) -> Bytes {
        if self.is_open { self.ready.split().freeze() } else { Bytes::new() }
    }

    /// How many bytes [`take`](Self::take) would give.
    pub fn ready(&self) -> usize {
        if self.is_open { self.ready.len() } else { 0 }
    }

    /// Whether an event said something, from which on the stream is the caller's.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// How the stream ended; `None` while it goes on.
    ///
    /// # Errors
    /// [`StreamError`] where it is no whole answer. What came before it can still be taken.
    pub fn end(&self) -> Option<&Result<(), StreamError>> {
        self.end.as_ref()
    }

    /// Whether every alternative has its finish reason; only usage may still come.
    pub fn is_finished(&self) -> bool {
        self.finished != 0 && self.finished == self.seen
    }

    /// How many events came, comments aside.
    pub fn events(&self) -> u64 {
        self.number
    }

    /// The last usage that the provider said.
    pub fn usage(&self) -> Option<Usage> {
        Usage::read(std::str::from_utf8(&self.usage).ok()?)
    }

    /// Reads the whole events of `bytes`, of which those before `from` hold no end; returns how many bytes they are.
    fn read_events(&mut self, bytes: &[u8], from: usize) -> usize {
        let (mut start, mut from) = (0, from);
        while self.end.is_none()
            && let Some(end) = event_end(bytes, from)
        {
            let event = bytes.get(start..end).unwrap_or_default();
            match self.judge_within_limit(event) {
                Ok(Verdict::Done) => self.close(),
                Ok(verdict) => self.pass(verdict, event),
                Err(error) => self.fail(error),
            }
            (start, from) = (end, end);
        }
        start
    }

    fn pass(&mut self, verdict: Verdict, event: &[u8]) {
        if matches!(verdict, Verdict::Hide) {
            return;
        }
        self.is_open |= matches!(verdict, Verdict::Opens);
        if !self.is_open && self.ready.len() + event.len() > self.limit {
            return self.fail(SseError::new(self.limit));
        }
        self.ready.extend_from_slice(event);
    }

    fn fail(&mut self, error: impl Into<StreamError>) {
        self.end = Some(Err(error.into()));
    }

    fn close(&mut self) {
        if self.is_finished() {
            self.is_open = true;
            self.end = Some(Ok(()));
        } else {
            self.fail(StreamError::NoFinishReason);
        }
    }

    /// Nothing of an event that is too large counts, since of one that comes in pieces nothing would be known.
    fn judge_within_limit(&mut self, event: &[u8]) -> Result<Verdict, StreamError> {
        if event.len() > self.limit {
            return Err(SseError::new(self.limit).into());
        }
        self.judge(event)
    }

    /// What an event means, whose lines and their ends are `event`.
    fn judge(&mut self, event: &[u8]) -> Result<Verdict, StreamError> {
        let event = event.strip_prefix(b"\xEF\xBB\xBF").filter(|_| self.number == 0).unwrap_or(event);
        if let Some(data) = single_line(event) {
            return self.judge_data(data, "");
        }
        let mut decoder = SseDecoder::with_limit(self.limit);
        decoder.feed(event);
        decoder.finish();
        match decoder.next_event() {
            Some(Ok(event)) => self.judge_data(event.data.as_bytes(), event.name),
            Some(Err(error)) => Err(error.into()),
            // Comments and other fields alone.
            None => Ok(Verdict::Pass),
        }
    }

    fn judge_data(&mut self, data: &[u8], name: &str) -> Result<Verdict, StreamError> {
        let data = data.trim_ascii();
        if data.is_empty() {
            return Ok(Verdict::Pass);
        }
        if data == b"[DONE]" {
            return Ok(Verdict::Done);
        }
        self.number += 1;
        if name != "error"
            && let Some(glance) = Glance::at(data)
        {
            return self.judge_plain(&glance);
        }
        self.judge_closely(data, name)
    }

    fn judge_plain(&mut self, glance: &Glance<'_>) -> Result<Verdict, StreamError> {
        if let Some(usage) = glance.usage {
            self.usage.clear();
            self.usage.extend_from_slice(usage.as_bytes());
        }
        self.seen |= glance.seen;
        self.finished |= glance.finished;
        Ok(self.verdict(glance.says_something, glance.seen == 0, glance.usage.is_some()))
    }

    /// For what is not as it usually is.
    fn judge_closely(&mut self, data: &[u8], name: &str) -> Result<Verdict, StreamError> {
        let reported = |relay: &Self| StreamError::Reported(classify_in_band(data, &relay.redactor));
        let chunk = match serde_json::from_slice::<ChatChunk>(data) {
            Ok(chunk) if data.starts_with(b"{") => chunk,
            _ if name == "error" => return Err(reported(self)),
            _ => return Err(StreamError::NotJson { number: self.number }),
        };
        if chunk.is_error() || name == "error" {
            return Err(reported(self));
        }
        if chunk.usage.is_some()
            && let Ok(Usages { usage: Some(usage) }) = serde_json::from_slice::<Usages<'_>>(data)
        {
            self.usage.clear();
            self.usage.extend_from_slice(usage.get().as_bytes());
        }
        let mut says = false;
        for choice in &chunk.choices {
            self.note(
                choice.index.unwrap_or(0),
                choice.finish_reason.as_ref().map(crate::wire::FinishReason::as_str),
            )?;
            let delta = &choice.delta;
            says |= choice.finish_reason.is_some()
                || delta.reasoning().is_some()
                || delta.real_content().is_some()
                || !delta.tool_calls.is_empty();
        }
        Ok(self.verdict(says, chunk.choices.is_empty(), chunk.usage.is_some()))
    }

    fn note(&mut self, index: u64, finish_reason: Option<&str>) -> Result<(), StreamError> {
        let bit = bit_of(index);
        self.seen |= bit;
        match finish_reason {
            Some("error") => return Err(StreamError::Reported(ended_in_error())),
            Some(reason) if !reason.is_empty() => self.finished |= bit,
            _ => {}
        }
        Ok(())
    }

    fn verdict(&self, says: bool, has_no_choices: bool, has_usage: bool) -> Verdict {
        if has_no_choices && has_usage && self.wish == UsageWish::NotAsked {
            Verdict::Hide
        } else if says {
            Verdict::Opens
        } else {
            Verdict::Pass
        }
    }
}

#[derive(Deserialize)]
struct Usages<'a> {
    #[serde(borrow, default)]
    usage: Option<&'a RawValue>,
}

/// As much of a chunk as is looked at where it is as usual.
#[derive(Default)]
struct Glance<'a> {
    /// By index of an alternative, one bit each.
    seen: u64,
    finished: u64,
    says_something: bool,
    usage: Option<&'a str>,
}

impl<'a> Glance<'a> {
    /// `None` where anything about it needs a closer look.
    fn at(data: &'a [u8]) -> Option<Self> {
        let mut glance = Self::default();
        let mut seen = Once::default();
        let mut scan = Scan::new(data)?;
        scan.object(|scan, key, _| {
            match key {
                "choices" => {
                    seen.mark(1)?;
                    scan.array(|scan| glance.choice(scan))?;
                }
                "usage" => {
                    seen.mark(2)?;
                    glance.usage = scan.optional()?;
                }
                "error" => scan.optional()?.is_none().then_some(())?,
                "object" => {
                    seen.mark(4)?;
                    (scan.optional_text()? != Some("error")).then_some(())?;
                }
                _ => _ = scan.value()?,
            }
            Some(())
        })?;
        scan.end()?;
        let has_choices = seen.has(1);
        (has_choices && (glance.seen != 0 || glance.usage.is_some())).then_some(glance)
    }

    fn choice(&mut self, scan: &mut Scan<'a>) -> Option<()> {
        let (mut index, mut is_finished) = (0, false);
        let mut seen = Once::default();
        scan.object(|scan, key, _| {
            match key {
                "index" => {
                    seen.mark(1)?;
                    index = scan.count()?;
                }
                "delta" => {
                    seen.mark(2)?;
                    self.says_something |= delta_says_something(scan)?;
                }
                "finish_reason" => {
                    seen.mark(4)?;
                    match scan.optional_text()? {
                        Some("error") => return None,
                        reason => is_finished = reason.is_some_and(|reason| !reason.is_empty()),
                    }
                }
                _ => _ = scan.value()?,
            }
            Some(())
        })?;
        self.seen |= bit_of(index);
        if is_finished {
            self.says_something = true;
            self.finished |= bit_of(index);
        }
        Some(())
    }
}

/// Whether a delta is part of an answer.
fn delta_says_something(scan: &mut Scan<'_>) -> Option<bool> {
    let mut says = false;
    let mut seen = Once::default();
    scan.object(|scan, key, _| {
        match key {
            "content" | "reasoning" | "reasoning_content" => {
                seen.mark(match key {
                    "content" => 1,
                    "reasoning" => 2,
                    _ => 4,
                })?;
                says |= scan.value().map(|raw| raw.starts_with('"') && raw.len() > 2)?;
            }
            "tool_calls" => {
                seen.mark(8)?;
                says |= scan.value().map(|raw| raw.starts_with('[') && raw.len() > 2)?;
            }
            "reasoning_text" | "refusal" => says |= scan.optional()?.is_some(),
            _ => _ = scan.value()?,
        }
        Some(())
    })?;
    Some(says)
}

/// The bit of an alternative; all from the 64th on share one.
fn bit_of(index: u64) -> u64 {
    1_u64.checked_shl(u32::try_from(index).unwrap_or(u32::MAX)).unwrap_or(1 << 63)
}

/// The value of an event that is one `data:` line, which nearly every event is.
fn single_line(event: &[u8]) -> Option<&[u8]> {
    let data = event.strip_prefix(b"data:")?;
    let end = memchr2(b'\n', b'\r', data)?;
    let (data, rest) = data.split_at(end);
    matches!(rest, b"\n\n" | b"\r\n\r\n" | b"\n" | b"\r\n" | b"\r\r").then_some(data)
}

/// Whether any line holds a value.
fn has_data(event: &[u8]) -> bool {
    event.split(|&byte| byte == b'\n' || byte == b'\r').any(|line| line.starts_with(b"data"))
}

/// Behind the first blank line at or after `from`, where lines end in LF, CR LF or CR.
fn event_end(bytes: &[u8], from: usize) -> Option<usize> {
    let unseen = bytes.get(from..)?;
    if memchr::memchr(b'\r', unseen).is_none() {
        // All lines end in LF.
        return memchr_iter(b'\n', unseen)
            .map(|at| from + at)
            .find(|&at| bytes.get(at + 1) == Some(&b'\n'))
            .map(|at| at + 2);
    }
    let mut at = from;
    loop {
        at += memchr2(b'\n', b'\r', bytes.get(at..)?)?;
        let line_end = if bytes.get(at..at + 2) == Some(b"\r\n") { at + 2 } else { at + 1 };
        match bytes.get(line_end..) {
            Some([b'\r', b'\n', ..]) => return Some(line_end + 2),
            // A LF behind it may come next and would belong to the same end.
            Some([b'\r']) => return None,
            Some([b'\r' | b'\n', ..]) => return Some(line_end + 1),
            _ => at = line_end,
        }
    }
}

#[cfg(test)]
mod tests;
