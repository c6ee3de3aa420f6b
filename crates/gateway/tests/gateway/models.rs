//! What there is to ask, and what is counted.

use insta::assert_snapshot;

use crate::support::{Plan, R1, STREAM, World};

#[tokio::test]
async fn s12_the_list_has_ids_aliases_and_the_default_with_prices() {
    let plan = Plan {
        change: |settings| {
            let config = r#"{ agents: { defaults: { models: {
                'huggingface/Qwen/Qwen3-8B:cheapest': { alias: 'Qwen (cheap)' },
                'anthropic/claude': { alias: 'not ours' } } } } }"#;
            let config =
                openclaw_config_merge::store::parse(std::path::Path::new("x"), config).expect("a config");
            settings.aliases = openclaw_config_merge::Aliases::of(&config);
            settings.fallbacks = vec![crate::support::model("openai/gpt-oss-120b:groq")];
        },
        ..Plan::default()
    };
    let world = World::with(plan).await;
    let list = world.get("/v1/models").await.json();
    let data = list["data"].as_array().expect("a list");
    let ids: Vec<&str> = data.iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(ids[..4], ["default", "Qwen (cheap)", R1, "openai/gpt-oss-120b:groq"]);
    assert!(ids.contains(&"Qwen/Qwen3-8B") && !ids.contains(&"not ours"));
    assert!(
        data.iter()
            .all(|one| one["object"] == "model" && one["created"].is_u64() && one["owned_by"].is_string())
    );
    let alias = &data[1];
    assert_eq!((&alias["model"], &alias["name"]), (&"Qwen/Qwen3-8B:cheapest".into(), &"Qwen (cheap)".into()));
    let one = world.get("/v1/models/Qwen/Qwen3-8B").await.json();
    assert_snapshot!(format!("{one:#}"), @r#"
    {
      "id": "Qwen/Qwen3-8B",
      "object": "model",
      "created": 0,
      "owned_by": "Qwen",
      "name": "Qwen3 8B",
      "context_length": 40960,
      "max_tokens": 8192,
      "reasoning": true,
      "input_modalities": [
        "text"
      ],
      "pricing": {
        "input": "0.07",
        "output": "0.18",
        "unit": "USD per million tokens"
      },
      "predicted_provider": "nscale",
      "offers": [
        {
          "id": "Qwen/Qwen3-8B:nscale",
          "provider": "nscale",
          "pricing": {
            "input": "0.07",
            "output": "0.18",
            "unit": "USD per million tokens"
          },
          "context_length": 40960,
          "throughput": 71.2044188037254,
          "first_token_latency_ms": 288,
          "supports_tools": true,
          "supports_structured_output": false
        },
        {
          "id": "Qwen/Qwen3-8B:novita",
          "provider": "novita",
          "pricing": {
            "input": "0.035",
            "output": "0.138",
            "unit": "USD per million tokens"
          },
          "context_length": 128000,
          "throughput": 52.6601309172488,
          "first_token_latency_ms": 905,
          "supports_tools": true,
          "supports_structured_output": false
        },
        {
          "id": "Qwen/Qwen3-8B:featherless-ai",
          "provider": "featherless-ai"
        }
      ],
      "variants": [
        "Qwen/Qwen3-8B:fastest",
        "Qwen/Qwen3-8B:cheapest",
        "Qwen/Qwen3-8B:preferred"
      ]
    }
    "#);
    // Clients that escape the id, aliases with spaces, suffixes.
    for (path, model) in [
        ("/v1/models/Qwen%2FQwen3-8B", "Qwen/Qwen3-8B"),
        ("/v1/models/Qwen%20(cheap)", "Qwen (cheap)"),
        ("/v1/models/default", "default"),
        ("/v1/models/Qwen/Qwen3-8B:nscale", "Qwen/Qwen3-8B:nscale"),
    ] {
        assert_eq!(world.get(path).await.json()["id"], model, "{path}");
    }
    assert_snapshot!(world.get("/v1/models/no/such-model").await.refusal(), @"404 invalid_request_error model_not_found: there is no model `no/such-model` here; GET /v1/models lists them");
    assert!(world.sandbox.requests().is_empty());
}

