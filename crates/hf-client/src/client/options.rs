//! How calls are made.

use std::path::PathBuf;
use std::time::Duration;

/// How calls are made.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How long to wait.
    pub timeouts: Timeouts,
    /// How much to take.
    pub limits: Limits,
    /// A PEM file of the authorities to trust in the place of the system's (`SSL_CERT_FILE`); `None` trusts the
    /// system's. Read at the first call.
    pub ca_file: Option<PathBuf>,
    /// Whether to use the proxies that the environment names.
    pub proxies: Proxies,
    /// The organisation or resource group that pays (`X-HF-Bill-To`); `None` lets the user pay.
    pub bill_to: Option<String>,
    /// Ties calls together for prompt caching and the cost report (`X-HF-Session-id`, at most 256 characters).
    pub session_id: Option<String>,
}

/// How long to wait, for whole replies and streams alike. There is no limit on an answer that keeps coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the connection, TLS included. 5 s.
    pub connect: Duration,
    /// From the call to the reply's first byte, of a stream to its first event. 30 s.
    pub first_byte: Duration,
    /// From one piece of the reply to the next. 60 s.
    pub between_chunks: Duration,
    /// For what may follow an answer that has ended, such as its usage; then the answer counts as whole. 5 s.
    pub after_finish: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(30),
            between_chunks: Duration::from_secs(60),
            after_finish: Duration::from_secs(5),
        }
    }
}

/// How much to take, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The list of models. 32 MiB.
    pub models: usize,
    /// whoami. 1 MiB.
    pub whoami: usize,
    /// The body of a refusal. 64 KiB; what is larger is not read, and the refusal stays what it is.
    pub error: usize,
    /// One event of a stream. 1 MiB.
    pub event: usize,
    /// A whole chat reply. 64 MiB.
    pub reply: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            models: 32 * 1024 * 1024,
            whoami: 1024 * 1024,
            error: 64 * 1024,
            event: crate::DEFAULT_EVENT_LIMIT,
            reply: 64 * 1024 * 1024,
        }
    }
}

/// Which proxies to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proxies {
    /// Those of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, or of the system's settings.
    #[default]
    Environment,
    /// None.
    Direct,
}
