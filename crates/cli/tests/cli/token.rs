//! Places in which a token stands that is of no use: why, and what helps.

use std::fs;

use insta::assert_snapshot;

use crate::support::{World, steady};

const ASK: [&str; 5] = ["infer", "model", "run", "--prompt", "Hi"];

/// The file as another system's shell writes it.
const UTF_16: &[u8] = b"\xff\xfeH\0F\0_\0T\0O\0K\0E\0N\0=\0h\0f\0_\0x\0\n\0";

/// With bytes in the place of the file in which a token is kept.
fn world_with(bytes: &[u8]) -> World {
    let world = World::new();
    world.write_state(".env", "");
    fs::write(world.state(".env"), bytes).expect("it is written");
    world
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_what_makes_room_for_another() {
    let world = world_with(UTF_16);
    let onboard = ["onboard", "--non-interactive", "--huggingface-api-key", "hf_x"];
    let mut report = String::new();
    for args in [&ASK[..], &["chat"], &["models", "status", "--check"], &onboard] {
        report += &format!("$ openclaw {}\n{}\n", args.join(" "), world.run(args));
    }
    steady!(assert_snapshot!(report, @"
    $ openclaw infer model run --prompt Hi
    exit 4
    -- err
    error: there is no token: the router answers nobody without one
      `~/.openclaw/.env` is not UTF-8 text

    hint: mv ~/.openclaw/.env ~/.openclaw/.env.old && openclaw onboard

    $ openclaw chat
    exit 4
    -- err
    error: there is no token: the router answers nobody without one
      `~/.openclaw/.env` is not UTF-8 text

    hint: mv ~/.openclaw/.env ~/.openclaw/.env.old && openclaw onboard

    $ openclaw models status --check
    exit 1
    -- out
    Default     huggingface/deepseek-ai/DeepSeek-R1  none is set; this one is used
    Token       none; `mv ~/.openclaw/.env ~/.openclaw/.env.old && openclaw onboard` sets one up
                `~/.openclaw/.env` is not UTF-8 text
    Catalogue   10 models, built-in table
    Config      ~/.openclaw/openclaw.json
    -- err
    error: no token was found
      `~/.openclaw/.env` is not UTF-8 text

    hint: mv ~/.openclaw/.env ~/.openclaw/.env.old && openclaw onboard

    $ openclaw onboard --non-interactive --huggingface-api-key hf_x
    exit 1
    -- err
    error: the token cannot be kept; nothing was written
      `HOME/.openclaw/.env` is not UTF-8 text

    hint: mv ~/.openclaw/.env ~/.openclaw/.env.old && openclaw onboard
    "));
    let found = world.run(&["doctor", "--offline"]);
    assert_eq!(
        found.matches("mv ~/.openclaw/.env ~/.openclaw/.env.old && openclaw onboard").count(),
        2,
        "{found}"
    );
    // The command leads out of it.
    fs::rename(world.state(".env"), world.state(".env.old")).expect("it is moved");
    assert!(world.run(&onboard).starts_with("exit 0"));
    assert!(world.run(&ASK).starts_with("exit 0"));
}

#[test]
fn a_folder_in_the_place_of_the_file_is_told() {
    let world = World::new();
    fs::create_dir_all(world.state(".env")).expect("a folder");
    assert_snapshot!(world.run(&ASK), @"
    exit 4
    -- err
    error: there is no token: the router answers nobody without one
      `~/.openclaw/.env` is not a regular file

    hint: mv ~/.openclaw/.env ~/.openclaw/.env.old && openclaw onboard
    ");
}

#[test]
fn a_variable_that_holds_no_token_is_told_with_the_one_that_is_used() {
    let world = World::onboarded().env("HF_TOKEN", "hf_new token");
    let told = world.run(&ASK);
    let (_, told) = told.split_once("-- err\n").expect("something is told");
    assert_snapshot!(told, @"warning: HF_TOKEN in the environment: the token has white space at position 7, expected letters, digits and signs only; HF_TOKEN in ~/.openclaw/.env is used");
}
