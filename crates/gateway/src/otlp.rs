//! Traces and metrics over OpenTelemetry's own protocol, as a person runs a collector for everything else.
//!
//! What is exported is names, times and counts: no word of a question or an answer, no key, no token.
//! Requests hand over what they came to when they have ended, to a queue of bounded length; a thread of its own sends
//! it, and drops what a collector does not take.

mod record;
mod target;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TracerProvider as _};
use opentelemetry_otlp::{
    MetricExporter, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, SpanData};
use reqwest::blocking::Client;

use crate::Event;
use crate::state::Observer;

pub(crate) use record::{Asked, Tried};
pub use target::{OtlpError, OtlpTarget};

/// Sends what requests came to, once it is given to a [`Gateway`](crate::Gateway).
pub struct Otlp {
    traces: Option<(SdkTracerProvider, SdkTracer)>,
    metrics: Option<(SdkMeterProvider, record::Instruments)>,
}

impl fmt::Debug for Otlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Otlp")
            .field("traces", &self.traces.is_some())
            .field("metrics", &self.metrics.is_some())
            .finish_non_exhaustive()
    }
}

impl Otlp {
    /// Begins to send there.
    ///
    /// Nothing is asked of the collector now: where it cannot be reached, `observer` is told with
    /// [`Event::NotExported`] at the first batch, and once more only after one has gone through.
    ///
    /// # Errors
    /// [`OtlpError::Start`] where an address is none, or the system gives no thread or no TLS.
    pub fn new(target: &OtlpTarget, observer: Option<Observer>) -> Result<Self, OtlpError> {
        for address in [&target.traces, &target.metrics].into_iter().flatten() {
            // The exporter's own words would show it, and a query may hold a key.
            address.parse::<axum::http::Uri>().map_err(|error| OtlpError::Start(Box::new(error)))?;
        }
        let client = client(target.timeout)?;
        let headers = || -> HashMap<String, String> {
            target.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect()
        };
        let resource = Resource::builder()
            .with_service_name(target.service_name.clone())
            .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let failed = |error: opentelemetry_otlp::ExporterBuildError| OtlpError::Start(Box::new(error));
        let traces = match &target.traces {
            None => None,
            Some(endpoint) => {
                let exporter = SpanExporter::builder()
                    .with_http()
                    .with_protocol(Protocol::HttpBinary)
                    .with_endpoint(endpoint)
                    .with_timeout(target.timeout)
                    .with_headers(headers())
                    .with_http_client(client.clone())
                    .build()
                    .map_err(failed)?;
                let told = Told { exporter, observer, is_told: AtomicBool::new(false) };
                let provider = SdkTracerProvider::builder()
                    .with_resource(resource.clone())
                    .with_batch_exporter(told)
                    .build();
                let tracer = provider.tracer("openclaw-gateway");
                Some((provider, tracer))
            }
        };
        let metrics = match &target.metrics {
            None => None,
            Some(endpoint) => {
                let exporter = MetricExporter::builder()
                    .with_http()
                    .with_protocol(Protocol::HttpBinary)
                    .with_endpoint(endpoint)
                    .with_timeout(target.timeout)
                    .with_headers(headers())
                    .with_http_client(client)
                    .build()
                    .map_err(failed)?;
                let provider = SdkMeterProvider::builder()
                    .with_resource(resource)
                    .with_periodic_exporter(exporter)
                    .build();
                let instruments = record::Instruments::new(&provider);
                Some((provider, instruments))
            }
        };
        Ok(Self { traces, metrics })
    }

    /// Sends what is left and ends, within the time given or so; blocks meanwhile.
    pub fn end(&self, within: Duration) {
        // What a collector does not take by then is lost, and was told.
        if let Some((provider, _)) = &self.traces {
            let _ = provider.shutdown_with_timeout(within);
        }
        if let Some((provider, _)) = &self.metrics {
            let _ = provider.shutdown_with_timeout(within);
        }
    }

    /// Hands over what a request came to.
    pub(crate) fn asked(&self, asked: &Asked<'_>) {
        if let Some((_, tracer)) = &self.traces {
            record::trace(tracer, asked);
        }
        if let Some((_, instruments)) = &self.metrics {
            instruments.count(asked);
        }
    }
}

/// The trace that a client's request is part of (`traceparent`, `tracestate`); `None` where it says nothing usable.
pub(crate) fn parent(headers: &HeaderMap) -> Option<SpanContext> {
    struct Headers<'a>(&'a HeaderMap);
    impl Extractor for Headers<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            self.0.get(key)?.to_str().ok()
        }

        fn keys(&self) -> Vec<&str> {
            self.0.keys().map(axum::http::HeaderName::as_str).collect()
        }
    }
    headers.get("traceparent")?;
    let context =
        TraceContextPropagator::new().extract_with_context(&opentelemetry::Context::new(), &Headers(headers));
    Some(context.span().span_context().clone()).filter(SpanContext::is_valid)
}

/// A client that hands its headers to nobody else: it follows no redirect.
fn client(timeout: Duration) -> Result<Client, OtlpError> {
    let failed = OtlpError::Start;
    #[cfg(feature = "tls-ring")]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // An error means that another thread was first; the check below sees its provider.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(failed("no provider of TLS is installed".into()));
    }
    // It has a runtime of its own, which may not be made on a thread of another.
    let built = std::thread::Builder::new()
        .name("otlp".to_owned())
        .spawn(move || Client::builder().timeout(timeout).redirect(reqwest::redirect::Policy::none()).build())
        .map_err(|error| failed(error.into()))?
        .join();
    match built {
        Ok(built) => built.map_err(|error| failed(error.into())),
        Err(_) => Err(failed("the client's thread panicked".into())),
    }
}

/// An exporter whose failures are told.
struct Told {
    exporter: SpanExporter,
    observer: Option<Observer>,
    is_told: AtomicBool,
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Told").finish_non_exhaustive()
    }
}

impl opentelemetry_sdk::trace::SpanExporter for Told {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let result = self.exporter.export(batch).await;
        let was_told = self.is_told.swap(result.is_err(), Ordering::Relaxed);
        if let (Err(error), false, Some(observer)) = (&result, was_told, &self.observer) {
            observer(Event::NotExported { why: &error.to_string() });
        }
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
