//! From what happened to what comes next, without any state.

use crate::Class;
use crate::stop::StopReason;

/// What happened, as far as the next step depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Situation {
    /// What the attempt ended in.
    pub class: Class,
    /// Who chose the provider of this attempt.
    pub chosen_by: ChosenBy,
    /// What is left to try.
    pub position: Position,
    /// Whether the caller has seen any of the answer.
    pub answer: Answer,
    /// Whether the one repetition after a dead network was used.
    pub network_retry: NetworkRetry,
    /// What the options say of a request that was refused as wrong.
    pub on_invalid_request: OnInvalidRequest,
}

/// Who chose the provider of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChosenBy {
    /// The router: the reference has no suffix, or a policy.
    Router,
    /// The user, who wrote the provider as a suffix.
    User,
    /// The plan, which pinned an offer.
    Plan,
}

impl ChosenBy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Router, Self::User, Self::Plan];

    /// The name used in logs and `--json`: `router`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Router => "router",
            Self::User => "user",
            Self::Plan => "plan",
        }
    }
}

/// What is left to try after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Position {
    /// Offers of the same reference, and other references.
    OffersAndModels,
    /// Offers of the same reference alone.
    Offers,
    /// Other references alone.
    Models,
    /// Nothing.
    Last,
}

impl Position {
    /// All of them, in the order of the table in the README.
    pub const ALL: [Self; 4] = [Self::OffersAndModels, Self::Offers, Self::Models, Self::Last];
}

/// Whether the caller has seen any of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Nothing: another attempt may answer instead.
    NotBegun,
    /// At least one byte.
    Begun,
}

/// Whether the one repetition after a dead network was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NetworkRetry {
    /// It was not.
    Left,
    /// It was, at any time in this run.
    Used,
}

/// What to do about a request that was refused as wrong (400, 422).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OnInvalidRequest {
    /// It is the caller's fault, and wrong everywhere.
    #[default]
    Stop,
    /// Another provider may take the parameter that this one does not.
    TryNext,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The next offer, of the same reference first; at once.
    NextOffer,
    /// The next reference; what is left of this one is passed over.
    NextModel,
    /// The same attempt once more.
    SameAgain,
    /// Nothing.
    Stop(StopReason),
}

/// What comes next after an attempt that failed.
///
/// The README has the whole table.
///
/// ```
/// use openclaw_failover::{
///     Answer, ChosenBy, Class, Decision, NetworkRetry, OnInvalidRequest, Position, Situation, decide,
/// };
///
/// let refused = Situation {
///     class: Class::RateLimited,
///     chosen_by: ChosenBy::Router,
///     position: Position::OffersAndModels,
///     answer: Answer::NotBegun,
///     network_retry: NetworkRetry::Left,
///     on_invalid_request: OnInvalidRequest::Stop,
/// };
/// assert_eq!(decide(refused), Decision::NextOffer);
/// assert_eq!(decide(Situation { position: Position::Models, ..refused }), Decision::NextModel);
/// ```
#[must_use]
pub fn decide(situation: Situation) -> Decision {
    let Situation { class, chosen_by, position, answer, network_retry, on_invalid_request } = situation;
    if answer == Answer::Begun {
        return Decision::Stop(StopReason::AfterFirstByte(class));
    }
    match class {
        Class::Auth | Class::Permission | Class::Credits => Decision::Stop(StopReason::TokenRefused(class)),
        Class::Network => match network_retry {
            NetworkRetry::Left => Decision::SameAgain,
            NetworkRetry::Used => Decision::Stop(StopReason::NetworkDown),
        },
        Class::InvalidRequest => match on_invalid_request {
            OnInvalidRequest::Stop => Decision::Stop(StopReason::InvalidRequest),
            OnInvalidRequest::TryNext => next_offer(position),
        },
        Class::ModelUnsupported => match chosen_by {
            // The user may have disabled that provider, and no other.
            ChosenBy::Plan => next_offer(position),
            ChosenBy::Router | ChosenBy::User => next_model(position),
        },
        Class::RateLimited | Class::ProviderFault | Class::Timeout | Class::Malformed | Class::Truncated => {
            next_offer(position)
        }
    }
}

fn next_offer(position: Position) -> Decision {
    match position {
        Position::OffersAndModels | Position::Offers => Decision::NextOffer,
        Position::Models | Position::Last => next_model(position),
    }
}

fn next_model(position: Position) -> Decision {
    match position {
        Position::OffersAndModels | Position::Models => Decision::NextModel,
        Position::Offers | Position::Last => Decision::Stop(StopReason::Exhausted),
    }
}

/// Whether the offer is to be left alone for a while.
pub(crate) fn cools_down(class: Class, chosen_by: ChosenBy) -> bool {
    match class {
        Class::RateLimited | Class::ProviderFault | Class::Timeout | Class::Malformed | Class::Truncated => {
            true
        }
        // Where the router chose, nobody serves the model, and no provider is to blame.
        Class::ModelUnsupported => chosen_by != ChosenBy::Router,
        Class::Auth | Class::Permission | Class::Credits | Class::InvalidRequest | Class::Network => false,
    }
}
