//! One test a rule: the whole document before and after.

use std::collections::HashSet;

use insta::assert_snapshot;
use openclaw_catalog::{Catalog, Layer};
use openclaw_config_merge::{
    AliasChange, FallbackChange, MergeRule, PrimaryChange, Wanted, WantedModel, merge,
};
use openclaw_json5_edit::Document;
use openclaw_model_ref::ModelRef;

fn model(text: &str) -> ModelRef {
    ModelRef::parse_implied(text).expect("a reference")
}

/// Models of the built-in table, suffixes included, as onboarding wants them.
fn wanted_models(ids: &[&str]) -> Vec<WantedModel> {
    let catalog = Catalog::merge([Layer::built_in()]);
    let resolve = |id: &&str| catalog.resolve(&model(id)).expect("it is built in");
    ids.iter().map(resolve).map(|model| WantedModel { model, is_chosen: true }).collect()
}

fn block(ids: &[&str]) -> Wanted {
    Wanted {
        provider: Some("https://router.huggingface.co/v1".to_owned()),
        models: wanted_models(ids),
        ..Wanted::default()
    }
}

/// The document after the merge, and a line for each step; merging again must change no byte.
#[track_caller]
fn after(before: &str, wanted: &Wanted) -> String {
    let document = Document::parse(before).expect("JSON5");
    let merged = merge(&document, wanted).expect("it merges");
    let again = merge(&merged.document, wanted).expect("it merges again");
    assert_eq!(again.document.as_str(), merged.document.as_str(), "merging twice is merging once");
    assert_eq!(again.report.changes().count(), 0, "{:?}", again.report);
    let steps: Vec<_> = merged.report.steps.iter().map(ToString::to_string).collect();
    format!("{}---\n{}", merged.document.as_str(), steps.join("\n"))
}

#[test]
fn every_rule_has_a_test_and_a_row_in_the_readme() {
    let tests = include_str!("rules.rs");
    let readme = include_str!("../README.md");
    for rule in MergeRule::ALL {
        assert!(tests.contains(&format!("\nfn {}() {{", rule.name())), "no test `{rule}`");
        let row = format!("| `{rule}` | {} |", rule.sentence());
        assert!(readme.contains(&row), "README lacks: {row}");
    }
    let names: HashSet<_> = MergeRule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), MergeRule::ALL.len());
}

#[test]
fn keep_foreign_providers() {
    let before = r#"{
  models: {
    providers: {
      // the other one
      'ollama': {baseUrl: 'http://127.0.0.1:11434', models: [ ] , odd : 0x1F},
    },
  },
}
"#;
    assert_snapshot!(after(before, &block(&["Qwen/Qwen3-8B"])), @"
    {
      models: {
        providers: {
          // the other one
          'ollama': {baseUrl: 'http://127.0.0.1:11434', models: [ ] , odd : 0x1F},
          'huggingface': {
            'baseUrl': 'https://router.huggingface.co/v1',
            'api': 'openai-completions',
            'models': [
              {
                'id': 'Qwen/Qwen3-8B',
                'name': 'Qwen3 8B',
                'reasoning': true,
                'input': ['text'],
              },
            ],
          },
        },
      },
    }
    ---
    kept models.providers.ollama (keep_foreign_providers: ollama)
    added models.providers.huggingface.baseUrl (complete_provider: huggingface)
    added models.providers.huggingface.api (complete_provider: huggingface)
    added models.providers.huggingface.models (complete_provider: huggingface)
    added models.providers.huggingface.models (append_models: Qwen/Qwen3-8B)
    ");
}

#[test]
fn keep_base_url() {
    let before = r#"{
  "models": {
    "providers": {
      "huggingface": {
        "baseUrl": "https://proxy.example.org/v1", // ours
        "api": "openai-completions",
        "models": []
      }
    }
  }
}
"#;
    assert_snapshot!(after(before, &block(&["zai-org/GLM-4.7"])), @r#"
    {
      "models": {
        "providers": {
          "huggingface": {
            "baseUrl": "https://proxy.example.org/v1", // ours
            "api": "openai-completions",
            "models": [
              {
                "id": "zai-org/GLM-4.7",
                "name": "GLM 4.7",
                "reasoning": true,
                "input": ["text"]
              }
            ]
          }
        }
      }
    }
    ---
    kept models.providers.huggingface.baseUrl (keep_base_url: huggingface)
    added models.providers.huggingface.models (append_models: zai-org/GLM-4.7)
    "#);
}

