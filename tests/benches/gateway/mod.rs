//! The parts of the bench, by concern.
//!
//! The proxy under test has a core to itself; where there are but two, upstream and load share the other.
//! So the load may be the ceiling of the throughput, and the CPU time that the proxy spends on a request
//! is the figure to trust.

mod account;
mod bare;
mod binary;
mod canned;
mod contest;
mod cores;
mod http;
mod load;
mod memory;
mod nginx;
mod ours;
mod process;
mod scenarios;
mod upstream;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use openclaw_tests::bench::Report;

use contest::Contest;
use cores::Cores;

/// A step of the bench: what it gives, or why it cannot go on, for a person to read.
type Outcome<T = ()> = Result<T, String>;

/// Rounds of every scenario, each with all sides in turn; what is shown is the median.
const ROUNDS: usize = 5;

/// The argument that makes this program a part of the bench instead of the bench itself.
const PART: &str = "--part";

pub(crate) fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip_while(|arg| arg != PART).skip(1).collect();
    let outcome = match args.as_slice() {
        [] => compare(),
        [part] if part == upstream::PART => upstream::serve().map(|()| ExitCode::SUCCESS),
        [part, upstream] if part == bare::PART => {
            bare::serve(&upstream.to_string_lossy()).map(|()| ExitCode::SUCCESS)
        }
        [part, core, program, rest @ ..] if part == cores::PINNED => {
            cores::become_pinned(core, program, rest).map(|()| ExitCode::SUCCESS)
        }
        _ => Err(format!("expected `{PART}` with a part of this bench")),
    };
    outcome.unwrap_or_else(|why| {
        let _ = writeln!(std::io::stderr(), "gateway: {why}");
        ExitCode::FAILURE
    })
}

fn compare() -> Outcome<ExitCode> {
    let nginx = nginx::program()?;
    let binary = binary::program()?;
    process::raise_open_files(4_096)?;
    let cores = Cores::of_this_machine();
    let upstream = upstream::start(cores.upstream)?;
    let everywhere = cores::pin(cores.load)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime: {error}"))?;

    let mut report = Report::new("gateway");
    runtime.block_on(async {
        let contest = Contest::begin(&upstream, &nginx, &binary, cores).await?;
        scenarios::busy(&contest, &mut report).await?;
        scenarios::alone(&contest, &mut report).await?;
        scenarios::burst(&contest, &mut report).await?;
        scenarios::paced(&contest, &mut report).await?;
        drop(contest);
        memory::open_streams(&upstream, &nginx, &binary, cores, &mut report).await
    })?;
    // The report tells how many cores there are, and asks which ones this program may use.
    cores::release(&everywhere)?;
    Ok(report.finish())
}
