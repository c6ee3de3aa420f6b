//! The gateway: who answers on its port, and what it would see as a daemon.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use openclaw_config_merge::Config;
use openclaw_credentials::{Source, resolve_for_daemon};

use super::Subject;
use super::ask::Answers;
use super::finding::{Check, Finding, Level};
use crate::app::App;
use crate::args::GatewayRun;
use crate::commands::gateway::{self, Answer, Probe};
use crate::commands::models::status_source;

/// The login shell is not waited for any longer here, whatever the config allows it.
const SHELL_PATIENCE: Duration = Duration::from_secs(5);

/// Where the gateway is, seen from this machine; `None` where the config names no such place.
pub(super) fn address(config: &Config) -> Option<SocketAddr> {
    let port = std::env::var("OPENCLAW_GATEWAY_PORT").ok().and_then(|text| text.trim().parse().ok());
    let mut address = gateway::address(config, &GatewayRun { port, ..GatewayRun::default() }).ok()?;
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    Some(address)
}

pub(super) fn look(app: &App, subject: &Subject, answers: &Answers) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &answers.probe {
        Some(probe) => findings.extend(listening(probe)),
        None => findings.push(Finding::wrong(
            Check::GatewayListening,
            Level::Warning,
            "`gateway.bind` or `gateway.port` names no address that this gateway can listen on",
            "`openclaw gateway run` refuses to start",
            "openclaw gateway run --bind loopback --port 18789",
        )),
    }
    findings.extend(own_file(app));
    findings.extend(daemon(app, subject));
    findings
}

fn listening(probe: &Probe) -> Vec<Finding> {
    let Probe { address, answer } = probe;
    let check = Check::GatewayListening;
    let answers = || Finding::ok(check, format!("a gateway answers on {address}"));
    match answer {
        Answer::Nobody => {
            vec![Finding::note(check, format!("no gateway runs on {address}")).fix("openclaw gateway run")]
        }
        Answer::Another(holder) => {
            let who = holder.as_deref().unwrap_or("another program");
            let what = format!("{who} holds {address} and is no gateway of this program's");
            let next = address.port().checked_add(1).unwrap_or(18789);
            let fix = format!("openclaw gateway run --port {next}");
            vec![Finding::wrong(check, Level::Warning, what, "the gateway cannot listen there", fix)]
        }
        Answer::Ready => vec![answers(), Finding::ok(Check::GatewayReady, "it can be sent requests")],
        Answer::NotReady(why) => {
            let what = format!("it takes no requests: {why}");
            let why = "every client of it is refused";
            let fix = "openclaw onboard";
            vec![answers(), Finding::wrong(Check::GatewayReady, Level::Error, what, why, fix)]
        }
    }
}

fn own_file(app: &App) -> Option<Finding> {
    let path = gateway::file_path(app);
    let failure = gateway::read_file(app).err()?;
    let shown = app.shown(&path);
    let why = "the gateway does not start, or works on by what it read before";
    let finding =
        Finding::wrong(Check::GatewayFile, Level::Error, failure.what(), why, "openclaw gateway keys list");
    Some(finding.at(shown))
}

/// S08 of the specification: what a daemon sees of the token.
fn daemon(app: &App, subject: &Subject) -> Option<Finding> {
    let check = Check::GatewayToken;
    let found = subject.resolution.token.as_ref()?;
    let mut keys = subject.config.credential_keys();
    keys.shell_env.timeout = Some(keys.shell_env.timeout.unwrap_or(SHELL_PATIENCE).min(SHELL_PATIENCE));
    let seen = resolve_for_daemon(&app.search(keys));
    let here = status_source(app, &found.source);
    let Some(there) = seen.token else {
        let fix = match &found.source {
            Source::Environment { name } => {
                // Through a pipe: what stands on a command line is seen by everybody on the machine.
                format!("printenv {name} | openclaw onboard --non-interactive --huggingface-api-key -")
            }
            _ => "openclaw onboard".to_owned(),
        };
        let what = format!("a gateway that a service manager starts does not see the token: it is {here}");
        let why = "a service has nothing of what this shell exports; it reads the .env of the state folder";
        return Some(Finding::wrong(check, Level::Warning, what, why, fix));
    };
    let source = status_source(app, &there.source);
    Some(if there.token == found.token {
        Finding::ok(check, format!("a gateway that a service manager starts sees it: {source}"))
    } else {
        Finding::note(check, format!("a gateway that a service manager starts uses another token: {source}"))
            .why("what this shell exports hides it here alone")
    })
}
