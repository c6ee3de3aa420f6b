//! systemd's manager of a user's services.

mod units;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::Manager;
use super::plan::{Plan, PlannedFile};
use super::state::{Activity, Ending, State};
use super::tool::{call, ran};
use crate::app::{App, env};
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// What is asked of systemd about a service.
const ASKED: &str = "LoadState,ActiveState,SubState,MainPID,ActiveEnterTimestampMonotonic,MemoryCurrent,NRestarts,\
                     ExecMainCode,ExecMainStatus,NeedDaemonReload,DropInPaths,UnitFileState,StatusText";

/// The units of a profile.
#[derive(Debug)]
pub(super) struct Systemd {
    /// Without an ending.
    name: String,
    folder: PathBuf,
}

impl Systemd {
    pub(super) fn new(app: &App) -> Self {
        let name = "openclaw-rs-gateway";
        let name =
            app.profile.as_deref().map_or_else(|| name.to_owned(), |profile| format!("{name}-{profile}"));
        let config = env("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let config =
            config.unwrap_or_else(|| app.user_home().unwrap_or(&app.places.state_dir).join(".config"));
        Self { name, folder: config.join("systemd/user") }
    }

    fn socket(&self) -> String {
        format!("{}.socket", self.name)
    }
}

impl Manager for Systemd {
    fn service(&self) -> String {
        format!("{}.service", self.name)
    }

    fn paths(&self) -> Vec<PathBuf> {
        [self.service(), self.socket()].iter().map(|name| self.folder.join(name)).collect()
    }

    fn files(&self, plan: &Plan<'_>) -> Vec<PlannedFile> {
        let texts = [units::service(plan, &self.name), units::socket(plan, &self.name)];
        let files = self.paths().into_iter().zip(texts);
        files.map(|(path, text)| PlannedFile { path, text }).collect()
    }

    fn check(&self) -> Result<()> {
        let said = call("systemctl", &["--user", "show-environment"])?;
        if said.is_success {
            return Ok(());
        }
        let mut failure = Failure::new(Exit::Failure, "there is no systemd that runs services of this user");
        failure = said.causes(failure);
        if env("XDG_RUNTIME_DIR").is_none_or(|folder| folder.is_empty()) {
            failure = failure.because("XDG_RUNTIME_DIR is not set, as after `su` and in containers");
        }
        Err(failure.hint("openclaw gateway run"))
    }

    fn take_up(&self) -> Result<()> {
        ran("systemctl", &["--user", "daemon-reload"])?;
        ran("systemctl", &["--user", "enable", "--quiet", &self.service(), &self.socket()])
    }

    fn start(&self) -> Result<()> {
        // One that never failed is no failure.
        call("systemctl", &["--user", "reset-failed", &self.service(), &self.socket()])?;
        ran("systemctl", &["--user", "start", &self.socket()])?;
        ran("systemctl", &["--user", "start", "--no-block", &self.service()])
    }

    fn restart(&self) -> Result<()> {
        // Its socket stays as it is, with whoever waits in it.
        ran("systemctl", &["--user", "start", &self.socket()])?;
        ran("systemctl", &["--user", "restart", "--no-block", &self.service()])
    }

    fn stop(&self) -> Result<()> {
        // Its socket would start it again.
        ran("systemctl", &["--user", "stop", &self.socket(), &self.service()])
    }

    fn disable(&self) -> Result<()> {
        ran("systemctl", &["--user", "disable", "--now", "--quiet", &self.socket(), &self.service()])
    }

    fn forget(&self) -> Result<()> {
        ran("systemctl", &["--user", "daemon-reload"])?;
        // What failed once is listed until it is forgotten.
        call("systemctl", &["--user", "reset-failed", &self.service(), &self.socket()]).map(drop)
    }

    fn state(&self) -> Result<State> {
        let said = call("systemctl", &["--user", "show", "--property", ASKED, &self.service()])?;
        let socket = call("systemctl", &["--user", "is-active", "--quiet", &self.socket()])?;
        Ok(State { is_waiting: Some(socket.is_success), ..state(&said.out, monotonic()) })
    }

    fn lingers(&self) -> Option<bool> {
        #[cfg(unix)]
        {
            let user = rustix::process::getuid().as_raw().to_string();
            let said = call("loginctl", &["show-user", &user, "--property=Linger"]).ok()?;
            match said.out.trim() {
                "Linger=yes" => Some(true),
                "Linger=no" => Some(false),
                _ => None,
            }
        }
        #[cfg(not(unix))]
        None
    }

    fn logs(&self, lines: u32, follow: bool) -> Vec<String> {
        let mut words: Vec<String> = ["journalctl", "--user", "--unit"].map(str::to_owned).into();
        words.extend([self.service(), "--lines".to_owned(), lines.to_string()]);
        if follow {
            words.push("--follow".to_owned());
        }
        words
    }

