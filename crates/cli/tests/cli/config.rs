//! `openclaw config`

mod backups;
mod explain;

use insta::assert_snapshot;

use crate::support::World;

const CONFIG: &str = r#"// mine
{
  agents: {
    defaults: {
      model: { primary: 'huggingface/Qwen/Qwen3-8B' }, // small
    },
  },
  models: { providers: { huggingface: { apiKey: 'hf_secretsecretsecret', headers: { 'x-token': 'abc' } } } },
  list: [1, 2.5, { "a b": null }],
}
"#;

fn world() -> World {
    let world = World::offline();
    world.write_config(CONFIG);
    world
}

#[test]
fn what_stands_deep_in_the_config_is_printed_as_if_it_stood_alone() {
    let world = World::offline();
    world.write_config(
        "{\n  agents: {\n    defaults: {\n      // asked first\n      model: {\n        primary: 'huggingface/Qwen/Qwen3-8B',\n\n\
         \n        fallbacks: [\n          'huggingface/openai/gpt-oss-20b',\n        ],\n      },\n      models: { 'huggingface/Qwen/Qwen3-8B': { alias: 'small' } },\n    },\n  },\n  \
         odd: [\n    'a \\\n    string',\n  ],\n  left: {\n a: 1,\n  },\n}\n",
    );
    let mut report = String::new();
    for path in ["agents.defaults.model", "agents.defaults", "odd", "left"] {
        report.push_str(&format!("$ openclaw config get {path}\n{}", world.stdout(&["config", "get", path])));
    }
    report.push_str(&world.run(&["config", "validate"]));
    assert_snapshot!(report, @r"
    $ openclaw config get agents.defaults.model
    {
      primary: 'huggingface/Qwen/Qwen3-8B',


      fallbacks: [
        'huggingface/openai/gpt-oss-20b',
      ],
    }
    $ openclaw config get agents.defaults
    {
      // asked first
      model: {
        primary: 'huggingface/Qwen/Qwen3-8B',


        fallbacks: [
          'huggingface/openai/gpt-oss-20b',
        ],
      },
      models: { 'huggingface/Qwen/Qwen3-8B': { alias: 'small' } },
    }
    $ openclaw config get odd
    [
        'a \
        string',
      ]
    $ openclaw config get left
    {
     a: 1,
      }
    exit 0
    -- out
    Config valid: ~/.openclaw/openclaw.json (default huggingface/Qwen/Qwen3-8B, 1 fallback, 1 alias)
    -- err
      --> ~/.openclaw/openclaw.json:13:15
       |
    13 |       models: { 'huggingface/Qwen/Qwen3-8B': { alias: 'small' } },
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `huggingface/openai/gpt-oss-20b` is not in this list, so OpenClaw will not let a session choose it
    ");
}

#[test]
fn get_prints_values_and_never_secrets() {
    let world = world();
    let mut report = String::new();
    for path in [
        "agents.defaults.model.primary",
        "agents.defaults.model",
        "list[2]",
        "list[2][\"a b\"]",
        "models.providers.huggingface.apiKey",
        "models.providers.huggingface",
        "nothing.here",
        "nothing",
        "agents..x",
    ] {
        report.push_str(&format!("$ openclaw config get {path}\n{}", world.run(&["config", "get", path])));
        report.push_str(&format!("$ … --json\n{}\n", world.run(&["config", "get", path, "--json"])));
    }
    assert!(!report.contains("secretsecret") && !report.contains("abc"), "{report}");
    assert_snapshot!(report, @r#"
    $ openclaw config get agents.defaults.model.primary
    exit 0
    -- out
    huggingface/Qwen/Qwen3-8B
    $ … --json
    exit 0
    -- out
    "huggingface/Qwen/Qwen3-8B"

    $ openclaw config get agents.defaults.model
    exit 0
    -- out
    { primary: 'huggingface/Qwen/Qwen3-8B' }
    $ … --json
    exit 0
    -- out
    {
      "primary": "huggingface/Qwen/Qwen3-8B"
    }

    $ openclaw config get list[2]
    exit 0
    -- out
    { "a b": null }
    $ … --json
    exit 0
    -- out
    {
      "a b": null
    }

    $ openclaw config get list[2]["a b"]
    exit 0
    -- out
    null
    $ … --json
    exit 0
    -- out
    null

    $ openclaw config get models.providers.huggingface.apiKey
    exit 0
    -- out
    __OPENCLAW_REDACTED__
    $ … --json
    exit 0
    -- out
    "__OPENCLAW_REDACTED__"

    $ openclaw config get models.providers.huggingface
    exit 0
    -- out
    { apiKey: '__OPENCLAW_REDACTED__', headers: { 'x-token': '__OPENCLAW_REDACTED__' } }
    $ … --json
    exit 0
    -- out
    {
      "apiKey": "__OPENCLAW_REDACTED__",
      "headers": {
        "x-token": "__OPENCLAW_REDACTED__"
      }
    }

    $ openclaw config get nothing.here
    exit 1
    -- err
    error: there is nothing at `nothing.here`

    hint: openclaw config get .
    $ … --json
    exit 1
    -- err
    error: there is nothing at `nothing.here`

    hint: openclaw config get .

    $ openclaw config get nothing
    exit 1
    -- err
    error: there is nothing at `nothing`

    hint: openclaw config get .
    $ … --json
    exit 1
    -- err
    error: there is nothing at `nothing`

    hint: openclaw config get .

    $ openclaw config get agents..x
    exit 2
    -- err
    error: `agents..x` is no path
      expected a key after `.`, found `.`

    hint: openclaw config get 'agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alias'
    $ … --json
    exit 2
    -- err
    error: `agents..x` is no path
      expected a key after `.`, found `.`

    hint: openclaw config get 'agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alias'
    "#);
}

#[test]
fn set_and_unset_change_their_own_lines() {
    let world = world();
    let alias = r#"agents.defaults.models["huggingface/Qwen/Qwen2.5-7B-Instruct:fastest"].alias"#;
    assert_snapshot!(world.run(&["config", "set", alias, "'Quick (Qwen)'"]), @r#"
    exit 0
    -- out
    Updated: agents.defaults.models["huggingface/Qwen/Qwen2.5-7B-Instruct:fastest"].alias
    -- err
    warning: agents.defaults.models: `huggingface/Qwen/Qwen3-8B` is not in this list, so OpenClaw will not let a session choose it
    "#);
    assert_snapshot!(world.run(&["config", "set", "agents.defaults.model.primary", "huggingface/zai-org/GLM-4.7"]), @"
    exit 0
    -- out
    Updated: agents.defaults.model.primary
    -- err
    warning: agents.defaults.models: `huggingface/zai-org/GLM-4.7` is not in this list, so OpenClaw will not let a session choose it
    ");
    assert_snapshot!(world.run(&["config", "set", "agents.defaults.model.primary", "huggingface/zai-org/GLM-4.7"]), @"
    exit 0
    -- out
    Unchanged: agents.defaults.model.primary
    -- err
    warning: agents.defaults.models: `huggingface/zai-org/GLM-4.7` is not in this list, so OpenClaw will not let a session choose it
    ");
    assert_snapshot!(world.run(&["config", "unset", "list[1]"]), @"
    exit 0
    -- out
    Removed: list[1]
    ");
    assert_snapshot!(world.config(), @r#"
    // mine
    {
      agents: {
        defaults: {
          model: { primary: 'huggingface/zai-org/GLM-4.7' }, // small
          models: { "huggingface/Qwen/Qwen2.5-7B-Instruct:fastest": { alias: 'Quick (Qwen)' } },
        },
      },
      models: { providers: { huggingface: { apiKey: 'hf_secretsecretsecret', headers: { 'x-token': 'abc' } } } },
      list: [1, { "a b": null }],
    }
    "#);
    assert_snapshot!(world.run(&["config", "unset", "list[9]"]), @"
    exit 1
    -- err
    error: there is nothing at `list[9]`

    hint: openclaw config get list
    ");
}

#[test]
fn what_would_not_load_is_not_saved() {
    let world = world();
    let mut report = String::new();
    for args in [
        &["config", "set", "models.mode", "append"][..],
        &["config", "set", "agents", "[]"],
        &["config", "set", "models.providers.huggingface.models[0].contextWindow", "'many'"],
        &["config", "set", "a.b", "{ open", "--strict-json"],
        &["config", "set", "agents.defaults.model.primary.x", "1"],
    ] {
        report.push_str(&format!("$ openclaw {}\n{}\n", args.join(" "), world.run(args)));
        assert_eq!(world.config(), CONFIG);
    }
    assert_snapshot!(report, @r#"
    $ openclaw config set models.mode append
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` would not load after this change; it was left as it is
     --> ~/.openclaw/openclaw.json:8:115
      |
    8 |   models: { providers: { huggingface: { apiKey: '*********************', headers: { 'x-token': '***' } } }, mode: 'append' },
      |                                                                                                                   ^^^^^^^^ `models.mode`: expected `merge` or `replace`, found a string

    hint: openclaw config validate

    $ openclaw config set agents []
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` would not load after this change; it was left as it is
     --> ~/.openclaw/openclaw.json:3:11
      |
    3 |   agents: [],
      |           ^^ `agents`: expected an object, found an array

    hint: openclaw config validate

    $ openclaw config set models.providers.huggingface.models[0].contextWindow 'many'
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` would not load after this change; it was left as it is
     --> ~/.openclaw/openclaw.json:8:131
      |
    8 | ...w: 'many' }] } } },
      |       ^^^^^^ `models.providers.huggingface.models[0].contextWindow`: expected a whole number that is not negative, found a string

    hint: openclaw config validate

    $ openclaw config set a.b { open --strict-json
    exit 2
    -- err
    error: the value is no JSON5
      expected `:` after the key, found the end of the text at line 1, column 7

    hint: openclaw config set 'a.b' '"a text in quotes"'

    $ openclaw config set agents.defaults.model.primary.x 1
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` cannot be changed; it was left as it is
      edit 1, set `agents.defaults.model.primary.x`: expected an object at `agents.defaults.model.primary`, found a string

    hint: openclaw config get agents.defaults.model.primary
    "#);
}

#[test]
fn a_config_that_does_not_parse_is_shown_and_left_alone() {
    let world = World::offline();
    let broken = "{\n  agents: {\n    defaults: { model: { primary: \"huggingface/a/b\" }\n  },\n  apiKey: \"hf_secretsecret\" oops\n}\n";
    world.write_config(broken);
    for args in [
        &["config", "validate"][..],
        &["models", "set", "Qwen/Qwen3-8B"],
        &["config", "set", "a", "1"],
        &["onboard", "--non-interactive", "--huggingface-api-key", "hf_x"],
        &["models", "list"],
        &[],
    ] {
        let shown = world.run(args);
        assert!(shown.starts_with("exit 2\n") && shown.contains("^"), "{args:?}: {shown}");
        assert!(!shown.contains("secretsecret"), "{shown}");
        assert_eq!(world.config(), broken);
    }
    assert_snapshot!(world.run(&["models", "set", "Qwen/Qwen3-8B"]), @r#"
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` cannot be read; it was left as it is
     --> ~/.openclaw/openclaw.json:5:29
      |
    5 |   apiKey: "***************" oops
      |                             ^^^^ expected `,` or `}`, found a word without quotes at line 5, column 29

    hint: openclaw config validate
    "#);
    assert_snapshot!(world.run(&["config", "validate", "--json"]), @r#"
    exit 2
    -- out
    {
      "valid": false,
      "path": "HOME/.openclaw/openclaw.json",
      "issues": [
        {
          "severity": "error",
          "message": "expected `,` or `}`, found a word without quotes at line 5, column 29",
          "line": 5,
          "column": 29
        }
      ],
      "warnings": []
    }
    -- err
    error: `~/.openclaw/openclaw.json` cannot be read; it was left as it is
     --> ~/.openclaw/openclaw.json:5:29
      |
    5 |   apiKey: "***************" oops
      |                             ^^^^ expected `,` or `}`, found a word without quotes at line 5, column 29

    hint: openclaw config file
    "#);
}

#[test]
fn validate_names_what_looks_wrong() {
    let world = World::offline();
    assert_snapshot!(world.run(&["config", "validate"]), @"
    exit 0
    -- out
    There is no config at ~/.openclaw/openclaw.json, which is fine: everything has a default.
    ");
    world.write_config(
        "{\n  agents: { defaults: {\n    model: { primery: \"x\", primary: \"huggingface/Qwen\" },\n    models: { \"huggingface/a/b\": { alias: \"a/b\" } },\n  } },\n}\n",
    );
    assert_snapshot!(world.run(&["config", "validate"]), @r#"
    exit 2
    -- err
     --> ~/.openclaw/openclaw.json:3:14
      |
    3 |     model: { primery: "x", primary: "huggingface/Qwen" },
      |              ^^^^^^^ warning: `primery` is no known key; did you mean `primary`?
     --> ~/.openclaw/openclaw.json:3:37
      |
    3 |     model: { primery: "x", primary: "huggingface/Qwen" },
      |                                     ^^^^^^^^^^^^^^^^^^ error: expected `/<name>` at the end of `huggingface/Qwen`
     --> ~/.openclaw/openclaw.json:4:43
      |
    4 |     models: { "huggingface/a/b": { alias: "a/b" } },
      |                                           ^^^^^ warning: `a/b` has a `/`, so it will always be read as a reference
    error: `~/.openclaw/openclaw.json` has 1 place to mend

    hint: openclaw config validate --json
    "#);
    assert_snapshot!(world.run(&["config", "validate", "--json"]), @r#"
    exit 2
    -- out
    {
      "valid": false,
      "path": "HOME/.openclaw/openclaw.json",
      "exists": true,
      "issues": [
        {
          "path": "agents.defaults.model.primary",
          "message": "expected `/<name>` at the end of `huggingface/Qwen`",
          "line": 3,
          "column": 37
        }
      ],
      "warnings": [
        {
          "path": "agents.defaults.model.primery",
          "message": "`primery` is no known key; did you mean `primary`?",
          "line": 3,
          "column": 14
        },
        {
          "path": "agents.defaults.models[\"huggingface/a/b\"].alias",
          "message": "`a/b` has a `/`, so it will always be read as a reference",
          "line": 4,
          "column": 43
        }
      ]
    }
    -- err
    error: `~/.openclaw/openclaw.json` has 1 place to mend

    hint: openclaw config validate --json
    "#);
}

#[test]
fn the_config_is_where_openclaw_keeps_it() {
    let world = World::offline();
    assert_snapshot!(world.run(&["config", "file"]), @"
    exit 0
    -- out
    HOME/.openclaw/openclaw.json
    ");
    assert_snapshot!(world.run(&["config", "file", "--profile", "work"]), @"
    exit 0
    -- out
    HOME/.openclaw-work/openclaw.json
    ");
    assert_snapshot!(world.run(&["config", "file", "--profile", "../x"]), @"
    exit 2
    -- err
    error: expected a profile of letters, digits, `-` and `_`, found `../x`

    hint: openclaw --profile work models status
    ");
    assert_eq!(world.run(&["config", "file", "--profile", ""]).lines().next(), Some("exit 2"));
    let moved = World::offline().env("OPENCLAW_CONFIG_PATH", "~/elsewhere.json5");
    assert_snapshot!(moved.run(&["config", "file", "--profile", "work"]), @"
    exit 0
    -- out
    HOME/elsewhere.json5
    -- err
    warning: `--profile work` does not count where OPENCLAW_CONFIG_PATH says which files are meant
    ");
    assert_snapshot!(moved.run(&["config", "file"]), @"
    exit 0
    -- out
    HOME/elsewhere.json5
    ");
}

#[test]
fn what_openclaw_would_refuse_is_not_set_without_force() {
    let world = World::offline();
    let text = "{\n  agents: { defaults: { models: { \"huggingface/Qwen/Qwen3-8B\": {} } } },\n}\n";
    world.write_config(text);
    let mut report = String::new();
    for (path, value) in [
        ("agents.defaults.model.primary", "notaref"),
        (r#"agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alais"#, "q"),
        ("models.providers.huggingface.models", "[{ id: 'a/b', name: 'B', contextwindow: 5 }]"),
    ] {
        report.push_str(&format!(
            "$ openclaw config set {path}\n{}\n",
            world.run(&["config", "set", path, value])
        ));
        assert_eq!(world.config(), text);
    }
    assert_snapshot!(report, @r#"
    $ openclaw config set agents.defaults.model.primary
    exit 2
    -- err
    error: `agents.defaults.model.primary` was not set: it would break the config
     --> ~/.openclaw/openclaw.json:2:88
      |
    2 |   agents: { defaults: { models: { "huggingface/Qwen/Qwen3-8B": {} }, model: { primary: "notaref" } } },
      |                                                                                        ^^^^^^^^^ expected `huggingface/<org>/<name>`, found `notaref`

    hint: openclaw config set agents.defaults.model.primary notaref --force

    $ openclaw config set agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alais
    exit 2
    -- err
    error: `agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alais` was not set: it would break the config
     --> ~/.openclaw/openclaw.json:2:66
      |
    2 |   agents: { defaults: { models: { "huggingface/Qwen/Qwen3-8B": { alais: "q" } } } },
      |                                                                  ^^^^^ OpenClaw refuses the key `alais` here; did you mean `alias`?

    hint: openclaw config set 'agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alais' q --force

    $ openclaw config set models.providers.huggingface.models
    exit 2
    -- err
    error: `models.providers.huggingface.models` was not set: it would break the config
     --> ~/.openclaw/openclaw.json:3:74
      |
    3 |   models: { providers: { huggingface: { models: [{ id: "a/b", name: "B", contextwindow: 5 }] } } },
      |                                                                          ^^^^^^^^^^^^^ OpenClaw refuses the key `contextwindow` here; did you mean `contextWindow`?

    hint: openclaw config set models.providers.huggingface.models '[{ id: '\''a/b'\'', name: '\''B'\'', contextwindow: 5 }]' --force
    "#);
    assert!(
        world
            .run(&["config", "set", "agents.defaults.model.primary", "notaref", "--force"])
            .starts_with("exit 0")
    );
}
