//! The catalogue that a command works on: kept, asked for, or built in.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use openclaw_atomic_file::ReplaceOptions;
use openclaw_catalog::{Catalog, Layer, RouterList};
use openclaw_config_merge::{Config, store};
use openclaw_credentials::Token;
use openclaw_hf_client::Endpoint;
use serde_json::{Value, json};

use crate::app::App;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::network::ListError;
use crate::{network, out};

/// A kept list older than this is asked for again where a command wants a fresh one.
const FRESH: Duration = Duration::from_secs(600);

/// A kept list larger than this is not read; the client refuses to fetch one.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// The clock of another machine, on which the file may be, can be ahead by as much.
const SKEW: Duration = Duration::from_secs(60);

/// How old a kept list is; `None` where it is from the future by this machine's clock, which says nothing.
pub(crate) type Age = Option<Duration>;

/// Whether the router is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Never: what is kept, or else what is built in.
    Never,
    /// Where there is a token and the kept list is old.
    IfStale,
    /// In any case.
    Always,
}

/// Models, and how they are known.
pub(crate) struct Known {
    pub(crate) catalog: Catalog,
    pub(crate) list: ListState,
}

impl Known {
    /// What every command's `--json` says of the catalogue.
    pub(crate) fn as_json(&self) -> Value {
        self.list.as_json(&self.catalog)
    }
}

/// Why the router's list could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unlisted {
    /// A clause for a warning.
    pub(crate) why: String,
    /// With what a command ends that cannot do without the list.
    pub(crate) exit: Exit,
}

impl From<ListError> for Unlisted {
    fn from(error: ListError) -> Self {
        Self { why: error.clause(), exit: error.exit() }
    }
}

impl fmt::Display for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// Where the router's part of the catalogue comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ListState {
    /// The router was asked just now.
    Asked,
    /// It is kept from before; `why` says why the router could not be asked now.
    Kept { age: Age, why: Option<Unlisted> },
    /// There is none; `why` says why the router could not be asked.
    BuiltIn { why: Option<Unlisted> },
}

impl fmt::Display for ListState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked => f.write_str("asked just now"),
            Self::Kept { age: Some(age), .. } => write!(f, "asked {} ago", crate::view::age(*age)),
            Self::Kept { age: None, .. } => f.write_str("asked before the clock was put back"),
            Self::BuiltIn { .. } => f.write_str("built-in table"),
        }
    }
}

impl ListState {
    /// How many models there are, what is known of the list, and whether the router's own is among it.
    pub(crate) fn as_json(&self, catalog: &Catalog) -> Value {
        json!({
            "models": catalog.models().len(),
            "state": self.to_string(),
            "discovered": catalog.has_discovery(),
        })
    }

    /// Says why the router's own list is not there, where it was wanted.
    pub(crate) fn warn(&self) {
        match self {
            Self::Kept { age: Some(age), why: Some(why) } => {
                out::warn(&format!("{why}; showing the list of {} ago", crate::view::age(*age)));
            }
            Self::Kept { age: None, why: Some(why) } => {
                out::warn(&format!("{why}; showing the list that is kept"));
            }
            Self::BuiltIn { why: Some(why) } => out::warn(&format!("{why}; showing the built-in table")),
            _ => {}
        }
    }
}

/// The list as it is kept on disk, by base URL.
struct Cache {
    path: PathBuf,
}

impl Cache {
    fn of(app: &App, endpoint: &Endpoint) -> Self {
        Self { path: app.places.cache_dir().join(format!("models-{}.json", endpoint.cache_key())) }
    }

    /// The kept list and its age; one that cannot be read is as good as none.
    fn load(&self) -> Option<(RouterList, Age)> {
        let loaded = openclaw_atomic_file::load(&self.path, MAX_BYTES).ok()??;
        // Looked over once as a whole, which is quicker than text by text.
        let list = match std::str::from_utf8(&loaded.bytes) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(&loaded.bytes),
        };
        let list = list.ok()?;
        let written = std::fs::metadata(&self.path).and_then(|metadata| metadata.modified()).ok()?;
        Some((list, age_at(SystemTime::now(), written)))
    }

    /// Keeps a list; the command goes on where that fails, and says so.
    fn save(&self, app: &App, bytes: &[u8]) {
        if let Err(why) = self.try_save(app, bytes) {
            out::warn(&why);
        }
    }

    /// Keeps a list; the error is a clause for a warning.
    fn try_save(&self, app: &App, bytes: &[u8]) -> Result<(), String> {
        let options = ReplaceOptions::default();
        let outcome = openclaw_atomic_file::replace(&self.path, bytes, &options);
        // The age is the file's, so an equal list counts as fresh as well.
        let touched = outcome.map_err(|error| chain(&error)).and_then(|_| {
            std::fs::File::options()
                .write(true)
                .open(&self.path)
                .and_then(|file| file.set_modified(SystemTime::now()))
                .map_err(|error| error.to_string())
        });
        touched.map_err(|why| format!("the list could not be kept in `{}`: {why}", app.shown(&self.path)))
    }
}