#[tokio::test]
async fn s10_without_the_routers_list_the_built_in_table_serves() {
    let plan = Plan {
        change: |settings| {
            settings.catalog = openclaw_catalog::Catalog::merge([openclaw_catalog::Layer::built_in()]);
        },
        ..Plan::default()
    };
    let world = World::with(plan).await;
    let list = world.get("/v1/models").await.json();
    let ids: Vec<&str> =
        list["data"].as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
    assert!(ids.contains(&"moonshotai/Kimi-K2.5"), "{ids:?}");
    assert_eq!(world.ask("Qwen/Qwen3-8B", "").await.status, 200);
}

#[tokio::test]
async fn settings_are_replaced_without_a_pause() {
    let world = World::new().await;
    assert_eq!(world.ask("default", "").await.header("x-openclaw-model"), Some(R1));
    let mut settings = openclaw_gateway::Settings::new(
        openclaw_hf_client::Client::new(endpoint(&world), token(), openclaw_hf_client::Options::default()),
        openclaw_catalog::Catalog::merge([openclaw_catalog::Layer::built_in()]),
        crate::support::model("Qwen/Qwen3-8B"),
        openclaw_gateway::Keys::Open,
    );
    settings.has_token = true;
    world.gateway.replace(settings);
    assert_eq!(
        world.ask_as("anything", "default", "").await.header("x-openclaw-model"),
        Some("Qwen/Qwen3-8B")
    );
}

fn endpoint(world: &World) -> openclaw_hf_client::Endpoint {
    let base = world.sandbox.base_url();
    let input = openclaw_hf_client::EndpointInput { env_base_url: Some(&base), ..Default::default() };
    openclaw_hf_client::Endpoint::resolve(&input).expect("an address")
}

fn token() -> Option<openclaw_hf_client::Token> {
    openclaw_hf_client::Token::parse(crate::support::TOKEN).ok()
}

#[tokio::test]
async fn the_page_names_every_metric_and_header() {
    let page = include_str!("../../../../docs/gateway.md");
    let world = World::new().await;
    // What was never counted is not shown.
    world.ask("sandbox/status-429", "").await;
    world.ask("gpt-4", "").await;
    let text = world.get("/metrics").await.body;
    let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let counted: std::collections::BTreeSet<String> = kinds
        .map(|(name, kind)| if kind == "counter" { format!("{name}_total") } else { name.to_owned() })
        .collect();
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let named = page.match_indices("openclaw_").map(|(at, _)| {
        let rest = &page[at..];
        rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())].to_owned()
    });
    // What is shown by those alone that share their state, and tested there.
    let (shared, named): (std::collections::BTreeSet<_>, _) =
        named.partition(|name| name.starts_with("openclaw_state_"));
    assert_eq!(named, counted);
    assert_eq!(Vec::from_iter(shared), ["openclaw_state_exchanges_total", "openclaw_state_shared"]);
    let reply = world.ask("deepseek-ai/DeepSeek-R1:novita", "").await;
    let sent = reply
        .head
        .lines()
        .filter_map(|line| Some(line.split_once(": ")?.0))
        .filter(|name| name.starts_with("x-"));
    let sent: Vec<&str> = sent.collect();
    assert_eq!(sent.len(), 5, "{sent:?}");
    assert!(sent.iter().all(|name| page.contains(&format!("| `{name}` |"))), "{sent:?}");
}

