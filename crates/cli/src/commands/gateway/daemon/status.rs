//! `openclaw gateway status`

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde_json::json;

use super::state::{Activity, State};
use super::{Manager, OURS, near};
use crate::app::{App, env};
use crate::args::GatewayRun;
use crate::commands::gateway::probe::{Answer, probe};
use crate::commands::gateway::run;
use crate::failure::{Failure, Result};
use crate::view::age;
use crate::{network, out};

/// Something that is not as it should be, and a command that mends it.
struct Note {
    what: String,
    hint: String,
}

pub(super) fn status(app: &App, manager: &dyn Manager, is_json: bool) -> Result<()> {
    let texts: Vec<_> = manager
        .paths()
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok().filter(|text| text.contains(OURS))?;
            Some((path, text))
        })
        .collect();
    let is_installed = !texts.is_empty();
    let state = manager.check().and_then(|()| manager.state());
    let address = address(app, manager)?;
    let answer = network::wait(app, "the gateway", probe(near(address)))?.answer;
    let is_free = !texts.iter().any(|(_, text)| text.contains("--port") || text.contains("--bind"));
    let wanted = if is_free { configured(app).ok() } else { None };
    let notes = notes(is_installed, &state, address, wanted, &answer);
    let (word, words) = in_words(&answer);
    let url = format!("http://{}/v1", near(address));
    if is_json {
        let state = state.ok();
        let state = state.as_ref();
        return out::print_json(&json!({
            "version": env!("CARGO_PKG_VERSION"),
            "service": {
                "name": manager.service(),
                "installed": is_installed,
                "files": texts.iter().map(|(path, _)| path.display().to_string()).collect::<Vec<_>>(),
                "enabled": state.and_then(|state| state.is_enabled),
                "state": state.map(|state| state.activity.word()),
                "pid": state.and_then(|state| state.pid),
                "uptimeSeconds": state.and_then(|state| state.age).map(|age| age.as_secs()),
                "memoryBytes": state.and_then(|state| state.memory),
                "restarts": state.and_then(|state| state.restarts),
                "lastEnding": state.and_then(|state| state.ending).map(|ending| ending.to_string()),
                "version": state.and_then(|state| state.version.clone()),
                "changedOnDisk": state.map(|state| state.is_stale),
                "dropIns": state.map(|state| state.drop_ins.iter().map(|path| path.display().to_string()).collect::<Vec<_>>()),
            },
            "gateway": { "url": url, "answers": word },
            "findings": notes.iter().map(|note| json!({ "what": note.what, "fix": note.hint })).collect::<Vec<_>>(),
        }));
    }
    let mut text = String::new();
    let mut row = |name: &str, value: String| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name:<9} {value}");
    };
    let installed = match (is_installed, state.as_ref().ok().and_then(|state| state.is_enabled)) {
        (false, _) => "not installed",
        (true, Some(true)) => "installed, starts at login",
        (true, Some(false)) => "installed, does not start at login",
        (true, None) => "installed",
    };
    row("service", format!("{}, {installed}", manager.service()));
    for (path, _) in &texts {
        row("file", app.shown(path));
    }
    match &state {
        Ok(state) => {
            row("state", running(state));
            for path in &state.drop_ins {
                row("drop-in", app.shown(path));
            }
        }
        Err(failure) => row("state", format!("not known: {}", failure.what())),
    }
    row("address", format!("{url}, {words}"));
    if let Ok(State { version: Some(version), .. }) = &state {
        row("version", version.clone());
    }
    out::print(&text)?;
    for Note { what, hint } in notes {
        out::warn(&what);
        out::say(&format!("  hint: {hint}\n"));
    }
    Ok(())
}

/// Where the service listens, or would.
pub(super) fn address(app: &App, manager: &dyn Manager) -> Result<SocketAddr> {
    let mut texts = manager.paths().into_iter().filter_map(|path| std::fs::read_to_string(path).ok());
    match texts.find_map(|text| manager.listens(&text)) {
        Some(address) => Ok(address),
        None => configured(app),
    }
}

