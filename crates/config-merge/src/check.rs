//! What can be seen to be wrong in a config that loads.

mod keys;
mod offers;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use openclaw_json5_edit::{Document, Lookup, Path, Value, ValueKind};
use openclaw_model_ref::ModelRef;

use crate::aliases::{Aliases, Reference};
use crate::schema::{Config, PROVIDER};

pub use offers::{Named, Role, named};

/// Something to look at in a config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it keeps anything from working.
    pub severity: Severity,
    /// Which of the things that are looked for it is.
    pub kind: FindingKind,
    /// Where, as a path.
    pub path: String,
    /// Where, in bytes of the text.
    pub span: Range<usize>,
    /// What is wrong, as a fragment.
    pub message: String,
    /// The reference that is missing at the path; `None` for any other kind.
    pub missing: Option<String>,
}

/// What [`check`] looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingKind {
    /// A key that OpenClaw does not know where it refuses whatever it does not know.
    RefusedKey,
    /// A key that looks like another one, misspelt.
    MisspeltKey,
    /// A key that stands there more than once.
    DuplicateKey,
    /// A text that is no reference and no alias.
    NoReference,
    /// A fallback that is the default model, or stands there before.
    RepeatedFallback,
    /// The default model or a fallback that the list of allowed models leaves out.
    NotAllowed,
    /// The same of another provider's, which this program does not add by itself.
    ForeignNotAllowed,
    /// An alias that cannot be used, or that two models have.
    Alias,
    /// An entry of the provider's models without `id`, or with one that is none.
    EntryId,
    /// An entry of the provider's models without `name`.
    EntryName,
    /// An `alias` inside an entry, where OpenClaw refuses it.
    EntryAlias,
    /// An entry that is listed before.
    DuplicateEntry,
    /// A value that whoever reads it refuses; not looked for here, since each program knows its own.
    Value,
}

/// How bad a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It works, but hardly as meant.
    Warning,
    /// What stands there cannot be used, here or by OpenClaw.
    Error,
}

impl Severity {
    /// The word in lists and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Looks at what a config says: keys that look misspelt, references that are none, aliases that cannot be used.
///
/// The document and the config are two views of the same text.
///
/// ```
/// use openclaw_config_merge::{FindingKind, check, store};
/// use openclaw_json5_edit::Document;
/// use std::path::Path;
///
/// let text = "{ agent: { defaults: {} } }";
/// let config = store::parse(Path::new("openclaw.json"), text)?;
/// let findings = check(&Document::parse(text)?, &config);
/// assert_eq!(findings[0].kind, FindingKind::MisspeltKey);
/// assert_eq!(findings[0].message, "`agent` is no known key; did you mean `agents`?");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn check(document: &Document, config: &Config) -> Vec<Finding> {
    let mut checking = Checking { document, lookup: Lookup::new(document), findings: Vec::new() };
    checking.keys();
    checking.duplicates();
    checking.references(config);
    checking.aliases(config);
    checking.entries(config);
    checking.findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    checking.findings
}

struct Checking<'a> {
    document: &'a Document,
    /// One object may have a finding for each of its keys.
    lookup: Lookup<'a>,
    findings: Vec<Finding>,
}

