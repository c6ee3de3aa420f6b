//! Programs that go on until they are told to stop.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::io::Read;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{Ended, TOKEN, World};

/// The longest that anything may take to happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A program that goes on until it is told to stop. It is killed where a test gives up on it.
pub(crate) struct Running {
    child: Child,
    out: Arc<Said>,
    err: Arc<Said>,
    /// How much of stderr was waited for already.
    seen: usize,
}

/// What comes out of a pipe, read by a thread of its own, so that no wait is without end.
#[derive(Default)]
struct Said {
    state: Mutex<Heard>,
    news: Condvar,
}

#[derive(Default)]
struct Heard {
    text: String,
    is_over: bool,
}

impl Said {
    fn listen(mut pipe: impl Read + Send + 'static) -> Arc<Self> {
        let said = Arc::new(Self::default());
        let told = Arc::clone(&said);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let count = pipe.read(&mut buffer).unwrap_or(0);
                let mut heard = told.state.lock().expect("what was said");
                // Whoever splits a character is told by the text that comes of it.
                heard.text.push_str(&String::from_utf8_lossy(&buffer[..count]));
                heard.is_over = count == 0;
                told.news.notify_all();
                if heard.is_over {
                    break;
                }
            }
        });
        said
    }

    /// Waits until what was said is as wanted; the error is all that was said.
    fn when<T>(&self, is: impl Fn(&Heard) -> Option<T>) -> Result<T, String> {
        let deadline = Instant::now() + PATIENCE;
        let mut heard = self.state.lock().expect("what was said");
        loop {
            if let Some(found) = is(&heard) {
                return Ok(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || heard.is_over {
                return Err(heard.text.clone());
            }
            heard = self.news.wait_timeout(heard, left).expect("what was said").0;
        }
    }

    fn so_far(&self) -> String {
        self.state.lock().expect("what was said").text.clone()
    }
}

impl Running {
    pub(crate) fn start(world: &World, args: &[&str]) -> Self {
        Self::spawn(world.command(args))
    }

    pub(crate) fn spawn(mut command: Command) -> Self {
        let spawned = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.expect("the program runs");
        let out = Said::listen(child.stdout.take().expect("a pipe"));
        let err = Said::listen(child.stderr.take().expect("a pipe"));
        Self { child, out, err, seen: 0 }
    }

    /// Where it listens, by its first line: `… on http://127.0.0.1:40123/v1`.
    #[track_caller]
    pub(crate) fn address(&self) -> SocketAddr {
        let line = self.out.when(|heard| Some(heard.text.split_once('\n')?.0.to_owned()));
        let line = line.unwrap_or_else(|out| panic!("it does not listen: {out}{}", self.err.so_far()));
        let (_, address) = line.split_once("http://").unwrap_or_else(|| panic!("no address: {line}"));
        address.trim_end_matches("/v1").parse().unwrap_or_else(|_| panic!("no address: {line}"))
    }

    /// Waits until stderr says a text after what was waited for before; returns what came until then, whole lines.
    #[track_caller]
    pub(crate) fn says(&mut self, text: &str) -> String {
        let seen = self.seen;
        let found = self.err.when(|heard| {
            let rest = heard.text.get(seen..)?;
            let end = rest.find(text)? + text.len();
            let line = rest.get(end..)?.find('\n')? + 1;
            Some(rest.get(..end + line)?.to_owned())
        });
        let found = found.unwrap_or_else(|err| panic!("`{text}` is not said:\n{}", &err[seen..]));
        self.seen += found.len();
        found
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the signal is sent");
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn ends(mut self) -> Ended {
        for said in [&self.out, &self.err] {
            let over = said.when(|heard| heard.is_over.then_some(()));
            assert!(over.is_ok(), "it does not end: {over:?} {}", self.err.so_far());
        }
        let code = self.child.wait().expect("it ends").code();
        Ended { code, out: self.out.so_far(), err: self.err.so_far() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that ended already cannot be killed, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            let both = self.out.so_far() + &self.err.so_far();
            assert!(!both.contains(TOKEN), "the token is shown:\n{both}");
            assert!(!both.contains("panicked"), "{both}");
        }
    }
}
