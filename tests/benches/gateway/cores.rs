//! Who runs on which core: a proxy that moves about, or shares its core, is measured badly.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use rustix::thread::CpuSet;

use super::{Outcome, PART, process};

/// The part that holds itself on a core and then becomes another program.
pub(crate) const PINNED: &str = "pinned";

/// Who runs on which core.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cores {
    pub(crate) proxy: usize,
    pub(crate) upstream: usize,
    pub(crate) load: usize,
}

impl Cores {
    /// The proxy alone on the first; the other two share one where there are no three.
    pub(crate) fn of_this_machine() -> Self {
        let last = std::thread::available_parallelism().map_or(1, usize::from) - 1;
        Self { proxy: 0, upstream: last.min(1), load: last.min(2) }
    }
}

/// Holds this program, which has one thread yet, on a core; gives where it could run before.
pub(crate) fn pin(core: usize) -> Outcome<CpuSet> {
    let before = rustix::thread::sched_getaffinity(None).map_err(|error| format!("which cores: {error}"))?;
    let mut cores = CpuSet::new();
    cores.set(core);
    release(&cores).map(|()| before)
}

/// Lets this program run on these cores.
pub(crate) fn release(cores: &CpuSet) -> Outcome {
    rustix::thread::sched_setaffinity(None, cores).map_err(|error| format!("{cores:?}: {error}"))
}

/// Becomes another program on one core; comes back only where that fails.
pub(crate) fn become_pinned(core: &OsStr, program: &OsStr, args: &[OsString]) -> Outcome {
    let number = core.to_str().and_then(|core| core.parse().ok());
    pin(number.ok_or_else(|| format!("expected a core instead of `{}`", core.display()))?)?;
    process::become_leashed(program, args)
}

/// A program that is to run on a core; arguments and environment are added to it.
pub(crate) fn pinned(core: usize, program: &Path) -> Outcome<Command> {
    let this = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let mut command = Command::new(this);
    command.args([PART, PINNED]).arg(core.to_string()).arg(program);
    Ok(command)
}
