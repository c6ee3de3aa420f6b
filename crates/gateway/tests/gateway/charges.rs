//! What a key is charged where the provider, or the client, does not say all.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::response::Response;
use axum::routing::{get, post};
use futures_util::stream;
use http_body_util::BodyExt as _;
use openclaw_catalog::{Catalog, Cost, Layer};
use openclaw_gateway::{Gateway, KeyLimits, Keys, LoadFailed, Options, Settings, Sources, Watched, upkeep};
use openclaw_hf_client::{Client, Endpoint, EndpointInput, Token};
use tower::ServiceExt as _;

use crate::support::{KEY, TOKEN, key, model};

/// A thousand USD for a million tokens: a milli-USD each. 400 tokens of context.
const LIST: &str = r#"{"data":[{"id":"org/m","providers":[{"provider":"acme","status":"live",
    "pricing":{"input":1000,"output":1000},"context_length":400}]}]}"#;
const WHOLE: &str = r#"{"choices":[{"message":{"content":"4"},"finish_reason":"stop"}],
    "usage":{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30}}"#;
const EVENT: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word\"}}]}\n\n";
/// How many events come before the stream stands still.
const EVENTS: usize = 25;

/// A server that does not say who answers.
async fn upstream() -> String {
    let chat = async |body: Bytes| {
        if !String::from_utf8_lossy(&body).contains(r#""stream":true"#) {
            let reply = Response::builder().header("content-type", "application/json");
            return reply.body(Body::from(WHOLE)).expect("a reply");
        }
        let events = stream::unfold(0, async |sent| {
            if sent == EVENTS {
                std::future::pending::<()>().await;
            }
            Some((Ok::<_, Infallible>(EVENT), sent + 1))
        });
        let reply = Response::builder().header("content-type", "text/event-stream");
        reply.body(Body::from_stream(events)).expect("a reply")
    };
    let router = Router::new()
        .route("/v1/models", get(async || LIST))
        .route("/silent/models", get(std::future::pending::<&str>))
        .route("/v1/chat/completions", post(chat));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
    format!("http://{address}")
}

fn client(base: &str) -> Client {
    let input = EndpointInput { env_base_url: Some(base), ..EndpointInput::default() };
    let endpoint = Endpoint::resolve(&input).expect("an address");
    Client::new(endpoint, Some(Token::parse(TOKEN).expect("a token")), Default::default())
}

/// A gateway whose one key has these limits.
async fn gateway(limits: KeyLimits) -> Gateway {
    let client = client(&format!("{}/v1", upstream().await));
    let list = client.list_models().await.expect("a list").list;
    let catalog = Catalog::merge([Layer::discovered(list.models)]);
    let keys = Keys::Required(vec![key("ci", KEY, limits)]);
    Gateway::new(Settings::new(client, catalog, model("org/m"), keys), Options::default())
}

async fn ask(gateway: &Gateway, rest: &str) -> Response {
    let body = format!(r#"{{"model":"org/m","messages":[{{"role":"user","content":"2+2?"}}]{rest}}}"#);
    let request = Request::post("/v1/chat/completions").header("authorization", format!("Bearer {KEY}"));
    let request = request.body(Body::from(body)).expect("a request");
    gateway.router().oneshot(request).await.expect("a reply")
}

fn spent(gateway: &Gateway) -> u64 {
    gateway.spent().iter().map(|spent| spent.cost.nano_usd()).sum()
}

const MILLI_USD: u64 = 1_000_000;

#[tokio::test]
async fn an_answer_of_nobody_by_name_costs_what_it_used() {
    let limits = KeyLimits { per_day: Some(Cost::from_nano_usd(1_000 * MILLI_USD)), ..KeyLimits::default() };
    let gateway = gateway(limits).await;
    assert_eq!(ask(&gateway, "").await.status(), 200);
    assert_eq!(spent(&gateway), 30 * MILLI_USD);
}

#[tokio::test]
async fn a_stream_that_is_left_costs_what_came_of_it() {
    let limits = KeyLimits {
        per_day: Some(Cost::from_nano_usd(1_000 * MILLI_USD)),
        tokens_per_minute: Some(1_000),
        ..KeyLimits::default()
    };
    let gateway = gateway(limits).await;
    // No answer is longer than the context, whatever is asked for.
    for rest in [r#","stream":true"#, r#","stream":true,"max_tokens":1000000000"#] {
        let before = spent(&gateway);
        let reply = ask(&gateway, rest).await;
        assert_eq!(reply.status(), 200, "{rest}");
        let mut body = reply.into_body();
        let mut length = 0;
        while length < EVENTS * EVENT.len() {
            let frame = body.frame().await.expect("events").expect("events");
            length += frame.data_ref().map_or(0, Bytes::len);
        }
        drop(body);
        let cost = spent(&gateway) - before;
        let (least, most) = (EVENTS as u64, EVENTS as u64 + 20);
        assert!((least * MILLI_USD..most * MILLI_USD).contains(&cost), "{rest}: {cost}");
    }
    assert_eq!(ask(&gateway, "").await.status(), 200, "there is room left");
}

#[tokio::test]
async fn a_router_that_does_not_answer_keeps_no_change_from_being_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("gateway.json5");
    std::fs::write(&file, "{}").expect("it is written");
    let client = client(&format!("{}/silent", upstream().await));
    let mut settings = Settings::new(client, Catalog::default(), model("org/m"), Keys::Open);
    settings.watched = vec![Watched::now(&file)];
    let gateway = Gateway::new(settings, Options::default());
    let (read, mut is_read) = tokio::sync::mpsc::unbounded_channel();
    let sources = Sources {
        load: Arc::new(move |_| {
            read.send(()).expect("the test waits");
            Err(LoadFailed("it is not used".to_owned()))
        }),
        keep: Arc::new(|_, _| Ok(())),
        age: None,
        refresh: Duration::from_secs(600),
        spent: None,
    };
    let running = tokio::spawn(async move { upkeep(&gateway, sources, Duration::ZERO).await });
    std::fs::write(&file, "{ keys: {} }").expect("it is written");
    let read = tokio::time::timeout(Duration::from_secs(10), is_read.recv()).await;
    assert_eq!(read.expect("it is read while the list is waited for"), Some(()));
    running.abort();
}
