//! What the login shell would have set.
//!
//! A program that was started by a desktop or a service manager lacks what the user's profile exports.
//! The shell is asked once, with a limit on time and on what it may print, and ends with everything it started if
//! it does not answer.

use std::io;
#[cfg(any(unix, test))]
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

#[cfg(any(unix, test))]
use crate::secret::Secret;

/// No environment is larger: Linux allows 2 MiB for it and the arguments together.
const MAX_OUTPUT_BYTES: usize = 2 * 1024 * 1024;
/// Why the login shell gave no environment. Never holds anything it printed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ShellError {
    /// It could not be started.
    #[error("could not start the login shell `{}`", shell.display())]
    NotStarted {
        /// The program.
        shell: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Its output could not be read.
    #[error("could not read from the login shell `{}`", shell.display())]
    NotRead {
        /// The program.
        shell: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It did not answer in time and was ended.
    #[error("the login shell `{}` did not answer within {} ms", shell.display(), timeout.as_millis())]
    TimedOut {
        /// The program.
        shell: PathBuf,
        /// How long it was waited for.
        timeout: Duration,
    },
    /// It printed more than an environment can be and was ended.
    #[error("the login shell `{}` printed more than {MAX_OUTPUT_BYTES} bytes", shell.display())]
    TooMuchOutput {
        /// The program.
        shell: PathBuf,
    },
    /// It ended without printing its environment.
    #[error("the login shell `{}` ended without printing its environment", shell.display())]
    NoAnswer {
        /// The program.
        shell: PathBuf,
    },
}

/// Finds the part of an output that stands between two markers, while the output is still growing.
/// Profiles print what they like around it.
#[cfg(any(unix, test))]
struct Finder<'a> {
    marker: &'a [u8],
    /// Where to look on: no byte is compared a second time because more came.
    from: usize,
    /// Where the part begins; `None` until the first marker is found.
    start: Option<usize>,
}

#[cfg(any(unix, test))]
impl<'a> Finder<'a> {
    fn new(marker: &'a [u8]) -> Self {
        Self { marker, from: 0, start: None }
    }

    /// The part, once both markers are in `output`, which only grows from call to call.
    fn find<'o>(&mut self, output: &'o [u8]) -> Option<&'o [u8]> {
        loop {
            let rest = output.get(self.from..)?;
            let Some(at) = rest.windows(self.marker.len()).position(|window| window == self.marker) else {
                // The end of the output may be the beginning of a marker.
                let tail = self.marker.len().saturating_sub(1).min(rest.len());
                self.from = output.len() - tail;
                return None;
            };
            let at = self.from + at;
            match self.start {
                Some(start) => return output.get(start..at),
                None => {
                    self.from = at + self.marker.len();
                    self.start = Some(self.from);
                }
            }
        }
    }
}

