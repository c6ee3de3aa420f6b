//! Clock, proxies, certificates, and another openclaw beside this one.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use openclaw_hf_client::{ProxySettings, check_ca_file};
use openclaw_json5_edit::Path as JsonPath;
use serde_json::Value;

use super::Subject;
use super::ask::Answers;
use super::finding::{Check, Finding, Level};
use crate::app::{App, env};
use crate::view::age;

/// A clock that is off by less is right enough.
const SKEW: Duration = Duration::from_secs(60);
/// A larger `package.json` is none.
const MAX_PACKAGE: u64 = 1024 * 1024;

pub(super) fn look(app: &App, subject: &Subject, answers: &Answers) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        answers.clocks.map(|(theirs, ours)| clock(theirs, ours)).into_iter().collect();
    findings.extend(proxies(&ProxySettings::of(&env)));
    findings.extend(authorities());
    findings.extend(others(app));
    findings.extend(last_writer(subject));
    findings
}

fn clock(theirs: SystemTime, ours: SystemTime) -> Finding {
    let (skew, word) = match ours.duration_since(theirs) {
        Ok(skew) => (skew, "ahead of"),
        Err(error) => (error.duration(), "behind"),
    };
    if skew <= SKEW {
        return Finding::ok(Check::Clock, "this machine's clock agrees with the router's");
    }
    let what = format!("this machine's clock is {} {word} the router's", age(skew));
    let why = "certificates look expired or not yet valid, and kept lists look older or newer than they are";
    let fix = match cfg!(target_os = "macos") {
        true => "sudo sntp -sS time.apple.com",
        false => "sudo timedatectl set-ntp true",
    };
    Finding::wrong(Check::Clock, Level::Warning, what, why, fix)
}

fn proxies(settings: &ProxySettings) -> Vec<Finding> {
    let mut findings: Vec<_> = settings
        .variables
        .iter()
        .map(|variable| match &variable.address {
            Ok(_) => Finding::note(Check::Proxy, variable.to_string()),
            Err(_) => Finding::wrong(
                Check::Proxy,
                Level::Warning,
                variable.to_string(),
                "requests go out without a proxy, or not at all",
                format!("unset {}", variable.name),
            ),
        })
        .collect();
    if settings.catches_loopback() {
        let hosts = settings.exempt.iter().map(String::as_str);
        let hosts: Vec<_> = hosts.chain(["127.0.0.1", "localhost"]).collect();
        findings.push(Finding::wrong(
            Check::Proxy,
            Level::Warning,
            "NO_PROXY lacks 127.0.0.1",
            "clients of the local gateway ask the proxy for it, which cannot reach it",
            format!("export NO_PROXY={}", hosts.join(",")),
        ));
    }
    findings
}

fn authorities() -> Option<Finding> {
    let path = PathBuf::from(env("SSL_CERT_FILE").filter(|path| !path.is_empty())?);
    let shown = path.display().to_string();
    Some(match check_ca_file(&path) {
        Ok(count) => {
            let authorities = if count == 1 { "authority" } else { "authorities" };
            let what = format!("SSL_CERT_FILE is {shown} ({count} {authorities}, in place of the system's)");
            Finding::note(Check::CaFile, what)
        }
        Err(error) => Finding::wrong(
            Check::CaFile,
            Level::Error,
            format!("SSL_CERT_FILE cannot be used: {error}"),
            "no secure connection can be made",
            "unset SSL_CERT_FILE",
        ),
    })
}

/// Programs of this name in PATH that are not this one. They are read, never run.
fn others(app: &App) -> Vec<Finding> {
    let own = std::env::current_exe().and_then(std::fs::canonicalize).ok();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let name = format!("openclaw{}", std::env::consts::EXE_SUFFIX);
    let mut seen = Vec::new();
    let mut findings = Vec::new();
    let mut is_first = true;
    for folder in std::env::split_paths(&path) {
        let typed = folder.join(&name);
        let Ok(real) = std::fs::canonicalize(&typed) else { continue };
        if Some(&real) == own.as_ref() {
            is_first = false;
            continue;
        }
        if !real.is_file() || seen.contains(&real) {
            continue;
        }
        let version = version(&real).map_or_else(String::new, |version| format!(" (OpenClaw {version})"));
        let what = format!("another openclaw is {}{version}", app.shown(&typed));
        findings.push(match (is_first, &own) {
            (true, Some(own)) => Finding::wrong(
                Check::OtherProgram,
                Level::Warning,
                format!("{what}, and comes first in PATH"),
                "`openclaw` starts that one",
                format!("alias openclaw={}", crate::refs::quoted(&own.display().to_string())),
            ),
            _ => Finding::note(Check::OtherProgram, what),
        });
        is_first = false;
        seen.push(real);
    }
    findings
}

/// The version of an installed package, by the `package.json` beside its program.
fn version(program: &Path) -> Option<String> {
    let loaded = openclaw_atomic_file::load(&program.parent()?.join("package.json"), MAX_PACKAGE).ok()??;
    let package: Value = serde_json::from_slice(&loaded.bytes).ok()?;
    (package.get("name")?.as_str()? == "openclaw").then_some(())?;
    package.get("version")?.as_str().map(|version| version.escape_debug().to_string())
}

/// Which release of OpenClaw wrote the config last, by its own note.
fn last_writer(subject: &Subject) -> Option<Finding> {
    let path = JsonPath::keys(["meta", "lastTouchedVersion"]);
    let document = subject.loaded.as_ref()?.document.as_ref()?;
    let version = document.get(&path)?.as_str()?.escape_debug().to_string();
    let what = format!("OpenClaw {version} wrote the config last");
    Some(Finding::note(Check::OtherProgram, what).at(path.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_off_by_more_than_a_minute_or_right() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let of = |theirs| {
            let finding = clock(theirs, now);
            format!("{}: {}", finding.level.name(), finding.what)
        };
        assert_eq!(of(now - Duration::from_secs(60)), "ok: this machine's clock agrees with the router's");
        assert_eq!(
            of(now - Duration::from_secs(61)),
            "warning: this machine's clock is 61 s ahead of the router's"
        );
        assert_eq!(
            of(now + Duration::from_secs(7200)),
            "warning: this machine's clock is 2 h behind the router's"
        );
        let wrong = clock(now + Duration::from_secs(7200), now);
        let why =
            "certificates look expired or not yet valid, and kept lists look older or newer than they are";
        let fix = match cfg!(target_os = "macos") {
            true => "sudo sntp -sS time.apple.com",
            false => "sudo timedatectl set-ntp true",
        };
        assert_eq!((wrong.why.as_deref(), wrong.fix.as_deref()), (Some(why), Some(fix)));
    }
}
