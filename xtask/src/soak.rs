//! The soak: a bench that judges, in `tests/benches/soak`.

use crate::process::{Outcome, run_cargo};

/// Runs it; it knows its arguments itself.
pub(crate) fn run(args: &[String]) -> Outcome {
    let mut call = vec!["bench", "--quiet", "--package", "openclaw-tests", "--bench", "soak", "--"];
    call.extend(args.iter().map(String::as_str));
    run_cargo(&call, &[])
}
