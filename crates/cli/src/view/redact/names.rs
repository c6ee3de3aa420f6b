//! What the name of a key tells of the values below it.

use openclaw_json5_edit::{Path, Segment};

/// A value's place in a config, as far as it tells what is secret there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing is secret but for its own look.
    Plain,
    /// Every text and number at and below: `apiKey`, `headers`, `env.vars`.
    Secret,
    /// Every text at and below: `…tokens` and `…keys`, since numbers there are counts.
    Texts,
    /// `env`: what its members say is secret, objects other than `vars` are settings.
    Env,
    /// A text or number directly in `env`.
    Variable,
    /// `auth` and the like: a text is secret unless it names a way to log in.
    Auth,
}

/// Ways to log in, which are no secrets.
const WAYS: [&str; 10] = [
    "api-key",
    "api_key",
    "aws-sdk",
    "basic",
    "bearer",
    "none",
    "oauth",
    "password",
    "token",
    "trusted-proxy",
];

/// Parts of a name, in lower-case letters, that make its value secret.
const PARTS: [&str; 12] = [
    "apikey",
    "token",
    "secret",
    "passw",
    "passphrase",
    "passcode",
    "credential",
    "cookie",
    "authoriz",
    "authoris",
    "bearer",
    "jwt",
];

/// Names of settings that look like names of secrets.
const SETTINGS: [&str; 3] = ["maxtokensfield", "tokenizer", "tokentype"];

impl Place {
    /// The place that a path from the root leads to.
    pub(crate) fn of(path: &Path) -> Self {
        path.segments().iter().fold(Self::Plain, |place, segment| match segment {
            Segment::Key(key) => place.member(key),
            Segment::Index(_) => place.item(),
        })
    }

    /// The place of a member of an object here.
    pub(crate) fn member(self, key: &str) -> Self {
        match (self, by_name(key)) {
            (Self::Secret, _) => Self::Secret,
            (Self::Texts, place) => {
                if place == Self::Secret {
                    place
                } else {
                    self
                }
            }
            (Self::Env, _) if key == "vars" => Self::Secret,
            (Self::Env, Self::Plain | Self::Auth | Self::Env) => Self::Variable,
            (_, place) => place,
        }
    }

    /// The place of an item of an array here.
    pub(crate) fn item(self) -> Self {
        if self == Self::Env { Self::Variable } else { self }
    }

    /// Whether a text here is secret; a name in `${…}` and nothing else is none.
    pub(crate) fn hides_text(self, text: &str) -> bool {
        let is_known = match self {
            Self::Plain | Self::Env => true,
            Self::Auth => WAYS.contains(&text),
            Self::Secret | Self::Texts | Self::Variable => false,
        };
        !is_known && !text.is_empty() && !is_variable(text)
    }

    /// Whether a number here is secret.
    pub(crate) fn hides_numbers(self) -> bool {
        matches!(self, Self::Secret | Self::Variable)
    }
}

fn by_name(key: &str) -> Place {
    let name: String = key.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    if key.contains(['/', ':']) && !["apikey", "authtoken", "password"].iter().any(|part| name.contains(part))
    {
        // A model or a profile: `huggingface/org/monkey`, `openai:token`; `//host/:_authToken` is a name.
        Place::Plain
    } else if SETTINGS.contains(&name.as_str()) {
        Place::Plain
    } else if name == "headers" || name.ends_with("headers") {
        Place::Secret
    } else if name == "env" {
        Place::Env
    } else if name.ends_with("tokens") || name.ends_with("keys") && !name.contains("apikey") {
        Place::Texts
    } else if name.ends_with("key")
        || PARTS.iter().any(|part| name.contains(part))
        || matches!(name.as_str(), "pass" | "pwd")
        || name.ends_with("pwd")
    {
        Place::Secret
    } else if name.contains("auth") && !(name == "author" || name == "authors") {
        Place::Auth
    } else {
        Place::Plain
    }
}

/// `${NAME}`, whole, with a name that OpenClaw takes for one of a variable.
fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    name.starts_with(|c: char| c == '_' || c.is_ascii_uppercase())
        && name.chars().all(|c| c == '_' || c.is_ascii_uppercase() || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_secrets_are_known() {
        #[track_caller]
        fn place(path: &str) -> Place {
            Place::of(&path.parse().expect("a path"))
        }
        for path in [
            "models.providers.huggingface.apiKey",
            "models.providers.huggingface.apiKey.id",
            "gateway.auth.token",
            "gateway.auth",
            "env.HF_HOME",
            "env.vars.MY_PASSWD",
            "env.vars.X.y[0]",
            "mcp.servers.x.env.FOO",
            "mcp.servers.x.headers['X-Id']",
            "x[\"API_KEY\"]",
            "token.count",
            "channels.x.botTokens[0]",
            "apiKeys[1]",
            "a.passphrase",
            "a.pass",
            "a['Set-Cookie']",
            "skills.entries.x.key",
            "npm['//host/:_authToken']",
        ] {
            assert!(place(path).hides_text("a text"), "{path}");
        }
        for path in [
            "agents.defaults.model",
            "auth.profiles[\"openai:token\"].mode",
            "auth.profiles[\"huggingface:default\"].provider",
            "auth.order.huggingface[0]",
            "agents.defaults.models[\"huggingface/x/monkey\"].alias",
            "env.shellEnv.mode",
            "models.providers.x.models[0].compat.maxTokensField",
            "meta.author",
        ] {
            assert!(!place(path).hides_text("a text"), "{path}");
        }
        for (path, hidden) in [
            ("models[0].maxTokens", false),
            ("env.shellEnv.timeoutMs", false),
            ("a.secret", true),
            ("env.vars.PIN", true),
        ] {
            assert_eq!(place(path).hides_numbers(), hidden, "{path}");
        }
    }

    #[test]
    fn only_a_whole_variable_is_no_secret() {
        for (text, hidden) in [
            ("${MY_KEY}", false),
            ("", false),
            ("${A}S6", true),
            ("x${A}", true),
            ("${a}", true),
            ("${}", true),
            ("${A}${B}", true),
            ("Bearer ${A}", true),
        ] {
            assert_eq!(Place::Secret.hides_text(text), hidden, "{text}");
        }
        assert!(!Place::Auth.hides_text("token"));
        assert!(Place::Auth.hides_text("Basic abc"));
    }
}
