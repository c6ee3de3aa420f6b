//! Keys that nobody knows, and what they were likely meant to be.

use openclaw_json5_edit::{Document, Path, Value};

use super::{Checking, FindingKind, Severity};
use crate::schema::PROVIDER;

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

impl Checking<'_> {
    pub(super) fn keys(&mut self) {
        for (place, known) in CLOSED {
            for (path, object) in place.objects(self.document) {
                let unknown = object.members().filter(|member| !known.contains(&&*member.key()));
                for member in unknown.collect::<Vec<_>>() {
                    let key = member.key();
                    let near = nearest(&key, known);
                    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                    let message = format!("OpenClaw refuses the key `{}` here{near}", key.escape_debug());
                    let path = path.clone().key(&*key);
                    self.find(Severity::Error, FindingKind::RefusedKey, &path, member.key_span(), message);
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
                    let path = path.clone().key(key);
                    self.find(Severity::Warning, FindingKind::MisspeltKey, &path, span, message);
                }
            }
        }
    }
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
