//! What the audit needs and a machine may lack.

use std::process::{Command, Stdio};

use crate::process::{Outcome, cargo, run_cargo, say};

/// The release of cargo-deny that `deny.toml` is written for.
pub(super) const DENY: &str = "0.20.2";

/// Installs a program of cargo's where it is missing.
pub(super) fn installed(program: &str, version: &str) -> Outcome {
    let name = program.strip_prefix("cargo-").unwrap_or(program);
    let status = cargo()
        .args([name, "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if status.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    // Without optimisation: it is built for minutes otherwise, and runs for a second.
    let release = format!("{program}@{version}");
    run_cargo(&["install", "--quiet", "--locked", "--debug", &release], &[])
}

/// Adds the core libraries of another system where they are missing.
pub(super) fn target(target: &str) -> Outcome {
    say(&format!("\n== rustup target add {target}\n"));
    let status = Command::new("rustup")
        .args(["target", "add", target])
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("`rustup` could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`rustup target add {target}` failed ({status})")) }
}
