//! `openclaw gateway`: serve any OpenAI client.

mod file;
mod holder;
mod keys;
mod log;
mod run;
mod settings;

pub(super) use file::{path as file_path, read as read_file};
pub(super) use holder::holder;
pub(super) use run::address;

use crate::app::App;
use crate::args::{Gateway, GatewayCommand};
use crate::failure::Result;

pub(super) fn run(app: App, args: Gateway) -> Result<()> {
    match args.command {
        GatewayCommand::Run(args) => run::run(app, &args),
        GatewayCommand::Keys(args) => keys::run(&app, args),
    }
}

/// The names of the keys that are kept; none where the file cannot be read.
pub(super) fn key_names(app: &App) -> Vec<String> {
    file::read(app).map(|own| own.keys.into_keys().collect()).unwrap_or_default()
}
