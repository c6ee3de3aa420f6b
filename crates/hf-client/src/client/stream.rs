//! An answer as it is made.

use std::fmt;
use std::time::{Duration, Instant};

use super::options::Timeouts;
use super::raw::{RawReply, deadline};
use crate::meta::Meta;
use crate::wire::{FinishReason, Usage};
use crate::{ChatDecoder, ChatEvent, Error, TimeoutPhase};

/// An answer as it is made. Dropping it closes the connection, and the provider stops.
///
/// ```no_run
/// # async fn run(client: openclaw_hf_client::Client, request: openclaw_hf_client::ChatRequest)
/// # -> Result<(), openclaw_hf_client::Error> {
/// use openclaw_hf_client::ChatEvent;
///
/// let mut stream = client.chat_stream(&request).await?;
/// while let Some(event) = stream.next().await {
///     if let ChatEvent::Content(text) = event? {
///         print!("{text}");
///     }
/// }
/// println!("{:?} {:?}", stream.meta().provider, stream.summary().usage);
/// # Ok(())
/// # }
/// ```
pub struct ChatStream {
    reply: RawReply,
    decoder: ChatDecoder,
    timeouts: Timeouts,
    started: Instant,
    /// The event that was waited for before the stream was handed out.
    first: Option<ChatEvent>,
    time_to_first_event: Duration,
    /// Until when what may follow the finish reason is waited for.
    patience: Option<tokio::time::Instant>,
    failed: bool,
}

/// What is known about an answer so far; after the last event, about the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Tokens, as the provider counted them; `None` when it did not say.
    pub usage: Option<Usage>,
    /// Why the answer ended; `None` while it goes on.
    pub finish_reason: Option<FinishReason>,
    /// From the call to the first text, thought or tool call.
    pub time_to_first_event: Duration,
    /// From the call to now.
    pub elapsed: Duration,
}

/// A stream whose first event has not come.
pub(super) struct Start {
    pub(super) reply: RawReply,
    pub(super) decoder: ChatDecoder,
    pub(super) timeouts: Timeouts,
    pub(super) started: Instant,
}

impl fmt::Debug for ChatStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatStream")
            .field("reply", &self.reply)
            .field("decoder", &self.decoder)
            .finish_non_exhaustive()
    }
}

impl ChatStream {
    /// Waits for the first event.
    pub(super) async fn start(start: Start) -> Result<Self, Error> {
        let Start { mut reply, mut decoder, timeouts, started } = start;
        let deadline = reply.first_byte();
        let first = loop {
            match decoder.next_event() {
                Some(Ok(event)) => break Some(event),
                Some(Err(error)) => return Err(reply.error(error)),
                // Only after `[DONE]` and the like, and then there was an event or an error before.
                None if decoder.is_over() => break None,
                None => {}
            }
            let chunk = match deadline {
                // Comments and empty frames keep a connection alive, but are not an answer.
                Some(deadline) => {
                    reply.chunk_until(deadline, TimeoutPhase::FirstByte, timeouts.first_byte).await?
                }
                None => reply.next_chunk().await?,
            };
            match chunk {
                Some(bytes) => decoder.feed(&bytes),
                None => decoder.finish(),
            }
        };
        let time_to_first_event = started.elapsed();
        let patience = None;
        Ok(Self { reply, decoder, timeouts, started, first, time_to_first_event, patience, failed: false })
    }

    /// The next event; `None` after the last one, and after an error. Safe to cancel.
    ///
    /// # Errors
    /// [`Class::Truncated`](crate::Class::Truncated) when the stream ends, or the connection breaks, before a finish
    /// reason; [`Class::Timeout`](crate::Class::Timeout) when nothing comes for too long;
    /// [`Class::Malformed`](crate::Class::Malformed) for what is not a chunk; the class of the error that the provider
    /// reports in the place of a chunk.
    pub async fn next(&mut self) -> Option<Result<ChatEvent, Error>> {
        if let Some(event) = self.first.take() {
            return Some(Ok(event));
        }
        if self.failed {
            return None;
        }
        loop {
            match self.decoder.next_event() {
                Some(Ok(event)) => return Some(Ok(event)),
                Some(Err(error)) => return self.fail(self.reply.error(error)),
                None if self.decoder.is_over() => {
                    self.reply.let_go();
                    return None;
                }
                None => {}
            }
            let has_finished = self.decoder.finish_reason().is_some();
            let between = self.timeouts.between_chunks;
            let (until, after) = match has_finished {
                // Once in all, so that comments cannot keep it open.
                true => {
                    let after = between.min(self.timeouts.after_finish);
                    (*self.patience.get_or_insert_with(|| deadline(after)), after)
                }
                false => (deadline(between), between),
            };
            match self.reply.chunk_until(until, TimeoutPhase::BetweenChunks, after).await {
                Ok(Some(bytes)) => self.decoder.feed(&bytes),
                Ok(None) => self.decoder.finish(),
                // The answer is whole; only its usage may be missing.
                Err(_) if has_finished => self.decoder.finish(),
                Err(error) => return self.fail(error),
            }
        }
    }

    /// Who answers.
    pub fn meta(&self) -> &Meta {
        self.reply.meta()
    }

    /// What is known about the answer so far.
    pub fn summary(&self) -> Summary {
        Summary {
            usage: self.decoder.usage().cloned(),
            finish_reason: self.decoder.finish_reason().cloned(),
            time_to_first_event: self.time_to_first_event,
            elapsed: self.started.elapsed(),
        }
    }

    fn fail(&mut self, error: Error) -> Option<Result<ChatEvent, Error>> {
        self.failed = true;
        Some(Err(error))
    }
}
