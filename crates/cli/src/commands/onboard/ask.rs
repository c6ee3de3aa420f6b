//! Onboarding in a terminal, a prompt at a time. Nothing is written here.

use inquire::InquireError;
use openclaw_catalog::Catalog;
use openclaw_config_merge::PrimaryChange;
use openclaw_credentials::{Source, Token};
use openclaw_hf_client::Endpoint;
use openclaw_model_ref::{ModelRef, Selector};

use super::backends::{Backend, backends};
use super::verify::{self, Checked, Verdict};
use super::{Credential, Plan, chosen, credential, preview, status_source};
use crate::app::{App, Settings};
use crate::args::Onboard;
use crate::catalogue::{self, ListState};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::network::NEW_TOKEN;
use crate::out;
use crate::picker::{Count, Question, pick};
use crate::prompt;
use crate::view::dim;

pub(super) fn plan(app: &App, args: &Onboard, settings: &Settings, endpoint: &Endpoint) -> Result<Plan> {
    if args.auth_choice.is_none() {
        provider()?;
    }
    let (credential, Checked { verdict, list, state }) = token(app, args, settings, endpoint)?;
    state.warn();
    let catalog = catalogue::merged(app, &settings.config, list.as_ref().map(|fetched| fetched.list.clone()));
    let primary = match &args.model {
        Some(typed) => chosen(typed, settings, &catalog)?,
        None => pick_model(settings, &catalog, &state, &verdict)?,
    };
    let fallbacks = pick_fallbacks(settings, &catalog, &state, &primary)?;
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
        plan.is_agreed = args.dry_run || answered(prompt::confirm("Write this?", true))?;
    }
    Ok(plan)
}

/// What a prompt gave; Ctrl-C and Esc end onboarding with every file as it was.
fn answered<T>(answer: Result<T, InquireError>) -> Result<T> {
    answer.map_err(|error| match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => interrupted(),
        error => unasked(&error),
    })
}

fn interrupted() -> Failure {
    Failure::new(Exit::Interrupted, "interrupted; nothing was written")
}

fn unasked(error: &dyn std::error::Error) -> Failure {
    Failure::from_error(Exit::Failure, "the terminal cannot be asked", error)
        .hint("openclaw onboard --non-interactive --huggingface-api-key \"$HF_TOKEN\"")
}

/// What was picked from the list of models, likewise.
fn picked(question: &Question<'_>) -> Result<Vec<ModelRef>> {
    pick(question).map_err(|error| unasked(&error))?.ok_or_else(interrupted)
}

/// Whether a person agrees to what was shown.
pub(in crate::commands) fn agrees(question: &str) -> Result<bool> {
    answered(prompt::confirm(question, true))
}

/// Whether a question should be asked at the end. All is written by then, so Ctrl-C only says no.
pub(super) fn wants_test() -> Result<bool> {
    match prompt::confirm("Ask a test question? It costs a fraction of a cent.", false) {
        Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => Ok(false),
        answer => answered(answer),
    }
}

fn provider() -> Result<()> {
    const OURS: &str = "Hugging Face";
    const NONE: &str = "another provider (use OpenClaw's own onboarding)";
    let picked = answered(prompt::choose("Model provider", vec![OURS, NONE], None))?;
    if picked == OURS {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, "this program sets up Hugging Face alone; nothing was written")
        .hint("npx openclaw@latest onboard"))
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
        if !answered(prompt::confirm(&question, true))? {
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
        match answered(prompt::choose("And now?", vec![Next::Again, Next::Keep, Next::Without], None))? {
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
        let help = "it is not shown while you type or paste it";
        let text = answered(prompt::secret("Hugging Face token", help))?;
        match Token::parse(&text) {
            Ok(token) => return Ok(token),
            Err(error) => out::warn(&format!("that cannot be a token: {error}")),
        }
    }
}

/// What locks the provider, as S13 of the specification has it.
const LOCKED: &str = "The provider is locked: the router picks it by price or speed.";

fn pick_model(
    settings: &Settings,
    catalog: &Catalog,
    list: &ListState,
    verdict: &Verdict,
) -> Result<ModelRef> {
    let picked = picked(&Question {
        message: "Default Hugging Face model",
        note: Some(&verdict.sentence()),
        count: Count::One,
        catalog,
        list,
        current: settings.config.primary().and_then(|text| text.parse().ok()),
        not: None,
        taken: Vec::new(),
    })?;
    // One that is asked for comes, or the user left.
    let picked = picked.into_iter().next().ok_or_else(interrupted)?;
    if picked.selector() != Selector::Auto {
        if picked.is_locked() {
            out::say(&format!("{}\n", dim(LOCKED)));
        }
        return Ok(picked);
    }
    pick_backend(catalog, picked)
}

/// The optional step: a backend of the user's own.
fn pick_backend(catalog: &Catalog, model: ModelRef) -> Result<ModelRef> {
    let rows = catalog.resolve(&model).map(|known| backends(&model, &known)).unwrap_or_default();
    if rows.len() < 2 {
        return Ok(model);
    }
    let help = "a pin is kept even when that provider fails; Enter lets the router decide";
    match answered(prompt::choose("Prefer a specific backend?", rows, Some(help)))? {
        Backend::Router(_) => Ok(model),
        Backend::Pinned { reference, .. } => Ok(reference),
    }
}

fn pick_fallbacks(
    settings: &Settings,
    catalog: &Catalog,
    list: &ListState,
    primary: &ModelRef,
) -> Result<Vec<ModelRef>> {
    let taken: Vec<ModelRef> =
        settings.config.fallbacks().iter().filter_map(|text| text.parse().ok()).collect();
    let message = if taken.is_empty() {
        "Fallbacks, tried in this order (optional)"
    } else {
        "Further fallbacks (optional)"
    };
    picked(&Question {
        message,
        note: primary.is_locked().then_some(LOCKED),
        count: Count::Any,
        catalog,
        list,
        current: None,
        not: Some(primary.clone()),
        taken,
    })
}
