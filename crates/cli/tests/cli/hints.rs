//! Hints are commands that can be run.

use std::path::{Path, PathBuf};

use crate::reference::refusal;

fn texts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The texts of the tests, with their files.
fn tests() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut files);
    let read = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).expect("a text");
        (file, text)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_error_in_a_snapshot_comes_with_a_hint() {
    let mut seen = 0;
    let mut without = Vec::new();
    // There an error is what a check finds, and its fix stands behind it.
    for (file, text) in tests().iter().filter(|(file, _)| !file.ends_with("doctor_findings.rs")) {
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("error: ")) {
            seen += 1;
            let is_over = |line: &&&str| {
                ["hint: ", "error: ", "exit ", "$ ", "\""].iter().any(|begin| line.starts_with(begin))
            };
            let end = lines.iter().skip(at + 1).find(is_over);
            if !end.is_some_and(|line| line.starts_with("hint: ")) {
                without.push(format!("{}:{}: {line}", file.display(), at + 1));
            }
        }
    }
    assert!(seen > 100, "{seen}");
    assert!(without.is_empty(), "{}", without.join("\n"));
}

#[test]
fn every_hint_in_a_snapshot_is_a_command_that_the_parser_takes() {
    let mut hints = Vec::new();
    for (_, text) in tests() {
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix("hint: "));
        hints.extend(lines.filter(|hint| hint.starts_with("openclaw ")).map(str::to_owned));
    }
    hints.sort();
    hints.dedup();
    assert!(hints.len() > 20, "{hints:#?}");
    let wrong: Vec<_> = hints.iter().filter_map(|hint| refusal(&hint.replace("PORT+1", "1"))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
