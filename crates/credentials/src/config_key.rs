//! What the config says about tokens, as plain data that its reader fills in.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use crate::secret::Secret;
use crate::template::is_variable;

/// The keys of `openclaw.json` that a token can come from. The default says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigKeys {
    /// `models.providers.huggingface.apiKey`; `None` means not said.
    pub api_key: Option<ConfigKey>,
    /// `env.vars` and the other string members of `env`, in the order of the file; the first of a name counts.
    pub vars: Vec<(String, Secret)>,
    /// `env.shellEnv`.
    pub shell_env: ShellEnv,
}

/// `models.providers.<id>.apiKey`: a text or a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigKey {
    /// The token itself, a text with `${VAR}` in it (`$${VAR}` stands for the text `${VAR}`), or the bare name
    /// of one of [`TOKEN_VARIABLES`](crate::TOKEN_VARIABLES).
    Text(Secret),
    /// `{"source": "env", "provider": "default", "id": "HF_TOKEN"}`.
    Reference(SecretRef),
}

/// Where a secret is, instead of the secret.
///
/// Debug prints `id` only where it is the name of a variable: a key is easily pasted into the wrong place.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct SecretRef {
    /// What kind of place.
    pub source: RefSource,
    /// Which provider of secrets, such as `default`; empty means not said.
    #[serde(default)]
    pub provider: String,
    /// The name within it: for `env` the variable, such as `HF_TOKEN`.
    pub id: String,
}

impl fmt::Debug for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |name: &str| if is_variable(name) { name.to_owned() } else { "[REDACTED]".to_owned() };
        f.debug_struct("SecretRef")
            .field("source", &self.source)
            .field("id", &shown(&self.id))
            .finish_non_exhaustive()
    }
}

/// The kinds of places a [`SecretRef`] can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefSource {
    /// `env`: an environment variable.
    Env,
    /// `file`: a file. Not followed here.
    File,
    /// `exec`: the output of a command. Not followed here.
    Exec,
    /// Any other text. Not followed here.
    Other,
}

impl<'de> Deserialize<'de> for RefSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Read as a secret, so that a key pasted into the wrong place is not quoted in an error.
        let text = Secret::deserialize(deserializer)?;
        Ok(match text.expose() {
            "env" => Self::Env,
            "file" => Self::File,
            "exec" => Self::Exec,
            _ => Self::Other,
        })
    }
}

impl<'de> Deserialize<'de> for ConfigKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConfigKeyVisitor)
    }
}

struct ConfigKeyVisitor;

impl<'de> Visitor<'de> for ConfigKeyVisitor {
    type Value = ConfigKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a reference with `source` and `id`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ConfigKey, E> {
        Ok(ConfigKey::Text(Secret::new(text)))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<ConfigKey, E> {
        Ok(ConfigKey::Text(Secret::new(text)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ConfigKey, A::Error> {
        SecretRef::deserialize(de::value::MapAccessDeserializer::new(map)).map(ConfigKey::Reference)
    }

    // A key of digits alone is refused without being quoted.
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<ConfigKey, E> {
        Err(E::invalid_type(de::Unexpected::Other("a number"), &self))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<ConfigKey, E> {
        Err(E::invalid_type(de::Unexpected::Other("a number"), &self))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<ConfigKey, E> {
        Err(E::invalid_type(de::Unexpected::Other("a number"), &self))
    }
}

/// `env.shellEnv`: whether the login shell is asked for its environment. The default: no.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShellEnv {
    /// `env.shellEnv.enabled`; `OPENCLAW_LOAD_SHELL_ENV=1` in the environment does the same.
    pub enabled: bool,
    /// `env.shellEnv.timeoutMs`; `None` means not said: then `OPENCLAW_SHELL_ENV_TIMEOUT_MS`, then 15 s.
    pub timeout: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    #[test]
    fn keys_from_a_config() {
        let read = |text: &str| serde_json::from_str::<ConfigKey>(text).unwrap();
        assert_eq!(read(r#""hf_abc""#), ConfigKey::Text(Secret::new("hf_abc")));
        assert_eq!(
            read(r#"{"source":"env","provider":"default","id":"HF_TOKEN"}"#),
            ConfigKey::Reference(SecretRef {
                source: RefSource::Env,
                provider: "default".to_owned(),
                id: "HF_TOKEN".to_owned()
            })
        );
        let source = |text: &str| match read(text) {
            ConfigKey::Reference(reference) => reference.source,
            ConfigKey::Text(_) => panic!("{text} is a reference"),
        };
        assert_eq!(source(r#"{"source":"file","id":"/run/key"}"#), RefSource::File);
        assert_eq!(source(r#"{"source":"exec","id":"pass"}"#), RefSource::Exec);
        assert_eq!(source(r#"{"source":"vault","id":"x"}"#), RefSource::Other);
    }

    #[test]
    fn debug_of_a_reference() {
        let shown = |id: &str| {
            let id = id.to_owned();
            format!("{:?}", SecretRef { source: RefSource::Env, provider: "default".to_owned(), id })
        };
        assert_snapshot!(shown("HF_TOKEN"), @r#"SecretRef { source: Env, id: "HF_TOKEN", .. }"#);
        assert_snapshot!(shown("hf_abc"), @r#"SecretRef { source: Env, id: "[REDACTED]", .. }"#);
    }

    #[test]
    fn refusals_do_not_quote() {
        let key = |text: &str| serde_json::from_str::<ConfigKey>(text).unwrap_err().to_string();
        let secret = |text: &str| serde_json::from_str::<Secret>(text).unwrap_err().to_string();
        assert_snapshot!(key("123456"), @"invalid type: a number, expected a string or a reference with `source` and `id` at line 1 column 6");
        assert_snapshot!(key("-1.5"), @"invalid type: a number, expected a string or a reference with `source` and `id` at line 1 column 4");
        assert_snapshot!(key(r#"{"source":42,"id":"x"}"#), @"invalid type: a number, expected a string at line 1 column 12");
        assert_snapshot!(key(r#"{"source":"env"}"#), @"missing field `id` at line 1 column 16");
        assert_snapshot!(secret("123456"), @"invalid type: a number, expected a string at line 1 column 6");
        assert_snapshot!(secret("true"), @"invalid type: a boolean, expected a string at line 1 column 4");
    }
}
