//! What is promised of a soak, and whether it was kept.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use openclaw_tests::bench::{Report, Target, float, per_mille};

use super::client::{Asked, End};
use super::compare::Compared;
use super::gateway::Farewell;
use super::load::Run;
use super::metrics::Metrics;
use super::{Outcome, account, say};

/// How long connections and threads that are not needed may stay; an idle thread for files stays for ten seconds.
const SETTLED: Duration = Duration::from_secs(20);

/// What a process holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Levels {
    pub(crate) mib: f64,
    pub(crate) files: u32,
    pub(crate) threads: u32,
}

impl Levels {
    pub(crate) fn of(pid: u32) -> Outcome<Self> {
        let path = format!("/proc/{pid}/fd");
        let files = std::fs::read_dir(&path).map_err(|error| format!("{path}: {error}"))?.count();
        Ok(Self {
            mib: account::resident_mib(pid)?,
            files: u32::try_from(files).unwrap_or(u32::MAX),
            threads: account::status(pid, "Threads")?,
        })
    }

    pub(crate) fn max(self, other: Self) -> Self {
        Self {
            mib: self.mib.max(other.mib),
            files: self.files.max(other.files),
            threads: self.threads.max(other.threads),
        }
    }

    /// The levels once files and threads are back to what they were, or, where that does not come, as they are then.
    pub(crate) async fn settled(pid: u32, before: Self) -> Outcome<Self> {
        let start = Instant::now();
        loop {
            let now = Self::of(pid)?;
            let is_back = now.files <= before.files && now.threads <= before.threads;
            if is_back || start.elapsed() > SETTLED {
                return Ok(now);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// All that a soak has shown.
pub(crate) struct Verdict {
    /// Before the first client.
    pub(crate) idle: Levels,
    /// At rest after the round to warm up.
    pub(crate) warm: Levels,
    /// At rest after the soak.
    pub(crate) rested: Levels,
    /// After the router has gone.
    pub(crate) left: Levels,
    pub(crate) cpu: Duration,
    pub(crate) warm_up: Run,
    pub(crate) soak: Run,
    pub(crate) metrics: Metrics,
    pub(crate) compared: Compared,
    pub(crate) farewell: Farewell,
}

impl Verdict {
    /// Tells all; a promise that is not kept is a failure here.
    pub(crate) fn finish(&self) -> ExitCode {
        let mut report = Report::new("soak");
        self.answers(&mut report);
        self.requests(&mut report);
        self.levels(&mut report);
        self.end(&mut report);
        for panic in &self.farewell.panics {
            say(&format!("soak: the gateway said: {panic}"));
        }
        let told = report.finish();
        if report.is_kept() { told } else { ExitCode::FAILURE }
    }

    fn asked(&self) -> impl Iterator<Item = &Asked> {
        self.warm_up.asked.iter().chain(&self.soak.asked)
    }

    fn count(&self, which: impl Fn(&End) -> bool) -> f64 {
        float(self.asked().filter(|asked| which(&asked.end)).count())
    }

    fn answers(&self, report: &mut Report) {
        let whole = self.count(|end| matches!(end, End::Whole));
        let refused = self.count(|end| matches!(end, End::Refused(_)));
        let wrong = self.count(|end| matches!(end, End::Wrong(_)));
        report.figure("asked", float(self.asked().count()), "");
        report.figure("asked in a second", float(self.soak.asked.len()) / self.soak.took.as_secs_f64(), "");
        report.figure("streams open at once, at most", self.soak.most_open, "");
        report.figure("clients that went away", self.count(|end| matches!(end, End::Left)), "");
        let slow = self.asked().filter(|asked| asked.was_slow).count();
        report.figure("slow readers", float(slow), "");
        let broke = self.count(|end| matches!(end, End::Broke(_)));
        report.figure("cut late, told as an error", broke, "");
        report.figure("answered whole", whole, "");
        // Those that were cut late on purpose could not be whole.
        let share = 100.0 * whole / (whole + refused + wrong).max(1.0);
        report.promise("answered whole, of those that could be", share, "%", Target::AtLeast(99.9));
        report.figure("refused with a reason", refused, "");
        report.promise("anything else", wrong, "", Target::AtMost(0.0));
    }

    fn requests(&self, report: &mut Report) {
        let Compared { requests, faults, open, again, mixed_up, invented, given_up, forgotten } =
            &self.compared;
        report.figure("requests to the router", float(*requests), "");
        report.figure("of them with a fault", float(faults.values().sum()), "");
        for (kind, count) in faults {
            report.figure(format!("  {kind}"), float(*count), "");
        }
        let none = Target::AtMost(0.0);
        report.promise("sent again behind a first byte", float(*again), "", none);
        report.promise("answers to another question", float(*mixed_up), "", none);
        report.promise("errors that the router has not made", float(*invented), "", none);
        report.promise("requests that nobody let go of", float(*open), "", none);
        report.figure("given up without a fault", float(*given_up), "");
        report.figure("beyond the router's log", float(*forgotten), "");
        let most = self.asked().map(|asked| asked.attempts).max().unwrap_or_default();
        report.figure("attempts for an answer, at most", float(most), "");
        let first: Vec<Duration> = self.soak.asked.iter().filter_map(|asked| asked.first).collect();
        let took = self.soak.asked.iter().filter(|asked| matches!(asked.end, End::Whole) && !asked.was_slow);
        let took: Vec<Duration> = took.map(|asked| asked.took).collect();
        for (what, times) in [("first byte", first), ("whole answer", took)] {
            for (name, share) in [("p50", 500), ("p99", 990)] {
                report.figure(format!("{what}, {name}"), per_mille(&times, share).as_secs_f64(), "s");
            }
        }
    }

    fn levels(&self, report: &mut Report) {
        let Self { idle, warm, rested, left, soak, metrics, .. } = self;
        let none = Target::AtMost(0.0);
        report.figure("CPU of the gateway", 100.0 * self.cpu.as_secs_f64() / soak.took.as_secs_f64(), "%");
        report.figure("memory, idle", idle.mib, "MiB");
        report.figure("memory, at rest after the round to warm up", warm.mib, "MiB");
        report.figure("memory, at most", soak.most.mib, "MiB");
        let bound = (warm.mib * 1.25).max(warm.mib + 8.0);
        let (what, bound) = ("memory, at rest after the soak", (bound * 10.0).round() / 10.0);
        report.promise(what, rested.mib, "MiB", Target::AtMost(bound));
        report.figure("memory, after the router has gone", left.mib, "MiB");
        report.figure("files, idle", idle.files.into(), "");
        report.figure("files, at most", soak.most.files.into(), "");
        report.figure("files, at rest after the soak", rested.files.into(), "");
        let what = "files, after the router has gone";
        report.promise(what, left.files.into(), "", Target::AtMost(idle.files.into()));
        report.figure("threads, idle", idle.threads.into(), "");
        // Two more read files that have changed, and go after a while.
        let most = Target::AtMost((idle.threads + 2).into());
        report.promise("threads, at most", soak.most.threads.into(), "", most);
        let what = "threads, after the router has gone";
        report.promise(what, left.threads.into(), "", Target::AtMost(idle.threads.into()));
        report.promise("openclaw_requests_in_flight", metrics.in_flight, "", none);
        report.promise("openclaw_open_streams", metrics.open_streams, "", none);
        report.promise("openclaw_connections", metrics.connections, "", Target::AtMost(1.0));
        report.promise("openclaw_panics_total", metrics.panics, "", none);
        report.promise("openclaw_config_ok", metrics.config_ok, "", Target::AtLeast(1.0));
        report.figure("/metrics, slowest", soak.slowest_metrics.as_secs_f64() * 1e3, "ms");
    }

    fn end(&self, report: &mut Report) {
        let Farewell { code, taken, not_taken, panics, written } = &self.farewell;
        report.figure("configs written", f64::from(*written), "");
        report.figure("configs refused", float(*not_taken), "");
        // One that is written over before the gateway has looked is not seen.
        let least = (f64::from(*written) * 0.6).floor();
        report.promise("configs taken up", float(*taken), "", Target::AtLeast(least));
        report.promise("panics on stderr", float(panics.len()), "", Target::AtMost(0.0));
        let exit = code.map_or(-1.0, f64::from);
        report.promise("exit code after SIGTERM, amount", exit.abs(), "", Target::AtMost(0.0));
    }
}
