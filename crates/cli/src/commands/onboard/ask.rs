//! Onboarding in a terminal, a prompt at a time. Nothing is written here.

use inquire::{Confirm, InquireError, MultiSelect, Password, PasswordDisplayMode, Select};
use openclaw_catalog::Catalog;
use openclaw_config_merge::PrimaryChange;
use openclaw_credentials::{Source, Token};
use openclaw_hf_client::Endpoint;
use openclaw_model_ref::{ModelRef, Selector};

use super::choices::{Backend, Choice, Forms, Fuzzy, backends, models};
use super::verify::{self, Checked, Verdict};
use super::{Credential, Plan, chosen, credential, preview, status_source};
use crate::app::{App, Settings};
use crate::args::Onboard;
use crate::catalogue;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::network::NEW_TOKEN;
use crate::out;
use crate::refs::DEFAULT_MODEL;
use crate::view::dim;

/// The most rows that a list shows at once.
const ROWS: usize = 12;

/// How many columns a row of a list may take, and how many rows fit beside question and help.
fn room() -> (usize, usize) {
    // The pointer in front of a row takes two columns; the last one stays free, or the terminal would wrap.
    match terminal_size::terminal_size() {
        Some((width, height)) => {
            (usize::from(width.0).saturating_sub(3), usize::from(height.0).saturating_sub(10).clamp(3, ROWS))
        }
        None => (77, ROWS),
    }
}

pub(super) fn plan(app: &App, args: &Onboard, settings: &Settings, endpoint: &Endpoint) -> Result<Plan> {
    if args.auth_choice.is_none() {
        provider()?;
    }
    let (credential, Checked { verdict, list, state }) = token(app, args, settings, endpoint)?;
    state.warn();
    let catalog = catalogue::merged(app, &settings.config, list.as_ref().map(|fetched| fetched.list.clone()));
    let primary = match &args.model {
        Some(typed) => chosen(typed, settings, &catalog)?,
        None => pick_model(settings, &catalog)?,
    };
    let fallbacks = pick_fallbacks(settings, &catalog, &primary)?;
    let mut plan = Plan {
        credential,
        verdict,
        catalog,
        fetched: list,
        list: state,
        primary: PrimaryChange::Set(primary),
        fallbacks,
        is_agreed: false,
    };
    let changes = preview(app, settings, &plan)?;
    if changes.is_empty() {
        out::say("\nThe config says all this already.\n");
        plan.is_agreed = true;
    } else {
        out::say(&format!("\n{changes}\n"));
        plan.is_agreed = args.dry_run || answered(Confirm::new("Write this?").with_default(true).prompt())?;
    }
    Ok(plan)
}

/// What a prompt gave; Ctrl-C and Esc end onboarding with every file as it was.
fn answered<T>(answer: Result<T, InquireError>) -> Result<T> {
    answer.map_err(|error| match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            Failure::new(Exit::Interrupted, "interrupted; nothing was written")
        }
        error => Failure::from_error(Exit::Failure, "the terminal cannot be asked", &error)
            .hint("openclaw onboard --non-interactive --huggingface-api-key \"$HF_TOKEN\""),
    })
}

/// Whether a person agrees to what was shown.
pub(in crate::commands) fn agrees(question: &str) -> Result<bool> {
    answered(Confirm::new(question).with_default(true).prompt())
}

/// Whether a question should be asked at the end. All is written by then, so Ctrl-C only says no.
pub(super) fn wants_test() -> Result<bool> {
    let question = Confirm::new("Ask a test question? It costs a fraction of a cent.").with_default(false);
    match question.prompt() {
        Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => Ok(false),
        answer => answered(answer),
    }
}

fn provider() -> Result<()> {
    const OURS: &str = "Hugging Face";
    const NONE: &str = "another provider (use OpenClaw's own onboarding)";
    let picked = answered(Select::new("Model provider", vec![OURS, NONE]).prompt())?;
    if picked == OURS {
        return Ok(());
    }
    Err(Failure::new(Exit::Interrupted, "this program sets up Hugging Face alone; nothing was written"))
}

/// Asks for a token until one works, or the user goes on with what there is.
fn token(
    app: &App,
    args: &Onboard,
    settings: &Settings,
    endpoint: &Endpoint,
) -> Result<(Option<Credential>, Checked)> {
    let mut credential = credential(app, args, settings)?;
    if let Some(found) = &credential
        && !found.is_given()
    {
        let source = status_source(app, &found.source);
        let question = format!("Use the token {} from {source}?", found.token.hint());
        if !answered(Confirm::new(&question).with_default(true).prompt())? {
            credential = None;
        }
    }
    loop {
        let current = match credential.take() {
            Some(current) => current,
            None => Credential { token: type_token()?, source: Source::Prompt },
        };
        let checked = verify::check(app, endpoint, Some(&current.token), !args.skip_verify)?;
        let stops = matches!(checked.verdict, Verdict::Refused { .. } | Verdict::LacksPermission { .. });
        if !stops {
            if checked.verdict.is_warned() {
                checked.verdict.warn();
            } else {
                out::say(&format!("{}\n", checked.verdict.sentence()));
            }
            return Ok((Some(current), checked));
        }
        checked.verdict.warn();
        out::say(&format!("{}\n", dim(&format!("Make one with the permission at {NEW_TOKEN}"))));
        match answered(Select::new("And now?", vec![Next::Again, Next::Keep, Next::Without]).prompt())? {
            Next::Again => {}
            Next::Keep => return Ok((Some(current), checked)),
            Next::Without => return Ok((None, checked)),
        }
    }
}

