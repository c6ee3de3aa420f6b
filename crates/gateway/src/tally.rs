//! What one request for an answer comes to: counted once, however it ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use openclaw_catalog::Cost;
use openclaw_failover::{Class, Target, Trail, TrailEntry};
use openclaw_hf_client::{StreamMode, Switch, Usage};

use crate::budget::Share;
use crate::ledger::{Grant, Used};
use crate::metrics::{AttemptLabels, ClassLabels, RequestLabels};
use crate::recent::{Ended, Move};
use crate::route::Route;
use crate::state::{Event, Gateway, Snapshot};

/// A request on its way. Dropped before its end it counts as aborted by the client.
pub(crate) struct Tally {
    gateway: Gateway,
    snapshot: Arc<Snapshot>,
    route: Arc<Route>,
    key: Option<usize>,
    grant: Option<Grant>,
    /// About how many tokens the question has.
    prompt_tokens: u64,
    named: String,
    mode: StreamMode,
    started: Instant,
    /// Whether somebody began to answer.
    has_begun: bool,
    /// What is known of the answer so far.
    usage: Option<Usage>,
    /// How many events came of a stream that was left before its end.
    events: Option<u64>,
    provider: Option<String>,
    attempts: usize,
    cost: Option<Cost>,
    is_open_stream: bool,
    is_counted: bool,
    #[cfg(feature = "otlp")]
    traced: Traced,
    _slot: Share,
    _memory: Share,
    _turn: Option<Share>,
}

/// What a tally begins with.
pub(crate) struct Begin {
    pub(crate) gateway: Gateway,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) route: Arc<Route>,
    pub(crate) key: Option<usize>,
    pub(crate) grant: Option<Grant>,
    pub(crate) prompt_tokens: u64,
    pub(crate) named: String,
    pub(crate) mode: StreamMode,
    pub(crate) started: Instant,
    pub(crate) slot: Share,
    pub(crate) memory: Share,
    pub(crate) turn: Option<Share>,
    #[cfg(feature = "otlp")]
    pub(crate) parent: Option<opentelemetry::trace::SpanContext>,
}

/// What a trace needs beside what is counted.
#[cfg(feature = "otlp")]
#[derive(Default)]
struct Traced {
    parent: Option<opentelemetry::trace::SpanContext>,
    first_event: Option<Duration>,
    tried: Vec<crate::otlp::Tried>,
}

