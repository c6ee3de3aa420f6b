//! How a sandbox is set up, and why it may refuse to start.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

/// How fast answers come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Pace {
    /// As fast as the machine can, each chunk in a write of its own.
    #[default]
    Instant,
    /// As the offer's own `first_token_latency_ms` and `throughput` say, `times` as fast.
    ///
    /// An offer without these figures has 500 ms and 50 tokens per second.
    Offer {
        /// Above 0; 1.0 is the real pace, 10.0 ten times that.
        times: f64,
    },
}

/// How a sandbox is set up.
///
/// ```
/// use openclaw_sandbox::{Options, Pace};
/// let options = Options { pace: Pace::Offer { times: 20.0 }, fault_models: true, ..Options::default() };
/// # let _ = options;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Where to listen: an address of this machine's loopback. Default `127.0.0.1:0`; port 0 picks a free one.
    pub addr: SocketAddr,
    /// How fast answers come. Default [`Pace::Instant`].
    pub pace: Pace,
    /// Whether the models under `sandbox/`, which always misbehave, are listed and served. Default no.
    pub fault_models: bool,
    /// An answer has at least this many words, which are its tokens. Default 0: the short answer as it is.
    pub answer_words: usize,
    /// How many requests are remembered, the last ones. Default 1000; 0 keeps no log.
    pub log_capacity: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            pace: Pace::Instant,
            fault_models: false,
            answer_words: 0,
            log_capacity: 1_000,
        }
    }
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), StartError> {
        if !self.addr.ip().is_loopback() {
            return Err(StartError::new(StartErrorKind::NotLoopback(self.addr)));
        }
        match self.pace {
            Pace::Offer { times } if !(times.is_finite() && times > 0.0) => {
                Err(StartError::new(StartErrorKind::Pace(times)))
            }
            _ => Ok(()),
        }
    }
}

/// Why a sandbox did not start.
#[derive(Debug)]
pub struct StartError {
    kind: StartErrorKind,
    source: Option<io::Error>,
}

/// What kept a sandbox from starting.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StartErrorKind {
    /// The address can be reached from other machines.
    NotLoopback(SocketAddr),
    /// Another program listens there.
    Taken(SocketAddr),
    /// The system does not let us listen there.
    Listen(SocketAddr),
    /// The pace is not a number above 0.
    Pace(f64),
    /// The system gave us no thread or no event loop.
    Thread,
}

impl StartError {
    pub(crate) const fn new(kind: StartErrorKind) -> Self {
        Self { kind, source: None }
    }

    pub(crate) fn listen(addr: SocketAddr, source: io::Error) -> Self {
        let kind = match source.kind() {
            io::ErrorKind::AddrInUse => StartErrorKind::Taken(addr),
            _ => StartErrorKind::Listen(addr),
        };
        Self { kind, source: Some(source) }
    }

    pub(crate) const fn thread(source: io::Error) -> Self {
        Self { kind: StartErrorKind::Thread, source: Some(source) }
    }

    /// What kept it from starting.
    #[must_use]
    pub const fn kind(&self) -> &StartErrorKind {
        &self.kind
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            StartErrorKind::NotLoopback(addr) => {
                write!(f, "address `{addr}` is not loopback, expected one of 127.0.0.0/8 or [::1]")
            }
            StartErrorKind::Taken(addr) => {
                write!(f, "address `{addr}` is taken, expected a free port (0 picks one)")
            }
            StartErrorKind::Listen(addr) => {
                write!(f, "cannot listen on `{addr}`, expected an address this user may listen on")
            }
            StartErrorKind::Pace(times) => {
                write!(f, "pace `{times}` cannot be kept, expected a number above 0")
            }
            StartErrorKind::Thread => f.write_str("cannot start the thread of the sandbox"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_options_are_refused_in_words() {
        #[track_caller]
        fn check(options: &Options, expect: &str) {
            assert_eq!(options.check().map_err(|error| error.to_string()), Err(expect.to_owned()));
        }
        let at = |addr: &str| Options { addr: addr.parse().unwrap(), ..Options::default() };
        check(
            &at("0.0.0.0:80"),
            "address `0.0.0.0:80` is not loopback, expected one of 127.0.0.0/8 or [::1]",
        );
        check(&at("[::]:80"), "address `[::]:80` is not loopback, expected one of 127.0.0.0/8 or [::1]");
        let pace = |times| Options { pace: Pace::Offer { times }, ..Options::default() };
        check(&pace(0.0), "pace `0` cannot be kept, expected a number above 0");
        check(&pace(-1.5), "pace `-1.5` cannot be kept, expected a number above 0");
        check(&pace(f64::NAN), "pace `NaN` cannot be kept, expected a number above 0");
        check(&pace(f64::INFINITY), "pace `inf` cannot be kept, expected a number above 0");
    }

    #[test]
    fn the_system_s_refusals_are_told_apart() {
        #[track_caller]
        fn check(kind: io::ErrorKind, expect: &str) {
            let error = StartError::listen("127.0.0.1:80".parse().unwrap(), kind.into());
            assert_eq!(error.to_string(), expect);
            assert!(std::error::Error::source(&error).is_some());
        }
        check(
            io::ErrorKind::AddrInUse,
            "address `127.0.0.1:80` is taken, expected a free port (0 picks one)",
        );
        check(
            io::ErrorKind::PermissionDenied,
            "cannot listen on `127.0.0.1:80`, expected an address this user may listen on",
        );
        let thread = StartError::thread(io::ErrorKind::OutOfMemory.into());
        assert_eq!(thread.to_string(), "cannot start the thread of the sandbox");
    }
}
