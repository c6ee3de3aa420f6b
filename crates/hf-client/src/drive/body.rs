//! The loop over bodies that are passed on as they are: for a gateway.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use openclaw_failover::{Plan, Target, Trail};

use super::asking::Asking;
use super::begun::Begun;
use super::{DriveError, SharedCooldowns, Switch};
use crate::client::{deadline, judge_reply};
use crate::error::{Fault, NotAnAnswer};
use crate::wire::{ChatBody, glance_reply, reply_as_event};
use crate::{Client, Error, Meta, RawReply, Relay, StreamMode, TimeoutPhase, Usage};

/// How many bytes of a stream are collected, while they are there at once, before they are handed on.
const AT_ONCE: usize = 64 * 1024;

/// An answer in the bytes of whoever gave it, with what was tried before.
#[derive(Debug)]
pub enum DrivenBody {
    /// One JSON document, whole and valid.
    Whole(Box<DrivenWhole>),
    /// A stream that has begun to answer.
    Stream(Box<DrivenStream>),
}

/// A whole reply in the bytes of whoever gave it.
#[derive(Debug)]
pub struct DrivenWhole {
    body: Bytes,
    usage: Option<Usage>,
    meta: Meta,
    begun: Begun,
}

/// A stream in the bytes of whoever gives it. Dropping it closes the connection.
///
/// Read it to its end: only then is the attempt that answers in the [`trail`](Self::trail), and its offer warm again.
pub struct DrivenStream {
    reply: RawReply,
    relay: Relay,
    begun: Begun,
    /// Until when what may follow the finish reason is waited for.
    patience: Option<tokio::time::Instant>,
    is_over: bool,
}

impl fmt::Debug for DrivenStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DrivenStream")
            .field("reply", &self.reply)
            .field("relay", &self.relay)
            .field("begun", &self.begun)
            .finish_non_exhaustive()
    }
}

/// As [`drive`](super::drive), with a body that a client of ours wrote, and an answer in the provider's own bytes.
///
/// A whole reply is held, bounded by [`Limits::reply`](crate::Limits::reply), until it is there and valid, so that one
/// that is cut or broken is asked for elsewhere.
/// A stream is held until an event says something.
///
/// # Errors
/// [`DriveError`] where nobody began to answer: it has the reason, the trail and the last refusal.
pub async fn drive_body(
    client: &Client,
    plan: impl Into<Arc<Plan>>,
    cooldowns: &SharedCooldowns,
    body: &ChatBody,
    on_switch: impl FnMut(Switch<'_>),
) -> Result<DrivenBody, DriveError> {
    let mut asking = Asking::new(client, plan, cooldowns, on_switch);
    loop {
        let turn = asking.next().await?;
        match attempt(client, body, turn.model(), turn.first_byte()).await {
            Ok(Answer::Whole(whole)) => {
                let (body, usage, meta) = *whole;
                let now = Instant::now();
                let mut begun = asking.begun(turn, now);
                begun.end_at(now, Ok(()), &meta);
                return Ok(DrivenBody::Whole(Box::new(DrivenWhole { body, usage, meta, begun })));
            }
            Ok(Answer::Stream(stream)) => {
                let (reply, relay) = *stream;
                let begun = asking.begun(turn, Instant::now());
                let stream = DrivenStream { reply, relay, begun, patience: None, is_over: false };
                return Ok(DrivenBody::Stream(Box::new(stream)));
            }
            Err(error) => asking.failed(turn, error),
        }
    }
}

/// Boxed, since futures that carry them are moved.
enum Answer {
    Whole(Box<(Bytes, Option<Usage>, Meta)>),
    Stream(Box<(RawReply, Relay)>),
}

async fn attempt(
    client: &Client,
    body: &ChatBody,
    model: &str,
    first_byte: Duration,
) -> Result<Answer, Error> {
    let mut reply = client.chat_raw_within(body.to_bytes(model), body.mode(), first_byte).await?;
    let limits = client.options().limits;
    if body.mode() == StreamMode::Whole {
        let body = reply.read_whole("the reply", limits.reply).await?;
        let usage = match glance_reply(&body) {
            Some(usage) => usage,
            None => judge_reply(&reply, &body)?.usage,
        };
        return Ok(Answer::Whole(Box::new((body, usage, reply.into_meta()))));
    }
    let mut relay = Relay::with(body.usage_wish(), limits.event, reply.redactor().clone());
    if reply.is_json() {
        // Some providers send a whole reply although a stream was asked for.
        let whole = reply.read_whole("the reply", limits.reply).await?;
        judge_reply(&reply, &whole)?;
        let event = reply_as_event(&whole);
        relay.feed_reply(&event.ok_or_else(|| reply.not_json("a chat reply"))?);
        if let Some(Err(error)) = relay.end() {
            return Err(reply.error(error.clone()));
        }
        return Ok(Answer::Stream(Box::new((reply, relay))));
    }
    if reply.is_html() {
        return Err(reply.error(Fault::NotAnAnswer(NotAnAnswer::Html)));
    }
    let until = reply.first_byte().unwrap_or_else(|| deadline(first_byte));
    while !relay.is_open() {
        if let Some(Err(error)) = relay.end() {
            return Err(reply.error(error.clone()));
        }
        // Comments and empty frames keep a connection alive, but are not an answer.
        match reply.chunk_until(until, TimeoutPhase::FirstByte, first_byte).await? {
            Some(bytes) => relay.feed(&bytes),
            None => relay.finish(),
        }
    }
    Ok(Answer::Stream(Box::new((reply, relay))))
}

impl DrivenWhole {
    /// The reply as it came.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Tokens; `None` when the provider did not say.
    #[must_use]
    pub fn usage(&self) -> Option<&Usage> {
        self.usage.as_ref()
    }

    /// What was asked of whom: the attempt that answered.
    #[must_use]
    pub fn target(&self) -> &Target {
        self.begun.target()
    }

    /// Who answered.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// What was tried, the attempt that answered included.
    #[must_use]
    pub fn trail(&self) -> &Trail {
        self.begun.trail()
    }

    /// From the first request, whoever refused it, to the last byte.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.begun.time_to_first_event()
    }
}