    fn listens(&self, text: &str) -> Option<SocketAddr> {
        listens(text)
    }
}

/// The clock that systemd's times of this start of the machine are told by.
fn monotonic() -> Duration {
    #[cfg(unix)]
    {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        Duration::from_secs(u64::try_from(now.tv_sec).unwrap_or_default())
    }
    #[cfg(not(unix))]
    Duration::ZERO
}

/// What systemd says of a service, a property a line.
fn state(told: &str, now: Duration) -> State {
    let value = |name: &str| {
        let mut lines = told.lines();
        let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        value.map(str::trim).filter(|value| !value.is_empty() && *value != "[not set]")
    };
    let number = |name: &str| value(name).and_then(|value| value.parse::<u64>().ok());
    let (active, sub) = (value("ActiveState").unwrap_or("unknown"), value("SubState").unwrap_or("unknown"));
    let activity = match (active, sub) {
        (_, "auto-restart" | "auto-restart-queued") | ("failed", _) => Activity::Failing,
        ("active", _) => Activity::Running,
        ("activating" | "reloading", _) => Activity::Starting,
        ("deactivating", _) => Activity::Stopping,
        _ => Activity::Stopped,
    };
    let ending = number("ExecMainStatus").and_then(|code| i32::try_from(code).ok());
    // What `waitid` calls exited, and else killed.
    let ending = match number("ExecMainCode") {
        Some(1) => ending.map(Ending::Code),
        Some(2..) => ending.map(Ending::Signal),
        _ => None,
    };
    let is_up = matches!(activity, Activity::Running | Activity::Stopping);
    State {
        is_known: value("LoadState") == Some("loaded"),
        is_enabled: value("UnitFileState").map(|state| state == "enabled"),
        activity,
        pid: number("MainPID").and_then(|pid| u32::try_from(pid).ok()).filter(|pid| *pid != 0),
        age: number("ActiveEnterTimestampMonotonic")
            .filter(|since| is_up && *since != 0)
            .map(|since| now.saturating_sub(Duration::from_micros(since))),
        memory: number("MemoryCurrent").filter(|bytes| *bytes != u64::MAX),
        restarts: number("NRestarts"),
        ending,
        is_stale: value("NeedDaemonReload") == Some("yes"),
        drop_ins: value("DropInPaths")
            .unwrap_or_default()
            .split(' ')
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
            .collect(),
        version: value("StatusText").filter(|_| is_up).and_then(|text| {
            let version = text.strip_prefix("openclaw ")?.split(' ').next()?;
            Some(version.escape_debug().to_string())
        }),
        is_waiting: None,
    }
}

/// Where the socket listens, by its unit.
fn listens(socket: &str) -> Option<SocketAddr> {
    socket.lines().find_map(|line| line.strip_prefix("ListenStream=")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systemd_says_of_a_service() {
        let told = "\
LoadState=loaded
ActiveState=active
SubState=running
MainPID=4711
ActiveEnterTimestampMonotonic=10000000
MemoryCurrent=11744051
NRestarts=2
ExecMainCode=0
ExecMainStatus=0
NeedDaemonReload=no
DropInPaths=/a.conf /b.conf
UnitFileState=enabled
StatusText=openclaw 0.1.0 on 127.0.0.1:18789
";
        insta::assert_debug_snapshot!(state(told, Duration::from_secs(70)), @r#"
        State {
            is_known: true,
            is_enabled: Some(
                true,
            ),
            activity: Running,
            pid: Some(
                4711,
            ),
            age: Some(
                60s,
            ),
            memory: Some(
                11744051,
            ),
            restarts: Some(
                2,
            ),
            ending: None,
            is_stale: false,
            drop_ins: [
                "/a.conf",
                "/b.conf",
            ],
            version: Some(
                "0.1.0",
            ),
            is_waiting: None,
        }
        "#);
        let failing = "ActiveState=activating\nSubState=auto-restart\nMemoryCurrent=[not set]\nMainPID=0\nExecMainCode=1\nExecMainStatus=2\n";
        insta::assert_debug_snapshot!(state(failing, Duration::from_secs(70)), @"
        State {
            is_known: false,
            is_enabled: None,
            activity: Failing,
            pid: None,
            age: None,
            memory: None,
            restarts: None,
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
        assert_eq!(state("", Duration::ZERO).activity, Activity::Stopped);
    }

    #[test]
    fn where_a_socket_listens() {
        let address = "[::1]:8080".parse().ok();
        assert_eq!(listens("[Socket]\nListenStream=[::1]:8080\n"), address);
        assert_eq!(listens("ListenStream=/run/x\n"), None);
    }
}
