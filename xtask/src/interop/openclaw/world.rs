//! A home that both programs use.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::super::Places;
use super::install::{Release, path_with};
use crate::process::Outcome;

/// The token that is kept; it must turn up nowhere else.
pub(super) const TOKEN: &str = "hf_interop_0123456789";

/// What is the same in every home.
pub(super) struct World<'a> {
    places: &'a Places,
    node: &'a Path,
    pub(super) release: Release,
    program: PathBuf,
    router: &'a str,
}

/// The part of a config that both must understand alike.
#[derive(Debug, PartialEq)]
pub(super) struct Read {
    pub(super) default: Value,
    pub(super) fallbacks: Value,
    pub(super) aliases: Value,
}

impl<'a> World<'a> {
    pub(super) fn new(
        places: &'a Places,
        node: &'a Path,
        release: Release,
        program: PathBuf,
        router: &'a str,
    ) -> Self {
        Self { places, node, release, program, router }
    }

    /// An empty home.
    pub(super) fn home(&self) -> Outcome<Home<'_>> {
        Ok(Home { world: self, folder: self.places.home("openclaw")? })
    }
}

/// A home, and who does what in it.
pub(super) struct Home<'a> {
    world: &'a World<'a>,
    folder: PathBuf,
}

impl Home<'_> {
    pub(super) fn state(&self, name: &str) -> PathBuf {
        self.folder.join(".openclaw").join(name)
    }

    pub(super) fn config(&self) -> Outcome<String> {
        let path = self.state("openclaw.json");
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    }

    pub(super) fn write_config(&self, text: &str) -> Outcome {
        let path = self.state("openclaw.json");
        super::super::servers::create(&self.state(""))?;
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Our program, which may ask the sandbox.
    pub(super) fn ours(&self, args: &[&str]) -> Outcome<String> {
        let mut command = Command::new(&self.world.places.openclaw);
        command.env_clear().env("HOME", &self.folder).env("OPENCLAW_HF_BASE_URL", self.world.router);
        said("ours", args, command.args(args))
    }

    /// The real one, which has no network but its own loopback.
    pub(super) fn theirs(&self, args: &[&str]) -> Outcome<String> {
        // The older release tries the router for a long time before it goes on.
        let mut command = Command::new("timeout");
        command.args(["300", "unshare", "--map-root-user", "--net", "sh", "-c"]);
        command.args([r#"ip link set lo up; exec "$@""#, "sh", "node"]).arg(&self.world.program).args(args);
        command.env_clear().env("PATH", path_with(self.world.node)?);
        command.env("HOME", &self.folder).env("NO_COLOR", "1");
        said("theirs", args, &mut command)
    }

    /// Onboarding by the real one, without a prompt.
    pub(super) fn onboarded_by_theirs(&self) -> Outcome {
        let mut args = vec!["onboard", "--non-interactive", "--accept-risk", "--mode", "local"];
        args.extend(["--auth-choice", "huggingface-api-key", "--huggingface-api-key", TOKEN]);
        args.extend(["--skip-health", "--skip-daemon", "--skip-channels", "--skip-skills", "--skip-ui"]);
        args.extend(self.world.release.onboard_flags);
        self.theirs(&args).map(drop)
    }

    /// What our program makes of the config.
    pub(super) fn read_by_ours(&self) -> Outcome<Read> {
        read(&self.ours(&["models", "status", "--json"])?)
    }

    /// What the real one makes of it.
    pub(super) fn read_by_theirs(&self) -> Outcome<Read> {
        read(&self.theirs(&["models", "status", "--json"])?)
    }
}

/// The status that both print, without what is in front of it.
pub(super) fn status(text: &str) -> Outcome<Value> {
    let start = text.find('{').unwrap_or_default();
    serde_json::from_str(&text[start..])
        .map_err(|error| format!("a status that is no JSON ({error}): {text}"))
}

fn read(text: &str) -> Outcome<Read> {
    let status = status(text)?;
    let [default, fallbacks, aliases] =
        ["resolvedDefault", "fallbacks", "aliases"].map(|key| status[key].clone());
    Ok(Read { default, fallbacks, aliases })
}

/// What a command prints on stdout; an error where it fails.
fn said(who: &str, args: &[&str], command: &mut Command) -> Outcome<String> {
    let shown = format!("{who}: `{}`", args.join(" "));
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{shown}: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(format!("{shown} failed ({}): {} {}", output.status, text(&output.stdout), text(&output.stderr)))
}
