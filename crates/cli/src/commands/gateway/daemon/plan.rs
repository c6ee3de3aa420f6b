//! What an installation comes to, before anything is touched.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::environment::Environment;
use crate::args::{Auth, Bind, GatewayRun};

/// Running requests have this much time to end unless `--drain` says otherwise.
const DRAIN: Duration = Duration::from_secs(30);

/// How the gateway is to run as a service.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    /// The program, with its whole path.
    pub(super) program: PathBuf,
    pub(super) profile: Option<&'a str>,
    pub(super) run: &'a GatewayRun,
    /// Where it listens.
    pub(super) address: SocketAddr,
    pub(super) state_dir: &'a Path,
    pub(super) environment: Environment,
    pub(super) sandbox: Sandbox,
}

/// Whether the service manager fences the service in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sandbox {
    On,
    Off,
}

/// A file that is written for the service manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlannedFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Plan<'_> {
    /// The command, word by word.
    pub(super) fn words(&self) -> Vec<String> {
        // Taken apart, so that a new flag is not forgotten here.
        let GatewayRun { port, bind, auth, allow_host, drain, log_file: _, state } = self.run;
        let mut words = vec![self.program.to_string_lossy().into_owned(), "gateway".into(), "run".into()];
        let mut say = |flag: &str, value: String| words.extend([flag.to_owned(), value]);
        if let Some(profile) = self.profile {
            say("--profile", profile.to_owned());
        }
        if let Some(state) = state {
            // One with a password is refused before.
            say("--state", state.expose().to_owned());
        }
        if let Some(port) = port {
            say("--port", port.to_string());
        }
        match bind {
            None => {}
            Some(Bind::Loopback) => say("--bind", "loopback".to_owned()),
            Some(Bind::Lan) => say("--bind", "lan".to_owned()),
            Some(Bind::Address(address)) => say("--bind", address.to_string()),
        }
        match auth {
            None => {}
            Some(Auth::Key) => say("--auth", "key".to_owned()),
            Some(Auth::None) => say("--auth", "none".to_owned()),
        }
        for name in allow_host {
            say("--allow-host", name.clone());
        }
        if let Some(drain) = drain.filter(|drain| *drain != DRAIN) {
            say("--drain", drain.as_secs_f64().to_string());
        }
        words
    }

    /// How long a stop may take: what running requests get, and time to say goodbye.
    pub(super) fn stop_patience(&self) -> Duration {
        Duration::from_secs(self.run.drain.unwrap_or(DRAIN).as_secs().saturating_add(15))
    }
}
