//! Requests and replies that come in one piece.

mod support;

use std::time::Duration;

use openclaw_hf_client::{
    ChatRequest, Class, Client, Limits, Message, Options, Permission, TimeoutPhase, Timeouts,
};
use serde_json::json;
use support::{
    PROMPT, SHORT, Server, TOKEN, assert_private, base, chain, client, client_with, endpoint, options,
    request, server,
};
use wiremock::{MockServer, Request, Respond, ResponseTemplate};

fn reply() -> serde_json::Value {
    json!({ "choices": [{ "message": { "content": "4" }, "finish_reason": "stop" }], "usage": { "total_tokens": 3 } })
}

/// One header of the only request.
async fn sent(server: &MockServer, name: &str) -> Option<String> {
    let requests = server.received_requests().await.expect("recording");
    assert_eq!(requests.len(), 1);
    let value = requests[0].headers.get(name)?;
    Some(value.to_str().expect("text").to_owned())
}

#[tokio::test]
async fn a_chat_request_says_what_it_must() {
    let server = server(
        ResponseTemplate::new(200)
            .set_body_json(reply())
            .insert_header("x-inference-provider", "acme")
            .insert_header("x-request-id", "id-1"),
    )
    .await;
    let options =
        Options { bill_to: Some("acme-org".into()), session_id: Some("session-1".into()), ..options() };
    let answer = client_with(&base(&server), options).chat(&request()).await.expect("an answer");
    assert_eq!(answer.reply.content().as_deref(), Some("4"));
    assert_eq!(
        (answer.meta.provider.as_deref(), answer.meta.request_id.as_deref()),
        (Some("acme"), Some("id-1"))
    );
    assert_eq!(answer.meta.status, 200);
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&answer.body).expect("JSON"), reply());

    let requests = server.received_requests().await.expect("recording");
    let request = &requests[0];
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/v1/chat/completions"));
    insta::assert_snapshot!(String::from_utf8_lossy(&request.body), @r#"{"model":"org/name:fastest","messages":[{"role":"user","content":"the private words of the prompt"}]}"#);
    let mut headers: Vec<String> = request
        .headers
        .iter()
        .filter(|(name, _)| *name != "host")
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("text")))
        .collect();
    headers.sort();
    insta::assert_snapshot!(headers.join("\n"), @"
    accept-encoding: identity
    accept: application/json
    authorization: Bearer hf_SecretSecretSecret
    content-length: 101
    content-type: application/json
    user-agent: openclaw/0.1.0
    x-hf-bill-to: acme-org
    x-hf-session-id: session-1
    ");
}

#[tokio::test]
async fn without_a_token_none_is_sent() {
    let server = server(ResponseTemplate::new(200).set_body_json(reply())).await;
    let client = Client::new(endpoint(&base(&server)), None, options());
    client.chat(&request()).await.expect("an answer");
    assert_eq!(sent(&server, "authorization").await, None);
    assert_eq!(sent(&server, "x-hf-bill-to").await, None);
}

