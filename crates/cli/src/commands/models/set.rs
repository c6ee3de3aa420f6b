//! `openclaw models set`, and how every change of the config is saved and told.

use std::path::Path;
use std::time::Duration;

use openclaw_atomic_file::LockError;
use openclaw_config_merge::store::{self, EditError, EditOptions, Edited, NoBackup, Write};
use openclaw_config_merge::{Effect, MergeError, MergeReport, MergeRule, PrimaryChange, Wanted, merge};
use openclaw_json5_edit::{Document, EditErrorKind};
use openclaw_model_ref::ModelRef;

use crate::app::{App, Settings};
use crate::args::Set;
use crate::catalogue::{Ask, Known, known};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::picker::{Count, Question, pick};
use crate::refs::{Doubt, check, default_model, quoted, resolve};
use crate::view::{diff, snippet};

/// How long another program may hold the config.
pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) fn run(app: &App, args: &Set) -> Result<()> {
    let settings = Settings::load(app)?;
    if args.model.is_none() && !out::is_interactive() {
        return Err(Failure::new(Exit::Usage, "no model is named, and there is no terminal to pick one on")
            .because("expected `<org>/<name>`, `huggingface/<org>/<name>` or an alias")
            .hint(format!("openclaw models set {}", default_model()?.router_id())));
    }
    let known = known(app, &settings.config, Ask::Never)?;
    let model = match &args.model {
        Some(typed) => resolve(typed, &settings.aliases, Some(&known.catalog), "openclaw models set")?,
        None => choose(&settings, &known)?,
    };
    let doubt = check(&model, &known.catalog, args.force, "openclaw models set")?;
    tell_doubt(doubt.as_ref(), model.hub_id());
    let wanted = Wanted { primary: PrimaryChange::Set(model.clone()), ..Wanted::default() };
    save_merge(app, "models set", args.writing.dry_run, wanted)?;
    done(args.writing.dry_run, &format!("Default model: {model}"))
}

/// Has the user pick a model from the list.
fn choose(settings: &Settings, known: &Known) -> Result<ModelRef> {
    let picked = pick(&Question {
        message: "Default model",
        note: None,
        count: Count::One,
        catalog: &known.catalog,
        list: &known.list,
        current: settings.config.primary().and_then(|text| text.parse().ok()),
        not: None,
        taken: Vec::new(),
    });
    let picked = picked.map_err(|error| {
        Failure::from_error(Exit::Failure, "the terminal cannot be asked", &error)
            .hint("openclaw models list --all --plain")
    })?;
    let first = picked.and_then(|picked| picked.into_iter().next());
    first.ok_or_else(|| Failure::new(Exit::Interrupted, "interrupted; nothing was written"))
}

/// Says what was done, where it was.
pub(super) fn done(dry_run: bool, what: &str) -> Result<()> {
    if dry_run { Ok(()) } else { out::print(&format!("{what}\n")) }
}

pub(crate) fn tell_doubt(doubt: Option<&Doubt>, id: &str) {
    if let Some(Doubt::Unchecked) = doubt {
        out::warn(&format!(
            "`{id}` is not in the built-in table, and the router's list is not kept here; it was not checked"
        ));
    }
}

/// Merges what is wanted into the config, and tells what else that brought along.
pub(super) fn save_merge(app: &App, holder: &str, dry_run: bool, wanted: Wanted) -> Result<()> {
    let wanted = &Wanted { whole: whole(app)?, ..wanted };
    let edited = save(app, &Save { holder, dry_run, show: dry_run }, |document| {
        let merged = merge(document, wanted).map_err(|error| merge_failure(app, document, &error))?;
        Ok((merged.document, merged.report))
    })?;
    tell_side_effects(&edited.outcome);
    Ok(())
}

/// The config with its includes in place; `None` where it has none.
pub(crate) fn whole(app: &App) -> Result<Option<Document>> {
    let loaded = app.config()?;
    Ok(loaded.effective().filter(|_| !loaded.included.is_empty()).cloned())
}

/// Why a document cannot be merged into, with its place.
pub(crate) fn merge_failure(app: &App, document: &Document, error: &MergeError) -> Failure {
    let shown = app.shown(&app.places.config);
    let what = format!("`{shown}` cannot be changed; it was left as it is");
    match error {
        MergeError::Text(text) => Failure::new(Exit::Usage, what)
            .snippet(snippet(&shown, document.as_str(), text.span(), &text.to_string()))
            .hint("openclaw config validate"),
        // A `null` reads as if nothing were said, and nothing can be put into it.
        MergeError::Edit(edit) if matches!(edit.kind(), EditErrorKind::WrongKind { .. }) => {
            let path = edit.path().to_string();
            Failure::from_error(Exit::Usage, what, error)
                .hint(format!("openclaw config unset {}", quoted(&path)))
        }
        error => Failure::from_error(Exit::Usage, what, error).hint("openclaw config validate"),
    }
}

