//! The log of requests: who asked what, never a token and never a word of a prompt.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::http::{HeaderMap, Method, StatusCode, header};
use serde::Serialize;
use tokio::sync::Notify;

use crate::auth::TokenKind;

/// How far a reply came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ReplyState {
    /// Still being answered, or hanging.
    Open,
    /// Answered to the end.
    Sent,
    /// Ended by a fault.
    Cut,
    /// The client went away before the end.
    Dropped,
}

/// One request and its fate.
///
/// Times are microseconds since the sandbox started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Recorded {
    /// Counts from 1 and never repeats; it is part of the reply's `x-request-id`.
    pub number: u64,
    /// When the request was understood.
    pub at_us: u64,
    /// `GET`, `POST`.
    pub method: String,
    /// Without the query: `/v1/chat/completions`.
    pub path: String,
    /// The kind of its token.
    pub token: TokenKind,
    /// `org/name` without the suffix. `None`: none in the request.
    pub model: Option<String>,
    /// What follows the `:` of the model: `cheapest`, `together`. `None`: no `:`.
    pub suffix: Option<String>,
    /// The slug it is routed to. `None`: not a chat, or nobody serves it.
    pub provider: Option<String>,
    /// `stream` of a chat. `None`: not a chat, or not said.
    pub stream: Option<bool>,
    /// The names of the body's keys in their order; never their values.
    pub body_keys: Vec<String>,
    /// Names and values, sorted by name; secrets are replaced: `("authorization", "<granted>")`.
    pub headers: Vec<(String, String)>,
    /// The kind of the fault that happened to it: `cut-stream`.
    pub fault: Option<String>,
    /// `None`: no reply (yet).
    pub status: Option<u16>,
    /// When the head of the reply was handed out. `None`: not (yet).
    pub head_us: Option<u64>,
    /// When it ended, in whichever way. `None`: not yet.
    pub end_us: Option<u64>,
    /// How far the reply came.
    pub state: ReplyState,
}

impl Recorded {
    pub(crate) fn new(method: &Method, path: &str, headers: &HeaderMap) -> Self {
        let token = TokenKind::of_headers(headers);
        Self {
            number: 0,
            at_us: 0,
            method: method.to_string(),
            path: path.to_owned(),
            token,
            model: None,
            suffix: None,
            provider: None,
            stream: None,
            body_keys: Vec::new(),
            headers: without_secrets(headers, token),
            fault: None,
            status: None,
            head_us: None,
            end_us: None,
            state: ReplyState::Open,
        }
    }

    /// The first value of a header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

fn without_secrets(headers: &HeaderMap, token: TokenKind) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes());
            let shown = if name == header::AUTHORIZATION {
                format!("<{token}>")
            } else if is_secret(name.as_str(), &text) {
                "<redacted>".to_owned()
            } else {
                text.into_owned()
            };
            (name.as_str().to_owned(), shown)
        })
        .collect();
    out.sort_by(|(a, _), (b, _)| a.cmp(b));
    out
}

/// Headers that carry a secret by name, or a token that strayed into another one.
fn is_secret(name: &str, value: &str) -> bool {
    let by_name = ["cookie", "proxy-authorization"].contains(&name)
        || ["api-key", "apikey", "token", "secret"].iter().any(|part| name.contains(part));
    by_name || value.split_whitespace().any(|word| word.starts_with("hf_") && !word.starts_with("hf_hub/"))
}

/// The last requests, and a bell for those who wait for one.
#[derive(Debug)]
pub(crate) struct Log {
    start: Instant,
    next: AtomicU64,
    capacity: usize,
    ring: Mutex<VecDeque<Recorded>>,
    changed: Notify,
}

