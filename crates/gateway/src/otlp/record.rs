//! What a request came to, as spans and measurements under the names of OpenTelemetry's conventions for generative AI.

use std::time::{Duration, SystemTime};

use openclaw_failover::TrailEntry;
use opentelemetry::metrics::{Counter, Histogram, MeterProvider as _};
use opentelemetry::trace::{Span as _, SpanContext, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracer;

/// The longest name of a model that is passed on, in bytes; it is the client's own text.
const LONGEST_NAME: usize = 256;

const OPERATION: &str = "gen_ai.operation.name";
const PROVIDER: &str = "gen_ai.provider.name";
const REQUEST_MODEL: &str = "gen_ai.request.model";
const RESPONSE_MODEL: &str = "gen_ai.response.model";
const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
const TOKEN_TYPE: &str = "gen_ai.token.type";
const ERROR_TYPE: &str = "error.type";
const STATUS_CODE: &str = "http.response.status_code";

/// A request that has ended.
pub(crate) struct Asked<'a> {
    /// The client's own span.
    pub(crate) parent: Option<&'a SpanContext>,
    /// The model as the client named it.
    pub(crate) named: &'a str,
    /// The model as it is counted, of which there are not many.
    pub(crate) label: &'a str,
    pub(crate) is_stream: bool,
    /// The name of the client's key.
    pub(crate) key: Option<&'a str>,
    /// `answered`, `aborted`, or the class of what failed.
    pub(crate) result: &'static str,
    pub(crate) provider: Option<&'a str>,
    pub(crate) input_tokens: Option<u64>,
    pub(crate) output_tokens: Option<u64>,
    pub(crate) nano_usd: Option<u64>,
    pub(crate) first_event: Option<Duration>,
    pub(crate) tried: &'a [Tried],
    pub(crate) elapsed: Duration,
}

/// An attempt that has ended.
pub(crate) struct Tried {
    model: String,
    provider: Option<String>,
    result: &'static str,
    status: Option<u16>,
    elapsed: Duration,
}

impl From<&TrailEntry> for Tried {
    fn from(entry: &TrailEntry) -> Self {
        Self {
            model: entry.model.router_id().to_owned(),
            provider: entry.provider.clone().or_else(|| entry.expected.clone()),
            result: entry.result_name(),
            status: entry.status,
            elapsed: entry.elapsed,
        }
    }
}

/// One span for the request and one for each attempt, all with the times that they had.
pub(super) fn trace(tracer: &SdkTracer, asked: &Asked<'_>) {
    let ended = SystemTime::now();
    let began = ended.checked_sub(asked.elapsed).unwrap_or(ended);
    let parent = match asked.parent {
        Some(parent) => Context::new().with_remote_span_context(parent.clone()),
        None => Context::new(),
    };
    let named = short(asked.named);
    let mut attributes = vec![
        KeyValue::new(OPERATION, "chat"),
        KeyValue::new(REQUEST_MODEL, named.to_owned()),
        KeyValue::new("openclaw.stream", asked.is_stream),
        KeyValue::new("openclaw.attempts", count(asked.tried.len() as u64)),
    ];
    let mut say = |name: &'static str, value: Option<opentelemetry::Value>| {
        attributes.extend(value.map(|value| KeyValue::new(name, value)));
    };
    say(PROVIDER, asked.provider.map(|provider| provider.to_owned().into()));
    let answered = asked.tried.last().filter(|last| last.result == "answered");
    say(RESPONSE_MODEL, answered.map(|last| last.model.clone().into()));
    say(INPUT_TOKENS, asked.input_tokens.map(|tokens| count(tokens).into()));
    say(OUTPUT_TOKENS, asked.output_tokens.map(|tokens| count(tokens).into()));
    say("openclaw.cost_usd", asked.nano_usd.map(|nano| usd(nano).into()));
    say("openclaw.key", asked.key.map(|key| key.to_owned().into()));
    let has_failed = asked.result != "answered";
    say(ERROR_TYPE, has_failed.then(|| asked.result.into()));
    let mut span = tracer
        .span_builder(format!("chat {named}"))
        .with_kind(SpanKind::Server)
        .with_start_time(began)
        .with_attributes(attributes)
        .start_with_context(tracer, &parent);
    if has_failed {
        span.set_status(Status::error(asked.result));
    }
    let own = parent.with_remote_span_context(span.span_context().clone());
    let mut start = began;
    for (place, tried) in asked.tried.iter().enumerate() {
        let end = start.checked_add(tried.elapsed).unwrap_or(start).min(ended);
        attempt(tracer, &own, place + 1, tried, (start, end));
        // The next one leaves at once.
        start = end;
    }
    span.end_with_timestamp(ended);
}

