//! What an edit with a fault may leave behind.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Output;
use std::time::{Duration, Instant};

use super::scene::{Scene, files};
use crate::process::Outcome;

/// How long an edit after the fault may take: the lock of a dead process would make it wait for two minutes.
const PATIENCE: Duration = Duration::from_secs(5);

/// How the edit ended.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(super) enum Ended {
    /// It said that it was made.
    Through,
    /// It said why not.
    Refused,
    /// By the signal.
    Killed,
}

/// What came of one run.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) ended: Ended,
    pub(super) is_new: bool,
    /// What must not be.
    pub(super) wrong: Vec<String>,
}

/// Runs the edit with a fault and looks at what is left; then edits once more.
pub(super) fn judge(scene: &Scene, fault: &str) -> Outcome<Verdict> {
    let folder = scene.set_up()?;
    let output = scene.traced_edit(&folder, &folder.with_file_name("log"), Some(fault))?;
    let left = files(&folder)?;
    let mut verdict = look(scene, &output, &left, fault);
    let since = Instant::now();
    if let Err(why) = scene.plain_edit(&folder, "afterwards") {
        verdict.wrong.push(why);
    }
    if since.elapsed() > PATIENCE {
        verdict.wrong.push(format!("the next edit took {:.1} s", since.elapsed().as_secs_f64()));
    }
    Scene::tear_down(&folder);
    Ok(verdict)
}

fn look(scene: &Scene, output: &Output, left: &BTreeMap<String, Vec<u8>>, fault: &str) -> Verdict {
    let mut wrong = Vec::new();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    // What could not be written at first comes with the next line.
    let said = said.trim();
    let said = said.strip_prefix("made\n").unwrap_or(said);
    let is_killed = fault.contains(":signal=");
    let ended = match (output.status.success(), output.status.signal()) {
        (true, _) => Ended::Through,
        (false, Some(9)) if is_killed => Ended::Killed,
        // strace ends as what it watches did.
        (false, Some(signal)) => {
            wrong.push(format!("ended by signal {signal}: {said}"));
            Ended::Killed
        }
        (false, None) => Ended::Refused,
    };
    if said.contains("panicked") {
        wrong.push(format!("it panicked: {said}"));
    }
    if ended == Ended::Refused && (said.is_empty() || said.lines().count() > 1) {
        wrong.push(format!("expected one line that says why, found `{said}`"));
    }
    let config = left.get("openclaw.json");
    let is_new = config == Some(&scene.new);
    if !is_new && config != scene.old.as_ref() {
        wrong.push("the config is neither the old one nor the new one".to_owned());
    }
    if ended == Ended::Through && !is_new {
        wrong.push("it said that it was made, and the config is the old one".to_owned());
    }
    let is_known = |bytes: &Vec<u8>| scene.before.values().any(|known| known == bytes);
    let backups = || left.iter().filter(|(name, _)| name.starts_with("openclaw.json.bak"));
    for (name, bytes) in backups() {
        if !is_known(bytes) {
            wrong.push(format!("`{name}` is no old content"));
        }
    }
    if let Some(old) = &scene.old
        && is_new
        && !backups().any(|(_, bytes)| bytes == old)
    {
        wrong.push("the old content is in no backup".to_owned());
    }
    if ended != Ended::Killed && !fault.starts_with("unlink") {
        let is_left = |name: &&String| name.starts_with('.');
        wrong.extend(left.keys().filter(is_left).map(|name| format!("`{name}` was left behind")));
    }
    Verdict { ended, is_new, wrong }
}
