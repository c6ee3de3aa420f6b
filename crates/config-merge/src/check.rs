//! What can be seen to be wrong in a config that loads.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use openclaw_json5_edit::{Document, Path, Value, ValueKind};
use openclaw_model_ref::ModelRef;

use crate::aliases::Reference;
use crate::schema::{Config, PROVIDER};

/// Something to look at in a config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it keeps anything from working.
    pub severity: Severity,
    /// Where, as a path.
    pub path: String,
    /// Where, in bytes of the text.
    pub span: Range<usize>,
    /// What is wrong, as a fragment.
    pub message: String,
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

/// Keys that OpenClaw knows, by the object that they stand in. Other objects are not looked at.
const KNOWN: &[(&[&str], &[&str])] = &[
    (
        &[],
        &[
            "acp",
            "agents",
            "approvals",
            "audio",
            "auth",
            "bindings",
            "broadcast",
            "browser",
            "canvasHost",
            "channels",
            "commands",
            "cron",
            "diagnostics",
            "discovery",
            "env",
            "gateway",
            "hooks",
            "logging",
            "mcp",
            "media",
            "memory",
            "messages",
            "meta",
            "models",
            "nodeHost",
            "plugins",
            "secrets",
            "session",
            "skills",
            "talk",
            "tools",
            "ui",
            "update",
            "web",
            "wizard",
            "$include",
            "$schema",
        ],
    ),
    (&["agents"], &["defaults", "list", "entries"]),
    (&["models"], &["mode", "providers", "bedrockDiscovery", "pricing"]),
    (
        &["models", "providers", PROVIDER],
        &[
            "api",
            "apiKey",
            "auth",
            "authHeader",
            "baseUrl",
            "headers",
            "injectNumCtxForOpenAICompat",
            "models",
            "params",
            "request",
            "timeoutSeconds",
        ],
    ),
    (&["models", "providers"], &[PROVIDER]),
    (&["env"], &["vars", "shellEnv", "HF_TOKEN", "HUGGINGFACE_HUB_TOKEN", "HUGGING_FACE_HUB_TOKEN"]),
    (&["env", "shellEnv"], &["enabled", "timeoutMs"]),
];

/// Keys of objects whose other keys are not all known here; only near misses are told.
const NEAR: &[(&[&str], &[&str])] = &[
    (&["agents", "defaults"], &["model", "models", "modelPolicy", "imageModel", "workspace", "params"]),
    (&["agents", "defaults", "model"], &["primary", "fallbacks"]),
];

/// Objects in which OpenClaw takes these keys and refuses the whole config for any other.
const CLOSED: &[(Place, &[&str])] = &[
    (Place::ModelSettings, &["alias", "params", "streaming"]),
    (
        Place::ModelEntry,
        &[
            "id",
            "name",
            "api",
            "reasoning",
            "input",
            "cost",
            "contextWindow",
            "contextTokens",
            "maxTokens",
            "headers",
            "compat",
            "params",
            // Told in words of its own.
            "alias",
        ],
    ),
];

/// Where a closed object stands.
#[derive(Clone, Copy)]
enum Place {
    /// `agents.defaults.models["<ref>"]`
    ModelSettings,
    /// `models.providers.huggingface.models[]`
    ModelEntry,
}

impl Place {
    /// The objects there, with their paths.
    fn objects(self, document: &Document) -> Vec<(Path, Value<'_>)> {
        match self {
            Self::ModelSettings => {
                let path = Path::keys(["agents", "defaults", "models"]);
                let members = document.get(&path).into_iter().flat_map(Value::members);
                members.map(|member| (path.clone().key(member.key()), member.value())).collect()
            }
            Self::ModelEntry => {
                let path = Path::keys(["models", "providers", PROVIDER, "models"]);
                let items = document.get(&path).into_iter().flat_map(Value::items).enumerate();
                items.map(|(index, item)| (path.clone().index(index), item)).collect()
            }
        }
    }
}

/// Looks at what a config says: keys that look misspelt, references that are none, aliases that cannot be used.
///
/// The document and the config are two views of the same text.
#[must_use]
pub fn check(document: &Document, config: &Config) -> Vec<Finding> {
    let mut checking = Checking { document, findings: Vec::new() };
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
    findings: Vec<Finding>,
}

