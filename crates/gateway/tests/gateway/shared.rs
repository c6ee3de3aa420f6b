//! Several gateways that share cooldowns, limits and spend through a real server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use openclaw_catalog::Cost;
use openclaw_credentials::Secret;
use openclaw_gateway::{KeyLimits, Keys, Settings, Sharing, StateUrl};
use openclaw_sandbox::{Endpoint, Fault, Script, When};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::store::Store;
use crate::support::{KEY, Plan, R1, World, bearer, body, key};

/// The password of a server that has one; nobody may ever see it.
const PASSWORD: &str = "canary-p@ss/word";

/// How old what a gateway knows of the others may be while the server answers: the pace of exchanges, and the longest
/// that one may take.
const STALE: Duration = Duration::from_millis(350);

/// Gateways before one router and one server.
struct Fleet {
    store: Store,
    worlds: Vec<World>,
    sharing: Vec<JoinHandle<()>>,
}

impl Fleet {
    /// `None` where no server is installed.
    async fn start(count: usize, change: fn(&mut Settings)) -> Option<Self> {
        let store = Store::start(&[])?;
        let mut fleet = Self { store, worlds: Vec::new(), sharing: Vec::new() };
        for _ in 0..count {
            fleet.join(change, &format!("redis://127.0.0.1:{}", fleet.store.port())).await;
        }
        Some(fleet)
    }

    /// One more gateway.
    async fn join(&mut self, change: fn(&mut Settings), url: &str) {
        let beside = self.worlds.first().map(|world| Arc::clone(&world.sandbox));
        let sandbox =
            openclaw_sandbox::Options { answer_words: 50, log_capacity: 10_000, ..Default::default() };
        let world = World::with(Plan { change, beside, sandbox, ..Plan::default() }).await;
        let url = StateUrl::parse(&Secret::new(url)).expect("a URL");
        let mut sharing = Sharing::new(&world.gateway, url).expect("a name");
        sharing.first().await;
        self.sharing.push(tokio::spawn(share(sharing)));
        self.worlds.push(world);
    }

    fn slow(&self, milliseconds: u64) {
        let delay = Script::always(When::path(Endpoint::Chat), Fault::Delay { ms: milliseconds });
        self.worlds[0].sandbox.script(vec![delay]).expect("it is scripted");
    }

    /// What each gateway knows of what a key has spent.
    fn spent(&self) -> Vec<u64> {
        let of = |world: &World| world.gateway.spent().first().map_or(0, |spent| spent.cost.nano_usd());
        self.worlds.iter().map(of).collect()
    }
}

async fn share(mut sharing: Sharing) {
    sharing.run().await;
}

/// Looks again and again until it is so.
async fn until(what: &str, mut look: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !look().await {
        assert!(Instant::now() < deadline, "{what} does not come");
        tokio::task::yield_now().await;
    }
}

fn limited(settings: &mut Settings, limits: KeyLimits) {
    settings.keys = Keys::Required(vec![key("ci", KEY, limits)]);
}

/// A request that was answered.
#[derive(Debug)]
struct Admitted {
    gateway: usize,
    at: Instant,
    used: u64,
}

