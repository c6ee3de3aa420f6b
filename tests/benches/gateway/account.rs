//! What a process takes, as `/proc` tells it.

use std::fs;
use std::time::Duration;

use super::Outcome;

/// The CPU time that all threads of a process have used so far, those that ended included.
///
/// The kernel counts in steps of 10 ms, so a measurement has to be many of them long.
pub(crate) fn cpu_time(pid: u32) -> Outcome<Duration> {
    let fields = stat(pid)?;
    // Fields 14 and 15, `utime` and `stime`; the first two are cut off with the name.
    let ticks: Option<u64> = [11, 12].iter().map(|&at| fields.get(at)?.parse::<u64>().ok()).sum();
    let ticks = ticks.ok_or_else(|| format!("/proc/{pid}/stat has no CPU time"))?;
    Ok(Duration::from_secs(ticks) / u32::try_from(rustix::param::clock_ticks_per_second()).unwrap_or(100))
}

/// What a process holds in memory now, in MiB.
pub(crate) fn resident_mib(pid: u32) -> Outcome<f64> {
    Ok(f64::from(status(pid, "VmRSS")?) / 1024.0)
}

/// A number of `/proc/PID/status`; sizes are in KiB there.
pub(crate) fn status(pid: u32, key: &str) -> Outcome<u32> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let number = status.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        if name == key { value.split_whitespace().next()?.parse().ok() } else { None }
    });
    number.ok_or_else(|| format!("{path} has no {key}"))
}

/// The fields of `/proc/PID/stat` from the third on: the second is a name, which may hold blanks.
pub(crate) fn stat(pid: u32) -> Outcome<Vec<String>> {
    let path = format!("/proc/{pid}/stat");
    let stat = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let (_, fields) = stat.rsplit_once(')').ok_or_else(|| format!("{path} has no name"))?;
    Ok(fields.split_whitespace().map(str::to_owned).collect())
}
