//! Where the shared state is kept.

use std::fmt;

use openclaw_credentials::Secret;
use redis::{ConnectionInfo, IntoConnectionInfo as _, RedisError};
use thiserror::Error;
use url::Url;

/// The port of Redis and Valkey.
const PORT: u16 = 6379;

/// Where a Redis or Valkey server keeps what gateways share.
///
/// `redis://[user:password@]host[:port][/database]`, or `rediss://…` with TLS; `valkey://` and `valkeys://` are the same.
/// Neither `Display` nor `Debug` shows the user or the password.
///
/// ```
/// use openclaw_credentials::Secret;
/// use openclaw_gateway::StateUrl;
///
/// let url = StateUrl::parse(&Secret::new("redis://:secret@state.internal/2"))?;
/// assert_eq!(url.to_string(), "redis://state.internal:6379/2");
/// # Ok::<(), openclaw_gateway::StateUrlError>(())
/// ```
#[derive(Clone)]
pub struct StateUrl {
    whole: Secret,
    shown: String,
}

/// Why a text is no [`StateUrl`]. It does not repeat the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StateUrlError {
    /// It is no URL.
    #[error("it is no URL")]
    Malformed,
    /// Neither `redis`, `rediss`, `valkey` nor `valkeys`.
    #[error("its scheme is none of `redis`, `rediss`, `valkey` and `valkeys`")]
    Scheme,
    /// No host, or one that stands for all addresses.
    #[error("it names no host")]
    Host,
    /// What follows the host is no number.
    #[error("what follows the host is no number of a database")]
    Database,
    /// A query or a fragment.
    #[error("`?` and `#` have no meaning in it; in a password they are written `%3F` and `%23`")]
    Rest,
    /// What is percent-encoded is no UTF-8.
    #[error("its user or password is no text")]
    Text,
}

impl StateUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// It is none, or of another kind.
    pub fn parse(text: &Secret) -> Result<Self, StateUrlError> {
        let text = text.expose().trim();
        let url = Url::parse(text).map_err(|_| StateUrlError::Malformed)?;
        if !matches!(url.scheme(), "redis" | "rediss" | "valkey" | "valkeys") {
            return Err(StateUrlError::Scheme);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(StateUrlError::Rest);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(StateUrlError::Host)?;
        let database = url.path().trim_matches('/');
        let database: u32 = match database {
            "" => 0,
            number => number.parse().map_err(|_| StateUrlError::Database)?,
        };
        let port = url.port().unwrap_or(PORT);
        let shown = format!("{}://{host}:{port}/{database}", url.scheme());
        let url = Self { whole: Secret::new(text), shown };
        match url.connection() {
            Ok(_) => Ok(url),
            Err(_) if host == "0.0.0.0" || host == "[::]" => Err(StateUrlError::Host),
            Err(_) => Err(StateUrlError::Text),
        }
    }

    /// For the library.
    pub(super) fn connection(&self) -> Result<ConnectionInfo, RedisError> {
        self.whole.expose().into_connection_info()
    }

    /// What went wrong, without the password, whatever a server or a library puts into a message.
    pub(super) fn hide(&self, message: &str) -> String {
        let mut shown = message.replace(self.whole.expose(), &self.shown);
        let connection = self.connection().ok();
        let typed = Url::parse(self.whole.expose()).ok();
        let decoded = connection.as_ref().and_then(|info| info.redis_settings().password());
        for password in [decoded, typed.as_ref().and_then(Url::password)].into_iter().flatten() {
            if !password.is_empty() {
                shown = shown.replace(password, "[redacted]");
            }
        }
        shown
    }
}

impl fmt::Display for StateUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for StateUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StateUrl").field(&self.shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let url = StateUrl::parse(&Secret::new(text));
        let shown = format!("{url:?}");
        assert!(!shown.contains("canary"), "{shown}");
        let shown = url.map_or_else(|error| error.to_string(), |url| url.to_string());
        assert_eq!(shown, expected, "{text}");
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn what_is_a_url_and_how_it_is_shown() {
        check("redis://localhost", "redis://localhost:6379/0");
        check(" redis://127.0.0.1:7000/3/\n", "redis://127.0.0.1:7000/3");
        check("rediss://user:canary@state.example.org", "rediss://state.example.org:6379/0");
        check("valkey://:canary@[::1]:7000", "valkey://[::1]:7000/0");
        check("valkeys://:c%40nary%3F@a", "valkeys://a:6379/0");
        check("canary", "it is no URL");
        check("redis://:canary@", "it is no URL");
        check("https://:canary@localhost", "its scheme is none of `redis`, `rediss`, `valkey` and `valkeys`");
        check("redis+unix:///canary", "its scheme is none of `redis`, `rediss`, `valkey` and `valkeys`");
        check("redis:///0", "it names no host");
        check("redis://:canary@0.0.0.0", "it names no host");
        check("redis://localhost/canary", "what follows the host is no number of a database");
        check("redis://localhost/-1", "what follows the host is no number of a database");
        check(
            "rediss://localhost/#insecure",
            "`?` and `#` have no meaning in it; in a password they are written `%3F` and `%23`",
        );
        check(
            "redis://localhost?protocol=canary",
            "`?` and `#` have no meaning in it; in a password they are written `%3F` and `%23`",
        );
        check("redis://:canary%FF@localhost", "its user or password is no text");
    }

    #[test]
    fn a_message_that_repeats_the_password_is_cleaned() {
        let url = StateUrl::parse(&Secret::new("redis://me:c%40nary@localhost/1")).expect("a URL");
        let said = "c@nary is wrong, so is c%40nary, in redis://me:c%40nary@localhost/1";
        assert_eq!(url.hide(said), "[redacted] is wrong, so is [redacted], in redis://localhost:6379/1");
    }
}
