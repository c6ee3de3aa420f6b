//! What Tab offers: as bash asks for it, and by the protocol of the other shells.

use std::process::Command;

use insta::assert_snapshot;

use crate::support::{TOKEN, World};

const CONFIG: &str = r#"{
  agents: { defaults: {
    model: { primary: "huggingface/Qwen/Qwen3-8B" },
    models: { "huggingface/deepseek-ai/DeepSeek-R1:fastest": { alias: "DeepSeek R1 (fast)" } },
  } },
}
"#;

/// What a shell other than bash is offered for the last of some words.
fn offered(world: &World, shell: &str, words: &[&str]) -> String {
    let args: Vec<_> = ["--", "openclaw"].into_iter().chain(words.iter().copied()).collect();
    let output = world
        .command(&args)
        .env("OPENCLAW_COMPLETE", shell)
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n")
        .output()
        .expect("it runs");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(!text.contains(TOKEN), "{text}");
    text
}

/// What bash has to offer; `words` are as bash breaks the line, `replaced` is what it would replace.
#[cfg(unix)]
fn in_bash(world: &World, line: &str, words: &[&str], replaced: &str) -> Vec<String> {
    let program = env!("CARGO_BIN_EXE_openclaw");
    let folder = std::path::Path::new(program).parent().expect("a folder").display().to_string();
    let script = r#"
        PATH="$FOLDER:$PATH"
        source <(openclaw completions bash) || exit 9
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_POINT=${#COMP_LINE}
        _openclaw openclaw "$REPLACED" ""
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let told = world.command(&[]);
    let mut bash = Command::new("bash");
    bash.env_clear().args(["--norc", "-c", script, "bash"]).args(words).current_dir(world.home());
    bash.envs(told.get_envs().filter_map(|(name, value)| Some((name, value?))));
    bash.env("FOLDER", folder).env("COMP_LINE", line).env("REPLACED", replaced);
    let output = bash.output().expect("bash is there");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn every_shell_gets_a_script_that_asks_the_program() {
    let world = World::offline();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = world.stdout(&["completions", shell]);
        assert!(script.contains("OPENCLAW_COMPLETE") && script.contains("openclaw"), "{shell}: {script}");
        assert!(!script.contains("target/"), "{shell}: {script}");
    }
}

#[test]
#[cfg(unix)]
fn bash_completes_behind_a_colon() {
    let world = World::onboarded();
    let line = "openclaw models explain deepseek-ai/DeepSeek-R1:che";
    let words = ["openclaw", "models", "explain", "deepseek-ai/DeepSeek-R1", ":", "che"];
    assert_eq!(in_bash(&world, line, &words, "che"), ["cheapest"]);
    let line = "openclaw models explain deepseek-ai/DeepSeek-R1:";
    let words = ["openclaw", "models", "explain", "deepseek-ai/DeepSeek-R1", ":"];
    let all = in_bash(&world, line, &words, "");
    assert_eq!(all[..3], ["fastest", "cheapest", "preferred"], "{all:?}");
    assert!(all.iter().any(|word| word == "together"), "{all:?}");
    let line = "openclaw chat --model=deepseek-ai/DeepSeek-R1:che";
    let words = ["openclaw", "chat", "--model", "=", "deepseek-ai/DeepSeek-R1", ":", "che"];
    assert_eq!(in_bash(&world, line, &words, "che"), ["cheapest"]);
    assert_eq!(world.sandbox().requests().len(), 0);
}

#[test]
#[cfg(unix)]
fn bash_completes_an_alias_with_spaces_as_it_would_be_typed() {
    let world = World::offline();
    world.write_config(CONFIG);
    let line = r"openclaw models set DeepSeek\ R";
    let bare = in_bash(&world, line, &["openclaw", "models", "set", r"DeepSeek\ R"], r"DeepSeek\ R");
    assert_eq!(bare, [r"DeepSeek\ R1\ \(fast\)"]);
    let line = "openclaw models set \"DeepSeek R";
    let quoted = in_bash(&world, line, &["openclaw", "models", "set", "\"DeepSeek R"], "DeepSeek R");
    assert_eq!(quoted, ["DeepSeek R1 (fast)"]);
}

#[test]
#[cfg(unix)]
fn bash_begins_a_new_word_after_a_space() {
    let world = World::offline();
    let words = in_bash(&world, "openclaw models ", &["openclaw", "models", ""], "");
    assert!(words.iter().any(|word| word == "route"), "{words:?}");
    let words = in_bash(&world, "openclaw mod", &["openclaw", "mod"], "mod");
    assert_eq!(words, ["models"]);
}

#[test]
fn a_model_is_offered_with_its_suffixes_and_who_serves_it() {
    let world = World::onboarded();
    let word = "huggingface/deepseek-ai/DeepSeek-R1:";
    assert_snapshot!(offered(&world, "fish", &["models", "set", word]), @"
    huggingface/deepseek-ai/DeepSeek-R1:fastest	policy
    huggingface/deepseek-ai/DeepSeek-R1:cheapest	policy
    huggingface/deepseek-ai/DeepSeek-R1:preferred	policy
    huggingface/deepseek-ai/DeepSeek-R1:together	provider
    huggingface/deepseek-ai/DeepSeek-R1:novita	provider
    huggingface/deepseek-ai/DeepSeek-R1:fireworks-ai	provider
    huggingface/deepseek-ai/DeepSeek-R1:featherless-ai	provider
    ");
    assert_eq!(world.sandbox().requests().len(), 0);
}

#[test]
fn paths_aliases_keys_and_topics_are_offered() {
    let world = World::offline();
    world.write_config(CONFIG);
    world.write_state("gateway.json5", "{ keys: { ci: { key: 'oc-secret' }, phone: { key: 'oc-other' } } }");
    let mut report = String::new();
    for words in [
        &["config", "get", "agents."][..],
        &["config", "unset", "gateway.a"],
        &["models", "aliases", "remove", "d"],
        &["gateway", "keys", "remove", ""],
        &["gateway", "keys", "add", "guest", "--models", "Qwen/Qwen3-8B,Qwen/Qwen3-3"],
        &["help", "e"],
        &["models", "list", "--provider", "hug"],
        &["models", "set", "hug"],
    ] {
        report.push_str(&format!("$ openclaw {}\n{}\n", words.join(" "), offered(&world, "fish", words)));
    }
    assert!(!report.contains("oc-"), "{report}");
    assert_snapshot!(report, @r#"
    $ openclaw config get agents.
    agents.defaults
    agents.defaults.model
    agents.defaults.model.primary
    agents.defaults.models
    agents.defaults.models["huggingface/deepseek-ai/DeepSeek-R1:fastest"]
    agents.defaults.models["huggingface/deepseek-ai/DeepSeek-R1:fastest"].alias
    agents.defaults.model.fallbacks
    agents.defaults.modelPolicy.allow

    $ openclaw config unset gateway.a
    gateway.auth.mode
    gateway.auth.password
    gateway.auth.token

    $ openclaw models aliases remove d
    DeepSeek R1 (fast)	huggingface/deepseek-ai/DeepSeek-R1:fastest

    $ openclaw gateway keys remove 
    ci
    phone
    --profile	Use the state folder `~/.openclaw-NAME` instead of `~/.openclaw`
    --verbose	Say on stderr which requests are sent and how long they take; never what is asked or answered
    --help	Print help
    --version	Print version

    $ openclaw gateway keys add guest --models Qwen/Qwen3-8B,Qwen/Qwen3-3
    Qwen/Qwen3-8B,Qwen/Qwen3-32B	Qwen3 32B

    $ openclaw help e
    exit-codes	what the program's exit code says
    environment	which variables are read

    $ openclaw models list --provider hug
    huggingface

    $ openclaw models set hug
    huggingface/	the same with the provider before it
    "#);
}

#[test]
fn zsh_and_powershell_get_words_that_they_can_read() {
    let world = World::offline();
    world.write_config(CONFIG);
    assert_eq!(
        offered(&world, "powershell", &["models", "aliases", "remove", "Deep"]),
        "'DeepSeek R1 (fast)'\thuggingface/deepseek-ai/DeepSeek-R1:fastest\n"
    );
    let zsh = offered(&world, "zsh", &["models", "set", "Qwen/Qwen3-8B:ch"]);
    assert_eq!(zsh, r"Qwen/Qwen3-8B\:cheapest:policy");
}

#[test]
fn what_cannot_be_read_is_no_error() {
    let world = World::offline();
    world.write_config("{ broken");
    world.write_state("gateway.json5", "{ broken");
    assert!(offered(&world, "fish", &["models", "set", "Qwen/"]).contains("Qwen/Qwen3-8B"));
    assert!(offered(&world, "fish", &["config", "get", "gateway.p"]).starts_with("gateway.port"));
    assert_eq!(offered(&world, "fish", &["gateway", "keys", "show", "x"]), "");
    assert_eq!(offered(&world, "nushell", &["models", "se"]), "");
}

#[test]
fn another_profile_is_read_where_it_is_typed() {
    let world = World::offline();
    let folder = world.home().join(".openclaw-work");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("openclaw.json"), CONFIG).expect("a config");
    assert_eq!(offered(&world, "fish", &["models", "aliases", "remove", "Deep"]), "");
    let words = ["--profile", "work", "models", "aliases", "remove", "Deep"];
    assert!(offered(&world, "fish", &words).starts_with("DeepSeek R1 (fast)\t"));
}

#[test]
fn every_path_that_is_offered_can_be_explained() {
    let world = World::offline();
    let all = offered(&world, "fish", &["config", "explain", ""]);
    let paths: Vec<_> = all.lines().filter(|line| line.contains('.') && !line.starts_with('-')).collect();
    assert!(paths.len() > 15, "{paths:?}");
    for path in paths {
        world.stdout(&["config", "explain", path]);
    }
}
