//! Every way in which a call can fail, with its class and its words.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::TimeoutPhase;
use crate::wire::RequestError;
use crate::{Class, Refusal, StreamError};

/// Every way in which a call can fail.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The reply's status is not a success, or its body is an error.
    Refused(Refusal),
    /// The stream is not an answer.
    Stream(StreamError),
    /// A time ran out.
    Timeout { phase: TimeoutPhase, after: Duration },
    /// What comes comes too slowly, as a whole.
    TooSlow { what: &'static str, after: Duration },
    /// The address cannot be reached.
    Network(Network),
    /// The address cannot be reached through the proxy that is in between.
    Proxy { network: Network, proxy: String },
    /// The connection ended before the reply's head.
    Closed,
    /// The connection ended within the reply.
    Cut,
    /// The reply is something else than was asked for.
    NotAnAnswer(NotAnAnswer),
    /// The reply is too large.
    TooLarge { what: &'static str, limit: usize },
    /// The reply leads elsewhere.
    Redirect { status: u16, to: Option<String> },
    /// The address leads from itself to itself.
    TooManyRedirects,
    /// The request cannot be sent.
    Request(RequestError),
    /// The client cannot be set up.
    Setup(Setup),
}

/// Why an address cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    Dns,
    Refused,
    Unreachable,
    Tls,
    Other,
}

/// What came in the place of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAnAnswer {
    Html,
    Compressed,
    NotJson { expected: &'static str },
    NoChoices,
}

/// Why the client cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Setup {
    CaFileUnreadable { path: PathBuf },
    CaFileWithoutCertificates { path: PathBuf },
    NoTlsProvider,
    NoClient,
    NotAHeader { what: &'static str },
}

impl Fault {
    pub(crate) fn class(&self) -> Class {
        match self {
            Fault::Refused(refusal) => refusal.class,
            Fault::Stream(error) => error.class(),
            Fault::Cut => Class::Truncated,
            Fault::NotAnAnswer(_) | Fault::TooLarge { .. } => Class::Malformed,
            Fault::Timeout { .. } | Fault::TooSlow { .. } => Class::Timeout,
            Fault::Network(_) | Fault::Proxy { .. } => Class::Network,
            // The host was reached: another provider may answer.
            Fault::Closed | Fault::Redirect { .. } | Fault::TooManyRedirects => Class::ProviderFault,
            Fault::Request(_) | Fault::Setup(_) => Class::InvalidRequest,
        }
    }

    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        match self {
            Fault::Refused(refusal) | Fault::Stream(StreamError::Reported(refusal)) => Some(refusal),
            _ => None,
        }
    }

    /// The line that `Display` prints; `host` is the scheme and host that were called.
    pub(crate) fn write(
        &self,
        f: &mut fmt::Formatter<'_>,
        host: &str,
        provider: Option<&str>,
    ) -> fmt::Result {
        let who = match provider {
            Some(provider) => format!("the provider `{provider}`"),
            None => format!("`{host}`"),
        };
        match self {
            Fault::Refused(refusal) => write_refusal(f, refusal, &who),
            Fault::Stream(StreamError::Reported(refusal)) => {
                write_refusal(f, refusal, &who)?;
                f.write_str(" within its answer")
            }
            Fault::Stream(error) => match provider {
                Some(provider) => write!(f, "{error} (provider `{provider}`)"),
                None => write!(f, "{error}"),
            },
            Fault::Timeout { phase: TimeoutPhase::Connect, after } => {
                write!(f, "no connection to `{host}` within {}", Seconds(*after))
            }
            Fault::Timeout { phase: TimeoutPhase::FirstByte, after } => {
                write!(f, "no answer from {who} within {}", Seconds(*after))
            }
            Fault::Timeout { phase: TimeoutPhase::BetweenChunks, after } => {
                write!(f, "the answer of {who} stopped for {}", Seconds(*after))
            }
            Fault::TooSlow { what, after } => {
                write!(f, "{what} did not come whole from {who} within {}", Seconds(*after))
            }
            Fault::Network(Network::Dns) => write!(f, "the name of `{host}` was not found"),
            Fault::Network(Network::Refused) => write!(f, "`{host}` refused the connection"),
            Fault::Network(Network::Unreachable) => write!(f, "`{host}` is unreachable"),
            Fault::Network(Network::Tls) => write!(f, "no secure connection to `{host}`"),
            Fault::Network(Network::Other) => write!(f, "no connection to `{host}`"),
            Fault::Proxy { network, proxy } => network.write_through(f, host, proxy),
            Fault::Closed => write!(f, "`{host}` closed the connection before it answered"),
            Fault::Cut => write!(f, "the answer of {who} was cut off"),
            Fault::NotAnAnswer(what) => write!(f, "{who} answered with {what}"),
            Fault::TooLarge { what, limit } => {
                write!(f, "{what} from {who} is larger than the limit of {limit} bytes")
            }
            Fault::Redirect { status, to: Some(to) } => {
                write!(f, "`{host}` redirects to `{to}` (status {status}), which is not followed")
            }
            Fault::Redirect { status, to: None } => {
                write!(f, "`{host}` redirects (status {status}) without saying where to")
            }
            Fault::TooManyRedirects => write!(f, "`{host}` redirects again and again"),
            Fault::Request(error) => write!(f, "{error}"),
            Fault::Setup(setup) => write!(f, "{setup}"),
        }
    }
}

