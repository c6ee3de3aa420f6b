//! `openclaw config`: settings without losing a comment.

mod backups;
mod explain;

use openclaw_config_merge::{Aliases, Finding, Severity, check, store};
use openclaw_json5_edit::{Document, EditError, NewValue, Path};
use serde_json::json;

use crate::app::App;
use crate::args::ConfigCommand;
use crate::commands::models::{Save, save};
use crate::commands::onboard;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::refs::quoted;
use crate::view::{Place, counted, dedented, json_value, mask_tokens, raw_value, snippet, text_value};

pub(super) fn run(app: &App, command: ConfigCommand) -> Result<()> {
    match command {
        ConfigCommand::Get { path, json } => get(app, &path, json),
        ConfigCommand::Set { path, value, strict_json, force, writing } => {
            let how = Set { is_strict: strict_json, is_forced: force, dry_run: writing.dry_run };
            set(app, &path, &value, &how)
        }
        ConfigCommand::Unset { path, writing } => unset(app, &path, writing.dry_run),
        ConfigCommand::Explain { path, json } => explain::run(app, &path, json),
        ConfigCommand::Diff { since: Some(n), .. } => backups::since(app, n),
        ConfigCommand::Diff { path: Some(path), value: Some(value), .. } => {
            set(app, &path, &value, &Set { is_strict: false, is_forced: true, dry_run: true })
        }
        ConfigCommand::Diff { .. } => backups::print_diff(app, &onboard::preview_again(app)?),
        ConfigCommand::Restore { list: true, .. } => backups::list(app),
        ConfigCommand::Restore { n, force, writing, .. } => backups::restore(app, n, force, writing.dry_run),
        ConfigCommand::File => out::print(&format!("{}\n", app.places.config.display())),
        ConfigCommand::Validate { json } => validate(app, json),
    }
}

