//! Which variables of today's shell the service is given. None is a secret: a unit file is read by whoever likes.

use std::path::Path;

use crate::view::mask_tokens;

/// What a variable holds, which decides how it is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Words,
    /// It may be meant from the current folder, in which the service is not.
    Path,
    /// It may hold a password.
    Address,
}

/// All that is handed on. The port is not: it stands in the unit.
const HANDED_ON: &[(&str, Kind)] = &[
    ("OPENCLAW_HOME", Kind::Path),
    ("OPENCLAW_STATE_DIR", Kind::Path),
    ("OPENCLAW_CONFIG_PATH", Kind::Path),
    ("OPENCLAW_AGENT_DIR", Kind::Path),
    ("OPENCLAW_HF_BASE_URL", Kind::Address),
    ("OPENCLAW_GATEWAY_STATE", Kind::Address),
    ("OPENCLAW_LOAD_SHELL_ENV", Kind::Words),
    ("OPENCLAW_SHELL_ENV_TIMEOUT_MS", Kind::Words),
    ("OPENCLAW_LOG", Kind::Words),
    ("HF_ENDPOINT", Kind::Address),
    ("HF_BILL_TO", Kind::Words),
    ("HF_HOME", Kind::Path),
    ("HF_TOKEN_PATH", Kind::Path),
    ("XDG_CACHE_HOME", Kind::Path),
    ("SSL_CERT_FILE", Kind::Path),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", Kind::Address),
    ("OTEL_SERVICE_NAME", Kind::Words),
    ("HTTPS_PROXY", Kind::Address),
    ("https_proxy", Kind::Address),
    ("HTTP_PROXY", Kind::Address),
    ("http_proxy", Kind::Address),
    ("ALL_PROXY", Kind::Address),
    ("all_proxy", Kind::Address),
    ("NO_PROXY", Kind::Words),
    ("no_proxy", Kind::Words),
];

/// What a service manager gives every program by itself.
const OF_THE_MANAGER: &[&str] = &["HOME", "USER", "LOGNAME", "SHELL", "PATH"];

/// The variables of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Environment(pub(super) Vec<(&'static str, String)>);

/// A variable that cannot be handed on, and why, as the end of a sentence.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit {
    pub(super) name: &'static str,
    pub(super) why: &'static str,
}

impl Environment {
    /// What is handed on of an environment; `here` is the current folder.
    pub(super) fn pick(env: &dyn Fn(&str) -> Option<String>, here: &Path) -> Result<Self, Unfit> {
        let mut picked = Vec::new();
        for (name, kind) in HANDED_ON {
            let Some(value) = env(name).filter(|value| !value.trim().is_empty()) else { continue };
            let unfit = |why| Unfit { name, why };
            if value.chars().any(char::is_control) {
                return Err(unfit("holds a line end or another control character"));
            }
            if *kind == Kind::Address && has_user(&value) {
                return Err(unfit("holds a user or a password"));
            }
            if mask_tokens(&value) != value {
                return Err(unfit("holds a token"));
            }
            let value = match kind {
                Kind::Path if !value.starts_with('~') => here.join(value).to_string_lossy().into_owned(),
                _ => value,
            };
            picked.push((*name, value));
        }
        Ok(Self(picked))
    }

    /// A variable as the service will see it, where this shell's others are `env`.
    pub(super) fn seen(&self, env: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<String> {
        let own = self.0.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
        own.or_else(|| OF_THE_MANAGER.contains(&name).then(|| env(name))?)
    }
}

/// Whether an address has something in front of its host.
fn has_user(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick(variables: &[(&str, &str)]) -> Result<Environment, Unfit> {
        let env = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Environment::pick(&env, Path::new("/work"))
    }

    #[test]
    fn addresses_and_places_are_handed_on_and_no_secret() {
        let picked = pick(&[
            ("HF_TOKEN", "hf_canary_0123456789abcdef"),
            ("OPENCLAW_GATEWAY_TOKEN", "secret"),
            ("OPENCLAW_GATEWAY_PORT", "1"),
            ("OPENCLAW_STATE_DIR", "state"),
            ("OPENCLAW_CONFIG_PATH", "~/c.json"),
            ("SSL_CERT_FILE", "/etc/ca.pem"),
            ("https_proxy", "proxy:3128"),
            ("NO_PROXY", "127.0.0.1"),
            ("HF_BILL_TO", " "),
            ("LANG", "C"),
        ]);
        let picked: Vec<_> =
            picked.expect("fit").0.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            picked,
            [
                "OPENCLAW_STATE_DIR=/work/state",
                "OPENCLAW_CONFIG_PATH=~/c.json",
                "SSL_CERT_FILE=/etc/ca.pem",
                "https_proxy=proxy:3128",
                "NO_PROXY=127.0.0.1"
            ]
        );
    }

    #[test]
    fn what_may_be_secret_is_refused() {
        let user = "holds a user or a password";
        let token = "holds a token";
        let line = "holds a line end or another control character";
        for (name, value, why) in [
            ("HTTPS_PROXY", "http://me:secret@proxy:3128", user),
            ("HTTPS_PROXY", "me@proxy:3128", user),
            ("OPENCLAW_HF_BASE_URL", "https://user@router.example.org/v1", user),
            ("HF_ENDPOINT", "https://x.example.org/hf_canary_0123456789abcdef", token),
            ("HF_BILL_TO", "hf_canary_0123456789abcdef", token),
            ("NO_PROXY", "a\nExecStart=/bin/false", line),
        ] {
            assert_eq!(pick(&[(name, value)]), Err(Unfit { name, why }), "{value}");
        }
        assert!(pick(&[("HF_ENDPOINT", "https://example.org/a@b")]).is_ok());
    }

    #[test]
    fn a_service_sees_what_it_is_given_and_what_its_manager_gives() {
        let environment = Environment(vec![("HF_HOME", "/hf".to_owned())]);
        let env = |name: &str| Some(format!("the shell's {name}"));
        let seen = |name| environment.seen(&env, name);
        assert_eq!(seen("HF_HOME").as_deref(), Some("/hf"));
        assert_eq!(seen("SHELL").as_deref(), Some("the shell's SHELL"));
        assert_eq!(seen("HF_TOKEN"), None);
    }
}
