//! What goes on beside the requests: files read anew, the list fetched anew, what was spent kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{Fuse, FusedFuture as _};
use openclaw_atomic_file::ReplaceOptions;
use openclaw_catalog::{Cost, RouterList};
use openclaw_hf_client::Endpoint;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::time::Instant;

use crate::state::{Event, Gateway};
use crate::{Settings, Spent, Watched};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How often what was spent is kept, where it changed.
const KEEP: Duration = Duration::from_secs(5);
/// How long after a failure the list is asked for again, doubled each time up to [`Sources::refresh`].
const AGAIN: Duration = Duration::from_secs(15);
/// A file of what was spent that is larger is none of ours.
const MAX_SPENT: u64 = 1024 * 1024;

/// Why the user's files cannot be used, as lines for a person.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct LoadFailed(
    /// The lines.
    pub String,
);

/// A list that was fetched, and where; another address has another list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Where it was fetched.
    pub endpoint: Endpoint,
    /// The list.
    pub list: RouterList,
}

/// Makes settings: see [`Sources::load`].
pub type Load = Arc<dyn Fn(Option<Listed>) -> Result<Settings, LoadFailed> + Send + Sync>;
/// Keeps bytes: see [`Sources::keep`].
pub type Keep = Arc<dyn Fn(&Endpoint, &[u8]) -> Result<(), String> + Send + Sync>;

/// Where settings come from.
#[derive(Clone)]
pub struct Sources {
    /// Makes settings of the user's files and, where one was fetched, the router's list. It may block.
    pub load: Load,
    /// Keeps the bytes of a list, which was fetched there, for the next start; the error is a clause. It may block.
    pub keep: Keep,
    /// How old the kept list is; `None` where there is none.
    pub age: Option<Duration>,
    /// How old a list may get. Ten minutes is the router's own pace.
    pub refresh: Duration,
    /// Where what was spent is kept; `None` keeps it in memory alone.
    pub spent: Option<PathBuf>,
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources")
            .field("age", &self.age)
            .field("refresh", &self.refresh)
            .field("spent", &self.spent)
            .finish_non_exhaustive()
    }
}

/// Keeps what was spent at once, where [`Sources::spent`] says: for the end of the program.
pub fn keep_spent_now(gateway: &Gateway, sources: &Sources) {
    keep_spent(gateway, sources.spent.as_deref(), gateway.spent());
}

/// Goes on for as long as it is polled; run it beside [`serve`](crate::serve).
///
/// `next_list` is the time until the list is fetched next, as [`first_list`] gives it.
///
/// The files of [`Settings::watched`] are looked at twice a second rather than by the system's notifications, since those
/// miss files on network shares and behind a renamed folder; a look costs some microseconds.
pub async fn upkeep(gateway: &Gateway, sources: Sources, next_list: Duration) -> ! {
    let mut list: Option<Listed> = None;
    let mut known = gateway.snapshot().settings.watched.clone();
    // What was seen of a change at the last look.
    let mut changing: Option<Vec<Watched>> = None;
    let mut kept = read_spent(gateway, sources.spent.as_deref());
    let mut keep_at = Instant::now() + KEEP;
    let mut again = AGAIN;
    let mut fetch_at = Instant::now() + next_list;
    // Beside the rest, since a router that does not answer must not keep a removed key in use.
    let mut fetching = std::pin::pin!(Fuse::terminated());
    loop {
        if fetching.is_terminated() && Instant::now() >= fetch_at {
            fetching.set(fetch(gateway, &sources).fuse());
        }
        tokio::select! {
            fetched = &mut fetching => match fetched {
                Ok((fetched, _)) => {
                    list = Some(fetched);
                    (fetch_at, again) = (Instant::now() + sources.refresh, AGAIN);
                    reload(gateway, &sources, list.clone(), Silent::Yes).await;
                }
                Err(why) => {
                    gateway.tell(Event::NotListed { why: &why });
                    fetch_at = Instant::now() + again.min(sources.refresh);
                    again = again.saturating_mul(2);
                }
            },
            () = tokio::time::sleep(LOOK) => {}
        }
        if Instant::now() >= keep_at {
            keep_at = Instant::now() + KEEP;
            let spent = gateway.spent();
            if spent != kept {
                kept = keep_spent(gateway, sources.spent.as_deref(), spent).unwrap_or(kept);
            }
        }
        let seen: Vec<Watched> = known.iter().map(Watched::again).collect();
        if seen == known {
            changing = None;
        } else if changing.as_ref() == Some(&seen) {
            // What is still being written is read when it has come to rest.
            changing = None;
            known = match reload(gateway, &sources, list.clone(), Silent::No).await {
                // The stamps are from before it was read, and the files may be others.
                Reloaded::Yes => gateway.snapshot().settings.watched.clone(),
                Reloaded::No => seen,
            };
            if list.as_ref().is_some_and(|listed| listed.endpoint != endpoint(gateway)) {
                (list, fetch_at, again) = (None, Instant::now(), AGAIN);
                fetching.set(Fuse::terminated());
            }
        } else {
            changing = Some(seen);
        }
    }
}

/// Whether the files could be used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reloaded {
    Yes,
    No,
}

/// Whether a success is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Silent {
    Yes,
    No,
}

/// Where the list is fetched now.
fn endpoint(gateway: &Gateway) -> Endpoint {
    gateway.snapshot().settings.client.endpoint().clone()
}

