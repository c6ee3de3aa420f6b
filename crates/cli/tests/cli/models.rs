//! `openclaw models`

mod change;
mod route;

use insta::assert_snapshot;
use openclaw_sandbox::{Endpoint, Fault, Script, When};

use crate::examples::EXAMPLES;
use crate::support::{TOKEN, World, steady};

const CONFIG: &str = r#"{
  // the house models
  agents: {
    defaults: {
      model: {
        primary: "huggingface/deepseek-ai/DeepSeek-R1",
        fallbacks: ["huggingface/Qwen/Qwen3-8B"],
      },
      models: {
        "huggingface/deepseek-ai/DeepSeek-R1": { alias: "DeepSeek R1 (fast)" },
        "huggingface/Qwen/Qwen3-8B": { alias: "small", params: { temperature: 0.2 } },
        "anthropic/claude-x": {},
      },
    },
  },
}
"#;

fn configured() -> World {
    let world = World::onboarded();
    world.write_config(CONFIG);
    world
}

#[test]
fn status_says_how_things_stand() {
    let world = configured();
    steady!(assert_snapshot!(world.run(&["models", "status"]), @"
    exit 0
    -- out
    Default     huggingface/deepseek-ai/DeepSeek-R1  DeepSeek R1 (fast)
    Fallbacks   huggingface/Qwen/Qwen3-8B  small
    Aliases     DeepSeek R1 (fast) -> huggingface/deepseek-ai/DeepSeek-R1
                small -> huggingface/Qwen/Qwen3-8B
    Token       hf_…cdef from HF_TOKEN in ~/.openclaw/.env
    Catalogue   31 models, asked N s ago
    Config      ~/.openclaw/openclaw.json
    "));
    assert_eq!(world.run(&["models"]), world.run(&["models", "status"]));
    assert_eq!(world.stdout(&["models", "status", "--plain"]), "huggingface/deepseek-ai/DeepSeek-R1\n");
}

#[test]
fn status_as_json_has_openclaws_keys() {
    let world = configured();
    let mut json = world.json(&["models", "status", "--json"]);
    json["auth"]["providers"][0]["places"] = serde_json::Value::Null;
    let shown = world.stable(&format!("{json:#}"));
    steady!(assert_snapshot!(shown, @r#"
    {
      "configPath": "HOME/.openclaw/openclaw.json",
      "stateDir": "HOME/.openclaw",
      "agentDir": "HOME/.openclaw/agents/main/agent",
      "defaultModel": "huggingface/deepseek-ai/DeepSeek-R1",
      "resolvedDefault": "huggingface/deepseek-ai/DeepSeek-R1",
      "fallbacks": [
        "huggingface/Qwen/Qwen3-8B"
      ],
      "imageModel": null,
      "imageFallbacks": [],
      "aliases": {
        "DeepSeek R1 (fast)": "huggingface/deepseek-ai/DeepSeek-R1",
        "small": "huggingface/Qwen/Qwen3-8B"
      },
      "allowed": [
        "huggingface/deepseek-ai/DeepSeek-R1",
        "huggingface/Qwen/Qwen3-8B",
        "anthropic/claude-x"
      ],
      "auth": {
        "storePath": "HOME/.openclaw/agents/main/agent/auth-profiles.json",
        "shellEnvFallback": {
          "enabled": false,
          "appliedKeys": []
        },
        "providersWithOAuth": [],
        "unusableProfiles": [],
        "missingProvidersInUse": [],
        "providers": [
          {
            "provider": "huggingface",
            "effective": {
              "kind": "env",
              "detail": "HF_TOKEN in HOME/.openclaw/.env"
            },
            "profiles": {
              "count": 0,
              "oauth": 0,
              "labels": []
            },
            "env": {
              "value": "hf_…cdef",
              "source": "env: HF_TOKEN"
            },
            "places": null
          }
        ]
      },
      "catalogue": {
        "models": 31,
        "state": "asked N s ago",
        "discovered": true
      }
    }
    "#));
}

#[test]
fn status_as_json_without_a_token_says_what_is_missing() {
    let world = World::offline();
    let mut json = world.json(&["models", "status", "--json"]);
    json["auth"]["providers"][0]["places"] = serde_json::Value::Null;
    let shown = world.stable(&format!("{:#}", json["auth"]));
    assert_snapshot!(shown, @r#"
    {
      "storePath": "HOME/.openclaw/agents/main/agent/auth-profiles.json",
      "shellEnvFallback": {
        "enabled": false,
        "appliedKeys": []
      },
      "providersWithOAuth": [],
      "unusableProfiles": [],
      "missingProvidersInUse": [
        "huggingface"
      ],
      "providers": [
        {
          "provider": "huggingface",
          "effective": {
            "kind": "missing",
            "detail": "missing"
          },
          "profiles": {
            "count": 0,
            "oauth": 0,
            "labels": []
          },
          "places": null
        }
      ]
    }
    "#);
    assert_eq!(json["defaultModel"], serde_json::Value::Null);
    assert_eq!(json["resolvedDefault"], "huggingface/deepseek-ai/DeepSeek-R1");

    // Whichever switch it is, the login shell is on.
    let world = World::offline().env("HF_TOKEN", TOKEN).env("OPENCLAW_LOAD_SHELL_ENV", "1");
    let auth = &world.json(&["models", "status", "--json"])["auth"];
    assert_eq!(auth["shellEnvFallback"]["enabled"], true);
    assert_eq!(auth["providers"][0]["env"]["source"], "env: HF_TOKEN");
}

#[test]
fn every_command_says_the_same_of_the_catalogue() {
    let world = configured();
    let model = "deepseek-ai/DeepSeek-R1";
    let said = [
        &["models", "status", "--json"][..],
        &["models", "list", "--json"],
        &["models", "explain", model, "--json"],
        &["models", "route", model, "--json"],
    ]
    .map(|args| world.json(args)["catalogue"].to_string());
    steady!(assert_snapshot!(said.join("\n"), @r#"
    {"models":31,"state":"asked N s ago","discovered":true}
    {"models":31,"state":"asked N s ago","discovered":true}
    {"models":31,"state":"asked N s ago","discovered":true}
    {"models":31,"state":"asked N s ago","discovered":true}
    "#));
}

#[test]
fn status_can_check_for_a_token() {
    let world = World::offline();
    assert_snapshot!(world.run(&["models", "status", "--check", "--plain"]), @"
    exit 1
    -- out
    huggingface/deepseek-ai/DeepSeek-R1
    -- err
    error: no token was found

    hint: openclaw onboard
    ");
    let world = World::offline().env("HF_TOKEN", TOKEN);
    assert!(world.run(&["models", "status", "--check", "--plain"]).starts_with("exit 0"));
}

#[test]
fn list_shows_what_is_configured() {
    let world = configured();
    steady!(assert_snapshot!(world.run(&["models", "list"]), @"
    exit 0
    -- out
    Model                                Name                Input  Context  $ in  $ out  tok/s  Tools  Offers  Tags
    huggingface/deepseek-ai/DeepSeek-R1  DeepSeek R1 (fast)  text       64k     -      -     88  yes         4  default,configured,alias:DeepSeek R1 (fast)
    huggingface/Qwen/Qwen3-8B            small               text       40k  0.07   0.18     71  yes         3  fallback#1,configured,alias:small
    anthropic/claude-x                   -                   -            -     -      -      -  -           -  configured,foreign
    -- err
    3 of 3 models, asked N s ago
    "));
}

#[test]
fn list_all_can_be_narrowed_and_sorted() {
    let world = configured();
    let narrow =
        ["models", "list", "--all", "--provider", "together", "--min-context", "100000", "--sort", "speed"];
    steady!(assert_snapshot!(world.run(&narrow), @"
    exit 0
    -- out
    Model                                             Name                            Input       Context  $ in  $ out  tok/s  Tools  Offers  Tags
    huggingface/openai/gpt-oss-120b                   GPT-OSS 120B                    text           128k  0.25   0.69   2803  yes         7
    huggingface/Qwen/Qwen3-Coder-480B-A35B-Instruct   Qwen3 Coder 480B A35B Instruct  text           131k  2.00   2.00   1720  yes         3
    huggingface/openai/gpt-oss-20b                    Gpt Oss 20b                     text           131k  0.10   0.50    902  yes         3
    huggingface/Qwen/Qwen3-Next-80B-A3B-Instruct      Qwen3 Next 80B A3B Instruct     text           131k  0.15   1.50    151  yes         2
    huggingface/moonshotai/Kimi-K2.5                  Kimi K2.5                       text+image     262k     -      -     97  yes         3
    huggingface/Qwen/Qwen3-VL-8B-Instruct             Qwen3 VL 8B Instruct            text+image     131k  0.18   0.68     93  yes         2
    huggingface/ServiceNow-AI/Apriel-1.6-15b-Thinker  Apriel 1.6 15b Thinker          text           131k  0.00   0.00     84  yes         1
    huggingface/zai-org/GLM-4.7                       GLM 4.7                         text           200k  0.45   2.00     73  yes         3
    huggingface/Qwen/Qwen3.5-397B-A17B                Qwen3.5 397B A17B               text+image     250k  0.60   3.60     66  yes         3
    -- err
    9 of 32 models, asked N s ago
    "));
    let plain = ["models", "list", "--all", "--plain", "--max-price", "0.3", "--sort", "price", "qwen"];
    assert_snapshot!(world.run(&plain), @"
    exit 0
    -- out
    huggingface/Qwen/Qwen3-8B
    huggingface/Qwen/QwQ-32B
    huggingface/Qwen/Qwen2.5-7B-Instruct
    ");
    assert_snapshot!(world.run(&["models", "list", "--all", "no such thing"]), @"
    exit 0
    -- err
    none of 32 models fits; `openclaw models list --all` shows every one
    ");
}

#[test]
fn list_as_json_is_json_even_where_nothing_fits() {
    let world = configured();
    let one = world.json(&["models", "list", "--json", "small"]);
    steady!(assert_snapshot!(format!("{one:#}"), @r#"
    {
      "count": 1,
      "models": [
        {
          "key": "huggingface/Qwen/Qwen3-8B",
          "name": "small",
          "input": "text",
          "contextWindow": 40960,
          "local": false,
          "available": true,
          "tags": [
            "fallback#1",
            "configured",
            "alias:small"
          ],
          "missing": false,
          "maxTokens": 8192,
          "reasoning": true,
          "pricing": {
            "input": 0.07,
            "output": 0.18
          },
          "throughput": 71.2044188037254,
          "supportsTools": true,
          "likelyProvider": "nscale",
          "liveOffers": 3
        }
      ],
      "catalogue": {
        "models": 31,
        "state": "asked N s ago",
        "discovered": true
      }
    }
    "#));
    let none = world.json(&["models", "list", "--json", "nothing"]);
    assert_eq!((&none["count"], &none["models"]), (&serde_json::json!(0), &serde_json::json!([])));
}

#[test]
fn s16_the_built_in_list_serves_without_a_network() {
    let world = World::offline();
    let plain = world.stdout(&["models", "list", "--all", "--plain"]);
    assert_snapshot!(plain, @"
    huggingface/deepseek-ai/DeepSeek-R1
    huggingface/deepseek-ai/DeepSeek-V3.2
    huggingface/meta-llama/Llama-3.1-8B-Instruct
    huggingface/meta-llama/Llama-3.3-70B-Instruct
    huggingface/moonshotai/Kimi-K2.5
    huggingface/openai/gpt-oss-120b
    huggingface/Qwen/Qwen2.5-7B-Instruct
    huggingface/Qwen/Qwen3-32B
    huggingface/Qwen/Qwen3-8B
    huggingface/zai-org/GLM-4.7
    ");
}

#[test]
fn s09_the_list_is_asked_with_the_token_where_there_is_one_and_kept_for_ten_minutes() {
    let world = World::onboarded();
    world.stdout(&["models", "list", "--all", "--plain"]);
    assert_eq!(world.sandbox().requests().len(), 0, "the list that onboarding kept is fresh");
    let listed = world.stdout(&["models", "list", "--all", "--plain", "--refresh"]);
    let requests = world.sandbox().requests();
    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("GET", "/v1/models"));
    assert_eq!(requests[0].token.as_str(), "granted");
    assert!(listed.lines().count() > 25, "{listed}");

    let world = World::new();
    world.stdout(&["models", "list", "--all", "--plain"]);
    assert_eq!(world.sandbox().requests().len(), 0, "nobody is asked without a token unless told to");
    world.stdout(&["models", "list", "--all", "--plain", "--refresh"]);
    assert_eq!(world.sandbox().requests()[0].token.as_str(), "missing");
}

#[test]
fn a_stale_list_serves_where_the_router_is_down() {
    let world = World::onboarded();
    let fail = Script::always(When::path(Endpoint::Models), Fault::status(503));
    world.sandbox().script(vec![fail]).expect("it is scripted");
    steady!(assert_snapshot!(world.run(&["models", "list", "--all", "--refresh", "--plain", "glm"]), @"
    exit 0
    -- out
    huggingface/zai-org/GLM-4.5-Air
    huggingface/zai-org/GLM-4.7
    -- err
    warning: `http://127.0.0.1:PORT` failed (status 503): 503 Service Unavailable; showing the list of 0 s ago
    "));
}

#[test]
fn commands_that_work_on_what_is_kept_ask_nobody() {
    let world = configured();
    for args in [
        &["models", "list"][..],
        &["models", "status"],
        &["models", "set", "Qwen/Qwen3-32B"],
        &["models", "aliases", "add", "x", "Qwen/Qwen3-32B"],
        &["models", "fallbacks", "add", "zai-org/GLM-4.7"],
        &["models", "explain", "Qwen/Qwen3-32B"],
        &["config", "get", "agents.defaults.model"],
        &["config", "validate"],
    ] {
        world.stdout(args);
    }
    assert_eq!(world.sandbox().requests().len(), 0);
}

#[test]
fn s13_a_policy_is_locked_and_a_pin_is_not() {
    let world = configured();
    for (suffix, locked) in
        [("", false), (":fastest", true), (":cheapest", true), (":preferred", true), (":together", false)]
    {
        let json = world.json(&["models", "explain", &format!("deepseek-ai/DeepSeek-R1{suffix}"), "--json"]);
        assert_eq!(json["locked"], locked, "{suffix}");
    }
}

#[test]
fn explain_says_where_every_field_comes_from() {
    let world = configured();
    assert_snapshot!(world.run(&["models", "explain", "deepseek-ai/DeepSeek-R1:together"]), @"
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:together

    Field          Value                                           From
    routing        pinned to together                              the suffix
    name           DeepSeek R1 (together)                          built-in table
    alias          -                                               nobody says
    reasoning      yes                                             built-in table
    input          text                                            router
    contextWindow  131072 (131k)                                   router
    maxTokens      8192                                            built-in table
    pricing        2.90 in, 6.80 out (USD per million tokens)      router
    offers         together, novita, fireworks-ai, featherless-ai  router
    ");
    assert_snapshot!(world.run(&["models", "explain", "DeepSeek R1 (fast)"]), @"
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1

    Field          Value                                           From
    routing        the router decides, today as for :fastest       the suffix
    name           DeepSeek R1                                     built-in table
    alias          DeepSeek R1 (fast)                              config
    reasoning      yes                                             built-in table
    input          text                                            router
    contextWindow  64000 (64k)                                     router
    maxTokens      8192                                            built-in table
    pricing        -                                               nobody says
    offers         together, novita, fireworks-ai, featherless-ai  router
    ");
    assert_snapshot!(world.run(&["models", "explain", "acme/none"]), @"
    exit 3
    -- err
    error: the router does not list `acme/none`

    hint: openclaw models list --all
    ");
    let offline = World::offline();
    assert_snapshot!(offline.run(&["models", "explain", "acme/none"]), @"
    exit 3
    -- err
    error: nothing is known of `acme/none`
      the catalogue is the built-in table

    hint: openclaw models explain acme/none --refresh
    ");
}

#[test]
fn s17_each_example_validates_lists_and_routes_as_written() {
    let world = World::onboarded();
    let mut report = String::new();
    for (name, text) in EXAMPLES {
        world.write_config(text);
        assert!(world.stdout(&["config", "validate"]).contains("Config valid"), "{name}");
        report.push_str(&format!("{name}\n"));
        for model in world.json(&["models", "list", "--json"])["models"].as_array().expect("rows") {
            let key = model["key"].as_str().expect("a reference");
            let routed = world.json(&["models", "route", key, "--json"]);
            report.push_str(&format!("  {} = {key} -> {}\n", model["name"], routed["predicted"]));
            // An alias reaches the same model.
            let tags = model["tags"].as_array().expect("tags");
            let alias = tags.iter().find_map(|tag| tag.as_str()?.strip_prefix("alias:"));
            if let Some(alias) = alias {
                assert_eq!(world.json(&["models", "route", alias, "--json"])["key"], key, "{name}");
            }
        }
        assert_eq!(world.config(), text, "{name}");
    }
    assert_snapshot!(report, @r#"
    default
      "DeepSeek R1" = huggingface/deepseek-ai/DeepSeek-R1 -> "fireworks-ai"
    aliases
      "DeepSeek R1 (fast)" = huggingface/deepseek-ai/DeepSeek-R1 -> "fireworks-ai"
      "DeepSeek R1 (cheap)" = huggingface/deepseek-ai/DeepSeek-R1:cheapest -> "novita"
    fallback
      "DeepSeek R1" = huggingface/deepseek-ai/DeepSeek-R1 -> "fireworks-ai"
      "Qwen3 8B" = huggingface/Qwen/Qwen3-8B -> "nscale"
    variants
      "Qwen3 8B" = huggingface/Qwen/Qwen3-8B -> "nscale"
      "Qwen3 8B (cheapest)" = huggingface/Qwen/Qwen3-8B:cheapest -> "novita"
      "Qwen3 8B (fastest)" = huggingface/Qwen/Qwen3-8B:fastest -> "nscale"
    three models
      "DeepSeek V3.2" = huggingface/deepseek-ai/DeepSeek-V3.2 -> "fireworks-ai"
      "Llama 3.3 70B" = huggingface/meta-llama/Llama-3.3-70B-Instruct -> "cerebras"
      "GPT-OSS 120B" = huggingface/openai/gpt-oss-120b -> "cerebras"
    pinned
      "DeepSeek R1 (Together)" = huggingface/deepseek-ai/DeepSeek-R1:together -> "together"
    suffixes
      "Qwen2.5 7B (cheap)" = huggingface/Qwen/Qwen2.5-7B-Instruct:cheapest -> "nscale"
      "Qwen2.5 7B" = huggingface/Qwen/Qwen2.5-7B-Instruct -> "together"
      "DeepSeek R1 (fast)" = huggingface/deepseek-ai/DeepSeek-R1:fastest -> "fireworks-ai"
      "Llama 3.1 8B" = huggingface/meta-llama/Llama-3.1-8B-Instruct -> "cerebras"
    "#);
}

#[test]
fn prices_of_the_router_are_not_hidden_by_what_onboarding_wrote() {
    let world = World::onboarded();
    let row = |world: &World| {
        world.json(&["models", "explain", "deepseek-ai/DeepSeek-R1:together", "--json"])["fields"].clone()
    };
    let fields = row(&world);
    assert_eq!(fields["pricing"]["origin"], "router");
    assert_eq!(fields["contextWindow"]["origin"], "router");
}

#[test]
fn whole_numbers_may_be_written_in_any_way() {
    let world = World::offline();
    world.write_config(
        "{ models: { providers: { huggingface: { models: [{ id: 'a/b', name: 'B', contextWindow: 131072.0, maxTokens: 8.192e3 }] } } } }",
    );
    let list = world.json(&["models", "list", "--json"]);
    assert_eq!(list["models"][0]["contextWindow"], 131_072);
    assert_eq!(list["models"][0]["maxTokens"], 8192);
}
