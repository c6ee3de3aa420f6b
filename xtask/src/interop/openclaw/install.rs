//! Where a real OpenClaw comes from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::Places;
use super::super::clients::{call, once};
use super::super::servers::create;
use crate::process::Outcome;

/// A release that is tried.
#[derive(Clone, Copy)]
pub(super) struct Release {
    pub(super) version: &'static str,
    /// What it needs beside itself: a package that it forgets to name, and one in place of what only a git host has.
    needs: &'static str,
    /// Flags of its onboarding that the others do not have.
    pub(super) onboard_flags: &'static [&'static str],
    /// Whether it has `config validate`.
    pub(super) can_validate: bool,
    /// Whether its onboarding keeps the token in a file that is not a database.
    pub(super) keeps_token_in_text: bool,
}

/// The release that the specification describes, and the newest one that was looked at.
pub(super) const RELEASES: [Release; 2] = [
    Release {
        version: "2026.2.26",
        needs: r#", "strip-ansi": "7.1.2" }, "overrides": { "libsignal": "file:./libsignal" }"#,
        onboard_flags: &[],
        can_validate: false,
        keeps_token_in_text: true,
    },
    Release {
        version: "2026.9.6",
        needs: " }",
        onboard_flags: &["--skip-search", "--skip-hooks"],
        can_validate: true,
        keeps_token_in_text: false,
    },
];

/// The Node that both run on.
const NODE: &str = r#"{ "private": true, "dependencies": { "node": "24.21.0" } }"#;

/// What is imported of `libsignal`, which WhatsApp alone would call.
const LIBSIGNAL: [(&str, &str); 4] = [
    ("package.json", r#"{ "name": "libsignal", "version": "0.0.0", "main": "index.js" }"#),
    ("index.js", ""),
    (
        "src/curve.js",
        "exports.calculateSignature = exports.verifySignature = exports.generateKeyPair = undefined;\n",
    ),
    (
        "src/crypto.js",
        "exports.calculateMAC = exports.decrypt = exports.encrypt = exports.deriveSecrets = undefined;\n",
    ),
];

/// Node's folder of programs.
pub(super) fn node(places: &Places) -> Outcome<PathBuf> {
    let folder = places.cache.join("node");
    // Its package is an installer, so it needs its script.
    npm(&folder, NODE, &["--foreground-scripts"], None)?;
    Ok(folder.join("node_modules/node/bin"))
}

/// Installs a release unless it is there, and tells which script starts it.
pub(super) fn install(places: &Places, node: &Path, release: Release) -> Outcome<PathBuf> {
    let folder = places.cache.join(format!("openclaw-{}", release.version));
    for (name, text) in LIBSIGNAL {
        write(&folder.join("libsignal").join(name), text)?;
    }
    let list = format!(
        r#"{{ "private": true, "dependencies": {{ "openclaw": "{}"{} }}"#,
        release.version, release.needs
    );
    // Its scripts would build what this does not use; its peers are a runtime of models.
    npm(&folder, &list, &["--ignore-scripts", "--omit=peer"], Some(node))?;
    Ok(folder.join("node_modules/openclaw/openclaw.mjs"))
}

fn npm(folder: &Path, list: &str, flags: &[&str], node: Option<&Path>) -> Outcome {
    write(&folder.join("package.json"), list)?;
    once(folder, "package.json", || {
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]).args(flags);
        if let Some(node) = node {
            npm.env("PATH", path_with(node)?);
        }
        call(npm.current_dir(folder))
    })
}

/// The search path with Node's folder in front.
pub(super) fn path_with(node: &Path) -> Outcome<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [node.to_owned()].into_iter().chain(std::env::split_paths(&path));
    std::env::join_paths(folders).map_err(|error| format!("PATH: {error}"))
}

fn write(path: &Path, text: &str) -> Outcome {
    path.parent().map_or(Ok(()), create)?;
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
