//! Fault injection: one edit of a config, in which each system call fails once, and in which the process is killed at each.

mod judge;
mod scene;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::page;
use crate::process::{Outcome, run_cargo, say, workspace};
use judge::{Ended, Verdict, judge};
use scene::Scene;

/// The page with the table.
const PAGE: &str = "docs/hardening.md";

/// What a system call answers when it fails; more than one where it fails in more than one way.
const ERRORS: &[(&str, &[&str])] = &[
    ("openat", &["EACCES", "EMFILE", "ENOSPC"]),
    ("read", &["EIO", "EINTR"]),
    ("write", &["ENOSPC", "EIO", "EINTR"]),
    ("copy_file_range", &["ENOSPC", "EIO"]),
    ("fsync", &["EIO"]),
    ("rename", &["EACCES", "EIO"]),
    ("renameat", &["EACCES", "EIO"]),
    ("fchmod", &["EPERM"]),
    ("flock", &["ENOLCK", "EINTR"]),
    ("ftruncate", &["EIO"]),
    ("lseek", &["EINVAL"]),
    ("statx", &["EIO"]),
    ("newfstatat", &["EIO"]),
    ("getcwd", &["ENOENT"]),
    ("getdents64", &["EIO"]),
    ("getrandom", &["ENOSYS"]),
    ("mkdir", &["EACCES"]),
    ("unlink", &["EACCES"]),
    // Not EIO: Linux never answers so for a folder, and std takes it for a bug of the program.
    ("close", &["EINTR"]),
];

/// Runs them all; with `--keep` the table goes into the page.
pub(crate) fn run(args: &[String]) -> Outcome {
    let keep = match args {
        [] => false,
        [arg] if arg == "--keep" => true,
        _ => return Err("expected nothing or `--keep`".to_owned()),
    };
    need_strace()?;
    run_cargo(&["build", "--quiet", "--locked", "--package", "openclaw-tests", "--bin", "edit-config"], &[])?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from);
    let program = target.join("debug/edit-config");
    let mut table = String::from(
        "| system call | made | fails with | runs | refused | gone through | old | new |\n|---|---|---|---|---|---|---|---|\n",
    );
    let mut wrong = Vec::new();
    for scene in [Scene::existing(&program)?, Scene::missing(&program)?] {
        let _ = writeln!(table, "| **{}** | | | | | | | |", scene.name());
        inject(&scene, &mut table, &mut wrong)?;
    }
    say(&table);
    if keep {
        page::put(&workspace().join(PAGE), "faults", &table)?;
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("faults:\n  {}", wrong.join("\n  "))) }
}

/// strace, installed where the system has a package of it.
fn need_strace() -> Outcome {
    let is_there = || {
        let found =
            Command::new("strace").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        found.is_ok_and(|status| status.success())
    };
    if is_there() {
        return Ok(());
    }
    let _ = Command::new("apt-get").args(["install", "-y", "-qq", "strace"]).stdout(Stdio::null()).status();
    if is_there() { Ok(()) } else { Err("strace is missing: `apt-get install strace`".to_owned()) }
}

/// What one kind of fault came to.
#[derive(Default)]
struct Tally {
    runs: usize,
    refused: usize,
    through: usize,
    old: usize,
    new: usize,
}

impl Tally {
    fn add(&mut self, verdict: &Verdict) {
        self.runs += 1;
        match verdict.ended {
            Ended::Through => self.through += 1,
            Ended::Refused | Ended::Killed => self.refused += 1,
        }
        if verdict.is_new { self.new += 1 } else { self.old += 1 }
    }
}

/// Lets each call fail in each way, and kills the process at each.
fn inject(scene: &Scene, table: &mut String, wrong: &mut Vec<String>) -> Outcome {
    let calls = scene.calls()?;
    let mut killed = Tally::default();
    for (call, numbers) in &calls {
        let errors = ERRORS.iter().find(|(name, _)| name == call).map_or(&["EIO"][..], |(_, errors)| errors);
        for error in errors {
            let mut tally = Tally::default();
            for number in numbers.clone() {
                let fault = format!("{call}:error={error}:when={number}");
                let verdict = judge(scene, &fault)?;
                tally.add(&verdict);
                wrong.extend(verdict.wrong.iter().map(|what| format!("{}, {fault}: {what}", scene.name())));
            }
            row(table, call, numbers.len(), error, &tally);
        }
        for number in numbers.clone() {
            let fault = format!("{call}:signal=KILL:when={number}");
            let verdict = judge(scene, &fault)?;
            killed.add(&verdict);
            wrong.extend(verdict.wrong.iter().map(|what| format!("{}, {fault}: {what}", scene.name())));
        }
    }
    row(table, "each of them", calls.values().map(ExactSizeIterator::len).sum(), "SIGKILL", &killed);
    Ok(())
}

fn row(table: &mut String, call: &str, made: usize, fails: &str, tally: &Tally) {
    let Tally { runs, refused, through, old, new } = tally;
    // Writing to a `String` does not fail.
    let _ =
        writeln!(table, "| `{call}` | {made} | `{fails}` | {runs} | {refused} | {through} | {old} | {new} |");
}

/// The calls of a run from the first that names `file`, by name, each with its numbers among those of its name.
fn calls_from(log: &str, file: &Path) -> BTreeMap<String, std::ops::Range<usize>> {
    let mut seen: BTreeMap<&str, (usize, Option<usize>)> = BTreeMap::new();
    let mut has_begun = false;
    let name_of_file = file.display().to_string();
    for line in log.lines() {
        // With `-f` the process is in front.
        let line = line.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
        let Some((name, _)) = line.split_once('(') else { continue };
        has_begun |= line.contains(&name_of_file);
        let (count, first) = seen.entry(name).or_default();
        *count += 1;
        if has_begun && first.is_none() {
            *first = Some(*count);
        }
    }
    seen.into_iter().filter_map(|(name, (count, first))| Some((name.to_owned(), first?..count + 1))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_from_the_first_that_names_the_file() {
        let log = "7 openat(AT_FDCWD, \"/lib/x\") = 3\n7 read(3, \"\") = 0\n7 statx(AT_FDCWD, \"/a/c.json\") = 0\n\
                   7 openat(AT_FDCWD, \"/a/c.json\") = 3\n7 openat(AT_FDCWD, \"/a\") = 3\n7 +++ exited with 0 +++\n";
        let calls = calls_from(log, Path::new("/a/c.json"));
        let calls: Vec<_> = calls.into_iter().collect();
        assert_eq!(calls, [("openat".to_owned(), 2..4), ("statx".to_owned(), 1..2)]);
    }
}