impl Network {
    /// What is not found, refuses or is unreachable is the proxy: it alone is connected to from here.
    fn write_through(self, f: &mut fmt::Formatter<'_>, host: &str, proxy: &str) -> fmt::Result {
        match self {
            Network::Dns => write!(f, "the name of the proxy `{proxy}` was not found"),
            Network::Refused => write!(f, "the proxy `{proxy}` refused the connection"),
            Network::Unreachable => write!(f, "the proxy `{proxy}` is unreachable"),
            Network::Tls => write!(f, "no secure connection to `{host}` through the proxy `{proxy}`"),
            Network::Other => write!(f, "no connection to `{host}` through the proxy `{proxy}`"),
        }
    }
}

fn write_refusal(f: &mut fmt::Formatter<'_>, refusal: &Refusal, who: &str) -> fmt::Result {
    match refusal.class {
        Class::Auth => f.write_str("the token was refused")?,
        Class::Permission => f.write_str("the token may not call Inference Providers")?,
        Class::Credits => f.write_str("the credits for Inference Providers are used up")?,
        Class::RateLimited => write!(f, "{who} takes no more requests for now")?,
        Class::ModelUnsupported => f.write_str("no enabled provider serves the model")?,
        Class::InvalidRequest => write!(f, "{who} does not accept the request")?,
        Class::ProviderFault if refusal.status.is_some_and(|status| status < 500) => {
            write!(f, "{who} refused the request")?;
        }
        Class::ProviderFault => write!(f, "{who} failed")?,
        Class::Network | Class::Timeout | Class::Malformed | Class::Truncated => {
            write!(f, "{who} gave no answer")?;
        }
    }
    match (refusal.status, refusal.retry_after) {
        (Some(status), Some(wait)) => write!(f, " (status {status}, retry after {})", Seconds(wait)),
        (Some(status), None) => write!(f, " (status {status})"),
        (None, Some(wait)) => write!(f, " (retry after {})", Seconds(wait)),
        (None, None) => Ok(()),
    }
}

impl fmt::Display for NotAnAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotAnAnswer::Html => f.write_str("a web page, expected JSON"),
            NotAnAnswer::Compressed => f.write_str("compressed bytes, expected plain ones"),
            NotAnAnswer::NotJson { expected } => {
                write!(f, "something that cannot be read, expected {expected}")
            }
            NotAnAnswer::NoChoices => f.write_str("a reply without `choices`, expected at least one"),
        }
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setup::CaFileUnreadable { path } => write!(f, "the CA file `{}` cannot be read", path.display()),
            Setup::CaFileWithoutCertificates { path } => {
                write!(f, "the CA file `{}` holds no certificate, expected PEM", path.display())
            }
            Setup::NoTlsProvider => {
                f.write_str("no TLS provider is installed, expected one (feature `tls-ring`)")
            }
            Setup::NoClient => f.write_str("the HTTP client cannot be set up"),
            Setup::NotAHeader { what } => {
                write!(f, "{what} holds characters that a header cannot, expected visible ASCII")
            }
        }
    }
}

/// A duration as people write it: `5 s`, `1.5 s`, `250 ms`.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < Duration::from_secs(1) {
            write!(f, "{} ms", self.0.as_millis())
        } else if self.0.subsec_millis() == 0 {
            write!(f, "{} s", self.0.as_secs())
        } else {
            write!(f, "{:.1} s", self.0.as_secs_f64())
        }
    }
}
