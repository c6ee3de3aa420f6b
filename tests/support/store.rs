//! A server of Redis or Valkey for one test, on a free port of loopback, gone with it.
//!
//! Taken in with `#[path]` by the tests that need one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where it is set, a test that finds no server fails; elsewhere it says that it was skipped.
const NEEDED: &str = "OPENCLAW_TESTS_NEED_STORE";

/// A server that runs.
pub(crate) struct Store {
    program: &'static str,
    port: u16,
    args: Vec<String>,
    folder: tempfile::TempDir,
    child: Child,
}

impl Store {
    /// A server that keeps nothing; `None` where none is installed.
    #[track_caller]
    pub(crate) fn start(args: &[&str]) -> Option<Self> {
        let Some(program) = ["valkey-server", "redis-server"].into_iter().find(|program| is_there(program))
        else {
            assert!(
                std::env::var_os(NEEDED).is_none(),
                "neither `valkey-server` nor `redis-server` can be started, and {NEEDED} is set"
            );
            #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
            {
                eprintln!("SKIPPED: neither `valkey-server` nor `redis-server` is installed");
            }
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        // Somebody else may be given the port in between.
        let (port, child) = (0..5)
            .find_map(|_| {
                let port = free_port();
                Some((port, spawn(program, port, &args, &folder)?))
            })
            .expect("it starts");
        Some(Self { program, port, args, folder, child })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Ends it at once, as a crash would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ended");
    }

    /// Starts it again where it was, without what it knew.
    pub(crate) fn again(&mut self) {
        self.child = spawn(self.program, self.port, &self.args, &self.folder).expect("it starts again");
    }

    /// What it answers to a command, a line each.
    pub(crate) fn ask(&self, command: &str) -> Vec<String> {
        let mut socket = connect(self.port).expect("it listens");
        socket.write_all(format!("{command}\r\nQUIT\r\n").as_bytes()).expect("it is sent");
        let mut lines: Vec<String> = BufReader::new(socket).lines().map_while(Result::ok).collect();
        assert_eq!(lines.pop().as_deref(), Some("+OK"), "{lines:?}");
        lines
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_there(program: &str) -> bool {
    let version = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Starts it and waits until it answers; `None` where it ended instead.
fn spawn(program: &str, port: u16, args: &[String], folder: &tempfile::TempDir) -> Option<Child> {
    let mut child = Command::new(program)
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
        .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
        .args(args)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if child.try_wait().expect("it is ours").is_some() {
            return None;
        }
        // One that wants a password answers as well.
        let answers = connect(port).and_then(|mut socket| {
            socket.write_all(b"PING\r\n").ok()?;
            let mut line = String::new();
            BufReader::new(socket).read_line(&mut line).ok()
        });
        if answers.is_some_and(|read| read > 0) {
            return Some(child);
        }
        assert!(Instant::now() < deadline, "`{program}` does not answer");
        std::thread::yield_now();
    }
}

fn connect(port: u16) -> Option<TcpStream> {
    let socket = TcpStream::connect(("127.0.0.1", port)).ok()?;
    socket.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    Some(socket)
}
