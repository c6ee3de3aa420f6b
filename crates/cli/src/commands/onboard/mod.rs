//! `openclaw onboard`: token, default model, fallbacks.
//!
//! Everything is asked and checked first; then the token and the config are written, and nothing before.

mod ask;
mod backends;
mod verify;

use std::io::Read as _;

use openclaw_catalog::Catalog;
use openclaw_config_merge::{FallbackChange, PrimaryChange, Wanted, WantedModel, merge};
use openclaw_credentials::{Given, Secret, Source, StoreError, Stored, Token, Via};
use openclaw_hf_client::{DEFAULT_BASE_URL, Endpoint};
use openclaw_model_ref::ModelRef;
use serde_json::json;

use super::infer;
use super::models::{
    Save, merge_failure, save, status_source, tell_doubt, tell_shadowing, tell_side_effects, whole,
};
use super::token::{mend_file, told};
use crate::app::{App, Settings};
use crate::args::Onboard;
use crate::catalogue::{self, Fetched, ListState};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::refs::{check, default_model, resolve};
use crate::view::diff;
use crate::{network, out};
pub(super) use ask::agrees;
use verify::Checked;
pub(super) use verify::{Verdict, verdict};

/// A token file or a pipe with more than this is no token.
const MAX_TOKEN: u64 = 64 * 1024;

pub(super) fn run(app: &App, args: &Onboard) -> Result<()> {
    if !args.non_interactive && !out::is_interactive() {
        return Err(Failure::new(
            Exit::Usage,
            "onboarding asks questions, and there is no terminal to ask on",
        )
        .hint("openclaw onboard --non-interactive --huggingface-api-key \"$HF_TOKEN\""));
    }
    let settings = Settings::load(app)?;
    let endpoint = app.endpoint(&settings.config)?;
    let plan = if args.non_interactive {
        from_flags(app, args, &settings, &endpoint)?
    } else {
        ask::plan(app, args, &settings, &endpoint)?
    };
    write(app, args, &settings, &plan)?;
    if args.non_interactive || args.dry_run || plan.credential.is_none() || !ask::wants_test()? {
        return Ok(());
    }
    infer::test(app)
}

/// Everything that was found out and chosen, before anything is written.
struct Plan {
    credential: Option<Credential>,
    verdict: Verdict,
    catalog: Catalog,
    /// The router's list, to keep once all is agreed.
    fetched: Option<Fetched>,
    list: ListState,
    primary: PrimaryChange,
    fallbacks: Vec<ModelRef>,
    /// Whether the user has seen the difference and agreed to it.
    is_agreed: bool,
}

/// The token to use.
struct Credential {
    token: Token,
    source: Source,
}

impl Credential {
    /// Whether it was given to this command, and so has to be kept.
    fn is_given(&self) -> bool {
        matches!(self.source, Source::Flag | Source::Stdin | Source::Prompt)
    }
}

/// The token from the flag, standard input, or any of the usual places.
fn credential(app: &App, args: &Onboard, settings: &Settings) -> Result<Option<Credential>> {
    let given = match args.huggingface_api_key.as_deref() {
        Some("-") => Some(Given { text: Secret::new(token_from_stdin()?), via: Via::Stdin }),
        Some(text) => Some(Given { text: Secret::new(text), via: Via::Flag }),
        None => None,
    };
    if let Some(given) = &given {
        Token::parse(given.text.expose()).map_err(|error| {
            Failure::from_error(Exit::Auth, "the token that was given cannot be one", &error)
                .because(format!("make one at {}", network::NEW_TOKEN))
                .hint("openclaw onboard")
        })?;
    }
    let resolution = app.token(&settings.config, given);
    for place in resolution.problems() {
        out::warn(&told(app, place));
    }
    Ok(resolution.token.map(|found| Credential { token: found.token, source: found.source }))
}

fn token_from_stdin() -> Result<String> {
    const AGAIN: &str = "printenv HF_TOKEN | openclaw onboard --non-interactive --huggingface-api-key -";
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(MAX_TOKEN).read_to_end(&mut bytes);
    read.map_err(|error| {
        Failure::from_error(Exit::Usage, "standard input cannot be read", &error).hint(AGAIN)
    })?;
    infer::text_of(bytes, "standard input", || AGAIN.to_owned())
}

