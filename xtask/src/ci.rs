//! The gate.

use crate::process::{Outcome, run_cargo};
use crate::{codegen, layers};

/// Cheap checks first, so that a slip is seen early; the README's test command last.
pub(crate) fn run() -> Outcome {
    layers::run()?;
    run_cargo(&["fmt", "--all", "--check"], &[])?;
    run_cargo(
        &["clippy", "--workspace", "--all-targets", "--all-features", "--locked", "--", "-D", "warnings"],
        &[],
    )?;
    run_cargo(
        &["doc", "--workspace", "--no-deps", "--all-features", "--locked"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    codegen::run(&["--check".to_owned()])?;
    run_cargo(&["test", "--workspace", "--locked"], &[])
}
