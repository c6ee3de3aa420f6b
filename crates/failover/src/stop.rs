//! Why nothing is tried any more.

use std::fmt;

use crate::Class;

/// Why nothing is tried any more.
///
/// [`Display`](fmt::Display) prints a sentence's fragment; [`StopReason::as_str`] is the name for logs and `--json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// The answer came whole.
    Answered,
    /// The answer had begun for the caller when it failed; another one would be a second answer.
    AfterFirstByte(Class),
    /// The token, its permission or its credits: every other offer would refuse it in the same way.
    TokenRefused(Class),
    /// The request itself is at fault.
    InvalidRequest,
    /// The host could not be reached, and not on the second try either.
    NetworkDown,
    /// Everything in the plan was tried.
    Exhausted,
    /// The time to the first byte is used up.
    OutOfTime,
    /// As many requests were sent as the options allow.
    AttemptLimit,
    /// The plan is empty.
    NothingToTry,
    /// The driver asked for an attempt, or told the end of one, out of turn; what was sent is not known.
    OutOfTurn,
}

impl StopReason {
    /// The name used in logs, metrics and `--json`, for example `network_down`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::AfterFirstByte(_) => "after_first_byte",
            Self::TokenRefused(_) => "token_refused",
            Self::InvalidRequest => "invalid_request",
            Self::NetworkDown => "network_down",
            Self::Exhausted => "exhausted",
            Self::OutOfTime => "out_of_time",
            Self::AttemptLimit => "attempt_limit",
            Self::NothingToTry => "nothing_to_try",
            Self::OutOfTurn => "out_of_turn",
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered => f.write_str("the answer came whole"),
            Self::AfterFirstByte(class) => write!(f, "the answer failed (`{class}`) after it had begun"),
            Self::TokenRefused(class) => {
                write!(f, "the token was refused (`{class}`), and would be everywhere")
            }
            Self::InvalidRequest => f.write_str("the request itself was refused"),
            Self::NetworkDown => f.write_str("the host could not be reached, twice"),
            Self::Exhausted => f.write_str("everything in the plan was tried"),
            Self::OutOfTime => f.write_str("the time to the first byte is used up"),
            Self::AttemptLimit => f.write_str("the limit of attempts is reached"),
            Self::NothingToTry => f.write_str("there is nothing to try"),
            Self::OutOfTurn => f.write_str("an attempt was asked for or told out of turn"),
        }
    }
}
