//! An answer as events, with what was tried before.

use std::fmt;
use std::time::Duration;

use openclaw_failover::{Target, Trail};

use super::begun::Begun;
use crate::{ChatEvent, ChatStream, Error, Meta, Summary};

/// An answer that has begun, with what was tried before. Dropping it closes the connection.
///
/// Read it to its end: only then is the attempt that answers in the [`trail`](Self::trail), and its offer warm again.
pub struct Driven {
    stream: ChatStream,
    begun: Begun,
}

impl fmt::Debug for Driven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driven")
            .field("stream", &self.stream)
            .field("begun", &self.begun)
            .finish_non_exhaustive()
    }
}

impl Driven {
    pub(super) fn new(stream: ChatStream, begun: Begun) -> Self {
        Self { stream, begun }
    }

    /// The next event; `None` after the last one, and after an error. Safe to cancel.
    ///
    /// # Errors
    /// As [`ChatStream::next`]. Nothing else is asked then: it would be a second answer.
    pub async fn next(&mut self) -> Option<Result<ChatEvent, Error>> {
        let event = self.stream.next().await;
        match &event {
            Some(Ok(_)) => {}
            Some(Err(error)) => self.begun.end(Err(error.class()), self.stream.meta()),
            None => self.begun.end(Ok(()), self.stream.meta()),
        }
        event
    }

    /// What was asked of whom: the attempt that answers.
    #[must_use]
    pub fn target(&self) -> &Target {
        self.begun.target()
    }

    /// Who answers.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        self.stream.meta()
    }

    /// What was tried; after the last event, with the attempt that answered.
    #[must_use]
    pub fn trail(&self) -> &Trail {
        self.begun.trail()
    }

    /// What is known about the answer so far; times are those of the attempt that answers.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.stream.summary()
    }

    /// From the first request, whoever refused it, to the first text, thought or tool call.
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
