//! What the config says, and whether anybody serves what it names.

use std::collections::HashSet;

use openclaw_catalog::{Availability, Catalog};
use openclaw_config_merge::{FindingKind, Named, Reference, Role, Severity, check, named};
use openclaw_json5_edit::{Lookup, Path as JsonPath};
use openclaw_model_ref::{ModelRef, Selector};

use super::Subject;
use super::ask::Answers;
use super::finding::{Check, FIX, Finding, Level};
use crate::app::App;
use crate::refs::{DEFAULT_MODEL, nearest, quoted};
use crate::view::{counted, mask_tokens};

pub(super) fn look(app: &App, subject: &Subject, answers: &Answers) -> Vec<Finding> {
    let shown = app.shown(&app.places.config);
    let Some(loaded) = &subject.loaded else {
        let what = format!("{shown} cannot be read: {}", mask_tokens(&subject.broken_at));
        let why = "no command that needs it works, here and in OpenClaw";
        return vec![
            Finding::wrong(Check::ConfigSyntax, Level::Error, what, why, "openclaw config validate")
                .at(shown),
        ];
    };
    let mut findings = Vec::new();
    let Some(document) = &loaded.document else {
        findings.push(Finding::note(Check::ConfigSyntax, format!("there is no config at {shown}")));
        findings.push(no_default());
        return findings;
    };
    let config = &subject.config;
    findings.push(Finding::ok(
        Check::ConfigSyntax,
        format!(
            "{shown} can be read ({}, {})",
            counted(config.fallbacks().len(), "fallback", "fallbacks"),
            counted(subject.aliases.iter().count(), "alias", "aliases"),
        ),
    ));
    let mut there = There(Lookup::new(document));
    findings.extend(check(document, config).iter().map(|finding| told(subject, &mut there, finding)));
    if config.primary().is_none() {
        findings.push(no_default());
    }
    let named = named(config, &answers.catalog);
    findings.extend(unserved(&mut there, &named, &answers.catalog));
    findings.extend(foreign(&named));
    findings
}

fn no_default() -> Finding {
    Finding::note(Check::ConfigDefault, format!("no default model is set, so {DEFAULT_MODEL} is asked"))
        .fix(format!("openclaw models set {DEFAULT_MODEL}"))
}

/// What the config's own check found, with what to type.
fn told(subject: &Subject, there: &mut There<'_>, finding: &openclaw_config_merge::Finding) -> Finding {
    use FindingKind as Kind;
    let mut unset = || there.unset(&finding.path);
    let (check, why, fix) = match finding.kind {
        Kind::RefusedKey => (Check::ConfigKey, "OpenClaw refuses the whole config for one such key", unset()),
        Kind::MisspeltKey => (
            Check::ConfigKey,
            "what stands there has no effect, and OpenClaw may refuse the whole config",
            "openclaw config validate".to_owned(),
        ),
        Kind::DuplicateKey => (
            Check::ConfigKey,
            "what stands under the first one has no effect",
            "openclaw config validate".to_owned(),
        ),
        Kind::NoReference => (Check::ConfigReference, "it can never be asked", unset()),
        Kind::RepeatedFallback => {
            (Check::ConfigFallback, "it was tried by then, so it is passed over", FIX.to_owned())
        }
        Kind::NotAllowed => {
            (Check::ConfigAllowlist, "a list that is not empty shuts out whatever it lacks", FIX.to_owned())
        }
        Kind::ForeignNotAllowed => (
            Check::ConfigAllowlist,
            "a list that is not empty shuts out whatever it lacks",
            allow(subject, finding),
        ),
        Kind::Alias => (Check::ConfigAlias, "it does not stand for the model that it should", unset()),
        Kind::EntryName => (
            Check::ConfigEntry,
            "OpenClaw refuses the whole config for it",
            format!("openclaw config set {} 'a name'", quoted(&format!("{}.name", finding.path))),
        ),
        // Without its id an entry is no better.
        Kind::EntryId => (
            Check::ConfigEntry,
            "OpenClaw refuses the whole config for it",
            there.unset(finding.path.strip_suffix(".id").unwrap_or(&finding.path)),
        ),
        Kind::EntryAlias => (Check::ConfigEntry, "OpenClaw refuses the whole config for it", unset()),
        _ => (Check::ConfigEntry, "only the first has an effect", unset()),
    };
    let level = match finding.severity {
        Severity::Warning => Level::Warning,
        Severity::Error => Level::Error,
    };
    let what = format!("{}: {}", finding.path, finding.message);
    let told = Finding::wrong(check, level, what, why, fix.as_str()).at(finding.path.as_str());
    if fix == FIX { told.mendable() } else { told }
}

