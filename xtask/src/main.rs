//! The project's automation: `cargo xtask ci` is what the gate runs.

mod api;
mod audit;
mod bench;
mod ci;
mod codegen;
mod examples;
mod faults;
mod fuzz;
mod instructions;
mod interop;
mod layers;
mod messages;
mod page;
mod process;
mod soak;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  ci       everything the gate checks, in its order
  api      [--check]: what each library offers, into docs/api; --check fails where that has changed
  audit    [PART …]: what is too slow for the gate; PART: layers, api, examples, deny, no-std, downstream,
           features [CRATE …], package; installs cargo-deny and the core libraries of a system without std
  codegen  [--check]: docs/cli.md and docs/man from the program's own help; --check fails where they are stale
  examples [--accept]: runs the libraries' examples; each prints what stands beside it
  layers   who may depend on whom, and how many crates each of ours brings
  messages whether every message is seen in a snapshot, a test or the docs
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
    if let Some(code) = api::as_rustdoc() {
        return code;
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) =
        args.split_first().map_or(("", &args[..]), |(command, rest)| (command.as_str(), rest));
    let outcome = match (command, rest) {
        ("ci", []) => ci::run(),
        ("api", rest) => api::run(rest, api::OtherForm::Refuse),
        ("audit", rest) => audit::run(rest),
        ("codegen", rest) => codegen::run(rest),
        ("layers", []) => layers::run(),
        ("messages", []) => messages::run(),
        ("bench", rest) => bench::run(rest),
        ("examples", rest) => examples::run(rest),
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
