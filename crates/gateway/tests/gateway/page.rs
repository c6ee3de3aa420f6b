//! The page's files and the status that it shows.

use std::time::Duration;

use insta::assert_snapshot;
use openclaw_gateway::{KeyLimits, Keys, LoadFailed, Sources, first_list};
use openclaw_sandbox::{Endpoint, Fault, Script, When};

use crate::support::{KEY, Plan, R1, STREAM, World, bearer, key, model};

const FILES: [(&str, &str); 4] = [
    ("/", "text/html; charset=utf-8"),
    ("/page.css", "text/css; charset=utf-8"),
    ("/page.js", "text/javascript; charset=utf-8"),
    ("/page.svg", "image/svg+xml"),
];

#[tokio::test]
async fn the_page_needs_no_key_and_may_load_nothing_from_elsewhere() {
    let world = World::new().await;
    for (path, kind) in FILES {
        let reply = world.send(&world.head("GET", path, &[]), b"").await;
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(kind)), "{path}");
        assert!(!reply.body.is_empty() && !reply.body.contains(KEY));
        for foreign in ["http://", "https://", "//cdn", "innerHTML", "eval(", "style=\"", "onclick="] {
            // The name of SVG's namespace is no address.
            let body = reply.body.replace("http://www.w3.org/2000/svg", "");
            assert!(!body.contains(foreign), "{path} has `{foreign}`");
        }
        let headers = ["x-content-type-options", "referrer-policy", "cross-origin-resource-policy"];
        let said = headers.map(|name| reply.header(name).unwrap_or("-"));
        assert_eq!(said, ["nosniff", "no-referrer", "same-origin"]);
        assert_eq!(
            reply.header("content-security-policy"),
            Some(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                 base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'; trusted-types 'none'"
            )
        );
        assert!(reply.header("access-control-allow-origin").is_none());
        let head = world.send(&world.head("HEAD", path, &[]), b"").await;
        let length = head.header("content-length").and_then(|length| length.parse().ok());
        assert_eq!((head.status, head.body.len(), length), (200, 0, Some(reply.body.len())));
    }
}

#[tokio::test]
async fn a_file_of_the_page_that_is_known_is_not_sent_again() {
    let world = World::new().await;
    let mut tags = Vec::new();
    for (path, _) in FILES {
        let reply = world.send(&world.head("GET", path, &[]), b"").await;
        assert_eq!(reply.header("cache-control"), Some("no-cache"));
        let tag = reply.header("etag").expect("a tag").to_owned();
        let known = [format!("if-none-match: \"other\", {tag}")];
        let again = world.send(&world.head("GET", path, &known), b"").await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        let known = ["if-none-match: \"other\"".to_owned()];
        assert_eq!(world.send(&world.head("GET", path, &known), b"").await.status, 200);
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), FILES.len());
}

#[tokio::test]
async fn strangers_get_neither_page_nor_status() {
    let world = World::new().await;
    for header in ["host: evil.example:18789", "origin: https://evil.example"] {
        for path in ["/", "/page.js", "/v1/openclaw/status"] {
            let reply = world.send(&world.head("GET", path, &[header.to_owned(), bearer(KEY)]), b"").await;
            assert_eq!(reply.status, 403, "{path} {header}");
            assert!(!reply.body.contains("<html"), "{}", reply.body);
        }
    }
    for path in ["/v1/openclaw/status", "/v1/openclaw/status/default"] {
        let bare = world.send(&world.head("GET", path, &[]), b"").await;
        assert_eq!((bare.status, bare.header("www-authenticate")), (401, Some("Bearer")));
        assert!(!bare.body.contains("DeepSeek"), "{}", bare.body);
        assert_eq!(world.send(&world.head("GET", path, &[bearer("oc-wrong")]), b"").await.status, 401);
        assert_eq!(world.send(&world.head("POST", path, &[bearer(KEY)]), b"").await.status, 405);
    }
    assert_eq!(world.send(&world.head("POST", "/", &[bearer(KEY)]), b"").await.status, 405);
}