impl Tally {
    pub(crate) fn begin(begin: Begin) -> Self {
        #[cfg(feature = "otlp")]
        let traced = Traced { parent: begin.parent, ..Traced::default() };
        let Begin { gateway, snapshot, route, key, grant, prompt_tokens, .. } = begin;
        let Begin { named, mode, started, slot, memory, turn, .. } = begin;
        gateway.shared.metrics.in_flight.inc();
        Self {
            gateway,
            snapshot,
            route,
            key,
            grant,
            prompt_tokens,
            named,
            mode,
            started,
            has_begun: false,
            usage: None,
            events: None,
            provider: None,
            attempts: 0,
            cost: None,
            is_open_stream: false,
            is_counted: false,
            #[cfg(feature = "otlp")]
            traced,
            _slot: slot,
            _memory: memory,
            _turn: turn,
        }
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot)
    }

    pub(crate) fn cost(&self) -> Option<Cost> {
        self.cost
    }

    /// A stream has begun.
    pub(crate) fn opened(&mut self, first_event: Duration) {
        let metrics = &self.gateway.shared.metrics;
        self.is_open_stream = true;
        metrics.open_streams.inc();
        metrics.first_token.observe(first_event.as_secs_f64());
        #[cfg(feature = "otlp")]
        {
            self.traced.first_event = Some(first_event);
        }
    }

    /// Notes who answers and, as far as it is known, what it took.
    pub(crate) fn note(&mut self, target: &Target, provider: Option<&str>, usage: Option<Usage>) {
        self.has_begun = true;
        self.provider = provider.map(str::to_owned);
        self.cost = usage.as_ref().and_then(|usage| {
            let model = self.snapshot.settings.catalog.get(target.model.hub_id());
            let pricing = match provider {
                Some(provider) => model?.pricing_of(provider),
                None => target.pricing,
            };
            Some(pricing?.cost(usage.prompt_tokens?, usage.completion_tokens?))
        });
        self.usage = usage;
    }

    /// Notes what had come of a stream when the client left it.
    pub(crate) fn left(
        &mut self,
        target: &Target,
        provider: Option<&str>,
        usage: Option<Usage>,
        events: u64,
    ) {
        self.note(target, provider, usage);
        self.events = Some(events);
    }

    /// Whether its end is counted.
    pub(crate) fn is_counted(&self) -> bool {
        self.is_counted
    }

    /// Counts the request.
    pub(crate) fn end(&mut self, result: Result<(), Class>, trail: &Trail) {
        self.attempts = trail.entries().len();
        for entry in trail.entries() {
            self.attempted(entry);
        }
        #[cfg(feature = "otlp")]
        if self.gateway.otlp().is_some() {
            self.traced.tried = trail.entries().iter().map(crate::otlp::Tried::from).collect();
        }
        self.count(result.map_or_else(Class::as_str, |()| "answered"));
    }

    fn attempted(&self, entry: &TrailEntry) {
        let metrics = &self.gateway.shared.metrics;
        let provider = entry.provider.as_deref().or_else(|| self.offering(entry)).unwrap_or("unknown");
        if entry.result.is_ok() {
            return self.route.counts.answered_by(metrics, provider);
        }
        let labels = AttemptLabels { provider: provider.to_owned(), result: entry.result_name() };
        metrics.attempts.get_or_create(&labels).inc();
    }

    /// Who was expected to answer, where the list has that offer: what a client pins may be made up.
    fn offering<'a>(&self, entry: &'a TrailEntry) -> Option<&'a str> {
        let expected = entry.expected.as_deref()?;
        let model = self.snapshot.settings.catalog.get(entry.model.hub_id())?;
        model.offers().iter().any(|offer| offer.provider == expected).then_some(expected)
    }

    fn count(&mut self, result: &'static str) {
        if std::mem::replace(&mut self.is_counted, true) {
            return;
        }
        let gateway = self.gateway.clone();
        let metrics = &gateway.shared.metrics;
        metrics.in_flight.dec();
        if self.is_open_stream {
            metrics.open_streams.dec();
        }
        let counts = &self.route.counts;
        match result {
            "answered" => counts.answered.inc(),
            _ => metrics
                .requests
                .get_or_create(&RequestLabels { model: self.route.label.clone(), result })
                .inc(),
        };
        let now = Instant::now();
        let elapsed = now.saturating_duration_since(self.started);
        match self.mode {
            StreamMode::Whole => metrics.whole_duration.observe(elapsed.as_secs_f64()),
            StreamMode::Stream => metrics.stream_duration.observe(elapsed.as_secs_f64()),
        }
        if let Some(usage) = &self.usage {
            counts.input.inc_by(usage.prompt_tokens.unwrap_or_default());
            counts.output.inc_by(usage.completion_tokens.unwrap_or_default());
        }
        if let Some(cost) = self.cost {
            #[expect(clippy::cast_precision_loss, reason = "a metric of Prometheus is a float")]
            counts.cost.inc_by(cost.nano_usd() as f64 / 1e9);
        }
        let tokens = |of: fn(&Usage) -> Option<u64>| self.usage.as_ref().and_then(of).unwrap_or_default();
        let ended = Ended {
            result,
            input: tokens(|usage| usage.prompt_tokens),
            output: tokens(|usage| usage.completion_tokens),
            nano_usd: self.cost.map(Cost::nano_usd).unwrap_or_default(),
        };
        gateway.shared.recent.ended(ended, gateway.uptime_at(now));
        self.settle(result);
        let keys = self.snapshot.settings.keys.all();
        gateway.tell(Event::Asked {
            key: self.key.and_then(|key| keys.get(key)).map(|key| &*key.name),
            model: &self.named,
            result,
            provider: self.provider.as_deref(),
            attempts: self.attempts,
            elapsed,
        });
        #[cfg(feature = "otlp")]
        self.export(result, elapsed);
    }

    /// Hands it over to a collector, where there is one.
    #[cfg(feature = "otlp")]
    fn export(&self, result: &'static str, elapsed: Duration) {
        let Some(otlp) = self.gateway.otlp() else { return };
        let keys = self.snapshot.settings.keys.all();
        otlp.asked(&crate::otlp::Asked {
            parent: self.traced.parent.as_ref(),
            named: &self.named,
            label: &self.route.label,
            is_stream: self.mode == StreamMode::Stream,
            key: self.key.and_then(|key| keys.get(key)).map(|key| &*key.name),
            result,
            provider: self.provider.as_deref(),
            input_tokens: self.usage.as_ref().and_then(|usage| usage.prompt_tokens),
            output_tokens: self.usage.as_ref().and_then(|usage| usage.completion_tokens),
            nano_usd: self.cost.map(Cost::nano_usd),
            first_event: self.traced.first_event,
            tried: &self.traced.tried,
            elapsed,
        });
    }

    /// Tells the key's limits what was used in truth.
    fn settle(&mut self, result: &'static str) {
        let Some(grant) = self.grant.take() else { return };
        let Some(key) = self.key.and_then(|key| self.snapshot.settings.keys.all().get(key)) else { return };
        // What failed before anything came costs nothing; of what broke off nobody says what it took.
        let nothing = !self.has_begun && result != "aborted";
        let usage = self.usage.as_ref();
        let said = usage.and_then(|usage| Some((usage.prompt_tokens?, usage.completion_tokens?)));
        // A stream that was left has brought about a token an event.
        let taken = said.or(self.events.map(|events| (self.prompt_tokens, events)));
        let total = usage.and_then(|usage| usage.total_tokens);
        let tokens = total.or(taken.map(|(prompt, answer)| prompt.saturating_add(answer)));
        let dearest = self.route.dearest.zip(taken);
        let dearest = dearest.map(|(pricing, (prompt, answer))| pricing.cost(prompt, answer));
        let cost = self.cost.or(dearest).map(Cost::nano_usd);
        let used = match nothing {
            true => Used { tokens: Some(0), cost: Some(0) },
            false => Used { tokens, cost },
        };
        self.gateway.ledger(|ledger, now| ledger.settle(&key.name, &grant, used, now));
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.count("aborted");
    }
}

/// Counts a move to another offer and tells it.
pub(crate) fn switched(gateway: &Gateway, switch: Switch<'_>) {
    let class = switch.failed.result_name();
    gateway.shared.metrics.failovers.get_or_create(&ClassLabels { class }).inc();
    if let Some(moved) = Move::of(&switch, gateway.uptime()) {
        gateway.shared.recent.moved(moved);
    }
    gateway.tell(Event::Switched(switch));
}
