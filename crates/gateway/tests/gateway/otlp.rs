//! What a collector gets, what it does not, and that a request never waits for one.

use std::time::Duration;

use openclaw_credentials::Secret;
use openclaw_gateway::{Otlp, OtlpTarget};
use openclaw_sandbox::{Fault, Script, When};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::support::{KEY, R1, STREAM, TOKEN, World, bearer, body};

const COLLECTORS_KEY: &str = "collector-canary-0123";
/// In the question, and in the answer of the sandbox.
const WORDS: &str = "what a day";

/// A call that a collector got.
struct Call {
    head: String,
    body: Vec<u8>,
}

/// A server on loopback that takes whatever is posted.
async fn collector() -> (String, mpsc::UnboundedReceiver<Call>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (calls, received) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let calls = calls.clone();
            tokio::spawn(async move {
                let mut bytes = Vec::new();
                loop {
                    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
                        if stream.read_buf(&mut bytes).await.unwrap_or_default() == 0 {
                            return;
                        }
                        continue;
                    };
                    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
                    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                    let length: usize = length.expect("a length").parse().expect("a number");
                    while bytes.len() < end + 4 + length {
                        assert_ne!(stream.read_buf(&mut bytes).await.expect("the body"), 0);
                    }
                    let rest = bytes.split_off(end + 4 + length);
                    let body = bytes.split_off(end + 4);
                    bytes = rest;
                    let reply = "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
                    stream.write_all(reply.as_bytes()).await.expect("it listens");
                    // A test that has seen enough no longer listens.
                    let _ = calls.send(Call { head, body });
                }
            });
        }
    });
    (format!("http://{address}"), received)
}

fn target(base: &str) -> OtlpTarget {
    OtlpTarget {
        traces: Some(format!("{base}/v1/traces")),
        metrics: Some(format!("{base}/v1/metrics")),
        headers: vec![("x-api-key".to_owned(), Secret::new(COLLECTORS_KEY))],
        service_name: "the-gateway-of-a-test".to_owned(),
        timeout: Duration::from_secs(5),
    }
}

/// Sends what is left, on a thread that may block.
async fn end(world: &World) {
    let gateway = world.gateway.clone();
    let end = move || gateway.otlp().expect("it exports").end(Duration::from_secs(5));
    tokio::task::spawn_blocking(end).await.expect("it does not panic");
}

