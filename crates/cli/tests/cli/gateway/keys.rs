//! `openclaw gateway keys`

use insta::assert_snapshot;

use crate::support::{World, steady};

/// Keys with every limit and none, as somebody keeps them.
pub(super) const KEPT: &str = r#"// Who may ask, as agreed on Monday.
{
  keys: {
    default: { key: "oc-CANARY1" }, // mine
    ci: {
      key: 'oc-CANARY2', /* rotated in May */
      requestsPerMinute: 60,
      tokensPerMinute: 100000,
      usdPerDay: 2.5,
      concurrent: 4,
      models: ["small", "huggingface/Qwen/Qwen3-32B"],
    },
  },
  timeoutSeconds: { total: 60 }, // patience
}
"#;

pub(super) fn world() -> World {
    let world = World::offline();
    world.write_config(
        "{ agents: { defaults: { models: { 'huggingface/Qwen/Qwen3-8B': { alias: 'small' } } } } }\n",
    );
    world.write_state("gateway.json5", KEPT);
    world
}

/// What a command says, words apart.
fn keys(world: &World, words: &str) -> String {
    let args: Vec<_> = ["gateway", "keys"].into_iter().chain(words.split_whitespace()).collect();
    world.run(&args)
}

/// Each command with what it says, which holds no key.
pub(super) fn report(world: &World, commands: &[&[&str]]) -> String {
    let mut report = String::new();
    for args in commands {
        let args = [&["gateway", "keys"], *args].concat();
        let shown = world.run(&args);
        assert!(!shown.contains("CANARY"), "a key is shown by {args:?}: {shown}");
        report.push_str(&format!("$ openclaw {}\n{shown}\n", args.join(" ")));
    }
    report
}

