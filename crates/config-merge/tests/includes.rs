//! Merging into a config that includes others.

use insta::assert_snapshot;
use openclaw_catalog::{Catalog, Layer};
use openclaw_config_merge::{AliasChange, FallbackChange, PrimaryChange, Wanted, WantedModel, merge, store};
use openclaw_model_ref::ModelRef;

/// The document after a merge into a config that includes a file, and a line for each step; merging again must change no
/// byte.
#[track_caller]
fn after(included: &str, wanted: &Wanted) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    std::fs::write(folder.path().join("base.json5"), included).expect("it is written");
    std::fs::write(&path, "{\n  $include: './base.json5', // shared\n}\n").expect("it is written");
    let merged = || {
        let loaded = store::read(&path).expect("it loads");
        let wanted = Wanted { whole: loaded.effective().cloned(), ..wanted.clone() };
        merge(&loaded.document.expect("it is there"), &wanted).expect("it merges")
    };
    let once = merged();
    std::fs::write(&path, once.document.as_str()).expect("it is written");
    let again = merged();
    assert_eq!(again.document.as_str(), once.document.as_str(), "merging twice is merging once");
    assert_eq!(again.report.changes().count(), 0, "{:?}", again.report);
    let steps: Vec<_> = once.report.steps.iter().map(ToString::to_string).collect();
    format!("{}---\n{}", once.document.as_str(), steps.join("\n"))
}

fn model(text: &str) -> ModelRef {
    text.parse().expect("a reference")
}