/// Where variables and config want it.
fn configured(app: &App) -> Result<SocketAddr> {
    let port = env("OPENCLAW_GATEWAY_PORT").and_then(|text| text.trim().parse().ok());
    run::address(&app.config()?.config, &GatewayRun { port, ..GatewayRun::default() })
}

fn running(state: &State) -> String {
    let mut words = vec![state.activity.word().to_owned()];
    if let Some(time) = state.age {
        words.push(format!("for {}", age(time)));
    }
    if let Some(pid) = state.pid {
        words.push(format!("process {pid}"));
    }
    if let Some(bytes) = state.memory {
        words.push(format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20)));
    }
    match state.restarts {
        None | Some(0) => {}
        Some(1) => words.push("started again once".to_owned()),
        Some(restarts) => words.push(format!("started again {restarts} times")),
    }
    if state.activity == Activity::Failing {
        words.extend(state.ending.map(|ending| format!("it ended with {ending}")));
    }
    words.join(", ")
}

fn in_words(answer: &Answer) -> (&'static str, String) {
    match answer {
        Answer::Ready => ("ready", "takes requests".to_owned()),
        Answer::NotReady(why) => ("not-ready", format!("takes no requests: {why}")),
        Answer::Nobody => ("nobody", "nobody answers".to_owned()),
        Answer::Another(Some(holder)) => {
            ("another", format!("{holder} listens there and does not answer as a gateway"))
        }
        Answer::Another(None) => ("another", "whoever listens there does not answer as a gateway".to_owned()),
    }
}

fn notes(
    is_installed: bool,
    state: &Result<State, Failure>,
    address: SocketAddr,
    wanted: Option<SocketAddr>,
    answer: &Answer,
) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |what: String, hint: &str| notes.push(Note { what, hint: hint.to_owned() });
    let Ok(state) = state else { return notes };
    if !is_installed {
        return notes;
    }
    if state.is_stale {
        note("the unit changed on disk since systemd read it".to_owned(), "systemctl --user daemon-reload");
    }
    if state.is_enabled == Some(false) {
        note("it does not start at login".to_owned(), "openclaw gateway install");
    }
    match state.activity {
        Activity::Failing => note("it ends by itself".to_owned(), "openclaw gateway logs"),
        Activity::Stopped => note("it does not run".to_owned(), "openclaw gateway start"),
        Activity::Running if matches!(answer, Answer::Nobody | Answer::Another(_)) => {
            note("it runs and does not answer".to_owned(), "openclaw gateway logs");
        }
        _ => {}
    }
    let own = env!("CARGO_PKG_VERSION");
    match &state.version {
        Some(version) if version != own => {
            note(format!("version {version} runs, and this is {own}"), "openclaw gateway restart");
        }
        _ if state.pid.is_some_and(is_replaced) => {
            note("its program was replaced since it started".to_owned(), "openclaw gateway restart");
        }
        _ => {}
    }
    if let Some(wanted) = wanted.filter(|wanted| *wanted != address) {
        note(format!("it listens on {address}, and the settings say {wanted}"), "openclaw gateway install");
    }
    if let Answer::NotReady(_) = answer {
        note("it takes no requests".to_owned(), "openclaw doctor");
    }
    notes
}

/// Whether a process runs a program that is no longer there.
fn is_replaced(pid: u32) -> bool {
    let program = std::fs::read_link(format!("/proc/{pid}/exe"));
    program.is_ok_and(|program| program.to_string_lossy().ends_with(" (deleted)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_answers_in_words() {
        let told = [
            Answer::Ready,
            Answer::NotReady("there is no token".to_owned()),
            Answer::Nobody,
            Answer::Another(Some("`nginx` (process 4711)".to_owned())),
            // Only Linux tells it without a tool.
            Answer::Another(None),
        ];
        let told = told.map(|answer| format!("{:?}", in_words(&answer)));
        insta::assert_snapshot!(told.join("\n"), @r#"
        ("ready", "takes requests")
        ("not-ready", "takes no requests: there is no token")
        ("nobody", "nobody answers")
        ("another", "`nginx` (process 4711) listens there and does not answer as a gateway")
        ("another", "whoever listens there does not answer as a gateway")
        "#);
    }
}
