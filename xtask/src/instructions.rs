//! Instruction counts of the pure crates: regressions are seen without a clock.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::process::{Outcome, run_cargo, say, workspace};

/// The counts that are kept, from the root of the project.
const KEPT: &str = "tests/instructions.txt";
/// By how many per mille a count may differ from the one kept.
const TOLERANCE: u64 = 30;

/// Counts every case and compares with what is kept; `--keep` keeps the new counts.
pub(crate) fn run(args: &[String]) -> Outcome {
    let keep = match args {
        [] => false,
        [arg] if arg == "--keep" => true,
        _ => return Err("expected nothing or `--keep`".to_owned()),
    };
    if !is_there() {
        return Err("valgrind is missing: `apt-get install valgrind`".to_owned());
    }
    // Without the clients' libraries, which no case needs.
    run_cargo(
        &[
            "build",
            "--quiet",
            "--profile",
            "bench",
            "--locked",
            "--package",
            "openclaw-tests",
            "--bin",
            "instructions",
        ],
        &[],
    )?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), Into::into);
    let program = target.join("release/instructions");
    let names = said(Command::new(&program))?;
    let mut counts = Vec::new();
    for name in names.lines() {
        counts.push((name.to_owned(), count(&program, name)?));
    }
    let file = workspace().join(KEPT);
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let with = what_counts()?;
    if keep {
        return fs::write(&file, text(&with, &counts)).map_err(|error| format!("`{KEPT}`: {error}"));
    }
    let (table, wrong) = compare(&kept, &counts);
    say(&table);
    match head(&kept) {
        _ if wrong.is_empty() => Ok(()),
        Some(head) if head == with => Err(format!(
            "instructions: {}\n  look into it, or keep the new counts: cargo xtask instructions --keep",
            wrong.join(", ")
        )),
        head => {
            let head = head.unwrap_or("nothing");
            say(&format!("instructions: kept with {head}, counted with {with}: not judged\n"));
            Ok(())
        }
    }
}

/// Whether callgrind can be run.
pub(crate) fn is_there() -> bool {
    let found =
        Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

/// What a program prints on stdout.
fn said(mut command: Command) -> Outcome<String> {
    let output = command.output().map_err(|error| format!("{command:?} could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What a count hangs on beside the code: compiler and processor.
fn what_counts() -> Outcome<String> {
    let rustc = said({
        let mut command = Command::new("rustc");
        command.arg("--version");
        command
    })?;
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let has = |flag: &str| info.split_whitespace().any(|word| word == flag);
    // `memchr` and the C library choose their loops by it.
    let width = if has("avx2") { "avx2" } else { "sse2" };
    Ok(format!("{}, {} {width}", rustc.trim(), std::env::consts::ARCH))
}

/// The instructions of one case, its preparation aside.
fn count(program: &Path, name: &str) -> Outcome<u64> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"]);
    command.arg(format!("--toggle-collect=*cases*{name}*")).arg(program).arg(name);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let output = command.output().map_err(|error| format!("valgrind could not be started: {error}"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let found = collected(&log).filter(|count| output.status.success() && *count > 0);
    found.ok_or_else(|| format!("callgrind counted nothing of `{name}` ({}):\n{log}", output.status))
}

/// The figure behind `Collected :` in callgrind's log.
fn collected(log: &str) -> Option<u64> {
    log.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

fn text(with: &str, counts: &[(String, u64)]) -> String {
    let mut text =
        format!("# Instructions by case; `cargo xtask instructions --keep` writes this.\n# {with}\n");
    for (name, count) in counts {
        // Writing to a `String` does not fail.
        let _ = writeln!(text, "{name:<16} {count:>12}");
    }
    text
}

/// What the counts were kept with.
fn head(kept: &str) -> Option<&str> {
    kept.lines().nth(1)?.strip_prefix("# ")
}

/// The table, and what differs by too much.
fn compare(kept: &str, counts: &[(String, u64)]) -> (String, Vec<String>) {
    let lines = kept.lines().filter(|line| !line.starts_with('#'));
    let mut before: BTreeMap<&str, u64> = lines
        .filter_map(|line| {
            let (name, count) = line.split_once(' ')?;
            Some((name, count.trim().parse().ok()?))
        })
        .collect();
    let mut table = format!("{:<16} {:>12} {:>12}  change\n", "case", "kept", "now");
    let mut wrong = Vec::new();
    for (name, now) in counts {
        let Some(then) = before.remove(name.as_str()) else {
            let _ = writeln!(table, "{name:<16} {:>12} {now:>12}  new", "-");
            wrong.push(format!("{name} is new"));
            continue;
        };
        let change = tenths_of_percent(then, *now);
        let _ = writeln!(table, "{name:<16} {then:>12} {now:>12}  {change}");
        if then.abs_diff(*now) * 1000 > then * TOLERANCE {
            wrong.push(format!("{name} by {change}"));
        }
    }
    wrong.extend(before.keys().map(|name| format!("{name} is gone")));
    (table, wrong)
}

/// `+1.2 %`
fn tenths_of_percent(then: u64, now: u64) -> String {
    let sign = if now < then { '-' } else { '+' };
    let tenths = then.abs_diff(now) * 1000 / then.max(1);
    format!("{sign}{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_the_log() {
        let log = "==7== \n==7== Events    : Ir\n==7== Collected : 1234567\n==7== \n";
        assert_eq!(collected(log), Some(1_234_567));
        assert_eq!(collected("==7== nothing\n"), None);
    }

    #[test]
    fn what_differs_by_more_than_three_percent_is_told_in_both_directions() {
        let counts = |a: u64, b: u64| vec![("a".to_owned(), a), ("b".to_owned(), b)];
        let kept = text("rustc 1", &counts(1000, 1000));
        assert_eq!(head(&kept), Some("rustc 1"));
        assert!(compare(&kept, &counts(1030, 970)).1.is_empty());
        assert_eq!(compare(&kept, &counts(1031, 969)).1, ["a by +3.1 %", "b by -3.1 %"]);
        assert_eq!(compare(&kept, &[("c".to_owned(), 1)]).1, ["c is new", "a is gone", "b is gone"]);
    }
}
