//! What is counted, for Prometheus.

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// What is counted. The names carry the prefix `openclaw_`.
pub(crate) struct Metrics {
    registry: Registry,
    pub(crate) requests: Family<RequestLabels, Counter>,
    pub(crate) refused: Family<ReasonLabels, Counter>,
    pub(crate) attempts: Family<AttemptLabels, Counter>,
    pub(crate) failovers: Family<ClassLabels, Counter>,
    pub(crate) whole_duration: Histogram,
    pub(crate) stream_duration: Histogram,
    pub(crate) first_token: Histogram,
    pub(crate) tokens: Family<TokenLabels, Counter>,
    pub(crate) cost: Family<ModelLabels, Counter<f64, AtomicU64>>,
    pub(crate) in_flight: Gauge,
    pub(crate) open_streams: Gauge,
    pub(crate) connections: Gauge,
    pub(crate) models: Gauge,
    pub(crate) config_ok: Gauge,
    pub(crate) list_ok: Gauge,
    pub(crate) panics: Counter,
    #[cfg(feature = "redis")]
    state_shared: Family<StoreLabels, Gauge>,
    #[cfg(feature = "redis")]
    state_exchanges: Family<ResultLabels, Counter>,
}

#[cfg(feature = "redis")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StoreLabels {
    store: &'static str,
}

#[cfg(feature = "redis")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResultLabels {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct RequestLabels {
    pub(crate) model: String,
    pub(crate) result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct ReasonLabels {
    pub(crate) code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct AttemptLabels {
    pub(crate) provider: String,
    pub(crate) result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct ClassLabels {
    pub(crate) class: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct ModeLabels {
    pub(crate) mode: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct TokenLabels {
    pub(crate) model: String,
    pub(crate) direction: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct ModelLabels {
    pub(crate) model: String,
}

/// From the time of a healthy first token to that of a long answer.
fn seconds() -> Histogram {
    Histogram::new([0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0])
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("openclaw");
        let duration: Family<ModeLabels, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(seconds);
        let of_mode = |mode| duration.get_or_create(&ModeLabels { mode }).clone();
        let metrics = Self {
            requests: Family::default(),
            refused: Family::default(),
            attempts: Family::default(),
            failovers: Family::default(),
            whole_duration: of_mode("whole"),
            stream_duration: of_mode("stream"),
            first_token: seconds(),
            tokens: Family::default(),
            cost: Family::default(),
            in_flight: Gauge::default(),
            open_streams: Gauge::default(),
            connections: Gauge::default(),
            models: Gauge::default(),
            config_ok: Gauge::default(),
            list_ok: Gauge::default(),
            panics: Counter::default(),
            #[cfg(feature = "redis")]
            state_shared: Family::default(),
            #[cfg(feature = "redis")]
            state_exchanges: Family::default(),
            registry: Registry::default(),
        };
        metrics.config_ok.set(1);
        let r = &mut registry;
        r.register(
            "requests",
            "Requests for an answer, by model and how they ended",
            metrics.requests.clone(),
        );
        r.register("refused", "Requests that the gateway refused itself, by code", metrics.refused.clone());
        r.register("attempts", "Requests to the router, by who answered and how", metrics.attempts.clone());
        r.register("failovers", "Moves to another offer, by what failed", metrics.failovers.clone());
        r.register_with_unit(
            "request_duration",
            "From a request's head to the last byte of the answer",
            Unit::Seconds,
            duration,
        );
        r.register_with_unit(
            "first_token",
            "From a request's head to the first event of a stream that says something",
            Unit::Seconds,
            metrics.first_token.clone(),
        );
        r.register("tokens", "Tokens as the providers count them", metrics.tokens.clone());
        r.register("estimated_cost_usd", "Tokens times the price of who answered", metrics.cost.clone());
        r.register("requests_in_flight", "Requests that run", metrics.in_flight.clone());
        r.register("open_streams", "Streams that have begun and not ended", metrics.open_streams.clone());
        r.register("connections", "Connections of clients", metrics.connections.clone());
        r.register("models", "Models in the catalogue", metrics.models.clone());
        r.register(
            "config_ok",
            "1 where the files on disk are those that are used",
            metrics.config_ok.clone(),
        );
        r.register(
            "list_ok",
            "1 where the router's list could be had when it was last asked for",
            metrics.list_ok.clone(),
        );
        r.register("panics", "Requests that panicked", metrics.panics.clone());
        #[cfg(feature = "redis")]
        {
            r.register(
                "state_shared",
                "1 where cooldowns, limits and spend are shared with other gateways, 0 where they cannot be",
                metrics.state_shared.clone(),
            );
            r.register(
                "state_exchanges",
                "Exchanges of that state with its store, by how they ended",
                metrics.state_exchanges.clone(),
            );
        }
        Self { registry, ..metrics }
    }
}

/// The counters of one model, looked up once.
#[derive(Debug)]
pub(crate) struct RouteCounts {
    pub(crate) answered: Counter,
    pub(crate) input: Counter,
    pub(crate) output: Counter,
    pub(crate) cost: Counter<f64, AtomicU64>,
    /// By who answered; there are few.
    answered_by: Mutex<Vec<(Box<str>, Counter)>>,
}

impl RouteCounts {
    pub(crate) fn new(metrics: &Metrics, model: &str) -> Self {
        let model = || model.to_owned();
        let tokens =
            |direction| metrics.tokens.get_or_create(&TokenLabels { model: model(), direction }).clone();
        let answered = RequestLabels { model: model(), result: "answered" };
        Self {
            answered: metrics.requests.get_or_create(&answered).clone(),
            input: tokens("input"),
            output: tokens("output"),
            cost: metrics.cost.get_or_create(&ModelLabels { model: model() }).clone(),
            answered_by: Mutex::default(),
        }
    }

    /// Counts an attempt that answered.
    pub(crate) fn answered_by(&self, metrics: &Metrics, provider: &str) {
        // A panic while holding the lock leaves nothing half-made in there.
        let mut known = self.answered_by.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, counter)) = known.iter().find(|(slug, _)| **slug == *provider) {
            counter.inc();
            return;
        }
        let labels = AttemptLabels { provider: provider.to_owned(), result: "answered" };
        let counter = metrics.attempts.get_or_create(&labels).clone();
        counter.inc();
        // What is not remembered is looked up again.
        if known.len() < 32 {
            known.push((provider.into(), counter));
        }
    }
}

impl Metrics {
    /// Whether state is shared; not there at all where nobody said where.
    #[cfg(feature = "redis")]
    pub(crate) fn state_shared(&self, is_shared: bool) {
        self.state_shared.get_or_create(&StoreLabels { store: "redis" }).set(is_shared.into());
    }

    #[cfg(feature = "redis")]
    pub(crate) fn exchanged(&self, result: &'static str) {
        self.state_exchanges.get_or_create(&ResultLabels { result }).inc();
    }

    /// The text that Prometheus reads.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
