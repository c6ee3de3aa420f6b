//! A reply as data, before it becomes bytes on a socket: faults are changes of it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use serde_json::Value;
use tokio::time::{Instant, sleep_until};

use crate::fault::Ending;
use crate::requests::Ticket;
use crate::wire::Cut;

/// One piece of a body and when it leaves, counted from the head of the reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) at: Duration,
    pub(crate) bytes: Bytes,
}

impl Frame {
    pub(crate) const fn now(bytes: Bytes) -> Self {
        Self { at: Duration::ZERO, bytes }
    }
}

pub(crate) enum Payload {
    /// One piece of known length.
    Whole(Bytes),
    /// An event stream, frame by frame.
    Events(Vec<Frame>),
    /// Pieces that follow no frames, then an end.
    Pieces(Vec<Frame>, Ending),
    /// Pieces made while they are sent, and their total where it is known.
    Lazy(Box<dyn Iterator<Item = Bytes> + Send>, Option<u64>),
}

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// How long the head of the reply is held back.
    pub(crate) delay: Duration,
    pub(crate) payload: Payload,
}

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const SSE: HeaderValue = HeaderValue::from_static("text/event-stream; charset=utf-8");

impl Reply {
    pub(crate) fn new(status: StatusCode, content_type: HeaderValue, payload: Payload) -> Self {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, content_type)]);
        Self { status, headers, delay: Duration::ZERO, payload }
    }

    pub(crate) fn whole(status: StatusCode, content_type: HeaderValue, body: Bytes) -> Self {
        Self::new(status, content_type, Payload::Whole(body))
    }

    pub(crate) fn json(status: StatusCode, value: &Value) -> Self {
        Self::whole(status, JSON, value.to_string().into())
    }

    pub(crate) fn events(frames: Vec<Frame>) -> Self {
        Self::new(StatusCode::OK, SSE, Payload::Events(frames))
    }

    /// Sends it; `ticket` learns how far the reply came.
    pub(crate) async fn send(self, cut: Cut, mut ticket: Ticket) -> Response {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        ticket.head(self.status);
        let mut length = None;
        let body = match self.payload {
            Payload::Whole(bytes) => {
                ticket.sent();
                Body::from(bytes)
            }
            Payload::Events(frames) => play(frames, Ending::Clean, cut, ticket),
            Payload::Pieces(frames, ending) => play(frames, ending, cut, ticket),
            Payload::Lazy(pieces, total) => {
                length = total;
                pour(pieces, ticket)
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        if let Some(length) = length {
            response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        }
        response
    }
}

fn play(frames: Vec<Frame>, ending: Ending, cut: Cut, ticket: Ticket) -> Body {
    let start = Instant::now();
    let state = (frames.into_iter(), true, ticket, cut);
    Body::from_stream(stream::unfold(state, move |(mut frames, first, mut ticket, cut)| async move {
        match frames.next() {
            Some(frame) => {
                if !frame.at.is_zero() {
                    sleep_until(start + frame.at).await;
                } else if !first {
                    // The server flushes when it has to wait: each frame becomes a write of its own.
                    tokio::task::yield_now().await;
                }
                Some((Ok(frame.bytes), (frames, false, ticket, cut)))
            }
            None if ending == Ending::Clean => {
                ticket.sent();
                None
            }
            None => {
                // What came before the cut must be on the wire first.
                tokio::task::yield_now().await;
                ticket.cut();
                cut.set(ending);
                Some((Err(Severed), (Vec::new().into_iter(), false, ticket, cut)))
            }
        }
    }))
}

fn pour(pieces: Box<dyn Iterator<Item = Bytes> + Send>, ticket: Ticket) -> Body {
    Body::from_stream(stream::unfold((pieces, ticket), |(mut pieces, mut ticket)| async move {
        let Some(piece) = pieces.next() else {
            ticket.sent();
            return None;
        };
        // Others get their turn while a huge body is on its way.
        tokio::task::yield_now().await;
        Some((Ok::<_, Severed>(piece), (pieces, ticket)))
    }))
}

/// Tells the server to drop the connection.
#[derive(Debug)]
struct Severed;

impl std::fmt::Display for Severed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut on purpose")
    }
}

impl std::error::Error for Severed {}
