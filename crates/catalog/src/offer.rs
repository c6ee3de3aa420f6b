//! One provider's offer of one model.

use std::fmt;
use std::time::Duration;

use crate::money::Pricing;

/// One provider's offer of one model.
///
/// Source: `data[].providers[]` of `GET /v1/models`.
/// Every field but the provider may be missing there; `None` means "not said", never zero and never false.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The slug that pins this offer as a suffix: `together`. Field `provider`.
    pub provider: String,
    /// What the router's own probe found. Field `status`.
    pub status: Option<OfferStatus>,
    /// Tokens of prompt and answer together. Field `context_length`.
    pub context_length: Option<u64>,
    /// Price per million tokens. `None` is unknown, not free. Field `pricing`.
    pub pricing: Option<Pricing>,
    /// A promotion without charge. Field `is_free`, which is known to be unreliable.
    pub is_free: Option<bool>,
    /// Whether the latest probe of tool calls succeeded. Field `supports_tools`.
    pub supports_tools: Option<bool>,
    /// Whether the latest probe of structured output succeeded. Field `supports_structured_output`.
    pub supports_structured_output: Option<bool>,
    /// Time to the first token in the latest probe. Field `first_token_latency_ms`.
    pub first_token_latency: Option<Duration>,
    /// Tokens per second in the latest probe; finite and not negative. Field `throughput`.
    pub throughput: Option<f64>,
    /// Whether the provider published the model. Field `is_model_author`.
    pub is_model_author: Option<bool>,
}

impl Offer {
    /// An offer of which nothing but the provider is known.
    #[must_use]
    pub fn new(provider: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            status: None,
            context_length: None,
            pricing: None,
            is_free: None,
            supports_tools: None,
            supports_structured_output: None,
            first_token_latency: None,
            throughput: None,
            is_model_author: None,
        }
    }

    /// Whether the router may send a request there: the status is `live`, or not said.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.status, None | Some(OfferStatus::Live))
    }
}

/// What the router's probe says of an offer.
///
/// Source: `data[].providers[].status`. The set is open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OfferStatus {
    /// It answers.
    Live,
    /// It is being set up.
    Staging,
    /// Its latest probe failed.
    Error,
    /// A word that this program does not know; treated as not live.
    Other(String),
}

impl OfferStatus {
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "live" => Self::Live,
            "staging" => Self::Staging,
            "error" => Self::Error,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for OfferStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Live => "live",
            Self::Staging => "staging",
            Self::Error => "error",
            Self::Other(word) => word,
        })
    }
}
