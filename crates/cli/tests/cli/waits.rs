//! Waits in a real terminal: what is said meanwhile, and what is not.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use openclaw_sandbox::{Endpoint, Fault, Script, When};

use crate::support::{TOKEN, World};
use crate::terminal::{CTRL_C, Terminal};

/// A world in which some path is never answered.
fn silent(path: Endpoint) -> World {
    let world = World::onboarded();
    world.sandbox().script(vec![Script::always(When::path(path), Fault::Hang)]).expect("it is scripted");
    world
}

#[test]
fn a_long_wait_says_what_is_waited_for() {
    let holder = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = holder.local_addr().expect("an address").port().to_string();
    let refresh = ["models", "list", "--all", "--refresh"];
    let onboard = ["onboard", "--auth-choice", "huggingface-api-key", "--huggingface-api-key", TOKEN];
    let cases: [(World, &[&str], &str); 5] = [
        (silent(Endpoint::Models), &refresh, "asking the router for its models …"),
        (
            silent(Endpoint::Chat),
            &["infer", "model", "run", "--prompt", "Hi"],
            "waiting for deepseek-ai/DeepSeek-R1 …",
        ),
        (silent(Endpoint::Whoami), &onboard, "checking the token and listing the models …"),
        (silent(Endpoint::Whoami), &["doctor"], "asking Hugging Face and the gateway …"),
        (
            World::onboarded().env("OPENCLAW_GATEWAY_PORT", &port),
            &["doctor", "--offline"],
            "looking for the gateway …",
        ),
    ];
    for (world, args, what) in cases {
        let started = Instant::now();
        let mut terminal = Terminal::start(&world, args);
        terminal.shows(what);
        assert!(started.elapsed() >= Duration::from_millis(200), "{args:?}: too early");
        terminal.types(CTRL_C);
        let left = terminal.leaves();
        assert_ne!(left.code, Some(0), "{}", left.screen);
    }
}

#[test]
fn a_short_wait_is_not_mentioned_nor_is_any_where_nobody_watches() {
    let world = World::onboarded();
    let refresh = ["models", "list", "--all", "--refresh"];
    let left = Terminal::start(&world, &refresh).leaves();
    assert_eq!(left.code, Some(0), "{}", left.screen);
    let slow = Script::always(When::path(Endpoint::Models), Fault::Delay { ms: 600 });
    world.sandbox().script(vec![slow]).expect("it is scripted");
    let mut told = vec![left.bytes];
    let started = Instant::now();
    let piped = world.output(&refresh);
    assert!(started.elapsed() >= Duration::from_millis(600), "the answer is late");
    told.push(String::from_utf8(piped.stderr).expect("text"));
    for told in told {
        assert!(told.contains("asked just now") && !told.contains("asking the router"), "{told:?}");
    }
    assert_eq!(world.sandbox().requests().len(), 2);
}
