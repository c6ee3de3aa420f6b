//! `openclaw gateway`: serve any OpenAI client, in the terminal or as a service.

mod daemon;
mod file;
mod handed;
mod holder;
mod keys;
mod log;
mod log_file;
mod probe;
mod run;
mod settings;
mod sharing;

pub(super) use file::{path as file_path, read as read_file};

pub(super) use probe::{Answer, Probe, probe};
pub(super) use run::{address, port};

use crate::app::App;
use crate::args::{Gateway, GatewayCommand};
use crate::failure::Result;

pub(super) fn run(app: App, args: Gateway) -> Result<()> {
    match args.command {
        GatewayCommand::Run(args) => run::run(app, &args),
        GatewayCommand::Service(command) => daemon::run(&app, args.manager, &command),
        GatewayCommand::Keys(args) => keys::run(&app, args),
    }
}

/// The names of the keys that are kept; none where the file cannot be read.
pub(super) fn key_names(app: &App) -> Vec<String> {
    file::read(app).map(|own| own.keys.into_keys().collect()).unwrap_or_default()
}
