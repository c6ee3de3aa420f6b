//! `openclaw onboard` without a terminal.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use insta::assert_snapshot;
use openclaw_sandbox::{Endpoint, Fault, Script, When};

use crate::support::{TOKEN, World, steady};

/// The command of the specification, word for word but for the token.
const AS_SPECIFIED: [&str; 8] = [
    "onboard",
    "--non-interactive",
    "--mode",
    "local",
    "--auth-choice",
    "huggingface-api-key",
    "--huggingface-api-key",
    TOKEN,
];

#[test]
fn s05_without_a_prompt_the_token_is_kept_and_deepseek_r1_is_the_default() {
    let world = World::new();
    assert_snapshot!(world.run(&AS_SPECIFIED), @r#"
    exit 0
    -- out
    Token verified (user sandbox-user): it may call Inference Providers
    Token kept as HF_TOKEN in ~/.openclaw/.env
    Config saved to ~/.openclaw/openclaw.json
    Default model: huggingface/deepseek-ai/DeepSeek-R1
    Next: openclaw infer model run --prompt "Why is the sky blue?"
    "#);
    assert_snapshot!(world.config(), @r#"
    {
      "agents": {
        "defaults": {
          "model": {
            "primary": "huggingface/deepseek-ai/DeepSeek-R1"
          }
        }
      },
      "models": {
        "providers": {
          "huggingface": {
            "baseUrl": "https://router.huggingface.co/v1",
            "api": "openai-completions",
            "models": [
              {
                "id": "deepseek-ai/DeepSeek-R1",
                "name": "DeepSeek R1",
                "reasoning": true,
                "input": ["text"]
              }
            ]
          }
        }
      }
    }
    "#);
    let env = world.state(".env");
    assert_eq!(std::fs::read_to_string(&env).expect("the token is kept"), format!("HF_TOKEN={TOKEN}\n"));
    for secret in [env, world.config_path()] {
        let mode = std::fs::metadata(&secret).expect("a file").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", secret.display());
    }
}

#[test]
fn running_it_twice_changes_no_byte() {
    for world in [World::new(), World::offline()] {
        world.run(&AS_SPECIFIED);
        let cached = |files: Vec<(std::path::PathBuf, Vec<u8>)>| files;
        let before = cached(world.files());
        let again = world.run(&AS_SPECIFIED);
        assert!(again.starts_with("exit 0"), "{again}");
        assert_eq!(world.files(), before);
    }
}

#[test]
fn with_no_network_at_all_the_token_is_kept_and_a_warning_says_so() {
    let world = World::offline();
    assert_snapshot!(world.run(&AS_SPECIFIED), @r#"
    exit 0
    -- out
    Token kept as HF_TOKEN in ~/.openclaw/.env
    Config saved to ~/.openclaw/openclaw.json
    Default model: huggingface/deepseek-ai/DeepSeek-R1
    Next: openclaw infer model run --prompt "Why is the sky blue?"
    -- err
    warning: Token not verified: `http://127.0.0.1:9` refused the connection
    warning: `http://127.0.0.1:9` refused the connection; showing the built-in table
    "#);
    assert!(world.config().contains("\"primary\": \"huggingface/deepseek-ai/DeepSeek-R1\""));
    assert!(world.state(".env").exists());
}

#[test]
fn over_an_existing_config_only_what_is_missing_is_added() {
    let world = World::new();
    world.write_config(
        r#"// mine
{
  agents: {
    defaults: {
      model: { primary: 'huggingface/Qwen/Qwen3-32B:together', fallbacks: [ /* none yet */ ] },
    },
  },
  models: {
    providers: {
      huggingface: {
        baseUrl: 'https://proxy.example.org/v1', // our own
        apiKey: '${CORP_KEY}',
        models: [
          { id: 'Qwen/Qwen3-32B:together', name: 'Big Q', contextWindow: 12000 },
        ],
      },
    },
  },
  gateway: { auth: { token: 'keep me' } },
}
"#,
    );
    let shown = world.run(&AS_SPECIFIED);
    assert_snapshot!(shown, @r#"
    exit 0
    -- out
    Token verified (user sandbox-user): it may call Inference Providers
    Token kept as HF_TOKEN in ~/.openclaw/.env
    Config saved to ~/.openclaw/openclaw.json
    Default model: huggingface/Qwen/Qwen3-32B:together
    Next: openclaw infer model run --prompt "Why is the sky blue?"
    "#);
    assert_snapshot!(world.config(), @"
    // mine
    {
      agents: {
        defaults: {
          model: { primary: 'huggingface/Qwen/Qwen3-32B:together', fallbacks: [ /* none yet */ ] },
        },
      },
      models: {
        providers: {
          huggingface: {
            baseUrl: 'https://proxy.example.org/v1', // our own
            apiKey: '${CORP_KEY}',
            models: [
              { id: 'Qwen/Qwen3-32B:together', name: 'Big Q', contextWindow: 12000 },
            ],
            api: 'openai-completions',
          },
        },
      },
      gateway: { auth: { token: 'keep me' } },
    }
    ");
}

#[test]
fn a_refused_token_writes_nothing_and_exits_4() {
    let world = World::new();
    let mut args = AS_SPECIFIED;
    args[7] = "hf_refused_abc";
    assert_snapshot!(world.run(&args), @"
    exit 4
    -- err
    error: the token was refused; nothing was written
      Invalid username or password.
      it came from the command line
      make a new one at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained

    hint: openclaw onboard
    ");
    assert_eq!(world.files(), [], "nothing at all is written");
}

#[test]
fn a_token_without_the_permission_is_told_by_its_name() {
    let world = World::new();
    let mut args = AS_SPECIFIED;
    args[7] = "hf_noperm_abc";
    assert_snapshot!(world.run(&args), @"
    exit 4
    -- err
    error: the token may not call Inference Providers; nothing was written
      it lacks `inference.serverless.write` for the user `sandbox-user`
      it came from the command line
      make one with the permission at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained

    hint: openclaw onboard
    ");
    assert!(!world.config_path().exists() && !world.state(".env").exists());
}

#[test]
fn verification_can_be_switched_off() {
    let world = World::new();
    let args = ["onboard", "--non-interactive", "--huggingface-api-key", "hf_refused_abc", "--skip-verify"];
    assert_snapshot!(world.run(&args), @r#"
    exit 0
    -- out
    Token not verified, as asked
    Token kept as HF_TOKEN in ~/.openclaw/.env
    Config saved to ~/.openclaw/openclaw.json
    Default model: huggingface/deepseek-ai/DeepSeek-R1
    Next: openclaw infer model run --prompt "Why is the sky blue?"
    "#);
    assert!(world.state(".env").exists());
    let asked: Vec<_> = world.sandbox().requests().into_iter().map(|request| request.path).collect();
    assert_eq!(asked, ["/v1/models"], "the Hub is not asked");
}

#[test]
fn a_token_of_the_environment_is_used_and_not_stored() {
    for name in ["HF_TOKEN", "HUGGINGFACE_HUB_TOKEN"] {
        let world = World::new().env(name, TOKEN);
        let shown = world.run(&["onboard", "--non-interactive"]);
        assert!(shown.contains(&format!("Token used from {name} in the environment")), "{shown}");
        assert!(!world.state(".env").exists());
    }
}

#[test]
fn s02_the_first_variable_wins_if_both_are_set() {
    let world = World::new().env("HF_TOKEN", "hf_refused_abc").env("HUGGINGFACE_HUB_TOKEN", TOKEN);
    let shown = world.run(&["onboard", "--non-interactive"]);
    assert!(shown.starts_with("exit 0"), "{shown}");
    assert!(shown.contains("Token used from HUGGINGFACE_HUB_TOKEN"), "{shown}");
}

#[test]
fn a_stored_token_that_the_environment_hides_is_told() {
    let world = World::new().env("HF_TOKEN", "hf_another_one_in_the_env");
    assert_snapshot!(world.run(&AS_SPECIFIED), @r#"
    exit 0
    -- out
    Token verified (user sandbox-user): it may call Inference Providers
    Token kept as HF_TOKEN in ~/.openclaw/.env
    Config saved to ~/.openclaw/openclaw.json
    Default model: huggingface/deepseek-ai/DeepSeek-R1
    Next: openclaw infer model run --prompt "Why is the sky blue?"
    -- err
    warning: HF_TOKEN in the environment hides another token, HF_TOKEN in ~/.openclaw/.env
    "#);
}

#[test]
fn the_token_can_come_from_standard_input() {
    let world = World::new();
    let mut child = world
        .command(&["onboard", "--non-interactive", "--huggingface-api-key", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    child.stdin.take().expect("a pipe").write_all(format!("{TOKEN}\r\n").as_bytes()).expect("it is read");
    let output = child.wait_with_output().expect("it ends");
    let shown = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success());
    assert_snapshot!(world.stable(&shown), @r#"
    {
      "ok": true,
      "mode": "local",
      "authChoice": "huggingface-api-key",
      "dryRun": false,
      "defaultModel": "huggingface/deepseek-ai/DeepSeek-R1",
      "verification": "valid",
      "verificationDetail": "Token verified (user sandbox-user): it may call Inference Providers",
      "token": {
        "source": "standard input",
        "stored": true,
        "storedIn": "HOME/.openclaw/.env"
      },
      "config": {
        "path": "HOME/.openclaw/openclaw.json",
        "changed": true
      },
      "catalogue": {
        "models": 31,
        "state": "asked just now",
        "discovered": true
      }
    }
    "#);
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let world = World::new();
    let mut args = AS_SPECIFIED.to_vec();
    args.push("--dry-run");
    assert_snapshot!(world.run(&args), @r#"
    exit 0
    -- out
    --- ~/.openclaw/openclaw.json
    +++ ~/.openclaw/openclaw.json
    @@ -0,0 +1,25 @@
    +{
    +  "agents": {
    +    "defaults": {
    +      "model": {
    +        "primary": "huggingface/deepseek-ai/DeepSeek-R1"
    +      }
    +    }
    +  },
    +  "models": {
    +    "providers": {
    +      "huggingface": {
    +        "baseUrl": "https://router.huggingface.co/v1",
    +        "api": "openai-completions",
    +        "models": [
    +          {
    +            "id": "deepseek-ai/DeepSeek-R1",
    +            "name": "DeepSeek R1",
    +            "reasoning": true,
    +            "input": ["text"]
    +          }
    +        ]
    +      }
    +    }
    +  }
    +}
    Token verified (user sandbox-user): it may call Inference Providers
    ~/.openclaw/openclaw.json would change as shown; nothing was written
    Default model: huggingface/deepseek-ai/DeepSeek-R1
    "#);
    assert_eq!(world.files(), []);
}

#[test]
fn a_dry_run_in_json_is_one_object_with_the_difference() {
    let world = World::new();
    let value = world.json(&[&AS_SPECIFIED[..], &["--dry-run", "--json"]].concat());
    assert_eq!(value["dryRun"], true);
    assert_eq!(value["config"]["changed"], true);
    let diff = value["config"]["diff"].as_str().expect("a difference");
    assert!(diff.starts_with("--- ~/.openclaw/openclaw.json\n+++ "), "{diff}");
    assert!(diff.contains("+        \"primary\": \"huggingface/deepseek-ai/DeepSeek-R1\"\n"), "{diff}");
    assert!(!diff.contains('\u{1b}'), "{diff:?}");
    assert_eq!(world.files(), []);
}

#[test]
fn flags_of_openclaws_own_onboarding_are_accepted() {
    let world = World::new();
    let mut args = AS_SPECIFIED.to_vec();
    args.extend([
        "--accept-risk",
        "--skip-health",
        "--skip-daemon",
        "--skip-channels",
        "--skip-skills",
        "--skip-ui",
    ]);
    assert!(world.run(&args).starts_with("exit 0"));
}

#[test]
fn what_cannot_be_done_is_told() {
    let world = World::new();
    let mut report = String::new();
    for args in [
        &["onboard", "--non-interactive"][..],
        &["onboard"],
        &["onboard", "--non-interactive", "--auth-choice", "openai"],
        &["onboard", "--non-interactive", "--mode", "remote"],
        &["onboard", "--non-interactive", "--huggingface-api-key", "  "],
        &["onboard", "--non-interactive", "--huggingface-api-key", "hf_two words"],
        &["onboard", "--non-interactive", "--huggingface-api-key", TOKEN, "--model", "nothing"],
        &[
            "onboard",
            "--non-interactive",
            "--huggingface-api-key",
            TOKEN,
            "--model",
            "deepseek-ai/DeepSeek-R1:sambanova",
        ],
    ] {
        report.push_str(&format!("$ openclaw {}\n{}\n", args.join(" ").replace(TOKEN, "…"), world.run(args)));
    }
    assert_snapshot!(report, @r#"
    $ openclaw onboard --non-interactive
    exit 4
    -- err
    error: there is no token: neither a flag, nor the environment, nor a file has one
      make one at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained

    hint: openclaw onboard --non-interactive --huggingface-api-key "$HF_TOKEN"

    $ openclaw onboard
    exit 2
    -- err
    error: onboarding asks questions, and there is no terminal to ask on

    hint: openclaw onboard --non-interactive --huggingface-api-key "$HF_TOKEN"

    $ openclaw onboard --non-interactive --auth-choice openai
    exit 2
    -- err
    error: `--auth-choice` of `openclaw onboard` takes no `openai`
      expected `huggingface-api-key`

    hint: openclaw onboard --help

    $ openclaw onboard --non-interactive --mode remote
    exit 2
    -- err
    error: `--mode` of `openclaw onboard` takes no `remote`
      expected `local`

    hint: openclaw onboard --help

    $ openclaw onboard --non-interactive --huggingface-api-key   
    exit 4
    -- err
    error: the token that was given cannot be one
      the token is empty
      make one at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained

    hint: openclaw onboard

    $ openclaw onboard --non-interactive --huggingface-api-key hf_two words
    exit 4
    -- err
    error: the token that was given cannot be one
      the token has white space at position 7, expected letters, digits and signs only
      make one at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained

    hint: openclaw onboard

    $ openclaw onboard --non-interactive --huggingface-api-key … --model nothing
    exit 2
    -- err
    error: `nothing` is neither an alias nor a model
      expected an alias, `<org>/<name>` or `huggingface/<org>/<name>`

    hint: openclaw models list --all

    $ openclaw onboard --non-interactive --huggingface-api-key … --model deepseek-ai/DeepSeek-R1:sambanova
    exit 3
    -- err
    error: `sambanova` does not offer `deepseek-ai/DeepSeek-R1` now
      offered by together, novita, fireworks-ai, featherless-ai

    hint: openclaw onboard --model deepseek-ai/DeepSeek-R1:together
    "#);
    assert!(!world.config_path().exists());
}

#[test]
fn s10_a_list_that_cannot_be_used_leaves_the_built_in_table_and_says_why() {
    let mut report = String::new();
    for fault in [
        Fault::EmptyBody,
        Fault::OtherShape,
        Fault::status(500),
        Fault::status(429),
        Fault::InvalidJson { after: 0 },
        Fault::Html { code: 200 },
        Fault::HugeBody { bytes: 64 << 20 },
        Fault::Rows { n: 0 },
    ] {
        let world = World::new();
        let kind = fault.kind();
        world
            .sandbox()
            .script(vec![Script::always(When::path(Endpoint::Models), fault)])
            .expect("it is scripted");
        let shown = world.run(&AS_SPECIFIED);
        assert!(shown.starts_with("exit 0"), "{kind}: {shown}");
        let known = world.stdout(&["models", "list", "--all", "--plain", "--offline"]);
        assert_eq!(known.lines().count(), 10, "{kind}: the built-in table alone: {known}");
        let why: Vec<_> = shown.lines().filter(|line| line.contains("warning")).collect();
        report.push_str(&format!("{kind}\n  {}\n", why.join("\n  ")));
    }
    steady!(assert_snapshot!(report, @"
    empty-body
      warning: `http://127.0.0.1:PORT` answered with something that cannot be read, expected a list of models; showing the built-in table
    other-shape
      warning: `http://127.0.0.1:PORT` answered with something that cannot be read, expected a list of models; showing the built-in table
    status
      warning: `http://127.0.0.1:PORT` failed (status 500): Internal Server Error; showing the built-in table
    status
      warning: `http://127.0.0.1:PORT` takes no more requests for now (status 429): The engine is currently overloaded, please try again later; showing the built-in table
    invalid-json
      warning: the answer of `http://127.0.0.1:PORT` was cut off; showing the built-in table
    html
      warning: `http://127.0.0.1:PORT` answered with a web page, expected JSON; showing the built-in table
    huge-body
      warning: the list of models from `http://127.0.0.1:PORT` is larger than the limit of 33554432 bytes; showing the built-in table
    rows
      warning: the router lists no models; showing the built-in table
    "));
}

#[test]
fn a_router_that_answers_html_is_told_apart_from_a_refused_token() {
    let world = World::new();
    world
        .sandbox()
        .script(vec![Script::always(When::default(), Fault::Html { code: 200 })])
        .expect("it is scripted");
    assert_snapshot!(world.run(&AS_SPECIFIED), @r#"
    exit 0
    -- out
    Token kept as HF_TOKEN in ~/.openclaw/.env
    Config saved to ~/.openclaw/openclaw.json
    Default model: huggingface/deepseek-ai/DeepSeek-R1
    Next: openclaw infer model run --prompt "Why is the sky blue?"
    -- err
    warning: Token not verified: `http://127.0.0.1:PORT` answered with a web page, expected JSON
    warning: `http://127.0.0.1:PORT` answered with a web page, expected JSON; showing the built-in table
    "#);
}
