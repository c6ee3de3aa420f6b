//! launchd, the service manager of macOS.

mod agent;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::Manager;
use super::plan::{Plan, PlannedFile};
use super::state::{Activity, Ending, State};
use super::tool::{call, ran};
use crate::app::App;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::refs::quoted;

/// How often is looked whether the old process is gone.
const LOOK: Duration = Duration::from_millis(100);
/// How long an agent that does not say it may take to end.
const END: Duration = Duration::from_secs(120);
/// How long it takes to kill what has not ended by then.
const KILL: Duration = Duration::from_secs(3);

/// The agent of a profile.
#[derive(Debug)]
pub(super) struct Launchd {
    label: String,
    path: PathBuf,
    log: PathBuf,
    /// The user's part of launchd, such as `gui/501`.
    domain: String,
}

impl Launchd {
    pub(super) fn new(app: &App) -> Self {
        let label = "ai.openclaw-rs.gateway";
        let label =
            app.profile.as_deref().map_or_else(|| label.to_owned(), |profile| format!("{label}.{profile}"));
        let home = app.user_home().unwrap_or(&app.places.state_dir);
        #[cfg(unix)]
        let user = rustix::process::getuid().as_raw();
        #[cfg(not(unix))]
        let user = 0;
        Self {
            path: home.join("Library/LaunchAgents").join(format!("{label}.plist")),
            log: app.places.state_dir.join("logs/gateway.log"),
            domain: format!("gui/{user}"),
            label,
        }
    }

    fn target(&self) -> String {
        format!("{}/{}", self.domain, self.label)
    }

    fn is_loaded(&self) -> Result<bool> {
        Ok(call("launchctl", &["print", &self.target()])?.is_success)
    }

    /// Waits until something of its state is so.
    fn until(&self, is: impl Fn(&State) -> bool) -> Result<()> {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        let deadline = Instant::now() + exit_timeout(&text).unwrap_or(END) + KILL;
        while !is(&self.state()?) {
            if Instant::now() >= deadline {
                return Err(
                    Failure::new(Exit::Failure, "the service does not end").hint("openclaw gateway logs")
                );
            }
            std::thread::sleep(LOOK);
        }
        Ok(())
    }
}

impl Manager for Launchd {
    fn service(&self) -> String {
        self.label.clone()
    }

    fn paths(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }

    fn files(&self, plan: &Plan<'_>) -> Vec<PlannedFile> {
        let text = agent::agent(plan, &self.label, &self.log);
        vec![PlannedFile { path: self.path.clone(), text }]
    }

    fn check(&self) -> Result<()> {
        let said = call("launchctl", &["print", &self.domain])?;
        if said.is_success {
            return Ok(());
        }
        let failure = Failure::new(Exit::Failure, "there is no launchd that runs services of this user");
        Err(said
            .causes(failure)
            .because("it is there where you are logged in at the screen")
            .hint("openclaw gateway run"))
    }

    fn take_up(&self) -> Result<()> {
        if let Some(folder) = self.log.parent() {
            std::fs::create_dir_all(folder).map_err(|error| {
                Failure::from_error(Exit::Failure, "the folder of the log cannot be made", &error)
                    .hint(format!("ls -l {}", quoted(&folder.display().to_string())))
            })?;
        }
        ran("launchctl", &["enable", &self.target()])
    }

    fn start(&self) -> Result<()> {
        if self.is_loaded()? {
            return ran("launchctl", &["kickstart", &self.target()]);
        }
        ran("launchctl", &["bootstrap", &self.domain, &self.path.to_string_lossy()])
    }

    fn restart(&self) -> Result<()> {
        // Its own way to restart kills, which would cut running requests.
        if self.state()?.pid.is_some() {
            ran("launchctl", &["kill", "SIGTERM", &self.target()])?;
            self.until(|state| state.pid.is_none())?;
        }
        self.start()
    }

    fn stop(&self) -> Result<()> {
        if !self.is_loaded()? {
            return Ok(());
        }
        // It says that this goes on while running requests end.
        let said = call("launchctl", &["bootout", &self.target()])?;
        self.until(|state| !state.is_known).map_err(|failure| said.causes(failure))
    }

    fn disable(&self) -> Result<()> {
        self.stop()
    }

