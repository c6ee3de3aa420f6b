//! `openclaw gateway` as a person runs it: a real process, real sockets, a router on loopback.

#![expect(clippy::panic, reason = "a test fails by panicking")]

mod auth;
pub(crate) mod client;
mod handed;
mod help;
mod keys;
mod mistakes;
#[cfg(feature = "otlp")]
mod otlp;
mod refusals;
mod reload;
mod router;
mod secrets;
mod service;
#[cfg(feature = "redis")]
mod shared;
mod spent;
#[cfg(target_os = "linux")]
mod spoiled;
mod start;
mod stop;
#[cfg(not(feature = "redis"))]
mod unshared;

use std::net::SocketAddr;
use std::time::Instant;

use rustix::process::Signal;

use crate::support::{Ended, PATIENCE, Running, TOKEN, World};
use client::{Asked, Reply};

/// The default model where the config names none.
const R1: &str = "deepseek-ai/DeepSeek-R1";
const SMALL: &str = "Qwen/Qwen3-8B";
/// Members of a request.
const WHOLE: &str = "";
const STREAM: &str = r#","stream":true"#;

/// A gateway that runs, and the key that it goes by.
struct Gateway {
    running: Running,
    address: SocketAddr,
    key: String,
}

impl Gateway {
    /// Started on a free port.
    #[track_caller]
    fn start(world: &World) -> Self {
        Self::with(world, &[])
    }

    /// Started with further arguments.
    #[track_caller]
    fn with(world: &World, args: &[&str]) -> Self {
        let args = [&["gateway", "run", "--port", "0"], args].concat();
        let running = Running::start(world, &args);
        let address = running.address();
        let key = world.stdout(&["gateway", "keys", "show"]).trim_end().to_owned();
        Self { running, address, key }
    }

    /// What `GET` answers to whoever has the key.
    fn get(&self, path: &str) -> Reply {
        Asked::get(self.address, path, &self.key).rest()
    }

    /// What a model answers, with further members of the request.
    fn ask(&self, model: &str, rest: &str) -> Reply {
        self.ask_as(&self.key, model, rest)
    }

    fn ask_as(&self, key: &str, model: &str, rest: &str) -> Reply {
        Asked::post(self.address, key, &client::question(model, rest)).rest()
    }

    /// A stream whose first event has come.
    fn open(&self, model: &str) -> Asked {
        let mut asked = Asked::post(self.address, &self.key, &client::question(model, STREAM));
        asked.until("data: ");
        asked
    }

    /// The ids of `/v1/models`.
    fn models(&self) -> Vec<String> {
        let listed = self.get("/v1/models").json();
        let ids = listed["data"].as_array().expect("a list").iter();
        ids.map(|model| model["id"].as_str().expect("an id").to_owned()).collect()
    }

    #[track_caller]
    fn says(&mut self, text: &str) -> String {
        self.running.says(text)
    }

    /// Tells it to stop and waits for its end.
    #[track_caller]
    fn stop(self, world: &World) -> Ended {
        self.running.signal(Signal::TERM);
        self.ends(world)
    }

    /// Waits for its end; what it said comes with what differs from run to run replaced.
    #[track_caller]
    fn ends(self, world: &World) -> Ended {
        let Ended { code, out, err } = self.running.ends();
        let both = format!("{out}{err}");
        assert!(!both.contains(&self.key) && !both.contains(TOKEN), "a secret is shown:\n{both}");
        let steady = |text: &str| world.stable(text).replace(&self.address.to_string(), "127.0.0.1:GATEWAY");
        Ended { code, out: steady(&out), err: steady(&err) }
    }
}

/// An answer as a transcript shows it: its status, who answered, and the text.
#[track_caller]
pub(crate) fn answer_of(address: SocketAddr, key: &str, model: &str) -> String {
    let reply = Asked::post(address, key, &client::question(model, WHOLE)).rest();
    let told = reply.head.lines().filter(|line| line.starts_with("x-openclaw-")).collect::<Vec<_>>();
    format!("HTTP/1.1 {}\n{}\n\n{}\n", reply.status, told.join("\n"), reply.text())
}

/// A home with nothing but a token, where a daemon finds it.
fn world() -> World {
    with_token(World::new())
}

fn with_token(world: World) -> World {
    world.write_state(".env", &format!("HF_TOKEN={TOKEN}\n"));
    world
}

/// A home that has the router's list as well, and a fresh one, so that nobody asks for it at the start.
fn listed() -> World {
    let world = world();
    world.stdout(&["models", "list", "--all", "--refresh"]);
    world.sandbox().clear_requests();
    world
}

/// A start that ends by itself.
#[track_caller]
fn refused(world: &World, args: &[&str]) -> String {
    let args = [&["gateway", "run"], args].concat();
    world.stable(&Running::start(world, &args).ends().shown())
}

/// Looks again and again until there is something to be seen.
#[track_caller]
fn until<T>(look: impl Fn() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "it does not come");
    }
}
