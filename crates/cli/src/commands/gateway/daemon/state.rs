//! What a service manager says of the gateway.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// What it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activity {
    Running,
    Starting,
    Stopping,
    Stopped,
    /// It ended by itself, and is started again or not.
    Failing,
}

impl Activity {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Starting => "starting",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Failing => "failing",
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Code(i32),
    Signal(i32),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
        }
    }
}

/// What a service manager says of the gateway; `None` is what it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// Whether it knows of the service at all.
    pub(super) is_known: bool,
    /// Whether it starts it at a login.
    pub(super) is_enabled: Option<bool>,
    pub(super) activity: Activity,
    pub(super) pid: Option<u32>,
    /// For how long it runs.
    pub(super) age: Option<Duration>,
    /// In bytes.
    pub(super) memory: Option<u64>,
    /// How often it was started again by itself.
    pub(super) restarts: Option<u64>,
    /// How it ended last.
    pub(super) ending: Option<Ending>,
    /// Whether the unit changed since it was read.
    pub(super) is_stale: bool,
    /// Files that change the unit.
    pub(super) drop_ins: Vec<PathBuf>,
    /// Which version runs.
    pub(super) version: Option<String>,
    /// Whether its socket is held for it.
    pub(super) is_waiting: Option<bool>,
}
