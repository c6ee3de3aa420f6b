//! What an attempt ended in.

use std::time::Duration;

use crate::Class;

/// What an attempt ended in, as the one who sent it saw it.
///
/// ```
/// use openclaw_failover::{Class, Outcome};
/// use std::time::Duration;
///
/// let outcome = Outcome {
///     status: Some(429),
///     retry_after: Some(Duration::from_secs(30)),
///     ..Outcome::failed(Class::RateLimited, Duration::from_millis(12))
/// };
/// assert!(!outcome.first_byte_sent);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the answer came whole, or what kind of failure it was.
    pub result: Result<(), Class>,
    /// The HTTP status; `None` where there was no reply.
    pub status: Option<u16>,
    /// Who served or refused it: header `x-inference-provider`; `None` where the reply does not say.
    pub provider: Option<String>,
    /// How long the server asks to be left alone; `None` where it does not say.
    ///
    /// Regarded with status 429 and 503 only: some providers send it with every reply.
    pub retry_after: Option<Duration>,
    /// Whether the caller has seen any of the answer. Nothing is requested again after that.
    pub first_byte_sent: bool,
    /// How long the attempt took.
    pub elapsed: Duration,
}

impl Outcome {
    /// The answer came whole and the caller has it.
    #[must_use]
    pub const fn answered(elapsed: Duration) -> Self {
        Self {
            result: Ok(()),
            status: None,
            provider: None,
            retry_after: None,
            first_byte_sent: true,
            elapsed,
        }
    }

    /// The attempt failed before the caller saw anything of an answer.
    #[must_use]
    pub const fn failed(class: Class, elapsed: Duration) -> Self {
        let result = Err(class);
        Self { result, status: None, provider: None, retry_after: None, first_byte_sent: false, elapsed }
    }

    /// `Retry-After` where it may be acted on.
    pub(crate) fn cooldown_asked(&self) -> Option<Duration> {
        // By status, not by class: an error inside a 200 may be a rate limit too, beside a header that means nothing.
        self.retry_after.filter(|_| matches!(self.status, Some(429 | 503)))
    }
}