impl DrivenStream {
    /// The next whole events, as many as are there at once; `None` after the last one, and after an error.
    ///
    /// The `[DONE]` at the end is not among them, so that the caller can put something in front of it. Safe to cancel.
    ///
    /// # Errors
    /// [`Class::Truncated`](crate::Class::Truncated) when the stream ends, or the connection breaks, before a finish
    /// reason; [`Class::Timeout`](crate::Class::Timeout) when nothing comes for too long;
    /// [`Class::Malformed`](crate::Class::Malformed) for what is not a chunk; the class of the error that the provider
    /// reports in the place of a chunk. Nothing else is asked then: it would be a second answer.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        if self.is_over {
            return None;
        }
        loop {
            while self.relay.end().is_none() && self.relay.ready() < AT_ONCE {
                match self.reply.chunk_now().await {
                    Some(bytes) => self.relay.feed(&bytes),
                    None => break,
                }
            }
            if self.relay.ready() > 0 {
                return Some(Ok(self.relay.take()));
            }
            match self.relay.end() {
                None => {}
                Some(Ok(())) => {
                    self.reply.let_go();
                    return self.end(None);
                }
                Some(Err(error)) => {
                    let error = self.reply.error(error.clone());
                    return self.end(Some(error));
                }
            }
            if let Err(error) = self.wait().await {
                return self.end(Some(error));
            }
        }
    }

    /// Waits for bytes.
    async fn wait(&mut self) -> Result<(), Error> {
        let timeouts = self.reply.timeouts();
        let has_finished = self.relay.is_finished();
        let (until, after) = match has_finished {
            // Once in all, so that comments cannot keep it open.
            true => {
                let after = timeouts.between_chunks.min(timeouts.after_finish);
                (*self.patience.get_or_insert_with(|| deadline(after)), after)
            }
            false => (deadline(timeouts.between_chunks), timeouts.between_chunks),
        };
        match self.reply.chunk_until(until, TimeoutPhase::BetweenChunks, after).await {
            Ok(Some(bytes)) => self.relay.feed(&bytes),
            Ok(None) => self.relay.finish(),
            // The answer is whole; only its usage may be missing.
            Err(_) if has_finished => self.relay.finish(),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn end(&mut self, error: Option<Error>) -> Option<Result<Bytes, Error>> {
        self.is_over = true;
        let result = error.as_ref().map_or(Ok(()), |error| Err(error.class()));
        self.begun.end(result, self.reply.meta());
        error.map(Err)
    }

    /// Tokens so far, as the provider counts them; `None` when it has not said.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        self.relay.usage()
    }

    /// How many events came so far.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.relay.events()
    }

    /// What was asked of whom: the attempt that answers.
    #[must_use]
    pub fn target(&self) -> &Target {
        self.begun.target()
    }

    /// Who answers.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        self.reply.meta()
    }

    /// What was tried; after the last event, with the attempt that answered.
    #[must_use]
    pub fn trail(&self) -> &Trail {
        self.begun.trail()
    }

    /// From the first request, whoever refused it, to the first event that says something.
    #[must_use]
    pub fn time_to_first_event(&self) -> Duration {
        self.begun.time_to_first_event()
    }

    /// From the first request, whoever refused it, to now.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}