#[test]
fn complete_provider() {
    let before = r#"{
  models: {
    mode: "merge",
    providers: {
      huggingface: {
        apiKey: "${MY_HF_KEY}", // from the vault
      },
    },
  },
}
"#;
    assert_snapshot!(after(before, &block(&[])), @r#"
    {
      models: {
        mode: "merge",
        providers: {
          huggingface: {
            apiKey: "${MY_HF_KEY}", // from the vault
            baseUrl: "https://router.huggingface.co/v1",
            api: "openai-completions",
            models: [],
          },
        },
      },
    }
    ---
    added models.providers.huggingface.baseUrl (complete_provider: huggingface)
    added models.providers.huggingface.api (complete_provider: huggingface)
    added models.providers.huggingface.models (complete_provider: huggingface)
    "#);
}

#[test]
fn keep_entries() {
    let before = r#"{
  models: {
    providers: {
      huggingface: {
        baseUrl: "https://router.huggingface.co/v1",
        api: "openai-completions",
        models: [
          // tuned by hand
          {
            id: "Qwen/Qwen3-8B",
            name: "My little Qwen",
            contextWindow: 16000, // it forgets beyond
            maxTokens: 1234,
            cost: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 },
            compat: { supportsStore: false },
            headers: { 'x-mine': 'yes' },
          },
        ],
      },
    },
  },
}
"#;
    assert_snapshot!(after(before, &block(&["Qwen/Qwen3-8B"])), @r#"
    {
      models: {
        providers: {
          huggingface: {
            baseUrl: "https://router.huggingface.co/v1",
            api: "openai-completions",
            models: [
              // tuned by hand
              {
                id: "Qwen/Qwen3-8B",
                name: "My little Qwen",
                contextWindow: 16000, // it forgets beyond
                maxTokens: 1234,
                cost: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 },
                compat: { supportsStore: false },
                headers: { 'x-mine': 'yes' },
              },
            ],
          },
        },
      },
    }
    ---
    kept models.providers.huggingface.models[0] (keep_entries: Qwen/Qwen3-8B)
    "#);
}

#[test]
fn keep_inline_alias() {
    let before = r#"{
  models: { providers: { huggingface: {
    baseUrl: "https://router.huggingface.co/v1", api: "openai-completions",
    models: [{ id: "Qwen/Qwen3-8B", name: "Qwen3 8B", alias: "tiny" }],
  } } },
}
"#;
    assert_snapshot!(after(before, &block(&["Qwen/Qwen3-8B"])), @r#"
    {
      models: { providers: { huggingface: {
        baseUrl: "https://router.huggingface.co/v1", api: "openai-completions",
        models: [{ id: "Qwen/Qwen3-8B", name: "Qwen3 8B", alias: "tiny" }],
      } } },
    }
    ---
    kept models.providers.huggingface.models[0] (keep_entries: Qwen/Qwen3-8B)
    kept models.providers.huggingface.models[0].alias (keep_inline_alias: Qwen/Qwen3-8B)
    "#);
}

#[test]
fn keep_duplicates() {
    let before = r#"{
  models: { providers: { huggingface: {
    baseUrl: "https://router.huggingface.co/v1", api: "openai-completions",
    models: [
      { id: "Qwen/Qwen3-8B", name: "first" },
      { id: "Qwen/Qwen3-8B", name: "second" },
    ],
  } } },
}
"#;
    assert_snapshot!(after(before, &block(&["Qwen/Qwen3-8B"])), @r#"
    {
      models: { providers: { huggingface: {
        baseUrl: "https://router.huggingface.co/v1", api: "openai-completions",
        models: [
          { id: "Qwen/Qwen3-8B", name: "first" },
          { id: "Qwen/Qwen3-8B", name: "second" },
        ],
      } } },
    }
    ---
    kept models.providers.huggingface.models[0] (keep_entries: Qwen/Qwen3-8B)
    kept models.providers.huggingface.models[1] (keep_entries: Qwen/Qwen3-8B)
    kept models.providers.huggingface.models[1] (keep_duplicates: Qwen/Qwen3-8B)
    "#);
}

