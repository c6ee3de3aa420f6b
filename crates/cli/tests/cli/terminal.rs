//! A real terminal of 24 lines, for programs that ask.

use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use expectrl::process::Process as _;
use expectrl::process::unix::{PtyStream, UnixProcess, WaitStatus};

use crate::support::World;

pub(crate) const ENTER: &str = "\r";
pub(crate) const CTRL_C: &str = "\x03";

/// The longest that anything may take to come on the screen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program in a terminal. It is killed where a test gives up on it.
pub(crate) struct Terminal {
    process: UnixProcess,
    keyboard: PtyStream,
    /// What the program writes, read by a thread of its own, so that no wait is without end.
    said: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl Terminal {
    pub(crate) fn start(world: &World, args: &[&str]) -> Self {
        Self::sized(world, args, 100)
    }

    /// With so many columns.
    pub(crate) fn sized(world: &World, args: &[&str], columns: u16) -> Self {
        let mut command = world.command(args);
        command.stdin(Stdio::inherit());
        command.env("TERM", "xterm-256color").env("NO_COLOR", "1");
        let mut process = UnixProcess::spawn_command(command).expect("it runs in a terminal");
        process.set_window_size(columns, 24).expect("a size");
        let keyboard = process.open_stream().expect("a keyboard");
        let mut output = process.open_stream().expect("a screen");
        let (tell, said) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Linux says the end of a terminal with an error.
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                if tell.send(buffer.iter().take(count).copied().collect()).is_err() {
                    break;
                }
            }
        });
        Self { process, keyboard, said, screen: vt100::Parser::new(24, columns, 500) }
    }

    /// Reads until the screen shows a text.
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) -> String {
        self.becomes(text, |screen| screen.contains(text))
    }

    /// Reads until the screen shows one text and no longer another.
    #[track_caller]
    pub(crate) fn shows_without(&mut self, text: &str, gone: &str) -> String {
        self.becomes(text, |screen| screen.contains(text) && !screen.contains(gone))
    }

    #[track_caller]
    fn becomes(&mut self, what: &str, is: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen.screen().contents();
            if is(&screen) {
                return screen;
            }
            let read = self.read(deadline);
            assert!(read.is_ok(), "`{what}` does not come ({read:?}); the screen is:\n{screen}");
        }
    }

    /// Puts what the program says next on the screen.
    fn read(&mut self, deadline: Instant) -> Result<(), RecvTimeoutError> {
        let said = self.said.recv_timeout(deadline.saturating_duration_since(Instant::now()))?;
        // Cursor position queries have to be answered, as a terminal does.
        if said.windows(4).any(|query| query == b"\x1b[6n") {
            let (row, column) = self.screen.screen().cursor_position();
            self.types(&format!("\x1b[{};{}R", row + 1, column + 1));
        }
        self.screen.process(&said);
        Ok(())
    }

    pub(crate) fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).and_then(|()| self.keyboard.flush()).expect("it is read");
    }

    /// The exit code, after reading all that is still said.
    #[track_caller]
    pub(crate) fn ends(mut self) -> (Option<i32>, String) {
        let deadline = Instant::now() + PATIENCE;
        let why = loop {
            match self.read(deadline) {
                Ok(()) => {}
                Err(why) => break why,
            }
        };
        let screen = self.screen.screen().contents();
        assert_eq!(why, RecvTimeoutError::Disconnected, "it does not end; the screen is:\n{screen}");
        let code = match self.process.wait() {
            Ok(WaitStatus::Exited(_, code)) => Some(code),
            _ => None,
        };
        (code, screen)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Without this a failed test would wait for a program that waits for the test.
        let _ = self.process.kill(expectrl::process::unix::Signal::SIGKILL);
    }
}