/// Four clients a gateway ask until each is refused for the first time; what was answered, and for how long they asked.
async fn load(fleet: &Fleet, used: fn(&crate::support::Reply) -> u64) -> (Vec<Admitted>, Duration) {
    let started = Instant::now();
    let clients = (0..fleet.worlds.len()).flat_map(|gateway| [gateway; 4]).map(async |gateway| {
        let mut admitted = Vec::new();
        loop {
            let at = Instant::now();
            let reply = fleet.worlds[gateway].ask(&format!("{R1}:novita"), r#","max_tokens":50"#).await;
            if reply.status == 429 {
                return admitted;
            }
            assert_eq!(reply.status, 200, "{reply:?}");
            admitted.push(Admitted { gateway, at, used: used(&reply) });
        }
    });
    let admitted = futures_util::future::join_all(clients).await;
    (admitted.into_iter().flatten().collect(), started.elapsed())
}

/// The most that one gateway let in within the time that its knowledge may be old.
fn most_at_once(admitted: &[Admitted]) -> u64 {
    let mut by_gateway: BTreeMap<usize, Vec<&Admitted>> = BTreeMap::new();
    for one in admitted {
        by_gateway.entry(one.gateway).or_default().push(one);
    }
    let windows = by_gateway.values().flat_map(|of_one| {
        of_one.iter().map(|first| {
            let within = of_one.iter().filter(|one| one.at >= first.at && one.at < first.at + STALE);
            within.map(|one| one.used).sum::<u64>()
        })
    });
    windows.max().unwrap_or_default()
}

/// The stated error: as many times what one gateway lets in within an exchange as there are gateways.
#[track_caller]
fn check_held(name: &str, limit: u64, refilled: u64, admitted: &[Admitted], gateways: u64) {
    let used: u64 = admitted.iter().map(|one| one.used).sum();
    let error = gateways * most_at_once(admitted);
    let told = format!("{name}: {used} used of {limit} and {refilled} refilled; the stated error is {error}");
    #[expect(clippy::print_stderr, reason = "the figure for the page")]
    {
        eprintln!("{told}");
    }
    assert!(used <= limit + refilled + error, "{told}");
    // A limit for each gateway would let in three times as much.
    assert!(limit + refilled + error < gateways * limit, "nothing is shown: {told}");
    assert!(used >= limit * 8 / 10, "refused too early: {told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_in_a_minute_hold_over_three_gateways() {
    let change = |settings: &mut Settings| {
        limited(settings, KeyLimits { requests_per_minute: Some(300), ..KeyLimits::default() });
    };
    let Some(fleet) = Fleet::start(3, change).await else { return };
    fleet.slow(60);
    let (admitted, elapsed) = load(&fleet, |_| 1).await;
    let refilled = elapsed.as_secs() * 5 + 5;
    check_held("requests", 300, refilled, &admitted, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_in_a_minute_hold_over_three_gateways() {
    let change = |settings: &mut Settings| {
        limited(settings, KeyLimits { tokens_per_minute: Some(15_000), ..KeyLimits::default() });
    };
    let Some(fleet) = Fleet::start(3, change).await else { return };
    fleet.slow(60);
    let tokens =
        |reply: &crate::support::Reply| reply.json()["usage"]["total_tokens"].as_u64().expect("a number");
    let (admitted, elapsed) = load(&fleet, tokens).await;
    let refilled = elapsed.as_secs() * 250 + 250;
    check_held("tokens", 15_000, refilled, &admitted, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spend_in_a_day_holds_over_three_gateways_and_all_know_it_to_the_last_digit() {
    const LIMIT: u64 = 40_000_000;
    let change = |settings: &mut Settings| {
        limited(settings, KeyLimits { per_day: Some(Cost::from_nano_usd(LIMIT)), ..KeyLimits::default() });
    };
    let Some(mut fleet) = Fleet::start(3, change).await else { return };
    fleet.slow(60);
    let (admitted, _) = load(&fleet, nano_usd).await;
    check_held("nano-USD", LIMIT, 0, &admitted, 3);
    let all: u64 = admitted.iter().map(|one| one.used).sum();
    until("what all spent", async || fleet.spent() == [all; 3]).await;
    // A gateway that joins late is held to it from its first request on.
    let url = format!("redis://127.0.0.1:{}", fleet.store.port());
    fleet.join(change, &url).await;
    assert_eq!(fleet.spent(), [all; 4]);
    assert_eq!(fleet.worlds[3].ask(&format!("{R1}:novita"), r#","max_tokens":5000"#).await.status, 429);
}

#[tokio::test]
async fn a_refusal_that_one_gateway_met_spares_the_others_the_same() {
    let Some(fleet) = Fleet::start(2, |_| {}).await else { return };
    let [one, two] = &fleet.worlds[..] else { panic!("two gateways") };
    let order = async |world: &World| {
        let next = world.get(&format!("/v1/openclaw/status/{R1}")).await.json()["next"]["order"].clone();
        let first = |attempt: &serde_json::Value| attempt["provider"].as_str().map(str::to_owned);
        next.as_array().expect("an order").iter().map(first).collect::<Vec<_>>()
    };
    let first = order(two).await[0].clone().expect("a provider");
    let refusal = Fault::Status {
        code: 429,
        body: None,
        content_type: None,
        retry_after: Some(120),
        headers: BTreeMap::new(),
    };
    one.sandbox.script(vec![Script::always(When::provider(&first), refusal)]).expect("it is scripted");
    let reply = one.ask(R1, "").await;
    assert!(reply.header("x-openclaw-attempts").expect("a trail").contains("rate_limited"), "{reply:?}");
    until("the other's order", async || order(two).await[0].as_ref() != Some(&first)).await;
    let reply = two.ask(R1, "").await;
    assert_eq!(reply.status, 200);
    assert!(!reply.header("x-openclaw-attempts").expect("a trail").contains("rate_limited"), "{reply:?}");
    // Nothing but hashes and names is kept there.
    let kept = fleet.store.ask("ZRANGE openclaw:{v1}:cooling 0 -1").join("\n");
    assert!(kept.contains(R1) && !kept.contains("canary"), "{kept}");
}

#[tokio::test]
async fn requests_at_once_hold_over_gateways_and_those_of_one_that_died_are_free_again() {
    let change = |settings: &mut Settings| {
        limited(settings, KeyLimits { concurrent: Some(1), ..KeyLimits::default() });
    };
    let Some(mut fleet) = Fleet::start(2, change).await else { return };
    let hanging = Script::once(When::path(Endpoint::Chat), Fault::Hang);
    fleet.worlds[0].sandbox.script(vec![hanging]).expect("it is scripted");
    let question = body(R1, "");
    let length = format!("content-length: {}", question.len());
    let head = fleet.worlds[0].head("POST", "/v1/chat/completions", &[bearer(KEY), length]);
    let _hanging = fleet.worlds[0].open(&head, question.as_bytes()).await;
    let refused = async |fleet: &Fleet| fleet.worlds[1].ask(R1, "").await.status == 429;
    until("the refusal", async || refused(&fleet).await).await;
    // The process is gone without a word, and its request with it.
    fleet.sharing.remove(0).abort();
    let gone = Instant::now();
    until("the place", async || !refused(&fleet).await).await;
    assert!(gone.elapsed() > Duration::from_secs(3), "it was free before its gateway could be missed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_costs_no_request_and_is_found_again() {
    let change = |settings: &mut Settings| {
        let per_day = Some(Cost::from_nano_usd(1_000_000_000_000));
        limited(settings, KeyLimits { per_day, tokens_per_minute: Some(10_000_000), ..KeyLimits::default() });
    };
    let Some(mut fleet) = Fleet::start(3, change).await else { return };
    let state = async |world: &World| {
        let status = world.get("/v1/openclaw/status").await.json();
        status["state"]["kept"].as_str().expect("a word").to_owned()
    };
    let gauge = async |world: &World| {
        let metrics = world.get("/metrics").await.body;
        metrics.lines().find(|line| line.starts_with("openclaw_state_shared")).map(str::to_owned)
    };
    assert_eq!(state(&fleet.worlds[0]).await, "shared");
    let is_over = AtomicBool::new(false);
    let asked = async |world: &World| {
        let mut answered = Vec::new();
        while !is_over.load(Ordering::Relaxed) {
            let reply = world.ask(&format!("{R1}:novita"), r#","max_tokens":50"#).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            answered.push(Instant::now());
        }
        answered
    };
    let Fleet { store, worlds, .. } = &mut fleet;
    let story = async {
        until("the load", async || worlds.iter().all(|world| !world.gateway.spent().is_empty())).await;
        store.kill();
        let killed = Instant::now();
        for world in worlds.iter() {
            world.told("StateLost").await;
            assert_eq!(state(world).await, "lost");
            assert_eq!(gauge(world).await.as_deref(), Some("openclaw_state_shared{store=\"redis\"} 0"));
            assert_eq!(world.get("/readyz").await.status, 200);
        }
        store.again();
        let back = |world: &World| {
            let events = world.events.lock().expect("the events");
            events.iter().filter(|line| line.starts_with("StateShared")).count() == 2
        };
        until("the server", async || worlds.iter().all(back)).await;
        assert_eq!(gauge(&worlds[0]).await.as_deref(), Some("openclaw_state_shared{store=\"redis\"} 1"));
        is_over.store(true, Ordering::Relaxed);
        killed
    };
    let (one, two, three, killed) =
        tokio::join!(asked(&worlds[0]), asked(&worlds[1]), asked(&worlds[2]), story);
    let answers: Vec<Instant> = [one, two, three].concat();
    assert_eq!(worlds[0].sandbox.requests().len(), answers.len(), "none was asked twice");
    // What was spent before, during and after is known, but for what was told right before the server went.
    let count = answers.len() as u64;
    let unsure = answers.iter().filter(|at| **at + STALE > killed && **at < killed + STALE).count() as u64;
    let one = {
        let reply = fleet.worlds[0].ask(&format!("{R1}:novita"), r#","max_tokens":50"#).await;
        nano_usd(&reply)
    };
    until("what all spent", async || {
        let spent = fleet.spent();
        let answers = spent[0] / one;
        let is_known = answers + unsure > count && answers <= count + 1 + unsure;
        spent[0] == spent[1] && spent[1] == spent[2] && spent[0].is_multiple_of(one) && is_known
    })
    .await;
}

/// What an answer cost.
fn nano_usd(reply: &crate::support::Reply) -> u64 {
    let usd: f64 = reply.header("x-openclaw-cost").and_then(|cost| cost.parse().ok()).expect("a cost");
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small cost")]
    {
        (usd * 1e9).round() as u64
    }
}

/// Passes bytes between a gateway and the server, and can swallow what the server answers.
async fn between(port: u16, swallows: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(("127.0.0.1", port)).await.expect("the server");
            let swallows = Arc::clone(&swallows);
            tokio::spawn(async move {
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                let there = tokio::io::copy(&mut from_client, &mut to_server);
                let back = async {
                    let mut bytes = [0; 4096];
                    while let Ok(count @ 1..) = from_server.read(&mut bytes).await {
                        if swallows.swap(false, Ordering::Relaxed) {
                            return;
                        }
                        if to_client.write_all(&bytes[..count]).await.is_err() {
                            return;
                        }
                    }
                };
                tokio::select! {
                    _ = there => {}
                    () = back => {}
                }
            });
        }
    });
    address.port()
}

#[tokio::test]
async fn what_was_told_without_an_answer_counts_once() {
    let change = |settings: &mut Settings| {
        let per_day = Some(Cost::from_nano_usd(1_000_000_000_000));
        limited(settings, KeyLimits { per_day, requests_per_minute: Some(1_000), ..KeyLimits::default() });
    };
    let Some(mut fleet) = Fleet::start(1, change).await else { return };
    let swallows = Arc::new(AtomicBool::new(false));
    let port = between(fleet.store.port(), Arc::clone(&swallows)).await;
    fleet.join(change, &format!("redis://127.0.0.1:{port}")).await;
    let two = &fleet.worlds[1];
    // The one that goes through a bad line is the first to tell it, and the other one knows it by the server alone.
    assert_eq!(two.ask(&format!("{R1}:novita"), "").await.status, 200);
    let spent = two.gateway.spent()[0].cost.nano_usd();
    until("the spend", async || fleet.spent()[0] == spent).await;
    for round in 2..=4 {
        assert_eq!(two.ask(&format!("{R1}:novita"), "").await.status, 200);
        swallows.store(true, Ordering::Relaxed);
        until("the loss", async || !swallows.load(Ordering::Relaxed)).await;
        until("the spend", async || fleet.spent()[0] >= round * spent).await;
        assert_eq!(fleet.spent(), [round * spent; 2], "round {round}");
    }
    two.told("StateLost").await;
}

#[tokio::test]
async fn a_password_is_used_and_never_shown() {
    let Some(store) = Store::start(&["--requirepass", PASSWORD]) else { return };
    let shown = async |url: &str| {
        let world = World::new().await;
        let url = StateUrl::parse(&Secret::new(url)).expect("a URL");
        let mut sharing = Sharing::new(&world.gateway, url).expect("a name");
        sharing.first().await;
        let shown = format!("{:?} {sharing:?}", world.events.lock().expect("the events"));
        assert!(!shown.contains("canary") && !shown.contains("p%40ss"), "{shown}");
        let told = world.events.lock().expect("the events").last().cloned().unwrap_or_default();
        told.replace(&store.port().to_string(), "PORT")
    };
    let at = format!("127.0.0.1:{}", store.port());
    assert_snapshot!(shown(&format!("redis://:canary-p%40ss%2Fword@{at}/0")).await, @r#"StateShared { at: "redis://127.0.0.1:PORT/0" }"#);
    assert_snapshot!(shown(&format!("redis://:canary-wrong@{at}/0")).await, @r#"StateLost { at: "redis://127.0.0.1:PORT/0", why: "it refuses the password" }"#);
    assert_snapshot!(shown(&format!("redis://canary-p%40ss%2Fword:canary-p%40ss%2Fword@{at}/0")).await, @r#"StateLost { at: "redis://127.0.0.1:PORT/0", why: "it refuses the password" }"#);
    assert_snapshot!(shown(&format!("redis://{at}/0")).await, @r#"StateLost { at: "redis://127.0.0.1:PORT/0", why: "it wants a password" }"#);
    assert_snapshot!(shown(&format!("redis://:canary-p%40ss%2Fword@{at}/99")).await, @r#"StateLost { at: "redis://127.0.0.1:PORT/99", why: "Redis server refused to switch database - Server(ResponseError): DB index is out of range" }"#);
    assert_snapshot!(shown(&format!("rediss://:canary-p%40ss%2Fword@{at}/0")).await, @r#"StateLost { at: "rediss://127.0.0.1:PORT/0", why: "connecting took longer than 1000 ms" }"#);
    store.ask(&format!("AUTH {PASSWORD}\r\nACL SETUSER guest on >canary-guest +ping"));
    assert_snapshot!(shown(&format!("redis://guest:canary-guest@{at}/0")).await, @r#"StateLost { at: "redis://127.0.0.1:PORT/0", why: "its user may not run `EVAL` on keys that begin with `openclaw:`" }"#);
    // Nobody listens there.
    assert_snapshot!(shown("redis://:canary-p%40ss%2Fword@127.0.0.1:1/0").await, @r#"StateLost { at: "redis://127.0.0.1:1/0", why: "Connection refused (os error 111)" }"#);
}

/// A server that takes everything and answers nothing.
#[tokio::test]
async fn a_server_that_hangs_is_given_up_on_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let world = World::new().await;
    let url = StateUrl::parse(&Secret::new(format!("redis://127.0.0.1:{port}"))).expect("a URL");
    let mut sharing = Sharing::new(&world.gateway, url).expect("a name");
    let started = Instant::now();
    sharing.first().await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    let told = world.events.lock().expect("the events").concat().replace(&port.to_string(), "PORT");
    assert_snapshot!(told, @r#"StateLost { at: "redis://127.0.0.1:PORT/0", why: "connecting took longer than 1000 ms" }"#);
    assert_eq!(world.ask(R1, "").await.status, 200);
}

#[tokio::test]
async fn a_copy_takes_no_changes() {
    // Nobody is there to copy from.
    let Some(store) = Store::start(&["--replicaof", "127.0.0.1", "1"]) else { return };
    let world = World::with(Plan {
        change: |settings| {
            limited(settings, KeyLimits { requests_per_minute: Some(10), ..KeyLimits::default() });
        },
        ..Plan::default()
    })
    .await;
    let url = StateUrl::parse(&Secret::new(format!("redis://127.0.0.1:{}", store.port()))).expect("a URL");
    let mut sharing = Sharing::new(&world.gateway, url).expect("a name");
    sharing.first().await;
    let sharing = tokio::spawn(share(sharing));
    // What is only read can be had of a copy; what was asked has to be told.
    assert_eq!(world.ask(R1, "").await.status, 200);
    world.told("StateLost").await;
    sharing.abort();
    let told = world.events.lock().expect("the events").join("\n");
    assert_snapshot!(told.replace(&store.port().to_string(), "PORT"), @r#"
    StateShared { at: "redis://127.0.0.1:PORT/0" }
    ci asked deepseek-ai/DeepSeek-R1: answered, 1 attempts
    StateLost { at: "redis://127.0.0.1:PORT/0", why: "it is a copy, which takes no changes" }
    "#);
}

#[tokio::test]
async fn a_server_that_reads_its_data_yet_and_one_that_answers_something_else_are_told() {
    assert_snapshot!(lost(answering("-LOADING server is loading the dataset in memory\r\n").await).await, @r#"StateLost { at: "redis://127.0.0.1:PORT/0", why: "it is still reading its data" }"#);
    assert_snapshot!(lost(answering("*3\r\n+1\r\n*0\r\n*1\r\n+unasked\r\n").await).await, @r#"StateLost { at: "redis://127.0.0.1:PORT/0", why: "its answer is none of this program's script" }"#);
}

/// What is told of the server at this port.
async fn lost(port: u16) -> String {
    let world = World::new().await;
    let url = StateUrl::parse(&Secret::new(format!("redis://127.0.0.1:{port}"))).expect("a URL");
    let mut sharing = Sharing::new(&world.gateway, url).expect("a name");
    sharing.first().await;
    let told = world.events.lock().expect("the events").concat();
    told.replace(&port.to_string(), "PORT")
}

/// The port of something that greets as a server does, and answers every script with these bytes.
async fn answering(answer: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut bytes = [0; 64 * 1024];
                while let Ok(count @ 1..) = client.read(&mut bytes).await {
                    let asked = String::from_utf8_lossy(&bytes[..count]);
                    let greetings = asked.matches("CLIENT").count();
                    let scripts = asked.matches("EVAL").count();
                    let reply = "+OK\r\n".repeat(greetings) + &answer.repeat(scripts);
                    if client.write_all(reply.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn the_metrics_say_whether_state_is_shared() {
    let Some(fleet) = Fleet::start(1, |_| {}).await else { return };
    let metrics = fleet.worlds[0].get("/metrics").await.body;
    // How many exchanges there were by now is a matter of time.
    let is_count = |line: &&str| line.starts_with("openclaw_state_exchanges_total");
    let (counts, mut lines): (Vec<_>, Vec<_>) =
        metrics.lines().filter(|line| line.contains("openclaw_state")).partition(is_count);
    lines.sort_unstable();
    assert_snapshot!(lines.join("\n"), @r#"
    # HELP openclaw_state_exchanges Exchanges of that state with its store, by how they ended.
    # HELP openclaw_state_shared 1 where cooldowns, limits and spend are shared with other gateways, 0 where they cannot be.
    # TYPE openclaw_state_exchanges counter
    # TYPE openclaw_state_shared gauge
    openclaw_state_shared{store="redis"} 1
    "#);
    assert!(counts.iter().all(|line| line.contains("{result=\"ok\"}")) && !counts.is_empty(), "{counts:?}");
}