    fn forget(&self) -> Result<()> {
        Ok(())
    }

    fn state(&self) -> Result<State> {
        let said = call("launchctl", &["print", &self.target()])?;
        Ok(state(&said.out, said.is_success))
    }

    fn lingers(&self) -> Option<bool> {
        None
    }

    fn logs(&self, lines: u32, follow: bool) -> Vec<String> {
        let mut words = vec!["tail".to_owned(), "-n".to_owned(), lines.to_string()];
        if follow {
            words.push("-F".to_owned());
        }
        words.push(self.log.to_string_lossy().into_owned());
        words
    }

    fn listens(&self, text: &str) -> Option<SocketAddr> {
        listens(text)
    }
}

/// What launchd says of a service.
fn state(told: &str, is_known: bool) -> State {
    let value =
        |name: &str| told.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(" = "));
    let pid = value("pid").and_then(|pid| pid.parse().ok());
    let exit: Option<i32> =
        value("last exit code").and_then(|code| code.split(':').next()?.trim().parse().ok());
    let activity = match (value("state"), pid, exit) {
        (Some("running"), Some(_), _) => Activity::Running,
        (Some("spawn scheduled" | "spawning"), _, Some(code)) if code != 0 => Activity::Failing,
        (Some("spawn scheduled" | "spawning"), ..) => Activity::Starting,
        (_, _, Some(code)) if code != 0 => Activity::Failing,
        _ => Activity::Stopped,
    };
    let runs = value("runs").and_then(|runs| runs.parse::<u64>().ok());
    State {
        is_known,
        is_enabled: None,
        activity,
        pid,
        age: None,
        memory: None,
        restarts: runs.map(|runs| runs.saturating_sub(1)),
        ending: exit.map(Ending::Code),
        is_stale: false,
        drop_ins: Vec::new(),
        version: None,
        is_waiting: None,
    }
}

/// How long an agent may take to end, by its text; `None` where it does not say, or where it may take for ever.
fn exit_timeout(text: &str) -> Option<Duration> {
    let (_, rest) = text.split_once("<key>ExitTimeOut</key>")?;
    let (seconds, _) = rest.trim_start().strip_prefix("<integer>")?.split_once("</integer>")?;
    seconds.trim().parse().ok().filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

/// Where an agent listens, by the flags in its text.
fn listens(text: &str) -> Option<SocketAddr> {
    let mut words =
        text.lines().filter_map(|line| line.trim().strip_prefix("<string>")?.strip_suffix("</string>"));
    let (mut port, mut ip) = (None, IpAddr::V4(Ipv4Addr::LOCALHOST));
    while let Some(word) = words.next() {
        match word {
            "--port" => port = words.next()?.parse().ok(),
            "--bind" => {
                ip = match words.next()? {
                    "loopback" => Ipv4Addr::LOCALHOST.into(),
                    "lan" => Ipv4Addr::UNSPECIFIED.into(),
                    address => address.parse().ok()?,
                };
            }
            _ => {}
        }
    }
    Some(SocketAddr::new(ip, port?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_launchd_says_of_a_service() {
        let told = "gui/501/ai.openclaw-rs.gateway = {\n\tstate = running\n\truns = 3\n\tpid = 4711\n\tlast exit code = 2: EX_NOENT\n}\n";
        insta::assert_debug_snapshot!(state(told, true), @"
        State {
            is_known: true,
            is_enabled: None,
            activity: Running,
            pid: Some(
                4711,
            ),
            age: None,
            memory: None,
            restarts: Some(
                2,
            ),
            ending: Some(
                Code(
                    2,
                ),
            ),
            is_stale: false,
            drop_ins: [],
            version: None,
            is_waiting: None,
        }
        ");
        let of = |told: &str| state(told, true).activity;
        assert_eq!(of("\tstate = not running\n\tlast exit code = 0\n"), Activity::Stopped);
        assert_eq!(of("\tstate = not running\n\tlast exit code = (never exited)\n"), Activity::Stopped);
        assert_eq!(of("\tstate = spawn scheduled\n\tlast exit code = 2\n"), Activity::Failing);
        assert_eq!(of("\tstate = spawn scheduled\n"), Activity::Starting);
    }
}
