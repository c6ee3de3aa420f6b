//! Where the token and the list of models come from.

use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use openclaw_sandbox::{Endpoint, Fault, Script, When};

use super::{Asked, Gateway, R1, TOKEN, WHOLE, until, with_token, world};
use crate::support::{World, steady};

#[test]
fn s08_a_daemon_finds_the_token_in_the_state_folder() {
    let world = world();
    let gateway = Gateway::start(&world);
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let asked = world.sandbox().requests();
    assert!(asked.iter().all(|request| request.token == openclaw_sandbox::TokenKind::Granted), "{asked:?}");
    let told = gateway.stop(&world).err;
    assert!(!told.contains("no token"), "{told}");
}

#[test]
fn s08_a_token_that_is_put_there_later_is_taken_up() {
    let world = World::new();
    let mut gateway = Gateway::start(&world);
    let ready = |gateway: &Gateway| {
        let reply = Asked::get(gateway.address, "/readyz", "").rest();
        (reply.status, reply.body)
    };
    assert_eq!(ready(&gateway), (503, "no token of Hugging Face\n".to_owned()));
    let refusal = gateway.ask(R1, WHOLE).refusal();
    world.write_state(".env", &format!("HF_TOKEN={TOKEN}\n"));
    gateway.says("the files changed");
    assert_eq!(ready(&gateway), (200, "ready\n".to_owned()));
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let told = gateway.stop(&world).err;
    assert_snapshot!(format!("{refusal}--\n{told}"), @"
    401 no_upstream_token: the gateway has no token of Hugging Face, and the router answers nobody without one; on its machine run `openclaw onboard`
    --
    A first key, `default`, was made; `openclaw gateway keys show` prints it
    warning: there is no token: the router answers nobody without one; `openclaw onboard` sets one up, and it is taken up here

    Point any OpenAI client there:

      OPENAI_BASE_URL=http://127.0.0.1:GATEWAY/v1 OPENAI_API_KEY=$(openclaw gateway keys show) your-program

    Or open http://127.0.0.1:GATEWAY/ in a browser: models, prices, a place to ask, and what failed over.

    Ctrl-C ends it.
    the files changed; what they say now holds
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    ");
}

#[test]
fn a_file_of_the_token_that_cannot_be_read_is_told_at_the_start() {
    let world = World::new();
    std::fs::create_dir_all(world.state(".env")).expect("a folder");
    let told = Gateway::start(&world).stop(&world).err;
    let warned = told.lines().find(|line| line.starts_with("warning: "));
    assert_snapshot!(warned.unwrap_or(&told), @"warning: there is no token: the router answers nobody without one; `~/.openclaw/.env` is not a regular file; `mv ~/.openclaw/.env ~/.openclaw/.env.old && openclaw onboard` sets one up, and it is taken up here");
}

#[test]
fn s08_a_token_of_the_login_shell_is_found_where_it_is_switched_on() {
    let world = World::new().env("SHELL", "/bin/sh");
    std::fs::write(world.home().join(".profile"), format!("export HF_TOKEN={TOKEN}\n")).expect("a profile");
    world.write_config("{ env: { shellEnv: { enabled: true } } }\n");
    let gateway = Gateway::start(&world);
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
}

#[test]
fn s10_with_the_router_down_the_built_in_table_serves() {
    let world = with_token(World::offline());
    let mut gateway = Gateway::start(&world);
    gateway.says("refused the connection");
    let listed = gateway.models();
    for model in ["default", R1, "Qwen/Qwen3-32B", "moonshotai/Kimi-K2.5"] {
        assert!(listed.iter().any(|listed| listed == model), "`{model}` is missing: {listed:?}");
    }
    let refusal = gateway.ask(R1, WHOLE).refusal();
    let told = gateway.stop(&world).err;
    steady! { assert_snapshot!(format!("{refusal}--\n{told}"), @"
    502 router_unreachable: `http://127.0.0.1:9` refused the connection (asked: deepseek-ai/DeepSeek-R1=network, deepseek-ai/DeepSeek-R1=network)
    --
    warning: `http://127.0.0.1:9` refused the connection; what is known of the models so far goes on
    A first key, `default`, was made; `openclaw gateway keys show` prints it

    Point any OpenAI client there:

      OPENAI_BASE_URL=http://127.0.0.1:GATEWAY/v1 OPENAI_API_KEY=$(openclaw gateway keys show) your-program

    Or open http://127.0.0.1:GATEWAY/ in a browser: models, prices, a place to ask, and what failed over.

    Ctrl-C ends it.
    deepseek-ai/DeepSeek-R1: the router cannot be reached: trying once more
    deepseek-ai/DeepSeek-R1: network after T, 2 attempts (key default)
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    "); }
}

/// Every model that the router lists, merged with the built-in table's figures, and kept for the next start.
#[test]
fn s10_the_list_is_fetched_at_the_start_and_kept() {
    let world = world();
    world
        .sandbox()
        .script(vec![Script::always(When::path(Endpoint::Models), Fault::Rows { n: 3 })])
        .expect("a script");
    let mut gateway = Gateway::with(&world, &["--verbose"]);
    gateway.says("the router lists 3 models");
    assert_eq!(lists(&world), 1);
    // Told before it is taken up.
    let listed =
        until(|| Some(gateway.models()).filter(|listed| !listed.contains(&"Qwen/Qwen3-32B".to_owned())));
    assert_snapshot!(listed.join("\n"), @"
    default
    deepseek-ai/DeepSeek-R1
    sandbox-org/generated-000000
    sandbox-org/generated-000001
    sandbox-org/generated-000002
    ");
    drop(gateway);
    // A list that is fresh is not asked for again.
    let base = world.sandbox().base_url();
    let gateway = Gateway::start(&world);
    assert_eq!(gateway.models(), listed);
    assert_eq!(lists(&world), 1);
    drop(gateway);
    // And it serves where the router is away.
    let world = world.without_sandbox().env("OPENCLAW_HF_BASE_URL", &base);
    let gateway = Gateway::start(&world);
    assert_eq!(gateway.models(), listed);
}

/// How often the list was asked for.
fn lists(world: &World) -> usize {
    world.sandbox().requests().iter().filter(|request| request.path == "/v1/models").count()
}

#[test]
fn s10_an_old_list_serves_where_the_router_cannot_give_one() {
    let world = world();
    world.stdout(&["models", "list", "--all", "--refresh"]);
    let cache = std::fs::read_dir(world.state("cache")).expect("a folder").flatten();
    let kept = cache
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().contains("models-"))
        .expect("a list");
    let hour = SystemTime::now() - Duration::from_secs(3600);
    std::fs::File::options()
        .write(true)
        .open(kept)
        .and_then(|file| file.set_modified(hour))
        .expect("it is old");
    world.sandbox().clear_requests();
    world
        .sandbox()
        .script(vec![Script::once(When::path(Endpoint::Models), Fault::status(500))])
        .expect("a script");
    let mut gateway = Gateway::start(&world);
    gateway.says("warning");
    assert_eq!(lists(&world), 1, "it was asked for, since it is old");
    let listed = gateway.models();
    assert!(listed.iter().any(|model| model == "zai-org/GLM-4.7"), "{listed:?}");
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let told = gateway.stop(&world).err;
    assert_snapshot!(told, @"
    A first key, `default`, was made; `openclaw gateway keys show` prints it

    Point any OpenAI client there:

      OPENAI_BASE_URL=http://127.0.0.1:GATEWAY/v1 OPENAI_API_KEY=$(openclaw gateway keys show) your-program

    Or open http://127.0.0.1:GATEWAY/ in a browser: models, prices, a place to ask, and what failed over.

    Ctrl-C ends it.
    warning: `http://127.0.0.1:PORT` failed (status 500): Internal Server Error; what is known of the models so far goes on
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    ");
    // The next start is the next try.
    let mut gateway = Gateway::with(&world, &["--verbose"]);
    gateway.says("the router lists");
    assert_eq!(lists(&world), 2);
}
