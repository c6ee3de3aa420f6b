//! `openclaw models`: see and choose models.

mod aliases;
mod explain;
mod fallbacks;
mod list;
mod route;
mod rows;
mod set;
mod status;

use crate::app::App;
use crate::args::{AliasesCommand, FallbacksCommand, Freshness, Listing, Models, ModelsCommand};
use crate::catalogue::Ask;
use crate::failure::Result;

pub(super) use set::{
    LOCK_TIMEOUT, Save, edit_failure, merge_failure, save, tell_doubt, tell_side_effects, whole,
};
pub(super) use status::{run as status, source as status_source, tell_shadowing};

pub(super) fn run(app: &App, args: Models) -> Result<()> {
    let listing = Listing { json: false, plain: false };
    match args.command {
        None => status::run(app, &args.status),
        Some(ModelsCommand::Status(args)) => status::run(app, &args),
        Some(ModelsCommand::List(args)) => list::run(app, &args),
        Some(ModelsCommand::Set(args)) => set::run(app, &args),
        Some(ModelsCommand::Aliases(args)) => {
            aliases::run(app, args.command.unwrap_or(AliasesCommand::List(listing)))
        }
        Some(ModelsCommand::Fallbacks(args)) => {
            fallbacks::run(app, args.command.unwrap_or(FallbacksCommand::List(listing)))
        }
        Some(ModelsCommand::Explain(args)) => explain::run(app, &args),
        Some(ModelsCommand::Route(args)) => route::run(app, &args),
    }
}

/// When the router is asked by a command that wants a fresh list.
fn ask(freshness: &Freshness) -> Ask {
    match freshness {
        Freshness { refresh: true, .. } => Ask::Always,
        Freshness { offline: true, .. } => Ask::Never,
        Freshness { .. } => Ask::IfStale,
    }
}

/// As [`ask`], for a command that works on what is kept unless it is told otherwise.
fn ask_only_if_told(freshness: &Freshness) -> Ask {
    if freshness.refresh { Ask::Always } else { Ask::Never }
}