/// Those of `names` that `NAME=value\0NAME=value\0…` has, in the order of `names`.
#[cfg(any(unix, test))]
fn pick(environment: &[u8], names: &[&'static str]) -> Vec<(&'static str, Secret)> {
    let value = |name: &str| {
        environment.split(|&b| b == 0).find_map(|entry| {
            let value = entry.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
            std::str::from_utf8(value).ok()
        })
    };
    names.iter().filter_map(|&name| Some((name, Secret::new(value(name)?)))).collect()
}

#[cfg(unix)]
pub(crate) use unix::ask;

#[cfg(unix)]
mod unix {
    use std::io::{self, Read};
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Child, ChildStdout, Command, Stdio};
    use std::sync::mpsc;
    use std::thread;
    use std::time::{Duration, Instant};

    use secrecy::zeroize::Zeroizing;

    use super::{Finder, MAX_OUTPUT_BYTES, Secret, ShellError, pick};
    use crate::search::RUNNING_VARIABLE;

    /// How long a shell that has answered may take to leave.
    const GRACE: Duration = Duration::from_secs(1);
    /// Between two looks whether it has left.
    const LOOK_AGAIN: Duration = Duration::from_millis(5);

    /// How reading ended.
    enum Output {
        /// With the environment.
        Environment(Zeroizing<Vec<u8>>),
        /// With the end of the output, before the environment was whole.
        End,
        TooMuch,
        Failed(io::Error),
    }

    /// Runs `shell` as a login shell and returns those of `names` that it has.
    pub(crate) fn ask(
        shell: &Path,
        names: &[&'static str],
        timeout: Duration,
    ) -> Result<Vec<(&'static str, Secret)>, ShellError> {
        // The script itself does not contain the marker, so a shell that prints what it runs does no harm.
        let id = std::process::id();
        let marker = format!("openclaw-environment-{id}");
        let mark = format!("printf '%s%s' openclaw-environment- {id}");
        let mut child = Command::new(shell)
            .args(["-l", "-c", &format!("{mark}; env -0; {mark}")])
            .env(RUNNING_VARIABLE, "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A group of its own, so that it can be ended with everything it has started.
            .process_group(0)
            .spawn()
            .map_err(|source| ShellError::NotStarted { shell: shell.to_owned(), source })?;
        let Some(stdout) = child.stdout.take() else {
            end_group(&mut child);
            return Err(ShellError::NoAnswer { shell: shell.to_owned() });
        };

        let (sender, receiver) = mpsc::channel();
        // Not joined: something that left the group can keep the pipe open for ever. It holds little and ends with us.
        thread::spawn(move || {
            // The receiver is gone after the timeout; nobody waits for this then.
            let _nobody_waits = sender.send(read(stdout, marker.as_bytes()));
        });
        let output = match receiver.recv_timeout(timeout) {
            Ok(output) => output,
            Err(_) => {
                end_group(&mut child);
                return Err(ShellError::TimedOut { shell: shell.to_owned(), timeout });
            }
        };
        match output {
            Output::Environment(environment) => {
                leave(&mut child);
                Ok(pick(&environment, names))
            }
            Output::End => {
                leave(&mut child);
                Err(ShellError::NoAnswer { shell: shell.to_owned() })
            }
            Output::TooMuch => {
                end_group(&mut child);
                Err(ShellError::TooMuchOutput { shell: shell.to_owned() })
            }
            Output::Failed(source) => {
                end_group(&mut child);
                Err(ShellError::NotRead { shell: shell.to_owned(), source })
            }
        }
    }

    /// Reads until the environment is whole: something in the background may keep the pipe open after that.
    fn read(mut stdout: ChildStdout, marker: &[u8]) -> Output {
        // Never grown beyond this, so no copy of a secret is left behind by growing.
        let mut output = Zeroizing::new(Vec::with_capacity(MAX_OUTPUT_BYTES + 1));
        let mut chunk = Zeroizing::new([0; 8192]);
        let mut finder = Finder::new(marker);
        loop {
            let len = match stdout.read(chunk.as_mut_slice()) {
                Ok(0) => return Output::End,
                Ok(len) => len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Output::Failed(error),
            };
            if output.len() + len > MAX_OUTPUT_BYTES {
                return Output::TooMuch;
            }
            output.extend_from_slice(chunk.get(..len).unwrap_or_default());
            if let Some(environment) = finder.find(&output) {
                return Output::Environment(Zeroizing::new(environment.to_vec()));
            }
        }
    }

    /// Waits for a shell that has said all it had to; one that stays is ended, alone: what its profile started in
    /// the background, an agent for keys perhaps, is meant to live on.
    fn leave(child: &mut Child) {
        let start = Instant::now();
        while start.elapsed() < GRACE {
            match child.try_wait() {
                Ok(Some(_)) => return,
                Ok(None) => thread::sleep(LOOK_AGAIN),
                Err(_) => break,
            }
        }
        end(child);
    }

    fn end_group(child: &mut Child) {
        // Not waited for yet, so the number is still its own. It fails only when everything has ended.
        let _already_gone = rustix::process::kill_process_group(
            rustix::process::Pid::from_child(child),
            rustix::process::Signal::KILL,
        );
        end(child);
    }

    fn end(child: &mut Child) {
        // Both fail only for a child that has ended and was waited for.
        let _already_gone = child.kill();
        let _waited_for = child.wait();
    }
}

#[cfg(any(unix, test))]
/// The program in `SHELL` if it is an absolute path, else `/bin/sh`, as OpenClaw does.
pub(crate) fn program(env: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    env("SHELL")
        .map(PathBuf::from)
        .filter(|shell| shell.is_absolute())
        .unwrap_or_else(|| Path::new("/bin/sh").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_between_the_markers() {
        #[track_caller]
        fn check(text: &str, expect: Option<&str>) {
            let at_once = Finder::new(b"<-->").find(text.as_bytes()).map(<[u8]>::to_vec);
            assert_eq!(at_once.as_deref(), expect.map(str::as_bytes), "{text:?}");
            // However it comes in, the part is the same.
            let mut finder = Finder::new(b"<-->");
            let grown = (0..=text.len()).find_map(|len| finder.find(&text.as_bytes()[..len]));
            assert_eq!(grown, expect.map(str::as_bytes), "{text:?}");
        }
        check("", None);
        check("noise", None);
        check("noise<-->A=1", None);
        check("noise<-->A=1\0<-->more", Some("A=1\0"));
        check("noise<--<-->A=1\0<--<-->", Some("A=1\0<--"));
        check("<--><-->", Some(""));
        check("<-->a<-->b<-->", Some("a"));
    }

    #[test]
    fn variables_are_picked_by_name() {
        let environment = b"X=HF_TOKEN=no\0HF_TOKEN_PATH=no\0B=two\nlines\0HF_TOKEN=hf_a\0BAD=\xff\0";
        let picked = pick(environment, &["HF_TOKEN", "B", "BAD", "GONE"]);
        let shown: Vec<_> = picked.iter().map(|(name, value)| (*name, value.expose())).collect();
        assert_eq!(shown, [("HF_TOKEN", "hf_a"), ("B", "two\nlines")]);
    }

    #[test]
    fn which_shell() {
        let with = |value: Option<&'static str>| program(&move |_| value.map(str::to_owned));
        assert_eq!(with(Some("/bin/zsh")), Path::new("/bin/zsh"));
        assert_eq!(with(Some("zsh")), Path::new("/bin/sh"));
        assert_eq!(with(Some("")), Path::new("/bin/sh"));
        assert_eq!(with(None), Path::new("/bin/sh"));
    }
}
