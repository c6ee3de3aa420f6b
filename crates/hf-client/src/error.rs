//! Why a call failed.

mod cause;
mod fault;

use std::fmt;
use std::time::Duration;

pub(crate) use cause::Cause;
pub(crate) use fault::{Fault, Network, NotAnAnswer, Setup};

use crate::meta::Meta;
use crate::wire::RequestError;
use crate::{Class, Redactor, Refusal, StreamError};

/// What was waited for when a time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeoutPhase {
    /// The connection, TLS included.
    Connect,
    /// The answer's head, or the first event of a stream.
    FirstByte,
    /// The next bytes of an answer that had begun.
    BetweenChunks,
}

/// Why a call failed.
///
/// `Display` says what failed in one line; what the server or the system said about it follows through
/// [`source`](std::error::Error::source). Neither holds the token, the user part of an address, or a prompt.
pub struct Error(Box<Repr>);

#[derive(Debug)]
struct Repr {
    fault: Fault,
    host: String,
    meta: Option<Meta>,
    cause: Option<Cause>,
}

impl Error {
    /// A failure before anything was sent.
    #[cold]
    pub(crate) fn before(fault: impl Into<Fault>) -> Self {
        Self(Box::new(Repr { fault: fault.into(), host: String::new(), meta: None, cause: None }))
    }

    /// A failure of a call to `host`.
    #[cold]
    pub(crate) fn at(host: &str, fault: impl Into<Fault>) -> Self {
        let fault = fault.into();
        let cause = fault.refusal().and_then(|refusal| refusal.message.as_deref()).map(Cause::server_says);
        Self(Box::new(Repr { fault, host: host.to_owned(), meta: None, cause }))
    }

    /// Adds who answered.
    pub(crate) fn answered_by(mut self, meta: &Meta) -> Self {
        self.0.meta = Some(meta.clone());
        self
    }

    /// Adds the chain below `error`, cleaned, behind what is there.
    pub(crate) fn because(mut self, error: &dyn std::error::Error, redactor: &Redactor) -> Self {
        self.0.cause = Cause::append(self.0.cause.take(), Cause::chain(error, redactor));
        self
    }

    /// What kind of failure it is.
    pub fn class(&self) -> Class {
        self.0.fault.class()
    }

    /// The HTTP status of the reply, or the one that an error event names; `None` when there was no reply.
    pub fn status(&self) -> Option<u16> {
        let named = self.0.fault.refusal().and_then(|refusal| refusal.status);
        named.or(self.0.meta.as_ref().map(|meta| meta.status))
    }

    /// The provider that failed (`x-inference-provider`); `None` when nobody says.
    pub fn provider(&self) -> Option<&str> {
        self.0.meta.as_ref()?.provider.as_deref()
    }

    /// The id to name when asking for help (`x-request-id`).
    pub fn request_id(&self) -> Option<&str> {
        self.0.meta.as_ref()?.request_id.as_deref()
    }

    /// How long to leave the provider alone; only ever set on 429 and 503.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.fault.refusal()?.retry_after
    }

    /// What the server says, cleaned and at most 500 characters long; `None` when it says nothing a person could read.
    pub fn message(&self) -> Option<&str> {
        self.0.fault.refusal()?.message.as_deref()
    }

    /// The server's code, for example `model_not_supported`.
    pub fn code(&self) -> Option<&str> {
        self.0.fault.refusal()?.code.as_deref()
    }

    /// What was waited for, if a time ran out.
    pub fn timeout_phase(&self) -> Option<TimeoutPhase> {
        match self.0.fault {
            Fault::Timeout { phase, .. } => Some(phase),
            _ => None,
        }
    }

    /// Whether the client itself could not be set up, for example for want of the file of authorities: nothing was sent.
    pub fn is_setup(&self) -> bool {
        matches!(self.0.fault, Fault::Setup(_))
    }

    /// The limit in bytes, if a size was passed.
    pub fn limit(&self) -> Option<usize> {
        match &self.0.fault {
            Fault::TooLarge { limit, .. } => Some(*limit),
            Fault::Stream(StreamError::TooLarge(error)) => Some(error.limit()),
            Fault::Stream(StreamError::ToolCallsTooLarge(error)) => Some(error.limit()),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let provider = self.provider();
        self.0.fault.write(f, &self.0.host, provider)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("class", &self.class())
            .field("fault", &self.0.fault)
            .field("host", &self.0.host)
            .field("meta", &self.0.meta)
            .field("cause", &self.0.cause)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_ref().map(|cause| cause as _)
    }
}

impl From<RequestError> for Fault {
    fn from(error: RequestError) -> Self {
        Fault::Request(error)
    }
}

impl From<Setup> for Fault {
    fn from(setup: Setup) -> Self {
        Fault::Setup(setup)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Fault::Refused(refusal)
    }
}

impl From<StreamError> for Fault {
    fn from(error: StreamError) -> Self {
        Fault::Stream(error)
    }
}

#[cfg(test)]
mod tests;
