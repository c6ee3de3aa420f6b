//! Who may depend on whom, and how much each of our crates brings.

mod counts;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::process::{Outcome, cargo_output, say};

/// The allowed edges between our crates, dev-dependencies aside. A new edge is its own commit with a reason.
const EDGES: &[(&str, &[&str])] = &[
    ("model-ref", &[]),
    ("json5-edit", &[]),
    ("atomic-file", &[]),
    ("wake-gate", &[]),
    ("sandbox", &["model-ref"]),
    ("credentials", &["atomic-file"]),
    ("catalog", &["model-ref"]),
    ("config-merge", &["json5-edit", "catalog", "model-ref", "atomic-file", "credentials"]),
    ("failover", &["model-ref", "catalog"]),
    ("hf-client", &["model-ref", "catalog", "credentials", "failover", "wake-gate"]),
    (
        "gateway",
        &[
            "model-ref",
            "catalog",
            "atomic-file",
            "credentials",
            "config-merge",
            "failover",
            "hf-client",
            "wake-gate",
        ],
    ),
    (
        "cli",
        &[
            "gateway",
            "model-ref",
            "json5-edit",
            "atomic-file",
            "sandbox",
            "credentials",
            "catalog",
            "config-merge",
            "hf-client",
            "failover",
        ],
    ),
];

/// What the pure crates must not touch: the network, files, the environment, the clock.
const PURE: &[&str] = &["model-ref", "catalog", "json5-edit", "failover"];
const EFFECTS: &[&str] = &["tokio", "reqwest", "axum", "hyper", "tempfile"];
const EFFECT_PATHS: &[&str] =
    &["std::fs", "std::env", "std::net", "std::process", "std::thread", "SystemTime", "Instant::now"];

/// All dependencies that a crate may have, where that is promised.
const ONLY: &[(&str, &[&str])] = &[
    ("model-ref", &["serde"]),
    ("json5-edit", &["unicode-ident"]),
    ("catalog", &["openclaw-model-ref", "serde"]),
    ("failover", &["openclaw-model-ref", "openclaw-catalog", "serde"]),
];

pub(crate) fn run() -> Outcome {
    let metadata: Value = serde_json::from_slice(&cargo_output(&[
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--locked",
    ])?)
    .map_err(|error| format!("`cargo metadata` printed no JSON: {error}"))?;
    let packages = packages(&metadata)?;
    let mut wrong = check(&packages);
    for (folder, package) in &packages {
        if PURE.contains(&folder.as_str()) {
            wrong.extend(effects_in(folder, &package.src)?);
        }
    }
    wrong.extend(counts::check(packages.keys().map(String::as_str))?);
    if wrong.is_empty() {
        say(&format!(
            "layers: {} crates, every edge allowed, none brings more than it may\n",
            packages.len()
        ));
        return Ok(());
    }
    Err(format!("layers:\n  {}", wrong.join("\n  ")))
}

/// One of our crates.
struct Package {
    dependencies: Vec<String>,
    src: std::path::PathBuf,
}

fn packages(metadata: &Value) -> Outcome<BTreeMap<String, Package>> {
    let list = metadata["packages"].as_array().ok_or("`cargo metadata` lists no packages")?;
    let mut packages = BTreeMap::new();
    for package in list {
        let name = package["name"].as_str().ok_or("a package has no name")?;
        let Some(folder) = name.strip_prefix("openclaw-") else { continue };
        if folder == "tests" {
            continue;
        }
        let manifest = package["manifest_path"].as_str().ok_or("a package has no manifest")?;
        let src = std::path::Path::new(manifest).with_file_name("src");
        let dependencies = package["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|dependency| dependency["kind"] != "dev")
            .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
            .collect();
        packages.insert(folder.to_owned(), Package { dependencies, src });
    }
    Ok(packages)
}

fn check(packages: &BTreeMap<String, Package>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (folder, package) in packages {
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| name == folder) else {
            wrong.push(format!("`{folder}` is in no layer: name it in xtask/src/layers.rs"));
            continue;
        };
        for dependency in &package.dependencies {
            if let Some(ours) = dependency.strip_prefix("openclaw-")
                && !allowed.contains(&ours)
            {
                wrong.push(format!("`{folder}` may not depend on `{ours}`"));
            }
            if PURE.contains(&folder.as_str()) && EFFECTS.contains(&dependency.as_str()) {
                wrong.push(format!("`{folder}` is pure and may not depend on `{dependency}`"));
            }
            if let Some((_, only)) = ONLY.iter().find(|(name, _)| name == folder)
                && !only.contains(&dependency.as_str())
            {
                wrong.push(format!("`{folder}` promises few dependencies and may not have `{dependency}`"));
            }
        }
    }
    wrong
}

/// Paths of the standard library that a pure crate names outside its comments.
fn effects_in(folder: &str, src: &std::path::Path) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![src.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next).map_err(|error| format!("{}: {error}", next.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| format!("{}: {error}", next.display()))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text =
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for effect in EFFECT_PATHS.iter().filter(|effect| code.contains(**effect)) {
                    found.push(format!(
                        "`{folder}` is pure and names `{effect}`: {}:{}",
                        path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(dependencies: &[&str]) -> Package {
        Package {
            dependencies: dependencies.iter().map(|&name| name.to_owned()).collect(),
            src: "src".into(),
        }
    }

    #[test]
    fn an_edge_that_is_not_allowed_is_told() {
        let packages = BTreeMap::from([
            ("catalog".to_owned(), package(&["openclaw-model-ref", "openclaw-hf-client", "tokio"])),
            ("new".to_owned(), package(&[])),
        ]);
        assert_eq!(
            check(&packages),
            [
                "`catalog` may not depend on `hf-client`",
                "`catalog` promises few dependencies and may not have `openclaw-hf-client`",
                "`catalog` is pure and may not depend on `tokio`",
                "`catalog` promises few dependencies and may not have `tokio`",
                "`new` is in no layer: name it in xtask/src/layers.rs",
            ]
        );
    }

    #[test]
    fn no_edge_leads_to_the_command_line() {
        assert!(EDGES.iter().all(|(_, allowed)| !allowed.contains(&"cli")));
    }
}