fn parse_path(text: &str) -> Result<Path> {
    text.parse().map_err(|error| {
        Failure::from_error(Exit::Usage, format!("`{}` is no path", text.escape_debug()), &error)
            .hint(r#"openclaw config get 'agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alias'"#)
    })
}

fn not_found(path: &Path) -> Failure {
    let parent = path.parent().filter(|parent| !parent.is_root());
    let failure = Failure::new(Exit::Failure, format!("there is nothing at `{path}`"));
    match parent {
        Some(parent) => failure.hint(format!("openclaw config get '{parent}'")),
        None => failure.hint("openclaw config file"),
    }
}

fn get(app: &App, text: &str, as_json: bool) -> Result<()> {
    let path = parse_path(text)?;
    let loaded = app.config()?;
    let value =
        loaded.effective().and_then(|document| document.get(&path)).ok_or_else(|| not_found(&path))?;
    let place = Place::of(&path);
    if as_json {
        return out::print_json(&json_value(&value.to_owned_value(), place));
    }
    let text =
        value.as_str().map_or_else(|| dedented(&raw_value(value, place)), |text| text_value(&text, place));
    out::print(&format!("{text}\n"))
}

/// How a value is set.
struct Set {
    /// A value that is no JSON5 is refused.
    is_strict: bool,
    /// What OpenClaw would refuse is saved all the same.
    is_forced: bool,
    dry_run: bool,
}

fn set(app: &App, text: &str, value: &str, how: &Set) -> Result<()> {
    let dry_run = how.dry_run;
    let path = parse_path(text)?;
    let new = match NewValue::parse(value) {
        Ok(new) => new,
        Err(error) if how.is_strict => {
            return Err(Failure::from_error(Exit::Usage, "the value is no JSON5", &error)
                .hint(format!("openclaw config set '{path}' '\"a text in quotes\"'")));
        }
        Err(_) => NewValue::from(value),
    };
    let save_as = Save { holder: "config set", dry_run, show: dry_run };
    let edited = save(app, &save_as, |document| {
        let edited = change(document, |edits| {
            edits.set(&path, new.clone());
        });
        let (after, ()) = edited.map_err(|error| edit_failure(app, &error))?;
        if !how.is_forced {
            refuse_new_errors(app, document, &after, &path, value)?;
        }
        Ok((after, ()))
    })?;
    if !dry_run {
        let done = if edited.is_changed() { "Updated" } else { "Unchanged" };
        out::print(&format!("{done}: {}\n", mask_tokens(&path.to_string())))?;
    }
    tell_findings(app, &edited.after)
}

/// What was fine before must not be refused by OpenClaw, or here, after the change.
fn refuse_new_errors(app: &App, before: &Document, after: &Document, path: &Path, value: &str) -> Result<()> {
    let errors = |document: &Document| -> Vec<_> {
        let config = store::parse(&app.places.config, document.as_str());
        let findings = config.map(|config| check(document, &config)).unwrap_or_default();
        findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect()
    };
    let old: Vec<_> = errors(before).into_iter().map(|finding| (finding.path, finding.message)).collect();
    let new = |finding: &Finding| !old.contains(&(finding.path.clone(), finding.message.clone()));
    let Some(finding) = errors(after).into_iter().find(new) else { return Ok(()) };
    let shown = app.shown(&app.places.config);
    Err(Failure::new(Exit::Usage, format!("`{path}` was not set: it would break the config"))
        .snippet(snippet(&shown, after.as_str(), finding.span, &finding.message))
        .hint(format!("openclaw config set {} {} --force", quoted(&path.to_string()), quoted(value))))
}

fn unset(app: &App, text: &str, dry_run: bool) -> Result<()> {
    let path = parse_path(text)?;
    save(app, &Save { holder: "config unset", dry_run, show: dry_run }, |document| {
        if document.get(&path).is_none() {
            return Err(not_found(&path));
        }
        change(document, |edits| {
            edits.remove(&path);
        })
        .map_err(|error| edit_failure(app, &error))
    })?;
    if dry_run { Ok(()) } else { out::print(&format!("Removed: {}\n", mask_tokens(&path.to_string()))) }
}

fn change(
    document: &Document,
    make: impl FnOnce(&mut openclaw_json5_edit::Edits<'_>),
) -> Result<(Document, ()), EditError> {
    let mut edits = document.edit();
    make(&mut edits);
    edits.apply().map(|document| (document, ()))
}

fn edit_failure(app: &App, error: &EditError) -> Failure {
    let shown = app.shown(&app.places.config);
    Failure::from_error(Exit::Usage, format!("`{shown}` cannot be changed; it was left as it is"), error)
        .hint("openclaw config file")
}

/// Warns of what looks wrong now; the change is made all the same, since it may be one of several.
fn tell_findings(app: &App, text: &str) -> Result<()> {
    let Ok(document) = Document::parse(text) else { return Ok(()) };
    let Ok(config) = store::parse(&app.places.config, text) else { return Ok(()) };
    for finding in check(&document, &config) {
        out::warn(&format!("{}: {}", finding.path, finding.message));
    }
    Ok(())
}

fn validate(app: &App, as_json: bool) -> Result<()> {
    let path = &app.places.config;
    let loaded = match store::read(path) {
        Ok(loaded) => loaded,
        Err(error) if as_json => {
            let place = error.place().map(|(text, span)| line_column(text, span.start));
            out::print_json(&json!({
                "valid": false,
                "path": path,
                "issues": [{ "severity": "error", "message": error.to_string(), "line": place.map(|p| p.0), "column": place.map(|p| p.1) }],
                "warnings": [],
            }))?;
            return Err(unreadable(app, &error));
        }
        Err(error) => return Err(unreadable(app, &error)),
    };
    let shown = app.shown(path);
    let Some(document) = &loaded.document else {
        if as_json {
            return out::print_json(
                &json!({ "valid": true, "path": path, "exists": false, "issues": [], "warnings": [] }),
            );
        }
        return out::print(&format!(
            "There is no config at {shown}, which is fine: everything has a default.\n"
        ));
    };
    let findings = check(document, &loaded.config);
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    if as_json {
        let list = |severity: Severity| {
            findings
                .iter()
                .filter(|finding| finding.severity == severity)
                .map(|finding| {
                    let (line, column) = document.line_column(finding.span.start);
                    json!({ "path": mask_tokens(&finding.path.to_string()), "message": mask_tokens(&finding.message), "line": line, "column": column })
                })
                .collect::<Vec<_>>()
        };
        out::print_json(&json!({
            "valid": errors == 0,
            "path": path,
            "exists": true,
            "issues": list(Severity::Error),
            "warnings": list(Severity::Warning),
        }))?;
    } else {
        for finding in &findings {
            let label = format!("{}: {}", finding.severity.as_str(), finding.message);
            out::say(&format!("{}\n", snippet(&shown, document.as_str(), finding.span.clone(), &label)));
        }
        if errors == 0 {
            out::print(&format!(
                "Config valid: {shown} (default {}, {}, {})\n",
                loaded.config.primary().unwrap_or("not set"),
                counted(loaded.config.fallbacks().len(), "fallback", "fallbacks"),
                counted(Aliases::of(&loaded.config).iter().count(), "alias", "aliases"),
            ))?;
        }
    }
    if errors > 0 {
        let what = format!("`{shown}` has {} to mend", counted(errors, "place", "places"));
        return Err(Failure::new(Exit::Usage, what).hint("openclaw config validate --json"));
    }
    Ok(())
}

/// As every command tells it, but for the hint: the place is shown already, so it leads on to the latest backup.
fn unreadable(app: &App, error: &store::ConfigError) -> Failure {
    let failure = app.config_failure(error);
    let path = &app.places.config;
    let has_backup = || openclaw_atomic_file::list_backups(path).is_ok_and(|backups| !backups.is_empty());
    if error.place().is_some() && error.path() == path && has_backup() {
        failure.hint("openclaw config restore --dry-run")
    } else {
        failure.hint("openclaw config file")
    }
}

fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
