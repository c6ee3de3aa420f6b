//! Attempt after attempt, until one begins to answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use openclaw_failover::{Attempt, Outcome, Plan, Run, Step};

use super::begun::Begun;
use super::{DriveError, Repr, SharedCooldowns, Switch};
use crate::{Client, Error};

/// A plan on its way: what both loops share.
pub(super) struct Asking<'a, S> {
    run: Run,
    cooldowns: &'a SharedCooldowns,
    asked: Instant,
    last: Option<Error>,
    on_switch: S,
}

/// One attempt that is being made.
pub(super) struct Turn {
    attempt: Attempt,
    started: Instant,
    first_byte: Duration,
}

impl Turn {
    /// What to send as the model.
    pub(super) fn model(&self) -> &str {
        self.attempt.target.model.router_id()
    }

    /// How long it may take to the first byte.
    pub(super) fn first_byte(&self) -> Duration {
        self.first_byte
    }
}

impl<'a, S: FnMut(Switch<'_>)> Asking<'a, S> {
    pub(super) fn new(
        client: &Client,
        plan: impl Into<Arc<Plan>>,
        cooldowns: &'a SharedCooldowns,
        on_switch: S,
    ) -> Self {
        let asked = Instant::now();
        let run = Run::new(plan, client.token_id(), cooldowns.at(asked));
        Self { run, cooldowns, asked, last: None, on_switch }
    }

    /// The next attempt, after its pause.
    pub(super) async fn next(&mut self) -> Result<Turn, DriveError> {
        // The first one follows at once.
        let mut now = if self.run.trail().entries().is_empty() { self.asked } else { Instant::now() };
        let next = self.cooldowns.with_at(now, |cooldowns, now| self.run.next(cooldowns, now));
        let attempt = match next {
            Step::Attempt(attempt) => attempt,
            Step::Stop(stop) => return Err(DriveError(Box::new(Repr { stop, last: self.last.take() }))),
        };
        if let (Some(failed), Some(error)) = (self.run.trail().last(), &self.last) {
            (self.on_switch)(Switch { failed, error, next: &attempt });
        }
        if !attempt.pause.is_zero() {
            tokio::time::sleep(attempt.pause).await;
            now = Instant::now();
        }
        let first_byte = attempt.deadline.saturating_sub(self.cooldowns.at(now));
        Ok(Turn { attempt, started: now, first_byte })
    }

    /// Notes that it failed before anything was seen of an answer.
    pub(super) fn failed(&mut self, turn: Turn, error: Error) {
        let outcome = Outcome {
            status: error.status(),
            provider: error.provider().map(str::to_owned),
            retry_after: error.retry_after(),
            ..Outcome::failed(error.class(), turn.started.elapsed())
        };
        self.cooldowns.with(|cooldowns, now| self.run.record(turn.attempt, outcome, cooldowns, now));
        self.last = Some(error);
    }

    /// The attempt that begins to answer now.
    pub(super) fn begun(self, turn: Turn, now: Instant) -> Begun {
        Begun::new(self.run, turn.attempt, self.cooldowns.clone(), self.asked, turn.started, now)
    }
}
