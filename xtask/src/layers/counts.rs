//! How many crates each of ours brings: whoever picks one up gets these too.

use std::collections::BTreeSet;

use crate::process::{Outcome, cargo_output};

/// One of our crates, and the most that it may bring: itself aside, all that is built for it on Linux, macros included.
struct Bound {
    folder: &'static str,
    /// With no features at all.
    bare: usize,
    /// As it is picked up without a word about features.
    default: usize,
}

const fn bound(folder: &'static str, bare: usize, default: usize) -> Bound {
    Bound { folder, bare, default }
}

/// A larger number is its own commit with a reason.
const BOUNDS: &[Bound] = &[
    bound("model-ref", 0, 0),
    bound("json5-edit", 1, 1),
    bound("catalog", 8, 8),
    bound("failover", 9, 9),
    bound("atomic-file", 9, 9),
    bound("wake-gate", 1, 1),
    bound("credentials", 2, 29),
    bound("config-merge", 31, 31),
    bound("hf-client", 24, 109),
    bound("sandbox", 45, 45),
    bound("gateway", 134, 134),
    bound("cli", 183, 196),
];

/// What a crate without features must not bring, however few crates it may be.
const WITHOUT: &[(&str, &[&str])] = &[
    ("credentials", &["rustix", "tempfile", "tokio"]),
    ("hf-client", &["hyper", "reqwest", "rustix", "rustls", "tempfile", "tokio", "url"]),
];

/// Counts them, for all of our crates, whose folders these are.
pub(super) fn check<'a>(folders: impl Iterator<Item = &'a str>) -> Outcome<Vec<String>> {
    let mut wrong = Vec::new();
    for folder in folders {
        let Some(bound) = BOUNDS.iter().find(|bound| bound.folder == folder) else {
            wrong.push(format!("`{folder}` has no bound: name it in xtask/src/layers/counts.rs"));
            continue;
        };
        let bare = brought(folder, &["--no-default-features"])?;
        let default = brought(folder, &[])?;
        wrong.extend(judge(folder, "without features", &bare, bound.bare));
        wrong.extend(judge(folder, "with its default features", &default, bound.default));
        let without = WITHOUT.iter().filter(|(name, _)| *name == folder).flat_map(|(_, names)| *names);
        for name in without.filter(|name| bare.contains(**name)) {
            wrong.push(format!("`{folder}` without features may not bring `{name}`"));
        }
    }
    Ok(wrong)
}

/// What is wrong with a number.
fn judge(folder: &str, how: &str, brought: &BTreeSet<String>, most: usize) -> Option<String> {
    let count = brought.len();
    if count <= most {
        return None;
    }
    Some(format!(
        "`{folder}` {how} brings {count} crates and may bring {most}: see `cargo tree -e normal -p openclaw-{folder}`"
    ))
}

/// The names of the crates that are built for one of ours.
fn brought(folder: &str, features: &[&str]) -> Outcome<BTreeSet<String>> {
    let package = format!("openclaw-{folder}");
    let mut call = vec!["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"];
    // The same number on every machine.
    call.extend(["--target", "x86_64-unknown-linux-gnu", "--package", &package]);
    call.extend(features);
    let printed = cargo_output(&call)?;
    Ok(names(&String::from_utf8_lossy(&printed), &package))
}

/// The first two words of each line are a name and a version; two versions of one crate are two.
fn names(tree: &str, package: &str) -> BTreeSet<String> {
    let lines = tree.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?))
    });
    let mut seen = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (name, version) in lines.filter(|(name, _)| *name != package) {
        if seen.insert((name, version)) && !names.insert(name.to_owned()) {
            names.insert(format!("{name} {version}"));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_counted_without_its_root_and_each_crate_once() {
        let tree = "\
openclaw-x v0.1.0 (/here)
serde v1.0.0
serde_derive v1.0.0 (proc-macro)
syn v2.0.0
syn v3.0.0
serde v1.0.0 (*)
";
        let names = names(tree, "openclaw-x");
        assert_eq!(names.iter().collect::<Vec<_>>(), ["serde", "serde_derive", "syn", "syn v3.0.0"]);
        assert_eq!(judge("x", "without features", &names, 4), None);
        assert_eq!(
            judge("x", "without features", &names, 3).as_deref(),
            Some(
                "`x` without features brings 4 crates and may bring 3: see `cargo tree -e normal -p openclaw-x`"
            )
        );
    }
}