impl Log {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            start: Instant::now(),
            next: AtomicU64::new(1),
            capacity,
            ring: Mutex::default(),
            changed: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Recorded>> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    pub(crate) fn all(&self) -> Vec<Recorded> {
        self.lock().iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Waits until the log satisfies `ready`.
    pub(crate) async fn when(&self, ready: impl Fn(&[Recorded]) -> bool) -> Vec<Recorded> {
        let mut changed = std::pin::pin!(self.changed.notified());
        loop {
            // Listening starts before looking, so that no change falls in between.
            changed.as_mut().enable();
            let all = self.all();
            if ready(&all) {
                return all;
            }
            changed.as_mut().await;
            changed.set(self.changed.notified());
        }
    }

    /// Enters a request; the ticket reports on it from then on.
    pub(crate) fn open(self: &Arc<Self>, mut recorded: Recorded) -> Ticket {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        if self.capacity > 0 {
            recorded.number = number;
            recorded.at_us = self.now();
            let mut ring = self.lock();
            if ring.len() == self.capacity {
                ring.pop_front();
            }
            ring.push_back(recorded);
        }
        self.changed.notify_waiters();
        Ticket { log: Arc::clone(self), number, over: false }
    }

    fn update(&self, number: u64, change: impl FnOnce(&mut Recorded)) {
        let mut ring = self.lock();
        if let Ok(at) = ring.binary_search_by_key(&number, |recorded| recorded.number)
            && let Some(recorded) = ring.get_mut(at)
        {
            change(recorded);
        }
        drop(ring);
        self.changed.notify_waiters();
    }
}

/// The pen of one request in the log. Dropped early, it notes that the client went away.
#[derive(Debug)]
pub(crate) struct Ticket {
    log: Arc<Log>,
    number: u64,
    over: bool,
}

impl Ticket {
    pub(crate) const fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn fault(&self, kind: &str) {
        self.log.update(self.number, |recorded| recorded.fault = Some(kind.to_owned()));
    }

    pub(crate) fn head(&self, status: StatusCode) {
        let now = self.log.now();
        self.log.update(self.number, |recorded| {
            recorded.status = Some(status.as_u16());
            recorded.head_us = Some(now);
        });
    }

    pub(crate) fn sent(&mut self) {
        self.end(ReplyState::Sent);
    }

    pub(crate) fn cut(&mut self) {
        self.end(ReplyState::Cut);
    }

    fn end(&mut self, state: ReplyState) {
        if self.over {
            return;
        }
        self.over = true;
        let now = self.log.now();
        self.log.update(self.number, |recorded| {
            recorded.state = state;
            recorded.end_us = Some(now);
        });
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.end(ReplyState::Dropped);
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn recorded(headers: &[(&'static str, &'static str)]) -> Recorded {
        let headers = headers
            .iter()
            .map(|&(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        Recorded::new(&Method::GET, "/v1/models", &headers)
    }

    #[test]
    fn secrets_are_replaced_wherever_they_stand() {
        #[track_caller]
        fn check(name: &'static str, value: &'static str, expect: &str) {
            assert_eq!(recorded(&[(name, value)]).header(name), Some(expect));
        }
        check("authorization", "Bearer hf_abc", "<granted>");
        check("authorization", "Basic abc", "<refused>");
        check("cookie", "session=1", "<redacted>");
        check("proxy-authorization", "Basic abc", "<redacted>");
        check("x-api-key", "abc", "<redacted>");
        check("x-hf-token", "abc", "<redacted>");
        check("x-other", "Bearer hf_abc", "<redacted>");
        check(
            "user-agent",
            "unknown/None; hf_hub/2.4.0; python/3.13",
            "unknown/None; hf_hub/2.4.0; python/3.13",
        );
        check("x-hf-bill-to", "sandbox-org", "sandbox-org");
    }

    #[test]
    fn only_the_last_ones_are_kept() {
        let log = Arc::new(Log::new(2));
        let mut tickets: Vec<Ticket> = (0..3).map(|_| log.open(recorded(&[]))).collect();
        for ticket in &mut tickets {
            ticket.head(StatusCode::OK);
        }
        let numbers: Vec<u64> = log.all().iter().map(|recorded| recorded.number).collect();
        assert_eq!(numbers, [2, 3]);
        assert!(log.all().iter().all(|recorded| recorded.status == Some(200)));
        log.clear();
        drop(tickets);
        assert_eq!(log.all(), []);
    }

    #[test]
    fn the_first_end_counts() {
        let log = Arc::new(Log::new(3));
        let mut sent = log.open(recorded(&[]));
        sent.sent();
        sent.cut();
        drop(sent);
        log.open(recorded(&[])).cut();
        drop(log.open(recorded(&[])));
        let states: Vec<ReplyState> = log.all().iter().map(|recorded| recorded.state).collect();
        assert_eq!(states, [ReplyState::Sent, ReplyState::Cut, ReplyState::Dropped]);
    }

    #[test]
    fn a_log_without_room_keeps_nothing() {
        let log = Arc::new(Log::new(0));
        assert_eq!(log.open(recorded(&[])).number(), 1);
        assert_eq!(log.all(), []);
    }
}