#[test]
fn keep_case_twins() {
    let before = r#"{
  models: { providers: { huggingface: {
    baseUrl: "https://router.huggingface.co/v1", api: "openai-completions",
    models: [{ id: "qwen/qwen3-8b", name: "lower case" }],
  } } },
}
"#;
    assert_snapshot!(after(before, &block(&["Qwen/Qwen3-8B"])), @r#"
    {
      models: { providers: { huggingface: {
        baseUrl: "https://router.huggingface.co/v1", api: "openai-completions",
        models: [{ id: "qwen/qwen3-8b", name: "lower case" }],
      } } },
    }
    ---
    kept models.providers.huggingface.models[0] (keep_case_twins: qwen/qwen3-8b)
    "#);

    // Nor are two added that are wanted at once.
    let mut wanted = block(&["Qwen/Qwen3-8B", "Qwen/Qwen3-8B"]);
    wanted.models[1].model.id = "qwen/qwen3-8b".to_owned();
    let before = before.replace("{ id: \"qwen/qwen3-8b\", name: \"lower case\" }", "");
    assert_snapshot!(after(&before, &wanted), @r#"
    {
      models: { providers: { huggingface: {
        baseUrl: "https://router.huggingface.co/v1", api: "openai-completions",
        models: [
          {
            id: "Qwen/Qwen3-8B",
            name: "Qwen3 8B",
            reasoning: true,
            input: ["text"],
          },
        ],
      } } },
    }
    ---
    added models.providers.huggingface.models (append_models: Qwen/Qwen3-8B)
    "#);
}

#[test]
fn keep_vanished() {
    let before = r#"{
  models: { providers: { huggingface: {
    baseUrl: "https://router.huggingface.co/v1", api: "openai-completions",
    models: [
      { id: "old/Gone-1", name: "Gone" },
      { id: "Qwen/Qwen3-8B:cheapest", name: "Still here" },
    ],
  } } },
}
"#;
    let served = Some(["Qwen/Qwen3-8B".to_owned()].into());
    assert_snapshot!(after(before, &Wanted { served, ..block(&[]) }), @r#"
    {
      models: { providers: { huggingface: {
        baseUrl: "https://router.huggingface.co/v1", api: "openai-completions",
        models: [
          { id: "old/Gone-1", name: "Gone" },
          { id: "Qwen/Qwen3-8B:cheapest", name: "Still here" },
        ],
      } } },
    }
    ---
    kept models.providers.huggingface.models[0] (keep_vanished: old/Gone-1)
    "#);
}

#[test]
fn respect_replace_mode() {
    let before = r#"{
  models: {
    mode: "replace",
    providers: { huggingface: {
      baseUrl: "https://router.huggingface.co/v1", api: "openai-completions",
      models: [{ id: "Qwen/Qwen3-8B", name: "Qwen3 8B" }],
    } },
  },
}
"#;
    let mut wanted = block(&["zai-org/GLM-4.7", "openai/gpt-oss-120b"]);
    wanted.models[1].is_chosen = false;
    assert_snapshot!(after(before, &wanted), @r#"
    {
      models: {
        mode: "replace",
        providers: { huggingface: {
          baseUrl: "https://router.huggingface.co/v1", api: "openai-completions",
          models: [{ id: "Qwen/Qwen3-8B", name: "Qwen3 8B" }, { id: "zai-org/GLM-4.7", name: "GLM 4.7", reasoning: true, input: ["text"] }],
        } },
      },
    }
    ---
    kept models.mode (respect_replace_mode: replace)
    added models.providers.huggingface.models (append_models: zai-org/GLM-4.7)
    "#);
}

#[test]
fn append_models() {
    let before = r#"{
	"models": {
		"providers": {
			"huggingface": {
				"baseUrl": "https://router.huggingface.co/v1",
				"api": "openai-completions",
				"models": [
					{ "id": "zai-org/GLM-4.7", "name": "GLM" }
				]
			}
		}
	}
}
"#;
    assert_snapshot!(after(before, &block(&["moonshotai/Kimi-K2.5", "zai-org/GLM-4.7", "Qwen/Qwen3-8B"])), @r#"
    {
    	"models": {
    		"providers": {
    			"huggingface": {
    				"baseUrl": "https://router.huggingface.co/v1",
    				"api": "openai-completions",
    				"models": [
    					{ "id": "zai-org/GLM-4.7", "name": "GLM" },
    					{
    						"id": "moonshotai/Kimi-K2.5",
    						"name": "Kimi K2.5",
    						"reasoning": true,
    						"input": ["text", "image"]
    					},
    					{ "id": "Qwen/Qwen3-8B", "name": "Qwen3 8B", "reasoning": true, "input": ["text"] }
    				]
    			}
    		}
    	}
    }
    ---
    kept models.providers.huggingface.models[0] (keep_entries: zai-org/GLM-4.7)
    added models.providers.huggingface.models (append_models: moonshotai/Kimi-K2.5)
    added models.providers.huggingface.models (append_models: Qwen/Qwen3-8B)
    "#);
}

#[test]
fn append_suffixed_forms() {
    let before = r#"{
  models: { providers: { huggingface: {
    baseUrl: "https://router.huggingface.co/v1",
    api: "openai-completions",
    models: [
      { id: "Qwen/Qwen3-8B", name: "Mine" },
    ],
  } } },
}
"#;
    assert_snapshot!(after(before, &block(&["Qwen/Qwen3-8B:cheapest", "Qwen/Qwen3-8B:together"])), @r#"
    {
      models: { providers: { huggingface: {
        baseUrl: "https://router.huggingface.co/v1",
        api: "openai-completions",
        models: [
          { id: "Qwen/Qwen3-8B", name: "Mine" },
          {
            id: "Qwen/Qwen3-8B:cheapest",
            name: "Qwen3 8B (cheapest)",
            reasoning: true,
            input: ["text"],
          },
          {
            id: "Qwen/Qwen3-8B:together",
            name: "Qwen3 8B (together)",
            reasoning: true,
            input: ["text"],
          },
        ],
      } } },
    }
    ---
    added models.providers.huggingface.models (append_suffixed_forms: Qwen/Qwen3-8B:cheapest)
    added models.providers.huggingface.models (append_suffixed_forms: Qwen/Qwen3-8B:together)
    "#);
}

#[test]
fn keep_primary() {
    let before = r#"{
  agents: { defaults: { model: { primary: "anthropic/claude-x" } } }, // not ours
}
"#;
    let primary = PrimaryChange::IfMissing(model("deepseek-ai/DeepSeek-R1"));
    assert_snapshot!(after(before, &Wanted { primary, ..Wanted::default() }), @r#"
    {
      agents: { defaults: { model: { primary: "anthropic/claude-x" } } }, // not ours
    }
    ---
    kept agents.defaults.model (keep_primary: anthropic/claude-x)
    "#);
}

#[test]
fn set_primary() {
    let primary = PrimaryChange::Set(model("deepseek-ai/DeepSeek-R1:cheapest"));
    let wanted = Wanted { primary, ..Wanted::default() };
    let text = "{\n  agents: { defaults: { model: 'huggingface/Qwen/Qwen3-8B' /* small */ } },\n}\n";
    assert_snapshot!(after(text, &wanted), @"
    {
      agents: { defaults: { model: 'huggingface/deepseek-ai/DeepSeek-R1:cheapest' /* small */ } },
    }
    ---
    changed agents.defaults.model (set_primary: huggingface/deepseek-ai/DeepSeek-R1:cheapest)
    ");
    let object = r#"{
  agents: {
    defaults: {
      model: {
        // the big one
        primary: "huggingface/Qwen/Qwen3-32B",
        fallbacks: ["huggingface/Qwen/Qwen3-8B"],
      },
    },
  },
}
"#;
    assert_snapshot!(after(object, &wanted), @r#"
    {
      agents: {
        defaults: {
          model: {
            // the big one
            primary: "huggingface/deepseek-ai/DeepSeek-R1:cheapest",
            fallbacks: ["huggingface/Qwen/Qwen3-8B"],
          },
        },
      },
    }
    ---
    changed agents.defaults.model.primary (set_primary: huggingface/deepseek-ai/DeepSeek-R1:cheapest)
    "#);
    assert_snapshot!(after("{}\n", &wanted), @r#"
    {
      "agents": {
        "defaults": {
          "model": {
            "primary": "huggingface/deepseek-ai/DeepSeek-R1:cheapest"
          }
        }
      }
    }
    ---
    added agents.defaults.model.primary (set_primary: huggingface/deepseek-ai/DeepSeek-R1:cheapest)
    "#);
}

#[test]
fn append_fallbacks() {
    let new = [
        model("Qwen/Qwen3-8B"),
        model("zai-org/GLM-4.7"),
        model("zai-org/GLM-4.7"),
        model("openai/gpt-oss-120b"),
    ];
    let wanted = Wanted { fallbacks: FallbackChange::Append(new.to_vec()), ..Wanted::default() };
    let object = r#"{
  agents: { defaults: { model: {
    primary: "huggingface/openai/gpt-oss-120b",
    fallbacks: [
      "huggingface/Qwen/Qwen3-8B", // quick
    ],
  } } },
}
"#;
    assert_snapshot!(after(object, &wanted), @r#"
    {
      agents: { defaults: { model: {
        primary: "huggingface/openai/gpt-oss-120b",
        fallbacks: [
          "huggingface/Qwen/Qwen3-8B", // quick
          "huggingface/zai-org/GLM-4.7",
        ],
      } } },
    }
    ---
    added agents.defaults.model.fallbacks (append_fallbacks: huggingface/zai-org/GLM-4.7)
    "#);
    let text = "{ agents: { defaults: { model: \"huggingface/openai/gpt-oss-120b\" } } }\n";
    assert_snapshot!(after(text, &wanted), @r#"
    { agents: { defaults: { model: { primary: "huggingface/openai/gpt-oss-120b", fallbacks: ["huggingface/Qwen/Qwen3-8B", "huggingface/zai-org/GLM-4.7"] } } } }
    ---
    added agents.defaults.model.fallbacks (append_fallbacks: huggingface/Qwen/Qwen3-8B)
    added agents.defaults.model.fallbacks (append_fallbacks: huggingface/zai-org/GLM-4.7)
    "#);
}

#[test]
fn remove_fallbacks() {
    let before = r#"{
  agents: { defaults: { model: {
    primary: "huggingface/openai/gpt-oss-120b",
    fallbacks: [
      // first choice
      "huggingface/Qwen/Qwen3-8B",
      "huggingface/zai-org/GLM-4.7", // second
      "anthropic/claude-x",
    ],
  } } },
}
"#;
    let one = FallbackChange::Remove(model("zai-org/GLM-4.7"));
    assert_snapshot!(after(before, &Wanted { fallbacks: one, ..Wanted::default() }), @r#"
    {
      agents: { defaults: { model: {
        primary: "huggingface/openai/gpt-oss-120b",
        fallbacks: [
          // first choice
          "huggingface/Qwen/Qwen3-8B",
          "anthropic/claude-x",
        ],
      } } },
    }
    ---
    removed agents.defaults.model.fallbacks[1] (remove_fallbacks: huggingface/zai-org/GLM-4.7)
    "#);
    assert_snapshot!(after(before, &Wanted { fallbacks: FallbackChange::Clear, ..Wanted::default() }), @r#"
    {
      agents: { defaults: { model: {
        primary: "huggingface/openai/gpt-oss-120b",
        fallbacks: [],
      } } },
    }
    ---
    removed agents.defaults.model.fallbacks[2] (remove_fallbacks: anthropic/claude-x)
    removed agents.defaults.model.fallbacks[1] (remove_fallbacks: huggingface/zai-org/GLM-4.7)
    removed agents.defaults.model.fallbacks[0] (remove_fallbacks: huggingface/Qwen/Qwen3-8B)
    "#);
    let before = r#"{
  agents: { defaults: {
    model: {
      primary: "huggingface/openai/gpt-oss-120b",
      fallbacks: [
        "huggingface/Qwen/Qwen3-8B", // the one
        "HuggingFace/openai/gpt-oss-120b",
        "anthropic/claude-x",
        "huggingface/Qwen/Qwen3-8B", // again
        "anthropic/claude-x",
      ],
    },
    models: { "huggingface/openai/gpt-oss-120b": {} },
  } },
}
"#;
    let tidy = Wanted { fallbacks: FallbackChange::Tidy, ..Wanted::default() };
    assert_snapshot!(after(before, &tidy), @r#"
    {
      agents: { defaults: {
        model: {
          primary: "huggingface/openai/gpt-oss-120b",
          fallbacks: [
            "huggingface/Qwen/Qwen3-8B", // the one
            "anthropic/claude-x",
          ],
        },
        models: { "huggingface/openai/gpt-oss-120b": {}, "huggingface/Qwen/Qwen3-8B": {} },
      } },
    }
    ---
    removed agents.defaults.model.fallbacks[4] (remove_fallbacks: anthropic/claude-x)
    removed agents.defaults.model.fallbacks[3] (remove_fallbacks: huggingface/Qwen/Qwen3-8B)
    removed agents.defaults.model.fallbacks[1] (remove_fallbacks: HuggingFace/openai/gpt-oss-120b)
    added agents.defaults.models["huggingface/Qwen/Qwen3-8B"] (widen_allowlist: huggingface/Qwen/Qwen3-8B)
    "#);
}

#[test]
fn set_alias() {
    let before = r#"{
  agents: {
    defaults: {
      models: {
        // ours
        "HuggingFace/Qwen/Qwen3-8B": { params: { temperature: 0.2 }, alias: "old" },
      },
    },
  },
}
"#;
    let wanted = Wanted {
        aliases: vec![
            (model("Qwen/Qwen3-8B"), AliasChange::Set("Quick (small)".to_owned())),
            (model("Qwen/Qwen3-8B:cheapest"), AliasChange::Set("cheap".to_owned())),
        ],
        ..Wanted::default()
    };
    assert_snapshot!(after(before, &wanted), @r#"
    {
      agents: {
        defaults: {
          models: {
            // ours
            "HuggingFace/Qwen/Qwen3-8B": { params: { temperature: 0.2 }, alias: "Quick (small)" },
            "huggingface/Qwen/Qwen3-8B:cheapest": { alias: "cheap" },
          },
        },
      },
    }
    ---
    changed agents.defaults.models["HuggingFace/Qwen/Qwen3-8B"].alias (set_alias: huggingface/Qwen/Qwen3-8B)
    added agents.defaults.models["huggingface/Qwen/Qwen3-8B:cheapest"].alias (set_alias: huggingface/Qwen/Qwen3-8B:cheapest)
    "#);
}

#[test]
fn remove_alias() {
    let before = r#"{
  agents: {
    defaults: {
      models: {
        "huggingface/Qwen/Qwen3-8B": { params: { temperature: 0.2 }, alias: "old" },
        "huggingface/zai-org/GLM-4.7": {
          alias: "glm", // short
        },
      },
    },
  },
}
"#;
    let aliases = vec![
        (model("Qwen/Qwen3-8B"), AliasChange::Remove("old".to_owned())),
        (model("zai-org/GLM-4.7"), AliasChange::Remove("glm".to_owned())),
    ];
    assert_snapshot!(after(before, &Wanted { aliases, ..Wanted::default() }), @r#"
    {
      agents: {
        defaults: {
          models: {
            "huggingface/Qwen/Qwen3-8B": { params: { temperature: 0.2 } },
            "huggingface/zai-org/GLM-4.7": {},
          },
        },
      },
    }
    ---
    removed agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alias (remove_alias: huggingface/Qwen/Qwen3-8B)
    removed agents.defaults.models["huggingface/zai-org/GLM-4.7"].alias (remove_alias: huggingface/zai-org/GLM-4.7)
    "#);
}

#[test]
fn an_alias_is_taken_away_once_and_not_from_whom_gets_another() {
    let before = r#"{ agents: { defaults: { models: {
  "huggingface/Qwen/Qwen3-8B": { alias: "old" },
  "HuggingFace/Qwen/Qwen3-8B": { alias: "old" },
  "huggingface/zai-org/GLM-4.7": { alias: "glm" },
} } } }
"#;
    let aliases = vec![
        (model("Qwen/Qwen3-8B"), AliasChange::Remove("old".to_owned())),
        (model("Qwen/Qwen3-8B"), AliasChange::Set("new".to_owned())),
        (model("zai-org/GLM-4.7"), AliasChange::Remove("glm".to_owned())),
        (model("zai-org/GLM-4.7"), AliasChange::Remove("glm".to_owned())),
    ];
    assert_snapshot!(after(before, &Wanted { aliases, ..Wanted::default() }), @r#"
    { agents: { defaults: { models: {
      "huggingface/Qwen/Qwen3-8B": { alias: "new" },
      "HuggingFace/Qwen/Qwen3-8B": {},
      "huggingface/zai-org/GLM-4.7": {},
    } } } }
    ---
    changed agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alias (set_alias: huggingface/Qwen/Qwen3-8B)
    removed agents.defaults.models["HuggingFace/Qwen/Qwen3-8B"].alias (remove_alias: huggingface/Qwen/Qwen3-8B)
    removed agents.defaults.models["huggingface/zai-org/GLM-4.7"].alias (remove_alias: huggingface/zai-org/GLM-4.7)
    "#);
}

#[test]
fn widen_allowlist() {
    let before = r#"{
  agents: {
    defaults: {
      model: { primary: "huggingface/Qwen/Qwen3-8B", fallbacks: ["huggingface/zai-org/GLM-4.7"] },
      models: {
        "huggingface/Qwen/Qwen3-8B": {},
      },
      modelPolicy: { allow: ["huggingface/Qwen/Qwen3-8B"] },
    },
  },
}
"#;
    let wanted = Wanted {
        primary: PrimaryChange::Set(model("deepseek-ai/DeepSeek-R1")),
        fallbacks: FallbackChange::Append(vec![model("openai/gpt-oss-120b")]),
        ..Wanted::default()
    };
    assert_snapshot!(after(before, &wanted), @r#"
    {
      agents: {
        defaults: {
          model: { primary: "huggingface/deepseek-ai/DeepSeek-R1", fallbacks: ["huggingface/zai-org/GLM-4.7", "huggingface/openai/gpt-oss-120b"] },
          models: {
            "huggingface/Qwen/Qwen3-8B": {},
            "huggingface/deepseek-ai/DeepSeek-R1": {},
            "huggingface/zai-org/GLM-4.7": {},
            "huggingface/openai/gpt-oss-120b": {},
          },
          modelPolicy: { allow: ["huggingface/Qwen/Qwen3-8B", "huggingface/deepseek-ai/DeepSeek-R1", "huggingface/zai-org/GLM-4.7", "huggingface/openai/gpt-oss-120b"] },
        },
      },
    }
    ---
    changed agents.defaults.model.primary (set_primary: huggingface/deepseek-ai/DeepSeek-R1)
    added agents.defaults.model.fallbacks (append_fallbacks: huggingface/openai/gpt-oss-120b)
    added agents.defaults.models["huggingface/deepseek-ai/DeepSeek-R1"] (widen_allowlist: huggingface/deepseek-ai/DeepSeek-R1)
    added agents.defaults.modelPolicy.allow (widen_allowlist: huggingface/deepseek-ai/DeepSeek-R1)
    added agents.defaults.models["huggingface/zai-org/GLM-4.7"] (widen_allowlist: huggingface/zai-org/GLM-4.7)
    added agents.defaults.modelPolicy.allow (widen_allowlist: huggingface/zai-org/GLM-4.7)
    added agents.defaults.models["huggingface/openai/gpt-oss-120b"] (widen_allowlist: huggingface/openai/gpt-oss-120b)
    added agents.defaults.modelPolicy.allow (widen_allowlist: huggingface/openai/gpt-oss-120b)
    "#);

    // A first alias closes the list, so the default model has to be let in.
    let open = "{\n  agents: { defaults: { model: { primary: \"huggingface/Qwen/Qwen3-8B\" } } },\n}\n";
    let aliases = vec![(model("zai-org/GLM-4.7"), AliasChange::Set("glm".to_owned()))];
    assert_snapshot!(after(open, &Wanted { aliases, ..Wanted::default() }), @r#"
    {
      agents: { defaults: { model: { primary: "huggingface/Qwen/Qwen3-8B" }, models: { "huggingface/zai-org/GLM-4.7": { alias: "glm" }, "huggingface/Qwen/Qwen3-8B": {} } } },
    }
    ---
    added agents.defaults.models["huggingface/zai-org/GLM-4.7"].alias (set_alias: huggingface/zai-org/GLM-4.7)
    added agents.defaults.models["huggingface/Qwen/Qwen3-8B"] (widen_allowlist: huggingface/Qwen/Qwen3-8B)
    "#);
}
