//! What is refused, by whom, in which words.

use insta::assert_snapshot;
use openclaw_sandbox::{Fault, Script, When};

use crate::support::{KEY, Plan, R1, STREAM, World, bearer, body};

#[tokio::test]
async fn what_nobody_answers_keeps_its_status_in_openai_s_shape() {
    let mut told = Vec::new();
    for code in [400, 401, 402, 403, 404, 408, 422, 429, 500, 502, 503, 504] {
        for rest in ["", STREAM] {
            let world = World::failing([Script::always(When::default(), Fault::status(code))]).await;
            let reply = world.ask("openai/gpt-oss-120b:groq", rest).await;
            assert_eq!(reply.header("content-type"), Some("application/json"));
            assert!(reply.header("x-openclaw-attempts").is_some());
            let refusal = reply.refusal().replace(&world.sandbox.addr().to_string(), "ROUTER");
            match rest {
                "" => told.push(refusal),
                _ => assert_eq!(told.last(), Some(&refusal), "a stream is refused in the same way"),
            }
        }
    }
    assert_snapshot!(told.join("\n"), @"
    400 invalid_request_error model_not_supported: no enabled provider serves the model (status 400): The requested model 'openai/gpt-oss-120b:groq' is not supported by any provider you have enabled.
    401 authentication_error upstream_token_refused: the token was refused (status 401): Invalid username or password. (on the gateway's machine run `openclaw onboard`)
    402 insufficient_quota upstream_credits_depleted: the credits for Inference Providers are used up (status 402): You have depleted your monthly included credits. Purchase pre-paid credits to continue using Inference Providers. Alternatively, subscribe to PRO to get 20x more included credits. (see https://huggingface.co/settings/billing)
    403 permission_error upstream_permission_missing: the token may not call Inference Providers (status 403): This authentication method does not have sufficient permissions to call Inference Providers on behalf of user sandbox-user (on the gateway's machine run `openclaw onboard`)
    404 upstream_error provider_failed: `http://ROUTER` refused the request (status 404): Not Found
    408 upstream_error provider_failed: `http://ROUTER` refused the request (status 408): Request Timeout
    422 invalid_request_error value_error: `http://ROUTER` does not accept the request (status 422): body: Value error
    429 (retry after 1) rate_limit_error rate_limit_exceeded: `http://ROUTER` takes no more requests for now (status 429): The engine is currently overloaded, please try again later
    500 upstream_error provider_failed: `http://ROUTER` failed (status 500): Internal Server Error
    502 upstream_error provider_failed: `http://ROUTER` failed (status 502): 502 Bad Gateway
    503 (retry after 1) upstream_error provider_failed: `http://ROUTER` failed (status 503): 503 Service Unavailable
    504 upstream_error provider_failed: `http://ROUTER` failed (status 504): 504 Gateway Timeout
    ");
}

#[tokio::test]
async fn what_every_offer_refuses_tells_all_attempts() {
    let slow = Fault::Status {
        code: 429,
        retry_after: Some(7),
        body: None,
        content_type: None,
        headers: Default::default(),
    };
    let world = World::failing([Script::always(When::default(), slow)]).await;
    let reply = world.ask("Qwen/Qwen3-8B", "").await;
    let told = reply.refusal().replace(&world.sandbox.addr().to_string(), "ROUTER");
    assert_snapshot!(told, @"429 (retry after 7) rate_limit_error rate_limit_exceeded: `http://ROUTER` takes no more requests for now (status 429, retry after 7 s): The engine is currently overloaded, please try again later (asked: Qwen/Qwen3-8B@nscale?=rate_limited, Qwen/Qwen3-8B:novita=rate_limited, Qwen/Qwen3-8B:featherless-ai=rate_limited, Qwen/Qwen3-8B:nscale=rate_limited)");
    assert_eq!(reply.header("retry-after"), Some("7"));
    assert!(world.sandbox.requests().len() > 1);
}

#[tokio::test]
async fn tokens_that_the_router_refuses_are_told_apart() {
    let mut told = Vec::new();
    for token in ["hf_refused_canary", "hf_noperm_canary", "hf_nocredit_canary"] {
        let world = World::with(Plan { token, ..Plan::default() }).await;
        told.push(world.ask(R1, "").await.refusal());
        assert_eq!(world.sandbox.requests().len(), 1, "no other offer is asked");
    }
    let plan = Plan { change: |settings| settings.has_token = false, ..Plan::default() };
    let world = World::with(plan).await;
    told.push(world.ask(R1, "").await.refusal());
    assert_snapshot!(told.join("\n"), @"
    401 authentication_error upstream_token_refused: the token was refused (status 401): Invalid username or password. (on the gateway's machine run `openclaw onboard`)
    403 permission_error upstream_permission_missing: the token may not call Inference Providers (status 403): This authentication method does not have sufficient permissions to call Inference Providers on behalf of user sandbox-user (on the gateway's machine run `openclaw onboard`)
    402 insufficient_quota upstream_credits_depleted: the credits for Inference Providers are used up (status 402): You have depleted your monthly included credits. Purchase pre-paid credits to continue using Inference Providers. Alternatively, subscribe to PRO to get 20x more included credits. (see https://huggingface.co/settings/billing)
    401 authentication_error no_upstream_token: the gateway has no token of Hugging Face, and the router answers nobody without one; on its machine run `openclaw onboard`
    ");
    assert!(world.sandbox.requests().is_empty());
    let reply = world.send(&world.head("GET", "/readyz", &[]), b"").await;
    assert_eq!((reply.status, reply.body.as_str()), (503, "no token of Hugging Face\n"));
}

#[tokio::test]
async fn requests_that_are_none_are_refused_here() {
    let world = World::new().await;
    let key = bearer(KEY);
    let mut told = Vec::new();
    for sent in [
        "",
        "{",
        "[1]",
        r#"{"messages":[]}"#,
        r#"{"model":1,"messages":[]}"#,
        r#"{"model":"default"}"#,
        r#"{"model":"default","messages":{}}"#,
        r#"{"model":"default","messages":[],"stream":1}"#,
        r#"{"model":"gpt-4","messages":[]}"#,
        r#"{"model":"anthropic/claude/x","messages":[]}"#,
        r#"{"model":"a/b/","messages":[]}"#,
        r#"{"model":"","messages":[]}"#,
    ] {
        told.push(format!("{sent}\n  {}", world.post(sent, std::slice::from_ref(&key)).await.refusal()));
    }
    let zipped = world.post("{}", &[key.clone(), "content-encoding: gzip".to_owned()]).await;
    told.push(format!("gzip\n  {}", zipped.refusal()));
    for (method, path) in [
        ("GET", "/v1/chat/completions"),
        ("POST", "/v1/models"),
        ("POST", "/v1/embeddings"),
        ("GET", "/other"),
    ] {
        let reply = world.send(&world.head(method, path, std::slice::from_ref(&key)), b"").await;
        told.push(format!("{method} {path}\n  {}", reply.refusal()));
    }
    assert_snapshot!(told.join("\n"), @r#"

      400 invalid_request_error invalid_body: the body is not JSON: line 1, column 1
    {
      400 invalid_request_error invalid_body: the body is not JSON: line 1, column 1
    [1]
      400 invalid_request_error invalid_body: the body is an array, expected an object
    {"messages":[]}
      400 invalid_request_error invalid_body: `model` is missing, expected a model such as `org/name`
    {"model":1,"messages":[]}
      400 invalid_request_error invalid_body: `model` is a number, expected a model such as `org/name`
    {"model":"default"}
      400 invalid_request_error invalid_body: `messages` is missing, expected an array of messages
    {"model":"default","messages":{}}
      400 invalid_request_error invalid_body: `messages` is an object, expected an array of messages
    {"model":"default","messages":[],"stream":1}
      400 invalid_request_error invalid_body: `stream` is a number, expected true or false
    {"model":"gpt-4","messages":[]}
      404 invalid_request_error model_not_found: `gpt-4` is neither an alias nor a model, expected `<org>/<name>`, an alias or `default`; GET /v1/models lists them
    {"model":"anthropic/claude/x","messages":[]}
      404 invalid_request_error model_not_found: `anthropic/claude/x` is a model of another provider; this gateway asks Hugging Face alone
    {"model":"a/b/","messages":[]}
      404 invalid_request_error model_not_found: `a/b/` is a model of another provider; this gateway asks Hugging Face alone
    {"model":"","messages":[]}
      404 invalid_request_error model_not_found: `` is neither an alias nor a model, expected `<org>/<name>`, an alias or `default`; GET /v1/models lists them
    gzip
      415 invalid_request_error body_compressed: the body is compressed, expected it plain
    GET /v1/chat/completions
      405 invalid_request_error method_not_allowed: `GET` is not served at `/v1/chat/completions`, expected POST
    POST /v1/models
      405 invalid_request_error method_not_allowed: `POST` is not served at `/v1/models`, expected GET
    POST /v1/embeddings
      404 invalid_request_error not_served: embeddings are not served here; use Hugging Face's own clients, `huggingface_hub` for Python and `@huggingface/inference` for JavaScript: https://huggingface.co/docs/inference-providers/tasks/feature-extraction
    GET /other
      404 invalid_request_error not_served: `/other` is not served here: chat completions alone are, at /v1/chat/completions, and /v1/models lists the models
    "#);
    assert!(world.sandbox.requests().is_empty(), "none of it cost anything");
}

#[tokio::test]
async fn an_unknown_model_is_not_answered_by_another() {
    let plan = Plan {
        change: |settings| settings.fallbacks = vec![crate::support::model("Qwen/Qwen3-8B")],
        ..Plan::default()
    };
    let world = World::with(plan).await;
    assert_snapshot!(world.ask("deepseek-ai/DeepSeek-R9", "").await.refusal(), @"400 invalid_request_error model_not_supported: no enabled provider serves the model (status 400): The requested model 'deepseek-ai/DeepSeek-R9' does not exist.");
    assert_eq!(world.sandbox.requests().len(), 1, "the router itself was asked, since its list may be newer");
}

#[tokio::test]
async fn strangers_are_refused() {
    let world = World::new().await;
    let ask = async |headers: &[&str]| {
        let headers: Vec<String> = headers.iter().map(|&header| header.to_owned()).collect();
        world.post(&body(R1, ""), &headers).await
    };
    let key = bearer(KEY);
    let mut told = Vec::new();
    for headers in [
        vec![],
        vec!["authorization: Bearer wrong"],
        vec!["authorization: Bearer "],
        vec!["authorization: Basic b2M6"],
        vec!["authorization: Bearer hf_something_else"],
        vec![&key, "host: evil.example:18789"],
        vec![&key, "origin: https://evil.example"],
        vec![&key, "origin: null"],
    ] {
        let reply = ask(&headers).await;
        assert_eq!(reply.header("www-authenticate").is_some(), reply.status == 401);
        assert_eq!(reply.header("access-control-allow-origin"), None);
        told.push(reply.refusal());
    }
    assert_snapshot!(told.join("\n"), @"
    401 authentication_error invalid_api_key: a key of this gateway is needed, as `Authorization: Bearer …`; `openclaw gateway keys show` prints it
    401 authentication_error invalid_api_key: that is no key of this gateway; `openclaw gateway keys show` prints one
    401 authentication_error invalid_api_key: a key of this gateway is needed, as `Authorization: Bearer …`; `openclaw gateway keys show` prints it
    401 authentication_error invalid_api_key: a key of this gateway is needed, as `Authorization: Bearer …`; `openclaw gateway keys show` prints it
    401 authentication_error invalid_api_key: that is a token of Hugging Face; this gateway has its own and wants a key, which `openclaw gateway keys show` prints
    403 permission_error host_not_allowed: the request names the host `evil.example:18789`, which is not this gateway's; `openclaw gateway run --allow-host NAME` takes one
    403 permission_error origin_not_allowed: a page of `https://evil.example` may not ask this gateway; `openclaw gateway run --allow-host NAME` takes one
    403 permission_error origin_not_allowed: a page of `null` may not ask this gateway; `openclaw gateway run --allow-host NAME` takes one
    ");
    assert!(world.sandbox.requests().is_empty());
    for taken in ["host: localhost", "host: [::1]:18789", "origin: http://localhost:3000"] {
        assert_eq!(ask(&[&key, taken]).await.status, 200, "{taken}");
    }
    for path in ["/v1/models", "/v1/models/default", "/metrics"] {
        assert_eq!(world.send(&world.head("GET", path, &[]), b"").await.status, 401, "{path}");
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(world.send(&world.head("GET", path, &[]), b"").await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_told() {
    let world = World::new().await;
    let head =
        world.head("POST", "/v1/chat/completions", &[bearer(KEY), "transfer-encoding: chunked".to_owned()]);
    let reply = world.send(&head, b"2\r\n{\"\r\nno length\r\n").await;
    assert_snapshot!(reply.refusal(), @"400 invalid_request_error body_cut: the body was cut off");
    assert!(world.sandbox.requests().is_empty());
}
