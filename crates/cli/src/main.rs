//! `openclaw`: Hugging Face Inference from one small binary.
//!
//! Thin: arguments become a call of a library, and its result becomes a view.

mod app;
mod args;
mod catalogue;
mod commands;
mod exit;
mod failure;
mod network;
mod out;
mod picker;
mod prompt;
mod refs;
mod topics;
mod typo;
mod view;

use std::process::ExitCode;

use clap::Parser as _;

/// The gateway holds a thousand streams at times and few at others: what they needed goes back to the system.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    if commands::completions::answered() {
        return ExitCode::SUCCESS;
    }
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            if !error.use_stderr() {
                // Help and version.
                return ended(out::print(&error.render().ansi().to_string()));
            }
            let typed: Vec<_> = std::env::args_os().collect();
            if let Some(failure) = typo::failure(&error, &typed) {
                out::say(&failure.render());
            } else {
                out::say(&error.render().ansi().to_string());
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    ended(commands::run(cli))
}

fn ended(outcome: failure::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            out::say(&failure.render());
            ExitCode::from(failure.exit().code())
        }
    }
}