/// Asks nothing: a refused token ends it, an unreachable router does not.
fn from_flags(app: &App, args: &Onboard, settings: &Settings, endpoint: &Endpoint) -> Result<Plan> {
    let Some(credential) = credential(app, args, settings)? else {
        return Err(Failure::new(
            Exit::Auth,
            "there is no token: neither a flag, nor the environment, nor a file has one",
        )
        .because(format!("make one at {}", network::NEW_TOKEN))
        .hint("openclaw onboard --non-interactive --huggingface-api-key \"$HF_TOKEN\""));
    };
    let Checked { verdict, list, state } =
        verify::check(app, endpoint, Some(&credential.token), !args.skip_verify)?;
    if let Some(failure) = verdict.failure(&status_source(app, &credential.source)) {
        return Err(failure);
    }
    verdict.warn();
    state.warn();
    let catalog = catalogue::merged(app, &settings.config, list.as_ref().map(|fetched| fetched.list.clone()));
    let primary = match &args.model {
        Some(typed) => PrimaryChange::Set(chosen(typed, settings, &catalog)?),
        None => PrimaryChange::IfMissing(default_model()?),
    };
    Ok(Plan {
        credential: Some(credential),
        verdict,
        catalog,
        fetched: list,
        list: state,
        primary,
        fallbacks: Vec::new(),
        is_agreed: true,
    })
}

/// A model by flag, checked against the list.
fn chosen(typed: &str, settings: &Settings, catalog: &Catalog) -> Result<ModelRef> {
    let model = resolve(typed, &settings.aliases, Some(catalog), "openclaw onboard --model")?;
    let doubt = check(&model, catalog, false, "openclaw onboard --model")?;
    tell_doubt(doubt.as_ref(), model.hub_id());
    Ok(model)
}

/// What the config should say by the plan.
fn wanted(app: &App, settings: &Settings, plan: &Plan) -> Result<Wanted> {
    let config = &settings.config;
    let primary = match &plan.primary {
        PrimaryChange::Set(model) => Some(model.clone()),
        PrimaryChange::IfMissing(model) if config.primary().is_none() => Some(model.clone()),
        _ => config.primary().and_then(|text| text.parse().ok()),
    };
    let there = config.fallbacks().iter().filter_map(|text| text.parse().ok());
    let models = primary.into_iter().chain(there).chain(plan.fallbacks.iter().cloned());
    let served = plan.catalog.has_discovery().then(|| {
        let listed = plan.catalog.models().iter().filter(|model| model.offers.is_some());
        listed.map(|model| model.id.clone()).collect()
    });
    Ok(Wanted {
        primary: plan.primary.clone(),
        fallbacks: FallbackChange::Append(plan.fallbacks.clone()),
        provider: Some(DEFAULT_BASE_URL.to_owned()),
        models: models
            .filter_map(|reference: ModelRef| plan.catalog.resolve(&reference))
            .map(|model| WantedModel { model, is_chosen: true })
            .collect(),
        served,
        whole: whole(app)?,
        ..Wanted::default()
    })
}

/// What onboarding again would change, without asking anybody.
pub(super) fn preview_again(app: &App) -> Result<String> {
    let settings = Settings::load(app)?;
    let known = catalogue::known(app, &settings.config, catalogue::Ask::Never)?;
    let plan = Plan {
        credential: None,
        verdict: Verdict::NotAsked,
        catalog: known.catalog,
        fetched: None,
        list: known.list,
        primary: PrimaryChange::IfMissing(default_model()?),
        fallbacks: Vec::new(),
        is_agreed: false,
    };
    preview(app, &settings, &plan)
}

/// What the config's difference would be, without writing.
fn preview(app: &App, settings: &Settings, plan: &Plan) -> Result<String> {
    let wanted = wanted(app, settings, plan)?;
    let edited = save(app, &Save { holder: "onboard", dry_run: true, show: false }, |document| {
        let merged = merge(document, &wanted).map_err(|error| merge_failure(app, document, &error))?;
        Ok((merged.document, ()))
    })?;
    Ok(diff(&app.shown(&app.places.config), &edited.before, &edited.after))
}

