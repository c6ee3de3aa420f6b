//! What the config says about tokens, as plain data that its reader fills in.

use std::fmt;
use std::time::Duration;

use crate::secret::Secret;

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
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(::serde::Deserialize))]
pub struct SecretRef {
    /// What kind of place.
    pub source: RefSource,
    /// Which provider of secrets, such as `default`; empty means not said.
    #[cfg_attr(feature = "serde", serde(default))]
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

/// `env.shellEnv`: whether the login shell is asked for its environment. The default: no.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShellEnv {
    /// `env.shellEnv.enabled`; `OPENCLAW_LOAD_SHELL_ENV=1` in the environment does the same.
    pub enabled: bool,
    /// `env.shellEnv.timeoutMs`; `None` means not said: then `OPENCLAW_SHELL_ENV_TIMEOUT_MS`, then 15 s.
    pub timeout: Option<Duration>,
}

/// Whether this is a name that OpenClaw takes for a variable. Anything else may be a secret and is not printed.
pub(crate) fn is_variable(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.first().is_some_and(|&b| b == b'_' || b.is_ascii_uppercase())
        && bytes.iter().all(|&b| b == b'_' || b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    #[test]
    fn debug_of_a_reference() {
        let shown = |id: &str| {
            let id = id.to_owned();
            format!("{:?}", SecretRef { source: RefSource::Env, provider: "default".to_owned(), id })
        };
        assert_snapshot!(shown("HF_TOKEN"), @r#"SecretRef { source: Env, id: "HF_TOKEN", .. }"#);
        assert_snapshot!(shown("hf_abc"), @r#"SecretRef { source: Env, id: "[REDACTED]", .. }"#);
    }
}
