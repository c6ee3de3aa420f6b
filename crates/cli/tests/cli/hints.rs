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

#[test]
fn every_hint_in_a_snapshot_is_a_command_that_the_parser_takes() {
    let mut files = Vec::new();
    texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut files);
    let mut hints = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a text");
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix("hint: "));
        hints.extend(lines.filter(|hint| hint.starts_with("openclaw ")).map(str::to_owned));
    }
    hints.sort();
    hints.dedup();
    assert!(hints.len() > 20, "{hints:#?}");
    let wrong: Vec<_> = hints.iter().filter_map(|hint| refusal(&hint.replace("PORT+1", "1"))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
