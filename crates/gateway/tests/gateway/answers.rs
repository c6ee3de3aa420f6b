//! Answers: whose bytes they are, who gave them, and what happens where one fails.

use openclaw_sandbox::{Ending, ErrorForm, Fault, ReplyState, Script, When};
use tokio::io::AsyncReadExt as _;

use crate::support::{KEY, R1, STREAM, World, bearer, body, model};

#[tokio::test]
async fn a_whole_answer_is_passed_on_and_says_who_gave_it() {
    let world = World::new().await;
    let reply =
        world.ask(&format!("{R1}:cheapest"), r#","x-unknown":[1.0,{"a":2853637492034609700}],"n":1"#).await;
    assert_eq!(reply.status, 200);
    // The bytes are the provider's: its own model name, its own order.
    assert!(reply.body.starts_with(r#"{"id":"chatcmpl-sandbox-"#), "{}", reply.body);
    assert!(
        reply.json()["choices"][0]["message"]["content"]
            .as_str()
            .is_some_and(|text| text.contains("what a day"))
    );
    let header = |name| reply.header(name).unwrap_or("-").to_owned();
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("x-openclaw-provider"), "novita");
    assert_eq!(header("x-openclaw-model"), "deepseek-ai/DeepSeek-R1:cheapest");
    assert_eq!(header("x-openclaw-attempts"), "deepseek-ai/DeepSeek-R1:cheapest@novita=answered");
    assert!(header("x-openclaw-cost").starts_with("0.0000"), "{}", header("x-openclaw-cost"));
    assert!(header("x-request-id").starts_with("Root="));
    let requests = world.sandbox.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].body_keys, ["model", "messages", "x-unknown", "n"], "unknown fields go through");
}

