//! `openclaw models status`

use openclaw_config_merge::{Aliases, Reference};
use openclaw_credentials::{Outcome, Place, Resolution, Source, Unsupported};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::super::token::{mend, missing, told};
use crate::app::{App, Settings};
use crate::args::Status;
use crate::catalogue::{Ask, Known, known};
use crate::exit::Exit;
use crate::failure::Result;
use crate::out;
use crate::refs::DEFAULT_MODEL;
use crate::view::{bold, dim, mask_tokens, printable};

pub(crate) fn run(app: &App, args: &Status) -> Result<()> {
    let settings = Settings::load(app)?;
    let primary = settings.config.primary();
    let resolved = resolved(primary, &settings.aliases);
    if args.plain {
        out::print(&format!("{}\n", mask_tokens(&resolved)))?;
    } else {
        let known = known(app, &settings.config, Ask::Never)?;
        let resolution = app.token(&settings.config, None);
        if args.json {
            out::print_json(&as_json(app, &settings, &known, &resolution, &resolved))?;
        } else {
            out::print(&as_text(app, &settings, &known, &resolution, &resolved))?;
        }
        tell_shadowing(app, &resolution);
    }
    if !args.check {
        return Ok(());
    }
    let resolution = app.token(&settings.config, None);
    match resolution.token {
        Some(_) => Ok(()),
        None => Err(missing(app, &resolution, Exit::Failure, "no token was found")),
    }
}

/// The default model with aliases resolved, or the one that is used where none is set.
fn resolved(primary: Option<&str>, aliases: &Aliases) -> String {
    let Some(primary) = primary else { return DEFAULT_MODEL.to_owned() };
    match aliases.resolve(primary) {
        Reference::HuggingFace(model) => model.to_string(),
        Reference::Foreign(text) | Reference::UnknownWord(text) => text,
        Reference::Malformed(_) => primary.to_owned(),
    }
}

/// A variable of the environment that hides a stored token of another text is said aloud.
pub(crate) fn tell_shadowing(app: &App, resolution: &Resolution) {
    if let Some(shadowing) = resolution.shadowing() {
        out::warn(&format!(
            "{} hides another token, {}",
            source(app, shadowing.by),
            source(app, shadowing.hidden)
        ));
    }
}

/// A source with `~` for the home folder.
pub(crate) fn source(app: &App, source: &Source) -> String {
    let text = source.to_string();
    match source.path() {
        Some(path) => text.replace(&path.display().to_string(), &app.shown(path)),
        None => text,
    }
}

/// A model with its name behind it.
fn labelled(known: &Known, text: &str) -> (String, String) {
    let model = text.parse().ok().and_then(|reference| known.catalog.resolve(&reference));
    (word(text), model.map_or_else(String::new, |model| printable(&model.label().value).into_owned()))
}

/// A word of the config: whatever it is, and a token at times.
fn word(text: &str) -> String {
    printable(&mask_tokens(text)).into_owned()
}

/// A line: what stands behind the value is left out where it does not fit, and a value that does not fit behind its
/// title stands below.
fn line(title: &str, value: &str, behind: &str) -> String {
    const TITLES: usize = 12;
    let room = out::width().unwrap_or(usize::MAX);
    let used = TITLES + value.width();
    let behind = match behind {
        "" => String::new(),
        _ if used + 2 + behind.width() > room => String::new(),
        behind => format!("  {}", dim(behind)),
    };
    let gap = match title {
        _ if used > room && title.is_empty() => "  ".to_owned(),
        _ if used > room => "\n  ".to_owned(),
        title => " ".repeat(TITLES.saturating_sub(title.len())),
    };
    format!("{}{gap}{value}{behind}\n", bold(title))
}

