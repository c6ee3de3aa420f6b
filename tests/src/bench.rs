//! The frame of the benches: medians, rows with a target, and what they were measured on.
//!
//! A bench is a file in `tests/benches` with a `main` that builds a [`Report`] and ends with [`Report::finish`].
//! Both sides of a ratio are measured in the same run, in turn, so that a slow moment of the machine hits both.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
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

    /// Prints a table, or with `--json` among the arguments one JSON object, and keeps both in `target/bench`.
    ///
    /// A missed target is told and is no failure: how fast a machine is says nothing about a change.
    #[must_use]
    pub fn finish(&self) -> ExitCode {
        let (json, table) = (format!("{}\n", self.json()), self.table());
        if let Err(error) = self.keep(&json, &table) {
            let _ = writeln!(std::io::stderr(), "{}: not kept: {error}", self.name);
        }
        let is_json = std::env::args().any(|arg| arg == "--json");
        let text = if is_json { json } else { table };
        match std::io::stdout().lock().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        }
    }

    fn keep(&self, json: &str, table: &str) -> std::io::Result<()> {
        let folder = kept()?;
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(format!("{}.json", self.name)), json)?;
        std::fs::write(folder.join(format!("{}.txt", self.name)), table)
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

/// Where the last reports are: `target/bench`, beside the `release` that this program is in.
fn kept() -> std::io::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(3).ok_or(std::io::ErrorKind::NotFound)?;
    Ok(target.join("bench"))
}

/// What handling `text` takes at its highest, as a multiple of its size: the median of five runs of this very program,
/// called with `flag` and a file of that text, of which each ends with [`peak`].
///
/// In processes of their own, since of a process only the highest mark is known.
///
/// # Panics
/// Where such a run fails.
#[must_use]
pub fn own_memory(flag: &str, text: &str) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("input");
    std::fs::write(&file, text).expect("a file");
    let mut peaks: Vec<f64> = (0..5)
        .map(|_| {
            let program = std::env::current_exe().expect("this program");
            let output = Command::new(program).arg(flag).arg(&file).output().expect("it runs");
            assert!(output.status.success(), "{output:?}");
            String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
        })
        .collect();
    peaks.sort_by(f64::total_cmp);
    peaks.get(2).copied().expect("five measurements") / float(text.len())
}

/// Prints how many bytes this process grew by at the most while `run` made a value; for [`own_memory`].
///
/// # Panics
/// Where the system does not tell.
#[expect(clippy::print_stdout, reason = "the answer to the process that started this one")]
pub fn peak<T>(run: impl FnOnce() -> T) -> ExitCode {
    let before = status("VmRSS:");
    let value = std::hint::black_box(run());
    println!("{}", status("VmHWM:").saturating_sub(before));
    drop(value);
    ExitCode::SUCCESS
}

/// A line of `/proc/self/status`, in bytes.
fn status(field: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("a Linux system");
    let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("the field");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") * 1024
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
