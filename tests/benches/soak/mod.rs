//! The parts of the soak, by concern.
//!
//! The gateway is the release binary in a process of its own; the router is the sandbox, on a thread of this process;
//! the clients share another thread.
//! Each client asks a question that no other one asks, so that whatever is lost, doubled or mixed up shows in its answer,
//! and names it in a key of the body, so that the sandbox's log tells what was sent for which question.

#[path = "../gateway/account.rs"]
mod account;
mod answer;
mod args;
#[path = "../gateway/binary.rs"]
mod binary;
mod client;
mod compare;
mod dice;
mod faults;
mod gateway;
#[path = "../gateway/http.rs"]
mod http;
mod load;
mod metrics;
mod models;
#[path = "../gateway/process.rs"]
mod process;
mod question;
mod verdict;

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use openclaw_sandbox::{Options, Pace, Sandbox};

use args::Request;
use gateway::Gateway;
use load::Load;
use verdict::{Levels, Verdict};

/// A step of the soak: what it gives, or why it cannot go on, for a person to read.
type Outcome<T = ()> = Result<T, String>;

/// The arguments that make this program the gateway, which then ends with whoever started it.
const PART: [&str; 2] = ["--part", "leashed"];

/// How fast the sandbox answers, as a share of the pace of its offers: an answer takes some seconds.
const PACE: f64 = 0.4;

/// Words of an answer that no client cuts short.
const WORDS: usize = 1_500;

/// How many requests the sandbox remembers: those of ten minutes.
const LOG: usize = 400_000;

/// For memory and connections to come to rest before they are compared.
const REST: Duration = Duration::from_secs(5);

pub(crate) fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let outcome = match args.as_slice() {
        [one, two, program, rest @ ..] if [one, two].map(OsString::as_os_str) == PART.map(OsStr::new) => {
            process::become_leashed(program, rest).map(|()| ExitCode::SUCCESS)
        }
        args => Request::read(args).and_then(|request| soak(&request)),
    };
    outcome.unwrap_or_else(|why| {
        say(&format!("soak: {why}"));
        ExitCode::FAILURE
    })
}

/// Tells what goes on; a reader that went away is no reason to stop.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn soak(request: &Request) -> Outcome<ExitCode> {
    let binary = binary::program()?;
    // Each stream has both ends of a connection here: the client's, and the sandbox's to the gateway.
    process::raise_open_files(u64::from(request.streams) * 3 + 256)?;
    let options = Options {
        pace: Pace::Offer { times: PACE },
        answer_words: WORDS,
        log_capacity: LOG,
        ..Options::default()
    };
    let sandbox = Sandbox::start_blocking(options).map_err(|error| format!("the sandbox: {error}"))?;
    let gateway = Gateway::start(&binary, &sandbox.base_url())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime: {error}"))?;
    let Request { streams, seconds, seed } = *request;
    say(&format!("soak: {streams} streams for {seconds} s, seed {seed}"));
    let verdict = runtime.block_on(watch(request, gateway, sandbox))?;
    Ok(verdict.finish())
}

/// A round to warm up, the soak itself, and each time a look at what is left.
async fn watch(request: &Request, mut gateway: Gateway, sandbox: Sandbox) -> Outcome<Verdict> {
    metrics::listed(gateway.port).await?;
    let idle = Levels::of(gateway.pid())?;
    let load = Load { port: gateway.port, streams: request.streams, seed: request.seed };

    say("soak: a round to warm up");
    let warm_up = load.run(&sandbox, &mut gateway, Duration::ZERO).await?;
    tokio::time::sleep(REST).await;
    let warm = Levels::of(gateway.pid())?;
    say("soak: the soak itself");
    let cpu = account::cpu_time(gateway.pid())?;
    let soak = load.run(&sandbox, &mut gateway, Duration::from_secs(request.seconds.into())).await?;
    let cpu = account::cpu_time(gateway.pid())?.saturating_sub(cpu);
    say("soak: at rest");
    tokio::time::sleep(REST).await;
    let metrics = metrics::at_rest(gateway.port).await?;
    let rested = Levels::of(gateway.pid())?;
    let log = sandbox.requests();
    // With the router, connections go that are kept for a next request.
    drop(sandbox);
    let left = Levels::settled(gateway.pid(), idle).await?;
    let farewell = gateway.end()?;
    let compared = compare::compare(&log, warm_up.asked.iter().chain(&soak.asked));
    Ok(Verdict { idle, warm, rested, left, cpu, warm_up, soak, metrics, compared, farewell })
}