/// How a model of another provider is added to a list that lacks it.
fn allow(subject: &Subject, finding: &openclaw_config_merge::Finding) -> String {
    let text = finding.missing.as_deref().unwrap_or_default();
    let defaults = &subject.config.agents.defaults;
    let policy = JsonPath::keys(["agents", "defaults", "modelPolicy", "allow"]);
    let (path, value) = if finding.path == policy.to_string() {
        (policy.index(defaults.model_policy.allow.as_deref().map_or(0, <[_]>::len)), quoted(text))
    } else {
        (JsonPath::keys(["agents", "defaults", "models"]).key(text), "'{}'".to_owned())
    };
    format!("openclaw config set {} {value}", quoted(&path.to_string()))
}

/// What stands in the config's own file.
struct There<'a>(Lookup<'a>);

impl There<'_> {
    /// How a place is taken out; what stands in an included file is not ours to change, so then it is shown.
    fn unset(&mut self, path: &str) -> String {
        let is_there = path.parse().is_ok_and(|path| self.0.get(&path).is_some());
        let verb = if is_there { "unset" } else { "explain" };
        // An entry is known by its place alone; a key of it stands for itself.
        format!("openclaw config {verb} {}", quoted(path))
    }
}

/// The models that nobody offers now, each once, where it matters most.
fn unserved(there: &mut There<'_>, named: &[Named], catalog: &Catalog) -> Vec<Finding> {
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    for named in named {
        let Reference::HuggingFace(model) = &named.reference else { continue };
        let is_lost = matches!(named.availability, Availability::NotListed | Availability::NoLiveOffer);
        if is_lost && seen.insert(model.to_string()) {
            findings.push(lost(there, named, model, catalog));
        }
    }
    findings
}

fn lost(there: &mut There<'_>, named: &Named, model: &ModelRef, catalog: &Catalog) -> Finding {
    let id = model.hub_id();
    let offered = named.offered_by.join(", ");
    let state = match (named.availability, model.selector()) {
        (Availability::NotListed, _) => format!("the router no longer lists `{id}`"),
        (_, Selector::Provider(slug)) if !offered.is_empty() => {
            format!("`{slug}` does not offer `{id}` now; offered by {offered}")
        }
        _ => format!("nobody offers `{id}` now"),
    };
    let instead = match named.offered_by.is_empty() {
        false => Some(id),
        true => nearest(id, catalog).map(|near| near.id.as_str()),
    };
    let path = named.path.to_string();
    let (level, why, fix) = match &named.role {
        Role::Default => (
            Level::Error,
            "every question goes there first",
            instead.map_or_else(
                || "openclaw models list --all".to_owned(),
                |id| format!("openclaw models set {id}"),
            ),
        ),
        Role::Fallback => {
            (Level::Warning, "it helps nobody when the default model fails", there.unset(&path))
        }
        Role::Settings { alias: Some(_) } => (Level::Warning, "its alias leads nowhere", there.unset(&path)),
        Role::Settings { alias: None } | Role::Entry => {
            (Level::Note, "it cannot be asked now", there.unset(&path))
        }
    };
    let what = format!("{path}: {state}");
    Finding::wrong(Check::ConfigOffer, level, what, why, fix).at(path)
}

fn foreign(named: &[Named]) -> Option<Finding> {
    let texts = || {
        named.iter().filter_map(|named| match &named.reference {
            Reference::Foreign(text) => Some(text.as_str()),
            _ => None,
        })
    };
    let first = texts().next()?;
    let texts: HashSet<_> = texts().collect();
    let more = match texts.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let what = format!("`{first}`{more} of other providers: kept, and passed over here");
    Some(Finding::note(Check::ConfigForeign, what))
}