#[test]
fn keys_are_listed_without_themselves() {
    let world = world();
    let before = world.files();
    assert_snapshot!(report(&world, &[&[], &["list"], &["list", "--json"], &["--json"], &["--verbose"]]), @r#"
    $ openclaw gateway keys
    exit 0
    -- out
    Name     requests/min  tokens/min  USD/day  at once  Models
    default             -           -        -        -  all
    ci                 60      100000     2.50        4  small, huggingface/Qwen/Qwen3-32B

    $ openclaw gateway keys list
    exit 0
    -- out
    Name     requests/min  tokens/min  USD/day  at once  Models
    default             -           -        -        -  all
    ci                 60      100000     2.50        4  small, huggingface/Qwen/Qwen3-32B

    $ openclaw gateway keys list --json
    exit 0
    -- out
    {
      "keys": [
        {
          "name": "default",
          "requestsPerMinute": null,
          "tokensPerMinute": null,
          "usdPerDay": null,
          "concurrent": null,
          "models": null
        },
        {
          "name": "ci",
          "requestsPerMinute": 60,
          "tokensPerMinute": 100000,
          "usdPerDay": 2.5,
          "concurrent": 4,
          "models": [
            "small",
            "huggingface/Qwen/Qwen3-32B"
          ]
        }
      ]
    }

    $ openclaw gateway keys --json
    exit 0
    -- out
    {
      "keys": [
        {
          "name": "default",
          "requestsPerMinute": null,
          "tokensPerMinute": null,
          "usdPerDay": null,
          "concurrent": null,
          "models": null
        },
        {
          "name": "ci",
          "requestsPerMinute": 60,
          "tokensPerMinute": 100000,
          "usdPerDay": 2.5,
          "concurrent": 4,
          "models": [
            "small",
            "huggingface/Qwen/Qwen3-32B"
          ]
        }
      ]
    }

    $ openclaw gateway keys --verbose
    exit 0
    -- out
    Name     requests/min  tokens/min  USD/day  at once  Models
    default             -           -        -        -  all
    ci                 60      100000     2.50        4  small, huggingface/Qwen/Qwen3-32B
    "#);
    let world = world.env("OPENCLAW_GATEWAY_TOKEN", "oc-CANARY3");
    assert_snapshot!(report(&world, &[&["list"], &["list", "--json"]]), @r#"
    $ openclaw gateway keys list
    exit 0
    -- out
    Name          requests/min  tokens/min  USD/day  at once  Models
    gateway.auth             -           -        -        -  all
    default                  -           -        -        -  all
    ci                      60      100000     2.50        4  small, huggingface/Qwen/Qwen3-32B

    $ openclaw gateway keys list --json
    exit 0
    -- out
    {
      "keys": [
        {
          "name": "gateway.auth"
        },
        {
          "name": "default",
          "requestsPerMinute": null,
          "tokensPerMinute": null,
          "usdPerDay": null,
          "concurrent": null,
          "models": null
        },
        {
          "name": "ci",
          "requestsPerMinute": 60,
          "tokensPerMinute": 100000,
          "usdPerDay": 2.5,
          "concurrent": 4,
          "models": [
            "small",
            "huggingface/Qwen/Qwen3-32B"
          ]
        }
      ]
    }
    "#);
    assert_eq!(world.files(), before);
}

#[test]
fn where_there_is_no_key_the_list_says_how_to_get_one() {
    let world = World::offline();
    assert_snapshot!(report(&world, &[&[], &["--json"]]), @r#"
    $ openclaw gateway keys
    exit 0
    -- out
    There is no key yet; `openclaw gateway run` makes the first, `openclaw gateway keys add NAME` another.

    $ openclaw gateway keys --json
    exit 0
    -- out
    {
      "keys": []
    }
    "#);
    assert_eq!(world.files(), [], "nothing is made by looking");
}

#[test]
fn one_key_is_shown_and_nothing_else() {
    let world = world();
    assert_eq!(world.run(&["gateway", "keys", "show"]), "exit 0\n-- out\noc-CANARY1\n");
    assert_eq!(world.run(&["gateway", "keys", "show", "ci"]), "exit 0\n-- out\noc-CANARY2\n");
    assert_eq!(world.run(&["--verbose", "gateway", "keys", "show"]), "exit 0\n-- out\noc-CANARY1\n");
    let world = world.env("OPENCLAW_GATEWAY_TOKEN", "oc-CANARY3");
    assert_eq!(world.run(&["gateway", "keys", "show"]), "exit 0\n-- out\noc-CANARY3\n");
    assert_eq!(world.run(&["gateway", "keys", "show", "gateway.auth"]), "exit 0\n-- out\noc-CANARY3\n");
    assert_eq!(world.run(&["gateway", "keys", "show", "default"]), "exit 0\n-- out\noc-CANARY1\n");
}

#[test]
fn a_key_is_added_and_printed_once() {
    let world = World::offline();
    let mut shown = world.run(&["gateway", "keys", "add", "default"]);
    shown.push_str(&keys(
        &world,
        "add ci --requests-per-minute 60 --tokens-per-minute 100000 --usd-per-day 2.50 --concurrent 4 \
         --models Qwen/Qwen3-8B,huggingface/Qwen/Qwen3-32B:cheapest",
    ));
    steady! { assert_snapshot!(shown, @"
    exit 0
    -- out
    KEY
    -- err
    Key `default` is kept in ~/.openclaw/gateway.json5
    exit 0
    -- out
    KEY
    -- err
    Key `ci` is kept in ~/.openclaw/gateway.json5
    "); }
    let kept = world.read_state("gateway.json5");
    steady! { assert_snapshot!(kept, @r#"
    {
      "keys": {
        "default": {
          "key": "KEY"
        },
        "ci": {
          "key": "KEY",
          "requestsPerMinute": 60,
          "tokensPerMinute": 100000,
          "usdPerDay": 2.5,
          "concurrent": 4,
          "models": ["Qwen/Qwen3-8B", "huggingface/Qwen/Qwen3-32B:cheapest"]
        }
      }
    }
    "#); }
    let key = world.stdout(&["gateway", "keys", "show", "ci"]);
    assert!(shown.contains(&key) && kept.contains(key.trim_end()), "{key}{kept}");
    assert_ne!(world.stdout(&["gateway", "keys", "show", "default"]), key);
}

#[test]
fn every_comment_outlives_every_change() {
    let world = world();
    for command in [
        "add eve --concurrent 1",
        "set ci --usd-per-day 3 --tokens-per-minute none --models none",
        "set default --requests-per-minute 5",
    ] {
        assert!(keys(&world, command).starts_with("exit 0"), "{command}");
    }
    let kept = world.read_state("gateway.json5");
    steady! { assert_snapshot!(kept, @r#"
    // Who may ask, as agreed on Monday.
    {
      keys: {
        default: { key: "oc-CANARY1", requestsPerMinute: 5 }, // mine
        ci: {
          key: 'oc-CANARY2', /* rotated in May */
          requestsPerMinute: 60,
          usdPerDay: 3,
          concurrent: 4,
        },
        eve: {
          key: "KEY",
          concurrent: 1,
        },
      },
      timeoutSeconds: { total: 60 }, // patience
    }
    "#); }
    let shown =
        keys(&world, "remove eve") + &keys(&world, "remove ci") + &keys(&world, "set default --concurrent 2");
    assert_snapshot!(shown, @"
    exit 0
    -- out
    Key `eve` removed
    exit 0
    -- out
    Key `ci` removed
    exit 0
    -- out
    Limits of `default` set
    ");
    assert_snapshot!(world.read_state("gateway.json5"), @r#"
    // Who may ask, as agreed on Monday.
    {
      keys: {
        default: { key: "oc-CANARY1", requestsPerMinute: 5, concurrent: 2 }, // mine
      },
      timeoutSeconds: { total: 60 }, // patience
    }
    "#);
}

/// A file that somebody made readable holds keys all the same.
#[test]
fn the_file_is_the_owner_s_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = world();
    let path = world.state("gateway.json5");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("it is opened");
    world.stdout(&["gateway", "keys", "add", "eve"]);
    let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(format!("{:o}", mode & 0o777), "600");
}

#[test]
fn no_key_is_needed_where_the_config_says_so() {
    let world = World::offline();
    world.write_config("{ gateway: { auth: { mode: 'none' } } }\n");
    assert_snapshot!(report(&world, &[&[], &["show"]]), @"
    $ openclaw gateway keys
    exit 0
    -- out
    There is no key yet; `openclaw gateway run` makes the first, `openclaw gateway keys add NAME` another.

    $ openclaw gateway keys show
    exit 2
    -- err
    error: no key is needed: `gateway.auth.mode` is `none`

    hint: openclaw gateway keys add default
    ");
    assert!(!world.state("gateway.json5").exists());
}

#[test]
fn a_limit_of_nothing_is_refused() {
    let world = world();
    let shown = report(
        &world,
        &[
            &["add", "web", "--requests-per-minute", "0"],
            &["set", "ci", "--tokens-per-minute", "0"],
            &["set", "ci", "--concurrent", "0"],
        ],
    );
    assert_eq!(world.read_state("gateway.json5"), KEPT);
    assert_snapshot!(shown, @"
    $ openclaw gateway keys add web --requests-per-minute 0
    exit 2
    -- err
    error: with `--requests-per-minute 0` the key would open nothing
      expected at least 1, or `none` for no limit

    hint: openclaw gateway keys add web

    $ openclaw gateway keys set ci --tokens-per-minute 0
    exit 2
    -- err
    error: with `--tokens-per-minute 0` the key would open nothing
      expected at least 1, or `none` for no limit

    hint: openclaw gateway keys remove ci

    $ openclaw gateway keys set ci --concurrent 0
    exit 2
    -- err
    error: with `--concurrent 0` the key would open nothing
      expected at least 1, or `none` for no limit

    hint: openclaw gateway keys remove ci
    ");
}