fn plan() -> Plan {
    Plan {
        change: |settings| {
            settings.primary = model(&format!("{R1}:cheapest"));
            settings.fallbacks = vec![model("Qwen/Qwen3-32B:groq")];
        },
        ..Plan::default()
    }
}

/// A refusal that leaves the offer alone for five minutes.
fn slow_refusal(code: u16) -> Fault {
    let headers = std::collections::BTreeMap::default();
    Fault::Status { code, body: None, content_type: None, retry_after: Some(300), headers }
}

#[tokio::test]
async fn the_status_says_who_would_answer_why_and_what_happened() {
    let world = World::with(plan()).await;
    let refusal = slow_refusal(429);
    let scripts = vec![Script::once(When::provider("novita"), refusal)];
    world.sandbox.script(scripts).expect("it is scripted");
    let before = world.get("/v1/openclaw/status").await;
    assert_eq!(before.header("cache-control"), Some("no-store"));
    let next = &before.json()["next"];
    assert_eq!((&next["asked"], &next["model"]), (&"default".into(), &format!("{R1}:cheapest").into()));
    assert_eq!(
        next["why"],
        "with :cheapest the router takes the lowest price of output: 2.45 USD per million tokens"
    );
    world.ask("default", STREAM).await;
    world.ask(&format!("{R1}:together"), "").await;
    let mut status = world.get("/v1/openclaw/status").await.json();
    // What depends on the clock.
    assert!(status["uptime_seconds"].take().is_u64() && status["running"]["connections"].take().is_u64());
    let wait = status["next"]["order"][4]["ready_in_seconds"].take().as_u64().expect("a wait");
    assert!((200..=300).contains(&wait), "{wait}");
    let why = status["next"]["why"].take();
    assert_eq!(
        why,
        format!(
            "the first choice, novita, refused lately and is left alone for {wait} s more, so the next offer comes first"
        )
    );
    assert!(status["failovers"][0]["seconds_ago"].take().is_u64());
    let minutes = status["hour"]["minutes"].take();
    let minutes = minutes.as_array().expect("minutes");
    assert_eq!(minutes.len(), 60);
    let sum = |name: &str| minutes.iter().filter_map(|minute| minute[name].as_u64()).sum::<u64>();
    assert_eq!((sum("answered"), sum("failed"), sum("failovers")), (2, 0, 1));
    let order = status["next"]["order"].take();
    let order: Vec<String> = order.as_array().expect("an order").iter().map(ToString::to_string).collect();
    assert_snapshot!(order.join("\n"), @r#"
    {"model":"deepseek-ai/DeepSeek-R1:together","provider":"together","is_fallback":false,"pricing":{"input":"2.90","output":"6.80","unit":"USD per million tokens"},"throughput":61.28409311726405,"first_token_latency_ms":342,"context_length":131072,"ready_in_seconds":null}
    {"model":"deepseek-ai/DeepSeek-R1:fireworks-ai","provider":"fireworks-ai","is_fallback":false,"pricing":null,"throughput":88.41722090513642,"first_token_latency_ms":455,"context_length":163840,"ready_in_seconds":null}
    {"model":"deepseek-ai/DeepSeek-R1:featherless-ai","provider":"featherless-ai","is_fallback":false,"pricing":null,"throughput":null,"first_token_latency_ms":null,"context_length":null,"ready_in_seconds":null}
    {"model":"Qwen/Qwen3-32B:groq","provider":"groq","is_fallback":true,"pricing":{"input":"0.29","output":"0.59","unit":"USD per million tokens"},"throughput":402.7761209933452,"first_token_latency_ms":118,"context_length":131072,"ready_in_seconds":null}
    {"model":"deepseek-ai/DeepSeek-R1:cheapest","provider":"novita","is_fallback":false,"pricing":{"input":"0.72","output":"2.45","unit":"USD per million tokens"},"throughput":27.9055126403819,"first_token_latency_ms":1180,"context_length":64000,"ready_in_seconds":null}
    "#);
    assert_snapshot!(format!("{status:#}"), @r#"
    {
      "version": "0.1.0",
      "uptime_seconds": null,
      "has_token": true,
      "is_stopping": false,
      "config_ok": true,
      "state": {
        "kept": "memory",
        "for_seconds": null
      },
      "key": {
        "name": "default",
        "spent_today_usd": null,
        "usd_per_day": null
      },
      "catalog": {
        "models": 66,
        "is_from_router": true,
        "age_seconds": null
      },
      "next": {
        "asked": "default",
        "model": "deepseek-ai/DeepSeek-R1:cheapest",
        "why": null,
        "order": null,
        "more": 0
      },
      "running": {
        "requests": 0,
        "streams": 0,
        "connections": null
      },
      "hour": {
        "answered": 2,
        "failed": 0,
        "aborted": 0,
        "failovers": {
          "rate_limited": 1
        },
        "input_tokens": 6,
        "output_tokens": 72,
        "cost_usd": "0.000507",
        "minutes": null
      },
      "failovers": [
        {
          "seconds_ago": null,
          "model": "deepseek-ai/DeepSeek-R1:cheapest",
          "from": "novita",
          "class": "rate_limited",
          "http_status": 429,
          "to_model": "deepseek-ai/DeepSeek-R1:together",
          "to": "together"
        }
      ]
    }
    "#);
    assert!(!status.to_string().contains("what a day"), "no word of a question");
}

#[tokio::test]
async fn the_status_explains_any_model_that_may_be_asked() {
    let world = World::with(plan()).await;
    let mut told = Vec::new();
    for named in [
        "default",
        "Qwen/Qwen3-32B",
        "Qwen/Qwen3-32B:fastest",
        "Qwen/Qwen3-32B:preferred",
        "Qwen/Qwen3-32B:groq",
        "huggingface/Qwen/Qwen3-32B%3Agroq",
        "made/up",
        "gpt-4",
        "a/b/c/d",
    ] {
        let next = world.get(&format!("/v1/openclaw/status/{named}")).await.json()["next"].clone();
        let first = &next["order"][0]["provider"];
        let why = next["why"].as_str().or(next["error"]["message"].as_str()).unwrap_or("-").to_owned();
        told.push(format!("{named}: {first}: {why}"));
    }
    assert_snapshot!(told.join("\n"), @r#"
    default: "novita": with :cheapest the router takes the lowest price of output: 2.45 USD per million tokens
    Qwen/Qwen3-32B: "cerebras": without a suffix the router takes the fastest: 1604 tokens a second
    Qwen/Qwen3-32B:fastest: "cerebras": with :fastest the router takes the highest speed: 1604 tokens a second
    Qwen/Qwen3-32B:preferred: null: with :preferred the router takes your own order at huggingface.co/settings/inference-providers, which is not known here
    Qwen/Qwen3-32B:groq: "groq": the model is pinned to groq, and no other provider of it is tried
    huggingface/Qwen/Qwen3-32B%3Agroq: "groq": the model is pinned to groq, and no other provider of it is tried
    made/up: null: the router's list does not have this model, so it is asked as it is and nothing else is
    gpt-4: null: `gpt-4` is neither an alias nor a model, expected `<org>/<name>`, an alias or `default`; GET /v1/models lists them
    a/b/c/d: null: `a/b/c/d` is a model of another provider; this gateway asks Hugging Face alone
    "#);
    assert!(world.sandbox.requests().is_empty(), "nobody was asked");
    let text = world.get("/metrics").await.body;
    assert!(!text.contains("made/up") && !text.contains("openclaw_requests_total{"), "{text}");
}

#[tokio::test]
async fn when_all_are_left_alone_the_status_says_which_is_ready_first() {
    let refusal = slow_refusal(503);
    let world = World::failing([Script::always(When::default(), refusal)]).await;
    world.ask(&format!("{R1}:together"), "").await;
    let next = world.get(&format!("/v1/openclaw/status/{R1}:together")).await.json()["next"].clone();
    let wait = next["order"][0]["ready_in_seconds"].as_u64().expect("a wait");
    assert!((200..=300).contains(&wait), "{wait}");
    let why = format!("everything that could answer refused lately; together is ready first, in {wait} s");
    assert_eq!(next["why"], why);
    assert_eq!(next["order"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_key_sees_its_own_spending_and_no_model_that_it_may_not_ask() {
    let plan = Plan {
        change: |settings| {
            let day = openclaw_catalog::Cost::from_nano_usd(2_500_000_000);
            let limited = KeyLimits {
                per_day: Some(day),
                models: Some(vec![model("Qwen/Qwen3-8B")]),
                ..KeyLimits::default()
            };
            settings.keys =
                Keys::Required(vec![key("default", KEY, KeyLimits::default()), key("ci", "oc-ci", limited)]);
        },
        ..Plan::default()
    };
    let world = World::with(plan).await;
    world.ask("sandbox/status-429", "").await;
    world.ask_as("oc-ci", "Qwen/Qwen3-8B", "").await;
    let status =
        async |key: &str, path: &str| world.send(&world.head("GET", path, &[bearer(key)]), b"").await.json();
    let all = status(KEY, "/v1/openclaw/status").await;
    assert_eq!(all["failovers"].as_array().map(Vec::len), Some(1));
    assert_eq!(all["key"].to_string(), r#"{"name":"default","spent_today_usd":null,"usd_per_day":null}"#);
    let own = status("oc-ci", "/v1/openclaw/status/Qwen/Qwen3-8B").await;
    assert_eq!(own["failovers"].as_array().map(Vec::len), Some(0));
    assert_eq!((&own["key"]["name"], &own["key"]["usd_per_day"]), (&"ci".into(), &"2.50".into()));
    assert!(own["key"]["spent_today_usd"].as_str().is_some_and(|spent| spent.starts_with("0.0000")), "{own}");
    let other = status("oc-ci", "/v1/openclaw/status").await;
    assert_eq!(other["next"]["error"]["code"], "model_not_allowed");
}

#[tokio::test]
async fn without_keys_or_a_token_the_status_says_so() {
    let plan = Plan {
        change: |settings| {
            settings.keys = Keys::Open;
            settings.has_token = false;
        },
        ..Plan::default()
    };
    let world = World::with(plan).await;
    let reply = world.send(&world.head("GET", "/v1/openclaw/status", &[]), b"").await.json();
    assert_eq!((&reply["key"], &reply["has_token"]), (&serde_json::Value::Null, &false.into()));
    assert_eq!(
        reply["next"]["why"],
        "the gateway has no token of Hugging Face, and the router answers nobody without one"
    );
}

#[tokio::test]
async fn the_documentation_names_every_path() {
    let page = include_str!("../../../../docs/gateway.md");
    let world = World::new().await;
    let table = page.split("## What is served").nth(1).and_then(|rest| rest.split("##").next());
    let rows = table.expect("a section").lines().filter_map(|line| line.strip_prefix("| `"));
    let paths: Vec<&str> = rows
        .flat_map(|row| row.split('|').next().unwrap_or_default().split('`'))
        .filter_map(|piece| piece.strip_prefix("GET "))
        .collect();
    assert!(paths.len() >= 10, "{paths:?}");
    for path in &paths {
        let path = path.replace("{id}", "default").replace("{model}", "default");
        assert_eq!(world.get(&path).await.status, 200, "{path}");
    }
    // And nothing is served that is not named there.
    let source = include_str!("../../src/state.rs");
    let served = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
    for path in served.chain(FILES.map(|(path, _)| path)) {
        let named = path.replace("{*", "{");
        assert!(paths.contains(&named.as_str()), "`{named}` is not named in docs/gateway.md");
    }
}

#[tokio::test]
async fn the_list_is_told_to_be_there_and_how_old_it_is() {
    let world = World::new().await;
    let sources = |age| Sources {
        load: std::sync::Arc::new(|_| Err(LoadFailed("there are no files".to_owned()))),
        keep: std::sync::Arc::new(|_, _| Ok(())),
        age,
        refresh: Duration::from_secs(600),
        spent: None,
    };
    let age = async || world.get("/v1/openclaw/status").await.json()["catalog"]["age_seconds"].as_u64();
    let is_ok = async || world.get("/metrics").await.body.contains("\nopenclaw_list_ok 1\n");
    assert_eq!((age().await, is_ok().await), (None, false));
    first_list(&world.gateway, &sources(Some(Duration::from_secs(240))), Duration::from_secs(20)).await;
    assert!(age().await.is_some_and(|age| (240..260).contains(&age)), "{:?}", age().await);
    assert!(is_ok().await, "one that was kept was had when it was last asked for");
    first_list(&world.gateway, &sources(None), Duration::from_secs(20)).await;
    assert!(age().await.is_some_and(|age| age < 20), "{:?}", age().await);
}

#[tokio::test]
async fn a_refusal_of_the_reference_as_written_is_why_an_offer_comes_first() {
    let world = World::with(plan()).await;
    let fault = Fault::Status {
        code: 429,
        retry_after: Some(60),
        body: None,
        content_type: None,
        headers: Default::default(),
    };
    let once = Script::once(When::model("Qwen/Qwen3-8B"), fault);
    world.sandbox.script(vec![once]).expect("it is scripted");
    assert_eq!(world.ask("Qwen/Qwen3-8B", "").await.status, 200);
    let next = world.get("/v1/openclaw/status/Qwen/Qwen3-8B").await.json()["next"].clone();
    let order: Vec<_> = next["order"].as_array().expect("an order").iter().map(|one| &one["model"]).collect();
    insta::with_settings!({ filters => vec![(r"for \d+ s", "for N s")] }, {
        assert_snapshot!(format!("{order:?}: {}", next["why"]), @r#"[String("Qwen/Qwen3-8B:novita"), String("Qwen/Qwen3-8B:featherless-ai"), String("Qwen/Qwen3-32B:groq"), String("Qwen/Qwen3-8B")]: "the first choice, nscale, refused lately and is left alone for N s more, so the next offer comes first""#);
    });
}

#[tokio::test]
async fn a_list_that_does_not_come_is_not_waited_for() {
    let world = World::new().await;
    let late = Script::always(When::path(Endpoint::Models), Fault::Hang);
    world.sandbox.script(vec![late]).expect("it is scripted");
    let sources = Sources {
        load: std::sync::Arc::new(|_| Err(LoadFailed("there are no files".to_owned()))),
        keep: std::sync::Arc::new(|_, _| Ok(())),
        age: None,
        refresh: Duration::from_secs(600),
        spent: None,
    };
    let next = first_list(&world.gateway, &sources, Duration::from_millis(50)).await;
    let told = world.events.lock().expect("the events").concat();
    assert_snapshot!(format!("{told}, again in {next:?}"), @r#"NotListed { why: "the router has not told its models yet" }, again in 0ns"#);
}

#[tokio::test]
async fn where_no_offer_tells_its_speed_nobody_is_named() {
    let change = |settings: &mut openclaw_gateway::Settings| {
        let list: openclaw_catalog::RouterList = serde_json::from_str(
            r#"{"data":[{"id":"org/untold","providers":[
                {"provider":"novita","status":"live"},{"provider":"groq","status":"live"}]}]}"#,
        )
        .expect("a list");
        settings.catalog =
            openclaw_catalog::Catalog::merge([openclaw_catalog::Layer::discovered(list.models)]);
    };
    let world = World::with(Plan { change, ..Plan::default() }).await;
    let next = world.get("/v1/openclaw/status/org/untold").await.json()["next"].clone();
    assert_snapshot!(format!("{}: {}", next["order"][0]["provider"], next["why"]), @r#"null: "the router takes the fastest provider, and which one that is is not known here""#);
}
