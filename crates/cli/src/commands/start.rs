//! `openclaw` alone: what it is and what to type next, or how things stand.

use crate::app::App;
use crate::args::Status;
use crate::commands::models;
use crate::failure::Result;
use crate::out;
use crate::view::bold;

pub(super) fn run(app: &App) -> Result<()> {
    let loaded = app.config()?;
    if loaded.config.primary().is_some() {
        return models::status(app, &Status { json: false, plain: false, check: false });
    }
    out::print(&format!(
        "\
{}: every open model that Hugging Face routes, with one token.

  {}                    see it work, without a token or a network
  {}                 set it up in a minute
  {}   ask
  {}       every model with price and speed
  {}                  all commands

Nothing is set up yet: there is no default model in {}.
",
        bold("openclaw"),
        bold("openclaw demo"),
        bold("openclaw onboard"),
        bold("openclaw infer model run --prompt Hi"),
        bold("openclaw models list --all"),
        bold("openclaw --help"),
        app.shown(&app.places.config),
    ))
}