impl Checking<'_> {
    fn find(&mut self, severity: Severity, path: &Path, span: Range<usize>, message: String) {
        self.findings.push(Finding { severity, path: path.to_string(), span, message });
    }

    fn at(&mut self, severity: Severity, path: &Path, message: String) {
        let span = self.document.get(path).map_or(0..0, Value::span);
        self.find(severity, path, span, message);
    }

    fn keys(&mut self) {
        for (place, known) in CLOSED {
            for (path, object) in place.objects(self.document) {
                let unknown = object.members().filter(|member| !known.contains(&&*member.key()));
                for member in unknown.collect::<Vec<_>>() {
                    let key = member.key();
                    let near = nearest(&key, known);
                    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                    let message = format!("OpenClaw refuses the key `{}` here{near}", key.escape_debug());
                    self.find(Severity::Error, &path.clone().key(&*key), member.key_span(), message);
                }
            }
        }
        for (place, known) in KNOWN.iter().chain(NEAR) {
            let path = Path::keys(place.iter().copied());
            let Some(object) = self.document.get(&path) else { continue };
            let unknown: Vec<_> = object
                .members()
                .filter(|member| !known.contains(&&*member.key()))
                .map(|member| (member.key().into_owned(), member.key_span()))
                .collect();
            for (key, span) in unknown {
                if let Some(near) = nearest(&key, known) {
                    let message = format!("`{}` is no known key; did you mean `{near}`?", key.escape_debug());
                    self.find(Severity::Warning, &path.clone().key(key), span, message);
                }
            }
        }
    }

    fn duplicates(&mut self) {
        for duplicate in self.document.duplicates() {
            let span = duplicate.spans.first().cloned().unwrap_or(0..0);
            let message = "this key stands there again; the last one counts".to_owned();
            self.find(Severity::Warning, &duplicate.path, span, message);
        }
    }

    fn references(&mut self, config: &Config) {
        let model = Path::keys(["agents", "defaults", "model"]);
        if let Some(primary) = config.primary() {
            let is_text = self.document.get(&model).is_some_and(|value| value.kind() == ValueKind::String);
            let path = if is_text { model.clone() } else { model.clone().key("primary") };
            self.reference(&path, primary);
        }
        for (index, fallback) in config.fallbacks().iter().enumerate() {
            let path = model.clone().key("fallbacks").index(index);
            self.reference(&path, fallback);
            if config.primary().is_some_and(|primary| same(primary, fallback)) {
                self.at(Severity::Warning, &path, "this fallback is the default model itself".to_owned());
            }
        }
        for text in config.agents.defaults.models.keys() {
            let path = Path::keys(["agents", "defaults", "models"]).key(text.as_str());
            self.reference(&path, text);
        }
        let allowed = &config.agents.defaults.models;
        if !allowed.is_empty() {
            for text in config.primary().into_iter().chain(config.fallbacks().iter().map(String::as_str)) {
                if !allowed.keys().any(|key| same(key, text)) {
                    let path = Path::keys(["agents", "defaults", "models"]);
                    let message = format!(
                        "`{}` is not in this list, so OpenClaw will not let a session choose it",
                        text.escape_debug()
                    );
                    self.at(Severity::Warning, &path, message);
                }
            }
        }
    }

    fn reference(&mut self, path: &Path, text: &str) {
        match Reference::in_file(text) {
            Reference::HuggingFace(_) | Reference::Foreign(_) => {}
            Reference::UnknownWord(word) => {
                let message = format!("expected `huggingface/<org>/<name>`, found `{}`", word.escape_debug());
                self.at(Severity::Error, path, message);
            }
            Reference::Malformed(error) => self.at(Severity::Error, path, error.to_string()),
        }
    }

    fn aliases(&mut self, config: &Config) {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for (text, settings) in &config.agents.defaults.models {
            let Some(alias) = &settings.alias else { continue };
            let path = Path::keys(["agents", "defaults", "models"]).key(text.as_str()).key("alias");
            let shown = alias.escape_debug();
            if alias.trim().is_empty() {
                self.at(Severity::Warning, &path, "this alias is empty".to_owned());
            } else if alias.contains('/') {
                let message = format!("`{shown}` has a `/`, so it will always be read as a reference");
                self.at(Severity::Warning, &path, message);
            }
            if let Some(other) = seen.insert(alias.trim().to_lowercase(), text) {
                let message = format!("`{shown}` is also the alias of `{other}`; this one counts");
                self.at(Severity::Warning, &path, message);
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
                self.at(Severity::Error, &path, "this entry has no `id`".to_owned());
            } else if ModelRef::parse_implied(&entry.id).is_err() {
                let message = format!("expected `<org>/<name>`, found `{}`", entry.id.escape_debug());
                self.at(Severity::Error, &path.clone().key("id"), message);
            }
            if entry.name.is_none() {
                self.at(Severity::Error, &path, "OpenClaw refuses an entry without a `name`".to_owned());
            }
            if entry.alias.is_some() {
                let message =
                    "OpenClaw refuses an `alias` here; it belongs to `agents.defaults.models`".to_owned();
                self.at(Severity::Error, &path.clone().key("alias"), message);
            }
            if !seen.insert(entry.id.as_str()) {
                let message = format!("`{}` is listed before; the first one counts", entry.id.escape_debug());
                self.at(Severity::Warning, &path, message);
            }
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    a == b || a.parse::<ModelRef>().is_ok_and(|a| b.parse::<ModelRef>().is_ok_and(|b| a == b))
}

/// The known key that an unknown one was likely meant to be.
fn nearest<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |known: &str| strsim::damerau_levenshtein(&key.to_lowercase(), &known.to_lowercase());
    known
        .iter()
        .map(|known| (distance(known), *known))
        .filter(|(distance, known)| *distance <= 2 && *distance * 3 <= known.len())
        .min()
        .map(|(_, known)| known)
}
