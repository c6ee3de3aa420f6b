//! Programs that are started, and ended with the bench, however it ends.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, Signal};
use tempfile::TempDir;

use super::Outcome;

/// How long a program may take to begin, and to end when it is asked to.
const PATIENCE: Duration = Duration::from_secs(20);
const FAREWELL: Duration = Duration::from_secs(5);

/// A thousand streams through a proxy are two thousand of its files.
pub(crate) fn raise_open_files(needed: u64) -> Outcome {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    if limit.maximum.is_some_and(|most| most < needed) {
        return Err(format!("expected a limit of {needed} open files or more, `ulimit -Hn`"));
    }
    let limit = Rlimit { current: limit.maximum, ..limit };
    rustix::process::setrlimit(Resource::Nofile, limit).map_err(|error| format!("open files: {error}"))
}

/// Becomes another program, which ends with whoever started this one; comes back only where that fails.
pub(crate) fn become_leashed(program: &OsStr, args: &[OsString]) -> Outcome {
    // Whoever started this may be killed without a chance to end what it started.
    rustix::process::set_parent_process_death_signal(Some(Signal::TERM))
        .map_err(|error| format!("no signal when the bench ends: {error}"))?;
    let error = Command::new(program).args(args).exec();
    Err(format!("`{}` could not be started: {error}", program.display()))
}

/// A folder that is gone with the program that uses it.
pub(crate) fn folder() -> Outcome<TempDir> {
    tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> Outcome<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0));
    let address = listener.and_then(|listener| listener.local_addr());
    address.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}

/// A running program, ended when it is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    folder: TempDir,
    since: Instant,
}

impl Process {
    /// Starts it; what it prints goes into the folder.
    pub(crate) fn start(name: &'static str, mut command: Command, folder: TempDir) -> Outcome<Self> {
        let file = |file: &str| {
            File::create(folder.path().join(file)).map_err(|error| format!("{name}: `{file}`: {error}"))
        };
        command.stdin(Stdio::null()).stdout(file("stdout")?).stderr(file("stderr")?);
        let since = Instant::now();
        let child = command.spawn().map_err(|error| format!("{name} could not be started: {error}"))?;
        Ok(Self { name, child, folder, since })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until something is there, and gives how long that was after the start.
    pub(crate) fn wait_for<T>(
        &mut self,
        what: &str,
        mut probe: impl FnMut(&Self) -> Option<T>,
    ) -> Outcome<(T, Duration)> {
        loop {
            if let Some(found) = probe(self) {
                return Ok((found, self.since.elapsed()));
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("{} ended with {status}: {}", self.name, self.said()));
            }
            if self.since.elapsed() > PATIENCE {
                return Err(format!("{} has no {what} after {PATIENCE:?}: {}", self.name, self.said()));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// What follows the prefix in the first line on stdout that begins with it.
    pub(crate) fn line(&self, prefix: &str) -> Option<String> {
        let stdout = fs::read_to_string(self.folder.path().join("stdout")).ok()?;
        // A line without its end is not all there.
        let mut lines = stdout.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        lines.find_map(|line| line.strip_prefix(prefix).map(str::to_owned))
    }

    /// All that it complained about.
    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.folder.path().join("stderr")).unwrap_or_default()
    }

    /// The end of that.
    fn said(&self) -> String {
        let stderr = self.stderr();
        let lines: Vec<&str> = stderr.trim().lines().collect();
        lines.get(lines.len().saturating_sub(8)..).unwrap_or_default().join("\n")
    }

    /// Ends it politely, so that what it started ends too; after a while without asking.
    pub(crate) fn end(&mut self) -> Outcome<ExitStatus> {
        let mut asked = None;
        loop {
            let ended = self.child.try_wait().map_err(|error| format!("{}: {error}", self.name))?;
            if let Some(status) = ended {
                return Ok(status);
            }
            match asked {
                None => {
                    // An error says that it has ended just now.
                    let _ = rustix::process::kill_process(Pid::from_child(&self.child), Signal::TERM);
                    asked = Some(Instant::now());
                }
                Some(asked) if asked.elapsed() > FAREWELL => {
                    let _ = self.child.kill();
                }
                Some(_) => {}
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error says that there is nothing to end.
        let _ = self.end();
    }
}