#[tokio::test]
async fn a_stream_is_asked_for() {
    let events = "data: {\"choices\":[{\"delta\":{\"content\":\"4\"},\"finish_reason\":\"stop\"}]}\n\n";
    let server = server(ResponseTemplate::new(200).set_body_raw(events, "text/event-stream")).await;
    client(&base(&server)).chat_stream(&request()).await.expect("a stream");
    assert_eq!(sent(&server, "accept").await.as_deref(), Some("text/event-stream"));
    let requests = server.received_requests().await.expect("recording");
    insta::assert_snapshot!(String::from_utf8_lossy(&requests[0].body), @r#"{"model":"org/name:fastest","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"the private words of the prompt"}]}"#);
}

#[tokio::test]
async fn models_are_listed() {
    let body =
        r#"{"object":"list","data":[{"id":"org/name","providers":[{"provider":"acme","status":"live"}]},7]}"#;
    let server = server(ResponseTemplate::new(200).set_body_raw(body, "application/json")).await;
    let answer = client(&base(&server)).list_models().await.expect("a list");
    assert_eq!(answer.list.models[0].id, "org/name");
    assert_eq!(answer.list.warnings.len(), 1);
    assert_eq!(answer.body, body.as_bytes());
    let requests = server.received_requests().await.expect("recording");
    assert_eq!((requests[0].method.as_str(), requests[0].url.path()), ("GET", "/v1/models"));
}

#[tokio::test]
async fn whoami_is_asked() {
    let body =
        json!({ "name": "someone", "auth": { "type": "access_token", "accessToken": { "role": "read" } } });
    let server = server(ResponseTemplate::new(200).set_body_json(body)).await;
    let whoami = client(&base(&server)).whoami().await.expect("an account");
    assert_eq!((whoami.name(), whoami.may_call_inference(None)), (Some("someone"), Permission::Yes));
    let requests = server.received_requests().await.expect("recording");
    assert_eq!(requests[0].url.path(), "/api/whoami-v2");
    assert_eq!(sent(&server, "authorization").await, Some(format!("Bearer {TOKEN}")));
}

#[tokio::test]
async fn refusals_have_classes() {
    for (status, body, class) in [
        (401, r#"{"error":"wrong"}"#, Class::Auth),
        (402, r#"{"error":"no credits"}"#, Class::Credits),
        (403, r#"{"error":"no sufficient permissions for Inference Providers"}"#, Class::Permission),
        (403, "<html>", Class::ProviderFault),
        (400, r#"{"error":{"code":"model_not_supported","message":"no"}}"#, Class::ModelUnsupported),
        (422, r#"{"detail":[{"loc":["body"],"msg":"no"}]}"#, Class::InvalidRequest),
        (429, "", Class::RateLimited),
        (500, "oops", Class::ProviderFault),
        (504, "<html><title>504</title></html>", Class::ProviderFault),
    ] {
        let server = server(
            ResponseTemplate::new(status)
                .set_body_string(body)
                .insert_header("retry-after", "7")
                .insert_header("x-inference-provider", "acme")
                .insert_header("x-request-id", "id-1"),
        )
        .await;
        let client = client(&base(&server));
        for error in [
            client.chat(&request()).await.map(|_| ()).expect_err("refused"),
            client.chat_stream(&request()).await.map(|_| ()).expect_err("refused"),
            client.list_models().await.map(|_| ()).expect_err("refused"),
        ] {
            assert_eq!((error.class(), error.status()), (class, Some(status)));
            assert_eq!((error.provider(), error.request_id()), (Some("acme"), Some("id-1")));
            let expected = (status == 429).then_some(Duration::from_secs(7));
            assert_eq!(error.retry_after(), expected);
        }
    }
}

/// Repeats the request in its reply, as some servers do.
struct Echo(u16, &'static str);

impl Respond for Echo {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let token =
            request.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let body = String::from_utf8_lossy(&request.body);
        let prompt = if body.contains(PROMPT) { PROMPT } else { "nothing" };
        let text = format!("you sent {token} to http://me:{TOKEN}@host/ and said {prompt}");
        let body = match self.1 {
            "text" => text.clone(),
            "json" => json!({ "error": { "message": text, "code": text } }).to_string(),
            "html" => format!("<html><title>{text}</title></html>"),
            "detail" => json!({ "detail": [{ "loc": ["body"], "msg": text, "input": text }] }).to_string(),
            _ => format!("data: {}\n\n", json!({ "error": text })),
        };
        let kind = if self.1 == "event" { "text/event-stream" } else { "text/plain" };
        ResponseTemplate::new(self.0)
            .set_body_raw(body, kind)
            .insert_header("x-error-message", text.as_str())
            .insert_header("location", format!("http://me:{TOKEN}@127.0.0.1:1/{TOKEN}").as_str())
    }
}

#[tokio::test]
async fn nothing_private_is_in_an_error() {
    for (status, form) in [
        (400, "json"),
        (401, "text"),
        (403, "html"),
        (422, "detail"),
        (429, "empty"),
        (500, "json"),
        (307, "text"),
        (200, "json"),
        (200, "text"),
        (200, "event"),
    ] {
        let server = server(Echo(status, form)).await;
        let client = client(&base(&server));
        let mut errors = vec![client.chat(&request()).await.map(|_| ()).expect_err("refused")];
        errors.push(client.chat_stream(&request()).await.map(|_| ()).expect_err("refused"));
        errors.extend(client.whoami().await.err());
        errors.extend(client.list_models().await.err());
        assert_eq!(errors.len(), 4, "{status} {form}");
        errors.iter().for_each(assert_private);
    }
}

#[test]
fn debug_of_a_client_shows_no_token() {
    let client = client("http://127.0.0.1:1/v1");
    let shown = format!("{client:?} {client:#?} {:?}", request());
    assert!(!shown.contains(TOKEN) && !shown.contains(PROMPT), "{shown}");
}

#[tokio::test]
async fn every_size_is_bounded() {
    let limits = Limits { models: 64, whoami: 64, error: 64, event: 64, reply: 64 };
    let limited = Options { limits, ..options() };
    let large = server(ResponseTemplate::new(200).set_body_string("x".repeat(65))).await;
    let client = client_with(&base(&large), limited.clone());
    for (error, what) in [
        (client.list_models().await.map(|_| ()).expect_err("too large"), "the list of models"),
        (client.whoami().await.map(|_| ()).expect_err("too large"), "the account"),
        (client.chat(&request()).await.map(|_| ()).expect_err("too large"), "the reply"),
    ] {
        assert_eq!((error.class(), error.limit()), (Class::Malformed, Some(64)));
        let host = large.uri();
        assert_eq!(error.to_string(), format!("{what} from `{host}` is larger than the limit of 64 bytes"));
    }

    // A refusal stays one.
    let refusing = server(ResponseTemplate::new(429).set_body_string("x".repeat(65))).await;
    let error = client_with(&base(&refusing), limited).chat(&request()).await.expect_err("refused");
    assert_eq!((error.class(), error.message()), (Class::RateLimited, None));
    let shown = chain(&error).replace(&refusing.uri(), "HOST");
    insta::assert_snapshot!(shown, @"`HOST` takes no more requests for now (status 429) <- the body of the refusal from `HOST` is larger than the limit of 64 bytes");
}

#[tokio::test]
async fn a_refusal_does_not_wait_for_its_words() {
    let server = Server::start().await;
    let timeouts = Timeouts { between_chunks: SHORT, ..options().timeouts };
    let client = client_with(&server.base(), Options { timeouts, ..options() });
    let request = request();
    let (answer, _connection) = tokio::join!(client.chat(&request), async {
        let mut connection = server.accept().await;
        connection.send("HTTP/1.1 429 Too Many\r\ncontent-length: 100\r\nretry-after: 3\r\n\r\n").await;
        connection
    });
    let error = answer.expect_err("refused");
    assert_eq!((error.class(), error.retry_after()), (Class::RateLimited, Some(Duration::from_secs(3))));
    let shown = chain(&error).replace(&server.address.to_string(), "HOST");
    insta::assert_snapshot!(shown, @"`http://HOST` takes no more requests for now (status 429, retry after 3 s) <- the answer of `http://HOST` stopped for 60 ms");
}

#[tokio::test]
async fn a_size_that_is_not_said_is_bounded_too() {
    let server = Server::start().await;
    let limits = Limits { reply: 64, ..Limits::default() };
    let client = client_with(&server.base(), Options { limits, ..options() });
    let request = request();
    let (answer, ()) = tokio::join!(client.chat(&request), async {
        let mut connection = server.accept_stream().await;
        for _ in 0..2 {
            connection.chunk("x".repeat(40)).await;
        }
        connection.closed().await;
    });
    assert_eq!(answer.expect_err("too large").limit(), Some(64));
}

#[tokio::test]
async fn replies_that_are_none() {
    for (body, kind, class, message) in [
        ("<html></html>", "text/html", Class::Malformed, "answered with a web page, expected JSON"),
        (
            "hello",
            "text/plain",
            Class::Malformed,
            "answered with something that cannot be read, expected a chat reply",
        ),
        (
            "",
            "application/json",
            Class::Malformed,
            "answered with something that cannot be read, expected a chat reply",
        ),
        (
            "{\"choices\":[]}",
            "application/json",
            Class::Malformed,
            "answered with a reply without `choices`, expected at least one",
        ),
        ("{\"choices\":[{\"mess", "application/json", Class::Truncated, "was cut off"),
        ("{\"detail\":\"no\"}", "application/json", Class::ProviderFault, "failed within its answer"),
        (
            "{\"choices\":[{\"finish_reason\":\"error\"}]}",
            "application/json",
            Class::ProviderFault,
            "failed within its answer",
        ),
        ("{\"error\":\"no\"}", "application/json", Class::ProviderFault, "failed within its answer"),
        (
            "{\"error\":{\"message\":\"no\",\"code\":400}}",
            "application/json",
            Class::InvalidRequest,
            "does not accept the request (status 400) within its answer",
        ),
    ] {
        let server = server(ResponseTemplate::new(200).set_body_raw(body, kind)).await;
        let error = client(&base(&server)).chat(&request()).await.expect_err(body);
        assert_eq!(error.class(), class, "{body}");
        assert!(error.to_string().ends_with(message), "{error}");
    }
}

#[tokio::test]
async fn accounts_and_lists_that_are_none() {
    for (body, kind) in [("<html>", "text/html"), ("[]", "application/json"), ("{}", "application/json")] {
        let server = server(ResponseTemplate::new(200).set_body_raw(body, kind)).await;
        let client = client(&base(&server));
        assert_eq!(client.whoami().await.map(|_| ()).expect_err(body).class(), Class::Malformed, "{body}");
        assert_eq!(
            client.list_models().await.map(|_| ()).expect_err(body).class(),
            Class::Malformed,
            "{body}"
        );
    }
}

#[tokio::test]
async fn times_may_be_as_long_as_can_be() {
    let server = server(ResponseTemplate::new(200).set_body_json(reply())).await;
    let max = Duration::MAX;
    let timeouts = Timeouts { connect: max, first_byte: max, between_chunks: max, after_finish: max };
    client_with(&base(&server), Options { timeouts, ..options() }).chat(&request()).await.expect("an answer");
}

#[tokio::test]
async fn a_prompt_that_is_a_name_hides_no_provider() {
    let body = json!({ "error": { "message": "acme is busy", "code": "acme" } });
    let refusal =
        ResponseTemplate::new(503).set_body_json(body).insert_header("x-inference-provider", "acme");
    let server = server(refusal).await;
    let request = ChatRequest { messages: vec![Message::user("acme")], ..ChatRequest::new("org/name") };
    let error = client(&base(&server)).chat(&request).await.expect_err("refused");
    assert_eq!((error.provider(), error.code()), (Some("acme"), Some("acme")));
    assert_eq!(error.message(), Some("[prompt] is busy"));
}

#[tokio::test]
async fn a_compressed_refusal_is_still_one() {
    let refusal =
        ResponseTemplate::new(402).insert_header("content-encoding", "gzip").set_body_string("garbage");
    let server = server(refusal).await;
    let error = client(&base(&server)).chat(&request()).await.expect_err("refused");
    assert_eq!((error.class(), error.message()), (Class::Credits, None));
}

#[tokio::test]
async fn compressed_replies_are_refused_where_they_cannot_be_read() {
    for encoding in ["br", "gzip"] {
        let reply =
            ResponseTemplate::new(200).insert_header("content-encoding", encoding).set_body_json(reply());
        let server = server(reply).await;
        let error = client(&base(&server)).chat(&request()).await.expect_err("compressed");
        assert_eq!(error.class(), Class::Malformed);
        assert!(
            error.to_string().ends_with("answered with compressed bytes, expected plain ones"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn gzip_that_nobody_asked_for_is_read() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, reply().to_string().as_bytes()).expect("it is packed");
    let packed = packed.finish().expect("it ends");
    let send = |body: &[u8]| {
        ResponseTemplate::new(200).insert_header("content-encoding", "gzip").set_body_bytes(body.to_vec())
    };
    let whole = server(send(&packed)).await;
    let answer = client(&base(&whole)).chat(&request()).await.expect("an answer");
    assert_eq!(answer.body, reply().to_string().as_bytes());
    let cut = server(send(packed.split_at(packed.len() - 9).0)).await;
    let error = client(&base(&cut)).chat(&request()).await.expect_err("cut");
    assert_eq!(error.class(), Class::Truncated);
}

#[tokio::test]
async fn a_reply_that_is_shorter_than_it_said() {
    let server = Server::start().await;
    let client = client(&server.base());
    let request = request();
    let (answer, ()) = tokio::join!(client.chat(&request), async {
        let mut connection = server.accept().await;
        connection.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"choices\"").await;
        connection.cut();
    });
    let error = answer.expect_err("cut");
    assert_eq!(error.class(), Class::Truncated);
    let shown = chain(&error).replace(&server.address.to_string(), "HOST");
    assert!(shown.starts_with("the answer of `http://HOST` was cut off <- "), "{shown}");
}

#[tokio::test]
async fn a_whole_reply_may_not_stall_either() {
    let server = Server::start().await;
    let timeouts = Timeouts { between_chunks: SHORT, ..options().timeouts };
    let client = client_with(&server.base(), Options { timeouts, ..options() });
    let request = request();
    let (answer, _connection) = tokio::join!(client.chat(&request), async {
        let mut connection = server.accept().await;
        connection.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"choices\"").await;
        connection
    });
    assert_eq!(answer.expect_err("a stall").timeout_phase(), Some(TimeoutPhase::BetweenChunks));
}

#[tokio::test]
async fn what_a_header_cannot_hold_is_not_sent() {
    for (options, what) in [
        (Options { bill_to: Some("a\nb".into()), ..options() }, "the name of the payer"),
        (Options { session_id: Some("ä".into()), ..options() }, "the session id"),
    ] {
        let error =
            client_with("http://127.0.0.1:1/v1", options).list_models().await.expect_err("not a header");
        assert_eq!(error.class(), Class::InvalidRequest);
        assert_eq!(
            error.to_string(),
            format!("{what} holds characters that a header cannot, expected visible ASCII")
        );
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_is_not() {
    let request = ChatRequest {
        messages: vec![Message::user("x")],
        temperature: Some(f64::INFINITY),
        ..ChatRequest::new("org/name")
    };
    let client = client("http://127.0.0.1:1/v1");
    for error in [
        client.chat(&request).await.map(|_| ()).expect_err("infinite"),
        client.chat_stream(&request).await.map(|_| ()).expect_err("infinite"),
    ] {
        assert_eq!(error.class(), Class::InvalidRequest);
        assert_eq!(error.to_string(), "`temperature` is not a finite number, expected one");
    }
}
