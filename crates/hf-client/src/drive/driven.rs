//! An answer that has begun, with what was tried before.

use std::fmt;
use std::time::{Duration, Instant};

use openclaw_failover::{Attempt, Class, Outcome, Run, Target, Trail};

use super::SharedCooldowns;
use crate::{ChatEvent, ChatStream, Error, Meta, Summary};

/// An answer that has begun, with what was tried before. Dropping it closes the connection.
///
/// Read it to its end: only then is the attempt that answers in the [`trail`](Self::trail), and its offer warm again.
pub struct Driven {
    stream: ChatStream,
    target: Target,
    run: Run,
    /// The attempt that answers, while its end is not known.
    open: Option<Attempt>,
    cooldowns: SharedCooldowns,
    asked: Instant,
    started: Instant,
    time_to_first_event: Duration,
}

impl fmt::Debug for Driven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driven")
            .field("stream", &self.stream)
            .field("target", &self.target)
            .field("trail", self.run.trail())
            .finish_non_exhaustive()
    }
}

impl Driven {
    pub(super) fn new(
        stream: ChatStream,
        run: Run,
        attempt: Attempt,
        cooldowns: SharedCooldowns,
        asked: Instant,
        started: Instant,
    ) -> Self {
        let (target, time_to_first_event) = (attempt.target.clone(), asked.elapsed());
        Self { stream, target, run, open: Some(attempt), cooldowns, asked, started, time_to_first_event }
    }

    /// The next event; `None` after the last one, and after an error. Safe to cancel.
    ///
    /// # Errors
    /// As [`ChatStream::next`]. Nothing else is asked then: it would be a second answer.
    pub async fn next(&mut self) -> Option<Result<ChatEvent, Error>> {
        let event = self.stream.next().await;
        match &event {
            Some(Ok(_)) => {}
            Some(Err(error)) => self.end(Err(error.class())),
            None => self.end(Ok(())),
        }
        event
    }

    fn end(&mut self, result: Result<(), Class>) {
        let Some(attempt) = self.open.take() else { return };
        let outcome = Outcome {
            result,
            status: Some(self.stream.meta().status),
            provider: self.stream.meta().provider.clone(),
            ..Outcome::answered(self.started.elapsed())
        };
        self.cooldowns.with(|cooldowns, now| self.run.record(attempt, outcome, cooldowns, now));
    }

    /// What was asked of whom: the attempt that answers.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Who answers.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        self.stream.meta()
    }

    /// What was tried; after the last event, with the attempt that answered.
    #[must_use]
    pub fn trail(&self) -> &Trail {
        self.run.trail()
    }

    /// What is known about the answer so far; times are those of the attempt that answers.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.stream.summary()
    }

    /// From the first request, whoever refused it, to the first text, thought or tool call.
    #[must_use]
    pub fn time_to_first_event(&self) -> Duration {
        self.time_to_first_event
    }

    /// From the first request, whoever refused it, to now.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.asked.elapsed()
    }
}