#[test]
fn what_an_included_file_says_is_not_said_again_and_the_include_stays() {
    let included = "{ agents: { defaults: { model: { primary: 'huggingface/b/base', fallbacks: ['huggingface/b/1'] } } } }";
    let wanted = Wanted {
        primary: PrimaryChange::IfMissing(model("huggingface/o/other")),
        fallbacks: FallbackChange::Append(vec![model("huggingface/b/1"), model("huggingface/n/new")]),
        ..Wanted::default()
    };
    assert_snapshot!(after(included, &wanted), @"
    {
      $include: './base.json5', // shared
      agents: {
        defaults: {
          model: {
            fallbacks: ['huggingface/n/new'],
          },
        },
      },
    }
    ---
    kept agents.defaults.model (keep_primary: huggingface/b/base)
    added agents.defaults.model.fallbacks (append_fallbacks: huggingface/n/new)
    ");
}

#[test]
fn a_default_that_is_asked_for_goes_into_the_config_itself() {
    let primary = PrimaryChange::Set(model("huggingface/o/other"));
    let wanted = Wanted { primary, ..Wanted::default() };
    let included = "{ agents: { defaults: { model: { primary: 'huggingface/b/base' } } } }";
    assert_snapshot!(after(included, &wanted), @"
    {
      $include: './base.json5', // shared
      agents: {
        defaults: {
          model: {
            primary: 'huggingface/o/other',
          },
        },
      },
    }
    ---
    added agents.defaults.model.primary (set_primary: huggingface/o/other)
    ");
}

#[test]
fn a_fallback_beside_an_included_text_takes_the_default_along() {
    let fallbacks = FallbackChange::Append(vec![model("huggingface/n/new")]);
    let wanted = Wanted { fallbacks, ..Wanted::default() };
    assert_snapshot!(after("{ agents: { defaults: { model: 'huggingface/b/base' } } }", &wanted), @"
    {
      $include: './base.json5', // shared
      agents: {
        defaults: {
          model: {
            primary: 'huggingface/b/base',
            fallbacks: ['huggingface/n/new'],
          },
        },
      },
    }
    ---
    added agents.defaults.model.fallbacks (append_fallbacks: huggingface/n/new)
    ");
}

#[test]
fn an_included_provider_is_completed_and_its_models_are_listed_once() {
    let catalog = Catalog::merge([Layer::built_in()]);
    let wanted_model = |text| {
        let model = catalog.resolve(&model(text)).expect("it is built in");
        WantedModel { model, is_chosen: text.ends_with("GLM-4.7") }
    };
    let wanted = Wanted {
        provider: Some("https://router.huggingface.co/v1".to_owned()),
        models: [
            "huggingface/Qwen/Qwen3-8B",
            "huggingface/zai-org/GLM-4.7",
            "huggingface/deepseek-ai/DeepSeek-R1",
        ]
        .map(wanted_model)
        .to_vec(),
        ..Wanted::default()
    };
    let proxy = "baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'proxykey', api: 'openai-responses'";
    let included = format!("{{ models: {{ providers: {{ huggingface: {{ {proxy}, models: [] }} }} }} }}");
    assert_snapshot!(after(&included, &Wanted { models: Vec::new(), ..wanted.clone() }), @"
    {
      $include: './base.json5', // shared
    }
    ---
    kept models.providers.huggingface.baseUrl (keep_base_url: huggingface)
    ");
    let listed =
        "mode: 'replace', providers: { huggingface: { models: [{ id: 'qwen/Qwen3-8B', name: 'mine' }] } }";
    assert_snapshot!(after(&format!("{{ models: {{ {listed} }} }}"), &wanted), @"
    {
      $include: './base.json5', // shared
      models: {
        providers: {
          huggingface: {
            baseUrl: 'https://router.huggingface.co/v1',
            api: 'openai-completions',
            models: [
              {
                id: 'zai-org/GLM-4.7',
                name: 'GLM 4.7',
                reasoning: true,
                input: ['text'],
              },
            ],
          },
        },
      },
    }
    ---
    added models.providers.huggingface.baseUrl (complete_provider: huggingface)
    added models.providers.huggingface.api (complete_provider: huggingface)
    kept models.mode (respect_replace_mode: replace)
    added models.providers.huggingface.models (append_models: zai-org/GLM-4.7)
    ");
}

#[test]
fn an_included_alias_is_not_set_again_and_its_spelling_counts() {
    let included = "{ agents: { defaults: { models: { 'HuggingFace/a/b': { alias: 'q' }, 'HuggingFace/c/d': { alias: 'old' } } } } }";
    let aliases = vec![
        (model("huggingface/a/b"), AliasChange::Set("q".to_owned())),
        (model("huggingface/c/d"), AliasChange::Set("new".to_owned())),
    ];
    assert_snapshot!(after(included, &Wanted { aliases, ..Wanted::default() }), @r#"
    {
      $include: './base.json5', // shared
      agents: {
        defaults: {
          models: {
            'HuggingFace/c/d': {
              alias: 'new',
            },
          },
        },
      },
    }
    ---
    added agents.defaults.models["HuggingFace/c/d"].alias (set_alias: huggingface/c/d)
    "#);
}

#[test]
fn an_included_list_of_allowed_models_is_widened_by_what_it_lacks() {
    let included = "{ agents: { defaults: { models: { 'huggingface/a/b': {} }, modelPolicy: { allow: ['huggingface/a/b'] } } } }";
    let primary = |text| Wanted { primary: PrimaryChange::Set(model(text)), ..Wanted::default() };
    assert_snapshot!(after(included, &primary("huggingface/c/d")), @r#"
    {
      $include: './base.json5', // shared
      agents: {
        defaults: {
          model: {
            primary: 'huggingface/c/d',
          },
          models: {
            'huggingface/c/d': {},
          },
          modelPolicy: {
            allow: ['huggingface/c/d'],
          },
        },
      },
    }
    ---
    added agents.defaults.model.primary (set_primary: huggingface/c/d)
    added agents.defaults.models["huggingface/c/d"] (widen_allowlist: huggingface/c/d)
    added agents.defaults.modelPolicy.allow (widen_allowlist: huggingface/c/d)
    "#);
    assert_snapshot!(after(included, &primary("huggingface/a/b")), @"
    {
      $include: './base.json5', // shared
      agents: {
        defaults: {
          model: {
            primary: 'huggingface/a/b',
          },
        },
      },
    }
    ---
    added agents.defaults.model.primary (set_primary: huggingface/a/b)
    ");
}
