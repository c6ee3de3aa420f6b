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

    $ openclaw why is the sky blue?
    exit 2
    -- err
    error: `why is the sky blue?` is no command of `openclaw`
      nothing was asked

    hint: openclaw infer model run --prompt 'why is the sky blue?'

    $ openclaw models list --sort prize
    exit 2
    -- err
    error: invalid value 'prize' for '--sort <KEY>'
      [possible values: name, price, speed, context]

      tip: a similar value exists: 'price'

    For more information, try '--help'.

    $ openclaw models list --all --max-price -1
    exit 2
    -- err
    error: `-1` is no option of `openclaw models list`

    hint: openclaw models list --help
    ");
    assert_eq!(world.sandbox().requests().len(), 0);
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
    for shell in ["bash", "zsh", "fish", "powershell"] {
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
