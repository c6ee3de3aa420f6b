//! What all requests of a gateway share.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::routing::{any, get, post};
use bytes::Bytes;
use openclaw_hf_client::{SharedCooldowns, Switch};

use crate::budget::Budget;
use crate::ledger::{Ledger, Moment};
use crate::metrics::Metrics;
use crate::recent::Recent;
use crate::route::Routes;
#[cfg(feature = "redis")]
use crate::sharing::Standing;
use crate::{Options, Settings, Spent, chat, models, page, status};

/// A gateway: any OpenAI client's requests go in, the best offer's answers come out. Cheap to clone; clones are the same.
///
/// ```
/// use openclaw_catalog::{Catalog, Layer};
/// use openclaw_gateway::{Gateway, Keys, Options, Settings};
/// use openclaw_hf_client::{Client, Endpoint, EndpointInput, Token};
///
/// let endpoint = Endpoint::resolve(&EndpointInput::default())?;
/// let client = Client::new(endpoint, Some(Token::parse("hf_example")?), Default::default());
/// let primary = "huggingface/deepseek-ai/DeepSeek-R1".parse()?;
/// let settings = Settings::new(client, Catalog::merge([Layer::built_in()]), primary, Keys::Open);
/// let gateway = Gateway::new(settings, Options::default());
/// let app: axum::Router = gateway.router();
/// # let _ = app;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Gateway {
    pub(crate) shared: Arc<Shared>,
}

/// Where questions are asked.
pub(crate) const CHAT: &str = "/v1/chat/completions";

/// Who is told what happens; called on the way of requests, so it must be quick.
pub type Observer = Arc<dyn Fn(Event<'_>) + Send + Sync>;

/// Something that happened. None holds a word of a question or an answer.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A request for an answer ended.
    Asked {
        /// The name of the key; `None` where none is needed.
        key: Option<&'a str>,
        /// The model as the client named it.
        model: &'a str,
        /// `answered`, `aborted`, or the class of what failed.
        result: &'a str,
        /// Who answered, as far as it is known.
        provider: Option<&'a str>,
        /// How many attempts it took.
        attempts: usize,
        /// From the request's head to the last byte.
        elapsed: Duration,
    },
    /// An attempt failed, and another follows.
    Switched(Switch<'a>),
    /// The user's files were read anew.
    Reloaded,
    /// They cannot be used; what was read before goes on.
    NotReloaded {
        /// Why, in lines.
        why: &'a str,
    },
    /// The router's list was fetched.
    Listed {
        /// How many models it has.
        models: usize,
    },
    /// It cannot be had; what there is goes on.
    NotListed {
        /// Why.
        why: &'a str,
    },
    /// Something could not be kept on disk.
    NotKept {
        /// What, and why.
        why: &'a str,
    },
    /// Traces could not be sent; told once, until some go through again. Only with the feature `otlp`.
    NotExported {
        /// Why.
        why: &'a str,
    },
    /// The system gives no further connection; told once, until one comes again.
    NotAccepted {
        /// Why.
        why: &'a str,
    },
    /// Cooldowns, limits and spend are shared with other gateways from now on.
    #[cfg(feature = "redis")]
    StateShared {
        /// Where, without user and password.
        at: &'a str,
    },
    /// They can no longer be shared; until they can, this gateway counts for itself.
    #[cfg(feature = "redis")]
    StateLost {
        /// Where they were, without user and password.
        at: &'a str,
        /// Why.
        why: &'a str,
    },
    /// A request panicked; the others go on.
    Panicked,
}

pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) cooldowns: SharedCooldowns,
    pub(crate) ledger: Mutex<Ledger>,
    pub(crate) metrics: Metrics,
    pub(crate) recent: Recent,
    /// Bytes that are held.
    pub(crate) memory: Budget,
    /// Requests that run.
    pub(crate) running: Budget,
    snapshot: RwLock<Arc<Snapshot>>,
    observer: Option<Observer>,
    since: Instant,
    is_draining: AtomicBool,
    #[cfg(feature = "otlp")]
    otlp: std::sync::OnceLock<crate::Otlp>,
    /// Whether others can be told anything, and since when; `None` where nobody said where.
    #[cfg(feature = "redis")]
    standing: Mutex<Option<(Standing, Duration)>>,
}

/// The settings with what is made of them once.
pub(crate) struct Snapshot {
    pub(crate) settings: Settings,
    pub(crate) routes: Routes,
    /// The body of `GET /v1/models`, by the place of the key that may see less than all.
    pub(crate) listed: Mutex<HashMap<Option<usize>, Bytes>>,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("options", &self.shared.options).finish_non_exhaustive()
    }
}

impl Gateway {
    /// A gateway that nobody watches.
    #[must_use]
    pub fn new(settings: Settings, options: Options) -> Self {
        Self::watched(settings, options, None)
    }