/// How old something is, by when it was written.
fn age_at(now: SystemTime, written: SystemTime) -> Age {
    match now.duration_since(written) {
        Ok(age) => Some(age),
        Err(ahead) => (ahead.duration() <= SKEW).then_some(Duration::ZERO),
    }
}

/// An error and its causes in one line.
fn chain(error: &dyn Error) -> String {
    Failure::from_error(Exit::Failure, "", error).causes().join(": ")
}

/// The kept list of an address and its age.
pub(crate) fn kept(app: &App, endpoint: &Endpoint) -> Option<(RouterList, Age)> {
    Cache::of(app, endpoint).load()
}

/// Keeps the bytes of a list that was fetched there; the error is a clause for a warning.
pub(crate) fn keep_bytes(app: &App, endpoint: &Endpoint, bytes: &[u8]) -> Result<(), String> {
    Cache::of(app, endpoint).try_save(app, bytes)
}

/// The catalogue by the config, with the router's list as `ask` has it.
///
/// It never fails because of the network: what is kept or built in serves then, and [`ListState`] says why.
pub(crate) fn known(app: &App, config: &Config, ask: Ask) -> Result<Known> {
    known_within(app, config, ask, None)
}

/// As [`known`], for who has so much time for the router's list; `None` leaves it to the client.
pub(crate) fn known_within(
    app: &App,
    config: &Config,
    ask: Ask,
    patience: Option<Duration>,
) -> Result<Known> {
    let endpoint = app.endpoint(config)?;
    let cache = Cache::of(app, &endpoint);
    let kept = cache.load();
    let is_stale = kept.as_ref().is_none_or(|(_, age)| age.is_none_or(|age| age > FRESH));
    let token = match ask {
        Ask::Never => None,
        Ask::IfStale if !is_stale => None,
        Ask::IfStale | Ask::Always => app.token(config, None).token.map(|found| found.token),
    };
    let asks = ask == Ask::Always || (ask == Ask::IfStale && is_stale && token.is_some());
    let (list, state) = if asks {
        match fetch(app, &endpoint, token, patience) {
            Ok(fetched) => {
                cache.save(app, &fetched.body);
                (Some(fetched.list), ListState::Asked)
            }
            Err(why) => fall_back(kept, Some(why)),
        }
    } else {
        fall_back(kept, None)
    };
    if let Some(list) = &list {
        tell_oddities(app, list);
    }
    Ok(Known { catalog: merged(app, config, list), list: state })
}

fn fall_back(kept: Option<(RouterList, Age)>, why: Option<Unlisted>) -> (Option<RouterList>, ListState) {
    match kept {
        Some((list, age)) => (Some(list), ListState::Kept { age, why }),
        None => (None, ListState::BuiltIn { why }),
    }
}

/// A list that was fetched, with the bytes to keep.
pub(crate) struct Fetched {
    pub(crate) list: RouterList,
    pub(crate) body: Vec<u8>,
}

/// Asks the router.
fn fetch(
    app: &App,
    endpoint: &Endpoint,
    token: Option<Token>,
    patience: Option<Duration>,
) -> Result<Fetched, Unlisted> {
    let client = network::client(app, endpoint, token);
    let list = network::list_models_within(&client, patience);
    let outcome = network::wait(app, "asking the router for its models", list);
    match outcome {
        Ok(Ok(fetched)) => Ok(fetched),
        Ok(Err(error)) => Err(error.into()),
        Err(failure) => Err(Unlisted { why: failure.what().to_owned(), exit: failure.exit() }),
    }
}

/// Keeps a list that was fetched elsewhere, as onboarding does.
pub(crate) fn keep(app: &App, endpoint: &Endpoint, fetched: &Fetched) {
    Cache::of(app, endpoint).save(app, &fetched.body);
}

/// The catalogue of a list and the user's files.
pub(crate) fn merged(app: &App, config: &Config, list: Option<RouterList>) -> Catalog {
    let models_json = match store::read_models_json(&app.places.models_json()) {
        Ok(json) => json,
        Err(error) => {
            // OpenClaw derives that file anew by itself.
            let shown = app.shown(error.path());
            out::warn(&format!("`{shown}` is not used: {error}"));
            None
        }
    };
    let discovered = list.map(|list| Layer::discovered(list.models));
    Catalog::merge(
        [Layer::built_in()].into_iter().chain(discovered).chain(config.layers(models_json.as_ref())),
    )
}

fn tell_oddities(app: &App, list: &RouterList) {
    if !app.verbose {
        return;
    }
    for warning in &list.warnings {
        out::warn(&format!("in the router's list, {warning}"));
    }
    if list.more_warnings > 0 {
        out::warn(&format!("in the router's list, {} more oddities", list.more_warnings));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_from_the_future_has_no_age() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        assert_eq!(age_at(now, now - Duration::from_secs(5)), Some(Duration::from_secs(5)));
        assert_eq!(age_at(now, now + SKEW), Some(Duration::ZERO));
        assert_eq!(age_at(now, now + SKEW + Duration::from_secs(1)), None);
    }
}
