//! What bounds a plan and its run.

use std::time::Duration;

use openclaw_catalog::{Needs, Price, TokenMix};

use crate::decide::OnInvalidRequest;

/// What bounds a plan and its run.
///
/// ```
/// use openclaw_failover::Options;
/// use std::time::Duration;
///
/// let options = Options { first_byte: Duration::from_secs(10), ..Options::default() };
/// assert_eq!(options.total, Duration::from_secs(120));
/// assert_eq!(options.max_attempts, None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// What the request cannot do without. What is known to lack it comes at the very end.
    pub needs: Needs,
    /// The highest output price allowed, per million tokens; `None` is no limit.
    ///
    /// What is known to ask more is left out and told by [`Plan::left_out`](crate::Plan::left_out).
    pub max_price: Option<Price>,
    /// The size of the request; `None` where it is not known.
    ///
    /// With it, what is pinned under `:cheapest` is the cheapest for this request, input included.
    pub mix: Option<TokenMix>,
    /// How many requests at most, the one repeated after a dead network included; `None` is all of the plan.
    pub max_attempts: Option<usize>,
    /// Whether a request that was refused as wrong (400, 422) is tried elsewhere.
    pub on_invalid_request: OnInvalidRequest,
    /// How long one attempt may take to its first byte.
    pub first_byte: Duration,
    /// How long all attempts together may take to the first byte. The last gets what is left.
    pub total: Duration,
    /// How long to wait before the one repetition after a dead network.
    pub network_pause: Duration,
}

impl Default for Options {
    /// No needs, no price limit, every attempt of the plan; 30 s an attempt, 120 s in all, 250 ms of pause.
    fn default() -> Self {
        Self {
            needs: Needs::default(),
            max_price: None,
            mix: None,
            max_attempts: None,
            on_invalid_request: OnInvalidRequest::Stop,
            first_byte: Duration::from_secs(30),
            total: Duration::from_secs(120),
            network_pause: Duration::from_millis(250),
        }
    }
}
