//! Paths into the config: what it has, and what it could have.

use clap_complete::engine::CompletionCandidate;
use openclaw_json5_edit::{Document, Path, Value};

use super::words::{begins, candidate};

/// What can be said whether or not it is.
const KNOWN: [&str; 22] = [
    "agents.defaults.model.primary",
    "agents.defaults.model.fallbacks",
    "agents.defaults.modelPolicy.allow",
    "agents.defaults.models",
    "env.HF_TOKEN",
    "env.HUGGINGFACE_HUB_TOKEN",
    "env.HUGGING_FACE_HUB_TOKEN",
    "env.shellEnv.enabled",
    "env.shellEnv.timeoutMs",
    "env.vars",
    "gateway.auth.mode",
    "gateway.auth.password",
    "gateway.auth.token",
    "gateway.bind",
    "gateway.mode",
    "gateway.port",
    "models.mode",
    "models.providers.huggingface.api",
    "models.providers.huggingface.apiKey",
    "models.providers.huggingface.baseUrl",
    "models.providers.huggingface.models",
    "models.providers.huggingface.timeoutSeconds",
];

/// Arrays and objects within each other deeper than this are not completed.
const DEEPEST: usize = 12;

/// The paths that begin with a word, in the order of the file, then what it does not have.
pub(super) fn paths(document: Option<&Document>, word: &str) -> Vec<CompletionCandidate> {
    let mut all = Vec::new();
    if let Some(document) = document {
        below(document.root(), &Path::root(), DEEPEST, &mut all);
    }
    for known in KNOWN {
        if !all.iter().any(|path| path == known) {
            all.push(known.to_owned());
        }
    }
    all.into_iter().filter(|path| begins(path, word)).filter_map(|path| candidate(path, "")).collect()
}

fn below(value: Value<'_>, at: &Path, deeper: usize, all: &mut Vec<String>) {
    if deeper == 0 {
        return;
    }
    let members = value.members().map(|member| (at.clone().key(member.key()), member.value()));
    let items = value.items().enumerate().map(|(index, item)| (at.clone().index(index), item));
    for (path, value) in members.chain(items) {
        all.push(path.to_string());
        below(value, &path, deeper - 1, all);
    }
}
