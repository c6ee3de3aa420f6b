//! How a gateway ends.

use std::io::Write as _;
use std::net::TcpStream;

use insta::assert_snapshot;
use openclaw_sandbox::{Fault, Options, Recorded, ReplyState, Script, When};
use rustix::process::Signal;

use super::{Asked, Gateway, R1, until, with_token};
use crate::support::World;

/// A home whose default model takes so long from word to word, for at least so many of them.
fn slow(ms: u64, words: usize) -> World {
    let world = with_token(World::with(Options { answer_words: words, ..Options::default() }));
    let slow = Script::always(When::model(R1), Fault::SlowDrip { ms });
    world.sandbox().script(vec![slow]).expect("a script");
    world
}

/// Longer than any test waits.
fn endless() -> World {
    slow(100, 1000)
}

#[test]
fn running_requests_end_whole_when_it_is_told_to_stop() {
    let mut report = String::new();
    for signal in [Signal::TERM, Signal::INT] {
        let world = slow(50, 20);
        let mut gateway = Gateway::start(&world);
        let stream = gateway.open(R1);
        gateway.running.signal(signal);
        gateway.says("Stopping");
        // Nobody new is let in.
        until(|| TcpStream::connect(gateway.address).err());
        let asked = world.sandbox().requests();
        let open = |request: &Recorded| request.stream.is_some() && request.state == ReplyState::Open;
        assert!(asked.iter().any(open), "the stream has ended before: {asked:?}");
        let reply = stream.rest();
        assert!(reply.text().contains("“what a day”"), "{reply:?}");
        let ended = gateway.ends(&world).shown();
        let (_, told) = ended.split_once("Ctrl-C ends it.\n").expect("the start");
        report.push_str(&format!("{}\n{told}", ended.lines().next().unwrap_or_default()));
    }
    assert_snapshot!(report, @"
    exit 0
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    exit 0
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    ");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    for signal in [Signal::TERM, Signal::INT] {
        let world = endless();
        let mut gateway = Gateway::start(&world);
        let stream = gateway.open(R1);
        gateway.running.signal(signal);
        gateway.says("Stopping");
        gateway.running.signal(signal);
        let ended = gateway.ends(&world);
        assert_eq!(ended.code, Some(130));
        assert!(!stream.rest().is_whole, "a client sees that this is no whole answer");
    }
}

#[test]
fn what_does_not_end_in_time_is_cut() {
    let world = endless();
    let mut gateway = Gateway::with(&world, &["--drain", "0.1"]);
    let streams = [gateway.open(R1), gateway.open(R1)];
    gateway.running.signal(Signal::TERM);
    gateway.says("Stopping");
    for stream in streams {
        let reply = stream.rest();
        assert!(!reply.is_whole && !reply.body.contains("[DONE]"), "{reply:?}");
    }
    let two = gateway.ends(&world);
    assert_eq!(two.code, Some(0));

    let gateway = Gateway::with(&world, &["--drain", "0.1"]);
    let stream = gateway.open(R1);
    let one = gateway.stop(&world);
    assert!(!stream.rest().is_whole);
    let last = |told: &str| told.lines().last().map(str::to_owned).unwrap_or_default();
    assert_snapshot!(format!("{}\n{}", last(&two.err), last(&one.err)), @"
    Gateway stopped; 2 connections were cut at the end of `--drain`
    Gateway stopped; 1 connection was cut at the end of `--drain`
    ");
}

/// A connection that is kept for later holds nothing up, nor one that says nothing.
#[test]
fn idle_connections_are_not_waited_for() {
    let world = endless();
    let gateway = Gateway::start(&world);
    let idle = TcpStream::connect(gateway.address).expect("it listens");
    let mut kept = TcpStream::connect(gateway.address).expect("it listens");
    write!(kept, "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("it is sent");
    let mut kept = Asked::over(kept);
    kept.until("ok\n");
    let started = std::time::Instant::now();
    let ended = gateway.stop(&world);
    assert_eq!(ended.code, Some(0));
    // The limit is 30 s.
    assert!(started.elapsed() < std::time::Duration::from_secs(5), "it took {:?}", started.elapsed());
    drop((idle, kept));
}