fn text(attributes: &[KeyValue], name: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == name);
    match found.and_then(|attribute| attribute.value.as_ref()?.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::BoolValue(flag)) => flag.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        _ => "-".to_owned(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_gets_a_span_a_request_and_one_an_attempt_and_no_word_of_it() {
    let world = World::failing([Script::once(When::default(), Fault::status(429))]).await;
    let (base, mut calls) = collector().await;
    world.gateway.export(Otlp::new(&target(&base), None).expect("it starts"));
    let parent = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned();
    let reply = world.post(&body(R1, STREAM), &[bearer(KEY), parent]).await;
    assert!(reply.is_whole && reply.text().contains(WORDS), "{}", reply.body);
    end(&world).await;

    let mut spans: Vec<Span> = Vec::new();
    let mut metrics = Vec::new();
    while let Ok(call) = calls.try_recv() {
        assert!(call.head.contains(&format!("x-api-key: {COLLECTORS_KEY}")), "{}", call.head);
        let shown = String::from_utf8_lossy(&call.body).into_owned();
        for secret in [WORDS, TOKEN, KEY, COLLECTORS_KEY] {
            assert!(!shown.contains(secret), "`{secret}` was sent: {shown}");
        }
        if call.head.starts_with("post /v1/traces ") {
            let request = ExportTraceServiceRequest::decode(&*call.body).expect("traces");
            for resource in request.resource_spans {
                let attributes = &resource.resource.as_ref().expect("a resource").attributes;
                assert_eq!(text(attributes, "service.name"), "the-gateway-of-a-test");
                spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
            }
        } else {
            assert!(call.head.starts_with("post /v1/metrics "), "{}", call.head);
            let request = ExportMetricsServiceRequest::decode(&*call.body).expect("metrics");
            let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
            metrics.extend(scopes.flat_map(|scope| scope.metrics));
        }
    }
    spans.sort_by_key(|span| (span.kind, span.start_time_unix_nano));
    let root = spans.first().expect("a span of the request").clone();
    assert_eq!(hex(&root.trace_id), "0af7651916cd43dd8448eb211c80319c", "the client's trace goes on");
    assert_eq!(hex(&root.parent_span_id), "b7ad6b7169203331");
    for span in spans.iter().skip(1) {
        assert_eq!((&span.trace_id, &span.parent_span_id), (&root.trace_id, &root.span_id));
        assert!(span.start_time_unix_nano >= root.start_time_unix_nano);
        assert!(span.end_time_unix_nano <= root.end_time_unix_nano);
    }
    let lines: Vec<String> = spans
        .iter()
        .map(|span| {
            let says = |name| text(&span.attributes, name);
            format!(
                "{} kind={} model={} answered_by={} provider={} status={} error={} attempts={} key={}",
                span.name,
                span.kind,
                says("gen_ai.request.model"),
                says("gen_ai.response.model"),
                says("gen_ai.provider.name"),
                says("http.response.status_code"),
                says("error.type"),
                says("openclaw.attempts"),
                says("openclaw.key"),
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    chat deepseek-ai/DeepSeek-R1 kind=2 model=deepseek-ai/DeepSeek-R1 answered_by=deepseek-ai/DeepSeek-R1:together provider=together status=- error=- attempts=2 key=default
    chat deepseek-ai/DeepSeek-R1 kind=3 model=deepseek-ai/DeepSeek-R1 answered_by=- provider=fireworks-ai status=429 error=rate_limited attempts=- key=-
    chat deepseek-ai/DeepSeek-R1:together kind=3 model=deepseek-ai/DeepSeek-R1:together answered_by=- provider=together status=200 error=- attempts=- key=-
    ");
    let tokens = text(&root.attributes, "gen_ai.usage.output_tokens");
    assert!(tokens.parse::<u64>().is_ok_and(|tokens| tokens > 0), "{tokens}");

    let mut names: Vec<_> = metrics.iter().map(|metric| metric.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "gen_ai.client.operation.duration",
            "gen_ai.client.token.usage",
            "gen_ai.server.time_to_first_token",
            "openclaw.cost",
            "openclaw.failovers"
        ]
    );
    let usage =
        metrics.iter().find(|metric| metric.name == "gen_ai.client.token.usage").expect("it is there");
    let Some(Data::Histogram(histogram)) = &usage.data else { unreachable!("tokens are a histogram") };
    let mut kinds: Vec<_> =
        histogram.data_points.iter().map(|point| text(&point.attributes, "gen_ai.token.type")).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["input", "output"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_cannot_be_reached_harms_no_request_and_is_told_once() {
    let world = World::new().await;
    // A port that nobody listens on.
    let gone = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let (told, mut heard) = mpsc::unbounded_channel();
    let observer = std::sync::Arc::new(move |event: openclaw_gateway::Event<'_>| {
        let _ = told.send(format!("{event:?}"));
    });
    world.gateway.export(Otlp::new(&target(&format!("http://{gone}")), Some(observer)).expect("it starts"));
    for _ in 0..20 {
        let reply = world.ask(R1, STREAM).await;
        assert!(reply.is_whole, "{}", reply.body);
        let reply = world.ask(R1, "").await;
        assert_eq!(reply.status, 200);
    }
    end(&world).await;
    let heard: Vec<String> = std::iter::from_fn(|| heard.try_recv().ok()).collect();
    assert!(matches!(heard.as_slice(), [one] if one.starts_with("NotExported")), "{heard:?}");
    assert!(!heard.concat().contains(COLLECTORS_KEY));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_a_collectors_address_is_told_to_nobody() {
    let canary = format!("key={COLLECTORS_KEY}");
    let wrong =
        OtlpTarget { traces: Some(format!("http://no where/?{canary}")), ..target("http://127.0.0.1") };
    let error = Otlp::new(&wrong, None).expect_err("it is no address");
    let cause = std::error::Error::source(&error).expect("a cause");
    insta::assert_snapshot!(format!("{error}: {cause}"), @"traces and metrics cannot be sent: invalid uri character");

    let world = World::new().await;
    let gone = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let (told, mut heard) = mpsc::unbounded_channel();
    let observer = std::sync::Arc::new(move |event: openclaw_gateway::Event<'_>| {
        let _ = told.send(format!("{event:?}"));
    });
    let away =
        OtlpTarget { traces: Some(format!("http://{gone}/v1/traces?{canary}")), metrics: None, ..target("") };
    world.gateway.export(Otlp::new(&away, Some(observer)).expect("it starts"));
    assert_eq!(world.ask(R1, "").await.status, 200);
    end(&world).await;
    let heard: Vec<String> = std::iter::from_fn(|| heard.try_recv().ok()).collect();
    insta::assert_snapshot!(heard.join("\n"), @r#"NotExported { why: "Operation failed: HTTP export failed: network error" }"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_says_of_its_trace_may_be_nonsense() {
    let world = World::new().await;
    let (base, mut calls) = collector().await;
    world.gateway.export(Otlp::new(&OtlpTarget { metrics: None, ..target(&base) }, None).expect("it starts"));
    let nonsense = [
        "traceparent: 00-zz-11-01",
        "traceparent: ",
        "traceparent: 00-00000000000000000000000000000000-0000000000000000-01",
    ];
    for header in nonsense {
        let reply = world.post(&body(R1, ""), &[bearer(KEY), header.to_owned()]).await;
        assert_eq!(reply.status, 200);
    }
    end(&world).await;
    let mut roots = 0;
    while let Ok(call) = calls.try_recv() {
        let request = ExportTraceServiceRequest::decode(&*call.body).expect("traces");
        let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        roots += scopes.flat_map(|scope| scope.spans).filter(|span| span.parent_span_id.is_empty()).count();
    }
    assert_eq!(roots, nonsense.len(), "each begins a trace of its own");
}
