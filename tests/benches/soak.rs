//! Our gateway under very many streams for a while, with everything going wrong that a router can get wrong.

#[cfg(target_os = "linux")]
#[path = "soak/mod.rs"]
mod soak;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    soak::main()
}

/// What a process holds is read in `/proc`.
#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "soak: this needs Linux");
    ExitCode::FAILURE
}