impl Checking<'_> {
    fn find(
        &mut self,
        severity: Severity,
        kind: FindingKind,
        path: &Path,
        span: Range<usize>,
        message: String,
    ) {
        let path = path.to_string();
        self.findings.push(Finding { severity, kind, path, span, message, missing: None });
    }

    fn at(&mut self, severity: Severity, kind: FindingKind, path: &Path, message: String) {
        let span = self.lookup.get(path).map_or(0..0, Value::span);
        self.find(severity, kind, path, span, message);
    }

    fn duplicates(&mut self) {
        for duplicate in self.document.duplicates() {
            let span = duplicate.spans.first().cloned().unwrap_or(0..0);
            let message = "this key stands there again; the last one counts".to_owned();
            self.find(Severity::Warning, FindingKind::DuplicateKey, &duplicate.path, span, message);
        }
    }

    fn references(&mut self, config: &Config) {
        let aliases = Aliases::of(config);
        let model = Path::keys(["agents", "defaults", "model"]);
        if let Some(primary) = config.primary() {
            let is_text = self.document.get(&model).is_some_and(|value| value.kind() == ValueKind::String);
            let path = if is_text { model.clone() } else { model.clone().key("primary") };
            self.reference(&path, &aliases.resolve_in_file(primary));
        }
        let primary = config.primary().map(Same::of);
        let mut seen = HashSet::new();
        for (index, fallback) in config.fallbacks().iter().enumerate() {
            let path = model.clone().key("fallbacks").index(index);
            self.reference(&path, &aliases.resolve_in_file(fallback));
            let is_new = seen.insert(Same::of(fallback));
            let message = if primary == Some(Same::of(fallback)) {
                "this fallback is the default model itself"
            } else if !is_new {
                "this fallback stands there before"
            } else {
                continue;
            };
            self.at(Severity::Warning, FindingKind::RepeatedFallback, &path, message.to_owned());
        }
        let path = Path::keys(["agents", "defaults", "models"]);
        for text in config.agents.defaults.models.keys() {
            self.reference(&path.clone().key(text.as_str()), &Reference::in_file(text));
        }
        self.allowed(config, &aliases, &path);
    }

    /// What a list of allowed models leaves out.
    fn allowed(&mut self, config: &Config, aliases: &Aliases, path: &Path) {
        let defaults = &config.agents.defaults;
        let keys: Vec<&str> = defaults.models.keys().map(String::as_str).collect();
        self.left_out(config, aliases, path, &keys);
        let policy = defaults.model_policy.allow.iter().flatten().map(String::as_str).collect::<Vec<_>>();
        let path = Path::keys(["agents", "defaults", "modelPolicy", "allow"]);
        self.left_out(config, aliases, &path, &policy);
    }

    /// What one list leaves out; an empty one allows all.
    fn left_out(&mut self, config: &Config, aliases: &Aliases, path: &Path, list: &[&str]) {
        let mut seen: HashSet<_> = list.iter().map(|text| Same::of(text)).collect();
        for text in config.primary().into_iter().chain(config.fallbacks().iter().map(String::as_str)) {
            let is_alias = !text.contains('/') && aliases.get(text).is_some();
            if list.is_empty() || is_alias || !seen.insert(Same::of(text)) {
                continue;
            }
            let kind = match Reference::in_file(text) {
                Reference::HuggingFace(_) => FindingKind::NotAllowed,
                Reference::Foreign(_) => FindingKind::ForeignNotAllowed,
                // Told where it stands.
                Reference::UnknownWord(_) | Reference::Malformed(_) => continue,
            };
            let message = format!(
                "`{}` is not in this list, so OpenClaw will not let a session choose it",
                text.escape_debug()
            );
            self.at(Severity::Warning, kind, path, message);
            if let Some(finding) = self.findings.last_mut() {
                finding.missing = Some(text.to_owned());
            }
        }
    }

    fn reference(&mut self, path: &Path, reference: &Reference) {
        let message = match reference {
            Reference::HuggingFace(_) | Reference::Foreign(_) => return,
            Reference::UnknownWord(word) => {
                format!("expected `huggingface/<org>/<name>`, found `{}`", word.escape_debug())
            }
            Reference::Malformed(error) => error.to_string(),
        };
        self.at(Severity::Error, FindingKind::NoReference, path, message);
    }

    fn aliases(&mut self, config: &Config) {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for (text, settings) in &config.agents.defaults.models {
            let Some(alias) = &settings.alias else { continue };
            let path = Path::keys(["agents", "defaults", "models"]).key(text.as_str()).key("alias");
            let shown = alias.escape_debug();
            if alias.trim().is_empty() {
                self.at(Severity::Warning, FindingKind::Alias, &path, "this alias is empty".to_owned());
            } else if alias.contains('/') {
                let message = format!("`{shown}` has a `/`, so it will always be read as a reference");
                self.at(Severity::Warning, FindingKind::Alias, &path, message);
            }
            if let Some(other) = seen.insert(alias.trim().to_lowercase(), text) {
                let message = format!("`{shown}` is also the alias of `{other}`; this one counts");
                self.at(Severity::Warning, FindingKind::Alias, &path, message);
            }
        }
    }

    fn entries(&mut self, config: &Config) {
        let entries = config.provider().map(|provider| provider.models.as_slice()).unwrap_or_default();
        let path = Path::keys(["models", "providers", PROVIDER, "models"]);
        let mut seen = HashSet::new();
        for (index, entry) in entries.iter().enumerate() {
            let path = path.clone().index(index);
            if entry.id.trim().is_empty() {
                self.at(Severity::Error, FindingKind::EntryId, &path, "this entry has no `id`".to_owned());
            } else if ModelRef::parse_implied(&entry.id).is_err() {
                let message = format!("expected `<org>/<name>`, found `{}`", entry.id.escape_debug());
                self.at(Severity::Error, FindingKind::EntryId, &path.clone().key("id"), message);
            }
            if entry.name.is_none() {
                let message = "OpenClaw refuses an entry without a `name`".to_owned();
                self.at(Severity::Error, FindingKind::EntryName, &path, message);
            }
            if entry.alias.is_some() {
                let message =
                    "OpenClaw refuses an `alias` here; it belongs to `agents.defaults.models`".to_owned();
                self.at(Severity::Error, FindingKind::EntryAlias, &path.clone().key("alias"), message);
            }
            if !seen.insert(entry.id.as_str()) {
                let message = format!("`{}` is listed before; the first one counts", entry.id.escape_debug());
                self.at(Severity::Warning, FindingKind::DuplicateEntry, &path, message);
            }
        }
    }
}

/// What two texts have in common that name the same model; those that name none are the same where they are equal.
#[derive(PartialEq, Eq, Hash)]
enum Same<'a> {
    Model(ModelRef),
    Text(&'a str),
}

impl<'a> Same<'a> {
    fn of(text: &'a str) -> Self {
        text.parse().map_or(Self::Text(text), Self::Model)
    }
}
