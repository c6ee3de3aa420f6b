//! Programs that are run, and what is said of them.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

pub(crate) type Outcome<T = ()> = Result<T, String>;

/// Writes to stderr; a reader that went away is no reason to stop.
pub(crate) fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// The folder of the project.
pub(crate) fn workspace() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Cargo, as it was called.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs cargo, showing what it prints.
pub(crate) fn run_cargo(args: &[&str], env: &[(&str, &str)]) -> Outcome {
    let shown = format!("cargo {}", args.join(" "));
    say(&format!("\n== {shown}\n"));
    let start = Instant::now();
    let status = cargo()
        .args(args)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("`{shown}` could not be started: {error}"))?;
    say(&format!("== {shown}: {:.0} s\n", start.elapsed().as_secs_f64()));
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status})")) }
}

/// Runs cargo and gives what it prints on stdout.
pub(crate) fn cargo_output(args: &[&str]) -> Outcome<Vec<u8>> {
    let shown = format!("cargo {}", args.join(" "));
    let output = cargo()
        .args(args)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{shown}` could not be started: {error}"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("`{shown}` failed ({})", output.status))
    }
}
