//! The suffix that tells the router how to pick a backend.

use core::fmt;

/// How the router picks the backend that answers.
///
/// Source: the text after the last `:` behind the last `/` of the `model` field of a request.
///
/// ```
/// use openclaw_model_ref::{RoutingPolicy, Selector};
///
/// assert_eq!(Selector::from_suffix("cheapest"), Selector::Policy(RoutingPolicy::Cheapest));
/// assert_eq!(Selector::from_suffix("together").suffix(), Some("together"));
/// // A policy is spelled exactly; anything else is a provider's name.
/// assert_eq!(Selector::from_suffix("Cheapest"), Selector::Provider("Cheapest"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Selector<'a> {
    /// No suffix: the router decides, today as for `:fastest`.
    Auto,
    /// A rule by which the router decides.
    Policy(RoutingPolicy),
    /// One backend and no other: `:together`.
    ///
    /// The set of slugs is open and changes monthly, so any well-formed one is accepted.
    Provider(&'a str),
}

impl<'a> Selector<'a> {
    /// Reads a suffix without its colon.
    ///
    /// A policy must be spelled exactly; everything else is a provider slug.
    #[must_use]
    pub fn from_suffix(suffix: &'a str) -> Self {
        match RoutingPolicy::from_suffix(suffix) {
            Some(policy) => Self::Policy(policy),
            None => Self::Provider(suffix),
        }
    }

    /// The suffix without its colon; `None` for [`Selector::Auto`].
    #[must_use]
    pub fn suffix(&self) -> Option<&'a str> {
        match self {
            Self::Auto => None,
            Self::Policy(policy) => Some(policy.as_str()),
            Self::Provider(slug) => Some(slug),
        }
    }
}

/// A rule by which the router picks among the backends that serve a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RoutingPolicy {
    /// Highest throughput in tokens per second.
    Fastest,
    /// Lowest price per output token.
    Cheapest,
    /// First in the order that the user set on the Hub's Inference Providers settings page.
    Preferred,
}

impl RoutingPolicy {
    /// All policies, in the order in which they are documented.
    pub const ALL: [Self; 3] = [Self::Fastest, Self::Cheapest, Self::Preferred];

    /// The word after the colon.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fastest => "fastest",
            Self::Cheapest => "cheapest",
            Self::Preferred => "preferred",
        }
    }

    fn from_suffix(suffix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == suffix)
    }
}

impl fmt::Display for RoutingPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
