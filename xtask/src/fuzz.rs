//! The fuzz targets, on the stable toolchain.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::process::{Outcome, cargo, run_cargo, say, workspace};

/// What is asked for.
#[derive(Debug, PartialEq)]
struct Request {
    /// `None` is every target.
    target: Option<String>,
    seconds: u32,
}

/// What a run of one target came to.
struct Run {
    target: String,
    runs: String,
    per_second: String,
    /// Inputs that broke the law, as paths from the root of the project.
    crashes: Vec<String>,
    /// libFuzzer ended badly without an input to show for it.
    failure: Option<String>,
}

pub(crate) fn run(args: &[String]) -> Outcome {
    let request = request(args)?;
    let folder = workspace().join("fuzz");
    let targets = targets(&folder)?;
    let targets = match request.target {
        None => targets,
        Some(target) if targets.contains(&target) => vec![target],
        Some(target) => return Err(format!("expected a target of {}, found `{target}`", targets.join(", "))),
    };
    install()?;
    let mut runs = Vec::new();
    for target in &targets {
        say(&format!("\n== fuzz {target}: {} s\n", request.seconds));
        runs.push(fuzz(&folder, target, request.seconds)?);
    }
    say(&table(&runs));
    let advice: String = runs.iter().filter_map(advice).collect();
    if advice.is_empty() { Ok(()) } else { Err(format!("fuzz:\n{advice}")) }
}

fn request(args: &[String]) -> Outcome<Request> {
    let mut request = Request { target: None, seconds: 60 };
    let mut args = args.iter().map(String::as_str);
    let mut has_all = false;
    while let Some(arg) = args.next() {
        match arg {
            "--all" => has_all = true,
            "--seconds" => {
                let number = args.next().unwrap_or_default();
                let seconds = number.parse().ok().filter(|seconds| *seconds > 0);
                request.seconds = seconds.ok_or_else(|| format!("expected seconds, found `{number}`"))?;
            }
            name if !name.starts_with('-') && request.target.is_none() => {
                request.target = Some(name.to_owned());
            }
            other => return Err(format!("expected a target, `--all` or `--seconds N`, found `{other}`")),
        }
    }
    match has_all == request.target.is_none() {
        true => Ok(request),
        false => Err("expected a target or `--all`".to_owned()),
    }
}

/// The names of the targets, in the order of the alphabet.
fn targets(folder: &Path) -> Outcome<Vec<String>> {
    let names = files(&folder.join("fuzz_targets"))?;
    Ok(names.iter().filter_map(|name| name.strip_suffix(".rs")).map(str::to_owned).collect())
}

