//! Connections that wait for their next request.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::time::Instant;

use super::link::Link;

/// How long a connection is kept unused: less than servers and what is between usually grant.
const KEEP: Duration = Duration::from_secs(20);
/// How many are kept.
const MOST: usize = 256;

/// Connections that wait for their next request, the youngest at the end.
#[derive(Default)]
pub(super) struct Pool(Mutex<Idle>);

#[derive(Default)]
struct Idle {
    links: Vec<(Instant, Link)>,
    /// Whether somebody looks after them.
    is_watched: bool,
}

impl Pool {
    /// One that can be used; the youngest is the most likely to be open still.
    pub(super) fn take(&self) -> Option<Link> {
        loop {
            let (since, mut link) = self.idle().links.pop()?;
            if since.elapsed() < KEEP && link.is_usable() {
                return Some(link);
            }
        }
    }

    /// Keeps one.
    pub(super) fn put(self: &Arc<Self>, link: Link) {
        let mut idle = self.idle();
        if idle.links.len() < MOST {
            idle.links.push((Instant::now(), link));
        }
        if !std::mem::replace(&mut idle.is_watched, true) {
            tokio::spawn(watch(Arc::downgrade(self)));
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Idle> {
        // A panic while holding the lock leaves nothing half-made in there.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of what is too old; whether anything is left.
    fn prune(&self) -> bool {
        let mut idle = self.idle();
        idle.links.retain(|(since, _)| since.elapsed() < KEEP);
        idle.is_watched = !idle.links.is_empty();
        idle.is_watched
    }
}

/// Lets go of old connections for as long as there are any, so that their files and memory do not outlive a burst.
async fn watch(pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(KEEP / 4).await;
        match pool.upgrade() {
            Some(pool) if pool.prune() => {}
            _ => return,
        }
    }
}