/// What to do with a token that does not work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Again,
    Keep,
    Without,
}

impl std::fmt::Display for Next {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Again => "type another token",
            Self::Keep => "keep this token all the same",
            Self::Without => "go on without a token",
        })
    }
}

fn type_token() -> Result<Token> {
    out::say(&format!("{}\n", dim(&format!("A token is made at {NEW_TOKEN}"))));
    loop {
        let prompt = Password::new("Hugging Face token")
            .without_confirmation()
            .with_display_mode(PasswordDisplayMode::Hidden)
            .with_help_message("it is not shown while you type or paste it");
        let text = answered(prompt.prompt())?;
        match Token::parse(&text) {
            Ok(token) => return Ok(token),
            Err(error) => out::warn(&format!("that cannot be a token: {error}")),
        }
    }
}

fn pick_model(settings: &Settings, catalog: &Catalog) -> Result<ModelRef> {
    let (columns, page) = room();
    let mut rows = models(catalog, Forms::WithPolicies, columns);
    let current = settings.config.primary().and_then(|text| text.parse::<ModelRef>().ok());
    // A pin of the user's is a row too, so that Enter keeps it.
    if let Some(current) = &current
        && !rows.iter().any(|row| row.reference == *current)
    {
        rows.insert(0, Choice::plain(current.clone()));
    }
    let wanted = current.as_ref().map_or(DEFAULT_MODEL, ModelRef::as_str);
    let start = rows.iter().position(|row| row.reference.as_str() == wanted).unwrap_or(0);
    let fuzzy = Fuzzy::new();
    let scorer = |typed: &str, choice: &Choice, _: &str, _: usize| fuzzy.score(typed, choice);
    let help = "type to filter · $ per 1M tokens in/out · speed";
    let picked = answered(
        Select::new("Default Hugging Face model", rows)
            .with_starting_cursor(start)
            .with_page_size(page)
            .with_scorer(&scorer)
            .with_formatter(&|picked| picked.value.reference.router_id().to_owned())
            .with_help_message(help)
            .prompt(),
    )?
    .reference;
    if picked.selector() != Selector::Auto {
        if picked.is_locked() {
            out::say(&format!("{}\n", dim("The provider is locked: the router picks it by price or speed.")));
        }
        return Ok(picked);
    }
    pick_backend(catalog, picked)
}

/// The optional step: a backend of the user's own.
fn pick_backend(catalog: &Catalog, model: ModelRef) -> Result<ModelRef> {
    let rows = catalog.resolve(&model).map(|model| backends(&model)).unwrap_or_default();
    if rows.len() < 2 {
        return Ok(model);
    }
    let help = "a pin is kept even when that provider fails; Enter lets the router decide";
    let picked = Select::new("Prefer a specific backend?", rows)
        .with_page_size(room().1)
        .with_help_message(help)
        .prompt();
    match answered(picked)? {
        Backend::Router(_) => Ok(model),
        Backend::Pinned { provider, .. } => {
            model.with_selector(Selector::Provider(&provider)).map_err(|error| {
                Failure::from_error(Exit::Failure, "the provider's name cannot be pinned", &error)
            })
        }
    }
}

fn pick_fallbacks(settings: &Settings, catalog: &Catalog, primary: &ModelRef) -> Result<Vec<ModelRef>> {
    let there: Vec<ModelRef> =
        settings.config.fallbacks().iter().filter_map(|text| text.parse().ok()).collect();
    let (columns, page) = room();
    let rows: Vec<_> = models(catalog, Forms::Plain, columns)
        .into_iter()
        .filter(|row| row.reference.base() != primary.base() && !there.contains(&row.reference))
        .collect();
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let question = if there.is_empty() {
        "Fallbacks, tried in this order (optional)"
    } else {
        "Further fallbacks (optional)"
    };
    let fuzzy = Fuzzy::new();
    let scorer = |typed: &str, choice: &Choice, _: &str, _: usize| fuzzy.score(typed, choice);
    let picked = answered(
        MultiSelect::new(question, rows)
            .with_page_size(page)
            .with_scorer(&scorer)
            .with_formatter(&|picked| {
                picked.iter().map(|row| row.value.reference.router_id()).collect::<Vec<_>>().join(", ")
            })
            .with_help_message("space picks, Enter goes on")
            .prompt(),
    )?;
    Ok(picked.into_iter().map(|choice| choice.reference).collect())
}