fn attempt(
    tracer: &SdkTracer,
    parent: &Context,
    number: usize,
    tried: &Tried,
    (start, end): (SystemTime, SystemTime),
) {
    let mut attributes = vec![
        KeyValue::new(OPERATION, "chat"),
        KeyValue::new(REQUEST_MODEL, tried.model.clone()),
        KeyValue::new("openclaw.attempt", count(number as u64)),
    ];
    attributes.extend(tried.provider.clone().map(|provider| KeyValue::new(PROVIDER, provider)));
    attributes.extend(tried.status.map(|status| KeyValue::new(STATUS_CODE, i64::from(status))));
    let has_failed = tried.result != "answered";
    attributes.extend(has_failed.then(|| KeyValue::new(ERROR_TYPE, tried.result)));
    let mut span = tracer
        .span_builder(format!("chat {}", tried.model))
        .with_kind(SpanKind::Client)
        .with_start_time(start)
        .with_attributes(attributes)
        .start_with_context(tracer, parent);
    if has_failed {
        span.set_status(Status::error(tried.result));
    }
    span.end_with_timestamp(end);
}

/// What is measured.
pub(super) struct Instruments {
    duration: Histogram<f64>,
    first_token: Histogram<f64>,
    tokens: Histogram<u64>,
    cost: Counter<f64>,
    failovers: Counter<u64>,
}

impl Instruments {
    pub(super) fn new(provider: &SdkMeterProvider) -> Self {
        /// The bounds that the conventions name, in seconds.
        const SECONDS: [f64; 14] =
            [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
        /// And in tokens.
        const TOKENS: [f64; 12] = [
            1.0,
            4.0,
            16.0,
            64.0,
            256.0,
            1024.0,
            4096.0,
            16_384.0,
            65_536.0,
            262_144.0,
            1_048_576.0,
            4_194_304.0,
        ];
        let meter = provider.meter("openclaw-gateway");
        let seconds =
            |name| meter.f64_histogram(name).with_unit("s").with_boundaries(SECONDS.to_vec()).build();
        Self {
            duration: seconds("gen_ai.client.operation.duration"),
            first_token: seconds("gen_ai.server.time_to_first_token"),
            tokens: meter
                .u64_histogram("gen_ai.client.token.usage")
                .with_unit("{token}")
                .with_boundaries(TOKENS.to_vec())
                .build(),
            cost: meter.f64_counter("openclaw.cost").with_unit("{USD}").build(),
            failovers: meter.u64_counter("openclaw.failovers").with_unit("{attempt}").build(),
        }
    }

    pub(super) fn count(&self, asked: &Asked<'_>) {
        let mut attributes =
            vec![KeyValue::new(OPERATION, "chat"), KeyValue::new(REQUEST_MODEL, asked.label.to_owned())];
        attributes.extend(asked.provider.map(|provider| KeyValue::new(PROVIDER, provider.to_owned())));
        if let Some(nano) = asked.nano_usd {
            self.cost.add(usd(nano), &attributes);
        }
        if let Some(first) = asked.first_event {
            self.first_token.record(first.as_secs_f64(), &attributes);
        }
        for (kind, tokens) in [("input", asked.input_tokens), ("output", asked.output_tokens)] {
            let Some(tokens) = tokens else { continue };
            attributes.push(KeyValue::new(TOKEN_TYPE, kind));
            self.tokens.record(tokens, &attributes);
            attributes.pop();
        }
        for failed in asked.tried.iter().filter(|tried| tried.result != "answered") {
            self.failovers.add(1, &[KeyValue::new(ERROR_TYPE, failed.result)]);
        }
        if asked.result != "answered" {
            attributes.push(KeyValue::new(ERROR_TYPE, asked.result));
        }
        self.duration.record(asked.elapsed.as_secs_f64(), &attributes);
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "OpenTelemetry's numbers with a fraction are floats")]
fn usd(nano: u64) -> f64 {
    nano as f64 / 1e9
}

/// The beginning of a name.
fn short(name: &str) -> &str {
    name.get(..name.floor_char_boundary(LONGEST_NAME)).unwrap_or_default()
}
