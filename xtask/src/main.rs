//! The project's automation: `cargo xtask ci` is what the gate runs.

mod bench;
mod ci;
mod codegen;
mod faults;
mod fuzz;
mod instructions;
mod interop;
mod layers;
mod page;
mod process;
mod soak;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  ci       everything the gate checks, in its order
  codegen  [--check]: docs/cli.md and docs/man from the program's own help; --check fails where they are stale
  layers   who may depend on whom
  bench    NAME | all [--json | --keep]: medians, both sides of a ratio in one run, kept in target/bench;
           --keep puts the tables into the docs; NAME: failover, gateway, json5, merge, picker, rank, sse, startup
  instructions  [--keep]: what the pure crates execute, counted by callgrind, against the counts kept
  fuzz     TARGET | --all [--seconds N]: a minute each unless told otherwise; installs cargo-fuzz
  faults   [--keep]: one edit of a config with each system call failing once, under strace
  interop  clients [NAME …]: real OpenAI clients against the gateway, into docs/interop-clients.md
  interop  openclaw: the real OpenClaw and ours in one home, without a network, into docs/interop-openclaw.md
  soak     [--streams N] [--seconds N] [--seed N] [--json]: the release gateway under streams and faults; judges
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) =
        args.split_first().map_or(("", &args[..]), |(command, rest)| (command.as_str(), rest));
    let outcome = match (command, rest) {
        ("ci", []) => ci::run(),
        ("codegen", rest) => codegen::run(rest),
        ("layers", []) => layers::run(),
        ("bench", rest) => bench::run(rest),
        ("faults", rest) => faults::run(rest),
        ("fuzz", rest) => fuzz::run(rest),
        ("instructions", rest) => instructions::run(rest),
        ("interop", rest) => interop::run(rest),
        ("soak", rest) => soak::run(rest),
        _ => {
            process::say(USAGE);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            process::say(&format!("xtask: {why}\n"));
            ExitCode::FAILURE
        }
    }
}
