//! The clients: what they need, how they are installed, and what their scripts report.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use super::servers::{KEY, create};
use super::{Column, Places, SCENARIOS, Verdict};
use crate::process::{Outcome, say};

/// How long one client may take over all scenarios.
const PATIENCE: Duration = Duration::from_secs(180);

/// The oldest Node that the pinned packages run on.
const NODE: u32 = 20;

/// The scripts, without their endings, in the order of the alphabet.
pub(super) fn known(scripts: &Path) -> Outcome<Vec<String>> {
    let mut names: Vec<_> = files(scripts)?.iter().filter_map(|path| name_of(path)).collect();
    names.sort();
    Ok(names)
}

fn name_of(path: &Path) -> Option<String> {
    let is_script = path.extension().is_some_and(|extension| extension == "py" || extension == "mjs");
    path.file_stem().filter(|_| is_script).map(|name| name.to_string_lossy().into_owned())
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let fault = |error: std::io::Error| format!("{}: {error}", folder.display());
    let paths = fs::read_dir(folder).map_err(fault)?.map(|entry| Ok(entry.map_err(fault)?.path()));
    Ok(paths.collect::<Outcome<Vec<_>>>()?.into_iter().filter(|path| path.is_file()).collect())
}

/// Copies the scripts to where Node looks for packages beside them, and installs what is not there yet.
pub(super) fn install(places: &Places) -> Outcome {
    needs()?;
    let folder = places.clients();
    for part in ["", "harness"] {
        let (from, to) = (places.scripts.join(part), folder.join(part));
        create(&to)?;
        for path in files(&from)? {
            let target = to.join(path.file_name().unwrap_or_default());
            fs::copy(&path, &target).map_err(|error| format!("{}: {error}", target.display()))?;
        }
    }
    once(&folder, "requirements.txt", || {
        let venv = places.cache.join("venv");
        call(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
        let mut pip = Command::new(places.python());
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        call(pip.arg("--requirement").arg(folder.join("requirements.txt")))
    })?;
    once(&folder, "package.json", || {
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]);
        call(npm.current_dir(&folder))
    })
}

/// Installs unless the same list has been installed before, of which a copy is kept.
pub(super) fn once(folder: &Path, list: &str, install: impl FnOnce() -> Outcome) -> Outcome {
    let (list, done) = (folder.join(list), folder.join(format!("{list}.installed")));
    let wanted = fs::read(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    if fs::read(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    install()?;
    fs::write(&done, wanted).map_err(|error| format!("{}: {error}", done.display()))
}

pub(super) fn call(command: &mut Command) -> Outcome {
    let shown = format!("{command:?}");
    say(&format!("== {shown}\n"));
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{shown} failed ({status})")),
        Err(error) => Err(format!("{shown} could not be started: {error}")),
    }
}

/// What this machine lacks, in one line with the way to get it.
fn needs() -> Outcome {
    let node = said("node", &["--version"]);
    let node_is_new = node.as_deref().and_then(major).is_some_and(|major| major >= NODE);
    let missing: Vec<_> = [
        ("python3 with venv", "python3-venv", said("python3", &["-c", "import venv, ensurepip"]).is_some()),
        ("node 20 or newer", "nodejs", node_is_new),
        ("npm", "npm", said("npm", &["--version"]).is_some()),
        ("curl", "curl", said("curl", &["--version"]).is_some()),
    ]
    .into_iter()
    .filter(|(_, _, is_there)| !is_there)
    .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = |pick: fn(&(&'static str, &'static str, bool)) -> &'static str, between: &str| {
        missing.iter().map(pick).collect::<Vec<_>>().join(between)
    };
    Err(format!(
        "missing: {}; on Debian 13 or newer: apt-get install {}",
        list(|need| need.0, ", "),
        list(|need| need.1, " ")
    ))
}

