//! The project's automation: `cargo xtask ci` is what the gate runs.

mod ci;
mod layers;
mod process;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  ci       everything the gate checks, in its order
  layers   who may depend on whom
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let outcome = match (args.next().as_deref(), args.next()) {
        (Some("ci"), None) => ci::run(),
        (Some("layers"), None) => layers::run(),
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