    /// A gateway that tells an observer what happens.
    #[must_use]
    pub fn watched(settings: Settings, options: Options, observer: Option<Observer>) -> Self {
        let metrics = Metrics::default();
        metrics.models.set(i64::try_from(settings.catalog.models().len()).unwrap_or(i64::MAX));
        Self {
            shared: Arc::new(Shared {
                cooldowns: SharedCooldowns::default(),
                ledger: Mutex::default(),
                metrics,
                recent: Recent::default(),
                memory: Budget::new(options.limits.memory),
                running: Budget::new(options.limits.requests),
                snapshot: RwLock::new(Arc::new(Snapshot::new(settings))),
                options,
                observer,
                since: Instant::now(),
                is_draining: AtomicBool::new(false),
                #[cfg(feature = "otlp")]
                otlp: std::sync::OnceLock::new(),
                #[cfg(feature = "redis")]
                standing: Mutex::default(),
            }),
        }
    }

    /// Goes on with other settings; running requests end with those that they began with.
    pub fn replace(&self, settings: Settings) {
        self.shared.metrics.models.set(i64::try_from(settings.catalog.models().len()).unwrap_or(i64::MAX));
        let snapshot = Arc::new(Snapshot::new(settings));
        // A panic while holding the lock leaves nothing half-made in there.
        *self.shared.snapshot.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
    }

    /// The settings as they are now.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.shared.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What each key spent on its latest day, to be kept over a restart.
    #[must_use]
    pub fn spent(&self) -> Vec<Spent> {
        self.ledger(|ledger, _| ledger.spent())
    }

    /// Takes up what was spent before a restart.
    pub fn restore_spent(&self, spent: Vec<Spent>) {
        self.ledger(|ledger, _| ledger.restore(spent));
    }

    pub(crate) fn ledger<T>(&self, act: impl FnOnce(&mut Ledger, Moment) -> T) -> T {
        let moment = Moment {
            since: self.uptime(),
            wall: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
        };
        act(&mut self.shared.ledger.lock().unwrap_or_else(PoisonError::into_inner), moment)
    }

    /// How long it has been there: the clock of what is kept of the last hour.
    pub(crate) fn uptime(&self) -> Duration {
        self.uptime_at(Instant::now())
    }

    pub(crate) fn uptime_at(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.shared.since)
    }

    /// How many requests run.
    #[must_use]
    pub fn running(&self) -> usize {
        self.shared.running.used()
    }

    /// Hands what requests come to over to a collector as well, from now on; the first that is given stays.
    #[cfg(feature = "otlp")]
    pub fn export(&self, otlp: crate::Otlp) {
        // A second one is dropped, as is said above.
        let _ = self.shared.otlp.set(otlp);
    }

    /// Where traces and metrics go, if anywhere.
    #[cfg(feature = "otlp")]
    #[must_use]
    pub fn otlp(&self) -> Option<&crate::Otlp> {
        self.shared.otlp.get()
    }

    /// From now on it says that it is not ready.
    pub(crate) fn drain(&self) {
        self.shared.is_draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.shared.is_draining.load(Ordering::Relaxed)
    }

    /// Notes whether others can be told anything; whether that is news.
    #[cfg(feature = "redis")]
    pub(crate) fn change_standing(&self, standing: Standing) -> bool {
        let mut known = self.shared.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = known.is_none_or(|(known, _)| known != standing);
        if is_news {
            *known = Some((standing, self.uptime()));
        }
        is_news
    }

    /// Where cooldowns, limits and spend are kept (`memory`, `shared`, `lost`), and for how long they have been shared or lost.
    pub(crate) fn standing(&self) -> (&'static str, Option<Duration>) {
        #[cfg(feature = "redis")]
        if let Some((standing, since)) = *self.shared.standing.lock().unwrap_or_else(PoisonError::into_inner)
        {
            return (standing.as_str(), Some(self.uptime().saturating_sub(since)));
        }
        ("memory", None)
    }

    pub(crate) fn tell(&self, event: Event<'_>) {
        if let Some(observer) = &self.shared.observer {
            observer(event);
        }
    }

    /// The routes as an `axum` app. [`serve`](crate::serve) serves it with the limits that a server in the open needs.
    pub fn router(&self) -> Router {
        let page = || get(page::page).fallback(models::wrong_method);
        page::PATHS
            .into_iter()
            .fold(Router::new(), |router, path| router.route(path, page()))
            .route(CHAT, post(chat::chat).fallback(models::wrong_method))
            .route("/v1/models", get(models::list).fallback(models::wrong_method))
            .route("/v1/models/{*id}", get(models::one).fallback(models::wrong_method))
            .route("/v1/openclaw/status", get(status::of_default).fallback(models::wrong_method))
            .route("/v1/openclaw/status/{*model}", get(status::of_model).fallback(models::wrong_method))
            .route("/healthz", get(models::healthz))
            .route("/readyz", get(models::readyz))
            .route("/metrics", get(models::metrics))
            .fallback(any(models::not_served))
            .with_state(self.clone())
    }
}

impl Snapshot {
    fn new(settings: Settings) -> Self {
        Self { settings, routes: Routes::default(), listed: Mutex::default() }
    }
}