/// What the merge did beyond what was asked for, where a person should know.
pub(crate) fn tell_side_effects(report: &MergeReport) {
    let widened: Vec<_> = report
        .steps
        .iter()
        .filter(|step| step.rule == MergeRule::WidenAllowlist && step.effect != Effect::Kept)
        .map(|step| step.subject.as_str())
        .collect();
    if !widened.is_empty() {
        let mut names: Vec<&str> = Vec::new();
        for name in widened {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        out::say(&format!(
            "note: OpenClaw reads `agents.defaults.models` as the list of what a session may choose; added there: {}\n",
            names.join(", ")
        ));
    }
    let is_twin = |subject: &str| {
        report.steps.iter().any(|step| step.rule == MergeRule::KeepCaseTwins && step.subject == subject)
    };
    for step in &report.steps {
        let note = match step.rule {
            // That it is written otherwise is why the router does not list it.
            MergeRule::KeepVanished if is_twin(&step.subject) => continue,
            MergeRule::KeepInlineAlias => "has an `alias` that OpenClaw refuses there; it was kept",
            MergeRule::KeepDuplicates => "is listed twice; both were kept, and the first counts",
            MergeRule::KeepCaseTwins => "differs only by case from what was chosen; it was kept",
            MergeRule::KeepVanished => "is no longer listed by the router; it was kept",
            _ => continue,
        };
        out::warn(&format!("`{}` {note}", step.subject));
    }
}

/// How a change is saved.
pub(crate) struct Save<'a> {
    /// The command, for others who wait for the lock.
    pub(crate) holder: &'a str,
    /// Whether the change is only made, and not written.
    pub(crate) dry_run: bool,
    /// Whether the difference is printed.
    pub(crate) show: bool,
}

/// Saves a change of the config; a dry run prints the difference instead.
pub(crate) fn save<T>(
    app: &App,
    how: &Save<'_>,
    mut change: impl FnMut(&Document) -> Result<(Document, T)>,
) -> Result<Edited<T>> {
    let options = EditOptions {
        holder: how.holder,
        timeout: LOCK_TIMEOUT,
        write: if how.dry_run { Write::DryRun } else { Write::ToDisk },
    };
    let path = &app.places.config;
    let edited = store::edit(path, &options, |document, _| change(document))
        .map_err(|error| edit_failure(app, path, error))?;
    tell_edited(app, how, &edited)?;
    Ok(edited)
}

/// Shows the difference where that is wanted.
pub(crate) fn tell_edited<T>(app: &App, how: &Save<'_>, edited: &Edited<T>) -> Result<()> {
    let shown = app.shown(&edited.path);
    if how.show {
        let text = diff(&shown, &edited.before, &edited.after);
        out::print(&if text.is_empty() { format!("{shown} would not change\n") } else { text })?;
    } else if app.verbose
        && let Some(backup) = &edited.backup
    {
        out::say(&format!("the old config is kept as {}\n", app.shown(backup)));
    }
    Ok(())
}

impl From<NoBackup> for Failure {
    fn from(error: NoBackup) -> Self {
        Self::new(Exit::Usage, error.to_string()).hint("openclaw config restore --list")
    }
}

/// How an edit that was not made is told.
pub(crate) fn edit_failure<E: Into<Failure>>(app: &App, path: &Path, error: EditError<E>) -> Failure {
    let shown = app.shown(path);
    match error {
        EditError::Change(failure) => failure.into(),
        EditError::Config(error) => app.config_failure(&error),
        EditError::Result { text, error } => Failure::new(
            Exit::Usage,
            format!("`{shown}` would not load after this change; it was left as it is"),
        )
        .snippet(snippet(&shown, &text, error.span(), &error.to_string()))
        .hint("openclaw config validate"),
        EditError::Overtaken { before, now, error } => {
            let what =
                format!("`{shown}` was changed by another program meanwhile; it was left as that wrote it");
            let failure = Failure::new(Exit::Failure, what).snippet(diff(&shown, &before, &now));
            match error {
                Some(error) => failure.because(error.into().what()),
                None => failure,
            }
            .hint("openclaw config validate")
        }
        EditError::Lock(error @ LockError::Timeout { .. }) => Failure::from_error(
            Exit::Failure,
            format!("`{shown}` is being changed by another program"),
            &error,
        )
        .hint("openclaw config file"),
        EditError::Lock(error) => {
            Failure::from_error(Exit::Failure, format!("`{shown}` cannot be locked for a change"), &error)
                .hint("openclaw config file")
        }
        EditError::Write(error) => Failure::from_error(
            Exit::Failure,
            format!("`{shown}` cannot be saved; it was left as it is"),
            &error,
        )
        .hint("openclaw config file"),
        _ => Failure::new(Exit::Failure, format!("`{shown}` cannot be changed")).hint("openclaw config file"),
    }
}
