//! Who says a value: `openclaw config explain`.

use insta::assert_snapshot;

use super::*;

#[test]
fn explain_says_which_of_several_files_wins_and_that_any_wins_over_the_default() {
    let world = World::new();
    let explained = |paths: &[&str]| -> String {
        paths.iter().map(|path| world.run(&["config", "explain", path])).collect()
    };
    world.write_config("{ models: { mode: 'replace' } }\n");
    let mut report = explained(&["models.mode"]);
    world.write_config("{ $include: ['./a.json5', './b.json5'] }\n");
    world.write_state("a.json5", "{ gateway: { port: 1001 } }\n");
    world.write_state("b.json5", "{ gateway: { port: 1002 }, models: { mode: 'replace' } }\n");
    report.push_str(&explained(&["gateway.port", "models.mode"]));
    assert_snapshot!(report, @"
    exit 0
    -- out
    models.mode is replace
    a file wins over what holds by default

    Said by  Value    Where
    config   replace  ~/.openclaw/openclaw.json:1:19
    default  merge    -
    exit 0
    -- out
    gateway.port is 1002
    of several included files the one that is read last wins

    Said by        Value  Where
    included file  1002   ~/.openclaw/b.json5:1:20
    included file  1001   ~/.openclaw/a.json5:1:20
    exit 0
    -- out
    models.mode is replace
    a file wins over what holds by default

    Said by        Value    Where
    included file  replace  ~/.openclaw/b.json5:1:44
    default        merge    -
    ");
    assert_eq!(world.stdout(&["config", "get", "gateway.port"]), "1002\n");
}

#[test]
fn explain_names_file_line_and_rule() {
    let world = World::new();
    world.write_config(
        "{\n  $include: './base.json5',\n  agents: { defaults: { model: {\n    primary: 'huggingface/Qwen/Qwen3-8B',\n    fallbacks: ['huggingface/zai-org/GLM-4.7'],\n  } } },\n  models: { providers: { huggingface: { apiKey: 'hf_secretsecret', baseUrl: 'https://a.example' } } },\n  dup: 1,\n  dup: 2,\n}\n",
    );
    std::fs::write(
        world.state("base.json5"),
        "{ agents: { defaults: { model: { primary: 'huggingface/b/base', fallbacks: ['huggingface/b/1'] } } }, only: true }\n",
    )
    .expect("it is written");
    std::fs::create_dir_all(world.state("agents/main/agent")).expect("it is made");
    std::fs::write(
        world.state("agents/main/agent/models.json"),
        "{\"providers\":{\"huggingface\":{\"api\":\"openai-completions\",\"apiKey\":\"hf_othersecret\"}}}",
    )
    .expect("it is written");
    let mut report = String::new();
    for path in [
        "agents.defaults.model.primary",
        "agents.defaults.model.fallbacks",
        "models.providers.huggingface.baseUrl",
        "models.providers.huggingface.apiKey",
        "models.providers.huggingface.api",
        "models.mode",
        "only",
        "dup",
        "nothing",
    ] {
        report.push_str(&format!(
            "$ openclaw config explain {path}\n{}\n",
            world.run(&["config", "explain", path])
        ));
    }
    assert!(!report.contains("secret"), "{report}");
    assert_snapshot!(report, @r#"
    $ openclaw config explain agents.defaults.model.primary
    exit 0
    -- out
    agents.defaults.model.primary is huggingface/Qwen/Qwen3-8B
    the config wins over the files that it includes

    Said by        Value                                Where
    config         huggingface/Qwen/Qwen3-8B            ~/.openclaw/openclaw.json:4:14
    included file  huggingface/b/base                   ~/.openclaw/base.json5:1:43
    default        huggingface/deepseek-ai/DeepSeek-R1  -

    $ openclaw config explain agents.defaults.model.fallbacks
    exit 0
    -- out
    agents.defaults.model.fallbacks is ["huggingface/b/1","huggingface/zai-org/GLM-4.7"]
    objects and lists of the config and its includes are joined

    Said by        Value                            Where
    config         ["huggingface/zai-org/GLM-4.7"]  ~/.openclaw/openclaw.json:5:16
    included file  ["huggingface/b/1"]              ~/.openclaw/base.json5:1:76
    default        []                               -

    $ openclaw config explain models.providers.huggingface.baseUrl
    exit 0
    -- out
    models.providers.huggingface.baseUrl is http://127.0.0.1:PORT/v1
    a variable of the environment wins over every file

    Said by                             Value                             Where
    environment (OPENCLAW_HF_BASE_URL)  http://127.0.0.1:PORT/v1         -
    config                              https://a.example                 ~/.openclaw/openclaw.json:7:77
    default                             https://router.huggingface.co/v1  -

    $ openclaw config explain models.providers.huggingface.apiKey
    exit 0
    -- out
    models.providers.huggingface.apiKey is __OPENCLAW_REDACTED__
    the config wins over models.json

    Said by      Value                  Where
    config       __OPENCLAW_REDACTED__  ~/.openclaw/openclaw.json:7:49
    models.json  __OPENCLAW_REDACTED__  ~/.openclaw/agents/main/agent/models.json:1:66

    $ openclaw config explain models.providers.huggingface.api
    exit 0
    -- out
    models.providers.huggingface.api is openai-completions
    only one says anything

    Said by      Value               Where
    models.json  openai-completions  ~/.openclaw/agents/main/agent/models.json:1:36

    $ openclaw config explain models.mode
    exit 0
    -- out
    models.mode is merge
    only one says anything

    Said by  Value  Where
    default  merge  -

    $ openclaw config explain only
    exit 0
    -- out
    only is true
    only one says anything

    Said by        Value  Where
    included file  true   ~/.openclaw/base.json5:1:109

    $ openclaw config explain dup
    exit 0
    -- out
    dup is 2
    of two equal keys the later one counts

    Said by  Value  Where
    config   2      ~/.openclaw/openclaw.json:9:8

    $ openclaw config explain nothing
    exit 0
    -- out
    nothing is not set
    nobody says anything
    "#);
    assert_snapshot!(world.run(&["config", "explain", "agents.defaults.model.primary", "--json"]), @r#"
    exit 0
    -- out
    {
      "path": "agents.defaults.model.primary",
      "value": "huggingface/Qwen/Qwen3-8B",
      "rule": "the config wins over the files that it includes",
      "layers": [
        {
          "by": "config",
          "value": "huggingface/Qwen/Qwen3-8B",
          "file": "HOME/.openclaw/openclaw.json",
          "line": 4,
          "column": 14,
          "shown": "~/.openclaw/openclaw.json:4:14"
        },
        {
          "by": "included file",
          "value": "huggingface/b/base",
          "file": "HOME/.openclaw/base.json5",
          "line": 1,
          "column": 43,
          "shown": "~/.openclaw/base.json5:1:43"
        },
        {
          "by": "default",
          "value": "huggingface/deepseek-ai/DeepSeek-R1",
          "file": null,
          "line": null,
          "column": null,
          "shown": "-"
        }
      ]
    }
    "#);
    assert_eq!(world.stdout(&["config", "get", "only"]), "true\n", "get reads included files too");
}
