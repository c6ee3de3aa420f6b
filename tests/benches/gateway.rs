//! Our gateway against nginx, and against a bare proxy of the same HTTP library, all in front of the same upstream: speed, streaming, memory.

#[cfg(target_os = "linux")]
#[path = "gateway/mod.rs"]
mod gateway;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    gateway::main()
}

/// What a process takes is read in `/proc`, and a process is held on a core as Linux does it.
#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "gateway: this bench needs Linux");
    ExitCode::FAILURE
}
