//! An attempt that began to answer, with what was tried before.

use std::fmt;
use std::time::{Duration, Instant};

use openclaw_failover::{Attempt, Class, Outcome, Run, Target, Trail};

use super::SharedCooldowns;
use crate::Meta;

/// An attempt that began to answer, with what was tried before.
pub(super) struct Begun {
    target: Target,
    run: Run,
    /// The attempt that answers, while its end is not known.
    open: Option<Attempt>,
    cooldowns: SharedCooldowns,
    asked: Instant,
    started: Instant,
    time_to_first_event: Duration,
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun")
            .field("target", &self.target)
            .field("trail", self.run.trail())
            .finish_non_exhaustive()
    }
}

impl Begun {
    pub(super) fn new(
        run: Run,
        attempt: Attempt,
        cooldowns: SharedCooldowns,
        asked: Instant,
        started: Instant,
        now: Instant,
    ) -> Self {
        let (target, time_to_first_event) = (attempt.target.clone(), now.saturating_duration_since(asked));
        Self { target, run, open: Some(attempt), cooldowns, asked, started, time_to_first_event }
    }

    /// Notes how the answer ended; only the first end counts.
    pub(super) fn end(&mut self, result: Result<(), Class>, meta: &Meta) {
        self.end_at(Instant::now(), result, meta);
    }

    /// As [`end`](Self::end), at a moment that is now.
    pub(super) fn end_at(&mut self, now: Instant, result: Result<(), Class>, meta: &Meta) {
        let Some(attempt) = self.open.take() else { return };
        let outcome = Outcome {
            result,
            status: Some(meta.status),
            provider: meta.provider.clone(),
            ..Outcome::answered(now.saturating_duration_since(self.started))
        };
        self.cooldowns.with_at(now, |cooldowns, now| self.run.record(attempt, outcome, cooldowns, now));
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    pub(super) fn trail(&self) -> &Trail {
        self.run.trail()
    }

    pub(super) fn time_to_first_event(&self) -> Duration {
        self.time_to_first_event
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.asked.elapsed()
    }
}
