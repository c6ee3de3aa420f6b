//! Cooldowns that many calls share.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use openclaw_failover::Cooldowns;

/// [`Cooldowns`] that many calls share, with the clock that they are counted on. Cheap to clone; clones are the same.
#[derive(Debug, Clone)]
pub struct SharedCooldowns(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    since: Instant,
    cooldowns: Mutex<Cooldowns>,
}

impl Default for SharedCooldowns {
    /// Nothing is cooling, and the clock begins now.
    fn default() -> Self {
        Self(Arc::new(Shared { since: Instant::now(), cooldowns: Mutex::default() }))
    }
}

impl SharedCooldowns {
    /// The time on their clock.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.at(Instant::now())
    }

    /// What their clock shows at a moment: to look at the clock but once where much happens in it.
    pub(super) fn at(&self, moment: Instant) -> Duration {
        moment.saturating_duration_since(self.0.since)
    }

    /// Looks at them or changes them, at the time given; others wait meanwhile, so be quick.
    pub fn with<T>(&self, act: impl FnOnce(&mut Cooldowns, Duration) -> T) -> T {
        self.with_at(Instant::now(), act)
    }

    /// As [`with`](Self::with), at a moment that is now.
    pub(super) fn with_at<T>(&self, moment: Instant, act: impl FnOnce(&mut Cooldowns, Duration) -> T) -> T {
        // A panic while holding the lock leaves nothing half-made in there.
        let mut cooldowns = self.0.cooldowns.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut cooldowns, self.at(moment))
    }
}
