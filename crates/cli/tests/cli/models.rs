//! `openclaw models`

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
fn s06_the_default_can_be_changed_and_comments_stay() {
    let world = configured();
    assert_snapshot!(world.run(&["models", "set", "zai-org/GLM-4.7:fastest"]), @"
    exit 0
    -- out
    Default model: huggingface/zai-org/GLM-4.7:fastest
    -- err
    note: OpenClaw reads `agents.defaults.models` as the list of what a session may choose; added there: huggingface/zai-org/GLM-4.7:fastest
    ");
    assert_snapshot!(world.config(), @r#"
    {
      // the house models
      agents: {
        defaults: {
          model: {
            primary: "huggingface/zai-org/GLM-4.7:fastest",
            fallbacks: ["huggingface/Qwen/Qwen3-8B"],
          },
          models: {
            "huggingface/deepseek-ai/DeepSeek-R1": { alias: "DeepSeek R1 (fast)" },
            "huggingface/Qwen/Qwen3-8B": { alias: "small", params: { temperature: 0.2 } },
            "anthropic/claude-x": {},
            "huggingface/zai-org/GLM-4.7:fastest": {},
          },
        },
      },
    }
    "#);
}

#[test]
fn a_default_can_be_set_by_its_alias() {
    let world = configured();
    let shown = world.run(&["models", "set", "SMALL"]);
    assert!(shown.contains("Default model: huggingface/Qwen/Qwen3-8B"), "{shown}");
}

#[test]
fn a_model_that_cannot_be_had_is_refused_with_what_can() {
    let world = configured();
    let mut report = String::new();
    for typed in [
        "deepseek-ai/DeepSeek-R11",
        "deepseek/DeepSeek-R1",
        "DEEPSEEK-AI/deepseek-r1:cheapest",
        "deepseek-ai/DeepSeek-R1:sambanova",
        "deepseek-ai/DeepSeek-R1:deepinfra",
        "deepseek-ai/DeepSeek-R1:cheepest",
        "acme/nothing-like-it",
        "smal",
        "nonsense",
        "anthropic/claude/x",
        "huggingface/Qwen",
        "Qwen/Qwen3-8B:",
        "",
    ] {
        let before = world.config();
        report.push_str(&format!(
            "$ openclaw models set '{typed}'\n{}\n",
            world.run(&["models", "set", typed])
        ));
        assert_eq!(world.config(), before, "{typed}");
    }
    assert_snapshot!(report, @"
    $ openclaw models set 'deepseek-ai/DeepSeek-R11'
    exit 3
    -- err
    error: the router does not list `deepseek-ai/DeepSeek-R11`
      the nearest that it lists is `deepseek-ai/DeepSeek-R1`

    hint: openclaw models set deepseek-ai/DeepSeek-R1

    $ openclaw models set 'deepseek/DeepSeek-R1'
    exit 3
    -- err
    error: the router does not list `deepseek/DeepSeek-R1`
      the nearest that it lists is `deepseek-ai/DeepSeek-R1`

    hint: openclaw models set deepseek-ai/DeepSeek-R1

    $ openclaw models set 'DEEPSEEK-AI/deepseek-r1:cheapest'
    exit 3
    -- err
    error: the router does not list `DEEPSEEK-AI/deepseek-r1`
      the nearest that it lists is `deepseek-ai/DeepSeek-R1`

    hint: openclaw models set deepseek-ai/DeepSeek-R1:cheapest

    $ openclaw models set 'deepseek-ai/DeepSeek-R1:sambanova'
    exit 3
    -- err
    error: `sambanova` does not offer `deepseek-ai/DeepSeek-R1` now
      offered by together, novita, fireworks-ai, featherless-ai

    hint: openclaw models set deepseek-ai/DeepSeek-R1:together

    $ openclaw models set 'deepseek-ai/DeepSeek-R1:deepinfra'
    exit 3
    -- err
    error: `deepinfra` does not offer `deepseek-ai/DeepSeek-R1` now
      offered by together, novita, fireworks-ai, featherless-ai

    hint: openclaw models set deepseek-ai/DeepSeek-R1:together

    $ openclaw models set 'deepseek-ai/DeepSeek-R1:cheepest'
    exit 3
    -- err
    error: `cheepest` does not offer `deepseek-ai/DeepSeek-R1` now
      offered by together, novita, fireworks-ai, featherless-ai

    hint: openclaw models set deepseek-ai/DeepSeek-R1:cheapest

    $ openclaw models set 'acme/nothing-like-it'
    exit 3
    -- err
    error: the router does not list `acme/nothing-like-it`

    hint: openclaw models list --all nothing-like-it

    $ openclaw models set 'smal'
    exit 2
    -- err
    error: `smal` is neither an alias nor a model
      expected an alias, `<org>/<name>` or `huggingface/<org>/<name>`

    hint: openclaw models set small

    $ openclaw models set 'nonsense'
    exit 2
    -- err
    error: `nonsense` is neither an alias nor a model
      expected an alias, `<org>/<name>` or `huggingface/<org>/<name>`

    hint: openclaw models list --all

    $ openclaw models set 'anthropic/claude/x'
    exit 2
    -- err
    error: `anthropic/claude/x` is a model of another provider; this program asks Hugging Face alone

    hint: openclaw models list --all

    $ openclaw models set 'huggingface/Qwen'
    exit 2
    -- err
    error: expected `/<name>` at the end of `huggingface/Qwen`

    hint: openclaw models list --all --plain

    $ openclaw models set 'Qwen/Qwen3-8B:'
    exit 2
    -- err
    error: expected `fastest`, `cheapest`, `preferred` or a provider at the end of `Qwen/Qwen3-8B:`

    hint: openclaw models list --all --plain

    $ openclaw models set ''
    exit 2
    -- err
    error: `` is neither an alias nor a model
      expected an alias, `<org>/<name>` or `huggingface/<org>/<name>`

    hint: openclaw models list --all
    ");
    let forced = world.run(&["models", "set", "acme/nothing-like-it", "--force"]);
    assert!(forced.starts_with("exit 0"), "{forced}");
}

#[test]
fn with_the_built_in_table_alone_an_unknown_model_is_accepted_with_a_warning() {
    let world = World::offline();
    assert_snapshot!(world.run(&["models", "set", "acme/new-model"]), @"
    exit 0
    -- out
    Default model: huggingface/acme/new-model
    -- err
    warning: `acme/new-model` is not in the built-in table, and the router's list is not kept here; it was not checked
    ");
    assert_snapshot!(world.run(&["models", "set", "acme/new model"]), @"
    exit 2
    -- err
    error: expected a letter, a digit, `-`, `_`, `.` or `:`, found ' ' at byte 8 of `acme/new model`

    hint: openclaw models list --all --plain
    ");
}

#[test]
fn s12_aliases_with_spaces_and_parentheses_can_be_made() {
    let world = configured();
    assert_snapshot!(world.run(&["models", "aliases", "add", "DeepSeek R1 (cheap)", "deepseek-ai/DeepSeek-R1:cheapest"]), @"
    exit 0
    -- out
    Alias DeepSeek R1 (cheap) -> huggingface/deepseek-ai/DeepSeek-R1:cheapest
    ");
    assert_snapshot!(world.run(&["models", "aliases", "list"]), @"
    exit 0
    -- out
    DeepSeek R1 (fast) -> huggingface/deepseek-ai/DeepSeek-R1
    small -> huggingface/Qwen/Qwen3-8B
    DeepSeek R1 (cheap) -> huggingface/deepseek-ai/DeepSeek-R1:cheapest
    ");
    assert_snapshot!(world.run(&["models", "aliases", "add", "tiny", "Qwen/Qwen3-8B"]), @"
    exit 0
    -- out
    Alias tiny -> huggingface/Qwen/Qwen3-8B
    -- err
    note: a model has one alias; `small` makes way
    ");
    assert_snapshot!(world.run(&["models", "aliases", "remove", "DeepSeek r1 (CHEAP)"]), @"
    exit 0
    -- out
    Alias removed: DeepSeek R1 (cheap)
    ");
    assert_snapshot!(world.config(), @r#"
    {
      // the house models
      agents: {
        defaults: {
          model: {
            primary: "huggingface/deepseek-ai/DeepSeek-R1",
            fallbacks: ["huggingface/Qwen/Qwen3-8B"],
          },
          models: {
            "huggingface/deepseek-ai/DeepSeek-R1": { alias: "DeepSeek R1 (fast)" },
            "huggingface/Qwen/Qwen3-8B": { alias: "tiny", params: { temperature: 0.2 } },
            "anthropic/claude-x": {},
            "huggingface/deepseek-ai/DeepSeek-R1:cheapest": {},
          },
        },
      },
    }
    "#);
    let json = world.json(&["models", "aliases", "list", "--json"]);
    assert_eq!(json["aliases"]["tiny"], "huggingface/Qwen/Qwen3-8B");
}

#[test]
fn an_alias_that_cannot_be_is_refused() {
    let world = configured();
    let mut report = String::new();
    for args in [["small", "zai-org/GLM-4.7"], ["a/b", "zai-org/GLM-4.7"], [" ", "zai-org/GLM-4.7"]] {
        report.push_str(&world.run(&["models", "aliases", "add", args[0], args[1]]));
    }
    report.push_str(&world.run(&["models", "aliases", "remove", "nobody"]));
    assert_snapshot!(report, @"
    exit 2
    -- err
    error: `small` already stands for `huggingface/Qwen/Qwen3-8B`

    hint: openclaw models aliases remove small
    exit 2
    -- err
    error: expected a name without `/`, found `a/b`: with one it would be read as a model

    hint: openclaw models aliases add fast Qwen/Qwen3-8B:fastest
    exit 2
    -- err
    error: expected a name, found nothing

    hint: openclaw models aliases add fast Qwen/Qwen3-8B:fastest
    exit 2
    -- err
    error: there is no alias `nobody`

    hint: openclaw models aliases list
    ");
}

#[test]
fn s07_fallbacks_are_added_in_order_and_taken_out_by_name() {
    let world = configured();
    let mut report = String::new();
    for args in [
        &["add", "zai-org/GLM-4.7"][..],
        &["add", "small"],
        &["add", "deepseek-ai/DeepSeek-R1"],
        &["list"],
        &["list", "--json"],
        &["remove", "Qwen/Qwen3-8B"],
        &["remove", "Qwen/Qwen3-8B"],
        &["clear"],
        &["list"],
    ] {
        let args: Vec<_> = ["models", "fallbacks"].iter().chain(args).copied().collect();
        report.push_str(&format!("$ openclaw {}\n{}\n", args.join(" "), world.run(&args)));
    }
    assert_snapshot!(report, @r#"
    $ openclaw models fallbacks add zai-org/GLM-4.7
    exit 0
    -- out
    Fallbacks: huggingface/Qwen/Qwen3-8B, huggingface/zai-org/GLM-4.7
    -- err
    note: OpenClaw reads `agents.defaults.models` as the list of what a session may choose; added there: huggingface/zai-org/GLM-4.7

    $ openclaw models fallbacks add small
    exit 0
    -- out
    Fallbacks: huggingface/Qwen/Qwen3-8B, huggingface/zai-org/GLM-4.7

    $ openclaw models fallbacks add deepseek-ai/DeepSeek-R1
    exit 2
    -- err
    error: `huggingface/deepseek-ai/DeepSeek-R1` is the default model, so it cannot be its own fallback

    hint: openclaw models fallbacks list

    $ openclaw models fallbacks list
    exit 0
    -- out
    huggingface/Qwen/Qwen3-8B
    huggingface/zai-org/GLM-4.7

    $ openclaw models fallbacks list --json
    exit 0
    -- out
    {
      "fallbacks": [
        "huggingface/Qwen/Qwen3-8B",
        "huggingface/zai-org/GLM-4.7"
      ]
    }

    $ openclaw models fallbacks remove Qwen/Qwen3-8B
    exit 0
    -- out
    Fallbacks: huggingface/zai-org/GLM-4.7

    $ openclaw models fallbacks remove Qwen/Qwen3-8B
    exit 2
    -- err
    error: `huggingface/Qwen/Qwen3-8B` is no fallback

    hint: openclaw models fallbacks list

    $ openclaw models fallbacks clear
    exit 0
    -- out
    Fallbacks: none

    $ openclaw models fallbacks list
    exit 0
    -- err
    no fallbacks; `openclaw models fallbacks add REF` adds one
    "#);
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

    hint: openclaw models list --all none
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
fn s13_route_predicts_by_the_suffix() {
    let world = configured();
    for (suffix, provider) in [
        ("", "fireworks-ai"),
        (":fastest", "fireworks-ai"),
        (":cheapest", "novita"),
        (":together", "together"),
    ] {
        let json = world.json(&["models", "route", &format!("deepseek-ai/DeepSeek-R1{suffix}"), "--json"]);
        assert_eq!(json["predicted"], provider, "{suffix}");
    }
}

#[test]
fn s18_without_a_suffix_the_router_decides_and_preferred_is_the_users_order() {
    let world = configured();
    steady!(assert_snapshot!(world.run(&["models", "route"]), @"
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1
    no suffix: the router takes the fastest

       Provider        $ in  $ out  tok/s  First token  Context  Tools  JSON  Note
    1  fireworks-ai       -      -     88       0.46 s     163k  yes    yes   likely
    2  together        2.90   6.80     61       0.34 s     131k  yes    yes
    3  novita          0.72   2.45     28       1.18 s      64k  yes    no
    4  featherless-ai     -      -      -            -        -  -      -     speed not told
    -  deepinfra       0.90   2.60      -            -      65k  -      -     status error

    fireworks-ai will likely answer
    -- err
    catalogue: asked N s ago
    "));
    steady!(assert_snapshot!(world.run(&["models", "route", "deepseek-ai/DeepSeek-R1:preferred"]), @"
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:preferred
    `:preferred`: your own order at https://huggingface.co/settings/inference-providers

       Provider        $ in  $ out  tok/s  First token  Context  Tools  JSON  Note
    1  together        2.90   6.80     61       0.34 s     131k  yes    yes
    2  novita          0.72   2.45     28       1.18 s      64k  yes    no
    3  fireworks-ai       -      -     88       0.46 s     163k  yes    yes
    4  featherless-ai     -      -      -            -        -  -      -
    -  deepinfra       0.90   2.60      -            -      65k  -      -     status error

    who will answer is known to the router alone
    -- err
    catalogue: asked N s ago
    "));
}

#[test]
fn route_needs_to_know_the_offers() {
    let world = World::offline();
    assert_snapshot!(world.run(&["models", "route", "Qwen/Qwen3-8B"]), @"
    exit 3
    -- err
    error: it is not known who offers `Qwen/Qwen3-8B`
      the router was not asked: the built-in table has no offers

    hint: openclaw models route Qwen/Qwen3-8B --refresh
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
fn a_dry_run_writes_nothing() {
    let world = configured();
    let before = world.files();
    assert_snapshot!(world.run(&["models", "set", "zai-org/GLM-4.7", "--dry-run"]), @r#"
    exit 0
    -- out
    --- ~/.openclaw/openclaw.json
    +++ ~/.openclaw/openclaw.json
    @@ -3,13 +3,14 @@
       agents: {
         defaults: {
           model: {
    -        primary: "huggingface/deepseek-ai/DeepSeek-R1",
    +        primary: "huggingface/zai-org/GLM-4.7",
             fallbacks: ["huggingface/Qwen/Qwen3-8B"],
           },
           models: {
             "huggingface/deepseek-ai/DeepSeek-R1": { alias: "DeepSeek R1 (fast)" },
             "huggingface/Qwen/Qwen3-8B": { alias: "small", params: { temperature: 0.2 } },
             "anthropic/claude-x": {},
    +        "huggingface/zai-org/GLM-4.7": {},
           },
         },
       },
    -- err
    note: OpenClaw reads `agents.defaults.models` as the list of what a session may choose; added there: huggingface/zai-org/GLM-4.7
    "#);
    for args in [
        &["models", "fallbacks", "clear", "--dry-run"][..],
        &["models", "aliases", "add", "x", "zai-org/GLM-4.7", "--dry-run"],
        &["config", "set", "a.b", "1", "--dry-run"],
        &["config", "unset", "agents.defaults.model", "--dry-run"],
    ] {
        let shown = world.stdout(args);
        assert!(shown.contains("@@"), "{args:?}: {shown}");
    }
    assert_eq!(world.files(), before);
}

#[test]
fn of_two_spellings_with_aliases_only_the_named_alias_goes() {
    let world = World::offline();
    world.write_config(
        "{ agents: { defaults: { models: {\n  'HuggingFace/Qwen/Qwen3-8B': { alias: 'one' },\n  'huggingface/Qwen/Qwen3-8B': { alias: 'two' },\n} } } }\n",
    );
    world.stdout(&["models", "aliases", "remove", "two"]);
    assert_eq!(world.stdout(&["models", "aliases", "list", "--plain"]), "one HuggingFace/Qwen/Qwen3-8B\n");
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

#[test]
fn route_ranks_by_what_a_request_needs_and_costs() {
    let world = World::onboarded();
    let route = ["models", "route", "deepseek-ai/DeepSeek-R1:cheapest"];
    let with = |more: &[&'static str]| world.run(&[&route[..], more].concat());
    steady!(assert_snapshot!(with(&["--input-tokens", "20000", "--output-tokens", "500"]), @"
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:cheapest
    the lowest cost of one request: 20000 tokens in, 500 out

       Provider        $ request  $ in  $ out  tok/s  Context  Note
    1  novita           0.015625  0.72   2.45     28      64k  the router's choice
    2  together           0.0614  2.90   6.80     61     131k
    3  fireworks-ai            -     -      -     88     163k
    4  featherless-ai          -     -      -      -        -  not told: context
    -  deepinfra               -  0.90   2.60      -      65k  left out: its status is `error`, not `live`

    novita is the best for this, and the router will likely take it
    -- err
    catalogue: asked N s ago
    "));
    steady!(assert_snapshot!(with(&["--needs", "tools,json", "--max-price", "5"]), @"
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:cheapest
    `:cheapest`: the lowest price of output

       Provider        $ request  $ in  $ out  tok/s  Context  Note
    1  fireworks-ai            -     -      -     88     163k  not told: price
    2  featherless-ai          -     -      -      -        -  not told: tools, structured output, price
    -  together                -  2.90   6.80     61     131k  left out: its output price of 6.80 USD per million tokens is above the limit of 5.00
    -  deepinfra               -  0.90   2.60      -      65k  left out: its status is `error`, not `live`
    -  novita                  -  0.72   2.45     28      64k  the router's choice; left out: its latest probe of structured output failed

    fireworks-ai is the best for this; the router will likely take novita
    pin it: deepseek-ai/DeepSeek-R1:fireworks-ai
    -- err
    catalogue: asked N s ago
    "));
    let told = world.json(&[&route[..], &["--json", "--needs", "json", "--input-tokens", "1000"]].concat());
    insta::assert_json_snapshot!(told["chosen"], @r#"
    {
      "best": "together",
      "inputTokens": 1000,
      "outputTokens": 0,
      "offers": [
        {
          "provider": "together",
          "requestCostUsd": "0.0029",
          "unknown": []
        },
        {
          "provider": "fireworks-ai",
          "requestCostUsd": null,
          "unknown": []
        },
        {
          "provider": "featherless-ai",
          "requestCostUsd": null,
          "unknown": [
            "structured output",
            "context"
          ]
        }
      ],
      "excluded": [
        {
          "provider": "deepinfra",
          "reason": "its status is `error`, not `live`"
        },
        {
          "provider": "novita",
          "reason": "its latest probe of structured output failed"
        }
      ]
    }
    "#);
}

#[test]
fn what_nothing_can_be_put_into_is_told_with_what_takes_it_away() {
    let world = World::onboarded();
    world.write_config("{ agents: { defaults: { model: null } } }\n");
    let set = ["models", "set", "Qwen/Qwen3-8B"];
    assert_snapshot!(world.run(&set), @"
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` cannot be changed; it was left as it is
      the change does not fit the config
      edit 1, set `agents.defaults.model.primary`: expected an object at `agents.defaults.model`, found null

    hint: openclaw config unset agents.defaults.model
    ");
    assert_eq!(world.config(), "{ agents: { defaults: { model: null } } }\n");
    world.stdout(&["config", "unset", "agents.defaults.model"]);
    assert_snapshot!(world.run(&set), @"
    exit 0
    -- out
    Default model: huggingface/Qwen/Qwen3-8B
    ");
}
