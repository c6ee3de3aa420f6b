//! A gateway whose socket a service manager holds.

use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use openclaw_sandbox::{Fault, Options, Script, When};
use rustix::process::Signal;

use super::client::{self, Asked, Reply};
use super::{R1, SMALL, WHOLE, with_token, world};
use crate::support::{PATIENCE, Running, World};

/// A gateway that is handed a socket, as systemd does it.
fn start(world: &World, socket: &TcpListener) -> Running {
    Running::spawn(command(world, socket))
}

fn command(world: &World, socket: &TcpListener) -> Command {
    let run = world.command(&["gateway", "run"]);
    let mut shell = Command::new("/bin/sh");
    // The third file is the first that is handed over.
    let script = "exec 3<&0 0</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"";
    shell.args(["-c", script, "sh"]).arg(run.get_program()).args(run.get_args()).env_clear();
    let env = run.get_envs().filter_map(|(name, value)| Some((name, value?)));
    shell.envs(env).current_dir(world.home());
    let socket = socket.try_clone().expect("another handle of it");
    shell.stdin(Stdio::from(OwnedFd::from(socket)));
    shell
}

fn socket() -> (TcpListener, SocketAddr) {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("an address");
    (socket, address)
}

fn key(world: &World) -> String {
    world.stdout(&["gateway", "keys", "show"]).trim_end().to_owned()
}

fn ask(address: SocketAddr, key: &str, model: &str) -> Reply {
    Asked::post(address, key, &client::question(model, WHOLE)).rest()
}

#[test]
fn the_socket_that_is_handed_over_is_the_one_that_is_served() {
    let world = world();
    world.write_config("{ gateway: { port: 1 } }");
    let key = key(&world);
    let (socket, address) = socket();
    let mut gateway = start(&world, &socket);
    assert_eq!(gateway.address(), address);
    assert_eq!(ask(address, &key, R1).status, 200);
    let told = gateway.says("moves it there");
    let told = told.replace(&address.to_string(), "ADDRESS");
    insta::assert_snapshot!(told, @"warning: the service listens on ADDRESS, flags and config say 127.0.0.1:1; `openclaw gateway install` moves it there");
    // Nothing that it starts may hold the socket.
    let held = std::fs::read_to_string(format!("/proc/{}/fdinfo/3", gateway.pid())).expect("it is open");
    let flags = held.lines().find_map(|line| line.strip_prefix("flags:")).expect("flags").trim();
    let flags = u32::from_str_radix(flags, 8).expect("a number");
    assert_eq!(flags & 0o2_000_000, 0o2_000_000, "close on exec: {held}");
}

/// Old and new on one socket, and clients all the while: whoever came in is answered.
#[test]
fn an_upgrade_drops_no_request() {
    let world = with_token(World::with(Options { answer_words: 20, ..Options::default() }));
    let slow = Script::always(When::model(R1), Fault::SlowDrip { ms: 50 });
    world.sandbox().script(vec![slow]).expect("a script");
    let key = key(&world);
    let (socket, address) = socket();
    let mut old = start(&world, &socket);
    assert_eq!(ask(address, &key, SMALL).status, 200);

    let is_over = AtomicBool::new(false);
    let (answered, waited) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        // Running ones take longer than it takes to tell the old one to stop.
        let running: Vec<_> = (0..3).map(|_| scope.spawn(|| ask(address, &key, R1))).collect();
        let coming: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        let reply = ask(address, &key, SMALL);
                        assert_eq!(reply.status, 200, "{reply:?}");
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        super::until(|| (answered.load(Ordering::Relaxed) > 20).then_some(()));
        super::until(|| {
            let asked = world.sandbox().requests();
            let slow = asked.iter().filter(|request| request.model.as_deref() == Some(R1)).count();
            (slow == 3).then_some(())
        });
        old.signal(Signal::TERM);
        old.says("Stopping");
        // Nobody accepts now, and whoever comes waits.
        let waiting: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let asked = Asked::post(address, &key, &client::question(SMALL, WHOLE));
                    waited.fetch_add(1, Ordering::Relaxed);
                    asked.rest()
                })
            })
            .collect();
        super::until(|| (waited.load(Ordering::Relaxed) == 8).then_some(()));
        let ended = old.ends();
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        assert!(ended.err.contains("every request has ended"), "{}", ended.err);
        let new = start(&world, &socket);
        for reply in running.into_iter().chain(waiting).map(|one| one.join().expect("an answer")) {
            assert_eq!(reply.status, 200, "{reply:?}");
            assert!(reply.text().contains("“what a day”"), "{reply:?}");
        }
        let before = answered.load(Ordering::Relaxed);
        super::until(|| (answered.load(Ordering::Relaxed) > before + 20).then_some(()));
        is_over.store(true, Ordering::Relaxed);
        coming.into_iter().for_each(|one| one.join().expect("all were answered"));
        assert_eq!(new.address(), address);
    });
}

#[test]
fn the_manager_is_told_of_the_start_and_the_end() {
    let world = world();
    let path = world.home().join("notify");
    let manager = UnixDatagram::bind(&path).expect("a socket");
    manager.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    let heard = || {
        let mut bytes = [0; 1024];
        let count = manager.recv(&mut bytes).expect("it is told");
        String::from_utf8_lossy(&bytes[..count]).into_owned()
    };
    let (socket, address) = socket();
    let mut command = command(&world, &socket);
    command.env("NOTIFY_SOCKET", &path);
    let gateway = Running::spawn(command);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(heard(), format!("READY=1\nSTATUS=openclaw {version} on {address}\n"));
    assert_eq!(ask(address, &key(&world), R1).status, 200, "it was ready when it said so");
    gateway.signal(Signal::TERM);
    assert_eq!(heard(), "STOPPING=1\n");
    assert_eq!(gateway.ends().code, Some(0));
}

#[test]
fn a_socket_that_is_none_is_told() {
    let world = world().env("LISTEN_FDS", "1");
    let ended = Running::start(&world, &["gateway", "run"]).ends();
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.err, @"
    error: the socket of the service manager cannot be used
      fd 3 is not a socket

    hint: env -u LISTEN_FDS openclaw gateway run
    ");
}
