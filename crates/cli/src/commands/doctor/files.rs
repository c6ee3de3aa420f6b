//! Who may read the files that hold secrets.

use std::path::{Path, PathBuf};

use openclaw_credentials::{Source, env_path};

use super::Subject;
use super::finding::{Check, Finding, Level};
use crate::app::App;
use crate::view::holds_secret;

/// A file larger than this holds no settings.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// A file or folder that others may read.
pub(super) struct Loose {
    pub(super) path: PathBuf,
    /// The mode now, and as it should be: `0o644`, `0o600`.
    pub(super) mode: u32,
    pub(super) wanted: u32,
}

impl Loose {
    /// The command that mends it.
    pub(super) fn command(&self, app: &App) -> String {
        format!("chmod {:o} {}", self.wanted, app.typed(&self.path))
    }
}

pub(super) fn look(app: &App, subject: &Subject) -> Vec<Finding> {
    let (loose, count) = loose(app, subject);
    let mut findings: Vec<_> = misplaced(app).collect();
    for file in &loose {
        let shown = app.shown(&file.path);
        let (level, why) = match file.wanted {
            0o700 => (Level::Warning, "others on this machine can list what is in there"),
            _ => (Level::Error, "it holds a secret, and others on this machine can read it"),
        };
        let what = format!("{shown} has mode {:o}, expected {:o}", file.mode, file.wanted);
        let finding = Finding::wrong(Check::FilesMode, level, what, why, file.command(app));
        findings.push(finding.at(shown).mendable());
    }
    if loose.is_empty() && count > 0 {
        let files =
            if count == 1 { "1 file or folder".to_owned() } else { format!("{count} files and folders") };
        findings.push(Finding::ok(Check::FilesMode, format!("{files} with secrets, for their owner alone")));
    }
    findings
}

/// A folder in the place of a file, and the other way round: nothing can be read or kept there.
fn misplaced(app: &App) -> impl Iterator<Item = Finding> {
    let state = &app.places.state_dir;
    let folder = Some(env_path(state)).filter(|path| path.is_dir());
    let file = Some(state.clone()).filter(|path| path.is_file());
    let folder = folder.map(|path| (path, "is a folder, expected a file", "no token can be kept there"));
    let file = file.map(|path| (path, "is a file, expected a folder", "nothing can be kept there"));
    folder.into_iter().chain(file).map(|(path, is, why)| {
        let shown = app.shown(&path);
        let (from, to) = (app.typed(&path), app.typed(&path.with_extension("old")));
        let fix = format!("mv {from} {to}");
        Finding::wrong(Check::FilesKind, Level::Error, format!("{shown} {is}"), why, fix).at(shown)
    })
}

/// The files and folders that others may read though they hold secrets, and how many were looked at.
pub(super) fn loose(app: &App, subject: &Subject) -> (Vec<Loose>, usize) {
    let state = &app.places.state_dir;
    let agent = &app.places.agent_dir;
    let config = &app.places.config;
    let own = state.join("gateway.json5");
    let mut files = vec![env_path(state), own.clone(), agent.join("auth-profiles.json")];
    for path in [config, &own] {
        // A folder that cannot be listed shows no backups to others either.
        let backups = openclaw_atomic_file::list_backups(path).unwrap_or_default();
        files.extend(backups.into_iter().map(|backup| backup.path));
    }
    // What may hold secrets, and does not have to.
    let included = subject.loaded.iter().flat_map(|loaded| &loaded.included).map(|file| file.path.clone());
    let maybe = [config.clone(), agent.join("models.json")].into_iter().chain(included);
    files.extend(maybe);
    let mut seen: Vec<(PathBuf, u32)> = vec![(state.clone(), 0o700)];
    seen.extend(files.into_iter().filter(|path| is_secret(path)).map(|path| (path, 0o600)));
    let places = subject.resolution.places.iter();
    let of_hub = places.filter_map(|place| match &place.source {
        Source::HfTokenFile { path } => path.clone(),
        _ => None,
    });
    seen.extend(of_hub.map(|path| (path, 0o600)));
    let mut loose = Vec::new();
    let mut count = 0;
    for (path, wanted) in seen {
        // A file in a folder's place, or the other way round, is told as such.
        if path.is_dir() != (wanted == 0o700) {
            continue;
        }
        let Some(mode) = mode(&path) else { continue };
        count += 1;
        if mode & 0o077 != 0 {
            loose.push(Loose { path, mode, wanted });
        }
    }
    (loose, count)
}

/// Whether a file holds a secret, by what stands in it; one whose name says so does, whatever it is.
fn is_secret(path: &Path) -> bool {
    let is_named = path.file_name().is_some_and(|name| name == ".env" || name == "auth-profiles.json");
    if is_named {
        return true;
    }
    // What this program cannot read it cannot judge.
    match openclaw_atomic_file::load(path, MAX_BYTES) {
        Ok(Some(loaded)) => holds_secret(&String::from_utf8_lossy(&loaded.bytes)),
        _ => false,
    }
}

/// The mode of a file or folder; `None` where it is not there, or the system has none.
#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(std::fs::metadata(path).ok()?.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_path: &Path) -> Option<u32> {
    None
}