/// The names of the files in a folder; none where there is no folder.
fn files(folder: &Path) -> Outcome<BTreeSet<String>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(BTreeSet::new()) };
    let mut names = BTreeSet::new();
    for entry in entries {
        let entry = entry.map_err(|error| format!("{}: {error}", folder.display()))?;
        names.insert(entry.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

fn install() -> Outcome {
    let found = cargo().args(["fuzz", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    run_cargo(&["install", "cargo-fuzz", "--locked"], &[])
}

fn fuzz(folder: &Path, target: &str, seconds: u32) -> Outcome<Run> {
    let artifacts = folder.join("artifacts").join(target);
    let before = files(&artifacts)?;
    let dirs = ["corpus", "seeds", "regressions"].map(|kind| folder.join(kind).join(target));
    for dir in &dirs {
        if dir.ends_with(Path::new("corpus").join(target)) {
            std::fs::create_dir_all(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
        }
    }
    let output = command(folder, target, seconds, &dirs)
        .output()
        .map_err(|error| format!("`cargo fuzz` could not be started: {error}"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let stat = |name: &str| {
        let line = log.lines().find_map(|line| line.strip_prefix(&format!("stat::{name}:")));
        line.map_or("-", str::trim).to_owned()
    };
    let crashes: Vec<_> = files(&artifacts)?
        .difference(&before)
        .map(|name| format!("fuzz/artifacts/{target}/{name}"))
        .collect();
    if !output.status.success() {
        say(&what_went_wrong(&log));
    }
    let failure = (!output.status.success() && crashes.is_empty())
        .then(|| format!("`cargo fuzz` ended with {}", output.status));
    Ok(Run {
        target: target.to_owned(),
        runs: stat("number_of_executed_units"),
        per_second: stat("average_exec_per_sec"),
        crashes,
        failure,
    })
}

/// The panic, or where there was none the end of the log.
fn what_went_wrong(log: &str) -> String {
    let lines: Vec<_> = log.lines().collect();
    let panic =
        lines.iter().position(|line| line.contains("' panicked at ") || line.contains(") panicked at "));
    let from = panic.unwrap_or(lines.len().saturating_sub(30));
    let is_trace = |line: &&&str| line.starts_with("stack backtrace:") || line.starts_with("note: ");
    let said = lines.iter().skip(from).take_while(|line| !is_trace(line)).take(60);
    said.map(|line| format!("{line}\n")).collect()
}

/// Without a sanitizer, since the code is safe Rust and those of the compiler are not for the stable toolchain.
fn command(folder: &Path, target: &str, seconds: u32, dirs: &[std::path::PathBuf]) -> Command {
    let mut command = cargo();
    command.args(["fuzz", "run", "--sanitizer", "none", target]);
    // New inputs go to the first folder; a folder that is not there is an error.
    command.args(dirs.iter().filter(|dir| dir.is_dir()));
    command.arg("--").arg(format!("-max_total_time={seconds}"));
    command.args(["-print_final_stats=1", "-max_len=8192", "-timeout=10", "-rss_limit_mb=2048"]);
    // Its flags are its own, and would have everything else built anew.
    command.current_dir(folder).env_remove("CARGO_TARGET_DIR").stdin(Stdio::null());
    command
}

fn table(runs: &[Run]) -> String {
    let mut text = format!("\n{:<14} {:>12} {:>8}  found\n", "target", "runs", "runs/s");
    for run in runs {
        let found = match (&run.failure, run.crashes.len()) {
            (Some(why), _) => why.clone(),
            (None, 0) => "nothing".to_owned(),
            (None, 1) => "1 crash".to_owned(),
            (None, several) => format!("{several} crashes"),
        };
        text += &format!("{:<14} {:>12} {:>8}  {found}\n", run.target, run.runs, run.per_second);
    }
    text
}

/// How to go on from what was found.
fn advice(run: &Run) -> Option<String> {
    if let Some(why) = &run.failure {
        return Some(format!("  {}: {why}\n", run.target));
    }
    let target = &run.target;
    let lines = run.crashes.iter().map(|crash| {
        format!(
            "  {target} breaks on {crash}\n    replay: cargo fuzz run --sanitizer none {target} {crash}\n    \
             keep:   install -D -t fuzz/regressions/{target} {crash} && cargo test -p openclaw-tests --test replay\n"
        )
    });
    (!run.crashes.is_empty()).then(|| lines.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &str, expect: Result<(Option<&str>, u32), &str>) {
        let args: Vec<_> = args.split_whitespace().map(str::to_owned).collect();
        let found = request(&args);
        let found = found.as_ref().map(|request| (request.target.as_deref(), request.seconds));
        assert_eq!(found.map_err(String::as_str), expect, "{args:?}");
    }

    #[test]
    fn requests() {
        check("--all", Ok((None, 60)));
        check("--all --seconds 5", Ok((None, 5)));
        check("--seconds 5 sse", Ok((Some("sse"), 5)));
        check("", Err("expected a target or `--all`"));
        check("sse --all", Err("expected a target or `--all`"));
        check("sse --seconds", Err("expected seconds, found ``"));
        check("sse --seconds 0", Err("expected seconds, found `0`"));
        check("sse merge", Err("expected a target, `--all` or `--seconds N`, found `merge`"));
        check("--each", Err("expected a target, `--all` or `--seconds N`, found `--each`"));
    }

    #[test]
    fn a_panic_is_shown_without_what_is_around_it() {
        let log =
            "INFO: x\n\nthread '<unnamed>' (7) panicked at src/a.rs:1:2:\nwhy\nstack backtrace:\n  0: x\n";
        assert_eq!(what_went_wrong(log), "thread '<unnamed>' (7) panicked at src/a.rs:1:2:\nwhy\n");
        assert_eq!(what_went_wrong("error: no such target\n"), "error: no such target\n");
    }

    #[test]
    fn a_crash_is_told_with_what_to_do() {
        let run = |crashes: &[&str], failure: Option<&str>| Run {
            target: "sse".to_owned(),
            runs: "12".to_owned(),
            per_second: "3".to_owned(),
            crashes: crashes.iter().map(|&crash| crash.to_owned()).collect(),
            failure: failure.map(str::to_owned),
        };
        assert_eq!(advice(&run(&[], None)), None);
        let told = advice(&run(&["fuzz/artifacts/sse/crash-1"], None)).unwrap_or_default();
        assert!(
            told.contains("replay: cargo fuzz run --sanitizer none sse fuzz/artifacts/sse/crash-1\n"),
            "{told}"
        );
        assert!(table(&[run(&["a", "b"], None)]).ends_with("3  2 crashes\n"));
        assert_eq!(advice(&run(&[], Some("no"))).as_deref(), Some("  sse: no\n"));
    }
}
