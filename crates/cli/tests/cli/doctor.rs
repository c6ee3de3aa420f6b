//! `openclaw doctor`: what it finds, and what it mends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;

use crate::support::World;

/// A default that is its own fallback, one that stands there twice, and a list that shuts it out. Nobody listens on port 9.
const MUDDLED: &str = r#"{ // mine
  gateway: { port: 9 },
  agents: { defaults: {
    model: {
      primary: "huggingface/deepseek-ai/DeepSeek-R1",
      fallbacks: ["huggingface/deepseek-ai/DeepSeek-R1", "huggingface/Qwen/Qwen3-8B", "huggingface/Qwen/Qwen3-8B"],
    },
    models: { "huggingface/deepseek-ai/DeepSeek-R1": { alias: "r1" } },
  } },
}
"#;

/// A set-up home whose config is muddled and whose token anybody may read.
fn muddled() -> World {
    let world = World::onboarded();
    world.write_config(MUDDLED);
    set_mode(&world, ".env", 0o644);
    set_mode(&world, "openclaw.json", 0o600);
    world
}

fn set_mode(world: &World, name: &str, mode: u32) {
    let permissions = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(world.state(name), permissions).expect("the mode is set");
}

fn mode(world: &World, name: &str) -> u32 {
    std::fs::metadata(world.state(name)).expect("there is a file").permissions().mode() & 0o777
}

#[test]
fn without_a_token_it_says_so_and_exits_1() {
    let world = World::offline();
    world.write_config("{ gateway: { port: 9 } }\n");
    let shown = world.run(&["doctor", "--offline"]);
    assert!(shown.starts_with("exit 1\n"), "{shown}");
    assert!(shown.contains("error    there is no token"), "{shown}");
    assert!(shown.ends_with("error: 1 error found\n\nhint: openclaw onboard\n"), "{shown}");
}

#[test]
fn a_set_up_home_has_no_error_and_no_model_is_asked() {
    let world = World::onboarded();
    let shown = world.run(&["doctor"]);
    assert!(shown.starts_with("exit 0\n"), "{shown}");
    assert!(shown.contains("ok       Token verified (user sandbox-user)"), "{shown}");
    let asked: Vec<_> = world.sandbox().requests().iter().map(|request| format!("{request:?}")).collect();
    assert!(!asked.is_empty(), "nobody was asked");
    assert!(!asked.iter().any(|request| request.contains("chat/completions")), "{asked:?}");
}

#[test]
fn offline_nobody_but_this_machine_is_asked() {
    let world = World::onboarded();
    let shown = world.run(&["doctor", "--offline"]);
    assert!(shown.contains("the token cannot be checked offline"), "{shown}");
    assert!(world.sandbox().requests().is_empty(), "the router was asked");
}

#[test]
fn a_dry_run_shows_the_change_and_writes_nothing() {
    let world = muddled();
    let before = world.files();
    let shown = world.run(&["doctor", "--fix", "--dry-run", "--offline"]);
    assert!(shown.starts_with("exit 1\n"), "{shown}");
    assert!(shown.contains("chmod 600 ~/.openclaw/.env"), "{shown}");
    assert!(shown.contains("--- ~/.openclaw/openclaw.json"), "{shown}");
    assert!(world.files() == before, "something was written");
    assert_eq!(mode(&world, ".env"), 0o644);
}

