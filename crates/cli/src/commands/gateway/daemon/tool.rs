//! The programs of service managers.

use std::process::{Command, Stdio};

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// What a program said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) is_success: bool,
    pub(super) out: String,
    err: String,
}

impl Said {
    /// Its own words for what went wrong.
    pub(super) fn causes(&self, failure: Failure) -> Failure {
        let lines = self.err.lines().map(str::trim).filter(|line| !line.is_empty()).take(5);
        lines.fold(failure, |failure, line| failure.because(line.to_owned()))
    }
}

/// Runs a program to its end.
pub(super) fn call(program: &str, args: &[&str]) -> Result<Said> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).envs([("LC_ALL", "C")]).output();
    let output = output.map_err(|error| missing(program, &error))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Said { is_success: output.status.success(), out: text(&output.stdout), err: text(&output.stderr) })
}

/// Runs a program that must succeed.
pub(super) fn ran(program: &str, args: &[&str]) -> Result<()> {
    let said = call(program, args)?;
    if said.is_success {
        return Ok(());
    }
    let failure = Failure::new(Exit::Failure, format!("`{program} {}` failed", args.join(" ")));
    Err(said.causes(failure).hint("openclaw gateway logs"))
}

/// How it is told that a program cannot be started.
pub(super) fn missing(program: &str, error: &std::io::Error) -> Failure {
    let what = match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("there is no `{program}` on this machine to run services with")
        }
        _ => format!("`{program}` cannot be started"),
    };
    Failure::from_error(Exit::Failure, what, error).hint("openclaw gateway run")
}
