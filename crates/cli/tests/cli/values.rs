//! Values that are refused where they are typed, and what is hinted at where there is no such place.

use insta::assert_snapshot;

use crate::support::World;

fn tell(world: &World, runs: &[&[&str]]) -> String {
    runs.iter().map(|args| format!("$ openclaw {}\n{}\n", args.join(" "), world.run(args))).collect()
}

#[test]
fn a_hint_leads_to_what_is_there() {
    let world = World::offline();
    let runs: [&[&str]; 1] = [&["config", "get", "a.b"]];
    let mut report = tell(&world, &runs);
    let text = "{\n  agents: { defaults: { model: \"huggingface/a/b\" } },\n  list: [1],\n}\n";
    world.write_config(text);
    report.push_str(&tell(
        &world,
        &[
            &["config", "set", "agents.defaults.model.primary", "huggingface/Qwen/Qwen3-8B"],
            &["config", "set", "agents.defaults.model.fallbacks", "[]"],
            &["config", "set", "list[4]", "1"],
            &["config", "set", "list.x", "1"],
            &["config", "unset", "list[4]"],
            &["config", "unset", "other"],
            &["config", "get", "agents.defaults.models.x"],
        ],
    ));
    assert_eq!(world.config(), text);
    assert_snapshot!(report, @"
    $ openclaw config get a.b
    exit 1
    -- err
    error: there is nothing at `a.b`

    hint: openclaw config explain a.b

    $ openclaw config set agents.defaults.model.primary huggingface/Qwen/Qwen3-8B
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` cannot be changed; it was left as it is
      edit 1, set `agents.defaults.model.primary`: expected an object at `agents.defaults.model`, found a string

    hint: openclaw models set huggingface/Qwen/Qwen3-8B

    $ openclaw config set agents.defaults.model.fallbacks []
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` cannot be changed; it was left as it is
      edit 1, set `agents.defaults.model.fallbacks`: expected an object at `agents.defaults.model`, found a string

    hint: openclaw config get agents.defaults.model

    $ openclaw config set list[4] 1
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` cannot be changed; it was left as it is
      edit 1, set `list[4]`: expected an index within the array, found `list[4]` where the array has 1 item

    hint: openclaw config get list

    $ openclaw config set list.x 1
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` cannot be changed; it was left as it is
      edit 1, set `list.x`: expected an object at `list`, found an array

    hint: openclaw config get list

    $ openclaw config unset list[4]
    exit 1
    -- err
    error: there is nothing at `list[4]`

    hint: openclaw config get list

    $ openclaw config unset other
    exit 1
    -- err
    error: there is nothing at `other`

    hint: openclaw config get .

    $ openclaw config get agents.defaults.models.x
    exit 1
    -- err
    error: there is nothing at `agents.defaults.models.x`

    hint: openclaw config get agents.defaults
    ");
    // What is hinted at works.
    let set = world.run(&["models", "set", "huggingface/Qwen/Qwen3-8B", "--force"]);
    assert!(set.starts_with("exit 0"), "{set}");
    assert!(world.config().contains("model: \"huggingface/Qwen/Qwen3-8B\""), "{}", world.config());
    assert!(world.run(&["config", "get", "."]).starts_with("exit 0"));
}

#[test]
fn what_every_command_would_refuse_is_not_set() {
    let world = World::offline();
    world.write_config("{}\n");
    let report = tell(
        &world,
        &[
            &["config", "set", "gateway.port", "99999"],
            &["config", "set", "gateway.bind", "foo"],
            &["config", "set", "models.providers.huggingface.baseUrl", "not a url"],
            &["config", "set", "models.providers.huggingface.baseUrl", "http://example.org/v1"],
        ],
    );
    assert_eq!(world.config(), "{}\n");
    assert_snapshot!(report, @r#"
    $ openclaw config set gateway.port 99999
    exit 2
    -- err
    error: `gateway.port` was not set: it would break the config
     --> ~/.openclaw/openclaw.json:3:13
      |
    3 |     "port": 99999
      |             ^^^^^ expected at most 65535

    hint: openclaw config set gateway.port 99999 --force

    $ openclaw config set gateway.bind foo
    exit 2
    -- err
    error: `gateway.bind` was not set: it would break the config
     --> ~/.openclaw/openclaw.json:3:13
      |
    3 |     "bind": "foo"
      |             ^^^^^ expected `loopback`, `lan` or an IP address

    hint: openclaw config set gateway.bind foo --force

    $ openclaw config set models.providers.huggingface.baseUrl not a url
    exit 2
    -- err
    error: `models.providers.huggingface.baseUrl` was not set: it would break the config
     --> ~/.openclaw/openclaw.json:5:20
      |
    5 |         "baseUrl": "not a url"
      |                    ^^^^^^^^^^^ expected an address such as `https://example.org/v1`

    hint: openclaw config set models.providers.huggingface.baseUrl 'not a url' --force

    $ openclaw config set models.providers.huggingface.baseUrl http://example.org/v1
    exit 2
    -- err
    error: `models.providers.huggingface.baseUrl` was not set: it would break the config
     --> ~/.openclaw/openclaw.json:5:20
      |
    5 |         "baseUrl": "http://example.org/v1"
      |                    ^^^^^^^^^^^^^^^^^^^^^^^ expected https: http is for this machine only

    hint: openclaw config set models.providers.huggingface.baseUrl http://example.org/v1 --force
    "#);
    for (path, value) in [
        ("gateway.port", "65535"),
        ("gateway.bind", "lan"),
        ("gateway.bind", "tailnet"),
        ("models.providers.huggingface.baseUrl", "https://${NOWHERE_SET}/v1"),
        ("models.providers.huggingface.baseUrl", "http://127.0.0.1:9/v1"),
    ] {
        let set = world.run(&["config", "set", path, value]);
        assert!(set.starts_with("exit 0"), "{set}");
    }
    world.write_config(
        "{\n  gateway: { port: 99999, bind: \"tailnet\" },\n  models: { providers: { huggingface: { baseUrl: \"ftp://x\" } } },\n}\n",
    );
    assert_snapshot!(world.run(&["config", "validate"]), @r#"
    exit 2
    -- err
     --> ~/.openclaw/openclaw.json:2:20
      |
    2 |   gateway: { port: 99999, bind: "tailnet" },
      |                    ^^^^^ error: expected at most 65535
     --> ~/.openclaw/openclaw.json:2:33
      |
    2 |   gateway: { port: 99999, bind: "tailnet" },
      |                                 ^^^^^^^^^ warning: expected `loopback`, `lan` or an IP address; this one is known to OpenClaw's own gateway alone
     --> ~/.openclaw/openclaw.json:3:50
      |
    3 |   models: { providers: { huggingface: { baseUrl: "ftp://x" } } },
      |                                                  ^^^^^^^^^ error: expected it to begin with `https://` or `http://`
    error: `~/.openclaw/openclaw.json` has 2 places to mend

    hint: openclaw config validate --json
    "#);
}

#[test]
fn infer_refuses_values_that_no_provider_takes() {
    let world = World::offline().env("HF_TOKEN", "hf_x");
    let ask = ["infer", "model", "run", "--prompt", "Hi"];
    let mut report = String::new();
    for args in [
        &["--temperature", "nan"][..],
        &["--temperature", "2.1"],
        &["--top-p", "1.5"],
        &["--max-tokens", "0"],
        &["--stop", "a", "--stop", "b", "--stop", "c", "--stop", "d", "--stop", "e"],
        &["--bill-to", "a\nb"],
        &["--image", "http://"],
        &["--image", "https:///x.png"],
    ] {
        let told = world.run(&[&ask[..], args].concat());
        report.push_str(&format!("$ … {}\n{told}\n", args.join(" ").escape_debug()));
    }
    assert_snapshot!(report, @r#"
    $ … --temperature nan
    exit 2
    -- err
    error: `--temperature` of `openclaw infer model run` takes no `nan`
      expected a number from 0 to 2

    hint: openclaw infer model run --help

    $ … --temperature 2.1
    exit 2
    -- err
    error: `--temperature` of `openclaw infer model run` takes no `2.1`
      expected a number from 0 to 2

    hint: openclaw infer model run --help

    $ … --top-p 1.5
    exit 2
    -- err
    error: `--top-p` of `openclaw infer model run` takes no `1.5`
      expected a number from 0 to 1

    hint: openclaw infer model run --help

    $ … --max-tokens 0
    exit 2
    -- err
    error: `--max-tokens` of `openclaw infer model run` takes no `0`
      expected a whole number from 1 to 4294967295

    hint: openclaw infer model run --help

    $ … --stop a --stop b --stop c --stop d --stop e
    exit 2
    -- err
    error: `--stop` was given 5 times, expected at most 4

    hint: openclaw infer model run --help

    $ … --bill-to a\nb
    exit 2
    -- err
    error: `--bill-to` of `openclaw infer model run` takes no `a\nb`
      expected the name of an organisation, such as my-org

    hint: openclaw infer model run --help

    $ … --image http://
    exit 2
    -- err
    error: `--image` of `openclaw infer model run` takes no `http://`
      expected a file, or an address such as https://example.org/cat.png

    hint: openclaw infer model run --help

    $ … --image https:///x.png
    exit 2
    -- err
    error: `--image` of `openclaw infer model run` takes no `https:///x.png`
      expected a file, or an address such as https://example.org/cat.png

    hint: openclaw infer model run --help
    "#);
    for args in
        [&["--temperature", "0"][..], &["--temperature", "2"], &["--top-p", "1"], &["--max-tokens", "1"]]
    {
        let told = world.run(&[&ask[..], args].concat());
        assert!(!told.starts_with("exit 2"), "{args:?}: {told}");
    }
}