#[test]
fn fix_mends_modes_fallbacks_and_the_list_and_keeps_comments() {
    let world = muddled();
    let shown = world.run(&["doctor", "--fix", "--yes", "--offline"]);
    assert!(shown.starts_with("exit 0\n"), "{shown}");
    assert!(shown.contains("Mended: 4"), "{shown}");
    assert_eq!(mode(&world, ".env"), 0o600);
    assert_snapshot!(world.config(), @r#"
    { // mine
      gateway: { port: 9 },
      agents: { defaults: {
        model: {
          primary: "huggingface/deepseek-ai/DeepSeek-R1",
          fallbacks: ["huggingface/Qwen/Qwen3-8B"],
        },
        models: { "huggingface/deepseek-ai/DeepSeek-R1": { alias: "r1" }, "huggingface/Qwen/Qwen3-8B": {} },
      } },
    }
    "#);
    let again = world.config();
    let shown = world.run(&["doctor", "--fix", "--yes", "--offline"]);
    assert!(shown.starts_with("exit 0\n"), "{shown}");
    assert_eq!(world.config(), again);
}

#[test]
fn a_config_that_does_not_parse_exits_2_and_is_left_as_it_is() {
    let world = World::onboarded();
    world.write_config("{ agents: \n");
    let shown = world.run(&["doctor", "--fix", "--yes", "--offline"]);
    assert!(shown.starts_with("exit 2\n"), "{shown}");
    assert_eq!(world.config(), "{ agents: \n");
}

#[test]
fn json_names_every_finding_by_its_check() {
    let world = muddled();
    let output = world.output(&["doctor", "--json", "--offline"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["ok"], false);
    let findings = report["findings"].as_array().expect("a list");
    let wrong: Vec<_> = findings
        .iter()
        .filter(|finding| finding["level"] == "warning" || finding["level"] == "error")
        .map(|finding| format!("{} {}", finding["check"], finding["fixable"]))
        .collect();
    assert_eq!(
        wrong,
        [
            "\"files.mode\" true",
            "\"config.fallback\" true",
            "\"config.fallback\" true",
            "\"config.allowlist\" true"
        ]
    );
}

#[test]
fn without_a_terminal_nothing_is_mended_unasked() {
    let world = World::onboarded().env("OPENCLAW_GATEWAY_PORT", "0");
    let mode = |mode| std::fs::set_permissions(world.state(".env"), std::fs::Permissions::from_mode(mode));
    mode(0o644).expect("it is there");
    let before = world.config();
    assert_snapshot!(world.run(&["doctor", "--fix", "--offline"]), @"
    exit 2
    -- err
    error: there is no terminal to ask on, and nothing was mended

    hint: openclaw doctor --fix --yes
    ");
    let metadata = std::fs::metadata(world.state(".env")).expect("it is there");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o644, "it is as it was");
    assert_eq!(world.config(), before);
}

/// It says that it is well, and not a word of whether it can be sent anything.
#[test]
fn a_gateway_that_does_not_say_whether_it_is_ready_is_none_to_send_anything_to() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("it connects");
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).expect("a request");
            if line.starts_with("GET /healthz ") {
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nok\n").expect("it listens");
            }
        }
    });
    let world = World::onboarded().env("OPENCLAW_GATEWAY_PORT", &port);
    let told = world.run(&["doctor", "--offline"]).replace(&port, "GATEWAY");
    assert_snapshot!(told, @"
    exit 1
    -- out
    Token
      ok       hf_…cdef from HF_TOKEN in ~/.openclaw/.env
      note     the token cannot be checked offline
               fix: openclaw doctor
    Files
      ok       2 files and folders with secrets, for their owner alone
    Config
      ok       ~/.openclaw/openclaw.json can be read (0 fallbacks, 0 aliases)
    Router
      ok       the kept list of the router is 0 s old
    Gateway
      ok       a gateway answers on 127.0.0.1:GATEWAY
      error    it takes no requests: it does not say whether it is ready
               every client of it is refused
               fix: openclaw onboard
      ok       a gateway that a service manager starts sees it: HF_TOKEN in ~/.openclaw/.env

    1 error, 1 note, 6 ok
    -- err
    error: 1 error found

    hint: openclaw onboard
    ");
}

#[test]
fn a_folder_in_the_place_of_the_env_file_is_told_and_left_alone() {
    let world = World::offline().env("HF_TOKEN", "hf_x");
    world.write_config("{ gateway: { port: 9 } }\n");
    std::fs::create_dir(world.state(".env")).expect("it is made");
    set_mode(&world, ".env", 0o755);
    set_mode(&world, ".", 0o700);
    let shown = world.run(&["doctor", "--fix", "--yes", "--offline"]);
    assert_eq!(mode(&world, ".env"), 0o755, "{shown}");
    assert!(!shown.contains("chmod"), "{shown}");
    let (_, files) = shown.split_once("Files\n").expect("a section");
    let (files, _) = files.split_once("Config\n").expect("a section");
    assert_snapshot!(files, @"
    error    ~/.openclaw/.env is a folder, expected a file
             no token can be kept there
             fix: mv ~/.openclaw/.env ~/.openclaw/.env.old
    ok       1 file or folder with secrets, for their owner alone
    ");
}
