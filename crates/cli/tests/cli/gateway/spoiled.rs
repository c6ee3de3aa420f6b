//! What the system refuses a gateway that runs, or is about to.

use std::fs::{self, File};
use std::net::TcpStream;

use insta::assert_snapshot;

use super::{Gateway, R1, WHOLE, listed, world};
use crate::support::Running;

#[test]
fn a_list_that_cannot_be_kept_is_told_and_served() {
    let world = world();
    world.write_state("cache", "no folder");
    let mut gateway = Gateway::start(&world);
    gateway.says("Ctrl-C ends it.");
    assert!(gateway.models().iter().any(|id| id == R1), "{:?}", gateway.models());
    let told = gateway.stop(&world).err;
    let (told, _) = told.split_once("\nPoint any").expect("it runs");
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"models-127\.0\.0\.1-\d+-v1-[0-9a-f]{16}", "models-ROUTER");
    settings.bind(|| assert_snapshot!(told, @"
    warning: the list could not be kept in `~/.openclaw/cache/models-ROUTER.json`: could not follow the link `HOME/.openclaw/cache/models-ROUTER.json`: Not a directory (os error 20)
    A first key, `default`, was made; `openclaw gateway keys show` prints it
    "));
}

#[test]
fn a_large_log_that_cannot_be_turned_over_is_told() {
    let world = listed();
    let log = world.home().join("gateway.log");
    let large = File::create(&log).and_then(|file| file.set_len(11 << 20));
    large.expect("a file that is all holes");
    fs::create_dir(world.home().join("gateway.log.1")).expect("a folder in the way");
    let log = log.display().to_string();
    let mut gateway = Gateway::with(&world, &["--log-file", &log]);
    gateway.says("Ctrl-C ends it.");
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let told = gateway.stop(&world).err;
    let (told, _) = told.split_once("\nPoint any").expect("it runs");
    assert_snapshot!(told, @"
    warning: `HOME/gateway.log` is large and cannot be turned over: Is a directory (os error 21)
    A first key, `default`, was made; `openclaw gateway keys show` prints it
    ");
    assert_eq!(fs::metadata(&log).expect("it is there").len(), 11 << 20, "it is as it was");
}

/// Each connection takes a file, and the system may allow few.
#[test]
fn more_connections_than_the_system_allows_wait_and_are_served_later() {
    let world = listed();
    let limited = world.limited("-n 32", &["gateway", "run", "--port", "0", "--auth", "none"]);
    let mut running = Running::spawn(limited);
    let address = running.address();
    let crowd: Vec<_> = (0..32).map(|_| TcpStream::connect(address).expect("the system takes it")).collect();
    running.says("no further connection is accepted for now");
    drop(crowd);
    let gateway = Gateway { running, address, key: "none".to_owned() };
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let told = gateway.stop(&world).err;
    let (_, told) = told.split_once("Ctrl-C ends it.\n").expect("it runs");
    // Where it has room for a moment and then has not it says so anew.
    let mut told: Vec<_> = told.lines().collect();
    told.dedup();
    assert_snapshot!(told.join("\n"), @"
    warning: no further connection is accepted for now: Too many open files (os error 24)
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    ");
}