#[tokio::test]
async fn a_stream_is_passed_on_and_ends_with_what_it_cost() {
    let world = World::new().await;
    let reply = world.ask(R1, r#","stream":true,"stream_options":{"include_usage":true}"#).await;
    assert_eq!(reply.header("content-type"), Some("text/event-stream; charset=utf-8"));
    assert!(reply.is_whole && reply.text().contains("what a day"), "{}", reply.body);
    let events = reply.events();
    assert_eq!(events.last(), Some(&"[DONE]"));
    assert!(events.iter().any(|data| data.contains(r#""choices":[],"usage":{"#)), "it was asked for");
    let tail: Vec<&str> = reply.body.trim_end().rsplit("\n\n").take(2).collect();
    assert_eq!(
        tail,
        [
            "data: [DONE]",
            ": x-openclaw-provider: fireworks-ai\n: x-openclaw-model: deepseek-ai/DeepSeek-R1\n: x-openclaw-attempts: deepseek-ai/DeepSeek-R1@fireworks-ai=answered"
        ]
    );
    // Who asked for no usage gets none in an event of its own; the price is known all the same.
    let reply = world.ask(&format!("{R1}:together"), STREAM).await;
    assert!(!reply.body.contains(r#""choices":[],"#), "{}", reply.body);
    assert!(reply.body.contains("\n: x-openclaw-cost: 0.0"), "{}", reply.body);
    assert_eq!(
        reply.header("x-openclaw-attempts"),
        Some("deepseek-ai/DeepSeek-R1:together@together=answering")
    );
}

#[tokio::test]
async fn the_model_may_be_named_in_every_way() {
    let plan = crate::support::Plan {
        change: |settings| {
            let config = r#"{ agents: { defaults: { models: {
                'huggingface/Qwen/Qwen3-8B:cheapest': { alias: 'Qwen (cheap)' } } } } }"#;
            let config =
                openclaw_config_merge::store::parse(std::path::Path::new("x"), config).expect("a config");
            settings.aliases = openclaw_config_merge::Aliases::of(&config);
        },
        ..Default::default()
    };
    let world = World::with(plan).await;
    for (named, sent) in [
        ("huggingface/Qwen/Qwen3-8B", "Qwen/Qwen3-8B"),
        ("Qwen/Qwen3-8B", "Qwen/Qwen3-8B"),
        ("Qwen/Qwen3-8B:nscale", "Qwen/Qwen3-8B:nscale"),
        ("qwen (CHEAP)", "Qwen/Qwen3-8B:cheapest"),
        ("default", R1),
    ] {
        let reply = world.ask(named, "").await;
        assert_eq!((reply.status, reply.header("x-openclaw-model")), (200, Some(sent)), "{named}");
    }
}

/// What fails before anything of a stream is seen.
fn early() -> Vec<Fault> {
    vec![
        Fault::status(404),
        Fault::status(408),
        Fault::status(429),
        Fault::status(500),
        Fault::status(503),
        Fault::Html { code: 502 },
        Fault::Html { code: 200 },
        Fault::CloseBeforeReply { ending: Ending::Close },
        Fault::CloseBeforeReply { ending: Ending::Reset },
        Fault::CutStream { after: 0, ending: Ending::Close },
        Fault::ErrorEvent { after: 0, form: ErrorForm::String },
        Fault::InvalidJson { after: 0 },
        Fault::GzipBomb { bytes: 512 << 20 },
        Fault::HugeBody { bytes: 512 << 20 },
        Fault::Redirect { to: "http://127.0.0.1:9/".to_owned(), code: 307 },
        Fault::EmptyBody,
        Fault::OtherShape,
    ]
}

fn late() -> Vec<Fault> {
    vec![
        Fault::CutStream { after: 5, ending: Ending::Clean },
        Fault::CutStream { after: 5, ending: Ending::Close },
        Fault::CutStream { after: 5, ending: Ending::Reset },
        Fault::ErrorEvent { after: 5, form: ErrorForm::Object },
        Fault::InvalidJson { after: 5 },
    ]
}

#[tokio::test]
async fn s07_every_early_fault_is_answered_by_the_next_offer() {
    let streams = early().into_iter().map(|fault| (fault, STREAM));
    let wholes = early().into_iter().chain(late()).map(|fault| (fault, ""));
    for (fault, rest) in streams.chain(wholes) {
        let kind = format!("{}{rest}", fault.kind());
        let world = World::failing([Script::once(When::provider("fireworks-ai"), fault)]).await;
        let reply = world.ask(R1, rest).await;
        assert_eq!((reply.status, reply.is_whole), (200, true), "{kind}: {reply:?}");
        assert_eq!(reply.header("x-openclaw-provider"), Some("together"), "{kind}");
        let attempts = reply.header("x-openclaw-attempts").expect("a trail").to_owned();
        assert!(attempts.contains("@fireworks-ai") && attempts.contains(", "), "{kind}: {attempts}");
        assert_eq!(world.sandbox.requests().len(), 2, "{kind}");
        if rest.is_empty() {
            assert!(reply.json()["choices"][0]["message"].is_object(), "{kind}");
        } else {
            assert!(
                reply.text().contains("what a day") && reply.body.ends_with("data: [DONE]\n\n"),
                "{kind}"
            );
        }
    }
}

#[tokio::test]
async fn s07_the_fallbacks_come_behind_every_offer() {
    let plan = crate::support::Plan {
        change: |settings| settings.fallbacks = vec![model("Qwen/Qwen3-8B")],
        ..Default::default()
    };
    let world = World::with(plan).await;
    let down = Script::always(When { model: Some(R1.to_owned()), ..When::default() }, Fault::status(503));
    world.sandbox.script(vec![down]).expect("it is scripted");
    let reply = world.ask(R1, STREAM).await;
    assert_eq!(reply.header("x-openclaw-model"), Some("Qwen/Qwen3-8B"));
    assert!(
        reply.body.matches("=provider_fault, ").count() == 4 && reply.body.contains("=answered\n"),
        "as written, three pins, and the fallback: {}",
        reply.body
    );
    // What failed cools down, so that the next one is answered at once.
    world.sandbox.clear_requests();
    assert_eq!(world.ask(R1, "").await.header("x-openclaw-model"), Some("Qwen/Qwen3-8B"));
    assert_eq!(world.sandbox.requests().len(), 1);
}

#[tokio::test]
async fn a_stream_that_breaks_ends_with_an_error_and_never_as_if_it_were_whole() {
    for fault in late() {
        let kind = fault.kind();
        let world = World::failing([Script::always(When::default(), fault)]).await;
        let reply = world.ask(R1, STREAM).await;
        assert_eq!((reply.status, reply.is_whole), (200, true), "{kind}");
        let events = reply.events();
        let last: serde_json::Value = serde_json::from_str(events.last().expect("an event")).expect("JSON");
        assert!(last["error"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{kind}: {last}");
        assert!(
            !reply.body.contains("[DONE]") && !reply.body.contains(r#""finish_reason":"stop""#),
            "{kind}: {}",
            reply.body
        );
        assert_eq!(world.sandbox.requests().len(), 1, "{kind}: nothing is asked twice");
    }
}

#[tokio::test]
async fn harmless_habits_are_no_faults() {
    for fault in [Fault::NoDone, Fault::EmptyFrames, Fault::SplitBytes { size: 1 }, Fault::CrLf] {
        let kind = fault.kind();
        let world = World::failing([Script::always(When::default(), fault)]).await;
        let reply = world.ask(R1, STREAM).await;
        assert!(reply.body.ends_with("data: [DONE]\n\n"), "{kind}: {}", reply.body);
        assert_eq!(reply.body.matches("[DONE]").count(), 1, "{kind}");
        assert_eq!(world.sandbox.requests().len(), 1, "{kind}");
    }
}

#[tokio::test]
async fn a_client_that_goes_away_ends_the_providers_work() {
    let slow = Script::always(When::default(), Fault::SlowDrip { ms: 50 });
    for rest in [STREAM, ""] {
        let world = World::failing([slow.clone()]).await;
        let question = body(R1, rest);
        let head = world.head(
            "POST",
            "/v1/chat/completions",
            &[bearer(KEY), format!("content-length: {}", question.len())],
        );
        let mut socket = world.open(&head, question.as_bytes()).await;
        if rest.is_empty() {
            world.sandbox.requests_when(|requests| !requests.is_empty()).await;
        } else {
            let mut some = [0; 64];
            assert!(socket.read(&mut some).await.expect("it begins") > 0);
        }
        drop(socket);
        let is_dropped = |requests: &[openclaw_sandbox::Recorded]| {
            requests.iter().all(|request| request.state == ReplyState::Dropped)
        };
        world.sandbox.requests_when(is_dropped).await;
        world.told("aborted").await;
        assert_eq!(world.gateway.running(), 0);
    }
}

#[tokio::test]
async fn headers_of_the_client_stay_here() {
    let world = World::new().await;
    let strange = [
        "cookie: session=secret",
        "x-hf-bill-to: somebody-else",
        "x-forwarded-for: 203.0.113.7",
        "x-strange: 1",
    ];
    let headers: Vec<String> = [bearer(KEY)].into_iter().chain(strange.map(str::to_owned)).collect();
    assert_eq!(world.post(&body(R1, ""), &headers).await.status, 200);
    let requests = world.sandbox.requests();
    let sent = requests[0].headers.iter().map(|(name, value)| format!("{name}: {value}"));
    let sent = sent.filter(|line| !line.starts_with("content-length") && !line.starts_with("host"));
    insta::assert_snapshot!(sent.collect::<Vec<_>>().join("\n"), @"
    accept: application/json
    accept-encoding: identity
    authorization: <granted>
    content-type: application/json
    user-agent: openclaw/0.1.0
    ");
}
