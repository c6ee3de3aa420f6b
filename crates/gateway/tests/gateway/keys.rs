//! Keys with limits.

use insta::assert_snapshot;
use openclaw_catalog::Cost;
use openclaw_gateway::{KeyLimits, Keys};
use openclaw_sandbox::{Fault, Script, When};

use crate::support::{KEY, Plan, R1, STREAM, World, bearer, key, model};

async fn limited(change: fn(&mut openclaw_gateway::Settings)) -> World {
    World::with(Plan { change, ..Plan::default() }).await
}

#[tokio::test]
async fn requests_in_a_minute() {
    let world = limited(|settings| {
        let limits = KeyLimits { requests_per_minute: Some(2), ..KeyLimits::default() };
        settings.keys =
            Keys::Required(vec![key("ci", KEY, limits), key("other", "oc-other", KeyLimits::default())]);
    })
    .await;
    assert_eq!((world.ask(R1, "").await.status, world.ask(R1, STREAM).await.status), (200, 200));
    let refused = world.ask(R1, "").await;
    assert_eq!(refused.status, 429);
    assert!(
        refused
            .header("retry-after")
            .and_then(|wait| wait.parse::<u64>().ok())
            .is_some_and(|wait| wait <= 30)
    );
    assert!(refused.refusal().ends_with("the key `ci` has reached its limit of 2 requests a minute"));
    assert_eq!(world.ask_as("oc-other", R1, "").await.status, 200, "another key is not held to it");
    assert_eq!(world.sandbox.requests().len(), 3);
}

#[tokio::test]
async fn tokens_in_a_minute() {
    let world = limited(|settings| {
        let limits = KeyLimits { tokens_per_minute: Some(40), ..KeyLimits::default() };
        settings.keys = Keys::Required(vec![key("ci", KEY, limits)]);
    })
    .await;
    // A stream counts what it used when it has ended.
    assert_eq!(world.ask(R1, STREAM).await.status, 200);
    assert_eq!(world.ask(R1, "").await.refusal().split(" (").next(), Some("429"));
}

#[tokio::test]
async fn cost_in_a_day() {
    let world = limited(|settings| {
        let limits = KeyLimits { per_day: Some(Cost::from_nano_usd(100_000)), ..KeyLimits::default() };
        settings.keys = Keys::Required(vec![key("ci", KEY, limits)]);
    })
    .await;
    let pinned = format!("{R1}:novita");
    assert_eq!(world.ask(&pinned, "").await.status, 200);
    let spent = world.gateway.spent();
    assert_eq!((spent.len(), spent[0].key.as_str()), (1, "ci"));
    assert!(spent[0].cost > Cost::from_nano_usd(50_000), "{spent:?}");
    let refused = world.ask(&pinned, r#","max_tokens":100000"#).await;
    assert!(
        refused.refusal().ends_with("the key `ci` has reached its limit of 0.0001 USD a day"),
        "{refused:?}"
    );
    // What was spent before a restart counts.
    let again = limited(|settings| {
        let limits = KeyLimits { per_day: Some(Cost::from_nano_usd(100_000)), ..KeyLimits::default() };
        settings.keys = Keys::Required(vec![key("ci", KEY, limits)]);
    })
    .await;
    let more =
        spent.into_iter().map(|one| openclaw_gateway::Spent { cost: Cost::from_nano_usd(100_000), ..one });
    again.gateway.restore_spent(more.collect());
    assert_eq!(again.ask(&pinned, "").await.status, 429);
}

#[tokio::test]
async fn a_limit_of_cost_needs_a_price() {
    let world = limited(|settings| {
        let limits = KeyLimits { per_day: Some(Cost::from_nano_usd(1)), ..KeyLimits::default() };
        settings.keys = Keys::Required(vec![key("ci", KEY, limits)]);
    })
    .await;
    assert_snapshot!(world.ask("nobody/knows-this", "").await.refusal(), @"403 permission_error price_unknown: this key has a limit of cost, and no price of `nobody/knows-this` is known");
}

#[tokio::test]
async fn a_failed_request_costs_nothing_and_frees_its_place() {
    let world = limited(|settings| {
        let limits = KeyLimits {
            concurrent: Some(1),
            per_day: Some(Cost::from_nano_usd(1_000_000_000)),
            ..KeyLimits::default()
        };
        settings.keys = Keys::Required(vec![key("ci", KEY, limits)]);
    })
    .await;
    world.sandbox.script(vec![Script::always(When::default(), Fault::status(503))]).expect("it is scripted");
    for _ in 0..3 {
        assert_eq!(world.ask("Qwen/Qwen3-8B", "").await.status, 503);
    }
    assert_eq!(world.gateway.spent(), []);
}

#[tokio::test]
async fn requests_at_once() {
    let world = limited(|settings| {
        let limits = KeyLimits { concurrent: Some(1), ..KeyLimits::default() };
        settings.keys = Keys::Required(vec![key("ci", KEY, limits)]);
    })
    .await;
    world.sandbox.script(vec![Script::once(When::default(), Fault::Hang)]).expect("it is scripted");
    let question = crate::support::body(R1, "");
    let length = format!("content-length: {}", question.len());
    let head = world.head("POST", "/v1/chat/completions", &[bearer(KEY), length]);
    let hanging = world.open(&head, question.as_bytes()).await;
    world.sandbox.requests_when(|requests| !requests.is_empty()).await;
    assert_snapshot!(world.ask(R1, "").await.refusal(), @"429 (retry after 1) rate_limit_error key_limit_concurrent: the key `ci` has reached its limit of 1 request at once");
    drop(hanging);
    world.told("aborted").await;
    assert_eq!(world.ask(R1, "").await.status, 200);
}

#[tokio::test]
async fn models_that_a_key_may_ask() {
    let world = limited(|settings| {
        let limits = KeyLimits { models: Some(vec![model("Qwen/Qwen3-8B")]), ..KeyLimits::default() };
        settings.keys =
            Keys::Required(vec![key("ci", KEY, limits), key("all", "oc-all", KeyLimits::default())]);
        settings.fallbacks = vec![model("openai/gpt-oss-120b"), model("Qwen/Qwen3-8B:nscale")];
    })
    .await;
    assert_snapshot!(world.ask(R1, "").await.refusal(), @"403 permission_error model_not_allowed: this key may not ask `deepseek-ai/DeepSeek-R1`; GET /v1/models lists what it may");
    assert_eq!(world.ask("Qwen/Qwen3-8B:cheapest", "").await.status, 200);
    let listed = world.get("/v1/models").await.json();
    let ids: Vec<&str> =
        listed["data"].as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(ids, ["Qwen/Qwen3-8B:nscale", "Qwen/Qwen3-8B"]);
    assert_eq!(world.get(&format!("/v1/models/{R1}")).await.status, 404);
    // Nor is a model that it may not ask a fallback.
    world.sandbox.script(vec![Script::always(When::default(), Fault::status(503))]).expect("it is scripted");
    let refused = world.ask("Qwen/Qwen3-8B", "").await;
    assert!(!refused.header("x-openclaw-attempts").expect("a trail").contains("gpt-oss"), "{refused:?}");
    let refused = world.ask_as("oc-all", "Qwen/Qwen3-8B", "").await;
    assert!(refused.header("x-openclaw-attempts").expect("a trail").contains("gpt-oss"), "{refused:?}");
}
