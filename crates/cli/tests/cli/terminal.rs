//! A real terminal of 24 lines, for programs that ask.

use std::io::{ErrorKind, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use expectrl::process::Process as _;
use expectrl::process::unix::{PtyStream, UnixProcess, WaitStatus};

use crate::support::World;

pub(crate) const ENTER: &str = "\r";
pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const ESCAPE: &str = "\x1b";

/// The longest that anything may take to come on the screen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program in a terminal. It is killed where a test gives up on it.
pub(crate) struct Terminal {
    process: UnixProcess,
    keyboard: PtyStream,
    /// What the program writes, read by a thread of its own, so that no wait is without end.
    said: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// All that was written, for what does not show.
    bytes: Vec<u8>,
}

/// How a program ended, and what it left behind.
pub(crate) struct Left {
    /// `None`: by a signal.
    pub(crate) code: Option<i32>,
    pub(crate) screen: String,
    /// All that it wrote.
    pub(crate) bytes: String,
    /// What of the screen is not as it was: empty where all is.
    pub(crate) changed: Vec<&'static str>,
}

impl Terminal {
    pub(crate) fn start(world: &World, args: &[&str]) -> Self {
        Self::sized(world, args, 100)
    }

    /// With so many columns.
    pub(crate) fn sized(world: &World, args: &[&str], columns: u16) -> Self {
        Self::of(world, args, (columns, 24), &[("NO_COLOR", "1")])
    }

    /// With so many columns and rows, and what else is in the environment.
    pub(crate) fn of(
        world: &World,
        args: &[&str],
        (columns, rows): (u16, u16),
        env: &[(&str, &str)],
    ) -> Self {
        let mut command = world.command(args);
        command.env("TERM", "xterm-256color").envs(env.iter().copied());
        Self::spawn(&command, (columns, rows))
    }

    /// Any program; of its environment it gets what the command names and nothing else.
    pub(crate) fn spawn(command: &Command, (columns, rows): (u16, u16)) -> Self {
        // The terminal can be made as large as it should be only when something runs in it already: so the
        // program is started by a shell that waits for a line. One that runs before would hear of the change
        // at any time, its first keys included.
        let mut waiting = Command::new("/bin/sh");
        waiting.args(["-c", "read -r go && exec \"$@\"", "sh"]).arg(command.get_program());
        waiting.args(command.get_args()).stdin(Stdio::inherit()).env_clear();
        waiting.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if let Some(folder) = command.get_current_dir() {
            waiting.current_dir(folder);
        }
        let mut process = UnixProcess::spawn_command(waiting).expect("it runs in a terminal");
        process.set_window_size(columns, rows).expect("a size");
        let mut keyboard = process.open_stream().expect("a keyboard");
        keyboard.write_all(b"\n").and_then(|()| keyboard.flush()).expect("it is read");
        let mut output = process.open_stream().expect("a screen");
        let (tell, said) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                match output.read(&mut buffer) {
                    Ok(count @ 1..) => {
                        if tell.send(buffer.iter().take(count).copied().collect()).is_err() {
                            break;
                        }
                    }
                    // The machine was halted and went on.
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    // Linux says the end of a terminal with an error.
                    Ok(0) | Err(_) => break,
                }
            }
        });
        Self { process, keyboard, said, screen: vt100::Parser::new(rows, columns, 500), bytes: Vec::new() }
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

    /// Reads until the screen shows a text so many times.
    #[track_caller]
    pub(crate) fn shows_times(&mut self, text: &str, times: usize) -> String {
        self.becomes(text, |screen| screen.matches(text).count() == times)
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
        self.bytes.extend(said);
        Ok(())
    }

    /// Makes the window larger or smaller.
    pub(crate) fn resizes(&mut self, columns: u16, rows: u16) {
        self.process.set_window_size(columns, rows).expect("a size");
        self.screen.screen_mut().set_size(rows, columns);
    }

    /// Asks the program to end, as `kill` does.
    pub(crate) fn is_told_to_end(&mut self) {
        self.process.kill(expectrl::process::unix::Signal::SIGTERM).expect("the signal is sent");
    }

    /// How many bytes the program has written so far.
    pub(crate) fn written(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).and_then(|()| self.keyboard.flush()).expect("it is read");
    }

    /// The exit code, after reading all that is still said.
    #[track_caller]
    pub(crate) fn ends(self) -> (Option<i32>, String) {
        let left = self.leaves();
        (left.code, left.screen)
    }

    /// What is left after reading all that is still said.
    #[track_caller]
    pub(crate) fn leaves(mut self) -> Left {
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
        let now = self.screen.screen();
        let changed = [
            (now.alternate_screen(), "it is on another screen"),
            (now.bracketed_paste(), "a paste is put into brackets"),
            (now.hide_cursor(), "the cursor is hidden"),
        ];
        let changed = changed.into_iter().filter_map(|(is, what)| is.then_some(what)).collect();
        let bytes = String::from_utf8_lossy(&self.bytes).into_owned();
        Left { code, screen, bytes, changed }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Without this a failed test would wait for a program that waits for the test.
        let _ = self.process.kill(expectrl::process::unix::Signal::SIGKILL);
    }
}