fn write(app: &App, args: &Onboard, settings: &Settings, plan: &Plan) -> Result<()> {
    if !plan.is_agreed {
        return Err(Failure::new(Exit::Interrupted, "nothing was written"));
    }
    let stored = match &plan.credential {
        Some(credential) if credential.is_given() && !args.dry_run => Some(keep(app, &credential.token)?),
        _ => None,
    };
    let wanted = wanted(app, settings, plan)?;
    if let Some(fetched) = plan.fetched.as_ref().filter(|_| !args.dry_run) {
        catalogue::keep(app, &app.endpoint(&settings.config)?, fetched);
    }
    // In JSON the difference has a field of its own.
    let save_as = Save { holder: "onboard", dry_run: args.dry_run, show: args.dry_run && !args.json };
    let edited = save(app, &save_as, |document| {
        let merged = merge(document, &wanted).map_err(|error| merge_failure(app, document, &error))?;
        Ok((merged.document, merged.report))
    })?;
    tell_side_effects(&edited.outcome);
    // As it is now: the new token may be hidden by one in the environment.
    let now = Settings::load(app)?;
    if stored.is_some() {
        tell_shadowing(app, &app.token(&now.config, None));
    }
    let primary =
        if args.dry_run { after_merge(settings, plan) } else { now.config.primary().map(str::to_owned) };
    let shown = app.shown(&edited.path);
    let diff = (args.dry_run && args.json).then(|| diff(&shown, &edited.before, &edited.after));
    let report = Report { stored, is_changed: edited.is_changed(), diff, primary };
    if args.json {
        out::print_json(&as_json(app, args, plan, &report))
    } else {
        out::print(&as_text(app, args, plan, &report))
    }
}

fn after_merge(settings: &Settings, plan: &Plan) -> Option<String> {
    match &plan.primary {
        PrimaryChange::Set(model) => Some(model.to_string()),
        PrimaryChange::IfMissing(model) => {
            Some(settings.config.primary().map_or_else(|| model.to_string(), str::to_owned))
        }
        PrimaryChange::Keep => settings.config.primary().map(str::to_owned),
    }
}

fn keep(app: &App, token: &Token) -> Result<Stored> {
    openclaw_credentials::store(&app.places.state_dir, token).map_err(|error| {
        let hint = match error {
            StoreError::Read(_) | StoreError::NotUtf8 { .. } => mend_file(app),
            _ => "openclaw models status".to_owned(),
        };
        Failure::from_error(Exit::Failure, "the token cannot be kept; nothing was written", &error).hint(hint)
    })
}

/// What was done.
struct Report {
    stored: Option<Stored>,
    is_changed: bool,
    /// What would change; `None` where it is shown or written.
    diff: Option<String>,
    primary: Option<String>,
}

fn as_text(app: &App, args: &Onboard, plan: &Plan, report: &Report) -> String {
    let mut lines = Vec::new();
    if !plan.verdict.is_warned() {
        lines.push(plan.verdict.sentence());
    }
    match (&report.stored, &plan.credential) {
        (Some(stored), _) if stored.changed => {
            lines.push(format!("Token kept as {} in {}", stored.name, app.shown(&stored.path)));
        }
        (Some(stored), _) => lines.push(format!("Token already in {}", app.shown(&stored.path))),
        (None, Some(credential)) if !credential.is_given() => {
            lines.push(format!(
                "Token used from {}; it is not stored anew",
                status_source(app, &credential.source)
            ));
        }
        _ => {}
    }
    let config = app.shown(&app.places.config);
    lines.push(match (args.dry_run, report.is_changed) {
        (true, true) => format!("{config} would change as shown; nothing was written"),
        (true, false) => format!("{config} would not change"),
        (false, true) => format!("Config saved to {config}"),
        (false, false) => format!("{config} says all this already"),
    });
    lines.push(format!("Default model: {}", report.primary.as_deref().unwrap_or("none")));
    if !args.dry_run {
        lines.push("Next: openclaw infer model run --prompt \"Why is the sky blue?\"".to_owned());
    }
    lines.join("\n") + "\n"
}

fn as_json(app: &App, args: &Onboard, plan: &Plan, report: &Report) -> serde_json::Value {
    let mut config = json!({ "path": app.places.config, "changed": report.is_changed });
    if let (Some(diff), Some(fields)) = (&report.diff, config.as_object_mut()) {
        fields.insert("diff".to_owned(), anstream::adapter::strip_str(diff).to_string().into());
    }
    json!({
        "ok": true,
        "mode": args.mode,
        "authChoice": "huggingface-api-key",
        "dryRun": args.dry_run,
        "defaultModel": report.primary,
        "verification": plan.verdict.name(),
        "verificationDetail": plan.verdict.sentence(),
        "token": {
            "source": plan.credential.as_ref().map(|credential| credential.source.to_string()),
            "stored": report.stored.is_some(),
            "storedIn": report.stored.as_ref().map(|stored| &stored.path),
        },
        "config": config,
        "catalogue": plan.list.as_json(&plan.catalog),
    })
}
