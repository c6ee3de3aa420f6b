//! The gate.

use crate::api::{self, OtherForm};
use crate::process::{Outcome, run_cargo, say};
use crate::{codegen, examples, instructions, layers, messages};

/// What is no member here, and whose lock file is left behind where a dependency of ours changes.
const OF_THEIR_OWN: [&str; 2] = ["tests/downstream/Cargo.toml", "fuzz/Cargo.toml"];

/// Cheap checks first, so that a slip is seen early; the README's test command last.
pub(crate) fn run() -> Outcome {
    layers::run()?;
    messages::run()?;
    for workspace in OF_THEIR_OWN {
        run_cargo(&["fetch", "--quiet", "--locked", "--manifest-path", workspace], &[])?;
    }
    run_cargo(&["fmt", "--all", "--check"], &[])?;
    run_cargo(
        &["clippy", "--workspace", "--all-targets", "--all-features", "--locked", "--", "-D", "warnings"],
        &[],
    )?;
    run_cargo(
        &["doc", "--workspace", "--no-deps", "--all-features", "--locked"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    api::run(&["--check".to_owned()], OtherForm::Pass)?;
    codegen::run(&["--check".to_owned()])?;
    // Where the system has no valgrind it is the machine that lacks something, not the change.
    match instructions::is_there() {
        true => instructions::run(&[])?,
        false => say("instructions: not counted, since valgrind is missing\n"),
    }
    // They are built for the tests anyway.
    run_cargo(&["test", "--workspace", "--locked"], &[])?;
    // What is off unless asked for is tested alone.
    let of_feature = [
        "test",
        "--package",
        "openclaw-gateway",
        "--features",
        "otlp",
        "--locked",
        "--test",
        "gateway",
        "otlp::",
    ];
    run_cargo(&of_feature, &[])?;
    examples::run(&[])
}
