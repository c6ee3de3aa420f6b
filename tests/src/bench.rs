//! The frame of the benches: medians, rows with a target, and what they were measured on.
//!
//! A bench is a file in `tests/benches` with a `main` that builds a [`Report`] and ends with [`Report::finish`].
//! Both sides of a ratio are measured in the same run, in turn, so that a slow moment of the machine hits both.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// What a bench has to say.
#[derive(Debug)]
pub struct Report {
    name: &'static str,
    rows: Vec<Row>,
}

/// One measured figure.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// The figure.
    pub value: f64,
    /// Its unit: `MB/s`, `ms`, `×`.
    pub unit: &'static str,
    /// What is promised of it; `None` where it is there to explain another row.
    pub target: Option<Target>,
}

/// What is promised of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// This much or more.
    AtLeast(f64),
    /// This much or less.
    AtMost(f64),
}

impl Target {
    /// Whether the figure keeps it.
    #[must_use]
    pub fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(bound) => value >= bound,
            Self::AtMost(bound) => value <= bound,
        }
    }

    fn shown(self) -> String {
        match self {
            Self::AtLeast(bound) => format!("≥ {bound}"),
            Self::AtMost(bound) => format!("≤ {bound}"),
        }
    }
}

impl Report {
    /// An empty report of a bench.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, rows: Vec::new() }
    }

    /// Adds a figure that explains others.
    pub fn figure(&mut self, what: impl Into<String>, value: f64, unit: &'static str) {
        self.rows.push(Row { what: what.into(), value, unit, target: None });
    }

    /// Adds a figure of which something is promised.
    pub fn promise(&mut self, what: impl Into<String>, value: f64, unit: &'static str, target: Target) {
        self.rows.push(Row { what: what.into(), value, unit, target: Some(target) });
    }

    /// Prints a table, or with `--json` among the arguments one JSON object.
    ///
    /// A missed target is told and is no failure: how fast a machine is says nothing about a change.
    #[must_use]
    pub fn finish(&self) -> ExitCode {
        let json = std::env::args().any(|arg| arg == "--json");
        let text = if json { format!("{}\n", self.json()) } else { self.table() };
        match std::io::stdout().lock().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        }
    }

    /// Whether every promise is kept.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.rows.iter().all(|row| row.is_met() != Some(false))
    }

    fn json(&self) -> Value {
        let rows: Vec<_> = self.rows.iter().map(Row::json).collect();
        json!({ "bench": self.name, "date": date(now()), "machine": machine(), "rows": rows })
    }

    fn table(&self) -> String {
        let head = ["what", "measured", "target", ""].map(str::to_owned);
        let rows: Vec<[String; 4]> = std::iter::once(head).chain(self.rows.iter().map(Row::cells)).collect();
        let width = |column: usize| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let [what, measured, target] = [0, 1, 2].map(width);
        let mut text = format!("{}, {}, {}\n\n", self.name, date(now()), machine());
        for [a, b, c, d] in &rows {
            let line = format!("{a:<what$}  {b:>measured$}  {c:<target$}  {d}");
            // Writing to a `String` does not fail.
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }
}

impl Row {
    fn is_met(&self) -> Option<bool> {
        self.target.map(|target| target.is_met(self.value))
    }

    fn cells(&self) -> [String; 4] {
        let verdict = match self.is_met() {
            None => "",
            Some(true) => "met",
            Some(false) => "MISSED",
        };
        let target = self.target.map(Target::shown).unwrap_or_default();
        [self.what.clone(), format!("{} {}", rounded(self.value), self.unit), target, verdict.to_owned()]
    }

    fn json(&self) -> Value {
        let target = self.target.map(Target::shown);
        json!({ "what": self.what, "value": self.value, "unit": self.unit, "target": target, "met": self.is_met() })
    }
}

/// Three digits that mean something.
fn rounded(value: f64) -> String {
    let decimals = match value.abs() {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

/// The median of some measurements; zero of none.
#[must_use]
pub fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The time below which so many of a thousand are.
#[must_use]
pub fn per_mille(times: &[Duration], share: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() * share / 1_000).copied().unwrap_or_default()
}

/// How long one call takes; what it gives is dropped after the clock is read.
pub fn time<T>(run: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let value = std::hint::black_box(run());
    let elapsed = start.elapsed();
    drop(value);
    elapsed
}

/// A count as a figure.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn float(count: usize) -> f64 {
    count as f64
}

/// Bytes in a time as MB/s.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^53")]
pub fn mb_per_s(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64()
}

/// Processor, cores and compiler, as far as the system tells.
#[must_use]
pub fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or(std::env::consts::ARCH, |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let build =
        if cfg!(debug_assertions) { "debug build: the figures mean nothing" } else { "release build" };
    format!("{cores} × {model}, {}, {build}", std::env::consts::OS)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The day of a second since 1970, in UTC: `2026-11-23`.
fn date(seconds: u64) -> String {
    // Years begin in March here, so that the day that comes every four years is the last.
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{}-{month:02}-{day:02}", era * 400 + year + carry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_735_689_599, "2024-12-31"),
            (1_795_392_000, "2026-11-23"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(date(seconds), day);
        }
    }

    #[test]
    fn the_median_is_the_middle_one() {
        let times = [5, 1, 900, 3, 4].map(Duration::from_millis);
        assert_eq!(median(&times), Duration::from_millis(4));
        assert_eq!(median(&[]), Duration::ZERO);
    }

    #[test]
    fn rows_say_whether_a_target_is_met() {
        let mut report = Report::new("x");
        report.figure("one side", 130.55, "MB/s");
        report.promise("ratio", 1.999, "×", Target::AtLeast(2.0));
        report.promise("memory", 3.0, "×", Target::AtMost(3.0));
        let cells: Vec<_> = report.rows.iter().map(|row| row.cells().join("|")).collect();
        assert_eq!(cells, ["one side|131 MB/s||", "ratio|2.00 ×|≥ 2|MISSED", "memory|3.00 ×|≤ 3|met"]);
        assert_eq!(report.json()["rows"][1]["met"], false);
        assert!(!report.is_kept());
    }
}