/// What a program prints, if it is there and content.
fn said(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `v20.20.2` is 20.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Runs a client's script to its end, in an environment without anything of the user's.
pub(super) fn run(places: &Places, script: &str, base_url: &str) -> Outcome<Column> {
    let folder = places.clients();
    let (program, file) = match folder.join(format!("{script}.py")) {
        python if python.is_file() => (places.python(), python),
        _ => (PathBuf::from("node"), folder.join(format!("{script}.mjs"))),
    };
    let (log, stderr) = places.log(script)?;
    let mut process = Command::new(program)
        .arg(file)
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("HOME", places.home("client")?)
        .env("OPENAI_BASE_URL", base_url)
        .env("OPENAI_API_KEY", KEY)
        .env("HF_HUB_DISABLE_TELEMETRY", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .map_err(|error| format!("`{script}` could not be started: {error}"))?;
    let (sender, receiver) = mpsc::channel();
    let stdout = process.stdout.take();
    std::thread::spawn(move || {
        let mut text = Vec::new();
        // What was read before an error counts too; the exit code tells the rest.
        let _ = stdout.map(|mut stdout| stdout.read_to_end(&mut text));
        let _ = sender.send(String::from_utf8_lossy(&text).into_owned());
    });
    let in_time = receiver.recv_timeout(PATIENCE);
    if in_time.is_err() {
        // An error means that it has ended just now.
        let _ = process.kill();
    }
    let status = process.wait().map_err(|error| format!("`{script}`: {error}"))?;
    let (text, end) = match in_time {
        Ok(text) if status.success() => (text, None),
        Ok(text) => (text, Some(format!("the script ended with {status}; see {}", log.display()))),
        Err(_) => {
            // Killed, its side of the pipe is closed, unless a child of its own still holds it.
            let text = receiver.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
            (text, Some(format!("the script took more than {} s", PATIENCE.as_secs())))
        }
    };
    fs::write(log.with_extension("jsonl"), &text).map_err(|error| format!("{}: {error}", log.display()))?;
    column(script, &text, end.as_deref())
}

/// Reads what a script printed: who it is, then a line a scenario; `end` is how it ended, if not well.
fn column(script: &str, text: &str, end: Option<&str>) -> Outcome<Column> {
    let untold = end.map_or(Verdict::Lacks, |end| Verdict::Fails(end.to_owned()));
    let mut column =
        Column { client: script.to_owned(), version: String::new(), verdicts: vec![untold; SCENARIOS.len()] };
    for line in text.lines() {
        let value: Value = serde_json::from_str(line)
            .map_err(|_| format!("`{script}` printed `{line}`, expected a JSON object a line"))?;
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        if value["client"].is_string() {
            (column.client, column.version) = (text("client"), text("version"));
            continue;
        }
        let name = text("scenario");
        let index = SCENARIOS.iter().position(|(known, _)| *known == name);
        let verdict = index.and_then(|index| column.verdicts.get_mut(index));
        let verdict = verdict.ok_or_else(|| format!("`{script}` reports `{name}`, which is no scenario"))?;
        *verdict = if value["ok"] == true { Verdict::Ok } else { Verdict::Fails(text("detail")) };
    }
    Ok(column)
}

impl Places {
    /// The scripts' copies, with Node's packages beside them.
    fn clients(&self) -> PathBuf {
        self.cache.join("clients")
    }

    /// Python with the packages.
    fn python(&self) -> PathBuf {
        self.cache.join("venv/bin/python")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(column: &Column, scenario: &str) -> Verdict {
        let index = SCENARIOS.iter().position(|(name, _)| *name == scenario).unwrap();
        column.verdicts[index].clone()
    }

    #[test]
    fn a_report_becomes_a_column() {
        let text = r#"{"client": "a client", "version": "1.2"}
{"scenario": "chat", "ok": true, "detail": "hello"}
{"scenario": "alias", "ok": false, "detail": "404"}
"#;
        let found = column("script", text, None).unwrap();
        assert_eq!((found.client.as_str(), found.version.as_str()), ("a client", "1.2"));
        assert_eq!(verdict(&found, "chat"), Verdict::Ok);
        assert_eq!(verdict(&found, "alias"), Verdict::Fails("404".to_owned()));
        assert_eq!(verdict(&found, "models"), Verdict::Lacks);

        let found = column("script", text, Some("killed")).unwrap();
        assert_eq!(verdict(&found, "chat"), Verdict::Ok);
        assert_eq!(verdict(&found, "models"), Verdict::Fails("killed".to_owned()));
    }

    #[test]
    fn a_report_that_nobody_understands_is_an_error() {
        let fault = |text| column("script", text, None).unwrap_err();
        assert_eq!(fault("hello"), "`script` printed `hello`, expected a JSON object a line");
        assert_eq!(fault(r#"{"scenario": "chatt"}"#), "`script` reports `chatt`, which is no scenario");
    }

    #[test]
    fn versions_of_node() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20"), None);
    }
}
