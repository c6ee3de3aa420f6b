//! The token: where it comes from, what it hides, and what Hugging Face says of it.

use openclaw_credentials::{Outcome, Place, Source};

use super::Subject;
use super::ask::{Answers, Router};
use super::finding::{Check, Finding, Level};
use crate::app::App;
use crate::commands::models::status_source;
use crate::commands::onboard::Verdict;
use crate::commands::token::{is_unread_file, mend, mend_file, told};
use crate::network::NEW_TOKEN;

/// A log larger than this is not read.
const MAX_LOG: u64 = 16 * 1024 * 1024;

pub(super) fn look(app: &App, subject: &Subject, answers: &Answers) -> Vec<Finding> {
    let mut findings = Vec::new();
    let resolution = &subject.resolution;
    match &resolution.token {
        Some(found) => {
            let source = status_source(app, &found.source);
            findings.push(Finding::ok(Check::TokenPresent, format!("{} from {source}", found.token.hint())));
        }
        None => findings.push(Finding::wrong(
            Check::TokenPresent,
            Level::Error,
            "there is no token",
            "without one no model answers",
            mend(app, resolution),
        )),
    }
    for place in resolution.problems() {
        let why = "it would win over the other places, and is passed over";
        findings.push(Finding::wrong(
            Check::TokenUnusable,
            Level::Warning,
            told(app, place),
            why,
            fix(app, place),
        ));
    }
    findings.extend(shadowed(app, subject));
    if resolution.token.is_some() {
        findings.push(verdict(subject, answers));
        findings.extend(exposed(app, subject));
    }
    findings
}

/// What to type about a place that cannot be used.
fn fix(app: &App, place: &Place) -> String {
    match &place.source {
        _ if is_unread_file(place) => mend_file(app),
        Source::Environment { name } => format!("unset {name}"),
        Source::ConfigKey { .. } => "openclaw config unset models.providers.huggingface.apiKey".to_owned(),
        Source::ConfigVars { name: Some(name) } => format!("openclaw config unset env.vars.{name}"),
        _ => "openclaw onboard".to_owned(),
    }
}

fn shadowed(app: &App, subject: &Subject) -> Vec<Finding> {
    let resolution = &subject.resolution;
    let Some(found) = &resolution.token else { return Vec::new() };
    let winner = status_source(app, &found.source);
    let hidden =
        resolution.places.iter().filter(|place| matches!(place.outcome, Outcome::Shadowed { differs: true }));
    hidden
        .map(|place| {
            let what = format!("{winner} hides another token: {}", status_source(app, &place.source));
            match &found.source {
                Source::Environment { name } if place.source.is_stored() => Finding::wrong(
                    Check::TokenShadowed,
                    Level::Warning,
                    what,
                    "the stored token has no effect in this shell, and a daemon uses it all the same",
                    format!("unset {name}"),
                ),
                _ => Finding::note(Check::TokenShadowed, what),
            }
        })
        .collect()
}

fn verdict(subject: &Subject, answers: &Answers) -> Finding {
    let check = Check::TokenVerdict;
    let verdict = &answers.verdict;
    // The last place that counts is the one to put right.
    let again = match subject.resolution.token.as_ref().map(|found| &found.source) {
        Some(Source::Environment { name }) => format!("unset {name} && openclaw onboard"),
        _ => "openclaw onboard".to_owned(),
    };
    match verdict {
        Verdict::Valid { .. } => Finding::ok(check, verdict.sentence()),
        Verdict::Unclear { .. } => {
            Finding::note(check, verdict.sentence()).fix("openclaw infer model run --prompt Hi")
        }
        Verdict::LacksPermission { .. } => {
            let why = format!("every question is refused; make one with the permission at {NEW_TOKEN}");
            Finding::wrong(check, Level::Error, verdict.sentence(), why, again)
        }
        Verdict::Refused { .. } => {
            let why = format!("every question is refused; make a new one at {NEW_TOKEN}");
            Finding::wrong(check, Level::Error, verdict.sentence(), why, again)
        }
        Verdict::Unreachable { .. } => Finding::wrong(
            check,
            Level::Warning,
            verdict.sentence(),
            "whether it works is not known",
            "openclaw doctor --verbose",
        ),
        // What to do about the address is said where the router is looked at.
        Verdict::NotAsked => match answers.router {
            Router::NoAddress(_) => {
                Finding::note(check, "the token cannot be checked: the router's address cannot be used")
            }
            _ => Finding::note(check, "the token cannot be checked offline").fix("openclaw doctor"),
        },
    }
}

/// OpenClaw's log of config changes has the first words of each command, a token on its command line included.
fn exposed(app: &App, subject: &Subject) -> Option<Finding> {
    let token = &subject.resolution.token.as_ref()?.token;
    let path = app.places.state_dir.join("logs").join("config-audit.jsonl");
    // A log that is not there, or cannot be read, shows nothing.
    let log = openclaw_atomic_file::load(&path, MAX_LOG).ok()??;
    let is_there = String::from_utf8_lossy(&log.bytes).contains(token.expose());
    is_there.then(|| {
        let shown = app.shown(&path);
        Finding::wrong(
            Check::TokenExposed,
            Level::Warning,
            format!("the token stands in clear text in {shown}"),
            "OpenClaw logs the command line of every change, and logs are copied and sent around",
            format!("rm {}", app.typed(&path)),
        )
        .at(shown)
    })
}
