//! Our gateway as a person runs it: the release binary, in a home of its own.

use std::fs;
use std::path::Path;

use super::canned::{KEY, Kind, OTHER};
use super::contest::Proxy;
use super::process::{self, Process};
use super::{Outcome, cores};

/// Starts it in front of the upstream.
pub(crate) fn start(program: &Path, core: usize, upstream: u16) -> Outcome<Proxy> {
    let folder = process::folder()?;
    let state = folder.path().join("state");
    let config = format!(
        "{{ agents: {{ defaults: {{ model: {{ primary: 'huggingface/{}', \
         fallbacks: ['huggingface/{OTHER}'] }} }} }} }}\n",
        Kind::Whole.model(),
    );
    fs::create_dir(&state)
        .and_then(|()| fs::write(state.join("openclaw.json"), config))
        .map_err(|error| format!("{}: {error}", state.display()))?;
    let port = process::free_port()?;
    let mut command = cores::pinned(core, program)?;
    command
        .args(["gateway", "run", "--port", &port.to_string()])
        .env_clear()
        .env("HOME", folder.path())
        .env("OPENCLAW_STATE_DIR", &state)
        .env("OPENCLAW_HF_BASE_URL", format!("http://127.0.0.1:{upstream}/v1"))
        .env("OPENCLAW_GATEWAY_TOKEN", KEY)
        .env("HF_TOKEN", "hf_benchTokenOfNobody")
        .current_dir(folder.path());
    let mut process = Process::start("the gateway", command, folder)?;
    let hello = format!("Gateway on http://127.0.0.1:{port}/v1");
    let ((), ready) = process.wait_for("line that it is ready", |process| process.line(&hello).map(drop))?;
    let pid = process.pid();
    Ok(Proxy { name: "the gateway", port, pid, ready, _process: process })
}
