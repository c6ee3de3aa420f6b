//! A reply whose body is still coming.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{AsHeaderName, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use super::direct;
use super::inflate::Inflate;
use super::options::Timeouts;
use super::send::shown_header;
use crate::error::{Fault, NotAnAnswer};
use crate::meta::Meta;
use crate::{Error, Redactor, TimeoutPhase};

/// Who answered: a provider's slug.
const PROVIDER: HeaderName = HeaderName::from_static("x-inference-provider");
/// The id to name when asking for help.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Thirty years.
const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// A reply whose body is still coming. Dropping it closes the connection.
pub struct RawReply {
    source: Source,
    meta: Meta,
    host: Arc<str>,
    redactor: Redactor,
    /// Until when the first bytes must come; `None` once they have.
    first_byte: Option<Instant>,
    timeouts: Timeouts,
    /// Where the body is gzip; boxed, since replies are moved and few are.
    inflate: Option<Box<Inflate>>,
    /// Whether the body has ended.
    is_over: bool,
    /// What went wrong where nobody waited.
    late: Option<Error>,
}

/// Where the bytes come from.
pub(super) enum Source {
    /// The HTTP client, which knows proxies and redirects.
    Client(Box<reqwest::Response>),
    /// A connection of our own.
    Direct(Box<direct::Reply>),
}

/// Why no more bytes come.
type Broken = Box<dyn std::error::Error + Send + Sync>;

impl Source {
    fn status(&self) -> u16 {
        match self {
            Self::Client(response) => response.status().as_u16(),
            Self::Direct(reply) => reply.head().status.as_u16(),
        }
    }

    fn headers(&self) -> &HeaderMap {
        match self {
            Self::Client(response) => response.headers(),
            Self::Direct(reply) => &reply.head().headers,
        }
    }

    fn content_length(&self) -> Option<u64> {
        match self {
            Self::Client(response) => response.content_length(),
            Self::Direct(reply) => reply.content_length(),
        }
    }

    /// Whether it is known that nothing more comes.
    fn is_over(&self) -> bool {
        match self {
            Self::Client(_) => false,
            Self::Direct(reply) => reply.is_over(),
        }
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, Broken> {
        match self {
            Self::Client(response) => response.chunk().await.map_err(Into::into),
            Self::Direct(reply) => std::future::poll_fn(|cx| reply.poll_chunk(cx)).await.map_err(Into::into),
        }
    }
}

impl fmt::Debug for RawReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawReply").field("host", &self.host).field("meta", &self.meta).finish_non_exhaustive()
    }
}

impl RawReply {
    pub(super) fn new(
        source: Source,
        host: Arc<str>,
        redactor: Redactor,
        first_byte: Instant,
        timeouts: Timeouts,
    ) -> Self {
        let headers = source.headers();
        let meta = Meta {
            status: source.status(),
            provider: shown_header(headers, PROVIDER, &redactor),
            request_id: shown_header(headers, REQUEST_ID, &redactor),
        };
        let inflate = matches!(header(headers, CONTENT_ENCODING), Some("gzip" | "x-gzip"));
        let inflate = inflate.then(|| Box::new(Inflate::new()));
        let first_byte = Some(first_byte);
        Self { source, meta, host, redactor, first_byte, timeouts, inflate, is_over: false, late: None }
    }

