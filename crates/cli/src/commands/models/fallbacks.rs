//! `openclaw models fallbacks`

use openclaw_config_merge::{FallbackChange, Wanted};
use openclaw_model_ref::ModelRef;
use serde_json::json;

use super::set::{save_merge, tell_doubt};
use crate::app::{App, Settings};
use crate::args::{FallbacksCommand, Listing};
use crate::catalogue::{Ask, known};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::refs::{check, resolve};

pub(super) fn run(app: &App, command: FallbacksCommand) -> Result<()> {
    match command {
        FallbacksCommand::List(listing) => list(app, &listing),
        FallbacksCommand::Add { model, force, writing } => add(app, &model, force, writing.dry_run),
        FallbacksCommand::Remove { model, writing } => remove(app, &model, writing.dry_run),
        FallbacksCommand::Clear { writing } => change(app, "clear", writing.dry_run, FallbackChange::Clear),
    }
}

fn list(app: &App, listing: &Listing) -> Result<()> {
    let settings = Settings::load(app)?;
    let fallbacks = settings.config.fallbacks();
    if listing.json {
        return out::print_json(&json!({ "fallbacks": fallbacks }));
    }
    if fallbacks.is_empty() {
        out::say("no fallbacks; `openclaw models fallbacks add REF` adds one\n");
    }
    out::print(&fallbacks.iter().map(|fallback| format!("{fallback}\n")).collect::<String>())
}

fn add(app: &App, typed: &str, force: bool, dry_run: bool) -> Result<()> {
    let settings = Settings::load(app)?;
    let known = known(app, &settings.config, Ask::Never)?;
    let model = resolve(typed, &settings.aliases, Some(&known.catalog), "openclaw models fallbacks add")?;
    let doubt = check(&model, &known.catalog, force, "openclaw models fallbacks add")?;
    tell_doubt(doubt.as_ref(), model.hub_id());
    if settings.config.primary().and_then(|text| text.parse::<ModelRef>().ok()).as_ref() == Some(&model) {
        return Err(Failure::new(
            Exit::Usage,
            format!("`{model}` is the default model, so it cannot be its own fallback"),
        )
        .hint("openclaw models fallbacks list"));
    }
    change(app, "add", dry_run, FallbackChange::Append(vec![model]))
}

fn remove(app: &App, typed: &str, dry_run: bool) -> Result<()> {
    let settings = Settings::load(app)?;
    let model = resolve(typed, &settings.aliases, None, "openclaw models fallbacks remove")?;
    let is_there = |text: &String| text.parse::<ModelRef>().is_ok_and(|there| there == model);
    if !settings.config.fallbacks().iter().any(is_there) {
        return Err(Failure::new(Exit::Usage, format!("`{model}` is no fallback"))
            .hint("openclaw models fallbacks list"));
    }
    change(app, "remove", dry_run, FallbackChange::Remove(model))
}

fn change(app: &App, verb: &str, dry_run: bool, fallbacks: FallbackChange) -> Result<()> {
    let clears = fallbacks == FallbackChange::Clear;
    let removed = match &fallbacks {
        FallbackChange::Remove(model) => Some(model.clone()),
        _ => None,
    };
    save_merge(app, &format!("models fallbacks {verb}"), dry_run, Wanted { fallbacks, ..Wanted::default() })?;
    if dry_run {
        return Ok(());
    }
    let settings = Settings::load(app)?;
    let now = settings.config.fallbacks();
    let is_there = |text: &String| match &removed {
        Some(model) => text.parse::<ModelRef>().is_ok_and(|there| there == *model),
        None => clears,
    };
    if now.iter().any(is_there) {
        return Err(Failure::new(
            Exit::Failure,
            "a fallback stands in an included file, which is not changed here",
        )
        .hint("openclaw config explain agents.defaults.model.fallbacks"));
    }
    out::print(&format!("Fallbacks: {}\n", if now.is_empty() { "none".to_owned() } else { now.join(", ") }))
}
