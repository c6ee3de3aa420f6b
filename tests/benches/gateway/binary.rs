//! The binary that a person would run.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Outcome;

/// The variable that names a binary to measure instead of building one.
const BINARY: &str = "OPENCLAW_BENCH_BINARY";

/// The release binary, built now unless the environment names one.
pub(crate) fn program() -> Outcome<PathBuf> {
    if let Some(binary) = std::env::var_os(BINARY) {
        let binary = PathBuf::from(binary);
        let found = binary.canonicalize();
        return found.map_err(|error| format!("`{}`, as {BINARY} says: {error}", binary.display()));
    }
    // This program is in `TARGET/release/deps`.
    let this = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let target = this.ancestors().nth(3).ok_or("this program is in no target folder")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "openclaw-cli", "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    let binary = target.join("release/openclaw");
    match (status.success(), binary.is_file()) {
        (false, _) => Err(format!("the release binary could not be built ({status})")),
        (true, false) => Err(format!("`{}` was not built: name the binary in {BINARY}", binary.display())),
        (true, true) => Ok(binary),
    }
}
