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
    let mut text =
        format!("{}: every open model that Hugging Face routes, with one token.\n\n", bold("openclaw"));
    for (command, what) in NEXT {
        let gap = " ".repeat(38_usize.saturating_sub(command.len()));
        text.push_str(&format!("  {}{gap}{what}\n", bold(command)));
    }
    let config = app.shown(&app.places.config);
    text.push_str(&format!("\nNothing is set up yet: {config} names no default model.\n"));
    out::print(&text)
}

/// What to type next, and what for.
const NEXT: [(&str, &str); 6] = [
    ("openclaw demo", "see it work, without a token or a network"),
    ("openclaw onboard", "set it up in a minute"),
    ("openclaw infer model run --prompt Hi", "ask"),
    ("openclaw models list --all", "every model with price and speed"),
    ("openclaw doctor", "what keeps it from working, and what mends it"),
    ("openclaw --help", "all commands"),
];