    /// Who answered.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    pub(crate) fn into_meta(self) -> Meta {
        self.meta
    }

    /// A header's value, for example `content-type`; `None` when it was not sent or is not visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.source.headers(), name)
    }

    /// The next bytes of the body as they came; `None` at its end. Safe to cancel.
    ///
    /// What comes as gzip although that was not asked for is given inflated, at most about a MiB at once.
    ///
    /// # Errors
    /// [`Class::Timeout`](crate::Class::Timeout) when they do not come in time,
    /// [`Class::Truncated`](crate::Class::Truncated) when the connection breaks,
    /// [`Class::Malformed`](crate::Class::Malformed) when they are no gzip although the head says so.
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if self.has_ended() {
            return Ok(None);
        }
        let (deadline, phase, after) = match self.first_byte {
            Some(deadline) => (deadline, TimeoutPhase::FirstByte, self.timeouts.first_byte),
            None => {
                let after = self.timeouts.between_chunks;
                (deadline(after), TimeoutPhase::BetweenChunks, after)
            }
        };
        let chunk = self.chunk_until(deadline, phase, after).await?;
        self.first_byte = None;
        Ok(chunk)
    }

    /// As [`next_chunk`](Self::next_chunk), but until `deadline`, whether or not these are the first bytes.
    pub(crate) async fn chunk_until(
        &mut self,
        deadline: Instant,
        phase: TimeoutPhase,
        after: Duration,
    ) -> Result<Option<Bytes>, Error> {
        loop {
            if let Some(inflated) = self.inflated()? {
                return Ok(Some(inflated));
            }
            if let Some(error) = self.late.take() {
                return Err(error);
            }
            if self.is_over {
                return Ok(None);
            }
            let chunk = match timeout_at(deadline, self.source.chunk()).await {
                Ok(Ok(chunk)) => chunk,
                Ok(Err(error)) => return Err(self.error(Fault::Cut).because(&*error, &self.redactor)),
                Err(_) => return Err(self.error(Fault::Timeout { phase, after })),
            };
            self.is_over = chunk.is_none() || (self.inflate.is_none() && self.source.is_over());
            match (&mut self.inflate, chunk) {
                (Some(inflate), Some(chunk)) => inflate.feed(chunk),
                (Some(inflate), None) => {
                    let rest = inflate.finish().map_err(|_| self.error(Fault::Cut))?;
                    return Ok(Some(rest).filter(|rest| !rest.is_empty()));
                }
                (None, chunk) => return Ok(chunk),
            }
        }
    }

    /// Whether the end was seen, and nothing is left to be told.
    fn has_ended(&self) -> bool {
        self.is_over && self.inflate.is_none() && self.late.is_none()
    }

    /// What can be inflated of that which has come.
    fn inflated(&mut self) -> Result<Option<Bytes>, Error> {
        match self.inflate.as_deref_mut().map(Inflate::next) {
            None => Ok(None),
            Some(Ok(bytes)) => Ok(bytes),
            Some(Err(_)) => Err(self.error(Fault::NotAnAnswer(NotAnAnswer::Compressed))),
        }
    }

    /// The next bytes of the body if they are there already; `None` where one would have to wait, or it has ended.
    ///
    /// An error is left for the next one who waits.
    pub(crate) async fn chunk_now(&mut self) -> Option<Bytes> {
        if self.is_over || self.inflate.is_some() || self.late.is_some() {
            return None;
        }
        let chunk = tokio::select! {
            biased;
            chunk = self.source.chunk() => chunk,
            () = std::future::ready(()) => return None,
        };
        match chunk {
            Ok(chunk) => {
                self.is_over = chunk.is_none() || self.source.is_over();
                chunk
            }
            Err(error) => {
                self.late = Some(self.error(Fault::Cut).because(&*error, &self.redactor));
                None
            }
        }
    }

    /// Says that nobody wants the rest: the connection is kept where that is possible.
    pub(crate) fn let_go(&mut self) {
        self.is_over = true;
        if let Source::Direct(reply) = &mut self.source {
            reply.let_go();
        }
    }

    /// The whole body, if it is not larger than `limit` bytes.
    pub(crate) async fn read_whole(&mut self, what: &'static str, limit: usize) -> Result<Bytes, Error> {
        let too_large = Fault::TooLarge { what, limit };
        if self.inflate.is_none()
            && self
                .source
                .content_length()
                .is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit))
        {
            return Err(self.error(too_large));
        }
        // Most bodies come in one piece, which is not copied.
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        while let Some(chunk) = self.next_chunk().await? {
            if chunk.len() > limit - first.len().max(rest.len()) {
                return Err(self.error(too_large));
            }
            if first.is_empty() && rest.is_empty() {
                first = chunk;
                continue;
            }
            if rest.is_empty() {
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&chunk);
        }
        Ok(if rest.is_empty() { first } else { rest.freeze() })
    }

    /// As [`read_whole`](Self::read_whole), all of it within the time that may lie between two pieces: nobody makes such
    /// a body word by word, and one that drips in would be waited for without end.
    pub(super) async fn read_soon(&mut self, what: &'static str, limit: usize) -> Result<Bytes, Error> {
        let after = self.timeouts.between_chunks;
        match timeout_at(deadline(after), self.read_whole(what, limit)).await {
            Ok(read) => read,
            Err(_) => Err(self.error(Fault::TooSlow { what, after })),
        }
    }

    /// The body as `T`; `expected` says what that is.
    pub(super) fn read_json<T: DeserializeOwned>(
        &self,
        body: &[u8],
        expected: &'static str,
    ) -> Result<T, Error> {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        // Looked over once as a whole, which is quicker than text by text; what is no text may still be read in part.
        let read = match std::str::from_utf8(body) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(body),
        };
        read.map_err(|error| {
            // An empty body is not the beginning of anything.
            if error.is_eof() && !body.trim_ascii().is_empty() {
                self.error(Fault::Cut)
            } else {
                self.not_json(expected)
            }
        })
    }

    pub(crate) fn not_json(&self, expected: &'static str) -> Error {
        let what = if self.is_html() { NotAnAnswer::Html } else { NotAnAnswer::NotJson { expected } };
        self.error(Fault::NotAnAnswer(what))
    }

    /// This reply, if its body comes as it was asked for.
    pub(super) fn checked(self) -> Result<Self, Error> {
        if self.is_compressed() {
            Err(self.error(Fault::NotAnAnswer(NotAnAnswer::Compressed)))
        } else {
            Ok(self)
        }
    }

    /// Whether the body is compressed in a way that was not asked for and is not known.
    pub(super) fn is_compressed(&self) -> bool {
        self.inflate.is_none()
            && !matches!(header(self.source.headers(), CONTENT_ENCODING), None | Some("identity" | ""))
    }

    pub(crate) fn is_json(&self) -> bool {
        self.has_type("application/json")
    }

    pub(crate) fn is_html(&self) -> bool {
        self.has_type("text/html")
    }

    #[cold]
    pub(crate) fn error(&self, fault: impl Into<Fault>) -> Error {
        Error::at(&self.host, fault).answered_by(&self.meta)
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    pub(crate) fn first_byte(&self) -> Option<Instant> {
        self.first_byte
    }

    fn has_type(&self, wanted: &str) -> bool {
        header(self.source.headers(), CONTENT_TYPE)
            .and_then(|value| value.split(';').next())
            .is_some_and(|value| value.trim().eq_ignore_ascii_case(wanted))
    }
}

/// `after` from now.
pub(crate) fn deadline(after: Duration) -> Instant {
    let now = Instant::now();
    // What the clock cannot count is as good as for ever.
    now.checked_add(after).unwrap_or_else(|| now + FOR_EVER)
}

pub(super) fn header(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
