//! `openclaw models aliases`

use openclaw_config_merge::{AliasChange, Wanted};
use openclaw_model_ref::ModelRef;
use serde_json::json;

use super::set::{done, save_merge, tell_doubt};
use crate::app::{App, Settings};
use crate::args::{AliasesCommand, Listing};
use crate::catalogue::{Ask, known};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::refs::{check, looks_like_a_token, quoted, resolve};

pub(super) fn run(app: &App, command: AliasesCommand) -> Result<()> {
    match command {
        AliasesCommand::List(listing) => list(app, &listing),
        AliasesCommand::Add { alias, model, force, writing } => {
            add(app, &alias, &model, force, writing.dry_run)
        }
        AliasesCommand::Remove { alias, writing } => remove(app, &alias, writing.dry_run),
    }
}

fn list(app: &App, listing: &Listing) -> Result<()> {
    let settings = Settings::load(app)?;
    let aliases = &settings.aliases;
    if listing.json {
        let map: serde_json::Map<_, _> =
            aliases.iter().map(|(alias, target)| (alias.to_owned(), target.into())).collect();
        return out::print_json(&json!({ "aliases": map }));
    }
    if aliases.iter().next().is_none() {
        out::say("no aliases; `openclaw models aliases add NAME REF` makes one\n");
    }
    let arrow = if listing.plain { " " } else { " -> " };
    out::print(&aliases.iter().map(|(alias, target)| format!("{alias}{arrow}{target}\n")).collect::<String>())
}

fn add(app: &App, alias: &str, typed: &str, force: bool, dry_run: bool) -> Result<()> {
    let alias = alias.trim();
    check_alias(alias)?;
    let settings = Settings::load(app)?;
    let known = known(app, &settings.config, Ask::Never)?;
    let again = format!("openclaw models aliases add {}", quoted(alias));
    let model = resolve(typed, &settings.aliases, Some(&known.catalog), &again)?;
    if let Some(target) = settings.aliases.get(alias)
        && target.parse::<ModelRef>().ok().as_ref() != Some(&model)
    {
        return Err(Failure::new(Exit::Usage, format!("`{alias}` already stands for `{target}`"))
            .hint(format!("openclaw models aliases remove {}", quoted(alias))));
    }
    tell_doubt(check(&model, &known.catalog, force, &again)?.as_ref(), model.hub_id());
    let old =
        settings.aliases.iter().find(|(_, target)| target.parse::<ModelRef>().ok().as_ref() == Some(&model));
    if let Some((old, _)) = old.filter(|(old, _)| *old != alias) {
        let makes = if dry_run { "would make" } else { "makes" };
        out::say(&format!("note: a model has one alias; `{old}` {makes} way\n"));
    }
    let aliases = vec![(model.clone(), AliasChange::Set(alias.to_owned()))];
    save_merge(app, "models aliases add", dry_run, Wanted { aliases, ..Wanted::default() })?;
    done(dry_run, &format!("Alias {alias} -> {model}"))
}

fn check_alias(alias: &str) -> Result<()> {
    let wrong = if looks_like_a_token(alias) {
        "that looks like a token, where a name was expected".to_owned()
    } else if alias.is_empty() {
        "expected a name, found nothing".to_owned()
    } else if alias.contains('/') {
        format!("expected a name without `/`, found `{alias}`: with one it would be read as a model")
    } else if let Some(c) = alias.chars().find(|c| c.is_control() || is_invisible(*c)) {
        format!("expected a name without control characters, found {c:?}")
    } else if alias.eq_ignore_ascii_case("default") {
        format!("expected another name than `{alias}`, which stands for the default model in the gateway")
    } else if alias.chars().count() > 80 {
        "expected a name of at most 80 characters".to_owned()
    } else {
        return Ok(());
    };
    Err(Failure::new(Exit::Usage, wrong).hint("openclaw models aliases add fast Qwen/Qwen3-8B:fastest"))
}

fn remove(app: &App, typed: &str, dry_run: bool) -> Result<()> {
    let settings = Settings::load(app)?;
    let Some((alias, target)) = settings.aliases.find(typed) else {
        return Err(Failure::new(Exit::Usage, format!("there is no alias `{}`", typed.escape_debug()))
            .hint("openclaw models aliases list"));
    };
    let Ok(model) = target.parse::<ModelRef>() else {
        return Err(Failure::new(
            Exit::Usage,
            format!("`{alias}` stands for `{target}`, which is not ours to change"),
        )
        .hint("openclaw config file"));
    };
    let aliases = vec![(model, AliasChange::Remove(alias_as_written(&settings, target).to_owned()))];
    save_merge(app, "models aliases remove", dry_run, Wanted { aliases, ..Wanted::default() })?;
    if !dry_run && Settings::load(app)?.aliases.iter().any(|pair| pair == (alias, target)) {
        return Err(Failure::new(
            Exit::Failure,
            "the alias stands in an included file, which is not changed here",
        )
        .hint("openclaw config explain agents.defaults.models"));
    }
    done(dry_run, &format!("Alias removed: {alias}"))
}

/// Characters that change the direction of text or cannot be seen: an alias with one is not what it looks like.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The alias with the white space that the config has around it.
fn alias_as_written<'a>(settings: &'a Settings, target: &str) -> &'a str {
    let models = &settings.config.agents.defaults.models;
    models.get(target).and_then(|settings| settings.alias.as_deref()).unwrap_or_default()
}