fn as_text(app: &App, settings: &Settings, known: &Known, resolution: &Resolution, resolved: &str) -> String {
    let mut text = match settings.config.primary() {
        Some(_) => {
            let (model, name) = labelled(known, resolved);
            line("Default", &model, &name)
        }
        None => line("Default", resolved, "none is set; this one is used"),
    };
    for (index, fallback) in settings.config.fallbacks().iter().enumerate() {
        let (model, name) = labelled(known, fallback);
        text += &line(if index == 0 { "Fallbacks" } else { "" }, &model, &name);
    }
    for (index, (alias, target)) in settings.aliases.iter().enumerate() {
        let alias = format!("{} -> {}", word(alias), word(target));
        text += &line(if index == 0 { "Aliases" } else { "" }, &alias, "");
    }
    text += &match &resolution.token {
        Some(found) => {
            line("Token", &format!("{} from {}", found.token.hint(), source(app, &found.source)), "")
        }
        None => line("Token", &format!("none; `{}` sets one up", mend(app, resolution)), ""),
    };
    for place in resolution.problems() {
        text += &line("", &word(&told(app, place)), "");
    }
    text += &line("Catalogue", &format!("{} models, {}", known.catalog.models().len(), known.list), "");
    text += &line("Config", &app.shown(&app.places.config), "");
    text
}

fn as_json(app: &App, settings: &Settings, known: &Known, resolution: &Resolution, resolved: &str) -> Value {
    let config = &settings.config;
    let aliases: serde_json::Map<_, _> =
        settings.aliases.iter().map(|(alias, target)| (alias.to_owned(), target.into())).collect();
    let found = resolution.token.as_ref();
    let profiles: Vec<_> = resolution
        .places
        .iter()
        .filter_map(|place| match &place.source {
            Source::AuthProfile { profile: Some(profile), .. } => Some((profile, &place.outcome)),
            _ => None,
        })
        .collect();
    let is_oauth = |outcome: &Outcome| matches!(outcome, Outcome::Unsupported(Unsupported::OauthProfile));
    let oauth = profiles.iter().filter(|(_, outcome)| is_oauth(outcome)).count();
    let mut provider = json!({
        "provider": "huggingface",
        "effective": match found {
            Some(found) => json!({ "kind": kind(&found.source), "detail": found.source.to_string() }),
            None => json!({ "kind": "missing", "detail": "missing" }),
        },
        "profiles": {
            "count": profiles.len(),
            "oauth": oauth,
            "labels": profiles.iter().map(|(profile, _)| profile).collect::<Vec<_>>(),
        },
    });
    // As OpenClaw has it: not there where no variable holds the token.
    if let Some(found) = found
        && let Some(variable) = found.source.variable()
    {
        provider["env"] = json!({ "value": found.token.hint(), "source": format!("env: {variable}") });
    }
    provider["places"] = resolution
        .places
        .iter()
        .map(|place| {
            json!({
                "source": place.source.to_string(),
                "name": place.source.name(),
                "outcome": place.outcome.name(),
                "problem": place.outcome.is_problem().then(|| place.outcome.to_string()),
            })
        })
        .collect::<Vec<_>>()
        .into();
    let asks_shell = |place: &Place| {
        matches!(place.source, Source::LoginShell { .. }) && !matches!(place.outcome, Outcome::Disabled)
    };
    let from_shell: Vec<_> = found
        .filter(|found| matches!(found.source, Source::LoginShell { .. }))
        .and_then(|found| found.source.variable())
        .into_iter()
        .collect();
    json!({
        "configPath": app.places.config,
        "stateDir": app.places.state_dir,
        "agentDir": app.places.agent_dir,
        "defaultModel": config.primary(),
        "resolvedDefault": resolved,
        "fallbacks": config.fallbacks(),
        "imageModel": null,
        "imageFallbacks": [],
        "aliases": aliases,
        "allowed": config.agents.defaults.models.keys().collect::<Vec<_>>(),
        "auth": {
            "storePath": app.places.agent_dir.join("auth-profiles.json"),
            "shellEnvFallback": {
                // The environment can switch it on as well.
                "enabled": resolution.places.iter().any(asks_shell),
                "appliedKeys": from_shell,
            },
            "providersWithOAuth": [],
            "unusableProfiles": [],
            "missingProvidersInUse": if found.is_none() { vec!["huggingface"] } else { vec![] },
            "providers": [provider],
        },
        "catalogue": known.as_json(),
    })
}

/// The kind of a source by OpenClaw's names for them.
fn kind(source: &Source) -> &'static str {
    match source {
        Source::AuthProfile { .. } => "profiles",
        Source::ConfigKey { .. } => "models.json",
        _ => "env",
    }
}
