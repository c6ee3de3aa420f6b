//! One module a command.

mod chat;
pub(crate) mod completions;
mod config;
mod demo;
mod doctor;
mod gateway;
mod help;
mod infer;
mod models;
mod onboard;
mod sandbox;
mod start;
mod token;

use crate::app::App;
use crate::args::{Cli, Command};
use crate::failure::Result;

/// Does what was typed.
pub(crate) fn run(cli: Cli) -> Result<()> {
    // Not everything needs a home or a config.
    let app = || App::telling(&cli.global);
    match cli.command {
        None => start::run(&app()?),
        Some(Command::Onboard(args)) => onboard::run(&app()?, &args),
        Some(Command::Models(args)) => models::run(&app()?, args),
        Some(Command::Config(args)) => config::run(&app()?, args.command),
        Some(Command::Infer(args)) => infer::run(&app()?, args.command),
        Some(Command::Chat(args)) => chat::run(&app()?, &args.asking),
        Some(Command::Gateway(args)) => gateway::run(app()?, args),
        Some(Command::Doctor(args)) => doctor::run(&app()?, &args),
        Some(Command::Sandbox(args)) => sandbox::run(&args),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::Completions { shell }) => completions::run(shell),
        Some(Command::Help { words }) => help::run(&words),
    }
}
