//! Our gateway as a person runs it, and a person who changes its config meanwhile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::models::{ALIAS, FALLBACK, PRIMARY};
use super::process::{self, Process};
use super::{Outcome, PART};

/// The key that clients send. It is not the token that the gateway sends to the router.
pub(crate) const KEY: &str = "soak-key-of-the-clients";

/// How often the config is written: each text holds for a while before the next one comes.
pub(crate) const EVERY: Duration = Duration::from_secs(3);

/// Short, so that an offer which hangs is left before its client gives up; above the slowest healthy first byte.
const TIMEOUTS: &str = "{ timeoutSeconds: { firstByte: 6, total: 30 } }\n";

/// The gateway's line after it took up what was written.
const TAKEN: &str = "the files changed; what they say now holds";
const NOT_TAKEN: &str = "the files changed and cannot be used";

/// A running gateway.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) port: u16,
    config: PathBuf,
    process: Process,
    /// How often the config was written, whole or broken.
    written: u32,
}

/// How it ended, and what it had to say.
#[derive(Debug)]
pub(crate) struct Farewell {
    /// `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    /// How often it took up a config, and how often it refused one.
    pub(crate) taken: usize,
    pub(crate) not_taken: usize,
    /// What it said of a panic.
    pub(crate) panics: Vec<String>,
    pub(crate) written: u32,
}

impl Gateway {
    /// Starts it in a home of its own, in front of the router.
    pub(crate) fn start(program: &Path, router: &str) -> Outcome<Self> {
        let folder = process::folder()?;
        let state = folder.path().join("state");
        let config = state.join("openclaw.json");
        fs::create_dir(&state)
            .and_then(|()| fs::write(&config, text(0)))
            .and_then(|()| fs::write(state.join("gateway.json5"), TIMEOUTS))
            .map_err(|error| format!("{}: {error}", state.display()))?;
        let port = process::free_port()?;
        let this = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
        let mut command = Command::new(this);
        command
            .args(PART)
            .arg(program)
            .args(["gateway", "run", "--port", &port.to_string()])
            .env_clear()
            .env("HOME", folder.path())
            .env("OPENCLAW_STATE_DIR", &state)
            .env("OPENCLAW_HF_BASE_URL", router)
            .env("OPENCLAW_GATEWAY_TOKEN", KEY)
            .env("HF_TOKEN", "hf_soakTokenOfNobody")
            .current_dir(folder.path());
        let mut process = Process::start("the gateway", command, folder)?;
        let hello = format!("Gateway on http://127.0.0.1:{port}/v1");
        process.wait_for("line that it is ready", |process| process.line(&hello).map(drop))?;
        Ok(Self { port, config, process, written: 0 })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Leaves a config that is whole, and the time to take it up.
    pub(crate) async fn write_whole(&mut self) -> Outcome {
        self.write()?;
        if is_broken(self.written) {
            self.write()?;
        }
        tokio::time::sleep(EVERY).await;
        Ok(())
    }

    /// Writes the next config.
    pub(crate) fn write(&mut self) -> Outcome {
        self.written += 1;
        fs::write(&self.config, text(self.written))
            .map_err(|error| format!("{}: {error}", self.config.display()))
    }

    /// Asks it to end.
    pub(crate) fn end(mut self) -> Outcome<Farewell> {
        let status = self.process.end()?;
        let said = self.process.stderr();
        let count = |line: &str| said.lines().filter(|said| said.contains(line)).count();
        let panics = said.lines().filter(|line| line.contains("panicked") || line.contains("gateway itself"));
        Ok(Farewell {
            code: status.code(),
            taken: count(TAKEN),
            not_taken: count(NOT_TAKEN),
            panics: panics.map(str::to_owned).collect(),
            written: self.written,
        })
    }
}

/// Every fifth config is one that somebody has half written.
const fn is_broken(number: u32) -> bool {
    number % 5 == 4
}

/// The config as it is written for the nth time: no two are the same, and they differ in what they say.
fn text(number: u32) -> String {
    let more = if number % 2 == 1 { ", 'huggingface/moonshotai/Kimi-K2.5'" } else { "" };
    let text = format!(
        "// written for the {number}th time\n\
         {{\n  agents: {{ defaults: {{\n    model: {{ primary: 'huggingface/{primary}', \
         fallbacks: ['huggingface/{fallback}'{more}] }},\n    models: {{ \
         'huggingface/{primary}': {{ alias: '{ALIAS}' }}, 'huggingface/{fallback}': {{}} }},\n  }} }},\n}}\n",
        primary = PRIMARY.id,
        fallback = FALLBACK.id,
    );
    match is_broken(number) {
        true => text.chars().take(text.len() / 2).collect(),
        false => text,
    }
}
