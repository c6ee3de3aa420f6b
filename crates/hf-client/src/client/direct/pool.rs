//! Connections that wait for their next request.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use super::link::Link;

/// How long a connection is kept unused at most: less than servers and what is between usually grant.
const KEEP: Duration = Duration::from_secs(20);
/// How often it is looked at in that time. Its age is counted in these looks: a clock read for each request costs more.
pub(super) const LOOKS: u32 = 4;
/// How many are kept.
const MOST: usize = 256;

/// Connections that wait for their next request, the youngest at the end.
#[derive(Default)]
pub(super) struct Pool(Mutex<Idle>);

#[derive(Default)]
struct Idle {
    /// Each with the number of looks there had been when it was put there.
    links: Vec<(u32, Link)>,
    looks: u32,
    /// Whether somebody looks after them.
    is_watched: bool,
}

impl Pool {
    /// The youngest, which is the most likely to be open still; whoever sends over it sees whether it is.
    pub(super) fn take(&self) -> Option<Link> {
        self.idle().links.pop().map(|(_, link)| link)
    }

    /// Keeps one.
    pub(super) fn put(self: &Arc<Self>, link: Link) {
        let mut idle = self.idle();
        if idle.links.len() < MOST {
            let looks = idle.looks;
            idle.links.push((looks, link));
        }
        if !std::mem::replace(&mut idle.is_watched, true) {
            tokio::spawn(watch(Arc::downgrade(self)));
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.idle().links.is_empty()
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Idle> {
        // A panic while holding the lock leaves nothing half-made in there.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of what is too old; whether anything is left.
    pub(super) fn prune(&self) -> bool {
        let mut idle = self.idle();
        idle.looks = idle.looks.wrapping_add(1);
        let looks = idle.looks;
        idle.links.retain(|(since, _)| looks.wrapping_sub(*since) < LOOKS);
        idle.is_watched = !idle.links.is_empty();
        idle.is_watched
    }
}

/// Lets go of old connections for as long as there are any, so that their files and memory do not outlive a burst.
async fn watch(pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(KEEP / LOOKS).await;
        match pool.upgrade() {
            Some(pool) if pool.prune() => {}
            _ => return,
        }
    }
}
