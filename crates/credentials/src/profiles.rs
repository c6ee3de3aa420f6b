//! OpenClaw's store of auth profiles, `auth-profiles.json`.

use serde_json::{Map, Value};

use crate::config_key::{ConfigKey, RefSource, SecretRef};
use crate::resolution::Unsupported;
use crate::secret::Secret;

const PROVIDER: &str = "huggingface";
/// The profile that OpenClaw's onboarding writes.
const DEFAULT_PROFILE: &str = "huggingface:default";

/// One profile of this provider.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Such as `huggingface:default`.
    pub(crate) id: String,
    /// `None` when the profile holds nothing that could be a key.
    pub(crate) key: Option<Result<ConfigKey, Unsupported>>,
}

/// Where a JSON text stops being JSON. serde_json's own error could quote what it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotJson {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The profiles of this provider, in the order in which OpenClaw tries them: those that `order` lists, and only
/// those if it lists any; else `huggingface:default`, then the others as they stand in the file.
pub(crate) fn profiles(text: &str) -> Result<Vec<Profile>, NotJson> {
    let store: Value =
        serde_json::from_str(text).map_err(|error| NotJson { line: error.line(), column: error.column() })?;
    let Some(all) = store.get("profiles").and_then(Value::as_object) else { return Ok(Vec::new()) };
    let of_provider = |id: &str| -> Option<Profile> {
        let fields = all.get(id)?.as_object()?;
        let ours = fields.get("provider").and_then(Value::as_str).is_some_and(is_provider);
        ours.then(|| Profile { id: id.to_owned(), key: key(fields) })
    };

    let ordered: Vec<Profile> = order(&store).into_iter().filter_map(of_provider).collect();
    if !ordered.is_empty() {
        return Ok(ordered);
    }
    let others = all.keys().map(String::as_str).filter(|id| *id != DEFAULT_PROFILE);
    Ok(std::iter::once(DEFAULT_PROFILE).chain(others).filter_map(of_provider).collect())
}

fn order(store: &Value) -> Vec<&str> {
    store
        .get("order")
        .and_then(Value::as_object)
        .and_then(|orders| orders.iter().find(|(provider, _)| is_provider(provider)))
        .and_then(|(_, ids)| ids.as_array())
        .map(|ids| ids.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default()
}

fn is_provider(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case(PROVIDER)
}

fn key(fields: &Map<String, Value>) -> Option<Result<ConfigKey, Unsupported>> {
    // `mode` and `apiKey` are older spellings of `type` and `key`, which OpenClaw reads too.
    let field = |names: &[&str]| names.iter().find_map(|name| fields.get(*name));
    let kind = field(&["type", "mode"]).and_then(Value::as_str).unwrap_or("api_key");
    let (plain, reference) = match kind {
        "api_key" => (field(&["key", "apiKey"]), field(&["keyRef"])),
        "token" => (field(&["token"]), field(&["tokenRef"])),
        "oauth" => return Some(Err(Unsupported::OauthProfile)),
        _ => return Some(Err(Unsupported::ProfileType)),
    };
    if let Some(text) = plain.and_then(Value::as_str).filter(|text| !text.trim().is_empty()) {
        return Some(Ok(ConfigKey::Text(Secret::new(text))));
    }
    let text = |name: &str| reference?.get(name)?.as_str();
    let source = match text("source")? {
        "env" => RefSource::Env,
        "file" => RefSource::File,
        "exec" => RefSource::Exec,
        _ => RefSource::Other,
    };
    let provider = text("provider").unwrap_or_default().to_owned();
    Some(Ok(ConfigKey::Reference(SecretRef { source, provider, id: text("id")?.to_owned() })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expect: &[(&str, Option<Result<&str, Unsupported>>)]) {
        let found = profiles(text).unwrap();
        let shown: Vec<(&str, Option<Result<&str, Unsupported>>)> = found
            .iter()
            .map(|profile| {
                let key = profile.key.as_ref().map(|key| match key {
                    Ok(ConfigKey::Text(text)) => Ok(text.expose()),
                    Ok(ConfigKey::Reference(reference)) => Ok(reference.id.as_str()),
                    Err(error) => Err(error.clone()),
                });
                (profile.id.as_str(), key)
            })
            .collect();
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn stores() {
        check("{}", &[]);
        check("[]", &[]);
        check("null", &[]);
        check(r#"{"version":1,"profiles":{}}"#, &[]);
        check(r#"{"profiles":{"openai:default":{"type":"api_key","provider":"openai","key":"sk"}}}"#, &[]);
        check(
            r#"{"profiles":{"huggingface:default":{"type":"api_key","provider":"huggingface","key":"hf_a"}}}"#,
            &[("huggingface:default", Some(Ok("hf_a")))],
        );
        check(
            r#"{"profiles":{"h":{"mode":"api_key","provider":"HuggingFace","apiKey":"hf_a"}}}"#,
            &[("h", Some(Ok("hf_a")))],
        );
        check(
            r#"{"profiles":{"h":{"type":"api_key","provider":"huggingface","keyRef":{"source":"env","provider":"default","id":"MY_KEY"}}}}"#,
            &[("h", Some(Ok("MY_KEY")))],
        );
        check(
            r#"{"profiles":{"h":{"type":"token","provider":"huggingface","token":"hf_t"}}}"#,
            &[("h", Some(Ok("hf_t")))],
        );
    }

    #[test]
    fn profiles_without_a_usable_key() {
        check(
            r#"{"profiles":{
                "a":{"type":"oauth","provider":"huggingface","access":"x"},
                "b":{"type":"passkey","provider":"huggingface"},
                "c":{"type":"api_key","provider":"huggingface"},
                "d":{"type":"api_key","provider":"huggingface","key":5},
                "e":{"type":"api_key","provider":"huggingface","key":"","keyRef":{"source":"env"}},
                "f":5,
                "g":{"type":"api_key","key":"no provider"}}}"#,
            &[
                ("a", Some(Err(Unsupported::OauthProfile))),
                ("b", Some(Err(Unsupported::ProfileType))),
                ("c", None),
                ("d", None),
                ("e", None),
            ],
        );
    }

    #[test]
    fn the_order() {
        let store = |order: &str| {
            let profile =
                |key: &str| format!(r#"{{"type":"api_key","provider":"huggingface","key":"{key}"}}"#);
            format!(
                r#"{{"profiles":{{"huggingface:b":{},"huggingface:default":{},"huggingface:a":{}}},"order":{order}}}"#,
                profile("b"),
                profile("d"),
                profile("a")
            )
        };
        let ids = |order: &str| -> Vec<String> {
            profiles(&store(order)).unwrap().into_iter().map(|profile| profile.id).collect()
        };
        let default = ["huggingface:default", "huggingface:b", "huggingface:a"];
        assert_eq!(ids("{}"), default);
        assert_eq!(ids("5"), default);
        assert_eq!(ids(r#"{"huggingface":[]}"#), default);
        assert_eq!(ids(r#"{"huggingface":["gone"]}"#), default);
        assert_eq!(ids(r#"{"openai":["huggingface:a"]}"#), default);
        assert_eq!(ids(r#"{"huggingface":["huggingface:a"]}"#), ["huggingface:a"]);
        assert_eq!(
            ids(r#"{"HuggingFace":["huggingface:a","gone","huggingface:default"]}"#),
            ["huggingface:a", "huggingface:default"]
        );
    }

    #[test]
    fn not_json() {
        assert_eq!(profiles("{\n  \"profiles\": hf_secret"), Err(NotJson { line: 2, column: 15 }));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>()) {
            let _ = profiles(&text).is_ok();
        }
    }
}