/// Fetches the list before anything is served, where none is kept: without it nobody knows whom else to ask.
///
/// It takes no longer than `patience`; where the router does not answer by then, the built-in table serves meanwhile.
/// Gives the time until the list is to be fetched next, for [`upkeep`].
pub async fn first_list(gateway: &Gateway, sources: &Sources, patience: Duration) -> Duration {
    if let Some(age) = sources.age {
        // It could be had when it was last asked for, by whoever kept it.
        gateway.shared.metrics.list_ok.set(1);
        gateway.shared.recent.listed(age, gateway.uptime());
        return sources.refresh.saturating_sub(age);
    }
    match tokio::time::timeout(patience, fetch(gateway, sources)).await {
        Ok(Ok((listed, is_kept))) => {
            reload(gateway, sources, Some(listed), Silent::Yes).await;
            // What could not be kept would be gone at the next change of a file, so it is fetched again.
            if is_kept { sources.refresh } else { Duration::ZERO }
        }
        Ok(Err(why)) => {
            gateway.tell(Event::NotListed { why: &why });
            AGAIN
        }
        Err(_) => {
            gateway.tell(Event::NotListed { why: "the router has not told its models yet" });
            Duration::ZERO
        }
    }
}

/// The list, and whether it could be kept.
async fn fetch(gateway: &Gateway, sources: &Sources) -> Result<(Listed, bool), String> {
    let client = gateway.snapshot().settings.client.clone();
    let fetched = client.list_models().await.map_err(|error| match error.message() {
        Some(message) => format!("{error}: {message}"),
        None => error.to_string(),
    });
    let fetched = fetched.and_then(|fetched| match fetched.list.models.is_empty() {
        true => Err("the router lists no models".to_owned()),
        false => Ok(fetched),
    });
    gateway.shared.metrics.list_ok.set(i64::from(fetched.is_ok()));
    let fetched = fetched?;
    gateway.shared.recent.listed(Duration::ZERO, gateway.uptime());
    gateway.tell(Event::Listed { models: fetched.list.models.len() });
    let keep = Arc::clone(&sources.keep);
    let body = fetched.body;
    let mut is_kept = false;
    let at = client.endpoint().clone();
    match tokio::task::spawn_blocking(move || keep(&at, &body)).await {
        Ok(Ok(())) => is_kept = true,
        Ok(Err(why)) => gateway.tell(Event::NotKept { why: &why }),
        Err(_) => gateway.tell(Event::NotKept { why: "the list could not be kept" }),
    }
    Ok((Listed { endpoint: client.endpoint().clone(), list: fetched.list }, is_kept))
}

async fn reload(gateway: &Gateway, sources: &Sources, list: Option<Listed>, silent: Silent) -> Reloaded {
    let load = Arc::clone(&sources.load);
    let loaded = tokio::task::spawn_blocking(move || load(list)).await;
    let loaded = loaded.unwrap_or_else(|_| Err(LoadFailed("the files could not be read".to_owned())));
    gateway.shared.metrics.config_ok.set(i64::from(loaded.is_ok()));
    match loaded {
        Ok(settings) => {
            gateway.replace(settings);
            if silent == Silent::No {
                gateway.tell(Event::Reloaded);
            }
            Reloaded::Yes
        }
        Err(LoadFailed(why)) => {
            gateway.tell(Event::NotReloaded { why: &why });
            Reloaded::No
        }
    }
}

#[derive(Serialize, Deserialize)]
struct SpentEntry {
    key: String,
    day: u64,
    #[serde(rename = "nanoUsd")]
    nano_usd: u64,
}

/// Reads what was spent and takes it up.
fn read_spent(gateway: &Gateway, path: Option<&Path>) -> Vec<Spent> {
    let Some(path) = path else { return Vec::new() };
    let entries = match openclaw_atomic_file::load(path, MAX_SPENT) {
        Ok(None) => return Vec::new(),
        Ok(Some(loaded)) => {
            serde_json::from_slice::<Vec<SpentEntry>>(&loaded.bytes).map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    match entries {
        Ok(entries) => {
            let spent: Vec<Spent> = entries
                .into_iter()
                .map(|entry| Spent {
                    key: entry.key,
                    day: entry.day,
                    cost: Cost::from_nano_usd(entry.nano_usd),
                })
                .collect();
            gateway.restore_spent(spent.clone());
            spent
        }
        Err(why) => {
            let why = format!("what was spent before cannot be read from `{}`: {why}", path.display());
            gateway.tell(Event::NotKept { why: &why });
            Vec::new()
        }
    }
}

/// Keeps what was spent; `None` where that failed.
fn keep_spent(gateway: &Gateway, path: Option<&Path>, spent: Vec<Spent>) -> Option<Vec<Spent>> {
    let path = path?;
    let entries: Vec<SpentEntry> = spent
        .iter()
        .map(|one| SpentEntry { key: one.key.clone(), day: one.day, nano_usd: one.cost.nano_usd() })
        .collect();
    let bytes = serde_json::to_vec(&entries).ok()?;
    match openclaw_atomic_file::replace(path, &bytes, &ReplaceOptions::default()) {
        Ok(_) => Some(spent),
        Err(error) => {
            let why = format!("what was spent cannot be kept in `{}`: {error}", path.display());
            gateway.tell(Event::NotKept { why: &why });
            None
        }
    }
}