#[tokio::test]
async fn requests_are_counted() {
    let world = World::new().await;
    world.ask("sandbox/status-429", STREAM).await;
    world.ask(R1, "").await;
    world.ask("gpt-4", "").await;
    world.ask("made/up-by-the-client", "").await;
    world.ask(&format!("{R1}:made-up-by-the-client"), "").await;
    let text = world.get("/metrics").await.body;
    let kept = |line: &&str| !line.contains("_seconds_bucket") && !line.contains("_seconds_sum");
    // The order of a family's lines says nothing, and differs.
    let mut lines: Vec<&str> = text.lines().filter(kept).collect();
    lines.sort_unstable();
    assert_snapshot!(lines.join("\n"), @r#"
    # EOF
    # HELP openclaw_attempts Requests to the router, by who answered and how.
    # HELP openclaw_config_ok 1 where the files on disk are those that are used.
    # HELP openclaw_connections Connections of clients.
    # HELP openclaw_estimated_cost_usd Tokens times the price of who answered.
    # HELP openclaw_failovers Moves to another offer, by what failed.
    # HELP openclaw_first_token_seconds From a request's head to the first event of a stream that says something.
    # HELP openclaw_list_ok 1 where the router's list could be had when it was last asked for.
    # HELP openclaw_models Models in the catalogue.
    # HELP openclaw_open_streams Streams that have begun and not ended.
    # HELP openclaw_panics Requests that panicked.
    # HELP openclaw_refused Requests that the gateway refused itself, by code.
    # HELP openclaw_request_duration_seconds From a request's head to the last byte of the answer.
    # HELP openclaw_requests Requests for an answer, by model and how they ended.
    # HELP openclaw_requests_in_flight Requests that run.
    # HELP openclaw_tokens Tokens as the providers count them.
    # TYPE openclaw_attempts counter
    # TYPE openclaw_config_ok gauge
    # TYPE openclaw_connections gauge
    # TYPE openclaw_estimated_cost_usd counter
    # TYPE openclaw_failovers counter
    # TYPE openclaw_first_token_seconds histogram
    # TYPE openclaw_list_ok gauge
    # TYPE openclaw_models gauge
    # TYPE openclaw_open_streams gauge
    # TYPE openclaw_panics counter
    # TYPE openclaw_refused counter
    # TYPE openclaw_request_duration_seconds histogram
    # TYPE openclaw_requests counter
    # TYPE openclaw_requests_in_flight gauge
    # TYPE openclaw_tokens counter
    # UNIT openclaw_first_token_seconds seconds
    # UNIT openclaw_request_duration_seconds seconds
    openclaw_attempts_total{provider="deepinfra",result="answered"} 1
    openclaw_attempts_total{provider="fireworks-ai",result="answered"} 1
    openclaw_attempts_total{provider="novita",result="rate_limited"} 1
    openclaw_attempts_total{provider="unknown",result="model_unsupported"} 2
    openclaw_config_ok 1
    openclaw_connections 1
    openclaw_estimated_cost_usd_total{model="deepseek-ai/DeepSeek-R1"} 0.0
    openclaw_estimated_cost_usd_total{model="other"} 0.0
    openclaw_estimated_cost_usd_total{model="sandbox/status-429"} 5.6e-7
    openclaw_failovers_total{class="rate_limited"} 1
    openclaw_first_token_seconds_count 1
    openclaw_list_ok 0
    openclaw_models 66
    openclaw_open_streams 0
    openclaw_panics_total 0
    openclaw_refused_total{code="model_not_found"} 1
    openclaw_request_duration_seconds_count{mode="stream"} 1
    openclaw_request_duration_seconds_count{mode="whole"} 3
    openclaw_requests_in_flight 0
    openclaw_requests_total{model="deepseek-ai/DeepSeek-R1",result="answered"} 1
    openclaw_requests_total{model="deepseek-ai/DeepSeek-R1",result="model_unsupported"} 1
    openclaw_requests_total{model="other",result="answered"} 0
    openclaw_requests_total{model="other",result="model_unsupported"} 1
    openclaw_requests_total{model="sandbox/status-429",result="answered"} 1
    openclaw_tokens_total{model="deepseek-ai/DeepSeek-R1",direction="input"} 3
    openclaw_tokens_total{model="deepseek-ai/DeepSeek-R1",direction="output"} 36
    openclaw_tokens_total{model="other",direction="input"} 0
    openclaw_tokens_total{model="other",direction="output"} 0
    openclaw_tokens_total{model="sandbox/status-429",direction="input"} 3
    openclaw_tokens_total{model="sandbox/status-429",direction="output"} 25
    "#);
    assert!(!text.contains("made"), "clients cannot make up labels");
}
