//! What kind of failure an attempt ended in.

use std::fmt;

/// What kind of failure an attempt ended in, as far as the next step depends on it.
///
/// There is deliberately no class for "not found": a bare 404 comes from one provider's route and another provider may
/// serve the same model, so it is a [`ProviderFault`](Class::ProviderFault); a 404 that names the model is
/// [`ModelUnsupported`](Class::ModelUnsupported).
///
/// ```
/// use openclaw_failover::Class;
///
/// assert_eq!(Class::RateLimited.to_string(), "rate_limited");
/// assert!(Class::Credits.is_about_the_token());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The token is missing, wrong or expired (401).
    Auth,
    /// The token is good but may not call Inference Providers for this user or organisation (403 with that sentence).
    Permission,
    /// The account's credits or its spending limit are used up (402).
    Credits,
    /// Too many requests (429).
    RateLimited,
    /// Nobody whom the user enabled serves the model, or the model does not exist.
    ModelUnsupported,
    /// The request itself is at fault: a wrong parameter, too large, or settings it cannot be sent with.
    InvalidRequest,
    /// One provider failed or refused; another may serve the same request.
    ProviderFault,
    /// The address cannot be reached at all: DNS, refused, unreachable, TLS.
    Network,
    /// Nothing came in time.
    Timeout,
    /// Something came that is not an answer.
    Malformed,
    /// The answer began and was cut off.
    Truncated,
}

impl Class {
    /// Every class, in the order of declaration.
    pub const ALL: [Class; 11] = [
        Class::Auth,
        Class::Permission,
        Class::Credits,
        Class::RateLimited,
        Class::ModelUnsupported,
        Class::InvalidRequest,
        Class::ProviderFault,
        Class::Network,
        Class::Timeout,
        Class::Malformed,
        Class::Truncated,
    ];

    /// The name used in logs, metrics and `--json`, for example `rate_limited`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Class::Auth => "auth",
            Class::Permission => "permission",
            Class::Credits => "credits",
            Class::RateLimited => "rate_limited",
            Class::ModelUnsupported => "model_unsupported",
            Class::InvalidRequest => "invalid_request",
            Class::ProviderFault => "provider_fault",
            Class::Network => "network",
            Class::Timeout => "timeout",
            Class::Malformed => "malformed",
            Class::Truncated => "truncated",
        }
    }

    /// Whether every other offer would refuse this token in the same way.
    #[must_use]
    pub const fn is_about_the_token(self) -> bool {
        matches!(self, Class::Auth | Class::Permission | Class::Credits)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
