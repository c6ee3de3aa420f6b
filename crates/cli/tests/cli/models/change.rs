//! The default, its fallbacks and the aliases: `openclaw models set|fallbacks|aliases`.

use insta::assert_snapshot;

use super::*;

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

    hint: openclaw models list --all

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
fn the_gateway_s_word_for_the_default_model_is_no_alias() {
    let world = configured();
    let before = world.config();
    assert_snapshot!(world.run(&["models", "aliases", "add", " Default ", "Qwen/Qwen3-8B"]), @"
    exit 2
    -- err
    error: expected another name than `Default`, which stands for the default model in the gateway

    hint: openclaw models aliases add fast Qwen/Qwen3-8B:fastest
    ");
    assert_eq!(world.config(), before);
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
