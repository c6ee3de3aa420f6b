//! What is typed wrong, and what stands alone.

use insta::assert_snapshot;

use crate::support::World;

#[test]
fn alone_it_says_what_to_type_next() {
    let world = World::offline();
    assert_snapshot!(world.run(&[]), @"
    exit 0
    -- out
    openclaw: every open model that Hugging Face routes, with one token.

      openclaw demo                         see it work, without a token or a network
      openclaw onboard                      set it up in a minute
      openclaw infer model run --prompt Hi  ask
      openclaw models list --all            every model with price and speed
      openclaw doctor                       what keeps it from working, and what mends it
      openclaw --help                       all commands

    Nothing is set up yet: ~/.openclaw/openclaw.json names no default model.
    ");
    let world = World::onboarded();
    assert_eq!(world.run(&[]), world.run(&["models", "status"]));
}

#[test]
fn what_is_mistyped_gets_a_suggestion_and_costs_nothing() {
    let world = World::onboarded();
    let mut report = String::new();
    for args in [
        &["modles"][..],
        &["models", "lst"],
        &["models", "list", "--jsno"],
        &["infer", "model", "rnu", "hello"],
        &["gateway", "stat"],
        &["why is the sky blue?"],
        &["models", "list", "--sort", "prize"],
        &["models", "list", "--all", "--max-price", "-1"],
    ] {
        report.push_str(&format!("$ openclaw {}\n{}\n", args.join(" "), world.run(args)));
    }
    assert_snapshot!(report, @"
    $ openclaw modles
    exit 2
    -- err
    error: `modles` is no command of `openclaw`

    hint: openclaw models

    $ openclaw models lst
    exit 2
    -- err
    error: `lst` is no command of `openclaw models`

    hint: openclaw models list

    $ openclaw models list --jsno
    exit 2
    -- err
    error: `--jsno` is no option of `openclaw models list`

    hint: openclaw models list --json

    $ openclaw infer model rnu hello
    exit 2
    -- err
    error: `rnu` is no command of `openclaw infer model`

    hint: openclaw infer model run --help

    $ openclaw gateway stat
    exit 2
    -- err
    error: `stat` is no command of `openclaw gateway`

    hint: openclaw gateway status

    $ openclaw why is the sky blue?
    exit 2
    -- err
    error: `why is the sky blue?` is no command of `openclaw`
      nothing was asked

    hint: openclaw infer model run --prompt 'why is the sky blue?'

    $ openclaw models list --sort prize
    exit 2
    -- err
    error: `--sort` of `openclaw models list` takes no `prize`
      expected `name`, `price`, `speed` or `context`

    hint: openclaw models list --sort price

    $ openclaw models list --all --max-price -1
    exit 2
    -- err
    error: `-1` is no option of `openclaw models list`

    hint: openclaw models list --help
    ");
    assert_eq!(world.sandbox().requests().len(), 0);
}

#[test]
fn what_the_parser_refuses_is_told_as_everything_else() {
    let world = World::onboarded();
    let mut report = String::new();
    for args in [
        &["models", "list", "--sort"][..],
        &["models", "list", "--sort=contxt"],
        &["models", "list", "--sort", "beauty"],
        &["models", "list", "--json=yes"],
        &["models", "list", "--json", "--plain"],
        &["models", "list", "--json", "--json"],
        &["models", "list", "--all", "--max-price", "cheap"],
        &["models", "aliases", "add"],
        &["models", "aliases", "add", "r1"],
        &["config", "set", "agents.defaults"],
        &["doctor", "--dry-run"],
        &["infer", "model", "run", "--prompt", "Hi", "--timeout", "soon"],
        &["completions", "tcsh"],
        &["gateway", "run", "--port", "eighty"],
        &["models", "route", "--input-tokens", "99999999999999999999"],
        &["onboard", "--huggingface-api-key"],
    ] {
        report.push_str(&format!("$ openclaw {}\n{}\n", args.join(" "), world.run(args)));
    }
    assert_snapshot!(report, @"
    $ openclaw models list --sort
    exit 2
    -- err
    error: `--sort` of `openclaw models list` needs a value
      expected `name`, `price`, `speed` or `context`

    hint: openclaw models list --help

    $ openclaw models list --sort=contxt
    exit 2
    -- err
    error: `--sort` of `openclaw models list` takes no `contxt`
      expected `name`, `price`, `speed` or `context`

    hint: openclaw models list --sort=context

    $ openclaw models list --sort beauty
    exit 2
    -- err
    error: `--sort` of `openclaw models list` takes no `beauty`
      expected `name`, `price`, `speed` or `context`

    hint: openclaw models list --help

    $ openclaw models list --json=yes
    exit 2
    -- err
    error: `--json` of `openclaw models list` takes no value
      found `yes`

    hint: openclaw models list --json

    $ openclaw models list --json --plain
    exit 2
    -- err
    error: `--json` of `openclaw models list` does not go together with `--plain`

    hint: openclaw models list --help

    $ openclaw models list --json --json
    exit 2
    -- err
    error: `--json` can stand in `openclaw models list` only once

    hint: openclaw models list --help

    $ openclaw models list --all --max-price cheap
    exit 2
    -- err
    error: `--max-price` of `openclaw models list` takes no `cheap`
      expected a number

    hint: openclaw models list --help

    $ openclaw models aliases add
    exit 2
    -- err
    error: `openclaw models aliases add` needs `<ALIAS>` and `<REF>`

    hint: openclaw models aliases add --help

    $ openclaw models aliases add r1
    exit 2
    -- err
    error: `openclaw models aliases add` needs `<REF>`

    hint: openclaw models aliases add --help

    $ openclaw config set agents.defaults
    exit 2
    -- err
    error: `openclaw config set` needs `<VALUE>`

    hint: openclaw config set --help

    $ openclaw doctor --dry-run
    exit 2
    -- err
    error: `openclaw doctor` needs `--fix`

    hint: openclaw doctor --help

    $ openclaw infer model run --prompt Hi --timeout soon
    exit 2
    -- err
    error: `--timeout` of `openclaw infer model run` takes no `soon`
      expected seconds, such as 10 or 0.5

    hint: openclaw infer model run --help

    $ openclaw completions tcsh
    exit 2
    -- err
    error: `<SHELL>` of `openclaw completions` takes no `tcsh`
      expected `bash`, `elvish`, `fish`, `powershell` or `zsh`

    hint: openclaw completions zsh

    $ openclaw gateway run --port eighty
    exit 2
    -- err
    error: `--port` of `openclaw gateway run` takes no `eighty`
      expected a whole number

    hint: openclaw gateway run --help

    $ openclaw models route --input-tokens 99999999999999999999
    exit 2
    -- err
    error: `--input-tokens` of `openclaw models route` takes no `99999999999999999999`
      expected a smaller number

    hint: openclaw models route --help

    $ openclaw onboard --huggingface-api-key
    exit 2
    -- err
    error: `--huggingface-api-key` of `openclaw onboard` needs a value

    hint: openclaw onboard --help
    ");
    assert!(!report.contains("For more information"), "{report}");
    assert_eq!(world.sandbox().requests().len(), 0);
}

#[test]
fn a_variable_that_is_no_value_is_named() {
    let world = World::offline().env("OPENCLAW_GATEWAY_PORT", "abc");
    assert_snapshot!(world.run(&["gateway", "run"]), @"
    exit 2
    -- err
    error: the variable `OPENCLAW_GATEWAY_PORT` is `abc`, which is no value of `--port`
      expected a whole number

    hint: unset OPENCLAW_GATEWAY_PORT
    ");
    // Typed, it is the option's.
    let typed = world.run(&["gateway", "run", "--port", "x"]);
    assert!(typed.contains("`--port` of `openclaw gateway run` takes no `x`"), "{typed}");
}

#[test]
#[cfg(unix)]
fn bytes_that_are_no_text_are_told() {
    use std::os::unix::ffi::OsStrExt as _;
    let world = World::offline();
    let output = world
        .command(&["models", "set"])
        .arg(std::ffi::OsStr::from_bytes(b"Qwen/\xff"))
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"
    error: the command line cannot be read
      it has bytes that are no text

    hint: openclaw models set --help
    ");
}

#[test]
fn every_command_helps_with_an_example() {
    let world = World::offline();
    for command in [
        &[][..],
        &["onboard"],
        &["chat"],
        &["config", "explain"],
        &["config", "diff"],
        &["config", "restore"],
        &["models", "status"],
        &["models", "list"],
        &["models", "set"],
        &["models", "aliases", "add"],
        &["models", "fallbacks", "add"],
        &["models", "explain"],
        &["models", "route"],
        &["config"],
        &["infer", "model", "run"],
        &["sandbox"],
        &["completions"],
    ] {
        let args: Vec<_> = command.iter().copied().chain(["--help"]).collect();
        let help = world.stdout(&args);
        assert!(help.contains("Example"), "{args:?}: {help}");
        assert!(help.lines().all(|line| line.chars().count() <= 120), "{args:?}");
    }
}

#[test]
fn an_address_that_cannot_be_used_is_told() {
    let mut report = String::new();
    for base in ["http://example.org/v1", "no address", "https://user:hf_pass@example.org/v1", "ftp://x"] {
        let world = World::offline().env("OPENCLAW_HF_BASE_URL", base);
        report.push_str(&world.run(&["models", "list", "--all"]));
    }
    assert!(!report.contains("hf_pass"), "{report}");
    assert_snapshot!(report, @"
    exit 2
    -- err
    error: the router's address cannot be used
      `OPENCLAW_HF_BASE_URL` is `http://example.org/v1`, expected https: http is for this machine only

    hint: openclaw help environment
    exit 2
    -- err
    error: the router's address cannot be used
      `OPENCLAW_HF_BASE_URL` is `no address`, expected an address such as `https://example.org/v1`

    hint: openclaw help environment
    exit 2
    -- err
    error: the router's address cannot be used
      `OPENCLAW_HF_BASE_URL` is `https://***@example.org/v1`, expected no user name and no password in it

    hint: openclaw help environment
    exit 2
    -- err
    error: the router's address cannot be used
      `OPENCLAW_HF_BASE_URL` is `ftp://x`, expected it to begin with `https://` or `http://`

    hint: openclaw help environment
    ");
}

#[test]
fn completions_are_printed() {
    let world = World::offline();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(world.stdout(&["completions", shell]).contains("openclaw"), "{shell}");
    }
}

#[test]
fn without_a_home_the_program_says_so() {
    let world = World::offline();
    let output = world.command(&["models", "status"]).env_remove("HOME").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"
    error: there is no home folder: neither HOME nor OPENCLAW_STATE_DIR is set

    hint: OPENCLAW_STATE_DIR=/path/to/state openclaw models status
    ");
}
