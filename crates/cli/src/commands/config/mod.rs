//! `openclaw config`: settings without losing a comment.

mod backups;
mod explain;
mod values;

use std::cmp::Reverse;
use std::collections::HashSet;

use openclaw_config_merge::{Aliases, Finding, Severity, store};
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
use crate::view::{
    Place, counted, dedented, json_value, mask_tokens, raw_value, snippet, snippets, text_value,
};

/// How many places that look wrong are told in words; JSON has all.
const MOST_IN_WORDS: usize = 20;

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

fn not_found(path: &Path, document: Option<&Document>) -> Failure {
    let hint = match document {
        Some(document) => look_above(path, document),
        // Without a config there is nothing to print, and what holds all the same can be told.
        None => format!("openclaw config explain {}", quoted(&path.to_string())),
    };
    Failure::new(Exit::Failure, format!("there is nothing at `{path}`")).hint(hint)
}

/// A command that prints what is nearest above a path.
fn look_above(path: &Path, document: &Document) -> String {
    let mut above = path.clone();
    while document.get(&above).is_none() {
        above = above.parent().unwrap_or_default();
    }
    format!("openclaw config get {}", quoted(&above.to_string()))
}

fn get(app: &App, text: &str, as_json: bool) -> Result<()> {
    let path = parse_path(text)?;
    let loaded = app.config()?;
    let value = loaded
        .effective()
        .and_then(|document| document.get(&path))
        .ok_or_else(|| not_found(&path, loaded.effective()))?;
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
        let (after, ()) = edited.map_err(|error| {
            let failure = edit_failure(app, document, &error);
            match instead(document, &path, &new) {
                Some(command) => failure.hint(command),
                None => failure,
            }
        })?;
        if !how.is_forced {
            refuse_new_errors(app, document, &after, &path, value)?;
        }
        Ok((after, ()))
    })?;
    if !dry_run {
        let done = if edited.is_changed() { "Updated" } else { "Unchanged" };
        out::print(&format!("{done}: {}\n", mask_tokens(&path.to_string())))?;
    }
    tell_findings(app, &edited.before, &edited.after);
    Ok(())
}

/// What was fine before must not be refused by OpenClaw, or here, after the change.
fn refuse_new_errors(app: &App, before: &Document, after: &Document, path: &Path, value: &str) -> Result<()> {
    let errors = |document: &Document| {
        let findings = findings_of(app, document.as_str()).into_iter();
        findings.filter(|finding| finding.severity == Severity::Error)
    };
    let old: HashSet<_> = errors(before).map(|finding| told(&finding)).collect();
    let Some(finding) = errors(after).find(|finding| !old.contains(&told(finding))) else { return Ok(()) };
    let shown = app.shown(&app.places.config);
    Err(Failure::new(Exit::Usage, format!("`{path}` was not set: it would break the config"))
        .snippet(snippet(&shown, after.as_str(), finding.span, &finding.message))
        .hint(format!("openclaw config set {} {} --force", quoted(&path.to_string()), quoted(value))))
}

fn unset(app: &App, text: &str, dry_run: bool) -> Result<()> {
    let path = parse_path(text)?;
    save(app, &Save { holder: "config unset", dry_run, show: dry_run }, |document| {
        if document.get(&path).is_none() {
            return Err(not_found(&path, Some(document)));
        }
        change(document, |edits| {
            edits.remove(&path);
        })
        .map_err(|error| edit_failure(app, document, &error))
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

fn edit_failure(app: &App, document: &Document, error: &EditError) -> Failure {
    let shown = app.shown(&app.places.config);
    Failure::from_error(Exit::Usage, format!("`{shown}` cannot be changed; it was left as it is"), error)
        .hint(look_above(error.path(), document))
}

/// The command that sets the default model however the config says it; `None` for anything else.
fn instead(document: &Document, path: &Path, new: &NewValue) -> Option<String> {
    let model = Path::keys(["agents", "defaults", "model"]);
    let is_text = document.get(&model).is_some_and(|value| value.as_str().is_some());
    match new {
        NewValue::String(text) if is_text && *path == model.key("primary") => {
            Some(format!("openclaw models set {}", quoted(text)))
        }
        _ => None,
    }
}

/// Warns of what looks wrong now; the change is made all the same, since it may be one of several.
///
/// What the change brought comes first, so that it is told however much was there before.
fn tell_findings(app: &App, before: &str, after: &str) {
    let old: HashSet<_> = findings_of(app, before).into_iter().map(|finding| told(&finding)).collect();
    let mut lines: Vec<_> = findings_of(app, after).iter().map(told).collect();
    if lines.len() > MOST_IN_WORDS {
        lines.sort_by_key(|line| old.contains(line));
    }
    for line in lines.iter().take(MOST_IN_WORDS) {
        out::warn(line);
    }
    tell_more(lines.len());
}

fn told(finding: &Finding) -> String {
    format!("{}: {}", finding.path, finding.message)
}

/// What looks wrong in a text; nothing where it does not load.
fn findings_of(app: &App, text: &str) -> Vec<Finding> {
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    let config = store::parse(&app.places.config, text);
    config.map(|config| values::check(&document, &config)).unwrap_or_default()
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
    let findings = values::check(document, &loaded.config);
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    if as_json {
        let list = |severity: Severity| {
            let of_it = || findings.iter().filter(|finding| finding.severity == severity);
            let places = document.line_columns(of_it().map(|finding| finding.span.start));
            of_it()
                .zip(places)
                .map(|(finding, (line, column))| {
                    json!({ "path": mask_tokens(&finding.path), "message": mask_tokens(&finding.message), "line": line, "column": column })
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
        show_findings(&shown, document.as_str(), &findings);
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

/// The first places in words, each with its line; where there are more, those that have to be mended come first.
fn show_findings(shown: &str, text: &str, findings: &[Finding]) {
    let mut listed: Vec<_> = findings.iter().collect();
    if listed.len() > MOST_IN_WORDS {
        listed.sort_by_key(|finding| Reverse(finding.severity));
    }
    let places = listed
        .iter()
        .take(MOST_IN_WORDS)
        .map(|finding| (finding.span.clone(), format!("{}: {}", finding.severity.as_str(), finding.message)));
    for snippet in snippets(shown, text, places) {
        out::say(&format!("{snippet}\n"));
    }
    tell_more(findings.len());
}

/// What is said where not all is told in words.
fn tell_more(count: usize) {
    if let Some(more) = count.checked_sub(MOST_IN_WORDS).filter(|more| *more > 0) {
        out::say(&format!("… and {more} more; `openclaw config validate --json` lists all\n"));
    }
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
